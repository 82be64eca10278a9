"""Since last time, through the commands: compared at each check, accepted by name, published and shown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from endtoend_made import COUNTS, DATASET, IDENTITY, Commands, Story, contents, source

from agored.package.verify import verify_folder
from agored.words import LANGUAGES


def record(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_bytes())


def names(agored: Commands) -> list[str]:
    """The releases in the store, the first one first."""
    found = [record(path, "decision.json") for path in (agored.folder / "releases" / IDENTITY).iterdir()]
    after = {decision["previous"]: decision["release"] for decision in found}
    ordered: list[str] = []
    while (name := after.get(ordered[-1] if ordered else None)) is not None:
        ordered.append(name)
    return ordered


def run_of(agored: Commands, story: Story, said: str) -> Path:
    return agored.folder / "runs" / IDENTITY / str(story.said[said].json["run"])


def test_the_check_after_a_release_tells_what_changed(story: Story) -> None:
    first, _ = names(story.now)
    ethics = record(run_of(story.now, story, "check changed"), "ethics.json")
    assert [each["release"] for each in ethics["compared_with"]] == [first]
    assert record(run_of(story.now, story, "check"), "ethics.json")["compared_with"] == []
    (told,) = [each for each in story.said["check changed"].json["findings"] if each["code"][:6] == "since."]
    assert (told["code"], told["severity"]) == ("since.rows-by-key", "note")
    facts = {key: told["detail"][key] for key in ("release", "added", "gone", "changed")}
    assert facts == {"release": first, "added": "0", "gone": "0", "changed": "1"}
    assert not [each for each in story.said["check"].json["findings"] if each["code"][:6] == "since."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notebook_shows_it_to_officers_and_in_the_public_account(story: Story, language: str) -> None:
    first, second = names(story.now)
    words = {
        "cy": ("Ers y datganiad diwethaf", "Dyma’r datganiad cyntaf"),
        "en": ("Since the last release", "This is the first release"),
    }
    run = run_of(story.now, story, "check changed")
    for page in (f"report.{language}.html", f"account.{language}.html"):
        text = (run / page).read_text(encoding="utf-8")
        assert words[language][0] in text
        assert first in text
        assert second not in text
    early = run_of(story.now, story, "check") / f"account.{language}.html"
    assert words[language][1] in early.read_text(encoding="utf-8")


def test_each_release_keeps_what_changed_and_the_page_shows_it(story: Story) -> None:
    first, second = names(story.now)
    store = story.now.folder / "releases" / IDENTITY
    assert record(store / first, "since.json")["previous"] is None
    told = record(store / second, "since.json")
    assert told["previous"]["release"] == first
    (resource,) = told["resources"]
    assert (resource["rows"]["changed"], resource["rows"]["added"]) == (1, 0)
    assert [(each["field"], each["value"]) for each in resource["cells"]] == [("count", 1)]
    for place in (store / second, story.now.published / "latest", story.now.published / second):
        assert record(place, "since.json") == told
        assert verify_folder(place).content_hash == told["content"]
    for language, words in (("cy", "Rhesi a newidiodd"), ("en", "Rows changed")):
        page = (story.now.portal / language / IDENTITY / "index.html").read_text(encoding="utf-8")
        assert f'<th scope="row">{words}</th><td class="count">1</td>' in page


def test_a_check_after_publishing_finds_the_same_run(story: Story, tmp_path: Path) -> None:
    agored = story.now.copied(tmp_path / "w")
    before = contents(run_of(agored, story, "check changed"))
    said = agored("check", DATASET, "--json")
    assert said.code == 0, said.err
    assert said.json["run"] == story.said["check changed"].json["run"]
    assert contents(run_of(agored, story, "check changed")) == before


def test_releases_from_elsewhere_make_the_run_anew_and_keep_its_receipts(
    story: Story, tmp_path: Path
) -> None:
    agored = story.approved.copied(tmp_path / "w")
    shutil.copytree(story.now.portal, agored.portal)
    run = run_of(agored, story, "check")
    receipt = run / "publish" / "elsewhere" / "receipt.json"
    receipt.parent.mkdir(parents=True)
    receipt.write_text("{}", encoding="utf-8")
    assert agored("pull", DATASET).code == 0
    said = agored("publish", DATASET, "--json")
    assert (said.code, said.json["error"]["code"]) == (12, "gate.released-since")
    (status,) = [each for each in agored("status", "--json").json if each["dataset"] == DATASET]
    assert status["state"] == "unchecked"
    again = agored("check", DATASET, "--json")
    assert again.json["run"] == story.said["check"].json["run"]
    assert again.json["content_hash"] == story.said["check"].json["content_hash"]
    compared = record(run, "ethics.json")["compared_with"]
    assert [each["release"] for each in compared] == names(agored) == names(story.now)
    assert receipt.is_file()
    assert [reason["code"] for reason in again.json["reasons"]] == ["spent"]


def test_a_release_that_was_changed_in_the_store_stops_the_check(story: Story, tmp_path: Path) -> None:
    agored = story.now.copied(tmp_path / "w")
    (_, second) = names(agored)
    file = agored.folder / "releases" / IDENTITY / second / "package" / "data" / f"{DATASET}.csv"
    file.write_bytes(file.read_bytes().replace(b",20,", b",25,"))
    agored.change_source("Powys", 40)
    said = agored("check", DATASET, "--json")
    assert (said.code, said.json["error"]["code"]) == (13, "store.changed")
    assert said.json["error"]["facts"]["release"] == second
    assert ",25," not in said.out + said.err


def test_a_code_that_is_gone_must_be_accepted_by_name(story: Story, tmp_path: Path) -> None:
    agored = story.now.copied(tmp_path / "w")
    file = agored.folder / "datasets" / DATASET / "source" / "cyfrif.csv"
    file.write_bytes(source({area: count for area, count in COUNTS.items() if area != "Powys"}))
    checked = agored("check", DATASET, "--json")
    (gone,) = [each for each in checked.json["findings"] if each["code"] == "since.codes-gone"]
    assert (gone["severity"], gone["field"], gone["count"]) == ("advisory", "area_code", 1)
    content = checked.json["content_hash"]

    refused = agored.approve(DATASET, content)
    assert refused.code == 12
    assert {problem["code"] for problem in refused.json["error"]["problems"]} == {"gate.unaccepted"}
    accept = ("--accept", f"since.codes-gone:{DATASET}/area_code", "Nid oes neb yno.", "Nobody is there.")
    assert agored.approve(DATASET, content, *accept).code == 0
    published = agored("publish", DATASET, "--apply", "--json")
    assert published.code == 0, published.err

    told = record(agored.published / "latest", "since.json")
    (resource,) = told["resources"]
    assert resource["breaking"]
    assert resource["rows"]["gone"] == 1
    (codes,) = [each for each in resource["codes"] if each["field"] == "area_code"]
    assert [each["title"]["en"] for each in codes["first_gone"]] == ["Powys"]
    page = (agored.portal / "cy" / IDENTITY / "index.html").read_text(encoding="utf-8")
    section = page.split('<h2 id="since">')[1].split("<h2")[0]
    assert 'Powys <span class="small muted"><code>W06000023</code></span>' in section
