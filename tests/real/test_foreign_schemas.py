"""Schemas as standards bodies and councils published them: loaded as they are, repaired, or refused with a reason.

Every file of the two folders of schemas is here by what becomes of it, so that a change in what is accepted is
seen. A repaired schema must load, and repairing it again must change nothing.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from agored.errors import RecipeError
from agored.foreign import Upgraded, load_foreign_schema, upgraded
from agored.records import readable
from agored.validate.library import guarded

FOLDERS = ("schemas-only", "pairs")
ENDINGS = (".json", ".yaml", ".yml")

REPAIRED: Mapping[str, Mapping[str, int]] = {
    # UTF-16 without its mark, types as addresses among the constraints
    "schemas-only/lga/Contracts.json": {"encoding": 1, "type-in-constraints": 38},
    "schemas-only/lga/Land_and_building.json": {"encoding": 1, "type-in-constraints": 29},
    "schemas-only/lga/Spend.json": {"encoding": 1, "type-in-constraints": 22},
    "pairs/lga-electionresults/Election_results.json": {
        "encoding": 1,
        "type-in-constraints": 48,
        "constraint-unsupported": 1,  # a pattern for true and false
    },
    # "required": "true"; one has a pattern whose backslash is not doubled, which is no JSON
    "pairs/lga-planningapplications/PlanningApplications.json": {
        "type-in-constraints": 31,
        "flag-text": 36,
        "type-missing": 5,
        "limit-of-type": 2,
    },
    "pairs/lga-publictoilets/PublicToilets.json": {
        "escape": 1,
        "type-in-constraints": 20,
        "flag-text": 32,
        "type-missing": 12,
    },
    # "required" beside the constraints; examples that are two in one
    "pairs/irve-2018/schema.json": {"constraint-outside": 17, "names-text": 1},
    "pairs/irve-v1.0.0/schema.json": {"example-several": 2, "names-text": 1},
    "pairs/irve-v2.0.0/schema.json": {"example-several": 2, "example": 1, "text-form": 12},
    # the schema of a table's description
    "pairs/mysociety-uk-la/lookup_gss_to_registry.resource.yaml": {"wrapped": 1},
    "pairs/mysociety-uk-la/lookup_lsoa_to_registry.resource.yaml": {"wrapped": 1},
    "pairs/mysociety-uk-la/lookup_name_to_registry.resource.yaml": {"wrapped": 1},
    "pairs/mysociety-uk-la/uk_local_authorities_current.resource.yaml": {"wrapped": 1, "text-form": 9},
    # how schemas were written in 2013
    "pairs/octopub/date-pattern.json": {"format-in-constraints": 1, "type-in-constraints": 1},
    "pairs/octopub/good-schema.json": {
        "type-missing": 2,
        "type-in-constraints": 3,
        "number-text": 4,
        "limit-of-type": 1,
    },
    "pairs/octopub/good-schema-2.json": {"type-missing": 2, "type-in-constraints": 2, "number-text": 3},
    "pairs/octopub/datapackage.json": {
        "wrapped": 1,
        "type-missing": 2,
        "type-in-constraints": 3,
        "number-text": 4,
        "limit-of-type": 1,
    },
}
"""What cannot be used as it is, and what is changed in it, save for the edition of the standard."""

REFUSED: Mapping[str, str] = {
    "pairs/adur-toilets/public-toilets-schema.json": "foreign.other-standard",
    "pairs/adur-toilets/adur-public-toilets.csv.schema-default.expected.json": "foreign.other-standard",
    "pairs/adur-toilets/adur-public-toilets.csv.schema-strict.expected.json": "foreign.other-standard",
    "pairs/hsds/datapackage.json": "foreign.which-table",
    "pairs/mysociety-uk-la/datapackage.yaml": "foreign.no-fields-at-all",  # a package that lists no tables
    "pairs/octopub/bad-schema.json": "foreign.schema-elsewhere",
    "pairs/octopub/empty-schema.json": "foreign.no-fields-at-all",
    "pairs/octopub/invalid-schema-pk-no-fields.json": "foreign.no-fields-at-all",
}
"""What is no schema of a table, or does not say which, and why it is refused."""

LOADED = {"schemas-only": 34, "pairs": 5}
"""How many of each folder can be used as they are."""


def files(real_data: Path, folder: str) -> dict[str, Path]:
    """The schemas of a folder, by their path in the data."""
    paths = sorted(path for path in (real_data / folder).rglob("*") if path.suffix in ENDINGS)
    return {path.relative_to(real_data).as_posix(): path for path in paths}


def loads(path: Path) -> bool:
    try:
        load_foreign_schema(path)
    except RecipeError:
        return False
    return True


def changes(found: Upgraded) -> dict[str, int]:
    codes = Counter(change.code.removeprefix("foreign.") for change in found.changes)
    return {code: count for code, count in codes.items() if not code.startswith("edition-")}


def assert_lasting(found: Upgraded, folder: Path) -> None:
    """What was repaired can be used, and nothing more is to be changed in it."""
    path = folder / "repaired.json"
    path.write_bytes(readable(found.schema))
    assert load_foreign_schema(path) == found.schema
    assert upgraded(path).changes == ()


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_schema_is_loaded_repaired_or_refused(real_data: Path, folder: str) -> None:
    paths = files(real_data, folder)
    rest = {name: path for name, path in paths.items() if name not in REPAIRED and name not in REFUSED}
    assert [name for name, path in rest.items() if not loads(path)] == []
    assert len(rest) == LOADED[folder]
    ours = {name for name in (*REPAIRED, *REFUSED) if name.startswith(f"{folder}/")}
    assert ours <= paths.keys()


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_loaded_is_the_librarys_own_reading_and_can_be_brought_up_to_date(
    real_data: Path, tmp_path: Path, folder: str
) -> None:
    for name, path in files(real_data, folder).items():
        if name in REPAIRED or name in REFUSED:
            continue
        with guarded() as frictionless:
            own = frictionless.Schema.from_descriptor(str(path)).to_descriptor()
            assert frictionless.Schema.from_descriptor(load_foreign_schema(path)).to_descriptor() == own
        found = upgraded(path)
        assert [field["name"] for field in found.schema["fields"]] == [
            field["name"] for field in own["fields"]
        ]
        assert_lasting(found, tmp_path)


@pytest.mark.parametrize("name", REPAIRED)
def test_what_is_repaired(real_data: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_foreign_schema(real_data / name)
    assert caught.value.code == "foreign.faults"
    assert all("line" in problem.facts for problem in caught.value.problems)
    found = upgraded(real_data / name)
    assert changes(found) == REPAIRED[name]
    assert_lasting(found, tmp_path)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(real_data: Path, name: str) -> None:
    for ask in (load_foreign_schema, upgraded):
        with pytest.raises(RecipeError) as caught:
            ask(real_data / name)
        assert caught.value.code == "foreign.by-hand"
        assert [problem.code for problem in caught.value.problems] == [REFUSED[name]]


def test_each_table_of_a_package_of_several(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "pairs/hsds/datapackage.json"
    with pytest.raises(RecipeError) as caught:
        upgraded(path)
    tables = caught.value.problems[0].facts["tables"].split(", ")
    assert len(tables) == 21
    for table in tables:
        found = upgraded(path, table)
        assert changes(found).keys() <= {"wrapped", "names-text", "type-missing", "constraint-outside"}
        assert_lasting(found, tmp_path)


LGA = {
    "pairs/lga-publictoilets/PublicToilets.json": "example-public-toilets.csv",
    "pairs/lga-planningapplications/PlanningApplications.json": "example-planning-applications.csv",
}


@pytest.mark.parametrize("name", LGA)
def test_a_repaired_schema_has_the_columns_of_its_table(real_data: Path, name: str) -> None:
    path = real_data / name
    with (path.parent / LGA[name]).open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    assert [field["name"] for field in upgraded(path).schema["fields"]] == header


VALID = {
    "pairs/irve-2018/schema.json": "exemple-valide.csv",
    "pairs/irve-v1.0.0/schema.json": "exemple-valide.csv",
    "pairs/irve-v2.0.0/schema.json": "exemple-valide.csv",
    "pairs/mysociety-uk-la/lookup_gss_to_registry.resource.yaml": "lookup_gss_to_registry.csv",
    "pairs/mysociety-uk-la/uk_local_authorities_current.resource.yaml": "uk_local_authorities_current.csv",
}


@pytest.mark.parametrize("name", VALID)
def test_data_that_their_publisher_calls_valid_are_valid_by_the_repaired_schema(
    real_data: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = real_data / name
    monkeypatch.chdir(path.parent)
    with guarded() as frictionless:
        schema = frictionless.Schema.from_descriptor(upgraded(path).schema)
        report = frictionless.Resource(path=VALID[name], schema=schema).validate()
    assert report.valid
