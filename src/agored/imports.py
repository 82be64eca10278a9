"""Imports that cost more than they give here."""

from __future__ import annotations

import sys
from typing import Any, cast

_UNUSED = ("rfc3987_syntax", "isoduration")


def without_unused_formats() -> None:
    """Let jsonschema be imported without the libraries for formats that no schema here uses, where none of
    them has been imported yet.

    ``rfc3987_syntax`` builds its grammars at import, which takes 1.5 s of every command and kernel, for ``iri``
    and ``iri-reference``; ``isoduration`` brings a calendar library along, for ``duration``. jsonschema does
    without where they are missing.
    """
    if "jsonschema" not in sys.modules:
        for name in _UNUSED:
            cast(dict[str, Any], sys.modules).setdefault(name, None)
