"""What changed since the last release, in a real browser: axe finds nothing wrong with a change of every kind."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

import catalogue_made as made
from since_made import rich

from agored.records import readable
from agored.site import render
from agored.words import LANGUAGES

DATASET = "cyngor-enghraifft/rough-sleepers"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portal")
    made.catalogue(folder)
    (folder / "data" / DATASET / "latest" / "since.json").write_bytes(readable(rich()))
    render(folder, made.SETTINGS)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        reason = "no Chromium here: run scripts/system-packages"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_what_changed(portal: Path, browser: Any, language: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # axe is itself a script, which the page's own policy would not allow.
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto((portal / language / DATASET / "index.html").as_uri())
    assert page.locator("#since").is_visible()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    # Nothing but a table, which scrolls by itself, is wider than the screen.
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
