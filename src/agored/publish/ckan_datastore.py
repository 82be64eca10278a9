"""A release's tables in a CKAN's DataStore: types and labels from the schema, rows compared as text.

A column gets the type of its field if every cell of it can be read as that type, else it is text: a cell that
PostgreSQL would refuse, or take for another value, must not change what people are served. Values are sent as
the published text; PostgreSQL reads ISO dates and plain decimals exactly.

Replacing rows is not atomic in CKAN: rows can only be added to a table or taken out of it, one call each, and
a table's id is its resource's. So the table goes and comes anew: for a moment it is not there (404), and it is
never half old and half new. Up to ``BATCH_ROWS`` rows come in one call, which does all or nothing; a larger
table grows call by call, and is taken out again if one of them fails. Where even that fails, the rows that are
read back differ from those wanted, whatever any checksum says, and the next run loads them again.

A portal that loads uploaded tables by itself (DataPusher, XLoader) does so some time later, with types of its
own; the next run then finds other types or labels and loads the table again.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from agored.errors import PortalError
from agored.publish.ckan_connection import Connection
from agored.publish.ckan_metadata import bilingual
from agored.records import canonical, digest
from agored.words import LANGUAGES

BATCH_ROWS = 10_000
"""How many rows are sent, and how many are asked for, in one call at most."""
BATCH_BYTES = 4_000_000
"""About how many bytes of rows are sent in one call at most."""
_TYPES = {
    "integer": "numeric",
    "number": "numeric",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamp",
}
_LONGEST_COLUMN = 63  # bytes; PostgreSQL cuts longer names
_LONGEST_CELL = 2**31 - 1
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A DataStore gives milliseconds back, and knows no zone; published times are in UTC.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z?", re.ASCII)
_LABELS = tuple(f"{key}{end}" for key in ("label", "notes") for end in ("", "_cy", "_en"))


@dataclass(frozen=True)
class StoredTable:
    """A published table as a DataStore is to hold it: its resource's name, its CSV file and its schema."""

    name: str
    path: Path
    schema: Mapping[str, Any]

    @cached_property
    def fields(self) -> tuple[dict[str, Any], ...]:
        """The columns as ``datastore_create`` takes them, with labels and notes in both languages.

        Raises PortalError where a column's name is none that a DataStore takes.
        """
        described = {str(field["name"]): field for field in self.schema["fields"]}
        header = self._header()
        types = [_TYPES.get(str(described[name]["type"]), "text") for name in header]
        for row in self._rows():
            for number, (type, cell) in enumerate(zip(types, row, strict=True)):
                if cell and not is_a(type, cell):
                    types[number] = "text"
        return tuple(
            {"id": self._checked(name), "type": type, "info": _labels(described[name])}
            for name, type in zip(header, types, strict=True)
        )

    @cached_property
    def state(self) -> dict[str, str]:
        """What is compared: the columns' types and labels, and the number and hash of the rows."""
        rows = _Rows([str(field["type"]) for field in self.fields])
        for row in self._rows():
            rows.add(row)
        return _state(self.name, self.fields, rows)

    def batches(self) -> Iterator[list[dict[str, str | None]]]:
        """The rows as they are sent, at least one batch; an empty cell is a missing value."""
        names = [str(field["id"]) for field in self.fields]
        batch: list[dict[str, str | None]] = []
        size = sent = 0
        for row in self._rows():
            batch.append({name: cell or None for name, cell in zip(names, row, strict=True)})
            size += sum(map(len, row)) + sum(map(len, names))
            if len(batch) == BATCH_ROWS or size > BATCH_BYTES:
                yield batch
                batch, size, sent = [], 0, sent + 1
        if batch or not sent:
            yield batch

    def _checked(self, name: str) -> str:
        if name.startswith(("_", " ")) or name.endswith(" ") or re.search('["\t]', name):
            raise PortalError("ckan.column", resource=self.name, field=name)
        if len(name.encode()) > _LONGEST_COLUMN:
            raise PortalError("ckan.column", resource=self.name, field=name)
        return name

    def _header(self) -> list[str]:
        with self.path.open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file))

    def _rows(self) -> Iterator[list[str]]:
        csv.field_size_limit(_LONGEST_CELL)
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            yield from rows


def read_state(ckan: Connection, name: str, resource: str) -> dict[str, str]:
    """The state of a resource's table on a CKAN, every row read back; empty where there is no table."""
    rows: _Rows | None = None
    while True:
        page = ckan.ask(
            "datastore_search",
            resource_id=resource,
            sort="_id",
            offset=rows.count if rows else 0,
            limit=BATCH_ROWS,
            include_total=False,
            records_format="csv",  # numbers exactly as they are stored; JSON would make floats of them
        )
        if page is None:
            return {}
        fields = [field for field in page["fields"] if field["id"] != "_id"]
        rows = rows or _Rows([str(field["type"]) for field in fields])
        before = rows.count
        csv.field_size_limit(_LONGEST_CELL)
        for row in csv.reader(io.StringIO(page["records"], newline="")):
            rows.add(row[1:])
        # A portal may give fewer rows at a time than were asked for, and says so.
        if rows.count - before < min(int(page["limit"]), BATCH_ROWS):
            return _state(name, fields, rows)


def load(ckan: Connection, resource: str, table: StoredTable) -> None:
    """Put a table in place of what the DataStore holds for a resource.

    Raises PortalError where the portal refuses; then there is no table, rather than a part of one.
    """
    remove(ckan, resource)
    refused = False
    try:
        for number, batch in enumerate(table.batches()):
            facts = {"resource_id": resource, "records": batch, "force": True, "calculate_record_count": True}
            if number == 0:
                ckan.tell("datastore_create", fields=list(table.fields), **facts)
            else:
                ckan.tell("datastore_upsert", method="insert", **facts)
    except PortalError as error:
        with suppress(PortalError):
            remove(ckan, resource)
        if error.code != "ckan.invalid":
            raise
        refused = True
    if refused:
        raise ckan.place.error("rows-refused", resource=table.name)


def remove(ckan: Connection, resource: str) -> None:
    """Take a resource's table out of the DataStore, if there is one."""
    ckan.tell("datastore_delete", resource_id=resource, force=True)


def is_a(type: str, cell: str) -> bool:
    """Whether PostgreSQL reads a cell as a value of ``type`` and gives the same value back."""
    if type == "numeric":
        return _NUMBER.fullmatch(cell) is not None
    if type == "bool":
        return cell in ("true", "false")
    pattern = {"date": _DATE, "timestamp": _TIME}.get(type)
    if pattern is None:
        return True
    try:
        return pattern.fullmatch(cell) is not None and bool(datetime.datetime.fromisoformat(cell))
    except ValueError:
        return False


def value(type: str, cell: str) -> str:
    """A cell as one text for all ways to write its value: ``1.50`` and ``1.5`` are the same number."""
    if not cell:
        return ""
    if type == "numeric" and _NUMBER.fullmatch(cell):
        sign, digits, exponent = Decimal(cell).as_tuple()
        plain = "".join(map(str, digits))
        kept = plain.rstrip("0")
        return f"{'-' if sign else ''}{kept}E{int(exponent) + len(plain) - len(kept)}" if kept else "0"
    if type == "bool":
        return {"t": "true", "f": "false"}.get(cell, cell)
    if type == "timestamp" and _TIME.fullmatch(cell):
        seconds, _, fraction = cell.rstrip("Z").partition(".")
        return f"{seconds}.{fraction:0<3}"
    return cell


class _Rows:
    """Rows counted and hashed in order, each as the JSON list of its values."""

    def __init__(self, types: Sequence[str]) -> None:
        self.count = 0
        self._types = types
        self._hash = hashlib.sha256()

    def add(self, cells: Iterable[str]) -> None:
        self.count += 1
        values = [value(type, cell) for type, cell in zip(self._types, cells, strict=True)]
        self._hash.update(canonical(values) + b"\n")

    @property
    def text(self) -> str:
        return f"{self.count} sha256:{self._hash.hexdigest()}"


def _state(name: str, fields: Iterable[Mapping[str, Any]], rows: _Rows) -> dict[str, str]:
    columns = [
        [field["id"], field["type"], {key: (field.get("info") or {}).get(key, "") for key in _LABELS}]
        for field in fields
    ]
    return {f"fields/{name}": f"{len(columns)} {digest(canonical(columns))}", f"rows/{name}": rows.text}


def _labels(field: Mapping[str, Any]) -> dict[str, str]:
    title, description = bilingual(field, "title"), bilingual(field, "description")
    name = str(field["name"])
    told = {
        "label": title.joined() or name,
        "notes": description.joined(),
        **{f"label_{language}": title[language] or name for language in LANGUAGES},
        **{f"notes_{language}": description[language] for language in LANGUAGES},
    }
    return {key: text for key, text in told.items() if text}
