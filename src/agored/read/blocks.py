"""What every format is read into: blocks of rows, their cells as text in Arrow columns, each row with its number.

A block is what a reader holds at one time. CSV, workbooks and records all come as blocks to ``assemble``, which
makes the table of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored.errors import SourceError
from agored.words import number_text

MAX_ROW = 1_048_576
"""Rows of a sheet."""
MAX_COLUMNS = 4_096
MAX_CELLS = 100_000_000
"""Cells of a workbook or of records, empty ones included; a million rows of a hundred columns."""
MAX_TEXT = 1_000_000_000
"""Bytes of text in the cells of a workbook or of records: a shared text counts each time that a cell shows it."""
MAX_CELL = 10_000_000
"""Characters of a single cell."""

_ROWS = 16_384
_CELLS = 1_000_000

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
NOWHERE: Numbers = np.empty((0, 2), np.int64)


@dataclass(frozen=True)
class Block:
    """Rows that follow one another: ``rows`` are their numbers, rising, and each of ``columns`` holds their
    cells, without nulls.

    ``widths`` is how many cells each row has in the file, None where rows have no end of their own. ``marks``
    holds, by the code of a finding, the places (row, column) of the cells that it is about.
    """

    rows: Numbers
    columns: tuple[pa.Array, ...]
    widths: Numbers | None = None
    marks: Mapping[str, Numbers] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, index: int) -> list[str]:
        """The cells of one row (0 is the first)."""
        width = len(self.columns) if self.widths is None else int(self.widths[index])
        return [column[index].as_py() for column in self.columns[:width]]

    def column(self, number: int) -> pa.Array:
        """The cells of a column (0 is the first); those of a column further right than any cell are empty."""
        return self.columns[number] if number < len(self.columns) else empty_cells(len(self))

    def slice(self, start: int, stop: int) -> Block:
        """The rows from ``start`` up to ``stop``."""
        return Block(
            self.rows[start:stop],
            tuple(column.slice(start, max(stop - start, 0)) for column in self.columns),
            None if self.widths is None else self.widths[start:stop],
            self.marks,
        )

    def blank(self) -> Mask:
        """Which rows hold nothing but white space."""
        maybe = np.arange(len(self))
        for column in self.columns:
            if not len(maybe):
                break
            cells = column if len(maybe) == len(self) else column.take(pa.array(maybe))
            maybe = maybe[is_blank(cells)]
        blank = np.zeros(len(self), np.bool_)
        blank[maybe] = True
        return blank


@dataclass(frozen=True)
class Area:
    """Cells that were merged into one: the rows and columns of its corners, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Contents:
    """All rows of a source. ``headings`` are the names that records bring along, None where a row holds them;
    ``sheet`` is the name of the sheet that was read, ``encoding`` what a text was decoded from. ``more`` says
    that the source itself tells of further records elsewhere."""

    blocks: tuple[Block, ...]
    headings: tuple[str, ...] | None = None
    merged: tuple[Area, ...] = ()
    sheet: str | None = None
    encoding: str | None = None
    more: bool = False


def is_blank(cells: pa.Array) -> Mask:
    """Which cells are empty or white space, as Python's ``strip`` knows it."""
    spaces = pc.or_(pc.equal(pc.binary_length(cells), 0), pc.utf8_is_space(cells))
    found: Mask = spaces.to_numpy(zero_copy_only=False)
    # Python takes the separators U+001C to U+001F for white space too, Arrow does not.
    for index in np.flatnonzero(~found & _starts_low(cells)):
        found[index] = not cells[int(index)].as_py().strip()
    return found


def _starts_low(cells: pa.Array) -> Mask:
    first = first_bytes(cells)
    return (first > 0) & (first <= ord(" "))


def first_bytes(cells: pa.Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The first byte of each cell's UTF-8; 0 for an empty one."""
    offsets = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset :][: len(cells) + 1]
    data = cells.buffers()[2]
    if data is None or not data.size:
        return np.zeros(len(cells), np.uint8)
    starts = np.minimum(offsets[:-1], data.size - 1)
    first: np.ndarray[Any, np.dtype[np.uint8]] = np.frombuffer(data, np.uint8)[starts]
    return np.where(offsets[:-1] < offsets[1:], first, np.uint8(0))


def column_number(letters: str) -> int:
    """The number of the column that a spreadsheet calls ``letters``: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


@lru_cache(maxsize=4)
def empty_cells(length: int) -> pa.Array:
    """That many empty cells; columns that lie empty side by side share them."""
    return pa.StringArray.from_buffers(length, pa.py_buffer(bytes(4 * (length + 1))), pa.py_buffer(b""))


def blocks_of(lines: Iterable[tuple[int, Sequence[str]]], widths: bool = False) -> Iterator[Block]:
    """Blocks from rows one by one, each its number and its cells; with ``widths``, a row ends where its cells
    end, as in CSV. Raises UnicodeEncodeError where a cell holds half a character."""
    rows: list[int] = []
    held: list[Sequence[str]] = []
    width = 0
    for row, cells in lines:
        wider = max(width, len(cells))
        if held and (len(held) == _ROWS or wider * (len(held) + 1) > _CELLS):
            yield _block(rows, held, width, widths)
            rows, held, wider = [], [], len(cells)
        rows.append(row)
        held.append(cells)
        width = wider
    if held:
        yield _block(rows, held, width, widths)


def _block(rows: Sequence[int], lines: Sequence[Sequence[str]], width: int, widths: bool) -> Block:
    lengths = list(map(len, lines))
    if min(lengths) < width:
        lines = [cells if len(cells) == width else [*cells, *[""] * (width - len(cells))] for cells in lines]
    columns = tuple(pa.array(cells, pa.string()) for cells in zip(*lines, strict=True))
    return Block(np.array(rows, np.int64), columns, np.array(lengths, np.int64) if widths else None)


class Allowance:
    """How much a table may hold, by what it has held so far; ``file`` is what messages call the source."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._cells = 0
        self._text = 0

    def keep_for(self, rows: int, columns: int, text: int = 0) -> None:
        """Raise SourceError where so many cells, with so much text, would be too much, before they are made."""
        if self._cells + rows * columns > MAX_CELLS or self._text + text > MAX_TEXT:
            raise SourceError("read.too-large", file=self._file, cells=number_text(MAX_CELLS, "en"))

    def spend(self, block: Block) -> Block:
        """Count a block in. Raises SourceError where it is too wide, or the table becomes larger than is meant."""
        if len(block.columns) > MAX_COLUMNS:
            raise SourceError("read.too-wide", file=self._file, row=_wide_row(block), limit=str(MAX_COLUMNS))
        self._cells += len(block) * len(block.columns)
        for column in block.columns:
            offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset :][: len(column) + 1]
            self._text += int(offsets[-1] - offsets[0])
            data = np.frombuffer(column.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
            if not data.all():
                zero = int(np.searchsorted(offsets, offsets[0] + int(np.argmin(data)), side="right")) - 1
                raise SourceError("read.zero-character", file=self._file, row=str(block.rows[zero]))
            longest = int(np.argmax(np.diff(offsets)))
            if offsets[longest + 1] - offsets[longest] > MAX_CELL:
                raise SourceError("read.cell-too-large", file=self._file, row=str(block.rows[longest]))
        if self._cells > MAX_CELLS or self._text > MAX_TEXT:
            raise SourceError("read.too-large", file=self._file, cells=number_text(MAX_CELLS, "en"))
        return block


def _wide_row(block: Block) -> str:
    """The first row with a cell beyond the last column that is allowed."""
    beyond = [np.flatnonzero(first_bytes(column)) for column in block.columns[MAX_COLUMNS:]]
    return str(block.rows[min((int(found[0]) for found in beyond if len(found)), default=0)])
