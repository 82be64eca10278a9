"""What a person does with the drafts of ``agored new``: decides wherever they ask, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

CSV = """Parc,Blwyddyn,Coed,Arwynebedd
Parc y Castell,2024,120,3.5
Parc yr Orsaf,2024,45,1.25
Y Cae Glas,2024,310,7.0
"""
"""A council's file: parks, a year, the trees in them, their size."""

_RECIPE = {
    'organization: "???"': "organization: cyngor-enghraifft",
    'title: {cy: "???", en: "???"}': "title: {cy: Coed mewn parciau, en: Trees in parks}",
    'description: {cy: "???", en: "???"}': "description: {cy: Nifer y coed ym mhob parc., en: Trees in each park.}",
    'notes: {cy: "???", en: "???"}': "notes: {cy: Coed a blannwyd yn unig., en: Planted trees only.}",
    'keywords: {cy: ["???"], en: ["???"]}': "keywords: {cy: [coed], en: [trees]}",
    'contact: {role: "???", mailbox: "???"}': "contact: {role: Parks, mailbox: parciau@cyngor.example.wales}",
    'disclosure: {policy: "???"}': "disclosure: {policy: standard}",
    'contributors: [{title: "???"': "contributors: [{title: Cyngor Enghraifft / Example Council",
    'sources: [{title: "???"}]': "sources: [{title: Y rhestr goed / The list of trees}]",
    'frequency: "???"': "frequency: annual",
}

_FIELDS: Mapping[str, Mapping[str, str]] = {
    "parc": {"title_cy": "Parc", "title_en": "Park", "role": "dimension"},
    "blwyddyn": {"title_cy": "Blwyddyn", "title_en": "Year", "role": "dimension", "type": "year"},
    "coed": {
        "title_cy": "Coed",
        "title_en": "Trees",
        "role": "measure",
        "measures": "count",
        "of": "things",
        "type": "integer",
    },
    "arwynebedd": {
        "title_cy": "Arwynebedd",
        "title_en": "Area in hectares",
        "role": "measure",
        "measures": "amount",
        "of": "things",
    },
}


def complete(workspace: Path, name: str) -> None:
    """Decide everything in the drafts of the dataset called ``name``."""
    dataset = workspace / "datasets" / name
    _rewrite(dataset / "dataset.yaml", _RECIPE)
    _answer(dataset / "ethics.yaml")
    _describe(workspace / "schemas" / name / "1.json")


def _rewrite(file: Path, decided: Mapping[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for draft, decision in decided.items():
        assert draft in text, draft
        text = text.replace(draft, decision)
    left = [line for line in text.splitlines() if "???" in line and not line.startswith("#")]
    assert not left, left
    file.write_text(text, encoding="utf-8")


def _answer(file: Path) -> None:
    """Answer every question of the ethics record."""
    text = file.read_text(encoding="utf-8")
    text = text.replace(
        'assessor: {role: "", mailbox: ""}', "assessor: {role: Parks, mailbox: a@example.wales}"
    )
    text = re.sub(r"score:$", "score: 4", text, flags=re.MULTILINE)
    text = text.replace(
        'answer: {cy: "", en: ""}', "answer: {cy: Ateb y tîm parciau., en: The parks team’s answer.}"
    )
    text = text.replace('reason: {cy: "", en: ""}', "reason: {cy: Coed yw’r rhain., en: These are trees.}")
    text = re.sub(r"(in_source|in_release|required):$", r"\1: false", text, flags=re.MULTILINE)
    text = re.sub(r"next_review:$", "next_review: 2099-01-31", text, flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")


def _describe(file: Path) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    schema |= {"title": "Coed / Trees", "title_cy": "Coed", "title_en": "Trees"}
    for field in schema["fields"]:
        decided = dict(_FIELDS[field["name"]])
        titles = (decided["title_cy"], decided["title_en"])
        about = {f"description_{language}": f"{decided[f'title_{language}']}." for language in ("cy", "en")}
        field |= {"title": " / ".join(titles), **about, **decided}
        for optional in ("measures", "of"):
            if field.get(optional) == "???":
                del field[optional]
    text = json.dumps(schema, ensure_ascii=False, indent=2)
    assert "???" not in text
    file.write_text(text, encoding="utf-8")
