"""Reading expectation suites: GX's own JSON, strictly, every fault at once and in both languages."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from agored.errors import RecipeError
from agored.ethics.suites import check_limits, read_suite, suite_of
from agored.findings import Severity
from agored.words import LANGUAGES, known

LIBRARY = Path(__file__).parents[2] / "expectations"

GOOD: dict[str, Any] = {
    "name": "parks",
    "expectations": [
        {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "area", "min_value": 0, "max_value": {"$PARAMETER": "largest"}},
            "severity": "warning",
            "meta": {
                "agored": {
                    "code": "area-at-most",
                    "title": {"cy": "Hyd at {largest}", "en": "Up to {largest}"},
                }
            },
        }
    ],
    "suite_parameters": {},
    "meta": {"agored": {"title": {"cy": "Parciau", "en": "Parks"}}},
    "notes": None,
    "id": None,
}


def changed(**changes: Any) -> dict[str, Any]:
    """GOOD with keys of the suite changed."""
    return {**copy.deepcopy(GOOD), **changes}


def with_expectation(**changes: Any) -> dict[str, Any]:
    """GOOD with keys of its expectation changed; None takes a key out."""
    data = copy.deepcopy(GOOD)
    entry = {**data["expectations"][0], **changes}
    data["expectations"] = [{key: value for key, value in entry.items() if value is not None}]
    return data


def meta(**changes: Any) -> dict[str, Any]:
    ours = {**copy.deepcopy(GOOD["expectations"][0]["meta"]["agored"]), **changes}
    return {"agored": {key: value for key, value in ours.items() if value is not None}}


def codes(error: RecipeError) -> list[str]:
    return [problem.code for problem in error.problems]


def test_a_good_suite() -> None:
    suite = suite_of(GOOD, "parks")
    (expected,) = suite.expectations
    assert (suite.title.cy, suite.parameters) == ("Parciau", ("largest",))
    assert (expected.code, expected.severity, expected.columns) == (
        "area-at-most",
        Severity.ADVISORY,
        ("area",),
    )
    assert expected.limits == {"max_value": "largest"}
    assert expected.titled({"largest": "40"}).cy == "Hyd at 40"
    assert expected.titled({}).en == "Up to …"
    assert all((expected.why.cy, expected.how.en)), "words stand in where a suite gives none"


@pytest.mark.parametrize("name", ["plausibility", "coverage"])
def test_the_suites_that_agored_ships(name: str) -> None:
    suite = read_suite(LIBRARY / f"{name}.json", name)
    assert len(suite.expectations) >= 9
    for expected in suite.expectations:
        for language in LANGUAGES:
            assert all((expected.title[language], expected.why[language], expected.how[language]))
            assert "'" not in expected.title[language], "the apostrophe is ’"
        assert expected.title.cy != expected.title.en


def test_the_principal_areas_are_the_22() -> None:
    areas = read_suite(LIBRARY / "coverage.json", "coverage").sets["principal-areas"]
    assert len(set(areas)) == 22
    assert not {"W06000007", "W06000017"} & set(areas), "codes that are no longer used"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param([], "suite.no-expectations", id="no object"),
        pytest.param({"name": "parks"}, "suite.no-expectations", id="no list"),
        pytest.param(changed(name="other"), "suite.other-name", id="another name"),
        pytest.param(changed(extra=1), "suite.unknown", id="unknown key"),
        pytest.param(changed(meta={}), "suite.no-meta", id="no titles"),
        pytest.param(changed(meta={"agored": {"title": {"en": "Parks"}}}), "suite.text-missing", id="no Welsh"),
        pytest.param(changed(suite_parameters={"smallest": 1}), "suite.default-unknown", id="default for nothing"),
        pytest.param(changed(suite_parameters={"largest": [1]}), "suite.defaults", id="default is a list"),
        pytest.param(
            changed(meta={"agored": {"title": {"cy": "P", "en": "P"}, "sets": {"a": [1]}}}), "suite.sets", id="sets"
        ),
        pytest.param(
            changed(expectations=GOOD["expectations"] * 2), "suite.code-twice", id="two expectations of one code"
        ),
        pytest.param(changed(expectations=["x"]), "suite.form", id="no expectation"),
        pytest.param(with_expectation(type="expect_colum_to_exist"), "suite.type-near", id="nearly a type"),
        pytest.param(with_expectation(type="xyz"), "suite.type", id="no type"),
        pytest.param(with_expectation(type="unexpected_rows_expectation"), "suite.type", id="needs a database"),
        pytest.param(with_expectation(severity=None), "suite.severity", id="no severity"),
        pytest.param(with_expectation(severity="high"), "suite.severity", id="unknown severity"),
        pytest.param(with_expectation(windows=[]), "suite.unknown", id="unknown key of an expectation"),
        pytest.param(with_expectation(meta=meta(code="Area")), "suite.code", id="code in capitals"),
        pytest.param(with_expectation(meta=meta(code=None)), "suite.code", id="no code"),
        pytest.param(with_expectation(meta=meta(title=None)), "suite.text-missing", id="no title"),
        pytest.param(with_expectation(meta=meta(why={"cy": "Am"})), "suite.text-missing", id="why in one language"),
        pytest.param(
            with_expectation(meta=meta(title={"cy": "{least}", "en": "x"})), "suite.placeholder", id="no limit"
        ),
        pytest.param(
            with_expectation(meta=meta(title={"cy": "{largest!r}", "en": "x"})), "suite.placeholder", id="conversion"
        ),
        pytest.param(with_expectation(meta=meta(title={"cy": "{", "en": "x"})), "suite.placeholder", id="open bracket"),
    ],
)  # fmt: skip
def test_faults(data: Any, code: str) -> None:
    with pytest.raises(RecipeError) as caught:
        suite_of(data, "parks")
    assert code in codes(caught.value)
    for language in LANGUAGES:
        assert "parks" in caught.value.message(language)


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"$PARAMETER": "now()"}, "suite.limit-name"),
        ({"$PARAMETER": "now"}, "suite.limit-name"),
        ({"$PARAMETER": "largest * 2"}, "suite.limit-name"),
        ({"$PARAMETER": 3}, "suite.limit-name"),
        ({"$PARAMETER": "largest", "$PARAMETER.largest": 5}, "suite.limit-name"),
        ([{"$PARAMETER": "largest"}], "suite.limit-place"),
    ],
)
def test_parameters_are_plain_names(limit: Any, code: str) -> None:
    """GX would evaluate them, the clock among what they may ask for."""
    data = with_expectation(
        kwargs={"column": "area", "max_value": limit}, meta=meta(title={"cy": "a", "en": "b"})
    )
    with pytest.raises(RecipeError) as caught:
        suite_of(data, "parks")
    assert codes(caught.value) == [code]


def test_a_column_is_never_a_parameter() -> None:
    data = with_expectation(kwargs={"column": {"$PARAMETER": "largest"}, "max_value": 1})
    with pytest.raises(RecipeError) as caught:
        suite_of(data, "parks")
    assert "suite.limit-place" in codes(caught.value)


@pytest.mark.parametrize(
    "condition",
    [
        "area > 3",
        {"type": "pass_through", "pass_through_filter": "area > 3"},
        {"type": "and", "conditions": ["area > 3"]},
        {"type": "comparison", "column": "area", "operator": ">", "parameter": 3},
    ],
)
def test_a_row_condition_is_never_code(condition: Any) -> None:
    data = with_expectation(
        kwargs={"column": "area", "max_value": 1, "row_condition": condition},
        meta=meta(title={"cy": "a", "en": "b"}),
    )
    with pytest.raises(RecipeError) as caught:
        suite_of(data, "parks")
    assert codes(caught.value) == ["suite.condition"]


def test_a_condition_names_columns_that_are_needed() -> None:
    part = {"type": "comparison", "column": {"name": "kind"}, "operator": "==", "parameter": "park"}
    null = {"type": "nullity", "column": {"name": "closed"}, "is_null": True}
    data = with_expectation(
        kwargs={
            "column": "area",
            "max_value": 1,
            "row_condition": {"type": "and", "conditions": [part, null]},
        },
        meta=meta(title={"cy": "a", "en": "b"}),
    )
    assert suite_of(data, "parks").expectations[0].columns == ("area", "kind", "closed")


def test_all_faults_at_once() -> None:
    data = with_expectation(type="xyz", severity="high", meta=meta(code=None, title=None))
    with pytest.raises(RecipeError) as caught:
        suite_of({**data, "extra": 1}, "parks")
    assert {"suite.unknown", "suite.type", "suite.severity", "suite.code", "suite.text-missing"} <= set(
        codes(caught.value)
    )


@pytest.mark.parametrize(
    "content",
    [b"{", b'{"name": "parks", "name": "parks"}', "{}".encode("utf-16"), b"\xff\xfe\xfd"],
    ids=["broken", "key twice", "utf-16", "no text"],
)
def test_unreadable_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "parks.json"
    path.write_bytes(content)
    with pytest.raises(RecipeError) as caught:
        read_suite(path, "parks")
    assert caught.value.code == "suite.unreadable"
    assert caught.value.exit_code == 10


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"parks\.json"):
        read_suite(tmp_path / "parks.json", "parks")


def test_limits_that_nobody_knows() -> None:
    suite = suite_of(GOOD, "parks")
    check_limits(suite, {"largest": "3"})
    with pytest.raises(RecipeError) as caught:
        check_limits(suite, {"largets": "3", "x": "1"})
    assert codes(caught.value) == ["suite.limit-unknown", "suite.limit-unknown"]
    assert "largest" in caught.value.message("cy")


def test_every_fault_has_words() -> None:
    source = (Path(__file__).parents[2] / "src/agored/ethics/suites.py").read_text(encoding="utf-8")
    faults = {line.split('"')[1] for line in source.splitlines() if "self.fault(" in line and '"' in line}
    assert len(faults) > 10
    for fault in faults - {"type-near"}:
        assert known(f"error.suite.{fault}"), fault


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "parks.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8-sig")
    assert read_suite(path, "parks").name == "parks"
