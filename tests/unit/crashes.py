"""A process that dies at any step: the next operation on files raises instead, and cleans up nothing.

Python tells its own audit hooks of every file that is opened, made, moved or deleted, before it happens.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MOVES = frozenset({"os.rename"})
ALL = frozenset({"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove"})


class Crash(BaseException):
    """The end of the process; no part of Agored catches it."""


class _Plan:
    folder: str | None = None
    events: frozenset[str] = frozenset()
    left = 0


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _Plan.folder is None or event not in _Plan.events:
        return
    # What is deleted in a folder that is open has a name without its folder.
    path = arguments[0] if arguments else None
    if isinstance(path, bytes | os.PathLike):
        path = os.fsdecode(path)
    if not isinstance(path, str) or (path.startswith(os.sep) and not path.startswith(_Plan.folder)):
        return
    if _Plan.left == 0:
        raise Crash(event)
    _Plan.left -= 1


sys.addaudithook(_watch)


@contextmanager
def dies_after(steps: int, folder: Path, events: frozenset[str] = ALL) -> Iterator[None]:
    """In this block the process dies before the operation on ``folder`` that follows ``steps`` others."""
    _Plan.folder, _Plan.events, _Plan.left = str(folder), events, steps
    try:
        yield
    finally:
        _Plan.folder = None
