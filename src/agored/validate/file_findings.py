"""What a verdict on a file says to people: one finding a kind of fault and column, its first place told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.table import letters
from agored.validate.engine import code_of
from agored.validate.facts import facts_of
from agored.validate.files import FileVerdict
from agored.validate.judging import Fault, Rows
from agored.validate.report import Descriptor

# What frictionless says of a file as a whole, by our codes.
_OF_COLUMNS = {
    "extra-label": "column-extra",
    "missing-label": "column-missing",
    "blank-label": "column-unnamed",
    "duplicate-label": "column-twice",
    "incorrect-label": "column-other",
    "unmatched-header": "columns-none",
    "blank-header": "columns-none",
}
_OF_FILES = {
    "hash-count": "file-changed",
    "byte-count": "file-changed",
    "row-count": "file-size",
    "field-count": "file-size",
    "source-error": "file-unreadable",
    "scheme-error": "file-unreadable",
    "format-error": "file-unreadable",
    "compression-error": "file-unreadable",
    "encoding-error": "file-encoding",
}
_OF_RECORDS = ("foreign-key", "unique-key")


def file_findings(verdict: FileVerdict) -> list[Finding]:
    """All that is wrong with one file, that of its columns first."""
    findings = [_file_finding(verdict, error) for error in verdict.errors]
    if not verdict.faults.records and not findings:
        findings.append(_finding(verdict, "no-records", total=0))
    return findings + list(_record_findings(verdict))


def unjudged(name: str) -> Finding:
    """The finding for a file on which frictionless breaks off."""
    return Finding("validation.unjudged", Severity.BLOCKING, Stage.VALIDATE, name)


def descriptor_finding(error: Descriptor, name: str | None = None) -> Finding:
    """The finding for a fault of a descriptor; what frictionless says of it quotes no data."""
    return Finding(
        "validation.descriptor", Severity.BLOCKING, Stage.VALIDATE, name, detail={"reason": error["note"]}
    )


def _file_finding(verdict: FileVerdict, error: Descriptor) -> Finding:
    kind = error["type"]
    if kind in _OF_FILES:
        return _finding(verdict, _OF_FILES[kind])
    if kind not in _OF_COLUMNS:
        return descriptor_finding(error, verdict.name)
    number, field = error.get("fieldNumber"), error.get("fieldName") or None
    place = letters(number) if number is not None and kind != "missing-label" else None
    detail = {} if place is None else {"column": place}
    return _finding(verdict, _OF_COLUMNS[kind], field=field, place=place, detail=detail)


def _record_findings(verdict: FileVerdict) -> Iterator[Finding]:
    """What is wrong with records: with whole ones first, then column by column."""
    order = sorted(
        verdict.faults.rows, key=lambda fault: (_column(fault) is not None, fault[1] or 0, fault[0])
    )
    for fault in order:
        code, name = told_of(verdict, fault)
        column = _column(fault)
        rows = verdict.faults.rows[fault]
        yield _finding(
            verdict,
            code,
            field=name,
            place=_place(verdict, int(rows[0]), column, name),
            rows=_first(rows),
            count=len(rows),
            total=verdict.faults.records,
            detail=facts_of(verdict.schema, code, name, fault[1] if column is None else None),
        )


def told_of(verdict: FileVerdict, fault: Fault) -> tuple[str, str | None]:
    """The code, without its ``validation.``, and the field by which a fault is told (None for whole records)."""
    column = _column(fault)
    if column is None:
        return code_of(fault[0], "any"), None
    types = {field["name"]: field.get("type", "any") for field in verdict.schema.get("fields", ())}
    name = _name(verdict, column)
    return code_of(fault[0], types.get(name or "", "any")), name


def _column(fault: Fault) -> int | None:
    """The column that a fault is told at; None where it is told of whole records."""
    kind, number = fault
    return None if kind in _OF_RECORDS else number


def _name(verdict: FileVerdict, number: int) -> str | None:
    """The schema's name for a column; None where the schema does not have it."""
    names = verdict.names or [field["name"] for field in verdict.schema["fields"]]
    known = {field["name"] for field in verdict.schema.get("fields", ())}
    name = names[number] if number < len(names) else None
    return name if name in known else None


def _place(verdict: FileVerdict, row: int, column: int | None, name: str | None) -> str:
    if column is None:
        return str(row)
    place = f"{letters(column + 1)}{row}"
    return place if name is None else f'{place} · "{name}"'


def _first(rows: Rows) -> tuple[int, ...]:
    return tuple(rows[:EXAMPLES].tolist())


def _finding(verdict: FileVerdict, code: str, **more: Any) -> Finding:
    return Finding(f"validation.{code}", Severity.BLOCKING, Stage.VALIDATE, verdict.name, **more)
