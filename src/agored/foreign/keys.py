"""What a schema says of its fields together: keys of this table and of others, and how fields are matched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agored.foreign.book import Book, Done, Reason
from agored.foreign.lenient import Spot
from agored.foreign.spelling import drop_nothing, leave_out, mend_missing_values, respell
from agored.foreign.types import UNLIKE, squashed

Names = Mapping[str, list[str]]
"""The names of the fields, by what is left of them without case and marks."""

MATCHES = ("exact", "equal", "subset", "superset", "partial")


def mend_keys(book: Book, schema: dict[str, Any]) -> None:
    """Put right everything but the fields; their names are known by now."""
    names: dict[str, list[str]] = {}
    for name in book.names.values():
        names.setdefault(squashed(name), []).append(name)
    _missing_values(book, schema)
    _fields_match(book, schema)
    _primary_key(book, schema, names)
    _unique_keys(book, schema, names)
    _foreign_keys(book, schema, names)


def _missing_values(book: Book, schema: dict[str, Any]) -> None:
    """``missingValue``, of one mark, became ``missingValues``. Whether empty cells are missing as well, which
    is so where nothing is said, cannot be told from it."""
    mend_missing_values(book, schema, ())
    for key in ("missingValue", "missing_value"):
        if not drop_nothing(book, schema, key, ()) or "missingValues" in schema:
            continue
        value = schema.pop(key)
        schema["missingValues"] = value if isinstance(value, list) else [value]
        book.note("foreign.missing-value", Reason.IDLE, Done.MOVED, (key,), value, "missingValues")
        book.moved((key,), ("missingValues",) if isinstance(value, list) else ("missingValues", 0))
        mend_missing_values(book, schema, ())


def _fields_match(book: Book, schema: dict[str, Any]) -> None:
    key = "fieldsMatch"
    if not drop_nothing(book, schema, key, ()) or schema[key] in MATCHES:
        return
    given = schema[key]
    one = given[0] if isinstance(given, list) and len(given) == 1 else given
    plain = one.strip().casefold() if isinstance(one, str) else ""
    if plain not in MATCHES:
        leave_out(book, schema, key, (), "foreign.fields-match", Reason.UNCLEAR, allowed=", ".join(MATCHES))
        return
    book.note("foreign.text-form", Reason.REFUSED, Done.CHANGED, (key,), given, plain)
    schema[key] = plain


def _primary_key(book: Book, schema: dict[str, Any], names: Names) -> None:
    key = "primaryKey"
    if not drop_nothing(book, schema, key, ()):
        return
    given = schema[key]
    if given in ("", []):
        leave_out(book, schema, key, (), "foreign.nothing", Reason.IDLE)
        return
    found = _names(given, names)
    if found is None:
        leave_out(book, schema, key, (), "foreign.primary-key", Reason.UNCLEAR)
        return
    unlike = [field for field in schema["fields"] if field["name"] in found and field.get("type") in UNLIKE]
    if unlike:
        kind = unlike[0]["type"]
        leave_out(
            book, schema, key, (), "foreign.key-type", Reason.REFUSED, field=unlike[0]["name"], type=kind
        )
    elif found != given:
        _note_names(book, (key,), given, found)
        schema[key] = found


def _note_names(book: Book, spot: Spot, given: Any, found: list[str]) -> None:
    """A name that became a list is as it was; another name is another matter."""
    one = isinstance(given, str) and found == [given]
    code, reason = ("foreign.names-text", Reason.OLD) if one else ("foreign.names-other", Reason.REFUSED)
    book.note(code, reason, Done.CHANGED, spot, given, found)


def _unique_keys(book: Book, schema: dict[str, Any], names: Names) -> None:
    """A list of lists of names. A plain list of several names may be one key or several."""
    key = "uniqueKeys"
    if not drop_nothing(book, schema, key, ()):
        return
    given = schema[key]
    one = given if isinstance(given, list) else [given]
    if len(one) == 1 and isinstance(one[0], str):
        found = [_names(one[0], names)]
    elif one and all(isinstance(each, list) for each in one):
        found = [_names(each, names) for each in one]
    else:
        found = [None]
    if not all(found):
        leave_out(book, schema, key, (), "foreign.unique-keys", Reason.UNCLEAR)
    elif found != given:
        book.note("foreign.names-other", Reason.REFUSED, Done.CHANGED, (key,), given, found)
        schema[key] = found


def _foreign_keys(book: Book, schema: dict[str, Any], names: Names) -> None:
    key = "foreignKeys"
    if not drop_nothing(book, schema, key, ()):
        return
    given = schema[key]
    if isinstance(given, dict):
        book.note("foreign.list-form", Reason.REFUSED, Done.CHANGED, (key,), given, [given])
        book.moved((key,), (key, 0))
        given = [given]
    if not isinstance(given, list):
        leave_out(book, schema, key, (), "foreign.foreign-key", Reason.UNCLEAR)
        return
    kept = [
        found
        for number, each in enumerate(given)
        if (found := _foreign_key(book, each, (key, number), names))
    ]
    schema[key] = kept
    if not kept and given:
        del schema[key]


def _foreign_key(book: Book, given: Any, spot: Spot, names: Names) -> dict[str, Any] | None:
    """One key to another table, or to this one; None where it leads nowhere."""
    if not isinstance(given, dict):
        book.note("foreign.foreign-key", Reason.UNCLEAR, Done.LEFT_OUT, spot, given)
        return None
    link = dict(given)
    respell(book, link, spot, ("fields", "reference"), {"field": "fields", "references": "reference"})
    reference = link.get("reference")
    if not isinstance(reference, dict):
        book.note("foreign.foreign-key", Reason.UNCLEAR, Done.LEFT_OUT, spot, given)
        return None
    reference = dict(reference)
    respell(book, reference, (*spot, "reference"), ("resource", "fields"), {"field": "fields"})
    abroad = next((key for key in ("datapackage", "package") if reference.get(key)), None)
    if abroad is not None:
        at = (*spot, "reference", abroad)
        book.note("foreign.foreign-package", Reason.UNCLEAR, Done.LEFT_OUT, at, reference[abroad])
        return None
    return _link(book, link, reference, spot, names, given)


def _link(
    book: Book,
    link: dict[str, Any],
    reference: dict[str, Any],
    spot: Spot,
    names: Names,
    given: Any,
) -> dict[str, Any] | None:
    """The link with both its ends as lists of names; within this table ``resource`` says nothing."""
    table = reference.get("resource")
    own = table in (None, "", "self")
    here = _names(link.get("fields"), names)
    there = _names(reference.get("fields"), names if own else None)
    if not (own or isinstance(table, str)) or not here or not there or len(here) != len(there):
        book.note("foreign.foreign-key", Reason.UNCLEAR, Done.LEFT_OUT, spot, given)
        return None
    if own and "resource" in reference:
        at = (*spot, "reference", "resource")
        book.note("foreign.foreign-self", Reason.OLD, Done.LEFT_OUT, at, reference.pop("resource"))
    for holder, found, at in ((link, here, spot), (reference, there, (*spot, "reference"))):
        if holder["fields"] != found:
            _note_names(book, (*at, "fields"), holder["fields"], found)
            holder["fields"] = found
    return {**link, "reference": reference}


def _names(given: Any, names: Names | None) -> list[str] | None:
    """Names of fields as a list, each as the field has it; None where one is no field's, or comes twice.

    With None for ``names``, whose fields they are is not known here, and any will do.
    """
    listed = given if isinstance(given, list) else [given]
    if isinstance(given, str) and names is not None and _name(given, names) is None and "," in given:
        listed = [part.strip() for part in given.split(",")]
    found = [_name(each, names) for each in listed]
    plain = [name for name in found if name is not None]
    return plain if plain and len(plain) == len(found) and len(set(plain)) == len(plain) else None


def _name(given: Any, names: Names | None) -> str | None:
    """The field that is meant: the one of that name, or the only one that differs in case and marks alone."""
    if not isinstance(given, str):
        return None
    if names is None:
        return given or None
    near = names.get(squashed(given), [])
    return given if given in near else near[0] if len(near) == 1 else None
