"""Numbers far outside their history: a written rule, so that it can be argued with.

**Which numbers.** In fields that measure (whole numbers and numbers), in tables with a primary key: those that
are new since the last release, or changed. **Their history** is what was published before of the same series:
the same key but for the period. Where the last release holds fewer than five periods, or no period at all,
earlier releases are read as well, up to twelve.

**The scale.** Numbers of councils range over orders of size and change by shares, so they are compared as
``asinh(y / 2c)``: near 0 it is the number itself, farther out its logarithm, and it knows 0 and negatives
(Burbidge, Magee and Robb, 1988). ``c`` is a twentieth of the series' usual size; for counts at least 5, below which
a count is mostly chance.

**What all do together.** From each number on its scale its series' median is taken, and then its period's: the
median of what is left over all series of the same measure in that period (one round of median polish: Tukey,
Exploratory Data Analysis, 1977). A season, a trend or a closure that all series share is gone by then. With fewer
than eight series in a period nothing is taken for it. Of the distance before and after that the less counts: who did
as usual, and who did as all others, did nothing unusual.

**Long series** (five values or more). How far out a number is: what is left of it, in units of what is usually left
in its series (the median absolute deviation, which a few wild values do not move). The unit is never less than the
one that is usual in the whole field, nor than what chance alone gives: 5 %, and for counts the deviation of a Poisson
count. A number is far outside when it is more than 7 units out, which for a symmetric series is Tukey's outer fence
(three interquartile ranges beyond the quartiles, "far out" in the same book). And it must be twice as far out as all
but one in a hundred of the field's earlier numbers: what happens there now and then does not alarm. In any case it is
far outside when it is five times as much as ever in its series, or a fifth, and the others did not move with it.

**Short series.** What is left of a number is compared with what is left of the field's other new numbers. It is far
outside when it is more than 7 of their median absolute deviations out, and at least five times as much or a fifth;
with fewer than eight of them, ten times or a tenth.

**The whole field.** Its level is told when what is taken for a period that has new numbers is three times as much, or
a third, and twice as far out as all but one in a hundred of the periods before; where there is no primary key, when
the median of the field's numbers is three times as much or a third: a unit may have changed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from agored.parts import ResourcePart
from agored.schema import Field
from agored.since.fields import Same, key_of
from agored.since.match import Pairs, identities
from agored.since.numbers import numbers
from agored.since.rows import NUMBERS
from agored.since.scale import LEVEL, LONG, Measured, Numbers, Scale
from agored.since.series import median, period_of

ENOUGH = 20
"""The fewest numbers of which a field's level is told where there is no primary key."""
RELEASES = 12
"""How many releases are read at most."""
_WHEN = "\0when"
"""The column that says in which period, or which release, a number was published; no field has its name."""


@dataclass(frozen=True)
class Unusual:
    """What is unusual in ``field``: the places of records (0 is the first), of ``looked_at`` numbers; or, without
    places, the level of the whole field."""

    field: str
    places: tuple[int, ...]
    looked_at: int


def needs_earlier(before: ResourcePart) -> bool:
    """Whether the last release alone gives too short a history."""
    period = period_of(before.schema, before.table)
    return bool(key_of(before.schema)) and (
        period is None or len(before.table.values(period).unique()) < LONG
    )


def unusual(
    history: Sequence[ResourcePart], now: ResourcePart, same: Sequence[Same], pairs: Pairs | None
) -> Iterator[Unusual]:
    """The numbers of ``now`` that are far outside ``history``: what was released before it, the last one first.

    ``same`` and ``pairs`` tell which fields and records of the last release are still there. A field of another
    type has no history.
    """
    names = {each.now: each.before for each in same}
    for field in now.schema.fields:
        old = names.get(field.name)
        if field.role != "measure" or old not in history[0].table.names or field.name not in now.table.names:
            continue
        if field.type not in NUMBERS or history[0].schema.field(old).type not in NUMBERS:
            continue
        if pairs is None:
            yield from _other_level(history[0].table.values(old), now.table.values(field.name), field.name)
        else:
            yield from _far_outside(history, now, field, names, pairs)


def _other_level(before: pa.ChunkedArray, now: pa.ChunkedArray, field: str) -> Iterator[Unusual]:
    """Whether the usual size of a field's numbers, 0 aside, is another one than before."""
    sizes = [pc.abs(numbers(each)) for each in (before, now)]
    old, new = (each.filter(pc.greater(each, 0)) for each in sizes)
    if len(old) >= ENOUGH and len(new) >= ENOUGH:
        change = math.log((median(new) or 1) / (median(old) or 1))
        if abs(change) >= LEVEL:
            yield Unusual(field, (), len(new))


def _far_outside(
    history: Sequence[ResourcePart], now: ResourcePart, field: Field, names: Mapping[str, str], pairs: Pairs
) -> Iterator[Unusual]:
    """The numbers of one field that are far outside, by their places, and whether the field's level is another."""
    values = numbers(now.table.values(field.name))
    before = numbers(history[0].table.values(names[field.name]))
    candidates = _new_numbers(values, before, pairs)
    if not pc.any(candidates).as_py():
        return
    period = period_of(now.schema, now.table)
    told = [name for name in dict.fromkeys((*key_of(now.schema), field.measures_by)) if name]
    if not all(name in now.table.names and names.get(name) in history[0].table.names for name in told):
        return
    past = _past(history, told, period, field.name, names)
    current = pa.table({name: now.table.values(name) for name in told})
    current = current.append_column(_WHEN, current[period] if period else pa.repeat("", len(current)))
    past_series, now_series = _together(past, current, [name for name in told if name != period])
    past_when, now_when = _together(past, current, [_WHEN, *filter(None, [field.measures_by])])
    known = Numbers(past_series, past_when, numbers(past[field.name]), _is_count(field, past))
    new = Numbers(now_series, now_when, values, _is_count(field, current))
    measured = Measured(Scale(known), new)
    places = pc.indices_nonzero(pc.and_(candidates, measured.far(candidates))).to_pylist()
    looked_at = int(pc.sum(candidates).as_py())
    if places:
        yield Unusual(field.name, tuple(places), looked_at)
    if measured.other_level(candidates):
        yield Unusual(field.name, (), looked_at)


def _new_numbers(values: pa.Array, before: pa.Array, pairs: Pairs) -> pa.Array:
    """Which records hold a number that the last release did not hold there."""
    places = pc.index_in(pa.array(range(len(values)), pa.int64()), value_set=pairs.now)
    was = before.take(pairs.before).take(places)
    return pc.and_(values.is_valid(), pc.fill_null(pc.not_equal(values, was), True))


def _past(
    history: Sequence[ResourcePart],
    told: Sequence[str],
    period: str | None,
    value: str,
    names: Mapping[str, str],
) -> pa.Table:
    """What was published of one field, under the names of now, and when: of each record what was published last,
    or, where there is no period, what each release published.

    Earlier releases are read as long as they have the same key.
    """
    wanted = {name: names[name] for name in (*told, value)}
    tables = []
    for number, part in enumerate(history):
        if not set(wanted.values()) <= set(part.table.names) or key_of(part.schema) != key_of(
            history[0].schema
        ):
            break
        table = pa.table({new: part.table.values(old) for new, old in wanted.items()})
        when = table[period] if period else pa.repeat(f"-{number}", len(table))
        tables.append(table.append_column(_WHEN, when))
    past = pa.concat_tables(tables)
    if period is None or len(tables) == 1:
        return past
    (records,) = identities([past[name] for name in told])
    return past.take(pc.index_in(pc.unique(records), value_set=records))


def _together(past: pa.Table, now: pa.Table, names: Sequence[str]) -> tuple[pa.Array, ...]:
    """For each record of both tables, those that it belongs with: equal in the fields named; without any, all."""
    if not names:
        return tuple(pa.repeat(pa.scalar(0, pa.int64()), len(table)) for table in (past, now))
    return identities(*([table[name] for name in names] for table in (past, now)))


def _is_count(field: Field, table: pa.Table) -> pa.Array:
    """Which records of ``table`` hold a count in ``field``."""
    if field.measures_by and field.measures_of:
        counts = pa.array([code for code, what in field.measures_of.items() if what == "count"], pa.string())
        return pc.is_in(table[field.measures_by], value_set=counts).combine_chunks()
    is_count = field.measures == "count" or (field.measures is None and field.type == "integer")
    return pa.repeat(pa.scalar(is_count), len(table))
