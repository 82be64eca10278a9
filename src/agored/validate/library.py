"""frictionless, made safe: no plugins off the search path, no network, no trust, no warning with a cell in it."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agored.imports import without_unused_formats


class _NoNetwork:
    """What frictionless gets in place of a web session."""

    def get(self, *_: object, **__: object) -> None:
        """Refuse. Raises OSError, which frictionless reports as an error of the descriptor."""
        raise OSError("nothing is fetched while data are checked")


@contextmanager
def guarded() -> Iterator[Any]:
    """The module ``frictionless``, for use inside the ``with``.

    frictionless imports every module on the search path whose name starts with ``frictionless_``, fetches
    what a descriptor points to, and can be told to raise or warn with a cell's text. Here it knows in-memory
    tables and local CSV files only, and keeps errors to itself.
    """
    without_unused_formats()
    import frictionless
    from frictionless.formats.csv import CsvPlugin
    from frictionless.formats.inline import InlinePlugin
    from frictionless.schemes.local import LocalPlugin

    system = frictionless.system
    if tuple(vars(system).get("plugins", ())) != ("csv", "inline", "local"):
        # ``plugins`` and ``methods`` are cached properties: what stands here already is never looked for.
        vars(system)["plugins"] = OrderedDict(csv=CsvPlugin(), inline=InlinePlugin(), local=LocalPlugin())
        vars(system).pop("methods", None)
    with (
        warnings.catch_warnings(),
        system.use_context(trusted=False, onerror="ignore", standards="v2", http_session=_NoNetwork()),
    ):
        # They are about the schema's own patterns and the library's own code; nobody here could act on them.
        warnings.simplefilter("ignore")
        yield frictionless
