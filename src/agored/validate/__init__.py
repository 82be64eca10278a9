"""Validate: judge the tidy table against its Table Schema, and tell places as the original file has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agored.findings import Finding, Severity, Stage
from agored.places import finding_at
from agored.schema import CodeList, Schema
from agored.table import Table
from agored.validate.beyond import not_plain, unknown_codes
from agored.validate.engine import judge
from agored.validate.facts import facts_of
from agored.validate.headings import heading_findings
from agored.validate.package import validate_package

__all__ = ["Faults", "Validation", "validate", "validate_package"]

Faults = Mapping[tuple[str, str | None], Sequence[int]]
"""By a finding's code without ``validation.`` and its field (None for whole records), the places of all records at
fault, rising; 0 is the first."""


@dataclass(frozen=True)
class Validation:
    """What is wrong with a table: for people to read, and every place for the officer's own copy of the file."""

    findings: tuple[Finding, ...]
    faults: Faults


def validate(table: Table, schema: Schema, resource: str, lists: Mapping[str, CodeList]) -> Validation:
    """All that is wrong with ``table`` by ``schema``: one blocking finding a kind of fault and field.

    Each has its exact count and the first places in the original; none holds a cell's value. ``lists`` are
    the code lists that the schema's fields name. Raises RecipeError where the schema cannot be judged by, or
    a list is not there.
    """
    verdict = judge(table, schema)
    faults: dict[tuple[str, str | None], Sequence[int]] = {
        fault: rows.tolist() for fault, rows in verdict.faults.items()
    }
    unreadable = {name: where for (code, name), where in faults.items() if name and code.startswith("type-")}
    faults |= {("not-plain", name): where for name, where in not_plain(table, schema, unreadable).items()}
    faults |= {("code-unknown", name): where for name, where in unknown_codes(table, schema, lists).items()}
    findings = heading_findings(table, schema, verdict.extra, verdict.missing, resource)
    if not len(table):
        findings.append(
            Finding("validation.no-records", Severity.BLOCKING, Stage.VALIDATE, resource, total=0)
        )
    findings += _cell_findings(table, schema, resource, faults)
    return Validation(tuple(findings), faults)


def _cell_findings(
    table: Table,
    schema: Schema,
    resource: str,
    faults: Faults,
) -> Iterator[Finding]:
    """In the order of the schema, what is wrong with whole records first."""
    order = {name: number for number, name in enumerate((None, *schema.names))}
    for code, name in sorted(faults, key=lambda fault: (order[fault[1]], fault[0])):
        yield finding_at(
            table,
            faults[code, name],
            f"validation.{code}",
            Severity.BLOCKING,
            Stage.VALIDATE,
            resource,
            name,
            _facts(schema, code, name),
        )


def _facts(schema: Schema, code: str, name: str | None) -> dict[str, str]:
    if code == "code-unknown" and name is not None:
        return {"list": schema.field(name).codes or ""}
    return facts_of(schema.descriptor, code, name)
