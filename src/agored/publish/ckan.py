"""A CKAN as a portal.

A dataset is found again by its identity, ``organization/name``, which it holds as an extra, and a file by its
stable key, ``latest/<path>``, which its resource holds as a field; both are changed in place, so their ids and
addresses stay. Resources, extras and groups that others have added are left alone.

What a crash leaves behind: a new dataset is private until all of it was read back; then it becomes public and
is named as this release in one call. For a dataset that is there, files, resources' fields and texts change in
one call (see ``ckan_changes``); then the tables whose rows differ are loaded (see ``ckan_datastore``), then
files that are no longer published go, and the release's name is written last. The same command again finds
what is there and does the rest.

A CKAN holds the newest release only. What people have deleted or hidden there is not brought back by itself:
they had a reason, which only people can weigh.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agored.errors import PortalError, VerificationFailed
from agored.publish.ckan_changes import TOGETHER, create, has_organization, name_release, put_files
from agored.publish.ckan_connection import Connection, Patience, Token
from agored.publish.ckan_datastore import StoredTable, load, read_state
from agored.publish.ckan_metadata import (
    ARCHIVE,
    IDENTITY,
    KEY,
    LATEST,
    MARKERS,
    NOT_IN_ALL,
    PUBLIC,
    REBUILT_FROM,
    RELEASE,
    VISIBLE,
    Described,
    dataset_name,
    describe,
    extras_of,
    metadata_state,
    resource_name,
    resources_of,
    summary,
)
from agored.publish.portal import State
from agored.store import DECISION_FILE, Release
from agored.workspace import Portal

GONE = "-"
"""The value of a file that the portal names and does not give."""
_RELEASE_NAME = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{8}(?:-\d+)?", re.ASCII)
_LAST = (VISIBLE, *(f"metadata/{marker}" for marker in MARKERS))
"""What changes in the last call."""


class CkanPortal:
    """One CKAN. Its token is kept in one object, which shows it to nobody but the portal."""

    def __init__(
        self, portal: Portal, token: Token, patience: Patience | None = None, together: int = TOGETHER
    ) -> None:
        self.portal = portal
        self._token = token
        self._patience = patience
        self._together = together
        self._checked = False
        # What a dataset held when it was read last, and as which version of it.
        self._read: dict[str, tuple[tuple[str, str], State]] = {}

    @classmethod
    def from_environment(cls, portal: Portal) -> CkanPortal:
        """The client for a portal of the settings. Raises PortalError where its token is not in the environment."""
        return cls(portal, Token.from_environment(portal))

    def __repr__(self) -> str:
        return f"CkanPortal({self.portal.name})"

    def releases(self, dataset: str) -> tuple[str, ...]:
        """The release that the portal holds of a dataset: its newest, or none where none was ever completed."""
        with self._connect(dataset) as ckan:
            package = _find(ckan, dataset)
        name = extras_of(package).get(RELEASE, "") if package else ""
        return (name,) if name else ()

    def wanted(self, release: Release) -> State:
        """The dataset's facts, each resource's file and fields, each table's columns and rows."""
        described = describe(release, self.portal.organization)
        return described.state | _tables_state(described)

    def current(self, dataset: str) -> State:
        """The same as the portal gives it: every file is downloaded, every row read.

        Where the dataset is not there yet, raises PortalError if the token's owner may not make it.
        """
        with self._connect(dataset) as ckan:
            package = _find(ckan, dataset)
            if package is None:
                _require_permission(ckan)
                return {}
            state = _state(ckan, package)
            self._read[dataset] = (_version(package), state)
            return state

    def apply(self, release: Release) -> None:
        """Make or change the dataset, in the order that this module tells."""
        described = describe(release, self.portal.organization)
        wanted = described.state | _tables_state(described)
        with self._connect(described.identity) as ckan:
            package = _find(ckan, described.identity) or create(ckan, described)
            version, have = self._read.pop(described.identity, (None, {}))
            if version != _version(package):
                have = _state(ckan, package)
            resources = resources_of(put_files(ckan, package, described, have, wanted, self._together))
            for key, table in _tables(described).items():
                if any(have.get(subject) != value for subject, value in table.state.items()):
                    load(ckan, str(resources[key]["id"]), table)
            for key in resources.keys() - {piece.key for piece in described.pieces}:
                ckan.tell("resource_delete", id=resources[key]["id"])
            _finish(ckan, described, wanted)

    def fetch(self, dataset: str, folder: Path) -> None:
        """Put the portal's release of a dataset together again in ``folder/<release>``, where it is not yet.

        Raises PortalError where what the portal gives is no whole release.
        """
        with self._connect(dataset) as ckan:
            package = _find(ckan, dataset)
            name = extras_of(package).get(RELEASE, "") if package else ""
            if package is None or not name or (folder / name / DECISION_FILE).is_file():
                return
            if not _RELEASE_NAME.fullmatch(name):
                raise ckan.place.error("unfinished", dataset=dataset)
            beside = folder / f".{name}.partial"
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir(parents=True)
            resources = resources_of(package)
            public = metadata_state(package)[VISIBLE] == PUBLIC
            for file in REBUILT_FROM:
                resource = resources.get(LATEST + file)
                if resource is None and file in NOT_IN_ALL:
                    continue
                with (beside / file).open("wb") as copy:
                    if resource is None or ckan.download(_path(resource), public, copy) is None:
                        raise ckan.place.error("unfinished", dataset=dataset)
        try:
            _unpack(beside)
        except VerificationFailed as error:
            raise PortalError(
                "publish.pulled-broken", (error,), portal=self.portal.name, release=name
            ) from error
        if json.loads((beside / DECISION_FILE).read_bytes())["release"] != name:
            raise ckan.place.error("unfinished", dataset=dataset)
        shutil.rmtree(folder / name, ignore_errors=True)
        beside.rename(folder / name)

    @contextmanager
    def _connect(self, dataset: str) -> Iterator[Connection]:
        organization = self.portal.organization or dataset.partition("/")[0]
        with Connection(self.portal, self._token, organization, self._patience) as ckan:
            if not self._checked:
                _require_working(ckan)
                self._checked = True
            yield ckan


def _require_working(ckan: Connection) -> None:
    """Raise PortalError unless the portal knows the token and has a DataStore.

    CKAN never says that a token is wrong: it takes who sends it for an anonymous reader.
    """
    status = ckan.ask("status_show")
    if not isinstance(status, Mapping):
        raise ckan.place.error("not-ckan")
    if ckan.ask("user_show") is None:
        raise ckan.place.error("token-refused")
    if "datastore" not in status.get("extensions", ()):
        raise ckan.place.error("no-datastore")


def _require_permission(ckan: Connection) -> None:
    """Raise PortalError where the organization is there and the token's owner may not make datasets in it."""
    if not has_organization(ckan):
        return  # it is made with the first dataset
    allowed = ckan.ask("organization_list_for_user", permission="create_dataset")
    if ckan.place.organization not in {each["name"] for each in allowed}:
        raise ckan.place.error("not-allowed")


def _find(ckan: Connection, dataset: str) -> Mapping[str, Any] | None:
    """The dataset of this identity in the organization, or None where there is none yet.

    It is looked for by its name, then by its identity: people may have renamed it. Raises PortalError where
    its name is taken by another dataset, where there are two, and where people have deleted or hidden it.
    """
    name = dataset_name(dataset)
    named = ckan.ask("package_show", id=name)
    if named is not None and _is(named, dataset, ckan.place.organization):
        found = [named]
    else:
        # An extra is indexed twice: as words under ``extras_…``, and exactly under its own key.
        query = f'+{IDENTITY}:"{dataset}" +organization:"{ckan.place.organization}"'
        hits = ckan.ask("package_search", fq=query, include_private=True, include_drafts=True, fl=["id"])
        shown = [ckan.ask("package_show", id=hit["id"]) for hit in hits["results"]]
        found = [each for each in shown if each and _is(each, dataset, ckan.place.organization)]
    if len(found) > 1:
        raise ckan.place.error("twice", dataset=dataset)
    if not found:
        if named is not None and named.get("state") != "deleted":
            raise ckan.place.error("name-taken", name=name, dataset=dataset)
        return None
    package: Mapping[str, Any] = found[0]
    visible = metadata_state(package)[VISIBLE]
    if visible == "deleted" or (visible != PUBLIC and RELEASE in extras_of(package)):
        raise ckan.place.error("withdrawn", dataset=dataset)
    return package


def _is(package: Mapping[str, Any], dataset: str, organization: str) -> bool:
    owner = (package.get("organization") or {}).get("name")
    return extras_of(package).get(IDENTITY) == dataset and owner == organization


def _version(package: Mapping[str, Any]) -> tuple[str, str]:
    return str(package["id"]), str(package["metadata_modified"])


def _state(ckan: Connection, package: Mapping[str, Any]) -> dict[str, str]:
    """All that a dataset holds, its files' bytes and its tables' rows read anew."""
    state = metadata_state(package)
    public = state[VISIBLE] == PUBLIC
    for key, resource in resources_of(package).items():
        state[f"resource/{key}"] = summary(resource)
        # What is only a link holds no file, wherever it leads.
        uploaded = resource.get("url_type") == "upload"
        state[f"file/{key}"] = (ckan.download(_path(resource), public) if uploaded else None) or GONE
        if key.endswith(".csv"):
            state |= read_state(ckan, resource_name(key), str(resource["id"]))
    return state


def _path(resource: Mapping[str, Any]) -> str:
    """Where a resource's file is on the portal. The portal's own word for it may name another host."""
    file = str(resource.get(KEY) or "").rpartition("/")[2]
    return f"dataset/{resource['package_id']}/resource/{resource['id']}/download/{file}"


def _tables(described: Described) -> dict[str, StoredTable]:
    return {
        piece.key: StoredTable(resource_name(piece.key), piece.path, piece.schema)
        for piece in described.pieces
        if piece.schema is not None
    }


def _tables_state(described: Described) -> dict[str, str]:
    return {subject: value for table in _tables(described).values() for subject, value in table.state.items()}


def _finish(ckan: Connection, described: Described, wanted: State) -> None:
    """Name the release, and make a new dataset public where all else of it is as wanted: the last step."""
    package = _find(ckan, described.identity)
    if package is None:
        raise ckan.place.error("changed")
    told = metadata_state(package)
    if all(told.get(subject) == wanted[subject] for subject in _LAST):
        return
    if told[VISIBLE] != PUBLIC:
        have = _state(ckan, package)
        different = [
            subject
            for subject in sorted({*have, *wanted} - {*_LAST})
            if have.get(subject) != wanted.get(subject)
        ]
        if different:
            raise PortalError(
                "publish.not-verified",
                portal=ckan.place.portal,
                dataset=described.identity,
                subjects=", ".join(different[:5]),
            )
    name_release(ckan, package, described)


def _unpack(folder: Path) -> None:
    """Unpack a fetched release's archive and verify all of it. Raises VerificationFailed."""
    from agored.package.carriers import ArchiveCarrier
    from agored.package.verify import verify_folder

    with (folder / ARCHIVE).open("rb") as file:
        archive = ArchiveCarrier(file, ARCHIVE)  # which refuses names that lead out of the folder
        for name in archive.names():
            path = folder / "package" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, path.open("wb") as target:
                assert source is not None
                shutil.copyfileobj(source, target)
    verify_folder(folder)
