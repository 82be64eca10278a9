"""Publishing to a real CKAN while things break: connections, the portal, tokens. The same command again ends it.

`Relay` stands between the client and the portal and breaks what passes through it; both ends are real.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pickle
import select
import socket
import threading
import traceback
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
from conftest import COUNCIL, Releasing
from services import ServiceError, Services, free_ports

from agored.errors import AgoredError, PortalError
from agored.publish import client_for, make_plan, publish
from agored.publish.ckan import CkanPortal
from agored.publish.ckan_connection import Connection, Patience, Token
from agored.store import Release
from agored.words import LANGUAGES
from agored.workspace import Portal

LOOPBACK = "127.0.0.1"
HASTE = Patience(connect=5, read=20, write=60, pauses=())
WRITES = (
    "organization_create",
    "package_create",
    "package_revise",
    "datastore_delete",
    "datastore_create",
    "resource_delete",
)


class Relay:
    """Passes connections on to a server of this machine, one after another, until it is told to break.

    A connection carries one request, as CKAN's own server closes each. From the break on it is dead: it
    closes every connection at once, until `mend`.
    """

    def __init__(self, url: str) -> None:
        self._target = (LOOPBACK, urlsplit(url).port)
        self._listener = socket.create_server((LOOPBACK, 0))
        self.url = f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"
        self.requests: list[str] = []
        self.sent = 0
        self.answers: dict[str, bytes] = {}
        self.mend()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # which ends the waiting for a connection
        self._listener.close()
        self._thread.join(timeout=10)

    def mend(self) -> None:
        """Break nothing, and count from the start."""
        self.requests.clear()
        self.sent = 0
        self._dead = False
        self._before = self._after = self._bytes = 0
        self._during: tuple[str, Callable[[], object]] | None = None

    def cut_before(self, number: int) -> None:
        """Break before the request of this number, from 1, reaches the server."""
        self.mend()
        self._before = number

    def cut_after(self, number: int) -> None:
        """Break after the server has done all that the request asks, and before its answer is back."""
        self.mend()
        self._after = number

    def cut_at_byte(self, number: int) -> None:
        """Break when so many bytes have gone to the server."""
        self.mend()
        self._bytes = number

    def cut_during(self, action: str, happening: Callable[[], object]) -> None:
        """Let something happen, and break, once the server has got the whole request of an action."""
        self.mend()
        self._during = (action, happening)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                with client, contextlib.suppress(OSError):
                    self._pass_on(client)

    def _pass_on(self, client: socket.socket) -> None:
        number = len(self.requests) + 1
        if self._dead or number == self._before:
            self._dead = True
            if number == self._before:
                self.requests.append("-")
            return
        first = client.recv(65536)
        line = first.partition(b"\r\n")[0].decode()
        self.requests.append(line)
        for part, answer in self.answers.items():
            if part in line:
                self._read_whole(client, first)
                client.sendall(answer)
                return
        with socket.create_connection(self._target) as server:
            self._pump(client, server, first, number)

    def _read_whole(self, client: socket.socket, data: bytes) -> None:
        while not whole(data):
            data += client.recv(65536)

    def _pump(self, client: socket.socket, server: socket.socket, data: bytes, number: int) -> None:
        asked = b""
        while True:
            if data:
                asked += data
                self.sent += len(data)
                if self._bytes and self.sent >= self._bytes:
                    server.sendall(data[: len(data) - (self.sent - self._bytes)])
                    self._dead = True
                    return
                server.sendall(data)
                data = b""
                if self._during and self._during[0] in self.requests[-1] and whole(asked):
                    self._during[1]()
                    self._dead = True
                    return
            ready, _, _ = select.select([client, server], [], [], 60)
            if client in ready:
                data = client.recv(65536)
                if not data:
                    return
            if server in ready:
                answer = server.recv(65536)
                if not answer:
                    self._dead = self._dead or number == self._after
                    return
                if number != self._after:
                    client.sendall(answer)


def whole(request: bytes) -> bool:
    """Whether a request has come to its end."""
    head, end, body = request.partition(b"\r\n\r\n")
    lengths = [
        line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    ]
    return bool(end) and len(body) >= int(lengths[0] if lengths else 0)


def is_write(request: str) -> bool:
    """Whether a request's first line tells of an action that changes something."""
    return request.partition("?")[0].split("/")[-2].split(" ")[0].endswith(WRITES)


def answer(status: str, headers: str = "", body: str = "") -> bytes:
    """An HTTP answer."""
    data = body.encode()
    return (
        f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(data)}\r\n{headers}\r\n".encode()
        + data
    )


@pytest.fixture
def relay(ckan: Services) -> Iterator[Relay]:
    """A relay to the portal."""
    with Relay(ckan.url) as opened:
        yield opened


@pytest.fixture
def portal(relay: Relay) -> Portal:
    """The portal as it is reached through the relay."""
    return Portal("prif", "ckan", f"{relay.url}/")


@pytest.fixture
def command(ckan: Services, portal: Portal) -> Callable[[Release], dict[str, Any]]:
    """A function that publishes a release, as a new command would, and gives up at the first failed read."""

    def now(release: Release) -> dict[str, Any]:
        client = CkanPortal(portal, Token(ckan.token, portal.url), HASTE)
        known = tuple(path.name for path in release.folder.parent.iterdir())
        return publish(client, make_plan(client, release, known))

    return now


def outcome(command: Callable[[Release], Any], release: Release) -> PortalError | None:
    """The error that a command ends with, or None."""
    try:
        command(release)
    except PortalError as error:
        return error
    return None


def held(ckan: Services, name: str) -> dict[str, Any] | None:
    """All that the portal holds of a dataset, or None."""
    try:
        found: dict[str, Any] = ckan.action("package_show", {"id": f"{COUNCIL}-{name}"})
    except ServiceError as error:
        if " 404 " not in str(error):
            raise
        return None
    return found


def outline(ckan: Services, name: str) -> str:
    """How far publishing has come: what is the same for every dataset that has come as far."""
    dataset = held(ckan, name)
    if dataset is None:
        return "nothing"
    files = [each["agored_key"] for each in dataset["resources"]]
    table = next((each for each in dataset["resources"] if each["agored_key"].endswith("counts.csv")), None)
    rows: list[Any] | str = "no table"
    if table is not None:
        with contextlib.suppress(ServiceError):
            rows = ckan.action("datastore_search", {"resource_id": table["id"]})["records"]
    extras = {extra["key"]: extra["value"] for extra in dataset["extras"]}
    facts = [dataset["private"], extras.get("issued"), extras.get("agored_release"), table and table["hash"]]
    if "agored_release" in extras:
        facts[2] = extras["agored_release"][:10]
    return json.dumps([facts, files, rows])


def is_done(outline: str) -> bool:
    """Whether an outline is of a dataset that is public and names its release."""
    if outline == "nothing":
        return False
    private, _, release, _ = json.loads(outline)[0]
    assert private is (release is None)
    return not private


def check_it_is_published(ckan: Services, portal: Portal, release: Release, name: str) -> None:
    """The portal holds the release, once, and publishing it again would change nothing."""
    client = CkanPortal(portal, Token(ckan.token, portal.url), HASTE)
    assert client.current(f"{COUNCIL}/{name}") == client.wanted(release)
    query = {"fq": f'+agored_identity:"{COUNCIL}/{name}"', "include_private": True, "include_drafts": True}
    (dataset,) = ckan.action("package_search", query)["results"]
    keys = [each["agored_key"] for each in dataset["resources"]]
    assert len(keys) == len(set(keys)) == 9
    assert not dataset["private"]


def ids(ckan: Services, name: str) -> dict[str, str]:
    """The ids of a dataset and of its resources, of those that are there."""
    dataset = held(ckan, name)
    if dataset is None:
        return {}
    return {"dataset": dataset["id"]} | {each["agored_key"]: each["id"] for each in dataset["resources"]}


# ---------------------------------------------------------------- a connection that breaks


def test_a_new_dataset_at_whatever_request_the_connection_breaks(
    ckan: Services,
    relay: Relay,
    portal: Portal,
    command: Callable[[Release], Any],
    releasing: Releasing,
    organization: Any,
) -> None:
    organization(COUNCIL)
    number, seen = 0, {"nothing"}
    release, name = None, ""
    while True:
        number += 1
        if release is None or held(ckan, name) is not None:
            name = f"toriad-{number}"
            release = releasing.small(name)
        relay.cut_before(number)
        broken = outcome(command, release)
        if broken is None:
            break
        assert (broken.code, broken.exit_code) == ("ckan.cut", 13)
        assert len(relay.requests) == number
        relay.mend()
        so_far = outline(ckan, name)
        # A state that was met before has been finished before.
        if so_far in seen:
            continue
        seen.add(so_far)
        before = ids(ckan, name)
        query = {"fq": f'+agored_identity:"{COUNCIL}/{name}"'}
        assert ckan.action("package_search", query, token="")["count"] == is_done(so_far)
        command(release)
        check_it_is_published(ckan, portal, release, name)
        assert before.items() <= ids(ckan, name).items()
    # Nothing, an empty private dataset, its files, its table, and all of it.
    assert number > 30
    assert len(seen) == 5


def test_an_update_at_whatever_request_the_connection_breaks(
    ckan: Services, relay: Relay, portal: Portal, command: Callable[[Release], Any], releasing: Releasing
) -> None:
    name = "toriad-diweddaru"
    one = releasing.small(name)
    other = releasing.small(name, "4", issued="2026-12-01", previous=one)
    command(one)
    before, done = ids(ckan, name), outline(ckan, name)
    number, seen = 0, {done}
    at, release = one, other
    while True:
        number += 1
        relay.cut_before(number)
        broken = outcome(command, release)
        if broken is None:
            break
        assert (broken.code, broken.exit_code) == ("ckan.cut", 13)
        relay.mend()
        so_far = outline(ckan, name)
        assert ids(ckan, name) == before
        if so_far == done:
            continue
        if so_far not in seen:
            seen.add(so_far)
            command(release)
            check_it_is_published(ckan, portal, release, name)
            assert ids(ckan, name) == before
        elif release.name[:10] not in json.loads(so_far)[0][2]:
            command(release)
        # And back again, which is an update too.
        at, release = release, at
        done = outline(ckan, name)
    relay.mend()
    check_it_is_published(ckan, portal, release, name)
    assert number > 25


def test_a_write_whose_answer_is_lost(
    ckan: Services,
    relay: Relay,
    portal: Portal,
    command: Callable[[Release], Any],
    releasing: Releasing,
    organization: Any,
) -> None:
    organization(COUNCIL)
    relay.mend()
    command(releasing.small("ateb-coll"))
    writes = [number for number, line in enumerate(relay.requests, 1) if is_write(line)]
    assert [line.split("/")[-2].split(" ")[0] for line in relay.requests if is_write(line)] == [
        "package_create",
        "package_revise",
        "datastore_delete",
        "datastore_create",
        "package_revise",
    ]
    for number in writes:
        name = f"ateb-coll-{number}"
        release = releasing.small(name)
        relay.cut_after(number)
        with pytest.raises(PortalError, match="broke"):
            command(release)
        relay.mend()
        before = ids(ckan, name)
        assert before
        command(release)
        check_it_is_published(ckan, portal, release, name)
        assert before.items() <= ids(ckan, name).items()


def test_an_updating_write_whose_answer_is_lost(
    ckan: Services, relay: Relay, portal: Portal, command: Callable[[Release], Any], releasing: Releasing
) -> None:
    name = "ateb-coll-diweddaru"
    one = releasing.small(name)
    other = releasing.small(name, "4", issued="2026-12-01", previous=one)
    command(one)
    before = ids(ckan, name)
    relay.mend()
    command(other)
    for number in [number for number, line in enumerate(relay.requests, 1) if is_write(line)]:
        release = one if other.name[:10] == json.loads(outline(ckan, name))[0][2] else other
        relay.cut_after(number)
        with pytest.raises(PortalError, match="broke"):
            command(release)
        relay.mend()
        command(release)
        check_it_is_published(ckan, portal, release, name)
        assert ids(ckan, name) == before


def test_a_connection_that_breaks_in_the_middle_of_an_upload(
    ckan: Services,
    relay: Relay,
    portal: Portal,
    command: Callable[[Release], Any],
    releasing: Releasing,
    organization: Any,
) -> None:
    organization(COUNCIL)
    relay.mend()
    command(releasing.small("canol"))
    sent = relay.sent
    for part in (2, 4):
        name = f"canol-{part}"
        release = releasing.small(name)
        relay.cut_at_byte(sent * part // 5)
        with pytest.raises(PortalError, match="broke"):
            command(release)
        relay.mend()
        assert not is_done(outline(ckan, name))
        command(release)
        check_it_is_published(ckan, portal, release, name)


def test_a_read_is_tried_again_and_a_write_is_not(
    ckan: Services, relay: Relay, portal: Portal, releasing: Releasing, organization: Any
) -> None:
    organization(COUNCIL)
    release = releasing.small("eto")
    waiting = threading.Event()

    def mend_later() -> None:
        waiting.wait(0.3)
        relay.mend()

    patience = Patience(connect=5, read=20, write=60, pauses=(0.5, 0.5))
    client = CkanPortal(portal, Token(ckan.token, portal.url), patience)
    relay.cut_before(3)
    helper = threading.Thread(target=mend_later)
    helper.start()
    plan = make_plan(client, release, ())
    helper.join()
    busy = answer("503 Service Unavailable")
    relay.answers["/package_create"] = busy
    with pytest.raises(PortalError) as error:
        publish(client, plan)
    assert error.value.code == "ckan.server"
    assert sum("/package_create" in line for line in relay.requests) == 1
    relay.answers["/package_show"] = busy
    relay.requests.clear()
    with pytest.raises(PortalError) as error:
        client.current(f"{COUNCIL}/eto")
    assert error.value.facts["status"] == "503"
    assert len(relay.requests) == 3
    relay.answers.clear()
    publish(client, make_plan(client, release, ()))


# ---------------------------------------------------------------- a portal that is killed


@pytest.mark.parametrize("action", ["package_revise", "datastore_create"])
def test_a_portal_killed_half_way(
    ckan: Services,
    relay: Relay,
    portal: Portal,
    command: Callable[[Release], Any],
    releasing: Releasing,
    action: str,
) -> None:
    name = f"lladd-{action.replace('_', '-')}"
    one = releasing.small(name)
    command(one)
    before = ids(ckan, name)
    other = releasing.small(name, "4", issued="2026-12-01", previous=one)
    relay.cut_during(f"/{action}", ckan.stop_ckan)
    try:
        with pytest.raises(PortalError) as broken:
            command(other)
        relay.mend()
        with pytest.raises(PortalError) as gone:
            command(other)
    finally:
        ckan.start_ckan()
    assert broken.value.code == "ckan.cut"
    assert gone.value.code == "ckan.cut"
    assert held(ckan, name) is not None
    command(other)
    check_it_is_published(ckan, portal, other, name)
    assert ids(ckan, name) == before


# ---------------------------------------------------------------- what is wrong, said clearly


def both(error: AgoredError) -> dict[str, str]:
    """The error's message in both languages, whole."""
    said = {language: error.message(language) for language in LANGUAGES}
    assert said["cy"] != said["en"]
    assert "{" not in said["cy"] + said["en"]
    return said


def of_environment(portal: Portal, token: str | None, monkeypatch: pytest.MonkeyPatch) -> CkanPortal:
    """The client as a command makes it, with a token in the environment."""
    monkeypatch.delenv(portal.token_variable, raising=False)
    if token is not None:
        monkeypatch.setenv(portal.token_variable, token)
    client = client_for(portal)
    assert isinstance(client, CkanPortal)
    return client


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (None, "token-missing"),
        ("", "token-missing"),
        (" \n", "token-missing"),
        ("dau air", "token-form"),
        ("llinell\nnewydd", "token-form"),
        ("tŷ-cyfrinachol", "token-form"),
    ],
)
def test_a_token_that_cannot_be_one(monkeypatch: pytest.MonkeyPatch, token: str | None, code: str) -> None:
    portal = Portal("ail-borth", "ckan", "https://ckan.example.wales/")
    with pytest.raises(PortalError) as error:
        of_environment(portal, token, monkeypatch)
    assert error.value.code == f"ckan.{code}"
    said = both(error.value)
    assert all("AGORED_TOKEN_AIL_BORTH" in text and "ail-borth" in text for text in said.values())
    assert not token or token.strip() == "" or token not in "".join(said.values())


def test_a_wrong_token(
    ckan: Services, monkeypatch: pytest.MonkeyPatch, releasing: Releasing, organization: Any
) -> None:
    organization(COUNCIL)
    portal = Portal("prif", "ckan", f"{ckan.url}/")
    release = releasing.small("tocyn-anghywir")
    for work in (
        lambda client: make_plan(client, release, ()),
        lambda client: client.current(f"{COUNCIL}/tocyn-anghywir"),
        lambda client: client.apply(release),
        lambda client: client.fetch(f"{COUNCIL}/tocyn-anghywir", release.folder),
    ):
        with pytest.raises(PortalError) as error:
            work(of_environment(portal, "nid-tocyn-y-porth-hwn", monkeypatch))
        assert error.value.code == "ckan.token-refused"
        assert "AGORED_TOKEN_PRIF" in both(error.value)["en"]
    assert held(ckan, "tocyn-anghywir") is None


def test_a_token_that_is_taken_back_meanwhile(
    ckan: Services, releasing: Releasing, organization: Any
) -> None:
    council = organization(COUNCIL)["id"]
    token = ckan.user_token("dros-dro")
    ckan.action("organization_member_create", {"id": council, "username": "dros-dro", "role": "editor"})
    client = CkanPortal(Portal("prif", "ckan", f"{ckan.url}/"), Token(token, ckan.url))
    release = releasing.small("tocyn-dros-dro")
    plan = make_plan(client, release, ())
    for each in ckan.action("api_token_list", {"user_id": "dros-dro"}):
        ckan.action("api_token_revoke", {"jti": each["id"]})
    with pytest.raises(PortalError) as error:
        publish(client, plan)
    assert error.value.code == "ckan.not-allowed"
    both(error.value)


def test_a_portal_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    portal = Portal("prif", "ckan", f"http://{LOOPBACK}:{port}/")
    client = CkanPortal(portal, Token("tocyn", portal.url), HASTE)
    with pytest.raises(PortalError) as error:
        client.releases(f"{COUNCIL}/x")
    assert error.value.code == "ckan.no-connection"
    assert all(f"{LOOPBACK}:{port}" in text for text in both(error.value).values())


def test_a_portal_whose_address_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    # What a machine without a network, or with a mistyped address, finds; without asking a name server.
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("NO_PROXY", "*")
    portal = Portal("prif", "ckan", "https://ckan.cyngor.invalid/")
    with pytest.raises(PortalError) as error:
        CkanPortal(portal, Token("tocyn", portal.url), HASTE).releases(f"{COUNCIL}/x")
    assert error.value.code == "ckan.no-address"
    assert "ckan.cyngor.invalid" in both(error.value)["cy"]


def test_a_portal_that_does_not_answer_in_time() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        url = f"http://{LOOPBACK}:{listener.getsockname()[1]}/"
        portal = Portal("prif", "ckan", url)
        patience = Patience(connect=1, read=0.2, write=0.2, pauses=(0, 0))
        with pytest.raises(PortalError) as error:
            CkanPortal(portal, Token("tocyn", url), patience).releases(f"{COUNCIL}/x")
        with Connection(portal, Token("tocyn", url), COUNCIL, patience) as connection:
            for late in (
                lambda: connection.tell("package_create"),
                lambda: connection.send("package_revise", {"match": "{}"}, ()),
                lambda: connection.download("dataset/x", public=True),
            ):
                with pytest.raises(PortalError) as error:
                    late()
                assert error.value.code == "ckan.timeout"
    both(error.value)


def test_a_token_is_not_sent_in_the_clear() -> None:
    portal = Portal("prif", "ckan", "http://ckan.example.wales/")
    with pytest.raises(PortalError) as error:
        CkanPortal(portal, Token("tocyn", portal.url)).releases(f"{COUNCIL}/x")
    assert error.value.code == "ckan.not-https"
    both(error.value)


HTML = answer("200 OK", "Content-Type: text/html\r\n", "<!DOCTYPE html><title>Croeso</title>")


@pytest.mark.parametrize(
    ("request_", "reply", "code"),
    [
        (
            "/api/",
            answer("301 Moved", "Location: https://newydd.example.wales/api/action/x?k=1\r\n"),
            "redirect",
        ),
        ("/dataset/", answer("302 Found", "Location: /user/login\r\n"), "redirect"),
        ("/api/", answer("500 Internal Server Error", "", '{"success": false}'), "server"),
        ("/package_revise", answer("502 Bad Gateway"), "server"),
        ("/dataset/", answer("504 Gateway Timeout"), "server"),
        ("/package_show", answer("429 Too Many Requests"), "server"),
        ("/api/", HTML, "not-ckan"),
        ("/api/", answer("404 Not Found", "", "<html>"), "not-ckan"),
        ("/api/", answer("200 OK", "", '{"success": true, "result": 3}'), "not-ckan"),
        ("/api/", answer("400 Bad Request", "", '{"error": "x"}'), "not-ckan"),
        (
            "/status_show",
            answer("200 OK", "", '{"success": true, "result": {"extensions": []}}'),
            "no-datastore",
        ),
        ("/package_revise", answer("413 Payload Too Large"), "file-too-large"),
        ("/datastore_create", answer("413 Payload Too Large"), "too-large"),
        (
            "/package_revise",
            answer(
                "409 Conflict",
                "",
                '{"error": {"__type": "Validation Error", "resources": [{"upload": ["x"]}]}}',
            ),
            "file-too-large",
        ),
        (
            "/package_create",
            answer(
                "409 Conflict", "", '{"error": {"__type": "Validation Error", "notes": ["Tŷ"], "A b": []}}'
            ),
            "invalid",
        ),
        (
            "/package_search",
            answer("409 Conflict", "", '{"error": {"__type": "Search Error", "message": "Tŷ"}}'),
            "search",
        ),
        (
            "/organization_create",
            answer("403 Forbidden", "", '{"error": {"__type": "Authorization Error", "message": "Tŷ"}}'),
            "organization-missing",
        ),
        (
            "/package_revise",
            answer("404", "", '{"error": {"__type": "Not Found Error", "message": "Tŷ"}}'),
            "changed",
        ),
        ("/dataset/", answer("404 Not Found"), "publish.not-verified"),
        ("/dataset/", answer("200 OK", "", "arall"), "publish.not-verified"),
        ("/dataset/", answer("200 OK").replace(b"Length: 0", b"Length: 9"), "cut"),
    ],
    ids=lambda value: value[9:12].decode() if isinstance(value, bytes) else value.strip("/"),
)
def test_what_the_portal_answers_is_told_clearly(
    ckan: Services,
    relay: Relay,
    portal: Portal,
    releasing: Releasing,
    name: str,
    request_: str,
    reply: bytes,
    code: str,
) -> None:
    organization = "cyngor-newydd-eto" if request_ == "/organization_create" else COUNCIL
    chosen = Portal(portal.name, "ckan", portal.url, organization=organization)
    client = CkanPortal(chosen, Token(ckan.token, portal.url), HASTE)
    release = releasing.small(name)
    relay.answers[request_] = reply
    with pytest.raises(PortalError) as error:
        publish(client, make_plan(client, release, ()))
    assert error.value.code == (code if "." in code else f"ckan.{code}")
    assert error.value.exit_code == 13
    said = "".join(both(error.value).values())
    # Not a word of the portal's own: nobody knows what it quotes.
    assert "Tŷ" not in said
    assert "A b" not in said
    if code == "redirect":
        assert error.value.facts["target"] in ("https://newydd.example.wales/", "/")
    if code == "file-too-large":
        assert error.value.facts["file"] == "package.zip"
    assert not is_done(outline(ckan, name))


def test_a_redirection_gets_no_token(ckan: Services, relay: Relay, portal: Portal) -> None:
    with Relay(ckan.url) as elsewhere:
        relay.answers["/api/"] = answer(
            "307 Temporary Redirect", f"Location: {elsewhere.url}/api/action/x\r\n"
        )
        with pytest.raises(PortalError, match="sends on"):
            CkanPortal(portal, Token(ckan.token, portal.url), HASTE).releases(f"{COUNCIL}/x")
        assert elsewhere.requests == []


def test_a_token_is_shown_to_its_own_portal_only() -> None:
    import requests

    token = Token("cyfrinach-y-porth", "https://ckan.example.wales/")
    for url, shown in (
        ("https://ckan.example.wales/api/action/x", True),
        ("https://ckan.example.wales:443/y", True),
        ("http://ckan.example.wales/api", False),
        ("https://ckan.example.wales:8443/", False),
        ("https://ckan.example.wales.example.org/", False),
        ("https://files.example.wales/", False),
    ):
        prepared = token(requests.Request("GET", url).prepare())
        assert ("Authorization" in prepared.headers) is shown, url
    assert "cyfrinach" not in repr(token) + str(token) + f"{token}"
    with pytest.raises(TypeError) as error:
        pickle.dumps(token)
    assert "cyfrinach" not in str(error.value)


# ---------------------------------------------------------------- two portals


def test_two_portals_one_down(
    ckan: Services, relay: Relay, releasing: Releasing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGORED_TOKEN_PRIF", ckan.token)
    name = "dau-borth"
    release = releasing.small(name)
    portals = [
        Portal("catalog", "folder", "https://data.example.wales/", path=tmp_path / "portal"),
        Portal("prif", "ckan", f"{relay.url}/"),
    ]

    def everywhere() -> dict[str, str]:
        """What came of each, as a command that goes on after a failure finds."""
        came = {}
        for portal in portals:
            try:
                client = client_for(portal)
                came[portal.name] = str(
                    publish(client, make_plan(client, release, (release.name,)))["changed"]
                )
            except PortalError as error:
                came[portal.name] = error.code
        return came

    relay.cut_before(20)
    first = everywhere()
    relay.mend()
    second = everywhere()
    assert first["catalog"] != "0"
    assert first["prif"] == "ckan.cut"
    assert second["catalog"] == "0"
    assert second["prif"] not in ("0", "ckan.cut")
    assert everywhere() == {"catalog": "0", "prif": "0"}


# ---------------------------------------------------------------- the token is found nowhere


def test_the_token_is_found_nowhere(
    ckan: Services,
    relay: Relay,
    releasing: Releasing,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    token = ckan.user_token("caneri")
    monkeypatch.setenv("AGORED_TOKEN_PRIF", token)
    ckan.action("organization_create", {"name": "cyngor-y-caneri"})
    member = {"id": "cyngor-y-caneri", "username": "caneri", "role": "editor"}
    ckan.action("organization_member_create", member)
    portal = Portal("prif", "ckan", f"{relay.url}/", organization="cyngor-y-caneri")
    release = releasing.small("caneri")
    client = client_for(portal)
    assert isinstance(client, CkanPortal)
    client._patience = HASTE
    told = Told([repr(client), str(client), repr(vars(client))])

    def fails() -> None:
        with pytest.raises(PortalError) as failed:
            publish(client, make_plan(client, release, (release.name,)))
        told.extend(everything_of(failed.value))

    for number in (1, 4, 12, 14, 18):
        relay.cut_before(number)
        fails()
    relay.mend()
    location = "Location: https://newydd.example.wales/\r\n"
    for request_, reply in (
        ("/api/", answer("301 Moved", location)),
        ("/api/", HTML),
        ("/package_show", answer("500 Error")),
        ("/package_revise", answer("413 Large")),
        ("/dataset/", answer("301 Moved", location)),
    ):
        relay.answers = {request_: reply}
        fails()
    relay.answers = {}
    plan = make_plan(client, release, (release.name,))
    receipt = publish(client, plan)
    client.fetch(f"{COUNCIL}/caneri", tmp_path / "store")
    told += [json.dumps(plan.to_json()), json.dumps(receipt), repr(plan)]
    told += everything_of(not_pickled(client))
    printed = capsys.readouterr()
    told += [printed.out, printed.err, caplog.text]

    hidden = forms(token)
    assert not any(form in text for form in hidden for text in told)
    files = [path for folder in (tmp_path, releasing.folder) for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in [*files, *ckan.logs()]:
        data = path.read_bytes()
        assert not any(form.encode() in data for form in hidden), path.name
    assert all(
        part not in os.environ.get(name, "")
        for name in os.environ
        if name != "AGORED_TOKEN_PRIF"
        for part in hidden
    )


def not_pickled(client: CkanPortal) -> TypeError:
    """What pickling a client comes to."""
    with pytest.raises(TypeError) as error:
        pickle.dumps(client)
    return error.value


class Told(list[str]):
    """Texts that were found, which do not show themselves among the values of a frame."""

    def __repr__(self) -> str:
        return "Told()"


def forms(token: str) -> set[str]:
    """A token, and the parts and writings of it by which it would be found."""
    return {token, urllib.parse.quote(token), token[:40], token[-40:], token[40:90]}


def everything_of(error: BaseException) -> Iterator[str]:
    """All that can be shown of an error and of what led to it, the values in its frames included."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or one in seen:
            continue
        seen.append(one)
        yield from (str(one), repr(one), repr(vars(one)))
        yield from traceback.format_exception(one)
        yield from traceback.TracebackException.from_exception(one, capture_locals=True).format()
        if isinstance(one, AgoredError):
            yield from (one.message(language) for language in LANGUAGES)
            yield repr(pickle.dumps(one))
        waiting += [one.__cause__, one.__context__]
