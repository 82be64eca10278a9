"""Files of a package: written once, listed with their checksums, and put into an archive of the same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agored.records import file_digest

SUMS = "SHA256SUMS"
# The earliest date that an archive can hold: a package knows no clock.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


@dataclass(frozen=True)
class Written:
    """A file as it was written: its length in bytes and its hash (``sha256:…``)."""

    bytes: int
    digest: str


def write(path: Path, pieces: Iterable[bytes]) -> Written:
    """Write ``pieces`` into a new file. Raises FileExistsError where there is one: nothing is written twice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    length, hasher = 0, hashlib.sha256()
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            hasher.update(piece)
            length += len(piece)
    return Written(length, "sha256:" + hasher.hexdigest())


def files_of(folder: Path) -> list[str]:
    """The paths of all files in ``folder``, relative to it, written with ``/``, in order of their bytes."""
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()]
    return sorted(paths, key=os.fsencode)


def sums(folder: Path) -> bytes:
    """The checksums of all files in ``folder`` but the list itself, as ``sha256sum --check`` reads them."""
    lines = [
        f"{file_digest(folder / name).removeprefix('sha256:')}  {name}\n"
        for name in files_of(folder)
        if name != SUMS
    ]
    return "".join(lines).encode()


def zip_package(folder: Path, path: Path) -> None:
    """Put all files of ``folder`` into a new archive at ``path``, stored as they are.

    The files stand in order, with a fixed date and fixed permissions, and nothing is compressed (a library's
    next version may compress otherwise), so the same files give the same archive anywhere.
    """
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED) as archive:
        for name in files_of(folder):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target)
