"""The workspace: its settings, each mistake in them, and where schemas, lists, suites and notebooks are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from agored.errors import RecipeError, SourceError
from agored.inputs import read_inputs
from agored.words import LANGUAGES, Bilingual, catalogue
from agored.workspace import Portal, Workspace, library, open_workspace, valid_name


def made(folder: Path, text: str) -> Workspace:
    (folder / "agored.toml").write_text(text, encoding="utf-8")
    return open_workspace(folder)


def told(folder: Path, text: str) -> list[str]:
    """The codes of all mistakes, once both languages have told each."""
    with pytest.raises(RecipeError) as caught:
        made(folder, text)
    assert (caught.value.code, caught.value.exit_code) == ("workspace.faults", 10)
    for language in LANGUAGES:
        assert len(caught.value.message(language).splitlines()) == 1 + len(caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def refused(call: object, *arguments: object) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        call(*arguments)  # type: ignore[operator]
    assert caught.value.message("cy") != caught.value.message("en")
    return caught.value


def test_the_settings(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        """agored = 1
language = "cy"
title = {cy = "Data", en = "Data here"}
contact = "data@cyngor.example.wales"
notebooks = "own"

[portals.catalogue]
kind = "folder"
path = "portal"
url = "https://data.example.wales"

[portals.main-one]
kind = "ckan"
url = "http://ckan.example.wales/x/"
organization = "cyngor"
""",
    )
    assert (workspace.language, workspace.title) == ("cy", Bilingual("Data", "Data here"))
    assert (workspace.contact, workspace.notebooks) == ("data@cyngor.example.wales", tmp_path / "own")
    assert workspace.portals == {
        "catalogue": Portal("catalogue", "folder", "https://data.example.wales/", tmp_path / "portal"),
        "main-one": Portal("main-one", "ckan", "http://ckan.example.wales/x/", None, "cyngor"),
    }
    assert workspace.portal("main-one").token_variable == "AGORED_TOKEN_MAIN_ONE"


def test_settings_may_say_no_more_than_their_format(tmp_path: Path) -> None:
    workspace = made(tmp_path, "agored = 1\n")
    assert (workspace.language, workspace.contact, workspace.portals) == (None, None, {})
    assert workspace.title == Bilingual("Data agored", "Open data")
    assert workspace.datasets() == ()


PORTAL = 'agored = 1\n[portals.x]\nkind = "folder"\npath = "p"\nurl = "https://x.wales/"\n'


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["workspace.format"]),
        ("agored = 2\n", ["workspace.format"]),
        ('agored = "1"\n', ["workspace.format"]),
        ("agored = 1\nlanguage = 'fr'\n", ["workspace.language"]),
        ("agored = 1\nlanguage = 1\n", ["workspace.text"]),
        ("agored = 1\nlanguage = ''\n", ["workspace.text"]),
        ("agored = 1\ncontact = 5\n", ["workspace.text"]),
        ("agored = 1\nnotebooks = ['x']\n", ["workspace.text"]),
        ("agored = 1\ntitel = 'x'\n", ["workspace.unknown"]),
        ("agored = 1\ntitle = 'x'\n", ["workspace.title"]),
        ("agored = 1\ntitle = {cy = 'x'}\n", ["workspace.title"]),
        ("agored = 1\ntitle = {cy = 'x', en = ''}\n", ["workspace.title"]),
        ("agored = 1\ntitle = {cy = 'x', en = 1}\n", ["workspace.title"]),
        ("agored = 1\ntitle = {cy = 'x', en = 'x', fr = 'x'}\n", ["workspace.title"]),
        ("agored = 1\ntitle = {}\n", ["workspace.title"]),
        ("agored = 1\nportals = 'x'\n", ["workspace.portals"]),
        ("agored = 1\n[portals]\nx = 'folder'\n", ["workspace.portals"]),
        (PORTAL.replace("portals.x", 'portals."a b"'), ["workspace.portal-name"]),
        (PORTAL.replace("portals.x", 'portals."../x"'), ["workspace.portal-name"]),
        (PORTAL.replace('"folder"', '"ftp"'), ["workspace.kind"]),
        (PORTAL.replace('kind = "folder"\n', ""), ["workspace.text"]),
        (PORTAL.replace('path = "p"\n', ""), ["workspace.text"]),
        (PORTAL.replace("https://x", "ftp://x"), ["workspace.url"]),
        (PORTAL.replace("https://x", "https://me:secret@x"), ["workspace.url"]),
        (PORTAL.replace('url = "https://x.wales/"\n', ""), ["workspace.text", "workspace.url"]),
        (PORTAL + 'token = "x"\n', ["workspace.unknown"]),
        (
            "agored = 3\nx = 1\nlanguage = 'fr'\n",
            ["workspace.unknown", "workspace.format", "workspace.language"],
        ),
    ],
)
def test_each_mistake_in_the_settings(tmp_path: Path, text: str, codes: list[str]) -> None:
    assert told(tmp_path, text) == codes


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"agored = 1\n\nportals = [\n", "workspace.not-toml", "4"),
        (b"agored 1\n", "workspace.not-toml", "1"),
        (b"agored = 1\nagored = 1\n", "workspace.not-toml", "2"),
        (b"agored = 1\ntitle = '\xe9'\n", "strict.not-utf-8", "2"),
    ],
)
def test_settings_that_cannot_be_read(tmp_path: Path, data: bytes, code: str, line: str) -> None:
    (tmp_path / "agored.toml").write_bytes(data)
    error = refused(open_workspace, tmp_path)
    assert error.code == code
    # Python says no line where a file breaks off.
    assert error.facts["line"] in (line, "-")
    assert "Expected" not in error.message("cy")


def test_the_nearest_workspace_above_is_opened(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inner = workspace.folder / "datasets" / "rough-sleepers"
    monkeypatch.chdir(inner)
    assert open_workspace().folder == workspace.folder
    monkeypatch.setenv("AGORED_WORKSPACE", "")
    assert open_workspace().folder == workspace.folder
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AGORED_WORKSPACE", str(workspace.folder))
    assert open_workspace().folder == workspace.folder


def test_a_named_folder_must_be_one_itself(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inner = workspace.folder / "datasets"
    assert refused(open_workspace, inner).code == "workspace.none"
    monkeypatch.setenv("AGORED_WORKSPACE", str(inner))
    assert refused(open_workspace).code == "workspace.none"
    error = refused(open_workspace, tmp_path)
    assert (error.code, error.facts["folder"]) == ("workspace.none", tmp_path.name)


def test_datasets_are_folders_with_a_recipe(workspace: Workspace) -> None:
    (workspace.folder / "datasets" / "empty").mkdir()
    assert workspace.datasets() == ("flying-start", "principal-areas", "rough-sleepers")
    assert workspace.recipe("rough-sleepers").identity == "llywodraeth-cymru/rough-sleepers"


@pytest.mark.parametrize(
    ("name", "code", "near"),
    [
        ("rough-sleeper", "workspace.no-dataset-near", "rough-sleepers"),
        ("zzz", "workspace.no-dataset", ""),
        ("../rough-sleepers", "workspace.no-dataset-near", "rough-sleepers"),
        ("", "workspace.no-dataset", ""),
    ],
)
def test_a_dataset_that_is_not_there(workspace: Workspace, name: str, code: str, near: str) -> None:
    error = refused(workspace.dataset_folder, name)
    assert (error.code, error.facts["near"]) == (code, near)


def test_a_portal_that_is_not_there(workspace: Workspace) -> None:
    path = workspace.folder / "datasets" / "rough-sleepers" / "dataset.yaml"
    path.write_text(path.read_text("utf-8").replace("[catalogue]", "[catalogue, main]"), encoding="utf-8")
    error = refused(workspace.recipe, "rough-sleepers")
    assert (error.code, error.facts["portal"]) == ("workspace.no-portal", "main")


def test_what_the_workspace_has_comes_before_what_agored_ships(workspace: Workspace) -> None:
    assert workspace.suite_path("coverage") == library() / "expectations" / "coverage.json"
    own = workspace.folder / "expectations" / "coverage.json"
    own.parent.mkdir()
    own.write_text("{}", encoding="utf-8")
    assert workspace.suite_path("coverage") == own
    assert workspace.schema_path("rough-sleepers/1").is_relative_to(workspace.folder)
    (workspace.folder / "schemas" / "rough-sleepers" / "1.json").unlink()
    assert workspace.schema("rough-sleepers/1").name == "rough-sleepers/1"
    assert workspace.schema_path("rough-sleepers/1").is_relative_to(library())


def test_a_datasets_own_code_list_comes_first(workspace: Workspace) -> None:
    shared = workspace.list_path("areas/1", "rough-sleepers")
    assert shared == workspace.folder / "schemas" / "lists" / "areas" / "1.csv"
    own = workspace.folder / "datasets" / "rough-sleepers" / "lists" / "areas" / "1.csv"
    own.parent.mkdir(parents=True)
    own.write_bytes(shared.read_bytes())
    assert workspace.list_path("areas/1", "rough-sleepers") == own
    assert workspace.list_path("areas/1", "flying-start") == shared
    assert len(workspace.codes("areas/1", "rough-sleepers").codes) == 23


def test_what_is_nowhere_is_told_with_its_place(workspace: Workspace) -> None:
    for call, code, path in (
        (lambda: workspace.schema_path("none/1"), "workspace.no-schema", "schemas/none/1.json"),
        (
            lambda: workspace.list_path("none/1", "flying-start"),
            "workspace.no-list",
            "schemas/lists/none/1.csv",
        ),
        (lambda: workspace.suite_path("none"), "workspace.no-suite", "expectations/none.json"),
        (lambda: workspace.suite_path("../agored"), "workspace.no-suite", "expectations/../agored.json"),
    ):
        error = refused(call)
        assert (error.code, error.facts["path"]) == (code, path)


def test_nothing_outside_is_found(workspace: Workspace) -> None:
    (workspace.folder / "secret.json").write_text("{}", encoding="utf-8")
    (workspace.folder / "expectations").mkdir()
    (workspace.folder / "expectations" / "link.json").symlink_to("../secret.json")
    for name in ("../secret", "link"):
        assert refused(workspace.suite_path, name).code == "workspace.no-suite"


def test_a_workspaces_own_notebooks_are_used_only_when_it_says_so(workspace: Workspace) -> None:
    folder = workspace.folder / "notebooks"
    folder.mkdir()
    (folder / "prepare.ipynb").write_text("{}", encoding="utf-8")
    assert workspace.notebook_path("prepare") == library() / "notebooks" / "prepare.ipynb"
    own = made(workspace.folder, 'agored = 1\nnotebooks = "notebooks"\n')
    assert own.notebook_path("prepare") == folder / "prepare.ipynb"
    assert own.notebook_path("publish") == library() / "notebooks" / "publish.ipynb"


def test_a_runs_inputs_are_all_that_the_stages_read(workspace: Workspace) -> None:
    inputs = read_inputs(workspace, "rough-sleepers")
    assert {
        "recipe", "ethics", "notebook", "agored", "python", "source/rough-sleepers", "schema/rough-sleepers/1",
        "list/areas/1", "list/note-codes/1", "suite/plausibility", "suite/coverage", "library/frictionless",
    } <= set(inputs.files)  # fmt: skip
    assert set(inputs.lists["rough-sleepers"]) == {"areas/1", "note-codes/1"}
    assert len(inputs.run_id) == 16
    assert read_inputs(workspace, "rough-sleepers").run_id == inputs.run_id


@pytest.mark.parametrize(
    "path",
    [
        "datasets/rough-sleepers/source/rough_sleepers.csv",
        "datasets/rough-sleepers/dataset.yaml",
        "datasets/rough-sleepers/ethics.yaml",
        "schemas/rough-sleepers/1.json",
        "schemas/lists/areas/1.csv",
    ],
)
def test_any_changed_input_is_another_run(workspace: Workspace, path: str) -> None:
    before = read_inputs(workspace, "rough-sleepers").run_id
    file = workspace.folder / path
    file.write_bytes(file.read_bytes() + b"\n")
    assert read_inputs(workspace, "rough-sleepers").run_id != before


def test_what_no_stage_reads_is_no_other_run(workspace: Workspace) -> None:
    before = read_inputs(workspace, "rough-sleepers").run_id
    (workspace.folder / "datasets" / "rough-sleepers" / "README.txt").write_text("x", encoding="utf-8")
    (workspace.folder / "schemas" / "lists" / "areas" / "2.csv").write_text("x", encoding="utf-8")
    assert read_inputs(workspace, "rough-sleepers").run_id == before


@pytest.mark.parametrize(("kind", "code"), [("none", "read.missing"), ("folder", "read.not-a-file")])
def test_a_source_that_is_no_file(workspace: Workspace, kind: str, code: str) -> None:
    source = workspace.folder / "datasets" / "rough-sleepers" / "source" / "rough_sleepers.csv"
    source.unlink()
    if kind == "folder":
        source.mkdir()
    with pytest.raises(SourceError) as caught:
        read_inputs(workspace, "rough-sleepers")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("rough-sleepers", True),
        ("a1", True),
        ("1a", True),
        ("", False),
        ("A", False),
        ("a_b", False),
        ("-a", False),
        ("a--b", False),
        ("a-", False),
        ("tŷ", False),
        ("a/b", False),
        ("a\n", False),
    ],
)
def test_names_of_datasets(name: str, valid: bool) -> None:
    assert valid_name(name) is valid


def test_every_sentence_of_the_workspace_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    known = {code.removeprefix("error.") for code in catalogue("en") if code.startswith("error.workspace.")}
    assert {code for code in known if f'"{code}"' not in source} == set()
