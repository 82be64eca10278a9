"""What a proposal rests on: a sentence by its code, with its facts, never a value of the file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agored.table import letters
from agored.words import LANGUAGES, say

_WIDTH = 108
_LISTED = 5


@dataclass(frozen=True)
class Said:
    """One piece of evidence: the sentence ``draft.<code>``, filled with ``facts``."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in ``language``."""
        return say(f"draft.{self.code}", language, **self.facts)


def said(code: str, /, **facts: object) -> Said:
    """Evidence with its facts as text."""
    return Said(code, {name: str(fact) for name, fact in facts.items()})


def comments(because: Iterable[Said], indent: int) -> list[str]:
    """The evidence as lines of comment, each piece in Welsh and then in English."""
    start = " " * indent + "# "
    lines: list[str] = []
    for each in because:
        texts = [each.text(language) for language in LANGUAGES]
        together = " / ".join(texts)
        for text in [together] if len(start + together) <= _WIDTH else texts:
            # A line break in a fact would end the comment.
            lines += textwrap.wrap(
                " ".join(text.split()),
                _WIDTH,
                initial_indent=start,
                subsequent_indent=start + "  ",
                break_on_hyphens=False,
            )
    return lines


def rows_text(rows: Sequence[int]) -> str:
    """The first few row numbers: ``28, 29, 30 …``."""
    return ", ".join(map(str, rows[:_LISTED])) + (" …" if len(rows) > _LISTED else "")


def place(row: int, column: int) -> str:
    """``C17``; columns count from 0."""
    return f"{letters(column + 1)}{row}"
