"""The pages made of an executed notebook, for the officer and for everybody."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tiny_notebooks import Cell, notebook_of

from agored.errors import NotebookError
from agored.execute import report
from agored.execute.page import check_page
from agored.execute.scrub import machine_folders, scrubbed
from agored.findings import Finding, Severity, Stage
from agored.spread import spread_of
from agored.spread_view import spread_view
from agored.table import Table
from agored.views import Audience, View, facts_view, findings_view
from agored.words import Bilingual

TITLE = Bilingual("Cysgu allan <1>", "Rough sleeping <1>")
FINDING = Finding("read.short-rows", Severity.ADVISORY, Stage.READ, "areas", rows=(17, 1018), count=12)
PIXEL = base64.b64encode(b"not looked at").decode()
HASH, OTHER_HASH = "a1" * 32, "b2" * 32

TEXTS: list[Cell] = [
    ("md-about-cy", "# Paratoi", ["lang-cy", "lab"]),
    ("md-about-en", "# Prepare", ["lang-en", "lab"]),
    ("md-read-cy", "## Darllen y ffeil\n\nFel *testun* ŵ.", ["lang-cy"]),
    ("md-read-en", "## Read the file\n\nAs *text*.", ["lang-en"]),
]


def image(alt: Any = None, audience: str = "public") -> dict[str, Any]:
    about: dict[str, Any] = {"agored": {"audience": audience}}
    if alt is not None:
        about["image/png"] = {"alt": alt}
    return {"output_type": "display_data", "data": {"image/png": PIXEL}, "metadata": about}


def output(view: View) -> dict[str, Any]:
    bundle, about = view._repr_mimebundle_()
    return {"output_type": "display_data", "data": bundle, "metadata": about}


@pytest.fixture
def executed(tmp_path: Path) -> Any:
    """Writes an executed notebook; ``shows`` gives a cell's outputs by its id."""

    def write(*cells: Cell, **shows: list[dict[str, Any]]) -> Path:
        data = notebook_of(
            ("injected", "# Parameters\ndataset = 'x'", ["injected-parameters"]), *TEXTS, *cells
        )
        for cell in data["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = shows.get(cell["id"], [])
        path = tmp_path / "prepare.ipynb"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return write


def public_facts(value: str | int = 2310) -> dict[str, Any]:
    return output(facts_view("view.stage.read", [("view.rows", value)], "cy"))


@pytest.fixture
def usual(executed: Any) -> Path:
    path: Path = executed(
        ("read", "reading = run.read()\n\nreading  # <x>", []),
        ("read-officer", "reading.officer", ["officer"]),
        ("md-next-cy", "## Beth nesaf", ["lang-cy", "officer"]),
        ("summary", "run.summary()", ["officer"]),
        **{
            "read": [public_facts(), {"output_type": "stream", "name": "stdout", "text": "printed"}],
            "read-officer": [output(findings_view([FINDING], "cy"))],
        },
    )
    return path


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("language", ["cy", "en"])
def test_a_page_is_one_language_and_complete_in_itself(
    usual: Path, language: str, audience: Audience
) -> None:
    page = report(usual, language, audience, title=TITLE)
    check_page(page, "prepare.ipynb", language)
    assert page.startswith("<!DOCTYPE html>")
    assert f'<html lang="{language}">' in page
    assert page.count("<h1>") == 1
    assert "default-src 'none'" in page
    assert re.search(r'(?:src|href)="(?:https?:)?//', page) is None
    assert "<script" not in page
    own, others = ("Darllen y ffeil", "Read the file")[:: 1 if language == "cy" else -1]
    assert own in page
    assert others not in page
    assert "printed" not in page
    assert "Paratoi" not in page
    assert "Parameters" not in page
    assert "&lt;1&gt;" in page
    name = {Audience.OFFICER: "report", Audience.PUBLIC: "account"}[audience]
    other = "en" if language == "cy" else "cy"
    assert re.search(rf'<a href="{name}.{other}.html"[^>]* lang="{other}">(English|Cymraeg)</a>', page)
    assert "2,310" in page
    assert page == report(usual, language, audience, title=TITLE)


@pytest.mark.parametrize("language", ["cy", "en"])
def test_what_is_the_officers_is_in_the_report_and_not_in_the_account(usual: Path, language: str) -> None:
    officer = report(usual, language, "officer", title=TITLE)
    public = report(usual, language, "public", title=TITLE)
    assert "1018" in officer
    assert "reading = run.read()\n\nreading  # &lt;x&gt;" in public
    for private in ("1018", "areas", "reading.officer", "run.summary", "Beth nesaf"):
        assert private not in public


def test_an_officers_view_in_a_cell_for_everybody_stops_the_account(executed: Any) -> None:
    path = executed(("read", "reading.officer", []), read=[output(findings_view([FINDING], "cy"))])
    with pytest.raises(NotebookError) as caught:
        report(path, "cy", "public", title=TITLE)
    assert (caught.value.code, caught.value.facts["cell"]) == ("notebook.private-output", "read")
    assert "1018" in report(path, "cy", "officer", title=TITLE)


@pytest.mark.parametrize("language", ["cy", "en"])
def test_the_plot_survives_and_is_in_the_officers_report_alone(executed: Any, language: str) -> None:
    faults = {("required", "area"): [0, 700], ("type-integer", "count"): [3, 4]}
    data = Table.of({"area": ["x"] * 900, "count": ["1"] * 900})
    plot = spread_view(spread_of("tai", data, faults), language)
    assert plot is not None
    path = executed(
        ("validate-officer", "checking.officer", ["officer"]), **{"validate-officer": [output(plot)]}
    )
    kept = scrubbed(nbformat.reads(path.read_text(encoding="utf-8"), 4), machine_folders())
    path.write_bytes(kept)
    page = report(path, language, "officer", title=TITLE)
    (source,) = re.findall(r'src="(data:image/svg\+xml,[^"]+)"', plot.html[language])
    assert f'src="{source}"' in page
    assert "<td" in page
    public = report(path, language, "public", title=TITLE)
    assert "svg" not in public
    assert "checking" not in public
    path = executed(("validate", "checking", []), validate=[output(plot)])
    with pytest.raises(NotebookError) as caught:
        report(path, language, "public", title=TITLE)
    assert caught.value.code == "notebook.private-output"


@pytest.mark.parametrize(
    "value",
    [
        "/home/ann/council",
        "/tmp/x",
        "C:\\Users\\ann",
        "file:///etc/passwd",
        "(/srv/a)",
        HASH,
        "run-7f3a",
        "\\\\srv\\a",
    ],
)
def test_paths_runs_and_private_hashes_stop_the_account(executed: Any, value: str) -> None:
    path = executed(("read", "reading", []), read=[public_facts(f"x {value} y")])
    with pytest.raises(NotebookError) as caught:
        report(path, "cy", "public", title=TITLE, public_hashes=[OTHER_HASH], forbidden=["run-7f3a"])
    assert caught.value.code == "notebook.private-text"
    assert value not in str(caught.value)
    report(path, "cy", "officer", title=TITLE)


@pytest.mark.parametrize(
    "value", [f"sha256:{HASH}", "https://data.example.wales/home/a", "1/2", "cy/en", "a/tmp/b"]
)
def test_addresses_fractions_and_the_content_hash_do_not(executed: Any, value: str) -> None:
    path = executed(("read", "reading", []), read=[public_facts(value)])
    assert value in report(path, "cy", "public", title=TITLE, public_hashes=[f"sha256:{HASH}"])


def test_a_token_stops_every_page(usual: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORED_TOKEN_MAIN", ">2,310<")
    for audience in Audience:
        with pytest.raises(NotebookError) as caught:
            report(usual, "cy", audience, title=TITLE)
        assert caught.value.code == "notebook.secret"


@pytest.mark.parametrize("alt", [None, "", "  ", {"en": "A chart"}, 3])
def test_an_image_without_text_is_refused(executed: Any, alt: Any) -> None:
    path = executed(("read", "chart", []), read=[image(alt)])
    with pytest.raises(NotebookError) as caught:
        report(path, "cy", "officer", title=TITLE)
    assert caught.value.code == "notebook.image-without-text"


def test_an_image_stands_in_its_page_with_its_text(executed: Any) -> None:
    path = executed(
        ("read", "chart", []), read=[image({"cy": "Siart <a>", "en": "A chart"}), image("The same")]
    )
    page = report(path, "cy", "public", title=TITLE)
    assert f'src="data:image/png;base64,{PIXEL}"' in page
    assert re.findall(r'alt="([^"]*)"', page) == ["Siart &lt;a&gt;", "The same"]
    private = executed(("read", "chart", []), read=[image("Text", "officer")])
    with pytest.raises(NotebookError) as caught:
        report(private, "cy", "public", title=TITLE)
    assert caught.value.code == "notebook.private-output"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<img src='https://example.org/a.png' alt='a'>", "<img> src"),
        ("![a](https://example.org/a.png)", "<img> src"),
        ("<p onclick='x()'>a</p>", "<p> onclick"),
        ("<a href='javascript:x()'>a</a>", "<a> href"),
        ("<iframe srcdoc='a'></iframe>", "<iframe>"),
        ("<p style='background: url(//example.org)'>a</p>", "<p> style"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<th> scope"),
        ("# Second", "h1"),
        ("### Too deep", "h2–h6"),
        ("<table><tr><td>a</td></tr></table>", "<caption>"),
        ("<meta http-equiv='refresh' content='0; url=x'>", "<meta> refresh"),
    ],
)
def test_what_is_unsafe_or_inaccessible_is_refused(executed: Any, source: str, problem: str) -> None:
    path = executed(("md-odd", source, []))
    # The two headings of before and after are of one language; the odd cell is of both.
    data = json.loads(path.read_text())
    data["cells"] = [data["cells"][-1]]
    path.write_text(json.dumps(data))
    with pytest.raises(NotebookError) as caught:
        report(path, "en", "public", title=TITLE)
    assert caught.value.code == "notebook.page"
    assert problem in caught.value.facts["problems"]
