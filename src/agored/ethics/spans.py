"""The days that a published period takes in."""

from __future__ import annotations

import datetime
import re

_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>\d{2})(?:-(?P<day>\d{2})(?:T[\d:.]+Z?|(?P<whole>/P1Y))?)?)?",
    re.ASCII,
)


def span(text: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day of a period as shape writes it, or None where ``text`` is none.

    ``2026``, ``2026-Q1``, ``2026-01``, ``2026-01-31``, ``2026-01-02T00:00:00Z`` (its day, UTC) and
    ``2013-04-01/P1Y`` (a year from that day). ISO 8601.
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        return None
    year = int(match["year"])
    try:
        if match["quarter"]:
            month = 3 * int(match["quarter"]) - 2
            return datetime.date(year, month, 1), _before(year, month + 3)
        if match["month"] is None:
            return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        if match["day"] is None:
            return datetime.date(year, int(match["month"]), 1), _before(year, int(match["month"]) + 1)
        first = datetime.date(year, int(match["month"]), int(match["day"]))
        if match["whole"]:
            return first, first.replace(year=year + 1) - datetime.timedelta(days=1)
    except ValueError:
        return None
    return first, first


def _before(year: int, month: int) -> datetime.date:
    """The day before the first of a month; the thirteenth is January of the next year."""
    return datetime.date(year + month // 13, (month - 1) % 12 + 1, 1) - datetime.timedelta(days=1)
