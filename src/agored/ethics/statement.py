"""What Agored puts beside people's answers: facts that it worked out itself, and the public form of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agored.ethics.outcomes import OUTCOMES
from agored.ethics.profiles import SECTIONS, profiles
from agored.ethics.record import EthicsRecord, answers
from agored.findings import Finding, Severity
from agored.words import LANGUAGES, in_language, known, number_text, say


def evidence(
    record: EthicsRecord,
    *,
    languages: Mapping[str, bool],
    licenses: Sequence[str],
    schemas: Sequence[str],
    sources: Sequence[str],
    contact: str,
    validation: Mapping[str, int],
    policies: Sequence[str],
    protection: Mapping[str, int],
    suites: Sequence[Mapping[str, Any]],
    personal_data: Sequence[Finding],
    columns: int,
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """For each section and item of the record's profile, a list of ``{code, facts, text: {cy, en}}``.

    ``languages`` says of each language whether every text is there; ``contact`` is a role; ``validation``
    counts findings by severity; ``protection`` counts, by rule, the cells that it covers; ``suites`` is the
    evidence of each ``judge``; ``personal_data`` is what the screen found in ``columns`` columns, after what
    was set aside.
    """
    found = {
        "blocking": sum(finding.severity is Severity.BLOCKING for finding in personal_data),
        "advisory": sum(finding.severity is Severity.ADVISORY for finding in personal_data),
    }
    outcomes = {
        outcome.replace(" ", "_"): sum(suite["counts"][outcome] for suite in suites) for outcome in OUTCOMES
    }
    severities = {str(severity): validation.get(severity, 0) for severity in Severity}
    items = {
        "languages": _item(
            "languages" if all(languages.get(language) for language in LANGUAGES) else "languages-missing",
            {language: bool(languages.get(language)) for language in LANGUAGES},
        ),
        "licenses": _listed("licenses", licenses),
        "schemas": _listed("schemas", schemas),
        "sources": _listed("sources", sources),
        "contact": _item("contact", {"role": contact}),
        "assessor": _item("assessor", {"role": record.assessor.role}),
        "review": _item("review", {"date": record.next_review})
        if record.next_review
        else _item("review-none", {}),
        "validation": _item("validation", severities),
        "protection": _protection(policies, protection),
        "expectations": _item("expectations", outcomes, {"suites": [dict(suite) for suite in suites]})
        if suites
        else _item("expectations-none", {}),
        "personal-data": _item("personal-data", {"columns": columns, **found}),
        "set-aside": _item("set-aside", {"count": len(record.accepted)}),
    }
    wanted = profiles()[record.profile].items
    return {
        section: {item: [items[kind] for kind in kinds] for item, kinds in wanted[section].items()}
        for section in SECTIONS
    }


def public(record: EthicsRecord, evidence: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The record with its evidence for the package's ``ethics.json``: bilingual titles, and no mailbox."""
    profile = profiles()[record.profile]
    given = answers(record)
    sections = {
        section: {
            item: {
                "title": profile.text(item, "title").to_json(),
                "question": profile.text(item, "question").to_json(),
                **answer,
                "evidence": evidence[section][item],
            }
            for item, answer in given[section].items()
        }
        for section in SECTIONS
    }
    return {
        **given,
        "title": profile.title.to_json(),
        "scores": {"lowest": profile.lowest, "highest": profile.highest},
        **sections,
    }


def _item(code: str, facts: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One piece of evidence; ``facts`` fill its sentence, ``more`` goes with them."""
    texts = {
        language: say(
            f"ethics.evidence.{code}",
            language,
            **{key: _shown(fact, language) for key, fact in facts.items()},
        )
        for language in LANGUAGES
    }
    return {"code": code, "facts": {**facts, **(more or {})}, "text": texts}


def _listed(code: str, names: Sequence[str]) -> dict[str, Any]:
    if not names:
        return _item(f"{code}-none", {})
    item = _item(code, {"names": "; ".join(names)})
    return {**item, "facts": {"names": list(names)}}


def _protection(policies: Sequence[str], protection: Mapping[str, int]) -> dict[str, Any]:
    """Which policies, and how many cells each rule covers; never how many it changed."""
    item = _item("protection-none", {})
    if any(protection.values()):
        item = {
            "code": "protection",
            "text": {
                language: say(
                    "ethics.evidence.protection",
                    language,
                    rules="; ".join(
                        f"{_rule(rule, language)}: {number_text(cells, language)}"
                        for rule, cells in protection.items()
                    ),
                )
                for language in LANGUAGES
            },
        }
    return {**item, "facts": {"policies": list(policies), "cells": dict(protection)}}


def _rule(rule: str, language: str) -> str:
    """What a rule did, in words where there are some."""
    code = f"change.protect.{rule}"
    return say(code, language) if known(code) else rule


def _shown(fact: Any, language: str) -> str:
    if isinstance(fact, int) and not isinstance(fact, bool):
        return number_text(fact, language)
    return in_language(str(fact), language)
