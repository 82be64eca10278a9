"""The headings of a table: in one row or several, under merged cells, and where they have gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from agored.read.blocks import MAX_COLUMNS, Area, Block
from agored.recipe import Name, ResourceRecipe, Source

SEARCHED_ROWS = 30


class Rows:
    """The rows of a source by their numbers, for looking at some of them."""

    def __init__(self, blocks: Sequence[Block], merged: Sequence[Area] = ()) -> None:
        self._blocks = [block for block in blocks if len(block)]
        self._merged: dict[int, list[Area]] = {}
        for area in merged:
            self._merged.setdefault(area.top, []).append(area)
        self._firsts = np.array([block.rows[0] for block in self._blocks], np.int64)
        self.last = int(self._blocks[-1].rows[-1]) if self._blocks else 0

    def cells(self, row: int) -> list[str] | None:
        """The cells of a row; None where there is no such row."""
        found = self._find(row)
        return None if found is None else found[0].cells(found[1])

    def cell(self, row: int, column: int) -> str:
        """One cell (columns count from 1); empty where there is none."""
        found = self._find(row)
        if found is None:
            return ""
        block, index = found
        return str(block.columns[column - 1][index].as_py()) if column <= len(block.columns) else ""

    def _find(self, row: int) -> tuple[Block, int] | None:
        number = int(np.searchsorted(self._firsts, row, side="right")) - 1
        if number < 0:
            return None
        block = self._blocks[number]
        index = int(np.searchsorted(block.rows, row))
        return None if index == len(block) or block.rows[index] != row else (block, index)

    def headings(self, source: Source, start: int) -> list[str] | None:
        """The headings in as many rows as the recipe says, from ``start`` on: of each column its texts from above
        to below, joined by one blank. None where there is no such row, or they are blank.

        A merged cell's text stands over all columns that it was merged over.
        """
        lines = []
        for row in range(start, start + source.header_depth):
            cells = self.cells(row)
            if cells is None:
                return None
            lines.append(self._filled(row, cells))
        if not any(cell.strip() for cells in lines for cell in cells):
            return None
        if len(lines) == 1:
            return self._ended(lines[0])
        width = max(map(len, lines))
        padded = [cells + [""] * (width - len(cells)) for cells in lines]
        joined = [
            " ".join(part.strip() for part in parts if part.strip()) for parts in zip(*padded, strict=True)
        ]
        return self._ended(joined)

    def _filled(self, row: int, cells: list[str]) -> list[str]:
        filled = list(cells)
        for area in self._merged.get(row, ()):
            if area.left <= len(filled):
                right = min(area.right, MAX_COLUMNS)
                filled += [""] * (right - len(filled))
                filled[area.left - 1 : right] = [filled[area.left - 1]] * (right - area.left + 1)
        return filled

    def _ended(self, headings: list[str]) -> list[str]:
        """The headings without empty ones behind the last, where rows have no end of their own."""
        if self._blocks[0].widths is None:
            while headings and not headings[-1].strip():
                headings.pop()
        return headings

    def row_of(self, wanted: Sequence[str], source: Source) -> int | None:
        """The first row, near the top, from which on all the ``wanted`` headings stand."""
        sought = {heading.strip() for heading in wanted}
        return next(
            (
                row
                for row, headings in self._near_the_top(source)
                if sought and sought <= {heading.strip() for heading in headings}
            ),
            None,
        )

    def _near_the_top(self, source: Source) -> Iterator[tuple[int, list[str]]]:
        for row in range(1, min(SEARCHED_ROWS, self.last) + 1):
            headings = self.headings(source, row)
            if headings is not None:
                yield row, headings


def expected_headings(resource: ResourceRecipe) -> tuple[str, ...]:
    """The headings that the recipe states in ``name``, by which the header row is known again."""
    return tuple(
        rename.heading
        for operation in resource.shape
        if isinstance(operation, Name)
        for rename in operation.renames
        if rename.heading is not None
    )
