"""Table Schemas as Agored uses them: the descriptor frictionless judges by, and what protection and pages read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agored.errors import RecipeError
from agored.records import canonical, digest
from agored.strict import UNDECIDED
from agored.words import Bilingual

ROLES = ("dimension", "measure", "attribute")
TYPES = ("string", "integer", "number", "boolean", "date", "datetime", "year", "yearmonth", "any")
MEASURES = ("count", "amount", "rate", "mean", "median", "index", "share")
SUBJECTS = ("people", "households", "events", "things")
PROTECTED_SUBJECTS = ("people", "households")
_VERSIONED = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[0-9]+")
LIST_COLUMNS = ("code", "title_cy", "title_en", "parent", "sort", "note_cy", "note_en", "also")


@dataclass(frozen=True)
class Field:
    """One field of a schema.

    ``measures`` is what a measure measures (``count``), or None; ``measures_by`` names the field that tells
    measures apart and ``measures_of`` maps its codes to what each measures. ``of`` is whom a measure counts.
    ``rate_of`` names the code or field of the count that a rate is derived from. ``codes`` is ``name/version``.
    """

    name: str
    type: str
    title: Bilingual
    description: Bilingual
    role: str
    measures: str | None = None
    measures_by: str | None = None
    measures_of: Mapping[str, str] | None = None
    of: str | None = None
    rate_of: Mapping[str, str] | str | None = None
    codes: str | None = None
    required: bool = False

    @property
    def counts_people(self) -> bool:
        """Whether the field counts people or households, so that protection must look at it."""
        counts = self.measures == "count" or "count" in (self.measures_of or {}).values()
        return counts and self.of in PROTECTED_SUBJECTS


@dataclass(frozen=True)
class Schema:
    """A Table Schema: ``name`` is ``<type>/<version>``, ``descriptor`` the JSON as it was read."""

    name: str
    descriptor: Mapping[str, Any]
    fields: tuple[Field, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The fields' names in order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field called ``name``; raises KeyError where there is none."""
        return self.fields[self._places[name]]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @property
    def digest(self) -> str:
        """The hash of the canonical descriptor."""
        return digest(canonical(self.descriptor))


@dataclass(frozen=True)
class Code:
    """One code of a list; ``also`` holds other names by which a source may call it."""

    code: str
    title: Bilingual
    parent: str = ""
    sort: str = ""
    note: Bilingual = Bilingual("", "")
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeList:
    """A code list: ``name`` is ``<name>/<version>``."""

    name: str
    codes: tuple[Code, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Code]:
        """The codes by themselves."""
        return {code.code: code for code in self.codes}

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """Every code, title in either language and other name, to its code. A name of two codes is left out."""
        names: dict[str, set[str]] = {}
        for code in self.codes:
            for name in (code.code, code.title.cy, code.title.en, *code.also):
                if name:
                    names.setdefault(name, set()).add(code.code)
        return {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}

    @property
    def digest(self) -> str:
        """The hash of the whole list, as canonical JSON."""
        return digest(
            canonical(
                [
                    [c.code, c.title.cy, c.title.en, c.parent, c.sort, c.note.cy, c.note.en, *c.also]
                    for c in self.codes
                ]
            )
        )


def read_schema(path: Path, name: str) -> Schema:
    """The schema in a file. Raises RecipeError naming every fault of it at once."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        descriptor = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError("schema.unreadable", schema=name, file=path.name, reason=_reason(error)) from error
    except json.JSONDecodeError as error:
        raise RecipeError("schema.not-json", schema=name, file=path.name, line=str(error.lineno)) from None
    undecided = tuple(
        RecipeError("schema.undecided", line=str(number))
        for number, line in enumerate(text.splitlines(), start=1)
        if UNDECIDED in line
    )
    if undecided:
        raise RecipeError("schema.faults", undecided, schema=name)
    return schema_of(descriptor, name)


def schema_of(descriptor: Any, name: str) -> Schema:
    """The schema that a descriptor describes. Raises RecipeError naming every fault of it at once."""
    faults: list[RecipeError] = []
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("fields"), list):
        raise RecipeError("schema.no-fields", schema=name)
    fields = [_field(data, number, name, faults) for number, data in enumerate(descriptor["fields"], start=1)]
    names = [field.name for field in fields]
    for twice in sorted({field for field in names if names.count(field) > 1}):
        faults.append(RecipeError("schema.field-twice", schema=name, field=twice))
    for field in fields:
        if field.measures_by and field.measures_by not in names:
            faults.append(
                RecipeError("schema.measures-by", schema=name, field=field.name, other=field.measures_by)
            )
    if faults:
        raise RecipeError("schema.faults", tuple(faults), schema=name)
    return Schema(name, descriptor, tuple(fields))


def _field(data: Any, number: int, schema: str, faults: list[RecipeError]) -> Field:
    if not isinstance(data, dict) or not isinstance(data.get("name"), str) or not data["name"]:
        faults.append(RecipeError("schema.field-unnamed", schema=schema, number=str(number)))
        return Field(f"#{number}", "any", Bilingual("", ""), Bilingual("", ""), "attribute")
    name = data["name"]

    def text(key: str) -> str:
        value = data.get(key)
        if isinstance(value, str) and value.strip():
            return value
        faults.append(RecipeError("schema.text-missing", schema=schema, field=name, key=key))
        return ""

    def one_of(key: str, allowed: Sequence[str], default: str | None) -> str | None:
        value = data.get(key, default)
        if value is not None and value not in allowed:
            faults.append(
                RecipeError(
                    "schema.not-one-of", schema=schema, field=name, key=key, allowed=", ".join(allowed)
                )
            )
            return default
        return value

    measures = data.get("measures")
    by, of_codes = None, None
    if isinstance(measures, dict):
        by = measures.get("by")
        of_codes = {code: str(what) for code, what in measures.items() if code != "by"}
        wrong = [what for what in of_codes.values() if what not in MEASURES]
        if not isinstance(by, str) or not of_codes or wrong:
            faults.append(
                RecipeError("schema.measures", schema=schema, field=name, allowed=", ".join(MEASURES))
            )
            by, of_codes = None, None
        measures = None
    elif measures is not None:
        measures = one_of("measures", MEASURES, None)
    codes = data.get("codes")
    if codes is not None and not (isinstance(codes, str) and _VERSIONED.fullmatch(codes)):
        faults.append(RecipeError("schema.codes", schema=schema, field=name))
        codes = None
    constraints = data.get("constraints", {})
    role = one_of("role", ROLES, "attribute") or "attribute"
    return Field(
        name=name,
        type=one_of("type", TYPES, "string") or "string",
        title=Bilingual(text("title_cy"), text("title_en")),
        description=Bilingual(text("description_cy"), text("description_en")),
        role=role,
        measures=measures,
        measures_by=by,
        measures_of=of_codes,
        of=one_of("of", SUBJECTS, None),
        rate_of=data.get("rate_of"),
        codes=codes,
        required=isinstance(constraints, dict) and constraints.get("required") is True,
    )


def read_codes(path: Path, name: str) -> CodeList:
    """The code list in a CSV file. Raises RecipeError naming what is wrong with it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError("codes.unreadable", list=name, file=path.name, reason=_reason(error)) from error
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or tuple(rows[0]) != LIST_COLUMNS:
        raise RecipeError("codes.columns", list=name, columns=",".join(LIST_COLUMNS))
    faults: list[RecipeError] = []
    codes: list[Code] = []
    for number, row in enumerate(rows[1:], start=2):
        if not row:  # a blank line is no code, and is counted
            continue
        if len(row) != len(LIST_COLUMNS):
            faults.append(RecipeError("codes.ragged", list=name, row=str(number)))
            continue
        record = dict(zip(LIST_COLUMNS, row, strict=True))
        code = Code(
            code=record["code"],
            title=Bilingual(record["title_cy"], record["title_en"]),
            parent=record["parent"],
            sort=record["sort"],
            note=Bilingual(record["note_cy"], record["note_en"]),
            also=tuple(other for other in record["also"].split("|") if other),
        )
        if not (code.code and code.title.cy and code.title.en):
            faults.append(RecipeError("codes.incomplete", list=name, row=str(number)))
        codes.append(code)
    known: set[str] = set()
    for code in codes:
        if code.code in known:
            faults.append(RecipeError("codes.twice", list=name, code=code.code))
        known.add(code.code)
    if faults:
        raise RecipeError("codes.faults", tuple(faults), list=name)
    return CodeList(name, tuple(codes))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or "UTF-8"
