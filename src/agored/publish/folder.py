"""The built-in catalogue as a portal: releases under ``data/<organization>/<name>/``, no server needed.

Each release is copied beside its place and moved there whole; ``latest/`` is swapped last. A release that is
in its place is never touched again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from agored.errors import PortalError
from agored.package.files import files_of
from agored.publish.portal import State
from agored.records import file_digest
from agored.store import DECISION_FILE, Release, releases
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
        """The releases that the catalogue holds, the first one first."""
        folder = self._dataset(dataset)
        return tuple(release.name for release in releases(folder)) if folder.is_dir() else ()

    def wanted(self, release: Release) -> State:
        """Every file of the release, in its own folder and in ``latest``."""
        hashes = _hashes(release.folder)
        return {
            f"file/{place}/{name}": found
            for place in (release.name, LATEST)
            for name, found in hashes.items()
        }

    def current(self, dataset: str) -> State:
        """The files of the newest release and of ``latest``, read from the disk."""
        names = self.releases(dataset)
        folder = self._dataset(dataset)
        places = [place for place in (*names[-1:], LATEST) if (folder / place).is_dir()]
        return {
            f"file/{place}/{name}": found
            for place in places
            for name, found in _hashes(folder / place).items()
        }

    def apply(self, release: Release) -> None:
        """Copy the release into its place, then swap ``latest``."""
        folder = self._dataset(str(release.decision["dataset"]))
        folder.mkdir(parents=True, exist_ok=True)
        place, latest, old = folder / release.name, folder / LATEST, folder / f".{LATEST}.old"
        try:
            if not latest.exists() and old.exists():
                old.rename(latest)  # a crash between the two moves below left the old one aside
            if not place.exists() or _hashes(place) != _hashes(release.folder):
                _copy_whole(release.folder, place)
            beside = folder / f".{LATEST}.new"
            _copy_whole(release.folder, beside)
            shutil.rmtree(old, ignore_errors=True)
            if latest.exists():
                latest.rename(old)
            beside.rename(latest)
            shutil.rmtree(old, ignore_errors=True)
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
    shutil.rmtree(place, ignore_errors=True)
    beside.rename(place)


def _hashes(folder: Path) -> dict[str, str]:
    return {name: file_digest(folder / name) for name in files_of(folder)}
