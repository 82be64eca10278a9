"""`python tests/bench/judging.py [ROWS]`: judging and reading beside frictionless and Polars, on the same files in
one run.

Every figure is the median of five turns, the peers' turns between ours; the noise is the widest spread of ours
round its median. It takes half an hour, nearly all of it frictionless's.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from spending import SCHEMA, write

from agored.read import read
from agored.read.assemble import assemble
from agored.read.reading import contents_of
from agored.recipe import Disclosure, ResourceRecipe, Source
from agored.validating import Declared, Validated, validate_file, validate_package_file

WORKBOOK_ROWS = 20_000
TURNS = int(os.environ.get("AGORED_BENCH_TURNS", "5"))
PEER = """
import json, sys
from frictionless import Dialect, Resource, Schema
from frictionless.formats import CsvControl
resource = Resource(path=sys.argv[1], encoding="utf-8", schema=Schema.from_descriptor(json.load(open("schema.json"))))
report = resource.validate(limit_errors=0)
print(report.stats["errors"])
"""


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def figure(name: str, value: float, unit: str) -> None:
    """Print one figure."""
    print(f"figure {name} {value:.4g} {unit}", flush=True)


def beside(name: str, ours: dict[str, Callable[[], object]], peer: str, theirs: Callable[[], object]) -> None:
    """Time ours and the peer's in turn, and print medians, ratios (peer's over ours) and ours' noise."""
    taken: dict[str, list[float]] = {key: [] for key in ours}
    other = []
    for _ in range(TURNS):
        for key, work in ours.items():
            taken[key].append(seconds(work))
        other.append(seconds(theirs))
    median = statistics.median(other)
    figure(f"{name}-{peer}", median, "s")
    for key, times in taken.items():
        own = statistics.median(times)
        label = f"{name}{key}"
        figure(f"{label}-agored", own, "s")
        figure(f"{label}-ratio", median / own, "x")
        figure(f"{label}-noise", (max(times) - min(times)) / own * 100, "%")


def ours(file: str, *, report: bool = False) -> Validated:
    """Our verdict, in this process."""
    return validate_file(Path(file), Path("schema.json"), Declared(), report=report)


def frictionless_verdict(file: str) -> int:
    """frictionless's, in this process, without an error limit."""
    from frictionless import Resource, Schema

    resource = Resource(path=file, encoding="utf-8", schema=Schema.from_descriptor(SCHEMA))
    return int(resource.validate(limit_errors=0).stats["errors"])


def command(*words: str) -> None:
    """Run a command to its end; 12 says that something blocks."""
    done = subprocess.run([sys.executable, *words], capture_output=True, check=False)
    assert done.returncode in (0, 12), done.stderr.decode()


def polars_read(file: str) -> None:
    """The floor: every cell read as text."""
    import polars

    polars.read_csv(file, infer_schema=False)


def foreign_package(folder: Path, rows: int) -> None:
    """A package of two tables, one of which refers to the other in each of ``rows`` records."""
    folder.mkdir()
    (folder / "parents.csv").write_text("id\n" + "".join(f"P{n:06}\n" for n in range(rows)), encoding="utf-8")
    lines = "".join(f"{n},P{n * 7 % rows:06}\n" for n in range(rows))
    (folder / "children.csv").write_text("n,parent\n" + lines, encoding="utf-8")
    key = {"fields": ["parent"], "reference": {"resource": "parents", "fields": ["id"]}}
    fields = [{"name": "n", "type": "integer"}, {"name": "parent", "type": "string"}]
    resources: list[dict[str, Any]] = [
        {"name": "parents", "path": "parents.csv", "schema": {"fields": [{"name": "id", "type": "string"}]}},
        {"name": "children", "path": "children.csv", "schema": {"fields": fields, "foreignKeys": [key]}},
    ]
    for each in resources:
        each |= {"type": "table", "format": "csv", "encoding": "utf-8"}
    (folder / "datapackage.json").write_text(
        json.dumps({"name": "keys", "resources": resources}), encoding="utf-8"
    )


def frictionless_package(folder: Path) -> None:
    """frictionless's verdict on a package."""
    from frictionless import Package

    report = Package(str(folder / "datapackage.json")).validate(limit_errors=0)
    assert report.valid


def workbook(path: Path, rows: int) -> None:
    """A workbook of ``rows`` records in 16 columns: texts, whole numbers, dates and amounts."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet("Data")
    for column in range(16):
        page.write(0, column, f"column {column}")
    for row in range(1, rows + 1):
        number = row * 7919 % 100_003
        for column in range(0, 16, 4):
            page.write_string(row, column, f"Supplier {(number + column) % 500}")
            page.write_number(row, column + 1, number + column)
            page.write_datetime(row, column + 2, date(2020, 1, 1) + timedelta(days=number % 900))
            page.write_number(row, column + 3, number / 100)
    book.close()


def frictionless_workbook(path: Path) -> None:
    """frictionless reading all rows of a workbook."""
    from frictionless import Resource, system
    from frictionless.formats import ExcelControl

    # The judging leaves frictionless only what it needs.
    for name in ("plugins", "methods"):
        vars(system).pop(name, None)
    rows = Resource(path=str(path), control=ExcelControl(sheet="Data")).read_rows()
    assert len(rows) == WORKBOOK_ROWS


def workbook_beside(path: Path) -> None:
    """Reading a workbook: all of ``read``, the search for hidden content included, and the cells alone."""
    source = Source(path.name, sheet="Data")
    resource = ResourceRecipe("data", source, (), "data/1", Disclosure("standard"))
    data = path.read_bytes()
    works = {
        "": lambda: read(path.parent, resource, ()),
        "-cells-alone": lambda: assemble(contents_of(data, path.name, source), resource, (), path.name),
    }
    assert not read(path.parent, resource, ()).findings
    beside("workbook-20000x16", works, "frictionless", lambda: frictionless_workbook(path))


def memory_of(*words: str) -> float:
    """The most memory that a command held, in MB."""
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=False, stdout=subprocess.DEVNULL)"
    code += "; print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, *words], capture_output=True, check=True
    )
    return int(done.stdout) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def main() -> None:
    """Print every figure."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as temporary:
        os.chdir(temporary)
        Path("peer.py").write_text(PEER, encoding="utf-8")
        figure("rows", rows, "rows")
        for name, share in (("clean", 0.0), ("bad-0.1", 0.001), ("bad-5", 0.05), ("bad-all", 1.0)):
            write(Path(f"{name}.csv"), rows, share)
        figure("size", Path("clean.csv").stat().st_size / 1e6, "MB")
        assert not ours("clean.csv").findings
        polars_read("clean.csv")
        beside(
            "judge-clean", {"": lambda: ours("clean.csv")}, "polars-read", lambda: polars_read("clean.csv")
        )
        clean = [seconds(lambda: ours("clean.csv")) for _ in range(TURNS)]
        every = [seconds(lambda: ours("bad-all.csv")) for _ in range(TURNS)]
        figure("judge-bad-all-over-clean", statistics.median(every) / statistics.median(clean), "x")
        told = [seconds(lambda: ours("bad-all.csv", report=True)) for _ in range(TURNS)]
        figure("judge-bad-all-agored", statistics.median(every), "s")
        figure("judge-bad-all-report", statistics.median(told) - statistics.median(every), "s")
        write(Path("small.csv"), 2_000)
        ours("small.csv")
        figure(
            "first-verdict-2000-rows",
            statistics.median(seconds(lambda: ours("small.csv")) for _ in range(TURNS)) * 1e3,
            "ms",
        )
        foreign_package(Path("keys"), 400_000)
        assert not validate_package_file(Path("keys/datapackage.json")).findings
        beside(
            "foreign-key-400k",
            {"": lambda: validate_package_file(Path("keys/datapackage.json"))},
            "frictionless",
            lambda: frictionless_package(Path("keys")),
        )
        workbook(Path("data.xlsx").resolve(), WORKBOOK_ROWS)
        workbook_beside(Path("data.xlsx").resolve())
        reported = {"": False, "-report": True}
        for name in ("clean", "bad-0.1", "bad-5"):
            works = {
                key: (lambda file=f"{name}.csv", report=report: ours(file, report=report))
                for key, report in reported.items()
            }
            beside(
                f"judge-{name}", works, "frictionless", lambda file=f"{name}.csv": frictionless_verdict(file)
            )
        beside(
            "judge-clean-with-start",
            {"": lambda: command("-m", "agored.cli", "validate", "clean.csv", "--schema", "schema.json")},
            "frictionless",
            lambda: command("peer.py", "clean.csv"),
        )
        write(Path("large.csv"), 10 * rows)
        figure(
            "peak-memory-10-times-the-rows",
            memory_of("-m", "agored.cli", "validate", "large.csv", "--schema", "schema.json"),
            "MB",
        )


if __name__ == "__main__":
    main()
