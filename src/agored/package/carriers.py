"""Where a package or a release may lie: a folder, an archive, an address. Each gives files by name, safely."""

from __future__ import annotations

import io
import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import IO, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from agored.errors import VerificationFailed

FILE_LIMIT = 4_000_000_000
"""The largest file, in bytes, that is fetched or unpacked."""
ARCHIVE_LIMIT = 8_000_000_000
"""The most that an archive may unpack to, in bytes."""
RATIO_LIMIT = 200
"""How many times larger than stored a file in an archive may be; packages are stored as they are."""
COUNT_LIMIT = 10_000
"""The most files that a package may have."""
TIMEOUT = 30
"""Seconds without an answer after which an address counts as not reachable."""


class Carrier(Protocol):
    """Files by name, wherever they lie. ``target`` is how messages call it."""

    target: str

    def names(self) -> list[str] | None:
        """All files that are there, or None where nobody can tell."""

    def faults(self) -> list[VerificationFailed]:
        """What is wrong with the carrier itself."""

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes] | None]:
        """The file ``name`` to read from, or None where there is none."""


def is_safe(name: str) -> bool:
    """Whether a file's name stays inside the folder it is relative to, on any system."""
    parts = name.split("/")
    return (
        all(part not in ("", ".", "..") for part in parts)
        and ":" not in parts[0]
        and "\\" not in name
        and name.isprintable()
    )


class FolderCarrier:
    """A folder. Links are never followed."""

    def __init__(self, folder: Path) -> None:
        self.target = folder.name or "."
        self._folder = folder

    def _entries(self) -> Iterator[tuple[str, bool]]:
        for root, folders, files in os.walk(self._folder):
            for name in (*folders, *files):
                path = Path(root, name)
                mode = path.lstat().st_mode
                if not stat.S_ISDIR(mode):
                    yield path.relative_to(self._folder).as_posix(), stat.S_ISREG(mode)

    def names(self) -> list[str]:
        return sorted(name for name, regular in self._entries() if regular)

    def faults(self) -> list[VerificationFailed]:
        links = sorted(name for name, regular in self._entries() if not regular)
        return [VerificationFailed("verify.link", file=name) for name in links]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes] | None]:
        path = self._folder / name
        parents = [path, *path.parents][: name.count("/") + 1]
        if any(parent.is_symlink() for parent in parents) or not path.is_file():
            yield None
            return
        with path.open("rb") as file:
            yield file


class ArchiveCarrier:
    """A zip archive, read without unpacking it.

    Raises VerificationFailed where it cannot be opened safely: a damaged archive, a name outside its folder, a
    link, a password, or sizes past the limits.
    """

    def __init__(self, file: IO[bytes], target: str) -> None:
        self.target = target
        try:
            self._archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise VerificationFailed("verify.archive", file=target) from error
        entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
        if not _is_bounded(entries) or not all(_is_plain(entry) for entry in entries):
            raise VerificationFailed("verify.archive", file=target)
        self._names = [entry.filename for entry in entries]

    def names(self) -> list[str]:
        return sorted(set(self._names))

    def faults(self) -> list[VerificationFailed]:
        twice = {name for name in self._names if self._names.count(name) > 1}
        return [VerificationFailed("verify.twice", file=name) for name in sorted(twice)]

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes] | None]:
        if name not in self._names:
            yield None
            return
        try:
            with self._archive.open(name) as file:
                yield file
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            raise VerificationFailed("verify.archive", file=self.target) from error


def _is_bounded(entries: list[zipfile.ZipInfo]) -> bool:
    return (
        len(entries) <= COUNT_LIMIT
        and sum(entry.file_size for entry in entries) <= ARCHIVE_LIMIT
        and all(entry.file_size <= RATIO_LIMIT * max(entry.compress_size, 1_000) for entry in entries)
    )


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    mode = entry.external_attr >> 16
    encrypted = entry.flag_bits & 0x1
    return is_safe(entry.filename) and not encrypted and stat.S_IFMT(mode) in (0, stat.S_IFREG)


class WebCarrier:
    """A published folder at an http or https address. Which further files lie there, nobody can tell."""

    def __init__(self, url: str) -> None:
        self.target = url
        self._base = url.rstrip("/") + "/"

    def names(self) -> None:
        return None

    def faults(self) -> list[VerificationFailed]:
        return []

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes] | None]:
        with fetched(self._base + quote(name)) as file:
            yield file


@contextmanager
def fetched(url: str) -> Iterator[IO[bytes] | None]:
    """The bytes at an address, in a temporary file; None where there is nothing.

    Raises VerificationFailed where the address does not answer, or answers with more than ``FILE_LIMIT``.
    """
    with tempfile.SpooledTemporaryFile(max_size=16_000_000) as copy:
        try:
            request = Request(url, headers={"User-Agent": "agored"})
            with _opener().open(request, timeout=TIMEOUT) as answer:
                _copy(answer, copy, url)
        except HTTPError as error:
            error.close()
            if error.code not in (404, 410):
                raise VerificationFailed("verify.unreachable", target=url, reason=str(error.code)) from error
            yield None
            return
        except (URLError, HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            raise VerificationFailed("verify.unreachable", target=url, reason=str(reason)) from error
        copy.seek(0)
        yield copy


def _copy(answer: IO[bytes], copy: IO[bytes], url: str) -> None:
    length = 0
    while piece := answer.read(io.DEFAULT_BUFFER_SIZE * 32):
        length += len(piece)
        if length > FILE_LIMIT:
            raise VerificationFailed("verify.large", file=url)
        copy.write(piece)
    if getattr(answer, "length", None):  # what the server promised and did not send
        raise IncompleteRead(b"")


def _opener() -> OpenerDirector:
    """Opens http and https, and nothing else: a redirection must not lead to a local file."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        UnknownHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPRedirectHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
