"""The release schema: the schema of the table after protection, which says to readers what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from agored.errors import RecipeError
from agored.protect.policy import Policy
from agored.protect.rule import Rule
from agored.schema import Schema, schema_of
from agored.words import LANGUAGES, Bilingual, both, say

NOTE_CODES = "note-codes/1"
MARK = ","
"""What stands between the codes of a note."""
_NOTE_PATTERN = "[a-z]+(,[a-z]+)*"
# What a blank or rounded count, or a note with one code more, may break without being wrong.
_VOID = ("required", "unique", "enum", "pattern", "minLength", "maxLength")


def note_name(field: str) -> str:
    """The name of the field that holds the note codes of ``field``."""
    return f"{field}_note"


def release_schema(schema: Schema, protected: Iterable[str], policy: Policy) -> Schema:
    """The schema of the release table, whose fields ``protected`` the policy covers.

    They need not be filled, allow what rounding gives, and their descriptions say so. Each has its note field,
    added behind it where the schema has none. The rest is as it was. Raises RecipeError where a protected
    field is part of the primary key: two records could become one.
    """
    assert policy.rule is not None
    names = set(protected)
    key = schema.descriptor.get("primaryKey", ())
    for name in sorted(names & set([key] if isinstance(key, str) else key)):
        raise RecipeError("protection.key", schema=schema.name, field=name)
    notes = {note_name(name) for name in names}
    fields: list[dict[str, Any]] = []
    for data in deepcopy(schema.descriptor["fields"]):
        name = data["name"]
        if name in notes:
            _allow_codes(data)
        if name in names:
            _allow_protection(data, policy, policy.rule)
        fields.append(data)
        if name in names and note_name(name) not in schema.names:
            fields.append(_note_field(data))
    return schema_of({**schema.descriptor, "fields": fields}, schema.name)


def _allow_protection(data: dict[str, Any], policy: Policy, rule: Rule) -> None:
    constraints = {key: value for key, value in data.get("constraints", {}).items() if key not in _VOID}
    data["constraints"] = _widened(constraints, rule)
    if not data["constraints"]:
        del data["constraints"]
    facts = {
        "lowest": str(rule.lowest),
        "highest": str(rule.threshold - 1),
        "rounding": str(rule.rounding),
        "code": policy.code,
        "note": note_name(data["name"]),
    }
    applies = {
        "suppressed": rule.suppresses,
        "zero": rule.suppresses and rule.keeps_zero_apart,
        "rounded": rule.rounds,
    }
    codes = [code for key, code in policy.sentences.items() if applies[key]]
    for language in LANGUAGES:
        told = " ".join(say(code, language, **facts) for code in codes)
        data[f"description_{language}"] = f"{data[f'description_{language}']} {told}"
    if isinstance(data.get("description"), str):
        data["description"] = Bilingual(data["description_cy"], data["description_en"]).joined()


def _widened(constraints: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    """The bounds, moved outwards where a count just inside them is rounded to outside."""
    widened = dict(constraints)
    if "minimum" in widened:
        bound = Decimal(str(widened["minimum"]))
        lowest = rule.rounded(max(0, int(bound.to_integral_value(ROUND_CEILING))))
        if lowest < bound:
            widened["minimum"] = lowest
    if "exclusiveMinimum" in widened:
        bound = Decimal(str(widened["exclusiveMinimum"]))
        lowest = rule.rounded(max(0, int(bound.to_integral_value(ROUND_FLOOR)) + 1))
        if lowest <= bound:
            del widened["exclusiveMinimum"]
            widened["minimum"] = min(lowest, widened.get("minimum", lowest))
    if "maximum" in widened:
        bound = Decimal(str(widened["maximum"]))
        highest = rule.rounded(max(0, int(bound.to_integral_value(ROUND_FLOOR))))
        if highest > bound:
            widened["maximum"] = highest
    if "exclusiveMaximum" in widened:
        bound = Decimal(str(widened["exclusiveMaximum"]))
        highest = rule.rounded(max(0, int(bound.to_integral_value(ROUND_CEILING)) - 1))
        if highest >= bound:
            del widened["exclusiveMaximum"]
            widened["maximum"] = max(highest, widened.get("maximum", highest))
    return widened


def _allow_codes(data: dict[str, Any]) -> None:
    """A note field that the schema has: the policy's code may stand in it now, alone or beside others."""
    data["list"] = MARK
    data["constraints"] = {
        key: value for key, value in data.get("constraints", {}).items() if key not in _VOID
    }
    if not data["constraints"]:
        del data["constraints"]


def _note_field(measure: Mapping[str, Any]) -> dict[str, Any]:
    title = Bilingual(
        *(
            say("protect.note-field.title", language, title=measure[f"title_{language}"])
            for language in LANGUAGES
        )
    )
    description = both("protect.note-field.description", field=measure["name"])
    return {
        "name": note_name(measure["name"]),
        "type": "string",
        "title": title.joined(),
        "title_cy": title.cy,
        "title_en": title.en,
        "description_cy": description.cy,
        "description_en": description.en,
        "role": "attribute",
        "codes": NOTE_CODES,
        "list": MARK,
        "constraints": {"pattern": _NOTE_PATTERN},
    }
