"""Which part of a document is the schema: the whole, a list of fields, or what stands within a description of
tables. What is written to another standard is told by its name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from agored.errors import RecipeError
from agored.foreign.book import Book, Done, Reason, shown, under
from agored.foreign.lenient import Document, Spot
from agored.foreign.types import meaning, squashed


def schema_in(document: Document, table: str | None = None) -> Book:
    """A book on the schema in ``document``, with the slips of the file written in it.

    ``table`` names the table where several are described. Raises RecipeError where there is no schema, where
    it stands in another file or is of another standard, or where it must be said which is meant.
    """
    spot = _spot(document.data, table)
    data = _at(document.data, spot)
    bare = isinstance(data, list)
    book = Book(under(document, spot, ("fields",) if bare else ()))
    book.slips()
    if spot:
        book.document.lines.setdefault((), document.lines.get(spot, 1))
        book.note("foreign.wrapped", Reason.REFUSED, Done.REWRITTEN, (), _path(spot))
    if bare:
        book.note("foreign.bare-list", Reason.REFUSED, Done.REWRITTEN, ())
        book.document = dataclasses.replace(book.document, data={"fields": data})
    return book


def _spot(data: Any, table: str | None) -> Spot:
    """Where the schema stands in the document."""
    if isinstance(data, list):
        if not _are_fields(data):
            raise RecipeError("foreign.no-schema")
        return ()
    if not isinstance(data, dict):
        raise RecipeError("foreign.no-schema")
    tables = _tables(data)
    if table is not None or tables:
        return _of_table(data, tables, table)
    other = _other_standard(data)
    if other is not None:
        raise RecipeError("foreign.other-standard", standard=other)
    if any(squashed(key) == "fields" for key in data):
        return ()
    return _within(data, ())


def _tables(data: Mapping[str, Any]) -> list[int]:
    """The numbers of the resources of a data package that have a schema."""
    resources = data.get("resources")
    if not isinstance(resources, list):
        return []
    return [
        number
        for number, resource in enumerate(resources)
        if isinstance(resource, dict) and resource.get("schema")
    ]


def _of_table(data: Mapping[str, Any], tables: list[int], table: str | None) -> Spot:
    resources = {number: data["resources"][number] for number in tables}
    names = [shown(str(resource.get("name", f"#{number + 1}"))) for number, resource in resources.items()]
    named = [number for number, resource in resources.items() if resource.get("name") == table]
    if table is not None and not named:
        raise RecipeError("foreign.no-table", table=shown(table), tables=", ".join(names) or "-")
    if table is None and len(tables) > 1:
        raise RecipeError("foreign.which-table", tables=", ".join(names))
    number = named[0] if named else tables[0]
    return _within(resources[number], ("resources", number))


def _within(holder: Mapping[str, Any], spot: Spot) -> Spot:
    """The schema of a table's description; it may be the name of another file."""
    schema = holder.get("schema")
    if isinstance(schema, str) and schema:
        raise RecipeError("foreign.schema-elsewhere", other=shown(schema))
    if isinstance(schema, dict) or (isinstance(schema, list) and _are_fields(schema)):
        return (*spot, "schema")
    raise RecipeError("foreign.no-fields-at-all")


def _other_standard(data: Mapping[str, Any]) -> str | None:
    """The name of another standard that a document is plainly written to."""
    if "fields" in data:
        return _RECORDS.get(data["type"]) if isinstance(data.get("type"), str) else None
    if "tableSchema" in data or "csvw" in str(data.get("@context")) or isinstance(data.get("columns"), list):
        return "CSVW"
    if isinstance(data.get("properties"), dict) or "json-schema.org" in str(data.get("$schema")):
        return "JSON Schema"
    return None


_RECORDS = {"record": "Avro", "struct": "Spark"}


def _are_fields(items: list[Any]) -> bool:
    """Whether a list is one of fields, and not of records: some field must say a type or a constraint."""
    if not items or not all(isinstance(item, dict) for item in items):
        return False
    return all("name" in item for item in items) and any(
        isinstance(item.get("constraints"), dict) or meaning(item.get("type")) for item in items
    )


def _at(data: Any, spot: Spot) -> Any:
    for part in spot:
        data = data[part]
    return data


def _path(spot: Spot) -> str:
    return " · ".join(part if isinstance(part, str) else str(part + 1) for part in spot)
