"""The officer's file back, for real files into which mistakes were put: the mistakes are marked where they were
put, and every other cell stands as it stood."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from real_workspace import FILES, Ran, workspace_of

from agored.annotate import AnnotatedTable, write_annotated
from agored.findings import blocking
from agored.inputs import read_inputs
from agored.read import read
from agored.run import prepare
from agored.shape import shape
from agored.validate import validate
from agored.views import Audience
from agored.words import LANGUAGES, say
from agored.workspace import open_workspace


@dataclass(frozen=True)
class Case:
    """Mistakes by cell, and the cells that are marked for them, each with the codes that it is marked for."""

    name: str
    mistakes: Mapping[str, str]
    marked: Mapping[str, set[str]]


CASES = [
    # 22 councils by month, below two titles, turned into a record a cell, with notes below.
    Case(
        "rough-sleepers",
        {
            "C5": '=HYPERLINK("http://enghraifft.example","3")',
            "E6": "n/a",
            "A7": "Cynwy",
            "B8": "",
            "F9": "-3",
        },
        {
            "C5": {"validation.type-integer"},
            "E6": {"validation.type-integer"},
            "A7": {"shape.lookup", "validation.code-unknown", "validation.pattern"},
            "B8": {"validation.required"},
            "F9": {"validation.minimum"},
        },
    ),
    # Hourly measurements: 17 columns, the same heading over several, HTML in others, a blank line below them.
    Case(
        "chepstow-air",
        {"C10": "abc", "A14": "31-02-2026", "D20": "X", "G4000": "?", "O5001": "1,5"},
        {
            "C10": {"validation.type-number"},
            "A14": {"shape.period", "validation.primary-key-empty", "validation.required"},
            "D20": {"shape.note-code"},
            "G4000": {"shape.note-code"},
            "O5001": {"validation.type-number"},
        },
    ),
    # Payments with a mark between the thousands, below a title and above a total.
    Case(
        "lambeth-spend",
        {"B10": "lots", "A11": ""},
        {
            "B10": {"shape.number", "validation.type-number"},
            "A11": {"validation.primary-key-empty", "validation.required"},
        },
    ),
]


def with_mistakes(file: Path, encoding: str, delimiter: str, mistakes: Mapping[str, str]) -> list[list[str]]:
    """Put the mistakes into a copy of a real file; all its cells after that."""
    with file.open(encoding=encoding, newline="") as opened:
        rows = list(csv.reader(opened, delimiter=delimiter))
    for cell, text in mistakes.items():
        row, column = int(cell[1:]), ord(cell[0]) - ord("A")
        rows[row - 1][column] = text
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    file.write_bytes(out.getvalue().encode(encoding))
    return rows


def judged(folder: Path, case: Case, real_data: Path) -> tuple[AnnotatedTable, list[list[str]]]:
    """What the first three stages find in a case's file with its mistakes, and the file's cells."""
    workspace = workspace_of(folder, case.name, real_data / FILES[case.name])
    inputs = read_inputs(open_workspace(str(workspace)), case.name)
    (resource,) = inputs.recipe.resources
    source, schema, lists = resource.source, inputs.schemas[resource.name], inputs.lists[resource.name]
    rows = with_mistakes(inputs.folder / source.path, source.encoding, source.delimiter, case.mistakes)
    reading = read(inputs.folder, resource, ())
    shaped = shape(reading.table, resource, schema.names, lists)
    validation = validate(shaped.table, schema, resource.name, lists)
    found = [*reading.findings, *shaped.findings, *validation.findings]
    sheet = AnnotatedTable(
        resource.name, reading.table, reading.headers, shaped.table, found, validation.faults, reading.outside
    )
    return sheet, rows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mistakes_are_marked_where_they_were_put(
    case: Case, language: str, real_data: Path, tmp_path: Path
) -> None:
    sheet, rows = judged(tmp_path, case, real_data)
    write_annotated(tmp_path / "private" / "annotated.xlsx", [sheet], language)

    book = openpyxl.load_workbook(tmp_path / "private" / "annotated.xlsx")
    page = book[sheet.resource]
    codes = codes_by_number(book, sheet, language)
    stops = {say("annotate.severities.blocking", language)}
    marked = {
        cell.coordinate: {
            codes[line.split(" · ")[0]]
            for line in cell.comment.text.split("\n")
            if " · " in line and line.split(" · ")[1] in stops
        }
        for row in page.iter_rows()
        for cell in row
        if cell.comment and cell.fill.fill_type == "solid"
    }
    assert {cell: found for cell, found in marked.items() if found} == case.marked
    for number, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells, start=1):
            # Numbers, not texts: a cell of a real file does not belong into a test's output.
            assert (number, column, (page.cell(number, column).value or "") == text) == (number, column, True)


def test_a_run_with_mistakes_gives_the_file_back_to_the_officer_alone(
    real_data: Path, tmp_path: Path
) -> None:
    case = CASES[0]
    workspace = workspace_of(tmp_path, case.name, real_data / FILES[case.name])
    inputs = read_inputs(open_workspace(str(workspace)), case.name)
    (resource,) = inputs.recipe.resources
    with_mistakes(inputs.folder / resource.source.path, "utf-8", ",", case.mistakes)
    run = prepare(case.name, str(workspace), "cy")
    run.read()
    run.shape()
    public = run.validate()
    for stage in ("protect", "ethics", "package"):
        getattr(run, stage)()

    file = run.folder / "private" / "annotated.xlsx"
    place = file.relative_to(workspace).as_posix()
    page = openpyxl.load_workbook(file)[resource.name]
    assert {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment} >= set(case.marked)
    for shown in (public.officer, run.summary()):
        assert say("annotate.written", "cy", path=place) in shown.text["cy"]
        assert shown.audience is Audience.OFFICER
    assert "annotated" not in public.text["cy"] + public.html["en"]
    assert [entry.name for entry in (run.folder / "private").iterdir()] == ["annotated.xlsx"]


def test_a_run_without_mistakes_gives_no_file_back(run_of: Callable[..., Ran]) -> None:
    ran = run_of("ardaloedd")
    assert not (ran.run.folder / "private").exists()
    assert "annotated" not in ran.run.summary().text["en"]


def codes_by_number(book: Any, sheet: AnnotatedTable, language: str) -> dict[str, str]:
    """By what comments call a problem, the code of the finding whose words its line in the summary has."""
    by_words = {finding.what(language): finding.code for finding in sheet.findings}
    assert len(by_words) == len(sheet.findings)
    lines = book.worksheets[0].iter_rows(values_only=True)
    found = {
        say("annotate.problem", language, number=line[0]): by_words[text]
        for line in lines
        for text in line
        if text in by_words
    }
    assert len(found) == len(sheet.findings)
    assert blocking(sheet.findings)
    return found
