"""Judging tables by expectations: counts as counted by hand, rows of the original, no value and no network."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agored.errors import RecipeError
from agored.ethics.expectations import Judged, judge
from agored.ethics.spans import span
from agored.ethics.suites import KINDS, Suite, read_suite, suite_of
from agored.findings import Finding, Severity
from agored.schema import Field, Schema
from agored.table import Column, Table
from agored.words import LANGUAGES, Bilingual

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "expectations"
TITLE = Bilingual("c", "e")

COLUMNS = {
    "area_code": ["W06000001", "W06000002", "W92000004", "X1", "", "W06000002"],
    "period": ["2023-04", "2023-05", "2023-Q1", "2024-01-31", "", "2022-04-01/P1Y"],
    "count": ["1", "-2", "501", "", "7", "500"],
    "rate": ["0.5", "1.25", "", "x", "2", "0.1"],
    "flag": ["true", "false", "", "true", "true", "false"],
}
ROWS = [4, 5, 6, 7, 9, 12]


def schema(**types: str) -> Schema:
    return Schema(
        "t/1", {}, tuple(Field(name, type, TITLE, TITLE, "dimension") for name, type in types.items())
    )


SCHEMA = schema(area_code="string", period="string", count="integer", rate="number", flag="boolean")
TABLE = Table.of(COLUMNS, ROWS)


def library(name: str) -> Suite:
    return read_suite(LIBRARY / f"{name}.json", name)


def suite(*entries: tuple[str, Mapping[str, Any]], severity: str = "critical", **more: Any) -> Suite:
    """A suite of expectations coded e0, e1 …"""
    return suite_of(
        {
            "name": "own",
            "expectations": [
                {
                    "type": type,
                    "kwargs": dict(arguments),
                    "severity": severity,
                    "meta": {"agored": {"code": f"e{number}", "title": {"cy": "Disgwyl", "en": "Expected"}}},
                }
                for number, (type, arguments) in enumerate(entries)
            ],
            "meta": {"agored": {"title": {"cy": "Eich un chi", "en": "Your own"}}},
            **more,
        },
        "own",
    )


def outcomes(judged: Judged) -> dict[str, str]:
    return {entry["code"]: entry["outcome"] for entry in judged.evidence["expectations"]}


def entry(judged: Judged, code: str) -> Mapping[str, Any]:
    return next(entry for entry in judged.evidence["expectations"] if entry["code"] == code)


def found(judged: Judged, code: str) -> Finding:
    return next(finding for finding in judged.findings if finding.code.endswith(code))


def test_plausibility_by_hand() -> None:
    judged = judge(TABLE, SCHEMA, library("plausibility"), {"max": "500", "rate_min": "0.5"}, "r")
    assert outcomes(judged) == {
        "count-not-negative": "not met",
        "count-at-most": "not met",
        "rate-at-least": "not met",
        "rate-at-most": "not applicable",
        "value-at-least": "not applicable",
        "value-at-most": "not applicable",
        "period-not-before": "not applicable",
        "period-not-after": "not applicable",
        "area-code-form": "not met",
    }
    assert judged.evidence["counts"] == {"met": 0, "not met": 4, "not applicable": 5, "not judged": 0}
    negative = found(judged, "count-not-negative")
    assert (negative.severity, negative.count, negative.rows) == (Severity.BLOCKING, 1, (5,))
    assert (negative.field, negative.place, negative.resource) == ("count", 'C5 · "count"', "r")
    most = found(judged, "count-at-most")
    assert (most.severity, most.count, most.rows) == (Severity.ADVISORY, 1, (6,))
    # 0.1 is below 0.5; "x" is no number and counts as missing, as the empty cell does.
    assert found(judged, "rate-at-least").rows == (12,)
    rate = entry(judged, "rate-at-least")
    assert (rate["looked_at"], rate["missing"], rate["unexpected"]) == (6, 2, 1)
    assert found(judged, "area-code-form").rows == (7,)


def test_what_does_not_apply_is_told_and_counted() -> None:
    judged = judge(TABLE, SCHEMA, library("plausibility"), {"max": "500"}, "r")
    lacking = found(judged, "expectation.no-column")
    assert (lacking.severity, lacking.count, lacking.total) == (Severity.NOTE, 2, 9)
    assert lacking.detail["lacking"] == "value"
    limits = found(judged, "expectation.no-limit")
    assert (limits.severity, limits.count) == (Severity.NOTE, 4)
    assert limits.detail["lacking"] == "first, last, rate_max, rate_min"
    assert {e["reason"] for e in judged.evidence["expectations"]} == {None, "column", "limit"}


@pytest.mark.parametrize(
    ("limits", "before", "after"),
    [
        ({"first": "2023-04", "last": "2023"}, (6, 12), (7,)),
        ({"first": "2022-04-01", "last": "2024-01"}, (), ()),
        ({"first": "2023-04-02", "last": "2024-01-30"}, (4, 6, 12), (7,)),
        ({"first": "2022", "last": "2023-Q1"}, (), (4, 5, 7)),
    ],
)
def test_periods_are_compared_as_days(
    limits: dict[str, str], before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    judged = judge(TABLE, SCHEMA, library("plausibility"), limits, "r")
    rows = {finding.code.rpartition(".")[2]: finding.rows for finding in judged.findings}
    assert rows.get("period-not-before", ()) == before
    assert rows.get("period-not-after", ()) == after


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2024-12", ("2024-12-01", "2024-12-31")),
        ("2024-Q4", ("2024-10-01", "2024-12-31")),
        ("2024-02-29", ("2024-02-29", "2024-02-29")),
        ("2024-01-02T00:00:00Z", ("2024-01-02", "2024-01-02")),
        ("2013-04-01/P1Y", ("2013-04-01", "2014-03-31")),
        ("2023-02-29", None),
        ("2024-13", None),
        ("2024-Q5", None),
        ("24", None),
        ("9999-12", None),
        ("april", None),
        ("", None),
        ("٢٠٢٤", None),
    ],
)
def test_spans(text: str, days: tuple[str, str] | None) -> None:
    result = span(text)
    assert (result and tuple(day.isoformat() for day in result)) == days


def test_coverage_by_hand() -> None:
    values = {
        "rows_min": "7",
        "rows_max": "6",
        "areas": "W06000001,W06000009, W06000010",
        "periods": "5",
        "filled": "0.9",
    }
    judged = judge(TABLE, SCHEMA, library("coverage"), values, "r")
    assert outcomes(judged) == {
        "rows-at-least": "not met",
        "rows-at-most": "met",
        "areas-present": "not met",
        "periods-at-least": "met",
        "area-code-filled": "not met",
        "period-filled": "not met",
        "measure-filled": "not applicable",
        "count-filled": "not met",
        "rate-filled": "not met",
        "value-filled": "not applicable",
    }
    assert entry(judged, "rows-at-least")["observed"] == 6
    assert entry(judged, "periods-at-least")["observed"] == 5
    absent = found(judged, "areas-present")
    assert (absent.count, absent.rows, absent.detail["absent"]) == (2, (), "W06000009, W06000010")
    for language in LANGUAGES:
        assert "W06000009" in absent.what(language)
    assert found(judged, "count-filled").rows == (7,)


def test_a_set_by_its_name() -> None:
    judged = judge(TABLE, SCHEMA, library("coverage"), {"areas": "principal-areas"}, "r")
    absent = found(judged, "areas-present")
    assert absent.count == 20
    assert absent.detail["absent"].endswith(", …")


def test_a_share_may_be_blank() -> None:
    judged = judge(TABLE, SCHEMA, library("coverage"), {"filled": "0.8"}, "r")
    assert outcomes(judged)["count-filled"] == "met"
    assert not [finding for finding in judged.findings if finding.code.endswith("count-filled")]


def test_an_empty_table_is_judged() -> None:
    empty = Table.of({name: [] for name in COLUMNS}, [])
    judged = judge(empty, SCHEMA, library("coverage"), {"rows_min": "1", "areas": "principal-areas"}, "r")
    assert outcomes(judged)["rows-at-least"] == "not met"
    assert outcomes(judged)["areas-present"] == "not met"
    assert "not judged" not in outcomes(judged).values()


def test_limits_of_numbers_reach_their_ends() -> None:
    between = "expect_column_values_to_be_between"
    own = suite(
        (
            between,
            {"column": "count", "min_value": {"$PARAMETER": "least"}, "max_value": {"$PARAMETER": "most"}},
        )
    )
    judged = judge(TABLE, SCHEMA, own, {"least": "-2", "most": "501"}, "r")
    assert outcomes(judged) == {"e0": "met"}
    judged = judge(TABLE, SCHEMA, own, {"least": "-1.5", "most": "500.5"}, "r")
    assert found(judged, "e0").rows == (5, 6)


def test_one_limit_for_columns_of_two_types() -> None:
    between = "expect_column_values_to_be_between"
    limit = {"$PARAMETER": "first"}
    own = suite(
        (between, {"column": "period", "min_value": limit}),
        (between, {"column": "count", "min_value": limit}),
    )
    judged = judge(TABLE, SCHEMA, own, {"first": "2023"}, "r")
    assert entry(judged, "e0")["unexpected"] == 1
    assert entry(judged, "e1")["unexpected"] == 5


def test_defaults_of_the_suite_give_way_to_the_recipe() -> None:
    own = suite(
        ("expect_table_row_count_to_be_between", {"min_value": {"$PARAMETER": "least"}}),
        suite_parameters={"least": 6},
    )
    assert outcomes(judge(TABLE, SCHEMA, own, {}, "r")) == {"e0": "met"}
    assert outcomes(judge(TABLE, SCHEMA, own, {"least": "7"}, "r")) == {"e0": "not met"}


def test_row_conditions() -> None:
    condition = {
        "type": "and",
        "conditions": [
            {"type": "comparison", "column": {"name": "area_code"}, "operator": ">=", "parameter": "W06"},
            {"type": "comparison", "column": {"name": "area_code"}, "operator": "<", "parameter": "W07"},
        ],
    }
    own = suite(
        (
            "expect_column_values_to_be_between",
            {"column": "count", "min_value": 2, "row_condition": condition},
        ),
        (
            "expect_column_values_to_be_between",
            {"column": "period", "min_value": "2023-01-01", "row_condition": condition},
        ),
    )
    judged = judge(TABLE, SCHEMA, own, {}, "r")
    assert found(judged, "e0").rows == (4, 5)
    assert found(judged, "e1").rows == (12,)


def test_columns_may_be_asked_for() -> None:
    """A column that is not there is then an answer, and the table as a whole is looked at."""
    own = suite(
        ("expect_column_to_exist", {"column": "postcode"}),
        ("expect_column_to_exist", {"column": "flag"}),
        ("expect_table_column_count_to_equal", {"value": 5}),
        ("expect_table_columns_to_match_ordered_list", {"column_list": list(COLUMNS)}),
    )
    assert outcomes(judge(TABLE, SCHEMA, own, {}, "r")) == {
        "e0": "not met", "e1": "met", "e2": "met", "e3": "met",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("critical", Severity.BLOCKING), ("warning", Severity.ADVISORY), ("info", Severity.NOTE)],
)
def test_severities(severity: str, expected: Severity) -> None:
    own = suite(("expect_table_row_count_to_equal", {"value": 1}), severity=severity)
    (finding,) = judge(TABLE, SCHEMA, own, {}, "r").findings
    assert finding.severity is expected
    assert finding.code == "expectation.own.e0"
    for language in LANGUAGES:
        assert all((finding.what(language), finding.why(language), finding.how(language)))
    assert "Disgwyl" in finding.what("cy")
    assert "Expected" in finding.what("en")


def test_a_cell_that_is_no_period_is_not_passed_over() -> None:
    table = Table.of({"period": ["2023", "", "n/a", "2024", "5/2024"]})
    judged = judge(table, schema(period="string"), library("plausibility"), {"first": "2020"}, "r")
    assert outcomes(judged)["period-not-before"] == "not judged"
    finding = found(judged, "not-judged")
    assert (finding.severity, finding.rows, finding.count) == (Severity.BLOCKING, (4, 6), 2)


def test_what_cannot_be_judged_blocks() -> None:
    """A number is no limit for text; GX gives an exception for it, whose message may quote cells."""
    own = suite(
        ("expect_column_values_to_be_between", {"column": "area_code", "min_value": 3}), severity="info"
    )
    assert outcomes(judge(TABLE, SCHEMA, own, {}, "r")) == {"e0": "not judged"}
    own = suite(("expect_column_values_to_be_between", {"column": "period", "min_value": 3}), severity="info")
    assert outcomes(judge(TABLE, SCHEMA, own, {}, "r")) == {"e0": "not judged"}
    own = suite(("expect_column_sum_to_be_between", {"column": "area_code", "min_value": 3}), severity="info")
    judged = judge(TABLE, SCHEMA, own, {}, "r")
    (finding,) = judged.findings
    assert (finding.code, finding.severity) == ("expectation.not-judged", Severity.BLOCKING)
    assert outcomes(judged) == {"e0": "not judged"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"maximum": "3"}, "suite.limits"),
        ({"max": "many"}, "suite.limit-form"),
        ({"max": "1,000"}, "suite.limit-form"),
        ({"first": "4/2023"}, "suite.limit-form"),
    ],
)
def test_wrong_limits(values: dict[str, str], code: str) -> None:
    with pytest.raises(RecipeError) as caught:
        judge(TABLE, SCHEMA, library("plausibility"), values, "r")
    assert caught.value.code == code
    for language in LANGUAGES:
        assert next(iter(values)) in caught.value.message(language)


@pytest.mark.parametrize(
    "entry",
    [
        ("expect_column_values_to_be_between", {"column": "count", "min_value": 0, "least": 1}),
        ("expect_column_values_to_not_be_null", {"column": "count", "mostly": 7}),
        ("expect_column_values_to_be_between", {"column": "count"}),
        ("expect_column_values_to_not_be_null", {}),
        ("expect_column_values_to_be_between", {"min_value": 0}),
    ],
)
def test_arguments_that_gx_refuses(entry: tuple[str, dict[str, Any]]) -> None:
    with pytest.raises(RecipeError) as caught:
        judge(TABLE, SCHEMA, suite(("expect_table_row_count_to_equal", {"value": 6}), entry), {}, "r")
    assert caught.value.code == "suite.arguments"
    assert caught.value.facts["expectation"] == "e1"


ARGUMENTS: dict[str, dict[str, Any]] = {
    "value_set": {"value_set": ["1", "2"]},
    "kl_divergence": {"partition_object": {"values": ["a", "b"], "weights": [0.5, 0.5]}, "threshold": 1},
    "pair_values_to_be_in_set": {"value_pairs_set": [["a", "b"]]},
    "quantile": {"quantile_ranges": {"quantiles": [0.5], "value_ranges": [[0, 9]]}},
    "value_lengths_to_equal": {"value": 1},
    "z_scores": {"threshold": 3, "double_sided": True},
    "json_schema": {"json_schema": {"type": "object"}},
    "regex_list": {"regex_list": ["a"]},
    "regex": {"regex": "a"},
    "strftime": {"strftime_format": "%Y"},
    "multicolumn_sum": {"sum_total": 3},
    "ordered_list": {"column_list": ["n", "m", "s", "u", "j"]},
    "match_set": {"column_set": ["n"]},
    "to_equal": {"value": 2},
}
WITHOUT = (
    "to_be_null", "not_be_null", "be_unique", "creasing", "parseable", "to_exist", "pair_values_a",
    "values_to_be_equal", "pair_values_to_be_equal", "within_record",
)  # fmt: skip


def arguments(type: str) -> dict[str, Any]:
    column: dict[str, Any] = {"column": "n"}
    if (
        "regex" in type
        or "strftime" in type
        or "json" in type
        or "length" in type
        or "dateutil" in type
        or "kl_" in type
    ):
        column = {"column": "s"}
    if "json" in type:
        column = {"column": "j"}
    if "_pair_" in type:
        column = {"column_A": "n", "column_B": "m"}
    if "compound" in type or "multicolumn" in type or "select_column" in type:
        column = {"column_list": ["n", "m"]}
    if "_table_" in type:
        column = {}
    if ("in_set" in type and "pair" not in type) or ("_set" in type and "distinct" in type):
        return {**column, **ARGUMENTS["value_set"]}
    if any(mark in type for mark in WITHOUT):
        return column
    special = next((value for key, value in ARGUMENTS.items() if key in type), None)
    return {**column, **(special if special is not None else {"min_value": 0, "max_value": 9})}


def test_every_type_that_a_suite_may_name_can_be_judged() -> None:
    table = Table.of(
        {
            "n": ["1", "2", ""],
            "m": ["2", "2", "3"],
            "s": ["a", "b", ""],
            "u": ["x", "y", "z"],
            "j": ['{"a": 1}', "{}", ""],
        }
    )
    types = sorted(KINDS)
    judged = judge(
        table,
        schema(n="number", m="integer", s="string", u="string"),
        suite(*((type, arguments(type)) for type in types)),
        {},
        "r",
    )
    unjudged = [
        types[int(code[1:])]
        for code, outcome in outcomes(judged).items()
        if outcome not in ("met", "not met")
    ]
    assert unjudged == []


def test_the_process_is_left_as_it_was() -> None:
    """GX turns all warnings into log lines when it is imported, for good."""
    judge(TABLE, SCHEMA, library("coverage"), {}, "r")
    assert logging.getLogger("great_expectations").propagate
    with pytest.warns(UserWarning, match="still shown"):
        warnings.warn("still shown", UserWarning, stacklevel=1)
    assert warnings.showwarning.__module__ != "logging"


def test_gx_itself_loads_the_suites() -> None:
    import great_expectations as gx

    for name in ("plausibility", "coverage"):
        data = json.loads((LIBRARY / f"{name}.json").read_text(encoding="utf-8"))
        loaded = gx.ExpectationSuite(**data)
        assert len(loaded.expectations) == len(data["expectations"])
        assert loaded.suite_parameter_options == library(name).parameters


def test_no_value_leaves(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """Canaries in cells of every type, in failing and observed values, in GX's exceptions and its log."""
    caplog.set_level(logging.DEBUG)
    table = Table.of(
        {
            "name": ["CANARY-1", "CANARY-2", "CANARY-2"],
            "period": ["CANARY-3", "2023-04", "2019"],
            "count": ["918273645", "CANARY-4", "564738291"],
            "other": ["918273645", "1", "2"],
        }
    )
    own = suite(
        ("expect_column_values_to_be_in_set", {"column": "name", "value_set": ["a"]}),
        ("expect_column_distinct_values_to_be_in_set", {"column": "name", "value_set": ["a"]}),
        ("expect_column_distinct_values_to_equal_set", {"column": "name", "value_set": ["a", "b"]}),
        ("expect_column_most_common_value_to_be_in_set", {"column": "name", "value_set": ["a"]}),
        ("expect_column_values_to_be_unique", {"column": "name"}),
        ("expect_column_values_to_match_regex", {"column": "name", "regex": "^x"}),
        ("expect_column_max_to_be_between", {"column": "count", "max_value": 3}),
        ("expect_column_values_to_be_between", {"column": "count", "max_value": 3}),
        ("expect_column_sum_to_be_between", {"column": "name", "max_value": 3}),
        ("expect_column_sum_to_be_between", {"column": "count", "max_value": 3}),
        ("expect_column_pair_values_to_be_equal", {"column_A": "name", "column_B": "other"}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["name", "name"]}),
        ("expect_column_values_to_be_between", {"column": "period", "min_value": {"$PARAMETER": "first"}}),
        ("expect_column_values_to_be_increasing", {"column": "count"}),
        ("expect_column_quantile_values_to_be_between",
         {"column": "count", "quantile_ranges": {"quantiles": [0.5], "value_ranges": [[0, 1]]}}),
    )  # fmt: skip
    judged = judge(
        table, schema(name="string", period="string", count="integer"), own, {"first": "2020"}, "r"
    )
    assert judged.evidence["counts"]["not met"] >= 10
    told = json.dumps([judged.evidence, *(finding.to_json() for finding in judged.findings)])
    told += "".join(
        getattr(finding, part)(language)
        for finding in judged.findings
        for language in LANGUAGES
        for part in ("what", "why", "how")
    )
    printed = capfd.readouterr()
    for text in (told, caplog.text, printed.out, printed.err):
        for value in ("CANARY", "918273645", "564738291", "1483011936"):
            assert value not in text
    assert printed == ("", "")
    assert '"rows"' not in json.dumps(judged.evidence), "evidence is published: it holds counts alone"


def test_a_column_that_shape_made_has_its_row_for_a_place() -> None:
    table = Table.of({"count": ["1", "-1"]}, [8, 11])
    table = table.renamed([Column("count", None, True)])
    (finding, *_) = judge(table, schema(count="integer"), library("plausibility"), {}, "r").findings
    assert (finding.place, finding.rows) == ('11 · "count"', (11,))


def test_alone_in_a_process(tmp_path: Path) -> None:
    """Nothing heavy is loaded before it is needed; then no socket, no file in the home folder, no output."""
    script = """
import socket, sys
def refused(*_, **__): raise RuntimeError("network")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refused
from pathlib import Path
from agored.ethics import judge, read_suite, screen
from agored.schema import Field, Schema
from agored.table import Table
from agored.words import Bilingual
assert not {"great_expectations", "pandas", "frictionless"} & set(sys.modules), "loaded too early"
suite = read_suite(Path(sys.argv[1]), "plausibility")
title = Bilingual("c", "e")
schema = Schema("t/1", {}, (Field("count", "integer", title, title, "measure"),))
table = Table.of({"count": ["1", "-5"]})
screen(table, schema, "r")
assert "great_expectations" not in sys.modules
judged = judge(table, schema, suite, {"max": "3"}, "r")
assert judged.evidence["counts"]["not met"] == 1
"""
    home = tmp_path / "home"
    home.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GX_", "XDG_"))} | {
        "HOME": str(home),
        "PYTHONPATH": str(ROOT / "src"),
    }
    finished = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", script, str(LIBRARY / "plausibility.json")],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    assert list(home.iterdir()) == []
    assert list(tmp_path.iterdir()) == [home]
