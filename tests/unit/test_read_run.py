"""A dataset whose source is a workbook, an archive or records comes to the same tidy table as from CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from ods_made import ods, ods_cell, ods_row, ods_table
from test_read_records import parquet
from xls_made import label, xls, xls_stream
from xlsx_made import Xlsx, archive, cell, row

from agored.findings import Stage
from agored.run import Preparation, prepare
from agored.table import letters
from agored.workspace import Workspace

OLD = """      path: source/rough_sleepers.csv
      header: 3
      rows: {until: blank}
      expect: {A1: Rough sleepers by local authority}
"""


def as_xlsx(rows: list[list[str]]) -> bytes:
    book = Xlsx()
    cells = [
        [cell(f"{letters(column)}{number}", text) for column, text in enumerate(line, start=1)]
        for number, line in enumerate(rows, start=1)
    ]
    book.sheet("Clawr", row(1, cell("A1", "Clawr")))
    book.sheet("Data", "".join(row(number, *line) for number, line in enumerate(cells, start=1)))
    return book.bytes()


def as_ods(rows: list[list[str]]) -> bytes:
    return ods(ods_table("Data", "".join(ods_row(*map(ods_cell, line)) for line in rows)))


def as_xls(rows: list[list[str]]) -> bytes:
    records = [
        label(number, column, text)
        for number, line in enumerate(rows)
        for column, text in enumerate(line)
        if text
    ]
    return xls({"Workbook": xls_stream([("Data", 0, records)])})


def the_records(rows: list[list[str]]) -> list[dict[str, str]]:
    end = next(number for number, line in enumerate(rows) if number > 3 and not any(line))
    return [dict(zip(rows[2], line, strict=True)) for line in rows[3:end]]


def as_json(rows: list[list[str]]) -> bytes:
    return json.dumps({"value": the_records(rows)}).encode()


def as_parquet(rows: list[list[str]]) -> bytes:
    return parquet(pa.Table.from_pylist(the_records(rows)))


def as_parcel(rows: list[list[str]]) -> bytes:
    return archive({"a/book.xlsx": as_xlsx(rows), "README.txt": b"Nodyn"})


IN_SHEET = "header: 3, rows: {until: blank}, expect: {A1: Rough sleepers by local authority}"
WAYS: Mapping[str, tuple[str, Callable[[list[list[str]]], bytes], str]] = {
    "xlsx": ("book.xlsx", as_xlsx, f"sheet: Data, {IN_SHEET}"),
    "ods": ("book.ods", as_ods, IN_SHEET),
    "xls": ("book.xls", as_xls, f"sheet: Data, {IN_SHEET}"),
    "zip": ("parcel.zip", as_parcel, f"member: a/book.xlsx, sheet: Data, {IN_SHEET}"),
    "odata": ("answer.json", as_json, "format: odata"),
    "parquet": ("table.parquet", as_parquet, ""),
}  # fmt: skip


def shaped(workspace: Workspace) -> Preparation:
    run = prepare("rough-sleepers", str(workspace.folder), "cy")
    run.read()
    run.shape()
    return run


@pytest.mark.parametrize("way", WAYS)
def test_the_format_of_the_source_changes_nothing(workspace: Workspace, way: str) -> None:
    folder = workspace.folder / "datasets/rough-sleepers"
    table = shaped(workspace).records[Stage.SHAPE].facts["resources"][0]["table"]
    with (folder / "source/rough_sleepers.csv").open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    width = len(rows[2])
    rows = [(line + [""] * width)[:width] for line in rows]
    name, made, layout = WAYS[way]
    (folder / "source" / name).write_bytes(made(rows))
    recipe = folder / "dataset.yaml"
    text = recipe.read_text(encoding="utf-8")
    assert OLD in text
    recipe.write_text(
        text.replace(f"    source:\n{OLD}", f"    source: {{path: source/{name}, {layout}}}\n"),
        encoding="utf-8",
    )

    run = shaped(workspace)

    assert run.records[Stage.SHAPE].facts["resources"][0]["table"] == table
    facts = run.records[Stage.READ].facts["resources"][0]
    assert facts["encoding"] is None
    assert facts["path"] == f"source/{name}"


def test_what_is_read_is_shown_by_its_format(workspace: Workspace) -> None:
    run = prepare("rough-sleepers", str(workspace.folder), "en")
    assert "UTF-8" in run.read().text.en
    folder = workspace.folder / "datasets/rough-sleepers"
    recipe = folder / "dataset.yaml"
    changed = recipe.read_text(encoding="utf-8").replace(
        f"    source:\n{OLD}", "    source: {path: source/book.xlsx, sheet: Data, header: 3}\n"
    )
    recipe.write_text(changed, encoding="utf-8")
    (folder / "source/book.xlsx").write_bytes(as_xlsx([["x"], [], ["Local authority"], ["Môn"]]))
    view = prepare("rough-sleepers", str(workspace.folder), "en").read()
    assert "XLSX" in view.text.en
    assert "Data" not in view.text.en
    assert "UTF-8" not in view.text.en


def test_places_name_the_sheet_after_unpivoting_too(workspace: Workspace) -> None:
    folder = workspace.folder / "datasets/rough-sleepers"
    recipe = folder / "dataset.yaml"
    changed = recipe.read_text(encoding="utf-8").replace(
        f"    source:\n{OLD}", "    source: {path: source/book.xlsx, sheet: Data, header: 3}\n"
    )
    recipe.write_text(changed, encoding="utf-8")
    lines = [["x"], [], ["Local authority", "2023 Apr", "Not a month"], ["Isle of Anglesey", "1", "2"]]
    (folder / "source/book.xlsx").write_bytes(as_xlsx(lines))
    run = shaped(workspace)
    (finding,) = [each for each in run.findings if each.code == "shape.period"]
    assert finding.place is not None
    assert finding.place.startswith("Data!")


def test_a_folder_is_left_as_it_was(workspace: Workspace, tmp_path: Path) -> None:
    source = workspace.folder / "datasets/rough-sleepers/source"
    before = sorted(path.name for path in source.iterdir())
    shaped(workspace)
    assert sorted(path.name for path in source.iterdir()) == before
