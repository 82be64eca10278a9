"""Imports that cost more than they give here."""

from __future__ import annotations

import sys
from typing import Any, cast


def without_iri_grammar() -> None:
    """Let jsonschema be imported without ``rfc3987_syntax``, where neither has been imported yet.

    That library builds its grammars at import, which takes 1.5 s of every command and kernel, for the formats
    ``iri`` and ``iri-reference``. No schema here uses them, and jsonschema does without where it is missing.
    """
    if "jsonschema" not in sys.modules:
        cast(dict[str, Any], sys.modules).setdefault("rfc3987_syntax", None)
