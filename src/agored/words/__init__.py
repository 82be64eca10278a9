"""Every sentence that a person reads, in Welsh and English, and how each language writes dates and numbers.

The catalogues are the TOML files of ``cy/`` and ``en/``: nested tables whose dotted path is the sentence's
code, so ``[error.recipe] missing = "…"`` is ``error.recipe.missing``. A sentence's placeholders are
``{name}``; write Welsh so that nothing in a placeholder needs mutating and no noun is counted.
"""

from __future__ import annotations

import os
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("cy", "en")
LANGUAGE_NAMES: Mapping[str, str] = {"cy": "Cymraeg", "en": "English"}


@dataclass(frozen=True)
class Bilingual:
    """A text that a person wrote, in both languages."""

    cy: str
    en: str

    def __getitem__(self, language: str) -> str:
        if language == "cy":
            return self.cy
        if language == "en":
            return self.en
        raise KeyError(language)

    def joined(self) -> str:
        """Both in one string, Welsh first, once where they are equal (descriptors allow one title only)."""
        return self.cy if self.cy == self.en else f"{self.cy} / {self.en}"

    def to_json(self) -> dict[str, str]:
        """As plain data."""
        return {"cy": self.cy, "en": self.en}


def in_language(text: str, language: str) -> str:
    """One language's part of a text that holds both, as ``Bilingual.joined`` writes it: ``<cy> / <en>``."""
    both = text.split(" / ")
    return both[LANGUAGES.index(language)] if len(both) == len(LANGUAGES) else text


def other(language: str) -> str:
    """The language that ``language`` is not."""
    return "en" if language == "cy" else "cy"


def say(code: str, language: str, /, **facts: str) -> str:
    """The sentence ``code`` in ``language``, filled with ``facts``. Raises KeyError where there is none."""
    return catalogue(language)[code].format_map(facts)


def known(code: str) -> bool:
    """Whether there is such a sentence."""
    return code in catalogue("en")


def both(code: str, /, **facts: str) -> Bilingual:
    """The sentence ``code`` in both languages."""
    return Bilingual(cy=say(code, "cy", **facts), en=say(code, "en", **facts))


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All sentences of ``language`` by code. Raises ValueError where two files say the same code."""
    sentences: dict[str, str] = {}
    for file in sorted(files(__name__).joinpath(language).iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for code, sentence in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
            if code in sentences:
                raise ValueError(f"{language}/{file.name} says {code} a second time")
            sentences[code] = sentence
    return sentences


def _flat(table: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    sentences: list[tuple[str, str]] = []
    for key, value in table.items():
        code = f"{path}.{key}" if path else key
        sentences += _flat(value, code) if isinstance(value, dict) else [(code, value)]
    return sentences


def number_text(number: int, language: str) -> str:
    """A whole number with its thousands set apart; Welsh and English write it alike (CLDR)."""
    return f"{number:,}"


def size_text(size: int, language: str) -> str:
    """A file's size in B, kB or MB of 1,000; the units are the same in both languages."""
    if size < 1_000:
        return f"{size} B"
    if size < 999_950:  # from here on it would be rounded to 1000.0 kB
        return f"{size / 1_000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"


def date_text(date: str, language: str) -> str:
    """An ISO date, month or year written out: ``1 Mawrth 2026``. Anything else comes back as it is."""
    parts = date.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) not in (2, 3):
        return date
    months = _months(language)
    month = int(parts[1])
    if not 1 <= month <= 12:
        return date
    day = f"{int(parts[2])} " if len(parts) == 3 else ""
    return f"{day}{months[month]} {parts[0]}"


@cache
def _months(language: str) -> Mapping[int, str]:
    from babel.dates import get_month_names

    return {int(number): name for number, name in get_month_names("wide", locale=language).items()}


@cache
def month_numbers(language: str) -> Mapping[str, int]:
    """Month names of ``language``, whole and abbreviated, in lower case, to their numbers."""
    from babel.dates import get_month_names

    # CLDR shortens in more than one way: Sep and, in Britain, Sept; Chwef and, standing alone, Chw.
    return {
        name.casefold().rstrip("."): int(number)
        for locale in (language, f"{language}_GB")
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, locale).items()
    }


# The Welsh alphabet counts these pairs as single letters (CLDR collation for cy).
_WELSH_LETTERS = "a b c ch d dd e f ff g ng h i j k l ll m n o p ph q r rh s t th u v w x y z"
_WELSH_PLACE = {letter: place for place, letter in enumerate(_WELSH_LETTERS.split(), start=1)}


def sort_key(text: str, language: str) -> tuple[Any, ...]:
    """The key by which ``text`` stands in an alphabetical list of ``language``; accents count last."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFD", text.casefold())
        if not unicodedata.combining(character)
    )
    if language != "cy":
        return (plain, text)
    places: list[tuple[int, str]] = []
    position = 0
    while position < len(plain):
        pair = plain[position : position + 2]
        letter = pair if pair in _WELSH_PLACE and len(pair) == 2 else plain[position]
        places.append((_WELSH_PLACE.get(letter, 0), letter))
        position += len(letter)
    return (places, text)


def chosen_language(asked: str | None, workspace: str | None = None) -> str:
    """The language of a command: asked for, else AGORED_LANGUAGE, else the workspace's, else the locale's."""
    for language in (asked, os.environ.get("AGORED_LANGUAGE"), workspace):
        if language in LANGUAGES:
            return language
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = os.environ.get(name)
        if locale:
            return "cy" if locale.startswith("cy") else "en"
    return "en"
