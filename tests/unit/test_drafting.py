"""``agored new``: a draft holds no value of the file, asks a person wherever one must decide, and then works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from run_made import bytes_of

from agored.drafting import draft
from agored.errors import AgoredError, RecipeError, SourceError
from agored.ethics.record import read_record
from agored.findings import blocking
from agored.recipe_yaml import read_recipe
from agored.run import prepare
from agored.schema import read_schema
from agored.strict import UNDECIDED
from agored.words import LANGUAGES, catalogue
from agored.workspace import open_workspace

WELSH = (
    "Cod ardal;Enw’r ardal;Tŷ a gardd;Cyfradd (%)\nW06000001;Ynys Môn;1,5;12%\nW06000002;Gwynedd;2,25;7%\n"
)
TITLED = "Teitl y tabl\n\nArea,Count,Notes\nSecretville,12,\nHiddenham,7,canari\n"


def drafted(folder: Path, data: bytes | str, name: str = "parciau", file: str = "parciau.csv") -> list[str]:
    source = folder / "given" / file
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(data.encode() if isinstance(data, str) else data)
    (folder / "work").mkdir(exist_ok=True)
    return draft(folder / "work", name, source)


def recipe_text(folder: Path, name: str = "parciau") -> str:
    return (folder / "work" / "datasets" / name / "dataset.yaml").read_text(encoding="utf-8")


def test_a_draft_is_a_dataset_a_schema_and_a_workspace(tmp_path: Path) -> None:
    written = drafted(tmp_path, WELSH)
    assert written == [
        "agored.toml",
        "datasets/parciau/dataset.yaml",
        "datasets/parciau/ethics.yaml",
        "schemas/parciau/1.json",
        "datasets/parciau/source/parciau.csv",
    ]
    assert sorted(bytes_of(tmp_path / "work")) == sorted(written)
    workspace = open_workspace(tmp_path / "work")
    assert workspace.datasets() == ("parciau",)
    assert list(workspace.portals) == ["catalogue"]
    copy = tmp_path / "work" / "datasets" / "parciau" / "source" / "parciau.csv"
    assert copy.read_bytes() == WELSH.encode()


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter", "header", "names"),
    [
        (WELSH, "utf-8", ";", 1, ["cod_ardal", "enwr_ardal", "ty_a_gardd", "cyfradd"]),
        ("\ufeff" + WELSH, "utf-8", ";", 1, ["cod_ardal", "enwr_ardal", "ty_a_gardd", "cyfradd"]),
        (TITLED, "utf-8", ",", 3, ["area", "count", "notes"]),
        (TITLED.encode("utf-16"), "utf-16", ",", 3, ["area", "count", "notes"]),
        (TITLED.replace(",", "\t"), "utf-8", "tab", 3, ["area", "count", "notes"]),
        (TITLED.replace(",", "|"), "utf-8", "|", 3, ["area", "count", "notes"]),
        ("Ardal,2023,2024\nx,1,2\n", "utf-8", ",", 1, ["ardal"]),
        ("Area,Area,,1st\nx,y,z,1\n", "utf-8", ",", 1, ["area", "area_2", "column_3", "column_4"]),
        ("a,a,a_3,a_2\nx,y,z,1\n", "utf-8", ",", 1, ["a", "a_2", "a_3", "a_2_4"]),
        ("Enw\nx\ny\n", "utf-8", ",", 1, ["enw"]),
        ('"Area, name","Count"\r\n"x","1"\r\n', "utf-8", ",", 1, ["area_name", "count"]),
    ],
)
def test_what_the_file_plainly_is(
    tmp_path: Path, data: bytes | str, encoding: str, delimiter: str, header: int, names: list[str]
) -> None:
    drafted(tmp_path, data)
    text = recipe_text(tmp_path)
    assert f"      encoding: {encoding}\n" in text
    assert f'      delimiter: "{delimiter}"\n' in text
    assert f"      header: {header}\n" in text
    found = re.findall(r"^          \d+: (?:\{heading: \".*\", to: (\w+)\}|(\w+))$", text, re.MULTILINE)
    assert [one or other for one, other in found] == names
    schema = json.loads((tmp_path / "work" / "schemas" / "parciau" / "1.json").read_bytes())
    turned = ["period", "value"] if "unpivot" in text else []
    assert [field["name"] for field in schema["fields"]] == [*names, *turned]


def test_bytes_that_are_not_unicode_leave_the_encoding_to_a_person(tmp_path: Path) -> None:
    drafted(tmp_path, "Ardal,Nifer\nMôn,1\n".encode("cp1252"))
    assert f'      encoding: "{UNDECIDED}"\n' in recipe_text(tmp_path)


def test_columns_of_numbers_are_asked_what_they_measure(tmp_path: Path) -> None:
    drafted(tmp_path, 'a,b,c,d,e\nx,1,£1,\n y,-2.5,"1,000",,7%\nz,,,,\n')
    fields = json.loads((tmp_path / "work" / "schemas" / "parciau" / "1.json").read_bytes())["fields"]
    assert [field["type"] for field in fields] == ["string", "number", "number", "string", "number"]
    assert [("measures" in field, "of" in field) for field in fields] == [
        (False, False),
        (True, True),
        (True, True),
        (False, False),
        (True, True),
    ]


@pytest.mark.parametrize(
    "data", [WELSH, TITLED, TITLED.encode("utf-16"), "Enw,Nifer\nMôn,77\n".encode("cp1252")]
)
def test_a_draft_holds_no_value_of_the_file(tmp_path: Path, data: bytes | str) -> None:
    paths = drafted(tmp_path, data)
    text = "".join((tmp_path / "work" / path).read_text(encoding="utf-8") for path in paths[:-1])
    for value in (
        "W06000001",
        "Môn",
        "Gwynedd",
        "1,5",
        "12%",
        "Secretville",
        "Hiddenham",
        "canari",
        "77",
        "Teitl",
    ):
        assert value not in text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "read.empty"),
        ("1,2\n3,4\n", "new.no-header"),
        (b"PK\x03\x04xx", "read.not-csv"),
        (b"a,b\n\x00,1\n", "read.zero-byte"),
        ('a,"b\n1,2\n', "read.open-quote"),
    ],
)
def test_a_file_without_a_table_makes_no_draft(tmp_path: Path, data: bytes | str, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        drafted(tmp_path, data)
    assert caught.value.code == code
    assert caught.value.message("cy") != caught.value.message("en")
    assert bytes_of(tmp_path / "work") == {}


def test_a_record_is_never_taken_for_headings(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        drafted(tmp_path, "1,Ann,2\n2,Bob,4\nx,Cai,y\n")
    assert caught.value.code == "new.no-header"


@pytest.mark.parametrize("name", ["Parciau", "par ciau", "../x", "", "tŷ"])
def test_a_name_that_cannot_be_used(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecipeError) as caught:
        drafted(tmp_path, TITLED, name)
    assert caught.value.code == "new.name"
    assert bytes_of(tmp_path / "work") == {}


def test_nothing_that_exists_is_touched(tmp_path: Path) -> None:
    drafted(tmp_path, TITLED)
    before = bytes_of(tmp_path / "work")
    with pytest.raises(RecipeError) as caught:
        drafted(tmp_path, WELSH)
    assert caught.value.code == "new.taken"
    assert bytes_of(tmp_path / "work") == before
    assert "agored.toml" not in drafted(tmp_path, WELSH, "coed")
    after = bytes_of(tmp_path / "work")
    assert {path: after[path] for path in before} == before


def test_there_must_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    for source in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(SourceError) as caught:
            draft(tmp_path / "work", "parciau", source)
        assert caught.value.code == "new.missing"


@pytest.mark.parametrize(
    "file", ["Data: 2024 #1.csv", 'a "b".csv', "tŷ.csv", ".hidden.csv", "x\\y.csv", "- a.csv"]
)
def test_any_name_of_a_file_is_one_that_the_recipe_finds(tmp_path: Path, file: str) -> None:
    written = drafted(tmp_path, TITLED, file=file)
    text = recipe_text(tmp_path).replace(UNDECIDED, "x").replace('organization: "x"', "organization: x")
    for old, new in COMPLETED.items():
        text = text.replace(old, new)
    path = tmp_path / "work" / "datasets" / "parciau" / "dataset.yaml"
    path.write_text(text, encoding="utf-8")
    source = read_recipe(path).resources[0].source
    assert f"datasets/parciau/{source.path}" == written[-1]
    assert (path.parent / source.path).is_file()


# Marks


def marks(text: str) -> list[int]:
    """The lines that hold a mark which is no comment."""
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if UNDECIDED in line.partition("#")[0]]


def lines_told(error: AgoredError) -> set[int]:
    return {int(problem.facts["line"]) for problem in error.problems if problem.code.endswith(".undecided")}


def test_every_mark_that_is_left_is_told_with_its_line(tmp_path: Path) -> None:
    drafted(tmp_path, "Ardal,Nifer\nMôn,1\n".encode("cp1252"))
    work = tmp_path / "work"
    recipe = work / "datasets" / "parciau" / "dataset.yaml"
    schema = work / "schemas" / "parciau" / "1.json"
    for path, call in (
        (recipe, lambda: read_recipe(recipe)),
        (schema, lambda: read_schema(schema, "parciau/1")),
    ):
        with pytest.raises(RecipeError) as caught:
            call()
        assert lines_told(caught.value) == set(marks(path.read_text(encoding="utf-8")))
        assert {problem.code.partition(".")[2] for problem in caught.value.problems} == {"undecided"}
        for language in LANGUAGES:
            assert caught.value.message(language).count(UNDECIDED) >= len(caught.value.problems)


COMPLETED = {
    'mailbox: "x"': "mailbox: data@cyngor.example.wales",
    'policy: "x"': "policy: standard",
    'frequency: "x"': "frequency: annual",
    'encoding: "x"': "encoding: cp1252",
}


def test_a_completed_draft_works(tmp_path: Path) -> None:
    drafted(
        tmp_path,
        "Teitl,,\nArdal,Nifer,Nodyn\nTŷ Ddewi,12,\nMôn,7,dros dro\n".replace("ŷ", "ÿ").encode("cp1252"),
    )
    work = tmp_path / "work"
    path = work / "datasets" / "parciau" / "dataset.yaml"
    text = path.read_text(encoding="utf-8").replace(UNDECIDED, "x")
    for old, new in COMPLETED.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    schema = json.loads((work / "schemas" / "parciau" / "1.json").read_bytes())
    for field in schema["fields"]:
        field |= {key: f"{key} {field['name']}" for key in field if key.startswith(("title", "description"))}
        field["role"] = "measure" if "measures" in field else "dimension"
        field |= {key: value for key, value in (("measures", "count"), ("of", "things")) if key in field}
    schema |= {"title": "Parciau / Parks", "title_cy": "Parciau", "title_en": "Parks"}
    (work / "schemas" / "parciau" / "1.json").write_text(json.dumps(schema), encoding="utf-8")
    run = prepare("parciau", str(work), "cy")
    for stage in (run.read, run.shape, run.validate):
        assert stage().text.cy
    assert blocking(run.findings) == ()
    assert run._states["parciau"].table.list("nifer") == ["12", "7"]


def test_the_drafted_ethics_record_can_be_read(tmp_path: Path) -> None:
    drafted(tmp_path, TITLED)
    record = read_record(tmp_path / "work" / "datasets" / "parciau" / "ethics.yaml")
    assert record.profile == "gds-2020"


def test_every_refusal_of_drafts_is_tried() -> None:
    here = Path(__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in here.glob("test_draft*.py"))
    known = {code.removeprefix("error.") for code in catalogue("en") if code.startswith("error.new.")}
    assert {code for code in known if f'"{code}"' not in source} == set()
