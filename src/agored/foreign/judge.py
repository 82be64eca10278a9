"""What the library that judges data says of a schema: whether it makes one of it, and reads a limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agored.errors import RecipeError
from agored.foreign.book import shown
from agored.validate.refusals import refusals

# Said by ``refusals`` of what a council's own schema must not have, although it can be judged by: keys to other
# tables, dates of any format (those that depend on the day are found), and listed values that no cell can have.
_JUDGED = ("fields-match", "foreign-keys", "format-any")


class Judge:
    """The library, asked safely: whatever it breaks on counts as a no."""

    def __init__(self, frictionless: Any) -> None:
        self._library = frictionless

    def supported(self, kind: str) -> tuple[str, ...]:
        """The constraints that work with a type."""
        return (*self._library.system.select_field_class(kind).supported_constraints, "unique")

    def reads(self, field: Mapping[str, Any], value: Any) -> bool:
        """Whether ``value`` is one of the field's type and format, with which others can be compared."""
        return self._read(field, value) is not None

    def makes(self, field: Mapping[str, Any]) -> bool:
        """Whether cells can be read as the field says that they are written."""
        try:
            self._library.Field.from_descriptor(_reading(field)).create_value_reader()
        except self._library.FrictionlessException:
            return False
        return True

    def rewritten(self, field: Mapping[str, Any], value: Any) -> str | None:
        """A day or time in the standard's own form, written as the field's format has it; else None."""
        moment = self._read({"type": field["type"]}, value)
        if moment is None:
            return None
        text, _ = self._library.Field.from_descriptor(_reading(field)).write_cell(moment)
        return text if isinstance(text, str) and self.reads(field, text) else None

    def good_example(self, field: Mapping[str, Any], value: Any) -> bool:
        """Whether ``value`` may stand as the field's example."""
        try:
            self._library.Field.from_descriptor({**_reading(field), "example": value})
        except self._library.FrictionlessException:
            return False
        return True

    def complaints(self, schema: Any) -> list[RecipeError]:
        """Why a descriptor cannot be judged by; none where it can.

        A field that is a text would be taken for the name of a file, so the outer form is looked at first.
        """
        fields = schema.get("fields") if isinstance(schema, dict) else None
        if not isinstance(fields, list) or not fields or not all(map(_is_field, fields)):
            return [RecipeError("foreign.technical", reason="fields")]
        if strange := _strange_key(schema):
            return [RecipeError("foreign.technical", reason=strange)]
        try:
            self._library.Schema.from_descriptor(schema).create_cell_readers()
            found = refusals(schema, self._library)
            return [
                RecipeError(fault.code, **{name: shown(fact) for name, fact in fault.facts.items()})
                for fault in found
                if fault.code.rpartition(".")[2] not in _JUDGED and fault.facts.get("constraint") != "enum"
            ]
        except self._library.FrictionlessException as error:
            notes = [reason.note for reason in error.reasons] or [error.error.note]
        except Exception as error:
            # It was written for descriptors of the right form, and breaks in many ways on others.
            notes = [type(error).__name__]
        return [RecipeError("foreign.technical", reason=shown(note)) for note in notes]

    def _read(self, field: Mapping[str, Any], value: Any) -> Any:
        try:
            read = self._library.Field.from_descriptor(_reading(field)).create_value_reader()(value)
            return read if read == read else None  # what is "not a number" differs from itself
        except Exception:  # as above: a reader breaks on values that it was not written for
            return None


_READS = (
    "type", "format", "bareNumber", "floatNumber", "decimalChar", "groupChar", "trueValues", "falseValues",
    "delimiter", "itemType",
)  # fmt: skip


def _reading(field: Mapping[str, Any]) -> dict[str, Any]:
    """What of a field decides how its cells are read."""
    return {"name": "x", **{key: field[key] for key in _READS if key in field}}


def _strange_key(schema: Mapping[str, Any]) -> str | None:
    """The key that names no field. The library would say so with all names in full for each of them, which
    no machine has the memory for where a hostile file has many."""
    names = {field["name"] for field in schema["fields"]}
    links = schema.get("foreignKeys")
    keys = [("primaryKey", schema.get("primaryKey"))]
    keys += [("foreignKeys", link.get("fields")) for link in _listed(links) if isinstance(link, dict)]
    for key, given in keys:
        if any(isinstance(name, str) and name not in names for name in _listed(given)):
            return key
    return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_field(field: Any) -> bool:
    return isinstance(field, dict) and isinstance(field.get("name"), str)
