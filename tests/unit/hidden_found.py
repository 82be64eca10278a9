"""What is found hidden in a workbook, with what holds for every finding looked at on the way."""

from __future__ import annotations

import json

from agored.findings import Finding, Owner, Severity, Stage
from agored.read.hidden import hidden_content
from agored.words import LANGUAGES

SECRETS = ("Enw Ffug", "Person Ffug", "Cyfrinach", "Awdur Ffug", "tenantiaeth", "12345678")
"""What fixtures hold that no finding may tell."""


def found(data: bytes, kind: str = "xlsx", sheet: str | None = "Data") -> dict[str, Finding]:
    """The findings by what follows ``read.hidden-`` in their codes, each of which comes once."""
    findings = hidden_content(data, kind, sheet, "tabl", f"ffeil.{kind}")
    by_code = {finding.code.removeprefix("read.hidden-"): finding for finding in findings}
    assert len(by_code) == len(findings)
    assert list(by_code) == sorted(by_code)
    for finding in findings:
        _holds(finding)
    return by_code


def _holds(finding: Finding) -> None:
    assert finding.code.startswith("read.hidden-")
    assert (finding.stage, finding.resource, finding.owner) == (Stage.READ, "tabl", Owner.SUPPLIER)
    assert finding.count > 0
    assert Finding.from_json(json.loads(json.dumps(finding.to_json()))) == finding
    told = json.dumps(finding.to_json(), ensure_ascii=False)
    for language in LANGUAGES:
        # The public may read what is the matter, so it names no sheet, row or cell.
        assert "“" not in finding.what(language)
        told += finding.what(language) + finding.why(language) + finding.how(language)
    assert not [secret for secret in SECRETS if secret in told]


def blocking(findings: dict[str, Finding]) -> set[str]:
    """The codes of those that block."""
    return {code for code, finding in findings.items() if finding.severity is Severity.BLOCKING}


def the(findings: dict[str, Finding], code: str) -> Finding:
    """The only finding there is, which must be of this code."""
    assert list(findings) == [code]
    return findings[code]
