"""The styles of an XLS workbook, from the records of its fonts, formats and cell styles."""

from __future__ import annotations

import struct

from agored.read.hidden.formats import BLACK, INDEXED, WHITE, hidden_signs, looks_the_same
from agored.read.hidden.records import long_text
from agored.read.hidden.xlsx_styles import Ink, Style

FONT, FORMAT, XF, PALETTE = 0x31, 0x41E, 0xE0, 0x92
_SYSTEM_INK, _SYSTEM_PAPER = 64, 65
_SOLID = 1
_SKIPPED_FONT = 4
"""No font has this number: the one after the fourth is the fifth."""


class XlsStyles:
    """Gathers the records of styles, and answers for each cell style by its number."""

    def __init__(self) -> None:
        self._fonts: list[tuple[int, int]] = []
        self._formats: dict[int, str] = {}
        self._styles: list[tuple[int, int, int, int]] = []
        self._palette = list(INDEXED)
        self._known: dict[int, Style] = {}

    def add(self, number: int, data: bytes) -> None:
        """A record of a font, a number format, a cell style or the palette; damaged ones raise struct.error."""
        if number == FONT:
            height, colour = struct.unpack_from("<H2xH", data, 0)
            self._fonts.append((height, colour))
        elif number == FORMAT:
            self._formats[struct.unpack_from("<H", data, 0)[0]] = long_text(data, 2)
        elif number == XF:
            font, form = struct.unpack_from("<HH", data, 0)
            pattern, colours = struct.unpack_from("<IH", data, 14)
            self._styles.append((font, form, pattern >> 26, colours & 0x7F))
        elif number == PALETTE:
            (count,) = struct.unpack_from("<H", data, 0)
            for place in range(min(count, 56)):
                red, green, blue = struct.unpack_from("<BBB", data, 2 + 4 * place)
                self._palette[8 + place] = f"{red:02X}{green:02X}{blue:02X}"

    def style(self, number: int) -> Style:
        """The cell style of this number."""
        if number not in self._known:
            self._known[number] = self._made(number)
        return self._known[number]

    def _made(self, number: int) -> Style:
        if number >= len(self._styles):
            return Style()
        font, form, pattern, colour = self._styles[number]
        paper = WHITE if pattern == 0 else self._colour(colour, BLACK) if pattern == _SOLID else None
        return Style(self.ink(font), paper, hidden_signs(self._formats.get(form, "")))

    def ink(self, font: int) -> Ink:
        """The colour and size of the font of this number."""
        font -= font > _SKIPPED_FONT
        height, colour = self._fonts[font] if font < len(self._fonts) else (220, _SYSTEM_INK)
        return Ink(self._colour(colour, BLACK), height / 20)

    def _colour(self, number: int, default: str) -> str:
        if number == _SYSTEM_PAPER:
            return WHITE
        return self._palette[number] if number < _SYSTEM_INK else default

    def condition_hides(self, data: bytes) -> bool:
        """Whether a conditional format (record 0x1B1) may hide a cell: white ink on no fill of its own, or ink
        in the colour of its fill, or a number format that shows nothing. May raise struct.error."""
        flags, more = struct.unpack_from("<IH", data, 6)
        place = 12
        if flags & 1 << 25:
            if more & 1:
                (size,) = struct.unpack_from("<H", data, place)
                if hidden_signs(long_text(data, place + 2)):
                    return True
                place += size
            else:
                place += 2
        ink = None
        if flags & 1 << 26:
            (number,) = struct.unpack_from("<i", data, place + 80)
            ink = self._colour(number, BLACK) if 0 <= number < 0x7FFF else None
            place += 118
        place += 8 if flags & 1 << 27 else 0
        place += 8 if flags & 1 << 28 else 0
        paper = WHITE
        if flags & 1 << 29:
            (colours,) = struct.unpack_from("<H", data, place + 2)
            paper = self._colour(colours >> 7 & 0x7F, WHITE)
        return ink is not None and looks_the_same(ink, paper)
