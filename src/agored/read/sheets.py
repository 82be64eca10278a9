"""Which sheet of a workbook is read: the one that the recipe names, or the only one that holds anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agored.errors import SourceError

_LISTED = 30


def chosen_sheet(names: Sequence[str], declared: str | None, file: str, holds: Callable[[str], bool]) -> str:
    """The sheet to read, of those called ``names``; ``holds`` says whether a sheet holds any cell.

    Raises SourceError where the declared sheet is not there, where none is declared and more than one holds
    something, and where none does.
    """
    listed = ", ".join(f"“{name}”" for name in names[:_LISTED]) or "-"
    if declared is not None:
        if declared not in names:
            raise SourceError("read.no-sheet", file=file, sheet=declared, sheets=listed)
        return declared
    filled = [name for name in names if len(names) == 1 or holds(name)]
    if not filled:
        raise SourceError("read.empty", file=file)
    if len(filled) > 1:
        listed = ", ".join(f"“{name}”" for name in filled[:_LISTED])
        raise SourceError("read.which-sheet", file=file, sheets=listed)
    return filled[0]
