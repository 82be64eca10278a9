"""The parts of a workbook that is a ZIP archive, read in pieces and within limits."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from agored.read.hidden.unreadable import Unreadable

_PIECE = 1 << 18
_MOST_PARTS = 20_000
_LARGEST_PART = 1_500_000_000
_LARGEST_WHOLE = 4_000_000_000
"""Bytes unpacked, all reading of all parts together: a bomb ends here, a million rows do not."""
_LARGEST_KEPT = 16_000_000
_BEGINNING = 1_000_000
_MOST_WALKED = 400_000_000
"""Bytes that are walked as XML in search of hidden things; it takes about a minute."""

_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # a password is wanted
    NotImplementedError,
    ValueError,
)


class Archive:
    """A workbook's parts by name. ``names`` are as the archive writes them, but with forward slashes;
    ``twice`` are those that stand in it more than once, of which programs read one or another."""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable where the data is no archive, or one of too many parts."""
        if data.count(b"PK\x01\x02") > _MOST_PARTS:
            raise Unreadable
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _FAULTS as error:
            raise Unreadable from error
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self.twice: list[str] = []
        self.names: list[str] = []
        for entry in self._archive.infolist():
            name = entry.filename.replace("\\", "/").lstrip("/")
            if name.endswith("/"):
                continue
            if name.casefold() in self._parts:
                self.twice.append(name)
            else:
                self.names.append(name)
            self._parts[name.casefold()] = entry
        self._read = self._walked = 0

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    def size(self, name: str) -> int:
        """How many bytes a part says that it holds; 0 where there is no such part."""
        entry = self._parts.get(name.casefold())
        return entry.file_size if entry is not None else 0

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, piece by piece. Raises Unreadable where it is missing, damaged, locked or too large."""
        entry = self._parts.get(name.casefold())
        if entry is None or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable
        read = 0
        try:
            with self._archive.open(entry) as part:
                while piece := part.read(_PIECE):
                    read += len(piece)
                    self._read += len(piece)
                    if read > _LARGEST_PART or self._read > _LARGEST_WHOLE:
                        raise Unreadable
                    yield piece
        except _FAULTS as error:
            raise Unreadable from error

    def walked(self, name: str) -> Iterator[bytes]:
        """A part whose every byte is walked in search of hidden things. Raises Unreadable as ``pieces`` does, and
        where there has been too much of that."""
        return map(self.spent, self.pieces(name))

    def spent(self, piece: bytes) -> bytes:
        """A piece to be walked, counted. Raises Unreadable where there have been too many."""
        self._walked += len(piece)
        if self._walked > _MOST_WALKED:
            raise Unreadable
        return piece

    def beginning(self, name: str) -> bytes:
        """A part's first bytes, a million or so. Raises Unreadable as ``pieces`` does."""
        kept = bytearray()
        for piece in self.pieces(name):
            kept += piece
            if len(kept) > _BEGINNING:
                break
        return bytes(kept)

    def whole(self, name: str) -> bytes:
        """A small part at once. Raises Unreadable where it is too large for that, or as ``pieces`` does."""
        kept = bytearray()
        for piece in self.pieces(name):
            kept += piece
            if len(kept) > _LARGEST_KEPT:
                raise Unreadable
        return bytes(kept)
