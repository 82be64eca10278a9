"""What a portal is to Agored: the state of a dataset on it, applying a release, and fetching what it holds.

A *state* is flat: ``{subject: value}``, where a subject is what a plan names to a person (``file/package/data/
x.csv``, ``metadata/title_cy``, ``rows/x``) and a value is a text or a hash. A plan is the difference between
the state that a release wants and the state that a portal has; verifying is reading the state back and
comparing again. What differs between kinds of portal stays behind these few methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from agored.store import Release
from agored.workspace import Portal

State = Mapping[str, str]


class PortalClient(Protocol):
    """One portal. Every method may raise PortalError, with what, where and what to do now."""

    portal: Portal

    def releases(self, dataset: str) -> tuple[str, ...]:
        """The names of the releases that the portal holds of ``organization/name``, the first one first."""
        ...

    def wanted(self, release: Release) -> State:
        """The state in which this portal holds ``release`` as its newest."""
        ...

    def current(self, dataset: str) -> State:
        """The state in which the portal is, read from it anew, files' bytes included; empty for none."""
        ...

    def apply(self, release: Release) -> None:
        """Bring the portal into the wanted state; may be called again after a crash at any step."""
        ...

    def fetch(self, dataset: str, folder: Path) -> None:
        """Write each release that the portal holds into ``folder/<release>``, beside and then in place."""
        ...
