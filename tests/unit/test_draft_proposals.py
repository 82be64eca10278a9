"""What a draft proposes for each kind of layout, with what it rests on; and what it leaves to a person."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from drafts_made import decided, drafted, workbook

from agored.drafting import likely_letters
from agored.drafting.proposal import propose
from agored.errors import SourceError
from agored.findings import Severity
from agored.read import read
from agored.read.header import expected_headings
from agored.recipe_yaml import read_recipe
from agored.run import prepare
from agored.shape import shape
from agored.strict import UNDECIDED
from agored.words import LANGUAGES, catalogue


def lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


CROSSTAB = lines(
    "Pobl yn cysgu allan,,,",
    ",,,",
    ",2023 Apr ,2023 May ,2023 Jun ",
    "Wales ,10,*,30",
    "Gwynedd ,1,2(r),3",
    "Conwy ,4,..,6",
    ",,,",
    "Nodiadau,,,",
    "Ffynhonnell: x,,,",
)
SPENDING = lines(
    "Cyflenwr,Swm,Dyddiad talu",
    'Cwmni A,"£1,234.50",13/04/2024',
    "Cwmni B,£99.00,05/04/2024",
    "Cwmni C,£7.25,30/04/2024",
    "Cwmni D,£5.00,31/04/2024",
    'Grand Total,"£1,345.75",',
)


# Encoding


@pytest.mark.parametrize(
    ("data", "encoding", "because"),
    [
        ("Ardal,Nifer\nMon,1\n", "utf-8", "every byte of the file is plain ASCII"),
        ("Ardal,Nifer\nMôn,1\n", "utf-8", "all of the file is strict UTF-8; bytes beyond ASCII: 2"),
        ("\ufeffArdal,Nifer\nMôn,1\n", "utf-8", "the file begins with the mark of UTF-8"),
        ("Ardal,Nifer\nMôn,1\n".encode("utf-16"), "utf-16", "the file begins with the mark of UTF-16"),
    ],
)
def test_unicode_is_proposed_where_all_of_the_file_is_that(
    tmp_path: Path, data: bytes | str, encoding: str, because: str
) -> None:
    found = drafted(tmp_path, data)
    assert found.source["encoding"] == encoding
    assert because in found.evidence("encoding:")


def test_any_other_encoding_is_a_person_s_to_decide_by_what_its_bytes_may_be(tmp_path: Path) -> None:
    found = drafted(tmp_path, "Ardal,Swm\nMôn,£1\nLlŷn,£2\n".replace("ŷ", "ÿ").encode("cp1252"))

    assert found.source["encoding"] == UNDECIDED
    because = found.evidence("encoding:")
    assert "Likely ones: cp1252, iso-8859-14, cp437, cp850, mac_roman" in because
    pound = (
        "0xA3 (times: 2; between letters: 0; before digits: 2; lines 2, 3): cp1252 £, iso-8859-14 £, cp437 ú"
    )
    assert pound in because
    assert (
        "0xF4 (times: 1; between letters: 1; before digits: 0; lines 2): cp1252 ô, iso-8859-14 ô" in because
    )
    assert (
        "0xFF (times: 1; between letters: 1; before digits: 0; lines 3): cp1252 ÿ, iso-8859-14 ÿ" in because
    )


def test_letters_that_went_wrong_are_counted_in_the_draft_and_shown_elsewhere(tmp_path: Path) -> None:
    found = drafted(tmp_path, "Ardal,Nifer\nYnys MÃ´n,1\nD?r,2\n")

    assert "letters seem to have gone wrong, cells: 2, the first: A2" in found.text
    assert not re.search("Ynys|Môn|Dŵr", found.text)
    shown = likely_letters(tmp_path / "given" / "ffeil.csv")
    assert [(each.places, each.seen, each.likely) for each in shown.shown] == [
        (("A2",), "Ynys MÃ´n", "Ynys Môn"),
        (("A3",), "D?r", "Dŵr"),
    ]


# Delimiter


@pytest.mark.parametrize(
    ("data", "delimiter", "because"),
    [
        ("a;b\n1,5;2,5\nx;y\n", ";", "“;” divides 3 of 3 rows into 2 cells"),
        ("Teitl hir, a mwy\n\na\tb\tc\n1\t2\t3\n", "tab", "“tab” divides 2 of 3 rows into 3 cells"),
        ("a^b\n1^2\n", "^", "“^” divides 2 of 2 rows into 2 cells"),
        ("a b c\n1 2 3\n", " ", "“ ” divides 2 of 2 rows into 3 cells"),
        ("Enw\nun\ndau, tri\n" + "pedwar\n" * 20, ",", "no mark divides the rows alike: one column"),
    ],
)
def test_the_delimiter_is_the_mark_that_divides_rows_alike(
    tmp_path: Path, data: str, delimiter: str, because: str
) -> None:
    found = drafted(tmp_path, data)
    assert found.source["delimiter"] == delimiter
    assert because in found.evidence("delimiter:")


def test_two_marks_that_divide_every_row_alike_leave_it_to_a_person(tmp_path: Path) -> None:
    found = drafted(tmp_path, "a;b,c\nx;y,z\nu;v,w\n")
    assert found.source["delimiter"] == UNDECIDED
    assert "divides them too: 3 of 3 rows into 2 cells" in found.evidence("delimiter:")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            "Cymedr tymheredd\nblwyddyn    ion    chw    maw\n" + "2024    1.1    2.2    3.3\n" * 5,
            "new.aligned",
        ),
        ("a,b,c\n1,2\n3,4,5,6\n7,8,9,10,11\n", "new.no-delimiter"),
        ('a,b\n"x"y,1\n', "read.stray-quote"),
    ],
)
def test_cells_that_nobody_can_tell_apart_are_refused(tmp_path: Path, data: str, code: str) -> None:
    with pytest.raises(SourceError) as refused:
        drafted(tmp_path, data)
    assert refused.value.code == code
    assert not (tmp_path / "work").exists()


# Headings


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        (["A,B", "x,1"], {"header": 1}),
        (["Teitl,", ",", "A,B", "x,1", "y,2"], {"header": 3}),
        (["Adran,Tai", "Swyddog,Anna", "", "Ardal,Cartrefi", "x,1", "y,2", "z,3"], {"header": 4}),
        ([",2023,2024", "x,1,2", "y,3,4"], {"header": 1}),
        ([",,2023,2024", "Rhyw,Menywod,1,2", ",Dynion,3,4"], {"header": 1}),
        ([",Nifer,,Canran,", "Ardal,2023,2024,2023,2024", "x,1,2,3,4", "y,1,2,3,4"], {"header": [1, 2]}),
        (["Ardal,Cyfrif,Cyfrif", ",Menywod,Dynion", "x,1,2", "y,1,2"], {"header": [1, 2]}),
        (["Ardal,Swm,Pwysau", ",£000,kg", "x,1,2", "y,3,4"], {"header": 1, "units": 2}),
        (["Ardal,Nifer,Canran", ",(nifer),(%)", "x,1,2", "y,3,4"], {"header": 1, "units": 2}),
        (
            [",,,,Canol 2022,Canol 2023", "x,,,,1,2", ",y,,,3,4", ",z,,,5,6"],
            {"header": 1},
        ),
    ],
    ids=[
        "plain",
        "title",
        "key-value",
        "years",
        "years-two-corners",
        "groups",
        "below",
        "units",
        "units-2",
        "narrow",
    ],
)
def test_the_rows_of_headings_and_of_units(tmp_path: Path, rows: list[str], keys: dict[str, Any]) -> None:
    found = drafted(tmp_path, lines(*rows))
    assert {key: value for key, value in found.keys.items() if key in ("header", "units")} == keys


def test_headings_in_several_rows_give_names_with_their_groups(tmp_path: Path) -> None:
    found = drafted(tmp_path, lines(",Nifer,,Canran,", "Ardal,2023,2024,2023,2024", "x,1,2,3,4", "y,1,2,3,4"))

    assert found.names == {1: "ardal", 2: "nifer_2023", 3: "nifer_2024", 4: "canran_2023", 5: "canran_2024"}
    # The heading is what reading gives, which knows no groups where nothing is merged.
    assert '3: {heading: "2024", to: nifer_2024}' in found.text
    assert "headings of groups above: rows 1" in found.evidence("header:")


def test_titles_are_told_and_never_quoted(tmp_path: Path) -> None:
    found = drafted(tmp_path, CROSSTAB)
    because = found.evidence("header:")
    assert "above the headings: rows 1." in because
    assert "expect: {A1: …}" in because
    assert "cysgu" not in found.text


def test_names_are_short_plain_and_begin_with_a_letter(tmp_path: Path) -> None:
    long = "Nifer y bobl " * 20
    found = drafted(tmp_path, f"{long},2013-14 Cyfanswm,PM<sub>10</sub>\nx,1,2\ny,3,4\n")
    assert found.names[2] == "cyfanswm_2013_14"
    assert found.names[3] == "pm10"
    assert len(found.names[1]) <= 60
    assert re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]", found.names[1])


def test_columns_without_a_heading_are_told_and_empty_ones_left_out(tmp_path: Path) -> None:
    found = drafted(tmp_path, "Ardal,,Nifer,\nx,t,1,\ny,,2,\n")
    assert found.names == {1: "ardal", 2: "column_2", 3: "nifer"}
    because = found.evidence("- name:")
    assert "columns without a heading: B." in because
    assert "columns without a heading and without content, which are left out: D" in because


# The end of the table, and what stands among the records


def test_notes_below_a_blank_row_end_the_table(tmp_path: Path) -> None:
    found = drafted(tmp_path, CROSSTAB)
    assert found.keys["rows"] == {"until": "blank"}
    assert "row 7 is blank, and below it are only notes: rows 8, 9" in found.evidence("rows:")


@pytest.mark.parametrize(
    ("rows", "because"),
    [
        (["A,B,C", "x,1,2", "y,3,4", ",,"], "row 4 is blank, and nothing stands below it"),
        (["A,B,C", ",,", "x,1,2", "y,3,4"], "row 2, below the headings, is blank"),
        (
            ["A,B,C", "x,1,2", "y,3,4", "z,5,6", "", "D,E,F", "u,1,2", "v,1,2"],
            "row 5 is blank, and below it another table begins: rows 6, 7, 8",
        ),
    ],
)
def test_other_blank_rows_that_end_the_table(tmp_path: Path, rows: list[str], because: str) -> None:
    found = drafted(tmp_path, lines(*rows))
    assert found.keys["rows"] == {"until": "blank"}
    assert because in found.evidence("rows:")


def test_blank_rows_between_records_are_left_out_for_a_reason(tmp_path: Path) -> None:
    found = drafted(tmp_path, lines("A,B,C", "x,1,2", "y,3,4", ",,", "z,5,6", ",,", "Ffynhonnell: x,,"))
    assert "rows" not in found.keys
    assert found.steps == [
        {"leave_out": {"blank": True}},
        {"leave_out": {"field": "a", "starts": ["Ffynhonnell:"]}},
    ]
    assert "blank rows among the records: 2, rows 4, 6" in found.evidence("- leave_out: {blank")


def test_notes_right_below_the_records_are_left_out_by_how_they_begin(tmp_path: Path) -> None:
    found = drafted(tmp_path, lines("A,B,C", "x,1,2", "y,3,4", "Source: z,,", "rhywbeth arall,,"))
    assert found.steps == [{"leave_out": {"field": "a", "starts": ["Source:", UNDECIDED]}}]
    assert "rhywbeth" not in found.text
    assert "notes below the records, with no blank row between: 2, rows 4, 5" in found.evidence("- leave_out")


def test_headings_of_parts_among_the_records_are_told(tmp_path: Path) -> None:
    found = drafted(tmp_path, lines("A,B,C", "Gogledd,,", "x,1,2", "De,,", "y,3,4"))
    assert "which may be headings of parts: 2, rows 2, 4" in found.evidence("- name:")


def test_headings_that_stand_again_are_left_out(tmp_path: Path) -> None:
    found = drafted(tmp_path, lines("Ardal,B,C", "x,1,2", "Ardal,B,C", "y,3,4"))
    assert found.steps == [{"leave_out": {"field": "ardal", "is": ["Ardal"]}}]


@pytest.mark.parametrize(
    ("rows", "step"),
    [
        (["A,B", "x,1", "y,2", "Cyfanswm,3"], {"leave_out": {"field": "a", "is": ["Cyfanswm"]}}),
        (["A,B", "x,1", "y,2", "Wales,3"], {"total": {"field": "a", "code": "Wales"}}),
        (["A,R,B", "x,Total,1", "x,M,1", "y,Total,2", "y,M,1", "z,M,5"], {"total": {"field": "r", "code": "Total"}}),
        (["D,B", "2024-01-01,1", "2024-01-02,2", "TOTAL,3", "2024-02-01,4", "TOTAL,4"],
         {"leave_out": {"field": "d", "is": ["TOTAL"]}}),
    ],
    ids=["last", "whole", "repeated", "among-dates"],
)  # fmt: skip
def test_records_that_sum_up_others(tmp_path: Path, rows: list[str], step: dict[str, Any]) -> None:
    assert drafted(tmp_path, lines(*rows)).steps == [step]


@pytest.mark.parametrize(
    "rows",
    [
        ["Nation,B", "England,1", "Wales,2", "Scotland,3"],
        ["Nodiadau,B", "Total,1", "x,2", "y,3"],
        ["A,B", "Cymru,1", "Cymru,2", "Cymru,3"],
    ],
    ids=["one-of-several", "remarks", "nothing-else"],
)
def test_what_is_no_total(tmp_path: Path, rows: list[str]) -> None:
    assert drafted(tmp_path, lines(*rows)).steps == []


# Cells


def test_columns_of_periods_become_records(tmp_path: Path) -> None:
    found = drafted(tmp_path, CROSSTAB)
    assert found.names == {1: "column_1"}
    assert found.steps == [
        {"unpivot": {"keep": ["column_1"], "name": "period", "value": "value"}},
        {"notes": {"field": "value", "markers": {"*": UNDECIDED, "(r)": UNDECIDED, "..": UNDECIDED}}},
        {"period": {"field": "period", "kind": "month", "format": "YYYY MMM", "language": "en"}},
        {"total": {"field": "column_1", "code": "Wales"}},
    ]
    assert found.types == {
        "column_1": "string",
        "period": "yearmonth",
        "value": "number",
        "value_note": "string",
    }
    assert "the headings of 3 columns, B to D, are periods" in found.evidence("- unpivot:")
    assert "“*” in place of a number or beside one: 1, the first at C4" in found.evidence("- notes:")


@pytest.mark.parametrize(
    ("headings", "unpivot", "period"),
    [
        ("Ardal,2022,2023,2024", {"keep": ["ardal"], "name": "period", "value": "value"}, None),
        ("Ardal,2022-23,2023-24", {"keep": ["ardal"], "name": "period", "value": "value"},
         {"field": "period", "kind": UNDECIDED, "format": "YYYY-YY"}),
        ("Ardal,Ch1 2024,Ch2 2024", {"keep": ["ardal"], "name": "period", "value": "value"},
         {"field": "period", "kind": "quarter", "format": "'Ch'q YYYY"}),
        ("Ardal,Ionawr 2024,Mai 2024", {"keep": ["ardal"], "name": "period", "value": "value"},
         {"field": "period", "kind": "month", "format": "MMM YYYY", "language": "cy"}),
        ("Ardal,0,1,2,3,4,5+", {"keep": ["ardal"], "name": UNDECIDED, "value": "value"}, None),
        ("Mesur,Gwynedd,Conwy,Powys,Torfaen,Cardiff,Wales", {"keep": ["mesur"], "name": "area", "value": "value"},
         None),
    ],
)  # fmt: skip
def test_kinds_of_columns_that_become_records(
    tmp_path: Path, headings: str, unpivot: dict[str, Any], period: dict[str, Any] | None
) -> None:
    width = headings.count(",")
    found = drafted(tmp_path, lines(headings, *(f"x{row}" + ",5" * width for row in range(3))))
    assert [step.get("unpivot") for step in found.steps if "unpivot" in step] == [unpivot]
    assert next((step["period"] for step in found.steps if "period" in step), None) == period


def test_a_column_that_sums_up_the_periods_is_dropped_for_a_reason(tmp_path: Path) -> None:
    found = drafted(tmp_path, lines("Ardal,2023,2024,Cyfanswm", "x,1,2,3", "y,4,5,9"))
    assert found.steps == [
        {"drop": {"fields": ["cyfanswm"]}},
        {"unpivot": {"keep": ["ardal"], "name": "period", "value": "value"}},
    ]


@pytest.mark.parametrize("headings", ["Ardal,2023,Nifer", "Ardal,1,2,3", "Rhif 2023,Rhif 2024,Enw"])
def test_other_headings_stay_columns(tmp_path: Path, headings: str) -> None:
    found = drafted(
        tmp_path, lines(headings, "x" + ",5" * headings.count(","), "y" + ",6" * headings.count(","))
    )
    assert found.steps == []


def test_money_and_thousands_dates_and_the_last_total(tmp_path: Path) -> None:
    found = drafted(tmp_path, SPENDING)
    assert found.steps == [
        {"leave_out": {"field": "cyflenwr", "is": ["Grand Total"]}},
        {"number": {"field": "swm", "group": ",", "prefix": "£"}},
    ]


def test_dates_are_read_by_their_format_and_others_are_told(tmp_path: Path) -> None:
    rows = [f"{day:02}/05/2024,{day}" for day in range(1, 29)]
    found = drafted(tmp_path, lines("Dyddiad,Nifer", *rows, "31/02/2024,1"))
    assert found.steps == [{"period": {"field": "dyddiad", "kind": "day", "format": "DD/MM/YYYY"}}]
    because = found.evidence("- period:")
    assert "28 of 29 cells are read by DD/MM/YYYY" in because
    assert "others: 1, the first at A30" in because
    assert "A14 shows that the day comes first" in because
    assert found.types == {"dyddiad": "date", "nifer": "number"}


@pytest.mark.parametrize(
    ("cells", "step", "kind"),
    [
        (["01/02/2024", "03/04/2024"], {"kind": "day", "format": UNDECIDED}, "date"),
        (["1/2/2024", "13/4/2024"], {"kind": "day", "format": "D/M/YYYY"}, "date"),
        (["12/31/2024", "1/2/2024"], {"kind": "day", "format": "M/D/YYYY"}, "date"),
        (["5 Mai 2024", "6 Mehefin 2024"], {"kind": "day", "format": "D MMM YYYY", "language": "cy"}, "date"),
        (["11-May-2024", "12-June-2024"], {"kind": "day", "format": "D-MMM-YYYY", "language": "en"}, "date"),
        (["2024-01-31", "2024-02-01"], None, "date"),
        (["2024-01", "2024-02"], None, "yearmonth"),
        (["2013-14", "2014-15"], {"kind": UNDECIDED, "format": "YYYY-YY"}, "string"),
        (["2024 Q1", "2024 Q2"], {"kind": "quarter", "format": "YYYY 'Q'q"}, "string"),
        (["1/2/2024 9:05", "13/4/2024 10:00"],
         {"kind": "time", "format": "D/M/YYYY H:mm", "zone": UNDECIDED}, "datetime"),
        (["01/02/24", "13/04/24"], None, "string"),
    ],
)  # fmt: skip
def test_kinds_of_periods(tmp_path: Path, cells: list[str], step: dict[str, Any] | None, kind: str) -> None:
    found = drafted(tmp_path, lines("Pryd,Enw", *(f"{cell},x" for cell in cells)))
    assert found.steps == ([] if step is None else [{"period": {"field": "pryd", **step}}])
    assert found.types["pryd"] == kind


@pytest.mark.parametrize(
    ("heading", "cells", "steps", "kind"),
    [
        ("Blwyddyn", ["2023", "2024"], [], "year"),
        ("Nifer", ["2023", "2024"], [], "number"),
        ("YearCode", ["201314", "201415"],
         [{"period": {"field": "yearcode", "kind": UNDECIDED, "format": "YYYYYY"}}], "string"),
        ("Cyfnod", ["201311", "201312"],
         [{"period": {"field": "cyfnod", "kind": "month", "format": "YYYYMM"}}], "yearmonth"),
        ("Cyfnod", ["201112", "201011"],
         [{"period": {"field": "cyfnod", "kind": UNDECIDED, "format": UNDECIDED}}], UNDECIDED),
        ("Nifer", ["201112", "201011"], [], "number"),
    ],
)  # fmt: skip
def test_bare_digits_are_periods_only_below_a_heading_that_says_so(
    tmp_path: Path, heading: str, cells: list[str], steps: list[dict[str, Any]], kind: str
) -> None:
    found = drafted(tmp_path, lines(f"{heading},Enw", *(f"{cell},x" for cell in cells)))
    assert found.steps == steps
    assert next(iter(found.types.values())) == kind


def test_a_day_and_a_time_of_day_are_one_moment(tmp_path: Path) -> None:
    found = drafted(tmp_path, lines("Date,time,NO2", "13-01-2026,01:00,4.5", "13-01-2026,24:00,4.7"))
    assert found.steps == [
        {
            "period": {
                "fields": ["date", "time"],
                "kind": "time",
                "format": "DD-MM-YYYY HH:mm",
                "zone": UNDECIDED,
                "to": "date",
            }
        }
    ]
    assert found.types == {"date": "datetime", "no2": "number"}


@pytest.mark.parametrize(
    ("cells", "markers"),
    [
        (["1", "*", "3"], ["*"]),
        (["1", "[c]", "[suppressed]"], ["[c]", "[suppressed]"]),
        (["1", "<5", "< 10", "<=5"], ["<5", "< 10", "<=5"]),
        (["1", "..", ":", "x", "n/a"], ["..", ":", "x", "n/a"]),
        (["12(r)", "15 p", "7*", "3"], ["(r)", "p", "*"]),
        (["1", "-", "3"], ["-"]),
        (["1", "-", "-3"], []),  # a minus is no marker
        ([".5", ".", "3"], []),
    ],
)
def test_marks_in_place_of_numbers(tmp_path: Path, cells: list[str], markers: list[str]) -> None:
    found = drafted(tmp_path, lines("Ardal,Nifer", *(f"x{row},{cell}" for row, cell in enumerate(cells))))
    expected = {"notes": {"field": "nifer", "markers": dict.fromkeys(markers, UNDECIDED)}}
    assert found.steps == ([expected] if markers else [])
    assert found.types["nifer"] == "number"
    if not markers:
        assert "numbers begin or end so too" in found.evidence("- name:")


@pytest.mark.parametrize(
    ("heading", "cells", "kind", "because"),
    [
        (
            "Nifer",
            ["1", "2", "3", "rhyw destun"],
            UNDECIDED,
            "B: 1 of 4 cells are no numbers and no known marks",
        ),
        ("Nifer", ["1", "2", "a", "b", "c"], "string", ""),
        ("Cod", ["1", "2", "3"], "string", "B: digits that are no numbers to count with"),
        ("Nifer", ["01", "02", "03"], "string", "B: digits that are no numbers to count with"),
        ("Canran", ["1%", "2%"], "number", "B: numbers with a % sign, the first at B2"),
        (
            "Pryd",
            ["01/02/24", "02/02/24"],
            "string",
            "B: dates whose year has two digits: 2, the first at B2",
        ),
        ("Nifer", ["1.5e-4", "2", "+3"], "number", ""),
    ],
)
def test_the_type_of_a_column(
    tmp_path: Path, heading: str, cells: list[str], kind: str, because: str
) -> None:
    found = drafted(
        tmp_path, lines(f"Ardal,{heading}", *(f"x{row},{cell}" for row, cell in enumerate(cells)))
    )
    assert list(found.types.values())[1] == kind
    assert because in found.evidence("- name:")


def test_thousands_set_apart_by_blanks(tmp_path: Path) -> None:
    found = drafted(tmp_path, "A;B\nx;1 234 567\ny;12\n")
    assert found.steps == [{"number": {"field": "b", "group": " "}}]


# Kinds of files


def test_the_sheet_with_the_largest_table_is_proposed_and_all_are_told(tmp_path: Path) -> None:
    data = workbook(
        {
            "Clawr": [["Teitl"], ["Nodyn"]],
            "Bach": [["Ardal", "Nifer"], ["x", 1]],
            "Mawr": [["Ardal", "Nifer", "Cyfrif"], *([f"x{row}", row, 5] for row in range(9))],
            "Cudd": [["Enw"], *([f"Person {row}"] for row in range(99))],
        },
        hidden="Cudd",
    )
    found = drafted(tmp_path, data, "llyfr.xlsx")
    assert found.keys == {"sheet": "Mawr", "header": 1}
    because = found.evidence("sheet:")
    for told in (
        "sheets: 4, with something on them: 4",
        "“Mawr”: rows 10, headings in row 1, columns 3",
        "“Bach”: rows 2, headings in row 1, columns 2",
        "“Cudd”: hidden",
    ):
        assert told in because
    (tmp_path / "again").mkdir()
    asked = drafted(tmp_path / "again", data, "llyfr.xlsx", sheet="Bach")
    assert asked.keys == {"sheet": "Bach", "header": 1}


def test_two_sheets_of_one_size_are_told(tmp_path: Path) -> None:
    rows = [["Ardal", "Nifer"], ["x", 1], ["y", 2]]
    found = drafted(tmp_path, workbook({"2023": rows, "2024": rows}), "llyfr.xlsx")
    assert "another sheet is as large: decide which one is meant" in found.evidence("sheet:")


def test_merged_headings_of_a_workbook(tmp_path: Path) -> None:
    rows = [
        ["Ardal", "Nifer", None, "Canran", None],
        [None, 2023, 2024, 2023, 2024],
        ["x", 1, 2, 3, 4],
        ["y", 5, 6, 7, 8],
    ]
    found = drafted(tmp_path, workbook({"Data": rows}, merged=["B1:C1", "D1:E1", "A1:A2"]), "llyfr.xlsx")
    assert found.keys["header"] == [1, 2]
    assert found.names == {1: "ardal", 2: "nifer_2023", 3: "nifer_2024", 4: "canran_2023", 5: "canran_2024"}
    assert '{heading: "Nifer 2024", to: nifer_2024}' in found.text


def test_records_in_json_and_odata(tmp_path: Path) -> None:
    records = [{"ardal": "x", "nifer": 1}, {"ardal": "y", "nifer": 2}]
    nested = drafted(tmp_path, json.dumps({"about": [{"a": 1}], "data": {"items": records}}), "a.json")
    assert nested.keys == {"records": "/data/items"}
    assert "list of records /about: 1" in nested.evidence("records:")
    assert nested.types == {"ardal": "string", "nifer": "number"}

    (tmp_path / "b").mkdir()
    assert drafted(tmp_path / "b", json.dumps(records), "a.json").keys == {}
    odata = json.dumps({"odata.metadata": "x", "value": records})
    (tmp_path / "c").mkdir()
    assert drafted(tmp_path / "c", odata, "a.json").keys == {"format": "odata"}

    (tmp_path / "d").mkdir()
    with pytest.raises(SourceError) as refused:
        drafted(tmp_path / "d", '{"a": [1, 2]}', "a.json")
    assert refused.value.code == "new.no-records"


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return held.getvalue()


def test_the_only_table_in_an_archive(tmp_path: Path) -> None:
    found = drafted(tmp_path, zipped(data__tabl_csv=b"Teitl,\nA,B\nx,1\n", readme_md=b"x"), "a.zip")
    assert found.keys == {"member": "data/tabl.csv", "encoding": "utf-8", "delimiter": ",", "header": 2}

    with pytest.raises(SourceError) as refused:
        drafted(tmp_path / "work", zipped(a_csv=b"A\n1\n", b_csv=b"B\n2\n"), "b.zip")
    assert refused.value.code == "read.which-member"
    assert "a.csv, b.csv" in refused.value.message("en")


def test_a_workbook_by_another_name_is_told_by_its_bytes(tmp_path: Path) -> None:
    data = workbook({"Data": [["Ardal", "Nifer"], ["x", 1]]})
    found = drafted(tmp_path, data, "data.csv")
    assert found.keys == {"format": "xlsx", "sheet": "Data", "header": 1}
    assert "by its first bytes, whatever its name, the file is XLSX" in found.evidence("format:")

    (tmp_path / "b").mkdir()
    with pytest.raises(SourceError) as refused:
        drafted(tmp_path / "b", zipped(a_csv=b"A\n1\n"), "a.csv")
    assert refused.value.code == "read.not-csv"


# A long file


def test_a_long_file_is_looked_at_from_both_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"x{row},{row},Môn" for row in range(2_000)]
    data = lines("Ardal,Nifer,Enw", *rows, "Ffynhonnell: y,,")
    monkeypatch.setattr("agored.drafting.textfile.FIRST", 50)
    counted = drafted(tmp_path, data)
    assert "rows looked at: the first 50 and the last 200 of 2,002" in counted.text
    assert "notes below the records, with no blank row between: 1, rows 2002" in counted.text

    monkeypatch.setattr("agored.drafting.textfile._COUNTED", 1_000)
    monkeypatch.setattr("agored.drafting.textfile._END", 2_000)
    (tmp_path / "b").mkdir()
    long = drafted(tmp_path / "b", data)
    assert "which count from the end: -1 is the last row" in long.text
    assert "rows -1" in long.evidence("- leave_out:")
    assert long.steps == counted.steps == [{"leave_out": {"field": "ardal", "starts": ["Ffynhonnell:"]}}]


def test_one_endless_line_is_refused_without_being_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agored.drafting.textfile.MAX_CELL", 1_000)
    with pytest.raises(SourceError) as refused:
        drafted(tmp_path, "A,B\n" + "x" * 5_000)
    assert (refused.value.code, refused.value.facts["row"]) == ("read.cell-too-large", "2")


# Whole drafts

LAYOUTS = {
    "crosstab": CROSSTAB,
    "spending": SPENDING,
    "groups": lines(",Nifer,,Canran,", "Ardal,2023,2024,2023,2024", "x,1,2,3,4", "y,1,*,3,4"),
    "units": lines("Ardal,Swm", ",£000", "x,1", "y,2"),
    "sections": lines("A,B,C", "x,1,2", ",,", "y,3,4", "Source: z,,"),
    "ages": lines("Ardal,0,1,2,3,4,5", "x,1,2,3,4,5,6", "y,1,2,3,4,5,6"),
    "clock": lines("Date,time,NO2", "13-01-2026,01:00,4.5", "13-01-2026,24:00,4.7"),
    "mixed": lines("Ardal,Nifer", "x,1", "y,2", "z,3", "u,rhyw destun"),
    "decimals": "A;B\nx;1 234\ny;12\n",
    "quotes": lines('"Pennawd ""od"" #1: {a}",B', "x,1", "y,2"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_completed_draft_is_loaded_read_and_shaped_without_complaint(tmp_path: Path, layout: str) -> None:
    found = drafted(tmp_path, LAYOUTS[layout])
    found.complete()
    recipe = read_recipe(found.recipe_file)
    (resource,) = recipe.resources
    reading = read(found.recipe_file.parent, resource, expected_headings(resource))
    names = [decided(field["name"], "name") for field in found.fields]
    made = shape(reading.table, resource, names, {})
    complaints = [each for each in (*reading.findings, *made.findings) if each.severity is Severity.BLOCKING]
    assert complaints == []
    assert sorted(made.table.names) == sorted(names)


def test_a_completed_draft_goes_through_the_first_stages(tmp_path: Path) -> None:
    found = drafted(tmp_path, CROSSTAB)
    found.complete()
    run = prepare("set", str(found.folder), "cy")
    for stage in (run.read, run.shape, run.validate):
        assert stage().text.cy
    assert [finding.code for finding in run.findings if finding.severity is Severity.BLOCKING] == []
    assert run._states["set"].table.list("period")[:3] == ["2023-04", "2023-05", "2023-06"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_draft_names_no_cell_but_the_words_that_tables_are_built_with(tmp_path: Path, layout: str) -> None:
    found = drafted(tmp_path, LAYOUTS[layout])
    text = re.sub(r'heading: ".*"', "", found.text)
    for value in ("Cwmni", "1,234.50", "Gwynedd", "Conwy", "cysgu", "destun", "4.5"):
        assert value not in text


def test_every_sentence_of_evidence_is_used_and_filled() -> None:
    package = Path(propose.__globals__["__file__"]).parent
    source = "".join(file.read_text(encoding="utf-8") for file in package.glob("*.py"))
    codes = {code.removeprefix("draft.") for code in catalogue("en") if code.startswith("draft.")}
    assert {code for code in codes if f'"{code}"' not in source} == set()


def test_evidence_stands_in_both_languages(tmp_path: Path) -> None:
    found = drafted(tmp_path, CROSSTAB)
    comments = " ".join(
        line.strip().removeprefix("# ").strip() for line in found.text.splitlines() if "#" in line
    )
    for code in ("encoding-utf-8", "encoding-ascii", "ends", "unpivot-periods", "header-contrast"):
        for language in LANGUAGES:
            start = catalogue(language)[f"draft.{code}"].split("{")[0].strip()
            present = " ".join(start.split()) in comments
            assert present == (code != "encoding-utf-8"), (code, language)
