"""Locks between processes: one for each dataset's runs, one for each portal of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agored.errors import AgoredError, PortalError

PATIENCE = 600.0
"""Seconds that a command waits for another one's lock."""


@contextmanager
def locked(file: Path, name: str, kind: type[AgoredError] = PortalError) -> Iterator[None]:
    """Hold the lock in ``file`` while the block runs. Raises ``kind`` where another command keeps it too long."""
    from filelock import FileLock, Timeout

    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file, timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise kind("run.locked", name=name) from None
    try:
        yield
    finally:
        lock.release()
