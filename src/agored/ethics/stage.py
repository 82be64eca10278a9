"""The whole stage for a release: expectations, the screen for personal data, people's answers, and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.ethics.checks import apply_accepted, check
from agored.ethics.expectations import judge
from agored.ethics.personal_data import screen
from agored.ethics.record import EthicsRecord, answers, read_record
from agored.ethics.statement import evidence, public
from agored.ethics.suites import read_suite
from agored.findings import Finding
from agored.recipe import Recipe, SuiteChoice
from agored.schema import Schema
from agored.table import Table
from agored.words import LANGUAGES


@dataclass(frozen=True)
class Before:
    """What earlier stages found, as evidence: validation's findings by severity, the cells that each rule of
    protection covers, and the names of the policies and the schemas."""

    validation: Mapping[str, int]
    protection: Mapping[str, int]
    policies: Sequence[str]
    schemas: Sequence[str]


@dataclass(frozen=True)
class Assessed:
    """What the stage gives: findings, the record that people filled in, its public form with the evidence,
    and each suite's outcomes.
    """

    findings: tuple[Finding, ...]
    record: EthicsRecord
    public: Mapping[str, Any]
    answers: Mapping[str, Any]
    suites: Sequence[Mapping[str, Any]]


def assess(
    recipe: Recipe,
    tables: Mapping[str, tuple[Table, Schema]],
    suites: Sequence[tuple[SuiteChoice, Path]],
    file: Path,
    before: Before,
) -> Assessed:
    """Judge the release tables (by resource) and the ethics record in ``file``; changes nothing.

    Raises RecipeError where the record or a suite is wrong.
    """
    record = read_record(file)
    opened = [(read_suite(path, choice.suite), choice.values) for choice, path in suites]
    judged = [
        judge(table, schema, suite, values, name)
        for name, (table, schema) in tables.items()
        for suite, values in opened
    ]
    screened = [
        finding for name, (table, schema) in tables.items() for finding in screen(table, schema, name)
    ]
    settled = apply_accepted(screened, record.accepted)
    facts = evidence(
        record,
        languages=dict.fromkeys(LANGUAGES, True),  # the recipe's reader refuses a text in one language only
        licenses=[license.name for license in recipe.package.licenses],
        schemas=before.schemas,
        sources=[source.title for source in recipe.package.sources],
        contact=recipe.contact.role,
        validation=before.validation,
        policies=before.policies,
        protection=before.protection,
        suites=[each.evidence for each in judged],
        personal_data=settled,
        columns=sum(len(table.columns) for table, _ in tables.values()),
    )
    expected = [finding for each in judged for finding in each.findings]
    return Assessed(
        findings=(*expected, *settled, *check(record)),
        record=record,
        public=public(record, facts),
        answers=answers(record),
        suites=[each.evidence for each in judged],
    )
