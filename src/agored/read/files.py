"""The bytes of a source: an ordinary file inside the dataset's folder, or one file of a ZIP archive there."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from agored.errors import SourceError
from agored.read.archive import Parcel
from agored.recipe import Source

_LARGEST = 4_000_000_000
_LISTED = 20


@dataclass(frozen=True)
class Opened:
    """A source's bytes. ``file`` is what messages call it; ``whole`` is the file as it lies in the folder,
    which is the source or holds it."""

    data: bytes
    file: str
    whole: bytes


def open_source(folder: Path, source: Source) -> Opened:
    """The bytes that ``source`` names inside the dataset's ``folder``.

    Raises SourceError where there is no such ordinary file, and as ``member_of`` does.
    """
    whole = read_file(folder, source.path)
    if not source.is_archive:
        return Opened(whole, source.path, whole)
    data, member = member_of(whole, source.path, source.member)
    return Opened(data, f"{source.path}/{member}", whole)


def read_file(folder: Path, path: str) -> bytes:
    """The bytes of the file at ``path`` inside ``folder``. Raises SourceError where there is none, where it is
    no ordinary file of that folder (a pipe or a device is never waited for), and where it cannot be opened."""
    file = folder / path
    if not file.exists():
        raise SourceError("read.missing", file=path)
    if not file.is_file() or not file.resolve().is_relative_to(folder.resolve()):
        raise SourceError("read.not-a-file", file=path)
    try:
        with _open(file) as opened:
            about = os.fstat(opened.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise SourceError("read.not-a-file", file=path)
            if about.st_size > _LARGEST:
                raise SourceError("read.file-too-large", file=path)
            return opened.read()
    except OSError as error:
        raise SourceError("read.unreadable", file=path, reason=error.strerror or "") from error


def _open(file: Path) -> BinaryIO:
    # What was a file may be a pipe by now: opening it must not wait for whoever writes into it.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(file, flags), "rb")


def members_of(data: bytes, file: str) -> tuple[str, ...]:
    """The paths of the files in a ZIP archive. Raises SourceError where it is damaged, locked or unsafe."""
    parcel = Parcel(data, file)
    parcel.refuse_unsafe_paths()
    return parcel.names


def member_of(data: bytes, file: str, member: str | None) -> tuple[bytes, str]:
    """The bytes and the path of one file in the ZIP archive ``data``; where none is named, of the only one.

    Raises SourceError where the archive is damaged, locked or unsafe, where there is no such file in it, and
    where the file unpacks to more than can be meant.
    """
    parcel = Parcel(data, file)
    parcel.refuse_unsafe_paths()
    listed = ", ".join(parcel.names[:_LISTED]) or "-"
    if member is None and len(parcel.names) != 1:
        raise SourceError("read.which-member", file=file, members=listed)
    name = member or parcel.names[0]
    if name not in parcel.names:
        raise SourceError("read.no-member", file=file, member=name, members=listed)
    return parcel.whole(name), name
