"""What the package is made of: one part for each resource of the release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agored.schema import CodeList, Schema
from agored.table import Table


@dataclass(frozen=True)
class ResourcePart:
    """A resource as it is to be published: its release table, the schema derived for it, and the code lists
    that the schema's fields name, by list name (``areas/1``)."""

    name: str
    table: Table
    schema: Schema
    lists: Mapping[str, CodeList]
