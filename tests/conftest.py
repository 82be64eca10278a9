"""What all tests share: the real files, a workspace of one's own, and an environment that says nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from agored.workspace import Workspace, open_workspace

ROOT = Path(__file__).parents[1]
SETTINGS = """agored = 1
language = "en"

[portals.catalogue]
kind = "folder"
path = "portal"
url = "https://data.example.wales/"
"""

# A busy machine is no fault of the code: nothing is timed, and a failure comes again by itself.
settings.register_profile("agored", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("agored")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing is skipped: a skip makes the run fail, whatever its reason."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs the tests, where and in which language is no part of them."""
    for name in ("LANGUAGE", "WORKSPACE", "DATASET", "RUN_FOLDER"):
        monkeypatch.delenv(f"AGORED_{name}", raising=False)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files, which no test may write to."""
    named = os.environ.get("AGORED_REAL_DATA")
    if named and Path(named).is_dir():
        return Path(named)
    reason = "AGORED_REAL_DATA names no folder of real files"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI skips nothing")
    pytest.skip(reason)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with the example datasets and schemas, in a folder of its own."""
    folder = tmp_path / "workspace"
    for name in ("schemas", "datasets"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "agored.toml").write_text(SETTINGS, encoding="utf-8")
    return open_workspace(folder)
