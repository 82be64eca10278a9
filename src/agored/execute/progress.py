"""How far a run has come, told where a person watches: on the terminal for a command, in the cell in JupyterLab.

Under a command the kernel writes the latest state into a small file of the command's own, and the command looks
at it; nothing of it enters the notebook.
"""

from __future__ import annotations

import html
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from agored.words import known, say

PROGRESS_FILE = "AGORED_PROGRESS_FILE"
"""The environment variable by which a command tells its kernel where to write."""

_PAUSE = 0.2  # seconds between two looks, and at least between two writes


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` (None when that is not known) of what ``code`` names; facts are text, never values."""

    code: str
    done: int
    total: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """In words: ``Checking: 3 / 10``."""
        name = say(self.code, language, **self.facts) if known(self.code) else self.code
        return f"{name}: {self.done:,}" + ("" if self.total is None else f" / {self.total:,}")


_last = 0.0


def show_progress(progress: Progress, language: str) -> None:
    """From inside a kernel: show ``progress`` to whoever watches. Calls in quick succession are passed over."""
    global _last
    now = time.monotonic()
    if now - _last < _PAUSE and progress.done != progress.total:
        return
    _last = now
    file = os.environ.get(PROGRESS_FILE)
    if file:
        _write(Path(file), progress)
    else:
        _display(progress, language)


def _write(file: Path, progress: Progress) -> None:
    beside = file.with_suffix(".new")
    with suppress(OSError):  # the run matters more than its bar
        beside.write_text(json.dumps(asdict(progress)), encoding="utf-8")
        beside.replace(file)


def _display(progress: Progress, language: str) -> None:
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    shell: Any = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return
    text = html.escape(progress.text(language))
    share = "" if progress.total is None else f' max="{progress.total}" value="{progress.done}"'
    bundle = {
        "text/html": f'<label lang="{language}">{text} <progress{share}></progress></label>',
        "text/plain": progress.text(language),
    }
    # One bar for each time a cell is run: the message that asked for it names it.
    name = shell.kernel.get_parent().get("header", {}).get("msg_id", "")
    again = name in _displayed
    _displayed.add(name)
    shell.display_pub.publish(bundle, transient={"display_id": f"agored-progress-{name}"}, update=again)


_displayed: set[str] = set()


@contextmanager
def watched(file: Path, tell: Callable[[Progress], None] | None) -> Iterator[None]:
    """While the block runs, tell each new state that appears in ``file``."""
    if tell is None:
        yield
        return
    ended = threading.Event()

    def look() -> None:
        before = ""
        while not ended.wait(_PAUSE):
            with suppress(OSError, ValueError, TypeError):
                text = file.read_text(encoding="utf-8")
                if text != before:
                    before = text
                    data: dict[str, Any] = json.loads(text)
                    tell(Progress(**data))

    thread = threading.Thread(target=look, name="agored-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
