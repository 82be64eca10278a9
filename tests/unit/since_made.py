"""Small resources of two releases, for the tests of what changed between them; all names are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agored.parts import ResourcePart
from agored.schema import Code, CodeList, schema_of
from agored.since import ResourceChange, changes_between
from agored.table import Table
from agored.words import Bilingual

AREAS = {f"W0600000{number}": f"Ardal {number}" for number in range(1, 10)}


def field(name: str, role: str = "attribute", type: str = "string", **more: Any) -> dict[str, Any]:
    """A field of a schema; its title is its name unless told otherwise."""
    title = more.pop("title", name)
    return {
        "name": name,
        "type": type,
        "title_cy": f"{title} (cy)",
        "title_en": title,
        "description_cy": "Disgrifiad.",
        "description_en": "Description.",
        "role": role,
        **more,
    }


AREA = field("area", "dimension", codes="areas/1")
MONTH = field("month", "dimension", "yearmonth")
COUNT = field("count", "measure", "integer", measures="count", of="people")
NOTE = field("count_note", codes="note-codes/1", list=",")


def codes(name: str, titles: Mapping[str, str]) -> CodeList:
    """A code list."""
    return CodeList(
        name, tuple(Code(code, Bilingual(f"{title} (cy)", title)) for code, title in titles.items())
    )


LISTS = {
    "areas/1": codes("areas/1", AREAS),
    "areas/2": codes("areas/2", AREAS | {"W06000099": "Ardal newydd"}),
    "note-codes/1": codes("note-codes/1", {"c": "Withheld", "r": "Revised", "p": "Provisional"}),
}


def resource(
    fields: Sequence[Mapping[str, Any]],
    rows: Sequence[Sequence[str]],
    key: Sequence[str] | str = (),
    name: str = "counts",
) -> ResourcePart:
    """A resource; ``rows`` are its records, in the order of its fields."""
    descriptor: dict[str, Any] = {"fields": [dict(each) for each in fields]}
    if key:
        descriptor["primaryKey"] = key if isinstance(key, str) else list(key)
    names = [each["name"] for each in fields]
    columns = {each: [row[number] for row in rows] for number, each in enumerate(names)}
    return ResourcePart(name, Table.of(columns), schema_of(descriptor, f"{name}/1"), LISTS)


def change(before: ResourcePart, now: ResourcePart) -> ResourceChange:
    """What changed in the one resource."""
    (found,) = changes_between([before], [now])
    return found


def rich() -> dict[str, Any]:
    """A record with a change of every kind."""
    status = field("status", "dimension", constraints={"enum": [f"code {n}" for n in range(30)]})
    old = resource(
        [AREA, MONTH, COUNT, NOTE, status, field("gone", title="Hen faes"), field("kind", type="integer")],
        [(f"W0600000{n}", "2026-01", "10", "", "code 0", "x", "1") for n in range(1, 9)],
        ["area", "month"],
        "counts",
    )
    now = resource(
        [
            AREA,
            MONTH,
            COUNT,
            NOTE,
            status,
            field("new", title="Maes newydd & <b>"),
            field("kind", type="string"),
        ],
        [
            (
                f"W0600000{n % 9 + 1}",
                "2026-01",
                "" if n % 2 else "10",
                "c" if n % 2 else "",
                f"code {n}",
                "x",
                "1",
            )
            for n in range(1, 9)
        ],
        ["area", "month"],
        "counts",
    )
    gone = resource([field("a")], [("x",)], name="old")
    whole = [resource([field("a")], [(cell,)], name="whole") for cell in ("x", "y")]
    previous = {"release": "2026-02-03-0123abcd", "content": "sha256:" + "0" * 64}
    changes = changes_between([old, gone, whole[0]], [now, whole[1]])
    return {"since": 1, "previous": previous, "resources": [each.to_json() for each in changes]}
