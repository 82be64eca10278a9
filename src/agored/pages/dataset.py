"""What a page tells of a dataset, read from the files of its package alone, in one language.

The notes inside a package and the catalogue's page about it show the same facts, so they read them here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CODES_SHOWN = 200
"""A longer list is not written out on a page: its file is named instead."""


@dataclass(frozen=True)
class Dataset:
    """The files of a package that pages read, as plain data.

    ``schemas`` maps a resource's name to its Table Schema, ``codes`` the name of a code list's resource to the
    rows of its table.
    """

    descriptor: Mapping[str, Any]
    schemas: Mapping[str, Mapping[str, Any]]
    codes: Mapping[str, Sequence[Mapping[str, str]]]
    changes: Mapping[str, Any]
    ethics: Mapping[str, Any]

    @classmethod
    def read(cls, package: Path) -> Dataset:
        """The dataset in a package's folder. Raises OSError or ValueError where a file is missing or broken."""
        descriptor = _json(package / "datapackage.json")
        resources = descriptor["resources"]
        return cls(
            descriptor=descriptor,
            schemas={each["name"]: _json(package / each["schema"]) for each in resources},
            codes={
                each["name"]: _rows(package / each["path"]) for each in resources if each["kind"] == "codes"
            },
            changes=_json(package / "changes.json"),
            ethics=_json(package / "ethics.json"),
        )

    @property
    def tables(self) -> list[Mapping[str, Any]]:
        """The resources that hold data."""
        return [each for each in self.descriptor["resources"] if each["kind"] == "table"]

    @property
    def lists(self) -> list[Mapping[str, Any]]:
        """The resources that hold codes."""
        return [each for each in self.descriptor["resources"] if each["kind"] == "codes"]


def _json(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
