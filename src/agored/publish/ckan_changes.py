"""Changes to a CKAN's dataset, by calls that do all or nothing.

``package_revise`` changes a dataset's texts, its resources' fields and their files in one call. CKAN takes all of
it or none, and only if the dataset is still the version that was read: what somebody changed meanwhile is not
overwritten. Files larger than ``TOGETHER`` in sum are divided into several calls, since portals refuse requests
beyond some size; a crash between those leaves files of two releases, under the older one's name.

``package_update`` would drop what it is not told, and ``resource_create`` with an id that is there spoils a
dataset (CKAN issue 6706), so neither is used.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from agored.errors import PortalError
from agored.publish.ckan_connection import Connection, Upload
from agored.publish.ckan_metadata import (
    CORE,
    EXTRAS,
    KEY,
    MARKERS,
    Described,
    Piece,
    dataset_name,
    extras_of,
    resources_of,
)
from agored.publish.portal import State

TOGETHER = 32_000_000
"""How many bytes of files go into one call; a larger file has a call of its own."""


def create(ckan: Connection, described: Described) -> Mapping[str, Any]:
    """A new dataset, private and without files; its organization too, where the portal lacks it.

    Raises PortalError where the token's owner may not make them.
    """
    _ensure_organization(ckan, described)
    name = dataset_name(described.identity)
    texts = _texts(described, {}, named=False)
    try:
        made: Mapping[str, Any] = ckan.tell(
            "package_create", name=name, owner_org=described.organization, private=True, **texts
        )
    except PortalError as error:
        if "name" not in error.facts.get("fields", "").split(", "):
            raise
    else:
        return made
    raise ckan.place.error("name-taken", name=name, dataset=described.identity)


def put_files(
    ckan: Connection,
    package: Mapping[str, Any],
    described: Described,
    have: State,
    wanted: State,
    together: int = TOGETHER,
) -> Mapping[str, Any]:
    """Bring texts, resources and files into the wanted state, and give the dataset as it is then.

    What is so already is not sent. The release's name stays what it is.
    """
    different = {each for each in {*have, *wanted} if have.get(each) != wanted.get(each)}
    pieces = [p for p in described.pieces if different & {f"file/{p.key}", f"resource/{p.key}"}]
    texts = {each for each in different if each.startswith("metadata/")}
    if not pieces and texts <= {f"metadata/{marker}" for marker in MARKERS}:
        return package
    update: Mapping[str, Any] = _texts(described, extras_of(package), named=False)
    for group in _groups(pieces, different, together):
        package = _revise(ckan, package, update, group, different)
        update = {}
    return package


def name_release(ckan: Connection, package: Mapping[str, Any], described: Described) -> None:
    """Name the release that the dataset holds, and make the dataset public, in one call."""
    extras = _texts(described, extras_of(package), named=True)["extras"]
    _revise(ckan, package, {"extras": extras, "private": False, "state": "active"}, (), ())


def has_organization(ckan: Connection) -> bool:
    """Whether the portal has the organization. Raises PortalError where it was deleted there.

    CKAN takes datasets into a deleted organization, keeps its name, and refuses another one of that name.
    """
    found = ckan.ask("organization_show", id=ckan.place.organization, include_users=False)
    if found is not None and found.get("state") != "active":
        raise ckan.place.error("organization-missing")
    return found is not None


def _ensure_organization(ckan: Connection, described: Described) -> None:
    if has_organization(ckan):
        return
    try:
        ckan.tell("organization_create", name=described.organization, title=described.publisher)
    except PortalError as error:
        if error.code not in ("ckan.not-allowed", "ckan.invalid"):
            raise
    else:
        return
    raise ckan.place.error("organization-missing")


def _texts(described: Described, extras: Mapping[str, str], *, named: bool) -> dict[str, Any]:
    """The dataset's own fields as CKAN takes them; ``extras`` are those it has, others' among them.

    With ``named`` the extras name this release; else they name the one that they named before, if any.
    """
    others = {
        key: value for key, value in extras.items() if key not in EXTRAS or (key in MARKERS and not named)
    }
    own = {key: value for key, value in described.extras.items() if named or key not in MARKERS}
    return {
        **{key: described.core.get(key, "") for key in CORE},
        "tags": [{"name": tag} for tag in described.tags],
        "extras": [{"key": key, "value": value} for key, value in (others | own).items()],
    }


def _groups(pieces: Sequence[Piece], different: Collection[str], together: int) -> Iterator[list[Piece]]:
    """Pieces divided so that the files to send in each group are not too large together; at least one group."""
    group: list[Piece] = []
    size = 0
    for piece in pieces:
        own = piece.path.stat().st_size if f"file/{piece.key}" in different else 0
        if group and size + own > together:
            yield group
            group, size = [], 0
        group.append(piece)
        size += own
    yield group


def _revise(
    ckan: Connection,
    package: Mapping[str, Any],
    update: Mapping[str, Any],
    pieces: Sequence[Piece],
    different: Collection[str],
) -> Mapping[str, Any]:
    """Change the dataset as it was read, all or nothing, and give it as it is then."""
    resources = resources_of(package)
    new = [piece for piece in pieces if piece.key not in resources]
    match = {key: package[key] for key in ("id", "metadata_modified")}
    parts = {"match": json.dumps(match)}
    if update:
        # Lists are merged item by item, so they are taken out first.
        parts["filter"] = json.dumps([f"-{key}" for key in ("tags", "extras") if key in update])
        parts["update"] = json.dumps(update)
    if new:
        parts["update__resources__extend"] = json.dumps([_resource(piece) for piece in new])
    uploads = []
    for piece in pieces:
        if piece in new:
            place = f"update__resources__{new.index(piece) - len(new)}"  # counted from the end
        else:
            place = f"update__resources__{resources[piece.key]['id']}"
            parts[place] = json.dumps(_resource(piece))
        if f"file/{piece.key}" in different:
            uploads.append(Upload(f"{place}__upload", piece.path, piece.mimetype))
    refused = None
    try:
        answer = ckan.send("package_revise", parts, uploads)
    except PortalError as error:
        if error.code != "ckan.too-large" or not uploads:
            raise
        answer, refused = None, max(uploads, key=lambda upload: upload.path.stat().st_size).path
    if refused is not None:
        size = f"{refused.stat().st_size / 1_000_000:.1f} MB"
        raise ckan.place.error("file-too-large", file=refused.name, size=size)
    if answer is None:
        raise ckan.place.error("changed")  # somebody has just deleted it
    changed: Mapping[str, Any] = answer["package"]
    return changed


def _resource(piece: Piece) -> dict[str, str]:
    return {KEY: piece.key, **piece.fields}
