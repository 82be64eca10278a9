"""Workbooks that public bodies have published: what they hide is found, and what is ordinary is no alarm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from agored.findings import Finding, Severity
from agored.read.hidden import KINDS, hidden_content
from agored.words import LANGUAGES

BLOCKING: Mapping[str, str] = {
    # councils and other public bodies
    "contracts/Contracts-2017-8-open.xlsx": "authors rows-filtered",
    "education/absenteeism_primary_wales.ods": "authors connections",
    "elections/Roughley-Ward-Town-Council-Election-Results.xlsx": "authors",
    "footfall/edinburgh_Footfall_March_2012_to_July_2013.xls": "authors comments",
    "geography/Geography_lookups_-_match_LSOA_to_different_geography_groups.ods": "authors",
    "grants/Community-Grants-Payments-2016-17-xlsx.xlsx": "authors pivot-records",
    "grants/trafford_council_voluntary_sector_grants_360_giving_format.xlsx": "",
    "health/170927-register-data-practice-2016-17-en.ods": "authors connections",
    "health/180426-registered-patients-number-gp-practitioners-practice-2017-en.ods": "authors",
    "health/sexual_health.xlsx": "authors",
    "libraries/bbc_librariesdata_3sheets.xlsx": "authors",
    "ons-spreadsheets/ashe_rev_cv_2013.xls": "authors",
    "ons-spreadsheets/ott.xls": "authors embedded",
    "ons-spreadsheets/real-excel-date.xls": "authors",
    "ons-spreadsheets/rich.xls": "",
    "ons-spreadsheets/table-a02.xls": "authors macros rows text",
    "pairs/brownfield-brentwood/brentwood.xlsm": "authors macros",
    "population/over_16.xlsx": "leftover-text",
    "poverty/Local-child-poverty-estimates-ahc-october-2020_revised.xlsx": "authors rows-filtered",
    "spend/suttoncoldfield/Payments-in-excess-of-2016-17.xlsx": "authors",
    "spend/suttoncoldfield/Payments-in-excess-of-2016-17_TOCLEAN.xlsx": "authors",
    "spend/suttoncoldfield/Payments-over-250-2017-18-Q2.xlsx": "authors",
    # files that other projects test with, of those that hide anything beside an author
    "robustness/frictionless/fixtures/template.xlsx": "comments",
    "robustness/messytables/bian-anal-mca-2005-dols-eng-1011-0312-tab3.xlsm": "authors custom-xml",
    "robustness/qsv/any_sheets.xls": "authors macros sheets",
    "robustness/qsv/password-protected-password123.ods": "not-looked-at",
    "robustness/qsv/password-protected-password123.xlsx": "not-looked-at",
}
"""What blocks in each workbook; all others in the folder hide at most who wrote them."""


def workbooks(real_data: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(real_data.rglob("*")):
        if file.suffix[1:].lower() in KINDS:
            yield file.relative_to(real_data).as_posix(), file


def found_in(file: Path, sheet: str | None = None) -> dict[str, Finding]:
    kind = file.suffix[1:].lower()
    findings = hidden_content(file.read_bytes(), kind, sheet, "tabl", file.name)
    return {finding.code.removeprefix("read.hidden-"): finding for finding in findings}


def test_what_blocks_in_every_workbook(real_data: Path) -> None:
    blocking = {
        name: {code for code, finding in found_in(file).items() if finding.severity is Severity.BLOCKING}
        for name, file in workbooks(real_data)
    }
    assert len(blocking) > 60
    assert BLOCKING.keys() <= blocking.keys()
    for name, codes in blocking.items():
        if name in BLOCKING:
            assert codes == set(BLOCKING[name].split()), name
        else:
            assert codes <= {"authors"}, name


def test_every_finding_tells_what_why_and_how(real_data: Path) -> None:
    for _, file in workbooks(real_data):
        for finding in found_in(file).values():
            for language in LANGUAGES:
                assert "{" not in finding.what(language) + finding.why(language) + finding.how(language)


@pytest.mark.parametrize(
    ("name", "code", "count", "place"),
    [
        ("grants/Community-Grants-Payments-2016-17-xlsx.xlsx", "pivot-records", 69, "“PIVOT”"),
        ("contracts/Contracts-2017-8-open.xlsx", "rows-filtered", 15, "“Sheet1”: 4, 8–11, 13–15"),
        (
            "poverty/Local-child-poverty-estimates-ahc-october-2020_revised.xlsx",
            "rows-filtered",
            597,
            "“Parliamentary Constituency”: 2–598",
        ),
        # As many as xlrd tells: 2,898 rows on one sheet and 1,374 on the other
        ("ons-spreadsheets/table-a02.xls", "rows", 4_272, "“seasonally adjusted”: 9–472, 474–484"),
        ("ons-spreadsheets/table-a02.xls", "text", 11, "“seasonally adjusted”: A5, A506"),
        (
            "footfall/edinburgh_Footfall_March_2012_to_July_2013.xls",
            "comments",
            6,
            "“2013 Monthly %”; “2013 Annual %”",
        ),
        ("health/170927-register-data-practice-2016-17-en.ods", "connections", 1, ""),
        ("education/absenteeism_primary_wales.ods", "connections", 20, ""),
        ("population/over_16.xlsx", "leftover-text", 107, ""),
        ("robustness/frictionless/fixtures/template.xlsx", "comments", 6, "“Export this as TSV”"),
        ("robustness/qsv/any_sheets.xls", "sheets", 1, "“Hidden”"),
    ],
)
def test_how_much_is_hidden_and_where(real_data: Path, name: str, code: str, count: int, place: str) -> None:
    finding = found_in(real_data / name)[code]
    assert finding.count == count
    assert (finding.place or "").startswith(place)


@pytest.mark.parametrize(
    "name",
    [
        "elections/Roughley-Ward-Town-Council-Election-Results.xlsx",
        "spend/suttoncoldfield/Payments-over-250-2017-18-Q2.xlsx",
        "spend/suttoncoldfield/Payments-in-excess-of-2016-17.xlsx",
    ],
)
def test_colours_that_are_written_wrongly_hide_nothing(real_data: Path, name: str) -> None:
    """``rgb="0"`` is no colour, and there are programs that refuse to open these workbooks for it."""
    assert not found_in(real_data / name).keys() & {"text", "text-conditional", "not-looked-at"}


def test_it_makes_no_difference_whether_rows_are_glanced_at_or_walked(
    real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [file for _, file in workbooks(real_data) if file.stat().st_size < 1_000_000]
    files = [file for file in files if file.suffix.lower() in (".xlsx", ".xlsm", ".ods")]
    glanced = [found_in(file) for file in files]
    monkeypatch.setattr("agored.read.hidden.xlsx_sheet._Glance._is_quiet", lambda glance, rows: False)
    monkeypatch.setattr("agored.read.hidden.ods_content._Reader.counted", lambda reader, rows: None)
    for file, before in zip(files, glanced, strict=True):
        after = found_in(file)
        assert after.keys() == before.keys(), file.name
        for code, finding in after.items():
            assert (finding.count, finding.place, finding.rows) == (
                before[code].count,
                before[code].place,
                before[code].rows,
            ), f"{file.name} {code}"
