"""The story of a dataset, told once a session: checked, approved, planned, published, corrected, published again.

Tests look at what each step said and left behind; those that change something work on a copy.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Found whatever way pytest is told to import the tests.
sys.path.insert(0, str(Path(__file__).parent))

from endtoend_made import (
    DATASET,
    IDENTITY,
    WAITING,
    Commands,
    Said,
    Story,
    contents,
    guarded,
    lines,
    make_workspace,
)


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Two releases of a dataset, through the commands and the real notebooks."""
    folder = tmp_path_factory.mktemp("story")
    guard = tmp_path_factory.mktemp("guard")
    make_workspace(folder / "now")
    agored = Commands(folder / "now", guarded(guard))
    said: dict[str, Said] = {}

    said["new"] = agored("status", "--json")
    said["publish unchecked"] = agored("publish", DATASET, "--json")
    said["check waiting"] = agored("check", WAITING, "--json")
    said["check"] = agored("check", DATASET, "--json")
    waiting = agored.copied(folder / "waiting")
    said["approve"] = agored.approve(DATASET, said["check"].json["content_hash"])
    approved = agored.copied(folder / "approved")

    before = contents(agored.folder)
    said["plan"] = agored("publish", DATASET, "--json")
    after = contents(agored.folder)
    said["publish"] = agored("publish", DATASET, "--apply", "--json")
    portal = contents(agored.portal)
    said["publish again"] = agored("publish", DATASET, "--apply", "--json")
    unchanged = contents(agored.portal) == portal

    agored.change_source("Powys", 18)
    said["publish changed"] = agored("publish", DATASET, "--json")
    said["check changed"] = agored("check", DATASET, "--json")
    said["publish unapproved"] = agored("publish", DATASET, "--apply", "--json")
    reasons = ("--reason-cy", "Roedd y cyngor wedi camgyfrif.", "--reason-en", "The council had miscounted.")
    said["correct"] = agored.approve(
        DATASET, said["check changed"].json["content_hash"], "--change", "correction", *reasons
    )
    corrected = agored.copied(folder / "corrected")
    said["publish corrected"] = agored("publish", DATASET, "--apply", "--json")
    said["verify"] = agored("verify", f"portal/data/{IDENTITY}/latest", "--json")
    said["status"] = agored("status", "--json")
    changed = {name for name, data in after.items() if before.get(name) != data}
    untouched = all(name.startswith("runs/") for name in changed) and set(before) <= set(after)
    started = lines(guard / "started")
    return Story(said, waiting, approved, corrected, agored, guard, started, untouched, unchanged)
