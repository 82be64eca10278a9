"""Keys by other spellings (``primary_key``), texts in other forms (a title in two languages), and lists."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from agored.foreign.book import Book, Done, Reason
from agored.foreign.lenient import Spot
from agored.foreign.types import squashed
from agored.words import Bilingual

_LANGUAGE = re.compile(r"@?[a-z]{2,3}([-_][a-z0-9]{2,8})*|@none", re.IGNORECASE)
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "y", "t", "1"), True),
    **dict.fromkeys(("false", "no", "n", "f", "0"), False),
}


def respell(
    book: Book,
    holder: dict[str, Any],
    spot: Spot,
    keys: Collection[str],
    also: Mapping[str, str] | None = None,
) -> None:
    """Give the keys of ``holder`` the standard's spelling; ``also`` has further names, squashed, for them.

    Where a key stands there in both spellings, the standard's holds.
    """
    right = {squashed(key): key for key in keys} | dict(also or {})
    for key in [key for key in holder if key not in keys and squashed(key) in right]:
        name = right[squashed(key)]
        drop_nothing(book, holder, name, spot)
        if name in holder:
            leave_out(book, holder, key, spot, "foreign.key-clash", Reason.UNCLEAR, name=name)
            continue
        rename(holder, key, name)
        book.note("foreign.key-spelling", Reason.IDLE, Done.CHANGED, (*spot, key), key, name)
        book.moved((*spot, key), (*spot, name))


def rename(holder: dict[str, Any], key: str, name: str) -> None:
    """Call ``key`` by another ``name``, where it stands."""
    entries = [(name if each == key else each, value) for each, value in holder.items()]
    holder.clear()
    holder.update(entries)


def leave_out(
    book: Book, holder: dict[str, Any], key: str, spot: Spot, code: str, reason: Reason, **facts: str
) -> None:
    """Take ``key`` out of ``holder``, and say why."""
    value = holder.pop(key)
    written = book.written((*spot, key), value) if not isinstance(value, dict | list) else value
    book.note(code, reason, Done.LEFT_OUT, (*spot, key), written, **facts)


def drop_nothing(book: Book, holder: dict[str, Any], key: str, spot: Spot) -> bool:
    """Take ``key`` out where it says nothing; gives whether anything is left to look at."""
    if key not in holder:
        return False
    if holder[key] is None or holder[key] == {}:
        leave_out(book, holder, key, spot, "foreign.nothing", Reason.IDLE)
        return False
    return True


def flag(value: Any) -> bool | None:
    """``true`` or ``false`` from how people write them; None where it is neither."""
    if isinstance(value, bool):
        return value
    plain = value if isinstance(value, str) else json.dumps(value)
    return _FLAGS.get(plain.strip().casefold())


def mend_flag(book: Book, holder: dict[str, Any], key: str, spot: Spot) -> None:
    """See to it that ``key`` is true or false, or not there."""
    if not drop_nothing(book, holder, key, spot) or isinstance(holder[key], bool):
        return
    meant = flag(holder[key])
    if meant is None:
        leave_out(book, holder, key, spot, "foreign.flag-unclear", Reason.UNCLEAR)
        return
    book.note("foreign.flag-text", Reason.REFUSED, Done.CHANGED, (*spot, key), quoted(holder[key]), meant)
    holder[key] = meant


def mend_text(book: Book, holder: dict[str, Any], key: str, spot: Spot) -> None:
    """See to it that ``key`` is a text, or not there.

    Texts in several languages become one, ``<cy> / <en>``, with each beside it: ``title_cy``, ``title_en``.
    """
    if not drop_nothing(book, holder, key, spot) or isinstance(holder[key], str):
        return
    value = holder[key]
    if isinstance(value, dict):
        text = _of_languages(holder, key, value)
    elif isinstance(value, list):
        text = " / ".join(dict.fromkeys(value)) if value and all(map(_is_text, value)) else None
    else:
        text = book.written((*spot, key), value)
    if text is None:
        leave_out(book, holder, key, spot, "foreign.text-unclear", Reason.UNCLEAR)
        return
    book.note("foreign.text-form", Reason.REFUSED, Done.CHANGED, (*spot, key), quoted(value), text)
    holder[key] = text


def _of_languages(holder: dict[str, Any], key: str, texts: Mapping[str, Any]) -> str | None:
    if not texts or not all(map(_is_text, texts.values())):
        return None
    if len(texts) == 1:
        return str(*texts.values())
    if not all(_LANGUAGE.fullmatch(language) for language in texts):
        return None
    for language, text in texts.items():
        holder.setdefault(f"{key}_{language.lstrip('@')}", text)
    if texts.keys() == {"cy", "en"}:
        return Bilingual(texts["cy"], texts["en"]).joined()
    return " / ".join(dict.fromkeys(texts.values()))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def as_text(book: Book, spot: Spot, value: Any) -> str | None:
    """A text, or a number or word as a text; None where it is nothing, a list or a set of keys."""
    return None if value is None or isinstance(value, dict | list) else book.written(spot, value)


def quoted(value: Any) -> str:
    """A value as it stands in the file: a text in its quotation marks."""
    return json.dumps(value, ensure_ascii=False)


def is_several(value: Any, marks: str = ",;|/\n") -> bool:
    """Whether a value seems to be a list in one text."""
    return isinstance(value, str) and any(mark in value for mark in marks)


def mend_texts(book: Book, holder: dict[str, Any], key: str, spot: Spot) -> None:
    """See to it that ``key`` is a list of texts, or not there."""
    if not drop_nothing(book, holder, key, spot):
        return
    value = holder[key]
    given = value if isinstance(value, list) else [value]
    where = [
        (*spot, key, number) if isinstance(value, list) else (*spot, key) for number in range(len(given))
    ]
    texts = [as_text(book, each, item) for each, item in zip(where, given, strict=True)]
    if any(text is None for text in texts) or is_several(value):
        leave_out(book, holder, key, spot, "foreign.list-unclear", Reason.UNCLEAR)
    elif texts != value:
        book.note("foreign.list-form", Reason.REFUSED, Done.CHANGED, (*spot, key), quoted(value), texts)
        holder[key] = texts


def mend_missing_values(book: Book, holder: dict[str, Any], spot: Spot) -> None:
    """See to it that ``missingValues`` is a list of texts, or of texts with labels."""
    key = "missingValues"
    if not drop_nothing(book, holder, key, spot):
        return
    value = holder[key]
    given = value if isinstance(value, list) else [value]
    where = [
        (*spot, key, number) if isinstance(value, list) else (*spot, key) for number in range(len(given))
    ]
    entries = [_missing_value(book, each, item) for each, item in zip(where, given, strict=True)]
    if any(entry is None for entry in entries) or is_several(value, ",;|\n"):  # n/a is one
        leave_out(book, holder, key, spot, "foreign.list-unclear", Reason.UNCLEAR)
        return
    plain: list[Any] = entries
    if any(isinstance(entry, dict) for entry in plain):
        plain = _distinct([entry if isinstance(entry, dict) else {"value": entry} for entry in plain])
    if plain != value:
        book.note("foreign.list-form", Reason.REFUSED, Done.CHANGED, (*spot, key), quoted(value), plain)
        holder[key] = plain


def _missing_value(book: Book, spot: Spot, item: Any) -> Any:
    if item is None:
        return ""
    if not isinstance(item, dict):
        return as_text(book, spot, item)
    value = as_text(book, (*spot, "value"), item["value"]) if "value" in item else None
    if value is None:
        return None
    label = item.get("label")
    rest = {name: more for name, more in item.items() if name not in ("value", "label")}
    named = {} if label is None else {"label": as_text(book, (*spot, "label"), label)}
    return None if None in named.values() else {"value": value, **named, **rest}


def _distinct(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each value once, and each label: the first counts."""
    values: set[str] = set()
    labels: set[str | None] = set()
    kept: list[dict[str, Any]] = []
    for entry in entries:
        if entry["value"] in values:
            continue
        values.add(entry["value"])
        label = entry.get("label")
        if label is not None and label in labels:
            entry = {name: part for name, part in entry.items() if name != "label"}
        labels.add(label)
        kept.append(entry)
    return kept
