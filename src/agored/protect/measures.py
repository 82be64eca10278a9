"""What a table measures, and of whom: which records are counts to protect, and what else could give them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from agored.errors import RecipeError
from agored.findings import Finding, Severity, Stage
from agored.places import finding_at
from agored.protect.policy import Policy
from agored.schema import PROTECTED_SUBJECTS, Field, Schema
from agored.table import Table, indices

# A rate or a share with its base known gives back the count.
_DERIVED = ("rate", "share")
_NUMERIC = ("integer", "number")


@dataclass(frozen=True)
class Part:
    """The records of one field that measure one ``kind`` of thing: those whose ``by`` field holds ``code``,
    or all where ``code`` is None."""

    field: Field
    kind: str
    code: str | None = None


def parts(field: Field) -> tuple[Part, ...]:
    """What a field measures, part by part; none for a field that does not say."""
    if field.measures is not None:
        return (Part(field, field.measures),)
    return tuple(Part(field, kind, code) for code, kind in (field.measures_of or {}).items())


def is_count(table: Table, field: Field) -> pa.ChunkedArray:
    """For each record, whether ``field`` holds a count there (booleans). A record whose measure the schema
    does not know, or a table without the field that tells, is taken for a count."""
    others = [part.code for part in parts(field) if part.kind != "count" and part.code is not None]
    by = field.measures_by
    if by is None or by not in table.names:
        return pa.chunked_array([pa.array([True] * len(table), pa.bool_())])
    return pc.invert(pc.is_in(table.values(by), pa.array(others, pa.string())))


def has_value(table: Table, part: Part) -> pa.ChunkedArray:
    """For each record, whether it holds a value of ``part`` (booleans)."""
    filled = pc.not_equal(table.values(part.field.name), "")
    by = part.field.measures_by
    if part.code is None or by is None or by not in table.names:
        return filled
    return pc.and_(filled, pc.equal(table.values(by), part.code))


def judged(table: Table, schema: Schema, policy: Policy, resource: str) -> Iterator[Finding]:
    """What stands in the way of publishing ``table``, or must be decided on, whatever its counts are.

    Raises RecipeError where a rate names a count that does not exist.
    """
    raw = {data["name"]: data for data in schema.descriptor["fields"]}
    for field in schema.fields:
        if _is_undeclared(field, raw[field.name]):
            yield Finding("protection.undeclared", Severity.BLOCKING, Stage.PROTECT, resource, field.name)
        elif not policy.protects:
            if _is_about_people(schema, field):
                yield Finding(
                    "protection.people-unprotected",
                    Severity.BLOCKING,
                    Stage.PROTECT,
                    resource,
                    field.name,
                    detail={"policy": policy.name},
                )
        elif field.name in table.names:
            yield from _unprotected(table, schema, field, resource)


def _is_undeclared(field: Field, data: Mapping[str, Any]) -> bool:
    """Whether nobody has said what a numeric field measures, and of whom. A stated role that is not
    ``measure`` says that it measures nothing; a rate that names its count is of whomever that counts."""
    declared = parts(field)
    if declared:
        return field.of is None and not all(
            part.kind != "count" and _base(field, part) is not None for part in declared
        )
    return field.role == "measure" or (field.type in _NUMERIC and "role" not in data)


def _is_about_people(schema: Schema, field: Field) -> bool:
    return bool(parts(field)) and (
        field.of in PROTECTED_SUBJECTS
        or any(_is_protected_count(schema, field, _base(field, part)) for part in parts(field))
    )


def _unprotected(table: Table, schema: Schema, field: Field, resource: str) -> Iterator[Finding]:
    """Values beside the counts that the policy does not touch."""
    if field.counts_people and field.measures_by in table.names:
        known = pa.array(list(field.measures_of or {}), pa.string())
        unknown = indices(pc.invert(pc.is_in(table.values(field.measures_by or ""), known)))
        if unknown:
            detail = {"by": field.measures_by or "", "known": ", ".join(field.measures_of or {})}
            yield _blocking(table, unknown, "measure-unknown", resource, field, detail)
    rates: set[int] = set()
    others: set[int] = set()
    for part in parts(field):
        if part.kind == "count":
            continue
        base = _base(field, part)
        derived = part.kind in _DERIVED or base is not None
        if derived and (
            field.of in PROTECTED_SUBJECTS if base is None else _is_protected_count(schema, field, base)
        ):
            rates.update(indices(has_value(table, part)))
        elif field.of in PROTECTED_SUBJECTS:
            others.update(indices(has_value(table, part)))
    if rates:
        yield _blocking(table, sorted(rates), "unprotected-rate", resource, field, {})
    if others:
        yield finding_at(
            table,
            sorted(others),
            "protection.not-covered",
            Severity.ADVISORY,
            Stage.PROTECT,
            resource,
            field.name,
        )


def _base(field: Field, part: Part) -> str | None:
    """The name that a rate gives to its count: a code of the same field, or another field."""
    named = field.rate_of
    if isinstance(named, Mapping):
        named = named.get(part.code) if part.code is not None else None
    return named if isinstance(named, str) and part.kind != "count" else None


def _is_protected_count(schema: Schema, field: Field, base: str | None) -> bool:
    if base is None:
        return False
    if base in (field.measures_of or {}):
        return field.of in PROTECTED_SUBJECTS
    if base in schema.names:
        return schema.field(base).counts_people
    raise RecipeError("protection.rate-of", schema=schema.name, field=field.name, count=base)


def _blocking(
    table: Table, where: list[int], code: str, resource: str, field: Field, detail: Mapping[str, str]
) -> Finding:
    return finding_at(
        table,
        where,
        f"protection.{code}",
        Severity.BLOCKING,
        Stage.PROTECT,
        resource,
        field.name,
        detail,
    )
