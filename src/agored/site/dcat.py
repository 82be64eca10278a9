"""``catalogue.jsonld``: the catalogue for software, in DCAT-AP 3 as JSON-LD.

Vocabularies: DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/) as profiled by DCAT-AP 3.0
(https://semiceu.github.io/DCAT-AP/releases/3.0.0/), with SPDX's checksums. The context stands in the file;
texts are tagged by language; addresses are whole, from the portal's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from agored.site.published import DATA, PublishedDataset, Release
from agored.words import LANGUAGES, Bilingual, in_language

CONTEXT: Mapping[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_LANGUAGES = [
    {"@id": f"{_AUTHORITY}/language/{code}", "@type": "dct:LinguisticSystem"} for code in ("CYM", "ENG")
]
_FREQUENCIES: Mapping[str, str] = {
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "annual": "ANNUAL",
    "biennial": "BIENNIAL",
    "irregular": "IRREG",
    "continuous": "CONT",
    "once": "NEVER",
}


def catalogue(
    url: str,
    title: Bilingual,
    description: Bilingual,
    contact: str | None,
    datasets: Sequence[PublishedDataset],
) -> dict[str, Any]:
    """The whole catalogue. ``url`` is the portal's own address and ends in ``/``."""
    entry: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": url,
        "@type": "dcat:Catalog",
        "dct:title": _texts(title),
        "dct:description": _texts(description),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _texts(title)},
        "dct:language": _LANGUAGES,
        "foaf:homepage": {"@id": url, "@type": "foaf:Document"},
    }
    if contact is not None:
        entry["dcat:contactPoint"] = _contact(title.joined(), contact)
    return {**entry, "dcat:dataset": [_dataset(url, each) for each in datasets]}


def _texts(text: Bilingual) -> list[dict[str, str]]:
    return [{"@value": text[language], "@language": language} for language in LANGUAGES]


def _date(date: str) -> dict[str, str]:
    return {"@value": date, "@type": "xsd:date"}


def _contact(name: str, mailbox: str) -> dict[str, Any]:
    return {"@type": "vcard:Kind", "vcard:fn": name, "vcard:hasEmail": {"@id": f"mailto:{mailbox}"}}


def _text(data: Mapping[str, Any], key: str) -> Bilingual:
    return Bilingual(data[f"{key}_cy"], data[f"{key}_en"])


def _dataset(url: str, published: PublishedDataset) -> dict[str, Any]:
    descriptor = published.dataset.descriptor
    publisher = next(each["title"] for each in descriptor["contributors"] if "publisher" in each["roles"])
    names = Bilingual(in_language(publisher, "cy"), in_language(publisher, "en"))
    pages = [f"{url}{language}/{published.identity}/index.html" for language in LANGUAGES]
    entry: dict[str, Any] = {
        "@id": dataset_id(url, published),
        "@type": "dcat:Dataset",
        "dct:identifier": published.identity,
        "dct:title": _texts(_text(descriptor, "title")),
        "dct:description": _texts(_text(descriptor, "description")),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _texts(names)},
        "dcat:contactPoint": _contact(descriptor["contact"]["role"], descriptor["contact"]["mailbox"]),
        "dcat:keyword": [
            {"@value": word, "@language": language}
            for language in LANGUAGES
            for word in descriptor[f"keywords_{language}"]
        ],
        "dct:language": _LANGUAGES,
        "dct:issued": _date(published.releases[-1].issued),
        "dct:modified": _date(published.latest.issued),
        "dct:accrualPeriodicity": {
            "@id": f"{_AUTHORITY}/frequency/{_FREQUENCIES.get(descriptor['frequency'], 'UNKNOWN')}",
            "@type": "dct:Frequency",
        },
        "dcat:landingPage": [{"@id": page, "@type": "foaf:Document"} for page in pages],
        "dct:provenance": {
            "@id": f"{url}{published.address}package/provenance.json",
            "@type": "dct:ProvenanceStatement",
        },
        "dcat:version": published.latest.name,
        **_notes(published.latest),
        "dcat:hasVersion": [_version(url, published, release) for release in published.releases],
    }
    return {**entry, "dcat:distribution": _distributions(url, published)}


def dataset_id(url: str, published: PublishedDataset) -> str:
    """The dataset's own name on the web, which stays while pages and releases come and go."""
    return f"{url}catalogue.jsonld#{published.identity}"


def _notes(release: Release) -> dict[str, Any]:
    return {"adms:versionNotes": _texts(release.reason)} if release.reason is not None else {}


def _version(url: str, published: PublishedDataset, release: Release) -> dict[str, Any]:
    version: dict[str, Any] = {
        "@id": f"{url}{DATA}/{published.identity}/{release.name}/",
        "@type": "dcat:Dataset",
        "dct:title": _texts(_text(published.dataset.descriptor, "title")),
        "dct:description": _texts(_text(published.dataset.descriptor, "description")),
        "dct:issued": _date(release.issued),
        "dcat:version": release.name,
        **_notes(release),
    }
    if release.previous is not None:
        version["dcat:previousVersion"] = {"@id": f"{url}{DATA}/{published.identity}/{release.previous}/"}
    return version


def _distributions(url: str, published: PublishedDataset) -> list[dict[str, Any]]:
    descriptor = published.dataset.descriptor
    checksums = checksums_of(published)
    base = f"{url}{published.address}"
    licenses = [{"@id": each["path"], "@type": "dct:LicenseDocument"} for each in descriptor["licenses"]]
    tables = [
        _distribution(
            f"{base}package/{quote(each['path'])}",
            _text(each, "title"),
            ("CSV", "text/csv"),
            each["bytes"],
            each["hash"],
            licenses,
            conforms_to=f"{base}package/{quote(each['schema'])}",
        )
        for each in descriptor["resources"]
    ]
    package = _distribution(
        f"{base}package.zip",
        _text(descriptor, "title"),
        ("ZIP", "application/zip"),
        (published.files / "package.zip").stat().st_size,
        checksums["package.zip"],
        licenses,
        conforms_to=descriptor["$schema"],
    )
    return [*tables, package]


def checksums_of(published: PublishedDataset) -> dict[str, str]:
    """The published checksums of the newest release's files, by path, as ``sha256:…``."""
    lines = (published.files / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: f"sha256:{value}" for value, name in (line.split("  ", 1) for line in lines)}


def _distribution(
    address: str,
    title: Bilingual,
    form: tuple[str, str],
    size: int,
    checksum: str,
    licenses: Sequence[Mapping[str, str]],
    conforms_to: str,
) -> dict[str, Any]:
    file_type, media_type = form
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _texts(title),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dct:format": {"@id": f"{_AUTHORITY}/file-type/{file_type}", "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{media_type}",
            "@type": "dct:MediaType",
        },
        "dcat:byteSize": {"@value": str(size), "@type": "xsd:nonNegativeInteger"},
        "dct:license": list(licenses),
        "dct:conformsTo": {"@id": conforms_to, "@type": "dct:Standard"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {
                "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                "@type": "spdx:ChecksumAlgorithm",
            },
            "spdx:checksumValue": {"@value": checksum.removeprefix("sha256:"), "@type": "xsd:hexBinary"},
        },
    }
