"""Every hash that a catalogue shows, and every hash that a private thing may have."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ALGORITHMS = ("sha256", "sha1", "md5", "sha512", "sha384", "sha224", "sha3_256", "blake2b", "blake2s")
_HEX = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{8,128}(?![0-9A-Za-z])")
_BASE64 = re.compile(rb"(?<![0-9A-Za-z+/_=-])[0-9A-Za-z+/_-]{22,88}={0,2}(?![0-9A-Za-z+/_=-])")


def digests(data: bytes) -> Iterator[str]:
    """The hashes of ``data`` by all usual algorithms, in hexadecimal."""
    for name in ALGORITHMS:
        yield hashlib.new(name, data, usedforsecurity=False).hexdigest()
    yield f"{zlib.crc32(data):08x}"


def shown_in(files: Mapping[str, bytes]) -> dict[str, str]:
    """Every string of 8 to 128 hexadecimal digits in the files, their names and the members of archives, in
    small letters, with where it was seen. What is written in base64 is given in hexadecimal."""
    found: dict[str, str] = {}
    for name, data in _opened(files):
        for text in (name.encode(), data):
            found |= dict.fromkeys((match.decode().lower() for match in _HEX.findall(text)), name)
            for match in _BASE64.findall(text):
                padded = match.rstrip(b"=") + b"=" * (-len(match.rstrip(b"=")) % 4)
                try:
                    found[base64.urlsafe_b64decode(padded.translate(bytes.maketrans(b"+/", b"-_"))).hex()] = (
                        name
                    )
                except binascii.Error:
                    continue
    return found


def _opened(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, data in files.items():
        yield name, data
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield f"{name}: comment", archive.comment
                for member in archive.infolist():
                    yield f"{name}: {member.filename}", archive.read(member)
                    yield f"{name}: {member.filename}", member.comment + member.extra


def revealed(shown: Mapping[str, str], private: Iterable[str]) -> dict[str, str]:
    """Those of ``private`` of which a beginning of 8 digits or more is shown, with where."""
    by_length: dict[int, set[str]] = {}
    for text in shown:
        by_length.setdefault(len(text), set()).add(text)
    seen = {}
    for digest in private:
        for length, texts in by_length.items():
            if digest[:length] in texts:
                seen[digest] = shown[digest[:length]]
    return seen


def names_of_hashes(folder: Path) -> set[str]:
    """Every string of 16 to 128 hexadecimal digits in the files of a folder and in its own name."""
    texts = [
        folder.name.encode(),
        *(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()),
    ]
    return {match.decode().lower() for text in texts for match in _HEX.findall(text) if len(match) >= 16}
