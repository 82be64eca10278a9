"""An ODS workbook: an archive with one part for all sheets, and others for what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from agored.read.hidden.archive import Archive
from agored.read.hidden.found import Found, safe_name
from agored.read.hidden.images import tells_where_it_was_taken
from agored.read.hidden.markup import Attributes, walk
from agored.read.hidden.ods_content import (
    OdsFacts,
    OdsName,
    leads_outside,
    ods_name,
    read_content,
    sheets_named,
)
from agored.read.hidden.ods_styles import OdsStyles
from agored.read.hidden.people import could_name_a_person, is_personal_folder, tell_own_properties
from agored.read.hidden.sheets import Sheet, own_sheet, tell_sheets
from agored.read.hidden.unreadable import Unreadable

_ORDINARY = re.compile(
    r"mimetype|content\.xml|styles\.xml|meta\.xml|settings\.xml|manifest\.rdf|layout-cache"
    r"|meta-inf/(manifest|macrosignatures)\.xml|thumbnails/.*|configurations2/.*|objectreplacements/.*"
    r"|[^/]+/(styles|meta|settings)\.xml|[^/]+/(thumbnails|configurations2)/.*|fonts/.*|mediatype"
    r"|(basic|dialogs)/.*(script|dialog)-l[bc]\.xml|(.*/)?\.ds_store|__macosx/.*",
    re.IGNORECASE,
)
"""Parts that hide nothing, or that are looked at on the way."""

_PICTURES = re.compile(r"(pictures|media)/.+|[^/]+/(pictures|media)/.+", re.IGNORECASE)
_MACROS = re.compile(r"(basic|dialogs|scripts)/.+", re.IGNORECASE)
_OBJECT_CONTENT = re.compile(r"([^/]+)/content\.xml", re.IGNORECASE)
_VERSIONS = re.compile(r"versions/.+", re.IGNORECASE)


def look_into_ods(data: bytes, sheet: str | None, found: Found) -> None:
    """Everything that an ODS workbook hides, added to ``found``."""
    try:
        _Workbook(Archive(data), found).look(sheet)
    except Unreadable:
        found.not_looked_at()


class _Workbook:
    """A workbook's parts, and what has been found in them."""

    def __init__(self, archive: Archive, found: Found) -> None:
        self._archive = archive
        self._found = found
        self._sheets: list[Sheet] = []

    def look(self, declared: str | None) -> None:
        """At all parts in turn. Raises Unreadable where the sheets cannot be walked."""
        for part in self._archive.twice:
            self._found.not_looked_at(part)
        styles = OdsStyles()
        if "styles.xml" in self._archive:
            self._look_at("styles.xml", lambda part: _read_styles(self._archive.walked(part), styles))
        facts = read_content(self._archive.pieces("content.xml"), styles, self._archive.spent)
        self._sheets = facts.sheets
        own = own_sheet(self._sheets, declared)
        tell_sheets(self._found, self._sheets, own)
        self._tell_content(facts)
        for name in facts.names:
            self._tell_name(name, own)
        if "meta.xml" in self._archive:
            self._look_at("meta.xml", self._look_at_properties)
        for part in self._archive.names:
            self._look_at_part(part)

    def _look_at(self, part: str, look: Callable[[str], object]) -> None:
        try:
            look(part)
        except Unreadable:
            self._found.not_looked_at(part)

    def _tell_content(self, facts: OdsFacts) -> None:
        found = self._found
        for sheet, count in facts.comments.items():
            found.add("read.hidden-comments", count, sheet=sheet)
        found.add("read.hidden-authors", len(facts.people), label="hidden.person.comments")
        found.add("read.hidden-revisions", facts.changes)
        found.add("read.hidden-macros", facts.macros)
        found.add("read.hidden-controls", facts.controls)
        found.add("read.hidden-shapes", facts.hidden_shapes)
        links = facts.links or min(facts.outside_formulas, 1)
        found.add("read.hidden-links", links, cells=facts.linked_cells)
        found.add("read.hidden-connections", facts.connections)
        found.add("read.hidden-pivot-items", facts.pivot_items, fields=0)

    def _tell_name(self, name: OdsName, own: Sheet | None) -> None:
        formula = name.formula.removeprefix("of:").removeprefix("=").strip()
        visible = {sheet.name.casefold(): sheet.is_visible for sheet in self._sheets}
        others = sheets_named(formula) - {own.name.casefold() if own is not None else None}
        if leads_outside(formula) or any(not visible.get(sheet, True) for sheet in others):
            self._found.add("read.hidden-names-outside")
        elif "#REF!" in formula or not formula:
            return
        elif name.hidden:
            self._found.add("read.hidden-names")
        elif formula.startswith(('"', "{")):
            self._found.add("read.hidden-names-values")
        elif others:
            self._found.add("read.hidden-names-other-sheets")

    def _look_at_part(self, part: str) -> None:
        chart = _OBJECT_CONTENT.fullmatch(part)
        if part.casefold() == "meta-inf/documentsignatures.xml":
            self._found.add("read.hidden-authors", label="hidden.person.signature")
        elif chart is not None:
            self._look_at(part, self._look_at_object)
        elif _ORDINARY.fullmatch(part):
            return
        elif _PICTURES.fullmatch(part):
            self._look_at(part, self._look_at_picture)
        elif _MACROS.fullmatch(part):
            self._found.add("read.hidden-macros")
        elif _VERSIONS.fullmatch(part) or part.casefold() == "versionlist.xml":
            self._found.add("read.hidden-revisions", int(part.casefold() != "versionlist.xml"))
        elif re.fullmatch(r"object [^/]*", part, re.IGNORECASE):
            self._found.add("read.hidden-embedded")
        else:
            self._found.not_looked_at(part)

    def _look_at_picture(self, part: str) -> None:
        self._found.add("read.hidden-images")
        if tells_where_it_was_taken(self._archive.beginning(part)):
            self._found.add("read.hidden-image-places", place=safe_name(part))

    def _look_at_object(self, part: str) -> None:
        """A document inside the workbook: a chart, or something else embedded."""
        chart = _read_chart(self._archive.walked(part))
        if chart is None:
            self._found.add("read.hidden-embedded")
            return
        addresses, values = chart
        visible = {sheet.name.casefold() for sheet in self._sheets if sheet.is_visible} | {"local-table"}
        if any(leads_outside(address) or not sheets_named(address) <= visible for address in addresses):
            self._found.add("read.hidden-chart-data", values)

    def _look_at_properties(self, part: str) -> None:
        properties = _read_properties(self._archive.walked(part))
        for name, label in (
            ("meta:initial-creator", "hidden.person.author"),
            ("dc:creator", "hidden.person.last-saved"),
            ("meta:printed-by", "hidden.person.printed"),
        ):
            if could_name_a_person(properties.get(name)):
                self._found.add("read.hidden-authors", label=label)
        if is_personal_folder(properties.get("meta:template")):
            self._found.add("read.hidden-authors", label="hidden.person.folder")
        own = {name[1:]: text for name, text in properties.items() if name.startswith("=")}
        tell_own_properties(self._found, own)
        for name in ("dc:description", "meta:keyword"):
            self._found.add("read.hidden-properties", int(name in properties))


def _read_styles(pieces: Iterable[bytes], styles: OdsStyles) -> None:
    path: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        path.append(name)
        styles.start(name, attributes)

    def end(name: str) -> None:
        path.pop()
        styles.end(name)

    walk(pieces, start, end, lambda text: styles.text(path[-1], text) if path else None, ods_name)


def _read_chart(pieces: Iterable[bytes]) -> tuple[list[str], int] | None:
    """The addresses that a chart draws from, and how many values it keeps; None where it is no chart."""
    is_chart = False
    addresses: list[str] = []
    values = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal is_chart, values
        is_chart = is_chart or name == "office:chart"
        values += name == "table:table-cell" and "office:value-type" in attributes
        for key, value in attributes.items():
            if key.endswith("cell-range-address") and len(addresses) < 1_000:
                addresses.append(value)

    walk(pieces, start, names=ods_name)
    return (addresses, values) if is_chart else None


def _read_properties(pieces: Iterable[bytes]) -> dict[str, str]:
    """The document's properties by name, the beginning of each; an own one's name begins with ``=``."""
    found: dict[str, str] = {}
    path: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "meta:template":
            found[name] = attributes.get("xlink:href", "")
        path.append("=" + attributes.get("meta:name", "") if name == "meta:user-defined" else name)

    def text(piece: str) -> None:
        if path and piece.strip() and len(found) < 1_000 and len(found.get(path[-1], "")) < 4_000:
            found[path[-1]] = found.get(path[-1], "") + piece

    walk(pieces, start, lambda _: path.pop(), text, ods_name)
    return found
