"""The commands as a user gives them: what they answer, how they end, and what they leave alone."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from endtoend_made import (
    BROKEN,
    CANARY,
    COUNTS,
    DATASET,
    GUARD,
    IDENTITY,
    WAITING,
    Commands,
    Said,
    Story,
    contents,
    lines,
    make_dataset,
    recipe,
    source,
)

from agored.package.verify import verify_folder

FINDING: dict[str, type | tuple[type, ...]] = {
    "code": str,
    "severity": str,
    "stage": str,
    "owner": str,
    "resource": (str, type(None)),
    "field": (str, type(None)),
    "place": (str, type(None)),
    "rows": list,
    "count": int,
    "total": (int, type(None)),
    "detail": dict,
}


class TestCheck:
    def test_its_json_has_the_promised_shape(self, story: Story) -> None:
        told = story.said["check"].json
        assert list(told) == ["dataset", "run", "content_hash", "gate", "reasons", "findings"]
        assert told["dataset"] == IDENTITY
        assert re.fullmatch(r"[0-9a-f]{16}", told["run"])
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", told["content_hash"])
        assert told["gate"] == "closed"
        assert told["reasons"] == [{"code": "no-approval", "content": told["content_hash"][7:15]}]
        assert told["findings"]
        for finding in told["findings"]:
            assert list(finding) == list(FINDING)
            for key, kind in FINDING.items():
                assert isinstance(finding[key], kind), key

    def test_it_ends_well_though_nobody_has_decided(self, story: Story) -> None:
        assert story.said["check"].code == 0

    def test_the_run_holds_reports_in_both_languages_and_no_leftovers(self, story: Story) -> None:
        runs = story.now.folder / "runs" / IDENTITY
        run = runs / story.said["check"].json["run"]
        for name in ("report.cy.html", "report.en.html", "account.cy.html", "account.en.html"):
            assert (run / name).is_file()
        assert not list(runs.glob("*.partial"))


class TestPublish:
    def test_without_apply_nothing_but_the_run_is_touched(self, story: Story) -> None:
        assert story.said["plan"].code == 0
        (outcome,) = story.said["plan"].json["portals"]
        assert outcome["outcome"] == "planned"
        assert story.untouched

    def test_the_plan_is_what_is_then_done(self, story: Story) -> None:
        (planned,) = story.said["plan"].json["portals"]
        (published,) = story.said["publish"].json["portals"]
        assert published["outcome"] == "published"
        assert published["plan"] == planned["plan"]
        release = published["release"]
        listed = {change["subject"] for change in planned["plan"]["changes"]}
        held = contents(story.now.published / release)
        assert listed == {f"file/{place}/{name}" for place in (release, "latest") for name in held}

    def test_again_it_changes_no_byte(self, story: Story) -> None:
        (outcome,) = story.said["publish again"].json["portals"]
        assert outcome["outcome"] == "unchanged"
        assert outcome["plan"]["changes"] == []
        assert story.unchanged

    def test_what_has_changed_must_be_checked_and_approved_first(self, story: Story) -> None:
        for step in ("publish unchecked", "publish changed", "publish unapproved"):
            assert story.said[step].code == 12, step
            assert story.said[step].json["error"]["class"] == "GateClosed"
        (reason,) = story.said["publish unapproved"].json["error"]["problems"]
        assert reason["code"] == "gate.no-approval"


class TestReleases:
    """A figure is corrected: two releases, one after the other."""

    def names(self, story: Story) -> tuple[str, str]:
        first = story.said["publish"].json["portals"][0]["release"]
        second = story.said["publish corrected"].json["portals"][0]["release"]
        return first, second

    def test_they_form_a_chain(self, story: Story) -> None:
        first, second = self.names(story)
        assert first != second
        decisions = {
            name: json.loads((story.now.folder / "releases" / IDENTITY / name / "decision.json").read_bytes())
            for name in (first, second)
        }
        assert decisions[first]["previous"] is None
        assert decisions[second]["previous"] == first
        change = decisions[second]["change"]
        assert change["kind"] == "correction"
        assert change["reason"] == {
            "cy": "Roedd y cyngor wedi camgyfrif.",
            "en": "The council had miscounted.",
        }

    def test_latest_is_the_second_and_the_first_is_kept(self, story: Story) -> None:
        first, second = self.names(story)
        store = story.now.folder / "releases" / IDENTITY
        assert contents(story.now.published / "latest") == contents(store / second)
        assert contents(story.now.published / second) == contents(store / second)
        assert contents(story.now.published / first) == contents(store / first)
        assert (
            verify_folder(story.now.published / first).content_hash
            == story.said["check"].json["content_hash"]
        )
        assert {path.name for path in story.now.published.iterdir()} == {first, second, "latest"}

    def test_only_the_changed_figure_differs(self, story: Story) -> None:
        first, second = self.names(story)
        tables = [
            (story.now.published / name / "package" / "data" / f"{DATASET}.csv")
            .read_text("utf-8")
            .splitlines()
            for name in (first, second)
        ]
        changed = [pair for pair in zip(*tables, strict=True) if pair[0] != pair[1]]
        assert changed == [("W06000023,2024-06,10,", "W06000023,2024-06,20,")]

    @pytest.mark.parametrize("language", ["cy", "en"])
    def test_the_page_tells_of_both(self, story: Story, language: str) -> None:
        page = (story.now.portal / language / IDENTITY / "index.html").read_text(encoding="utf-8")
        first, _ = self.names(story)
        assert f"{first}/package.zip" in page
        assert story.said["check changed"].json["content_hash"].removeprefix("sha256:") in page
        reason = {"cy": "Roedd y cyngor wedi camgyfrif.", "en": "The council had miscounted."}
        assert reason[language] in page

    def test_status_tells_where_each_dataset_stands(self, story: Story) -> None:
        before = {each["dataset"]: each["state"] for each in story.said["new"].json}
        assert before == {WAITING: "unchecked", DATASET: "unchecked", BROKEN: "broken"}
        after = {each["dataset"]: each["state"] for each in story.said["status"].json}
        assert after == {WAITING: "waiting", DATASET: "published", BROKEN: "broken"}

    def test_going_back_needs_a_new_decision(self, story: Story, tmp_path: Path) -> None:
        """The first content's approval is spent: other content was released after it, and its run tells nothing of
        what changed since."""
        agored = story.now.copied(tmp_path / "w")
        agored.change_source("Powys", COUNTS["Powys"])
        said = agored("publish", DATASET, "--apply", "--json")
        assert (said.code, said.json["error"]["code"]) == (12, "gate.released-since")
        assert agored("check", DATASET).code == 0
        said = agored("publish", DATASET, "--apply", "--json")
        assert said.code == 12
        assert [problem["code"] for problem in said.json["error"]["problems"]] == ["gate.spent"]


class TestRecall:
    def recall(self, agored: Commands, content: str) -> None:
        name = f"2026-11-23-{content.removeprefix('sha256:')[:8]}-recall.yaml"
        text = f"""decision: 1
kind: recall
dataset: {IDENTITY}
content: {content}
by: {{role: Llywodraethu gwybodaeth, mailbox: llywodraethu@cyngor.example.wales}}
date: 2026-11-23
reason: {{cy: Roedd ffigur yn anghywir., en: A figure was wrong.}}
"""
        (agored.folder / "datasets" / DATASET / "decisions" / name).write_text(text, encoding="utf-8")

    def test_it_closes_the_gate_for_good(self, story: Story, tmp_path: Path) -> None:
        agored = story.now.copied(tmp_path / "w")
        content = story.said["check changed"].json["content_hash"]
        self.recall(agored, content)
        said = agored("publish", DATASET, "--apply", "--json")
        assert said.code == 12
        assert "gate.recall" in [problem["code"] for problem in said.json["error"]["problems"]]
        assert agored.approve(DATASET, content).code in (0, 12)
        again = agored("publish", DATASET, "--apply", "--json")
        assert again.code == 12, "an approval does not undo a recall"


class TestStore:
    def test_a_lost_store_is_fetched_from_the_catalogue(self, story: Story, tmp_path: Path) -> None:
        agored = story.now.copied(tmp_path / "w")
        before = contents(agored.folder / "releases")
        shutil.rmtree(agored.folder / "releases")
        pulled = agored("pull", DATASET, "--json")
        assert pulled.code == 0, pulled.err
        assert contents(agored.folder / "releases") == before
        assert sorted(pulled.json["catalogue"]) == sorted({name.split("/")[2] for name in before})
        assert agored("pull", DATASET, "--json").json == {"catalogue": []}

    def test_nothing_is_published_over_releases_that_the_store_lacks(
        self, story: Story, tmp_path: Path
    ) -> None:
        agored = story.corrected.copied(tmp_path / "w")
        shutil.rmtree(agored.folder / "releases")
        portal = contents(agored.portal)
        said = agored("publish", DATASET, "--apply", "--json")
        assert said.code == 13
        assert said.json["error"]["code"] == "publish.store-lacks"
        assert contents(agored.portal) == portal


class TestOffline:
    """The whole story was told without the network."""

    def test_nothing_tried_to_leave_the_machine(self, story: Story) -> None:
        assert lines(story.guard / "attempts") == []

    def test_every_kernel_was_guarded(self, story: Story) -> None:
        kernels = [line for line in story.started if "ipykernel_launcher" in line]
        assert len(kernels) == 7, "three checks, a plan, three times published"
        assert len(story.started) - len(kernels) == len(story.said), "every command"

    def test_the_guard_would_have_noticed(self, tmp_path: Path) -> None:
        code = (
            "import socket, urllib.request\n"
            "for attempt in (lambda: socket.create_connection(('192.0.2.1', 80)),\n"
            "                lambda: urllib.request.urlopen('http://data.example.wales/'),\n"
            "                lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))):\n"
            "    try: attempt()\n"
            "    except OSError: continue\n"
            "    raise SystemExit('not refused')\n"
        )
        environment = {"PYTHONPATH": str(GUARD), "GUARD_ATTEMPTS": str(tmp_path / "attempts")}
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        assert lines(tmp_path / "attempts") == [
            "socket.getaddrinfo 192.0.2.1",
            "socket.getaddrinfo data.example.wales",
            "socket.sendto 192.0.2.1",
        ]


class TestWarnings:
    """In the whole story, a warning raised in Agored's own code would have been an error."""

    def test_each_command_ended_as_it_should(self, story: Story) -> None:
        assert not [step for step, said in story.said.items() if "Warning" in said.out + said.err]

    @pytest.mark.parametrize(("module", "code"), [("agored.run", 1), ("agored", 1), ("agoredig", 0)])
    def test_the_guard_would_have_noticed(self, story: Story, module: str, code: int) -> None:
        program = f"import warnings; warnings.warn_explicit('x', FutureWarning, 'x.py', 1, module='{module}')"
        done = subprocess.run([sys.executable, "-c", program], env=story.now.environment, capture_output=True)
        assert done.returncode == code


@pytest.fixture(scope="session")
def troubled(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A workspace in which things go wrong."""
    return story.now.copied(tmp_path_factory.mktemp("troubled") / "w")


class TestToken:
    def test_a_token_in_the_environment_is_in_no_file(
        self, story: Story, troubled: Commands, endings: dict[str, Said]
    ) -> None:
        """After checks, publishing and commands that failed; in none of the usual ways to write it."""
        ways = {
            CANARY,
            urllib.parse.quote(CANARY, safe=""),
            base64.b64encode(CANARY.encode()).decode().rstrip("=")[:-1],
            CANARY.encode().hex(),
        }
        assert CANARY in troubled.environment.values()
        failed = f"runs/cyngor-enghraifft/{WAITING}/*/publish/main/error.json"
        assert list(troubled.folder.glob(failed)), "the portal was asked, with the token"
        for folder in (story.now.folder.parent, troubled.folder):
            for path in folder.rglob("*"):
                if path.is_file():
                    data = path.read_bytes()
                    assert not [way for way in ways if way.encode() in data], path
        for said in (*story.said.values(), *endings.values()):
            assert not [way for way in ways if way in said.out + said.err]


@pytest.fixture(scope="session")
def endings(story: Story, troubled: Commands) -> dict[str, Said]:
    """How commands end in situations that people get into."""
    agored = troubled
    said: dict[str, Said] = {}
    said["no such option"] = agored("check", DATASET, "--quickly")
    said["no dataset given"] = agored("check")
    said["no such command"] = agored("chekc")
    said["no such dataset"] = agored("check", "cyfrif-arall")
    said["recipe broken"] = agored("check", BROKEN)

    said["nobody approved"] = agored("publish", WAITING, "--apply")
    content = story.said["check waiting"].json["content_hash"]
    said["wrong content"] = agored.approve(WAITING, "0" * 8)
    said["assessor approves"] = agored(
        "approve", WAITING, "--content", content, "--role", "Tai", "--mailbox", assessor(agored)
    )
    agored.approve(WAITING, content)
    said["portal out of reach"] = agored("publish", WAITING, "--apply")
    said["portal out of reach, run"] = agored("run", WAITING, "--json")

    missing = make_dataset(agored.folder, "ar-goll", recipe("ar-goll", "catalogue"), b"")
    said["source empty"] = agored("check", "ar-goll")
    (missing / "source" / "cyfrif.csv").write_bytes(source(COUNTS).replace(b"Conwy", b"Conwy \xff\xfe"))
    said["source not text"] = agored("check", "ar-goll", "--json")
    (missing / "source" / "cyfrif.csv").unlink()
    said["source missing"] = agored("check", "ar-goll")

    wrong = source(COUNTS).replace(b"Gwynedd ,8", b"Gwynedd ,wyth")
    make_dataset(agored.folder, "anghywir", recipe("anghywir", "catalogue"), wrong)
    said["data wrong"] = agored("check", "anghywir", "--json")
    said["data wrong, run"] = agored("run", "anghywir", "--json")

    package = agored.published / "latest" / "package" / "data" / f"{DATASET}.csv"
    package.write_bytes(package.read_bytes().replace(b"20", b"25", 1))
    said["package changed"] = agored("verify", f"portal/data/{IDENTITY}/latest")
    said["nothing to verify"] = agored("verify", "portal/nowhere")

    own = agored.folder / "own"
    own.mkdir()
    notebook = json.loads((GUARD.parents[2] / "notebooks" / "prepare.ipynb").read_text(encoding="utf-8"))
    broken = next(cell for cell in notebook["cells"] if cell["id"] == "read")
    broken["source"] = ["reading = run.read()\n", "{}[open('datasets/cyfrif/source/cyfrif.csv').read()]"]
    (own / "prepare.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    settings = agored.folder / "agored.toml"
    settings.write_text(f'notebooks = "own"\n{settings.read_text(encoding="utf-8")}', encoding="utf-8")
    said["notebook broken"] = agored("check", DATASET)
    settings.write_text("agored = 2\n", encoding="utf-8")
    said["settings too new"] = agored("check", DATASET)
    settings.unlink()
    said["no workspace"] = agored("status")
    return said


def assessor(agored: Commands) -> str:
    """The mailbox of whoever assessed the ethics, in capital letters, which make it no other mailbox."""
    record = (agored.folder / "datasets" / WAITING / "ethics.yaml").read_text(encoding="utf-8")
    found = re.search(r"assessor: .*mailbox: ([^}\s]+)", record)
    assert found is not None
    return found[1].upper()


ENDINGS = {
    "no such option": 2,
    "no dataset given": 2,
    "no such command": 2,
    "no such dataset": 10,
    "recipe broken": 10,
    "settings too new": 10,
    "no workspace": 10,
    "source missing": 11,
    "source empty": 11,
    "source not text": 11,
    "nobody approved": 12,
    "wrong content": 12,
    "assessor approves": 12,
    "data wrong": 12,
    "data wrong, run": 12,
    "portal out of reach": 13,
    "portal out of reach, run": 13,
    "notebook broken": 14,
    "package changed": 16,
    "nothing to verify": 16,
}


class TestEndings:
    @pytest.mark.parametrize(("situation", "code"), ENDINGS.items())
    def test_each_situation_has_its_code_and_a_message(
        self, endings: dict[str, Said], situation: str, code: int
    ) -> None:
        said = endings[situation]
        assert said.code == code, said.err
        assert "Traceback" not in said.out + said.err
        if code != 12 or "wrong" not in situation:
            assert said.err.strip(), "what is wrong is said"

    def test_all_were_tried(self, endings: dict[str, Said]) -> None:
        assert set(endings) == set(ENDINGS)

    def test_a_mistake_in_a_recipe_is_told_with_its_line_and_what_was_meant(
        self, endings: dict[str, Said]
    ) -> None:
        assert "line 4" in endings["recipe broken"].err
        assert "tilte" in endings["recipe broken"].err
        assert "“title”" in endings["recipe broken"].err

    def test_wrong_data_is_a_finding_with_its_place(self, endings: dict[str, Said]) -> None:
        told = endings["data wrong"].json
        assert told["content_hash"] is None
        (finding,) = [each for each in told["findings"] if each["code"].startswith("validation.")]
        assert finding["severity"] == "blocking"
        assert (finding["field"], finding["count"]) == ("count", 1)
        assert finding["place"].startswith("B4")
        assert finding["rows"] == [4]

    def test_no_value_is_quoted(self, endings: dict[str, Said]) -> None:
        for said in endings.values():
            assert "wyth" not in said.out + said.err
            assert "Conwy" not in said.out + said.err

    def test_a_broken_notebook_is_told_by_places_alone(self, endings: dict[str, Said]) -> None:
        said = endings["notebook broken"]
        assert "KeyError" in said.err
        assert "cell:2" in said.err
        assert "Gwynedd" not in said.err

    def test_json_is_one_document_though_a_portal_failed(self, endings: dict[str, Said]) -> None:
        told = endings["portal out of reach, run"].json
        assert (told["dataset"], told["portals"]) == (f"cyngor-enghraifft/{WAITING}", [])
        assert told["error"]["class"] == "PortalError"

    def test_an_error_as_json_tells_its_class_and_code(self, endings: dict[str, Said]) -> None:
        error = endings["source not text"].json["error"]
        assert (error["class"], error["code"]) == ("SourceError", "read.not-text")
        assert error["message"] in endings["source not text"].err


@pytest.mark.parametrize("language", ["cy", "en"])
def test_each_command_has_help(story: Story, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    from agored.cli import COMMANDS, main

    for name in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help", "--language", language])
        assert ended.value.code == 0
        assert len(capsys.readouterr().out.splitlines()) > 4


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_an_encoding_without_welsh_letters_stops_nothing(story: Story, encoding: str) -> None:
    """Windows gives a command whose output goes to a file cp1252, which has no ŵ; older ones have no ’ either."""
    environment = {"PYTHONIOENCODING": f"{encoding}:strict", "AGORED_LANGUAGE": "cy"}
    for options in ((), ("--json",)):
        said = story.now("status", *options, **environment, PYTHONUTF8="0")
        assert said.code == 0, said.err
    assert {each["dataset"] for each in said.json} == {WAITING, DATASET, BROKEN}
