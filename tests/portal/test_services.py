"""The portal that the other tests publish to is a real one, and it ends when they do."""

from __future__ import annotations

import ipaddress
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import provision
import pytest
import requests
from ckanapi import NotAuthorized, RemoteCKAN
from services import Services

Ensure = Callable[[str], dict[str, Any]]

TIMEOUT = {"timeout": (5, 60)}


@pytest.fixture
def dataset(ckan: Services, organization: Ensure, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A dataset of this test's own."""
    owner = organization("cyngor-prawf")["id"]
    name = request.node.name.replace("_", "-")
    made: dict[str, Any] = ckan.action(
        "package_create", {"name": name, "title": f"Tŷ {name}", "owner_org": owner}
    )
    return made


def test_ckan_answers(ckan: Services) -> None:
    status = ckan.action("status_show", token="")
    assert status["ckan_version"] == provision.ckan_version() == "2.12.0"
    assert status["site_url"] == ckan.url
    assert {"activity", "datastore", "text_view", "datatables_view"} <= set(status["extensions"])


def test_solr_finds_a_new_dataset_at_once(ckan: Services, dataset: dict[str, Any]) -> None:
    # By its exact name: the words of it are in other tests' datasets too.
    found = ckan.action("package_search", {"fq": f'+name:"{dataset["name"]}"'}, token="")
    assert [result["title"] for result in found["results"]] == [dataset["title"]]


def test_datastore_keeps_rows(ckan: Services, dataset: dict[str, Any]) -> None:
    fields = [{"id": "ward", "type": "text"}, {"id": "count", "type": "int"}]
    records = [{"ward": "Tŷ Du", "count": 3}, {"ward": "Pen-y-fâl", "count": 14}]
    table = {
        "resource": {"package_id": dataset["id"]},
        "fields": fields,
        "records": records,
        "primary_key": "ward",
    }
    resource = ckan.action("datastore_create", table)["resource_id"]
    found = ckan.action("datastore_search", {"resource_id": resource, "filters": {"ward": "Tŷ Du"}}, token="")
    assert [(row["ward"], row["count"]) for row in found["records"]] == [("Tŷ Du", 3)]


def test_an_uploaded_file_is_read_back(ckan: Services, dataset: dict[str, Any], tmp_path: Path) -> None:
    content = "ward,count\nTŷ Du,3\n".encode()
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with RemoteCKAN(ckan.url, apikey=ckan.token) as portal, path.open("rb") as file:
        resource = portal.call_action(
            "resource_create",
            {"package_id": dataset["id"], "format": "CSV"},
            files={"upload": file},
            requests_kwargs=TIMEOUT,
        )
    assert resource["url"].startswith(f"{ckan.url}/dataset/")
    assert requests.get(resource["url"], timeout=60).content == content


def test_a_killed_portal_comes_back_as_it_was(ckan: Services, dataset: dict[str, Any]) -> None:
    address = ckan.url
    ckan.stop_ckan()
    try:
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=5)
    finally:
        ckan.start_ckan()
    assert ckan.url == address
    assert ckan.action("package_show", {"id": dataset["name"]}) == dataset


def test_an_ordinary_user_has_their_own_rights(ckan: Services, organization: Ensure) -> None:
    name = "swyddog"
    council = organization("cyngor-swyddog")["id"]
    token = ckan.user_token(name)
    new = {"name": "gan-swyddog", "owner_org": council}
    with RemoteCKAN(ckan.url, apikey=token) as portal:
        with pytest.raises(NotAuthorized):
            portal.call_action("package_create", new, requests_kwargs=TIMEOUT)
        ckan.action("organization_member_create", {"id": council, "username": name, "role": "editor"})
        assert portal.call_action("package_create", new, requests_kwargs=TIMEOUT)["name"] == new["name"]
    assert ckan.user_token(name) != token


def test_nothing_listens_beyond_loopback(ckan: Services) -> None:
    heard = [address for pid in ckan.process_ids() for address in listening(pid)]
    assert len(heard) == len(ckan.process_ids()) == 4
    assert all(address.is_loopback for address in heard), heard


def test_the_logs_tell_of_every_request(ckan: Services) -> None:
    requests.get(f"{ckan.url}/dataset?q=caneri-yn-y-cyfeiriad", timeout=60)
    logs = {path.stem: path.read_text(encoding="utf-8") for path in ckan.logs()}
    assert {"ckan", "postgres", "redis", "solr"} <= set(logs)
    assert "caneri-yn-y-cyfeiriad" in logs["ckan"]
    assert "caneri-yn-y-cyfeiriad" in logs["solr"]
    assert not any(ckan.token in text for text in logs.values())


def test_a_server_ends_when_the_tests_are_killed(tmp_path: Path) -> None:
    start = (
        "import sys, time; from pathlib import Path; from services import Process; here = Path(sys.argv[1]);"
    )
    start += "server = Process(['sleep', '60'], here / 'log', environment={}, folder=here);"
    start += "print(server.pid, flush=True); time.sleep(60)"
    tests = subprocess.Popen(
        [sys.executable, "-c", start, str(tmp_path)], cwd=provision.HERE, stdout=subprocess.PIPE, text=True
    )
    assert tests.stdout
    server = int(tests.stdout.readline())
    wait_until(lambda: command_of(server).startswith("sleep"))
    tests.send_signal(signal.SIGKILL)
    tests.communicate()
    wait_until(lambda: command_of(server) == "")


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AGORED_TEST_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {"redis-server", "java", "javac", "mvn", "gcc", "pg_config"} <= set(provision.missing())


def test_what_is_made_once_is_made_again_only_from_other_things(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "thing"
    built: list[str] = []

    def build(beside: Path) -> None:
        assert beside != folder
        (beside / "file").write_text(str(len(built)))
        built.append(beside.name)

    for made_from in ("a", "a", "b"):
        assert provision.cached(folder, made_from, build) == folder
    assert len(built) == 2
    assert (folder / "file").read_text() == "1"


def test_what_failed_half_way_is_not_taken_for_whole(tmp_path: Path) -> None:
    def fail(beside: Path) -> None:
        (beside / "half").touch()
        raise provision.ServiceError("no network")

    with pytest.raises(provision.ServiceError):
        provision.cached(tmp_path / "thing", "a", fail)
    assert not (tmp_path / "thing").exists()
    provision.cached(tmp_path / "thing", "a", lambda _: None)
    assert not (tmp_path / "thing" / "half").exists()


def listening(pid: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return the addresses that a process listens on, as Linux tells them."""
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    addresses = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            local, state, inode = (line.split()[column] for column in (1, 3, 9))
            if state == "0A" and f"socket:[{inode}]" in links:
                addresses.append(read_address(local.partition(":")[0]))
    return addresses


def read_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Read an address as /proc writes it: words of four bytes, the lowest byte first."""
    raw = bytes.fromhex(text)
    address = ipaddress.ip_address(b"".join(raw[start : start + 4][::-1] for start in range(0, len(raw), 4)))
    # Java listens on IPv4 addresses by way of IPv6 ones.
    return getattr(address, "ipv4_mapped", None) or address


def command_of(pid: int) -> str:
    """Return a process's command, or nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something that happens soon, and fail when it does not."""
    limit = time.monotonic() + 10
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.02)
