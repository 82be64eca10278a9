"""Hostile and damaged workbooks: bounded time and memory, a finding that says so, and never an exception."""

from __future__ import annotations

import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from hidden_found import found, the
from ods_made import ods, ods_cell, ods_row, ods_rows, ods_table
from xls_made import plain_xls, property_set, xls, xls_stream, xls_table
from xlsx_made import MAIN, OFFICE, Xlsx, archive, cell, pivot_workbook, plain_xlsx, row, table_rows

from agored.read.hidden import hidden_content
from agored.read.hidden.archive import Archive
from agored.read.hidden.markup import walk
from agored.read.hidden.unreadable import Unreadable

LAUGHS = '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def with_sheet(content: str | bytes) -> bytes:
    book = plain_xlsx()
    book.parts["xl/worksheets/sheet1.xml"] = content.encode() if isinstance(content, str) else content
    return book.bytes()


def quickly(look: Callable[[], object], seconds: float = 20) -> None:
    """Far more time than is needed, and far less than an unbounded reader takes."""
    start = time.monotonic()
    look()
    assert time.monotonic() - start < seconds


@pytest.mark.parametrize("kind", ["csv", "", "xlsb", "XLSX"])
def test_another_kind_is_a_mistake_of_the_caller(kind: str) -> None:
    with pytest.raises(ValueError, match=f"^{kind}$"):
        hidden_content(b"", kind, None, "tabl", "x")


@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "ods", "xls"])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\x00" * 5_000, archive({"x": b"x"})]
)
def test_what_is_no_workbook_is_said_not_to_be_looked_into(kind: str, data: bytes) -> None:
    assert the(found(data, kind), "not-looked-at").place == f"ffeil.{kind}"


@pytest.mark.parametrize(
    "declaration", [LAUGHS, OUTSIDE, "<!DOCTYPE x>", '<!DOCTYPE x SYSTEM "http://example.wales/x">']
)
def test_document_types_are_refused(declaration: str) -> None:
    sheet = f'<?xml version="1.0"?>{declaration}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    assert the(found(with_sheet(sheet)), "not-looked-at").place == "xl/worksheets/sheet1.xml"
    content = f'<?xml version="1.0"?>{declaration}<x/>'
    assert found(ods(parts={"content.xml": content}), "ods").keys() == {"not-looked-at"}
    for part in ("xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"):
        parts = {
            name: (content.encode() if name == part else data)
            for name, data in unpacked(plain_xlsx().bytes())
        }
        assert "not-looked-at" in found(archive(parts))


def unpacked(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return [(name, opened.read(name)) for name in opened.namelist()]


@pytest.mark.parametrize(
    "sheet",
    [
        b"",
        b"<worksheet",
        b"<worksheet><sheetData><row></worksheet>",
        b"\xff\xfe<\x00w\x00",
        b'<?xml version="1.0" encoding="nonsense"?><worksheet/>',
        b"<worksheet>&nothing;</worksheet>",
        b"<worksheet>\x00</worksheet>",
        b"<a>" * 1_000 + b"</a>" * 1_000,
    ],
)
def test_a_damaged_sheet_is_said_not_to_be_looked_into(sheet: bytes) -> None:
    assert the(found(with_sheet(sheet)), "not-looked-at").place == "xl/worksheets/sheet1.xml"


def test_a_sheet_that_is_not_there() -> None:
    book = plain_xlsx()
    del book.parts["xl/worksheets/sheet1.xml"]
    assert the(found(book.bytes()), "not-looked-at").place == "xl/worksheets/sheet1.xml"


def test_what_cannot_be_looked_into_does_not_keep_the_rest_from_being_found() -> None:
    book = plain_xlsx()
    book.sheet("Cudd", table_rows(), state="hidden")
    book.parts["xl/worksheets/sheet1.xml"] = b"<worksheet"
    book.add("xl/vbaProject.bin", b"x", "xl/workbook.xml", "vbaProject")
    assert found(book.bytes()).keys() == {"not-looked-at", "sheets", "macros"}


def test_a_part_that_stands_twice_in_the_archive() -> None:
    held = io.BytesIO(plain_xlsx().bytes())
    with zipfile.ZipFile(held, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"/>')
    assert the(found(held.getvalue()), "not-looked-at").place == "xl/worksheets/sheet1.xml"


def test_a_locked_archive() -> None:
    data = bytearray(plain_xlsx().bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    assert "not-looked-at" in found(bytes(data))


def test_a_bomb_ends_early_and_takes_no_memory() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in unpacked(plain_xlsx().bytes()):
            if name != "xl/worksheets/sheet1.xml":
                made.writestr(name, content)
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>'.encode())
            for _ in range(60):
                part.write(b"1" * 10_000_000)
    assert len(held.getvalue()) < 1_000_000
    tracemalloc.start()
    quickly(lambda: the(found(held.getvalue()), "not-looked-at"))
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


def test_parts_larger_than_the_limits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agored.read.hidden.archive._LARGEST_PART", 10_000)
    book = plain_xlsx()
    book.parts["xl/worksheets/sheet1.xml"] += b" " * 20_000
    assert the(found(book.bytes()), "not-looked-at").place == "xl/worksheets/sheet1.xml"


def test_all_parts_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agored.read.hidden.archive._LARGEST_WHOLE", 10_000)
    opened = Archive(archive({f"x{number}": b"x" * 4_000 for number in range(5)}))
    assert len(b"".join(opened.pieces("x0")) + b"".join(opened.pieces("x1"))) == 8_000
    with pytest.raises(Unreadable):
        b"".join(opened.pieces("x2"))


def test_more_walking_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(row(number, cell(f"A{number}", 1), hidden="1") for number in range(1, 9_000))
    book = Xlsx()
    book.sheet("Data", rows)
    table = ods_table("Data", "".join(ods_row(ods_cell(1), visibility="collapse") for _ in range(9_000)))
    monkeypatch.setattr("agored.read.hidden.archive._MOST_WALKED", 100_000)
    assert "xl/worksheets/sheet1.xml" in str(found(book.bytes())["not-looked-at"].place)
    assert the(found(ods(table), "ods"), "not-looked-at").place == "ffeil.ods"


def test_an_archive_of_too_many_parts() -> None:
    data = plain_xlsx().bytes() + b"PK\x01\x02" * 30_000
    quickly(lambda: the(found(data), "not-looked-at"))


def test_an_endless_tag_is_refused() -> None:
    def endless() -> None:
        def pieces() -> object:
            yield b'<x a="'
            for _ in range(200):
                yield b"a" * 250_000

        with pytest.raises(Unreadable):
            walk(pieces(), lambda name, attributes: None)  # type: ignore[arg-type]

    quickly(endless)


def test_an_endless_text_is_walked_through() -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
    end = "</t></is></c></row></sheetData></worksheet>"
    quickly(lambda: found(with_sheet(sheet + "x" * 40_000_000 + end)))


EVERY_COLUMN = '<col min="1" max="16384" hidden="1"/>'
FAR_COLUMN = '<col min="1" max="999999999999999999" hidden="1"/>'
ONE = "<c><v>1</v></c>"
EVERY_CELL = '<mergeCell ref="A1:XFD1048576"/>'


@pytest.mark.parametrize(
    "sheet",
    [
        pytest.param(f"<cols>{EVERY_COLUMN * 3_000}</cols><sheetData/>", id="columns"),
        pytest.param(f"<cols>{FAR_COLUMN}</cols><sheetData>{row(1, ONE)}</sheetData>", id="one-column"),
        pytest.param(
            f"<sheetData>{''.join(row(number, ONE, hidden='1') for number in range(1, 20_000))}</sheetData>"
            f"<mergeCells>{EVERY_CELL * 9_000}</mergeCells>",
            id="merges",
        ),
        pytest.param(f"<sheetData>{row(9**40, cell('ZZZ9', 1), hidden='1')}</sheetData>", id="row"),
        pytest.param(f"<sheetData>{row(-5, cell('?', 1), hidden='1')}</sheetData>", id="odd-row"),
    ],
)
def test_sheets_made_to_take_long(sheet: str) -> None:
    quickly(lambda: found(with_sheet(f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>')))


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(
            ods_table(
                "Data", ods_row(ods_cell("x"), visibility="collapse", number_rows_repeated="999999999999")
            ),
            id="rows",
        ),
        pytest.param(
            ods_table("Data", ods_row(ods_cell("x", number_columns_repeated="999999999999"))), id="cells"
        ),
        pytest.param(
            ods_table(
                "Data",
                ods_rows(),
                columns='<table:table-column table:visibility="collapse" table:number-columns-repeated="99999999999"/>',
            ),
            id="columns",
        ),
        pytest.param(
            ods_table(
                "Data",
                ods_row(ods_cell("x", number_columns_repeated="16384")) * 3_000,
                columns='<table:table-column table:default-cell-style-name="white"/>' * 16_000,
            ),
            id="styles",
        ),
        pytest.param("<table:table>" * 150 + "</table:table>" * 150, id="tables-in-tables"),
    ],
)
def test_tables_made_to_take_long(table: str) -> None:
    quickly(lambda: found(ods(table), "ods"), 60)


def test_styles_that_are_each_others_parents() -> None:
    again = '<style:map style:apply-style-name="n"/>'
    styles = (
        '<style:style style:name="a" style:family="table-cell" style:parent-style-name="b" style:data-style-name="n"/>'
        '<style:style style:name="b" style:family="table-cell" style:parent-style-name="a"/>'
        f'<number:number-style style:name="n">{again * 1_000}</number:number-style>'
    )
    data = dict(unpacked(ods(ods_table("Data", ods_row(ods_cell("x", "a"))))))
    data["content.xml"] = data["content.xml"].replace(
        b"<office:automatic-styles>", b"<office:automatic-styles>" + styles.encode()
    )
    quickly(lambda: the(found(archive(data), "ods"), "text"))


def test_a_name_in_the_archive_is_no_way_out_of_it() -> None:
    book = plain_xlsx()
    book.add("../../etc/hosts", b"x")
    book.relations["xl/workbook.xml"].append((f"{OFFICE}/theme", "../../../../../../../../etc/passwd", False))
    findings = found(book.bytes())
    assert findings.keys() == {"leftover-parts", "not-looked-at"}
    assert findings["leftover-parts"].place == "../../etc/hosts"
    assert str(findings["not-looked-at"].place).endswith("/etc/passwd")


# Damage of every kind, by a fixed series of chances


def damaged(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        way, at = chance.randrange(4), chance.randrange(len(made))
        if way == 0:
            made[at] = chance.randrange(256)
        elif way == 1:
            made[at : at + 4] = chance.choice(
                [b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xfe\xff\xff\xff", b"\x01\x00\x00\x00"]
            )
        elif way == 2:
            del made[at : at + chance.randrange(1, 60)]
        else:
            made[at:at] = chance.randbytes(chance.randrange(1, 20))
        made = made or bytearray(b"x")
    return bytes(made)


def some_workbooks() -> list[tuple[str, bytes]]:
    book = pivot_workbook(20)
    book.sheet("Data", table_rows(9), state="hidden")
    old = xls(
        {
            "Workbook": xls_stream([("Data", 0, xls_table()), ("Cudd", 1, xls_table(600))]),
            "\x05SummaryInformation": property_set({4: "Enw Ffug"}, {"x": "y"}),
            "_VBA_PROJECT_CUR/VBA/dir": b"x" * 5_000,
        }
    )
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as made:
        for name, content in unpacked(book.bytes()):
            made.writestr(name, content)
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as made:
        for name, content in unpacked(
            ods(ods_table("Data", ods_rows()), ods_table("Cudd", ods_rows(), "hiddensheet"))
        ):
            made.writestr(name, content)
    return [
        ("xls", old),
        ("xls", plain_xls()),
        ("xlsx", book.bytes()),
        ("xlsx", stored.getvalue()),
        ("ods", plain.getvalue()),
    ]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("number", range(5))
def test_damage_is_a_finding_and_never_an_exception(number: int) -> None:
    kind, data = some_workbooks()[number]
    chance = random.Random(f"{number}")
    told = 0
    for _ in range(300):
        told += bool(found(damaged(data, chance), kind))
    assert told > 100


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_noise_is_a_finding(kind: str) -> None:
    chance = random.Random(kind)
    heads = {"xlsx": b"PK\x03\x04", "ods": b"PK\x03\x04", "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}
    for size in (0, 1, 511, 512, 513, 4_096, 20_000):
        noise = heads[kind] + chance.randbytes(size)
        assert found(noise, kind).keys() == {"not-looked-at"}
