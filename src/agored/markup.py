"""Tables in HTML that everybody can read: a caption, headings with their scope, the language, the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup


def html_table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[str | Markup]], language: str
) -> Markup:
    """A captioned table; the first cell of each row names the row."""
    lines = (
        Markup("<tr>{}{}</tr>").format(row_heading(first), cells(rest)) for first, *rest in map(list, rows)
    )
    body = Markup("<tbody>{}</tbody>").format(Markup().join(lines))
    return table_of(caption, headings, body, language)


def table_of(caption: str, headings: Sequence[str], body: Markup, language: str) -> Markup:
    """A captioned table around ``body``. One with headings scrolls by itself where it is too wide, so that the
    keyboard can reach it."""
    head = Markup()
    if headings:
        columns = Markup().join(
            Markup('<th scope="col"{}>{}</th>').format(LEFT, heading) for heading in headings
        )
        head = Markup("<thead><tr>{}</tr></thead>").format(columns)
    table = Markup('<table lang="{}"><caption{}>{}</caption>{}{}</table>').format(
        language, CAPTION, caption, head, body
    )
    return scrolling(caption, table, language) if headings else table


def scrolling(label: str, content: Markup, language: str) -> Markup:
    """Content that scrolls by itself where it is too wide, and is reached with the keyboard by its ``label``."""
    wide = Markup('<div class="wide" lang="{}" role="group" aria-label="{}" tabindex="0">{}</div>')
    return wide.format(language, label, content)


def row_heading(content: str | Markup) -> Markup:
    """The cell that names its row."""
    return Markup('<th scope="row"{}>{}</th>').format(LEFT, content)


def cells(contents: Iterable[str | Markup]) -> Markup:
    """Ordinary cells."""
    return Markup().join(Markup("<td{}>{}</td>").format(LEFT, content) for content in contents)


LEFT = Markup(' style="text-align: left; vertical-align: top"')
"""Text is read from the left: JupyterLab would set every table as if it held numbers."""

CAPTION = Markup(' style="text-align: left; font-weight: bold"')

LAST = Markup(' style="text-align: left; vertical-align: top; border-bottom: 2px solid"')
"""As ``LEFT``, with a line below that ends what belongs together."""
