"""The engine: frictionless judges a table, and its errors become ours at once, without their cells."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from agored.errors import RecipeError
from agored.schema import Schema
from agored.table import Table, each_distinct
from agored.validate.library import guarded
from agored.validate.refusals import primary_key, refusals, whole

_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
_NOT_A_VALUE = "not a value"
_BATCH = 10_000

# The one place where frictionless's names become ours. Types and constraints have a code each, so that each
# has its own sentence.
_CODES: Mapping[str, str] = {
    "blank-row": "row-blank",
    "primary-key": "primary-key",
    "unique-error": "unique",
}
_CONSTRAINTS: Mapping[str, str] = {
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


@dataclass
class Verdict:
    """What was found: ``extra`` are places of columns (0 is the first) that fit no field, ``missing`` are
    fields without a column, ``faults`` maps a code and a field (None for whole records) to the places of the
    records (0 is the first), in order."""

    extra: list[int] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    faults: dict[tuple[str, str | None], array[int]] = field(default_factory=dict)

    def add(self, code: str, name: str | None, index: int) -> None:
        """Note one fault."""
        self.faults.setdefault((code, name), array("q")).append(index)


def judge(table: Table, schema: Schema) -> Verdict:
    """The verdict of frictionless on ``table``. Raises RecipeError where the schema itself is wrong."""
    with guarded() as frictionless:
        judged_by = _checked(schema, frictionless)
        if not table.columns:
            return Verdict(missing=list(schema.names))
        labels = _labels(table, schema)
        columns = [
            _comparable(table.data.column(number), judged_by, label) for number, label in enumerate(labels)
        ]
        resource = frictionless.resources.TableResource(
            name="table",
            data=lambda: _records(labels, columns),
            scheme="",
            format="inline",
            schema=judged_by,
            # All that frictionless would else guess from the first rows.
            dialect=frictionless.Dialect(
                header=True, header_rows=[1], header_case=True, skip_blank_rows=False
            ),
            detector=frictionless.Detector(sample_size=1),
        )
        verdict = Verdict()
        with resource:
            for error in resource.header.errors:
                _add_label(verdict, error)
            for row in resource.row_stream:
                for error in row.errors:
                    _add_fault(verdict, error, row, judged_by)
        return verdict


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
    """The descriptor that frictionless gets: fields matched by name, so that a misplaced column is not read
    as another; patterns that mean the whole cell; and the version of the standard that knows all
    constraints, in place of whatever address stood there."""
    judged = deepcopy({key: value for key, value in descriptor.items() if key != "profile"})
    judged |= {"$schema": _PROFILE, "fieldsMatch": "equal"}
    for data in judged["fields"]:
        constraints = data.get("constraints", {})
        if "pattern" in constraints:
            constraints["pattern"] = whole(constraints["pattern"])
    return judged


def _labels(table: Table, schema: Schema) -> list[str]:
    """The name of each column that a field has, at its first occurrence; else a mark that no field has.

    A stray heading may hold anything, a cell's value included, and frictionless neither takes one twice nor
    tells ``area`` from `` area``.
    """
    labels: list[str] = []
    for number, name in enumerate(table.names, start=1):
        if name not in schema.names or name in labels:
            name = f"#{number}"
            while name in schema.names:
                name = f"#{name}"
        labels.append(name)
    return labels


def _records(labels: list[str], columns: list[pa.ChunkedArray]) -> Iterator[list[str]]:
    yield labels
    data = pa.Table.from_arrays(columns, [str(number) for number in range(len(columns))])
    for batch in data.to_batches(max_chunksize=_BATCH):
        for record in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield list(record)


def _comparable(values: pa.ChunkedArray, judged_by: Any, name: str) -> pa.ChunkedArray:
    """``values`` without the few texts on which frictionless breaks off rather than judges, each turned into
    a text that is no value: a signalling not-a-number, which cannot be compared, and a time with a zone where
    the limits have none, or the other way round."""
    known = judged_by.get_field(name) if judged_by.has_field(name) else None
    if known is None or known.type not in ("number", "datetime"):
        return values
    if known.type == "number":
        suspicious = pc.match_substring(values, "snan", ignore_case=True)
        return pc.if_else(suspicious, _NOT_A_VALUE, values) if pc.any(suspicious).as_py() else values
    if not set(known.constraints) & {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}:
        return values
    read = known.create_cell_reader()

    def compared(text: str) -> str:
        try:
            read(text)
        except TypeError:
            return _NOT_A_VALUE
        return text

    return each_distinct(values, compared)


def _add_label(verdict: Verdict, error: Any) -> None:
    if error.type == "extra-label":
        verdict.extra.append(error.field_number - 1)
    elif error.type == "missing-label":
        verdict.missing.append(error.field_name)
    else:
        raise RuntimeError(f"frictionless gave a verdict on the columns that nobody reads: {error.type}")


def _add_fault(verdict: Verdict, error: Any, row: Any, judged_by: Any) -> None:
    index = row.row_number - 2  # frictionless counts the labels as row 1
    if error.type == "type-error":
        verdict.add(f"type-{judged_by.get_field(error.field_name).type}", error.field_name, index)
    elif error.type == "constraint-error":
        # The note reads: constraint "minimum" is "0"; what follows the name is never looked at.
        verdict.add(_CONSTRAINTS[error.note.split('"')[1]], error.field_name, index)
    elif error.type == "primary-key" and all(row[name] is None for name in judged_by.primary_key):
        verdict.add("primary-key-empty", None, index)
    elif error.type in _CODES:
        verdict.add(_CODES[error.type], getattr(error, "field_name", None), index)
    else:
        raise RuntimeError(f"frictionless gave a verdict on a record that nobody reads: {error.type}")


def key_of(schema: Schema) -> tuple[str, ...]:
    """The fields that together must tell each record from the others."""
    return primary_key(schema.descriptor)
