"""What lies in a run's private folder stays there: it is not packaged, stored, published or put on a page."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from run_made import Desk

from agored.annotate import AnnotatedTable, write_annotated
from agored.table import Table

CANARY = "Teisen-gri-4b9e"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(tmp_path / "desk")


def with_private(desk: Desk) -> Path:
    """The run's private folder, with the officer's workbook and another file in it."""
    folder = desk.check().run.folder / "private"
    table = Table.of({"name": [CANARY]})
    write_annotated(folder / "annotated.xlsx", [AnnotatedTable("shelters", table, [1], table, [], {})], "cy")
    (folder / "codes.txt").write_text(CANARY, encoding="utf-8")
    return folder


def everything_below(folder: Path) -> bytes:
    """The names and the contents of all files, and of those inside archives."""
    found = b""
    for file in sorted(folder.rglob("*")):
        found += file.name.encode()
        if file.is_file():
            found += file.read_bytes()
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as parts:
                    found += b"".join(name.encode() + parts.read(name) for name in parts.namelist())
    return found


def test_the_search_finds_what_lies_in_the_private_folder(desk: Desk) -> None:
    folder = with_private(desk)
    found = everything_below(folder.parent)
    assert found.count(CANARY.encode()) == 2
    assert b"annotated.xlsx" in found


def test_nothing_private_is_stored_or_published(desk: Desk) -> None:
    private = with_private(desk)
    checked = desk.check()
    desk.decide(checked)
    desk.publish(desk.check())
    for folder in (desk.releases, desk.workspace.folder / "catalogue", checked.run.folder / "package"):
        found = everything_below(folder)
        assert b"datapackage.json" in found
        assert CANARY.encode() not in found
        assert b"annotated" not in found
        assert b"private" not in found
    assert sorted(file.name for file in private.iterdir()) == ["annotated.xlsx", "codes.txt"]


def test_a_private_folder_changes_neither_the_run_nor_the_gate(desk: Desk) -> None:
    before = desk.check()
    with_private(desk)
    after = desk.check()
    assert after.run == before.run
    assert after.to_json() == before.to_json()
