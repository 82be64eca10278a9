"""What changed in each resource between two releases: frozen records with a JSON form. All of it is public.

``rows`` counts records; where both releases have the same primary key, they are compared by it, else each whole
record is either in both or not, and nothing can be said of records that changed. ``cells`` counts, of the
records that are in both, the cells that differ:

===========  ========================================================================
value        another value
rewritten    the same number, written otherwise (``12`` and ``12.0``)
withheld     a number became a blank with a note: it was suppressed, or is not given
given        a blank with a note became a number
emptied      a value became a blank without a note
filled       a blank without a note became a value
===========  ========================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agored.words import Bilingual

FORMAT = 1
LISTED = 20
"""How many codes are written out; how many there are is always said."""

BREAKING = ("gone", "renamed", "type", "meaning", "key")
"""The kinds of change to fields after which a program that reads the data may fail, or misread it.

The others are ``added``, ``limits`` (other constraints), ``list`` (another code list), ``words`` (title or
description) and ``order`` (fields that stayed stand in another order).
"""


@dataclass(frozen=True)
class Rows:
    """Records before and now. ``key`` names the fields by which they were compared; without any, ``changed`` is
    None and every record that is not the same in both is gone or added."""

    before: int
    now: int
    added: int
    gone: int
    changed: int | None
    key: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "before": self.before,
            "now": self.now,
            "added": self.added,
            "gone": self.gone,
            "changed": self.changed,
            "key": list(self.key),
        }


@dataclass(frozen=True)
class Cells:
    """How many cells of ``field`` differ, of the records that are in both releases."""

    field: str
    title: Bilingual
    value: int = 0
    rewritten: int = 0
    withheld: int = 0
    given: int = 0
    emptied: int = 0
    filled: int = 0

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "field": self.field,
            "title": self.title.to_json(),
            "value": self.value,
            "rewritten": self.rewritten,
            "withheld": self.withheld,
            "given": self.given,
            "emptied": self.emptied,
            "filled": self.filled,
        }


@dataclass(frozen=True)
class FieldChange:
    """One change to a field, or to the table (``key``, ``order``; then ``field`` is None).

    ``field`` is its name now, or the one it had where it is gone. ``before`` and ``now`` are facts of the two
    schemas: names, types, the constraints that differ. ``evidence`` says why a field counts as renamed: by its
    ``title``, or by its ``values``.
    """

    change: str
    field: str | None = None
    title: Bilingual | None = None
    before: str | None = None
    now: str | None = None
    evidence: str | None = None

    @property
    def breaking(self) -> bool:
        """Whether a program that reads the data may fail after it."""
        return self.change in BREAKING

    def to_json(self) -> dict[str, Any]:
        """As plain data; every key is always there."""
        return {
            "change": self.change,
            "breaking": self.breaking,
            "field": self.field,
            "title": self.title.to_json() if self.title else None,
            "before": self.before,
            "now": self.now,
            "evidence": self.evidence,
        }


@dataclass(frozen=True)
class ListedCode:
    """A code of a published list and what it means."""

    code: str
    title: Bilingual

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {"code": self.code, "title": self.title.to_json()}


@dataclass(frozen=True)
class Codes:
    """The codes of ``field`` that are used now and were not, and the other way round: the first ``LISTED`` of
    them in the list's order, and how many there are. ``tells_apart`` says whether the field tells records apart
    (a dimension), so that a code that is gone may break what reads the data; notes come and go."""

    field: str
    title: Bilingual
    new: int
    gone: int
    first_new: tuple[ListedCode, ...]
    first_gone: tuple[ListedCode, ...]
    tells_apart: bool

    @property
    def breaking(self) -> bool:
        """Whether a program that reads the data may fail after it."""
        return self.tells_apart and self.gone > 0

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "field": self.field,
            "title": self.title.to_json(),
            "breaking": self.breaking,
            "new": self.new,
            "gone": self.gone,
            "first_new": [code.to_json() for code in self.first_new],
            "first_gone": [code.to_json() for code in self.first_gone],
        }


@dataclass(frozen=True)
class ResourceChange:
    """What changed in one resource. ``status`` is ``both``, ``added`` or ``gone``; only one that is in both
    releases has ``rows`` and the rest."""

    name: str
    status: str
    rows: Rows | None = None
    fields: tuple[FieldChange, ...] = ()
    cells: tuple[Cells, ...] = ()
    codes: tuple[Codes, ...] = ()

    @property
    def breaking(self) -> bool:
        """Whether a program that reads the data may fail after it."""
        return (
            self.status == "gone"
            or any(field.breaking for field in self.fields)
            or any(codes.breaking for codes in self.codes)
        )

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "name": self.name,
            "status": self.status,
            "breaking": self.breaking,
            "rows": self.rows.to_json() if self.rows else None,
            "fields": [each.to_json() for each in self.fields],
            "cells": [each.to_json() for each in self.cells],
            "codes": [each.to_json() for each in self.codes],
        }


def release_record(
    decision: Mapping[str, Any], previous: Mapping[str, Any] | None, changes: tuple[ResourceChange, ...]
) -> dict[str, Any]:
    """``since.json`` of a release: whose it is, with which one it was compared (None for the first), and what
    changed. ``decision`` and ``previous`` are the two releases' ``decision.json``."""
    return {
        "since": FORMAT,
        "dataset": decision["dataset"],
        "release": decision["release"],
        "content": decision["content"],
        "previous": (
            None if previous is None else {"release": previous["release"], "content": previous["content"]}
        ),
        "resources": [change.to_json() for change in changes],
    }
