"""The store: ``releases/`` keeps every release that was published, as it was first rendered. Public data only.

A release is a folder ``<issued>-<content hash, first 8>`` that holds ``package/``, ``package.zip``,
``decision.json``, ``account.{cy,en}.html``, ``since.json`` (what changed since the release before) and
``SHA256SUMS`` of all of these. Releases follow each other by ``previous`` in ``decision.json``; their names say
nothing of order (design.md §5).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.decisions import Decision
from agored.errors import PortalError
from agored.package.files import sums, zip_package
from agored.records import readable

ACCOUNTS = ("account.cy.html", "account.en.html")
DECISION_FILE = "decision.json"
SINCE_FILE = "since.json"
"""What changed since the release before. Releases made before it was kept have none."""
_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8}(-[0-9]+)?")


@dataclass(frozen=True)
class Release:
    """A release in a folder of its own; ``decision`` is its ``decision.json``."""

    folder: Path
    decision: Mapping[str, Any]

    @property
    def name(self) -> str:
        """``<issued>-<content hash, first 8>``."""
        return self.folder.name

    @property
    def content(self) -> str:
        """The hash of its content."""
        return str(self.decision["content"])

    @property
    def previous(self) -> str | None:
        """The name of the release before it, or None for the first."""
        previous = self.decision["previous"]
        return None if previous is None else str(previous)


def release_name(issued: str, content: str) -> str:
    """The name of the release issued on a day with some content."""
    return f"{issued}-{content.removeprefix('sha256:')[:8]}"


def releases(folder: Path) -> tuple[Release, ...]:
    """The releases in a dataset's folder, the first one first, by the chain of ``previous``.

    Raises PortalError where one cannot be read, or where they do not form one chain.
    """
    return chain(found_in(folder), folder.name)


def found_in(folder: Path) -> tuple[Release, ...]:
    """The releases in a dataset's folder by name. Raises PortalError where one cannot be read."""
    return tuple(
        _opened(path) for path in sorted(folder.glob("*/")) if _NAME.fullmatch(path.name) and path.is_dir()
    )


def _opened(folder: Path) -> Release:
    try:
        decision = json.loads((folder / DECISION_FILE).read_bytes())
        if decision["release"] == folder.name and decision.keys() >= {"content", "dataset", "previous"}:
            return Release(folder, decision)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise PortalError("store.unreadable", dataset=folder.parent.name, release=folder.name)


def chain(found: Sequence[Release], dataset: str) -> tuple[Release, ...]:
    """Releases in their order; raises PortalError where one between them is missing or two follow the same one.

    The first one may name one before it: a portal that keeps the newest release only gives no others back.
    """
    names = {release.name for release in found}
    following: dict[str | None, list[Release]] = {}
    for release in found:
        before = release.previous if release.previous in names else None
        following.setdefault(before, []).append(release)
    ordered: list[Release] = []
    name: str | None = None
    while len(next_ones := following.get(name, [])) == 1 and len(ordered) < len(found):
        ordered += next_ones
        name = ordered[-1].name
    if len(ordered) != len(found):
        raise PortalError("store.chain", dataset=dataset)
    return tuple(ordered)


def latest(folder: Path) -> Release | None:
    """The newest release in a dataset's folder."""
    ordered = releases(folder)
    return ordered[-1] if ordered else None


def public_decision(decision: Decision, name: str, previous: str | None) -> dict[str, Any]:
    """The public part of a decision, as the ``decision.json`` of the release called ``name`` holds it."""
    return {
        "decision": 1,
        "dataset": decision.dataset,
        "release": name,
        "previous": previous,
        "content": decision.content,
        "issued": decision.date,
        "by": {"role": decision.by.role, "mailbox": decision.by.mailbox},
        "change": {
            "kind": decision.change,
            "reason": decision.reason.to_json() if decision.reason else None,
        },
        "accepts": [accepted.to_json() for accepted in decision.accepts],
    }


def make_release(
    folder: Path, package: Path, beside_it: Mapping[str, bytes], decision: Mapping[str, Any]
) -> Release:
    """Put a release together beside its place in a dataset's ``folder`` and move it there, whole.

    ``beside_it`` maps the names of the files beside the package, ``ACCOUNTS`` and ``SINCE_FILE``, to their bytes.
    A release of that name that is there already is kept as it is: it keeps its first rendering.
    """
    name = str(decision["release"])
    place = folder / name
    if not place.exists():
        beside = folder / f".{name}.partial"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        shutil.copytree(package, beside / "package")
        zip_package(beside / "package", beside / "package.zip")
        (beside / DECISION_FILE).write_bytes(readable(decision))
        for file, data in beside_it.items():
            (beside / file).write_bytes(data)
        (beside / "SHA256SUMS").write_bytes(sums(beside))
        beside.rename(place)
    return Release(place, json.loads((place / DECISION_FILE).read_bytes()))
