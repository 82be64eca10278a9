"""The one exception of this folder: it never leaves it."""

from __future__ import annotations


class Unreadable(Exception):
    """A part of a workbook that cannot be looked into: damaged, locked, too large, or not what it says."""
