"""What is set up inside a kernel before a notebook's first cell: how errors show.

An ordinary traceback quotes source lines and messages, and messages quote values. So a cell that fails shows the
message of an ``AgoredError`` and nothing else, or, where there is a bug, its class and the places it passed.
"""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Sequence
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any

from agored.errors import AgoredError
from agored.execute.failure import write_failure
from agored.execute.tokens import mask
from agored.words import chosen_language, say

ERROR_FILE = "AGORED_ERROR_FILE"
"""The environment variable by which a command tells its kernel where to record an error."""

PLACE = re.compile(r"(?:cell|[\w./-]+\.py):\d+ [\w<>]+")
"""How a place is written, and nothing else is: ``agored/shape/periods.py:120 parse``."""

_PLACES = 8  # how many of the innermost places of a bug are shown


def quiet(language: str | None = None) -> None:
    """In a kernel: from now on, failing cells show no values. Elsewhere it does nothing."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    shell: Any = get_ipython()
    if shell is None:
        return
    spoken = chosen_language(language)

    def show(
        shell: Any, kind: type[BaseException], error: Exception, trace: TracebackType, tb_offset: Any = None
    ) -> list[str]:
        lines = _lines(error, trace, spoken)
        if isinstance(error, AgoredError) and os.environ.get(ERROR_FILE):
            write_failure(error, Path(os.environ[ERROR_FILE]))
        # The first line stands in for the message, which may hold a value.
        shell._showtraceback(kind, lines[0], lines)
        return lines

    shell.set_custom_exc((Exception,), show)


def _lines(error: Exception, trace: TracebackType, language: str) -> list[str]:
    if isinstance(error, AgoredError):
        return mask(error.message(language)).splitlines()
    return [say("notebook.bug", language, error=type(error).__name__), *places(trace)]


def places(trace: TracebackType) -> Sequence[str]:
    """Where an error passed, outermost first: file in its package, line and function; no text of either."""
    frames = [f"{_file(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    # Before the cell there is only what runs every cell.
    cell = next((place for place, frame in enumerate(frames) if frame.startswith("cell:")), 0)
    return frames[cell:][-_PLACES:]


def _file(name: str) -> str:
    """A file's place in its package or, of anything else, its bare name."""
    parts = PurePath(name).parts
    for root in ("site-packages", "src"):
        if root in parts:
            last = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[last + 1 :])
    return "cell" if any(part.startswith("ipykernel_") for part in parts) else parts[-1]
