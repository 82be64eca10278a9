"""What was seen of a file: its first rows and its last ones, and how they were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agored.drafting.said import Said
from agored.read.blocks import Area
from agored.read.look import Line

FIRST = 20_000
"""Rows from the top that are looked at."""
LAST = 200
"""Rows from the end that are looked at."""


@dataclass(frozen=True)
class Key:
    """One key of ``source`` as a draft writes it, and what it rests on."""

    name: str
    value: str
    because: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Looked:
    """``first`` and ``last`` are the rows looked at, in order and none twice; ``rows`` is how many there are, None
    where they were not counted: then ``last`` is numbered from the end, -1 being the last row.

    ``headings`` are the names that records bring along, None where a row holds them. ``is_text`` says that rows end
    where their cells end.
    """

    keys: tuple[Key, ...]
    first: tuple[Line, ...]
    last: tuple[Line, ...] = ()
    rows: int | None = None
    headings: tuple[str, ...] | None = None
    merged: tuple[Area, ...] = ()
    is_text: bool = False
    because: tuple[Said, ...] = field(default=())

    @property
    def lines(self) -> Sequence[Line]:
        """All rows looked at."""
        return (*self.first, *self.last)

    @property
    def is_whole(self) -> bool:
        """Whether every row was looked at."""
        return self.rows is not None and len(self.lines) == self.rows
