"""Every real CSV file, by every schema that there is for it, judged as frictionless judges it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from real_compared import compared_descriptor, compared_file, packages, tables, told

from agored.validate.library import guarded

FOLDERS = (
    *("robustness", "csvw", "pollock-uk", "pairs"),
    "councils",
)
"""The folders whose files are compared one by one; ``councils`` are all others."""
_SAMPLED, _SLOW = 300_000, "wide.csv"
"""Larger files, and one of 9,000 columns, are compared by ``real_compared.py`` alone, as are schemas that have no
field in common with a file."""


@pytest.fixture
def frictionless() -> Iterator[Any]:
    """frictionless, as the judging uses it."""
    with guarded() as library:
        yield library


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_judged_the_same(folder: str, real_data: Path, frictionless: Any) -> None:
    parts = [real_data / folder]
    if folder == "councils":
        parts = sorted(part for part in real_data.iterdir() if part.is_dir() and part.name not in FOLDERS)
    found = []
    for part in parts:
        files = [file for file in tables(part) if file.stat().st_size < _SAMPLED and file.name != _SLOW]
        for file in files:
            found += compared_file(file, frictionless, fitting=True)
        found += filter(None, (compared_descriptor(file, frictionless) for file in packages(part)))
    print(told({folder: found}))
    assert not [(each.file, each.way, each.where) for each in found if each.outcome.kind == "differs"]
    kinds = [each.outcome.kind for each in found]
    assert len(kinds) > 30
    assert kinds.count("same") > 0.9 * len(found) - kinds.count("unloadable")
