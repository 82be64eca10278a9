"""`agored validate`: one file by a Table Schema, or a data package, without a recipe."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from agored.cli import main
from agored.errors import RecipeError, SourceError
from agored.findings import Finding
from agored.read.scan import scan
from agored.validate.library import guarded
from agored.validating import Declared, Validated, validate_file, validate_package_file
from agored.words import LANGUAGES

FIELDS: list[dict[str, Any]] = [
    {"name": "code", "type": "string", "constraints": {"required": True}},
    {"name": "count", "type": "integer", "constraints": {"minimum": 0}},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(
    text: str | bytes,
    fields: list[dict[str, Any]] | None = None,
    declared: Declared | None = None,
    *,
    report: bool = False,
    **more: Any,
) -> Validated:
    """The verdict on a file of the current folder."""
    Path("data.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    schema = {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json"}
    Path("schema.json").write_text(json.dumps({**schema, "fields": fields or FIELDS, **more}))
    return validate_file(Path("data.csv"), Path("schema.json"), declared or Declared(), report=report)


def told(validated: Validated) -> dict[tuple[str, str | None], Finding]:
    """The findings by code, without its first part, and field."""
    return {(each.code.removeprefix("validation."), each.field): each for each in validated.findings}


def test_a_clean_file_has_no_findings(folder: Path) -> None:
    assert judged("code,count\nA,1\nB,2\n").findings == ()


def test_each_fault_has_its_place_and_its_count(folder: Path) -> None:
    found = told(judged("code,count\nA,x\n,2\nC,-1\nD,y\n"))
    assert set(found) == {("type-integer", "count"), ("required", "code"), ("minimum", "count")}
    wrong = found["type-integer", "count"]
    assert (wrong.place, wrong.rows, wrong.count, wrong.total) == ('B2 · "count"', (2, 5), 2, 4)
    assert found["minimum", "count"].detail == {"limit": "0"}


def test_counts_are_exact_though_examples_are_capped(folder: Path) -> None:
    found = told(judged("code,count\n" + "A,x\n" * 25_000))
    wrong = found["type-integer", "count"]
    assert wrong.count == wrong.total == 25_000
    assert wrong.rows == tuple(range(2, 12))


def test_rows_of_another_length(folder: Path) -> None:
    found = told(judged("code,count\nA,1\nB\nC,1,2\nD,4\n\n"))
    assert found["cell-missing", None].rows == (3,)
    assert found["cell-extra", None].rows == (4,)
    assert found["row-blank", None].rows == (6,)
    assert set(found) == {("cell-missing", None), ("cell-extra", None), ("row-blank", None)}


@pytest.mark.parametrize(
    ("header", "code", "field", "detail"),
    [
        ("code,number", "column-other", "count", {"column": "B"}),
        ("code,", "column-unnamed", "count", {"column": "B"}),
        ("code,count,more", "column-extra", None, {"column": "C"}),
        ("code", "column-missing", "count", {}),
        ("code,code", "column-twice", "count", {"column": "B"}),
    ],
)
def test_headings(folder: Path, header: str, code: str, field: str | None, detail: dict[str, str]) -> None:
    width = header.count(",") + 1
    found = told(judged(f"{header}\n{','.join(['7'] * width)}\n"))
    assert found[code, field].detail == detail


@pytest.mark.parametrize(
    ("field", "told_as"),
    [
        ({"type": "number"}, "12.5"),
        ({"type": "number", "decimalChar": ",", "groupChar": "."}, "12,5"),
        ({"type": "integer"}, "1250"),
        ({"type": "boolean"}, "true, false"),
        ({"type": "boolean", "trueValues": ["ie"], "falseValues": ["na"]}, "ie, na"),
        ({"type": "date"}, "2026-01-31"),
        ({"type": "date", "format": "any"}, "2026-01-31"),
        ({"type": "date", "format": "%d/%m/%Y"}, "31/01/2026"),
        ({"type": "datetime"}, "2026-01-31T09:00:00Z"),
        ({"type": "datetime", "format": "%d.%m.%y %H:%M"}, "31.01.26 09:00"),
        ({"type": "time"}, "09:00:00"),
        ({"type": "time", "format": "%I %p"}, "09 AM"),
        ({"type": "year"}, "2026"),
        ({"type": "yearmonth"}, "2026-01"),
        ({"type": "duration"}, "P1Y6M"),
        ({"type": "geopoint"}, "-3.18, 51.48"),
        ({"type": "geopoint", "format": "array"}, "[-3.18, 51.48]"),
        ({"type": "geopoint", "format": "object"}, '{"lon": -3.18, "lat": 51.48}'),
        ({"type": "geojson"}, "GeoJSON"),
        ({"type": "geojson", "format": "topojson"}, "TopoJSON"),
        ({"type": "object"}, '{"ward": "Cathays"}'),
        ({"type": "array"}, '["Cathays", "Splott"]'),
        ({"type": "list", "delimiter": ";", "itemType": "integer"}, "“;”"),
        ({"type": "string", "format": "email"}, "email"),
    ],
)
def test_values_of_another_kind_are_told_with_the_form_that_is_asked_for(
    folder: Path, field: dict[str, Any], told_as: str
) -> None:
    (finding,) = judged("code,value\nA,?!\n", [{"name": "code"}, {"name": "value", **field}]).findings
    assert finding.code == f"validation.type-{field['type']}"
    for language in LANGUAGES:
        assert told_as in finding.what(language) + finding.how(language, recipe=False)
        assert finding.why(language)


def test_the_constraints_of_the_items_of_lists_are_told(folder: Path) -> None:
    item = {"type": "integer", "constraints": {"maximum": 5}}
    fields = [{"name": "code"}, {"name": "value", "type": "array", "arrayItem": item}]
    (finding,) = judged('code,value\nA,"[1, 7]"\n', fields).findings
    assert (finding.code, finding.detail) == ("validation.maximum", {"limit": "5"})


def test_what_is_declared_is_done(folder: Path) -> None:
    text = "A title\nŵ\ncode;count\nŷ;1\n".encode("iso8859-14")
    assert judged(text, declared=Declared("iso8859-14", ";", 3)).findings == ()


def test_nothing_is_guessed_without_a_report(folder: Path) -> None:
    assert told(judged("code;count\nA;1\n")).keys() == {("column-missing", "count"), ("column-other", "code")}


def test_a_byte_that_is_no_text_is_named(folder: Path) -> None:
    with pytest.raises(SourceError) as caught:
        judged(b"code,count\nA,1\nD\x92r,2\n")
    assert caught.value.code == "read.not-text"
    assert caught.value.facts["line"] == "3"


def test_an_empty_file_and_one_that_is_not_there(folder: Path) -> None:
    with pytest.raises(SourceError) as caught:
        judged("")
    assert caught.value.code == "validate.empty"
    with pytest.raises(SourceError) as caught:
        validate_file(Path("none.csv"), Path("schema.json"), Declared())
    assert caught.value.code == "validate.missing"


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04", b"PAR1\x15", bytes.fromhex("d0cf11e0a1b11ae1"), b"%PDF-1.7"]
)
def test_a_workbook_is_refused_in_whatever_encoding(folder: Path, start: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        judged(start + b"code,count\nA,1\n", declared=Declared("latin-1"))
    assert caught.value.code == "validate.not-csv"


def test_a_zipped_table_is_judged(folder: Path) -> None:
    assert judged("code,count\nA,1\n").findings == ()
    with zipfile.ZipFile("data.csv.zip", "w") as archive:
        archive.writestr("data.csv", "code,count\nA,x\n")
    validated = validate_file(Path("data.csv.zip"), Path("schema.json"), Declared())
    assert told(validated).keys() == {("type-integer", "count")}


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        (Declared("klingon"), "validate.no-encoding"),
        (Declared(delimiter=";;"), "validate.delimiter"),
        (Declared(header=9), "validate.no-header"),
    ],
)
def test_what_cannot_be_declared(folder: Path, declared: Declared, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        judged("code,count\nA,1\n", declared=declared)
    assert caught.value.code == code
    assert caught.value.message("cy") != caught.value.message("en")


def test_a_line_without_end(folder: Path) -> None:
    with pytest.raises(SourceError) as caught:
        judged("code,count\nA," + "1" * 10_000_001)
    assert caught.value.code == "validate.endless-line"


def test_a_schema_that_cannot_be_used_names_its_faults(folder: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        judged("code\nA\n", [{"name": "code", "type": "sting", "constraints": {"required": "true"}}])
    assert len(caught.value.problems) >= 2


def test_categories_and_unique_keys_are_ours_and_stay_out_of_the_report(folder: Path) -> None:
    fields = [
        {"name": "code", "type": "string", "categories": ["A", {"value": "B", "label": "Bee"}]},
        {"name": "count", "type": "integer", "categories": [1, 2]},
    ]
    text = "code,count\nA,1\nB,2\nC,1\nA,01\n,3\n"
    validated = judged(text, fields, uniqueKeys=[["code", "count"]], report=True)
    found = told(validated)
    assert found["not-a-category", "code"].rows == (4,)
    assert found["not-a-category", "count"].rows == (6,)
    assert found["unique-key", None].rows == (5,)  # 01 is 1
    assert found["unique-key", None].detail == {"fields": "code, count"}
    assert validated.report is not None
    assert validated.report["valid"]


def test_unique_keys_let_records_without_a_value_be(folder: Path) -> None:
    assert judged("code,count\nA,\nA,\n", uniqueKeys=[["code", "count"]]).findings == ()


def test_ours_are_found_where_frictionless_judges_alone(folder: Path) -> None:
    """A quote that is escaped is read by frictionless itself."""
    package = {
        "name": "p",
        "resources": [
            {
                "name": "data",
                "type": "table",
                "path": "data.csv",
                "dialect": {"csv": {"escapeChar": "\\"}},
                "schema": {
                    "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
                    "fields": [{"name": "code", "type": "string", "categories": ["A"]}, FIELDS[1]],
                    "uniqueKeys": [["count"]],
                },
            }
        ],
    }
    Path("data.csv").write_text("code,count\nA,1\nZ,1\n")
    Path("datapackage.json").write_text(json.dumps(package))
    found = told(validate_package_file(Path("datapackage.json")))
    assert found["not-a-category", "code"].rows == (3,)
    assert found["unique-key", None].rows == (3,)


def test_dates_that_depend_on_the_day(folder: Path) -> None:
    fields = [{"name": "day", "type": "date", "format": "any"}, FIELDS[1]]
    found = told(judged("day,count\n5 January 2020,1\nJanuary,2\n2020,3\nnever,4\n", fields))
    assert found["today", "day"].rows == (3, 4)
    assert found["type-date", "day"].rows == (5,)


def test_values_at_which_frictionless_breaks_off(folder: Path) -> None:
    fields = [FIELDS[0], {"name": "count", "type": "number", "constraints": {"minimum": 0}}]
    text = "code,count\nA,sNaN\nB,1\n"
    assert told(judged(text, fields))["type-number", "count"].rows == (2,)
    assert judged(text, fields, report=True).report is None


@pytest.mark.parametrize("lines", ["\n", "\r\n", "\r"])
def test_blank_lines_beside_records_of_empty_cells(folder: Path, lines: str) -> None:
    """A blank line has no cells, a record of commas has empty ones, which only the first is always missing."""
    fields = [{"name": "code", "type": "string"}, {"name": "count", "type": "integer"}]
    text = lines.join(["code,count", "A,1", "", ",", "B,2", '"",""', ""])
    found = told(judged(text, fields, missingValues=["-"]))
    assert found["row-blank", None].rows == (3,)
    assert found["type-integer", "count"].rows == (4, 6)


def test_a_key_that_comes_twice_far_apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agored.read.scan.BLOCK", 1 << 12)
    fields = [{"name": "code", "type": "string", "constraints": {"unique": True}}, FIELDS[1]]
    rows = [f"C{number},{number}" for number in range(5_000)]
    rows[4_900] = "C7,1"
    validated = judged("code,count\n" + "\n".join(rows), fields, primaryKey=["code"], report=True)
    found = told(validated)
    assert found["unique", "code"].rows == found["primary-key", None].rows == (4_902,)
    assert validated.report is not None
    notes = [error["note"] for error in validated.report["tasks"][0]["errors"]]
    assert notes == ["the same as in the row at position 9"] * 2


def package(folder: Path, children: str) -> Path:
    """A package of two tables, one of which refers to the other."""
    key = {"fields": "parent", "reference": {"resource": "parents", "fields": "id"}}
    parents: dict[str, Any] = {"fields": [{"name": "id", "type": "integer"}], "primaryKey": "id"}
    fields = [{"name": "n", "type": "integer"}, {"name": "parent", "type": "integer"}]
    resources = [
        {"name": "parents", "type": "table", "path": "parents.csv", "schema": parents},
        {
            "name": "children",
            "type": "table",
            "path": "children.csv",
            "schema": {"fields": fields, "foreignKeys": [key]},
        },
    ]
    (folder / "parents.csv").write_text("id\n1\n2\n3\n")
    (folder / "children.csv").write_text(children)
    file = folder / "datapackage.json"
    file.write_text(json.dumps({"name": "family", "resources": resources}))
    return file


def test_a_package_with_its_foreign_keys(folder: Path) -> None:
    file = package(folder, "n,parent\n1,01\n2,9\n3,\n4,9\n")
    (finding,) = validate_package_file(file).findings
    assert finding.code == "validation.foreign-key"
    assert (finding.resource, finding.rows, finding.count) == ("children", (3, 5), 2)
    assert finding.detail == {"fields": "parent", "resource": "parents", "there": "id"}


def test_the_officer_s_workbook_lists_the_codes_that_are_not_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = package(folder, "n,parent\n1,01\n2,9\nx,7\n4,9\n")
    with pytest.raises(SystemExit, match="12"):
        main(["validate", file.name, "--annotated", "private.xlsx", "--language", "en"])
    assert "private.xlsx (private" in capsys.readouterr().out
    book = openpyxl.load_workbook("private.xlsx")
    assert book.sheetnames == ["Summary", "parents", "children", "Cell by cell", "Values"]
    values = [[cell.value for cell in row[1:6]] for row in book["Values"].iter_rows(min_row=4)]
    assert sorted(values) == [
        ["children", "n", "x", "1", "A4"],
        ["children", "parent", "7", "1", "A4"],
        ["children", "parent", "9", "2", "A3"],
    ]
    assert [[cell.value for cell in row] for row in book["parents"].iter_rows()] == [
        ["id"],
        ["1"],
        ["2"],
        ["3"],
    ]
    with pytest.raises(SystemExit, match="11"):
        main(["validate", file.name, "--annotated", "children.csv"])
    assert (folder / "children.csv").read_text().startswith("n,parent")


def test_the_officer_s_workbook_where_frictionless_judges_alone(folder: Path) -> None:
    text = 'code|count\nA|1\n"B|x\nC|y"\n'
    fields = [{"name": "code"}, {"name": "count", "type": "integer"}]
    found = judged(text, fields, Declared(delimiter="|"))
    found.annotate(Path("private.xlsx"), "cy")
    page = openpyxl.load_workbook("private.xlsx")["data"]
    assert page["A2"].value == "A"
    assert len(found.findings) == sum(1 for _ in page.iter_rows() for cell in _ if cell.comment)


@pytest.mark.parametrize(
    ("end", "fast", "last", "also_marked"),
    [
        ("E|2\n", True, ["E", "2", None, None, None], []),
        # The quotation mark is never closed.
        ('"E|2\n', False, ["E|2\n", None, None, None, None], ["A9"]),
    ],
)
def test_the_officer_s_workbook_shows_every_cell_where_it_stands(
    folder: Path, end: str, fast: bool, last: list[str | None], also_marked: list[str]
) -> None:
    text = "A title|1\n|\ncode|count\nA|1\nB|x|more||still\nC\n\nD|y\n" + end
    found = judged(text, declared=Declared(delimiter="|", header=3))
    (verdict,) = found.verdicts
    assert verdict.fast is fast
    found.annotate(Path("private.xlsx"), "en")
    page = openpyxl.load_workbook("private.xlsx")["data"]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["A title", "1", None, None, None],
        [None] * 5,
        ["code", "count", None, None, None],
        ["A", "1", None, None, None],
        ["B", "x", "more", None, "still"],
        ["C", None, None, None, None],
        [None] * 5,
        ["D", "y", None, None, None],
        last,
    ]
    marked = [cell.coordinate for row in page.iter_rows() for cell in row if cell.comment]
    assert marked == ["A5", "B5", "A6", "A7", "B8", *also_marked]


@pytest.mark.parametrize("parents_first", [True, False])
def test_no_table_of_a_package_is_read_twice(
    folder: Path, parents_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = package(folder, "n,parent\n1,01\n2,9\n3,\n4,9\n")
    described = json.loads(file.read_text())
    if not parents_first:
        described["resources"].reverse()
        file.write_text(json.dumps(described))
    scanned = []

    def noting(path: Path, **layout: Any) -> Any:
        scanned.append(path.name)
        return scan(path, **layout)

    monkeypatch.setattr("agored.read.scan.scan", noting)
    (finding,) = validate_package_file(file).findings
    assert (finding.resource, finding.rows) == ("children", (3, 5))
    assert sorted(scanned) == ["children.csv", "parents.csv"]


def test_the_report_of_a_package_is_frictionlesss_own(folder: Path) -> None:
    file = package(folder, "n,parent\n1,1\nx,9\n3,\n")
    report = validate_package_file(file, report=True).report
    with guarded() as frictionless:
        own = frictionless.Package(str(file)).validate(limit_errors=0).to_descriptor()
    for each in (report, own):
        assert each is not None
        for stats in (each["stats"], *(task["stats"] for task in each["tasks"])):
            del stats["seconds"]
    assert report == own


def test_a_json_file_that_is_no_package(folder: Path) -> None:
    for text, code in (
        ("{", "validate.not-json"),
        ("[]", "validate.no-package"),
        ("{}", "validate.no-package"),
    ):
        Path("datapackage.json").write_text(text)
        with pytest.raises(SourceError) as caught:
            validate_package_file(Path("datapackage.json"))
        assert caught.value.code == code


@pytest.mark.parametrize("language", ["cy", "en"])
def test_the_command(folder: Path, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    def ends(*words: str) -> int:
        with pytest.raises(SystemExit) as caught:
            main(["validate", *words, "--language", language])
        return int(caught.value.code or 0)

    judged("code,count\nA,1\n")
    assert ends("data.csv", "--schema", "schema.json") == 0
    assert capsys.readouterr().out.strip()
    Path("data.csv").write_text("code,count\nSecret,x\n")
    assert ends("data.csv", "--schema", "schema.json") == 12
    assert "Secret" not in capsys.readouterr().out
    assert ends("data.csv", "--schema", "schema.json", "--json") == 12
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["code"] == "validation.type-integer"
    assert ends("data.csv", "--schema", "schema.json", "--frictionless-report") == 12
    assert json.loads(capsys.readouterr().out)["stats"]["errors"] == 1
    assert ends("data.csv") == 11
    Path("data.tsv").write_text("code\tcount\nA\t1\n")
    assert ends("data.tsv", "--schema", "schema.json") == 0
    Path("data.txt").write_text("code\tcount\nA\t1\n")
    assert ends("data.txt", "--schema", "schema.json", "--delimiter", "tab") == 0
