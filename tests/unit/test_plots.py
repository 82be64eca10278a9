"""Where in a file its faults stand: counted exactly, drawn as an image that loads and runs nothing, and as a table."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from urllib.parse import unquote
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from agored.execute.page import check_page
from agored.plots import Strip, strips_svg, svg_image
from agored.spread import Extent, Part, Spread, spread_of
from agored.spread_view import STRIPS, spread_view
from agored.table import Table
from agored.views import Audience
from agored.words import LANGUAGES, say

SVG = "{http://www.w3.org/2000/svg}"
CANARY = "kanari-8Xr4"


def table(records: int, rows: list[int] | None = None) -> Table:
    return Table.of({"area": [CANARY] * records, "count": ["1"] * records}, rows)


def drawing(html: str) -> ElementTree.Element:
    """The SVG that a view shows."""
    (data,) = re.findall(r'src="data:image/svg\+xml,([^"]+)"', html)
    assert "/" not in data  # or the notebook's paths could be looked for in it
    return ElementTree.fromstring(unquote(data))


def bars(svg: ElementTree.Element) -> list[float]:
    """The heights of the bars: those rectangles that have their colour."""
    return [
        float(each.attrib["height"]) for each in svg.iter(f"{SVG}rect") if each.attrib["fill"] == "#0b4f4a"
    ]


# Counting


def test_every_fault_is_counted_in_its_part_and_a_cell_only_once() -> None:
    chance = random.Random(4)
    faults = {
        (code, field): sorted(chance.sample(range(1_003), size))
        for code, field, size in [
            ("pattern", "area", 500),
            ("not-one-of", "area", 40),
            ("type-integer", "count", 7),
            ("primary-key", None, 90),
        ]
    }
    spread = spread_of("tai", table(1_003), faults)
    area = set(faults["pattern", "area"]) | set(faults["not-one-of", "area"])
    by_field: Mapping[str | None, set[int]] = {
        "area": area,
        None: set(faults["primary-key", None]),
        "count": set(faults["type-integer", "count"]),
    }
    assert [(each.field, each.count) for each in spread.fields] == [
        (field, len(places)) for field, places in by_field.items()
    ]
    assert sum(part.records for part in spread.parts) == spread.records == 1_003
    assert len(spread.parts) == 10
    for each in spread.fields:
        places = by_field[each.field]
        assert each.parts == tuple(
            sum(part.first <= place + 2 <= part.last for place in places) for part in spread.parts
        )
    assert spread.extent == Extent(1_003, len(set().union(*by_field.values())))


def test_parts_are_told_by_the_rows_of_the_file() -> None:
    spread = spread_of("tai", table(3, [7, 9, 20]), {("required", "area"): [0, 2]})
    assert spread.parts == (Part(7, 7, 1), Part(9, 9, 1), Part(20, 20, 1))
    assert spread.fields[0].parts == (1, 0, 1)


def test_records_of_one_row_are_one_row_at_fault() -> None:
    unpivoted = table(6, [4, 4, 4, 5, 5, 5])
    spread = spread_of("tai", unpivoted, {("type-integer", "count"): [0, 1, 2], ("required", "area"): [5]})
    assert spread.extent == Extent(2, 2)
    assert spread.records == 6
    assert spread.fields[0].count == 3


def test_nothing_is_drawn_where_there_is_nothing_to_show() -> None:
    for faults in ({}, {("required", "area"): [3]}, {("required", "area"): [3], ("pattern", "count"): [3]}):
        assert spread_view(spread_of("tai", table(40), faults), "en") is None
    assert spread_of("tai", table(0), {}) == Spread("tai", Extent(0, 0), 0, (), ())


def test_a_table_in_pieces_is_counted_as_a_whole() -> None:
    whole = table(40)
    pieces = pa.chunked_array([pa.array(range(2, 12)), pa.array(range(12, 42))])
    cut = Table(whole.columns, whole.data, pieces)
    faults = {("required", "area"): [0, 9, 10, 39]}
    assert spread_of("tai", cut, faults) == spread_of("tai", whole, faults)


# Drawing


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_image_and_the_table_beside_it_have_the_same_figures(language: str) -> None:
    faults = {("type-integer", "count"): list(range(360, 400)), ("required", "area"): [0, 200]}
    view = spread_view(spread_of("tai", table(400), faults), language)
    assert view is not None
    assert view.audience is Audience.OFFICER
    html = view.html[language]
    svg = drawing(html)
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-labelledby"] == "title desc"
    titles = {each.attrib["id"]: each.text for each in svg if each.tag in (f"{SVG}title", f"{SVG}desc")}
    assert titles["title"] == say("view.spread.resource", language, resource="tai")
    assert titles["desc"] == say("view.spread.reading", language, parts="10")
    texts = [each.text for each in svg.iter(f"{SVG}text")]
    first, last = (
        say("view.spread.part", language, first=first, last=last)
        for first, last in (("2", "41"), ("362", "401"))
    )
    assert texts == ["count", "10%", "area", "0.5%", first, last]
    assert bars(svg) == [20, 3, 3]
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", html)
    beside = [cells[start : start + 12] for start in (0, 12, 24)]
    assert beside[0][2] == first
    assert beside[0][11] == last
    assert beside[1] == ["count", "40 (10%)", *["0"] * 9, "40"]
    assert beside[2] == ["area", "2 (0.5%)", "1", "0", "0", "0", "0", "1", "0", "0", "0", "0"]
    assert CANARY not in html + view.text[language] + ElementTree.tostring(svg, "unicode")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plot_is_safe_and_has_words_in_its_place(language: str) -> None:
    faults = {("type-integer", "count"): [1, 2], ("primary-key", None): [3]}
    view = spread_view(spread_of("<tai>", table(30), faults), language)
    assert view is not None
    html = view.html[language]
    check_page(f'<html lang="{language}"><body><h1>x</h1>{html}</body></html>', "x.ipynb", language)
    assert f'alt="{say("view.spread.image", language)}"' in html
    svg = drawing(html)
    names = {each.tag.removeprefix(SVG) for each in svg.iter()}
    assert names == {"svg", "title", "desc", "rect", "path", "text"}
    attributes = {name for each in svg.iter() for name in each.attrib}
    assert not {
        name for name in attributes if name.startswith("on") or name.endswith("href") or name == "style"
    }
    assert say("view.spread.records", language) in html
    assert "<tai>" not in html
    assert view.text[language].startswith(say("view.spread.resource", language, resource="<tai>"))


@pytest.mark.parametrize(
    ("share", "height"),
    [(1e-9, 3), (0.1, 3), (0.5, 10), (0.9, 18), (0.999_999, 18), (1.0, 20)],
)
def test_a_bar_is_seen_for_anything_and_full_for_all_only(share: float, height: float) -> None:
    svg = ElementTree.fromstring(strips_svg("t", "d", [Strip("a", [0, share], "x")], "1", "2"))
    assert bars(svg) == [height]


def test_names_that_an_image_cannot_hold_are_drawn_all_the_same() -> None:
    strips = [Strip("a\x00\x1b<b>&\u2028", [1.0], "x"), Strip("y" * 400, [0.5], "x")]
    svg = ElementTree.fromstring(strips_svg("<t>", '"d"', strips, "1", "2"))
    labels = [each.text for each in svg.iter(f"{SVG}text")]
    assert labels[0] == "a  <b>& "
    assert labels[2] == "y" * 24 + "…"
    assert svg_image("<svg/>", '"<x>"').count('alt="&#34;&lt;x&gt;&#34;"') == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_very_many_columns_are_not_all_drawn_and_that_is_said(language: str) -> None:
    faults = {("required", f"c{number}"): [1, 2] for number in range(40)}
    view = spread_view(spread_of("tai", table(30), faults), language)
    assert view is not None
    html = view.html[language]
    assert len(bars(drawing(html))) == STRIPS
    assert say("view.spread.reading-most", language, shown=str(STRIPS), count="40") in html
    assert all(f">c{number}</th>" in html for number in range(40))
