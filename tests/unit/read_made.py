"""Readings of files made by code: bytes in, the table or the error out."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from xlsx_made import MAIN, Xlsx

from agored.errors import SourceError
from agored.findings import Finding
from agored.read import Reading, read
from agored.recipe import Disclosure, LeaveOut, ResourceRecipe, Source
from agored.words import LANGUAGES, Bilingual

BLANK_LEFT_OUT = LeaveOut(Bilingual("Rhesi gwag.", "Blank rows."), blank=True)


def reading(folder: Path, name: str, data: bytes, headings: tuple[str, ...] = (), **source: Any) -> Reading:
    """What read gives for a file ``name`` of these bytes."""
    (folder / name).write_bytes(data)
    given = Source(name, **source)
    return read(folder, ResourceRecipe("table", given, (), "table/1", Disclosure("standard")), headings)


def refused(
    folder: Path, name: str, data: bytes, headings: tuple[str, ...] = (), **source: Any
) -> SourceError:
    """The error with which read stops; its sentence is whole in both languages, and nothing is left behind."""
    with pytest.raises(SourceError) as caught:
        reading(folder, name, data, headings, **source)
    for language in LANGUAGES:
        assert name in caught.value.message(language)
    assert [path.name for path in folder.iterdir()] == [name]
    return caught.value


def records(found: Reading) -> list[tuple[str, ...]]:
    """The rows of the table."""
    return list(zip(*(column.to_pylist() for column in found.table.data.columns), strict=True))


def told(found: Reading) -> dict[str, Finding]:
    """The findings by code, what a workbook hides aside."""
    return {each.code: each for each in found.findings if not each.code.startswith("read.hidden")}


def a_workbook(
    *rows: str,
    after: str = "",
    before: str = "",
    texts: tuple[str, ...] = (),
    styles: str = "",
    top: str = "",
) -> bytes:
    """A workbook of one sheet, “Data”, with these rows as XML."""
    book = Xlsx(texts=texts)
    if styles:
        book.styles = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    book.around_sheets = (top, "")
    book.sheet("Data", "".join(rows), before=before, after=after)
    return book.bytes()


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """The data with a few bytes changed, taken out, doubled or cut off."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not made:
            break
        place = chance.randrange(len(made))
        match chance.randrange(6):
            case 0:
                made[place] = chance.randrange(256)
            case 1:
                made[place] ^= 1 << chance.randrange(8)
            case 2:
                del made[place : place + chance.randrange(1, 30)]
            case 3:
                start = chance.randrange(len(made))
                made[place:place] = made[start : start + chance.randrange(1, 60)]
            case 4:
                made[place : place + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\xff\xff\xff\x7f"))
            case _:
                del made[place if chance.random() < 0.2 else len(made) :]
    return bytes(made)
