"""An XLS workbook: a container of streams, of which the main one holds the sheets."""

from __future__ import annotations

import struct
from collections.abc import Callable

from agored.read.hidden import xlsx_parts as parts
from agored.read.hidden.compound import Compound, Entry
from agored.read.hidden.found import Found
from agored.read.hidden.people import could_name_a_person, tell_own_properties
from agored.read.hidden.property_sets import property_sets
from agored.read.hidden.records import records, text_at
from agored.read.hidden.sheets import Sheet, own_sheet, tell_sheets
from agored.read.hidden.unreadable import Unreadable
from agored.read.hidden.xls_workbook import XlsFacts, read_main_stream

_MAIN = ("workbook", "book")
_ORDINARY = frozenset(
    {
        "\x01compobj",
        "\x01ole",
        "\x03objinfo",
        "\x06dataspaces",
        "\x05digitalsignature",
        "user names",
        "xml signatures",
    }
)
_MACROS = frozenset({"_vba_project_cur", "vba", "macros", "_vba_project"})
_PIVOTS = frozenset({"_sx_db_cur", "_sx_db"})
_AUTHOR, _LAST_SAVED, _KEYWORDS, _COMMENTS = 4, 8, 5, 6
_MANAGER, _COMPANY = 14, 15

_PIVOT_CACHE, _PIVOT_RECORD = 0xC6, 0xC8
_PIVOT_ITEMS = frozenset({0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCE})


def look_into_xls(data: bytes, sheet: str | None, found: Found) -> None:
    """Everything that an XLS workbook hides, added to ``found``."""
    try:
        container = Compound(data)
    except Unreadable:
        found.not_looked_at()
        return
    _Workbook(container, found).look(sheet)


class _Workbook:
    """A workbook's streams, and what has been found in them."""

    def __init__(self, container: Compound, found: Found) -> None:
        self._container = container
        self._found = found
        self._sheets: list[Sheet] = []
        self._pivot_sheets: str | None = None

    def look(self, declared: str | None) -> None:
        """At all streams in turn."""
        main = [entry for entry in self._container.entries if _is_main(entry)]
        if not main:
            self._found.not_looked_at()
        for entry in main:
            self._look_at(entry, lambda data: self._look_at_main(data, declared))
        for entry in self._container.entries:
            if not _is_main(entry):
                self._look_at_entry(entry)

    def _look_at(self, entry: Entry, look: Callable[[bytes], object]) -> None:
        try:
            look(self._container.stream(entry))
        except (Unreadable, struct.error, IndexError):
            self._found.not_looked_at(entry.name)

    def _look_at_main(self, data: bytes, declared: str | None) -> None:
        facts = read_main_stream(data)
        own = own_sheet(facts.sheets, declared)
        tell_sheets(self._found, facts.sheets, own)
        found = self._found
        for sheet in facts.sheets:
            found.add("read.hidden-macros", int(sheet.kind in ("xlMacrosheet", "module")), sheet=sheet.name)
        for name, count in facts.notes.items():
            found.add("read.hidden-comments", count, sheet=name)
        found.add("read.hidden-authors", len(facts.people), label="hidden.person.comments")
        if could_name_a_person(facts.saved_by):
            found.add("read.hidden-authors", label="hidden.person.saved-here")
        if could_name_a_person(facts.reserved_by):
            found.add("read.hidden-authors", label="hidden.person.reserved")
        found.add("read.hidden-links", facts.links, cells=facts.linked_cells)
        found.add("read.hidden-connections", facts.connections)
        found.add("read.hidden-controls", facts.controls)
        found.add("read.hidden-images", facts.pictures)
        found.add("read.hidden-image-places", facts.located_pictures)
        found.add("read.hidden-shapes", facts.hidden_shapes)
        found.add("read.hidden-chart-data", facts.chart_values)
        found.add("read.hidden-leftover-text", facts.unused_texts)
        self._tell_names(facts, own)
        self._pivot_sheets = ", ".join(f"“{name}”" for name in dict.fromkeys(facts.pivot_sheets)) or None

    def _tell_names(self, facts: XlsFacts, own: Sheet | None) -> None:
        codes = {
            "outside": "read.hidden-names-outside",
            "hidden": "read.hidden-names",
            "value": "read.hidden-names-values",
        }
        for name in facts.names:
            if name in codes:
                self._found.add(codes[name])
                continue
            sheet = facts.sheets[int(name)]
            if not sheet.is_visible and sheet is not own:
                self._found.add("read.hidden-names-outside")
            elif sheet is not own:
                self._found.add("read.hidden-names-other-sheets")

    def _look_at_entry(self, entry: Entry) -> None:
        top = entry.path[0].casefold()
        name = entry.name.casefold()
        alone = len(entry.path) == 1
        if top in _MACROS:
            self._found.add("read.hidden-macros", int(alone))
        elif top in _PIVOTS:
            if entry.is_stream:
                self._look_at(entry, self._look_at_pivot)
        elif top.startswith("mbd"):
            self._found.add("read.hidden-embedded", int(alone))
        elif top.startswith("lnk"):
            self._found.add("read.hidden-links", int(alone), cells=0)
        elif top == "msodatastore":
            if entry.is_stream and name == "item":
                self._look_at(entry, self._look_at_custom_xml)
        elif top in ("_signatures", "_xmlsignatures"):
            if alone:
                self._found.add("read.hidden-authors", label="hidden.person.signature")
        elif name == "\x05summaryinformation":
            self._look_at(entry, self._look_at_summary)
        elif name == "\x05documentsummaryinformation":
            self._look_at(entry, self._look_at_document_summary)
        elif name == "revision log":
            self._found.add("read.hidden-revisions")
        elif name == "ctls":
            self._found.add("read.hidden-controls", int(entry.size > 0))
        elif name not in _ORDINARY and alone and (entry.size or not entry.is_stream):
            self._found.not_looked_at(entry.name)

    def _look_at_pivot(self, data: bytes) -> None:
        said = kept = items = fields = 0
        for _, number, record in records(data):
            if number == _PIVOT_CACHE:
                said, fields = struct.unpack_from("<I6xH", record, 0)
                user = text_at(record, 20, struct.unpack_from("<H", record, 18)[0])
                if could_name_a_person(user):
                    self._found.add("read.hidden-authors", label="hidden.person.pivot")
            kept += number == _PIVOT_RECORD
            items += number in _PIVOT_ITEMS
        if kept:
            count = max(said, 1)
            self._found.add(
                "read.hidden-pivot-records", count, place=self._pivot_sheets, fields=fields, caches=1
            )
        else:
            self._found.add("read.hidden-pivot-items", items, place=self._pivot_sheets, fields=fields)

    def _look_at_custom_xml(self, data: bytes) -> None:
        facts = parts.read_custom_xml([data])
        if facts.root == "DataMashup":
            self._found.add("read.hidden-connections")
        elif facts.texts and not parts.is_of_document_store(facts.namespace):
            self._found.add("read.hidden-custom-xml")

    def _look_at_summary(self, data: bytes) -> None:
        texts = property_sets(data)[0].texts
        for number, label in ((_AUTHOR, "hidden.person.author"), (_LAST_SAVED, "hidden.person.last-saved")):
            if could_name_a_person(texts.get(number)):
                self._found.add("read.hidden-authors", label=label)
        self._found.add("read.hidden-properties", bool(texts.get(_KEYWORDS)) + bool(texts.get(_COMMENTS)))

    def _look_at_document_summary(self, data: bytes) -> None:
        document, *own = property_sets(data)
        if could_name_a_person(document.texts.get(_MANAGER)):
            self._found.add("read.hidden-authors", label="hidden.person.manager")
        self._found.add("read.hidden-company", int(could_name_a_person(document.texts.get(_COMPANY))))
        for added in own:
            texts = {added.names.get(number, ""): text for number, text in added.texts.items()}
            tell_own_properties(self._found, texts)


def _is_main(entry: Entry) -> bool:
    return entry.is_stream and len(entry.path) == 1 and entry.name.casefold() in _MAIN
