"""``provenance.json``: where the package comes from and what made it, in PROV-O as JSON-LD.

Vocabulary: https://www.w3.org/TR/prov-o/ (W3C Recommendation, 2013). The context stands in the file, so that
reading it needs no network. It tells the source by title, publisher and period, never by a hash: with the
hash of a small table, its suppressed figures could be guessed and checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agored.package.descriptor import ResourceFile
from agored.recipe import Recipe
from agored.words import both

CONTEXT: Mapping[str, Any] = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "id": "@id",
    "type": "@type",
    "title": {"@id": "dcterms:title", "@container": "@language"},
    "label": {"@id": "rdfs:label", "@container": "@language"},
    "name": "rdfs:label",
    "identifier": "dcterms:identifier",
    "period": "schema:temporalCoverage",
    "seeAlso": {"@id": "rdfs:seeAlso", "@type": "@id"},
    "version": "schema:softwareVersion",
    "email": {"@id": "vcard:hasEmail", "@type": "@id"},
    "description": {"@id": "dcterms:description", "@container": "@language"},
    "distribution": {"@id": "dcat:distribution", "@type": "@id"},
    "conformsTo": {"@id": "dcterms:conformsTo", "@type": "@id"},
    "used": {"@id": "prov:used", "@type": "@id"},
    "agent": {"@id": "prov:agent", "@type": "@id"},
    "hadPlan": {"@id": "prov:hadPlan", "@type": "@id"},
    "hadRole": {"@id": "prov:hadRole", "@type": "@id"},
    "wasGeneratedBy": {"@id": "prov:wasGeneratedBy", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "wasAssociatedWith": {"@id": "prov:wasAssociatedWith", "@type": "@id"},
    "qualifiedAssociation": "prov:qualifiedAssociation",
}


def provenance(
    recipe: Recipe, resources: Sequence[ResourceFile], judged: Mapping[str, Any], assessor: str | None
) -> dict[str, Any]:
    """The provenance of a package.

    ``judged`` tells what judged and made it: ``schemas`` (schema names by resource), ``suites`` (names),
    ``notebook`` (its name) and ``software`` (``name`` and ``version``). ``assessor`` is a role.
    """
    sources = _sources(recipe)
    schemas = _schemas(judged)
    suites = _named("suite", judged["suites"])
    publisher = {"id": "#publisher", "type": ["prov:Agent", "prov:Organization"], "name": recipe.publisher}
    roles = _roles(recipe, assessor)
    software = {
        "id": "#software",
        "type": ["prov:Agent", "prov:SoftwareAgent"],
        "name": judged["software"]["name"],
        "version": judged["software"]["version"],
    }
    notebook = {"id": "#notebook", "type": ["prov:Entity", "prov:Plan"], "name": judged["notebook"]}
    preparation = {
        "id": "#preparation",
        "type": "prov:Activity",
        "label": both("package.provenance.preparation").to_json(),
        "used": [each["id"] for each in (*sources, *schemas, *suites)],
        "wasAssociatedWith": [each["id"] for each in (software, publisher, *roles)],
        "qualifiedAssociation": [
            {"type": "prov:Association", "agent": software["id"], "hadPlan": notebook["id"]},
            *(
                {"type": "prov:Association", "agent": role["id"], "hadRole": f"{role['id']}-role"}
                for role in roles
            ),
        ],
    }
    return {
        "@context": CONTEXT,
        "@graph": [
            _release(recipe, resources, sources),
            *(_file(each, sources, judged) for each in resources),
            preparation,
            *sources,
            *schemas,
            *suites,
            notebook,
            software,
            publisher,
            *roles,
            *(
                {"id": f"{role['id']}-role", "type": "prov:Role", "label": _role_label(role)}
                for role in roles
            ),
        ],
    }


def _release(
    recipe: Recipe, resources: Sequence[ResourceFile], sources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "id": "#release",
        "type": ["prov:Entity", "dcat:Dataset"],
        "identifier": recipe.identity,
        "title": recipe.title.to_json(),
        "distribution": [each.path for each in resources],
        "wasGeneratedBy": "#preparation",
        "wasDerivedFrom": [source["id"] for source in sources],
        "wasAttributedTo": "#publisher",
    }


def _file(
    resource: ResourceFile, sources: Sequence[Mapping[str, Any]], judged: Mapping[str, Any]
) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "id": resource.path,
        "type": ["prov:Entity", "dcat:Distribution"],
        "title": resource.title.to_json(),
        "conformsTo": resource.schema_path,
        "wasGeneratedBy": "#preparation",
    }
    if resource.name in judged["schemas"]:
        entity["wasDerivedFrom"] = [source["id"] for source in sources]
    return entity


def _sources(recipe: Recipe) -> list[dict[str, Any]]:
    entities = []
    for number, source in enumerate(recipe.package.sources, start=1):
        entity: dict[str, Any] = {"id": f"#source-{number}", "type": "prov:Entity", "name": source.title}
        if source.period is not None:
            entity["period"] = source.period
        if source.publisher is not None:
            entity["wasAttributedTo"] = {"type": "prov:Agent", "name": source.publisher}
        if source.path is not None:
            entity["seeAlso"] = source.path
        entities.append(entity)
    return entities


def _schemas(judged: Mapping[str, Any]) -> list[dict[str, Any]]:
    return _named("schema", sorted(set(judged["schemas"].values())))


def _named(kind: str, names: Sequence[str]) -> list[dict[str, Any]]:
    description = both(f"package.provenance.{kind}").to_json()
    return [
        {"id": f"#{kind}-{number}", "type": "prov:Entity", "name": name, "description": description}
        for number, name in enumerate(names, start=1)
    ]


def _roles(recipe: Recipe, assessor: str | None) -> list[dict[str, Any]]:
    contact = {"id": "#contact", "type": "prov:Agent", "name": recipe.contact.role}
    roles = [{**contact, "email": f"mailto:{recipe.contact.mailbox}"}]
    if assessor:
        roles.append({"id": "#assessor", "type": "prov:Agent", "name": assessor})
    return roles


def _role_label(role: Mapping[str, Any]) -> dict[str, str]:
    return both(f"package.provenance.{role['id'].removeprefix('#')}").to_json()
