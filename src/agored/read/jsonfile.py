"""Records in JSON: a list of objects, each a row, their names the headings in the order in which they first appear.

Numbers keep the text in which they are written. What is null or absent is empty, truths are ``true`` and ``false``,
and a list or an object within a record is its own JSON with sorted keys and without blanks. The records are taken
from the text one by one, so that a large file is never held as objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from agored.errors import SourceError
from agored.read.blocks import MAX_COLUMNS, Allowance, Contents, blocks_of
from agored.read.decode import decode

_BLANKS = " \t\r\n"
_NEXT_PAGE = ("odata.nextLink", "@odata.nextLink", "@nextLink", "__next")
"""The names under which a service tells the address of the next part of its answer."""


class Written(str):
    """A number as it is written."""


class _TwinError(Exception):
    """An object that gives one name twice."""


class _NotJsonError(Exception):
    """Text that is no JSON; ``place`` is where."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def read_json(data: bytes, file: str, pointer: str) -> Contents:
    """The records in the list at ``pointer`` (RFC 6901; empty for the whole text).

    Raises SourceError where the data is no JSON, there is no such list, an entry of it is no object or gives a
    name twice, or it holds more than can be meant.
    """
    text, _ = decode(data, "utf-8", file)
    return _Reader(text, file).contents(pointer)


def lists_of_records(data: bytes, file: str) -> tuple[str, ...]:
    """The pointers to the lists whose first entry is an object, for a person to choose from. Raises SourceError."""
    text, _ = decode(data, "utf-8", file)
    return tuple(_Reader(text, file).lists("", 0, 3))


class _Reader:
    """One text, read value by value."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_object, parse_float=Written, parse_int=Written, parse_constant=_refuse
        )
        # What is only passed over is not held.
        self._passing = json.JSONDecoder(
            object_pairs_hook=lambda _: None, parse_float=len, parse_int=len, parse_constant=_refuse
        )
        self._more = False
        self._end = 0

    def contents(self, pointer: str) -> Contents:
        names: dict[str, int] = {}
        allowance = Allowance(self._file)
        try:
            start = self._find(0, [_unescaped(part) for part in pointer.split("/")[1:]], pointer)
            blocks = [allowance.spend(block) for block in blocks_of(self._lines(start, names, pointer))]
        except _NotJsonError as error:
            raise self._no_json(error.place) from None
        except UnicodeEncodeError:
            raise SourceError("read.half-character", file=self._file) from None
        except RecursionError:
            raise SourceError("read.too-deep", file=self._file) from None
        if not names:
            raise SourceError("read.empty", file=self._file)
        return Contents(tuple(blocks), headings=tuple(names), more=self._more)

    def _no_json(self, place: int) -> SourceError:
        line = self._text.count("\n", 0, place) + 1
        return SourceError("read.not-json", file=self._file, line=str(line))

    def lists(self, pointer: str, place: int, depth: int) -> Iterator[str]:
        """The pointers to lists of objects, down to ``depth`` names."""
        try:
            place = self._skip(place)
            if self._at(place) == "[":
                if self._at(self._skip(place + 1)) == "{":
                    yield pointer
            elif self._at(place) == "{" and depth:
                for name, value in self._members(place):
                    escaped = name.replace("~", "~0").replace("/", "~1")
                    yield from self.lists(f"{pointer}/{escaped}", value, depth - 1)
        except _NotJsonError as error:
            raise self._no_json(error.place) from None

    # Values in the text

    def _find(self, place: int, path: Sequence[str], pointer: str, is_whole: bool = True) -> int:
        """Where the list begins that ``path`` leads to; what stands around it must be JSON too."""
        place = self._skip(place)
        if not path:
            if self._at(place) == "[":
                return place
            self._value(place, self._passing)
            raise SourceError("read.no-records-there", file=self._file, pointer=pointer or "/")
        if self._at(place) != "{":
            self._value(place, self._passing)
            raise SourceError("read.no-records-there", file=self._file, pointer=pointer)
        found: int | None = None
        for name, value in self._members(place):
            if name == path[0]:
                if found is not None:
                    raise SourceError("read.twin-names", file=self._file, record="-")
                found = value
            self._more = self._more or name in _NEXT_PAGE
        if is_whole:
            self._refuse_more(self._end)
        if found is None:
            raise SourceError("read.no-records-there", file=self._file, pointer=pointer)
        return self._find(found, path[1:], pointer, is_whole=False)

    def _refuse_more(self, end: int) -> None:
        """Raise _NotJsonError where something stands behind the whole value."""
        if self._skip(end) < len(self._text):
            raise _NotJsonError(self._skip(end))

    def _members(self, place: int) -> Iterator[tuple[str, int]]:
        """Each name of the object at ``place``, and where its value begins."""
        place = self._skip(place + 1)
        if self._at(place) == "}":
            self._end = place + 1
            return
        while True:
            if self._at(place) != '"':
                raise _NotJsonError(place)
            name, place = self._value(place)
            place = self._skip(place)
            if self._at(place) != ":":
                raise _NotJsonError(place)
            value = self._skip(place + 1)
            yield name, value
            _, place = self._value(value, self._passing)
            place = self._skip(place)
            if self._at(place) == "}":
                self._end = place + 1
                return
            if self._at(place) != ",":
                raise _NotJsonError(place)
            place = self._skip(place + 1)

    def _lines(self, start: int, names: dict[str, int], pointer: str) -> Iterator[tuple[int, list[str]]]:
        """Each record's number, counted from 1, and its cells in the order of ``names``, which grow on the way."""
        place = self._skip(start + 1)
        number = 0
        if self._at(place) == "]":
            return
        while True:
            number += 1
            try:
                record, place = self._value(place)
            except _TwinError:
                raise SourceError("read.twin-names", file=self._file, record=str(number)) from None
            if not isinstance(record, dict):
                raise SourceError("read.not-a-record", file=self._file, record=str(number))
            yield number, self._cells(record, names, number)
            place = self._skip(place)
            if self._at(place) == "]":
                break
            if self._at(place) != ",":
                raise _NotJsonError(place)
            place = self._skip(place + 1)
        if not pointer:
            self._refuse_more(place + 1)

    def _cells(self, record: dict[str, Any], names: dict[str, int], number: int) -> list[str]:
        for name in record:
            if name not in names:
                if len(names) == MAX_COLUMNS:
                    raise SourceError(
                        "read.too-wide", file=self._file, row=str(number), limit=str(MAX_COLUMNS)
                    )
                names[name] = len(names)
        return [_cell(record.get(name)) for name in names]

    def _value(self, place: int, decoder: json.JSONDecoder | None = None) -> tuple[Any, int]:
        """The value at ``place``, and where it ends."""
        try:
            value, end = (decoder or self._decoder).raw_decode(self._text, place)
        except json.JSONDecodeError as error:
            raise _NotJsonError(error.pos) from None
        except RecursionError:
            raise SourceError("read.too-deep", file=self._file) from None
        return value, int(end)

    def _at(self, place: int) -> str:
        return self._text[place : place + 1]

    def _skip(self, place: int) -> int:
        while self._text[place : place + 1] in _BLANKS and place < len(self._text):
            place += 1
        return place


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _TwinError
    return made


def _refuse(constant: str) -> None:
    """``NaN`` and ``Infinity`` are not JSON."""
    raise json.JSONDecodeError("", constant, 0)


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    return json_text(value)


def json_text(value: Any) -> str:
    """A value as JSON with sorted names and without blanks; numbers as they were written."""
    if isinstance(value, Written):
        return str(value)
    if isinstance(value, dict):
        members = (
            f"{json.dumps(name, ensure_ascii=False)}:{json_text(value[name])}" for name in sorted(value)
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
