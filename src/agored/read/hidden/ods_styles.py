"""The styles of an ODS workbook: which sheets, rows and columns they hide, and which cells they leave unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from agored.read.hidden.formats import (
    TINIEST_HEIGHT,
    TINIEST_SIZE,
    TINIEST_WIDTH,
    WHITE,
    colour_of,
    looks_the_same,
)
from agored.read.hidden.markup import Attributes

_MOST = 200_000
_DEEPEST = 30
_POINTS_OF_A_CHARACTER = 5.5
_UNITS = {"pt": 1.0, "cm": 28.3465, "mm": 2.83465, "in": 72.0, "inch": 72.0, "pc": 12.0, "px": 0.75}


@dataclass
class _Written:
    """A style as it is written: what it says of itself, the rest being its parent's."""

    parent: str = ""
    data: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    conditional: list[str] = field(default_factory=list)


class OdsStyles:
    """Gathers styles from the parts that hold them, and answers for each of them by its name."""

    def __init__(self) -> None:
        self._styles: dict[tuple[str, str], _Written] = {}
        self._defaults: dict[str, _Written] = {}
        self._data: dict[str, _Written] = {}
        self._current: _Written | None = None
        self._family = ""
        self._data_current: _Written | None = None
        self._facts: dict[tuple[str, str], dict[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """An element that may belong to a style."""
        if name == "style:style" and len(self._styles) < _MOST:
            self._family = attributes.get("style:family", "")
            parent, data = (
                attributes.get("style:parent-style-name", ""),
                attributes.get("style:data-style-name", ""),
            )
            self._current = _Written(parent, data)
            self._styles[self._family, attributes.get("style:name", "")] = self._current
        elif name == "style:default-style":
            self._current = self._defaults[attributes.get("style:family", "")] = _Written()
        elif self._current is not None and name.startswith("style:"):
            if name == "style:map":
                self._current.conditional.append(attributes.get("style:apply-style-name", ""))
            self._current.facts.update(attributes)
        elif name.startswith("number:"):
            self._start_data(name, attributes)
        elif name == "style:map" and self._data_current is not None:
            self._data_current.conditional.append(attributes.get("style:apply-style-name", ""))

    def _start_data(self, name: str, attributes: Attributes) -> None:
        if name.endswith("-style") and "style:name" in attributes and len(self._data) < _MOST:
            self._data_current = self._data[attributes["style:name"]] = _Written()
        elif self._data_current is not None and name not in ("number:text", "number:fill-character"):
            self._data_current.facts["shows"] = name

    def text(self, inside: str, text: str) -> None:
        """Text inside an element; what a number format writes itself is shown too."""
        if inside == "number:text" and self._data_current is not None and text.strip():
            self._data_current.facts["shows"] = "text"

    def end(self, name: str) -> None:
        """The end of an element."""
        if name in ("style:style", "style:default-style"):
            self._current = None
        elif name.startswith("number:") and name.endswith("-style"):
            self._data_current = None

    # Answers

    def hides_table(self, style: str) -> bool:
        """Whether sheets of this style have no tab."""
        return self._fact("table", style, "table:display") == "false"

    def hides_row(self, style: str) -> bool:
        """Whether rows of this style have next to no height."""
        height = length(self._fact("table-row", style, "style:row-height"))
        return height is not None and height <= TINIEST_HEIGHT

    def hides_column(self, style: str) -> bool:
        """Whether columns of this style have next to no width."""
        width = length(self._fact("table-column", style, "style:column-width"))
        return width is not None and width <= TINIEST_WIDTH * _POINTS_OF_A_CHARACTER

    def paper(self, style: str) -> str | None:
        """The background of cells of this style."""
        paper = self._fact("table-cell", style, "fo:background-color")
        return WHITE if paper in (None, "transparent") else colour_of(paper)

    def is_unseen(self, style: str, protected: bool) -> bool:
        """Whether cells of this style do not show what they hold; ``protected`` sheets heed more of a style."""
        facts = self._of("table-cell", style)
        secret = protected and facts.get("style:cell-protect") == "hidden-and-protected"
        return (
            secret or self._shows_nothing(facts.get("data", "")) or self._vanishes(facts, self.paper(style))
        )

    def is_unseen_span(self, style: str, paper: str | None) -> bool:
        """Whether a stretch of text in this style cannot be seen on ``paper``."""
        facts = self._of("text", style)
        return facts.get("text:display") == "none" or self._vanishes(facts, paper)

    def loud(self) -> frozenset[bytes]:
        """The names, as they are written, of styles that may hide a row or leave a cell unseen."""
        return frozenset(
            name.encode()
            for family, name in self._styles
            if (family == "table-row" and self.hides_row(name))
            or (family == "table-cell" and (self.is_unseen(name, True) or self.hiding_conditions(name)))
        )

    def hiding_conditions(self, style: str) -> int:
        """How many conditions of a cell's style bring on a style that does not show what the cell holds."""
        written = self._styles.get(("table-cell", style))
        return sum(self.is_unseen(each, False) for each in written.conditional) if written is not None else 0

    def _vanishes(self, facts: dict[str, str], paper: str | None) -> bool:
        size = length(facts.get("fo:font-size"))
        if size is not None and size <= TINIEST_SIZE:
            return True
        # Without a colour of its own, text is black on light and white on dark backgrounds.
        automatic = facts.get("style:use-window-font-color") == "true"
        ink = None if automatic else colour_of(facts.get("fo:color"))
        return ink is not None and paper is not None and looks_the_same(ink, paper)

    def _shows_nothing(self, data: str) -> bool:
        """Whether a number format shows nothing, nor do those that it brings on by a value's sign."""
        seen: set[str] = set()
        waiting = [data]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            written = self._data.get(name)
            if written is None or "shows" in written.facts:
                return False
            waiting += written.conditional
        return True

    def _fact(self, family: str, style: str, name: str) -> str | None:
        return self._of(family, style).get(name)

    def _of(self, family: str, style: str) -> dict[str, str]:
        """All that a style says, its parents' part included."""
        known = self._facts.get((family, style))
        if known is not None:
            return known
        lineage: list[_Written] = []
        name = style
        while (written := self._styles.get((family, name))) is not None and len(lineage) < _DEEPEST:
            lineage.append(written)
            name = written.parent
        facts: dict[str, str] = {}
        for written in (self._defaults.get(family, _Written()), *reversed(lineage)):
            facts |= written.facts
            facts |= {"data": written.data} if written.data else {}
        if len(self._facts) < _MOST:
            self._facts[family, style] = facts
        return facts


_LENGTH = re.compile(r"(-?\d{1,9}(?:\.\d{1,20})?)(pt|cm|mm|in|inch|pc|px)")


def length(text: str | None) -> float | None:
    """A length such as ``0.5cm`` in points; None where it is none."""
    match = _LENGTH.fullmatch(text or "")
    return float(match[1]) * _UNITS[match[2]] if match else None


def cached(answer: Callable[[str], bool]) -> Callable[[str], bool]:
    """``answer``, worked out once for each name."""
    known: dict[str, bool] = {}

    def ask(name: str) -> bool:
        if name not in known:
            known[name] = answer(name)
        return known[name]

    return ask
