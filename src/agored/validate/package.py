"""The last look at a package: frictionless reads it as any citizen's program would. A failure is our bug."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from agored.validate.library import guarded
from agored.validate.packages import declare

_ERRORS = 1_000


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
                    declare(resource, frictionless)
            report = package.validate(limit_errors=_ERRORS)
        except frictionless.FrictionlessException as error:
            return _told("descriptor", [*(error.reasons or [error.error])], frictionless)
        found = _told("descriptor", report.errors, frictionless)
        for task in report.tasks:
            found += _told(task.name, task.errors, frictionless)
            found += tuple(f"warning · {task.name} · {warning}" for warning in task.warnings)
        return found


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
