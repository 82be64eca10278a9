"""Cells as numbers, for comparing them."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"


def numbers(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The cells as numbers; nothing where a cell is not one."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    is_number = pc.match_substring_regex(whole, _NUMBER)
    return pc.if_else(is_number, whole, pa.scalar(None, pa.string())).cast(pa.float64())


def same_number(first: pa.Array, second: pa.Array) -> pa.Array:
    """Whether two cells of other text are the same number (``12`` and ``12.0``), to the last digit."""
    near = pc.fill_null(pc.equal(numbers(first), numbers(second)), False)
    exact = [
        Decimal(one) == Decimal(other)
        for one, other in zip(first.filter(near).to_pylist(), second.filter(near).to_pylist(), strict=True)
    ]
    return pc.replace_with_mask(near, near, pa.array(exact, pa.bool_()))
