"""Keys: which records repeat a value that must be unique, and which point to a record that is not there.

A key is kept as 128 bits a record, so that ten million records fit into memory: a whole number of 64 bits as
it is, anything else hashed twice with secrets drawn for the run, whereby two different keys come out equal
less often than memory fails. Keys are equal when frictionless's values are: ``1`` and ``01``, ``0.10`` and
``0.1``, a time in two zones.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from agored.validate.cells import Cells, Mask, truths
from agored.validate.column import ColumnJudge, Verdicts

Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_WIDEST = 256
"""A longer text is hashed by itself."""
_ABSENT = (np.uint64(secrets.randbits(64)), np.uint64(secrets.randbits(64)))
_SECRETS = tuple(
    np.array([secrets.randbits(64) for _ in range(_WIDEST // 8 + 1)], np.uint64) for _ in range(2)
)

# Texts that are the only one for their value, by type: they can be compared as they stand.
_CANONICAL = {
    "integer": r"\A(?:0|-?[1-9][0-9]{0,17})\z",
    "year": r"\A(?:0|[1-9][0-9]{3})\z",
    "number": r"\A(?:0|-?(?:[1-9][0-9]{0,200}|0\.[0-9]{0,200}[1-9]|[1-9][0-9]{0,200}\.[0-9]{0,200}[1-9]))\z",
    "date": r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z",
    "datetime": r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z?\z",
    "yearmonth": r"\A[0-9]{4}-[0-9]{2}\z",
}
_WHOLE = ("integer", "year")


class NotAKeyError(Exception):
    """A field's values cannot be compared with one another; frictionless breaks off at such a key."""


@dataclass(frozen=True)
class Keys:
    """A key for each of some records: two halves, and whether there is a value at all."""

    first: Hashes
    second: Hashes
    present: Mask

    def where(self, chosen: Mask) -> Keys:
        """Only the keys chosen."""
        return Keys(self.first[chosen], self.second[chosen], self.present[chosen])


def keys_of(judge: ColumnJudge, array: pa.Array, verdicts: Verdicts | None) -> Keys:
    """The keys in a column on which ``verdicts`` were given. Raises NotAKeyError where values have no hash."""
    present = np.ones(len(array), np.bool_)
    if verdicts is not None:
        valueless = [number for number, breach in enumerate(judge.breaches) if breach.valueless]
        present = ~np.isin(verdicts, valueless)
    first = np.full(len(array), _ABSENT[0])
    second = np.full(len(array), _ABSENT[1])
    texts = array if present.all() else array.filter(truths(present))
    first[present], second[present] = _hashed(judge, texts)
    return Keys(first, second, present)


def _hashed(judge: ColumnJudge, texts: pa.StringArray) -> tuple[Hashes, Hashes]:
    kind = judge.field.type
    if kind in ("string", "any"):
        return hashes_of_text(texts)
    cells = Cells(texts)
    if kind in _WHOLE and cells.all_digits() and not _leading_zero(cells):
        return _hashes_of_whole(texts)
    pattern = _CANONICAL.get(kind) if _written_as_usual(judge.field) else None
    canonical = cells.fits(pattern) if pattern else np.zeros(len(cells), np.bool_)
    first, second = np.empty(len(cells), np.uint64), np.empty(len(cells), np.uint64)
    for chosen in (canonical, ~canonical):
        part = texts.filter(pa.array(chosen))
        if chosen is not canonical:
            part = _canonical_texts(judge, part)
        first[chosen], second[chosen] = (_hashes_of_whole if kind in _WHOLE else hashes_of_text)(part)
    return first, second


def _written_as_usual(field: Any) -> bool:
    """Whether the same text stands for the same value in any such field."""
    if field.type == "number":
        return not field.group_char and field.decimal_char == "."
    return bool(field.format == "default")


def _canonical_texts(judge: ColumnJudge, texts: pa.StringArray) -> pa.StringArray:
    """For each text one that all texts of an equal value have in common."""
    encoded = texts.dictionary_encode()
    known = [canonical_text(judge.value(text)) for text in encoded.dictionary.to_pylist()]
    found = pa.array(known, pa.string()).take(encoded.indices)
    if found.null_count:
        # No value is equal to this one, not even that of the same text in another record.
        found = pa.array(
            [f"= {secrets.token_hex(16)}" if text is None else text for text in found.to_pylist()]
        )
    return found


def _leading_zero(cells: Cells) -> bool:
    if not len(cells):
        return False
    starts = cells.bytes[cells.offsets[:-1] - cells.offsets[0]]
    return bool(((starts == 48) & (cells.sizes > 1)).any())


def _hashes_of_whole(texts: pa.StringArray) -> tuple[Hashes, Hashes]:
    try:
        values = Cells(texts).whole
    except pa.ArrowInvalid:  # one of them has more than 64 bits
        whole = [int(text) for text in texts.to_pylist()]
        fit = np.array([-(2**63) <= number < 2**63 for number in whole], np.bool_)
        first, second = hashes_of_text(texts)
        first[fit] = np.array([number for number in whole if -(2**63) <= number < 2**63], np.int64).view(
            np.uint64
        )
        second[fit] = 0
        return first, second
    return values.astype(np.int64).view(np.uint64), np.zeros(len(texts), np.uint64)


def canonical_text(value: Any) -> str | None:
    """One text for all values that are equal to ``value``; None where none is, itself included.

    Raises NotAKeyError where it has no hash.
    """
    if isinstance(value, Decimal):
        return _canonical_number(value)
    if isinstance(value, datetime.datetime):
        return _canonical_moment(value)
    if isinstance(value, datetime.time) and value.utcoffset() is not None:
        naive = datetime.timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
        return f"{naive - (value.utcoffset() or datetime.timedelta())!r}"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if hasattr(value, "tdelta"):  # a duration with months or years; one of twelve months is not one of a year
        return f"{value.tdelta!r},{canonical_text(value.months)},{canonical_text(value.years)}"
    if isinstance(value, tuple):
        if hasattr(value, "month"):
            return f"{value[0]:04}-{value[1]:02}"
        return ",".join(str(canonical_text(part)) for part in value)
    try:
        hash(value)
    except TypeError:
        raise NotAKeyError from None
    return str(value) if isinstance(value, int | str) else repr(value)


def _canonical_moment(value: datetime.datetime) -> str:
    offset = value.utcoffset()
    if offset is None:
        return value.isoformat()
    try:
        return (value.replace(tzinfo=None) - offset).isoformat() + "Z"
    except OverflowError:  # before the first or after the last day of the calendar
        return f"{value.replace(tzinfo=None) - datetime.datetime(1, 1, 1) - offset!r}"


def _canonical_number(value: Decimal) -> str | None:
    if value.is_snan():
        raise NotAKeyError  # it has no hash in Python
    if value.is_nan():
        return None
    if value.is_infinite():
        return str(value)
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).lstrip("0")
    stripped = text.rstrip("0")
    if not stripped:
        return "0"
    exponent += len(text) - len(stripped)
    mark = "-" if sign else ""
    if 0 <= exponent <= _WIDEST - len(stripped):
        return mark + stripped + "0" * exponent
    if -_WIDEST < exponent < 0:
        padded = stripped.rjust(1 - exponent, "0")
        return f"{mark}{padded[:exponent]}.{padded[exponent:]}"
    return f"{mark}{stripped}e{exponent}"


def hashes_of_text(texts: pa.StringArray) -> tuple[Hashes, Hashes]:
    """Two hashes of each text."""
    cells = Cells(texts)
    if not len(cells):
        return np.empty(0, np.uint64), np.empty(0, np.uint64)
    longest = int(cells.sizes.max())
    if longest > _WIDEST:
        return _hashes_of_long(cells)
    words = _words(cells, longest)
    halves = []
    for keys in _SECRETS:
        total = _mixed(cells.sizes.astype(np.uint64) ^ keys[-1])
        for number in range(words.shape[1]):
            mixed = _mixed(total ^ words[:, number] ^ keys[number])
            # A text is hashed no further than it goes, so that those beside it do not matter.
            total = np.where(cells.sizes > 8 * number, mixed, total) if number else mixed
        halves.append(total)
    return halves[0], halves[1]


def _words(cells: Cells, longest: int) -> Hashes:
    """Each cell's bytes as a row of 64-bit words, filled up with zeros."""
    width = max(8, (longest + 7) // 8 * 8)
    padded = np.zeros((len(cells), width), np.uint8)
    if (cells.sizes == longest).all():
        padded[:, :longest] = cells.bytes.reshape(len(cells), longest)
    else:
        padded[np.arange(width, dtype=np.int32) < cells.sizes[:, None]] = cells.bytes
    return padded.view(np.uint64)


def _hashes_of_long(cells: Cells) -> tuple[Hashes, Hashes]:
    import hashlib

    secret = _SECRETS[0][:2].tobytes()
    both = b"".join(
        hashlib.blake2b(text.encode(), digest_size=16, key=secret).digest()
        if len(text.encode()) > _WIDEST
        else b"\0" * 16
        for text in cells.array.to_pylist()
    )
    pairs = np.frombuffer(both, np.uint64).reshape(-1, 2).copy()
    short = cells.sizes <= _WIDEST
    first, second = pairs[:, 0].copy(), pairs[:, 1].copy()
    if short.any():
        first[short], second[short] = hashes_of_text(cells.where(short).array)
    return first, second


def _mixed(bits: Hashes) -> Hashes:
    """Every bit of each word spread over all of it (the finalizer of MurmurHash3)."""
    bits = bits ^ (bits >> np.uint64(33))
    bits = bits * np.uint64(0xFF51AFD7ED558CCD)
    bits = bits ^ (bits >> np.uint64(33))
    bits = bits * np.uint64(0xC4CEB9FE1A85EC53)
    return bits ^ (bits >> np.uint64(33))


def together(parts: Sequence[Keys]) -> Keys:
    """The key that several fields make together; it is there if any of them is."""
    if len(parts) == 1:
        return parts[0]
    first, second = (np.zeros(len(parts[0].first), np.uint64) for _ in range(2))
    for number, part in enumerate(parts):
        first = _mixed(first ^ _mixed(part.first ^ _SECRETS[0][number % _WIDEST_WORDS]))
        second = _mixed(second ^ _mixed(part.second ^ part.first ^ _SECRETS[1][number % _WIDEST_WORDS]))
    present = np.logical_or.reduce([part.present for part in parts])
    return Keys(first, second, present)


_WIDEST_WORDS = _WIDEST // 8
