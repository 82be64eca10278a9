"""Nothing published is, or holds, a hash of something private.

With the hash of a one-month table, every suppressed count can be guessed: there are only so many tables, and each
can be hashed in microseconds. So the test does what an attacker would do, and must not succeed.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from endtoend_made import COUNTS, DATASET, IDENTITY, Story, contents, source
from published_hashes import digests, names_of_hashes, revealed, shown_in

from agored.records import canonical, readable

SUPPRESSED = [area for area, count in COUNTS.items() if 1 <= count <= 4]
"""The areas whose counts an attacker wants to know. That they are from 1 to 4 is public."""


@pytest.fixture(scope="module")
def shown(story: Story) -> dict[str, str]:
    """Every hash in the catalogue and in the store."""
    public = contents(story.now.portal) | contents(story.now.folder / "releases")
    found = shown_in(public)
    assert len(found) > 20, "there are hashes to be looked at"
    return found


@pytest.fixture(scope="module")
def run(story: Story) -> Path:
    """The private folder of the first release's run."""
    return story.now.folder / "runs" / IDENTITY / str(story.said["check"].json["run"])


def record(run: Path, name: str) -> Any:
    return json.loads((run / f"{name}.json").read_bytes())


def tables(counts: dict[str, int], published: str) -> Iterator[bytes]:
    """The bytes that may have been hashed if the counts were these: the council's file and the table, with and
    without notes, as it is shaped and as it is published but for the cells that are suppressed."""
    yield source(counts)
    yield source(counts).replace(b" ,", b",").replace(b"Jun ", b"Jun")
    codes = dict(zip(counts, [row[0] for row in csv.reader(io.StringIO(published))][1:], strict=True))
    tidy = [(codes[area], "2024-06", str(count)) for area, count in counts.items()]
    restored = [
        (row[0], row[1], row[2] or str(count), row[3])
        for row, count in zip(list(csv.reader(io.StringIO(published)))[1:], counts.values(), strict=True)
    ]
    noted = ("area_code", "period", "count", "count_note")
    layouts: list[list[tuple[str, ...]]] = [
        [noted, *((*row, "") for row in tidy)],
        [noted[:3], *tidy],
        [noted, *restored],
        [noted[:3], *(row[:3] for row in restored)],
        [row[2:3] for row in tidy],
        [row[2:3] for row in restored],
    ]
    for end in ("\n", "\r\n"):
        for layout in layouts:
            text = end.join(",".join(row) for row in layout)
            yield text.encode()
            yield (text + end).encode()
    yield canonical(counts)
    yield canonical(list(counts.values()))
    yield canonical({area: str(count) for area, count in counts.items()})


@pytest.fixture(scope="module")
def published(story: Story) -> str:
    release = str(story.said["publish"].json["portals"][0]["release"])
    file = story.now.published / release / "package" / "data" / f"{DATASET}.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count(",c\n") == len(SUPPRESSED) == 4
    return text


@pytest.fixture(scope="module")
def guesses(published: str) -> dict[str, tuple[int, ...]]:
    """The hash of each table that may have been, and the suppressed counts in it."""
    found = {}
    for counts in itertools.product(range(1, 5), repeat=len(SUPPRESSED)):
        guessed = COUNTS | dict(zip(SUPPRESSED, counts, strict=True))
        for data in tables(guessed, published):
            found.update(dict.fromkeys(digests(data), counts))
    return found


class TestAttack:
    """Guessing all tables that the published one may have been."""

    def test_the_attacker_guesses_right(self, guesses: dict[str, tuple[int, ...]], run: Path) -> None:
        """The true tables are among the guesses: had one hash of them been published, all would be known."""
        truth = tuple(COUNTS[area] for area in SUPPRESSED)
        (read,) = record(run, "source")["resources"]
        (shaped,) = record(run, "shape")["resources"]
        for private in (read["source"], read["table"], shaped["table"]):
            assert guesses[private.removeprefix("sha256:")] == truth

    def test_the_attacker_finds_nothing(
        self, guesses: dict[str, tuple[int, ...]], shown: dict[str, str]
    ) -> None:
        # Of a thousand tables' hashes, 8 digits may be another's by chance; the true ones are looked at below.
        assert revealed({text: where for text, where in shown.items() if len(text) >= 12}, guesses) == {}

    def test_a_leak_would_be_found(self, guesses: dict[str, tuple[int, ...]], run: Path) -> None:
        (shaped,) = record(run, "shape")["resources"]
        leak = shaped["table"].removeprefix("sha256:")
        for planted in (leak, leak[:12], leak.upper()):
            assert revealed(shown_in({"a.json": f'{{"hash": "{planted}"}}'.encode()}), guesses) == {
                leak: "a.json"
            }


class TestPrivateThings:
    def private(self, story: Story, run: Path) -> dict[str, bytes]:
        """Everything of the first release that is not for everybody."""
        dataset = story.approved.folder / "datasets" / DATASET
        decision = next((dataset / "decisions").iterdir())
        files = [
            dataset / "dataset.yaml",
            dataset / "ethics.yaml",
            dataset / "source" / "cyfrif.csv",
            decision,
        ]
        files += [
            path for path in sorted(run.iterdir()) if path.is_file() and not path.name.startswith("account")
        ]
        found = {path.name: path.read_bytes() for path in files}
        sources = {DATASET: record(run, "source")["resources"][0]["source"]}
        inputs = record(run, "run")["inputs"]
        return found | {
            "sources": canonical(sources),
            "sources, readable": readable(sources),
            "inputs": canonical(inputs),
            "run id": run.name.encode(),
        }

    def test_no_hash_of_a_private_file_is_shown(self, story: Story, run: Path, shown: dict[str, str]) -> None:
        for name, data in self.private(story, run).items():
            assert revealed(shown, digests(data)) == {}, name

    def test_no_hash_that_a_private_record_holds_is_shown(
        self, story: Story, run: Path, shown: dict[str, str]
    ) -> None:
        """But for those of what is published: the content, the release table and its schema."""
        (release,) = record(run, "protection")["resources"]
        public = {release["table"], release["schema"], story.said["check"].json["content_hash"]}
        public |= {record(run, "package")["sums"], *record(run, "run")["accounts"].values()}
        held = names_of_hashes(run)
        decisions = story.approved.folder / "datasets" / DATASET / "decisions"
        held |= names_of_hashes(decisions)
        assert {digest.removeprefix("sha256:") for digest in public} <= held
        private = held - {digest.removeprefix("sha256:") for digest in public}
        assert run.name in private
        assert len(private) > 15
        assert revealed(shown, private) == {}

    def test_no_run_is_named_in_public(self, story: Story) -> None:
        runs = [path.name.encode() for path in (story.now.folder / "runs" / IDENTITY).iterdir()]
        for name, data in contents(story.now.portal).items():
            assert not [run for run in runs if run in data], name
