"""What a page says of a dataset, in one language: small records that templates lay out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agored.pages.assessed import ethics_told, quality_told
from agored.pages.dataset import CODES_SHOWN, Dataset
from agored.pages.texts import resource_title, said, text
from agored.words import date_text, in_language, known, number_text, say


@dataclass(frozen=True)
class FieldTold:
    """A field: ``type`` in words; ``codes`` names its code list's resource; ``several`` codes may be in a cell."""

    name: str
    title: str
    description: str
    type: str
    required: bool
    codes: str | None
    several: bool


@dataclass(frozen=True)
class TableTold:
    """A resource with its fields."""

    name: str
    title: str
    path: str
    fields: Sequence[FieldTold]


@dataclass(frozen=True)
class CodeTold:
    """A code and what it means."""

    code: str
    title: str
    note: str


@dataclass(frozen=True)
class CodesTold:
    """A code list; no ``rows`` where it is too long for a page."""

    name: str
    title: str
    path: str
    total: int
    rows: Sequence[CodeTold]


@dataclass(frozen=True)
class StepTold:
    """Something that was done to the data, where, how often, and why."""

    sentence: str
    field: str
    count: str
    reason: str | None


@dataclass(frozen=True)
class StepsTold:
    """What shape did to one resource."""

    title: str
    steps: Sequence[StepTold]


@dataclass(frozen=True)
class ProtectionTold:
    """How one resource was protected: in sentences, by the policy's values, by rule, and the recipe's reason."""

    title: str
    sentences: Sequence[str]
    values: Sequence[tuple[str, str]]
    steps: Sequence[StepTold]
    rounds: bool
    reason: str | None


@dataclass(frozen=True)
class LicenseTold:
    """A license, where its text is in this language if it is, and how to name the source under it."""

    title: str
    path: str
    attribution: str | None


@dataclass(frozen=True)
class FactsTold:
    """Who publishes, whom to ask, how often, under which license."""

    publisher: str
    role: str
    mailbox: str
    frequency: str
    licenses: Sequence[LicenseTold]
    keywords: Sequence[str]


@dataclass(frozen=True)
class SourceTold:
    """Where the figures come from; ``path`` is a web address or None."""

    title: str
    publisher: str | None
    period: str | None
    path: str | None


def told(dataset: Dataset, language: str) -> dict[str, Any]:
    """All that the templates ``_*.html`` show, by the names that they use."""
    descriptor = dataset.descriptor
    return {
        "title": text(descriptor, "title", language),
        "description": text(descriptor, "description", language),
        "notes": text(descriptor, "notes", language),
        "facts": facts_told(descriptor, language),
        "sources": [_source(each, language) for each in descriptor["sources"]],
        "tables": [table_told(dataset, each, language) for each in dataset.tables],
        "code_tables": [codes_told(dataset, each, language) for each in dataset.lists],
        "shapings": shape_told(dataset, language),
        "protections": protection_told(dataset, language),
        "quality": quality_told(dataset, language),
        "ethics": ethics_told(dataset.ethics, language),
    }


def facts_told(descriptor: Mapping[str, Any], language: str) -> FactsTold:
    """The facts of a descriptor."""
    contributors = descriptor["contributors"]
    publishers = [
        in_language(each["title"], language) for each in contributors if "publisher" in each["roles"]
    ]
    frequency = descriptor["frequency"]
    return FactsTold(
        publisher="; ".join(publishers),
        role=in_language(descriptor["contact"]["role"], language),
        mailbox=descriptor["contact"]["mailbox"],
        frequency=said(f"page.frequency.{frequency}", language, frequency),
        licenses=[_license(each, language) for each in descriptor["licenses"]],
        keywords=descriptor[f"keywords_{language}"],
    )


def _license(license: Mapping[str, Any], language: str) -> LicenseTold:
    name = license["name"]
    attribution = f"page.license.{name}.attribution"
    return LicenseTold(
        title=text(license, "title", language),
        path=said(f"page.license.{name}.path", language, license["path"]),
        attribution=say(attribution, language) if known(attribution) else None,
    )


def _source(source: Mapping[str, Any], language: str) -> SourceTold:
    path, period = source.get("path", ""), source.get("period")
    return SourceTold(
        title=in_language(source["title"], language),
        publisher=in_language(source["publisher"], language) if "publisher" in source else None,
        # Two dates are joined by a dash: a word between them would change the Welsh month after it.
        period=" – ".join(date_text(date, language) for date in period.split("/")) if period else None,
        path=path if path.startswith(("https://", "http://")) else None,
    )


def table_told(dataset: Dataset, resource: Mapping[str, Any], language: str) -> TableTold:
    """A resource with its fields."""
    schema = dataset.schemas[resource["name"]]
    lists = {dataset.schemas[each["name"]]["name"]: each["name"] for each in dataset.lists}
    fields = [
        FieldTold(
            name=field["name"],
            title=text(field, "title", language),
            description=text(field, "description", language),
            type=said(f"page.type.{field.get('type', 'string')}", language, field.get("type", "string")),
            required=field.get("constraints", {}).get("required") is True,
            codes=lists.get(field.get("codes", "")),
            several="list" in field,
        )
        for field in schema["fields"]
    ]
    return TableTold(resource["name"], text(resource, "title", language), resource["path"], fields)


def codes_told(dataset: Dataset, resource: Mapping[str, Any], language: str) -> CodesTold:
    """A code list in use."""
    rows = dataset.codes[resource["name"]]
    shown = rows if len(rows) <= CODES_SHOWN else []
    return CodesTold(
        name=resource["name"],
        title=text(resource, "title", language),
        path=resource["path"],
        total=len(rows),
        rows=[CodeTold(row["code"], row[f"title_{language}"], row[f"note_{language}"]) for row in shown],
    )


def shape_told(dataset: Dataset, language: str) -> list[StepsTold]:
    """What shape did, by resource."""
    return [
        StepsTold(
            title=resource_title(dataset.tables, each["name"], language),
            steps=[_step(dataset, each["name"], "shape", step, language) for step in each["shape"]],
        )
        for each in dataset.changes["resources"]
    ]


def protection_told(dataset: Dataset, language: str) -> list[ProtectionTold]:
    """How the data was protected, by resource."""
    return [
        ProtectionTold(
            title=resource_title(dataset.tables, each["name"], language),
            sentences=_policy_sentences(each["protect"], language),
            values=[
                (said(f"page.protection.value.{key}", language, key), str(value))
                for key, value in each["protect"].get("values", {}).items()
                if key not in ("policy", "version")
            ],
            steps=[
                _step(dataset, each["name"], "protect", step, language) for step in each["protect"]["rules"]
            ],
            rounds=any(step["rule"] == "rounded" for step in each["protect"]["rules"]),
            reason=_reason(each["protect"], language),
        )
        for each in dataset.changes["resources"]
    ]


def _policy_sentences(protect: Mapping[str, Any], language: str) -> list[str]:
    policy = protect["policy"]
    rules = dict.fromkeys(step["rule"] for step in protect["rules"])
    sentences = [said(f"page.protection.policy.{policy}", language, policy)]
    return sentences + [
        say(f"page.protection.about.{rule}", language)
        for rule in rules
        if known(f"page.protection.about.{rule}")
    ]


def _step(dataset: Dataset, resource: str, stage: str, step: Mapping[str, Any], language: str) -> StepTold:
    rule = step["rule"]
    unit = next((unit for unit in ("cells", "records") if step.get(unit) is not None), None)
    count = ""
    if unit is not None:
        own = f"change.unit.{rule}"
        code = own if known(own) else f"change.unit.{unit}"
        count = say(code, language, count=number_text(step[unit], language))
    return StepTold(
        sentence=said(f"change.{stage}.{rule}", language, rule),
        field=_field_title(dataset, resource, step.get("field"), language),
        count=count,
        reason=_reason(step, language),
    )


def _reason(data: Mapping[str, Any], language: str) -> str | None:
    reason = data.get("reason")
    return str(reason[language]) if reason else None


def _field_title(dataset: Dataset, resource: str, name: str | None, language: str) -> str:
    """A field's title, or its name where it is none of the published ones, or that the whole table is meant."""
    if name is None:
        return say("page.steps.whole", language)
    for field in dataset.schemas[resource]["fields"]:
        if field["name"] == name:
            return text(field, "title", language)
    return name
