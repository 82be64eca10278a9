"""Findings at cells of a table: the count is exact, the rows are the first few, the place is the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.table import Table


def finding_at(
    table: Table,
    where: Sequence[int],
    code: str,
    severity: Severity,
    stage: Stage,
    resource: str,
    field: str | None = None,
    detail: Mapping[str, str] | None = None,
) -> Finding:
    """The finding ``code`` for the records at ``where`` (0 is the first), which must be some."""
    return Finding(
        code=code,
        severity=severity,
        stage=stage,
        resource=resource,
        field=field,
        place=table.place(where[0], field),
        rows=_first_rows(table, where),
        count=len(where),
        total=len(table),
        detail=dict(detail or {}),
    )


def _first_rows(table: Table, where: Sequence[int]) -> tuple[int, ...]:
    """The first rows, each once: after unpivoting, several records stand in one row of the original."""
    rows: dict[int, None] = {}
    for index in where:
        rows[table.row(index)] = None
        if len(rows) == EXAMPLES:
            break
    return tuple(rows)
