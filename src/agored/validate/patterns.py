"""A pattern of Python's as one of RE2's that means the same for ASCII text, or nothing where that is not sure.

The pattern is parsed by Python's own parser and written anew from the tree, so that no difference of syntax
between the two can slip through; whatever the tree holds beyond the plain parts is left to Python.
"""

from __future__ import annotations

import re
import warnings
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MOST_REPEATS = 1_000
"""RE2 takes no higher count."""
_CATEGORIES = {
    constants.CATEGORY_DIGIT: "0-9",
    constants.CATEGORY_WORD: "0-9A-Za-z_",
    constants.CATEGORY_SPACE: r"\t-\r\x1c-\x20",
}
_COMPLEMENTS = {
    constants.CATEGORY_NOT_DIGIT: constants.CATEGORY_DIGIT,
    constants.CATEGORY_NOT_WORD: constants.CATEGORY_WORD,
    constants.CATEGORY_NOT_SPACE: constants.CATEGORY_SPACE,
}
_SPANS = {
    constants.CATEGORY_DIGIT: ((0x30, 0x39),),
    constants.CATEGORY_WORD: ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    constants.CATEGORY_SPACE: ((0x09, 0x0D), (0x1C, 0x20)),
}


class _NotPlainError(Exception):
    """The pattern has a part that is not sure to mean the same."""


def as_re2(pattern: str) -> str | None:
    """What RE2 must find in an ASCII text where ``re.compile(pattern).match`` finds something."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(pattern)
        if tree.state.flags & ~re.UNICODE:
            return None
        return rf"\A(?:{_sequence(list(tree), last=True)})"
    except (_NotPlainError, re.error, OverflowError, RecursionError):
        return None


def _sequence(parts: list[Any], *, last: bool) -> str:
    """Parts one after the other; ``last`` says that nothing of the pattern follows them."""
    ends = (constants.AT_END, constants.AT_END_STRING)
    # Of two ends one after the other, the stricter one decides.
    while last and len(parts) > 1 and all(kind is constants.AT and at in ends for kind, at in parts[-2:]):
        strict = any(at is constants.AT_END_STRING for _, at in parts[-2:])
        parts = [*parts[:-2], (constants.AT, ends[strict])]
    return "".join(
        _part(kind, value, last=last and number == len(parts))
        for number, (kind, value) in enumerate(parts, 1)
    )


def _part(kind: Any, value: Any, *, last: bool) -> str:
    if kind is constants.LITERAL:
        return _character(value)
    if kind is constants.NOT_LITERAL:
        return rf"[^{_character(value)}]"
    if kind is constants.ANY:
        return r"[^\n]"
    if kind is constants.IN:
        return _one_of(value)
    if kind is constants.BRANCH:
        return "(?:" + "|".join(_sequence(list(branch), last=last) for branch in value[1]) + ")"
    if kind is constants.SUBPATTERN:
        _, added, removed, inner = value
        if added or removed:
            raise _NotPlainError
        return f"(?:{_sequence(list(inner), last=last)})"
    if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
        return _repeat(*value)
    if kind is constants.AT and value in (constants.AT_BEGINNING, constants.AT_BEGINNING_STRING):
        return r"\A"
    if kind is constants.AT and value is constants.AT_END and last:
        # Python's $ also stands before a line break that ends the text.
        return r"\n?\z"
    if kind is constants.AT and value is constants.AT_END_STRING and last:
        return r"\z"
    raise _NotPlainError


def _repeat(least: int, most: Any, inner: Any) -> str:
    if least > _MOST_REPEATS or (most is not constants.MAXREPEAT and most > _MOST_REPEATS):
        raise _NotPlainError
    upper = "" if most is constants.MAXREPEAT else str(most)
    return f"(?:{_sequence(list(inner), last=False)}){{{least},{upper}}}"


def _one_of(parts: list[Any]) -> str:
    negated = parts[0][0] is constants.NEGATE
    return f"[{'^' if negated else ''}{''.join(map(_member, parts[1:] if negated else parts))}]"


def _member(part: tuple[Any, Any]) -> str:
    kind, value = part
    if kind is constants.LITERAL:
        return _character(value)
    if kind is constants.RANGE:
        return f"{_character(value[0])}-{_character(value[1])}"
    if kind is constants.CATEGORY and value in _CATEGORIES:
        return _CATEGORIES[value]
    if kind is constants.CATEGORY and value in _COMPLEMENTS:
        return _outside(_SPANS[_COMPLEMENTS[value]])
    raise _NotPlainError


def _outside(spans: tuple[tuple[int, int], ...]) -> str:
    """All of ASCII but ``spans``."""
    found, start = "", 0
    for first, last in spans:
        if start < first:
            found += f"{_character(start)}-{_character(first - 1)}"
        start = last + 1
    return found + (f"{_character(start)}-{_character(0x7F)}" if start <= 0x7F else "")


def _character(code: int) -> str:
    return rf"\x{{{code:x}}}"
