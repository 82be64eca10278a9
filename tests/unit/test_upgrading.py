"""Schemas from elsewhere: each fault told by its line, field and key, and put right where its meaning is plain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agored import cli
from agored.errors import RecipeError
from agored.foreign import Upgraded, load_foreign_schema, upgraded
from agored.foreign.book import MOST_LINES
from agored.foreign.schemas import EDITION
from agored.upgrading import upgrade
from agored.words import LANGUAGES, say

SOUND = {"$schema": EDITION, "fields": [{"name": "count", "type": "integer", "title": "Nifer / Count"}]}


def written(folder: Path, data: Any, name: str = "schema.json") -> Path:
    path = folder / name
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
    return path


def codes(found: Upgraded) -> list[str]:
    """The codes of the changes, save those that bring an old schema to the newest edition."""
    changes = [change.code.removeprefix("foreign.") for change in found.changes]
    return [code for code in changes if code != "edition-missing"]


def field_of(folder: Path, **field: Any) -> tuple[dict[str, Any], list[str]]:
    """A field once it is repaired, without its name, and what was changed in it."""
    found = upgraded(written(folder, {"$schema": EDITION, "fields": [{"name": "x", **field}]}))
    return {key: value for key, value in found.schema["fields"][0].items() if key != "name"}, codes(found)


def refusal(path: Path, table: str | None = None) -> list[str]:
    """Why a file is neither a schema nor can be repaired."""
    with pytest.raises(RecipeError) as caught:
        upgraded(path, table)
    assert (caught.value.code, caught.value.exit_code) == ("foreign.by-hand", 10)
    for language in LANGUAGES:
        assert path.name in caught.value.message(language).splitlines()[0]
        assert len(caught.value.message(language).splitlines()) == 1 + len(caught.value.problems)
    return [problem.code.removeprefix("foreign.") for problem in caught.value.problems]


# Types

TYPES = [
    ("text", {"type": "string"}),
    ("String", {"type": "string"}),
    (" varchar(50) ", {"type": "string"}),
    ("float", {"type": "number"}),
    ("decimal(10,2)", {"type": "number"}),
    ("http://www.w3.org/2001/XMLSchema#float", {"type": "number"}),
    ("xsd:int", {"type": "integer"}),
    ("dateTime", {"type": "datetime"}),
    ("gyear", {"type": "year"}),
    ("gYearMonth", {"type": "yearmonth"}),
    ("bool", {"type": "boolean"}),
    ("json", {"type": "object"}),
    ("anyURI", {"type": "string", "format": "uri"}),
    ("email", {"type": "string", "format": "email"}),
    ("binary", {"type": "string", "format": "binary"}),
    ("currency", {"type": "number", "bareNumber": False}),
    (["string", "null"], {"type": "string"}),
]


@pytest.mark.parametrize(("given", "expected"), TYPES, ids=[str(given) for given, _ in TYPES])
def test_types_by_other_names(tmp_path: Path, given: Any, expected: dict[str, Any]) -> None:
    assert field_of(tmp_path, type=given) == (expected, ["type-name"])


def test_a_type_that_says_a_limit_keeps_it(tmp_path: Path) -> None:
    limited = {"type": "integer", "constraints": {"minimum": 0}}
    assert field_of(tmp_path, type="nonNegativeInteger") == (limited, ["type-name", "limit-of-type"])
    own = {"type": "integer", "constraints": {"minimum": 13}}
    assert field_of(tmp_path, type="nonNegativeInteger", constraints={"minimum": 13}) == (own, ["type-name"])


@pytest.mark.parametrize("given", ["geometry", "point", "postcode", ["string", "integer"], {"a": 1}, 5, True])
def test_a_type_that_could_be_several_is_left_open(tmp_path: Path, given: Any) -> None:
    assert field_of(tmp_path, type=given) == ({"type": "any"}, ["type-unknown"])


def test_what_only_texts_can_keep_makes_an_unknown_type_a_text(tmp_path: Path) -> None:
    expected = {"type": "string", "constraints": {"pattern": "[A-Z]+"}}
    assert field_of(tmp_path, type="postcode", constraints={"pattern": "[A-Z]+"}) == (
        expected,
        ["type-unknown"],
    )


def test_the_type_of_2013_stands_among_the_constraints(tmp_path: Path) -> None:
    limits = {
        "type": "http://www.w3.org/2001/XMLSchema#nonNegativeInteger",
        "minimum": "13",
        "required": "true",
    }
    expected = {"type": "integer", "constraints": {"required": True, "minimum": 13}}
    changes = ["type-in-constraints", "number-text", "flag-text"]
    assert field_of(tmp_path, constraints=limits) == (expected, changes)


def test_two_types_that_agree_are_one_and_two_that_differ_are_asked_about(tmp_path: Path) -> None:
    assert field_of(tmp_path, type="string", constraints={"type": "text"}) == (
        {"type": "string"},
        ["said-twice"],
    )
    assert field_of(tmp_path, type="date", constraints={"type": "text"}) == (
        {"type": "date"},
        ["said-otherwise"],
    )


def test_a_missing_type_is_said_where_the_edition_changes(tmp_path: Path) -> None:
    found = upgraded(written(tmp_path, {"fields": [{"name": "x", "title": "X"}]}))
    assert found.schema == {"$schema": EDITION, "fields": [{"name": "x", "type": "string", "title": "X"}]}
    assert codes(found) == ["type-missing"]
    assert field_of(tmp_path, title="X") == ({"title": "X"}, [])


# Formats

FORMATS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"type": "date", "format": "fmt:%d/%m/%Y"}, {"type": "date", "format": "%d/%m/%Y"}, ["format-mark"]),
    ({"type": "date", "format": "dd/mm/yyyy"}, {"type": "date", "format": "%d/%m/%Y"}, ["format-letters"]),
    (
        {"type": "date", "format": "fmt:DD.MM.YYYY"},
        {"type": "date", "format": "%d.%m.%Y"},
        ["format-mark", "format-letters"],
    ),
    ({"type": "date", "format": "%-d/%-m/%Y"}, {"type": "date", "format": "%d/%m/%Y"}, ["format-letters"]),
    ({"type": "date", "format": "ISO8601"}, {"type": "date", "format": "default"}, ["format-letters"]),
    (
        {"type": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ss"},
        {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S"},
        ["format-letters"],
    ),
    ({"type": "date", "format": "any"}, {"type": "date"}, ["format-any"]),
    ({"type": "date", "format": "when it was"}, {"type": "date"}, ["format-unknown"]),
    ({"type": "date", "format": "%d/%Q"}, {"type": "date"}, ["format-unknown"]),
    ({"format": "%d/%m/%Y"}, {"type": "date", "format": "%d/%m/%Y"}, ["type-by-format"]),
    ({"format": "%H:%M"}, {"type": "time", "format": "%H:%M"}, ["type-by-format"]),
    ({"type": "string", "format": "URL"}, {"type": "string", "format": "uri"}, ["format-name"]),
    ({"type": "string", "format": "date-time"}, {"type": "datetime"}, ["format-type"]),
    ({"type": "string", "format": "%d/%m/%Y"}, {"type": "string"}, ["format-unknown"]),
    ({"type": "string", "format": ""}, {"type": "string"}, ["nothing"]),
    ({"type": "number", "format": "currency"}, {"type": "number", "bareNumber": False}, ["format-number"]),
    ({"type": "geojson", "format": "TopoJSON"}, {"type": "geojson", "format": "topojson"}, ["format-name"]),
    ({"type": "geopoint", "format": "lat, lon"}, {"type": "geopoint"}, ["format-unknown"]),
    (
        {"constraints": {"type": "date", "datePattern": "%d/%m/%Y"}},
        {"type": "date", "format": "%d/%m/%Y"},
        ["format-in-constraints", "type-in-constraints"],
    ),
]


@pytest.mark.parametrize(("given", "expected", "changes"), FORMATS, ids=[str(each[0]) for each in FORMATS])
def test_formats(tmp_path: Path, given: dict[str, Any], expected: dict[str, Any], changes: list[str]) -> None:
    assert field_of(tmp_path, **given) == (expected, changes)


# Constraints

LIMITS: list[tuple[str, Any, Any, list[str]]] = [
    ("string", {"required": "true"}, {"required": True}, ["flag-text"]),
    ("string", {"required": "No", "unique": 1}, {"required": False, "unique": True}, ["flag-text", "flag-text"]),
    ("string", {"required": "sometimes"}, None, ["flag-unclear"]),
    ("string", {"minLength": "5", "maxLength": "lots"}, {"minLength": 5}, ["number-text", "length-unclear"]),
    ("string", {"maxLength": -1}, None, ["length-unclear"]),
    ("string", {"minimum": 3}, None, ["constraint-unsupported"]),
    ("integer", {"pattern": "[0-9]{8}"}, None, ["constraint-unsupported"]),
    ("array", {"unique": True}, None, ["constraint-unsupported"]),
    ("integer", {"min": 1, "Maximum": "9"}, {"minimum": 1, "maximum": 9}, ["key-spelling"] * 2 + ["number-text"]),
    ("number", {"minimum": "0.50"}, {"minimum": "0.50"}, []),
    ("number", {"minimum": "1,5"}, None, ["limit-unreadable"]),
    ("number", {"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}, ["exclusive-flag"]),
    ("number", {"maximum": 9, "exclusiveMaximum": False}, {"maximum": 9}, ["nothing"]),
    ("date", {"minimum": "today"}, None, ["limit-unreadable"]),
    ("string", {"pattern": "["}, None, ["pattern-unreadable"]),
    ("string", {"pattern": 5}, None, ["pattern-unreadable"]),
    ("string", {"enum": "Agored"}, {"enum": ["Agored"]}, ["list-form"]),
    ("string", {"enum": "Agored|Ar gau"}, None, ["list-unclear"]),
    ("string", {"enum": [1, 2.50, None, "x"]}, {"enum": ["1", "2.50", "x"]}, ["list-form"]),
    ("string", {"enum": {"A": 1, "C": 2}}, {"enum": ["A", "C"]}, ["list-form"]),
    ("string", {"enum": [{"value": "A"}, {"value": "C"}]}, {"enum": ["A", "C"]}, ["list-form"]),
    ("integer", {"enum": ["un", "dau"]}, None, ["limit-unreadable"]),
    ("string", {"enum": []}, None, ["enum-empty"]),
    ("string", {"length": 5}, None, ["constraint-unknown"]),
    ("string", {"required": None}, None, ["nothing"]),
    ("string", [{"required": True}, {"maxLength": 9}], {"required": True, "maxLength": 9}, ["constraints-form"]),
    ("string", ["required", "unique"], {"required": True, "unique": True}, ["constraints-form"]),
    ("string", "required", {"required": True}, ["constraints-form"]),
    ("string", [{"maxLength": 9}, {"maxLength": 8}], None, ["constraints-unclear"]),
    ("string", "at most 9", None, ["constraints-unclear"]),
    ("string", [], None, ["nothing"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given", "expected", "changes"), LIMITS, ids=[f"{e[0]} {e[1]}" for e in LIMITS]
)
def test_constraints(tmp_path: Path, kind: str, given: Any, expected: Any, changes: list[str]) -> None:
    # Numbers stand in the file as they are written here.
    text = json.dumps({"$schema": EDITION, "fields": [{"name": "x", "type": kind, "constraints": given}]})
    found = upgraded(written(tmp_path, text.replace("2.5,", "2.50,")))
    assert (found.schema["fields"][0].get("constraints"), codes(found)) == (expected, changes)


def test_a_day_in_the_standards_form_becomes_one_in_the_fields_form(tmp_path: Path) -> None:
    given = {"type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "2020-01-31"}}
    repaired, changes = field_of(tmp_path, **given)
    assert (repaired["constraints"], changes) == ({"minimum": "31/01/2020"}, ["limit-format"])


@pytest.mark.parametrize(
    "given",
    [{"A": "Agored", "C": "Ar gau"}, [{"value": "A", "label": "Agored"}, {"value": "C", "label": "Ar gau"}]],
)
def test_what_allowed_values_mean_is_kept(tmp_path: Path, given: Any) -> None:
    expected = {
        "type": "string",
        "categories": [{"value": "A", "label": "Agored"}, {"value": "C", "label": "Ar gau"}],
        "constraints": {"enum": ["A", "C"]},
    }
    assert field_of(tmp_path, type="string", constraints={"enum": given}) == (
        expected,
        ["enum-labels", "list-form"],
    )


OUTSIDE: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"required": True}, {"constraints": {"required": True}}, ["constraint-outside"]),
    ({"required": "yes"}, {"constraints": {"required": True}}, ["constraint-outside", "flag-text"]),
    ({"enum": ["a"]}, {"constraints": {"enum": ["a"]}}, ["constraint-outside"]),
    ({"contraints": {"unique": True}}, {"constraints": {"unique": True}}, ["key-spelling"]),
    ({"required": True, "constraints": {"required": "true"}}, {"constraints": {"required": True}},
     ["said-twice", "flag-text"]),
    ({"required": True, "constraints": {"required": False}}, {"constraints": {"required": False}}, ["said-otherwise"]),
    # These could not be used as they are, and may be somebody's own keys.
    ({"minimum": 5}, {"minimum": 5}, []),
    ({"enum": "a, b"}, {"enum": "a, b"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected", "changes"), OUTSIDE, ids=[str(each[0]) for each in OUTSIDE])
def test_constraints_beside_constraints(
    tmp_path: Path, given: dict[str, Any], expected: dict[str, Any], changes: list[str]
) -> None:
    assert field_of(tmp_path, type="string", **given) == ({"type": "string", **expected}, changes)


# The rest of a field

PARTS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        {"title": {"en": "Count", "cy": "Nifer"}},
        {"title": "Nifer / Count", "title_cy": "Nifer", "title_en": "Count"},
        ["text-form"],
    ),
    ({"title": {"fr": "Nombre"}}, {"title": "Nombre"}, ["text-form"]),
    ({"title": ["Count", "Number"]}, {"title": "Count / Number"}, ["text-form"]),
    ({"title": 2020}, {"title": "2020"}, ["text-form"]),
    ({"title": {"en": 5}}, {}, ["text-unclear"]),
    ({"title": None}, {}, ["nothing"]),
    ({"label": "Nifer"}, {"title": "Nifer"}, ["label"]),
    ({"Title": "Nifer", "title": "Count"}, {"title": "Count"}, ["key-clash"]),
    ({"Title": "Nifer"}, {"title": "Nifer"}, ["key-spelling"]),
    ({"type": "boolean", "trueValues": "Oes", "falseValues": [0]},
     {"type": "boolean", "trueValues": ["Oes"], "falseValues": ["0"]}, ["list-form", "list-form"]),
    ({"type": "boolean", "trueValues": "Y,Yes"}, {"type": "boolean"}, ["list-unclear"]),
    ({"type": "number", "bareNumber": "false"}, {"type": "number", "bareNumber": False}, ["flag-text"]),
    ({"type": "integer", "example": "1, 10"}, {"type": "integer", "example": "1"}, ["example-several"]),
    ({"type": "integer", "example": "dim"}, {"type": "integer"}, ["example"]),
    ({"type": "number", "example": 2.5}, {"type": "number", "example": "2.5"}, ["text-form"]),
    ({"type": "boolean", "trueValues": ["1"], "falseValues": ["0"], "example": True},
     {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"], "example": True}, []),
    ({"type": "string", "example": 10}, {"type": "string", "example": "10"}, ["text-form"]),
    ({"type": "list", "itemType": "text"}, {"type": "list", "itemType": "string"}, ["type-name"]),
    ({"type": "list", "itemType": "list"}, {"type": "list"}, ["item-type"]),
    ({"type": "array", "arrayItem": {"type": "text", "enum": ["a"]}},
     {"type": "array", "arrayItem": {"type": "string", "constraints": {"enum": ["a"]}}},
     ["type-name", "constraint-outside"]),
    ({"missingValues": "-"}, {"missingValues": ["-"]}, ["list-form"]),
    ({"minProperties": 3, "core": "1"}, {"minProperties": 3, "core": "1"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected", "changes"), PARTS, ids=[str(each[0]) for each in PARTS])
def test_the_other_parts_of_a_field(
    tmp_path: Path, given: dict[str, Any], expected: dict[str, Any], changes: list[str]
) -> None:
    assert field_of(tmp_path, **given) == (expected, changes)


# Names

NAMES: list[tuple[Any, Any, list[str]]] = [
    ([{"id": "x", "type": "text"}], [{"name": "x", "type": "string"}], ["name-elsewhere", "type-name"]),
    ([{"title": "X", "type": "date"}], [{"name": "X", "type": "date", "title": "X"}], ["name-elsewhere"]),
    ([{"name": 2020, "type": "year"}], [{"name": "2020", "type": "year"}], ["text-form"]),
    (["x", "y"], [{"name": "x", "type": "string"}, {"name": "y", "type": "string"}],
     ["field-text", "field-text", "type-missing", "type-missing"]),
    ({"x": {"type": "date"}, "y": "int"}, [{"name": "x", "type": "date"}, {"name": "y", "type": "integer"}],
     ["fields-section", "type-name"]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected", "changes"), NAMES, ids=[str(each[0]) for each in NAMES])
def test_names_of_fields(tmp_path: Path, given: Any, expected: Any, changes: list[str]) -> None:
    found = upgraded(written(tmp_path, {"fields": given}))
    assert (found.schema["fields"], codes(found)) == (expected, changes)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ([{"type": "date"}], ["field-unnamed"]),
        ([{"name": ""}, {"name": True}], ["field-unnamed", "field-unnamed"]),
        ([{"name": "x"}, {"name": "y"}, {"name": "x"}], ["field-twice"]),
        ([{"name": "x"}, 5], ["field-form"]),
        ([], ["no-fields"]),
        ({}, ["no-fields"]),
        ("x", ["no-fields"]),
    ],
)
def test_what_only_a_person_can_name(tmp_path: Path, fields: Any, told: list[str]) -> None:
    assert refusal(written(tmp_path, {"fields": fields})) == told


def test_fields_of_one_name_are_told_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, '{"fields": [\n{"name": "x"},\n{"name": "y"},\n{"name": "x"}]}')
    with pytest.raises(RecipeError) as caught:
        upgraded(path)
    assert caught.value.problems[0].facts["lines"] == "2, 4"


# Keys of the schema


def link(fields: Any, reference: Any) -> dict[str, Any]:
    return {"foreignKeys": [{"fields": fields, "reference": reference}]}


KEYS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"primaryKey": "a"}, {"primaryKey": ["a"]}, ["names-text"]),
    ({"primary_key": ["a"]}, {"primaryKey": ["a"]}, ["key-spelling"]),
    ({"primarykey": "A, b"}, {"primaryKey": ["a", "b"]}, ["key-spelling", "names-other"]),
    ({"primaryKey": ["a", "z"]}, {}, ["primary-key"]),
    ({"primaryKey": ["a", "a"]}, {}, ["primary-key"]),
    ({"primaryKey": ["list"]}, {}, ["key-type"]),
    ({"primaryKey": ""}, {}, ["nothing"]),
    ({"uniqueKeys": ["a"]}, {"uniqueKeys": [["a"]]}, ["names-other"]),
    ({"uniqueKeys": ["a", "b"]}, {}, ["unique-keys"]),
    ({"uniqueKeys": [["a"], ["a", "b"]]}, {"uniqueKeys": [["a"], ["a", "b"]]}, []),
    (link("a", {"resource": "r", "fields": "z"}), link(["a"], {"resource": "r", "fields": ["z"]}), ["names-text"] * 2),
    (link(["a"], {"resource": "self", "fields": ["b"]}), link(["a"], {"fields": ["b"]}), ["foreign-self"]),
    (link(["a"], {"resource": "", "fields": ["b"]}), link(["a"], {"fields": ["b"]}), ["foreign-self"]),
    (link(["a"], {"datapackage": "https://x.example/", "resource": "r", "fields": ["z"]}), {}, ["foreign-package"]),
    (link(["z"], {"resource": "r", "fields": ["z"]}), {}, ["foreign-key"]),
    (link(["a", "b"], {"resource": "r", "fields": ["z"]}), {}, ["foreign-key"]),
    (link(["a"], "r.z"), {}, ["foreign-key"]),
    ({"foreignKeys": {"field": "a", "reference": {"resource": "r", "field": "z"}}},
     link(["a"], {"resource": "r", "fields": ["z"]}),
     ["list-form", "key-spelling", "key-spelling", "names-text", "names-text"]),
    ({"fieldsMatch": ["Subset"]}, {"fieldsMatch": "subset"}, ["text-form"]),
    ({"fieldsMatch": "most"}, {}, ["fields-match"]),
    ({"missingValue": "-"}, {"missingValues": ["-"]}, ["missing-value"]),
    ({"missingValues": [None, -99, "n/a"]}, {"missingValues": ["", "-99", "n/a"]}, ["list-form"]),
    ({"missingValues": ["-", {"value": "..", "label": "dim"}]},
     {"missingValues": [{"value": "-"}, {"value": "..", "label": "dim"}]}, ["list-form"]),
    ({"missingValues": [{"label": "dim"}]}, {}, ["list-unclear"]),
    ({"type": "object"}, {}, ["type-of-schema"]),
    ({"name": "Toiledau Cyhoeddus"}, {"name": "toiledau-cyhoeddus", "title": "Toiledau Cyhoeddus"}, ["schema-name"]),
    ({"title": {"cy": "Toiledau", "en": "Toilets"}},
     {"title": "Toiledau / Toilets", "title_cy": "Toiledau", "title_en": "Toilets"}, ["text-form"]),
    ({"profile": "tabular-data-resource"}, {}, ["edition-old"]),
    ({"profile": "https://x.example/p.json"}, {"profile": "https://x.example/p.json"}, []),
    ({"countryCode": "CY", "checks": [{"name": "x"}]}, {"countryCode": "CY", "checks": [{"name": "x"}]}, []),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected", "changes"), KEYS, ids=[str(each[0])[:60] for each in KEYS])
def test_what_a_schema_says_of_its_fields(
    tmp_path: Path, given: dict[str, Any], expected: dict[str, Any], changes: list[str]
) -> None:
    fields = [{"name": name, "type": "string", "title": name} for name in ("a", "b")]
    fields.append({"name": "list", "type": "list", "title": "list"})
    found = upgraded(written(tmp_path, {"$schema": EDITION, "fields": fields, **given}))
    assert (found.schema, codes(found)) == ({"$schema": EDITION, "fields": fields, **expected}, changes)


@pytest.mark.parametrize(
    "address",
    [
        "https://datapackage.org/profiles/1.0/tableschema.json",
        "https://frictionlessdata.io/schemas/table-schema.json",
        "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "http://dataprotocols.org/json-table-schema/",
        "http://json-schema.org/draft-07/schema#",
        "table-schema",
        "",
        None,
        5,
    ],
)
def test_older_editions_become_the_newest(tmp_path: Path, address: Any) -> None:
    found = upgraded(written(tmp_path, {**SOUND, "$schema": address}))
    assert found.schema == SOUND
    assert [change.key for change in found.changes] == ["$schema"]


@pytest.mark.parametrize(
    "address",
    ["https://datapackage.org/profiles/2.1/tableschema.json", "https://data.example.wales/profile.json"],
)
def test_newer_editions_and_profiles_of_ones_own_stay(tmp_path: Path, address: str) -> None:
    schema = {**SOUND, "$schema": address}
    found = upgraded(written(tmp_path, schema))
    assert (found.schema, found.changes) == (schema, ())


# Where the schema stands


@pytest.mark.parametrize(
    ("document", "changes"),
    [
        ({"schema": SOUND}, ["wrapped"]),
        ({"name": "r", "path": "r.csv", "schema": SOUND}, ["wrapped"]),
        ({"resources": [{"name": "r", "schema": SOUND}, {"name": "s"}]}, ["wrapped"]),
        (SOUND["fields"], ["bare-list"]),
        ({"schema": SOUND["fields"]}, ["wrapped", "bare-list"]),
    ],
)
def test_a_schema_within_something_larger(tmp_path: Path, document: Any, changes: list[str]) -> None:
    path = written(tmp_path, document)
    found = upgraded(path)
    assert (found.schema, codes(found)) == (SOUND, changes)
    with pytest.raises(RecipeError, match="agored schema upgrade"):
        load_foreign_schema(path)


def test_the_lines_are_those_of_the_whole_file(tmp_path: Path) -> None:
    text = '{"name": "r",\n"schema":\n{"fields": [\n{"name": "x",\n"required": "true"}]}}'
    found = upgraded(written(tmp_path, text))
    where = {change.code: (change.lines, change.field, change.key) for change in found.changes}
    assert where["foreign.wrapped"] == ((2,), None, None)
    assert where["foreign.constraint-outside"] == ((5,), "x", "required")
    assert where["foreign.flag-text"] == ((5,), "x", "required")
    assert where["foreign.type-missing"] == ((4,), "x", None)


def test_one_of_several_tables(tmp_path: Path) -> None:
    other = {"fields": [{"name": "y", "type": "date"}]}
    path = written(tmp_path, {"resources": [{"name": "a", "schema": other}, {"name": "b", "schema": SOUND}]})
    assert refusal(path) == ["which-table"]
    assert refusal(path, "c") == ["no-table"]
    assert upgraded(path, "b").schema == SOUND
    assert upgraded(path, "a").schema["fields"] == other["fields"]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({}, "no-fields-at-all"),
        ({"primaryKey": ["a"]}, "no-fields-at-all"),
        ({"resources": [{"name": "r"}]}, "no-fields-at-all"),
        ({"schema": "schema.json"}, "schema-elsewhere"),
        ({"resources": [{"schema": "https://x.example/s.json"}]}, "schema-elsewhere"),
        ({"@context": "http://www.w3.org/ns/csvw", "tableSchema": {"columns": []}}, "other-standard"),
        ({"columns": [{"titles": "x", "datatype": "string"}]}, "other-standard"),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"x": {}}}, "other-standard"),
        ({"type": "record", "name": "r", "fields": [{"name": "x", "type": "int"}]}, "other-standard"),
        ([], "no-schema"),
        ([[1]], "no-schema"),
        ([{"name": "Neuadd y Dref", "title": "Hall"}, {"name": "Y Llyfrgell"}], "no-schema"),
    ],
)
def test_what_is_no_table_schema(tmp_path: Path, document: Any, told: str) -> None:
    path = written(tmp_path, document)
    assert refusal(path) == [told]
    with pytest.raises(RecipeError) as caught:
        load_foreign_schema(path)
    assert caught.value.code == "foreign.by-hand"


def test_records_are_not_quoted_where_no_schema_is_found(tmp_path: Path) -> None:
    path = written(tmp_path, [{"name": "Neuadd y Dref", "title": "Hall"}])
    with pytest.raises(RecipeError) as caught:
        upgraded(path)
    assert all("Neuadd" not in caught.value.message(language) for language in LANGUAGES)


# Loading


@pytest.mark.parametrize(
    "schema",
    [
        SOUND,
        {"fields": [{"name": "x"}], "primaryKey": "x"},
        {
            "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
            "fields": [{"name": "x", "type": "date"}],
        },
        {
            "fields": [{"name": "x"}],
            "foreignKeys": [{"fields": "x", "reference": {"resource": "", "fields": "x"}}],
        },
        {"fields": [{"name": "x"}], "fieldsMatch": "subset", "own": {"a": [1, None]}},
    ],
)
def test_a_schema_that_can_be_used_is_given_as_it_stands(tmp_path: Path, schema: dict[str, Any]) -> None:
    assert load_foreign_schema(written(tmp_path, schema)) == schema


def test_every_fault_is_told_by_line_field_and_key(tmp_path: Path) -> None:
    text = """{
  // a note
  "fields": [
    {"name": "a", "type": "text", "constraints": {"required": "true"}},
    {"name": "b", "type": "integer",
     "constraints": {"minimum": "lots"}},
  ]
}
"""
    with pytest.raises(RecipeError) as caught:
        load_foreign_schema(written(tmp_path, text))
    assert caught.value.code == "foreign.faults"
    assert caught.value.message("en").splitlines() == [
        "The schema schema.json cannot be used as it is. To write a repaired copy, and see what changes: "
        "agored schema upgrade schema.json",
        "- There are comments, which a JSON file must not have. Lines: 2.",
        "- Line 4, a · type: “text” is another standard’s name for a type.",
        '- Line 4, a · required: only true or false can stand here, without quotation marks, and not "true".',
        "- There is a comma too many. Lines: 6.",
        "- Line 6, b · minimum: not everything here is a value of the type “integer”: lots.",
    ]
    assert caught.value.message("cy").splitlines()[2].startswith("- Llinell 4, a · type: ")


def test_what_an_older_edition_wrote_otherwise_is_no_fault_beside_others(tmp_path: Path) -> None:
    path = written(tmp_path, {"fields": [{"name": "x", "type": "text"}], "primaryKey": "x"})
    with pytest.raises(RecipeError) as caught:
        load_foreign_schema(path)
    assert [problem.code for problem in caught.value.problems] == ["foreign.type-name"]


def test_a_field_that_is_the_name_of_a_file_is_not_followed(tmp_path: Path) -> None:
    """The library would read a field from that file."""
    written(tmp_path, {"name": "secret", "type": "string"}, "field.json")
    path = written(tmp_path, {"fields": [str(tmp_path / "field.json")]})
    with pytest.raises(RecipeError):
        load_foreign_schema(path)
    assert upgraded(path).schema["fields"] == [{"name": str(tmp_path / "field.json"), "type": "string"}]


def test_values_are_shortened_and_nothing_in_them_reaches_the_terminal_as_a_command(tmp_path: Path) -> None:
    long = "\u001b[31m" + "x" * 500
    found = upgraded(written(tmp_path, {"fields": [{"name": "a\u001b[2J", "type": long}]}))
    for change in found.changes:
        for language in LANGUAGES:
            assert "\u001b" not in change.what(language) + change.outcome(language)
            assert len(change.what(language)) < 300


def test_many_lines_of_one_slip_are_cut_short_in_the_sentence_alone(tmp_path: Path) -> None:
    fields = ",\n".join(f'{{"name": "x{number}", "type": “date”}}' for number in range(40))
    found = upgraded(written(tmp_path, f'{{"fields": [\n{fields}\n]}}'))
    marks = next(change for change in found.changes if change.code == "foreign.marks")
    assert marks.lines == tuple(range(2, 42))
    assert marks.what("en").endswith(f" {MOST_LINES + 1}….")


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        cli.main(["schema", *arguments])
    told = capsys.readouterr()
    return int(caught.value.code or 0), told.out, told.err


BROKEN = {
    "fields": [
        {"constraints": {"type": "xsd:date", "required": "true"}, "own": 1, "name": "x", "title": "X"},
        {"name": "y", "type": "geometry"},
    ]
}
REPAIRED = f"""{{
  "$schema": "{EDITION}",
  "fields": [
    {{
      "name": "x",
      "type": "date",
      "title": "X",
      "own": 1,
      "constraints": {{
        "required": true
      }}
    }},
    {{
      "name": "y",
      "type": "any"
    }}
  ]
}}
"""


def test_the_command_writes_a_repaired_copy_beside_the_file(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    original = written(folder, BROKEN).read_bytes()
    code, out, err = shown(capsys, "upgrade", "schema.json")
    assert (code, err) == (0, "")
    assert (folder / "schema.upgraded.json").read_text(encoding="utf-8") == REPAIRED
    assert (folder / "schema.json").read_bytes() == original
    assert out.splitlines()[:2] == ["Written: schema.upgraded.json", "Changes: 4"]
    assert say("upgrade.why.refused", "en") in out
    assert "as it did in 2013 (xsd:date). Moved. Now: type: date" in out
    assert out.splitlines()[-3:] == [
        "For a person to decide: 2",
        "- There are fields without a title: y. Give each of them a title that a reader understands.",
        "- Line 14, y · type: there is no type “geometry”, and more than one could be meant. Decide what kind of "
        "values the field holds, and write the type that says so.",
    ]


def test_the_command_in_welsh(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    written(folder, BROKEN)
    code, out, _ = shown(capsys, "upgrade", "schema.json", "--language", "cy")
    assert code == 0
    assert out.splitlines()[:2] == ["Ysgrifennwyd: schema.upgraded.json", "Newidiadau: 4"]
    assert "- Llinell 14, y · type: nid oes math “geometry”" in out


def test_the_workspaces_language_counts(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    written(folder, 'agored = 1\nlanguage = "cy"\n', "agored.toml")
    written(folder, BROKEN)
    assert shown(capsys, "upgrade", "schema.json")[1].startswith("Ysgrifennwyd: ")


def test_the_command_as_json(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    written(folder, BROKEN)
    code, out, _ = shown(capsys, "upgrade", "schema.json", "--json", "--output", "new.json")
    told = json.loads(out)
    assert code == 0
    assert (told["file"], told["written"]) == ("schema.json", "new.json")
    assert json.loads((folder / "new.json").read_bytes())["fields"][0]["type"] == "date"
    unknown = told["changes"][-1]
    assert unknown["what"].keys() == unknown["outcome"].keys() == unknown["ask"].keys() == set(LANGUAGES)
    assert {
        key: unknown[key] for key in ("code", "reason", "done", "lines", "field", "key", "was", "now")
    } == {
        "code": "foreign.type-unknown",
        "reason": "unclear",
        "done": "changed",
        "lines": [14],
        "field": "y",
        "key": "type",
        "was": "geometry",
        "now": "any",
    }
    assert [change["code"] for change in told["open"]] == ["foreign.untitled"]


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    path = written(folder, BROKEN)
    kept = written(folder, "kept", "schema.upgraded.json")
    code, out, err = shown(capsys, "upgrade", "schema.json")
    assert (code, out) == (10, "")
    assert "schema.upgraded.json" in err
    assert kept.read_text(encoding="utf-8") == "kept"
    code, _, _ = shown(capsys, "upgrade", "schema.json", "--output", "schema.json")
    assert code == 10
    assert json.loads(path.read_bytes()) == BROKEN


def test_a_sound_schema_is_not_written_again_unless_a_file_is_asked_for(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    written(folder, SOUND)
    code, out, _ = shown(capsys, "upgrade", "schema.json")
    assert (code, out.strip()) == (0, say("upgrade.sound", "en", file="schema.json"))
    assert [path.name for path in folder.iterdir()] == ["schema.json"]
    code, out, _ = shown(capsys, "upgrade", "schema.json", "--output", "copy.json")
    assert (code, out.splitlines()[0]) == (0, "Written: copy.json")
    assert json.loads((folder / "copy.json").read_bytes()) == SOUND


@pytest.mark.parametrize(
    ("name", "told"),
    [("none.json", "foreign.no-file"), (".", "foreign.no-file"), ("empty.json", "foreign.by-hand")],
)
def test_files_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], folder: Path, name: str, told: str
) -> None:
    written(folder, "", "empty.json")
    code, out, _ = shown(capsys, "upgrade", name, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (10, told)


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    written(folder, BROKEN)
    code, _, err = shown(capsys, "upgrade", "schema.json", "--output", "none/new.json")
    assert code == 10
    assert "none/new.json" in err


def test_a_table_of_several_is_written_under_its_own_name(folder: Path) -> None:
    tables = [{"name": name, "schema": BROKEN} for name in ("un", "dau/tri", "..")]
    path = written(folder, {"resources": tables}, "datapackage.json")
    names = [upgrade(path, table=table["name"]).written for table in tables]
    assert names == [
        folder / "datapackage.un.upgraded.json",
        folder / "datapackage.dau-tri.upgraded.json",
        folder / "datapackage.table.upgraded.json",
    ]


def test_another_word_than_upgrade_is_misuse(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, err = shown(capsys, "upgrad", "schema.json", "--language", "cy")
    assert (code, out) == (2, "")
    assert err.startswith(say("upgrade.which-action", "cy", known="upgrade"))
