"""Findings on the columns of a table: missing, not in the schema, without a name, twice, in another order."""

from __future__ import annotations

from collections.abc import Sequence

from agored.findings import Finding, Severity, Stage
from agored.schema import Schema
from agored.table import Table, letters


def heading_findings(
    table: Table, schema: Schema, extra: Sequence[int], missing: Sequence[str], resource: str
) -> list[Finding]:
    """One finding for each column at a place of ``extra`` (0 is the first) and each field of ``missing``; and
    one where the columns that fit stand in another order than the schema's fields.

    A heading is quoted only where it is known to stand in the recipe or the schema.
    """
    findings = [
        Finding("validation.column-missing", Severity.BLOCKING, Stage.VALIDATE, resource, field=name)
        for name in missing
    ]
    findings += [_extra_column(table, schema, number, resource) for number in extra]
    fitting = [name for number, name in enumerate(table.names) if number not in extra]
    if fitting != [name for name in schema.names if name in fitting]:
        findings.append(
            Finding(
                "validation.column-order",
                Severity.BLOCKING,
                Stage.VALIDATE,
                resource,
                detail={"order": ", ".join(schema.names)},
            )
        )
    return findings


def _extra_column(table: Table, schema: Schema, number: int, resource: str) -> Finding:
    column = table.columns[number]
    if not column.name.strip():
        code = "column-unnamed"
    elif column.name in table.names[:number]:
        code = "column-twice"
    else:
        code = "column-extra"
    quoted = bool(column.name.strip()) and (column.known or column.name in schema.names)
    # A column that shape made has no letter in the original; then its place in the tidy table is told.
    reference = letters(column.source) if column.source is not None else str(number + 1)
    place = f'{reference} · "{column.name}"' if quoted else reference
    return Finding(
        f"validation.{code}",
        Severity.BLOCKING,
        Stage.VALIDATE,
        resource,
        field=column.name if quoted else None,
        place=place,
        detail={"column": place},
    )
