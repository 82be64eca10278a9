"""The gate: closed by default; what opens it, what closes it again, and that no record can be changed unseen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import package_made
import pytest
from run_made import ASSESSOR, DATASET, DAY, REASON, Desk, advisory

from agored.checking import Checked, found
from agored.decisions import Accepted, read_decisions
from agored.errors import GateClosed
from agored.findings import Finding, Severity, Stage
from agored.gate import judge, open_run, today
from agored.package.files import sums
from agored.publishing import require_open
from agored.recipe import Mailbox
from agored.records import STAGE_FILES, digest, file_digest, readable
from agored.status import statuses
from agored.store import ACCOUNTS, latest
from agored.words import LANGUAGES, catalogue


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(tmp_path / "desk")


def reasons(checked: Checked, day: str = DAY) -> list[str]:
    """Why the gate is closed on a day; each reason is a sentence in both languages."""
    run = checked.run
    decisions = read_decisions(checked.inputs.folder / "decisions", checked.inputs.recipe.identity)
    judgement = judge(run, decisions, latest(checked.inputs.workspace.releases(checked.inputs.recipe)), day)
    for reason in judgement.reasons:
        assert reason.text("cy") != reason.text("en")
    assert judgement.open == (not judgement.reasons)
    return [reason.code for reason in judgement.reasons]


# What opens it


def test_the_gate_is_closed_until_a_person_decides(desk: Desk) -> None:
    checked = desk.check()
    assert reasons(checked) == ["no-approval"]
    path = desk.decide(checked)
    assert reasons(checked) == []
    judgement = desk.check().judgement
    assert judgement.decision is not None
    assert judgement.decision.file == path.name
    assert require_open(desk.check()) == judgement.decision
    path.unlink()
    with pytest.raises(GateClosed) as caught:
        require_open(desk.check())
    assert caught.value.code == "gate.closed"
    assert [problem.code for problem in caught.value.problems] == ["gate.no-approval"]


def test_a_note_closes_nothing(desk: Desk) -> None:
    checked = desk.check(findings=[Finding("read.rows-after", Severity.NOTE, Stage.READ)])
    desk.decide(checked)
    assert reasons(checked) == []


def test_an_approval_is_for_one_content(desk: Desk) -> None:
    desk.decide(desk.check("10"))
    assert reasons(desk.check("11")) == ["no-approval"]


def test_an_approval_is_for_its_sources_even_if_the_content_is_the_same(desk: Desk) -> None:
    checked = desk.check()
    desk.decide(checked, sources=digest(b"other"))
    assert reasons(checked) == ["other-sources"]


def test_another_run_of_the_same_content_and_sources_is_approved(desk: Desk) -> None:
    desk.decide(desk.check())
    again = desk.check(salt="a comment in the recipe")
    assert again.run.id != desk.check().run.id
    assert reasons(again) == []


def test_an_approval_counts_from_its_day_on(desk: Desk) -> None:
    checked = desk.check()
    desk.decide(checked, date="2026-03-02")
    assert reasons(checked, "2026-03-01") == ["not-yet"]
    assert reasons(checked, "2026-03-02") == []


def test_days_are_those_of_wales() -> None:
    assert len(today()) == len("2026-11-23")
    assert today() >= "2026"


@pytest.mark.parametrize("mailbox", [ASSESSOR, ASSESSOR.upper()])
def test_nobody_approves_an_assessment_of_their_own(desk: Desk, mailbox: str) -> None:
    checked = desk.check()
    desk.decide(checked, by=Mailbox("Rôl arall", mailbox))
    assert reasons(checked) == ["same-mailbox"]


@pytest.mark.parametrize(
    ("accepts", "closed"),
    [
        ([], ["unaccepted", "unaccepted"]),
        ([("personal-data.name-heading", None, None)], ["unaccepted"]),
        ([("personal-data.name-heading", "shelters", "name"), ("read.short-rows", None, None)], []),
        ([("personal-data.name-heading", "shelters", None), ("read.short-rows", "rough-sleepers", None)], []),
        (
            [("personal-data.name-heading", "rough-sleepers", None), ("read.short-rows", None, "name")],
            ["unaccepted", "unaccepted"],
        ),
        ([("personal-data", None, None), ("read", None, None)], ["unaccepted", "unaccepted"]),
    ],
)
def test_each_advisory_is_accepted_by_name(
    desk: Desk, accepts: list[tuple[str, str | None, str | None]], closed: list[str]
) -> None:
    short = Finding("read.short-rows", Severity.ADVISORY, Stage.READ, "rough-sleepers")
    checked = desk.check(findings=[advisory(), short])
    desk.decide(checked, accepts=tuple(Accepted(*each, REASON) for each in accepts))
    assert reasons(checked) == closed


def test_of_several_approvals_one_that_holds_is_enough(desk: Desk) -> None:
    checked = desk.check(findings=[advisory()])
    desk.decide(checked)
    good = desk.decide(checked, accepts=(Accepted("personal-data.name-heading", None, None, REASON),))
    desk.decide(checked, date="2026-03-02", by=Mailbox("Rôl", ASSESSOR))
    assert reasons(checked) == []
    decision = desk.check().judgement.decision
    assert decision is not None
    assert decision.file == good.name
    good.unlink()
    assert reasons(checked, "2026-03-01") == ["not-yet", "same-mailbox", "unaccepted"]


def test_every_fault_of_an_approval_is_told(desk: Desk) -> None:
    checked = desk.check(findings=[advisory()])
    desk.decide(checked, date="2027-01-01", sources=digest(b"x"), by=Mailbox("Rôl", ASSESSOR))
    assert reasons(checked) == ["other-sources", "not-yet", "same-mailbox", "unaccepted"]


# What closes it for good


@pytest.mark.parametrize("kind", ["refusal", "recall"])
@pytest.mark.parametrize("date", ["2026-02-01", "2026-03-01", "2027-01-01"])
def test_what_was_refused_or_recalled_stays_closed_whatever_is_decided_later(
    desk: Desk, kind: str, date: str
) -> None:
    checked = desk.check()
    desk.decide(checked)
    desk.decide(checked, kind, date)
    desk.decide(checked, date="2026-02-28")
    assert reasons(checked) == [kind]
    assert reasons(desk.check(salt="another run")) == [kind]
    desk.decide(desk.check("11"))
    assert reasons(desk.check("11")) == []


def test_a_blocker_closes_it_whatever_is_approved(desk: Desk) -> None:
    blocking = Finding("validation.required", Severity.BLOCKING, Stage.VALIDATE, count=3)
    checked = desk.check(findings=[blocking])
    assert checked.run.content is None
    assert reasons(checked) == ["blocking"]


@pytest.mark.parametrize(
    ("ethics", "day", "closed"),
    [
        ({"next_review": "2026-03-01"}, "2026-03-01", []),
        ({"next_review": "2026-03-01"}, "2026-03-02", ["review-over"]),
        ({"accepted": [{"code": "x.y", "field": None, "until": "2026-03-01"}]}, "2026-03-01", []),
        (
            {"accepted": [{"code": "x.y", "field": "a", "until": "2026-03-01"}]},
            "2026-03-02",
            ["acceptance-over"],
        ),
        ({"accepted": [{"code": "x.y", "field": None, "until": None}]}, "2099-01-01", []),
    ],
)
def test_dates_end(desk: Desk, ethics: dict[str, Any], day: str, closed: list[str]) -> None:
    checked = desk.check(**ethics)
    desk.decide(checked)
    assert reasons(checked, day) == closed


def test_a_run_without_a_package_has_nothing_to_publish(desk: Desk) -> None:
    checked = desk.check()
    desk.decide(checked)
    change(checked, "package.json", lambda record: record.update(content_hash=None))
    relink(checked.run.folder)
    assert reasons(desk.check()) == ["no-content"]


# Approvals are spent


def test_an_approval_is_spent_once_other_content_has_followed(desk: Desk) -> None:
    first = desk.check("10")
    desk.decide(first)
    desk.publish(first)
    second = desk.check("11")
    desk.decide(second)
    desk.publish(second)
    assert reasons(desk.check("11")) == []
    assert reasons(desk.check("10")) == ["spent"]
    desk.decide(desk.check("10"), date="2026-03-02")
    assert reasons(desk.check("10"), "2026-03-02") == []


def test_an_approval_given_before_another_release_is_spent_unused(desk: Desk) -> None:
    waiting = desk.check("12")
    desk.decide(waiting)
    other = desk.check("10")
    desk.decide(other)
    desk.publish(other)
    assert reasons(desk.check("12")) == ["spent"]


def test_an_approval_of_what_is_current_stays_good(desk: Desk) -> None:
    checked = desk.check()
    desk.decide(checked)
    desk.publish(checked)
    assert reasons(desk.check()) == []
    desk.decide(desk.check())
    assert reasons(desk.check()) == []


# Tampering


def change(checked: Checked, file: str, how: Callable[[dict[str, Any]], object]) -> None:
    path = checked.run.folder / file
    data = package_made.told(path)
    how(data)
    path.write_bytes(readable(data))


def relink(folder: Path) -> None:
    """Make every later record name the earlier ones as they are now, as a careful forger would."""
    run = package_made.told(folder / "run.json")
    before: tuple[str, str] | None = None
    for file in STAGE_FILES.values():
        record = package_made.told(folder / file)
        if before is not None:
            record["made_from"][before[0]] = before[1]
        (folder / file).write_bytes(readable(record))
        before = (file.removesuffix(".json"), file_digest(folder / file))
        run["records"][before[0]] = before[1]
    run["accounts"] = {account: file_digest(folder / account) for account in ACCOUNTS}
    (folder / "run.json").write_bytes(readable(run))


def reseal(folder: Path) -> None:
    """Make a package's list of checksums that of its files as they are now, and the run's record that list's."""
    package = folder / "package"
    (package / "SHA256SUMS").write_bytes(sums(package))
    record = package_made.told(folder / "package.json")
    record["sums"] = file_digest(package / "SHA256SUMS")
    (folder / "package.json").write_bytes(readable(record))
    relink(folder)


def open_gate(desk: Desk) -> Checked:
    checked = desk.check(findings=[Finding("ethics.accepted-unused", Severity.NOTE, Stage.ETHICS)])
    desk.decide(checked)
    assert reasons(checked) == []
    return checked


FILES = (
    *STAGE_FILES.values(),
    *ACCOUNTS,
    "package/datapackage.json",
    "package/release.json",
    "package/ethics.json",
    "package/notes.cy.html",
    "package/data/rough-sleepers.csv",
    "package/codes/areas-1.csv",
    "package/schemas/shelters.json",
    "package/SHA256SUMS",
)


def test_a_changed_byte_in_any_file_closes_the_gate(desk: Desk) -> None:
    checked = open_gate(desk)
    for file in FILES:
        path = checked.run.folder / file
        data = path.read_bytes()
        path.write_bytes(data + b"\n")
        assert set(reasons(desk.check())) == {"broken"}, file
        path.write_bytes(data)
        assert reasons(desk.check()) == []


def test_a_missing_file_closes_the_gate(desk: Desk) -> None:
    checked = open_gate(desk)
    for file in (*FILES, "run.json"):
        path = checked.run.folder / file
        data = path.read_bytes()
        path.unlink()
        if file == "run.json" or file in STAGE_FILES.values():
            with pytest.raises(GateClosed) as caught:
                desk.check()
            assert caught.value.code == "gate.no-run"
        else:
            assert set(reasons(desk.check())) == {"broken"}, file
        path.write_bytes(data)


def test_a_file_too_many_in_the_package_closes_the_gate(desk: Desk) -> None:
    checked = open_gate(desk)
    (checked.run.folder / "package" / "data" / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    assert reasons(desk.check()) == ["broken"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"{}", b'"x"', b"\xff", b'{"records": {}}'])
def test_a_record_that_tells_nothing_opens_nothing(desk: Desk, data: bytes) -> None:
    checked = open_gate(desk)
    for file in ("run.json", *STAGE_FILES.values()):
        path = checked.run.folder / file
        before = path.read_bytes()
        path.write_bytes(data)
        run = open_run(checked.run.folder)
        # Where what it must tell stands in other records, the gate sees the change.
        assert run is None or set(reasons(desk.check())) == {"broken"}, file
        path.write_bytes(before)


def _findings_gone(folder: Path) -> None:
    record = package_made.told(folder / "ethics.json")
    record["findings"] = []
    (folder / "ethics.json").write_bytes(readable(record))


def _other_table(folder: Path) -> None:
    table = folder / "package" / "data" / "rough-sleepers.csv"
    table.write_bytes(table.read_bytes().replace(b"2026-01,10,", b"2026-01,3,"))
    reseal(folder)


def _other_notes(folder: Path) -> None:
    (folder / "package" / "notes.cy.html").write_text("<title>Arall</title>", encoding="utf-8")


def _foreign_package(folder: Path) -> None:
    shutil.rmtree(folder / "package")
    package_made.made(folder / "package", count="99")
    reseal(folder)


def _foreign_source(folder: Path) -> None:
    record = package_made.told(folder / "source.json")
    record["resources"][0]["source"] = digest(b"another file")
    (folder / "source.json").write_bytes(readable(record))
    relink(folder)


def _judged_another_table(folder: Path) -> None:
    ethics, package = (package_made.told(folder / file) for file in ("ethics.json", "package.json"))
    ethics["resources"][0] |= {"table": digest(b"another table")}
    package["made_from"] |= {"table/rough-sleepers": digest(b"another table")}
    (folder / "ethics.json").write_bytes(readable(ethics))
    (folder / "package.json").write_bytes(readable(package))
    relink(folder)


def _skipped_table(folder: Path) -> None:
    record = package_made.told(folder / "protection.json")
    record["made_from"]["table/shelters"] = digest(b"another table")
    (folder / "protection.json").write_bytes(readable(record))
    relink(folder)


def _other_inputs(folder: Path) -> None:
    run = package_made.told(folder / "run.json")
    run["inputs"]["recipe"] = digest(b"another recipe")
    (folder / "run.json").write_bytes(readable(run))


def _other_id(folder: Path) -> None:
    run = package_made.told(folder / "run.json")
    run["id"] = "0" * 16
    (folder / "run.json").write_bytes(readable(run))


@pytest.mark.parametrize(
    ("forge", "file"),
    [
        (_findings_gone, "ethics.json"),
        (_other_table, "package"),
        (_other_notes, "package"),
        (_foreign_package, "package"),
        (_foreign_source, "source.json"),
        (_skipped_table, "protection.json"),
        (_judged_another_table, "package"),
        (_other_inputs, "run.json"),
        (_other_id, "run.json"),
    ],
)
def test_a_forged_link_is_found(desk: Desk, forge: Callable[[Path], None], file: str) -> None:
    checked = open_gate(desk)
    forge(checked.run.folder)
    again = desk.check()
    assert [reason.facts["file"] for reason in again.judgement.reasons] == [file]
    assert set(reasons(again)) == {"broken"}


def test_the_run_of_other_inputs_does_not_stand_in(desk: Desk) -> None:
    checked = open_gate(desk)
    other = desk.run_folder(desk.inputs(salt="other"))
    shutil.copytree(checked.run.folder, other)
    again = desk.check(salt="other")
    assert [reason.facts["file"] for reason in again.judgement.reasons] == ["run.json"]


def test_a_broken_run_is_told_before_anything_else(desk: Desk) -> None:
    checked = desk.check(findings=[Finding("validation.required", Severity.BLOCKING, Stage.VALIDATE)])
    change(checked, "validation.json", lambda record: record.update(findings=[]))
    assert reasons(desk.check()) == ["broken"]


def test_a_run_from_before_another_release_closes_the_gate(desk: Desk) -> None:
    """It does not tell what changed since that release; checked again, it does."""
    early, other = open_gate(desk), desk.check("11")
    desk.decide(other)
    desk.publish(other)
    with pytest.raises(GateClosed) as caught:
        found(early.inputs)
    assert caught.value.code == "gate.released-since"
    assert reasons(desk.check()) == ["spent"]


# Status


def test_what_a_check_tells_as_json(desk: Desk) -> None:
    checked = desk.check(findings=[advisory()])
    desk.decide(checked)
    told = desk.check().to_json()
    assert told.keys() == {"dataset", "run", "content_hash", "gate", "reasons", "findings"}
    assert (told["gate"], told["content_hash"]) == ("closed", checked.run.content)
    # What the finding is called does not take the place of what the reason is called.
    assert told["reasons"] == [
        {"code": "unaccepted", "finding": "personal-data.name-heading", "field": "name"}
    ]
    assert [finding["code"] for finding in told["findings"]] == ["personal-data.name-heading"]


def test_where_a_dataset_stands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = desk.check()
    monkeypatch.setattr("agored.status.read_inputs", lambda workspace, name: checked.inputs)

    def state() -> tuple[str, str | None]:
        (status,) = statuses(desk.workspace)
        assert status.dataset == DATASET
        assert status.to_json()["state"] == status.state
        return status.state, status.release

    assert state() == ("waiting", None)
    desk.decide(checked)
    assert state() == ("ready", None)
    desk.publish(checked)
    release = latest(desk.releases)
    assert release is not None
    assert state() == ("published", release.name)
    receipt = checked.run.folder / "publish" / "catalogue" / "receipt.json"
    for data in (b"{", b"[]", b"{}"):
        receipt.write_bytes(data)
        assert state() == ("unfinished", release.name)
    (checked.run.folder / "run.json").unlink()
    assert state() == ("unchecked", release.name)
    (desk.decisions / "x.yaml").write_text("a: b", encoding="utf-8")
    shutil.rmtree(checked.run.folder)
    assert state() == ("unchecked", release.name)
    (release.folder / "decision.json").unlink()
    (status,) = statuses(desk.workspace)
    assert (status.state, status.to_json()["error"]) == ("broken", "store.unreadable")
    assert all(status.reasons(language) for language in LANGUAGES)


def test_every_sentence_of_the_gate_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    known = {code.removeprefix("error.gate.") for code in catalogue("en") if code.startswith("error.gate.")}
    said = {code for code in known if f'"{code}"' in source or f'"gate.{code}"' in source}
    assert known - said == set()
