"""The two notebooks of the project: clean, in both languages, with the parameters that the commands give."""

from __future__ import annotations

import ast
import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from agored.execute import execute, report
from agored.execute.parameters import read_notebook, stated_parameters
from agored.findings import Stage
from agored.words import Bilingual, say

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ("prepare.ipynb", "publish.ipynb")
CALLS = {
    "prepare.ipynb": ["prepare", "read", "shape", "validate", "protect", "ethics", "package", "summary"],
    "publish.ipynb": ["publication", "plan", "apply", "receipt"],
}


def cells(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    return found


def code(name: str) -> list[tuple[str, str]]:
    return [(cell["id"], "".join(cell["source"])) for cell in cells(name) if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_without_outputs_and_with_readable_ids(name: str) -> None:
    text = (NOTEBOOKS / name).read_text(encoding="utf-8")
    data = json.loads(text)
    nbformat.validate(nbformat.from_dict(data))
    assert (data["nbformat"], data["nbformat_minor"]) == (4, 5)
    assert text == json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    assert data["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in data["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", identity) for identity in ids)
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@pytest.mark.parametrize("name", NAMES)
def test_every_text_stands_in_both_languages_welsh_first(name: str) -> None:
    texts = [cell for cell in cells(name) if cell["cell_type"] == "markdown"]
    assert len(texts) % 2 == 0
    for welsh, english in zip(texts[::2], texts[1::2], strict=True):
        assert "lang-cy" in welsh["metadata"]["tags"]
        assert "lang-en" in english["metadata"]["tags"]
        assert welsh["id"].removesuffix("-cy") == english["id"].removesuffix("-en")
        assert set(welsh["metadata"]["tags"]) ^ set(english["metadata"]["tags"]) == {"lang-cy", "lang-en"}
        marks = [[line[:2] for line in cell["source"] if line[:1] in "#123"] for cell in (welsh, english)]
        assert marks[0] == marks[1]
        assert "'" not in "".join(welsh["source"] + english["source"])


@pytest.mark.parametrize("name", NAMES)
def test_the_cells_are_short_and_call_the_library(name: str) -> None:
    called = []
    for identity, source in code(name):
        tree = ast.parse(source)
        assert len(source.splitlines()) <= 6, identity
        called += [
            node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
        ]
    assert called == CALLS[name]


def test_the_parameters_are_those_that_the_commands_give() -> None:
    usual = {"dataset": "str", "workspace": "str", "language": "str"}
    stated = {name: stated_parameters(read_notebook(NOTEBOOKS / name)) for name in NAMES}
    assert stated["prepare.ipynb"] == usual
    assert stated["publish.ipynb"] == usual | {"portal": "str", "apply": "bool"}


def test_nothing_is_applied_unless_it_is_asked_for() -> None:
    source = dict(code("publish.ipynb"))
    assert "apply: bool = False" in source["parameters"]
    assert source["apply"].endswith("if apply else None")


def test_what_shows_places_is_tagged_for_the_officer() -> None:
    tags = {cell["id"]: cell["metadata"].get("tags", []) for cell in cells("prepare.ipynb")}
    for identity, source in code("prepare.ipynb"):
        if source.endswith(".officer") or "summary" in source:
            assert tags[identity] == ["officer"]
    for cell in cells("publish.ipynb"):
        if cell["cell_type"] == "code" and cell["id"] not in ("parameters", "start"):
            assert cell["metadata"]["tags"] == ["officer"]


@pytest.fixture
def with_fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Executes a copy of a notebook on a run of the same shape as the library's, and gives the kept file."""
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parent}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")

    def run(name: str, **parameters: object) -> Path:
        text = (NOTEBOOKS / name).read_text(encoding="utf-8")
        text, count = re.subn(
            r"from agored\.\w+ import (?=prepare|publication)", "from fake_run import ", text
        )
        assert count == 1
        (tmp_path / name).write_text(text, encoding="utf-8")
        kept = tmp_path / "kept.ipynb"
        execute(tmp_path / name, parameters, kept, workspace=tmp_path)
        return kept

    return run


def test_prepare_runs_every_stage_in_order_and_gives_all_four_pages(with_fake: Any) -> None:
    kept = with_fake("prepare.ipynb", dataset="a/b", workspace=".", language="cy")
    title = Bilingual("Cysgu allan", "Rough sleeping")
    for language in ("cy", "en"):
        officer = report(kept, language, "officer", title=title)
        public = report(kept, language, "public", title=title)
        for stage in Stage:
            caption = f">{say(f'view.stage.{stage}', language)}</caption>"
            assert caption in officer
            assert caption in public
        assert officer.count("90210") == 2
        assert "90210" not in public
        # Six stages and the start; in the report also what to do next.
        assert (officer.count("<h2"), public.count("<h2")) == (8, 7)


@pytest.mark.parametrize("apply", [False, True])
def test_publish_applies_only_when_told_to(with_fake: Any, apply: bool) -> None:
    kept = with_fake("publish.ipynb", dataset="a/b", workspace=".", language="en", portal="main", apply=apply)
    page = report(kept, "cy", "officer", title=Bilingual("Teitl", "Title"))
    assert "data/a.csv" in page
    assert ("RECEIPT" in page) is apply
