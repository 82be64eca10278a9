"""Drawings of an XLS workbook: how many pictures are kept, and whether a shape is set not to be shown."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_STORE, _PROPERTIES = 0xF001, 0xF00B
_SHOWN = 0x03BF
"""The property whose second bit says that a shape is hidden, and whose eighteenth that the second counts."""


def picture_count(drawings: bytes) -> int:
    """How many pictures the workbook's drawings keep: the size of their store, as its head says."""
    return next((instance for kind, instance, _ in _parts(drawings) if kind == _STORE), 0)


def is_hidden_shape(drawing: bytes) -> bool:
    """Whether the shape that a drawing record describes is set not to be shown."""
    for kind, count, data in _parts(drawing):
        if kind != _PROPERTIES:
            continue
        for number in range(min(count, len(data) // 6)):
            name, value = struct.unpack_from("<HI", data, 6 * number)
            if name & 0x3FFF == _SHOWN and value & 0x20002 == 0x20002:
                return True
    return False


def _parts(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The parts of a drawing, those inside others included: what each is, its number, and its bytes, none for a
    part that holds others."""
    place = 0
    while place + 8 <= len(data):
        head, kind, size = struct.unpack_from("<HHI", data, place)
        holds_others = head & 0xF == 0xF
        yield kind, head >> 4, b"" if holds_others else data[place + 8 : place + 8 + size]
        place += 8 if holds_others else 8 + size
