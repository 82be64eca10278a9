"""Since last time on real files: a release, then the next file of the same table, or what could have come of it.

A release is made of the first file as publishing makes it; the second one then goes through all stages.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from real_leaks import leaks, said_by, written_by_people
from real_workspace import CASES, GOVERNANCE, Ran, cells_of, run_through, workspace_of

from agored.decisions import Decision
from agored.findings import Severity
from agored.records import readable
from agored.since import record_of
from agored.store import ACCOUNTS, SINCE_FILE, Release, latest, make_release, public_decision, release_name

NO_LIMITS = {
    "rough-sleepers": {
        'expectations: [{suite: coverage, with: {rows_min: "345", rows_max: "345", areas: principal-areas, '
        'periods: "15"}}]': "expectations: []"
    }
}
"""What a case's recipe says of the number of records, and nothing instead."""


def released(ran: Ran, day: str) -> Release:
    """The release of a run's package, kept in its workspace's store as publishing keeps it."""
    inputs = ran.run.inputs
    store = inputs.workspace.releases(inputs.recipe)
    previous = latest(store)
    content = str(ran.run.content_hash)
    decision = Decision("approval", inputs.recipe.identity, content, GOVERNANCE, day)
    public = public_decision(decision, release_name(day, content), previous.name if previous else None)
    beside_it = dict.fromkeys(ACCOUNTS, b"<title>account</title>")
    beside_it[SINCE_FILE] = readable(record_of(ran.package, public, previous))
    return make_release(store, ran.package, beside_it, public)


def next_file(workspace: Path, case: str, data: bytes) -> Ran:
    """The council sends its next file under the same name; the run of it."""
    (file,) = (workspace / "datasets" / case / "source").iterdir()
    file.write_bytes(data)
    return run_through(workspace, case)


def told(ran: Ran) -> dict[str, tuple[Severity, int]]:
    """What was found by comparing, each with how many."""
    return {
        f"{each.code.removeprefix('since.')} {each.field or ''}".strip(): (each.severity, each.count)
        for each in ran.findings
        if each.code.startswith("since.")
    }


def since(release: Release) -> dict[str, Any]:
    (resource,) = json.loads((release.folder / SINCE_FILE).read_bytes())["resources"]
    return dict(resource)


def table(file: Path, encoding: str = "utf-8-sig") -> list[list[str]]:
    with file.open(encoding=encoding, newline="") as opened:
        return list(csv.reader(opened))


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def begin(real_data: Path, tmp_path: Path) -> Callable[..., Path]:
    """A workspace of a case with a file of our choice in place of its own."""

    def make(
        case: str, file: str, data: bytes | None = None, recipe: Mapping[str, str] | None = None
    ) -> Path:
        workspace = workspace_of(
            tmp_path / "workspace", case, real_data / file, {**NO_LIMITS.get(case, {}), **(recipe or {})}
        )
        if data is not None:
            (workspace / "datasets" / case / "source" / Path(file).name).write_bytes(data)
        return workspace

    return make


def months(file: Path, number: int) -> bytes:
    """The real table of rough sleepers with its first ``number`` months."""
    return written([row[: number + 1] for row in table(file)])


SLEEPERS = "housing/rough_sleepers_data.csv"


def test_another_month_of_rough_sleepers_is_ordinary(begin: Callable[..., Path], real_data: Path) -> None:
    """Each of the last six months as it was published: 23 areas more, and nothing to decide."""
    file = real_data / SLEEPERS
    workspace = begin("rough-sleepers", SLEEPERS, months(file, 9))
    ran = run_through(workspace, "rough-sleepers")
    released(ran, "2024-01-31")
    for month in range(10, 16):
        ran = next_file(workspace, "rough-sleepers", months(file, month))
        found = told(ran)
        assert {name for name, (severity, _) in found.items() if severity is Severity.ADVISORY} == set()
        assert found["rows-by-key"] == (Severity.NOTE, 23)
        rows = since(released(ran, f"2024-{month - 8:02}-28"))["rows"]
        assert (rows["before"], rows["added"], rows["gone"], rows["changed"]) == (23 * (month - 1), 23, 0, 0)


def test_a_digit_too_many_among_rough_sleepers_is_told(begin: Callable[..., Path], real_data: Path) -> None:
    """Cardiff's last figure with a nought at its end, and the council that was forgotten."""
    file = real_data / SLEEPERS
    workspace = begin("rough-sleepers", SLEEPERS, months(file, 14))
    release = released(run_through(workspace, "rough-sleepers"), "2024-06-30")
    rows = [row[:16] for row in table(file) if row[0].strip() != "Powys"]
    ((place, cardiff),) = [
        (place, row) for place, row in enumerate(rows, start=1) if row[0].strip() == "Cardiff"
    ]
    cardiff[15] = f"{cardiff[15].strip()}0"
    ran = next_file(workspace, "rough-sleepers", written(rows))
    found = told(ran)
    assert found["far-outside count"] == (Severity.ADVISORY, 1)
    assert found["codes-gone area_code"] == (Severity.ADVISORY, 1)
    (far,) = [each for each in ran.findings if each.code == "since.far-outside"]
    assert far.rows == (place,)
    assert far.detail == {"release": release.name}


FLYING = "statswales/hlth1250/data-orig.csv"


def test_a_year_of_flying_start_with_two_records_only_is_told(
    begin: Callable[..., Path], real_data: Path
) -> None:
    """StatsWales's own update of the table holds two records for the newest year."""
    workspace = begin("flying-start", FLYING)
    released(run_through(workspace, "flying-start"), "2025-06-30")
    update = table(real_data / "statswales/hlth1250/data-update.csv")[1:]
    ran = next_file(workspace, "flying-start", written([*table(real_data / FLYING), *update]))
    found = told(ran)
    assert found["rows-by-key"] == (Severity.NOTE, len(update))
    assert found["rows-in-period"] == (Severity.ADVISORY, 1)
    assert set(found) == {"rows-by-key", "rows-in-period"}


def test_earlier_years_of_flying_start_follow_each_other(begin: Callable[..., Path], real_data: Path) -> None:
    """Of 136 figures of the newest year none is far outside what the ten years before it were."""
    heading, *rows = table(real_data / FLYING)
    workspace = begin("flying-start", FLYING, written([heading, *(row for row in rows if row[0] < "202324")]))
    released(run_through(workspace, "flying-start"), "2024-06-30")
    ran = next_file(workspace, "flying-start", written([heading, *rows]))
    assert told(ran) == {"rows-by-key": (Severity.NOTE, 136)}


def test_the_year_of_the_pandemic_was_like_no_other(begin: Callable[..., Path], real_data: Path) -> None:
    """Eight figures of 2020–21 are a fifth of what they ever were: a person must say that this is so."""
    heading, *rows = table(real_data / FLYING)
    workspace = begin("flying-start", FLYING, written([heading, *(row for row in rows if row[0] < "202021")]))
    released(run_through(workspace, "flying-start"), "2020-06-30")
    ran = next_file(
        workspace, "flying-start", written([heading, *(row for row in rows if row[0] < "202122")])
    )
    assert told(ran)["far-outside value"] == (Severity.ADVISORY, 8)


def test_a_spreadsheet_that_turned_figures_into_thousands_is_told(
    begin: Callable[..., Path], real_data: Path
) -> None:
    heading, *rows = table(real_data / FLYING)
    workspace = begin("flying-start", FLYING)
    released(run_through(workspace, "flying-start"), "2024-06-30")
    smaller = [[row[0], row[1], f"{float(row[2]) / 1000:.6f}" if row[2] else "", *row[3:]] for row in rows]
    found = told(next_file(workspace, "flying-start", written([heading, *smaller])))
    assert found["other-level value"][0] is Severity.ADVISORY


LAMBETH = "spend/lambeth/2011-11-payments.csv"


def payments(file: Path) -> bytes:
    """A month of Lambeth's payments as the case's recipe reads it: lines end as in UTF-8 files, one row a supplier."""
    first: dict[str, list[str]] = {}
    for row in table(file, "mac_roman"):
        first.setdefault(row[0].strip(), row)
    return written(list(first.values()))


def test_two_months_of_payments(begin: Callable[..., Path], real_data: Path) -> None:
    """November 2011 and January 2012: of the suppliers paid in both, ten had more than twelve times as
    much as before, or less than a twelfth."""
    workspace = begin("lambeth-spend", LAMBETH, payments(real_data / LAMBETH))
    ran = run_through(workspace, "lambeth-spend")
    assert ran.run.content_hash is not None, [each.code for each in ran.findings]
    released(ran, "2011-12-31")
    ran = next_file(workspace, "lambeth-spend", payments(real_data / "spend/lambeth/2012-01-payments.csv"))
    found = told(ran)
    assert found["far-outside amount"] == (Severity.ADVISORY, 10)
    assert set(found) == {"rows-by-key", "far-outside amount"}
    (change,) = [each for each in ran.findings if each.code == "since.rows-by-key"]
    assert {key: change.detail[key] for key in ("added", "gone", "changed")} == {
        "added": "272",
        "gone": "391",
        "changed": "572",
    }


def test_no_cell_of_either_file_is_told(begin: Callable[..., Path], real_data: Path) -> None:
    """In findings, records, views and the published record of what changed stand counts and names only."""
    workspace = begin("lambeth-spend", LAMBETH, payments(real_data / LAMBETH))
    first = run_through(workspace, "lambeth-spend")
    released(first, "2011-12-31")
    cells: set[str] = set()
    files = [LAMBETH, "spend/lambeth/2012-01-payments.csv"]
    for name in files:
        cells |= set(cells_of(real_data / name, "mac_roman", ","))
    ran = next_file(workspace, "lambeth-spend", payments(real_data / files[1]))
    record = (released(ran, "2012-01-31").folder / SINCE_FILE).read_text(encoding="utf-8")
    allowed = written_by_people(ran)
    assert len(cells) > 2_000
    assert leaks(cells, record, allowed) == []
    view = "\n".join(ran.shown.splitlines())
    assert leaks(cells, view, allowed) == []
    assert leaks(cells, said_by(ran), allowed) == []


def test_the_cases_say_what_is_replaced() -> None:
    for case, replaced in NO_LIMITS.items():
        text = (CASES / case / "dataset.yaml").read_text(encoding="utf-8")
        assert all(text.count(old) == 1 for old in replaced)
