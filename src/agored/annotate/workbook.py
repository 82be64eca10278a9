"""The workbook as a whole, written beside its place and for one user alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from agored.annotate.book import Book, Lines
from agored.annotate.letters import LETTERS_WIDTHS, went_wrong, write_letters
from agored.annotate.lists import CELL_WIDTHS, VALUE_WIDTHS, add_cell, begin_cells, write_values
from agored.annotate.marks import AnnotatedTable
from agored.annotate.problems import contents
from agored.annotate.summary import widths, write_summary
from agored.annotate.tables import write_table

_OWN_SHEETS = ("annotate.summary-sheet", "annotate.cells-sheet", "annotate.values-sheet")
_LETTERS_SHEET = "annotate.letters-sheet"


def write_annotated(
    path: Path, sheets: Sequence[AnnotatedTable], language: str, *, recipe: bool = True
) -> None:
    """Write the officer's workbook to ``path``, for this user alone: 0600, in a folder of 0700.

    First comes a summary of all findings, the worst first, with links to their cells; then each resource's
    table, its cells as text where they stand in the file, those at fault marked and commented in ``language``;
    then the commented cells as a list, and the different values at fault; then, where letters went wrong, what
    those cells likely read. Without a ``recipe``, the advice is for the file itself. What is too much for a
    spreadsheet is left out, and the workbook says so. The same tables make the same bytes.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(prefix=".annotated-", dir=path.parent) as folder:
        made = Path(folder) / "made"
        book = Book(made, language, recipe=recipe)
        try:
            _fill(book, sheets)
            book.close()
        except BaseException:
            book.abandon()
            raise
        made.chmod(0o600)
        made.replace(path)


def _fill(book: Book, tables: Sequence[AnnotatedTable]) -> None:
    """All sheets, added in the order in which they are read; the summary is written when all is counted."""
    codes = [*_OWN_SHEETS, *([_LETTERS_SHEET] if any(map(went_wrong, tables)) else [])]
    inside = contents(tables, list(map(book.say, codes)), book.say("annotate.record"))
    summary_name, cells_name, values_name, *letters_name = inside.own_names
    summary = Lines(book, book.add(summary_name), widths())
    pages = [book.add(sheet.name) for sheet in inside.sheets]
    cells = Lines(book, book.add(cells_name), CELL_WIDTHS)
    values = Lines(book, book.add(values_name), VALUE_WIDTHS)
    begin_cells(book, cells)
    for sheet, page in zip(inside.sheets, pages, strict=True):
        for cell in write_table(book, page, sheet, inside.problems):
            add_cell(book, cells, sheet, cell, inside.problems)
    cells.end()
    write_values(book, values, inside)
    for name in letters_name:
        write_letters(book, Lines(book, book.add(name), LETTERS_WIDTHS), inside)
    write_summary(book, summary, inside)
