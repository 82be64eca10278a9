"""An ODS workbook: the cells of one sheet as text, by the rule of ``celltext``.

A cell brings its value along with the text that is shown. Rows and cells that are written once and meant many
times are counted out, as far as they hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from agored.errors import SourceError
from agored.read.archive import Parcel
from agored.read.blocks import MAX_CELL, MAX_COLUMNS, Area, Contents
from agored.read.builder import Builder
from agored.read.celltext import clock, duration_text, number_text
from agored.read.decode import kind_of
from agored.read.hidden.markup import Attributes, Stop, walk
from agored.read.hidden.unreadable import Unreadable
from agored.read.sheets import chosen_sheet
from agored.read.xlsx_cells import ERROR_CELLS, UNCALCULATED

_SPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
_CONTENT, _MANIFEST, _KIND = "content.xml", "META-INF/manifest.xml", "mimetype"
_CELLS = ("table:table-cell", "table:covered-table-cell")
_MOST_MERGED = 200_000
_MOST_SHEETS = 10_000

_NUMBERS = ("float", "percentage", "currency")
_ERROR = re.compile(r"#(N/A|DIV/0!|REF!|NAME\?|VALUE!|NUM!|NULL!)|Err:[0-9]{3}")
_SPAN = re.compile(r"(-?)PT(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:[.,]([0-9]+))?S)?")
_MOMENT = re.compile(r"([0-9]{4,}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.,]([0-9]+))?Z?)?")
# Blanks, tabs and line ends that are meant; those between tags are only there to make the file pretty.
_MEANT = {"text:s": "\x00", "text:tab": "\x01", "text:line-break": "\x02"}
_AS_MEANT = str.maketrans({"\x00": " ", "\x01": "\t", "\x02": "\n"})
_PRETTY = re.compile(r"[ \t\r\n]+")


def read_ods(data: bytes, file: str, sheet: str | None) -> Contents:
    """The contents of one sheet. Raises SourceError where the data is no workbook, is damaged or locked, where the
    sheet cannot be chosen, and where it holds more than can be meant."""
    return OdsWorkbook(data, file).contents(sheet)


class OdsWorkbook:
    """A workbook whose sheets stand one after another in one part. ``file`` is what messages call it."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        if not data.startswith(b"PK"):
            kind = kind_of(data)
            raise SourceError(
                "read.empty" if not data else "read.other-kind", file=file, format="ODS", kind=kind
            )
        self._parcel = Parcel(data, file)
        if _CONTENT not in self._parcel:
            raise SourceError("read.other-kind", file=file, format="ODS", kind="ZIP")
        if self._is_locked():
            raise SourceError("read.password", file=file)

    def _is_locked(self) -> bool:
        locked = False

        def start(name: str, _: Attributes) -> None:
            nonlocal locked
            if name == "encryption-data":
                locked = True
                raise Stop

        if _MANIFEST in self._parcel:
            self._walk(lambda: walk(self._parcel.pieces(_MANIFEST), start))
        return locked

    def _walk(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Unreadable as error:
            raise SourceError("read.damaged-workbook", file=self.file) from error

    def sheets(self) -> dict[str, bool]:
        """The sheets in order, and whether each holds anything."""
        found: dict[str, bool] = {}
        outline = _Outline(found)
        self._walk(
            lambda: walk(self._parcel.pieces(_CONTENT), outline.start, outline.end, outline.text, _short)
        )
        return found

    def hidden(self) -> frozenset[str]:
        """The sheets that people who open the workbook do not see."""
        styles: set[str] = set()
        hidden: set[str] = set()
        style = ""

        def start(name: str, attributes: Attributes) -> None:
            nonlocal style
            if name == ":style":
                style = attributes.get(":name", "")
            elif name == ":table-properties" and attributes.get("table:display") == "false":
                styles.add(style)
            elif name == "table:table" and attributes.get("table:style-name") in styles:
                hidden.add(attributes.get("table:name", ""))

        self._walk(lambda: walk(self._parcel.pieces(_CONTENT), start, names=_short))
        return frozenset(hidden)

    def contents(self, declared: str | None) -> Contents:
        """All rows of a sheet: the declared one, else the only one that holds anything. Raises SourceError."""
        reader: _SheetReader
        if declared is None:
            sheets = self.sheets()
            declared = chosen_sheet(list(sheets), None, self.file, sheets.__getitem__)
        reader = _SheetReader(declared, self.file)
        self._walk(lambda: walk(self._parcel.pieces(_CONTENT), reader.start, reader.end, reader.text, _short))
        name = chosen_sheet(reader.sheets, declared, self.file, lambda _: True)
        return Contents(reader.builder.blocks(), merged=tuple(reader.merged), sheet=name)


def _short(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return f"{_SPACES.get(space, '')}:{local}"


class _Outline:
    """Which sheets there are, and which hold a cell with something in it."""

    def __init__(self, sheets: dict[str, bool]) -> None:
        self._sheets = sheets
        self._depth = 0
        self._current = ""
        self._in_cell = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._current = attributes.get("table:name", "")
                if self._current in self._sheets or len(self._sheets) == _MOST_SHEETS:
                    raise Unreadable
                self._sheets[self._current] = False
        elif name in _CELLS:
            self._in_cell = True
            if attributes.get("office:value-type", "string") != "string" and self._depth:
                self._sheets[self._current] = True

    def text(self, text: str) -> None:
        if self._in_cell and self._depth and text.strip():
            self._sheets[self._current] = True

    def end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1
        elif name in _CELLS:
            self._in_cell = False


class _SheetReader:
    """One sheet, row by row; of the others only the names are kept."""

    def __init__(self, wanted: str, file: str) -> None:
        self.sheets: list[str] = []
        self.merged: list[Area] = []
        self.builder = Builder(file)
        self._file = file
        self._wanted = wanted
        self._depth = 0
        self._is_here = False
        self._row = 0
        self._row_times = 1
        self._cells: list[str] = []
        self._marks: list[tuple[str, int]] = []
        self._empty = 0
        self._cell: Attributes | None = None
        self._covered = False
        self._paragraphs: list[list[str]] = []
        self._length = 0
        self._passed_over = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "table:table":
            self._start_table(attributes.get("table:name", ""))
        elif not self._is_here or self._depth != 1:
            return
        elif self._cell is not None:
            self._start_inside(name, attributes)
        elif name == "table:table-row":
            self._row_times = _times(attributes.get("table:number-rows-repeated"))
            self._cells, self._marks, self._empty = [], [], 0
        elif name in _CELLS:
            self._cell = attributes
            self._covered = name != _CELLS[0]
            self._paragraphs = []
            self._length = 0
            self._passed_over = 0

    def _start_table(self, name: str) -> None:
        self._depth += 1
        if self._depth == 1:
            if name in self.sheets or len(self.sheets) == _MOST_SHEETS:
                raise Unreadable
            self.sheets.append(name)
            self._is_here = name == self._wanted

    def _start_inside(self, name: str, attributes: Attributes) -> None:
        """Within a cell: paragraphs and what stands in them, but no comment, drawing or table."""
        if self._passed_over or not name.startswith("text:"):
            self._passed_over += 1
        elif name == "text:p":
            self._paragraphs.append([])
        elif name in _MEANT:
            self._hold(_MEANT[name] * min(_times(attributes.get("text:c")), MAX_CELL + 1))

    def text(self, text: str) -> None:
        if self._cell is not None and not self._passed_over:
            self._hold(text)

    def _hold(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(text)
            self._length += len(text)
            if self._length > MAX_CELL:
                raise SourceError("read.cell-too-large", file=self._file, row=str(self._row + 1))

    def end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1
            if self._is_here and not self._depth:
                raise Stop
        elif not self._is_here or self._depth != 1:
            return
        elif self._cell is not None and name not in _CELLS:
            if self._passed_over:
                self._passed_over -= 1
        elif name in _CELLS:
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()

    def _end_cell(self) -> None:
        assert self._cell is not None
        cell, self._cell = self._cell, None
        column = len(self._cells) + self._empty + 1
        times = _times(cell.get("table:number-columns-repeated"))
        self._add_merged(cell, column)
        text, mark = ("", None) if self._covered else self._value(cell)
        if not text and mark is None:
            self._empty += times
            return
        if column + times - 1 > MAX_COLUMNS:
            row = str(self._row + 1)
            raise SourceError("read.too-wide", file=self._file, row=row, limit=str(MAX_COLUMNS))
        if mark is not None:
            self._marks += [(mark, number) for number in range(column, column + times)]
        self._cells += [""] * self._empty + [text] * times
        self._empty = 0

    def _end_row(self) -> None:
        if self._cells:
            self.builder.add_again(self._row + 1, self._row_times, self._cells, self._marks)
        self._row += self._row_times

    def _add_merged(self, cell: Attributes, column: int) -> None:
        wide = _times(cell.get("table:number-columns-spanned"))
        high = _times(cell.get("table:number-rows-spanned"))
        if (wide > 1 or high > 1) and len(self.merged) < _MOST_MERGED:
            row = self._row + 1
            self.merged.append(Area(row, column, row + high - 1, column + wide - 1))

    def _value(self, cell: Attributes) -> tuple[str, str | None]:
        """A cell's text, and the code of what is odd about it."""
        shown = "\n".join(map(_paragraph, self._paragraphs))
        kind = cell.get("office:value-type")
        formula = "table:formula" in cell
        if cell.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(shown)):
            return shown, ERROR_CELLS
        if kind in _NUMBERS:
            written = cell.get("office:value", "")
            return number_text(written) or written, None
        if kind == "date":
            return _moment(cell.get("office:date-value", ""), shown), None
        if kind == "time":
            return _span(cell.get("office:time-value", "")), None
        if kind == "boolean":
            return cell.get("office:boolean-value", ""), None
        text = cell.get("office:string-value", shown) if kind == "string" else shown
        return text, UNCALCULATED if formula and kind is None and not text else None


def _times(text: str | None) -> int:
    """How often something is meant that is written once."""
    if text is None:
        return 1
    if not re.fullmatch("[0-9]{1,9}", text) or text.strip("0") == "":
        raise Unreadable
    return int(text)


def _paragraph(pieces: list[str]) -> str:
    return _PRETTY.sub(" ", "".join(pieces)).strip(" ").translate(_AS_MEANT)


def _moment(written: str, shown: str) -> str:
    """A date, with its time of day where it has one or shows one."""
    match = _MOMENT.fullmatch(written)
    if match is None or match[2] is None:
        return written
    fraction = (match[3] or "")[:3].rstrip("0")
    if match[2] == "00:00:00" and not fraction and ":" not in shown:
        return match[1]
    return f"{match[1]}T{match[2]}" + (f".{fraction}" if fraction else "")


def _span(written: str) -> str:
    """A time of day, or a length of time, from its form in ISO 8601."""
    match = _SPAN.fullmatch(written)
    if match is None:
        return written
    hours, minutes, seconds = (int(part or 0) for part in match.group(2, 3, 4))
    thousandths = int((match[5] or "")[:3].ljust(3, "0"))
    milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + thousandths
    return duration_text(-milliseconds) if match[1] else clock(milliseconds)
