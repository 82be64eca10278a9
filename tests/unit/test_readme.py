"""README tells the truth in both languages: every command, every part, the same things under each heading."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from agored.cli import COMMANDS
from agored.words import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARTS = dict(zip(LANGUAGES, README.split("\n## Cymraeg\n", 1)[1].split("\n## English\n"), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told_in_both_languages(language: str, command: str) -> None:
    told = re.findall(r"agored\s+([a-z]+)", PARTS[language])
    assert command in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_to_install_is_told_with_its_weight(language: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for extra in project["optional-dependencies"]:
        # JupyterLab alone is of no use, so the parts name it within `all`.
        named = "all" if extra == "lab" else extra
        assert re.search(rf"`agored\[{named}\]`.*\d+ MB", PARTS[language])


def test_both_parts_say_the_same_things_in_the_same_order() -> None:
    def skeleton(text: str) -> list[str]:
        code = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
        headings = re.findall(r"^(#+) ", text, re.MULTILINE)
        bullets = re.findall(r"^(?:- |\d\. )", text, re.MULTILINE)
        return [*headings, str(len(bullets)), str(len(code))]

    assert skeleton(PARTS["cy"]) == skeleton(PARTS["en"])


def test_the_two_commands_stand_at_the_top() -> None:
    assert re.search(r"make demo .*\nmake test ", README.split("## Cymraeg")[0])
