"""Where in the file the faults of a table stand, as the officer sees it: a plot, and the same figures as a table."""

from __future__ import annotations

from markupsafe import Markup

from agored.groups import share_text
from agored.markup import scrolling
from agored.plots import Strip, strips_svg, svg_image
from agored.spread import FieldSpread, Part, Spread
from agored.views import Audience, Fact, View, table_view, together
from agored.words import Bilingual, both, number_text, say

STRIPS = 15
"""How many columns the plot has at most; the table beside it has all."""


def spread_view(spread: Spread, language: str) -> View | None:
    """The plot of one table and the table beside it, for the officer alone; None where there is nothing to show:
    one row tells its place by itself."""
    if spread.extent.faulty < 2:
        return None
    title = both("view.spread.resource", resource=spread.resource)
    plot = View(
        html=Bilingual(cy=_plot(spread, title.cy, "cy"), en=_plot(spread, title.en, "en")),
        text=title,
        language=language,
        audience=Audience.OFFICER,
    )
    return together(plot, _table(spread, language))


def _table(spread: Spread, language: str) -> View:
    headings: list[str | Bilingual] = ["view.spread.column", "view.spread.all", *map(_rows_of, spread.parts)]
    rows: list[list[Fact]] = [[_name(each), _in_all(each, spread), *each.parts] for each in spread.fields]
    return table_view("view.spread.table", headings, rows, language, Audience.OFFICER)


def _in_all(field: FieldSpread, spread: Spread) -> Bilingual:
    def text(language: str) -> str:
        count = number_text(field.count, language)
        return f"{count} ({share_text(field.count, spread.records, language)})"

    return Bilingual(cy=text("cy"), en=text("en"))


def _plot(spread: Spread, title: str, language: str) -> Markup:
    strips = [
        Strip(
            _name(each)[language],
            [count / part.records for count, part in zip(each.parts, spread.parts, strict=True)],
            share_text(each.count, spread.records, language),
        )
        for each in spread.fields[:STRIPS]
    ]
    first, last = (_rows_of(part)[language] for part in (spread.parts[0], spread.parts[-1]))
    reading = _reading(spread, language)
    image = svg_image(strips_svg(title, reading, strips, first, last), say("view.spread.image", language))
    paragraph = Markup('<p lang="{}">{}</p>')
    heading = paragraph.format(language, Markup("<strong>{}</strong>").format(title))
    return Markup("\n").join(
        [heading, scrolling(title, image, language), paragraph.format(language, reading)]
    )


def _reading(spread: Spread, language: str) -> str:
    """How the plot is read."""
    sentence = say("view.spread.reading", language, parts=number_text(len(spread.parts), language))
    count = len(spread.fields)
    if count <= STRIPS:
        return sentence
    facts = {"shown": number_text(STRIPS, language), "count": number_text(count, language)}
    return f"{sentence} {say('view.spread.reading-most', language, **facts)}"


def _rows_of(part: Part) -> Bilingual:
    if part.first == part.last:
        return both("view.spread.row", first=str(part.first))
    return both("view.spread.part", first=str(part.first), last=str(part.last))


def _name(field: FieldSpread) -> Bilingual:
    if field.field is None:
        return both("view.spread.records")
    return Bilingual(field.field, field.field)
