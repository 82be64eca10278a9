"""XLSX workbooks made by code, part by part, with whatever a test wants hidden in them; every name is invented."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PEOPLE = 2_375
"""How many people stood in the pivot tables of the workbook for which a council was fined."""

CORE = (
    f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/">{}</cp:coreProperties>'
)
APP = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">{}</Properties>'

STYLES = f"""<styleSheet xmlns="{MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode=";;;"/>
<numFmt numFmtId="165" formatCode="[=0]&quot;&quot;;0"/></numFmts>
<fonts count="5"><font><sz val="11"/><color theme="1"/><name val="Calibri"/></font>
<font><sz val="11"/><color rgb="FFFFFFFF"/></font><font><sz val="1"/><color theme="1"/></font>
<font><sz val="11"/><color theme="0"/></font><font><sz val="11"/></font></fonts>
<fills count="5"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FF000000"/></patternFill></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FF1F4E78"/></patternFill></fill>
<fill><patternFill patternType="solid"><fgColor indexed="13"/></patternFill></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="9"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="0" fontId="0" fillId="2" borderId="0" xfId="0" applyFill="1"/>
<xf numFmtId="0" fontId="3" fillId="3" borderId="0" xfId="0" applyFont="1" applyFill="1"/>
<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="0" fontId="4" fillId="4" borderId="0" xfId="0" applyFill="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
<dxfs count="2"><dxf><font><color rgb="FFFFFFFF"/></font></dxf>
<dxf><font><color rgb="FFFFFFFF"/></font><fill><patternFill><bgColor rgb="FFC00000"/></patternFill></fill></dxf></dxfs>
</styleSheet>"""
WHITE_INK, NOTHING_SHOWN, TINY, BLACKED_OUT, WHITE_ON_BLUE, THEME_PAPER_INK, ZERO_UNSHOWN, ON_YELLOW = range(
    1, 9
)
"""The styles of ``STYLES`` by number; the first, 0, is plain."""


def cell(reference: str, value: str | float | None = None, style: int = 0, formula: str = "") -> str:
    """A cell: a number, an inline text, or nothing."""
    head = f'<c r="{reference}" s="{style}"'
    worked = f"<f>{escape(formula)}</f>" if formula else ""
    if value is None:
        return f"{head}>{worked}</c>" if worked else f"{head}/>"
    if isinstance(value, str):
        return f'{head} t="inlineStr">{worked}<is><t>{escape(value)}</t></is></c>'
    return f"{head}>{worked}<v>{value}</v></c>"


def shared(reference: str, number: int, style: int = 0) -> str:
    """A cell with one of the workbook's shared texts."""
    return f'<c r="{reference}" s="{style}" t="s"><v>{number}</v></c>'


def row(number: int, *cells: str, **attributes: str) -> str:
    """A row of cells."""
    more = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<row r="{number}"{more}>{"".join(cells)}</row>'


def table_rows(count: int = 4) -> str:
    """A small plain table: areas and numbers, under headings."""
    rows = [row(1, cell("A1", "Ardal"), cell("B1", "Nifer"))]
    rows += [
        row(each, cell(f"A{each}", f"Ardal {each}"), cell(f"B{each}", each * 10))
        for each in range(2, count + 1)
    ]
    return "".join(rows)


@dataclass
class Xlsx:
    """An XLSX workbook that grows part by part; a new one holds no sheet."""

    parts: dict[str, bytes] = field(default_factory=dict)
    relations: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)
    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    around_sheets: tuple[str, str] = ("", "")
    texts: Sequence[str] = ()
    styles: str = STYLES

    def sheet(
        self,
        name: str,
        rows: str = "",
        before: str = "",
        after: str = "",
        state: str = "visible",
        kind: str = "worksheet",
    ) -> str:
        """A sheet; ``before`` and ``after`` stand around its cells. Gives its part's name."""
        part = f"xl/{kind}s/sheet{len(self.sheets) + 1}.xml"
        inner = f"{before}<sheetData>{rows}</sheetData>{after}" if kind == "worksheet" else before
        root = "worksheet" if kind == "worksheet" else kind
        self.add(part, f'<{root} xmlns="{MAIN}" xmlns:r="{OFFICE}">{inner}</{root}>')
        relation = self.relate("xl/workbook.xml", kind, part)
        self.sheets.append((name, state, relation))
        return part

    def add(self, part: str, content: str | bytes, source: str | None = None, kind: str = "") -> str:
        """A part, and a relation to it from ``source``. Gives the part's name."""
        self.parts[part] = (HEAD + content).encode() if isinstance(content, str) else content
        if source is not None:
            self.relate(source, kind, part)
        return part

    def relate(self, source: str, kind: str, target: str, outside: bool = False) -> str:
        """A relation from one part to another, or to something outside. Gives its number."""
        if not outside:
            target = posixpath.relpath(target, posixpath.dirname(source) or ".")
        address = kind if "://" in kind else f"{OFFICE}/{kind}"
        self.relations.setdefault(source, []).append((address, target, outside))
        return f"rId{len(self.relations[source])}"

    def bytes(self) -> bytes:
        """The workbook as a file."""
        parts = dict(self.parts)
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}"'
            f'{f" state={quoteattr(state)}" if state != "visible" else ""} r:id="{relation}"/>'
            for number, (name, state, relation) in enumerate(self.sheets, start=1)
        )
        before, after = self.around_sheets
        book = (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheets>{sheets}</sheets>{after}</workbook>'
        )
        parts["xl/workbook.xml"] = (HEAD + book).encode()
        made = Xlsx(parts, {source: list(each) for source, each in self.relations.items()})
        made.add("xl/styles.xml", self.styles, "xl/workbook.xml", "styles")
        if self.texts:
            items = "".join(
                text if text.startswith("<si") else f"<si><t>{text}</t></si>" for text in self.texts
            )
            sst = f'<sst xmlns="{MAIN}">{items}</sst>'
            made.add("xl/sharedStrings.xml", sst, "xl/workbook.xml", "sharedStrings")
        made.relate("", "officeDocument", "xl/workbook.xml")
        for source, relations in made.relations.items():
            folder, name = posixpath.split(source)
            parts[posixpath.join(folder, "_rels", f"{name}.rels")] = _relations(relations)
        parts["[Content_Types].xml"] = _content_types(parts)
        return archive(parts)


def _relations(relations: Iterable[tuple[str, str, bool]]) -> bytes:
    items = "".join(
        f'<Relationship Id="rId{number}" Type={quoteattr(kind)} Target={quoteattr(target)}'
        f"{' TargetMode=' + quoteattr('External') if outside else ''}/>"
        for number, (kind, target, outside) in enumerate(relations, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'.encode()


_TYPES = {
    "xl/workbook.xml": "spreadsheetml.sheet.main",
    "xl/worksheets/": "spreadsheetml.worksheet",
    "xl/styles.xml": "spreadsheetml.styles",
    "xl/sharedStrings.xml": "spreadsheetml.sharedStrings",
    "xl/comments": "spreadsheetml.comments",
    "xl/pivotTables/": "spreadsheetml.pivotTable",
    "xl/pivotCache/pivotCacheDefinition": "spreadsheetml.pivotCacheDefinition",
    "xl/pivotCache/pivotCacheRecords": "spreadsheetml.pivotCacheRecords",
    "xl/externalLinks/": "spreadsheetml.externalLink",
    "xl/tables/": "spreadsheetml.table",
    "xl/connections.xml": "spreadsheetml.connections",
    "xl/drawings/": "drawing",
}


def _content_types(parts: Mapping[str, bytes]) -> bytes:
    base = "application/vnd.openxmlformats-officedocument."
    given = "".join(
        f'<Override PartName="/{part}" ContentType="{base}{kind}+xml"/>'
        for part in parts
        for start, kind in _TYPES.items()
        if part.startswith(start) and "_rels" not in part
    )
    defaults = (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
        ("bin", "application/octet-stream"),
        ("vml", f"{base}vmlDrawing"),
    )
    kinds = "".join(f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in defaults)
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{kinds}{given}</Types>'.encode()


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def plain_xlsx() -> Xlsx:
    """A workbook of one sheet, “Data”, that hides nothing."""
    book = Xlsx()
    book.sheet("Data", table_rows())
    return book


# The case that a council was fined for


WARDS = ("Glan-y-don", "Pen-y-bryn", "Maes-yr-haf", "Tan-y-coed", "Bron-y-gof")
REASONS = ("dim cartref", "tenantiaeth yn dod i ben", "trais yn y cartref")


def person(number: int) -> tuple[str, str, str]:
    """An invented person: a name, a ward, a reason."""
    return f"Person Ffug {number}", WARDS[number % len(WARDS)], REASONS[number % len(REASONS)]


def pivot_workbook(people: int = PEOPLE, save_data: bool = True) -> Xlsx:
    """A workbook whose only sheet shows totals by ward, and whose pivot table keeps every person.

    Without ``save_data`` the records are not kept, but the lists of different values are.
    """
    book = Xlsx()
    totals = {ward: sum(person(number)[1] == ward for number in range(people)) for ward in sorted(WARDS)}
    rows = [row(3, cell("A3", "Row Labels"), cell("B3", "Count of Name"))]
    rows += [
        row(number, cell(f"A{number}", ward), cell(f"B{number}", count))
        for number, (ward, count) in enumerate(totals.items(), start=4)
    ]
    sheet = book.sheet("Crynodeb", "".join(rows))
    items = [
        [person(number)[0] for number in range(people)],
        sorted(WARDS),
        sorted(REASONS),
    ]
    fields = "".join(
        f'<cacheField name="{name}" numFmtId="0"><sharedItems count="{len(values)}">'
        f"{''.join(f'<s v={quoteattr(value)}/>' for value in values)}</sharedItems></cacheField>"
        for name, values in zip(("Name", "Ward", "Reason"), items, strict=True)
    )
    kept = f' r:id="rId1" recordCount="{people}"' if save_data else ' saveData="0"'
    definition = book.add(
        "xl/pivotCache/pivotCacheDefinition1.xml",
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}"{kept} refreshedBy="Enw Ffug" '
        f'refreshedVersion="6" createdVersion="6" minRefreshableVersion="3"><cacheSource type="worksheet">'
        f'<worksheetSource ref="A1:C{people + 1}" sheet="Pobl"/></cacheSource>'
        f'<cacheFields count="3">{fields}</cacheFields></pivotCacheDefinition>',
        "xl/workbook.xml",
        "pivotCacheDefinition",
    )
    if save_data:
        places = [{value: place for place, value in enumerate(values)} for values in items]
        records = "".join(
            "<r>"
            + "".join(f'<x v="{places[field][value]}"/>' for field, value in enumerate(person(number)))
            + "</r>"
            for number in range(people)
        )
        book.add(
            "xl/pivotCache/pivotCacheRecords1.xml",
            f'<pivotCacheRecords xmlns="{MAIN}" count="{people}">{records}</pivotCacheRecords>',
            definition,
            "pivotCacheRecords",
        )
    ward_items = "".join(f'<item x="{place}"/>' for place in range(len(WARDS)))
    table = book.add(
        "xl/pivotTables/pivotTable1.xml",
        f'<pivotTableDefinition xmlns="{MAIN}" name="PivotTable1" cacheId="1" dataCaption="Values" '
        'applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0" '
        'applyAlignmentFormats="0" applyWidthHeightFormats="1" updatedVersion="6" minRefreshableVersion="3" '
        'createdVersion="6" indent="0" outline="1" outlineData="1">'
        f'<location ref="A3:B{3 + len(WARDS)}" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        '<pivotFields count="3"><pivotField dataField="1" showAll="0"/>'
        f'<pivotField axis="axisRow" showAll="0"><items count="{len(WARDS) + 1}">{ward_items}<item t="default"/>'
        '</items></pivotField><pivotField showAll="0"/></pivotFields>'
        '<rowFields count="1"><field x="1"/></rowFields>'
        f'<rowItems count="{len(WARDS)}">'
        + "".join(f'<i><x v="{place}"/></i>' for place in range(len(WARDS)))
        + '</rowItems><colItems count="1"><i/></colItems><dataFields count="1">'
        '<dataField name="Count of Name" fld="0" subtotal="count" baseField="0" baseItem="0"/></dataFields>'
        "</pivotTableDefinition>",
        sheet,
        "pivotTable",
    )
    book.relate(table, "pivotCacheDefinition", definition)
    book.around_sheets = ("", '<pivotCaches><pivotCache cacheId="1" r:id="rId2"/></pivotCaches>')
    return book
