"""The gate: closed by default; it opens for a run without a blocker and a decision that names its content.

The gate reads records and decisions only. It recomputes the hashes of files, compares records with each other,
and closes on a missing, foreign or broken link (design.md §2, §7). It alone compares dates with today.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agored.decisions import Decision, sources_digest
from agored.findings import Finding, Severity, Stage, blocking
from agored.records import STAGE_FILES, canonical, digest, file_digest
from agored.store import ACCOUNTS, Release
from agored.words import say


@dataclass(frozen=True)
class Reason:
    """Why the gate is closed: the code of a ``GateClosed`` without its ``gate.``, and its facts."""

    code: str
    facts: Mapping[str, str]

    def text(self, language: str) -> str:
        """The reason as a sentence."""
        return say(f"error.gate.{self.code}", language, **self.facts)

    def to_json(self) -> dict[str, Any]:
        """As plain data; no fact may be called ``code``."""
        return {"code": self.code, **self.facts}


@dataclass(frozen=True)
class Judgement:
    """Whether the gate is open; the decision that opened it, or the reasons why it is closed."""

    reasons: tuple[Reason, ...]
    decision: Decision | None = None

    @property
    def open(self) -> bool:
        """Whether publishing may go on."""
        return not self.reasons and self.decision is not None


def today() -> str:
    """Today's date in Wales."""
    return datetime.datetime.now(ZoneInfo("Europe/London")).date().isoformat()


@dataclass(frozen=True)
class Run:
    """A complete run as its records tell it: ``run.json`` and each stage's record, as plain data."""

    folder: Path
    run: Mapping[str, Any]
    records: Mapping[Stage, Mapping[str, Any]]

    @property
    def id(self) -> str:
        """The run's id: the name of its folder, or of the session's in JupyterLab without its ending."""
        return self.folder.name.partition(".")[0]

    @property
    def content(self) -> str | None:
        """The hash of the content, or None where something blocked."""
        content = self.records[Stage.PACKAGE]["content_hash"]
        return None if content is None else str(content)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in the order of the stages."""
        return tuple(
            Finding.from_json(finding) for record in self.records.values() for finding in record["findings"]
        )

    @property
    def compared_with(self) -> frozenset[tuple[str, str]]:
        """The releases that it was compared with: the name and the content of each."""
        listed = self.records[Stage.ETHICS]["compared_with"]
        return frozenset((str(each["release"]), str(each["content"])) for each in listed)

    @property
    def sources(self) -> str:
        """The hash by which an approval names the sources."""
        read = self.records[Stage.READ]["resources"]
        return sources_digest({resource["name"]: resource["source"] for resource in read})


def open_run(folder: Path) -> Run | None:
    """The run in a folder, or None where it is not complete, or a record cannot be read or tells nothing."""
    try:
        run = Run(
            folder,
            json.loads((folder / "run.json").read_bytes()),
            {stage: json.loads((folder / file).read_bytes()) for stage, file in STAGE_FILES.items()},
        )
        named = map(run.run.get, ("inputs", "records", "accounts"))
        told = (run.content, run.findings, run.sources, run.compared_with, *named)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return None if None in told[1:] else run


def judge(
    run: Run, decisions: Sequence[Decision], newest: Release | None, day: str | None = None
) -> Judgement:
    """Whether ``run`` may be published on ``day`` (today), by the decisions at hand.

    ``newest`` is the dataset's newest release in the store: an approval given before it is spent, unless the
    release holds the very content.
    """
    broken = _broken_links(run)
    if broken:
        return Judgement(tuple(broken))
    reasons = [
        *_blockers(run),
        *_forbidden(run, decisions),
        *_dates_over(run, day or today()),
    ]
    if reasons or run.content is None:
        return Judgement(tuple(reasons) or (Reason("no-content", {}),))
    candidates = [
        decision for decision in decisions if decision.kind == "approval" and decision.content == run.content
    ]
    if not candidates:
        return Judgement((Reason("no-approval", {"content": _short(run.content)}),))
    # Where several approvals name this content, the last one that holds counts; else the last one's faults.
    for decision in reversed(candidates):
        faults = tuple(_faults(decision, run, newest, day or today()))
        if not faults:
            return Judgement((), decision)
    return Judgement(tuple(_faults(candidates[-1], run, newest, day or today())))


def _short(content: str) -> str:
    return content.removeprefix("sha256:")[:8]


def _broken_links(run: Run) -> list[Reason]:
    """The files that are not what a record says, else the records that are not what the next was made from."""
    changed = [*_changed_files(run)] or [*_foreign_records(run)]
    if not changed and run.content is not None:
        changed = [*_broken_package(run)]
    return [Reason("broken", {"file": file}) for file in dict.fromkeys(changed)]


def _changed_files(run: Run) -> Iterator[str]:
    """Records and pages whose bytes are not those that ``run.json`` names, or ``run.json`` itself."""
    made_of = digest(canonical(run.run["inputs"])).removeprefix("sha256:")[:16]
    if not made_of == run.run["id"] == run.id:
        yield "run.json"
    listed = {f"{name}.json": found for name, found in run.run["records"].items()} | run.run["accounts"]
    for file in (*STAGE_FILES.values(), *ACCOUNTS):
        if listed.get(file) != _hash(run.folder / file):
            yield file


def _foreign_records(run: Run) -> Iterator[str]:
    """Records that were made from another record, another table or another source than the one before tells."""
    for resource in run.records[Stage.READ]["resources"]:
        if run.run["inputs"].get(f"source/{resource['name']}") != resource["source"]:
            yield STAGE_FILES[Stage.READ]
    for before, after in pairwise(Stage):
        made_from = run.records[after]["made_from"]
        name = STAGE_FILES[before].removesuffix(".json")
        tables = {f"table/{each['name']}": each["table"] for each in run.records[before]["resources"]}
        if made_from != {name: run.run["records"][name]} | tables:
            yield STAGE_FILES[after]


def _broken_package(run: Run) -> Iterator[str]:
    from agored.errors import VerificationFailed
    from agored.package.verify import verify_folder

    package = run.folder / "package"
    sums = run.records[Stage.PACKAGE]["sums"]
    if not (package / "SHA256SUMS").is_file() or file_digest(package / "SHA256SUMS") != sums:
        yield "package/SHA256SUMS"
        return
    try:
        content = verify_folder(package).content_hash
    except VerificationFailed:
        content = None
    tables = {resource["name"]: resource["table"] for resource in run.records[Stage.ETHICS]["resources"]}
    packaged = {name: _hash(package / "data" / f"{name}.csv") for name in tables}
    if content != run.content or packaged != tables:
        yield "package"


def _hash(file: Path) -> str | None:
    return file_digest(file) if file.is_file() else None


def _blockers(run: Run) -> Iterator[Reason]:
    count = len(blocking(run.findings))
    if count:
        yield Reason("blocking", {"count": str(count)})


def _forbidden(run: Run, decisions: Sequence[Decision]) -> Iterator[Reason]:
    for decision in decisions:
        if decision.kind in ("refusal", "recall") and decision.content == run.content:
            yield Reason(decision.kind, {"date": decision.date, "file": decision.file})


def _dates_over(run: Run, day: str) -> Iterator[Reason]:
    ethics = run.records[Stage.ETHICS]
    if ethics["next_review"] and ethics["next_review"] < day:
        yield Reason("review-over", {"date": ethics["next_review"]})
    for accepted in ethics["accepted"]:
        if accepted["until"] and accepted["until"] < day:
            yield Reason(
                "acceptance-over",
                {"finding": accepted["code"], "field": accepted["field"] or "-", "date": accepted["until"]},
            )


def _faults(decision: Decision, run: Run, newest: Release | None, day: str) -> Iterator[Reason]:
    """Why this approval does not open the gate for this run."""
    if decision.sources != run.sources:
        yield Reason("other-sources", {"file": decision.file})
    if decision.date > day:
        yield Reason("not-yet", {"date": decision.date})
    assessor = run.records[Stage.ETHICS]["assessor"]
    if decision.by.mailbox.casefold() == str(assessor).casefold():
        yield Reason("same-mailbox", {"mailbox": decision.by.mailbox})
    if newest is not None and newest.content != decision.content and newest.name != decision.after:
        yield Reason("spent", {"file": decision.file, "release": newest.name})
    yield from unaccepted(run.findings, decision)


def unaccepted(findings: Sequence[Finding], decision: Decision) -> Iterator[Reason]:
    """The advisories that a decision does not accept by name."""
    for finding in findings:
        accepted = any(
            accepted.code == finding.code
            and accepted.resource in (None, finding.resource)
            and accepted.field in (None, finding.field)
            for accepted in decision.accepts
        )
        if finding.severity is Severity.ADVISORY and not accepted:
            yield Reason("unaccepted", {"finding": finding.code, "field": finding.field or "-"})
