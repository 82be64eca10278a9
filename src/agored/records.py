"""The records that stages leave: plain JSON with a version, each naming the hashes of what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.findings import Finding, Stage


def canonical(data: Any) -> bytes:
    """JSON with sorted keys, in UTF-8, without blanks: the same data gives the same bytes anywhere."""
    return json.dumps(
        data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def readable(data: Any) -> bytes:
    """JSON that a person can read, in UTF-8, with a final newline; keys in the order given."""
    return (json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def digest(data: bytes) -> str:
    """``sha256:`` and the hash of ``data`` in hexadecimal."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """``digest`` of a file's bytes."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


STAGE_FILES: Mapping[Stage, str] = {
    Stage.READ: "source.json",
    Stage.SHAPE: "shape.json",
    Stage.VALIDATE: "validation.json",
    Stage.PROTECT: "protection.json",
    Stage.ETHICS: "ethics.json",
    Stage.PACKAGE: "package.json",
}
"""The file in the run's folder that holds each stage's record."""


@dataclass(frozen=True)
class Record:
    """What one stage found and did.

    ``made_from`` maps the name of a record or table (``source``, ``shape/rough-sleepers``) to its hash;
    ``facts`` is the stage's own plain data, the hashes of the tables it made among them.
    """

    stage: Stage
    made_from: Mapping[str, str]
    facts: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    version: int = 1

    def to_json(self) -> dict[str, Any]:
        """The record as plain data."""
        return {
            "record": f"{self.stage}/{self.version}",
            "made_from": dict(self.made_from),
            **self.facts,
            "findings": [finding.to_json() for finding in self.findings],
        }

    def to_bytes(self) -> bytes:
        """The record's file, whose hash later records name."""
        return readable(self.to_json())

    @property
    def digest(self) -> str:
        """The hash of the record's file."""
        return digest(self.to_bytes())
