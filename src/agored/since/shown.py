"""The comparison as an officer and the public account see it in the notebook: counts, fields and codes, no value."""

from __future__ import annotations

from collections.abc import Sequence

from agored.pages.since import ResourceTold, resource_told
from agored.since.compare import Compared
from agored.views import Fact, View, facts_view, note_view, table_view, together
from agored.words import LANGUAGES, Bilingual


def since_view(compared: Compared, language: str) -> View:
    """What changed since the last release, in tables; or that there is nothing to compare with."""
    if compared.previous is None:
        return note_view("since.first", language)
    facts: list[tuple[str | Bilingual, Fact]] = [("since.view.release", compared.previous.name)]
    views = []
    for change in compared.changes:
        cy, en = (resource_told(change.to_json(), change.name, spoken) for spoken in LANGUAGES)
        facts.append(("view.resource", change.name))
        facts += [
            (Bilingual(welsh, english), count)
            for (welsh, count), (english, _) in zip(cy.rows, en.rows, strict=True)
        ]
        if cy.sentence:
            facts.append(("since.view.change", Bilingual(cy.sentence, en.sentence)))
        views += _tables(cy, en, language)
    return together(facts_view("since.view.title", facts, language), *views)


def _tables(cy: ResourceTold, en: ResourceTold, language: str) -> list[View]:
    fields: list[list[Fact]] = [
        [
            Bilingual(_name(one.title, one.name), _name(two.title, two.name)),
            Bilingual(one.change, two.change),
            Bilingual(one.effect, two.effect),
        ]
        for one, two in zip(cy.fields, en.fields, strict=True)
    ]
    cells: list[list[Fact]] = [
        [Bilingual(_name(one.title, one.name), _name(two.title, two.name)), *one.counts]
        for one, two in zip(cy.cells, en.cells, strict=True)
    ]
    codes: list[list[Fact]] = [
        [
            Bilingual(_name(one.title, one.name), _name(two.title, two.name)),
            Bilingual(_listed(one.new, one.first_new), _listed(two.new, two.first_new)),
            Bilingual(_listed(one.gone, one.first_gone), _listed(two.gone, two.first_gone)),
        ]
        for one, two in zip(cy.codes, en.codes, strict=True)
    ]
    headings = {
        "since.view.fields": ("view.field", "since.view.change", "since.view.effect"),
        "since.view.cells": ("view.field", "since.view.values", "since.view.withheld", "since.view.given"),
        "since.view.codes": ("view.field", "since.view.new-codes", "since.view.gone-codes"),
    }
    tables = zip(headings.items(), (fields, cells, codes), strict=True)
    return [table_view(title, names, rows, language) for (title, names), rows in tables if rows]


def _name(title: str, name: str) -> str:
    return f"{title} ({name})" if name else title


def _listed(count: str, first: Sequence[tuple[str, str]]) -> str:
    """How many, and the first ones."""
    if not first:
        return count
    return f"{count}: " + ", ".join(title if title == code else f"{title} ({code})" for title, code in first)
