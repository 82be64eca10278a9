"""What a stage found in the data: a finding says what, where, how often and how bad, and holds no cell's value."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from agored.words import known, number_text, say

EXAMPLES = 10
"""How many row numbers a finding keeps as examples; ``count`` stays exact."""


class Severity(StrEnum):
    """How bad: blocking stops a package, an advisory must be accepted by name, a note only tells."""

    BLOCKING = "blocking"
    ADVISORY = "advisory"
    NOTE = "note"


class Stage(StrEnum):
    """The stages in the order in which data flows through them."""

    READ = "read"
    SHAPE = "shape"
    VALIDATE = "validate"
    PROTECT = "protect"
    ETHICS = "ethics"
    PACKAGE = "package"


class Owner(StrEnum):
    """Who can put a finding right."""

    SUPPLIER = "supplier"
    DATA_OFFICER = "data-officer"
    INFORMATION_GOVERNANCE = "information-governance"


# The longest prefix that fits a code names its owner.
_OWNERS: Mapping[str, Owner] = {
    "": Owner.DATA_OFFICER,
    "read.": Owner.SUPPLIER,
    "validation.": Owner.SUPPLIER,
    "expectation.": Owner.SUPPLIER,
    "expectation.no-": Owner.DATA_OFFICER,  # no limit set, no such column
    "protection.": Owner.INFORMATION_GOVERNANCE,
    "personal-data.": Owner.INFORMATION_GOVERNANCE,
    "ethics.": Owner.INFORMATION_GOVERNANCE,
    "since.codes-gone": Owner.SUPPLIER,
    "since.far-outside": Owner.SUPPLIER,
    "since.given": Owner.INFORMATION_GOVERNANCE,
    "since.other-level": Owner.SUPPLIER,
    "since.rows": Owner.SUPPLIER,
    "since.rows-by-key": Owner.DATA_OFFICER,
}


@dataclass(frozen=True)
class Finding:
    """One kind of problem in one field.

    ``rows`` are row numbers in the original file, the first ``EXAMPLES`` of ``count``; ``total`` is how many
    cells or rows were looked at. ``place`` is the first place, as ``C17 · "count"``. ``detail`` holds facts of
    the schema, the policy or the recipe, as text; never a value of the data. One that is written in both
    languages, as ``title_cy`` and ``title_en``, fills ``{title}``.
    """

    code: str
    severity: Severity
    stage: Stage
    resource: str | None = None
    field: str | None = None
    place: str | None = None
    rows: tuple[int, ...] = ()
    count: int = 1
    total: int | None = None
    detail: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def owner(self) -> Owner:
        """Who can put it right."""
        return _OWNERS[max((prefix for prefix in _OWNERS if self.code.startswith(prefix)), key=len)]

    def what(self, language: str, count: str | None = None) -> str:
        """What is the matter, in a sentence; ``count`` says how many, instead of the bare number."""
        return self._say("what", language, count)

    def why(self, language: str) -> str:
        """Why it matters."""
        return self._say("why", language)

    def how(self, language: str, *, recipe: bool = True) -> str:
        """How to put it right; without a ``recipe``, how to put the file or the schema itself right."""
        alone = not recipe and known(_sentence(self.code, "how-file"))
        return self._say("how-file" if alone else "how", language)

    def _say(self, part: str, language: str, count: str | None = None) -> str:
        many = number_text(self.count, language) if count is None else count
        facts = {"field": self.field or "", "count": many, **self.detail}
        mark = f"_{language}"
        facts |= {key.removesuffix(mark): text for key, text in self.detail.items() if key.endswith(mark)}
        return say(_sentence(self.code, part), language, **facts)

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data; every key is always there."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "stage": str(self.stage),
            "owner": str(self.owner),
            "resource": self.resource,
            "field": self.field,
            "place": self.place,
            "rows": list(self.rows),
            "count": self.count,
            "total": self.total,
            "detail": dict(self.detail),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that ``to_json`` wrote."""
        return cls(
            code=data["code"],
            severity=Severity(data["severity"]),
            stage=Stage(data["stage"]),
            resource=data["resource"],
            field=data["field"],
            place=data["place"],
            rows=tuple(data["rows"]),
            count=data["count"],
            total=data["total"],
            detail=dict(data["detail"]),
        )


def _sentence(code: str, part: str) -> str:
    """Where the words of a code are: under the code, else under the family that it belongs to."""
    family = code
    while "." in family and not known(f"finding.{family}.{part}"):
        family = family.rpartition(".")[0]
    return f"finding.{family if known(f'finding.{family}.{part}') else code}.{part}"


def blocking(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that stop a package."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCKING)


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """In the order in which a person should read them: by severity, then by stage, for what is wrong early is
    often the cause of what is wrong later, then by how often."""
    severities, stages = list(Severity), list(Stage)
    return sorted(
        findings,
        key=lambda finding: (
            severities.index(finding.severity),
            stages.index(finding.stage),
            -finding.count,
        ),
    )
