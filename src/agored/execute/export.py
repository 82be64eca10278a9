"""The pages made from an executed notebook: the officer's report, and how the dataset was made, for everybody.

One page a language, from the cells without a language and those tagged ``lang-cy`` or ``lang-en``. Left out are
cells tagged ``lab`` (how to use the notebook) and parameters; for everybody, the cells tagged ``officer`` too.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored.errors import NotebookError
from agored.execute.page import check_page
from agored.execute.parameters import needed, read_notebook
from agored.execute.scrub import IMAGE_TYPES, check_no_secret
from agored.views import HTML_TYPES, Audience
from agored.words import LANGUAGE_NAMES, Bilingual, other, say

if TYPE_CHECKING:
    from nbformat import NotebookNode

_TEMPLATES = Path(__file__).parent / "templates"

_FILES = {Audience.OFFICER: "report.{language}.html", Audience.PUBLIC: "account.{language}.html"}

# Where a path of a machine may begin. Addresses and fractions have something before their first stroke.
_PATH = re.compile(
    r"(?<![\w./:<-])(?:/(?:home|Users|root|tmp|var|private|mnt|media|opt|srv|usr|etc|work|data|Volumes)/\w"
    r"|[A-Za-z]:\\\w|\\\\\w+\\\w|file:///?\w)"
)
_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def file_name(audience: Audience, language: str) -> str:
    """The page's file name: ``report.cy.html``, ``account.en.html``. Each links to the other language's."""
    return _FILES[audience].format(language=language)


def report(
    notebook: Path,
    language: str,
    audience: Audience | str,
    *,
    title: Bilingual,
    public_hashes: Collection[str] = (),
    forbidden: Collection[str] = (),
) -> str:
    """The page for ``audience`` in ``language``, complete in itself; ``title`` is the dataset's.

    Raises NotebookError where a cell for everybody shows what is for the officer alone, where the public page
    would hold an absolute path, a SHA-256 other than ``public_hashes``, or one of ``forbidden`` (a run's id),
    where an image has no text in its place, and where the page would not be safe or accessible.
    """
    audience = Audience(audience)
    executed = read_notebook(notebook)
    executed.cells = [cell for cell in executed.cells if cell.cell_type in ("markdown", "code")]
    _prepare_outputs(executed, notebook.name, language, audience)
    html = _render(executed, _page(language, audience, title), _left_out(language, audience))
    check_page(html, notebook.name, language)
    check_no_secret(html)
    if audience is Audience.PUBLIC:
        _check_public(html, notebook.name, public_hashes, forbidden)
    return html


def _render(notebook: NotebookNode, page: dict[str, Any], left_out: Collection[str]) -> str:
    with needed():
        from nbconvert.exporters import HTMLExporter
        from traitlets.config import Config
    settings = Config()
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_cell_tags = set(left_out)
    settings.HTMLExporter.exclude_anchor_links = True
    exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
        config=settings, template_name="agored", extra_template_basedirs=[str(_TEMPLATES)]
    )
    text, _ = exporter.from_notebook_node(notebook, resources={"page": page})
    return str(text).strip() + "\n"


def _left_out(language: str, audience: Audience) -> Collection[str]:
    tags = {f"lang-{other(language)}", "lab", "parameters", "injected-parameters"}
    return tags | {"officer"} if audience is Audience.PUBLIC else tags


def _page(language: str, audience: Audience, title: Bilingual) -> dict[str, Any]:
    """What the template says apart from the cells."""
    elsewhere = other(language)
    return {
        "language": language,
        "title": say(f"report.{audience}.title", language, title=title[language]),
        "introduction": say(f"report.{audience}.introduction", language),
        "skip": say("report.skip", language),
        "languages": say("report.languages", language),
        "code": say("report.code", language),
        "other": elsewhere,
        "other_name": LANGUAGE_NAMES[elsewhere],
        "other_file": file_name(audience, elsewhere),
        "html_type": HTML_TYPES[language],
        "shows_code": audience is Audience.PUBLIC,
    }


def _prepare_outputs(notebook: NotebookNode, name: str, language: str, audience: Audience) -> None:
    """Keep views and images, give each image its source and its text, and stop at what is not for ``audience``."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        public = audience is Audience.PUBLIC and "officer" not in cell.metadata.get("tags", [])
        outputs = []
        for output in cell.outputs:
            kind = next((kind for kind in IMAGE_TYPES if kind in output.get("data", {})), None)
            if kind is None and HTML_TYPES[language] not in output.get("data", {}):
                continue
            about = output.metadata
            if public and about.get("agored", {}).get("audience") != Audience.PUBLIC:
                raise NotebookError("notebook.private-output", notebook=name, cell=cell.id)
            if kind is not None:
                output["agored"] = {
                    "source": _source(kind, output.data[kind]),
                    "alt": _alternative(about.get(kind, {}).get("alt"), language, name, cell.id),
                }
            outputs.append(output)
        cell.outputs = outputs


def _source(kind: str, data: str) -> str:
    """An image within its page."""
    if kind != "image/svg+xml":
        return f"data:{kind};base64,{''.join(data.split())}"
    import base64

    return f"data:{kind};base64,{base64.b64encode(data.encode()).decode()}"


def _alternative(alt: Any, language: str, name: str, cell: str) -> str:
    """The text in place of an image: one for both languages, or one for each."""
    text = alt.get(language) if isinstance(alt, dict) else alt
    if not isinstance(text, str) or not text.strip():
        raise NotebookError("notebook.image-without-text", notebook=name, cell=cell)
    return text


def _check_public(html: str, name: str, public_hashes: Collection[str], forbidden: Collection[str]) -> None:
    hashes = {known.removeprefix("sha256:") for known in public_hashes}
    if not set(_HASH.findall(html)) <= hashes:
        raise NotebookError("notebook.private-text", notebook=name)
    if _PATH.search(html) or any(text and text in html for text in forbidden):
        raise NotebookError("notebook.private-text", notebook=name)
