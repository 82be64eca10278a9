"""frictionless's own report, written without building its objects: a row's errors in its order and words.

``Row`` and ``row_stream`` of frictionless 5.21 are the source of the order: the fields of unique and other keys
are read first, a key's error comes after all errors of the cells, and a blank row has no other errors of cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agored.validate.column import ColumnJudge

Descriptor = dict[str, Any]


@dataclass(frozen=True)
class ReferenceNames:
    """What a foreign key refers to, by frictionless's names."""

    columns: tuple[int, ...]
    resource: str
    fields: tuple[str, ...]


@dataclass
class KeyFaults:
    """By row, what is wrong with keys: the row before it that has the same value, by column of unique fields;
    the row before with the same primary key, None where the key is empty; and the numbers of foreign keys that
    lead nowhere."""

    unique: dict[int, dict[int, int]] = field(default_factory=dict)
    primary: dict[int, int | None] = field(default_factory=dict)
    foreign: dict[int, list[int]] = field(default_factory=dict)

    def rows(self) -> set[int]:
        """All rows with a fault."""
        return {*self.unique, *self.primary, *self.foreign}


class ErrorWriter:
    """Writes the error descriptors of one table's records."""

    def __init__(
        self,
        columns: Sequence[ColumnJudge],
        unique: Sequence[int],
        primary: Sequence[int],
        foreign: Sequence[ReferenceNames],
        frictionless: Any,
    ) -> None:
        self.columns = columns
        self.unique = unique
        self.primary = primary
        self.foreign = foreign
        self._kinds = _kinds(frictionless)
        self._labels = [column.field.name for column in columns]

    def errors(
        self, row: int, cells: Sequence[str], verdicts: Sequence[int], keys: KeyFaults
    ) -> list[Descriptor]:
        """All errors of one record, in frictionless's order."""
        return _Record(self, row, list(cells), verdicts).errors(keys)

    def descriptor(self, kind: str, note: str, row: int, cells: list[str], **more: Any) -> Descriptor:
        """One error; ``cells`` are shared by all errors of their row."""
        static, template = self._kinds[kind]
        told: Descriptor = {**static, "note": note, "cells": cells, "rowNumber": row, **more}
        told["message"] = template.format_map(told)
        return told


class _Record:
    """One record, whose errors are found in the order in which frictionless comes upon them."""

    def __init__(self, writer: ErrorWriter, row: int, cells: list[str], verdicts: Sequence[int]) -> None:
        self.writer = writer
        self.row = row
        self.cells = cells
        self.breaches = [
            judge.breaches[verdict] for judge, verdict in zip(writer.columns, verdicts, strict=True)
        ]
        self.found: list[Descriptor] = []
        self.read: set[int] = set()
        self.whole = False

    def errors(self, keys: KeyFaults) -> list[Descriptor]:
        repeated = keys.unique.get(self.row, {})
        for number in self.writer.unique:
            self._read(number)
            if number in repeated:
                note = f"the same as in the row at position {repeated[number]}"
                self._add_to_whole(self._cell_error("unique-error", number, note, str(self._value(number))))
        for number in self.writer.primary:
            self._read(number)
        if self.row in keys.primary:
            before = keys.primary[self.row]
            note = (
                'cells composing the primary keys are all "None"'
                if before is None
                else f"the same as in the row at position {before}"
            )
            self._add_to_whole(self._row_error("primary-key", note))
        strangers = keys.foreign.get(self.row, ())
        for key_number, key in enumerate(self.writer.foreign):
            for number in key.columns:
                self._read(number)
            if key_number in strangers:
                self._add_to_whole(self._foreign_error(key))
        self._read_rest()
        return self.found

    def _read(self, number: int) -> None:
        """Come upon one cell."""
        if number in self.read:
            return
        self.read.add(number)
        for kind, note in self.breaches[number].notes:
            error = "type-error" if kind == "type" else "constraint-error"
            cell = self.cells[number] if number < len(self.cells) else str(None)
            self.found.append(self._cell_error(error, number, note, cell))

    def _read_rest(self) -> None:
        """Come upon all that was not read yet, and then upon the record as a whole."""
        if self.whole:
            return
        self.whole = True
        width = len(self.breaches)
        for number in range(width):
            self._read(number)
        for number in range(width, len(self.cells)):
            self.found.append(self._cell_error("extra-cell", number, "", self.cells[number]))
        for number in range(len(self.cells), width):
            self.found.append(self._cell_error("missing-cell", number, "", ""))
        if all(breach.absent for breach in self.breaches):
            self.found[:] = [self._row_error("blank-row", "")]

    def _add_to_whole(self, error: Descriptor) -> None:
        self._read_rest()
        self.found.append(error)

    def _value(self, number: int) -> Any:
        return self.writer.columns[number].value(self.cells[number] if number < len(self.cells) else None)

    def _cell_error(self, kind: str, number: int, note: str, cell: str) -> Descriptor:
        labels = self.writer._labels
        return self.writer.descriptor(
            kind,
            note,
            self.row,
            self.cells,
            cell=cell,
            fieldName=labels[number] if number < len(labels) else "",
            fieldNumber=number + 1,
        )

    def _row_error(self, kind: str, note: str, **more: Any) -> Descriptor:
        return self.writer.descriptor(kind, note, self.row, self.cells, **more)

    def _foreign_error(self, key: ReferenceNames) -> Descriptor:
        names = [self.writer._labels[number] for number in key.columns]
        values = [self._value(number) for number in key.columns]
        note = (
            f'for "{", ".join(names)}": values "{", ".join(map(str, values))}" not found in the lookup table '
            f'"{key.resource}" as "{", ".join(key.fields)}"'
        )
        return self._row_error(
            "foreign-key",
            note,
            fieldNames=names,
            fieldCells=["" if value is None else str(value) for value in values],
            referenceName=key.resource,
            referenceFieldNames=list(key.fields),
        )


_ERRORS = (
    "TypeError",
    "ConstraintError",
    "UniqueError",
    "ExtraCellError",
    "MissingCellError",
    "BlankRowError",
    "PrimaryKeyError",
    "ForeignKeyError",
)


def _kinds(frictionless: Any) -> Mapping[str, tuple[Descriptor, str]]:
    """By an error's type, what every such error says, and the template of its message."""
    classes = [getattr(frictionless.errors, name) for name in _ERRORS]
    return {
        kind.type: (
            {
                "type": kind.type,
                "title": kind.title,
                "description": kind.description,
                "message": "",
                "tags": list(kind.tags),
            },
            kind.template,
        )
        for kind in classes
    }
