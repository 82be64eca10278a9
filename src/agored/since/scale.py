"""The scale on which numbers are compared with their history; ``history`` tells the rule and where it comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from agored.since.series import Middles, median, quantile

FAR = 7.0
"""Median absolute deviations: Tukey's outer fence."""
BEYOND, RARE = 2.0, 0.01
"""How many times farther out than all but this share of the earlier numbers."""
LONG = 5
"""The fewest values of a series that has a history of its own."""
CHANCE = 0.05
"""The least deviation that counts as usual, as a share."""
SMALL_COUNT = 5.0
"""Below this a count is mostly chance."""
MANY = 8
"""The fewest numbers that are compared with each other."""
AMONG_MANY, AMONG_FEW = math.log(5), math.log(10)
"""How much a number of a short series may change, as the logarithm of how many times as much."""
LEVEL = math.log(3)
"""How much a field's usual number may change."""
_NORMAL = 0.6745
"""The median absolute deviation of a normal distribution whose standard deviation is 1."""


@dataclass(frozen=True)
class Numbers:
    """Numbers of one field, nothing where there is none; the series and the period that each belongs to, as
    numbers; and whether it is a count."""

    series: pa.Array
    when: pa.Array
    values: pa.Array
    is_count: pa.Array


class Scale:
    """What is usual, by the numbers published before: each series' level, its median, and what is left of a number
    when its series' and its period's medians are taken from it."""

    def __init__(self, known: Numbers) -> None:
        self._levels = Middles(known.series, known.values)
        sizes = pc.abs(known.values)
        self._sizes = Middles(known.series, sizes)
        self._least = CHANCE * (median(sizes.filter(pc.greater(sizes, 0))) or 1.0)
        on_scale = self._on_scale(known)
        self._medians = Middles(known.series, on_scale)
        rough = self.rough(known)
        self.effects = Middles(known.when, rough)
        left = left_of(rough, effects_of(self.effects, known.when))
        self._spreads = Middles(known.series, left)
        long = pc.greater_equal(self.counts(known), LONG)
        self._usual = median(left.filter(long)) or 0.0
        units = pc.divide(left, self.units(known)).filter(long)
        self.limit = max(FAR, BEYOND * (quantile(units, 1 - RARE) or 0.0))

    def counts(self, given: Numbers) -> pa.Array:
        """How many numbers were published of each one's series."""
        return self._levels.counts(given.series)

    def rough(self, given: Numbers) -> pa.Array:
        """How far numbers on their scale are from their series' median."""
        return pc.subtract(self._on_scale(given), self._medians.medians(given.series))

    def outside(self, given: Numbers) -> pa.Array:
        """How far numbers on their scale are outside the range of their series; below 0 inside it."""
        on_scale = self._on_scale(given)
        least, most = self._medians.ranges(given.series)
        return pc.max_element_wise(pc.subtract(on_scale, most), pc.subtract(least, on_scale))

    def units(self, given: Numbers) -> pa.Array:
        """How much is usually left in each one's series."""
        return pc.max_element_wise(
            self._spreads.medians(given.series), self._usual, CHANCE, self._chance(given)
        )

    def _on_scale(self, given: Numbers) -> pa.Array:
        ratio = pc.divide(given.values, pc.multiply(2.0, self._offsets(given)))
        size = pc.abs(ratio)
        root = pc.sqrt(pc.add(pc.multiply(size, size), 1.0))
        return pc.multiply(pc.sign(ratio), pc.ln(pc.add(size, root)))

    def _offsets(self, given: Numbers) -> pa.Array:
        """``c``: below it, differences count by themselves; above, by shares."""
        own = pc.multiply(self._sizes.medians(given.series), CHANCE)
        offsets = pc.max_element_wise(own, pc.if_else(given.is_count, SMALL_COUNT, 0.0))
        return pc.if_else(pc.greater(offsets, 0), offsets, self._least)

    def _chance(self, given: Numbers) -> pa.Array:
        """The deviation that counts have by chance alone, on their scale; a little more where they are small."""
        level = pc.fill_null(pc.abs(self._levels.medians(given.series)), 0.0)
        offset = self._offsets(given)
        slope = pc.sqrt(pc.add(pc.multiply(pc.multiply(offset, offset), 4.0), pc.multiply(level, level)))
        poisson = pc.divide(pc.multiply(pc.sqrt(pc.add(level, 4.0)), _NORMAL), slope)
        return pc.if_else(given.is_count, poisson, 0.0)


def effects_of(middles: Middles, when: pa.Array) -> pa.Array:
    """What is taken from each number for its period; nothing (0) where too few series are there to tell."""
    enough = pc.greater_equal(middles.counts(when), MANY)
    return pc.if_else(enough, middles.medians(when), 0.0)


def left_of(rough: pa.Array, effects: pa.Array) -> pa.Array:
    """How far numbers are from their series' median, with or without what is taken for their period: the less of
    the two. Who did as usual, and who did as all others, did nothing unusual."""
    return pc.min_element_wise(pc.abs(rough), pc.abs(pc.subtract(rough, effects)))


class Measured:
    """The numbers of a new release on the scale of what was published before."""

    def __init__(self, scale: Scale, new: Numbers) -> None:
        self._scale, self._new = scale, new
        counts = scale.counts(new)
        rough = scale.rough(new)
        self._effects = effects_of(Middles(new.when, rough), new.when)
        self._left = left_of(rough, self._effects)
        self._short = pc.and_(pc.greater(counts, 0), pc.less(counts, LONG))
        units = pc.divide(self._left, scale.units(new))
        beyond_all = pc.greater(pc.min_element_wise(self._left, scale.outside(new)), AMONG_MANY)
        far = pc.or_(pc.greater(units, scale.limit), beyond_all)
        self._far = pc.and_(pc.greater_equal(counts, LONG), far)

    def far(self, candidates: pa.Array) -> pa.Array:
        """Which numbers are far outside; those of short series by what is left of the other ``candidates``."""
        among = self._left.filter(pc.and_(candidates, self._short)).drop_null()
        most = AMONG_FEW if len(among) < MANY else max(FAR * (median(among) or 0.0), AMONG_MANY)
        far = pc.and_(self._short, pc.greater(self._left, most))
        return pc.fill_null(pc.or_(self._far, far), False)

    def other_level(self, candidates: pa.Array) -> bool:
        """Whether what is taken for a period of ``candidates`` is far from what was taken for the periods before."""
        before = pc.abs(self._scale.effects.all_medians(MANY))
        most = max(LEVEL, BEYOND * (quantile(before, 1 - RARE) or 0.0))
        found = pc.greater(pc.abs(self._effects.filter(candidates)), most)
        return bool(pc.any(found).as_py())
