"""Fields of a Table Schema, with every property, and the patterns that they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from .values import BOUNDS, FORMATS, ITEMS, ODD, PATTERNS, STRPTIME, clean, far_day, odd

TYPES = tuple(ODD)
COMMON = ("string", "integer", "number", "date", "boolean", "string", "integer", "number", "year", "datetime")
_BOUNDED = ("integer", "number", "date", "datetime", "time", "year", "yearmonth")
_MEASURED = ("string", "array", "object", "list")
_LISTED = tuple(kind for kind in TYPES if kind != "list")
_GEO_FORMATS: Mapping[str, Sequence[str]] = {
    "geopoint": ("default", "array", "object"),
    "geojson": ("default", "topojson"),
}


def field(rng: Random, name: str, *, plain: bool) -> dict[str, Any]:
    """A field's descriptor; ``plain`` ones are those that most schemas have."""
    kind = rng.choice(COMMON) if plain or rng.random() < 0.5 else rng.choice(TYPES)
    made: dict[str, Any] = {"name": name, "type": kind} if rng.random() > 0.01 else {"name": name}
    if "type" in made:
        made |= _properties(rng, kind, plain)
    if rng.random() < (0.04 if plain else 0.12):
        made["missingValues"] = missing_values(rng)
    if rng.random() < 0.5:
        made["constraints"] = _constraints(rng, made)
    return made


def missing_values(rng: Random) -> list[Any]:
    """What stands for no value."""
    found = rng.choice(
        (
            ["", "x"],
            ["", "-", "..", "n/a"],
            ["", "None"],
            ["None"],
            ["nan", ""],
            [" ", ""],
            [],
            ["0"],
            ["", "é", "\u00a0"],
            ["", "x", "x"],
            ["", "2020-01-01", "1"],
            [{"value": "", "label": "dim"}, {"value": "x", "label": "cuddiwyd"}],
            [{"value": "-"}, {"value": ""}],
        )
    )
    return list(found)


def _properties(rng: Random, kind: str, plain: bool) -> dict[str, Any]:
    chance = 0.1 if plain else 0.4
    forms = [form for of, form in FORMATS if of == kind]
    forms += [*STRPTIME.get(kind, ()), "any"] if kind in STRPTIME else _GEO_FORMATS.get(kind, ())
    found: dict[str, Any] = {}
    if forms and rng.random() < chance + 0.1:
        found["format"] = rng.choice(forms)
    if rng.random() > chance:
        return found
    if kind == "boolean":
        found["trueValues"] = rng.choice((["ie"], ["true", "T"], ["yes", "1", ""], ["é"]))
        found["falseValues"] = rng.choice((["na"], ["false", "F"], ["no", "0"], ["true"]))
    elif kind == "integer":
        found["bareNumber"] = rng.random() < 0.2
    elif kind == "number":
        found |= _number_properties(rng)
    elif kind == "list":
        found |= {"itemType": rng.choice(ITEMS)} | (
            {"delimiter": rng.choice((";", "|", ", "))} if rng.random() < 0.4 else {}
        )
    elif kind == "array":
        item: dict[str, Any] = {"type": rng.choice(("integer", "string", "date", "number", "boolean"))}
        if rng.random() < 0.4:
            item["constraints"] = {"required": True} if rng.random() < 0.5 else {"enum": ["1", "a"]}
        found["arrayItem"] = item
    return found


def _number_properties(rng: Random) -> dict[str, Any]:
    return rng.choice(
        (
            {"bareNumber": False},
            {"bareNumber": True},
            {"groupChar": ","},
            {"groupChar": ".", "decimalChar": ","},
            {"decimalChar": ","},
            {"decimalChar": "@", "groupChar": "#"},
            {"floatNumber": True},
            {"bareNumber": False, "groupChar": ","},
            {"groupChar": "."},
            {"groupChar": " "},
            {"groupChar": "-"},
            {"decimalChar": "."},
        )
    )


def _constraints(rng: Random, made: Mapping[str, Any]) -> dict[str, Any]:
    kind = made.get("type", "string")
    found: dict[str, Any] = {}
    if rng.random() < 0.4:
        found["required"] = rng.random() < 0.9
    if rng.random() < 0.2 and (kind not in ("array", "list", "object", "geojson") or rng.random() < 0.1):
        found["unique"] = rng.random() < 0.95
    if kind == "string" and rng.random() < 0.4:
        found["pattern"] = pattern(rng)
    if kind in _MEASURED and rng.random() < 0.3:
        found["minLength"] = rng.choice((0, 1, 2, 3, 10))
    if kind in _MEASURED and rng.random() < 0.3:
        found["maxLength"] = rng.choice((0, 2, 5, 40, 40, 256))
    if kind in _LISTED and rng.random() < 0.15:
        found["enum"] = _allowed(rng, made)
    if kind in _BOUNDED:
        for name in BOUNDS:
            if rng.random() < 0.2:
                found[name] = _limit(rng, made)
    return found


def _allowed(rng: Random, made: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = [clean(rng, made) for _ in range(rng.randint(1, 8))]
    if rng.random() < 0.15:
        found.append(odd(rng, made))
    if rng.random() < 0.05:
        found += [1, None, 1.5, True][: rng.randint(1, 4)]
    return found


def _limit(rng: Random, made: Mapping[str, Any]) -> Any:
    kind = made["type"]
    luck = rng.random()
    if luck < 0.01:
        return odd(rng, made)
    if kind == "year" and luck < 0.7:
        return rng.choice((0, 1_950, 2_000, 9_999, "2010"))
    if kind == "integer" and luck < 0.7:
        big = (2**63 - 1, 2**63, -(2**63), 10**18, 10**30)
        return rng.choice((0, 5, 50, 1_000, -1, "7", *(big if luck > 0.5 else ())))
    if kind == "number" and luck < 0.7:
        return rng.choice(
            (0, 0.1, 50, 1.5, 100, -1, 1e300, 10**400, "0.1000000000000000055511151231257827", "1e400", "-0")
        )
    if kind == "date" and made.get("format", "default") == "default":
        return far_day(rng)
    if kind == "yearmonth" and luck < 0.1:
        return [2_010, 5]
    return clean(rng, made)


def pattern(rng: Random) -> str:
    """An awkward pattern, or a small one made up."""
    return rng.choice(PATTERNS) if rng.random() < 0.5 else _alternatives(rng, _REPEATS)


_ATOMS = (
    "a",
    "b",
    "a",
    "0",
    ".",
    r"\d",
    r"\w",
    r"\s",
    r"\W",
    "[a-z]",
    "[^a]",
    "[0-9A-Z_]",
    r"[\w-]",
    "é",
    r"\.",
    " ",
)
_REPEATS = ("", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?")


def _alternatives(rng: Random, repeats: Sequence[str]) -> str:
    return "|".join(
        "".join(_piece(rng, repeats) for _ in range(rng.randint(1, 3)))
        for _ in range(rng.choice((1, 1, 2, 3)))
    )


def _piece(rng: Random, repeats: Sequence[str]) -> str:
    luck = rng.random()
    if luck < 0.15:
        # No repeat goes around another one: they can take for ever.
        group = rng.choice(("({})", "(?:{})")).format(_alternatives(rng, ("",)))
        return group + rng.choice(repeats)
    if luck < 0.25:
        return rng.choice(("$", "^", r"\Z"))
    return rng.choice(_ATOMS) + rng.choice(repeats)
