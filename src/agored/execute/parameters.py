"""Parameters, checked against those the notebook states itself, before a kernel starts.

Papermill only warns of a parameter that the notebook does not have, and runs one of the wrong type; and every
parameter ends up twice in the executed notebook. So all of that is refused here, and secrets are too.
"""

from __future__ import annotations

import ast
import difflib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored.errors import NotebookError
from agored.execute.tokens import is_secret_name, is_secret_value
from agored.imports import without_unused_formats

if TYPE_CHECKING:
    from nbformat import NotebookNode

_TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
}


def read_notebook(path: Path) -> NotebookNode:
    """The notebook in ``path``, as version 4. Raises NotebookError where there is none."""
    with needed():
        import nbformat
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["nbformat"] == 4:
            # Cells without an id would be given a random one, and two runs would differ.
            for place, cell in enumerate(data["cells"], start=1):
                cell.setdefault("id", f"cell-{place}")
            data["nbformat_minor"] = max(5, data["nbformat_minor"])
        notebook: NotebookNode = nbformat.reads(json.dumps(data), as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError):
        raise NotebookError("notebook.unreadable", notebook=path.name) from None
    return notebook


def check_parameters(notebook: Path, given: Mapping[str, object]) -> None:
    """Raise NotebookError with every parameter that is unknown, of the wrong type, or looks like a secret."""
    stated = stated_parameters(read_notebook(notebook))
    problems = []
    for name, value in given.items():
        problem = _problem(name, value, stated)
        if problem:
            problems.append(problem)
    if problems:
        raise NotebookError("notebook.parameters", tuple(problems), notebook=notebook.name)


def stated_parameters(notebook: NotebookNode) -> dict[str, str]:
    """The names in the cell tagged ``parameters``, each with its type: ``str``, ``bool``, ``int`` or ``float``."""
    with needed(), quiet_papermill():
        from papermill import inspect_notebook

        found: Mapping[str, Mapping[str, Any]] = inspect_notebook(notebook)
    return {name: _type(about["inferred_type_name"], about["default"]) for name, about in found.items()}


def _type(annotation: str, default: str) -> str:
    """The annotated type; that of the default where the notebook gives no annotation."""
    if annotation and annotation != "None":
        return annotation
    try:
        return type(ast.literal_eval(default)).__name__
    except (ValueError, SyntaxError):
        return ""


def _problem(name: str, value: object, stated: Mapping[str, str]) -> NotebookError | None:
    if is_secret_value(name):
        return NotebookError("notebook.parameter-name-is-secret")
    if is_secret_name(name):
        return NotebookError("notebook.parameter-secret", parameter=name)
    if name not in stated:
        near = difflib.get_close_matches(name, stated, n=1, cutoff=0.5)
        known = ", ".join(stated)
        if near:
            return NotebookError("notebook.parameter-unknown-near", parameter=name, near=near[0])
        return NotebookError("notebook.parameter-unknown", parameter=name, known=known or "–")
    if isinstance(value, str) and is_secret_value(value):
        return NotebookError("notebook.parameter-secret", parameter=name)
    kind = stated[name]
    if kind not in _TYPES:
        return NotebookError("notebook.parameter-untyped", parameter=name)
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "bool"):
        return NotebookError(f"notebook.parameter-not-{kind}", parameter=name)
    return None


@contextmanager
def needed() -> Iterator[None]:
    """Raise NotebookError where the libraries for notebooks are not installed."""
    without_unused_formats()
    try:
        yield
    except ModuleNotFoundError as error:
        raise NotebookError("notebook.not-installed", module=error.name or "") from None


@contextmanager
def quiet_papermill() -> Iterator[None]:
    """Keep papermill's own log still: it names paths, and at its lowest level quotes what cells show."""
    logger = logging.getLogger("papermill")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
