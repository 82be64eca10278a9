"""Every workbook, JSON and archive of the collection: each cell as another library has it, or the difference told."""

from __future__ import annotations

import datetime
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from agored.errors import SourceError
from agored.read import read, xlsx
from agored.read.blocks import Contents
from agored.read.celltext import DATE, duration_text, float_text, shape_of
from agored.read.ods import OdsWorkbook
from agored.read.xls import XlsWorkbook
from agored.recipe import Disclosure, ResourceRecipe, Source

WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls")
LOCKED = {"password-protected-password123.ods", "password-protected-password123.xlsx"}


def files_of(folder: Path, *endings: str) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings)


def sheets_of(file: Path) -> Iterator[tuple[str, Contents]]:
    """All sheets of a workbook, read."""
    data, ending = file.read_bytes(), file.suffix.lower()
    if ending == ".ods":
        ods = OdsWorkbook(data, file.name)
        yield from ((name, ods.contents(name)) for name in ods.sheets())
    elif ending == ".xls":
        xls = XlsWorkbook(data, file.name)
        yield from ((name, xls.contents(name)) for name in xls.names)
    else:
        workbook = xlsx.Workbook(data, file.name)
        yield from ((name, workbook.contents(name)) for name in workbook.sheets)


def cells_of(contents: Contents) -> dict[tuple[int, int], str]:
    """The cells that hold something, by row and column."""
    return {
        (int(row), column): text
        for block in contents.blocks
        for index, row in enumerate(block.rows)
        for column, text in enumerate(block.cells(index), start=1)
        if text
    }


def by_the_rule(value: object, number_format: str) -> str:
    """What the rule says of a value that another library read."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, datetime.datetime):
        rounded = value + datetime.timedelta(microseconds=500)
        clock = f"{rounded:%H:%M:%S}"
        if rounded.microsecond // 1_000:
            clock += f".{rounded.microsecond // 1_000:03}".rstrip("0")
        if clock == "00:00:00" and shape_of(0, number_format) == DATE:
            return f"{rounded:%Y-%m-%d}"
        return f"{rounded:%Y-%m-%d}T{clock}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M:%S}"
    if isinstance(value, datetime.timedelta):
        return duration_text(round(value.total_seconds() * 1_000))
    return str(value)


def test_every_xlsx_cell_is_what_openpyxl_reads_by_the_rule(real_data: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    compared = 0
    not_read_by_it = []
    for file in files_of(real_data, ".xlsx", ".xlsm"):
        if file.name in LOCKED:
            continue
        own = {name: cells_of(contents) for name, contents in sheets_of(file)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                book = openpyxl.load_workbook(file, data_only=True)
            except ValueError:
                not_read_by_it.append(file.name)
                continue
        for sheet in book.worksheets:
            theirs = {
                (cell.row, cell.column): text
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None and (text := by_the_rule(cell.value, cell.number_format))
            }
            assert own[sheet.title] == theirs, f"{file.name} {sheet.title}"
            compared += len(theirs)
        book.close()
    assert compared > 29_000
    assert len(not_read_by_it) <= 5


def test_both_ways_of_reading_xlsx_give_the_same(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def counted(stretch: bytes) -> object:
        nonlocal taken
        found = xlsx_plain(stretch)
        taken += found is not None
        return found

    xlsx_plain = xlsx.plain_cells
    for file in files_of(real_data, ".xlsx", ".xlsm"):
        if file.name in LOCKED:
            continue
        monkeypatch.setattr(xlsx, "plain_cells", counted)
        swift = {name: (cells_of(found), marks_of(found)) for name, found in sheets_of(file)}
        monkeypatch.setattr(xlsx, "plain_cells", lambda stretch: None)
        assert swift == {name: (cells_of(found), marks_of(found)) for name, found in sheets_of(file)}
    assert taken > 50


def marks_of(contents: Contents) -> dict[str, list[list[int]]]:
    return {code: places.tolist() for block in contents.blocks for code, places in block.marks.items()}


def test_ods_workbooks_hold_what_their_xml_says(real_data: Path) -> None:
    """The numbers of an ODS workbook stand in one attribute each: none is lost, none is added."""
    import re
    import zipfile

    for file in files_of(real_data, ".ods"):
        if file.name in LOCKED or file.stat().st_size > 500_000:
            continue
        with zipfile.ZipFile(file) as archive:
            text = archive.read("content.xml").decode()
        written = Counter(
            float(value)
            for tag in re.findall(r"<table:table-cell [^>]*>", text)
            if "-repeated" not in tag
            for value in re.findall(r' office:value="([^"]*)"', tag)
        )
        own = Counter(
            float(cell)
            for _, contents in sheets_of(file)
            for cell in cells_of(contents).values()
            if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?", cell)
        )
        assert written - own == Counter(), file.name


@pytest.mark.parametrize(
    ("file", "sheet", "layout", "names", "records"),
    [
        (
            "poverty/Local-child-poverty-estimates-ahc-october-2020_revised.xlsx",
            "Country & Region",
            {"header": 1, "header_depth": 2},
            ("Country/Region", "Number (millions) 2014/15"),
            22,
        ),
        (
            "health/180426-registered-patients-number-gp-practitioners-practice-2017-en.ods",
            None,
            None,
            None,
            "read.which-sheet",
        ),
        ("robustness/qsv/any_sheets.xls", "Hidden", {"header": 1}, None, 2),
        ("robustness/qsv/password-protected-password123.xlsx", None, {}, None, "read.password"),
        ("robustness/qsv/password-protected-password123.ods", None, {}, None, "read.password"),
        (
            "robustness/messytables/simple.zip",
            None,
            {"member": "simple.csv"},
            ("date", "temperature", "place"),
            6,
        ),
        ("statswales-odata/popu1009.json", None, {"format": "odata"}, ("Data", "Localauthority_Code"), 1_000),
        ("statswales-odata/envi0201.json", None, {"records": "/value"}, ("Data", "Area_Code"), 1_000),
    ],
)
def test_tables_are_read_as_declared(
    real_data: Path,
    file: str,
    sheet: str | None,
    layout: dict[str, object] | None,
    names: tuple[str, ...] | None,
    records: int | str,
) -> None:
    path = real_data / file
    source = Source(path.name, sheet=sheet, **(layout or {}))  # type: ignore[arg-type]
    resource = ResourceRecipe("r", source, (), "s/1", Disclosure("standard"))
    if isinstance(records, str):
        with pytest.raises(SourceError) as refused:
            read(path.parent, resource, ())
        assert refused.value.code == records
        return
    table = read(path.parent, resource, ()).table
    assert len(table) == records
    assert names is None or table.names[: len(names)] == names


def test_every_file_is_read_or_refused(real_data: Path) -> None:
    outcomes: Counter[str] = Counter()
    for file in files_of(real_data, *WORKBOOKS, ".json", ".zip"):
        if file.name == "large.ods":
            continue
        source = Source(file.name, format="csv" if file.suffix == ".zip" else None)
        resource = ResourceRecipe("r", source, (), "s/1", Disclosure("standard"))
        outcomes[outcome_of(file, resource)] += 1
    assert outcomes["table"] >= 54
    assert set(outcomes) <= {
        "table",
        "read.password",
        "read.which-sheet",
        "read.no-header",
        "read.empty",
        "read.not-a-record",
        "read.no-records-there",
        "read.not-json",
        "read.not-text",
        "read.zero-byte",
    }


def outcome_of(file: Path, resource: ResourceRecipe) -> str:
    try:
        found = read(file.parent, resource, ())
    except SourceError as error:
        return error.code
    assert found.facts["records"] == len(found.table)
    return "table"


def test_frictionless_reads_the_same_tables(real_data: Path) -> None:
    """Plain one-sheet tables of frictionless's own fixtures, cell by cell as it casts them to text."""
    from frictionless import Resource, formats, system

    for cached in ("plugins", "methods"):  # other tests of this process may have left it with few formats
        vars(system).pop(cached, None)
    for name in ("table.xlsx", "table-infer-boolean.xlsx", "sheet2.xlsx"):
        path = real_data / "robustness/frictionless" / name
        sheet = 2 if name == "sheet2.xlsx" else 1
        control = formats.ExcelControl(sheet=sheet)
        with Resource(path=path.name, basepath=str(path.parent), control=control) as resource:
            theirs = [
                [by_the_rule(cell, "") if cell is not None else "" for cell in row]
                for row in resource.cell_stream
            ]
        book = xlsx.Workbook(path.read_bytes(), name)
        own = book.contents(list(book.sheets)[sheet - 1])
        assert [block.cells(index) for block in own.blocks for index in range(len(block))] == theirs
