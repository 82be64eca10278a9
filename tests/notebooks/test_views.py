"""What notebooks display: both languages at once, everything escaped, public views without places."""

from __future__ import annotations

import pytest

from agored.execute.page import check_page
from agored.findings import Finding, Severity, Stage
from agored.views import (
    HTML_TYPES,
    Action,
    Audience,
    PlanStep,
    View,
    counts_view,
    facts_view,
    findings_view,
    note_view,
    plan_view,
    table_view,
    together,
)
from agored.words import Bilingual

SHORT = Finding(
    "read.short-rows", Severity.ADVISORY, Stage.READ, "areas", rows=(17, 1018), count=2310, total=5000
)
MOVED = Finding(
    "read.header-moved",
    Severity.BLOCKING,
    Stage.READ,
    resource="areas",
    field="<count>",
    place='C17 · "count"',
    detail={"found": "4", "declared": "<3>"},
)
AGAIN = Finding("read.short-rows", Severity.ADVISORY, Stage.READ, "wards", rows=(5,), count=4)


def page_of(view: View, language: str) -> str:
    return f'<html lang="{language}"><body><h1>x</h1>{view.html[language]}</body></html>'


VIEWS = {
    "note": note_view("view.no-problems", "cy"),
    "facts": facts_view("view.stage.read", [("view.rows", 2310), (Bilingual("Enw", "Name"), "<b>")], "cy"),
    "table": table_view(
        "view.plan", ("view.subject", "view.count"), [("<a>", 1), (Bilingual("b", "c"), 2)], "cy"
    ),
    "empty": table_view("view.plan", ("view.subject",), [], "cy"),
    "counts": counts_view([SHORT, MOVED, AGAIN], "cy"),
    "findings": findings_view([SHORT, MOVED, AGAIN], "cy"),
    "plan": plan_view("main", [PlanStep(Action.ADD, "data/a.csv", after="12 kB")], "cy"),
}


@pytest.mark.parametrize("language", ["cy", "en"])
@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_accessible_and_escaped_in_both_languages(name: str, language: str) -> None:
    html = VIEWS[name].html[language]
    check_page(page_of(VIEWS[name], language), "x.ipynb", language)
    assert f'lang="{language}"' in html
    assert not any(raw in html for raw in ("<b>", "<a>", "<count>", "<3>"))
    assert VIEWS[name].text[language]


def test_a_view_shows_itself_in_the_sessions_language_and_carries_both() -> None:
    bundle, about = VIEWS["facts"]._repr_mimebundle_()
    assert bundle["text/html"] == bundle[HTML_TYPES["cy"]] != bundle[HTML_TYPES["en"]]
    assert bundle["text/plain"] == str(VIEWS["facts"]) == "Darllen\n  Rhesi: 2,310\n  Enw: <b>"
    assert about == {"agored": {"audience": "public"}}


def test_findings_are_for_the_officer_and_counts_hold_no_places() -> None:
    assert VIEWS["findings"].audience is Audience.OFFICER
    assert VIEWS["counts"].audience is Audience.PUBLIC
    for language in ("cy", "en"):
        officer, public = VIEWS["findings"].html[language], VIEWS["counts"].html[language]
        assert all(place in officer for place in ("C17 ·", "17, 1018", "2,310", "5,000", "&lt;3&gt;"))
        assert not any(place in public for place in ("C17", "1018", "count&gt;", "areas", "wards"))
        assert all(finding.what(language) in public for finding in (SHORT, AGAIN))
        assert officer.index("C17 ·") < officer.index("1018")  # the worst first


def test_a_finding_is_told_whole_in_plain_text() -> None:
    assert findings_view([MOVED], "en").text["en"].splitlines() == [
        "What was found",
        "  Resource: areas",
        "  Kinds of problem that stop publishing: 1",
        "",
        "Stops publishing",
        "",
        "1. The column headings are in row 4 and not in row <3>.",
        '   Where: C17 · "count"',
        "   Why it matters: Every cell would be read under a wrong heading.",
        "   How to put it right: Change “header” in the recipe to 4, once you have looked",
        "     at the file.",
        "   Who can put it right: the supplier of the data",
    ]


def test_no_findings_is_said() -> None:
    assert str(findings_view([], "cy")) == str(counts_view([], "cy")) == "Ni chafwyd unrhyw broblem."


def test_views_are_joined_and_stay_with_the_officer_if_one_is_the_officers() -> None:
    public = together(VIEWS["note"], VIEWS["facts"])
    assert public.audience is Audience.PUBLIC
    assert together(public, VIEWS["findings"]).audience is Audience.OFFICER
    assert public.with_officer(VIEWS["findings"]).officer is VIEWS["findings"]
    assert public.officer.audience is Audience.OFFICER
    assert public.officer.html == public.officer.text == Bilingual("", "")
    assert VIEWS["counts"].with_officer(VIEWS["findings"]).details is VIEWS["findings"]
    # "No problems were found" is not said twice.
    assert (
        together(VIEWS["facts"], counts_view([], "cy")).with_officer(findings_view([], "cy")).details is None
    )


def test_a_plan_counts_what_stays_and_says_when_nothing_changes() -> None:
    keep, change = (
        PlanStep(Action.KEEP, "a.csv"),
        PlanStep(Action.CHANGE, "title", "Old", Bilingual("Newydd", "New")),
    )
    changed = plan_view("main", [keep, change, keep], "cy")
    assert changed.audience is Audience.OFFICER
    assert changed.text["cy"].splitlines()[1:4] == ["  Porth: main", "  Newidiadau: 1", "  Heb newid: 2"]
    assert "Newid" in changed.html["cy"]
    assert "Newydd" in changed.html["cy"]
    assert "New</td>" in changed.html["en"]
    same = plan_view("main", [keep], "en")
    assert str(same).endswith("Nothing to change: the portal already holds this content.")
