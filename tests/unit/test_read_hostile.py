"""Files that mean harm: each ends in a clear error, soon, within bounds, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import stat
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ods_made import ods, ods_cell, ods_row, ods_table
from read_made import a_workbook, reading, records, refused
from xls_made import plain_xls
from xlsx_made import HEAD, MAIN, Xlsx, archive, cell, plain_xlsx, row, table_rows

from agored.errors import SourceError
from agored.read import read
from agored.read.archive import Parcel
from agored.read.files import member_of
from agored.recipe import Disclosure, ResourceRecipe, Source

PATIENCE = 30
"""Seconds; far more than any of these takes."""
MEMORY = 400_000_000
"""Bytes that Python may take at once; far less than what the files would unpack to."""


@contextmanager
def bounds() -> Iterator[None]:
    """Fail where the time or the memory of Python goes beyond them."""
    tracemalloc.start()
    start = time.monotonic()
    try:
        yield
        assert time.monotonic() - start < PATIENCE
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def packed(parts: dict[str, bytes | Callable[[io.IOBase], None]], level: int = 9) -> bytes:
    """An archive of parts, of which some are written piece by piece."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made:
        for name, part in parts.items():
            if isinstance(part, bytes):
                made.writestr(name, part)
            else:
                with made.open(name, "w", force_zip64=True) as opened:
                    part(opened)
    return held.getvalue()


def with_part(data: bytes, name: str, part: bytes | Callable[[io.IOBase], None], level: int = 9) -> bytes:
    """The archive with another part in the place of one."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return packed(
            {each: part if each == name else source.read(each) for each in source.namelist()}, level
        )


def much(before: bytes, filler: bytes, times: int, after: bytes) -> Callable[[io.IOBase], None]:
    def write(part: io.IOBase) -> None:
        part.write(before)
        for _ in range(times):
            part.write(filler)
        part.write(after)

    return write


SHEET = "xl/worksheets/sheet1.xml"
START = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode()
END = b"</sheetData></worksheet>"


# Archives


@pytest.mark.parametrize("filler", [b" " * 1_000_000, b'<row r="1"/>' * 80_000])
def test_a_bomb_in_a_workbook_is_not_unpacked(tmp_path: Path, filler: bytes) -> None:
    data = with_part(plain_xlsx().bytes(), SHEET, much(START, filler, 60, END))
    with bounds():
        assert refused(tmp_path, "book.xlsx", data).code in (
            "read.unpacks-too-large",
            "read.damaged-workbook",
        )


def test_a_bomb_in_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    data = packed({"table.csv": much(b"a,b\n", b"1,2\n" * 250_000, 60, b"")})
    with bounds():
        error = refused(tmp_path, "parcel.zip", data, format="csv")
    assert (error.code, error.facts["member"]) == ("read.unpacks-too-large", "table.csv")


def test_a_part_that_tells_a_smaller_size_than_it_has_is_damaged(tmp_path: Path) -> None:
    data = bytearray(packed({"table.csv": b"a,b\n" + b"1,2\n" * 1_000}))
    directory = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, directory + 24, 8)
    assert refused(tmp_path, "parcel.zip", bytes(data), format="csv").code == "read.damaged-archive"


def test_archives_within_archives_are_not_opened(tmp_path: Path) -> None:
    inner = packed({"table.csv": b"a,b\n1,2\n"})
    error = refused(tmp_path, "parcel.zip", packed({"inner.zip": inner}), format="csv")
    assert error.code == "read.not-csv"


def test_overlapping_parts_do_not_unpack_one_thing_a_thousand_times() -> None:
    base = packed({"a.csv": b"a,b\n" + b"1,2\n" * 100_000})
    directory, end = base.rindex(b"PK\x01\x02"), base.rindex(b"PK\x05\x06")
    entry = base[directory:end]
    entries = b"".join(entry.replace(b"a.csv", b"%05d" % number) for number in range(30_000))
    data = (
        base[:directory]
        + entries
        + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 30_000, 30_000, len(entries), directory, 0)
    )
    with bounds(), pytest.raises(SourceError) as caught:
        Parcel(data, "parcel.zip")
    assert caught.value.code == "read.damaged-archive"


@pytest.mark.parametrize(
    "name", ["../x.csv", "a/../../x.csv", "/x.csv", "..\\x.csv", "C:\\x.csv", "c:/x.csv", "link"]
)
def test_paths_that_lead_out_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("table.csv", b"a,b\n1,2\n")
        entry = zipfile.ZipInfo(name)
        if name == "link":
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(entry, b"/etc/passwd")
    error = refused(tmp_path, "parcel.zip", held.getvalue(), member="table.csv")
    assert error.code == "read.unsafe-member"
    assert not (tmp_path.parent / "x.csv").exists()


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("table.csv", b"a,b\n1,2\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("table.csv", b"a,b\n3,4\n")
    assert refused(tmp_path, "parcel.zip", held.getvalue(), format="csv").code == "read.twin-members"


def test_locked_archives_say_so(tmp_path: Path) -> None:
    data = bytearray(packed({"table.csv": b"a,b\n1,2\n"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert refused(tmp_path, "parcel.zip", bytes(data), format="csv").code == "read.password"


def test_a_file_of_an_archive_is_read(tmp_path: Path) -> None:
    data = packed({"data/table.csv": b"a,b\n1,2\n", "book.xlsx": plain_xlsx().bytes(), "empty/": b""})
    found = reading(tmp_path, "parcel.zip", data, member="data/table.csv")
    assert records(found) == [("1", "2")]
    assert found.facts["bytes"] == len(data)
    assert len(reading(tmp_path, "parcel.zip", data, member="book.xlsx").table) == 3
    error = refused(tmp_path, "parcel.zip", data, format="csv")
    assert (error.code, error.facts["members"]) == ("read.which-member", "data/table.csv, book.xlsx")
    error = refused(tmp_path, "parcel.zip", data, member="table.csv")
    assert (error.code, error.facts["member"]) == ("read.no-member", "table.csv")
    assert member_of(packed({"only.csv": b"a"}), "parcel.zip", None) == (b"a", "only.csv")


@pytest.mark.parametrize("data", [b"PK\x03\x04" + bytes(50), b"PK\x05\x06" + bytes(17), b"", b"a,b\n1,2\n"])
def test_what_is_no_archive_is_damaged(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, "parcel.zip", data, format="csv").code == "read.damaged-archive"


# XML


LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))


@pytest.mark.parametrize(
    "declared",
    [
        f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE worksheet [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE worksheet SYSTEM "http://example.wales/x.dtd">',
    ],
)
@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "content.xml"]
)
def test_declarations_are_refused(tmp_path: Path, declared: str, part: str) -> None:
    book = Xlsx(texts=("a",))
    book.sheet("Data", table_rows())
    data = ods(ods_table("Data", ods_row(ods_cell("x")))) if part == "content.xml" else book.bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        text = source.read(part).decode()
    spoilt = text.replace("?>\n", f"?>\n{declared}", 1).replace("</", "&l9;</", 1)
    name = "book.ods" if part == "content.xml" else "book.xlsx"
    with bounds():
        assert refused(tmp_path, name, with_part(data, part, spoilt.encode())).code == "read.damaged-workbook"


def test_a_cell_of_200_megabytes_is_refused(tmp_path: Path) -> None:
    start = b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
    noise = os.urandom(500_000).hex().encode()
    data = with_part(plain_xlsx().bytes(), SHEET, much(START + start, noise, 200, b""), 1)
    with bounds():
        assert refused(tmp_path, "book.xlsx", data).code == "read.cell-too-large"


def test_a_quotation_mark_that_never_closes_is_refused(tmp_path: Path) -> None:
    text = b'a,b\n1,"' + b"x" * 200_000_000
    assert refused(tmp_path, "file.csv", text).code == "read.cell-too-large"


def test_an_endless_tag_is_refused(tmp_path: Path) -> None:
    noise = os.urandom(500_000).hex().encode()
    data = with_part(plain_xlsx().bytes(), SHEET, much(START + b'<row r="', noise, 60, b'"/>' + END), 1)
    with bounds():
        assert refused(tmp_path, "book.xlsx", data).code == "read.damaged-workbook"


# Sheets that mean much with few words


def test_a_text_of_a_book_s_length_in_every_cell_is_refused(tmp_path: Path) -> None:
    rows = "".join(row(number, f'<c r="A{number}" t="s"><v>0</v></c>') for number in range(1, 40_000))
    data = a_workbook(rows, texts=("x" * 1_000_000,))
    with bounds():
        assert refused(tmp_path, "book.xlsx", data).code == "read.too-large"


def test_a_cell_far_away_does_not_fill_the_machine(tmp_path: Path) -> None:
    data = a_workbook(table_rows(), row(1_048_576, cell("A1048576", 1)))
    with bounds():
        assert len(reading(tmp_path, "book.xlsx", data).table) == 1_048_575
    wide = a_workbook(
        row(1, *(f'<c r="{name}1"><v>1</v></c>' for name in columns())), row(1_048_576, cell("A1048576", 1))
    )
    with bounds():
        assert refused(tmp_path, "book.xlsx", wide).code == "read.too-large"


def columns() -> list[str]:
    from agored.table import letters

    return [letters(number) for number in range(1, 1_001)]


@pytest.mark.parametrize("rows", [True, False])
def test_ods_that_repeats_without_end_is_refused(tmp_path: Path, rows: bool) -> None:
    line = ods_row(
        *(ods_cell("x" * 1_000) for _ in range(1 if rows else 4)),
        ods_cell("x", number_columns_repeated="4000" if rows else "999999999"),
        number_rows_repeated="1000000" if rows else "1",
    )
    with bounds():
        error = refused(tmp_path, "book.ods", ods(ods_table("Data", ods_row(ods_cell("a")) + line)))
    assert error.code == ("read.too-large" if rows else "read.too-wide")


def test_ods_rows_beyond_the_last_are_refused(tmp_path: Path) -> None:
    rows = (
        ods_row(ods_cell("a")) + ods_row(ods_cell(), number_rows_repeated="2000000") + ods_row(ods_cell("b"))
    )
    assert refused(tmp_path, "book.ods", ods(ods_table("Data", rows))).code == "read.too-long"


def test_ten_thousand_columns_are_refused(tmp_path: Path) -> None:
    from agored.table import letters

    wide = row(1, *(f'<c r="{letters(number)}1"><v>1</v></c>' for number in range(1, 10_001)))
    csv = b",".join([b"a"] * 10_000) + b"\n"
    json = ("[{" + ",".join(f'"{number}": 1' for number in range(10_000)) + "}]").encode()
    made = io.BytesIO()
    pq.write_table(pa.table({str(number): [1] for number in range(10_000)}), made)
    for name, data in (
        ("book.xlsx", a_workbook(wide)),
        ("file.csv", csv),
        ("file.json", json),
        ("file.parquet", made.getvalue()),
    ):
        folder = tmp_path / name
        folder.mkdir()
        assert refused(folder, name, data).code == "read.too-wide"


def test_styles_to_the_edge_of_the_sheet_are_no_columns(tmp_path: Path) -> None:
    from agored.table import letters

    styled = "".join(f'<c r="{letters(number)}1" s="1"/>' for number in range(3, 16_385))
    book = a_workbook(f'<row r="1">{cell("A1", "a")}{cell("B1", "b")}{styled}</row>', row(2, cell("A2", 1)))
    assert reading(tmp_path, "book.xlsx", book).table.names == ("a", "b")


# Parquet


def test_absurd_facts_in_parquet_are_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array(["x"] * 3)}), made)
    data = made.getvalue()
    length = struct.unpack_from("<I", data, len(data) - 8)[0]
    for absurd in (b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\0"):
        assert refused(tmp_path, "file.parquet", data[:-8] + absurd + b"PAR1").code == "read.damaged-file"
    footer = len(data) - 8 - length
    for place in range(footer, len(data) - 8):
        spoilt = data[:place] + b"\xff" * 8 + data[place + 8 :]
        with bounds():
            outcome = outcome_of(tmp_path, spoilt)
        assert outcome in ("read", "read.damaged-file", "read.too-large", "read.empty", "read.other-kind")


def outcome_of(folder: Path, data: bytes) -> str:
    try:
        reading(folder, "file.parquet", data)
    except SourceError as error:
        return error.code
    return "read"


def test_a_small_parquet_file_of_very_many_rows_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    with pq.ParquetWriter(made, pa.schema([("a", pa.int8())])) as writer:
        batch = pa.record_batch([pa.array([0] * 1_000_000, pa.int8())], names=["a"])
        for _ in range(101):
            writer.write_batch(batch)
    data = made.getvalue()
    assert len(data) < 1_000_000
    with bounds():
        assert refused(tmp_path, "file.parquet", data).code == "read.too-large"


# Files


@pytest.mark.parametrize(
    "name", ["book.xlsx", "book.ods", "book.xls", "file.json", "file.parquet", "parcel.zip"]
)
@pytest.mark.parametrize("kind", ["directory", "pipe", "device", "link out"])
def test_only_ordinary_files_of_the_folder_are_opened(tmp_path: Path, name: str, kind: str) -> None:
    folder = tmp_path / "dataset"
    folder.mkdir()
    outside = tmp_path / name
    outside.write_bytes(plain_xls())
    if kind == "directory":
        (folder / name).mkdir()
    elif kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to({"device": Path("/dev/zero")}.get(kind, outside))
    given = ResourceRecipe(
        "t", Source(name, format="csv" if name == "parcel.zip" else None), (), "t/1", Disclosure("standard")
    )
    with bounds(), pytest.raises(SourceError) as caught:
        read(folder, given, ())
    assert caught.value.code == "read.not-a-file"


def test_a_file_that_becomes_a_pipe_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "file.csv")
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    given = ResourceRecipe("t", Source("file.csv"), (), "t/1", Disclosure("standard"))
    with bounds(), pytest.raises(SourceError) as caught:
        read(tmp_path, given, ())
    assert caught.value.code == "read.not-a-file"


def test_a_file_too_large_to_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agored.read.files._LARGEST", 5)
    assert refused(tmp_path, "file.csv", b"a,b\n1,2\n").code == "read.file-too-large"


def test_a_missing_part_is_damage(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(plain_xlsx().bytes())) as source:
        parts = {name: source.read(name) for name in source.namelist() if name != SHEET}
    assert refused(tmp_path, "book.xlsx", archive(parts)).code in ("read.empty", "read.damaged-workbook")


def test_merged_cells_without_end_do_not_fill_the_machine(tmp_path: Path) -> None:
    rows = ods_row(
        ods_cell("a", number_columns_spanned="999999999", number_rows_spanned="999999999"), ods_cell("b")
    )
    with bounds():
        found = reading(
            tmp_path, "book.ods", ods(ods_table("Data", rows + ods_row(ods_cell("x"), ods_cell("y"))))
        )
    assert len(found.table.columns) == 4_096
    many = "".join(f'<mergeCell ref="A{number}:XFD{number}"/>' for number in range(2, 20_000))
    data = a_workbook(
        table_rows(), row(1_048_576, cell("A1048576", 1)), after=f"<mergeCells>{many}</mergeCells>"
    )
    with bounds():
        reading(tmp_path, "book.xlsx", data)
