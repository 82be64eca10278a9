"""Tables: cells that know their places, and the CSV by which a table is published and named."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agored.findings import EXAMPLES, Severity, Stage
from agored.places import finding_at
from agored.records import digest
from agored.table import Column, Table, each_distinct, indices, letters, quoted, text_array


def areas() -> Table:
    return Table.of({"area": ["Môn", "Conwy", ""], "count": ["1", "", "3"]}, rows=[5, 6, 9])


@pytest.mark.parametrize(
    ("number", "name"),
    [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")],
)
def test_columns_have_a_spreadsheets_letters(number: int, name: str) -> None:
    assert letters(number) == name


def test_places() -> None:
    table = areas()
    assert table.place(0, "count") == 'B5 · "count"'
    assert table.place(2) == "9"
    assert table.place(1, "none") == "6"
    unknown = table.renamed([replace(column, known=False) for column in table.columns])
    assert unknown.place(0, "count") == "B5"
    made = table.with_column(Column("made", None, True), text_array(["a", "b", "c"]))
    assert made.place(2, "made") == '9 · "made"'
    turned = replace(made, cells=pa.chunked_array([pa.array([3, 4, 0], pa.int64())]))
    assert turned.place(1, "made") == 'D6 · "made"'
    assert turned.place(2, "made") == '9 · "made"'
    assert turned.place(1, "area") == 'A6 · "area"'


def test_columns_are_found_by_name() -> None:
    table = areas()
    assert table.names == ("area", "count")
    assert (len(table), table.list("area"), table.column("count").source) == (3, ["Môn", "Conwy", ""], 2)
    for missing in (table.values, table.column, table.list):
        with pytest.raises(KeyError, match="none"):
            missing("none")


def test_a_column_is_put_in_place_after_another_or_last() -> None:
    table, column, values = areas(), Column("note"), text_array(["r", "", "p"])
    assert table.with_column(column, values).names == ("area", "count", "note")
    assert table.with_column(column, values, after="area").names == ("area", "note", "count")
    replaced = table.with_column(Column("area", None, True), values, after="count")
    assert (replaced.names, replaced.list("area")) == (("area", "count"), ["r", "", "p"])
    assert table.names == ("area", "count")


def test_records_are_chosen_with_their_places() -> None:
    table = replace(areas(), cells=pa.chunked_array([pa.array([2, 3, 4], pa.int64())]))
    chosen = table.where(pa.array([True, False, True]))
    assert chosen.rows.to_pylist() == [5, 9]
    assert chosen.cells is not None
    assert chosen.cells.to_pylist() == [2, 4]
    assert chosen.list("count") == ["1", "3"]
    none = table.where(pa.array([False] * 3))
    assert (len(none), none.names, b"".join(none.csv())) == (0, ("area", "count"), b"area,count\n")


def test_columns_are_chosen_in_an_order_and_left_out_by_name() -> None:
    table = areas()
    assert table.select(["count", "area"]).names == ("count", "area")
    assert table.without(["area"]).names == ("count",)
    twins = table.renamed([Column("x", 1), Column("x", 2)])
    assert twins.without(["none"]).data.column(1).to_pylist() == ["1", "", "3"]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("a", "a"),
        ("", ""),
        ("a,b", '"a,b"'),
        ('say "a"', '"say ""a"""'),
        ("a\nb", '"a\nb"'),
        ("a\rb", '"a\rb"'),
        (" a ", " a "),
        ("a;b", "a;b"),
        ("'a", "'a"),
    ],
)
def test_a_cell_is_quoted_where_it_must_be(cell: str, written: str) -> None:
    assert quoted(cell) == written


def test_the_csv_is_the_published_file() -> None:
    table = Table.of({"a": ["1", "x,y"], 'b"': ["", "ŵ\n"]})
    assert b"".join(table.csv()) == 'a,"b"""\n1,\n"x,y","ŵ\n"\n'.encode()
    assert table.digest == digest(b"".join(table.csv()))


def test_a_lone_empty_cell_is_no_blank_line() -> None:
    data = b"".join(Table.of({"a": ["1", "", '"']}).csv())
    assert data == b'a\n1\n""\n""""\n'
    assert list(csv.reader(io.StringIO(data.decode(), newline=""))) == [["a"], ["1"], [""], ['"']]


def test_the_hash_is_of_what_the_cells_say() -> None:
    table = areas()
    assert table.digest == replace(table, rows=pa.chunked_array([pa.array([1, 2, 3])])).digest
    assert table.digest != table.renamed([Column("area"), Column("counts")]).digest
    assert table.digest != table.select(["count", "area"]).digest
    chunked = pa.chunked_array([["Môn"], ["Conwy", ""]], pa.string())
    assert table.with_column(Column("area", 1, True), chunked).digest == table.digest


_CELLS = st.text(alphabet='aŵ ,"\n\r\t;', max_size=5)


@given(st.lists(st.tuples(_CELLS, _CELLS), max_size=8))
def test_any_table_comes_back_from_its_csv(records: list[tuple[str, str]]) -> None:
    table = Table.of({"a": [first for first, _ in records], "b": [second for _, second in records]})
    text = b"".join(table.csv()).decode()
    assert [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)] == [
        ("a", "b"),
        *records,
    ]


@pytest.mark.parametrize("chunks", [[], [[]], [["a", "b", "a"]], [["a"], [], ["b", "a"]]])
def test_each_distinct_text_is_changed_once(chunks: list[list[str]]) -> None:
    asked: list[str] = []

    def change(text: str) -> str | None:
        asked.append(text)
        return None if text == "b" else text.upper()

    values = pa.chunked_array(chunks, pa.string())
    changed = each_distinct(values, change).to_pylist()
    assert changed == [None if text == "b" else "A" for text in values.to_pylist()]
    assert len(asked) == len(set(asked))


def test_indices_count_through_chunks() -> None:
    assert indices(pa.chunked_array([[True, False], [], [True]], pa.bool_())) == [0, 2]
    assert indices(pa.array([False, None, True])) == [2]
    assert indices(pa.chunked_array([], pa.bool_())) == []


def test_a_finding_at_cells_counts_all_and_shows_a_few_rows() -> None:
    table = Table.of({"a": ["x"] * 40}, rows=range(10, 50))
    finding = finding_at(
        table, range(3, 40), "shape.number", Severity.BLOCKING, Stage.SHAPE, "t", "a", {"k": "v"}
    )
    assert (finding.count, finding.total, finding.place) == (37, 40, 'A13 · "a"')
    assert finding.rows == tuple(range(13, 13 + EXAMPLES))
    assert finding.detail == {"k": "v"}


def test_a_row_of_the_original_is_an_example_once() -> None:
    table = Table.of({"a": ["x"] * 30}, rows=[row for row in range(2, 5) for _ in range(10)])
    finding = finding_at(table, range(30), "shape.number", Severity.BLOCKING, Stage.SHAPE, "t")
    assert (finding.rows, finding.count, finding.field) == ((2, 3, 4), 30, None)
