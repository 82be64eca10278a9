"""Which formats leave a value unseen: number formats by what they show of it, colours by how far apart they are."""

from __future__ import annotations

import pytest

from agored.read.hidden.formats import colour_of, hidden_signs, looks_the_same, tinted
from agored.read.hidden.found import Runs, cells_text, safe_name
from agored.read.hidden.people import could_name_a_person

ALL = {"positive", "negative", "text"}


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("", set()),
        ("General", set()),
        ("@", set()),
        ("0", set()),
        (";;;", ALL),
        ('"";"";"";""', ALL),
        ("[White];[White];[White];[White]", ALL),
        ('_-"";_-;;', ALL),
        (";;", {"positive", "negative"}),
        (";", {"positive", "negative"}),
        ('""', {"positive", "negative"}),
        ("0;;", {"negative"}),
        ("0;-0;;", {"text"}),
        ("0;-0;;@", set()),
        (";-0;0;@", {"positive"}),
        ("#,##0", set()),
        ('_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', set()),
        ('[=0]"";General', set()),
        ('[<5]"*";0', set()),
        ("[>0];[<0];;", ALL),
        ("[h]", set()),
        ("[mm]:ss", set()),
        ("[$-809]d mmmm yyyy", set()),
        ('"Ie";"Ie";"Nage"', set()),
        ('0\\;0;"a;b";;', {"text"}),
        ("-", set()),
        (";" * 2_000, set()),
    ],
)
def test_what_a_number_format_hides(code: str, hidden: set[str]) -> None:
    assert hidden_signs(code) == hidden


@pytest.mark.parametrize(
    ("ink", "paper", "same"),
    [
        ("FFFFFF", "FFFFFF", True),
        ("000000", "000000", True),
        ("FEFEFE", "FFFFFF", True),
        ("F2F2F2", "FFFFFF", True),
        ("D9D9D9", "FFFFFF", False),
        ("808080", "FFFFFF", False),
        ("000000", "FFFFFF", False),
        ("FFFFFF", "1F4E78", False),
        ("FFFF00", "FFFFFF", False),
        ("0A0A0A", "000000", True),
        ("FF0000", "808080", False),
        ("FF0000", "007700", False),
    ],
)
def test_which_colours_look_the_same(ink: str, paper: str, same: bool) -> None:
    assert looks_the_same(ink, paper) is looks_the_same(paper, ink) is same


def test_colours_as_they_are_written() -> None:
    assert colour_of("#a1b2c3") == colour_of("FFA1B2C3") == colour_of("A1B2C3") == "A1B2C3"
    assert [colour_of(text) for text in (None, "", "red", "#fff", "GGGGGG")] == [None] * 5


def test_tints_lead_to_white_and_to_black() -> None:
    assert tinted("4472C4", 0) == "4472C4"
    assert (tinted("4472C4", 1), tinted("4472C4", -1)) == ("FFFFFF", "000000")
    assert (tinted("4472C4", 9), tinted("4472C4", -9)) == ("FFFFFF", "000000")
    assert tinted("FFFFFF", -0.5) in ("7F7F7F", "808080")
    assert tinted("000000", 0.5) in ("7F7F7F", "808080")


def test_rows_and_columns_are_written_as_runs() -> None:
    assert Runs([1, 2, 3, 7, 7, 9, 10]).rows() == "1–3, 7, 9–10"
    assert Runs([1, 2, 27, 16_384]).columns() == "A–B, AA, XFD"
    assert Runs(range(1, 1_000_000)).rows() == "1–999999"
    assert Runs(range(1, 100, 2)).rows() == "1, 3, 5, 7, 9, 11, 13, 15, …"
    assert Runs(range(1, 100, 2)).count == 50
    assert Runs([1, 2, 3, 7, 9]).first(4) == (1, 2, 3, 7)
    assert Runs([5]).first(10) == (5,)
    assert cells_text([(17, 3), (2, 27)]) == "C17, AA2"


def test_names_are_safe_to_show() -> None:
    assert safe_name("Dŵr a thŷ") == "Dŵr a thŷ"
    assert safe_name("a\nb\x1b[31m") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m"
    assert len(safe_name("x" * 500)) == 61


@pytest.mark.parametrize(
    "name", ["openpyxl", "OpenPyXL 3.1.2", "Microsoft Office User", "SheetJS", "", None, "42", "-"]
)
def test_programs_and_nothing_are_no_people(name: str | None) -> None:
    assert not could_name_a_person(name)


@pytest.mark.parametrize(
    "name", ["Siân Ffug", "sffug", "Ffug, Siân (Cyllid)", "s.ffug@cyngor.example", "R Ffug"]
)
def test_names_could_be_people(name: str) -> None:
    assert could_name_a_person(name)
