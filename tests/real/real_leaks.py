"""Which cells of a source stand where no cell may stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from real_workspace import Ran, cells_of

from agored.words import LANGUAGES, catalogue
from agored.workspace import library

SHORTEST = 4
"""The fewest characters by which a cell is known again."""


def leaks(cells: Iterable[str], said: str, allowed: str) -> list[str]:
    """The cells that stand in ``said`` as a word or words of their own, and not in ``allowed``."""
    return [
        cell
        for cell in set(cells)
        if len(cell) >= SHORTEST
        and cell in said
        and cell not in allowed
        and re.search(rf"(?<![\w.]){re.escape(cell)}(?![\w.])", said)
    ]


def texts(data: Any) -> Iterator[str]:
    """Every text in plain data. Numbers are counts and rows: no cell is kept as a number."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from (key, *texts(value))
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


def said_by(ran: Ran) -> str:
    """All that a run wrote into its folder beside the package and the officer's own private folder, said in its
    findings and showed to everybody."""
    said = [ran.shown]
    for file in ran.run.folder.rglob("*"):
        private = file.is_relative_to(ran.run.folder / "private")
        if file.is_file() and not private and not file.is_relative_to(ran.package):
            assert file.suffix == ".json", file.name
            said += texts(json.loads(file.read_bytes()))
    for finding in ran.findings:
        said += texts(finding.to_json())
        for language in LANGUAGES:
            said += [finding.what(language), finding.why(language), finding.how(language)]
    return "\n".join(said)


def written_by_people(ran: Ran) -> str:
    """The recipe, the ethics record, schemas, code lists, suites, and the sentences of Agored itself."""
    folders = (
        ran.run.inputs.folder,
        ran.workspace / "schemas",
        library() / "schemas",
        library() / "expectations",
    )
    files = [
        file for folder in folders for file in folder.rglob("*") if file.suffix in (".yaml", ".json", ".csv")
    ]
    source = ran.run.inputs.folder / "source"
    written = [file.read_text(encoding="utf-8") for file in files if not file.is_relative_to(source)]
    return "\n".join([*written, own_words()])


def own_words() -> str:
    """All sentences of Agored."""
    return "\n".join(sentence for language in LANGUAGES for sentence in catalogue(language).values())


def packaged(ran: Ran) -> str:
    """All files of the package, if there is one."""
    return "\n".join(file.read_text(encoding="utf-8") for file in ran.package.rglob("*") if file.is_file())


def leaks_of(ran: Ran) -> list[str]:
    """The cells of a run's source that it wrote, said or showed."""
    return leaks(source_cells(ran), said_by(ran), written_by_people(ran) + packaged(ran))


def source_cells(ran: Ran) -> list[str]:
    """The cells of the only source, its headings and the rows above and below the table included."""
    (resource,) = ran.run.inputs.recipe.resources
    source = resource.source
    file = ran.run.inputs.folder / source.path
    return list(cells_of(file, source.encoding.replace("utf-8", "utf-8-sig"), source.delimiter))
