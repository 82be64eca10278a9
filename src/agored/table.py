"""What a table is: columns of text that know where each of their cells stood in the original file."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from agored.records import digest

_QUOTED = ('"', ",", "\n", "\r")
_LARGE = pa.large_string()


def _scalar(text: str) -> pa.Scalar:
    """``text`` as Arrow's; made of buffers, as ``pa.scalar`` would load pandas."""
    data = text.encode()
    offsets = struct.pack("<2q", 0, len(data))
    return pa.Array.from_buffers(_LARGE, 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)])[0]


_QUOTE, _COMMA, _LINE, _NOTHING, _QUOTED_NOTHING = map(_scalar, ('"', ",", "\n", "", '""'))


@dataclass(frozen=True)
class Column:
    """A column's name, its number in the original (1 is column A, None for a column that shape made), and
    whether the name stands in the recipe or the schema, so that a message may quote it."""

    name: str
    source: int | None = None
    known: bool = False


@dataclass(frozen=True)
class Table:
    """Text columns of equal length, with each record's row in the original and, after unpivoting, its column.

    ``data`` is an Arrow table of string columns without nulls, an empty cell being ``""``, named and ordered
    as ``columns``. ``rows`` holds int64 row numbers, counted as a spreadsheet does. ``cells`` holds, after
    unpivoting, the int64 number of the column that each record's value came from. ``before`` stands before each
    place: ``Sheet1!``, or ``#`` where rows are the numbers of records.
    """

    columns: tuple[Column, ...]
    data: pa.Table
    rows: pa.ChunkedArray
    cells: pa.ChunkedArray | None = None
    before: str = ""

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[str]], rows: Sequence[int] | None = None) -> Table:
        """A table from lists of text, for small tables and for tests; rows count from 2, below a header."""
        length = len(next(iter(columns.values()), ()))
        return cls(
            columns=tuple(Column(name, number, True) for number, name in enumerate(columns, start=1)),
            data=pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}),
            rows=pa.chunked_array([pa.array(rows if rows is not None else range(2, length + 2), pa.int64())]),
        )

    def __len__(self) -> int:
        return int(self.data.num_rows)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called ``name``; raises KeyError where there is none."""
        return self.columns[self._number(name)]

    def values(self, name: str) -> pa.ChunkedArray:
        """The cells of one column; raises KeyError where there is none."""
        return self.data.column(self._number(name))

    def list(self, name: str) -> list[str]:
        """The cells of one column as Python text."""
        return list(self.values(name).to_pylist())

    def _number(self, name: str) -> int:
        try:
            return self.names.index(name)
        except ValueError:
            raise KeyError(name) from None

    def with_column(
        self, column: Column, values: pa.ChunkedArray | pa.Array, after: str | None = None
    ) -> Table:
        """This table with ``column`` put in place of the one of its name, else after ``after``, else last."""
        if column.name in self.names:
            number = self._number(column.name)
            columns = (*self.columns[:number], column, *self.columns[number + 1 :])
            return replace(self, columns=columns, data=self.data.set_column(number, column.name, values))
        number = self._number(after) + 1 if after is not None else len(self.columns)
        columns = (*self.columns[:number], column, *self.columns[number:])
        return replace(self, columns=columns, data=self.data.add_column(number, column.name, values))

    def renamed(self, columns: Sequence[Column]) -> Table:
        """This table with other names (and knowledge) for the same columns."""
        return replace(
            self, columns=tuple(columns), data=self.data.rename_columns([column.name for column in columns])
        )

    def select(self, names: Sequence[str]) -> Table:
        """Only the columns named, in that order."""
        numbers = [self._number(name) for name in names]
        return replace(
            self, columns=tuple(self.columns[number] for number in numbers), data=self.data.select(numbers)
        )

    def without(self, names: Collection[str]) -> Table:
        """All columns but those named; columns with twin names stay what they are, as ``select`` cannot tell."""
        numbers = [number for number, name in enumerate(self.names) if name not in names]
        return replace(
            self, columns=tuple(self.columns[number] for number in numbers), data=self.data.select(numbers)
        )

    def where(self, kept: pa.ChunkedArray | pa.Array) -> Table:
        """Only the records whose place in ``kept`` (booleans) is true."""
        return replace(
            self,
            data=self.data.filter(kept),
            rows=self.rows.filter(kept),
            cells=None if self.cells is None else self.cells.filter(kept),
        )

    def row(self, index: int) -> int:
        """The row in the original of the record at ``index`` (0 is the first)."""
        return int(self.rows[index].as_py())

    def place(self, index: int, name: str | None = None) -> str:
        """Where a cell stood in the original: ``C17 · "count"``, or ``17`` where only the row is known."""
        row = self.row(index)
        if name is None or name not in self.names:
            return f"{self.before}{row}"
        column = self.column(name)
        number = column.source
        if number is None and self.cells is not None:
            number = int(self.cells[index].as_py())
        reference = self.before + (f"{letters(number)}{row}" if number else str(row))
        return f'{reference} · "{name}"' if column.known else reference

    def csv(self) -> Iterator[bytes]:
        """The table as it is published: UTF-8, LF, quotes only where a cell needs them; in pieces."""
        yield (",".join(quoted(name) for name in self.names) + "\n").encode()
        # A single empty cell would be a blank line, which readers pass over.
        lone = len(self.columns) == 1
        for batch in self.data.to_batches(max_chunksize=10_000):
            columns = [_quoted_cells(column.cast(_LARGE)) for column in batch.columns]
            if lone:
                columns = [pc.if_else(pc.equal(columns[0], _NOTHING), _QUOTED_NOTHING, columns[0])]
            yield _lines(pc.binary_join_element_wise(*columns, _COMMA))

    @cached_property
    def digest(self) -> str:
        """The hash of the table's CSV, by which records name it."""
        return digest(b"".join(self.csv()))


def _quoted_cells(cells: pa.Array) -> pa.Array:
    """Cells as CSV; most columns hold nothing that needs quotes, and are taken as they are."""
    need = pc.match_substring_regex(cells, '[",\r\n]')
    if not pc.any(need).as_py():
        return cells
    doubled = pc.replace_substring(cells, '"', '""')
    return pc.if_else(need, pc.binary_join_element_wise(_QUOTE, doubled, _QUOTE, _NOTHING), cells)


def _lines(records: pa.Array) -> bytes:
    """Records as one text, each ended by LF."""
    ended = pc.binary_join_element_wise(records, _NOTHING, _LINE)
    # The letters of an Arrow array stand one after another; its last offset is where they end.
    _, offsets, text = ended.buffers()
    end = memoryview(offsets).cast("q")[len(ended)]
    return bytes(memoryview(text)[:end])


def quoted(cell: str) -> str:
    """A cell as CSV, in quotes only where RFC 4180 needs them."""
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if any(mark in cell for mark in _QUOTED) else cell


def letters(number: int) -> str:
    """A column's letters as a spreadsheet gives them: 1 is A, 27 is AA."""
    name = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def each_distinct(values: pa.ChunkedArray, change: Callable[[str], str | None]) -> pa.ChunkedArray:
    """``change`` applied to every cell, once for each distinct text; a None it gives becomes a null."""
    encoded = values.combine_chunks().dictionary_encode() if values.num_chunks != 1 else values.chunk(0)
    if not isinstance(encoded, pa.DictionaryArray):
        encoded = encoded.dictionary_encode()
    changed = pa.array([change(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([changed.take(encoded.indices)], pa.string())


def indices(matches: pa.ChunkedArray | pa.Array) -> list[int]:
    """The places (0 is the first) at which ``matches`` (booleans) is true."""
    flat = matches.combine_chunks() if isinstance(matches, pa.ChunkedArray) else matches
    return list(pc.indices_nonzero(flat).to_pylist())


def text_array(values: Iterable[str]) -> pa.ChunkedArray:
    """Text as a column's cells."""
    return pa.chunked_array([pa.array(values, pa.string())])
