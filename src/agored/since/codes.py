"""Codes that are used now and were not, and codes that are not used any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agored.parts import ResourcePart
from agored.schema import CodeList, Field, Schema
from agored.since.fields import Same
from agored.since.record import LISTED, Codes, ListedCode
from agored.words import Bilingual


def changed_codes(before: ResourcePart, now: ResourcePart, same: Sequence[Same]) -> Iterator[Codes]:
    """For each field that holds codes in both releases, those that came and those that went.

    Only what stands in a code list, or among the schema's own values (``enum``), is a code: nothing else that
    may stand in a cell is told.
    """
    for each in same:
        old_field, new_field = before.schema.field(each.before), now.schema.field(each.now)
        old, new = _known(before, old_field), _known(now, new_field)
        if old is None or new is None:
            continue
        was, is_now = _used(before, each.before, old), _used(now, each.now, new)
        came = [ListedCode(code, new[code]) for code in is_now if code not in was]
        went = [ListedCode(code, old[code]) for code in was if code not in is_now]
        if came or went:
            yield Codes(
                field=each.now,
                title=new_field.title,
                new=len(came),
                gone=len(went),
                first_new=tuple(came[:LISTED]),
                first_gone=tuple(went[:LISTED]),
                tells_apart=new_field.role == "dimension",
            )


def _known(part: ResourcePart, field: Field) -> Mapping[str, Bilingual] | None:
    """The codes that a field may hold and what they mean, in their list's order; None where it holds no codes."""
    if field.codes is not None:
        codes = part.lists.get(field.codes, CodeList(field.codes, ()))
        return {code.code: code.title for code in codes.codes}
    values = _property(part.schema, field.name, "constraints", {}).get("enum")
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return {value: Bilingual(value, value) for value in values}
    return None


def _used(part: ResourcePart, name: str, known: Mapping[str, Bilingual]) -> dict[str, None]:
    """The codes that the table holds, in their list's order."""
    if name not in part.table.names:
        return {}
    mark = _property(part.schema, name, "list", None)
    cells = part.table.values(name).unique().to_pylist()
    held = {code for cell in cells for code in (cell.split(mark) if mark else (cell,))}
    return {code: None for code in known if code in held}


def _property(schema: Schema, name: str, key: str, default: object) -> Any:
    field = next(data for data in schema.descriptor["fields"] if data["name"] == name)
    return field.get(key) or default
