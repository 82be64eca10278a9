"""Letters that went wrong in what was looked at, and what they likely were: for the officer alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from agored.drafting.body import Body
from agored.drafting.header import Header
from agored.drafting.looking import Looked
from agored.read.mojibake import Repairs, repairs
from agored.table import Column, Table


def letters_gone_wrong(looked: Looked, header: Header | None, body: Body) -> Repairs:
    """The mistaken headings and cells of the records looked at. Their texts are values of cells."""
    headings = header.headings if header else looked.headings or ()
    columns = [
        pa.chunked_array(
            [
                pa.array(
                    [line.cells[column] if column < len(line.cells) else "" for line in body.records],
                    pa.string(),
                )
            ]
        )
        for column in range(len(headings))
    ]
    rows = np.array([line.row for line in body.records], np.int64)
    is_placed = header is not None
    table = Table(
        tuple(
            Column(heading, number if is_placed else None) for number, heading in enumerate(headings, start=1)
        ),
        pa.Table.from_arrays(columns, names=list(headings)),
        pa.chunked_array([pa.array(rows)]),
        before="" if is_placed else "#",
    )
    return repairs(table, header.first if header else None)
