"""Tiny notebooks, one a behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Cell = tuple[str, str, Sequence[str]]
"""A cell's id, its source, and its tags; Markdown where the source starts with a heading or the id with ``md``."""

PARAMETERS = (
    'dataset: str = ""\nworkspace: str = "."\nlanguage: str = ""\nportal: str = ""\n'
    "apply: bool = False\nrounds: int = 1\nshare: float = 0.5\nuntyped = None\ninferred = 3"
)


def notebook_of(*cells: Cell, parameters: str = PARAMETERS) -> dict[str, Any]:
    """A notebook of ``cells`` after a cell of parameters."""
    made = []
    for name, source, tags in [("parameters", parameters, ["parameters"]), *cells]:
        kind = "markdown" if name.startswith("md") else "code"
        cell: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {"tags": list(tags)}}
        cell["source"] = source
        made.append(cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
