"""The main stream of an XLS workbook (BIFF8): its sheets with their rows, columns and cells, names, links and notes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agored.read.hidden.drawings import is_hidden_shape, picture_count
from agored.read.hidden.formats import TINIEST_HEIGHT, TINIEST_WIDTH
from agored.read.hidden.people import could_name_a_person
from agored.read.hidden.records import CONTINUE, long_text, records, text_at
from agored.read.hidden.sheets import Area, Merged, Sheet, SheetFacts, keep_place
from agored.read.hidden.unreadable import Unreadable
from agored.read.hidden.xls_styles import FONT, FORMAT, PALETTE, XF, XlsStyles
from agored.read.hidden.xls_texts import SharedText, shared_texts

_BOF, _EOF, _FILEPASS = 0x809, 0x0A, 0x2F
_BIFF8 = 0x0600
_SHARED_TEXT = 0xFD
_STATES = ("visible", "hidden", "veryHidden")
_KINDS = {0: "worksheet", 1: "xlMacrosheet", 2: "chartsheet", 6: "module"}
_TWIPS = 20
_MOST_SHEETS = 10_000
_LARGEST = 200_000_000
_MOST_MERGES = 200_000

_SELF, _ADD_IN = 0x0401, 0x3A01
_CONTROLS = frozenset({0x07, 0x0B, 0x0C, 0x0D, 0x10, 0x11, 0x12, 0x13})
"""Kinds of objects that people press or choose from; the arrows of filters are none of them."""

_SELDOM_SHOWN = _CONTROLS | {0x14, 0x19}
"""With the arrows of filters and the boxes of comments, which are hidden until somebody points at them."""
_SOURCE = 0x1051


@dataclass
class _Chart:
    """How many values a chart keeps, and the places that it is drawn from, where they are places."""

    values: int = 0
    places: list[int | None] = field(default_factory=list)


@dataclass
class XlsFacts:
    """What the main stream holds."""

    sheets: list[Sheet] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    pivot_sheets: list[str] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    saved_by: str = ""
    reserved_by: str = ""
    names: list[str] = field(default_factory=list)
    links: int = 0
    linked_cells: int = 0
    connections: int = 0
    controls: int = 0
    pictures: int = 0
    located_pictures: int = 0
    hidden_shapes: int = 0
    chart_values: int = 0
    unused_texts: int = 0


@dataclass(frozen=True)
class _Name:
    """A defined name: its flags, its own name, and the formula that it stands for."""

    hidden: bool
    ordinary: bool
    formula: bytes


@dataclass
class _Frame:
    """What is known of a sheet before its cells are looked at."""

    sheet: Sheet
    columns: dict[int, bool] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    filtered: bool = False


def read_main_stream(stream: bytes) -> XlsFacts:
    """What the main stream tells. Raises Unreadable where it is locked, of an older kind, too large, or has
    no sheets."""
    if len(stream) > _LARGEST:
        raise Unreadable
    reader = _Reader()
    try:
        reader.outline(stream)
        reader.look_at_cells(stream)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Unreadable from error
    return reader.finished()


class _Reader:
    """Goes through the stream twice: for what frames the cells, then for the cells themselves."""

    def __init__(self) -> None:
        self.facts = XlsFacts()
        self._styles = XlsStyles()
        self._frames: dict[int, _Frame] = {}
        self._frame: _Frame | None = None
        self._names: list[_Name] = []
        self._books: list[bool] = []
        self._places: list[tuple[int, int]] = []
        self._pictures = bytearray()
        self._shape_hidden = False
        self._charts: list[_Chart] = []
        self._text_pieces: list[bytes] = []
        self._texts: list[SharedText] = []
        self._used_texts: set[int] = set()

    # First: what frames the cells

    def outline(self, stream: bytes) -> None:
        """The sheets, styles, names, links, columns and merged cells."""
        takers: Mapping[int, Callable[[bytes], object]] = {
            0x85: self._take_sheet,
            0x18: self._take_name,
            0x17: self._take_places,
            0x1AE: self._take_book,
            0x5A: self._take_linked_cells,
            0x5C: self._take_saved_by,
            0x5B: self._take_reserved_by,
            0x7D: self._take_columns,
            0xE5: self._take_merges,
            0x9B: self._take_filter,
            0x1C: self._take_note,
            0x5D: self._take_object,
            0xEC: self._take_drawing,
            0xB0: self._take_pivot,
            0xAF: self._take_scenario,
            0x1B1: self._take_condition,
            0x1AD: self._take_connection,
            0x876: self._take_connection,
        }
        depth, before = 0, 0
        for place, number, data in records(stream):
            if number == _BOF:
                depth += 1
                self._enter(place, data, depth)
            elif number == _EOF:
                depth -= 1
            elif number == _FILEPASS:
                raise Unreadable
            elif depth > 1 or self._is_chart_sheet:
                self._take_chart_record(number, data)
            elif number in (FONT, FORMAT, XF, PALETTE):
                self._styles.add(number, data)
            elif number == 0xEB or (number == CONTINUE and before == 0xEB):
                self._pictures += data
            elif number == 0xFC or (number == CONTINUE and before == 0xFC):
                self._text_pieces.append(data)
            elif number in takers:
                takers[number](data)
            before = number if number != CONTINUE else before
        if not self.facts.sheets:
            raise Unreadable

    def _enter(self, place: int, data: bytes, depth: int) -> None:
        version = struct.unpack_from("<H", data, 0)[0]
        if version != _BIFF8:
            raise Unreadable
        if depth == 1:
            self._frame = self._frames.get(place)
        if depth > 1 or self._is_chart_sheet:
            self._charts.append(_Chart())

    @property
    def _is_chart_sheet(self) -> bool:
        return self._frame is not None and self._frame.sheet.kind == "chartsheet"

    def _take_chart_record(self, number: int, data: bytes) -> None:
        """A record of a chart: where it is drawn from, or a value that it keeps a copy of."""
        chart = self._charts[-1]
        if number == _SOURCE and data[1:2] == b"\x02":
            chart.places.append(_first_token(data[8:])[1])
        elif number in (0x203, 0x204):
            chart.values += 1

    def _take_sheet(self, data: bytes) -> None:
        if len(self.facts.sheets) == _MOST_SHEETS:
            raise Unreadable
        place, state, kind, length = struct.unpack_from("<IBBB", data, 0)
        kind_name = _KINDS.get(kind, "")
        facts = SheetFacts() if kind in (0, 1) else None
        sheet = Sheet(text_at(data, 7, length), _STATES[min(state & 3, 2)], kind=kind_name, facts=facts)
        self.facts.sheets.append(sheet)
        self._frames[place] = _Frame(sheet)

    def _take_columns(self, data: bytes) -> None:
        first, last, width, _, flags = struct.unpack_from("<HHHHH", data, 0)
        if self._frame is not None and (flags & 1 or width / 256 <= TINIEST_WIDTH):
            for column in range(first, min(last, 255) + 1):
                self._frame.columns[column + 1] = bool(flags >> 8 & 7)

    def _take_merges(self, data: bytes) -> None:
        (count,) = struct.unpack_from("<H", data, 0)
        if self._frame is None or len(self._frame.merges) + count > _MOST_MERGES:
            raise Unreadable
        for number in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * number)
            self._frame.merges.append((top + 1, left + 1, bottom + 1, right + 1))

    def _take_filter(self, data: bytes) -> None:
        if self._frame is not None:
            self._frame.filtered = True

    def _take_note(self, data: bytes) -> None:
        if self._frame is None:
            return
        name = self._frame.sheet.name
        self.facts.notes[name] = self.facts.notes.get(name, 0) + 1
        author = long_text(data, 8).strip()
        if could_name_a_person(author):
            self.facts.people.add(author)

    def _take_drawing(self, data: bytes) -> None:
        self._shape_hidden = is_hidden_shape(data)

    def _take_object(self, data: bytes) -> None:
        """An object on a sheet, of which the drawing just before says how it looks."""
        kind = struct.unpack_from("<H", data, 4)[0] if data[:2] == b"\x15\x00" and len(data) >= 6 else None
        self.facts.controls += kind in _CONTROLS
        self.facts.hidden_shapes += self._shape_hidden and kind not in _SELDOM_SHOWN
        self._shape_hidden = False
        if self._frame is not None:
            self._frame.sheet.has_more = True

    def _take_pivot(self, data: bytes) -> None:
        if self._frame is not None:
            self.facts.pivot_sheets.append(self._frame.sheet.name)

    def _take_scenario(self, data: bytes) -> None:
        if self._frame is not None and self._frame.sheet.facts is not None:
            self._frame.sheet.facts.scenarios += 1

    def _take_condition(self, data: bytes) -> None:
        if self._frame is not None and self._frame.sheet.facts is not None:
            self._frame.sheet.facts.hiding_conditions += self._styles.condition_hides(data)

    def _take_connection(self, data: bytes) -> None:
        self.facts.connections += 1

    def _take_saved_by(self, data: bytes) -> None:
        self.facts.saved_by = long_text(data, 0).strip()

    def _take_reserved_by(self, data: bytes) -> None:
        self.facts.reserved_by = long_text(data, 4).strip() if len(data) > 6 else ""

    def _take_book(self, data: bytes) -> None:
        """A workbook that formulas refer to: this one itself, an add-in, or another."""
        (length,) = struct.unpack_from("<2xH", data, 0)
        own = length in (_SELF, _ADD_IN) or (length == 1 and text_at(data, 4, 1) in (" ", "\x00", "\x02"))
        self._books.append(not own)
        self.facts.links += not own

    def _take_linked_cells(self, data: bytes) -> None:
        last, first = struct.unpack_from("<BB", data, 0)
        self.facts.linked_cells += max(last - first, 0) + 1

    def _take_places(self, data: bytes) -> None:
        (count,) = struct.unpack_from("<H", data, 0)
        for number in range(min(count, (len(data) - 2) // 6)):
            book, first = struct.unpack_from("<Hh", data, 2 + 6 * number)
            self._places.append((book, first))

    def _take_name(self, data: bytes) -> None:
        flags, length, size = struct.unpack_from("<HxBH", data, 0)
        name = text_at(data, 14, length)
        wide = 2 if len(data) > 14 and data[14] & 1 else 1
        start = 15 + length * wide
        built_in, runs_something = flags & 0x20, flags & 0x0E
        ordinary = bool(built_in or runs_something) or name.startswith(("_xlfn", "_xlnm", "solver_"))
        self._names.append(_Name(bool(flags & 1), ordinary, data[start : start + size]))

    # Then: the cells

    def look_at_cells(self, stream: bytes) -> None:
        """Every cell that has content: whether it can be seen."""
        self._texts = list(shared_texts(self._text_pieces)) if self._text_pieces else []
        reader: _CellReader | None = None
        depth = 0
        for place, number, data in records(stream):
            if number == _BOF:
                depth += 1
                if depth == 1 and place in self._frames:
                    reader = _CellReader(self._frames[place], self._styles, self._texts)
            elif number == _EOF:
                depth -= 1
                if depth == 0 and reader is not None:
                    reader.finish()
                    self._used_texts |= reader.used_texts
                    reader = None
            elif depth == 1 and reader is not None:
                reader.take(number, data)

    # Last: what could be told only with everything at hand

    def finished(self) -> XlsFacts:
        """All facts; those on names need the list of sheets, which stands below the names."""
        self.facts.names = [code for name in self._names if (code := self._name_code(name)) is not None]
        self.facts.pictures = picture_count(bytes(self._pictures))
        used = {text.known_by for number, text in enumerate(self._texts) if number in self._used_texts}
        self.facts.unused_texts = len({text.known_by for text in self._texts} - used - {None})
        for chart in self._charts:
            if any(place is not None and self._is_out_of_sight(place) for place in chart.places):
                self.facts.chart_values += chart.values
        self.facts.located_pictures = int(b"Exif\x00\x00" in self._pictures)
        return self.facts

    def _is_out_of_sight(self, place: int) -> bool:
        """Whether a place is on a hidden sheet or in another workbook."""
        book, sheet = self._places[place] if place < len(self._places) else (-1, -1)
        outside = 0 <= book < len(self._books) and self._books[book]
        return outside or (0 <= sheet < len(self.facts.sheets) and not self.facts.sheets[sheet].is_visible)

    def _name_code(self, name: _Name) -> str | None:
        """``outside``, ``value``, ``hidden``, the number of the sheet that the name leads to, or None."""
        first, place = _first_token(name.formula)
        book, sheet = self._places[place] if place is not None and place < len(self._places) else (-1, -1)
        if 0 <= book < len(self._books) and self._books[book]:
            return "outside"
        if name.ordinary or first is None:
            return None
        if name.hidden:
            return "hidden"
        if first in (0x17, 0x20, 0x40, 0x60):
            return "value"
        return str(sheet) if 0 <= sheet < len(self.facts.sheets) else None


_PLACES_3D = frozenset({0x3A, 0x5A, 0x7A, 0x3B, 0x5B, 0x7B, 0x39, 0x59, 0x79})
_BROKEN = frozenset({0x2A, 0x4A, 0x6A, 0x2B, 0x4B, 0x6B, 0x3C, 0x5C, 0x7C, 0x3D, 0x5D, 0x7D, 0x1C})


def _first_token(formula: bytes) -> tuple[int | None, int | None]:
    """The first sign of a formula, and the number of the place that it leads to, if any; no sign where the
    place was deleted."""
    place = 0
    if formula and formula[0] in (0x29, 0x49, 0x69):
        place = 3
    elif formula and formula[0] in (0x26, 0x46, 0x66):
        place = 7
    if place >= len(formula) or formula[place] in _BROKEN:
        return None, None
    token = formula[place]
    if token in _PLACES_3D and place + 3 <= len(formula):
        return token, struct.unpack_from("<H", formula, place + 1)[0]
    return token, None


class _CellReader:
    """Reads the cells of one sheet."""

    _ONE_CELL: Mapping[int, str] = {
        0x204: "text",
        0xD6: "text",
        0x205: "other",
        0x203: "number",
        0x27E: "short number",
        0x06: "formula",
    }

    def __init__(self, frame: _Frame, styles: XlsStyles, texts: Sequence[SharedText]) -> None:
        self._frame = frame
        self._texts = texts
        self.used_texts: set[int] = set()
        self._styles = styles
        self._facts = frame.sheet.facts or SheetFacts()
        self._merged = Merged(frame.merges)
        self._row = 0
        self._hidden_rows: dict[int, bool] = {}
        self._filled_rows: set[int] = set()
        self._filled_columns: set[int] = set()

    def take(self, number: int, data: bytes) -> None:
        """A record of the sheet."""
        if number == 0x208:
            row, height, flags = struct.unpack_from("<H4xH4xH", data, 0)
            if flags & 0x20 or (height & 0x7FFF) / _TWIPS <= TINIEST_HEIGHT:
                self._hidden_rows[row + 1] = bool(flags & 7)
        elif number == _SHARED_TEXT:
            row, column, style, text = struct.unpack_from("<HHHI", data, 0)
            self._shared_text(row + 1, column + 1, style, text)
        elif number in self._ONE_CELL:
            row, column, style = struct.unpack_from("<HHH", data, 0)
            self._cell(row + 1, column + 1, style, _sign(self._ONE_CELL[number], data))
        elif number == 0xBD:
            row, column = struct.unpack_from("<HH", data, 0)
            for place in range((len(data) - 6) // 6):
                style, short = struct.unpack_from("<HI", data, 4 + 6 * place)
                self._cell(row + 1, column + 1 + place, style, _short_sign(short))

    def _shared_text(self, row: int, column: int, style: int, number: int) -> None:
        self.used_texts.add(number)
        text = self._texts[number] if number < len(self._texts) else SharedText(0, ())
        if text.known_by is not None:
            self._cell(row, column, style, "text", text.fonts)

    def _cell(self, row: int, column: int, style: int, sign: str, fonts: Sequence[int] = ()) -> None:
        self._facts.cells += 1
        if row in self._hidden_rows:
            self._filled_rows.add(row)
        if column in self._frame.columns:
            self._filled_columns.add(column)
        look = self._styles.style(style)
        inks = (self._styles.ink(font) for font in fonts)
        if look.is_unseen or sign in look.unshown or any(look.hides(ink) for ink in inks):
            self._facts.unseen += 1
            keep_place(self._facts.unseen_at, (row, column))
        if row > self._row:
            self._row = row
            self._merged.move_to(row)
        if self._merged.covers(row, column):
            self._facts.covered += 1
            keep_place(self._facts.covered_at, (row, column))

    def finish(self) -> None:
        """Sort what was hidden into filtered, grouped and other rows and columns."""
        facts = self._facts
        for row in sorted(self._filled_rows):
            if self._frame.filtered:
                facts.filtered_rows.add(row)
            elif self._hidden_rows[row]:
                facts.grouped_rows.add(row)
            else:
                facts.hidden_rows.add(row)
        for column in sorted(self._filled_columns):
            (facts.grouped_columns if self._frame.columns[column] else facts.hidden_columns).add(column)


def _sign(kind: str, data: bytes) -> str:
    if kind == "number":
        return _number_sign(struct.unpack_from("<d", data, 6)[0])
    if kind == "short number":
        return _short_sign(struct.unpack_from("<I", data, 6)[0])
    if kind == "formula":
        if data[12:14] == b"\xff\xff":
            return "text" if data[6] == 0 else "other"
        return _number_sign(struct.unpack_from("<d", data, 6)[0])
    return kind


def _short_sign(short: int) -> str:
    if short & 2:
        return _number_sign(struct.unpack("<i", struct.pack("<I", short))[0] >> 2)
    return _number_sign(struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", short & 0xFFFFFFFC))[0])


def _number_sign(number: float) -> str:
    return "positive" if number > 0 else "negative" if number < 0 else "other"
