"""The ethics record: ``ethics.yaml`` as people wrote it, and what it still lacks.

What is wrong with the file's form raises ``RecipeError``. What is only unanswered (a score, an answer, one of
its languages, a mitigation) is a finding that blocks, so that a new dataset can be checked from its first
day.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.ethics.personal_data import CODES
from agored.ethics.profiles import SECTIONS, Profile, profiles
from agored.findings import Finding, Severity, Stage
from agored.recipe import Mailbox
from agored.strict import Section, load
from agored.words import LANGUAGES, Bilingual, both

_MAILBOX = r"[^\s@]+@[^\s@]+\.[^\s@]+"
_BLANK = Bilingual("", "")


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
        return Answer(None, _BLANK, _BLANK)
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
        dpia=Assessment(None, _BLANK, "")
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
        return _BLANK
    languages = section.section(key)
    return Bilingual(cy=languages.text("cy", ""), en=languages.text("en", ""))


def _flag(section: Section, key: str) -> bool | None:
    return None if _is_blank(section, key) else section.flag(key)


def _is_blank(section: Section, key: str) -> bool:
    """Whether a key is not there or has nothing after it."""
    value = section.get(key)
    return value is None or not (value.is_section or value.is_list or value.text())


def check(record: EthicsRecord) -> tuple[Finding, ...]:
    """What the record still lacks, in its own order: blocking, save where the words say otherwise."""
    profile = profiles()[record.profile]
    return (
        *_check_assessor(record.assessor),
        *(
            finding
            for section, item, answer in record.items()
            for finding in _check_answer(profile, section, item, answer)
        ),
        *_check_personal_data(record.personal_data),
        *(() if record.next_review else (_found("no-review", "next_review", Severity.NOTE),)),
    )


def _check_assessor(assessor: Mailbox) -> Iterator[Finding]:
    if not (assessor.role and assessor.mailbox):
        yield _found("assessor-missing", "assessor")


def _check_answer(profile: Profile, section: str, item: str, answer: Answer) -> Iterator[Finding]:
    place, title = f"{section}.{item}", profile.text(item, "title")
    if answer.score is None:
        yield _found("score-missing", f"{place}.score", about=title)
    yield from _check_text(answer.answer, f"{place}.answer", "answer-missing", title)
    if answer.score is not None and answer.score <= profile.mitigate_at:
        yield from _check_text(answer.mitigation, f"{place}.mitigation", "mitigation-missing", title)
    elif answer.mitigation != _BLANK:
        yield from _check_text(answer.mitigation, f"{place}.mitigation", "language-missing", title)


def _check_text(text: Bilingual, place: str, code: str, about: Bilingual) -> Iterator[Finding]:
    """``code`` where neither language is there; else a language that is missing, or that both are alike."""
    if text == _BLANK:
        yield _found(code, place, about=about)
        return
    for language in LANGUAGES:
        if not text[language]:
            names = both(f"ethics.language.{language}")
            yield _found("language-missing", place, about=about, language=names)
    if text.cy == text.en:
        yield _found("languages-alike", place, Severity.ADVISORY, about=about)


def _check_personal_data(answers: PersonalData) -> Iterator[Finding]:
    about = both("ethics.personal-data.title")
    for key, flag in (
        ("in_source", answers.in_source),
        ("in_release", answers.in_release),
        ("dpia.required", answers.dpia.required),
    ):
        if flag is None:
            yield _found("answer-missing", f"personal_data.{key}", about=about)
    yield from _check_text(answers.dpia.reason, "personal_data.dpia.reason", "answer-missing", about)
    if answers.dpia.required and not answers.dpia.reference:
        yield _found("dpia-missing", "personal_data.dpia.reference")
    if answers.in_release:
        yield _found("personal-data-in-release", "personal_data.in_release", Severity.ADVISORY)


def _found(code: str, place: str, severity: Severity = Severity.BLOCKING, /, **details: Bilingual) -> Finding:
    return Finding(
        code=f"ethics.{code}",
        severity=severity,
        stage=Stage.ETHICS,
        field=place,
        detail={
            f"{key}_{language}": text[language] for key, text in details.items() for language in LANGUAGES
        },
    )


def apply_accepted(findings: Sequence[Finding], accepted: Sequence[Accepted]) -> tuple[Finding, ...]:
    """The findings, those that were set aside made advisory, and a note for each acceptance that meets none.

    A finding that was set aside names the role in its detail; the decision must still accept it by name.
    """
    settled = tuple(_settled(finding, accepted) for finding in findings)
    unused = tuple(
        Finding(
            "ethics.accepted-unused",
            Severity.NOTE,
            Stage.ETHICS,
            entry.resource,
            entry.field,
            detail={"code": entry.code},
        )
        for entry in accepted
        if not any(entry.covers(finding) for finding in findings)
    )
    return (*settled, *unused)


def _settled(finding: Finding, accepted: Sequence[Accepted]) -> Finding:
    entry = next((entry for entry in accepted if entry.covers(finding)), None)
    if entry is None or finding.severity is not Severity.BLOCKING:
        return finding
    detail = {**finding.detail, "set_aside_by": entry.role}
    return dataclasses.replace(finding, severity=Severity.ADVISORY, detail=detail)


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
    return given if answer.mitigation == _BLANK else {**given, "mitigation": answer.mitigation.to_json()}


def draft(profile: str = "gds-2020") -> str:
    """The text of an ``ethics.yaml`` that asks everything, in both languages, and answers nothing: it blocks.

    Raises KeyError where there is no such profile.
    """
    asked = profiles()[profile]
    lines = [*_comment("ethics.draft.top", ""), "ethics: 1", f"profile: {profile}", ""]
    lines += [*_comment("ethics.draft.assessor", ""), 'assessor: {role: "", mailbox: ""}']
    for section in SECTIONS:
        if asked.items[section]:
            lines += ["", f"{section}:"]
        for item in asked.items[section]:
            lines += _draft_item(asked, item)
    lines += ["", *_comment("ethics.draft.personal-data", ""), "personal_data:"]
    lines += ["  in_source: ", "  in_release: ", *_comment("ethics.draft.dpia", "  "), "  dpia:"]
    lines += ["    required: ", '    reference: ""', '    reason: {cy: "", en: ""}']
    lines += ["", *_comment("ethics.draft.accepted", ""), "accepted: []"]
    lines += ["", *_comment("ethics.draft.next-review", ""), "next_review: "]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _draft_item(profile: Profile, item: str) -> list[str]:
    lines = []
    for language in LANGUAGES:
        title, question = (profile.text(item, part)[language] for part in ("title", "question"))
        low, high = (profile.text(item, part)[language] for part in ("low", "high"))
        lines += [
            f"  # {title}: {question}",
            f"  # {profile.lowest}: {low} … {profile.highest}: {high}",
        ]
    blank = '{cy: "", en: ""}'
    return ["", *lines, f"  {item}:", "    score: ", f"    answer: {blank}", f"    mitigation: {blank}"]


def _comment(code: str, indent: str) -> list[str]:
    return [f"{indent}# {both(code)[language]}" for language in LANGUAGES]
