"""Code lists as they are published: the codes in use, as a table that the data's fields point into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agored.errors import RecipeError
from agored.schema import Code, CodeList, Field
from agored.words import Bilingual, both, say

if TYPE_CHECKING:  # Arrow is heavy, and who verifies a package needs none of it
    from agored.parts import ResourcePart
    from agored.table import Table

COLUMNS = ("code", "title_cy", "title_en", "parent", "sort", "note_cy", "note_en")
"""The columns of a published list: those of a code list without ``also``, which only reading needs."""


@dataclass(frozen=True)
class PublishedCodes:
    """A list in use. ``name`` names its resource and files (``areas-1``), ``list`` is its own (``areas/1``)."""

    name: str
    list: str
    title: Bilingual
    codes: CodeList

    @property
    def table(self) -> Table:
        """The codes as a table, in the list's order."""
        from agored.table import Table

        rows = [_row(code) for code in self.codes.codes]
        return Table.of({column: [row[number] for row in rows] for number, column in enumerate(COLUMNS)})

    @property
    def schema(self) -> dict[str, Any]:
        """The Table Schema of the published list, which says so where every parent is a code of the list."""
        schema: dict[str, Any] = {
            "name": self.list,
            "fields": [_list_field(column) for column in COLUMNS],
            "primaryKey": ["code"],
        }
        if all(code.parent in ("", *self.codes.by_code) for code in self.codes.codes):
            schema["foreignKeys"] = [
                {"fields": ["parent"], "reference": {"resource": "", "fields": ["code"]}}
            ]
        return schema


def _row(code: Code) -> tuple[str, ...]:
    return (code.code, code.title.cy, code.title.en, code.parent, code.sort, code.note.cy, code.note.en)


def _list_field(column: str) -> dict[str, Any]:
    title, description = both(f"package.codes.{column}.title"), both(f"package.codes.{column}.description")
    field: dict[str, Any] = {
        "name": column,
        "type": "string",
        "title": title.joined(),
        "title_cy": title.cy,
        "title_en": title.en,
        "description_cy": description.cy,
        "description_en": description.en,
    }
    if column in ("code", "title_cy", "title_en"):
        field["constraints"] = {"required": True}
    return field


def published_lists(parts: Sequence[ResourcePart]) -> list[PublishedCodes]:
    """The lists that fields of ``parts`` name, by name, each with the codes in use and all their parents.

    Raises RecipeError where a resource has the name that a list's resource would get.
    """
    used: dict[str, set[str]] = {}
    titles: dict[str, list[Bilingual]] = {}
    known: dict[str, CodeList] = {}
    for part in parts:
        for field in part.schema.fields:
            if field.codes is None:
                continue
            known[field.codes] = part.lists[field.codes]
            used.setdefault(field.codes, set()).update(_codes_in(part, field))
            if field.title not in titles.setdefault(field.codes, []):
                titles[field.codes].append(field.title)
    lists = [
        PublishedCodes(resource_name(name), name, _title(titles[name]), _in_use(known[name], used[name]))
        for name in sorted(used)
    ]
    taken = {part.name for part in parts} & {each.name for each in lists}
    if taken:
        raise RecipeError("package.name-taken", resource=min(taken))
    return lists


def resource_name(name: str) -> str:
    """The name of the resource that holds the code list ``name``: ``areas/1`` is ``areas-1``."""
    return name.replace("/", "-")


def _codes_in(part: ResourcePart, field: Field) -> Iterable[str]:
    cells = part.table.values(field.name).unique().to_pylist()
    mark = separator(part.schema.descriptor, field.name)
    return (code for cell in cells for code in (cell.split(mark) if mark else (cell,)))


def separator(descriptor: Mapping[str, Any], field: str) -> str | None:
    """What stands between the codes of a cell, where a field's cells hold several; else None."""
    for data in descriptor["fields"]:
        if data["name"] == field:
            mark = data.get("list")
            return mark if isinstance(mark, str) and mark else None
    return None


def _title(titles: Sequence[Bilingual]) -> Bilingual:
    fields = Bilingual(", ".join(title.cy for title in titles), ", ".join(title.en for title in titles))
    return Bilingual(
        say("package.codes.list", "cy", field=fields.cy), say("package.codes.list", "en", field=fields.en)
    )


def _in_use(codes: CodeList, used: Iterable[str]) -> CodeList:
    wanted = {code for code in used if code in codes.by_code}
    parents = {codes.by_code[code].parent for code in wanted}
    while new := {parent for parent in parents if parent in codes.by_code} - wanted:
        wanted |= new
        parents = {codes.by_code[code].parent for code in new}
    return CodeList(codes.name, tuple(code for code in codes.codes if code.code in wanted))


def linked(descriptor: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """A release schema as it is published: each field of one code points into its list's table."""
    keys = [
        {"fields": [field.name], "reference": {"resource": resource_name(field.codes), "fields": ["code"]}}
        for field in fields
        if field.codes is not None and separator(descriptor, field.name) is None
    ]
    own = list(descriptor.get("foreignKeys", []))
    return {**descriptor, **({"foreignKeys": own + keys} if own or keys else {})}
