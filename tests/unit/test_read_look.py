"""A look at a file before there is a recipe: its kind, its sheets and lists, and its first rows with their places."""

from __future__ import annotations

from pathlib import Path

import pytest
from ods_made import ods, ods_cell, ods_row, ods_rows, ods_table
from test_read_records import parquet
from xls_made import label, plain_xls, xls, xls_stream, xls_table
from xlsx_made import Xlsx, archive, cell, plain_xlsx, row, table_rows

from agored.errors import SourceError
from agored.read.look import (
    Line,
    SheetSeen,
    seen_format,
    seen_lists,
    seen_members,
    seen_rows,
    seen_sheets,
)
from agored.recipe import Source


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("file.csv", b"a,b\n", "csv"),
        ("file.TSV", b"a\tb\n", "tsv"),
        ("file.txt", b"a,b\n", None),
        ("file", b"a,b\n", None),
        ("book.XLSX", plain_xlsx().bytes(), "xlsx"),
        ("book.dat", plain_xls(), "xls"),
        ("parcel.zip", archive({"a.csv": b"a"}), "zip"),
        ("file.json", b"[]", "json"),
    ],
)
def test_a_file_s_kind(tmp_path: Path, name: str, data: bytes, kind: str | None) -> None:
    assert seen_format(written(tmp_path, name, data)) == kind


def test_the_sheets_of_a_workbook(tmp_path: Path) -> None:
    book = Xlsx()
    book.sheet("Clawr", row(1, cell("A1", "x")))
    book.sheet("Cudd", table_rows(), state="veryHidden")
    book.sheet("Gwag")
    tables = [
        ods_table("Clawr", ods_row(ods_cell("x"))),
        ods_table("Cudd", ods_rows(), style="hiddensheet"),
        ods_table("Gwag", ods_row(ods_cell())),
    ]
    sheets = [("Clawr", 0, [label(0, 0, "x")]), ("Cudd", 2, xls_table()), ("Gwag", 0, [])]
    for name, data in (
        ("book.xlsx", book.bytes()),
        ("book.ods", ods(*tables)),
        ("book.xls", xls({"Workbook": xls_stream(sheets)})),
    ):
        assert seen_sheets(written(tmp_path, name, data), Source(name)) == (
            SheetSeen("Clawr", False, True),
            SheetSeen("Cudd", True, True),
            SheetSeen("Gwag", False, False),
        )


def test_the_first_rows_with_their_numbers(tmp_path: Path) -> None:
    book = Xlsx()
    merged = '<mergeCells><mergeCell ref="A2:B2"/></mergeCells>'
    book.sheet("Data", row(2, cell("A2", "Teitl")) + row(4, cell("B4", 0.5)), after=merged)
    seen = seen_rows(written(tmp_path, "book.xlsx", book.bytes()), Source("book.xlsx", sheet="Data"), 3)
    assert [line.row for line in seen.lines] == [1, 2, 3]
    assert [line.is_blank for line in seen.lines] == [True, False, True]
    assert seen.lines[1].cells[0] == "Teitl"
    assert (seen.rows, seen.headings, len(seen.merged)) == (4, None, 1)
    text = seen_rows(written(tmp_path, "f.csv", b"a;b\n\n1\n"), Source("f.csv", delimiter=";"))
    assert text.lines == (Line(1, ("a", "b")), Line(2, ()), Line(3, ("1",)))


def test_records_and_archives(tmp_path: Path) -> None:
    json = written(tmp_path, "f.json", b'{"data": {"items": [{"a": 1}]}, "other": [1], "more": [{"b": 2}]}')
    assert seen_lists(json, Source("f.json")) == ("/data/items", "/more")
    seen = seen_rows(json, Source("f.json", records="/more"))
    assert (seen.headings, seen.lines) == (("b",), (Line(1, ("2",)),))
    import pyarrow as pa

    parcel = written(
        tmp_path, "p.zip", archive({"x.parquet": parquet(pa.table({"a": [1]})), "y.csv": b"a\n"})
    )
    assert seen_members(parcel) == ("x.parquet", "y.csv")
    assert seen_rows(parcel, Source("p.zip", member="x.parquet")).headings == ("a",)
    with pytest.raises(SourceError):
        seen_members(written(tmp_path, "q.zip", b"PK"))
