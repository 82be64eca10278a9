"""Generated tables judged by Agored and by frictionless: a fixed set of them, and all that once differed.

``python -m tests.fuzz`` compares as many more as one likes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agored.read.scan import _Scan
from agored.validate import column, files, judging, keys, patterns, proofs, report
from agored.validate.cells import Cells
from agored.validate.library import guarded

from .compare import compared, compared_resource
from .tables import case

FIXED = 240
"""How many seeds are compared each time."""
AT_ONCE = 30
SEEDS = [
    int(line.split("#")[0])
    for line in Path(__file__).with_name("seeds.txt").read_text(encoding="utf-8").splitlines()
    if line.split("#")[0].strip()
]


@pytest.fixture
def frictionless() -> Iterator[Any]:
    """frictionless, as the judging uses it."""
    with guarded() as library:
        yield library


@pytest.mark.parametrize("first", range(0, FIXED, AT_ONCE))
def test_a_fixed_set_of_tables_is_judged_the_same(first: int, tmp_path: Path, frictionless: Any) -> None:
    outcomes = {seed: compared(case(seed), tmp_path, frictionless) for seed in range(first, first + AT_ONCE)}
    assert not {seed: outcome.where for seed, outcome in outcomes.items() if outcome.kind == "differs"}
    kinds = [outcome.kind for outcome in outcomes.values()]
    assert kinds.count("same") > 0.85 * AT_ONCE
    assert sum(outcome.fast for outcome in outcomes.values()) > 0.5 * AT_ONCE, "too few go the fast way"


def test_what_once_differed_is_judged_the_same(tmp_path: Path, frictionless: Any) -> None:
    for seed in SEEDS:
        outcome = compared(case(seed), tmp_path, frictionless)
        assert outcome.kind in ("same", "refused"), (seed, outcome.where)


def test_a_seed_makes_the_same_case_again() -> None:
    assert [case(seed) for seed in range(40)] == [case(seed) for seed in range(40)]


KEYED = """a,b,c,d
1,x,2020-01-01,1
1,x,2020-01-32,9
z,,2020-01-01,
1,x
,,,

2,x,q,q,q,q
"2",yyyy,2020-01-02,1
3,x,2020-01-02,9
"""


@pytest.mark.parametrize("unique", [(), ("a",), ("d",), ("a", "c"), ("c", "b")])
@pytest.mark.parametrize("primary", [[], ["a"], ["d"], ["c", "a"]])
@pytest.mark.parametrize("foreign", [(), (("d", "a"),), (("b", "b"), ("d", "a"))])
def test_the_errors_of_a_record_stand_in_the_same_order(
    unique: tuple[str, ...],
    primary: list[str],
    foreign: tuple[tuple[str, str], ...],
    tmp_path: Path,
    frictionless: Any,
) -> None:
    (tmp_path / "tabl.csv").write_text(KEYED, encoding="utf-8")
    fields: list[dict[str, Any]] = [
        {"name": "a", "type": "integer", "constraints": {"maximum": 1, "enum": ["1", "2"]}},
        {"name": "b", "type": "string", "constraints": {"required": True, "maxLength": 2, "pattern": "x+"}},
        {"name": "c", "type": "date"},
        {"name": "d", "type": "integer", "constraints": {"required": True}},
    ]
    for each in fields:
        if each["name"] in unique:
            each["constraints"] = {**each.get("constraints", {}), "unique": True}
    keys = [{"fields": [mine], "reference": {"resource": "", "fields": [there]}} for mine, there in foreign]
    descriptor = {
        "name": "tabl",
        "path": "tabl.csv",
        "encoding": "utf-8",
        "dialect": {"headerRows": [1], "csv": {"delimiter": ","}},
        "schema": {"fields": fields, "primaryKey": primary, "foreignKeys": keys},
    }
    outcome = compared_resource(
        lambda: frictionless.Resource.from_descriptor(descriptor, basepath=str(tmp_path)), frictionless
    )
    assert (outcome.kind, outcome.where) == ("same", "")
    assert outcome.fast


Break = Callable[[pytest.MonkeyPatch], None]


def _loose_dates(patch: pytest.MonkeyPatch) -> None:
    proof = replace(proofs._PROOFS["date", "default"], good=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z")
    patch.setitem(proofs._PROOFS, ("date", "default"), proof)


def _strict_whole_numbers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(proofs, "_INTEGER", replace(proofs._INTEGER, bad=r"[^0-9+\-]"))


def _exact_floats(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(proofs, "_NUMBER", replace(proofs._NUMBER, rounds=False))


def _keys_by_text(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(keys, "_canonical_texts", lambda _, texts: texts)


def _grouped_patterns(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(column, "as_re2", lambda pattern: patterns.as_re2(f"^(?:{pattern[1:-1]})$"))


def _padding_is_absent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(column.ColumnJudge, "_absent", lambda _, cells: cells.fits(r"\A\s*\z"))


def _uncounted_rows(patch: pytest.MonkeyPatch) -> None:
    def rows(scan: _Scan, count: int) -> Any:
        scan.next_row += count
        return np.arange(scan.next_row - count, scan.next_row)

    patch.setattr(_Scan, "_rows", rows)


def _keys_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(report._Record, "_add_to_whole", lambda record, error: record.found.append(error))


def _lengths_in_bytes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Cells, "all_ascii", True)


def _all_comparable(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(files, "_comparable", lambda *_: True)


def _no_blank_rows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(judging.TableJudge, "_blank", lambda *_: None)


BREAKS: dict[str, tuple[Break, int]] = {
    function.__name__.strip("_"): (function, seed)
    for function, seed in (
        (_loose_dates, 29),
        (_strict_whole_numbers, 4),
        (_exact_floats, 357),
        (_keys_by_text, 7),
        (_grouped_patterns, 55),
        (_padding_is_absent, 19),
        (_uncounted_rows, 7),
        (_keys_first, 4),
        (_lengths_in_bytes, 4),
        (_all_comparable, 390),
        (_no_blank_rows, 14),
    )
}
"""What could be broken, and the first seed that is known to show it."""


@pytest.mark.parametrize("name", BREAKS)
def test_whatever_is_broken_makes_a_table_differ(
    name: str, tmp_path: Path, frictionless: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking, known = BREAKS[name]
    breaking(monkeypatch)
    for seed in itertools.chain([known], range(600)):
        if compared(case(seed), tmp_path, frictionless).kind == "differs":
            return
    pytest.fail("nobody would have noticed")
