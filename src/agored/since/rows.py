"""Records and cells that changed: what was added, what is gone, and what reads otherwise in what stayed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from agored.schema import Field, Schema
from agored.since.fields import Same
from agored.since.match import Pairs, in_one_only
from agored.since.numbers import same_number
from agored.since.record import Cells, Rows
from agored.table import Table

NUMBERS = ("integer", "number")
NOTE = "_note"
"""What the name of the field ends in that holds another one's notes."""


def changed_rows(
    before: Table, now: Table, same: Sequence[Same], key: Sequence[str], pairs: Pairs | None, schema: Schema
) -> tuple[Rows, tuple[Cells, ...]]:
    """The records and, by field, the cells that changed; ``schema`` is the one of now."""
    common = [(each.before, each.now) for each in same]
    common = [(old, new) for old, new in common if old in before.names and new in now.names]
    if pairs is None:
        gone, added = in_one_only(before, now, common)
        return Rows(len(before), len(now), added, gone, None, ()), ()
    cells: list[Cells] = []
    changed = pa.repeat(pa.scalar(False), len(pairs))
    for old, new in common:
        first, second = _taken(before, old, pairs.before), _taken(now, new, pairs.now)
        differs = pc.not_equal(first, second)
        if not pc.any(differs).as_py():
            continue
        changed = pc.or_(changed, differs)
        notes = [
            _taken(table, f"{name}{NOTE}", places).filter(differs)
            if f"{name}{NOTE}" in table.names
            else pa.repeat(pa.scalar(""), pc.sum(differs).as_py())
            for table, name, places in ((before, old, pairs.before), (now, new, pairs.now))
        ]
        cells.append(_cells(schema.field(new), first.filter(differs), second.filter(differs), *notes))
    rows = Rows(
        before=len(before),
        now=len(now),
        added=len(now) - len(pairs),
        gone=len(before) - len(pairs),
        changed=int(pc.sum(changed).as_py() or 0),
        key=tuple(key),
    )
    return rows, tuple(_ordered(cells, schema))


def _taken(table: Table, name: str, places: pa.Array) -> pa.Array:
    taken = table.values(name).take(places)
    return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken


def _ordered(cells: Sequence[Cells], schema: Schema) -> Iterator[Cells]:
    for name in schema.names:
        yield from (each for each in cells if each.field == name)


def _cells(field: Field, before: pa.Array, now: pa.Array, note_before: pa.Array, note_now: pa.Array) -> Cells:
    """The kinds of change of a field's cells, of which none is as it was."""
    was_blank, is_blank = pc.equal(before, ""), pc.equal(now, "")
    is_measure = field.role == "measure"
    withheld = pc.and_(is_blank, pc.and_(pc.not_equal(note_now, ""), is_measure))
    given = pc.and_(was_blank, pc.and_(pc.not_equal(note_before, ""), is_measure))
    rewritten = same_number(before, now) if field.type in NUMBERS else pa.repeat(pa.scalar(False), len(now))
    counts = {
        "withheld": withheld,
        "given": given,
        "emptied": pc.and_not(is_blank, withheld),
        "filled": pc.and_not(was_blank, given),
        "rewritten": rewritten,
    }
    told = {kind: int(pc.sum(which).as_py() or 0) for kind, which in counts.items()}
    return Cells(field.name, field.title, value=len(now) - sum(told.values()), **told)
