"""What a message about a fault says of the schema: the limit that was passed, the fields of a key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from agored.validate.asked import categories, unique_keys
from agored.validate.refusals import primary_key
from agored.words import LANGUAGES, number_text, say

# By code, the constraint whose own value the message gives, and the name of our fact.
_CONSTRAINTS: Mapping[str, tuple[str, str]] = {
    "minimum": ("minimum", "limit"),
    "maximum": ("maximum", "limit"),
    "above": ("exclusiveMinimum", "limit"),
    "below": ("exclusiveMaximum", "limit"),
    "shortest": ("minLength", "limit"),
    "longest": ("maxLength", "limit"),
    "pattern": ("pattern", "pattern"),
    "not-one-of": ("enum", "allowed"),
}

_EXAMPLE = datetime(2026, 1, 31, 9, tzinfo=UTC)
_MOMENTS: Mapping[str, str] = {
    "type-date": "2026-01-31",
    "type-datetime": "2026-01-31T09:00:00Z",
    "type-time": "09:00:00",
}
"""By code, ``_EXAMPLE`` as the standard writes it."""

_FORMS: Mapping[str, Mapping[str, str]] = {
    "type-geopoint": {
        "default": "-3.18, 51.48",
        "array": "[-3.18, 51.48]",
        "object": '{"lon": -3.18, "lat": 51.48}',
    },
    "type-geojson": {"default": "GeoJSON", "topojson": "TopoJSON"},
    "type-object": {"default": '{"ward": "Cathays"}'},
    "type-array": {"default": '["Cathays", "Splott"]'},
}
"""By code and format, an example of what the standard asks for."""

_MOST_LISTED, _FEW_LISTED, _LONGEST_VALUE = 8, 4, 40
"""Up to so many allowed values a sentence lists them all, else the first few; no value of more characters."""


def facts_of(
    descriptor: Mapping[str, Any], code: str, name: str | None, number: int | None = None
) -> dict[str, str]:
    """The facts of a Table Schema that the message for ``code`` (without ``validation.``) needs.

    ``name`` is the field, None for whole records; ``number`` is the place (0 is the first) of the foreign or
    unique key that was broken.
    """
    if name is None:
        return _key_facts(descriptor, code, number)
    data: Mapping[str, Any] = next((data for data in descriptor["fields"] if data["name"] == name), {})
    if code.startswith("type-"):
        return _form(code, data)
    if code == "not-a-category":
        return _allowed(sorted(categories(data)))
    if code not in _CONSTRAINTS:
        return {}
    constraint, fact = _CONSTRAINTS[code]
    value = _limit(data, constraint)
    return _allowed([_text(each) for each in value]) if fact == "allowed" else {fact: _text(value)}


def _form(code: str, data: Mapping[str, Any]) -> dict[str, str]:
    """``form``: how values of the field are to be written; or ``allowed``, where there are few."""
    written = str(data.get("format", "default"))
    if code == "type-string":
        return {"form": written}
    if code == "type-boolean":
        values = [*data.get("trueValues", ["true"]), *data.get("falseValues", ["false"])]
        return _allowed([_text(value) for value in values])
    if code == "type-number":
        return {"form": "12.5".replace(".", str(data.get("decimalChar", ".")))}
    if code == "type-list":
        return {"form": str(data.get("delimiter", ","))}
    if code in _MOMENTS:
        return {"form": _MOMENTS[code] if written in ("default", "any") else _moment(written)}
    forms = _FORMS.get(code, {})
    return {"form": forms.get(written, forms["default"])} if forms else {}


def _moment(written: str) -> str:
    """An example of a date or time in a format of the standard's, such as ``%d/%m/%Y``."""
    try:
        return _EXAMPLE.strftime(written)
    except (ValueError, UnicodeError):
        return written


def _limit(data: Mapping[str, Any], constraint: str) -> Any:
    """The value of a constraint: the field's own, else that of the items of its lists."""
    own = data.get("constraints", {})
    return own[constraint] if constraint in own else data["arrayItem"]["constraints"][constraint]


def _allowed(values: Sequence[str]) -> dict[str, str]:
    """``allowed``: all the values; of a long list the first few and, in each language, how many more there are."""
    texts = [text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…" for text in values]
    if len(texts) <= _MOST_LISTED:
        return {"allowed": ", ".join(texts)}
    listed, count = ", ".join(texts[:_FEW_LISTED]), len(texts) - _FEW_LISTED
    return {
        f"allowed_{language}": say(
            "validation.listed", language, listed=listed, count=number_text(count, language)
        )
        for language in LANGUAGES
    }


def _key_facts(descriptor: Mapping[str, Any], code: str, number: int | None) -> dict[str, str]:
    if code.startswith("primary-key"):
        return {"fields": ", ".join(primary_key(descriptor))}
    if code == "unique-key":
        keys = unique_keys(descriptor)
        return {"fields": "; ".join(", ".join(key) for key in (keys if number is None else [keys[number]]))}
    if code == "foreign-key" and number is not None:
        key = descriptor["foreignKeys"][number]
        there = key["reference"]
        return {
            "fields": _names(key["fields"]),
            "resource": there.get("resource", ""),
            "there": _names(there["fields"]),
        }
    return {}


def _names(fields: str | list[str]) -> str:
    return fields if isinstance(fields, str) else ", ".join(fields)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
