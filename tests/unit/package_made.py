"""A made-up dataset of two resources and two code lists, for the tests of packages and of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agored.ethics.profiles import profiles
from agored.ethics.record import (
    Accepted,
    Answer,
    Assessment,
    EthicsRecord,
    PersonalData,
    answers,
)
from agored.ethics.statement import evidence, public
from agored.package import Packaged, sums, write_package, zip_package
from agored.parts import ResourcePart
from agored.recipe import (
    Contributor,
    Disclosure,
    License,
    Mailbox,
    PackageFacts,
    PublicSource,
    Recipe,
    ResourceRecipe,
    Source,
    SuiteChoice,
)
from agored.records import readable
from agored.schema import Code, CodeList, Schema, schema_of
from agored.since import record_of
from agored.store import Release
from agored.table import Table
from agored.words import Bilingual

AREAS = CodeList(
    "areas/1",
    (
        Code("W92000004", Bilingual("Cymru", "Wales")),
        Code("W06000001", Bilingual("Ynys Môn", "Isle of Anglesey"), "W92000004", also=("Ynys Mon",)),
        Code("W06000006", Bilingual("Wrecsam", "Wrexham"), "W92000004"),
        Code("W06000099", Bilingual("Tŷ Gwag", "Empty House"), "W92000004"),
    ),
)
NOTES = CodeList(
    "note-codes/1",
    (
        Code("c", Bilingual("Cyfrinachol: wedi’i atal", "Confidential: suppressed")),
        Code("p", Bilingual("Dros dro", "Provisional")),
        Code("z", Bilingual("Ddim yn berthnasol", "Not applicable")),
    ),
)
LISTS: Mapping[str, CodeList] = {each.name: each for each in (AREAS, NOTES)}


def field(name: str, type: str, welsh: str, english: str, **more: Any) -> dict[str, Any]:
    """A field's descriptor."""
    return {
        "name": name,
        "type": type,
        "title": Bilingual(welsh, english).joined(),
        "title_cy": welsh,
        "title_en": english,
        "description_cy": f"Disgrifiad: {welsh}.",
        "description_en": f"Description: {english}.",
        **more,
    }


AREA = field("area_code", "string", "Cod ardal", "Area code", codes="areas/1", constraints={"required": True})
SLEEPERS: Schema = schema_of(
    {
        "title_cy": "Cysgu allan",
        "title_en": "Rough sleeping",
        "fields": [
            AREA,
            field("period", "yearmonth", "Mis", "Month", constraints={"required": True}),
            field("count", "integer", "Nifer", "Number", role="measure", measures="count", of="people"),
            field("count_note", "string", "Nodiadau", "Notes", codes="note-codes/1", list=","),
        ],
        "primaryKey": ["area_code", "period"],
    },
    "rough-sleepers/1",
)
SHELTERS: Schema = schema_of(
    {
        "title_cy": "Llochesi",
        "title_en": "Shelters",
        "fields": [
            AREA,
            field("name", "string", "Enw", "Name"),
            field("places", "integer", "Lleoedd", "Places", role="measure", measures="count", of="things"),
        ],
    },
    "shelters/1",
)


def parts(count: str = "10") -> list[ResourcePart]:
    """The release's tables; ``count`` is the first cell's number."""
    sleepers = Table.of(
        {
            "area_code": ["W06000001", "W06000006", "W92000004"],
            "period": ["2026-01", "2026-01", "2026-01"],
            "count": [count, "", "30"],
            "count_note": ["p", "c,p", ""],
        }
    )
    shelters = Table.of(
        {
            "area_code": ["W06000006", "W06000006", "W06000001"],
            "name": ['Tŷ "Croeso", Wrecsam', "Llety’r Dŵr", "<b>Hafan</b> & Co"],
            "places": ["0012", "7", ""],
        }
    )
    return [
        ResourcePart("rough-sleepers", sleepers, SLEEPERS, LISTS),
        ResourcePart("shelters", shelters, SHELTERS, LISTS),
    ]


def recipe(name: str = "rough-sleepers", title: Bilingual | None = None) -> Recipe:
    """The dataset's recipe."""
    source = Source("source/file.csv")
    return Recipe(
        organization="cyngor-enghraifft",
        name=name,
        title=title or Bilingual("Cysgu allan", "Rough sleeping"),
        description=Bilingual("Pobl sy’n cysgu allan, fesul mis.", "People who sleep rough, by month."),
        notes=Bilingual(
            "Amcangyfrif yw pob nifer.\n\nNid yw’r ffigurau’n cynnwys pobl mewn llety.",
            "Every number is an estimate.\n\nThe figures leave out people in shelters.",
        ),
        keywords={"cy": ("digartrefedd", "tai"), "en": ("homelessness", "housing")},
        contact=Mailbox("Ystadegau tai / Housing statistics", "tai@cyngor.example.wales"),
        resources=(
            ResourceRecipe("rough-sleepers", source, (), "rough-sleepers/1", Disclosure("standard")),
            ResourceRecipe("shelters", source, (), "shelters/1", Disclosure("none")),
        ),
        expectations=(SuiteChoice("plausibility"),),
        package=PackageFacts(
            licenses=(
                License(
                    "OGL-UK-3.0",
                    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
                    Bilingual("Trwydded Llywodraeth Agored 3.0", "Open Government Licence 3.0"),
                ),
            ),
            contributors=(Contributor("Cyngor Enghraifft / Example Council", ("publisher",)),),
            sources=(
                PublicSource(
                    "Cyfrif misol", "https://cyngor.example.wales/cyfrif", "2026-01", "Cyngor Enghraifft"
                ),
                PublicSource("Rhestr llochesi"),
            ),
            frequency="monthly",
        ),
        portals=("catalogue",),
    )


VALUES = {
    "policy": "standard",
    "version": "1",
    "lowest": "1",
    "threshold": "5",
    "rounding": "5",
    "code": "c",
}
CHANGES: Mapping[str, Any] = {
    "changes": 1,
    "resources": [
        {
            "name": "rough-sleepers",
            "shape": [
                {"rule": "trim", "cells": 12},
                {"rule": "name", "cells": 3},
                {
                    "rule": "leave-out",
                    "field": "area",
                    "records": 2,
                    "reason": {"cy": "Troednodiadau yw’r rhain.", "en": "These are footnotes."},
                },
                {"rule": "lookup", "field": "area_code", "cells": 3},
            ],
            "protect": {
                "policy": "standard",
                "values": VALUES,
                "rules": [
                    {"rule": "suppressed", "field": "count", "cells": 1},
                    {"rule": "rounded", "field": "count", "cells": 3},
                ],
            },
        },
        {
            "name": "shelters",
            "shape": [],
            "protect": {
                "policy": "none",
                "values": {"policy": "none", "version": "1"},
                "rules": [],
                "reason": {"cy": "Nid yw’r tabl yn cyfrif pobl.", "en": "The table does not count people."},
            },
        },
    ],
}
REASONS = [
    {"cy": "Troednodiadau yw’r rhain.", "en": "These are footnotes."},
    {"cy": "Nid yw’r tabl yn cyfrif pobl.", "en": "The table does not count people."},
]
_SUITE = {
    "suite": "plausibility",
    "title": {"cy": "Credadwyedd", "en": "Plausibility"},
    "resource": "rough-sleepers",
    "counts": {"met": 1, "not met": 0, "not applicable": 1, "not judged": 0},
    "expectations": [
        {"title": {"cy": "Nid yw’r nifer dros 500", "en": "No number is over 500"}, "outcome": "met"},
        {"title": {"cy": "Pob ward yno", "en": "All wards are there"}, "outcome": "not applicable"},
    ],
}


def _record() -> EthicsRecord:
    """The ethics record, answered in full."""
    profile = profiles()["gds-2020"]
    score = {"fairness": 3}
    given = {
        section: {
            item: Answer(
                score.get(item, 4),
                Bilingual(f"Ateb: {item}.", f"Answer: {item}."),
                Bilingual("Gofynnir i bobl.", "People are asked.") if item in score else Bilingual("", ""),
            )
            for item in profile.items[section]
        }
        for section in ("principles", "actions")
    }
    reason = Bilingual("Cyfansymiau yn unig.", "Totals only.")
    return EthicsRecord(
        profile="gds-2020",
        assessor=Mailbox("Swyddog ystadegau", "preifat@cyngor.example.wales"),
        principles=given["principles"],
        actions=given["actions"],
        personal_data=PersonalData(True, False, Assessment(True, reason, "AED-12")),
        accepted=(
            Accepted(
                "personal-data.name-heading",
                "name",
                Bilingual("Enwau adeiladau.", "Names of buildings."),
                "Swyddog llywodraethu",
                "2027-11-23",
            ),
        ),
        next_review="2027-11-23",
    )


def _evidence() -> dict[str, Any]:
    return evidence(
        _record(),
        languages={"cy": True, "en": True},
        licenses=["OGL-UK-3.0"],
        schemas=["rough-sleepers/1"],
        sources=["Cyfrif misol"],
        contact="Ystadegau tai",
        validation={"blocking": 0, "advisory": 0, "note": 1},
        policies=["standard"],
        protection={"suppressed": 1, "rounded": 3},
        suites=[_SUITE],
        personal_data=(),
        columns=7,
    )


ETHICS: Mapping[str, Any] = public(_record(), _evidence())
ANSWERS: Mapping[str, Any] = answers(_record())
JUDGED: Mapping[str, Any] = {
    "schemas": {"rough-sleepers": "rough-sleepers/1", "shelters": "shelters/1"},
    "suites": ["plausibility"],
    "notebook": "prepare",
    "software": {"name": "agored", "version": "0.1.0"},
}


def made(folder: Path, given: Recipe | None = None, count: str = "10", **other: Any) -> Packaged:
    """The package of the dataset, in ``folder``."""
    inputs: dict[str, Any] = {
        "changes": CHANGES,
        "ethics": ETHICS,
        "answers": ANSWERS,
        "policies": {"rough-sleepers": VALUES, "shelters": {"policy": "none", "version": "1"}},
        "reasons": REASONS,
        "judged": JUDGED,
    }
    return write_package(folder, given or recipe(), parts(count), **(inputs | other))


def release(
    folder: Path,
    issued: str,
    previous: str | None = None,
    given: Recipe | None = None,
    count: str = "10",
    kind: str = "routine",
    **other: Any,
) -> str:
    """A release in ``folder/<release>``: package, archive, decision, what changed, account and checksums; its name."""
    making = folder / "making"
    packaged = made(making / "package", given, count, **other)
    name = f"{issued}-{packaged.content_hash.removeprefix('sha256:')[:8]}"
    zip_package(making / "package", making / "package.zip")
    decision = {
        "decision": 1,
        "dataset": (given or recipe()).identity,
        "release": name,
        "previous": previous,
        "content": packaged.content_hash,
        "issued": issued,
        "by": {"role": "Pennaeth llywodraethu", "mailbox": "llywodraethu@cyngor.example.wales"},
        "change": {"kind": kind, "reason": {"cy": f"Mis newydd: {count}.", "en": f"A new month: {count}."}},
        "accepts": [],
    }
    (making / "decision.json").write_bytes(readable(decision))
    before = Release(folder / previous, told(folder / previous / "decision.json")) if previous else None
    (making / "since.json").write_bytes(readable(record_of(making / "package", decision, before)))
    for language, words in (("cy", "Sut y gwnaed"), ("en", "How it was made")):
        account = f'<!DOCTYPE html><html lang="{language}"><title>{words}</title><h1>{words}</h1></html>'
        (making / f"account.{language}.html").write_text(account, encoding="utf-8")
    (making / "SHA256SUMS").write_bytes(sums(making))
    making.rename(folder / name)
    return name


def told(path: Path) -> Any:
    """A JSON file as plain data."""
    return json.loads(path.read_bytes())
