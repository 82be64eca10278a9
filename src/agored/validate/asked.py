"""What a Table Schema asks of a table's columns beyond their own cells: keys and categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agored.validate.judging import Asked, ForeignKey


def asked(
    schema: Any,
    fields: Sequence[Any],
    names: Sequence[str],
    foreign: Sequence[ForeignKey] = (),
    referred: Sequence[tuple[int, ...]] = (),
) -> Asked:
    """What frictionless's ``schema`` asks of columns judged by ``fields`` and called ``names``.

    A key is left out where one of its fields has no column, as that is told of by itself.
    """
    return Asked(
        unique=[number for number, field in enumerate(fields) if field.constraints.get("unique")],
        primary=_places(names, schema.primary_key),
        foreign=foreign,
        referred=referred,
        unique_keys=[tuple(places) for key in unique_keys(schema.custom) if (places := _places(names, key))],
        categories={
            number: found for number, field in enumerate(fields) if (found := categories(field.custom))
        },
    )


def unique_keys(descriptor: Mapping[str, Any]) -> list[list[str]]:
    """The schema's ``uniqueKeys`` (Data Package 2), or none where they are not written as the standard says."""
    keys = descriptor.get("uniqueKeys")
    if not isinstance(keys, list):
        return []
    lists = [[key] if isinstance(key, str) else key for key in keys]
    return [key for key in lists if isinstance(key, list) and all(isinstance(name, str) for name in key)]


def categories(descriptor: Mapping[str, Any]) -> frozenset[str]:
    """The values that a field's ``categories`` (Data Package 2) allow, as text; none where it has no such."""
    listed = descriptor.get("categories")
    if not isinstance(listed, list):
        return frozenset()
    values = [entry.get("value") if isinstance(entry, Mapping) else entry for entry in listed]
    return frozenset(str(value) for value in values if isinstance(value, str | int))


def _places(names: Sequence[str], key: Sequence[str]) -> list[int]:
    return [names.index(name) for name in key] if set(key) <= set(names) else []
