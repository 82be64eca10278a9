"""Letters that went wrong in the collection: found where they did, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from test_every_real_file import files_of

from agored.errors import SourceError
from agored.read.assemble import assemble
from agored.read.mojibake import mojibake_findings, repairs
from agored.read.reading import contents_of
from agored.recipe import Disclosure, ResourceRecipe, Source
from agored.table import Table

ENCODINGS = ("utf-8", "cp1252")

FOUND = {
    "grants/charities_operating_in_trafford.csv": {"read.mojibake-encoding": 1, "read.mojibake-lost": 1},
    "pairs/irve-2018/bornes-IRVE.csv": {"read.mojibake-encoding": 14, "read.mojibake-lost": 1493},
    "pairs/mysociety-uk-la/lookup_name_to_registry.csv": {"read.mojibake-lost": 1},
    "pairs/mysociety-uk-la/uk_local_authorities_current.csv": {"read.mojibake-lost": 1},
    "pii/presidio_FakeNameGenerator.com_3000.csv": {"read.mojibake-encoding": 2},
    "planning/edinburgh_Conservation_areas.csv": {"read.mojibake-encoding": 4},
    "pollock-uk/clean/Copy_of_2016-17_Q3_Final_V2.csv": {"read.mojibake-encoding": 3},
    "pollock-uk/csv/Copy_of_2016-17_Q3_Final_V2.csv": {"read.mojibake-encoding": 4},
    "robustness/csv-spectrum/csvs/location_coordinates.csv": {"read.mojibake-lost": 1},
    "robustness/frictionless/encoding-issue-274.csv": {"read.mojibake-lost": 2},
    "robustness/frictionless/issue-493.csv": {"read.mojibake-entities": 2},
    "spend/odileeds-clean/harrogate_2015-07.csv": {"read.mojibake-encoding": 1, "read.mojibake-lost": 10},
    "spend/odileeds-clean/sheffield_2012-04.csv": {"read.mojibake-encoding": 1},
    "statswales/reference_data_info.csv": {"read.mojibake-lost": 13},
    "streets/edinburgh_Street_name_bank.csv": {"read.mojibake-encoding": 53},
    "venues/edinburgh_Civil_marriage_and_partnership_venues.csv": {"read.mojibake-encoding": 1},
}
"""Texts that were looked at by eye, and in how many cells their letters went wrong."""
OTHER_WRITING = "robustness/messytables/characters.csv"
"""Chinese in an encoding that nobody declared: wrong throughout, though not as any finding can name it."""


def table_of(file: Path) -> Table | None:
    """The table of a text in UTF-8, else in cp1252; None where it is none of one kind of delimiter."""
    for encoding in ENCODINGS:
        for delimiter in ",;":
            source = Source(path=file.name, encoding=encoding, delimiter=delimiter)
            resource = ResourceRecipe("r", source, (), "s/1", Disclosure("standard"))
            try:
                return assemble(
                    contents_of(file.read_bytes(), file.name, source), resource, (), file.name
                ).table
            except SourceError:
                continue
    return None


def test_letters_that_went_wrong_are_found_and_no_others(real_data: Path) -> None:
    found: dict[str, dict[str, int]] = {}
    tables = 0
    for file in files_of(real_data):
        name = file.relative_to(real_data).as_posix()
        table = table_of(file)
        if table is None or name == OTHER_WRITING:
            continue
        tables += 1
        for finding in mojibake_findings(table, "r", 1):
            counts = found.setdefault(name, {})
            counts[finding.code] = counts.get(finding.code, 0) + finding.count
    assert tables > 360
    assert found == FOUND


def test_places_in_wales_are_put_back(real_data: Path) -> None:
    table = table_of(real_data / "statswales" / "reference_data_info.csv")
    assert table is not None
    likely = {repair.likely for repair in repairs(table, 1).shown}
    assert {"Yr Hôb", "Llandybïe", "Sanclêr", "Y Pîl", "Trelái"} <= likely
