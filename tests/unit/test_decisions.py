"""Decisions: a file each, never overwritten, and none that cannot be read is passed over."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from run_made import GOVERNANCE, Desk, advisory

from agored.approving import approve
from agored.decisions import Accepted, Decision, read_decisions, sources_digest, write_decision
from agored.errors import GateClosed, RecipeError
from agored.findings import Finding, Severity, Stage
from agored.gate import today
from agored.recipe import Mailbox
from agored.records import canonical, digest
from agored.words import LANGUAGES, Bilingual, catalogue

DATASET = "cyngor-enghraifft/rough-sleepers"
CONTENT = "sha256:" + "0123abcd" * 8
REASON = Bilingual("Am ei fod yn iawn: “da”.", "Because it is right: “good”.")
APPROVAL = Decision(
    kind="approval",
    dataset=DATASET,
    content=CONTENT,
    by=GOVERNANCE,
    date="2026-03-01",
    sources="sha256:" + "f" * 64,
    after="2026-02-01-89abcdef",
    accepts=(
        Accepted("personal-data.name-heading", "shelters", "name", REASON),
        Accepted("read.short-rows", None, None, REASON),
    ),
    change="correction",
    reason=REASON,
)
RECALL = Decision("recall", DATASET, CONTENT, GOVERNANCE, "2026-03-02", reason=REASON)
FILE = "2026-03-01-0123abcd-approval.yaml"


def written(folder: Path, decision: Decision = APPROVAL) -> str:
    return write_decision(folder, decision).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "decision",
    [
        APPROVAL,
        Decision("approval", DATASET, CONTENT, GOVERNANCE, "2026-03-01", sources=CONTENT),
        RECALL,
        Decision("refusal", DATASET, CONTENT, GOVERNANCE, "2024-02-29", reason=REASON),
    ],
)
def test_a_decision_comes_back_from_its_file(tmp_path: Path, decision: Decision) -> None:
    path = write_decision(tmp_path / "decisions", decision)
    assert path.name == f"{decision.date}-0123abcd-{decision.kind}.yaml"
    (read,) = read_decisions(tmp_path / "decisions", DATASET)
    assert read.file == path.name
    assert read.to_yaml() == decision.to_yaml() == path.read_text(encoding="utf-8")
    assert (read.after, read.accepts, read.reason) == (decision.after, decision.accepts, decision.reason)


def test_no_file_is_ever_overwritten_and_the_first_stays_the_first(tmp_path: Path) -> None:
    paths = [write_decision(tmp_path, APPROVAL) for _ in range(11)]
    assert [path.name for path in paths[:3]] == [
        FILE,
        FILE.replace(".yaml", "-2.yaml"),
        FILE.replace(".yaml", "-3.yaml"),
    ]
    write_decision(tmp_path, RECALL)
    assert [decision.file for decision in read_decisions(tmp_path, DATASET)] == [
        *(path.name for path in paths),
        "2026-03-02-0123abcd-recall.yaml",
    ]


def test_there_is_an_end_to_decisions_of_one_name(tmp_path: Path) -> None:
    for number in range(1, 1000):
        (tmp_path / FILE.replace(".yaml", f"-{number}.yaml" if number > 1 else ".yaml")).touch()
    with pytest.raises(RecipeError) as caught:
        write_decision(tmp_path, APPROVAL)
    assert caught.value.code == "decision.too-many"


@pytest.mark.parametrize(
    "changes",
    [
        {"by": Mailbox("Rôl", "nobody")},
        {"by": Mailbox("Rôl", "a@b")},
        {"by": Mailbox(" ", "g@x.wales")},
        {"by": Mailbox("Beth ???", "g@x.wales")},
        {"reason": Bilingual("Achos.", "")},
        {"accepts": (Accepted("a.b", None, None, Bilingual("", "Why.")),)},
        {"content": "sha256:0123abcd"},
        {"sources": "sha256:0"},
        {"date": "2026-02-31"},
        {"after": "yesterday"},
        {"change": "big"},
        {"change": "revision", "reason": None},
    ],
)
def test_a_decision_that_could_not_be_read_is_not_written(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(RecipeError):
        write_decision(tmp_path / "decisions", dataclasses.replace(APPROVAL, **changes))
    assert not (tmp_path / "decisions").exists()


def test_no_folder_is_no_decision(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "none", DATASET) == ()


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("decision: 1", "decision: 2", ["decision.newer"]),
        ("kind: approval", "kind: standing", ["strict.not-one-of"]),
        (f"dataset: {DATASET}", "dataset: cyngor/arall", ["decision.other-dataset"]),
        ("content: sha256:", "content: sha1:", ["decision.file-name", "strict.form"]),
        ("content: sha256:0123abcd", "content: sha256:9999abcd", ["decision.file-name"]),
        ("date: '2026-03-01'", "date: '2026-03-02'", ["decision.file-name"]),
        ("date: '2026-03-01'", "date: '2026-02-31'", ["decision.file-name", "strict.form"]),
        ("after: 2026-02-01-89abcdef", "after: yesterday", ["strict.form"]),
        ("after: 2026-02-01-89abcdef\n", "", ["strict.missing"]),
        ("sources: sha256:", "source: sha256:", ["strict.missing", "strict.unknown-near"]),
        ("  kind: correction\n", "  kind: big\n", ["strict.not-one-of"]),
        ("correction\n  reason:", "correction\n  why:", ["strict.missing", "strict.unknown"]),
        ("role: Pennaeth llywodraethu", "role: ''", ["strict.empty"]),
        ("mailbox: llywodraethu@", "mailbox: llywodraethu-", ["strict.form"]),
    ],
)
def test_each_mistake_in_a_decision(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    text = written(tmp_path)
    assert text.count(old) == 1, text
    (tmp_path / FILE).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        read_decisions(tmp_path, DATASET)
    assert sorted(problem.code for problem in caught.value.problems) == codes
    for language in LANGUAGES:
        assert f"decisions/{FILE}" in caught.value.message(language)


@pytest.mark.parametrize(
    "name",
    [
        "2026-03-01-0123abcd-refusal.yaml",
        "2026-03-01-0123abce-approval.yaml",
        "2026-03-02-0123abcd-approval.yaml",
        "approval.yaml",
        "2026-03-01-0123abcd-approval.yml",
        "2026-03-01-0123abcd-approval-x.yaml",
        "2026-03-01-0123abcd-approval.yaml.bak",
    ],
)
def test_a_decision_keeps_its_name(tmp_path: Path, name: str) -> None:
    write_decision(tmp_path, APPROVAL).rename(tmp_path / name)
    with pytest.raises(RecipeError) as caught:
        read_decisions(tmp_path, DATASET)
    assert [problem.code for problem in caught.value.problems] == ["decision.file-name"]
    assert FILE in caught.value.message("cy")


@pytest.mark.parametrize(("name", "data"), [("x.yaml", b"\xff"), ("y.txt", b""), ("z.yaml", b"a: [")])
def test_a_file_that_is_no_decision_is_not_passed_over(tmp_path: Path, name: str, data: bytes) -> None:
    write_decision(tmp_path, APPROVAL)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(RecipeError):
        read_decisions(tmp_path, DATASET)
    (tmp_path / name).unlink()
    (tmp_path / ".hidden").write_bytes(data)
    assert len(read_decisions(tmp_path, DATASET)) == 1


def test_a_refusal_gives_its_reason_and_is_for_no_sources(tmp_path: Path) -> None:
    text = written(tmp_path, RECALL)
    path = tmp_path / "2026-03-02-0123abcd-recall.yaml"
    for old, new, code in (
        ("reason:\n", "why:\n", "strict.missing"),
        ("kind: recall\n", f"kind: recall\nsources: {CONTENT}\n", "strict.unknown"),
    ):
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(RecipeError) as caught:
            read_decisions(tmp_path, DATASET)
        assert code in [problem.code for problem in caught.value.problems]


def test_sources_are_named_by_one_hash_in_any_order() -> None:
    assert sources_digest({"b": "2", "a": "1"}) == digest(canonical({"a": "1", "b": "2"}))


# Approving


def test_an_approval_names_what_was_checked(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path)
    checked = desk.check(findings=[advisory()])
    content = str(checked.run.content)
    decision, path = approve(
        checked, content[7:15], GOVERNANCE, [("personal-data.name-heading:shelters/name", REASON)]
    )
    assert (decision.content, decision.sources, decision.after) == (content, checked.run.sources, None)
    assert decision.date == today()
    (read,) = read_decisions(desk.decisions, DATASET)
    assert read.file == path.name
    assert desk.check().judgement.open


@pytest.mark.parametrize("name", ["personal-data.name-heading", "personal-data.name-heading:shelters"])
def test_an_advisory_may_be_accepted_wherever_it_is(tmp_path: Path, name: str) -> None:
    checked = Desk.at(tmp_path).check(findings=[advisory(), advisory(field="other")])
    decision, _ = approve(checked, str(checked.run.content), GOVERNANCE, [(name, REASON)])
    (accepted,) = decision.accepts
    assert (accepted.code, accepted.field) == ("personal-data.name-heading", None)


@pytest.mark.parametrize(
    ("content", "mailbox", "accepts", "code"),
    [
        ("", "g@x.wales", (), "approve.other-content"),
        ("0123", "g@x.wales", (), "approve.other-content"),
        (CONTENT, "g@x.wales", (), "approve.other-content"),
        (None, "Ystadegau@Cyngor.Example.Wales", (), "gate.same-mailbox"),
        (None, "g@x.wales", (), "approve.still-closed"),
        (None, "g@x.wales", ("read.short-rows",), "approve.no-advisory"),
        (None, "g@x.wales", ("personal-data.name-heading:rough-sleepers",), "approve.no-advisory"),
        (None, "g@x.wales", ("personal-data.name-heading:shelters/count",), "approve.no-advisory"),
    ],
)
def test_an_approval_that_cannot_be_is_not_written(
    tmp_path: Path, content: str | None, mailbox: str, accepts: tuple[str, ...], code: str
) -> None:
    desk = Desk.at(tmp_path)
    checked = desk.check(findings=[advisory()])
    named = str(checked.run.content) if content is None else content
    with pytest.raises(GateClosed) as caught:
        approve(checked, named, Mailbox("Rôl", mailbox), [(name, REASON) for name in accepts])
    assert caught.value.code == code
    assert caught.value.message("cy") != caught.value.message("en")
    assert not desk.decisions.exists()


def test_what_blocks_cannot_be_approved(tmp_path: Path) -> None:
    blocking = Finding("validation.required", Severity.BLOCKING, Stage.VALIDATE)
    checked = Desk.at(tmp_path).check(findings=[blocking])
    with pytest.raises(GateClosed) as caught:
        approve(checked, "", GOVERNANCE)
    assert caught.value.code == "approve.nothing"


@pytest.mark.parametrize("kind", ["refusal", "recall"])
def test_what_was_refused_or_recalled_cannot_be_approved(tmp_path: Path, kind: str) -> None:
    desk = Desk.at(tmp_path)
    desk.decide(desk.check(), kind)
    checked = desk.check()
    with pytest.raises(GateClosed) as caught:
        approve(checked, str(checked.run.content), GOVERNANCE)
    assert [problem.code for problem in caught.value.problems] == [f"gate.{kind}"]


def test_every_sentence_of_decisions_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    known = {
        code.removeprefix("error.")
        for code in catalogue("en")
        if code.startswith(("error.decision.", "error.approve."))
    }
    assert {code for code in known if f'"{code}"' not in source} == set()
