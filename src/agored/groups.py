"""Findings put together as a person reads them: what is one and the same problem, of what kind, and how far it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agored.findings import Finding, Severity, Stage, worst_first
from agored.words import number_text, say

WHOLE_COLUMN = 0.95
"""From this share of the records on, a fault is the whole column's and not that of scattered rows."""

# Of several findings about the same cells, the one that tells most of what to do comes first.
_TELLING = ("code-unknown", "not-one-of", "not-a-category", "", "pattern", "not-plain", "shortest", "longest")


class Reach(StrEnum):
    """How far a fault goes through its column, or through all rows."""

    WHOLE = "whole"
    NEARLY_WHOLE = "nearly-whole"
    SCATTERED = "scattered"
    SOME = "some"


@dataclass(frozen=True)
class Problem:
    """A finding, and those that tell of the same cells in another way."""

    head: Finding
    also: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Kind:
    """Problems that break the same rule and are put right in the same way, the worst first; at least one."""

    problems: tuple[Problem, ...]

    @property
    def head(self) -> Finding:
        """The worst finding."""
        return self.problems[0].head


def kinds(findings: Sequence[Finding], *, recipe: bool = True) -> list[Kind]:
    """All findings by what is to be done about them, the worst first; ``recipe`` as for ``Finding.how``. What goes
    through a whole column is a kind apart."""
    found: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems(findings):
        head = problem.head
        advice = (head.owner, head.why("en"), head.how("en", recipe=recipe), is_whole_column(head))
        found.setdefault((head.severity, head.code, *advice), []).append(problem)
    return [Kind(tuple(alike)) for alike in found.values()]


def problems(findings: Sequence[Finding]) -> list[Problem]:
    """The findings, the worst first, with those about the same cells put together.

    What is wrong with a table as a whole (a column that is missing, say) comes before what is wrong with some of
    its rows: it is often the cause.
    """
    severities, stages = list(Severity), list(Stage)
    ordered = sorted(
        worst_first(findings),
        key=lambda finding: (
            severities.index(finding.severity),
            stages.index(finding.stage),
            bool(finding.rows),
        ),
    )
    same: dict[object, list[Finding]] = {}
    for number, finding in enumerate(ordered):
        same.setdefault(_cells(finding) or number, []).append(finding)
    return [_problem(alike) for alike in same.values()]


def _cells(finding: Finding) -> tuple[object, ...] | None:
    """What findings about the same cells have in common; None where no cells are known."""
    if finding.field is None or not finding.rows:
        return None
    where = (finding.resource, finding.field, finding.place, finding.rows)
    return finding.severity, *where, finding.count, finding.total


def _problem(alike: Sequence[Finding]) -> Problem:
    stages = list(Stage)
    head, *also = sorted(alike, key=lambda finding: (stages.index(finding.stage), _rank(finding)))
    return Problem(head, tuple(also))


def _rank(finding: Finding) -> int:
    name = finding.code.rpartition(".")[2]
    return _TELLING.index(name if name in _TELLING else "")


def reach(finding: Finding) -> Reach | None:
    """How far a fault of cells or records goes; None where that is not told, or makes no sense of one."""
    count, total = finding.count, finding.total
    if finding.stage not in (Stage.SHAPE, Stage.VALIDATE) or not finding.rows or not total or count < 2:
        return None
    if count >= total:
        return Reach.WHOLE
    if count >= WHOLE_COLUMN * total:
        return Reach.NEARLY_WHOLE
    rows = finding.rows
    in_one_block = len(rows) > 2 and rows[-1] - rows[0] == len(rows) - 1
    return Reach.SOME if in_one_block else Reach.SCATTERED


def is_whole_column(finding: Finding) -> bool:
    """Whether all or nearly all of a column is at fault, so that one cause is likely."""
    return finding.field is not None and reach(finding) in (Reach.WHOLE, Reach.NEARLY_WHOLE)


def share_text(count: int, total: int, language: str) -> str:
    """``count`` of ``total`` in per cent: never 0 for something, nor 100 for not all."""
    share = count / total
    if 0 < share < 0.001:
        return say("view.share-under", language)
    if 0.999 < share < 1:
        return say("view.share-over", language)
    return f"{share:.1%}".replace(".0%", "%")  # Welsh and English write it alike (CLDR)


def of_total(count: int, total: int | None, language: str) -> str:
    """``1,491 of 59,999 (2.5%)``, or only the count where there is nothing to compare it with."""
    if not total or count > total:
        return number_text(count, language)
    return say(
        "view.count-of-total",
        language,
        count=number_text(count, language),
        total=number_text(total, language),
        share=share_text(count, total, language),
    )


def rows_text(rows: Iterable[int]) -> str:
    """Row numbers, runs of them drawn together: ``11, 13–15``. They have no thousands marks: they are looked up,
    not added."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    pieces = ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run) for run in runs)
    return ", ".join(piece for each in pieces for piece in each)
