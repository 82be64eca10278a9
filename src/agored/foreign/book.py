"""What was found in a schema and what was done about it: one change for each fault, with its place."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from agored.errors import RecipeError
from agored.foreign.lenient import Document, Spot
from agored.words import LANGUAGES, known, say

_T = TypeVar("_T")

LONGEST = 80
"""How many characters of a schema's own text a message shows."""

MOST_LINES = 20
"""How many lines a message names for one kind of slip."""


class Reason(StrEnum):
    """Why something is changed."""

    SYNTAX = "syntax"  # programs stop while they read the file
    REFUSED = "refused"  # programs refuse the schema for it
    IDLE = "idle"  # it is passed over, although something was meant by it
    UNCLEAR = "unclear"  # nobody can tell what was meant
    OLD = "old"  # an older edition of the standard wrote it so


class Done(StrEnum):
    """What was done."""

    CHANGED = "changed"
    ADDED = "added"
    MOVED = "moved"
    LEFT_OUT = "left-out"
    REWRITTEN = "rewritten"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    """One fault and what was done about it.

    ``facts`` fill the sentences of ``code``; ``line``, ``place``, ``was`` and ``now`` are always among them.
    Where a sentence says what to ask, a person must still decide something.
    """

    code: str
    reason: Reason
    done: Done
    lines: tuple[int, ...]
    facts: Mapping[str, str]
    field: str | None = None
    key: str | None = None

    @property
    def asks(self) -> bool:
        """Whether a person must decide."""
        return known(self._ask)

    @property
    def _ask(self) -> str:
        return f"upgrade.ask.{self.code.removeprefix('foreign.')}"

    def what(self, language: str) -> str:
        """What is the matter, and where."""
        return say(f"error.{self.code}", language, **self.facts)

    def outcome(self, language: str) -> str:
        """What was done about it."""
        return say(f"upgrade.done.{self.done}", language, **self.facts)

    def why(self, language: str) -> str:
        """Why it was changed."""
        return say(f"upgrade.why.{self.reason}", language)

    def ask(self, language: str) -> str:
        """What a person must decide; empty where nothing is left to decide."""
        return say(self._ask, language, **self.facts) if self.asks else ""

    @property
    def error(self) -> RecipeError:
        """The fault, where nothing is done about it."""
        return RecipeError(self.code, **self.facts)

    def to_json(self) -> dict[str, Any]:
        """The change as plain data, with its sentences in both languages."""
        return {
            "code": self.code,
            "reason": str(self.reason),
            "done": str(self.done),
            "lines": list(self.lines),
            "field": self.field,
            "key": self.key,
            "was": self.facts["was"],
            "now": self.facts["now"],
            "what": {language: self.what(language) for language in LANGUAGES},
            "outcome": {language: self.outcome(language) for language in LANGUAGES},
            "why": {language: self.why(language) for language in LANGUAGES},
            "ask": {language: self.ask(language) for language in LANGUAGES} if self.asks else None,
        }


@dataclass
class Book:
    """The changes to one schema as they are made, and what stands in the way of any.

    ``document`` is the schema with its lines; ``names`` has the name of each field by its number, as soon as
    it is known.
    """

    document: Document
    changes: list[Change] = field(default_factory=list)
    stops: list[RecipeError] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    moves: dict[Spot, Spot] = field(default_factory=dict)

    def note(
        self,
        code: str,
        reason: Reason,
        done: Done,
        spot: Spot,
        was: Any = "",
        now: Any = "",
        **facts: str,
    ) -> None:
        """Write down a change at ``spot``."""
        number = self._field(spot)
        within = spot if number is None else spot[2:]
        self.changes.append(
            Change(
                code,
                reason,
                done,
                lines=(self.line(spot),),
                facts={**self._where(spot), "was": shown(was), "now": shown(now), **_cleaned(facts)},
                field=None if number is None else self._name(number),
                key=next((part for part in reversed(within) if isinstance(part, str)), None),
            )
        )

    def slips(self) -> None:
        """Write down the slips in how the file is written; they are gone once it is written anew."""
        for slip in self.document.slips:
            line = ", ".join(map(str, slip.lines[:MOST_LINES])) + ("…" if slip.lines[MOST_LINES:] else "")
            facts = {"line": line, "place": "", "was": shown(slip.was), "now": ""}
            reason = Reason.UNCLEAR if slip.code == "foreign.key-twice" else Reason.SYNTAX
            self.changes.append(Change(slip.code, reason, Done.REWRITTEN, slip.lines, facts))

    def stop(self, code: str, spot: Spot, **facts: str) -> None:
        """Write down what only a person can put right."""
        self.stops.append(RecipeError(code, **self._where(spot), **_cleaned(facts)))

    def written(self, spot: Spot, value: Any) -> str:
        """``value`` as it is written in the file: ``1.50`` and ``010`` stay what they are."""
        if isinstance(value, str):
            return value
        return self.document.written.get(self._origin(spot)) or json.dumps(value)

    def moved(self, old: Spot, new: Spot) -> None:
        """From now on what stood at ``old`` is spoken of as at ``new``, on the line that it has."""
        self.moves[new] = old

    def line(self, spot: Spot) -> int:
        """The line of ``spot``, or of the nearest thing around it that is in the file."""
        spot = self._origin(spot)
        while spot and spot not in self.document.lines:
            spot = spot[:-1]
        return self.document.lines.get(spot, 1)

    def _origin(self, spot: Spot) -> Spot:
        """Where that which is at ``spot`` now stands in the file."""
        for end in range(len(spot), 0, -1):
            if spot[:end] in self.moves:
                return self._origin((*self.moves[spot[:end]], *spot[end:]))
        return spot

    def _where(self, spot: Spot) -> dict[str, str]:
        return {"line": str(self.line(spot)), "place": self._place(spot)}

    def _place(self, spot: Spot) -> str:
        number = self._field(spot)
        parts = spot if number is None else (self._name(number), *spot[2:])
        if "constraints" in parts[:-1] and number is not None:
            parts = tuple(part for part in parts if part != "constraints")
        return " · ".join(shown(part) if isinstance(part, str) else str(part + 1) for part in parts)

    def _field(self, spot: Spot) -> int | None:
        number = spot[1] if len(spot) > 1 and spot[0] == "fields" else None
        return number if isinstance(number, int) else None

    def _name(self, number: int) -> str:
        return self.names.get(number, f"#{number + 1}")


def shown(value: Any) -> str:
    """A value of the schema for a message: on one line, not too long, nothing in it that a terminal obeys."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _cleaned(facts: Mapping[str, str]) -> dict[str, str]:
    return {name: shown(fact) for name, fact in facts.items()}


def under(document: Document, spot: Spot, onto: Spot = ()) -> Document:
    """The part of ``document`` at ``spot``, as a document whose places begin with ``onto``."""
    data = document.data
    for part in spot:
        data = data[part]
    lines = _below(document.lines, spot, onto)
    return dataclasses.replace(document, data=data, lines=lines, written=_below(document.written, spot, onto))


def _below(places: Mapping[Spot, _T], spot: Spot, onto: Spot) -> dict[Spot, _T]:
    return {(*onto, *each[len(spot) :]): value for each, value in places.items() if each[: len(spot)] == spot}
