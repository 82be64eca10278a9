"""A look at a file before there is a recipe for it: what it is, its sheets, its first rows as text with their rows.

Nothing is chosen here: a person decides, or whoever drafts a recipe for one to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agored.read.blocks import Area, Contents
from agored.read.decode import kind_by_bytes
from agored.read.files import member_of, members_of, read_file
from agored.read.reading import contents_of
from agored.recipe import Source, format_of

LOOKED_AT = 100
"""Rows that a look at a table gives unless told otherwise."""


@dataclass(frozen=True)
class SheetSeen:
    """A sheet of a workbook: whether people see it, and whether any of its cells holds something."""

    name: str
    is_hidden: bool
    holds_anything: bool


@dataclass(frozen=True)
class Line:
    """A row's number, as a spreadsheet counts (or a record's), and its cells."""

    row: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but white space."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Seen:
    """The first rows of a source, and how many rows it has up to the last that holds anything.

    ``headings`` are the names that records bring along; ``merged`` the cells that a workbook merged.
    """

    lines: tuple[Line, ...]
    rows: int
    headings: tuple[str, ...] | None
    merged: tuple[Area, ...]


def seen_format(file: Path) -> str | None:
    """The format that a file's ending tells, or its first bytes where the ending tells none: one of
    ``recipe.FORMATS``, or ``zip``; None for text, whose delimiter is to be looked for. Raises SourceError."""
    if file.name.lower().endswith(".zip"):
        return "zip"
    told = format_of(file.name)
    if told is not None:
        return told
    found = kind_by_bytes(read_file(file.parent, file.name)[:2_000])
    return {"XLS": "xls", "PARQUET": "parquet", "ZIP": "zip"}.get(found or "")


def seen_members(file: Path) -> tuple[str, ...]:
    """The files in a ZIP archive. Raises SourceError where it is damaged, locked or unsafe."""
    return members_of(read_file(file.parent, file.name), file.name)


def seen_sheets(file: Path, source: Source) -> tuple[SheetSeen, ...]:
    """The sheets of a workbook in its order; ``source`` tells its format and, in an archive, its member.

    Raises SourceError where it cannot be read.
    """
    data = _bytes(file, source)
    if source.kind == "ods":
        from agored.read.ods import OdsWorkbook

        book = OdsWorkbook(data, file.name)
        hidden = book.hidden()
        return tuple(SheetSeen(name, name in hidden, filled) for name, filled in book.sheets().items())
    if source.kind == "xls":
        from agored.read.xls import XlsWorkbook

        old = XlsWorkbook(data, file.name)
        return tuple(SheetSeen(name, old.is_hidden(name), old.holds_anything(name)) for name in old.names)
    from agored.read.xlsx import Workbook

    workbook = Workbook(data, file.name)
    return tuple(
        SheetSeen(sheet.name, sheet.is_hidden, workbook.holds_anything(sheet.name))
        for sheet in workbook.sheets.values()
    )


def seen_lists(file: Path, source: Source) -> tuple[str, ...]:
    """Where in JSON the lists of records are, as ``records`` names them. Raises SourceError."""
    from agored.read.jsonfile import lists_of_records

    return lists_of_records(_bytes(file, source), file.name)


def seen_rows(file: Path, source: Source, count: int = LOOKED_AT) -> Seen:
    """The first ``count`` rows, read as ``source`` says: its encoding and delimiter, sheet, member or records.

    Raises SourceError where they cannot be read so.
    """
    contents = contents_of(_bytes(file, source), file.name, replace(source, header=1))
    return Seen(
        tuple(_lines(contents, count)),
        max((int(block.rows[-1]) for block in contents.blocks if len(block)), default=0),
        contents.headings,
        contents.merged,
    )


def _lines(contents: Contents, count: int) -> Sequence[Line]:
    lines: list[Line] = []
    for block in contents.blocks:
        for index in range(min(len(block), count - len(lines))):
            lines.append(Line(int(block.rows[index]), tuple(block.cells(index))))
    return lines


def _bytes(file: Path, source: Source) -> bytes:
    data = read_file(file.parent, file.name)
    if not source.is_archive:
        return data
    return member_of(data, file.name, source.member)[0]
