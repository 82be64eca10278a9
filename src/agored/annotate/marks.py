"""Where findings stand in the file that the officer sent: the cells to mark, and the rows to show."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from agored.findings import Finding, Stage
from agored.table import Column, Table, indices

ROWS, COLUMNS = 1_048_576, 16_384
"""What a sheet can hold."""
WHOLE_ROWS, WHOLE_CELLS = 100_000, 1_000_000
"""Up to here a table is shown whole; beyond, writing it takes longer than anybody waits."""
EXCERPT_ROWS, EXCERPT_CELLS = 20_000, 400_000
"""How much of a longer table is shown."""
AROUND = 2
"""How many rows before and after a row with a problem are shown with it."""

_PLACE = re.compile(r"(?P<column>[A-Z]{0,3})(?P<row>[0-9]*)(?::[A-Z]+[0-9]+)?(?: · .*)?", re.DOTALL)
_CELL = pa.schema([("row", pa.int64()), ("column", pa.int64())])


@dataclass(frozen=True)
class AnnotatedTable:
    """One resource: its table as it stands in the file (``read``), below the headings in the rows ``headers``
    (none where the file has records and no rows), and what was found in it.

    ``tidy`` is the table after shape, on which ``faults`` were found: by a finding's code, without its
    ``validation.``, and field (for whole records the fields that are at fault together, as ``detail`` names them,
    or None), the places (0 is the first) of all records at fault.
    ``outside`` holds rows of the file that belong to no record, by row number: titles above, the headings as
    they stand, notes below. ``surplus`` holds, by row, the cells of records beyond the last heading, where they
    are no columns of ``read``.
    """

    resource: str
    read: Table
    headers: Sequence[int]
    tidy: Table
    findings: Sequence[Finding]
    faults: Mapping[tuple[str, str | None], Sequence[int]]
    outside: Mapping[int, Sequence[str]] = dataclasses.field(default_factory=dict)
    surplus: Mapping[int, Sequence[str]] = dataclasses.field(default_factory=dict)
    further: int = 0
    """How many rows further down than in the file the records stand."""

    @property
    def top(self) -> int:
        """The last row of the headings."""
        return max(self.headers, default=1)

    def in_rows(self, label: str) -> AnnotatedTable:
        """This table, where it has records and no rows, as it is shown: record 17 in row 18 below the headings,
        its number in the first column under ``label``. A table of rows as it is."""
        if self.headers:
            return self
        numbers = pc.binary_join_element_wise(self.read.before, pc.cast(self.read.rows, pa.string()), "")
        columns = {column.name: number for number, column in enumerate(self.read.columns, start=2)}
        read = Table(
            columns=(
                Column(label, 1),
                *(dataclasses.replace(each, source=columns[each.name]) for each in self.read.columns),
            ),
            data=self.read.data.add_column(0, label, numbers),
            rows=pc.add(self.read.rows, 1),
            before=self.read.before,
        )
        tidy = dataclasses.replace(
            self.tidy,
            columns=tuple(
                dataclasses.replace(column, source=columns.get(column.name)) for column in self.tidy.columns
            ),
            rows=pc.add(self.tidy.rows, 1),
            cells=None,
        )
        return dataclasses.replace(self, read=read, headers=[1], tidy=tidy, further=1)

    def places_of(self, finding: Finding) -> pa.Array | None:
        """The places in ``tidy`` of all records that a finding is about; None where they are not known."""
        code = finding.code.removeprefix("validation.")
        where = self.faults.get((code, finding.field or finding.detail.get("fields")))
        if where is None:
            where = self.faults.get((code, finding.field))
        if finding.stage is not Stage.VALIDATE or where is None or not len(where):
            return None
        return pa.array(where, pa.int64())

    def cells_of(self, finding: Finding) -> pa.Table:
        """The ``row`` and ``column`` in the file (1 is the first) of each cell that a finding is about, once.

        Where only a finding's examples are known, it is those; none, where it is about no cell.
        """
        places = self.places_of(finding)
        cells = self._of_examples(finding) if places is None else self.at(places, finding.field)
        return cells.group_by(["row", "column"], use_threads=False).aggregate([])

    def at(self, places: pa.Array, field: str | None) -> pa.Table:
        """The ``row`` and ``column`` in the file of each of these records' ``field``; of the row's first cell,
        where the field has none of its own, or is None."""
        rows = _flat(self.tidy.rows.take(places))
        columns = pa.repeat(pa.scalar(self._first, pa.int64()), len(rows))
        if field in self.tidy.names:
            source = self.tidy.column(field).source
            if source is not None:
                columns = pa.repeat(pa.scalar(source, pa.int64()), len(rows))
            elif self.tidy.cells is not None:
                turned = _flat(self.tidy.cells.take(places))
                columns = pc.if_else(pc.equal(turned, 0), columns, turned)
        return pa.Table.from_arrays([rows, columns], schema=_CELL)

    def _of_examples(self, finding: Finding) -> pa.Table:
        column, row = self._place(finding.place)
        if column and not row and not finding.rows and finding.stage is not Stage.READ:
            return _cells([(self.top, column)])
        rows = [each + self.further for each in finding.rows]
        first = row + self.further if row and (column or rows) else None
        if first is not None:
            rows = [first, *(each for each in rows if each != first)]
        always = self._always(finding, column)
        return _cells((each, column if column and each == first else always) for each in rows)

    def _always(self, finding: Finding, column: int | None) -> int:
        """The column of all of a finding's rows, where that of its first cell is ``column``. Where another row's
        cell may stand in another column, as after unpivoting, it is that of the row's first cell."""
        if finding.field in self.tidy.names:
            source = self.tidy.column(finding.field).source
            if source is not None:
                return source
        if column is None or finding.stage is Stage.READ:
            return self._first
        turned = self.tidy.cells is not None and pc.any(pc.equal(self.tidy.cells, column)).as_py()
        return self._first if turned else column

    def _place(self, place: str | None) -> tuple[int | None, int | None]:
        """Column and row of a finding's place: ``C17 · "count"`` is 3 and 17, ``17`` only a row, ``C`` a column."""
        match = _PLACE.fullmatch((place or "").removeprefix(self.read.before))
        if match is None:
            return None, None
        column = 0
        for letter in match["column"]:
            column = column * 26 + ord(letter) - ord("A") + 1
        return column or None, int(match["row"]) if match["row"] else None

    @property
    def _first(self) -> int:
        """The column in which a row begins."""
        return min((column.source for column in self.read.columns if column.source), default=1)


def excerpt(sheet: AnnotatedTable, cells: Sequence[pa.Table]) -> Table:
    """The table as it stands in the file; of one too long to show whole, the first rows of each of the problems
    at ``cells``, with a few rows around each."""
    table, width = sheet.read, max(1, len(sheet.read.columns))
    if len(table) <= min(WHOLE_ROWS, WHOLE_CELLS // width):
        return table
    room = min(EXCERPT_ROWS, EXCERPT_CELLS // width)
    share = max(1, room // max(1, len(cells)) // (2 * AROUND + 1))
    shown: set[int] = set()
    for each in cells:
        first = pc.unique(each["row"].combine_chunks())[:share]
        for place in indices(pc.is_in(table.rows, value_set=first)):
            shown.update(range(max(0, place - AROUND), min(len(table), place + AROUND + 1)))
    rows = table.rows.take(pa.array(sorted(shown), pa.int64()))
    return table.where(pc.is_in(table.rows, value_set=_flat(rows)))


@dataclass(frozen=True)
class Mark:
    """A cell to mark: the numbers of its problems, the worst first, and whether it gets a comment."""

    problems: tuple[int, ...]
    commented: bool


class Marks:
    """The cells to mark on one sheet.

    ``cells`` are those of each problem by its number; the first ``comments`` of each get a comment. Where only
    ``shown`` of the table ``whole`` is shown, cells of its other rows are left away.
    """

    def __init__(self, cells: Mapping[int, pa.Table], comments: int, whole: Table, shown: Table) -> None:
        pieces = [_NONE, *(_numbered(each, number, comments) for number, each in cells.items())]
        marks = pa.concat_tables(pieces)
        held = pc.and_(pc.less_equal(marks["row"], ROWS), pc.less_equal(marks["column"], COLUMNS))
        marks = marks.filter(held)
        if shown is not whole:
            inside = pc.is_in(marks["row"], value_set=_flat(whole.rows))
            kept = pc.is_in(marks["row"], value_set=_flat(shown.rows))
            marks = marks.filter(pc.or_(kept, pc.invert(inside)))
        self._marks = marks.sort_by([(name, "ascending") for name in ("row", "column", "number")])

    def by_row(self) -> Iterator[tuple[int, dict[int, Mark]]]:
        """Each row with marks, in order, and its marks by column, in order."""
        for row, marks in groupby(_records(self._marks), key=lambda mark: mark[0]):
            yield (
                row,
                {column: _mark(list(each)) for column, each in groupby(marks, key=lambda mark: mark[1])},
            )


_MARK = pa.schema([*_CELL, ("number", pa.int64()), ("commented", pa.bool_())])
_NONE = _MARK.empty_table()


def _numbered(cells: pa.Table, number: int, comments: int) -> pa.Table:
    length = len(cells)
    commented = pa.array([place < comments for place in range(length)], pa.bool_())
    numbers = pa.repeat(pa.scalar(number, pa.int64()), length)
    return pa.Table.from_arrays([cells["row"], cells["column"], numbers, commented], schema=_MARK)


def _records(marks: pa.Table) -> Iterator[tuple[int, int, int, bool]]:
    for batch in marks.to_batches(max_chunksize=10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _mark(marks: Sequence[tuple[int, int, int, bool]]) -> Mark:
    return Mark(tuple(mark[2] for mark in marks), any(mark[3] for mark in marks))


def _cells(places: Iterable[tuple[int, int]]) -> pa.Table:
    rows, columns = zip(*places, strict=True) if (places := list(places)) else ((), ())
    return pa.Table.from_arrays([pa.array(rows, pa.int64()), pa.array(columns, pa.int64())], schema=_CELL)


def _flat(values: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
