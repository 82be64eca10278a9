"""The styles of an XLSX workbook: which of them leave a cell's content unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from agored.read.hidden.formats import (
    BLACK,
    INDEXED,
    THEME,
    TINIEST_SIZE,
    WHITE,
    colour_of,
    hidden_signs,
    looks_the_same,
    tinted,
)
from agored.read.hidden.markup import Attributes, decimal, is_true, walk, whole

_Item = TypeVar("_Item")

_MOST = 70_000
"""Styles, fonts or fills that are looked at; a spreadsheet allows 65,490."""

# Number formats that every workbook knows are not written in it, and none of them shows nothing.
_SYSTEM_INK, _SYSTEM_PAPER = 64, 65


@dataclass(frozen=True)
class Ink:
    """A font: its colour and its size in points."""

    colour: str = BLACK
    size: float = 11.0


@dataclass(frozen=True)
class Style:
    """A cell's style: its font, what is behind it, and which values its number format shows nothing of.

    ``paper`` is None where the background has no single colour.
    """

    ink: Ink = Ink()
    paper: str | None = WHITE
    unshown: frozenset[str] = frozenset()

    @property
    def is_unseen(self) -> bool:
        """Whether text in this style cannot be seen, whatever it is."""
        return self.hides(self.ink)

    def hides(self, ink: Ink) -> bool:
        """Whether text in ``ink`` cannot be seen on this style's background."""
        return ink.size <= TINIEST_SIZE or (self.paper is not None and looks_the_same(ink.colour, self.paper))


@dataclass
class Styles:
    """The cell styles of a workbook by number, and which of its conditional styles may hide a cell."""

    cells: list[Style] = field(default_factory=lambda: [Style()])
    hiding_conditions: set[int] = field(default_factory=set)
    colours: Colours = field(default_factory=lambda: Colours(THEME, INDEXED))

    def suspicious(self) -> set[int]:
        """The numbers of the styles that can leave a value unseen."""
        return {number for number, style in enumerate(self.cells) if style.is_unseen or style.unshown}

    def papers(self) -> set[str]:
        """All background colours that any style has."""
        return {style.paper for style in self.cells if style.paper is not None} | {WHITE}


@dataclass(frozen=True)
class Colours:
    """What a workbook's colours by theme and by number are."""

    theme: Sequence[str]
    indexed: Sequence[str]

    def of(self, attributes: Attributes, default: str) -> str:
        """The colour that an element names: by value, theme or number, else ``default``."""
        colour: str | None = None
        if "rgb" in attributes:
            colour = colour_of(attributes["rgb"])
        elif "theme" in attributes:
            colour = _at(self.theme, whole(attributes["theme"], -1))
        elif "indexed" in attributes:
            number = whole(attributes["indexed"], -1)
            system = {_SYSTEM_INK: BLACK, _SYSTEM_PAPER: WHITE}
            colour = system.get(number) or _at(self.indexed, number)
        return tinted(colour, decimal(attributes.get("tint")) or 0.0) if colour else default


def _at(colours: Sequence[str], number: int) -> str | None:
    return colours[number] if 0 <= number < len(colours) else None


def theme_colours(pieces: Iterable[bytes]) -> tuple[str, ...]:
    """The theme's colours in the order in which cells number them. Raises Unreadable."""
    found: list[str] = []
    inside = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        if name == "clrScheme":
            inside = True
        elif inside and name in ("sysClr", "srgbClr") and len(found) < 12:
            found.append(colour_of(attributes.get("lastClr" if name == "sysClr" else "val")) or BLACK)

    def end(name: str) -> None:
        nonlocal inside
        if name == "clrScheme":
            inside = False

    walk(pieces, start, end)
    if len(found) < 12:
        return tuple(THEME)
    # The theme lists ink before paper, twice; cells count paper first.
    return (found[1], found[0], found[3], found[2], *found[4:])


def read_styles(pieces: Iterable[bytes], theme: Sequence[str]) -> Styles:
    """The styles part. Raises Unreadable."""
    reader = _Reader(theme)
    walk(pieces, reader.start, reader.end)
    return reader.styles()


class _Reader:
    """Gathers fonts, fills and formats, and the styles that name them by number.

    Colours are worked out at the end: a palette of the workbook's own stands after the fonts and fills.
    """

    def __init__(self, theme: Sequence[str]) -> None:
        self._theme = theme
        self._path: list[str] = []
        self._palette: list[str] = []
        self._formats: dict[int, str] = {}
        self._fonts: list[dict[str, Attributes]] = []
        self._fills: list[dict[str, Attributes]] = []
        self._styles: list[Attributes] = []
        self._conditions: list[dict[str, Attributes]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if "dxf" in self._path:
            self._condition(name, attributes)
        elif name == "numFmt" and len(self._formats) < _MOST:
            self._formats[whole(attributes.get("numFmtId"), -1)] = attributes.get("formatCode", "")
        elif parent == "fonts" and len(self._fonts) < _MOST:
            self._fonts.append({})
        elif parent == "fills" and len(self._fills) < _MOST:
            self._fills.append({})
        elif parent == "font" and self._fonts:
            self._fonts[-1][name] = attributes
        elif "fill" in self._path and self._fills:
            self._fills[-1][name] = attributes
        elif name == "xf" and parent == "cellXfs" and len(self._styles) < _MOST:
            self._styles.append(attributes)
        elif name == "rgbColor" and len(self._palette) < len(INDEXED):
            self._palette.append(colour_of(attributes.get("rgb")) or BLACK)

    def end(self, name: str) -> None:
        self._path.pop()

    def _condition(self, name: str, attributes: Attributes) -> None:
        if name == "dxf" and len(self._conditions) < _MOST:
            self._conditions.append({})
        elif self._conditions:
            kind = "ink" if name == "color" and "font" in self._path else name
            self._conditions[-1][kind] = attributes

    def styles(self) -> Styles:
        indexed = (*self._palette, *INDEXED[len(self._palette) :])
        colours = Colours(self._theme or THEME, indexed)
        inks = [
            Ink(colours.of(font.get("color", {}), BLACK), decimal(font.get("sz", {}).get("val")) or 11.0)
            for font in self._fonts
        ]
        papers = [_paper(fill, colours) for fill in self._fills]
        cells = [
            Style(
                _pick(inks, whole(style.get("fontId")), Ink()),
                _pick(papers, whole(style.get("fillId")), WHITE),
                hidden_signs(self._formats.get(whole(style.get("numFmtId")), "")),
            )
            for style in self._styles
        ]
        hiding = {number for number, parts in enumerate(self._conditions) if condition_hides(parts, colours)}
        return Styles(cells or [Style()], hiding, colours)


def _pick(items: Sequence[_Item], number: int, default: _Item) -> _Item:
    return items[number] if 0 <= number < len(items) else default


def _paper(fill: Mapping[str, Attributes], colours: Colours) -> str | None:
    """The one colour of a fill; None for a pattern or a gradient."""
    pattern = fill.get("patternFill", {}).get("patternType", "none")
    if "gradientFill" in fill:
        return None
    if pattern == "none":
        return WHITE
    if pattern != "solid":
        return None
    named = fill.get("fgColor", {})
    # A colour that is written wrongly is not known, whereas none at all is black.
    return colours.of(named, "" if "rgb" in named else BLACK) or None


def condition_hides(parts: Mapping[str, Attributes], colours: Colours) -> bool:
    """Whether a conditional style may hide a cell: by its number format, or its ink on its own fill, or white
    ink where it brings no fill."""
    if hidden_signs(parts.get("numFmt", {}).get("formatCode", "")):
        return True
    if "ink" not in parts or is_true(parts["ink"].get("auto")):
        return False
    # A conditional style's plain fill has its colour as the pattern's background.
    paper = colours.of(parts["bgColor"], WHITE) if "bgColor" in parts else WHITE
    return "gradientFill" not in parts and looks_the_same(colours.of(parts["ink"], BLACK), paper)
