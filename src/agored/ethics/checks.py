"""What an ethics record still lacks, and the findings that it sets aside."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from agored.ethics.profiles import Profile, profiles
from agored.ethics.record import BLANK, Accepted, Answer, EthicsRecord, PersonalData
from agored.findings import Finding, Severity, Stage
from agored.recipe import Mailbox
from agored.words import LANGUAGES, Bilingual, both


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
    elif answer.mitigation != BLANK:
        yield from _check_text(answer.mitigation, f"{place}.mitigation", "language-missing", title)


def _check_text(text: Bilingual, place: str, code: str, about: Bilingual) -> Iterator[Finding]:
    """``code`` where neither language is there; else a language that is missing, or that both are alike."""
    if text == BLANK:
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
