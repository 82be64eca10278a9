"""Whether a text looks like a person's name; the words are data, in ``names.json``.

There is no sure way. These serve only columns whose heading leaves open whose names they hold.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_OTHER_MARK = re.compile(r"[\d&/@#+:;()\[\]|]")
_LONGEST = 60
# Role words end many made-up words: "citycentreteam". The short ones among them end people's names too.
_LONG = 6
_SHORT_ENDINGS = ("team", "desk", "info")


def is_given_name(word: str) -> bool:
    """Whether ``word``, or the part before its hyphen, is a given name of the list."""
    return _plain(word).partition("-")[0] in _names()["given"]


def is_role_word(word: str) -> bool:
    """Whether ``word``, of the part of an address before the @, is a role's, or ends as one:
    ``sportsbookings``.
    """
    roles = _names()["roles"]
    return word in roles or any(
        word.endswith(role) for role in roles if len(role) >= _LONG or role in _SHORT_ENDINGS
    )


def could_be_person(text: str) -> bool:
    """Whether ``text`` is two to five words with capitals, none of them a word of organisations, places or posts.

    Small particles may stand among them, as in ``Dafydd ap Gwilym``.
    """
    words = _WORD.findall(text)
    plain = [_plain(word) for word in words]
    if len(text) > _LONGEST or _OTHER_MARK.search(text) or not 2 <= len(words) <= 5:
        return False
    capitals = all(
        word[0].isupper() or form in _names()["particles"] for word, form in zip(words, plain, strict=True)
    )
    return capitals and words[0][0].isupper() and not _names()["other_words"].intersection(plain)


def looks_like_person(text: str) -> bool:
    """Whether ``text`` could be a person and has a form of address or a given name where a person's name has it:
    ``Mrs A Jones``, ``Y Cyng. Siân Evans``, ``Evans, Siân``."""
    if not could_be_person(text):
        return False
    family, comma, given = text.partition(",")
    if comma and len(_WORD.findall(family)) > 2:
        return False
    words = _WORD.findall(given if comma and given.strip() else text)
    if _plain(words[0]) == "y":
        words = words[1:]
    return bool(words) and (_plain(words[0]) in _names()["honorifics"] or is_given_name(words[0]))


def _plain(word: str) -> str:
    return "".join(
        character
        for character in unicodedata.normalize("NFD", word.casefold())
        if not unicodedata.combining(character)
    )


@cache
def _names() -> Mapping[str, frozenset[str]]:
    data = json.loads(files(__package__).joinpath("names.json").read_text(encoding="utf-8"))
    return {kind: frozenset(_plain(word) for word in words) for kind, words in data.items()}
