"""The keys of a whole table: which of them come twice, and which another table does not have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored.validate.cells import Mask, numbers
from agored.validate.keys import Hashes, Keys

Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass
class KeyLedger:
    """The keys of all records so far, each with its record's row."""

    _parts: list[tuple[Keys, Places]] = field(default_factory=list)

    def add(self, keys: Keys, rows: Places) -> None:
        """Note the keys of records in ``rows``; records without a key are passed over."""
        if not keys.present.all():
            rows, keys = rows[keys.present], keys.where(keys.present)
        self._parts.append((keys, rows))

    def repeats(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The rows whose key stood in an earlier row, rising, and for each the last such row before it."""
        none = np.empty(0, np.int64)
        if not self._parts:
            return none, none
        first = np.concatenate([keys.first for keys, _ in self._parts])
        ordered = np.sort(first)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        del ordered
        if not len(twice):
            return none, none
        suspects = _among(first, twice)
        first = first[suspects]
        second = np.concatenate([keys.second for keys, _ in self._parts])[suspects]
        rows = np.concatenate([rows for _, rows in self._parts])[suspects]
        order = np.lexsort((rows, second, first))
        first, second, rows = first[order], second[order], rows[order]
        again = (first[1:] == first[:-1]) & (second[1:] == second[:-1])
        repeated, before = rows[1:][again], rows[:-1][again]
        by_row = np.argsort(repeated, kind="stable")
        return repeated[by_row], before[by_row]

    def without(self, others: KeyLedger) -> Places:
        """The rows, rising, whose key ``others`` does not have."""
        if not self._parts:
            return np.empty(0, np.int64)
        rows = np.concatenate([rows for _, rows in self._parts])
        if not any(len(there) for _, there in others._parts):
            return np.sort(rows)
        mine, theirs = self._halves(), others._halves()
        return np.sort(rows[~_found(mine, theirs)])

    def _halves(self) -> tuple[Hashes, Hashes]:
        return (
            np.concatenate([keys.first for keys, _ in self._parts]),
            np.concatenate([keys.second for keys, _ in self._parts]),
        )


def _found(words: tuple[Hashes, Hashes], others: tuple[Hashes, Hashes]) -> Mask:
    """Which of the words, each of two halves, are among the others.

    The others are put into a table of slots, where the last one in a slot stays. Those that lost theirs to a
    different word go into another table by another rule, until none is left; a word goes on looking as long as
    it meets a different one.
    """
    found = np.zeros(len(words[0]), np.bool_)
    sought, left = np.arange(len(words[0])), np.arange(len(others[0]))
    factor = _SPREAD
    while len(sought) and len(left):
        factor = factor * _STEP % (1 << 64)
        bits = len(left).bit_length() + 1
        slots = _slots(others, left, factor, bits)
        table = np.full(1 << bits, -1, np.int64)
        table[slots] = left
        met = table[_slots(words, sought, factor, bits)]
        there = met >= 0
        same = there & (others[0][met] == words[0][sought]) & (others[1][met] == words[1][sought])
        found[sought[same]] = True
        sought = sought[there & ~same]
        stayed = table[slots]
        left = left[(others[0][stayed] != others[0][left]) | (others[1][stayed] != others[1][left])]
    return found


def _slots(words: tuple[Hashes, Hashes], places: Places, factor: int, bits: int) -> Places:
    """A slot of ``bits`` for each of the words at ``places``: another one with another factor."""
    mixed = (words[0][places] ^ words[1][places] * np.uint64(factor)) * np.uint64(_SPREAD)
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)


_SPREAD, _STEP = 0x9E3779B97F4A7C15, 0xD1B54A32D192ED03
"""Odd numbers without pattern in their bits, by which words are spread over the slots."""


def _among(words: Hashes, others: Hashes) -> Mask:
    """Which words are among the others."""
    arrays = [
        pa.Array.from_buffers(pa.uint64(), len(each), [None, pa.py_buffer(np.ascontiguousarray(each))])
        for each in (words, others)
    ]
    return numbers(pc.cast(pc.is_in(arrays[0], value_set=arrays[1]), pa.uint8()), np.uint8).astype(np.bool_)
