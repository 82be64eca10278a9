"""Shape: the recipe's operations in their order, what each refuses and where, and no cell's value in a finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agored import recipe
from agored.findings import Finding, Severity, Stage
from agored.recipe import (
    Constant,
    Disclosure,
    Drop,
    LeaveOut,
    Lookup,
    Name,
    Notes,
    Number,
    Operation,
    Period,
    Rename,
    ResourceRecipe,
    Source,
    Total,
    Trim,
    Unpivot,
)
from agored.schema import Code, CodeList
from agored.shape import Shaped, shape
from agored.shape.cells import NumberReader, split_markers
from agored.shape.operations import merged_notes
from agored.table import Column, Table, text_array
from agored.words import LANGUAGES, Bilingual, catalogue

CANARY = "canari-7731"
REASON = Bilingual("Troednodyn.", "A footnote.")
AREAS = CodeList(
    "areas/1",
    (
        Code("W92000004", Bilingual("Cymru", "Wales")),
        Code("W06000001", Bilingual("Ynys Môn", "Isle of Anglesey"), also=("512", "Ynys Mon")),
        Code("W06000002", Bilingual("Gwynedd", "Gwynedd"), also=("Sir",)),
        Code("W06000003", Bilingual("Conwy", "Conwy"), also=("Sir",)),
    ),
)


def source(
    columns: Mapping[str, Sequence[str]] | Sequence[tuple[str, Sequence[str]]], first: int = 2
) -> Table:
    """A table as read gives it: nothing known of its headings, rows counted from ``first``."""
    given = list(columns.items()) if isinstance(columns, Mapping) else list(columns)
    length = len(given[0][1])
    return Table(
        columns=tuple(Column(name, number) for number, (name, _) in enumerate(given, start=1)),
        data=pa.Table.from_arrays(
            [text_array(cells) for _, cells in given], names=[name for name, _ in given]
        ),
        rows=pa.chunked_array([pa.array(range(first, first + length), pa.int64())]),
    )


def shaped(table: Table, *operations: Operation, names: Sequence[str] = ()) -> Shaped:
    given = ResourceRecipe("table", Source("f.csv"), operations, "table/1", Disclosure("standard"))
    found = shape(table, given, names, {"areas/1": AREAS})
    for finding in found.findings:
        assert (finding.stage, finding.resource) == (Stage.SHAPE, "table")
        for language in LANGUAGES:
            assert finding.what(language)
            assert finding.why(language)
            assert finding.how(language)
    return found


def codes(found: Shaped) -> list[str]:
    return [finding.code for finding in found.findings]


def only(found: Shaped, code: str) -> Finding:
    assert codes(found) == [code]
    return found.findings[0]


def columns(found: Shaped) -> dict[str, list[str]]:
    return {name: found.table.list(name) for name in found.table.names}


def named(*names: str) -> Name:
    """Names by position."""
    return Name(tuple(Rename(name, position) for position, name in enumerate(names, start=1)))


# trim


def test_trim_takes_all_of_unicodes_white_space_off_headings_and_cells() -> None:
    blanks = "".join(chr(code) for code in range(0x11_0000) if chr(code).isspace())
    found = shaped(source({f"{blanks}a\u00a0": [f"{blanks}x y{blanks}", "\u200bz", blanks]}), Trim())
    assert columns(found) == {"a": ["x y", "\u200bz", ""]}
    assert [step.to_json() for step in found.steps] == [{"rule": "trim", "cells": 3}]


def test_without_trim_nothing_is_trimmed() -> None:
    assert columns(shaped(source({" a": [" x "]}))) == {" a": [" x "]}


# name


def test_columns_are_named_by_position_or_heading() -> None:
    table = source({"Ardal": ["Môn"], "YearCode": ["2026"], "Nitric oxide": ["1"]})
    found = shaped(
        table,
        Name((Rename("area", 1), Rename("year", heading="YearCode"), Rename("no", 3, "Nitric oxide"))),
    )
    assert columns(found) == {"area": ["Môn"], "year": ["2026"], "no": ["1"]}
    assert [column.source for column in found.table.columns] == [1, 2, 3]
    assert all(column.known for column in found.table.columns)
    assert found.findings == ()


@pytest.mark.parametrize(
    ("rename", "code", "detail"),
    [
        (Rename("x", heading="Arall"), "shape.no-heading", {"heading": "Arall"}),
        (Rename("x", heading="b"), "shape.heading-several", {"heading": "b"}),
        (Rename("x", 9), "shape.no-column", {"position": "9"}),
        (Rename("x", 9, "Arall"), "shape.no-column", {"position": "9"}),
        (Rename("x", 1, "Arall"), "shape.heading-differs", {"heading": "Arall", "position": "1"}),
    ],
)
def test_a_name_that_does_not_fit_blocks(rename: Rename, code: str, detail: dict[str, str]) -> None:
    table = source([("a", ["1"]), ("b", ["2"]), ("b", ["3"])])
    found = shaped(table, Name((rename, Rename("two", 2), Rename("three", 3))))
    finding = only(found, code)
    assert (finding.severity, finding.field, finding.detail) == (Severity.BLOCKING, "x", detail)


def test_all_names_that_do_not_fit_are_told_at_once() -> None:
    found = shaped(source({"a": ["1"]}), Name((Rename("x", heading="p"), Rename("y", heading="q"))))
    assert codes(found) == ["shape.no-heading", "shape.no-heading"]


def test_headings_are_compared_after_trim_only() -> None:
    table = source({" Ardal ": ["Môn"]})
    rename = Name((Rename("area", heading="Ardal"),))
    assert codes(shaped(table, rename)) == ["shape.no-heading"]
    assert codes(shaped(table, Trim(), rename)) == []
    assert codes(shaped(table, rename, Trim())) == ["shape.no-heading"]


# headings that are left


def test_a_column_without_heading_and_content_is_left_out() -> None:
    found = shaped(source([("a", ["1", "2"]), ("", ["", " "]), (" ", ["", ""])]))
    assert columns(found) == {"a": ["1", "2"]}
    assert found.findings == ()


def test_so_is_one_of_a_table_without_records() -> None:
    assert shaped(source([("a", []), ("", [])])).table.names == ("a",)


def test_a_column_without_heading_but_with_content_blocks() -> None:
    finding = only(shaped(source([("a", ["1"]), ("", [CANARY])])), "shape.heading-empty")
    assert (finding.detail, finding.severity) == ({"position": "2"}, Severity.BLOCKING)


def test_twin_headings_block_unless_they_are_named() -> None:
    table = source([("a", ["1"]), ("a", ["2"]), ("b", ["3"])])
    assert only(shaped(table), "shape.heading-twice").detail == {"positions": "1, 2"}
    assert columns(shaped(table, named("x", "y"))) == {"x": ["1"], "y": ["2"], "b": ["3"]}


@pytest.mark.parametrize(
    "operation",
    [
        Drop(("a",), REASON),
        Number("a"),
        Notes("a", {"(r)": "r"}),
        LeaveOut(REASON, "a", ("x",)),
        Lookup("a", "areas/1", "a"),
        Total("a", "x"),
        Period(("a",), "year", "YYYY", "a"),
        Unpivot(("a",), "name", "value"),
    ],
)
def test_no_operation_chooses_between_twins(operation: Operation) -> None:
    table = source([("a", ["1"]), ("a", ["2"]), ("b", ["3"])])
    found = shaped(table, operation)
    assert "shape.heading-several" in codes(found)
    assert found.table.data.num_columns == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([("k", ["x"]), ("2025", ["1"]), ("2025", ["2"])], "shape.heading-twice"),
        ([("k", ["x"]), ("2025", ["1"]), ("", ["2"])], "shape.heading-empty"),
    ],
)
def test_twin_and_missing_headings_are_not_turned_into_values(
    given: list[tuple[str, list[str]]], code: str
) -> None:
    found = shaped(source(given), Unpivot(("k",), "year", "value"), Number("value"))
    assert codes(found) == [code]


# leave_out


@pytest.mark.parametrize(
    ("operation", "left", "out"),
    [
        (LeaveOut(REASON, "a", equals=("x",)), ["xy", " x", "", "y"], 1),
        (LeaveOut(REASON, "a", starts=("x",)), [" x", "", "y"], 2),
        (LeaveOut(REASON, "a", equals=("y",), starts=("x", " ")), [""], 4),
        (LeaveOut(REASON, "a", equals=("",)), ["x", "xy", " x", "y"], 1),
    ],
)
def test_records_are_left_out_by_content(operation: LeaveOut, left: list[str], out: int) -> None:
    found = shaped(source({"a": ["x", "xy", " x", "", "y"]}), operation)
    assert columns(found) == {"a": left}
    assert found.findings == ()
    assert found.steps[0].to_json() == {
        "rule": "leave-out",
        "field": "a",
        "records": out,
        "reason": {"cy": "Troednodyn.", "en": "A footnote."},
    }


def test_blank_records_are_left_out() -> None:
    table = source({"a": ["1", " ", "", ""], "b": ["", "\u00a0", "", "2"]})
    found = shaped(table, LeaveOut(REASON, blank=True))
    assert columns(found) == {"a": ["1", ""], "b": ["", "2"]}
    assert found.table.rows.to_pylist() == [2, 5]
    assert found.steps[0].records == 2


def test_a_leave_out_that_finds_nothing_is_noted() -> None:
    finding = only(shaped(source({"a": ["x"]}), LeaveOut(REASON, "a", ("z",))), "shape.nothing-left-out")
    assert (finding.severity, finding.field) == (Severity.NOTE, "a")


# drop, constant


def test_columns_are_dropped_with_a_reason() -> None:
    found = shaped(source({"a": ["1"], "b": ["2"], "c": ["3"]}), Drop(("a", "c"), REASON))
    assert columns(found) == {"b": ["2"]}
    assert [(step.rule, step.field, step.cells, step.reason) for step in found.steps] == [
        ("drop", "a", 1, REASON),
        ("drop", "c", 1, REASON),
    ]


def test_a_constant_is_added_once() -> None:
    found = shaped(source({"a": ["1", "2"]}), Constant("period", "2019", REASON))
    assert columns(found) == {"a": ["1", "2"], "period": ["2019", "2019"]}
    assert found.table.place(1, "period") == '3 · "period"'
    again = shaped(source({"a": ["1"]}), Constant("a", "2019", REASON))
    assert only(again, "shape.field-there").detail == {"operation": "constant"}
    assert columns(again) == {"a": ["1"]}


# unpivot


def test_columns_are_turned_into_records_that_know_their_cells() -> None:
    table = source({"area": ["Môn", "Conwy"], "Apr": ["1", "3"], "Mai": ["2", "x"]}, first=4)
    found = shaped(table, named("area"), Unpivot(("area",), "month", "count"), Number("count"))
    assert columns(found) == {
        "area": ["Môn", "Môn", "Conwy", "Conwy"],
        "month": ["Apr", "Mai", "Apr", "Mai"],
        "count": ["1", "2", "3", "x"],
    }
    assert found.table.rows.to_pylist() == [4, 4, 5, 5]
    assert found.table.place(1, "count") == 'C4 · "count"'
    assert found.table.place(2, "month") == 'B5 · "month"'
    assert found.table.place(2, "area") == 'A5 · "area"'
    assert only(found, "shape.number").place == 'C5 · "count"'
    assert found.steps[1].to_json() == {"rule": "unpivot", "field": "count", "cells": 4}


def test_an_empty_column_is_not_turned() -> None:
    table = source([("area", ["Môn"]), ("2025", ["1"]), ("", [""])])
    found = shaped(table, Unpivot(("area",), "year", "count"))
    assert columns(found) == {"area": ["Môn"], "year": ["2025"], "count": ["1"]}


def test_there_must_be_something_to_turn() -> None:
    found = shaped(source({"a": ["1"]}), Unpivot(("a",), "n", "v"), Number("v"))
    assert codes(found) == ["shape.nothing-to-unpivot"]


# period


@pytest.mark.parametrize(
    ("kind", "format", "language", "cell", "iso"),
    [
        ("day", "D MMMM YYYY", "cy", "1 Mawrth 2026", "2026-03-01"),
        ("day", "D MMMM YYYY", "en", "1 March 2026", "2026-03-01"),
        ("month", "YYYY MMM", "cy", "2026 Rhag", "2026-12"),
        ("month", "YYYY MMM", "en", "2026 Dec", "2026-12"),
        ("quarter", "'Ch'q YYYY", "cy", "Ch2 2026", "2026-Q2"),
        ("quarter", "'Q'q YYYY", "en", "Q2 2026", "2026-Q2"),
        ("year", "YYYY", "en", "2026", "2026"),
        ("financial-year", "YYYY-YY", "cy", "2026-27", "2026-04-01/P1Y"),
        ("academic-year", "YYYY/YY", "en", "2026/27", "2026-09-01/P1Y"),
        ("time", "DD-MM-YYYY HH:mm", "en", "01-01-2026 24:00", "2026-01-02T00:00:00Z"),
    ],
)
def test_periods_of_each_kind(kind: str, format: str, language: str, cell: str, iso: str) -> None:
    zone = "UTC" if kind == "time" else None
    operation = Period(("when",), kind, format, "period", language, zone)
    found = shaped(source({"when": [cell, "", cell]}), operation)
    assert columns(found) == {"period": [iso, "", iso]}
    assert found.table.place(0, "period") == 'A2 · "period"'
    assert found.findings == ()


def test_a_period_of_several_fields_takes_their_place() -> None:
    table = source({"a": ["x", "y"], "day": ["1-2-2026", ""], "hour": ["24:00", ""], "b": ["p", "q"]})
    operation = Period(("day", "hour"), "time", "D-M-YYYY HH:mm", "time", zone="UTC")
    found = shaped(table, operation)
    assert columns(found) == {"a": ["x", "y"], "time": ["2026-02-02T00:00:00Z", ""], "b": ["p", "q"]}


def test_cells_that_are_no_such_period_block_at_their_places() -> None:
    table = source({"a": ["x"] * 4, "when": ["2026", CANARY, "202", "2025"]})
    found = shaped(table, Period(("when",), "year", "YYYY", "when"))
    finding = only(found, "shape.period")
    assert (finding.severity, finding.count, finding.total) == (Severity.BLOCKING, 2, 4)
    assert (finding.rows, finding.place, finding.field) == ((3, 4), 'B3 · "when"', "when")
    assert finding.detail == {"format": "YYYY", "kind": "year"}


# number


@pytest.mark.parametrize(
    ("group", "prefix", "cell", "number"),
    [
        ("", "", "0012.50", "0012.50"),
        ("", "", "-3", "-3"),
        ("", "", "", ""),
        (",", "", "1,234,567.8", "1234567.8"),
        (",", "", "1234", "1234"),
        (",", "", "-1,234", "-1234"),
        (",", "£", "£1,234.50", "1234.50"),
        (",", "£", "-£5", "-5"),
        (",", "£", "£-5", "-5"),
        ("", "£", "5", "5"),
        ("\u00a0", "", "12\u00a0345", "12345"),
        (".", "", "1.234", "1234"),
        ("", "$", "$7", "7"),
    ],
)
def test_numbers_lose_their_marks_and_nothing_else(group: str, prefix: str, cell: str, number: str) -> None:
    assert NumberReader(group, prefix)(cell) == number


@pytest.mark.parametrize(
    ("group", "prefix", "cell"),
    [
        ("", "", "1,234"),
        (",", "", "12,34"),
        (",", "", "1,2345"),
        (",", "", ",123"),
        (",", "", "1,234,"),
        ("", "", "£5"),
        ("", "£", "££5"),
        ("", "£", "-£-5"),
        ("", "", "--5"),
        ("", "", " 5"),
        ("", "", "5\n"),
        ("", "", "1e5"),
        ("", "", "NaN"),
        ("", "", "1."),
        ("", "", "٣"),
        ("", "", "-"),
        ("", "", "5%"),
    ],
)
def test_what_is_no_such_number_is_not_made_one(group: str, prefix: str, cell: str) -> None:
    assert NumberReader(group, prefix)(cell) is None


def test_cells_that_are_no_numbers_block_and_stay() -> None:
    found = shaped(source({"n": ["£1,000", CANARY, "", ".."]}), Number("n", ",", "£"))
    finding = only(found, "shape.number")
    assert (finding.count, finding.rows, finding.place) == (2, (3, 5), 'A3 · "n"')
    assert columns(found) == {"n": ["1000", CANARY, "", ".."]}


# notes


@pytest.mark.parametrize(
    ("cell", "rest", "notes"),
    [
        ("12 (r)", "12", "r"),
        ("(r)12", "12", "r"),
        ("12 (r) (p)", "12", "p,r"),
        ("12 (p)(r)(p)", "12", "p,r"),
        ("(r)", "", "r"),
        (" 12 ", " 12 ", ""),
        ("12 (x)", "12 (x)", ""),
        ("1 (r) 2", "1 (r) 2", ""),
        ("", "", ""),
        ("..", "", "x"),
        ("5*", "5", "u"),
        ("5**", "5", "ns"),
        ("5 ***", "5", "ns,u"),
    ],
)
def test_markers_are_taken_off_the_ends(cell: str, rest: str, notes: str) -> None:
    markers = {"*": "u", "**": "ns", "(r)": "r", "(p)": "p", "..": "x"}
    assert split_markers(cell, markers) == (rest, notes)
    assert split_markers(cell, dict(reversed(markers.items()))) == (rest, notes)


def test_notes_come_beside_their_field() -> None:
    table = source({"count": ["126 (r)", "5", "(p)"], "b": ["x", "y", "z"]})
    found = shaped(table, Notes("count", {"(r)": "r", "(p)": "p"}))
    assert columns(found) == {"count": ["126", "5", ""], "count_note": ["r", "", "p"], "b": ["x", "y", "z"]}
    assert found.table.place(0, "count_note") == 'A2 · "count_note"'
    assert found.steps[0].to_json() == {"rule": "notes", "field": "count_note", "cells": 2}


def test_notes_of_another_column() -> None:
    table = source(
        {"value": ["1", "2", "3", "4"], "b": [""] * 4, "NoteCodes": ["t", "", "t, r", f"t,{CANARY}"]}
    )
    found = shaped(table, Notes("value", column="NoteCodes", codes={"t": "t", "r": "r"}))
    finding = only(found, "shape.note-code")
    assert (finding.field, finding.count, finding.place) == ("NoteCodes", 1, 'C5 · "NoteCodes"')
    assert columns(found) == {
        "value": ["1", "2", "3", "4"],
        "value_note": ["t", "", "r,t", ""],
        "b": [""] * 4,
    }


def test_notes_from_cells_and_from_a_column_are_merged() -> None:
    table = source({"value": ["1 (r)", "2", "3 (r)"], "codes": ["t", "t", "r"]})
    operations = [
        Notes("value", {"(r)": "r"}),
        Notes("value", column="codes", codes={"t": "t", "r": "r"}),
    ]
    wanted = {"value": ["1", "2", "3"], "value_note": ["r,t", "t", "r"]}
    for order in (operations, operations[::-1]):
        found = shaped(table, *order)
        assert columns(found) == wanted
        assert found.findings == ()


@given(st.lists(st.tuples(*[st.lists(st.sampled_from(["c", "p", "ns", "r"]), unique=True)] * 2), max_size=6))
def test_merged_notes_are_the_union_in_order(pairs: list[tuple[list[str], list[str]]]) -> None:
    first, second = (text_array([",".join(pair[side]) for pair in pairs]) for side in (0, 1))
    merged = merged_notes(first, second).to_pylist()
    assert merged == [",".join(sorted({*a, *b})) for a, b in pairs]
    assert merged == merged_notes(second, first).to_pylist()


# lookup, total


def test_names_are_replaced_by_codes() -> None:
    names = ["Cymru", "Wales", "Ynys Môn", "512", "Ynys Mon", "W06000002", "Conwy", ""]
    found = shaped(source({"area": names}), Lookup("area", "areas/1", "area_code"))
    assert columns(found)["area_code"] == [
        "W92000004", "W92000004", "W06000001", "W06000001", "W06000001", "W06000002", "W06000003", "",
    ]  # fmt: skip
    assert found.findings == ()
    assert found.table.place(0, "area_code") == 'A2 · "area_code"'


def test_names_that_no_list_knows_block_and_stay() -> None:
    # "Sir" is a name of two codes; a name is compared exactly.
    found = shaped(
        source({"area": ["Conwy", "conwy", "Sir", CANARY, " "]}), Lookup("area", "areas/1", "area")
    )
    finding = only(found, "shape.lookup")
    assert (finding.count, finding.rows, finding.detail) == (4, (3, 4, 5, 6), {"list": "areas/1"})
    assert columns(found)["area"] == ["W06000003", "conwy", "Sir", CANARY, " "]


def test_a_total_changes_nothing_and_must_be_there() -> None:
    table = source({"area_code": ["W92000004", "W06000001"]})
    found = shaped(table, Total("area_code", "W92000004"))
    assert (found.findings, found.steps) == ((), ())
    assert found.table.data.equals(table.data)
    finding = only(shaped(table, Total("area_code", "W99")), "shape.no-total")
    assert (finding.field, finding.detail) == ("area_code", {"code": "W99"})


# order, absence, knowledge


def test_operations_are_done_in_the_recipes_order() -> None:
    table = source({"n": ["1,000 (r)"]})
    number, notes = Number("n", ","), Notes("n", {"(r)": "r"})
    assert columns(shaped(table, notes, number)) == {"n": ["1000"], "n_note": ["r"]}
    assert codes(shaped(table, number, notes)) == ["shape.number"]


@pytest.mark.parametrize(
    ("failing", "later"),
    [
        (Name((Rename("a", heading="none"),)), (Number("a"), Notes("a", {"x": "r"}), Total("a_note", "r"))),
        (Unpivot(("none",), "month", "count"), (Period(("month",), "month", "MM YYYY", "p"), Number("p"))),
        (Lookup("none", "areas/1", "area_code"), (Total("area_code", "W"), Drop(("area_code",), REASON))),
        (Period(("none",), "year", "YYYY", "year"), (LeaveOut(REASON, "year", ("2026",)),)),
        (Notes("none", {"x": "r"}), (Notes("other", column="none_note", codes={"r": "r"}),)),
    ],
)
def test_one_mistake_is_told_once(failing: Operation, later: tuple[Operation, ...]) -> None:
    found = shaped(source({"other": ["1"]}), failing, *later)
    assert len(found.findings) == 1


def test_a_field_that_is_not_there_is_told_by_each_operation_with_the_nearest() -> None:
    table = source({"x": ["1"]})
    found = shaped(table, named("counts"), Number("count"), Drop(("zzz",), REASON))
    assert codes(found) == ["shape.no-field-near", "shape.no-field"]
    near, far = found.findings
    assert (near.field, near.detail["near"], near.detail["operation"]) == ("count", "counts", "number")
    assert (far.field, far.detail["operation"]) == ("zzz", "drop")


def test_a_heading_of_the_file_is_not_quoted_as_the_nearest() -> None:
    found = shaped(source({f"{CANARY}s": ["1"]}), Number(CANARY))
    assert codes(found) == ["shape.no-field"]


def test_the_schemas_fields_come_first_and_are_known() -> None:
    table = source({"b": ["1"], "x": ["2"], "a": ["3"]})
    found = shaped(table, names=("a", "c", "b"))
    assert found.table.names == ("a", "b", "x")
    assert [column.known for column in found.table.columns] == [True, True, False]
    assert [column.source for column in found.table.columns] == [3, 1, 2]


def test_every_kind_of_operation_can_be_done() -> None:
    from agored.shape.operations import _OPERATIONS

    assert set(_OPERATIONS) == set(Operation.__subclasses__())


# no cell's value

OPERATIONS: tuple[Operation, ...] = (
    Trim(),
    named("area", "when", "n"),
    LeaveOut(REASON, "area", ("x",), ("y",)),
    Notes("n", {"(r)": "r"}),
    Notes("n", column="codes", codes={"r": "r"}),
    Number("n", ",", "£"),
    Period(("when",), "month", "YYYY MMM", "period"),
    Lookup("area", "areas/1", "area_code"),
    Total("area_code", "W92000004"),
    Unpivot(("area_code", "period"), "name", "value"),
    Drop(("none",), REASON),
    Constant("n", "1", REASON),
)


def test_no_finding_and_no_step_holds_a_cell() -> None:
    cells = {f"{CANARY}-{name}": [CANARY, f"(r){CANARY}", CANARY] for name in "pqr"}
    table = source([*cells.items(), ("codes", [CANARY] * 3), ("codes", [CANARY] * 3), ("", [CANARY] * 3)])
    found = shaped(table, *OPERATIONS)
    assert len(found.findings) >= 5
    told = [finding.to_json() for finding in found.findings] + [step.to_json() for step in found.steps]
    spoken = [
        getattr(each, part)(language)
        for each in found.findings
        for part in ("what", "why", "how")
        for language in LANGUAGES
    ]
    assert CANARY not in json.dumps(told, ensure_ascii=False)
    assert CANARY not in "".join(spoken)


_TEXT = st.text(alphabet="ab1,(r)£ 2026AprWales\u00a0", max_size=8)


@given(st.lists(st.tuples(_TEXT, _TEXT, _TEXT, _TEXT), max_size=5), st.permutations(OPERATIONS))
def test_no_table_and_no_order_makes_it_break(
    records: list[tuple[str, str, str, str]], operations: list[Operation]
) -> None:
    heads = ("area", "when", "n", "codes")
    table = source([(head, [record[place] for record in records]) for place, head in enumerate(heads)])
    found = shaped(table, *operations)
    assert all(finding.count >= 0 for finding in found.findings)
    assert len(found.table.rows) == found.table.data.num_rows
    assert found.table.cells is None or len(found.table.cells) == len(found.table)
    assert set(found.table.rows.to_pylist()) <= set(table.rows.to_pylist())


def test_operations_are_frozen_records_of_the_recipe() -> None:
    for kind in Operation.__subclasses__():
        assert kind.__module__ == recipe.__name__
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert kind is Trim or fields(kind)


def test_every_finding_of_shape_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    known = {".".join(code.split(".")[1:3]) for code in catalogue("en") if code.startswith("finding.shape.")}
    assert {code for code in known if f'"{code}"' not in source} == set()
