"""The catalogue in a real browser: no violation that axe finds, no request elsewhere, no script, small screens."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

import catalogue_made as made

from agored.site import render
from agored.words import LANGUAGES

DATASET = "cyngor-enghraifft/rough-sleepers"
PAGES = [
    "index.html",
    *(f"{language}/index.html" for language in LANGUAGES),
    *(f"{language}/{DATASET}/index.html" for language in LANGUAGES),
    *(f"data/{DATASET}/latest/package/notes.{language}.html" for language in LANGUAGES),
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portal")
    made.catalogue(folder)
    render(folder, made.SETTINGS)
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(portal: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(portal)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        reason = "no Chromium here: run scripts/system-packages"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=options)
        yield chromium
        chromium.close()


@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(address: str, browser: Any, name: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # axe is itself a script, which the page's own policy would not allow.
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}/{name}")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    if width == 1200:  # on a small screen axe cannot see what a wide table has scrolled out of sight
        assert [each["id"] for each in found["incomplete"]] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_other_host_and_needs_no_script(address: str, browser: Any, name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    requests: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.goto(f"{address}/{name}")
    heading = page.locator("h1").inner_text()
    styled = page.locator("header").evaluate("each => getComputedStyle(each).backgroundColor")
    context.close()
    assert [url for url in requests if not url.startswith("data:")] == [f"{address}/{name}"]
    assert problems == []
    assert heading
    assert styled == "rgb(0, 84, 60)"  # the page's policy lets its own style in


@pytest.mark.parametrize("name", PAGES)
def test_a_small_screen_scrolls_one_way_only(portal: Path, browser: Any, name: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto((portal / name).as_uri())  # straight from the folder, without any server
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= 320


def test_a_reader_goes_from_the_entry_to_the_data_and_to_the_other_language(
    address: str, browser: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/")
    page.get_by_role("link", name="Gweld y setiau data").click()
    page.get_by_role("link", name="Cysgu allan").click()
    assert page.locator("h1").inner_text() == "Cysgu allan"
    with page.expect_download() as download:
        page.get_by_role("link", name="Lawrlwytho popeth", exact=False).first.click()
    assert download.value.suggested_filename == "package.zip"
    page.get_by_role("link", name="English", exact=True).click()
    assert page.locator("h1").inner_text() == "Rough sleeping"
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    context.close()
    assert skip == "#main"


def tab_to(page: Any, text: str) -> None:
    """Press Tab until the element that begins with ``text`` has the focus, as everybody can see."""
    met = []
    for _ in range(80):
        page.keyboard.press("Tab")
        met.append(str(page.evaluate("document.activeElement.innerText")).strip())
        if met[-1].startswith(text):
            style = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement);"
                " return [s.outlineStyle, parseFloat(s.outlineWidth)] })()"
            )
            assert style[0] != "none"
            assert style[1] >= 2
            return
    raise AssertionError(f"{text} is not reached: {met}")


def test_the_keyboard_alone_leads_from_the_entry_to_the_data_and_to_the_other_language(
    address: str, browser: Any
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/")
    for link in ("Gweld y setiau data", "Cysgu allan"):
        tab_to(page, link)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Cysgu allan"
    tab_to(page, "Codau")  # what opens and closes does so by the keyboard too
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('details').open")
    page.reload()
    tab_to(page, "English")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Rough sleeping"
    tab_to(page, "Download everything")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "package.zip"
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_link_is_reached_with_tab_in_the_order_of_the_page(
    address: str, browser: Any, name: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/{name}")
    wanted = page.evaluate(
        "window.stops = [...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')]"
        ".filter(each => each.checkVisibility()); window.stops.length"
    )
    met = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        met.append(page.evaluate("window.stops.indexOf(document.activeElement)"))
    context.close()
    assert wanted
    assert met == list(range(wanted))
