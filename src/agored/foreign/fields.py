"""The fields: their names, texts, types and formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agored.foreign.book import Book, Done, Reason, shown
from agored.foreign.judge import Judge
from agored.foreign.lenient import Spot
from agored.foreign.limits import keep_labels, mend_limits, move_limits, open_constraints
from agored.foreign.spelling import (
    as_text,
    drop_nothing,
    leave_out,
    mend_flag,
    mend_missing_values,
    mend_text,
    mend_texts,
    quoted,
    rename,
    respell,
)
from agored.foreign.types import (
    FORMATS,
    TIMES,
    TYPES,
    kind_of,
    meaning,
    pattern_of,
    string_format,
    told,
    type_as_format,
)

KEYS = (
    "name", "type", "format", "title", "description", "example", "rdfType", "missingValues", "trueValues",
    "falseValues", "bareNumber", "floatNumber", "decimalChar", "groupChar", "delimiter", "itemType",
    "arrayItem", "categories", "categoriesOrdered", "constraints",
)  # fmt: skip
"""The keys of a field, in the order in which they are written."""

_ALSO = {"contraints": "constraints", "constraint": "constraints", "constrains": "constraints"}


def fields_of(book: Book, schema: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The fields as a list of sections; None where a person must first say which they are."""
    given = schema["fields"]
    if isinstance(given, dict):
        given = _from_section(book, given)
    if not isinstance(given, list) or not given:
        book.stop("foreign.no-fields", ("fields",))
        return None
    fields: list[dict[str, Any]] = []
    for number, field in enumerate(given):
        spot = ("fields", number)
        if isinstance(field, str) and field.strip():
            book.names[number] = field
            book.note("foreign.field-text", Reason.REFUSED, Done.CHANGED, spot, field, {"name": field})
            field = {"name": field}
        if not isinstance(field, dict):
            book.stop("foreign.field-form", spot)
            field = {}
        else:
            respell(book, field, spot, KEYS, _ALSO)
            _name(book, field, spot)
        fields.append(field)
    _twins(book, fields)
    return None if book.stops else fields


def _from_section(book: Book, given: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Fields that stand under their names; their order is the one that they are written in."""
    if not given or not all(isinstance(field, dict | str) for field in given.values()):
        return None
    fields = []
    for number, (key, field) in enumerate(given.items()):
        fields.append({"name": key, **field} if isinstance(field, dict) else {"name": key, "type": field})
        book.moved(("fields", key), ("fields", number))
    book.note("foreign.fields-section", Reason.REFUSED, Done.REWRITTEN, ("fields",))
    return fields


def _name(book: Book, field: dict[str, Any], spot: Spot) -> None:
    """The field's name: a text, from ``id`` or the title where it has none."""
    for key in ("name", "id", "title", "label"):
        text = as_text(book, (*spot, key), field.get(key))
        if isinstance(field.get(key), bool) or not (text and text.strip()):
            continue
        number = spot[1]
        book.names[int(number)] = text
        if key == "name" and text != field[key]:
            book.note("foreign.text-form", Reason.REFUSED, Done.CHANGED, (*spot, key), field[key], text)
        elif key == "id":  # as the first edition called it
            field.pop("name", None)
            rename(field, "id", "name")
            book.note(
                "foreign.name-elsewhere", Reason.REFUSED, Done.MOVED, spot, text, f"name: {text}", key=key
            )
        elif key != "name":
            book.note(
                "foreign.name-elsewhere", Reason.REFUSED, Done.ADDED, spot, text, f"name: {text}", key=key
            )
        field["name"] = text
        return
    book.stop("foreign.field-unnamed", spot)


def _twins(book: Book, fields: list[dict[str, Any]]) -> None:
    """Two fields of one name: nobody but a person can say which column each is."""
    numbers: dict[str, list[int]] = {}
    for number, name in book.names.items():
        numbers.setdefault(name, []).append(number)
    for name, same in numbers.items():
        if len(same) > 1:
            lines = ", ".join(str(book.line(("fields", number))) for number in same)
            book.stop("foreign.field-twice", ("fields", same[1]), field=name, lines=lines)


def mend_field(
    book: Book, judge: Judge, field: dict[str, Any], spot: Spot, typed: bool, item: bool = False
) -> None:
    """Put one field right. ``typed`` says whether a missing type must be written down, ``item`` that it
    describes the items of a list in a cell, whose type is ``any`` unless it says another."""
    for key in ("title", "description", "rdfType"):
        mend_text(book, field, key, spot)
    if not field.get("title") and isinstance(field.get("label"), str):  # as the first edition called it
        field.pop("title", None)
        rename(field, "label", "title")
        book.note("foreign.label", Reason.OLD, Done.MOVED, (*spot, "label"), field["title"], "title")
    empty = field.get("constraints") == {}
    limits = open_constraints(book, field, spot)
    _type(book, field, limits, spot)
    if "type" not in field and typed:
        field["type"] = "string"
        book.note("foreign.type-missing", Reason.OLD, Done.ADDED, spot, "", "type: string")
    kind = field.get("type", "any" if item else "string")
    _format(book, field, spot, kind)
    kind = field.get("type", kind)
    _reading(book, judge, field, spot, kind)
    mend_missing_values(book, field, spot)
    supported = judge.supported(kind)
    move_limits(book, judge, field, limits, spot, supported)
    if kind == "string":
        keep_labels(book, field, limits, spot)
    mend_limits(book, judge, {**field, "type": kind}, limits, spot, supported)
    if limits or empty:
        field["constraints"] = limits
    _example(book, judge, field, spot, kind)


def _type(book: Book, field: dict[str, Any], limits: dict[str, Any], spot: Spot) -> None:
    """The type under its name in Table Schema, from wherever it stands."""
    if field.get("type") in (None, "") and "type" in field:
        leave_out(book, field, "type", spot, "foreign.nothing", Reason.IDLE)
    there = (*spot, "constraints", "type")
    if limits.get("type") == "":
        leave_out(book, limits, "type", there[:-1], "foreign.nothing", Reason.IDLE)
    within = limits.pop("type", None)
    if within is not None:
        meant = meaning(within)
        if "type" not in field:
            now = told(meant) if meant else f"type: {shown(within)}"
            book.note("foreign.type-in-constraints", Reason.REFUSED, Done.MOVED, there, within, now)
            field["type"] = within
            book.moved(there, (*spot, "type"))
            if meant:
                _take(book, field, limits, meant, spot)
        elif meant is not None and meant == meaning(field["type"]):
            book.note("foreign.said-twice", Reason.REFUSED, Done.LEFT_OUT, there, within)
        else:
            book.note("foreign.said-otherwise", Reason.UNCLEAR, Done.LEFT_OUT, there, within)
    if "type" not in field:
        _type_by_format(book, field, spot)
    elif field["type"] not in TYPES:
        _other_type(book, field, limits, spot)


def _type_by_format(book: Book, field: dict[str, Any], spot: Spot) -> None:
    """A pattern of days or times says of itself that the cells hold days or times."""
    form = field.get("format")
    pattern = pattern_of(form.removeprefix("fmt:")) if isinstance(form, str) else None
    kind = kind_of(pattern) if pattern else None
    if kind is not None:
        field["type"] = kind
        book.note(
            "foreign.type-by-format", Reason.REFUSED, Done.ADDED, (*spot, "format"), form, f"type: {kind}"
        )


def _other_type(book: Book, field: dict[str, Any], limits: dict[str, Any], spot: Spot) -> None:
    given = field["type"]
    meant = meaning(given)
    if meant is not None:
        book.note("foreign.type-name", Reason.REFUSED, Done.CHANGED, (*spot, "type"), given, told(meant))
        _take(book, field, limits, meant, spot)
        return
    # What holds for texts alone is kept, and can be kept with a text only.
    field["type"] = "string" if limits.keys() & {"pattern", "minLength", "maxLength"} else "any"
    book.note("foreign.type-unknown", Reason.UNCLEAR, Done.CHANGED, (*spot, "type"), given, field["type"])


def _take(
    book: Book, field: dict[str, Any], limits: dict[str, Any], meant: Mapping[str, Any], spot: Spot
) -> None:
    """All that a type's name says. What the field says itself holds."""
    field["type"] = meant["type"]
    for key in ("format", "bareNumber"):
        if key in meant and field.get(key) in (None, "", "default"):
            field[key] = meant[key]
    for key in ("minimum", "maximum"):
        exclusive = f"exclusive{key.capitalize()}"
        if key in meant and limits.get(key) is None and limits.get(exclusive) is None:
            limits[key] = meant[key]
            at = (*spot, "constraints", key)
            book.note("foreign.limit-of-type", Reason.REFUSED, Done.ADDED, at, "", f"{key}: {meant[key]}")


def _format(book: Book, field: dict[str, Any], spot: Spot, kind: str) -> None:
    """The format under its name for the type."""
    given, at = field.get("format"), (*spot, "format")
    if "format" not in field or given == "default":
        return
    if given in (None, "") or not isinstance(given, str):
        leave_out(book, field, "format", spot, "foreign.nothing", Reason.IDLE)
        return
    if given.startswith("fmt:"):
        field["format"] = given.removeprefix("fmt:")
        book.note("foreign.format-mark", Reason.OLD, Done.CHANGED, at, given, field["format"])
        _format(book, field, spot, kind)
        return
    if kind in TIMES:
        _time_format(book, field, spot)
    elif kind in FORMATS:
        _named_format(book, field, spot, kind)
    elif kind in ("number", "integer") and given.casefold() in ("currency", "percent", "percentage"):
        del field["format"]
        field["bareNumber"] = False
        book.note("foreign.format-number", Reason.OLD, Done.CHANGED, at, given, "bareNumber: false")


def _time_format(book: Book, field: dict[str, Any], spot: Spot) -> None:
    given = field["format"]
    if given.casefold() == "any":
        leave_out(book, field, "format", spot, "foreign.format-any", Reason.REFUSED)
        return
    pattern = pattern_of(given)
    if pattern is None:
        leave_out(book, field, "format", spot, "foreign.format-unknown", Reason.UNCLEAR, type=field["type"])
    elif pattern != given:
        book.note("foreign.format-letters", Reason.IDLE, Done.CHANGED, (*spot, "format"), given, pattern)
        field["format"] = pattern


def _named_format(book: Book, field: dict[str, Any], spot: Spot, kind: str) -> None:
    given, at = field["format"], (*spot, "format")
    if given in FORMATS[kind]:
        return
    other = type_as_format(given) if kind == "string" else None
    if other is not None:
        del field["format"]
        field["type"] = other
        book.note("foreign.format-type", Reason.REFUSED, Done.CHANGED, at, given, f"type: {other}")
        return
    plain = given.strip().casefold()
    name = string_format(given) if kind == "string" else plain if plain in FORMATS[kind] else None
    if name is None:
        leave_out(book, field, "format", spot, "foreign.format-unknown", Reason.UNCLEAR, type=kind)
        return
    book.note("foreign.format-name", Reason.REFUSED, Done.CHANGED, at, given, name)
    field["format"] = name


def _reading(book: Book, judge: Judge, field: dict[str, Any], spot: Spot, kind: str) -> None:
    """What says how cells of the type are read. With another type the same key is nobody's business."""
    if kind in ("number", "integer"):
        mend_flag(book, field, "bareNumber", spot)
    if kind == "number":
        mend_flag(book, field, "floatNumber", spot)
        for key in ("decimalChar", "groupChar"):
            mend_text(book, field, key, spot)
    if kind == "boolean":
        for key in ("trueValues", "falseValues"):
            mend_texts(book, field, key, spot)
    if kind == "list":
        mend_text(book, field, "delimiter", spot)
        _item_type(book, judge, field, spot)
    if kind == "array" and drop_nothing(book, field, "arrayItem", spot):
        if isinstance(field["arrayItem"], dict):
            respell(book, field["arrayItem"], (*spot, "arrayItem"), KEYS, _ALSO)
            mend_field(book, judge, field["arrayItem"], (*spot, "arrayItem"), typed=False, item=True)
        else:
            leave_out(book, field, "arrayItem", spot, "foreign.text-unclear", Reason.UNCLEAR)


def _item_type(book: Book, judge: Judge, field: dict[str, Any], spot: Spot) -> None:
    if not drop_nothing(book, field, "itemType", spot):
        return
    given, at = field["itemType"], (*spot, "itemType")
    meant = meaning(given)
    name = given if meant is None else meant["type"]
    if not judge.makes({**field, "itemType": name}):
        leave_out(book, field, "itemType", spot, "foreign.item-type", Reason.UNCLEAR)
    elif name != given:
        book.note("foreign.type-name", Reason.REFUSED, Done.CHANGED, at, given, name)
        field["itemType"] = name


def _example(book: Book, judge: Judge, field: dict[str, Any], spot: Spot, kind: str) -> None:
    """An example must be a value of the field; of several in one text the first is kept."""
    if not drop_nothing(book, field, "example", spot):
        return
    given, at = field["example"], (*spot, "example")
    good = judge.good_example(field, given)
    if good and isinstance(given, str):
        return
    text = quoted(given) if isinstance(given, dict | list) else book.written(at, given)
    parts = [part.strip() for part in text.split(",")]
    if not isinstance(given, str) and judge.good_example(field, text):
        reason = Reason.OLD if good else Reason.REFUSED
        book.note("foreign.text-form", reason, Done.CHANGED, at, quoted(given), text)
        field["example"] = text
    elif good:
        return
    elif len(parts) > 1 and all(part and judge.good_example(field, part) for part in parts):
        book.note("foreign.example-several", Reason.REFUSED, Done.CHANGED, at, given, parts[0])
        field["example"] = parts[0]
    else:
        leave_out(book, field, "example", spot, "foreign.example", Reason.REFUSED, type=kind)
