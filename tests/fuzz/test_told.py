"""What is told of generated tables: every finding in both languages, and the officer's table cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from agored.annotate import AnnotatedTable, write_annotated
from agored.validate.file_findings import file_findings
from agored.validate.files import FileVerdict, JudgeFailed, judge_resource
from agored.validate.library import guarded
from agored.validate.officers import annotated_table
from agored.validate.packages import declare, judge_package
from agored.words import LANGUAGES

from .compare import READER, sizes
from .tables import Case, case

FIXED = 300
AT_ONCE = 50
ONCE_UNTOLD = (202, 2029, 2089)
"""Seeds of which something could not be told, or was told of another field."""


@pytest.fixture
def frictionless() -> Iterator[Any]:
    """frictionless, as the judging uses it."""
    with guarded() as library:
        yield library


@pytest.mark.parametrize(
    "seeds", [*(range(at, at + AT_ONCE) for at in range(0, FIXED, AT_ONCE)), ONCE_UNTOLD]
)
def test_all_that_is_found_can_be_told_and_shown(
    seeds: range | tuple[int, ...], tmp_path: Path, frictionless: Any
) -> None:
    shown = 0
    for seed in seeds:
        made = case(seed)
        for verdict in verdicts(made, tmp_path, frictionless):
            check_told(verdict)
            table = annotated_table(verdict)
            write_annotated(tmp_path / "private" / "shown.xlsx", [table], "cy", recipe=False)
            if verdict.records is not None and not made.is_package:
                check_shown(verdict, table, records(made, tmp_path, frictionless))
                shown += 1
    assert shown > 0.7 * len(seeds)


def verdicts(made: Case, folder: Path, frictionless: Any) -> Iterator[FileVerdict]:
    """The verdicts on a case's tables; none where frictionless breaks off or does not load it."""
    for name, data in made.files.items():
        (folder / name).write_bytes(data)
    try:
        with sizes(made):
            if made.is_package:
                yield from judge_package(
                    deepcopy(made.descriptor), folder, READER, frictionless, report=False
                ).resources
            else:
                yield judge_resource(loaded(made, folder, frictionless), READER, frictionless, report=False)
    except (JudgeFailed, frictionless.FrictionlessException):
        return


def loaded(made: Case, folder: Path, frictionless: Any) -> Any:
    """frictionless's resource of a case."""
    resource = frictionless.Resource.from_descriptor(deepcopy(made.descriptor), basepath=str(folder))
    declare(resource, frictionless)
    return resource


def records(made: Case, folder: Path, frictionless: Any) -> Mapping[int, list[str]]:
    """The cells of each record by its row, as frictionless reads them without a schema."""
    resource = loaded(made, folder, frictionless)
    with resource.to_copy(schema=frictionless.Schema()) as opened:
        return {
            row.row_number: ["" if cell is None else str(cell) for cell in row.cells]
            for row in opened.row_stream
        }


def check_told(verdict: FileVerdict) -> None:
    """Each finding is told in full, in both languages."""
    for finding in file_findings(verdict):
        for language in LANGUAGES:
            for recipe in (True, False):
                told = [finding.what(language), finding.why(language), finding.how(language, recipe=recipe)]
                assert all(told), finding.code


def check_shown(verdict: FileVerdict, table: AnnotatedTable, wanted: Mapping[int, list[str]]) -> None:
    """Every record stands in its row with all its cells, and each fault is known to be in its own rows."""
    width = len(table.read.columns)
    rows = table.read.rows.to_pylist()
    columns = [column.to_pylist() for column in table.read.data.columns]
    assert not wanted or rows == list(wanted)
    for place, row in enumerate(rows):
        cells = [*(column[place] for column in columns), *table.surplus.get(row, ())]
        assert cells == [*wanted[row], *[""] * (width - len(wanted[row]))]
    known = {row for places in table.faults.values() for row in (rows[place] for place in places)}
    assert known == {int(row) for found in verdict.faults.rows.values() for row in found}
