"""Which kind of file a source is: by its ending where its first bytes agree, else by its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agored.drafting.looking import Key
from agored.drafting.said import said
from agored.errors import SourceError
from agored.read.decode import kind_by_bytes
from agored.read.files import members_of, read_file
from agored.recipe import TEXT_FORMATS, WORKBOOK_FORMATS, format_of

_START = 2_000
_PACKED = ("xlsx", "xlsm", "ods")


@dataclass(frozen=True)
class KindSeen:
    """``format`` is one of ``recipe.FORMATS``, or ``zip``; ``keys`` what the recipe must say for it to be read so."""

    format: str
    keys: tuple[Key, ...] = ()


def seen_kind(file: Path) -> KindSeen:
    """What a file is. Raises SourceError where it cannot be opened, or is packed and damaged."""
    told = format_of(file.name)
    with file.open("rb") as opened:
        start = opened.read(_START)
    by_bytes = kind_by_bytes(start) or ""
    if by_bytes.endswith("ZIP"):
        return _packed(file, told, by_bytes)
    found = {"XLS": "xls", "PARQUET": "parquet"}.get(by_bytes)
    if found is not None and found != told:
        return KindSeen(found, (_format(found),))
    if told == "json" and (b'"odata.' in start or b'"@odata.' in start):
        return KindSeen("odata", (_format("odata"),))
    return KindSeen(told or "csv")


def _packed(file: Path, told: str | None, kind: str) -> KindSeen:
    """A workbook, or an archive: which one, its parts tell."""
    if told in _PACKED:
        return KindSeen(told)
    if file.name.lower().endswith(".zip"):
        return KindSeen("zip")
    try:
        names = members_of(read_file(file.parent, file.name), file.name)
    except SourceError:
        names = ()
    found = "xlsx" if "xl/workbook.xml" in names else "ods" if "content.xml" in names else None
    if found is None:
        raise SourceError("read.not-csv", file=file.name, kind=kind)
    return KindSeen(found, (_format(found),))


def _format(found: str) -> Key:
    return Key("format", found, (said("format", format=found.upper()),))


def only_table_in(file: Path) -> str:
    """The only file in an archive that may hold a table. Raises SourceError where there are several, or none."""
    members = members_of(read_file(file.parent, file.name), file.name)
    tables = [name for name in members if format_of(name) is not None and "/." not in f"/{name}"]
    if len(tables) != 1 and len(members) != 1:
        listed = ", ".join(tables or members) or "-"
        raise SourceError("read.which-member", file=file.name, members=listed)
    return tables[0] if len(tables) == 1 else members[0]


def is_text(form: str) -> bool:
    """Whether a format is text in lines."""
    return form in TEXT_FORMATS


def is_workbook(form: str) -> bool:
    """Whether a format is a workbook of sheets."""
    return form in WORKBOOK_FORMATS
