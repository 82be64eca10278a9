"""A whole schema put right: its edition, its texts, its fields, its keys, and the order of all."""

from __future__ import annotations

import copy
import re
from typing import Any

from agored.foreign.book import Book, Done, Reason
from agored.foreign.fields import KEYS as FIELD_KEYS
from agored.foreign.fields import fields_of, mend_field
from agored.foreign.judge import Judge
from agored.foreign.keys import mend_keys
from agored.foreign.limits import KEYS as CONSTRAINTS
from agored.foreign.spelling import leave_out, mend_text, respell

EDITION = "https://datapackage.org/profiles/2.0/tableschema.json"
"""The edition of the standard that schemas are brought to."""

KEYS = (
    "$schema", "name", "title", "description", "fieldsMatch", "fields", "missingValues", "primaryKey",
    "uniqueKeys", "foreignKeys",
)  # fmt: skip
_ALSO = {"primarykeys": "primaryKey", "foreignkey": "foreignKeys", "uniquekey": "uniqueKeys"}
_NEWEST = re.compile(r"https?://datapackage\.org/profiles/[2-9]\.[0-9]+/tableschema\.json")
# Addresses of the standard over the years, of JSON Schema, in which it is written, and its words for itself.
_STANDARD = re.compile(
    r"https?://([\w-]+\.)*(frictionlessdata\.io|datapackage\.org|dataprotocols\.org|json-schema\.org)(/.*)?"
    r"|https?://raw\.githubusercontent\.com/frictionlessdata/.*"
    r"|((json-)?table-schema|tabular-data-(schema|resource|package)|default|)"
)
_NAME = re.compile(r"[-a-z0-9._/]+")


def mended(book: Book, judge: Judge) -> dict[str, Any] | None:
    """The schema of ``book`` put right, every change written down; None where only a person can."""
    schema = copy.deepcopy(book.document.data)
    respell(book, schema, (), KEYS, _ALSO)
    if "fields" not in schema:
        book.stop("foreign.no-fields", ())
        return None
    fields = fields_of(book, schema)
    if fields is None:
        return None
    schema["fields"] = fields
    typed = _edition(book, schema)
    if "type" in schema:
        leave_out(book, schema, "type", (), "foreign.type-of-schema", Reason.REFUSED)
    for key in ("title", "description"):
        mend_text(book, schema, key, ())
    _schema_name(book, schema)
    for number, field in enumerate(fields):
        mend_field(book, judge, field, ("fields", number), typed)
    mend_keys(book, schema)
    _untitled(book, fields)
    return _ordered_schema(schema)


def _edition(book: Book, schema: dict[str, Any]) -> bool:
    """Bring ``$schema`` to the newest edition; gives whether a missing type is to be written down.

    Up to the first edition a field without a type held texts, and from the second on it may hold anything:
    with a new address the type has to be said. An address that is nobody's edition is somebody's own profile.
    """
    given = schema.get("$schema")
    profile = schema.get("profile")
    if isinstance(profile, str) and _STANDARD.fullmatch(profile.strip()):
        leave_out(book, schema, "profile", (), "foreign.edition-old", Reason.OLD)
    if isinstance(given, str) and (_NEWEST.fullmatch(given) or not _STANDARD.fullmatch(given.strip())):
        return False
    schema["$schema"] = EDITION
    if given is None or given == "":
        book.note("foreign.edition-missing", Reason.OLD, Done.ADDED, ("$schema",), "", EDITION)
    else:
        book.note("foreign.edition-old", Reason.OLD, Done.CHANGED, ("$schema",), given, EDITION)
    return True


def _schema_name(book: Book, schema: dict[str, Any]) -> None:
    """A schema's name is for addresses; one of another form becomes the title where there is none."""
    mend_text(book, schema, "name", ())
    given = schema.get("name")
    if given is None or _NAME.fullmatch(given):
        return
    plain = re.sub(r"[^a-z0-9._/]+", "-", given.strip().casefold()).strip("-")
    titled = bool(given.strip()) and schema.setdefault("title", given) is given
    if not plain:
        leave_out(book, schema, "name", (), "foreign.schema-name", Reason.REFUSED)
        return
    now = f"{plain}, title: {given}" if titled else plain
    book.note("foreign.schema-name", Reason.REFUSED, Done.CHANGED, ("name",), given, now)
    schema["name"] = plain


def _untitled(book: Book, fields: list[dict[str, Any]]) -> None:
    """Fields without a title are fields without a word for readers; nobody else can find one."""
    names = [field["name"] for field in fields if not str(field.get("title") or "").strip()]
    if names:
        book.note("foreign.untitled", Reason.UNCLEAR, Done.NOTHING, (), ", ".join(names), "")


def _ordered_schema(schema: dict[str, Any]) -> dict[str, Any]:
    fields = [_ordered(field, FIELD_KEYS, "description") for field in schema["fields"]]
    for field in fields:
        if isinstance(field.get("constraints"), dict):
            field["constraints"] = _ordered(field["constraints"], CONSTRAINTS, "enum")
    return _ordered({**schema, "fields": fields}, KEYS, "description")


def _ordered(section: dict[str, Any], keys: tuple[str, ...], texts: str) -> dict[str, Any]:
    """The standard's keys in their order, and keys of one's own, as they are written, after ``texts``."""
    end = keys.index(texts) + 1
    own = [key for key in section if key not in keys]
    beside = {key: [each for each in own if each.startswith(f"{key}_")] for key in ("title", "description")}
    rest = [key for key in own if not any(key in each for each in beside.values())]
    head = [name for key in keys[:end] for name in (key, *beside.get(key, ()))]
    return {key: section[key] for key in (*head, *rest, *keys[end:]) if key in section}
