"""A Parquet file: typed columns to text, by the rule of ``celltext``, each row numbered as a record from 1 on.

Its names are the headings. What is null is empty; a list or a structure is JSON with sorted names.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored.errors import SourceError
from agored.read.blocks import MAX_CELLS, MAX_COLUMNS, Allowance, Block, Contents
from agored.read.celltext import duration_text, float_text, plain
from agored.read.decode import kind_of
from agored.read.jsonfile import Written, json_text
from agored.words import number_text

_MARK = b"PAR1"
_LOCKED = b"PARE"
_BATCH = 16_384
_LONGEST_NAME = 10_000_000
_MOST_ENTRIES = 100_000
"""Bytes of a text and entries of a list in what the file tells of itself."""


def read_parquet(data: bytes, file: str) -> Contents:
    """All records. Raises SourceError where the data is no Parquet file, is damaged or locked, or holds more than
    can be meant or what is no text."""
    import pyarrow.parquet as pq

    if data.startswith(_LOCKED):
        raise SourceError("read.password", file=file)
    if not data.startswith(_MARK):
        kind = kind_of(data)
        raise SourceError(
            "read.empty" if not data else "read.other-kind", file=file, format="PARQUET", kind=kind
        )
    try:
        opened = pq.ParquetFile(
            pa.BufferReader(data),
            memory_map=False,
            thrift_string_size_limit=_LONGEST_NAME,
            thrift_container_size_limit=_MOST_ENTRIES,
        )
        return _contents(opened, file)
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
        raise SourceError("read.damaged-file", file=file, format="Parquet") from error


def _contents(opened: Any, file: str) -> Contents:
    schema = opened.schema_arrow
    width = len(schema)
    if width > MAX_COLUMNS:
        raise SourceError("read.too-wide", file=file, row="1", limit=str(MAX_COLUMNS))
    if opened.metadata.num_rows * max(width, 1) > MAX_CELLS:
        raise SourceError("read.too-large", file=file, cells=number_text(MAX_CELLS, "en"))
    if not width:
        raise SourceError("read.empty", file=file)
    return Contents(tuple(_blocks(opened, file)), headings=tuple(schema.names))


def _blocks(opened: Any, file: str) -> Iterator[Block]:
    allowance = Allowance(file)
    done = 0
    for batch in opened.iter_batches(batch_size=_BATCH, use_threads=False):
        rows = np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64)
        columns = []
        for number, column in enumerate(batch.columns, start=1):
            text = text_of(column)
            if text is None:
                raise SourceError("read.not-text-column", file=file, column=str(number))
            columns.append(text)
        done += batch.num_rows
        yield allowance.spend(Block(rows, tuple(columns)))


def text_of(column: pa.Array) -> pa.Array | None:
    """The cells of a column as text without nulls; None where it holds bytes that are no text."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_null(kind):
        return pa.array([""] * len(column), pa.string())
    if _holds_bytes(kind):
        try:
            text = pc.cast(pc.cast(column, pa.binary()), pa.string())
        except pa.ArrowInvalid:
            return None
    elif pa.types.is_nested(kind):
        text = pa.array([_nested(value) for value in column.to_pylist()], pa.string())
    elif pa.types.is_duration(kind):
        text = _each(pc.cast(pc.cast(column, pa.duration("ms"), safe=False), pa.int64()), duration_text)
    else:
        text = pc.cast(column, pa.string())
        if pa.types.is_floating(kind):
            text = _each(text, _float)
        elif pa.types.is_decimal(kind):
            text = _each(text, lambda written: format(decimal.Decimal(written), "f"))
        elif pa.types.is_time(kind) or pa.types.is_timestamp(kind):
            text = _moments(text)
    text = pc.fill_null(text, "")
    text.validate(full=True)
    return text


def _holds_bytes(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    )


def _each(column: pa.Array, write: Callable[[Any], str]) -> pa.Array:
    """Each value written by ``write``, once for all that are alike."""
    encoded = column.dictionary_encode()
    written = pa.array([write(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return written.take(encoded.indices)


def _float(written: str) -> str:
    """A float as Arrow writes it, which is the shortest text of its own precision."""
    return float_text(float(written)) if written.strip("-") in ("nan", "inf") else plain(written)


def _moments(written: pa.Array) -> pa.Array:
    """Moments as Arrow writes them, in the form of ISO 8601 and without needless decimals."""
    text = pc.replace_substring(written, " ", "T", max_replacements=1)
    text = pc.replace_substring_regex(text, r"(\.[0-9]*[1-9])0+(Z|[+-][0-9]{4})?$", r"\1\2")
    text = pc.replace_substring_regex(text, r"\.0+(Z|[+-][0-9]{4})?$", r"\1")
    return pc.replace_substring_regex(text, r"(:[0-9.]+[+-][0-9]{2})([0-9]{2})$", r"\1:\2")


def _nested(value: Any) -> str | None:
    return None if value is None else json_text(_plain(value))


def _plain(value: Any) -> Any:
    """A value within a list or a structure as JSON has it."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float):
        return Written(float_text(value)) if math.isfinite(value) else float_text(value)
    if isinstance(value, decimal.Decimal):
        return Written(format(value, "f"))
    if isinstance(value, datetime.timedelta):
        return duration_text(round(value / datetime.timedelta(milliseconds=1)))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value
