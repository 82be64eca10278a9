"""Validate: judge the tidy table against its Table Schema, and tell places as the original file has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agored.findings import Finding, Severity, Stage
from agored.places import finding_at
from agored.schema import CodeList, Schema
from agored.table import Table
from agored.validate.beyond import not_plain, unknown_codes
from agored.validate.engine import judge, key_of
from agored.validate.headings import heading_findings
from agored.validate.package import validate_package

__all__ = ["validate", "validate_package"]

# What a message about a broken constraint says of it: the constraint's own value, by the name of our fact.
_FACTS: Mapping[str, tuple[str, str]] = {
    "minimum": ("minimum", "limit"),
    "maximum": ("maximum", "limit"),
    "above": ("exclusiveMinimum", "limit"),
    "below": ("exclusiveMaximum", "limit"),
    "shortest": ("minLength", "limit"),
    "longest": ("maxLength", "limit"),
    "pattern": ("pattern", "pattern"),
    "not-one-of": ("enum", "allowed"),
}


def validate(
    table: Table, schema: Schema, resource: str, lists: Mapping[str, CodeList]
) -> tuple[Finding, ...]:
    """All that is wrong with ``table`` by ``schema``: one blocking finding a kind of fault and field.

    Each has its exact count and the first places in the original; none holds a cell's value. ``lists`` are
    the code lists that the schema's fields name. Raises RecipeError where the schema cannot be judged by, or
    a list is not there.
    """
    verdict = judge(table, schema)
    faults: dict[tuple[str, str | None], Sequence[int]] = dict(verdict.faults)
    unreadable = {name: where for (code, name), where in faults.items() if name and code.startswith("type-")}
    faults |= {("not-plain", name): where for name, where in not_plain(table, schema, unreadable).items()}
    faults |= {("code-unknown", name): where for name, where in unknown_codes(table, schema, lists).items()}
    findings = heading_findings(table, schema, verdict.extra, verdict.missing, resource)
    if not len(table):
        findings.append(
            Finding("validation.no-records", Severity.BLOCKING, Stage.VALIDATE, resource, total=0)
        )
    findings += _cell_findings(table, schema, resource, faults)
    return tuple(findings)


def _cell_findings(
    table: Table,
    schema: Schema,
    resource: str,
    faults: Mapping[tuple[str, str | None], Sequence[int]],
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
            _detail(schema, code, name),
        )


def _detail(schema: Schema, code: str, name: str | None) -> dict[str, str]:
    """The facts of the schema that the message for ``code`` needs."""
    if name is None:
        return {"fields": ", ".join(key_of(schema))} if code.startswith("primary-key") else {}
    if code == "code-unknown":
        return {"list": schema.field(name).codes or ""}
    data = next(data for data in schema.descriptor["fields"] if data["name"] == name)
    if code == "type-string":
        return {"form": str(data.get("format", ""))}
    if code not in _FACTS:
        return {}
    constraint, fact = _FACTS[code]
    return {fact: _text(data["constraints"][constraint])}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
