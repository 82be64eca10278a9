"""Protect: suppress small counts of people and households, round the others, and derive the release schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from agored.findings import Finding, Severity, Stage
from agored.places import finding_at
from agored.protect.measures import is_count, judged
from agored.protect.policy import Policy, chosen
from agored.protect.release import MARK, note_name, release_schema
from agored.protect.rule import Rule
from agored.recipe import Disclosure, Total
from agored.schema import Field, Schema
from agored.table import Column, Table, each_distinct, indices

__all__ = ["Change", "Protected", "protect"]

_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_NEGATIVE = re.compile(r"-\d+", re.ASCII)


@dataclass(frozen=True)
class Change:
    """How many cells of ``field`` a rule covers. ``suppressed`` covers the cells left blank, which everybody
    sees; ``rounded`` covers every count that is published, 0 and those that were multiples already included:
    how many it altered would help to undo it."""

    rule: str
    field: str
    cells: int

    def to_json(self) -> dict[str, Any]:
        """The change as plain data; public."""
        return {"rule": self.rule, "field": self.field, "cells": self.cells}


@dataclass(frozen=True)
class Protected:
    """The release table with its schema; the policy's ``values`` as used, which are part of the content; what
    the rules cover; and what was found."""

    table: Table
    schema: Schema
    values: Mapping[str, str]
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Counts:
    """The counts of one field before protection: for each record its ``fate`` (``""`` where it holds none)."""

    field: str
    fate: pa.ChunkedArray

    def where(self, fate: str) -> list[int]:
        """The places of the records with that fate (0 is the first)."""
        return indices(pc.equal(self.fate, fate))


def protect(
    table: Table, schema: Schema, disclosure: Disclosure, resource: str, totals: tuple[Total, ...]
) -> Protected:
    """Protect ``table`` as ``disclosure`` says.

    Every count of people or households is suppressed or rounded on its own, totals included; a suppressed
    cell is empty with the policy's code in the field's note. ``totals`` are what the recipe declares to be
    totals; they are told where they would give suppressed counts away. Cells that are no counts are left
    empty and told. Raises RecipeError for a policy, value or schema that cannot be used.
    """
    policy = chosen(disclosure, resource)
    findings = [*_policy_changed(policy, resource), *judged(table, schema, policy, resource)]
    if policy.rule is None or not policy.protects:
        return Protected(table, schema, policy.values, (), tuple(findings))
    fields = [field for field in schema.fields if field.counts_people]
    present = [field for field in fields if field.name in table.names]
    counts = [_counts(table, field, policy.rule) for field in present]
    released = table
    for each in counts:
        released = _released(released, each, policy.rule, policy.code)
        findings += _not_counts(table, each, resource)
    findings += _bare_totals(table, counts, policy.rule, totals, resource)
    return Protected(
        table=released,
        schema=release_schema(schema, [field.name for field in fields], policy),
        values=policy.values,
        changes=tuple(change for each in counts for change in _changes(each, policy.rule)),
        findings=tuple(findings),
    )


def _policy_changed(policy: Policy, resource: str) -> list[Finding]:
    if not policy.changed:
        return []
    detail = {
        "policy": policy.name,
        "values": ", ".join(f"{name}: {change}" for name, change in policy.changed.items()),
    }
    return [Finding("protection.policy-changed", Severity.ADVISORY, Stage.PROTECT, resource, detail=detail)]


def _counts(table: Table, field: Field, rule: Rule) -> _Counts:
    fate = each_distinct(table.values(field.name), lambda text: _fate(text, rule))
    return _Counts(field.name, pc.if_else(is_count(table, field), fate, ""))


def _fate(text: str, rule: Rule) -> str:
    if not text:
        return "blank"
    if _WHOLE.fullmatch(text):
        return "suppressed" if rule.published(int(text)) is None else "published"
    return "negative" if _NEGATIVE.fullmatch(text) else "not-whole"


def _released(table: Table, counts: _Counts, rule: Rule, code: str) -> Table:
    """``table`` with one field's counts as they are published, and the code added to its notes."""

    def published(text: str) -> str:
        number = rule.published(int(text)) if _WHOLE.fullmatch(text) else None
        return "" if number is None else str(number)

    before = table.values(counts.field)
    after = pc.if_else(pc.equal(counts.fate, ""), before, each_distinct(before, published))
    table = table.with_column(table.column(counts.field), after)
    note = note_name(counts.field)
    has_note = note in table.names
    notes = table.values(note) if has_note else pa.chunked_array([pa.array([""] * len(table), pa.string())])
    merged = each_distinct(notes, lambda text: _with_code(text, code))
    return table.with_column(
        table.column(note) if has_note else Column(note, None, True),
        pc.if_else(pc.equal(counts.fate, "suppressed"), merged, notes),
        after=counts.field,
    )


def _with_code(note: str, code: str) -> str:
    """A note with ``code`` in it: codes in alphabetical order, each once, without blanks."""
    codes = {each.strip() for each in note.split(MARK)} | {code}
    return MARK.join(sorted(codes - {""}))


def _not_counts(table: Table, counts: _Counts, resource: str) -> Iterator[Finding]:
    for code in ("not-whole", "negative"):
        where = counts.where(code)
        if where:
            yield _blocking(table, where, code, resource, counts.field)


def _bare_totals(
    table: Table, counts: Sequence[_Counts], rule: Rule, totals: Sequence[Total], resource: str
) -> Iterator[Finding]:
    """Counts published to the unit beside suppressed ones: a total less its other parts is a suppressed count.

    Where the recipe declares no total, any of them may be one, in this table or elsewhere.
    """
    if rule.rounds or not any(each.where("suppressed") for each in counts):
        return
    is_total = [pc.equal(table.values(each.field), each.code) for each in totals if each.field in table.names]
    declared = {place for matches in is_total for place in indices(matches)}
    for each in counts:
        published = each.where("published")
        where = [place for place in published if place in declared] or published
        if where:
            yield _blocking(table, where, "total-unrounded", resource, each.field)


def _changes(counts: _Counts, rule: Rule) -> Iterator[Change]:
    if rule.suppresses:
        yield Change("suppressed", counts.field, len(counts.where("suppressed")))
    if rule.rounds:
        yield Change("rounded", counts.field, len(counts.where("published")))


def _blocking(table: Table, where: Sequence[int], code: str, resource: str, field: str) -> Finding:
    return finding_at(table, where, f"protection.{code}", Severity.BLOCKING, Stage.PROTECT, resource, field)
