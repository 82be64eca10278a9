"""The wheel, built once a session, and environments outside the source tree into which it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def plain_environment() -> dict[str, str]:
    """This environment without what points to the source tree or to a workspace."""
    passed = {name: text for name, text in os.environ.items() if not name.startswith(("AGORED_", "PYTHON"))}
    return passed | {"LANG": "C.UTF-8"}


@dataclass(frozen=True)
class Environment:
    """A Python environment with Agored in it."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def agored(self, *arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the command ``agored`` of this environment in ``cwd``."""
        return self._run([self.folder / "bin" / "agored", *arguments], cwd, more)

    def run(self, code: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a line of Python in this environment."""
        return self._run([self.python, "-c", code], cwd, more)

    def _run(
        self, command: Sequence[str | Path], cwd: Path, more: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=cwd,
            env=plain_environment() | more,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )


Install = Callable[..., Environment]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built from the source tree as it is."""
    folder = tmp_path_factory.mktemp("built")
    build(ROOT, folder)
    return folder


def build(tree: Path, folder: Path, *targets: str) -> None:
    """Build ``targets`` (all) of a source tree into ``folder``, without the network."""
    options = [word for target in targets for word in ("--target", target)]
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", folder, *options],
        cwd=tree,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


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
        uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        assert uv is not None, "uv is among the development dependencies"
        _ran(uv, "venv", "--quiet", "--python", sys.executable, folder)
        python = folder / "bin" / "python"
        wanted = f"agored{extras} @ {wheel.as_uri()}"
        pinned = ("--constraint", ROOT / "requirements.lock", wanted)
        # What `make setup` fetched is at hand; elsewhere the packages' index is asked, by uv or else by pip.
        for way in (
            (uv, "pip", "install", "--offline", "--python", python),
            (uv, "pip", "install", "--python", python),
            (sys.executable, "-m", "pip", "--python", python, "install"),
        ):
            if _succeeds(*way, "--quiet", *pinned):
                return Environment(folder)
        pytest.fail("The wheel could not be installed with the versions of requirements.lock.")

    return make


def _ran(*command: str | Path) -> None:
    assert _succeeds(*command), command


def _succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, env=plain_environment(), capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def whole(wheel: Path, install: Install) -> Environment:
    """The wheel with all extras."""
    return install(wheel, "[all]")


@pytest.fixture(scope="session")
def core(wheel: Path, install: Install) -> Environment:
    """The wheel without any extra."""
    return install(wheel)
