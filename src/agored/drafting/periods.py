"""Which period the cells of a column, or headings, write, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from agored.drafting.vocabulary import PERIOD_WORDS, YEAR_WORDS, words_of
from agored.periods import period_reader
from agored.words import LANGUAGES

_FORMATS: Mapping[str, tuple[str, ...]] = {
    "day": (
        "YYYY-MM-DD", "DD/MM/YYYY", "D/M/YYYY", "MM/DD/YYYY", "M/D/YYYY", "DD-MM-YYYY", "D-M-YYYY", "DD.MM.YYYY",
        "YYYY/MM/DD", "YYYYMMDD", "D MMM YYYY", "D-MMM-YYYY", "MMM D, YYYY",
    ),
    "time": (
        "YYYY-MM-DD HH:mm:ss", "YYYY-MM-DD HH:mm", "YYYY-MM-DD'T'HH:mm:ss", "YYYY-MM-DD'T'HH:mm", "D/M/YYYY H:mm:ss",
        "D/M/YYYY H:mm", "D-M-YYYY H:mm",
    ),
    "month": ("YYYY-MM", "YYYY MMM", "MMM YYYY", "MMM-YYYY", "MM/YYYY", "M/YYYY", "YYYYMM"),
    "quarter": (
        "YYYY 'Q'q", "YYYY'Q'q", "YYYY-'Q'q", "'Q'q YYYY", "'Q'q-YYYY", "YYYY 'Ch'q", "'Ch'q YYYY", "YYYY-'Ch'q",
        "'Quarter 'q YYYY", "YYYY 'Quarter 'q", "'Chwarter 'q YYYY",
    ),
    "financial-year": ("YYYY-YY", "YYYY/YY", "YYYY-YYYY", "YYYY/YYYY", "YYYY–YY", "YYYYYY", "YYYY' to 'YYYY"),
    "year": ("YYYY",),
}  # fmt: skip
_ISO = ("YYYY-MM-DD", "YYYY-MM", "YYYY")
_BARE = ("YYYYMM", "YYYYYY", "YYYY")
"""Formats of digits alone, which are taken for periods only below a heading that says so."""
_MOSTLY = 0.9
_LIKELY_YEARS = range(1900, 2101)
SHORT_YEAR = re.compile(r"\d{1,2}[-/.](?:\d{1,2}|[^\W\d_]{3,9})[-/.]\d{2}(?: .*)?")
"""A date whose year has two digits, which no format reads."""


@dataclass(frozen=True)
class Reading:
    """One way to read cells as periods, and how many of them it reads; ``first_other`` is the first that it does
    not."""

    kind: str
    format: str
    language: str
    matched: int

    def reads(self, cell: str) -> bool:
        """Whether a cell is such a period."""
        return _reads(_reader(self.kind, self.format, self.language)(cell))

    @property
    def is_iso(self) -> bool:
        """Whether the cells are ISO text already."""
        return self.format in _ISO


def readings_of(
    cells: Mapping[str, int], heading: str | None, among: Iterable[Reading] | None = None
) -> list[Reading]:
    """The ways to read nearly all of ``cells`` (each text with how often it stands) as periods, the likeliest first.

    There is more than one where the cells leave it open: 03/04/2026, or a year of two calendar years. ``heading`` is
    what stands above; None where the cells are headings themselves. Only the ways in ``among`` are tried where it
    is given.
    """
    total = sum(cells.values())
    if not total or not any(any(digit in cell for digit in "0123456789") for cell in list(cells)[:5]):
        return []
    words = _words(heading)
    tried = None if among is None else {each.format for each in among}
    found: list[Reading] = []
    for kind, formats in _FORMATS.items():
        for form in formats:
            if tried is not None and form not in tried:
                continue
            if (
                form in _BARE
                and words is not None
                and not words & (YEAR_WORDS if form == "YYYY" else PERIOD_WORDS)
            ):
                continue
            reading = _reading(kind, form, cells)
            if reading is not None and reading.matched >= _MOSTLY * total:
                found.append(reading)
    return _likeliest(found)


def _words(heading: str | None) -> frozenset[str] | None:
    return None if heading is None else words_of(heading)


def _reading(kind: str, form: str, cells: Mapping[str, int]) -> Reading | None:
    best: Reading | None = None
    for language in reversed(LANGUAGES) if "MMM" in form else ("en",):
        read = _reader(kind, form, language)
        matched = sum(count for cell, count in cells.items() if _reads(read(cell)))
        if matched and (best is None or matched > best.matched):
            best = Reading(kind, form, language, matched)
    return best


@cache
def _reader(kind: str, form: str, language: str) -> Callable[[str], str | None]:
    return period_reader(kind, form, language, "UTC" if kind == "time" else None)


def _reads(iso: str | None) -> bool:
    return iso is not None and int(iso[:4]) in _LIKELY_YEARS


def _likeliest(found: Iterable[Reading]) -> list[Reading]:
    """Those that read the most; of formats that differ in a leading zero alone, the stricter one."""
    best = max((reading.matched for reading in found), default=0)
    kept: list[Reading] = []
    for reading in found:
        if reading.matched < best:
            continue
        strict = any(
            _loose(other.format) == _loose(reading.format) and other.kind == reading.kind for other in kept
        )
        if not strict:
            kept.append(reading)
    return kept


def _loose(form: str) -> str:
    return form if "MMM" in form else form.replace("DD", "D").replace("MM", "M")


def clock_format(cells: Iterable[str]) -> str | None:
    """The format of times of day; None where the cells are something else, or are written in several ways."""
    formats = {_clock(cell) for cell in cells}
    return next(iter(formats)) if len(formats) == 1 else None


def _clock(cell: str) -> str | None:
    match = re.fullmatch(r"(\d\d?):\d\d(:\d\d)?", cell, re.ASCII)
    if match is None:
        return None
    return ("HH" if len(match[1]) == 2 else "H") + ":mm" + (":ss" if match[2] else "")
