"""Runs the unit tests on each supported Python that is found: on the path, and among pyenv's own.

The Python of the project's environment counts as tested by `make test` itself. With CI set, fewer than two
Pythons in all are a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SUPPORTED = ("3.11", "3.12", "3.13")
ROOT = Path(__file__).resolve().parents[1]


def candidates(version: str) -> list[str]:
    """Programs that may be this Python; pyenv's own come first, since its shims do not always answer."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    own = sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)
    found = shutil.which(f"python{version}")
    return [*map(str, own), *([found] if found else [])]


def works(program: str, version: str) -> bool:
    """Whether a program really is this Python, and can make environments."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([program, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.strip() == version


def test(program: str, version: str) -> bool:
    """Make an environment for a Python and run the unit tests in it."""
    venv = ROOT / ".cache" / f"venv-{version}"
    environment = os.environ | {"PYTHON": program, "VENV": str(venv.relative_to(ROOT))}
    subprocess.run([ROOT / "scripts" / "setup"], check=True, env=environment, cwd=ROOT)
    tests = [venv / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    tests += ["--numprocesses", "2", "tests/unit"]
    return subprocess.run(tests, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Test on every Python found; tell which, and which passed."""
    own = ".".join(map(str, sys.version_info[:2]))
    results = {own: "passed (this environment)"}
    for version in SUPPORTED:
        if version == own:
            continue
        program = next((each for each in candidates(version) if works(each, version)), None)
        if program is None:
            print(f"Python {version}: not found", flush=True)
            continue
        print(f"Python {version}:", flush=True)
        results[version] = "passed" if test(program, version) else "FAILED"
    for version, result in sorted(results.items()):
        print(f"Python {version}: {result}")
    if os.environ.get("CI") and len(results) < 2:
        print("In CI at least two Pythons are needed.")
        return 1
    return 1 if "FAILED" in results.values() else 0


if __name__ == "__main__":
    sys.exit(main())
