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

DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
"""The delimiters that are looked for, and how a recipe names each."""
MAX_COLUMNS = 4_096
_SEARCHED_ROWS = 30
_COMPARED_ROWS = 20
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
        raise _no_header(lines, headings, resource)
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
    for row, cells in enumerate(rows_of(text, delimiter, file), start=1):
        if len(cells) > MAX_COLUMNS:
            raise SourceError("read.too-wide", file=file, row=str(row), limit=str(MAX_COLUMNS))
        yield _Line(row, cells)


def rows_of(text: str, delimiter: str, file: str) -> Iterator[list[str]]:
    """The cells of each row. Raises SourceError where the quotation marks are wrong."""
    csv.field_size_limit(_CELL_LIMIT)
    # Strict: without it, the quotes of a cell such as "O"Brien" would be dropped and nobody told.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 1
    try:
        for cells in reader:
            yield cells
            row += 1
    except csv.Error as error:
        raise SourceError(_quoting_fault(error), file=file, row=str(row)) from None


def _quoting_fault(error: csv.Error) -> str:
    """What Python's reader refused, which it tells by its message alone."""
    if "field larger than field limit" in str(error):
        return "read.cell-too-large"
    return "read.open-quote" if "unexpected end of data" in str(error) else "read.stray-quote"


def _no_header(lines: Sequence[_Line], headings: Sequence[str], resource: ResourceRecipe) -> SourceError:
    source = resource.source
    facts = {"file": source.path, "row": str(source.header)}
    found = _row_of(headings, lines)
    if found is not None:
        return SourceError("read.header-elsewhere", **facts, found=str(found))
    return SourceError("read.no-header", **facts, rows=str(len(lines)))


def _refuse_wrong_delimiter(header: _Line, lines: Sequence[_Line], delimiter: str, file: str) -> None:
    """A header of one column by the declared delimiter, and of several by another mark that stands as often in
    every row looked at, is the wrong delimiter."""
    if len(header.cells) > 1:
        return
    below = [line for line in lines if line.row >= header.row and not line.is_blank]
    rows = [delimiter.join(line.cells) for line in below[:_COMPARED_ROWS]]
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
    for cell, expected in resource.source.expect.items():
        column, row = _reference(cell)
        cells = lines[row - 1].cells if row <= len(lines) else []
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
    if {heading.strip() for heading in headings} & {cell.strip() for cell in header.cells}:
        return
    found = _row_of(headings, lines)
    if found is not None:
        yield Finding(
            "read.header-moved",
            Severity.BLOCKING,
            Stage.READ,
            resource.name,
            place=str(found),
            rows=(found,),
            detail={"declared": str(header.row), "found": str(found)},
        )


def _row_of(headings: Sequence[str], lines: Sequence[_Line]) -> int | None:
    """The first row, near the top, that holds all ``headings``."""
    wanted = {heading.strip() for heading in headings}
    return next(
        (
            line.row
            for line in lines[:_SEARCHED_ROWS]
            if wanted and wanted <= {cell.strip() for cell in line.cells}
        ),
        None,
    )


def _ragged(width: int, body: Sequence[_Line], resource: ResourceRecipe) -> Iterator[Finding]:
    """Rows with fewer cells than the header, blank ones aside, and rows with more that are not empty."""
    short = [line for line in body if len(line.cells) < width and not line.is_blank]
    long = [line for line in body if any(cell.strip() for cell in line.cells[width:])]
    if short:
        place = f"{letters(len(short[0].cells) + 1)}{short[0].row}"
        yield _rows(short, "read.short-rows", Severity.ADVISORY, resource, len(body), place)
    if long:
        place = f"{letters(width + 1)}{long[0].row}"
        yield _rows(long, "read.long-rows", Severity.BLOCKING, resource, len(body), place)


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
