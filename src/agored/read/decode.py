"""Bytes to text: strict UTF-8 (with or without its mark), UTF-16 with its mark, or the declared encoding."""

from __future__ import annotations

import codecs
import re

from agored.errors import SourceError

LIKELY = ("cp1252", "iso-8859-14", "cp437", "cp850", "mac_roman")
"""Encodings met in British and Welsh council files; only the declared one is ever used."""

_OTHER_KINDS = (
    (b"pk\x03\x04", "XLSX / ODS / ZIP"),
    (b"pk\x05\x06", "ZIP"),
    (b"par1\x15", "PARQUET"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"),
    (b"\x1f\x8b", "GZIP"),
    (b"%pdf-", "PDF"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
)
"""What files that are handed over as CSV are at times instead, by their first bytes in small letters."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARK = "\ufeff"
_LINE_END = re.compile(r"\r\n|\r|\n")


def decode(data: bytes, encoding: str, file: str) -> tuple[str, str]:
    """The text of a file, and the encoding that it was in.

    A byte order mark of UTF-16 is taken at its word where the recipe names UTF-8 or UTF-16. Raises SourceError
    where the file is empty, where it begins with the mark of UTF-8 and the recipe names an encoding in which
    those bytes are letters, or where a byte is not text in the encoding: with its offset, its line and the
    character it would be in each of ``LIKELY``.
    """
    _refuse_other_kinds(data, file)
    name = codecs.lookup(encoding).name.removesuffix("-sig")
    if data.startswith(codecs.BOM_UTF8) and name != "utf-8":
        raise SourceError("read.other-mark", file=file, encoding=name, found="utf-8")
    if data.startswith(_UTF16) and name == "utf-8":
        name = "utf-16"
    if name == "utf-16" and data and not data.startswith(_UTF16):
        raise SourceError("read.no-mark", file=file)
    try:
        text = data.decode(name).removeprefix(_MARK)
    except UnicodeDecodeError as error:
        raise _not_text(data, error.start, name, file) from None
    if not text.strip():
        raise SourceError("read.empty", file=file)
    if "\0" in text:
        raise SourceError("read.zero-byte", file=file, line=_line(text[: text.index("\0")]))
    return text, name


def kind_by_bytes(data: bytes) -> str | None:
    """What a file's first bytes say that it is; None where they say nothing, as those of text do."""
    start = data[:1_000].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return next((kind for mark, kind in _OTHER_KINDS if start.startswith(mark)), None)


def kind_of(data: bytes) -> str:
    """What a file seems to be, as a message names it."""
    return kind_by_bytes(data) or ("?" if b"\0" in data[:1_000] else "TXT")


def _refuse_other_kinds(data: bytes, file: str) -> None:
    """A workbook has bytes that are text in some encoding or other, so it is told by how it begins."""
    kind = kind_by_bytes(data)
    if kind is not None:
        raise SourceError("read.not-csv", file=file, kind=kind)


def _not_text(data: bytes, offset: int, encoding: str, file: str) -> SourceError:
    byte = data[offset : offset + 1]
    line = _line(data[:offset].decode(encoding, "replace"))
    if encoding.startswith(("utf-16", "utf-32")):  # no single byte of these is a character anywhere
        return SourceError("read.damaged", file=file, encoding=encoding, offset=str(offset), line=line)
    readings = [f"{name}: {_as(byte, name)}" for name in LIKELY if _as(byte, name)]
    return SourceError(
        "read.not-text",
        file=file,
        encoding=encoding,
        offset=str(offset),
        line=line,
        byte=f"0x{byte.hex().upper()}",
        readings=", ".join(readings) or "-",
    )


def _line(before: str) -> str:
    """The number of the line on which the text after ``before`` stands."""
    return str(len(_LINE_END.findall(before)) + 1)


def _as(byte: bytes, encoding: str) -> str:
    try:
        character = byte.decode(encoding)
    except UnicodeDecodeError:
        return ""
    return character if character.isprintable() else ""
