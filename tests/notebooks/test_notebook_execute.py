"""Running a notebook: its kernel, what is kept of it, and what is told when it stops."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import pytest
from tiny_notebooks import notebook_of

from agored.errors import AgoredError, NotebookError, SourceError
from agored.execute import Progress, execute, report
from agored.execute.failure import read_failure
from agored.execute.kernel import kernel_environment
from agored.words import Bilingual

CANARY = "canary-Zq8-token-for-main"
VALUE = "Mrs Jones of Llanelli"

SEEN = """
import os, sys
from pathlib import Path
from agored.views import Audience, facts_view, note_view, together

tokens = sorted(name for name in os.environ if name.startswith("AGORED_TOKEN_"))
facts = [("view.rows", " ".join(tokens) or "none"), ("view.columns", os.environ.get("GITHUB_TOKEN", "none"))]
facts += [("view.portal", sys.executable), ("view.field", os.getcwd()), ("view.place", str(Path.home()))]
facts_view("view.plan", facts, "cy")
"""

LEAK = """
import logging, os, warnings
from IPython.display import display
token = os.environ["AGORED_TOKEN_MAIN"]
print(token); print(token, file=__import__("sys").stderr)
logging.getLogger("papermill").warning(token)
warnings.warn(token)
display({"text/plain": token}, raw=True)
facts_view("view.plan", [("view.portal", f"<{token}>")], "en", Audience.OFFICER)
"""


def run(
    notebook: Path, out: Path, parameters: dict[str, Any] | None = None, **options: Any
) -> dict[str, Any]:
    """The executed notebook, as JSON."""
    options.setdefault("workspace", out.parent)
    execute(notebook, parameters or {}, out, **options)
    data: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return data


def shown(notebook: dict[str, Any], name: str) -> str:
    """What the cell ``name`` shows, as text."""
    cell = next(cell for cell in notebook["cells"] if cell["id"] == name)
    return "\n".join("".join(output["data"]["application/vnd.agored.en+text"]) for output in cell["outputs"])


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORED_TOKEN_MAIN", CANARY)
    monkeypatch.setenv("AGORED_TOKEN_OTHER", "another-canary-of-another")
    monkeypatch.setenv("GITHUB_TOKEN", "unrelated-canary")


@pytest.mark.usefixtures("tokens")
def test_preparing_has_no_token_and_publishing_only_its_own() -> None:
    prepare, publish = kernel_environment(), kernel_environment("main")
    assert not {"AGORED_TOKEN_MAIN", "AGORED_TOKEN_OTHER", "GITHUB_TOKEN"} & set(prepare)
    assert publish["AGORED_TOKEN_MAIN"] == CANARY
    assert "AGORED_TOKEN_OTHER" not in publish
    assert prepare["PATH"] == publish["PATH"]


@pytest.mark.usefixtures("tokens")
def test_the_same_run_gives_the_same_bytes_and_tells_nothing_of_the_machine(
    make: Any, tmp_path: Path
) -> None:
    notebook = make(("seen", SEEN, []), ("md-cy", "## Darllen", ["lang-cy"]))
    # A file of the workspace does not stand in for a library's.
    folders = [tmp_path / "one", tmp_path / "another one"]
    for folder in folders:
        folder.mkdir()
        (folder / "json.py").write_text("raise SystemExit")
    told: list[Progress] = []
    first = run(
        notebook, folders[0] / "kept.ipynb", {"dataset": "a/b"}, log=folders[0] / "log", progress=told.append
    )
    run(notebook, folders[1] / "kept.ipynb", {"dataset": "a/b"})

    kept = [(folder / "kept.ipynb").read_bytes() for folder in folders]
    assert kept[0] == kept[1]
    text = kept[0].decode()
    assert shown(first, "seen").splitlines()[1:3] == ["  Rows: none", "  Columns: none"]
    assert "Portal: <python>/bin/python" in shown(first, "seen")
    assert "Field: .\n" in shown(first, "seen")
    assert shown(first, "seen").endswith("place: ~")
    assert [cell["id"] for cell in first["cells"]] == ["parameters", "injected-parameters", "seen", "md-cy"]
    for trace in (
        str(tmp_path),
        str(Path.home()),
        "papermill",
        "duration",
        "start_time",
        "canary",
        '"version"',
    ):
        assert trace not in text
    assert all(cell["execution_count"] is None for cell in first["cells"] if cell["cell_type"] == "code")
    log = (folders[0] / "log").read_text()
    assert log.splitlines() == [
        f"tiny.ipynb: {cell}" for cell in ("parameters", "injected-parameters", "seen", "done")
    ]
    assert [(step.done, step.total) for step in told] == [(0, 3), (1, 3), (2, 3)]
    assert sorted(path.name for path in folders[0].iterdir()) == ["json.py", "kept.ipynb", "log"]


@pytest.mark.usefixtures("tokens")
def test_a_token_that_a_cell_shows_is_in_no_file_and_on_no_stream(
    make: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    notebook = make(("seen", SEEN, []), ("leak", LEAK, ["officer"]))
    caplog.set_level("DEBUG")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    kept = run(notebook, workspace / "kept.ipynb", {"portal": "main"}, portal="main", log=workspace / "log")
    for language in ("cy", "en"):
        page = report(workspace / "kept.ipynb", language, "officer", title=Bilingual("Teitl", "Title"))
        (workspace / f"report.{language}.html").write_text(page)

    assert shown(kept, "seen").splitlines()[1] == "  Rows: AGORED_TOKEN_MAIN"
    assert "<•••>" in shown(kept, "leak")
    assert len(kept["cells"][-1]["outputs"]) == 1  # what was printed or shown by others is not kept
    for path in workspace.iterdir():
        assert CANARY.encode() not in path.read_bytes()
    assert CANARY not in "".join(capfd.readouterr())
    assert CANARY not in caplog.text


STAGE = """
import json
from pathlib import Path
from agored.errors import RecipeError, SourceError
from agored.execute import write_failure
error = SourceError("read.missing", (SourceError("read.no-header", file="a.csv", row="3", rows="2"),), file="a.csv")
write_failure(error, Path("error.json"))
raise ValueError("Mrs Jones of Llanelli")
"""


def test_a_stages_own_record_of_its_error_is_what_the_command_raises(make: Any, tmp_path: Path) -> None:
    notebook = make(("read", STAGE, []), ("never", "open('never', 'w').close()", []))
    record = tmp_path / "error.json"
    with pytest.raises(SourceError) as caught:
        run(notebook, tmp_path / "kept.ipynb", error_file=lambda: record, log=tmp_path / "log")
    assert (caught.value.code, caught.value.facts, caught.value.exit_code) == (
        "read.missing",
        {"file": "a.csv"},
        11,
    )
    assert [problem.code for problem in caught.value.problems] == ["read.no-header"]
    assert "read" in (tmp_path / "log").read_text().splitlines()[-1]
    assert not (tmp_path / "never").exists()
    assert not (tmp_path / "kept.ipynb").exists()


def test_an_error_that_no_stage_recorded_comes_from_the_kernel(make: Any, tmp_path: Path) -> None:
    stale = tmp_path / "error.json"
    stale.write_text(
        '{"class": "PortalError", "code": "read.missing", "facts": {"file": "old"}, "problems": []}'
    )
    source = "from agored.errors import SourceError\nraise SourceError('read.missing', file='new.csv')"
    with pytest.raises(SourceError) as caught:
        run(make(("read", source, [])), tmp_path / "kept.ipynb", error_file=lambda: stale)
    assert caught.value.facts == {"file": "new.csv"}


BUG = """
from decimal import Decimal
def parse(cell):
    try:
        return int(cell)
    except ValueError as error:
        raise KeyError(cell) from error
parse("Mrs Jones of Llanelli")
"""


def test_a_bug_is_told_by_its_places_and_no_value(make: Any, tmp_path: Path) -> None:
    (tmp_path / "kept.ipynb").write_text("the one before")
    with pytest.raises(NotebookError) as caught:
        execute(
            make(("shape", BUG, [])), {}, tmp_path / "kept.ipynb", workspace=tmp_path, log=tmp_path / "log"
        )
    error = caught.value
    assert (error.code, error.exit_code, error.facts["cell"]) == ("notebook.broke", 14, "shape")
    assert error.facts["error"] == "KeyError"
    assert error.facts["places"] == "cell:7 <module> → cell:6 parse"
    told = "".join(traceback.format_exception(error)) + error.message("cy") + (tmp_path / "log").read_text()
    assert VALUE not in told
    assert (tmp_path / "kept.ipynb").read_text() == "the one before"


def test_a_notebook_that_shows_whole_errors_tells_no_value_either(make: Any, tmp_path: Path) -> None:
    loud = "get_ipython().set_custom_exc((), None)\n"
    with pytest.raises(NotebookError) as caught:
        run(make(("shape", loud + BUG, [])), tmp_path / "kept.ipynb")
    assert (caught.value.code, caught.value.facts["places"]) == ("notebook.broke", "–")
    assert VALUE not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("record", [None, '{"class": "Exception", "code": "x", "facts": {}, "problems": []}'])
def test_a_kernel_that_dies_with_no_record_is_a_notebook_error(
    make: Any, tmp_path: Path, record: str | None
) -> None:
    write = f"open('error.json', 'w').write({record!r})\n" if record is not None else ""
    source = f"import os\n{write}os._exit(3)"
    with pytest.raises(NotebookError) as caught:
        run(make(("ethics", source, [])), tmp_path / "kept.ipynb", error_file=lambda: tmp_path / "error.json")
    assert caught.value.code == "notebook.kernel-died"
    assert caught.value.facts["cell"] == "ethics"


def test_stages_tell_their_progress_to_the_command(make: Any, tmp_path: Path) -> None:
    source = (
        "import time\nfrom agored.execute import Progress, show_progress\n"
        "for done in range(1, 5):\n"
        "    show_progress(Progress('view.stage.validate', done, 4), 'cy')\n    time.sleep(0.5)"
    )
    told: list[Progress] = []
    kept = run(make(("validate", source, [])), tmp_path / "kept.ipynb", progress=told.append)
    assert Progress("view.stage.validate", 4, 4) in told
    assert told[-1].text("cy") == "Gwirio: 4 / 4"
    assert kept["cells"][-1]["outputs"] == []


def test_a_record_of_an_error_survives_the_way_out_and_back(tmp_path: Path) -> None:
    from agored.execute import failure_from_json, failure_to_json

    error = SourceError("read.missing", (NotebookError("notebook.no-kernel"),), file="a.csv")
    again = failure_from_json(failure_to_json(error))
    assert (type(again), again.message("cy")) == (SourceError, error.message("cy"))
    assert read_failure(tmp_path / "none.json") is None
    for wrong in ({}, {"class": "SourceError", "code": "no.such", "facts": {}, "problems": []}, []):
        with pytest.raises(ValueError, match="not a record"):
            failure_from_json(wrong)  # type: ignore[arg-type]
    assert issubclass(AgoredError, Exception)


@pytest.mark.parametrize("dataset", ["a/b", 'x"; raise SystemExit #', "line\nbreak", "back\\slash '{y}' ŵ"])
def test_a_parameter_arrives_as_it_was_given(make: Any, tmp_path: Path, dataset: str) -> None:
    source = (
        "from agored.views import facts_view\n"
        "facts_view('view.plan', [('view.field', repr((dataset, apply, rounds)))], 'cy')"
    )
    kept = run(
        make(("seen", source, [])), tmp_path / "kept.ipynb", {"dataset": dataset, "apply": True, "rounds": 7}
    )
    assert repr((dataset, True, 7)) in shown(kept, "seen")


LAB = """
import time
from agored.execute import Progress, quiet, show_progress
quiet("cy")
for done in range(1, 5):
    show_progress(Progress("view.stage.validate", done, 4), "cy")
    time.sleep(0.25)
"""


def test_in_jupyterlab_one_bar_moves_and_errors_are_messages() -> None:
    import nbformat
    from nbclient import NotebookClient

    failing = "from agored.errors import SourceError\nraise SourceError('read.missing', file='a.csv')"
    cells = [("bar", LAB, []), ("fails", failing, []), ("bug", BUG, [])]
    notebook = nbformat.from_dict(notebook_of(*cells))
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
    bar, fails, bug = (list(cell.outputs) for cell in notebook.cells[1:])
    assert [output.output_type for output in bar] == ["display_data"]
    assert bar[0].data["text/plain"] == "Gwirio: 4 / 4"
    assert '<progress max="4" value="4">' in bar[0].data["text/html"]
    assert fails[0].traceback[0].startswith("Nid yw’r ffeil ffynhonnell a.csv yno.")
    assert bug[0].traceback[1:] == ["cell:7 <module>", "cell:6 parse"]
    assert VALUE not in json.dumps([fails, bug])
