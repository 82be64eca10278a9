"""What is known of workbooks: colours by number, ordinary parts, what programs write about themselves."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def known() -> dict[str, Any]:
    """The contents of ``known.json``."""
    facts: dict[str, Any] = json.loads(files(__package__).joinpath("known.json").read_text(encoding="utf-8"))
    return facts
