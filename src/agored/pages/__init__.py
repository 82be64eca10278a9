"""Pages for citizens: one base, one style, one way to make HTML, for the package's notes and the catalogue.

A page is a Jinja template that extends ``base.html``. Every text is escaped; every sentence comes from
``words``. A page makes no request to any host, works without JavaScript, and says in which language it is and
where its other language stands.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored.words import LANGUAGE_NAMES, date_text, number_text, other, say, size_text

if TYPE_CHECKING:
    from jinja2 import Environment

_SHARED = Path(__file__).parent / "templates"


def page(templates: Path, name: str, language: str, /, **facts: Any) -> bytes:
    """The page that template ``name`` of the folder ``templates`` makes in ``language``, in UTF-8.

    Beside ``facts`` a template has ``language``, ``other``, ``language_names``, ``say(code, **facts)``, the
    writers ``date``, ``number`` and ``size``, and the filter ``paragraphs``.
    """
    text = (
        _environment(templates)
        .get_template(name)
        .render(
            language=language,
            other=other(language),
            say=partial(_say, language),
            **_writers(language),
            **facts,
        )
    )
    # Blank lines come from the templates' own marks and mean nothing.
    return (re.sub(r"\n\s*\n", "\n", text).strip() + "\n").encode()


def _say(language: str, code: str, /, **facts: str) -> str:
    return say(code, language, **facts)


def _writers(language: str) -> dict[str, Callable[..., str]]:
    return {
        "date": partial(_flipped, date_text, language),
        "number": partial(_flipped, number_text, language),
        "size": partial(_flipped, size_text, language),
    }


def _flipped(write: Callable[[Any, str], str], language: str, value: Any) -> str:
    return write(value, language)


@cache
def _environment(templates: Path) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([templates, _SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (_SHARED / "style.css").read_text(encoding="utf-8")
    environment.globals.update(style=style, style_hash=_source_hash(style), language_names=LANGUAGE_NAMES)
    environment.filters["paragraphs"] = paragraphs
    return environment


def _source_hash(style: str) -> str:
    """The style's hash as a Content Security Policy names it, so that a page allows no other style."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def paragraphs(text: str) -> list[str]:
    """A text's paragraphs: what blank lines part."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
