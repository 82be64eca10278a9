"""Series, which are the records of the same key but for the period (one area, month after month): what their period
is, and the middle of each.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from agored.schema import Schema
from agored.since.fields import key_of
from agored.table import Table

_PERIOD_TYPES = ("year", "yearmonth", "date", "datetime")
_PERIOD = re.compile(r"(1[89]|2[01])\d\d(-(Q[1-4]|\d\d(-\d\d(/P1Y|T\d\d:\d\d:\d\dZ)?)?))?")
"""What shape writes for a period."""


def period_of(schema: Schema, table: Table) -> str | None:
    """The field of the primary key that says when, or None."""
    for name in key_of(schema):
        if name not in table.names or name not in schema.names:
            continue
        field = schema.field(name)
        if field.type in _PERIOD_TYPES:
            return name
        values = table.values(name).unique().to_pylist()
        if field.type == "string" and field.codes is None and values and all(map(_PERIOD.fullmatch, values)):
            return name
    return None


class Middles:
    """The median of each series of some values, and how many values it has; exact, and quick for many series."""

    def __init__(self, series: pa.Array, values: pa.Array) -> None:
        held = values.is_valid()
        table = pa.table({"series": series.filter(held), "value": values.filter(held)})
        table = table.take(pc.sort_indices(table, [("series", "ascending"), ("value", "ascending")]))
        counted = table.group_by("series").aggregate([("value", "count")]).sort_by("series")
        self._series, self._counts = (
            counted["series"].combine_chunks(),
            counted["value_count"].combine_chunks(),
        )
        starts = pc.subtract(pc.cumulative_sum(self._counts), self._counts)
        ordered = table["value"].combine_chunks()
        low = ordered.take(pc.add(starts, pc.divide(pc.subtract(self._counts, 1), 2)))
        high = ordered.take(pc.add(starts, pc.divide(self._counts, 2)))
        self._medians = pc.divide(pc.add(low, high), 2.0)
        self._least = ordered.take(starts)
        self._most = ordered.take(pc.subtract(pc.add(starts, self._counts), 1))

    def medians(self, series: pa.Array) -> pa.Array:
        """The median of the series of each record; nothing where it has no value."""
        return self._medians.take(pc.index_in(series, value_set=self._series))

    def ranges(self, series: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The least and the most of the series of each record; nothing where it has no value."""
        places = pc.index_in(series, value_set=self._series)
        return self._least.take(places), self._most.take(places)

    def all_medians(self, least: int) -> pa.Array:
        """The medians of all series of at least so many values."""
        return self._medians.filter(pc.greater_equal(self._counts, least))

    def counts(self, series: pa.Array) -> pa.Array:
        """How many values the series of each record has."""
        return pc.fill_null(self._counts.take(pc.index_in(series, value_set=self._series)), 0)


def median(values: pa.Array) -> float | None:
    """The median of all values, or None where there is none."""
    return quantile(values, 0.5)


def quantile(values: pa.Array, share: float) -> float | None:
    """The value below which a share of all values lies, or None where there is none."""
    found = pc.quantile(values, q=share, interpolation="linear")
    return None if not len(found) or found[0].as_py() is None else float(found[0].as_py())
