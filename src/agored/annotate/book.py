"""A workbook of text: its formats, and cells that hold what the file holds, whatever that looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from agored.annotate.marks import COLUMNS, ROWS
from agored.findings import Finding, Severity
from agored.table import letters
from agored.words import number_text, other, say

_LONGEST = 32_767  # the characters of a cell, counted in UTF-16 as spreadsheets do
_LONGEST_NAME = 31
_HIGHEST = 405.0  # points; Excel's own limit is little more
_MOST_LINKS = 65_000  # on one sheet; Excel's own limit is little more
_MADE = datetime(2000, 1, 1)  # the same workbook has the same bytes, whenever it is written
_UNSEEN = re.compile(r"\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_TEXT: Mapping[str, Any] = {"num_format": "@", "valign": "top"}
# Severities differ by their border and bold type, not by colour alone.
_LOOKS: Mapping[Severity, Mapping[str, Any]] = {
    Severity.BLOCKING: {"bg_color": "#F8CBAD", "border": 5, "border_color": "#9C0006", "bold": True},
    Severity.ADVISORY: {"bg_color": "#FFEB9C", "border": 8, "border_color": "#7F6000", "bold": True},
    Severity.NOTE: {"bg_color": "#DDEBF7", "border": 4, "border_color": "#1F4E79"},
}


class Book:
    """A workbook in ``language`` at ``path``; temporary files go into the folder of ``path``. Every sheet is
    written row by row, in order, and only one row of each is kept in memory. Without a ``recipe``, what it
    advises is done to the file or the schema itself."""

    def __init__(self, path: Path, language: str, *, recipe: bool = True) -> None:
        from xlsxwriter import Workbook

        self.language = language
        self.recipe = recipe
        self._book = Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
        private = " · ".join(say("annotate.private", each) for each in (language, other(language)))
        self._header = private.replace("&", "&&")
        title = self.say("annotate.title")
        self._book.set_properties({"title": title, "comments": private, "created": _MADE})
        self.plain = self._format()
        self.wrapped = self._format(text_wrap=True)
        self.heading = self._format(text_wrap=True, bold=True, bg_color="#E7E6E6", bottom=2)
        self.bold = self._format(bold=True)
        self.title = self._format(bold=True, font_size=16)
        self.private = self._format(bold=True, font_color="#FFFFFF", bg_color="#9C0006")
        self.link = self._format(font_color="#0000EE", underline=1)
        self.marked = {severity: self._format(**look) for severity, look in _LOOKS.items()}

    def _format(self, **look: Any) -> Any:
        return self._book.add_format({**_TEXT, **look})

    def close(self) -> None:
        """Write the file."""
        self._book.close()

    def abandon(self) -> None:
        """Let go of the temporary files of a workbook that will not be written."""
        for page in self._book.worksheets():
            page.row_data_fh.close()

    def add(self, name: str) -> Any:
        """A sheet, marked private on every page that is printed of it."""
        page = self._book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.set_header(f"&C{self._header}")
        page.set_footer("&C&A · &P / &N")
        page.set_comments_author("Agored")
        everywhere = f"A1:{letters(COLUMNS)}{ROWS}"
        page.ignore_errors({"number_stored_as_text": everywhere, "two_digit_text_year": everywhere})
        return page

    def put(self, page: Any, row: int, column: int, text: str, style: Any) -> None:
        """One cell (1, 1 is A1), always as text: what begins as a formula or a link stays what the file has."""
        text = self._fitting(text)
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes such a text for its own markup and does not escape it, unless it comes in parts.
            page.write_rich_string(row - 1, column - 1, text[:1], self.plain, text[1:], style)
        elif text:
            page.write_string(row - 1, column - 1, text, style)
        else:
            page.write_blank(row - 1, column - 1, None, style)

    def _fitting(self, text: str) -> str:
        """Text that a cell can hold: what cannot be seen is written out, and what is too long is cut, with a
        sign that it was."""
        if not text.isprintable():
            text = _UNSEEN.sub(_written_out, text)
        if len(text) <= _LONGEST // 2 or len(units := text.encode("utf-16-le")) <= 2 * _LONGEST:
            return text
        sign = self.say("annotate.cut", characters=number_text(len(text), self.language))
        return units[: 2 * (_LONGEST - len(sign))].decode("utf-16-le", "ignore") + sign

    def say(self, code: str, /, **facts: str) -> str:
        """The sentence ``code`` in the workbook's language."""
        return say(code, self.language, **facts)

    def how(self, finding: Finding) -> str:
        """How to put a finding right."""
        return finding.how(self.language, recipe=self.recipe)

    def number(self, number: int) -> str:
        """A whole number in the workbook's language."""
        return number_text(number, self.language)

    def severity(self, severity: Severity) -> str:
        """How bad, in words."""
        return self.say(f"annotate.severities.{severity}")


def _written_out(match: re.Match[str]) -> str:
    found = match[0]
    if found.startswith("\r"):
        return "\n"
    return f"\\x{ord(found):02x}" if ord(found) < 256 else f"\\u{ord(found):04x}"


class Cell(NamedTuple):
    """A cell of a ``Lines``; ``target`` is where a link leads."""

    text: str
    style: Any
    target: str | None = None


class Lines:
    """A sheet that is written line by line."""

    def __init__(self, book: Book, page: Any, widths: Sequence[int]) -> None:
        self.book = book
        self.page = page
        self._widths = widths
        self._row = 0
        self._links = 0
        self._begin = 0
        for column, width in enumerate(widths):
            page.set_column(column, column, width)

    def add(self, *cells: Cell) -> None:
        """One line; without cells it is blank."""
        self._row += 1
        self.page.set_row(self._row - 1, self._height(cells))
        for column, cell in enumerate(cells, start=1):
            if cell.target is not None and self._links < _MOST_LINKS:
                self._links += 1
                self.page.write_url(self._row - 1, column - 1, cell.target, cell.style, cell.text)
            else:
                style = self.book.wrapped if cell.style is self.book.link else cell.style
                self.book.put(self.page, self._row, column, cell.text, style)

    def _height(self, cells: Sequence[Cell]) -> float:
        # Not every program makes a row as high as its wrapped text when it opens a file.
        if any(cell.style is self.book.title for cell in cells):
            return 24
        wrapped = (self.book.wrapped, self.book.heading)
        columns = zip(cells, self._widths, strict=False)
        return height(
            max((lines(cell.text, width) for cell, width in columns if cell.style in wrapped), default=1)
        )

    def text(self, text: str, style: Any = None) -> None:
        """One line of text alone."""
        self.add(Cell(text, style or self.book.plain))

    def headings(self, codes: Iterable[str]) -> None:
        """The headings of a table, by their codes; they are printed on every page."""
        self.page.repeat_rows(self._row)
        self.add(*(Cell(self.book.say(code), self.book.heading) for code in codes))
        self._begin = self._row

    def end(self) -> None:
        """Say so where nothing followed the headings."""
        if self._row == self._begin:
            self.text(self.book.say("annotate.nothing"))


def lines(text: str, width: float) -> int:
    """About how many lines a text takes in a column ``width`` characters wide; a little too many rather than
    too few."""
    room = 0.85 * width
    return sum(1 + int(len(line) / room) for line in text.split("\n"))


def height(lines: int) -> float:
    """How high a row of so many lines is, in points."""
    return min(_HIGHEST, 15.0 * lines)


def target(sheet: str, cell: str) -> str:
    """A link to a cell of a sheet of the same workbook."""
    name = sheet.replace("'", "''")
    return f"internal:'{name}'!{cell}"


def sheet_names(names: Iterable[str]) -> list[str]:
    """A name for each sheet, as near to ``names`` as spreadsheets allow, and each once."""
    given: list[str] = []
    taken = {"", "history"}  # the second is Excel's own
    for name in names:
        plain = _NOT_IN_NAMES.sub("-", name).strip("' ")
        number, candidate = 1, _short(plain)
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{_short(plain, len(str(number)) + 1)} {number}".strip()
        taken.add(candidate.casefold())
        given.append(candidate)
    return given


def _short(name: str, room: int = 0) -> str:
    """``name`` in 31 characters, counted in UTF-16, less ``room``."""
    return name.encode("utf-16-le")[: 2 * (_LONGEST_NAME - room)].decode("utf-16-le", "ignore").strip("' ")
