"""A batch: each dataset ends in its own way, one that fails or dies never stops the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from endtoend_made import BROKEN, DATASET, WAITING, Commands, Said, Story, contents

ORDER = (WAITING, DATASET, BROKEN)


@dataclass(frozen=True)
class Batches:
    """Three batches one after the other, and the catalogue after each."""

    agored: Commands
    said: tuple[Said, Said, Said]
    catalogues: tuple[Mapping[str, bytes], ...]


@pytest.fixture(scope="module")
def batches(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Batches:
    """The first as text; the second as JSON, with nothing changed; in the third, a worker dies."""
    agored = story.approved.copied(tmp_path_factory.mktemp("batches") / "w")
    catalogues = []
    first = agored("batch", "--jobs", "2")
    catalogues.append(contents(agored.portal))
    second = agored("batch", "--jobs", "2", "--json")
    catalogues.append(contents(agored.portal))
    dying = f"datasets/{WAITING}/dataset.yaml"
    third = agored("batch", "--jobs", "2", "--json", GUARD_DIE_READING=dying)
    catalogues.append(contents(agored.portal))
    return Batches(agored, (first, second, third), tuple(catalogues))


def outcomes(said: Said) -> dict[str, str]:
    return {result["dataset"]: result["outcome"] for result in said.json}


class TestFirst:
    def test_it_ends_with_the_code_of_an_incomplete_batch(self, batches: Batches) -> None:
        assert batches.said[0].code == 15, batches.said[0].err

    def test_its_digest_tells_what_came_of_each(self, batches: Batches) -> None:
        digest = batches.said[0].out.splitlines()
        assert [line for line in digest if not line.startswith(" ")] == [
            "Published: 1",
            "Unchanged: 0",
            "Waiting for a decision: 1",
            "Failed: 1",
        ]
        text = batches.said[0].out
        assert text.index(f"  {DATASET} (") < text.index(f"  {WAITING}") < text.index(f"  {BROKEN}")
        assert "Nobody has approved this content yet" in text
        assert "tilte" in text

    def test_it_tells_of_each_as_it_ends(self, batches: Batches) -> None:
        told = batches.said[0].err
        for line in (f"{DATASET}: Published", f"{WAITING}: Waiting for a decision", f"{BROKEN}: Failed"):
            assert line in told


class TestAgain:
    def test_what_is_published_is_unchanged(self, batches: Batches) -> None:
        assert batches.said[1].code == 15
        assert outcomes(batches.said[1]) == {WAITING: "waiting", DATASET: "unchanged", BROKEN: "failed"}
        assert batches.catalogues[0]
        assert batches.catalogues[1] == batches.catalogues[0], "the very same bytes"

    def test_its_json_has_every_dataset_in_order(self, batches: Batches) -> None:
        told = batches.said[1].json
        assert [result["dataset"] for result in told] == list(ORDER)
        for result in told:
            assert list(result) == ["dataset", "outcome", "release", "reasons"]
        assert [bool(result["reasons"]) for result in told] == [True, False, True]
        release = told[1]["release"]
        assert f"data/cyngor-enghraifft/{DATASET}/{release}/decision.json" in batches.catalogues[1]


class TestDeath:
    """A worker is killed while it reads its recipe."""

    def test_only_its_own_dataset_fails(self, batches: Batches) -> None:
        assert batches.said[2].code == 15
        assert outcomes(batches.said[2]) == {WAITING: "failed", DATASET: "unchanged", BROKEN: "failed"}
        (reason,) = next(result for result in batches.said[2].json if result["dataset"] == WAITING)["reasons"]
        assert reason == "The process ended suddenly; memory may have run out. Run this dataset alone."

    def test_what_is_published_stays(self, batches: Batches) -> None:
        assert batches.catalogues[2] == batches.catalogues[1]


def test_an_unknown_dataset_is_refused_before_anything_runs(batches: Batches) -> None:
    said = batches.agored("batch", DATASET, "cyfrif-arall", "--json")
    assert said.code == 10
    assert json.loads(said.out)["error"]["class"] == "RecipeError"


def test_a_batch_of_what_needs_nothing_ends_well(batches: Batches) -> None:
    said = batches.agored("batch", WAITING)
    assert said.code == 0, "waiting for a person is no failure"
    assert "Waiting for a decision: 1" in said.out
