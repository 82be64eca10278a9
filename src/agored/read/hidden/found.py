"""What has been found in one workbook, gathered by kind, and how places in it are written down."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.table import letters
from agored.words import LANGUAGES, number_text, say

_NAMED = 8
"""How many sheets, runs of rows or parts a place names before it only says that there are more."""
_NAME_LENGTH = 60

_SEVERITIES: Mapping[str, Severity] = {
    "read.hidden-other-sheets": Severity.NOTE,
    "read.hidden-empty-sheets": Severity.NOTE,
    "read.hidden-names-other-sheets": Severity.NOTE,
    "read.hidden-company": Severity.NOTE,
    "read.hidden-images": Severity.ADVISORY,
    "read.hidden-controls": Severity.ADVISORY,
    "read.hidden-properties": Severity.ADVISORY,
    "read.hidden-text-conditional": Severity.ADVISORY,
}
"""What does not block: things in plain sight, and things that cannot be told to hide anything."""


class Runs:
    """Whole numbers as runs of neighbours, so that a million hidden rows take no more room than one."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self.runs: list[tuple[int, int]] = []
        self.count = 0
        for number in numbers:
            self.add(number)

    def add(self, number: int) -> None:
        """One number more; numbers come in ascending order, and one that was given before counts once."""
        if self.runs and number <= self.runs[-1][1]:
            return
        self.count += 1
        if self.runs and number == self.runs[-1][1] + 1:
            self.runs[-1] = (self.runs[-1][0], number)
        else:
            self.runs.append((number, number))

    def first(self, most: int) -> tuple[int, ...]:
        """The first ``most`` numbers."""
        numbers: list[int] = []
        for low, high in self.runs:
            numbers += range(low, min(high, low + most - len(numbers) - 1) + 1)
            if len(numbers) == most:
                break
        return tuple(numbers)

    def rows(self) -> str:
        """As row numbers: ``5–17, 20``."""
        return listed([_run(str(low), str(high)) for low, high in self.runs[: _NAMED + 1]])

    def columns(self) -> str:
        """As column letters: ``C–E, H``."""
        return listed([_run(letters(low), letters(high)) for low, high in self.runs[: _NAMED + 1]])


def cells_text(cells: Iterable[tuple[int, int]]) -> str:
    """Cells given by row and column: ``C17, D17``."""
    return listed([f"{letters(column)}{row}" for row, column in cells])


def _run(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


def listed(names: list[str]) -> str:
    """Names one after another, the first few of them."""
    return ", ".join([*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])])


def safe_name(name: str) -> str:
    """A name of the file's structure, as a message may hold it: on one line, and not endless."""
    plain = "".join(
        mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in name[:_NAME_LENGTH]
    )
    return plain + "…" if len(name) > _NAME_LENGTH else plain


@dataclass
class _Kind:
    """What has been found of one kind: how much, where, in which rows of the declared sheet."""

    count: int = 0
    places: dict[str, None] = dataclasses.field(default_factory=dict)
    rows: tuple[int, ...] = ()
    facts: dict[str, int] = dataclasses.field(default_factory=dict)
    labels: dict[str, None] = dataclasses.field(default_factory=dict)


class Found:
    """What has been found in a workbook so far; ``file`` names it where the whole of it is the place."""

    def __init__(self, resource: str, file: str) -> None:
        self.resource = resource
        self.file = file
        self._kinds: dict[str, _Kind] = {}

    def add(
        self,
        code: str,
        count: int = 1,
        *,
        sheet: str | None = None,
        place: str | None = None,
        rows: Iterable[int] = (),
        label: str | None = None,
        **facts: int,
    ) -> None:
        """``count`` more things of the kind ``code``, on ``sheet`` at ``place``; nothing where it is none.

        ``rows`` are row numbers of the declared sheet. ``label`` is the code of a word for what was found,
        ``facts`` are further counts; both fill the finding's sentences.
        """
        if count <= 0:
            return
        kind = self._kinds.setdefault(code, _Kind())
        kind.count += count
        where = [f"“{safe_name(sheet)}”"] if sheet is not None else []
        where += [place] if place else []
        if where:
            kind.places[": ".join(where)] = None
        kind.rows = (*kind.rows, *rows)[:EXAMPLES]
        for name, fact in facts.items():
            kind.facts[name] = kind.facts.get(name, 0) + fact
        if label is not None:
            kind.labels[label] = None

    def not_looked_at(self, part: str | None = None) -> None:
        """A part of the file, or the whole of it, that cannot be looked into."""
        self.add("read.hidden-not-looked-at", place=safe_name(part or self.file))

    def findings(self) -> list[Finding]:
        """One finding for each kind, in the order of their codes."""
        return [self._finding(code, kind) for code, kind in sorted(self._kinds.items())]

    def _finding(self, code: str, kind: _Kind) -> Finding:
        detail = {name: number_text(fact, "en") for name, fact in kind.facts.items()}
        for language in LANGUAGES if kind.labels else ():
            detail[f"labels_{language}"] = ", ".join(say(label, language) for label in kind.labels)
        return Finding(
            code,
            _SEVERITIES.get(code, Severity.BLOCKING),
            Stage.READ,
            self.resource,
            place="; ".join([*list(kind.places)[:_NAMED], *(["…"] if len(kind.places) > _NAMED else [])])
            or None,
            rows=kind.rows,
            count=kind.count,
            detail=detail,
        )
