"""The plain rows of an XLSX sheet, taken apart by their bytes, many times faster than an XML parser does it.

Programs write nearly all rows in one plain form. ``plain_cells`` knows that form exactly and takes nothing else:
any other tag or attribute, white space between tags, an entity, a comment, a control character, and it gives None.
Then the XML parser reads those rows. A test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored.read.blocks import Mask, Numbers
from agored.read.xlsx_cells import ERROR, ISO_DATE, NUMBER, SHARED, TEXT, TRUTH, Cells

STRETCH = 1 << 20
"""Bytes that are taken apart at a time."""
_LONGEST_HEAD = 1 << 20
_LONGEST_ROW = 1 << 25

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Tags = np.ndarray[Any, np.dtype[np.uint8]]
Words = np.ndarray[Any, np.dtype[np.uint64]]


def without_plain_stretches(
    pieces: Iterable[bytes],
    opening: re.Pattern[bytes],
    end: bytes,
    is_open: Callable[[], bool],
    take: Callable[[bytes], bool],
) -> Iterator[bytes]:
    """An XML part without those stretches that ``take`` has taken: what is left is for the XML parser.

    ``opening`` is the tag behind which the plain elements may begin, ``end`` the closing tag of such an element,
    and ``is_open`` asks the parser whether it stands between such elements now. Each stretch is whole elements.
    """
    source = iter(pieces)
    held = b""
    found = None
    for piece in source:
        held += piece
        found = opening.search(held)
        if found or len(held) > _LONGEST_HEAD:
            break
    if found is None or not _is_utf8(held):
        yield held
        yield from source
        return
    yield held[: found.end()]
    held = held[found.end() :]
    for piece in source:
        held += piece
        if len(held) < STRETCH:
            continue
        cut = held.rfind(end) + len(end)
        if cut >= len(end):
            stretch, held = held[:cut], held[cut:]
            if is_open() and take(stretch):
                continue
            yield stretch
            if not _may_hide_elements(stretch):
                continue
        elif len(held) < _LONGEST_ROW:
            continue
        yield held
        yield from source
        return
    cut = held.rfind(end) + len(end)
    if cut >= len(end) and is_open() and take(held[:cut]):
        held = held[cut:]
    yield held


def _is_utf8(head: bytes) -> bool:
    declared = re.search(
        rb"""^<\?xml[^>]*\sencoding\s*=\s*["']([^"'>]*)""", head.removeprefix(b"\xef\xbb\xbf")
    )
    return declared is None or declared[1].lower() == b"utf-8"


def _may_hide_elements(stretch: bytes) -> bool:
    """Whether there may be a comment or the like, within which tags are no tags."""
    return b"<!" in stretch or b"<?" in stretch


_TAGS = (ROW, ROW_EMPTY, ROW_END, CELL, CELL_EMPTY, CELL_END, VALUE, VALUE_END,
         FORMULA, FORMULA_EMPTY, FORMULA_END, INLINE, INLINE_END, INLINE_TEXT, INLINE_TEXT_END) = range(15)  # fmt: skip
_UNKNOWN = 15
_FOLLOWERS = {
    ROW: (CELL, CELL_EMPTY, ROW_END),
    ROW_EMPTY: (ROW, ROW_EMPTY),
    ROW_END: (ROW, ROW_EMPTY),
    CELL: (VALUE, FORMULA, FORMULA_EMPTY, INLINE, CELL_END),
    CELL_EMPTY: (CELL, CELL_EMPTY, ROW_END),
    CELL_END: (CELL, CELL_EMPTY, ROW_END),
    VALUE: (VALUE_END,),
    VALUE_END: (CELL_END,),
    FORMULA: (FORMULA_END,),
    FORMULA_EMPTY: (VALUE, CELL_END),
    FORMULA_END: (VALUE, CELL_END),
    INLINE: (INLINE_TEXT,),
    INLINE_END: (CELL_END,),
    INLINE_TEXT: (INLINE_TEXT_END,),
    INLINE_TEXT_END: (INLINE_END,),
}
_MAY_FOLLOW = np.zeros(256, np.bool_)
for _tag, _next in _FOLLOWERS.items():
    _MAY_FOLLOW[[_tag * 16 + follower for follower in _next]] = True

_KEEPING_SPACE = b't xml:space="preserve">'
_SPELLED = {
    b"v>": VALUE, b"/v>": VALUE_END, b"/c>": CELL_END, b"/row>": ROW_END, b"f>": FORMULA, b"/f>": FORMULA_END,
    b"is>": INLINE, b"/is>": INLINE_END, b"t>": INLINE_TEXT, b"/t>": INLINE_TEXT_END,
    b"c ": CELL, b"row ": ROW, b"f ": FORMULA, _KEEPING_SPACE[:8]: INLINE_TEXT,
}  # fmt: skip
"""How each tag begins; no two begin with the same two bytes."""


class _Spelling:
    """Tags by their first bytes, as numbers of up to eight of them."""

    def __init__(self, spelled: Mapping[bytes, int]) -> None:
        texts = list(spelled)
        self._by_two = np.full(1 << 16, len(texts), np.uint8)
        self._by_two[[int.from_bytes(text[:2], "little") for text in texts]] = range(len(texts))
        self._masks = np.array([(1 << 8 * len(text)) - 1 for text in texts] + [0], np.uint64)
        self._starts = np.array([int.from_bytes(text, "little") for text in texts] + [1], np.uint64)
        self._tags = np.array([*spelled.values(), 0], np.uint8)

    def tags(self, words: Words) -> Tags | None:
        """The tag that each word begins; None where one of them begins none."""
        found = self._by_two[words & np.uint64(0xFFFF)]
        if not ((words & self._masks[found]) == self._starts[found]).all():
            return None
        tags: Tags = self._tags[found]
        return tags


_TAGS_BY_SPELLING = _Spelling(_SPELLED)
_STARTS_ROW = np.isin(np.arange(16), (ROW, ROW_EMPTY))
_STARTS_CELL = np.isin(np.arange(16), (CELL, CELL_EMPTY))
_HOLDS_VALUE = np.isin(np.arange(16), (VALUE, INLINE_TEXT))
_HOLDS_TEXT = np.isin(np.arange(16), (VALUE, INLINE_TEXT, FORMULA))
# The first so many bytes of eight.
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)
_ATTRIBUTES = re.compile(rb'(?: [A-Za-z_][\w.:-]*="[^"<>]*")*')
_NAME = re.compile(rb' ([\w.:-]+)="')


def plain_cells(stretch: bytes) -> tuple[Cells, int, int] | None:
    """The cells of whole rows that are written in the plain form, with the first and the last row; else None."""
    if b"&" in stretch or b"\r" in stretch:
        return None
    return _Plain(stretch).cells()


class _NotPlainError(Exception):
    """A stretch that is not written in the plain form."""


class _Plain:
    """One stretch: its tags by kind, and the places at which they begin and end."""

    def __init__(self, stretch: bytes) -> None:
        self.bytes = stretch
        # The last bytes are looked at a little beyond their end.
        padded = stretch + bytes(16)
        self.data: Bytes = np.frombuffer(padded, np.uint8)
        # At each place, the eight bytes from there on.
        self._words = np.ndarray((len(stretch),), np.dtype("<u8"), padded, 0, (1,))
        size = len(stretch)
        self.begins = np.flatnonzero(self.data[:size] == ord("<"))
        self.ends = np.flatnonzero(self.data[:size] == ord(">"))

    def cells(self) -> tuple[Cells, int, int] | None:
        try:
            return self._cells()
        except _NotPlainError:
            return None

    def _cells(self) -> tuple[Cells, int, int]:
        self._check_brackets()
        tags = self._tags()
        self._check_order(tags)
        row_tags = np.flatnonzero(_STARTS_ROW[tags])
        rows, row_words = self._row_numbers(row_tags, tags)
        formula_tags = np.flatnonzero((tags == FORMULA) | (tags == FORMULA_EMPTY))
        self._check_attributes(self.begins[formula_tags] + len("<f"), formula_tags, tags)
        is_cell = _STARTS_CELL[tags]
        cell_tags = np.flatnonzero(is_cell)
        cells_before = np.searchsorted(cell_tags, [*row_tags, len(tags)])
        row_of_cell = np.repeat(np.arange(len(row_tags)), np.diff(cells_before))
        columns, kinds, styles, inline = self._cell_attributes(cell_tags, tags, row_words[row_of_cell])
        same_row = row_of_cell[1:] == row_of_cell[:-1]
        self._require(bool(((columns[1:] > columns[:-1]) | ~same_row).all()))
        value_tags = np.flatnonzero(_HOLDS_VALUE[tags])
        # No cell has two values: where there are as many, each has one.
        valued = np.arange(len(cell_tags))
        if len(value_tags) < len(cell_tags):
            valued = np.searchsorted(cell_tags, value_tags) - 1
        self._require(bool((inline[valued] == (tags[value_tags] == INLINE_TEXT)).all()))
        formulas = np.zeros(len(cell_tags), np.bool_)
        formulas[np.searchsorted(cell_tags, formula_tags) - 1] = True
        values = self._values(valued, value_tags, len(cell_tags))
        cells = Cells(rows[row_of_cell], columns, kinds, styles, formulas, values)
        if len(valued) < len(cell_tags):
            filled = formulas.copy()
            filled[valued] = True
            cells = cells.chosen(np.flatnonzero(filled))
        return cells, int(rows[0]), int(rows[-1])

    def _require(self, so: bool) -> None:
        if not so:
            raise _NotPlainError

    def _check_brackets(self) -> None:
        """Brackets come in pairs, and no control character is anywhere."""
        self._require(len(self.begins) > 0 and len(self.begins) == len(self.ends) and self.begins[0] == 0)
        self._require(bool((self.begins < self.ends).all()))
        self._require(bool((self.ends[:-1] < self.begins[1:]).all()))
        self._require(bool(self.ends[-1] == len(self.bytes) - 1))
        low = self.data[: len(self.bytes)] < ord(" ")
        if low.any():
            self._require(bool(np.isin(self.data[: len(self.bytes)][low], (9, 10)).all()))

    def _tags(self) -> Tags:
        """The kind of each tag."""
        tags = _TAGS_BY_SPELLING.tags(self._words[self.begins + 1])
        if tags is None:
            raise _NotPlainError
        spaced = self.begins[np.flatnonzero(tags == INLINE_TEXT)]
        spaced = spaced[self.data[spaced + 2] == ord(" ")]
        self._require(bool(self._reads(spaced + 1, _KEEPING_SPACE).all()))
        # Only tags with attributes may end with a slash: the others are spelled to their end.
        closed: Tags = tags + (self.data[self.ends - 1] == ord("/"))
        return closed

    def _reads(self, places: Numbers, text: bytes) -> Mask:
        """At which of ``places`` the text stands."""
        found = (self._words[places] & _FIRST_BYTES[min(len(text), 8)]) == int.from_bytes(text[:8], "little")
        for offset, byte in enumerate(text[8:], start=8):
            found &= self.data[places + offset] == byte
        matches: Mask = found
        return matches

    def _check_order(self, tags: Tags) -> None:
        """Each tag is followed by one that may follow it, and text stands where text may stand."""
        self._require(bool(_STARTS_ROW[tags[0]]) and tags[-1] in (ROW_EMPTY, ROW_END))
        self._require(bool(_MAY_FOLLOW[tags[:-1] * np.uint8(16) + tags[1:]].all()))
        apart = self.begins[1:] != self.ends[:-1] + 1
        self._require(bool((_HOLDS_TEXT[tags[:-1]] | ~apart).all()))

    def _row_numbers(self, row_tags: Numbers, tags: Tags) -> tuple[Numbers, Words]:
        """The number of each row, and its digits with the quotation mark behind them, as a word."""
        places = self.begins[row_tags] + len("<row ")
        self._require(bool(self._reads(places, b'r="').all()))
        rows, behind = self._digits(places + 3, 7)
        self._require(bool((self.data[behind] == ord('"')).all()) and bool((rows > 0).all()))
        self._require(bool((np.diff(rows) > 0).all()))
        self._check_attributes(behind + 1, row_tags, tags)
        return rows, self._words[places + 3] & _FIRST_BYTES[behind - places - 2]

    def _digits(self, places: Numbers, most: int) -> tuple[Numbers, Numbers]:
        """The numbers that are written at ``places``, and the places behind them."""
        numbers = np.zeros(len(places), np.int64)
        behind = places.copy()
        going = np.ones(len(places), np.bool_)
        for _ in range(most):
            digits = self.data[behind].astype(np.int64) - ord("0")
            going &= (digits >= 0) & (digits <= 9)
            if not going.any():
                break
            numbers = np.where(going, numbers * 10 + digits, numbers)
            behind += going
        self._require(bool((behind > places).all()))
        return numbers, behind

    def _check_attributes(self, starts: Numbers, chosen: Numbers, tags: Tags) -> None:
        """What stands in the ``chosen`` tags from ``starts`` on is attributes, each once."""
        stops = self.ends[chosen] - (self.data[self.ends[chosen] - 1] == ord("/"))
        for text in {self.bytes[start:stop] for start, stop in zip(starts, stops, strict=True)}:
            names = _NAME.findall(text)
            self._require(_ATTRIBUTES.fullmatch(text) is not None and len(set(names)) == len(names))

    def _cell_attributes(
        self, cell_tags: Numbers, tags: Tags, row_words: Words
    ) -> tuple[Numbers, Numbers, Numbers, Mask]:
        """Of each cell: its column, kind and style, and whether its text stands in the sheet itself."""
        places = self.begins[cell_tags] + len("<c ")
        stops = self.ends[cell_tags] - (tags[cell_tags] == CELL_EMPTY)
        self._require(bool(self._reads(places, b'r="').all()))
        columns, places = self._letters(places + 3)
        lengths = _lengths_of(row_words)
        self._require(bool(((self._words[places] & _FIRST_BYTES[lengths]) == row_words).all()))
        places = places + lengths
        styles = np.zeros(len(places), np.int64)
        styled = np.flatnonzero(self._reads(places, b' s="'))
        if len(styled):
            styles[styled], behind = self._digits(places[styled] + 4, 5)
            self._require(bool((self.data[behind] == ord('"')).all()))
            places[styled] = behind + 1
        kinds = np.full(len(places), NUMBER, np.int64)
        inline = np.zeros(len(places), np.bool_)
        typed = np.flatnonzero(self._reads(places, b' t="'))
        for name, kind in _KIND_NAMES.items():
            own = typed[self._reads(places[typed] + 4, name)]
            own = own[stops[own] == places[own] + 4 + len(name)]
            kinds[own] = kind
            inline[own] = name.startswith(b"inline")
            places[own] = stops[own]
        self._require(bool((places == stops).all()))
        return columns, kinds, styles, inline

    def _letters(self, places: Numbers) -> tuple[Numbers, Numbers]:
        columns = np.zeros(len(places), np.int64)
        behind = places.copy()
        going = np.ones(len(places), np.bool_)
        for _ in range(3):
            letters = self.data[behind].astype(np.int64) - ord("A") + 1
            going &= (letters >= 1) & (letters <= 26)
            if not going.any():
                break
            columns = np.where(going, columns * 26 + letters, columns)
            behind += going
        self._require(bool((behind > places).all()))
        return columns, behind

    def _values(self, valued: Numbers, value_tags: Numbers, count: int) -> pa.StringArray:
        """The value of each cell; without one it is empty."""
        if not len(value_tags):
            return pa.array([""] * count, pa.string())
        # The text of a value, and what stands between it and the next value, in turn.
        offsets = np.empty(2 * len(value_tags), np.int32)
        offsets[0::2] = self.ends[value_tags] + 1
        offsets[1::2] = self.begins[value_tags + 1]
        both = pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(self.bytes))
        values = both.take(pa.array(np.arange(0, len(offsets) - 1, 2)))
        try:
            values.validate(full=True)
        except pa.ArrowInvalid:
            raise _NotPlainError from None
        if len(valued) == count:
            return values
        places = np.full(count, -1, np.int64)
        places[valued] = np.arange(len(valued))
        return pc.fill_null(values.take(pa.array(places, mask=places < 0)), "")


def _lengths_of(words: Words) -> Numbers:
    """How many bytes of each word are not zero; the zeros come last."""
    lengths: Numbers = np.searchsorted(_FIRST_BYTES, words, side="left")
    return lengths


_KIND_NAMES = {
    b'n"': NUMBER, b's"': SHARED, b'b"': TRUTH, b'e"': ERROR, b'd"': ISO_DATE, b'str"': TEXT,
    b'inlineStr"': TEXT,
}  # fmt: skip
"""The kinds of cells as the plain form writes them, with the quotation mark that ends the attribute."""
