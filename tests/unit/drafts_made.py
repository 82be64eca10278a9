"""Drafts made from small files, looked at as a person finds them, and completed as a person would."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from agored.drafting import draft
from agored.strict import UNDECIDED

DECIDED = {
    "organization": "cyngor-enghraifft",
    "mailbox": "data@cyngor.example.wales",
    "policy": "standard",
    "frequency": "annual",
    "encoding": "cp1252",
    "delimiter": ",",
    "kind": "financial-year",
    "zone": "Europe/London",
    "format": "DD/MM/YYYY",
    "name": "oedran",
}
"""What a person might write for a mark, by its key; for all others an x."""


class Drafted:
    """A draft in its workspace."""

    def __init__(self, folder: Path, paths: list[str]) -> None:
        self.folder = folder
        self.paths = paths
        self.recipe_file = folder / "datasets" / "set" / "dataset.yaml"
        self.text = self.recipe_file.read_text(encoding="utf-8")
        self.resource: dict[str, Any] = yaml.safe_load(self.text)["resources"][0]
        self.source: dict[str, Any] = self.resource["source"]
        schema = json.loads((folder / "schemas" / "set" / "1.json").read_text(encoding="utf-8"))
        self.fields: list[dict[str, Any]] = schema["fields"]

    @property
    def keys(self) -> dict[str, Any]:
        """What ``source`` says beside the path."""
        return {key: value for key, value in self.source.items() if key != "path"}

    @property
    def names(self) -> dict[int, str]:
        """The names given, by the columns' positions."""
        (entries,) = (step["name"] for step in self.resource["shape"] if "name" in step)
        return {
            position: entry["to"] if isinstance(entry, dict) else entry for position, entry in entries.items()
        }

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The operations after ``trim`` and ``name``, without the reasons that a person must give."""
        steps = [step for step in self.resource["shape"] if not {"trim", "name"} & set(step)]
        both = {"cy": UNDECIDED, "en": UNDECIDED}
        for step in steps:
            (entry,) = step.values()
            assert entry.pop("reason", both) == both
        return steps

    @property
    def types(self) -> dict[str, str]:
        """The type of each field."""
        return {field["name"]: field["type"] for field in self.fields}

    def evidence(self, start: str) -> str:
        """The comments right above the line that begins with ``start``, as one text."""
        resource = self.text.partition("resources:\n  - name:")[2]
        lines = resource.splitlines()
        end = next(number for number, line in enumerate(lines) if line.strip().startswith(start))
        first = end
        while lines[first - 1].strip().startswith("#"):
            first -= 1
        return " ".join(line.strip().removeprefix("#").strip() for line in lines[first:end])

    def complete(self) -> None:
        """Write a decision for every mark of the recipe and the schema."""
        recipe = decided(yaml.safe_load(self.text))
        self.recipe_file.write_text(
            yaml.safe_dump(recipe, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
        path = self.folder / "schemas" / "set" / "1.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        for field in schema["fields"]:
            field |= {
                key: f"{key} {field['name']}" for key in field if key.startswith(("title", "description"))
            }
            field["name"] = DECIDED["name"] if field["name"] == UNDECIDED else field["name"]
            field["type"] = "string" if field["type"] == UNDECIDED else field["type"]
            if field["role"] == UNDECIDED:
                field["role"] = "measure" if "measures" in field else "dimension"
            field |= {key: value for key, value in (("measures", "count"), ("of", "things")) if key in field}
        schema |= {"title": "Set / Set", "title_cy": "Set", "title_en": "Set"}
        path.write_text(json.dumps(schema), encoding="utf-8")


def decided(data: Any, key: str = "") -> Any:
    """Plain data with a decision for every mark."""
    if isinstance(data, Mapping):
        return {name: decided(value, name) for name, value in data.items()}
    if isinstance(data, list):
        return [decided(value, key) for value in data]
    return DECIDED.get(key, "x") if data == UNDECIDED else data


def drafted(folder: Path, data: bytes | str, file: str = "ffeil.csv", sheet: str | None = None) -> Drafted:
    """The draft of a file with that content."""
    source = folder / "given" / file
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(data.encode() if isinstance(data, str) else data)
    return Drafted(folder / "work", draft(folder / "work", "set", source, sheet))


def workbook(
    sheets: Mapping[str, Sequence[Sequence[object]]], merged: Sequence[str] = (), hidden: str = ""
) -> bytes:
    """A workbook with those rows on its sheets; ``merged`` are areas of the last one."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name == hidden:
            sheet.sheet_state = "hidden"
    for area in merged:
        book.worksheets[-1].merge_cells(area)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
