"""A judged file as a table for the officer's own workbook: its cells, and the places of every fault."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored.annotate import AnnotatedTable
from agored.table import Column, Table
from agored.validate.facts import facts_of
from agored.validate.file_findings import file_findings, told_of
from agored.validate.files import FileVerdict
from agored.validate.judging import Rows


def annotated_table(verdict: FileVerdict) -> AnnotatedTable:
    """The file that ``verdict`` is on, read once more; without records where it could not be read."""
    labels, read = verdict.labels, _records_of(verdict)
    width = len(labels) if read is not None else 0
    rows, columns, surplus = read or (np.empty(0, np.int64), [], {})
    faults: dict[tuple[str, str | None], Sequence[int]] = {}
    for fault, found in verdict.faults.rows.items():
        code, name = told_of(verdict, fault)
        key = code, name or facts_of(verdict.schema, code, None, fault[1]).get("fields")
        faults[key] = np.union1d(
            faults.get(key, np.empty(0, np.int64)), np.searchsorted(rows, found)
        ).tolist()
    names = [*verdict.names, *labels[len(verdict.names) :]]
    return AnnotatedTable(
        resource=verdict.name,
        read=_table(labels[:width], columns, rows),
        headers=verdict.headers,
        tidy=_table(names[:width], columns, rows),
        findings=file_findings(verdict),
        faults=faults if read is not None else {},
        outside=verdict.above() if verdict.above is not None else {},
        surplus=surplus,
    )


def _records_of(
    verdict: FileVerdict,
) -> tuple[Rows, list[pa.ChunkedArray], dict[int, Sequence[str]]] | None:
    """The rows of the records, rising; the columns under the headings; and, by row, the cells beyond them. None
    where there is nothing to read."""
    batches = list(verdict.records()) if verdict.records is not None else []
    if not batches:
        return None
    width = len(verdict.labels)
    rows = np.concatenate([batch.rows for batch in batches])
    columns = [
        pa.chunked_array([pc.fill_null(batch.columns[number], "") for batch in batches])
        for number in range(width)
    ]
    surplus = {
        int(row): cells[width:]
        for batch in batches
        for row, cells in zip(batch.rows, batch.ragged or (), strict=False)
        if len(cells) > width
    }
    if not (np.diff(rows) > 0).all():  # those of another length come after the others of their block
        order = np.argsort(rows)
        rows, columns = rows[order], [column.take(pa.array(order)) for column in columns]
    return rows, columns, surplus


def _table(names: Sequence[str], columns: Sequence[pa.ChunkedArray], rows: Rows) -> Table:
    return Table(
        columns=tuple(Column(name, number, True) for number, name in enumerate(names, start=1)),
        data=pa.Table.from_arrays(columns, names=list(names)),
        rows=pa.chunked_array([pa.array(rows)]),
    )
