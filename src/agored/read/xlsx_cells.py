"""The cells of an XLSX sheet to blocks of text, by the rule of ``celltext``: many at a time, a kind at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored import words
from agored.errors import SourceError
from agored.read.blocks import MAX_CELLS, MAX_TEXT, Block, Mask, Numbers, empty_cells
from agored.read.celltext import DATE, number_text, serial_text

NUMBER, SHARED, TRUTH, ERROR, TEXT, ISO_DATE = range(6)
"""What a cell's value is: a number, the number of a shared text, a truth, an error, a text, a date in ISO form."""

KINDS = {"n": NUMBER, "s": SHARED, "b": TRUTH, "e": ERROR, "str": TEXT, "inlineStr": TEXT, "d": ISO_DATE}
"""The kinds by the names that the file gives them."""

ERROR_CELLS = "read.error-cells"
UNCALCULATED = "read.uncalculated"
NO_DATE = "read.no-date"

_MOMENTS = 100_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Numbers that are their own text already; shorter than 16 signs, or another text might be shorter.
_PLAIN = r"^(0|-?[1-9][0-9]*|-?(0|[1-9][0-9]*)\.[0-9]*[1-9])$"
_PLAIN_LENGTH = 15
# Decimals that no shorter way is known for than to read and to write them.
_LONG = r"^-?[0-9]+\.[0-9]+([eE][-+]?[0-9]{1,3})?$"


@dataclass(frozen=True)
class Cells:
    """Cells in the order of the sheet, each with its row and column, its kind, its style, whether a formula made
    it, and its value as the file writes it. ``rows`` and ``columns`` count from 1."""

    rows: Numbers
    columns: Numbers
    kinds: Numbers
    styles: Numbers
    formulas: Mask
    values: pa.StringArray

    def chosen(self, places: Numbers) -> Cells:
        """Only the cells at ``places`` (0 is the first)."""
        return Cells(
            self.rows[places],
            self.columns[places],
            self.kinds[places],
            self.styles[places],
            self.formulas[places],
            self.values.take(pa.array(places)),
        )


@dataclass(frozen=True)
class Book:
    """What the cells of all sheets refer to: shared texts, and what each style makes of a number. ``file`` is
    what messages call the workbook."""

    file: str
    texts: pa.StringArray
    shapes: Sequence[str | None]
    from_1904: bool = False
    moments: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def block(self, cells: Cells, first: int, last: int) -> Block:
        """The rows from ``first`` to ``last``, in which all of ``cells`` lie.

        Raises ArrowInvalid or IndexError where a cell names a shared text that there is not.
        """
        marks: dict[str, Numbers] = {}
        pool, order = self._texts(cells, marks)
        return Block(
            np.arange(first, last + 1, dtype=np.int64),
            tuple(_columns(cells, first, last - first + 1, pool, order)),
            marks={code: places for code, places in marks.items() if len(places)},
        )

    def _texts(self, cells: Cells, marks: dict[str, Numbers]) -> tuple[pa.Array, Numbers]:
        """The text of each cell: those of a kind together, and where in them each cell's own is."""
        shapes = self._shapes_of(cells)
        parts: list[pa.Array] = []
        order = np.zeros(len(cells.rows), np.int64)
        length = 0
        wrong: list[Numbers] = []
        groups = cells.kinds * len(_SHAPES) + shapes
        for group in np.flatnonzero(np.bincount(groups)):
            kind, shape = divmod(int(group), len(_SHAPES))
            chosen = np.flatnonzero(groups == group)
            values = cells.values if len(chosen) == len(order) else cells.values.take(pa.array(chosen))
            part = self._convert(values, kind, _SHAPES[shape])
            if part.null_count:  # formatted as a date, and none
                wrong.append(chosen[part.is_null().to_numpy(zero_copy_only=False)])
                part = pc.if_else(part.is_null(), _numbers(values), part)
            order[chosen] = np.arange(length, length + len(chosen))
            length += len(chosen)
            parts.append(part)
        formulas = np.flatnonzero(cells.formulas & (cells.kinds == NUMBER))
        empty = pc.equal(cells.values.take(pa.array(formulas)), "").to_numpy(zero_copy_only=False)
        _mark(marks, ERROR_CELLS, cells, np.flatnonzero(cells.kinds == ERROR))
        _mark(marks, UNCALCULATED, cells, formulas[empty.astype(np.bool_)])
        _mark(marks, NO_DATE, cells, np.sort(np.concatenate(wrong)) if wrong else np.empty(0, np.int64))
        parts.append(pa.array([""], pa.string()))  # the last is every cell's that is not there
        return pa.concat_arrays(parts), order

    def _shapes_of(self, cells: Cells) -> Numbers:
        """For each cell, the number in ``_SHAPES`` of what its style makes of a number."""
        known = np.array([_SHAPES.index(shape) for shape in self.shapes] or [0], np.int64)
        styles = np.where(cells.styles < len(known), cells.styles, 0)
        datable = (cells.kinds == NUMBER) | (cells.kinds == ISO_DATE)
        shapes: Numbers = np.where(datable & (cells.styles < len(known)), known[styles], 0)
        return shapes

    def _convert(self, values: pa.Array, kind: int, shape: str | None) -> pa.Array:
        if kind == SHARED:
            return self._shared(pc.cast(values, pa.int64()))
        if kind == TRUTH:
            return _each(values, lambda value: {"1": "true", "0": "false"}.get(value, value))
        if kind == ISO_DATE:
            return _each(values, lambda value: _iso_date(value, shape))
        if kind == TEXT:
            escaped = pc.any(pc.match_substring(values, "_x")).as_py()
            return _each(values, unescaped) if escaped else values
        if kind != NUMBER:
            return values
        if shape is None:
            return _numbers(values)
        return _each(values, lambda value: self._moment(value, shape))

    def _shared(self, numbers: pa.Array) -> pa.Array:
        # A text of the length of a book, shown by every cell, would fill any machine.
        if pc.sum(pc.binary_length(self.texts).take(numbers)).as_py() > MAX_TEXT // 2:
            raise SourceError("read.too-large", file=self.file, cells=words.number_text(MAX_CELLS, "en"))
        return self.texts.take(numbers)

    def _moment(self, value: str, shape: str) -> str | None:
        """A day or a time; those of a table are few, and worked out once."""
        known = (value, shape)
        if known not in self.moments:
            if len(self.moments) > _MOMENTS:
                self.moments.clear()
            number = number_text(value)
            self.moments[known] = (
                value if number is None else serial_text(float(number), shape, self.from_1904)
            )
        return self.moments[known]


_SHAPES: tuple[str | None, ...] = (None, "date", "date-time", "time", "duration")


def unescaped(text: str) -> str:
    """Text in which a workbook wrote characters as ``_x000D_``; what XML could not hold stays as it is written."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return match[0] if number == 0 or 0xD800 <= number <= 0xDFFF else chr(number)


def _numbers(values: pa.Array) -> pa.Array:
    """The text of numbers, as ``number_text`` gives it; what is no number stays as it is written."""
    is_short = pc.less_equal(pc.binary_length(values), _PLAIN_LENGTH)
    is_plain = pc.and_(is_short, pc.match_substring_regex(values, _PLAIN))
    if pc.all(is_plain).as_py():
        return values
    odd = pc.invert(is_plain)
    return pc.replace_with_mask(values, odd, _odd_numbers(values.filter(odd)))


def _odd_numbers(values: pa.Array) -> pa.Array:
    """Arrow's own text of a number is the shortest too, but for exponents, which are left to ``number_text``."""
    is_long = pc.match_substring_regex(values, _LONG)
    if not pc.all(is_long).as_py():
        return _each(values, lambda value: number_text(value) or value)
    texts = pc.cast(pc.cast(values, pa.float64()), pa.string())
    is_plain = pc.match_substring_regex(texts, _PLAIN)
    if pc.all(is_plain).as_py():
        return texts
    odd = pc.invert(is_plain)
    changed = _each(values.filter(odd), lambda value: number_text(value) or value)
    return pc.replace_with_mask(texts, odd, changed)


def _iso_date(value: str, shape: str | None) -> str:
    """A date as the file writes it, without a midnight that its number format does not show."""
    day, _, time = value.partition("T")
    return day if shape in (DATE, None) and time.strip("0:.Z") == "" else value


def _each(values: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    encoded = values.dictionary_encode()
    changed = pa.array([change(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return changed.take(encoded.indices)


def _mark(marks: dict[str, Numbers], code: str, cells: Cells, found: Numbers) -> None:
    if len(found):
        marks[code] = np.stack([cells.rows[found], cells.columns[found]], axis=1)


def _columns(cells: Cells, first: int, length: int, pool: pa.Array, order: Numbers) -> Iterator[pa.Array]:
    """Each column's cells, row by row, from the texts in ``pool``."""
    if not len(cells.columns):
        return
    by_column = np.argsort(cells.columns.astype(np.int16), kind="stable")
    width = int(cells.columns.max())
    ends = np.searchsorted(cells.columns[by_column], np.arange(1, width + 1), side="right")
    nothing = len(pool) - 1
    start = 0
    for end in ends:
        here = by_column[start:end]
        start = int(end)
        if not len(here):
            yield empty_cells(length)
            continue
        places = np.full(length, nothing, np.int64)
        places[cells.rows[here] - first] = order[here]
        yield pool.take(pa.array(places))
