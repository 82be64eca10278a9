"""The keys of a whole table: which of them come twice, and which another table does not have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored.validate.cells import Mask, numbers
from agored.validate.keys import Hashes, Keys


@dataclass
class KeyLedger:
    """The keys of all records so far, each with its record's row."""

    _parts: list[tuple[Keys, np.ndarray[Any, np.dtype[np.int64]]]] = field(default_factory=list)

    def add(self, keys: Keys, rows: np.ndarray[Any, np.dtype[np.int64]]) -> None:
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

    def without(self, others: KeyLedger) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The rows, rising, whose key ``others`` does not have."""
        if not self._parts:
            return np.empty(0, np.int64)
        rows = np.concatenate([rows for _, rows in self._parts])
        if not any(len(there) for _, there in others._parts):
            return np.sort(rows)
        mine = [
            np.concatenate([getattr(keys, half) for keys, _ in self._parts]) for half in ("first", "second")
        ]
        theirs = [
            np.concatenate([getattr(keys, half) for keys, _ in others._parts]) for half in ("first", "second")
        ]
        found = _places(mine[0], theirs[0])
        there = found >= 0
        doubtful = np.flatnonzero(there & (theirs[1][found] != mine[1]))
        if len(doubtful):  # two keys of the same first half: look for the right one
            pairs = set(zip(*(half.tolist() for half in theirs), strict=True))
            there[doubtful] = [
                pair in pairs for pair in zip(*(half[doubtful].tolist() for half in mine), strict=True)
            ]
        return np.sort(rows[~there])


def _among(words: Hashes, others: Hashes) -> Mask:
    """Which words are among the others."""
    return _places(words, others) >= 0


def _places(words: Hashes, others: Hashes) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Where each word first stands among the others; -1 where it does not."""
    arrays = [
        pa.Array.from_buffers(pa.uint64(), len(each), [None, pa.py_buffer(np.ascontiguousarray(each))])
        for each in (words, others)
    ]
    return numbers(pc.fill_null(pc.index_in(arrays[0], arrays[1]), _NOWHERE), np.int32)


_NOWHERE = pa.Array.from_buffers(pa.int32(), 1, [None, pa.py_buffer(np.array([-1], np.int32))])[0]
