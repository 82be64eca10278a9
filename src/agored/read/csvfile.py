"""CSV and other text divided by a mark, in the declared encoding, to blocks of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from agored.errors import SourceError
from agored.read.blocks import MAX_CELL, MAX_COLUMNS, Contents, blocks_of
from agored.read.decode import decode
from agored.read.header import Rows
from agored.recipe import Source

DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
"""The delimiters that are looked for, and how a recipe names each."""
_COMPARED_ROWS = 20


def read_csv(data: bytes, file: str, source: Source) -> Contents:
    """All rows of a text. Raises SourceError where it is empty, cannot be decoded, has wrong quotation marks or
    another delimiter than declared."""
    text, encoding = decode(data, source.encoding, file)
    contents = Contents(tuple(blocks_of(_lines(text, source.delimiter, file), True)), encoding=encoding)
    _refuse_wrong_delimiter(contents, source, file)
    return contents


def _lines(text: str, delimiter: str, file: str) -> Iterator[tuple[int, Sequence[str]]]:
    for row, cells in enumerate(rows_of(text, delimiter, file), start=1):
        if len(cells) > MAX_COLUMNS:
            raise SourceError("read.too-wide", file=file, row=str(row), limit=str(MAX_COLUMNS))
        yield row, cells


def rows_of(text: str, delimiter: str, file: str) -> Iterator[list[str]]:
    """The cells of each row. Raises SourceError where the quotation marks are wrong."""
    return rows_in(io.StringIO(text, newline=""), delimiter, file)


def rows_in(lines: Iterable[str], delimiter: str, file: str) -> Iterator[list[str]]:
    """As ``rows_of``, from lines with their ends."""
    csv.field_size_limit(MAX_CELL)
    # Strict: without it, the quotes of a cell such as "O"Brien" would be dropped and nobody told.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    row = 1
    try:
        for cells in reader:
            yield cells
            row += 1
    except csv.Error as error:
        raise SourceError(_quoting_fault(error), file=file, row=str(row)) from None


def _quoting_fault(error: csv.Error) -> str:
    """What Python's reader refused, which it tells by its message alone."""
    if "field larger than field limit" in str(error):
        return "read.cell-too-large"
    return "read.open-quote" if "unexpected end of data" in str(error) else "read.stray-quote"


def _refuse_wrong_delimiter(contents: Contents, source: Source, file: str) -> None:
    """A header of one column by the declared delimiter, and of several by another mark that stands as often in
    every row looked at, is the wrong delimiter."""
    rows = Rows(contents.blocks)
    if len(rows.headings(source, source.header) or ()) != 1:
        return
    below = (rows.cells(row) or [] for row in range(source.header, rows.last + 1))
    filled = (source.delimiter.join(cells) for cells in below if any(cell.strip() for cell in cells))
    compared = list(islice(filled, _COMPARED_ROWS))
    for other, name in DELIMITERS.items():
        marks = {row.count(other) for row in compared}
        if other != source.delimiter and len(compared) > 1 and len(marks) == 1 and marks != {0}:
            declared = DELIMITERS.get(source.delimiter, source.delimiter)
            raise SourceError("read.delimiter", file=file, declared=declared, likely=name)
