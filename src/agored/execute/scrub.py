"""What is kept of an executed notebook: its cells and its views. No time, path, count, print-out or secret."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored.errors import NotebookError
from agored.execute.tokens import holds_token, mask
from agored.views import HTML_TYPES, TEXT_TYPES

if TYPE_CHECKING:
    from nbformat import NotebookNode

IMAGE_TYPES = ("image/png", "image/jpeg", "image/svg+xml")

_VIEW_TYPES = frozenset({"text/html", "text/plain", *HTML_TYPES.values(), *TEXT_TYPES.values()})
_KEPT_METADATA = ("tags", "jupyter", "slideshow")


def scrubbed(notebook: NotebookNode, folders: Mapping[str, Path]) -> bytes:
    """The notebook's file: the same run gives the same bytes.

    ``folders`` are replaced by their names wherever their paths stand. Kept as outputs are views and images,
    nothing else: a table that some library displays would keep cells' values, and so would what was printed.
    Raises NotebookError where a secret is left.
    """
    cells = [_cell(cell) for cell in notebook.cells]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    data = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    clean = _without_paths(data, _written_out(folders))
    text = mask(json.dumps(clean, ensure_ascii=False, indent=1, sort_keys=True)) + "\n"
    check_no_secret(text)
    return text.encode()


def check_no_secret(text: str) -> None:
    """Raise NotebookError where ``text`` holds a portal's token."""
    if holds_token(text):
        raise NotebookError("notebook.secret")


def machine_folders(**folders: Path) -> dict[str, Path]:
    """The folders whose paths tell of this machine, by what stands for them; ``folders`` go before the rest."""
    return {
        **folders,
        "<python>": Path(sys.prefix),
        "<agored>": Path(__file__).parents[2],
        "<temporary>": Path(tempfile.gettempdir()),
        "~": Path.home(),
    }


def _cell(cell: NotebookNode) -> dict[str, Any]:
    tags = list(cell.metadata.get("tags", []))
    metadata = {key: cell.metadata[key] for key in _KEPT_METADATA if cell.metadata.get(key)}
    name = "injected-parameters" if "injected-parameters" in tags else cell.id
    kept: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "id": name,
        "metadata": metadata,
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.cell_type == "code":
        kept["execution_count"] = None
        kept["outputs"] = [kept_output for output in cell.outputs if (kept_output := _output(output))]
    return kept


def _output(output: NotebookNode) -> dict[str, Any] | None:
    """A view or an image, without its execution count; None of anything else."""
    if output.output_type not in ("display_data", "execute_result"):
        return None
    data, about = output.data, output.metadata
    if set(HTML_TYPES.values()) <= set(data):
        types: Iterable[str] = _VIEW_TYPES
    elif any(kind in data for kind in IMAGE_TYPES):
        types = IMAGE_TYPES
    else:
        return None
    return {
        "output_type": "display_data",
        "data": {kind: _lines(data[kind]) for kind in sorted(types) if kind in data},
        "metadata": {key: about[key] for key in ("agored", *IMAGE_TYPES) if key in about},
    }


def _lines(text: str) -> str | list[str]:
    lines = text.splitlines(keepends=True)
    return lines if len(lines) > 1 else text


def _written_out(folders: Mapping[str, Path]) -> list[tuple[re.Pattern[str], str]]:
    """A pattern for each way to write each folder, the longest first; where two are equal, the earlier one."""
    ways: dict[str, str] = {}
    for name, folder in folders.items():
        for way in (str(folder), os.path.realpath(folder), folder.as_uri() if folder.is_absolute() else ""):
            if len(way) > 1:  # "/" may be a home folder
                ways.setdefault(way, name)
    # "/home/ann" does not stand in "/home/anna".
    return [
        (re.compile(re.escape(way) + r"(?![\w-])"), name)
        for way, name in sorted(ways.items(), key=lambda item: (-len(item[0]), item[0]))
    ]


def _without_paths(data: Any, folders: list[tuple[re.Pattern[str], str]]) -> Any:
    if isinstance(data, str):
        for pattern, name in folders:
            data = name.join(pattern.split(data))
        return data
    if isinstance(data, dict):
        return {key: _without_paths(value, folders) for key, value in data.items()}
    if isinstance(data, list):
        return [_without_paths(value, folders) for value in data]
    return data
