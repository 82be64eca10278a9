"""Whether a cell's format leaves its value to be seen: number formats that show nothing, colours that do not differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from agored.read.hidden.known import known

BLACK = "000000"
WHITE = "FFFFFF"

TINIEST_SIZE = 2.0
"""Points; nobody reads letters of this size or less. A spreadsheet's smallest are 1 and 2."""

TINIEST_HEIGHT = 2.0
"""Points; a row of this height or less shows nothing of its cells."""

TINIEST_WIDTH = 0.5
"""Characters; a column of this width or less shows nothing of its cells."""

_LEAST_CONTRAST = 1.2
"""Contrast as the accessibility guidelines reckon it, from 1 (the same colour) to 21 (black on white)."""

INDEXED: Sequence[str] = known()["colours"]["indexed"]
"""The colours that workbooks name by number, where they bring no palette of their own."""

THEME: Sequence[str] = known()["colours"]["theme"]
"""The colours of the usual theme, as a workbook counts them: paper, ink, second paper, second ink, accents."""


@cache
def looks_the_same(ink: str, paper: str) -> bool:
    """Whether text of the colour ``ink`` cannot be told from ``paper`` (both as ``RRGGBB``)."""
    if ink == paper:
        return True
    lighter, darker = sorted((_light(ink), _light(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) < _LEAST_CONTRAST and _distance(ink, paper) < 60


def _light(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _distance(one: str, other: str) -> int:
    """How far apart two colours are: red and green may be equally light, and are told apart all the same."""
    return sum(abs(a - b) for a, b in zip(_channels(one), _channels(other), strict=True))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)


def tinted(colour: str, tint: float) -> str:
    """A colour made lighter (``tint`` up to 1) or darker (down to -1), as spreadsheets do with theme colours."""
    if tint == 0:
        return colour
    import colorsys

    hue, light, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    tint = max(-1.0, min(1.0, tint))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(channel * 255):02X}" for channel in colorsys.hls_to_rgb(hue, light, saturation))


def colour_of(text: str | None) -> str | None:
    """``#rrggbb``, ``RRGGBB`` or ``AARRGGBB`` as ``RRGGBB``; None where it is no colour."""
    plain = (text or "").removeprefix("#").upper()
    return plain[-6:] if re.fullmatch(r"[0-9A-F]{6}([0-9A-F]{2})?", plain) else None


_MARKS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.|\\(.)|\"([^\"]*)\"", re.DOTALL | re.IGNORECASE)
_CONDITION = re.compile(r"\[[<>=]")
_SECTIONS = re.compile(r"(?:[^;\"\\\[]|\"[^\"]*\"?|\\.?|\[[^\]]*\]?)*", re.DOTALL)
_LONGEST_FORMAT = 1_000


@cache
def hidden_signs(code: str) -> frozenset[str]:
    """Of which values a number format shows nothing: ``positive``, ``negative``, ``text``.

    ``;;;`` hides all three, ``#,##0;;`` only negative numbers. A hidden zero is no matter: tables often leave
    zeros blank. Where a format has conditions of its own, such as ``[=0]"";0``, it counts only if no section
    shows anything.
    """
    if not code or len(code) > _LONGEST_FORMAT:
        return frozenset()
    blank = [_is_blank(section) for section in _sections(code)]
    if all(blank):
        return frozenset({"positive", "negative", *(["text"] if len(blank) > 3 else [])})
    if _CONDITION.search(code):
        return frozenset()
    hidden = set()
    if blank[0]:
        hidden.add("positive")
    if len(blank) > 1 and blank[1]:
        hidden.add("negative")
    if len(blank) > 3 and blank[3]:
        hidden.add("text")
    return frozenset(hidden)


def _sections(code: str) -> list[str]:
    sections, position = [], 0
    while True:
        match = _SECTIONS.match(code, position)
        section = match[0] if match else ""
        sections.append(section)
        position += len(section) + 1
        if position > len(code):
            return sections


def _is_blank(section: str) -> bool:
    """Whether a section of a number format shows nothing at all: padding and colours are nothing."""
    shown = _MARKS.sub(lambda match: match[1] or match[2] or "", section)
    return not shown.strip()
