"""Each proof against frictionless's own reader: what it calls good is accepted, what it calls bad refused."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import frictionless
import pyarrow as pa
import pytest
from fuzz.values import clean, odd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agored.validate.cells import Cells
from agored.validate.column import ColumnJudge
from agored.validate.proofs import BOUNDS, proof_for

DESCRIPTORS: Mapping[str, Mapping[str, Any]] = {
    "integer": {"type": "integer"},
    "integer with letters": {"type": "integer", "bareNumber": False},
    "number": {"type": "number"},
    "number with letters": {"type": "number", "bareNumber": False},
    "email": {"type": "string", "format": "email"},
    "uri": {"type": "string", "format": "uri"},
    "uuid": {"type": "string", "format": "uuid"},
    "date": {"type": "date"},
    "datetime": {"type": "datetime"},
    "datetime with limits": {"type": "datetime", "constraints": {"minimum": "2000-01-01T00:00:00"}},
    "datetime with limits in a zone": {
        "type": "datetime",
        "constraints": {"minimum": "2000-01-01T00:00:00Z"},
    },
    "time": {"type": "time"},
    "time with limits": {"type": "time", "constraints": {"maximum": "12:00:00"}},
    "year": {"type": "year"},
    "yearmonth": {"type": "yearmonth"},
}
KINDS = pytest.mark.parametrize("kind", DESCRIPTORS)


def field_of(kind: str, **constraints: Any) -> Any:
    descriptor = {"name": "maes", **DESCRIPTORS[kind], "missingValues": []}
    if constraints:
        descriptor["constraints"] = constraints
    return frictionless.Field.from_descriptor(descriptor)


def read(field: Any, cell: str) -> Any:
    """What frictionless reads in a cell, constraints aside; None where it is not of the type."""
    return field.create_value_reader()(cell)


def of_re2(pattern: str) -> str:
    """A pattern of RE2's in Python's syntax."""
    return pattern.replace(r"\z", r"\Z")


@st.composite
def cells(draw: st.DrawFn, kind: str) -> str:
    """A cell that fits a proof, or is near the border of its type, or near that."""
    proof = proof_for(field_of(kind))
    assert proof is not None
    way = draw(st.integers(0, 3))
    if way == 0:
        return draw(st.from_regex(of_re2(proof.good)))
    if way == 1 and proof.bad is not None:
        return draw(st.from_regex(of_re2(proof.bad)))
    rng = Random(draw(st.integers(0, 2**32)))
    cell = (clean if way == 2 else odd)(rng, DESCRIPTORS[kind])
    place = draw(st.integers(0, len(cell)))
    return (
        cell[:place]
        + draw(st.text(st.sampled_from("0123456789+-_.:eTZ@/ \n\u00a0é٣"), max_size=2))
        + cell[place:]
    )


@KINDS
@settings(max_examples=60)
@given(data=st.data())
def test_what_is_proved_is_true(kind: str, data: st.DataObject) -> None:
    field = field_of(kind)
    proof = proof_for(field)
    assert proof is not None
    cell = data.draw(cells(kind))
    found = Cells(pa.array([cell]))
    good = proof.good_cells(found)
    if good is None or good[0]:
        assert read(field, cell) is not None
    if proof.bad_cells(found)[0]:
        assert read(field, cell) is None


@KINDS
def test_a_proof_says_something(kind: str) -> None:
    rng = Random(kind)
    field = field_of(kind)
    proof = proof_for(field)
    assert proof is not None
    clean_cells = [
        clean(rng, {**DESCRIPTORS[kind], "name": "z" if "zone" in kind else "zz"}) for _ in range(200)
    ]
    good = proof.good_cells(Cells(pa.array(clean_cells)))
    assert good is None or good.mean() > 0.5
    if proof.bad is not None:
        refused = [
            cell for cell in (odd(rng, DESCRIPTORS[kind]) for _ in range(400)) if read(field, cell) is None
        ]
        assert proof.bad_cells(Cells(pa.array(refused))).mean() > 0.1


@KINDS
@settings(max_examples=20)
@given(data=st.data())
def test_a_run_of_cells_is_proved_as_each_alone(kind: str, data: st.DataObject) -> None:
    field = field_of(kind)
    proof = proof_for(field)
    assert proof is not None
    run = data.draw(st.lists(cells(kind), min_size=1, max_size=8))
    good = proof.good_cells(Cells(pa.array(["", *run]).slice(1)))
    for number, cell in enumerate(run):
        if good is None or good[number]:
            assert read(field, cell) is not None


ORDERED = [kind for kind in DESCRIPTORS if proof_for(field_of(kind)).order is not None]


@pytest.mark.parametrize("kind", ORDERED)
@pytest.mark.parametrize("name", BOUNDS)
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
@example(seed=0)
def test_limits_are_compared_as_the_reader_compares(kind: str, name: str, seed: int) -> None:
    """Cells around a limit, the limit itself among them, judged together and by the reader alone."""
    rng = Random(seed)
    named = {**DESCRIPTORS[kind], "name": "z" if "zone" in kind else "zz"}
    limit = clean(rng, named) if rng.random() < 0.8 else odd(rng, named)
    field = field_of(kind, **{name: limit})
    if read(field, limit) is None:
        return
    run = [limit, f"+{limit}", f"{limit}.0", f"0{limit}", *(clean(rng, named) for _ in range(20))]
    run += [odd(rng, named) for _ in range(5)]
    judge = ColumnJudge(field)
    found = judge.judge(pa.array(run))
    for number, cell in enumerate(run):
        breach = judge.breaches[0 if found is None else int(found[number])]
        try:
            _, notes = field.read_cell(cell)
        except Exception:
            assert breach.crash
        else:
            assert dict(breach.notes) == (notes or {}), cell
            assert not breach.crash
