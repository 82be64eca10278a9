"""JSON as people write it: everything that is plainly meant is read, and each slip is told with its line.

What strict JSON allows is read as every program reads it, without a slip. Comments, commas too many or too
few, other quotation marks, keys and words without marks and backslashes that are not doubled have one plain
meaning. Anything else stops the reading: nothing is guessed.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Spot = tuple[str | int, ...]
"""Where something stands in a document: the keys and numbers that lead to it."""

DEEPEST = 60
"""How deep sections may stand in each other; no schema comes near it."""


@dataclass(frozen=True)
class Slip:
    """One kind of slip and the lines it is on; ``was`` is how it was written, where that helps."""

    code: str
    lines: tuple[int, ...]
    was: str = ""


@dataclass
class Document:
    """What a file holds. ``lines`` has the line of each key and item, ``written`` how a number or a word
    stands in the file. Where ``stop`` is set, the file could not be read to its end and ``data`` is None."""

    data: Any = None
    lines: dict[Spot, int] = field(default_factory=dict)
    written: dict[Spot, str] = field(default_factory=dict)
    slips: tuple[Slip, ...] = ()
    stop: Slip | None = None


class _Stop(Exception):
    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.slip = Slip(code, (line,))


_BLANKS = re.compile(r"[ \t\r\n]*")
_OTHER_BLANK = re.compile(r"[\s\ufeff\u200b\u2060\x00]+")
_COMMENT = re.compile(r"//[^\r\n]*|#[^\r\n]*|/\*.*?\*/", re.DOTALL)
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_TOKEN = re.compile(r"""(?:(?!//|/\*)[^\s,:\[\]{}"'“”„«»‘’`#])+""")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LOOSE_NUMBER = re.compile(r"[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_UNQUOTED = re.compile(r"[^\W\d][\w.$-]*|\$\w+")
_WORDS = {"true": True, "false": False, "null": None}
_OTHER_WORDS = {
    **_WORDS, "none": None, "nan": None, "undefined": None, "infinity": None, "-infinity": None,
}  # fmt: skip
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
# What can follow a text: nothing else on its line, or what goes on after a key or a value.
_AFTER = re.compile(r"[ \t]*([,:}\]\r\n#]|//|/\*|\Z)")
_DOUBLE, _SINGLE = '"“”„«»', "'‘’`"
_LINE_END = re.compile(r"\r\n|\r|\n")


def read_json(text: str) -> Document:
    """The document that ``text`` is, slips and all; never raises."""
    reader = _Reader(text)
    document = Document(lines=reader.lines, written=reader.written)
    try:
        document.data = reader.whole()
    except _Stop as stop:
        document.stop = stop.slip
    document.slips = gathered(reader.slips)
    return document


def gathered(slips: Iterable[Slip]) -> tuple[Slip, ...]:
    """The slips, those of one kind as one, in the order in which each kind was first met."""
    kinds: dict[tuple[str, str], list[int]] = {}
    for slip in slips:
        kinds.setdefault((slip.code, slip.was), []).extend(slip.lines)
    return tuple(Slip(code, tuple(dict.fromkeys(lines)), was) for (code, was), lines in kinds.items())


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Spot, int] = {}
        self.written: dict[Spot, str] = {}
        self.slips: list[Slip] = []
        self._starts = [end.end() for end in _LINE_END.finditer(text)]

    # Places

    def line(self, at: int | None = None) -> int:
        """The line of a position, counted from 1."""
        return bisect_right(self._starts, self.at if at is None else at) + 1

    def slip(self, code: str, at: int | None = None, was: str = "") -> None:
        self.slips.append(Slip(code, (self.line(at),), was))

    def stop(self, code: str, at: int | None = None) -> _Stop:
        return _Stop(code, self.line(at))

    def ended(self) -> bool:
        return self.at >= len(self.text)

    def peek(self) -> str:
        """The next character; stops where the file is over in the middle of something."""
        if self.ended():
            raise self.stop("foreign.json-ends", len(self.text) - 1)
        return self.text[self.at]

    # The document

    def whole(self) -> Any:
        self.skip()
        if self.ended():
            raise self.stop("foreign.empty")
        if self.text[self.at] not in "{[":
            raise self.stop("foreign.not-json")
        self.lines[()] = self.line()
        value = self.value((), 0)
        self.skip()
        if not self.ended() and self.text[self.at] in ",;":
            self.slip("foreign.comma-extra")
            self.at += 1
            self.skip()
        if not self.ended():
            raise self.stop("foreign.json-more")
        return value

    def skip(self) -> None:
        """Pass over blanks, and over what stands among them and should not."""
        told: set[str] = set()
        while True:
            self.at = _end(_BLANKS.match(self.text, self.at))
            comment = _COMMENT.match(self.text, self.at)
            met = comment or _OTHER_BLANK.match(self.text, self.at)
            if met is None:
                break
            code = "foreign.comment" if comment else "foreign.blank"
            if code not in told:
                told.add(code)
                self.slip(code)
            self.at = met.end()
        if self.text.startswith("/*", self.at):
            raise self.stop("foreign.json-ends")

    def value(self, spot: Spot, depth: int) -> Any:
        if depth > DEEPEST:
            raise self.stop("foreign.too-deep")
        character = self.peek()
        if character == "{":
            return self.section(spot, depth)
        if character == "[":
            return self.items(spot, depth)
        if character in _DOUBLE + _SINGLE:
            return self.string()
        return self.bare(spot)

    def section(self, spot: Spot, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in self.members("}"):
            at = self.at
            key = self.key()
            self.skip()
            if self.peek() != ":":
                raise self.stop("foreign.json-unclear")
            self.at += 1
            self.skip()
            below = (*spot, key)
            value = self.value(below, depth + 1)
            self.lines[below] = self.line(at)
            if key in found and _differ(found[key], value):
                self.slip("foreign.key-twice", at, key)
            found[key] = value
        return found

    def items(self, spot: Spot, depth: int) -> list[Any]:
        found: list[Any] = []
        for _ in self.members("]"):
            below = (*spot, len(found))
            line = self.line()
            found.append(self.value(below, depth + 1))
            self.lines[below] = line
        return found

    def members(self, end: str) -> Iterable[None]:
        """Stand before each member in turn until ``end`` has been passed; commas are seen to here."""
        self.at += 1
        comma: int | None = None  # where the comma stands that the next member must follow
        last: int | None = None  # where the last member ended, while its comma is not yet met
        while True:
            self.skip()
            character = self.peek()
            if character == end:
                if comma is not None:
                    self.slip("foreign.comma-extra", comma)
                self.at += 1
                return
            if character == ",":
                if last is None:
                    self.slip("foreign.comma-extra")
                else:
                    comma, last = self.at, None
                self.at += 1
                continue
            if last is not None:
                if self.line(last - 1) == self.line():
                    raise self.stop("foreign.json-unclear")
                self.slip("foreign.comma-missing", last - 1)
            yield None
            comma, last = None, self.at

    # Texts and other values

    def key(self) -> str:
        if self.peek() in _DOUBLE + _SINGLE:
            return self.string()
        token = _TOKEN.match(self.text, self.at)
        if token is None or not _UNQUOTED.fullmatch(token[0]):
            raise self.stop("foreign.json-unclear")
        self.slip("foreign.unquoted")
        self.at = token.end()
        return token[0]

    def bare(self, spot: Spot) -> Any:
        """A number or a word."""
        token = _TOKEN.match(self.text, self.at)
        if token is None:
            raise self.stop("foreign.json-unclear")
        at, self.at, word = self.at, token.end(), token[0]
        self.written[spot] = word
        if word in _WORDS:
            return _WORDS[word]
        if _NUMBER.fullmatch(word):
            return self.number(word, at)
        if word.lower() in _OTHER_WORDS:
            self.slip("foreign.word", at, word)
            return _OTHER_WORDS[word.lower()]
        if _LOOSE_NUMBER.fullmatch(word):
            self.slip("foreign.number", at, word)
            return self.number(word, at)
        if _UNQUOTED.fullmatch(word):
            self.slip("foreign.unquoted", at)
            return word
        raise self.stop("foreign.json-unclear", at)

    def number(self, word: str, at: int) -> int | float:
        try:
            value = float(word) if set(word) & set(".eE") else int(word)
        except ValueError:  # more digits than Python will turn into a number
            raise self.stop("foreign.json-unclear", at) from None
        if isinstance(value, float) and not math.isfinite(value):
            raise self.stop("foreign.json-unclear", at)
        return value

    def string(self) -> str:
        start = self.at
        if self.text[start] != '"':
            return self.other_marks(start)
        self.at += 1
        parts: list[str] = []
        told = False
        while True:
            end = _end(_PLAIN.match(self.text, self.at))
            parts.append(self.text[self.at : end])
            self.at = end
            if self.ended() or self.text[self.at] in "\r\n":
                closed = self.closed_otherwise(start)
                if closed is not None:
                    return closed
            character = self.peek()
            if character == '"':
                self.at += 1
                following = _AFTER.match(self.text, self.at)
                closed = None if following else self.closed_otherwise(start)
                return "".join(parts) if closed is None else closed
            if character == "\\":
                parts.append(self.escape())
                continue
            if not told:
                self.slip("foreign.control")
                told = True
            parts.append(character)
            self.at += 1

    def closed_otherwise(self, start: int) -> str | None:
        """A text that opens with ``"`` and ends on its line with another mark; None where it does not."""
        end = self.end_of(start, _DOUBLE.replace('"', ""))
        return None if end is None else self.other_marks(start, end)

    def other_marks(self, start: int, end: int | None = None) -> str:
        """A text between other marks than ``"``; it must end on its line."""
        marks = _DOUBLE if self.text[start] in _DOUBLE else _SINGLE
        end = self.end_of(start, marks) if end is None else end
        if end is None:
            raise self.stop("foreign.json-unclear", start)
        self.slip("foreign.marks", start)
        parts: list[str] = []
        self.at = start + 1
        while self.at < end:
            if self.text[self.at] == "\\":
                parts.append(self.escape())
            else:
                parts.append(self.text[self.at])
                self.at += 1
        self.at = end + 1
        return "".join(parts)

    def end_of(self, start: int, marks: str) -> int | None:
        """Where one of ``marks`` ends the text that begins at ``start``: on its line, and before what can
        only follow a text."""
        pattern = re.compile(rf"(?<!\\)[{marks}](?={_AFTER.pattern})|[\r\n]")
        met = pattern.search(self.text, start + 1)
        return None if met is None or met[0] in "\r\n" else met.start()

    def escape(self) -> str:
        """What a backslash and the next character stand for. One that JSON does not know is kept with its
        backslash: that is how patterns are written by hand."""
        at = self.at
        following = self.text[at + 1 : at + 2]
        self.at += 1 + len(following)
        if following == "'":
            self.slip("foreign.escape", at, "\\'")
            return "'"
        if following in _ESCAPES and following:
            return _ESCAPES[following]
        if following == "u" and (code := self.code_unit(at)) is not None:
            self.at = at + 6
            if 0xD800 <= code < 0xDC00 and (low := self.code_unit(at + 6)) and 0xDC00 <= low < 0xE000:
                self.at = at + 12
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
            if not 0xD800 <= code < 0xE000:
                return chr(code)
            self.at = at + 2
        self.slip("foreign.escape", at, f"\\{following}" if following.isprintable() else "\\")
        return "\\" + following

    def code_unit(self, at: int) -> int | None:
        """The number of the ``\\uXXXX`` at ``at``."""
        met = re.compile(r"\\u([0-9a-fA-F]{4})").match(self.text, at)
        return None if met is None else int(met[1], 16)


def _end(met: re.Match[str] | None) -> int:
    """Where a pattern ended that fits everywhere, if only nothing."""
    assert met is not None
    return met.end()


def _differ(one: Any, other: Any) -> bool:
    return type(one) is not type(other) or bool(one != other)
