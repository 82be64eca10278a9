"""The encoding of a text: strict Unicode where the bytes are that, else a person's to decide, by what they may be."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from agored.drafting.said import Said, rows_text, said
from agored.errors import SourceError
from agored.read.decode import LIKELY, decode, kind_by_bytes
from agored.words import number_text

_PIECE = 1 << 22
_TALLIED = 64_000_000
"""Bytes that are looked at for evidence."""
_BYTES_SHOWN = 8
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class EncodingSeen:
    """``name`` is None where a person must decide; ``codec`` is what the text is looked at with all the same."""

    name: str | None
    codec: str
    because: tuple[Said, ...]


def seen_encoding(file: Path) -> EncodingSeen:
    """The encoding of a file. Raises SourceError where it is empty, is no text, or is damaged."""
    with file.open("rb") as opened:
        start = opened.read(2_000)
    if kind_by_bytes(start) is not None:
        decode(start, "utf-8", file.name)  # which refuses it by name
    if start.startswith(_UTF16):
        _refuse_unless_text(file, "utf-16")
        return EncodingSeen("utf-16", "utf-16", (said("encoding-mark", encoding="UTF-16"),))
    marked = start.startswith(codecs.BOM_UTF8)
    try:
        beyond = _refuse_unless_text(file, "utf-8-sig")
    except SourceError as error:
        if error.code != "read.not-text" or marked:
            raise
        return EncodingSeen(None, "latin-1", _evidence(file))
    if marked:
        because = said("encoding-mark", encoding="UTF-8")
    elif beyond:
        because = said("encoding-utf-8", count=number_text(beyond, "en"))
    else:
        because = said("encoding-ascii")
    return EncodingSeen("utf-8", "utf-8-sig", (because,))


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            yield piece


def _refuse_unless_text(file: Path, codec: str) -> int:
    """How many bytes are beyond ASCII. Raises SourceError where the file is not text in ``codec``, from its first
    byte to its last."""
    decoder = codecs.getincrementaldecoder(codec)()
    holds_anything = False
    beyond = lines = offset = 0
    for piece in chain(_pieces(file), (b"",)):
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            if codec == "utf-16":
                facts = {"encoding": codec, "offset": str(offset), "line": str(lines + 1)}
                raise SourceError("read.damaged", file=file.name, **facts) from None
            place = offset - (len(error.object) - len(piece)) + error.start
            byte = error.object[error.start : error.start + 1]
            raise _not_text(file, place, lines + error.object[: error.start].count(b"\n") + 1, byte) from None
        if "\0" in text:
            line = lines + text[: text.index("\0")].count("\n") + 1
            raise SourceError("read.zero-byte", file=file.name, line=str(line))
        holds_anything = holds_anything or bool(text.strip())
        beyond += int((np.frombuffer(piece, np.uint8) >= 0x80).sum())
        lines += text.count("\n")
        offset += len(piece)
    if not holds_anything:
        raise SourceError("read.empty", file=file.name)
    return beyond


def _not_text(file: Path, offset: int, line: int, byte: bytes) -> SourceError:
    return SourceError(
        "read.not-text",
        file=file.name,
        encoding="utf-8",
        offset=str(offset),
        line=str(line),
        byte=f"0x{byte.hex().upper()}",
        readings=_readings(byte),
    )


def _evidence(file: Path) -> tuple[Said, ...]:
    """The commonest bytes beyond ASCII, the lines on which they stand, and what each of them may be."""
    with file.open("rb") as opened:
        data = np.frombuffer(opened.read(_TALLIED), np.uint8)
    if not data.all():
        line = int((data[: int(np.argmin(data))] == ord("\n")).sum()) + 1
        raise SourceError("read.zero-byte", file=file.name, line=str(line))
    counts = np.bincount(data, minlength=256)[0x80:]
    commonest = [
        int(byte) + 0x80 for byte in np.argsort(-counts, kind="stable")[:_BYTES_SHOWN] if counts[byte]
    ]
    line_ends = np.flatnonzero(data == ord("\n"))
    because = [said("encoding-unknown", encodings=", ".join(LIKELY))]
    for byte in commonest:
        where = np.flatnonzero(data == byte)
        lines = dict.fromkeys((np.searchsorted(line_ends, where[:1_000]) + 1).tolist())
        because.append(
            said(
                "encoding-byte",
                byte=f"0x{byte:02X}",
                count=number_text(len(where), "en"),
                lines=rows_text(list(lines)),
                between=number_text(_between_letters(data, where), "en"),
                digits=number_text(_before_digits(data, where), "en"),
                readings=_readings(bytes([byte])),
            )
        )
    return tuple(because)


def _readings(byte: bytes) -> str:
    found = []
    for name in LIKELY:
        character = byte.decode(name, "ignore")
        found.append(f"{name} {character if character.isprintable() and character else '-'}")
    return ", ".join(found)


def _between_letters(
    data: np.ndarray[tuple[int], np.dtype[np.uint8]], where: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> int:
    inner = where[(where > 0) & (where < len(data) - 1)]
    return int((_is_letter(data[inner - 1]) & _is_letter(data[inner + 1])).sum())


def _before_digits(
    data: np.ndarray[tuple[int], np.dtype[np.uint8]], where: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> int:
    after = data[where[where < len(data) - 1] + 1]
    return int(((after >= ord("0")) & (after <= ord("9"))).sum())


def _is_letter(
    data: np.ndarray[tuple[int], np.dtype[np.uint8]],
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    small = data | 0x20
    return (small >= ord("a")) & (small <= ord("z"))
