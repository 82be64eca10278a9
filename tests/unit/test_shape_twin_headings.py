"""Columns whose headings are alike keep their own cells, whatever is taken away beside them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from agored.recipe import (
    Disclosure,
    Drop,
    Name,
    Notes,
    Operation,
    Period,
    Rename,
    ResourceRecipe,
    Source,
)
from agored.shape import shape
from agored.table import Column, Table
from agored.words import Bilingual

HEADINGS = ("date", "time", "status", "value", "status")
CELLS = ("2026-01-02", "03:00", "first", "5", "last")


def twins() -> Table:
    columns = tuple(Column(heading, number) for number, heading in enumerate(HEADINGS, start=1))
    arrays = [pa.array([cell], pa.string()) for cell in CELLS]
    return Table(
        columns, pa.Table.from_arrays(arrays, names=list(HEADINGS)), pa.chunked_array([pa.array([2])])
    )


@pytest.mark.parametrize(
    "taken",
    [
        Drop(("time",), Bilingual("Rheswm.", "A reason.")),
        Period(("date", "time"), "time", "YYYY-MM-DD HH:mm", "period", zone="UTC"),
        Notes("value", column="time", codes={"03:00": "r"}),
    ],
    ids=["drop", "period", "notes"],
)
def test_twins_keep_their_cells(taken: Operation) -> None:
    kept = [name for name in HEADINGS if name != "time"]
    last = len(kept) + isinstance(taken, Notes)
    names = Name((Rename("a", position=kept.index("status") + 1), Rename("b", position=last)))
    resource = ResourceRecipe("r", Source("r.csv"), (taken, names), "r/1", Disclosure("standard"))

    shaped = shape(twins(), resource, (), {})

    assert not shaped.findings
    assert (shaped.table.list("a"), shaped.table.list("b")) == (["first"], ["last"])
    assert (shaped.table.place(0, "a"), shaped.table.place(0, "b")) == ('C2 · "a"', 'E2 · "b"')
