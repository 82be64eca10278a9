"""`make bench`: what the stages cost, each beside a named peer doing comparable work in the same run.

Prints ``figure NAME VALUE UNIT`` lines: medians of interleaved repetitions, and ratios, which carry over to
other machines where seconds do not. The table is made up by a fixed rule: counts of people by ward and month.
"""

from __future__ import annotations

import csv
import hashlib
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from agored.package.files import sums
from agored.protect import protect
from agored.read import read
from agored.recipe import Disclosure, LeaveOut, Lookup, Name, Rename, ResourceRecipe, Source, Total, Trim
from agored.schema import Code, CodeList, Schema, schema_of
from agored.shape import shape
from agored.table import Table
from agored.validate import validate
from agored.words import Bilingual

ROWS = 50_000
REPEATS = 5
WARDS = 500


def source_csv() -> bytes:
    """The table as a council might send it: padded cells, names instead of codes, a marker here and there."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Ward ", "Month", "Number of people ", "Source"])
    for number in range(ROWS):
        year, month = divmod(number // WARDS, 12)
        writer.writerow(
            [
                f"Ward {number % WARDS} ",
                f"{2015 + year}-{month + 1:02}",
                str(number * 7919 % 97),
                "council return",
            ]
        )
    return text.getvalue().encode()


def recipe() -> ResourceRecipe:
    """The recipe for that table."""
    reason = Bilingual("Prawf", "Test")
    return ResourceRecipe(
        name="people",
        source=Source("people.csv"),
        shape=(
            Trim(),
            Name(
                (
                    Rename("ward", heading="Ward"),
                    Rename("period", heading="Month"),
                    Rename("count", heading="Number of people"),
                    Rename("source", heading="Source"),
                )
            ),
            LeaveOut(reason, field="ward", equals=("Total",)),
            Lookup("ward", "wards/1", "ward_code"),
            Total("ward_code", "W00000000"),
        ),
        schema="people/1",
        disclosure=Disclosure("standard"),
    )


def schema() -> Schema:
    """The schema for that table."""
    told = {"title": "x", "title_cy": "x", "title_en": "x", "description_cy": "x", "description_en": "x"}
    return schema_of(
        {
            "fields": [
                {"name": "ward_code", "type": "string", "role": "dimension", "codes": "wards/1", **told},
                {"name": "period", "type": "yearmonth", "role": "dimension", **told},
                {
                    "name": "count",
                    "type": "integer",
                    "role": "measure",
                    "measures": "count",
                    "of": "people",
                    "constraints": {"required": True, "minimum": 0},
                    **told,
                },
                {"name": "source", "type": "string", "role": "attribute", **told},
            ],
            "primaryKey": ["ward_code", "period"],
        },
        "people/1",
    )


def wards() -> CodeList:
    """The code list of the wards."""
    names = [(f"W{number:08}", f"Ward {number}") for number in range(WARDS)]
    return CodeList("wards/1", tuple(Code(code, Bilingual(name, name)) for code, name in names))


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[], object], peer: str, theirs: Callable[[], object]) -> None:
    """Time both in turn, several times, and print the medians and their ratio (peer's over ours)."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(REPEATS)]
    own, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"figure {name}-agored {own:.4f} s")
    print(f"figure {name}-{peer} {other:.4f} s")
    print(f"figure {name}-ratio {other / own:.2f} x", flush=True)


def frictionless_validate(path: Path, table_schema: Schema) -> None:
    """The peer of validation: frictionless itself on the tidy table's CSV, without an error limit."""
    from frictionless import Checklist, Detector, Resource
    from frictionless import Schema as TableSchema

    descriptor = {"fields": [dict(field) for field in table_schema.descriptor["fields"]]}
    resource = Resource(
        path=path.name,
        basepath=str(path.parent),
        format="csv",
        encoding="utf-8",
        schema=TableSchema.from_descriptor(
            descriptor | {"primaryKey": list(table_schema.descriptor["primaryKey"])}
        ),
        detector=Detector(),
    )
    report = resource.validate(Checklist(), limit_errors=10_000_000)
    assert report.valid, report.flatten(["type"])[:3]


def main() -> None:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        data = source_csv()
        (folder / "people.csv").write_bytes(data)
        resource, table_schema, lists = recipe(), schema(), {"wards/1": wards()}

        def read_and_shape() -> Table:
            reading = read(folder, resource, ())
            return shape(reading.table, resource, table_schema.names, lists).table

        print(f"figure rows {ROWS} rows")
        compare(
            "read-and-shape",
            read_and_shape,
            "csv-reader",
            lambda: list(csv.reader(io.StringIO(data.decode(), newline=""))),
        )
        tidy = read_and_shape()
        path = folder / "tidy.csv"
        path.write_bytes(b"".join(tidy.csv()))
        findings = validate(tidy, table_schema, "people", lists).findings
        assert not findings, findings
        compare(
            "validate",
            lambda: validate(tidy, table_schema, "people", lists),
            "frictionless",
            lambda: frictionless_validate(path, table_schema),
        )
        compare(
            "protect",
            lambda: protect(tidy, table_schema, resource.disclosure, "people", resource.totals),
            "python-loop",
            lambda: [
                "" if 0 < int(count) < 5 else str((int(count) + 2) // 5 * 5) for count in tidy.list("count")
            ],
        )
        compare(
            "write-csv",
            lambda: b"".join(tidy.csv()),
            "csv-writer",
            lambda: csv.writer(io.StringIO(), lineterminator="\n").writerows(
                zip(*(tidy.list(name) for name in tidy.names), strict=True)
            ),
        )
        example = folder / "files"
        example.mkdir()
        for number in range(20):
            (example / f"{number}.csv").write_bytes(data)
        compare(
            "checksums",
            lambda: sums(example),
            "hashlib",
            lambda: [hashlib.sha256(file.read_bytes()).hexdigest() for file in example.iterdir()],
        )
    compare(
        "help",
        lambda: subprocess.run(
            [sys.executable, "-m", "agored.cli", "--help"], check=True, capture_output=True
        ),
        "python-start",
        lambda: subprocess.run([sys.executable, "-c", "pass"], check=True, capture_output=True),
    )


if __name__ == "__main__":
    main()
