"""Every text file of the collection: read or refused with a name, and drafted or refused with a name."""

from __future__ import annotations

import csv
import re
import signal
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
import yaml
from real_leaks import leaks, own_words
from real_workspace import cells_of

from agored.drafting import draft
from agored.errors import AgoredError, SourceError
from agored.read import read
from agored.read.csvfile import DELIMITERS
from agored.recipe import Disclosure, ResourceRecipe, Source
from agored.strict import UNDECIDED

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


def test_every_csv_is_drafted_or_refused(real_data: Path, tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    broken = []
    for number, file in enumerate(files_of(real_data)):
        try:
            with patience():
                written = draft(tmp_path / str(number), "a-dataset", file)
        except AgoredError as error:
            outcomes[error.code] += 1
            assert not (tmp_path / str(number)).exists()  # a refusal leaves nothing behind
        except Exception as error:
            broken.append(f"{file.relative_to(real_data)}: {type(error).__name__}")
        else:
            outcomes["drafted"] += 1
            check_draft(tmp_path / str(number), written, file)
    assert broken == []
    assert outcomes["drafted"] > 350
    assert set(outcomes) == {
        "drafted",
        "new.no-header",
        "read.empty",
        "read.not-csv",
        "read.stray-quote",
    }


def leaks_in(error: SourceError, file: Path) -> list[str]:
    """The cells of a file, by whatever mark they are divided, that the message quotes."""
    said = error.message("cy") + error.message("en")
    cells = [cell for delimiter in DELIMITERS for cell in cells_of(file, "latin-1", delimiter)]
    return leaks(cells, said, own_words() + file.name)


def check_draft(folder: Path, written: list[str], file: Path) -> None:
    """A draft is whole, leaves decisions to a person, and holds of the file its headings at most."""
    drafted = {
        path: (folder / path).read_text(encoding="utf-8") for path in written if "/source/" not in path
    }
    recipe = drafted["datasets/a-dataset/dataset.yaml"]
    source = yaml.safe_load(recipe)["resources"][0]["source"]
    assert UNDECIDED in recipe
    assert (folder / "datasets/a-dataset" / source["path"]).read_bytes() == file.read_bytes()
    encoding = (
        "latin-1" if source["encoding"] == UNDECIDED else source["encoding"].replace("utf-8", "utf-8-sig")
    )
    delimiter = "\t" if source["delimiter"] == "tab" else source["delimiter"]
    with file.open(encoding=encoding, newline="") as opened:
        rows = list(csv.reader(opened, delimiter=delimiter))
    headings = " ".join(rows[source["header"] - 1])
    body = [cell.strip() for row in rows[source["header"] :] for cell in row]
    as_names = re.sub(r"[^a-z0-9]+", "_", plain(headings))
    allowed = " ".join([headings, plain(headings), as_names, file.name, template(folder)])
    assert len(leaks(body, "\n".join(drafted.values()), allowed)) == 0, file.name


def plain(text: str) -> str:
    return unicodedata.normalize("NFD", text.casefold()).encode("ascii", "ignore").decode()


def template(folder: Path) -> str:
    """What stands in every draft."""
    file = folder.with_name("two-columns.csv")
    if not file.exists():
        file.write_text("one,two\nx,y\nz,1\n", encoding="utf-8")
        draft(folder.with_name("two-columns"), "a-dataset", file)
    made = folder.with_name("two-columns").rglob("*.*")
    return "\n".join(each.read_text(encoding="utf-8") for each in made if each.suffix != ".csv")


@pytest.mark.parametrize(
    ("file", "header"),
    [
        ("housing/rough_sleepers_data.csv", 3),  # no heading over the first column
        ("air-quality/CHP_2026.csv", 5),
        ("spend/lambeth/2011-11-payments.csv", 2),  # a title over one of two columns is no heading
        ("statswales-odata/complete-popu1009-pop.csv", 1),  # years are headings
        ("statistics/edinburgh_EPS_Question_Matrix.csv", 1),
        ("population/mid-year_population_estimates_lsoa.csv", 1),  # and so are ages
    ],
)
def test_the_header_row_of_a_draft_is_the_file_s_own(
    file: str, header: int, real_data: Path, tmp_path: Path
) -> None:
    draft(tmp_path, "a-dataset", real_data / file)

    recipe = yaml.safe_load((tmp_path / "datasets/a-dataset/dataset.yaml").read_text(encoding="utf-8"))
    assert recipe["resources"][0]["source"]["header"] == header


@pytest.mark.parametrize(
    "file",
    [
        "population/wales_population_df.csv",  # headings over two of six columns
        "robustness/frictionless/numeric-labels.csv",  # numbers for headings: the next row is a record
        "robustness/pollock-polluted/csv/file_no_header.csv",
    ],
)
def test_no_record_is_taken_for_the_headings(file: str, real_data: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        draft(tmp_path / "new", "a-dataset", real_data / file)

    assert refused.value.code == "new.no-header"
    assert not (tmp_path / "new").exists()
