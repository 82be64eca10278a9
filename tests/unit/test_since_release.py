"""What changed, kept beside every release, read from published files alone, and shown to citizens and officers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import catalogue_made
import package_made
import pytest
from run_made import RECIPE, Desk, bytes_of
from since_made import field, resource, rich

from agored.checking import _tells_of, found
from agored.errors import GateClosed, PortalError
from agored.package.verify import verify_folder
from agored.pages.since import since_told
from agored.parts import ResourcePart
from agored.records import readable
from agored.since import compared, record_of, since_view
from agored.since.history import Unusual
from agored.since.released import Changed, read_package, read_table
from agored.site import render
from agored.store import Release, latest, releases
from agored.views import Audience
from agored.words import LANGUAGES


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(tmp_path / "desk", ("catalogue", "second"))


def publish(desk: Desk, *counts: str) -> list[Release]:
    """Releases of these contents, each approved and published."""
    for count in counts:
        desk.decide(desk.check(count))
        desk.publish(desk.check(count))
    return list(releases(desk.releases))


def since(release: Release) -> dict[str, Any]:
    return dict(package_made.told(release.folder / "since.json"))


# Reading a release back


def test_a_package_is_read_back_as_it_was_published(tmp_path: Path) -> None:
    packaged = package_made.made(tmp_path / "package")
    parts = read_package(tmp_path / "package", packaged.content_hash)
    for part, made in zip(parts, package_made.parts(), strict=True):
        assert part.name == made.name
        assert part.table.names == made.table.names
        assert part.table.data.to_pylist() == made.table.data.to_pylist()
        assert b"".join(part.table.csv()) == b"".join(made.table.csv())
        assert part.schema.fields == made.schema.fields
    assert {name: [code.code for code in codes.codes] for name, codes in parts[0].lists.items()} == {
        "areas/1": ["W92000004", "W06000001", "W06000006"],
        "note-codes/1": ["c", "p"],
    }


def test_odd_cells_are_read_back_as_they_are(tmp_path: Path) -> None:
    odd = [
        '"',
        "a,b",
        "two\nlines",
        "cr\r\nlf",
        " blank ",
        "",
        "NA",
        "null",
        "NaN",
        "0012",
        "1e5",
        "ŵ\x1f",
        "true",
    ]
    fields = [field("cell"), field("other")]
    for table in (
        resource(fields, [(cell, "x") for cell in odd]),
        resource(fields[:1], [(cell,) for cell in ["", *odd, ""]]),
        resource(fields, []),
    ):
        file = tmp_path / "table.csv"
        file.write_bytes(b"".join(table.table.csv()))
        again = read_table(file)
        assert again.names == table.table.names
        assert again.data.to_pylist() == table.table.data.to_pylist()
        assert again.data.schema == table.table.data.schema


def test_cells_of_several_lines_are_read_whole_wherever_a_piece_of_the_file_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agored.since.released._BLOCK", 500)
    table = resource([field("a"), field("b")], [(f"{n}\nline\nline", "x, y") for n in range(300)]).table
    file = tmp_path / "table.csv"
    file.write_bytes(b"".join(table.csv()))
    assert read_table(file).data.to_pylist() == table.data.to_pylist()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: (p / "data/shelters.csv").write_bytes((p / "data/shelters.csv").read_bytes() + b"x,y,1\n"),
        lambda p: (p / "data/shelters.csv").unlink(),
        lambda p: (p / "schemas/shelters.json").write_text("{}"),
        lambda p: (p / "codes/areas-1.csv").write_text("code\nX\n"),
        lambda p: (p / "release.json").write_text("{"),
        lambda p: (p / "release.json").write_text('{"content": 1}'),
        lambda p: (p / "release.json").unlink(),
    ],
)
def test_what_is_not_the_content_is_not_believed(tmp_path: Path, spoil: Callable[[Path], Any]) -> None:
    packaged = package_made.made(tmp_path / "package")
    with pytest.raises(Changed):
        read_package(tmp_path / "package", "sha256:" + "0" * 64)
    spoil(tmp_path / "package")
    with pytest.raises(Changed):
        read_package(tmp_path / "package", packaged.content_hash)


def test_a_release_that_was_changed_in_the_store_stops_the_comparison(desk: Desk) -> None:
    (release,) = publish(desk, "10")
    file = release.folder / "package/data/shelters.csv"
    file.write_bytes(file.read_bytes() + b"x,y,1\n")
    with pytest.raises(PortalError) as caught:
        compared(desk.releases, package_made.parts())
    assert (caught.value.code, caught.value.facts["release"]) == ("store.changed", release.name)


# The record beside a release


def test_the_first_release_says_so(desk: Desk) -> None:
    (first,) = publish(desk, "10")
    assert since(first) == {
        "since": 1,
        "dataset": RECIPE.identity,
        "release": first.name,
        "content": first.content,
        "previous": None,
        "resources": [],
    }


def test_each_release_tells_what_changed_since_the_one_before(desk: Desk) -> None:
    _, second, third = publish(desk, "10", "11", "15")
    record = since(third)
    assert record["previous"] == {"release": second.name, "content": second.content}
    sleepers, shelters = record["resources"]
    assert sleepers["rows"] == {
        "before": 3,
        "now": 3,
        "added": 0,
        "gone": 0,
        "changed": 1,
        "key": ["area_code", "period"],
    }
    assert [(each["field"], each["value"]) for each in sleepers["cells"]] == [("count", 1)]
    assert shelters["rows"]["changed"] is None
    assert (shelters["fields"], shelters["codes"], shelters["breaking"]) == ([], [], False)


def test_it_is_listed_verified_and_the_same_everywhere(desk: Desk) -> None:
    _, second = publish(desk, "10", "11")
    desk.publish(desk.check("11"), "second")
    sums = (second.folder / "SHA256SUMS").read_text(encoding="utf-8")
    assert sums.count("  since.json\n") == 1
    assert verify_folder(second.folder).content_hash == second.content
    kept = (second.folder / "since.json").read_bytes()
    for portal in ("catalogue", "second"):
        for place in ("latest", second.name):
            assert (desk.portal(portal) / place / "since.json").read_bytes() == kept
    first = releases(desk.releases)[0]
    assert readable(record_of(second.folder / "package", second.decision, first)) == kept


def test_it_holds_no_cell(desk: Desk) -> None:
    _, second = publish(desk, "10", "98765")
    said = (second.folder / "since.json").read_text(encoding="utf-8")
    assert "98765" not in said
    assert "Hafan" not in said


def test_the_content_does_not_know_of_it(desk: Desk) -> None:
    """A package is the same whatever was released before it."""
    before = bytes_of(desk.check("11").run.folder / "package")
    publish(desk, "10", "11")
    release = latest(desk.releases)
    assert release is not None
    assert bytes_of(release.folder / "package") == before


# A run that knows the releases


def test_a_run_stands_while_only_its_own_content_was_released(desk: Desk) -> None:
    first = desk.check("10")
    assert first.run.compared_with == frozenset()
    desk.decide(first)
    desk.publish(first)
    again = found(first.inputs)
    assert again.run.folder == first.run.folder
    assert again.run.compared_with == frozenset()
    desk.publish(again, "second")


def test_a_run_does_not_stand_when_another_release_has_come(desk: Desk) -> None:
    early = desk.check("10")
    other = desk.check("11")
    desk.decide(other)
    desk.publish(other)
    with pytest.raises(GateClosed) as caught:
        found(early.inputs)
    assert caught.value.code == "gate.released-since"
    assert caught.value.exit_code == 12
    release = latest(desk.releases)
    assert release is not None
    assert desk.check("10").run.compared_with == {(release.name, release.content)}
    assert found(early.inputs).run.compared_with == {(release.name, release.content)}


def test_going_back_to_earlier_content_is_compared_anew(desk: Desk) -> None:
    publish(desk, "10", "11")
    with pytest.raises(GateClosed):
        found(desk.inputs("10"))
    desk.decide(desk.check("10"))
    desk.publish(desk.check("10"))
    third = latest(desk.releases)
    assert third is not None
    assert since(third)["previous"]["release"] == releases(desk.releases)[1].name
    assert found(desk.inputs("10")).run.content == third.content


def test_a_name_alone_is_not_the_release_that_was_compared(desk: Desk) -> None:
    (release,) = publish(desk, "10")
    run = desk.check("11").run
    assert _tells_of(run, [release])
    assert _tells_of(run, [])
    forged = Release(release.folder, {**release.decision, "content": "sha256:" + "1" * 64})
    assert not _tells_of(run, [forged])


# The comparison of a run


def test_the_first_run_has_nothing_to_compare_with(desk: Desk) -> None:
    result = compared(desk.releases, package_made.parts())
    assert (result.stored, result.previous, result.changes, result.findings) == ((), None, (), ())
    view = since_view(result, "en")
    assert view.text.en == "This is the first release: there is nothing to compare it with."
    assert view.text.cy == "Dyma’r datganiad cyntaf: nid oes dim i’w gymharu ag ef."


def test_a_run_is_compared_with_the_newest_of_all_releases(desk: Desk) -> None:
    stored = publish(desk, "10", "11", "12")
    result = compared(desk.releases, package_made.parts("12"))
    assert [each.name for each in result.stored] == [each.name for each in stored]
    assert result.previous == stored[-1]
    assert result.findings == ()
    assert [each.to_json()["breaking"] for each in result.changes] == [False, False]
    view = since_view(result, "cy")
    assert stored[-1].name in view.text.cy
    assert "Nid oes dim wedi newid ers y datganiad diwethaf." in view.text.cy

    changed = compared(desk.releases, package_made.parts("15"))
    assert [each.code for each in changed.findings] == ["since.rows-by-key"]
    assert "Other value" in since_view(changed, "en").text.en


def test_the_history_is_the_newest_release_and_those_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(desk, "10", "11", "12")
    seen: dict[str, list[str]] = {}

    def noted(history: Sequence[ResourcePart], now: ResourcePart, *rest: object) -> list[Unusual]:
        seen[now.name] = [part.table.list(part.table.names[2])[0] for part in history]
        return []

    monkeypatch.setattr("agored.since.compare.unusual", noted)
    compared(desk.releases, package_made.parts("13"))
    # One month alone is a short history; without a key there is none.
    assert seen == {"rough-sleepers": ["12", "11", "10"], "shelters": ["0012"]}


def test_tables_come_and_go(desk: Desk) -> None:
    (release,) = publish(desk, "10")
    sleepers, _ = package_made.parts()
    new = resource([field("a")], [("x",)], name="new")
    result = compared(desk.releases, [sleepers, new])
    assert {(each.code, each.resource) for each in result.findings} == {
        ("since.table-added", "new"),
        ("since.table-gone", "shelters"),
    }
    assert all(each.detail["release"] == release.name for each in result.findings)


def test_the_recipe_may_say_how_many_records_there_are(desk: Desk) -> None:
    publish(desk, "10")
    sleepers, shelters = package_made.parts()
    many = resource(
        list(shelters.schema.descriptor["fields"]),
        [("W06000006", f"Lloches {number}", "7") for number in range(30)],
        name="shelters",
    )
    assert "since.rows" in {each.code for each in compared(desk.releases, [sleepers, many]).findings}
    limited = compared(desk.releases, [sleepers, many], rows_limited=True)
    assert "since.rows" not in {each.code for each in limited.findings}


# What people see


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_is_told_in_words(language: str) -> None:
    told = since_told(rich(), [], language)
    assert told.previous == "2026-02-03-0123abcd"
    counts, whole, old = told.resources
    assert [(each.name, each.breaking) for each in counts.fields] == [
        ("new", False),
        ("kind", True),
        ("gone", True),
    ]
    assert {each.name: each.counts for each in counts.cells}["count"] == ("0", "4", "0")
    assert [(each.name, each.new, each.gone) for each in counts.codes] == [
        ("area", "1", "1"),
        ("count_note", "1", "0"),
        ("status", "8", "1"),
    ]
    assert whole.whole_rows
    assert (
        old.sentence
        == {
            "cy": "Nid yw’r tabl hwn yn cael ei gyhoeddi bellach.",
            "en": "This table is no longer published.",
        }[language]
    )
    kind = {"cy": "Rhif cyfan", "en": "Whole number"}[language]
    assert kind in counts.fields[1].change


def test_what_is_newer_than_these_words_is_told_as_it_is() -> None:
    record = rich()
    record["resources"][0]["fields"][0]["change"] = "upended"
    record["resources"][2]["status"] = "frozen"
    told = since_told(record, [], "en")
    assert told.resources[0].fields[0].change == "upended"
    assert told.resources[2].sentence == "frozen"


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    folder = tmp_path / "portal"
    catalogue_made.catalogue(folder)
    return folder


def page(portal: Path, language: str, name: str = "rough-sleepers") -> str:
    render(portal, catalogue_made.SETTINGS)
    return (portal / language / "cyngor-enghraifft" / name / "index.html").read_text(encoding="utf-8")


WORDS = {
    "cy": {
        "heading": "Beth sydd wedi newid ers y datganiad diwethaf",
        "first": "Dyma’r datganiad cyntaf: nid oes dim i’w gymharu ag ef.",
        "none": "Ni chadwyd cymhariaeth gyda’r datganiad hwn.",
        "rows": "Rhesi a newidiodd",
        "breaks": "gallai eu hatal",
    },
    "en": {
        "heading": "What changed since the last release",
        "first": "This is the first release: there is nothing to compare it with.",
        "none": "No comparison was kept with this release.",
        "rows": "Rows changed",
        "breaks": "may stop them",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_what_changed(portal: Path, language: str) -> None:
    latest_folder = portal / "data/cyngor-enghraifft/rough-sleepers/latest"
    told = page(portal, language)
    assert f'<h2 id="since">{WORDS[language]["heading"]}</h2>' in told
    assert json.loads((latest_folder / "since.json").read_bytes())["previous"]["release"] in told
    assert f'<th scope="row">{WORDS[language]["rows"]}</th><td class="count">1</td>' in told
    assert 'latest/since.json">' in told
    assert WORDS[language]["first"] in page(portal, language, "llochesi")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_of_changes_has_a_caption_and_headings(portal: Path, language: str) -> None:
    latest_folder = portal / "data/cyngor-enghraifft/rough-sleepers/latest"
    (latest_folder / "since.json").write_bytes(readable(rich()))
    section = page(portal, language).split('<h2 id="since">')[1].split("<h2")[0]
    assert section.count("<table>") == section.count("<caption>") == section.count("</table>") == 5
    assert section.count('scope="col"') == 3 + 4 + 3
    assert WORDS[language]["breaks"] in section
    assert "Maes newydd &amp; &lt;b&gt;" in section
    assert "<b>" not in section
    assert section.count("<ul>") == section.count("</ul>") == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_release_from_before_changes_were_kept_has_a_page(portal: Path, language: str) -> None:
    for file in portal.rglob("since.json"):
        file.unlink()
    told = page(portal, language)
    assert WORDS[language]["none"] in told
    assert "since.json" not in told


def test_a_record_that_cannot_be_read_stops_the_pages(portal: Path) -> None:
    (portal / "data/cyngor-enghraifft/rough-sleepers/latest/since.json").write_bytes(b"{")
    with pytest.raises(PortalError) as caught:
        page(portal, "en")
    assert caught.value.code == "site.unreadable"


def test_officers_and_the_public_account_see_the_same_tables(desk: Desk) -> None:
    publish(desk, "10")
    sleepers, shelters = package_made.parts("50")
    fields = [*sleepers.schema.descriptor["fields"][:3], field("new", title="Newydd")]
    names = [each["name"] for each in fields[:3]]
    rows = zip(*(sleepers.table.list(name) for name in names), strict=True)
    now = resource(fields, [(*row, "x") for row in rows][:2], ["area_code", "period"], "rough-sleepers")
    result = compared(desk.releases, [now, shelters])
    view = since_view(result, "en")
    assert view.audience is Audience.PUBLIC
    for language in LANGUAGES:
        html = view.html[language]
        assert html.count("<table") == html.count("<caption") == 4
        for heading in ("fields", "cells", "codes"):
            assert f"since.view.{heading}" not in html
    assert "Newydd (new)" in view.text.en
    assert "may stop them" in view.text.en
    assert "gallai eu hatal" in view.text.cy
    assert "Wales (W92000004)" in view.text.en
    assert "Cymru (W92000004)" in view.text.cy


def test_a_store_copied_elsewhere_gives_the_same_record(desk: Desk, tmp_path: Path) -> None:
    first, second = publish(desk, "10", "11")
    shutil.copytree(desk.releases, tmp_path / "elsewhere")
    moved = [Release(tmp_path / "elsewhere" / each.name, each.decision) for each in (first, second)]
    assert record_of(moved[1].folder / "package", moved[1].decision, moved[0]) == since(second)
