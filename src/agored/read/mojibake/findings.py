"""Letters that went wrong as findings: how they did, where, how often; never what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.read.blocks import NOWHERE, Numbers
from agored.read.mojibake.suspects import MistakenCells, mistaken_cells
from agored.read.mojibake.texts import Fault
from agored.table import Table, letters

_KINDS: Mapping[str, tuple[str, Severity]] = {
    "lost": ("read.mojibake-lost", Severity.ADVISORY),
    "twice": ("read.mojibake-twice", Severity.ADVISORY),
    "encoding": ("read.mojibake-encoding", Severity.ADVISORY),
    "entities": ("read.mojibake-entities", Severity.ADVISORY),
}
"""The code of each kind of fault, and how bad it is: a person can accept that what is lost is lost for good."""


@dataclass
class _Found:
    """Where one fault was met: in how many cells, and at which places (row, column) the first of them are."""

    count: int = 0
    places: Numbers = field(default_factory=lambda: NOWHERE)

    def add(self, table: Table, cells: MistakenCells, heading_row: int | None) -> None:
        self.count += cells.count
        if cells.indices is None:
            if heading_row is None:
                return
            rows = np.array([heading_row])
        else:
            rows = np.array([table.row(int(index)) for index in cells.indices[:EXAMPLES]])
        column = table.columns[cells.column].source or 0
        places = np.concatenate([self.places, np.stack([rows, np.full(len(rows), column)], axis=1)])
        self.places = places[np.lexsort((places[:, 1], places[:, 0]))][: EXAMPLES * EXAMPLES]


def mojibake_findings(table: Table, resource: str, heading_row: int | None = None) -> list[Finding]:
    """A finding for each way in which letters of ``table`` went wrong.

    ``heading_row`` is the row in which its headings stand, None where they stand in no row. The findings hold no
    text of the table: ``repairs`` gives that.
    """
    found: dict[Fault, _Found] = {}
    for cells in mistaken_cells(table):
        for fault in cells.mistaken.faults:
            found.setdefault(fault, _Found()).add(table, cells, heading_row)
    total = (len(table) + 1) * len(table.columns)
    return [
        _finding(fault, found[fault], table, resource, total)
        for fault in sorted(found, key=lambda fault: (fault.kind, fault.written, fault.read))
    ]


def _finding(fault: Fault, found: _Found, table: Table, resource: str, total: int) -> Finding:
    rows = tuple(dict.fromkeys(found.places[:, 0].tolist()))[:EXAMPLES]
    place = None
    if rows:
        row, column = found.places[0].tolist()
        place = f"{table.before}{letters(column)}{row}"
    detail = {"written": fault.written, "read_as": fault.read} if fault.written else {}
    code, severity = _KINDS[fault.kind]
    return Finding(
        code,
        severity,
        Stage.READ,
        resource,
        place=place,
        rows=rows,
        count=found.count,
        total=total,
        detail=detail,
    )
