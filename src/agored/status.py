"""Where each dataset of a workspace stands, from what is on the disk: nothing is run and no portal is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.checking import found
from agored.errors import AgoredError, GateClosed
from agored.gate import Judgement
from agored.inputs import read_inputs
from agored.publish import receipt_matches
from agored.store import Release, latest
from agored.workspace import Workspace


@dataclass(frozen=True)
class Status:
    """``published`` (on every portal), ``unfinished`` (not on all yet), ``ready`` (the gate is open), ``waiting``
    (closed), ``unchecked`` or ``broken``."""

    dataset: str
    state: str
    release: str | None = None
    judgement: Judgement | None = None
    error: AgoredError | None = None

    def reasons(self, language: str) -> list[str]:
        """Why it waits or is broken."""
        if self.error is not None:
            return self.error.message(language).splitlines()
        return [reason.text(language) for reason in self.judgement.reasons] if self.judgement else []

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        reasons = self.judgement.reasons if self.judgement else ()
        return {
            "dataset": self.dataset,
            "state": self.state,
            "release": self.release,
            "reasons": [reason.to_json() for reason in reasons],
            "error": self.error.code if self.error else None,
        }


def statuses(workspace: Workspace) -> list[Status]:
    """The status of every dataset."""
    return [_status(workspace, name) for name in workspace.datasets()]


def _status(workspace: Workspace, dataset: str) -> Status:
    try:
        inputs = read_inputs(workspace, dataset)
        newest = latest(workspace.releases(inputs.recipe))
        name = newest.name if newest else None
        try:
            checked = found(inputs)
        except GateClosed:
            return Status(dataset, "unchecked", name)
    except AgoredError as error:
        return Status(dataset, "broken", error=error)
    if newest is not None and newest.content == checked.run.content:
        done = _verified_portals(workspace.runs(inputs.recipe), newest) >= set(inputs.recipe.portals)
        return Status(dataset, "published" if done else "unfinished", name, checked.judgement)
    return Status(dataset, "ready" if checked.judgement.open else "waiting", name, checked.judgement)


def _verified_portals(runs: Path, release: Release) -> set[str]:
    """The portals for which some run has a receipt of this release."""
    portals = set()
    for path in runs.glob("*/publish/*/receipt.json"):
        try:
            receipt = json.loads(path.read_bytes())
            if receipt_matches(receipt, release):
                portals.add(str(receipt["portal"]))
        except (OSError, ValueError, KeyError, AttributeError):
            continue  # what cannot be read proves nothing
    return portals
