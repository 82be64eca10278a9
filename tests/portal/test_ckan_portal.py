"""Publishing to a real CKAN: what citizens then see there, what a second time changes, and what it repairs."""

from __future__ import annotations

import csv
import hashlib
import io
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import COUNCIL, COUNTS, PLACE_ROWS, Releasing
from package_made import field
from services import ServiceError, Services, local_session

from agored.errors import PortalError
from agored.package.verify import verify_folder
from agored.publish import ckan_datastore as datastore
from agored.publish import client_for, make_plan, publish
from agored.publish.ckan import CkanPortal
from agored.publish.ckan_changes import put_files
from agored.publish.ckan_connection import Connection, Token, Upload
from agored.publish.ckan_datastore import StoredTable, load, read_state, value
from agored.publish.ckan_metadata import LATEST, dataset_name, describe, tags_of
from agored.records import file_digest
from agored.schema import schema_of
from agored.store import Release
from agored.words import Bilingual
from agored.workspace import Portal

Publish = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def portal(ckan: Services) -> Iterator[Portal]:
    """The portal as the settings name it, with an administrator's token in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AGORED_TOKEN_PRIF", ckan.token)
        yield Portal("prif", "ckan", f"{ckan.url}/")


@pytest.fixture(scope="module")
def published(portal: Portal) -> Publish:
    """A function that publishes a release, as a new command would, and returns the receipt."""

    def now(release: Release) -> dict[str, Any]:
        client = client_for(portal)
        known = tuple(path.name for path in release.folder.parent.iterdir())
        return publish(client, make_plan(client, release, known))

    return now


@pytest.fixture(scope="module")
def places(published: Publish, releasing: Releasing) -> tuple[Release, dict[str, Any]]:
    """A release with columns of every type and a code list, published; and its receipt. Not to be changed."""
    release = releasing.places("lleoedd", keywords={"cy": ("Dechrau’n Deg", "tai"), "en": ("R&D", "housing")})
    return release, published(release)


def changes(portal: Portal, release: Release) -> list[str]:
    """What publishing would change, as a new command finds it."""
    known = tuple(path.name for path in release.folder.parent.iterdir())
    return [str(step.subject) for step in make_plan(client_for(portal), release, known).changes]


def shown(ckan: Services, name: str, token: str = "") -> dict[str, Any]:
    """A dataset as an anonymous reader gets it."""
    named = dataset_name(f"{COUNCIL}/{name}")
    found: dict[str, Any] = ckan.action("package_show", {"id": named}, token=token)
    return found


def resources(ckan: Services, name: str) -> dict[str, dict[str, Any]]:
    """A dataset's resources by stable key."""
    return {each["agored_key"]: each for each in shown(ckan, name)["resources"] if "agored_key" in each}


def downloaded(url: str) -> bytes:
    """What anybody gets at an address."""
    with local_session() as session:
        answer = session.get(url, timeout=60)
        answer.raise_for_status()
        return answer.content


def rows(ckan: Services, resource: str) -> list[dict[str, Any]]:
    """A table's rows as an anonymous reader gets them."""
    found: list[dict[str, Any]] = ckan.action("datastore_search", {"resource_id": resource}, token="")[
        "records"
    ]
    return found


def replace_file(ckan: Services, resource: dict[str, Any], data: bytes) -> None:
    """Put other bytes into a resource, which keeps all that is said of it."""
    with local_session() as session:
        session.post(
            f"{ckan.url}/api/action/package_revise",
            data={"match__id": resource["package_id"]},
            files={f"update__resources__{resource['id']}__upload": ("data", data, "text/plain")},
            headers={"Authorization": ckan.token},
            timeout=60,
        ).raise_for_status()


def refused(code: str, error: pytest.ExceptionInfo[PortalError]) -> PortalError:
    """The error, once it is the one expected and says itself in both languages."""
    assert error.value.code == code
    assert error.value.exit_code == 13
    welsh, english = error.value.message("cy"), error.value.message("en")
    assert welsh != english
    assert "{" not in welsh + english
    return error.value


# ---------------------------------------------------------------- what citizens see


def test_a_new_dataset(ckan: Services, places: tuple[Release, dict[str, Any]]) -> None:
    release, receipt = places
    dataset = shown(ckan, "lleoedd")
    assert not dataset["private"]
    assert dataset["title"] == "Cysgu allan / Rough sleeping"
    assert dataset["license_id"] == "uk-ogl"
    assert dataset["organization"]["name"] == COUNCIL
    assert dataset["author"] == "Cyngor Enghraifft / Example Council"
    assert dataset["maintainer"] == "Ystadegau tai / Housing statistics"
    assert dataset["maintainer_email"] == "tai@cyngor.example.wales"
    assert dataset["notes"].startswith("Pobl sy’n cysgu allan, fesul mis.\n\nAmcangyfrif yw pob nifer.")
    assert dataset["notes"].endswith("The figures leave out people in shelters.")
    assert [tag["name"] for tag in dataset["tags"]] == ["Dechraun Deg", "R D", "housing", "tai"]
    extras = {extra["key"]: extra["value"] for extra in dataset["extras"]}
    assert extras.pop("notes_cy").startswith("Pobl sy’n cysgu allan")
    assert extras.pop("notes_en").startswith("People who sleep rough")
    assert extras == {
        "agored_identity": f"{COUNCIL}/lleoedd",
        "agored_release": release.name,
        "agored_content": release.content,
        "title_cy": "Cysgu allan",
        "title_en": "Rough sleeping",
        "keywords_cy": '["Dechrau’n Deg", "tai"]',
        "keywords_en": '["R&D", "housing"]',
        "frequency": "monthly",
        "issued": "2026-11-23",
        "language": '["cy", "en"]',
    }
    assert receipt["release"] == release.name
    assert receipt["verified"] == len(receipt["state"]) == receipt["changed"]


def test_every_file_is_there_as_it_was_released(
    ckan: Services, places: tuple[Release, dict[str, Any]]
) -> None:
    release, _ = places
    found = shown(ckan, "lleoedd")["resources"]
    assert [each["agored_key"] for each in found] == [
        "latest/package/data/places.csv",
        "latest/package/codes/areas-1.csv",
        "latest/package/notes.cy.html",
        "latest/package/notes.en.html",
        "latest/account.cy.html",
        "latest/account.en.html",
        "latest/since.json",
        "latest/package.zip",
        "latest/decision.json",
        "latest/SHA256SUMS",
    ]
    for resource in found:
        data = (release.folder / resource["agored_key"].removeprefix(LATEST)).read_bytes()
        assert downloaded(resource["url"]) == data
        assert resource["hash"] == hashlib.sha256(data).hexdigest()
        assert resource["size"] == len(data)
        assert all(
            resource[f"{key}_{language}"] for key in ("name", "description") for language in ("cy", "en")
        )
        assert resource["name_cy"] in resource["name"]
        assert resource["name_en"] in resource["name"]
    assert [each["format"] for each in found] == ["CSV"] * 2 + ["HTML"] * 4 + ["JSON", "ZIP", "JSON", "TXT"]


@pytest.mark.usefixtures("places")
def test_tables_have_types_and_labels_in_both_languages(ckan: Services) -> None:
    resource = resources(ckan, "lleoedd")["latest/package/data/places.csv"]["id"]
    told = ckan.action("datastore_search", {"resource_id": resource, "limit": 1}, token="")
    types = {each["id"]: each["type"] for each in told["fields"]}
    assert types == {
        "_id": "int",
        "area_code": "text",
        "name": "text",
        "opened": "date",
        "counted": "timestamp",
        "open": "bool",
        "cost": "numeric",
        "visits": "numeric",
        "since": "text",
        "period": "text",
    }
    infos = {each["id"]: each["info"] for each in told["fields"] if "info" in each}
    assert infos["visits"] == {
        "label": "Ymweliadau / Visits",
        "label_cy": "Ymweliadau",
        "label_en": "Visits",
        "notes": "Disgrifiad: Ymweliadau. / Description: Visits.",
        "notes_cy": "Disgrifiad: Ymweliadau.",
        "notes_en": "Description: Visits.",
    }
    assert told["total"] == len(PLACE_ROWS)


@pytest.mark.usefixtures("places")
def test_rows_are_the_published_values(ckan: Services) -> None:
    resource = resources(ckan, "lleoedd")["latest/package/data/places.csv"]["id"]
    found = rows(ckan, resource)
    assert [row["name"] for row in found] == [row[1] for row in PLACE_ROWS]
    assert [row["open"] for row in found] == [True, False, None, True, None]
    assert [row["opened"] for row in found] == ["1999-12-31", "2026-02-03", None, "0999-01-01", None]
    assert found[0]["counted"] == "2026-01-02T03:04:05.000"
    assert [found[0]["visits"], found[1]["visits"], found[2]["visits"]] == [
        12,
        12,
        90071992547409931234567890,
    ]
    # JSON makes floats of numbers, so the digits are looked at in the dump.
    dump = csv.DictReader(
        io.StringIO(downloaded(f"{ckan.url}/datastore/dump/{resource}").decode(), newline="")
    )
    assert [row["cost"] for row in dump] == ["1.50", "-0.10", "", "12345678901234567890.1234567890", "1000"]


def test_a_column_with_cells_of_another_kind_is_text(
    ckan: Services, published: Publish, releasing: Releasing, name: str
) -> None:
    # PostgreSQL would read the first of these as 2 January, the second as the day of loading.
    schema = schema_of(
        {"fields": [field("day", "date", "Dydd", "Day"), field("count", "number", "Nifer", "Number")]},
        "days/1",
    )
    published(releasing.release(name, {"days": (schema, [("01/02/2026", "NaN"), ("yesterday", "3")])}))
    found = rows(ckan, resources(ckan, name)["latest/package/data/days.csv"]["id"])
    assert [(row["day"], row["count"]) for row in found] == [("01/02/2026", "NaN"), ("yesterday", "3")]


# ---------------------------------------------------------------- again, and with changes


def test_publishing_again_changes_nothing(
    ckan: Services, portal: Portal, published: Publish, places: tuple[Release, dict[str, Any]]
) -> None:
    release, _ = places
    before = shown(ckan, "lleoedd")
    assert changes(portal, release) == []
    assert published(release)["changed"] == 0
    assert client_for(portal).releases(f"{COUNCIL}/lleoedd") == (release.name,)
    client_for(portal).apply(release)  # harmless too where a caller applies without a plan
    assert shown(ckan, "lleoedd") == before


def test_one_changed_row(ckan: Services, published: Publish, releasing: Releasing, name: str) -> None:
    first = releasing.places(name)
    published(first)
    before = resources(ckan, name)
    changed = [("W06000001", "Tŷ Newydd", *PLACE_ROWS[0][2:]), *PLACE_ROWS[1:]]
    second = releasing.places(name, changed, issued="2026-12-01", previous=first)
    receipt = published(second)
    after = resources(ckan, name)
    assert {key: each["id"] for key, each in after.items()} == {
        key: each["id"] for key, each in before.items()
    }
    assert {key: each["url"] for key, each in after.items()} == {
        key: each["url"] for key, each in before.items()
    }
    data = "latest/package/data/places.csv"
    assert [row["name"] for row in rows(ckan, after[data]["id"])][:2] == ["Tŷ Newydd", PLACE_ROWS[1][1]]
    assert downloaded(after[data]["url"]) == (second.folder / "package/data/places.csv").read_bytes()
    assert {key for key in after if after[key]["last_modified"] != before[key]["last_modified"]} == {
        data,
        "latest/since.json",
        "latest/package.zip",
        "latest/decision.json",
        "latest/SHA256SUMS",
    }
    assert receipt["release"] == second.name


def test_what_others_added_is_left_alone(
    ckan: Services, published: Publish, releasing: Releasing, name: str
) -> None:
    first = releasing.small(name)
    published(first)
    dataset = shown(ckan, name)
    ckan.action(
        "resource_create", {"package_id": dataset["id"], "url": "https://example.org/", "name": "Arall"}
    )
    extras = [*dataset["extras"], {"key": "theirs", "value": "cadwer"}]
    ckan.action("package_patch", {"id": dataset["id"], "extras": extras, "url": "https://example.org/x"})
    published(releasing.small(name, "4", issued="2026-12-01", previous=first))
    after = shown(ckan, name)
    assert [each["name"] for each in after["resources"] if "agored_key" not in each] == ["Arall"]
    assert {"key": "theirs", "value": "cadwer"} in after["extras"]
    assert after["url"] == "https://example.org/x"


def test_a_table_that_goes_and_one_that_comes(
    ckan: Services, published: Publish, releasing: Releasing, name: str
) -> None:
    first = releasing.release(name, {"counts": (COUNTS, [("A", "1")]), "old": (COUNTS, [("B", "2")])})
    published(first)
    before = resources(ckan, name)
    tables = {"counts": (COUNTS, [("A", "1")]), "new": (COUNTS, [("C", "3")])}
    published(releasing.release(name, tables, issued="2026-12-01", previous=first))
    after = resources(ckan, name)
    old = "latest/package/data/old.csv"
    assert old not in after
    with pytest.raises(ServiceError, match="404"):
        rows(ckan, before[old]["id"])
    assert [row["place"] for row in rows(ckan, after["latest/package/data/new.csv"]["id"])] == ["C"]
    assert after["latest/package/data/counts.csv"]["id"] == before["latest/package/data/counts.csv"]["id"]


def test_new_texts(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str
) -> None:
    first = releasing.small(name)
    published(first)
    title = Bilingual("Teitl newydd", "New title")
    keywords = {"cy": ("tai",), "en": ()}
    second = releasing.small(name, title=title, keywords=keywords, issued="2026-12-01", previous=first)
    assert {"metadata/title", "metadata/title_cy", "metadata/keywords_en"} <= set(changes(portal, second))
    published(second)
    dataset = shown(ckan, name)
    assert dataset["title"] == "Teitl newydd / New title"
    assert [tag["name"] for tag in dataset["tags"]] == ["tai"]
    extras = {extra["key"]: extra["value"] for extra in dataset["extras"]}
    assert extras["title_en"] == "New title"
    assert "keywords_en" not in extras


def test_a_renamed_dataset_is_found_by_its_identity(
    ckan: Services, published: Publish, releasing: Releasing, name: str
) -> None:
    first = releasing.small(name)
    published(first)
    dataset = shown(ckan, name)
    ckan.action("package_patch", {"id": dataset["id"], "name": f"ailenwyd-{name}"})
    published(releasing.small(name, "4", issued="2026-12-01", previous=first))
    renamed = ckan.action("package_show", {"id": f"ailenwyd-{name}"}, token="")
    assert renamed["id"] == dataset["id"]
    with pytest.raises(ServiceError, match="404"):
        shown(ckan, name)


def test_uploads_too_large_for_one_call_are_divided(
    ckan: Services, portal: Portal, releasing: Releasing, name: str
) -> None:
    release = releasing.small(name)
    client = CkanPortal(portal, Token(ckan.token, portal.url), together=20_000)
    publish(client, make_plan(client, release, (release.name,)))
    found = resources(ckan, name)
    assert list(found)[:2] == ["latest/package/data/counts.csv", "latest/package/notes.cy.html"]
    assert len(found) == 9
    assert changes(portal, release) == []


# ---------------------------------------------------------------- what is noticed and repaired


def test_what_was_changed_on_the_portal_is_noticed_and_put_right(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str
) -> None:
    release = releasing.small(name)
    published(release)
    dataset, found = shown(ckan, name), resources(ckan, name)
    counts, notes = found["latest/package/data/counts.csv"], found["latest/package/notes.cy.html"]
    ckan.action("package_patch", {"id": dataset["id"], "title": "Teitl arall"})
    ckan.action("resource_patch", {"id": notes["id"], "name_cy": "Enw arall"})
    replace_file(ckan, counts, b"place,count\nArall,1\n")
    insert = {"resource_id": counts["id"], "records": [{"place": "Z", "count": 9}]}
    ckan.action("datastore_upsert", insert | {"method": "insert", "force": True})
    assert changes(portal, release) == [
        "file/latest/package/data/counts.csv",
        "metadata/title",
        "resource/latest/package/notes.cy.html",
        "rows/counts",
    ]
    published(release)
    assert changes(portal, release) == []
    assert {key: each["id"] for key, each in resources(ckan, name).items()} == {
        key: each["id"] for key, each in found.items()
    }
    assert [row["place"] for row in rows(ckan, counts["id"])] == ["Tŷ Du", "Pen-y-fâl"]


def test_a_table_is_loaded_again_although_its_file_is_right(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str
) -> None:
    release = releasing.small(name)
    published(release)
    table = {"resource_id": resources(ckan, name)["latest/package/data/counts.csv"]["id"], "force": True}
    other_label = [
        {"id": "place", "type": "text", "info": {"label": "X"}},
        {"id": "count", "type": "numeric"},
    ]
    for action, facts, different in (
        ("datastore_delete", {}, ["fields/counts", "rows/counts"]),
        ("datastore_delete", {"filters": {"place": "Tŷ Du"}}, ["rows/counts"]),
        ("datastore_create", {"fields": other_label}, ["fields/counts"]),
    ):
        ckan.action(action, table | facts)
        assert changes(portal, release) == different
        published(release)
        assert [row["place"] for row in rows(ckan, table["resource_id"])] == ["Tŷ Du", "Pen-y-fâl"]


def test_a_second_resource_of_the_same_key_is_taken_away(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str
) -> None:
    release = releasing.small(name)
    published(release)
    dataset = shown(ckan, name)
    copy = {"url": "https://example.org/", "agored_key": "latest/package.zip", "name": "copi"}
    ckan.action("resource_create", {"package_id": dataset["id"], **copy})
    assert changes(portal, release) == ["file/latest/package.zip#2", "resource/latest/package.zip#2"]
    published(release)
    assert [each["id"] for each in shown(ckan, name)["resources"]] == [
        each["id"] for each in dataset["resources"]
    ]


def test_a_resource_that_became_a_link_is_a_file_again(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str
) -> None:
    release = releasing.small(name)
    published(release)
    archive = resources(ckan, name)["latest/package.zip"]
    ckan.action("resource_patch", {"id": archive["id"], "url": "https://example.org/x.zip", "url_type": ""})
    assert changes(portal, release) == ["file/latest/package.zip"]
    published(release)
    assert resources(ckan, name)["latest/package.zip"]["id"] == archive["id"]
    assert changes(portal, release) == []


# ---------------------------------------------------------------- tables, call by call


@pytest.fixture
def connection(ckan: Services, portal: Portal) -> Any:
    """A connection to the portal."""
    with Connection(portal, Token(ckan.token, portal.url), COUNCIL) as opened:
        yield opened


@pytest.fixture(scope="module")
def counts(ckan: Services, published: Publish, releasing: Releasing) -> tuple[str, StoredTable]:
    """The id of a published table's resource, and a new version of the table, of five rows."""
    first = releasing.small("cyfrif")
    published(first)
    tables = {"counts": (COUNTS, [(f"Lle {number}", str(number)) for number in range(5)])}
    second = releasing.release("cyfrif", tables, issued="2026-12-01", previous=first)
    piece = describe(second, None).pieces[0]
    assert piece.schema is not None
    return resources(ckan, "cyfrif")[piece.key]["id"], StoredTable("counts", piece.path, piece.schema)


def test_large_tables_go_and_come_in_several_calls(
    ckan: Services,
    connection: Connection,
    counts: tuple[str, StoredTable],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resource, table = counts
    monkeypatch.setattr(datastore, "BATCH_ROWS", 2)
    assert [len(batch) for batch in table.batches()] == [2, 2, 1]
    load(connection, resource, table)
    assert [row["place"] for row in rows(ckan, resource)] == [f"Lle {number}" for number in range(5)]
    assert read_state(connection, "counts", resource) == table.state
    monkeypatch.setattr(datastore, "BATCH_BYTES", 1)
    assert [len(batch) for batch in table.batches()] == [1] * 5


@pytest.mark.parametrize("size", [10_000, 2], ids=["in one call", "in several calls"])
def test_a_failed_load_leaves_no_part_of_a_table(
    ckan: Services,
    connection: Connection,
    counts: tuple[str, StoredTable],
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    resource, table = counts
    monkeypatch.setattr(datastore, "BATCH_ROWS", size)
    wrong = [[*batch] for batch in table.batches()]
    wrong[-1][-1] = {"place": "Lle", "count": "nid rhif"}
    monkeypatch.setattr(StoredTable, "batches", lambda _: iter(wrong))
    with pytest.raises(PortalError) as error:
        load(connection, resource, table)
    assert refused("ckan.rows-refused", error).facts["resource"] == "counts"
    with pytest.raises(ServiceError, match="404"):
        rows(ckan, resource)
    assert read_state(connection, "counts", resource) == {}


def test_an_empty_table(ckan: Services, published: Publish, releasing: Releasing, name: str) -> None:
    published(releasing.release(name, {"counts": (COUNTS, [])}))
    assert rows(ckan, resources(ckan, name)["latest/package/data/counts.csv"]["id"]) == []


def test_a_field_that_no_datastore_takes_is_told_before_anything_is_sent(
    ckan: Services, portal: Portal, releasing: Releasing, name: str
) -> None:
    schema = schema_of({"fields": [field("a" * 64, "string", "Enw", "Name")]}, "long/1")
    with pytest.raises(PortalError) as error:
        client_for(portal).apply(releasing.release(name, {"long": (schema, [("x",)])}))
    assert refused("ckan.column", error).facts["field"] == "a" * 64
    with pytest.raises(ServiceError, match="404"):
        shown(ckan, name)


@pytest.mark.parametrize(
    ("type", "same"),
    [
        ("numeric", ["1.50", "1.5", "+1.500", "15e-1"]),
        ("numeric", ["0", "-0.00", "0e5", ".0"]),
        ("numeric", ["1000", "1e3", "1000."]),
        ("bool", ["true", "t"]),
        ("timestamp", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000", "2026-01-02T03:04:05.0"]),
    ],
)
def test_values_written_in_several_ways_are_the_same(type: str, same: list[str]) -> None:
    assert len({value(type, cell) for cell in same}) == 1


@pytest.mark.parametrize(
    ("type", "cells"),
    [
        ("numeric", ["1", "10", "-1", "1.0000000000000000000000000000000000001", "0", "NaN"]),
        ("text", ["1.50", "1.5", "t", "true", " true", "2026-01-02T03:04:05", "2026-01-02T03:04:05Z"]),
        ("timestamp", ["2026-01-02T03:04:05", "2026-01-02T03:04:06", "2026-01-02T03:04:05.001"]),
    ],
)
def test_other_values_are_not_the_same(type: str, cells: list[str]) -> None:
    assert len({value(type, cell) for cell in cells}) == len(cells)


def test_large_files_are_streamed_both_ways(
    ckan: Services, connection: Connection, organization: Any, tmp_path: Path, name: str
) -> None:
    size = 30_000_000
    file = tmp_path / "mawr.bin"
    with file.open("wb") as whole:
        whole.truncate(size)
    facts = {"name": name, "owner_org": organization(COUNCIL)["id"]}
    dataset = ckan.action("package_create", facts)["id"]
    texts = {"match": f'{{"id": "{dataset}"}}', "update__resources__extend": '[{"name": "mawr"}]'}
    upload = Upload("update__resources__-1__upload", file, "application/octet-stream")
    tracemalloc.start()
    try:
        answer = connection.send("package_revise", texts, [upload])
        resource = answer["package"]["resources"][0]
        path = f"dataset/{dataset}/resource/{resource['id']}/download/mawr.bin"
        found = connection.download(path, public=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert resource["size"] == size
    assert found == file_digest(file)
    assert peak < size / 5


# ---------------------------------------------------------------- names and texts


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        (["Dechrau’n Deg", "Dechrau'n Deg"], ("Dechraun Deg",)),
        (["tŷ", "ty\u0302", "A"], ("tŷ",)),
        (["R&D/ymchwil", "prydau ysgol, am ddim"], ("R D ymchwil", "prydau ysgol am ddim")),
        (["x" * 101, "’"], ()),
        (["ansawdd-aer", "pm2.5", "a_b"], ("a_b", "ansawdd-aer", "pm2.5")),
    ],
)
def test_keywords_as_tags(keywords: list[str], tags: tuple[str, ...]) -> None:
    assert tags_of(keywords) == tags


def test_a_name_longer_than_a_portal_takes_is_cut_and_stays_its_own() -> None:
    one, other = (f"cyngor/{'x' * 100}{end}" for end in "ab")
    assert dataset_name("cyngor/tai") == "cyngor-tai"
    assert len(dataset_name(one)) == len(dataset_name(other)) == 100
    assert dataset_name(one) != dataset_name(other)


def test_a_long_name_and_odd_texts_are_published(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing
) -> None:
    name = "enw-" + "hir-" * 30 + "iawn"
    title = Bilingual("  <b>Tŷ</b> & “bwyd”: 100%  ", "A\nB")
    release = releasing.small(name, title=title)
    published(release)
    assert changes(portal, release) == []
    found = ckan.action("package_show", {"id": dataset_name(f"{COUNCIL}/{name}")}, token="")
    assert found["title"] == "<b>Tŷ</b> & “bwyd”: 100% / A\nB"


def test_a_text_longer_than_a_portal_holds(portal: Portal, releasing: Releasing, name: str) -> None:
    release = releasing.small(name, title=Bilingual("ŵ" * 16_384, "Title"))
    with pytest.raises(PortalError) as error:
        client_for(portal).wanted(release)
    assert refused("ckan.text-too-long", error).facts["text"] == "title_cy"


# ---------------------------------------------------------------- fetching a release back


def test_a_release_is_put_together_again(
    portal: Portal, places: tuple[Release, dict[str, Any]], tmp_path: Path
) -> None:
    release, _ = places
    client = client_for(portal)
    client.fetch(f"{COUNCIL}/lleoedd", tmp_path / "store")
    client.fetch(f"{COUNCIL}/lleoedd", tmp_path / "store")  # what is there is left
    fetched = tmp_path / "store" / release.name

    def files(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }

    assert files(fetched) == files(release.folder)
    assert [path.name for path in (tmp_path / "store").iterdir()] == [release.name]


def test_a_release_from_before_changes_were_kept_is_put_together_again(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str, tmp_path: Path
) -> None:
    release = releasing.small(name, since=False)
    published(release)
    assert LATEST + "since.json" not in resources(ckan, name)
    client_for(portal).fetch(f"{COUNCIL}/{name}", tmp_path)
    assert not (tmp_path / release.name / "since.json").exists()
    assert verify_folder(tmp_path / release.name).content_hash == release.content


def test_a_release_whose_changes_were_deleted_is_not_fetched(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str, tmp_path: Path
) -> None:
    published(releasing.small(name))
    ckan.action("resource_delete", {"id": resources(ckan, name)[LATEST + "since.json"]["id"]})
    with pytest.raises(PortalError) as error:
        client_for(portal).fetch(f"{COUNCIL}/{name}", tmp_path)
    refused("publish.pulled-broken", error)


def test_nothing_to_fetch(portal: Portal, name: str, tmp_path: Path) -> None:
    client = client_for(portal)
    assert client.releases(f"{COUNCIL}/{name}") == ()
    client.fetch(f"{COUNCIL}/{name}", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_release_that_is_not_whole_is_not_fetched(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str, tmp_path: Path
) -> None:
    release = releasing.small(name)
    published(release)
    for file in ("package.zip", "decision.json", "SHA256SUMS"):
        resource = resources(ckan, name)[LATEST + file]
        replace_file(ckan, resource, b"{}")
        with pytest.raises(PortalError) as error:
            client_for(portal).fetch(f"{COUNCIL}/{name}", tmp_path)
        refused("publish.pulled-broken", error)
        published(release)
    ckan.action("resource_delete", {"id": resource["id"]})
    with pytest.raises(PortalError) as error:
        client_for(portal).fetch(f"{COUNCIL}/{name}", tmp_path)
    refused("ckan.unfinished", error)
    assert all(path.name.startswith(".") for path in tmp_path.iterdir())
    published(release)
    client_for(portal).fetch(f"{COUNCIL}/{name}", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [release.name]


def test_a_release_name_that_leads_elsewhere_is_not_followed(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str, tmp_path: Path
) -> None:
    published(releasing.small(name))
    dataset = shown(ckan, name)
    for extra in dataset["extras"]:
        if extra["key"] == "agored_release":
            extra["value"] = "../../tu-allan"
    ckan.action("package_patch", {"id": dataset["id"], "extras": dataset["extras"]})
    with pytest.raises(PortalError) as error:
        client_for(portal).fetch(f"{COUNCIL}/{name}", tmp_path / "store")
    refused("ckan.unfinished", error)


# ---------------------------------------------------------------- whose dataset it is


def test_a_name_that_another_dataset_has(
    ckan: Services, portal: Portal, releasing: Releasing, organization: Any, name: str
) -> None:
    owner = organization(COUNCIL)["id"]
    theirs = ckan.action("package_create", {"name": f"{COUNCIL}-{name}", "owner_org": owner})
    with pytest.raises(PortalError) as error:
        client_for(portal).current(f"{COUNCIL}/{name}")
    refused("ckan.name-taken", error)
    with pytest.raises(PortalError) as error:
        client_for(portal).apply(releasing.small(name))
    refused("ckan.name-taken", error)
    assert ckan.action("package_show", {"id": theirs["id"]}) == theirs


def test_another_organizations_dataset_of_the_same_identity_is_not_touched(
    ckan: Services, portal: Portal, releasing: Releasing, organization: Any, name: str
) -> None:
    identity = [{"key": "agored_identity", "value": f"{COUNCIL}/{name}"}]
    owner = organization("cyngor-arall")["id"]
    facts = {"owner_org": owner, "extras": identity}
    theirs = ckan.action("package_create", {"name": f"nid-{name}", **facts})
    release = releasing.small(name)
    client = client_for(portal)
    publish(client, make_plan(client, release, ()))
    assert ckan.action("package_show", {"id": theirs["id"]}) == theirs
    assert shown(ckan, name)["organization"]["name"] == COUNCIL


def test_the_organization_of_the_settings(
    ckan: Services, portal: Portal, releasing: Releasing, name: str
) -> None:
    chosen = Portal(portal.name, "ckan", portal.url, organization="y-sefydliad-newydd")
    client = client_for(chosen)
    release = releasing.small(name)
    publish(client, make_plan(client, release, ()))
    organization = shown(ckan, name)["organization"]
    assert organization["name"] == "y-sefydliad-newydd"
    assert organization["title"] == "Cyngor Enghraifft / Example Council"
    assert client_for(chosen).current(f"{COUNCIL}/{name}") == client_for(chosen).wanted(release)


def test_a_dataset_whose_identity_begins_alike_is_another_one(
    ckan: Services, portal: Portal, published: Publish, releasing: Releasing, name: str
) -> None:
    longer = releasing.small(f"{name}-hirach")
    published(longer)
    assert client_for(portal).current(f"{COUNCIL}/{name}") == {}
    assert client_for(portal).releases(f"{COUNCIL}/{name}") == ()


def test_a_dataset_that_is_there_twice(
    ckan: Services, portal: Portal, releasing: Releasing, organization: Any, name: str
) -> None:
    owner = organization(COUNCIL)["id"]
    identity = [{"key": "agored_identity", "value": f"{COUNCIL}/{name}"}]
    for end in "ab":
        ckan.action("package_create", {"name": f"{name}-{end}", "owner_org": owner, "extras": identity})
    with pytest.raises(PortalError) as error:
        client_for(portal).apply(releasing.small(name))
    refused("ckan.twice", error)


def test_what_people_withdrew_is_not_brought_back(
    ckan: Services, published: Publish, releasing: Releasing, name: str
) -> None:
    release = releasing.small(name)
    published(release)
    dataset = shown(ckan, name)["id"]
    for withdrawn in ({"private": True}, {"private": False, "state": "draft"}, {"state": "deleted"}):
        ckan.action("package_patch", {"id": dataset, **withdrawn})
        before = shown(ckan, name, ckan.token)
        with pytest.raises(PortalError) as error:
            published(release)
        refused("ckan.withdrawn", error)
        assert shown(ckan, name, ckan.token) == before
    ckan.action("dataset_purge", {"id": dataset})
    published(release)
    assert shown(ckan, name)["id"] != dataset


def test_a_change_made_meanwhile_is_not_overwritten(
    ckan: Services,
    portal: Portal,
    connection: Connection,
    published: Publish,
    releasing: Releasing,
    name: str,
) -> None:
    first = releasing.small(name)
    published(first)
    second = releasing.small(name, "4", issued="2026-12-01", previous=first)
    client, before = client_for(portal), shown(ckan, name)
    have = client.current(f"{COUNCIL}/{name}")
    ckan.action("package_patch", {"id": before["id"], "url": "https://example.org/meanwhile"})
    with pytest.raises(PortalError) as error:
        put_files(connection, before, describe(second, None), have, client.wanted(second))
    refused("ckan.changed", error)
    assert (
        downloaded(before["resources"][0]["url"]) == (first.folder / "package/data/counts.csv").read_bytes()
    )
    published(second)
    assert shown(ckan, name)["url"] == "https://example.org/meanwhile"


# ---------------------------------------------------------------- officers' own tokens


def test_an_editor_publishes(
    ckan: Services,
    portal: Portal,
    releasing: Releasing,
    organization: Any,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    council = organization(COUNCIL)["id"]
    monkeypatch.setenv("AGORED_TOKEN_PRIF", ckan.user_token("golygydd"))
    ckan.action("organization_member_create", {"id": council, "username": "golygydd", "role": "editor"})
    first = releasing.small(name)
    for release in (first, releasing.small(name, "4", issued="2026-12-01", previous=first)):
        client = client_for(portal)
        publish(client, make_plan(client, release, (first.name, release.name)))
        assert changes(portal, release) == []
    assert not shown(ckan, name)["private"]


def test_who_may_not_publish_is_told_so_before_anything_is_sent(
    ckan: Services,
    portal: Portal,
    published: Publish,
    releasing: Releasing,
    organization: Any,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    release = releasing.small(name)
    published(release)
    before = shown(ckan, name)
    changed = releasing.small(name, "4", issued="2026-12-01", previous=release)
    new = releasing.small(f"{name}-newydd")
    monkeypatch.setenv("AGORED_TOKEN_PRIF", ckan.user_token("aelod"))
    for _ in ("a stranger", "a member"):
        for refused_release in (changed, new):
            with pytest.raises(PortalError) as error:
                published(refused_release)
            assert COUNCIL in refused("ckan.not-allowed", error).message("cy")
        council = organization(COUNCIL)["id"]
        ckan.action("organization_member_create", {"id": council, "username": "aelod", "role": "member"})
    assert shown(ckan, name) == before
    with pytest.raises(PortalError) as error:
        client_for(portal).current(f"{COUNCIL}/{name}-newydd")
    refused("ckan.not-allowed", error)


def test_an_organization_that_nobody_may_make(
    ckan: Services, portal: Portal, releasing: Releasing, organization: Any, name: str
) -> None:
    # CKAN would take a dataset into a deleted one, and refuses another one of its name.
    gone = organization("wedi-mynd")
    ckan.action("organization_delete", {"id": gone["id"]})
    chosen = Portal(portal.name, "ckan", portal.url, organization="wedi-mynd")
    for publishing in (
        lambda: client_for(chosen).current(f"{COUNCIL}/{name}"),
        lambda: client_for(chosen).apply(releasing.small(name)),
    ):
        with pytest.raises(PortalError) as error:
            publishing()
        assert "wedi-mynd" in refused("ckan.organization-missing", error).message("en")
    query = {"fq": f'+agored_identity:"{COUNCIL}/{name}"', "include_private": True}
    assert ckan.action("package_search", query)["count"] == 0
