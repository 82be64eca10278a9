"""The sheets of a workbook of any kind: what each hides, and how that is told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agored.findings import EXAMPLES
from agored.read.hidden.found import Found, Runs, cells_text
from agored.read.hidden.unreadable import Unreadable

MAX_COLUMN = 16_384
MAX_ROW = 1_048_576
_KEPT_PLACES = 9
_MOST_MERGES_IN_A_ROW = 8_192

Area = tuple[int, int, int, int]
"""Top row, left column, bottom row, right column; all of them included, from 1."""


@dataclass
class SheetFacts:
    """What one sheet holds: how many cells have content, and which of them cannot be seen."""

    cells: int = 0
    hidden_rows: Runs = field(default_factory=Runs)
    filtered_rows: Runs = field(default_factory=Runs)
    grouped_rows: Runs = field(default_factory=Runs)
    hidden_columns: Runs = field(default_factory=Runs)
    grouped_columns: Runs = field(default_factory=Runs)
    unseen: int = 0
    unseen_at: list[tuple[int, int]] = field(default_factory=list)
    covered: int = 0
    covered_at: list[tuple[int, int]] = field(default_factory=list)
    hiding_conditions: int = 0
    scenarios: int = 0
    used_texts: set[int] = field(default_factory=set)


@dataclass
class Sheet:
    """A sheet as the workbook lists it, and what was found on it, where it could be looked at.

    ``state`` is ``visible``, ``hidden`` or ``veryHidden``; ``part`` and ``kind`` are how an archive names the
    part that holds it; ``has_more`` says that it holds more than cells: drawings, objects.
    """

    name: str
    state: str = "visible"
    part: str | None = None
    kind: str = ""
    facts: SheetFacts | None = None
    has_more: bool = False

    @property
    def is_visible(self) -> bool:
        """Whether a person who opens the workbook sees the sheet's tab."""
        return self.state not in ("hidden", "veryHidden")


class Merged:
    """The merged areas of a sheet, of which all cells but the first are covered; asked for row after row."""

    def __init__(self, merges: Iterable[Area]) -> None:
        self._waiting = sorted(merges, reverse=True)
        self._here: list[Area] = []
        self._lefts: list[int] = []
        self._until = MAX_ROW

    def move_to(self, row: int) -> None:
        """Go on to a row further down."""
        if row <= self._until and not (self._waiting and self._waiting[-1][0] <= row):
            return
        here = [merge for merge in self._here if merge[2] >= row]
        while self._waiting and self._waiting[-1][0] <= row:
            merge = self._waiting.pop()
            if merge[2] >= row:
                here.append(merge)
        if len(here) > _MOST_MERGES_IN_A_ROW:
            raise Unreadable
        self._here = sorted(here, key=lambda merge: merge[1])
        self._lefts = [merge[1] for merge in self._here]
        self._until = min((merge[2] for merge in here), default=MAX_ROW)

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell of this row lies under a merged cell. Areas never overlap."""
        number = bisect_right(self._lefts, column) - 1
        if number < 0:
            return False
        top, left, bottom, right = self._here[number]
        return top <= row <= bottom and column <= right and (row, column) != (top, left)


def keep_place(places: list[tuple[int, int]], place: tuple[int, int]) -> None:
    """The first few places only: a message names no more."""
    if len(places) < _KEPT_PLACES:
        places.append(place)


def own_sheet(sheets: Sequence[Sheet], declared: str | None) -> Sheet | None:
    """The declared sheet; where none is declared, the first that holds cells, sheets in sight before others.

    None where there is no such sheet.
    """
    if declared is not None:
        return next((sheet for sheet in sheets if sheet.name.casefold() == declared.casefold()), None)
    by_sight = sorted(sheets, key=lambda sheet: not sheet.is_visible)
    filled = [sheet for sheet in by_sight if sheet.facts is not None and sheet.facts.cells]
    return next(iter([*filled, *by_sight]), None)


def tell_sheets(found: Found, sheets: Sequence[Sheet], own: Sheet | None) -> None:
    """Add which sheets are hidden, which others there are beside ``own``, and what those in sight hide."""
    for sheet in sheets:
        cells = sheet.facts.cells if sheet.facts is not None else 0
        if sheet is own:
            found.add("read.hidden-own-sheet", int(not sheet.is_visible), sheet=sheet.name)
        elif sheet.is_visible:
            found.add("read.hidden-other-sheets", sheet=sheet.name, cells=cells)
        elif sheet.facts is not None and cells == 0 and not sheet.has_more:
            found.add("read.hidden-empty-sheets", sheet=sheet.name)
        else:
            deep = sheet.state == "veryHidden"
            code = "read.hidden-sheets-deep" if deep else "read.hidden-sheets"
            found.add(code, sheet=sheet.name, cells=cells)
        if sheet.facts is not None and (sheet.is_visible or sheet is own):
            _tell_sheet(found, sheet.name, sheet.facts, sheet is own)


def _tell_sheet(found: Found, name: str, facts: SheetFacts, is_own: bool) -> None:
    """Add what one sheet hides; its rows are named only where it is the declared one."""
    for code, rows in (
        ("read.hidden-rows", facts.hidden_rows),
        ("read.hidden-rows-filtered", facts.filtered_rows),
        ("read.hidden-rows-grouped", facts.grouped_rows),
    ):
        found.add(
            code, rows.count, sheet=name, place=rows.rows(), rows=rows.first(EXAMPLES) if is_own else ()
        )
    for code, columns in (
        ("read.hidden-columns", facts.hidden_columns),
        ("read.hidden-columns-grouped", facts.grouped_columns),
    ):
        found.add(code, columns.count, sheet=name, place=columns.columns())
    found.add("read.hidden-text", facts.unseen, sheet=name, place=cells_text(facts.unseen_at))
    found.add("read.hidden-covered-cells", facts.covered, sheet=name, place=cells_text(facts.covered_at))
    found.add("read.hidden-text-conditional", facts.hiding_conditions, sheet=name)
    found.add("read.hidden-scenarios", facts.scenarios, sheet=name)
