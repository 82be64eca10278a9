"""XLSX workbooks: each kind of hidden thing is found, counted and placed, and ordinary workbooks hide nothing."""

from __future__ import annotations

import random

import pytest
from hidden_found import blocking, found, the
from xlsx_made import (
    APP,
    BLACKED_OUT,
    CORE,
    MAIN,
    NOTHING_SHOWN,
    OFFICE,
    ON_YELLOW,
    PACKAGE,
    PEOPLE,
    THEME_PAPER_INK,
    TINY,
    WHITE_INK,
    WHITE_ON_BLUE,
    ZERO_UNSHOWN,
    Xlsx,
    cell,
    pivot_workbook,
    plain_xlsx,
    row,
    shared,
    table_rows,
)

from agored.findings import Severity
from agored.read.hidden.xlsx_sheet import count_pair

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"


def with_names(*names: str) -> Xlsx:
    book = plain_xlsx()
    book.sheet("Nodiadau", row(1, cell("A1", "Nodyn")))
    book.sheet("Cudd", row(1, cell("A1", "Cyfrinach")), state="hidden")
    book.around_sheets = ("", f"<definedNames>{''.join(names)}</definedNames>")
    return book


def with_part(part: str, content: str | bytes, kind: str, source: str = "xl/workbook.xml") -> Xlsx:
    book = plain_xlsx()
    book.add(part, content, source, kind)
    return book


def test_an_ordinary_workbook_hides_nothing() -> None:
    assert found(plain_xlsx().bytes()) == {}
    assert found(plain_xlsx().bytes(), "xlsm", None) == {}


# Pivot tables


def test_the_pivot_table_that_a_council_was_fined_for() -> None:
    findings = found(pivot_workbook().bytes(), sheet="Crynodeb")
    records = findings["pivot-records"]
    assert (records.count, records.place) == (PEOPLE, "“Crynodeb”")
    assert records.detail == {"fields": "3", "caches": "1"}
    assert records.severity is Severity.BLOCKING
    assert "Records: 2,375. Fields: 3. Copies: 1" in records.what("en")
    assert "Cofnodion: 2,375. Meysydd: 3. Copïau: 1" in records.what("cy")
    assert "double click" in records.why("en")
    assert findings.keys() == {"pivot-records", "authors"}  # and who refreshed it


def test_a_pivot_table_without_its_records_still_keeps_their_different_values() -> None:
    items = found(pivot_workbook(save_data=False).bytes(), sheet="Crynodeb")["pivot-items"]
    assert items.count == PEOPLE + 5 + 3


def test_a_pivot_tables_records_are_found_when_nothing_leads_to_them_any_more() -> None:
    book = pivot_workbook(20)
    book.relations["xl/pivotCache/pivotCacheDefinition1.xml"].clear()
    findings = found(book.bytes(), sheet="Crynodeb")
    assert findings["pivot-records"].count == 20
    # and the list of values that stands beside them
    assert findings["pivot-items"].count == 20 + 5 + 3


def test_records_that_cannot_be_counted_are_taken_at_their_word() -> None:
    book = pivot_workbook(20)
    book.parts["xl/pivotCache/pivotCacheRecords1.xml"] = b"\xff\xfe\x00\x00"
    findings = found(book.bytes(), sheet="Crynodeb")
    assert findings["pivot-records"].count == 20
    assert findings["not-looked-at"].place == "xl/pivotCache/pivotCacheRecords1.xml"


# Sheets


def test_hidden_sheets_are_told_by_how_deep_they_are_hidden() -> None:
    book = plain_xlsx()
    book.sheet("Cudd", row(1, cell("A1", "Cyfrinach"), cell("B1", 12345678)), state="hidden")
    book.sheet("Dyfnach", row(1, cell("A1", "Cyfrinach")), state="veryHidden")
    book.sheet("Gwag", state="hidden")
    book.sheet("Arall", row(1, cell("A1", 1)))
    findings = found(book.bytes())
    assert blocking(findings) == {"sheets", "sheets-deep"}
    assert (findings["sheets"].place, findings["sheets"].detail["cells"]) == ("“Cudd”", "2")
    assert (findings["sheets-deep"].place, findings["sheets-deep"].count) == ("“Dyfnach”", 1)
    assert (findings["empty-sheets"].place, findings["empty-sheets"].severity) == ("“Gwag”", Severity.NOTE)
    assert (findings["other-sheets"].place, findings["other-sheets"].severity) == ("“Arall”", Severity.NOTE)


def test_a_declared_sheet_that_is_hidden_is_told_as_such() -> None:
    book = Xlsx()
    book.sheet("Gweladwy", row(1, cell("A1", 1)))
    book.sheet("Data", table_rows(), state="hidden")
    findings = found(book.bytes())
    assert blocking(findings) == {"own-sheet"}
    assert findings["own-sheet"].place == "“Data”"


def test_without_a_declared_sheet_the_first_that_holds_cells_counts() -> None:
    book = Xlsx()
    book.sheet("Gwag")
    book.sheet("Cudd", table_rows(), state="hidden")
    book.sheet("Data", table_rows())
    findings = found(book.bytes(), sheet=None)
    assert findings["other-sheets"].place == "“Gwag”"
    assert findings["sheets"].place == "“Cudd”"


def test_many_sheets_are_named_only_so_far() -> None:
    book = plain_xlsx()
    for number in range(30):
        book.sheet(f"Dalen {number}" + "x" * 80, table_rows(), state="hidden")
    sheets = found(book.bytes())["sheets"]
    assert sheets.count == 30
    assert sheets.place is not None
    assert sheets.place.endswith("; …")
    assert len(sheets.place) < 700


def test_a_sheets_name_stays_on_one_line() -> None:
    book = plain_xlsx()
    book.sheet("A\tB‮C", table_rows(), state="hidden")
    place = found(book.bytes())["sheets"].place
    assert place is not None
    assert place.isprintable()


# Rows and columns


def test_hidden_rows_of_the_declared_sheet_are_named() -> None:
    book = Xlsx()
    rows = table_rows(3) + row(4, cell("A4", "Enw Ffug"), hidden="1") + row(5, cell("A5", 5), ht="0.5")
    rows += row(6, cell("A6", 6), hidden="false") + row(9, cell("A9", "Enw Ffug"), hidden="true")
    book.sheet("Data", rows + row(10, cell("A10"), hidden="1") + row(11, hidden="1"))
    book.sheet("Arall", row(1, cell("A1", 1), hidden="1"))
    findings = found(book.bytes())
    rows_found = findings["rows"]
    assert (rows_found.count, rows_found.rows) == (4, (4, 5, 9))
    assert rows_found.place == "“Data”: 4–5, 9; “Arall”: 1"
    assert blocking(findings) == {"rows"}


def test_hidden_rows_with_nothing_in_them_are_no_matter() -> None:
    book = plain_xlsx()
    empty = "".join(row(number, cell(f"A{number}", style=3), hidden="1") for number in range(2, 400))
    book.sheet("Arall", row(1, cell("A1", 1)) + empty, before='<sheetFormatPr zeroHeight="1"/>')
    assert blocking(found(book.bytes())) == set()


@pytest.mark.parametrize("way", ["sheet", "table", "mode"])
def test_rows_that_a_filter_hides_are_told_apart(way: str) -> None:
    rows = table_rows(3) + row(4, cell("A4", "Enw Ffug"), hidden="1") + row(40, cell("A40", 1), hidden="1")
    column = '<filterColumn colId="0"><filters><filter val="x"/></filters></filterColumn>'
    filters = f'<autoFilter ref="A1:B9">{column}</autoFilter>'
    before = '<sheetPr filterMode="1"/>' if way == "mode" else ""
    book = Xlsx()
    part = book.sheet("Data", rows, before, filters if way == "sheet" else "")
    if way == "table":
        table = f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B9">{filters}</table>'
        book.add("xl/tables/table1.xml", table, part, "table")
    findings = found(book.bytes())
    if way == "mode":  # nothing says how far the filter reaches
        assert the(findings, "rows-filtered").place == "“Data”: 4, 40"
    else:
        assert findings["rows-filtered"].place == "“Data”: 4"
        assert findings["rows"].place == "“Data”: 40"


def test_a_filter_that_hides_nothing_is_no_matter() -> None:
    book = Xlsx()
    book.sheet("Data", table_rows(), after='<autoFilter ref="A1:B4"/>')
    assert found(book.bytes()) == {}


def test_closed_groups_are_told_apart() -> None:
    columns = '<cols><col min="2" max="2" width="9" hidden="1" outlineLevel="1"/></cols>'
    book = Xlsx()
    book.sheet("Data", table_rows(3) + row(4, cell("A4", 1), hidden="1", outlineLevel="1"), columns)
    findings = found(book.bytes())
    assert findings["rows-grouped"].place == "“Data”: 4"
    assert findings["columns-grouped"].place == "“Data”: B"
    assert blocking(findings) == {"rows-grouped", "columns-grouped"}


def test_hidden_columns_are_named_where_they_hold_anything() -> None:
    columns = (
        '<cols><col min="2" max="3" width="9" hidden="1"/><col min="5" max="5" width="0"/>'
        '<col min="8" max="16384" width="9" hidden="1"/></cols>'
    )
    cells = [cell(f"{letter}1", "Enw Ffug") for letter in "ABC"] + [cell("E1", 12345678), cell("H1")]
    book = Xlsx()
    book.sheet("Data", row(1, *cells), columns)
    columns_found = the(found(book.bytes()), "columns")
    assert (columns_found.count, columns_found.place) == (3, "“Data”: B–C, E")


# Cells that cannot be seen


@pytest.mark.parametrize(
    ("style", "value", "unseen"),
    [
        (0, "Cyfrinach", False),
        (WHITE_INK, "Cyfrinach", True),
        (WHITE_INK, None, False),
        (WHITE_INK, "", False),
        (NOTHING_SHOWN, "Cyfrinach", True),
        (NOTHING_SHOWN, 12345678, True),
        (NOTHING_SHOWN, -5, True),
        (NOTHING_SHOWN, 0, False),
        (TINY, 5, True),
        (BLACKED_OUT, "Enw Ffug", True),
        (WHITE_ON_BLUE, "Pennawd", False),
        (THEME_PAPER_INK, "Enw Ffug", True),
        (ZERO_UNSHOWN, 5, False),
        (ZERO_UNSHOWN, 0, False),
        (ON_YELLOW, "Enw", False),
    ],
)
def test_content_that_its_format_does_not_show(style: int, value: str | float | None, unseen: bool) -> None:
    book = Xlsx()
    book.sheet("Data", table_rows(3) + row(4, cell("A4", 1), cell("C4", value, style)))
    findings = found(book.bytes())
    assert findings.keys() == ({"text"} if unseen else set())
    if unseen:
        assert (findings["text"].count, findings["text"].place) == (1, "“Data”: C4")


def test_a_formula_that_was_never_worked_out_is_content() -> None:
    book = Xlsx()
    book.sheet("Data", row(1, cell("A1", 1)) + row(2, cell("A2", formula="A1+1"), hidden="1"))
    assert the(found(book.bytes()), "rows").rows == (2,)


def test_a_tables_header_row_may_be_white_because_the_tables_style_colours_it() -> None:
    book = Xlsx()
    part = book.sheet(
        "Data", row(1, cell("A1", "Ardal", WHITE_INK)) + row(2, cell("A2", "Cyfrinach", WHITE_INK))
    )
    table = f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:A2"/>'
    book.add("xl/tables/table1.xml", table, part, "table")
    assert the(found(book.bytes()), "text").place == "“Data”: A2"


def test_text_in_two_inks_is_seen_only_if_both_are() -> None:
    white = '<si><r><t>Agored </t></r><r><rPr><color rgb="FFFFFFFF"/><sz val="11"/></rPr><t>Cyfrinach</t></r></si>'
    red = '<si><r><t>Agored </t></r><r><rPr><color rgb="FFFF0000"/></rPr><t>coch</t></r></si>'
    book = Xlsx(texts=[white, red])
    book.sheet("Data", row(1, shared("A1", 0), shared("B1", 1), shared("C1", 0, WHITE_ON_BLUE)))
    assert the(found(book.bytes()), "text").place == "“Data”: A1"


def test_an_inline_text_in_two_inks() -> None:
    rich = '<c r="A1" t="inlineStr"><is><r><rPr><color theme="0"/></rPr><t>Cyfrinach</t></r></is></c>'
    book = Xlsx()
    book.sheet("Data", row(1, rich))
    assert the(found(book.bytes()), "text").place == "“Data”: A1"


def test_a_colour_that_is_written_wrongly_is_not_known() -> None:
    book = Xlsx()
    book.sheet("Data", row(1, cell("A1", "Enw", BLACKED_OUT), cell("B1", "Enw", WHITE_INK)))
    book.styles = book.styles.replace('rgb="FF000000"', 'rgb="0"').replace('rgb="FFFFFFFF"', 'rgb="gwyn"')
    assert found(book.bytes()) == {}


def test_a_palette_and_a_theme_of_the_workbooks_own() -> None:
    colours = "".join(
        f'<a:x><a:srgbClr val="{value}"/></a:x>' for value in ["000000", "101010", *["808080"] * 10]
    )
    book = Xlsx()
    book.sheet("Data", row(1, cell("A1", "Enw", THEME_PAPER_INK), cell("B1", "Cyfrinach", ON_YELLOW)))
    theme = f'<a:theme xmlns:a="x"><a:themeElements><a:clrScheme>{colours}</a:clrScheme></a:themeElements></a:theme>'
    book.add("xl/theme/theme1.xml", theme, "xl/workbook.xml", "theme")
    palette = "".join(f'<rgbColor rgb="00{"000000" if number == 13 else "FFFFFF"}"/>' for number in range(64))
    book.styles = book.styles.replace(
        "</styleSheet>", f"<colors><indexedColors>{palette}</indexedColors></colors></styleSheet>"
    )
    # The theme’s paper is nearly black, so its ink can be seen on white; the palette’s yellow is black.
    assert the(found(book.bytes()), "text").place == "“Data”: B1"


@pytest.mark.parametrize(
    ("rules", "count"),
    [
        ('<cfRule type="cellIs" dxfId="0" priority="1" operator="equal"><formula>0</formula></cfRule>', 1),
        ('<cfRule type="cellIs" dxfId="1" priority="1" operator="equal"><formula>0</formula></cfRule>', 0),
        (
            '<cfRule type="iconSet" priority="1"><iconSet showValue="0"><cfvo type="num" val="1"/></iconSet></cfRule>',
            1,
        ),
        ('<cfRule type="iconSet" priority="1"><iconSet><cfvo type="num" val="1"/></iconSet></cfRule>', 0),
        (
            '<x14:cfRule xmlns:x14="y"><x14:dxf><numFmt numFmtId="9" formatCode=";;;"/></x14:dxf></x14:cfRule>',
            1,
        ),
    ],
)
def test_conditions_that_may_hide_cells_are_an_advisory(rules: str, count: int) -> None:
    book = Xlsx()
    rule = f'<conditionalFormatting sqref="A1:B4">{rules}</conditionalFormatting>'
    book.sheet("Data", table_rows(), after=rule)
    findings = found(book.bytes())
    assert findings.keys() == ({"text-conditional"} if count else set())
    assert all(each.severity is Severity.ADVISORY and each.count == count for each in findings.values())


def test_cells_under_merged_cells() -> None:
    rows = row(1, cell("A1", "Teitl"), cell("B1", "Cyfrinach"), cell("C1")) + row(2, cell("A2", 1))
    rows += row(90, cell("B90", 1), cell("B91")) + row(91, cell("B91", 12345678))
    merges = '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="B90:B91"/></mergeCells>'
    book = Xlsx()
    book.sheet("Data", rows, after=merges)
    covered = the(found(book.bytes()), "covered-cells")
    assert (covered.count, covered.place) == (2, "“Data”: B1, B91")


def test_texts_that_no_cell_has() -> None:
    book = Xlsx(texts=["Ardal", "Person Ffug 1", "Person Ffug 2", "Ardal", "", "Person Ffug 1"])
    book.sheet("Data", row(1, shared("A1", 0)))
    assert the(found(book.bytes()), "leftover-text").count == 2


def test_texts_of_hidden_sheets_are_no_leftovers() -> None:
    book = Xlsx(texts=["Ardal", "Person Ffug 1"])
    book.sheet("Data", row(1, shared("A1", 0)))
    book.sheet("Cudd", row(1, shared("A1", 1)), state="hidden")
    assert the(found(book.bytes()), "sheets").count == 1


@pytest.mark.parametrize("number", ["01", "1 ", "+1", "7", "-1", ""])
def test_texts_are_counted_however_cells_name_them(number: str) -> None:
    book = Xlsx(texts=["Ardal", "Person Ffug 1", "Person Ffug 2"])
    book.sheet("Data", row(1, shared("A1", 0) + f'<c r="B1" t="s"><v>{number}</v></c>'))
    named = number.strip(" +").lstrip("0") == "1"
    assert the(found(book.bytes()), "leftover-text").count == (1 if named else 2)


@pytest.mark.parametrize("texts", [2, 30_000])
def test_what_is_hidden_below_rows_that_use_every_text_is_found(texts: int) -> None:
    book = Xlsx(texts=[f"Testun {number}" for number in range(texts)])
    rows = [row(number + 1, shared(f"A{number + 1}", number % texts)) for number in range(30_000)]
    hidden = row(30_001, shared("A30001", 1), hidden="1")
    book.sheet("Data", "".join(rows) + hidden + row(30_002, shared("A30002", 0)))
    findings = found(book.bytes())
    assert set(findings) == {"rows"}
    assert the(findings, "rows").count == 1


@pytest.mark.parametrize("pair", [b" =", b"= ", b"<v", b"<i", b"v "])
def test_pairs_of_letters_are_counted_as_bytes_count_does(pair: bytes) -> None:
    letters = random.Random(7)
    for length in (1, 2, 3, 4, 7, 64, 1001):
        rows = bytes(letters.choices(b"<vi= ", k=length))
        assert count_pair(rows, pair) == rows.count(pair)


# Names


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ('<definedName name="_xlnm.Print_Area" localSheetId="1">Nodiadau!$A$1:$B$9</definedName>', None),
        ('<definedName name="_xlnm._FilterDatabase" hidden="1">Data!$A$1:$B$4</definedName>', None),
        ('<definedName name="_xlfn.XLOOKUP" hidden="1">#NAME?</definedName>', None),
        ('<definedName name="solver_typ" hidden="1">1</definedName>', None),
        ('<definedName name="Ardal">Data!$A$2:$A$4</definedName>', None),
        ('<definedName name="TAW">0.2</definedName>', None),
        ('<definedName name="Hen">#REF!</definedName>', None),
        ('<definedName name="Colofn">Tabl1[2019]</definedName>', None),
        ('<definedName name="Arall">Nodiadau!$A$1</definedName>', "names-other-sheets"),
        ('<definedName name="Cyf">Cudd!$A$1</definedName>', "names-outside"),
        ('<definedName name="Cyf">SUM(Data:Nodiadau!$A$1)</definedName>', "names-other-sheets"),
        ('<definedName name="Ardal">[0]!Arall</definedName>', None),
        ("<definedName name=\"Cyf\">'[1]Taflen 1'!$A$1</definedName>", "names-outside"),
        ('<definedName name="Cyf">SUM([2]Pobl!$A$1:$A$9)</definedName>', "names-outside"),
        ('<definedName name="N" hidden="1">Data!$A$1</definedName>', "names"),
        ('<definedName name="N">"Cyfrinach"</definedName>', "names-values"),
        ('<definedName name="N">{"Person Ffug 1","Person Ffug 2"}</definedName>', "names-values"),
    ],
)
def test_names_are_told_by_where_they_lead(name: str, code: str | None) -> None:
    findings = found(with_names(name).bytes())
    assert findings.keys() - {"sheets", "other-sheets"} == ({code} if code else set())
    if code is not None:
        expected = Severity.NOTE if code == "names-other-sheets" else Severity.BLOCKING
        assert (findings[code].count, findings[code].severity) == (1, expected)


# Comments


def test_comments_and_who_wrote_them() -> None:
    book = Xlsx()
    part = book.sheet("Data", table_rows())
    note = '<comment ref="{}" authorId="{}"><text><r><t>{}</t></r></text></comment>'
    notes = (
        note.format("A1", 0, "Cyfrinach")
        + note.format("A2", 1, "[Threaded comment]")
        + note.format("A3", 0, "")
    )
    book.add(
        "xl/comments1.xml",
        f'<comments xmlns="{MAIN}"><authors><author>Awdur Ffug</author><author>tc={{1}}</author></authors>'
        f"<commentList>{notes}</commentList></comments>",
        part,
        "comments",
    )
    threaded = '<threadedComment ref="A2" personId="{1}"><text>Cyfrinach</text></threadedComment>'
    book.add(
        "xl/threadedComments/threadedComment1.xml",
        f"<ThreadedComments>{threaded}{threaded}</ThreadedComments>",
        part,
        "threadedComment",
    )
    person = '<person displayName="{}" id="1"/>'
    persons = f"<personList>{person.format('Awdur Ffug')}{person.format('Enw Ffug')}</personList>"
    book.add("xl/persons/person.xml", persons, "xl/workbook.xml", "person")
    findings = found(book.bytes())
    assert (findings["comments"].count, findings["comments"].place) == (3, "“Data”")
    assert findings["authors"].count == 2
    assert "who wrote comments" in findings["authors"].what("en")


def test_an_empty_list_of_people_is_no_matter() -> None:
    assert found(with_part("xl/persons/person.xml", "<personList/>", "person").bytes()) == {}


# Links, connections, macros and other things that stand on no sheet


def test_links_to_other_files_with_the_values_they_keep() -> None:
    cells = (
        '<cell r="A1"><v>12345678</v></cell><cell r="B1" t="str"><v>Person Ffug 1</v></cell><cell r="C1"/>'
    )
    link = (
        f'<externalLink xmlns="{MAIN}" xmlns:r="{OFFICE}"><externalBook r:id="rId1"><sheetNames><sheetName val="P"/>'
        f'</sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1">{cells}</row></sheetData></sheetDataSet>'
        "</externalBook></externalLink>"
    )
    book = with_part("xl/externalLinks/externalLink1.xml", link, "externalLink")
    book.relate("xl/externalLinks/externalLink1.xml", "externalLinkPath", "file:///C:/Users/enw/x.xlsx", True)
    links = the(found(book.bytes()), "links")
    assert (links.count, links.detail["cells"]) == (1, "2")


def test_links_in_cells_are_there_to_be_seen() -> None:
    book = Xlsx()
    part = book.sheet("Data", table_rows())
    book.relate(part, "hyperlink", "https://example.wales/", outside=True)
    assert found(book.bytes()) == {}
    book.relate(part, "oleObject", "file:///C:/x.docx", outside=True)
    assert the(found(book.bytes()), "links").count == 1


@pytest.mark.parametrize(
    ("part", "kind", "code", "severity"),
    [
        ("xl/vbaProject.bin", "vbaProject", "macros", Severity.BLOCKING),
        ("xl/embeddings/oleObject1.bin", "oleObject", "embedded", Severity.BLOCKING),
        ("xl/embeddings/Dogfen.docx", "package", "embedded", Severity.BLOCKING),
        ("xl/model/item.data", "powerPivotData", "data-model", Severity.BLOCKING),
        ("xl/queryTables/queryTable1.xml", "queryTable", "connections", Severity.BLOCKING),
        ("xl/slicerCaches/slicerCache1.xml", "slicerCache", "slicers", Severity.BLOCKING),
        ("xl/timelineCaches/t1.xml", "timelineCache", "slicers", Severity.BLOCKING),
        ("xl/ctrlProps/ctrlProp1.xml", "ctrlProp", "controls", Severity.ADVISORY),
        ("xl/activeX/activeX1.xml", "control", "controls", Severity.ADVISORY),
        ("xl/revisions/revisionLog1.xml", "revisionLog", "revisions", Severity.BLOCKING),
        ("xl/xmlMaps.xml", "xmlMaps", "custom-xml", Severity.BLOCKING),
        ("_xmlsignatures/sig1.xml", "signature", "authors", Severity.BLOCKING),
        ("xl/richData/rdrichvalue.xml", "rdRichValue", "not-looked-at", Severity.BLOCKING),
        ("xl/printerSettings/printerSettings1.bin", "printerSettings", None, None),
        ("xl/calcChain.xml", "calcChain", None, None),
        ("docMetadata/LabelInfo.xml", "classificationlabels", None, None),
        ("docProps/thumbnail.jpeg", "thumbnail", None, None),
    ],
)
@pytest.mark.parametrize("source", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_parts_are_told_for_what_they_are(
    part: str, kind: str, code: str | None, severity: Severity | None, source: str
) -> None:
    findings = found(with_part(part, b"<x>Cyfrinach</x>", kind, source).bytes(), "xlsm")
    assert {each: finding.severity for each, finding in findings.items()} == (
        {code: severity} if code else {}
    )


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/embeddings/oleObject1.bin", "embedded"),
        ("xl/media/image1.png", "images"),
        ("xl/worksheets/sheet9.xml", "leftover-parts"),
        ("[trash]/0000.dat", "leftover-parts"),
        ("Thumbs.db", "leftover-parts"),
        (".DS_Store", None),
        ("__MACOSX/xl/._workbook.xml", None),
        ("docProps/thumbnail.wmf", None),
    ],
)
def test_a_part_that_nothing_leads_to_is_still_in_the_file(part: str, code: str | None) -> None:
    book = plain_xlsx()
    book.add(part, b"Cyfrinach")
    assert found(book.bytes()).keys() == ({code} if code else set())


def test_parts_that_were_wiped_are_no_matter() -> None:
    book = plain_xlsx()
    book.add("[trash]/0000.dat", b"\xff" * 4 + bytes(500))
    assert found(book.bytes()) == {}


def test_connections_and_queries() -> None:
    connection = '<connection id="1" name="x"><dbPr connection="Password=Cyfrinach"/></connection>'
    book = with_part(
        "xl/connections.xml", f'<connections xmlns="{MAIN}">{connection * 2}</connections>', "connections"
    )
    mashup = '<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAA</DataMashup>'
    book.add("customXml/item1.xml", mashup.encode("utf-16"), "xl/workbook.xml", "customXml")
    assert the(found(book.bytes()), "connections").count == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('<a xmlns="http://example.wales/achos"><rhif>12345678</rhif></a>', True),
        ('<a xmlns="http://example.wales/achos"><rhif/></a>', False),
        (
            '<FormTemplates xmlns="http://schemas.microsoft.com/sharepoint/v3/contenttype/forms"><D>x</D></FormTemplates>',
            False,
        ),
        (
            '<p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties"><documentManagement>'
            "<Owner>Enw Ffug</Owner></documentManagement></p:properties>",
            True,
        ),
    ],
)
def test_custom_xml_is_told_unless_it_is_a_form_or_empty(content: str, told: bool) -> None:
    findings = found(with_part("customXml/item1.xml", content, "customXml").bytes())
    assert findings.keys() == ({"custom-xml"} if told else set())


def test_macro_sheets_and_dialogs() -> None:
    book = plain_xlsx()
    book.sheet("Macro1", kind="xlMacrosheet", before="<sheetData/>", state="veryHidden")
    findings = found(book.bytes(), "xlsm")
    assert findings["macros"].place == "“Macro1”"
    assert "sheets-deep" in findings


def test_scenarios() -> None:
    book = Xlsx()
    scenario = '<scenario name="x" user="Enw Ffug"><inputCells r="A1" val="12345678"/></scenario>'
    book.sheet("Data", table_rows(), after=f"<scenarios>{scenario * 2}</scenarios>")
    assert the(found(book.bytes()), "scenarios").count == 2


# Pictures, charts, shapes


@pytest.mark.parametrize(
    ("name", "content", "located"),
    [
        ("image1.png", b"\x89PNG\r\n\x1a\n" + bytes(40), False),
        ("image1.png", b"\x89PNG\r\n\x1a\n" + bytes(8) + b"eXIf" + bytes(40), True),
        ("image1.jpeg", b"\xff\xd8\xff\xe1\x00\x20Exif\x00\x00MM\x00*", True),
        ("image1.jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", False),
        ("image1.tiff", b"II*\x00" + bytes(40), True),
        ("image1.webp", b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x08\x00", True),
        ("image1.webp", b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00", False),
        ("image1.webp", b"RIFF", False),
        ("image1.png", b"\x89PNG\r\n\x1a\n" + bytes(40_000_000), False),
    ],
)
def test_pictures_are_an_advisory_and_block_where_they_tell_where_they_were_taken(
    name: str, content: bytes, located: bool
) -> None:
    book = Xlsx()
    part = book.sheet("Data", table_rows())
    drawing = book.add("xl/drawings/drawing1.xml", f'<xdr:wsDr xmlns:xdr="{DRAWING}"/>', part, "drawing")
    book.add(f"xl/media/{name}", content, drawing, "image")
    findings = found(book.bytes())
    assert findings["images"].severity is Severity.ADVISORY
    assert blocking(findings) == ({"image-places"} if located else set())


def test_charts_that_keep_values_of_sheets_out_of_sight() -> None:
    points = '<c:pt idx="0"><c:v>12345678</c:v></c:pt><c:pt idx="1"><c:v>2</c:v></c:pt>'
    number = "<c:numRef><c:f>{}</c:f><c:numCache>" + points + "</c:numCache></c:numRef>"
    book = plain_xlsx()
    book.sheet("Cudd pobl", table_rows(), state="hidden")
    part = book.add(
        "xl/drawings/drawing1.xml",
        f'<xdr:wsDr xmlns:xdr="{DRAWING}"/>',
        "xl/worksheets/sheet1.xml",
        "drawing",
    )
    drawn = ["Data!$A$1:$A$2", "'Cudd pobl'!$A$1:$A$2", "[1]Data!$A$1:$A$2", "Dilewyd!$A$1"]
    chart = "".join(number.format(formula) for formula in drawn)
    book.add("xl/charts/chart1.xml", f'<c:chartSpace xmlns:c="c">{chart}</c:chartSpace>', part, "chart")
    findings = found(book.bytes())
    assert findings["chart-data"].count == 6
    assert blocking(findings) == {"chart-data", "sheets"}


def test_shapes_that_are_not_shown_and_buttons_that_only_seem_so() -> None:
    shape = '<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="x" hidden="1">{}</xdr:cNvPr></xdr:nvSpPr></xdr:sp>'
    button = '<a:extLst xmlns:a="a"><a:ext><a14:compatExt xmlns:a14="b" spid="1"/></a:ext></a:extLst>'
    book = Xlsx()
    part = book.sheet("Data", table_rows())
    shapes = shape.format("") + shape.format(button) + '<xdr:sp><xdr:cNvPr id="3" name="y"/></xdr:sp>'
    book.add(
        "xl/drawings/drawing1.xml", f'<xdr:wsDr xmlns:xdr="{DRAWING}">{shapes}</xdr:wsDr>', part, "drawing"
    )
    assert the(found(book.bytes()), "shapes").place == "“Data”"


# People and properties


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Enw Ffug", True),
        ("effug01", True),
        ("openpyxl", False),
        ("Microsoft Office User", False),
        ("LibreOffice", False),
        ("Apache POI 5.2", False),
        ("Windows User", False),
        ("  ", False),
        ("123", False),
    ],
)
def test_authors_are_people_not_programs(name: str, person: bool) -> None:
    book = plain_xlsx()
    core = CORE.format(f"<dc:creator>{name}</dc:creator><cp:lastModifiedBy>{name}</cp:lastModifiedBy>")
    book.add("docProps/core.xml", core, "", f"{PACKAGE}/relationships/metadata/core-properties")
    findings = found(book.bytes())
    assert findings.keys() == ({"authors"} if person else set())
    if person:
        assert findings["authors"].count == 2
        assert "author, who saved it last" in findings["authors"].what("en")
        assert "awdur, pwy a’i cadwodd ddiwethaf" in findings["authors"].what("cy")


def test_the_folder_that_a_workbook_was_saved_in() -> None:
    path = '<x15ac:absPath xmlns:x15ac="x" url="{}"/>'
    for url, told in (
        ("C:\\Users\\enwffug\\Documents\\", True),
        ("/Users/enwffug/", True),
        ("https://cyngor-my.sharepoint.com/personal/enw_ffug/Documents/", True),
        ("S:\\Ystadegau\\2026\\", False),
        ("C:\\Users\\Public\\Documents\\", False),
    ):
        book = plain_xlsx()
        book.around_sheets = (path.format(url), "")
        assert found(book.bytes()).keys() == ({"authors"} if told else set()), url


def test_a_workbook_that_somebody_has_reserved() -> None:
    book = plain_xlsx()
    book.around_sheets = ('<fileSharing readOnlyRecommended="1" userName="Enw Ffug"/>', "")
    assert "who reserved it" in the(found(book.bytes()), "authors").what("en")


def test_managers_companies_and_properties_of_ones_own() -> None:
    book = plain_xlsx()
    app = APP.format(
        "<Manager>Enw Ffug</Manager><Company>Cyngor Ffug</Company><Application>Microsoft Excel</Application>"
    )
    book.add("docProps/app.xml", app, "", "extended-properties")
    own = '<property fmtid="{{1}}" pid="2" name="{}"><vt:lpwstr>{}</vt:lpwstr></property>'
    custom = own.format("Rhif achos", "12345678") + own.format("ContentTypeId", "0x01")
    custom += own.format("MSIP_Label_1_SetDate", "2026") + own.format("Gwag", "")
    custom += own.format("MSIP_Label_1_Owner", "effug@cyngor.example") + own.format(
        "_AuthorEmail", "Enw Ffug"
    )
    book.add(
        "docProps/custom.xml",
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="v">'
        f"{custom}</Properties>",
        "",
        "custom-properties",
    )
    findings = found(book.bytes())
    assert findings["authors"].count == 3
    assert "manager, a property that" in findings["authors"].what("en")
    assert (findings["company"].severity, findings["company"].count) == (Severity.NOTE, 1)
    assert (findings["properties"].severity, findings["properties"].count) == (Severity.ADVISORY, 1)


# Large sheets, of which most rows are only glanced at


def many_rows(count: int, loud: int = 0, columns: str = "") -> Xlsx:
    rows = [
        row(
            number,
            shared(f"A{number}", 0),
            cell(f"B{number}", number),
            **({"hidden": "1"} if number == loud else {}),
        )
        for number in range(1, count + 1)
    ]
    book = Xlsx(texts=["Ardal"])
    book.sheet("Data", "".join(rows), columns)
    return book


def test_one_hidden_row_among_many_is_found() -> None:
    count = 30_000
    assert found(many_rows(count).bytes()) == {}
    for loud in (1, 2, 15_000, count):
        assert the(found(many_rows(count, loud).bytes()), "rows").rows == (loud,)


def test_hidden_columns_and_merged_cells_are_found_below_many_rows() -> None:
    columns = '<cols><col min="2" max="2" width="9" hidden="1"/></cols>'
    assert the(found(many_rows(30_000, columns=columns).bytes()), "columns").place == "“Data”: B"
    book = many_rows(30_000)
    merge = b'</sheetData><mergeCells><mergeCell ref="A29000:B29000"/></mergeCells>'
    part = "xl/worksheets/sheet1.xml"
    book.parts[part] = book.parts[part].replace(b"</sheetData>", merge)
    assert the(found(book.bytes()), "covered-cells").place == "“Data”: B29000"


def test_cells_are_counted_the_same_whether_glanced_at_or_walked() -> None:
    for loud in (0, 15_000):
        book = many_rows(20_000, loud)
        book.sheet("Arall", row(1, cell("A1", 1)))
        assert found(book.bytes(), sheet="Arall")["other-sheets"].detail["cells"] == "40,000"


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (' hidden="1"', " hidden='1'"),
        (' hidden="1"', ' hidden="&#49;"'),
        (' hidden="1"', ' hidden = "true"'),
        (' hidden="1"', '\n hidden="1"'),
        (' hidden="1"', ' ht="0"'),
        (' hidden="1"', " ht='0.0'"),
        (' hidden="1"', ' ht="&#48;"'),
        (' hidden="1"', ' ht= "0"'),
        (' hidden="1"', '\tht\n=\n"0"'),
    ],
)
def test_a_hidden_row_is_found_however_it_is_written(written: str, instead: str) -> None:
    book = many_rows(9_000, 8_000)
    part = "xl/worksheets/sheet1.xml"
    book.parts[part] = book.parts[part].replace(written.encode(), instead.encode())
    assert instead.encode() in book.parts[part]
    assert the(found(book.bytes()), "rows").count == 1


def test_elements_with_a_prefix_and_another_encoding() -> None:
    prefixed = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1" hidden="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    wide = ('<?xml version="1.0" encoding="UTF-16"?>' + prefixed).encode("utf-16")
    for content in (prefixed, wide):
        book = plain_xlsx()
        book.add("xl/worksheets/sheet1.xml", content)
        assert the(found(book.bytes()), "rows").rows == (1,)


def test_sheets_and_parts_under_other_names_are_found_by_what_leads_to_them() -> None:
    book = plain_xlsx()
    book.add(
        "xl/worksheets/rhyfedd.bin.xml",
        f'<worksheet xmlns="{MAIN}"><sheetData>{table_rows()}</sheetData></worksheet>',
    )
    relation = book.relate(
        "xl/workbook.xml",
        "http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet",
        "xl/worksheets/rhyfedd.bin.xml",
    )
    book.sheets.append(("Cudd", "hidden", relation))
    assert the(found(book.bytes()), "sheets").detail["cells"] == "8"
