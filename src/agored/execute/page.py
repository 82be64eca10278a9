"""What must be true of every page that is made of a notebook: it asks for nothing, runs nothing, and can be read
by everybody (the checks of WCAG 2.2 that a program can make in the source)."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise

from agored.errors import NotebookError

_REFUSED = frozenset(
    {"script", "iframe", "frame", "object", "embed", "applet", "link", "base", "form", "input", "button"}
    | {"audio", "video", "source", "svg", "math"}
)
_LOADED = ("src", "srcset", "poster", "background", "data", "action", "formaction", "xlink:href")


def check_page(html: str, notebook: str, language: str) -> None:
    """Raise NotebookError naming what is wrong with the page made of ``notebook``."""
    page = _Page()
    page.feed(html)
    page.close()
    problems = page.problems
    if page.language != language:
        problems.append("lang")
    if page.headings[:1] != [1] or page.headings.count(1) != 1:
        problems.append("h1")
    if any(deeper > before + 1 for before, deeper in pairwise(page.headings)):
        problems.append("h2–h6")
    if problems:
        raise NotebookError(
            "notebook.page", notebook=notebook, problems=", ".join(dict.fromkeys(map(str, problems)))
        )


class _Page(HTMLParser):
    """Reads a page and notes what is wrong, by the names of its elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.headings: list[int] = []
        self.language = ""
        self._captions: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag in _REFUSED:
            self.problems.append(f"<{tag}>")
        self._attributes(tag, attrs)
        if tag == "html":
            self.language = about.get("lang") or ""
        elif tag == "img" and not (about.get("alt") or "").strip():
            self.problems.append("<img> alt")
        elif tag == "th" and about.get("scope") not in ("row", "col", "rowgroup", "colgroup"):
            self.problems.append("<th> scope")
        elif tag == "meta" and (about.get("http-equiv") or "").lower() == "refresh":
            self.problems.append("<meta> refresh")
        elif tag == "table":
            self._captions.append(False)
        elif tag == "caption" and self._captions:
            self._captions[-1] = True
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._captions and not self._captions.pop():
            self.problems.append("<caption>")

    def _attributes(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            text = (value or "").strip().lower()
            loads = name in _LOADED and not text.startswith("data:image/")
            if loads or name.startswith("on") or text.startswith("javascript:") or "url(" in text:
                self.problems.append(f"<{tag}> {name}")
