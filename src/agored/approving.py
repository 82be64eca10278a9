"""Approving: a person's decision about a checked dataset's content, written into a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agored.checking import Checked
from agored.decisions import Accepted, Decision, write_decision
from agored.errors import GateClosed
from agored.findings import Finding, Severity
from agored.gate import judge, today
from agored.recipe import Mailbox
from agored.store import latest
from agored.words import Bilingual


def approve(
    checked: Checked,
    content: str,
    by: Mailbox,
    accepts: Sequence[tuple[str, Bilingual]] = (),
    change: str = "routine",
    reason: Bilingual | None = None,
) -> tuple[Decision, Path]:
    """Write an approval of the checked content; gives it and its file.

    ``content`` is the content's hash or its first 8 digits, and must be what was checked; each of ``accepts``
    is ``CODE[:RESOURCE/FIELD]`` with its reason. Raises GateClosed where there is nothing to approve, where the
    hash is another one, where the mailbox is the assessor's, where an advisory to be accepted is not there, or
    where the gate would stay closed with this approval: then nothing is written.
    """
    from agored.findings import Stage

    run = checked.run
    if run.content is None:
        raise GateClosed("approve.nothing", dataset=checked.inputs.dataset)
    digits = content.removeprefix("sha256:")
    if len(digits) < 8 or not run.content.removeprefix("sha256:").startswith(digits):
        raise GateClosed("approve.other-content", content=run.content.removeprefix("sha256:")[:8])
    assessor = str(run.records[Stage.ETHICS]["assessor"])
    if by.mailbox.casefold() == assessor.casefold():
        raise GateClosed("gate.same-mailbox", mailbox=by.mailbox)
    newest = latest(checked.inputs.workspace.releases(checked.inputs.recipe))
    decision = Decision(
        kind="approval",
        dataset=checked.inputs.recipe.identity,
        content=run.content,
        by=by,
        date=today(),
        sources=run.sources,
        after=newest.name if newest else None,
        accepts=tuple(_accepted(name, why, run.findings) for name, why in accepts),
        change=change,
        reason=reason,
    )
    reasons = judge(run, [*checked.decisions, decision], newest).reasons
    if reasons:
        faults = tuple(GateClosed(f"gate.{reason.code}", **reason.facts) for reason in reasons)
        raise GateClosed("approve.still-closed", faults, dataset=checked.inputs.dataset)
    return decision, write_decision(checked.inputs.folder / "decisions", decision)


def _accepted(name: str, reason: Bilingual, findings: Sequence[Finding]) -> Accepted:
    code, _, place = name.partition(":")
    resource, _, field = place.partition("/")
    for finding in findings:
        if (
            finding.severity is Severity.ADVISORY
            and finding.code == code
            and resource in ("", finding.resource)
            and field in ("", finding.field)
        ):
            return Accepted(code, resource or None, field or None, reason)
    advisories = sorted({each.code for each in findings if each.severity is Severity.ADVISORY})
    raise GateClosed("approve.no-advisory", name=name, advisories=", ".join(advisories) or "-")
