"""Publish: a plan that a person can read, then apply, read back and compare; only then is it published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agored.errors import PortalError
from agored.publish.clients import client_for
from agored.publish.portal import PortalClient, State
from agored.store import Release
from agored.views import Action, PlanStep

__all__ = ["Plan", "PortalClient", "client_for", "make_plan", "publish", "refuse_unknown"]


@dataclass(frozen=True)
class Plan:
    """What publishing ``release`` would change on a portal, made before anything is touched."""

    portal: str
    release: Release
    steps: tuple[PlanStep, ...]

    @property
    def changes(self) -> tuple[PlanStep, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.action is not Action.KEEP)

    def to_json(self) -> dict[str, Any]:
        """The plan as plain data; steps that keep something are only counted."""
        return {
            "plan": 1,
            "portal": self.portal,
            "dataset": self.release.decision["dataset"],
            "release": self.release.name,
            "content": self.release.content,
            "kept": len(self.steps) - len(self.changes),
            "changes": [
                {
                    "action": str(step.action),
                    "subject": step.subject,
                    "before": step.before,
                    "after": step.after,
                }
                for step in self.changes
            ],
        }


def refuse_unknown(client: PortalClient, dataset: str, known: tuple[str, ...]) -> None:
    """Raise PortalError where the portal holds a release that is not among ``known``, those in the store."""
    unknown = [name for name in client.releases(dataset) if name not in known]
    if unknown:
        raise PortalError(
            "publish.store-lacks", portal=client.portal.name, dataset=dataset, releases=", ".join(unknown)
        )


def make_plan(client: PortalClient, release: Release, known: tuple[str, ...]) -> Plan:
    """The plan for publishing ``release``; ``known`` are the names of the releases that the store holds.

    Raises PortalError where the portal holds a release that the store lacks, or cannot be asked.
    """
    dataset = str(release.decision["dataset"])
    refuse_unknown(client, dataset, known)
    return Plan(client.portal.name, release, _difference(client.current(dataset), client.wanted(release)))


def publish(client: PortalClient, plan: Plan) -> dict[str, Any]:
    """Apply a plan, read the portal back and compare; gives the receipt's facts, without a time.

    Raises PortalError where the portal refuses, or where what it then holds is not what was sent.
    """
    dataset = str(plan.release.decision["dataset"])
    if plan.changes:
        client.apply(plan.release)
    wanted = client.wanted(plan.release)
    different = [
        str(step.subject)
        for step in _difference(client.current(dataset), wanted)
        if step.action is not Action.KEEP
    ]
    if different:
        raise PortalError(
            "publish.not-verified", portal=plan.portal, dataset=dataset, subjects=", ".join(different[:5])
        )
    return {
        "receipt": 1,
        "portal": plan.portal,
        "dataset": dataset,
        "release": plan.release.name,
        "content": plan.release.content,
        "changed": len(plan.changes),
        "verified": len(wanted),
        "state": dict(wanted),
    }


def _difference(have: State, want: State) -> tuple[PlanStep, ...]:
    steps = []
    for subject in sorted({*have, *want}):
        before, after = have.get(subject), want.get(subject)
        if before == after:
            action = Action.KEEP
        elif before is None:
            action = Action.ADD
        else:
            action = Action.REMOVE if after is None else Action.CHANGE
        steps.append(PlanStep(action, subject, before or "", after or ""))
    return tuple(steps)


def receipt_matches(receipt: Mapping[str, Any], release: Release) -> bool:
    """Whether a receipt is for this very release."""
    return receipt.get("release") == release.name and receipt.get("content") == release.content
