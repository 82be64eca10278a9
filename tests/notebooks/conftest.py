"""Notebooks for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_notebooks import PARAMETERS, Cell, notebook_of

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a notebook of the cells given, and returns its path."""

    def write(*cells: Cell, name: str = "tiny.ipynb", parameters: str = PARAMETERS) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(notebook_of(*cells, parameters=parameters)), encoding="utf-8")
        return path

    return write
