"""The last look at a package: frictionless reads it as any citizen's program would. A failure is our bug."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agored.validate.library import guarded

_ERRORS = 1_000
# RFC 4180's form with the line ends that Agored writes, for what a descriptor leaves open.
_CSV: Mapping[str, str | bool] = {
    "delimiter": ",",
    "quote_char": '"',
    "double_quote": True,
    "line_terminator": "\n",
    "skip_initial_space": False,
}


def validate_package(path: Path) -> tuple[str, ...]:
    """What is wrong with the data package whose ``datapackage.json`` is at ``path``; nothing if it is sound.

    Descriptor, schemas, data, sizes, hashes and foreign keys are judged. Each description names the kind of
    error, the resource, the field and the first row in the package's own file, never a cell's value; it is
    for people who mend Agored. Nothing is guessed: what the descriptor leaves open is read as Agored writes it.
    """
    descriptor = json.loads(path.read_bytes())
    with guarded() as frictionless:
        try:
            package = frictionless.Package.from_descriptor(descriptor, basepath=str(path.parent))
            for resource in package.resources:
                if resource.tabular:
                    _declare(resource, frictionless)
            report = package.validate(limit_errors=_ERRORS)
        except frictionless.FrictionlessException as error:
            return _told("descriptor", [*(error.reasons or [error.error])], frictionless)
        found = _told("descriptor", report.errors, frictionless)
        for task in report.tasks:
            found += _told(task.name, task.errors, frictionless)
            found += tuple(f"warning · {task.name} · {warning}" for warning in task.warnings)
        return found


def _declare(resource: Any, frictionless: Any) -> None:
    """State what the descriptor leaves open, which would else be guessed from the first hundred lines."""
    resource.detector = frictionless.Detector(encoding_function=lambda _: resource.encoding or "utf-8")
    dialect = resource.dialect
    if not (dialect.has_defined("header") or dialect.has_defined("header_rows")):
        dialect.header_rows = [1]
    if not dialect.has_control("csv"):
        dialect.add_control(frictionless.formats.CsvControl())
    control = dialect.get_control("csv")
    for name, value in _CSV.items():
        if not control.has_defined(name):
            setattr(control, name, value)


def _told(name: str, errors: Iterable[Any], frictionless: Any) -> tuple[str, ...]:
    """Each kind of error in a field once, with how often and the first row; no text of a data error."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], int | None] = {}
    for error in errors:
        key = (error.type, _note(error, frictionless) or getattr(error, "field_name", None) or "")
        counts[key] += 1
        first.setdefault(key, getattr(error, "row_number", None))
    told = []
    for (kind, about), count in counts.items():
        row = first[kind, about]
        parts = (kind, name, about, f"row {row}" if row else "", f"times {count}")
        told.append(" · ".join(part for part in parts if part))
    return tuple(told)


def _note(error: Any, frictionless: Any) -> str:
    """What an error says about a descriptor. All other notes may quote data."""
    library = frictionless.errors
    if isinstance(error, library.SourceError | library.EncodingError | library.CompressionError):
        return ""
    return str(error.note) if isinstance(error, library.MetadataError) else ""
