"""The built-in catalogue as a portal: releases under ``data/<organization>/<name>/``, no server needed.

Each release is copied beside its place and moved there whole; ``latest/`` is swapped last. A release that is
in its place is never touched again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from agored.errors import PortalError
from agored.package.files import files_of
from agored.publish.portal import State
from agored.records import file_digest
from agored.store import DECISION_FILE, Release, found_in
from agored.swap import put_in_place, recover
from agored.workspace import Portal

LATEST = "latest"


class FolderPortal:
    """The catalogue in a folder."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        assert portal.path is not None  # the settings refuse a folder portal without one
        self.folder = portal.path

    def _dataset(self, dataset: str) -> Path:
        return self.folder / "data" / dataset

    def releases(self, dataset: str) -> tuple[str, ...]:
        """The releases that the catalogue holds, by date. It need not hold each one: it may be younger than the
        dataset, or have failed when another portal did not."""
        return tuple(release.name for release in found_in(self._dataset(dataset)))

    def wanted(self, release: Release) -> State:
        """Every file of the release, in its own folder and in ``latest``; the one before it stays as it is."""
        hashes = _hashes(release.folder)
        folder = self._dataset(str(release.decision["dataset"]))
        newest = _newest(folder)
        before = {} if newest in (None, release.name) else _state(f"{newest}", _hashes(folder / f"{newest}"))
        return before | _state(release.name, hashes) | _state(LATEST, hashes)

    def current(self, dataset: str) -> State:
        """The files of ``latest``, and of the release that it is a copy of, read from the disk; and what a crash
        left beside them, which is to go."""
        folder = self._dataset(dataset)
        found: dict[str, str] = {}
        for place in (_newest(folder), LATEST):
            if place is not None and (folder / place).is_dir():
                found |= _state(place, _hashes(folder / place))
        return found | {f"file/{left.name}": "" for left in _left_over(folder)}

    def apply(self, release: Release) -> None:
        """Copy the release into its place, then put a copy into the place of ``latest``."""
        folder = self._dataset(str(release.decision["dataset"]))
        place, latest = folder / release.name, folder / LATEST
        try:
            recover(latest)
            for left in _left_over(folder):
                shutil.rmtree(left)
            if not place.exists() or _hashes(place) != _hashes(release.folder):
                _copy_whole(release.folder, place)
            _copy_whole(release.folder, latest)
        except OSError as error:
            raise PortalError(
                "portal.folder", portal=self.portal.name, reason=error.strerror or type(error).__name__
            ) from error

    def fetch(self, dataset: str, folder: Path) -> None:
        """Copy each release that the store lacks."""
        for name in self.releases(dataset):
            if not (folder / name / DECISION_FILE).is_file():
                _copy_whole(self._dataset(dataset) / name, folder / name)


def _copy_whole(source: Path, place: Path) -> None:
    """Copy a folder beside its place and move it there whole; what stood there goes."""
    beside = place.with_name(f".{place.name.lstrip('.')}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    beside.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, beside)
    put_in_place(beside, place)


def _left_over(folder: Path) -> list[Path]:
    """What a crash left beside the releases: copies that were being made or were on their way out."""
    return sorted(folder.glob(".*/"))


def _newest(folder: Path) -> str | None:
    """The name of the release that a dataset's ``latest`` is a copy of."""
    try:
        return str(json.loads((folder / LATEST / DECISION_FILE).read_bytes())["release"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _state(place: str, hashes: Mapping[str, str]) -> dict[str, str]:
    return {f"file/{place}/{name}": found for name, found in hashes.items()}


def _hashes(folder: Path) -> dict[str, str]:
    return {name: file_digest(folder / name) for name in files_of(folder)}
