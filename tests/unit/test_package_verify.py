"""Verifying a package and a release, in a folder, an archive and at an address; and every way to tamper with it."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import package_made as made
import pytest

from agored.errors import VerificationFailed
from agored.package import content_hash, sums, zip_package
from agored.package.carriers import ArchiveCarrier, is_safe
from agored.package.verify import Verified, verify, verify_folder
from agored.recipe import Contributor


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release, never changed by a test."""
    folder = tmp_path_factory.mktemp("release")
    return folder / made.release(folder, "2026-02-03")


@pytest.fixture
def release(pristine: Path, tmp_path: Path) -> Path:
    return shutil.copytree(pristine, tmp_path / pristine.name)


@pytest.fixture
def package(release: Path) -> Path:
    return release / "package"


def faults(target: Path | str) -> set[str]:
    """The codes of what is wrong with a target, without their common beginning."""
    with pytest.raises(VerificationFailed) as caught:
        verify(str(target))
    assert caught.value.exit_code == 16
    for language in ("cy", "en"):
        assert "{" not in caught.value.message(language)
    named = caught.value.problems or (caught.value,)
    return {problem.code.removeprefix("verify.") for problem in named}


def resum(folder: Path) -> None:
    """Write the checksums anew, as somebody would who tampers with care."""
    if (folder / "package").is_dir():
        resum(folder / "package")
    (folder / "SHA256SUMS").write_bytes(sums(folder))


def rewrite(path: Path, change: Callable[[Any], None]) -> None:
    """Change a JSON file."""
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False))


def test_a_release_a_package_and_an_archive_are_as_listed(pristine: Path) -> None:
    expected = json.loads((pristine / "package/release.json").read_bytes())["hash"]
    assert verify(str(pristine)) == Verified(21, expected)
    assert verify(str(pristine / "package")) == Verified(15, expected)
    assert verify(str(pristine / "package.zip")) == Verified(15, expected)
    assert verify_folder(pristine) == Verified(21, expected)


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def _link(path: Path) -> None:
    target = path.with_name("elsewhere")
    path.rename(target)
    path.symlink_to(target.name)


TAMPERED: dict[str, tuple[Callable[[Path], Any], set[str]]] = {
    "a cell": (lambda p: _append(p / "data/shelters.csv"), {"changed"}),
    "a file gone": (lambda p: (p / "changes.json").unlink(), {"missing"}),
    "a file more": (lambda p: (p / "more.csv").write_text("a"), {"extra"}),
    "a hidden file more": (lambda p: (p / "data/.hidden").write_text("a"), {"extra"}),
    "a code list": (lambda p: _append(p / "codes/areas-1.csv"), {"changed"}),
    "a file as a link": (lambda p: _link(p / "data/shelters.csv"), {"extra", "link", "missing"}),
    "a line that is none": (lambda p: _append(p / "SHA256SUMS"), {"line"}),
    "a list of nothing": (
        lambda p: (p / "SHA256SUMS").write_bytes(b""),
        {"extra", "unlisted", "content-hash", "unreadable"},
    ),
    "a list that is no text": (
        lambda p: (p / "SHA256SUMS").write_bytes(b"\xff\xfe"),
        {"extra", "unlisted", "unreadable"},
    ),
}


@pytest.mark.parametrize(("tamper", "expected"), TAMPERED.values(), ids=TAMPERED)
def test_tampering_is_found(package: Path, tamper: Callable[[Path], Any], expected: set[str]) -> None:
    tamper(package)
    assert faults(package) <= expected
    assert faults(package) & expected


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../outside", "data/../../x", "a\\b", "C:/x", "data//x", "./x"]
)
def test_a_list_that_names_files_elsewhere_is_refused(package: Path, name: str) -> None:
    line = f"{hashlib.sha256(b'').hexdigest()}  {name}\n"
    (package / "SHA256SUMS").write_bytes((package / "SHA256SUMS").read_bytes() + line.encode())
    assert faults(package) == {"path"}
    assert not is_safe(name)


def test_a_file_listed_twice_is_told(package: Path) -> None:
    lines = (package / "SHA256SUMS").read_bytes()
    (package / "SHA256SUMS").write_bytes(lines + lines.splitlines(keepends=True)[0])
    assert faults(package) == {"twice"}


def _content(data: Any) -> None:
    data["content"]["disclosure"]["rough-sleepers"]["threshold"] = "1"


def _content_with_hash(data: Any) -> None:
    _content(data)
    data["hash"] = content_hash(data["content"])


CAREFUL: dict[str, tuple[Callable[[Path], Any], set[str]]] = {
    "a cell": (lambda p: _append(p / "data/shelters.csv"), {"data", "resources"}),
    "a code list": (lambda p: _append(p / "codes/areas-1.csv"), {"data"}),
    "a table more": (lambda p: (p / "data/more.csv").write_text("a\n"), {"data"}),
    "a table gone": (lambda p: (p / "data/shelters.csv").unlink(), {"data"}),
    "a schema": (
        lambda p: rewrite(p / "schemas/shelters.json", lambda data: data["fields"].pop()),
        {"schema"},
    ),
    "a schema more": (lambda p: (p / "schemas/more.json").write_text("{}"), {"schema"}),
    "the content": (lambda p: rewrite(p / "release.json", _content), {"content-hash"}),
    "the content’s hash": (
        lambda p: rewrite(p / "release.json", lambda data: data.update(hash="sha256:" + "0" * 64)),
        {"content-hash"},
    ),
    "a title": (
        lambda p: rewrite(p / "datapackage.json", lambda data: data.update(title_cy="Arall")),
        {"texts"},
    ),
    "a joined title": (
        lambda p: rewrite(p / "datapackage.json", lambda data: data.update(title="Arall")),
        {"texts"},
    ),
    "a contact": (
        lambda p: rewrite(p / "datapackage.json", lambda data: data["contact"].update(mailbox="a@b.c")),
        {"texts"},
    ),
    "a contact in the standard’s own place": (
        lambda p: rewrite(
            p / "datapackage.json", lambda data: data["contributors"][-1].update(email="a@b.c")
        ),
        {"texts"},
    ),
    "no contributors": (
        lambda p: rewrite(p / "datapackage.json", lambda data: data.update(contributors=[])),
        {"unreadable"},
    ),
    "a licence": (
        lambda p: rewrite(p / "datapackage.json", lambda data: data["licenses"][0].update(name="CC0-1.0")),
        {"texts"},
    ),
    "another file for a resource": (
        lambda p: rewrite(
            p / "datapackage.json", lambda data: data["resources"][0].update(path="data/shelters.csv")
        ),
        {"resources"},
    ),
    "a file far away for a resource": (
        lambda p: rewrite(
            p / "datapackage.json", lambda data: data["resources"][0].update(path="https://x.wales/a.csv")
        ),
        {"resources"},
    ),
    "another identity": (
        lambda p: rewrite(p / "datapackage.json", lambda data: data.update(id="arall/arall")),
        {"resources"},
    ),
    "an answer": (
        lambda p: rewrite(p / "ethics.json", lambda data: data["principles"]["fairness"].update(score=5)),
        {"texts"},
    ),
    "no answer": (
        lambda p: rewrite(p / "ethics.json", lambda data: data.pop("personal_data")),
        {"texts"},
    ),
    "a reason for a change": (
        lambda p: rewrite(
            p / "changes.json",
            lambda data: data["resources"][0]["shape"][2].update(reason={"cy": "A", "en": "B"}),
        ),
        {"texts"},
    ),
    "a value of the policy": (
        lambda p: rewrite(
            p / "changes.json",
            lambda data: data["resources"][0]["protect"]["values"].update(threshold="1"),
        ),
        {"texts"},
    ),
    "changes of nothing": (lambda p: (p / "changes.json").write_text("{}"), {"unreadable"}),
    "changes of other things": (
        lambda p: (p / "changes.json").write_text('{"resources": 1}'),
        {"unreadable"},
    ),
    "no record": (lambda p: (p / "provenance.json").unlink(), {"unlisted"}),
    "a broken record": (lambda p: (p / "datapackage.json").write_text("{"), {"unreadable"}),
    "a record that is a list": (lambda p: (p / "release.json").write_text("[]"), {"unreadable"}),
    "a record of other things": (lambda p: (p / "datapackage.json").write_text("{}"), {"unreadable"}),
    "a content of other things": (
        lambda p: (p / "release.json").write_text(
            json.dumps({"content": {"resources": 1}, "hash": content_hash({"resources": 1})})
        ),
        {"unreadable"},
    ),
    "a content that is no JSON": (
        lambda p: (p / "release.json").write_text('{"content": {"a": NaN}, "hash": ""}'),
        {"unreadable"},
    ),
}


@pytest.mark.parametrize(("tamper", "expected"), CAREFUL.values(), ids=CAREFUL)
def test_tampering_with_new_checksums_is_found(
    package: Path, tamper: Callable[[Path], Any], expected: set[str]
) -> None:
    tamper(package)
    resum(package)
    assert faults(package) & expected


def _on_the_same_day(release: Path) -> None:
    for name in ("decision.json", "since.json"):
        rewrite(release / name, lambda data: data.update(release=data["release"] + "-2"))


RELEASE: dict[str, tuple[Callable[[Path], Any], set[str]]] = {
    "a decision about another content": (
        lambda p: rewrite(p / "decision.json", lambda data: data.update(content="sha256:" + "0" * 64)),
        {"decision", "since"},
    ),
    "a decision about another dataset": (
        lambda p: rewrite(p / "decision.json", lambda data: data.update(dataset="arall/arall")),
        {"decision", "since"},
    ),
    "a release by another name": (
        lambda p: rewrite(p / "decision.json", lambda data: data.update(release="2026-02-03-00000000")),
        {"decision", "since"},
    ),
    "no decision": (lambda p: (p / "decision.json").unlink(), {"unlisted", "decision"}),
    "no archive": (lambda p: (p / "package.zip").unlink(), {"unlisted"}),
    "an archive that is none": (lambda p: (p / "package.zip").write_bytes(b"PK"), {"archive"}),
    "content with a hash of its own": (
        lambda p: rewrite(p / "package/release.json", _content_with_hash),
        {"decision", "texts", "twin"},
    ),
    "a release of the same content on the same day": (lambda p: _on_the_same_day(p), set()),
    "changes of another release": (
        lambda p: rewrite(p / "since.json", lambda data: data.update(release="2026-02-02-00000000")),
        {"since"},
    ),
    "changes of another content": (
        lambda p: rewrite(p / "since.json", lambda data: data.update(content="sha256:" + "0" * 64)),
        {"since"},
    ),
    "changes since a release that the decision does not name": (
        lambda p: rewrite(
            p / "since.json", lambda data: data.update(previous={"release": "2026-02-02-00000000"})
        ),
        {"since"},
    ),
    "changes since what is no release": (
        lambda p: rewrite(p / "since.json", lambda data: data.update(previous=["x"])),
        {"since"},
    ),
    "changes since no release where the decision names one": (
        lambda p: rewrite(p / "decision.json", lambda data: data.update(previous="2026-02-02-00000000")),
        {"since"},
    ),
    "changes that say nothing": (lambda p: (p / "since.json").write_text("{}"), {"unreadable"}),
    "changes that were never kept": (lambda p: (p / "since.json").unlink(), set()),
    "notes that the archive has not": (lambda p: _append(p / "package/notes.cy.html"), {"twin"}),
}


@pytest.mark.parametrize(("tamper", "expected"), RELEASE.values(), ids=RELEASE)
def test_a_release_holds_together(release: Path, tamper: Callable[[Path], Any], expected: set[str]) -> None:
    tamper(release)
    resum(release)
    if expected:
        assert faults(release) == expected
    else:
        verify(str(release))


def test_the_package_s_own_list_must_fit_the_release_s(release: Path) -> None:
    (release / "package/SHA256SUMS").write_bytes(b"")
    (release / "SHA256SUMS").write_bytes(sums(release))
    assert faults(release) == {"twin"}


def test_all_faults_are_told_at_once(package: Path) -> None:
    (package / "data/shelters.csv").unlink()
    _append(package / "notes.en.html")
    (package / "more").write_text("")
    with pytest.raises(VerificationFailed) as caught:
        verify(str(package))
    message = caught.value.message("en")
    assert all(name in message for name in ("data/shelters.csv", "notes.en.html", "more"))


@pytest.mark.parametrize("target", ["nothing-here", "folder", "https:///"])
def test_what_is_no_package_is_told(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    expected = {"unreachable"} if ":" in target else {"nothing"}
    assert faults(target if ":" in target else tmp_path / target) == expected


def _archive(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes], deflate: bool = False) -> Path:
    kind = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as archive:
        for entry, data in entries:
            archive.writestr(entry, data, kind)
    return path


def _symbolic(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize("name", ["../outside", "/absolute", "data/../../x"])
def test_an_archive_that_reaches_outside_is_refused(tmp_path: Path, name: str) -> None:
    assert faults(_archive(tmp_path / "a.zip", ("SHA256SUMS", b""), (name, b"x"))) == {"archive"}


def test_an_archive_with_a_link_is_refused(tmp_path: Path) -> None:
    target = _archive(tmp_path / "a.zip", ("SHA256SUMS", b""), (_symbolic("data"), b"/etc/passwd"))
    assert faults(target) == {"archive"}


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    target = _archive(tmp_path / "a.zip", ("SHA256SUMS", b"\n" * 5_000_000), deflate=True)
    assert target.stat().st_size < 10_000
    assert faults(target) == {"archive"}


def test_an_archive_of_too_many_files_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(10_001):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    with pytest.raises(VerificationFailed) as caught:
        ArchiveCarrier(file, "a.zip")
    assert caught.value.code == "verify.archive"


def test_a_changed_byte_in_an_archive_is_told(pristine: Path, tmp_path: Path) -> None:
    data = (pristine / "package.zip").read_bytes()
    assert data.count(b"Croeso") == 1
    target = tmp_path / "package.zip"
    target.write_bytes(data.replace(b"Croeso", b"Croesa"))
    assert "archive" in faults(target)


def test_an_archive_packed_again_by_somebody_is_fine(package: Path, tmp_path: Path) -> None:
    names = [path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()]
    entries = [(name, (package / name).read_bytes()) for name in names]
    target = _archive(tmp_path / "again.zip", *entries, deflate=True)
    assert verify(str(target)).files == 15


def test_an_archive_that_holds_a_file_twice_is_refused(package: Path, tmp_path: Path) -> None:
    zip_package(package, tmp_path / "a.zip")
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr("data/shelters.csv", b"x")
    assert "twice" in faults(tmp_path / "a.zip")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Leading(BaseHTTPRequestHandler):
    """A server that sends whoever asks to a file of their own machine."""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "file:///etc/passwd")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Breaking(BaseHTTPRequestHandler):
    """A server that promises more than it sends."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"part")

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Refusing(BaseHTTPRequestHandler):
    """A server that has a fault of its own."""

    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    servers: list[ThreadingHTTPServer] = []

    def start(handler: Any) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def address(release: Path, serve: Callable[[Any], str]) -> str:
    """The address at which the release is published."""
    return f"{serve(functools.partial(_Quiet, directory=str(release.parent)))}/{release.name}"


def test_a_published_release_is_verified_at_its_address(address: str, release: Path) -> None:
    expected = verify(str(release))
    assert verify(address) == verify(address + "/") == expected
    assert verify(address + "/package").content_hash == expected.content_hash
    assert verify(address + "/package.zip").content_hash == expected.content_hash


def test_a_published_release_that_changed_is_found(address: str, release: Path) -> None:
    _append(release / "package/data/shelters.csv")
    (release / "account.cy.html").unlink()
    assert faults(address) == {"changed", "missing"}


def test_an_address_with_nothing_is_told(address: str) -> None:
    assert faults(address + "/nothing") == {"nothing"}
    assert faults(address + "/nothing.zip") == {"nothing"}


def test_an_address_that_does_not_answer_is_told(serve: Callable[[Any], str]) -> None:
    assert faults("http://127.0.0.1:9/x") == {"unreachable"}
    for handler in (_Leading, _Breaking, _Refusing):
        assert faults(serve(handler) + "/x") == {"unreachable"}
    assert faults("http://[/x") == {"unreachable"}


def test_verifying_needs_no_heavy_library() -> None:
    script = (
        "import sys, agored.package.verify as v\n"
        "heavy = {'pyarrow', 'frictionless', 'great_expectations', 'pandas', 'jinja2', 'papermill'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_contributor_may_be_a_contact_too(tmp_path: Path) -> None:
    facts = made.recipe().package
    contributors = (*facts.contributors, Contributor("Arall / Other", ("contact",)))
    recipe = replace(made.recipe(), package=replace(facts, contributors=contributors))
    made.made(tmp_path / "package", recipe)
    assert verify(str(tmp_path / "package")).files == 15
