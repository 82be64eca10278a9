"""Prepares the example datasets' packages without a kernel, and prints their checksums.

    python example_packages.py WORKSPACE OUT DATASET…

Run as a program of its own, so that tests can give it another locale, time zone, hash seed and folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECKSUMS = Path(__file__).resolve().parent / "checksums"
EXAMPLES = ("flying-start", "principal-areas", "rough-sleepers")


def workspace_copy(folder: Path) -> Path:
    """A workspace in ``folder`` with the examples and their committed decisions, without runs or releases."""
    shutil.copytree(ROOT / "datasets", folder / "datasets")
    shutil.copyfile(ROOT / "agored.toml", folder / "agored.toml")
    return folder


def prepare_package(workspace: Path, dataset: str, folder: Path) -> str:
    """Prepare ``dataset`` through every stage into the run folder ``folder``; gives its ``SHA256SUMS``."""
    from agored.run import RUN_FOLDER, prepare

    os.environ[RUN_FOLDER] = str(folder)
    try:
        run = prepare(dataset, str(workspace), "en")
        for stage in (run.read, run.shape, run.validate, run.protect, run.ethics, run.package):
            stage()
    finally:
        del os.environ[RUN_FOLDER]
    return (folder / "package" / "SHA256SUMS").read_text(encoding="utf-8")


if __name__ == "__main__":
    where, out = Path(sys.argv[1]), Path(sys.argv[2])
    found = {name: prepare_package(where, name, out / name) for name in sys.argv[3:]}
    sys.stdout.buffer.write(json.dumps(found).encode())
