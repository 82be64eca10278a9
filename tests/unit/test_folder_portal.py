"""The built-in catalogue: what it holds, how it changes, and that a crash at any step loses nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import package_made
import pytest
from crashes import ALL, MOVES, Crash, dies_after
from run_made import RECIPE, Desk, bytes_of

from agored import swap
from agored.errors import PortalError
from agored.package.files import sums
from agored.publish import make_plan, publish
from agored.publish.clients import client_for
from agored.publish.folder import FolderPortal
from agored.records import readable
from agored.store import Release
from agored.views import Action
from agored.workspace import Portal

DATASET = "x/y"
FIRST, SECOND, THIRD = "2026-03-01-aaaaaaaa", "2026-03-01-00000000", "2026-03-02-bbbbbbbb"


def kept(store: Path, name: str, previous: str | None = None) -> Release:
    """A small release in a store."""
    folder = store / name
    (folder / "package" / "data").mkdir(parents=True)
    decision = {"release": name, "previous": previous, "content": f"sha256:{name}", "dataset": DATASET}
    (folder / "decision.json").write_bytes(readable(decision))
    (folder / "package" / "data" / "a.csv").write_text(f"a\n{name}\n", encoding="utf-8")
    (folder / "SHA256SUMS").write_bytes(sums(folder))
    return Release(folder, decision)


@pytest.fixture
def portal(tmp_path: Path) -> FolderPortal:
    client = client_for(Portal("catalogue", "folder", "https://x.wales/", tmp_path / "portal"))
    assert isinstance(client, FolderPortal)
    return client


@pytest.fixture
def releases(tmp_path: Path) -> tuple[Release, Release, Release]:
    store = tmp_path / "store"
    return kept(store, FIRST), kept(store, SECOND, FIRST), kept(store, THIRD, SECOND)


def place(portal: FolderPortal) -> Path:
    return portal.folder / "data" / DATASET


def latest(portal: FolderPortal) -> dict[str, bytes]:
    return bytes_of(place(portal) / "latest")


# Plans


def test_a_portal_without_the_dataset_holds_nothing(portal: FolderPortal) -> None:
    assert portal.releases(DATASET) == ()
    assert portal.current(DATASET) == {}


def test_the_first_release_is_added_whole(
    portal: FolderPortal, releases: tuple[Release, Release, Release]
) -> None:
    plan = make_plan(portal, releases[0], (FIRST,))
    assert {step.action for step in plan.steps} == {Action.ADD}
    assert [str(step.subject) for step in plan.steps] == sorted(
        f"file/{folder}/{name}"
        for folder in (FIRST, "latest")
        for name in ("SHA256SUMS", "decision.json", "package/data/a.csv")
    )
    assert not portal.folder.exists()
    receipt = publish(portal, plan)
    assert (receipt["changed"], receipt["verified"], receipt["release"]) == (6, 6, FIRST)
    assert latest(portal) == bytes_of(place(portal) / FIRST) == bytes_of(releases[0].folder)


def test_the_next_release_changes_latest_and_removes_nothing(
    portal: FolderPortal, releases: tuple[Release, Release, Release]
) -> None:
    first, second, _ = releases
    portal.apply(first)
    before = bytes_of(place(portal) / FIRST)
    plan = make_plan(portal, second, (FIRST, SECOND))
    actions = {str(step.subject): step.action for step in plan.steps}
    assert {action for subject, action in actions.items() if subject.startswith(f"file/{FIRST}/")} == {
        Action.KEEP
    }
    assert {action for subject, action in actions.items() if subject.startswith(f"file/{SECOND}/")} == {
        Action.ADD
    }
    assert actions["file/latest/package/data/a.csv"] is Action.CHANGE
    assert Action.REMOVE not in actions.values()
    publish(portal, plan)
    assert portal.releases(DATASET) == (SECOND, FIRST)  # by date, then by name
    assert bytes_of(place(portal) / FIRST) == before
    assert latest(portal) == bytes_of(second.folder)


def test_nothing_is_changed_twice(portal: FolderPortal, releases: tuple[Release, Release, Release]) -> None:
    publish(portal, make_plan(portal, releases[0], (FIRST,)))
    times = {path: path.stat().st_mtime_ns for path in portal.folder.rglob("*")}
    plan = make_plan(portal, releases[0], (FIRST,))
    assert plan.changes == ()
    assert publish(portal, plan)["changed"] == 0
    assert {path: path.stat().st_mtime_ns for path in portal.folder.rglob("*")} == times


@pytest.mark.parametrize("folder", [FIRST, "latest"])
@pytest.mark.parametrize("spoil", ["changed", "missing", "extra", "decision"])
def test_what_was_changed_on_the_portal_is_put_right(
    portal: FolderPortal, releases: tuple[Release, Release, Release], folder: str, spoil: str
) -> None:
    first = releases[0]
    portal.apply(first)
    spoilt = place(portal) / folder
    if spoil == "changed":
        (spoilt / "package" / "data" / "a.csv").write_text("a\nb\n", encoding="utf-8")
    elif spoil == "missing":
        (spoilt / "package" / "data" / "a.csv").unlink()
    elif spoil == "extra":
        (spoilt / "package" / "extra.csv").write_text("x", encoding="utf-8")
    else:
        data = (spoilt / "decision.json").read_bytes().replace(b"sha256:", b"sha257:")
        (spoilt / "decision.json").write_bytes(data)
    plan = make_plan(portal, first, (FIRST,))
    assert [str(step.subject).split("/")[1] for step in plan.changes] == [folder]
    publish(portal, plan)
    assert latest(portal) == bytes_of(place(portal) / FIRST) == bytes_of(first.folder)
    assert sorted(path.name for path in place(portal).iterdir()) == [FIRST, "latest"]


def test_a_release_that_the_store_lacks_stops(
    portal: FolderPortal, releases: tuple[Release, Release, Release]
) -> None:
    first, second, third = releases
    for each in (first, second):
        portal.apply(each)
    before = bytes_of(portal.folder)
    with pytest.raises(PortalError) as caught:
        make_plan(portal, third, (FIRST, THIRD))
    assert caught.value.code == "publish.store-lacks"
    assert caught.value.facts["releases"] == SECOND
    assert bytes_of(portal.folder) == before


def test_a_portal_that_does_not_keep_what_it_is_given_is_not_called_published(
    portal: FolderPortal, releases: tuple[Release, Release, Release]
) -> None:
    class Forgetful(FolderPortal):
        def apply(self, release: Release) -> None:
            super().apply(release)
            (place(self) / "latest" / "package" / "data" / "a.csv").write_text("", encoding="utf-8")

    forgetful = Forgetful(portal.portal)
    with pytest.raises(PortalError) as caught:
        publish(forgetful, make_plan(forgetful, releases[0], (FIRST,)))
    assert caught.value.code == "publish.not-verified"
    assert caught.value.facts["subjects"] == "file/latest/package/data/a.csv"


def test_a_portal_need_not_hold_every_release(
    portal: FolderPortal, releases: tuple[Release, Release, Release]
) -> None:
    first, _, third = releases
    names = (FIRST, SECOND, THIRD)
    publish(portal, make_plan(portal, first, names))
    publish(portal, make_plan(portal, third, names))  # the second one failed here
    assert make_plan(portal, third, names).changes == ()
    assert latest(portal) == bytes_of(third.folder)
    shutil.rmtree(portal.folder)
    publish(portal, make_plan(portal, third, names))  # a portal younger than the dataset
    assert portal.releases(DATASET) == (THIRD,)


def test_a_file_in_the_folders_way(portal: FolderPortal, releases: tuple[Release, Release, Release]) -> None:
    portal.folder.mkdir()
    (portal.folder / "data").write_text("", encoding="utf-8")
    with pytest.raises(PortalError) as caught:
        portal.apply(releases[0])
    assert caught.value.code == "portal.folder"
    assert caught.value.message("cy") != caught.value.message("en")


def test_a_release_on_the_portal_that_cannot_be_read_stops(
    portal: FolderPortal, releases: tuple[Release, Release, Release]
) -> None:
    portal.apply(releases[0])
    (place(portal) / FIRST / "decision.json").write_bytes(b"{")
    with pytest.raises(PortalError) as caught:
        make_plan(portal, releases[1], (FIRST, SECOND))
    assert caught.value.code == "store.unreadable"


def test_releases_are_fetched_as_they_are(
    portal: FolderPortal, releases: tuple[Release, Release, Release], tmp_path: Path
) -> None:
    for each in releases[:2]:
        portal.apply(each)
    store = tmp_path / "other"
    shutil.copytree(releases[0].folder, store / FIRST)
    (store / FIRST / "own.txt").write_text("kept", encoding="utf-8")
    portal.fetch(DATASET, store)
    assert bytes_of(store / SECOND) == bytes_of(releases[1].folder)
    assert (store / FIRST / "own.txt").is_file()
    assert sorted(path.name for path in store.iterdir()) == sorted((FIRST, SECOND))


# Crashes


def served(portal: FolderPortal) -> dict[str, bytes]:
    """What readers get, or what the next call puts back first."""
    folder = place(portal)
    return bytes_of(folder / "latest" if (folder / "latest").exists() else folder / ".latest.old")


@pytest.fixture(params=["exchange", "two moves"])
def can_exchange(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the disk can exchange two folders in one step, as tried or as made to be unable."""
    if request.param == "two moves":
        monkeypatch.setattr(swap, "_exchanged", lambda first, second: False)
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
    return swap._exchanged(*folders)


@pytest.mark.parametrize("first_release", [True, False])
def test_a_crash_at_any_step_loses_nothing_and_the_same_call_ends_it(
    portal: FolderPortal,
    releases: tuple[Release, Release, Release],
    first_release: bool,
    can_exchange: bool,
) -> None:
    before, after = releases[:2]
    old, new = bytes_of(before.folder), bytes_of(after.folder)
    steps = crashed = 0
    missing = []
    while True:
        shutil.rmtree(portal.folder, ignore_errors=True)
        if not first_release:
            portal.apply(before)
        try:
            with dies_after(steps, portal.folder, ALL):
                portal.apply(after)
        except Crash:
            crashed += 1
        else:
            break
        if not first_release:
            assert served(portal) in (old, new), steps
            if not (place(portal) / "latest").exists():
                missing.append(steps)
            assert bytes_of(place(portal) / FIRST) == old
        publish(portal, make_plan(portal, after, (FIRST, SECOND)))
        assert latest(portal) == bytes_of(place(portal) / SECOND) == new
        names = [SECOND, "latest"] if first_release else [SECOND, FIRST, "latest"]
        assert sorted(path.name for path in place(portal).iterdir()) == names, steps
        steps += 1
    assert crashed == steps > 20
    assert len(missing) == (0 if first_release or can_exchange else 1)


def test_a_crash_of_the_call_that_puts_right_is_put_right_too(
    portal: FolderPortal, releases: tuple[Release, Release, Release], can_exchange: bool
) -> None:
    before, after = releases[:2]

    def dies(steps: int) -> bool:
        try:
            with dies_after(steps, portal.folder, ALL):
                portal.apply(after)
        except Crash:
            return True
        return False

    def twice(first: int, second: int) -> tuple[bool, bool]:
        shutil.rmtree(portal.folder, ignore_errors=True)
        portal.apply(before)
        died = dies(first), dies(second)
        assert served(portal) in (bytes_of(before.folder), bytes_of(after.folder)), (first, second)
        portal.apply(after)
        assert latest(portal) == bytes_of(after.folder)
        return died

    first, ended = 0, False
    while not ended:
        shutil.rmtree(portal.folder, ignore_errors=True)
        portal.apply(before)
        ended = not dies(first)
        # After a crash between two moves each step of the next call counts; after any other, some do.
        stride = 1 if not (place(portal) / "latest").exists() else 7
        second = 0
        while twice(first, second)[1]:
            second += stride
        first += 1
    assert first > 20


def test_what_a_crash_of_another_release_left_is_cleared_away(
    portal: FolderPortal, releases: tuple[Release, Release, Release]
) -> None:
    portal.apply(releases[0])
    for left in (f".{THIRD}.partial", ".latest.old", ".latest.partial"):
        shutil.copytree(releases[2].folder, place(portal) / left)
    plan = make_plan(portal, releases[0], (FIRST,))
    assert {step.action for step in plan.changes} == {Action.REMOVE}
    publish(portal, plan)
    assert sorted(path.name for path in place(portal).iterdir()) == [FIRST, "latest"]


def test_a_crash_while_publishing_ends_in_the_same_catalogue(tmp_path: Path) -> None:
    def desk(name: str) -> Desk:
        made = Desk.at(tmp_path / name)
        for count in ("10", "11"):
            checked = made.check(count)
            made.decide(checked)
            if count == "10":
                made.publish(checked)
        return made

    straight = desk("straight")
    straight.publish(straight.check("11"))
    wanted = bytes_of(straight.workspace.folder / "catalogue")
    first = package_made.told(next(straight.releases.glob("*/decision.json")))
    steps = 0
    while True:
        crashing = desk(f"crashing-{steps}")
        publication = crashing.publication(crashing.check("11"))
        publication.plan()
        try:
            with dies_after(steps, crashing.workspace.folder, MOVES):
                publication.apply()
        except Crash:
            served = crashing.portal() / "latest" / "decision.json"
            assert not served.exists() or package_made.told(served)["dataset"] == first["dataset"]
        else:
            break
        crashing.publish(crashing.check("11"))
        assert bytes_of(crashing.workspace.folder / "catalogue") == wanted, steps
        assert bytes_of(crashing.releases) == bytes_of(straight.releases)
        steps += 1
    assert steps >= 5
    assert RECIPE.identity == first["dataset"]


def test_of_two_portals_the_other_one_is_finished_by_the_same_call(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path, ("catalogue", "second"))
    checked = desk.check()
    desk.decide(checked)
    second = desk.workspace.portal("second").path
    assert second is not None
    second.write_text("in the way", encoding="utf-8")
    desk.publish(checked)
    with pytest.raises(PortalError):
        desk.publish(checked, "second")
    second.unlink()
    assert desk.publish(checked)["changes"] == []
    desk.publish(checked, "second")
    assert bytes_of(desk.portal("second")) == bytes_of(desk.portal())
