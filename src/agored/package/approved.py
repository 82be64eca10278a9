"""What a package's records say, in the words of the approved content, to compare the two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agored.package.content import CODES
from agored.words import LANGUAGES, Bilingual


def path_of(name: str, kind: str) -> str:
    """The path of a resource's table in its package."""
    return f"{'codes' if kind == CODES else 'data'}/{name}.csv"


def texts_told(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """The texts that a descriptor tells, as ``content.texts_of`` words them, reasons aside."""
    bilingual = {
        key: {language: descriptor[f"{key}_{language}"] for language in LANGUAGES}
        for key in ("title", "description", "notes")
    }
    for key, text in bilingual.items():
        if descriptor[key] != Bilingual(**text).joined():
            text["joined"] = descriptor[key]
    *contributors, last = descriptor["contributors"]
    contact = descriptor["contact"]
    told_again = {"title": contact["role"], "email": contact["mailbox"], "roles": ["contact"]}
    return {
        **bilingual,
        "keywords": {language: descriptor[f"keywords_{language}"] for language in LANGUAGES},
        "contact": contact if last == told_again else last,
        "licenses": [each["name"] for each in descriptor["licenses"]],
        "contributors": contributors,
        "sources": descriptor["sources"],
        "frequency": descriptor["frequency"],
    }


def holds(told: Any, approved: Any) -> bool:
    """Whether ``told`` says all that ``approved`` says; it may say more (titles, questions, evidence)."""
    if isinstance(approved, Mapping):
        return isinstance(told, Mapping) and all(
            key in told and holds(told[key], value) for key, value in approved.items()
        )
    return bool(told == approved)


def texts(data: Any) -> set[tuple[str, str]]:
    """Every text in both languages that plain data holds, however deep."""
    if isinstance(data, Mapping):
        if {"cy", "en"} <= set(data):
            return {(str(data["cy"]), str(data["en"]))}
        data = list(data.values())
    return set().union(*map(texts, data)) if isinstance(data, list) else set()
