"""The constraints of a field: what its values may be, each of the right form and of the field's type."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Collection, Mapping
from typing import Any

from agored.foreign.book import Book, Done, Reason
from agored.foreign.judge import Judge
from agored.foreign.lenient import Spot
from agored.foreign.spelling import (
    as_text,
    flag,
    is_several,
    leave_out,
    mend_flag,
    quoted,
    rename,
    respell,
)
from agored.foreign.types import TIMES, UNLIKE

KEYS = (
    "required", "unique", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum",
)  # fmt: skip
"""The constraints, in the order in which they are written."""

_ALSO: Mapping[str, str] = {
    "mandatory": "required", "min": "minimum", "max": "maximum", "minvalue": "minimum", "maxvalue": "maximum",
    "regex": "pattern", "regexp": "pattern", "allowedvalues": "enum",
}  # fmt: skip
# Names that stand in ``constraints`` for a while: they say something of the field, and are moved to it.
_OF_THE_FIELD = ("type", "datePattern", "format")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def open_constraints(book: Book, field: dict[str, Any], spot: Spot) -> dict[str, Any]:
    """The constraints of a field as keys with values, by the standard's names, taken out of the field."""
    at = (*spot, "constraints")
    if "constraints" not in field:
        return {}
    given = field.pop("constraints")
    limits = _as_section(given)
    if limits is None:
        book.note("foreign.constraints-unclear", Reason.UNCLEAR, Done.LEFT_OUT, at, given)
        return {}
    if not limits and given != {}:
        book.note("foreign.nothing", Reason.IDLE, Done.LEFT_OUT, at, given)
    elif limits != given:
        book.note("foreign.constraints-form", Reason.REFUSED, Done.CHANGED, at, given, limits)
    respell(book, limits, at, (*KEYS, *_OF_THE_FIELD), _ALSO)
    for key in [key for key, value in limits.items() if value is None]:
        leave_out(book, limits, key, at, "foreign.nothing", Reason.IDLE)
    _format_of_field(book, field, limits, spot)
    return limits


def _as_section(given: Any) -> dict[str, Any] | None:
    """Constraints in a list, each by itself or as a bare name, as one section; None where it is neither."""
    if given is None or given == "":
        return {}
    if isinstance(given, dict):
        return dict(given)
    found: dict[str, Any] = {}
    for each in given if isinstance(given, list) else [given]:
        part = {each: True} if each in ("required", "unique") else each
        if not isinstance(part, dict) or any(found.get(key, value) != value for key, value in part.items()):
            return None
        found |= part
    return found


def _format_of_field(book: Book, field: dict[str, Any], limits: dict[str, Any], spot: Spot) -> None:
    """A format that stands among the constraints belongs to the field."""
    for key in ("datePattern", "format"):
        if key not in limits:
            continue
        at = (*spot, "constraints", key)
        value = limits.pop(key)
        if field.get("format") in (None, "", "default"):
            field["format"] = value
            book.note(
                "foreign.format-in-constraints", Reason.REFUSED, Done.MOVED, at, value, f"format: {value}"
            )
            book.moved(at, (*spot, "format"))
        elif field["format"] == value:
            book.note("foreign.said-twice", Reason.REFUSED, Done.LEFT_OUT, at, value)
        else:
            book.note("foreign.said-otherwise", Reason.UNCLEAR, Done.LEFT_OUT, at, value)


def move_limits(
    book: Book,
    judge: Judge,
    field: dict[str, Any],
    limits: dict[str, Any],
    spot: Spot,
    supported: Collection[str],
) -> None:
    """Bring in the constraints that stand beside ``constraints``, where they do nothing.

    One that could not be used as it is stays where it stands: it may be somebody's own key. ``required`` is
    refused there, whatever it says.
    """
    for key in [key for key in KEYS if key in field]:
        value, at = field[key], (*spot, key)
        if key in limits and key == "required":
            same = flag(value) is not None and flag(value) == flag(limits[key])
            code, reason = ("foreign.said-twice", Reason.REFUSED) if same else _CLASH
            leave_out(book, field, key, spot, code, reason)
        elif key == "required" or (
            key in supported and key not in limits and _fits(judge, field, key, value)
        ):
            limits[key] = field.pop(key)
            to = f"constraints: {key}"
            book.note("foreign.constraint-outside", Reason.IDLE, Done.MOVED, at, value, to)
            book.moved(at, (*spot, "constraints", key))


_CLASH = ("foreign.said-otherwise", Reason.UNCLEAR)


def _fits(judge: Judge, field: Mapping[str, Any], key: str, value: Any) -> bool:
    """Whether a value can be what the constraint says."""
    if key == "unique":
        return flag(value) is not None
    if key in ("minLength", "maxLength"):
        return _is_whole(value)
    if key == "pattern":
        return isinstance(value, str) and bool(value) and _compiles(value)
    values = value if key == "enum" else [value]
    return isinstance(values, list) and bool(values) and all(judge.reads(field, each) for each in values)


def mend_limits(
    book: Book,
    judge: Judge,
    field: Mapping[str, Any],
    limits: dict[str, Any],
    spot: Spot,
    supported: Collection[str],
) -> None:
    """Put each constraint right, or take it out where nobody can tell what it means."""
    at, kind = (*spot, "constraints"), field["type"]
    for key in [key for key, value in limits.items() if value is None]:
        leave_out(book, limits, key, at, "foreign.nothing", Reason.IDLE)
    _exclusive_flags(book, limits, at)
    for key in list(limits):
        if key not in KEYS and key not in supported:
            leave_out(book, limits, key, at, "foreign.constraint-unknown", Reason.REFUSED)
        elif key not in supported:
            leave_out(book, limits, key, at, "foreign.constraint-unsupported", Reason.REFUSED, type=kind)
        elif key in ("required", "unique"):
            mend_flag(book, limits, key, at)
            if key == "unique" and kind in UNLIKE and limits.get(key):
                leave_out(book, limits, key, at, "foreign.constraint-unsupported", Reason.REFUSED, type=kind)
        elif key in ("minLength", "maxLength"):
            _length(book, limits, key, at)
        elif key == "pattern":
            _pattern(book, limits, at)
        elif key == "enum":
            _enum(book, limits, at, kind, lambda value: judge.reads(field, value))
        elif key in _BOUNDS:
            _bound(book, judge, field, limits, key, at)


def _exclusive_flags(book: Book, limits: dict[str, Any], at: Spot) -> None:
    """``exclusiveMinimum: true`` beside a minimum, as an older JSON Schema had it."""
    for bound in ("minimum", "maximum"):
        key = f"exclusive{bound.capitalize()}"
        if key not in limits:
            continue
        strict = limits[key] if isinstance(limits[key], bool) else None
        if strict is None and limits[key] in ("true", "false"):
            strict = flag(limits[key])
        if strict is False:
            leave_out(book, limits, key, at, "foreign.nothing", Reason.IDLE)
        elif strict and bound in limits:
            del limits[key]
            rename(limits, bound, key)
            book.note("foreign.exclusive-flag", Reason.REFUSED, Done.CHANGED, (*at, key), True, limits[key])
            book.moved((*at, bound), (*at, key))


def _length(book: Book, limits: dict[str, Any], key: str, at: Spot) -> None:
    given = limits[key]
    number = int(given) if _is_whole(given) else None
    if number is None or number < 0:
        leave_out(book, limits, key, at, "foreign.length-unclear", Reason.UNCLEAR)
    elif isinstance(given, str):
        was = quoted(given)
        book.note("foreign.number-text", Reason.REFUSED, Done.CHANGED, (*at, key), was, number)
        limits[key] = number


def _is_whole(value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"\s*\+?[0-9]{1,15}\s*", value, re.ASCII) is not None
    return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)


def _pattern(book: Book, limits: dict[str, Any], at: Spot) -> None:
    given = limits["pattern"]
    if not isinstance(given, str) or not given or not _compiles(given):
        leave_out(book, limits, "pattern", at, "foreign.pattern-unreadable", Reason.UNCLEAR)


def _compiles(pattern: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
            re.compile(rf"(?:{pattern})\Z")  # it must be whole by itself, not only with what stands around it
            re.compile(f"^{pattern}$")
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _bound(
    book: Book, judge: Judge, field: Mapping[str, Any], limits: dict[str, Any], key: str, at: Spot
) -> None:
    given = limits[key]
    if isinstance(given, str) and field["type"] in ("integer", "number"):
        number = _number(given, field["type"])
        if number is not None:
            book.note("foreign.number-text", Reason.OLD, Done.CHANGED, (*at, key), quoted(given), number)
            limits[key] = number
            return
    if judge.reads(field, given):
        return
    written = judge.rewritten(field, given) if field["type"] in TIMES else None
    if written is None:
        leave_out(book, limits, key, at, "foreign.limit-unreadable", Reason.UNCLEAR, type=field["type"])
        return
    book.note("foreign.limit-format", Reason.REFUSED, Done.CHANGED, (*at, key), given, written)
    limits[key] = written


def _number(text: str, kind: str) -> int | float | None:
    """A number that stands as a text, where nothing is lost by writing it as one."""
    if re.fullmatch(r"\s*-?(0|[1-9][0-9]{0,14})\s*", text, re.ASCII):
        return int(text)
    plain = text.strip()
    if kind == "number" and re.fullmatch(r"-?(0|[1-9][0-9]*)\.[0-9]+", plain, re.ASCII):
        return float(plain) if repr(float(plain)) == plain else None
    return None


def _enum(book: Book, limits: dict[str, Any], at: Spot, kind: str, reads: Callable[[Any], bool]) -> None:
    """The list of allowed values: a list, of values of the type."""
    given, spot = limits["enum"], (*at, "enum")
    if is_several(given):
        leave_out(book, limits, "enum", at, "foreign.list-unclear", Reason.UNCLEAR)
        return
    values = list(given) if isinstance(given, list | dict) else [given]
    if kind not in ("object", "geojson", "any"):  # where a set of keys is no value, its value is
        values = [each["value"] if isinstance(each, dict) and "value" in each else each for each in values]
    if isinstance(given, list):
        pairs = [((*spot, number), value) for number, value in enumerate(values)]
    else:
        pairs = [(spot, value) for value in values]
    pairs = [(place, value) for place, value in pairs if value is not None]
    values = [value if kind != "string" else _text_of(book, place, value) for place, value in pairs]
    if not values:
        leave_out(book, limits, "enum", at, "foreign.enum-empty", Reason.UNCLEAR)
    elif not all(map(reads, values)):
        leave_out(book, limits, "enum", at, "foreign.limit-unreadable", Reason.UNCLEAR, type=kind)
    elif values != given or _kinds(values) != _kinds(given):
        book.note("foreign.list-form", Reason.REFUSED, Done.CHANGED, spot, given, values)
        limits["enum"] = values


def keep_labels(book: Book, field: dict[str, Any], limits: Mapping[str, Any], spot: Spot) -> None:
    """What each allowed text means, where the list of them says it, is kept as the field's categories."""
    given = limits.get("enum")
    pairs: list[tuple[Any, Any]] = list(given.items()) if isinstance(given, dict) else []
    if isinstance(given, list) and all(isinstance(each, dict) for each in given):
        pairs = [(each.get("value"), each.get("label")) for each in given]
    if (
        not pairs
        or "categories" in field
        or not all(isinstance(part, str) for pair in pairs for part in pair)
    ):
        return
    field["categories"] = [{"value": value, "label": label} for value, label in pairs]
    at = (*spot, "constraints", "enum")
    book.note("foreign.enum-labels", Reason.REFUSED, Done.ADDED, at, given, "categories")


def _text_of(book: Book, spot: Spot, value: Any) -> Any:
    return value if isinstance(value, str) else as_text(book, spot, value)


def _kinds(values: Any) -> list[type]:
    return list(map(type, values))
