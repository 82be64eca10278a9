"""A workspace made of one case and the real file that it names, and the whole path in this process."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from agored.approving import approve
from agored.checking import Checked, _run_record
from agored.decisions import read_decisions
from agored.findings import Finding
from agored.gate import judge, open_run
from agored.recipe import Mailbox
from agored.records import readable
from agored.run import Preparation, prepare
from agored.words import Bilingual

CASES = Path(__file__).with_name("cases")
FILES = {
    "ardaloedd": "statswales-odata/areas.csv",
    "asthma-admissions": "health/phw/asthma.csv",
    "benefit-claimants": "business-rates/lambeth_council-tax-nndr-benefits.csv",
    "chepstow-air": "air-quality/CHP_2026.csv",
    "community-toilets": "toilets/lambeth_community-toilets.csv",
    "councillors": "councillors/SCTC_councillors_pre--2018_election.csv",
    "dechraun-deg": "statswales/raw_view_cy.csv",
    "flying-start": "statswales/hlth1250/data-orig.csv",
    "flying-start-english": "statswales/raw_view_en.csv",
    "food-banks": "food-banks/gm_food_banks.csv",
    "harrogate-spend": "spend/odileeds-clean/harrogate_2015-07.csv",
    "hmo-wards": "housing/cardiff_hmos_by_ward_2019.csv",
    "invalid-facts": "statswales/invalid/dupe-fact.csv",
    "lambeth-spend": "spend/lambeth/2011-11-payments.csv",
    "mental-health-admissions": "health/Inpatients_MHA_Machine_readable_dataset_1011.csv",
    "misoedd": "statswales/month_ref.csv",
    "mynegai-amddifadedd": "deprivation/lsoa_wimd_2019.csv",
    "oedrannau": "statswales/age_ref_v1.csv",
    "poblogaeth": "statswales-odata/complete-popu1009-pop.csv",
    "rough-sleepers": "housing/rough_sleepers_data.csv",
    "synthetic-people": "pii/presidio_FakeNameGenerator.com_3000.csv",
    "uk-population": "population/wales_population_df.csv",
    "ysbytai": "health/nhs_wales_sites.csv",
}
"""The real file that each case reads."""

STAGES = ("read", "shape", "validate", "protect", "ethics", "package")
GOVERNANCE = Mailbox("Head of information governance", "llywodraethu@cyngor.example.wales")
WHY = Bilingual("Trafodwyd hyn cyn penderfynu.", "This was discussed before the decision.")
_SETTINGS = """agored = 1
[portals.catalogue]
kind = "folder"
path = "portal"
url = "https://data.example.wales/"
"""


def workspace_of(
    folder: Path,
    case: str,
    file: Path,
    recipe: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
) -> Path:
    """A workspace in ``folder`` with the dataset ``case``, whose source is a copy of ``file``.

    ``recipe`` changes the recipe's text: each key stands there once and is replaced. ``without`` are paths of
    the case that are left away: a code list of its own, or its own ``ethics.yaml`` in place of everybody's.
    """
    dataset = folder / "datasets" / case
    shutil.copytree(CASES / case, dataset)
    (folder / "agored.toml").write_text(_SETTINGS, encoding="utf-8")
    if (dataset / "schemas").is_dir():
        shutil.move(dataset / "schemas", folder / "schemas")
    for path in without:
        (dataset / path).unlink()
    if not (dataset / "ethics.yaml").is_file():
        shutil.copyfile(CASES / "ethics.yaml", dataset / "ethics.yaml")
    text = (dataset / "dataset.yaml").read_text(encoding="utf-8")
    for old, new in (recipe or {}).items():
        assert text.count(old) == 1, f"the recipe holds {text.count(old)} times: {old}"
        text = text.replace(old, new)
    (dataset / "dataset.yaml").write_text(text, encoding="utf-8")
    (dataset / "source").mkdir()
    shutil.copyfile(file, dataset / "source" / file.name)
    return folder


@dataclass(frozen=True)
class Ran:
    """A run that went through all stages; ``shown`` is all that it showed to everybody."""

    workspace: Path
    case: str
    run: Preparation
    shown: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.run.findings

    def told(self, severity: str) -> dict[str, int]:
        """Of that severity, how often each ``<code> <field>`` was found."""
        told: dict[str, int] = {}
        for finding in self.findings:
            if finding.severity == severity:
                name = f"{finding.code} {finding.field}" if finding.field else finding.code
                told[name] = told.get(name, 0) + finding.count
        return told

    @property
    def places(self) -> dict[str, str | None]:
        """The first place of each code that blocks."""
        return {each.code: each.place for each in reversed(self.findings) if each.severity == "blocking"}

    @property
    def package(self) -> Path:
        return self.run.folder / "package"

    @property
    def rows(self) -> list[dict[str, str]]:
        """The packaged records of the only resource."""
        (resource,) = self.run.inputs.schemas
        with (self.package / "data" / f"{resource}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def advisories(self) -> list[str]:
        """Each advisory as a decision names it: ``CODE:RESOURCE/FIELD``."""
        return [
            f"{each.code}:{each.resource or ''}/{each.field or ''}"
            for each in self.findings
            if each.severity == "advisory"
        ]


def run_through(workspace: Path, case: str) -> Ran:
    """The whole path of a dataset, in this process."""
    run = prepare(case, str(workspace), "en")
    shown = []
    for stage in STAGES:
        view = getattr(run, stage)()
        shown += [view.html.cy, view.html.en, view.text.cy, view.text.en]
    return Ran(workspace, case, run, "\n".join(shown))


def checked(ran: Ran) -> Checked:
    """What the gate says of a run, by the decisions that stand in the dataset's folder now."""
    inputs = ran.run.inputs
    (ran.run.folder / "run.json").write_bytes(readable(_run_record(inputs, ran.run.folder)))
    run = open_run(ran.run.folder)
    assert run is not None
    decisions = read_decisions(inputs.folder / "decisions", inputs.recipe.identity)
    return Checked(inputs, run, judge(run, decisions, None), decisions)


def reasons(gate: Checked) -> list[str]:
    """Why the gate is closed."""
    return [reason.code for reason in gate.judgement.reasons]


def approved(ran: Ran, accepts: list[str]) -> Checked:
    """What the gate says after an approval of the run's content that accepts these advisories."""
    before = checked(ran)
    approve(before, before.run.content or "", GOVERNANCE, [(name, WHY) for name in accepts])
    return checked(ran)


def cells_of(file: Path, encoding: str, delimiter: str) -> Iterator[str]:
    """Every cell of a CSV file, without the blanks around it."""
    with file.open(encoding=encoding, newline="") as opened:
        for row in csv.reader(opened, delimiter=delimiter):
            yield from (cell.strip() for cell in row)
