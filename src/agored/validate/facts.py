"""What a message about a fault says of the schema: the limit that was passed, the fields of a key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
    if code == "type-string":
        return {"form": str(data.get("format", ""))}
    if code == "not-a-category":
        return _allowed(sorted(categories(data)))
    if code not in _CONSTRAINTS:
        return {}
    constraint, fact = _CONSTRAINTS[code]
    value = data["constraints"][constraint]
    return _allowed([_text(each) for each in value]) if isinstance(value, list) else {fact: _text(value)}


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
