"""One sheet of an XLSX workbook: its hidden rows and columns, and content that its formats leave unseen.

A sheet of a million rows is mostly cells, and nearly always nothing in it is hidden. So rows are first only
glanced at, as bytes, for anything that could matter, some hundreds at a time. Those where the glance meets
something, or cannot be sure, are walked as XML, and so is all that stands around the rows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from agored.read.hidden.formats import TINIEST_HEIGHT, TINIEST_WIDTH
from agored.read.hidden.markup import Attributes, decimal, is_true, walk, whole
from agored.read.hidden.sheets import MAX_COLUMN, MAX_ROW, Area, Merged, SheetFacts, keep_place
from agored.read.hidden.unreadable import Unreadable
from agored.read.hidden.xlsx_styles import Ink, Style, Styles, condition_hides

_MOST_MERGES = 200_000


@dataclass(frozen=True)
class Pieces:
    """A sheet's bytes, afresh each time that they are asked for, and how those that are walked are counted."""

    read: Callable[[], Iterator[bytes]]
    spent: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Texts:
    """The workbook's shared texts: which are empty, and the inks of those written in several."""

    count: int = 0
    empty: frozenset[int] = frozenset()
    inks: Mapping[int, tuple[Ink, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetTable:
    """A table that is laid over a sheet: where, whether it has a header row, and whether it is filtered."""

    area: Area
    headed: bool
    filtered: bool


def look_at_sheet(
    pieces: Pieces, styles: Styles, texts: Texts, tables: Iterable[SheetTable] = ()
) -> SheetFacts:
    """What a worksheet hides. Raises Unreadable."""
    tables = tuple(tables)
    walker = _Walk(styles, texts, tables)
    glance = _Glance(styles, texts, walker)
    walk(glance.loud(pieces), walker.start, walker.end, walker.text)
    facts = walker.finished()
    facts.cells += glance.cells
    facts.used_texts |= {int(number) for number in glance.used_texts}
    if walker.merges:
        # Which cells are merged is told below them all.
        merged = _Walk(styles, texts, tables, walker.merges)
        walk(
            _Glance(styles, texts, merged, walker.merges).loud(pieces),
            merged.start,
            merged.end,
            merged.text,
        )
        covering = merged.finished()
        facts.covered, facts.covered_at = covering.covered, covering.covered_at
    return facts


_CELLS_START = re.compile(rb"<sheetData\s*>")
_CELLS_END = b"</sheetData>"
_LONGEST_ROW = 8_000_000
_SHARED = re.compile(rb't="s"[^<>]*><v>(0|[1-9]\d{0,8})</v>')
_HARMLESS = re.compile(rb'hidden="(?:0|false)"')
_FLAT_ROW = re.compile(rb'ht="[012](?:\.\d*)?"')
_ROW_NUMBER = re.compile(rb'<row r="(\d{1,9})"')
_ODD = {
    b"'": (b"='", b"= '"),
    b"!": (b"<!",),
    b"&": (b"&#",),
    b"\n": (b"=\n", b"\n="),
    b"\r": (b"=\r", b"\r="),
    b"\t": (b"=\t", b"\t="),
    b"\x00": (b"\x00",),
}
_ODD_PAIRS = {b" =": b' ="', b"= ": b'= "', b"v ": b"<v ", b"v/": b"<v/"}
"""Marks that no spreadsheet program writes among cells, or that need a closer look: with one of them, what is
looked for below could be written in another way. A letter or a pair of letters of each, which is found far
faster than the mark, is looked for first."""


class _Glance:
    """Reads the bytes of the rows without walking them, and leaves out those in which nothing can be hidden.

    Which rows are quiet depends on what stands before them, which ``walker`` has walked by then. With
    ``merges``, only the rows of merged cells matter.
    """

    def __init__(self, styles: Styles, texts: Texts, walker: _Walk, merges: Iterable[Area] = ()) -> None:
        numbers = styles.suspicious()
        # A cell that names no style has the first one.
        self._all_loud = 0 in numbers or _could_vanish(styles, texts)
        alternatives = b"|".join(b"%d" % number for number in sorted(numbers))
        self._styled = re.compile(rb's="(?:%s)"' % alternatives) if alternatives else None
        self._walker = walker
        self._merged = _joined_rows(merges)
        self._text_count = texts.count
        self.cells = 0
        self.used_texts: set[bytes] = set()

    def loud(self, pieces: Pieces) -> Iterator[bytes]:
        """The sheet without its quiet rows, which are only counted. Raises Unreadable."""
        return map(pieces.spent, self._loud(pieces.read()))

    def _loud(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        held, inside = b"", False
        for piece in pieces:
            held += piece
            if not inside:
                match = _CELLS_START.search(held)
                if match is None:
                    # Half of the mark may stand at the end.
                    cut = max(len(held) - 100, 0)
                    yield held[:cut]
                    held = held[cut:]
                    continue
                yield held[: match.end()]
                held, inside = held[match.end() :], True
            end = held.find(_CELLS_END)
            cut = end if end >= 0 else held.rfind(b"<row")
            if cut > 0 and not self._is_quiet(held[:cut]):
                yield held[:cut]
            if end >= 0:
                yield held[end:]
                yield from pieces
                return
            held = held[max(cut, 0) :]
            if len(held) > _LONGEST_ROW:
                raise Unreadable
        yield held

    def _is_quiet(self, rows: bytes) -> bool:
        """Whether nothing can be hidden in some whole rows, which are counted then; false says nothing."""
        numbers = _ROW_NUMBER.findall(rows)
        if len(numbers) != rows.count(b"<row"):
            return False
        if self._merged:
            return not (numbers and _touches(self._merged, int(numbers[0]), int(numbers[-1])))
        if self._all_loud or self._walker.has_hidden_columns or _is_odd(rows):
            return False
        texts = count_pair(rows, b"<i")
        if (
            (texts and b"<rPr>" in rows)
            or (b"hidden" in rows and rows.count(b"hidden") != len(_HARMLESS.findall(rows)))
            or any(not rows[at - 1 : at].isalpha() for at in _flat_rows(rows))
            or (self._styled is not None and self._styled.search(rows) is not None)
            or not self._takes_shared(rows)
        ):
            return False
        self.cells += count_pair(rows, b"<v") + texts
        return True

    def _takes_shared(self, rows: bytes) -> bool:
        """Note which of the workbook's texts the rows use, until all are used; false where that is not plain."""
        if len(self.used_texts) == self._text_count:
            return True
        shared = _SHARED.findall(rows)
        if len(shared) != rows.count(b't="s"') or max(map(int, shared), default=-1) >= self._text_count:
            return False
        self.used_texts.update(shared)
        return True


def _is_odd(rows: bytes) -> bool:
    by_letter = (first in rows and any(mark in rows for mark in marks) for first, marks in _ODD.items())
    by_pair = (count_pair(rows, pair) > 0 and mark in rows for pair, mark in _ODD_PAIRS.items())
    return any(by_letter) or any(by_pair)


def count_pair(rows: bytes, pair: bytes) -> int:
    """How often two different bytes stand side by side: as ``bytes.count`` says, in a quarter of its time."""
    word = int.from_bytes(pair, "little")
    even, odd = (np.frombuffer(rows, "<u2", (len(rows) - start) // 2, start) for start in (0, 1))
    return int(np.count_nonzero(even == word) + np.count_nonzero(odd == word))


def _joined_rows(merges: Iterable[Area]) -> list[tuple[int, int]]:
    """The rows of merged cells, as runs in order that do not touch."""
    runs: list[tuple[int, int]] = []
    for top, _, bottom, _ in sorted(merges):
        if runs and top <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], bottom))
        else:
            runs.append((top, bottom))
    return runs


def _touches(runs: list[tuple[int, int]], first: int, last: int) -> bool:
    place = bisect_right(runs, (last, MAX_ROW)) - 1
    return place >= 0 and runs[place][1] >= first


def _flat_rows(cells: bytes) -> Iterator[int]:
    return (match.start() for match in _FLAT_ROW.finditer(cells))


def _could_vanish(styles: Styles, texts: Texts) -> bool:
    """Whether any text of several inks could have one that does not show on a background of the workbook."""
    papers = [Style(paper=paper) for paper in styles.papers()]
    inks = {ink for several in texts.inks.values() for ink in several}
    return any(paper.hides(ink) for ink in inks for paper in papers)


class _Walk:
    """Walks a sheet's XML. Without its cells it still learns of its columns, merges, filters and conditions."""

    def __init__(
        self,
        styles: Styles,
        texts: Texts,
        tables: Iterable[SheetTable],
        merges: Iterable[Area] = (),
    ) -> None:
        self._styles = styles
        self._texts = texts
        self._headed = [table.area for table in tables if table.headed]
        self._filters = [(table.area[0], table.area[2]) for table in tables if table.filtered]
        self._merged = Merged(merges)
        self._suspicious = styles.suspicious()
        self._facts = SheetFacts()
        self._path: list[str] = []
        self._row = self._column = 0
        self._row_hidden = self._row_grouped = self._row_counted = False
        self._hidden_columns: dict[int, bool] = {}
        self._filled_columns: set[int] = set()
        self._hidden: list[tuple[int, bool]] = []
        self._filter_mode = False
        self._filter_rows: tuple[int, int] | None = None
        self._style = self._kind = self._value = ""
        self._inks: list[Ink] = []
        self._has_value = self._has_formula = False
        self._condition: dict[str, Attributes] | None = None
        self._columns_left = 1_000_000
        self.merges: list[Area] = []

    @property
    def has_hidden_columns(self) -> bool:
        """Whether it matters in which columns there is content."""
        return bool(self._hidden_columns)

    def start(self, name: str, attributes: Attributes) -> None:
        self._path.append(name)
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "v" or name == "is":
            self._has_value = True
        elif name == "f":
            self._has_formula = True
        elif self._condition is not None and name in ("numFmt", "bgColor", "gradientFill", "color"):
            self._condition["ink" if name == "color" and "font" in self._path else name] = attributes
        elif name == "rPr":
            self._inks.append(Ink())
        elif self._inks and "rPr" in self._path and name in ("color", "sz"):
            self._inks[-1] = run_ink(self._inks[-1], name, attributes, self._styles)
        elif name == "col":
            self._start_columns(attributes)
        elif name == "autoFilter":
            self._filter_rows = _rows_of(attributes.get("ref", ""))
        elif name == "filterColumn" and self._filter_rows:
            self._filters.append(self._filter_rows)
        elif name == "sheetPr":
            self._filter_mode = is_true(attributes.get("filterMode"))
        elif name == "mergeCell":
            self._add_merge(area(attributes.get("ref", "")))
        elif name == "cfRule" and "dxfId" in attributes:
            number = whole(attributes["dxfId"], -1)
            self._facts.hiding_conditions += number in self._styles.hiding_conditions
        elif name == "dxf":
            self._condition = {}
        elif name in ("dataBar", "iconSet") and attributes.get("showValue", "1") in ("0", "false"):
            self._facts.hiding_conditions += 1
        elif name == "scenario":
            self._facts.scenarios += 1

    def end(self, name: str) -> None:
        self._path.pop()
        if name == "c":
            self._end_cell()
        elif name == "dxf" and self._condition is not None:
            self._facts.hiding_conditions += condition_hides(self._condition, self._styles.colours)
            self._condition = None

    def text(self, text: str) -> None:
        if self._path and self._path[-1] in ("v", "t") and len(self._value) < 100:
            self._value += text

    def _add_merge(self, merge: Area | None) -> None:
        if len(self.merges) == _MOST_MERGES:
            raise Unreadable
        if merge is not None:
            self.merges.append(merge)

    def _start_columns(self, attributes: Attributes) -> None:
        width = decimal(attributes.get("width"))
        hidden = is_true(attributes.get("hidden")) or (width is not None and width <= TINIEST_WIDTH)
        if hidden:
            first, last = max(whole(attributes.get("min")), 1), min(whole(attributes.get("max")), MAX_COLUMN)
            self._columns_left -= max(last - first, 0) + 1
            if self._columns_left < 0:
                raise Unreadable
            for column in range(first, last + 1):
                self._hidden_columns[column] = whole(attributes.get("outlineLevel")) > 0

    def _start_row(self, attributes: Attributes) -> None:
        height = decimal(attributes.get("ht"))
        self._row = whole(attributes.get("r"), self._row + 1)
        self._column = 0
        self._row_hidden = is_true(attributes.get("hidden")) or (
            height is not None and height <= TINIEST_HEIGHT
        )
        self._row_grouped = whole(attributes.get("outlineLevel")) > 0
        self._row_counted = False
        self._merged.move_to(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        self._column = column_of(attributes.get("r", "")) or self._column + 1
        self._style, self._kind = attributes.get("s", "0"), attributes.get("t", "n")
        self._value, self._has_value, self._has_formula = "", False, False
        self._inks = []

    def _end_cell(self) -> None:
        text = whole(self._value, -1) if self._kind == "s" and self._has_value else None
        if text is not None:
            self._facts.used_texts.add(text)
        if not self._has_content(text) or not 0 < self._row <= MAX_ROW:
            return
        self._facts.cells += 1
        if self._column in self._hidden_columns:
            self._filled_columns.add(self._column)
        if self._row_hidden and not self._row_counted:
            self._row_counted = True
            self._hidden.append((self._row, self._row_grouped))
        if self._is_unseen(text):
            self._facts.unseen += 1
            keep_place(self._facts.unseen_at, (self._row, self._column))
        if self._merged.covers(self._row, self._column):
            self._facts.covered += 1
            keep_place(self._facts.covered_at, (self._row, self._column))

    def _has_content(self, text: int | None) -> bool:
        """Whether the cell holds anything; a formula whose result was never worked out is something."""
        if not self._has_value:
            return self._has_formula
        return text not in self._texts.empty if text is not None else bool(self._value.strip())

    def _is_unseen(self, text: int | None) -> bool:
        inks = self._texts.inks.get(text, ()) if text is not None else tuple(self._inks)
        number = whole(self._style)
        if number not in self._suspicious and not inks:
            return False
        style = self._styles.cells[number] if 0 <= number < len(self._styles.cells) else Style()
        if self._sign() in style.unshown:
            return True
        # A table's own style gives its header row another background and ink.
        if any(top == self._row and left <= self._column <= right for top, left, _, right in self._headed):
            return False
        return style.is_unseen if not inks else any(style.hides(ink) for ink in inks)

    def _sign(self) -> str:
        if self._kind not in ("n", "d"):
            return "text" if self._kind in ("s", "str", "inlineStr") else "other"
        number = decimal(self._value)
        if number is None or number == 0:
            return "other"
        return "negative" if number < 0 else "positive"

    def finished(self) -> SheetFacts:
        """All that was learnt; hidden rows are sorted into filtered, grouped and other ones at the end, because
        a sheet names its filters below its cells."""
        facts = self._facts
        filters = self._filters or ([(1, MAX_ROW)] if self._filter_mode else [])
        for row, grouped in sorted(self._hidden):
            if any(low <= row <= high for low, high in filters):
                facts.filtered_rows.add(row)
            elif grouped:
                facts.grouped_rows.add(row)
            else:
                facts.hidden_rows.add(row)
        for column in sorted(self._filled_columns):
            (facts.grouped_columns if self._hidden_columns[column] else facts.hidden_columns).add(column)
        return facts


def run_ink(ink: Ink, name: str, attributes: Attributes, styles: Styles) -> Ink:
    """The ink of a stretch of text, once its ``color`` or its ``sz`` (size) is known too."""
    if name == "color":
        return Ink(styles.colours.of(attributes, ink.colour), ink.size)
    return Ink(ink.colour, decimal(attributes.get("val")) or ink.size)


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_COLUMN = re.compile(r"[A-Z]{1,3}(?=\d)")


def column_of(reference: str) -> int:
    """The number of the column of a cell such as ``AB12``; 0 where it names none."""
    match = _COLUMN.match(reference)
    return _number(match[0]) if match else 0


def area(reference: str) -> Area | None:
    """The area ``A1:C9`` or ``A1``; None where it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    left, top = _number(match[1]), int(match[2])
    return (top, left, int(match[4]), _number(match[3])) if match[3] else (top, left, top, left)


def _rows_of(reference: str) -> tuple[int, int] | None:
    found = area(reference)
    return (found[0], found[2]) if found else None


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
