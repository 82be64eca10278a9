"""A CSV file, or each of a package's, judged against its Table Schema with frictionless's verdict.

frictionless opens the file: dialect, header and schema are as it sees them. Where nothing about them is out of
the ordinary, the records are then judged many at a time; else frictionless judges them itself, one by one.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from agored.validate.asked import asked
from agored.validate.column import ColumnJudge
from agored.validate.judging import (
    OURS,
    Asked,
    Fault,
    Faults,
    ForeignKey,
    Kept,
    Records,
    Rows,
    TableJudge,
    keep_records,
)
from agored.validate.keys import NotAKeyError, keys_of, together
from agored.validate.ledger import KeyLedger
from agored.validate.report import Descriptor, ErrorWriter, KeyFaults, ReferenceNames

Scan = Callable[..., Iterable[Records]]
"""Gives a file's records: called with its path, and by name ``width``, ``first``, ``encoding``, ``delimiter``,
``quote`` and ``breaks``. Raises ``Unreadable`` where it cannot give just what Python's reader would."""

_COMPARABLE = ("integer", "number", "year", "yearmonth", "date", "boolean", "datetime")
_READ_AT_ONCE = 1 << 20
_SLOW_BATCH = 10_000
_STILL_READABLE = {
    "extra-label",
    "missing-label",
    "blank-label",
    "duplicate-label",
    "incorrect-label",
    "unmatched-header",
    "hash-count",
    "byte-count",
    "row-count",
    "field-count",
}
"""What may be wrong with a file as a whole, by frictionless's types, and its records can be read for all that."""

_ALWAYS_HASHED = ("string", "integer", "year")
"""Types whose values frictionless can always take for a key, so that asking for one changes no verdict."""


class JudgeFailed(Exception):
    """frictionless itself breaks off at this file, so that it has no verdict on it."""


@dataclass(frozen=True)
class Reader:
    """How records are read: by ``scan``, which raises ``unreadable`` where it cannot."""

    scan: Scan
    unreadable: type[Exception]


@dataclass
class SharedKeys:
    """Keys of a package's tables that others refer to, so that no table is read twice.

    ``wanted`` are, by resource, the names of fields that are referred to together; ``found`` the keys of those
    judged so far, with their fields.
    """

    wanted: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    found: dict[tuple[str, tuple[str, ...]], tuple[Sequence[Any], KeyLedger]] = field(default_factory=dict)


@dataclass
class FileVerdict:
    """What is wrong with a file.

    ``labels`` are its headings, ``names`` the fields that its columns were judged by. ``errors`` are
    frictionless's descriptors of what is wrong with the file as a whole, ``faults`` the rows by what is wrong
    with them, places of columns counted from 0. ``schema`` is the descriptor judged by. ``report`` is there if
    it was asked for. ``headers`` are the rows of the headings; ``records`` reads the records once more, and
    ``above`` the rows above the headings, where they could be read.
    """

    name: str
    labels: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    errors: list[Descriptor] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    schema: Descriptor = field(default_factory=dict)
    report: Descriptor | None = None
    fast: bool = True
    headers: Sequence[int] = ()
    records: Callable[[], Iterable[Records]] | None = None
    above: Callable[[], Mapping[int, Sequence[str]]] | None = None


def judge_resource(
    resource: Any, reader: Reader, frictionless: Any, *, report: bool, shared: SharedKeys | None = None
) -> FileVerdict:
    """The verdict on one of frictionless's table resources, which must be closed. Keys that others want are put
    into ``shared``, and taken from there.

    Raises JudgeFailed where frictionless has none.
    """
    pristine = resource.to_copy()
    try:
        return _Fast(resource, reader, frictionless, report, shared or SharedKeys()).verdict()
    except (_UnusualError, reader.unreadable, NotAKeyError):
        return judge_slowly(pristine, frictionless)
    except frictionless.FrictionlessException:
        return judge_slowly(pristine, frictionless)
    finally:
        resource.close()


def judge_slowly(resource: Any, frictionless: Any) -> FileVerdict:
    """frictionless's own verdict. Raises JudgeFailed where it breaks off."""
    try:
        report = resource.validate(limit_errors=0).to_descriptor()
    except Exception as error:
        raise JudgeFailed from error
    task = report["tasks"][0]
    verdict = FileVerdict(resource.name, task["labels"], report=report, fast=False)
    if resource.schema:
        verdict.schema = resource.schema.to_descriptor()
    verdict.errors = [error for error in task["errors"] if "rowNumber" not in error]
    verdict.faults = _faults_of([error for error in task["errors"] if "rowNumber" in error], resource)
    verdict.faults.records = task["stats"].get("rows", 0)
    if resource.type == "table" and {error["type"] for error in verdict.errors} <= _STILL_READABLE:
        _add_ours(verdict, resource)
        verdict.headers = tuple(resource.dialect.header_rows)
        verdict.records = lambda: _slow_again(resource, len(verdict.labels))
        verdict.above = lambda: _above(resource)
    return verdict


def _add_ours(verdict: FileVerdict, resource: Any) -> None:
    """Add what frictionless does not look for, in the records as it reads them."""
    with resource:
        fields = resource.header.get_expected_fields()
        verdict.names = [field.name for field in fields]
        wanted = asked(resource.schema, fields, verdict.names)
        todo = Asked(unique_keys=wanted.unique_keys, categories=wanted.categories)
        if not todo.unique_keys and not todo.categories:
            return
        table = TableJudge(fields, todo)
        for records in _slow_records(resource, len(fields)):
            table.add(records)
    for fault, rows in table.finish().rows.items():
        if fault[0] in OURS:
            verdict.faults.rows[fault] = rows


@dataclass(frozen=True)
class _SlowRecords:
    columns: Sequence[pa.Array]
    rows: Rows
    ragged: Sequence[Sequence[str]] | None = None


def _slow_records(resource: Any, width: int, *, whole: bool = False) -> Iterator[_SlowRecords]:
    """The records as frictionless reads them; with ``whole``, also the cells of those of another length."""
    stream = iter(resource.row_stream)
    while batch := list(itertools.islice(stream, _SLOW_BATCH)):
        cells = [[*row.cells, *([None] * width)][:width] for row in batch]
        columns = [
            pa.array([None if cell is None else str(cell) for cell in column], pa.string())
            for column in zip(*cells, strict=True)
        ]
        rows = np.array([row.row_number for row in batch], np.int64)
        yield _SlowRecords(columns, rows, [_texts(row.cells) for row in batch] if whole else None)


def _slow_again(resource: Any, width: int) -> Iterator[_SlowRecords]:
    with _without_keys(resource) as again:
        yield from _slow_records(again, width, whole=True)


def _without_keys(resource: Any) -> Any:
    """The resource once more, closed, and no longer referring to other tables."""
    again = resource.to_copy()
    if again.schema:
        again.schema.foreign_keys = []
    return again


def _above(resource: Any) -> Mapping[int, Sequence[str]]:
    """The rows above the headings, by number."""
    with _without_keys(resource) as again:
        top = min(again.dialect.header_rows, default=1)
        return {
            number: _texts(cells)
            for number, cells in enumerate(itertools.islice(again.cell_stream, top - 1), start=1)
        }


def _texts(cells: Iterable[Any]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in cells]


def _faults_of(errors: Sequence[Descriptor], resource: Any) -> Faults:
    """The rows by fault, from frictionless's errors."""
    found: dict[Fault, dict[int, None]] = {}
    for error in errors:
        kind, number = error["type"], error.get("fieldNumber")
        column: int | None = None if number is None else number - 1
        if kind == "constraint-error":
            # The note reads: constraint "minimum" is "0"; what follows the name is never looked at.
            kind = error["note"].split('"')[1]
        elif kind == "primary-key" and error["note"].startswith("cells composing"):
            kind = "primary-key-empty"
        elif kind == "foreign-key":
            column = _foreign_number(error, resource)
        elif kind in ("missing-cell", "extra-cell"):
            column = None
        found.setdefault((kind, column), {})[error["rowNumber"]] = None
    return Faults({fault: np.array(list(rows), np.int64) for fault, rows in found.items()})


def _foreign_number(error: Descriptor, resource: Any) -> int:
    for number, key in enumerate(resource.schema.foreign_keys):
        reference = key["reference"]
        if (list(key["fields"]), reference["resource"], list(reference["fields"])) == (
            error["fieldNames"],
            error["referenceName"],
            error["referenceFieldNames"],
        ):
            return number
    raise RuntimeError("frictionless reports a foreign key that the schema does not have")


class _UnusualError(Exception):
    """Something about the file or its schema is not for the fast way."""


class _Fast:
    """The fast way: frictionless opens, Arrow reads, columns are judged at once."""

    def __init__(
        self, resource: Any, reader: Reader, frictionless: Any, report: bool, shared: SharedKeys
    ) -> None:
        self.resource = resource
        self.reader = reader
        self.frictionless = frictionless
        self.wants_report = report
        self.shared = shared

    def verdict(self) -> FileVerdict:
        started = time.perf_counter()
        resource = self.resource
        resource.to_descriptor(validate=True)
        _refuse_unusual_resource(resource)
        hashing = self._hashing()
        _open_without_keys(resource)
        layout = _layout(resource)
        fields = resource.header.get_expected_fields()
        _refuse_unusual_fields(resource, fields)
        checks = self._checks()
        starting = [error.to_descriptor() for check in checks for error in check.validate_start()]
        table = self._table(fields)
        for records in self._records(layout):
            table.add(records)
        faults = table.finish()
        if self.wants_report and any(kind == "crash" for kind, _ in faults.rows):
            raise _UnusualError
        self._share(table)
        resource.stats.rows = faults.records
        if hashing is not None:
            hashing()
        ending = [error.to_descriptor() for check in checks for error in check.validate_end()]
        verdict = FileVerdict(
            resource.name,
            resource.labels,
            [field.name for field in fields],
            starting + ending,
            faults,
            resource.schema.to_descriptor(),
            headers=tuple(resource.dialect.header_rows),
            records=lambda: self._records(layout),
            above=lambda: _above(resource),
        )
        if self.wants_report:
            rows = self._row_errors(table, faults, layout)
            verdict.report = self._report(starting, rows, ending, time.perf_counter() - started)
        return verdict

    def _checks(self) -> list[Any]:
        return list(self.frictionless.Checklist().connect(self.resource))

    def _records(self, layout: dict[str, Any]) -> Iterable[Records]:
        return self.reader.scan(_path(self.resource), **layout)

    def _table(self, fields: Sequence[Any]) -> TableJudge:
        names = [field.name for field in fields]
        self.foreign: list[ReferenceNames] = []
        ledgers: list[ForeignKey] = []
        for key in self.resource.schema.foreign_keys:
            columns = tuple(key["fields"])
            if not set(columns) <= set(names):
                raise _UnusualError
            places = tuple(names.index(name) for name in columns)
            reference = ReferenceNames(
                places, key["reference"]["resource"], tuple(key["reference"]["fields"])
            )
            self.foreign.append(reference)
            ledgers.append(ForeignKey(places, self._ledger(reference, [fields[place] for place in places])))
        wanted = [
            tuple(map(names.index, key))
            for key in self.shared.wanted.get(self.resource.name, ())
            if set(key) <= set(names)
        ]
        referred = [key for key in wanted if all(fields[place].type in _ALWAYS_HASHED for place in key)]
        self.asked = asked(self.resource.schema, fields, names, ledgers, referred)
        return TableJudge(fields, self.asked, keep=self.wants_report)

    def _share(self, table: TableJudge) -> None:
        """Hand on the keys of this table that others refer to."""
        for places, ledger in table.referred:
            judges = [table.columns[place] for place in places]
            if not any(breach.crash for judge in judges for breach in judge.breaches):
                fields = [judge.field for judge in judges]
                key = tuple(field.name for field in fields)
                self.shared.found[self.resource.name, key] = (fields, ledger)

    def _ledger(self, reference: ReferenceNames, fields: Sequence[Any]) -> KeyLedger:
        """The keys of the table that a foreign key refers to."""
        theirs, ledger = self.shared.found.get((reference.resource, reference.fields), ((), None))
        if ledger is not None and all(map(_comparable, fields, theirs)):
            return ledger
        own = not reference.resource or reference.resource == self.resource.name
        package = self.resource.package
        if own:
            target = self.resource.to_copy()
        elif package is not None and package.has_resource(reference.resource):
            target = package.get_resource(reference.resource).to_copy()
        else:
            raise _UnusualError
        _refuse_unusual_resource(target)
        if target.schema:
            target.schema.foreign_keys = []
        _open_without_keys(target)
        with target:
            layout = _layout(target)
            theirs = target.header.get_expected_fields()
            names = [field.name for field in theirs]
            if not set(reference.fields) <= set(names):
                raise _UnusualError
            places = [names.index(name) for name in reference.fields]
            for mine, place in zip(fields, places, strict=True):
                if not _comparable(mine, theirs[place]):
                    raise _UnusualError
            judges = {place: ColumnJudge(theirs[place], in_key=True) for place in places}
            ledger = KeyLedger()
            for records in self.reader.scan(_path(target), **layout):
                parts = []
                for place in places:
                    array = records.columns[place]
                    parts.append(keys_of(judges[place], array, judges[place].judge(array)))
                if any(breach.crash for judge in judges.values() for breach in judge.breaches):
                    raise _UnusualError
                ledger.add(together(parts), records.rows)
        return ledger

    def _hashing(self) -> Callable[[], None] | None:
        """Start to hash the file beside the judging, where somebody will ask; gives what waits for the end."""
        if not (self.wants_report or self.resource.hash or self.resource.bytes):
            return None
        path, stats = _path(self.resource), self.resource.stats
        sums = hashlib.md5(usedforsecurity=False), hashlib.sha256()
        size = 0

        def work() -> None:
            nonlocal size
            with path.open("rb") as file:
                while data := file.read(_READ_AT_ONCE):
                    size += len(data)
                    for digest in sums:
                        digest.update(data)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()

        def wait() -> None:
            thread.join()
            stats.md5, stats.sha256, stats.bytes = sums[0].hexdigest(), sums[1].hexdigest(), size

        return wait

    def _row_errors(self, table: TableJudge, faults: Faults, layout: dict[str, Any]) -> Iterator[Descriptor]:
        keys = self._key_faults(faults)
        assert table.kept is not None
        self._keep_missing(table, sorted(keys.rows() - table.kept.cells.keys()), layout)
        writer = ErrorWriter(
            table.columns, self.asked.unique, self.asked.primary, self.foreign, self.frictionless
        )
        for row in sorted(table.kept.cells):
            cells, verdicts = table.kept.cells[row], table.kept.verdicts[row]
            yield from writer.errors(row, cells, verdicts, keys)

    def _key_faults(self, faults: Faults) -> KeyFaults:
        keys = KeyFaults()
        for (kind, number), rows in faults.rows.items():
            if kind == "unique-error":
                assert number is not None
                for row, before in zip(rows.tolist(), faults.before[kind, number].tolist(), strict=True):
                    keys.unique.setdefault(row, {})[number] = before
            elif kind == "primary-key":
                keys.primary |= zip(rows.tolist(), faults.before[kind, number].tolist(), strict=True)
            elif kind == "primary-key-empty":
                keys.primary |= dict.fromkeys(rows.tolist())
            elif kind == "foreign-key":
                assert number is not None
                for row in rows.tolist():
                    keys.foreign.setdefault(row, []).append(number)
        return keys

    def _keep_missing(self, table: TableJudge, rows: list[int], layout: dict[str, Any]) -> None:
        """Fetch the records that are at fault by another record alone, which was not known as they went by."""
        if not rows:
            return
        wanted = np.array(rows, np.int64)
        found = Kept()
        for records in self._records(layout):
            places = np.flatnonzero(np.isin(records.rows, wanted))
            if len(places):
                keep_records(found, records, places)
        assert table.kept is not None
        width = len(table.columns)
        ordered = list(found.cells.items())
        padded = [[*cells, *([None] * width)][:width] for _, cells in ordered]
        columns = [pa.array(column, pa.string()) for column in zip(*padded, strict=True)]
        verdicts = [judge.judge(array) for judge, array in zip(table.columns, columns, strict=True)]
        for place, (row, cells) in enumerate(ordered):
            table.kept.cells[row] = cells
            table.kept.verdicts[row] = [0 if each is None else int(each[place]) for each in verdicts]

    def _report(
        self,
        starting: list[Descriptor],
        rows: Iterator[Descriptor],
        ending: list[Descriptor],
        seconds: float,
    ) -> Descriptor:
        resource = self.resource
        report: Descriptor = self.frictionless.Report.from_validation_task(
            resource, time=round(seconds, 3), labels=resource.labels
        ).to_descriptor()
        task = report["tasks"][0]
        task["errors"] = [*starting, *rows, *ending]
        count = len(task["errors"])
        task["valid"] = report["valid"] = not count
        task["stats"]["errors"] = report["stats"]["errors"] = count
        return report


def _open_without_keys(resource: Any) -> None:
    """Open the resource without the look-up tables that frictionless would build, row by row, as it opens."""
    from frictionless import FrictionlessException

    keys = resource.schema.foreign_keys if resource.schema else []
    if resource.schema:
        resource.schema.foreign_keys = []
    try:
        resource.open()
    except FrictionlessException:
        raise
    except Exception as error:  # a pattern that is none, say: frictionless breaks off
        raise _UnusualError from error
    finally:
        if keys:
            resource.schema.foreign_keys = keys


def _path(resource: Any) -> Path:
    return Path(resource.basepath or "", resource.path)


def _refuse_unusual_resource(resource: Any) -> None:
    unusual = (
        resource.type != "table"
        or resource.path is None
        or resource.extrapaths
        or resource.compression
        or resource.innerpath
        or resource.remote
        or resource.format not in ("csv", "tsv")
    )
    # Without a name in front, a hash is one of MD5.
    odd_hash = ":" in (resource.hash or "") and not resource.hash.startswith(("md5:", "sha256:"))
    if unusual or odd_hash:
        raise _UnusualError


def _layout(resource: Any) -> dict[str, Any]:
    """How the scan must read the open ``resource``. Raises _UnusualError where it cannot."""
    dialect = resource.dialect
    control = dialect.get_control("csv")
    rows = dialect.header_rows
    if (
        not dialect.header
        or not rows
        or not resource.labels
        or not dialect.header_case
        or dialect.comment_char
        or dialect.comment_rows
        or dialect.skip_blank_rows
        or control.escape_char
        or control.skip_initial_space
        or not _one_byte(control.delimiter)
        or (control.quote_char and not _one_byte(control.quote_char))
        or control.quote_char == control.delimiter
    ):
        raise _UnusualError
    return {
        "width": len(resource.labels),
        "first": rows[-1] + 1,
        "encoding": resource.encoding,
        "delimiter": control.delimiter,
        "quote": control.quote_char or None,
        "breaks": resource.format == "csv",
    }


def _one_byte(mark: str) -> bool:
    return len(mark) == 1 and mark.isascii() and mark not in "\r\n\0"


def _refuse_unusual_fields(resource: Any, fields: Sequence[Any]) -> None:
    if len(fields) != len(resource.labels):
        raise _UnusualError
    keyed = {*resource.schema.primary_key}
    keyed |= {name for key in resource.schema.foreign_keys for name in key["fields"]}
    keyed |= {field.name for field in fields if field.constraints.get("unique")}
    if any(field.name in keyed and getattr(field, "float_number", False) for field in fields):
        raise _UnusualError


def _comparable(mine: Any, theirs: Any) -> bool:
    """Whether equal values of the two fields always have equal keys, and only they."""
    texts = ("string", "any")
    return (mine.type in texts and theirs.type in texts) or (
        mine.type == theirs.type and mine.type in _COMPARABLE
    )
