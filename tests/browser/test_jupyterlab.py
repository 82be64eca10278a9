"""An officer's session in the real JupyterLab: open the notebook, choose Run All Cells, read what was found."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agored.words import say

ROOT = Path(__file__).resolve().parents[2]
DATASET = "principal-areas"
CANARY = "kanari-4Hd8sKq2Wz7Rb1Ny6Tm"
"""Stands for a portal's token, which no kernel in JupyterLab may be given."""

NEWS = "/lab/api/news"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab and what its page asked for."""

    process: subprocess.Popen[bytes]
    address: str
    token: str
    workspace: Path
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        reason = "no Chromium here: run scripts/system-packages"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    options = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=options)
        yield chromium
        chromium.close()


def make_workspace(folder: Path) -> Path:
    """Two of the examples: which one is meant must be said."""
    for name in (DATASET, "rough-sleepers"):
        shutil.copytree(ROOT / "datasets" / name, folder / "datasets" / name)
    shutil.copyfile(ROOT / "agored.toml", folder / "agored.toml")
    return folder


@contextmanager
def running(folder: Path, *arguments: str, **more: str) -> Iterator[Lab]:
    """``agored lab`` for a new user, on a port of its own; ended by its process id."""
    workspace = make_workspace(folder / "gweithle")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    runtime = folder / "runtime"
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("AGORED_", "JUPYTER_"))}
    environment = kept | {
        "HOME": str(folder),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "AGORED_TOKEN_MAIN": CANARY,
        **more,
    }
    options = ["--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if os.geteuid() == 0:
        options.append("--allow-root")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "agored.cli", "lab", *arguments, "--", *options],
            cwd=workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        told = runtime / f"jpserver-{process.pid}.json"  # the command became the server: the same process
        end = time.monotonic() + 90
        while not told.is_file():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.1)
        server = json.loads(told.read_text())
        yield Lab(process, server["url"], server["token"], workspace)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def kernels(server: int) -> list[int]:
    """The process ids of the server's kernels."""
    done = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(server)], capture_output=True, text=True, check=False
    )
    return [int(line.split()[0]) for line in done.stdout.splitlines() if "ipykernel_launcher" in line]


@contextmanager
def page_of(browser: Any, lab: Lab) -> Iterator[Any]:
    """The page on which JupyterLab opens by itself: the notebook."""
    context = browser.new_context(viewport={"width": 1280, "height": 2400})
    page = context.new_page()
    page.on("request", lambda request: lab.asked.append(request.url))
    page.goto(f"{lab.address}?token={lab.token}", timeout=90_000)
    try:
        yield page
    finally:
        context.close()


def run_all(page: Any) -> None:
    """Choose Run, Run All Cells in the menu, as the notebook says."""
    # Earlier than this, JupyterLab asks which Python is meant.
    page.locator("#jp-main-statusbar", has_text="| Idle").wait_for(timeout=90_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def summary(page: Any, text: str) -> Any:
    """The output that holds ``text``, when it is there."""
    output = page.locator(".jp-OutputArea-output", has_text=text)
    output.first.wait_for(timeout=150_000)
    return output.first


def content_of(workspace: Path) -> str:
    """The first digits of the content that the session packaged."""
    (session,) = (workspace / "runs").rglob("*.session")
    assert (session / "package" / "datapackage.json").is_file()
    content: str = json.loads((session / "package.json").read_bytes())["content_hash"]
    return content.removeprefix("sha256:")[:8]


def ready(language: str) -> str:
    """What the notebook's last cell says when nothing stops publishing, up to the content's hash."""
    whole = say("run.ready", language, dataset=DATASET, content="#")
    return whole.split("#")[0].strip()


@pytest.mark.parametrize("language", ["cy", "en"])
def test_run_all_shows_what_was_found(browser: Any, tmp_path: Path, language: str) -> None:
    """The dataset is typed into the first cell in the Welsh session, and named outside in the English one."""
    named = {"AGORED_DATASET": DATASET} if language == "en" else {}
    with running(tmp_path, "--language", language, **named) as lab, page_of(browser, lab) as page:
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=90_000)
        if not named:
            cell = page.locator(".jp-CodeCell .cm-content", has_text="dataset: str").first
            cell.click()
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(f'dataset: str = "{DATASET}"\nworkspace: str = ""\nlanguage: str = ""')
        run_all(page)
        shown = summary(page, ready(language)).inner_text()
        assert content_of(lab.workspace) in shown
        other = "en" if language == "cy" else "cy"
        assert ready(other) not in page.locator(".jp-Notebook").inner_text()
        assert (
            page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count()
            == 0
        )

        assert "Jupyter news" not in page.locator("body").inner_text()
        assert not [address for address in lab.asked if NEWS in address]
        elsewhere = [
            address for address in lab.asked if not address.startswith((lab.address, "data:", "blob:"))
        ]
        assert elsewhere == [], "nothing is asked of any other machine"
        _no_token(lab)


def _no_token(lab: Lab) -> None:
    """Neither the server nor a kernel knows a portal's token."""
    if not Path("/proc/self/environ").exists():
        return
    found = kernels(lab.process.pid)
    assert found
    for process in (lab.process.pid, *found):
        environment = Path(f"/proc/{process}/environ").read_bytes()
        assert b"AGORED_WORKSPACE=" in environment
        assert b"AGORED_TOKEN_" not in environment
        assert CANARY.encode() not in environment


def test_a_mistake_is_told_in_the_officers_language(browser: Any, tmp_path: Path) -> None:
    """Without a dataset's name, where there are two: a sentence that says what to do, and no traceback."""
    with running(tmp_path, "--language", "cy") as lab, page_of(browser, lab) as page:
        run_all(page)
        output = page.locator(
            ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error'], .jp-RenderedText"
        )
        output.filter(has_text=DATASET).first.wait_for(timeout=90_000)
        shown = page.locator(".jp-Notebook .jp-OutputArea-output").all_inner_texts()
        assert say("error.run.which-dataset", "cy", datasets=f"{DATASET}, rough-sleepers") in "\n".join(shown)
        assert "Traceback" not in "\n".join(shown)
