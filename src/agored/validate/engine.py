"""The engine: a tidy table judged as frictionless judges it, its kinds of error by our own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agored.errors import RecipeError
from agored.schema import Schema
from agored.table import Table
from agored.validate.asked import asked
from agored.validate.judging import Faults, Rows, TableJudge
from agored.validate.library import guarded
from agored.validate.refusals import refusals, whole

_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
_BATCH = 1 << 16

CODES: Mapping[str, str] = {
    "blank-row": "row-blank",
    "primary-key": "primary-key",
    "primary-key-empty": "primary-key-empty",
    "unique-error": "unique",
    "foreign-key": "foreign-key",
    "unique-key": "unique-key",
    "category": "not-a-category",
    "today": "today",
    "missing-cell": "cell-missing",
    "extra-cell": "cell-extra",
    "required": "required",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
    "minLength": "shortest",
    "maxLength": "longest",
    "pattern": "pattern",
    "enum": "not-one-of",
}
"""Our code for each of frictionless's kinds of error in a record and for each constraint; an error of type has a
code of its own for each type."""
_OF_RECORDS = ("foreign-key", "unique-key")  # their number is a key's, not a column's


@dataclass
class Verdict:
    """What was found: ``extra`` are places of columns (0 is the first) that fit no field, ``missing`` are
    fields without a column, ``faults`` maps a code and a field (None for whole records) to the places of the
    records (0 is the first), rising."""

    extra: list[int] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    faults: dict[tuple[str, str | None], Rows] = field(default_factory=dict)


@dataclass(frozen=True)
class _Records:
    """Some records of a table; none is ragged."""

    columns: Sequence[Any]
    rows: Rows
    ragged: None = None


def judge(table: Table, schema: Schema) -> Verdict:
    """The verdict on ``table``. Raises RecipeError where the schema itself is wrong."""
    with guarded() as frictionless:
        judged_by = _checked(schema, frictionless)
        if not table.columns:
            return Verdict(missing=list(schema.names))
        labels = _labels(table, schema)
        known = {name: judged_by.get_field(name) for name in schema.names}
        # A column that no field describes is judged as frictionless would: anything goes.
        fields = [
            known.get(label) or frictionless.Field.from_descriptor({"name": label, "type": "any"})
            for label in labels
        ]
        judges = TableJudge(fields, asked(judged_by, fields, labels))
        for records in _records(table):
            judges.add(records)
        found = judges.finish()
        return Verdict(
            extra=[number for number, label in enumerate(labels) if label not in known],
            missing=[name for name in schema.names if name not in labels],
            faults=_faults(found, fields),
        )


def _checked(schema: Schema, frictionless: Any) -> Any:
    faults = refusals(schema.descriptor, frictionless)
    if not faults:
        try:
            return frictionless.Schema.from_descriptor(_as_judged(schema.descriptor))
        except frictionless.FrictionlessException as error:
            reasons = [reason.note for reason in error.reasons] or [error.error.note]
            faults = [RecipeError("validation.schema-part", reason=reason) for reason in reasons]
    raise RecipeError("validation.schema", tuple(faults), schema=schema.name)


def _as_judged(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """The descriptor by which a tidy table is judged: patterns that mean the whole cell, and the version of the
    standard that knows all constraints, in place of whatever address stood there."""
    judged = deepcopy({key: value for key, value in descriptor.items() if key != "profile"})
    judged |= {"$schema": _PROFILE}
    for data in judged["fields"]:
        constraints = data.get("constraints", {})
        if "pattern" in constraints:
            constraints["pattern"] = whole(constraints["pattern"])
    return judged


def _labels(table: Table, schema: Schema) -> list[str]:
    """The name of each column that a field has, at its first occurrence; else a mark that no field has."""
    labels: list[str] = []
    for number, name in enumerate(table.names, start=1):
        if name not in schema.names or name in labels:
            name = f"#{number}"
            while name in schema.names:
                name = f"#{name}"
        labels.append(name)
    return labels


def _records(table: Table) -> Iterator[_Records]:
    start = 0
    for batch in table.data.to_batches(max_chunksize=_BATCH):
        yield _Records(batch.columns, np.arange(start, start + batch.num_rows, dtype=np.int64))
        start += batch.num_rows


def _faults(found: Faults, fields: Sequence[Any]) -> dict[tuple[str, str | None], Rows]:
    """The faults by our codes and by the names of fields."""
    faults: dict[tuple[str, str | None], Rows] = {}
    for (kind, number), rows in found.rows.items():
        if number is None or kind in _OF_RECORDS:
            fault: tuple[str, str | None] = (CODES[kind], None)
        else:
            fault = (code_of(kind, fields[number].type), fields[number].name)
        faults[fault] = np.union1d(rows, faults[fault]) if fault in faults else rows
    return faults


def code_of(kind: str, field_type: str) -> str:
    """Our code for a kind of fault in a field. What frictionless breaks off at, such as a time with a zone
    compared with one without, is no value."""
    return f"type-{field_type}" if kind in ("type-error", "crash") else CODES[kind]
