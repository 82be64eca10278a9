"""An XLSX or XLSM workbook: the cells of one sheet as text, by the rule of ``celltext``.

The XML is read as it streams out of the archive, with no declaration obeyed; rows in the plain form that programs
write are taken apart by ``xlsx_swift``. Macros, links and queries are never looked at here, let alone run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from agored.errors import SourceError
from agored.read.archive import Parcel
from agored.read.blocks import MAX_CELL, MAX_COLUMNS, MAX_ROW, Allowance, Area, Block, Contents, column_number
from agored.read.celltext import shape_of
from agored.read.decode import kind_of
from agored.read.hidden.markup import Attributes, Stop, walk
from agored.read.hidden.unreadable import Unreadable
from agored.read.hidden.xlsx_relations import ROOT, Relations
from agored.read.sheets import chosen_sheet
from agored.read.xlsx_cells import KINDS, NUMBER, Book, Cells, unescaped
from agored.read.xlsx_swift import plain_cells, without_plain_stretches

_MOST_STYLES = 100_000
_MOST_MERGED = 200_000
_CELLS_HELD = 100_000
_LONG_GAP = 1_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")

_KNOWN_SPACES = (
    "",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_AREA = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook, whether people see it, and the part of the archive that holds its cells."""

    name: str
    is_hidden: bool
    part: str


def read_xlsx(data: bytes, file: str, sheet: str | None) -> Contents:
    """The contents of one sheet. Raises SourceError where the data is no workbook, is damaged or locked, where the
    sheet cannot be chosen, and where it holds more than can be meant."""
    workbook = Workbook(data, file)
    name = chosen_sheet(list(workbook.sheets), sheet, file, workbook.holds_anything)
    return workbook.contents(name)


class Workbook:
    """A workbook's sheets by name, in its order. ``file`` is what messages call it."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        if data.startswith(_OLE) and _LOCKED in data:
            raise SourceError("read.password", file=file)
        if not data.startswith(b"PK"):
            kind = kind_of(data)
            raise SourceError(
                "read.empty" if not data else "read.other-kind", file=file, format="XLSX", kind=kind
            )
        self._parcel = Parcel(data, file)
        self.sheets: dict[str, Sheet] = {}
        self._from_1904 = False
        try:
            self._relations = Relations(self._parcel.archive)
            main = next((each.target for each in self._relations.of(ROOT, "officeDocument")), "")
            if main not in self._parcel:
                raise SourceError("read.other-kind", file=file, format="XLSX", kind="ZIP")
            self._main = main
            self._read_workbook()
        except Unreadable as error:
            raise self._damaged() from error

    def _damaged(self) -> SourceError:
        return SourceError("read.damaged-workbook", file=self.file)

    def _read_workbook(self) -> None:
        parts = {
            each.id: each.target
            for each in self._relations.of(self._main, "worksheet")
            if not each.outside and each.target in self._parcel
        }

        def start(name: str, attributes: Attributes) -> None:
            if name == "workbookPr":
                self._from_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet" and attributes.get("id") in parts:
                title = attributes.get("name", "")
                if title in self.sheets:
                    raise Unreadable
                hidden = attributes.get("state", "visible") != "visible"
                self.sheets[title] = Sheet(title, hidden, parts[attributes["id"]])

        walk(self._parcel.pieces(self._main), start, names=_short)

    def holds_anything(self, name: str) -> bool:
        """Whether any cell of a sheet holds a value."""
        filled = False
        in_value = False

        def start(name: str, _: Attributes) -> None:
            nonlocal in_value
            in_value = name in ("v", "t", "f")

        def text(found: str) -> None:
            nonlocal filled
            if in_value and found.strip():
                filled = True
                raise Stop

        def end(_: str) -> None:
            nonlocal in_value
            in_value = False

        try:
            walk(self._parcel.pieces(self.sheets[name].part), start, end, text, _short)
        except Unreadable as error:
            raise self._damaged() from error
        return filled

    def contents(self, name: str) -> Contents:
        """All rows of a sheet. Raises SourceError."""
        try:
            reader = _SheetReader(self._book, self.file)
            reader.read(self._parcel, self.sheets[name].part)
            return Contents(tuple(reader.blocks), merged=tuple(reader.merged), sheet=name)
        except (Unreadable, pa.ArrowInvalid, IndexError) as error:
            raise self._damaged() from error

    @cached_property
    def _book(self) -> Book:
        return Book(self.file, self._texts(), self._shapes(), self._from_1904)

    def _part(self, kind: str) -> str | None:
        """The part that all sheets share for a purpose, where there is one."""
        targets = [each.target for each in self._relations.of(self._main, kind) if not each.outside]
        return next((target for target in targets if target in self._parcel), None)

    def _texts(self) -> pa.StringArray:
        part = self._part("sharedStrings")
        if part is None:
            return pa.array([], pa.string())
        reader = _TextsReader()
        pieces = without_plain_stretches(
            self._parcel.pieces(part),
            re.compile(rb"<sst\b[^<>]*[^/<>]>"),
            b"</si>",
            reader.is_open,
            reader.take,
        )
        walk(pieces, reader.start, reader.end, reader.text, _short)
        return pa.array(reader.texts, pa.string())

    def _shapes(self) -> list[str | None]:
        """What each style makes of a number."""
        part = self._part("styles")
        codes: dict[int, str] = {}
        formats: list[int] = []
        inside = False

        def start(name: str, attributes: Attributes) -> None:
            nonlocal inside
            if name == "numFmt":
                codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                inside = True
            elif name == "xf" and inside:
                formats.append(_whole(attributes.get("numFmtId")))
            if len(codes) > _MOST_STYLES or len(formats) > _MOST_STYLES:
                raise Unreadable

        def end(name: str) -> None:
            nonlocal inside
            inside = inside and name != "cellXfs"

        if part is not None:
            walk(self._parcel.pieces(part), start, end, names=_short)
        return [shape_of(number, codes.get(number)) for number in formats]


def _short(name: str) -> str:
    """A name without its namespace, unless that is a foreign one: drawings have rows and cells of their own."""
    space, _, local = name.rpartition(" ")
    return local if space in _KNOWN_SPACES else f":{local}"


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,9}", text) else 0


class _TextsReader:
    """The shared texts: rich text is its plain text, and how words are read aloud is left out."""

    _FORMS = ("<si><t>", '<si><t xml:space="preserve">')
    _PLAIN = re.compile(r'<si><t(?: xml:space="preserve")?>([^<&\x00-\x08\x0b-\x1f]*+)</t></si>')

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._path: list[str] = []
        self._held: list[str] = []
        self._length = 0
        self._aloud = 0

    def is_open(self) -> bool:
        return self._path == ["sst"]

    def take(self, stretch: bytes) -> bool:
        try:
            text = stretch.decode()
        except UnicodeDecodeError as error:
            raise Unreadable from error
        texts = self._PLAIN.findall(text)
        tags = sum(text.count(form) * (len(form) + len("</t></si>")) for form in self._FORMS)
        if tags + sum(map(len, texts)) != len(text):
            return False
        self.texts += map(unescaped, texts) if "_x" in text else texts
        return True

    def start(self, name: str, _: Attributes) -> None:
        self._path.append(name)
        self._aloud += name == "rPh"

    def text(self, text: str) -> None:
        if self._path[-1] == "t" and not self._aloud:
            self._held.append(text)
            self._length += len(text)
            if self._length > MAX_CELL:
                raise Unreadable

    def end(self, name: str) -> None:
        self._path.pop()
        self._aloud -= name == "rPh"
        if name == "si":
            self.texts.append(unescaped("".join(self._held)))
            self._held = []
            self._length = 0


class _SheetReader:
    """One sheet, row by row: ``blocks`` follow one another without a gap from row 1 on, and end with the last
    row that holds anything."""

    def __init__(self, book: Book, file: str) -> None:
        self.blocks: list[Block] = []
        self.merged: list[Area] = []
        self._book = book
        self._file = file
        self._allowance = Allowance(file)
        self._path: list[str] = []
        self._row = 0
        self._first = 1
        self._done = 0
        self._column = 0
        self._cells: list[tuple[int, int, int, int, bool, str]] = []
        self._cell: dict[str, str] = {}
        self._formula = self._valued = False
        self._held: list[str] = []
        self._length = 0
        self._aloud = 0

    def read(self, parcel: Parcel, part: str) -> None:
        """Read the part of a sheet. Raises SourceError, Unreadable, ArrowInvalid or IndexError."""
        pieces = without_plain_stretches(
            parcel.pieces(part), re.compile(rb"<sheetData>"), b"</row>", self._is_open, self._take
        )
        walk(pieces, self._start, self._end, self._text, _short)
        self._flush()
        while self.blocks and self.blocks[-1].blank().all():
            self.blocks.pop()
        if self.blocks:
            last = self.blocks[-1]
            filled = np.flatnonzero(~last.blank())
            self.blocks[-1] = last.slice(0, int(filled[-1]) + 1)

    def _is_open(self) -> bool:
        return self._path == ["worksheet", "sheetData"]

    def _take(self, stretch: bytes) -> bool:
        """Rows in the plain form."""
        taken = plain_cells(stretch)
        if taken is None:
            return False
        self._flush()
        cells, first, last = taken
        if first <= self._done:
            raise Unreadable
        self._add(cells, first, last)
        self._row = last
        return True

    def _add(self, cells: Cells, first: int, last: int) -> None:
        """Rows from ``first`` to ``last``; a long gap between two of them is no block of cells."""
        if last > MAX_ROW:
            raise Unreadable
        gaps = np.flatnonzero(np.diff(cells.rows) > _LONG_GAP) + 1
        for chosen in np.split(np.arange(len(cells.rows)), gaps) if len(gaps) else [None]:
            part = cells if chosen is None else cells.chosen(chosen)
            if not len(part.rows):
                continue
            start, end = int(part.rows[0]), int(part.rows[-1])
            self._pass_over(start)
            self._allowance.keep_for(end - start + 1, int(part.columns.max()))
            self.blocks.append(self._allowance.spend(self._book.block(part, start, end)))
            self._done = end
        self._pass_over(last + 1)

    def _pass_over(self, row: int) -> None:
        """Blank rows, up to the one before ``row``."""
        if row > self._done + 1:
            self.blocks.append(Block(np.arange(self._done + 1, row, dtype=np.int64), ()))
            self._done = row - 1

    def _flush(self) -> None:
        """Make a block of the cells that the XML parser gave."""
        if self._row <= self._done:
            return
        rows, columns, kinds, styles, formulas, values = (
            zip(*self._cells, strict=True) if self._cells else ((),) * 6
        )
        cells = Cells(
            np.array(rows, np.int64),
            np.array(columns, np.int64),
            np.array(kinds, np.int64),
            np.array(styles, np.int64),
            np.array(formulas, np.bool_),
            pa.array(values, pa.string()),
        )
        self._cells = []
        self._add(cells, self._first, self._row)

    # What the XML parser tells

    def _start(self, name: str, attributes: Attributes) -> None:
        self._path.append(name)
        if name == "c":
            self._start_cell(attributes)
        elif name == "v":
            self._valued = True
            self._held = []
        elif name == "t":
            self._valued = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._aloud += 1
        elif name == "mergeCell":
            self._add_merged(attributes.get("ref", ""))

    def _text(self, text: str) -> None:
        inner = self._path[-1]
        if inner == "v" or (inner == "t" and not self._aloud):
            self._held.append(text)
            self._length += len(text)
            if self._length > MAX_CELL:
                raise SourceError("read.cell-too-large", file=self._file, row=str(self._row))

    def _end(self, name: str) -> None:
        self._path.pop()
        if name == "c":
            self._end_cell()
        elif name == "rPh":
            self._aloud -= 1
        elif name == "row" and len(self._cells) > _CELLS_HELD:
            self._flush()

    def _start_row(self, attributes: Attributes) -> None:
        row = _whole(attributes.get("r")) if "r" in attributes else self._row + 1
        if row <= self._row or row > MAX_ROW or self._path[:-1] != ["worksheet", "sheetData"]:
            raise Unreadable
        if self._row <= self._done:
            self._first = row
        self._row = row
        self._column = 0

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            column = self._column + 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None or int(match[2]) != self._row:
                raise Unreadable
            column = column_number(match[1])
        if column <= self._column:
            raise Unreadable
        self._column = column
        self._cell = dict(attributes)
        self._formula = self._valued = False
        self._held = []
        self._length = 0

    def _end_cell(self) -> None:
        if not (self._valued or self._formula):
            return
        kind = KINDS.get(self._cell.get("t", "n"), NUMBER)
        value = "".join(self._held)
        if self._column > MAX_COLUMNS and not value:
            return
        style = _whole(self._cell.get("s"))
        self._cells.append((self._row, self._column, kind, style, self._formula, value))

    def _add_merged(self, reference: str) -> None:
        match = _AREA.fullmatch(reference)
        if match is not None and len(self.merged) < _MOST_MERGED:
            self.merged.append(
                Area(int(match[2]), column_number(match[1]), int(match[4]), column_number(match[3]))
            )
