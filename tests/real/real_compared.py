"""Every real CSV file judged by Agored and by frictionless beside it, by every schema that there is for it.

``PYTHONPATH=tests python tests/real/real_compared.py FOLDER`` compares them all and prints a table by folder.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fuzz.compare import Outcome, compared_package, compared_resource

from agored.validate.library import guarded

_V2 = "https://datapackage.org/profiles/2.0/dataresource.json"
_LARGEST_PACKAGE = 20_000_000
_LARGEST_STRICT = 300_000
"""Bytes. Nearly every cell of a larger file would have an error, and frictionless's report takes gigabytes."""
_WIDEST = 1_000
"""Fields. Every error of a wider file that a schema does not fit repeats its whole record."""


@dataclass(frozen=True)
class Comparison:
    """``file`` judged in a ``way``: ``guessed`` (nothing is declared), ``inferred`` (by the schema that
    frictionless infers from its beginning), ``strict`` (by that schema and more), or by a schema beside it."""

    file: str
    way: str
    outcome: Outcome

    @property
    def where(self) -> str:
        """Where the two differ, without what they say: that is people's data."""
        return self.outcome.where.split(":")[0]


def tables(folder: Path) -> list[Path]:
    """Every CSV file in the folder and below."""
    return sorted(
        file for file in folder.rglob("*") if file.suffix.lower() in (".csv", ".tsv") and file.is_file()
    )


def packages(folder: Path) -> list[Path]:
    """Every data package's descriptor in the folder and below."""
    names = ("datapackage.json", "*.datapackage.json", "*.package.json")
    return sorted({file for name in names for file in folder.rglob(name)})


def compared_file(file: Path, frictionless: Any, *, fitting: bool = False) -> Iterator[Comparison]:
    """A file judged in every way; if ``fitting``, only by schemas that have a field of the file."""
    name = f"{file.parent.name}/{file.name}"
    yield Comparison(name, "guessed", _compared(file, {}, frictionless))
    inferred = _inferred(file, frictionless)
    names = _names(inferred.get("schema")) if inferred is not None else set()
    if inferred is not None:
        yield Comparison(name, "inferred", _compared(file, inferred, frictionless))
        if file.stat().st_size < _LARGEST_STRICT and len(names) <= _WIDEST:
            yield Comparison(name, "strict", _compared(file, _stricter(inferred), frictionless))
    for beside in _schemas_beside(file) if len(names) <= _WIDEST else ():
        schema = _loaded(beside)
        if (
            isinstance(schema, Mapping)
            and "fields" in schema
            and not (fitting and not names & _names(schema))
        ):
            yield Comparison(name, beside.name, _compared(file, {"schema": schema}, frictionless))


def compared_descriptor(file: Path, frictionless: Any) -> Comparison | None:
    """A data package judged; None where it is too large to be judged twice, or its descriptor is no package."""
    descriptor = _loaded(file)
    if not isinstance(descriptor, Mapping):
        return None
    size = sum(each.stat().st_size for each in file.parent.rglob("*") if each.is_file())
    if size > _LARGEST_PACKAGE:
        return None

    def load() -> Any:
        return frictionless.Package.from_descriptor(deepcopy(descriptor), basepath=str(file.parent))

    try:
        load()
    except frictionless.FrictionlessException:
        return Comparison(f"{file.parent.name}/{file.name}", "package", Outcome("unloadable"))
    outcome = compared_package(descriptor, file.parent, load, frictionless)
    return Comparison(f"{file.parent.name}/{file.name}", "package", outcome)


def _compared(file: Path, described: Mapping[str, Any], frictionless: Any) -> Outcome:
    descriptor = {"$schema": _V2, "name": "tabl", "type": "table", "path": file.name, **described}

    def load() -> Any:
        return frictionless.Resource.from_descriptor(deepcopy(descriptor), basepath=str(file.parent))

    try:
        load()
    except frictionless.FrictionlessException:
        return Outcome("unloadable")
    return compared_resource(load, frictionless)


def _inferred(file: Path, frictionless: Any) -> dict[str, Any] | None:
    """What frictionless finds about a file, declared: encoding, dialect and schema."""
    try:
        resource = frictionless.Resource(path=file.name, basepath=str(file.parent))
        resource.infer()
        found = resource.to_descriptor()
    except Exception:
        return None
    return {key: found[key] for key in ("encoding", "dialect", "schema") if key in found}


def _stricter(described: Mapping[str, Any]) -> dict[str, Any]:
    """The same with constraints, by the place and type of each field, so that much is wrong with most files."""
    strict = deepcopy(dict(described))
    by_type: Mapping[str, Mapping[str, Any]] = {
        "string": {"maxLength": 24, "minLength": 2, "pattern": r"[A-Z£][\w .,&'/-]*|\d+"},
        "integer": {"minimum": 1, "maximum": 5_000},
        "number": {"minimum": 0, "exclusiveMaximum": 1_000},
        "date": {"minimum": "2012-01-01"},
        "year": {"minimum": 2000},
    }
    fields = strict.get("schema", {}).get("fields", [])
    for number, field in enumerate(fields):
        constraints = dict(by_type.get(field["type"], {}))
        if number % 3 == 0:
            constraints["required"] = True
        if number == 1:
            constraints["unique"] = True
        field["constraints"] = constraints
        if number % 4 == 3:
            field["missingValues"] = ["", "-", "n/a", "0"]
    if len(fields) > 2:
        names = [field["name"] for field in fields]
        strict["schema"]["primaryKey"] = names[:3:2]
        key = {"fields": names[:1], "reference": {"resource": "", "fields": names[:1]}}
        strict["schema"]["foreignKeys"] = [key]
    return strict


def _names(schema: Any) -> set[str]:
    """The names of a schema's fields, as far as it has any."""
    fields = schema.get("fields") if isinstance(schema, Mapping) else None
    named = fields if isinstance(fields, list) else []
    return {str(each.get("name")).strip() for each in named if isinstance(each, Mapping)}


def _schemas_beside(file: Path) -> list[Path]:
    """The schemas in the folder of a file."""
    return sorted(
        each for each in file.parent.iterdir() if each.suffix in (".json", ".yaml") and each.is_file()
    )


def _loaded(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8")
        return json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return None


def told(comparisons: Mapping[str, list[Comparison]]) -> str:
    """A table: by folder how many comparisons there were, and what came of them."""
    lines = [
        f"{'folder':24}{'compared':>9}{'same':>7}{'fast':>7}{'refused':>9}{'unloadable':>12}{'differ':>8}"
    ]
    for folder, found in comparisons.items():
        kinds = Counter(each.outcome.kind for each in found)
        fast = sum(each.outcome.fast for each in found if each.outcome.kind == "same")
        lines.append(
            f"{folder:24}{len(found):9}{kinds['same']:7}{fast:7}{kinds['refused']:9}"
            f"{kinds['unloadable']:12}{kinds['differs']:8}"
        )
    return "\n".join(lines)


def main(folder: Path, show: Callable[[str], None] = print) -> None:
    """Compare all, and tell."""
    found: dict[str, list[Comparison]] = {}
    with guarded() as frictionless:
        for part in sorted(each for each in folder.iterdir() if each.is_dir()):
            found[part.name] = []
            for file in tables(part):
                found[part.name] += compared_file(file, frictionless)
            found[part.name] += filter(
                None, (compared_descriptor(file, frictionless) for file in packages(part))
            )
            for each in found[part.name]:
                if each.outcome.kind in ("differs", "refused"):
                    show(f"{each.outcome.kind}: {each.file} ({each.way}) {each.where}")
    show(told(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
