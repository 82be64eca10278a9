"""The tables of a published package, read back from its files as they were published."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from agored.package.content import CODES, TABLE
from agored.parts import ResourcePart
from agored.records import canonical, digest, file_digest
from agored.schema import Code, CodeList, schema_of
from agored.table import Column, Table
from agored.words import Bilingual

_BLOCK = 16_000_000
"""How many bytes are read at a time; no record is longer."""


class Changed(Exception):
    """A package's files are not those that its content names."""


def read_package(package: Path, content: str) -> tuple[ResourcePart, ...]:
    """The tables of the package whose content's hash is ``content``, with their schemas and code lists.

    Only what the content names is believed. Raises Changed where a file is missing, broken or another one.
    """
    try:
        told = json.loads((package / "release.json").read_bytes())["content"]
        if digest(canonical(told)) != content:
            raise Changed("release.json")
        lists = dict(_lists(package, told))
        return tuple(_part(package, each, lists) for each in told["resources"] if each["kind"] == TABLE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Changed(type(error).__name__) from error


def _lists(package: Path, content: dict[str, Any]) -> Iterator[tuple[str, CodeList]]:
    """Each published list by its own name (``areas/1``), which its schema has."""
    for resource in content["resources"]:
        if resource["kind"] == CODES:
            name = _schema(package, resource)["name"]
            file = _file(package / "codes" / f"{resource['name']}.csv", resource)
            with file.open(encoding="utf-8", newline="") as rows:
                codes = tuple(
                    Code(row["code"], Bilingual(row["title_cy"], row["title_en"]), row["parent"])
                    for row in csv.DictReader(rows)
                )
            yield name, CodeList(name, codes)


def _part(package: Path, resource: dict[str, Any], lists: dict[str, CodeList]) -> ResourcePart:
    descriptor = _schema(package, resource)
    file = _file(package / "data" / f"{resource['name']}.csv", resource)
    return ResourcePart(
        name=resource["name"],
        table=read_table(file),
        schema=schema_of(descriptor, str(descriptor.get("name") or resource["name"])),
        lists=lists,
    )


def _schema(package: Path, resource: dict[str, Any]) -> dict[str, Any]:
    descriptor: dict[str, Any] = json.loads((package / "schemas" / f"{resource['name']}.json").read_bytes())
    if digest(canonical(descriptor)) != resource["schema"]:
        raise Changed(f"schemas/{resource['name']}.json")
    return descriptor


def _file(path: Path, resource: dict[str, Any]) -> Path:
    if file_digest(path) != resource["data"]:
        raise Changed(path.name)
    return path


def read_table(file: Path) -> Table:
    """A published CSV file as text columns; its rows are numbered as a spreadsheet shows them.

    Raises ValueError where it is not such a file.
    """
    from pyarrow import csv as arrow_csv

    with file.open(encoding="utf-8", newline="") as opened:
        names = next(csv.reader(opened))
    data = arrow_csv.read_csv(
        file,
        read_options=arrow_csv.ReadOptions(block_size=_BLOCK),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )
    return Table(
        columns=tuple(Column(name, number, True) for number, name in enumerate(names, start=1)),
        data=data,
        rows=pa.chunked_array([pa.array(range(2, data.num_rows + 2), pa.int64())]),
    )
