"""The container of an old workbook (XLS): a file system of its own, with storages for folders and streams for files.

Everything in it leads by number to something else, so every way is walked with a limit: a damaged or hostile
container leads in circles, outside the file, or everywhere at once.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from agored.read.hidden.unreadable import Unreadable

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFE
_LARGEST_SECTOR = 0xFFFFFFF9
_NONE = 0xFFFFFFFF
_ENTRY = 128
_MOST_ENTRIES = 100_000
_MOST_READ = 1_000_000_000
"""Bytes of all streams that are read, one after another: several entries may lead to the same ones."""
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True)
class Entry:
    """A storage or a stream; ``path`` names the storages that lead to it, and itself last."""

    path: tuple[str, ...]
    is_stream: bool
    start: int
    size: int

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]


class Compound:
    """A container's entries, and the bytes of each stream."""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable where the data is no such container, or a damaged one."""
        if len(data) < 512 or not data.startswith(MAGIC):
            raise Unreadable
        self._data = data
        self._read = 0
        try:
            self._open()
        except (struct.error, IndexError, OverflowError) as error:
            raise Unreadable from error

    def _open(self) -> None:
        shift, mini_shift = struct.unpack_from("<HH", self._data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Unreadable
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        count, directory, _, self._cutoff, mini_table, _, more, _ = struct.unpack_from(
            "<I I I I I I I I", self._data, 44
        )
        self._table = self._allocation(count, more)
        entries = self._chain(directory)
        if len(entries) // _ENTRY > _MOST_ENTRIES:
            raise Unreadable
        start, size = struct.unpack_from("<IQ", entries, 116)
        self._mini_stream = self._chain(start)[: size & 0xFFFFFFFF]
        raw = self._chain(mini_table) if mini_table <= _LARGEST_SECTOR else b""
        self._mini_table = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
        self.entries = _tree(entries)

    def _sector(self, number: int) -> bytes:
        place = (number + 1) * self._size
        if number > _LARGEST_SECTOR or place >= len(self._data):
            raise Unreadable
        return self._data[place : place + self._size]

    def _allocation(self, count: int, more: int) -> tuple[int, ...]:
        """The table that says which sector follows which."""
        if count * self._size > len(self._data):
            raise Unreadable
        sectors = [number for number in struct.unpack_from("<109I", self._data, 76) if number != _NONE]
        per_sector = self._size // 4 - 1
        for _ in range(count // per_sector + 1):
            if more > _LARGEST_SECTOR:
                break
            numbers = struct.unpack(f"<{per_sector + 1}I", self._sector(more))
            sectors += [number for number in numbers[:-1] if number != _NONE]
            more = numbers[-1]
        raw = b"".join(self._sector(number) for number in sectors[:count])
        return struct.unpack(f"<{len(raw) // 4}I", raw)

    def _chain(self, sector: int) -> bytes:
        """The sectors from one on, in the order in which they follow each other."""
        parts: list[bytes] = []
        while sector != _END:
            if len(parts) > len(self._table) or sector >= len(self._table):
                raise Unreadable
            parts.append(self._sector(sector))
            sector = self._table[sector]
        return b"".join(parts)

    def _mini_chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector != _END:
            if len(parts) > len(self._mini_table) or sector >= len(self._mini_table):
                raise Unreadable
            parts.append(self._mini_stream[sector * self._mini_size : (sector + 1) * self._mini_size])
            sector = self._mini_table[sector]
        return b"".join(parts)

    def stream(self, entry: Entry) -> bytes:
        """A stream's bytes. Raises Unreadable where its sectors do not lead to its end."""
        self._read += entry.size
        if self._read > _MOST_READ:
            raise Unreadable
        if entry.size == 0:
            return b""
        data = self._mini_chain(entry.start) if entry.size < self._cutoff else self._chain(entry.start)
        if len(data) < entry.size:
            raise Unreadable
        return data[: entry.size]


def _tree(entries: bytes) -> tuple[Entry, ...]:
    """The entries by their paths; each stands beside its siblings and above its children by number."""
    found: list[Entry] = []
    seen: set[int] = set()
    waiting: list[tuple[int, tuple[str, ...]]] = [(struct.unpack_from("<I", entries, 76)[0], ())]
    while waiting:
        number, folder = waiting.pop()
        if number == _NONE or number in seen or (number + 1) * _ENTRY > len(entries) or len(folder) > 20:
            continue
        seen.add(number)
        raw = entries[number * _ENTRY : (number + 1) * _ENTRY]
        length, kind = struct.unpack_from("<HB", raw, 64)
        left, right, child = struct.unpack_from("<III", raw, 68)
        start, size = struct.unpack_from("<IQ", raw, 116)
        name = raw[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        path = (*folder, name)
        if kind in (_STORAGE, _STREAM):
            found.append(Entry(path, kind == _STREAM, start, size & 0xFFFFFFFF))
        waiting += [(left, folder), (right, folder), (child, path)]
    return tuple(found)
