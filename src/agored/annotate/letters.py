"""A list of the cells whose letters went wrong, with what they likely read."""

from __future__ import annotations

from agored.annotate.book import Book, Cell, Lines, target
from agored.annotate.marks import AnnotatedTable
from agored.annotate.problems import Contents, Sheet
from agored.read.mojibake import Repair, repairs

LETTERS_WIDTHS = (22, 14, 60, 60, 14)
_MOST = 1_000


def went_wrong(table: AnnotatedTable) -> bool:
    """Whether letters of a table were found to have gone wrong."""
    return any("mojibake" in finding.code for finding in table.findings)


def write_letters(book: Book, lines: Lines, contents: Contents) -> None:
    """The list: each text of a column once, with a link to the first cell that holds it."""
    lines.page.fit_to_pages(1, 0)
    lines.text(book.say("annotate.letters-introduction", texts=book.number(_MOST)))
    lines.add()
    names = ("table", "first-cell", "text", "likely", "count")
    lines.headings(f"annotate.{name}" for name in names)
    for sheet in contents.sheets:
        if went_wrong(sheet.source):
            found = repairs(sheet.source.read, next(iter(sheet.source.headers), None), _MOST)
            for repair in found.shown:
                _add(book, lines, sheet, repair)
            if found.texts > len(found.shown):
                more = book.number(found.texts - len(found.shown))
                lines.add(Cell(sheet.name, book.wrapped), Cell("", book.plain),
                          Cell(book.say("annotate.letters-more", count=more), book.bold))  # fmt: skip
    lines.end()


def _add(book: Book, lines: Lines, sheet: Sheet, repair: Repair) -> None:
    place = next(iter(repair.places), "")
    address = place.removeprefix(sheet.source.read.before)
    is_there = place and not sheet.is_excerpt and not sheet.source.further
    lines.add(
        Cell(sheet.name, book.wrapped),
        Cell(address, book.link, target(sheet.name, address) if is_there else None),
        Cell(repair.seen, book.wrapped),
        Cell(repair.likely, book.wrapped),
        Cell(book.number(repair.count), book.wrapped),
    )
