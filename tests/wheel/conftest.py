"""The wheel, built once a session, and environments outside the source tree into which it is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# Found whatever way pytest is told to import the tests.
sys.path.insert(0, str(Path(__file__).parent))

from installed import ROOT, Environment, build, installs, succeeds, uv

Install = Callable[..., Environment]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built from the source tree as it is."""
    folder = tmp_path_factory.mktemp("built")
    build(ROOT, folder)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def install(tmp_path_factory: pytest.TempPathFactory) -> Install:
    """Makes an environment with a wheel, some of its extras, and the versions that requirements.lock pins."""

    def make(wheel: Path, extras: str = "") -> Environment:
        folder = tmp_path_factory.mktemp("environment") / "venv"
        assert succeeds(uv(), "venv", "--quiet", "--python", sys.executable, folder)
        python = folder / "bin" / "python"
        wanted = f"agored{extras} @ {wheel.as_uri()}"
        # Without hashes: pip allows them only where everything has one, and the wheel just built has none.
        lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", "\n")
        versions = folder.with_name("versions.txt")
        versions.write_text(
            "\n".join(line for line in lock.splitlines() if line[:1].isalnum()), encoding="utf-8"
        )
        assert installs(python, "--constraint", versions, wanted)
        return Environment(folder)

    return make


@pytest.fixture(scope="session")
def whole(wheel: Path, install: Install) -> Environment:
    """The wheel with all extras."""
    return install(wheel, "[all]")


@pytest.fixture(scope="session")
def core(wheel: Path, install: Install) -> Environment:
    """The wheel without any extra."""
    return install(wheel)
