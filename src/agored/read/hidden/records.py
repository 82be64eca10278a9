"""The records of an old workbook's streams (BIFF): a number, a length and so many bytes each."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from agored.read.hidden.unreadable import Unreadable

CONTINUE = 0x3C


def records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each record's place in the stream, its number and its bytes. What stands in records that go on in others
    is told by those others' numbers (``CONTINUE``). Raises Unreadable where a record is longer than what is left.
    """
    place, end = 0, len(stream)
    head = struct.Struct("<HH")
    while place + 4 <= end:
        number, length = head.unpack_from(stream, place)
        if number == 0 and length == 0:
            return  # the rest of the last sector
        if place + 4 + length > end:
            raise Unreadable
        yield place, number, stream[place + 4 : place + 4 + length]
        place += 4 + length


def text_at(data: bytes, place: int, length: int) -> str:
    """A text of ``length`` characters, before which a mark says whether each takes one byte or two; as much of
    it as is there."""
    if place >= len(data):
        return ""
    flags, place = data[place], place + 1
    place += 2 if flags & 0x08 else 0
    place += 4 if flags & 0x04 else 0
    if flags & 0x01:
        return data[place : place + 2 * length].decode("utf-16-le", "replace")
    return data[place : place + length].decode("latin-1")


def long_text(data: bytes, place: int) -> str:
    """A text whose length takes two bytes."""
    if place + 2 > len(data):
        return ""
    return text_at(data, place + 2, struct.unpack_from("<H", data, place)[0])
