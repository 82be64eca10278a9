"""Expectation suites: Great Expectations' own JSON, read strictly and without loading it.

On top of what GX asks, each expectation names its severity and carries, under ``meta.agored``, a stable
``code`` and a bilingual ``title``; it may carry a bilingual ``why`` and ``how``. A limit that the recipe sets
is GX's ``{"$PARAMETER": "max"}``; a title may show it as ``{max}``. ``suite_parameters`` holds limits that
apply where the recipe sets none. ``meta.agored.sets`` gives names to sets of codes, by which the recipe may
set a limit that is a set.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from string import Formatter
from typing import Any

from agored.errors import RecipeError
from agored.ethics.expectation_types import ABOUT_COLUMNS, KINDS
from agored.findings import Severity
from agored.words import LANGUAGES, Bilingual, both

SEVERITIES: Mapping[str, Severity] = {
    "critical": Severity.BLOCKING,
    "warning": Severity.ADVISORY,
    "info": Severity.NOTE,
}

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PARAMETER = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
# GX reads these as numbers or calls them, one of them being the clock.
_RESERVED = frozenset(
    {"e", "pi", "sin", "cos", "tan", "exp", "abs", "trunc", "round", "sgn", "now", "datetime", "timedelta"}
)
_SUITE_KEYS = ("name", "expectations", "suite_parameters", "meta", "notes", "id")
_EXPECTATION_KEYS = ("type", "kwargs", "severity", "meta", "id", "notes", "description", "rendered_content")
_META_KEYS = ("code", "title", "why", "how")
_CONDITIONS = ("comparison", "nullity", "and", "or")


@dataclass(frozen=True)
class Expectation:
    """One expectation: ``arguments`` are GX's own, ``limits`` maps those that a parameter sets to its name,
    and ``columns`` names the columns it needs, those of its row condition among them.
    """

    code: str
    type: str
    severity: Severity
    arguments: Mapping[str, Any]
    columns: tuple[str, ...]
    limits: Mapping[str, str]
    title: Bilingual
    why: Bilingual
    how: Bilingual

    def titled(self, values: Mapping[str, str]) -> Bilingual:
        """The title with its limits filled in; one that is not set reads ``…``."""
        shown = {name: values.get(name, "…") for name in self.limits.values()}
        return Bilingual(cy=self.title.cy.format_map(shown), en=self.title.en.format_map(shown))


@dataclass(frozen=True)
class Suite:
    """A suite; ``defaults`` are limits by parameter, ``sets`` sets of codes by name."""

    name: str
    title: Bilingual
    expectations: tuple[Expectation, ...]
    defaults: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all limits that a recipe may set, in alphabetical order."""
        return tuple(sorted({name for expected in self.expectations for name in expected.limits.values()}))


def check_limits(suite: Suite, values: Mapping[str, str]) -> None:
    """Raise RecipeError where the recipe sets limits that ``suite`` does not have, naming those it has."""
    faults = tuple(
        RecipeError(
            "suite.limit-unknown", suite=suite.name, limit=name, known=", ".join(suite.parameters) or "—"
        )
        for name in values
        if name not in suite.parameters
    )
    if faults:
        raise RecipeError("suite.limits", faults, suite=suite.name)


def read_suite(path: Path, name: str) -> Suite:
    """The suite in a file. Raises RecipeError naming every fault of it at once."""
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_once)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "msg", None) or "UTF-8"
        raise RecipeError("suite.unreadable", suite=name, file=path.name, reason=reason) from error
    return suite_of(data, name)


class _TwiceError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.msg = f"“{key}” (2)"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise _TwiceError(key)
        data[key] = value
    return data


def suite_of(data: Any, name: str) -> Suite:
    """The suite that JSON data describes. Raises RecipeError naming every fault of it at once."""
    reader = _Reader(name)
    suite = reader.suite(data)
    if reader.faults:
        raise RecipeError("suite.faults", tuple(reader.faults), suite=name)
    return suite


class _Reader:
    """Reads one suite and collects what is wrong with it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[RecipeError] = []

    def fault(self, code: str, where: str, /, **facts: str) -> None:
        self.faults.append(RecipeError(f"suite.{code}", suite=self.name, expectation=where, **facts))

    def suite(self, data: Any) -> Suite:
        if not _NAME.fullmatch(self.name):
            self.fault("name", "-", name=self.name)
        if not isinstance(data, dict) or not isinstance(data.get("expectations"), list):
            self.fault("no-expectations", "-")
            return Suite(self.name, Bilingual("", ""), ())
        self.known(data, _SUITE_KEYS, "-")
        if data.get("name") != self.name:
            self.fault("other-name", "-", name=str(data.get("name")))
        meta = self.agored(data, ("title", "sets"), "-")
        expectations = [
            self.expectation(item, f"#{number}") for number, item in enumerate(data["expectations"], start=1)
        ]
        codes = [expected.code for expected in expectations]
        for twice in sorted({code for code in codes if codes.count(code) > 1}):
            self.fault("code-twice", twice)
        suite = Suite(self.name, self.text(meta, "title", "-"), tuple(expectations), sets=self.sets(meta))
        return Suite(suite.name, suite.title, suite.expectations, self.defaults(data, suite), suite.sets)

    def expectation(self, data: Any, where: str) -> Expectation:
        if not isinstance(data, dict) or not isinstance(data.get("kwargs"), dict):
            self.fault("form", where)
            data = {"kwargs": {}}
        meta = self.agored(data, _META_KEYS, where)
        code = meta.get("code")
        if isinstance(code, str) and _NAME.fullmatch(code):
            where = code
        else:
            self.fault("code", where)
        self.known(data, _EXPECTATION_KEYS, where)
        type = data.get("type")
        if type not in KINDS:
            near = get_close_matches(str(type), KINDS, n=1)
            self.fault("type-near" if near else "type", where, type=str(type), near="".join(near))
        severity = data.get("severity")
        if severity not in SEVERITIES:
            self.fault("severity", where, known=", ".join(SEVERITIES))
        arguments = {key: value for key, value in data["kwargs"].items() if value is not None}
        limits = self.limits(str(type), arguments, where)
        return Expectation(
            code=where,
            type=str(type),
            severity=SEVERITIES.get(str(severity), Severity.BLOCKING),
            arguments=arguments,
            columns=self.columns(str(type), arguments, where),
            limits=limits,
            title=self.text(meta, "title", where, tuple(limits.values())),
            why=self.text(meta, "why", where) if "why" in meta else both("ethics.expectation.why"),
            how=self.text(meta, "how", where) if "how" in meta else both("ethics.expectation.how"),
        )

    def limits(self, type: str, arguments: Mapping[str, Any], where: str) -> dict[str, str]:
        """The arguments that a parameter sets, with its name. Any other place for one is a fault."""
        found: dict[str, str] = {}
        for key, value in arguments.items():
            if not (isinstance(value, dict) and "$PARAMETER" in value):
                if "$PARAMETER" in json.dumps(value):
                    self.fault("limit-place", where, argument=key)
                continue
            name = value["$PARAMETER"]
            if (
                not isinstance(name, str)
                or not _PARAMETER.fullmatch(name)
                or name in _RESERVED
                or len(value) > 1
            ):
                self.fault("limit-name", where, argument=key)
            elif key not in KINDS.get(type, {key: ""}):
                self.fault("limit-place", where, argument=key)
            else:
                found[key] = name
        return found

    def columns(self, type: str, arguments: Mapping[str, Any], where: str) -> tuple[str, ...]:
        named: list[str] = []
        if type not in ABOUT_COLUMNS:
            for key in ("column", "column_A", "column_B"):
                if isinstance(arguments.get(key), str):
                    named.append(arguments[key])
            several = arguments.get("column_list", [])
            named += [name for name in several if isinstance(name, str)] if isinstance(several, list) else []
        condition = arguments.get("row_condition")
        if "condition_parser" in arguments:
            self.fault("condition", where)
        elif condition is not None:
            named += self.condition(condition, where)
        return tuple(dict.fromkeys(named))

    def condition(self, condition: Any, where: str) -> Iterator[str]:
        """The columns of a row condition. Only GX's objects are taken: a text would be run as code."""
        if not isinstance(condition, dict) or condition.get("type") not in _CONDITIONS:
            self.fault("condition", where)
        elif condition["type"] in ("and", "or"):
            for part in condition.get("conditions", []):
                yield from self.condition(part, where)
        elif isinstance(condition.get("column"), dict) and isinstance(condition["column"].get("name"), str):
            yield condition["column"]["name"]
            # From GX 1.25 on a condition may compare with another column of the row.
            compared = condition.get("parameter")
            if isinstance(compared, dict) and isinstance(compared.get("name"), str):
                yield compared["name"]
        else:
            self.fault("condition", where)

    def sets(self, meta: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        sets = meta.get("sets", {})
        good = isinstance(sets, dict) and all(
            _NAME.fullmatch(name) and isinstance(codes, list) and all(isinstance(code, str) for code in codes)
            for name, codes in sets.items()
        )
        if not good:
            self.fault("sets", "-")
            return {}
        return {name: tuple(codes) for name, codes in sets.items()}

    def defaults(self, data: Mapping[str, Any], suite: Suite) -> dict[str, str]:
        given = data.get("suite_parameters") or {}
        if not isinstance(given, dict) or any(
            isinstance(value, bool) or not isinstance(value, str | int | float) for value in given.values()
        ):
            self.fault("defaults", "-")
            return {}
        for name in given:
            if name not in suite.parameters:
                self.fault("default-unknown", "-", limit=name, known=", ".join(suite.parameters) or "—")
        return {name: str(value) for name, value in given.items()}

    def agored(self, data: Mapping[str, Any], keys: tuple[str, ...], where: str) -> Mapping[str, Any]:
        meta = data.get("meta")
        ours = meta.get("agored") if isinstance(meta, dict) else None
        if not isinstance(ours, dict):
            self.fault("no-meta", where)
            return {}
        self.known(ours, keys, where)
        return ours

    def text(
        self, meta: Mapping[str, Any], key: str, where: str, placeholders: tuple[str, ...] = ()
    ) -> Bilingual:
        value = meta.get(key)
        languages = value if isinstance(value, dict) else {}
        for language in LANGUAGES:
            text = languages.get(language)
            if not isinstance(text, str) or not text.strip():
                self.fault("text-missing", where, key=f"{key}.{language}")
            elif not _fills(text, placeholders):
                self.fault(
                    "placeholder", where, key=f"{key}.{language}", known=", ".join(placeholders) or "—"
                )
            else:
                continue
            return Bilingual("", "")
        return Bilingual(languages["cy"], languages["en"])

    def known(self, data: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
        for key in data:
            if key not in keys:
                self.fault("unknown", where, key=key, known=", ".join(keys))


def _fills(text: str, placeholders: tuple[str, ...]) -> bool:
    """Whether every ``{…}`` of a text is one of its placeholders."""
    try:
        return all(
            name is None or (name in placeholders and not form and not conversion)
            for _, name, form, conversion in Formatter().parse(text)
        )
    except ValueError:
        return False
