"""The comparison as a whole: for the officer, with the newest release in the store; for the public record, of two
packages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.errors import PortalError
from agored.findings import Finding
from agored.parts import ResourcePart
from agored.since.codes import changed_codes
from agored.since.fields import Same, by_key, by_name_and_title, by_values, field_changes, key_of, key_pairs
from agored.since.history import RELEASES, needs_earlier, unusual
from agored.since.match import Pairs, paired
from agored.since.record import ResourceChange, release_record
from agored.since.released import Changed, read_package
from agored.since.rows import changed_rows
from agored.since.told import changes_told, rows_told, unusual_told
from agored.store import Release, releases


@dataclass(frozen=True)
class Compared:
    """The releases that the store held, the first one first; what changed since the last one; what was found."""

    stored: tuple[Release, ...]
    changes: tuple[ResourceChange, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def previous(self) -> Release | None:
        """The last release, or None where there is none yet."""
        return self.stored[-1] if self.stored else None


@dataclass(frozen=True)
class _Matched:
    """A resource that is in both releases, and which of its fields and records are."""

    before: ResourcePart
    now: ResourcePart
    same: tuple[Same, ...]
    pairs: Pairs | None


def compared(store: Path, parts: Sequence[ResourcePart], rows_limited: bool = False) -> Compared:
    """What changed between the newest release in a dataset's ``store`` and ``parts``, the release tables.

    With ``rows_limited`` the recipe itself says how many records there may be, and that is not judged here.
    Raises PortalError where the store cannot be read, or where a release was changed since it was kept.
    """
    stored = releases(store)
    if not stored:
        return Compared(())
    last, earlier = stored[-1], stored[-RELEASES:-1]
    before = {part.name: part for part in _opened(last)}
    changes: list[ResourceChange] = []
    findings: list[Finding] = []
    for part in parts:
        if part.name not in before:
            changes.append(ResourceChange(part.name, "added"))
            findings += changes_told(changes[-1], last.name)
            continue
        matched = _match(before.pop(part.name), part)
        changes.append(_change(matched))
        findings += changes_told(changes[-1], last.name)
        if not rows_limited:
            findings += rows_told(matched.before, part, last.name, _counts(earlier, part.name))
        history = [matched.before, *_earlier(earlier, matched.before)]
        found = unusual(history, part, matched.same, matched.pairs)
        findings += unusual_told(part, found, last.name)
    for name in before:
        changes.append(ResourceChange(name, "gone"))
        findings += changes_told(changes[-1], last.name)
    return Compared(stored, tuple(changes), tuple(findings))


def changes_between(
    before: Sequence[ResourcePart], now: Sequence[ResourcePart]
) -> tuple[ResourceChange, ...]:
    """What changed in each resource: those of now in their order, then those that are gone."""
    old = {part.name: part for part in before}
    names = {part.name for part in now}
    return (
        *(
            _change(_match(old[part.name], part)) if part.name in old else ResourceChange(part.name, "added")
            for part in now
        ),
        *(ResourceChange(part.name, "gone") for part in before if part.name not in names),
    )


def record_of(package: Path, decision: Mapping[str, Any], previous: Release | None) -> dict[str, Any]:
    """``since.json`` of the release of ``package`` that ``decision`` (its ``decision.json``) names, from it and
    ``previous`` alone: the same two give the same record.

    Raises PortalError where either was changed since it was made.
    """
    if previous is None:
        return release_record(decision, None, ())
    now = _opened(Release(package.parent, decision), package)
    return release_record(decision, previous.decision, changes_between(_opened(previous), now))


def _opened(release: Release, package: Path | None = None) -> tuple[ResourcePart, ...]:
    try:
        return read_package(package or release.folder / "package", release.content)
    except Changed as error:
        facts = {"dataset": str(release.decision["dataset"]), "release": str(release.decision["release"])}
        raise PortalError("store.changed", **facts) from error


def _earlier(earlier: Sequence[Release], newest: ResourcePart) -> Iterator[ResourcePart]:
    """The same resource in the releases before the last one, the newest first, where its history needs them."""
    if not needs_earlier(newest):
        return
    for release in reversed(earlier):
        yield from (part for part in _opened(release) if part.name == newest.name)


def _counts(earlier: Sequence[Release], name: str) -> list[int]:
    """How many records the resource had in each of some releases, as their descriptors say."""
    counts = []
    for release in earlier:
        try:
            descriptor = json.loads((release.folder / "package" / "datapackage.json").read_bytes())
            counts += [int(each["rows"]) for each in descriptor["resources"] if each["name"] == name]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # it only widens what is expected
    return counts


def _match(before: ResourcePart, now: ResourcePart) -> _Matched:
    old, new = (before.schema, before.table), (now.schema, now.table)
    same = by_name_and_title(before.schema, now.schema)
    same += by_key(old, new, same)
    pairs = _paired(before, now, same)
    if pairs is not None:
        same += by_values(old, new, same, pairs)
    return _Matched(before, now, same, pairs)


def _paired(before: ResourcePart, now: ResourcePart, same: Sequence[Same]) -> Pairs | None:
    keys = key_pairs(before.schema, now.schema, same)
    there = all(old in before.table.names and new in now.table.names for old, new in keys)
    return paired(before.table, now.table, keys) if there else None


def _change(matched: _Matched) -> ResourceChange:
    before, now, same, pairs = matched.before, matched.now, matched.same, matched.pairs
    rows, cells = changed_rows(before.table, now.table, same, key_of(now.schema), pairs, now.schema)
    return ResourceChange(
        name=now.name,
        status="both",
        rows=rows,
        fields=field_changes(before.schema, now.schema, same),
        cells=cells,
        codes=tuple(changed_codes(before, now, same)),
    )
