"""What a package holds, and that it is the same wherever and whenever it is made."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import package_made as made
import pytest

from agored.errors import RecipeError
from agored.package import FORMAT, content_hash, sums, zip_package
from agored.package.codes import published_lists
from agored.package.notes import notes_page
from agored.package.verify import REQUIRED
from agored.pages.dataset import CODES_SHOWN, Dataset
from agored.schema import Code, CodeList
from agored.table import Table
from agored.validate.package import validate_package
from agored.words import Bilingual

FILES = {
    *REQUIRED,
    "SHA256SUMS",
    "codes/areas-1.csv",
    "codes/note-codes-1.csv",
    "data/rough-sleepers.csv",
    "data/shelters.csv",
    "schemas/areas-1.json",
    "schemas/note-codes-1.json",
    "schemas/rough-sleepers.json",
    "schemas/shelters.json",
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "package"
    made.made(folder)
    return folder


def test_the_layout(package: Path) -> None:
    found = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    assert found == FILES


def test_frictionless_finds_nothing_wrong(package: Path) -> None:
    assert validate_package(package / "datapackage.json") == ()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/rough-sleepers.csv", b"W06000001", b"W06000002"),
        ("codes/areas-1.csv", b"W06000006", b"W06000007"),
        ("data/rough-sleepers.csv", b"30", b"-1a"),
    ],
    ids=["code not in the list", "list without a code", "no number"],
)
def test_frictionless_follows_the_links_between_tables(
    package: Path, tmp_path: Path, file: str, old: bytes, new: bytes
) -> None:
    copy = shutil.copytree(package, tmp_path / "package")
    (copy / file).write_bytes((copy / file).read_bytes().replace(old, new, 1))
    descriptor = made.told(copy / "datapackage.json")
    for resource in descriptor["resources"]:  # sizes and hashes aside, the data itself is wrong
        del resource["hash"], resource["bytes"]
    (copy / "datapackage.json").write_text(json.dumps(descriptor))
    assert validate_package(copy / "datapackage.json") != ()


def test_frictionless_keeps_our_own_properties(package: Path) -> None:
    from frictionless import Package

    kept = Package(str(package / "datapackage.json")).to_descriptor()
    assert kept["title_cy"] == "Cysgu allan"
    assert kept["contact"]["mailbox"] == "tai@cyngor.example.wales"
    assert kept["resources"][0]["title_en"] == "Rough sleeping"


def test_csv_is_plain(package: Path) -> None:
    data = (package / "data/shelters.csv").read_bytes()
    assert data.decode().splitlines() == [
        "area_code,name,places",
        'W06000006,"Tŷ ""Croeso"", Wrecsam",0012',
        "W06000006,Llety’r Dŵr,7",
        "W06000001,<b>Hafan</b> & Co,",
    ]
    assert data.endswith(b"\n")
    assert b"\r" not in data
    assert not data.startswith(b"\xef\xbb\xbf")


def test_only_codes_in_use_are_published_with_their_parents(package: Path) -> None:
    areas = (package / "codes/areas-1.csv").read_text(encoding="utf-8")
    assert [line.split(",")[0] for line in areas.splitlines()] == [
        "code",
        "W92000004",
        "W06000001",
        "W06000006",
    ]
    assert "Ynys Mon" not in areas  # what a source may call it is for reading alone
    notes = (package / "codes/note-codes-1.csv").read_text(encoding="utf-8")
    assert [line.split(",")[0] for line in notes.splitlines()] == ["code", "c", "p"]


def test_a_parent_comes_along_though_no_row_names_it(tmp_path: Path) -> None:
    table = Table.of({"area_code": ["W06000001"], "name": [""], "places": [""]})
    part = replace(made.parts()[1], table=table)
    (areas,) = published_lists([part])
    assert [code.code for code in areas.codes.codes] == ["W92000004", "W06000001"]
    assert "foreignKeys" in areas.schema


def test_a_parent_outside_the_list_makes_no_link() -> None:
    lists = {"areas/1": CodeList("areas/1", (Code("A", Bilingual("A", "A"), parent="elsewhere"),))}
    table = Table.of({"area_code": ["A"], "name": [""], "places": [""]})
    (areas,) = published_lists([replace(made.parts()[1], table=table, lists=lists)])
    assert "foreignKeys" not in areas.schema


def test_links_are_made_for_fields_of_one_code_only(package: Path) -> None:
    schema = made.told(package / "schemas/rough-sleepers.json")
    assert schema["foreignKeys"] == [
        {"fields": ["area_code"], "reference": {"resource": "areas-1", "fields": ["code"]}}
    ]


def test_a_resource_may_not_take_a_list_s_name(tmp_path: Path) -> None:
    part = replace(made.parts()[1], name="areas-1")
    with pytest.raises(RecipeError) as caught:
        published_lists([part])
    assert caught.value.code == "package.name-taken"
    assert "areas-1" in caught.value.message("cy")


def test_nothing_is_written_over(package: Path) -> None:
    with pytest.raises(FileExistsError):
        made.made(package)


def test_descriptor_tells_the_truth_about_the_files(package: Path) -> None:
    for resource in made.told(package / "datapackage.json")["resources"]:
        data = (package / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert resource["rows"] == data.count(b"\n") - 1
        assert (package / resource["schema"]).is_file()


def _hash(data: Any) -> str:
    """The hash of canonical JSON, worked out here by the specification's words."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_release_json_holds_the_content_and_its_hash_only(package: Path) -> None:
    release = made.told(package / "release.json")
    assert set(release) == {"content", "hash"}
    content = release["content"]
    assert release["hash"] == _hash(content) == content_hash(content)
    assert set(content) == {"format", "dataset", "resources", "texts", "ethics", "disclosure"}
    assert content["format"] == FORMAT
    assert content["dataset"] == "cyngor-enghraifft/rough-sleepers"
    assert [(each["name"], each["kind"]) for each in content["resources"]] == [
        ("rough-sleepers", "table"),
        ("shelters", "table"),
        ("areas-1", "codes"),
        ("note-codes-1", "codes"),
    ]
    for each in content["resources"]:
        folder = "codes" if each["kind"] == "codes" else "data"
        data = (package / folder / f"{each['name']}.csv").read_bytes()
        assert each["data"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert each["schema"] == _hash(made.told(package / f"schemas/{each['name']}.json"))


def test_content_holds_every_text_and_no_private_mailbox(package: Path) -> None:
    content = made.told(package / "release.json")["content"]
    assert content["texts"]["notes"]["cy"].startswith("Amcangyfrif")
    assert content["texts"]["reasons"] == made.REASONS
    assert content["ethics"]["assessor"] == {"role": "Swyddog ystadegau"}
    assert content["disclosure"]["rough-sleepers"]["threshold"] == "5"
    for path in package.rglob("*"):
        assert path.is_dir() or b"preifat@" not in path.read_bytes()


CHANGED: dict[str, dict[str, Any]] = {
    "a cell": {"count": "11"},
    "an answer": {"answers": {**made.ANSWERS, "profile": "gds-2025"}},
    "a value of the policy": {"policies": {"rough-sleepers": {**made.VALUES, "threshold": "6"}}},
    "a reason": {"reasons": [{"cy": "Arall.", "en": "Other."}]},
    "a note": {"given": replace(made.recipe(), notes=Bilingual("Arall", "Other"))},
    "a source": {
        "given": replace(made.recipe(), package=replace(made.recipe().package, sources=())),
    },
}
UNCHANGED: dict[str, dict[str, Any]] = {
    "the software": {"judged": {**made.JUDGED, "software": {"name": "agored", "version": "9.9"}}},
    "the notebook": {"judged": {**made.JUDGED, "notebook": "arall"}},
    "the assessor’s mailbox": {
        "answers": {**made.ANSWERS, "assessor": {"role": "Swyddog ystadegau", "mailbox": "b@x.wales"}}
    },
    "evidence": {"ethics": {"ethics": 1, "evidence": {"more": 1}}},
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_a_change_of_content_changes_its_hash(package: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    before = made.told(package / "release.json")["hash"]
    assert made.made(tmp_path / "package", **change).content_hash != before


@pytest.mark.parametrize("change", UNCHANGED.values(), ids=UNCHANGED)
def test_what_is_no_content_leaves_the_hash(package: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    before = made.told(package / "release.json")["hash"]
    assert made.made(tmp_path / "package", **change).content_hash == before


def test_the_same_input_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    script = "import sys, pathlib, package_made; package_made.made(pathlib.Path(sys.argv[1]))"
    tests = Path(made.__file__).parent
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tests), *sys.path]),
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Apia",
        "LC_ALL": "C",
    }
    folder = tmp_path / "elsewhere" / "package"
    subprocess.run([sys.executable, "-c", script, str(folder)], check=True, env=environment, cwd=tmp_path)
    for name in sorted(FILES):
        assert (folder / name).read_bytes() == (package / name).read_bytes(), name


def test_checksums_are_those_of_sha256sum(package: Path) -> None:
    assert (package / "SHA256SUMS").read_bytes() == sums(package)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=package, capture_output=True, check=True
    )
    assert done.stdout.count(b": OK\n") == len(FILES) - 1


def test_the_archive_is_stored_and_the_same_each_time(package: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    copy = shutil.copytree(package, tmp_path / "copy")
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    zip_package(package, first)
    zip_package(copy, second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(FILES)
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == stat.S_IFREG | 0o644
            assert archive.read(entry) == (package / entry.filename).read_bytes()


def test_provenance_names_each_thing_that_it_points_at(package: Path) -> None:
    provenance = made.told(package / "provenance.json")
    known = {entity["id"] for entity in provenance["@graph"]} | {
        f"schemas/{name}.json" for name in ("rough-sleepers", "shelters", "areas-1", "note-codes-1")
    }
    links = ("used", "wasGeneratedBy", "wasAssociatedWith", "agent", "hadPlan", "hadRole", "conformsTo")

    def pointed(data: Any) -> set[str]:
        if isinstance(data, list):
            return set().union(*map(pointed, data))
        if not isinstance(data, dict):
            return set()
        found = {each for key in links for each in _texts(data.get(key))}
        return found.union(*map(pointed, data.values()))

    assert pointed(provenance["@graph"]) <= known
    by_id = {entity["id"]: entity for entity in provenance["@graph"]}
    assert by_id["#source-1"]["name"] == "Cyfrif misol"
    assert by_id["#source-1"]["wasAttributedTo"]["name"] == "Cyngor Enghraifft"
    assert by_id["#source-1"]["period"] == "2026-01"
    assert by_id["#software"]["version"] == "0.1.0"
    assert by_id["#suite-1"]["name"] == "plausibility"
    assert by_id["#release"]["title"] == {"cy": "Cysgu allan", "en": "Rough sleeping"}


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def test_provenance_has_its_context_inside_and_no_hash(package: Path) -> None:
    text = (package / "provenance.json").read_text(encoding="utf-8")
    assert isinstance(json.loads(text)["@context"], dict)
    assert re.search(r"[0-9a-f]{32}", text) is None


class _Page(HTMLParser):
    """What a test asks of a page: ids, links, headings, the language, and anything that makes a request."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, name: str, *tags: str) -> list[str]:
        return [attrs[name] or "" for tag, attrs in self.tags if name in attrs and (not tags or tag in tags)]

    def count(self, tag: str) -> int:
        return sum(each == tag for each, _ in self.tags)


@pytest.mark.parametrize("language", ["cy", "en"])
def test_notes_are_a_page_that_stands_by_itself(package: Path, language: str) -> None:
    text = (package / f"notes.{language}.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert page.values("lang", "html") == [language]
    assert page.count("h1") == 1
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for link in page.values("href", "a", "link"):
        if link.startswith("#"):
            assert link[1:] in ids
        elif not link.startswith(("https:", "mailto:", "data:")):
            assert (package / link).is_file(), link
    assert page.values("src") == []
    assert page.count("script") == 0
    assert f'hreflang="{"en" if language == "cy" else "cy"}"' in text
    for told in ("Llety", "0012", "W06000099"):
        assert told not in text  # no cell of the data, and no code that is not in use


def test_notes_say_what_a_reader_must_know(package: Path) -> None:
    text = (package / "notes.cy.html").read_text(encoding="utf-8")
    for told in (
        "Amcangyfrif yw pob nifer.",
        "tai@cyngor.example.wales",
        "Drwydded Llywodraeth Agored",
        "open-government-licence-cymraeg",
        "Ynys Môn",
        "Cyfrinachol: wedi’i atal",
        "Mae rhai celloedd yn wag yn fwriadol",
        "adio i’w cyfansymiau",
        "Gadawyd rhai rhesi allan",
        "Troednodiadau yw’r rhain.",
        "Nid yw’r tabl yn cyfrif pobl.",
        "Cyfrif misol",
        "Ionawr 2026",
    ):
        assert told in text, told


def test_markup_in_texts_is_escaped(tmp_path: Path) -> None:
    hostile = '<script>alert("x")</script>'
    recipe = replace(made.recipe(), notes=Bilingual(hostile, hostile), title=Bilingual(hostile, hostile))
    made.made(tmp_path / "package", recipe)
    text = (tmp_path / "package/notes.en.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_source_s_address_is_a_link_only_on_the_web(tmp_path: Path) -> None:
    facts = made.recipe().package
    source = replace(facts.sources[0], path="javascript:alert(1)")
    made.made(tmp_path / "package", replace(made.recipe(), package=replace(facts, sources=(source,))))
    assert "javascript:" not in (tmp_path / "package/notes.en.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("2021-04-01/2024-03-31", "1 Ebrill 2021 – 31 Mawrth 2024"),
        ("2026-01", "Ionawr 2026"),
        ("2023-24", "2023-24"),
    ],
)
def test_a_source_s_period_is_written_out(tmp_path: Path, period: str, told: str) -> None:
    facts = made.recipe().package
    source = replace(facts.sources[0], period=period)
    made.made(tmp_path / "package", replace(made.recipe(), package=replace(facts, sources=(source,))))
    assert f"Cyfnod: {told}<" in (tmp_path / "package/notes.cy.html").read_text(encoding="utf-8")


def test_a_long_list_is_named_and_not_written_out(tmp_path: Path) -> None:
    made.made(tmp_path / "package")
    dataset = Dataset.read(tmp_path / "package")
    row = dict(dataset.codes["areas-1"][0])
    rows = [{**row, "code": f"X{number}"} for number in range(CODES_SHOWN + 1)]
    text = notes_page(replace(dataset, codes={**dataset.codes, "areas-1": rows}), "en").decode()
    assert "X0" not in text
    assert "This list is too long for this page." in text
