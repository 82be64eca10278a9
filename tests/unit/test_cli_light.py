"""The command line: light until it is told to work, one exit code an outcome, JSON on stdout, secrets nowhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from run_made import RECIPE, Desk

from agored import cli
from agored.cli import Session
from agored.errors import ERRORS, AgoredError, RecipeError
from agored.words import LANGUAGES, say
from agored.workspace import Workspace

HEAVY = (
    "pyarrow",
    "frictionless",
    "great_expectations",
    "papermill",
    "nbconvert",
    "nbclient",
    "ckanapi",
    "jinja2",
    "pandas",
    "numpy",
    "requests",
    "IPython",
)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command line."""
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    told = capsys.readouterr()
    return int(caught.value.code or 0), told.out, told.err


@pytest.fixture
def inside(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The example workspace, as the current folder."""
    monkeypatch.chdir(workspace.folder)
    return workspace


# Light


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--language", "cy", "approve", "--help"], ["--version"], ["check"], ["zzz"]]
)
def test_help_and_usage_load_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import atexit, sys\n"
        f"heavy = {HEAVY!r}\n"
        "atexit.register(lambda: print('LOADED', [name for name in heavy if name in sys.modules], flush=True))\n"
        "from agored.cli import main\n"
        f"main({arguments!r})\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "LOADED []" in ended.stdout, ended.stdout + ended.stderr
    assert ended.returncode in (0, 2)


# Exit codes


@pytest.mark.parametrize("kind", ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_error_ends_with_its_code_and_its_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: type[AgoredError],
    language: str,
) -> None:
    def fail(session: Session) -> int:
        raise kind("gate.closed", (RecipeError("workspace.faults"),), dataset="x")

    monkeypatch.setitem(cli.COMMANDS, "status", (fail, cli._nothing))
    code, out, err = shown(capsys, "status", "--language", language)
    assert (code, out) == (kind.exit_code, "")
    assert err.splitlines() == [
        say("error.gate.closed", language, dataset="x"),
        "- " + say("error.workspace.faults", language),
    ]


def test_a_bug_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(session: Session) -> int:
        raise ZeroDivisionError

    monkeypatch.setitem(cli.COMMANDS, "status", (fail, cli._nothing))
    with pytest.raises(ZeroDivisionError):
        cli.main(["status"])


def test_a_command_that_is_stopped_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(session: Session) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.COMMANDS, "status", (stop, cli._nothing))
    code, out, err = shown(capsys, "status", "--language", "cy")
    assert (code, out, err.strip()) == (130, "", "Wedi stopio.")


def _no_source(folder: Path) -> None:
    (folder / "datasets" / "rough-sleepers" / "source" / "rough_sleepers.csv").unlink()


def _broken_recipe(folder: Path) -> None:
    path = folder / "datasets" / "rough-sleepers" / "dataset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("recipe: 1", "recipe: x"), encoding="utf-8")


def _nothing(folder: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("spoil", "arguments", "exit_code", "code"),
    [
        (_nothing, ["check", "rough-sleeper"], 10, "workspace.no-dataset-near"),
        (_broken_recipe, ["check", "rough-sleepers"], 10, "strict.faults"),
        (_no_source, ["check", "rough-sleepers"], 11, "read.missing"),
        (_nothing, ["publish", "rough-sleepers"], 12, "gate.no-run"),
        (_nothing, ["serve"], 13, "serve.empty"),
        (_nothing, ["serve", "--portal", "none"], 10, "workspace.no-portal"),
        (_nothing, ["verify", "datasets"], 16, "verify.nothing"),
        (_nothing, ["batch", "none"], 10, "workspace.no-dataset"),
        (_nothing, ["new", "Bad Name", "--from", "agored.toml"], 10, "new.name"),
        (_nothing, ["new", "x", "--from", "none.csv"], 11, "new.missing"),
        (_nothing, ["pull", "none"], 10, "workspace.no-dataset"),
    ],
)
def test_what_went_wrong_as_json(
    capsys: pytest.CaptureFixture[str],
    inside: Workspace,
    spoil: Callable[[Path], None],
    arguments: list[str],
    exit_code: int,
    code: str,
) -> None:
    spoil(inside.folder)
    ended, out, err = shown(capsys, *arguments, "--json", "--language", "cy")
    assert ended == exit_code
    error = json.loads(out)["error"]
    assert error.keys() == {"class", "code", "facts", "problems", "message"}
    assert (error["code"], ERRORS[error["class"]].exit_code) == (code, exit_code)
    assert error["message"].splitlines()[0] in err
    assert str(inside.folder) not in out + err


def test_outside_any_workspace(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = shown(capsys, "status")
    assert code == 10
    assert "agored new" in err


def test_a_portal_of_another_dataset_is_misuse(capsys: pytest.CaptureFixture[str], inside: Workspace) -> None:
    code, out, err = shown(capsys, "publish", "rough-sleepers", "--portal", "none", "--language", "cy")
    assert (code, out) == (2, "")
    assert say("cli.not-its-portal", "cy", portal="none") in err


# Status


def test_status_as_text_and_as_json(capsys: pytest.CaptureFixture[str], inside: Workspace) -> None:
    _no_source(inside.folder)
    code, out, err = shown(capsys, "status")
    assert (code, err) == (0, "")
    assert f"principal-areas: {say('status.unchecked', 'en')}" in out
    assert f"rough-sleepers: {say('status.broken', 'en')}" in out
    code, out, _ = shown(capsys, "status", "--json")
    told: list[dict[str, Any]] = json.loads(out)
    assert [each["dataset"] for each in told] == list(inside.datasets())
    assert {tuple(each) for each in told} == {("dataset", "state", "release", "reasons", "error")}
    assert {each["dataset"]: each["error"] for each in told if each["error"]} == {
        "rough-sleepers": "read.missing"
    }


def test_the_workspaces_language_counts_where_none_is_asked_for(
    capsys: pytest.CaptureFixture[str], inside: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = inside.folder / "agored.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('language = "en"', 'language = "cy"'), encoding="utf-8")
    unchecked = {language: say("status.unchecked", language) for language in LANGUAGES}
    assert unchecked["cy"] in shown(capsys, "status")[1]
    monkeypatch.chdir(inside.folder / "datasets")
    assert unchecked["cy"] in shown(capsys, "status")[1]
    assert unchecked["en"] in shown(capsys, "status", "--language", "en")[1]
    assert unchecked["en"] in shown(capsys, "--language", "en", "status")[1]
    monkeypatch.setenv("AGORED_LANGUAGE", "en")
    assert unchecked["en"] in shown(capsys, "status")[1]


# New, verify


def test_new_starts_a_workspace_and_then_uses_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coed.csv").write_text("Rhywogaeth,Nifer\nDerwen,3\n", encoding="utf-8")
    code, out, _ = shown(capsys, "new", "coed", "--from", "coed.csv", "--json")
    assert code == 0
    assert "datasets/coed/dataset.yaml" in json.loads(out)["files"]
    monkeypatch.chdir(tmp_path / "datasets")
    assert shown(capsys, "new", "parciau", "--from", "../coed.csv")[0] == 0
    assert not (tmp_path / "datasets" / "agored.toml").exists()
    assert (tmp_path / "datasets" / "parciau" / "dataset.yaml").is_file()
    code, out, _ = shown(capsys, "status", "--json")
    assert {each["error"] for each in json.loads(out)} == {"strict.faults"}


def test_new_shows_letters_that_went_wrong_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ardal.csv").write_text("Ardal,Nifer\nYnys MÃ´n\x1b,1\nD?r,2\nPowys,3\n", encoding="utf-8")
    code, out, _ = shown(capsys, "new", "a", "--from", "ardal.csv", "--letters", "--language", "cy")
    assert code == 0
    assert "A2 “Ynys MÃ´n\\u001b”: tebygol “Ynys Môn\\u001b” (celloedd: 1)" in out
    _, out, _ = shown(capsys, "new", "a", "--from", "ardal.csv", "--letters", "--json")
    assert [each["likely"] for each in json.loads(out)["shown"]] == ["Ynys Môn\x1b", "Dŵr"]
    (tmp_path / "iach.csv").write_text("Ardal,Nifer\nPowys,3\n", encoding="utf-8")
    assert "No letters seem" in shown(capsys, "new", "a", "--from", "iach.csv", "--letters")[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ardal.csv", "iach.csv"]


def test_verify_as_text_and_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    checked = Desk.at(tmp_path).check()
    package = str(checked.run.folder / "package")
    code, out, _ = shown(capsys, "verify", package, "--json")
    assert (code, json.loads(out)["content_hash"]) == (0, checked.run.content)
    code, out, _ = shown(capsys, "verify", package, "--language", "cy")
    assert code == 0
    assert out.startswith("Mae pob swm gwirio yn gywir.")


def test_publish_tells_its_plan_and_its_outcome_without_a_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk.at(tmp_path)
    checked = desk.check()
    monkeypatch.setattr("agored.inputs.read_inputs", lambda workspace, dataset: checked.inputs)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agored.toml").write_text(
        'agored = 1\n[portals.catalogue]\nkind = "folder"\npath = "catalogue"\nurl = "https://x.wales/"\n',
        encoding="utf-8",
    )
    code, out, err = shown(capsys, "publish", RECIPE.name)
    assert (code, out) == (12, "")
    assert say("error.gate.no-approval", "en", content=str(checked.run.content)[7:15]) in err


# Secrets


def test_a_token_in_an_error_is_masked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "canari-tocyn-7731"

    def fail(session: Session) -> int:
        raise RecipeError("gate.closed", dataset=token)

    monkeypatch.setenv("AGORED_TOKEN_MAIN", token)
    monkeypatch.setitem(cli.COMMANDS, "status", (fail, cli._nothing))
    for arguments in (["status"], ["status", "--json"]):
        code, out, err = shown(capsys, *arguments)
        assert code == 10
        assert token not in out + err
        assert "•••" in err


def test_the_answer_is_told_in_any_encoding(inside: Workspace) -> None:
    source = str(Path(cli.__file__).parents[1])
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "AGORED_LANGUAGE": "cy", "PYTHONPATH": source}
    for arguments in (["status"], ["status", "--json"], ["zzz"]):
        program = f"from agored.cli import main; main({arguments!r})"
        ended = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            env=environment,
            cwd=inside.folder,
            check=False,
        )
        assert ended.returncode in (0, 2), ended.stderr
        assert b"Traceback" not in ended.stderr
        if "--json" in arguments:
            assert len(json.loads(ended.stdout)) == 3
