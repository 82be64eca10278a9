"""No cell of a real file stands in a record, in a message, or in what a run shows to everybody, save what a
person wrote or what was packaged. (Those of files that are refused: ``test_real_files``.)"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from real_leaks import SHORTEST, leaks, leaks_of, packaged, said_by, source_cells, written_by_people
from real_workspace import FILES, Ran


@pytest.mark.parametrize("case", sorted(FILES))
def test_what_a_run_says_holds_no_cell_of_its_source(case: str, run_of: Callable[..., Ran]) -> None:
    ran = run_of(case)

    assert source_cells(ran)
    assert len(leaks_of(ran)) == 0  # a number: the cells do not belong into a test's output either


@pytest.mark.parametrize("case", ["synthetic-people", "food-banks", "rough-sleepers"])
def test_the_search_finds_a_cell_that_does_leak(case: str, run_of: Callable[..., Ran]) -> None:
    ran = run_of(case)
    allowed = written_by_people(ran) + packaged(ran)
    hidden = next(cell for cell in source_cells(ran) if len(cell) >= SHORTEST and cell not in allowed)

    assert leaks([hidden], said_by(ran), allowed) == []
    assert leaks([hidden], f"{said_by(ran)} · {hidden} ·", allowed) == [hidden]
