"""ODS workbooks made by code, with whatever a test wants hidden in them; every name is invented."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from xlsx_made import HEAD, archive

ODF = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "office": f"{ODF}:office:1.0",
        "style": f"{ODF}:style:1.0",
        "text": f"{ODF}:text:1.0",
        "table": f"{ODF}:table:1.0",
        "draw": f"{ODF}:drawing:1.0",
        "fo": f"{ODF}:xsl-fo-compatible:1.0",
        "number": f"{ODF}:datastyle:1.0",
        "form": f"{ODF}:form:1.0",
        "script": f"{ODF}:script:1.0",
        "chart": f"{ODF}:chart:1.0",
        "meta": f"{ODF}:meta:1.0",
        "svg": f"{ODF}:svg-compatible:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
        "dc": "http://purl.org/dc/elements/1.1/",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)

ODS_STYLES = """
<number:number-style style:name="N1P0" style:volatile="true"><number:text/></number:number-style>
<number:text-style style:name="N1">
<number:text/>
<style:map style:condition="value()&gt;0" style:apply-style-name="N1P0"/>
</number:text-style>
<number:number-style style:name="N2"><number:number number:min-integer-digits="1"/></number:number-style>
<style:style style:name="hiddensheet" style:family="table">
<style:table-properties table:display="false"/>
</style:style>
<style:style style:name="sheet" style:family="table">
<style:table-properties table:display="true"/>
</style:style>
<style:style style:name="flat" style:family="table-row">
<style:table-row-properties style:row-height="0.01cm"/>
</style:style>
<style:style style:name="thin" style:family="table-column">
<style:table-column-properties style:column-width="0cm"/>
</style:style>
<style:style style:name="white" style:family="table-cell">
<style:text-properties fo:color="#ffffff"/>
</style:style>
<style:style style:name="whitechild" style:family="table-cell" style:parent-style-name="white"/>
<style:style style:name="black" style:family="table-cell">
<style:table-cell-properties fo:background-color="#000000"/>
<style:text-properties fo:color="#000000"/>
</style:style>
<style:style style:name="autoblack" style:family="table-cell">
<style:table-cell-properties fo:background-color="#000000"/>
</style:style>
<style:style style:name="header" style:family="table-cell">
<style:table-cell-properties fo:background-color="#1f4e78"/>
<style:text-properties fo:color="#ffffff"/>
</style:style>
<style:style style:name="tiny" style:family="table-cell">
<style:text-properties fo:font-size="1pt"/>
</style:style>
<style:style style:name="nothing" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="number" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="secret" style:family="table-cell">
<style:table-cell-properties style:cell-protect="hidden-and-protected"/>
</style:style>
<style:style style:name="conditional" style:family="table-cell">
<style:map style:condition="cell-content()=0" style:apply-style-name="white"/>
</style:style>
<style:style style:name="spanwhite" style:family="text">
<style:text-properties fo:color="#ffffff"/>
</style:style>
"""


def ods_cell(value: str | float | None = None, style: str = "", inside: str = "", **attributes: str) -> str:
    """A cell of an ODS sheet; attributes are those of the table, their ``_`` written as ``-``."""
    given = {f"table:{name.replace('_', '-')}": text for name, text in attributes.items()}
    given |= {"table:style-name": style} if style else {}
    if isinstance(value, str):
        given["office:value-type"] = "string"
    elif value is not None:
        given |= {"office:value-type": "float", "office:value": str(value)}
    more = "".join(f" {name}={quoteattr(text)}" for name, text in given.items())
    text = f"<text:p>{escape(str(value))}</text:p>" if value is not None else ""
    return f"<table:table-cell{more}>{inside}{text}</table:table-cell>"


def ods_row(*cells: str, **attributes: str) -> str:
    """A row of an ODS sheet."""
    more = "".join(f" table:{name.replace('_', '-')}={quoteattr(text)}" for name, text in attributes.items())
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def ods_table(
    name: str,
    rows: str,
    style: str = "sheet",
    columns: str = '<table:table-column table:number-columns-repeated="2"/>',
    **attributes: str,
) -> str:
    """A sheet of an ODS workbook."""
    more = "".join(f" table:{key}={quoteattr(text)}" for key, text in attributes.items())
    return f'<table:table table:name={quoteattr(name)} table:style-name="{style}"{more}>{columns}{rows}</table:table>'


def ods_rows(count: int = 4) -> str:
    """A small plain table, and the million empty rows below it that programs write."""
    rows = ods_row(ods_cell("Ardal"), ods_cell("Nifer"))
    rows += "".join(ods_row(ods_cell(f"Ardal {number}"), ods_cell(number)) for number in range(1, count))
    return rows + ods_row(ods_cell(number_columns_repeated="2"), number_rows_repeated="1048000")


def ods(
    *tables: str,
    parts: Mapping[str, str | bytes] | None = None,
    meta: str = "",
    after: str = "",
    before: str = "",
) -> bytes:
    """An ODS workbook of these sheets; ``before`` and ``after`` stand around them, ``meta`` are properties."""
    content = (
        f'{HEAD}<office:document-content {NAMESPACES} office:version="1.3">'
        f"<office:automatic-styles>{ODS_STYLES}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{before}{''.join(tables)}{after}</office:spreadsheet></office:body></office:document-content>"
    )
    made: dict[str, str | bytes] = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "styles.xml": f'{HEAD}<office:document-styles {NAMESPACES} office:version="1.3"/>',
        "meta.xml": f"{HEAD}<office:document-meta {NAMESPACES}><office:meta>{meta}</office:meta>"
        "</office:document-meta>",
        **(parts or {}),
    }
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in made
        if name != "mimetype"
    )
    made["META-INF/manifest.xml"] = (
        f'{HEAD}<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0" manifest:version="1.3">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        f"{listed}</manifest:manifest>"
    )
    return archive({name: text.encode() if isinstance(text, str) else text for name, text in made.items()})
