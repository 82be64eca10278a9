"""The operations of the recipe, each checked against the table that it meets.

An operation that cannot be done leaves a blocking finding and the table as it was; the fields that it would
have made count as absent, and later operations on those keep quiet, so that one mistake is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from agored import recipe
from agored.findings import Finding, Severity, Stage
from agored.periods import period_reader
from agored.places import finding_at
from agored.recipe import ResourceRecipe
from agored.schema import CodeList
from agored.shape.cells import NumberReader, split_markers
from agored.table import Column, Table, each_distinct, indices, text_array
from agored.words import Bilingual


@dataclass(frozen=True)
class Step:
    """What one operation did, for the public record: the rule, the field, and how many cells or records it
    covered; ``reason`` is the recipe's own."""

    rule: str
    field: str | None = None
    cells: int | None = None
    records: int | None = None
    reason: Bilingual | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain data, without what does not apply."""
        entries = {"rule": self.rule, "field": self.field, "cells": self.cells, "records": self.records}
        data: dict[str, Any] = {key: value for key, value in entries.items() if value is not None}
        return data | ({"reason": self.reason.to_json()} if self.reason else {})


@dataclass(frozen=True)
class Shaped:
    """What shape gives: the tidy table, findings, and the steps done."""

    table: Table
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]


@dataclass
class _Bench:
    """Where the work lies: the lists at hand, what was found and done so far, and the fields that failed."""

    resource: str
    lists: Mapping[str, CodeList]
    findings: list[Finding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)

    def block(self, code: str, /, field: str | None = None, place: str | None = None, **detail: str) -> None:
        finding = Finding(
            code, Severity.BLOCKING, Stage.SHAPE, self.resource, field=field, place=place, detail=detail
        )
        if finding not in self.findings:
            self.findings.append(finding)

    def block_at(
        self, table: Table, where: Sequence[int], code: str, field: str | None, **detail: str
    ) -> None:
        if where:
            told = _known(table, {field or ""})  # the operation names it, so a message may
            self.findings.append(
                finding_at(told, where, code, Severity.BLOCKING, Stage.SHAPE, self.resource, field, detail)
            )

    def has(self, table: Table, names: Sequence[str], operation: str) -> bool:
        """Whether the table has each of ``names`` once; what is missing is told, unless an earlier failure took
        it, and what stands there more than once is told, since it is not certain which is meant."""
        missing = [name for name in names if table.names.count(name) != 1]
        for name in missing:
            if name in table.names:
                self.block("shape.heading-several", field=name, heading=name)
            elif name not in self.absent:
                near = get_close_matches(name, [column.name for column in table.columns if column.known], n=1)
                code = "shape.no-field-near" if near else "shape.no-field"
                self.block(code, field=name, operation=operation, near="".join(near))
        return not missing

    def did(self, rule: str, **facts: Any) -> None:
        self.steps.append(Step(rule, **facts))


def shape(
    table: Table, resource: ResourceRecipe, names: Sequence[str], lists: Mapping[str, CodeList]
) -> Shaped:
    """The tidy table: ``names`` are the schema's fields, by which columns count as known; ``lists`` holds the
    code lists that the operations name."""
    bench = _Bench(resource.name, lists)
    for operation in resource.shape:
        table = _OPERATIONS[type(operation)](table, operation, bench)
    table = _without_empty_columns(table)
    table = _ordered(_known(table, set(names)), names)
    _check_headings(table, bench)
    return Shaped(table, tuple(bench.findings), tuple(bench.steps))


def _known(table: Table, names: set[str]) -> Table:
    return table.renamed(
        [replace(column, known=column.known or column.name in names) for column in table.columns]
    )


def _ordered(table: Table, names: Sequence[str]) -> Table:
    """The schema's fields in its order, then whatever else there is; a table with twin headings as it is."""
    if len(set(table.names)) < len(table.names):
        return table
    first = [name for name in names if name in table.names]
    return table.select([*first, *(name for name in table.names if name not in first)])


def _without_empty_columns(table: Table) -> Table:
    """Without the columns that have neither a heading nor content."""
    kept = [
        number
        for number, column in enumerate(table.columns)
        if column.name.strip()
        or not pc.all(pc.equal(pc.utf8_trim_whitespace(table.data.column(number)), ""), min_count=0).as_py()
    ]
    return replace(
        table, columns=tuple(table.columns[number] for number in kept), data=table.data.select(kept)
    )


def _check_headings(table: Table, bench: _Bench) -> bool:
    """Whether a column has no heading, or the same as another one; each is told."""
    empty = [column for column in table.columns if not column.name.strip()]
    for number, column in enumerate(table.columns, start=1):
        if column in empty:
            bench.block("shape.heading-empty", position=str(column.source or number))
    twice = {name for name in table.names if name.strip() and table.names.count(name) > 1}
    for name in sorted(twice):
        positions = [
            str(column.source or number)
            for number, column in enumerate(table.columns, start=1)
            if column.name == name
        ]
        bench.block("shape.heading-twice", positions=", ".join(positions))
    return bool(empty or twice)


def _trim(table: Table, operation: recipe.Trim, bench: _Bench) -> Table:
    # Arrow's own trim knows all of Unicode's white space, as str.strip does.
    trimmed = [pc.utf8_trim_whitespace(column) for column in table.data.columns]
    columns = [replace(column, name=column.name.strip()) for column in table.columns]
    bench.did("trim", cells=len(table) * len(columns))
    data = pa.Table.from_arrays(trimmed, names=[column.name for column in columns])
    return replace(table, columns=tuple(columns), data=data)


def _name(table: Table, operation: recipe.Name, bench: _Bench) -> Table:
    columns = list(table.columns)
    for rename in operation.renames:
        found = [
            number
            for number, column in enumerate(table.columns)
            if (number + 1 == rename.position if rename.position else column.name == rename.heading)
        ]
        if len(found) != 1:
            if rename.position:
                bench.block("shape.no-column", field=rename.to, position=str(rename.position))
            else:
                code = "shape.heading-several" if found else "shape.no-heading"
                bench.block(code, field=rename.to, heading=rename.heading or "")
            bench.absent.add(rename.to)
            continue
        column = table.columns[found[0]]
        if rename.position and rename.heading is not None and column.name != rename.heading:
            bench.block(
                "shape.heading-differs",
                field=rename.to,
                heading=rename.heading,
                position=str(rename.position),
            )
        columns[found[0]] = replace(column, name=rename.to, known=True)
    bench.did("name", cells=len(operation.renames))
    return table.renamed(columns)


def _leave_out(table: Table, operation: recipe.LeaveOut, bench: _Bench) -> Table:
    if operation.blank:
        out = pc.equal(pc.utf8_trim_whitespace(table.data.column(0)), "")
        for column in table.data.columns[1:]:
            out = pc.and_(out, pc.equal(pc.utf8_trim_whitespace(column), ""))
    else:
        assert operation.field is not None
        if not bench.has(table, [operation.field], "leave_out"):
            return table
        values = table.values(operation.field)
        out = pc.is_in(values, pa.array(operation.equals, pa.string()))
        for start in operation.starts:
            out = pc.or_(out, pc.starts_with(values, start))
    count = len(indices(out))
    if not count:
        bench.findings.append(
            Finding(
                "shape.nothing-left-out",
                Severity.NOTE,
                Stage.SHAPE,
                bench.resource,
                field=operation.field,
                count=0,
            )
        )
    bench.did("leave-out", field=operation.field, records=count, reason=operation.reason)
    return table.where(pc.invert(out)) if count else table


def _drop(table: Table, operation: recipe.Drop, bench: _Bench) -> Table:
    if not bench.has(table, operation.fields, "drop"):
        return table
    for name in operation.fields:
        bench.did("drop", field=name, cells=len(table), reason=operation.reason)
    return table.without(operation.fields)


def _constant(table: Table, operation: recipe.Constant, bench: _Bench) -> Table:
    if operation.field in table.names:
        bench.block("shape.field-there", field=operation.field, operation="constant")
        return table
    bench.did("constant", field=operation.field, cells=len(table), reason=operation.reason)
    values = text_array([operation.value] * len(table))
    return table.with_column(Column(operation.field, None, True), values)


def _unpivot(table: Table, operation: recipe.Unpivot, bench: _Bench) -> Table:
    table = _without_empty_columns(table)
    if not bench.has(table, operation.keep, "unpivot"):
        bench.absent |= {operation.name, operation.value}
        return table
    if _check_headings(table, bench):
        bench.absent |= {operation.name, operation.value}
        return table
    kept = [table.column(name) for name in operation.keep]
    turned = [number for number, column in enumerate(table.columns) if column.name not in operation.keep]
    if not turned:
        bench.block("shape.nothing-to-unpivot")
        bench.absent |= {operation.name, operation.value}
        return table
    width, length = len(turned), len(table)
    order = pa.array([index for index in range(length) for _ in range(width)], pa.int64())
    headings = [table.columns[number].name for number in turned]
    sources = [table.columns[number].source or 0 for number in turned]
    cells = zip(*(table.data.column(number).to_pylist() for number in turned), strict=True)
    arrays = [table.values(column.name).take(order) for column in kept]
    arrays += [text_array(headings * length), text_array(cell for row in cells for cell in row)]
    columns = (*kept, Column(operation.name, None, True), Column(operation.value, None, True))
    bench.did("unpivot", field=operation.value, cells=width * length)
    return Table(
        columns=columns,
        data=pa.Table.from_arrays(arrays, names=[column.name for column in columns]),
        rows=table.rows.take(order),
        cells=pa.chunked_array([pa.array(sources * length, pa.int64())]),
        before=table.before,
    )


def _period(table: Table, operation: recipe.Period, bench: _Bench) -> Table:
    if not bench.has(table, operation.fields, "period"):
        bench.absent.add(operation.to)
        return table
    cells = table.values(operation.fields[0])
    for name in operation.fields[1:]:
        cells = pc.binary_join_element_wise(cells, table.values(name), " ")
    reader = period_reader(operation.kind, operation.format, operation.language, operation.zone)
    read = each_distinct(cells, lambda cell: reader(cell) if cell.strip() else "")
    bench.block_at(
        table,
        indices(pc.is_null(read)),
        "shape.period",
        operation.fields[0],
        format=operation.format,
        kind=operation.kind,
    )
    bench.did("period", field=operation.to, cells=len(table))
    return _in_place(table, operation.fields, operation.to, pc.fill_null(read, ""))


def _in_place(table: Table, fields: Sequence[str], to: str, values: pa.ChunkedArray) -> Table:
    """``values`` as the column ``to``, where the first of ``fields`` stood; the others go."""
    source = table.column(fields[0]).source
    table = table.with_column(replace(table.column(fields[0]), known=True), values)
    table = table.without(set(fields) - {fields[0]})
    return table.renamed(
        [Column(to, source, True) if column.name == fields[0] else column for column in table.columns]
    )


def _number(table: Table, operation: recipe.Number, bench: _Bench) -> Table:
    if not bench.has(table, [operation.field], "number"):
        return table
    values = table.values(operation.field)
    read = each_distinct(values, NumberReader(operation.group, operation.prefix))
    bench.block_at(table, indices(pc.is_null(read)), "shape.number", operation.field)
    bench.did("number", field=operation.field, cells=len(table))
    column = replace(table.column(operation.field), known=True)
    return table.with_column(column, pc.if_else(pc.is_null(read), values, read))


def _notes(table: Table, operation: recipe.Notes, bench: _Bench) -> Table:
    name = f"{operation.field}_note"
    needed = [operation.field] + ([operation.column] if operation.column else [])
    if not bench.has(table, needed, "notes"):
        bench.absent.add(name)
        return table
    if operation.column is None:
        values = table.values(operation.field)
        plain = each_distinct(values, lambda cell: split_markers(cell, operation.markers)[0])
        notes = each_distinct(values, lambda cell: split_markers(cell, operation.markers)[1])
        field = replace(table.column(operation.field), known=True)
        table = table.with_column(field, plain)
        column = Column(name, field.source, True)
    else:
        read = each_distinct(table.values(operation.column), lambda cell: _codes(cell, operation.codes))
        bench.block_at(table, indices(pc.is_null(read)), "shape.note-code", operation.column)
        notes = pc.fill_null(read, "")
        column = Column(name, table.column(operation.column).source, True)
        table = table.without([operation.column])
    covered = len(indices(pc.not_equal(notes, "")))
    bench.did("notes", field=name, cells=covered)
    if name in table.names:
        notes = merged_notes(table.values(name), notes)
    return table.with_column(column, notes, after=operation.field)


def _codes(cell: str, codes: Mapping[str, str]) -> str | None:
    """Codes of the source, divided by commas, as the recipe's codes; None where one is not declared."""
    local = [code.strip() for code in cell.split(",") if code.strip()]
    if any(code not in codes for code in local):
        return None
    return ",".join(sorted({codes[code] for code in local}))


def merged_notes(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    """Two columns of note codes as one: each code once, in alphabetical order, divided by commas."""
    joined = pc.binary_join_element_wise(first, second, ",")
    return each_distinct(joined, lambda cell: ",".join(sorted({code for code in cell.split(",") if code})))


def _lookup(table: Table, operation: recipe.Lookup, bench: _Bench) -> Table:
    if not bench.has(table, [operation.field], "lookup"):
        bench.absent.add(operation.to)
        return table
    names = bench.lists[operation.list].by_name
    values = table.values(operation.field)
    found = each_distinct(values, lambda cell: names.get(cell, None if cell else ""))
    bench.block_at(table, indices(pc.is_null(found)), "shape.lookup", operation.field, list=operation.list)
    bench.did("lookup", field=operation.to, cells=len(table))
    return _in_place(table, [operation.field], operation.to, pc.if_else(pc.is_null(found), values, found))


def _total(table: Table, operation: recipe.Total, bench: _Bench) -> Table:
    if not bench.has(table, [operation.field], "total"):
        return table
    if not indices(pc.equal(table.values(operation.field), operation.code)):
        bench.block("shape.no-total", field=operation.field, code=operation.code)
    return table


_OPERATIONS: Mapping[type[recipe.Operation], Callable[[Table, Any, _Bench], Table]] = {
    recipe.Trim: _trim,
    recipe.Name: _name,
    recipe.LeaveOut: _leave_out,
    recipe.Drop: _drop,
    recipe.Constant: _constant,
    recipe.Unpivot: _unpivot,
    recipe.Period: _period,
    recipe.Number: _number,
    recipe.Notes: _notes,
    recipe.Lookup: _lookup,
    recipe.Total: _total,
}
