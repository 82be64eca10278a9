"""Blocks from the rows of a workbook that are met one by one: gaps filled, bounds kept, odd cells marked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agored.errors import SourceError
from agored.read.blocks import MAX_COLUMNS, MAX_ROW, Allowance, Block, Numbers, blocks_of

_ROWS = 16_384
_CELLS = 1_000_000


class Builder:
    """The rows of a sheet from row 1 to the last that holds anything. ``file`` is what messages call it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._allowance = Allowance(file)
        self._blocks: list[Block] = []
        self._lines: list[tuple[int, Sequence[str]]] = []
        self._held = 0
        self._marked: dict[str, list[tuple[int, int]]] = {}
        self._last = 0

    def add(self, row: int, cells: Sequence[str], marks: Sequence[tuple[str, int]] = ()) -> None:
        """A row that holds something, further down than the last one; ``marks`` are codes with their columns.

        Raises SourceError where the sheet becomes larger than is meant.
        """
        if len(cells) > MAX_COLUMNS:
            raise SourceError("read.too-wide", file=self._file, row=str(row), limit=str(MAX_COLUMNS))
        if row > MAX_ROW:
            raise SourceError("read.too-long", file=self._file, limit=str(MAX_ROW))
        if row > self._last + 1:
            self._flush()
            self._blocks.append(Block(np.arange(self._last + 1, row, dtype=np.int64), ()))
        self._last = row
        self._lines.append((row, cells))
        for code, column in marks:
            self._marked.setdefault(code, []).append((row, column))
        self._held += len(cells)
        if len(self._lines) >= _ROWS or self._held >= _CELLS:
            self._flush()

    def add_again(self, row: int, times: int, cells: Sequence[str], marks: Sequence[tuple[str, int]]) -> None:
        """A row that is meant so many times, ``row`` the first of them. Raises as ``add`` does."""
        self._allowance.keep_for(times, len(cells), times * sum(map(len, cells)))
        for number in range(row, row + times):
            self.add(number, cells, marks)

    def blocks(self) -> tuple[Block, ...]:
        """All rows."""
        self._flush()
        return tuple(self._blocks)

    def _flush(self) -> None:
        marks = {code: np.array(places, np.int64) for code, places in self._marked.items()}
        for block in blocks_of(self._lines):
            kept = {code: _of_rows(places, block.rows) for code, places in marks.items()}
            self._blocks.append(self._allowance.spend(Block(block.rows, block.columns, marks=kept)))
        self._lines, self._held, self._marked = [], 0, {}


def _of_rows(places: Numbers, rows: Numbers) -> Numbers:
    kept: Numbers = places[(places[:, 0] >= rows[0]) & (places[:, 0] <= rows[-1])]
    return kept
