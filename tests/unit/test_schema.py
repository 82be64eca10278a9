"""Schemas and code lists: what Agored reads of them, and every fault at once, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agored.errors import RecipeError
from agored.records import canonical, digest
from agored.schema import (
    LIST_COLUMNS,
    Code,
    CodeList,
    Schema,
    read_codes,
    read_schema,
    schema_of,
)
from agored.words import LANGUAGES, Bilingual, catalogue

SCHEMAS = Path(__file__).parents[2] / "schemas"


def field(name: str = "count", **more: Any) -> dict[str, Any]:
    texts = {
        f"{what}_{language}": f"{what} {language}"
        for what in ("title", "description")
        for language in LANGUAGES
    }
    return {"name": name, "type": "integer", **texts, **more}


def schema(*fields: dict[str, Any]) -> Schema:
    return schema_of({"fields": list(fields)}, "table/1")


def told(*fields: Any) -> list[tuple[str, str]]:
    """Each fault's code and field, once both languages have told it."""
    with pytest.raises(RecipeError) as caught:
        schema_of({"fields": list(fields)}, "table/1")
    assert (caught.value.code, caught.value.exit_code) == ("schema.faults", 10)
    for language in LANGUAGES:
        assert "table/1" in caught.value.message(language).splitlines()[0]
        assert len(caught.value.message(language).splitlines()) == 1 + len(caught.value.problems)
    return [(problem.code, problem.facts.get("field", "")) for problem in caught.value.problems]


def test_a_field_as_it_is_read() -> None:
    read = schema(
        field(
            role="measure",
            measures="count",
            of="people",
            codes="areas/1",
            constraints={"required": True},
            rate_of="other",
        ),
        field("other", type="string"),
    )
    first, second = read.fields
    assert (first.title, first.description) == (
        Bilingual("title cy", "title en"),
        Bilingual("description cy", "description en"),
    )
    assert (first.role, first.measures, first.of, first.codes) == ("measure", "count", "people", "areas/1")
    assert (first.required, first.rate_of) == (True, "other")
    assert (second.role, second.measures, second.of, second.required) == ("attribute", None, None, False)
    assert read.names == ("count", "other")
    assert read.field("other") is second
    with pytest.raises(KeyError, match="none"):
        read.field("none")


def test_measures_that_another_field_tells_apart() -> None:
    measures = {"by": "measure", "contacts": "count", "contacts_per_child": "rate"}
    read = schema(field(measures=measures, of="people"), field("measure", type="string")).fields[0]
    assert (read.measures, read.measures_by) == (None, "measure")
    assert read.measures_of == {"contacts": "count", "contacts_per_child": "rate"}
    assert read.counts_people


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({"measures": "count", "of": "people"}, True),
        ({"measures": "count", "of": "households"}, True),
        ({"measures": "count", "of": "things"}, False),
        ({"measures": "count"}, False),
        ({"measures": "rate", "of": "people"}, False),
        ({"measures": {"by": "m", "a": "rate"}, "of": "people"}, False),
        ({}, False),
    ],
)
def test_fields_that_count_people(more: dict[str, Any], counts: bool) -> None:
    assert schema(field(**more), field("m")).fields[0].counts_people is counts


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ([field(title_cy="")], [("schema.text-missing", "count")]),
        ([field(title_en=" ")], [("schema.text-missing", "count")]),
        ([field(description_cy=5)], [("schema.text-missing", "count")]),
        ([{"name": "a"}], [("schema.text-missing", "a")] * 4),
        ([field(type="text")], [("schema.not-one-of", "count")]),
        ([field(type=["integer"])], [("schema.not-one-of", "count")]),
        ([field(role="key")], [("schema.not-one-of", "count")]),
        ([field(of="person")], [("schema.not-one-of", "count")]),
        ([field(measures="counts")], [("schema.not-one-of", "count")]),
        ([field(measures=["count"])], [("schema.not-one-of", "count")]),
        ([field(measures={"a": "count"})], [("schema.measures", "count")]),
        ([field(measures={"by": "b"}), field("b")], [("schema.measures", "count")]),
        ([field(measures={"by": "b", "x": "counts"}), field("b")], [("schema.measures", "count")]),
        ([field(measures={"by": "none", "x": "count"})], [("schema.measures-by", "count")]),
        ([field(codes="areas")], [("schema.codes", "count")]),
        ([field(codes="../areas/1")], [("schema.codes", "count")]),
        ([field(codes=["areas/1"])], [("schema.codes", "count")]),
        ([field(), field("b"), field()], [("schema.field-twice", "count")]),
        ([field("")], [("schema.field-unnamed", "")]),
        (["count"], [("schema.field-unnamed", "")]),
        ([{}, {"name": 5}], [("schema.field-unnamed", "")] * 2),
        (
            [field(title_cy="", role="x"), field("b", type="y")],
            [("schema.text-missing", "count"), ("schema.not-one-of", "count"), ("schema.not-one-of", "b")],
        ),
    ],
)
def test_each_fault_of_a_schema(fields: list[Any], faults: list[tuple[str, str]]) -> None:
    assert sorted(told(*fields)) == sorted(faults)


@pytest.mark.parametrize("descriptor", [[], {}, {"fields": {}}, "x", None, {"field": []}])
def test_a_schema_has_fields(descriptor: Any) -> None:
    with pytest.raises(RecipeError) as caught:
        schema_of(descriptor, "table/1")
    assert caught.value.code == "schema.no-fields"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b'{"fields": [\n  {"name": "a",}\n]}', "schema.not-json", "2"),
        (b'{"fields": [], "x": "\xe9"}', "schema.unreadable", None),
        (b"", "schema.not-json", "1"),
    ],
)
def test_a_schema_that_cannot_be_read(tmp_path: Path, data: bytes, code: str, line: str | None) -> None:
    path = tmp_path / "1.json"
    path.write_bytes(data)
    with pytest.raises(RecipeError) as caught:
        read_schema(path, "table/1")
    assert (caught.value.code, caught.value.facts.get("line")) == (code, line)
    path.unlink()
    with pytest.raises(RecipeError) as caught:
        read_schema(path, "table/1")
    assert caught.value.code == "schema.unreadable"
    assert str(tmp_path) not in caught.value.message("cy")


def test_each_mark_of_a_draft_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "1.json"
    data = {"title_cy": "???", "title_en": "Done", "fields": [field(title_cy="Beth ???")]}
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        read_schema(path, "table/1")
    assert [(each.code, each.facts["line"]) for each in caught.value.problems] == [
        ("schema.undecided", "2"),
        ("schema.undecided", "8"),
    ]


def test_a_schemas_hash_is_of_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "1.json"
    for indent in (None, 2):
        path.write_text(json.dumps({"fields": [field()]}, indent=indent), encoding="utf-8-sig")
        assert read_schema(path, "t/1").digest == digest(canonical({"fields": [field()]}))
    assert schema(field(), field("b")).digest != schema(field("b"), field()).digest


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*/*.json")), ids=lambda path: path.parent.name)
def test_the_shipped_schemas_are_whole_and_bilingual(path: Path) -> None:
    read = read_schema(path, f"{path.parent.name}/{path.stem}")
    for each, data in zip(read.fields, read.descriptor["fields"], strict=True):
        assert data["title"] == each.title.joined()
        assert "'" not in "".join(each.title.to_json().values())
        if each.codes is not None:
            assert (SCHEMAS / "lists" / f"{each.codes}.csv").is_file() or each.codes.startswith("contact-")


# Code lists

HEADER = ",".join(LIST_COLUMNS) + "\n"


def codes(folder: Path, text: str) -> CodeList:
    (folder / "1.csv").write_text(text, encoding="utf-8", newline="")
    return read_codes(folder / "1.csv", "areas/1")


def test_a_code_list_as_it_is_read(tmp_path: Path) -> None:
    read = codes(
        tmp_path,
        "\ufeff" + HEADER + "W1,Cymru,Wales,,0,,,596\r\nW2,Môn,Anglesey,W1,1,Nodyn,Note,512|Ynys Mon|\r\n",
    )
    assert read.codes == (
        Code("W1", Bilingual("Cymru", "Wales"), "", "0", also=("596",)),
        Code("W2", Bilingual("Môn", "Anglesey"), "W1", "1", Bilingual("Nodyn", "Note"), ("512", "Ynys Mon")),
    )
    assert list(read.by_code) == ["W1", "W2"]
    assert read.by_name["Ynys Mon"] == read.by_name["Anglesey"] == read.by_name["W2"] == "W2"


def test_a_name_of_two_codes_names_neither(tmp_path: Path) -> None:
    read = codes(tmp_path, HEADER + "1,Sir,County,,,,,a\n2,Sir,Shire,,,,,a|b\n")
    assert read.by_name == {"1": "1", "County": "1", "2": "2", "Shire": "2", "b": "2"}


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ("1,A,A,,,,\n", [("codes.ragged", "2")]),
        ("1,A,A,,,,,,\n", [("codes.ragged", "2")]),
        ("1,A,A,,,,,\n,A,A,,,,,\n", [("codes.incomplete", "3")]),
        ("1,,A,,,,,\n2,A,,,,,,\n", [("codes.incomplete", "2"), ("codes.incomplete", "3")]),
        ("1,A,A,,,,,\n1,B,B,,,,,\n", [("codes.twice", None)]),
        ("1,A,A,,,,,\n\n2,B,B\n", [("codes.ragged", "4")]),
    ],
)
def test_each_fault_of_a_code_list(tmp_path: Path, rows: str, faults: list[tuple[str, str | None]]) -> None:
    with pytest.raises(RecipeError) as caught:
        codes(tmp_path, HEADER + rows)
    assert caught.value.code == "codes.faults"
    assert [(each.code, each.facts.get("row")) for each in caught.value.problems] == faults
    assert caught.value.message("cy") != caught.value.message("en")


@pytest.mark.parametrize(
    "text", ["", "code,title\n1,A\n", HEADER.replace("sort,", ""), HEADER.replace(",", ";"), "\n" + HEADER]
)
def test_a_code_list_has_its_columns(tmp_path: Path, text: str) -> None:
    with pytest.raises(RecipeError) as caught:
        codes(tmp_path, text)
    assert caught.value.code == "codes.columns"


def test_a_code_list_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_bytes(HEADER.encode() + b"1,M\xf4n,A,,,,,\n")
    for path in (tmp_path / "1.csv", tmp_path / "none.csv"):
        with pytest.raises(RecipeError) as caught:
            read_codes(path, "areas/1")
        assert caught.value.code == "codes.unreadable"
        assert str(tmp_path) not in caught.value.message("en")


def test_a_code_lists_hash_is_of_all_that_it_says(tmp_path: Path) -> None:
    text = HEADER + "1,A,B,,,,,x\n"
    whole = codes(tmp_path, text).digest
    assert codes(tmp_path, text.replace("\n", "\r\n")).digest == whole
    for changed in ("1,A,B,,,,,y\n", "1,A,C,,,,,x\n", "1,A,B,,1,,,x\n", "1,A,B,,,n,,x\n"):
        assert codes(tmp_path, HEADER + changed).digest != whole


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("lists/*/*.csv")), ids=lambda path: path.parent.name)
def test_the_shipped_lists_are_whole(path: Path) -> None:
    read = read_codes(path, f"{path.parent.name}/{path.stem}")
    assert all(code.parent == "" or code.parent in read.by_code for code in read.codes)
    assert all(code.code in read.by_name for code in read.codes)


def test_every_sentence_of_schemas_and_lists_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    known = {
        code.removeprefix("error.")
        for code in catalogue("en")
        if code.startswith(("error.schema.", "error.codes."))
    }
    assert {code for code in known if f'"{code}"' not in source} == set()
