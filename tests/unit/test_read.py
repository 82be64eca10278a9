"""Read: bytes to a table as the recipe declares it, never a guess; every refusal with its place."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agored.errors import SourceError
from agored.findings import Finding, Severity
from agored.read import Reading, read
from agored.read.decode import LIKELY, decode
from agored.read.header import expected_headings
from agored.recipe import Disclosure, LeaveOut, Name, Operation, Rename, ResourceRecipe, Source
from agored.records import digest
from agored.words import LANGUAGES, Bilingual, catalogue

CANARY = "canari-7731"
BLANK_LEFT_OUT = LeaveOut(Bilingual("Rhesi gwag.", "Blank rows."), blank=True)


def reading(
    folder: Path,
    data: bytes | str,
    shape: tuple[Operation, ...] = (),
    headings: tuple[str, ...] = (),
    **source: Any,
) -> Reading:
    """What read gives for a file of these bytes."""
    (folder / "file.csv").write_bytes(data.encode() if isinstance(data, str) else data)
    given = Source("file.csv", **source)
    return read(folder, ResourceRecipe("table", given, shape, "table/1", Disclosure("standard")), headings)


def refused(folder: Path, data: bytes | str, **source: Any) -> SourceError:
    """The error with which read stops; its sentence is whole in both languages."""
    with pytest.raises(SourceError) as caught:
        reading(folder, data, **source)
    for language in LANGUAGES:
        assert "file.csv" in caught.value.message(language)
    assert caught.value.exit_code == 11
    return caught.value


def cells(found: Reading) -> list[list[str]]:
    return [found.table.list(name) for name in found.table.names]


def told(found: Reading) -> dict[str, Finding]:
    return {finding.code: finding for finding in found.findings}


# Bytes to text

TEXT = "Ardal,Nifer\nTŷ Ddewi,1\n"


@pytest.mark.parametrize(
    ("encoding", "data", "found"),
    [
        ("utf-8", TEXT.encode(), "utf-8"),
        ("utf-8", b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        ("utf-8-sig", TEXT.encode("utf-8-sig"), "utf-8"),
        ("UTF8", TEXT.encode(), "utf-8"),
        ("utf-8", TEXT.encode("utf-16"), "utf-16"),
        ("utf-8", b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        ("utf-16", TEXT.encode("utf-16"), "utf-16"),
        ("utf-16-le", TEXT.encode("utf-16-le"), "utf-16-le"),
        ("utf-16-le", b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        ("utf-16-be", b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        ("iso-8859-14", TEXT.encode("iso-8859-14"), "iso8859-14"),
    ],
)
def test_text_is_read_in_its_encoding(tmp_path: Path, encoding: str, data: bytes, found: str) -> None:
    read_in = reading(tmp_path, data, encoding=encoding)
    assert read_in.table.names == ("Ardal", "Nifer")
    assert cells(read_in) == [["Tŷ Ddewi"], ["1"]]
    assert read_in.facts["encoding"] == found
    assert read_in.facts["source"] == digest(data)
    assert read_in.facts["bytes"] == len(data)


def test_what_does_not_decode_stops_with_its_place_and_its_likely_readings(tmp_path: Path) -> None:
    data = "Ardal,Nifer\nMôn,1\nTŷ,2\n".replace("ŷ", "ÿ").encode("cp1252")
    error = refused(tmp_path, data)
    assert error.code == "read.not-text"
    assert error.facts["offset"] == str(data.index(b"\xf4"))
    assert error.facts["line"] == "2"
    assert error.facts["byte"] == "0xF4"
    assert error.facts["readings"] == "cp1252: ô, iso-8859-14: ô, cp437: ⌠, cp850: ¶, mac_roman: Ù"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(("end", "line"), [(b"\n", "3"), (b"\r\n", "3"), (b"\r", "3")])
def test_offsets_and_lines_count_the_mark_and_any_line_end(
    tmp_path: Path, mark: bytes, end: bytes, line: str
) -> None:
    data = mark + end.join([b"a,b", "ŵ,1".encode(), b"caf\xe9,2", b""])
    error = refused(tmp_path, data)
    assert error.facts["offset"] == str(data.index(b"\xe9"))
    assert (error.facts["byte"], error.facts["line"]) == ("0xE9", line)
    assert "cp1252: é" in error.facts["readings"]


def test_a_byte_without_a_printable_reading_has_no_reading(tmp_path: Path) -> None:
    error = refused(tmp_path, b"a,b\n\x81,1\n")
    assert "cp1252" not in error.facts["readings"]
    assert {name.split(":")[0] for name in error.facts["readings"].split(", ")} <= set(LIKELY)


def test_a_wrong_declaration_is_not_put_right_in_silence(tmp_path: Path) -> None:
    error = refused(tmp_path, "a,b\nŵ,1\n".encode(), encoding="ascii")
    assert (error.code, error.facts["encoding"]) == ("read.not-text", "ascii")
    error = refused(tmp_path, b"\xef\xbb\xbf" + "a,b\nŵ,1\n".encode(), encoding="cp1252")
    assert (error.code, error.facts["found"]) == ("read.other-mark", "utf-8")
    assert refused(tmp_path, "a,b\n1,2\n".encode("utf-16-le"), encoding="utf-16").code == "read.no-mark"


def test_utf_16_that_breaks_off_is_told(tmp_path: Path) -> None:
    data = "a,b\nŵ,1\n".encode("utf-16")
    error = refused(tmp_path, data[:-1])
    assert (error.code, error.facts["line"]) == ("read.damaged", "2")
    assert error.facts["offset"] == str(len(data) - 2)
    lone = "a,b\n".encode("utf-16") + b"\x00\xd8" + "1,2\n".encode("utf-16-le")
    assert refused(tmp_path, lone).code == "read.damaged"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a,b\n1,\x002\n", "2"),
        (b"a,b\r1,2\r\x00", "3"),
        (TEXT.encode("utf-16-le").replace(b"\xf7", b"w"), "1"),
    ],
)
def test_zero_bytes_are_no_text(tmp_path: Path, data: bytes, line: str) -> None:
    error = refused(tmp_path, data, encoding="latin-1")
    assert (error.code, error.facts["line"]) == ("read.zero-byte", line)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", "\u00a0\n".encode(), b"\xff\xfe"]
)
def test_an_empty_file_is_told_to_be_empty(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, data).code == "read.empty"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_an_empty_file_is_empty_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert refused(tmp_path, b"", encoding=encoding).code == "read.empty"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "XLS"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\n<!DOCTYPE html>\n<title>404</title>", "HTML"),
        (b"<HTML><body>", "HTML"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp437"])
def test_a_file_of_another_kind_is_named(tmp_path: Path, data: bytes, kind: str, encoding: str) -> None:
    error = refused(tmp_path, data, encoding=encoding)
    assert error.code == "read.not-csv"
    assert kind in error.facts["kind"]


# The file itself


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    given = ResourceRecipe("table", Source("source/none.csv"), (), "table/1", Disclosure("standard"))
    with pytest.raises(SourceError) as caught:
        read(tmp_path, given, ())
    assert (caught.value.code, caught.value.facts["file"]) == ("read.missing", "source/none.csv")


@pytest.mark.parametrize("kind", ["directory", "pipe", "link out", "link to a device", "broken link"])
def test_only_an_ordinary_file_inside_the_folder_is_read(tmp_path: Path, kind: str) -> None:
    dataset = tmp_path / "dataset"
    dataset.mkdir()
    path, outside = dataset / "file.csv", tmp_path / "outside.csv"
    outside.write_text("a,b\n1,2\n", encoding="utf-8")
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"link out": outside, "link to a device": Path("/dev/zero")}.get(kind, "nowhere"))
    with pytest.raises(SourceError) as caught:
        read(dataset, ResourceRecipe("t", Source("file.csv"), (), "t/1", Disclosure("standard")), ())
    assert caught.value.code == ("read.missing" if kind == "broken link" else "read.not-a-file")
    assert str(tmp_path) not in caught.value.message("cy")


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path) -> BinaryIO:
        raise PermissionError(13, "Permission denied")

    # The administrator may read everything, so this cannot be made of a file.
    monkeypatch.setattr("agored.read.files._open", forbidden)
    error = refused(tmp_path, "a,b\n1,2\n")
    assert (error.code, error.facts["reason"]) == ("read.unreadable", "Permission denied")


def test_a_link_inside_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "file.csv").symlink_to("real.csv")
    given = ResourceRecipe("t", Source("file.csv"), (), "t/1", Disclosure("standard"))
    assert cells(read(tmp_path, given, ())) == [["1"], ["2"]]


# Rows and cells


@pytest.mark.parametrize(
    ("text", "rows", "columns"),
    [
        ("a,b\n1,2\n3,4", [2, 3], [["1", "3"], ["2", "4"]]),
        ("a,b\r\n1,2\r\n3,4\r\n", [2, 3], [["1", "3"], ["2", "4"]]),
        ("a,b\r1,2\r3,4\r", [2, 3], [["1", "3"], ["2", "4"]]),
        ('a,b\n"1\n1",2\n3,4\n', [2, 3], [["1\n1", "3"], ["2", "4"]]),
        ('a,b\n"1\r\n1",2\n3,4\n', [2, 3], [["1\r\n1", "3"], ["2", "4"]]),
        ('a,b\n"say ""helo""",2\n', [2], [['say "helo"'], ["2"]]),
        ('a,b\nsay "helo",2\n', [2], [['say "helo"'], ["2"]]),
        ('"a","b"\n"1, 2","3"\n', [2], [["1, 2"], ["3"]]),
        ("a,b\n 1\u00a0,\u20032\n", [2], [[" 1\u00a0"], ["\u20032"]]),
        ("a,b\n007,1e5\n", [2], [["007"], ["1e5"]]),
        ("a,b\n1,2\x0b\n3\u2028,4\x85\n", [2, 3], [["1", "3\u2028"], ["2\x0b", "4\x85"]]),
        ("a,b\n1,2,\n3,4,  \n", [2, 3], [["1", "3"], ["2", "4"]]),
    ],
)
def test_cells_stay_as_they_are_and_rows_count_as_in_a_spreadsheet(
    tmp_path: Path, text: str, rows: list[int], columns: list[list[str]]
) -> None:
    found = reading(tmp_path, text)
    assert found.table.rows.to_pylist() == rows
    assert cells(found) == columns
    assert [code for code in told(found) if not code.startswith("read.mojibake")] == []


@pytest.mark.parametrize(
    ("text", "source", "columns"),
    [
        ("a;b\n1,5;2\n", {"delimiter": ";"}, [["1,5"], ["2"]]),
        ("a\tb\n1\t2\n", {"delimiter": "\t"}, [["1"], ["2"]]),
        ("a|b\n1|2\n", {"delimiter": "|"}, [["1"], ["2"]]),
        ("a^b\n1^2\n", {"delimiter": "^"}, [["1"], ["2"]]),
    ],
)
def test_the_declared_delimiter_divides(
    tmp_path: Path, text: str, source: Mapping[str, Any], columns: list[list[str]]
) -> None:
    assert cells(reading(tmp_path, text, **source)) == columns


def test_title_rows_are_counted_and_not_read(tmp_path: Path) -> None:
    found = reading(tmp_path, "Teitl\n\n,,\nArdal,Nifer\nMôn,1\nConwy,2\n", header=4)
    assert found.table.rows.to_pylist() == [5, 6]
    assert found.table.place(1, "Nifer") == "B6"
    assert [column.source for column in found.table.columns] == [1, 2]
    assert not any(column.known for column in found.table.columns)
    assert found.facts["header"] == 4


def test_twin_and_missing_headings_are_kept_for_shape_to_judge(tmp_path: Path) -> None:
    found = reading(tmp_path, "a,a,\n1,2,3\n")
    assert found.table.names == ("a", "a", "")
    assert found.table.data.column(1).to_pylist() == ["2"]


def test_what_stands_outside_the_table_is_kept_for_the_officer(tmp_path: Path) -> None:
    found = reading(tmp_path, "Teitl\n\na,b\n1,2\n\nNodyn\n", header=3, until_blank=True)
    assert found.outside == {1: ("Teitl",), 3: ("a", "b"), 6: ("Nodyn",)}
    assert list(found.headers) == [3]


@pytest.mark.parametrize(
    ("text", "rows", "until_blank", "after"),
    [
        ("a,b\n1,2\n\nNodyn,\n\nArall\n", [2], True, [4, 6]),
        ("a,b\n1,2\n,\nNodyn,\n", [2], True, [4]),
        ("a,b\n1,2\n  ,\u00a0\nNodyn,\n", [2], True, [4]),
        ("a,b\n\n\n1,2\n3,4\n", [4, 5], True, []),
        ("a,b\n1,2\n3,4\n", [2, 3], True, []),
        ("a,b\n1,2\n\n\n", [2], True, []),
    ],
)
def test_a_blank_row_ends_the_table_where_the_recipe_says_so(
    tmp_path: Path, text: str, rows: list[int], until_blank: bool, after: list[int]
) -> None:
    found = reading(tmp_path, text, until_blank=until_blank)
    assert found.table.rows.to_pylist() == rows
    notes = told(found)
    assert list(notes) == (["read.rows-after"] if after else [])
    assert found.facts["rows_after"] == len(after)
    if after:
        assert notes["read.rows-after"].severity is Severity.NOTE
        assert list(notes["read.rows-after"].rows) == after


def test_blank_rows_block_unless_they_are_left_out(tmp_path: Path) -> None:
    text = "a,b,c\n1,2,3\n\n,,\n4,5,6\n \n"
    found = reading(tmp_path, text)
    finding = told(found)["read.blank-rows"]
    assert (finding.severity, finding.rows, finding.count) == (Severity.BLOCKING, (3, 4, 6), 3)
    assert (finding.place, finding.total) == ("3", 5)
    assert list(told(found)) == ["read.blank-rows"]
    assert found.table.rows.to_pylist() == [2, 3, 4, 5, 6]
    assert reading(tmp_path, text, shape=(BLANK_LEFT_OUT,)).findings == ()


def test_ragged_rows_are_told_with_their_first_place(tmp_path: Path) -> None:
    found = reading(tmp_path, f"a,b,c\n1,2,3\n1\n1,2\n1,2,3,{CANARY}\n1,2,3,,,x\n1,2,3,,\n")
    short, long = told(found)["read.short-rows"], told(found)["read.long-rows"]
    assert (short.severity, short.count, short.rows, short.place) == (Severity.ADVISORY, 2, (3, 4), "B3")
    assert (long.severity, long.count, long.rows, long.place) == (Severity.BLOCKING, 2, (5, 6), "D5")
    assert short.total == long.total == 6
    assert cells(found)[1] == ["2", "", "2", "2", "2", "2"]
    assert CANARY not in str(found.findings)


def test_counts_are_exact_and_examples_are_few(tmp_path: Path) -> None:
    found = reading(tmp_path, "a,b\n" + "1\n" * 25)
    finding = told(found)["read.short-rows"]
    assert (finding.count, len(finding.rows), finding.rows[-1]) == (25, 10, 11)


def test_a_file_without_records_is_told(tmp_path: Path) -> None:
    for text, until_blank in (("a,b\n", False), ("a,b\n\n\n", True)):
        found = reading(tmp_path, text, until_blank=until_blank)
        assert told(found)["read.no-records"].severity is Severity.BLOCKING
        assert len(found.table) == 0
        assert found.table.names == ("a", "b")


# What is not as declared


@pytest.mark.parametrize(
    ("text", "delimiter", "declared", "likely"),
    [
        ("a;b\n1;2\n3;4\n", ",", ",", ";"),
        ("a;b\n1,5;2\n3,5;4,5\n", ",", ",", ";"),
        ("a\tb\n1\t2\n", ",", ",", "tab"),
        ("a|b|c\n1|2|3\n", ";", ";", "|"),
        ("a,b\n1,2\n", "\t", "tab", ","),
        ("a,b\n1,2\n", "^", "^", ","),
    ],
)
def test_a_wrong_delimiter_is_told(
    tmp_path: Path, text: str, delimiter: str, declared: str, likely: str
) -> None:
    error = refused(tmp_path, text, delimiter=delimiter)
    assert error.code == "read.delimiter"
    assert (error.facts["declared"], error.facts["likely"]) == (declared, likely)


@pytest.mark.parametrize(
    "text", ["Enw\nMôn\nConwy\n", "Enw; llawn\nMôn\nConwy; sir\n", '"a;b"\n"1"\n', "a\n1;2\n3\n"]
)
def test_a_table_of_one_column_is_no_wrong_delimiter(tmp_path: Path, text: str) -> None:
    assert len(reading(tmp_path, text).table.columns) == 1


@pytest.mark.parametrize(("header", "rows"), [(9, "3"), (3, "4"), (4, "4")])
def test_a_missing_header_row_is_told(tmp_path: Path, header: int, rows: str) -> None:
    text = "a,b\n1,2\n,,\n\n" if header < 9 else "a,b\n1,2\n3,4\n"
    error = refused(tmp_path, text, header=header)
    assert error.code == "read.no-header"
    assert (error.facts["row"], error.facts["rows"]) == (str(header), rows)


def test_a_header_that_moved_is_found(tmp_path: Path) -> None:
    wanted = ("Ardal", "Nifer")
    found = reading(tmp_path, "Teitl,\n Ardal ,Nifer,Arall\nMôn,1,2\n", headings=wanted)
    finding = told(found)["read.header-moved"]
    assert finding.severity is Severity.BLOCKING
    assert finding.detail == {"declared": "1", "found": "2"}
    error = refused(tmp_path, "Ardal,Nifer\n\nMôn,1\n", header=2, headings=wanted)
    assert (error.code, error.facts["found"]) == ("read.header-elsewhere", "1")


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("Ardal,Arall\nMôn,1\nArdal,Nifer\n", ("Ardal", "Nifer")),  # shape tells the one that is missing
        ("a,b\nArdal,1\n", ("Ardal", "Nifer")),
        ("a,b\n1,2\n", ()),
    ],
)
def test_a_header_that_did_not_move_is_not_told_to_have_moved(
    tmp_path: Path, text: str, headings: tuple[str, ...]
) -> None:
    assert "read.header-moved" not in told(reading(tmp_path, text, headings=headings))


def test_the_headings_that_a_recipe_states() -> None:
    names = Name((Rename("area", heading="Ardal"), Rename("count", 2, "Nifer"), Rename("note", 3)))
    given = ResourceRecipe("t", Source("f.csv"), (names,), "t/1", Disclosure("standard"))
    assert expected_headings(given) == ("Ardal", "Nifer")


@pytest.mark.parametrize(
    ("expect", "unexpected"),
    [
        ({"A1": "Cysgu allan"}, []),
        ({"A1": " Cysgu  allan\n"}, []),
        ({"A1": "cysgu allan"}, ["A1"]),
        ({"B1": "2026", "A2": "Gorsaf"}, []),
        ({"B2": "x", "AA1": "y", "A900": "z"}, ["B2", "AA1", "A900"]),
    ],
)
def test_cells_above_the_table_must_read_as_expected(
    tmp_path: Path, expect: dict[str, str], unexpected: list[str]
) -> None:
    found = reading(tmp_path, f"Cysgu allan ,2026\nGorsaf,{CANARY}\na,b\n1,2\n", header=3, expect=expect)
    blocking = [finding for finding in found.findings if finding.code == "read.expected-cell"]
    assert [finding.place for finding in blocking] == unexpected
    assert all(finding.severity is Severity.BLOCKING for finding in blocking)
    assert CANARY not in str(found.findings)


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ('a,b\n1,2\n"3,4\n5,6\n', "read.open-quote", "3"),
        ('a,b\n1,2\n3,"', "read.open-quote", "3"),
        ('a,b\n"x\n\n\n1",2\n"3', "read.open-quote", "3"),
        ('a,b\n"O"Brien",2\n', "read.stray-quote", "2"),
        ('a,b\n1,2\n"3" ,4\n', "read.stray-quote", "3"),
        ('a,b\n1,"2"x', "read.stray-quote", "2"),
        ("a,b\n1," + "2" * 10_000_001, "read.cell-too-large", "2"),
        ("a,b\n1,2\n" + "," * 4_096 + "\n", "read.too-wide", "3"),
    ],
)
def test_broken_quotes_and_sizes_stop_with_their_row(tmp_path: Path, text: str, code: str, row: str) -> None:
    error = refused(tmp_path, text)
    assert (error.code, error.facts["row"]) == (code, row)


def test_a_large_cell_is_read(tmp_path: Path) -> None:
    found = reading(tmp_path, "a,b\n1," + "ŵ" * 1_000_000 + "\n")
    assert len(found.table.list("b")[0]) == 1_000_000


# Against Python's own reader

_CELL = st.text(alphabet='ab ŵ0,;"\n\r\t', max_size=6)


@given(st.lists(st.lists(_CELL, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(",;\t|"))
def test_whatever_is_written_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[list[str]], delimiter: str
) -> None:
    header = ["first", "second", "third", "fourth"]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([header, *records])
    folder = tmp_path_factory.mktemp("read")
    found = reading(folder, written.getvalue(), delimiter=delimiter)
    assert found.table.rows.to_pylist() == list(range(2, len(records) + 2))
    padded = [record + [""] * (4 - len(record)) for record in records]
    assert [list(record) for record in zip(*cells(found), strict=True)] == padded


@given(st.binary(max_size=60), st.sampled_from(["utf-8", "utf-16", "cp1252", "iso-8859-14", "utf-16-le"]))
def test_no_bytes_make_it_break(tmp_path_factory: pytest.TempPathFactory, data: bytes, encoding: str) -> None:
    found: Reading | SourceError
    try:
        found = reading(tmp_path_factory.getbasetemp(), data, encoding=encoding)
    except SourceError as error:
        found = error
    if isinstance(found, SourceError):
        assert found.message("cy") != found.message("en")
    else:
        assert found.facts["records"] == len(found.table)


REAL = ("robustness", "csvw", "pollock-uk", "spend", "statswales", "pii", "air-quality", "pairs", "housing")


@pytest.mark.parametrize("folder", REAL)
def test_real_files_are_read_or_refused_for_a_reason(real_data: Path, folder: str) -> None:
    files = sorted((real_data / folder).rglob("*.csv"))
    assert files
    read_files = 0
    for file in files:
        for encoding in ("utf-8", "cp1252"):
            try:
                text, _ = decode(file.read_bytes(), encoding, file.name)
                delimiter = max(",;\t|", key=text[:5_000].count)
                source = Source(file.name, encoding=encoding, delimiter=delimiter)
                given = ResourceRecipe("t", source, (), "t/1", Disclosure("standard"))
                found = read(file.parent, given, ())
            except SourceError:
                continue
            expected = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
            assert found.facts["records"] == len(found.table) == len(expected) - 1, file
            assert found.table.rows.to_pylist() == list(range(2, len(expected) + 1)), file
            width = len(expected[0])
            padded = [(record + [""] * width)[:width] for record in expected[1:]]
            columns = [column.to_pylist() for column in found.table.data.columns]
            assert columns == [list(column) for column in zip(*padded, strict=True)] or not padded, file
            read_files += 1
            break
    assert read_files > len(files) / 2


def test_every_sentence_of_read_is_tried() -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    known = {
        ".".join(code.split(".")[1:3])
        for code in catalogue("en")
        if code.startswith(("error.read.", "finding.read."))
    }
    # What workbooks hide and letters gone wrong have tests that see to this themselves.
    own = {code for code in known if not code.startswith(("read.hidden-", "read.mojibake-"))}
    assert {code for code in own if f'"{code}"' not in tests} == set()
