"""The wheel works by itself: installed in an empty environment outside the source tree, it does the main job."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

# Found whatever way pytest is told to import the tests.
sys.path.insert(0, str(Path(__file__).parent))

import officer
from installed import ROOT, Environment, build, plain_environment

LIBRARY = ("schemas", "expectations", "notebooks")
EXAMPLE = "llywodraeth-cymru/rough-sleepers"


def shipped(root: Path) -> dict[str, bytes]:
    """The schemas, suites and notebooks under ``root``, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for kind in LIBRARY
        for path in sorted((root / kind).rglob("*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def members(archive: Path) -> list[str]:
    """The files in a wheel, or in a source archive below its one folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            return opened.namelist()
    with tarfile.open(archive) as opened:
        return [name.partition("/")[2] for name in opened.getnames()]


def tops(names: Iterable[str]) -> set[str]:
    return {name.partition("/")[0] for name in names}


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace outside the source tree with an example dataset and its committed decision."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(ROOT / "datasets" / "rough-sleepers", folder / "datasets" / "rough-sleepers")
    shutil.copyfile(ROOT / "agored.toml", folder / "agored.toml")
    return folder


@pytest.fixture(scope="session")
def run(whole: Environment, example: Path) -> subprocess.CompletedProcess[str]:
    """``agored run`` on the example with the whole wheel."""
    return whole.agored("run", "rough-sleepers", "--json", cwd=example)


class TestArchives:
    def test_the_wheel_holds_the_package_and_nothing_beside_it(self, wheel: Path) -> None:
        names = members(wheel)
        assert tops(names) == {"agored", next(name for name in tops(names) if name.endswith(".dist-info"))}
        assert not [name for name in names if "__pycache__" in name or "checkpoint" in name]

    def test_the_wheel_holds_every_file_of_the_package(self, wheel: Path) -> None:
        source = ROOT / "src" / "agored"
        files = {path.relative_to(source.parent).as_posix() for path in source.rglob("*") if path.is_file()}
        files = {name for name in files if "__pycache__" not in name and "/." not in name}
        assert files <= set(members(wheel))

    def test_the_source_archive_holds_no_data_tests_or_runs(self, built: Path) -> None:
        (archive,) = built.glob("*.tar.gz")
        files = {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
        assert tops(members(archive)) == files | {"src", *LIBRARY}

    def test_a_wheel_made_from_the_source_archive_is_the_same(
        self, built: Path, wheel: Path, tmp_path: Path
    ) -> None:
        (archive,) = built.glob("*.tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(tmp_path, filter="data")
        (tree,) = tmp_path.iterdir()
        build(tree, tmp_path / "again", "wheel")
        (again,) = (tmp_path / "again").glob("*.whl")
        assert again.read_bytes() == wheel.read_bytes()

    def test_what_is_installed_with_it_is_pinned(self) -> None:
        """Every library that pyproject.toml names stands in the lock with its hash."""
        import tomllib

        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
        for extra in project["project"]["optional-dependencies"].values():
            named += [name for name in extra if not name.startswith("agored")]
        lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
        pinned = set(re.findall(r"^([a-z0-9-]+)==\S+ .*\\\n +--hash=sha256:", lock, re.MULTILINE))
        missing = {re.match(r"[a-z0-9-]+", name.lower())[0] for name in named} - pinned  # type: ignore[index]
        assert not missing


class TestFinder:
    """One finder gives the schemas, suites and notebooks, wherever Agored was installed from."""

    CODE = "import agored.workspace as it; print(it.__file__); print(it.library())"

    def look(self, environment: Environment, cwd: Path, **more: str) -> tuple[Path, Path]:
        done = environment.run(self.CODE, cwd, **more)
        assert done.returncode == 0, done.stderr
        module, library = map(Path, done.stdout.splitlines())
        return module, library

    def test_in_a_wheel(self, core: Environment, tmp_path: Path) -> None:
        module, library = self.look(core, tmp_path)
        assert module.is_relative_to(core.folder)
        assert library == module.parent / "library"
        assert shipped(library) == shipped(ROOT)

    def test_in_an_editable_install(
        self, core: Environment, tmp_path: Path, install: Callable[..., Environment]
    ) -> None:
        tree = tmp_path / "tree"
        for name in ("src", *LIBRARY):
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
            shutil.copyfile(ROOT / name, tree / name)
        code = f"from hatchling.build import build_editable; build_editable({str(tmp_path)!r})"
        subprocess.run([sys.executable, "-c", code], cwd=tree, env=plain_environment(), check=True)
        (editable,) = tmp_path.glob("*.whl")
        module, library = self.look(install(editable), tmp_path)
        assert module.is_relative_to(tree / "src")
        assert library == tree
        assert shipped(library) == shipped(ROOT)

    def test_in_the_source_tree(self, core: Environment, tmp_path: Path) -> None:
        module, library = self.look(core, tmp_path, PYTHONPATH=str(ROOT / "src"))
        assert module.is_relative_to(ROOT / "src")
        assert library == ROOT


class TestWhole:
    """The wheel with all its extras."""

    def test_it_says_its_version(self, whole: Environment, tmp_path: Path, wheel: Path) -> None:
        done = whole.agored("--version", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, f"agored {wheel.name.split('-')[1]}\n")

    @pytest.mark.parametrize(("language", "word"), [("cy", "Gorchmynion"), ("en", "Commands")])
    def test_its_help_speaks_both_languages(
        self, whole: Environment, tmp_path: Path, language: str, word: str
    ) -> None:
        done = whole.agored("--help", cwd=tmp_path, AGORED_LANGUAGE=language)
        assert done.returncode == 0
        assert word in done.stdout

    def test_it_publishes_an_example_by_its_committed_decision(
        self, whole: Environment, example: Path, run: subprocess.CompletedProcess[str]
    ) -> None:
        assert run.returncode == 0, run.stderr
        (outcome,) = json.loads(run.stdout)["portals"]
        assert outcome["outcome"] == "published"
        verified = whole.agored("verify", f"portal/data/{EXAMPLE}/latest", "--json", cwd=example)
        assert verified.returncode == 0, verified.stderr
        assert json.loads(verified.stdout)["content_hash"] == outcome["plan"]["content"]
        for language in ("cy", "en"):
            assert (example / "portal" / language / EXAMPLE / "index.html").is_file()

    def test_a_file_becomes_a_published_dataset(self, whole: Environment, tmp_path: Path) -> None:
        """From ``agored new`` through a person's decisions to a verified release."""
        (tmp_path / "coed.csv").write_text(officer.CSV, encoding="utf-8")
        drafted = whole.agored("new", "coed", "--from", "coed.csv", cwd=tmp_path)
        assert drafted.returncode == 0, drafted.stderr
        refused = whole.agored("check", "coed", "--json", cwd=tmp_path)
        assert refused.returncode == 10, "a draft with open questions cannot be used"
        assert json.loads(refused.stdout)["error"]["class"] == "RecipeError"

        officer.complete(tmp_path, "coed")
        checked = whole.agored("check", "coed", "--json", cwd=tmp_path)
        assert checked.returncode == 0, checked.stderr
        told = json.loads(checked.stdout)
        assert told["gate"] == "closed"
        assert [reason["code"] for reason in told["reasons"]] == ["no-approval"]

        decision = ("--role", "LIG", "--mailbox", "llywodraethu@cyngor.example.wales")
        content = ("--content", told["content_hash"])
        approved = whole.agored("approve", "coed", *content, *decision, "--json", cwd=tmp_path)
        assert approved.returncode == 0, approved.stderr
        published = whole.agored("publish", "coed", "--apply", "--json", cwd=tmp_path)
        assert published.returncode == 0, published.stderr
        verified = whole.agored(
            "verify", "portal/data/cyngor-enghraifft/coed/latest/package.zip", cwd=tmp_path
        )
        assert verified.returncode == 0, verified.stderr
        table = tmp_path / "portal/data/cyngor-enghraifft/coed/latest/package/data/coed.csv"
        assert table.read_text(encoding="utf-8").splitlines() == [
            "parc,blwyddyn,coed,arwynebedd",
            *officer.CSV.splitlines()[1:],
        ]


class TestCore:
    """The wheel without extras: enough to verify what others publish."""

    def test_it_brings_no_notebook_and_no_portal_library(self, core: Environment, tmp_path: Path) -> None:
        names = ("papermill", "great_expectations", "ckanapi", "jupyterlab", "pandas")
        code = f"import importlib.util as it; print([name for name in {names} if it.find_spec(name)])"
        assert core.run(code, tmp_path).stdout == "[]\n"

    def test_help_works(self, core: Environment, tmp_path: Path) -> None:
        done = core.agored("--help", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")

    def test_it_verifies(
        self,
        core: Environment,
        example: Path,
        run: subprocess.CompletedProcess[str],
        tmp_path: Path,
    ) -> None:
        (outcome,) = json.loads(run.stdout)["portals"]
        shutil.copytree(example / "releases" / EXAMPLE / outcome["release"], tmp_path / "release")
        done = core.agored("verify", "release", "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["content_hash"] == outcome["plan"]["content"]
        table = tmp_path / "release" / "package" / "data" / "rough-sleepers.csv"
        table.write_bytes(table.read_bytes().replace(b"W06000001", b"W06000002", 1))
        assert core.agored("verify", "release", cwd=tmp_path).returncode == 16

    @pytest.mark.parametrize("command", [("check", "rough-sleepers"), ("lab",)])
    @pytest.mark.parametrize("language", ["cy", "en"])
    def test_it_says_what_to_install(
        self, core: Environment, example: Path, command: tuple[str, ...], language: str
    ) -> None:
        done = core.agored(*command, cwd=example, AGORED_LANGUAGE=language)
        assert done.returncode == 14
        assert 'pip install "agored[all]"' in done.stderr
        assert "Traceback" not in done.stderr

    def test_without_the_part_that_judges_it_says_what_to_install(
        self, wheel: Path, install: Callable[..., Environment], example: Path
    ) -> None:
        notebooks = install(wheel, "[notebooks]")
        done = notebooks.agored("check", "rough-sleepers", cwd=example, AGORED_LANGUAGE="en")
        assert done.returncode == 14
        assert "great_expectations is not installed" in done.stderr
        assert 'pip install "agored[all]"' in done.stderr
