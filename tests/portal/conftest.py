"""A real CKAN for the tests of this folder. It starts when the first test asks for it, once a session."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

# services.py is found whatever way pytest is told to import the tests; so is the dataset of the unit tests.
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1] / "unit"))

import package_made
from package_made import field
from services import Services, missing

from agored.package import write_package
from agored.parts import ResourcePart
from agored.recipe import Recipe
from agored.records import readable
from agored.schema import Schema, schema_of
from agored.since import record_of
from agored.store import ACCOUNTS, SINCE_FILE, Release, make_release
from agored.table import Table
from agored.words import Bilingual


@pytest.fixture(scope="session")
def ckan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The running portal: its `url`, the `token` of an administrator, and more in services.py."""
    absent = missing()
    if absent:
        why = f"no real CKAN: this machine lacks {', '.join(absent)}. To get it: sudo scripts/system-packages"
        # A skip nobody sees would let a change land that no portal has tried.
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with Services.start(tmp_path_factory.mktemp("ckan")) as services:
        yield services


@pytest.fixture(scope="session", autouse=True)
def _no_proxy() -> Iterator[None]:
    """A proxy of the machine could not reach its loopback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield


@pytest.fixture(scope="session")
def organization(ckan: Services) -> Callable[[str], dict[str, Any]]:
    """A function that returns the organisation of this name, making it first when it is not there."""

    def ensure(name: str) -> dict[str, Any]:
        if name not in ckan.action("organization_list"):
            ckan.action("organization_create", {"name": name})
        found: dict[str, Any] = ckan.action("organization_show", {"id": name})
        return found

    return ensure


# ---------------------------------------------------------------- releases to publish

COUNCIL = "cyngor-y-porth"

PLACES: Schema = schema_of(
    {
        "title_cy": "Lleoedd",
        "title_en": "Places",
        "fields": [
            field("area_code", "string", "Cod ardal", "Area code", codes="areas/1"),
            field("name", "string", "Enw’r lle", "Name of the place"),
            field("opened", "date", "Agorwyd", "Opened"),
            field("counted", "datetime", "Cyfrifwyd", "Counted"),
            field("open", "boolean", "Ar agor", "Open"),
            field("cost", "number", "Cost", "Cost"),
            field("visits", "integer", "Ymweliadau", "Visits"),
            field("since", "year", "Ers", "Since"),
            field("period", "yearmonth", "Cyfnod", "Period"),
        ],
    },
    "places/1",
)
PLACE_ROWS = (
    (
        "W06000001",
        "Tŷ Ŵyn, Llŷn",
        "1999-12-31",
        "2026-01-02T03:04:05Z",
        "true",
        "1.50",
        "12",
        "1999",
        "2026-01",
    ),
    ("W06000006", 'Y "Llew"\nDu', "2026-02-03", "", "false", "-0.10", "0012", "2000", "2026-02"),
    ("W06000006", "=2+3", "", "2026-01-02T03:04:05.120Z", "", "", "90071992547409931234567890", "", ""),
    ("W06000001", "NULL", "0999-01-01", "", "true", "12345678901234567890.1234567890", "", "", "2026-01"),
    ("W06000001", " 01/02/2026 ", "", "", "", "1e3", "", "", ""),
)

COUNTS: Schema = schema_of(
    {
        "title_cy": "Cyfrif",
        "title_en": "Count",
        "fields": [field("place", "string", "Lle", "Place"), field("count", "integer", "Nifer", "Number")],
    },
    "counts/1",
)


def table(schema: Schema, rows: Sequence[Sequence[str]]) -> Table:
    """A table of these rows."""
    return Table.of({name: [row[number] for row in rows] for number, name in enumerate(schema.names)})


class Releasing:
    """Makes releases as publishing does: a real package, put into a store as one release after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def store(self, name: str) -> Path:
        """The store's folder of a dataset."""
        return self.folder / COUNCIL / name

    def small(self, name: str, count: str = "3", **more: Any) -> Release:
        """A release of one small table; `count` is a cell of it."""
        rows = [("Tŷ Du", count), ("Pen-y-fâl", "14")]
        return self.release(name, {"counts": (COUNTS, rows)}, **more)

    def places(self, name: str, rows: Sequence[Sequence[str]] = PLACE_ROWS, **more: Any) -> Release:
        """A release of a table with a column of every type, and a code list."""
        return self.release(name, {"places": (PLACES, rows)}, **more)

    def release(
        self,
        name: str,
        tables: Mapping[str, tuple[Schema, Sequence[Sequence[str]]]],
        *,
        issued: str = "2026-11-23",
        previous: Release | None = None,
        title: Bilingual | None = None,
        keywords: Mapping[str, tuple[str, ...]] | None = None,
        account: str = "Sut y gwnaed",
        since: bool = True,
    ) -> Release:
        """The release of these tables."""
        made = package_made.recipe(name, title)
        recipe = Recipe(**(vars(made) | {"organization": COUNCIL, "keywords": keywords or made.keywords}))
        parts = [
            ResourcePart(each, table(schema, rows), schema, package_made.LISTS)
            for each, (schema, rows) in tables.items()
        ]
        store = self.store(name)
        package = self.folder / "packages" / f"{name}-{issued}-{len(list(self.folder.glob('packages/*')))}"
        policy = {"policy": "none", "version": "1"}
        packaged = write_package(
            package,
            recipe,
            parts,
            changes={
                "changes": 1,
                "resources": [
                    {
                        "name": each,
                        "shape": [],
                        "protect": {
                            "policy": "none",
                            "values": policy,
                            "rules": [],
                            "reason": package_made.REASONS[1],
                        },
                    }
                    for each in tables
                ],
            },
            ethics=package_made.ETHICS,
            answers=package_made.ANSWERS,
            policies=dict.fromkeys(tables, policy),
            reasons=package_made.REASONS[1:],
            judged=package_made.JUDGED,
        )
        decision = {
            "decision": 1,
            "dataset": recipe.identity,
            "release": f"{issued}-{packaged.content_hash[7:15]}",
            "previous": previous.name if previous else None,
            "content": packaged.content_hash,
            "issued": issued,
            "by": {"role": "Pennaeth llywodraethu", "mailbox": "llywodraethu@cyngor.example.wales"},
            "change": {"kind": "routine", "reason": None},
            "accepts": [],
        }
        beside_it = {each: f"<!DOCTYPE html><title>{account}</title>{each}".encode() for each in ACCOUNTS}
        if since:
            beside_it[SINCE_FILE] = readable(record_of(package, decision, previous))
        return make_release(store, package, beside_it, decision)


@pytest.fixture(scope="session")
def releasing(tmp_path_factory: pytest.TempPathFactory) -> Releasing:
    """What makes releases, in one store; every test has names of its own."""
    return Releasing(tmp_path_factory.mktemp("releases"))


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The name of a dataset of this test's own."""
    return re.sub("[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower()).strip("-")
