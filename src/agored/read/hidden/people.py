"""Names in a workbook's properties: which could be a person's, and which a program has put there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agored.read.hidden.found import Found
from agored.read.hidden.known import known

_PROGRAMS = frozenset(known()["programs"])
"""What programs write where a person's name belongs, in small letters."""

_PERSONAL_FOLDER = re.compile(
    r"[\\/](users|home)[\\/](?!(public|shared)[\\/])[^\\/]+[\\/]|[\\/]personal[\\/]", re.IGNORECASE
)


def could_name_a_person(text: str | None) -> bool:
    """Whether a text in a property for names is more than a program's name, its version aside."""
    plain = " ".join((text or "").split()).casefold()
    return any(mark.isalpha() for mark in plain) and plain.rstrip("0123456789. ") not in _PROGRAMS


def is_personal_folder(path: str | None) -> bool:
    """Whether a path leads through a folder that bears a person's user name."""
    return _PERSONAL_FOLDER.search((path or "")[:2_000] + "/") is not None


_TECHNICAL = re.compile("|".join(known()["technical_properties"]), re.IGNORECASE)
_OF_PEOPLE = re.compile("|".join(known()["person_properties"]), re.IGNORECASE)


def tell_own_properties(found: Found, properties: Mapping[str, str]) -> None:
    """Add what people and document stores have added to a workbook's properties, by their names: those that
    programs set for themselves (versions, labels' numbers, settings) are nothing to tell."""
    for name, text in properties.items():
        if not text.strip() or _TECHNICAL.fullmatch(name):
            continue
        if _OF_PEOPLE.fullmatch(name) and could_name_a_person(text):
            found.add("read.hidden-authors", label="hidden.person.property")
        else:
            found.add("read.hidden-properties")
