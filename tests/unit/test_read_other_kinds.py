"""Files that are no CSV at all are told by how they begin, whatever encoding the recipe declares."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from agored.errors import SourceError
from agored.read.decode import decode


def a_workbook() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return held.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "latin-1"])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (a_workbook(), "XLSX / ODS / ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20), "XLS"),
        (gzip.compress(b"a,b\n1,2\n"), "GZIP"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "HTML"),
        (b"<HTML><head>", "HTML"),
    ],
    ids=["workbook", "old-workbook", "gzip", "pdf", "page", "old-page"],
)
def test_other_kinds_are_named(data: bytes, kind: str, encoding: str) -> None:
    with pytest.raises(SourceError) as refused:
        decode(data, encoding, "file.csv")

    assert (refused.value.code, refused.value.facts["kind"]) == ("read.not-csv", kind)


@pytest.mark.parametrize("text", ["PK,Name\n1,x\n", "%PDF share,Name\n1,x\n", "<b>HTML</b>,Name\n1,x\n"])
def test_text_that_begins_alike_is_read(text: str) -> None:
    assert decode(text.encode(), "utf-8", "file.csv") == (text, "utf-8")
