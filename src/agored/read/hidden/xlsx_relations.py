"""How the parts of an XLSX workbook belong together: each part's relations to others, by what they are."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from agored.read.hidden.archive import Archive
from agored.read.hidden.markup import Attributes, walk
from agored.read.hidden.unreadable import Unreadable

ROOT = ""
"""The part from which the archive itself has relations."""
_MOST = 200_000


@dataclass(frozen=True)
class Relation:
    """One part (``source``) uses another (``target``) as a ``kind``, such as ``worksheet``; ``outside`` means
    that the target is no part of the workbook."""

    source: str
    id: str
    kind: str
    target: str
    outside: bool


class Relations:
    """All relations of a workbook. ``broken`` are the parts that should tell relations and cannot be read."""

    def __init__(self, archive: Archive) -> None:
        self.all: list[Relation] = []
        self.broken: list[str] = []
        for name in archive.names:
            if name.casefold().endswith(".rels"):
                try:
                    self.all += _relations(archive, name)
                except Unreadable:
                    self.broken.append(name)
        self._from: dict[str, list[Relation]] = {}
        self._to: dict[str, list[Relation]] = {}
        for relation in self.all:
            self._from.setdefault(relation.source.casefold(), []).append(relation)
            if not relation.outside:
                self._to.setdefault(relation.target.casefold(), []).append(relation)

    def kind(self, part: str) -> str | None:
        """What a part is, as the first relation to it says; None where there is none."""
        return next((relation.kind for relation in self.to(part)), None)

    def of(self, source: str, kind: str | None = None) -> list[Relation]:
        """The relations that a part has, all or those of one kind."""
        found = self._from.get(source.casefold(), [])
        return [relation for relation in found if kind in (None, relation.kind)]

    def to(self, target: str) -> list[Relation]:
        """The relations that lead to a part of the workbook."""
        return self._to.get(target.casefold(), [])


def _relations(archive: Archive, name: str) -> list[Relation]:
    folder, _, file = name.rpartition("/")
    folder = posixpath.dirname(folder) if "/" in folder or folder == "_rels" else folder
    source = posixpath.join(folder, file[: -len(".rels")])
    found: list[Relation] = []

    def start(element: str, attributes: Attributes) -> None:
        if element != "Relationship":
            return
        if len(found) == _MOST:
            raise Unreadable
        target = attributes.get("Target", "")
        outside = attributes.get("TargetMode") == "External"
        path = target if outside else _part(folder, target)
        kind = attributes.get("Type", "").rpartition("/")[2]
        found.append(Relation(source, attributes.get("Id", ""), kind, path, outside))

    walk(archive.walked(name), start)
    return found


def _part(folder: str, target: str) -> str:
    """The part's name in the archive that a target, as a part of ``folder`` writes it, leads to."""
    path = unquote(target.replace("\\", "/").partition("#")[0])
    return posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path))
