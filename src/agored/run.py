"""The stages in their order, for notebooks, commands and app alike: one method a stage, one record each.

``prepare`` opens a run of a dataset: ``read``, ``shape``, ``validate``, ``protect``, ``ethics`` and ``package``
must be called in this order. Stages go on while there is a table; a package is made only if nothing blocks.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored import __version__
from agored.errors import NotebookError
from agored.findings import Finding, Severity, Stage, blocking
from agored.inputs import Inputs, read_inputs
from agored.parts import ResourcePart
from agored.recipe import Constant, Drop, LeaveOut, ResourceRecipe
from agored.records import STAGE_FILES, Record, file_digest
from agored.schema import Schema
from agored.spread import Extent, recorded, spread_of
from agored.views import Audience, Fact, View, counts_view, facts_view, findings_view, note_view, together
from agored.words import Bilingual, chosen_language
from agored.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from agored.ethics.stage import Before
    from agored.protect import Protected
    from agored.read.reading import Reading
    from agored.shape import Shaped
    from agored.table import Table
    from agored.validate import Faults

ANNOTATED = Path("private") / "annotated.xlsx"
"""Where in a run's folder the officer's file stands with its problems marked. It is never packaged."""

RUN_FOLDER = "AGORED_RUN_FOLDER"
"""The environment variable by which a command tells its kernel where to leave the records."""


def prepare(dataset: str = "", workspace: str = ".", language: str = "") -> Preparation:
    """Open a run of ``dataset`` in ``workspace``, showing its results in ``language``.

    Which dataset that is without a name, ``chosen_dataset`` says.
    """
    _quiet(chosen_language(language or None))
    opened = open_workspace(workspace or None)
    spoken = chosen_language(language or None, opened.language)
    return Preparation(read_inputs(opened, chosen_dataset(opened, dataset)), spoken)


def _quiet(language: str) -> None:
    from agored.execute.inside import quiet

    quiet(language)


def chosen_dataset(workspace: Workspace, dataset: str) -> str:
    """The dataset that a notebook names; else AGORED_DATASET names it, or the workspace's only one is taken."""
    named = dataset or os.environ.get("AGORED_DATASET", "")
    datasets = workspace.datasets()
    if named or len(datasets) == 1:
        return named or datasets[0]
    raise NotebookError("run.which-dataset", datasets=", ".join(datasets) or "-")


@dataclass(frozen=True)
class _State:
    """What a resource has come to so far."""

    recipe: ResourceRecipe
    schema: Schema
    table: Table
    shaped: Shaped | None = None
    protected: Protected | None = None


class Preparation:
    """A run from the council's file to the package."""

    def __init__(self, inputs: Inputs, language: str) -> None:
        self.inputs = inputs
        self.language = language
        self.recipe = inputs.recipe
        named = os.environ.get(RUN_FOLDER)
        runs = inputs.workspace.runs(inputs.recipe)
        self.folder = Path(named) if named else runs / f"{inputs.run_id}.session"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700)  # a run names rows and holds private hashes
        self.records: dict[Stage, Record] = {}
        self.content_hash: str | None = None
        self._states: dict[str, _State] = {}
        self._policies: dict[str, Mapping[str, str]] = {}
        self._faults: dict[str, Faults] = {}
        self._read: dict[str, Reading] = {}
        self._annotated: View | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found so far, in the order of the stages."""
        return tuple(finding for record in self.records.values() for finding in record.findings)

    def read(self) -> View:
        """Stage 1: each resource's file to a table of text."""
        from agored.read import read
        from agored.read.header import expected_headings

        self._expect(Stage.READ)
        findings: list[Finding] = []
        facts = []
        for resource in self.recipe.resources:
            schema = self.inputs.schemas[resource.name]
            headings = expected_headings(resource) or schema.names
            reading = read(self.inputs.folder, resource, headings)
            self._states[resource.name] = _State(resource, schema, reading.table)
            self._read[resource.name] = reading
            findings += reading.findings
            facts.append(reading.facts)
        self._record(Stage.READ, {}, {"resources": facts}, findings)
        shown: list[tuple[str | Bilingual, Fact]] = []
        for fact in facts:
            shown += [
                ("view.resource", fact["name"]),
                ("view.format", fact["format"].upper()),
                *([("view.encoding", fact["encoding"].upper())] if fact["encoding"] else []),
                ("view.rows", fact["records"]),
                ("view.columns", fact["columns"]),
            ]
        return self._view(Stage.READ, shown, findings)

    def shape(self) -> View:
        """Stage 2: the declared operations, to a tidy table."""
        from agored.shape import shape

        self._expect(Stage.SHAPE)
        findings: list[Finding] = []
        facts = []
        shown: list[tuple[str | Bilingual, Fact]] = []
        for name, state in self._states.items():
            shaped = shape(state.table, state.recipe, state.schema.names, self.inputs.lists[name])
            before = state.table.digest
            self._states[name] = _State(state.recipe, state.schema, shaped.table, shaped)
            findings += shaped.findings
            facts.append(
                {
                    "name": name,
                    "from_table": before,
                    "table": shaped.table.digest,
                    "records": len(shaped.table),
                    "steps": [step.to_json() for step in shaped.steps],
                }
            )
            shown += [
                ("view.resource", name),
                ("view.rows", len(shaped.table)),
                ("view.columns", len(shaped.table.columns)),
                ("view.steps", len(shaped.steps)),
            ]
        self._record(Stage.SHAPE, self._made_from(Stage.READ), {"resources": facts}, findings)
        return self._view(Stage.SHAPE, shown, findings)

    def validate(self) -> View:
        """Stage 3: the tidy table against its schema; and the officer's file back, where there is something to
        put right."""
        from agored.spread_view import spread_view
        from agored.validate import validate

        self._expect(Stage.VALIDATE)
        findings: list[Finding] = []
        facts = []
        spreads = []
        shown: list[tuple[str | Bilingual, Fact]] = []
        for name, state in self._states.items():
            validation = validate(state.table, state.schema, name, self.inputs.lists[name])
            findings += validation.findings
            self._faults[name] = validation.faults
            spread = spread_of(name, state.table, validation.faults)
            spreads.append(spread)
            facts.append(
                {
                    "name": name,
                    "table": state.table.digest,
                    "schema": state.schema.digest,
                    **spread.extent.to_json(),
                }
            )
            shown += [("view.resource", name), ("view.schema", state.schema.name)]
        self._record(Stage.VALIDATE, self._made_from(Stage.SHAPE), {"resources": facts}, findings)
        self._annotated = self._annotate()
        view = self._view(Stage.VALIDATE, shown, findings)
        if not findings and self._annotated is None:
            return view
        plots = (spread_view(spread, self.language) for spread in spreads)
        told = findings_view(findings, self.language, extent=self._extent if findings else None)
        return view.with_officer(together(told, *filter(None, (*plots, self._annotated))))

    def protect(self) -> View:
        """Stage 4: disclosure control, which makes the release table and its schema."""
        from agored.protect import protect

        self._expect(Stage.PROTECT)
        findings: list[Finding] = []
        facts = []
        shown: list[tuple[str | Bilingual, Fact]] = []
        for name, state in self._states.items():
            protected = protect(state.table, state.schema, state.recipe.disclosure, name, state.recipe.totals)
            self._states[name] = _State(
                state.recipe, protected.schema, protected.table, state.shaped, protected
            )
            self._policies[name] = protected.values
            findings += protected.findings
            facts.append(
                {
                    "name": name,
                    "from_table": state.table.digest,
                    "table": protected.table.digest,
                    "schema": protected.schema.digest,
                    "policy": state.recipe.disclosure.policy,
                    "values": dict(protected.values),
                    "rules": [change.to_json() for change in protected.changes],
                }
            )
            shown += [("view.resource", name), ("view.policy", state.recipe.disclosure.policy)]
            shown += [(f"change.protect.{change.rule}", change.cells) for change in protected.changes]
        self._record(Stage.PROTECT, self._made_from(Stage.VALIDATE), {"resources": facts}, findings)
        return self._view(Stage.PROTECT, shown, findings)

    def ethics(self) -> View:
        """Stage 5: expectations, the screen for personal data, the ethics record with its evidence, and what
        changed since the last release."""
        from agored.ethics.stage import assess
        from agored.since import compared, since_view

        self._expect(Stage.ETHICS)
        find = self.inputs.workspace.suite_path
        assessed = assess(
            self.recipe,
            {name: (state.table, state.schema) for name, state in self._states.items()},
            [(choice, find(choice.suite)) for choice in self.recipe.expectations],
            self.inputs.ethics,
            self._before_ethics(),
        )
        record = assessed.record
        since = compared(self.inputs.workspace.releases(self.recipe), self._parts(), self._limits_rows())
        findings = (*assessed.findings, *since.findings)
        facts = {
            "resources": [
                {"name": name, "table": state.table.digest} for name, state in self._states.items()
            ],
            "assessor": record.assessor.mailbox,
            "next_review": record.next_review,
            "accepted": [accepted.to_json() for accepted in record.accepted],
            "suites": list(assessed.suites),
            "public": assessed.public,
            "answers": assessed.answers,
            "compared_with": [
                {"release": release.name, "content": release.content} for release in since.stored
            ],
            "since": [change.to_json() for change in since.changes],
        }
        self._record(Stage.ETHICS, self._made_from(Stage.PROTECT), facts, findings)
        shown: list[tuple[str | Bilingual, Fact]] = []
        for suite in assessed.suites:
            title = Bilingual(suite["title"]["cy"], suite["title"]["en"])
            shown += [("view.resource", suite["resource"]), ("view.suite", title)]
            shown += [
                (f"view.{outcome.replace(' ', '-')}", count) for outcome, count in suite["counts"].items()
            ]
        return self._view(Stage.ETHICS, shown, findings, since_view(since, self.language))

    def package(self) -> View:
        """Stage 6: the data package and its content hash, if nothing blocks."""
        self._expect(Stage.PACKAGE)
        blockers = blocking(self.findings)
        if not blockers:
            self._package()
        facts = {"content_hash": self.content_hash, "sums": self._sums()}
        self._record(Stage.PACKAGE, self._made_from(Stage.ETHICS), facts, ())
        if self.content_hash is None:
            return note_view("view.no-package", self.language)
        shown: list[tuple[str | Bilingual, Fact]] = [("view.content-hash", self.content_hash)]
        shown += [(Bilingual(name, name), len(state.table)) for name, state in self._states.items()]
        return facts_view("view.stage.package", shown, self.language)

    def summary(self) -> View:
        """For the officer: everything found, the content hash, and what to do next."""
        self._expect(None)
        code = "run.blocked" if blocking(self.findings) else "run.ready"
        facts = {
            "dataset": self.inputs.dataset,
            "content": (self.content_hash or "").removeprefix("sha256:")[:8],
        }
        return together(
            note_view(code, self.language, audience=Audience.OFFICER, **facts),
            *([self._annotated] if self._annotated else []),
            findings_view(self.findings, self.language, extent=self._extent),
        )

    @property
    def _extent(self) -> Extent | None:
        """How many rows were checked by their schemas, and how many have a fault."""
        return recorded(self.records[Stage.VALIDATE].facts)

    def _annotate(self) -> View | None:
        """Write the officer's workbook, if something found so far is more than a note, and say where it is."""
        read, self._read = self._read, {}
        if all(finding.severity is Severity.NOTE for finding in self.findings):
            return None
        from agored.annotate import AnnotatedTable, write_annotated

        sheets = [
            AnnotatedTable(
                resource=name,
                read=read[name].table,
                headers=read[name].headers,
                tidy=state.table,
                findings=[finding for finding in self.findings if finding.resource == name],
                faults=self._faults[name],
                outside=read[name].outside,
            )
            for name, state in self._states.items()
        ]
        write_annotated(self.folder / ANNOTATED, sheets, self.language)
        # The folder of a run in the making loses its ending when the run is complete.
        complete = self.folder.with_name(self.folder.name.removesuffix(".partial"))
        path = os.path.relpath(complete / ANNOTATED, self.inputs.workspace.folder)
        return note_view(
            "annotate.written", self.language, audience=Audience.OFFICER, path=Path(path).as_posix()
        )

    def _package(self) -> None:
        from agored.package import write_package

        ethics = self.records[Stage.ETHICS].facts
        packaged = write_package(
            self.folder / "package",
            self.recipe,
            self._parts(),
            changes=self._changes(),
            ethics=ethics["public"],
            answers=ethics["answers"],
            policies=self._policies,
            reasons=_reasons(self.recipe.resources),
            judged={
                "schemas": {name: state.recipe.schema for name, state in self._states.items()},
                "suites": [choice.suite for choice in self.recipe.expectations],
                "notebook": "prepare.ipynb",
                "software": {"name": "Agored", "version": __version__},
            },
        )
        self.content_hash = packaged.content_hash

    def _parts(self) -> list[ResourcePart]:
        """The resources as they are now."""
        return [
            ResourcePart(name, state.table, state.schema, self.inputs.lists[name])
            for name, state in self._states.items()
        ]

    def _limits_rows(self) -> bool:
        """Whether the recipe itself says how many records there may be."""
        return any({"rows_min", "rows_max"} & set(choice.values) for choice in self.recipe.expectations)

    def _changes(self) -> dict[str, Any]:
        """``changes.json``: what shape and protect did, by rule and cells covered."""
        resources = []
        for name, state in self._states.items():
            assert state.shaped is not None
            assert state.protected is not None
            disclosure = state.recipe.disclosure
            resources.append(
                {
                    "name": name,
                    "shape": [step.to_json() for step in state.shaped.steps],
                    "protect": {
                        "policy": disclosure.policy,
                        "values": dict(state.protected.values),
                        "rules": [change.to_json() for change in state.protected.changes],
                        "reason": disclosure.reason.to_json() if disclosure.reason else None,
                    },
                }
            )
        return {"changes": 1, "resources": resources}

    def _before_ethics(self) -> Before:
        """What the stages so far found, as the evidence that stands beside the ethics record's answers."""
        from agored.ethics.stage import Before

        validation: Counter[str] = Counter()
        for finding in self.records[Stage.VALIDATE].findings:
            validation[str(finding.severity)] += finding.count
        protection: Counter[str] = Counter()
        for state in self._states.values():
            for change in state.protected.changes if state.protected else ():
                protection[change.rule] += change.cells
        return Before(
            validation=validation,
            protection=protection,
            policies=[state.recipe.disclosure.policy for state in self._states.values()],
            schemas=[state.recipe.schema for state in self._states.values()],
        )

    def _sums(self) -> str | None:
        file = self.folder / "package" / "SHA256SUMS"
        return file_digest(file) if file.is_file() else None

    def _expect(self, stage: Stage | None) -> None:
        """Refuse a stage out of its order; None is the end."""
        done = list(self.records)
        order = list(Stage)
        following = order[len(done)] if len(done) < len(order) else None
        if stage is not following:
            raise NotebookError(
                "run.order", stage=str(stage or "summary"), following=str(following or "summary")
            )

    def _made_from(self, stage: Stage) -> dict[str, str]:
        """By name, the hashes of the record before and of the tables that it left."""
        record = self.records[stage]
        names = {STAGE_FILES[stage].removesuffix(".json"): record.digest}
        return names | {
            f"table/{resource['name']}": resource["table"] for resource in record.facts["resources"]
        }

    def _record(
        self,
        stage: Stage,
        made_from: Mapping[str, str],
        facts: Mapping[str, Any],
        findings: Sequence[Finding],
    ) -> None:
        record = Record(stage, made_from, facts, tuple(findings))
        self.records[stage] = record
        (self.folder / STAGE_FILES[stage]).write_bytes(record.to_bytes())

    def _view(
        self,
        stage: Stage,
        facts: Sequence[tuple[str | Bilingual, Fact]],
        findings: Sequence[Finding],
        *more: View,
    ) -> View:
        public = together(
            facts_view(f"view.stage.{stage}", facts, self.language),
            *more,
            counts_view(findings, self.language),
        )
        return public.with_officer(findings_view(findings, self.language))


def _reasons(resources: Sequence[ResourceRecipe]) -> list[dict[str, Any]]:
    """The reasons that people wrote in the recipe and the package publishes, in its order."""
    reasons = []
    for resource in resources:
        for operation in resource.shape:
            if isinstance(operation, LeaveOut | Drop | Constant):
                reasons.append({"resource": resource.name, **operation.reason.to_json()})
        if resource.disclosure.reason is not None:
            reasons.append({"resource": resource.name, **resource.disclosure.reason.to_json()})
    return reasons
