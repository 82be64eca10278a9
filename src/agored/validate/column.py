"""One column judged: for every cell, which rules of its field it breaks, just as frictionless would say.

Each cell gets a small number, its *verdict*, which stands for a ``Breach``: what the field's reader would note.
Cells that a proof covers are judged many at a time; every other distinct text is put to frictionless's own
reader, once.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored.validate.cells import Cells, Mask, mask, numbers, places, texts
from agored.validate.patterns import as_re2
from agored.validate.proofs import BOUNDS, Proof, proof_for

Verdicts = np.ndarray[Any, np.dtype[np.uint16]]
"""A verdict for each cell; 0 is clean, the others are places in ``ColumnJudge.breaches``."""

_REMEMBERED = 500_000
_TRIED = 4_000
_FEW = 4
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "minimum": np.greater_equal,
    "maximum": np.less_equal,
    "exclusiveMinimum": np.greater,
    "exclusiveMaximum": np.less,
}
_COMPARE_TEXT: Mapping[str, Callable[[Any, Any], Any]] = {
    "minimum": pc.greater_equal,
    "maximum": pc.less_equal,
    "exclusiveMinimum": pc.greater,
    "exclusiveMaximum": pc.less,
}


@dataclass(frozen=True)
class Breach:
    """What a cell's reader noted: by kind (``type`` or a constraint's name) frictionless's own words.

    ``absent`` says that the cell holds no value. ``crash`` is set where the reader, and frictionless with it,
    breaks off instead of judging, ``today`` where what it reads depends on the day on which it reads.
    """

    notes: tuple[tuple[str, str], ...] = ()
    absent: bool = False
    crash: bool = False
    today: bool = False

    @property
    def valueless(self) -> bool:
        """Whether nothing can be compared with other cells."""
        return self.absent or self.crash or any(kind == "type" for kind, _ in self.notes)


@dataclass(frozen=True)
class _Check:
    """A constraint that can be looked at in many cells at once: which break it, and which are in doubt."""

    name: str
    look: Callable[[Cells], tuple[Mask, Mask | None]]


class ColumnJudge:
    """Judges the cells of one of frictionless's fields; with ``in_key``, its values must have a hash."""

    def __init__(self, field: Any, *, in_key: bool = False) -> None:
        self.field = field
        self._in_key = in_key
        self.breaches: list[Breach] = [Breach()]
        self._numbers: dict[Breach, int] = {Breach(): 0}
        self._read = field.create_cell_reader()
        own = field.has_defined("missing_values") or not field.schema
        self._missing = texts(field.missing_values if own else field.schema.missing_values)
        self._memory: dict[str, int] = {}
        self._few: bool | None = None
        self._proof = proof_for(field)
        self._checks = _checks(field, self._proof)
        self._anything_goes = self._checks == [] and (field.type, field.format) in _ANYTHING

    def judge(self, array: pa.Array) -> Verdicts | None:
        """The verdicts on an array of text, a null being a cell that is not there; None if all are clean."""
        if array.null_count:
            verdicts = np.full(len(array), self.verdict_on(None), np.uint16)
            present = mask(pc.is_valid(array))
            found = self.judge(array.drop_null())
            verdicts[present] = 0 if found is None else found
            return verdicts
        if self._few is None and len(array) >= _TRIED:
            self._few = len(array.slice(0, _TRIED).unique()) * _FEW <= _TRIED
        if self._few and not self._anything_goes:
            encoded = array.dictionary_encode()
            by_text = self._judge_distinct(encoded.dictionary)
            return None if by_text is None else by_text[numbers(encoded.indices, np.int32)]
        return _unless_clean(self._judge_all(array))

    def verdict_on(self, text: str | None) -> int:
        """The verdict of frictionless's reader on one cell."""
        try:
            value, notes = self._read(text)
            if self._in_key:
                hash(value)
        except Exception:  # whatever it is, it would end frictionless's run
            return self._number(Breach(crash=True))
        notes = notes or {}
        ordered = sorted(notes.items(), key=lambda note: note[0] != "type")
        today = self.field.format == "any" and _depends_on_today(self.field.type, text)
        return self._number(Breach(tuple(ordered), value is None and "type" not in notes, today=today))

    def value(self, text: str | None) -> Any:
        """The value that frictionless reads in a cell."""
        return self._read(text)[0]

    def text_of(self, text: str) -> str | None:
        """A cell's value as text, one for all cells of the same value; None for no value."""
        value = None if self.breaches[self.verdict_on(text)].valueless else self.value(text)
        return None if value is None else str(value)

    def _number(self, breach: Breach) -> int:
        if breach not in self._numbers:
            self.breaches.append(breach)
            self._numbers[breach] = len(self.breaches) - 1
        return self._numbers[breach]

    def _judge_distinct(self, array: pa.StringArray) -> Verdicts | None:
        """The verdicts on texts that are likely to have been met before."""
        words = array.to_pylist()
        known = [self._memory.get(word) for word in words]
        strangers = [number for number, verdict in enumerate(known) if verdict is None]
        if strangers:
            found = self._judge_all(array.take(places(np.array(strangers))))
            for number, verdict in zip(strangers, found.tolist(), strict=True):
                known[number] = verdict
                self._remember(words[number], verdict)
        return _unless_clean(np.array(known, np.uint16))

    def _remember(self, text: str, verdict: int) -> None:
        if len(self._memory) >= _REMEMBERED:
            self._memory.clear()
        self._memory[text] = verdict

    def _judge_all(self, array: pa.StringArray) -> Verdicts:
        cells = Cells(array)
        absent = self._absent(cells)
        if absent is None:
            return self._judge_present(cells)
        verdicts = np.full(len(cells), self.verdict_on(None), np.uint16)
        verdicts[~absent] = self._judge_present(cells.where(~absent))
        return verdicts

    def _absent(self, cells: Cells) -> Mask | None:
        if self._missing.equals(_EMPTY):
            absent = cells.sizes == 0
        elif not len(self._missing):
            return None
        else:
            absent = cells.among(self._missing)
        return absent if absent.any() else None

    def _judge_present(self, cells: Cells) -> Verdicts:
        if self._proof is None and self.field.type not in ("string", "any"):
            return self._read_each(cells)
        if self._proof is None and self.field.type == "string" and self.field.format not in _PLAIN_TEXT:
            return self._read_each(cells)
        good = self._proof.good_cells(cells) if self._proof else None
        if good is None:
            return self._judge_typed(cells)
        verdicts = np.zeros(len(cells), np.uint16)
        verdicts[good] = self._judge_typed(cells.where(good))
        verdicts[~good] = self._judge_doubtful(cells.where(~good))
        return verdicts

    def _judge_doubtful(self, cells: Cells) -> Verdicts:
        """Verdicts on cells that are not surely of the field's type."""
        assert self._proof is not None
        bad = self._proof.bad_cells(cells)
        verdicts = np.zeros(len(cells), np.uint16)
        if bad.any():
            verdicts[bad] = self.verdict_on(cells.array[int(np.argmax(bad))].as_py())
        if not bad.all():
            verdicts[~bad] = self._read_each(cells.where(~bad))
        return verdicts

    def _judge_typed(self, cells: Cells) -> Verdicts:
        """Verdicts on cells that are surely of the field's type."""
        if self._checks is None:
            return self._read_each(cells)
        broken = np.zeros(len(cells), np.uint16)
        doubtful = np.zeros(len(cells), np.bool_)
        for bit, check in enumerate(self._checks):
            breaks, doubts = check.look(cells)
            broken |= breaks.astype(np.uint16) << bit
            if doubts is not None:
                doubtful |= doubts
        verdicts = np.zeros(len(cells), np.uint16)
        for bits in np.unique(broken).tolist():
            verdicts[broken == bits] = self._broken(bits)
        if doubtful.any():
            verdicts[doubtful] = self._read_each(cells.where(doubtful))
        return verdicts

    def _broken(self, bits: int) -> int:
        names = [check.name for bit, check in enumerate(self._checks or ()) if bits >> bit & 1]
        constraints = self.field.constraints
        return self._number(
            Breach(tuple((name, f'constraint "{name}" is "{constraints[name]}"') for name in names))
        )

    def _read_each(self, cells: Cells) -> Verdicts:
        """The reader's verdicts, each distinct text read once."""
        encoded = cells.array.dictionary_encode()
        verdicts = []
        for text in encoded.dictionary.to_pylist():
            verdict = self._memory.get(text)
            if verdict is None:
                verdict = self.verdict_on(text)
                self._remember(text, verdict)
            verdicts.append(verdict)
        each: Verdicts = np.array(verdicts, np.uint16)[numbers(encoded.indices, np.int32)]
        return each


_EMPTY = texts([""])
_PLAIN_TEXT = ("default",)
_ANYTHING = (("string", "default"), ("any", "default"))


def _depends_on_today(kind: str, text: str | None) -> bool:
    """Whether the parser of dates fills something from today's date into what ``text`` says."""
    if kind not in ("date", "datetime") or text is None:
        return False
    from dateutil import parser  # type: ignore[import-untyped]  # comes with frictionless

    def read(today: datetime.datetime) -> datetime.datetime | None:
        try:
            found: datetime.datetime = parser.parse(text, default=today)
        except Exception:  # as frictionless does: whatever is wrong, it is no date
            return None
        return found

    return read(datetime.datetime(1999, 1, 1)) != read(datetime.datetime(2000, 12, 31))


def _unless_clean(verdicts: Verdicts) -> Verdicts | None:
    return verdicts if verdicts.any() else None


def _checks(field: Any, proof: Proof | None) -> Sequence[_Check] | None:
    """The field's constraints on cells of its type, in frictionless's order; None where one of them needs the
    reader."""
    checks: list[_Check] = []
    for name in field.supported_constraints:
        limit = field.constraints.get(name)
        if limit is None or name == "required":
            continue
        check = _check(field, proof, name, limit)
        if check is None:
            return None
        checks.append(check)
    return checks


def _check(field: Any, proof: Proof | None, name: str, limit: Any) -> _Check | None:
    if name in BOUNDS and proof is not None and proof.order is not None and proof.limit is not None:
        return _bound(field, proof, name, limit)
    if field.type not in ("string", "any"):
        return None
    if name in ("minLength", "maxLength") and type(limit) is int:
        return _length(name, limit)
    if name == "pattern":
        return _pattern(limit)
    if name == "enum":
        allowed = texts([text for text in limit if isinstance(text, str)])
        return _Check(name, lambda cells: (~cells.among(allowed), None))
    return None


def _bound(field: Any, proof: Proof, name: str, limit: Any) -> _Check | None:
    assert proof.order is not None
    assert proof.limit is not None
    try:
        edge = proof.limit(field.create_value_reader()(limit))
    except Exception:  # an unreadable limit ends frictionless's run at the first cell, as the reader will
        return None
    if edge is None:
        return None
    order, rounds = proof.order, proof.rounds
    if isinstance(edge, str):
        limit_text = texts([edge])[0]
        return _Check(name, lambda cells: (~mask(_COMPARE_TEXT[name](cells.array, limit_text)), None))

    def look(cells: Cells) -> tuple[Mask, Mask | None]:
        values = order(cells)
        return ~_COMPARE[name](values, edge), values == edge if rounds else None

    return _Check(name, look)


def _length(name: str, limit: int) -> _Check:
    def look(cells: Cells) -> tuple[Mask, Mask | None]:
        sizes = cells.sizes
        if name == "maxLength" and (sizes <= limit).all():  # no cell has more characters than bytes
            return np.zeros(len(cells), np.bool_), None
        lengths = sizes if cells.all_ascii else numbers(pc.utf8_length(cells.array), np.int32)
        broken: Mask = lengths > limit if name == "maxLength" else lengths < limit
        return broken, None

    return _Check(name, look)


def _pattern(pattern: Any) -> _Check | None:
    translated = as_re2(f"^{pattern}$")
    if translated is None:
        return None
    try:
        pc.match_substring_regex(_EMPTY, translated)
    except pa.ArrowInvalid:  # too long for RE2, say
        return None

    def look(cells: Cells) -> tuple[Mask, Mask | None]:
        broken = ~cells.fits(translated)
        return (broken, None) if cells.all_ascii else (broken & cells.ascii, ~cells.ascii)

    return _Check("pattern", look)
