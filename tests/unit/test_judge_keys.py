"""Keys against Python's dictionaries, by which frictionless knows a value again: the same repeats, the same
strangers, for each type, over several batches."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import frictionless
import numpy as np
import pyarrow as pa
import pytest
from fuzz.values import clean, odd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agored.validate.column import ColumnJudge
from agored.validate.keys import Keys, NotAKeyError, hashes_of_text, keys_of, together
from agored.validate.ledger import KeyLedger

DESCRIPTORS: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "email": {"type": "string", "format": "email"},
    "any": {"type": "any"},
    "integer": {"type": "integer"},
    "integer with letters": {"type": "integer", "bareNumber": False},
    "number": {"type": "number"},
    "number with groups": {"type": "number", "groupChar": "."},
    "number with a comma": {"type": "number", "decimalChar": ","},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
    "date, days first": {"type": "date", "format": "%Y-%d-%m"},
    "datetime": {"type": "datetime"},
    "datetime with a letter": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%SZ"},
    "time": {"type": "time"},
    "year": {"type": "year"},
    "yearmonth": {"type": "yearmonth"},
    "duration": {"type": "duration"},
    "geopoint": {"type": "geopoint"},
    "array": {"type": "array"},
    "object": {"type": "object"},
    "list": {"type": "list"},
}
PAIRS = {
    "integer": ("1", "01", " 1", "+1", "1_0", "10", "٣", "3", "9" * 19, "0" + "9" * 19, "-0", "0", "9" * 40),
    "number": (
        "1",
        "1.0",
        "1e0",
        "NaN",
        "NaN",
        "nan",
        "Infinity",
        "inf",
        "-0",
        "0.00",
        "1e400",
        "10e399",
        "0.10",
        "0.1",
    ),
    "number with groups": ("1.5", "15", "1.5.", "1500"),
    "date": ("2020-01-05", "2020-1-5", "2020-01-5"),
    "date, days first": ("2020-05-01", "2020-5-1", "2020-01-05", "2020-1-5"),
    "datetime": (
        *("2020-01-05T24:00:00", "2020-01-06T00:00:00", "2020-01-06T00:00:00Z", "2020-01-06T01:00:00+01:00"),
        *(
            "0001-01-01T00:00:00+05:00",
            "9999-12-31T23:59:59-05:00",
            "2020-01-06T00:00:00.000",
            "0001-01-01T00:00:00Z",
        ),
    ),
    "datetime with a letter": ("2020-01-05T00:00:00Z", "2020-1-5T00:00:00Z", "2020-1-5T0:0:0Z"),
    "time": (
        "00:30:00+01:00",
        "23:30:00Z",
        "23:30:00",
        "10:00:00Z",
        "11:00:00+01:00",
        "24:00:00",
        "00:00:00",
    ),
    "duration": ("P1Y", "P12M", "P1.0Y", "P1Y0M", "PT60S", "PT1M", "P1D", "PT24H", "P0Y"),
    "geopoint": ("1,2", "1.0, 2.00", "1e0,2"),
    "year": ("0202", " 202", "+202"),
    "yearmonth": ("2020-1", "2020-01", "02020-01"),
    "boolean": ("1", "true", "TRUE", "0"),
    "string": ("a", "a" * 300, "a" * 300 + "b", "a" * 8, "a" * 9, "a\0", "é"),
}
KINDS = pytest.mark.parametrize("kind", DESCRIPTORS)


def field_of(kind: str) -> Any:
    return frictionless.Field.from_descriptor({"name": "maes", **DESCRIPTORS[kind]})


def cells_of(kind: str, rng: Random, count: int) -> list[str]:
    """Cells among which values come again, often in other words."""
    pool = [clean(rng, DESCRIPTORS[kind]) for _ in range(6)] + [odd(rng, DESCRIPTORS[kind]) for _ in range(6)]
    return [rng.choice([*pool, *PAIRS.get(kind, ()), ""]) for _ in range(count)]


def batches(cells: Sequence[str], rng: Random) -> list[tuple[list[str], np.ndarray[Any, Any]]]:
    """The cells in several runs, each with its rows."""
    cuts = sorted(rng.sample(range(len(cells) + 1), 2))
    edges = [0, *cuts, len(cells)]
    return [
        (list(cells[start:stop]), np.arange(start + 2, stop + 2, dtype=np.int64))
        for start, stop in itertools.pairwise(edges)
    ]


def ledger_of(kind: str, cells: Sequence[str], rng: Random) -> KeyLedger:
    """The ledger of a column. Raises NotAKeyError where a value has no hash."""
    judge, ledger = ColumnJudge(field_of(kind), in_key=True), KeyLedger()
    for run, rows in batches(cells, rng):
        array = pa.array(run, pa.string())
        verdicts = judge.judge(array)
        if any(breach.crash for breach in judge.breaches):
            raise NotAKeyError
        ledger.add(keys_of(judge, array, verdicts), rows)
    return ledger


def values_of(kind: str, cells: Sequence[str]) -> list[Any]:
    field = field_of(kind)
    return [field.read_cell(cell)[0] for cell in cells]


def repeats_of(values: Sequence[Any]) -> list[tuple[int, int]]:
    """Rows whose value came before, each with the last such row, as frictionless finds them."""
    memory: dict[Any, int] = {}
    found = []
    for row, value in enumerate(values, start=2):
        if value is None:
            continue
        if value in memory:
            found.append((row, memory[value]))
        memory[value] = row
    return found


@KINDS
@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
@example(seed=1)
def test_the_same_values_come_again(kind: str, seed: int) -> None:
    rng = Random(seed)
    cells = cells_of(kind, rng, 40)
    try:
        expected = repeats_of(values_of(kind, cells))
    except TypeError:
        with pytest.raises(NotAKeyError):
            ledger_of(kind, cells, rng)
        return
    repeated, before = ledger_of(kind, cells, rng).repeats()
    assert list(zip(repeated.tolist(), before.tolist(), strict=True)) == expected


@KINDS
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_the_same_values_are_strangers(kind: str, seed: int) -> None:
    rng = Random(seed)
    mine, theirs = cells_of(kind, rng, 20), cells_of(kind, rng, rng.choice((0, 3, 20)))
    try:
        known = {value for value in values_of(kind, theirs) if value is not None}
        values = values_of(kind, mine)
        expected = [row for row, value in enumerate(values, 2) if value is not None and value not in known]
    except TypeError:
        return
    rng_of_theirs = Random(seed)
    there = ledger_of(kind, theirs, rng_of_theirs) if len(theirs) > 2 else KeyLedger()
    if len(theirs) <= 2:
        expected = [row for row, value in enumerate(values, 2) if value is not None]
    assert ledger_of(kind, mine, rng).without(there).tolist() == expected


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_keys_of_several_fields_are_as_tuples(seed: int) -> None:
    rng = Random(seed)
    kinds = rng.choices(["string", "integer", "number", "date", "boolean"], k=rng.choice((2, 3)))
    columns = [[rng.choice((*PAIRS.get(kind, ("a",)), "")) for _ in range(40)] for kind in kinds]
    ledger = KeyLedger()
    parts = []
    for kind, cells in zip(kinds, columns, strict=True):
        judge = ColumnJudge(field_of(kind), in_key=True)
        array = pa.array(cells, pa.string())
        parts.append(keys_of(judge, array, judge.judge(array)))
    ledger.add(together(parts), np.arange(2, 42, dtype=np.int64))
    values = list(
        zip(*(values_of(kind, cells) for kind, cells in zip(kinds, columns, strict=True)), strict=True)
    )
    repeated, before = ledger.repeats()
    whole = [value if set(map(type, value)) != {type(None)} else None for value in values]
    assert list(zip(repeated.tolist(), before.tolist(), strict=True)) == repeats_of(whole)


@given(texts=st.lists(st.text(max_size=400), min_size=1, max_size=20), place=st.integers(0, 19))
def test_a_text_s_hash_does_not_depend_on_its_neighbours(texts: list[str], place: int) -> None:
    text = texts[place % len(texts)]
    alone, among = hashes_of_text(pa.array([text])), hashes_of_text(pa.array(["x", *texts]).slice(1))
    for half in (0, 1):
        assert alone[half][0] == among[half][place % len(texts)]


def test_two_keys_that_share_a_half_are_told_apart() -> None:
    def keys(first: list[int], second: list[int]) -> Keys:
        return Keys(np.array(first, np.uint64), np.array(second, np.uint64), np.ones(len(first), np.bool_))

    ledger, others = KeyLedger(), KeyLedger()
    ledger.add(keys([7, 7, 7, 8], [1, 2, 1, 1]), np.array([2, 3, 4, 5], np.int64))
    others.add(keys([7, 7], [5, 2]), np.array([2, 3], np.int64))
    assert [part.tolist() for part in ledger.repeats()] == [[4], [2]]
    assert ledger.without(others).tolist() == [2, 4, 5]


@pytest.mark.parametrize("seed", range(20))
def test_many_keys_are_found_among_many(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def some(count: int, most: int) -> Keys:
        halves = (rng.integers(0, most, count, np.uint64) << np.uint64(rng.integers(0, 40)) for _ in "12")
        return Keys(*halves, present=np.ones(count, np.bool_))

    mine, theirs = (some(int(rng.integers(1, 5_000)), int(rng.integers(1, 300))) for _ in "12")
    ledger, others = KeyLedger(), KeyLedger()
    ledger.add(mine, np.arange(len(mine.first)))
    others.add(theirs, np.arange(len(theirs.first)))
    known = set(zip(theirs.first.tolist(), theirs.second.tolist(), strict=True))
    pairs = zip(mine.first.tolist(), mine.second.tolist(), strict=True)
    assert ledger.without(others).tolist() == [row for row, pair in enumerate(pairs) if pair not in known]


def test_a_ledger_without_keys_knows_nothing() -> None:
    ledger, empty = ledger_of("integer", ["1", "2"], Random(0)), ledger_of("integer", ["", ""], Random(0))
    assert ledger.without(empty).tolist() == ledger.without(KeyLedger()).tolist() == [2, 3]
    assert empty.without(ledger).tolist() == KeyLedger().without(ledger).tolist() == []
