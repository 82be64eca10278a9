"""Files of the catalogue's pages: written beside and swapped in, and only where a byte differs."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

PAGE = "index.html"
_NEW = ".new"


def put(path: Path, data: bytes) -> bool:
    """Make ``path`` hold ``data``, in one step for whoever reads meanwhile; whether anything was written."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return True


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}{_NEW}")


def clear(folder: Path, identities: Collection[str]) -> None:
    """Remove the pages in ``folder`` of datasets that are not among ``identities``, and nothing else."""
    for path in sorted(folder.glob(f"*/*/{PAGE}")):
        if "/".join(path.parts[-3:-1]) not in identities:
            path.unlink()
            _beside(path).unlink(missing_ok=True)
            for parent in (path.parent, path.parent.parent):
                if not any(parent.iterdir()):
                    parent.rmdir()
