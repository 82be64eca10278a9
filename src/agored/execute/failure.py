"""An error that passes from a kernel to the command: ``error.json`` holds its class, code and facts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agored.errors import ERRORS, AgoredError
from agored.execute.tokens import mask
from agored.records import readable
from agored.words import known


def failure_to_json(error: AgoredError) -> dict[str, Any]:
    """The error as plain data, with those found at the same time; known tokens are masked."""
    return {
        "class": type(error).__name__,
        "code": error.code,
        "facts": {name: mask(fact) for name, fact in error.facts.items()},
        "problems": [failure_to_json(problem) for problem in error.problems],
    }


def failure_from_json(data: Mapping[str, Any]) -> AgoredError:
    """The error that ``failure_to_json`` wrote. Raises ValueError where it cannot have written that."""
    try:
        kind = ERRORS[data["class"]]
        code, facts = data["code"], data["facts"]
        problems = tuple(failure_from_json(problem) for problem in data["problems"])
        plain = isinstance(code, str) and known(f"error.{code}")
        plain = plain and all(isinstance(fact, str) for fact in facts.values())
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a record of an error") from error
    if not plain:
        raise ValueError("not a record of an error")
    return kind(code, problems, **facts)


def write_failure(error: AgoredError, path: Path) -> None:
    """Write ``error.json``."""
    path.write_bytes(readable(failure_to_json(error)))


def read_failure(path: Path) -> AgoredError | None:
    """The error that ``path`` records; None where there is no such file, or it is not such a record."""
    try:
        return failure_from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError):
        return None
