"""What texts most likely read before their letters went wrong, for the officer alone."""

from __future__ import annotations

from dataclasses import dataclass

from agored.read.mojibake.suspects import MistakenCells, mistaken_cells
from agored.table import Table, letters

_SHOWN = 1_000


@dataclass(frozen=True)
class Repair:
    """A cell's text as it is ``seen``, and what it ``likely`` was; a letter that nobody can tell is ``�`` in it.

    ``places`` are the first few places where it stands (``C17``), ``count`` is how many there are.
    """

    places: tuple[str, ...]
    count: int
    seen: str
    likely: str


@dataclass(frozen=True)
class Repairs:
    """The repairs ``shown``, each text of a column once, in the order of the columns; ``texts`` and ``cells`` are
    how many there are in all."""

    shown: tuple[Repair, ...]
    texts: int
    cells: int


def repairs(table: Table, heading_row: int | None = None, most: int = _SHOWN) -> Repairs:
    """The likely true texts of a table's mistaken cells and headings, ``most`` of them at most.

    They are values of cells: they may go to the officer's own terminal and into the run's private folder, and
    nowhere else.
    """
    shown: list[Repair] = []
    texts = cells = 0
    for found in mistaken_cells(table):
        texts += 1
        cells += found.count
        if len(shown) < most:
            shown.append(_repair(table, found, heading_row))
    return Repairs(tuple(shown), texts, cells)


_PLACES = 5


def _repair(table: Table, found: MistakenCells, heading_row: int | None) -> Repair:
    column = letters(table.columns[found.column].source or 0)
    if found.indices is None:
        rows = [] if heading_row is None else [heading_row]
    else:
        rows = [table.row(int(index)) for index in found.indices[:_PLACES]]
    places = tuple(f"{table.before}{column}{row}" for row in rows)
    return Repair(places, found.count, found.seen, found.mistaken.likely)
