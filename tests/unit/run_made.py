"""Runs made up from small records and a real package, for the tests of decisions, gate, store and catalogue.

The records are those of ``agored.records`` and the package is ``write_package``'s; only the stages that would
have made them are not run.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import package_made

from agored.checking import Checked, _run_record, _tells_of, found
from agored.decisions import Decision, write_decision
from agored.findings import Finding, Severity, Stage
from agored.gate import open_run
from agored.inputs import Inputs
from agored.publishing import Publication
from agored.recipe import Mailbox, Recipe
from agored.records import STAGE_FILES, Record, digest, file_digest, readable
from agored.store import ACCOUNTS, latest, releases
from agored.words import Bilingual
from agored.workspace import Portal, Workspace

RECIPE: Recipe = package_made.recipe()
DATASET = RECIPE.name
ASSESSOR = "ystadegau@cyngor.example.wales"
GOVERNANCE = Mailbox("Pennaeth llywodraethu", "llywodraethu@cyngor.example.wales")
DAY = "2026-03-01"
REASON = Bilingual("Achos.", "A cause.")

RECIPE_TEXT = f"""recipe: 1
organization: {RECIPE.organization}
name: {RECIPE.name}
title: {{cy: Cysgu allan, en: Rough sleeping}}
description: {{cy: Disgrifiad., en: Description.}}
notes: {{cy: Nodiadau., en: Notes.}}
keywords: {{cy: [tai], en: [housing]}}
contact: {{role: Swyddog data, mailbox: data@cyngor.example.wales}}
resources:
  - {{name: shelters, source: {{path: x.csv}}, schema: shelters/1, disclosure: {{policy: standard}}}}
package:
  licenses: [{{name: OGL-UK-3.0}}]
  contributors: [{{title: Cyngor Enghraifft, roles: [publisher]}}]
  sources: [{{title: Rhestr}}]
  frequency: monthly
publish: {{portals: [catalogue]}}
"""


def advisory(code: str = "personal-data.name-heading", field: str = "name") -> Finding:
    return Finding(code, Severity.ADVISORY, Stage.ETHICS, "shelters", field)


def write_run(
    folder: Path,
    inputs: Inputs,
    count: str = "10",
    findings: Sequence[Finding] = (),
    **ethics: Any,
) -> None:
    """A whole run in ``folder``; ``ethics`` changes what the ethics record says, for the gate."""
    folder.mkdir(parents=True)
    packaged = package_made.made(folder / "package", count=count)
    tables = {part.name: part.table.digest for part in package_made.parts(count)}
    facts: dict[Stage, dict[str, Any]] = {stage: {} for stage in Stage}
    stored = releases(inputs.workspace.releases(RECIPE))
    compared = [{"release": release.name, "content": release.content} for release in stored]
    answers = {"assessor": ASSESSOR, "next_review": None, "accepted": []}
    facts[Stage.ETHICS] = {**answers, "compared_with": compared, **ethics}
    blocks = any(finding.severity is Severity.BLOCKING for finding in findings)
    facts[Stage.PACKAGE] = {
        "content_hash": None if blocks else packaged.content_hash,
        "sums": file_digest(folder / "package" / "SHA256SUMS"),
    }
    made_from: dict[str, str] = {}
    for stage, file in STAGE_FILES.items():
        resources = [{"name": name, "table": table} for name, table in tables.items()]
        if stage is Stage.READ:
            for resource in resources:
                resource["source"] = inputs.sources[resource["name"]]
        if stage is not Stage.PACKAGE:
            facts[stage]["resources"] = resources
        record = Record(
            stage, made_from, facts[stage], tuple(each for each in findings if each.stage is stage)
        )
        (folder / file).write_bytes(record.to_bytes())
        made_from = {file.removesuffix(".json"): record.digest}
        made_from |= {f"table/{name}": table for name, table in tables.items()}
    for account in ACCOUNTS:
        (folder / account).write_text(f"<title>{account} {count}</title>", encoding="utf-8")
    (folder / "run.json").write_bytes(readable(_run_record(inputs, folder)))


@dataclass(frozen=True)
class Desk:
    """An officer's desk: a workspace with one dataset and as many folder portals as are named."""

    workspace: Workspace

    @classmethod
    def at(cls, folder: Path, portals: Sequence[str] = ("catalogue",)) -> Desk:
        (folder / "datasets" / DATASET).mkdir(parents=True)
        (folder / "datasets" / DATASET / "dataset.yaml").write_text(RECIPE_TEXT, encoding="utf-8")
        made = {
            name: Portal(name, "folder", f"https://{name}.example.wales/", folder / name) for name in portals
        }
        return cls(Workspace(folder, portals=made))

    @property
    def decisions(self) -> Path:
        return self.workspace.folder / "datasets" / DATASET / "decisions"

    @property
    def releases(self) -> Path:
        return self.workspace.releases(RECIPE)

    def inputs(self, count: str = "10", salt: str = "") -> Inputs:
        """Inputs whose sources say ``count``; ``salt`` stands for anything else that a run is made from."""
        files = {f"source/{each.name}": digest(f"{each.name} {count}".encode()) for each in RECIPE.resources}
        files["recipe"] = digest(f"recipe {salt}".encode())
        return Inputs(self.workspace, DATASET, RECIPE, {}, {}, files)

    def run_folder(self, inputs: Inputs) -> Path:
        return self.workspace.runs(RECIPE) / inputs.run_id

    def check(
        self, count: str = "10", findings: Sequence[Finding] = (), salt: str = "", **ethics: Any
    ) -> Checked:
        """The run of these inputs, made where there is none, or where other releases have come, and what the gate
        says of it."""
        inputs = self.inputs(count, salt)
        folder = self.run_folder(inputs)
        run = open_run(folder)
        if run is not None and not _tells_of(run, releases(self.releases)):
            shutil.rmtree(folder)
        if not folder.exists():
            write_run(folder, inputs, count, findings, **ethics)
        return found(inputs)

    def decide(self, checked: Checked, kind: str = "approval", date: str = DAY, **other: Any) -> Path:
        """A decision about the checked content; an approval is for these sources and follows the newest release."""
        decision = Decision(kind, RECIPE.identity, str(checked.run.content), GOVERNANCE, date, reason=REASON)
        if kind == "approval":
            newest = latest(self.releases)
            after = newest.name if newest else None
            decision = dataclasses.replace(decision, sources=checked.run.sources, after=after)
        return write_decision(self.decisions, dataclasses.replace(decision, **other))

    def publication(self, checked: Checked, portal: str = "catalogue") -> Publication:
        return Publication(found(checked.inputs), self.workspace.portal(portal), "en")

    def publish(self, checked: Checked, portal: str = "catalogue") -> dict[str, Any]:
        """Plan and apply; the plan, as it is recorded."""
        publication = self.publication(checked, portal)
        publication.plan()
        publication.apply()
        return dict(package_made.told(publication.folder / "plan.json"))

    def portal(self, name: str = "catalogue") -> Path:
        """Where a portal keeps the dataset."""
        folder = self.workspace.portal(name).path
        assert folder is not None
        return folder / "data" / RECIPE.identity


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
