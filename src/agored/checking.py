"""Check: run the prepare notebook for a dataset, complete the run's folder, and ask the gate.

A run is made beside its place and renamed when it is complete; the same inputs find the same run again, unless
other releases have come since: it tells what changed since the last one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored.decisions import Decision, read_decisions
from agored.errors import AgoredError, GateClosed, NotebookError
from agored.findings import Stage
from agored.gate import Judgement, Run, judge, open_run
from agored.inputs import Inputs, read_inputs
from agored.locks import locked
from agored.records import STAGE_FILES, file_digest, readable
from agored.run import RUN_FOLDER
from agored.store import ACCOUNTS, Release, releases
from agored.words import LANGUAGES
from agored.workspace import Workspace

if TYPE_CHECKING:
    from agored.execute import Progress

Tell = Callable[["Progress"], None]


@dataclass(frozen=True)
class Checked:
    """A complete run of a dataset, and what the gate says of it."""

    inputs: Inputs
    run: Run
    judgement: Judgement
    decisions: tuple[Decision, ...]

    def to_json(self) -> dict[str, Any]:
        """What ``agored check --json`` prints."""
        return {
            "dataset": self.inputs.recipe.identity,
            "run": self.run.id,
            "content_hash": self.run.content,
            "gate": "open" if self.judgement.open else "closed",
            "reasons": [reason.to_json() for reason in self.judgement.reasons],
            "findings": [finding.to_json() for finding in self.run.findings],
        }


def check(workspace: Workspace, dataset: str, language: str, tell: Tell | None = None) -> Checked:
    """The run of a dataset as its files are now, made where there is none yet, and the gate's judgement.

    Raises RecipeError, SourceError or NotebookError where the run cannot be completed, PortalError where a release
    in the store cannot be read; ``error.json`` in the run's ``.partial`` folder then says why.
    """
    inputs = read_inputs(workspace, dataset)
    runs = workspace.runs(inputs.recipe)
    with locked(runs / ".lock", dataset, NotebookError):
        stored = releases(inputs.workspace.releases(inputs.recipe))
        run = open_run(runs / inputs.run_id)
        if run is None or not _tells_of(run, stored):
            _make(inputs, runs / inputs.run_id, language, tell)
    return found(inputs)


def found(inputs: Inputs) -> Checked:
    """The complete run of these inputs and the gate's judgement. Raises GateClosed where there is none, or where
    releases have come since with which it was not compared."""
    run = open_run(inputs.workspace.runs(inputs.recipe) / inputs.run_id)
    if run is None:
        raise GateClosed("gate.no-run", dataset=inputs.dataset)
    stored = releases(inputs.workspace.releases(inputs.recipe))
    if not _tells_of(run, stored):
        raise GateClosed("gate.released-since", dataset=inputs.dataset)
    decisions = read_decisions(inputs.folder / "decisions", inputs.recipe.identity)
    return Checked(inputs, run, judge(run, decisions, stored[-1] if stored else None), decisions)


def _tells_of(run: Run, stored: Sequence[Release]) -> bool:
    """Whether a run still tells what changed since the last release: there is none but those that it was compared
    with, and those of its own content, which were published from it."""
    compared = run.compared_with
    return all(
        (release.name, release.content) in compared or release.content == run.content for release in stored
    )


def _make(inputs: Inputs, place: Path, language: str, tell: Tell | None) -> None:
    from agored.execute import execute, write_failure

    partial = place.with_name(f"{place.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.mkdir(mode=0o700)  # a run names rows and holds private hashes
    notebook = partial / "prepare.ipynb"
    try:
        with _run_folder(partial):
            execute(
                inputs.workspace.notebook_path("prepare"),
                {"dataset": inputs.dataset, "workspace": ".", "language": language},
                notebook,
                workspace=inputs.workspace.folder,
                progress=tell,
            )
        _write_pages(inputs, partial, notebook)
    except AgoredError as error:
        write_failure(error, partial / "error.json")
        raise
    (partial / "run.json").write_bytes(readable(_run_record(inputs, partial)))
    if (place / "publish").is_dir():  # receipts prove what portals hold, whichever run is here
        shutil.copytree(place / "publish", partial / "publish")
    shutil.rmtree(place, ignore_errors=True)  # an earlier run: of other releases, or not to be read any more
    partial.rename(place)


def _write_pages(inputs: Inputs, folder: Path, notebook: Path) -> None:
    """The officer's report and the public account, in both languages."""
    from agored.execute import report

    content = json.loads((folder / STAGE_FILES[Stage.PACKAGE]).read_bytes())["content_hash"]
    public = {"public_hashes": [content] if content else [], "forbidden": [inputs.run_id]}
    for language, account in zip(LANGUAGES, ACCOUNTS, strict=True):
        title = inputs.recipe.title
        officers = report(notebook, language, "officer", title=title)
        everybodys = report(notebook, language, "public", title=title, **public)
        for name, page in ((f"report.{language}.html", officers), (account, everybodys)):
            (folder / name).write_text(page, encoding="utf-8", newline="\n")


@contextmanager
def _run_folder(folder: Path) -> Iterator[None]:
    """Tell the kernel, through its environment, where to leave the records."""
    os.environ[RUN_FOLDER] = str(folder)
    try:
        yield
    finally:
        del os.environ[RUN_FOLDER]


def _run_record(inputs: Inputs, folder: Path) -> dict[str, Any]:
    return {
        "run": 1,
        "id": inputs.run_id,
        "dataset": inputs.recipe.identity,
        "inputs": dict(sorted(inputs.files.items())),
        "records": {file.removesuffix(".json"): file_digest(folder / file) for file in STAGE_FILES.values()},
        "accounts": {
            account: file_digest(folder / account) for account in ACCOUNTS if (folder / account).is_file()
        },
    }
