"""An XLSX or XLSM workbook: an archive of parts, each looked at for what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from agored.read.hidden import xlsx_parts as parts
from agored.read.hidden.archive import Archive
from agored.read.hidden.found import Found, listed, safe_name
from agored.read.hidden.images import tells_where_it_was_taken
from agored.read.hidden.known import known
from agored.read.hidden.people import could_name_a_person, is_personal_folder, tell_own_properties
from agored.read.hidden.sheets import Sheet, own_sheet, tell_sheets
from agored.read.hidden.unreadable import Unreadable
from agored.read.hidden.xlsx_relations import ROOT, Relation, Relations
from agored.read.hidden.xlsx_sheet import Pieces, SheetTable, Texts, look_at_sheet
from agored.read.hidden.xlsx_styles import Styles, read_styles, theme_colours

_KNOWN = known()["xlsx"]

_ORDINARY = frozenset(_KNOWN["ordinary"])
"""Kinds of parts that hide nothing, or that are looked at together with the part which names them."""

_KIND_BY_PATH: Mapping[str, str] = _KNOWN["kind_by_path"]
"""What a part is by its name, where no other part says so: a part that nothing names is still in the file."""

_LITTER = re.compile(r"\[content_types\]\.xml|.*\.rels|mimetype|__macosx/.*|(.*/)?\.ds_store", re.IGNORECASE)


def look_into_xlsx(data: bytes, sheet: str | None, found: Found) -> None:
    """Everything that an XLSX or XLSM workbook hides, added to ``found``."""
    try:
        _Workbook(Archive(data), found).look(sheet)
    except Unreadable:
        found.not_looked_at()


class _Workbook:
    """A workbook's parts, and what has been found in them."""

    def __init__(self, archive: Archive, found: Found) -> None:
        self._archive = archive
        self._found = found
        self._relations = Relations(archive)
        self._sheets: list[Sheet] = []
        self._sheet_names: dict[str, str] = {}
        self._in_sight: set[str] = set()
        self._people: set[str] = set()

    def look(self, declared: str | None) -> None:
        """At all parts in turn. Raises Unreadable where there is not even a list of sheets."""
        for part in (*self._relations.broken, *self._archive.twice):
            self._found.not_looked_at(part)
        main = next((each.target for each in self._relations.of(ROOT, "officeDocument")), "xl/workbook.xml")
        facts = parts.read_workbook(self._archive.walked(main))
        # Sheets have relations of several kinds (worksheet, chart sheet, macro sheet), told by their numbers.
        relations = {each.id: each for each in self._relations.of(main)}
        self._sheets = [_sheet(entry, relations.get(entry.relation)) for entry in facts.sheets]
        self._sheet_names = {sheet.part.casefold(): sheet.name for sheet in self._sheets if sheet.part}
        self._in_sight = {sheet.name.casefold() for sheet in self._sheets if sheet.is_visible}
        self._look_at_sheets(main)
        own = own_sheet(self._sheets, declared)
        tell_sheets(self._found, self._sheets, own)
        for sheet in self._sheets:
            if sheet.kind in ("xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"):
                self._found.add("read.hidden-macros", sheet=sheet.name)
        self._look_at_names(facts.names, own)
        self._look_at_pivots()
        self._look_at_parts()
        self._look_at_comments()
        if could_name_a_person(facts.reserved_by):
            self._found.add("read.hidden-authors", label="hidden.person.reserved")
        if is_personal_folder(facts.folder):
            self._found.add("read.hidden-authors", label="hidden.person.folder")
        self._look_at_links()

    def _look_at(self, part: str, look: Callable[[str], object]) -> None:
        """Look at one part in a way; tell that it could not be done, where it could not."""
        try:
            look(part)
        except Unreadable:
            self._found.not_looked_at(part)

    # Sheets

    def _look_at_sheets(self, main: str) -> None:
        styles = self._styles(main)
        texts = self._texts(main, styles)
        for sheet in self._sheets:
            if sheet.part is None:
                self._found.not_looked_at(sheet.name)
                continue
            sheet.has_more = any(self._relations.of(sheet.part, kind) for kind in ("drawing", "oleObject"))
            if sheet.kind == "worksheet":
                self._look_at(sheet.part, self._scanner(sheet, styles, texts))
        self._tell_unused_texts(main, texts)

    def _scanner(self, sheet: Sheet, styles: Styles, texts: Texts) -> Callable[[str], None]:
        def scan(part: str) -> None:
            tables = self._tables(part)
            sheet.facts = look_at_sheet(self._pieces(part), styles, texts, tables)

        return scan

    def _pieces(self, part: str) -> Pieces:
        return Pieces(lambda: self._archive.pieces(part), self._archive.spent)

    def _tables(self, part: str) -> list[SheetTable]:
        found: list[SheetTable] = []

        def look(target: str) -> None:
            table = parts.read_table(self._archive.walked(target))
            found.extend([table] if table is not None else [])

        for relation in self._relations.of(part, "table"):
            self._look_at(relation.target, look)
        return found

    def _styles(self, main: str) -> Styles:
        theme: tuple[str, ...] = ()
        styles = Styles()

        def look_at_theme(part: str) -> None:
            nonlocal theme
            theme = theme_colours(self._archive.walked(part))

        def look_at_styles(part: str) -> None:
            nonlocal styles
            styles = read_styles(self._archive.walked(part), theme)

        for relation in self._relations.of(main, "theme"):
            self._look_at(relation.target, look_at_theme)
        for relation in self._relations.of(main, "styles"):
            self._look_at(relation.target, look_at_styles)
        return styles

    def _texts(self, main: str, styles: Styles) -> Texts:
        texts = Texts()

        def look(part: str) -> None:
            nonlocal texts
            count = parts.read_texts(self._archive.pieces(part))
            plain = Texts(count) if count is not None else None
            texts = plain or parts.walk_texts(self._archive.walked(part), styles)

        for relation in self._relations.of(main, "sharedStrings"):
            self._look_at(relation.target, look)
        return texts

    def _tell_unused_texts(self, main: str, texts: Texts) -> None:
        """Texts that no cell has: left in the file when the cells that had them were cleared."""
        if any(sheet.kind == "worksheet" and sheet.facts is None for sheet in self._sheets):
            return
        used: set[int] = set()
        for sheet in self._sheets:
            used |= sheet.facts.used_texts if sheet.facts is not None else set()
        if texts.count == len(texts.empty | {text for text in used if 0 <= text < texts.count}):
            return

        def look(part: str) -> None:
            unused = parts.count_unused_texts(self._archive.walked(part), used)
            self._found.add("read.hidden-leftover-text", unused)

        for relation in self._relations.of(main, "sharedStrings"):
            self._look_at(relation.target, look)

    # Names, pivot tables, links

    def _look_at_names(self, names: Iterable[parts.DefinedName], own: Sheet | None) -> None:
        visible = {sheet.name.casefold(): sheet.is_visible for sheet in self._sheets}
        for name in names:
            code = _name_code(name, visible, own.name.casefold() if own is not None else None)
            if code is not None:
                self._found.add(code)

    def _look_at_pivots(self) -> None:
        looked_at: set[str] = set()
        for part in self._of_kind("pivotcachedefinition"):
            for relation in self._relations.of(part, "pivotCacheRecords"):
                looked_at.add(relation.target.casefold())
            self._look_at(part, self._look_at_pivot)
        for part in self._of_kind("pivotcacherecords"):
            if part.casefold() not in looked_at:
                self._look_at(part, self._look_at_lone_records)

    def _look_at_pivot(self, part: str) -> None:
        facts = parts.read_pivot_cache(self._archive.walked(part))
        if could_name_a_person(facts.refreshed_by):
            self._found.add("read.hidden-authors", label="hidden.person.pivot")
        records = 0
        for relation in self._relations.of(part, "pivotCacheRecords"):
            try:
                records += parts.count_pivot_records(self._archive.pieces(relation.target))
            except Unreadable:
                self._found.not_looked_at(relation.target)
                records += facts.records
        where = self._pivot_places(part)
        if records:
            self._found.add("read.hidden-pivot-records", records, place=where, fields=facts.fields, caches=1)
        else:
            self._found.add("read.hidden-pivot-items", facts.items, place=where, fields=facts.fields)

    def _look_at_lone_records(self, part: str) -> None:
        records = parts.count_pivot_records(self._archive.pieces(part))
        self._found.add("read.hidden-pivot-records", records, fields=0, caches=1)

    def _pivot_places(self, cache: str) -> str | None:
        """The sheets on which the pivot tables of a cache stand; None where none of them is left."""
        names = [
            f"“{safe_name(sheet)}”"
            for table in self._relations.to(cache)
            for place in self._relations.to(table.source)
            if (sheet := self._sheet_names.get(place.source.casefold())) is not None
        ]
        return listed(list(dict.fromkeys(names))) or None

    def _look_at_links(self) -> None:
        """Relations to things outside: links in cells are there to be seen, others are not."""
        for relation in self._relations.all:
            kind = relation.kind.casefold()
            told = kind == "hyperlink" or kind.startswith(("externallink", "xlexternallink", "xlpath"))
            if relation.outside and not told:
                self._found.add("read.hidden-links", cells=0)

    # All other parts, each as what it is

    def _of_kind(self, kind: str) -> list[str]:
        return [part for part in self._archive.names if self._kind(part) == kind]

    def _kind(self, part: str) -> str | None:
        """What a part is, in small letters: by its relations, else by its name."""
        named = self._relations.kind(part)
        if named is not None:
            return named.casefold()
        plain = part.casefold()
        return next((kind for path, kind in _KIND_BY_PATH.items() if re.fullmatch(path, plain)), None)

    def _look_at_parts(self) -> None:
        lookers: Mapping[str, Callable[[str], object]] = {
            "chart": self._look_at_chart,
            "chartex": self._look_at_chart,
            "connections": self._look_at_connections,
            "core-properties": self._look_at_core,
            "custom-properties": self._look_at_custom,
            "customxml": self._look_at_custom_xml,
            "drawing": self._look_at_drawing,
            "extended-properties": self._look_at_extended,
            "externallink": self._look_at_external_link,
            "image": self._look_at_image,
            "revisionlog": lambda part: self._found.add("read.hidden-revisions"),
            "revisionheaders": lambda part: self._found.add("read.hidden-revisions"),
            "signature": lambda part: self._found.add("read.hidden-authors", label="hidden.person.signature"),
            "xmlmaps": lambda part: self._found.add("read.hidden-custom-xml", place=safe_name(part)),
            "volatiledependencies": self._look_at_external_link,
        }
        counted = {
            "vbaproject": "read.hidden-macros",
            "ctrlprop": "read.hidden-controls",
            "control": "read.hidden-controls",
            "oleobject": "read.hidden-embedded",
            "package": "read.hidden-embedded",
            "powerpivotdata": "read.hidden-data-model",
            "querytable": "read.hidden-connections",
            "slicercache": "read.hidden-slicers",
            "timelinecache": "read.hidden-slicers",
        }
        told = {"pivotcachedefinition", "pivotcacherecords", "comments", "threadedcomment", "person", "table"}
        told |= {"documenttask", "activexcontrolbinary", "origin", "certificate"}
        for part in self._archive.names:
            kind = self._kind(part)
            if kind is None:
                self._look_at(part, self._tell_leftover)
            elif kind in lookers:
                self._look_at(part, lookers[kind])
            elif kind in counted:
                self._found.add(counted[kind], place=self._holder(part))
            elif kind not in _ORDINARY and kind not in told:
                self._found.not_looked_at(part)

    def _holder(self, part: str) -> str | None:
        """The sheet that a part belongs to, where it belongs to one."""
        for relation in self._relations.to(part):
            sheet = self._sheet_names.get(relation.source.casefold())
            if sheet is not None:
                return f"“{safe_name(sheet)}”"
        return None

    def _tell_leftover(self, part: str) -> None:
        """A part that nothing names; what is all zeros was wiped when it was thrown away."""
        if _LITTER.fullmatch(part) is None and self._archive.whole(part).strip(b"\x00\xff"):
            self._found.add("read.hidden-leftover-parts", place=safe_name(part))

    def _look_at_comments(self) -> None:
        for part in self._of_kind("comments"):
            self._look_at(part, self._look_at_notes)
        for part in self._of_kind("threadedcomment"):
            self._look_at(part, self._look_at_thread)
        for part in self._of_kind("person"):
            self._look_at(part, self._look_at_persons)
        people = len({name for name in self._people if could_name_a_person(name)})
        if people:
            self._found.add("read.hidden-authors", people, label="hidden.person.comments")

    def _look_at_notes(self, part: str) -> None:
        facts = parts.read_comments(self._archive.walked(part))
        self._people |= facts.people
        self._found.add("read.hidden-comments", facts.count, place=self._holder(part))

    def _look_at_thread(self, part: str) -> None:
        count = parts.count_elements(self._archive.walked(part), "threadedComment")
        self._found.add("read.hidden-comments", count, place=self._holder(part))

    def _look_at_persons(self, part: str) -> None:
        self._people |= parts.read_persons(self._archive.walked(part))

    def _look_at_chart(self, part: str) -> None:
        for formula, points in parts.read_chart(self._archive.walked(part)):
            named = {name.casefold() for name in parts.sheets_named(formula)}
            if parts.leads_outside(formula) or not named <= self._in_sight:
                self._found.add("read.hidden-chart-data", points)

    def _look_at_drawing(self, part: str) -> None:
        count = parts.count_hidden_shapes(self._archive.walked(part))
        self._found.add("read.hidden-shapes", count, place=self._holder(part))

    def _look_at_image(self, part: str) -> None:
        self._found.add("read.hidden-images", place=self._holder(part))
        if tells_where_it_was_taken(self._archive.beginning(part)):
            self._found.add("read.hidden-image-places", place=safe_name(part))

    def _look_at_external_link(self, part: str) -> None:
        self._found.add("read.hidden-links", cells=parts.count_linked_cells(self._archive.walked(part)))

    def _look_at_connections(self, part: str) -> None:
        count = parts.count_elements(self._archive.walked(part), "connection")
        self._found.add("read.hidden-connections", count)

    def _look_at_custom_xml(self, part: str) -> None:
        facts = parts.read_custom_xml(self._archive.walked(part))
        if facts.root == "DataMashup":
            self._found.add("read.hidden-connections")
        elif facts.texts and not parts.is_of_document_store(facts.namespace):
            self._found.add("read.hidden-custom-xml", place=safe_name(part))

    # Properties

    def _look_at_core(self, part: str) -> None:
        properties = parts.read_properties(self._archive.walked(part))
        self._tell_person(properties.get("creator"), "hidden.person.author")
        self._tell_person(properties.get("lastModifiedBy"), "hidden.person.last-saved")
        for name in ("description", "keywords"):
            self._found.add("read.hidden-properties", int(name in properties))

    def _look_at_extended(self, part: str) -> None:
        properties = parts.read_properties(self._archive.walked(part))
        self._tell_person(properties.get("Manager"), "hidden.person.manager")
        self._found.add("read.hidden-company", int(could_name_a_person(properties.get("Company"))))

    def _look_at_custom(self, part: str) -> None:
        tell_own_properties(self._found, parts.read_properties(self._archive.walked(part)))

    def _tell_person(self, name: str | None, label: str) -> None:
        if could_name_a_person(name):
            self._found.add("read.hidden-authors", label=label)


def _sheet(entry: parts.SheetEntry, relation: Relation | None) -> Sheet:
    if relation is None or relation.outside:
        return Sheet(entry.name, entry.state)
    return Sheet(entry.name, entry.state, relation.target, relation.kind)


_ARTEFACTS = ("_xlfn.", "_xlws.", "_xlpm.", "_xludf.", "_xleta.", "_xlbgnm.", "_xlnm.", "solver_")
"""How names begin that spreadsheet programs make by themselves: print areas, filters, newer functions."""


def _name_code(name: parts.DefinedName, visible: Mapping[str, bool], own: str | None) -> str | None:
    """Which kind of finding a defined name is; None for an ordinary one."""
    formula = name.formula.strip().removeprefix("=")
    if parts.leads_outside(formula):
        return "read.hidden-names-outside"
    if name.name.startswith(_ARTEFACTS) or not formula or "#REF!" in formula or formula == "#NAME?":
        return None
    if name.hidden:
        return "read.hidden-names"
    if formula.startswith(('"', "{")):
        return "read.hidden-names-values"
    named = {sheet.casefold() for sheet in parts.sheets_named(formula)}
    if any(not visible.get(sheet, True) for sheet in named - {own}):
        return "read.hidden-names-outside"
    return "read.hidden-names-other-sheets" if named - {own} else None
