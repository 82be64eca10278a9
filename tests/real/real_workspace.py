"""A workspace made of one case and the real files that it names, and the whole path in this process."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agored.approving import approve
from agored.checking import Checked, _run_record
from agored.decisions import read_decisions
from agored.findings import Finding
from agored.gate import Judgement, judge, open_run
from agored.recipe import Mailbox
from agored.records import readable
from agored.run import Preparation, prepare
from agored.table import Table
from agored.words import Bilingual

CASES = Path(__file__).with_name("cases")
STAGES = ("read", "shape", "validate", "protect", "ethics", "package")
GOVERNANCE = Mailbox("Head of information governance", "llywodraethu@cyngor.example.wales")
_SETTINGS = """agored = 1
[portals.catalogue]
kind = "folder"
path = "portal"
url = "https://data.example.wales/"
"""

Edits = Mapping[str, str]
"""What to change in a text: each key must stand in it exactly once."""


def workspace_of(
    folder: Path,
    case: str,
    files: Sequence[Path],
    *,
    recipe: Edits | None = None,
    ethics: Edits | None = None,
    lists: bool = True,
) -> Path:
    """A workspace in ``folder`` with the dataset ``case``, whose sources are copies of ``files``.

    ``recipe`` and ``ethics`` change the case's texts; without ``lists`` the dataset has no code list of its own
    besides those that nobody ships.
    """
    dataset = folder / "datasets" / case
    shutil.copytree(CASES / case, dataset)
    (folder / "agored.toml").write_text(_SETTINGS, encoding="utf-8")
    if (dataset / "schemas").is_dir():
        shutil.move(dataset / "schemas", folder / "schemas")
    if not lists:
        shutil.rmtree(dataset / "lists" / "areas")
    if not (dataset / "ethics.yaml").is_file():
        shutil.copyfile(CASES / "ethics.yaml", dataset / "ethics.yaml")
    _edit(dataset / "dataset.yaml", recipe or {})
    _edit(dataset / "ethics.yaml", ethics or {})
    (dataset / "source").mkdir()
    for file in files:
        shutil.copyfile(file, dataset / "source" / file.name)
    return folder


def _edit(file: Path, edits: Edits) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in edits.items():
        assert text.count(old) == 1, f"{file.name} holds {text.count(old)} times: {old}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Ran:
    """A run that went through all stages, with everything it showed to the public."""

    workspace: Path
    case: str
    run: Preparation
    shown: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.run.findings

    @property
    def blocking(self) -> dict[str, int]:
        """How often each ``code field`` was found that blocks."""
        return self.told("blocking")

    @property
    def advisory(self) -> dict[str, int]:
        """How often each ``code field`` was found that a decision must accept."""
        return self.told("advisory")

    def told(self, severity: str) -> dict[str, int]:
        return {
            f"{finding.code} {finding.field or ''}".strip(): finding.count
            for finding in self.findings
            if finding.severity == severity
        }

    def finding(self, code: str, field: str | None = None) -> Finding:
        """The one finding with that code, of that field if one is named."""
        found = [each for each in self.findings if each.code == code and field in (None, each.field)]
        assert len(found) == 1, [(each.code, each.field) for each in self.findings]
        return found[0]

    @property
    def package(self) -> Path:
        return self.run.folder / "package"

    def rows(self, resource: str) -> list[dict[str, str]]:
        """The packaged records of a resource."""
        import csv

        with (self.package / "data" / f"{resource}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def table(self, stage: str = "shape") -> Table:
        """The only resource's table as shape left it (``protect``: as it is to be released)."""
        (state,) = self.run._states.values()
        assert state.shaped is not None
        return state.shaped.table if stage == "shape" else state.table


def run_through(workspace: Path, case: str) -> Ran:
    """The whole path of a dataset, in this process."""
    run = prepare(case, str(workspace), "en")
    shown = []
    for stage in STAGES:
        view = getattr(run, stage)()
        shown += [view.html.cy, view.html.en, view.text.cy, view.text.en]
    return Ran(workspace, case, run, "\n".join(shown))


def checked(ran: Ran) -> Checked:
    """What the gate says of a run, with the decisions that stand in the dataset's folder now."""
    inputs = ran.run.inputs
    (ran.run.folder / "run.json").write_bytes(readable(_run_record(inputs, ran.run.folder)))
    run = open_run(ran.run.folder)
    assert run is not None
    decisions = read_decisions(inputs.folder / "decisions", inputs.recipe.identity)
    return Checked(inputs, run, judge(run, decisions, None), decisions)


def reasons(judgement: Judgement) -> list[str]:
    """Why the gate is closed, each with the code and field of its finding."""
    return [
        " ".join([reason.code, *(reason.facts[key] for key in ("code", "field") if key in reason.facts)])
        for reason in judgement.reasons
    ]


def decide(ran: Ran, *accepts: str) -> Checked:
    """An approval of the run's content that accepts these advisories, and what the gate says after it."""
    because = Bilingual("Trafodwyd hyn, ac mae’r rheswm yn y cofnod.", "This was discussed, and the record says why.")
    before = checked(ran)
    assert before.run.content is not None
    approve(before, before.run.content, GOVERNANCE, [(name, because) for name in accepts])
    return checked(ran)
