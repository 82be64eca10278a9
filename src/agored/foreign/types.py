"""Names for types and formats: what other standards and older editions called them, where that is plain.

A name is here only where it can mean one thing. ``geometry`` is not: it may be WKT or GeoJSON.
"""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Mapping
from typing import Any

TYPES = (
    "string", "number", "integer", "boolean", "object", "array", "list", "datetime", "date", "time",
    "year", "yearmonth", "duration", "geopoint", "geojson", "any",
)  # fmt: skip
"""The types of Table Schema."""

FORMATS: Mapping[str, tuple[str, ...]] = {
    "string": ("default", "email", "uri", "binary", "uuid", "wkt"),
    "geopoint": ("default", "array", "object"),
    "geojson": ("default", "topojson"),
}
"""The formats of the types that have a closed list of them."""

TIMES = ("date", "datetime", "time")
"""The types whose format is a pattern of the days and times that a cell is written in."""

UNLIKE = ("list", "array", "object", "geojson")
"""The types whose values cannot be told from each other, so that none is unique or a key."""

_OTHER_NAMES: Mapping[str, str] = {
    "string": "text str char character charactervarying varchar varchar2 nvarchar nchar clob unicode token"
    " normalizedstring nmtoken ncname qname",
    "integer": "int long short byte bigint smallint tinyint mediumint int8 int16 int32 int64 uint8 uint16"
    " uint32 uint64 serial bigserial wholenumber",
    "number": "float double decimal numeric real float32 float64 doubleprecision",
    "boolean": "bool logical",
    "datetime": "timestamp",
    "year": "gyear",
    "yearmonth": "gyearmonth",
    "duration": "daytimeduration yearmonthduration",
    "object": "json",
}
# With a format or a limit, which is part of what the name says.
_MORE: Mapping[str, Mapping[str, Any]] = {
    "uri": {"type": "string", "format": "uri"},
    "url": {"type": "string", "format": "uri"},
    "anyuri": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
    "uuid": {"type": "string", "format": "uuid"},
    "guid": {"type": "string", "format": "uuid"},
    "binary": {"type": "string", "format": "binary"},
    "base64binary": {"type": "string", "format": "binary"},
    "wkt": {"type": "string", "format": "wkt"},
    "topojson": {"type": "geojson", "format": "topojson"},
    "currency": {"type": "number", "bareNumber": False},
    "percent": {"type": "number", "bareNumber": False},
    "percentage": {"type": "number", "bareNumber": False},
    "nonnegativeinteger": {"type": "integer", "minimum": 0},
    "unsignedint": {"type": "integer", "minimum": 0},
    "unsignedlong": {"type": "integer", "minimum": 0},
    "unsignedshort": {"type": "integer", "minimum": 0},
    "unsignedbyte": {"type": "integer", "minimum": 0},
    "positiveinteger": {"type": "integer", "minimum": 1},
    "nonpositiveinteger": {"type": "integer", "maximum": 0},
    "negativeinteger": {"type": "integer", "maximum": -1},
}
_MEANINGS: Mapping[str, Mapping[str, Any]] = {
    **{name: {"type": name} for name in TYPES},
    **{name: {"type": kind} for kind, names in _OTHER_NAMES.items() for name in names.split()},
    **_MORE,
}
# XML Schema's names came by address or by prefix; a size in brackets is how a database stores a value.
_AROUND = re.compile(
    r"\A(https?://www\.w3\.org/2001/XMLSchema(-datatypes)?#|xsd?:)|\s*\([\d\s,]*\)\Z", re.IGNORECASE
)

_STRING_FORMATS: Mapping[str, str] = {
    "url": "uri", "anyuri": "uri", "iri": "uri", "web": "uri", "mail": "email", "emailaddress": "email",
    "guid": "uuid", "base64": "binary", "text": "default", "string": "default", "plain": "default",
    "none": "default",
}  # fmt: skip
_TYPE_FORMATS: Mapping[str, str] = {"date": "date", "datetime": "datetime", "time": "time"}
_ISO = ("iso", "iso8601", "w3c", "xsddate", "standard")


def squashed(name: str) -> str:
    """A name without what spellings differ in: case, blanks, hyphens, underscores."""
    return re.sub(r"[\s_-]", "", name).casefold()


def meaning(name: Any) -> Mapping[str, Any] | None:
    """What a type's name says: the type, and with some a format or a limit. None where that is not plain."""
    if isinstance(name, list):  # JSON Schema: a type or nothing
        rest = [each for each in name if each != "null"]
        return meaning(rest[0]) if len(rest) == 1 and not isinstance(rest[0], list) else None
    return _MEANINGS.get(squashed(_AROUND.sub("", name.strip()))) if isinstance(name, str) else None


def told(meant: Mapping[str, Any]) -> str:
    """What a type's name says, as the keys of a field; a limit that it says is another matter."""
    said = {key: meant[key] for key in ("type", "format", "bareNumber") if key in meant}
    return ", ".join(f"{key}: {str(value).lower()}" for key, value in said.items())


def string_format(name: str) -> str | None:
    """The format of texts that ``name`` stands for; None where there is none."""
    plain = squashed(name)
    return plain if plain in FORMATS["string"] else _STRING_FORMATS.get(plain)


def type_as_format(name: str) -> str | None:
    """The type that stands as a format, as JSON Schema has it: texts of the format ``date``."""
    return _TYPE_FORMATS.get(squashed(name))


def pattern_of(name: str) -> str | None:
    """A pattern for days and times (``%d/%m/%Y``) from how ``name`` writes it: ``dd/mm/yyyy``, ``%-d/%-m/%Y``
    or a word for the standard's own way. None where it cannot be told."""
    if squashed(name) in _ISO:
        return "default"
    if "%" in name:
        plain = re.sub(r"%[-#](?=[dmyHIMSj])", "%", name)
        return plain if _works(plain) else None
    pattern = _from_letters(name)
    return pattern if pattern and _works(pattern) else None


def kind_of(pattern: str) -> str | None:
    """Whether a pattern has a day, a time of day, or both."""
    directives = set(re.findall(r"%([A-Za-z])", pattern))
    day, time = directives & set("djmyYbBaAUWxGVu"), directives & set("HIMSpfX")
    if "c" in directives or (day and time):
        return "datetime"
    return "date" if day else "time" if time else None


_LETTERS = re.compile(r"Y{4}|Y{2}|M{1,4}|D{1,2}|H{1,2}|S{1,2}|'T'|[TZ]|[-/.:,\s]", re.IGNORECASE)
_DIRECTIVES: Mapping[str, str] = {
    "yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%m", "dd": "%d", "d": "%d",
    "hh": "%H", "h": "%H", "ss": "%S", "s": "%S",
}  # fmt: skip


def _from_letters(name: str) -> str | None:
    """``yyyy-mm-dd`` and its like; after the hour ``mm`` is minutes, as every program has it."""
    parts = _LETTERS.findall(name)
    if "".join(parts) != name:
        return None
    found: list[str] = []
    for part in parts:
        directive = _DIRECTIVES.get(part.lower(), part.strip("'"))
        if directive == "%m" and "%H" in found:
            directive = "%M"
        if directive.startswith("%") and directive in found:
            return None
        found.append(directive)
    return "".join(found) if any(part.startswith("%") for part in found) else None


def _works(pattern: str) -> bool:
    """Whether a moment written by the pattern can be read by it."""
    moment = datetime.datetime(2003, 2, 1, 13, 14, 15, tzinfo=datetime.UTC)
    try:
        with warnings.catch_warnings():  # a day without its year is doubted, and is not our concern
            warnings.simplefilter("ignore")
            datetime.datetime.strptime(moment.strftime(pattern), pattern)
    except (ValueError, re.error):
        return False
    return "%" in pattern
