"""The recipe: what ``dataset.yaml`` may say, and each mistake in it with its line, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from agored.errors import RecipeError
from agored.recipe import (
    Constant,
    Drop,
    LeaveOut,
    Lookup,
    Mailbox,
    Name,
    Notes,
    Number,
    Operation,
    Period,
    Recipe,
    Rename,
    Total,
    Trim,
    Unpivot,
)
from agored.recipe_yaml import LICENSES, inside, read_recipe
from agored.words import LANGUAGES, Bilingual, catalogue

DATASETS = Path(__file__).parents[2] / "datasets"
RECIPE = """recipe: 1
organization: cyngor-enghraifft
name: toiledau
title: {cy: Toiledau, en: Toilets}
description: {cy: Disgrifiad., en: Description.}
notes: {cy: Nodiadau., en: Notes.}
keywords: {cy: [toiledau], en: [toilets]}
contact: {role: Swyddog data, mailbox: data@cyngor.example.wales}
resources:
  - name: toiledau
    source: {path: source/toiledau.csv}
    shape:
      - trim: all
    schema: toiledau/1
    disclosure: {policy: standard}
expectations: [plausibility]
package:
  licenses: [{name: OGL-UK-3.0}]
  contributors: [{title: Cyngor Enghraifft, roles: [publisher]}]
  sources: [{title: Rhestr}]
  frequency: monthly
publish: {portals: [catalogue]}
"""


def write(folder: Path, *changes: tuple[str, str]) -> Path:
    text = RECIPE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "dataset.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def recipe(folder: Path, *changes: tuple[str, str]) -> Recipe:
    return read_recipe(write(folder, *changes))


def told(folder: Path, *changes: tuple[str, str]) -> list[tuple[str, int]]:
    """Each mistake's code and line, once both languages have told it with its file."""
    with pytest.raises(RecipeError) as caught:
        recipe(folder, *changes)
    assert (caught.value.code, caught.value.exit_code) == ("strict.faults", 10)
    for problem in caught.value.problems:
        assert all(f"dataset.yaml, {word}" in problem.message(language) for language, word in LINE.items())
    return [(problem.code, int(problem.facts["line"])) for problem in caught.value.problems]


LINE = {"cy": "llinell", "en": "line"}


def operation(folder: Path, text: str) -> Operation:
    made = recipe(folder, ("      - trim: all\n", f"      - {text}\n"))
    (only,) = made.resources[0].shape
    return only


def test_a_whole_recipe(tmp_path: Path) -> None:
    made = recipe(tmp_path)
    assert (made.identity, made.publisher) == ("cyngor-enghraifft/toiledau", "Cyngor Enghraifft")
    assert made.title == Bilingual("Toiledau", "Toilets")
    assert made.contact == Mailbox("Swyddog data", "data@cyngor.example.wales")
    assert made.keywords == {"cy": ("toiledau",), "en": ("toilets",)}
    assert made.package.licenses == (LICENSES["OGL-UK-3.0"],)
    assert made.portals == ("catalogue",)
    (resource,) = made.resources
    source = resource.source
    assert (source.encoding, source.delimiter, source.header, source.until_blank) == ("utf-8", ",", 1, False)
    assert (resource.schema, resource.disclosure.policy, resource.totals) == ("toiledau/1", "standard", ())


@pytest.mark.parametrize("path", sorted(DATASETS.glob("*/dataset.yaml")), ids=lambda path: path.parent.name)
def test_the_example_datasets_are_good_recipes(path: Path) -> None:
    made = read_recipe(path)
    assert made.name == path.parent.name
    assert all(resource.shape for resource in made.resources)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("trim: all", Trim()),
        (
            "name: {1: area, YearCode: year, 6: {heading: Nitric oxide, to: no}}",
            Name((Rename("area", 1), Rename("year", heading="YearCode"), Rename("no", 6, "Nitric oxide"))),
        ),
        (
            "leave_out: {field: area, is: [x, no], starts: Troed, reason: {cy: A., en: B.}}",
            LeaveOut(Bilingual("A.", "B."), "area", ("x", "no"), ("Troed",)),
        ),
        ("leave_out: {blank: true, reason: {cy: A., en: B.}}", LeaveOut(Bilingual("A.", "B."), blank=True)),
        ("leave_out: {field: a, is: '', reason: {cy: A, en: B}}", LeaveOut(Bilingual("A", "B"), "a", ("",))),
        ("drop: {fields: [a, b], reason: {cy: A., en: B.}}", Drop(("a", "b"), Bilingual("A.", "B."))),
        (
            "constant: {field: period, value: 010, reason: {cy: A., en: B.}}",
            Constant("period", "010", Bilingual("A.", "B.")),
        ),
        ("unpivot: {keep: [area], name: month, value: count}", Unpivot(("area",), "month", "count")),
        (
            "period: {field: month, kind: month, format: YYYY MMM}",
            Period(("month",), "month", "YYYY MMM", "month"),
        ),
        (
            "period: {fields: [d, t], kind: time, format: D/M/YYYY HH:mm, to: time, zone: UTC, language: cy}",
            Period(("d", "t"), "time", "D/M/YYYY HH:mm", "time", "cy", "UTC"),
        ),
        ("number: {field: n, group: ',', prefix: £}", Number("n", ",", "£")),
        ("number: {field: n, group: ' '}", Number("n", " ")),
        ("number: {field: n}", Number("n")),
        ('notes: {field: n, markers: {"(r)": r, "*": u}}', Notes("n", {"(r)": "r", "*": "u"})),
        ("notes: {field: n, column: Note, codes: {no: x}}", Notes("n", column="Note", codes={"no": "x"})),
        ("lookup: {field: area, list: areas/1, to: area_code}", Lookup("area", "areas/1", "area_code")),
        ("lookup: {field: area, list: areas/1}", Lookup("area", "areas/1", "area")),
        ("total: {field: area, code: W92000004}", Total("area", "W92000004")),
    ],
)
def test_each_operation(tmp_path: Path, text: str, made: Operation) -> None:
    assert operation(tmp_path, text) == made


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("trim: some", "strict.not-one-of"),
        ("trim: [all]", "strict.not-text"),
        ("rename: {a: b}", "recipe.operation"),
        ("{trim: all, number: {field: a}}", "recipe.operation"),
        ("{}", "recipe.operation"),
        ("trim", "recipe.operation"),
        ("name: {1: Area}", "strict.form"),
        ("name: {1: {heading: x, to: a-b}}", "strict.form"),
        ("name: {1: {to: a}}", "strict.missing"),
        ("name: {1: a, 2: a}", "recipe.twin"),
        ("leave_out: {field: a, reason: {cy: A, en: B}}", "recipe.leave-out"),
        ("leave_out: {is: x, reason: {cy: A, en: B}}", "recipe.leave-out"),
        ("leave_out: {blank: false, reason: {cy: A, en: B}}", "recipe.leave-out"),
        ("leave_out: {blank: true, field: a, reason: {cy: A, en: B}}", "recipe.leave-out"),
        ("leave_out: {field: a, is: x}", "strict.missing"),
        ("leave_out: {field: a, is: x, reason: {cy: A}}", "strict.missing"),
        ("drop: {fields: [a]}", "strict.missing"),
        ("drop: [a]", "strict.not-section"),
        ("constant: {field: a, value: '', reason: {cy: A, en: B}}", "strict.empty"),
        ("constant: {field: A, value: x, reason: {cy: A, en: B}}", "strict.form"),
        ("unpivot: {keep: [a], name: a, value: b}", "recipe.twin"),
        ("unpivot: {keep: [a], name: b, value: b}", "recipe.twin"),
        ("unpivot: {keep: [a, a], name: b, value: c}", "recipe.twin"),
        ("period: {field: a, fields: [a], kind: year, format: YYYY}", "recipe.field-or-fields"),
        ("period: {fields: [], to: b, kind: year, format: YYYY}", "recipe.field-or-fields"),
        ("period: {fields: [a, b], kind: year, format: YYYY}", "strict.missing"),
        ("period: {field: a, kind: year, format: yyyy}", "recipe.period-format"),
        ("period: {field: a, kind: month, format: YYYY}", "recipe.period-format"),
        ("period: {field: a, kind: week, format: YYYY}", "strict.not-one-of"),
        ("period: {field: a, kind: year, format: YYYY, zone: UTC}", "recipe.zone"),
        ("period: {field: a, kind: time, format: YYYY-MM-DD HH:mm}", "recipe.zone"),
        ("period: {field: a, kind: time, format: YYYY-MM-DD HH:mm, zone: Cymru}", "strict.form"),
        ("period: {field: a, kind: time, format: YYYY-MM-DD HH:mm, zone: ../x}", "strict.form"),
        ("period: {field: a, kind: year, format: YYYY, language: fr}", "strict.not-one-of"),
        ("number: {field: a, group: ', '}", "recipe.group"),
        ("number: {group: ','}", "strict.missing"),
        ("notes: {field: a}", "recipe.notes"),
        ("notes: {field: a, column: b}", "recipe.notes"),
        ("notes: {field: a, codes: {a: b}}", "recipe.notes"),
        ("notes: {field: a, markers: {x: r}, column: b}", "recipe.notes"),
        ("notes: {field: a, markers: {x: r}, codes: {a: b}}", "recipe.notes"),
        ("notes: {field: a, markers: {x: r}, column: b, codes: {a: b}}", "recipe.notes"),
        ("lookup: {field: a, list: areas}", "strict.form"),
        ("lookup: {field: a, list: ../areas/1}", "strict.form"),
        ("lookup: {field: Area, list: areas/1}", "strict.form"),
        ("total: {field: a}", "strict.missing"),
        ("number: {field: a, gruop: ','}", "strict.unknown-near"),
        ("period: {field: a, kind: '???', format: YYYY}", "strict.undecided"),
    ],
)
def test_an_operation_that_cannot_be_meant(tmp_path: Path, text: str, code: str) -> None:
    faults = told(tmp_path, ("      - trim: all\n", f"      - {text}\n"))
    assert faults == [(code, 13)]


SOURCE = "source: {path: source/toiledau.csv}"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("path: ../secret.csv", "recipe.path"),
        ("path: /etc/passwd", "recipe.path"),
        ("path: source/../../x.csv", "recipe.path"),
        ("path: source/.hidden.csv", "recipe.path"),
        ("path: 'source\\x.csv'", "recipe.path"),
        ("path: 'C:/x.csv'", "recipe.path"),
        ("path: ''", "strict.empty"),
        ("path: x.csv, encoding: utf-9", "recipe.encoding"),
        ("path: x.csv, encoding: base64", "recipe.encoding"),
        ("path: x.csv, encoding: idna", "recipe.encoding"),
        ("path: x.csv, encoding: punycode", "recipe.encoding"),
        ("path: x.csv, encoding: undefined", "recipe.encoding"),
        ("path: x.csv, encoding: unicode_escape", "recipe.encoding"),
        ("path: x.csv, encoding: utf-7", "recipe.encoding"),
        ('path: x.csv, encoding: "utf\\08"', "recipe.encoding"),
        ("path: x.csv, delimiter: ''", "recipe.delimiter"),
        ("path: x.csv, delimiter: ', '", "recipe.delimiter"),
        ('path: x.csv, delimiter: "\\n"', "recipe.delimiter"),
        ("path: x.csv, delimiter: '\"'", "recipe.delimiter"),
        ("path: x.csv, delimiter: ŵ", "recipe.delimiter"),
        ("path: x.csv, header: 0", "strict.not-integer"),
        ("path: x.csv, header: none", "strict.not-integer"),
        ("path: x.csv, rows: {until: end}", "strict.not-one-of"),
        ("path: x.csv, rows: blank", "strict.not-section"),
        ("path: x.csv, expect: {1A: x}", "recipe.cell"),
        ("path: x.csv, expect: {a1: x}", "recipe.cell"),
        ("path: x.csv, expect: {A0: x}", "recipe.cell"),
        ("path: x.csv, expect: {A1: ''}", "strict.empty"),
        ("path: x.csv, zz: 1", "strict.unknown"),
        ("path: x.csv, format: doc", "strict.not-one-of"),
        ("path: x.csv, header: [3, 5]", "recipe.header-rows"),
        ("path: x.csv, header: [4, 3]", "recipe.header-rows"),
        ("path: x.csv, header: []", "recipe.header-rows"),
        ("path: x.csv, header: [a]", "recipe.header-rows"),
        ("path: x.csv, header: 3, units: 3", "strict.not-integer"),
        ("path: x.csv, header: [3, 4], units: 6", "strict.not-integer"),
        ("path: x.csv, sheet: Data", "recipe.not-for-format"),
        ("path: x.xlsx, sheet: ''", "strict.empty"),
        ("path: x.csv, records: /a", "recipe.not-for-format"),
        ("path: x.xlsx, encoding: utf-8", "recipe.not-for-format"),
        ("path: x.ods, delimiter: ';'", "recipe.not-for-format"),
        ("path: x.dat, format: xls, encoding: cp1252", "recipe.not-for-format"),
        ("path: x.json, header: 2", "recipe.not-for-format"),
        ("path: x.json, encoding: utf-8", "recipe.not-for-format"),
        ("path: x.json, format: odata, records: /value", "recipe.not-for-format"),
        ("path: x.parquet, rows: {until: blank}", "recipe.not-for-format"),
        ("path: x.json, records: value", "recipe.pointer"),
        ("path: x.json, records: /a~2", "recipe.pointer"),
        ("path: x.zip", "recipe.archive-format"),
        ("path: x.zip, member: read.me", "recipe.archive-format"),
        ("path: x.csv, member: y.csv", "recipe.member"),
        ("path: x.zip, member: ../y.csv", "recipe.member"),
        ("path: x.zip, member: y.xlsx, delimiter: ';'", "recipe.not-for-format"),
    ],
)
def test_a_source_that_cannot_be_meant(tmp_path: Path, source: str, code: str) -> None:
    assert told(tmp_path, (SOURCE, f"source: {{{source}}}")) == [(code, 11)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("delimiter: tab", "\t"),
        ('delimiter: "\\t"', "\t"),
        ("delimiter: ';'", ";"),
        ("delimiter: '|'", "|"),
        ("delimiter: ' '", " "),
    ],
)
def test_delimiters(tmp_path: Path, source: str, found: str) -> None:
    made = recipe(tmp_path, (SOURCE, f"source: {{path: x.csv, {source}}}"))
    assert made.resources[0].source.delimiter == found


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("path: x.csv", "csv"),
        ("path: x.txt", "csv"),
        ("path: x", "csv"),
        ("path: X.TSV", "tsv"),
        ("path: x.xlsm, sheet: Data", "xlsx"),
        ("path: x.ods", "ods"),
        ("path: x.xls", "xls"),
        ("path: x.xls, format: csv, delimiter: tab", "csv"),
        ("path: x.json", "json"),
        ("path: x.json, format: odata", "odata"),
        ("path: x.parquet", "parquet"),
        ("path: x.zip, format: tsv", "tsv"),
        ("path: x.zip, member: a/y.XLSX, sheet: Data", "xlsx"),
    ],
)
def test_a_source_s_format_is_what_its_ending_or_the_recipe_says(
    tmp_path: Path, source: str, kind: str
) -> None:
    made = recipe(tmp_path, (SOURCE, f"source: {{{source}}}")).resources[0].source
    assert made.kind == ("xlsm" if "xlsm" in source else kind)
    assert made.delimiter == ("\t" if kind == "tsv" or "tab" in source else ",")


def test_where_the_table_is_in_its_file(tmp_path: Path) -> None:
    text = "path: p.zip, member: b.xlsx, sheet: ' Tabl 1 ', header: [3, 4], units: 5"
    made = recipe(tmp_path, (SOURCE, f"source: {{{text}}}")).resources[0].source
    assert (made.member, made.sheet, made.is_archive) == ("b.xlsx", " Tabl 1 ", True)
    assert (list(made.header_rows), made.units, made.first_row) == ([3, 4], 5, 6)
    plain = recipe(tmp_path, (SOURCE, "source: {path: x.csv, header: 3}")).resources[0].source
    assert (list(plain.header_rows), plain.units, plain.first_row) == ([3], None, 4)
    records = recipe(tmp_path, (SOURCE, "source: {path: x.json, records: /a~1b/c}")).resources[0].source
    assert records.records == "/a~1b/c"


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "UTF8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "cp1252",
        "iso-8859-14",
        "latin-1",
        "cp437",
        "mac_roman",
    ],
)
def test_encodings_of_files(tmp_path: Path, encoding: str) -> None:
    made = recipe(tmp_path, (SOURCE, f"source: {{path: x.csv, encoding: {encoding}}}"))
    assert made.resources[0].source.encoding == encoding


def test_yaml_traps_stay_text(tmp_path: Path) -> None:
    source = "source: {path: no, header: 010, rows: {until: blank}, expect: {A1: 2026-01-01, B2: 1.50}}"
    made = recipe(
        tmp_path, (SOURCE, source), ("policy: standard", "policy: standard, with: {threshold: 010}")
    )
    (resource,) = made.resources
    assert (resource.source.path, resource.source.header, resource.source.until_blank) == ("no", 10, True)
    assert resource.source.expect == {"A1": "2026-01-01", "B2": "1.50"}
    assert resource.disclosure.values == {"threshold": "010"}


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("recipe: 1", "recipe: 2", [("recipe.newer", 1)]),
        ("recipe: 1", "recipe: one", [("strict.not-integer", 1)]),
        ("organization: cyngor-enghraifft", "organization: Cyngor Enghraifft", [("strict.form", 2)]),
        ("name: toiledau\ntitle", "name: toiledau--x\ntitle", [("strict.form", 3)]),
        ("title: {cy: Toiledau, en: Toilets}", "title: Toilets", [("strict.not-section", 4)]),
        ("title: {cy: Toiledau, en: Toilets}", "title: {en: Toilets}", [("strict.missing", 4)]),
        ("{cy: Nodiadau., en: Notes.}", "{cy: '', en: Notes.}", [("strict.empty", 6)]),
        ("mailbox: data@cyngor.example.wales", "mailbox: data", [("strict.form", 8)]),
        ("mailbox: data@cyngor.example.wales", "mailbox: Dai <d@x.wales>", [("strict.form", 8)]),
        ("role: Swyddog data, ", "", [("strict.missing", 8)]),
        ("schema: toiledau/1", "schema: toiledau", [("strict.form", 14)]),
        ("{policy: standard}", "{policy: none}", [("recipe.no-protection-reason", 15)]),
        ("{policy: standard}", "{policy: none, reason: {cy: Achos.}}", [("strict.missing", 15)]),
        ("[{name: OGL-UK-3.0}]", "[{name: OGL}]", [("strict.not-one-of", 18)]),
        ("[{name: OGL-UK-3.0}]", "[]", [("strict.empty", 18)]),
        ("roles: [publisher]", "roles: [creator]", [("recipe.no-publisher", 19)]),
        ("[{title: Cyngor Enghraifft, roles: [publisher]}]", "[]", [("strict.empty", 19)]),
        ("frequency: monthly", "frequency: yearly", [("strict.not-one-of", 21)]),
        ("portals: [catalogue]", "portals: []", [("strict.empty", 22)]),
        ("portals: [catalogue]", "portals: [a, b, a]", [("recipe.twin", 22)]),
        ("publish: {portals: [catalogue]}\n", "", [("strict.missing", 1)]),
        ("publish: {portals: [catalogue]}", "publish: {}", [("strict.missing", 22)]),
        ("expectations: [plausibility]", "expectations: [{with: {max: 1}}]", [("strict.missing", 16)]),
        ("expectations: [plausibility]", "expectations: plausibility", [("strict.not-list", 16)]),
        ("expectations", "expectation", [("strict.unknown-near", 16)]),
    ],
)
def test_what_a_recipe_may_not_say(tmp_path: Path, old: str, new: str, faults: list[tuple[str, int]]) -> None:
    assert told(tmp_path, (old, new)) == faults


def test_two_resources_have_two_names(tmp_path: Path) -> None:
    first = RECIPE[RECIPE.index("  - name: toiledau") : RECIPE.index("expectations")]
    assert told(tmp_path, ("expectations: [", f"{first}expectations: [")) == [("recipe.twin", 9)]
    second = first.replace("- name: toiledau", "- name: parciau")
    made = recipe(tmp_path, ("expectations: [", f"{second}expectations: ["))
    assert [resource.name for resource in made.resources] == ["toiledau", "parciau"]


def test_no_resources_are_told(tmp_path: Path) -> None:
    start, end = RECIPE.index("resources:"), RECIPE.index("expectations")
    assert told(tmp_path, (RECIPE[start:end], "resources: []\n")) == [("strict.empty", 9)]
    assert told(tmp_path, (RECIPE[start:end], "")) == [("strict.missing", 1)]


def test_all_mistakes_are_told_at_once_by_line(tmp_path: Path) -> None:
    faults = told(
        tmp_path,
        ("organization: cyngor-enghraifft", "organisation: cyngor-enghraifft"),
        ("en: Toilets", "en: ''"),
        ("trim: all", "trim: all\n      - trim: al"),
        ("frequency: monthly", "frequency: '???'"),
    )
    assert faults == [
        ("strict.missing", 1),
        ("strict.unknown-near", 2),
        ("strict.empty", 4),
        ("strict.not-one-of", 14),
        ("strict.undecided", 22),
    ]


@pytest.mark.parametrize(
    ("path", "stays"),
    [
        ("a.csv", True),
        ("source/ŵ b.csv", True),
        ("a..b.csv", True),
        ("", False),
        (".", False),
        ("..", False),
        ("a/../b", False),
        (".a", False),
        ("a/.b/c", False),
        ("/a", False),
        ("~/a", True),
        ("a\\b", False),
        ("c:a", False),
    ],
)
def test_paths_that_stay_inside(path: str, stays: bool) -> None:
    assert inside(path) is stays


def test_every_sentence_of_the_recipe_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    known = {code.removeprefix("error.") for code in catalogue("en") if code.startswith("error.recipe.")}
    assert {code for code in known if f'"{code}"' not in source} == set()
    assert set(LINE) == set(LANGUAGES)
