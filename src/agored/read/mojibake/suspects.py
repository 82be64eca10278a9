"""Which cells are worth a look: those with a character beyond ASCII, a question mark or an ampersand.

Most columns hold none, and are passed over at the speed of memory; of the others each distinct text is looked at
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from agored.read.blocks import Numbers
from agored.read.mojibake.texts import Mistaken, mistaken
from agored.table import Table

_SIGNS = (ord("?"), ord("&"))
_BEYOND_ASCII = 0x80
_REMEMBERED = 50_000
"""Texts whose judgement is kept: most columns say the same few things over and over."""


@dataclass(frozen=True)
class MistakenCells:
    """Cells of one column that read alike: ``indices`` are the records (0 is the first), none for the heading."""

    column: int
    seen: str
    mistaken: Mistaken
    indices: Numbers | None = None

    @property
    def count(self) -> int:
        """How many cells they are."""
        return 1 if self.indices is None else len(self.indices)


def mistaken_cells(table: Table) -> Iterator[MistakenCells]:
    """All headings and cells of a table whose letters went wrong, those of a column that read alike together."""
    judge = lru_cache(_REMEMBERED)(mistaken)
    for number, column in enumerate(table.columns):
        found = judge(column.name)
        if found is not None:
            yield MistakenCells(number, column.name, found)
        places: dict[str, list[Numbers]] = {}
        start = 0
        for chunk in table.data.column(number).chunks:
            for text, indices in _mistaken_in(chunk, judge):
                places.setdefault(text, []).append(indices + start)
            start += len(chunk)
        for text, records in places.items():
            found = judge(text)
            assert found is not None
            yield MistakenCells(number, text, found, np.concatenate(records))


def _mistaken_in(cells: pa.Array, judge: Callable[[str], Mistaken | None]) -> Iterator[tuple[str, Numbers]]:
    """Each text among the cells that is mistaken, and the cells (0 is the first) that hold it."""
    suspects = suspicious(cells)
    if not len(suspects):
        return
    texts = cells.take(pa.array(suspects)).dictionary_encode()
    kinds = texts.indices.to_numpy()
    wrong = [
        (kind, text) for kind, text in enumerate(texts.dictionary.to_pylist()) if judge(text) is not None
    ]
    if wrong:
        order = np.argsort(kinds, kind="stable")
        ends = np.cumsum(np.bincount(kinds))
        starts = ends - np.bincount(kinds)
        for kind, text in wrong:
            yield text, suspects[order[starts[kind] : ends[kind]]]


def suspicious(cells: pa.Array) -> Numbers:
    """The cells (0 is the first) that hold a character beyond ASCII, a question mark or an ampersand."""
    offsets = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset :][: len(cells) + 1]
    buffer = cells.buffers()[2]
    data = np.frombuffer(buffer if buffer is not None else b"", np.uint8)[offsets[0] : offsets[-1]]
    if not len(data) or not _may_hold_one(data):
        return np.empty(0, np.int64)
    marked = data >= _BEYOND_ASCII
    for sign in _SIGNS:
        marked |= data == sign
    where = np.flatnonzero(marked) + offsets[0]
    found: Numbers = np.unique(np.searchsorted(offsets, where, side="right") - 1)
    return found


def _may_hold_one(data: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    text = data.tobytes()
    return int(data.max()) >= _BEYOND_ASCII or any(bytes([sign]) in text for sign in _SIGNS)
