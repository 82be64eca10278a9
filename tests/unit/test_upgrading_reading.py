"""Files as people write them: every slip in JSON told with its line, YAML as it is meant, any Unicode encoding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agored.errors import RecipeError
from agored.foreign import load_foreign_schema, upgraded
from agored.foreign.lenient import DEEPEST, read_json
from agored.foreign.reading import LARGEST, read_document, read_yaml
from agored.words import LANGUAGES

Slips = list[tuple[str, tuple[int, ...]]]


def read(text: str) -> tuple[Any, Slips]:
    """What is read, and each slip with its lines."""
    document = read_json(text)
    assert document.stop is None, document.stop
    return document.data, [(slip.code.removeprefix("foreign."), slip.lines) for slip in document.slips]


def stop(text: str) -> tuple[str, int]:
    """Where the reading of a text stops, and why."""
    document = read_json(text)
    assert document.data is None
    assert document.stop is not None
    return document.stop.code.removeprefix("foreign."), document.stop.lines[0]


SLIPS: list[tuple[str, Any, Slips]] = [
    ('{"a": 1, // one\n"b": 2}', {"a": 1, "b": 2}, [("comment", (1,))]),
    ('# first\n# second\n{"a": 1 /* one\ntwo */}', {"a": 1}, [("comment", (1, 3))]),
    ('{"a": [1, 2,],\n}', {"a": [1, 2]}, [("comma-extra", (1,))]),
    ('{"a": 1,\n,"b": 2}', {"a": 1, "b": 2}, [("comma-extra", (2,))]),
    ("[,1]", [1], [("comma-extra", (1,))]),
    ('{"a": 1};', {"a": 1}, [("comma-extra", (1,))]),
    ('{"a": 1\n"b": [2\n3]}', {"a": 1, "b": [2, 3]}, [("comma-missing", (1, 2))]),
    ("{a: 1, $b: 2}", {"a": 1, "$b": 2}, [("unquoted", (1,))]),
    ('{"a": date}', {"a": "date"}, [("unquoted", (1,))]),
    ("{'a': 'it''s', \"b\": 'x'}".replace("''", "’"), {"a": "it’s", "b": "x"}, [("marks", (1,))]),
    ("{“a”: “say \"x\"”,\n„b“: «c»}", {"a": 'say "x"', "b": "c"}, [("marks", (1, 2))]),
    ('{"a”: "b",\n"c": "d”}', {"a": "b", "c": "d"}, [("marks", (1, 2))]),
    ('{"a": "“quoted”, and more"}', {"a": "“quoted”, and more"}, []),
    ('{"a": True, "b": None, "c": NaN}', {"a": True, "b": None, "c": None}, [("word", (1,))] * 3),
    ('{"a": +5, "b": .5, "c": 5.}', {"a": 5, "b": 0.5, "c": 5.0}, [("number", (1,))] * 3),
    ('{"a": "\\d+\\.\\d"}', {"a": "\\d+\\.\\d"}, [("escape", (1,)), ("escape", (1,))]),
    ('{"a": "it\\\'s"}', {"a": "it's"}, [("escape", (1,))]),
    ('{"a": "\\ud800"}', {"a": "\\ud800"}, [("escape", (1,))]),
    ('{"a": "\\ud83d\\ude00\\u00e9\\/"}', {"a": "😀é/"}, []),
    ('{"a": "one\ntwo\tthree"}', {"a": "one\ntwo\tthree"}, [("control", (1,))]),
    ('{\u00a0"a":\u200b1}\x00', {"a": 1}, [("blank", (1,))]),
    ('{"a": 1,\r\n"a": 2,\r"b": 3,\n"b": 3}', {"a": 2, "b": 3}, [("key-twice", (2,))]),
    ('{"a": 1, "a": true}', {"a": True}, [("key-twice", (1,))]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "data", "slips"), SLIPS, ids=[each[0] for each in SLIPS])
def test_slips_with_one_plain_meaning(text: str, data: Any, slips: Slips) -> None:
    assert read(text) == (data, slips)


STOPS = [
    ("", ("empty", 1)),
    (" \n\n", ("empty", 3)),
    ("name,type\nx,date\n", ("not-json", 1)),
    ("<html>", ("not-json", 1)),
    ('"text"', ("not-json", 1)),
    ('{"a": [1,\n2', ("json-ends", 2)),
    ('{"a": "x\n', ("json-ends", 1)),
    ('{"a": 1 /* x\n}', ("json-ends", 1)),
    ('{"a"', ("json-ends", 1)),
    ('{"a": 1}\n{"b": 2}', ("json-more", 2)),
    ('{"a" 1}', ("json-unclear", 1)),
    ('{"a": 1\n"b" "c"}', ("json-unclear", 2)),
    ('{"a": "say "x" again"}', ("json-unclear", 1)),
    ('{"a": 007}', ("json-unclear", 1)),
    ('{"a": two words}', ("json-unclear", 1)),
    ('{"a": 1e999}', ("json-unclear", 1)),
    ('{"a": ' + "9" * 5000 + "}", ("json-unclear", 1)),
    ('{"a": }', ("json-unclear", 1)),
    ("{[1]: 2}", ("json-unclear", 1)),
    ("{“a: 1}", ("json-unclear", 1)),
    ("[" * (DEEPEST + 2), ("too-deep", 1)),
]


@pytest.mark.parametrize(("text", "expected"), STOPS, ids=[each[0][:20] for each in STOPS])
def test_what_is_not_plain_stops_the_reading_on_its_line(text: str, expected: tuple[str, int]) -> None:
    assert stop(text) == expected


def test_lines_and_how_numbers_are_written() -> None:
    document = read_json('{"a": [\n1.50,\n{"b": 5}],\r\n"c":\n"x", "a": [\n\n7]}')
    assert {spot: document.lines[spot] for spot in ((), ("c",), ("a",), ("a", 0))} == {
        (): 1,
        ("c",): 4,
        ("a",): 5,
        ("a", 0): 7,
    }
    assert document.written["a", 0] == "7"
    assert read_json("[1.50, “x”]").written == {(0,): "1.50"}


def test_what_is_told_of_a_file_that_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text('{"fields": [ // all\n{"name": “x”}', encoding="utf-8")
    for ask in (load_foreign_schema, upgraded):
        with pytest.raises(RecipeError) as caught:
            ask(path)
        assert caught.value.code == "foreign.by-hand"
        told = [(problem.code, problem.facts["line"]) for problem in caught.value.problems]
        assert told == [("foreign.comment", "1"), ("foreign.marks", "2"), ("foreign.json-ends", "2")]
        for language in LANGUAGES:
            assert len(caught.value.message(language).splitlines()) == 4


# Encodings

SCHEMA = {"fields": [{"name": "tŷ", "type": "string", "title": "Tŷ"}]}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_other_unicode_encodings_are_read_and_told(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(json.dumps(SCHEMA, ensure_ascii=False).encode(encoding))
    with pytest.raises(RecipeError) as caught:
        load_foreign_schema(path)
    assert [problem.code for problem in caught.value.problems] == ["foreign.encoding"]
    assert caught.value.problems[0].facts["was"] == encoding[:6].upper()
    assert upgraded(path).schema["fields"] == SCHEMA["fields"]


def test_the_mark_of_utf_8_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(json.dumps(SCHEMA, ensure_ascii=False).encode("utf-8-sig"))
    assert load_foreign_schema(path) == SCHEMA


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ('{"fields":\n[{"name": "caffi–bar"}]}'.encode("cp1252"), "UTF-8"),
        ('{"fields":\n[{"name": "tŷ"}]}'.encode("iso8859-14"), "UTF-8"),
        ('{"fields":\n["'.encode("utf-16-le") + b"\x00\xd8" + '"]}'.encode("utf-16-le"), "UTF-16-LE"),
    ],
)
def test_other_encodings_are_not_guessed(tmp_path: Path, data: bytes, encoding: str) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(data)
    document = read_document(path)
    assert document.stop is not None
    assert (document.stop.code, document.stop.lines, document.stop.was) == (
        "foreign.not-text",
        (2,),
        encoding,
    )


# Files


def test_a_file_too_large_for_a_schema_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(RecipeError) as caught:
        read_document(path)
    assert caught.value.code == "foreign.too-large"


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.json")  # opening it would wait for ever
    with pytest.raises(RecipeError) as caught:
        read_document(tmp_path / "pipe.json")
    assert caught.value.code == "foreign.no-file"


# YAML

YAML = """\
# a schema
fields:
  - name: 010
    type: year
    constraints:
      minimum: 2001
  - name: agored
    type: boolean
    trueValues: [yes]
    falseValues: [no]
  - name: dyddiad
    type: date
    constraints: {minimum: 2020-01-31, required: true}
missingValues: ['', 1.50, 12:30]
"""


def test_yaml_is_read_as_it_is_written(tmp_path: Path) -> None:
    """YAML's octal number, its days, its sixties and its word for true are texts that somebody wrote."""
    path = tmp_path / "schema.yaml"
    path.write_text(YAML, encoding="utf-8")
    found = upgraded(path)
    first, second, third = found.schema["fields"]
    assert (first["name"], first["constraints"]) == ("010", {"minimum": 2001})
    assert (second["trueValues"], second["falseValues"]) == (["yes"], ["no"])
    assert third["constraints"] == {"required": True, "minimum": "2020-01-31"}
    assert found.schema["missingValues"] == ["", "1.50", "12:30"]
    lines = {(change.field, change.key): change.lines for change in found.changes}
    assert lines["agored", "trueValues"] == (9,)
    assert lines[None, "missingValues"] == (14,)


def test_sound_yaml_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "schema.yml"
    path.write_text(
        "fields:\n  - {name: x, type: date, constraints: {minimum: 2020-01-31}}\n", encoding="utf-8"
    )
    assert load_foreign_schema(path)["fields"][0]["constraints"] == {"minimum": "2020-01-31"}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty", 1),
        ("# nothing\n", "empty", 1),
        ("a: &x 1\nb: *x\n", "alias", 2),
        ("a:\n  <<: {b: 1}\n", "not-yaml", 2),
        ("a: 1\n b: 2\n", "not-yaml", 2),
        ("a: [1,\n", "not-yaml", 2),
        ("a: !!python/object/apply:os.getcwd []\n", "not-yaml", 1),
        ("a: 2026-13-45\n", "not-yaml", 1),
        ("? [1, 2]\n: 3\n", "not-yaml", 1),
        ("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), "too-deep", 1),
    ],
)
def test_yaml_that_cannot_be_read(text: str, code: str, line: int) -> None:
    document = read_yaml(text)
    assert document.stop is not None
    assert (document.stop.code, document.stop.lines) == (f"foreign.{code}", (line,))


def test_a_key_twice_in_yaml_is_told() -> None:
    document = read_yaml("a: 1\nb: 2\na: 3\n")
    assert document.data == {"a": 3, "b": 2}
    assert [(slip.code, slip.lines, slip.was) for slip in document.slips] == [
        ("foreign.key-twice", (3,), "a")
    ]
