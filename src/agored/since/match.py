"""Which records of two tables are the same one: whole columns are compared as codes, never record by record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import pyarrow as pa
import pyarrow.compute as pc

from agored.table import Table

_LARGEST = 2**62


@dataclass(frozen=True)
class Pairs:
    """The records that are in both tables: their places before and now (0 is the first), in the order of now."""

    before: pa.Array
    now: pa.Array

    def __len__(self) -> int:
        return len(self.now)


def identities(*tables: Sequence[pa.ChunkedArray]) -> tuple[pa.Array, ...]:
    """For each table, given as its columns, a number for each record: equal where all their cells are.

    All tables have the same number of columns, at least one; the numbers count from 0 without a gap.
    """
    codes, size = None, 1
    for columns in zip(*tables, strict=True):
        own, distinct = _encoded(_joined(columns))
        if codes is None:
            codes, size = own, distinct
            continue
        if size * distinct > _LARGEST:
            codes, size = _encoded(pa.chunked_array([codes]))
        codes, size = pc.add(pc.multiply(codes, max(distinct, 1)), own), size * max(distinct, 1)
    assert codes is not None
    codes, _ = _encoded(pa.chunked_array([codes]))
    ends = accumulate((len(columns[0]) for columns in tables), initial=0)
    return tuple(codes.slice(start, end - start) for start, end in pairwise(ends))


def _joined(columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)


def _encoded(values: pa.ChunkedArray) -> tuple[pa.Array, int]:
    """Each value as a number from 0, in the order in which they first stand, and how many there are."""
    if not len(values):
        return pa.array([], pa.int64()), 0
    encoded = values.dictionary_encode().unify_dictionaries()
    codes = pa.chunked_array([chunk.indices for chunk in encoded.chunks])
    return codes.cast(pa.int64()).combine_chunks(), len(encoded.chunk(0).dictionary)


def columns_of(table: Table, names: Sequence[str]) -> list[pa.ChunkedArray]:
    """Some columns of a table."""
    return [table.values(name) for name in names]


def paired(before: Table, now: Table, keys: Sequence[tuple[str, str]]) -> Pairs | None:
    """The records of the same key, whose fields are named for both; None where a key is there twice, or none is
    named."""
    if not keys:
        return None
    old, new = identities(
        columns_of(before, [name for name, _ in keys]), columns_of(now, [name for _, name in keys])
    )
    if len(pc.unique(old)) < len(old) or len(pc.unique(new)) < len(new):
        return None
    places = pc.index_in(new, value_set=old)
    matched = places.is_valid()
    return Pairs(places.filter(matched).cast(pa.int64()), pc.indices_nonzero(matched).cast(pa.int64()))


def in_one_only(before: Table, now: Table, fields: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """How many whole records, by the fields named for both, are in ``before`` only and in ``now`` only; a record
    that is there more often in one counts for the difference."""
    if not fields:
        return len(before), len(now)
    old, new = identities(
        columns_of(before, [name for name, _ in fields]), columns_of(now, [name for _, name in fields])
    )
    side = pa.concat_arrays([_filled(-1, len(old)), _filled(1, len(new))])
    counted = pa.table({"record": pa.concat_arrays([old, new]), "side": side})
    difference = counted.group_by("record").aggregate([("side", "sum")])["side_sum"]
    return tuple(
        abs(pc.sum(difference.filter(wanted)).as_py() or 0)
        for wanted in (pc.less(difference, 0), pc.greater(difference, 0))
    )


def _filled(number: int, length: int) -> pa.Array:
    return pa.repeat(pa.scalar(number, pa.int64()), length)
