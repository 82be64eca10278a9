"""XLS workbooks: each kind of hidden thing is found, counted and placed, and ordinary workbooks hide nothing."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from hidden_found import blocking, found, the
from xls_made import (
    BOF,
    EOF,
    Record,
    biff,
    label,
    number,
    plain_xls,
    property_set,
    shared_label,
    shared_texts,
    sheet_columns,
    sheet_row,
    short_text,
    xls,
    xls_stream,
    xls_table,
)
from xlsx_made import PEOPLE

from agored.findings import Severity

HIDDEN, VERY = 1, 2
MACRO_SHEET, CHART_SHEET, MODULE = 1 << 2, 2 << 2, 6 << 2


def data_with(*records: Record, more: Sequence[Record] = ()) -> bytes:
    """A workbook whose sheet “Data” has these records after its table."""
    return xls({"Workbook": xls_stream([("Data", 0, [*xls_table(), *records])], more)})


def test_an_ordinary_workbook_hides_nothing() -> None:
    assert found(plain_xls(), "xls") == {}
    assert found(plain_xls(**{"\x01CompObj": b"x" * 90, "User Names": b"x"}), "xls", None) == {}


# Sheets, rows and columns


def test_hidden_sheets_are_told_by_how_deep_they_are_hidden() -> None:
    sheets: list[tuple[str, int, Sequence[Record]]] = [
        ("Data", 0, xls_table()),
        ("Cudd", HIDDEN, [label(0, 0, "Enw Ffug"), number(0, 1, 12345678)]),
        ("Dŵr dwfn", VERY, [label(0, 0, "Cyfrinach")]),
        ("Gwag", HIDDEN, []),
        ("Arall", 0, xls_table()),
    ]
    findings = found(xls({"Workbook": xls_stream(sheets)}), "xls")
    assert blocking(findings) == {"sheets", "sheets-deep"}
    assert (findings["sheets"].place, findings["sheets"].detail["cells"]) == ("“Cudd”", "2")
    assert findings["sheets-deep"].place == "“Dŵr dwfn”"
    assert findings["empty-sheets"].place == "“Gwag”"
    assert (findings["other-sheets"].place, findings["other-sheets"].detail["cells"]) == ("“Arall”", "8")


def test_a_declared_sheet_that_is_hidden() -> None:
    stream = xls_stream([("Arall", 0, xls_table()), ("Data", HIDDEN, xls_table())])
    assert "own-sheet" in found(xls({"Workbook": stream}), "xls")


def test_hidden_flat_and_grouped_rows() -> None:
    records = [
        sheet_row(5, hidden=True),
        label(5, 0, "Enw Ffug"),
        sheet_row(6, height=10),
        number(6, 0, 12345678),
        sheet_row(7, hidden=True, level=1),
        number(7, 0, 1),
        sheet_row(8),
        number(8, 0, 1),
        sheet_row(9, hidden=True),
        (0x201, struct.pack("<HHH", 9, 0, 0)),  # a blank cell
    ]
    findings = found(data_with(*records), "xls")
    assert (findings["rows"].place, findings["rows"].rows) == ("“Data”: 6–7", (6, 7))
    assert findings["rows-grouped"].place == "“Data”: 8"
    assert blocking(findings) == {"rows", "rows-grouped"}


def test_rows_that_a_filter_hides() -> None:
    records = [(0x9B, b""), sheet_row(5, hidden=True), label(5, 0, "Enw Ffug")]
    assert the(found(data_with(*records), "xls"), "rows-filtered").rows == (6,)


def test_hidden_columns_where_they_hold_anything() -> None:
    records = [
        sheet_columns(1, 1, hidden=True),
        sheet_columns(2, 2, width=0),
        sheet_columns(3, 3, hidden=True, level=1),
        sheet_columns(4, 255, hidden=True),
        number(5, 2, 1.0),
        # Two whole numbers written short, in D and E
        (0xBD, struct.pack("<HHHIHIH", 5, 3, 0, 7 << 2 | 2, 0, 8 << 2 | 2, 4)),
    ]
    findings = found(data_with(*records), "xls")
    assert findings["columns"].place == "“Data”: B–C, E"
    assert findings["columns-grouped"].place == "“Data”: D"


# Cells that cannot be seen


@pytest.mark.parametrize(
    ("style", "unseen"), [(0, False), (1, True), (2, True), (3, True), (4, True), (5, False), (99, False)]
)
def test_content_that_its_style_does_not_show(style: int, unseen: bool) -> None:
    for cell in (label(9, 2, "Cyfrinach", style), number(9, 2, 12345678, style)):
        findings = found(data_with(cell), "xls")
        assert findings.keys() == ({"text"} if unseen else set())
        assert all(finding.place == "“Data”: C10" for finding in findings.values())


@pytest.mark.parametrize(
    ("record", "unseen"),
    [
        (number(9, 0, 0.0, 2), False),
        (number(9, 0, -1.5, 2), True),
        ((0x27E, struct.pack("<HHHI", 9, 0, 2, 5 << 2 | 2)), True),
        ((0x27E, struct.pack("<HHHI", 9, 0, 2, 2)), False),
        ((0x27E, struct.pack("<HHHI", 9, 0, 2, struct.unpack("<II", struct.pack("<d", 0.5))[1])), True),
        ((0x06, struct.pack("<HHHdHIH", 9, 0, 2, 7.0, 0, 0, 0)), True),
        ((0x06, struct.pack("<HHHBBIHHIH", 9, 0, 2, 0, 0, 0, 0xFFFF, 0, 0, 0)), True),  # a text
        ((0x06, struct.pack("<HHHBBIHHIH", 9, 0, 2, 2, 0, 0, 0xFFFF, 0, 0, 0)), False),  # an error
    ],
)
def test_a_number_format_that_shows_nothing(record: Record, unseen: bool) -> None:
    assert found(data_with(record), "xls").keys() == ({"text"} if unseen else set())


def test_a_palette_of_the_workbooks_own() -> None:
    palette = (0x92, struct.pack("<H", 56) + bytes([255, 255, 255, 0]) + bytes(55 * 4))
    # Colour 8 is white now, so what was blacked out is white on white; colour 18, the heading’s, is black.
    findings = found(data_with(label(9, 0, "Enw", 4), more=[palette]), "xls")
    assert findings.keys() == {"text"}


TEXTS = shared_texts("Ardal", ("Agored Cyfrinach", 1), "", ("Agored coch", 3), "Ardal")


def test_shared_texts_are_judged_by_each_of_their_inks() -> None:
    cells = [shared_label(9, column, number) for column, number in enumerate((0, 1, 2, 3, 99))]
    findings = found(data_with(*cells, more=TEXTS), "xls")
    assert the(findings, "text").place == "“Data”: B10"
    on_blue = [*cells[:1], shared_label(9, 1, 1, 5), *cells[2:]]
    assert found(data_with(*on_blue, more=TEXTS), "xls") == {}


def test_a_cell_with_an_empty_shared_text_is_empty() -> None:
    hidden = [sheet_row(9, hidden=True), shared_label(9, 0, 2)]
    used = [shared_label(0, 2, number, 5) for number in (0, 1, 3)]
    assert found(data_with(*used, *hidden, more=TEXTS), "xls") == {}


@pytest.mark.parametrize("piece", [40, 41, 57, 100, 8_000])
def test_texts_that_no_cell_has(piece: int) -> None:
    texts = shared_texts(
        "Ardal", "Person Ffug 1", "Person Ffug 2", "Ardal", ("Person Ffug 1", 0), "", piece=piece
    )
    assert the(found(data_with(shared_label(9, 0, 0), more=texts), "xls"), "leftover-text").count == 2
    every = [shared_label(9, column, column) for column in range(6)]
    assert found(data_with(*every, more=texts), "xls") == {}


def test_shared_texts_that_end_too_soon() -> None:
    cut = [(number, data[:-4]) for number, data in shared_texts("Ardal", "Person Ffug 1")]
    assert the(found(data_with(more=cut), "xls"), "not-looked-at").place == "Workbook"


def condition(ink: int | None, paper: int | None, code: str = "") -> Record:
    flags = (
        (1 << 26 if ink is not None else 0) | (1 << 29 if paper is not None else 0) | (1 << 25 if code else 0)
    )
    styled = b""
    if code:
        written = short_text(code)
        styled += struct.pack("<H", len(written) + 2) + written
    if ink is not None:
        styled += bytes(80) + struct.pack("<i", ink) + bytes(34)
    if paper is not None:
        styled += struct.pack("<HH", 0, paper << 7 | 64)
    return 0x1B1, struct.pack("<BBHHIH", 1, 3, 3, 0, flags, int(bool(code))) + styled + b"\x1e\x00\x00"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (condition(9, None), True),
        (condition(8, None), False),
        (condition(9, 10), False),
        (condition(10, 10), True),
        (condition(None, 8), False),
        (condition(None, None, ";;;"), True),
        (condition(8, None, "0.00"), False),
    ],
)
def test_conditions_that_may_hide_cells_are_an_advisory(record: Record, told: bool) -> None:
    findings = found(data_with(record), "xls")
    assert {code: finding.severity for code, finding in findings.items()} == (
        {"text-conditional": Severity.ADVISORY} if told else {}
    )


def test_cells_under_merged_cells() -> None:
    records = [label(9, 0, "Teitl"), label(9, 1, "Cyfrinach"), (0xE5, struct.pack("<HHHHH", 1, 9, 9, 0, 2))]
    assert the(found(data_with(*records), "xls"), "covered-cells").place == "“Data”: B10"


# Comments, scenarios, objects


def test_comments_and_who_wrote_them() -> None:
    note = (0x1C, struct.pack("<HHHH", 1, 0, 0, 1) + short_text("Awdur Ffug"))
    other = (0x1C, struct.pack("<HHHH", 2, 0, 0, 2) + short_text("Microsoft Office User"))
    findings = found(data_with(note, other), "xls")
    assert (findings["comments"].count, findings["comments"].place) == (2, "“Data”")
    assert findings["authors"].count == 1


def test_scenarios_and_queries() -> None:
    findings = found(data_with((0xAF, b"x" * 12), (0xAF, b"x" * 12), (0x1AD, b"x" * 12)), "xls")
    assert (findings["scenarios"].count, findings["connections"].count) == (2, 1)


@pytest.mark.parametrize(
    ("kind", "told"), [(0x07, True), (0x0B, True), (0x12, True), (0x14, False), (0x19, False)]
)
def test_controls_are_told_and_arrows_of_filters_are_not(kind: int, told: bool) -> None:
    record = (0x5D, struct.pack("<HHHH", 0x15, 0x12, kind, 1) + bytes(14))
    assert found(data_with(record), "xls").keys() == ({"controls"} if told else set())


@pytest.mark.parametrize(
    ("kind", "shown", "told"),
    [
        (0x08, 0x20002, True),
        (0x08, 0x20000, False),
        (0x08, 0x2, False),
        (0x19, 0x20002, False),
        (0x14, 0x20002, False),
    ],
)
def test_shapes_that_are_not_shown(kind: int, shown: int, told: bool) -> None:
    properties = struct.pack("<HHIHIHI", 2 << 4 | 3, 0xF00B, 12, 0x0181, 5, 0x03BF, shown)
    drawing = (0xEC, struct.pack("<HHI", 0xF, 0xF004, len(properties)) + properties)
    shape = (0x5D, struct.pack("<HHHH", 0x15, 0x12, kind, 1) + bytes(14))
    plain = (0xEC, struct.pack("<HHI", 0xF, 0xF004, 0))
    findings = found(data_with(drawing, shape, plain, shape), "xls")
    assert {code: finding.count for code, finding in findings.items()} == ({"shapes": 1} if told else {})


@pytest.mark.parametrize(("leads_to", "count"), [(0, 0), (1, 0), (2, 3), (3, 3)])
@pytest.mark.parametrize("on_a_sheet_of_its_own", [True, False])
def test_charts_that_keep_values_of_sheets_out_of_sight(
    leads_to: int, count: int, on_a_sheet_of_its_own: bool
) -> None:
    formula = place(leads_to)
    source = (0x1051, struct.pack("<BBHHH", 1, 2, 0, 0, len(formula)) + formula)
    typed = (0x1051, struct.pack("<BBHHH", 0, 1, 0, 0, 0))
    chart = [typed, source, number(0, 0, 1.0), number(1, 0, 2.0), label(0, 1, "Person Ffug 1")]
    sheets: list[tuple[str, int, Sequence[Record]]] = [
        ("Data", 0, [*xls_table(), *([] if on_a_sheet_of_its_own else [BOF, *chart, EOF])]),
        ("Arall", 0, xls_table()),
        ("Cudd", HIDDEN, xls_table()),
        *([("Siart", CHART_SHEET, chart)] if on_a_sheet_of_its_own else []),
    ]
    stream = xls_stream(sheets, [OWN_BOOK, ADD_IN, OTHER_BOOK, PLACES])
    findings = found(xls({"Workbook": stream}), "xls")
    assert (findings["chart-data"].count if "chart-data" in findings else 0) == count


def test_what_a_chart_on_a_sheet_holds_is_not_the_sheets() -> None:
    chart = [
        BOF,
        number(20, 0, 1.0, 1),
        (0x1C, struct.pack("<HHHH", 1, 0, 0, 1) + short_text("Awdur Ffug")),
        EOF,
    ]
    assert found(data_with(*chart), "xls") == {}


def test_pictures() -> None:
    store = struct.pack("<HHI", 3 << 4 | 0xF, 0xF001, 0)
    head = struct.pack("<HHI", 0, 0xF006, 4) + bytes(4)
    group = struct.pack("<HHI", 0xF, 0xF000, len(head) + len(store)) + head + store
    assert the(found(data_with(more=[(0xEB, group)]), "xls"), "images").count == 3
    located = [(0xEB, group), (0x3C, b"\xff\xd8\xff\xe1\x00\x20Exif\x00\x00")]
    assert blocking(found(data_with(more=located), "xls")) == {"image-places"}


# Names and links


OWN_BOOK = (0x1AE, struct.pack("<HH", 3, 0x0401))
ADD_IN = (0x1AE, struct.pack("<HH", 1, 0x3A01))
OTHER_BOOK = (0x1AE, struct.pack("<H", 1) + short_text("\x01C:\\Users\\enwffug\\Cyfrinach.xls"))
PLACES = (0x17, struct.pack("<HHhhHhhHhhHhh", 4, 0, 0, 0, 0, 1, 1, 0, 2, 2, 2, 0, 0))


def defined(formula: bytes, flags: int = 0, name: str = "Enw") -> Record:
    head = struct.pack("<HBBHHHBBBB", flags, 0, len(name), len(formula), 0, 0, 0, 0, 0, 0)
    return 0x18, head + b"\x01" + name.encode("utf-16-le") + formula


def place(number: int, token: int = 0x3B) -> bytes:
    return struct.pack("<BHHHHH", token, number, 0, 3, 0, 0)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (defined(place(0)), None),
        (defined(b"\x1e\x05\x00"), None),
        (defined(place(1)), "names-other-sheets"),
        (defined(place(2)), "names-outside"),
        (defined(place(3, 0x3A)), "names-outside"),
        (defined(b"\x29\x0b\x00" + place(3)), "names-outside"),
        (defined(b"\x26" + bytes(6) + place(1)), "names-other-sheets"),
        (defined(place(0), 1), "names"),
        (defined(place(0), 0x21, "\x0d"), None),
        (defined(place(1), 0x20, "\x06"), None),
        (defined(b"\x1c\x1d", 1, "_xlfn.IFERROR"), None),
        (defined(place(0, 0x3D)), None),
        (defined(b"\x17\x09\x00Cyfrinach"), "names-values"),
        (defined(b"\x60" + bytes(7)), "names-values"),
        (defined(b"", 0x02), None),
    ],
)
def test_names_are_told_by_where_they_lead(name: Record, code: str | None) -> None:
    sheets: list[tuple[str, int, Sequence[Record]]] = [
        ("Data", 0, xls_table()),
        ("Arall", 0, xls_table()),
        ("Cudd", HIDDEN, xls_table()),
    ]
    stream = xls_stream(sheets, [OWN_BOOK, ADD_IN, OTHER_BOOK, PLACES, name])
    findings = found(xls({"Workbook": stream}), "xls")
    assert findings.keys() - {"sheets", "other-sheets", "links"} == ({code} if code else set())


def test_links_with_the_values_they_keep() -> None:
    kept = [(0x59, struct.pack("<hH", 1, 0)), (0x5A, struct.pack("<BBH", 4, 2, 0) + b"Person Ffug 1")]
    links = the(found(data_with(more=[OWN_BOOK, ADD_IN, OTHER_BOOK, *kept]), "xls"), "links")
    assert (links.count, links.detail["cells"]) == (1, "3")


def test_a_workbook_that_only_refers_to_itself_has_no_links() -> None:
    unused = (0x1AE, struct.pack("<H", 1) + short_text(" "))
    assert found(data_with(more=[OWN_BOOK, ADD_IN, unused]), "xls") == {}


# Streams beside the main one


def pivot_cache(records: int, kept: bool) -> bytes:
    head = struct.pack("<IHHHHHHHH", records, 1, 0x21, 5461, 3, 3, 0, 1, 8) + b"\x00Enw Ffug"
    items = [(0xCD, short_text(f"Person Ffug {each}")) for each in range(records)]
    rows = [(0xC8, struct.pack("<H", each)) for each in range(records)] if kept else []
    return biff((0xC6, head), (0xC7, bytes(14)), *items, *rows, EOF)


def test_the_pivot_table_that_a_council_was_fined_for() -> None:
    view = (0xB0, bytes(44))
    stream = xls_stream([("Crynodeb", 0, [*xls_table(), view])])
    findings = found(
        xls({"Workbook": stream, "_SX_DB_CUR/0001": pivot_cache(PEOPLE, True)}), "xls", "Crynodeb"
    )
    records = findings["pivot-records"]
    assert (records.count, records.place) == (PEOPLE, "“Crynodeb”")
    assert records.detail == {"fields": "3", "caches": "1"}
    assert "refreshed a pivot table" in findings["authors"].what("en")
    assert findings.keys() == {"pivot-records", "authors"}


def test_a_pivot_table_without_its_records() -> None:
    findings = found(plain_xls(**{"_SX_DB_CUR/0001": pivot_cache(40, False)}), "xls")
    assert findings["pivot-items"].count == 40


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        ("_VBA_PROJECT_CUR/VBA/dir", "macros"),
        ("MBD00012345/\x01Ole", "embedded"),
        ("LNK00012345/\x01Ole", "links"),
        ("Revision Log", "revisions"),
        ("Ctls", "controls"),
        ("_xmlsignatures/1", "authors"),
        ("Rhywbeth", "not-looked-at"),
        ("Rhywbeth arall/tu mewn", "not-looked-at"),
        ("\x05DigitalSignature", None),
    ],
)
def test_streams_are_told_for_what_they_are(stream: str, code: str | None) -> None:
    for size in (90, 5_000):
        findings = found(plain_xls(**{stream: b"Cyfrinach".ljust(size)}), "xls")
        assert findings.keys() == ({code} if code else set())
        assert all(finding.count == 1 for finding in findings.values())


def test_macro_sheets_and_modules() -> None:
    stream = xls_stream(
        [("Data", 0, xls_table()), ("Macro1", MACRO_SHEET | HIDDEN, xls_table()), ("M", MODULE, [])]
    )
    findings = found(xls({"Workbook": stream}), "xls")
    assert (findings["macros"].count, findings["macros"].place) == (2, "“Macro1”; “M”")


def test_custom_xml() -> None:
    item = '<a xmlns="http://example.wales/achos">12345678</a>'.encode("utf-16")
    assert the(
        found(plain_xls(**{"MsoDataStore/ABC/Item": item, "MsoDataStore/ABC/Properties": b"x"}), "xls"),
        "custom-xml",
    )
    mashup = b'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AA</DataMashup>'
    assert the(found(plain_xls(**{"MsoDataStore/ABC/Item": mashup}), "xls"), "connections")


def test_people_and_properties() -> None:
    document = property_set(
        {14: "Awdur Ffug", 15: "Cyngor Ffug"},
        {"Rhif achos": "12345678", "_PID_GUID": "{1}", "_AuthorEmail": "Enw Ffug"},
    )
    saved_by = (0x5C, short_text("Enw Ffug".ljust(54)))
    reserved_by = (0x5B, struct.pack("<HH", 1, 0) + short_text("Person Ffug 1"))
    stream = xls_stream([("Data", 0, xls_table())], [saved_by, reserved_by])
    summary = property_set(
        {2: "Teitl", 4: "Enw Ffug", 5: "Cyfrinach", 8: "Person Ffug 2", 18: "Microsoft Excel"}
    )
    findings = found(
        xls(
            {
                "Workbook": stream,
                "\x05SummaryInformation": summary,
                "\x05DocumentSummaryInformation": document,
            }
        ),
        "xls",
    )
    assert findings["authors"].count == 6
    told = findings["authors"].what("en")
    labels = ("author", "saved it last", "manager", "reserved it", "whose program wrote it")
    assert all(label in told for label in labels)
    assert findings["company"].severity is Severity.NOTE
    assert findings["properties"].count == 2


def test_programs_are_no_people() -> None:
    summary = property_set({4: "xlwt", 8: "LibreOffice"})
    saved_by = (0x5C, short_text("Microsoft Office User".ljust(54)))
    stream = xls_stream([("Data", 0, xls_table())], [saved_by, (0x5B, struct.pack("<HHH", 0, 0, 0))])
    assert found(xls({"Workbook": stream, "\x05SummaryInformation": summary}), "xls") == {}


# What cannot be looked into


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(xls_stream([("Data", 0, xls_table())], [(0x2F, bytes(54))]), id="locked"),
        pytest.param(biff((0x809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0)), EOF), id="older"),
        pytest.param(xls_stream([("Data", 0, xls_table())])[:-7], id="cut-off"),
        pytest.param(xls_stream([]), id="no-sheets"),
        pytest.param(b"", id="empty"),
        pytest.param(xls_stream([("Data", 0, [(0x203, b"x")])]), id="short-record"),
    ],
)
def test_a_main_stream_that_cannot_be_read_is_told(stream: bytes) -> None:
    findings = found(xls({"Workbook": stream, "_VBA_PROJECT_CUR/x": b"x"}), "xls")
    assert findings["not-looked-at"].place == "Workbook"
    assert "macros" in findings


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><table></table></html>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        xls({"EncryptedPackage": b"x" * 5_000}),
    ],
)
def test_what_is_no_workbook_is_told(data: bytes) -> None:
    assert "ffeil.xls" in str(found(data, "xls")["not-looked-at"].place)


@pytest.mark.parametrize(
    "stream", ["\x05SummaryInformation", "\x05DocumentSummaryInformation", "_SX_DB_CUR/0001"]
)
def test_a_damaged_stream_is_told(stream: str) -> None:
    findings = found(plain_xls(**{stream: b"\xfe\xff" + b"\xff" * 60}), "xls")
    assert the(findings, "not-looked-at").place is not None
