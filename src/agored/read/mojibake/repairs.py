"""What texts most likely read before their letters went wrong, for the officer alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from agored.read.mojibake.suspects import MistakenCells, mistaken_cells
from agored.table import Table, letters
from agored.words import number_text, say

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

    def to_json(self) -> dict[str, Any]:
        """The repairs as plain values."""
        return asdict(self)

    def told(self, language: str) -> str:
        """The repairs for the officer's terminal, a line each."""
        if not self.shown:
            return say("mojibake.none", language)
        lines = [say("mojibake.introduction", language, cells=number_text(self.cells, language))]
        for each in self.shown:
            facts = {"seen": _seen(each.seen), "likely": _seen(each.likely), "places": ", ".join(each.places)}
            lines.append(
                "- " + say("mojibake.repair", language, count=number_text(each.count, language), **facts)
            )
        if self.texts > len(self.shown):
            rest = number_text(self.texts - len(self.shown), language)
            lines.append(say("mojibake.more", language, count=rest))
        return "\n".join(lines)


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


def _seen(text: str) -> str:
    """Text of a file that commands no terminal: what cannot be seen is written out."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
