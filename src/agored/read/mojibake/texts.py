"""One text whose letters went wrong: how that came about, and what it most likely read.

Every rule asks for more than a rare letter: for a sequence that no language writes, or for a word that is known
again once its bytes are read as they were meant. An Icelandic name stays an Icelandic name.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from agored.read.mojibake.words import marked_words, word_with

LOST = "\N{REPLACEMENT CHARACTER}"
_LOST_AND_MISREAD = "ï¿½"


@dataclass(frozen=True)
class Fault:
    """How letters went wrong: ``kind`` is ``lost``, ``entities``, ``twice`` or ``encoding``; the last two say how
    the text was ``written``, and how it was ``read``, by the names that a recipe uses."""

    kind: str
    written: str = ""
    read: str = ""


@dataclass(frozen=True)
class Mistaken:
    """What is wrong with a text, and what it ``likely`` was; a letter that nobody can tell is ``LOST`` in it."""

    faults: frozenset[Fault]
    likely: str


_ORDINARY = r"\0-%'->@-\x7fÊÎÔÛŴŶÁÉÓâêîôŵŷáéóàèäëïöü‘’—£°"
_NOTEWORTHY = re.compile(f"[^{_ORDINARY}]")
_SUSPECT = re.compile(
    rf"[^{_ORDINARY}?&û“”–]|[A-Za-z][“”–][A-Za-z]|\sû\s"
    r"|\?[^\W\d]|(?:\b[Tt]|\bd|\b[Nn]h|\b[Tt]h)\?\s|&[#A-Za-z]"
)
"""What a text needs for any rule to be tried on it: more than the ordinary letters and signs of Welsh and English."""


def mistaken(text: str) -> Mistaken | None:
    """What went wrong with the letters of ``text``; None where nothing did."""
    if _NOTEWORTHY.search(text) is None or _SUSPECT.search(text) is None:
        return None
    bench = _Bench(text)
    bench.entities()
    bench.utf8()
    bench.other_encodings()
    bench.pounds()
    bench.controls()
    bench.lost_letters()
    return Mistaken(frozenset(bench.faults), bench.text) if bench.faults else None


# How bytes are read


def _table(encoding: str) -> tuple[str, ...]:
    """The character of each byte; one without any is the control of that number, as in Latin-1."""
    characters = (bytes([byte]).decode(encoding, "replace") for byte in range(256))
    return tuple(chr(byte) if character == LOST else character for byte, character in enumerate(characters))


_TABLES: Mapping[str, tuple[str, ...]] = {
    name: _table(name) for name in ("cp1252", "iso-8859-1", "iso-8859-14", "cp437", "cp850", "mac_roman")
}
_BYTES: Mapping[str, Mapping[str, int]] = {
    name: {character: byte for byte, character in enumerate(table)} for name, table in _TABLES.items()
}
_SIGNS = str.maketrans(
    {chr(byte): bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(128, 160)}
)
"""The controls of Latin-1 as the characters that cp1252 has in their places."""


def _bytes_of(text: str, encoding: str) -> bytes | None:
    known = _BYTES[encoding]
    try:
        return bytes(known[character] for character in text)
    except KeyError:
        return None


def _reread(text: str, read: str, written: str) -> str | None:
    """What ``text`` is, read as ``written``; None where it was not read as ``read``."""
    data = _bytes_of(text, read)
    return None if data is None else "".join(_TABLES[written][byte] for byte in data)


# UTF-8 read as something else


def _bytes_class(encoding: str, first: int, last: int) -> str:
    table = _TABLES[encoding]
    characters = {table[byte] for byte in range(first, last + 1)}
    if encoding == "cp1252":  # and as Latin-1
        characters |= {chr(byte) for byte in range(first, last + 1)}
    return "[" + "".join(re.escape(character) for character in sorted(characters)) + "]"


def _sequences(encoding: str) -> re.Pattern[str]:
    """Characters that are, as bytes, UTF-8 for Latin letters, for signs, or for pictures."""
    rest = _bytes_class(encoding, 0x80, 0xBF)
    two, four = _bytes_class(encoding, 0xC2, 0xC5), _bytes_class(encoding, 0xF0, 0xF0)
    three = "|".join(_bytes_class(encoding, lead, lead) for lead in (0xE1, 0xE2, 0xEF))
    return re.compile(f"{four}{rest}{{3}}|(?:{three}){rest}{{2}}|{two}{rest}")


_SEQUENCES = {name: _sequences(name) for name in ("cp1252", "mac_roman", "cp437", "cp850", "iso-8859-14")}
_LAST_QUOTE = re.compile(r"â€(?=$|[\s.,;:!?)])")
"""A closing quotation mark whose last byte is no character of cp1252, and was dropped."""
_MOST_TIMES = 3
_ENTITY = re.compile(r"&(?:amp;)*(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_PLAUSIBLE = re.compile(
    "[\x80-\u017f\u1e00-\u1eff\u2010-\u27bf\ufb00-\ufb06\ufe0f\ufeff\ufffd\U0001f300-\U0001faff]"
)
"""What such a sequence may have been: by chance it may be anything."""

# Words and signs read as something else

_WORD = re.compile(
    r"[^\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]*[^\s\0-\x7f][^\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]*"
)
"""What stands between blanks and signs of ASCII, and has a character that is not ASCII."""
_MISREAD = (
    ("iso-8859-14", "cp1252"),
    ("cp437", "cp1252"),
    ("cp850", "cp1252"),
    ("mac_roman", "cp1252"),
    ("cp1252", "mac_roman"),
    ("cp1252", "cp437"),
    ("cp1252", "cp850"),
    ("cp1252", "iso-8859-14"),
    ("cp437", "iso-8859-1"),
    ("mac_roman", "iso-8859-1"),
    ("iso-8859-14", "mac_roman"),
    ("iso-8859-14", "cp437"),
    ("iso-8859-14", "cp850"),
)
"""How words are ``written``, and how they are ``read``: what is met most comes first."""
_SURE = 3
"""Letters of a word that is known again by any of these; Öl is not ôl."""
_WELSH_VOWEL = re.compile(r"(?=..)[b-df-hj-np-tvxz]*[ðþ][b-df-hj-np-tvxz]*", re.IGNORECASE)
"""A word without any other vowel than ð or þ, which are none outside Welsh that was read wrongly."""
_AS_WELSH = str.maketrans("ðþÐÞ", "ŵŷŴŶ")
_ENDINGS = r"(?=(?:s|t|re|ll|ve|d|m|S|T|RE|LL|VE|D|M)\b)"
_MARKS = tuple(
    (re.compile(pattern), true, Fault("encoding", written, read))
    for pattern, true, written, read in (
        (rf"(?<=[A-Za-z])Õ{_ENDINGS}", "’", "mac_roman", "cp1252"),
        (rf"(?<=[a-z])Æ{_ENDINGS}", "’", "cp1252", "cp437"),
        (r"(?<=n)í(?=t\b)", "’", "cp1252", "mac_roman"),
        (r"(?<=[\w).,] )Ð(?= [\w(])", "–", "mac_roman", "cp1252"),
        (r"(?<=[\w).,] )ñ(?= [\w(])", "–", "cp1252", "mac_roman"),
        (r"(?<=[\w).,] )û(?= [\w(])", "–", "cp1252", "cp437"),
    )
)
_POUNDS = tuple(
    (re.compile(rf"(?<!\w){sign}(?=\s?\d|\)|$)"), Fault("encoding", written, read))
    for sign, written, read in (
        ("œ", "cp437", "cp1252"),
        ("\x9c", "cp437", "iso-8859-1"),
        ("ú", "cp1252", "cp437"),
    )
)

# Letters that are gone

_CHUNK = re.compile(r"\S*[?\ufffd]\S*")
_ADDRESS = re.compile(r"[/\\=@%&#]|\.\w")
_WITH_MARK = re.compile(r"[^\W\d_]*(?:[?\ufffd]+[^\W\d_]*)+")
_WITHIN = re.compile(r"(?<=[^\W\d_])\?+(?=[^\W\d_])")
_HOUSE = re.compile(r"(?<![\w?])(T|[Tt]h|[Nn]h|t|d)\?(?=\s[^\W\d_])")
"""``t?`` and its mutations before another word: Welsh for a house, the commonest word of all that end so."""


class _Bench:
    """A text on the way to what it was."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: set[Fault] = set()

    def _found(self, text: str, fault: Fault) -> None:
        if text != self.text:
            self.text = text
            self.faults.add(fault)

    def entities(self) -> None:
        """``&#373;``, ``&amp;#373;`` and ``&ocirc;``: letters spelled for a web page."""
        for _ in range(_MOST_TIMES):
            if "&" not in self.text:
                return
            self._found(_ENTITY.sub(lambda match: html.unescape(match[0]), self.text), Fault("entities"))

    def utf8(self) -> None:
        """``Ã´`` for ``ô``, ``Å·`` for ``ŷ``, and what comes of doing that twice."""
        self.text = self.text.replace(_LOST_AND_MISREAD, LOST)  # the mark of a lost letter, and no letters
        reads: list[str] = []
        while len(reads) < _MOST_TIMES and (found := _read_as_utf8(self.text)) is not None:
            self.text, read = found
            reads.append(read)
        if reads:
            self.faults.add(Fault("twice" if len(reads) > 1 else "encoding", "utf-8", reads[-1]))

    def other_encodings(self) -> None:
        """A word that is known again once its bytes are read in another way, and apostrophes and dashes."""
        if self.text.isascii():
            return
        for word in set(_WORD.findall(self.text)):
            found = _known_word(word)
            if found is not None:
                true, fault = found
                self._found(re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", true, self.text), fault)
        for pattern, true, fault in _MARKS:
            self._found(pattern.sub(true, self.text), fault)

    def pounds(self) -> None:
        """A pound sign of DOS, before a number: ``œ500``, or ``ú500`` the other way round."""
        for pattern, fault in _POUNDS:
            self._found(pattern.sub("£", self.text), fault)

    def controls(self) -> None:
        """Characters that nobody can see, which are quotation marks and dashes of cp1252."""
        self._found(self.text.translate(_SIGNS), Fault("encoding", "cp1252", "iso-8859-1"))

    def lost_letters(self) -> None:
        """A mark where a letter was: the replacement character, or a question mark within a word."""
        if LOST in self.text:
            self.faults.add(Fault("lost"))
        if LOST in self.text or "?" in self.text:
            self._found(_CHUNK.sub(lambda match: _with_letters(match[0]), self.text), Fault("lost"))
            self._found(_HOUSE.sub(r"\1ŷ", self.text), Fault("lost"))


def _read_as_utf8(text: str) -> tuple[str, str] | None:
    """``text`` with its sequences read as UTF-8, and how they had been read; None where there are none."""
    for read, sequences in _SEQUENCES.items():
        whole = sequences.sub(partial(_from_utf8, read), text)
        if read == "cp1252":
            whole = _LAST_QUOTE.sub("”", whole)
        if whole != text:
            return whole, read
    return None


def _from_utf8(read: str, match: re.Match[str]) -> str:
    """What a sequence was before its bytes were read in another way; itself where it was nothing likely."""
    known = _BYTES[read]
    try:
        true = bytes(known.get(character, ord(character)) for character in match[0]).decode("utf-8")
    except ValueError:
        return match[0]
    return true if _PLAUSIBLE.fullmatch(true) else match[0]


def _known_word(word: str) -> tuple[str, Fault] | None:
    """The word that ``word`` was, and how it went wrong; None where it is not known again."""
    known = marked_words()
    if word.casefold() in known:
        return None
    for written, read in _MISREAD:
        true = _reread(word, read, written)
        if true is not None and true.casefold() in known and (len(true) >= _SURE or written == "iso-8859-14"):
            return true, Fault("encoding", written, read)
    if _WELSH_VOWEL.fullmatch(word):
        return word.translate(_AS_WELSH), Fault("encoding", "iso-8859-14", "cp1252")
    return None


def _with_letters(chunk: str) -> str:
    """What stands between two blanks, its lost letters put back where the word is known."""
    if LOST not in chunk and _ADDRESS.search(chunk):
        return chunk
    return _WITH_MARK.sub(lambda match: _word_with_letters(match[0]), chunk)


def _word_with_letters(word: str) -> str:
    bare = word if LOST in word else word.rstrip("?")
    if not any(mark in bare for mark in (LOST, "?")):
        return word
    known = word_with(bare, LOST + "?")
    if known is not None and (LOST in bare or len(bare) > 2):
        return known + word[len(bare) :]
    if LOST in bare or not _reads_as_one(bare):
        return word
    return _WITHIN.sub(LOST, word)


def _reads_as_one(word: str) -> bool:
    """Whether a word with question marks in it is one word, and not the end and the beginning of two sentences."""
    first, *others = (part for part in word.split("?") if part)
    return all(part.islower() for part in others) or (word.upper() == word and len(first) > 1)
