"""The words and marks that tables are built with, in Welsh and English: the only texts of cells that a draft names."""

from __future__ import annotations

import re

_NUMBER = r"[-+]?\s?[£$€]?\s?-?(?:\d{1,3}(?:[, \u00a0]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?\s?%?"
NUMBER = re.compile(rf"(?=.*\d)(?:{_NUMBER})", re.ASCII)
"""A number as tables write it: signs of money and of percentages, thousands set apart."""

MARKER = re.compile(
    r"\[[A-Za-z]{1,12}(?: ?\d{1,2})?\]|\([A-Za-z!]{1,3}\)|[<>≤≥]=?\s?\d{1,2}|[*†‡#~]{1,3}|\.{1,3}|:{1,2}|-{1,3}|[–—…]"
    r"|[xczuXCZU]|[nN]\.?/?[aAkK]\.?|NULL|null|NaN|(?i:suppressed|withheld|not available|ddim ar gael|dim data|no data)"
)
"""What stands in place of a number."""
MARKED_NUMBER = re.compile(
    rf"(?=.*\d)(?P<number>{_NUMBER})\s?"
    r"(?P<marker>\([A-Za-z!]{1,3}\)|\[[A-Za-z]{1,4}(?: ?\d{1,2})?\]|[*†‡#]{1,3}|[rpeb])",
    re.ASCII,
)
"""A number with a marker behind it."""

DATE_LIKE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}[- ][^\W\d_]{3,9}[- ,]+\d{2,4}", re.DOTALL
)

OF_RECORDS = re.compile(r"\S+@\S+\.\S+|https?://\S+|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
"""What stands in records and never in headings: a mailbox, an address on the web, a postcode."""

UNIT = re.compile(
    r"\(?\s*(?:£\s?(?:k|m|bn|million|thousand|[’']?0{3}s?)?|0{3}s|%|per ?cent(?:age)?|y cant|canran|number|no\.?"
    r"|nifer|count|cyfrif|cyfanswm|rate|cyfradd|index|mynegai|kg|g|mg|tonnes?|tunnell|tunelli|km2?|km²|m2?|m²|mm"
    r"|miles|milltiroedd|metres|metrau|ha|hectares|hectarau|litres|litrau|kwh|mwh|gwh|°c|degc|celsius|µg/?m-?[3³]|ug/?m-?[3³]"
    r"|hours|oriau|days|dyddiau|weeks|wythnosau|months|misoedd|years|blynyddoedd|people|pobl|persons|households"
    r"|aelwydydd|thousands|miloedd|millions|miliynau|per [\d,]+|fesul [\d,]+)\s*\)?",
    re.IGNORECASE,
)
"""What a row of units below the headings holds."""

TOTALS = frozenset((
    "total", "totals", "grand total", "overall total", "sum", "overall", "subtotal", "sub-total", "sub total", "all",
    "cyfanswm", "cyfanswm cyfan", "is-gyfanswm", "cyfansymiau", "cyfan", "y cyfan", "pawb", "popeth",
))  # fmt: skip
WHOLES = frozenset((
    "wales", "cymru", "all wales", "cymru gyfan", "wales total", "total wales", "cyfanswm cymru", "wales / cymru",
    "cymru / wales",
))  # fmt: skip
"""What a record that sums up others is called; the whole of Wales among its parts."""

OTHER_NATIONS = frozenset((
    "england", "scotland", "northern ireland", "lloegr", "yr alban", "gogledd iwerddon", "ireland", "france",
))  # fmt: skip
"""Beside these, Wales is one of several and no whole."""

NOTE_STARTS = (
    "Source:", "Sources:", "Source ", "Ffynhonnell:", "Ffynonellau:", "Ffynhonnell ", "Note:", "Notes:", "Note ",
    "Notes", "Nodyn:", "Nodiadau:", "Nodyn ", "Nodiadau", "Footnote", "Troednodyn", "Troednodiadau", "Symbols",
    "Symbolau", "Key:", "Allwedd:", "©", "Crown copyright", "Hawlfraint y Goron", "Contact:", "Cyswllt:", "* ",
    "** ", "(1)", "1.", "[1]",
)  # fmt: skip
"""How notes below a table begin."""

YEAR_WORDS = frozenset((
    "year", "years", "yearcode", "yr", "blwyddyn", "blynyddoedd", "fy", "financialyear", "academicyear",
))  # fmt: skip
PERIOD_WORDS = YEAR_WORDS | {
    "period", "cyfnod", "month", "mis", "quarter", "chwarter", "date", "dyddiad", "yearmonth", "time", "amser",
}  # fmt: skip
ID_WORDS = frozenset((
    "code", "cod", "id", "ids", "ref", "reference", "cyfeirnod", "uprn", "usrn", "toid", "urn", "identifier",
    "dynodwr", "easting", "northing", "postcode", "telephone", "phone", "ffon", "tel", "fax", "ffacs",
))  # fmt: skip
NOTE_WORDS = frozenset((
    "note", "notes", "nodyn", "nodiadau", "description", "disgrifiad", "comment", "comments", "sylw", "sylwadau", "tag",
))  # fmt: skip
"""Words of headings over years, over periods, over what only looks like a number, and over remarks."""


def label(cell: str) -> str:
    """A cell as ``TOTALS`` and ``WHOLES`` write it."""
    return " ".join(cell.split()).rstrip(":").casefold()


def words_of(heading: str) -> frozenset[str]:
    """A heading's words in small letters; ``YearCode`` is two, and one."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return frozenset(re.findall(r"[^\W\d_]+", f"{split} {heading}".casefold()))
