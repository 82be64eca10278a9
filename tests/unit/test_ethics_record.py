"""The ethics record: read strictly, what it lacks, what it sets aside, its evidence and its public form."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import Any

import pytest

from agored.errors import RecipeError
from agored.ethics import (
    EthicsRecord,
    Profile,
    answers,
    apply_accepted,
    check,
    draft,
    evidence,
    profiles,
    public,
    read_record,
)
from agored.findings import Finding, Severity, Stage
from agored.words import LANGUAGES, catalogue

MAILBOX = "asesydd@cyngor.example"
TEXT = {"cy": "Ateb", "en": "Answer"}
ITEM = {"score": "4", "answer": TEXT}
PRINCIPLES = ("transparency", "accountability", "fairness")
ACTIONS = ("public-benefit", "diverse-expertise", "law", "data-quality", "policy")

GOOD: dict[str, Any] = {
    "ethics": "1",
    "profile": "gds-2020",
    "assessor": {"role": "Swyddog ystadegau", "mailbox": MAILBOX},
    "principles": dict.fromkeys(PRINCIPLES, ITEM),
    "actions": dict.fromkeys(ACTIONS, ITEM),
    "personal_data": {
        "in_source": "false",
        "in_release": "false",
        "dpia": {"required": "false", "reason": {"cy": "Dim pobl", "en": "No people"}},
    },
    "accepted": [],
    "next_review": "2027-11-23",
}
ACCEPTED = {
    "code": "personal-data.postcode",
    "field": "postcode",
    "reason": {"cy": "Lleoedd cyhoeddus", "en": "Public places"},
    "role": "Llywodraethu gwybodaeth",
    "until": "2027-01-31",
}


def with_value(path: str, value: Any) -> dict[str, Any]:
    """GOOD with one value changed; None takes the key out."""
    data = json.loads(json.dumps(GOOD))
    place = data
    *above, last = path.split(".")
    for key in above:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return data


def read(folder: Path, data: dict[str, Any] | str) -> EthicsRecord:
    path = folder / "ethics.yaml"
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=1)  # JSON is YAML
    path.write_text(text, encoding="utf-8")
    return read_record(path)


def codes(record: EthicsRecord) -> list[tuple[str, str | None, str]]:
    return [
        (finding.code.removeprefix("ethics."), finding.field, str(finding.severity))
        for finding in check(record)
    ]


def screen_finding(**changes: Any) -> Finding:
    facts: dict[str, Any] = {
        "code": "personal-data.postcode",
        "severity": Severity.BLOCKING,
        "stage": Stage.ETHICS,
        "resource": "toilets",
        "field": "postcode",
        "rows": (2, 3),
        "count": 2,
    }
    return Finding(**{**facts, **changes})


def test_a_complete_record(tmp_path: Path) -> None:
    record = read(tmp_path, {**GOOD, "accepted": [ACCEPTED]})
    assert check(record) == ()
    assert tuple(record.principles) == PRINCIPLES
    assert tuple(record.actions) == ACTIONS
    assert record.principles["fairness"].score == 4
    assert record.assessor.mailbox == MAILBOX
    assert record.next_review == "2027-11-23"
    (entry,) = record.accepted
    assert (entry.until, entry.resource, entry.reason.cy) == ("2027-01-31", None, "Lleoedd cyhoeddus")


def test_the_2020_profile() -> None:
    profile = profiles()["gds-2020"]
    assert tuple(profile.items["principles"]) == PRINCIPLES
    assert tuple(profile.items["actions"]) == ACTIONS
    assert (profile.lowest, profile.highest, profile.mitigate_at) == (0, 5, 3)


@pytest.mark.parametrize("profile", profiles().values(), ids=list(profiles()))
def test_every_question_is_there_in_both_languages(profile: Profile) -> None:
    for section in profile.items.values():
        for item in section:
            for part in ("title", "question", "low", "high"):
                text = profile.text(item, part)
                assert text.cy
                assert text.cy != text.en
    assert profile.title.cy != profile.title.en


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("principles.fairness.score", "", ("score-missing", "principles.fairness.score")),
        ("principles.fairness.score", None, ("score-missing", "principles.fairness.score")),
        ("actions.law.answer", None, ("answer-missing", "actions.law.answer")),
        ("actions.law.answer", "", ("answer-missing", "actions.law.answer")),
        ("actions.law.answer", {"cy": "  ", "en": ""}, ("answer-missing", "actions.law.answer")),
        ("actions.law.answer", {"cy": "Ateb"}, ("language-missing", "actions.law.answer")),
        ("actions.law.answer", {"en": "Answer", "cy": ""}, ("language-missing", "actions.law.answer")),
        ("actions.law.score", "3", ("mitigation-missing", "actions.law.mitigation")),
        ("actions.law.score", "0", ("mitigation-missing", "actions.law.mitigation")),
        ("principles.transparency.score", "3", ("mitigation-missing", "principles.transparency.mitigation")),
        ("actions.law.mitigation", {"cy": "Camau"}, ("language-missing", "actions.law.mitigation")),
        ("assessor.role", "", ("assessor-missing", "assessor")),
        ("assessor.mailbox", None, ("assessor-missing", "assessor")),
        ("personal_data.in_source", "", ("answer-missing", "personal_data.in_source")),
        ("personal_data.in_release", None, ("answer-missing", "personal_data.in_release")),
        ("personal_data.dpia.required", "", ("answer-missing", "personal_data.dpia.required")),
        ("personal_data.dpia.reason", None, ("answer-missing", "personal_data.dpia.reason")),
        ("personal_data.dpia.required", "true", ("dpia-missing", "personal_data.dpia.reference")),
    ],
)
def test_what_is_missing_blocks(tmp_path: Path, path: str, value: Any, found: tuple[str, str]) -> None:
    assert codes(read(tmp_path, with_value(path, value))) == [(*found, "blocking")]


def test_a_missing_answer_is_missing_in_every_part(tmp_path: Path) -> None:
    found = codes(read(tmp_path, with_value("principles.fairness", None)))
    assert found == [
        ("score-missing", "principles.fairness.score", "blocking"),
        ("answer-missing", "principles.fairness.answer", "blocking"),
    ]


@pytest.mark.parametrize(("score", "blocks"), [("0", True), ("3", True), ("4", False), ("5", False)])
def test_a_low_score_needs_a_mitigation(tmp_path: Path, score: str, blocks: bool) -> None:
    data = with_value("actions.policy", {"score": score, "answer": TEXT})
    assert bool(codes(read(tmp_path, data))) is blocks
    data["actions"]["policy"]["mitigation"] = {"cy": "Camau", "en": "Steps"}
    assert codes(read(tmp_path, data)) == []


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        (
            "personal_data.in_release",
            "true",
            ("personal-data-in-release", "personal_data.in_release", "advisory"),
        ),
        (
            "actions.law.answer",
            {"cy": "Same", "en": "Same"},
            ("languages-alike", "actions.law.answer", "advisory"),
        ),
        ("next_review", None, ("no-review", "next_review", "note")),
        ("next_review", "", ("no-review", "next_review", "note")),
    ],
)
def test_what_people_must_look_at(tmp_path: Path, path: str, value: Any, found: tuple[str, str, str]) -> None:
    assert codes(read(tmp_path, with_value(path, value))) == [found]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("ethics", "2", "strict.not-one-of"),
        ("profile", "gds-2018", "strict.not-one-of"),
        ("principles.fairness.score", "6", "strict.not-integer"),
        ("principles.fairness.score", "-1", "strict.not-integer"),
        ("principles.fairness.score", "four", "strict.not-integer"),
        ("principles.fairness.score", "3.5", "strict.not-integer"),
        ("principles.privacy", ITEM, "strict.unknown"),
        ("actions.law.anwser", TEXT, "strict.unknown-near"),
        ("actions.law.answer", "yes", "strict.not-section"),
        ("actions.law.answer", {"cy": "A", "en": "B", "fr": "C"}, "strict.unknown"),
        ("assessor", None, "strict.missing"),
        ("assessor.mailbox", "Siân Jones", "strict.form"),
        ("assessor.name", "Siân Jones", "strict.unknown"),
        ("personal_data.in_source", "perhaps", "strict.not-one-of"),
        ("next_review", "next year", "strict.form"),
        ("accepted", [{**ACCEPTED, "code": "expectation.coverage.rows-at-least"}], "strict.not-one-of"),
        ("accepted", [{**ACCEPTED, "code": "personal-data.emial"}], "strict.not-one-of"),
        ("accepted", [{**ACCEPTED, "reason": {"cy": "A"}}], "strict.missing"),
        ("accepted", [{**ACCEPTED, "role": ""}], "strict.empty"),
        ("accepted", [{**ACCEPTED, "until": "31/01/2027"}], "strict.form"),
        ("release", "sha256:00", "strict.unknown"),
    ],
)
def test_mistakes_of_form(tmp_path: Path, path: str, value: Any, code: str) -> None:
    with pytest.raises(RecipeError) as caught:
        read(tmp_path, with_value(path, value))
    assert any(problem.code.startswith(code) for problem in caught.value.problems)
    for language in LANGUAGES:
        assert "ethics.yaml" in caught.value.message(language)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RecipeError):
        read_record(tmp_path / "ethics.yaml")


def test_what_was_set_aside_becomes_advisory(tmp_path: Path) -> None:
    record = read(tmp_path, {**GOOD, "accepted": [ACCEPTED]})
    other = screen_finding(field="owner_postcode")
    email = screen_finding(code="personal-data.email")
    settled = apply_accepted([screen_finding(), other, email], record.accepted)
    assert [finding.severity for finding in settled] == [
        Severity.ADVISORY,
        Severity.BLOCKING,
        Severity.BLOCKING,
    ]
    assert settled[0].detail == {"set_aside_by": "Llywodraethu gwybodaeth"}
    assert (settled[0].count, settled[0].rows, settled[1:]) == (2, (2, 3), (other, email))


def test_it_may_be_set_aside_in_one_resource_only(tmp_path: Path) -> None:
    record = read(tmp_path, {**GOOD, "accepted": [{**ACCEPTED, "resource": "toilets"}]})
    elsewhere = screen_finding(resource="staff")
    settled = apply_accepted([screen_finding(), elsewhere], record.accepted)
    assert [finding.severity for finding in settled] == [Severity.ADVISORY, Severity.BLOCKING]


def test_an_acceptance_that_meets_nothing_is_told(tmp_path: Path) -> None:
    record = read(tmp_path, {**GOOD, "accepted": [ACCEPTED]})
    (unused,) = apply_accepted([], record.accepted)
    assert (unused.code, unused.severity, unused.field) == (
        "ethics.accepted-unused",
        Severity.NOTE,
        "postcode",
    )
    for language in LANGUAGES:
        assert "personal-data.postcode" in unused.what(language)
    advisory = screen_finding(severity=Severity.ADVISORY)
    assert apply_accepted([advisory], record.accepted) == (advisory,)


def facts(record: EthicsRecord, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "languages": {"cy": True, "en": True},
        "licenses": ["OGL-UK-3.0"],
        "schemas": ["toilets/1"],
        "sources": ["Cyngor Gwynedd"],
        "contact": "Data agored",
        "validation": {"blocking": 0, "advisory": 1, "note": 1200},
        "policies": ["standard"],
        "protection": {"threshold": 12, "rounding": 3400},
        "suites": [
            {"suite": "coverage", "counts": {"met": 3, "not met": 1, "not applicable": 6, "not judged": 0}},
            {
                "suite": "plausibility",
                "counts": {"met": 2, "not met": 0, "not applicable": 7, "not judged": 0},
            },
        ],
        "personal_data": [screen_finding(severity=Severity.ADVISORY)],
        "columns": 9,
    }
    return evidence(record, **{**given, **changes})


def test_evidence_stands_beside_every_answer(tmp_path: Path) -> None:
    record = read(tmp_path, {**GOOD, "accepted": [ACCEPTED]})
    beside = facts(record)
    assert {section: tuple(items) for section, items in beside.items()} == {
        "principles": PRINCIPLES,
        "actions": ACTIONS,
    }
    by_code = {item["code"]: item for items in beside["actions"].values() for item in items}
    assert by_code["expectations"]["facts"]["met"] == 5
    assert by_code["expectations"]["facts"]["not_applicable"] == 13
    assert len(by_code["expectations"]["facts"]["suites"]) == 2
    assert by_code["validation"]["facts"] == {"blocking": 0, "advisory": 1, "note": 1200}
    assert "1,200" in by_code["validation"]["text"]["cy"]
    assert by_code["personal-data"]["facts"] == {"columns": 9, "blocking": 0, "advisory": 1}
    assert by_code["set-aside"]["facts"] == {"count": 1}
    (protection,) = (item for item in beside["principles"]["fairness"] if item["code"] == "protection")
    assert "3,400" in protection["text"]["en"]
    json.dumps(beside)


def test_evidence_of_what_is_not_there(tmp_path: Path) -> None:
    record = read(tmp_path, with_value("next_review", None))
    beside = facts(
        record,
        languages={"cy": True, "en": False},
        licenses=[],
        schemas=[],
        sources=[],
        suites=[],
        protection={},
    )
    found = {item["code"] for section in beside.values() for items in section.values() for item in items}
    assert {
        "languages-missing", "licenses-none", "schemas-none", "sources-none", "expectations-none", "review-none",
    } <= found  # fmt: skip
    for section in beside.values():
        for items in section.values():
            for item in items:
                assert set(item["text"]) == set(LANGUAGES)
                assert all(item["text"].values())


def test_the_public_form_has_no_mailbox(tmp_path: Path) -> None:
    record = read(tmp_path, {**GOOD, "accepted": [ACCEPTED]})
    told = public(record, facts(record))
    written = json.dumps(told, ensure_ascii=False)
    assert MAILBOX not in written
    assert "@" not in written
    fairness = told["principles"]["fairness"]
    assert fairness["title"] == {"cy": "Tegwch", "en": "Fairness"}
    assert (fairness["score"], fairness["answer"], len(fairness["evidence"])) == (4, TEXT, 2)
    assert told["assessor"] == {"role": "Swyddog ystadegau"}
    assert told["accepted"][0]["reason"]["cy"] == "Lleoedd cyhoeddus"
    assert told["title"]["cy"].startswith("Y Fframwaith")


def test_the_answers_are_what_people_wrote(tmp_path: Path) -> None:
    """They go into the content hash: evidence, wording of questions and mailboxes must not move it."""
    record = read(tmp_path, GOOD)
    given = answers(record)
    assert MAILBOX not in json.dumps(given)
    assert "evidence" not in json.dumps(given)
    assert given["principles"]["fairness"] == {"score": 4, "answer": TEXT}
    elsewhere = with_value("assessor.mailbox", "arall@cyngor.example")
    assert answers(read(tmp_path, elsewhere)) == given
    assert answers(read(tmp_path, with_value("actions.law.score", "5"))) != given
    mitigated = with_value("actions.law.mitigation", {"cy": "Camau", "en": "Steps"})
    assert answers(read(tmp_path, mitigated))["actions"]["law"]["mitigation"]["cy"] == "Camau"


def test_a_draft_loads_and_blocks(tmp_path: Path) -> None:
    record = read(tmp_path, draft())
    found = codes(record)
    for item in (*(f"principles.{name}" for name in PRINCIPLES), *(f"actions.{name}" for name in ACTIONS)):
        assert ("score-missing", f"{item}.score", "blocking") in found
        assert ("answer-missing", f"{item}.answer", "blocking") in found
    assert ("assessor-missing", "assessor", "blocking") in found
    assert ("answer-missing", "personal_data.in_release", "blocking") in found


def test_a_draft_asks_in_both_languages() -> None:
    text = draft("gds-2020")
    flat = re.sub(r"\n *# ", " ", text)
    profile = profiles()["gds-2020"]
    for section in profile.items.values():
        for item in section:
            for language in LANGUAGES:
                assert profile.text(item, "question")[language] in flat
    assert max(map(len, text.splitlines())) <= 110
    with pytest.raises(KeyError):
        draft("gds-2018")


def test_a_draft_filled_in_is_complete(tmp_path: Path) -> None:
    text = draft()
    text = text.replace('role: ""', "role: Swyddog").replace('mailbox: ""', f"mailbox: {MAILBOX}")
    text = text.replace("    score:", "    score: 4").replace("in_source:", "in_source: false")
    text = text.replace("in_release:", "in_release: false").replace("    required:", "    required: false")
    text = text.replace('{cy: "", en: ""}', "{cy: Ateb, en: Answer}")
    text = text.replace("next_review:", "next_review: 2027-11-23")
    assert codes(read(tmp_path, text)) == []


def test_findings_have_words_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "ethics.yaml"
    path.write_text(draft(), encoding="utf-8")
    unfinished = check(read_record(path))
    others = [
        *check(read(tmp_path, with_value("actions.law.answer", {"cy": "Ateb"}))),
        *check(read(tmp_path, with_value("actions.law.answer", {"cy": "Same", "en": "Same"}))),
        *check(read(tmp_path, with_value("actions.law.score", "2"))),
        *check(read(tmp_path, with_value("personal_data.dpia.required", "true"))),
        *check(read(tmp_path, with_value("personal_data.in_release", "true"))),
    ]
    for finding in (*unfinished, *others):
        for language in LANGUAGES:
            for text in (finding.what(language), finding.why(language), finding.how(language)):
                assert text
                assert not re.search(r"[{}]", text)


def test_the_words_agree_in_both_languages() -> None:
    """The same codes with the same places to fill, typographic apostrophes, and no word of a library's."""
    families = (
        "ethics.",
        "finding.ethics.",
        "finding.expectation.",
        "finding.personal-data.",
        "error.suite.",
    )
    ours = {
        language: {code: text for code, text in catalogue(language).items() if code.startswith(families)}
        for language in LANGUAGES
    }
    assert set(ours["cy"]) == set(ours["en"])
    for code, text in ours["en"].items():
        places = [
            {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
            for sentence in (text, ours["cy"][code])
        ]
        assert places[0] == places[1], code
        for sentence in (text, ours["cy"][code]):
            assert "'" not in sentence, code
            assert "  " not in sentence, code
            assert not re.search(
                r"Great Expectations|regex|dtype|null|frictionless|pandas", sentence, re.I
            ), code
