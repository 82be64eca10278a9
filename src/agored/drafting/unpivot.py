"""Columns that are records laid on their side: headings that are years, months, quarters, or ages in a row."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from agored.drafting.periods import Reading, readings_of
from agored.drafting.said import Said, said
from agored.schema import read_codes
from agored.table import letters
from agored.workspace import library

_FEWEST_PERIODS = 2
_FEWEST_STEPS = 5
_FEWEST_AREAS = 5


@dataclass(frozen=True)
class Sideways:
    """``columns`` (0 is the first) whose headings are values of one field, which may be called ``name`` (empty where a
    person must say). ``readings`` are the ways to read them as periods, none where they are something else."""

    columns: tuple[int, ...]
    name: str
    readings: tuple[Reading, ...]
    because: tuple[Said, ...]


def sideways(headings: Sequence[str], measured: Collection[int]) -> Sideways | None:
    """The columns to be turned into records, ``measured`` being those of numbers; None where there are none."""
    periods = _periods(headings)
    if periods is not None:
        columns, readings = periods
        return Sideways(columns, "period", tuple(readings), (_because("unpivot-periods", columns),))
    run = _run(headings)
    if run is not None:
        return Sideways(run, "", (), (_because("unpivot-run", run),))
    areas = _areas(headings, measured)
    return None if areas is None else Sideways(areas, "area", (), (_because("unpivot-areas", areas),))


def _because(code: str, columns: Sequence[int]) -> Said:
    return said(code, count=len(columns), first=letters(columns[0] + 1), last=letters(columns[-1] + 1))


def _periods(headings: Sequence[str]) -> tuple[tuple[int, ...], list[Reading]] | None:
    """The columns under periods of one kind, each period once."""
    read_so: dict[tuple[str, str], list[int]] = {}
    for column, heading in enumerate(headings):
        for reading in readings_of({heading: 1}, None):
            read_so.setdefault((reading.kind, reading.format), []).append(column)
    columns = max(read_so.values(), key=len, default=[])
    texts = {headings[column]: 1 for column in columns}
    if len(columns) < _FEWEST_PERIODS or len(texts) < len(columns):
        return None
    return tuple(columns), readings_of(texts, None)


def _run(headings: Sequence[str]) -> tuple[int, ...] | None:
    """Columns next to each other whose headings count up or down one by one."""
    numbered = [
        (column, int(heading.removesuffix("+")))
        for column, heading in enumerate(headings)
        if re.fullmatch(r"\d{1,3}\+?", heading, re.ASCII)
    ]
    steps = {after - before for (_, before), (_, after) in pairwise(numbered)}
    together = all(after == before + 1 for (before, _), (after, _) in pairwise(numbered))
    if len(numbered) < _FEWEST_STEPS or len(steps) != 1 or steps & {0} or not together:
        return None
    return tuple(column for column, _ in numbered)


def _areas(headings: Sequence[str], measured: Collection[int]) -> tuple[int, ...] | None:
    """The columns of numbers under names of places, most of them areas of Wales."""
    columns = tuple(column for column in measured if headings[column])
    known = [column for column in columns if headings[column] in _known_areas()]
    different = len({headings[column] for column in columns}) == len(columns)
    return columns if different and len(known) >= _FEWEST_AREAS and len(known) * 2 > len(columns) else None


@cache
def _known_areas() -> Collection[str]:
    """The names of the areas of Wales in both languages."""
    return read_codes(library() / "schemas" / "lists" / "areas" / "1.csv", "areas/1").by_name.keys()
