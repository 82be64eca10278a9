"""How a table becomes a file: delimiters, quotes, line ends, encodings, and everything that goes wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "iso8859-14",
    "cp437",
    "iso8859-1",
    "utf-32",
    "ascii",
)
UNUSUAL = frozenset(
    {
        "escape",
        "initial-space",
        "comment",
        "skip-blank",
        "no-header",
        "header-case",
        "wide-mark",
        "broken-bytes",
        "odd-hash",
        "mixed-key",
    }
)
"""Features of a file that the fast way leaves to the slow way."""


@dataclass
class Layout:
    """How one file is written, and what of it its descriptor declares."""

    delimiter: str = ","
    quote: str = '"'
    line_end: str = "\n"
    encoding: str = "utf-8"
    escape: str | None = None
    space: str = ""
    titles: int = 0
    header_rows: tuple[int, ...] = (1,)
    quoting: float = 0.05
    """How often a cell is quoted that need not be."""
    dialect: dict[str, Any] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)


def layout(rng: Random, *, plain: bool, tsv: bool) -> Layout:
    """A layout; most ``plain`` ones are what spreadsheets write."""
    made = Layout()
    csv: dict[str, Any] = {}
    if tsv:
        made.delimiter = "\t"
    elif rng.random() < (0.15 if plain else 0.4):
        made.delimiter = rng.choice(";;\t||:~ ,^é")
        if rng.random() < 0.6:
            csv["delimiter"] = made.delimiter
    elif rng.random() < 0.5:
        csv["delimiter"] = ","
    made.quoting = rng.choice((0.0, 0.05, 0.3, 1.0))
    made.line_end = rng.choice(
        ("\n", "\n", "\r\n", "\r\n", "\r") if not plain else ("\n", "\n", "\n", "\r\n")
    )
    if not plain:
        _oddities(rng, made, csv)
    if csv:
        made.dialect["csv"] = csv
    _header(rng, made, plain)
    if rng.random() < (0.1 if plain else 0.4):
        made.encoding = rng.choice(ENCODINGS)
    if made.delimiter == "é":
        made.features.add("wide-mark")
    return made


def _oddities(rng: Random, made: Layout, csv: dict[str, Any]) -> None:
    dialect = made.dialect
    if rng.random() < 0.1:
        made.quote = rng.choice(("'", "'", "~", "€"))
        csv["quoteChar"] = made.quote
        if made.quote == "€":
            made.features.add("wide-mark")
    elif rng.random() < 0.03:
        made.quote = ""
        csv["quoteChar"] = ""
    if rng.random() < 0.06:
        made.escape = csv["escapeChar"] = rng.choice("\\^")
        csv["doubleQuote"] = rng.random() < 0.5
        made.features.add("escape")
    elif rng.random() < 0.05:
        csv["doubleQuote"] = rng.random() < 0.5
    if rng.random() < 0.1:
        made.space = " "
        if rng.random() < 0.6:
            csv["skipInitialSpace"] = rng.random() < 0.7
        made.features.add("initial-space")
    if rng.random() < 0.06:
        dialect["commentChar"] = rng.choice("#A-")
        made.features.add("comment")
    if rng.random() < 0.04:
        dialect["commentRows"] = sorted(rng.sample(range(1, 9), rng.randint(1, 2)))
        made.features.add("comment")
    if rng.random() < 0.06:
        dialect["skipBlankRows"] = True
        made.features.add("skip-blank")
    if rng.random() < 0.04:
        dialect["headerCase"] = False
        made.features.add("header-case")
    if rng.random() < 0.03:
        csv["lineTerminator"] = rng.choice(("\n", "\r\n", "|"))


def _header(rng: Random, made: Layout, plain: bool) -> None:
    luck = rng.random()
    if luck < (0.9 if plain else 0.6):
        if rng.random() < 0.4:
            made.dialect["headerRows"] = [1]
        return
    rows = rng.choice(((2,), (3,), (1, 2), (1, 3), (2, 3), ()))
    made.header_rows = rows
    if not rows:
        made.features.add("no-header")
        if rng.random() < 0.7:
            made.dialect["header"] = False
        return
    made.titles = rows[0] - 1
    if rng.random() < 0.8:
        made.dialect["headerRows"] = list(rows)
        if rng.random() < 0.1:
            made.dialect["headerJoin"] = rng.choice((":", "-", ""))


def written(rng: Random, rows: Sequence[Sequence[str]], made: Layout, *, broken: float) -> bytes:
    """The bytes of a file; ``broken`` is how likely each kind of damage to it is."""
    lines = [made.delimiter.join(_cell(rng, cell, made) for cell in cells) for cells in rows]
    if rng.random() < broken:
        for _ in range(rng.randint(1, 3)):
            lines.insert(
                rng.randint(0, len(lines)), rng.choice(("", "", " ", made.delimiter, made.quote * 2, "#x"))
            )
        made.features.add("blank-lines")
    if rng.random() < broken:
        lines += [""] * rng.randint(1, 3)
    ends = [made.line_end] * len(lines)
    if rng.random() < broken / 2:
        ends = [rng.choice(("\n", "\r\n", "\r")) for _ in lines]
        made.features.add("mixed-ends")
    if ends and rng.random() < 0.25:
        ends[-1] = ""
    text = "".join(line + end for line, end in zip(lines, ends, strict=True))
    if text and rng.random() < broken:
        text = _stray(rng, text, made)
    data = text.encode(made.encoding, errors="replace")
    if data and rng.random() < broken / 3:
        data = _bytes(rng, data, made)
    return data


def _cell(rng: Random, cell: str, made: Layout) -> str:
    needs = any(mark in cell for mark in (made.delimiter, "\n", "\r", made.quote) if mark)
    if made.quote and ((needs and rng.random() < 0.97) or rng.random() < made.quoting):
        if made.escape and not made.dialect.get("csv", {}).get("doubleQuote"):
            cell = cell.replace(made.escape, made.escape * 2).replace(made.quote, made.escape + made.quote)
        else:
            cell = cell.replace(made.quote, made.quote * 2)
        cell = f"{made.quote}{cell}{made.quote}"
    return made.space + cell


def _stray(rng: Random, text: str, made: Layout) -> str:
    """Marks where none should be, or a quoted cell that never ends."""
    made.features.add("stray")
    for _ in range(rng.randint(1, 3)):
        place = rng.randint(0, len(text))
        mark = rng.choice(
            (made.quote, made.quote, made.quote * 2, made.delimiter, "\n", "\r", "\r\n", "\0", " ", "\\")
        )
        text = text[:place] + mark + text[place:]
    if rng.random() < 0.3:
        text += made.delimiter.join(
            ("z", made.quote + rng.choice(("z", "", "z\n", "z\r\n", "z\n\n", made.quote)))
        )
    return text


def _bytes(rng: Random, data: bytes, made: Layout) -> bytes:
    """Bytes that the encoding may not have."""
    made.features.add("broken-bytes")
    place = rng.choice((len(data), rng.randint(0, len(data))))
    return (
        data[:place]
        + rng.choice((b"\xff", b"\x81", b"\xc3", b"\xed\xa0\x80", b"\0", b"\xef\xbb\xbf", b"\x9c"))
        + data[place:]
    )
