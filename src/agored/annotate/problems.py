"""What the workbook is made of: findings as numbered problems, and each table as it will be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agored.annotate.book import sheet_names
from agored.annotate.marks import AnnotatedTable, Marks, excerpt
from agored.findings import Finding, worst_first
from agored.table import Table

COMMENTS, VALUES = 500, 1_000
"""How many cells of a problem get a comment at most, and how many of its values are listed."""
ALL = 5_000
"""About how many of either there are in a workbook: with more, spreadsheets become slow."""
LINKS = 3
"""How many cells of a problem its line in the summary leads to."""


@dataclass
class Problem:
    """A finding and its number in the summary. While its table is written, its ``first`` cells are kept (row
    and column), and how many were marked and have a comment is counted."""

    number: int
    finding: Finding
    first: list[tuple[int, int]] = field(default_factory=list)
    marked: int = 0
    commented: int = 0

    def mark(self, row: int, column: int, commented: bool) -> None:
        """Count a marked cell."""
        if len(self.first) < LINKS:
            self.first.append((row, column))
        self.marked += 1
        self.commented += commented


@dataclass(frozen=True)
class Sheet:
    """A table as it is shown: its sheet's name, what is shown of it, the marks, and its problems."""

    name: str
    source: AnnotatedTable
    shown: Table
    marks: Marks
    problems: tuple[Problem, ...]

    @property
    def is_excerpt(self) -> bool:
        """Whether only rows with problems are shown."""
        return self.shown is not self.source.read


@dataclass(frozen=True)
class Contents:
    """All problems, the worst first, and all tables; the sheet of each problem by its number; the names of the
    sheets of our own; and, for each problem, how many cells get a comment and how many values are listed."""

    problems: tuple[Problem, ...]
    sheets: tuple[Sheet, ...]
    sheet_of: Mapping[int, Sheet]
    own_names: tuple[str, ...]
    comments: int
    values: int


def contents(tables: Sequence[AnnotatedTable], own_names: Sequence[str], record: str) -> Contents:
    """The contents of a workbook of ``tables``, beside sheets of our own called ``own_names``. ``record`` is the
    heading over the numbers of records, of files that have no rows."""
    tables = [table.in_rows(record) for table in tables]
    found = worst_first([finding for table in tables for finding in table.findings])
    problems = tuple(Problem(number, finding) for number, finding in enumerate(found, start=1))
    share = max(1, ALL // max(1, len(found)))
    comments, values = min(COMMENTS, share), min(VALUES, share)
    names = sheet_names([*own_names, *(table.resource for table in tables)])
    given = len(own_names)
    sheets = tuple(
        _sheet(name, table, problems, comments) for name, table in zip(names[given:], tables, strict=True)
    )
    sheet_of = {problem.number: sheet for sheet in sheets for problem in sheet.problems}
    return Contents(problems, sheets, sheet_of, tuple(names[:given]), comments, values)


def _sheet(name: str, table: AnnotatedTable, problems: Sequence[Problem], comments: int) -> Sheet:
    ours = {id(finding) for finding in table.findings}
    own = tuple(problem for problem in problems if id(problem.finding) in ours)
    cells = {problem.number: table.cells_of(problem.finding) for problem in own}
    shown = excerpt(table, [each for each in cells.values() if len(each)])
    marks = Marks(cells, comments, table.read, shown)
    return Sheet(name, table, shown, marks, own)
