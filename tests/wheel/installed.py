"""Building the wheel, and running what is installed from it outside the source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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


def succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, env=plain_environment(), capture_output=True, check=False).returncode == 0


def uv() -> str:
    """The program uv, which is among the development dependencies."""
    found = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert found is not None
    return found


def installs(python: Path, *arguments: str | Path) -> bool:
    """Install into the environment of ``python``; tells whether that went well.

    What ``make setup`` fetched is at hand; elsewhere the packages' index is asked, by uv or else by pip.
    """
    ways: Sequence[Sequence[str | Path]] = (
        (uv(), "pip", "install", "--offline", "--python", python),
        (uv(), "pip", "install", "--python", python),
        (sys.executable, "-m", "pip", "--python", python, "install"),
    )
    return any(succeeds(*way, "--quiet", *arguments) for way in ways)
