"""The whole path up to the gate on files as councils and other bodies published them: some may go out with the
right recipe, others are rightly refused.

The files stay where they are (AGORED_REAL_DATA); only recipes, schemas and code lists of ours are here. Figures
in this file are published ones. What each case taught is said where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from real_leaks import leaks_of
from real_workspace import (
    FILES,
    GOVERNANCE,
    WHY,
    Ran,
    approved,
    checked,
    reasons,
    run_through,
    workspace_of,
)

from agored.approving import approve
from agored.checking import Checked
from agored.decisions import Decision, write_decision
from agored.errors import GateClosed, SourceError
from agored.gate import today
from agored.package.verify import verify
from agored.validate import validate_package

Cell = tuple[Mapping[str, str], str, str]
"""Which record, by some of its fields; a field of it; and what must stand there."""


@dataclass(frozen=True)
class Published:
    """What must come of a case that may go out: ``suppressed`` are the cells that are left blank, by field;
    ``advisories`` what the decision must accept."""

    case: str
    rows: int
    cells: tuple[Cell, ...]
    suppressed: Mapping[str, int] = field(default_factory=dict)
    advisories: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.case


def year(first: int) -> str:
    """A financial year."""
    return f"{first}-04-01/P1Y"


PUBLISHED = [
    # A StatsWales export: title rows, no heading over the areas, months as headings, footnotes after a blank row.
    # 120 of 345 counts of people are 1 to 4, in a file that everybody can fetch.
    Published(
        "rough-sleepers",
        345,
        (
            ({"area_code": "W92000004", "period": "2023-04"}, "count", "125"),
            ({"area_code": "W06000001", "period": "2023-04"}, "count", ""),
            ({"area_code": "W06000001", "period": "2023-04"}, "count_note", "c"),
            ({"area_code": "W06000003", "period": "2023-04"}, "count", "0"),
            ({"area_code": "W06000022", "period": "2024-06"}, "count", "25"),
        ),
        suppressed={"count": 120},
    ),
    # A StatsWales cube: local codes for areas, staff and measures, financial years as six digits, note codes.
    Published(
        "flying-start",
        1416,
        (
            (
                {
                    "period": year(2013),
                    "area_code": "W06000001",
                    "staff_code": "wider-health-team",
                    "measure": "contacts_per_child",
                },
                "value",
                "1.111801242",
            ),
            (
                {
                    "period": year(2023),
                    "area_code": "W92000004",
                    "staff_code": "health-visitor",
                    "measure": "contacts",
                },
                "value_note",
                "t",
            ),
        ),
    ),
    # The same cube as people see it in Welsh, with 62 names of a county misspelt, known here by “also”.
    Published(
        "dechraun-deg",
        1416,
        (
            (
                {
                    "period": year(2013),
                    "area_code": "W06000010",
                    "staff_code": "health-visitor",
                    "measure": "contacts",
                },
                "value",
                "7960.0",
            ),
        ),
    ),
    Published(
        "flying-start-english",
        1416,
        (
            (
                {
                    "period": year(2013),
                    "area_code": "W06000010",
                    "staff_code": "health-visitor",
                    "measure": "contacts",
                },
                "value",
                "7960.0",
            ),
        ),
    ),
    # UK-AIR: four rows above the headings, five columns called “status”, HTML in headings, a row that is one
    # blank, day before month, 24:00. That blank row is told once, as blank, and not as short besides.
    Published(
        "chepstow-air",
        5352,
        (
            ({"period": "2026-01-01T01:00:00Z"}, "pm10", "20.290"),
            ({"period": "2026-01-01T01:00:00Z"}, "nox_note", "ratified"),
            ({"period": "2026-01-02T00:00:00Z"}, "pm25_note", "ratified"),
            ({"period": "2026-08-12T00:00:00Z"}, "no2", ""),
        ),
    ),
    # Wards with counts of one and two houses; the shares beside them would give the counts back.
    Published(
        "hmo-wards",
        29,
        (
            ({"ward": "Cathays"}, "licensed", "2385"),
            ({"ward": "Butetown"}, "licensed", ""),
            ({"ward": "Butetown"}, "licensed_note", "c"),
            ({"ward": "Pentyrch"}, "licensed", "0"),
        ),
        suppressed={"licensed": 5, "council_tax": 12, "dwellings": 0},
    ),
    # A bilingual code list with a byte order mark, Windows line ends and eight blank rows at its end.
    Published("oedrannau", 137, (({"age_code": "Q4"}, "title_cy", "65 oed a hŷn"),)),
    # Windows-1252: one Welsh letter in 1,909 rows is all that tells.
    Published(
        "mynegai-amddifadedd",
        1909,
        (
            ({"lsoa_code": "W01000440"}, "lsoa_title", "Felin-fâch"),
            ({"lsoa_code": "W01000440"}, "area_code", "W06000023"),
        ),
    ),
    # CP437, the encoding of DOS: one pound sign in 2,026 rows. Sole traders stand among the suppliers.
    Published(
        "harrogate-spend",
        2026,
        (({"transaction": "4633553"}, "expenditure", "Fixed Assets less than £5k"),),
        # Apostrophes that became question marks before the file was published.
        advisories={"personal-data.names-among supplier": 62, "read.mojibake-lost": 10},
    ),
    # Old Macintosh line ends (one of Windows among them), two rows of headings, a grand total at the end.
    Published(
        "lambeth-spend",
        1014,
        (({"supplier": "Transport Trading Limited"}, "amount", "2837397.00"),),
        advisories={"personal-data.names-among supplier": 50},
    ),
    # UTF-16, headings of many words, cells filled up with blanks, thousands marks.
    Published(
        "mental-health-admissions",
        4905,
        (
            ({"organisation": "5C1", "measure": "part-ii-patients"}, "count_note", "c"),
            ({"organisation": "5C1", "measure": "total-patients-31st-march"}, "count", "10"),
            ({"organisation": "NYA04", "measure": "discharges-from-sct"}, "count", "0"),
        ),
        suppressed={"count": 764},
    ),
    # Years such as 2013/14 as headings. Two rates are above the limit that the recipe sets, and may be right.
    Published(
        "asthma-admissions",
        220,
        (({"area_code": "W06000001", "period": year(2013)}, "rate", "107.9"),),
        advisories={"expectation.plausibility.rate-at-most rate": 2},
    ),
    # Counts that the supplier suppressed, as “< 10”; they keep the code c beside an empty cell.
    Published(
        "benefit-claimants",
        177,
        (
            ({"lsoa_code": "E01003013"}, "claimants_over_65", ""),
            ({"lsoa_code": "E01003013"}, "claimants_over_65_note", "c"),
            ({"lsoa_code": "E01003013"}, "claimants", "30"),
            ({"lsoa_code": "E01003013"}, "business", "138"),
        ),
        suppressed={"claimants": 0, "claimants_over_65": 0, "single": 0, "registered": 0},
    ),
    # Labels stacked in four columns, three of them without a heading; larger areas leave the fourth one empty.
    Published(
        "uk-population",
        44,
        (
            ({"area_code": "W06000001", "period": "2023"}, "count", "69290"),
            ({"area_code": "W06000015", "period": "2022"}, "count", "371105"),
        ),
        suppressed={"count": 0},
    ),
    # A code list with Welsh letters.
    Published("ardaloedd", 22, (({"area_code": "W06000001"}, "area_cy", "Ynys Môn"),)),
    # Hospitals with Welsh names: 75 postcodes were set aside in ethics.yaml, and the decision accepts that.
    Published(
        "ysbytai",
        75,
        (
            ({"site_code": "7A1AD"}, "hospital_cy", "Ysbyty Cymuned yr Wyddgrug"),
            ({"site_code": "7A1AD"}, "postcode", "CH7  1RH"),
        ),
        advisories={"personal-data.postcode postcode": 75},
    ),
    # Names of councillors: set aside because the law asks for them, and accepted by the decision twice over.
    Published(
        "councillors",
        24,
        (),
        advisories={
            "personal-data.name-heading councillor": 20,
            "ethics.personal-data-in-release personal_data.in_release": 1,
        },
    ),
]


@pytest.mark.parametrize("expected", PUBLISHED, ids=str)
def test_a_right_recipe_makes_a_sound_package(expected: Published, run_of: Callable[..., Ran]) -> None:
    ran = run_of(expected.case)

    assert ran.told("blocking") == {}
    assert ran.told("advisory") == expected.advisories
    assert len(ran.rows) == expected.rows
    for record, name, text in expected.cells:
        found = [row[name] for row in ran.rows if record.items() <= row.items()]
        assert found == [text], (record, name)
    assert suppressed(ran) == expected.suppressed
    assert validate_package(ran.package / "datapackage.json") == ()
    assert verify(str(ran.package)).content_hash == ran.run.content_hash


def suppressed(ran: Ran) -> dict[str, int]:
    """The cells that protection left blank, by field, as the public record tells and as the data show."""
    import json

    changes = json.loads((ran.package / "changes.json").read_bytes())
    (resource,) = changes["resources"]
    told = {
        rule["field"]: rule["cells"] for rule in resource["protect"]["rules"] if rule["rule"] == "suppressed"
    }
    for name, count in told.items():
        marked = [row for row in ran.rows if "c" in row[f"{name}_note"].split(",")]
        assert all(row[name] == "" for row in marked)
        assert len(marked) >= count  # more where the supplier had suppressed some already
    return told


@pytest.mark.parametrize("expected", PUBLISHED, ids=str)
def test_a_second_run_gives_the_same_bytes(expected: Published, run_of: Callable[..., Ran]) -> None:
    first, second = run_of(expected.case), run_of(expected.case, again=True)

    assert first.run.folder != second.run.folder
    assert first.run.content_hash is not None
    assert second.run.content_hash == first.run.content_hash
    assert sums(second) == sums(first)


def sums(ran: Ran) -> bytes:
    return (ran.package / "SHA256SUMS").read_bytes()


@pytest.mark.parametrize("expected", PUBLISHED, ids=str)
def test_the_gate_opens_for_a_decision_that_accepts_every_advisory(
    expected: Published, run_of: Callable[..., Ran]
) -> None:
    ran = run_of(expected.case, again=True)

    assert reasons(checked(ran)) == ["no-approval"]
    if ran.advisories:
        with pytest.raises(GateClosed) as still_closed:
            approved(ran, [])
        faults = still_closed.value.problems
        assert [fault.code for fault in faults] == ["gate.unaccepted"] * len(ran.advisories)
        write(checked(ran), "approval")
        assert reasons(checked(ran)) == ["unaccepted"] * len(ran.advisories)
    gate = approved(ran, ran.advisories)
    assert gate.judgement.open, reasons(gate)
    write(gate, "refusal")
    assert reasons(checked(ran)) == ["refusal"]


def write(gate: Checked, kind: str) -> None:
    """A person writes a decision about the content by hand; an approval accepts nothing."""
    inputs = gate.inputs
    sources = gate.run.sources if kind == "approval" else None
    content = gate.run.content or ""
    decision = Decision(kind, inputs.recipe.identity, content, GOVERNANCE, today(), sources, reason=WHY)
    write_decision(inputs.folder / "decisions", decision)


def test_both_languages_of_a_cube_come_to_the_same_data(run_of: Callable[..., Ran]) -> None:
    welsh, english = run_of("dechraun-deg"), run_of("flying-start-english")

    assert welsh.rows == english.rows
    assert len({tuple(row.items()) for row in welsh.rows}) == 1416
    codes = ("period", "area_code", "staff_code", "measure")
    facts = {tuple(row[code] for code in codes): row for row in run_of("flying-start").rows}
    for row in welsh.rows:  # the cube's own facts, in another order, counts without the “.0” of the views
        fact = facts[tuple(row[code] for code in codes)]
        assert float(fact["value"]) == float(row["value"])
        assert fact["value_note"] == row["value_note"]


@dataclass(frozen=True)
class Refused:
    """What must be found in a file that may not go out; ``file`` where it is not the case's own, ``recipe`` as
    for ``workspace_of``."""

    name: str
    case: str
    blocking: Mapping[str, int]
    places: Mapping[str, str | None]
    file: str = ""
    recipe: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


def invalid(name: str, blocking: Mapping[str, int], places: Mapping[str, str | None]) -> Refused:
    """An upload that StatsWales keeps to test that it is refused."""
    file = f"statswales/invalid/{name}.csv"
    return Refused(name, "invalid-facts", blocking, places, file, {"dupe-fact.csv": f"{name}.csv"})


SHARES_DROPPED = """      - drop:
          fields: [licensed_share, council_tax_share]
          reason:
            cy: Byddai’r gyfran yn rhoi’n ôl y cyfrif a ataliwyd.
            en: The share would give back the count that is suppressed.
"""

REFUSED = [
    # Counts of people cannot be published by calling the policy “none”, whatever the reason.
    Refused(
        "people-without-protection",
        "rough-sleepers",
        {"protection.people-unprotected count": 1},
        {"protection.people-unprotected": None},
        recipe={"{policy: standard}": "{policy: none, reason: {cy: Hen ddata., en: Old data.}}"},
    ),
    # The footnotes of the export, taken for records.
    Refused(
        "footnotes-among-records",
        "rough-sleepers",
        {
            "read.blank-rows": 3,
            "shape.lookup area": 390,
            "validation.primary-key": 30,
            "validation.code-unknown area_code": 390,
            "validation.pattern area_code": 390,
            "validation.required area_code": 45,
            "validation.required count": 411,
            "validation.type-integer count": 24,
            "protection.not-whole count": 24,
            "expectation.coverage.area-code-filled area_code": 45,
        },
        {"read.blank-rows": "27", "shape.lookup": 'A30 · "area"', "protection.not-whole": 'B31 · "count"'},
        recipe={"      rows: {until: blank}\n": ""},
    ),
    # English months read as Welsh ones.
    Refused(
        "months-of-the-other-language",
        "rough-sleepers",
        {
            "shape.period period": 345,
            "validation.primary-key": 322,
            "validation.required period": 345,
            "expectation.coverage.periods-at-least period": 1,
            "expectation.coverage.period-filled period": 345,
        },
        {"shape.period": 'B4 · "period"'},
        recipe={"language: en": "language: cy"},
    ),
    # The title row says which table it is; another one must not slip in under the recipe.
    Refused(
        "another-table",
        "rough-sleepers",
        {"read.expected-cell": 1},
        {"read.expected-cell": "A2"},
        recipe={"{A2: Rough sleepers by local authority}": "{A2: Population by local authority}"},
    ),
    # Another station and another year, in a file of the very same layout.
    Refused(
        "another-station",
        "chepstow-air",
        {"read.expected-cell": 1, "expectation.plausibility.period-not-before period": 8759},
        {"read.expected-cell": "C4", "expectation.plausibility.period-not-before": 'A7 · "period"'},
        "air-quality/NPT3_2025.csv",
        {"CHP_2026.csv": "NPT3_2025.csv"},
    ),
    # 62 rows misspell a county, and 62 notes of the Welsh view are English. Nobody had noticed.
    Refused(
        "defects-of-the-welsh-view",
        "dechraun-deg",
        {
            "shape.lookup area_code": 62,
            "shape.note-code Nodiadau": 62,
            "validation.code-unknown area_code": 62,
            "validation.pattern area_code": 62,
            "expectation.plausibility.area-code-form area_code": 62,
        },
        {"shape.lookup": 'F12 · "area_code"', "shape.note-code": 'H24 · "Nodiadau"'},
        recipe={"{Total: t}": "{Cyfanswm: t}"},
        without=("lists/areas/1.csv",),
    ),
    # An official list writes January, April and July wrongly in Welsh, in every year from 1970 to 2050.
    Refused(
        "misoedd",
        "misoedd",
        {"shape.period named_cy": 243},
        {"shape.period": 'C2 · "named_cy"'},
    ),
    # Years as headings; every code is right, and so is every figure, but not side by side: from the seventh row
    # on, figures in StatsWales's order stand beside codes in the order of codes. No schema can find that. What
    # Cardiff's figure must be (row 15, last column) is enough to.
    Refused(
        "figures-beside-other-codes",
        "poblogaeth",
        {"read.expected-cell": 1},
        {"read.expected-cell": "L15"},
    ),
    # Shares of a protected count, each beside what it is a share of.
    Refused(
        "shares-of-small-counts",
        "hmo-wards",
        {
            "protection.unprotected-rate licensed_share": 29,
            "protection.unprotected-rate council_tax_share": 29,
        },
        {"protection.unprotected-rate": 'E2 · "licensed_share"'},
        recipe={SHARES_DROPPED: "", "hmo-wards/1": "hmo-wards/2"},
    ),
    # Suppression without rounding: some count nearby may be a total.
    Refused(
        "unrounded-beside-suppressed",
        "hmo-wards",
        {
            "protection.total-unrounded licensed": 24,
            "protection.total-unrounded council_tax": 17,
            "protection.total-unrounded dwellings": 29,
        },
        {"protection.total-unrounded": 'B2 · "licensed"'},
        recipe={"{policy: standard}": "{policy: standard, with: {rounding: 0}}"},
    ),
    Refused(
        "blank-rows-at-the-end",
        "oedrannau",
        {"read.blank-rows": 8, "validation.primary-key-empty": 8, "validation.row-blank": 8},
        {"read.blank-rows": "139"},
        recipe={", rows: {until: blank}": ""},
    ),
    # Pound signs, which the recipe does not declare, in the same council's file of another month.
    Refused(
        "pound-signs",
        "lambeth-spend",
        {"shape.number amount": 967, "validation.type-number amount": 967},
        {"shape.number": 'B3 · "amount"'},
        "spend/lambeth/2011-05-payments.csv",
        {"2011-11-payments.csv": "2011-05-payments.csv"},
    ),
    # People who do not exist: every kind of identifier that the screen knows in British data.
    Refused(
        "synthetic-people",
        "synthetic-people",
        {
            "personal-data.name-heading given_name": 3000,
            "personal-data.name-heading surname": 3000,
            "personal-data.postcode zip_code": 89,
            "personal-data.email email_address": 3000,
            "personal-data.phone telephone_number": 172,
            "personal-data.name-heading mothers_maiden": 2737,
            "personal-data.birth-date-heading birthday": 3000,
            "personal-data.national-insurance national_id": 73,
        },
        {
            "personal-data.name-heading": 'E2 · "given_name"',
            "personal-data.postcode": 'L29 · "zip_code"',
            "personal-data.national-insurance": 'AA88 · "national_id"',
        },
    ),
    Refused(
        "councillors-not-set-aside",
        "councillors",
        {"personal-data.name-heading councillor": 20},
        {"personal-data.name-heading": 'A2 · "councillor"'},
        without=("ethics.yaml",),
    ),
    Refused(
        "hospital-postcodes-not-set-aside",
        "ysbytai",
        {"personal-data.postcode postcode": 75},
        {"personal-data.postcode": 'J2 · "postcode"'},
        without=("ethics.yaml",),
    ),
    # Postcodes stand in addresses as well; one phone number is written with two kinds of blanks.
    Refused(
        "community-toilets",
        "community-toilets",
        {
            "personal-data.postcode address": 27,
            "personal-data.postcode postcode": 30,
            "personal-data.phone telephone": 29,
        },
        {"personal-data.postcode": 'C2 · "address"', "personal-data.phone": 'H2 · "telephone"'},
    ),
    # One column holds e-mail addresses, phone numbers or both; one postcode and one number hide in free text.
    Refused(
        "food-banks",
        "food-banks",
        {
            "personal-data.postcode referral": 1,
            "personal-data.phone opening_times": 1,
            "personal-data.postcode address": 1,
            "personal-data.postcode postcode": 171,
            "personal-data.email contact": 57,
            "personal-data.phone contact": 40,
        },
        {"personal-data.email": 'F3 · "contact"'},
    ),
    invalid("bad-note-codes", {"shape.note-code notes": 1}, {"shape.note-code": 'D3 · "notes"'}),
    invalid("dupe-fact", {"validation.primary-key": 1}, {"validation.primary-key": "4"}),
    invalid("incomplete-fact", {"validation.required period": 1}, {"validation.required": 'A3 · "period"'}),
    invalid(
        "non-numeric-data", {"validation.type-number value": 1}, {"validation.type-number": 'B3 · "value"'}
    ),
    invalid(
        "only-1-col",
        {
            "shape.no-heading period": 1,
            "shape.no-heading value": 1,
            "shape.no-field notes": 1,
            "validation.column-missing period": 1,
            "validation.column-missing measure": 1,
            "validation.column-missing value": 1,
            "validation.column-missing value_note": 1,
            "validation.column-extra": 1,
        },
        {"shape.no-heading": None, "validation.column-extra": "A"},
    ),
]


@pytest.fixture
def refused_run(real_data: Path, tmp_path: Path) -> Callable[[Refused], Ran]:
    """The run of a file that may not go out."""

    def run(expected: Refused) -> Ran:
        file = real_data / (expected.file or FILES[expected.case])
        workspace = workspace_of(tmp_path, expected.case, file, expected.recipe, expected.without)
        return run_through(workspace, expected.case)

    return run


@pytest.mark.parametrize("expected", REFUSED, ids=str)
def test_a_file_that_may_not_go_out_is_refused_and_says_where(
    expected: Refused, refused_run: Callable[[Refused], Ran]
) -> None:
    ran = refused_run(expected)

    assert ran.told("blocking") == expected.blocking
    assert {code: ran.places[code] for code in expected.places} == expected.places
    assert ran.run.content_hash is None
    assert not ran.package.exists()
    assert len(leaks_of(ran)) == 0
    gate = checked(ran)
    assert reasons(gate) == ["blocking"]
    with pytest.raises(GateClosed) as refused:
        approve(gate, "0" * 64, GOVERNANCE)
    assert refused.value.code == "approve.nothing"


SHAPES_OF_ERRORS = [
    ("undeclared-encoding", "mynegai-amddifadedd", "", {", encoding: cp1252": ""}, "read.not-text", {
        "encoding": "utf-8", "offset": "16769", "line": "428", "byte": "0xE2",
    }),
    ("undeclared-encoding-of-dos", "harrogate-spend", "", {", encoding: cp437": ""}, "read.not-text", {
        "encoding": "utf-8", "offset": "196385", "line": "1320", "byte": "0x9C",
        "readings": "cp1252: œ, cp437: £, cp850: £, mac_roman: ú",
    }),
    ("wrong-encoding", "mental-health-admissions", "", {"encoding: utf-16": "encoding: cp1252"},
     "read.zero-byte", {"line": "1"}),
    ("workbook", "uk-population", "population/over_16.xlsx",
     {"wales_population_df.csv": "over_16.xlsx, format: csv"}, "read.not-csv", {"kind": "XLSX / ODS / ZIP"}),
    ("workbook-of-two-sheets", "uk-population", "population/over_16.xlsx",
     {"wales_population_df.csv": "over_16.xlsx"}, "read.which-sheet", {}),
    ("workbook-without-that-sheet", "uk-population", "population/over_16.xlsx",
     {"wales_population_df.csv": "over_16.xlsx, sheet: Data"}, "read.no-sheet", {"sheet": "Data"}),
    ("workbook-in-an-encoding-that-takes-any-byte", "uk-population", "population/over_16.xlsx",
     {"wales_population_df.csv": "over_16.xlsx, format: csv", "header: 8": "header: 8, encoding: cp437"},
     "read.not-csv", {"kind": "XLSX / ODS / ZIP"}),
    ("open-document-workbook", "uk-population", "education/absenteeism_primary_wales.ods",
     {"wales_population_df.csv": "absenteeism_primary_wales.ods, format: csv"}, "read.not-csv",
     {"kind": "XLSX / ODS / ZIP"}),
    ("old-workbook", "uk-population", "ons-spreadsheets/table-a02.xls",
     {"wales_population_df.csv": "table-a02.xls, format: csv"}, "read.not-csv", {"kind": "XLS"}),
    ("no-bytes", "invalid-facts", "robustness/frictionless/empty.csv",
     {"dupe-fact.csv": "empty.csv"}, "read.empty", {}),
    ("tabs-read-by-commas", "invalid-facts", "robustness/qsv/boston311-100-bad.tsv",
     {"dupe-fact.csv": "boston311-100-bad.tsv, format: csv"}, "read.delimiter", {"likely": "tab"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "file", "recipe", "code", "facts"),
    [pytest.param(*shape[1:], id=shape[0]) for shape in SHAPES_OF_ERRORS],
)
def test_a_file_that_cannot_be_read_stops_the_command(
    case: str,
    file: str,
    recipe: Mapping[str, str],
    code: str,
    facts: Mapping[str, str],
    real_data: Path,
    tmp_path: Path,
) -> None:
    workspace = workspace_of(tmp_path, case, real_data / (file or FILES[case]), recipe)

    with pytest.raises(SourceError) as stopped:
        run_through(workspace, case)

    assert (stopped.value.code, stopped.value.exit_code) == (code, 11)
    assert facts.items() <= stopped.value.facts.items()
    for language in ("cy", "en"):
        assert Path(file or FILES[case]).name in stopped.value.message(language)


def test_columns_dropped_for_a_reason_are_told_to_the_public(run_of: Callable[..., Ran]) -> None:
    ran = run_of("hmo-wards")

    changes = (ran.package / "changes.json").read_text(encoding="utf-8")
    assert "The share would give back the count that is suppressed." in changes
    assert "Byddai’r gyfran yn rhoi’n ôl y cyfrif a ataliwyd." in changes
    assert not {"licensed_share", "council_tax_share"} & set(ran.rows[0])


def test_a_finding_set_aside_is_told_with_who_set_it_aside(run_of: Callable[..., Ran]) -> None:
    (finding,) = [each for each in run_of("ysbytai").findings if each.severity == "advisory"]

    assert finding.code == "personal-data.postcode"
    assert finding.detail["set_aside_by"] == "Data team"
