"""Which schemas cannot be judged by, and why: told before any row is read, and all at once."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from agored.errors import RecipeError

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_NO_KEY = ("list", "array", "object", "geojson")
_TODAY = ("date", "datetime", "time")


def refusals(descriptor: Mapping[str, Any], frictionless: Any) -> list[RecipeError]:
    """What frictionless accepts in a descriptor although it then breaks on it, or judges otherwise than the
    standard or by the day's date; and constraints that do nothing."""
    faults: list[RecipeError] = []
    if descriptor.get("fieldsMatch", "exact") != "exact":
        faults.append(RecipeError("validation.fields-match"))
    if descriptor.get("foreignKeys"):
        faults.append(RecipeError("validation.foreign-keys"))
    names = [field["name"] for field in descriptor["fields"]]
    for name in primary_key(descriptor):
        if name not in names:
            faults.append(RecipeError("validation.key-unknown", field=name))
    for field in descriptor["fields"]:
        faults += _field_refusals(field, primary_key(descriptor), frictionless)
    return faults


def primary_key(descriptor: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of the primary key; the standard allows one name without a list."""
    key = descriptor.get("primaryKey", ())
    return (key,) if isinstance(key, str) else tuple(key)


def _field_refusals(field: Mapping[str, Any], keys: Sequence[str], frictionless: Any) -> list[RecipeError]:
    name, kind = field["name"], field.get("type", "string")
    faults: list[RecipeError] = []
    if kind in _TODAY and field.get("format") == "any":
        faults.append(RecipeError("validation.format-any", field=name))
    if kind in _NO_KEY and (name in keys or _is_unique(field)):
        faults.append(RecipeError("validation.key-type", field=name, type=kind))
    constraints = field.get("constraints", {})
    if not isinstance(constraints, Mapping):
        return [*faults, RecipeError("validation.constraints-form", field=name)]
    allowed = (*frictionless.system.select_field_class(kind).supported_constraints, "unique")
    faults += [
        RecipeError("validation.constraint-unknown", field=name, constraint=constraint, type=kind)
        for constraint in constraints
        if constraint not in allowed
    ]
    if "pattern" in constraints and not _compiles(constraints["pattern"]):
        faults.append(RecipeError("validation.pattern-unreadable", field=name))
    bounds = {bound: [constraints[bound]] for bound in _BOUNDS if bound in constraints and bound in allowed}
    values = constraints.get("enum", [])
    if "enum" in allowed and isinstance(values, list):
        bounds["enum"] = values
    faults += [
        RecipeError("validation.bound-unreadable", field=name, constraint=bound, type=kind)
        for bound, limits in bounds.items()
        if limits and not _readable(field, limits, frictionless)
    ]
    return faults


def _is_unique(field: Mapping[str, Any]) -> bool:
    constraints = field.get("constraints", {})
    return isinstance(constraints, Mapping) and bool(constraints.get("unique"))


def _compiles(pattern: object) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern if isinstance(pattern, str) else "(")
            # The two forms differ for a pattern that is whole only together with what stands around it.
            re.compile(whole(pattern if isinstance(pattern, str) else "("))
    except re.error:
        return False
    return True


def _readable(field: Mapping[str, Any], limits: list[Any], frictionless: Any) -> bool:
    plain = {key: value for key, value in field.items() if key != "constraints"}
    try:
        reader = frictionless.Field.from_descriptor(plain).create_value_reader()
        # A limit that differs from itself is "not a number", with which nothing compares.
        return all((value := reader(limit)) is not None and value == value for limit in limits)
    except (frictionless.FrictionlessException, ArithmeticError):
        return False


def whole(pattern: str) -> str:
    """``pattern`` so that it must fit a whole cell.

    frictionless puts ``^`` and ``$`` around it as it stands, by which ``a|b`` accepts ``azzz`` and any
    pattern a line break at the end; Table Schema means the whole cell.
    """
    return rf"(?:{pattern})\Z"
