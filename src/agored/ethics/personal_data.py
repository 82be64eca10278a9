"""The screen for personal data, a column at a time: by what its cells look like and what its headings say.

A column is found by these rules, of its cells that are not empty:

- ``email``: one address that is not a role's is enough.
- ``phone``: one number written as phone numbers are. Digits alone count when the heading promises phones or
  at least half of the cells are such digits.
- ``national-insurance``: one number, if at least half of the cells of two letters, six digits and a letter
  keep the rules of these numbers (of random ones one in twelve does). Small letters, or a last letter that is
  missing, count when the heading promises these numbers or at least half of all cells are such.
- ``nhs-number``: at least three numbers that pass the check, and at least four in five of the cells with ten
  digits (one in eleven passes by chance: less than one such column in a thousand); or one, when the heading
  promises these numbers or the cell says NHS or GIG before it.
- ``postcode``: one full postcode in capitals with its blank. Any other writing counts when the heading
  promises postcodes or at least half of the cells are postcodes.
- ``birth-date-heading``: the heading promises dates of birth, and a cell has four digits.
- ``name-heading``: the heading promises people's names (``surname``), and a cell has letters; or it names
  somebody with a part (``applicant``) or leaves open whose names they are (``name``, ``supplier``), and at
  least half of the cells look like people's names.
- ``names-among``: the same headings, and fewer than half, but at least one; this alone is an advisory.

Codes of a code list are not screened, and measures are not screened for names and dates of birth. Areas,
schools, wards and other things with names are not people (``headings.json``). No value leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from agored.ethics import patterns
from agored.ethics.headings import Names, names_of, promises
from agored.ethics.people import could_be_person, looks_like_person
from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.schema import Field, Schema
from agored.table import Table, letters

HALF = 0.5
NHS_CELLS = 3
NHS_RATE = 0.8


@dataclass(frozen=True)
class _Cells:
    """The distinct texts of a column that are not empty, how often each stands there, and the column's
    headings.
    """

    texts: pa.Array
    counts: pa.Array
    headings: tuple[str, ...]
    field: Field | None

    @property
    def filled(self) -> int:
        return int(pc.sum(self.counts).as_py() or 0)

    def hits(self, fits: Callable[[str], bool], likely: str | None = None) -> _Hits:
        """The texts that fit; only those that match ``likely`` (RE2) are tried, which is much faster."""
        texts, counts = self.texts, self.counts
        if likely is not None:
            mask = pc.match_substring_regex(texts, likely)
            texts, counts = texts.filter(mask), counts.filter(mask)
        return _Hits(
            {
                text: count
                for text, count in zip(texts.to_pylist(), counts.to_pylist(), strict=True)
                if fits(text)
            }
        )


@dataclass(frozen=True)
class _Hits:
    """Distinct texts that fit, each with the number of cells that hold it."""

    texts: Mapping[str, int]

    @property
    def cells(self) -> int:
        return sum(self.texts.values())

    def where(self, fits: Callable[[str], bool]) -> _Hits:
        return _Hits({text: count for text, count in self.texts.items() if fits(text)})

    def __or__(self, other: _Hits) -> _Hits:
        return _Hits({**self.texts, **other.texts})


_Screen = Callable[[_Cells], _Hits | None]


def screen(table: Table, schema: Schema, resource: str) -> tuple[Finding, ...]:
    """What looks like personal data in the release table: a finding for each column and kind, in the columns'
    order.

    ``count`` is the number of cells that gave the column away and ``total`` the number that are not empty.
    """
    return tuple(finding for name in table.names for finding in _column(table, schema, resource, name))


def _column(table: Table, schema: Schema, resource: str, name: str) -> Iterator[Finding]:
    field = next((field for field in schema.fields if field.name == name), None)
    if field is not None and field.codes:
        return
    values = table.values(name)
    cells = _cells(values, name, field)
    for kind, find in _SCREENS.items():
        hits = find(cells)
        if hits is None or not hits.cells:
            continue
        code = f"personal-data.{kind}"
        rows = _first(values, hits)
        known = field is not None or table.column(name).known
        yield Finding(
            code=code,
            severity=Severity.ADVISORY if kind == "names-among" else Severity.BLOCKING,
            stage=Stage.ETHICS,
            resource=resource,
            field=name if known else letters(table.column(name).source or table.names.index(name) + 1),
            place=table.place(rows[0], name),
            rows=tuple(table.row(index) for index in rows),
            count=hits.cells,
            total=cells.filled,
        )


def _cells(values: pa.ChunkedArray, name: str, field: Field | None) -> _Cells:
    counted = pc.value_counts(values)
    texts, counts = counted.field("values"), counted.field("counts")
    filled = pc.match_substring_regex(texts, r"\S")
    titles = () if field is None else (field.title.cy, field.title.en)
    return _Cells(texts.filter(filled), counts.filter(filled), (name, *titles), field)


def _first(values: pa.ChunkedArray, hits: _Hits) -> list[int]:
    """Where the first cells stand that hold one of the texts."""
    sought = pa.array(list(hits.texts), pa.string())
    found: list[int] = []
    start = 0
    for chunk in values.chunks:
        mask = pc.is_in(chunk, value_set=sought)
        found += [start + int(index) for index in pc.indices_nonzero(mask)[:EXAMPLES].to_pylist()]
        if len(found) >= EXAMPLES:
            break
        start += len(chunk)
    return found[:EXAMPLES]


def _email(cells: _Cells) -> _Hits | None:
    return cells.hits(patterns.has_personal_email, "@")


def _phone(cells: _Cells) -> _Hits | None:
    likely = cells.hits(lambda _: True, r"(?:\d[\s\p{Z}().-]{0,4}){9}\d")
    if promises(cells.headings, "phone"):
        return likely.where(lambda text: patterns.has_phone(text) or patterns.is_bare_phone(text))
    numbers = likely.where(patterns.has_phone)
    bare = numbers.where(str.isdigit)
    return numbers if bare.cells >= HALF * cells.filled else numbers.where(lambda text: not text.isdigit())


def _national_insurance(cells: _Cells) -> _Hits | None:
    likely = cells.hits(lambda _: True, r"\b[A-Za-z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}")
    written = likely.where(patterns.has_national_insurance)
    whole = likely.where(patterns.is_national_insurance)
    shaped = likely.where(patterns.is_national_insurance_shaped)
    if promises(cells.headings, "national-insurance") or whole.cells >= HALF * cells.filled:
        return written | whole
    return written if written.cells >= HALF * shaped.cells else None


def _nhs_number(cells: _Cells) -> _Hits | None:
    shaped = cells.hits(patterns.is_nhs_shaped, r"^\s*\d{3}[ -]?\d{3}[ -]?\d{4}\s*$")
    passing = shaped.where(patterns.passes_nhs_check)
    named = cells.hits(patterns.names_nhs_number, r"(?i)\b(?:nhs|gig)\b.*\d{4}")
    enough = passing.cells >= NHS_CELLS and passing.cells >= NHS_RATE * shaped.cells
    return passing | named if enough or promises(cells.headings, "nhs-number") else named


def _postcode(cells: _Cells) -> _Hits | None:
    written = cells.hits(patterns.has_postcode, r"\d[A-Z]{2}")
    whole = cells.hits(patterns.is_postcode, r"^\s*[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\s*$")
    enough = whole.cells >= HALF * cells.filled or promises(cells.headings, "postcode")
    return written | whole if enough else written


def _birth_date(cells: _Cells) -> _Hits | None:
    if _is_measure(cells) or not promises(cells.headings, "birth-date"):
        return None
    return cells.hits(lambda text: len(re.findall(r"\d", text)) >= 4)


def _name(cells: _Cells) -> _Hits | None:
    names = _names(cells)
    if names is Names.PEOPLE:
        return cells.hits(lambda text: any(map(str.isalpha, text)))
    hits = cells.hits(could_be_person if names is Names.ROLE else looks_like_person) if names else None
    return hits if hits is not None and hits.cells >= HALF * cells.filled else None


def _names_among(cells: _Cells) -> _Hits | None:
    if _names(cells) not in (Names.ROLE, Names.PERHAPS) or _name(cells) is not None:
        return None
    return cells.hits(looks_like_person)


def _names(cells: _Cells) -> Names | None:
    """Whose names the column holds by its headings; None where it is a measure or they are nobody's."""
    names = names_of(cells.headings)
    return None if names is Names.NOBODY or _is_measure(cells) else names


def _is_measure(cells: _Cells) -> bool:
    return cells.field is not None and cells.field.role == "measure"


_SCREENS: dict[str, _Screen] = {
    "email": _email,
    "phone": _phone,
    "national-insurance": _national_insurance,
    "nhs-number": _nhs_number,
    "postcode": _postcode,
    "birth-date-heading": _birth_date,
    "name-heading": _name,
    "names-among": _names_among,
}

CODES = tuple(f"personal-data.{kind}" for kind in _SCREENS)
"""Every code that the screen can give."""
