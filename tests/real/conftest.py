"""Where the real files are, and runs that several tests look at."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from real_workspace import FILES, Ran, run_through, workspace_of

REAL_DATA = "AGORED_REAL_DATA"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; without it a test is skipped, and fails where nothing may be skipped."""
    named = os.environ.get(REAL_DATA)
    if named:
        return Path(named)
    if os.environ.get("CI"):
        pytest.fail(f"{REAL_DATA} must name the folder of real files where CI is set")
    pytest.skip(f"{REAL_DATA} does not name a folder of real files")


@pytest.fixture(scope="session")
def run_of(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ran]:
    """The run of a case as it stands in ``cases``, made once; ``again`` is another one in another workspace."""

    @cache
    def run(case: str, again: bool = False) -> Ran:
        folder = tmp_path_factory.mktemp(case)
        return run_through(workspace_of(folder, case, real_data / FILES[case]), case)

    return run
