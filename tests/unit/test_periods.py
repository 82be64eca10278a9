"""Periods: declared formats to ISO 8601 text, in both languages and by no locale of the machine's."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agored.periods import period_reader
from agored.recipe import PERIOD_KINDS
from agored.words import month_numbers


@pytest.mark.parametrize(
    ("kind", "format", "text", "iso"),
    [
        ("day", "DD/MM/YYYY", "31/01/2026", "2026-01-31"),
        ("day", "D/M/YYYY", "1/2/2026", "2026-02-01"),
        ("day", "D/M/YYYY", "01/02/2026", "2026-02-01"),
        ("day", "YYYY-MM-DD", "2024-02-29", "2024-02-29"),
        ("day", "DD-MM-YYYY", "31-12-2025", "2025-12-31"),
        ("day", "D MMMM YYYY", "3 March 2026", "2026-03-03"),
        ("month", "YYYY MMM", "2023 Apr", "2023-04"),
        ("month", "MMM YYYY", "Sept 2026", "2026-09"),
        ("month", "MMM YYYY", "SEP. 2026", "2026-09"),
        ("month", "MMMM YYYY", "December 2026", "2026-12"),
        ("month", "MM/YYYY", "07/2026", "2026-07"),
        ("month", "YYYYMM", "202607", "2026-07"),
        ("quarter", "'Q'q YYYY", "Q1 2026", "2026-Q1"),
        ("quarter", "YYYY'Ch'q", "2026Ch4", "2026-Q4"),
        ("year", "YYYY", "2026", "2026"),
        ("year", "'Mid-'YYYY", "Mid-2019", "2019"),
        ("financial-year", "YYYY-YY", "2013-14", "2013-04-01/P1Y"),
        ("financial-year", "YYYY-YYYY", "2013-2014", "2013-04-01/P1Y"),
        ("financial-year", "YYYYYY", "202122", "2021-04-01/P1Y"),
        ("financial-year", "YYYY/YY", "1999/00", "1999-04-01/P1Y"),
        ("financial-year", "YYYY", "2013", "2013-04-01/P1Y"),
        ("academic-year", "YYYY/YY", "2013/14", "2013-09-01/P1Y"),
    ],
)
def test_periods_are_read(kind: str, format: str, text: str, iso: str) -> None:
    assert period_reader(kind, format)(text) == iso


@pytest.mark.parametrize(
    ("kind", "format", "text"),
    [
        ("day", "DD/MM/YYYY", "31/02/2026"),
        ("day", "DD/MM/YYYY", "1/02/2026"),
        ("day", "DD/MM/YYYY", "31/01/2026 "),
        ("day", "DD/MM/YYYY", "31/01/26"),
        ("day", "DD/MM/YYYY", "31/01/2026\n"),
        ("day", "D/M/YYYY", "13/13/2026"),
        ("day", "YYYY-MM-DD", "2023-02-29"),
        ("day", "YYYY-MM-DD", "0000-01-01"),
        ("day", "YYYY-MM-DD", "9999-01-01"),
        ("month", "YYYY MMM", "2023 Ebr"),
        ("month", "YYYY MMM", "2023 A"),
        ("month", "YYYY MMM", "2023\u00a0Apr"),
        ("month", "MM/YYYY", "13/2026"),
        ("month", "MM/YYYY", "00/2026"),
        ("month", "YYYY MMM", "２０２３ Apr"),  # digits of another width
        ("year", "YYYY", "٢٠٢٦"),  # Arabic digits
        ("quarter", "'Q'q YYYY", "Q5 2026"),
        ("quarter", "'Q'q YYYY", "q1 2026"),
        ("financial-year", "YYYY-YY", "2013-15"),
        ("financial-year", "YYYY-YYYY", "2013-2013"),
        ("financial-year", "YYYY-YYYY", "2013-0014"),
        ("year", "YYYY", "2026r"),
        ("year", "YYYY.", "20260"),
    ],
)
def test_what_is_no_such_period_is_none(kind: str, format: str, text: str) -> None:
    assert period_reader(kind, format)(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1 Mawrth 2026", "2026-03-01"),
        ("31 Rhagfyr 2025", "2025-12-31"),
        ("2 gorffennaf 2026", "2026-07-02"),
        ("2 July 2026", None),
        ("2 Fawrth 2026", None),
    ],
)
def test_welsh_months(text: str, iso: str | None) -> None:
    assert period_reader("day", "D MMMM YYYY", "cy")(text) == iso


@pytest.mark.parametrize("language", ["cy", "en"])
def test_every_month_name_of_a_language_is_read(language: str) -> None:
    read = period_reader("month", "MMM YYYY", language)
    for name, number in month_numbers(language).items():
        for written in (name, name.upper(), name.title(), f"{name}."):
            assert read(f"{written} 2026") == f"2026-{number:02}"


@pytest.mark.parametrize(
    ("format", "zone", "text", "iso"),
    [
        ("DD-MM-YYYY HH:mm", "UTC", "01-01-2026 24:00", "2026-01-02T00:00:00Z"),
        ("DD-MM-YYYY HH:mm", "UTC", "31-12-2025 24:00", "2026-01-01T00:00:00Z"),
        ("DD-MM-YYYY H:mm", "UTC", "01-01-2026 9:05", "2026-01-01T09:05:00Z"),
        ("YYYY-MM-DD HH:mm:ss", "UTC", "2026-01-01 23:59:59", "2026-01-01T23:59:59Z"),
        ("YYYY-MM-DD HH:mm", "Europe/London", "2026-07-01 12:00", "2026-07-01T11:00:00Z"),
        ("YYYY-MM-DD HH:mm", "Europe/London", "2026-01-01 12:00", "2026-01-01T12:00:00Z"),
        ("YYYY-MM-DD HH:mm", "Europe/London", "2026-06-30 24:00", "2026-06-30T23:00:00Z"),
        # The hour that the clocks skip, and the one that they repeat.
        ("YYYY-MM-DD HH:mm", "Europe/London", "2026-03-29 01:30", None),
        ("YYYY-MM-DD HH:mm", "Europe/London", "2026-10-25 01:30", None),
        ("YYYY-MM-DD HH:mm", "Europe/London", "2026-10-25 02:30", "2026-10-25T02:30:00Z"),
        ("YYYY-MM-DD HH:mm", "UTC", "2026-01-01 24:01", None),
        ("YYYY-MM-DD HH:mm", "UTC", "2026-01-01 25:00", None),
        ("YYYY-MM-DD HH:mm", "UTC", "2026-01-01 12:60", None),
        ("YYYY-MM-DD HH:mm", "Asia/Tokyo", "0001-01-01 00:00", None),
    ],
)
def test_times(format: str, zone: str, text: str, iso: str | None) -> None:
    assert period_reader("time", format, zone=zone)(text) == iso


@pytest.mark.parametrize(
    ("kind", "format"),
    [
        ("day", "DD/MM/YY"),  # of which century?
        ("day", "MM/YYYY"),
        ("month", "YYYY"),
        ("month", "DD MM YYYY"),
        ("month", "MM MMM YYYY"),
        ("year", "YYYY x"),
        ("year", "YYYY 'x"),
        ("year", "YYYY ''"),
        ("year", "%Y"),
        ("year", "yyyy"),
        ("year", ""),
        ("quarter", "Qq YYYY"),
        ("year", "YYYY-YY"),
        ("financial-year", "YY"),
        ("financial-year", "YYYY YYYY YYYY"),
        ("time", "YYYY-MM-DD"),
        ("time", "YYYY-MM-DD HH"),
        ("day", "YYYY-MM-DD HH:mm"),
    ],
)
def test_a_format_that_does_not_fit_its_kind_is_refused(kind: str, format: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        period_reader(kind, format)


def test_signs_in_a_format_mean_themselves() -> None:
    read = period_reader("year", "(YYYY)+.*")
    assert read("(2026)+.*") == "2026"
    assert read("20266") is None


@given(st.dates(datetime.date(1, 1, 1), datetime.date(9998, 12, 31)))
def test_every_day_comes_back(day: datetime.date) -> None:
    written = f"{day.day}.{day.month}.{day.year:04}"
    assert period_reader("day", "D.M.YYYY")(written) == day.isoformat()


@given(st.text(max_size=12), st.sampled_from(PERIOD_KINDS))
def test_no_text_makes_a_reader_break(text: str, kind: str) -> None:
    formats = {
        "day": "D MMM YYYY",
        "month": "MMMM YYYY",
        "quarter": "q YYYY",
        "year": "YYYY",
        "time": "YYYY-MM-DD HH:mm",
    }
    read = period_reader(kind, formats.get(kind, "YYYY-YY"), "cy", "Europe/London")(text)
    assert read is None or read[:4].isdecimal()
