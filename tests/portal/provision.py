"""What the four services are run from: programs of this machine, and two folders that are made once.

CKAN pins its libraries exactly, so it has a virtual environment of its own. That and Solr's libraries are
made into `$AGORED_TEST_CACHE` or the repository's `.cache`, from `ckan-requirements.lock` and `solr/pom.xml`.
To move to another CKAN, make the lock again, and the cache follows by itself:

    echo 'ckan[requirements]==2.12.0' | uv pip compile --universal --python-version 3.11 \\
        --generate-hashes - -o tests/portal/ckan-requirements.lock
"""

from __future__ import annotations

import ctypes.util
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]

CKAN_LOCK = HERE / "ckan-requirements.lock"
SOLR_SOURCES = HERE / "solr"


class ServiceError(Exception):
    """One of the services could not be made, started or used."""


# ---------------------------------------------------------------- what the machine has


def missing() -> list[str]:
    """Return the names of what this machine lacks for the four services; empty when they can be started."""
    absent = [program for program in ("redis-server", "java") if not shutil.which(program)]
    if not postgres_programs():
        absent.append("PostgreSQL's server")
    elif not postgres_user_exists():
        absent.append("the system user postgres")
    if not ctypes.util.find_library("magic"):
        absent.append("libmagic")
    if not (ckan_folder() / "made-from").exists():
        absent += [program for program in ("gcc", "pg_config") if not shutil.which(program)]
        if not Path(sysconfig.get_path("include"), "Python.h").exists():
            absent.append("Python's headers")
        if not uv() and not importlib.util.find_spec("ensurepip"):
            absent.append("uv, or Python's ensurepip")
    if not (solr_folder() / "made-from").exists():
        absent += [program for program in ("javac", "mvn") if not shutil.which(program)]
    return absent


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's own programs. Debian keeps them off the PATH, a folder a version."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda program: float(program.parts[-3]), default=None)
    return newest.parent if newest else None


def postgres_user() -> str | None:
    """Return the user to run PostgreSQL as, which refuses root; None stands for oneself."""
    return "postgres" if os.geteuid() == 0 else None


def postgres_user_exists() -> bool:
    """Tell whether the user that PostgreSQL is to run as is there."""
    user = postgres_user()
    return user is None or user in {entry.pw_name for entry in pwd.getpwall()}


def uv() -> str | None:
    """Return uv's path when it stands beside this Python or on the PATH. It is much faster than pip."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


# ---------------------------------------------------------------- what is made once


def ckan_version() -> str:
    """Return the version of CKAN that the lock pins."""
    pinned = re.search(r"^ckan(?:\[\w+\])?==(\S+)", CKAN_LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if not pinned:
        raise ServiceError(f"{CKAN_LOCK.name} does not pin ckan")
    return pinned[1]


def solr_version() -> str:
    """Return the version of Solr that the pom pins."""
    version = ElementTree.parse(SOLR_SOURCES / "pom.xml").findtext("dependencies/dependency/version")
    if not version:
        raise ServiceError("solr/pom.xml does not pin Solr")
    return version


def cache_folder() -> Path:
    """Return the folder for what is made once and used by every test run."""
    return Path(os.environ.get("AGORED_TEST_CACHE") or REPOSITORY / ".cache").resolve()


def ckan_folder() -> Path:
    """Return where CKAN's virtual environment stands, or will."""
    return cache_folder() / f"ckan-{ckan_version()}-py{sys.version_info.major}.{sys.version_info.minor}"


def solr_folder() -> Path:
    """Return where Solr's libraries and its launcher stand, or will."""
    return cache_folder() / f"solr-{solr_version()}"


def ckan_environment() -> Path:
    """Return CKAN's virtual environment, making it first when it is not there."""
    # A virtual environment depends on the very Python that made it, which an upgrade may replace.
    return cached(ckan_folder(), digest(CKAN_LOCK.read_bytes(), sys.version.encode()), build_ckan)


def build_ckan(folder: Path) -> None:
    """Make CKAN's virtual environment. Every file that is fetched is checked against the lock's hashes."""
    python = str(folder / "bin" / "python")
    fetch = ["install", "--quiet", "--require-hashes", "-r", str(CKAN_LOCK)]
    fast = uv()
    if fast:
        run([fast, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)], folder)
        run([fast, "pip", *fetch, "--compile-bytecode", "--python", python], folder)
    else:
        run([sys.executable, "-m", "venv", str(folder)], folder)
        run([python, "-m", "pip", *fetch, "--disable-pip-version-check"], folder)


def solr_libraries() -> Path:
    """Return the folder of Solr's libraries and compiled launcher, making it first when it is not there."""
    sources = [path.read_bytes() for path in sorted(SOLR_SOURCES.iterdir()) if path.is_file()]
    return cached(solr_folder(), digest(*sources), build_solr)


def build_solr(folder: Path) -> None:
    """Fetch Solr's libraries, and compile the launcher. With -C, Maven refuses a wrong checksum."""
    # The plug-in is pinned as well; Maven would choose its own otherwise.
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
    target = f"-DoutputDirectory={folder / 'jars'}"
    run(["mvn", "-q", "-B", "-C", "-f", str(SOLR_SOURCES / "pom.xml"), copy, target], folder)
    launcher = str(SOLR_SOURCES / "SolrLauncher.java")
    run(["javac", "--release", "11", "-cp", f"{folder}/jars/*", "-d", str(folder), launcher], folder)


def digest(*parts: bytes) -> str:
    """Return one hash of all the parts."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def cached(folder: Path, made_from: str, build: Callable[[Path], None]) -> Path:
    """Return the folder, built anew unless it was made from the same things.

    It is built beside and renamed, so it is whole or not there; of two test runs, one builds and one waits.
    """
    stamp = folder / "made-from"
    with locked(folder.with_name(f"{folder.name}.lock")):
        if stamp.exists() and stamp.read_text(encoding="utf-8") == made_from:
            return folder
        beside = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        build(beside)
        (beside / stamp.name).write_text(made_from, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that ends with this process, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run(
    command: list[str],
    folder: Path,
    *,
    environment: dict[str, str] | None = None,
    user: str | None = None,
    given: str = "",
) -> str:
    """Run a command in a folder and return what it printed. When it fails, raise with its last words."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        user=user,
        extra_groups=[] if user else None,
        input=given,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-3000:]
        raise ServiceError(f"{Path(command[0]).name} ended with {done.returncode}:\n{said}")
    return done.stdout
