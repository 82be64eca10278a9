"""What Binder needs: pinned requirements, scripts that work, and a workspace whose notebook runs at once."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

# Found whatever way pytest is told to import the tests.
sys.path.insert(0, str(Path(__file__).parent))

from installed import ROOT, installs, plain_environment

BINDER = ROOT / "binder"
LIGHT = ("hypothesis", "mypy", "playwright", "pytest", "ruff", "jupyter-repo2docker")


def made_of_lock() -> str:
    """What binder/renew.py would write now."""
    spec = importlib.util.spec_from_file_location("binder_renew", BINDER / "renew.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text: str = module.requirements((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    return text


def names_of(requirements: str) -> set[str]:
    return set(re.findall(r"(?m)^([a-z0-9-]+)==", requirements))


class TestRequirements:
    def test_they_are_what_the_lock_says(self) -> None:
        written = (BINDER / "requirements.txt").read_text(encoding="utf-8")
        assert written == made_of_lock(), "renew them: .venv/bin/python binder/renew.py"

    def test_they_hold_what_agored_needs(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        needed = list(project["dependencies"])
        for extra in project["optional-dependencies"].values():
            needed += [name for name in extra if not name.startswith("agored")]
        names = {re.split(r"[^a-z0-9-]", name.lower(), maxsplit=1)[0] for name in [*needed, "hatchling"]}
        assert names <= names_of(made_of_lock())

    def test_they_hold_nothing_for_developing(self) -> None:
        assert not set(LIGHT) & names_of(made_of_lock())
        assert set(LIGHT) <= names_of((ROOT / "requirements.lock").read_text(encoding="utf-8"))

    def test_each_has_its_hash(self) -> None:
        blocks = re.split(r"(?m)^(?=[a-z])", made_of_lock())[1:]
        assert blocks
        assert not [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block]


class TestFiles:
    def test_python_is_one_that_agored_supports(self) -> None:
        version = re.fullmatch(r"python-3\.(\d+)\n", (BINDER / "runtime.txt").read_text(encoding="utf-8"))
        assert version is not None
        assert int(version[1]) in (11, 12, 13)

    @pytest.mark.parametrize("name", ["postBuild", "start"])
    def test_scripts_can_be_run(self, name: str) -> None:
        script = BINDER / name
        assert os.access(script, os.X_OK)
        assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
        subprocess.run(["bash", "-n", script], check=True)

    def test_no_file_names_an_index_or_a_machine(self) -> None:
        for path in sorted(BINDER.iterdir()):
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                assert not re.search(
                    r"index-url|find-links|://|trusted-host|(?<![\w.])/(home|root|work|tmp)/", text
                )

    def test_repo2docker_accepts_it(self, tmp_path: Path) -> None:
        program = shutil.which("repo2docker", path=str(Path(sys.executable).parent))
        assert program is not None, "repo2docker is among the development dependencies"
        tree = tmp_path / "tree"
        shutil.copytree(BINDER, tree / "binder")
        for name in ("pyproject.toml", "README.md"):
            shutil.copyfile(ROOT / name, tree / name)
        options = ("--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan")
        done = subprocess.run(
            [program, *options, tree], capture_output=True, text=True, check=False, env=plain_environment()
        )
        assert done.returncode == 0, done.stderr
        told = done.stdout + done.stderr
        for line in (
            'pip install --no-cache-dir -r "binder/requirements.txt"',
            "RUN ./binder/postBuild",
            'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"',
        ):
            assert line in told


def test_an_officer_can_run_the_notebook_at_once(tmp_path: Path) -> None:
    """The steps that Binder takes, with the real scripts: requirements, postBuild, start, Run All."""
    home = tmp_path / "home"
    tracked = ("src", "schemas", "expectations", "notebooks", "datasets", "binder")
    for name in tracked:
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("agored.toml", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, home / name)
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    requirements = home / "binder" / "requirements.txt"
    assert installs(environment / "bin" / "python", "--require-hashes", "-r", requirements)

    shell = plain_environment() | {"HOME": str(home), "PATH": f"{environment / 'bin'}:{os.environ['PATH']}"}

    def step(*command: str | Path) -> None:
        done = subprocess.run(
            command, cwd=home, env=shell, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    step("binder/postBuild")
    executed = home / "notebooks" / "executed.ipynb"
    step("binder/start", "jupyter", "execute", "notebooks/prepare.ipynb", f"--output={executed}")
    text = executed.read_text(encoding="utf-8")
    committed = next((home / "datasets" / "rough-sleepers" / "decisions").glob("*-approval.yaml"))
    assert committed.name.split("-")[3] in text, "the content that the committed decision names"
