"""The catalogue's pages: what they say, that every link leads somewhere, and that they are written with care."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import catalogue_made as made
import package_made
import pytest

from agored.errors import PortalError
from agored.records import readable
from agored.site import SiteSettings, pages, render
from agored.words import LANGUAGES, Bilingual

_VOID = {"meta", "link", "br", "input"}
DATASETS = ("loriau", "llochesi", "rough-sleepers")
NOTES = "data/cyngor-enghraifft/rough-sleepers/latest/package/notes"
PAGES = [
    "index.html",
    *(f"{language}/index.html" for language in LANGUAGES),
    *(f"{language}/cyngor-enghraifft/{name}/index.html" for language in LANGUAGES for name in DATASETS),
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portal")
    made.catalogue(folder)
    render(folder, made.SETTINGS)
    return folder


@pytest.fixture
def copy(portal: Path, tmp_path: Path) -> Path:
    """A catalogue that a test may change."""
    return shutil.copytree(portal, tmp_path / "portal")


class Page(HTMLParser):
    """A page as a test reads it: its tags in order, the text of each, and whether all are closed in order."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.texts.append((self.open[-1], data.strip()))

    def values(self, name: str, *tags: str) -> list[str]:
        return [attrs[name] or "" for tag, attrs in self.tags if name in attrs and (not tags or tag in tags)]

    def count(self, tag: str) -> int:
        return sum(each == tag for each, _ in self.tags)


def text(portal: Path, page: str) -> str:
    return (portal / page).read_text(encoding="utf-8")


def page_of(language: str, name: str = "rough-sleepers") -> str:
    return f"{language}/cyngor-enghraifft/{name}/index.html"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed(portal: Path, name: str) -> None:
    page = Page(portal / name)
    assert page.open == []
    assert page.crossed == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert page.count("h1") == page.count("main") == page.count("title") == 1
    assert page.values("lang", "html") == [name[:2] if "/" in name else "cy"]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_makes_no_request(portal: Path, name: str) -> None:
    page = Page(portal / name)
    assert page.values("src") == page.values("srcset") == page.values("style") == []
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "embed", "form", "base"}
    for tag, attributes in page.tags:
        if tag == "link":
            assert attributes["rel"] in ("alternate", "icon")
    content = text(portal, name)
    assert "@import" not in content
    assert "url(" not in content


@pytest.mark.parametrize("name", PAGES)
def test_a_page_allows_its_own_style_and_nothing_else(portal: Path, name: str) -> None:
    content = text(portal, name)
    (style,) = re.findall(r"<style>(.*?)</style>", content, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in content


@pytest.mark.parametrize("name", [*PAGES, *(f"{NOTES}.{language}.html" for language in LANGUAGES)])
def test_every_link_leads_somewhere(portal: Path, name: str) -> None:
    page = Page(portal / name)
    for link in page.values("href"):
        if link.startswith(("https:", "mailto:", "data:")):
            continue
        path, fragment = urldefrag(unquote(link))
        target = (portal / name).parent / path if path else portal / name
        assert target.is_file(), link
        assert target.resolve().is_relative_to(portal.resolve())
        if fragment:
            assert fragment in Page(target).values("id"), link


@pytest.mark.parametrize("name", PAGES[1:])
def test_a_page_leads_to_the_same_page_in_the_other_language(portal: Path, name: str) -> None:
    language = name[:2]
    other = "en" if language == "cy" else "cy"
    page = Page(portal / name)
    links = {
        (portal / name).parent.joinpath(attributes["href"] or "").resolve()
        for tag, attributes in page.tags
        if attributes.get("hreflang") == other and tag in ("a", "link")
    }
    assert links == {(portal / other / name[3:]).resolve()}
    switch = [attributes for tag, attributes in page.tags if tag == "a" and attributes.get("lang") == other]
    assert len(switch) == 1


def test_the_entry_offers_both_languages_welsh_first(portal: Path) -> None:
    page = Page(portal / "index.html")
    assert [link for link in page.values("href", "a") if link.endswith("index.html")] == [
        "cy/index.html",
        "en/index.html",
    ]
    assert [words for tag, words in page.texts if tag == "h2"] == ["Cymraeg", "English"]
    assert page.values("lang", "section") == ["en"]


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("cy", ["Cysgu allan", "Lorïau", "Llochesi"]),
        ("en", ["Lorries", "Rough sleeping", "Shelters"]),
    ],
)
def test_the_list_is_in_the_order_of_its_own_alphabet(portal: Path, language: str, titles: list[str]) -> None:
    content = text(portal, f"{language}/index.html")
    assert re.findall(r"<h2><a [^>]*>(.*?)</a></h2>", content) == titles


def test_a_list_of_nothing_says_so(tmp_path: Path) -> None:
    render(tmp_path, made.SETTINGS)
    assert "Nid oes setiau data wedi’u cyhoeddi eto." in text(tmp_path, "cy/index.html")
    assert json.loads(text(tmp_path, "catalogue.jsonld"))["dcat:dataset"] == []


EXPECTED = {
    "cy": [
        "Pobl sy’n cysgu allan, fesul mis.",
        "Amcangyfrif yw pob nifer.",
        "4 Mawrth 2026",
        "3 Chwefror 2026",
        "Misol",
        "Trwydded Llywodraeth Agored 3.0",
        "mailto:tai@cyngor.example.wales",
        "Disgrifiad: Cod ardal.",
        "Ynys Môn",
        "Cyfrinachol: wedi’i atal; Dros dro",
        "gwag",
        "Credadwyedd: Cysgu allan",
        "Nid yw’r nifer dros 500",
        "Ddim yn berthnasol",
        "Mae rhai celloedd yn wag yn fwriadol",
        "Nid yw’r tabl yn cyfrif pobl.",
        "Tryloywder",
        "Ateb: transparency.",
        "Gofynnir i bobl.",
        "Sgôr: 3 (graddfa: 0–5)",
        "AED-12",
        "Enwau adeiladau.",
        "23 Tachwedd 2027",
        "Cyfrif misol",
        "Gadawyd rhai rhesi allan",
        "Troednodiadau yw’r rhain.",
        "Pennaeth llywodraethu",
        "Mis newydd: 11.",
        "Cywiro camgymeriad",
        "agored verify https://data.example.wales/data/cyngor-enghraifft/rough-sleepers/latest/",
    ],
    "en": [
        "People who sleep rough, by month.",
        "Every number is an estimate.",
        "4 March 2026",
        "Monthly",
        "Open Government Licence 3.0",
        "Isle of Anglesey",
        "Confidential: suppressed; Provisional",
        "Plausibility: Rough sleeping",
        "Some cells are blank on purpose",
        "Answer: transparency.",
        "Score: 4 (scale: 0–5)",
        "These are footnotes.",
        "A new month: 10.",
        "sha256sum --check SHA256SUMS",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dataset_s_page_tells_what_people_need(portal: Path, language: str) -> None:
    content = text(portal, page_of(language))
    for told in EXPECTED[language]:
        assert told in content, told
    assert "Undefined" not in content
    assert "None" not in content
    assert re.search(r"\b(days?|hours?|months?) ago\b|yn ôl y dydd", content) is None
    release = json.loads(text(portal, f"{NOTES.rsplit('/', 1)[0]}/release.json"))
    assert release["hash"] in content


def test_a_dataset_s_page_tells_each_file_s_size(portal: Path) -> None:
    latest = portal / "data/cyngor-enghraifft/rough-sleepers/latest"
    content = text(portal, page_of("en")).split('id="downloads"')[1]
    for name in ("package/data/rough-sleepers.csv", "package/codes/areas-1.csv", "decision.json"):
        size = (latest / name).stat().st_size
        written = f"{size} B" if size < 1000 else f"{size / 1000:.1f} kB"
        row = re.search(rf'<a href="[^"]*/latest/{name}">.*?</tr>', content, re.DOTALL)
        assert row is not None
        assert written in row[0]


def test_cells_are_escaped(portal: Path) -> None:
    content = text(portal, page_of("en"))
    assert "&lt;b&gt;Hafan&lt;/b&gt; &amp; Co" in content
    assert "<b>" not in content


def _earlier(portal: Path) -> list[str]:
    return re.findall(r"/([^/]+)/package\.zip", text(portal, page_of("en")).split("Earlier releases")[-1])


def test_releases_follow_the_chain_and_not_their_names(tmp_path: Path) -> None:
    first, second, third = made.catalogue(tmp_path)
    render(tmp_path, made.SETTINGS)
    assert _earlier(tmp_path)[:2] == [second, first]
    # The same three releases, chained the other way round on the same day.
    folder = tmp_path / "data/cyngor-enghraifft/rough-sleepers"
    for name, previous in ((second, None), (first, second), (third, first)):
        path = folder / name / "decision.json"
        path.write_bytes(readable({**json.loads(path.read_bytes()), "previous": previous}))
    shutil.copy(folder / third / "decision.json", folder / "latest/decision.json")
    render(tmp_path, made.SETTINGS)
    assert _earlier(tmp_path)[:2] == [first, second]


def test_a_release_that_was_withdrawn_ends_the_chain(copy: Path) -> None:
    folder = copy / "data/cyngor-enghraifft/rough-sleepers"
    first, second = (
        json.loads((folder / name / "decision.json").read_bytes())["previous"]
        for name in (json.loads((folder / "latest/decision.json").read_bytes())["previous"], "latest")
    )
    shutil.rmtree(folder / first)
    render(copy, made.SETTINGS)
    assert _earlier(copy)[:1] == [second]
    assert first not in text(copy, page_of("en"))


def _state(portal: Path) -> dict[str, tuple[bytes, int, int]]:
    files = [path for path in portal.rglob("*") if path.is_file()]
    return {
        path.relative_to(portal).as_posix(): (
            path.read_bytes(),
            path.stat().st_mtime_ns,
            path.stat().st_ino,
        )
        for path in files
    }


def test_a_second_run_touches_nothing(copy: Path) -> None:
    before = _state(copy)
    render(copy, made.SETTINGS)
    assert _state(copy) == before


def test_the_same_data_gives_the_same_pages_elsewhere(portal: Path, tmp_path: Path) -> None:
    shutil.copytree(portal / "data", tmp_path / "data")
    render(tmp_path, replace(made.SETTINGS, url=made.SETTINGS.url + "/"))
    for name in (*PAGES, "catalogue.jsonld"):
        assert (tmp_path / name).read_bytes() == (portal / name).read_bytes()


def test_a_new_release_rewrites_only_what_tells_of_it(copy: Path) -> None:
    before = _state(copy)
    made.publish(copy, made.LORRIES, "2026-04-01", None, "13")
    render(copy, made.SETTINGS)
    after = _state(copy)
    changed = {name for name in after if after[name] != before.get(name) and not name.startswith("data/")}
    assert changed == {
        page_of("cy", "loriau"),
        page_of("en", "loriau"),
        "cy/index.html",
        "en/index.html",
        "catalogue.jsonld",
    }


def test_entry_pages_come_last_and_old_pages_go_after_them(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    put = pages.put

    def watched(path: Path, data: bytes) -> bool:
        written.append(path.relative_to(copy).as_posix())
        assert (copy / page_of("cy", "llochesi")).is_file()
        return put(path, data)

    monkeypatch.setattr(pages, "put", watched)
    shutil.rmtree(copy / "data/cyngor-enghraifft/llochesi")
    render(copy, made.SETTINGS)
    assert written[-4:] == ["cy/index.html", "en/index.html", "catalogue.jsonld", "index.html"]
    assert not (copy / page_of("cy", "llochesi")).exists()


def test_pages_of_datasets_that_are_gone_go_and_nothing_else(copy: Path) -> None:
    shutil.rmtree(copy / "data/cyngor-enghraifft/llochesi")
    (copy / "cy/hygyrchedd.html").write_text("Hygyrchedd")
    (copy / "cy/cyngor-enghraifft/llochesi/llun.png").write_bytes(b"")
    render(copy, made.SETTINGS)
    assert not (copy / page_of("cy", "llochesi")).exists()
    assert not (copy / "en/cyngor-enghraifft/llochesi").exists()
    assert (copy / "cy/hygyrchedd.html").is_file()
    assert (copy / "cy/cyngor-enghraifft/llochesi/llun.png").is_file()
    assert "llochesi" not in text(copy, "cy/index.html")


def test_what_a_crash_left_behind_does_no_harm(copy: Path) -> None:
    beside = copy / "cy/.index.html.new"
    beside.write_bytes(b"half a pa")
    (copy / "cy/index.html").write_bytes(b"old")
    render(copy, made.SETTINGS)
    assert not beside.exists()
    assert text(copy, "cy/index.html").endswith("</html>\n")


@pytest.mark.parametrize("file", ["package/datapackage.json", "decision.json", "package/ethics.json"])
def test_broken_data_changes_no_page(copy: Path, file: str) -> None:
    before = {name: (copy / name).read_bytes() for name in PAGES}
    (copy / "data/cyngor-enghraifft/rough-sleepers/latest" / file).write_text("{")
    with pytest.raises(PortalError) as caught:
        render(copy, made.SETTINGS)
    assert "cyngor-enghraifft/rough-sleepers" in caught.value.message("cy")
    assert {name: (copy / name).read_bytes() for name in PAGES} == before


def test_a_routine_release_needs_no_reason(copy: Path) -> None:
    path = copy / "data/cyngor-enghraifft/llochesi/latest/decision.json"
    decision = json.loads(path.read_bytes())
    accepted = {
        "code": "validation.x",
        "resource": None,
        "field": "count",
        "reason": {"cy": "Iawn.", "en": "Fine."},
    }
    decision |= {"change": {"kind": "routine", "reason": None}, "accepts": [accepted]}
    path.write_bytes(readable(decision))
    render(copy, made.SETTINGS)
    content = text(copy, page_of("en", "llochesi"))
    assert "Fine." in content
    assert "None" not in content
    catalogue = json.loads(text(copy, "catalogue.jsonld"))
    assert sum("adms:versionNotes" in each for each in catalogue["dcat:dataset"]) == 2


def _catalogue(portal: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(text(portal, "catalogue.jsonld"))
    return data


def _values(data: Any, key: str) -> list[Any]:
    """Everything under ``key``, however deep."""
    if isinstance(data, list):
        return [value for each in data for value in _values(each, key)]
    if not isinstance(data, dict):
        return []
    here = [data[key]] if key in data else []
    return here + [value for each in data.values() for value in _values(each, key)]


def test_the_catalogue_for_software_has_what_dcat_ap_asks_for(portal: Path) -> None:
    catalogue = _catalogue(portal)
    assert isinstance(catalogue["@context"], dict)
    for key in ("dct:title", "dct:description", "dct:publisher", "dcat:dataset"):
        assert catalogue[key]
    assert [each["dct:identifier"] for each in catalogue["dcat:dataset"]] == [
        "cyngor-enghraifft/llochesi",
        "cyngor-enghraifft/loriau",
        "cyngor-enghraifft/rough-sleepers",
    ]
    for dataset in catalogue["dcat:dataset"]:
        for key in ("dct:title", "dct:description"):
            assert [each["@language"] for each in dataset[key]] == ["cy", "en"]
        for key in ("dcat:contactPoint", "dcat:keyword", "dct:publisher", "dcat:distribution"):
            assert dataset[key]
        assert all(each["dcat:accessURL"] for each in dataset["dcat:distribution"])


def test_the_catalogue_for_software_gives_whole_addresses_of_real_files(portal: Path) -> None:
    catalogue = _catalogue(portal)
    base = "https://data.example.wales/"
    for identifier in _values({key: catalogue[key] for key in catalogue if key != "@context"}, "@id"):
        assert re.match(r"(https?://|mailto:|spdx:)", identifier)
    for dataset in catalogue["dcat:dataset"]:
        for distribution in dataset["dcat:distribution"]:
            address = distribution["dcat:downloadURL"]["@id"]
            data = (portal / address.removeprefix(base)).read_bytes()
            assert distribution["dcat:byteSize"]["@value"] == str(len(data))
            checksum = distribution["spdx:checksum"]["spdx:checksumValue"]["@value"]
            assert checksum == hashlib.sha256(data).hexdigest()
            standard = distribution["dct:conformsTo"]["@id"]
            assert not standard.startswith(base) or (portal / standard.removeprefix(base)).is_file()
        for page in dataset["dcat:landingPage"]:
            assert (portal / page["@id"].removeprefix(base)).is_file()
        for version in dataset["dcat:hasVersion"]:
            assert (portal / version["@id"].removeprefix(base)).is_dir()


def test_texts_that_people_wrote_are_escaped_everywhere(tmp_path: Path) -> None:
    hostile = '"><script>alert(1)</script>'
    recipe = replace(
        package_made.recipe(),
        title=Bilingual(hostile, hostile),
        description=Bilingual(hostile, hostile),
        keywords={"cy": (hostile,), "en": (hostile,)},
    )
    made.publish(tmp_path, recipe, "2026-02-03")
    render(tmp_path, SiteSettings("https://x.wales", Bilingual(hostile, hostile)))
    for page in tmp_path.rglob("*.html"):
        assert "<script" not in page.read_text(encoding="utf-8")
