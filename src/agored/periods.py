"""Periods: from the text that a council writes to ISO text, by a declared format and never by the machine's locale.

Formats are made of tokens; other letters stand in single quotes (``'Q'q YYYY``):

=======  ==========================================  =======  ====================================
YYYY     the year; a second one is the year after     HH       hour, two digits (24 with 00 minutes)
YY       the year after, its last two digits          H        hour, one or two digits
MMMM     the month's name                             mm       minutes
MMM      the month's short name                       ss       seconds
MM, M    the month, two digits; one or two            q        the quarter, 1 to 4
DD, D    the day, two digits; one or two
=======  ==========================================  =======  ====================================

Out come, by kind: ``2026-01-31``, ``2026-01``, ``2026-Q1``, ``2026``, ``2013-04-01/P1Y`` (financial year),
``2013-09-01/P1Y`` (academic year), ``2026-01-02T00:00:00Z`` (24:00 is the next day's 0:00). ISO 8601.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from agored.words import month_numbers

_TOKENS = re.compile(r"'[^']*'|YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|mm|ss|q|[A-Za-z]|[^A-Za-z']+|'")
_PATTERNS: Mapping[str, tuple[str, str]] = {
    "YYYY": ("year", r"[0-9]{4}"),
    "YY": ("next_year", r"[0-9]{2}"),
    "MMMM": ("month_name", r"[^\W\d_]+"),
    "MMM": ("month_name", r"[^\W\d_]+\.?"),
    "MM": ("month", r"[0-9]{2}"),
    "M": ("month", r"[0-9]{1,2}"),
    "DD": ("day", r"[0-9]{2}"),
    "D": ("day", r"[0-9]{1,2}"),
    "HH": ("hour", r"[0-9]{2}"),
    "H": ("hour", r"[0-9]{1,2}"),
    "mm": ("minute", r"[0-9]{2}"),
    "ss": ("second", r"[0-9]{2}"),
    "q": ("quarter", r"[1-4]"),
}
_NEEDS: Mapping[str, tuple[frozenset[str], ...]] = {
    "day": (frozenset({"year", "month", "day"}),),
    "month": (frozenset({"year", "month"}),),
    "quarter": (frozenset({"year", "quarter"}),),
    "year": (frozenset({"year"}),),
    "financial-year": (frozenset({"year"}), frozenset({"year", "next_year"})),
    "academic-year": (frozenset({"year"}), frozenset({"year", "next_year"})),
    "time": (
        frozenset({"year", "month", "day", "hour", "minute"}),
        frozenset({"year", "month", "day", "hour", "minute", "second"}),
    ),
}
_FIRST_DAYS = {"financial-year": "04-01", "academic-year": "09-01"}


def period_reader(
    kind: str, format: str, language: str = "en", zone: str | None = None
) -> Callable[[str], str | None]:
    """A function that reads one cell: ISO text, or None where the cell is not such a period.

    Raises ValueError where the format has a letter that is no token, or lacks or exceeds what ``kind`` needs.
    """
    pattern = _compile(kind, format)
    names = month_numbers(language)

    def read(text: str) -> str | None:
        match = re.fullmatch(pattern, text)
        if match is None:
            return None
        found = match.groupdict()
        if "month_name" in found:
            month = names.get(found["month_name"].casefold().rstrip("."))
            if month is None:
                return None
            found["month"] = str(month)
        # The year after must read so: 14 or 2014 after 2013.
        if not f"{int(found['year']) + 1:04}".endswith(found.get("next_year", "")):
            return None
        try:
            return _iso(
                kind, {part: int(value) for part, value in found.items() if part != "month_name"}, zone
            )
        except (ValueError, OverflowError):  # no such day; or in UTC it would be before the year 1
            return None

    return read


def _compile(kind: str, format: str) -> str:
    pattern, parts = "", set()
    for token in _TOKENS.findall(format):
        if token in _PATTERNS:
            part, digits = _PATTERNS[token]
            if token == "YYYY" and "year" in parts:
                part = "next_year"
            if part in parts:
                raise ValueError(token)
            parts.add(part)
            pattern += f"(?P<{part}>{digits})"
        elif token.startswith("'") and token.endswith("'") and len(token) > 2:
            pattern += re.escape(token[1:-1])
        elif not re.search(r"[A-Za-z']", token):
            pattern += re.escape(token)
        else:
            raise ValueError(token)
    plain = frozenset("month" if part == "month_name" else part for part in parts)
    if plain not in _NEEDS[kind] or len(plain) < len(parts):
        raise ValueError(format)
    return pattern


def _iso(kind: str, parts: Mapping[str, int], zone: str | None) -> str:
    """The ISO text; raises ValueError where there is no such day."""
    year = parts["year"]
    if not 1 <= year <= 9998:
        raise ValueError(year)
    if kind in _FIRST_DAYS:
        return f"{year:04}-{_FIRST_DAYS[kind]}/P1Y"
    if kind == "quarter":
        return f"{year:04}-Q{parts['quarter']}"
    if kind == "year":
        return f"{year:04}"
    if kind == "month":
        datetime.date(year, parts["month"], 1)
        return f"{year:04}-{parts['month']:02}"
    day = datetime.date(year, parts["month"], parts["day"])
    return day.isoformat() if kind == "day" else _instant(day, parts, zone or "UTC")


def _instant(day: datetime.date, parts: Mapping[str, int], zone: str) -> str:
    hour, minute, second = parts["hour"], parts["minute"], parts.get("second", 0)
    if hour == 24 and (minute, second) == (0, 0):
        day, hour = day + datetime.timedelta(days=1), 0
    local = datetime.datetime.combine(day, datetime.time(hour, minute, second), ZoneInfo(zone))
    instant = local.astimezone(datetime.UTC)
    # An hour that the clocks skip does not come back as itself; one that they repeat is two instants.
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(hour)
    if local.replace(fold=1).astimezone(datetime.UTC) != instant:
        raise ValueError(hour)
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
