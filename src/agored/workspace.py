"""The workspace: ``agored.toml``, and where datasets, schemas, lists, suites, notebooks, runs and releases are.

A workspace's own schemas, lists and suites come before those that Agored ships; its own notebooks are used
only when ``agored.toml`` says so.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from agored.errors import RecipeError
from agored.recipe import Recipe
from agored.recipe_yaml import NAME, read_recipe
from agored.schema import CodeList, Schema, read_codes, read_schema
from agored.words import LANGUAGES, Bilingual

WORKSPACE_FORMAT = 1
SETTINGS = "agored.toml"
PORTAL_KINDS = ("folder", "ckan")


@dataclass(frozen=True)
class Portal:
    """Where to publish: ``folder`` is the built-in catalogue in ``path``, ``ckan`` a CKAN at ``url``.

    The token of a CKAN is never here: it comes from the environment, by the name ``token_variable``.
    """

    name: str
    kind: str
    url: str
    path: Path | None = None
    organization: str | None = None

    @property
    def token_variable(self) -> str:
        """The environment variable that holds this portal's token."""
        return "AGORED_TOKEN_" + self.name.upper().replace("-", "_")


@dataclass(frozen=True)
class Workspace:
    """A folder of datasets with its settings."""

    folder: Path
    language: str | None = None
    title: Bilingual = Bilingual("Data agored", "Open data")
    contact: str | None = None
    portals: Mapping[str, Portal] = field(default_factory=dict)
    notebooks: Path | None = None

    def dataset_folder(self, name: str) -> Path:
        """The folder of the dataset called ``name``. Raises RecipeError where there is none."""
        folder = self.folder / "datasets" / name
        if name in self.datasets():
            return folder
        near = get_close_matches(name, self.datasets(), n=1)
        raise RecipeError(
            "workspace.no-dataset-near" if near else "workspace.no-dataset",
            dataset=name,
            near="".join(near),
            datasets=", ".join(self.datasets()) or "-",
        )

    def datasets(self) -> tuple[str, ...]:
        """The names of all datasets: the folders of ``datasets/`` that hold a recipe."""
        return tuple(sorted(path.parent.name for path in self.folder.glob("datasets/*/dataset.yaml")))

    def recipe(self, dataset: str) -> Recipe:
        """The recipe of a dataset; its portals are checked against the settings."""
        recipe = read_recipe(self.dataset_folder(dataset) / "dataset.yaml")
        for name in recipe.portals:
            self.portal(name)
        return recipe

    def portal(self, name: str) -> Portal:
        """The portal called ``name``. Raises RecipeError where the settings have none."""
        if name not in self.portals:
            raise RecipeError("workspace.no-portal", portal=name, portals=", ".join(self.portals) or "-")
        return self.portals[name]

    def runs(self, recipe: Recipe) -> Path:
        """Where a dataset's runs are."""
        return self.folder / "runs" / recipe.organization / recipe.name

    def releases(self, recipe: Recipe) -> Path:
        """Where a dataset's releases are kept."""
        return self.folder / "releases" / recipe.organization / recipe.name

    def schema_path(self, name: str) -> Path:
        """The file of the schema ``<type>/<version>``."""
        return self._find("schemas", f"{name}.json", "workspace.no-schema", name)

    def schema(self, name: str) -> Schema:
        """The schema ``<type>/<version>``."""
        return read_schema(self.schema_path(name), name)

    def list_path(self, name: str, dataset: str) -> Path:
        """The file of the code list ``<name>/<version>``: the dataset's own first."""
        own = self.dataset_folder(dataset) / "lists" / f"{name}.csv"
        return own if own.is_file() else self._find("schemas", f"lists/{name}.csv", "workspace.no-list", name)

    def codes(self, name: str, dataset: str) -> CodeList:
        """The code list ``<name>/<version>``."""
        return read_codes(self.list_path(name, dataset), name)

    def suite_path(self, name: str) -> Path:
        """The file of the expectation suite ``name``."""
        return self._find("expectations", f"{name}.json", "workspace.no-suite", name)

    def notebook_path(self, name: str) -> Path:
        """The notebook ``name``: the workspace's own where its settings say so, else Agored's."""
        if self.notebooks is not None and (self.notebooks / f"{name}.ipynb").is_file():
            return self.notebooks / f"{name}.ipynb"
        return library() / "notebooks" / f"{name}.ipynb"

    def _find(self, kind: str, path: str, code: str, name: str) -> Path:
        for base in (self.folder / kind, library() / kind):
            file = base / path
            if file.is_file() and file.resolve().is_relative_to(base.resolve()):
                return file
        raise RecipeError(code, name=name, path=f"{kind}/{path}")


@cache
def library() -> Path:
    """The folder with the schemas, suites and notebooks that Agored ships.

    In a wheel they are inside the package; in the source tree and an editable install, at the tree's root.
    """
    package = Path(__file__).resolve().parent
    shipped = package / "library"
    return shipped if shipped.is_dir() else package.parents[1]


def open_workspace(folder: Path | str | None = None) -> Workspace:
    """The workspace at ``folder``, else at AGORED_WORKSPACE, else the nearest above the current folder.

    Raises RecipeError where there is no ``agored.toml``, or naming what is wrong in it.
    """
    named = folder or os.environ.get("AGORED_WORKSPACE")
    start = Path(named or ".").absolute()
    if not named:
        start = next((path for path in (start, *start.parents) if (path / SETTINGS).is_file()), start)
    if not (start / SETTINGS).is_file():
        raise RecipeError("workspace.none", folder=start.name or str(start))
    try:
        data = tomllib.loads((start / SETTINGS).read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError("strict.unreadable", file=SETTINGS, reason=error.strerror or "") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RecipeError("strict.not-utf-8", file=SETTINGS, line=str(line)) from None
    except tomllib.TOMLDecodeError as error:
        # Its message is English; what it says of the place is all that is passed on.
        place = re.search(r"line (\d+)", str(error))
        raise RecipeError("workspace.not-toml", line=place[1] if place else "-") from None
    return _workspace(start, data)


def _workspace(folder: Path, data: dict[str, Any]) -> Workspace:
    faults: list[RecipeError] = []

    def refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in known:
                faults.append(
                    RecipeError("workspace.unknown", key=key, section=where, known=", ".join(known))
                )

    def text(table: Mapping[str, Any], key: str, where: str, required: bool = False) -> str | None:
        value = table.get(key)
        if isinstance(value, str) and value:
            return value
        if value is not None or required:
            faults.append(RecipeError("workspace.text", key=key, section=where))
        return None

    refuse_unknown(data, ("agored", "language", "title", "contact", "notebooks", "portals"), SETTINGS)
    if data.get("agored") != WORKSPACE_FORMAT:
        faults.append(RecipeError("workspace.format", known=str(WORKSPACE_FORMAT)))
    language = text(data, "language", SETTINGS)
    if language is not None and language not in LANGUAGES:
        faults.append(RecipeError("workspace.language"))
    title = data.get("title", Workspace.title.to_json())
    if not (
        isinstance(title, dict)
        and set(title) == set(LANGUAGES)
        and all(isinstance(text, str) and text.strip() for text in title.values())
    ):
        faults.append(RecipeError("workspace.title"))
    portals: dict[str, Portal] = {}
    tables = data.get("portals", {})
    if not isinstance(tables, dict):
        faults.append(RecipeError("workspace.portals", section="portals"))
        tables = {}
    for name, table in tables.items():
        where = f"portals.{name}"
        if not isinstance(table, dict):
            faults.append(RecipeError("workspace.portals", section=where))
            continue
        if not valid_name(name):
            faults.append(RecipeError("workspace.portal-name", section=where))
        refuse_unknown(table, ("kind", "path", "url", "organization"), where)
        kind = text(table, "kind", where, required=True)
        url = text(table, "url", where, required=True) or ""
        path = text(table, "path", where, required=kind == "folder")
        if kind is not None and kind not in PORTAL_KINDS:
            faults.append(RecipeError("workspace.kind", section=where, allowed=", ".join(PORTAL_KINDS)))
        if not url.startswith(("https://", "http://")) or "@" in url:
            faults.append(RecipeError("workspace.url", section=where))
        portals[name] = Portal(
            name=name,
            kind=kind or "folder",
            url=url.rstrip("/") + "/",
            path=folder / path if path else None,
            organization=text(table, "organization", where),
        )
    notebooks, contact = text(data, "notebooks", SETTINGS), text(data, "contact", SETTINGS)
    if faults:
        raise RecipeError("workspace.faults", tuple(faults))
    return Workspace(
        folder=folder,
        language=language,
        title=Bilingual(title["cy"], title["en"]),
        contact=contact,
        portals=portals,
        notebooks=folder / notebooks if notebooks else None,
    )


def valid_name(name: str) -> bool:
    """Whether ``name`` can be a dataset's folder and name."""
    return re.fullmatch(NAME, name) is not None
