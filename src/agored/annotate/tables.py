"""The officer's table on its sheet: every cell at its old address, and the ones at fault marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from agored.annotate.book import Book, height, lines
from agored.annotate.marks import COLUMNS, ROWS, Mark
from agored.annotate.problems import Problem, Sheet
from agored.table import Table

_FROZEN_ROWS = 12
_MEASURED_ROWS = 1_000
_NARROWEST, _WIDEST = 8, 48
_BATCH = 5_000

Line = tuple[int, Sequence[tuple[int, str]]]
"""A row's number, and its cells by column."""


@dataclass(frozen=True)
class Marked:
    """A cell with a comment: where it stands, under which heading, what it holds, and its problems' numbers."""

    row: int
    column: int
    heading: str
    text: str
    problems: tuple[int, ...]


class Comments:
    """What the comments say: the problems that a cell has, in words."""

    def __init__(self, book: Book, problems: Sequence[Problem]) -> None:
        self._book = book
        self._problems = problems
        self._made: dict[tuple[int, ...], tuple[str, dict[str, Any]]] = {}

    def of(self, numbers: tuple[int, ...]) -> tuple[str, dict[str, Any]]:
        """The comment on a cell with these problems, and a box that it fits in."""
        if numbers not in self._made:
            text = "\n\n".join(self._told(self._problems[number - 1]) for number in numbers)
            lines = sum(1 + len(line) // 48 for line in text.split("\n"))
            self._made[numbers] = (text, {"width": 340, "height": min(900, 20 + 16 * lines), "font_size": 9})
        return self._made[numbers]

    def _told(self, problem: Problem) -> str:
        finding, language = problem.finding, self._book.language
        title = self._book.say("annotate.problem", number=str(problem.number))
        severity = self._book.severity(finding.severity)
        return f"{title} · {severity}\n{finding.what(language)}\n{self._book.how(finding)}"


def write_table(book: Book, page: Any, sheet: Sheet, problems: Sequence[Problem]) -> Iterator[Marked]:
    """Write a sheet's table to ``page``, counting the marks of each of ``problems``; gives each cell that got a
    comment, row by row."""
    _lay_out(book, page, sheet)
    comments = Comments(book, problems)
    headings = {column.source: column.name for column in sheet.source.read.columns}
    for row, cells, marks in _with_marks(_lines(sheet), sheet.marks.by_row()):
        is_header = row in sheet.source.headers
        style = book.heading if is_header else book.plain
        for column, text in cells:
            if (text or is_header) and column not in marks:
                book.put(page, row, column, text, style)
        if not marks:
            continue
        texts = dict(cells)
        for column, mark in marks.items():
            text = texts.get(column, "")
            own = [problems[number - 1] for number in mark.problems]
            book.put(page, row, column, text, book.marked[own[0].finding.severity])
            if mark.commented:
                page.write_comment(row - 1, column - 1, *comments.of(mark.problems))
                yield Marked(row, column, headings.get(column, ""), text, mark.problems)
            for problem in own:
                problem.mark(row, column, mark.commented)


def _lay_out(book: Book, page: Any, sheet: Sheet) -> None:
    header = sheet.source.top
    widths = dict(_widths(sheet.shown))
    for column, width in widths.items():
        page.set_column(column - 1, column - 1, width, book.plain)
    if header <= ROWS:
        headings = ((column.name, widths.get(column.source or 0)) for column in sheet.shown.columns)
        page.set_row(
            header - 1, height(max((lines(text, width) for text, width in headings if width), default=1))
        )
    if header <= _FROZEN_ROWS:
        page.freeze_panes(header, 0)
        page.repeat_rows(header - 1)
    if sheet.is_excerpt:
        page.set_default_row(hide_unused_rows=True)


def _widths(table: Table) -> Iterator[tuple[int, float]]:
    """By column, a width in characters that most of its first cells fit in."""
    for place, column in enumerate(table.columns):
        if column.source is None or column.source > COLUMNS:
            continue
        lengths = pc.utf8_length(table.data.column(place).slice(0, _MEASURED_ROWS))
        usual = pc.quantile(lengths, 0.95, interpolation="higher")[0].as_py() or 0
        longest = max([int(usual), *(len(line) for line in column.name.split("\n"))])
        yield column.source, min(_WIDEST, max(_NARROWEST, longest + 2))


def _lines(sheet: Sheet) -> Iterator[Line]:
    """The rows of the sheet in order, as far as it can hold them: those outside the table, the header, and the
    records that are shown."""
    source = sheet.source
    outside = [(row, list(enumerate(cells, start=1))) for row, cells in sorted(source.outside.items())]
    header = [(column.source, column.name) for column in source.read.columns if column.source]
    headers = [(source.top, header)] if source.top not in source.outside else []
    records = _with_surplus(_records(sheet.shown), source.surplus)
    lines = merge(outside, headers, records, key=itemgetter(0))
    for row, cells in lines:
        if row <= ROWS:
            yield row, cells if not cells or cells[-1][0] <= COLUMNS else _held(cells)


def _held(cells: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(column, text) for column, text in cells if column <= COLUMNS]


def _records(table: Table) -> Iterator[Line]:
    places = [column.source or number for number, column in enumerate(table.columns, start=1)]
    names = [str(number) for number in range(len(places) + 1)]
    records = pa.Table.from_arrays([table.rows, *table.data.columns], names=names)
    for batch in records.to_batches(max_chunksize=_BATCH):
        rows, *columns = (column.to_pylist() for column in batch.columns)
        cells = zip(*columns, strict=True) if columns else ((),) * len(rows)
        for row, texts in zip(rows, cells, strict=True):
            yield row, list(zip(places, texts, strict=True))


def _with_surplus(lines: Iterator[Line], surplus: Mapping[int, Sequence[str]]) -> Iterator[Line]:
    for row, cells in lines:
        further = surplus.get(row, ())
        yield row, [*cells, *enumerate(further, start=len(cells) + 1)] if further else cells


def _with_marks(
    lines: Iterator[Line], marks: Iterator[tuple[int, dict[int, Mark]]]
) -> Iterator[tuple[int, Sequence[tuple[int, str]], Mapping[int, Mark]]]:
    """Each line with its marks; a marked row that is none of the lines has no cells of its own."""
    following = next(marks, None)
    for row, cells in lines:
        while following is not None and following[0] < row:
            yield following[0], (), following[1]
            following = next(marks, None)
        if following is not None and following[0] == row:
            yield row, cells, following[1]
            following = next(marks, None)
        else:
            yield row, cells, {}
    while following is not None:
        yield following[0], (), following[1]
        following = next(marks, None)
