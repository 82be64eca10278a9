"""Texts of published records, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agored.words import known, say


def text(data: Mapping[str, Any], key: str, language: str) -> str:
    """A text of a descriptor in ``language``."""
    return str(data[f"{key}_{language}"])


def said(code: str, language: str, fallback: str) -> str:
    """The sentence of a code that may be newer than these words: then what stands for it itself."""
    return say(code, language) if known(code) else fallback


def resource_title(resources: Sequence[Mapping[str, Any]], name: str, language: str) -> str:
    """The title of the resource called ``name``, else that name."""
    for resource in resources:
        if resource["name"] == name:
            return text(resource, "title", language)
    return name
