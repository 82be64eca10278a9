"""Numbers far outside their history: ordinary data do not alarm, and a slip of the hand does."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from since_made import field, resource

from agored.findings import Severity
from agored.parts import ResourcePart
from agored.since.compare import _match
from agored.since.history import Unusual, needs_earlier, unusual
from agored.since.series import period_of
from agored.since.told import unusual_told
from agored.words import LANGUAGES

AREAS = 22
Row = tuple[str, str, str]


def months(number: int, first: int = 2019) -> list[str]:
    return [f"{first + place // 12}-{place % 12 + 1:02}" for place in range(number)]


def series(shape: Callable[[float, int], float], number: int, seed: int, areas: int = AREAS) -> list[Row]:
    """Counts of events in some areas of very different size, month after month, with chance around ``shape``."""
    chance = random.Random(seed)
    sizes = [10 ** chance.uniform(0.5, 4) for _ in range(areas)]
    return [
        (f"area {area}", month, str(poisson(shape(size, place), chance)))
        for place, month in enumerate(months(number))
        for area, size in enumerate(sizes)
    ]


def poisson(mean: float, chance: random.Random) -> int:
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), 1.0, -1
    while product > limit:
        product, count = product * chance.random(), count + 1
    return max(count, 0)


SHAPES: dict[str, Callable[[float, int], float]] = {
    "flat": lambda size, month: size,
    "with seasons": lambda size, month: size * (1 + 0.7 * math.sin(month * math.pi / 6)),
    "peaks in December": lambda size, month: size * (5 if month % 12 == 11 else 1),
    "growing": lambda size, month: size * 1.02**month,
    "growing with seasons": lambda size, month: (
        size * 1.02**month * (1 + 0.5 * math.sin(month * math.pi / 6))
    ),
    "falling": lambda size, month: size * 0.97**month,
    "small": lambda size, month: 0.2 + size / 5_000,
    "a closure in one spring": lambda size, month: size * (0.1 if 14 <= month <= 16 else 1),
}


def panel(rows: Iterable[Row], measures: str = "count", type: str = "integer") -> ResourcePart:
    fields = [
        field("area", "dimension"),
        field("month", "dimension", "yearmonth"),
        field("number", "measure", type, measures=measures),
    ]
    return resource(fields, list(rows), ["area", "month"])


def found(before: ResourcePart, now: ResourcePart, *earlier: ResourcePart) -> list[Unusual]:
    matched = _match(before, now)
    return list(unusual([before, *earlier], now, matched.same, matched.pairs))


def until(rows: list[Row], month: int) -> list[Row]:
    """The records of the first ``month`` months."""
    return rows[: month * AREAS]


@pytest.mark.parametrize("shape", SHAPES)
def test_ordinary_data_do_not_alarm(shape: str) -> None:
    """Each month of three years is released after the ones before it."""
    rows = series(SHAPES[shape], 48, seed=11)
    alarms = [
        (month, each.places)
        for month in range(12, 48)
        for each in found(panel(until(rows, month)), panel(until(rows, month + 1)))
    ]
    first_of_its_kind = {"a closure in one spring": {14}}.get(shape, set())
    assert {month for month, _ in alarms} <= first_of_its_kind
    # Of what never happened before and happens everywhere at once, no single number is told.
    assert all(places == () for _, places in alarms)


@pytest.mark.parametrize(
    "shape", ["flat", "with seasons", "peaks in December", "growing", "growing with seasons"]
)
@pytest.mark.parametrize(
    ("slip", "name"),
    [(lambda text: text + "0", "a digit too many"), (lambda text: text[:-1] or "0", "one too few")],
)
def test_a_slip_of_the_hand_is_told(shape: str, slip: Callable[[str], str], name: str) -> None:
    rows = series(SHAPES[shape], 40, seed=12)
    chance = random.Random(13)
    seen = tried = 0
    for month in range(13, 40):
        now = until(rows, month + 1)
        places = [place for place in range(month * AREAS, len(now)) if int(now[place][2]) > 100]
        place = chance.choice(places)
        area, when, number = now[place]
        told = found(
            panel(until(rows, month)), panel([*now[:place], (area, when, slip(number)), *now[place + 1 :]])
        )
        tried += 1
        seen += [each.places for each in told] == [(place,)]
    assert seen >= 0.9 * tried, f"{name}: {seen} of {tried}"


def test_a_revised_number_is_judged_as_a_new_one_is() -> None:
    rows = series(SHAPES["flat"], 24, seed=14)
    place = next(place for place in range(AREAS, 2 * AREAS) if int(rows[place][2]) > 1_000)
    area, when, number = rows[place]
    revised = [*rows[:place], (area, when, str(round(int(number) * 1.1))), *rows[place + 1 :]]
    assert found(panel(rows), panel(revised)) == []
    wrong = [*rows[:place], (area, when, number + "0"), *rows[place + 1 :]]
    assert found(panel(rows), panel(wrong)) == [Unusual("number", (place,), 1)]


def test_what_stood_in_the_last_release_is_not_told_again() -> None:
    rows = series(SHAPES["flat"], 24, seed=14)
    place = next(place for place in range(len(rows)) if int(rows[place][2]) > 1_000)
    area, when, number = rows[place]
    wrong = [*rows[:place], (area, when, number + "0"), *rows[place + 1 :]]
    assert found(panel(wrong), panel(wrong)) == []


def test_blanks_are_no_numbers() -> None:
    rows = series(SHAPES["flat"], 24, seed=15)
    blank = [(area, when, "" if place % 3 else number) for place, (area, when, number) in enumerate(rows)]
    assert found(panel(until(blank, 23)), panel(blank)) == []
    assert found(panel(until(rows, 23)), panel([*until(rows, 23), *blank[23 * AREAS :]])) == []


def test_another_unit_in_the_newest_month_is_told_once_for_the_field() -> None:
    rows = series(SHAPES["with seasons"], 25, seed=16)
    now = [(area, when, f"{int(n) / 1000:.3f}" if when == "2021-01" else n) for area, when, n in rows]
    told = found(panel(until(rows, 24), type="number"), panel(now, type="number"))
    assert Unusual("number", (), AREAS) in told


def test_another_unit_in_all_months_is_told_once_for_the_field() -> None:
    rows = [(area, when, f"{int(n) + 5}.5") for area, when, n in series(SHAPES["flat"], 24, seed=17)]
    now = [(area, when, f"{float(number) * 1000:.1f}") for area, when, number in rows]
    told = found(panel(rows, "amount", "number"), panel(now, "amount", "number"))
    assert [each.field for each in told if each.places == ()] == ["number"]


def test_numbers_below_zero_are_numbers() -> None:
    chance = random.Random(18)
    rows = [(f"area {a}", m, f"{chance.gauss(0, 5):.1f}") for m in months(36) for a in range(AREAS)]
    assert found(panel(until(rows, 35), "mean", "number"), panel(rows, "mean", "number")) == []
    area, when, _ = rows[-1]
    told = found(
        panel(until(rows, 35), "mean", "number"),
        panel([*rows[:-1], (area, when, "-900.0")], "mean", "number"),
    )
    assert told == [Unusual("number", (len(rows) - 1,), AREAS)]


def test_counts_and_rates_in_one_field_are_judged_each_by_its_own() -> None:
    """A rate that is a hundred times too large is still a small number beside the counts."""
    fields = [
        field("area", "dimension"),
        field("month", "dimension", "yearmonth"),
        field("kind", "dimension", constraints={"enum": ["visits", "rate"]}),
        field("value", "measure", "number", measures={"by": "kind", "visits": "count", "rate": "rate"}),
    ]
    chance = random.Random(19)
    rows = [
        (f"area {area}", month, kind, text)
        for month in months(24)
        for area in range(AREAS)
        for kind, text in (
            ("visits", str(poisson(40 * (area + 1), chance))),
            ("rate", f"{chance.gauss(0.5, 0.02):.3f}"),
        )
    ]
    key = ["area", "month", "kind"]
    before = resource(fields, rows[: -2 * AREAS], key)
    assert found(before, resource(fields, rows, key)) == []
    wrong = [*rows[:-1], (*rows[-1][:3], f"{float(rows[-1][3]) * 100:.1f}")]
    assert found(before, resource(fields, wrong, key)) == [Unusual("value", (len(rows) - 1,), 2 * AREAS)]


# Short series, and tables without periods


def sites(numbers: Iterable[float], type: str = "integer") -> ResourcePart:
    fields = [field("site", "dimension"), field("number", "measure", type, measures="count")]
    return resource(fields, [(f"site {n}", f"{number:.0f}") for n, number in enumerate(numbers)], "site")


def test_without_periods_the_change_of_each_record_is_compared_with_the_others() -> None:
    chance = random.Random(20)
    old = [10 ** chance.uniform(1.5, 4) for _ in range(200)]
    new = [number * math.exp(chance.gauss(0, 0.15)) for number in old]
    assert found(sites(old), sites(new)) == []
    doubled = [new[0] * 2, *new[1:]]
    assert found(sites(old), sites(doubled)) == [], "a school may have taken in another"
    wrong = [new[0] * 10, *new[1:]]
    assert [each.places for each in found(sites(old), sites(wrong))] == [(0,)]


def test_few_changes_are_told_only_when_they_are_tenfold() -> None:
    old = [100.0 * (number + 1) for number in range(50)]
    assert found(sites(old), sites([old[0] * 8, *old[1:]])) == []
    assert found(sites(old), sites([old[0] * 12, *old[1:]])) == [Unusual("number", (0,), 1)]


def test_small_counts_may_become_many_times_as_large_by_chance() -> None:
    old = [0.0, 1.0, 2.0, *(50.0 for _ in range(20))]
    assert found(sites(old), sites([9.0, 12.0, 20.0, *old[3:]])) == []


def test_releases_without_periods_make_a_series() -> None:
    chance = random.Random(21)
    sizes = [10 ** chance.uniform(2, 4) for _ in range(30)]
    past = [sites(size * math.exp(chance.gauss(0, 0.05)) for size in sizes) for _ in range(8)]
    threefold = sites([sizes[0] * 3, *sizes[1:]])
    assert needs_earlier(past[0])
    assert found(past[0], threefold) == [], "with one release it may be a change like another"
    assert found(past[0], threefold, *past[1:]) == [Unusual("number", (0,), 30)]


def test_earlier_releases_are_read_where_the_last_holds_few_periods() -> None:
    rows = series(SHAPES["flat"], 24, seed=22)
    window = [panel(rows[month * AREAS : (month + 2) * AREAS]) for month in range(22)]
    assert needs_earlier(window[-1])
    assert not needs_earlier(panel(rows))
    place = next(place for place in range(AREAS, 2 * AREAS) if int(rows[22 * AREAS + place][2]) > 1_000)
    cells = rows[22 * AREAS :]
    now = panel([*cells[:place], (*cells[place][:2], str(int(cells[place][2]) * 3)), *cells[place + 1 :]])
    assert found(window[-1], now) == []
    assert found(window[-1], now, *reversed(window[:-1])) == [Unusual("number", (place,), AREAS)]


def test_earlier_releases_with_another_key_are_another_history() -> None:
    chance = random.Random(21)
    sizes = [10 ** chance.uniform(2, 4) for _ in range(30)]
    past = [sites(size * math.exp(chance.gauss(0, 0.05)) for size in sizes) for _ in range(8)]
    threefold = sites([sizes[0] * 3, *sizes[1:]])
    keyless = resource(past[1].schema.descriptor["fields"], [("site 0", "1")])
    assert found(past[0], threefold, past[1], keyless, *past[2:]) == []
    number = field("number", "measure", "integer", measures="count")
    other = resource([field("place", "dimension"), number], [("x", "1")], "place")
    assert found(past[0], threefold, past[1], other, *past[2:]) == []


def test_a_month_that_was_released_several_times_is_one_month() -> None:
    """Only what was said of it last counts."""
    rows = series(SHAPES["flat"], 2, seed=25)
    first = until(rows, 1)
    place = max(range(AREAS), key=lambda place: int(first[place][2]))
    area, when, number = rows[AREAS + place]
    new = [*rows[AREAS : AREAS + place], (area, when, str(int(number) * 3)), *rows[AREAS + place + 1 :]]
    assert found(panel(first), panel([*first, *new]), *(panel(first) for _ in range(6))) == []


def test_codes_that_look_like_years_are_no_periods() -> None:
    def wards(**more: Any) -> ResourcePart:
        return resource([field("ward", "dimension", **more)], [("2001",), ("2002",)], "ward")

    assert period_of(wards().schema, wards().table) == "ward"
    assert period_of(wards(codes="areas/1").schema, wards().table) is None
    assert period_of(wards(type="year").schema, wards().table) == "ward"


@pytest.mark.parametrize(
    ("text", "is_period"),
    [
        ("2026", True),
        ("2026-01", True),
        ("2026-01-31", True),
        ("2026-Q1", True),
        ("2013-04-01/P1Y", True),
        ("2026-01-02T00:00:00Z", True),
        ("", False),
        ("2026-Q5", False),
        ("0512", False),
        ("W0600001", False),
    ],
)
def test_what_shape_writes_for_a_period_is_one(text: str, is_period: bool) -> None:
    table = resource([field("when", "dimension"), field("n")], [(text, "1")], ["when"])
    assert (period_of(table.schema, table.table) == "when") == is_period


def test_without_a_key_a_field_of_another_size_is_told() -> None:
    def payments(factor: float, seed: int) -> ResourcePart:
        chance = random.Random(seed)
        amounts = [(f"supplier {n}", f"{math.exp(chance.gauss(7, 1.5)) * factor:.2f}") for n in range(300)]
        return resource([field("supplier"), field("amount", "measure", "number", measures="amount")], amounts)

    assert found(payments(1, 23), payments(1.3, 24)) == []
    assert found(payments(1, 23), payments(0.001, 24)) == [Unusual("amount", (), 300)]
    (finding,) = unusual_told(payments(1, 24), [Unusual("amount", (), 300)], "2026-02-03-0123abcd")
    assert (finding.code, finding.severity, finding.rows) == ("since.other-level", Severity.ADVISORY, ())


@pytest.mark.parametrize(
    "change",
    [{"role": "attribute"}, {"type": "string"}],
    ids=["no measure", "text"],
)
def test_only_measures_have_a_history(change: dict[str, Any]) -> None:
    def table(numbers: list[str], **more: Any) -> ResourcePart:
        fields = [field("site", "dimension"), field("number", "measure", "integer") | more]
        return resource(fields, [(str(n), number) for n, number in enumerate(numbers)], "site")

    assert len(found(table(["100"] * 9), table([*["100"] * 8, "100000"]))) == 1
    assert found(table(["100"] * 9, **change), table([*["100"] * 8, "100000"], **change)) == []


def test_a_table_without_any_number_has_no_history() -> None:
    assert found(panel([("a", "2026-01", "")]), panel([("a", "2026-01", ""), ("a", "2026-02", "5")])) == []
    assert found(panel([]), panel([("a", "2026-02", "5")])) == []


# What is said


def test_the_rows_are_told_and_no_number_is() -> None:
    rows = series(SHAPES["flat"], 24, seed=14)
    place = next(place for place in range(23 * AREAS, len(rows)) if int(rows[place][2]) > 1_000)
    area, when, _ = rows[place]
    now = panel([*rows[:place], (area, when, "98765432"), *rows[place + 1 :]])
    (finding,) = unusual_told(now, found(panel(until(rows, 23)), now), "2026-02-03-0123abcd")
    assert (finding.code, finding.severity, finding.field) == (
        "since.far-outside",
        Severity.ADVISORY,
        "number",
    )
    assert (finding.rows, finding.count, finding.total) == ((place + 2,), 1, AREAS)
    for language in LANGUAGES:
        said = finding.what(language) + finding.why(language) + finding.how(language) + str(finding.to_json())
        assert "98765432" not in said
        assert area not in said
