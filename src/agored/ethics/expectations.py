"""Judging a release table by expectation suites, with Great Expectations; nothing else imports it.

GX sees only the columns that a suite asks for, typed by the schema, and its results are read for counts and
row numbers alone: observed and failing values stay inside. Where the table lacks a column or the recipe sets
no limit, GX would count a failure; here the expectation is not applicable, told and counted.

Numbers are compared as floating-point numbers. Empty cells are missing. Text keeps its order only where a
limit is a period: then each cell is the first day of its period, so ``first: 2020`` to ``last: 2020-03``
takes in ``2020-01-15``, ``2020-Q1`` and ``2020-03``. A cell that is no number counts as missing where the
schema asks for one (validation blocks it); with a cell that is no period nothing can be judged.
"""

from __future__ import annotations

import atexit
import gc
import logging
import operator
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, SupportsIndex

from agored.errors import NotebookError, RecipeError
from agored.ethics.cases import Case, cases_of
from agored.ethics.expectation_types import ABOUT_COLUMNS
from agored.ethics.frames import frame
from agored.ethics.outcomes import OUTCOMES, Result, evidence_of, finding_of, not_applicable
from agored.ethics.suites import Suite, check_limits
from agored.findings import Finding
from agored.schema import Schema
from agored.table import Table

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}


@dataclass(frozen=True)
class Judged:
    """What a suite found in one table. ``evidence`` is plain data: outcomes and counts, no value, no row."""

    findings: tuple[Finding, ...]
    evidence: Mapping[str, Any]


def judge(table: Table, schema: Schema, suite: Suite, values: Mapping[str, str], resource: str) -> Judged:
    """Judge ``table`` by ``suite`` with the limits that the recipe sets (``values``, by parameter).

    Raises RecipeError for a limit that the suite does not have or that has not the form it needs, and for
    arguments that GX refuses.
    """
    check_limits(suite, values)
    limits = {**suite.defaults, **values}
    cases = cases_of(suite, table, schema, limits)
    results = _results(table, schema, suite, [case for case in cases if case.ready])
    found = [
        finding_of(case, results.get(case.expected.code), limits, table, suite, resource) for case in cases
    ]
    entries = [evidence_of(case, results.get(case.expected.code), limits) for case in cases]
    return Judged(
        (
            *(finding for finding in found if finding is not None),
            *not_applicable(cases, suite, resource),
        ),
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


def _results(table: Table, schema: Schema, suite: Suite, cases: Sequence[Case]) -> dict[str, Result]:
    """GX's results by code. A column may be needed as text and as days, hence two runs."""
    results: dict[str, Result] = {}
    for days in (False, True):
        some = [case for case in cases if case.days is days]
        if some:
            names = {name for case in some for name in case.expected.columns}
            if any(case.expected.type in ABOUT_COLUMNS for case in some):
                names = set(table.names)
            compared = {case.expected.columns[0] for case in some} if days else set()
            with _quiet():
                results |= _validate(frame(table, schema, names, compared), suite, some)
    return results


def _validate(frame: Any, suite: Suite, cases: Sequence[Case]) -> dict[str, Result]:
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
        expectation_parameters={name: value for case in cases for name, value in case.limits.items()},
    )
    return {
        result.expectation_config.meta["agored"]: _result(
            result.success, result.result, result.exception_info
        )
        for result in outcome.results
    }


def _configuration(case: Case, suite: Suite) -> dict[str, Any]:
    """The expectation as GX takes it; tried with its limits filled in, for GX stops at a bad one."""
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    filled = {
        key: case.limits[value["$PARAMETER"]] if key in case.expected.limits else value
        for key, value in case.arguments.items()
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
        "kwargs": dict(case.arguments),
        "meta": {"agored": case.expected.code},
        "severity": "critical",
    }


def _result(success: Any, result: Mapping[str, Any], exception: Mapping[str, Any]) -> Result:
    """What is kept of one of GX's results: no observed value but a whole number, no failing value, no message."""
    raised = exception.get("raised_exception", any(isinstance(info, dict) for info in exception.values()))
    observed = result.get("observed_value")
    if not isinstance(observed, SupportsIndex) or isinstance(observed, bool):
        observed = None
    by_cell = "element_count" in result
    return Result(
        success=bool(success),
        judged=not raised,
        looked_at=result.get("element_count"),
        missing=result.get("missing_count") if by_cell else None,
        unexpected=result.get("unexpected_count"),
        observed=None if observed is None else operator.index(observed),
        where=tuple(sorted(int(index) for index in result.get("unexpected_index_list") or ())),
        absent=frozenset(map(str, result.get("partial_missing_list") or ())),
        absent_count=None if by_cell else result.get("missing_count"),
    )


@cache
def _great_expectations() -> Any:
    """GX, imported once, and without what importing it does to the process.

    Versions of it that count their users are told not to before they can start. Importing it sends all warnings
    to the log from then on. At exit Python would go through the several hundred thousand objects that it leaves:
    frozen, they cost nothing (tried: 3 s less). Raises NotebookError where it is not installed.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    shown = warnings.showwarning
    try:
        import great_expectations
    except ModuleNotFoundError as error:
        raise NotebookError("suite.not-installed", module=error.name or "") from None

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
