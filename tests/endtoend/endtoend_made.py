"""A workspace of the tests' own, and the commands run in it as a person would run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GUARD = Path(__file__).resolve().parent / "guard"

CANARY = "kanari-7Qx9mZr4Tn2Vb8LpW3sK"
"""Stands for a portal's token, and must never be found in a file."""

COUNTS = {
    "Wales": 61,
    "Isle of Anglesey": 1,
    "Gwynedd": 8,
    "Conwy": 2,
    "Denbighshire": 4,
    "Flintshire": 0,
    "Wrexham": 3,
    "Powys": 12,
    "Ceredigion": 31,
}
"""One month of counts of people. Those from 1 to 4 must not be published."""

DATASET = "cyfrif"
IDENTITY = f"cyngor-enghraifft/{DATASET}"
WAITING = "aros"
BROKEN = "torri"

SETTINGS = """agored = 1
language = "cy"
title = {cy = "Data agored: prawf", en = "Open data: a test"}
contact = "data.agored@cyngor.example.wales"

[portals.catalogue]
kind = "folder"
path = "portal"
url = "https://data.example.wales/"

[portals.main]
kind = "ckan"
url = "http://127.0.0.1:9/"
organization = "cyngor-enghraifft"
"""

DECIDING = ("--role", "Llywodraethu gwybodaeth", "--mailbox", "llywodraethu@cyngor.example.wales")


def source(counts: Mapping[str, int]) -> bytes:
    """The council's file: a row an area, one month."""
    rows = [f"{area} ,{count}" for area, count in counts.items()]
    return "\n".join(["Local authority,2024 Jun ", *rows, ""]).encode()


def recipe(name: str, portal: str) -> str:
    """A recipe for such a file."""
    return f"""recipe: 1
organization: cyngor-enghraifft
name: {name}
title: {{cy: Cyfrif o bobl, en: A count of people}}
description: {{cy: Nifer y bobl ym mhob ardal mewn un mis., en: People in each area in one month.}}
notes: {{cy: Data prawf yw hwn., en: These are test data.}}
keywords: {{cy: [prawf], en: [test]}}
contact: {{role: Housing statistics, mailbox: tai@cyngor.example.wales}}
resources:
  - name: {name}
    source: {{path: source/cyfrif.csv}}
    shape:
      - trim: all
      - name: {{1: {{heading: Local authority, to: area}}}}
      - unpivot: {{keep: [area], name: period, value: count}}
      - notes: {{field: count, markers: {{"(r)": r}}}}
      - period: {{field: period, kind: month, format: YYYY MMM, language: en}}
      - lookup: {{field: area, list: areas/1, to: area_code}}
      - total: {{field: area_code, code: W92000004}}
    schema: rough-sleepers/1
    disclosure: {{policy: standard}}
expectations:
  - {{suite: plausibility, with: {{max: "500", first: 2023-04, last: 2024-06}}}}
package:
  licenses: [{{name: OGL-UK-3.0}}]
  contributors: [{{title: Cyngor Enghraifft / Example Council, roles: [publisher]}}]
  sources: [{{title: Cyfrif y cyngor / The council’s count}}]
  frequency: monthly
publish: {{portals: [{portal}]}}
"""


def make_workspace(folder: Path) -> None:
    """Three datasets: one to publish, one that waits for a decision, one whose recipe is broken."""
    folder.mkdir(parents=True)
    (folder / "agored.toml").write_text(SETTINGS, encoding="utf-8")
    for name, portal in ((DATASET, "catalogue"), (WAITING, "main"), (BROKEN, "catalogue")):
        make_dataset(folder, name, recipe(name, portal), source(COUNTS))
    broken = folder / "datasets" / BROKEN / "dataset.yaml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("title:", "tilte:", 1), encoding="utf-8")


def make_dataset(folder: Path, name: str, text: str, data: bytes) -> Path:
    """A dataset with the answers of an example's ethics record; gives its folder."""
    place = folder / "datasets" / name
    (place / "source").mkdir(parents=True)
    (place / "dataset.yaml").write_text(text, encoding="utf-8")
    (place / "source" / "cyfrif.csv").write_bytes(data)
    shutil.copyfile(ROOT / "datasets" / "rough-sleepers" / "ethics.yaml", place / "ethics.yaml")
    return place


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it said on stdout, as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Commands:
    """Runs ``agored`` in a workspace."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, **more: str) -> Said:
        """Run a command to its end."""
        with self.start(*arguments, **more) as process:
            out, err = process.communicate(timeout=300)
        return Said(process.returncode, out, err)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "agored.cli", *arguments],
            cwd=self.folder,
            env=ordinary_environment() | self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",  # some tests ask for another encoding
        )

    def copied(self, folder: Path) -> Commands:
        """The same commands in a copy of the workspace, as it is now."""
        shutil.copytree(self.folder, folder)
        return Commands(folder, self.environment)

    @property
    def portal(self) -> Path:
        """The built-in catalogue."""
        return self.folder / "portal"

    @property
    def published(self) -> Path:
        """The catalogue's folder of the dataset."""
        return self.portal / "data" / IDENTITY

    def approve(self, dataset: str, content: str, *more: str) -> Said:
        """Approve content of a dataset."""
        return self("approve", dataset, "--content", content, *DECIDING, *more, "--json")

    def change_source(self, area: str, count: int, dataset: str = DATASET) -> None:
        """The council sends another figure for an area."""
        place = self.folder / "datasets" / dataset / "source" / "cyfrif.csv"
        place.write_bytes(source(COUNTS | {area: count}))


@dataclass(frozen=True)
class Story:
    """``said`` holds what each command said; ``waiting``, ``approved`` and ``corrected`` are the workspace as it
    was then, ``now`` as it is at the end. ``guard`` is where the guard writes; ``started`` are the programs that
    it had guarded by then."""

    said: Mapping[str, Said]
    waiting: Commands
    approved: Commands
    corrected: Commands
    now: Commands
    guard: Path
    started: Sequence[str]
    untouched: bool
    unchanged: bool


def ordinary_environment() -> dict[str, str]:
    """This environment, English, without what a developer may have set."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("AGORED_", "GUARD_"))}
    return kept | {"AGORED_LANGUAGE": "en"}


def guarded(folder: Path) -> dict[str, str]:
    """An environment in which the network is out of reach, a warning raised in Agored is an error, and a token is
    set; ``attempts`` and ``started`` in ``folder`` tell what was tried and which Pythons were guarded."""
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH")])),
        "GUARD_ATTEMPTS": str(folder / "attempts"),
        "GUARD_STARTED": str(folder / "started"),
        "GUARD_WARNINGS": "yes",
        "AGORED_TOKEN_MAIN": CANARY,
    }


def lines(file: Path) -> list[str]:
    """A file's lines; none where there is no file."""
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under ``folder``, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
