"""A made-up catalogue, for the tests of its pages: three datasets, one of which has three releases."""

from __future__ import annotations

import shutil
from pathlib import Path

import package_made as made

from agored.recipe import Recipe
from agored.site import SiteSettings
from agored.words import Bilingual

SETTINGS = SiteSettings(
    "https://data.example.wales", Bilingual("Data agored", "Open data"), "data@cyngor.example.wales"
)
# By the Welsh alphabet Lorïau comes before Llochesi (l, then ll), by the English one after it.
SHELTERS = made.recipe("llochesi", Bilingual("Llochesi", "Shelters"))
LORRIES = made.recipe("loriau", Bilingual("Lorïau", "Lorries"))
SLEEPERS = made.recipe()


def publish(
    portal: Path,
    recipe: Recipe,
    issued: str,
    previous: str | None = None,
    count: str = "10",
    kind: str = "routine",
) -> str:
    """Put a release of ``recipe`` on the portal as its newest; its name."""
    folder = portal / "data" / recipe.identity
    folder.mkdir(parents=True, exist_ok=True)
    name = made.release(folder, issued, previous, recipe, count, kind)
    shutil.rmtree(folder / "latest", ignore_errors=True)
    shutil.copytree(folder / name, folder / "latest")
    return name


def catalogue(portal: Path) -> list[str]:
    """A whole catalogue's data in ``portal``; the releases of rough sleepers, the first one first."""
    first = publish(portal, SLEEPERS, "2026-02-03", None, "10")
    second = publish(portal, SLEEPERS, "2026-02-03", first, "11", "correction")
    third = publish(portal, SLEEPERS, "2026-03-04", second, "12", "revision")
    publish(portal, SHELTERS, "2026-03-01")
    publish(portal, LORRIES, "2026-03-02")
    return [first, second, third]
