"""The rule of what a cell's text is: numbers, dates, times, and the number formats that tell them apart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agored.read.celltext import (
    DATE,
    DATE_TIME,
    DURATION,
    TIME,
    float_text,
    number_text,
    serial_text,
    shape_of,
)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1", "1"),
        ("1.0", "1"),
        ("-0", "0"),
        ("0.25", "0.25"),
        ("0.10000000000000001", "0.1"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("19.989999999999998", "19.99"),
        ("1E+3", "1000"),
        ("1.5E-7", "0.00000015"),
        ("1e20", "100000000000000000000"),
        ("1e21", "1e+21"),
        ("1E-16", "1e-16"),
        ("12345678901234567890", "12345678901234567890"),
        ("007", "7"),
        (".5", "0.5"),
        ("", None),
        ("1,5", None),
        ("abc", None),
        ("1e99999", None),
    ],
)
def test_numbers_are_plain_decimal_text(written: str, text: str | None) -> None:
    assert number_text(written) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_s_text_reads_back_as_it_and_has_no_needless_sign(number: float) -> None:
    text = float_text(number)
    assert float(text) == number
    assert not text.endswith(".0")
    assert text != "-0"
    if 1e-15 <= abs(number) < 1e21:
        assert "e" not in text
    assert len(Decimal(text).normalize().as_tuple().digits) <= 17


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=4))
def test_a_short_decimal_keeps_its_digits(number: Decimal) -> None:
    assert Decimal(number_text(format(number, "f")) or "x") == number


@pytest.mark.parametrize(
    ("serial", "shape", "text"),
    [
        (43831, DATE, "2020-01-01"),
        (43831, DATE_TIME, "2020-01-01T00:00:00"),
        (43831.604166666664, DATE, "2020-01-01T14:30:00"),  # a time that the format does not show
        (43831.99999999999, DATE, "2020-01-02"),
        (0.604166666666667, TIME, "14:30:00"),
        (0.5000057870370370, TIME, "12:00:00.5"),
        (1.5, TIME, "1900-01-01T12:00:00"),
        (1.1041666666666667, DURATION, "26:30:00"),
        (-0.5, DURATION, "-12:00:00"),
        (1, DATE, "1900-01-01"),
        (59, DATE, "1900-02-28"),
        (60, DATE, None),  # 29 February 1900
        (61, DATE, "1900-03-01"),
        (0, DATE, None),
        (-1, DATE, None),
        (2958465, DATE, "9999-12-31"),
        (2958466, DATE, None),
        (1e300, DATE, None),
    ],
)
def test_days_that_are_counted_become_dates(serial: float, shape: str, text: str | None) -> None:
    assert serial_text(serial, shape, False) == text


@pytest.mark.parametrize(
    ("serial", "text"), [(0, "1904-01-01"), (60, "1904-03-01"), (42369, "2020-01-01"), (2958465, None)]
)
def test_some_workbooks_count_from_1904(serial: float, text: str | None) -> None:
    assert serial_text(serial, DATE, True) == text


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("General", None),
        ("@", None),
        ("0.00", None),
        ("0%", None),
        ("0.00E+00", None),
        ("#,##0_);[Red]\\(#,##0\\)", None),
        ("[$£-809]#,##0.00", None),
        ('0 "days"', None),
        ("dd/mm/yyyy", DATE),
        ("[$-809]d mmmm yyyy;@", DATE),
        ("mmm\\-yy", DATE),
        ('yyyy"年"m"月"', DATE),
        ("d/m/yy h:mm", DATE_TIME),
        ("h:mm AM/PM", TIME),
        ("mm:ss.0", TIME),
        ("[h]:mm:ss", DURATION),
        ("[mm]:ss", DURATION),
    ],
)
def test_number_formats_tell_dates_from_numbers(code: str, shape: str | None) -> None:
    assert shape_of(164, code) == shape


@pytest.mark.parametrize(
    ("number", "shape"), [(0, None), (9, None), (14, DATE), (21, TIME), (22, DATE_TIME), (46, DURATION)]
)
def test_some_formats_are_known_by_number(number: int, shape: str | None) -> None:
    assert shape_of(number, None) == shape
