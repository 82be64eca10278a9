"""A CSV file in Arrow's batches against Python's own reader: the same records, in the same rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agored.read import scan as module
from agored.read.scan import NotScannableError, scan

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "iso8859-14", "cp437")
ALPHABETS = (
    'ab,"\n',
    'ab,"\n\r',
    'a,\n\r""" é',
    'aaaa,,\n\n"',
    "abc,,,\n\n",
    'a\n\r"',
    "a;,\n\"'",
    'a\t"\r\n𝒳',
)
CELLS = ("a", "bb", '"q"', '"q,q"', '"n\nn"', '"r\r\nr"', '"d""d"', "", '""', "ccc", 'a"b', '"a"b', "é")


def scanned(file: Path, **layout: object) -> dict[int, list[str]]:
    """The cells of each row, and no row twice."""
    found: dict[int, list[str]] = {}
    for batch in scan(file, **layout):
        for number, row in enumerate(batch.rows.tolist()):
            assert row not in found
            whole = [column[number].as_py() for column in batch.columns]
            found[row] = whole if batch.ragged is None else batch.ragged[number]
            if batch.ragged is not None:
                width = len(batch.columns)
                assert whole == [*found[row], *[None] * width][:width]
            else:
                assert None not in whole
    return found


def read(
    data: bytes, first: int, encoding: str, delimiter: str, quote: str | None, breaks: bool
) -> dict[int, list[str]]:
    """The same by Python's reader, as frictionless calls it."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding, newline="" if breaks else None)
    reader = csv.reader(
        lines, delimiter=delimiter, quotechar=quote, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    )
    return {row: cells for row, cells in enumerate(reader, start=1) if row >= first}


def text(rng: Random) -> str:
    """Random marks, or a table that is nearly one."""
    size = rng.choice((3, 20, 80, 300))
    if rng.random() < 0.5:
        alphabet = rng.choice(ALPHABETS)
        return "".join(rng.choice(alphabet) for _ in range(size))
    width = rng.randint(1, 4)
    rows = (
        ",".join(rng.choice(CELLS) for _ in range(width if rng.random() < 0.8 else rng.randint(0, 5)))
        for _ in range(size // 6)
    )
    line_end = rng.choice(("\n", "\r\n", "\r"))
    return line_end.join(rows) + rng.choice(("", line_end, line_end * 2, '\n"', '\n"z\n'))


@settings(max_examples=600)
@given(seed=st.integers(0, 2**32))
def test_random_bytes_are_read_as_python_reads_them(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = Random(seed)
    file = tmp_path_factory.getbasetemp() / "scan.csv"
    encoding = rng.choice(ENCODINGS) if rng.random() < 0.3 else "utf-8"
    data = text(rng).encode(encoding, errors="replace")
    if rng.random() < 0.05:
        data += rng.choice((b"\xff", b"\x81", b"\xc3", b"\0"))
    file.write_bytes(data)
    layout = {
        "first": rng.choice((1, 1, 2, 3)),
        "encoding": encoding,
        "delimiter": rng.choice(",,,;\t"),
        "quote": rng.choice(('"', '"', '"', "'", None)),
        "breaks": rng.random() < 0.85,
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", rng.choice((1 << 22, 16, 32, 64, 200)))
        try:
            found = scanned(file, width=rng.randint(1, 4), **layout)
        except NotScannableError:
            return
    assert found == read(data, **layout)


ORDINARY = {
    "ragged": "a,b\n1\n1,2,3\n1,2\n",
    "blank lines": "a,b\n\n1,2\n\n\n",
    "empty cells": "a,b\n,\n\n1,2\n",
    "quoted breaks": 'a,b\r\n"1\r\n2",3\r\n',
    "no last break": "a,b\n1,2",
    "one column": 'a\n1\n\n""\n2\n',
    "old line ends": "a,b\r1,2\r",
    "quotes within": 'a,b\n1"2,"3""4"\n',
}


@pytest.mark.parametrize("content", ORDINARY.values(), ids=ORDINARY.keys())
@pytest.mark.parametrize("block", [16, 1 << 22])
def test_ordinary_files_are_read_by_arrow(
    content: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.csv"
    header, line_end, body = content.partition("\n")
    data = (header + line_end + body + (line_end + body) * 9).encode()
    file.write_bytes(data)
    monkeypatch.setattr(module, "BLOCK", block)
    width = content.partition("\n")[0].count(",") + 1 if "\n" in content else 2
    assert scanned(file, width=width, first=2) == read(data, 2, "utf-8", ",", '"', True)


def test_a_row_set_aside_in_a_later_block_does_not_move_the_rows_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.csv"
    rows = [f"{number},x" if number % 7 else f"{number}" for number in range(2, 2_000)]
    file.write_text("a,b\n" + "\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.setattr(module, "BLOCK", 100)
    assert scanned(file, width=2, first=2) == {
        number: cells.split(",") for number, cells in enumerate(rows, start=2)
    }


def test_both_halves_of_a_line_end_that_two_blocks_share_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.csv"
    for before in range(1, 40):
        file.write_bytes(b"a,b\n" + b"x" * before + b',"1\r\n2"\r\n3,4\r\n')
        monkeypatch.setattr(module, "BLOCK", 48)
        assert scanned(file, width=2, first=2)[2][1] == "1\r\n2"


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,\xff\n",
        b"a,b\n\xff\n",
        b"a,b\n1,2\n\xc3",
        b"a,b\n1,\0\n",
        b'a,b\n1,"2\n3,4\n5',
        b'a,b\n"' + b"x" * 300,
    ],
    ids=["byte", "byte in a short row", "half a character", "NUL", "open quote in a short row", "too long"],
)
def test_what_arrow_reads_otherwise_is_not_scanned(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(data)
    monkeypatch.setattr(module, "BLOCK", 128)
    with pytest.raises(NotScannableError) as raised:
        scanned(file, width=2 if b"5" not in data else 3, first=2)
    assert raised.value.__cause__ is None, "what Arrow says holds cells"


def test_carriage_returns_in_cells_are_not_scanned_where_they_are_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "file.tsv"
    for content in ('a\tb\n"1\r2"\t3\n', 'a\tb\n"1\r2"\n'):
        file.write_text(content, encoding="utf-8", newline="")
        with pytest.raises(NotScannableError):
            scanned(file, width=2, first=2, delimiter="\t", breaks=False)
