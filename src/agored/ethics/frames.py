"""Columns of a table as pandas holds them, typed by the schema, for judging by expectations."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from agored.ethics.spans import span
from agored.schema import Schema
from agored.table import Table

NUMERIC = ("integer", "number")
"""Types of fields whose cells are compared as numbers."""


def frame(table: Table, schema: Schema, names: Collection[str], days: Collection[str]) -> Any:
    """A data frame of the columns ``names`` in the table's order, indexed from 0.

    Numbers are float64 with NaN for what is empty or no number. All else are objects with None for what is
    empty: ``True`` and ``False``, text, and in the columns ``days`` the first day of each cell's period.
    """
    import pandas as pd

    types = {field.name: field.type for field in schema.fields}
    columns = {
        name: _typed(table.values(name), types.get(name, "string"), name in days)
        for name in table.names
        if name in names
    }
    return pd.DataFrame(
        {name: pd.Series(values, dtype=dtype) for name, (values, dtype) in columns.items()},
        index=range(len(table)),
    )


def _typed(values: pa.ChunkedArray, type: str, days: bool) -> tuple[Any, str]:
    """A column's cells and their pandas type."""
    empty = pc.equal(values, "")
    if type in NUMERIC:
        texts = pc.if_else(empty, pa.scalar(None, pa.string()), values)
        try:
            numbers = pc.cast(texts, pa.float64())
        except pa.ArrowInvalid:
            good = pc.match_substring_regex(texts, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
            numbers = pc.cast(pc.if_else(good, texts, pa.scalar(None, pa.string())), pa.float64())
        return numbers.to_numpy(zero_copy_only=False), "float64"
    encoded = values.combine_chunks().dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    known = [_value(text, type, days) for text in encoded.dictionary.to_pylist()]
    return [known[index] for index in encoded.indices.to_pylist()], "object"


def _value(text: str, type: str, days: bool) -> Any:
    if days:
        found = span(text)
        return found and found[0]
    if type == "boolean":
        return {"true": True, "false": False}.get(text)
    return text or None
