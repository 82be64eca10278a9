"""People's decisions: one file each, named by date, content and kind, never edited and never overwritten.

``decisions/<date>-<content hash, first 8>-<kind>[-2].yaml`` in the dataset's folder (design.md §7).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.errors import RecipeError
from agored.kinds import CHANGES, DECISIONS
from agored.recipe import Mailbox
from agored.recipe_yaml import mailbox
from agored.records import canonical, digest
from agored.strict import Section, as_text, load, loads
from agored.words import Bilingual

DECISION_FORMAT = 1
NOTHING = "none"
_HASH = r"sha256:[0-9a-f]{64}"
_RELEASE = r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}(-\d+)?"
_FILE = re.compile(r"(\d{4}-\d{2}-\d{2})-([0-9a-f]{8})-([a-z]+)(-\d+)?\.yaml")


@dataclass(frozen=True)
class Accepted:
    """An advisory that the decision accepts by name: its code and, where it has them, resource and field."""

    code: str
    resource: str | None
    field: str | None
    reason: Bilingual

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "code": self.code,
            "resource": self.resource,
            "field": self.field,
            "reason": self.reason.to_json(),
        }


@dataclass(frozen=True)
class Decision:
    """One decision about one content.

    An approval alone has ``sources`` (the hash of the sources' hashes, private), ``after`` (the release that
    was the newest when it was given, None for none: once another follows, the approval is spent), and
    ``change``, the kind of change that it lets out.
    """

    kind: str
    dataset: str
    content: str
    by: Mailbox
    date: str
    sources: str | None = None
    after: str | None = None
    accepts: tuple[Accepted, ...] = ()
    change: str = "routine"
    reason: Bilingual | None = None
    file: str = ""

    def to_yaml(self) -> str:
        """The file's text."""
        data: dict[str, Any] = {
            "decision": DECISION_FORMAT,
            "kind": self.kind,
            "dataset": self.dataset,
            "content": self.content,
        }
        if self.sources is not None:
            data["sources"] = self.sources
            data["after"] = self.after or NOTHING
        data["by"] = {"role": self.by.role, "mailbox": self.by.mailbox}
        data["date"] = self.date
        if self.kind == "approval":
            data["accepts"] = [
                {key: value for key, value in accepted.to_json().items() if value is not None}
                for accepted in self.accepts
            ]
            data["change"] = {"kind": self.change}
            if self.reason is not None:
                data["change"]["reason"] = self.reason.to_json()
        elif self.reason is not None:
            data["reason"] = self.reason.to_json()
        return as_text(data)


def sources_digest(sources: Mapping[str, str]) -> str:
    """The hash by which an approval names the sources: of ``{resource: source hash}`` as canonical JSON."""
    return digest(canonical(dict(sources)))


def read_decisions(folder: Path, dataset: str) -> tuple[Decision, ...]:
    """All decisions in a dataset's ``decisions`` folder, by date, content, kind and number.

    Raises RecipeError where a file is not a decision, is about another dataset, or is not named as it should
    be: a decision that cannot be read must not be passed over, for it may be a recall.
    """
    if not folder.is_dir():
        return ()
    files = sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=_order)
    return tuple(_decision(load(path, _shown(path.name)), path.name, dataset) for path in files)


def _order(path: Path) -> tuple[str, int]:
    """The place of a file among decisions: one without a number is the first of its name."""
    name = _FILE.fullmatch(path.name)
    return ("-".join(name.groups()[:3]), int((name[4] or "-1")[1:])) if name else (path.name, 0)


def _shown(name: str) -> str:
    """What a decision's file is called in messages."""
    return f"decisions/{name}"


def _decision(top: Section, file: str, dataset: str) -> Decision:
    """The decision in the file called ``file``; raises RecipeError with all that is wrong with it."""
    if top.integer("decision", 1, 999) > DECISION_FORMAT:
        top.fault("decision.newer", "decision", known=str(DECISION_FORMAT))
    kind = top.choice("kind", DECISIONS)
    approval = kind == "approval"
    change, reason = "routine", None
    if approval and (section := top.optional_section("change")) is not None:
        change = section.choice("kind", CHANGES)
        reason = section.optional_bilingual("reason")
        if change != "routine" and reason is None:
            section.fault("strict.missing", None, key="reason")
    elif not approval:
        reason = top.bilingual("reason")
    decision = Decision(
        kind=kind,
        dataset=top.text("dataset"),
        content=top.matching("content", _HASH, "sha256:…"),
        by=mailbox(top.section("by")),
        date=top.date("date") or "",
        sources=top.matching("sources", _HASH, "sha256:…") if approval else None,
        after=_after(top) if approval else None,
        accepts=tuple(_accepted(top) if approval else ()),
        change=change,
        reason=reason,
        file=file,
    )
    if decision.dataset != dataset:
        top.fault("decision.other-dataset", "dataset", dataset=dataset)
    name = _FILE.fullmatch(file)
    stated = (decision.date, decision.content.removeprefix("sha256:")[:8], decision.kind)
    if name is None or name.groups()[:3] != stated:
        top.fault("decision.file-name", name="-".join(stated) + ".yaml")
    top.close()
    return decision


def _after(top: Section) -> str | None:
    release = top.matching("after", rf"{NOTHING}|{_RELEASE}", "2026-11-23-0123abcd")
    return None if release == NOTHING else release


def _accepted(top: Section) -> Iterator[Accepted]:
    for entry in top.sections("accepts", required=False):
        yield Accepted(
            code=entry.text("code"),
            resource=entry.optional_text("resource"),
            field=entry.optional_text("field"),
            reason=entry.bilingual("reason"),
        )


def write_decision(folder: Path, decision: Decision) -> Path:
    """Write a decision into a file of its own; an existing file is never touched.

    Raises RecipeError where the file could not be read again (a mailbox that is none, an empty reason): as no
    decision is ever edited, it would stand in the dataset's way.
    """
    stem = f"{decision.date}-{decision.content.removeprefix('sha256:')[:8]}-{decision.kind}"
    text = decision.to_yaml()
    _decision(loads(text, _shown(f"{stem}.yaml")), f"{stem}.yaml", decision.dataset)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        path = folder / (f"{stem}.yaml" if number == 1 else f"{stem}-{number}.yaml")
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        return path
    raise RecipeError("decision.too-many", name=stem)
