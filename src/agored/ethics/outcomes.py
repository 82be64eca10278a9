"""What became of each expectation: plain evidence without values or rows, and findings with rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agored.ethics.cases import Case
from agored.ethics.suites import Expectation, Suite
from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.places import finding_at
from agored.table import Table
from agored.words import LANGUAGES, say

MET, NOT_MET, NOT_APPLICABLE, NOT_JUDGED = "met", "not met", "not applicable", "not judged"
OUTCOMES = (MET, NOT_MET, NOT_APPLICABLE, NOT_JUDGED)

_COUNTED = ("row_count", "unique_value_count", "column_count")  # types whose observed value is a count


@dataclass(frozen=True)
class Result:
    """What is kept of a judgement: counts, the indexes of records that failed, and, of the codes asked for,
    some of those that are absent with the number of all. ``judged`` is false where it could not be made."""

    success: bool
    judged: bool
    looked_at: int | None = None
    missing: int | None = None
    unexpected: int | None = None
    observed: int | None = None
    where: tuple[int, ...] = ()
    absent: frozenset[str] = frozenset()
    absent_count: int | None = None


_NO_RESULT = Result(success=False, judged=False)


def outcome_of(case: Case, result: Result | None) -> str:
    """One of ``OUTCOMES``."""
    if case.reason is not None:
        return NOT_APPLICABLE
    if result is None or not result.judged:
        return NOT_JUDGED
    return MET if result.success else NOT_MET


def evidence_of(case: Case, result: Result | None, limits: Mapping[str, str]) -> dict[str, Any]:
    """The evidence of one expectation as plain data; counts only."""
    expected, counts = case.expected, result or _NO_RESULT
    counted = any(what in expected.type for what in _COUNTED)
    return {
        "code": expected.code,
        "type": expected.type,
        "columns": list(expected.columns),
        "severity": str(expected.severity),
        "title": expected.titled(limits).to_json(),
        "limits": {name: limits[name] for name in expected.limits.values() if name in limits},
        "outcome": outcome_of(case, result),
        "reason": case.reason,
        "lacking": list(case.lacking),
        "looked_at": counts.looked_at,
        "missing": counts.missing,
        "unexpected": counts.unexpected,
        "observed": counts.observed if counted else None,
    }


def finding_of(
    case: Case, result: Result | None, limits: Mapping[str, str], table: Table, suite: Suite, resource: str
) -> Finding | None:
    """The finding for an expectation that is not met, or could not be judged (which always blocks)."""
    outcome, expected = outcome_of(case, result), case.expected
    if outcome in (MET, NOT_APPLICABLE):
        return None
    field = expected.columns[0] if len(expected.columns) == 1 else expected.arguments.get("column")
    detail = _detail(suite, expected, limits)
    code, severity = f"expectation.{suite.name}.{expected.code}", expected.severity
    where = result.where if result is not None else ()
    if outcome == NOT_JUDGED:
        code, severity, where = "expectation.not-judged", Severity.BLOCKING, case.unreadable
    if where:
        return finding_at(table, where, code, severity, Stage.ETHICS, resource, field, detail)
    counts = result or _NO_RESULT
    count = counts.absent_count or counts.unexpected or 1
    named = sorted(case.asked & counts.absent)[:EXAMPLES]
    if named:
        detail = _with_absent(detail, named, count)
    return Finding(code, severity, Stage.ETHICS, resource, field, count=count, detail=detail)


def not_applicable(cases: Sequence[Case], suite: Suite, resource: str) -> Iterator[Finding]:
    """One note for the columns that a table lacks, one for the limits that the recipe leaves open."""
    for reason, code in (("column", "expectation.no-column"), ("limit", "expectation.no-limit")):
        some = [case for case in cases if case.reason == reason]
        if some:
            lacking = sorted({name for case in some for name in case.lacking})
            yield Finding(
                code,
                Severity.NOTE,
                Stage.ETHICS,
                resource,
                count=len(some),
                total=len(cases),
                detail={"suite": suite.name, "lacking": ", ".join(lacking)},
            )


def _detail(suite: Suite, expected: Expectation, limits: Mapping[str, str]) -> dict[str, str]:
    title = expected.titled(limits)
    return {
        "suite": suite.name,
        "expectation": expected.code,
        **{f"title_{language}": title[language] for language in LANGUAGES},
        **{f"reason_{language}": expected.why[language] for language in LANGUAGES},
        **{f"action_{language}": expected.how[language] for language in LANGUAGES},
    }


def _with_absent(detail: Mapping[str, str], named: Sequence[str], count: int) -> dict[str, str]:
    """The detail with the codes that are asked for and not there, after the title."""
    shown = ", ".join(named) + (", …" if count > len(named) else "")
    titles = {
        f"title_{language}": say(
            "ethics.expectation.absent", language, title=detail[f"title_{language}"], absent=shown
        )
        for language in LANGUAGES
    }
    return {**detail, **titles, "absent": shown}
