"""A table judged batch by batch: every fault of every record, as frictionless would report it, without building
frictionless's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from agored.validate.cells import numbers
from agored.validate.cells import places as taken
from agored.validate.column import Breach, ColumnJudge, Verdicts
from agored.validate.keys import keys_of, together
from agored.validate.ledger import KeyLedger

Rows = np.ndarray[Any, np.dtype[np.int64]]

Fault = tuple[str, int | None]
"""A kind of fault and the column it is in (0 is the first), or None for whole records. The kinds are
frictionless's error types, and for a broken constraint its name."""


class Records(Protocol):
    """Records in columns of text, a null being a cell that a short record lacks; ``ragged`` holds the cells
    of records that are too short or too long, and is None where all fit."""

    @property
    def columns(self) -> Sequence[pa.Array]: ...
    @property
    def rows(self) -> Rows: ...
    @property
    def ragged(self) -> Sequence[Sequence[str]] | None: ...


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose key must be in ``there``, the ledger of the table that they refer to."""

    columns: tuple[int, ...]
    there: KeyLedger


@dataclass(frozen=True)
class Asked:
    """What a schema asks of a table's columns, by their places.

    ``unique`` are columns that repeat no value, ``primary`` those of the primary key, ``referred`` those whose
    keys other tables refer to. ``unique_keys`` and ``categories`` (by column the values that it may have) are of
    the standard and enforced by Agored alone.
    """

    unique: Sequence[int] = ()
    primary: Sequence[int] = ()
    foreign: Sequence[ForeignKey] = ()
    referred: Sequence[tuple[int, ...]] = ()
    unique_keys: Sequence[tuple[int, ...]] = ()
    categories: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def keyed(self) -> set[int]:
        """Every column of a key."""
        several = (*(key.columns for key in self.foreign), *self.referred, *self.unique_keys)
        return {*self.unique, *self.primary, *(number for columns in several for number in columns)}


OURS = ("category", "unique-key", "today")
"""The kinds of fault that frictionless does not report."""


@dataclass
class Kept:
    """Records with a fault, for a report: cells and verdicts by row."""

    cells: dict[int, Sequence[str]] = field(default_factory=dict)
    verdicts: dict[int, Sequence[int]] = field(default_factory=dict)


@dataclass
class Faults:
    """What was found: by fault the rows, rising; which row came before, for each repeated key; and how many
    records there were."""

    rows: dict[Fault, Rows] = field(default_factory=dict)
    before: dict[Fault, Rows] = field(default_factory=dict)
    records: int = 0


class TableJudge:
    """Judges the records of one table.

    ``fields`` are frictionless's, one a column. With ``keep``, the records with a fault that frictionless
    reports are kept whole.
    """

    def __init__(self, fields: Sequence[Any], asked: Asked, *, keep: bool = False) -> None:
        self.columns = [
            ColumnJudge(field, in_key=number in asked.keyed) for number, field in enumerate(fields)
        ]
        self.kept = Kept() if keep else None
        self._asked = asked
        self._unique = {number: KeyLedger() for number in asked.unique}
        self._primaries = KeyLedger()
        self._foreign = [(key, KeyLedger()) for key in asked.foreign]
        self.referred = [(columns, KeyLedger()) for columns in asked.referred]
        self._unique_keys = [(columns, KeyLedger()) for columns in asked.unique_keys]
        self._found: dict[Fault, list[Rows]] = {}
        self._records = 0

    def add(self, records: Records) -> None:
        """Judge some records."""
        rows = records.rows
        self._records += len(rows)
        verdicts = [judge.judge(array) for judge, array in zip(self.columns, records.columns, strict=True)]
        blank = self._blank(verdicts)
        faulty = np.zeros(len(rows), np.bool_)
        for number, (judge, found) in enumerate(zip(self.columns, verdicts, strict=True)):
            if found is not None:
                faulty |= self._note_column(judge, number, found, rows, blank)
        if blank is not None:
            self._note(("blank-row", None), rows[blank])
            faulty |= blank
        if records.ragged is not None:
            faulty |= self._note_ragged(records.ragged, rows, blank)
        faulty |= self._note_keys(records.columns, verdicts, rows)
        for number, allowed in self._asked.categories.items():
            self._note_strangers(number, allowed, records.columns[number], verdicts[number], rows)
        if self.kept is not None and faulty.any():
            self._keep(records, verdicts, faulty)

    def finish(self) -> Faults:
        """Everything found."""
        before: dict[Fault, Rows] = {}
        for number, ledger in self._unique.items():
            before |= self._note_repeats(("unique-error", number), ledger)
        before |= self._note_repeats(("primary-key", None), self._primaries)
        for number, (_, ledger) in enumerate(self._unique_keys):
            before |= self._note_repeats(("unique-key", number), ledger)
        for number, (key, ledger) in enumerate(self._foreign):
            strangers = ledger.without(key.there)
            if len(strangers):
                self._note(("foreign-key", number), strangers)
        rows = {fault: np.sort(np.concatenate(parts)) for fault, parts in self._found.items()}
        return Faults(rows, before, self._records)

    def _note(self, fault: Fault, rows: Rows) -> None:
        self._found.setdefault(fault, []).append(rows)

    def _note_repeats(self, fault: Fault, ledger: KeyLedger) -> dict[Fault, Rows]:
        repeated, before = ledger.repeats()
        if not len(repeated):
            return {}
        self._note(fault, repeated)
        return {fault: before}

    def _blank(self, verdicts: Sequence[Verdicts | None]) -> Any:
        """Which records have no value in any column."""
        blank: Any = None
        for judge, found in zip(self.columns, verdicts, strict=True):
            if found is None:
                return None
            absent = np.array([breach.absent for breach in judge.breaches])[found]
            blank = absent if blank is None else blank & absent
            if not blank.any():
                return None
        return blank

    def _note_column(self, judge: ColumnJudge, number: int, found: Verdicts, rows: Rows, blank: Any) -> Any:
        """Note what is wrong in one column, blank records aside; gives which records are faulty by it."""
        faulty = np.zeros(len(rows), np.bool_)
        for verdict in np.unique(found).tolist():
            breach = judge.breaches[verdict]
            if not _kinds(breach):
                continue
            chosen = found == verdict
            if blank is not None and not breach.crash:
                chosen = chosen & ~blank
            if not chosen.any():
                continue
            faulty |= chosen
            for kind in _kinds(breach):
                self._note((kind, number), rows[chosen])
        return faulty

    def _note_ragged(self, ragged: Sequence[Sequence[str]], rows: Rows, blank: Any) -> Any:
        width = len(self.columns)
        sizes = np.array([len(cells) for cells in ragged])
        told = np.ones(len(rows), np.bool_) if blank is None else ~blank
        for kind, chosen in (("missing-cell", sizes < width), ("extra-cell", sizes > width)):
            if (chosen & told).any():
                self._note((kind, None), rows[chosen & told])
        return (sizes != width) & told

    def _note_keys(self, arrays: Sequence[pa.Array], verdicts: Sequence[Verdicts | None], rows: Rows) -> Any:
        """Enter the records' keys; gives which have none where one is asked for."""
        keys = {
            number: keys_of(self.columns[number], arrays[number], verdicts[number])
            for number in self._asked.keyed
        }
        for number, ledger in self._unique.items():
            ledger.add(keys[number], rows)
        for key, ledger in self._foreign:
            ledger.add(together([keys[number] for number in key.columns]), rows)
        for columns, ledger in self.referred:
            ledger.add(together([keys[number] for number in columns]), rows)
        for columns, ledger in self._unique_keys:
            parts = [keys[number] for number in columns]
            # As in SQL, a record without a value in one of the fields repeats nothing.
            every = np.logical_and.reduce([part.present for part in parts])
            ledger.add(together(parts).where(every), rows[every])
        if not self._asked.primary:
            return np.zeros(len(rows), np.bool_)
        primary = together([keys[number] for number in self._asked.primary])
        self._primaries.add(primary, rows)
        if not primary.present.all():
            self._note(("primary-key-empty", None), rows[~primary.present])
        return ~primary.present

    def _note_strangers(
        self, number: int, allowed: frozenset[str], array: pa.Array, verdicts: Verdicts | None, rows: Rows
    ) -> None:
        """Note the values of a column that are none of its categories."""
        judge = self.columns[number]
        encoded = array.dictionary_encode()
        odd = np.array(
            [judge.text_of(text) not in allowed for text in encoded.dictionary.to_pylist()], np.bool_
        )
        if not odd.any():
            return
        chosen = odd[numbers(encoded.indices.fill_null(0), np.int32)]
        if verdicts is not None:
            valueless = [place for place, breach in enumerate(judge.breaches) if breach.valueless]
            chosen &= ~np.isin(verdicts, valueless)
        if chosen.any():
            self._note(("category", number), rows[chosen])

    def _keep(self, records: Records, verdicts: Sequence[Verdicts | None], faulty: Any) -> None:
        assert self.kept is not None
        places = np.flatnonzero(faulty)
        keep_records(self.kept, records, places)
        found = np.zeros((len(places), len(self.columns)), np.uint16)
        for number, column in enumerate(verdicts):
            if column is not None:
                found[:, number] = column[places]
        self.kept.verdicts.update(zip(records.rows[places].tolist(), found.tolist(), strict=True))


def keep_records(kept: Kept, records: Records, places: Rows) -> None:
    """Keep the cells of the records at ``places`` (0 is the first)."""
    rows = records.rows[places].tolist()
    if records.ragged is not None:
        kept.cells.update(zip(rows, (records.ragged[place] for place in places.tolist()), strict=True))
        return
    chosen = taken(places)
    columns = [array.take(chosen).to_pylist() for array in records.columns]
    kept.cells.update(zip(rows, zip(*columns, strict=True), strict=True))


def _kinds(breach: Breach) -> list[str]:
    if breach.crash:
        return ["crash"]
    kinds = ["type-error" if kind == "type" else kind for kind, _ in breach.notes]
    return [*kinds, "today"] if breach.today else kinds
