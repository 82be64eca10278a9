"""What changed between two schemas: fields added, gone and renamed, and what is said of those that stayed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from agored.schema import Field, Schema
from agored.since.match import Pairs, paired
from agored.since.record import FieldChange
from agored.table import Table

ENOUGH = 10
"""Fewer values than these say nothing of whether two fields are the same one."""
ALIKE = 0.95
"""The share of records in which two fields must hold the same value to count as one under another name. Less than
all, for a new release also corrects values."""

_KINDS: Mapping[str, tuple[str, ...]] = {
    "type": ("type", "format"),
    "meaning": ("measures", "of", "rate_of", "unit"),
    "limits": ("constraints",),
    "list": ("codes", "list"),
    "words": ("title_cy", "title_en", "description_cy", "description_en"),
}
"""By kind of change, the properties of a field's descriptor in which it shows."""


@dataclass(frozen=True)
class Same:
    """A field that is in both releases under these names; ``evidence`` where they differ."""

    before: str
    now: str
    evidence: str | None = None


def by_name_and_title(before: Schema, now: Schema) -> tuple[Same, ...]:
    """The fields of the same name; and of the others, those that alone have the same title in both languages."""
    same = [Same(name, name) for name in now.names if name in before.names]
    gone, added = _left(before, now, same)
    for field in gone:
        alike = [other for other in added if other.title == field.title]
        twins = [other for other in gone if other.title == field.title]
        if len(alike) == len(twins) == 1:
            same.append(Same(field.name, alike[0].name, "title"))
    return tuple(same)


def by_values(
    before: tuple[Schema, Table], now: tuple[Schema, Table], same: Sequence[Same], pairs: Pairs
) -> tuple[Same, ...]:
    """Of the fields that are left, those that hold the same values in the same records, and no other field does.

    Fields that hold one value only are passed over: many do.
    """
    gone, added = _left(before[0], now[0], same)
    alike = [
        (old.name, new.name)
        for old in gone
        for new in added
        if old.name in before[1].names and new.name in now[1].names
        if _share_alike(before[1], old.name, now[1], new.name, pairs) >= ALIKE
    ]
    return tuple(
        Same(old, new, "values")
        for old, new in alike
        if sum(each == old for each, _ in alike) == sum(each == new for _, each in alike) == 1
    )


def _left(before: Schema, now: Schema, same: Sequence[Same]) -> tuple[list[Field], list[Field]]:
    """The fields that are in one of the releases only, as far as ``same`` tells."""
    old, new = {each.before for each in same}, {each.now for each in same}
    return (
        [field for field in before.fields if field.name not in old],
        [field for field in now.fields if field.name not in new],
    )


def _share_alike(before: Table, old: str, now: Table, new: str, pairs: Pairs) -> float:
    """The share of the paired records in which two fields hold the same value, of those where the first has any."""
    values = before.values(old).take(pairs.before)
    filled = pc.not_equal(values, "")
    values, others = values.filter(filled), now.values(new).take(pairs.now).filter(filled)
    if len(values) < ENOUGH or len(pc.unique(values)) < 2:
        return 0.0
    return float(pc.sum(pc.equal(values, others)).as_py() or 0) / len(values)


def key_of(schema: Schema) -> tuple[str, ...]:
    """The fields of the primary key, or none."""
    key = schema.descriptor.get("primaryKey", ())
    return (key,) if isinstance(key, str) else tuple(key)


def by_key(before: tuple[Schema, Table], now: tuple[Schema, Table], same: Sequence[Same]) -> tuple[Same, ...]:
    """The one field of the primary key that is left on either side, where under its other name it tells the same
    records apart; or none."""
    old_key, new_key = key_of(before[0]), key_of(now[0])
    old_names, new_names = {each.before for each in same}, {each.now for each in same}
    old = [name for name in old_key if name not in old_names]
    new = [name for name in new_key if name not in new_names]
    if not len(old) == len(new) == 1 or len(old_key) != len(new_key):
        return ()
    found = Same(old[0], new[0], "values")
    pairs = paired(before[1], now[1], key_pairs(before[0], now[0], [*same, found]))
    fewer = min(len(before[1]), len(now[1]))
    return (found,) if pairs is not None and fewer >= ENOUGH and len(pairs) >= ALIKE * fewer else ()


def key_pairs(before: Schema, now: Schema, same: Sequence[Same]) -> list[tuple[str, str]]:
    """The fields of the key by both their names, where both releases have the same key; else none."""
    names = {each.before: each.now for each in same}
    pairs = [(name, names[name]) for name in key_of(before) if name in names]
    whole = len(pairs) == len(key_of(before)) and {new for _, new in pairs} == set(key_of(now))
    return pairs if whole else []


def field_changes(before: Schema, now: Schema, same: Sequence[Same]) -> tuple[FieldChange, ...]:
    """All changes: to the table first, then by the order of the fields now, then the fields that are gone."""
    return (
        *_table_changes(before, now, same),
        *(change for field in now.fields for change in _changes_of(before, now, field, same)),
        *(
            FieldChange("gone", field.name, field.title, before=field.name)
            for field in _left(before, now, same)[0]
        ),
    )


def _table_changes(before: Schema, now: Schema, same: Sequence[Same]) -> Iterator[FieldChange]:
    names = {each.before: each.now for each in same}
    old, new = key_of(before), key_of(now)
    if len(old) != len(new) or len(key_pairs(before, now, same)) != len(new):
        yield FieldChange("key", before=", ".join(old), now=", ".join(new))
    stayed = [names[name] for name in before.names if name in names]
    if stayed != [name for name in now.names if name in set(stayed)]:
        yield FieldChange("order")


def _changes_of(before: Schema, now: Schema, field: Field, same: Sequence[Same]) -> Iterator[FieldChange]:
    found = next((each for each in same if each.now == field.name), None)
    if found is None:
        yield FieldChange("added", field.name, field.title, now=field.name)
        return
    if found.evidence is not None:
        yield FieldChange("renamed", field.name, field.title, found.before, found.now, found.evidence)
    old, new = _descriptor(before, found.before), _descriptor(now, found.now)
    for kind, keys in _KINDS.items():
        if any((old.get(key) or None) != (new.get(key) or None) for key in keys):
            told = (_shown(kind, old, new), _shown(kind, new, old))
            yield FieldChange(kind, field.name, field.title, *told)


def _descriptor(schema: Schema, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(data for data in schema.descriptor["fields"] if data["name"] == name)
    return {"type": "string", **found}


def _shown(kind: str, data: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """What a descriptor says of a kind, in the words of the schema; of constraints, those that differ."""
    if kind == "words":
        return None
    if kind == "limits":
        own, others = data.get("constraints") or {}, other.get("constraints") or {}
        differ = {key: value for key, value in own.items() if others.get(key) != value}
        return ", ".join(f"{key}: {_plain(value)}" for key, value in differ.items()) or None
    said = [_plain(data[key]) for key in _KINDS[kind] if data.get(key)]
    return ", ".join(said) or None


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
