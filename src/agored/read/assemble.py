"""Blocks of any format to a table, as the recipe declares it: header rows, records, and all that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from agored.errors import SourceError
from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.read.blocks import MAX_CELLS, NOWHERE, Block, Contents, Mask, Numbers, column_number, is_blank
from agored.read.formulas import formulas_in
from agored.read.header import Rows
from agored.read.mojibake import mojibake_findings
from agored.recipe import LeaveOut, ResourceRecipe
from agored.table import Column, Table, letters
from agored.words import number_text

OUTSIDE = 1_000
"""How many rows above a table and below it are kept at most, to be shown to the officer."""
_MARKED: Mapping[str, Severity] = {
    "read.error-cells": Severity.BLOCKING,
    "read.no-date": Severity.ADVISORY,
    "read.uncalculated": Severity.ADVISORY,
}
"""How bad it is what a reader marks in cells."""


@dataclass(frozen=True)
class Assembled:
    """The table, what was found, how many rows stand below its end, and by row number the cells ``outside`` it:
    titles, headings and units above, notes below."""

    table: Table
    findings: tuple[Finding, ...]
    rows_after: int
    outside: Mapping[int, tuple[str, ...]]


def assemble(contents: Contents, resource: ResourceRecipe, headings: Sequence[str], file: str) -> Assembled:
    """The table in ``contents``. ``headings`` are those that the recipe counts on, ``file`` what messages call
    the source. Raises SourceError where there is no header row where the recipe says."""
    return _Assembly(contents, resource, headings, file).assembled()


class _Assembly:
    """One source on its way to a table: ``body`` are the records, ``after`` the rows below their end."""

    def __init__(
        self, contents: Contents, resource: ResourceRecipe, headings: Sequence[str], file: str
    ) -> None:
        self.contents = contents
        self.resource = resource
        self.source = resource.source
        self.headings = headings
        self.file = file
        self.rows = Rows(contents.blocks, contents.merged)
        self.header = self._header()
        self.width = len(self.header)
        self.body, self.after = self._body()
        self.blank = [block.blank() for block in self.body]
        self.count = sum(map(len, self.body))
        if self.count * self.width > MAX_CELLS and contents.encoding is None:
            raise SourceError("read.too-large", file=file, cells=number_text(MAX_CELLS, "en"))

    def assembled(self) -> Assembled:
        table = self._table()
        findings = (
            *self._unexpected_cells(),
            *self._header_moved(),
            *self._ragged(),
            *self._blank_rows(),
            *self._rows_after(),
            *self._marked(),
            *self._merged(),
            *self._formulas(),
            *self._mojibake(table),
            *self._incomplete(),
            *self._no_records(),
        )
        return Assembled(table, findings, len(self.after), self._outside())

    # The table

    def _header(self) -> list[str]:
        if self.contents.headings is not None:
            return list(self.contents.headings)
        header = self.rows.headings(self.source, self.source.header)
        if header is not None:
            return header
        facts = {"file": self.file, "row": str(self.source.header)}
        found = self.rows.row_of(self.headings, self.source)
        if found is not None:
            raise SourceError("read.header-elsewhere", **facts, found=str(found))
        raise SourceError("read.no-header", **facts, rows=str(self.rows.last))

    def _body(self) -> tuple[list[Block], Numbers]:
        """The blocks of records below the header, and the rows that are not blank after the table's end."""
        blocks = [block for block in self.contents.blocks if len(block)]
        if self.contents.headings is not None:
            return blocks, np.empty(0, np.int64)
        first = self.source.first_row
        below = [block.slice(int(np.searchsorted(block.rows, first)), len(block)) for block in blocks]
        below = [block for block in below if len(block)]
        if not self.source.until_blank:
            return below, np.empty(0, np.int64)
        return _until_blank(below)

    def _table(self) -> Table:
        columns = [
            pa.chunked_array([block.column(number) for block in self.body], pa.string())
            for number in range(self.width)
        ]
        rows = np.concatenate([block.rows for block in self.body] or [np.empty(0, np.int64)])
        records = self.contents.headings is not None
        return Table(
            columns=tuple(
                Column(heading, None if records else number)
                for number, heading in enumerate(self.header, start=1)
            ),
            data=pa.Table.from_arrays(columns, names=self.header),
            rows=pa.chunked_array([pa.array(rows)]),
            before=self._before_places(),
        )

    def _before_places(self) -> str:
        """What stands before each place: the sheet that the recipe names, or the sign for a record's number."""
        if self.contents.headings is not None:
            return "#"
        return f"{self.source.sheet}!" if self.source.sheet is not None else ""

    def _outside(self) -> dict[int, tuple[str, ...]]:
        if self.contents.headings is not None:
            return {}
        above = range(1, min(self.source.first_row, OUTSIDE))
        found = {row: self.rows.cells(row) for row in (*above, *map(int, self.after[:OUTSIDE]))}
        return {row: tuple(cells) for row, cells in found.items() if cells}

    # What does not fit

    def _finding(
        self,
        code: str,
        severity: Severity,
        rows: Numbers | Sequence[int] = (),
        total: int | None = None,
        place: str | None = None,
        count: int | None = None,
        **detail: str,
    ) -> Finding:
        """The finding ``code`` for ``rows``; the place is the first of them where nothing else is said."""
        examples = tuple(dict.fromkeys(map(int, rows[: 10 * EXAMPLES])))[:EXAMPLES]
        if place is None and examples:
            place = str(examples[0])
        return Finding(
            code,
            severity,
            Stage.READ,
            self.resource.name,
            place=None if place is None else self._before_places() + place,
            rows=examples,
            count=len(rows) if count is None else count,
            total=total,
            detail=detail,
        )

    def _unexpected_cells(self) -> Iterator[Finding]:
        for cell, expected in self.source.expect.items():
            column, row = _reference(cell)
            if " ".join(self.rows.cell(row, column).split()) != " ".join(expected.split()):
                yield self._finding(
                    "read.expected-cell", Severity.BLOCKING, [row], place=cell, expected=expected, cell=cell
                )

    def _header_moved(self) -> Iterator[Finding]:
        if self.contents.headings is not None:
            return
        if {heading.strip() for heading in self.headings} & {cell.strip() for cell in self.header}:
            return
        found = self.rows.row_of(self.headings, self.source)
        if found is not None:
            yield self._finding(
                "read.header-moved",
                Severity.BLOCKING,
                [found],
                declared=str(self.source.header),
                found=str(found),
            )

    def _ragged(self) -> Iterator[Finding]:
        """Rows with fewer cells than the header, blank ones aside, and rows with more that are not empty."""
        short = [self._is_short(block) & ~blank for block, blank in zip(self.body, self.blank, strict=True)]
        long = [self._is_long(block) for block in self.body]
        rows = _rows_where(self.body, short)
        if len(rows):
            cells = self.rows.cells(int(rows[0])) or []
            place = f"{letters(len(cells) + 1)}{rows[0]}"
            yield self._finding("read.short-rows", Severity.ADVISORY, rows, self.count, place)
        rows = _rows_where(self.body, long)
        if len(rows):
            place = f"{letters(self.width + 1)}{rows[0]}"
            yield self._finding("read.long-rows", Severity.BLOCKING, rows, self.count, place)

    def _is_short(self, block: Block) -> Mask:
        if block.widths is None:
            return np.zeros(len(block), np.bool_)
        short: Mask = block.widths < self.width
        return short

    def _is_long(self, block: Block) -> Mask:
        long = np.zeros(len(block), np.bool_)
        for column in block.columns[self.width :]:
            long |= ~is_blank(column)
        return long

    def _blank_rows(self) -> Iterator[Finding]:
        left_out = any(
            isinstance(operation, LeaveOut) and operation.blank for operation in self.resource.shape
        )
        rows = _rows_where(self.body, self.blank)
        if len(rows) and not left_out:
            yield self._finding("read.blank-rows", Severity.BLOCKING, rows, self.count)

    def _rows_after(self) -> Iterator[Finding]:
        if len(self.after):
            yield self._finding("read.rows-after", Severity.NOTE, self.after, len(self.after))

    def _no_records(self) -> Iterator[Finding]:
        if not self.count:
            yield self._finding("read.no-records", Severity.BLOCKING, count=1)

    # What is not plain text in cells

    def _marked(self) -> Iterator[Finding]:
        """What the reader marked in cells of the table."""
        for code, severity in _MARKED.items():
            marked = [
                _within(block.marks[code], block.rows, self.width)
                for block in self.body
                if code in block.marks
            ]
            places = np.concatenate(marked) if marked else NOWHERE
            if len(places):
                yield self._at_cells(code, severity, places)

    def _at_cells(self, code: str, severity: Severity, places: Numbers) -> Finding:
        row, column = places[0]
        place = str(row) if self.contents.headings is not None else f"{letters(int(column))}{row}"
        return self._finding(code, severity, places[:, 0], self.count * self.width, place)

    def _merged(self) -> Iterator[Finding]:
        """Merged cells among the records, which leave all but their first cell empty."""
        if not self.count:
            return
        first, last = int(self.body[0].rows[0]), int(self.body[-1].rows[-1])
        merged = sorted(
            (area.top, area.left, area.bottom, area.right)
            for area in self.contents.merged
            if area.bottom >= first and area.top <= last and area.left <= self.width
        )
        filled = [area for area in merged if self.rows.cell(area[0], area[1]).strip()]
        if filled:
            top, left, bottom, right = filled[0]
            place = f"{letters(left)}{top}:{letters(right)}{bottom}"
            yield self._finding(
                "read.merged-cells", Severity.ADVISORY, [area[0] for area in filled], place=place
            )

    def _formulas(self) -> Iterator[Finding]:
        found = []
        for block in self.body:
            for number in range(min(self.width, len(block.columns))):
                indices = formulas_in(block.columns[number])
                if len(indices):
                    found.append(np.stack([block.rows[indices], np.full(len(indices), number + 1)], axis=1))
        if found:
            places = np.concatenate(found)
            order = np.lexsort((places[:, 1], places[:, 0]))
            yield self._at_cells("read.formula-text", Severity.ADVISORY, places[order])

    def _mojibake(self, table: Table) -> list[Finding]:
        """Letters that went wrong on the way."""
        heading_row = None if self.contents.headings is not None else self.source.header
        return mojibake_findings(table, self.resource.name, heading_row)

    def _incomplete(self) -> Iterator[Finding]:
        if self.contents.more:
            yield self._finding("read.more-records", Severity.BLOCKING, count=1)


def _until_blank(blocks: Sequence[Block]) -> tuple[list[Block], Numbers]:
    """The rows from the first that is not blank to the next that is, and those below that are not blank."""
    body: list[Block] = []
    after: list[Numbers] = []
    begun = ended = False
    for block in blocks:
        blank = block.blank()
        start = 0
        if not begun:
            start = int(np.argmin(blank)) if not blank.all() else len(block)
            begun = start < len(block)
        stop = len(block)
        if ended:
            start = stop = 0
        elif blank[start:].any():
            stop = start + int(np.argmax(blank[start:]))
            ended = begun
        if stop > start:
            body.append(block.slice(start, stop))
        if ended:
            after.append(block.rows[stop:][~blank[stop:]])
    return body, np.concatenate(after or [np.empty(0, np.int64)])


def _rows_where(blocks: Sequence[Block], masks: Sequence[Mask]) -> Numbers:
    found = [block.rows[mask] for block, mask in zip(blocks, masks, strict=True)]
    return np.concatenate(found or [np.empty(0, np.int64)])


def _within(places: Numbers, rows: Numbers, width: int) -> Numbers:
    """The places that lie in these rows and in the first ``width`` columns."""
    inside: Numbers = places[(places[:, 0] >= rows[0]) & (places[:, 0] <= rows[-1]) & (places[:, 1] <= width)]
    return inside


def _reference(cell: str) -> tuple[int, int]:
    """The column and the row of a cell such as ``AB12``."""
    name = cell.rstrip("0123456789")
    return column_number(name), int(cell[len(name) :])
