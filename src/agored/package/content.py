"""The content of a release and its hash: what people decide on, and what names a release in public.

The content is plain data:

``format``
    ``FORMAT``; raised when Agored's code changes the content that an unchanged dataset gives.
``dataset``
    ``organization/name``.
``resources``
    for each published table, the data first, then the code lists by name: ``name``, ``kind`` (``table`` or
    ``codes``), ``data`` (the hash of its CSV file) and ``schema`` (the hash of its schema as canonical JSON).
``texts``
    every published text that a person wrote, the reasons for changes included. The schemas' and code lists'
    own texts are under the hashes above.
``ethics``
    the answers of ``ethics.yaml``, without mailboxes.
``disclosure``
    the values of the policy of protection, by resource.

Its hash is the SHA-256 of its canonical JSON (sorted keys, UTF-8, no blanks). Nothing private, no time, no
software's version, nothing rendered and nothing compressed is in it, so a new template or a new Python leaves
a decision standing, and a changed cell, answer or reason does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agored.recipe import Recipe
from agored.records import canonical, digest
from agored.words import LANGUAGES

FORMAT = 1
TABLE, CODES = "table", "codes"


@dataclass(frozen=True)
class Published:
    """One published table: its name, what it is, and the hashes of its CSV file and its canonical schema."""

    name: str
    kind: str
    data: str
    schema: str


def content_of(
    recipe: Recipe,
    resources: Sequence[Published],
    *,
    answers: Mapping[str, Any],
    policies: Mapping[str, Mapping[str, str]],
    reasons: Mapping[str, Any] | Sequence[Any],
) -> dict[str, Any]:
    """The content of a release, as plain data."""
    return {
        "format": FORMAT,
        "dataset": recipe.identity,
        "resources": [
            {"name": each.name, "kind": each.kind, "data": each.data, "schema": each.schema}
            for each in resources
        ],
        "texts": {**texts_of(recipe), "reasons": reasons},
        "ethics": without_mailboxes(answers),
        "disclosure": {name: dict(values) for name, values in policies.items()},
    }


def texts_of(recipe: Recipe) -> dict[str, Any]:
    """What a person wrote in the recipe and the package publishes, in the words of the descriptor."""
    facts = recipe.package
    return {
        "title": recipe.title.to_json(),
        "description": recipe.description.to_json(),
        "notes": recipe.notes.to_json(),
        "keywords": {language: list(recipe.keywords.get(language, ())) for language in LANGUAGES},
        "contact": {"role": recipe.contact.role, "mailbox": recipe.contact.mailbox},
        "licenses": [license.name for license in facts.licenses],
        "contributors": [{"title": each.title, "roles": list(each.roles)} for each in facts.contributors],
        "sources": sources_of(recipe),
        "frequency": facts.frequency,
    }


def sources_of(recipe: Recipe) -> list[dict[str, str]]:
    """Where the figures come from, as told to the public; a fact that is not given has no key."""
    return [
        {
            key: value
            for key in ("title", "publisher", "period", "path")
            if (value := getattr(each, key)) is not None
        }
        for each in recipe.package.sources
    ]


def content_hash(content: Mapping[str, Any]) -> str:
    """``sha256:`` and the hash of a content."""
    return digest(canonical(content))


def without_mailboxes(data: Any) -> Any:
    """``data`` without any key ``mailbox``, however deep: who answers a mailbox is no part of the answers."""
    if isinstance(data, Mapping):
        return {key: without_mailboxes(value) for key, value in data.items() if key != "mailbox"}
    if isinstance(data, list | tuple):
        return [without_mailboxes(value) for value in data]
    return data
