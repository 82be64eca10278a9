"""Commands that are killed: the release before is served whole, and the same command then finishes the work.

What happens at each single step of writing is tested in tests/unit; here whole commands die, kernels and all.
"""

from __future__ import annotations

import functools
import operator
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from endtoend_made import DATASET, IDENTITY, Commands, Story, contents

from agored.package.verify import verify_folder

KILLS = 10
SEED = 20261123  # the same moments each time, as far as a machine's speed allows


def content_now(agored: Commands) -> str:
    """The content that ``latest`` serves, verified whole."""
    return verify_folder(agored.published / "latest").content_hash


def killed(agored: Commands, *command: str, when: Callable[[float], bool]) -> bool:
    """Start a command and kill it at once when ``when`` says so, told the seconds since its start; whether it was
    still running then."""
    started = time.monotonic()
    with agored.start(*command) as process:
        while process.poll() is None and not when(time.monotonic() - started):
            time.sleep(0.01)
        alive = process.poll() is None
        if alive:
            process.kill()
        process.communicate(timeout=60)
    return alive and process.returncode == -signal.SIGKILL


def kernels_of(folder: Path) -> list[str]:
    """The command lines of the kernels that work in ``folder``."""
    done = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True)
    found = []
    for line in done.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        try:
            if "ipykernel_launcher" in command and Path(f"/proc/{pid}/cwd").readlink() == folder:
                found.append(command)
        except OSError:
            continue
    return found


def wait_until(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether ``true`` becomes so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return true()


def test_publishing_that_is_killed_loses_nothing(story: Story, tmp_path: Path) -> None:
    agored = story.corrected.copied(tmp_path / "w")
    old, new = (story.said[step].json["content_hash"] for step in ("check", "check changed"))
    assert content_now(agored) == old
    chance = random.Random(SEED)
    whole = _duration(story, tmp_path)
    times = 0
    for number in range(KILLS):
        moment = whole * (number + chance.random()) / KILLS
        times += killed(agored, "publish", DATASET, "--apply", when=functools.partial(operator.le, moment))
        assert content_now(agored) in (old, new), f"killed after {moment:.2f} s"
        assert (agored.portal / "index.html").is_file()
    assert times >= KILLS // 2, "most were really killed"
    said = agored("publish", DATASET, "--apply", "--json")
    assert said.code == 0, said.err
    assert content_now(agored) == new
    assert contents(agored.portal) == contents(story.now.portal), "as if nothing had happened"
    assert contents(agored.folder / "releases") == contents(story.now.folder / "releases")


def _duration(story: Story, folder: Path) -> float:
    """How long the command takes on this machine as it is now, in seconds."""
    agored = story.corrected.copied(folder / "timed")
    started = time.monotonic()
    assert agored("publish", DATASET, "--apply").code == 0
    return time.monotonic() - started


STOPS = {
    "while the kernel works": "protection.json",
    "when the package is made": "package.json",
    "while pages are written": "account.cy.html",
}


def _there(file: Path, passed: float) -> bool:
    return file.is_file()


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="it looks for kernels in /proc")
def test_a_run_that_is_killed_starts_anew(story: Story, tmp_path: Path) -> None:
    """The whole command for a second release, killed at three points of its check."""
    agored = story.corrected.copied(tmp_path / "w")
    old, new = (story.said[step].json["content_hash"] for step in ("check", "check changed"))
    run = story.said["check changed"].json["run"]
    runs = agored.folder / "runs" / IDENTITY
    for path in sorted((runs / run).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (runs / run).rmdir()
    for file in STOPS.values():
        mark = runs / f"{run}.partial" / file
        mark.unlink(missing_ok=True)  # of the time before
        assert killed(agored, "run", DATASET, when=functools.partial(_there, mark)), file
        assert not (runs / run).exists(), "what is half made is not called a run"
        assert content_now(agored) == old
        assert wait_until(lambda: not kernels_of(agored.folder)), "a kernel does not outlive its command"
    said = agored("run", DATASET, "--json")
    assert said.code == 0, said.err
    assert content_now(agored) == new
    assert not list(runs.glob("*.partial"))
    assert contents(agored.portal) == contents(story.now.portal)


def test_a_command_that_is_interrupted_says_so(story: Story, tmp_path: Path) -> None:
    """Ctrl+C is no bug: no traceback, and the lock is free for the next command."""
    agored = story.waiting.copied(tmp_path / "w")
    agored.change_source("Powys", 25)
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background may ignore it
    try:
        with agored.start("check", DATASET) as process:
            assert wait_until(lambda: bool(kernels_of(agored.folder)))
            os.kill(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=60)
    finally:
        signal.signal(signal.SIGINT, ours)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "Stopped."
    assert wait_until(lambda: not kernels_of(agored.folder))
