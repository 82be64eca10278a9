"""Validation: one finding for each kind of fault and field, with its exact count and places in the original."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from agored.errors import RecipeError
from agored.findings import Finding, Severity, Stage
from agored.schema import Code, CodeList, Schema, schema_of
from agored.table import Column, Table
from agored.validate import validate
from agored.words import LANGUAGES, Bilingual, catalogue

CANARY = "Bara-brith-7c1f"


def a_field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    texts = {key: f"{name} {key}" for key in ("title_cy", "title_en", "description_cy", "description_en")}
    return {"name": name, "type": kind, "title": name, **texts, **more}


def a_schema(*fields: dict[str, Any], **more: Any) -> Schema:
    return schema_of({"fields": list(fields), **more}, "test/1")


def findings(
    columns: Mapping[str, Sequence[str]],
    *fields: dict[str, Any],
    lists: Mapping[str, CodeList] | None = None,
    rows: Sequence[int] | None = None,
    **more: Any,
) -> dict[tuple[str, str | None], Finding]:
    found = validate(Table.of(columns, rows), a_schema(*fields, **more), "data", lists or {}).findings
    assert all(finding.severity is Severity.BLOCKING for finding in found)
    assert all(finding.stage is Stage.VALIDATE and finding.resource == "data" for finding in found)
    by_kind = {(finding.code.removeprefix("validation."), finding.field): finding for finding in found}
    assert len(by_kind) == len(found)
    return by_kind


def a_list(name: str, *codes: str) -> CodeList:
    return CodeList(name, tuple(Code(code, Bilingual(f"{code} cy", f"{code} en")) for code in codes))


AREAS = a_list("areas/1", "W06000001", "W06000002")
NOTES = a_list("note-codes/1", "c", "p", "r")


def test_a_sound_table_has_no_findings() -> None:
    assert not findings(
        {"area": ["W06000001", "W06000002"], "month": ["2026-01", "2026-01"], "count": ["0", "12"]},
        a_field("area", codes="areas/1"),
        a_field("month", "yearmonth"),
        a_field("count", "integer", constraints={"required": True, "minimum": 0}),
        lists={"areas/1": AREAS},
        primaryKey=["area", "month"],
    )


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", "12", "12.5"),
        ("integer", "-3", "twelve"),
        ("number", "12.50", "1,250"),
        ("number", "-0.5", "1,5"),
        ("boolean", "true", "yes"),
        ("date", "2026-01-31", "31/01/2026"),
        ("date", "2024-02-29", "2026-02-29"),
        ("datetime", "2026-01-31T09:00:00Z", "2026-01-31"),
        ("year", "2026", "26"),
        ("yearmonth", "2026-01", "2026-13"),
    ],
)
def test_a_value_of_another_type(kind: str, good: str, bad: str) -> None:
    found = findings({"f": [good, bad, bad]}, a_field("f", kind))
    assert set(found) == {(f"type-{kind}", "f")}
    finding = found[f"type-{kind}", "f"]
    assert (finding.count, finding.total, finding.rows, finding.place) == (2, 3, (3, 4), 'A3 · "f"')


@pytest.mark.parametrize(
    ("kind", "constraint", "value", "code", "cells", "faults", "detail"),
    [
        ("string", "required", True, "required", ["a", "", "c"], [3], {}),
        ("string", "unique", True, "unique", ["a", "b", "a"], [4], {}),
        ("integer", "minimum", 0, "minimum", ["0", "-1"], [3], {"limit": "0"}),
        ("number", "minimum", "0.5", "minimum", ["0.5", "0.49"], [3], {"limit": "0.5"}),
        ("integer", "maximum", 53, "maximum", ["53", "54"], [3], {"limit": "53"}),
        ("date", "minimum", "2020-01-01", "minimum", ["2019-12-31", ""], [2], {"limit": "2020-01-01"}),
        ("integer", "exclusiveMinimum", 0, "above", ["1", "0"], [3], {"limit": "0"}),
        ("number", "exclusiveMaximum", 1, "below", ["0.99", "1"], [3], {"limit": "1"}),
        ("string", "minLength", 2, "shortest", ["ŵŷ", "ŵ"], [3], {"limit": "2"}),
        ("string", "maxLength", 2, "longest", ["ŵŷ", "ŵŷâ"], [3], {"limit": "2"}),
        ("string", "pattern", "[A-Z]+", "pattern", ["AB", "ab"], [3], {"pattern": "[A-Z]+"}),
        ("string", "enum", ["x", "y"], "not-one-of", ["y", "z"], [3], {"allowed": "x, y"}),
        ("integer", "enum", [1, 2], "not-one-of", ["3", "2"], [2], {"allowed": "1, 2"}),
    ],
)
def test_a_broken_constraint(
    kind: str,
    constraint: str,
    value: object,
    code: str,
    cells: list[str],
    faults: list[int],
    detail: dict[str, str],
) -> None:
    # A second column keeps a record with one empty cell from being blank.
    found = findings(
        {"f": cells, "other": ["o"] * len(cells)},
        a_field("f", kind, constraints={constraint: value}),
        a_field("other"),
    )
    assert set(found) == {(code, "f")}
    assert found[code, "f"].rows == tuple(faults)
    assert found[code, "f"].detail == detail


@pytest.mark.parametrize("cell", ["azzz", "zzzb", "a\n", "ab"])
def test_a_pattern_means_the_whole_cell(cell: str) -> None:
    assert set(findings({"f": [cell]}, a_field("f", constraints={"pattern": "a|b"}))) == {("pattern", "f")}


def test_a_string_of_a_form() -> None:
    found = findings({"f": ["a@b.wales", "nobody"]}, a_field("f", format="email"))
    assert found["type-string", "f"].detail == {"form": "email"}


def test_two_faults_in_one_field_are_two_findings() -> None:
    cells = ["x", "-1", "200", "-2"]
    found = findings({"f": cells}, a_field("f", "integer", constraints={"minimum": 0, "maximum": 100}))
    counts = {key: finding.count for key, finding in found.items()}
    assert counts == {("type-integer", "f"): 1, ("minimum", "f"): 2, ("maximum", "f"): 1}


def test_the_primary_key() -> None:
    found = findings(
        {"area": ["a", "a", "b", "", "a"], "month": ["1", "2", "1", "", "1"], "n": ["1"] * 5},
        a_field("area"),
        a_field("month"),
        a_field("n", "integer"),
        primaryKey=["area", "month"],
        rows=[5, 6, 9, 10, 12],
    )
    assert set(found) == {("primary-key", None), ("primary-key-empty", None)}
    assert found["primary-key", None].rows == (12,)
    assert found["primary-key", None].place == "12"
    assert found["primary-key-empty", None].rows == (10,)
    assert found["primary-key", None].detail == {"fields": "area, month"}


def test_a_primary_key_of_one_name() -> None:
    assert set(findings({"f": ["a", "a"]}, a_field("f"), primaryKey="f")) == {("primary-key", None)}


def test_a_blank_record_is_told_as_such_only() -> None:
    found = findings(
        {"f": ["1", ""], "g": ["a", ""]},
        a_field("f", "integer", constraints={"required": True}),
        a_field("g"),
    )
    assert set(found) == {("row-blank", None)}
    assert found["row-blank", None].rows == (3,)


def test_no_records() -> None:
    assert set(findings({"f": []}, a_field("f"))) == {("no-records", None)}


def test_counts_are_exact_beyond_any_cap_and_rows_are_the_first_ten() -> None:
    found = findings({"f": ["x"] * 3_000}, a_field("f", "integer"), rows=range(10, 3_010))
    assert found["type-integer", "f"].count == 3_000
    assert found["type-integer", "f"].rows == tuple(range(10, 20))


def test_places_are_those_of_the_original() -> None:
    """After unpivoting, a record's row and column are not its own number and its field's."""
    table = Table(
        columns=(Column("area", 1, True), Column("month", None, True), Column("count", None, True)),
        data=pa.table(
            {
                name: pa.array(cells)
                for name, cells in (("a", ["x", "y"]), ("m", ["1", "2"]), ("c", ["3", "?"]))
            }
        ),
        rows=pa.chunked_array([[4], [40]]),
        cells=pa.chunked_array([[2], [28]]),
    ).renamed((Column("area", 1, True), Column("month", None, True), Column("count", None, True)))
    schema = a_schema(a_field("area"), a_field("month"), a_field("count", "integer"))
    (finding,) = validate(table, schema, "data", {}).findings
    assert (finding.place, finding.rows) == ('AB40 · "count"', (40,))


class TestColumns:
    def fields(self) -> list[dict[str, Any]]:
        return [a_field("area"), a_field("month"), a_field("count", "integer")]

    def test_missing(self) -> None:
        found = findings({"area": ["a"], "count": ["x"]}, *self.fields(), primaryKey=["area", "month"])
        # The column that is there is judged, under its own field.
        assert set(found) == {("column-missing", "month"), ("type-integer", "count")}

    def test_all_missing(self) -> None:
        found = findings({}, *self.fields())
        assert {key for key in found if key[0] == "column-missing"} == {
            ("column-missing", name) for name in ("area", "month", "count")
        }

    def test_extra(self) -> None:
        found = findings({"area": ["a"], "month": ["1"], "count": ["1"], "extra": [CANARY]}, *self.fields())
        assert set(found) == {("column-extra", "extra")}
        assert found["column-extra", "extra"].detail == {"column": 'D · "extra"'}

    def test_an_unknown_heading_is_not_quoted(self) -> None:
        table = Table(
            columns=(Column("area", 1, True), Column(CANARY, 27, False), Column(f"{CANARY}-2", 3, False)),
            data=pa.table({"a": ["x"], "b": ["y"], "c": ["z"]}),
            rows=pa.chunked_array([[2]]),
        )
        found = validate(table, a_schema(a_field("area")), "data", {}).findings
        assert [(each.code, each.field, each.place) for each in found] == [
            ("validation.column-extra", None, "AA"),
            ("validation.column-extra", None, "C"),
        ]
        assert CANARY not in json.dumps([each.to_json() for each in found])

    def test_in_another_order(self) -> None:
        found = findings({"count": ["x"], "area": ["a"], "month": ["1"]}, *self.fields())
        assert set(found) == {("column-order", None), ("type-integer", "count")}
        assert found["column-order", None].detail == {"order": "area, month, count"}

    def test_an_extra_column_between_is_no_other_order(self) -> None:
        found = findings({"area": ["a"], "x": ["1"], "month": ["1"], "count": ["1"]}, *self.fields())
        assert set(found) == {("column-extra", "x")}

    @pytest.mark.parametrize(
        ("name", "code", "field"),
        [("area", "column-twice", "area"), ("", "column-unnamed", None), (" area", "column-extra", None)],
    )
    def test_headings_that_shape_left(self, name: str, code: str, field: str | None) -> None:
        names = ["area", "month", "count", name]
        table = Table(
            columns=tuple(Column(each, number) for number, each in enumerate(names, start=1)),
            data=pa.Table.from_arrays([pa.array([cell]) for cell in ("a", "1", "2", "b")], names),
            rows=pa.chunked_array([[2]]),
        )
        (finding,) = validate(table, a_schema(*self.fields()), "data", {}).findings
        assert (finding.code, finding.field) == (f"validation.{code}", field)
        assert (finding.place or "").startswith("D")

    def test_a_column_that_shape_made_is_told_by_its_place(self) -> None:
        table = Table(
            columns=(Column("area", 1), Column("made", None, True)),
            data=pa.table({"area": ["a"], "made": ["b"]}),
            rows=pa.chunked_array([[2]]),
        )
        (finding,) = validate(table, a_schema(a_field("area")), "data", {}).findings
        assert finding.place == '2 · "made"'

    def test_a_field_named_as_a_mark_is_no_trap(self) -> None:
        found = findings({"#2": ["a"], "x": ["b"]}, a_field("#2"))
        assert set(found) == {("column-extra", "x")}


class TestCodes:
    def test_unknown(self) -> None:
        found = findings(
            {"area": ["W06000001", "Ynys Môn", "", "Ynys Môn"], "n": ["1"] * 4},
            a_field("area", codes="areas/1"),
            a_field("n"),
            lists={"areas/1": AREAS},
        )
        assert set(found) == {("code-unknown", "area")}
        assert found["code-unknown", "area"].rows == (3, 5)
        assert found["code-unknown", "area"].detail == {"list": "areas/1"}

    def test_several_in_a_cell(self) -> None:
        note = a_field("count_note", codes="note-codes/1", list=",")
        found = findings(
            {"n": ["1"] * 5, "count_note": ["", "c", "c,r", "c,q", "c, r"]},
            a_field("n"),
            note,
            lists={"note-codes/1": NOTES},
        )
        assert found["code-unknown", "count_note"].rows == (5, 6)

    def test_several_only_where_the_schema_says_so(self) -> None:
        found = findings({"f": ["c,r"]}, a_field("f", codes="note-codes/1"), lists={"note-codes/1": NOTES})
        assert set(found) == {("code-unknown", "f")}

    def test_a_list_that_is_not_there(self) -> None:
        with pytest.raises(RecipeError) as caught:
            findings({"f": ["a"]}, a_field("f", codes="areas/1"))
        assert caught.value.code == "validation.list-absent"
        assert caught.value.facts == {"schema": "test/1", "list": "areas/1"}


@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        ("integer", "1_000"),
        ("integer", "\u00a05"),
        ("integer", "٣"),
        ("number", "1_0.5"),
        ("number", "\u20071.5"),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("date", "2026-1-5"),
        ("year", " 202"),
        ("yearmonth", "2026-1"),
    ],
)
def test_what_can_be_read_but_not_published(kind: str, odd: str) -> None:
    found = findings({"f": [odd, "", odd], "o": ["o"] * 3}, a_field("f", kind), a_field("o"))
    assert set(found) == {("not-plain", "f")}
    assert (found["not-plain", "f"].count, found["not-plain", "f"].rows) == (2, (2, 4))


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("integer", ["007", "-3", "+4", "0"]),
        ("number", ["4.70E-02", "1e5", ".5", "5.", "-0.50", "+1"]),
        ("boolean", ["TRUE", "0", "false"]),
        ("datetime", ["2026-01-31T09:00:00Z", "2026-01-31T09:00:00+01:00", "2026-01-31T09:00:00.5Z"]),
    ],
)
def test_what_the_standard_allows_may_stand(kind: str, cells: list[str]) -> None:
    assert not findings({"f": cells}, a_field("f", kind))


def test_a_schema_may_say_how_its_cells_are_written() -> None:
    assert not findings({"f": ["31/01/2026"]}, a_field("f", "date", format="%d/%m/%Y"))
    for missing in (["", "-"], [{"value": "", "label": "blank"}, {"value": "-", "label": "none"}]):
        columns = {"f": ["7", "-"], "o": ["o", "o"]}
        assert not findings(columns, a_field("f", "integer"), a_field("o"), missingValues=missing)


@pytest.mark.parametrize(
    ("cells", "limit"),
    [
        (["2026-01-01T00:00:00", "2026-01-01T00:00:00Z"], "2020-01-01T00:00:00Z"),
        (["2026-01-01T00:00:00Z", "2026-01-01T00:00:00"], "2020-01-01T00:00:00"),
    ],
)
def test_times_that_cannot_be_compared_with_the_limit(cells: list[str], limit: str) -> None:
    field = a_field("f", "datetime", constraints={"minimum": limit})
    found = findings({"f": cells}, field)
    assert set(found) == {("type-datetime", "f")}
    assert found["type-datetime", "f"].count == 1


@pytest.mark.parametrize("constraints", [{"minimum": 0}, {"unique": True}])
def test_a_signalling_not_a_number(constraints: dict[str, Any]) -> None:
    found = findings({"f": ["1", "-snan123", " sNaN"]}, a_field("f", "number", constraints=constraints))
    assert found["type-number", "f"].rows == (3, 4)


@pytest.mark.parametrize(
    ("field", "more", "code", "facts"),
    [
        (a_field("f", constraints={"minimum": 1}), {}, "constraint-unknown", {"constraint": "minimum"}),
        (a_field("f", "integer", constraints={"minimun": 1}), {}, "constraint-unknown", {"type": "integer"}),
        (a_field("f", "integer", constraints={"minimum": "x"}), {}, "bound-unreadable", {"field": "f"}),
        (a_field("f", "number", constraints={"maximum": "NaN"}), {}, "bound-unreadable", {}),
        (a_field("f", "number", constraints={"maximum": "sNaN"}), {}, "bound-unreadable", {}),
        (a_field("f", "integer", constraints={"enum": [1, "x"]}), {}, "bound-unreadable", {}),
        (a_field("f", constraints={"pattern": "(a"}), {}, "pattern-unreadable", {}),
        (a_field("f", constraints={"pattern": "a)|(?:b"}), {}, "pattern-unreadable", {}),
        (a_field("f", constraints={"pattern": 5}), {}, "pattern-unreadable", {}),
        (a_field("f", constraints=["required"]), {}, "constraints-form", {}),
        (a_field("f", "date", format="any"), {}, "format-any", {}),
        (a_field("f", constraints={"required": "true"}), {}, "schema-part", {}),
        (a_field("f") | {"title": {"cy": "a", "en": "b"}}, {}, "schema-part", {}),
        (a_field("f"), {"primaryKey": ["g"]}, "key-unknown", {"field": "g"}),
        (a_field("f"), {"fieldsMatch": "subset"}, "fields-match", {}),
        (
            a_field("f"),
            {"foreignKeys": [{"fields": ["f"], "reference": {"resource": "", "fields": ["f"]}}]},
            "foreign-keys",
            {},
        ),
    ],
)
def test_a_schema_that_cannot_be_judged_by(
    field: dict[str, Any], more: dict[str, Any], code: str, facts: dict[str, str]
) -> None:
    with pytest.raises(RecipeError) as caught:
        findings({"f": [CANARY]}, field, **more)
    assert caught.value.code == "validation.schema"
    (problem,) = caught.value.problems
    assert problem.code == f"validation.{code}"
    assert facts.items() <= problem.facts.items()
    for language in LANGUAGES:
        assert CANARY not in caught.value.message(language)


def test_all_faults_of_a_schema_are_told_at_once() -> None:
    with pytest.raises(RecipeError) as caught:
        findings(
            {"f": ["1"]},
            a_field("f", "integer", constraints={"minimum": "x", "pattern": "a"}),
            a_field("g", "date", format="any"),
        )
    assert len(caught.value.problems) == 3


# Every kind of fault at once, each with the canary in or beside the faulty cell.
ALL_KINDS: tuple[dict[str, list[str]], list[dict[str, Any]], dict[str, Any]] = (
    {
        "s": [CANARY, CANARY, ""],
        "i": [CANARY, "-5", ""],
        "d": [CANARY, "2026-1-5", ""],
        "p": [CANARY, CANARY, ""],
        "c": [CANARY, "W06000001", ""],
        "x": [CANARY, CANARY, ""],
    },
    [
        a_field("s", constraints={"unique": True, "maxLength": 3, "minLength": 1}),
        a_field("i", "integer", constraints={"minimum": 0}),
        a_field("d", "date"),
        a_field("p", constraints={"pattern": "[0-9]+", "enum": ["1"], "required": True}),
        a_field("c", codes="areas/1"),
    ],
    {"primaryKey": ["s", "p"]},
)


def test_no_finding_holds_a_value_in_either_language() -> None:
    columns, fields, more = ALL_KINDS
    found = findings(columns, *fields, lists={"areas/1": AREAS}, **more)
    codes = {code for code, _ in found}
    assert codes >= {
        "unique",
        "longest",
        "type-integer",
        "type-date",
        "pattern",
        "not-one-of",
        "code-unknown",
    }
    assert codes >= {"not-plain", "minimum", "row-blank", "primary-key", "primary-key-empty", "column-extra"}
    for finding in found.values():
        text = json.dumps(finding.to_json(), ensure_ascii=False)
        for language in LANGUAGES:
            text += finding.what(language) + finding.why(language) + finding.how(language)
        assert CANARY not in text
        assert "-5" not in finding.detail.values()


def test_every_finding_and_error_of_validation_can_be_said() -> None:
    folder = Path(sys.modules["agored.validate"].__file__ or "").parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    errors = set(re.findall(r'RecipeError\(\s*"([\w.-]+)"', sources))
    for language in LANGUAGES:
        said = {code for code in catalogue(language) if code.startswith("finding.validation.")}
        kinds = {code.split(".")[2] for code in said}
        assert {code for code in said if not code.endswith(".how-file")} == {
            f"finding.validation.{kind}.{part}" for kind in kinds for part in ("what", "why", "how")
        }
        for kind in kinds:
            # Types are named by the schema; all else stands in the code.
            assert f'"{kind}"' in sources or f"validation.{kind}" in sources or kind.startswith("type-")
        assert errors == {
            code.removeprefix("error.")
            for code in catalogue(language)
            if code.startswith("error.validation.")
        }


def test_the_same_counts_as_frictionless_itself(tmp_path: Path) -> None:
    """On tables with every kind of fault by chance, against frictionless reading the table's CSV file."""
    import frictionless
    from frictionless.resources import TableResource

    schema = a_schema(
        a_field("a", constraints={"required": True, "maxLength": 3}),
        a_field("b", "integer", constraints={"minimum": 0, "maximum": 50}),
        a_field("c", "number", constraints={"unique": True}),
        a_field("d", "date"),
        a_field("e", "yearmonth", constraints={"enum": ["2026-01", "2026-02"]}),
        primaryKey=["a", "b"],
    )
    values = {
        "a": ["", "x", "yy", "zzz", "llll", "ŵŷ"],
        "b": ["", "1", "2", "-3", "51", "x", "1.5"],
        "c": ["", "1", "1.0", "2", "3.5", "y"],
        "d": ["", "2026-01-31", "2026-02-30", "31/01/2026"],
        "e": ["", "2026-01", "2026-02", "2026-03", "q"],
    }
    chance = random.Random(20261123)
    seen: Counter[str] = Counter()
    for number in range(40):
        size = chance.randrange(1, 30)
        columns = {name: [chance.choice(cells) for _ in range(size)] for name, cells in values.items()}
        if number % 4 == 0:
            columns = {name: [*cells, ""] for name, cells in columns.items()}
        table = Table.of(columns)
        path = tmp_path / f"t{number}.csv"
        path.write_bytes(b"".join(table.csv()))
        control = frictionless.formats.CsvControl(delimiter=",", skip_initial_space=False)
        resource = TableResource(
            name="t",
            path=path.name,
            basepath=str(tmp_path),
            encoding="utf-8",
            schema=frictionless.Schema.from_descriptor(dict(schema.descriptor)),
            dialect=frictionless.Dialect(header=True, header_rows=[1], controls=[control]),
        )
        theirs: Counter[tuple[str, str | None]] = Counter()
        for error in resource.validate(limit_errors=0).tasks[0].errors:
            name = getattr(error, "field_name", None)
            theirs[error.type, name] += 1
        ours: Counter[tuple[str, str | None]] = Counter()
        constraints = {"required", "longest", "minimum", "maximum", "not-one-of"}
        for finding in validate(table, schema, "data", {}).findings:
            code = finding.code.removeprefix("validation.")
            if code == "not-plain":
                continue
            kind = "type-error" if code.startswith("type-") else code
            kind = "constraint-error" if code in constraints else kind
            kind = {
                "unique": "unique-error",
                "row-blank": "blank-row",
                "primary-key-empty": "primary-key",
            }.get(kind, kind)
            ours[kind, finding.field] += finding.count
        assert ours == theirs
        seen.update({kind: count for (kind, _), count in theirs.items()})
    assert set(seen) == {"type-error", "constraint-error", "unique-error", "blank-row", "primary-key"}


@pytest.mark.skipif(
    "AGORED_REAL_DATA" not in os.environ, reason="AGORED_REAL_DATA names no folder of real files"
)
@pytest.mark.parametrize(
    ("file", "code", "field", "rows"),
    [
        ("bad-note-codes.csv", "code-unknown", "notes", (3,)),
        ("dupe-fact.csv", "primary-key", None, (4,)),
        ("incomplete-fact.csv", "required", "date", (3,)),
        ("non-numeric-data.csv", "type-number", "data", (3,)),
    ],
)
def test_uploads_that_statswales_refuses(
    file: str, code: str, field: str | None, rows: tuple[int, ...]
) -> None:
    path = Path(os.environ["AGORED_REAL_DATA"]) / "statswales/invalid" / file
    records = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    found = findings(
        {name: [record[name] for record in records] for name in records[0]},
        a_field("date", "year", constraints={"required": True}),
        a_field("data", "number"),
        a_field("measure", constraints={"required": True}),
        a_field("notes", codes="note-codes/1", list=","),
        lists={"note-codes/1": NOTES},
        primaryKey=["date", "measure"],
    )
    assert {key: finding.rows for key, finding in found.items()} == {(code, field): rows}


@pytest.mark.skipif(
    "AGORED_REAL_DATA" not in os.environ, reason="AGORED_REAL_DATA names no folder of real files"
)
def test_flying_start_contacts() -> None:
    """1,416 facts, some written as ``4.70E-02``, which the standard allows."""
    path = Path(os.environ["AGORED_REAL_DATA"]) / "statswales/hlth1250/data-orig.csv"
    records = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    names = ("YearCode", "AreaCode", "Data", "RowRef", "Measure", "NoteCodes")
    fields = [a_field(name) for name in names]
    fields[2] = a_field("Data", "number", constraints={"required": True, "minimum": 0})
    columns = {name: [record[name] for record in records] for name in names}
    key = ["YearCode", "AreaCode", "RowRef", "Measure"]
    assert not findings(columns, *fields, primaryKey=key)
    columns["Data"][400] = "-1"
    (finding,) = findings(columns, *fields, primaryKey=key).values()
    assert (finding.code, finding.place, finding.total) == ("validation.minimum", 'C402 · "Data"', 1416)


def test_a_plugin_on_the_search_path_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "frictionless_intruder.py").write_text("raise SystemExit('a plugin was run')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "frictionless_intruder", raising=False)
    import frictionless

    vars(frictionless.system).pop("plugins", None)
    vars(frictionless.system).pop("methods", None)
    assert not findings({"f": ["1"]}, a_field("f", "integer"))
    assert "frictionless_intruder" not in sys.modules


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    address = "https://schemas.example.wales/profile.json"
    assert not findings({"f": ["1"]}, a_field("f", "integer"), **{"$schema": address, "profile": address})


def test_a_descriptor_is_left_as_it_was() -> None:
    schema = a_schema(a_field("f", constraints={"pattern": "a|b"}))
    before = json.dumps(schema.descriptor)
    validate(Table.of({"f": ["a"]}), schema, "data", {})
    assert json.dumps(schema.descriptor) == before


def test_the_library_is_loaded_only_where_it_is_used() -> None:
    check = "import sys, agored.validate, agored.protect; sys.exit('frictionless' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
