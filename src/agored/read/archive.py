"""A ZIP archive, whether a workbook or a parcel: its parts in pieces, never more than can be meant.

Nothing is unpacked to disk, so no path in an archive leads anywhere; a parcel with a path that tries to is
refused all the same.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from agored.errors import SourceError
from agored.read.hidden.archive import Archive
from agored.read.hidden.unreadable import Unreadable

_MOST_UNPACKED = 1_000_000_000
"""Bytes of one part: the longest sheet that a workbook can have, of twenty full columns."""
_BUSY = 16_000_000
"""Bytes from which on it counts how tightly a part is packed: a small one may well be packed very tightly."""
_HIGHEST_RATIO = 200
_LOCKED = 0x1


class Parcel:
    """The parts of an archive by name. ``file`` is what messages call the archive."""

    def __init__(self, data: bytes, file: str) -> None:
        """Raises SourceError where the data is no archive, is damaged or holds too many parts."""
        self.file = file
        try:
            self.archive = Archive(data)
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self._entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        except (Unreadable, zipfile.BadZipFile) as error:
            raise self.damaged() from error
        self._packed = {entry.filename: entry.compress_size for entry in self._entries}
        if len(self._packed) < len(self._entries) or self.archive.twice:
            # Programs read one or the other of two parts of one name: what was checked is not what is seen.
            raise SourceError("read.twin-members", file=file)
        if any(entry.flag_bits & _LOCKED for entry in self._entries):
            raise SourceError("read.password", file=file)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, as the archive writes them."""
        return tuple(self._packed)

    def __contains__(self, name: str) -> bool:
        return name in self.archive

    def damaged(self) -> SourceError:
        """The error that says that the archive is damaged."""
        return SourceError("read.damaged-archive", file=self.file)

    def refuse_unsafe_paths(self) -> None:
        """Raise SourceError where a part's path leads out of the archive, or a part is a link."""
        for entry in self._entries:
            path = PurePosixPath(entry.orig_filename)
            leads_out = path.is_absolute() or ".." in path.parts or "\\" in str(path) or ":" in str(path)
            if leads_out or "\0" in entry.orig_filename or stat.S_ISLNK(entry.external_attr >> 16):
                raise SourceError("read.unsafe-member", file=self.file)

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part in pieces. Raises SourceError where it is missing, damaged, or unpacks to more than is meant."""
        unpacked = 0
        packed = max(self._packed.get(name, 1), 1)
        try:
            for piece in self.archive.pieces(name):
                unpacked += len(piece)
                tight = unpacked > _BUSY and unpacked / packed > _HIGHEST_RATIO
                if tight or unpacked > _MOST_UNPACKED:
                    raise SourceError("read.unpacks-too-large", file=self.file, member=name)
                yield piece
        except Unreadable as error:
            raise self.damaged() from error

    def whole(self, name: str) -> bytes:
        """A part at once; raises as ``pieces`` does."""
        return b"".join(self.pieces(name))
