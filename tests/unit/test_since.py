"""What changed between two releases: records and cells, fields, codes; and what the officer is told of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from since_made import AREA, COUNT, MONTH, NOTE, change, field, resource

from agored.findings import Owner, Severity
from agored.parts import ResourcePart
from agored.since import ResourceChange, changes_between
from agored.since.record import BREAKING, LISTED, Codes, FieldChange
from agored.since.told import changes_told, rows_told
from agored.words import LANGUAGES

KEY = ["area", "month"]
RELEASE = "2026-02-03-0123abcd"


def counts(*rows: str, key: Any = KEY) -> ResourcePart:
    """Rows such as ``1 2026-01 25 c``: area, month, count, note; ``-`` is a blank."""
    cells = [["" if cell == "-" else cell for cell in row.split()] for row in rows]
    return resource(
        [AREA, MONTH, COUNT, NOTE],
        [(f"W0600000{area}", month, count, *(rest or [""])) for area, month, count, *rest in cells],
        key,
    )


def kinds(found: ResourceChange) -> list[tuple[str, str | None]]:
    return [(each.change, each.field) for each in found.fields]


def told(found: ResourceChange) -> dict[str, Severity]:
    return {
        f"{each.code.removeprefix('since.')} {each.field or ''}".strip(): each.severity
        for each in changes_told(found, RELEASE)
    }


# Records and cells


def test_records_are_compared_by_their_key_whatever_their_order() -> None:
    before = counts("1 2026-01 10", "2 2026-01 20", "3 2026-01 30")
    now = counts("3 2026-01 35", "4 2026-01 40", "1 2026-01 10")
    rows = change(before, now).rows
    assert rows is not None
    assert rows.to_json() == {
        "before": 3,
        "now": 3,
        "added": 1,
        "gone": 1,
        "changed": 1,
        "key": ["area", "month"],
    }


def test_the_same_table_has_not_changed() -> None:
    before, now = counts("1 2026-01 10", "2 2026-01 - c"), counts("1 2026-01 10", "2 2026-01 - c")
    found = change(before, now)
    assert found.rows is not None
    assert (found.rows.added, found.rows.gone, found.rows.changed) == (0, 0, 0)
    assert (found.fields, found.cells, found.codes, found.breaking) == ((), (), (), False)
    assert list(changes_told(found, RELEASE)) == []


@pytest.mark.parametrize(
    ("was", "is_now", "kind"),
    [
        ("10", "15", "value"),
        ("10", "10.0", "rewritten"),
        ("10", "-5", "value"),
        ("9007199254740993", "9007199254740992", "value"),
        ("10", "- c", "withheld"),
        ("10", "- c,r", "withheld"),
        ("- c", "10", "given"),
        ("10", "-", "emptied"),
        ("-", "10", "filled"),
    ],
)
def test_each_kind_of_change_to_a_number_is_counted_apart(was: str, is_now: str, kind: str) -> None:
    found = change(counts(f"1 2026-01 {was}"), counts(f"1 2026-01 {is_now}"))
    assert found.rows is not None
    assert found.rows.changed == 1
    cells = {each.field: each.to_json() for each in found.cells}["count"]
    assert {key: cells[key] for key in cells if key not in ("field", "title") and cells[key]} == {kind: 1}


def test_a_number_that_was_withheld_and_is_given_is_told_to_information_governance() -> None:
    found = change(counts("1 2026-01 - c", "2 2026-01 - c"), counts("1 2026-01 5", "2 2026-01 - c"))
    (given_now,) = [each for each in changes_told(found, RELEASE) if each.code == "since.given"]
    assert (given_now.severity, given_now.count) == (Severity.NOTE, 1)
    assert given_now.owner is Owner.INFORMATION_GOVERNANCE


def test_without_a_key_whole_records_are_compared_as_often_as_they_are_there() -> None:
    before = counts("1 2026-01 10", "1 2026-01 10", "2 2026-01 20", key=())
    now = counts("1 2026-01 10", "2 2026-01 21", "3 2026-01 30", "3 2026-01 30", key=())
    found = change(before, now)
    assert found.rows is not None
    assert (found.rows.added, found.rows.gone, found.rows.changed, found.rows.key) == (3, 2, None, ())
    assert found.cells == ()
    assert list(told(found)) == ["codes-new area", "records"]


def test_a_key_that_is_there_twice_does_not_tell_records_apart() -> None:
    before = counts("1 2026-01 10", "1 2026-01 20")
    found = change(before, counts("1 2026-01 10"))
    assert found.rows is not None
    assert (found.rows.gone, found.rows.changed) == (1, None)


def test_an_empty_table_has_lost_all_its_records() -> None:
    found = change(counts("1 2026-01 10"), counts())
    assert found.rows is not None
    assert (found.rows.before, found.rows.now, found.rows.gone, found.rows.changed) == (1, 0, 1, 0)
    found = change(counts(), counts("1 2026-01 10"))
    assert found.rows is not None
    assert found.rows.added == 1


_CELLS = st.sampled_from(["", "a", "b", "1", "1.0", "ŵ", '"', "a,b", "\n", "\x1f"])
_RECORDS = st.lists(st.tuples(_CELLS, _CELLS, _CELLS), max_size=12)


@given(_RECORDS, _RECORDS)
@settings(max_examples=300, deadline=None)
def test_records_are_counted_as_python_counts_them(
    old: list[tuple[str, str, str]], new: list[tuple[str, str, str]]
) -> None:
    fields = [field("one"), field("two"), field("value")]
    whole = change(resource(fields, old), resource(fields, new)).rows
    assert whole is not None
    assert whole.added == (Counter(new) - Counter(old)).total()
    assert whole.gone == (Counter(old) - Counter(new)).total()

    keyed_old, keyed_new = ({row[:2]: row for row in rows} for rows in (old, new))
    found = change(
        resource(fields, list(keyed_old.values()), ["one", "two"]),
        resource(fields, list(keyed_new.values()), ["one", "two"]),
    )
    rows = found.rows
    assert rows is not None
    assert rows.added == len(keyed_new.keys() - keyed_old.keys())
    assert rows.gone == len(keyed_old.keys() - keyed_new.keys())
    both = keyed_new.keys() & keyed_old.keys()
    assert rows.changed == sum(keyed_new[key] != keyed_old[key] for key in both)


# Fields


def three(*fields: dict[str, Any], key: Any = "id", rows: int = 12) -> ResourcePart:
    """A table of these fields, each with values of its own: ``<name>-<row>``."""
    own = [field("id", "dimension"), *fields]
    return resource(
        own, [[str(row), *(f"{each['name']}-{row}" for each in fields)] for row in range(rows)], key
    )


def test_a_new_field_is_told_and_breaks_nothing() -> None:
    found = change(three(field("a")), three(field("a"), field("b")))
    assert kinds(found) == [("added", "b")]
    assert not found.breaking
    assert found.rows is not None
    assert found.rows.changed == 0, "the records are those that they were"
    assert told(found) == {"field-added b": Severity.NOTE}


def test_a_field_that_is_gone_breaks_programs() -> None:
    found = change(three(field("a"), field("b")), three(field("a")))
    assert kinds(found) == [("gone", "b")]
    assert found.breaking
    assert told(found) == {"field-gone b": Severity.ADVISORY}


def test_a_field_of_the_same_title_under_another_name_was_renamed() -> None:
    found = change(three(field("a", title="Ward")), three(field("ward", title="Ward")))
    (renamed,) = found.fields
    assert (renamed.change, renamed.before, renamed.now, renamed.evidence) == (
        "renamed",
        "a",
        "ward",
        "title",
    )
    assert told(found)["field-renamed ward"] is Severity.ADVISORY
    finding = next(each for each in changes_told(found, RELEASE) if each.field == "ward")
    assert "a" in finding.what("en")
    assert "same title" in finding.what("en")


def test_two_fields_of_one_title_are_not_taken_for_each_other() -> None:
    before = three(field("a", title="Ward"), field("b", title="Ward"))
    found = change(before, three(field("c", title="Ward"), field("d", title="Ward")))
    assert sorted(kinds(found)) == [("added", "c"), ("added", "d"), ("gone", "a"), ("gone", "b")]


def values(name: str, cells: list[str], **more: Any) -> ResourcePart:
    rows = [(str(number), cell) for number, cell in enumerate(cells)]
    return resource([field("id", "dimension"), field(name, **more)], rows, "id")


def test_a_field_of_the_same_values_was_renamed() -> None:
    cells = [f"value {number % 7}" for number in range(40)]
    corrected = ["other", *cells[1:]]
    found = change(values("a", cells), values("b", corrected))
    assert kinds(found)[0] == ("renamed", "b")
    assert found.fields[0].evidence == "values"
    assert {each.field: each.value for each in found.cells} == {"b": 1}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (["x"] * 40, ["x"] * 40, "one value says nothing"),
        ([str(n) for n in range(5)], [str(n) for n in range(5)], "too few"),
        ([str(n) for n in range(40)], [str(n + n % 5) for n in range(40)], "too many differ"),
        ([""] * 35 + list("abcde"), [""] * 35 + list("abcde"), "blanks say nothing"),
    ],
)
def test_a_field_is_not_taken_for_another_without_evidence(old: list[str], new: list[str], why: str) -> None:
    assert sorted(kinds(change(values("a", old), values("b", new)))) == [("added", "b"), ("gone", "a")], why


def test_two_fields_of_the_same_values_are_not_taken_for_each_other() -> None:
    cells = [f"value {number}" for number in range(40)]
    before = resource(
        [field("id", "dimension"), field("a")], [(str(n), cell) for n, cell in enumerate(cells)], "id"
    )
    now = resource(
        [field("id", "dimension"), field("b"), field("c")],
        [(str(n), cell, cell) for n, cell in enumerate(cells)],
        "id",
    )
    assert sorted(kinds(change(before, now))) == [("added", "b"), ("added", "c"), ("gone", "a")]


def test_a_renamed_field_of_the_key_still_tells_records_apart() -> None:
    def areas(name: str, changed: str = "10") -> ResourcePart:
        fields = [field(name, "dimension"), MONTH, COUNT]
        rows = [(f"Ardal {number}", "2026-01", "10") for number in range(20)]
        rows[0] = ("Ardal 0", "2026-01", changed)
        return resource(fields, rows, [name, "month"])

    found = change(areas("ardal"), areas("area", "15"))
    assert kinds(found) == [("renamed", "area"), ("words", "area")]
    assert found.rows is not None
    assert (found.rows.key, found.rows.changed, found.rows.added) == (("area", "month"), 1, 0)


def test_a_key_of_other_fields_breaks_and_records_are_compared_whole() -> None:
    before = counts("1 2026-01 10", "2 2026-01 20")
    now = counts("1 2026-01 10", "2 2026-01 25", key="area")
    found = change(before, now)
    assert kinds(found) == [("key", None)]
    assert found.breaking
    assert found.rows is not None
    assert (found.rows.added, found.rows.gone, found.rows.changed) == (1, 1, None)
    assert told(found)["key"] is Severity.ADVISORY
    finding = next(each for each in changes_told(found, RELEASE) if each.code == "since.key")
    assert "area, month" in finding.what("en")
    no_key = next(
        each for each in changes_told(change(before, counts(key=())), RELEASE) if each.code == "since.key"
    )
    assert no_key.what("en").endswith("Now: nothing")
    assert no_key.what("cy").endswith("Nawr: dim")


@pytest.mark.parametrize(
    ("old", "new", "kind", "before", "now"),
    [
        ({"type": "integer"}, {"type": "string"}, "type", "integer", "string"),
        ({"format": "default"}, {"format": "email"}, "type", "string, default", "string, email"),
        ({"measures": "count"}, {"measures": "rate"}, "meaning", "count", "rate"),
        ({"measures": "count", "of": "people"}, {"measures": "count"}, "meaning", "count, people", "count"),
        ({"unit": "GBP"}, {"unit": "GBP thousand"}, "meaning", "GBP", "GBP thousand"),
        (
            {"constraints": {"required": True, "minimum": 0}},
            {"constraints": {"minimum": 0, "maximum": 9}},
            "limits",
            "required: true",
            "maximum: 9",
        ),
        ({"codes": "areas/1"}, {"codes": "areas/2"}, "list", "areas/1", "areas/2"),
        ({"description_cy": "Hen."}, {"description_cy": "Newydd."}, "words", None, None),
    ],
)
def test_what_is_said_of_a_field_changes(
    old: dict[str, Any], new: dict[str, Any], kind: str, before: str | None, now: str | None
) -> None:
    found = change(three(field("a") | old), three(field("a") | new))
    (changed,) = found.fields
    assert (changed.change, changed.field, changed.before, changed.now) == (kind, "a", before, now)
    assert changed.breaking == (kind in BREAKING)
    assert changed.breaking == (kind in ("type", "meaning"))
    findings = [each for each in changes_told(found, RELEASE) if each.field == "a"]
    assert [each.severity for each in findings] == (
        [] if kind == "words" else [Severity.ADVISORY if changed.breaking else Severity.NOTE]
    )


def test_kinds_of_values_are_told_in_words() -> None:
    found = change(three(field("a", type="integer")), three(field("a", type="string")))
    finding = next(each for each in changes_told(found, RELEASE) if each.field == "a")
    assert finding.what("en").endswith("Before: Whole number. Now: Text")
    assert finding.what("cy").endswith("O’r blaen: Rhif cyfan. Nawr: Testun")


def test_constraints_that_say_nothing_are_none() -> None:
    found = change(three(field("a", constraints={})), three(field("a")))
    assert found.fields == ()


def test_another_order_of_the_fields_is_a_note() -> None:
    found = change(three(field("a"), field("b")), three(field("b"), field("a")))
    assert kinds(found) == [("order", None)]
    assert told(found) == {"order": Severity.NOTE}
    # A field that comes between two others moves none of them.
    assert kinds(change(three(field("a"), field("b")), three(field("a"), field("c"), field("b")))) == [
        ("added", "c")
    ]


# Codes


def test_codes_that_came_and_went_are_listed_with_their_titles() -> None:
    found = change(counts("1 2026-01 10", "2 2026-01 10"), counts("2 2026-01 10", "4 2026-01 10"))
    (codes,) = found.codes
    assert (codes.field, codes.new, codes.gone, codes.breaking) == ("area", 1, 1, True)
    assert [each.to_json() for each in codes.first_new] == [
        {"code": "W06000004", "title": {"cy": "Ardal 4 (cy)", "en": "Ardal 4"}}
    ]
    assert [each.code for each in codes.first_gone] == ["W06000001"]
    assert told(found)["codes-gone area"] is Severity.ADVISORY
    assert told(found)["codes-new area"] is Severity.NOTE
    gone = next(each for each in changes_told(found, RELEASE) if each.code == "since.codes-gone")
    assert "W06000001" in gone.what("en")
    assert gone.owner is Owner.SUPPLIER


def test_note_codes_come_and_go_and_each_of_a_cell_counts() -> None:
    found = change(counts("1 2026-01 10 p,r"), counts("1 2026-01 - c,r"))
    (codes,) = found.codes
    assert ([each.code for each in codes.first_new], [each.code for each in codes.first_gone]) == (
        ["c"],
        ["p"],
    )
    assert not codes.breaking
    assert told(found)["codes-gone count_note"] is Severity.NOTE


def test_a_cell_that_is_no_code_of_the_list_is_not_told() -> None:
    canary = "Mrs-Kanari"
    before = resource([AREA, COUNT], [("W06000001", "1")], "area")
    now = resource([AREA, COUNT], [("W06000001", "1"), (canary, "2")], "area")
    found = change(before, now)
    assert found.codes == ()
    said = json.dumps(found.to_json()) + json.dumps([each.to_json() for each in changes_told(found, RELEASE)])
    assert canary not in said


def test_values_that_a_schema_lists_are_codes() -> None:
    status = field("status", "dimension", constraints={"enum": ["open", "closed", "unknown"]})
    before = resource([field("id", "dimension"), status], [("1", "open"), ("2", "closed")], "id")
    now = resource([field("id", "dimension"), status], [("1", "open"), ("2", "unknown"), ("3", "x")], "id")
    (codes,) = change(before, now).codes
    assert ([each.code for each in codes.first_new], [each.code for each in codes.first_gone]) == (
        ["unknown"],
        ["closed"],
    )


def test_a_long_list_is_cut_and_its_length_is_told() -> None:
    many = [f"code-{number:03}" for number in range(LISTED + 5)]
    listed = field("kind", "dimension", constraints={"enum": many})
    before = resource([field("id", "dimension"), listed], [("1", "code-000")], "id")
    now = resource([field("id", "dimension"), listed], [(code, code) for code in many], "id")
    (codes,) = change(before, now).codes
    assert (codes.new, len(codes.first_new), codes.gone) == (LISTED + 4, LISTED, 0)
    (new,) = [each for each in changes_told(change(before, now), RELEASE) if each.code == "since.codes-new"]
    assert new.detail["codes"].endswith(" …")
    assert new.detail["codes"].count("code-") == 10


# Tables


def test_a_table_that_came_and_one_that_went() -> None:
    old, new = (resource([field("a")], [("x",)], name=name) for name in ("old", "new"))
    kept = resource([field("a")], [("x",)], name="kept")
    found = changes_between([kept, old], [new, kept])
    assert [(each.name, each.status) for each in found] == [
        ("new", "added"),
        ("kept", "both"),
        ("old", "gone"),
    ]
    assert told(found[0]) == {"table-added": Severity.NOTE}
    assert told(found[2]) == {"table-gone": Severity.ADVISORY}
    assert [each.resource for each in changes_told(found[2], RELEASE)] == ["old"]
    assert found[2].breaking
    assert found[2].to_json()["rows"] is None


# How many records


def panel(months: list[str], areas: int) -> ResourcePart:
    rows = [(f"area {area}", month, "1") for month in months for area in range(areas)]
    return resource([field("area", "dimension"), MONTH, COUNT], rows, ["area", "month"])


def rows_codes(before: ResourcePart, now: ResourcePart, *earlier: int) -> list[str]:
    return [each.code.removeprefix("since.") for each in rows_told(before, now, RELEASE, earlier)]


YEAR = [f"2025-{month:02}" for month in range(1, 13)]


def test_another_month_is_expected() -> None:
    assert rows_codes(panel(YEAR[:3], 22), panel(YEAR[:4], 22)) == []
    assert rows_codes(panel(YEAR[:3], 22), panel(YEAR, 22)) == [], "nine months at once"
    assert rows_codes(panel(YEAR[:11], 22), panel(YEAR[1:], 22)) == [], "a window that moves on"


def test_a_month_of_which_half_is_missing_is_told() -> None:
    before, half = panel(YEAR[:3], 22), panel(YEAR[:3], 22)
    rows = zip(*(half.table.list(name) for name in half.table.names), strict=True)
    more = [*rows, *((f"area {area}", "2025-04", "1") for area in range(11))]
    now = resource([field("area", "dimension"), MONTH, COUNT], more, ["area", "month"])
    assert rows_codes(before, now) == ["rows-in-period"]
    (finding,) = rows_told(before, now, RELEASE)
    assert (finding.severity, finding.count, finding.total) == (Severity.ADVISORY, 1, 4)
    assert finding.owner is Owner.SUPPLIER


def test_months_that_are_missing_are_told() -> None:
    assert rows_codes(panel(YEAR, 22), panel(YEAR[6:], 22)) == ["rows"]
    assert rows_codes(panel(YEAR, 22), panel(YEAR[1:], 22)) == [], "one of twelve is not many"


def plain(length: int) -> ResourcePart:
    return resource([field("id", "dimension")], [(str(number),) for number in range(length)], "id")


@pytest.mark.parametrize(
    ("before", "now", "earlier", "odd"),
    [
        (100, 100, (), False),
        (100, 125, (), False),
        (100, 75, (), False),
        (100, 126, (), True),
        (100, 74, (), True),
        (100, 140, (120,), False),  # up to a quarter more than the most of any release
        (100, 60, (80,), False),
        (4, 6, (), False),  # two more or fewer say nothing
        (4, 7, (), True),
        (100, 0, (), True),
        (0, 3, (), True),
    ],
)
def test_a_table_without_periods_has_about_as_many_records_as_before(
    before: int, now: int, earlier: tuple[int, ...], odd: bool
) -> None:
    assert rows_codes(plain(before), plain(now), *earlier) == (["rows"] if odd else [])


# Words


def test_every_finding_can_be_said() -> None:
    title = change(three(field("a")), three(field("b"))).fields[0].title
    fields = [
        FieldChange(kind, "a", title, "x", "y", "title" if kind == "renamed" else None)
        for kind in ("added", "gone", "renamed", "type", "meaning", "limits", "list")
    ]
    tables = [FieldChange("key", None, None, "x", "y"), FieldChange("order")]
    assert title is not None
    listed = Codes("a", title, 1, 1, (), (), True)
    both = change(counts("1 2026-01 - c"), counts("1 2026-01 5"))
    whole = change(counts("1 2026-01 10", key=()), counts(key=()))
    changed = ResourceChange("a", "both", both.rows, (*fields, *tables), both.cells, (listed,))
    findings = [
        *changes_told(changed, RELEASE),
        *changes_told(whole, RELEASE),
        *changes_told(ResourceChange("a", "gone"), RELEASE),
        *changes_told(ResourceChange("a", "added"), RELEASE),
        *rows_told(plain(10), plain(100), RELEASE),
        *rows_told(panel(YEAR, 22), panel([*YEAR, "2026-01"], 40), RELEASE),
    ]
    for finding in findings:
        for language in LANGUAGES:
            for text in (finding.what(language), finding.why(language), finding.how(language)):
                assert "{" not in text
                assert text.strip()
    assert len({finding.code for finding in findings}) >= 16
