"""Every text and workbook of the collection: drafted or refused with a name; and what is proposed for some of them,
as a person who has looked at the file would confirm it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from real_leaks import leaks, own_words
from test_every_real_file import patience

from agored.drafting import draft
from agored.drafting.proposal import Proposal
from agored.drafting.vocabulary import MARKER, NOTE_STARTS, TOTALS, WHOLES, label
from agored.drafting.writing import recipe_text, settings_text
from agored.errors import AgoredError, SourceError
from agored.ethics import draft as draft_ethics
from agored.read.look import seen_rows, seen_sheets
from agored.recipe import Source
from agored.schema import TYPES
from agored.strict import UNDECIDED
from agored.words import LANGUAGES

TEXTS = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls", ".resource", ".zip")
SLOW = "messytables/large.ods"


def files_of(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)


def outcomes_of(files: Iterable[Path], tmp_path: Path) -> tuple[Counter[str], dict[Path, Path]]:
    """How drafting ends for each file, and the folder of each draft."""
    outcomes: Counter[str] = Counter()
    made: dict[Path, Path] = {}
    refusals: list[tuple[list[Path], int]] = []
    for number, file in enumerate(files):
        folder = tmp_path / str(number)
        try:
            with patience():
                draft(folder, "a-dataset", file)
        except AgoredError as error:
            outcomes[error.code] += 1
            left = list(tmp_path.glob(f"{number}/**/*"))
            said = {error.message(language) for language in LANGUAGES}
            refusals.append((left, len(said)))
        else:
            outcomes["drafted"] += 1
            made[file] = folder
    # A refusal leaves nothing behind, and is told in both languages.
    assert all(left == [] and said == len(LANGUAGES) for left, said in refusals)
    return outcomes, made


def test_every_text_is_drafted_or_refused(real_data: Path, tmp_path: Path) -> None:
    outcomes, made = outcomes_of(files_of(real_data, TEXTS), tmp_path)
    assert outcomes["drafted"] > 365
    assert set(outcomes) == {
        "drafted",
        "new.aligned",
        "new.no-delimiter",
        "new.no-header",
        "read.empty",
        "read.not-csv",
        "read.stray-quote",
        "read.too-wide",
    }
    assert outcomes["new.no-header"] < 13
    for file, folder in made.items():
        check_draft(folder, file, cells_of_text(folder, file))


def test_every_workbook_is_drafted_or_refused(real_data: Path, tmp_path: Path) -> None:
    files = [file for file in files_of(real_data, WORKBOOKS) if not str(file).endswith(SLOW)]
    outcomes, made = outcomes_of(files, tmp_path)
    assert outcomes["drafted"] > 60
    assert set(outcomes) == {"drafted", "new.no-header", "read.empty", "read.password"}
    for file, folder in made.items():
        source = resource_of(folder)["source"]
        if "sheet" in source:
            check_draft(folder, file, cells_of_sheet(file, source))


def resource_of(folder: Path) -> dict[str, Any]:
    recipe = yaml.safe_load((folder / "datasets/a-dataset/dataset.yaml").read_text(encoding="utf-8"))
    resource: dict[str, Any] = recipe["resources"][0]
    return resource


def header_rows(source: dict[str, Any]) -> list[int]:
    header = source["header"]
    return header if isinstance(header, list) else [header]


def cells_of_text(folder: Path, file: Path) -> list[list[str]]:
    source = resource_of(folder)["source"]
    encoding = source["encoding"].replace(UNDECIDED, "latin-1").replace("utf-8", "utf-8-sig")
    delimiter = source["delimiter"].replace("tab", "\t").replace(UNDECIDED, ",")
    with file.open(encoding=encoding, newline="") as opened:
        return list(csv.reader(opened, delimiter=delimiter))


def cells_of_sheet(file: Path, source: dict[str, Any]) -> list[list[str]]:
    declared = Source(path=file.name, sheet=source["sheet"], format=source.get("format"))
    return [list(line.cells) for line in seen_rows(file, declared, 5_000).lines]


def check_draft(folder: Path, file: Path, rows: list[list[str]]) -> None:
    """A draft is whole, leaves decisions to a person, and holds of the file its headings at most, and the words
    that tables are built with."""
    paths = [path for path in folder.rglob("*.*") if path.is_file() and path.parent.name != "source"]
    drafted = "\n".join(without_counts(path.read_text(encoding="utf-8")) for path in paths)
    resource = resource_of(folder)
    source = resource["source"]
    assert UNDECIDED in drafted
    assert (folder / "datasets/a-dataset" / source["path"]).read_bytes() == file.read_bytes()
    first, last = header_rows(source)[0], header_rows(source)[-1]
    headings = " ".join(cell for row in rows[first - 1 : last] for cell in row)
    as_names = re.sub(r"[^a-z0-9]+", "_", plain(headings))
    sheets = " ".join(sheet_names(file, source))
    allowed = " ".join(
        [headings, " ".join(headings.split()), plain(headings), as_names, file.name, sheets, own_words()]
    )
    allowed += template() + " ".join(re.findall(r"^          \d+: .*$", drafted, re.MULTILINE))
    body = {cell.strip() for row in rows[last:] for cell in row} - {cell.strip() for cell in built_with(rows)}
    assert leaks(body, drafted, allowed) == [], file.name


def template() -> str:
    """What stands in every draft."""
    words = " iso-8859-14 cp437 mac_roman period value area time month quarter "
    words += " ".join(TYPES) + " "
    nothing = Proposal((), (), (), ())
    return words + settings_text() + recipe_text("a-dataset", "x", nothing) + draft_ethics("gds-2020")


def without_counts(text: str) -> str:
    """The text without the numbers and places in its comments, which may be those of cells by chance."""
    lines = [
        re.sub(r"\b[A-Z]{0,3}\d[\d,]*\b", "", line) if line.strip().startswith("#") else line
        for line in text.splitlines()
    ]
    return "\n".join(lines)


def built_with(rows: list[list[str]]) -> Iterable[str]:
    """The cells that say what tables are built with: totals, markers, beginnings of notes."""
    for row in rows:
        for cell in row:
            text = cell.strip()
            if label(text) in TOTALS | WHOLES or MARKER.fullmatch(text) or text in NOTE_STARTS:
                yield cell


def sheet_names(file: Path, source: dict[str, Any]) -> list[str]:
    if "sheet" not in source:
        return []
    declared = Source(path=file.name, format=source.get("format"))
    return [each.name for each in seen_sheets(file, declared)]


def plain(text: str) -> str:
    return unicodedata.normalize("NFD", text.casefold()).encode("ascii", "ignore").decode()


@pytest.mark.parametrize(
    "file",
    [
        "robustness/frictionless/numeric-labels.csv",  # numbers for headings: the next row is a record
        "robustness/pollock-polluted/csv/file_no_header.csv",
        "robustness/frictionless/without-headers.csv",
        "robustness/messytables/null.csv",
        "robustness/qsv/any_sheets.xlsx",
    ],
)
def test_no_record_is_taken_for_the_headings(file: str, real_data: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        draft(tmp_path / "new", "a-dataset", real_data / file)

    assert refused.value.code == "new.no-header"
    assert not (tmp_path / "new").exists()


# What a person would confirm. Each layout is another one: ``source`` beside path, UTF-8 and comma, then the
# operations after ``trim`` and ``name``.

PROPOSED: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    # A StatsWales export: months in the headings, none over the areas, notes below a blank row.
    "housing/rough_sleepers_data.csv": (
        {"header": 3, "rows": {"until": "blank"}},
        [
            {"unpivot": {"keep": ["column_1"], "name": "period", "value": "value"}},
            {"period": {"field": "period", "kind": "month", "format": "YYYY MMM", "language": "en"}},
            {"total": {"field": "column_1", "code": "Wales"}},
        ],
    ),
    # Another: health boards and areas in the headings, filters above.
    "health/adult_lifestyle.csv": (
        {"header": 9, "rows": {"until": "blank"}},
        [
            {"unpivot": {"keep": ["column_1", "column_2"], "name": "area", "value": "value"}},
            {"notes": {"field": "value", "markers": {".": UNDECIDED}}},
        ],
    ),
    # A third: headings over two of six columns, blank rows and footnotes, then facts about the table.
    "population/wales_population_df.csv": (
        {"header": 8},
        [
            {"leave_out": {"blank": True}},
            {"leave_out": {"field": "column_1", "starts": ["Footnote"]}},
            {"notes": {"field": "mid_year_2023", "markers": {"..": UNDECIDED}}},
        ],
    ),
    # Air quality: three lines and a site above, a blank row below the headings, a day and an hour up to 24:00.
    "air-quality/CHP_2026.csv": (
        {"header": 5, "rows": {"until": "blank"}},
        [
            {
                "period": {
                    "fields": ["date", "time"],
                    "kind": "time",
                    "format": "DD-MM-YYYY HH:mm",
                    "zone": UNDECIDED,
                    "to": "date",
                }
            }
        ],
    ),
    # Met Office: notes above, a row of units, dashes for what is missing.
    "csvw/examples/cambornedata.csv": (
        {"header": 6, "units": 7},
        [{"notes": {"field": "sun", "markers": {"---": UNDECIDED}}}],
    ),
    # Spending: a title over one of two columns, pounds, a grand total.
    "spend/lambeth/2011-05-payments.csv": (
        {"header": 2},
        [
            {"leave_out": {"field": "supplier_name", "is": ["Grand Total"]}},
            {"number": {"field": "total", "group": ",", "prefix": "£"}},
        ],
    ),
    # No Unicode: the encoding is open; dates with four digits to the year.
    "foi/lambeth_LBLFOIDisclosureLogAug2011.csv": (
        {"encoding": UNDECIDED, "header": 2},
        [{"period": {"field": "received", "kind": "day", "format": "DD/MM/YYYY"}}],
    ),
    # UTF-16, and a period of digits that is a month or a year of two: open.
    "health/Inpatients_MHA_Machine_readable_dataset_1011.csv": (
        {"encoding": "utf-16", "header": 1},
        [{"period": {"field": "reporting_period", "kind": UNDECIDED, "format": UNDECIDED}}],
    ),
    # Facts of a StatsWales cube: years of two in digits alone.
    "statswales/hlth1250/data-orig.csv": (
        {"header": 1},
        [{"period": {"field": "yearcode", "kind": UNDECIDED, "format": "YYYYYY"}}],
    ),
    # Years over everything but the code.
    "statswales-odata/complete-popu1009-pop.csv": (
        {"header": 1},
        [{"unpivot": {"keep": ["authoritycode"], "name": "period", "value": "value"}}],
    ),
    # Ages from 0 to 90+ beside sums and facts: a person must say what the numbers are.
    "population/mid-year_population_estimates_lsoa.csv": (
        {"header": 1},
        [
            {
                "unpivot": {
                    "keep": [
                        "period", "area_code", "area_name", "geography", "gender", "all_ages", "aged_0_to_15",
                        "aged_16_to_64", "aged_65_and_over",
                    ],
                    "name": UNDECIDED,
                    "value": "value",
                }
            },
            {"notes": {"field": "value", "markers": {"NA": UNDECIDED}}},
            {"notes": {"field": "all_ages", "markers": {"NA": UNDECIDED}}},
            {"notes": {"field": "aged_65_and_over", "markers": {"NA": UNDECIDED}}},
        ],
    ),
    # A schools list with a sum at its end.
    "education/edinburgh_Primary_Rolls_ScotXed_20-09-12.csv": (
        {"header": 4},
        [{"leave_out": {"field": "school_name", "is": ["Total"]}}],
    ),
    # Three rows of headings, pounds and blank rows to the end of the sheet.
    "pollock-uk/csv/workforce-management-information-dft_201706.csv": (
        {"header": [1, 2, 3], "rows": {"until": "blank"}},
        [],
    ),
    # Semicolons.
    "pairs/irve-2018/exemple-invalide.csv": (
        {"delimiter": ";", "header": 1},
        [{"period": {"field": "date_maj", "kind": "day", "format": "DD/MM/YYYY"}}],
    ),
    # A workbook of four sheets, merged headings over years.
    "poverty/Local-child-poverty-estimates-ahc-october-2020_revised.xlsx": (
        {"sheet": "Parliamentary Constituency", "header": [1, 2]},
        [],
    ),
    # Years over two columns without headings, a small number hidden.
    "health/sexual_health.xlsx": (
        {"sheet": "Testing", "header": 1},
        [
            {"unpivot": {"keep": ["column_1", "column_2"], "name": "period", "value": "value"}},
            {"notes": {"field": "value", "markers": {"<5": UNDECIDED}}},
            {"total": {"field": "column_2", "code": "All"}},
        ],
    ),
    # 23 sheets; years of two in the headings, totals among the sexes.
    "education/absenteeism_primary_wales.ods": (
        {"sheet": "11_Sex_Persistent_10%", "header": 4},
        [
            {
                "unpivot": {
                    "keep": ["year_group", "gender", "persistent_absence", "measure", "column1"],
                    "name": "period",
                    "value": "value",
                }
            },
            {"period": {"field": "period", "kind": UNDECIDED, "format": "YYYY/YY"}},
            {"total": {"field": "year_group", "code": "Total"}},
            {"total": {"field": "gender", "code": "Total"}},
        ],
    ),
    # An old workbook: three rows of headings, notes below with and without a known beginning.
    "ons-spreadsheets/ashe_rev_cv_2013.xls": (
        {"sheet": "All", "header": [3, 4, 5]},
        [{"leave_out": {"field": "description", "starts": [UNDECIDED, "Source:"]}}],
    ),
    # A workbook without an ending that says so.
    "planning/digital-land-resources/xlsx.resource": (
        {"format": "xlsx", "sheet": "DCLG-version-for-website-May-20", "header": 1},
        [],
    ),
    "robustness/messytables/simple.zip": ({"member": "simple.csv", "header": 1}, []),
}  # fmt: skip
ONLY_FIRST = {
    "health/Inpatients_MHA_Machine_readable_dataset_1011.csv",
    "ons-spreadsheets/ashe_rev_cv_2013.xls",
    "pollock-uk/csv/workforce-management-information-dft_201706.csv",
}
"""Files with the same operation for many columns, of which the first ones stand above."""


@pytest.mark.parametrize("file", PROPOSED)
def test_a_person_would_confirm_the_proposal(file: str, real_data: Path, tmp_path: Path) -> None:
    draft(tmp_path, "a-dataset", real_data / file)
    resource = resource_of(tmp_path)

    usual = {"encoding": "utf-8", "delimiter": ","}
    source = {
        key: value for key, value in resource["source"].items() if key != "path" and usual.get(key) != value
    }
    steps = [step for step in resource["shape"] if not {"trim", "name"} & set(step)]
    for step in steps:
        for entry in step.values():
            entry.pop("reason", None)
    expected_source, expected_steps = PROPOSED[file]
    assert source == expected_source
    assert steps[: len(expected_steps)] == expected_steps
    assert file in ONLY_FIRST or len(steps) == len(expected_steps)
