"""Every text file of the collection: read or refused with a name."""

from __future__ import annotations

import csv
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from real_leaks import leaks, own_words
from real_workspace import cells_of

from agored.errors import SourceError
from agored.read import read
from agored.read.csvfile import DELIMITERS
from agored.recipe import Disclosure, ResourceRecipe, Source

SUFFIXES = (".csv", ".tsv", ".txt")
PATIENCE = 60
"""Seconds after which a file counts as one that never ends."""


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


@contextmanager
def patience() -> Iterator[None]:
    """Break off what does not come to an end."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_every_csv_is_read_or_refused(real_data: Path) -> None:
    outcomes: Counter[str] = Counter()
    broken = []
    for file in files_of(real_data):
        resource = ResourceRecipe("r", Source(path=file.name), (), "s/1", Disclosure("standard"))
        try:
            with patience():
                reading = read(file.parent, resource, ())
        except SourceError as error:
            outcomes[error.code] += 1
            if leaks_in(error, file) or error.message("cy") == error.message("en"):
                broken.append(f"{file.relative_to(real_data)}: {error.code}")
        except Exception as error:
            broken.append(f"{file.relative_to(real_data)}: {type(error).__name__}")
        else:
            outcomes["table"] += 1
            records = reading.facts["records"]
            assert len(reading.table) == records
            assert len(reading.table.columns) == reading.facts["columns"]
            numbers = reading.table.rows.to_pylist()
            assert numbers == sorted(set(numbers))
    assert broken == []
    assert outcomes.total() > 390
    assert outcomes["table"] > 350


def test_a_table_holds_every_cell_of_the_file(real_data: Path) -> None:
    for file in files_of(real_data / "statswales"):
        resource = ResourceRecipe("r", Source(path=file.name), (), "s/1", Disclosure("standard"))
        table = read(file.parent, resource, ()).table
        with file.open(encoding="utf-8-sig", newline="") as opened:
            heading, *records = csv.reader(opened)
        assert list(table.names) == heading
        for number, cells in enumerate(zip(*records, strict=True)):
            assert table.data.column(number).to_pylist() == list(cells)


def leaks_in(error: SourceError, file: Path) -> list[str]:
    """The cells of a file, by whatever mark they are divided, that the message quotes."""
    said = error.message("cy") + error.message("en")
    cells = [cell for delimiter in DELIMITERS for cell in cells_of(file, "latin-1", delimiter)]
    return leaks(cells, said, own_words() + file.name)
