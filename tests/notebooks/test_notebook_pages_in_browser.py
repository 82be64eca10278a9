"""The pages as a browser shows them: no request, no script, nothing that axe finds, reachable with the keyboard."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_notebooks import notebook_of

from agored.execute import report
from agored.findings import Finding, Severity, Stage
from agored.spread import spread_of
from agored.spread_view import spread_view
from agored.table import Table
from agored.views import (
    Action,
    PlanStep,
    View,
    counts_view,
    facts_view,
    findings_view,
    note_view,
    plan_view,
    together,
)
from agored.words import Bilingual, say

FINDINGS = [
    Finding("read.header-moved", Severity.BLOCKING, Stage.READ, detail={"found": "4", "declared": "3"}),
    Finding(
        "read.short-rows", Severity.ADVISORY, Stage.READ, "a", "b", "C17", tuple(range(90, 100)), 2310, 9999
    ),
    Finding("read.rows-after", Severity.NOTE, Stage.READ, "a", count=3),
    *(
        Finding(
            f"validation.{code}",
            Severity.BLOCKING,
            Stage.VALIDATE,
            "a",
            field,
            f'C{first} · "{field}"',
            tuple(range(first, first + 20, 2)),
            count,
            400,
            {"pattern": "W.*", "allowed": "W1"},
        )
        for code, field, first, count in [
            ("type-integer", "count", 2, 400),
            ("not-one-of", "area_code", 5, 40),
            ("pattern", "area_code", 5, 40),
            ("type-integer", "places", 7, 30),
            ("type-integer", "rooms", 9, 20),
        ]
    ),
]
FAULTS = {("type-integer", "count"): list(range(400)), ("pattern", "area_code"): list(range(300, 340))}
TABLE = Table.of({"count": ["1"] * 400, "area_code": ["x"] * 400})


def _output(view: View) -> dict[str, Any]:
    bundle, about = view._repr_mimebundle_()
    return {"output_type": "display_data", "data": bundle, "metadata": about}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all four pages of a notebook that shows every kind of view."""
    folder = tmp_path_factory.mktemp("pages")
    notebook = notebook_of(
        ("md-cy", "## Darllen y ffeil\n\n- un\n- dau", ["lang-cy"]),
        ("md-en", "## Read the file\n\n1. one\n2. two with `code` and [a link](#main)", ["lang-en"]),
        ("read", "reading = run.read(" + "'a long line', " * 30 + ")\nreading", []),
        ("md-empty-cy", "## Moeseg", ["lang-cy"]),
        ("md-empty-en", "## Ethics", ["lang-en"]),
        ("ethics", "run.ethics()", []),
        ("read-officer", "reading.officer", ["officer"]),
        ("plan", "run.plan()", ["officer"]),
    )
    facts = facts_view("view.stage.read", [("view.rows", 2310), ("view.code", "sha256:" + "ab" * 32)], "cy")
    steps = [PlanStep(Action.ADD, "data/a.csv", "", "12 kB"), PlanStep(Action.KEEP, "b")]
    plot = spread_view(spread_of("a", TABLE, FAULTS), "cy")
    assert plot is not None
    shows = {
        "read": together(facts, counts_view(FINDINGS, "cy")),
        "ethics": note_view("view.no-problems", "cy"),
        "read-officer": together(findings_view(FINDINGS, "cy"), plot),
        "plan": plan_view("main", steps, "cy"),
    }
    for cell in notebook["cells"]:
        if cell["id"] in shows:
            cell["outputs"] = [_output(shows[cell["id"]])]
    path = folder / "prepare.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    for name, audience in (("report", "officer"), ("account", "public")):
        for language in ("cy", "en"):
            title = Bilingual("Cysgu allan", "Rough sleeping")
            page = report(path, language, audience, title=title, public_hashes=["ab" * 32])
            (folder / f"{name}.{language}.html").write_text(page, encoding="utf-8")
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

    options = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()


NAMES = [f"{name}.{language}.html" for name in ("report", "account") for language in ("cy", "en")]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing_and_axe_finds_nothing(pages: Path, page: Any, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    requests: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((pages / name).as_uri())
    assert requests == [(pages / name).as_uri()]
    assert problems == []
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    # axe is put into the page by the test's own hand, past the page's policy.
    results = Axe().run(page, options={"resultTypes": ["violations", "incomplete"]})
    found = [
        (violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in results.response["violations"]
    ]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("name", NAMES)
def test_the_other_language_and_wide_tables_are_reached_with_the_keyboard(
    pages: Path, page: Any, name: str
) -> None:
    page.goto((pages / name).as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    wide = page.locator(".wide").first
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    wide.focus()
    before = wide.evaluate("one => one.scrollLeft")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=wide.element_handle())
    assert before == 0
    link = page.get_by_role("navigation").get_by_role("link")
    link.focus()
    page.keyboard.press("Enter")
    other = name.replace(".cy.", ".xx.").replace(".en.", ".cy.").replace(".xx.", ".en.")
    page.wait_for_url((pages / other).as_uri())
    assert page.evaluate("document.documentElement.lang") == other.split(".")[1]


@pytest.mark.parametrize("language", ["cy", "en"])
def test_the_plot_is_drawn_and_named(pages: Path, page: Any, language: str) -> None:
    page.goto((pages / f"report.{language}.html").as_uri())
    plot = page.get_by_role("img", name=say("view.spread.image", language))
    assert plot.evaluate("one => one.complete && one.naturalWidth > 0")
    assert plot.evaluate("one => one.width == one.naturalWidth")  # it scrolls, and does not shrink
    table = page.get_by_role("table", name=say("view.spread.table", language))
    assert table.get_by_role("rowheader").all_inner_texts() == ["count", "area_code"]
    found = page.get_by_role("table", name=say("view.severity.blocking", language), exact=True)
    assert found.get_by_role("columnheader").count() == 3
