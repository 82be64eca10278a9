"""Two lists: the commented cells row by row, for whoever reads by ear, and the different values at fault."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from agored.annotate.book import Book, Cell, Lines, target
from agored.annotate.marks import COLUMNS, ROWS
from agored.annotate.problems import Contents, Problem, Sheet
from agored.annotate.tables import Marked
from agored.findings import Finding
from agored.table import Table, letters

CELL_WIDTHS = (22, 13, 30, 40, 12, 90)
VALUE_WIDTHS = (12, 22, 30, 60, 14, 14)


def begin_cells(book: Book, lines: Lines) -> None:
    """The top of the list of cells."""
    lines.page.fit_to_pages(1, 0)
    lines.text(book.say("annotate.cells-introduction"))
    lines.add()
    names = ("table", "cell", "heading", "text", "number", "what")
    lines.headings(f"annotate.{name}" for name in names)


def add_cell(book: Book, lines: Lines, sheet: Sheet, cell: Marked, problems: tuple[Problem, ...]) -> None:
    """One line of the list of cells."""
    address = f"{letters(cell.column)}{cell.row}"
    whats = [problems[number - 1].finding.what(book.language) for number in cell.problems]
    lines.add(
        Cell(sheet.name, book.wrapped),
        Cell(address, book.link, target(sheet.name, address)),
        Cell(cell.heading, book.wrapped),
        Cell(cell.text, book.wrapped),
        Cell(", ".join(map(str, cell.problems)), book.wrapped),
        Cell("\n".join(whats), book.wrapped),
    )


def write_values(book: Book, lines: Lines, contents: Contents) -> None:
    """The list of values: of each problem whose records are all known, what the cells of its field hold after
    shape, the most frequent first."""
    lines.page.fit_to_pages(1, 0)
    introduction = "values-introduction" if book.recipe else "values-introduction-file"
    lines.text(book.say(f"annotate.{introduction}", values=book.number(contents.values)))
    lines.add()
    names = ("number", "table", "field", "value", "records", "first")
    lines.headings(f"annotate.{name}" for name in names)
    for problem in contents.problems:
        source = contents.sheet_of[problem.number].source
        places, fields = source.places_of(problem.finding), _fields(problem.finding)
        if places is not None and all(field in source.tidy.names for field in fields):
            _add_values(book, lines, contents, problem, fields, places)
    lines.end()


def _fields(finding: Finding) -> list[str]:
    """The fields that are at fault: one, or those that together are, as in a key."""
    if finding.field is not None:
        return [finding.field]
    return finding.detail.get("fields", "").split(", ")


def _add_values(
    book: Book, lines: Lines, contents: Contents, problem: Problem, fields: Sequence[str], places: pa.Array
) -> None:
    sheet = contents.sheet_of[problem.number]
    counted = _counted(sheet.source.tidy, fields, places)
    told = counted.slice(0, contents.values)
    cells = sheet.source.at(pa.array(told["place_min"].to_pylist(), pa.int64()), problem.finding.field)
    shown = set(sheet.shown.rows.to_pylist()) if sheet.is_excerpt else None
    for value, records, row, column in zip(
        *(each.to_pylist() for each in (told["text"], told["place_count"], *cells.columns)), strict=True
    ):
        address = f"{letters(column)}{row}"
        is_there = row <= ROWS and column <= COLUMNS and (shown is None or row in shown)
        lines.add(
            Cell(str(problem.number), book.wrapped),
            Cell(sheet.name, book.wrapped),
            Cell(", ".join(fields), book.wrapped),
            Cell(value, book.wrapped),
            Cell(book.number(records), book.wrapped),
            Cell(address, book.link, target(sheet.name, address) if is_there else None),
        )
    if len(counted) > len(told):
        more = book.say("annotate.values-more", count=book.number(len(counted) - len(told)))
        lines.add(Cell(str(problem.number), book.wrapped), *[Cell("", book.plain)] * 2, Cell(more, book.bold))


def _counted(table: Table, fields: Sequence[str], places: pa.Array) -> pa.Table:
    """The different texts of these records' fields (``text``), empty ones aside; how many records have each
    (``place_count``), most first; and the place of the first (``place_min``)."""
    mark = " · "
    columns = [table.values(field).take(places) for field in fields]
    texts = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, mark)
    found = pa.table({"text": texts, "place": places})
    found = found.filter(pc.not_equal(texts, mark * (len(columns) - 1)))
    counted = found.group_by("text", use_threads=False).aggregate([("place", "count"), ("place", "min")])
    return counted.sort_by([("place_count", "descending"), ("place_min", "ascending")])
