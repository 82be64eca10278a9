"""A CSV file to a table, as the recipe declares it: encoding, delimiter, header row, rows and expected cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from agored.errors import SourceError
from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.read.decode import decode
from agored.recipe import LeaveOut, Name, ResourceRecipe
from agored.records import digest
from agored.table import Column, Table, letters, text_array

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MAX_COLUMNS = 4_096
_SEARCHED_ROWS = 30
_CELL_LIMIT = 10_000_000


@dataclass(frozen=True)
class Reading:
    """What read gives: the table as it stands in the file, findings, and facts for the private record."""

    table: Table
    findings: tuple[Finding, ...]
    facts: dict[str, Any]


@dataclass(frozen=True)
class _Line:
    """One record of the file and its row, counted as a spreadsheet does."""

    row: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def read(folder: Path, resource: ResourceRecipe, headings: Sequence[str]) -> Reading:
    """The table in a resource's file, inside the dataset's ``folder``.

    ``headings`` are those that the recipe (or else the schema) counts on; they serve to say where the header
    row has gone. Raises SourceError where the file is missing, is no ordinary file inside the folder, is
    empty, cannot be decoded, or has no header row where the recipe says.
    """
    source = resource.source
    data = _bytes(folder, source.path)
    text, encoding = decode(data, source.encoding, source.path)
    lines = list(_lines(text, source.delimiter, source.path))
    header = next((line for line in lines if line.row == source.header), None)
    if header is None or header.is_blank:
        raise SourceError("read.no-header", file=source.path, row=str(source.header), rows=str(len(lines)))
    _refuse_wrong_delimiter(header, lines, source.delimiter, source.path)
    body, after = _body(lines[source.header :], source.until_blank)
    table = _table(header, body)
    findings = [
        *_unexpected_cells(lines, resource),
        *_header_moved(header, lines, headings, resource),
        *_ragged(len(header.cells), body, resource),
        *_blank_rows(body, resource),
        *_rows_after(after, resource),
    ]
    if not body:
        findings.append(Finding("read.no-records", Severity.BLOCKING, Stage.READ, resource.name))
    facts = {
        "name": resource.name,
        "path": source.path,
        "source": digest(data),
        "bytes": len(data),
        "encoding": encoding,
        "header": source.header,
        "records": len(body),
        "columns": len(header.cells),
        "rows_after": len(after),
        "table": table.digest,
    }
    return Reading(table, tuple(findings), facts)


def _bytes(folder: Path, path: str) -> bytes:
    file = folder / path
    if not file.exists():
        raise SourceError("read.missing", file=path)
    if not file.is_file() or not file.resolve().is_relative_to(folder.resolve()):
        raise SourceError("read.not-a-file", file=path)
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceError("read.unreadable", file=path, reason=error.strerror or "") from error


def _lines(text: str, delimiter: str, file: str) -> Iterator[_Line]:
    # The mark can be in no file (zero bytes are refused), so a last record that is not the mark alone has
    # swallowed it: its quote was never closed.
    mark = "\0"
    end = "" if text.endswith(("\n", "\r")) else "\n"
    csv.field_size_limit(_CELL_LIMIT)
    reader = csv.reader(io.StringIO(text + end + mark, newline=""), delimiter=delimiter)
    row = 0
    last: list[str] = []
    try:
        for row, last in enumerate(reader, start=1):
            if last == [mark]:
                return
            if any(mark in cell for cell in last):
                break
            if len(last) > MAX_COLUMNS:
                raise SourceError("read.too-wide", file=file, row=str(row), limit=str(MAX_COLUMNS))
            yield _Line(row, last)
    except csv.Error:
        raise SourceError("read.cell-too-large", file=file, row=str(row + 1)) from None
    raise SourceError("read.open-quote", file=file, row=str(row))


def _refuse_wrong_delimiter(header: _Line, lines: Sequence[_Line], delimiter: str, file: str) -> None:
    """One column by the declared delimiter, and several by another in every row looked at, is the wrong one."""
    if len(header.cells) > 1:
        return
    rows = [line.cells[0] for line in lines if line.row >= header.row and len(line.cells) == 1][:20]
    for other, name in DELIMITERS.items():
        marks = {row.count(other) for row in rows}
        if other != delimiter and len(rows) > 1 and len(marks) == 1 and marks != {0}:
            declared = DELIMITERS.get(delimiter, delimiter)
            raise SourceError("read.delimiter", file=file, declared=declared, likely=name)


def _body(lines: Sequence[_Line], until_blank: bool) -> tuple[list[_Line], list[_Line]]:
    """The records below the header, and the rows that are not blank after the table's end."""
    if not until_blank:
        return list(lines), []
    start = next((number for number, line in enumerate(lines) if not line.is_blank), len(lines))
    end = next(
        (number for number, line in enumerate(lines[start:], start=start) if line.is_blank), len(lines)
    )
    return list(lines[start:end]), [line for line in lines[end:] if not line.is_blank]


def _table(header: _Line, body: Sequence[_Line]) -> Table:
    width = len(header.cells)
    records = [line.cells[:width] + [""] * (width - len(line.cells)) for line in body]
    columns = list(zip(*records, strict=True)) if records else [()] * width
    return Table(
        columns=tuple(Column(heading, number) for number, heading in enumerate(header.cells, start=1)),
        data=pa.Table.from_arrays([text_array(column) for column in columns], names=header.cells),
        rows=pa.chunked_array([pa.array((line.row for line in body), pa.int64())]),
    )


def _unexpected_cells(lines: Sequence[_Line], resource: ResourceRecipe) -> Iterator[Finding]:
    by_row = {line.row: line.cells for line in lines[: 10_000 + 1]}
    for cell, expected in resource.source.expect.items():
        column, row = _reference(cell)
        cells = by_row.get(row, [])
        found = cells[column - 1] if column <= len(cells) else ""
        if " ".join(found.split()) != " ".join(expected.split()):
            yield Finding(
                "read.expected-cell",
                Severity.BLOCKING,
                Stage.READ,
                resource.name,
                place=cell,
                rows=(row,),
                detail={"expected": expected, "cell": cell},
            )


def _reference(cell: str) -> tuple[int, int]:
    name = cell.rstrip("0123456789")
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number, int(cell[len(name) :])


def expected_headings(resource: ResourceRecipe) -> tuple[str, ...]:
    """The headings that the recipe states in ``name``, by which the header row is known again."""
    return tuple(
        rename.heading
        for operation in resource.shape
        if isinstance(operation, Name)
        for rename in operation.renames
        if rename.heading is not None
    )


def _header_moved(
    header: _Line, lines: Sequence[_Line], headings: Sequence[str], resource: ResourceRecipe
) -> Iterator[Finding]:
    wanted = {heading.strip() for heading in headings}
    if not wanted or wanted & {cell.strip() for cell in header.cells}:
        return
    for line in lines[:_SEARCHED_ROWS]:
        if wanted <= {cell.strip() for cell in line.cells}:
            yield Finding(
                "read.header-moved",
                Severity.BLOCKING,
                Stage.READ,
                resource.name,
                place=str(line.row),
                rows=(line.row,),
                detail={"declared": str(header.row), "found": str(line.row)},
            )
            return


def _ragged(width: int, body: Sequence[_Line], resource: ResourceRecipe) -> Iterator[Finding]:
    short = [line for line in body if len(line.cells) < width and line.cells]
    long = [line for line in body if any(cell.strip() for cell in line.cells[width:])]
    for lines, code, severity in (
        (short, "read.short-rows", Severity.ADVISORY),
        (long, "read.long-rows", Severity.BLOCKING),
    ):
        if lines:
            yield _rows(lines, code, severity, resource, len(body), f"{letters(width + 1)}{lines[0].row}")


def _blank_rows(body: Sequence[_Line], resource: ResourceRecipe) -> Iterator[Finding]:
    left_out = any(isinstance(operation, LeaveOut) and operation.blank for operation in resource.shape)
    blank = [line for line in body if line.is_blank]
    if blank and not left_out:
        yield _rows(blank, "read.blank-rows", Severity.BLOCKING, resource, len(body))


def _rows_after(after: Sequence[_Line], resource: ResourceRecipe) -> Iterator[Finding]:
    if after:
        yield _rows(after, "read.rows-after", Severity.NOTE, resource, len(after))


def _rows(
    lines: Sequence[_Line],
    code: str,
    severity: Severity,
    resource: ResourceRecipe,
    total: int,
    place: str | None = None,
) -> Finding:
    return Finding(
        code,
        severity,
        Stage.READ,
        resource.name,
        place=place or str(lines[0].row),
        rows=tuple(line.row for line in lines[:EXAMPLES]),
        count=len(lines),
        total=total,
    )
