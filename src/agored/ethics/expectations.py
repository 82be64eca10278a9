"""Judging a release table by expectation suites, with Great Expectations; nothing else imports it.

GX sees only the columns that a suite asks for, typed by the schema, and its results are read for counts and
row numbers alone: observed and failing values stay inside. Where the table lacks a column or the recipe sets
no limit, GX would count a failure; here the expectation is not applicable, told and counted.

Numbers are compared as floating-point numbers. Empty cells are missing. Text keeps its order only where a
limit is a period: then each cell is the first day of its period, so ``first: 2020`` to ``last: 2020-03``
takes in ``2020-01-15``, ``2020-Q1`` and ``2020-03``. A cell that is no number counts as missing where the schema asks for
one (validation blocks it); with a cell that is no period nothing can be judged.
"""

from __future__ import annotations

import atexit
import gc
import logging
import operator
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, SupportsIndex

import pyarrow as pa
import pyarrow.compute as pc

from agored.errors import RecipeError
from agored.ethics.spans import span
from agored.ethics.suites import ABOUT_COLUMNS, KINDS, Expectation, Suite, check_limits
from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.places import finding_at
from agored.schema import Schema
from agored.table import Table, each_distinct, indices
from agored.words import LANGUAGES, say

MET, NOT_MET, NOT_APPLICABLE, NOT_JUDGED = "met", "not met", "not applicable", "not judged"
OUTCOMES = (MET, NOT_MET, NOT_APPLICABLE, NOT_JUDGED)

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}
_NUMERIC = ("integer", "number")
_DAYS = frozenset(
    f"expect_column_{what}_to_be_between" for what in ("values", "min", "max")
)  # what can compare periods
_COUNTED = ("row_count", "unique_value_count", "column_count")  # types whose observed value is a count
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Judged:
    """What a suite found in one table. ``evidence`` is plain data: outcomes and counts, no value, no row."""

    findings: tuple[Finding, ...]
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class _Case:
    """One expectation on one table: why it does not apply (``column``, ``limit``), or GX's configuration, the
    limits for its parameters, and whether it compares days."""

    expected: Expectation
    reason: str | None = None
    lacking: tuple[str, ...] = ()
    arguments: Mapping[str, Any] | None = None
    limits: Mapping[str, Any] | None = None
    days: bool = False
    unreadable: tuple[int, ...] = ()


def judge(table: Table, schema: Schema, suite: Suite, values: Mapping[str, str], resource: str) -> Judged:
    """Judge ``table`` by ``suite`` with the limits that the recipe sets (``values``, by parameter).

    Raises RecipeError for a limit that the suite does not have or that has not the form it needs, and for
    arguments that GX refuses.
    """
    check_limits(suite, values)
    limits = {**suite.defaults, **values}
    cases = [
        _case(expected, number, table, schema, suite, limits)
        for number, expected in enumerate(suite.expectations)
    ]
    ready = [case for case in cases if case.reason is None and not case.unreadable]
    results = _run(table, schema, suite, ready)
    findings: list[Finding] = []
    entries: list[dict[str, Any]] = []
    for case in cases:
        outcome = _outcome(case, results)
        entries.append(_entry(case, outcome, limits, results.get(case.expected.code, {})))
        findings += _findings(case, outcome, limits, results, table, suite, resource)
    return Judged(
        (*findings, *_not_applicable(cases, suite, resource)),
        {
            "suite": suite.name,
            "title": suite.title.to_json(),
            "resource": resource,
            "counts": {
                outcome: sum(entry["outcome"] == outcome for entry in entries) for outcome in OUTCOMES
            },
            "expectations": entries,
        },
    )


def _case(
    expected: Expectation, number: int, table: Table, schema: Schema, suite: Suite, limits: Mapping[str, str]
) -> _Case:
    lacking = tuple(name for name in expected.columns if name not in table.names)
    if lacking:
        return _Case(expected, "column", lacking)
    lacking = tuple(name for name in expected.limits.values() if name not in limits)
    if lacking:
        return _Case(expected, "limit", lacking)
    types = {field.name: field.type for field in schema.fields}
    days = expected.type in _DAYS and all(types.get(name) not in _NUMERIC for name in expected.columns[:1])
    arguments, converted = dict(expected.arguments), {}
    for key, name in expected.limits.items():
        kind = KINDS[expected.type][key]
        kind = (key if days else "number") if kind == "unit" else kind
        value = _converted(limits[name], kind, suite)
        if value is None:
            raise RecipeError("suite.limit-form", suite=suite.name, limit=name, expectation=expected.code)
        # One name may limit columns of different types, so each use gets a parameter of its own.
        arguments[key] = {"$PARAMETER": f"{name}_{number}"}
        converted[f"{name}_{number}"] = value
    unreadable = _no_days(table, expected.columns[0]) if days else ()
    return _Case(expected, None, (), arguments, converted, days, unreadable)


def _no_days(table: Table, name: str) -> tuple[int, ...]:
    """Where a column's cells are neither empty nor a period."""
    read = each_distinct(table.values(name), lambda text: "" if not text or span(text) else None)
    return tuple(indices(pc.is_null(read)))


def _converted(text: str, kind: str, suite: Suite) -> Any:
    """A limit as GX takes it, or None where it has not the form that ``kind`` needs."""
    if kind == "number":
        return float(text) if _NUMBER.fullmatch(text) else None
    if kind == "codes":
        return list(suite.sets.get(text, ())) or re.split(r"[\s,]+", text)
    if kind in ("min_value", "max_value"):
        days = span(text)
        return days and days[kind == "max_value"].isoformat()
    return text


def _run(table: Table, schema: Schema, suite: Suite, cases: Sequence[_Case]) -> dict[str, dict[str, Any]]:
    """GX's results by code, as plain counts and row indexes (see ``_plain``)."""
    results: dict[str, dict[str, Any]] = {}
    for days in (False, True):
        some = [case for case in cases if case.days is days]
        if some:
            with _quiet():
                results |= _validate(_frame(table, schema, some, days), suite, some)
    return results


def _validate(frame: Any, suite: Suite, cases: Sequence[_Case]) -> dict[str, dict[str, Any]]:
    gx = _great_expectations()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas(suite.name)
        .add_dataframe_asset(suite.name)
        .add_batch_definition_whole_dataframe(suite.name)
        .get_batch({"dataframe": frame})
    )
    ready = gx.ExpectationSuite(name=suite.name, expectations=[_configuration(case, suite) for case in cases])
    outcome = batch.validate(
        ready,
        result_format=_RESULT_FORMAT,
        expectation_parameters={name: value for case in cases for name, value in (case.limits or {}).items()},
    )
    return {
        result.expectation_config.meta["agored"]: _plain(result.success, result.result, result.exception_info)
        for result in outcome.results
    }


def _configuration(case: _Case, suite: Suite) -> dict[str, Any]:
    """The expectation as GX takes it; tried with its limits filled in, for GX stops at a bad one."""
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    arguments, limits = case.arguments or {}, case.limits or {}
    filled = {
        key: limits[value["$PARAMETER"]] if key in case.expected.limits else value
        for key, value in arguments.items()
    }
    try:
        ExpectationConfiguration(type=case.expected.type, kwargs=filled).to_domain_obj()
    except (GreatExpectationsError, ValueError, TypeError) as error:
        keys = sorted({str(entry["loc"][0]) for entry in getattr(error, "errors", list)()})
        raise RecipeError(
            "suite.arguments",
            suite=suite.name,
            expectation=case.expected.code,
            arguments=", ".join(keys) or "—",
        ) from None
    return {
        "type": case.expected.type,
        "kwargs": dict(arguments),
        "meta": {"agored": case.expected.code},
        "severity": "critical",
    }


def _plain(success: Any, result: Mapping[str, Any], exception: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of one of GX's results: no observed value, no failing value, no message."""
    raised = exception.get("raised_exception", any(isinstance(info, dict) for info in exception.values()))
    observed = result.get("observed_value")
    if not isinstance(observed, SupportsIndex) or isinstance(observed, bool):
        observed = None
    return {
        "success": bool(success),
        "judged": not raised,
        "looked_at": result.get("element_count"),
        "missing": result.get("missing_count") if "element_count" in result else None,
        "unexpected": result.get("unexpected_count"),
        "where": sorted(int(index) for index in result.get("unexpected_index_list") or ()),
        "absent": tuple(map(str, result.get("partial_missing_list") or ())),
        "absent_count": result.get("missing_count") if "element_count" not in result else None,
        "observed": None if observed is None else operator.index(observed),
    }


def _frame(table: Table, schema: Schema, cases: Sequence[_Case], days: bool) -> Any:
    """The columns that the cases need, or all where one asks about columns, typed; indexed from 0."""
    import pandas as pd

    needed = {name for case in cases for name in case.expected.columns}
    if any(case.expected.type in ABOUT_COLUMNS for case in cases):
        needed = set(table.names)
    compared = {case.expected.columns[0] for case in cases} if days else set()
    types = {field.name: field.type for field in schema.fields}
    columns = {
        name: _typed(table.values(name), types.get(name, "string"), name in compared)
        for name in table.names
        if name in needed
    }
    return pd.DataFrame(
        {name: pd.Series(values, dtype=dtype) for name, (values, dtype) in columns.items()},
        index=range(len(table)),
    )


def _typed(values: pa.ChunkedArray, type: str, days: bool) -> tuple[Any, str]:
    """A column's cells and their pandas type: floats with NaN for missing, else objects with None."""
    empty = pc.equal(values, "")
    if type in _NUMERIC:
        texts = pc.if_else(empty, pa.scalar(None, pa.string()), values)
        try:
            numbers = pc.cast(texts, pa.float64())
        except pa.ArrowInvalid:
            good = pc.match_substring_regex(texts, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
            numbers = pc.cast(pc.if_else(good, texts, pa.scalar(None, pa.string())), pa.float64())
        return numbers.to_numpy(zero_copy_only=False), "float64"
    encoded = values.combine_chunks().dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    known = [_value(text, type, days) for text in encoded.dictionary.to_pylist()]
    return [known[index] for index in encoded.indices.to_pylist()], "object"


def _value(text: str, type: str, days: bool) -> Any:
    if days:
        found = span(text)
        return found and found[0]
    if type == "boolean":
        return {"true": True, "false": False}.get(text)
    return text or None


def _outcome(case: _Case, results: Mapping[str, Mapping[str, Any]]) -> str:
    if case.reason is not None:
        return NOT_APPLICABLE
    if case.unreadable:
        return NOT_JUDGED
    result = results[case.expected.code]
    if not result["judged"]:
        return NOT_JUDGED
    return MET if result["success"] else NOT_MET


def _entry(case: _Case, outcome: str, limits: Mapping[str, str], result: Mapping[str, Any]) -> dict[str, Any]:
    expected = case.expected
    counted = any(what in expected.type for what in _COUNTED)
    return {
        "code": expected.code,
        "type": expected.type,
        "columns": list(expected.columns),
        "severity": str(expected.severity),
        "title": expected.titled(limits).to_json(),
        "limits": {name: limits[name] for name in expected.limits.values() if name in limits},
        "outcome": outcome,
        "reason": case.reason,
        "lacking": list(case.lacking),
        "looked_at": result.get("looked_at"),
        "missing": result.get("missing"),
        "unexpected": result.get("unexpected"),
        "observed": result.get("observed") if counted else None,
    }


def _findings(
    case: _Case,
    outcome: str,
    limits: Mapping[str, str],
    results: Mapping[str, Mapping[str, Any]],
    table: Table,
    suite: Suite,
    resource: str,
) -> Iterator[Finding]:
    """A finding for an expectation that is not met; a blocking one where it could not be judged at all."""
    if outcome not in (NOT_MET, NOT_JUDGED):
        return
    expected = case.expected
    field = expected.columns[0] if len(expected.columns) == 1 else expected.arguments.get("column")
    detail = _detail(suite, expected, limits)
    code = "expectation.not-judged"
    if case.unreadable:
        yield finding_at(
            table, case.unreadable, code, Severity.BLOCKING, Stage.ETHICS, resource, field, detail
        )
        return
    if outcome == NOT_JUDGED:
        yield Finding(code, Severity.BLOCKING, Stage.ETHICS, resource, field, detail=detail)
        return
    code, result = f"expectation.{suite.name}.{expected.code}", results[expected.code]
    if result["where"]:
        yield finding_at(
            table, result["where"], code, expected.severity, Stage.ETHICS, resource, field, detail
        )
        return
    named = sorted(_asked(case).intersection(result["absent"]))[:EXAMPLES]
    count = result["absent_count"] or result["unexpected"] or 1
    yield Finding(
        code,
        expected.severity,
        Stage.ETHICS,
        resource,
        field,
        count=count,
        detail=_with_absent(detail, named, count) if named else detail,
    )


def _with_absent(detail: Mapping[str, str], named: Sequence[str], count: int) -> dict[str, str]:
    """The detail with the codes that are asked for and not there, after the title."""
    shown = ", ".join(named) + (", …" if count > len(named) else "")
    titles = {
        f"title_{language}": say(
            "ethics.expectation.absent", language, title=detail[f"title_{language}"], absent=shown
        )
        for language in LANGUAGES
    }
    return {**detail, **titles, "absent": shown}


def _asked(case: _Case) -> frozenset[str]:
    """The codes that the suite or the recipe asks for: written by a person, so a finding may name them."""
    asked = (case.arguments or {}).get("value_set", ())
    if isinstance(asked, dict):
        asked = (case.limits or {})[asked["$PARAMETER"]]
    return frozenset(map(str, asked))


def _detail(suite: Suite, expected: Expectation, limits: Mapping[str, str]) -> dict[str, str]:
    title = expected.titled(limits)
    return {
        "suite": suite.name,
        "expectation": expected.code,
        **{f"title_{language}": title[language] for language in LANGUAGES},
        **{f"reason_{language}": expected.why[language] for language in LANGUAGES},
        **{f"action_{language}": expected.how[language] for language in LANGUAGES},
    }


def _not_applicable(cases: Sequence[_Case], suite: Suite, resource: str) -> Iterator[Finding]:
    """One note for the columns that a table lacks, one for the limits that the recipe leaves open."""
    for reason, code in (("column", "expectation.no-column"), ("limit", "expectation.no-limit")):
        some = [case for case in cases if case.reason == reason]
        if some:
            lacking = sorted({name for case in some for name in case.lacking})
            yield Finding(
                code,
                Severity.NOTE,
                Stage.ETHICS,
                resource,
                count=len(some),
                total=len(cases),
                detail={"suite": suite.name, "lacking": ", ".join(lacking)},
            )


@cache
def _great_expectations() -> Any:
    """GX, imported once, and without what importing it does to the process.

    Versions of it that count their users are told not to before they can start. All warnings would go to the log
    from then on. At exit Python would go through the several hundred thousand objects that it leaves: frozen, they
    cost nothing (tried: 3 s less).
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    shown = warnings.showwarning
    import great_expectations

    if warnings.showwarning is not shown:
        logging.captureWarnings(False)
    atexit.register(gc.freeze)
    return great_expectations


@contextmanager
def _quiet() -> Iterator[None]:
    """No log line and no warning of GX's: both may quote cells."""
    logger = logging.getLogger("great_expectations")
    handlers, propagate = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [logging.NullHandler()], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _great_expectations()
            yield
    finally:
        logger.handlers, logger.propagate = handlers, propagate
