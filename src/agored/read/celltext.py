"""What the text of a cell is, by one rule for all formats that hold numbers, dates and truths as such.

- A **number** is plain decimal text: the shortest that reads back as the same number (``0.1``, not
  ``0.10000000000000001``), and an integer has no ``.0``. A whole number that the file writes in digits keeps all of
  them. An exponent appears only below 1e-15 and from 1e21 on. JSON alone keeps a number as it is written.
- A **percentage** or an amount of money is the number that is stored: 25 % is ``0.25``, and £1,000 is ``1000``.
- A **date** is ``2026-01-31``. With a time of day, or in a number format that shows one, it is
  ``2026-01-31T14:30:00``; a format that shows nothing but a time gives ``14:30:00``, and one that counts hours
  beyond a day gives ``26:30:00``. Seconds have no decimals where they are whole, and in workbooks three at most.
  Workbooks that count from 1904 are read so. In ODS and Parquet the file itself says whether there is a time. A
  time zone is written as ``Z`` for UTC, else as ``+01:00``.
- What is formatted as a date but lies outside the calendar (below 0, on the 29 February 1900 that never was, or
  beyond the year 9999) keeps its number, and is told.
- **Truths** are ``true`` and ``false``.
- **Text** stays as it is: zeros in front, blanks at the ends, everything. Rich text is its plain text.
- A **formula** is the result that was last worked out. Without one it is empty, and is told.
- An **error** keeps its text (``#N/A``), and is told.
- Of **merged** cells the first holds the text and the others are empty, which is told; in header rows the text
  stands over all the columns that it was merged over.
- What is **missing** is empty.
"""

from __future__ import annotations

import datetime
import math
import re
from decimal import Decimal

DATE, DATE_TIME, TIME, DURATION = "date", "date-time", "time", "duration"

_DAY = 86_400_000
"""Milliseconds."""
_LAST_DAY = 2_958_465
_START_1900 = datetime.date(1899, 12, 30).toordinal()
_START_1904 = datetime.date(1904, 1, 1).toordinal()
_NO_DAY = 60
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,39})")
_SHORT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]*[1-9]")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_SURE_DIGITS = 15
"""Decimals of so many digits are all told apart, so that none has a shorter text."""


def number_text(written: str) -> str | None:
    """The text of a number that a workbook wrote; None where it is none."""
    if _WHOLE.fullmatch(written) and written != "-0":
        return written
    if _SHORT.fullmatch(written) and len(written) <= _SURE_DIGITS:
        return written
    return float_text(float(written)) if _NUMBER.fullmatch(written) else None


def float_text(number: float) -> str:
    """The shortest plain text that reads back as ``number``; what is no number is ``NaN`` or ``Infinity``."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    return plain(repr(number))


def plain(written: str) -> str:
    """A decimal without a needless exponent, sign or zero."""
    if "e" not in written and "E" not in written:
        text = written
    else:
        number = Decimal(written)
        if number and not -16 < number.adjusted() < 21:
            return written
        text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def serial_text(serial: float, shape: str, from_1904: bool) -> str | None:
    """The text of a day that is counted in numbers, formatted as ``shape``; None where it is no day."""
    if not -_LAST_DAY <= serial < _LAST_DAY + 1:
        return None
    moment = round(serial * _DAY)
    if shape == DURATION:
        return duration_text(moment)
    if moment < 0:
        return None
    day, time = divmod(moment, _DAY)
    if shape == TIME and day == 0:
        return clock(time)
    date = _date(day, from_1904)
    if date is None:
        return None
    return date if shape == DATE and time == 0 else f"{date}T{clock(time)}"


def _date(day: int, from_1904: bool) -> str | None:
    if from_1904:
        start = _START_1904
    elif day in (0, _NO_DAY):
        return None
    else:
        start = _START_1900 + (1 if day < _NO_DAY else 0)
    ordinal = start + day
    return (
        datetime.date.fromordinal(ordinal).isoformat() if ordinal <= datetime.date.max.toordinal() else None
    )


def clock(milliseconds: int) -> str:
    """``14:30:00`` or ``14:30:00.5``; hours may be more than 24."""
    seconds, rest = divmod(milliseconds, 1_000)
    text = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:03}".rstrip("0") if rest else text


def duration_text(milliseconds: int) -> str:
    """As ``clock``, with a sign where time runs backwards."""
    return f"-{clock(-milliseconds)}" if milliseconds < 0 else clock(milliseconds)


_PASSED_OVER = re.compile(r'"[^"]*"?|\\.?|_.?|\*.?|\[(?!h+\]|m+\]|s+\])[^\]]*\]?', re.DOTALL | re.IGNORECASE)
_LONGEST_FORMAT = 1_000
# The formats that a workbook knows by number; 27 to 36 and 50 to 58 are dates of East Asia.
_BUILT_IN = {
    **dict.fromkeys([14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)], DATE),
    **dict.fromkeys([18, 19, 20, 21, 32, 33, 34, 35, 45, 47], TIME),
    22: DATE_TIME,
    46: DURATION,
}


def shape_of(number: int, code: str | None) -> str | None:
    """What a number format makes of a number: a date, a date with a time, a time, a duration; None where it
    leaves it a number. ``number`` counts where the workbook writes no ``code`` for it."""
    if code is None:
        return _BUILT_IN.get(number)
    section = _PASSED_OVER.sub("", code[:_LONGEST_FORMAT]).partition(";")[0].lower()
    if "general" in section or "@" in section:
        return None
    if "[" in section:
        return DURATION
    time = any(mark in section for mark in "hs")
    # An m beside hours or seconds is minutes.
    date = any(mark in section for mark in "yd") or ("m" in section and not time)
    if date:
        return DATE_TIME if time else DATE
    return TIME if time else None
