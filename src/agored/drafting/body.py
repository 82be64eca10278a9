"""Where the records end, and what stands among them that is none: blank rows, notes, headings again, totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agored.drafting.header import Header, is_typed
from agored.drafting.looking import Looked
from agored.drafting.said import Said, place, rows_text, said
from agored.drafting.vocabulary import (
    DATE_LIKE,
    NOTE_STARTS,
    NOTE_WORDS,
    OTHER_NATIONS,
    TOTALS,
    WHOLES,
    label,
    words_of,
)
from agored.read.look import Line

_MOSTLY = 0.6
_TELLING = 3
"""Columns from which on a row with a first cell alone is no record that lacks a value."""
_LABELS_AT_MOST = 3
"""How often a total is named where it sums up the whole table, and not the parts of each group."""


@dataclass(frozen=True)
class Totals:
    """Records of ``column`` (0 is the first) that sum up others: the ``labels`` as they stand there. With ``at_end``
    they sum up the table, or stand where the others have dates; else they are a kind of record of their own."""

    column: int
    labels: tuple[str, ...]
    at_end: bool
    because: tuple[Said, ...]


@dataclass(frozen=True)
class Body:
    """``records`` are the rows looked at that are records, totals included. ``ends`` says why the table ends at the
    first blank row, empty where it does not; ``blanks`` why blank rows are to be left out. ``notes`` are the ways in
    which rows of notes begin that nothing sets apart from the records, as the text that they begin with, or None for
    one that a person must give."""

    records: tuple[Line, ...]
    ends: tuple[Said, ...] = ()
    blanks: tuple[Said, ...] = ()
    notes: tuple[str | None, ...] = ()
    notes_because: tuple[Said, ...] = ()
    again: tuple[Said, ...] = ()
    totals: tuple[Totals, ...] = ()
    because: tuple[Said, ...] = ()


def find_body(looked: Looked, header: Header | None) -> Body:
    """The records below the headings, or all rows where records bring their own names."""
    if header is None:
        records = tuple(line for line in looked.lines if not line.is_blank)
        return Body(records, totals=_totals(records, looked.headings or ()))
    return _Search(looked, header).body()


class _Search:
    def __init__(self, looked: Looked, header: Header) -> None:
        self.looked = looked
        self.header = header
        self.lines = [line for line in looked.lines if line.row > header.last or line.row < 0]
        self.headings = list(header.headings)
        self.width = len(self.headings)
        self.typed = _typed_columns(self.lines, self.width)

    def body(self) -> Body:
        parts = self._parts()
        if not parts:
            return Body(())
        main, later = parts[0], parts[1:]
        beyond = [line for part in later for line in part]
        table_goes_on = any(self._holds_records(part) for part in later)
        if table_goes_on and not self._is_other_table(later):
            return self._divided_by_blanks(parts)
        ends: tuple[Said, ...] = ()
        if beyond:
            code = "ends-other-table" if table_goes_on else "ends"
            ends = (said(code, blank=self._blank_after(main), rows=rows_text([line.row for line in beyond])),)
        elif self._blank_after(main):
            ends = (said("ends-blank", blank=self._blank_after(main)),)
        elif self.lines[0].is_blank:
            ends = (said("blank-before", row=self.lines[0].row),)
        return self._with_notes(main, ends=ends)

    def _parts(self) -> list[list[Line]]:
        """The rows that are not blank, those next to each other together."""
        parts: list[list[Line]] = []
        is_new = True
        for line in self.lines:
            if line.is_blank:
                is_new = True
            elif is_new:
                parts.append([line])
                is_new = False
            else:
                parts[-1].append(line)
        return parts

    def _blank_after(self, part: Sequence[Line]) -> int:
        """The first blank row below a part; 0 where there is none."""
        index = self.lines.index(part[-1])
        return next((line.row for line in self.lines[index:] if line.is_blank), 0)

    def _holds_records(self, part: Sequence[Line]) -> bool:
        return sum(not self._is_slight(line) for line in part) * 2 > len(part)

    def _is_slight(self, line: Line) -> bool:
        """Whether a row below a blank one is no record: nothing stands where the records have numbers, and little
        anywhere."""
        filled = [column for column, cell in enumerate(line.cells) if cell.strip()]
        if any(is_typed(line.cells[column].strip()) for column in filled if column in self.typed):
            return False
        return len(filled) <= max(1, self.width // 4)

    def _is_note(self, line: Line) -> bool:
        """Whether a row next to records is none: it begins as notes do, or its first cell alone holds something."""
        if not self._is_slight(line):
            return False
        filled = [column for column, cell in enumerate(line.cells) if cell.strip()]
        return self._starts(line) is not None or (filled == [0] and self.width >= _TELLING)

    def _is_other_table(self, later: Sequence[Sequence[Line]]) -> bool:
        """Whether a part below begins with headings of its own, over columns that hold numbers here."""
        if len(self._parts()[0]) < _TELLING:
            return False
        for part in later:
            cells = [cell.strip() for cell in part[0].cells]
            over = [cells[column] for column in self.typed if column < len(cells) and cells[column]]
            if (
                len(over) > 1
                and not any(map(is_typed, over))
                and cells[: len(self.headings)] != self.headings
            ):
                return True
        return False

    def _divided_by_blanks(self, parts: Sequence[Sequence[Line]]) -> Body:
        blank = [line.row for line in self.lines if line.is_blank]
        together = [line for part in parts for line in part]
        because = said("blanks", count=len(blank), rows=rows_text(blank))
        return self._with_notes(together, blanks=(because,))

    def _with_notes(
        self, lines: Sequence[Line], ends: tuple[Said, ...] = (), blanks: tuple[Said, ...] = ()
    ) -> Body:
        """The records among ``lines``, and what is to be done with the rows that are none."""
        again = [line for line in lines if self._is_heading_again(line)]
        rest = [line for line in lines if line not in again]
        after_records = _after_the_last(rest, self._is_note)
        notes = rest[after_records:] if len(rest) > after_records else []
        if blanks:
            notes = [line for line in rest if self._is_note(line) and self._starts(line)] or notes
        noted = {line.row for line in notes}
        records = tuple(line for line in rest if line.row not in noted)
        lone = [line for line in records if self._is_note(line)]
        because = []
        if lone:
            because.append(said("lone-cells", count=len(lone), rows=rows_text([line.row for line in lone])))
        return Body(
            records,
            ends,
            blanks,
            tuple(dict.fromkeys(self._starts(line) for line in notes)),
            (said("notes-rows", count=len(notes), rows=rows_text([line.row for line in notes])),)
            if notes
            else (),
            (said("again", count=len(again), rows=rows_text([line.row for line in again])),) if again else (),
            _totals(records, self.headings),
            tuple(because),
        )

    def _is_heading_again(self, line: Line) -> bool:
        cells = [cell.strip() for cell in line.cells[: len(self.headings)]]
        return bool(self.headings[0]) and cells == self.headings

    def _starts(self, line: Line) -> str | None:
        """The known way in which a note begins; None for any other."""
        text = line.cells[0].strip()
        return next((start for start in NOTE_STARTS if text.startswith(start)), None)


def _after_the_last(lines: Sequence[Line], is_note: Callable[[Line], bool]) -> int:
    """The index behind the last line that is no note."""
    for index in range(len(lines), 0, -1):
        if not is_note(lines[index - 1]):
            return index
    return len(lines)


def _typed_columns(lines: Iterable[Line], width: int) -> frozenset[int]:
    """The columns of mostly numbers, dates or markers."""
    filled: Counter[int] = Counter()
    typed: Counter[int] = Counter()
    for line in lines:
        for column, cell in enumerate(line.cells[:width]):
            text = cell.strip()
            if text:
                filled[column] += 1
                typed[column] += is_typed(text)
    return frozenset(column for column in filled if typed[column] >= _MOSTLY * filled[column])


def _totals(records: Sequence[Line], headings: Sequence[str]) -> tuple[Totals, ...]:
    """The records that sum up others, by the column that says so."""
    found: dict[int, list[tuple[int, str]]] = {}
    for index, line in enumerate(records):
        for column, cell in enumerate(line.cells[: len(headings)]):
            if cell and label(cell) in TOTALS | WHOLES:
                found.setdefault(column, []).append((index, cell.strip()))
    totals = []
    for column, cells in sorted(found.items()):
        others = {label(line.cells[column]) for line in records if column < len(line.cells)}
        is_one_of_many = others & OTHER_NATIONS and not {label(text) for _, text in cells} & TOTALS
        says_nothing_else = len(cells) * 2 > len(records)
        if not (is_one_of_many or says_nothing_else or words_of(headings[column]) & NOTE_WORDS):
            totals.append(_totals_of(column, cells, records))
    return tuple(totals)


def _totals_of(column: int, cells: Sequence[tuple[int, str]], records: Sequence[Line]) -> Totals:
    labels = Counter(text for _, text in cells)
    is_whole = any(label(text) in WHOLES for text in labels)
    last = {index for index, _ in cells} <= set(range(len(records) - _LABELS_AT_MOST, len(records)))
    among = [
        line.cells[column].strip()
        for line in records
        if column < len(line.cells) and line.cells[column].strip()
    ]
    dates = sum(DATE_LIKE.fullmatch(cell) is not None for cell in among)
    in_place_of_dates = dates >= _MOSTLY * len(among)
    at_end = (last and not is_whole and len(cells) <= _LABELS_AT_MOST) or in_place_of_dates
    because = said(
        "totals",
        count=len(cells),
        place=place(records[cells[0][0]].row, column),
        labels=", ".join(f"“{text}”" for text in labels),
    )
    return Totals(column, tuple(labels), at_end, (because,))
