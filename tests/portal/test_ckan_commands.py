"""The commands against a real CKAN, as an officer gives them: what they say, how they end, and what they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from services import Services

from agored.approving import approve
from agored.checking import found
from agored.inputs import read_inputs
from agored.recipe import Mailbox
from agored.workspace import Workspace, open_workspace

ORGANIZATION = "cyngor-gorchmynion"
TOKEN = "AGORED_TOKEN_MAIN"
BY = Mailbox("Head of information governance", "llywodraethu@example.wales")


def settings(url: str) -> str:
    return f"""agored = 1
language = "en"

[portals.catalogue]
kind = "folder"
path = "portal"
url = "https://data.example.wales/"

[portals.main]
kind = "ckan"
url = "{url}"
organization = "{ORGANIZATION}"
"""


class Officer:
    """Gives commands in a workspace, with a portal's token in the environment."""

    def __init__(self, folder: Path, tokens: Mapping[str, str]) -> None:
        self.folder = folder
        self.tokens = dict(tokens)
        self.said: list[str] = []

    def __call__(self, *command: str, code: int = 0) -> dict[str, Any]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("AGORED_TOKEN_")
        }
        done = subprocess.run(
            [sys.executable, "-m", "agored.cli", *command, "--json"],
            cwd=self.folder,
            env=environment | self.tokens,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.said += [done.stdout, done.stderr]
        assert done.returncode == code, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        decoder, text, answers = json.JSONDecoder(), done.stdout.strip(), []
        while text:
            answer, end = decoder.raw_decode(text)
            answers.append(answer)
            text = text[end:].strip()
        merged: dict[str, Any] = {}
        for answer in answers:
            merged |= answer if isinstance(answer, dict) else {"results": answer}
        return merged

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.folder)

    def approve(self, dataset: str) -> None:
        checked = found(read_inputs(self.workspace, dataset))
        assert checked.run.content is not None
        approve(checked, checked.run.content, BY)


@pytest.fixture
def officer_of(
    ckan: Services, organization: Callable[[str], dict[str, Any]], workspace: Workspace
) -> Callable[[str], Officer]:
    """Makes an officer with an approved dataset that goes to the catalogue and to CKAN. The portal is the same
    for all tests, so each takes a dataset of its own."""

    def make(dataset: str) -> Officer:
        organization(ORGANIZATION)
        folder = workspace.folder
        (folder / "agored.toml").write_text(settings(ckan.url), encoding="utf-8")
        recipe = folder / "datasets" / dataset / "dataset.yaml"
        text = recipe.read_text(encoding="utf-8")
        recipe.write_text(
            text.replace("portals: [catalogue]", "portals: [catalogue, main]"), encoding="utf-8"
        )
        officer = Officer(folder, {TOKEN: ckan.token})
        officer("check", dataset)
        officer.approve(dataset)
        return officer

    return make


def outcomes(answer: Mapping[str, Any]) -> dict[str, str]:
    return {portal["portal"]: portal["outcome"] for portal in answer["portals"]}


def resource_ids(ckan: Services) -> dict[str, str]:
    package = ckan.action("package_show", {"id": "llywodraeth-cymru-principal-areas"})
    return {resource["name"]: resource["id"] for resource in package["resources"]}


def rows(ckan: Services) -> list[dict[str, Any]]:
    package = ckan.action("package_show", {"id": "llywodraeth-cymru-principal-areas"})
    found = [each for each in package["resources"] if each["datastore_active"]]
    tables = [
        ckan.action("datastore_search", {"resource_id": each["id"], "limit": 100})["records"]
        for each in found
    ]
    return next(table for table in tables if "area_km2" in table[0])


def change_a_row(folder: Path) -> None:
    source = folder / "datasets" / "principal-areas" / "source" / "prif_ardaloedd.csv"
    text = source.read_text(encoding="utf-8")
    assert "711.7" in text
    source.write_text(text.replace("711.7", "711.8"), encoding="utf-8")


def test_from_a_file_to_ckan_and_on(officer_of: Callable[[str], Officer], ckan: Services) -> None:
    """Publish; again, nothing changes; one row changes, ids stay and the DataStore follows; pull; no token left."""
    dataset = "principal-areas"
    officer = officer_of(dataset)
    published = officer("run", dataset)
    assert outcomes(published) == {"catalogue": "published", "main": "published"}
    ids = resource_ids(ckan)
    assert len(rows(ckan)) == 23

    assert outcomes(officer("run", dataset)) == {"catalogue": "unchanged", "main": "unchanged"}
    assert resource_ids(ckan) == ids

    change_a_row(officer.folder)
    officer("check", dataset)
    waiting = officer("publish", dataset, "--apply", code=12)
    assert waiting["error"]["problems"][0]["code"] == "gate.no-approval"
    officer.approve(dataset)
    plan = officer("publish", dataset)
    assert outcomes(plan) == {"catalogue": "planned", "main": "planned"}
    assert {str(row["area_km2"]) for row in rows(ckan)} & {"711.7", "711.8"} == {"711.7"}  # only planned
    assert outcomes(officer("publish", dataset, "--apply")) == {
        "catalogue": "published",
        "main": "published",
    }
    assert resource_ids(ckan) == ids
    assert {str(row["area_km2"]) for row in rows(ckan)} & {"711.7", "711.8"} == {"711.8"}

    kept = sorted(path.name for path in (officer.folder / "releases").glob("*/*/*"))
    assert len(kept) == 2
    newest = published["portals"][0]["release"]
    assert newest in kept
    (officer.folder / "releases").rename(officer.folder / "lost")
    lacking = officer("publish", dataset, "--portal", "main", code=13)
    assert lacking["error"]["code"] == "publish.store-lacks"
    fetched = officer("pull", dataset, "--portal", "catalogue")
    assert sorted(fetched["catalogue"]) == kept
    assert outcomes(officer("run", dataset)) == {"catalogue": "unchanged", "main": "unchanged"}

    canary = ckan.token.encode()
    holding = [
        str(path) for path in officer.folder.rglob("*") if path.is_file() and canary in path.read_bytes()
    ]
    holding += [str(path) for path in ckan.logs() if canary in path.read_bytes()]
    assert holding == []
    assert not any(ckan.token in text for text in officer.said)


def test_a_portal_that_refuses_or_is_not_there_is_told_and_the_other_is_done(
    officer_of: Callable[[str], Officer], ckan: Services
) -> None:
    dataset = "flying-start"
    officer = officer_of(dataset)
    right = officer.tokens[TOKEN]
    del officer.tokens[TOKEN]
    assert (
        "AGORED_TOKEN_MAIN"
        in officer("publish", dataset, "--apply", "--portal", "main", code=13)["error"]["message"]
    )

    officer.tokens[TOKEN] = right[:-4] + "AAAA"
    refused = officer("run", dataset, code=13)
    assert outcomes(refused) == {"catalogue": "published"}
    assert refused["error"]["class"] == "PortalError"
    assert right[:-4] not in refused["error"]["message"]
    status = officer("status")["results"]
    assert next(each for each in status if each["dataset"] == dataset)["state"] == "unfinished"

    officer.tokens[TOKEN] = right
    ckan.stop_ckan()
    try:
        gone = officer("run", dataset, code=13)
        assert outcomes(gone) == {"catalogue": "unchanged"}
    finally:
        ckan.start_ckan()

    batch: Sequence[dict[str, Any]] = officer("batch", dataset)["results"]
    assert [result["outcome"] for result in batch] in (["published"], ["unchanged"])
    assert outcomes(officer("run", dataset)) == {"catalogue": "unchanged", "main": "unchanged"}
    status = officer("status")["results"]
    assert next(each for each in status if each["dataset"] == dataset)["state"] == "published"
