"""ODS workbooks: each kind of hidden thing is found, counted and placed, and ordinary workbooks hide nothing."""

from __future__ import annotations

import pytest
from hidden_found import blocking, found, the
from ods_made import NAMESPACES, ods, ods_cell, ods_row, ods_rows, ods_table

from agored.findings import Severity

DATA = ods_table("Data", ods_rows())


def data_with(*rows: str, **how: str) -> bytes:
    """A workbook whose sheet “Data” has these rows below its heading."""
    heading = ods_row(ods_cell("Ardal"), ods_cell("Nifer"))
    return ods(ods_table("Data", heading + "".join(rows), **how))


def test_an_ordinary_workbook_hides_nothing() -> None:
    assert found(ods(DATA), "ods") == {}
    assert found(ods(DATA), "ods", None) == {}


# Sheets, rows and columns


def test_hidden_sheets() -> None:
    hidden = ods_table("Cudd", ods_row(ods_cell("Enw Ffug"), ods_cell(12345678)), "hiddensheet")
    empty = ods_table("Gwag", ods_row(ods_cell(number_columns_repeated="9")), "hiddensheet")
    findings = found(ods(DATA, hidden, empty, ods_table("Arall", ods_rows())), "ods")
    assert blocking(findings) == {"sheets"}
    assert (findings["sheets"].place, findings["sheets"].detail["cells"]) == ("“Cudd”", "2")
    assert findings["empty-sheets"].place == "“Gwag”"
    assert findings["other-sheets"].place == "“Arall”"


def test_a_declared_sheet_that_is_hidden() -> None:
    hidden = ods_table("Data", ods_rows(), "hiddensheet")
    assert "own-sheet" in found(ods(ods_table("Arall", ods_rows()), hidden), "ods")


def test_hidden_filtered_and_flat_rows() -> None:
    value = ods_cell("Enw Ffug")
    findings = found(
        data_with(
            ods_row(value, visibility="collapse"),
            ods_row(value, number_rows_repeated="3"),
            ods_row(value, visibility="filter"),
            ods_row(value, style_name="flat"),
            ods_row(ods_cell(), visibility="collapse", number_rows_repeated="1048000"),
        ),
        "ods",
    )
    assert (findings["rows"].place, findings["rows"].rows) == ("“Data”: 2, 7", (2, 7))
    assert (findings["rows-filtered"].place, findings["rows-filtered"].rows) == ("“Data”: 6", (6,))
    assert blocking(findings) == {"rows", "rows-filtered"}


def test_rows_that_stand_for_many_are_counted_each() -> None:
    findings = found(
        data_with(ods_row(ods_cell("x"), visibility="collapse", number_rows_repeated="500")), "ods"
    )
    assert the(findings, "rows").count == 500
    assert findings["rows"].place == "“Data”: 2–501"


def test_groups_that_are_closed() -> None:
    row = ods_row(ods_cell("x"), visibility="collapse")
    group = f'<table:table-row-group table:display="false">{row}</table:table-row-group>'
    columns = (
        "<table:table-column/><table:table-column-group>"
        '<table:table-column table:visibility="collapse"/></table:table-column-group>'
    )
    findings = found(data_with(group, columns=columns), "ods")
    assert findings["rows-grouped"].place == "“Data”: 2"
    assert findings["columns-grouped"].place == "“Data”: B"


def test_hidden_columns_where_they_hold_anything() -> None:
    columns = (
        '<table:table-column/><table:table-column table:visibility="collapse"/>'
        '<table:table-column table:style-name="thin"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="16000"/>'
    )
    rows = ods_row(ods_cell(1, number_columns_repeated="3"), ods_cell(number_columns_repeated="16000"))
    assert the(found(data_with(rows, columns=columns), "ods"), "columns").place == "“Data”: B–C"


# Cells that cannot be seen


@pytest.mark.parametrize(
    ("style", "value", "unseen"),
    [
        ("white", "Cyfrinach", True),
        ("white", None, False),
        ("whitechild", 5, True),
        ("black", "Enw Ffug", True),
        ("autoblack", "Enw", False),
        ("header", "Pennawd", False),
        ("tiny", "Cyfrinach", True),
        ("nothing", 12345678, True),
        ("number", 5, False),
        ("secret", "Enw", False),
    ],
)
@pytest.mark.parametrize("given_by", ["cell", "row", "column"])
def test_content_that_its_style_does_not_show(
    style: str, value: str | float | None, unseen: bool, given_by: str
) -> None:
    column = '<table:table-column table:default-cell-style-name="{}"/>'
    columns = column.format("number") + column.format(style)
    cell = ods_cell(value, style if given_by == "cell" else "")
    plain = ods_cell("x", "number")
    more = {"default_cell_style_name": style} if given_by == "row" else {}
    how = {"columns": columns} if given_by == "column" else {}
    heading = ods_row(plain, ods_cell("Nifer", "number"))
    findings = found(ods(ods_table("Data", heading + ods_row(plain, cell, **more), **how)), "ods")
    assert findings.keys() == ({"text"} if unseen else set())
    if unseen:
        assert (findings["text"].count, findings["text"].place) == (1, "“Data”: B2")


def test_cells_alike_beside_one_another_are_judged_by_each_columns_style() -> None:
    columns = '<table:table-column/><table:table-column table:default-cell-style-name="white"/><table:table-column/>'
    findings = found(
        ods(ods_table("Data", ods_row(ods_cell("x", number_columns_repeated="3")), columns=columns)), "ods"
    )
    assert (the(findings, "text").count, findings["text"].place) == (1, "“Data”: B1")


def test_protected_sheets_heed_cells_that_hide_themselves() -> None:
    row = ods_row(ods_cell("Cyfrinach", "secret"))
    assert found(ods(ods_table("Data", row)), "ods") == {}
    assert the(found(ods(ods_table("Data", row, protected="true")), "ods"), "text").count == 1


def test_a_stretch_of_text_that_cannot_be_seen() -> None:
    span = '<text:p>Agored <text:span text:style-name="{}">Cyfrinach</text:span></text:p>'
    for style, unseen in (("spanwhite", True), ("other", False)):
        findings = found(ods(ods_table("Data", ods_row(ods_cell(inside=span.format(style))))), "ods")
        assert findings.keys() == ({"text"} if unseen else set())


def test_conditions_that_may_hide_cells() -> None:
    findings = found(data_with(ods_row(ods_cell("x", "conditional"))), "ods")
    assert the(findings, "text-conditional").severity is Severity.ADVISORY
    formats = (
        "<calcext:conditional-formats><calcext:conditional-format>"
        '<calcext:condition calcext:apply-style-name="white"/>'
        '<calcext:condition calcext:apply-style-name="header"/>'
        "</calcext:conditional-format></calcext:conditional-formats>"
    )
    assert the(found(ods(ods_table("Data", ods_rows() + formats)), "ods"), "text-conditional").count == 1


def test_cells_under_merged_cells() -> None:
    covered = "<table:covered-table-cell{}>{}</table:covered-table-cell>"
    text = covered.format(' office:value-type="string"', "<text:p>Cyfrinach</text:p>")
    row = ods_row(ods_cell("Teitl", number_columns_spanned="3"), text, covered.format("", ""))
    assert the(found(data_with(row), "ods"), "covered-cells").place == "“Data”: B2"


# Comments, changes, versions


def test_comments_and_who_wrote_them() -> None:
    note = (
        "<office:annotation><dc:creator>{}</dc:creator><dc:date>2026-01-02</dc:date><text:p>{}</text:p>"
        "</office:annotation>"
    )
    rows = [
        ods_row(ods_cell("x", inside=note.format("Awdur Ffug", "Cyfrinach"))),
        ods_row(ods_cell(inside=note.format("", "Cyfrinach")), ods_cell(inside=note.format("Enw Ffug", ""))),
    ]
    findings = found(data_with(*rows), "ods")
    assert (findings["comments"].count, findings["comments"].place) == (2, "“Data”")
    assert findings["authors"].count == 2
    assert findings.keys() == {"comments", "authors"}


def test_tracked_changes_are_no_cells() -> None:
    deleted = (
        '<table:tracked-changes><table:cell-content-change table:id="1"><office:change-info><dc:creator>Enw Ffug'
        "</dc:creator></office:change-info><table:previous><table:change-track-table-cell><text:p>Cyfrinach</text:p>"
        "</table:change-track-table-cell></table:previous></table:cell-content-change>"
        '<table:deletion table:type="row"/>'
        "</table:tracked-changes>"
    )
    assert the(found(ods(DATA, before=deleted), "ods"), "revisions").count == 2


def test_earlier_versions_of_the_workbook() -> None:
    parts = {"VersionList.xml": "<x/>", "Versions/Version1": b"PK", "Versions/Version2": b"PK"}
    assert the(found(ods(DATA, parts=parts), "ods"), "revisions").count == 2


# Names, links, pivot tables


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ('<table:named-range table:name="N" table:cell-range-address="$Data.$A$1:.$A$4"/>', None),
        ('<table:named-expression table:name="N" table:expression="0.2"/>', None),
        ('<table:named-range table:name="N" table:cell-range-address="$Arall.$A$1"/>', "names-other-sheets"),
        ('<table:named-range table:name="N" table:cell-range-address="$\'Cudd un\'.$A$1"/>', "names-outside"),
        (
            '<table:named-expression table:name="N" table:expression="of:=[\'file:///x.ods\'#$Data.A1]"/>',
            "names-outside",
        ),
        (
            '<table:named-expression table:name="N" table:expression="of:=&quot;Cyfrinach&quot;"/>',
            "names-values",
        ),
        (
            '<table:named-range table:name="N" table:hidden="true" table:cell-range-address="$Data.$A$1"/>',
            "names",
        ),
        ('<table:named-range table:name="N" table:cell-range-address="$Data.#REF!"/>', None),
    ],
)
def test_names_are_told_by_where_they_lead(name: str, code: str | None) -> None:
    sheets = (DATA, ods_table("Arall", ods_rows()), ods_table("Cudd un", ods_rows(), "hiddensheet"))
    findings = found(ods(*sheets, after=f"<table:named-expressions>{name}</table:named-expressions>"), "ods")
    assert findings.keys() - {"sheets", "other-sheets"} == ({code} if code else set())


def test_values_kept_of_other_files_are_no_sheets() -> None:
    source = (
        '<table:table-source xlink:href="file:///C:/Users/enwffug/x.ods" table:table-name="P" '
        'table:mode="copy-results-only"/>'
    )
    kept = ods_table(
        "'file:///C:/Users/enwffug/x.ods'#$P",
        ods_row(ods_cell(12345678), ods_cell("Enw Ffug")),
        columns=source,
    )
    links = the(found(ods(DATA, kept), "ods"), "links")
    assert (links.count, links.detail["cells"]) == (1, "2")


def test_formulas_that_lead_to_other_files() -> None:
    linked = ods_cell(5, formula="of:=['file:///C:/x.ods'#$P.A1]")
    assert the(found(data_with(ods_row(linked), ods_row(linked)), "ods"), "links").count == 1


def test_connections_to_databases() -> None:
    source = '<table:database-source-sql table:database-name="Cyfrinach" table:sql-statement="SELECT"/>'
    ranges = f'<table:database-range table:name="x">{source}</table:database-range>'
    ranges = f"<table:database-ranges>{ranges}</table:database-ranges>"
    assert the(found(ods(DATA, after=ranges), "ods"), "connections").count == 1
    form = '<office:forms><form:form form:name="F" form:datasource="Cyfrinach"/></office:forms>'
    assert the(found(ods(ods_table("Data", form + ods_rows())), "ods"), "connections").count == 1


def test_the_values_that_a_pivot_table_lists() -> None:
    members = "".join(f'<table:data-pilot-member table:name="Person Ffug {number}"/>' for number in range(40))
    pilot = (
        '<table:data-pilot-tables><table:data-pilot-table table:name="D"><table:source-cell-range '
        'table:cell-range-address="Data.A1:Data.B4"/><table:data-pilot-field><table:data-pilot-level>'
        f"<table:data-pilot-members>{members}</table:data-pilot-members></table:data-pilot-level>"
        "</table:data-pilot-field></table:data-pilot-table></table:data-pilot-tables>"
    )
    assert the(found(ods(DATA, after=pilot), "ods"), "pivot-items").count == 40


# Parts


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("Basic/Standard/Module1.xml", "macros"),
        ("Basic/Standard/script-lb.xml", None),
        ("Basic/script-lc.xml", None),
        ("Scripts/python/x.py", "macros"),
        ("Dialogs/Standard/Dialog1.xml", "macros"),
        ("Pictures/1.png", "images"),
        ("media/image1.png", "images"),
        ("Object 2", "embedded"),
        ("META-INF/documentsignatures.xml", "authors"),
        ("Thumbnails/thumbnail.png", None),
        ("Configurations2/accelerator/current.xml", None),
        ("ObjectReplacements/Object 1", None),
        ("settings.xml", None),
        ("manifest.rdf", None),
        ("rhywbeth.bin", "not-looked-at"),
    ],
)
def test_parts_are_told_for_what_they_are(part: str, code: str | None) -> None:
    assert found(ods(DATA, parts={part: b"Cyfrinach"}), "ods").keys() == ({code} if code else set())


def test_a_photograph_that_tells_where_it_was_taken() -> None:
    photograph = {"Pictures/1.jpg": b"\xff\xd8\xff\xe1\x00\x20Exif\x00\x00MM\x00*"}
    assert blocking(found(ods(DATA, parts=photograph), "ods")) == {"image-places"}


def embedded(body: str) -> dict[str, str | bytes]:
    content = (
        f"<office:document-content {NAMESPACES}><office:body>{body}</office:body></office:document-content>"
    )
    return {"Object 1/content.xml": content}


def test_charts_and_other_documents_inside_the_workbook() -> None:
    hidden = ods_table("Cudd", ods_rows(), "hiddensheet")
    kept = '<table:table-row><table:table-cell office:value-type="float"/></table:table-row>'
    kept = f'<table:table table:name="local-table">{kept}</table:table>'
    area = '<chart:chart><chart:plot-area table:cell-range-address="{}"/>'
    chart = f"<office:chart>{area}{kept}</chart:chart></office:chart>"
    seen = found(ods(DATA, hidden, parts=embedded(chart.format("Data.A1:Data.B4"))), "ods")
    assert seen.keys() == {"sheets"}
    unseen = found(ods(DATA, hidden, parts=embedded(chart.format("Cudd.A1:Cudd.B4"))), "ods")
    assert unseen["chart-data"].count == 1
    other = embedded("<office:spreadsheet><table:table/></office:spreadsheet>")
    assert the(found(ods(DATA, parts=other), "ods"), "embedded").count == 1


def test_controls_events_scenarios_and_shapes_that_are_not_shown() -> None:
    shapes = (
        '<table:shapes><draw:control draw:control="c"/><draw:frame draw:display="none"/><draw:frame/></table:shapes>'
        '<table:scenario table:scenario-ranges="Data.A1"/>'
    )
    events = '<office:scripts><script:event-listener script:event-name="dom:load"/></office:scripts>'
    findings = found(ods(ods_table("Data", shapes + ods_rows()), before=events), "ods")
    assert {code: finding.count for code, finding in findings.items()} == {
        "controls": 1,
        "macros": 1,
        "scenarios": 1,
        "shapes": 1,
    }


def test_properties() -> None:
    meta = (
        "<meta:generator>LibreOffice/7.4</meta:generator><meta:initial-creator>Enw Ffug</meta:initial-creator>"
        "<dc:creator>Awdur Ffug</dc:creator><meta:printed-by>Person Ffug 1</meta:printed-by>"
        '<meta:template xlink:href="/home/enwffug/x.ots"/><meta:user-defined meta:name="Rhif achos">12345678'
        '</meta:user-defined><meta:user-defined meta:name="Gwag"/><meta:keyword>Cyfrinach</meta:keyword>'
    )
    findings = found(ods(DATA, meta=meta), "ods")
    assert findings["authors"].count == 4
    labels = "author, who saved it last, who printed it, the person’s folder that it was saved in"
    assert labels in findings["authors"].what("en")
    assert (findings["properties"].count, findings["properties"].severity) == (2, Severity.ADVISORY)


# Large sheets, of which most rows are only counted


def many(count: int, loud: int = 0, **how: str) -> str:
    rows = [
        ods_row(ods_cell(f"Ardal {number}", "number"), ods_cell(number), **(how if number == loud else {}))
        for number in range(1, count + 1)
    ]
    return ods_table("Data", "".join(rows))


def test_one_hidden_row_among_many_is_found_in_its_place() -> None:
    count = 12_000
    assert found(ods(many(count)), "ods") == {}
    for loud in (1, 2, 7_000, count):
        findings = found(ods(many(count, loud, visibility="collapse")), "ods")
        assert the(findings, "rows").rows == (loud,)
    assert the(found(ods(many(count, 7_000, style_name="flat")), "ods"), "rows").rows == (7_000,)
    assert (
        the(found(ods(many(count, 7_000, default_cell_style_name="white")), "ods"), "text").place
        == "“Data”: B7000"
    )


def test_cells_are_counted_the_same_whether_glanced_at_or_walked() -> None:
    for loud in (0, 7_000):
        findings = found(
            ods(ods_table("Arall", ods_rows()), many(12_000, loud, visibility="visible")), "ods", "Arall"
        )
        assert the(findings, "other-sheets").detail["cells"] == "24,000"


def test_sheets_after_large_ones_are_found() -> None:
    hidden = ods_table("Cudd", ods_row(ods_cell("Cyfrinach")), "hiddensheet")
    assert the(found(ods(many(12_000), hidden), "ods"), "sheets").place == "“Cudd”"


def test_a_hidden_column_above_many_rows() -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    table = many(12_000).replace('<table:table-column table:number-columns-repeated="2"/>', columns)
    assert the(found(ods(table), "ods"), "columns").place == "“Data”: B"
