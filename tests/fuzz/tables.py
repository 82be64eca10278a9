"""A generated case: the same seed makes the same files and the same descriptor, on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .fields import field as made_field
from .fields import missing_values
from .layout import UNUSUAL, Layout, layout, written
from .values import clean, near, odd

_V2 = "https://datapackage.org/profiles/2.0/"
_NAMES = ("cod", "enw", "swm", "dyddiad", "ardal", "nifer", "Enw", "blwyddyn", "Ôl", "a b", "x")
MODES = ("exact", "equal", "subset", "superset", "partial")


@dataclass(frozen=True)
class Case:
    """Files by name and the descriptor of a resource, or of a package where it has resources.

    ``block`` is how many bytes the fast way reads at a time, and ``tried`` from how many cells on it looks at
    distinct ones, if not its usual numbers. ``features`` name what is out of the ordinary.
    """

    seed: int
    files: dict[str, bytes]
    descriptor: dict[str, Any]
    block: int | None
    tried: int | None
    features: frozenset[str] = field(default_factory=frozenset)

    @property
    def ordinary(self) -> bool:
        """Whether the fast way should be able to judge it."""
        return not self.features & UNUSUAL

    @property
    def is_package(self) -> bool:
        """Whether it is of several resources."""
        return "resources" in self.descriptor


def case(seed: int) -> Case:
    """The case of that seed."""
    rng = Random(seed)
    plain = rng.random() < 0.6
    features: set[str] = set()
    files: dict[str, bytes] = {}
    package = rng.random() < 0.12
    count = rng.randint(2, 3) if package else 1
    pools: dict[str, list[str]] = {}
    resources = [_resource(rng, number, plain, files, features, pools) for number in range(count)]
    for resource in resources:
        _foreign_keys(rng, resource, resources, package, features)
    descriptor: dict[str, Any] = resources[0]
    profile = "dataresource.json"
    if package:
        descriptor = {"name": "pecyn", "resources": resources}
        profile = "datapackage.json"
    if rng.random() < 0.98:
        descriptor = {"$schema": _V2 + profile, **descriptor}
    block = rng.choice((64, 200, 1_000, 5_000)) if rng.random() < 0.2 else None
    tried = rng.choice((1, 5, 20)) if rng.random() < 0.3 else None
    return Case(seed, files, descriptor, block, tried, frozenset(features))


def _resource(
    rng: Random,
    number: int,
    plain: bool,
    files: dict[str, bytes],
    features: set[str],
    pools: dict[str, list[str]],
) -> dict[str, Any]:
    tsv = rng.random() < 0.06
    made = layout(rng, plain=plain, tsv=tsv)
    fields = _fields(rng, plain)
    rows = _rows(rng, fields, plain, pools)
    labels = _labels(rng, [each["name"] for each in fields], plain)
    if not plain and rng.random() < 0.15:
        rows = _rearranged(rng, rows, labels, fields)
    _rag(rng, rows, 0.1 if plain else 0.4)
    name = f"tabl{number}." + ("tsv" if tsv else "csv")
    data = written(rng, _above(rng, made, labels) + rows, made, broken=0.04 if plain else 0.2)
    files[name] = data
    described = _described(rng, name, data, fields, made, plain)
    features |= made.features
    return described


def _fields(rng: Random, plain: bool) -> list[dict[str, Any]]:
    count = rng.choice((1, 2, 3, 4, 5, 8))
    names = list(_NAMES[:6]) if plain else list(_NAMES)
    rng.shuffle(names)
    names += [f"c{number}" for number in range(9)]
    return [made_field(rng, name, plain=plain) for name in names[:count]]


def _rows(
    rng: Random, fields: Sequence[dict[str, Any]], plain: bool, pools: dict[str, list[str]]
) -> list[list[str]]:
    luck = rng.random()
    count = (
        rng.choice((1_200, 2_500))
        if luck < 0.02
        else rng.choice((0, 1, 2, 5, 12, 30, 60))
        if luck < 0.95
        else 140
    )
    columns = [_column(rng, each, count, plain, pools) for each in fields]
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    if rows and rng.random() < 0.1:
        for _ in range(rng.randint(1, 3)):
            rows[rng.randrange(len(rows))] = [""] * len(fields)
    return rows


def _column(
    rng: Random, each: dict[str, Any], count: int, plain: bool, pools: dict[str, list[str]]
) -> list[str]:
    """Most columns are clean, some have odd cells here and there, a few are odd throughout. ``pools`` are the
    cells that columns of a type share."""
    share = rng.choice((0.0, 0.0, 0.0, 0.02, 0.1) if plain else (0.0, 0.0, 0.05, 0.2, 0.7))
    absent = rng.choice((0.0, 0.0, 0.1))
    stand_ins = [
        entry["value"] if isinstance(entry, dict) else entry for entry in each.get("missingValues", [""])
    ]
    few = rng.random() < 0.4
    pool = [clean(rng, each) for _ in range(rng.randint(1, 12))]
    shared = pools.setdefault(_kind(each), pool)
    if rng.random() < 0.7:
        pool = shared
    enum = [text for text in each.get("constraints", {}).get("enum", ()) if isinstance(text, str)]
    if enum and rng.random() < 0.8:
        few, pool = True, enum
    odd_pool = [odd(rng, each) for _ in range(4)]
    beside = rng.choice((0.0, 0.1, 0.3))
    near_pool = [cell for _ in range(6) if (cell := near(rng, each)) is not None]
    unique = (
        each.get("constraints", {}).get("unique")
        and each.get("type") in ("integer", "string", None)
        and rng.random() < 0.6
    )
    cells = []
    for number in range(count):
        luck = rng.random()
        if luck < share:
            cells.append(rng.choice(odd_pool) if few or count > 1_000 else odd(rng, each))
        elif luck < share + absent and stand_ins:
            cells.append(rng.choice(stand_ins))
        elif near_pool and rng.random() < beside:
            cells.append(rng.choice(near_pool))
        elif unique:
            cells.append(str(1_000 + number))
        else:
            cells.append(rng.choice(pool) if few or count > 1_000 else clean(rng, each))
    return cells


def _kind(each: dict[str, Any]) -> str:
    return f"{each.get('type', 'string')} {each.get('format', 'default')}"


def _labels(rng: Random, names: list[str], plain: bool) -> list[str]:
    labels = list(names)
    if rng.random() > (0.08 if plain else 0.35):
        return labels
    for _ in range(rng.randint(1, 2)):
        place = rng.randrange(len(labels)) if labels else 0
        change = rng.randint(0, 7)
        if change == 0:
            labels.insert(place, rng.choice(("ychwanegol", "", names[0])))
        elif change == 1 and labels:
            labels.pop(place)
        elif change == 2:
            rng.shuffle(labels)
        elif labels:
            label = labels[place]
            labels[place] = ("", labels[0], label.upper(), f" {label} ", f"{label}\n", f"{label}2")[
                change - 3 if change > 2 else 0
            ]
    return labels


def _rearranged(
    rng: Random, rows: list[list[str]], labels: Sequence[str], fields: Sequence[dict[str, Any]]
) -> list[list[str]]:
    """The columns in the order of the labels, where these are names of fields."""
    names = [each["name"] for each in fields]
    return [[cells[names.index(label)] if label in names else "z" for label in labels] for cells in rows]


def _rag(rng: Random, rows: list[list[str]], chance: float) -> None:
    if not rows or rng.random() > chance:
        return
    for _ in range(rng.randint(1, 4)):
        cells = rows[rng.randrange(len(rows))]
        if rng.random() < 0.5:
            del cells[rng.randint(0, len(cells)) :]
        else:
            cells += [rng.choice(("", "gormod", "1"))] * rng.randint(1, 3)


def _above(rng: Random, made: Layout, labels: Sequence[str]) -> list[list[str]]:
    """Title rows and the rows of the header."""
    rows: list[list[str]] = []
    for row in range(1, max(made.header_rows, default=0) + 1):
        if row not in made.header_rows:
            rows.append(rng.choice((["Teitl"], ["Teitl", "", ""], [], ["a"] * len(labels))))
        elif row == made.header_rows[0]:
            rows.append(list(labels))
        else:
            rows.append([rng.choice(("", "uned", label)) for label in labels])
    return rows


def _described(
    rng: Random, name: str, data: bytes, fields: list[dict[str, Any]], made: Layout, plain: bool
) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name.split(".")[0], "type": "table", "path": name}
    if rng.random() < 0.02:
        described["format"] = "csv"
    if made.dialect and rng.random() < 0.95:
        described["dialect"] = made.dialect
    tells = made.encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32")
    if rng.random() < (0.5 if tells else 0.85):
        described["encoding"] = made.encoding if rng.random() < 0.9 else rng.choice(("utf-8", "cp1252"))
    if rng.random() < 0.93:
        described["schema"] = _schema(rng, fields, plain)
    if rng.random() < 0.06:
        sums = {
            "bytes": len(data),
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "fields": len(fields),
            "rows": 12,
        }
        sums |= rng.choice(
            (
                {},
                {},
                {"bytes": 7},
                {"hash": "md5:00"},
                {"hash": hashlib.md5(data).hexdigest()},
                {"hash": "crc:1"},
            )
        )
        wanted = rng.sample(sorted(sums), rng.randint(1, 3))
        described |= {key: sums[key] for key in wanted}
        if described.get("hash") == "crc:1":
            made.features.add("odd-hash")
    return described


def _schema(rng: Random, fields: list[dict[str, Any]], plain: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": fields}
    names = [each["name"] for each in fields]
    if rng.random() < (0.15 if plain else 0.3):
        schema["missingValues"] = missing_values(rng)
    if rng.random() < 0.2:
        hashable = [
            each["name"] for each in fields if each.get("type") not in ("array", "list", "object", "geojson")
        ]
        pool = hashable if hashable and rng.random() < 0.95 else names
        schema["primaryKey"] = rng.sample(pool, min(len(pool), rng.choice((1, 1, 2, 3))))
    if rng.random() < (0.1 if plain else 0.3):
        schema["fieldsMatch"] = rng.choice(MODES)
    return schema


def _foreign_keys(
    rng: Random,
    resource: dict[str, Any],
    resources: Sequence[dict[str, Any]],
    package: bool,
    features: set[str],
) -> None:
    """Keys into itself or another resource, circles among them."""
    schema = resource.get("schema")
    if schema is None or rng.random() > (0.7 if package else 0.06):
        return
    keys = []
    for _ in range(rng.choice((1, 1, 2))):
        there = rng.choice(list(resources))
        own = there is resource
        if "schema" not in there:
            continue
        mine, theirs = (
            {each["name"]: _kind(each) for each in one["schema"]["fields"]} for one in (resource, there)
        )
        width = min(len(mine), len(theirs), rng.choice((1, 1, 1, 2)))
        alike = [(name, other) for name, kind in mine.items() for other in theirs if theirs[other] == kind]
        rng.shuffle(alike)
        pairs = list(zip(rng.sample(list(mine), width), rng.sample(list(theirs), width), strict=True))
        if rng.random() < 0.85 and len(dict(alike)) >= width:
            pairs = list(dict(alike).items())[:width]
        if any(mine[name] != theirs[other] for name, other in pairs):
            features.add("mixed-key")
        fields, targets = [name for name, _ in pairs], [other for _, other in pairs]
        if rng.random() < 0.02:
            targets = [*targets[1:], "dieithr"]
        reference = {"resource": "" if own and rng.random() < 0.7 else there["name"], "fields": targets}
        if rng.random() < 0.03:
            reference["resource"] = "dieithr"
        key = {"fields": fields, "reference": reference}
        if key not in keys:
            keys.append(key)
    if keys:
        schema["foreignKeys"] = keys
