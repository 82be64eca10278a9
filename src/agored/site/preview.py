"""The first rows of a published table, for reading on a page: codes come with what they mean."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from agored.pages.dataset import Dataset
from agored.pages.told import table_told

ROWS_SHOWN = 10


@dataclass(frozen=True)
class Cell:
    """A cell's text and, where it holds codes, what they mean."""

    text: str
    meaning: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Preview:
    """The first rows of one resource; a heading comes with whether its column holds numbers."""

    name: str
    title: str
    headings: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    total: int


def preview(dataset: Dataset, resource: Mapping[str, Any], package: Path, language: str) -> Preview:
    """The first rows of a resource of the package in ``package``."""
    table = table_told(dataset, resource, language)
    meanings = [_meanings(dataset, field.codes, language) for field in table.fields]
    numbers = [field["type"] in ("integer", "number") for field in _fields(dataset, resource)]
    with (package / resource["path"]).open(encoding="utf-8", newline="") as file:
        records = csv.reader(file)
        next(records, None)
        rows = [
            [
                _cell(text, codes, is_number)
                for text, codes, is_number in zip(record, meanings, numbers, strict=True)
            ]
            for record in islice(records, ROWS_SHOWN)
        ]
    headings = list(zip((field.title for field in table.fields), numbers, strict=True))
    return Preview(resource["name"], table.title, headings, rows, resource["rows"])


def _fields(dataset: Dataset, resource: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    fields: Sequence[Mapping[str, Any]] = dataset.schemas[resource["name"]]["fields"]
    return fields


def _meanings(dataset: Dataset, codes: str | None, language: str) -> Mapping[str, str]:
    rows = dataset.codes[codes] if codes is not None else ()
    return {row["code"]: row[f"title_{language}"] for row in rows}


def _cell(text: str, meanings: Mapping[str, str], is_number: bool) -> Cell:
    codes = [text] if text in meanings else text.split(",")
    known = [meanings[code] for code in codes if code in meanings]
    return Cell(text, "; ".join(known) if len(known) == len(codes) else "", is_number)
