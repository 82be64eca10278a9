"""The shared texts of an XLS workbook: which are empty, which are written in several fonts, which no cell has.

They stand in one long record that goes on in others, and wherever it goes on amid a text's letters, a new mark
says whether the rest takes one byte a letter or two.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from agored.read.hidden.unreadable import Unreadable


@dataclass(frozen=True)
class SharedText:
    """A text by its hash, "" counting as None, and the fonts of its stretches beside its cell's own."""

    known_by: int | None
    fonts: tuple[int, ...]


def shared_texts(pieces: list[bytes]) -> Iterator[SharedText]:
    """The texts, of which ``pieces`` are the record and those that it goes on in. Raises Unreadable."""
    reader = _Pieces(pieces)
    _, count = struct.unpack("<II", reader.take(8))
    for _ in range(count):
        length, flags = struct.unpack("<HB", reader.take(3))
        runs = struct.unpack("<H", reader.take(2))[0] if flags & 0x08 else 0
        more = struct.unpack("<I", reader.take(4))[0] if flags & 0x04 else 0
        text = reader.take_text(length, wide=bool(flags & 0x01)).strip()
        fonts = tuple({struct.unpack("<2xH", reader.take(4))[0]: None for _ in range(runs)})
        reader.take(more)
        yield SharedText(hash(text) if text else None, fonts)


class _Pieces:
    """Bytes that are spread over several records."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._number = self._place = 0

    def _here(self) -> bytes:
        """What is left of the record that is being read, or of the next where nothing is."""
        while self._number < len(self._pieces) and self._place >= len(self._pieces[self._number]):
            self._number, self._place = self._number + 1, 0
        if self._number == len(self._pieces):
            raise Unreadable
        return self._pieces[self._number]

    def take(self, count: int) -> bytes:
        """So many bytes, wherever they stand."""
        taken = b""
        while len(taken) < count:
            here = self._here()
            part = here[self._place : self._place + count - len(taken)]
            self._place += len(part)
            taken += part
        return taken

    def take_text(self, length: int, wide: bool) -> str:
        """So many letters."""
        letters: list[str] = []
        while length > 0:
            number = self._number
            here = self._here()
            if self._number != number or (self._place == 0 and letters):
                wide, self._place = bool(here[0] & 1), 1
            size = 2 if wide else 1
            raw = here[self._place : self._place + length * size]
            if not raw:
                continue
            self._place += len(raw)
            length -= max(len(raw) // size, 1)
            letters.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
        return "".join(letters)
