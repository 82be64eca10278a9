"""The screen for personal data: each kind, what must not be taken for it, and real files."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from agored.ethics import patterns
from agored.ethics.headings import Names, names_of, promises
from agored.ethics.people import looks_like_person
from agored.ethics.personal_data import CODES, screen
from agored.findings import Finding, Severity
from agored.schema import Field, Schema
from agored.table import Column, Table
from agored.words import LANGUAGES, Bilingual

NOTHING = Schema("t/1", {}, ())


@pytest.fixture(scope="module")
def real_data() -> Path:
    """The folder of real files; without it the tests skip, but not in CI."""
    folder = os.environ.get("AGORED_REAL_DATA")
    if folder:
        return Path(folder)
    if os.environ.get("CI") == "true":
        pytest.fail("AGORED_REAL_DATA is not set in CI")
    pytest.skip("AGORED_REAL_DATA is not set: no real files")


def screened(heading: str, cells: Sequence[str]) -> dict[str, Finding]:
    """What the screen finds in one column, by kind."""
    findings = screen(Table.of({heading: list(cells)}), NOTHING, "r")
    return {finding.code.removeprefix("personal-data."): finding for finding in findings}


def nhs_number(generator: random.Random) -> str:
    """A number that passes the check, worked out apart from the code under test."""
    while True:
        nine = [generator.randint(1, 9), *(generator.randint(0, 9) for _ in range(8))]
        check = -sum(digit * (10 - place) for place, digit in enumerate(nine)) % 11
        if check < 10:
            return "".join(map(str, [*nine, check]))


@pytest.mark.parametrize(
    "text",
    ["sian.jones@gmail.com", "contact: j.hall@caerdydd.gov.uk.", "O’Neill@example.org", "peter.hall@example.org",
     "SIAN@EXAMPLE.CYMRU", "a.b+c@x.gov.wales; d"],
)  # fmt: skip
def test_addresses_of_people(text: str) -> None:
    assert patterns.has_personal_email(text)


@pytest.mark.parametrize(
    "text",
    ["info@cyngor.cymru", "ymholiadau@sirgar.gov.uk", "stats.housing@gov.wales", "gwasanaethau.cwsmer@x.cymru",
     "hall@example.org", "villagehall.bookings@gmail.com", "citycentreteam@example.gov.uk", "swyddfa.post@x.cymru",
     "allotments@example.gov.uk", "no at sign", "a@b", "@example.org", "", "https://x.org/@user"],
)  # fmt: skip
def test_addresses_of_roles(text: str) -> None:
    assert not patterns.has_personal_email(text)


@pytest.mark.parametrize(
    "text",
    ["029 2018 0123", "(029) 2018 0123", "02920 180123", "+44 29 2018 0123", "+44 (0)29 2018 0123",
     "0044 7700 900123",
     "07700 900123", "07700900123", "01632 960123", "01632-960-123", "0113 496 0123", "Tel.01632960123",
     "ring 029\u00a02018 0123 or write", "01632 960 123 / 01632 960 124"],
)  # fmt: skip
def test_phone_numbers(text: str) -> None:
    assert patterns.has_phone(text)


@pytest.mark.parametrize(
    "text",
    ["0300 123 4567", "0800 1111", "100100123456", "W06000015", "2026-01-02T00:00:00Z", "2026-01-02 01:00",
     "-3.01632960123", "318450", "01632960123456", "GB29NWBK60161331926819", "AB01632960123", "123-01632 960123",
     "2026/01632 960123", "999", "07612345678", "00123456789", ""],
)  # fmt: skip
def test_no_phone_numbers(text: str) -> None:
    assert not patterns.has_phone(text)


@pytest.mark.parametrize("text", ["AB123456C", "AB 12 34 56 C", "see AB 12 34 56 C.", "JK-12-34-56-A"])
def test_national_insurance_numbers(text: str) -> None:
    assert patterns.has_national_insurance(text)


@pytest.mark.parametrize(
    "text",
    ["QQ123456C", "AO123456C", "GB123456C", "ZZ123456A", "AB123456E", "AB12345C", "XAB123456C", "AB123456CD",
     "AB12 3456C", "ab123456c", "22C6E66F-AB123456C-4FDE", "W06000001"],
)  # fmt: skip
def test_no_national_insurance_numbers(text: str) -> None:
    assert not patterns.has_national_insurance(text)


@pytest.mark.parametrize(
    "text", ["CF10 3AT", "Stryd Fawr, Caerdydd, CF10 3AT", "LL55 1AB", "W1A 0AX", "M1 1AE", "SY23  3AS"]
)
def test_postcodes_in_text(text: str) -> None:
    assert patterns.has_postcode(text)


@pytest.mark.parametrize(
    "text",
    ["CF10", "CF10 3", "W01000001", "QX1 1AA", "A40 3AB", "cf10 3at", "CF103AT", "CF10 3AI", "B4519 2018",
     "XCF10 3AT",
     "AB1-CF10 3AT", ""],
)  # fmt: skip
def test_no_postcodes_in_text(text: str) -> None:
    assert not patterns.has_postcode(text)


@pytest.mark.parametrize(
    ("number", "passes"),
    [("9434765919", True), ("943 476 5919", True), ("943-476-5919", True), ("9434765918", False),
     ("943476591", False)],
)  # fmt: skip
def test_the_nhs_check(number: str, passes: bool) -> None:
    assert patterns.passes_nhs_check(number) is passes


def test_the_nhs_check_against_another_reckoning() -> None:
    generator = random.Random(7)
    assert all(patterns.passes_nhs_check(nhs_number(generator)) for _ in range(500))
    passing = sum(patterns.passes_nhs_check(str(generator.randint(10**9, 10**10 - 1))) for _ in range(20_000))
    assert 0.085 < passing / 20_000 < 0.097, "one number in eleven passes by chance"


def test_nhs_numbers_are_found_by_their_rate() -> None:
    generator = random.Random(1)
    real = [nhs_number(generator) for _ in range(40)]
    others = [str(generator.randint(10**9, 10**10 - 1)) for _ in range(400)]
    assert screened("code", real)["nhs-number"].count == 40
    assert "nhs-number" not in screened("code", others)
    assert "nhs-number" not in screened("code", real[:2]), "two alone prove nothing"
    assert "nhs-number" not in screened("code", real[:5] + others[:40])
    assert screened("nhs_number", [real[0], *others[:9]])["nhs-number"].severity is Severity.BLOCKING
    assert screened("rhif_gig", real[:1])["nhs-number"].count == 1
    assert screened("notes", ["Claf, rhif GIG 943 476 5919, wedi symud", "dim"])["nhs-number"].rows == (2,)


@pytest.mark.parametrize("heading", ["uprn", "case_number", "cod", "ffôn"])
def test_the_switchboard_of_cardiff_is_no_nhs_number(heading: str) -> None:
    """029 2087 2087 without its 0 passes the NHS check."""
    assert patterns.passes_nhs_check("2920872087")
    cells = ["2920872087", "1000000017", "1000000024", "1000000035", "1000000049"]
    assert "nhs-number" not in screened(heading, cells)


def test_phone_numbers_that_a_spreadsheet_cut() -> None:
    cut = ["2920180123", "7700900123", "1632960123"]
    assert screened("phone", cut)["phone"].count == 3
    assert "phone" not in screened("uprn", cut)
    whole = ["07700900123", "01632960123", "x", ""]
    assert screened("code", whole)["phone"].count == 2
    assert "phone" not in screened("code", [*whole, "1", "2", "3", "4"]), (
        "digits alone must be half of the cells"
    )


def test_national_insurance_by_rate_and_heading() -> None:
    codes = [f"AB{number:06}{letter}" for number in range(10) for letter in "ABCDEFGHIJ"]
    assert "national-insurance" not in screened("asset", codes), "four letters of ten are right by chance"
    assert screened("asset", ["AB123456A", "CE654321D"])["national-insurance"].count == 2
    assert screened("rhif_yswiriant_gwladol", ["ab123456", ""])["national-insurance"].count == 1
    assert "national-insurance" not in screened("plate", ["ab123456", "x", "y", "z"])


def test_postcodes_by_rate_and_heading() -> None:
    assert screened("site", ["cf103at", "LL551AB", ""])["postcode"].count == 2
    assert "postcode" not in screened("site", ["cf103at", "x", "y", "z"])
    assert screened("cod_post", ["cf103at", "x", "y", "z"])["postcode"].count == 1
    assert screened("address", ["1 Stryd Fawr CF10 3AT", *["dim"] * 99])["postcode"].rows == (2,)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("E-mail", "email"), ("cyfeiriad_ebost", "email"), ("ContactEmail", "email"),
        ("Phone number", "phone"), ("rhif_ffôn", "phone"), ("Ffôn symudol", "phone"), ("TEL", "phone"),
        ("NHSNumber", "nhs-number"), ("Rhif GIG", "nhs-number"),
        ("NINO", "national-insurance"), ("Rhif Yswiriant Gwladol", "national-insurance"),
        ("Post Code", "postcode"), ("côd post", "postcode"), ("CodPost", "postcode"),
        ("DOB", "birth-date"), ("date_of_birth", "birth-date"), ("Dyddiad geni", "birth-date"),
        ("BlwyddynGeni", "birth-date"), ("Birthday", "birth-date"),
    ],
)  # fmt: skip
def test_headings(heading: str, kind: str) -> None:
    assert promises([heading], kind)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("hotel", "phone"), ("births", "birth-date"), ("country_of_birth", "birth-date"), ("stillborn", "birth-date"),
        ("genitive", "birth-date"), ("email", "phone"), ("automobile", "phone"), ("Gigabytes", "nhs-number"),
        ("live births", "birth-date"), ("lle_geni", "birth-date"),
    ],
)  # fmt: skip
def test_headings_that_promise_nothing(heading: str, kind: str) -> None:
    assert not promises([heading], kind)


WHOSE = {
    Names.PEOPLE: [
        "Surname", "enw_cyntaf", "GivenName", "cyfenw", "Applicant name", "enw'r ymgeisydd", "Enw’r perchennog",
        "Licence holder's name", "Contact name", "Next of kin",
    ],
    Names.ROLE: ["applicant", "LicenceHolder", "Headteacher", "deiliad", "Landlords"],
    Names.PERHAPS: ["name", "enw", "Full name", "Supplier", "Enw llawn", "BeneficiaryName", "name_cy"],
    Names.NOBODY: [
        "area_name", "enw_ardal", "ward_name", "Enw'r ysgol", "site_name", "School Name", "Common name", "filename",
        "StreetName", "local_authority_name", "count", "",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "names"), [(heading, names) for names, headings in WHOSE.items() for heading in headings]
)
def test_whose_names_a_heading_promises(heading: str, names: Names) -> None:
    assert names_of([heading]) is names


def test_the_heading_that_says_most_decides() -> None:
    assert names_of(["a1", "Enw", "Surname"]) is Names.PEOPLE
    assert names_of([]) is Names.NOBODY


@pytest.mark.parametrize(
    "text",
    ["Siân Evans", "Mrs A Jones", "Evans, Siân", "Y Cyng. Dafydd Rees", "DAVID THOMAS", "Mary-Ann O’Neill",
     "Dr J P Rees", "Dafydd ap Gwilym"],
)  # fmt: skip
def test_people(text: str) -> None:
    assert looks_like_person(text)


@pytest.mark.parametrize(
    "text",
    ["Ysgol Dewi Sant", "Victoria Park", "Cardiff", "David Lloyd Leisure", "Ann Summers Ltd",
     "St David's Hall", "Llandaff North",
     "Parc Bute", "Rhodri Morgan Way", "123 Mary Street", "Cyngor Gwynedd", "", "x" * 70, "not applicable",
     "mair jones"],
)  # fmt: skip
def test_no_people(text: str) -> None:
    assert not looks_like_person(text)


def test_a_name_column_is_judged_by_its_cells() -> None:
    people = ["Siân Evans", "Dafydd Rees", "Mrs A Jones", "Zzyx Qqwf"]
    found = screened("name", people)["name-heading"]
    assert (found.count, found.total, found.severity) == (3, 4, Severity.BLOCKING)
    assert screened("enw", ["Parc Bute", "Parc Cefn Onn", "Neuadd Dewi Sant"]) == {}
    few = screened("supplier", ["Siân Evans", *["Wales Water Ltd"] * 9])
    assert {kind: finding.severity for kind, finding in few.items()} == {"names-among": Severity.ADVISORY}
    assert screened("area_name", people) == {}


def test_a_part_that_somebody_has_is_judged_more_loosely() -> None:
    assert screened("Headteacher", ["Laurinda Ramage", "Petroc Trelawny"])["name-heading"].count == 2
    assert screened("patients", ["12", "7"]) == {}
    assert screened("officer", ["Planning Officer", "Head of Housing"]) == {}


def test_birth_dates_need_a_heading_and_digits() -> None:
    assert screened("dyddiad_geni", ["1990-02-01", ""])["birth-date-heading"].total == 1
    assert screened("dob", ["unknown", "yes"]) == {}
    assert screened("opened", ["1990-02-01"]) == {}


def field(name: str, **more: str) -> Field:
    title = Bilingual(more.pop("cy", "Teitl"), more.pop("en", "Title"))
    return Field(name, more.pop("type", "string"), title, title, more.pop("role", "dimension"), **more)  # type: ignore[arg-type]


def test_the_titles_of_the_schema_are_headings_too() -> None:
    table = Table.of({"c1": ["1990-02-01"], "c2": ["Petroc Trelawny"]})
    schema = Schema("t/1", {}, (field("c1", cy="Dyddiad geni"), field("c2", en="Surname")))
    assert [finding.code for finding in screen(table, schema, "r")] == [
        "personal-data.birth-date-heading", "personal-data.name-heading",
    ]  # fmt: skip


def test_codes_and_measures_are_left_alone() -> None:
    table = Table.of({"name": ["Siân Evans"], "patients": ["Siân Evans"], "year_of_birth": ["2001"]})
    schema = Schema(
        "t/1",
        {},
        (
            field("name", codes="names/1"),
            field("patients", role="measure"),
            field("year_of_birth", role="measure"),
        ),
    )
    assert screen(table, schema, "r") == ()


def test_where_it_is_and_how_much() -> None:
    cells = ["", "a b", "SIAN@example.org", "  ", "sian@example.org", "SIAN@example.org"]
    (found,) = screen(Table.of({"x": cells}, [3, 4, 6, 7, 8, 11]), NOTHING, "parks")
    assert (found.code, found.resource, found.field) == ("personal-data.email", "parks", "x")
    assert (found.rows, found.place, found.count, found.total) == ((6, 8, 11), 'A6 · "x"', 3, 4)


def test_many_cells_keep_ten_rows_and_the_exact_count() -> None:
    (found,) = screen(Table.of({"x": [f"a{number}@example.org" for number in range(500)]}), NOTHING, "r")
    assert (len(found.rows), found.count) == (10, 500)


def test_a_heading_that_nobody_wrote_is_given_by_its_letter() -> None:
    table = Table.of({"a": ["1"], "Siân's phone": ["sian@example.org"]})
    table = table.renamed([Column("a", 1, True), Column("Siân's phone", 28, False)])
    (found,) = screen(table, NOTHING, "r")
    assert (found.field, found.place) == ("AB", "AB2")


def test_empty_columns() -> None:
    assert screen(Table.of({"name": [], "email": []}), NOTHING, "r") == ()
    assert screen(Table.of({"surname": ["", " "], "dob": ["", ""]}), NOTHING, "r") == ()


def test_no_value_in_a_finding() -> None:
    columns = {
        "surname": ["CANARYSON"],
        "mail": ["canary.jones@example.org"],
        "ffôn": ["029 2018 0123"],
        "ni": ["AB123456C"],
        "gig": ["943 476 5919"],
        "cod post": ["CF10 3AT"],
        "dob": ["1990-02-01"],
        "supplier": ["Mrs Canary"],
        "name": ["Canary Ltd"],
    }
    findings = screen(Table.of(columns), NOTHING, "r")
    told = json.dumps([finding.to_json() for finding in findings], ensure_ascii=False)
    for finding in findings:
        for language in LANGUAGES:
            told += finding.what(language) + finding.why(language) + finding.how(language)
    for cells in columns.values():
        assert cells[0] not in told
    assert "anary" not in told.casefold()
    assert len(findings) >= 8


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_words(code: str) -> None:
    finding = Finding(code, Severity.BLOCKING, stage="ethics", count=1234)  # type: ignore[arg-type]
    for language in LANGUAGES:
        assert "1,234" in finding.what(language)
        assert finding.why(language)
        assert finding.how(language)


REAL = {
    "pii/presidio_FakeNameGenerator.com_3000.csv": (1, {
        ("GivenName", "name-heading", 3000), ("Surname", "name-heading", 3000), ("MothersMaiden",
        "name-heading", 2737),
        ("EmailAddress", "email", 3000), ("ZipCode", "postcode", 89), ("TelephoneNumber", "phone", 172),
        ("Birthday", "birth-date-heading", 3000), ("NationalID", "national-insurance", 73),
    }),
    "housing/rough_sleepers_data.csv": (3, set()),
    "housing/cardiff_hmos_by_ward_2019.csv": (1, set()),
    "statswales/geog_ref_v1.csv": (1, set()),
    "statswales/sevprov_ref_v1.csv": (1, set()),
    "statswales-odata/areas.csv": (1, set()),
    "geography/MSOA-Names-v1.1.0.csv": (1, set()),
    "air-quality/wales_stations.csv": (1, set()),
    "toilets/edinburgh_Public_toilets.csv": (1, {("Telephone", "phone", 29)}),
    "health/nhs_wales_sites.csv": (1, {
        ("Postcode", "postcode", 75), ("Name", "names-among", 1), ("ShortName", "names-among", 1),
    }),
    "elections/local_election_results_2018.csv": (1, {("candidate", "name-heading", 104)}),
    "education/trafford_schools_and_colleges.csv": (1, {("postcode", "postcode", 103)}),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_files(real_data: Path, name: str) -> None:
    header, expected = REAL[name]
    with (real_data / name).open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.reader(file))[header - 1 :]
    names, rows = records[0], [record for record in records[1:] if any(record)]
    columns = {
        heading.strip() or f"column {number}": [
            record[number] if number < len(record) else "" for record in rows
        ]
        for number, heading in enumerate(names)
    }
    findings = screen(Table.of(columns), NOTHING, "r")
    assert {
        (finding.field, finding.code.removeprefix("personal-data."), finding.count) for finding in findings
    } == expected
