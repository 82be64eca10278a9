"""Read a resource's file as its recipe declares it: bytes to contents by the format, contents to a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.findings import Finding
from agored.read.assemble import assemble
from agored.read.blocks import Contents
from agored.read.files import open_source
from agored.recipe import WORKBOOK_FORMATS, ResourceRecipe, Source
from agored.records import digest
from agored.table import Table


@dataclass(frozen=True)
class Reading:
    """What read gives: the table as it stands in the file, findings, and facts for the private record.

    For the officer's eyes alone: the rows that hold its ``headers`` (none where the file has records and no
    rows), and the rows of the file ``outside`` the records, by number.
    """

    table: Table
    findings: tuple[Finding, ...]
    facts: dict[str, Any]
    headers: range
    outside: Mapping[int, tuple[str, ...]]


def read(folder: Path, resource: ResourceRecipe, headings: Sequence[str]) -> Reading:
    """The table in a resource's file, inside the dataset's ``folder``.

    ``headings`` are those that the recipe (or else the schema) counts on; they serve to say where the header
    row has gone. Raises SourceError where the file is missing, is no ordinary file inside the folder, is
    empty, is not of the declared format, is damaged, locked or larger than can be meant, has not the declared
    sheet, or has no header row where the recipe says.
    """
    source = resource.source
    opened = open_source(folder, source)
    contents = contents_of(opened.data, opened.file, source)
    made = assemble(contents, resource, headings, opened.file)
    facts = {
        "name": resource.name,
        "path": source.path,
        "member": source.member,
        "source": digest(opened.whole),
        "bytes": len(opened.whole),
        "format": source.kind,
        "encoding": contents.encoding,
        "sheet": contents.sheet,
        "header": _header_fact(_headers(source, contents)),
        "records": len(made.table),
        "columns": len(made.table.columns),
        "rows_after": made.rows_after,
        "table": made.table.digest,
    }
    hidden = _hidden(opened.data, opened.file, resource, contents)
    return Reading(made.table, (*made.findings, *hidden), facts, _headers(source, contents), made.outside)


def contents_of(data: bytes, file: str, source: Source) -> Contents:
    """What ``data`` holds, by the format of ``source``; messages call it ``file``. Raises SourceError."""
    kind = source.kind
    if kind in ("xlsx", "xlsm"):
        from agored.read.xlsx import read_xlsx

        return read_xlsx(data, file, source.sheet)
    if kind == "ods":
        from agored.read.ods import read_ods

        return read_ods(data, file, source.sheet)
    if kind == "xls":
        from agored.read.xls import read_xls

        return read_xls(data, file, source.sheet)
    if kind in ("json", "odata"):
        from agored.read.jsonfile import read_json

        return read_json(data, file, "/value" if kind == "odata" else source.records)
    if kind == "parquet":
        from agored.read.parquet import read_parquet

        return read_parquet(data, file)
    from agored.read.csvfile import read_csv

    return read_csv(data, file, source)


def _headers(source: Source, contents: Contents) -> range:
    return source.header_rows if contents.headings is None else range(0)


def _header_fact(rows: range) -> int | list[int] | None:
    return list(rows) if len(rows) > 1 else next(iter(rows), None)


def _hidden(data: bytes, file: str, resource: ResourceRecipe, contents: Contents) -> list[Finding]:
    """What a workbook holds that nobody sees."""
    if resource.source.kind not in WORKBOOK_FORMATS:
        return []
    from agored.read.hidden import hidden_content

    return hidden_content(data, resource.source.kind, contents.sheet, resource.name, file)
