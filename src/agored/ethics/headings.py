"""What a column's heading says of it, in English and Welsh; the words are data, in ``headings.json``."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from importlib.resources import files

_CAMEL = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Names(Enum):
    """Whose names a heading promises: people's (``surname``), those of somebody with a part (``applicant``),
    perhaps people's (``name``, ``supplier``), or nobody's; in the order of how much they say about people.
    """

    PEOPLE = "people"
    ROLE = "role"
    PERHAPS = "perhaps"
    NOBODY = "nobody"


def words_of(heading: str) -> tuple[str, ...]:
    """A heading's words in lower case without accents: ``GivenName``, ``given_name`` and ``Given name``
    agree.
    """
    plain = "".join(
        character
        for character in unicodedata.normalize("NFD", heading)
        if not unicodedata.combining(character)
    )
    return tuple(re.findall(r"[a-z]+|\d+", _CAMEL.sub(" ", plain).casefold()))


def promises(headings: Iterable[str], kind: str) -> bool:
    """Whether one of a column's headings (name, titles) names ``kind``, a key of ``headings.json``."""
    return any(_holds(words_of(heading), _phrases()[kind]) for heading in headings)


def names_of(headings: Iterable[str]) -> Names:
    """Whose names a column's headings promise; the heading that says most about people decides."""
    found = {_names_of(words_of(heading)) for heading in headings}
    return next((names for names in Names if names in found), Names.NOBODY)


def _names_of(words: tuple[str, ...]) -> Names:
    phrases = _phrases()
    if _holds(words, phrases["person-name"]):
        return Names.PEOPLE
    named, person = _holds(words, phrases["name"]), _holds(words, phrases["person"])
    if named and person:
        return Names.PEOPLE
    if person:
        return Names.ROLE
    unsure = _holds(words, phrases["payee"]) or (named and not _holds(words, phrases["thing"]))
    return Names.PERHAPS if unsure else Names.NOBODY


def _holds(words: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    singular = tuple(word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words)
    longest = max(len(phrase) for phrase in phrases)
    return any(
        form[start : start + length] in phrases
        for form in (words, singular)
        for length in range(1, longest + 1)
        for start in range(len(form) - length + 1)
    )


@cache
def _phrases() -> Mapping[str, frozenset[tuple[str, ...]]]:
    data = json.loads(files(__package__).joinpath("headings.json").read_text(encoding="utf-8"))
    return {kind: frozenset(words_of(phrase) for phrase in phrases) for kind, phrases in data.items()}
