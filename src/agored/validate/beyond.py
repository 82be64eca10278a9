"""What Agored asks beyond Table Schema: codes that are in their list, and values in plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from agored.errors import RecipeError
from agored.schema import CodeList, Schema
from agored.table import Table, each_distinct, indices

# What Table Schema allows for a value, by type. frictionless reads more, which other programs misread or
# refuse: ``1_000``, digits of other scripts, blanks around a number, ``2020-1-5``. ``NaN`` and ``INF`` are
# allowed, but stand where an empty cell should.
_PLAIN: Mapping[str, str] = {
    "integer": r"[+-]?[0-9]+",
    "number": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "datetime": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?",
    "year": r"[0-9]{4}",
    "yearmonth": r"[0-9]{4}-[0-9]{2}",
}
# A field that says itself how its cells are written is taken at its word.
_OWN_FORM = (
    "format", "missingValues", "bareNumber", "groupChar", "decimalChar", "trueValues", "falseValues",
)  # fmt: skip


def unknown_codes(table: Table, schema: Schema, lists: Mapping[str, CodeList]) -> dict[str, list[int]]:
    """By field, the places of records with a code that the field's list does not have.

    Empty cells are no codes. Where the field's descriptor says ``"list": ","``, a cell holds several codes
    with that mark between them. Raises RecipeError where a list is not in ``lists``.
    """
    absent = sorted({field.codes for field in schema.fields if field.codes and field.codes not in lists})
    if absent:
        raise RecipeError("validation.list-absent", schema=schema.name, list=", ".join(absent))
    found: dict[str, list[int]] = {}
    for field, data in zip(schema.fields, schema.descriptor["fields"], strict=True):
        if field.codes and field.name in table.names:
            is_unknown = _stranger(lists[field.codes], data.get("list"))
            where = _where(table.values(field.name), is_unknown)
            if where:
                found[field.name] = where
    return found


def not_plain(table: Table, schema: Schema, unreadable: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """By field, the places of records whose value can be read but is not written as it must be published.

    ``unreadable`` are the places, by field, of what is no value of the field's type, and told of as such.
    """
    missing = pa.array(
        [
            each["value"] if isinstance(each, Mapping) else each
            for each in schema.descriptor.get("missingValues", [""])
        ],
        pa.string(),
    )
    found: dict[str, list[int]] = {}
    for data in schema.descriptor["fields"]:
        name, plain = data["name"], _PLAIN.get(data.get("type", "string"))
        if plain is None or name not in table.names or any(form in data for form in _OWN_FORM):
            continue
        values = table.values(name)
        good = pc.or_(pc.match_substring_regex(values, rf"\A(?:{plain})\z"), pc.is_in(values, missing))
        odd = set(indices(pc.invert(good))) - set(unreadable.get(name, ()))
        if odd:
            found[name] = sorted(odd)
    return found


def _where(values: pa.ChunkedArray, is_fault: Callable[[str], bool]) -> list[int]:
    return indices(pc.equal(each_distinct(values, lambda text: "1" if is_fault(text) else ""), "1"))


def _stranger(codes: CodeList, mark: object) -> Callable[[str], bool]:
    """Whether a cell holds a code that is not in ``codes``."""

    def is_unknown(text: str) -> bool:
        parts = text.split(mark) if isinstance(mark, str) and mark else [text]
        return bool(text) and any(part not in codes.by_code for part in parts)

    return is_unknown
