"""Cells near the borders of each type: ``clean`` ones are surely of it, ``odd`` ones mostly not, or only just."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

_CELLS = tomllib.loads(Path(__file__).with_name("cells.toml").read_text(encoding="utf-8"))
_LONG: Mapping[str, Sequence[str]] = {
    "string": ("a" * 257,),
    "integer": ("1" * 4_301,),
    "number": ("1" * 400, f"0.{'0' * 50}1"),
    "email": ("a" * 64 + "@b.com", "a" * 65 + "@b.com", f"a@{'b' * 64}.com"),
}

ANY_TYPE: Sequence[str] = (*_CELLS["anything"], "x" * 300)
"""What people write in any column."""
WORDS: Sequence[str] = _CELLS["words"]
PATTERNS: Sequence[str] = _CELLS["patterns"]
"""Patterns whose meaning is easily got wrong."""
ODD: Mapping[str, Sequence[str]] = {
    kind: (*cells, *_LONG.get(kind, ())) for kind, cells in _CELLS["types"].items()
}
"""By type what is at the border of it, on either side."""
FORMATS: Mapping[tuple[str, str], Sequence[str]] = {
    ("string", form): (*cells, *_LONG.get(form, ())) for form, cells in _CELLS["formats"].items()
}
"""By type and format, more of that."""
STRPTIME: Mapping[str, Sequence[str]] = _CELLS["strptime"]
"""By type some formats of one's own."""
ANY_FORMAT: Mapping[str, Sequence[str]] = _CELLS["any"]
"""By type cells for the format ``any`` that lack no part which frictionless would take from today."""
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
ITEMS = ("string", "integer", "boolean", "number", "datetime", "date", "time")


def clean(rng: Random, field: Mapping[str, Any]) -> str:
    """A cell that is of the field's type, if not always within its constraints."""
    kind, form = field.get("type", "string"), field.get("format", "default")
    if kind in STRPTIME:
        # Most columns have one zone throughout: times with and without one cannot be compared.
        return _moment(rng, kind, form, "Z" if len(field.get("name", "")) % 2 else "")
    if (kind, form) in FORMATS:
        return _formatted(rng, form)
    if kind == "boolean":
        given = [*field.get("trueValues", ["true", "1"]), *field.get("falseValues", ["false", "0"])]
        return rng.choice(given or ["true"])
    if kind == "number":
        return _number(rng, field)
    if kind == "geopoint":
        lon, lat = rng.randint(-1800, 1800) / 10, rng.randint(-900, 900) / 10
        return {"array": f"[{lon}, {lat}]", "object": json.dumps({"lon": lon, "lat": lat})}.get(
            form, f"{lon},{lat}"
        )
    if kind == "list":
        items = [clean(rng, {"type": field.get("itemType", "string")}) for _ in range(rng.randint(1, 3))]
        return str(field.get("delimiter", ",")).join(items)
    return _PLAIN[kind](rng)


def odd(rng: Random, field: Mapping[str, Any]) -> str:
    """A cell at the border of the field's type."""
    kind, form = field.get("type", "string"), field.get("format", "default")
    if form == "any" and kind in ANY_FORMAT:
        return rng.choice(ANY_FORMAT[kind])
    if rng.random() < 0.25:
        return rng.choice(ANY_TYPE)
    cell = rng.choice(FORMATS.get((kind, form), ODD[kind]))
    if rng.random() < 0.1:
        place = rng.randint(0, len(cell))
        cell = cell[:place] + rng.choice("09+-_. eE:TZ\n\u00a0é٣/,") + cell[place:]
    return cell


def near(rng: Random, field: Mapping[str, Any]) -> str | None:
    """A cell near to what the field's constraints draw a line at; None where they draw none."""
    constraints = field.get("constraints", {})
    found: list[str] = []
    for name in BOUNDS:
        if name in constraints:
            found += _around(str(constraints[name]))
    if "pattern" in constraints:
        letters = [mark for mark in constraints["pattern"] if mark.isalnum()] + list("ab0A \né")
        found += ["".join(rng.choice(letters) for _ in range(rng.randint(0, 4))) for _ in range(3)]
        found += [part for part in re.split(r"[|$^()]", constraints["pattern"]) if part]
    for name in ("minLength", "maxLength"):
        if name in constraints:
            length = max(0, constraints[name] + rng.randint(-1, 1))
            found.append("".join(rng.choice("aé𝒳") for _ in range(length)))
    return rng.choice(found) if found else None


def _around(limit: str) -> list[str]:
    """Spellings of a limit and of what is just beside it."""
    found = [limit, f"+{limit}", f"0{limit}", f" {limit}", f"{limit}Z", limit.removesuffix("Z")]
    found += [f"{limit}{more}" for more in (".0", "0", "00000000000000000000001", ".00000000000000000000001")]
    if re.fullmatch(r"-?[0-9]{1,4000}", limit):
        found += [str(int(limit) + step) for step in (-1, 1)]
    if re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])-[0-2][1-8]", limit):
        found += [(date.fromisoformat(limit) + timedelta(days=step)).isoformat() for step in (-1, 1)]
    return found


def _moment(rng: Random, kind: str, form: str, zone: str) -> str:
    when = datetime(2020, 1, 1) + timedelta(days=rng.randint(-9_000, 3_000), seconds=rng.randint(0, 86_399))
    if form == "any":
        return rng.choice(ANY_FORMAT[kind])
    if form != "default":
        text = when.strftime(form)
        return text + "+0100" if text and form.endswith("%z") else text
    return {
        "date": when.date().isoformat(),
        "time": when.time().isoformat() + zone,
        "datetime": when.isoformat() + zone,
    }[kind]


def _formatted(rng: Random, form: str) -> str:
    number = rng.randint(0, 99_999)
    return {
        "email": f"swyddog{number}@cyngor{number % 7}.example.wales",
        "uri": f"https://www.example.wales/{number}/tudalen",
        "uuid": f"{number:08x}-e89b-12d3-a456-426614174000",
        "binary": "YWJj",
        "wkt": f"POINT ({number} 2)",
    }[form]


def _number(rng: Random, field: Mapping[str, Any]) -> str:
    text = rng.choice(
        (f"{rng.randint(-999, 9_999)}", f"{rng.randint(0, 99_999) / 100}", f"{rng.random():.6f}")
    )
    group, point = field.get("groupChar", ""), field.get("decimalChar", ".")
    if len(text) > 4 and group and "." not in text:
        text = f"{int(text):,}".replace(",", group)
    return text.replace(".", point)


_PLAIN: Mapping[str, Any] = {
    "string": lambda rng: (
        rng.choice(WORDS) if rng.random() < 0.6 else f"{rng.choice(WORDS)} {rng.randint(0, 9_999)}"
    ),
    "any": lambda rng: rng.choice(WORDS),
    "integer": lambda rng: str(rng.choice((rng.randint(-9, 99), rng.randint(0, 99_999)))),
    "year": lambda rng: str(rng.randint(1_900, 2_030)),
    "yearmonth": lambda rng: f"{rng.randint(1_900, 2_030)}-{rng.randint(1, 12):02}",
    "duration": lambda rng: rng.choice(("P1D", "PT1H", "P2Y", "P3M", f"P{rng.randint(0, 99)}D")),
    "geojson": lambda rng: json.dumps({"type": "Point", "coordinates": [rng.randint(0, 9), 1]}),
    "object": lambda rng: json.dumps({"a": rng.randint(0, 9)}),
    "array": lambda rng: json.dumps([rng.randint(0, 9) for _ in range(rng.randint(0, 3))]),
}


def far_day(rng: Random) -> str:
    """A day as a limit."""
    return (date(2020, 1, 1) + timedelta(days=rng.randint(-5_000, 3_000))).isoformat()
