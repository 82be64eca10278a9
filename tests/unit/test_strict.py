"""Strict YAML: every scalar is text, every mistake is told with its line, all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agored.errors import RecipeError
from agored.strict import Section, as_text, load, loads
from agored.words import LANGUAGES, Bilingual, catalogue


def faults(text: str, read: Callable[[Section], Any]) -> list[tuple[str, int, str]]:
    """The code, line and path of each mistake that is told, once both languages have told it."""
    section = loads(text, "file.yaml")
    read(section)
    with pytest.raises(RecipeError) as caught:
        section.close()
    assert caught.value.code == "strict.faults"
    for language in LANGUAGES:
        assert len(caught.value.message(language).splitlines()) == len(caught.value.problems) + 1
        assert all("file.yaml" in problem.message(language) for problem in caught.value.problems)
    return [
        (problem.code, int(problem.facts["line"]), problem.facts["path"]) for problem in caught.value.problems
    ]


def stops(text: str) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        loads(text, "file.yaml")
    assert all("file.yaml" in caught.value.message(language) for language in LANGUAGES)
    return caught.value


# Everything is text


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "yes",
        "on",
        "010",
        "1e3",
        "0x1F",
        "1_000",
        "12:30",
        "2026-11-23",
        "null",
        "~",
        "true",
        "1.50",
        ".inf",
    ],
)
def test_no_scalar_is_anything_but_its_text(written: str) -> None:
    section = loads(f"key: {written}\n", "f")
    assert section.text("key") == written
    section.close()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'010'", "010"),
        ('"a\\nb"', "a\nb"),
        (">-\n  un\n  dau", "un dau"),
        ("|\n  un\n  dau", "un\ndau"),
        ("ŵ’r", "ŵ’r"),
        ("  a  ", "a"),
        ('" a "', "a"),
    ],
)
def test_texts_are_read_without_the_blanks_at_their_ends(written: str, text: str) -> None:
    assert loads(f"key: {written}\n", "f").text("key") == text


def test_a_merge_key_is_a_key_like_others() -> None:
    assert faults("<<: {a: 1}\n", lambda top: top.optional_text("a")) == [("strict.unknown", 1, "<<")]


def test_values_of_each_kind() -> None:
    text = """
text: x
number: '12'
flag: true
choice: b
date: 2024-02-29
list: [a, b]
one: a
both: {cy: Cymru, en: Wales}
words: {cy: [un, dau], en: [one]}
map: {no: 010}
sections: [{a: 1}, {a: 2}]
"""
    top = loads(text, "f")
    assert top.text("text") == "x"
    assert top.text("none", "default") == "default"
    assert top.integer("number", 1, 12) == 12
    assert top.integer("none", 1, 12, 3) == 3
    assert (top.flag("flag"), top.flag("none", False)) == (True, False)
    assert top.choice("choice", ("a", "b")) == "b"
    assert top.choice("none", ("a", "b"), "b") == "b"
    assert (top.date("date"), top.date("none", required=False)) == ("2024-02-29", None)
    assert (top.texts("list"), top.texts("one"), top.texts("none", required=False)) == (
        ("a", "b"),
        ("a",),
        (),
    )
    assert top.bilingual("both") == Bilingual("Cymru", "Wales")
    assert top.optional_bilingual("none") is None
    assert top.bilingual_texts("words") == {"cy": ("un", "dau"), "en": ("one",)}
    assert top.mapping("map") == {"no": "010"}
    assert top.mapping("none", required=False) == {}
    assert [section.text("a") for section in top.sections("sections")] == ["1", "2"]
    assert top.sections("none", required=False) == []
    assert top.items("none", required=False) == []
    assert top.keys()[0] == "text"
    top.close()


# Every mistake, at once


@pytest.mark.parametrize(
    ("text", "read", "told"),
    [
        ("a: [x]\n", lambda top: top.text("a"), [("strict.not-text", 1, "a")]),
        ("a: {b: c}\n", lambda top: top.text("a"), [("strict.not-text", 1, "a")]),
        ("a: x\n", lambda top: top.items("a"), [("strict.not-list", 1, "a")]),
        ("a: x\n", lambda top: top.section("a").text("b"), [("strict.not-section", 1, "a")]),
        ("a: x\n", lambda top: top.bilingual("a"), [("strict.not-section", 1, "a")]),
        ("a: [x]\n", lambda top: top.sections("a")[0].text("b"), [("strict.not-section", 1, "a.1")]),
        ("z: 1\n", lambda top: (top.text("a"), top.text("z")), [("strict.missing", 1, "file.yaml")]),
        ("z: 1\n", lambda top: (top.bilingual("a"), top.text("z")), [("strict.missing", 1, "file.yaml")]),
        ("\n\na:\n  b: 1\n", lambda top: top.section("a").mapping("c"), [
            ("strict.missing", 4, "a"), ("strict.unknown", 4, "a.b"),
        ]),
        ("a:\n", lambda top: top.text("a"), [("strict.empty", 1, "a")]),
        ("a: ' '\n", lambda top: top.text("a"), [("strict.empty", 1, "a")]),
        ("a: {cy: x, en: ''}\n", lambda top: top.bilingual("a"), [("strict.empty", 1, "a.en")]),
        ("a: {cy: x}\n", lambda top: top.bilingual("a"), [("strict.missing", 1, "a")]),
        ("a: {cy: x, en: y, fr: z}\n", lambda top: top.bilingual("a"), [("strict.unknown", 1, "a.fr")]),
        ("a: 2026-02-30\n", lambda top: top.date("a"), [("strict.form", 1, "a")]),
        ("a: 2026-2-3\n", lambda top: top.date("a"), [("strict.form", 1, "a")]),
        ("a: 20260203\n", lambda top: top.date("a"), [("strict.form", 1, "a")]),
        ("a: ٢٠٢٦-٠١-٠١\n", lambda top: top.date("a"), [("strict.form", 1, "a")]),
        ("a: b/٣\n", lambda top: top.matching("a", r"b/\d", "b/1"), [("strict.form", 1, "a")]),
        ("a: bb\n", lambda top: top.matching("a", "b", "b"), [("strict.form", 1, "a")]),
        ("a: c\n", lambda top: top.choice("a", ("a", "b")), [("strict.not-one-of", 1, "a")]),
        ("a: True\n", lambda top: top.flag("a"), [("strict.not-one-of", 1, "a")]),
        ("a: yes\n", lambda top: top.flag("a", True), [("strict.not-one-of", 1, "a")]),
        ("a: 13\n", lambda top: top.integer("a", 1, 12), [("strict.not-integer", 1, "a")]),
        ("a: 1.0\n", lambda top: top.integer("a", 1, 12), [("strict.not-integer", 1, "a")]),
        ("a: ٣\n", lambda top: top.integer("a", 1, 12), [("strict.not-integer", 1, "a")]),
        ("a: 1_0\n", lambda top: top.integer("a", 1, 12, 1), [("strict.not-integer", 1, "a")]),
        ("a: '???'\n", lambda top: top.text("a"), [("strict.undecided", 1, "a")]),
        ("a: ???\n", lambda top: top.text("a"), [("strict.undecided", 1, "a")]),
        ("a: [x, 'y ???']\n", lambda top: top.texts("a"), [("strict.undecided", 1, "a.2")]),
        ("a: {cy: '???', en: '???'}\n", lambda top: top.bilingual("a"), [
            ("strict.undecided", 1, "a.cy"), ("strict.undecided", 1, "a.en"),
        ]),
        ("titel: x\n", lambda top: top.optional_text("title"), [("strict.unknown-near", 1, "titel")]),
        ("zz: x\n", lambda top: top.optional_text("title"), [("strict.unknown", 1, "zz")]),
        ("[a]: x\n", lambda top: None, [("strict.unknown", 1, "file.yaml")]),
        ("a: 1\nb: 2\na: 3\n", lambda top: top.texts("a") and top.text("b"), [
            ("strict.twice", 3, "file.yaml"),
        ]),
        ("a:\n  b: 1\n  b: 2\n", lambda top: top.section("a").text("b"), [("strict.twice", 3, "a")]),
    ],
)  # fmt: skip
def test_each_mistake_has_its_place(
    text: str, read: Callable[[Section], Any], told: list[tuple[str, int, str]]
) -> None:
    assert faults(text, read) == told


def test_all_mistakes_are_told_in_the_order_of_their_lines() -> None:
    text = "title: [x]\nnumber: ten\nunknow: 1\nsub:\n  word: ''\n  other: 1\n"

    def read(top: Section) -> None:
        top.section("sub").text("word")
        top.integer("number", 1, 5)
        top.text("title")
        top.text("missing")
        top.optional_text("unknown")

    assert faults(text, read) == [
        ("strict.not-text", 1, "title"),
        ("strict.missing", 1, "file.yaml"),
        ("strict.not-integer", 2, "number"),
        ("strict.unknown-near", 3, "unknow"),
        ("strict.empty", 5, "sub.word"),
        ("strict.unknown", 6, "sub.other"),
    ]


def test_the_nearest_known_key_and_the_first_of_two_are_named() -> None:
    section = loads("organisation: x\n\norganisation: y\n", "f")
    section.optional_text("organization")
    with pytest.raises(RecipeError) as caught:
        section.close()
    near, twice = caught.value.problems
    assert near.facts["near"] == "organization"
    assert (twice.facts["first"], twice.facts["line"]) == ("1", "3")


def test_a_mistake_noted_by_the_reader_has_the_line_of_its_key() -> None:
    def read(top: Section) -> None:
        inner = top.section("a")
        inner.text("b")
        inner.fault("recipe.delimiter", "b")
        inner.fault("recipe.notes")

    assert faults("\na:\n  b: 1\n", read) == [("recipe.delimiter", 3, "a.b"), ("recipe.notes", 3, "a")]


# What is no such file


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: [x\nb: y\n", "strict.not-yaml", "2"),
        ("a: 'x\n", "strict.not-yaml", "2"),
        ("a:\tx\n\t- y\n", "strict.not-yaml", "2"),
        ("a: 1\n---\nb: 2\n", "strict.not-yaml", "2"),
        ("a: \x00\n", "strict.not-yaml", "1"),
        ("\na: " + "[" * 100_000 + "]" * 100_000, "strict.not-yaml", "2"),
        ("a: &x 1\n", "strict.anchor", "1"),
        ("a: 1\nb: *x\n", "strict.anchor", "2"),
        ("a: 1\nb: !!python/name:os.system x\n", "strict.anchor", "2"),
        ("a: !mine x\n", "strict.anchor", "1"),
        ("- a\n- b\n", "strict.no-keys", None),
        ("x\n", "strict.no-keys", None),
        ("", "strict.no-keys", None),
        ("# nothing\n", "strict.no-keys", None),
    ],
)
def test_what_is_no_strict_yaml_stops_at_once(text: str, code: str, line: str | None) -> None:
    error = stops(text)
    assert error.code == code
    assert error.facts.get("line") == line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"a: x\nb: caf\xe9\n")
    (tmp_path / "folder.yaml").mkdir()
    for name, code in (
        ("none.yaml", "strict.unreadable"),
        ("folder.yaml", "strict.unreadable"),
        ("latin.yaml", "strict.not-utf-8"),
    ):
        with pytest.raises(RecipeError) as caught:
            load(tmp_path / name)
        assert (caught.value.code, caught.value.facts["file"]) == (code, name)
        assert str(tmp_path) not in caught.value.message("cy")
    assert caught.value.facts["line"] == "2"


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes("\ufeffa: ŵ\n".encode())
    assert load(tmp_path / "f.yaml", "shown/as.yaml").text("a") == "ŵ"


_PLAIN = st.text(st.characters(exclude_categories=["C"]), max_size=20)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), _PLAIN, min_size=1, max_size=4))
def test_what_is_written_is_read_back(data: dict[str, str]) -> None:
    top = loads(as_text(data), "f")
    assert {key: top.text(key, "") for key in top.keys()} == {
        key: value.strip() for key, value in data.items()
    } or any("???" in value for value in data.values())


@given(st.text(max_size=40))
def test_no_text_makes_it_break(text: str) -> None:
    try:
        top = loads(text, "f")
    except RecipeError as error:
        told = error.message("cy")
    else:
        top.optional_text("a")
        told = ", ".join(top.keys()) or "-"
    assert told


def test_every_sentence_of_strict_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    known = {code.removeprefix("error.") for code in catalogue("en") if code.startswith("error.strict.")}
    assert {code for code in known if f'"{code}"' not in source} == set()
