"""Single cells: numbers without their marks, and markers taken off a value."""

from __future__ import annotations

import re
from collections.abc import Mapping


class NumberReader:
    """Reads numbers written with a thousands mark and a prefix into plain decimals."""

    def __init__(self, group: str, prefix: str) -> None:
        whole = rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+" if group else r"\d+"
        mark = rf"(?:{re.escape(prefix)})?" if prefix else ""
        # The sign may stand on either side of the prefix: -£5 and £-5 are both met.
        self._pattern = re.compile(
            rf"(?P<sign>-?){mark}(?P<inner>-?)(?P<whole>{whole})(?P<rest>\.\d+)?", re.ASCII
        )
        self._group = group

    def __call__(self, cell: str) -> str | None:
        """The plain decimal, ``""`` for an empty cell, or None where the cell is no such number."""
        if not cell:
            return ""
        match = self._pattern.fullmatch(cell)
        if match is None or (match["sign"] and match["inner"]):
            return None
        whole = match["whole"].replace(self._group, "") if self._group else match["whole"]
        return f"{match['sign'] or match['inner']}{whole}{match['rest'] or ''}"


def split_markers(cell: str, markers: Mapping[str, str]) -> tuple[str, str]:
    """A cell without the markers at its ends, and their codes in alphabetical order, divided by commas.

    Longer markers are tried first, so that ``(!!)`` is not read as ``(!)``.
    """
    codes: set[str] = set()
    rest = cell.strip()
    ordered = sorted(markers, key=len, reverse=True)
    while marker := next((m for m in ordered if m and (rest.endswith(m) or rest.startswith(m))), None):
        rest = (rest.removesuffix(marker) if rest.endswith(marker) else rest.removeprefix(marker)).strip()
        codes.add(markers[marker])
    return (rest if codes else cell), ",".join(sorted(codes))
