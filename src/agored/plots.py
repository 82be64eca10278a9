"""The one plot: a strip a column that shows in which part of the file its faults stand. It is drawn here, as SVG
that loads nothing and runs nothing, and is put into a page as an image.

Nothing is told by colour alone: a bar's height is the share of the part's cells that are at fault, and the
figures stand in a table beside the plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

WIDTH = 680
"""In pixels, as it is shown; on a smaller screen it scrolls."""

_LEFT, _RIGHT, _TOP = 190, 86, 8
_STEP, _TRACK = 30, 20
_LONGEST_LABEL = 25
_INK, _BAR, _LINE, _GROUND = "#1a1a1a", "#0b4f4a", "#767676", "#eeeeee"


@dataclass(frozen=True)
class Strip:
    """One column: its name, the share (0 to 1) at fault in each part of the file, and what stands to the right."""

    label: str
    shares: Sequence[float]
    total: str


def strips_svg(title: str, description: str, strips: Sequence[Strip], first: str, last: str) -> str:
    """The strips one below the other, over an axis that goes from ``first`` to ``last``."""
    room = WIDTH - _LEFT - _RIGHT
    height = _TOP + _STEP * len(strips) + 26
    drawn = Markup().join(_strip(strip, _TOP + _STEP * number, room) for number, strip in enumerate(strips))
    below = height - 8
    axis = _text(_LEFT, below, first) + _text(_LEFT + room, below, last, "end")
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" '
            'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="system-ui, sans-serif" font-size="14" fill="{ink}">'
            '<title id="title">{title}</title><desc id="desc">{description}</desc>'
            '<rect width="{width}" height="{height}" fill="#ffffff"/>{drawn}{axis}</svg>'
        ).format(
            width=WIDTH,
            height=height,
            ink=_INK,
            title=title,
            description=description,
            drawn=drawn,
            axis=axis,
        )
    )


def svg_image(svg: str, alternative: str) -> Markup:
    """An SVG as an image within its page, in its own size; ``alternative`` is said in its place."""
    source = quote(svg, safe="=:,.")  # no stroke: nothing in it may look like a path of this machine
    image = Markup('<img src="data:image/svg+xml,{}" alt="{}" style="max-width: none">')
    return image.format(source, alternative)


def _strip(strip: Strip, top: int, room: int) -> Markup:
    width = room / max(1, len(strip.shares))
    bars = Markup().join(
        _bar(share, _LEFT + width * number, top, width) for number, share in enumerate(strip.shares)
    )
    ground = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
        _LEFT, top, room, _TRACK, _GROUND
    )
    base = Markup('<path d="M{} {}h{}" stroke="{}"/>').format(_LEFT, top + _TRACK, room, _LINE)
    text = top + _TRACK - 5
    return (
        ground
        + bars
        + base
        + _text(0, text, _fitting(strip.label))
        + _text(_LEFT + room + 8, text, strip.total)
    )


def _bar(share: float, left: float, top: int, width: float) -> Markup:
    """A bar of at least 3 pixels for anything, and as high as the strip for all only."""
    if not share:
        return Markup()
    height = _TRACK if share >= 1 else min(max(3.0, share * _TRACK), _TRACK - 2.0)
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
        left + 1, top + _TRACK - height, width - 2, height, _BAR
    )


def _fitting(label: str) -> str:
    """A label that has room, without signs that an image cannot hold."""
    label = "".join(sign if sign.isprintable() else " " for sign in label)
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _text(x: float, y: float, text: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{:g}" y="{:g}" text-anchor="{}">{}</text>').format(x, y, anchor, text)
