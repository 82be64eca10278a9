"""Where the headings stand: in which row or rows, below which titles, above which units. A record is never taken
for them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from agored.drafting.looking import Looked
from agored.drafting.said import Said, rows_text, said
from agored.drafting.vocabulary import DATE_LIKE, MARKER, NUMBER, OF_RECORDS, UNIT
from agored.read.blocks import Area, blocks_of
from agored.read.header import Rows
from agored.read.look import Line
from agored.recipe import Source

SEARCHED = 100
"""Rows from the top in which the headings are looked for."""
_COMPARED = 50
"""Rows below by which it is judged what stands in a column."""
_DEEPEST = 4
_FEWEST_DAYS = 3
"""Days that are headings of columns, and not the dates of a record."""
_MOSTLY = 0.6
_CROWDED = 8
"""Rows of several cells above the headings, beyond which they may be a table themselves."""


@dataclass(frozen=True)
class Header:
    """``headings`` are the texts as reading gives them; ``full`` has those of groups carried on over the columns to
    their right, for names. ``titles`` are the rows above that hold something; ``last`` is the last row before the
    records. ``because`` is what the row rests on, ``units_because`` what the row of units does."""

    rows: tuple[int, ...]
    units: int | None
    headings: tuple[str, ...]
    full: tuple[str, ...]
    titles: tuple[int, ...]
    because: tuple[Said, ...]

    @property
    def first(self) -> int:
        """The first row of headings."""
        return self.rows[0]

    @property
    def last(self) -> int:
        """The last row before the records."""
        return self.units or self.rows[-1]


def find_header(looked: Looked) -> Header | None:
    """The headings among the first rows; None where no row can be told to hold them."""
    return _Search(looked).header()


class _Search:
    def __init__(self, looked: Looked) -> None:
        self.looked = looked
        self.lines = looked.first[: 10 * SEARCHED]
        self.width = _width(self.lines)

    def header(self) -> Header | None:
        index = self._row_of_headings()
        if index is None:
            return None
        above = self._groups_above(index)
        below = self._headings_below(index)
        indices = range(index - above, index + below + 1)
        units = self._units(indices[-1] + 1) if not below else None
        rows = tuple(self.lines[each].row for each in indices)
        headings, full = self._texts(rows)
        titles = tuple(line.row for line in self.lines[: indices[0]] if not line.is_blank)
        contrast = self._contrast(indices[-1] if units is None else indices[-1] + 1, index)
        because = [
            said(
                "header" if self._is_wide(self.lines[index]) else "header-narrow",
                row=self.lines[index].row,
                filled=_filled(self.lines[index]),
                columns=len(headings),
            )
        ]
        if contrast:
            because.append(said("header-contrast", count=contrast))
        crowded = [line.row for line in self.lines[: indices[0]] if _filled(line) > 1]
        if len(crowded) > _CROWDED:
            because.append(said("header-table-above", count=len(crowded), rows=rows_text(crowded)))
        if above:
            because.append(said("header-groups", rows=rows_text(rows[:above])))
        if below:
            because.append(said("header-below", rows=rows_text(rows[-below:])))
        return Header(
            rows, None if units is None else self.lines[units].row, headings, full, titles, tuple(because)
        )

    # The row itself

    def _row_of_headings(self) -> int | None:
        """The first row that is nearly as wide as the table, if all that it holds can be headings.

        No later row of the same part is tried: it would be a record, whose values would stand in the draft as
        names. A later part of the page is, where the first one is small and has no records that look like any; and
        so is a narrower row above the first record.
        """
        candidates = [index for index in self._candidates() if index < SEARCHED]
        if not candidates or not self._can_be_headings(candidates[0]):
            return self._narrower_row()
        first = candidates[0]
        if not self._contrast(first, first):
            better = next((index for index in candidates[1:] if self._is_better(index, first)), None)
            return first if better is None else better
        return first

    def _narrower_row(self) -> int | None:
        """The last row above the first record that may hold the headings of some columns, over columns of numbers."""
        near = range(min(SEARCHED, len(self.lines)))
        filled = [index for index in near if _filled(self.lines[index]) > 1]
        for index, after in pairwise(filled):
            if self._can_be_headings(after) and not self._holds_units(after):
                continue
            return index if self._can_be_headings(index) and self._contrast(index, index) > 1 else None
        return None

    def _holds_units(self, index: int) -> bool:
        return _are_units([cell.strip() for cell in self.lines[index].cells if cell.strip()])

    def _candidates(self) -> Iterator[int]:
        """The first wide row of each part of the page, blank rows dividing the parts."""
        is_new_part = True
        for index, line in enumerate(self.lines):
            if line.is_blank:
                is_new_part = True
            elif is_new_part and self._is_wide(line):
                yield index
                is_new_part = False

    def _is_wide(self, line: Line) -> bool:
        wanted = math.ceil(0.8 * self.width) if self.width >= 10 else self.width - 1
        return _filled(line) >= max(wanted, self.width // 2 + 1)

    def _can_be_headings(self, index: int) -> bool:
        cells = [cell.strip() for cell in self.lines[index].cells]
        filled = [cell for cell in cells if cell]
        if are_headings(filled) or (self._stands_below_groups(index) and _in_cycles(filled)):
            return True
        # Years over all columns but the first ones, which hold the names of the records.
        corner = next(column for column, cell in enumerate(cells) if cell)
        named = [any(cell and not is_number(cell) for cell in cells[:corner]) for cells in self._below(index)]
        return len(filled) > 1 and _in_order(filled) and sum(named) > _MOSTLY * len(named)

    def _stands_below_groups(self, index: int) -> bool:
        """Whether the row above holds text over several columns, and not over all."""
        above = [cell.strip() for cell in self.lines[index - 1].cells if cell.strip()] if index else []
        return 1 < len(above) < _filled(self.lines[index]) and not any(map(is_number, above))

    def _is_better(self, index: int, first: int) -> bool:
        size = sum(1 for _ in self._part(first))
        return (
            size < sum(1 for _ in self._part(index))
            and self._can_be_headings(index)
            and bool(self._contrast(index, index))
        )

    def _part(self, index: int) -> Iterator[Line]:
        for line in self.lines[index:]:
            if line.is_blank:
                return
            yield line

    def _below(self, index: int) -> list[list[str]]:
        """The cells of the first rows below, up to a blank one; of those below that where it comes at once."""
        start = next(
            (start for start in range(index + 1, len(self.lines)) if not self.lines[start].is_blank), None
        )
        rows = [] if start is None else islice(self._part(start), _COMPARED)
        return [[cell.strip() for cell in line.cells] for line in rows]

    def _contrast(self, index: int, header: int) -> int:
        """In how many columns the heading is text, and what stands below row ``index`` is mostly numbers or dates."""
        headings = [cell.strip() for cell in self.lines[header].cells]
        return sum(1 for column in self._typed_columns(index) if column < len(headings) and headings[column])

    def _typed_columns(self, index: int) -> list[int]:
        """The columns that hold mostly numbers or dates below row ``index``."""
        below = self._below(index)
        columns = []
        for column in range(max(map(len, below), default=0)):
            cells = [cells[column] for cells in below if column < len(cells) and cells[column]]
            if cells and sum(map(is_typed, cells)) >= _MOSTLY * len(cells):
                columns.append(column)
        return columns

    # What belongs to it

    def _groups_above(self, index: int) -> int:
        """How many rows right above hold headings of groups of columns."""
        count = 0
        while count < _DEEPEST - 1 and index - count > 0:
            line = self.lines[index - count - 1]
            filled = [column for column, cell in enumerate(line.cells) if cell.strip()]
            beside = filled == list(range(len(filled))) and len(filled) <= max(2, self.width // 2)
            lone_corner = not self.lines[index].cells[0].strip() if self.lines[index].cells else False
            if len(filled) < 2 or (beside and not lone_corner) or not self._spans(line, filled):
                break
            count += 1
        return count

    def _spans(self, line: Line, filled: Sequence[int]) -> bool:
        """Whether the cells of a row stand over groups of columns: merged over them, or with gaps between them."""
        cells = [line.cells[column].strip() for column in filled]
        if any(is_number(cell) and not re.fullmatch(r"(19|20)\d\d", cell) for cell in cells):
            return False
        return len(filled) < len(line.cells)

    def _headings_below(self, index: int) -> int:
        """How many rows right below are headings too: text over all columns of numbers, and no units."""
        count = 0
        while count < _DEEPEST - 1 and self._goes_on(index + count + 1, index):
            count += 1
        return count

    def _goes_on(self, index: int, header: int) -> bool:
        if index + 1 >= len(self.lines) or self.lines[index].is_blank or self.lines[index + 1].is_blank:
            return False
        typed = self._typed_columns(index)
        cells = [self._cell(index, column) for column in typed]
        is_text = len(typed) > 1 and all(cell and not is_typed(cell) for cell in cells)
        return is_text and not (_are_units(cells) and self._is_full(header))

    def _is_full(self, index: int) -> bool:
        """Whether a row has a heading over every column, one perhaps missing."""
        cells = self.lines[index].cells
        return bool(self._cell(index, 0)) and _filled(self.lines[index]) >= len(cells) - 1

    def _units(self, index: int) -> int | None:
        """The row right below the headings, where it holds units."""
        if index >= len(self.lines) or self.lines[index].is_blank:
            return None
        cells = [cell.strip() for cell in self.lines[index].cells if cell.strip()]
        typed = self._typed_columns(index)
        above = [self._cell(index, column) for column in typed]
        if typed and _are_units(cells) and sum(map(bool, above)) * 2 >= len(typed):
            return index
        return None

    def _cell(self, index: int, column: int) -> str:
        cells = self.lines[index].cells
        return cells[column].strip() if column < len(cells) else ""

    # Their texts

    def _texts(self, rows: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The headings as reading gives them, and with groups carried on to the right."""
        wanted = [line for line in self.lines if rows[0] <= line.row <= rows[-1]]
        blocks = tuple(blocks_of(((line.row, line.cells) for line in wanted), self.looked.is_text))
        reader = Rows(blocks, self.looked.merged)
        source = Source("", header=rows[0], header_depth=len(rows))
        headings = tuple(heading.strip() for heading in reader.headings(source, rows[0]) or ())
        if len(rows) == 1:
            return headings, headings
        lines = [_carried(line, self.looked.merged) for line in wanted[:-1]] + [list(wanted[-1].cells)]
        full = []
        for column in range(len(headings)):
            parts = [cells[column].strip() if column < len(cells) else "" for cells in lines]
            full.append(" ".join(part for part in parts if part))
        return headings, tuple(full)


def _carried(line: Line, merged: Sequence[Area]) -> list[str]:
    """A row's cells with each text carried on over the empty cells to its right, as far as its merged cell goes."""
    ends = {area.left: area.right for area in merged if area.top == line.row}
    carried: list[str] = []
    text, end = "", 0
    for column, cell in enumerate(line.cells, start=1):
        if cell.strip():
            text, end = cell.strip(), ends.get(column, 0)
        elif end and column > end:
            text = ""
        carried.append(text)
    return carried


def _filled(line: Line) -> int:
    return sum(1 for cell in line.cells if cell.strip())


def _width(lines: Sequence[Line]) -> int:
    """The most cells that two rows next to each other both fill, blank rows aside; of a single row, what it fills."""
    filled = [_filled(line) for line in lines if not line.is_blank]
    return max((min(pair) for pair in pairwise(filled)), default=max(filled, default=0))


def _are_units(cells: Sequence[str]) -> bool:
    return bool(cells) and all(UNIT.fullmatch(cell) for cell in cells)


def are_headings(cells: Sequence[str]) -> bool:
    """Whether none of ``cells`` is a number, a date or the like, save beside others years in their order, a run of
    ages, or several days."""
    if any(OF_RECORDS.fullmatch(cell) for cell in cells):
        return False
    days = [cell for cell in cells if DATE_LIKE.fullmatch(cell)]
    if days and (len(days) < _FEWEST_DAYS or len(set(days)) < len(days)):
        return False
    numbers = [cell for cell in cells if is_number(cell)]
    return not numbers or (len(numbers) < len(cells) and _in_order(numbers))


def _in_order(numbers: Sequence[str]) -> bool:
    if not all(re.fullmatch(r"\d{1,4}", cell, re.ASCII) for cell in numbers):
        return False
    order = [int(cell) for cell in numbers]
    rises = all(before < after for before, after in pairwise(order))
    falls = all(before > after for before, after in pairwise(order))
    return (rises or falls) and (len(order) > 2 or all(1900 <= year <= 2100 for year in order))


def _in_cycles(cells: Sequence[str]) -> bool:
    """Whether the numbers among ``cells`` are the same years over and over."""
    years = [cell for cell in cells if is_number(cell)]
    length = next((place for place in range(1, len(years)) if years[place] == years[0]), 0)
    cycle = years[:length]
    return length > 1 and _in_order(cycle) and years == cycle * (len(years) // length)


def is_number(cell: str) -> bool:
    """Whether a cell is a number, however it is written."""
    return NUMBER.fullmatch(cell) is not None


def is_typed(cell: str) -> bool:
    """Whether a cell is a number, a date, or what stands in place of a number."""
    return is_number(cell) or DATE_LIKE.fullmatch(cell) is not None or MARKER.fullmatch(cell) is not None
