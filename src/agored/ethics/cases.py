"""One expectation on one table: whether it applies there, and what to ask with which limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from agored.errors import RecipeError
from agored.ethics.expectation_types import KINDS
from agored.ethics.frames import NUMERIC
from agored.ethics.spans import span
from agored.ethics.suites import Expectation, Suite
from agored.schema import Schema
from agored.table import Table, each_distinct, indices

# The types that compare cells with limits in the column's own unit, so that periods can be compared.
_IN_UNIT = frozenset(type for type, kinds in KINDS.items() if "unit" in kinds.values())
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Case:
    """An expectation on a table.

    ``reason`` says why it does not apply (``column``, ``limit``) and ``lacking`` names what is not there.
    ``arguments`` are GX's, ``limits`` the values of its parameters; with ``days`` the column is compared as
    days, and ``unreadable`` says where its cells are none.
    """

    expected: Expectation
    reason: str | None = None
    lacking: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    days: bool = False
    unreadable: tuple[int, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it can be judged."""
        return self.reason is None and not self.unreadable

    @property
    def asked(self) -> frozenset[str]:
        """The codes that it asks for: the suite's or the recipe's, so that a finding may name them."""
        codes = self.arguments.get("value_set", ())
        return frozenset(map(str, self.limits[codes["$PARAMETER"]] if isinstance(codes, dict) else codes))


def cases_of(suite: Suite, table: Table, schema: Schema, limits: Mapping[str, str]) -> list[Case]:
    """Every expectation of ``suite`` on ``table``, with ``limits`` by parameter.

    Raises RecipeError for a limit that has not the form it needs.
    """
    types = {field.name: field.type for field in schema.fields}
    return [
        _case(expected, number, suite, table, types, limits)
        for number, expected in enumerate(suite.expectations)
    ]


def _case(
    expected: Expectation,
    number: int,
    suite: Suite,
    table: Table,
    types: Mapping[str, str],
    limits: Mapping[str, str],
) -> Case:
    lacking = tuple(name for name in expected.columns if name not in table.names)
    if lacking:
        return Case(expected, "column", lacking)
    lacking = tuple(name for name in expected.limits.values() if name not in limits)
    if lacking:
        return Case(expected, "limit", lacking)
    column = next(iter(expected.columns), None)
    days = expected.type in _IN_UNIT and column is not None and types.get(column) not in NUMERIC
    arguments, converted = dict(expected.arguments), {}
    for key, name in expected.limits.items():
        kind = KINDS[expected.type][key]
        kind = (key if days else "number") if kind == "unit" else kind
        value = _converted(limits[name], kind, suite)
        if value is None:
            raise RecipeError("suite.limit-form", suite=suite.name, limit=name, expectation=expected.code)
        # One name may limit columns of different types, so each use gets a parameter of its own.
        arguments[key] = {"$PARAMETER": f"{name}_{number}"}
        converted[f"{name}_{number}"] = value
    unreadable = _no_days(table, column) if days and column is not None else ()
    return Case(expected, None, (), arguments, converted, days, unreadable)


def _no_days(table: Table, name: str) -> tuple[int, ...]:
    """Where a column's cells are neither empty nor a period."""
    read = each_distinct(table.values(name), lambda text: "" if not text or span(text) else None)
    return tuple(indices(pc.is_null(read)))


def _converted(text: str, kind: str, suite: Suite) -> Any:
    """A limit as GX takes it, or None where it has not the form that ``kind`` needs."""
    if kind == "number":
        return float(text) if _NUMBER.fullmatch(text) else None
    if kind == "codes":
        return list(suite.sets.get(text, ())) or re.split(r"[\s,]+", text)
    if kind in ("min_value", "max_value"):
        days = span(text)
        return days and days[kind == "max_value"].isoformat()
    return text
