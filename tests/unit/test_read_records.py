"""Records: JSON, OData and Parquet bring their own names, and each row is a record by its number."""

from __future__ import annotations

import datetime
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from read_made import reading, records, refused, told

from agored.findings import Severity
from agored.read.jsonfile import lists_of_records


def parquet(table: pa.Table, **options: Any) -> bytes:
    made = io.BytesIO()
    pq.write_table(table, made, **options)
    return made.getvalue()


# JSON


def test_numbers_keep_their_written_text_and_nothing_is_a_float(tmp_path: Path) -> None:
    text = '[{"a": 1.0, "b": 1e5, "c": -0, "d": 12345678901234567890123.450, "e": "007"}]'
    assert records(reading(tmp_path, "file.json", text.encode())) == [
        ("1.0", "1e5", "-0", "12345678901234567890123.450", "007")
    ]


def test_names_stand_in_the_order_of_their_first_appearance(tmp_path: Path) -> None:
    text = '[{"b": "1", "a": null}, {"c": true, "a": false}, {}, {"b": "tŷ"}]'
    found = reading(tmp_path, "file.json", text.encode())
    assert found.table.names == ("b", "a", "c")
    assert records(found) == [("1", "", ""), ("", "false", "true"), ("", "", ""), ("tŷ", "", "")]
    assert found.table.rows.to_pylist() == [1, 2, 3, 4]
    assert found.table.place(1, "c") == "#2"
    assert told(found)["read.blank-rows"].place == "#3"
    assert (found.facts["format"], found.facts["header"], found.facts["sheet"]) == ("json", None, None)


def test_values_within_values_are_their_own_json(tmp_path: Path) -> None:
    text = '[{"a": {"z": [1.50, null, {}], "b": "ŵ\\"\\n"}, "c": []}]'
    assert records(reading(tmp_path, "file.json", text.encode())) == [
        ('{"b":"ŵ\\"\\n","z":[1.50,null,{}]}', "[]")
    ]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"meta": {"value": [1]}, "data": {"items": [{"a": 1}]}}', "/data/items"),
        ('{"a/b": [{"a": 1}]}', "/a~1b"),
        ('{"~": [{"a": 1}], "x": [[[]]]}', "/~0"),
        ('  [ {"a" : 1 } ]  ', ""),
        ('\ufeff[{"a":1}]', ""),
    ],
)
def test_the_list_is_where_the_recipe_says(tmp_path: Path, text: str, pointer: str) -> None:
    assert records(reading(tmp_path, "file.json", text.encode(), records=pointer)) == [("1",)]
    assert pointer in lists_of_records(text.encode(), "file.json")


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        ('{"data": [{"a": 1}]}', "", "read.no-records-there"),
        ('{"data": [{"a": 1}]}', "/items", "read.no-records-there"),
        ('{"data": {"a": 1}}', "/data", "read.no-records-there"),
        ('[{"a": 1}]', "/data", "read.no-records-there"),
        ('"text"', "", "read.no-records-there"),
        ('{"a": 1, "a": 2}', "", "read.no-records-there"),
        ('{"data": {"a": 1, "a": 2}}', "/data", "read.no-records-there"),
        ('[{"a": 1, "a": 2}]', "/data", "read.no-records-there"),
        ('[["a"], [1]]', "", "read.not-a-record"),
        ('[{"a": 1}, null]', "", "read.not-a-record"),
        ('[{"a": 1, "a": 2}]', "", "read.twin-names"),
        ('[{"a": {"b": 1, "b": 2}}]', "", "read.twin-names"),
        ('{"x": [{"a": 1}], "x": []}', "/x", "read.twin-names"),
        ("[]", "", "read.empty"),
        ("", "", "read.empty"),
        ('[{"a": 1}', "", "read.not-json"),
        ('[{"a": 1},]', "", "read.not-json"),
        ('[{"a": 1}] []', "", "read.not-json"),
        ('{"x": [{"a": 1}]} []', "/x", "read.not-json"),
        ('{"x": [{"a": 1}], }', "/x", "read.not-json"),
        ('[{"a": NaN}]', "", "read.not-json"),
        ("[{'a': 1}]", "", "read.not-json"),
        ('[{"a": "\n"}]', "", "read.not-json"),
        ('[{"a": "\\ud800"}]', "", "read.half-character"),
        ('[{"a": "\\u0000"}]', "", "read.zero-character"),
        ("[" * 100_000, "", "read.too-deep"),
        ('[{"a":' * 100_000, "", "read.too-deep"),
        ('[{"a":' + "[" * 400 + "]" * 400 + "}]", "", None),
        ('[{"a":' + "1" * 1_000_000 + "}]", "", None),
    ],
)
def test_what_is_no_list_of_records_is_refused(
    tmp_path: Path, text: str, pointer: str, code: str | None
) -> None:
    if code is None:
        assert len(reading(tmp_path, "file.json", text.encode(), records=pointer).table) == 1
    else:
        assert refused(tmp_path, "file.json", text.encode(), records=pointer).code == code


def test_a_fault_in_json_is_told_with_its_line_and_record(tmp_path: Path) -> None:
    assert refused(tmp_path, "file.json", b'[\n{"a": 1},\n{"a" 2}\n]').facts["line"] == "3"
    assert refused(tmp_path, "file.json", b'[{"a": 1}, {"a": 1, "a": 2}]').facts["record"] == "2"


def test_an_answer_of_odata_that_goes_on_elsewhere_blocks(tmp_path: Path) -> None:
    answer = {"odata.metadata": "x", "value": [{"Data": 95.7, "Area_Code": "W06000001"}]}
    found = reading(tmp_path, "file.json", json.dumps(answer).encode(), format="odata")
    assert (records(found), told(found)) == ([("95.7", "W06000001")], {})
    for name in ("odata.nextLink", "@odata.nextLink"):
        more = json.dumps(answer | {name: "https://example.wales/?next"}).encode()
        finding = told(reading(tmp_path, "file.json", more, format="odata"))["read.more-records"]
        assert finding.severity is Severity.BLOCKING
    with_list = reading(tmp_path, "file.json", more, records="/value")
    assert "read.more-records" in told(with_list)


# Parquet


def test_each_type_of_parquet_has_its_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "integer": pa.array([1, None], pa.uint64()),
            "float": [0.1, 1e20],
            "small": pa.array([0.1, 1e-7], pa.float32()),
            "no number": [float("nan"), float("-inf")],
            "decimal": pa.array([Decimal("0.00000001"), Decimal("12.5")], pa.decimal128(20, 8)),
            "text": ["007", None],
            "truth": [True, False],
            "date": [datetime.date(2026, 1, 31), None],
            "moment": pa.array([0, 1_500_000_000_123_400], pa.timestamp("us")),
            "universal": pa.array([0, 1_500_000_000], pa.timestamp("s", "UTC")),
            "local": pa.array([0, 1_500_000_000_000], pa.timestamp("ms", "Europe/London")),
            "time": pa.array([0, 52_200_500], pa.time32("ms")),
            "length": pa.array([3_600, 95_400], pa.duration("s")),
            "nested": [{"b": Decimal("1.50"), "a": [1.5, None]}, None],
            "code": pa.array(["x", "y"]).dictionary_encode(),
            "bytes": [b"ab", "ŵ".encode()],
            "nothing": pa.nulls(2),
        }
    )
    found = reading(tmp_path, "file.parquet", parquet(table))
    assert found.table.names == tuple(table.column_names)
    assert list(zip(*records(found), strict=True)) == [
        ("1", ""),
        ("0.1", "100000000000000000000"),
        ("0.1", "0.0000001"),
        ("NaN", "-Infinity"),
        ("0.00000001", "12.50000000"),
        ("007", ""),
        ("true", "false"),
        ("2026-01-31", ""),
        ("1970-01-01T00:00:00", "2017-07-14T02:40:00.1234"),
        ("1970-01-01T00:00:00Z", "2017-07-14T02:40:00Z"),
        ("1970-01-01T01:00:00+01:00", "2017-07-14T03:40:00+01:00"),
        ("00:00:00", "14:30:00.5"),
        ("01:00:00", "26:30:00"),
        ('{"a":[1.5,null],"b":1.50}', ""),
        ("x", "y"),
        ("ab", "ŵ"),
        ("", ""),
    ]
    assert found.table.place(1, "text") == "#2"


def test_bytes_that_are_no_text_are_refused_with_their_column(tmp_path: Path) -> None:
    data = parquet(pa.table({"a": ["x"], "b": [b"\xff\xd8"]}))
    error = refused(tmp_path, "file.parquet", data)
    assert (error.code, error.facts["column"]) == ("read.not-text-column", "2")


def test_a_parquet_file_of_many_parts_is_one_table(tmp_path: Path) -> None:
    data = parquet(pa.table({"a": range(40_000)}), row_group_size=7_000)
    found = reading(tmp_path, "file.parquet", data)
    assert found.table.rows.to_pylist() == list(range(1, 40_001))
    assert found.table.list("a")[39_999] == "39999"


def test_damaged_and_locked_parquet_files_say_so(tmp_path: Path) -> None:
    data = parquet(pa.table({"a": range(1_000)}))
    for length in range(8, len(data), len(data) // 20):
        assert refused(tmp_path, "file.parquet", data[:length]).code == "read.damaged-file"
    assert refused(tmp_path, "file.parquet", b"PARE" + data[4:]).code == "read.password"
    assert refused(tmp_path, "file.parquet", b"").code == "read.empty"
