"""Findings: what a person reads of them, who owns them, their order, and errors that pass between processes."""

from __future__ import annotations

import json
import pickle

import pytest

from agored.errors import (
    ERRORS,
    AgoredError,
    BatchIncomplete,
    GateClosed,
    NotebookError,
    PortalError,
    RecipeError,
    SourceError,
    VerificationFailed,
)
from agored.findings import Finding, Owner, Severity, Stage, blocking, worst_first


def finding(code: str = "read.short-rows", severity: Severity = Severity.ADVISORY, count: int = 1) -> Finding:
    return Finding(
        code, severity, Stage.READ, "table", "area", "C17", (17, 18), count, 2_000, {"format": "x"}
    )


def test_a_finding_comes_back_from_its_json() -> None:
    for each in (finding(), Finding("x.y", Severity.NOTE, Stage.PACKAGE)):
        assert Finding.from_json(json.loads(json.dumps(each.to_json()))) == each


def test_every_key_is_always_there() -> None:
    assert Finding("x.y", Severity.NOTE, Stage.SHAPE).to_json().keys() == finding().to_json().keys()


def test_a_finding_speaks_both_languages_with_its_counts() -> None:
    many = finding(count=12_345)
    assert many.what("cy").endswith("Rhesi: 12,345")
    assert many.what("en").endswith("Rows: 12,345")
    assert many.why("cy") != many.why("en")


def test_a_fact_in_both_languages_fills_its_sentence_in_each() -> None:
    told = Finding(
        "read.expected-cell",
        Severity.BLOCKING,
        Stage.READ,
        detail={"cell": "A1", "expected_cy": "Ardal", "expected_en": "Area"},
    )
    assert "“Ardal”" in told.what("cy")
    assert "“Area”" in told.what("en")


def test_a_code_without_words_of_its_own_has_those_of_its_family() -> None:
    detail = {"reason_cy": "Achos.", "reason_en": "A cause.", "title_cy": "T", "title_en": "T"}
    told = Finding(
        "expectation.of-somebodys-own.suite", Severity.NOTE, Stage.ETHICS, detail=detail, field="count"
    )
    assert (told.why("cy"), told.why("en")) == ("Achos.", "A cause.")
    with pytest.raises(KeyError):
        Finding("nothing.of-the-kind", Severity.NOTE, Stage.READ).what("en")


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        ("read.short-rows", Owner.SUPPLIER),
        ("validation.required", Owner.SUPPLIER),
        ("shape.lookup", Owner.DATA_OFFICER),
        ("expectation.rows", Owner.SUPPLIER),
        ("expectation.no-limit", Owner.DATA_OFFICER),
        ("protection.negative", Owner.INFORMATION_GOVERNANCE),
        ("personal-data.email", Owner.INFORMATION_GOVERNANCE),
        ("ethics.no-review", Owner.INFORMATION_GOVERNANCE),
        ("somethingelse.code", Owner.DATA_OFFICER),
    ],
)
def test_each_finding_has_an_owner(code: str, owner: Owner) -> None:
    assert finding(code).owner is owner


def test_the_worst_come_first_then_the_most_frequent_then_the_first_stage() -> None:
    note, few = finding("a", Severity.NOTE, 99), finding("b", Severity.BLOCKING, 1)
    many, advisory = finding("c", Severity.BLOCKING, 50), finding("d")
    same = finding("e", Severity.BLOCKING, 1)
    assert [each.code for each in worst_first([note, few, advisory, many, same])] == ["c", "b", "e", "d", "a"]
    assert [each.code for each in blocking([note, few, advisory, many])] == ["b", "c"]


# Errors

EXIT_CODES = {
    RecipeError: 10,
    SourceError: 11,
    GateClosed: 12,
    PortalError: 13,
    NotebookError: 14,
    BatchIncomplete: 15,
    VerificationFailed: 16,
}


def test_each_error_has_its_exit_code() -> None:
    assert {kind: kind.exit_code for kind in ERRORS.values()} == EXIT_CODES
    assert all(name == kind.__name__ and issubclass(kind, AgoredError) for name, kind in ERRORS.items())


def test_an_error_tells_all_its_problems_in_either_language() -> None:
    problems = tuple(GateClosed(f"gate.{code}", count="3") for code in ("no-content", "blocking"))
    error = GateClosed("gate.closed", problems, dataset="toiledau")
    english = error.message("en").splitlines()
    assert len(english) == 3
    assert all(line.startswith("- ") for line in english[1:])
    assert str(error) == error.message("en")
    assert error.message("cy").startswith("Mae’r giât gyhoeddi ar gau ar gyfer toiledau")


@pytest.mark.parametrize("kind", EXIT_CODES)
def test_an_error_passes_between_processes(kind: type[AgoredError]) -> None:
    error = kind("gate.closed", (SourceError("read.empty", file="x.csv"),), dataset="x")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert again.message("cy") == error.message("cy")
    assert again.exit_code == error.exit_code
    assert [type(problem) for problem in again.problems] == [SourceError]
