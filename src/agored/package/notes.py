"""``notes.{cy,en}.html``: what a reader must know, as an accessible page that stands by itself in the package."""

from __future__ import annotations

from pathlib import Path

from agored.pages import page
from agored.pages.dataset import Dataset
from agored.pages.told import told
from agored.words import other

_TEMPLATES = Path(__file__).parent / "templates"


def notes_page(dataset: Dataset, language: str) -> bytes:
    """The notes of a package in ``language``, from the package's own files; links are relative to its folder."""
    return page(
        _TEMPLATES,
        "notes.html",
        language,
        **told(dataset, language),
        files="",
        other_page=f"notes.{other(language)}.html",
    )
