"""A look at text that a mark divides: which mark, and the first and last rows, however long the file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from agored.drafting.encoding import EncodingSeen, seen_encoding
from agored.drafting.looking import FIRST, LAST, Key, Looked
from agored.drafting.said import Said, said
from agored.errors import SourceError
from agored.read.blocks import MAX_CELL, MAX_COLUMNS
from agored.read.csvfile import DELIMITERS, rows_in
from agored.read.look import Line
from agored.strict import UNDECIDED

_OTHER_MARKS = ("^", "~")
_LAST_TRIED = " "
"""A blank divides cells only where nothing else does, and divides every row alike."""
_ALIGNED_CELLS = 3
_STRAY = 0.1
"""The share of rows in which a mark may stand by chance, in a text of one column."""
_COMPARED = 200
"""Rows by which a delimiter is found."""
_COUNTED = 64_000_000
"""Bytes up to which the rows of a file are counted to the end."""
_END = 1_000_000
"""Bytes at the end of a larger file in which its last rows are looked for."""
_MOST_CELLS = 2_000_000


def look_at_text(file: Path) -> Looked:
    """The rows of a text file, its encoding and its delimiter. Raises SourceError as reading it would."""
    encoding = seen_encoding(file)
    delimiter = _seen_delimiter(file, encoding)
    first, last, rows = _rows(file, encoding, delimiter.mark)
    name = DELIMITERS.get(delimiter.mark, delimiter.mark)
    return Looked(
        keys=(
            Key("encoding", encoding.name or UNDECIDED, encoding.because),
            Key("delimiter", json.dumps(name if delimiter.is_sure else UNDECIDED), delimiter.because),
        ),
        first=tuple(first),
        last=tuple(last),
        rows=rows,
        is_text=True,
    )


def _lines(file: Path, codec: str, start: int = 0) -> Iterator[str]:
    """Lines with their ends; none is longer than a cell may be."""
    with file.open("rb") as opened:
        opened.seek(start)
        text = io.TextIOWrapper(opened, codec, errors="strict" if not start else "replace", newline="")
        number = 1
        while line := text.readline(MAX_CELL):
            if len(line) == MAX_CELL:
                raise SourceError("read.cell-too-large", file=file.name, row=str(number))
            yield line
            number += 1


# The delimiter


@dataclass(frozen=True)
class _Delimiter:
    mark: str
    is_sure: bool
    because: tuple[Said, ...]


@dataclass(frozen=True)
class _Division:
    """How a mark divides the first rows: into several cells in ``divided`` of the ``compared`` rows that are not
    blank, and into ``width`` cells in ``agreeing`` of them."""

    mark: str
    width: int
    agreeing: int
    divided: int
    compared: int
    error: SourceError | None

    @property
    def is_likely(self) -> bool:
        """Whether the mark divides rows enough, titles and notes aside, and most of those alike."""
        return self.width > 1 and self.agreeing * 2 >= self.divided and self.agreeing * 4 >= self.compared

    @property
    def order(self) -> tuple[float, int]:
        share = self.agreeing / self.compared if self.width > 1 else 0.0
        return (share if self.error is None else share / 2, self.width)


def _seen_delimiter(file: Path, encoding: EncodingSeen) -> _Delimiter:
    """The mark by which most rows have the same number of cells. Raises SourceError where it leaves the quotation
    marks wrong."""
    found = [_division(file, encoding.codec, mark) for mark in (*DELIMITERS, *_OTHER_MARKS)]
    found.sort(key=lambda division: division.order, reverse=True)
    best, second = found[:2]
    if best.agreeing < best.compared or best.width == 1:
        blank = _division(file, encoding.codec, _LAST_TRIED)
        if blank.is_likely and blank.agreeing == blank.compared and blank.error is None:
            best, second = blank, best
    if not best.is_likely:
        faulty = next((division.error for division in found if division.error is not None), None)
        if faulty is not None:
            raise faulty
        if _is_aligned(file, encoding.codec):
            raise SourceError("new.aligned", file=file.name)
        if best.width > 1 and best.agreeing > _STRAY * best.compared:
            raise SourceError("new.no-delimiter", file=file.name)
        return _Delimiter(",", True, (said("delimiter-none"),))
    if best.error is not None:
        raise best.error
    because = _because("delimiter", best)
    if second.is_likely and second.agreeing == second.compared == best.compared and second.error is None:
        return _Delimiter(best.mark, False, (because, _because("delimiter-also", second)))
    return _Delimiter(best.mark, True, (because,))


def _is_aligned(file: Path, codec: str) -> bool:
    """Whether blanks set the cells of most lines below one another."""
    lines = [line for line in islice(_lines(file, codec), _COMPARED) if line.strip()]
    aligned = [line for line in lines if len(re.split(r"\s{2,}", line.strip())) > _ALIGNED_CELLS]
    return len(aligned) * 2 > len(lines)


def _because(code: str, division: _Division) -> Said:
    name = DELIMITERS.get(division.mark, division.mark)
    return said(code, mark=name, cells=division.width, agreeing=division.agreeing, compared=division.compared)


def _division(file: Path, codec: str, mark: str) -> _Division:
    widths: list[int] = []
    error = None
    try:
        for cells in islice(rows_in(_lines(file, codec), mark, file.name), _COMPARED):
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
    except SourceError as refused:
        error = refused
    if not widths:
        return _Division(mark, 0, 0, 0, 1, error)
    several = Counter(width for width in widths if width > 1)
    width, agreeing = max(several.items(), key=lambda entry: (entry[1], entry[0]), default=(1, len(widths)))
    return _Division(mark, width, agreeing, several.total(), len(widths), error)


# The rows


def _rows(file: Path, encoding: EncodingSeen, mark: str) -> tuple[list[Line], list[Line], int | None]:
    """The first rows, the last ones, and how many there are."""
    rows = enumerate(rows_in(_lines(file, encoding.codec), mark, file.name), start=1)
    first: list[Line] = []
    cells_seen = 0
    for row, cells in rows:
        first.append(_line(row, cells, file))
        cells_seen += len(cells)
        if len(first) == FIRST or cells_seen > _MOST_CELLS:
            break
    else:
        return first, [], len(first)
    if file.stat().st_size > _COUNTED:
        return first, _last_rows(file, encoding, mark), None
    count = len(first)
    last: deque[tuple[int, list[str]]] = deque(maxlen=LAST)
    for row, cells in rows:
        last.append((row, cells))
        count = row
    return first, [_line(row, cells, file) for row, cells in last], count


def _line(row: int, cells: list[str], file: Path) -> Line:
    if len(cells) > MAX_COLUMNS:
        raise SourceError("read.too-wide", file=file.name, row=str(row), limit=str(MAX_COLUMNS))
    return Line(row, tuple(cells))


def _last_rows(file: Path, encoding: EncodingSeen, mark: str) -> list[Line]:
    """The last rows of a long file, numbered from its end; none where they cannot be told without the whole file."""
    if encoding.codec == "utf-16":
        return []
    lines = _lines(file, encoding.codec.removesuffix("-sig"), file.stat().st_size - _END)
    next(lines, None)  # which begins anywhere in its row
    try:
        rows = deque(rows_in(lines, mark, file.name), maxlen=LAST)
    except (SourceError, csv.Error):
        return []
    return [Line(number - len(rows), tuple(cells)) for number, cells in enumerate(rows)]
