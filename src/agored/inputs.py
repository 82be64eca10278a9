"""What a run is made from: every file that the stages read, by its hash; together they are the run's id.

Private: the sources' hashes are among them.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import agored
from agored.errors import SourceError
from agored.recipe import Lookup, Recipe, ResourceRecipe
from agored.records import canonical, digest, file_digest
from agored.schema import CodeList, Schema
from agored.workspace import Workspace

JUDGES = ("frictionless", "great-expectations", "pandas", "pyarrow", "babel", "papermill", "nbconvert")
"""The libraries whose version may change a finding, a figure or an account."""


@dataclass(frozen=True)
class Inputs:
    """A dataset's recipe with all that it names, read once, and the hash of every file behind it."""

    workspace: Workspace
    dataset: str
    recipe: Recipe
    schemas: Mapping[str, Schema]
    lists: Mapping[str, Mapping[str, CodeList]]
    files: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """The dataset's folder."""
        return self.workspace.dataset_folder(self.dataset)

    @property
    def ethics(self) -> Path:
        """The dataset's ethics record."""
        return self.folder / "ethics.yaml"

    @property
    def run_id(self) -> str:
        """The run's name: the first 16 digits of the hash of ``files``."""
        return digest(canonical(dict(self.files))).removeprefix("sha256:")[:16]

    @property
    def sources(self) -> dict[str, str]:
        """The hash of each resource's source file."""
        return {each.name: self.files[f"source/{each.name}"] for each in self.recipe.resources}


def read_inputs(workspace: Workspace, dataset: str) -> Inputs:
    """Everything that a run of ``dataset`` reads.

    Raises RecipeError where a file of the workspace is missing or wrong, SourceError where a source is missing.
    """
    recipe = workspace.recipe(dataset)
    folder = workspace.dataset_folder(dataset)
    files = {"recipe": file_digest(folder / "dataset.yaml")}
    files["ethics"] = file_digest(folder / "ethics.yaml") if (folder / "ethics.yaml").is_file() else "missing"
    files["notebook"] = file_digest(workspace.notebook_path("prepare"))
    schemas: dict[str, Schema] = {}
    lists: dict[str, Mapping[str, CodeList]] = {}
    for resource in recipe.resources:
        source = folder / resource.source.path
        files[f"source/{resource.name}"] = _source_digest(source, resource.source.path)
        schema = workspace.schema(resource.schema)
        files[f"schema/{resource.schema}"] = file_digest(workspace.schema_path(resource.schema))
        schemas[resource.name] = schema
        lists[resource.name] = {
            name: workspace.codes(name, dataset) for name in sorted(_list_names(resource, schema))
        }
        for name in lists[resource.name]:
            files[f"list/{name}"] = file_digest(workspace.list_path(name, dataset))
    for choice in recipe.expectations:
        files[f"suite/{choice.suite}"] = file_digest(workspace.suite_path(choice.suite))
    files |= {f"library/{name}": found for name, found in _versions().items()}
    files["python"] = platform.python_version()
    files["agored"] = _own_files()
    return Inputs(workspace, dataset, recipe, schemas, lists, files)


def _source_digest(source: Path, path: str) -> str:
    if not source.is_file():
        raise SourceError("read.not-a-file" if source.exists() else "read.missing", file=path)
    try:
        return file_digest(source)
    except OSError as error:
        raise SourceError("read.unreadable", file=path, reason=error.strerror or "") from error


NOTE_CODES = "note-codes/1"
"""The list that protection's own code stands in, at hand for every resource."""


def _list_names(resource: ResourceRecipe, schema: Schema) -> set[str]:
    named = {field.codes for field in schema.fields if field.codes}
    looked_up = {operation.list for operation in resource.shape if isinstance(operation, Lookup)}
    return named | looked_up | {NOTE_CODES}


@cache
def _versions() -> Mapping[str, str]:
    found = {}
    for name in JUDGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


@cache
def _own_files() -> str:
    """The hash of Agored's own code, sentences and templates, caches aside."""
    folder = Path(agored.__file__).parent
    return digest(
        canonical(
            {
                path.relative_to(folder).as_posix(): file_digest(path)
                for path in sorted(folder.rglob("*"))
                if path.is_file() and _is_own(path.relative_to(folder))
            }
        )
    )


def _is_own(path: Path) -> bool:
    """Whether a file is Agored's own: no cache of Python's or of a tool, and no schema, suite or notebook."""
    return not any(part in ("__pycache__", "library") or part.startswith(".") for part in path.parts)
