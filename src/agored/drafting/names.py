"""Machine names for fields, from headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_LONGEST = 60


def field_names(headings: Mapping[int, str], taken: frozenset[str] = frozenset()) -> dict[int, str]:
    """A name for each heading by its position (from 1): plain letters, once each; ``column_3`` where a heading gives
    none. ``taken`` are names that are used already."""
    names: dict[int, str] = {}
    for position, heading in headings.items():
        name = _plain(heading)
        if not name or not name[0].isalpha():
            name = f"column_{position}"
        used = taken | set(names.values())
        if name in used:
            name = f"{name}_{position}"
        while name in used:
            name += "_"
        names[position] = name
    return names


def _plain(heading: str) -> str:
    without_tags = re.sub(r"<[^<>]{1,40}>", "", heading)
    letters = unicodedata.normalize("NFD", without_tags.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
    name = re.sub(r"^([0-9_]+)_([a-z].*)$", r"\2_\1", name)  # a name begins with a letter
    return name if len(name) <= _LONGEST else name[:_LONGEST].rpartition("_")[0] or name[:_LONGEST]
