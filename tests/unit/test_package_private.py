"""Nothing that is published is the hash of a private thing: on a small table, a hash gives every count away."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import package_made as made
import pytest

from agored.package import write_package
from agored.parts import ResourcePart
from agored.protect import protect
from agored.recipe import Disclosure
from agored.records import canonical, digest, readable
from agored.table import Table

# One month in six areas, as a council has it. Three of the counts are too small to publish.
AREAS = ["W92000004", "W06000001", "W06000006", "W06000099", "W06000011", "W06000015"]
COUNTS = ["57", "3", "1", "24", "4", "25"]
_ALGORITHMS = ("sha256", "sha1", "md5", "sha512", "blake2b")


def one_month(counts: tuple[str, ...] | list[str]) -> Table:
    """The table before protection."""
    length = len(counts)
    return Table.of(
        {
            "area_code": AREAS[:length],
            "period": ["2026-01"] * length,
            "count": list(counts),
            "count_note": [""] * length,
        }
    )


def private_forms(counts: tuple[str, ...] | list[str]) -> Iterator[bytes]:
    """The bytes that somebody would try who guesses ``counts``: source files and tables in likely forms."""
    table = one_month(counts)
    csv = b"".join(table.csv())
    yield csv
    yield csv.replace(b"\n", b"\r\n")
    yield b"\xef\xbb\xbf" + csv
    columns = {name: table.list(name) for name in table.names}
    yield canonical(columns)
    yield readable(columns)
    yield digest(csv).encode()
    yield canonical({"rough-sleepers": digest(csv)})
    yield from (b"".join(table.select([name]).csv()) for name in table.names if name == "count")


def guesses(suppressed: list[int]) -> Iterator[list[str]]:
    """Every way to fill the blank cells."""
    for numbers in itertools.product("1234", repeat=len(suppressed)):
        filled = list(COUNTS)
        for place, number in zip(suppressed, numbers, strict=True):
            filled[place] = number
        yield filled


def hashes_in(package: Path) -> set[str]:
    """Everything in the published files that may be a hash or the beginning of one, in hexadecimal."""
    text = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*") if path.is_file())
    return {match.lower() for match in re.findall(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8,128}(?![0-9A-Za-z])", text)}


def found(package: Path, suppressed: list[int]) -> list[list[str]]:
    """The guesses that a published string confirms."""
    published = hashes_in(package)
    confirmed = []
    for counts in guesses(suppressed):
        tried = {
            hashlib.new(algorithm, form).hexdigest()
            for form in private_forms(counts)
            for algorithm in _ALGORITHMS
        }
        if any(full.startswith(string) for full in tried for string in published):
            confirmed.append(counts)
    return confirmed


def published(folder: Path, **other: Any) -> list[int]:
    """A package of the month, protected as by default; the places of the blank cells."""
    disclosure = Disclosure("standard")
    protected = protect(one_month(COUNTS), made.SLEEPERS, disclosure, "rough-sleepers", ())
    changes = {
        "changes": 1,
        "resources": [
            {
                "name": "rough-sleepers",
                "shape": [],
                "protect": {
                    "policy": "standard",
                    "values": dict(protected.values),
                    "rules": [change.to_json() for change in protected.changes],
                },
            }
        ],
    }
    recipe = replace(made.recipe(), resources=made.recipe().resources[:1])
    part = ResourcePart("rough-sleepers", protected.table, protected.schema, made.LISTS)
    inputs: dict[str, Any] = {
        "changes": changes,
        "ethics": made.ETHICS,
        "answers": made.ANSWERS,
        "policies": {"rough-sleepers": dict(protected.values)},
        "reasons": [],
        "judged": {**made.JUDGED, "schemas": {"rough-sleepers": "rough-sleepers/1"}},
    }
    write_package(folder, recipe, [part], **(inputs | other))
    return [place for place, cell in enumerate(protected.table.list("count")) if not cell]


def test_no_guess_can_be_checked_against_the_package(tmp_path: Path) -> None:
    suppressed = published(tmp_path / "package")
    assert suppressed == [1, 2, 4]
    assert found(tmp_path / "package", suppressed) == []


@pytest.mark.parametrize("cut", [64, 12], ids=["whole", "shortened"])
def test_the_attack_works_where_a_private_hash_is_published(tmp_path: Path, cut: int) -> None:
    private = one_month(COUNTS).digest.removeprefix("sha256:")[:cut]
    suppressed = published(tmp_path / "package", ethics={"ethics": 1, "made_from": private})
    assert found(tmp_path / "package", suppressed) == [COUNTS]


def test_no_clock_and_no_path_is_published(tmp_path: Path) -> None:
    published(tmp_path / "package")
    text = "".join(
        path.read_text(encoding="utf-8") for path in (tmp_path / "package").rglob("*") if path.is_file()
    )
    assert str(tmp_path) not in text
    assert re.search(r"\d\d:\d\d:\d\d", text) is None
    assert json.loads((tmp_path / "package/release.json").read_bytes())["content"]["format"] == 1
