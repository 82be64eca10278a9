"""Where in a file its faults stand: how many rows have one, and, column by column, in which part of the file.

A part is a tenth of the table's records, in the file's order. The figures are exact: they are counted in all
faults, not in a finding's examples.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agored.table import Table

PARTS = 10
"""Into how many parts a file is divided, if it has as many records."""


@dataclass(frozen=True)
class Extent:
    """How many rows of the file were looked at, and how many of them have at least one fault."""

    rows: int
    faulty: int

    def __add__(self, other: Extent) -> Extent:
        return Extent(self.rows + other.rows, self.faulty + other.faulty)

    def to_json(self) -> dict[str, int]:
        """As plain data."""
        return {"rows": self.rows, "faulty_rows": self.faulty}


def recorded(facts: Mapping[str, Any]) -> Extent | None:
    """The extent of all resources of a record that was made of it by ``to_json``; None where it has none."""
    try:
        extents = [Extent(each["rows"], each["faulty_rows"]) for each in facts["resources"]]
    except KeyError:
        return None
    return sum(extents, Extent(0, 0))


def extent_of(rows: int, faults: Iterable[Any]) -> Extent:
    """The extent of ``faults`` in so many ``rows``; each of them is the rows that have it."""
    return Extent(rows, len(_each_once(faults)))


def _each_once(lists: Iterable[Any]) -> Any:
    """The numbers of several lists, rising; to mark them takes a fraction of the time that sorting them would."""
    import numpy as np

    arrays = [array for each in lists if len(array := np.asarray(each, np.int64))]
    marks = np.zeros(1 + max((int(array.max()) for array in arrays), default=-1), np.bool_)
    for array in arrays:
        marks[array] = True
    return np.flatnonzero(marks)


@dataclass(frozen=True)
class Part:
    """So many records of a file, one after the other: the rows of the first and the last one."""

    first: int
    last: int
    records: int


@dataclass(frozen=True)
class FieldSpread:
    """How many cells of a field are at fault, in all and in each part; None is whole records."""

    field: str | None
    count: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Spread:
    """Where the faults of one table stand; ``fields`` are those with a fault, the most faults first."""

    resource: str
    extent: Extent
    records: int
    parts: tuple[Part, ...]
    fields: tuple[FieldSpread, ...]


def spread_of(resource: str, table: Table, faults: Mapping[tuple[str, str | None], Sequence[int]]) -> Spread:
    """Where ``faults`` stand in ``table``: by their code and field, the places of all records at fault."""
    import numpy as np

    by_field: dict[str | None, list[Sequence[int]]] = defaultdict(list)
    for (_, field), places in faults.items():
        by_field[field].append(places)
    edges = np.linspace(0, len(table), min(PARTS, len(table)) + 1).astype(np.int64)
    fields = []
    for field, lists in by_field.items():
        places = _each_once(lists)
        counts = np.diff(np.searchsorted(places, edges))
        fields.append(FieldSpread(field, len(places), tuple(counts.tolist())))
    parts = [
        Part(table.row(start), table.row(end - 1), end - start)
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ]
    rows = table.rows.to_numpy()
    extent = extent_of(len(np.unique(rows)), [rows[_each_once(faults.values())]])
    fields.sort(key=lambda each: -each.count)
    return Spread(resource, extent, len(table), tuple(parts), tuple(fields))
