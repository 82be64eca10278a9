"""Patterns written for RE2 against Python's own, and the whole judging of a pattern against the reader."""

from __future__ import annotations

import re
import warnings
from random import Random

import frictionless
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from fuzz.fields import pattern as made_pattern
from fuzz.values import PATTERNS
from hypothesis import given, settings
from hypothesis import strategies as st

from agored.validate.column import ColumnJudge
from agored.validate.patterns import as_re2

TEXTS = (
    *(
        "",
        "a",
        "b",
        "ab",
        "aa",
        "aaa",
        "ba",
        "abc",
        "ABC",
        "a\n",
        "\na",
        "ab\n",
        "a\n\n",
        "x",
        "xx",
        "x{2",
        "aA0",
        "_",
    ),
    *(
        "2020",
        "12345",
        "0",
        "W06000001",
        "W06000001\n",
        "a b",
        " ",
        "\t",
        "\x1c",
        "\x1f",
        "\v",
        "a-b",
        "]",
        "-",
        ".",
        "$",
    ),
    *(
        "ffyrdd",
        "a ffyrdd b",
        "ffyrdda",
        "aBb",
        "A",
        "AA",
        "y",
        "xy",
        "xxy",
        "xxxy",
        "\\",
        "/",
        "~",
        "\x7f",
        "{",
        "a|b",
    ),
)
"""ASCII texts that tell most patterns apart."""
FOREIGN = ("é", "e\u0301", "ŵ", "²", "٣", "\u00a0", "\u2028", "𝒳", "aé", "ſ", "K", "İ")


def python(pattern: str) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except re.error:
        return None


def disagreements(pattern: str, texts: list[str]) -> list[str]:
    """The texts of which RE2 and Python think differently; none where there is no translation."""
    own, translated = python(pattern), as_re2(pattern)
    if own is None or translated is None:
        assert own is not None or translated is None, "no pattern, yet it is translated"
        return []
    found = pc.match_substring_regex(pa.array(texts, pa.string()), translated).to_pylist()
    return [text for text, match in zip(texts, found, strict=True) if match != bool(own.match(text))]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("frame", ["{}", "^{}$"])
def test_awkward_patterns_mean_the_same(pattern: str, frame: str) -> None:
    assert not disagreements(frame.replace("{}", pattern, 1), list(TEXTS))


@settings(max_examples=800)
@given(
    seed=st.integers(0, 2**32), texts=st.lists(st.text(st.sampled_from("ab0A_ .\n-"), max_size=6), max_size=8)
)
def test_random_patterns_mean_the_same(seed: int, texts: list[str]) -> None:
    assert not disagreements(f"^{made_pattern(Random(seed))}$", [*TEXTS, *texts])


@given(text=st.text(st.characters(max_codepoint=127), max_size=5))
def test_every_ascii_character_is_itself(text: str) -> None:
    assert not disagreements(f"^{re.escape(text)}$", [text, text + "\n", text + "a", *TEXTS])
    assert as_re2(re.escape(text)) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "[A-Z]{2}[0-9]{4}",
        r"\d{4}-\d{2}",
        "W0[0-9]{7}",
        "[^ ].*",
        "a|b",
        r"\w+( \w+)*",
        "(ie|na)?",
        r"[A-Z\d]*",
    ],
)
def test_common_patterns_are_translated(pattern: str) -> None:
    assert as_re2(f"^{pattern}$") is not None


@pytest.mark.parametrize(
    "pattern", [r"\bgair\b", "(?i)a", r"(a)\1", "(?=a)", "(?!a)", "a{1001}", "(?>a)", "(?m)^a$", "a$b"]
)
def test_what_is_not_sure_to_mean_the_same_is_left_to_python(pattern: str) -> None:
    assert as_re2(pattern) is None


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_a_column_with_a_pattern_is_judged_as_by_the_reader(seed: int) -> None:
    rng = Random(seed)
    descriptor = {
        "name": "maes",
        "type": "string",
        "constraints": {"pattern": made_pattern(rng), "minLength": 1},
    }
    field = frictionless.Field.from_descriptor(descriptor)
    if python(f"^{descriptor['constraints']['pattern']}$") is None:
        return
    cells = rng.sample([*TEXTS, *FOREIGN], 20) if rng.random() < 0.5 else rng.sample(TEXTS, 20)
    judge = ColumnJudge(field)
    found = judge.judge(pa.array(cells))
    for number, cell in enumerate(cells):
        breach = judge.breaches[0 if found is None else int(found[number])]
        assert dict(breach.notes) == (field.read_cell(cell)[1] or {}), cell
