"""Bytes to text: strict UTF-8 (with or without its mark), UTF-16 with its mark, or the declared encoding."""

from __future__ import annotations

import codecs

from agored.errors import SourceError

LIKELY = ("cp1252", "iso-8859-14", "cp437", "cp850", "mac_roman")
"""Encodings met in British and Welsh council files; only the declared one is ever used."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(data: bytes, encoding: str, file: str) -> tuple[str, str]:
    """The text of a file, and the encoding that it was in.

    A byte order mark of UTF-16 is taken at its word where the recipe names UTF-8 or UTF-16. Raises SourceError
    where the file is empty, or where a byte is not text in that encoding: with its offset, its line and the
    character it would be in each of ``LIKELY``.
    """
    if not data.strip(b" \t\r\n"):
        raise SourceError("read.empty", file=file)
    name = codecs.lookup(encoding).name
    if data.startswith(_UTF16) and name in ("utf-8", "utf-8-sig", "utf-16"):
        name = "utf-16"
    elif name == "utf-16":
        raise SourceError("read.no-mark", file=file)
    elif name == "utf-8":
        name = "utf-8-sig"
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise _not_text(data, error.start, name.removesuffix("-sig"), file) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SourceError("read.zero-byte", file=file, line=str(line))
    return text, name.removesuffix("-sig")


def _not_text(data: bytes, offset: int, encoding: str, file: str) -> SourceError:
    byte = data[offset : offset + 1]
    line = data[:offset].count(b"\n") + 1
    readings = [f"{name}: {_as(byte, name)}" for name in LIKELY if _as(byte, name)]
    return SourceError(
        "read.not-text",
        file=file,
        encoding=encoding,
        offset=str(offset),
        line=str(line),
        byte=f"0x{byte.hex().upper()}",
        readings=", ".join(readings) or "-",
    )


def _as(byte: bytes, encoding: str) -> str:
    try:
        character = byte.decode(encoding)
    except UnicodeDecodeError:
        return ""
    return character if character.isprintable() else ""
