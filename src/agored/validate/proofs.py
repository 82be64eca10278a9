"""What can be proved of many cells at once: that they are surely of a field's type, or surely not.

A proof is one-sided. What it leaves open, frictionless's own cell reader decides, so a proof may always say
less than it could and must never say more; the tests hold each one against the reader. They follow
frictionless 5.21: ``int`` and ``Decimal`` take ASCII digits with a sign, ``strptime`` dates of the calendar,
``isoparse`` times in full, ``validators`` and ``rfc3986`` addresses.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from agored.validate.cells import Cells, Mask, bytes_of

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
"""The constraints that compare a cell's value with a limit."""


def _none_of(allowed: str) -> str:
    """What RE2 must find in a cell that holds a character which no value has: anything of ASCII that is not
    ``allowed`` and no white space, or the sign of a currency. Digits and blanks of other scripts are left open."""
    blanks = "\t\n\v\f\r\x1c\x1d\x1e\x1f "  # what Python's strip takes off an ASCII text
    codes = [code for code in range(0x80) if chr(code) not in allowed + blanks]
    return "[" + "".join(rf"\x{code:02x}" for code in codes) + "£€]"


_NO_NUMBER = _none_of("0123456789+-_")
_DAY = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_YEAR = r"(?:[1-9][0-9]{3})"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_LABEL = r"[a-z0-9]+(?:-[a-z0-9]+)*"


@dataclass(frozen=True)
class Proof:
    """How the cells of one type are looked at.

    ``all_good`` may prove a whole run at a stroke. ``good`` is what RE2 must find in a cell that is surely of
    the type and no longer than ``longest`` bytes. ``bad`` is what it must find in a cell that is surely not.
    ``order`` turns cells that are surely of the type into something that compares as their values do, and
    ``limit`` a limit's value into the same, or None where that cannot be; with ``rounds`` two that seem equal
    may differ.
    """

    good: str
    bad: str | None = None
    longest: int | None = None
    all_good: Callable[[Cells], bool] | None = None
    order: Callable[[Cells], Any] | None = None
    limit: Callable[[Any], Any] | None = None
    rounds: bool = False

    def good_cells(self, cells: Cells) -> Mask | None:
        """Which cells surely are of the type; None for all of them."""
        if self.all_good is not None and self.all_good(cells):
            return None
        found = cells.fits(self.good)
        if self.longest is not None:
            found = found & (cells.sizes <= self.longest)
        return None if found.all() else found

    def bad_cells(self, cells: Cells) -> Mask:
        """Which cells surely are not."""
        if self.bad is None:
            return np.zeros(len(cells), np.bool_)
        return cells.fits(self.bad)


def proof_for(field: Any) -> Proof | None:
    """The proof for one of frictionless's fields; None where its reader must look at every distinct cell."""
    if field.type in ("integer", "number"):
        return _number_proof(field)
    proof = _PROOFS.get((field.type, field.format))
    return _moment_proof(field, proof) if proof and field.type in ("datetime", "time") else proof


def _moment_proof(field: Any, proof: Proof) -> Proof:
    """The proof for times with limits: of cells that, like the limits, all have the zone ``Z`` or all have none.
    Times with and without a zone cannot be compared."""
    read = field.create_value_reader()
    limits = [read(field.constraints[name]) for name in BOUNDS if field.constraints.get(name) is not None]
    if not limits or any(limit is None for limit in limits):
        return proof
    zones = {limit.utcoffset() for limit in limits}
    if zones not in ({None}, {datetime.timedelta()}):
        return proof
    zone = "" if zones == {None} else "Z"

    def text(value: Any) -> str | None:
        plain = value.replace(tzinfo=None)
        if value.microsecond or getattr(value, "year", 1_000) < 1_000:
            return None
        return f"{plain.isoformat()}{zone}"

    good = proof.good.replace("Z?", zone)
    return replace(proof, good=good, order=lambda cells: cells.array, limit=text)


def _number_proof(field: Any) -> Proof | None:
    if field.type == "number" and (field.group_char or field.decimal_char != "." or field.float_number):
        return None
    whole = _INTEGER if field.type == "integer" else _NUMBER
    if field.bare_number:
        return whole
    # Letters before and after are cut off first, so that nothing is surely no number.
    return replace(
        whole,
        good=r"\A-?[0-9]{1,18}(?:\.[0-9]+)?\z" if whole is _NUMBER else r"\A-?[0-9]{1,18}\z",
        bad=None,
        all_good=None,
    )


def _whole_limit(value: Any) -> Any:
    return value if isinstance(value, int) and abs(value) < 2**63 else None


_FLOATING = bytes_of("0123456789.-")


def _all_numbers(cells: Cells) -> bool:
    """Of these characters Arrow reads nothing that is no number to Python."""
    if not cells.all_within(_FLOATING):
        return False
    try:
        _ = cells.floating
    except pa.ArrowInvalid:
        return False
    return True


def _floating_limit(value: Any) -> Any:
    # Rounding to the nearest keeps the order of any two numbers, save that it may make them equal.
    limit = float(value)
    return limit if np.isfinite(limit) else None


_INTEGER = Proof(
    good=r"\A[+-]?[0-9]{1,18}\z",
    bad=_NO_NUMBER,
    all_good=Cells.all_digits,
    order=lambda cells: cells.whole,
    limit=_whole_limit,
)
_NUMBER = Proof(
    good=r"\A[+-]?(?:[0-9]{1,300}\.?[0-9]*|\.[0-9]+)\z",
    bad=_none_of("0123456789+-._eEinfatysINFATYS"),
    all_good=_all_numbers,
    order=lambda cells: cells.floating,
    limit=_floating_limit,
    rounds=True,
)


def _date_limit(value: Any) -> str | None:
    return str(value.isoformat()) if value.year >= 1_000 else None


_PROOFS = {
    ("string", "email"): Proof(
        good=rf"\A[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:{_LABEL}\.)+[a-z]{{2,20}}\z",
        longest=60,  # no part can then be longer than the 63 characters that a part may have
        bad=r"\A[^@]*\z|@[^@]*@",
    ),
    ("string", "uri"): Proof(good=r"\Ahttps?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~-]*)*\z", bad=r"\A[^:]*\z"),
    ("string", "uuid"): Proof(
        good=r"\A[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\z",
        bad=_none_of("0123456789abcdefABCDEFxXurnid:{}+-_"),
    ),
    ("date", "default"): Proof(
        good=rf"\A{_YEAR}-{_DAY}\z",
        bad=rf"{_none_of('0123456789-')}|\A(?s:.{{0,7}})\z|\A(?s:.{{11}})",
        order=lambda cells: cells.array,
        limit=_date_limit,
    ),
    ("datetime", "default"): Proof(
        good=rf"\A{_YEAR}-{_DAY}T{_CLOCK}Z?\z",
        bad=r"\A(?s:.{0,18})\z|\A(?s:.{16})[^:]",
    ),
    ("time", "default"): Proof(
        good=rf"\A{_CLOCK}Z?\z",
        bad=r"\A(?s:.{0,7})\z|\A(?s:.{5})[^:]",
    ),
    ("year", "default"): Proof(
        good=r"\A[0-9]{4}\z",
        bad=rf"{_NO_NUMBER}|\A(?s:.{{0,3}})\z|\A(?s:.{{5}})",
        all_good=lambda cells: cells.all_digits(4),
        order=lambda cells: cells.whole,
        limit=_whole_limit,
    ),
    ("yearmonth", "default"): Proof(
        good=r"\A[0-9]{4}-(?:0[1-9]|1[0-2])\z",
        bad=rf"{_NO_NUMBER}|\A[^-]*\z",
        order=lambda cells: cells.array,
        limit=lambda value: f"{value.year:04}-{value.month:02}" if 0 <= value.year <= 9999 else None,
    ),
}
