"""A made-up table of council spending, 16 columns wide, as large and as faulty as a benchmark asks for."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

AREAS = (
    "Caerdydd",
    "Gwynedd",
    "Abertawe",
    "Ynys Môn",
    "Wrecsam",
    "Sir y Fflint",
    "Powys",
    "Ceredigion",
    "Torfaen",
)
KINDS = ("housing", "roads", "waste", "schools", "social care", "leisure")
CODES = tuple(f"W060000{number:02}" for number in range(1, 25))
NAMES = (
    "id", "ref", "area_code", "area", "category", "date", "updated", "amount", "count", "year", "paid", "email",
    "url", "description", "lat", "note",
)  # fmt: skip
SCHEMA = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
        {"name": "ref", "type": "string", "constraints": {"required": True, "pattern": "TX-[0-9]{8}"}},
        {"name": "area_code", "type": "string", "constraints": {"required": True, "enum": list(CODES)}},
        {"name": "area", "type": "string", "constraints": {"required": True, "maxLength": 40}},
        {"name": "category", "type": "string", "constraints": {"enum": list(KINDS)}},
        {"name": "date", "type": "date", "constraints": {"required": True, "minimum": "2010-01-01"}},
        {"name": "updated", "type": "datetime"},
        {"name": "amount", "type": "number"},
        {"name": "count", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "year", "type": "year"},
        {"name": "paid", "type": "boolean"},
        {"name": "email", "type": "string", "format": "email"},
        {"name": "url", "type": "string", "format": "uri"},
        {"name": "description", "type": "string"},
        {"name": "lat", "type": "number", "constraints": {"minimum": 49, "maximum": 61}},
        {"name": "note", "type": "string"},
    ]
}


def record(number: int) -> list[str]:
    """A record without fault."""
    month, day = 1 + number // 7 % 12, 1 + number * 13 % 28
    date = f"{2015 + number % 10}-{month:02}-{day:02}"
    return [
        str(number + 1),
        f"TX-{number * 7919 % 100_000_007:08}",
        CODES[number % len(CODES)],
        AREAS[number % len(AREAS)],
        KINDS[number % len(KINDS)],
        date,
        f"{date}T{number % 24:02}:{number % 60:02}:{number * 7 % 60:02}Z",
        f"{number * 7919 % 1_000_003 / 100:.2f}",
        str(number * 31 % 5000),
        str(2000 + number % 24),
        "true" if number % 3 else "false",
        f"supplier{number * 37 % 500_009}@example.org",
        f"https://example.org/spend/{number}",
        f"Payment for {KINDS[number % len(KINDS)]} in {AREAS[number % len(AREAS)]}, batch {number // 100}",
        f"{51 + number * 37 % 10_000 / 5_000:.4f}",
        "" if number % 5 else f"note {number % 97}",
    ]


def spoil(cells: list[str], number: int, choose: random.Random) -> None:
    """Put into a record one fault of the kinds that councils' files have, most of them different in each."""
    kind = choose.randrange(8)
    column, cell = (
        (0, f"{number + 1}a"),
        (2, "W99"),
        (3, ""),
        (5, f"{1 + number % 28:02}/{1 + number % 12:02}/20{number % 23:02}"),
        (7, "£" + cells[7]),
        (8, str(-1 - number)),
        (10, "yes"),
        (11, f"supplier {number}"),
    )[kind]
    cells[column] = cell
    if choose.random() < 0.45:
        cells[9] = f"{number % 10}0x4"


def records(rows: int, faulty: float) -> Iterator[list[str]]:
    """``rows`` records, the share ``faulty`` of them with one or two faults."""
    choose = random.Random(20261123)
    for number in range(rows):
        cells = record(number)
        if faulty and choose.random() < faulty:
            spoil(cells, number, choose)
        yield cells


def write(path: Path, rows: int, faulty: float = 0.0) -> None:
    """Write the table, and its schema as ``schema.json`` beside it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        writer.writerows(records(rows, faulty))
    (path.parent / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
