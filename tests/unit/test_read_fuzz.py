"""Spoilt files of every format: a reading or a clear error comes out, soon; always the same files, by their seeds."""

from __future__ import annotations

import io
import json
import random
import signal
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ods_made import ods, ods_cell, ods_row, ods_rows, ods_table
from read_made import a_workbook, spoilt
from xls_made import plain_xls
from xlsx_made import archive, cell, row, shared

from agored.errors import SourceError
from agored.read.assemble import assemble
from agored.read.files import member_of
from agored.read.reading import contents_of
from agored.recipe import Disclosure, ResourceRecipe, Source

PATIENCE = 20
CASES = 150


@cache
def whole_files() -> dict[str, bytes]:
    """A small valid file of each format."""
    table = pa.table({"a": ["x", "y", None] * 20, "n": range(60), "l": [[1, 2]] * 60})
    made = io.BytesIO()
    pq.write_table(table, made)
    rows = row(1, shared("A1", 0), shared("B1", 1)) + row(2, cell("A2", "tŷ"), cell("B2", 5, formula="A1"))
    book = a_workbook(rows, texts=("a", "b"), after='<mergeCells><mergeCell ref="A5:B6"/></mergeCells>')
    return {
        "csv": 'Ardal,Nifer\n"Môn, x",1\nTŷ,2\n'.encode(),
        "xlsx": book,
        "ods": ods(ods_table("Data", ods_rows() + ods_row(ods_cell("x", number_columns_spanned="2")))),
        "xls": plain_xls(),
        "json": json.dumps([{"a": 1, "b": "ŵ", "c": [1, {"x": None}]}] * 5).encode(),
        "odata": json.dumps({"odata.metadata": "x", "value": [{"a": 1.5}] * 3}).encode(),
        "parquet": made.getvalue(),
        "zip": archive({"table.csv": b"a,b\n1,2\n"}),
    }


@contextmanager
def patience() -> Iterator[None]:
    def give_up(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def spoilt_inside(data: bytes, chance: random.Random) -> bytes:
    """The archive with one of its parts spoilt, so that what is in it is met and not its wrapping."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    chosen = chance.choice(sorted(parts))
    return archive(parts | {chosen: spoilt(parts[chosen], chance)})


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods", "xls", "json", "odata", "parquet", "zip"])
def test_spoilt_files_are_read_or_refused(kind: str) -> None:
    chance = random.Random(f"agored {kind}")
    path = "file.zip" if kind == "zip" else f"file.{kind}"
    source = Source(path, format="csv" if kind == "zip" else kind)
    resource = ResourceRecipe("table", source, (), "table/1", Disclosure("standard"))
    outcomes: Counter[str] = Counter()
    for _ in range(CASES):
        whole = whole_files()[kind]
        inside = kind in ("xlsx", "ods") and chance.random() < 0.7
        data = spoilt_inside(whole, chance) if inside else spoilt(whole, chance)
        with patience():
            error = error_of(data, path, resource)
        assert error is None or error.message("cy") != error.message("en")
        outcomes["read" if error is None else "refused"] += 1
    assert outcomes["refused"] > CASES / 10
    assert outcomes.total() == CASES


def error_of(data: bytes, path: str, resource: ResourceRecipe) -> SourceError | None:
    """The error that a file ends in; None where it is read."""
    try:
        if resource.source.is_archive:
            data, _ = member_of(data, path, None)
        assemble(contents_of(data, path, resource.source), resource, ("Ardal",), path)
    except SourceError as error:
        return error
    return None
