"""Workbooks: one sheet as declared, each cell by the rule, and everything odd told with its place."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from ods_made import ods, ods_cell, ods_row, ods_rows, ods_table
from read_made import a_workbook, reading, records, refused, told
from xls_made import label, number, number_format, plain_xls, xf, xls, xls_stream, xls_table
from xlsx_made import Xlsx, archive, cell, plain_xlsx, row, shared, table_rows

from agored.findings import Severity
from agored.read import Reading

STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="10"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="20"/></cellXfs>'
)
HEAD = row(1, cell("A1", "a"), cell("B1", "b"))


def one(folder: Path, cells: str, **workbook: str | tuple[str, ...]) -> str:
    """The text of the cell B2."""
    book = a_workbook(HEAD, row(2, cell("A2", 1), cells), **workbook)  # type: ignore[arg-type]
    return records(reading(folder, "book.xlsx", book))[0][1]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ('<c r="B2"><v>12</v></c>', "12"),
        ('<c r="B2" t="n"><v>12.0</v></c>', "12"),
        ('<c r="B2"><v>0.10000000000000001</v></c>', "0.1"),
        ('<c r="B2"><v>1E-3</v></c>', "0.001"),
        ('<c r="B2" s="3"><v>0.25</v></c>', "0.25"),  # 25 %
        ('<c r="B2" s="1"><v>43831</v></c>', "2020-01-01"),
        ('<c r="B2" s="4"><v>43831.5</v></c>', "2020-01-01T12:00:00"),
        ('<c r="B2" s="2"><v>43831</v></c>', "2020-01-01T00:00:00"),
        ('<c r="B2" s="6"><v>0.5</v></c>', "12:00:00"),
        ('<c r="B2" s="5"><v>1.25</v></c>', "30:00:00"),
        ('<c r="B2" s="99"><v>43831</v></c>', "43831"),
        ('<c r="B2" s="1" t="d"><v>2020-01-01T00:00:00</v></c>', "2020-01-01"),
        ('<c r="B2" s="2" t="d"><v>2020-01-01T00:00:00</v></c>', "2020-01-01T00:00:00"),
        ('<c r="B2" t="b"><v>1</v></c>', "true"),
        ('<c r="B2" t="b"><v>0</v></c>', "false"),
        ('<c r="B2" t="s"><v>0</v></c>', "007"),
        ('<c r="B2" t="s"><v>1</v></c>', "  Môn  "),
        ('<c r="B2" t="s"><v>2</v></c>', "un dau"),  # rich text, and how it is read aloud
        ('<c r="B2" t="s"><v>3</v></c>', "a & b\r\nc"),
        ('<c r="B2" t="str"><f>A1&amp;"x"</f><v>ax</v></c>', "ax"),
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B2" t="inlineStr"><is><t>tŷ</t></is></c>', "tŷ"),
        (
            '<c r="B2" t="inlineStr"><is><r><t>un</t></r><r><t xml:space="preserve"> dau</t></r></is></c>',
            "un dau",
        ),
        ('<c r="B2" t="inlineStr"><is><t>a&#233;&lt;</t></is></c>', "aé<"),
        ('<c r="B2"/>', ""),
        ("<c/>", ""),
        ("<c><v>5</v></c>", "5"),  # the place follows from the cell before
    ],
)
def test_the_text_of_a_cell(tmp_path: Path, cells: str, text: str) -> None:
    texts = (
        "007",
        '<si><t xml:space="preserve">  Môn  </t></si>',
        "<si><r><t>un</t></r><r><rPr/><t> dau</t></r><rPh sb='0' eb='1'><t>iin</t></rPh></si>",
        "a &amp; b_x000D_\nc",
    )
    assert one(tmp_path, cells, styles=STYLES, texts=texts) == text


def test_a_workbook_may_count_days_from_1904(tmp_path: Path) -> None:
    top = '<workbookPr date1904="1"/>'
    assert one(tmp_path, '<c r="B2" s="1"><v>0</v></c>', styles=STYLES, top=top) == "1904-01-01"


def test_errors_keep_their_text_and_block(tmp_path: Path) -> None:
    wrong = '<c r="{}" t="e"><f>NA()</f><v>#N/A</v></c>'
    book = a_workbook(
        HEAD,
        row(2, cell("A2", 1), wrong.format("B2")),
        row(3, wrong.format("A3"), cell("B3", 2)),
        row(4, cell("A4", 1), cell("B4", 1), wrong.format("D4")),
    )
    found = reading(tmp_path, "book.xlsx", book, sheet="Data")
    assert records(found)[:2] == [("1", "#N/A"), ("#N/A", "2")]
    finding = told(found)["read.error-cells"]
    assert (finding.severity, finding.place, finding.rows) == (Severity.BLOCKING, "Data!B2", (2, 3))
    assert (finding.count, finding.total) == (2, 6)  # beyond the last heading, another finding tells it
    assert told(found)["read.long-rows"].place == "Data!C4"


def test_what_is_formatted_as_a_date_and_is_none_is_told(tmp_path: Path) -> None:
    rows = [row(number, f'<c r="A{number}" s="1"><v>{value}</v></c>', cell(f"B{number}", 1))
            for number, value in ((2, "43831"), (3, "60"), (4, "-3"), (5, "99999999"))]  # fmt: skip
    found = reading(tmp_path, "book.xlsx", a_workbook(HEAD, *rows, styles=STYLES))
    assert [cells[0] for cells in records(found)] == ["2020-01-01", "60", "-3", "99999999"]
    finding = told(found)["read.no-date"]
    assert (finding.severity, finding.place, finding.count) == (Severity.ADVISORY, "A3", 3)


@pytest.mark.parametrize("result", ["", "<v></v>", "<v/>"])
def test_formulas_without_a_result_are_told(tmp_path: Path, result: str) -> None:
    book = a_workbook(HEAD, row(2, cell("A2", 1), f'<c r="B2"><f>A2*2</f>{result}</c>'))
    found = reading(tmp_path, "book.xlsx", book)
    assert records(found) == [("1", "")]
    finding = told(found)["read.uncalculated"]
    assert (finding.severity, finding.place, finding.count) == (Severity.ADVISORY, "B2", 1)


def test_an_empty_text_is_a_result(tmp_path: Path) -> None:
    book = a_workbook(HEAD, row(2, cell("A2", 1), '<c r="B2" t="str"><f>""</f><v></v></c>'))
    assert told(reading(tmp_path, "book.xlsx", book)) == {}


def test_merged_cells_among_the_records_are_told(tmp_path: Path) -> None:
    merged = (
        '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A3:A4"/><mergeCell ref="B4:C5"/></mergeCells>'
    )
    rows = [row(number, cell(f"A{number}", f"r{number}") if number != 4 else "", cell(f"B{number}", number))
            for number in (2, 3, 4)]  # fmt: skip
    found = reading(tmp_path, "book.xlsx", a_workbook(HEAD, *rows, after=merged))
    assert records(found) == [("r2", "2"), ("r3", "3"), ("", "4")]
    finding = told(found)["read.merged-cells"]
    assert (finding.severity, finding.place, finding.count) == (Severity.ADVISORY, "A3:A4", 2)


def test_rows_and_columns_are_those_of_the_sheet(tmp_path: Path) -> None:
    book = a_workbook(
        row(3, cell("B3", "Ardal"), cell("C3", "Nifer"), cell("D3", style=2)),
        row(5, cell("B5", "Môn"), cell("C5", 1)),
        row(7, cell("C7", 2)),
        row(9, cell("B9", style=2)),  # a format is nothing
    )
    found = reading(tmp_path, "book.xlsx", book, header=3)
    assert found.table.names == ("", "Ardal", "Nifer")
    assert found.table.rows.to_pylist() == [4, 5, 6, 7]
    assert found.table.place(3, "Nifer") == "C7"
    assert told(found)["read.blank-rows"].rows == (4, 6)
    until = reading(tmp_path, "book.xlsx", book, header=3, until_blank=True)
    assert until.table.rows.to_pylist() == [5]
    assert told(until)["read.rows-after"].rows == (7,)


def test_headings_may_take_several_rows(tmp_path: Path) -> None:
    book = a_workbook(
        row(1, cell("A1", "Teitl")),
        row(2, cell("A2", "Ardal "), cell("B2", "Pobl"), cell("D2", "Tai")),
        row(3, cell("B3", "2024"), cell("C3", "2025"), cell("D3", "2024")),
        row(4, cell("B4", "nifer"), cell("C4", "nifer"), cell("D4", "%")),
        row(5, cell("A5", "Môn"), cell("B5", 1), cell("C5", 2), cell("D5", 3)),
        after='<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/></mergeCells>',
    )
    found = reading(tmp_path, "book.xlsx", book, header=2, header_depth=2, units=4, expect={"D4": "%"})
    assert found.table.names == ("Ardal", "Pobl 2024", "Pobl 2025", "Tai 2024")
    assert records(found) == [("Môn", "1", "2", "3")]
    assert found.findings == ()
    assert found.facts["header"] == [2, 3]
    moved = reading(tmp_path, "book.xlsx", book, ("Pobl 2024", "Tai 2024"), header=3, header_depth=2)
    assert told(moved)["read.header-moved"].detail == {"declared": "3", "found": "2"}
    error = refused(tmp_path, "book.xlsx", book, ("Pobl 2024",), header=40, header_depth=2)
    assert (error.code, error.facts["found"]) == ("read.header-elsewhere", "2")


def test_text_has_header_rows_and_units_too(tmp_path: Path) -> None:
    text = "Teitl\nArdal,Pobl,Pobl\n,2024,2025\n,nifer,nifer\nMôn,1,2\n"
    found = reading(tmp_path, "file.csv", text.encode(), header=2, header_depth=2, units=4)
    assert found.table.names == ("Ardal", "Pobl 2024", "Pobl 2025")
    assert records(found) == [("Môn", "1", "2")]


# Sheets


def three_sheets() -> dict[str, bytes]:
    book = Xlsx()
    book.sheet("Clawr", row(1, cell("A1", "Ystadegau")))
    book.sheet("Data ’25", table_rows())
    book.sheet("Gwag", row(1, cell("A1", style=2)))
    tables = [
        ods_table("Clawr", ods_row(ods_cell("Ystadegau"))),
        ods_table("Data ’25", ods_rows()),
        ods_table("Gwag", ods_row(ods_cell())),
    ]
    sheets = [("Clawr", 0, [label(0, 0, "Ystadegau")]), ("Data ’25", 0, xls_table()), ("Gwag", 0, [])]
    return {"xlsx": book.bytes(), "ods": ods(*tables), "xls": xls({"Workbook": xls_stream(sheets)})}


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_the_sheet_is_never_guessed(tmp_path: Path, kind: str) -> None:
    data = three_sheets()[kind]
    found = reading(tmp_path, f"book.{kind}", data, sheet="Data ’25")
    assert [cells[0].split()[0] for cells in records(found)] == ["Ardal"] * 3
    assert found.facts["sheet"] == "Data ’25"
    assert found.table.place(0, "Nifer") == "Data ’25!B2"
    error = refused(tmp_path, f"book.{kind}", data)
    assert error.code == "read.which-sheet"
    assert error.facts["sheets"] == "“Clawr”, “Data ’25”"
    error = refused(tmp_path, f"book.{kind}", data, sheet="data ’25")
    assert (error.code, error.facts["sheet"]) == ("read.no-sheet", "data ’25")
    assert "“Gwag”" in error.message("cy")


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_the_only_sheet_that_holds_anything_is_read(tmp_path: Path, kind: str) -> None:
    empty = Xlsx()
    empty.sheet("Gwag", row(1, cell("A1", style=2)))
    empty.sheet("Data", table_rows())
    data = {
        "xlsx": empty.bytes(),
        "ods": ods(ods_table("Gwag", ods_row(ods_cell())), ods_table("Data", ods_rows())),
        "xls": xls({"Workbook": xls_stream([("Gwag", 0, []), ("Data", 0, xls_table())])}),
    }[kind]
    found = reading(tmp_path, f"book.{kind}", data)
    assert [cells[0].split()[0] for cells in records(found)] == ["Ardal"] * 3
    assert found.table.place(0, "Nifer") == "B2"  # without a name in the recipe, none in places
    assert (found.facts["format"], found.facts["encoding"], found.facts["sheet"]) == (kind, None, "Data")


def test_an_empty_workbook_is_told(tmp_path: Path) -> None:
    book = Xlsx()
    book.sheet("Gwag")
    book.sheet("Hefyd")
    assert refused(tmp_path, "book.xlsx", book.bytes()).code == "read.empty"
    assert refused(tmp_path, "book.xlsx", b"").code == "read.empty"


# ODS


def ods_one(folder: Path, inner: str, **attributes: str) -> tuple[str, Reading]:
    more = "".join(
        f' {name.replace("_", ":", 1).replace("_", "-")}="{value}"' for name, value in attributes.items()
    )
    rows = ods_row(ods_cell("a"), ods_cell("b")) + ods_row(
        ods_cell(1), f"<table:table-cell{more}>{inner}</table:table-cell>"
    )
    found = reading(folder, "book.ods", ods(ods_table("Data", rows)))
    return records(found)[0][1], found


@pytest.mark.parametrize(
    ("inner", "attributes", "text"),
    [
        ("<text:p>25%</text:p>", {"office_value_type": "percentage", "office_value": "0.25"}, "0.25"),
        ("<text:p>£5.00</text:p>", {"office_value_type": "currency", "office_value": "5.0"}, "5"),
        (
            "<text:p>31/01/26</text:p>",
            {"office_value_type": "date", "office_date_value": "2026-01-31"},
            "2026-01-31",
        ),
        (
            "<text:p>31/01/26</text:p>",
            {"office_value_type": "date", "office_date_value": "2026-01-31T00:00:00"},
            "2026-01-31",
        ),
        (
            "<text:p>31/01/26 00:00</text:p>",
            {"office_value_type": "date", "office_date_value": "2026-01-31T00:00:00"},
            "2026-01-31T00:00:00",
        ),
        (
            "<text:p>x</text:p>",
            {"office_value_type": "date", "office_date_value": "2026-01-31T14:30:00.500000000"},
            "2026-01-31T14:30:00.5",
        ),
        ("", {"office_value_type": "time", "office_time_value": "PT14H30M00S"}, "14:30:00"),
        ("", {"office_value_type": "time", "office_time_value": "PT26H30M00S"}, "26:30:00"),
        ("", {"office_value_type": "boolean", "office_boolean_value": "true"}, "true"),
        ("<text:p>shown</text:p>", {"office_value_type": "string", "office_string_value": "meant"}, "meant"),
        ("<text:p>un</text:p><text:p>dau</text:p>", {"office_value_type": "string"}, "un\ndau"),
        (
            '<text:p>  a\n b<text:s text:c="2"/>c<text:tab/>d </text:p>',
            {"office_value_type": "string"},
            "a b  c\td",
        ),
        (
            "<text:p><text:span>un</text:span> <text:a>dau</text:a></text:p>",
            {"office_value_type": "string"},
            "un dau",
        ),
        (
            "<office:annotation><text:p>sylw</text:p></office:annotation><text:p>Môn</text:p>"
            "<draw:frame><svg:desc>llun</svg:desc></draw:frame>",
            {"office_value_type": "string"},
            "Môn",
        ),
        ("<text:p>heb fath</text:p>", {}, "heb fath"),
    ],
)
def test_the_text_of_a_cell_in_ods(tmp_path: Path, inner: str, attributes: dict[str, str], text: str) -> None:
    assert ods_one(tmp_path, inner, **attributes)[0] == text


@pytest.mark.parametrize(
    "attributes",
    [
        {"office_value_type": "string", "office_string_value": "", "calcext_value_type": "error"},
        {"table_formula": "of:=NA()", "office_value_type": "float", "office_value": "0"},
    ],
)
def test_errors_in_ods_keep_their_text(tmp_path: Path, attributes: dict[str, str]) -> None:
    text, found = ods_one(tmp_path, "<text:p>#N/A</text:p>", **attributes)
    assert text == "#N/A"
    assert told(found)["read.error-cells"].place == "B2"


def test_a_formula_without_a_result_in_ods_is_told(tmp_path: Path) -> None:
    rows = ods_row(ods_cell("a"), ods_cell("b"), ods_cell("c"))
    formula = '<table:table-cell table:formula="of:=1"/>'
    rows += ods_row(ods_cell(1), formula, ods_cell(1))
    assert (
        told(reading(tmp_path, "book.ods", ods(ods_table("Data", rows))))["read.uncalculated"].place == "B2"
    )


def test_what_ods_writes_once_and_means_often_is_counted_out(tmp_path: Path) -> None:
    rows = (
        ods_row(ods_cell("a"), ods_cell("b"), ods_cell("c"), ods_cell("d"))
        + ods_row(
            ods_cell("x", number_columns_repeated="2"), ods_cell(number_columns_repeated="1"), ods_cell("y")
        )
        + ods_row(ods_cell(), number_rows_repeated="2")
        + ods_row(ods_cell("z"), number_rows_repeated="2")
        + ods_row(ods_cell(number_columns_repeated="16384"), number_rows_repeated="1048000")
    )
    found = reading(tmp_path, "book.ods", ods(ods_table("Data", rows)))
    assert records(found) == [("x", "x", "", "y"), *[("", "", "", "")] * 2, *[("z", "", "", "")] * 2]
    assert found.table.rows.to_pylist() == [2, 3, 4, 5, 6]


def test_merged_cells_in_ods(tmp_path: Path) -> None:
    rows = ods_row(
        ods_cell("Pobl", number_columns_spanned="2", number_rows_spanned="1"), "<table:covered-table-cell/>"
    )
    rows += ods_row(ods_cell("2024"), ods_cell("2025"))
    rows += ods_row(ods_cell(1, number_columns_spanned="1", number_rows_spanned="2"), ods_cell(2))
    rows += ods_row("<table:covered-table-cell><text:p>cudd</text:p></table:covered-table-cell>", ods_cell(3))
    found = reading(tmp_path, "book.ods", ods(ods_table("Data", rows)), header_depth=2)
    assert found.table.names == ("Pobl 2024", "Pobl 2025")
    assert records(found) == [("1", "2"), ("", "3")]
    assert told(found)["read.merged-cells"].place == "A3:A4"


# XLS


def test_the_text_of_a_cell_in_xls(tmp_path: Path) -> None:
    styles = [*xls_styles(), number_format(164, "dd/mm/yyyy"), xf(), xf(form=164), xf(form=22), xf(form=10)]
    cells = [
        label(0, 0, "a"), label(0, 1, "b"), label(0, 2, "c"), label(0, 3, "d"), label(0, 4, "e"), label(0, 5, "f"),
        number(1, 0, 12.0), number(1, 1, 43831.0, 1), number(1, 2, 43831.5, 2), number(1, 3, 0.25, 3),
        (0x205, struct.pack("<HHHBB", 1, 4, 0, 1, 0)), (0x205, struct.pack("<HHHBB", 1, 5, 0, 0x2A, 1)),
        label(2, 0, "007"), number(2, 1, 60.0, 1), label(2, 2, "  Tŷ"),
        (0xE5, struct.pack("<HHHHH", 1, 2, 2, 4, 5)),
    ]  # fmt: skip
    data = xls({"Workbook": xls_stream([("Data", 0, cells)], styles=styles)})
    found = reading(tmp_path, "book.xls", data)
    assert records(found) == [
        ("12", "2020-01-01", "2020-01-01T12:00:00", "0.25", "true", "#N/A"),
        ("007", "60", "  Tŷ", "", "", ""),
    ]
    assert told(found)["read.error-cells"].place == "F2"
    assert told(found)["read.no-date"].place == "B3"


def xls_styles() -> list[tuple[int, bytes]]:
    from xls_made import font

    return [font() for _ in range(4)]


# What is no workbook, or cannot be opened


@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "ods", "xls", "parquet"])
@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"a,b\n1,2\n", "TXT"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"%PDF-1.7\n", "PDF"),
        (archive({"a.txt": b"x"}), "ZIP"),
    ],
)
def test_other_kinds_are_named(tmp_path: Path, kind: str, data: bytes, found: str) -> None:
    error = refused(tmp_path, f"book.{kind}", data)
    assert error.code == "read.other-kind"
    assert found in error.facts["kind"]


def test_a_workbook_under_another_ending_is_read_by_its_declared_format(tmp_path: Path) -> None:
    found = reading(tmp_path, "book.xls", plain_xlsx().bytes(), format="xlsx")
    assert len(found.table) == 3
    assert refused(tmp_path, "book.xls", plain_xlsx().bytes()).facts["kind"] == "XLSX / ODS / ZIP"


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_locked_workbooks_say_so(tmp_path: Path, kind: str) -> None:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
        "</manifest:manifest>"
    )
    data = {
        "xlsx": xls({"EncryptedPackage": bytes(5_000), "EncryptionInfo": bytes(100)}),
        "ods": archive({"content.xml": b"\x93\x01", "META-INF/manifest.xml": manifest.encode()}),
        "xls": xls({"Workbook": xls_stream([("Data", 0, xls_table())], styles=[(0x2F, bytes(54))])}),
    }[kind]
    assert refused(tmp_path, f"book.{kind}", data).code == "read.password"


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_workbooks_that_break_off_say_so(tmp_path: Path, kind: str) -> None:
    data = {"xlsx": plain_xlsx().bytes(), "ods": ods(ods_table("Data", ods_rows())), "xls": plain_xls()}[kind]
    # The last sectors of an old workbook's container may be padding.
    end = len(data) - (1_500 if kind == "xls" else 1)
    for length in range(20, end, len(data) // 25):
        error = refused(tmp_path, f"book.{kind}", data[:length])
        assert error.code in ("read.damaged-archive", "read.damaged-workbook")


@pytest.mark.parametrize(
    "rows",
    [
        row(1, '<c r="A1" t="s"><v>5</v></c>'),
        row(1, '<c r="A1" t="s"><v>-1</v></c>'),
        row(1, '<c r="A1" t="s"><v>x</v></c>'),
        row(1, cell("B1", 1), cell("A1", 2)),
        row(1, cell("A1", 1), cell("A1", 2)),
        row(1, cell("A2", 1)),
        row(2, cell("A2", 1)) + row(1, cell("A1", 1)),
        row(1_048_577, cell("A1048577", 1)),
        "<row r='1'><c r='A1'><v>1</v></row>",
        '<row r="1"><c r="A1" t="s" t="s"><v>0</v></c></row>',
    ],
)
def test_sheets_that_contradict_themselves_are_damaged(tmp_path: Path, rows: str) -> None:
    data = a_workbook(rows, texts=("a",))
    assert refused(tmp_path, "book.xlsx", data).code == "read.damaged-workbook"


def test_rows_of_a_drawing_are_no_rows(tmp_path: Path) -> None:
    drawn = '<controls xmlns:x="urn:x"><x:row>0</x:row><x:c r="A9"/></controls>'
    assert len(reading(tmp_path, "book.xlsx", a_workbook(table_rows(), after=drawn)).table) == 3


def test_shared_texts_have_no_more_to_say_than_they_are(tmp_path: Path) -> None:
    rows = row(1, shared("A1", 0), shared("B1", 1)) + row(2, shared("A2", 2), shared("B2", 2))
    found = reading(tmp_path, "book.xlsx", a_workbook(rows, texts=("a", "b", "_x005F_x000D_")))
    assert records(found) == [("_x000D_", "_x000D_")]
