"""The recipe: what ``dataset.yaml`` says, as frozen dataclasses (``recipe_yaml.py`` reads them from the file)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from agored.words import Bilingual


@dataclass(frozen=True)
class Mailbox:
    """A role, in one language or as ``<cy> / <en>``, and its mailbox; never a person's name."""

    role: str
    mailbox: str


TEXT_FORMATS = ("csv", "tsv")
WORKBOOK_FORMATS = ("xlsx", "xlsm", "ods", "xls")
RECORD_FORMATS = ("json", "odata", "parquet")
FORMATS = (*TEXT_FORMATS, *WORKBOOK_FORMATS, *RECORD_FORMATS)
"""What a source can be: text in lines, a workbook of sheets, or records that bring their own names."""


@dataclass(frozen=True)
class Source:
    """Where a resource's file is, inside the dataset's folder, and how it is to be read.

    ``header`` is a row number, counted from 1; ``header_depth`` rows from there on hold the headings together.
    ``units`` is a row right below them that is no record. With ``until_blank`` the records end at the first
    blank row after the first record. ``expect`` maps cells (``A1``) to what each must read, white space around
    it aside. ``member`` is the path of a file inside a ZIP archive; ``sheet`` names a workbook's sheet;
    ``records`` is a JSON Pointer to the list of records. ``format`` is one of ``FORMATS`` where the file's
    ending does not tell it.
    """

    path: str
    encoding: str = "utf-8"
    delimiter: str = ","
    header: int = 1
    until_blank: bool = False
    expect: Mapping[str, str] = dataclasses.field(default_factory=dict)
    header_depth: int = 1
    units: int | None = None
    sheet: str | None = None
    member: str | None = None
    records: str = ""
    format: str | None = None

    @property
    def header_rows(self) -> range:
        """The rows that hold the headings."""
        return range(self.header, self.header + self.header_depth)

    @property
    def first_row(self) -> int:
        """The first row that may be a record."""
        return (self.units or self.header_rows[-1]) + 1

    @property
    def kind(self) -> str:
        """One of ``FORMATS``: what the recipe says, else what the ending says, else plain text, ``csv``."""
        return self.format or format_of(self.member or self.path) or "csv"

    @property
    def is_archive(self) -> bool:
        """Whether the file at ``path`` is a ZIP archive that holds the source."""
        return self.path.lower().endswith(".zip")


def format_of(path: str) -> str | None:
    """The format that a file's ending tells; None where it tells none."""
    ending = path.rpartition(".")[2].lower() if "." in path else ""
    return ending if ending in FORMATS and ending != "odata" else None


@dataclass(frozen=True)
class Disclosure:
    """The policy of protection by name, the ``values`` of it that the recipe changes, and the reason for it
    (always there for ``none``)."""

    policy: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    reason: Bilingual | None = None


@dataclass(frozen=True)
class Operation:
    """One operation of shape: each kind is a subclass in this module, with the recipe's own names."""


@dataclass(frozen=True)
class Trim(Operation):
    """Take white space (all of Unicode's) off the ends of headings and cells."""


@dataclass(frozen=True)
class Rename:
    """One line of ``name``: the column by ``position`` (from 1) or by ``heading``, and its new name ``to``.

    A position may state the heading that it must have.
    """

    to: str
    position: int | None = None
    heading: str | None = None


@dataclass(frozen=True)
class Name(Operation):
    """Give columns their names."""

    renames: tuple[Rename, ...]


@dataclass(frozen=True)
class LeaveOut(Operation):
    """Leave out records by content: ``field`` reads exactly one of ``equals`` or starts with one of
    ``starts``; or, with ``blank``, every cell is empty or white space."""

    reason: Bilingual
    field: str | None = None
    equals: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    blank: bool = False


@dataclass(frozen=True)
class Drop(Operation):
    """Drop whole columns."""

    fields: tuple[str, ...]
    reason: Bilingual


@dataclass(frozen=True)
class Constant(Operation):
    """Add a column that holds one value."""

    field: str
    value: str
    reason: Bilingual


@dataclass(frozen=True)
class Unpivot(Operation):
    """Turn all columns but ``keep`` into records: the heading into ``name``, the cell into ``value``."""

    keep: tuple[str, ...]
    name: str
    value: str


@dataclass(frozen=True)
class Period(Operation):
    """Read a period from one field, or from several joined by a blank, into ISO text in ``to``."""

    fields: tuple[str, ...]
    kind: str
    format: str
    to: str
    language: str = "en"
    zone: str | None = None


@dataclass(frozen=True)
class Number(Operation):
    """Take a thousands mark and a prefix out of numbers."""

    field: str
    group: str = ""
    prefix: str = ""


@dataclass(frozen=True)
class Notes(Operation):
    """Move markers out of a field's cells, or codes out of another column, into ``<field>_note``."""

    field: str
    markers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    column: str | None = None
    codes: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Lookup(Operation):
    """Replace a name or local code in ``field`` by the code of the list ``list`` (``name/version``), in ``to``."""

    field: str
    list: str
    to: str


@dataclass(frozen=True)
class Total(Operation):
    """Say that records whose ``field`` is ``code`` are totals; changes no data."""

    field: str
    code: str


PERIOD_KINDS = ("day", "month", "quarter", "year", "financial-year", "academic-year", "time")


@dataclass(frozen=True)
class ResourceRecipe:
    """One resource: its file, its operations in order, its schema's name and its protection."""

    name: str
    source: Source
    shape: tuple[Operation, ...]
    schema: str
    disclosure: Disclosure

    @property
    def totals(self) -> tuple[Total, ...]:
        """What the recipe declares to be totals."""
        return tuple(operation for operation in self.shape if isinstance(operation, Total))


@dataclass(frozen=True)
class SuiteChoice:
    """A suite of expectations and the limits set for it."""

    suite: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class License:
    """A license by its name in Data Package and SPDX (``OGL-UK-3.0``)."""

    name: str
    path: str
    title: Bilingual


@dataclass(frozen=True)
class Contributor:
    """A body that took part, and the parts it took (``publisher``)."""

    title: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class PublicSource:
    """Where the figures come from, as told to the public."""

    title: str
    path: str | None = None
    period: str | None = None
    publisher: str | None = None


FREQUENCIES = (
    "daily", "weekly", "monthly", "quarterly", "annual", "biennial", "irregular", "continuous", "once",
)  # fmt: skip


@dataclass(frozen=True)
class PackageFacts:
    """The recipe's ``package`` part, in Data Package's own names."""

    licenses: tuple[License, ...]
    contributors: tuple[Contributor, ...]
    sources: tuple[PublicSource, ...]
    frequency: str


@dataclass(frozen=True)
class Recipe:
    """A whole recipe. ``organization/name`` is the dataset's identity everywhere."""

    organization: str
    name: str
    title: Bilingual
    description: Bilingual
    notes: Bilingual
    keywords: Mapping[str, tuple[str, ...]]
    contact: Mailbox
    resources: tuple[ResourceRecipe, ...]
    expectations: tuple[SuiteChoice, ...]
    package: PackageFacts
    portals: tuple[str, ...]

    @property
    def identity(self) -> str:
        """``organization/name``."""
        return f"{self.organization}/{self.name}"

    @property
    def publisher(self) -> str:
        """The title of the contributor who publishes, else the organization's name."""
        for contributor in self.package.contributors:
            if "publisher" in contributor.roles:
                return contributor.title
        return self.organization
