"""What each kind of part of an XLSX workbook tells: counts and structure, and of texts only whether they are there.

Every function takes a part's bytes in pieces, and raises Unreadable where they cannot be walked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agored.read.hidden.known import known
from agored.read.hidden.markup import Attributes, is_true, walk, whole
from agored.read.hidden.unreadable import Unreadable
from agored.read.hidden.xlsx_sheet import SheetTable, Texts, area, run_ink
from agored.read.hidden.xlsx_styles import Ink, Styles

_MOST_SHEETS = 10_000
_MOST_NAMES = 100_000
_LONGEST = 4_000
"""Characters of a text that are looked at; more than a person's name or a reference takes."""


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it; ``state`` is ``visible``, ``hidden`` or ``veryHidden``."""

    name: str
    state: str
    relation: str


@dataclass
class DefinedName:
    """A name that the workbook gives to a place or a value."""

    name: str
    hidden: bool
    formula: str = ""


@dataclass
class WorkbookFacts:
    """What the workbook part lists."""

    sheets: list[SheetEntry] = field(default_factory=list)
    names: list[DefinedName] = field(default_factory=list)
    folder: str = ""
    reserved_by: str = ""


def read_workbook(pieces: Iterable[bytes]) -> WorkbookFacts:
    """The sheets in order, the defined names, the folder it was last saved in, and who reserved it."""
    facts = WorkbookFacts()
    path: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        path.append(name)
        if name == "sheet" and len(facts.sheets) < _MOST_SHEETS:
            entry = SheetEntry(
                attributes.get("name", ""), attributes.get("state", "visible"), attributes.get("id", "")
            )
            facts.sheets.append(entry)
        elif name == "definedName":
            if len(facts.names) == _MOST_NAMES:
                raise Unreadable
            facts.names.append(DefinedName(attributes.get("name", ""), is_true(attributes.get("hidden"))))
        elif name == "absPath":
            facts.folder = attributes.get("url", "")
        elif name == "fileSharing":
            facts.reserved_by = attributes.get("userName", "")

    def text(piece: str) -> None:
        if path and path[-1] == "definedName" and len(facts.names[-1].formula) < _LONGEST:
            facts.names[-1].formula += piece

    walk(pieces, start, lambda _: path.pop(), text)
    return facts


_EMPTY_TEXT = re.compile(rb"<t[^>]*>\s*</t>")


def read_texts(pieces: Iterable[bytes]) -> int | None:
    """How many shared texts there are, where none of them is empty or written in several inks; else None.

    A glance at the bytes, since a workbook may have a million shared texts and mostly all are plain.
    """
    count, held = 0, b""
    for piece in pieces:
        held += piece
        cut = held.rfind(b"<si>")
        if cut < 0 and len(held) > 8_000_000:
            return None
        if cut > 0:
            if not _is_plain(held[:cut]):
                return None
            count += held.count(b"<si>", 0, cut)
            held = held[cut:]
    if not _is_plain(held):
        return None
    count += held.count(b"<si>")
    return count or None


def _is_plain(texts: bytes) -> bool:
    odd = (b"<rPr", b"<t/>", b"<si/>", b"<si ", b"<!", b"\x00", b"<x:")
    return not any(mark in texts for mark in odd) and _EMPTY_TEXT.search(texts) is None


def walk_texts(pieces: Iterable[bytes], styles: Styles) -> Texts:
    """The shared texts one by one: which are empty, and which are written in which inks."""
    count, inks, path = 0, [Ink()][:0], [""][:0]
    empty: set[int] = set()
    written: dict[int, tuple[Ink, ...]] = {}
    is_empty = True

    def start(name: str, attributes: Attributes) -> None:
        nonlocal count, is_empty
        path.append(name)
        if name == "si":
            count, is_empty = count + 1, True
            inks.clear()
        elif name == "rPr":
            inks.append(Ink())
        elif inks and "rPr" in path and name in ("color", "sz"):
            inks[-1] = run_ink(inks[-1], name, attributes, styles)

    def end(name: str) -> None:
        path.pop()
        if name != "si":
            return
        if is_empty:
            empty.add(count - 1)
        elif inks:
            written[count - 1] = tuple(dict.fromkeys(inks))[:20]

    def text(piece: str) -> None:
        nonlocal is_empty
        if path and path[-1] == "t" and piece.strip():
            is_empty = False

    walk(pieces, start, end, text)
    return Texts(count, frozenset(empty), written)


def count_unused_texts(pieces: Iterable[bytes], used: set[int]) -> int:
    """How many different shared texts stand in no cell, ``used`` being the numbers of those that do; a text
    that another number brings to a cell all the same does not count."""
    seen: set[int] = set()
    unseen: set[int] = set()
    path: list[str] = []
    number = -1
    letters: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        nonlocal number
        path.append(name)
        if name == "si":
            number += 1
            letters.clear()

    def end(name: str) -> None:
        path.pop()
        if name == "si":
            whole_text = "".join(letters).strip()
            (seen if number in used or not whole_text else unseen).add(hash(whole_text))

    def text(piece: str) -> None:
        if path and path[-1] == "t" and len(letters) < 100:
            letters.append(piece)

    walk(pieces, start, end, text)
    return len(unseen - seen)


@dataclass
class CommentFacts:
    """How many comments a part holds, and the people that it names."""

    count: int = 0
    people: set[str] = field(default_factory=set)


def read_comments(pieces: Iterable[bytes]) -> CommentFacts:
    """Notes at cells. Those that only stand in for a thread of comments, which is a part of its own, are no
    notes themselves."""
    facts = CommentFacts()
    authors: list[str] = []
    path: list[str] = []
    author = -1
    has_text = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal author, has_text
        path.append(name)
        if name == "author":
            authors.append("")
        elif name == "comment":
            author, has_text = whole(attributes.get("authorId"), -1), False

    def end(name: str) -> None:
        path.pop()
        stands_in = 0 <= author < len(authors) and authors[author].startswith("tc=")
        if name == "comment" and has_text and not stands_in:
            facts.count += 1

    def text(piece: str) -> None:
        nonlocal has_text
        if path and path[-1] == "author" and len(authors[-1]) < _LONGEST:
            authors[-1] += piece
        elif "comment" in path and piece.strip():
            has_text = True

    walk(pieces, start, end, text)
    facts.people = {name.strip() for name in authors if not name.startswith("tc=")} - {""}
    return facts


def count_elements(pieces: Iterable[bytes], *names: str) -> int:
    """How many elements of these names a part holds."""
    count = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal count
        count += name in names

    walk(pieces, start)
    return count


def read_persons(pieces: Iterable[bytes]) -> set[str]:
    """The names of the people who have written in threads of comments."""
    people: set[str] = set()

    def start(name: str, attributes: Attributes) -> None:
        if name == "person":
            people.add(attributes.get("displayName", "").strip())

    walk(pieces, start)
    return people - {""}


@dataclass
class PivotFacts:
    """A pivot table's kept copy of its source: its fields, and how many records and different values it says
    that it keeps."""

    fields: int = 0
    records: int = 0
    items: int = 0
    refreshed_by: str = ""


def read_pivot_cache(pieces: Iterable[bytes]) -> PivotFacts:
    """What a pivot cache's definition tells."""
    facts = PivotFacts()
    path: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        path.append(name)
        if name == "pivotCacheDefinition":
            facts.records = whole(attributes.get("recordCount"))
            facts.refreshed_by = attributes.get("refreshedBy", "")
        elif name == "cacheField":
            facts.fields += 1
        elif len(path) > 1 and path[-2] == "sharedItems" and name in ("s", "n", "d", "b", "e"):
            facts.items += 1

    walk(pieces, start, lambda _: path.pop())
    return facts


_RECORD = re.compile(rb"<(?:\w{1,20}:)?r[\s/>]")
_LONGEST_MARK = 30


def count_pivot_records(pieces: Iterable[bytes]) -> int:
    """How many records a pivot cache holds. Counted by their marks: a cache may hold a million."""
    count, held = 0, b""
    for piece in pieces:
        held += piece
        if b"\x00" in piece:
            raise Unreadable  # another encoding than any spreadsheet program writes
        # A mark may stand across two pieces: what could be the start of one is kept for the next.
        cut = held.rfind(b"<")
        if cut < 0 or len(held) - cut > _LONGEST_MARK:
            cut = len(held)
        count += len(_RECORD.findall(held[:cut]))
        held = held[cut:]
    return count + len(_RECORD.findall(held))


def count_linked_cells(pieces: Iterable[bytes]) -> int:
    """How many values of another file a link keeps."""
    count = 0
    path: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        nonlocal count
        path.append(name)
        if name in ("v", "val") and len(path) > 1 and path[-2] in ("cell", "value", "tp"):
            count += 1

    walk(pieces, start, lambda _: path.pop())
    return count


def read_properties(pieces: Iterable[bytes]) -> dict[str, str]:
    """The properties of a document, by their names; of each, the beginning of its text."""
    found: dict[str, str] = {}
    path: list[str] = []
    custom = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal custom
        path.append(name)
        if name == "property":
            custom = attributes.get("name", "")

    def text(piece: str) -> None:
        if not path or len(found) > 1_000:
            return
        name = custom if "property" in path else path[-1]
        if piece.strip() and len(found.get(name, "")) < _LONGEST:
            found[name] = found.get(name, "") + piece

    walk(pieces, start, lambda _: path.pop(), text)
    return found


@dataclass
class CustomXmlFacts:
    """A part of free XML: its first element, the namespace of that, and how many texts it holds."""

    root: str = ""
    namespace: str = ""
    texts: int = 0


def read_custom_xml(pieces: Iterable[bytes]) -> CustomXmlFacts:
    """What a custom XML part is, and whether it holds any text."""
    facts = CustomXmlFacts()
    has_text = False

    def full(name: str) -> str:
        return name

    def start(name: str, attributes: Attributes) -> None:
        nonlocal has_text
        if not facts.root:
            facts.namespace, _, facts.root = name.rpartition(" ")
        has_text = False

    def end(name: str) -> None:
        nonlocal has_text
        facts.texts += has_text
        has_text = False

    def text(piece: str) -> None:
        nonlocal has_text
        has_text = has_text or bool(piece.strip())

    walk(pieces, start, end, text, full)
    return facts


_DOCUMENT_STORE = re.compile("|".join(map(re.escape, known()["xlsx"]["document_store"])))
"""Namespaces of parts that document stores add by themselves: forms and settings, of no person."""


def is_of_document_store(namespace: str) -> bool:
    """Whether custom XML of this namespace is a document store's own forms and settings."""
    return _DOCUMENT_STORE.search(namespace) is not None


def read_table(pieces: Iterable[bytes]) -> SheetTable | None:
    """Where a table lies on its sheet; None where it does not say."""
    found: list[Attributes] = []
    filtered = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal filtered
        if name == "table":
            found.append(attributes)
        filtered = filtered or name == "filterColumn"

    walk(pieces, start)
    place = area(found[0].get("ref", "")) if found else None
    return SheetTable(place, found[0].get("headerRowCount") != "0", filtered) if place else None


def read_chart(pieces: Iterable[bytes]) -> list[tuple[str, int]]:
    """The references that a chart draws from, each with how many values of it the chart keeps a copy of."""
    drawn: list[list[str]] = []
    kept: list[int] = []
    path: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        path.append(name)
        if name == "f" and len(drawn) < _MOST_NAMES:
            drawn.append([])
            kept.append(0)
        elif name == "pt" and kept:
            kept[-1] += 1

    def text(piece: str) -> None:
        if path and path[-1] == "f" and drawn and len(drawn[-1]) < 20:
            drawn[-1].append(piece)

    walk(pieces, start, lambda _: path.pop(), text)
    return [("".join(formula), points) for formula, points in zip(drawn, kept, strict=True)]


def count_hidden_shapes(pieces: Iterable[bytes]) -> int:
    """How many pictures, text boxes and charts of a drawing are set not to be shown.

    Buttons and embedded objects are marked as hidden too, for older programs; they are told by themselves.
    """
    count = 0
    is_control = False
    hidden = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal hidden, is_control
        if name == "cNvPr":
            hidden, is_control = is_true(attributes.get("hidden")), False
        is_control = is_control or name == "compatExt"

    def end(name: str) -> None:
        nonlocal count
        count += name == "cNvPr" and hidden and not is_control

    walk(pieces, start, end)
    return count


_QUOTED_SHEET = re.compile(r"'((?:[^']|'')+)'!|([^\s'!,;:(){}+*/^&=<>\-]+)!")
_OWN_WORKBOOK = "[0]"
"""How a formula names a name of the workbook that it stands in."""
_OTHER_WORKBOOK = re.compile(
    r"(?<![\w\]\[:.])\[(?!0\])[^\[\]]+\][^!\[\]]*!|\\\[[^\[\]]+\]|'[^']*\[(?!0\])[^\[\]]+\][^']*'!"
)


def sheets_named(formula: str) -> Iterator[str]:
    """The sheets that a formula refers to, by name."""
    for match in _QUOTED_SHEET.finditer(formula[:_LONGEST]):
        name = match[1].replace("''", "'") if match[1] else match[2]
        # A formula may run through several sheets, from one to another.
        yield from (sheet for sheet in name.removeprefix(_OWN_WORKBOOK).split(":") if sheet)


def leads_outside(formula: str) -> bool:
    """Whether a formula refers to another workbook."""
    return _OTHER_WORKBOOK.search(formula[:_LONGEST]) is not None
