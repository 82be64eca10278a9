"""What an officer is told of findings: put together, counted, worst first, in both languages, as text and as HTML."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from agored.approving import _accepted
from agored.cli import main
from agored.execute.page import check_page
from agored.findings import Finding, Severity, Stage
from agored.groups import Reach, kinds, of_total, problems, reach, rows_text, share_text
from agored.spread import Extent, extent_of, recorded
from agored.telling import LISTED, WIDTH, Account
from agored.validate.facts import facts_of
from agored.views import findings_view
from agored.words import LANGUAGES, Bilingual, catalogue, known, say


def found(
    code: str = "type-integer",
    field: str | None = "count",
    count: int = 30,
    total: int | None = 400,
    first: int = 2,
    step: int = 7,
    **more: Any,
) -> Finding:
    """A finding of validation, with its first rows ``step`` apart."""
    rows = tuple(range(first, first + step * min(10, count), step))
    place = f'C{first} · "{field}"' if field else str(first)
    facts: dict[str, Any] = {"severity": Severity.BLOCKING, "stage": Stage.VALIDATE, "resource": "tai"}
    forms = {"type-date": "2026-01-31", "type-number": "12.5"}
    if code in forms:
        facts["detail"] = {"form": forms[code]}
    facts |= {"field": field, "place": place, "rows": rows, "count": count, "total": total}
    return Finding(f"validation.{code}", **{**facts, **more})


# How much


@pytest.mark.parametrize(
    ("count", "total", "text"),
    [
        (0, 5, "0%"),
        (1, 3, "33.3%"),
        (1, 2, "50%"),
        (1, 1_000, "0.1%"),
        (1, 1_001, "under 0.1%"),
        (1, 60_000_000, "under 0.1%"),
        (999, 1_000, "99.9%"),
        (9_999, 10_000, "over 99.9%"),
        (10_000, 10_000, "100%"),
    ],
)
def test_a_share_is_never_none_of_something_nor_all_of_less(count: int, total: int, text: str) -> None:
    assert share_text(count, total, "en") == text
    assert share_text(count, total, "cy") == text.replace("under", "llai na").replace("over", "mwy na")


def test_a_count_beyond_what_was_looked_at_has_no_share() -> None:
    assert of_total(1_491, 59_999, "en") == "1,491 of 59,999 (2.5%)"
    assert of_total(1_491, 59_999, "cy") == "1,491 o 59,999 (2.5%)"
    assert [of_total(7, total, "en") for total in (None, 0, 6)] == ["7", "7", "7"]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ((), ""),
        ((11,), "11"),
        ((11, 12, 14), "11, 12, 14"),
        ((2, 3, 4, 1018), "2–4, 1018"),
        ((1, 5, 6, 7, 8, 10, 11), "1, 5–8, 10, 11"),
    ],
)
def test_rows_in_a_run_are_drawn_together(rows: tuple[int, ...], text: str) -> None:
    assert rows_text(rows) == text


@pytest.mark.parametrize(
    ("finding", "far"),
    [
        (found(count=100, total=100), Reach.WHOLE),
        (found(count=99, total=100), Reach.NEARLY_WHOLE),
        (found(count=95, total=100), Reach.NEARLY_WHOLE),
        (found(count=94, total=100), Reach.SCATTERED),
        (found(count=949, total=1_000), Reach.SCATTERED),
        (found(count=2, total=100), Reach.SCATTERED),
        (found(count=40, total=100, step=1), Reach.SOME),
        (found("primary-key", None, count=100, total=100), Reach.WHOLE),
        (found(count=1, total=1), None),
        (found(count=50, total=None), None),
        (found(count=5, total=9, rows=()), None),
        (found(count=100, total=100, stage=Stage.ETHICS), None),
    ],
)
def test_the_whole_column_is_told_from_scattered_rows(finding: Finding, far: Reach | None) -> None:
    assert reach(finding) is far


# What belongs together


def test_several_findings_of_the_same_cells_are_one_problem_that_begins_with_what_helps_most() -> None:
    codes = ("longest", "pattern", "not-one-of", "code-unknown")
    same = [found(code, detail={"limit": "3", "list": "a/1"}) for code in codes]
    shape = found(code="x", stage=Stage.SHAPE)
    (problem,) = problems(same)
    assert [each.code.split(".")[1] for each in (problem.head, *problem.also)] == list(reversed(codes))
    (problem,) = problems([*same, shape])
    assert problem.head is shape
    assert len(problem.also) == 4


@pytest.mark.parametrize(
    "other",
    [
        found("pattern", count=31),
        found("pattern", total=401),
        found("pattern", first=3),
        found("pattern", step=8),
        found("pattern", field="rate", place='C2 · "count"'),
        found("pattern", resource="ysgolion"),
        found("pattern", severity=Severity.ADVISORY),
    ],
)
def test_findings_of_other_cells_are_problems_of_their_own(other: Finding) -> None:
    assert len(problems([found(), other])) == 2


def test_findings_whose_rows_are_not_known_are_never_taken_for_the_same() -> None:
    alike = [found(code, rows=(), place=None) for code in ("column-missing", "column-twice")]
    assert len(problems(alike)) == 2
    whole = [found(code, None) for code in ("primary-key", "row-blank")]
    assert len(problems(whole)) == 2


def test_what_is_wrong_with_the_table_comes_before_what_is_wrong_with_rows() -> None:
    missing = found("column-missing", "rate", count=1, total=None, rows=(), place=None)
    few, many = found(count=3), found("type-date", "day", count=300, first=5)
    hidden = found(code="x", stage=Stage.READ, count=1)
    decide = found("minimum", "low", count=400, severity=Severity.ADVISORY)
    heads = [problem.head for problem in problems([few, decide, many, missing, hidden])]
    assert heads == [hidden, missing, many, few, decide]


def test_the_same_rule_in_several_columns_is_one_kind_but_a_whole_column_is_apart() -> None:
    few, more = found(field="a", count=3), found(field="b", count=30)
    whole = found(field="c", count=400)
    other = found("type-number", "d", count=7)
    grouped = [[each.head for each in kind.problems] for kind in kinds([few, more, whole, other])]
    assert grouped == [[whole], [more, few], [other]]


def test_a_kind_has_one_advice_whatever_the_facts_in_its_sentences() -> None:
    high = [found("maximum", name, detail={"limit": limit}) for name, limit in (("a", "5"), ("b", "9"))]
    assert len(kinds(high)) == 1
    categories = [found("not-a-category", name, detail={"allowed": name}) for name in ("a", "b")]
    assert len(kinds(categories)) == 2  # why it matters names the categories


# The whole account

CODES = {"allowed_cy": "W06000001 (21 yn rhagor)", "allowed_en": "W06000001 (21 more)"}
MIXED = [
    found("minimum", "rate", count=2, first=14, detail={"limit": "0"}),
    found("column-missing", "year", count=1, total=None, rows=(), place=None),
    found("type-date", "day", count=400, total=400, step=1),
    found("not-one-of", "area", count=1_491, total=59_999, first=11, detail=CODES),
    found("pattern", "area", count=1_491, total=59_999, first=11, detail={"pattern": "W0.*"}),
    found("type-integer", "count", count=12, first=3),
    found("type-integer", "places", count=1, first=9),
    found("minimum", "low", count=5, severity=Severity.ADVISORY, detail={"limit": "1"}),
]
ENGLISH = """\
What was found
  Resource: tai
  Kinds of problem that stop publishing: 5
  Kinds of problem that need a decision: 1
  Faults in cells and rows, rule by rule: 1,911
  Rows that break a rule of the schema: 1,700 of 59,999 (2.8%)
  “Schema” means the rules that a table is to keep: which columns it has, and
    what may stand in each.

Stops publishing

1. There is no column “year”.
   Why it matters: The schema promises this column to everyone who uses the
     data.
   How to put it right: Check that it is the right file, that the heading is
     spelt as the schema has it, and that --header names the row of the
     headings. Else ask the supplier for the column.
   Who can put it right: the supplier of the data

2. “area” has values that are not among those that the schema allows. Cells:
   1,491 of 59,999 (2.5%), in scattered rows. Allowed: W06000001 (21 more)
   First place: C11 · "area"
   The first 10 rows (in all: 1,491): 11, 18, 25, 32, 39, 46, 53, 60, 67, 74
   Most likely the same cells: “area” has values that are not of the form that
     the schema asks for. Cells: 1,491. The form, in the signs of the schema:
     W0.*
   Why it matters: Nobody has described what such a value means.
   How to put it right: Ask the supplier to check the values. If a value is new
     and right, add it to the schema.
   Who can put it right: the supplier of the data

3. “day” has cells that are not dates of the form 2026-01-31. Cells: 400 of 400
   (100%): the whole column
   First place: C2 · "day"
   The first 10 rows (in all: 400): 2–11
   Why it matters: A date in another form is read differently from place to
     place, or does not exist at all.
   How to put it right: All or nearly all of a column is at fault, so one cause
     is likely: another column may stand in its place, or all of it is missing
     or is written in another form. Look at a few cells, and put that cause
     right once. Look at the first of these cells. Ask the supplier for dates
     such as 2026-01-31, and about dates that do not exist.
   Who can put it right: the supplier of the data

4. The same kind of problem in several places. Places: 2
   - “count” has cells that are not whole numbers. Cells: 12 of 400 (3%), in
     scattered rows
     First place: C3 · "count"
     The first 10 rows (in all: 12): 3, 10, 17, 24, 31, 38, 45, 52, 59, 66
   - “places” has cells that are not whole numbers. Cells: 1 of 400 (0.2%)
     Where: C9 · "places"
   Why it matters: Nobody can add up or compare cells that are not numbers.
   How to put it right: Look at the first of these cells. Ask the supplier for
     whole numbers such as 1250, without signs, letters or other marks.
   Who can put it right: the supplier of the data

5. “rate” has values that are too low. The lowest value allowed: 0. Cells: 2 of
   400 (0.5%), in scattered rows
   First place: C14 · "rate"
   Rows of the file: 14, 21
   Why it matters: The schema’s author considers such a value impossible, so it
     is likely to be a mistake.
   How to put it right: Ask the supplier to check the values. If they are right,
     change the limit in the schema.
   Who can put it right: the supplier of the data

Needs a decision

6. “low” has values that are too low. The lowest value allowed: 1. Cells: 5 of
   400 (1.2%), in scattered rows
   First place: C2 · "low"
   Rows of the file: 2, 9, 16, 23, 30
   Why it matters: The schema’s author considers such a value impossible, so it
     is likely to be a mistake.
   How to put it right: Ask the supplier to check the values. If they are right,
     change the limit in the schema.
   Who can put it right: the supplier of the data
   Name by which a decision accepts it: validation.minimum:tai/low"""


def test_all_is_told_in_english() -> None:
    assert Account(MIXED, "en", Extent(59_999, 1_700), recipe=False).text() == ENGLISH


def test_all_is_told_in_welsh() -> None:
    text = Account(MIXED, "cy", Extent(59_999, 1_700), recipe=False).text()
    lines = text.splitlines()
    assert len([line for line in lines if re.match(r"\d\. ", line)]) == 6
    plain = " ".join(text.split())
    for told in (
        "Mathau o broblem sy’n atal cyhoeddi: 5",
        "Rhesi sy’n torri un o reolau’r sgema: 1,700 o 59,999 (2.8%)",
        "1. Nid oes colofn “year”.",
        "Celloedd: 1,491 o 59,999 (2.5%), mewn rhesi gwasgaredig. Caniateir: W06000001 (21 yn rhagor)",
        "Y 10 rhes gyntaf (i gyd: 1,491): 11, 18, 25, 32, 39, 46, 53, 60, 67, 74",
        "Yr un celloedd, mae’n debyg: Y maes “area”",
        "Celloedd: 400 o 400 (100%): y golofn gyfan",
        "Rhesi yn y ffeil: 14, 21",
    ):
        assert told in plain
    assert not any(english in plain for english in ("column", "rows", " of ", "Cells"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_fit_a_terminal_and_steer_nothing(language: str) -> None:
    name = "x\u001b[2Jy\u202ez"
    text = Account([*MIXED, found(field=name)], language).text()
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "\u001b" not in text
    assert "\u202e" not in text
    assert "x\ufffd[2Jy\ufffdz" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_the_same_in_tables_that_are_read_in_order(language: str) -> None:
    account = Account(MIXED, language, Extent(59_999, 1_700), recipe=False)
    html = account.html()
    check_page(f'<html lang="{language}"><body><h1>x</h1>{html}</body></html>', "x.ipynb", language)
    plain = re.sub(r"\s+", " ", re.sub(r"<br>|</t[dh]>|</tr>|</caption>", " ", html))
    plain = re.sub("<[^>]+>", "", plain).replace("&#34;", '"')
    at = 0
    for finding in MIXED[2:4]:
        assert finding.what(language) in plain
    first = MIXED[1]
    for told in (
        first.what(language),
        first.why(language),
        first.how(language, recipe=False),
        say(f"view.owner.{first.owner}", language),
    ):
        assert plain.index(told, at) >= at
        at = plain.index(told, at)
    for told in ("59,999 (2.5%)", 'C11 · "area"', "11, 18, 25", "2–11", "validation.minimum:tai/low"):
        assert told in plain
    assert html.count('scope="rowgroup"') == 1
    assert "color" not in html
    assert f'lang="{language}"' in html


def test_what_is_in_several_resources_says_which() -> None:
    text = Account([found(), found(resource="ysgolion", field="rate")], "en").text()
    assert "  Resource: tai\n" not in text.partition("1. ")[0]
    assert "     Resource: tai\n" in text
    assert "     Resource: ysgolion\n" in text


def test_only_some_of_very_many_are_listed_and_the_rest_is_counted() -> None:
    many = [found(field=f"c{number}") for number in range(LISTED + 1_203)]
    for spoken, told in (("en", "not listed here: 1,203"), ("cy", "wedi’u rhestru yma: 1,203")):
        account = Account(many, spoken)
        assert told in " ".join(account.text().split())
        assert told in account.html()
        assert account.text().count("“c") == LISTED


def test_few_known_rows_of_more_are_not_called_all() -> None:
    told = Account([found(rows=(5, 6, 7), count=25)], "en").text()
    assert "The first rows (in all: 25): 5–7" in told
    assert "Rows of the file: 5–7" in Account([found(rows=(5, 6, 7), count=3)], "en").text()


def test_a_place_that_is_only_a_row_is_told_as_a_row() -> None:
    for count, told in ((1, "   Rows of the file: 2"), (3, "   Rows of the file: 2, 9, 16")):
        lines = Account([found("row-blank", None, count=count)], "en").text().splitlines()
        assert told in lines
        assert not [line for line in lines if "place" in line or "Where" in line]


def test_an_expectation_has_no_words_of_columns_that_are_wrong() -> None:
    detail = {f"{key}_{language}": "x" for key in ("title", "reason", "how") for language in LANGUAGES}
    told = found(count=400, stage=Stage.ETHICS, code="x", detail=detail)
    text = Account([Finding(**{**vars(told), "code": "personal-data.email"})], "en").text()
    assert "400 of 400 (100%)" in text
    assert "whole column" not in text
    assert "Schema" not in text


def test_no_problems_is_said_with_how_much_was_looked_at() -> None:
    assert Account([], "cy").text() == "Ni chafwyd unrhyw broblem."
    assert Account([], "en", Extent(59_999, 0)).text() == "No problems were found.\nRows checked: 59,999"
    assert "Rhesi a wiriwyd: 59,999" in Account([], "cy", Extent(59_999, 0)).html()


def test_the_name_for_a_decision_is_one_that_a_decision_takes() -> None:
    reason = Bilingual("Achos.", "A cause.")
    findings = [
        found("minimum", "low", severity=Severity.ADVISORY, detail={"limit": "1"}),
        Finding("read.short-rows", Severity.ADVISORY, Stage.READ, "tai"),
        Finding("ethics.no-review", Severity.ADVISORY, Stage.ETHICS),
    ]
    for finding in findings:
        (name,) = re.findall(r"accepts it: (\S+)", " ".join(Account([finding], "en").text().split()))
        accepted = _accepted(name, reason, findings)
        assert (accepted.code, accepted.resource) == (finding.code, finding.resource)
        assert accepted.field == finding.field


# Without a recipe

RECIPES = re.compile(r"recipe|rysáit|“(period|trim|number|notes|lookup|leave_out|rows: )", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_without_a_recipe_is_never_put_right_in_one(language: str) -> None:
    codes = [code for code in catalogue(language) if re.fullmatch(r"finding\.validation\.[\w-]+\.how", code)]
    assert len(codes) > 30
    alone = [f"{code}-file" if known(f"{code}-file") else code for code in codes]
    spoken = {code: catalogue(language)[code] for code in alone}
    assert {code: text for code, text in spoken.items() if RECIPES.search(text)} == {}
    others = [catalogue(language)[code] for code in codes if known(f"{code}-file")]
    assert any(RECIPES.search(text) for text in others)  # it would be found


def test_advice_is_of_the_recipe_only_where_there_is_one() -> None:
    year = found("type-year")
    assert "recipe" in year.how("en")
    assert "recipe" not in year.how("en", recipe=False)
    unique = found("unique")
    assert unique.how("en") == unique.how("en", recipe=False)
    with_recipe, without = (findings_view([year], "en", recipe=recipe) for recipe in (True, False))
    assert "recipe" in with_recipe.html["en"] + with_recipe.text["en"]
    assert "recipe" not in without.html["en"] + without.text["en"]


# Lists of allowed values


def allowed(values: list[Any], **field: Any) -> dict[str, str]:
    descriptor = {"fields": [{"name": "a", "constraints": {"enum": values}, **field}]}
    return facts_of(descriptor, "not-one-of", "a")


def test_a_long_list_of_allowed_values_is_cut_and_the_rest_counted() -> None:
    codes = [f"W{number:08}" for number in range(24)]
    facts = allowed(codes)
    assert facts["allowed_en"] == "W00000000, W00000001, W00000002, W00000003 (20 more)"
    assert facts["allowed_cy"] == "W00000000, W00000001, W00000002, W00000003 (20 yn rhagor)"
    assert allowed(codes[:8]) == {"allowed": ", ".join(codes[:8])}
    assert allowed([1, 2.5, True]) == {"allowed": "1, 2.5, true"}
    commas = [f"a, {number}" for number in range(1_009)]
    assert allowed(commas)["allowed_en"] == "a, 0, a, 1, a, 2, a, 3 (1,005 more)"


def test_a_long_allowed_value_is_cut() -> None:
    (text,) = allowed(["x" * 5_000]).values()
    assert text == "x" * 39 + "…"


def test_a_finding_with_a_long_list_speaks_both_languages() -> None:
    told = found("not-one-of", detail=allowed([str(number) for number in range(30)]))
    assert told.what("en").endswith("Allowed: 0, 1, 2, 3 (26 more)")
    assert told.what("cy").endswith("Caniateir: 0, 1, 2, 3 (26 yn rhagor)")


# Rows at fault, counted once


def test_a_row_with_several_faults_is_counted_once() -> None:
    assert extent_of(10, [[1, 2, 3], [3, 4], [4]]) == Extent(10, 4)
    assert extent_of(10, []) == Extent(10, 0)
    assert Extent(10, 4) + Extent(5, 1) == Extent(15, 5)
    facts = {"resources": [Extent(10, 4).to_json(), {"name": "b", **Extent(5, 1).to_json()}]}
    assert recorded(json.loads(json.dumps(facts))) == Extent(15, 5)
    assert recorded({"resources": [{"name": "a"}]}) is None
    assert recorded({}) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_tells_a_file_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    def validate(rows: list[str]) -> tuple[int, str]:
        Path("tai.csv").write_text("\n".join(["count,area", *rows, ""]))
        with pytest.raises(SystemExit) as ended:
            main(["validate", "tai.csv", "--schema", "schema.json", "--language", language])
        return int(ended.value.code or 0), capsys.readouterr().out

    monkeypatch.chdir(tmp_path)
    fields = [
        {"name": "count", "type": "integer"},
        {"name": "area", "type": "string", "constraints": {"required": True}},
    ]
    schema = {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "fields": fields}
    Path("schema.json").write_text(json.dumps(schema))
    code, out = validate([f"{'x' if row % 3 else row},{'' if row % 4 else 'a'}" for row in range(1_200)])
    told, of = " ".join(out.split()), {"en": "of", "cy": "o"}[language]
    assert code == 12
    assert f"900 {of} 1,200 (75%)" in told
    assert f"800 {of} 1,200 (66.7%)" in told
    assert f": 1,100 {of} 1,200 (91.7%)" in told  # all rows but the multiples of both 3 and 4
    assert ": 1,700 " in told
    assert not RECIPES.search(told)
    code, out = validate(["1,a"] * 30)
    assert code == 0
    assert out.splitlines() == [
        say("view.no-problems", language),
        f"{say('view.rows-checked', language)}: 30",
    ]
