"""A run of cells as Arrow holds them, and what can be told of all of them at once, byte by byte."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""One truth a cell."""

_SHORTEST_SURE = 18
"""A number of so many decimal digits fits 64 bits, whatever they are."""


class Cells:
    """An Arrow array of text without nulls."""

    def __init__(self, array: pa.StringArray) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def offsets(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Where each cell's bytes begin, and where the last one's end."""
        start = self.array.offset
        return np.frombuffer(self.array.buffers()[1], np.int32)[start : start + len(self) + 1]

    @cached_property
    def sizes(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """How many bytes each cell has."""
        return np.diff(self.offsets)

    @cached_property
    def bytes(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """The bytes of all cells, one after the other."""
        data = self.array.buffers()[2]
        if data is None or not len(self):
            return np.empty(0, np.uint8)
        return np.frombuffer(data, np.uint8)[self.offsets[0] : self.offsets[-1]]

    @cached_property
    def all_ascii(self) -> bool:
        """Whether no byte of any cell is outside ASCII."""
        return not (self.bytes & 0x80).any()

    @cached_property
    def ascii(self) -> Mask:
        """Which cells are ASCII."""
        if self.all_ascii:
            return np.ones(len(self), np.bool_)
        return mask(pc.string_is_ascii(self.array))

    @cached_property
    def whole(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The whole numbers that the cells are. Raises ArrowInvalid where one is none of 64 bits."""
        try:
            values = pc.cast(self.array, pa.int64())
        except pa.ArrowInvalid:  # Arrow reads no plus sign
            values = pc.cast(pc.utf8_ltrim(self.array, "+"), pa.int64())
        return numbers(values, np.int64)

    @cached_property
    def floating(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The nearest floating-point numbers. Raises ArrowInvalid where a cell is no number."""
        return numbers(pc.cast(pc.utf8_ltrim(self.array, "+"), pa.float64()), np.float64)

    def fits(self, pattern: str) -> Mask:
        """Which cells hold a match for ``pattern``, in the syntax of RE2."""
        return mask(pc.match_substring_regex(self.array, pattern))

    def among(self, texts: pa.Array) -> Mask:
        """Which cells are one of ``texts``, exactly."""
        return mask(pc.is_in(self.array, texts))

    def all_digits(self, length: int | None = None) -> bool:
        """Whether every cell is nothing but 0 to 9: ``length`` of them, or 1 to 18."""
        if ((self.bytes - np.uint8(48)) > 9).any():
            return False
        if length is not None:
            return bool((self.sizes == length).all())
        return bool((self.sizes > 0).all() and (self.sizes <= _SHORTEST_SURE).all())

    def all_within(self, allowed: np.ndarray[Any, np.dtype[np.bool_]]) -> bool:
        """Whether every byte is allowed; ``allowed`` has a truth for each of the 256."""
        return bool(allowed[self.bytes].all())

    def where(self, chosen: Mask) -> Cells:
        """The cells chosen, in their order."""
        return Cells(self.array.filter(truths(chosen)))


# Arrow's own ways to and from numpy and Python's lists import pandas wherever it is installed, which takes longer
# than many a file takes to judge.


def mask(truths: pa.BooleanArray) -> Mask:
    """Arrow's truths, none of them null, as numpy's."""
    start = truths.offset
    bits = np.frombuffer(truths.buffers()[1], np.uint8)
    found: Mask = np.unpackbits(bits, count=start + len(truths), bitorder="little")[start:].view(np.bool_)
    return found


def truths(chosen: Mask) -> pa.BooleanArray:
    """Numpy's truths as Arrow's."""
    bits = pa.py_buffer(np.packbits(chosen, bitorder="little"))
    return pa.BooleanArray.from_buffers(pa.bool_(), len(chosen), [None, bits])


def numbers(array: pa.Array, kind: Any) -> np.ndarray[Any, Any]:
    """Arrow's numbers of numpy's ``kind``, none of them null, as numpy's."""
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def places(indices: np.ndarray[Any, Any]) -> pa.Array:
    """Places in an array as Arrow takes them."""
    whole = np.ascontiguousarray(indices, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)])


def texts(strings: Sequence[str]) -> pa.StringArray:
    """Python's strings as Arrow's."""
    encoded = [string.encode() for string in strings]
    offsets = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(each) for each in encoded], out=offsets[1:])
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded)))


def bytes_of(characters: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """A truth for each of the 256 bytes: whether it is one of ``characters`` (ASCII)."""
    allowed = np.zeros(256, np.bool_)
    allowed[list(characters.encode("ascii"))] = True
    return allowed
