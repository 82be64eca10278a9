"""Verify a package or a release: that every file is as listed, and that the record tells of these very files.

It works on a package's folder, a release's folder (the package, its archive, the decision and the account), the
archive of a package, and the address of a published release. It uses Python's own library only, so that
anybody can run it.

What it cannot tell: that the list of checksums is the publisher's own. For that, compare the content's hash
with the one on the publisher's page.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from agored.errors import VerificationFailed
from agored.package.approved import holds, path_of, texts, texts_told
from agored.package.carriers import (
    COUNT_LIMIT,
    ArchiveCarrier,
    Carrier,
    FolderCarrier,
    WebCarrier,
    fetched,
    is_safe,
)
from agored.package.content import content_hash
from agored.package.files import SUMS
from agored.records import canonical, digest

RECORD_LIMIT = 64_000_000
"""The largest record, in bytes, that is read as a whole."""
REQUIRED = (
    "changes.json",
    "datapackage.json",
    "ethics.json",
    "notes.cy.html",
    "notes.en.html",
    "provenance.json",
    "release.json",
)
"""What every package holds, beside its tables and schemas."""
RELEASE_REQUIRED = ("decision.json", "package.zip", f"package/{SUMS}")
"""What every release holds, beside its package."""
SINCE = "since.json"
"""What changed since the release before; the first releases of all had none."""
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


@dataclass(frozen=True)
class Verified:
    """How many files were found to be as listed, and the hash of the content that they are."""

    files: int
    content_hash: str


def verify(target: str) -> Verified:
    """Verify a folder, an archive or an http(s) address.

    Raises VerificationFailed: with each fault among its ``problems``, or alone where there is nothing to check.
    """
    if target.startswith(("http://", "https://")):
        if not target.endswith(".zip"):
            return _verify(WebCarrier(target))
        with fetched(target) as file:
            if file is None:
                raise VerificationFailed("verify.nothing", target=target)
            return _verify(ArchiveCarrier(file, target))
    path = Path(target)
    if path.is_dir():
        return verify_folder(path)
    if path.is_file():
        with path.open("rb") as file:
            return _verify(ArchiveCarrier(file, path.name))
    raise VerificationFailed("verify.nothing", target=target)


def verify_folder(path: Path) -> Verified:
    """Verify the folder of a package or of a release; raises VerificationFailed as ``verify`` does."""
    return _verify(FolderCarrier(path))


def _verify(carrier: Carrier) -> Verified:
    check = _Check(carrier, list(carrier.faults()))
    listed = check.listed()
    is_release = "package/datapackage.json" in listed
    content = check.release(listed) if is_release else check.package("", listed)
    if check.faults:
        raise VerificationFailed("verify.faults", tuple(check.faults), target=carrier.target)
    return Verified(len(listed), content)


@dataclass
class _Check:
    """One verification: the carrier, the faults found so far, and the records read on the way, by name."""

    carrier: Carrier
    faults: list[VerificationFailed]
    records: dict[str, bytes] = field(default_factory=dict)

    def fault(self, code: str, **facts: str) -> None:
        self.faults.append(VerificationFailed(f"verify.{code}", **facts))

    def listed(self) -> dict[str, str]:
        """The listed checksums, each found to be right or told as a fault."""
        with self.carrier.open(SUMS) as file:
            if file is None:
                raise VerificationFailed("verify.nothing", target=self.carrier.target)
            listed = self.sums(SUMS, self._whole(SUMS, file))
        for name, expected in listed.items():
            try:
                self._compare(name, expected)
            except VerificationFailed as fault:
                if fault.code == "verify.unreachable":
                    raise
                self.faults.append(fault)
        there = self.carrier.names()
        for name in there or ():
            if name not in listed and name != SUMS:
                self.fault("extra", file=name)
        return listed

    def _compare(self, name: str, expected: str) -> None:
        with self.carrier.open(name) as file:
            if file is None:
                self.fault("missing", file=name)
                return
            is_record = name.endswith((".json", SUMS))
            if is_record:
                self.records[name] = self._whole(name, file)
                actual = digest(self.records[name])
            else:
                actual = "sha256:" + _hash(file)
                if name == "package.zip":
                    self._archive(name, file)
            if actual != expected:
                self.fault("changed", file=name)

    def _whole(self, name: str, file: IO[bytes]) -> bytes:
        data = file.read(RECORD_LIMIT + 1)
        if len(data) > RECORD_LIMIT:
            self.fault("large", file=name)
            return b""
        return data

    def _archive(self, name: str, file: IO[bytes]) -> None:
        """Keep what the release's archive holds, to compare it with the package's folder."""
        file.seek(0)
        try:
            archive = ArchiveCarrier(file, name)
            self.faults += archive.faults()
            hashes = {}
            for each in archive.names():
                with archive.open(each) as entry:
                    if entry is not None:
                        hashes[each] = "sha256:" + _hash(entry)
        except VerificationFailed as fault:
            self.faults.append(fault)
            return
        self.records[name] = canonical(hashes)

    def sums(self, name: str, data: bytes) -> dict[str, str]:
        """A list of checksums, by file, in the form that ``sha256sum`` writes."""
        try:
            lines = data.decode().splitlines()
        except UnicodeDecodeError:
            self.fault("unreadable", file=name)
            return {}
        listed: dict[str, str] = {}
        for number, line in enumerate(lines[: COUNT_LIMIT + 1], start=1):
            match = _LINE.fullmatch(line)
            if match is None:
                self.fault("line", file=name, line=str(number))
            elif not is_safe(match[2]):
                self.fault("path", file=name, line=str(number))
            elif match[2] in listed:
                self.fault("twice", file=match[2])
            else:
                listed[match[2]] = f"sha256:{match[1]}"
        if len(lines) > COUNT_LIMIT:
            self.fault("large", file=name)
        return listed

    def release(self, listed: Mapping[str, str]) -> str:
        """Check a release: its package, its archive and its decision tell of the same content."""
        for name in RELEASE_REQUIRED:
            if name not in listed:
                self.fault("unlisted", file=name)
        prefix = "package/"
        inside = {
            name.removeprefix(prefix): value for name, value in listed.items() if name.startswith(prefix)
        }
        own = f"{prefix}{SUMS}"
        if own in self.records and self.sums(own, self.records[own]) != {
            name: value for name, value in inside.items() if name != SUMS
        }:
            self.fault("twin", file=own)
        if "package.zip" in self.records and json.loads(self.records["package.zip"]) != inside:
            self.fault("twin", file="package.zip")
        content = self.package(prefix, {name: value for name, value in inside.items() if name != SUMS})
        decision = self._record("decision.json")
        release = str(decision.get("release", ""))
        told = (decision.get("content"), decision.get("dataset"))
        identity = self._record(f"{prefix}datapackage.json").get("id")
        named = re.fullmatch(r"\d{4}-\d{2}-\d{2}-([0-9a-f]{8})(-\d+)?", release)
        if told != (content, identity) or named is None or named[1] != content[7:15]:
            self.fault("decision", file="decision.json")
        if SINCE in listed and decision:
            self._since(decision)
        return content

    def _since(self, decision: Mapping[str, Any]) -> None:
        """Check that the record of what changed is about this release and the one that its decision names."""
        since = self._record(SINCE)
        if not since:
            return  # which was told
        previous = since.get("previous")
        named = previous.get("release") if isinstance(previous, Mapping) else previous
        told = {key: since.get(key) for key in ("dataset", "release", "content")} | {"previous": named}
        if any(decision.get(key) != value for key, value in told.items()):
            self.fault("since", file=SINCE)

    def package(self, prefix: str, listed: Mapping[str, str]) -> str:
        """Check a package's record against its files; gives the content's hash."""
        for name in REQUIRED:
            if name not in listed:
                self.fault("unlisted", file=prefix + name)
        release = self._record(f"{prefix}release.json")
        stated = str(release.get("hash", ""))
        try:
            content = release["content"]
            if content_hash(content) == stated:
                self._tables(prefix, listed, content)
                self._descriptor(prefix, content)
                self._statements(prefix, content)
            else:
                self.fault("content-hash", file=f"{prefix}release.json")
        except (KeyError, TypeError, AttributeError, ValueError):
            self.fault("unreadable", file=f"{prefix}release.json")
        return stated

    def _tables(self, prefix: str, listed: Mapping[str, str], content: Mapping[str, Any]) -> None:
        data = {path_of(each["name"], each["kind"]): each["data"] for each in content["resources"]}
        schemas = {f"schemas/{each['name']}.json": each["schema"] for each in content["resources"]}
        for name in sorted({name for name in listed if name.startswith(("data/", "codes/"))} | set(data)):
            if listed.get(name) != data.get(name):
                self.fault("data", file=prefix + name)
        for name in sorted({name for name in listed if name.startswith("schemas/")} | set(schemas)):
            if digest(canonical(self._record(prefix + name))) != schemas.get(name):
                self.fault("schema", file=prefix + name)

    def _descriptor(self, prefix: str, content: Mapping[str, Any]) -> None:
        name = f"{prefix}datapackage.json"
        descriptor = self._record(name)
        if name not in self.records:
            return
        try:
            told = [
                (each["name"], each["kind"], each["path"], each["hash"], each["schema"])
                for each in descriptor["resources"]
            ]
            told_texts = texts_told(descriptor)
        except (KeyError, TypeError, ValueError, AttributeError):
            self.fault("unreadable", file=name)
            return
        approved = [
            (
                each["name"],
                each["kind"],
                path_of(each["name"], each["kind"]),
                each["data"],
                f"schemas/{each['name']}.json",
            )
            for each in content["resources"]
        ]
        if told != approved or descriptor.get("id") != content["dataset"]:
            self.fault("resources", file=name)
        for key, text in told_texts.items():
            if text != content["texts"][key]:
                self.fault("texts", file=name, key=key)

    def _statements(self, prefix: str, content: Mapping[str, Any]) -> None:
        """Check what ``ethics.json`` and ``changes.json`` say that people said, and the policies' values."""
        ethics, changes = (self._record(f"{prefix}{name}.json") for name in ("ethics", "changes"))
        if ethics and not holds(ethics, content["ethics"]):
            self.fault("texts", file=f"{prefix}ethics.json", key="ethics")
        if not changes:
            return
        try:
            values = {each["name"]: each["protect"]["values"] for each in changes["resources"]}
        except (KeyError, TypeError):
            self.fault("unreadable", file=f"{prefix}changes.json")
            return
        if values != content["disclosure"]:
            self.fault("texts", file=f"{prefix}changes.json", key="disclosure")
        if not texts(changes) <= texts(content["texts"]["reasons"]):
            self.fault("texts", file=f"{prefix}changes.json", key="reasons")

    def _record(self, name: str) -> dict[str, Any]:
        """A JSON record as plain data; a broken one is told once and counts as not there, which is told already."""
        data = self.records.get(name)
        if data is None:
            return {}
        try:
            record = json.loads(data)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not record:
            self.fault("unreadable", file=name)
            del self.records[name]
            return {}
        return record


def _hash(file: IO[bytes]) -> str:
    hasher = hashlib.sha256()
    while piece := file.read(io.DEFAULT_BUFFER_SIZE * 32):
        hasher.update(piece)
    return hasher.hexdigest()
