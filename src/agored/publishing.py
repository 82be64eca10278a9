"""Publishing a checked dataset: the release is put together, stored first, and brought to each portal in turn.

``publication`` is what the publish notebook works with; ``publish_dataset`` runs that notebook for a portal.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.checking import Checked, Tell, found
from agored.decisions import Decision
from agored.errors import AgoredError, GateClosed, NotebookError, PortalError
from agored.inputs import read_inputs
from agored.locks import locked
from agored.publish import Plan, client_for, make_plan, publish, refuse_unknown
from agored.records import readable
from agored.run import chosen_dataset
from agored.store import (
    ACCOUNTS,
    SINCE_FILE,
    Release,
    found_in,
    latest,
    make_release,
    public_decision,
    release_name,
    releases,
)
from agored.views import Audience, View, facts_view, note_view, plan_view, together
from agored.words import chosen_language
from agored.workspace import Portal, Workspace, open_workspace


@dataclass(frozen=True)
class Outcome:
    """What came of publishing to one portal: ``planned``, ``published`` or ``unchanged``, with the plan."""

    portal: str
    outcome: str
    release: str
    plan: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "portal": self.portal,
            "outcome": self.outcome,
            "release": self.release,
            "plan": dict(self.plan),
        }


def publication(dataset: str = "", workspace: str = ".", language: str = "", portal: str = "") -> Publication:
    """Open the publishing of a checked dataset to a portal; for the publish notebook.

    Raises GateClosed with the reasons where the gate is closed, or where the dataset as its files are now has
    not been checked by ``agored check``.
    """
    from agored.execute.inside import quiet

    quiet(chosen_language(language or None))
    opened = open_workspace(workspace or None)
    spoken = chosen_language(language or None, opened.language)
    checked = found(read_inputs(opened, chosen_dataset(opened, dataset)))
    chosen = portal or checked.inputs.recipe.portals[0]
    return Publication(checked, opened.portal(chosen), spoken)


def require_open(checked: Checked) -> Decision:
    """The decision that opened the gate. Raises GateClosed with every reason where it is closed."""
    judgement = checked.judgement
    if judgement.open and judgement.decision is not None:
        return judgement.decision
    reasons = tuple(GateClosed(f"gate.{reason.code}", **reason.facts) for reason in judgement.reasons)
    raise GateClosed("gate.closed", reasons, dataset=checked.inputs.dataset)


class Publication:
    """A checked dataset on its way to one portal: ``plan``, ``apply``, ``receipt``, in this order."""

    def __init__(self, checked: Checked, portal: Portal, language: str) -> None:
        self.checked = checked
        self.portal = portal
        self.language = language
        self.decision = require_open(checked)
        self.folder = checked.run.folder / "publish" / portal.name
        self._client = client_for(portal)
        self._plan: Plan | None = None
        self._receipt: dict[str, Any] | None = None

    def plan(self) -> View:
        """The plan, as a diff against what the portal holds; nothing is touched."""
        release = candidate(self.checked, self.decision)
        plan = make_plan(self._client, release, self._stored())
        self._plan = plan
        self._write("plan.json", plan.to_json())
        return plan_view(self.portal.name, plan.steps, self.language)

    def apply(self) -> View:
        """Store the release, apply the plan, read back and compare."""
        if self._plan is None:
            raise NotebookError("run.order", stage="apply", following="plan")
        workspace, recipe = self.checked.inputs.workspace, self.checked.inputs.recipe
        lock = workspace.folder / "runs" / f".portal-{self.portal.name}.lock"
        with locked(lock, self.portal.name):
            # Asked again: the portal may have moved on while another command held the lock.
            refuse_unknown(self._client, recipe.identity, self._stored())
            release = keep(workspace.releases(recipe), self._plan.release)
            plan = make_plan(self._client, release, self._stored())
            receipt = publish(self._client, plan)
            if self.portal.kind == "folder":
                render_catalogue(workspace, self.portal)
        self._receipt = receipt | {"time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")}
        self._write("receipt.json", self._receipt)
        code = "publish.done" if plan.changes else "publish.unchanged"
        return note_view(code, self.language, audience=Audience.OFFICER, portal=self.portal.name)

    def receipt(self) -> View:
        """What was published and verified; says so where nothing was applied."""
        if self._receipt is None:
            return note_view("publish.only-planned", self.language, audience=Audience.OFFICER)
        facts = facts_view(
            "publish.receipt",
            [
                ("view.portal", self.portal.name),
                ("publish.release", self._receipt["release"]),
                ("view.content-hash", self._receipt["content"]),
                ("publish.compared", int(self._receipt["verified"])),
            ],
            self.language,
            Audience.OFFICER,
        )
        return together(facts, note_view("publish.verified", self.language, audience=Audience.OFFICER))

    def _stored(self) -> tuple[str, ...]:
        """The names of the releases in the store. A portal gets none that is not there first, so one that it
        holds and the store does not was published from elsewhere, even if it is named as this one would be."""
        store = self.checked.inputs.workspace.releases(self.checked.inputs.recipe)
        return tuple(release.name for release in releases(store))

    def _write(self, name: str, data: Mapping[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(readable(dict(data)))


def candidate(checked: Checked, decision: Decision) -> Release:
    """The release to publish: the store's newest where it holds this content, else a new one in the run's folder,
    with what changed since the newest.

    Raises PortalError where the store's was changed since it was kept.
    """
    from agored.since import record_of

    store = checked.inputs.workspace.releases(checked.inputs.recipe)
    newest = latest(store)
    if newest is not None and newest.content == decision.content:
        _verify(newest, "store.changed", dataset=checked.inputs.recipe.identity)
        return newest
    name = _free_name(store, release_name(decision.date, decision.content))
    public = public_decision(decision, name, newest.name if newest else None)
    package = checked.run.folder / "package"
    beside_it = {account: (checked.run.folder / account).read_bytes() for account in ACCOUNTS}
    beside_it[SINCE_FILE] = readable(record_of(package, public, newest))
    beside = checked.run.folder / "release"
    shutil.rmtree(beside, ignore_errors=True)  # an earlier plan's may follow another release or decision
    return make_release(beside, package, beside_it, public)


def _free_name(store: Path, name: str) -> str:
    """``name``, or with a number where the same content was already released on the same day."""
    number = 2
    free = name
    while (store / free).exists():
        free, number = f"{name}-{number}", number + 1
    return free


def keep(store: Path, release: Release) -> Release:
    """The release in the store as its newest, copied there where it is not yet.

    Raises PortalError where another release was stored since this one was planned: it was decided on without
    that one, and ``latest`` would go back.
    """
    newest = latest(store)
    if newest is not None and newest.name == release.name:
        return newest
    if release.previous != (newest.name if newest else None):
        raise PortalError(
            "store.overtaken",
            dataset=str(release.decision["dataset"]),
            release=newest.name if newest else "-",
        )
    beside_it = {file: (release.folder / file).read_bytes() for file in (*ACCOUNTS, SINCE_FILE)}
    return make_release(store, release.folder / "package", beside_it, release.decision)


def render_catalogue(workspace: Workspace, portal: Portal) -> None:
    """Write the pages of the built-in catalogue anew; those that would be the same stay untouched."""
    from agored.site import SiteSettings, render

    assert portal.path is not None
    render(portal.path, SiteSettings(url=portal.url, title=workspace.title, contact=workspace.contact))


def publish_dataset(
    checked: Checked, portal: Portal, language: str, apply: bool, tell: Tell | None = None
) -> Outcome:
    """Run the publish notebook for one portal: plan only, or plan and apply.

    Raises GateClosed before a kernel starts, PortalError or NotebookError from within.
    """
    from agored.execute import execute, write_failure

    require_open(checked)
    folder = checked.run.folder / "publish" / portal.name
    folder.mkdir(parents=True, exist_ok=True)
    workspace = checked.inputs.workspace
    parameters = {
        "dataset": checked.inputs.dataset,
        "workspace": ".",
        "language": language,
        "portal": portal.name,
        "apply": apply,
    }
    try:
        execute(
            workspace.notebook_path("publish"),
            parameters,
            folder / "publish.ipynb",
            workspace=workspace.folder,
            portal=portal.name,
            progress=tell,
        )
    except AgoredError as error:
        write_failure(error, folder / "error.json")
        raise
    (folder / "error.json").unlink(missing_ok=True)
    plan = json.loads((folder / "plan.json").read_bytes())
    outcome = "unchanged" if not plan["changes"] else "published" if apply else "planned"
    return Outcome(portal.name, outcome, plan["release"], plan)


@dataclass(frozen=True)
class Everywhere:
    """What came of publishing to several portals: those done, and the first error of those that failed, with
    the others' errors as its problems."""

    outcomes: tuple[Outcome, ...]
    error: AgoredError | None


def publish_everywhere(
    checked: Checked, portals: Sequence[str], language: str, apply: bool, tell: Tell | None = None
) -> Everywhere:
    """Publish to each portal in turn: one that fails does not stop the others, and the same command again
    finishes the rest. Raises GateClosed where the gate is closed."""
    require_open(checked)
    outcomes: list[Outcome] = []
    errors: list[AgoredError] = []
    runs = checked.inputs.workspace.runs(checked.inputs.recipe)
    with locked(runs / ".lock", checked.inputs.dataset):
        for name in portals:
            portal = checked.inputs.workspace.portal(name)
            try:
                outcomes.append(publish_dataset(checked, portal, language, apply, tell))
            except PortalError as error:
                errors.append(error)
    if not errors:
        return Everywhere(tuple(outcomes), None)
    if len(errors) == 1:
        return Everywhere(tuple(outcomes), errors[0])
    return Everywhere(tuple(outcomes), PortalError("publish.several", tuple(errors)))


def pull(workspace: Workspace, dataset: str, portal: Portal) -> tuple[str, ...]:
    """Fetch a portal's releases into the store; gives the names of those that the store lacked.

    Raises PortalError where the portal cannot be asked, or where what it gives does not hold its checksums.
    """
    recipe = workspace.recipe(dataset)
    store = workspace.releases(recipe)
    client = client_for(portal)
    with locked(workspace.runs(recipe) / ".lock", dataset):
        before = {release.name for release in found_in(store)}
        client.fetch(recipe.identity, store)
        for release in found_in(store):
            if release.name in before:
                continue
            try:
                _verify(release, "publish.pulled-broken", portal=portal.name)
            except PortalError:
                shutil.rmtree(release.folder)
                raise
    return tuple(release.name for release in releases(store) if release.name not in before)


def _verify(release: Release, code: str, **facts: str) -> None:
    """Raise a PortalError ``code`` where a release does not hold its checksums."""
    from agored.errors import VerificationFailed
    from agored.package.verify import verify_folder

    try:
        verify_folder(release.folder)
    except VerificationFailed as error:
        raise PortalError(code, (error,), release=release.name, **facts) from error
