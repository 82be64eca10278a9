"""``agored schema upgrade``: a repaired copy of a schema from elsewhere, and the list of what was changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.errors import RecipeError
from agored.foreign import Change, Reason, Upgraded, upgraded
from agored.records import readable
from agored.words import number_text, say


@dataclass(frozen=True)
class Outcome:
    """What came of a file: ``written`` is the new file, None where there was nothing to write."""

    file: Path
    written: Path | None
    found: Upgraded

    @property
    def decisions(self) -> tuple[Change, ...]:
        """Where a person must decide something, in the order of the file."""
        asking = [change for change in (*self.found.changes, *self.found.open) if change.asks]
        return tuple(sorted(asking, key=lambda change: change.lines[0]))

    def to_json(self) -> dict[str, Any]:
        """The outcome as plain data."""
        return {
            "file": str(self.file),
            "written": None if self.written is None else str(self.written),
            "changes": [change.to_json() for change in self.found.changes],
            "open": [change.to_json() for change in self.found.open],
        }

    def text(self, language: str) -> str:
        """What was changed, grouped by why; then what a person must decide."""
        path = None if self.written is None else str(self.written)
        lines = [say("upgrade.written", language, path=path)] if path else []
        if not self.found.changes:
            lines.append(say("upgrade.sound", language, file=self.file.name))
        else:
            lines.append(
                say("upgrade.changes", language, count=number_text(len(self.found.changes), language))
            )
        for reason in Reason:
            lines += _group([change for change in self.found.changes if change.reason is reason], language)
        if self.decisions:
            lines += ["", say("upgrade.open", language, count=number_text(len(self.decisions), language))]
            lines += [f"- {change.what(language)} {change.ask(language)}" for change in self.decisions]
        return "\n".join(lines)


def _group(changes: Sequence[Change], language: str) -> list[str]:
    if not changes:
        return []
    in_order = sorted(changes, key=lambda change: change.lines[0])
    told = [f"- {change.what(language)} {change.outcome(language)}" for change in in_order]
    return ["", changes[0].why(language), *told]


def upgrade(file: Path, output: Path | None = None, table: str | None = None) -> Outcome:
    """Write a repaired copy of the schema in ``file``: to ``output``, else beside it, where it needs any repair.

    ``table`` names the table where the file describes several. Raises RecipeError where a person must first
    put something right, and where the new file exists already or cannot be written.
    """
    found = upgraded(file, table)
    target = output or (_beside(file, table) if found.changes else None)
    if target is not None:
        _write(target, readable(found.schema))
    return Outcome(file, target, found)


def _beside(file: Path, table: str | None) -> Path:
    part = "" if table is None else "." + (re.sub(r"[^\w.-]+", "-", table).strip(".-") or "table")
    return file.with_name(f"{file.stem}{part}.upgraded.json")


def _write(path: Path, data: bytes) -> None:
    """A new file with ``data``, whole or not at all."""
    try:
        with path.open("xb") as new:
            try:
                new.write(data)
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        raise RecipeError("foreign.exists", path=str(path)) from None
    except OSError as error:
        raise RecipeError("foreign.unwritable", path=str(path), reason=error.strerror or "") from None
