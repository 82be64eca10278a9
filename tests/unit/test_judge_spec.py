"""frictionless's own tests of fields and constraints, each cell read by our judge of columns beside it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any

import frictionless
import numpy as np
import pyarrow as pa
import pytest

from agored.validate.column import ColumnJudge

FIELDS = "frictionless.fields.__spec__"
SCHEMA = "frictionless.schema.__spec__.field"
MODULES = [
    *(f"{FIELDS}.{module.name}" for module in pkgutil.iter_modules(importlib.import_module(FIELDS).__path__)),
    f"{SCHEMA}.test_constraints",
    f"{SCHEMA}.test_read",
]


def functions() -> Iterator[FunctionType]:
    """Their tests that read cells."""
    for module in MODULES:
        for name, function in inspect.getmembers(importlib.import_module(module), inspect.isfunction):
            if name.startswith("test_") and "read_cell" in inspect.getsource(function):
                yield function


def calls(function: FunctionType) -> Iterator[Mapping[str, Any]]:
    """The arguments with which a test is called, by its own parameters."""
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    if not marks:
        yield {}
        return
    (mark,) = marks
    names = [name.strip() for name in mark.args[0].split(",")]
    for values in mark.args[1]:
        yield dict(zip(names, values if len(names) > 1 else [values], strict=True))


def agreed(field: Any, cell: Any, value: Any, notes: Mapping[str, str] | None) -> bool:
    """Whether the judge finds in a text what frictionless's reader did: alone, and one of many."""
    judge = ColumnJudge(field)
    for array in (pa.array([cell]), pa.array([cell] * 30), pa.array([cell, "?"])):
        found = judge.judge(array)
        breach = judge.breaches[0 if found is None else int(found[0])]
        assert dict(breach.notes) == (notes or {})
        assert breach.absent == (value is None and not (notes or {}).get("type"))
        assert not breach.crash
    return True


@pytest.fixture
def texts_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that frictionless's reader was given, each looked at by the judge."""
    read_cell = frictionless.Field.read_cell
    found: list[str] = []

    def read(field: Any, cell: Any) -> Any:
        value, notes = read_cell(field, cell)
        if isinstance(cell, str) and agreed(field, cell, value, notes):
            found.append(cell)
        return value, notes

    monkeypatch.setattr(frictionless.Field, "read_cell", read)
    return found


@pytest.mark.filterwarnings("default")
def test_the_judge_agrees_in_frictionless_s_own_tests(
    texts_read: list[str], recwarn: pytest.WarningsRecorder
) -> None:
    for function in functions():
        for arguments in calls(function):
            if arguments.get("format") == "wkt":
                continue  # an extra of frictionless's that is not installed here
            recwarn.clear()
            fixtures = {"recwarn": recwarn} if "recwarn" in inspect.signature(function).parameters else {}
            function(**arguments, **fixtures)
    assert len(texts_read) > 250


def test_a_judge_that_differs_is_found(texts_read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ColumnJudge, "_judge_all", lambda _, array: np.zeros(len(array), np.uint16))
    with pytest.raises(AssertionError):
        frictionless.Field.from_descriptor({"name": "rhif", "type": "integer"}).read_cell("tri")
