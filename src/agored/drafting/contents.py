"""A look at what readers give whole: the sheets of a workbook, and records that bring their own names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from agored.drafting.header import Header, find_header
from agored.drafting.looking import FIRST, LAST, Key, Looked
from agored.drafting.said import Said, said
from agored.errors import SourceError
from agored.read.blocks import Block, Contents
from agored.read.look import Line, SheetSeen, seen_lists, seen_sheets
from agored.read.reading import contents_of
from agored.recipe import Source
from agored.words import number_text

_MOST_SHEETS = 30
_MOST_CELLS = 1_000_000
"""Sheets and cells of a workbook that are looked at to find the one with the table."""


def looked_at(contents: Contents, keys: tuple[Key, ...], because: tuple[Said, ...] = ()) -> Looked:
    """The first and the last rows of what was read."""
    blocks = [block for block in contents.blocks if len(block)]
    rows = int(blocks[-1].rows[-1]) if blocks else 0
    first = tuple(islice(_lines(blocks), FIRST))
    done = first[-1].row if first else 0
    last = tuple(_lines_after(blocks, max(done, rows - LAST)))
    return Looked(keys, first, last, rows, contents.headings, contents.merged, because=because)


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    for block in blocks:
        for index in range(len(block)):
            yield Line(int(block.rows[index]), tuple(block.cells(index)))


def _lines_after(blocks: Sequence[Block], row: int) -> Iterator[Line]:
    for block in blocks:
        if block.rows[-1] > row:
            start = int(block.rows.searchsorted(row, side="right"))
            yield from _lines([block.slice(start, len(block))])


# Workbooks


def look_at_workbook(file: Path, data: bytes, source: Source, sheet: str | None) -> Looked:
    """The rows of one sheet: the one called ``sheet``, else the one with the largest table among those that people
    see. Raises SourceError where the workbook cannot be read."""
    sheets = seen_sheets(file, source)
    if sheet is not None:
        return _look_at_sheet(data, file, source, sheet, (said("sheet-asked"),))
    open_to_see = [each for each in sheets if each.holds_anything and not each.is_hidden]
    if not open_to_see:
        open_to_see = [each for each in sheets if each.holds_anything]
    if not open_to_see:
        raise SourceError("read.empty", file=file.name)
    looked: list[tuple[int, Looked]] = []
    because = [said("sheets", sheets=len(sheets), filled=sum(each.holds_anything for each in sheets))]
    cells = 0
    for each in open_to_see[:_MOST_SHEETS]:
        if cells > _MOST_CELLS:
            break
        contents = contents_of(data, file.name, replace(source, sheet=each.name))
        cells += sum(len(block) * len(block.columns) for block in contents.blocks)
        seen = looked_at(contents, (_sheet_key(each.name, ()),))
        header = find_header(seen)
        looked.append((_size(seen, header), seen))
        because.append(_about(each, seen, header))
    because += [said("sheet-hidden", sheet=each.name) for each in sheets if each.is_hidden]
    if len(looked) < len(open_to_see):
        because.append(said("sheets-not-looked-at", count=len(open_to_see) - len(looked)))
    size, best = max(looked, key=lambda entry: entry[0])
    if [other for other, _ in looked].count(size) > 1 and size:
        because.append(said("sheets-alike"))
    (key,) = best.keys
    return replace(best, keys=(replace(key, because=tuple(because)),))


def _look_at_sheet(data: bytes, file: Path, source: Source, sheet: str, because: tuple[Said, ...]) -> Looked:
    contents = contents_of(data, file.name, replace(source, sheet=sheet))
    return looked_at(contents, (_sheet_key(sheet, because),))


def _sheet_key(name: str, because: tuple[Said, ...]) -> Key:
    return Key("sheet", json.dumps(name, ensure_ascii=False), because)


def _size(looked: Looked, header: Header | None) -> int:
    """Cells below the headings; none without headings."""
    if header is None or looked.rows is None:
        return 0
    return max(looked.rows - header.last, 0) * len(header.headings)


def _about(sheet: SheetSeen, looked: Looked, header: Header | None) -> Said:
    rows = number_text(looked.rows or 0, "en")
    if header is None:
        return said("sheet-no-table", sheet=sheet.name, rows=rows)
    return said("sheet-table", sheet=sheet.name, rows=rows, header=header.first, columns=len(header.headings))


# Records


def look_at_records(file: Path, data: bytes, source: Source) -> Looked:
    """The records of JSON, OData or Parquet. Raises SourceError where they cannot be read, or there are none."""
    if source.kind != "json":
        return looked_at(contents_of(data, file.name, source), ())
    lists = seen_lists(file, source)
    if not lists:
        raise SourceError("new.no-records", file=file.name)
    looked = []
    for pointer in lists[:_MOST_SHEETS]:
        seen = looked_at(contents_of(data, file.name, replace(source, records=pointer)), ())
        looked.append((seen.rows or 0, pointer, seen))
    _, pointer, best = max(looked, key=lambda entry: entry[0])
    because = tuple(
        said("records", pointer=each or "/", records=number_text(count, "en")) for count, each, _ in looked
    )
    if not pointer:
        return replace(best, because=because)
    return replace(best, keys=(Key("records", json.dumps(pointer), because),))
