"""What the cells of a column are: text, numbers and how they are written, markers among them, periods."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agored.drafting.periods import SHORT_YEAR, Reading, readings_of
from agored.drafting.said import Said, place, said
from agored.drafting.vocabulary import ID_WORDS, MARKED_NUMBER, MARKER, NUMBER, words_of
from agored.read.look import Line

_MANY = 200
"""Different texts by which a column is judged to hold periods."""
_FEWEST = 3
"""Numbers that a column with other texts must have to be taken for one of numbers."""
_GROUP = re.compile(r"\d{1,3}(?P<mark>[, \u00a0])\d{3}(?!\d)")


@dataclass(frozen=True)
class Cells:
    """The texts of some columns: how often each stands there, and where it stands first (its row and column)."""

    counts: Mapping[str, int]
    first: Mapping[str, tuple[int, int]]

    @property
    def total(self) -> int:
        """How many cells hold something."""
        return sum(self.counts.values())

    def place(self, text: str) -> str:
        """The first place of a text."""
        row, column = self.first[text]
        return place(row, column)


def cells_of(records: Iterable[Line], columns: Sequence[int]) -> Cells:
    """The texts of some columns (0 is the first), white space around them aside."""
    counts: Counter[str] = Counter()
    first: dict[str, tuple[int, int]] = {}
    for line in records:
        for column in columns:
            if column < len(line.cells):
                text = line.cells[column].strip()
                if text:
                    counts[text] += 1
                    first.setdefault(text, (line.row, column))
    return Cells(counts, first)


@dataclass(frozen=True)
class Kind:
    """What cells are. ``type`` is a type of Table Schema, None where a person must decide. ``readings`` are the ways
    to read them as periods; ``markers`` stand in place of numbers or behind them; ``group`` is the thousands mark and
    ``prefix`` a sign of money. Each part has its own evidence."""

    type: str | None = "string"
    readings: tuple[Reading, ...] = ()
    markers: tuple[str, ...] = ()
    group: str = ""
    prefix: str = ""
    because: tuple[Said, ...] = ()
    markers_because: tuple[Said, ...] = ()
    number_because: tuple[Said, ...] = ()
    period_because: tuple[Said, ...] = ()

    @property
    def is_measure(self) -> bool:
        """Whether a person must say what the numbers measure."""
        return self.type == "number" or (self.type is None and not self.readings)


def kind_of(cells: Cells, heading: str) -> Kind:
    """What the cells below ``heading`` are."""
    if not cells.total:
        return Kind()
    readings = _readings(cells, heading)
    if readings:
        return _period(cells, readings)
    return _numbers(cells, heading) or Kind(because=_short_years(cells))


# Periods


def _readings(cells: Cells, heading: str) -> list[Reading]:
    """How the column is read as periods: its commonest texts decide whether it is, all of them how."""
    sample = dict(Counter(cells.counts).most_common(_MANY))
    likely = readings_of(sample, heading)
    return readings_of(cells.counts, heading, likely) if likely else []


_TYPES = {"day": "date", "time": "datetime", "month": "yearmonth", "year": "year"}


def type_of(readings: Sequence[Reading]) -> str | None:
    """The type of a field of periods; None where it is open which kind of period they are."""
    kinds = {reading.kind for reading in readings}
    return _TYPES.get(next(iter(kinds), ""), "string") if len(kinds) < 2 else None


def _period(cells: Cells, readings: Sequence[Reading]) -> Kind:
    best = readings[0]
    because = [said("period", count=best.matched, total=cells.total, format=best.format)]
    other = next((text for text in cells.counts if not best.reads(text)), None)
    if other is not None:
        because.append(said("period-others", count=cells.total - best.matched, place=cells.place(other)))
    if len(readings) > 1:
        because.append(said("period-open", formats=", ".join(reading.format for reading in readings)))
    elif best.format.startswith("D") and "MMM" not in best.format:
        above = next(
            (text for text in cells.counts if best.reads(text) and int(text[:2].strip("/-.")) > 12), None
        )
        if above is not None:
            because.append(said("period-day-first", place=cells.place(above)))
    return Kind(type_of(readings), tuple(readings), period_because=tuple(because))


def _short_years(cells: Cells) -> tuple[Said, ...]:
    short = [text for text in cells.counts if SHORT_YEAR.fullmatch(text)]
    count = sum(cells.counts[text] for text in short)
    return (
        (said("period-short", count=count, place=cells.place(short[0])),) if count * 2 > cells.total else ()
    )


# Numbers


def _numbers(cells: Cells, heading: str) -> Kind | None:
    """Numbers, with their markers; None where the cells are mostly something else."""
    numbers: list[str] = []
    markers: dict[str, str] = {}  # a marker, and the first cell that has it
    others: list[str] = []
    for text in cells.counts:
        marked = MARKED_NUMBER.fullmatch(text)
        if NUMBER.fullmatch(text):
            numbers.append(text)
        elif MARKER.fullmatch(text):
            markers.setdefault(text, text)
        elif marked is not None:
            numbers.append(marked["number"].strip())
            markers.setdefault(marked["marker"], text)
        else:
            others.append(text)
    counted = sum(cells.counts[text] for text in others)
    few = sum(times for text, times in cells.counts.items() if NUMBER.fullmatch(text)) < _FEWEST
    if not numbers or (others and (few or counted * 2 >= cells.total)):
        return None
    if words_of(heading) & ID_WORDS or any(re.fullmatch(r"0\d+", number) for number in numbers):
        return None if others else Kind(because=(said("digits-as-text"),))
    because = []
    if others:
        because.append(said("not-numbers", count=counted, total=cells.total, place=cells.place(others[0])))
    percent = next((text for text in cells.counts if text.endswith("%") and text in numbers), None)
    if percent is not None:
        because.append(said("percent", place=cells.place(percent)))
    kept, clashing = _safe(markers, numbers)
    if clashing:
        because.append(said("markers-clash", markers=_quoted(clashing)))
    group, prefix, number_because = _written(cells, numbers)
    return Kind(
        "number" if not others else None,
        markers=tuple(kept),
        group=group,
        prefix=prefix,
        because=tuple(because),
        markers_because=tuple(_marker(cells, marker, kept[marker]) for marker in kept),
        number_because=number_because,
    )


def _safe(markers: Mapping[str, str], numbers: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """The markers that no number begins or ends with, and the others: taking a hyphen off would take off minuses."""
    ends = {number[:length] for number in numbers for length in (1, 2, 3)}
    ends |= {number[-length:] for number in numbers for length in (1, 2, 3)}
    return {marker: markers[marker] for marker in markers if marker not in ends}, [
        marker for marker in markers if marker in ends
    ]


def _marker(cells: Cells, marker: str, text: str) -> Said:
    count = sum(
        times
        for each, times in cells.counts.items()
        if each == marker or (each.endswith(marker) and each != marker)
    )
    return said("marker", marker=marker, count=count, place=cells.place(text))


def _quoted(markers: Iterable[str]) -> str:
    return ", ".join(f"“{marker}”" for marker in markers)


def _written(cells: Cells, numbers: Sequence[str]) -> tuple[str, str, tuple[Said, ...]]:
    """The thousands mark and the sign of money that numbers are written with."""
    groups = Counter(match["mark"] for number in numbers if (match := _GROUP.search(number)))
    prefixes = Counter(sign for number in numbers for sign in "£€$" if sign in number)
    group = groups.most_common(1)[0][0] if groups else ""
    prefix = prefixes.most_common(1)[0][0] if prefixes else ""
    if not group and not prefix:
        return "", "", ()
    written = [
        text for text in cells.counts if (group and _GROUP.search(text)) or (prefix and prefix in text)
    ]
    count = sum(cells.counts[text] for text in written)
    return group, prefix, (said("number", count=count, total=cells.total, place=cells.place(written[0])),)
