"""What is published on a portal, read from its ``data/`` folder: datasets, their releases, and the newest's files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.errors import PortalError
from agored.pages.dataset import Dataset
from agored.words import Bilingual

DATA = "data"
LATEST = "latest"
SINCE = "since.json"


@dataclass(frozen=True)
class Accepted:
    """A finding that the decision accepted by name, in a field or in the whole dataset, and why."""

    code: str
    field: str | None
    reason: Bilingual


@dataclass(frozen=True)
class Release:
    """One release: its name, when it was issued, who decided and why, and the hash of its content."""

    name: str
    issued: str
    content: str
    decided_by: str
    kind: str
    reason: Bilingual | None
    accepts: tuple[Accepted, ...]
    previous: str | None

    @classmethod
    def of(cls, decision: Mapping[str, Any]) -> Release:
        """The release that a published ``decision.json`` tells of."""
        change = decision["change"]
        reason = change["reason"]
        return cls(
            name=decision["release"],
            issued=decision["issued"],
            content=decision["content"],
            decided_by=decision["by"]["role"],
            kind=change["kind"],
            reason=Bilingual(reason["cy"], reason["en"]) if reason else None,
            accepts=tuple(
                Accepted(each["code"], each["field"], Bilingual(each["reason"]["cy"], each["reason"]["en"]))
                for each in decision["accepts"]
            ),
            previous=decision["previous"],
        )


@dataclass(frozen=True)
class PublishedDataset:
    """A dataset on the portal: its identity, its newest package, its releases, the newest first, and what changed
    in the newest (``since.json``), or None where that was not kept."""

    organization: str
    name: str
    folder: Path
    dataset: Dataset
    releases: tuple[Release, ...]
    since: Mapping[str, Any] | None = None

    @property
    def identity(self) -> str:
        """``organization/name``."""
        return f"{self.organization}/{self.name}"

    @property
    def latest(self) -> Release:
        """The release that is served as the newest."""
        return self.releases[0]

    @property
    def files(self) -> Path:
        """The folder of the newest release."""
        return self.folder / LATEST

    @property
    def address(self) -> str:
        """Where the newest release lies, relative to the portal."""
        return f"{DATA}/{self.identity}/{LATEST}/"


def published_datasets(portal: Path) -> list[PublishedDataset]:
    """All datasets of the portal that have a newest release, by identity.

    Raises PortalError where one cannot be read: no page may tell what no file says.
    """
    folders = sorted(
        folder.parent
        for folder in (portal / DATA).glob(f"*/*/{LATEST}")
        if (folder / "decision.json").is_file()
    )
    return [_read(folder) for folder in folders]


def _read(folder: Path) -> PublishedDataset:
    organization, name = folder.parent.name, folder.name
    try:
        return PublishedDataset(
            organization=organization,
            name=name,
            folder=folder,
            dataset=Dataset.read(folder / LATEST / "package"),
            releases=_releases(folder),
            since=_since(folder / LATEST / SINCE),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PortalError("site.unreadable", dataset=f"{organization}/{name}") from error


def _since(file: Path) -> Mapping[str, Any] | None:
    if not file.is_file():
        return None
    record: Mapping[str, Any] = json.loads(file.read_bytes())
    return record


def _releases(folder: Path) -> tuple[Release, ...]:
    """Along the chain of ``previous``, from the newest back: names say nothing of order."""
    releases = [Release.of(json.loads((folder / LATEST / "decision.json").read_bytes()))]
    seen = {releases[0].name}
    while (previous := releases[-1].previous) is not None and previous not in seen:
        path = folder / previous / "decision.json"
        if not path.is_file():
            break  # withdrawn: what went before it can no longer be told
        releases.append(Release.of(json.loads(path.read_bytes())))
        seen.add(previous)
    return tuple(releases)
