"""What a page says of what changed since the last release, from the public record ``since.json``, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agored.pages.texts import resource_title, said
from agored.words import known, number_text, say


@dataclass(frozen=True)
class FieldTold:
    """A change to a field, or to the whole table where ``name`` is empty, and what it does to programs."""

    title: str
    name: str
    change: str
    effect: str
    breaking: bool


@dataclass(frozen=True)
class CellsTold:
    """How many cells of a field have another value, are no longer given, and are given now."""

    title: str
    name: str
    counts: tuple[str, str, str]


@dataclass(frozen=True)
class CodesTold:
    """Codes of a field that came, and that went: each as its meaning and itself; and a word if there are more."""

    title: str
    name: str
    new: str
    gone: str
    first_new: Sequence[tuple[str, str]]
    first_gone: Sequence[tuple[str, str]]
    breaking: bool


@dataclass(frozen=True)
class ResourceTold:
    """What changed in one resource. ``sentence`` is all there is to say of one that is new, gone or the same."""

    title: str
    sentence: str
    whole_rows: bool
    rows: Sequence[tuple[str, str]]
    fields: Sequence[FieldTold]
    cells: Sequence[CellsTold]
    codes: Sequence[CodesTold]


@dataclass(frozen=True)
class SinceTold:
    """What changed since the release ``previous``, or one sentence where there is nothing to compare."""

    previous: str
    sentence: str
    resources: Sequence[ResourceTold]


def since_told(
    record: Mapping[str, Any] | None, resources: Sequence[Mapping[str, Any]], language: str
) -> SinceTold:
    """What ``since.json`` says; ``resources`` are those of the descriptor, for their titles. None is a release that
    was made before such records were kept."""
    if record is None:
        return SinceTold("", say("page.since.none", language), ())
    if record["previous"] is None:
        return SinceTold("", say("since.first", language), ())
    return SinceTold(
        previous=record["previous"]["release"],
        sentence="",
        resources=[
            resource_told(each, resource_title(resources, each["name"], language), language)
            for each in record["resources"]
        ],
    )


def resource_told(change: Mapping[str, Any], title: str, language: str) -> ResourceTold:
    """What changed in one resource, which is called ``title``."""
    rows = change["rows"]
    parts = [change[key] for key in ("fields", "cells", "codes")]
    if rows is None:
        sentence = said(f"since.status.{change['status']}", language, change["status"])
    elif any(parts) or any(rows[key] for key in ("added", "gone", "changed")):
        sentence = ""
    else:
        sentence = say("since.same", language)
    return ResourceTold(
        title=title,
        sentence=sentence,
        whole_rows=rows is not None and rows["changed"] is None and bool(rows["added"] or rows["gone"]),
        rows=[
            (say(f"since.view.{key}", language), number_text(rows[key], language))
            for key in ("before", "now", "added", "gone", "changed")
            if rows is not None and rows[key] is not None
        ],
        fields=[_field(each, language) for each in change["fields"]],
        cells=[_cells(each, language) for each in change["cells"]],
        codes=[_codes(each, language) for each in change["codes"]],
    )


def _field(change: Mapping[str, Any], language: str) -> FieldTold:
    kind = change["change"]
    facts = {key: _fact(change, key, language) for key in ("before", "now")}
    evidence = change["evidence"]
    if evidence is not None:
        facts["evidence"] = said(f"since.evidence.{evidence}", language, evidence)
    code = f"since.change.{kind}"
    return FieldTold(
        title=change["title"][language] if change["title"] else say("page.since.table", language),
        name=change["field"] or "",
        change=say(code, language, **facts) if known(code) else kind,
        effect=say("since.breaks" if change["breaking"] else "since.harmless", language),
        breaking=change["breaking"],
    )


def _fact(change: Mapping[str, Any], key: str, language: str) -> str:
    text = change[key]
    if text is None:
        return say("since.nothing", language)
    return said(f"page.type.{text}", language, text) if change["change"] == "type" else str(text)


def _cells(cells: Mapping[str, Any], language: str) -> CellsTold:
    value = cells["value"] + cells["rewritten"]
    held_back, given = cells["withheld"] + cells["emptied"], cells["given"] + cells["filled"]
    counts = [number_text(count, language) for count in (value, held_back, given)]
    return CellsTold(cells["title"][language], cells["field"], (counts[0], counts[1], counts[2]))


def _codes(codes: Mapping[str, Any], language: str) -> CodesTold:
    return CodesTold(
        title=codes["title"][language],
        name=codes["field"],
        new=number_text(codes["new"], language),
        gone=number_text(codes["gone"], language),
        first_new=[(each["title"][language], each["code"]) for each in codes["first_new"]],
        first_gone=[(each["title"][language], each["code"]) for each in codes["first_gone"]],
        breaking=codes["breaking"],
    )
