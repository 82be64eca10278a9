"""Render the catalogue: a page for each dataset, the lists, the catalogue for software, and the entry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.pages import page
from agored.pages.since import since_told
from agored.pages.texts import said, text
from agored.pages.told import facts_told, told
from agored.records import readable
from agored.site.dcat import catalogue
from agored.site.files import PAGE, clear, put
from agored.site.preview import preview
from agored.site.published import SINCE, PublishedDataset, Release, published_datasets
from agored.words import LANGUAGES, Bilingual, both, date_text, in_language, other, say, sort_key

CATALOGUE = "catalogue.jsonld"
SECTIONS = (
    "notes", "rows", "since", "fields", "quality", "protection", "ethics", "provenance", "releases", "downloads",
    "check",
)  # fmt: skip
"""The sections of a dataset's page, in order."""
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class SiteSettings:
    """What ``agored.toml`` tells the catalogue: its address (ending in ``/`` or not), title and mailbox."""

    url: str
    title: Bilingual
    contact: str | None = None


@dataclass(frozen=True)
class Download:
    """A file to download: its title, path below ``latest/``, format, and size in bytes."""

    title: str
    path: str
    format: str
    size: int


@dataclass(frozen=True)
class ReleaseTold:
    """A release in one language."""

    name: str
    issued: str
    kind: str
    reason: str | None
    accepts: list[tuple[str, str | None, str]]
    decided_by: str
    content: str
    size: int


def render(portal: Path, settings: SiteSettings) -> None:
    """Bring all pages of ``portal`` up to what its ``data/`` holds.

    The same data gives the same bytes, and a page that already holds them is left alone. Each page is swapped
    in whole; the lists come after the pages they link to, the entry after the lists, and pages of datasets
    that are no longer there go last, so that no link is ever broken. Raises PortalError where a dataset's
    files cannot be read.
    """
    datasets = published_datasets(portal)
    for each in datasets:
        for language in LANGUAGES:
            put(portal / language / each.identity / PAGE, dataset_page(each, settings, language))
    for language in LANGUAGES:
        put(portal / language / PAGE, list_page(datasets, settings, language))
    url = settings.url.rstrip("/") + "/"
    described = catalogue(url, settings.title, both("site.about"), settings.contact, datasets)
    put(portal / CATALOGUE, readable(described))
    put(portal / PAGE, _page("entry.html", settings, "cy", english=_english))
    for language in LANGUAGES:
        clear(portal / language, {each.identity for each in datasets})


def _page(template: str, settings: SiteSettings, language: str, **facts: Any) -> bytes:
    return page(
        _TEMPLATES,
        template,
        language,
        site_title=settings.title[language],
        titles=settings.title,
        contact=settings.contact,
        **facts,
    )


def _english(code: str) -> str:
    return say(code, "en")


def list_page(datasets: list[PublishedDataset], settings: SiteSettings, language: str) -> bytes:
    """The list of all datasets, in the alphabetical order of ``language``."""
    entries: list[dict[str, Any]] = [
        {
            "identity": each.identity,
            "title": text(each.dataset.descriptor, "title", language),
            "description": text(each.dataset.descriptor, "description", language),
            "facts": facts_told(each.dataset.descriptor, language),
            "issued": date_text(each.latest.issued, language),
        }
        for each in datasets
    ]
    entries.sort(key=lambda entry: (sort_key(entry["title"], language), entry["identity"]))
    return _page(
        "list.html",
        settings,
        language,
        root="../",
        datasets=entries,
        other_page=f"../{other(language)}/{PAGE}",
    )


def dataset_page(published: PublishedDataset, settings: SiteSettings, language: str) -> bytes:
    """The page of one dataset."""
    root = "../../../"
    latest, first = published.latest, published.releases[-1]
    package = published.files / "package"
    dates = [(say("site.dataset.issued", language), date_text(latest.issued, language))]
    if first is not latest:
        dates.append((say("site.dataset.first-issued", language), date_text(first.issued, language)))
    return _page(
        "dataset.html",
        settings,
        language,
        **told(published.dataset, language),
        root=root,
        other_page=f"{root}{other(language)}/{published.identity}/{PAGE}",
        latest=f"{root}{published.address}",
        files=f"{root}{published.address}package/",
        releases_folder=f"{root}data/{published.identity}/",
        dates=dates,
        downloads=_downloads(published, language),
        sizes={each["path"]: each["bytes"] for each in published.dataset.descriptor["resources"]},
        sections=SECTIONS,
        archive=(published.files / "package.zip").stat().st_size,
        previews=[preview(published.dataset, each, package, language) for each in published.dataset.tables],
        since=since_told(published.since, published.dataset.tables, language),
        release=_release(published.files, latest, language),
        earlier=[
            _release(published.folder / release.name, release, language) for release in published.releases[1:]
        ],
        account=f"account.{language}.html"
        if (published.files / f"account.{language}.html").is_file()
        else None,
        address=f"{settings.url.rstrip('/')}/{published.address}",
    )


def _downloads(published: PublishedDataset, language: str) -> list[Download]:
    descriptor = published.dataset.descriptor
    tables = [
        Download(text(each, "title", language), f"package/{each['path']}", "CSV", each["bytes"])
        for each in descriptor["resources"]
    ]
    records = [
        _file(published, say("site.file.notes", language), f"package/notes.{language}.html", "HTML"),
        *(
            _file(published, say(f"page.file.{name}", language), f"package/{name}.json", "JSON")
            for name in ("datapackage", "provenance", "changes", "ethics", "release")
        ),
        _file(published, say("site.file.decision", language), "decision.json", "JSON"),
        *(
            [_file(published, say("page.file.since", language), SINCE, "JSON")]
            if published.since is not None
            else []
        ),
        _file(published, say("page.file.sums", language), "SHA256SUMS", say("page.type.string", language)),
    ]
    return [*tables, *records]


def _file(published: PublishedDataset, title: str, path: str, format: str) -> Download:
    return Download(title, path, format, (published.files / path).stat().st_size)


def _release(folder: Path, release: Release, language: str) -> ReleaseTold:
    return ReleaseTold(
        name=release.name,
        issued=date_text(release.issued, language),
        kind=said(f"site.kind.{release.kind}", language, release.kind),
        reason=release.reason[language] if release.reason is not None else None,
        accepts=[(each.code, each.field, each.reason[language]) for each in release.accepts],
        decided_by=in_language(release.decided_by, language),
        content=release.content,
        size=(folder / "package.zip").stat().st_size,
    )
