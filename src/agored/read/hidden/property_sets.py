"""The properties of an old workbook: who made it, who saved it last, and what people have added."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from agored.read.hidden.unreadable import Unreadable

_TEXT, _WIDE_TEXT = 30, 31
_UNICODE, _WESTERN = 1200, 1252
_DICTIONARY, _CODE_PAGE = 0, 1
_MOST = 10_000
_LONGEST = 4_000


@dataclass(frozen=True)
class PropertySet:
    """Properties by number: their texts, "" where one is no text, and the names of those that have one."""

    texts: dict[int, str]
    names: dict[int, str]


def property_sets(stream: bytes) -> list[PropertySet]:
    """The sets of properties in a stream. Raises Unreadable."""
    try:
        order, count = struct.unpack_from("<H22xI", stream, 0)
        if order != 0xFFFE or count > 2:
            raise Unreadable
        offsets = [struct.unpack_from("<16xI", stream, 28 + 20 * number)[0] for number in range(count)]
        return [_property_set(stream[offset:]) for offset in offsets]
    except struct.error as error:
        raise Unreadable from error


def _property_set(data: bytes) -> PropertySet:
    (count,) = struct.unpack_from("<4xI", data, 0)
    if count > _MOST:
        raise Unreadable
    places = dict(struct.unpack_from("<II", data, 8 + 8 * number) for number in range(count))
    page = struct.unpack_from("<4xH", data, places[_CODE_PAGE])[0] if _CODE_PAGE in places else _WESTERN
    names = _names(data, places.pop(_DICTIONARY), page) if _DICTIONARY in places else {}
    return PropertySet({number: _text(data, place, page) for number, place in places.items()}, names)


def _text(data: bytes, place: int, page: int) -> str:
    kind, length = struct.unpack_from("<II", data, place)
    length = min(length, _LONGEST)
    if kind == _WIDE_TEXT:
        return _decoded(data[place + 8 : place + 8 + 2 * length], _UNICODE)
    return _decoded(data[place + 8 : place + 8 + length], page) if kind == _TEXT else ""


def _names(data: bytes, place: int, page: int) -> dict[int, str]:
    (count,) = struct.unpack_from("<I", data, place)
    place += 4
    names: dict[int, str] = {}
    for _ in range(min(count, _MOST)):
        number, length = struct.unpack_from("<II", data, place)
        size = 2 * length if page == _UNICODE else length
        names[number] = _decoded(data[place + 8 : place + 8 + min(size, _LONGEST)], page)
        # Two-byte names end on a multiple of four bytes.
        place += 8 + (-(-size // 4) * 4 if page == _UNICODE else size)
    return names


def _decoded(raw: bytes, page: int) -> str:
    """Only whether there are letters matters, and a program's name, which is plain in every code page."""
    return raw.decode("utf-16-le" if page == _UNICODE else "latin-1", "replace").replace("\x00", "").strip()
