"""Putting a new folder into the place of an old one, so that whoever looks always finds one of the two."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD of Linux: names count from the current folder
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2(2), and RENAME_SWAP of macOS's renamex_np(2)


def put_in_place(new: Path, place: Path) -> None:
    """Move the folder ``new`` to ``place``; what stood there goes.

    Where the system can exchange two names, there is no moment without a folder in ``place``. Elsewhere there
    is one, between two moves; after a crash in it ``recover`` puts the old folder back.
    """
    if not place.exists():
        new.rename(place)
    elif _exchanged(new, place):
        shutil.rmtree(new)
    else:
        old = _old(place)
        shutil.rmtree(old, ignore_errors=True)
        place.rename(old)
        new.rename(place)
        shutil.rmtree(old)


def recover(place: Path) -> None:
    """Undo what a crash in ``put_in_place`` left half done."""
    old = _old(place)
    if old.exists() and not place.exists():
        old.rename(place)


def _old(place: Path) -> Path:
    return place.with_name(f".{place.name}.old")


def _exchanged(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; tells whether the system and the disk can."""
    names = os.fsencode(first), os.fsencode(second)
    try:
        system = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return bool(system.renamex_np(*names, _EXCHANGE) == 0)
        return bool(system.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):
        return False
