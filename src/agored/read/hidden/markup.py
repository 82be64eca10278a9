"""XML parts of a workbook, walked in pieces: nothing is kept, no declaration is obeyed, no token is endless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from agored.read.hidden.unreadable import Unreadable

_LONGEST_TOKEN = 8_000_000
"""Bytes that a single tag or comment may take: the parser reads an unfinished one again with every piece."""
_DEEPEST = 200

Attributes = Mapping[str, str]


class Stop(Exception):
    """Raised by a handler that has seen enough."""


def walk(
    pieces: Iterable[bytes],
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
    names: Callable[[str], str] | None = None,
) -> None:
    """Call ``start``, ``end`` and ``text`` for the elements of a part, under names without namespaces.

    ``names`` shortens a full name, ``<address> <name>``, in another way. Raises Unreadable where the part is not
    well formed, holds a document type declaration (and so could declare entities), nests too deep, or has a tag
    of endless length. A ``Stop`` that a handler raises ends the walk.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    # Newer parsers may put work off; who gives the pieces may count on each being worked through at once.
    if hasattr(parser, "SetReparseDeferralEnabled"):
        parser.SetReparseDeferralEnabled(False)
    short = _Short(names or _local)
    depth = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Unreadable
        # Nearly all attributes of a workbook's cells have no namespace, and there may be millions of them.
        if " " in "".join(attributes):
            attributes = {short[key]: value for key, value in attributes.items()}
        start(short[name], attributes)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(short[name])

    def refused(*_: object) -> None:
        raise Unreadable

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TOKEN:
                raise Unreadable
        parser.Parse(b"", True)
    except Stop:
        return
    except (expat.ExpatError, LookupError, UnicodeError, ValueError) as error:
        raise Unreadable from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


class _Short(dict[str, str]):
    """Full names to short ones, each worked out once."""

    def __init__(self, shorten: Callable[[str], str]) -> None:
        super().__init__()
        self._shorten = shorten

    def __missing__(self, name: str) -> str:
        # A hostile part may have a million different names: they are worked out anew, not kept.
        short = self._shorten(name)
        if len(self) < 10_000:
            self[name] = short
        return short


def is_true(value: str | None) -> bool:
    """Whether an attribute says yes, as XML Schema writes it."""
    return value is not None and value.strip() in ("1", "true")


def whole(value: str | None, default: int = 0) -> int:
    """An attribute as a whole number, ``default`` where it is none."""
    try:
        return int(value) if value is not None else default
    except ValueError:
        return default


def decimal(value: str | None) -> float | None:
    """An attribute as a number, None where it is none."""
    try:
        return float(value) if value is not None else None
    except ValueError:
        return None
