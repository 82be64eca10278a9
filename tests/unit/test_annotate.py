"""The officer's file back: every cell where it stood, the ones at fault marked, and what is left out is said."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
import zipfile
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from agored.annotate import AnnotatedTable, write_annotated
from agored.annotate import marks as marking
from agored.annotate import problems as numbering
from agored.annotate.book import Book, sheet_names
from agored.findings import Finding, Severity, Stage
from agored.places import finding_at
from agored.read.mojibake import mojibake_findings
from agored.table import Column, Table
from agored.words import LANGUAGES, say

BLOCKING, ADVISORY, NOTE = Severity.BLOCKING, Severity.ADVISORY, Severity.NOTE
FACTS = {"declared": "3", "found": "1", "limit": "9", "list": "areas/1", "fields": "area, year"}
Faults = Mapping[tuple[str, str | None], Sequence[int]]


def a_sheet(
    columns: Mapping[str, Sequence[str]],
    faults: Faults | None = None,
    findings: Sequence[Finding] = (),
    rows: Sequence[int] | None = None,
    tidy: Table | None = None,
    resource: str = "toilets",
    headers: Sequence[int] = (1,),
    outside: Mapping[int, Sequence[str]] | None = None,
) -> AnnotatedTable:
    """A sheet whose faults are found as validation finds them."""
    read = Table.of(columns, rows)
    told = tidy or read
    found = [
        finding_at(told, list(where), f"validation.{code}", BLOCKING, Stage.VALIDATE, resource, field, FACTS)
        for (code, field), where in (faults or {}).items()
    ]  # fmt: skip
    return AnnotatedTable(resource, read, headers, told, [*found, *findings], faults or {}, outside or {})


def written(path: Path, *sheets: AnnotatedTable, language: str = "en") -> Any:
    """The workbook as another program reads it."""
    write_annotated(path / "private" / "annotated.xlsx", sheets, language)
    return openpyxl.load_workbook(path / "private" / "annotated.xlsx")


def texts(page: Any) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in page.iter_rows(values_only=True)]


def said(page: Any) -> str:
    return "\n".join(" | ".join(row) for row in texts(page))


def is_marked(cell: Any) -> bool:
    return bool(cell.fill.fill_type == "solid" and cell.border.left.style and cell.border.top.style)


def marked(page: Any) -> dict[str, str | None]:
    """The marked cells of a sheet, each with its comment."""
    return {
        cell.coordinate: cell.comment.text if cell.comment else None
        for row in page.iter_rows()
        for cell in row
        if is_marked(cell)
    }


def problems(book: Any) -> list[dict[str, str]]:
    """The lines of the summary, by their headings."""
    lines = texts(book.worksheets[0])
    begin = next(number for number, line in enumerate(lines) if len(line) > 3 and line[3])
    headings = lines[begin]
    end = next(number for number in range(begin + 1, len(lines)) if not lines[number][0])
    return [dict(zip(headings, line, strict=True)) for line in lines[begin + 1 : end]]


def links(page: Any) -> dict[str, str]:
    """Where each link of a sheet leads."""
    return {
        cell.coordinate: cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink
    }


# The table


def test_every_cell_stands_where_it_stood_below_the_titles(tmp_path: Path) -> None:
    sheet = a_sheet(
        {"place": ["Bangor", "Y Fflint"], "count": ["007", "x"]},
        {("type-integer", "count"): [1]},
        rows=[4, 6],
        headers=[3],
        outside={1: ["Toiledau cyhoeddus"], 9: ["", "(r) revised"]},
    )
    page = written(tmp_path, sheet)["toilets"]
    assert texts(page) == [
        ["Toiledau cyhoeddus", ""],
        ["", ""],
        ["place", "count"],
        ["Bangor", "007"],
        ["", ""],
        ["Y Fflint", "x"],
        ["", ""],
        ["", ""],
        ["", "(r) revised"],
    ]
    assert list(marked(page)) == ["B6"]
    assert page.freeze_panes == "A4"
    assert {page.column_dimensions[column].width for column in "AB"} <= {8, 8.7109375, 10, 10.7109375}


HOSTILE = [
    '=HYPERLINK("http://enghraifft.example","cliciwch")',
    "{=1+1}",
    "+1", "-1", "@SUM(A1)",
    "http://enghraifft.example/", "mailto:a@b.example", "internal:'x'!A1",
    "007", "1e5", "TRUE", "#N/A", "2026-01-31",
    "<r>bold</r>", "<r></r>", "<r><t>not closed</r>", "</t></is></c>", "&amp;", 'a"b',
    "  two blanks ", "line\nbreak", "tab\tstop", "Tŷ’r dŵr", "😀" * 5,
]  # fmt: skip


def test_every_cell_is_text_and_nothing_else(tmp_path: Path) -> None:
    book = written(tmp_path, a_sheet({"a": HOSTILE, "b": HOSTILE}, {("longest", "b"): range(len(HOSTILE))}))
    page = book["toilets"]
    for number, text in enumerate(HOSTILE, start=2):
        assert [page.cell(number, column).value for column in (1, 2)] == [text, text]
        assert page.cell(number, 1).data_type == "s"
        assert {page.cell(number, column).number_format for column in (1, 2)} == {"@"}
    listed = {line[3] for line in texts(book["Cell by cell"])[3:]}
    assert listed == set(HOSTILE)
    assert {line[3] for line in texts(book["Values"])[3:]} == set(HOSTILE)
    with zipfile.ZipFile(tmp_path / "private" / "annotated.xlsx") as parts:
        for name in parts.namelist():
            assert not name.startswith("xl/externalLinks")
            if name.startswith("xl/worksheets/sheet"):
                xml = parts.read(name).decode()
                assert "<f>" not in xml
                assert set(re.findall(r' t="(\w+)"', xml)) <= {"inlineStr"}
            assert b"http://enghraifft" not in parts.read(name) or name.startswith("xl/worksheets/sheet")


def test_what_cannot_be_seen_is_written_out(tmp_path: Path) -> None:
    cells = ["\x00", "a\x07b", "a\r\nb\rc", "\x85", "\ufffe", "_x0041_"]
    page = written(tmp_path, a_sheet({"a": cells, "a\x0bb": [""] * 6}))["toilets"]
    shown = [page.cell(row, 1).value for row in range(2, 7)]
    assert shown == ["\\x00", "a\\x07b", "a\nb\nc", "\\x85", "\\ufffe"]
    assert page["B1"].value == "a\\x0bb"
    with zipfile.ZipFile(tmp_path / "private" / "annotated.xlsx") as parts:
        # Spreadsheets read _x0041_ as A; the mark for the underscore keeps it as it is.
        assert b"_x005F_x0041_" in parts.read("xl/worksheets/sheet2.xml")


@pytest.mark.parametrize("letter", ["a", "😀"])
def test_a_text_too_long_for_a_cell_is_cut_with_a_sign(letter: str, tmp_path: Path) -> None:
    longest = 32_767 // len(letter.encode("utf-16-le")) * 2
    fits, too_long = letter * (longest // 2 * 1), letter * 40_000
    page = written(tmp_path, a_sheet({"a": [fits, too_long]}))["toilets"]
    assert page["A2"].value == fits
    cut = page["A3"].value
    assert cut.startswith(letter * 10_000)
    assert cut.endswith("… [cut here; characters in all: 40,000]")
    assert 32_700 < len(cut.encode("utf-16-le")) // 2 <= 32_767


# The marks


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_at_fault_is_marked_and_says_what_and_how(language: str, tmp_path: Path) -> None:
    sheet = a_sheet({"place": ["Bangor", "Rhyl"], "count": ["x", "2"]}, {("type-integer", "count"): [0]})
    marks = marked(written(tmp_path, sheet, language=language)["toilets"])
    (finding,) = sheet.findings
    title = say("annotate.problem", language, number="1")
    severity = say("annotate.severities.blocking", language)
    assert marks == {"B2": f"{title} · {severity}\n{finding.what(language)}\n{finding.how(language)}"}


def test_a_cell_with_several_problems_tells_them_all_the_worst_first(tmp_path: Path) -> None:
    note = Finding("shape.number", NOTE, Stage.SHAPE, "toilets", "count", 'A2 · "count"', (2,))
    sheet = a_sheet({"count": ["x"]}, {("type-integer", "count"): [0], ("longest", "count"): [0]}, [note])
    book = written(tmp_path, sheet)
    comment = marked(book["toilets"])["A2"]
    assert comment is not None
    assert re.findall(r"Problem no\. (\d) · (.*)", comment) == [
        ("1", "Stops publishing"),
        ("2", "Stops publishing"),
        ("3", "For information"),
    ]
    legend = {row[1].value: row[1] for row in book["Summary"].iter_rows(min_row=14) if is_marked(row[1])}
    fill = book["toilets"]["A2"].fill.fgColor.rgb
    assert fill == legend["Stops publishing"].fill.fgColor.rgb
    assert book["toilets"]["A2"].font.bold
    styles = {cell.border.left.style for cell in legend.values()}
    assert len(styles) == len(Severity)  # not by colour alone


@pytest.mark.parametrize(
    "where",
    [[0, 2], (0, 2), array("q", [0, 2]), pa.array([0, 2]).to_numpy(), range(0, 3, 2)],
    ids=["list", "tuple", "array", "numpy", "range"],
)
def test_places_come_in_any_kind_of_sequence(where: Sequence[int], tmp_path: Path) -> None:
    faults: Faults = {("type-integer", "a"): where}
    assert list(marked(written(tmp_path, a_sheet({"a": ["x", "1", "y"]}, faults))["toilets"])) == ["A2", "A4"]


def unpivoted() -> tuple[Table, Table]:
    """A table of areas by year, and the same with a record for each cell: rows 3 and 4, columns A, C and D."""
    read = Table.of(
        {"area": ["Môn", "Gwynedd"], "": ["", ""], "2025": ["1", "x"], "2026": ["y", "4"]}, [3, 4]
    )
    tidy = Table(
        columns=(Column("area", 1, True), Column("year", None, True), Column("count", None, True)),
        data=pa.table(
            {
                "area": ["Môn", "Môn", "Gwynedd", "Gwynedd"],
                "year": ["2025", "2026", "2025", "2026"],
                "count": ["1", "y", "x", "4"],
            }
        ),
        rows=pa.chunked_array([pa.array([3, 3, 4, 4])]),
        cells=pa.chunked_array([pa.array([3, 4, 3, 4])]),
    )
    return read, tidy


def test_after_unpivoting_the_cell_is_the_one_that_the_value_came_from(tmp_path: Path) -> None:
    read, tidy = unpivoted()
    faults: Faults = {
        ("type-integer", "count"): [1, 2],
        ("code-unknown", "area"): [2, 3],
        ("primary-key", None): [3],
    }
    columns = {column.name: read.list(column.name) for column in read.columns}
    book = written(tmp_path, a_sheet(columns, faults, rows=[3, 4], tidy=tidy, headers=[2]))
    marks = marked(book["toilets"])
    assert list(marks) == ["D3", "A4", "C4"]
    assert "Records" in (marks["A4"] or "")
    counts = {line["Where it begins"]: line["Marked in the table"] for line in problems(book)}
    assert counts == {
        'D3 · "count"': "Cells: 2. With a comment: 2",
        'A4 · "area"': "Cells: 1. With a comment: 1",  # two records came from this one cell
        "4": "Cells: 1. With a comment: 1",
    }


def test_a_field_that_shape_made_is_marked_at_the_first_cell_of_its_row(tmp_path: Path) -> None:
    read = Table.of({"area": ["Môn", "Gwynedd"]})
    tidy = read.with_column(Column("year", None, True), pa.chunked_array([["2025", "x"]]))
    sheet = a_sheet({"area": read.list("area")}, {("type-year", "year"): [1]}, tidy=tidy)
    book = written(tmp_path, sheet)
    assert list(marked(book["toilets"])) == ["A3"]
    assert links(book["Summary"])["E10"] == "'toilets'!A3"


@pytest.mark.parametrize(
    ("finding", "cells"),
    [
        (Finding("shape.lookup", BLOCKING, Stage.SHAPE, "toilets", "b", 'B3 · "b"', (3, 4), 9), ["B3", "B4"]),
        (Finding("read.long-rows", BLOCKING, Stage.READ, "toilets", None, "D3", (3, 5), 2), ["D3", "A5"]),
        (Finding("read.rows-after", NOTE, Stage.READ, "toilets", None, "9", (9, 12), 2), ["A9", "A12"]),
        (Finding("read.expected-cell", BLOCKING, Stage.READ, "toilets", None, "B1", (1,)), ["B1"]),
        (Finding("validation.column-extra", BLOCKING, Stage.VALIDATE, "toilets", None, "B"), ["B2"]),
        (
            Finding("validation.column-extra", BLOCKING, Stage.VALIDATE, "toilets", None, 'B · "b! · c"'),
            ["B2"],
        ),
        (Finding("validation.column-extra", BLOCKING, Stage.VALIDATE, "toilets", None, "3"), []),
        (Finding("validation.no-records", BLOCKING, Stage.VALIDATE, "toilets"), []),
        (Finding("read.merged-cells", ADVISORY, Stage.READ, "toilets", None, "B3:B4", (3,)), ["B3"]),
        (Finding("read.hidden-sheets", BLOCKING, Stage.READ, "toilets", None, "“Ion”: A5"), []),
        (Finding("read.hidden-sheets", BLOCKING, Stage.READ, "toilets", None, "ION"), []),
    ],
    ids=lambda value: value.code if isinstance(value, Finding) else "",
)
def test_findings_of_other_kinds_are_marked_where_they_say(finding: Finding, cells: list[str]) -> None:
    sheet = a_sheet(
        {"a": ["1", "2", "3"], "b": ["4", "5", "6"]}, findings=[finding], headers=[2], rows=[3, 4, 5]
    )
    found = sheet.cells_of(finding)
    places = zip(found["row"].to_pylist(), found["column"].to_pylist(), strict=True)
    assert [f"{'ABCD'[column - 1]}{row}" for row, column in places] == cells


def test_places_that_name_the_sheet_are_understood(tmp_path: Path) -> None:
    read = replace(Table.of({"a": ["x", "1"]}), before="Ion · 2026!")
    faults: Faults = {("type-integer", "a"): [0]}
    found = [finding_at(read, [0], "validation.type-integer", BLOCKING, Stage.VALIDATE, "toilets", "a")]
    example = Finding("read.blank-rows", BLOCKING, Stage.READ, "toilets", place="Ion · 2026!A3", rows=(3,))
    assert found[0].place == 'Ion · 2026!A2 · "a"'
    book = written(tmp_path, AnnotatedTable("toilets", read, [1], read, [*found, example], faults))
    assert list(marked(book["toilets"])) == ["A2", "A3"]


def test_a_file_of_records_is_shown_with_their_numbers(tmp_path: Path) -> None:
    columns = (Column("place"), Column("count"))
    read = replace(
        Table.of({"place": ["Bangor", "Rhyl"], "count": ["1", "x"]}, [1, 2]), columns=columns, before="#"
    )
    tidy = read.renamed([Column("name", None, True), Column("count", None, True)])
    faults: Faults = {("type-integer", "count"): [1], ("required", "name"): [0]}
    found = [
        finding_at(tidy, list(where), f"validation.{code}", BLOCKING, Stage.VALIDATE, "toilets", field)
        for (code, field), where in faults.items()
    ]
    example = Finding("read.blank-rows", BLOCKING, Stage.READ, "toilets", place="#2", rows=(2,))
    sheet = AnnotatedTable("toilets", read, [], tidy, [*found, example], faults)
    book = written(tmp_path, sheet)
    assert texts(book["toilets"]) == [
        ["Record", "place", "count"],
        ["#1", "Bangor", "1"],
        ["#2", "Rhyl", "x"],
    ]
    marks = marked(book["toilets"])
    assert list(marks) == ["A2", "A3", "C3"]  # what was renamed is marked at its record’s number
    assert "“toilets”: the file has records and no rows." in said(book["Summary"])
    begins = [(line["Where it begins"], line["Link to the first cell"]) for line in problems(book)]
    assert begins == [("#2", "A3"), ('#2 · "count"', "C3"), ('#1 · "name"', "A2")]


def test_headings_in_several_rows_stand_as_they_do_in_the_file(tmp_path: Path) -> None:
    outside = {1: ["Plant", ""], 2: ["bechgyn", "merched"]}
    sheet = a_sheet(
        {"Plant bechgyn": ["1"], "Plant merched": ["x"]}, rows=[3], headers=[1, 2], outside=outside
    )
    page = written(tmp_path, sheet)["toilets"]
    assert texts(page) == [["Plant", ""], ["bechgyn", "merched"], ["1", "x"]]
    assert page["A1"].font.bold
    assert page["A2"].font.bold
    assert page.freeze_panes == "A3"


def test_letters_that_went_wrong_are_listed_with_what_they_likely_read(tmp_path: Path) -> None:
    read = Table.of({"Ardal": ["Ynys MÃ´n", "Powys", "Ynys MÃ´n"], "Nifer": ["1", "2", "3"]})
    found = mojibake_findings(read, "toilets", 1)
    book = written(tmp_path, AnnotatedTable("toilets", read, [1], read, found, {}))

    assert book.sheetnames == ["Summary", "toilets", "Cell by cell", "Values", "Letters"]
    assert texts(book["Letters"])[3:] == [["toilets", "A2", "Ynys MÃ´n", "Ynys Môn", "2"]]
    assert "A2" in "".join(str(cell.hyperlink.location) for cell in book["Letters"]["B"] if cell.hyperlink)
    assert "The sheet “Letters” lists the cells whose letters went wrong" in said(book["Summary"])


def test_an_example_in_a_turned_table_has_its_own_column_only_at_its_first_place() -> None:
    read, tidy = unpivoted()
    finding = Finding("shape.number", BLOCKING, Stage.SHAPE, "toilets", "value", 'D3 · "value"', (3, 4), 2)
    sheet = AnnotatedTable("toilets", read, [2], tidy, [finding], {})
    found = sheet.cells_of(finding)
    assert list(zip(found["row"].to_pylist(), found["column"].to_pylist(), strict=True)) == [(3, 4), (4, 1)]


def test_marks_outside_the_table_have_their_own_rows(tmp_path: Path) -> None:
    findings = [
        Finding("read.header-moved", BLOCKING, Stage.READ, "toilets", place="C1", rows=(1,), detail=FACTS),
        Finding("read.long-rows", BLOCKING, Stage.READ, "toilets", place="E4", rows=(4,)),
        Finding("read.rows-after", NOTE, Stage.READ, "toilets", place="8", rows=(8,)),
    ]  # fmt: skip
    book = written(tmp_path, a_sheet({"a": ["1", "2"]}, findings=findings, headers=[3], rows=[4, 5]))
    assert list(marked(book["toilets"])) == ["C1", "E4", "A8"]
    assert [row[0].value for row in book["toilets"].iter_rows()] == [
        None,
        None,
        "a",
        "1",
        "2",
        None,
        None,
        None,
    ]


# The summary


def several() -> AnnotatedTable:
    values = ["n/a"] * 5 + ["1"] * 1_991 + ["", "-", "-", "9.5"]
    faults: Faults = {
        ("type-integer", "count"): [0, 1, 2, 3, 4, 1_997, 1_998, 1_999],
        ("required", "count"): [1_996],
    }
    advisory = Finding(
        "read.short-rows", ADVISORY, Stage.READ, "toilets", place="B5", rows=(5,), count=1, total=2_000
    )
    return a_sheet({"place": ["Bangor"] * 2_000, "count": values}, faults, [advisory])  # fmt: skip


def test_the_summary_has_a_line_for_each_problem_the_worst_first(tmp_path: Path) -> None:
    book = written(tmp_path, several())
    assert book.sheetnames == ["Summary", "toilets", "Cell by cell", "Values"]
    assert book.active.title == "Summary"
    lines = problems(book)
    assert [line["Problem no."] for line in lines] == ["1", "2", "3"]
    assert [line["How serious"] for line in lines] == ["Stops publishing"] * 2 + ["Needs a decision"]
    assert [line["How many"] for line in lines] == ["8 of 2,000", "1 of 2,000", "1 of 2,000"]
    assert [line["Share"] for line in lines] == ["0.4%", "under 0.1%", "under 0.1%"]
    assert lines[0]["Where it begins"] == 'B2 · "count"'
    assert lines[0]["What is the matter"] == "“count” has cells that are not whole numbers. Cells: 8"
    assert lines[0]["Who can put it right"] == "the supplier of the data"
    assert all(line["Why it matters"] and line["How to put it right"] for line in lines)
    first = [lines[0][f"Link to the {which} cell"] for which in ("first", "second", "third")]
    assert first == ["B2", "B3", "B4"]
    assert [lines[1][f"Link to the {which} cell"] for which in ("first", "second")] == ["B1998", ""]


def test_links_lead_to_the_cells(tmp_path: Path) -> None:
    book = written(tmp_path, several())
    for page in (book["Summary"], book["Cell by cell"], book["Values"]):
        found = links(page)
        assert found
        for cell, target in found.items():
            sheet, _, address = target.rpartition("!")
            assert book[sheet.strip("'")][address] is not None
            text = page[cell].value
            assert text == address or (text, address) == ("toilets", "A1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_marked_private_in_both_languages(language: str, tmp_path: Path) -> None:
    book = written(tmp_path, several(), language=language)
    private = {say("annotate.private", each) for each in LANGUAGES}
    assert len(private) == 2
    assert {book.worksheets[0].cell(row, 1).value for row in (2, 3)} == private
    assert book.worksheets[0].cell(2, 1).value == say("annotate.private", language)
    for page in book.worksheets:
        assert all(text in page.oddHeader.center.text for text in private)
    assert all(text in book.properties.description for text in private)


def test_a_welsh_workbook_is_in_welsh(tmp_path: Path) -> None:
    book = written(tmp_path, several(), language="cy")
    assert book.sheetnames == ["Crynodeb", "toilets", "Fesul cell", "Gwerthoedd"]
    line = problems(book)[0]
    assert line["Beth sydd o’i le"] == "Y maes “count”: mae celloedd nad ydynt yn rhifau cyfan. Celloedd: 8"
    assert line["Faint"] == "8 o 2,000"
    english = {
        say(f"annotate.{name}", "en") for name in ("title", "what", "why", "marks", "legend", "addresses")
    }
    assert not english & {cell for page in book.worksheets for row in texts(page) for cell in row}


def test_no_problems_is_said(tmp_path: Path) -> None:
    book = written(tmp_path, a_sheet({"a": ["1"]}))
    assert say("annotate.no-problems", "en") in said(book["Summary"])
    assert say("annotate.nothing", "en") in said(book["Cell by cell"])
    assert say("annotate.nothing", "en") in said(book["Values"])
    assert marked(book["toilets"]) == {}


@pytest.mark.parametrize(
    ("count", "share"),
    [(1, "under 0.1%"), (10, "0.1%"), (5_000, "50.0%"), (9_999, "over 99.9%"), (10_000, "100.0%")],
)
def test_shares_never_round_to_none_or_all(count: int, share: str, tmp_path: Path) -> None:
    finding = Finding("read.short-rows", ADVISORY, Stage.READ, "toilets", count=count, total=10_000)
    (line,) = problems(written(tmp_path, a_sheet({"a": ["1"]}, findings=[finding])))
    assert line["Share"] == share


# The lists


def test_commented_cells_are_listed_row_by_row(tmp_path: Path) -> None:
    lines = texts(written(tmp_path, several())["Cell by cell"])
    assert lines[2] == [
        "Table",
        "Link to the cell",
        "Heading of the column",
        "What the cell holds",
        "Problem no.",
        "What is the matter",
    ]
    cells = [(line[1], line[2], line[3], line[4]) for line in lines[3:]]
    assert cells[0] == ("B2", "count", "n/a", "1")
    assert ("B5", "count", "n/a", "1, 3") in cells
    assert cells[-4:] == [
        ("B1998", "count", "", "2"),
        ("B1999", "count", "-", "1"),
        ("B2000", "count", "-", "1"),
        ("B2001", "count", "9.5", "1"),
    ]


def test_values_at_fault_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    lines = texts(written(tmp_path, several())["Values"])
    assert [line[2:] for line in lines[3:]] == [
        ["count", "n/a", "5", "B2"],
        ["count", "-", "2", "B1999"],
        ["count", "9.5", "1", "B2001"],
    ]


def test_the_values_of_a_key_are_listed_together(tmp_path: Path) -> None:
    columns = {"area": ["Môn", "Môn", "Rhyl", "Môn", ""], "year": ["2025", "2025", "2026", "2025", ""]}
    book = written(tmp_path, a_sheet(columns, {("primary-key", None): [1, 3, 4]}))
    assert [line[2:] for line in texts(book["Values"])[3:]] == [["area, year", "Môn · 2025", "2", "A3"]]


def test_values_beyond_the_most_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "VALUES", 2)
    lines = texts(written(tmp_path, several())["Values"])
    assert "At most 2 for each problem" in lines[0][0]
    assert [line[3] for line in lines[3:]] == ["n/a", "-", "Further values that are not listed: 1"]


# What is left out


def test_comments_are_capped_fills_are_not_and_the_summary_says_so(tmp_path: Path) -> None:
    sheet = a_sheet({"a": ["x"] * 1_200}, {("type-integer", "a"): range(1_200)})
    book = written(tmp_path, sheet)
    marks = marked(book["toilets"])
    assert len(marks) == 1_200
    assert [cell for cell, comment in marks.items() if comment] == [f"A{row}" for row in range(2, 502)]
    assert problems(book)[0]["Marked in the table"] == "Cells: 1,200. With a comment: 500"
    assert "Comments are kept to the first 500 cells of each problem" in said(book["Summary"])
    assert len(texts(book["Cell by cell"])) == 3 + 500


def test_many_problems_share_the_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "ALL", 10)
    faults: Faults = {("type-integer", name): range(50) for name in "ab"}
    book = written(tmp_path, a_sheet({"a": ["x"] * 50, "b": ["y"] * 50}, faults))
    assert sum(comment is not None for comment in marked(book["toilets"]).values()) == 10
    assert "first 5 cells of each problem" in said(book["Summary"])


def test_nothing_is_said_of_limits_that_were_not_reached(tmp_path: Path) -> None:
    sheet = a_sheet({"a": ["x"]}, {("type-integer", "a"): [0]})
    assert say("annotate.limits", "en") not in said(written(tmp_path, sheet)["Summary"])


def test_where_only_examples_are_known_the_summary_says_so(tmp_path: Path) -> None:
    finding = Finding("shape.number", BLOCKING, Stage.SHAPE, "toilets", "a", 'A2 · "a"', (2, 3), 40, 50)
    book = written(tmp_path, a_sheet({"a": ["x"] * 50}, findings=[finding]))
    assert say("annotate.examples-only", "en") in said(book["Summary"])
    assert problems(book)[0]["Marked in the table"] == "Cells: 2. With a comment: 2"


def test_of_a_long_table_only_rows_with_problems_are_shown_at_their_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "WHOLE_ROWS", 100)
    cells = ["x" if number in (0, 50, 51, 400) else str(number) for number in range(500)]
    faults: Faults = {("type-integer", "a"): [0, 50, 51, 400]}
    sheet = a_sheet({"a": cells, "b": cells}, faults, outside={600: ["footnote"]})
    book = written(tmp_path, sheet)
    page = book["toilets"]
    shown = {row[0].row: row[0].value for row in page.iter_rows() if row[0].value is not None}
    places = [0, 1, 2, 48, 49, 50, 51, 52, 53, 398, 399, 400, 401, 402]
    assert shown == {1: "a", **{place + 2: cells[place] for place in places}, 600: "footnote"}
    assert list(marked(page)) == ["A2", "A52", "A53", "A402"]
    assert page.sheet_format.zeroHeight  # the rows between are hidden
    told = said(book["Summary"])
    assert "“toilets”: a table of 500 rows is too long" in told
    assert "Rows shown: 14." in told


def test_an_excerpt_holds_the_first_rows_of_each_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "WHOLE_ROWS", 100)
    monkeypatch.setattr(marking, "EXCERPT_ROWS", 60)
    faults: Faults = {("type-integer", "a"): range(900), ("type-integer", "b"): range(950, 1_000)}
    cells = {"a": ["x"] * 1_000, "b": [f"y{number}" for number in range(1_000)]}
    book = written(tmp_path, a_sheet(cells, faults))
    rows = [row[0].row for row in book["toilets"].iter_rows() if row[0].value]
    assert len(rows) <= 61
    lines = problems(book)
    assert [line["Link to the first cell"] for line in lines] == ["A2", "B952"]
    assert all(links(book["Summary"]).values())
    values = {line[3]: line[5] for line in texts(book["Values"])[3:]}
    assert len(values) == 1 + 50  # counted over all records, shown or not
    here = {cell for cell in links(book["Values"]) if cell.startswith("F")}
    assert 2 < len(here) < 51  # a value in a row that is not shown has its address and no link
    assert [line[4] for line in texts(book["Values"])[3:5]] == ["900", "1"]


def test_a_wide_table_is_cut_to_an_excerpt_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "WHOLE_CELLS", 100)
    narrow = a_sheet({"a": ["1"] * 50, "b": ["1"] * 50})
    wide = a_sheet({name: ["1"] * 50 for name in "abc"})
    assert marking.excerpt(narrow, []) is narrow.read
    assert len(marking.excerpt(wide, [])) == 0


def test_what_a_sheet_cannot_hold_is_left_out_and_said(tmp_path: Path) -> None:
    rows = [1_048_575, 1_048_576, 1_048_577]
    read = Table.of({"a": ["x", "y", "z"], "b": ["1", "2", "3"]}, rows)
    far = read.renamed([Column("a", 16_384, True), Column("b", 16_385, True)])
    found = [
        finding_at(far, [0, 1, 2], "validation.type-integer", BLOCKING, Stage.VALIDATE, "t", name)
        for name in "ab"
    ]
    faults: Faults = {("type-integer", "a"): [0, 1, 2], ("type-integer", "b"): [0, 1, 2]}
    book = written(tmp_path, AnnotatedTable("t", far, [1], far, found, faults))
    with zipfile.ZipFile(tmp_path / "private" / "annotated.xlsx") as parts:
        cells = re.findall(r'<c r="(\w+)"', parts.read("xl/worksheets/sheet2.xml").decode())
    assert cells == ["XFD1", "XFD1048575", "XFD1048576"]
    assert "“t”: rows or columns that a spreadsheet cannot hold are not shown." in said(book["Summary"])
    marks = [line["Marked in the table"] for line in problems(book)]
    assert marks == ["Cells: 2. With a comment: 2", "No cell is marked."]


# The file


def test_the_file_is_for_its_owner_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    written(tmp_path, several())
    folder = tmp_path / "private"
    assert [file.name for file in folder.iterdir()] == ["annotated.xlsx"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "annotated.xlsx").stat().st_mode) == 0o600


def test_a_failure_leaves_the_earlier_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, several())
    file = tmp_path / "private" / "annotated.xlsx"
    before = file.read_bytes()

    def full(book: Book) -> None:
        raise OSError("no room")

    monkeypatch.setattr(Book, "close", full)
    with pytest.raises(OSError, match="no room"):
        write_annotated(file, [a_sheet({"a": ["1"]})], "en")
    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == ["annotated.xlsx"]


def test_the_same_tables_make_the_same_bytes_at_any_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(name: str) -> bytes:
        write_annotated(tmp_path / name / "annotated.xlsx", [several()], "cy")
        return (tmp_path / name / "annotated.xlsx").read_bytes()

    first = made("a")
    with zipfile.ZipFile(tmp_path / "a" / "annotated.xlsx") as parts:
        assert {entry.date_time[0] for entry in parts.infolist()} == {1980}
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert made("b") == first


def test_several_tables_have_a_sheet_each_and_one_summary(tmp_path: Path) -> None:
    first = a_sheet({"a": ["x"]}, {("type-integer", "a"): [0]}, resource="summary")
    second = a_sheet({"a": ["x", "y"]}, {("type-integer", "a"): [1]}, resource="a" * 40)
    book = written(tmp_path, first, second)
    assert book.sheetnames == ["Summary", "summary 2", "a" * 31, "Cell by cell", "Values"]
    assert [line["Table"] for line in problems(book)] == ["summary 2", "a" * 31]
    assert list(marked(book["summary 2"])) == ["A2"]
    assert list(marked(book["a" * 31])) == ["A3"]
    assert [line[0] for line in texts(book["Cell by cell"])[3:]] == ["summary 2", "a" * 31]


def test_sheet_names_are_such_as_spreadsheets_allow() -> None:
    given = [
        "a/b:c",
        "A-B-C",
        "[x]*?\\",
        "'quoted'",
        "",
        "History",
        "x" * 31,
        "x" * 40,
        "😀" * 20,
        "y" * 30 + "'z",
    ]
    names = sheet_names(given)
    assert names[:4] == ["a-b-c", "A-B-C 2", "-x----", "quoted"]
    assert len({name.casefold() for name in names}) == len(given)
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert name == name.strip("' ")
        assert name.casefold() != "history"


def test_the_library_is_loaded_only_to_write() -> None:
    code = "import sys, agored.annotate; sys.exit('xlsxwriter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
