"""The ethics record: ``ethics.yaml`` as people wrote it.

What is wrong with the file's form raises ``RecipeError``. What is only unanswered (a score, an answer, one of
its languages, a mitigation) is read as empty, and is a finding of ``checks``, so that a new dataset can be
checked from its first day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.ethics.personal_data import CODES
from agored.ethics.profiles import SECTIONS, Profile, profiles
from agored.findings import Finding
from agored.recipe import Mailbox
from agored.strict import Section, load
from agored.words import Bilingual

_MAILBOX = r"[^\s@]+@[^\s@]+\.[^\s@]+"
BLANK = Bilingual("", "")
"""A text that is in neither language."""


@dataclass(frozen=True)
class Answer:
    """The answer to one principle or action; what is not answered is None or empty."""

    score: int | None
    answer: Bilingual
    mitigation: Bilingual


@dataclass(frozen=True)
class Assessment:
    """The data protection impact assessment: whether one is needed, why or why not, and where it is kept."""

    required: bool | None
    reason: Bilingual
    reference: str


@dataclass(frozen=True)
class PersonalData:
    """Whether there is personal data in the source and in the release; None is not answered."""

    in_source: bool | None
    in_release: bool | None
    dpia: Assessment


@dataclass(frozen=True)
class Accepted:
    """A personal-data finding that was set aside, by role, perhaps until a date (ISO); ``resource`` narrows
    it.
    """

    code: str
    field: str
    reason: Bilingual
    role: str
    until: str | None = None
    resource: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether this sets ``finding`` aside."""
        return (self.code, self.field) == (finding.code, finding.field) and self.resource in (
            None,
            finding.resource,
        )

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "code": self.code,
            "field": self.field,
            "resource": self.resource,
            "reason": self.reason.to_json(),
            "role": self.role,
            "until": self.until,
        }


@dataclass(frozen=True)
class EthicsRecord:
    """``ethics.yaml``. The gate compares ``next_review`` and each ``until`` with today; nothing here does."""

    profile: str
    assessor: Mailbox
    principles: Mapping[str, Answer]
    actions: Mapping[str, Answer]
    personal_data: PersonalData
    accepted: tuple[Accepted, ...]
    next_review: str | None

    def items(self) -> Iterator[tuple[str, str, Answer]]:
        """Every section, item and answer, in the profile's order."""
        for section, answers in zip(SECTIONS, (self.principles, self.actions), strict=True):
            for item, answer in answers.items():
                yield section, item, answer


def read_record(path: Path) -> EthicsRecord:
    """The record in a file. Raises RecipeError naming every mistake of form at once."""
    top = load(path)
    top.choice("ethics", ("1",))
    profile = profiles()[top.choice("profile", tuple(profiles()))]
    assessor = top.section("assessor")
    answers = {section: _answers(top, section, profile) for section in SECTIONS}
    record = EthicsRecord(
        profile=profile.name,
        assessor=Mailbox(
            assessor.text("role", ""), assessor.matching("mailbox", _MAILBOX, "data@cyngor.example", "")
        ),
        principles=answers["principles"],
        actions=answers["actions"],
        personal_data=_personal_data(top.section("personal_data")),
        accepted=tuple(_accepted(section) for section in top.sections("accepted", required=False)),
        next_review=top.date("next_review", required=False),
    )
    top.close()
    return record


def _answers(top: Section, key: str, profile: Profile) -> dict[str, Answer]:
    items = profile.items[key]
    section = top.section(key) if items else None
    return {} if section is None else {item: _answer(section, item, profile) for item in items}


def _answer(section: Section, item: str, profile: Profile) -> Answer:
    if _is_blank(section, item):
        return Answer(None, BLANK, BLANK)
    given = section.section(item)
    score = None
    if given.optional_text("score"):
        score = given.integer("score", profile.lowest, profile.highest)
    return Answer(score, _text(given, "answer"), _text(given, "mitigation"))


def _personal_data(section: Section) -> PersonalData:
    dpia = None if _is_blank(section, "dpia") else section.section("dpia")
    return PersonalData(
        in_source=_flag(section, "in_source"),
        in_release=_flag(section, "in_release"),
        dpia=Assessment(None, BLANK, "")
        if dpia is None
        else Assessment(_flag(dpia, "required"), _text(dpia, "reason"), dpia.text("reference", "")),
    )


def _accepted(section: Section) -> Accepted:
    return Accepted(
        code=section.choice("code", CODES),
        field=section.text("field"),
        reason=section.bilingual("reason"),
        role=section.text("role"),
        until=section.date("until", required=False),
        resource=section.optional_text("resource"),
    )


def _text(section: Section, key: str) -> Bilingual:
    """A text in both languages, either of which may still be empty."""
    if _is_blank(section, key):
        return BLANK
    languages = section.section(key)
    return Bilingual(cy=languages.text("cy", ""), en=languages.text("en", ""))


def _flag(section: Section, key: str) -> bool | None:
    return None if _is_blank(section, key) else section.flag(key)


def _is_blank(section: Section, key: str) -> bool:
    """Whether a key is not there or has nothing after it."""
    value = section.get(key)
    return value is None or not (value.is_section or value.is_list or value.text())


def answers(record: EthicsRecord) -> dict[str, Any]:
    """The record as plain data without mailboxes: what people answered, for the content hash."""
    return {
        "ethics": 1,
        "profile": record.profile,
        "assessor": {"role": record.assessor.role},
        **{
            section: {
                item: _answer_json(answer) for place, item, answer in record.items() if place == section
            }
            for section in SECTIONS
        },
        "personal_data": {
            "in_source": record.personal_data.in_source,
            "in_release": record.personal_data.in_release,
            "dpia": {
                "required": record.personal_data.dpia.required,
                "reason": record.personal_data.dpia.reason.to_json(),
                "reference": record.personal_data.dpia.reference,
            },
        },
        "accepted": [entry.to_json() for entry in record.accepted],
        "next_review": record.next_review,
    }


def _answer_json(answer: Answer) -> dict[str, Any]:
    given = {"score": answer.score, "answer": answer.answer.to_json()}
    return given if answer.mitigation == BLANK else {**given, "mitigation": answer.mitigation.to_json()}
