"""The store: releases as they were first rendered, in one chain; what is published comes from it and is it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import package_made
import pytest
from run_made import DAY, RECIPE, Desk, bytes_of

from agored import locks
from agored.decisions import Accepted, Decision
from agored.errors import NotebookError, PortalError
from agored.locks import locked
from agored.package.verify import verify_folder
from agored.publishing import candidate, pull
from agored.recipe import Mailbox
from agored.store import Release, chain, latest, public_decision, release_name, releases
from agored.words import Bilingual, catalogue

CONTENT = "sha256:" + "0123abcd" * 8


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(tmp_path / "desk", ("catalogue", "second"))


def published(desk: Desk, *counts: str, portal: str = "catalogue") -> list[str]:
    """Releases of these contents, each approved and published; their names."""
    names = []
    for count in counts:
        checked = desk.check(count)
        desk.decide(checked)
        desk.publish(desk.check(count), portal)
        release = latest(desk.releases)
        assert release is not None
        names.append(release.name)
    return names


def release(name: str, previous: str | None) -> Release:
    return Release(Path(name), {"release": name, "previous": previous, "content": CONTENT, "dataset": "x/y"})


# The chain


@pytest.mark.parametrize(
    ("found", "order"),
    [
        ([], ""),
        ([("a", None)], "a"),
        ([("c", "b"), ("a", None), ("b", "a")], "abc"),
        ([("a", "b"), ("b", None)], "ba"),
        ([("c", "b"), ("b", "a")], "bc"),  # the first was never given back
    ],
)
def test_releases_follow_each_other(found: list[tuple[str, str | None]], order: str) -> None:
    assert "".join(each.name for each in chain([release(*each) for each in found], "x")) == order


@pytest.mark.parametrize(
    "found",
    [
        [("a", None), ("b", None)],
        [("a", None), ("b", "a"), ("c", "a")],
        [("a", None), ("c", "b")],
        [("a", "b"), ("b", "a")],
        [("a", "a")],
        [("a", None), ("b", "c"), ("c", "b")],
    ],
)
def test_releases_that_do_not_follow_each_other_stop(found: list[tuple[str, str | None]]) -> None:
    with pytest.raises(PortalError) as caught:
        chain([release(*each) for each in found], "toiledau")
    assert (caught.value.code, caught.value.exit_code) == ("store.chain", 13)
    assert "toiledau" in caught.value.message("cy")


def test_names_say_nothing_of_the_order(desk: Desk) -> None:
    names = published(desk, "10", "11", "12")
    assert [each.name for each in releases(desk.releases)] == names
    assert [each.previous for each in releases(desk.releases)] == [None, *names[:-1]]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_only_the_first_may_be_missing(desk: Desk, number: int) -> None:
    names = published(desk, "10", "11", "12")
    shutil.rmtree(desk.releases / names[number])
    if number == 1:
        with pytest.raises(PortalError) as caught:
            releases(desk.releases)
        assert caught.value.code == "store.chain"
    else:
        assert [each.name for each in releases(desk.releases)] == names[:number] + names[number + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "decision.json").unlink(),
        lambda folder: (folder / "decision.json").write_bytes(b"{"),
        lambda folder: (folder / "decision.json").write_bytes(b"[]"),
        lambda folder: (folder / "decision.json").write_bytes(b'{"release": "x"}'),
        lambda folder: folder.rename(folder.with_name("2026-03-01-00000000")),
    ],
)
def test_a_release_that_cannot_be_read_stops(desk: Desk, spoil: Callable[[Path], object]) -> None:
    (name,) = published(desk, "10")
    spoil(desk.releases / name)
    with pytest.raises(PortalError) as caught:
        releases(desk.releases)
    assert caught.value.code == "store.unreadable"
    assert caught.value.message("cy") != caught.value.message("en")


def test_what_is_no_release_is_passed_over(desk: Desk) -> None:
    (name,) = published(desk, "10")
    for other in ("latest", f".{name}.partial", "notes"):
        (desk.releases / other).mkdir()
    (desk.releases / "2026-03-01-0123abcd").write_text("a file", encoding="utf-8")
    assert [each.name for each in releases(desk.releases)] == [name]
    assert releases(desk.releases / "none") == ()


# What a release is


def test_a_release_is_whole_and_public(desk: Desk) -> None:
    checked = desk.check()
    path = desk.decide(checked)
    desk.publish(desk.check())
    kept = latest(desk.releases)
    assert kept is not None
    assert kept.name == release_name(DAY, str(checked.run.content))
    assert verify_folder(kept.folder).content_hash == kept.content == checked.run.content
    sources = checked.run.sources
    assert sources in path.read_text(encoding="utf-8")
    everything = b"".join(bytes_of(desk.releases).values())
    for private in (sources, checked.run.id, *checked.inputs.files.values(), "ystadegau@cyngor"):
        assert private.removeprefix("sha256:").encode() not in everything


def test_the_public_part_of_a_decision() -> None:
    reason = Bilingual("Achos.", "A cause.")
    decision = Decision(
        kind="approval",
        dataset="x/y",
        content=CONTENT,
        by=Mailbox("Rôl", "g@x.wales"),
        date=DAY,
        sources="sha256:" + "f" * 64,
        after="2026-02-01-89abcdef",
        accepts=(Accepted("a.b", None, "name", reason),),
        change="revision",
        reason=reason,
        file="2026-03-01-0123abcd-approval.yaml",
    )
    public = public_decision(decision, "2026-03-01-0123abcd", None)
    assert public == {
        "decision": 1,
        "dataset": "x/y",
        "release": "2026-03-01-0123abcd",
        "previous": None,
        "content": CONTENT,
        "issued": DAY,
        "by": {"role": "Rôl", "mailbox": "g@x.wales"},
        "change": {"kind": "revision", "reason": reason.to_json()},
        "accepts": [{"code": "a.b", "resource": None, "field": "name", "reason": reason.to_json()}],
    }


# One content, one release


def test_approving_again_what_is_current_makes_no_new_release(desk: Desk) -> None:
    (name,) = published(desk, "10")
    before = bytes_of(desk.workspace.folder / "releases"), bytes_of(desk.workspace.folder / "catalogue")
    desk.decide(desk.check(), date="2026-03-02")
    plan = desk.publish(desk.check())
    assert (plan["release"], plan["changes"]) == (name, [])
    after = bytes_of(desk.workspace.folder / "releases"), bytes_of(desk.workspace.folder / "catalogue")
    assert after == before


def test_a_release_keeps_its_first_rendering(desk: Desk) -> None:
    (name,) = published(desk, "10")
    before = bytes_of(desk.releases)
    again = desk.check(salt="a newer Agored")
    account = again.run.folder / "account.cy.html"
    account.write_text("<title>Newydd</title>", encoding="utf-8")
    release = candidate(again, _decision(desk))
    assert (release.name, bytes_of(desk.releases)) == (name, before)


def _decision(desk: Desk) -> Decision:
    decision = desk.check().judgement.decision
    assert decision is not None
    return decision


def test_going_back_the_same_day_makes_a_release_of_its_own(desk: Desk) -> None:
    names = published(desk, "10", "11", "10", "11", "10")
    assert names[2:] == [f"{names[0]}-2", f"{names[1]}-2", f"{names[0]}-3"]
    assert [each.name for each in releases(desk.releases)] == names
    assert latest(desk.portal() / "none") is None
    assert package_made.told(desk.portal() / "latest" / "decision.json")["release"] == names[-1]


def test_a_plan_of_yesterday_is_made_anew(desk: Desk) -> None:
    waiting = desk.check("12")
    desk.decide(waiting)
    desk.publication(waiting).plan()  # the release it plans follows none
    (first,) = published(desk, "10")
    desk.decide(desk.check("12"), change="correction")
    (second,) = published(desk, "12")
    kept = latest(desk.releases)
    assert kept is not None
    assert (kept.name, kept.previous) == (second, first)


@pytest.mark.parametrize("is_stored", [False, True])
def test_a_plan_that_was_overtaken_is_not_applied(desk: Desk, is_stored: bool) -> None:
    checked = desk.check("10")
    desk.decide(checked)
    if is_stored:
        desk.publish(checked)
    waiting = desk.publication(checked)
    waiting.plan()
    (newest,) = published(desk, "11")
    before = bytes_of(desk.workspace.folder / "catalogue"), bytes_of(desk.releases)
    with pytest.raises(PortalError) as caught:
        waiting.apply()
    assert (caught.value.code, caught.value.facts["release"]) == ("store.overtaken", newest)
    assert (bytes_of(desk.workspace.folder / "catalogue"), bytes_of(desk.releases)) == before


def test_a_plan_touches_nothing(desk: Desk) -> None:
    checked = desk.check()
    desk.decide(checked)
    publication = desk.publication(checked)
    view = publication.plan()
    assert view.text.cy != view.text.en
    for folder in (desk.releases, desk.portal()):
        assert not folder.exists()
    assert publication.receipt().text.en == "This was a plan only. Nothing was changed."
    assert not (publication.folder / "receipt.json").exists()


def test_nothing_is_applied_without_a_plan(desk: Desk) -> None:
    checked = desk.check()
    desk.decide(checked)
    with pytest.raises(NotebookError) as caught:
        desk.publication(checked).apply()
    assert caught.value.code == "run.order"


def test_a_changed_release_in_the_store_is_not_published(desk: Desk) -> None:
    (name,) = published(desk, "10")
    table = desk.releases / name / "package" / "data" / "rough-sleepers.csv"
    table.write_bytes(table.read_bytes().replace(b",10,", b",3,"))
    for portal in ("catalogue", "second"):
        with pytest.raises(PortalError) as caught:
            desk.publish(desk.check(), portal)
        assert caught.value.code == "store.changed"
    assert not desk.portal("second").exists()


# Fetching


def test_what_the_store_lacks_is_fetched_before_anything_is_published(desk: Desk) -> None:
    names = published(desk, "10", "11")
    kept = bytes_of(desk.releases)
    shutil.rmtree(desk.releases)
    before = bytes_of(desk.portal())
    desk.decide(desk.check("12"))
    with pytest.raises(PortalError) as caught:
        desk.publish(desk.check("12"))
    assert caught.value.code == "publish.store-lacks"
    assert caught.value.facts["releases"] == ", ".join(sorted(names))
    assert bytes_of(desk.portal()) == before
    portal = desk.workspace.portal("catalogue")
    assert pull(desk.workspace, RECIPE.name, portal) == tuple(names)
    assert bytes_of(desk.releases) == kept
    assert pull(desk.workspace, RECIPE.name, portal) == ()
    published(desk, "12")


def test_a_release_that_is_fetched_broken_is_not_kept(desk: Desk) -> None:
    names = published(desk, "10", "11")
    shutil.rmtree(desk.releases)
    table = desk.portal() / names[1] / "package" / "data" / "rough-sleepers.csv"
    table.write_bytes(table.read_bytes() + b"x")
    for _ in range(2):
        with pytest.raises(PortalError) as caught:
            pull(desk.workspace, RECIPE.name, desk.workspace.portal("catalogue"))
        assert (caught.value.code, caught.value.facts["release"]) == ("publish.pulled-broken", names[1])
        assert not (desk.releases / names[1]).exists()


def test_nothing_is_fetched_where_nothing_was_published(desk: Desk) -> None:
    assert pull(desk.workspace, RECIPE.name, desk.workspace.portal("second")) == ()


# Locks


def test_a_command_waits_for_another_ones_lock_and_tells_who_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.0)
    file = tmp_path / "runs" / ".lock"
    with locked(file, "toiledau"):
        with pytest.raises(NotebookError) as caught, locked(file, "toiledau", NotebookError):
            pytest.fail("two commands hold one lock")
        assert (caught.value.code, caught.value.facts["name"]) == ("run.locked", "toiledau")
    with locked(file, "toiledau"):
        assert file.is_file()


def test_every_sentence_of_the_store_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    known = {code.removeprefix("error.") for code in catalogue("en") if code.startswith("error.store.")}
    assert {code for code in known if f'"{code}"' not in source} == set()
