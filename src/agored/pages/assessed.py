"""What a page says of how a dataset was judged: its quality, and the ethics of publishing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agored.pages.dataset import Dataset
from agored.pages.texts import resource_title, said
from agored.words import date_text, in_language, say

SECTIONS = ("principles", "actions")
# These pieces of evidence have a place of their own on the page.
_QUALITY = ("validation", "expectations")


@dataclass(frozen=True)
class SuiteTold:
    """A set of expectations of one resource: what was expected, and what came of it."""

    title: str
    results: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class QualityTold:
    """What was checked, in sentences, and each set of expectations."""

    sentences: Sequence[str]
    suites: Sequence[SuiteTold]


@dataclass(frozen=True)
class ItemTold:
    """A principle or an action: what was asked, what people answered, and what Agored worked out itself."""

    title: str
    question: str
    score: str
    answer: str
    mitigation: str
    evidence: Sequence[str]


@dataclass(frozen=True)
class AcceptedTold:
    """A finding that people set aside."""

    code: str
    field: str
    reason: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class EthicsTold:
    """The assessment: facts about it, the answers by section, and what was set aside."""

    facts: Sequence[tuple[str, str]]
    sections: Sequence[tuple[str, Sequence[ItemTold]]]
    personal: Sequence[tuple[str, str]]
    accepted: Sequence[AcceptedTold]


def quality_told(dataset: Dataset, language: str) -> QualityTold:
    """What was checked, from the evidence in ``ethics.json``."""
    found = {entry["code"]: entry for entry in _evidence(dataset.ethics) if entry["code"] in _QUALITY}
    suites = [suite for entry in found.values() for suite in entry["facts"].get("suites", ())]
    return QualityTold(
        sentences=[str(found[code]["text"][language]) for code in _QUALITY if code in found],
        suites=[_suite(dataset, suite, language) for suite in suites],
    )


def _evidence(ethics: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for section in SECTIONS:
        for item in ethics.get(section, {}).values():
            yield from item["evidence"]


def _suite(dataset: Dataset, suite: Mapping[str, Any], language: str) -> SuiteTold:
    resource = resource_title(dataset.tables, suite["resource"], language)
    return SuiteTold(
        title=f"{suite['title'][language]}: {resource}",
        results=[
            (entry["title"][language], _outcome(entry["outcome"], language))
            for entry in suite["expectations"]
            # Those that do not apply are counted above; a reader learns nothing from their names.
            if entry["outcome"] != "not applicable"
        ],
    )


def _outcome(outcome: str, language: str) -> str:
    return said(f"ethics.outcome.{outcome.replace(' ', '-')}", language, outcome)


def ethics_told(ethics: Mapping[str, Any], language: str) -> EthicsTold:
    """The public part of the ethics record, in one language."""
    return EthicsTold(
        facts=_facts(ethics, language),
        sections=[
            (
                say(f"page.ethics.{section}", language),
                [_item(item, ethics["scores"], language) for item in ethics[section].values()],
            )
            for section in SECTIONS
            if ethics.get(section)
        ],
        personal=_personal(ethics.get("personal_data"), language),
        accepted=[_accepted(entry, language) for entry in ethics.get("accepted", ())],
    )


def _facts(ethics: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    facts = []
    if "title" in ethics:
        facts.append(("framework", str(ethics["title"][language])))
    if "assessor" in ethics:
        facts.append(("assessor", in_language(str(ethics["assessor"]["role"]), language)))
    if ethics.get("next_review"):
        facts.append(("next-review", date_text(ethics["next_review"], language)))
    return [(say(f"page.ethics.{code}", language), value) for code, value in facts]


def _item(item: Mapping[str, Any], scores: Mapping[str, int], language: str) -> ItemTold:
    numbers = {"score": item["score"], **scores}
    return ItemTold(
        title=item["title"][language],
        question=item["question"][language],
        score=say("page.ethics.score", language, **{name: str(number) for name, number in numbers.items()}),
        answer=item["answer"][language],
        mitigation=item.get("mitigation", {}).get(language, ""),
        evidence=[entry["text"][language] for entry in item["evidence"]],
    )


def _personal(data: Mapping[str, Any] | None, language: str) -> list[tuple[str, str]]:
    if data is None:
        return []
    dpia = data["dpia"]
    told = [
        ("in-source", _yes_or_no(data["in_source"], language)),
        ("in-release", _yes_or_no(data["in_release"], language)),
        ("dpia", _yes_or_no(dpia["required"], language)),
        ("dpia-reason", dpia["reason"][language]),
        ("dpia-reference", dpia["reference"]),
    ]
    return [(say(f"page.ethics.{code}", language), text) for code, text in told if text]


def _yes_or_no(flag: bool, language: str) -> str:
    return say("page.yes" if flag else "page.no", language)


def _accepted(entry: Mapping[str, Any], language: str) -> AcceptedTold:
    facts = [(say("page.ethics.set-aside-by", language), in_language(str(entry["role"]), language))]
    if entry.get("until"):
        facts.append((say("page.ethics.until", language), date_text(entry["until"], language)))
    return AcceptedTold(str(entry["code"]), str(entry["field"]), entry["reason"][language], facts)
