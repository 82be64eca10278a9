"""Writes binder/requirements.txt: of requirements.lock, what Agored needs to run, and nothing for developing it.

    .venv/bin/python binder/renew.py

A smaller image starts sooner. Versions and hashes are the lock's own, so that the two cannot differ; a test
compares this file with what would be written.
"""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE.parent / "requirements.lock"
BUILDS = ("hatchling",)
"""What builds Agored itself, without asking for anything that is not pinned."""


def requirements(lock: str) -> str:
    """The blocks of ``lock`` that stand for the project's own libraries, and for those that these need.

    Below each block, a comment says for which other blocks it is there.
    """
    blocks = re.split(r"(?m)^(?=[a-z])", lock)[1:]
    names = [re.split(r"[=\s]", block, maxsplit=1)[0] for block in blocks]
    needed_by = {name: _needed_by(block) for name, block in zip(names, blocks, strict=True)}
    wanted = {name for name in names if name in BUILDS or "agored (pyproject.toml)" in needed_by[name]}
    while more := {name for name in names if name not in wanted and needed_by[name] & wanted}:
        wanted |= more
    kept = [block for name, block in zip(names, blocks, strict=True) if name in wanted]
    return "# Made by binder/renew.py from requirements.lock.\n" + "".join(kept)


def _needed_by(block: str) -> set[str]:
    lines = [line.removeprefix("    # via ").removeprefix("    #   ") for line in block.splitlines()]
    return {line.strip() for line in lines if line and not line.startswith((" ", "#"))}


if __name__ == "__main__":
    text = requirements(LOCK.read_text(encoding="utf-8"))
    (HERE / "requirements.txt").write_text(text, encoding="utf-8", newline="\n")
