"""The content part of an ODS workbook: its sheets with their rows, columns and cells, and what stands beside them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from agored.read.hidden.markup import Attributes, decimal, walk, whole
from agored.read.hidden.ods_styles import OdsStyles, cached
from agored.read.hidden.people import could_name_a_person
from agored.read.hidden.sheets import MAX_COLUMN, MAX_ROW, Sheet, SheetFacts, keep_place
from agored.read.hidden.unreadable import Unreadable

_MOST_SHEETS = 10_000
_MOST_STRETCHES = 20_000_000
"""Stretches of cells that are judged by their columns' styles in one sheet; a sheet of a million rows has as many
as it has columns of other styles beside cells that are all alike."""
_MOST_NAMES = 100_000
_LONGEST = 4_000

_PREFIX = re.compile(r":xmlns:([\w-]+):[\d.]+$")
_PREFIXES = {
    "http://www.w3.org/1999/xlink": "xlink",
    "http://purl.org/dc/elements/1.1/": "dc",
    "xsl-fo-compatible": "fo",
    "datastyle": "number",
    "drawing": "draw",
}


def ods_name(full: str) -> str:
    """An element's or attribute's name with its usual prefix: ``table:table-row``."""
    address, _, name = full.rpartition(" ")
    match = _PREFIX.search(address)
    prefix = match[1] if match else address
    return f"{_PREFIXES.get(prefix, prefix)}:{name}"


@dataclass
class OdsName:
    """A name that the workbook gives to a place or a formula."""

    formula: str
    hidden: bool


@dataclass
class OdsFacts:
    """What the content part holds."""

    sheets: list[Sheet] = field(default_factory=list)
    names: list[OdsName] = field(default_factory=list)
    comments: dict[str, int] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    changes: int = 0
    macros: int = 0
    controls: int = 0
    links: int = 0
    linked_cells: int = 0
    outside_formulas: int = 0
    connections: int = 0
    pivots: int = 0
    pivot_items: int = 0
    hidden_shapes: int = 0


_CHANGES = frozenset(
    f"table:{name}" for name in ("cell-content-change", "insertion", "deletion", "movement", "rejection")
)
_CONNECTIONS = frozenset(
    f"table:{name}"
    for name in ("database-source-sql", "database-source-query", "database-source-table", "source-service")
)


def read_content(pieces: Iterable[bytes], styles: OdsStyles, spent: Callable[[bytes], bytes]) -> OdsFacts:
    """The content part; ``styles`` holds those of the styles part, and is given those of this one. ``spent``
    counts the pieces that are walked.

    Raises Unreadable.
    """
    reader = _Reader(styles)
    walk(map(spent, _without_quiet_rows(pieces, reader)), reader.start, reader.end, reader.text, ods_name)
    return reader.facts


_ROW = re.compile(rb"<table:table-row[ />]")
_ROW_END = b"</table:table-row>"
_REPEATED_ROWS = re.compile(rb'table:number-rows-repeated="(\d{1,7})"')
_LONGEST_ROW = 16_000_000
_USUAL = (
    b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"',
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"',
    b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"',
)
_LOUD = (
    b"visibility",
    b"covered",
    b"annotation",
    b"draw:",
    b"span",
    b"://",
    b"'file",
    b"DDE",
    b"<!",
    b"='",
    b"\x00",
)
_STYLE_NAME = re.compile(rb'style-name="([^"]*)"')
_LOUD_TABLE = re.compile(rb"<(?!/?table:table-(?:row|cell)[ />]|/?text:)|xmlns|table:formula=\"[^\"]*#\$")


def _without_quiet_rows(pieces: Iterable[bytes], reader: _Reader) -> Iterator[bytes]:
    """The part with rows in which nothing could be hidden left out, and only counted, in their stead.

    A workbook may have a million rows, and nearly always all of them are quiet. The parser has worked through
    every byte that was given before the next is asked for, so ``reader`` knows in which sheet the rows stand.
    """
    held, usual = b"", False
    for number, piece in enumerate(pieces):
        if number == 0:
            usual = all(mark in piece for mark in _USUAL)
        if not usual:
            yield piece
            continue
        held += piece
        first, end = _ROW.search(held), held.rfind(_ROW_END) + len(_ROW_END)
        if first is None or end < first.start() + len(_ROW_END):
            # A row may begin at the end of this piece, and must not be given away in halves.
            cut = first.start() if first is not None else max(held.rfind(b"<"), 0)
            yield held[:cut]
            held = held[cut:]
            if len(held) > _LONGEST_ROW:
                raise Unreadable
            continue
        yield held[: first.start()]
        rows, held = held[first.start() : end], held[end:]
        yield reader.counted(rows) or rows
    yield held


class _Reader:
    """Walks the content part. What stands in tracked changes is no part of any sheet."""

    def __init__(self, styles: OdsStyles) -> None:
        self.facts = OdsFacts()
        self._styles = styles
        self._path: list[str] = []
        self._in_changes = self._in_note = 0
        self._sheet: _SheetReader | None = None
        self._note_text = False
        self._creator = ""
        self._loud: frozenset[bytes] | None = None

    def counted(self, rows: bytes) -> bytes | None:
        """One row that stands for these, if nothing in them could be hidden; else None."""
        if self._sheet is None or self._in_changes or self._in_note or not self._sheet.is_plain:
            return None
        if any(mark in rows for mark in _LOUD) or _LOUD_TABLE.search(rows) or self._loud_style(rows):
            return None
        repeated = _REPEATED_ROWS.findall(rows)
        if len(repeated) != rows.count(b"number-rows-repeated"):
            return None
        number = len(_ROW.findall(rows)) - len(repeated) + sum(map(int, repeated))
        cells = rows.count(b"office:value-type=")
        return b'<table:table-row table:number-rows-repeated="%d" table:counted-cells="%d"/>' % (
            number,
            cells,
        )

    def _loud_style(self, rows: bytes) -> bool:
        if self._loud is None:
            self._loud = self._styles.loud()
        names = _STYLE_NAME.findall(rows)
        oddly_written = len(names) != rows.count(b"style-name")
        return oddly_written or any(name in self._loud or b"&" in name for name in set(names))

    def start(self, name: str, attributes: Attributes) -> None:
        self._path.append(name)
        if self._in_changes:
            self.facts.changes += name in _CHANGES
        elif self._in_note:
            self._creator = "" if name == "dc:creator" else self._creator
        elif name == "table:table-cell" or name == "table:covered-table-cell":
            if self._sheet is not None:
                self._sheet.start_cell(name, attributes)
                self.facts.outside_formulas += leads_outside(attributes.get("table:formula", ""))
        elif name == "table:table":
            self._start_table(attributes)
        elif self._sheet is not None and name.startswith(("table:table-row", "table:table-column", "text:")):
            self._sheet.start(name, attributes)
        else:
            self._start_other(name, attributes)
        self._in_changes += name == "table:tracked-changes"
        self._in_note += name == "office:annotation"
        self._note_text = self._note_text and name != "office:annotation"

    def _start_table(self, attributes: Attributes) -> None:
        if len(self.facts.sheets) == _MOST_SHEETS:
            raise Unreadable
        style = attributes.get("table:style-name", "")
        state = "hidden" if self._styles.hides_table(style) else "visible"
        sheet = Sheet(attributes.get("table:name", ""), state, facts=SheetFacts())
        self._sheet = _SheetReader(sheet, self._styles, attributes.get("table:protected") == "true")
        self.facts.sheets.append(sheet)

    def _start_other(self, name: str, attributes: Attributes) -> None:
        facts = self.facts
        if name in ("table:table-source", "table:cell-range-source", "table:dde-link", "office:dde-source"):
            facts.links += name != "office:dde-source"
        elif name in ("table:named-range", "table:named-expression"):
            self._start_name(attributes)
        elif name in _CONNECTIONS:
            facts.connections += 1
        elif name == "form:form":
            facts.connections += "form:datasource" in attributes
        elif name == "table:data-pilot-table":
            facts.pivots += 1
        elif name == "table:data-pilot-member":
            facts.pivot_items += 1
        elif name in ("script:event-listener", "office:script"):
            facts.macros += 1
        elif name == "draw:control":
            facts.controls += 1
        elif name == "table:scenario" and self._sheet is not None:
            self._sheet.facts.scenarios += 1
        elif name == "calcext:condition" and self._sheet is not None:
            style = attributes.get("calcext:apply-style-name", "")
            self._sheet.facts.hiding_conditions += self._styles.is_unseen(style, False)
        elif name.startswith("draw:"):
            facts.hidden_shapes += attributes.get("draw:display") in ("none", "printer")
            if self._sheet is not None:
                self._sheet.sheet.has_more = True
        else:
            self._styles.start(name, attributes)

    def _start_name(self, attributes: Attributes) -> None:
        if len(self.facts.names) == _MOST_NAMES:
            raise Unreadable
        formula = attributes.get("table:cell-range-address") or attributes.get("table:expression", "")
        hidden = any(key.endswith(":hidden") and value == "true" for key, value in attributes.items())
        self.facts.names.append(OdsName(formula[:_LONGEST], hidden))

    def end(self, name: str) -> None:
        self._path.pop()
        self._in_changes -= name == "table:tracked-changes"
        if name == "office:annotation":
            self._end_note()
        elif self._in_changes:
            return
        elif self._in_note:
            if name == "dc:creator" and could_name_a_person(self._creator):
                self.facts.people.add(self._creator.strip())
        elif name == "table:table":
            self._end_table()
        elif self._sheet is not None:
            self._sheet.end(name)
        else:
            self._styles.end(name)

    def _end_note(self) -> None:
        self._in_note -= 1
        if self._note_text and not self._in_changes:
            sheet = self._sheet.sheet.name if self._sheet is not None else ""
            self.facts.comments[sheet] = self.facts.comments.get(sheet, 0) + 1
        self._note_text = False

    def _end_table(self) -> None:
        if self._sheet is None:
            return
        self._sheet.finish()
        # What is kept of other files stands in sheets that bear those files' addresses for names.
        if "#$" in self._sheet.sheet.name or "table:dde-link" in self._path:
            self.facts.linked_cells += self._sheet.facts.cells
            self.facts.sheets.pop()
        self._sheet = None

    def text(self, text: str) -> None:
        inside = self._path[-1] if self._path else ""
        if self._in_changes or not inside:
            return
        if self._in_note:
            if inside == "dc:creator" and len(self._creator) < _LONGEST:
                self._creator += text
            elif inside in ("text:p", "text:span") and text.strip():
                self._note_text = True
        elif self._sheet is not None:
            self._sheet.text(text)
        else:
            self._styles.text(inside, text)


class _SheetReader:
    """Reads one sheet. Rows, columns and cells may each stand for many of their kind."""

    def __init__(self, sheet: Sheet, styles: OdsStyles, protected: bool) -> None:
        self.sheet = sheet
        self.facts = sheet.facts if sheet.facts is not None else SheetFacts()
        self._styles = styles
        self._is_unseen = cached(lambda style: styles.is_unseen(style, protected))
        self._hidden_columns: list[tuple[int, int, bool]] = []
        self._column_styles: list[tuple[int, int, str]] = []
        self._filled = bytearray(MAX_COLUMN + 1)
        self._groups: list[bool] = []
        self._loud_columns = self._is_unseen("")
        self._stretches_left = _MOST_STRETCHES
        self._columns = self._rows = 0
        self._row_times, self._row_style = 1, ""
        self._row_hidden = ""
        self._row_filled = False
        self._column, self._times, self._style, self._sign = 0, 1, "", "other"
        self._covered = self._has_text = self._has_value = self._in_cell = False
        self._spans: list[str] = []
        self._conditional: dict[str, int] = {}

    @property
    def is_plain(self) -> bool:
        """Whether only its cells' own styles could hide a row or a cell here."""
        return not self._hidden_columns and not self._groups and not self._loud_columns

    def start(self, name: str, attributes: Attributes) -> None:
        """An element of a table: a group, a column, a row; or a stretch of text in a cell."""
        if name == "text:span" and self._in_cell:
            self._spans.append(attributes.get("text:style-name", ""))
        elif name in ("table:table-row-group", "table:table-column-group"):
            self._groups.append(attributes.get("table:display") == "false")
        elif name == "table:table-column":
            self._start_columns(attributes)
        elif name == "table:table-row":
            self._start_row(attributes)

    def _start_columns(self, attributes: Attributes) -> None:
        first = self._columns + 1
        self._columns += times(attributes, "table:number-columns-repeated")
        last = min(self._columns, MAX_COLUMN)
        style = attributes.get("table:style-name", "")
        collapsed = attributes.get("table:visibility", "visible") != "visible"
        if first <= last and (collapsed or self._styles.hides_column(style)):
            self._hidden_columns.append((first, last, bool(self._groups)))
        default = attributes.get("table:default-cell-style-name")
        if first <= last and default:
            before = self._column_styles[-1] if self._column_styles else (0, 0, "")
            if before[1:] == (first - 1, default):
                self._column_styles[-1] = (before[0], last, default)
            else:
                self._column_styles.append((first, last, default))
            self._loud_columns = self._loud_columns or self._is_unseen(default)

    def _start_row(self, attributes: Attributes) -> None:
        self._row_times = times(attributes, "table:number-rows-repeated")
        self._row_style = attributes.get("table:default-cell-style-name", "")
        visibility = attributes.get("table:visibility", "visible")
        if visibility == "filter":
            self._row_hidden = "filtered"
        elif visibility != "visible" or self._styles.hides_row(attributes.get("table:style-name", "")):
            self._row_hidden = "grouped" if bool(self._groups) else "hidden"
        else:
            self._row_hidden = ""
        self._row_filled = False
        self._column = 0
        self.facts.cells += whole(attributes.get("table:counted-cells"))

    def start_cell(self, name: str, attributes: Attributes) -> None:
        """A cell, or several alike beside one another."""
        self._in_cell = True
        self._times = times(attributes, "table:number-columns-repeated")
        self._style = attributes.get("table:style-name", "")
        self._covered = name == "table:covered-table-cell"
        self._has_text = False
        self._has_value = bool(attributes.keys() & {"office:value-type", "table:formula"})
        self._sign = _sign(attributes)
        self._spans = []

    def text(self, text: str) -> None:
        """Text in a cell."""
        if self._in_cell and text.strip():
            self._has_text = True

    def end(self, name: str) -> None:
        """The end of an element of the sheet."""
        if name in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()
        elif name in ("table:table-row-group", "table:table-column-group") and self._groups:
            self._groups.pop()

    def _end_cell(self) -> None:
        self._in_cell = False
        first, last = self._column + 1, min(self._column + self._times, MAX_COLUMN)
        self._column += self._times
        # A value with no text beside it is one that the cell does not show, or one that a program left out.
        if not (self._has_text or (self._has_value and self._sign != "text")) or first > last:
            return
        self._row_filled = True
        cells = (last - first + 1) * min(self._row_times, max(MAX_ROW - self._rows, 0))
        self.facts.cells += cells
        if self._hidden_columns:
            self._filled[first : last + 1] = b"\x01" * (last - first + 1)
        if self._covered:
            self.facts.covered += cells
            keep_place(self.facts.covered_at, (self._rows + 1, first))
        for low, high, style in self._stretches(first, last):
            self._look_at_style(low, cells // (last - first + 1) * (high - low + 1), style)

    def _look_at_style(self, column: int, cells: int, style: str) -> None:
        """So many cells of one style, the first of them in ``column``."""
        paper = self._styles.paper(style)
        if self._is_unseen(style) or any(
            self._styles.is_unseen_span(span, paper) for span in self._spans[:100]
        ):
            self.facts.unseen += cells
            keep_place(self.facts.unseen_at, (self._rows + 1, column))
        if style not in self._conditional and len(self._conditional) < _MOST_NAMES:
            self._conditional[style] = self._styles.hiding_conditions(style)

    def _stretches(self, first: int, last: int) -> Iterator[tuple[int, int, str]]:
        """The cells from one column to another by style: their own, else the row's, else each column's."""
        own = self._style or self._row_style
        if own or not self._column_styles:
            yield first, last, own
            return
        place = max(bisect_right(self._column_styles, (first, MAX_COLUMN + 1, "")) - 1, 0)
        for number in range(place, len(self._column_styles)):
            low, high, style = self._column_styles[number]
            if low > last:
                return
            self._stretches_left -= 1
            if self._stretches_left < 0:
                raise Unreadable
            if first <= high:
                yield max(low, first), min(high, last), style

    def _end_row(self) -> None:
        first, last = self._rows + 1, min(self._rows + self._row_times, MAX_ROW)
        self._rows += self._row_times
        if not self._row_filled or not self._row_hidden:
            return
        rows = {
            "hidden": self.facts.hidden_rows,
            "filtered": self.facts.filtered_rows,
            "grouped": self.facts.grouped_rows,
        }[self._row_hidden]
        for row in range(first, last + 1):
            rows.add(row)

    def finish(self) -> None:
        """What is known only at the end of the sheet."""
        for low, high, grouped in self._hidden_columns:
            columns = self.facts.grouped_columns if grouped else self.facts.hidden_columns
            for column in range(low, high + 1):
                if self._filled[column]:
                    columns.add(column)
        self.facts.hiding_conditions += sum(self._conditional.values())


def times(attributes: Attributes, name: str) -> int:
    """How many rows, columns or cells an element stands for."""
    return max(whole(attributes.get(name), 1), 1)


def _sign(attributes: Attributes) -> str:
    kind = attributes.get("office:value-type")
    if kind in (None, "string"):
        return "text"
    number = decimal(attributes.get("office:value"))
    return "other" if number is None or number == 0 else "negative" if number < 0 else "positive"


_OUTSIDE = re.compile(r"'(file|https?|ftp|smb|vnd\.[\w.]+):[^']*'#|\bDDE\(", re.IGNORECASE)
_SHEET = re.compile(r"\$?'((?:[^']|'')+)'\.|\$?([^\s.$':;\[\]()=+*/&<>-]+)\.(?=\$?[A-Z]{1,3}\$?\d)")


def leads_outside(formula: str) -> bool:
    """Whether a formula refers to another file."""
    return ":" in formula and _OUTSIDE.search(formula[:_LONGEST]) is not None


def sheets_named(formula: str) -> set[str]:
    """The sheets that a formula or an address refers to, by name, in small letters."""
    matches = _SHEET.finditer(formula[:_LONGEST])
    return {(match[1].replace("''", "'") if match[1] else match[2]).casefold() for match in matches}
