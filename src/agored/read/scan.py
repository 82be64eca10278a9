"""A CSV file in batches of Arrow columns, with the row of every record, as Python's ``csv.reader`` would read it.

Arrow reads many times faster than Python and splits records, quotes and all, the same way; the tests compare
them. Where the two differ (blank lines, records that are too short or too long) the record is taken from
Python's reader. What Arrow cannot read at all raises NotScannableError: then nothing was judged yet, and
another way must be gone.
"""

from __future__ import annotations

import codecs
import csv
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

BLOCK = 1 << 22
"""Bytes that are read at a time; no record may be longer."""
_AHEAD = 3
_BYTEWISE = (
    "utf-8",
    "utf-8-sig",
    "ascii",
    "cp1252",
    "iso8859-1",
    "iso8859-14",
    "iso8859-15",
    "cp437",
    "cp850",
)
"""Encodings in which line breaks and commas are single bytes of their own."""

Rows = np.ndarray[Any, np.dtype[np.int64]]


class NotScannableError(Exception):
    """The file holds something that Arrow does not read as Python does."""


@dataclass(frozen=True)
class Layout:
    """How a file's text is laid out: ``first`` is the first row of records, counted from 1, and ``width`` the
    number of cells that a record should have. Without ``breaks``, no cell may hold a carriage return."""

    width: int
    first: int
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str | None = '"'
    breaks: bool = True


@dataclass(frozen=True)
class Batch:
    """Records in columns: ``rows`` are their rows in the file, rising.

    ``ragged`` is None where every record has as many cells as there are columns; else it holds each record's
    own cells, and a cell that a short record lacks is null in its column.
    """

    columns: tuple[pa.StringArray, ...]
    rows: Rows
    ragged: tuple[list[str], ...] | None = None


def scan(
    path: Path,
    *,
    width: int,
    first: int,
    encoding: str = "utf-8",
    delimiter: str = ",",
    quote: str | None = '"',
    breaks: bool = True,
) -> Iterator[Batch]:
    """The records of the file at ``path``, in the order of its blocks; within a block the ragged ones come last.

    The keywords are those of ``Layout``.

    Raises NotScannableError, at any point, where Arrow cannot read on, and OSError where the file cannot be
    opened.
    """
    layout = Layout(width, first, encoding, delimiter, quote, breaks)
    with path.open("rb") as file:
        source = pa.PythonFile(_Utf8(file, layout.encoding), mode="r")
        yield from _ahead(_Scan(path, layout).batches(source))


class _Utf8:
    """A file's text in UTF-8, a block at a time, as Arrow needs it in order to read what Python does.

    No block ends between the two halves of a CRLF: the second one would be lost, even within a quoted cell.
    Where there is a NUL, Arrow may miss the end of a quoted cell at a block's end; and a mark of byte order
    that is left in the text it would take off.
    """

    closed = False

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self.file = file
        self.plain = encoding in ("utf-8", "utf-8-sig")
        self.decoder = codecs.getincrementaldecoder("utf-8" if self.plain else encoding)()
        self.held = b""

    def read(self, size: int) -> bytes:
        """The next block, of about ``size`` bytes; empty at the end.

        Raises UnicodeDecodeError where the encoding does not have such bytes.
        """
        while True:
            read = self.file.read(size)
            last = not read
            data = self._checked(read, last) if self.plain else self._decoded(read, last)
            if b"\0" in data:
                raise NotScannableError
            if self.held:
                data, self.held = self.held + data, b""
            if not last and data.endswith(b"\r"):
                data, self.held = data[:-1], b"\r"
            if data or last:
                return data

    def _checked(self, data: bytes, last: bool) -> bytes:
        half_a_character, _ = self.decoder.getstate()
        if half_a_character or not data.isascii():
            self.decoder.decode(data, final=last)
        return data

    def _decoded(self, data: bytes, last: bool) -> bytes:
        text = self.decoder.decode(data, final=last).encode()
        if text.startswith(codecs.BOM_UTF8):
            raise NotScannableError
        return text


class _Scan:
    """One pass over a file: counts rows, and sets the odd records aside as Arrow meets them."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        self.layout = layout
        self.next_row = 1
        self.odd: list[tuple[int, str]] = []
        self.blank_lines: frozenset[int] | bool | None = None

    def batches(self, source: pa.NativeFile) -> Iterator[Batch]:
        names = [str(number) for number in range(self.layout.width)]
        try:
            reader = arrow_csv.open_csv(
                source,
                arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
                arrow_csv.ParseOptions(
                    delimiter=self.layout.delimiter,
                    quote_char=self.layout.quote or False,
                    newlines_in_values=self.layout.quote is not None,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._set_aside,
                ),
                arrow_csv.ConvertOptions(
                    check_utf8=False,  # that is done
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                yield from self._numbered(batch)
            yield from self._odd_records(None)
        except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeError, csv.Error):
            raise NotScannableError from None  # its words hold cells

    def _set_aside(self, record: arrow_csv.InvalidRow) -> str:
        self.odd.append((record.number, record.text))
        return "skip"

    def _numbered(self, batch: pa.RecordBatch) -> Iterator[Batch]:
        rows = self._rows(batch.num_rows)
        above = int(np.searchsorted(rows, self.layout.first))
        columns = tuple(column.slice(above) for column in batch.columns)
        rows = rows[above:]
        empty = self._blank(columns, rows)
        if empty is not None:
            self.odd += [(int(row), "") for row in rows[empty]]
            columns = tuple(column.filter(pa.array(~empty)) for column in columns)
            rows = rows[~empty]
        if not self.layout.breaks and any(map(_has_carriage_return, columns)):
            raise NotScannableError
        if len(rows):
            yield Batch(columns, rows)
        yield from self._odd_records(self.next_row)

    def _rows(self, count: int) -> Rows:
        """The rows of the next ``count`` records that were not set aside.

        Arrow reads ahead: what is set aside may lie beyond them, and is then still to come.
        """
        aside = np.array(sorted(row for row, _ in self.odd), np.int64)
        places = np.arange(count, dtype=np.int64)
        # Each record set aside moves all that follow it on by one.
        before = np.searchsorted(aside - self.next_row - np.arange(len(aside)), places, side="right")
        rows = self.next_row + places + before
        if count:
            self.next_row = int(rows[-1]) + 1
        return rows

    def _blank(self, columns: Sequence[pa.StringArray], rows: Rows) -> np.ndarray[Any, Any] | None:
        """Which records are blank lines; Arrow reads those as records of empty cells."""
        empty: np.ndarray[Any, Any] | None = None
        for column in columns:
            sizes = np.diff(np.frombuffer(column.buffers()[1], np.int32)[column.offset :][: len(column) + 1])
            empty = sizes == 0 if empty is None else empty & (sizes == 0)
            if not empty.any():
                return None
        if empty is None:
            return None
        if self.blank_lines is None:
            self.blank_lines = self._find_blank_lines()
        if isinstance(self.blank_lines, bool):
            return empty if self.blank_lines else None
        blank = empty & np.isin(rows, list(self.blank_lines))
        return blank if blank.any() else None

    def _find_blank_lines(self) -> frozenset[int] | bool:
        """The rows that are blank lines; True where every empty record is one, False where none is."""
        if self.layout.encoding in _BYTEWISE:
            blank, other = self._ways_to_be_empty()
            if not (blank and other):
                return blank
        with self.path.open(encoding=self.layout.encoding, newline="") as lines:
            reader = self._python_reader(lines)
            return frozenset(row for row, cells in enumerate(reader, start=1) if not cells)

    def _ways_to_be_empty(self) -> tuple[bool, bool]:
        """Whether there may be blank lines, and whether there may be records of empty cells that are none."""
        quote = (self.layout.quote or "").encode()
        ends = (b"\n", b"\r")
        blank_lines = (b"\n\n", b"\n\r", b"\r\r")
        others = [end + self.layout.delimiter.encode() for end in ends]
        others += [end + quote * 2 for end in ends if quote]
        blank = other = False
        before = ends[0]  # so that the first line begins like any other
        with self.path.open("rb") as file:
            if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                file.seek(0)
            while data := file.read(BLOCK):
                text = before + data
                blank = blank or any(mark in text for mark in blank_lines)
                other = other or any(mark in text for mark in others)
                before = text[-2:]
        # A quote that ends the file is an empty cell too, although it is never closed.
        return blank, other or any(before == end + quote for end in ends if quote)

    def _odd_records(self, before: int | None) -> Iterator[Batch]:
        """The records set aside so far that are in a row before that, or all."""
        odd = sorted((row, text) for row, text in self.odd if before is None or row < before)
        self.odd = [] if before is None else [(row, text) for row, text in self.odd if row >= before]
        records = [(row, self._cells(text)) for row, text in odd if row >= self.layout.first]
        if records:
            width = self.layout.width
            padded = [(cells + [None] * width)[:width] for _, cells in records]
            columns = tuple(pa.array(column, pa.string()) for column in zip(*padded, strict=True))
            rows = np.array([row for row, _ in records], np.int64)
            yield Batch(columns, rows, tuple(cells for _, cells in records))

    def _cells(self, text: str) -> list[str]:
        if not text:
            return []
        if "\r" in text and not self.layout.breaks:
            raise NotScannableError
        cells = next(iter(self._python_reader(_lines(text))))
        # Arrow takes a line break off the file's last record, even where a quote was never closed before it.
        if cells != next(iter(self._python_reader(_lines(text + "\n")))):
            raise NotScannableError
        return cells

    def _python_reader(self, lines: Any) -> Iterator[list[str]]:
        quote = self.layout.quote
        return csv.reader(
            lines,
            delimiter=self.layout.delimiter,
            quotechar=quote,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        )


def _has_carriage_return(column: pa.StringArray) -> bool:
    data = column.buffers()[2]
    return data is not None and b"\r" in memoryview(data).tobytes()


def _lines(text: str) -> list[str]:
    import io

    return list(io.StringIO(text, newline=""))


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """``batches``, read by a thread of its own a few ahead of whoever takes them."""
    waiting: queue.Queue[Batch | BaseException | None] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def read() -> None:
        last: BaseException | None = None
        try:
            for batch in batches:
                while not stopped.is_set():
                    try:
                        waiting.put(batch, timeout=0.1)
                        break
                    except queue.Full:
                        continue
                if stopped.is_set():
                    return
        except BaseException as error:  # whoever takes the batches must see it
            last = error
        while not stopped.is_set():
            try:
                waiting.put(last, timeout=0.1)
                return
            except queue.Full:
                continue

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        while (batch := waiting.get()) is not None:
            if isinstance(batch, BaseException):
                raise batch
            yield batch
    finally:
        stopped.set()
        thread.join()
