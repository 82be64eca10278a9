"""The sentences of both languages: all there, filled by what the code gives, and plain; dates, sizes, order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import agored
from agored.errors import ERRORS
from agored.words import (
    LANGUAGES,
    Bilingual,
    both,
    catalogue,
    chosen_language,
    date_text,
    known,
    month_numbers,
    number_text,
    other,
    say,
    size_text,
    sort_key,
)

PACKAGE = Path(agored.__file__).parent
CODES = sorted(catalogue("en"))

SAME_IN_BOTH: Mapping[str, str] = {
    "batch.ended": "only facts",
    "finding.expectation.how": "only the suite's own words",
    "finding.expectation.why": "only the suite's own words",
    "notebook.running": "only facts",
    "page.codes.file": "a name and a format",
    "usage.help": "Help is a Welsh word too",
}
"""Sentences that read alike in Welsh and English, and why."""

JARGON = re.compile(
    r"\b(frictionless|great[ _]expectations?|papermill|nbconvert|nbclient|nbformat|ckanapi|pyarrow|pandas|numpy"
    r"|regex\w*|dtypes?|nulls?|data ?frames?|tracebacks?|exceptions?|std(out|err|in)|kernels?"
    r"|boolean|strings?|integers?|tuples?|dicts?|parsed|parser|parsing)\b",
    re.IGNORECASE,
)
"""Words of libraries and of programmers, which an officer need not know."""

FAULT_FACTS = {"file", "line", "path"}
"""What ``strict`` adds to each fault by itself."""


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_has_a_typewriters_apostrophe(language: str) -> None:
    for code, sentence in catalogue(language).items():
        assert sentence.strip(), code
        assert sentence == sentence.strip(), code
        assert "'" not in sentence, code
        assert "  " not in sentence, code


def test_both_languages_say_the_same_codes_with_the_same_placeholders() -> None:
    welsh, english = catalogue("cy"), catalogue("en")
    assert sorted(welsh) == sorted(english)
    different = [code for code in english if placeholders(welsh[code]) != placeholders(english[code])]
    assert different == []


def test_placeholders_are_names_without_forms_or_parts() -> None:
    for language in LANGUAGES:
        for code, sentence in catalogue(language).items():
            for _, name, form, conversion in Formatter().parse(sentence):
                if name is not None:
                    assert re.fullmatch(r"[a-z][a-z_]*", name), code
                    assert (form, conversion) == ("", None), code


def test_welsh_is_not_a_copy_of_the_english() -> None:
    same = {code for code in CODES if say_raw(code, "cy") == say_raw(code, "en")}
    assert same == set(SAME_IN_BOTH)


def say_raw(code: str, language: str) -> str:
    return catalogue(language)[code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_speaks_as_a_library_does(language: str) -> None:
    spoken = {code: match[0] for code, text in catalogue(language).items() if (match := JARGON.search(text))}
    assert spoken == {}


# What the code says


@dataclass(frozen=True)
class Said:
    """A code that a call in the source names, and the facts that it gives; None where they cannot be told."""

    where: str
    code: str
    facts: frozenset[str] | None


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    files = sorted(PACKAGE.rglob("*.py"))
    return tuple((file.relative_to(PACKAGE).as_posix(), ast.parse(file.read_text("utf-8"))) for file in files)


def constants(node: ast.expr) -> list[str]:
    """The texts that an expression may be, where it is a text or a choice between texts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return constants(node.body) + constants(node.orelse)
    return []


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                function = node.func
                called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                yield name, called, node


def facts_of(call: ast.Call, more: set[str] | None = None) -> frozenset[str] | None:
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else frozenset({name for name in names if name} | (more or set()))


def said_errors() -> Iterator[Said]:
    for module, called, call in calls():
        if not call.args:
            continue
        where = f"{module}:{call.lineno}"
        if called in ERRORS:
            yield from (Said(where, f"error.{code}", facts_of(call)) for code in constants(call.args[0]))
        elif called == "fault" and not module.startswith(("package/", "validate/", "ethics/suites")):
            facts = facts_of(call, FAULT_FACTS)
            yield from (Said(where, f"error.{code}", facts) for code in constants(call.args[0]))
        elif called == "Reason" and module == "gate.py" and len(call.args) == 2:
            given = call.args[1]
            named = isinstance(given, ast.Dict) and all(isinstance(key, ast.Constant) for key in given.keys)
            facts = frozenset(key.value for key in given.keys) if named else None  # type: ignore[attr-defined]
            yield from (Said(where, f"error.gate.{code}", facts) for code in constants(call.args[0]))


def said_plainly() -> Iterator[Said]:
    for module, called, call in calls():
        if called in ("say", "talk", "both", "note_view") and call.args:
            facts = facts_of(call)
            if called == "note_view" and facts is not None:
                facts = facts - {"audience"}
            yield from (Said(f"{module}:{call.lineno}", code, facts) for code in constants(call.args[0]))


def test_every_error_that_the_code_raises_has_its_sentence_and_its_facts() -> None:
    said = list(said_errors())
    assert len(said) > 150
    missing = [each for each in said if not known(each.code)]
    assert missing == []
    short = [
        each
        for each in said
        if each.facts is not None and not placeholders(say_raw(each.code, "en")) <= each.facts
    ]
    assert short == []


def test_every_sentence_that_the_code_says_is_there_with_its_facts() -> None:
    said = list(said_plainly())
    assert len(said) > 50
    for each in said:
        assert known(each.code), each
        if each.facts is not None:
            assert placeholders(say_raw(each.code, "en")) <= each.facts, each


def test_every_code_in_the_source_is_a_sentence_an_error_or_a_finding() -> None:
    families = {code.split(".")[1 if code.startswith(("error.", "finding.")) else 0] for code in CODES}
    prefixes = {"expectation.no-", "notebook.parameter-not-", "read.mojibake-"}  # parts of codes
    unknown = []
    for module, tree in modules():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            text = node.value
            if not re.fullmatch(r"[a-z][a-z-]*(\.[a-z0-9-]+)+", text) or text.split(".")[0] not in families:
                continue
            if text in prefixes or re.search(r"\.(json|toml|html|yaml|csv|zip|ipynb)$", text):
                continue
            finding = all(known(f"finding.{text}.{part}") for part in ("what", "why", "how"))
            if not (known(text) or known(f"error.{text}") or finding):
                unknown.append(f"{module}:{node.lineno} {text}")
    assert unknown == []


def test_every_finding_says_what_why_and_how() -> None:
    parts: dict[str, set[str]] = {}
    for code in CODES:
        if code.startswith("finding."):
            name, _, part = code.removeprefix("finding.").rpartition(".")
            parts.setdefault(name, set()).add(part)
    assert parts
    whole = {"what", "why", "how"}
    assert {name: given for name, given in parts.items() if given - {"how-file"} != whole} == {}


def test_no_sentence_of_an_error_is_left_that_nothing_says() -> None:
    texts = {
        node.value
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # These codes are put together from a part that the constant names.
    parts = {
        "gate": "gate.",
        "verify": "verify.",
        "suite": "suite.",
        "ckan": "ckan.",
        "notebook": "notebook.",
    }
    unsaid = []
    for code in CODES:
        if not code.startswith("error."):
            continue
        name = code.removeprefix("error.")
        family, _, rest = name.partition(".")
        said = name in texts or (family in parts and (rest in texts or rest.startswith("parameter-not-")))
        if not said:
            unsaid.append(code)
    assert unsaid == []


# Words themselves


def test_a_sentence_is_filled_and_a_missing_one_is_told() -> None:
    assert say("gate.open", "en", dataset="toilets") == "The gate is open for toilets."
    assert both("gate.open", dataset="x").cy == "Mae’r giât gyhoeddi ar agor ar gyfer x."
    assert not known("gate.ajar")
    with pytest.raises(KeyError):
        say("gate.ajar", "en")
    with pytest.raises(KeyError):
        say("gate.open", "en")


def test_braces_in_a_fact_stay_as_they_are() -> None:
    assert say("gate.open", "cy", dataset="{dataset}").endswith("{dataset}.")


@pytest.mark.parametrize(
    ("date", "welsh", "english"),
    [
        ("2026-03-01", "1 Mawrth 2026", "1 March 2026"),
        ("2026-11-23", "23 Tachwedd 2026", "23 November 2026"),
        ("2026-01", "Ionawr 2026", "January 2026"),
        ("2026", "2026", "2026"),
        ("2026-13", "2026-13", "2026-13"),
        ("2026-00-01", "2026-00-01", "2026-00-01"),
        ("2026-Q1", "2026-Q1", "2026-Q1"),
        ("2013-04-01/P1Y", "2013-04-01/P1Y", "2013-04-01/P1Y"),
        ("", "", ""),
        ("٢٠٢٦-٠١", "٢٠٢٦-٠١", "٢٠٢٦-٠١"),
    ],
)
def test_dates_are_written_out(date: str, welsh: str, english: str) -> None:
    assert (date_text(date, "cy"), date_text(date, "en")) == (welsh, english)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (1_234, "1.2 kB"),
        (999_949, "999.9 kB"),
        (999_999, "1.0 MB"),
        (1_000_000, "1.0 MB"),
        (12_345_678, "12.3 MB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert {size_text(size, language) for language in LANGUAGES} == {text}


def test_numbers_have_their_thousands_apart() -> None:
    assert [number_text(number, "cy") for number in (0, 999, 1_000, 1_234_567)] == [
        "0",
        "999",
        "1,000",
        "1,234,567",
    ]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            "cy",
            "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr",
        ),
        (
            "en",
            "January February March April May June July August September October November December",
        ),
    ],
)
def test_month_names_are_known(language: str, names: str) -> None:
    numbers = month_numbers(language)
    assert [numbers[name.casefold()] for name in names.split()] == list(range(1, 13))


def test_short_month_names_are_known() -> None:
    english = month_numbers("en")
    assert [english[name] for name in ("jan", "feb", "sep", "sept", "dec")] == [1, 2, 9, 9, 12]
    welsh = month_numbers("cy")
    assert [welsh[name] for name in ("ion", "chw", "chwef", "gor", "gorff", "rhag")] == [1, 2, 2, 7, 7, 12]
    assert set(welsh.values()) == set(english.values()) == set(range(1, 13))


ALPHABET = "a b c ch d dd e f ff g ng h i j k l ll m n o p ph r rh s t th u w y"


def test_the_welsh_alphabet_has_letters_of_two_signs() -> None:
    keys = [sort_key(f"{letter}a", "cy") for letter in ALPHABET.split()]
    assert keys == sorted(keys)
    assert len(set(map(repr, keys))) == len(keys)


@pytest.mark.parametrize(
    ("welsh", "english"),
    [
        (["Cyngor", "Chwarae"], ["Chwarae", "Cyngor"]),
        (["Lorïau", "Llochesi"], ["Llochesi", "Lorïau"]),
        (["Dyfed", "Ddoe"], ["Ddoe", "Dyfed"]),
        (["Rygbi", "Rhondda"], ["Rhondda", "Rygbi"]),
        (["Tywyn", "Theatr"], ["Theatr", "Tywyn"]),
        (["Gwynedd", "Ngwynedd", "Harlech"], ["Gwynedd", "Harlech", "Ngwynedd"]),
    ],
)
def test_lists_stand_in_the_order_of_their_language(welsh: list[str], english: list[str]) -> None:
    assert sorted(english, key=lambda text: sort_key(text, "cy")) == welsh
    assert sorted(welsh, key=lambda text: sort_key(text, "en")) == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_circumflex_does_not_move_a_word(language: str) -> None:
    keys = [sort_key(word, language) for word in ("tan", "tân", "tap", "tŷ", "tyb")]
    assert keys == sorted(keys)
    assert sorted(["b", "A", "a"], key=lambda text: sort_key(text, language)) == ["A", "a", "b"]


@pytest.mark.parametrize(
    ("asked", "environment", "workspace", "locale", "chosen"),
    [
        ("cy", "en", "en", "en_GB.UTF-8", "cy"),
        (None, "cy", "en", "en_GB.UTF-8", "cy"),
        (None, None, "cy", "en_GB.UTF-8", "cy"),
        (None, None, None, "cy_GB.UTF-8", "cy"),
        (None, None, None, "C", "en"),
        (None, None, None, None, "en"),
        ("fr", "de", "fr", "cy_GB", "cy"),
        ("", "", "", "", "en"),
    ],
)
def test_the_language_that_was_asked_for_counts_first(
    asked: str | None,
    environment: str | None,
    workspace: str | None,
    locale: str | None,
    chosen: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("AGORED_LANGUAGE", environment), ("LANG", locale)):
        if value is not None:
            monkeypatch.setenv(name, value)
    assert chosen_language(asked, workspace) == chosen


def test_the_locale_of_all_counts_before_the_one_of_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LC_MESSAGES", "cy_GB.UTF-8")
    assert chosen_language(None) == "cy"
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert chosen_language(None) == "en"


def test_a_text_in_both_languages() -> None:
    text = Bilingual("Cymru", "Wales")
    assert (text["cy"], text["en"], text.joined()) == ("Cymru", "Wales", "Cymru / Wales")
    assert Bilingual("Gwynedd", "Gwynedd").joined() == "Gwynedd"
    assert (other("cy"), other("en")) == ("en", "cy")
    with pytest.raises(KeyError):
        text["fr"]
