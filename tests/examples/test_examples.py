"""The example datasets: the same bytes anywhere, figures that add up, and decisions that name their content."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

# Found whatever way pytest is told to import the tests.
sys.path.insert(0, str(Path(__file__).parent))

from example_packages import CHECKSUMS, EXAMPLES, ROOT, prepare_package, workspace_copy

from agored.checking import Checked, _run_record, found
from agored.findings import Severity
from agored.inputs import read_inputs
from agored.records import readable
from agored.workspace import open_workspace

AREAS = 22
WALES = "W92000004"
ELSEWHERE = {
    "C": {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "AGORED_LANGUAGE": "en"},
    "cy_GB": {
        "LC_ALL": "cy_GB.UTF-8",
        "LANGUAGE": "cy",
        "TZ": "America/St_Johns",
        "PYTHONHASHSEED": "4294967295",
        "AGORED_LANGUAGE": "cy",
        "PYTHONUTF8": "0",
    },
}
"""Settings of a machine that must not matter."""


def environment(**more: str) -> dict[str, str]:
    """This environment with other settings, and without what a developer may have set."""
    kept = {
        name: text for name, text in os.environ.items() if not name.startswith(("AGORED_", "LC_", "LANG"))
    }
    return kept | more


@dataclass(frozen=True)
class Prepared:
    """An example as prepared in this process."""

    sums: str
    checked: Checked


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Prepared]:
    """Each example with its package and the gate's judgement."""
    workspace = open_workspace(workspace_copy(tmp_path_factory.mktemp("examples") / "workspace"))
    result = {}
    for name in EXAMPLES:
        inputs = read_inputs(workspace, name)
        folder = workspace.runs(inputs.recipe) / inputs.run_id
        sums = prepare_package(workspace.folder, name, folder)
        (folder / "run.json").write_bytes(readable(_run_record(inputs, folder)))
        result[name] = Prepared(sums, found(inputs))
    return result


@pytest.mark.parametrize("name", EXAMPLES)
class TestEach:
    def test_its_package_has_the_committed_bytes(self, name: str, prepared: Mapping[str, Prepared]) -> None:
        committed = (CHECKSUMS / f"{name}.txt").read_text(encoding="utf-8")
        assert prepared[name].sums == committed, "meant? .venv/bin/python tests/examples/renew.py"

    def test_its_gate_is_open_by_the_committed_decision(
        self, name: str, prepared: Mapping[str, Prepared]
    ) -> None:
        checked = prepared[name].checked
        reasons = [reason.text("en") for reason in checked.judgement.reasons]
        assert checked.judgement.open, reasons
        assert checked.judgement.decision is not None
        assert checked.judgement.decision.content == checked.run.content

    def test_nothing_is_left_to_be_put_right(self, name: str, prepared: Mapping[str, Prepared]) -> None:
        findings = prepared[name].checked.run.findings
        assert not [finding.code for finding in findings if finding.severity is not Severity.NOTE]

    def test_all_its_committed_decisions_are_about_its_content(
        self, name: str, prepared: Mapping[str, Prepared]
    ) -> None:
        """A decision that names other content would only confuse those who learn from the examples."""
        decisions = prepared[name].checked.decisions
        assert decisions
        assert {decision.content for decision in decisions} == {prepared[name].checked.run.content}


def test_every_dataset_of_the_repository_is_an_example() -> None:
    assert tuple(sorted(path.parent.name for path in ROOT.glob("datasets/*/dataset.yaml"))) == EXAMPLES
    assert sorted(path.stem for path in CHECKSUMS.iterdir()) == list(EXAMPLES)


@pytest.mark.parametrize("where", ELSEWHERE)
def test_other_settings_of_the_machine_give_the_same_bytes(where: str, tmp_path: Path) -> None:
    """Locale, time zone, hash seed, language, and the current folder."""
    workspace = workspace_copy(tmp_path / "workspace")
    elsewhere = tmp_path / "dŵr a thân"
    elsewhere.mkdir()
    program = Path(__file__).with_name("example_packages.py")
    done = subprocess.run(
        [sys.executable, program, workspace, tmp_path / "out", *EXAMPLES],
        cwd=elsewhere,
        env=environment(**ELSEWHERE[where]),
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    committed = {name: (CHECKSUMS / f"{name}.txt").read_text(encoding="utf-8") for name in EXAMPLES}
    assert json.loads(done.stdout) == committed


def test_the_executed_notebook_gives_the_same_account_each_time(tmp_path: Path) -> None:
    """Run twice by the command, in two languages, time zones and folders: the public account does not differ."""
    accounts = []
    for settings in ELSEWHERE.values():
        workspace = workspace_copy(tmp_path / f"in {settings['AGORED_LANGUAGE']}")
        done = subprocess.run(
            [sys.executable, "-m", "agored.cli", "check", "principal-areas", "--json"],
            cwd=workspace / "datasets",
            env=environment(**settings),
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        told = json.loads(done.stdout)
        run = workspace / "runs" / told["dataset"] / told["run"]
        files = {name: (run / name).read_bytes() for name in ("account.cy.html", "account.en.html")}
        files["package"] = (run / "package" / "SHA256SUMS").read_bytes()
        accounts.append(files)
    assert accounts[0] == accounts[1]
    committed = (CHECKSUMS / "principal-areas.txt").read_bytes()
    assert accounts[0]["package"] == committed, "a kernel makes what the library makes by itself"


class TestFigures:
    """The examples restate real figures, and these must be right: totals are the sums of their parts."""

    def rows(self, path: str, header: int) -> list[dict[str, str]]:
        text = (ROOT / "datasets" / path).read_text(encoding="utf-8")
        lines = list(csv.reader(io.StringIO(text, newline="")))[header - 1 :]
        end = next((number for number, line in enumerate(lines) if not any(line)), len(lines))
        names = [name.strip() for name in lines[0]]
        return [dict(zip(names, [cell.strip() for cell in line], strict=True)) for line in lines[1:end]]

    def test_rough_sleepers(self) -> None:
        rows = self.rows("rough-sleepers/source/rough_sleepers.csv", 3)
        months = [name for name in rows[0] if name != "Local authority"]
        assert len(months) == 15
        count = {
            row["Local authority"]: [int(re.match(r"\d+", row[month])[0]) for month in months]  # type: ignore[index]
            for row in rows
        }
        wales = count.pop("Wales")
        assert len(count) == AREAS
        assert [sum(month) for month in zip(*count.values(), strict=True)] == wales

    def test_principal_areas(self) -> None:
        rows = self.rows("principal-areas/source/prif_ardaloedd.csv", 4)
        people = {row["Cod"]: int(row["Poblogaeth canol 2019"].replace(",", "")) for row in rows}
        size = {row["Cod"]: Decimal(row["Arwynebedd (km sgwâr)"].replace(",", "")) for row in rows}
        assert len(people) == len(rows) == AREAS + 1
        assert people.pop(WALES) == sum(people.values())
        assert abs(size.pop(WALES) - sum(size.values())) <= Decimal("0.05") * AREAS, "each is rounded"
        # Known facts of geography, which tell whether each row holds its own figures.
        names = {row["Cod"]: row["Enw Saesneg"] for row in rows}
        assert names[max(size, key=size.__getitem__)] == "Powys"
        assert names[min(size, key=size.__getitem__)] == "Blaenau Gwent"
        assert names[max(people, key=people.__getitem__)] == "Cardiff"
        assert names[min(people, key=people.__getitem__)] == "Merthyr Tydfil"
        assert names[max(people, key=lambda code: people[code] / size[code])] == "Cardiff"
        assert names[min(people, key=lambda code: people[code] / size[code])] == "Powys"

    def test_flying_start(self) -> None:
        rows = self.rows("flying-start/source/hlth1250.csv", 1)
        assert len({row["AreaCode"] for row in rows}) == AREAS + 1
        parts: dict[tuple[str, str], int] = defaultdict(int)
        totals = {}
        for row in rows:
            key = (row["YearCode"], row["RowRef"])
            if row["Measure"] != "1":
                continue
            if row["AreaCode"] == "596":
                totals[key] = int(row["Data"])
            else:
                parts[key] += int(row["Data"])
        assert len(totals) == 9, "three years, three kinds of staff"
        assert totals == parts

    def test_names_and_codes_are_the_lists(self) -> None:
        """The names beside the codes are those that the national list has for them."""
        with (ROOT / "schemas/lists/areas/1.csv").open(encoding="utf-8", newline="") as file:
            known = {row["code"]: (row["title_cy"], row["title_en"]) for row in csv.DictReader(file)}
        rows = self.rows("principal-areas/source/prif_ardaloedd.csv", 4)
        assert {row["Cod"]: (row["Enw Cymraeg"], row["Enw Saesneg"]) for row in rows} == known
