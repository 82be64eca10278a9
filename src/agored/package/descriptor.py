"""``datapackage.json``: the descriptor of a Data Package, version 2.

Specification: https://datapackage.org/standard/data-package/ (26 June 2024). It knows one language only, so
``title`` holds both texts joined, and ``title_cy``, ``title_en``, ``description_cy`` and so on stand beside it
as properties of our own, which readers keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agored.package.content import sources_of
from agored.package.files import Written
from agored.recipe import Recipe
from agored.words import LANGUAGES, Bilingual

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Stated although it is the default: readers that guess from a sample guess wrongly at times.
DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True}


@dataclass(frozen=True)
class ResourceFile:
    """A resource as it was written. ``rows`` counts records, without the heading."""

    name: str
    kind: str
    title: Bilingual
    path: str
    schema_path: str
    rows: int
    file: Written


def datapackage(recipe: Recipe, resources: list[ResourceFile]) -> dict[str, Any]:
    """The descriptor of the whole package."""
    contact = recipe.contact
    return {
        "$schema": PROFILE,
        "name": f"{recipe.organization}-{recipe.name}",
        "id": recipe.identity,
        **texts("title", recipe.title),
        **texts("description", recipe.description),
        **texts("notes", recipe.notes),
        "languages": list(LANGUAGES),
        "keywords": _keywords(recipe),
        **{f"keywords_{language}": list(recipe.keywords.get(language, ())) for language in LANGUAGES},
        "licenses": [
            {"name": license.name, "path": license.path, **texts("title", license.title)}
            for license in recipe.package.licenses
        ],
        "contributors": [
            *({"title": each.title, "roles": list(each.roles)} for each in recipe.package.contributors),
            {"title": contact.role, "email": contact.mailbox, "roles": ["contact"]},
        ],
        "contact": {"role": contact.role, "mailbox": contact.mailbox},
        "sources": sources_of(recipe),
        "frequency": recipe.package.frequency,
        "resources": [_resource(each) for each in resources],
    }


def texts(key: str, text: Bilingual) -> dict[str, str]:
    """A text in both languages under ``key``, ``key_cy`` and ``key_en``."""
    return {key: text.joined(), **{f"{key}_{language}": text[language] for language in LANGUAGES}}


def _keywords(recipe: Recipe) -> list[str]:
    words = [word for language in LANGUAGES for word in recipe.keywords.get(language, ())]
    return list(dict.fromkeys(words))


def _resource(resource: ResourceFile) -> dict[str, Any]:
    return {
        "name": resource.name,
        "type": "table",
        "kind": resource.kind,
        **texts("title", resource.title),
        "path": resource.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": resource.file.bytes,
        "hash": resource.file.digest,
        "rows": resource.rows,
        "dialect": DIALECT,
        "schema": resource.schema_path,
    }


def resource_title(recipe: Recipe, name: str, descriptor: Mapping[str, Any]) -> Bilingual:
    """A resource's title: its schema's, else the dataset's where it is the only one, else its name."""
    welsh, english = descriptor.get("title_cy"), descriptor.get("title_en")
    if isinstance(welsh, str) and isinstance(english, str):
        return Bilingual(welsh, english)
    return recipe.title if len(recipe.resources) == 1 else Bilingual(name, name)
