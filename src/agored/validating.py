"""Validate: a file, or a data package, against its Table Schema alone, without a recipe or a workspace."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored.errors import RecipeError, SourceError
from agored.findings import Finding
from agored.spread import Extent, extent_of

_LOOKED_AT = 100
_LONGEST_LINE = 10_000_000

if TYPE_CHECKING:
    from agored.validate.files import FileVerdict


@dataclass(frozen=True)
class Declared:
    """What is said of a file's layout; None where nothing is said."""

    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None


@dataclass(frozen=True)
class Validated:
    """What was found, frictionless's report if it was asked for, and how many rows were judged and have a fault;
    and the ``verdicts`` on the tables, for the officer's own copy of them."""

    findings: tuple[Finding, ...]
    report: dict[str, Any] | None = None
    extent: Extent | None = None
    verdicts: tuple[FileVerdict, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What ``agored validate --json`` prints."""
        return {"findings": [finding.to_json() for finding in self.findings]}

    def annotate(self, path: Path, language: str) -> None:
        """Write the judged tables to ``path``, a workbook for this user alone, with every fault marked, and the
        different values at fault listed."""
        from agored.annotate import write_annotated
        from agored.validate.officers import annotated_table

        write_annotated(path, [annotated_table(each) for each in self.verdicts], language, recipe=False)


def validate_file(file: Path, schema: Path, declared: Declared, *, report: bool = False) -> Validated:
    """Judge one CSV file by the Table Schema at ``schema``.

    What is not ``declared`` is UTF-8, comma and row 1; with ``report``, frictionless guesses it as it always
    does. Raises SourceError where the file cannot be read, RecipeError where the schema cannot be used.
    """
    from agored.foreign import load_foreign_schema
    from agored.validate.file_findings import file_findings, unjudged
    from agored.validate.files import JudgeFailed, judge_resource
    from agored.validate.library import guarded
    from agored.validate.packages import declare

    _refuse_missing(file)
    _refuse_unusable(declared)
    if not report:
        _refuse_other_kinds(file)
    _refuse_endless_lines(file)
    descriptor = load_foreign_schema(schema)
    with guarded() as frictionless:
        resource = _resource(file, descriptor, declared, frictionless)
        if not report:
            declare(resource, frictionless)
        try:
            verdict = judge_resource(resource, _reader(), frictionless, report=report)
        except JudgeFailed:
            return Validated((unjudged(resource.name),))
    kinds = {error["type"] for error in verdict.errors}
    if "encoding-error" in kinds and not report:
        _refuse_undecodable(file, declared)
    if "source-error" in kinds and not verdict.labels and not report:
        raise SourceError("validate.no-header", file=str(file), row=str(declared.header or 1))
    return Validated(
        tuple(file_findings(verdict)), verdict.report if report else None, _extent([verdict]), (verdict,)
    )


def validate_package_file(file: Path, *, report: bool = False) -> Validated:
    """Judge the data package whose descriptor is ``file``, foreign keys between its resources included.

    Raises SourceError where the descriptor cannot be read.
    """
    from agored.validate.file_findings import descriptor_finding, file_findings, unjudged
    from agored.validate.files import JudgeFailed
    from agored.validate.library import guarded
    from agored.validate.packages import judge_package

    descriptor = _descriptor(file)
    with guarded() as frictionless:
        try:
            verdict = judge_package(descriptor, file.parent, _reader(), frictionless, report=report)
        except JudgeFailed:
            return Validated((unjudged(file.name),))
    findings = [descriptor_finding(error) for error in verdict.errors]
    for resource in verdict.resources:
        findings += file_findings(resource)
    extent = _extent(verdict.resources)
    return Validated(tuple(findings), verdict.report if report else None, extent, tuple(verdict.resources))


def is_package(file: Path) -> bool:
    """Whether ``file`` is named as a package's descriptor is."""
    return file.suffix.lower() == ".json"


def _extent(verdicts: Iterable[FileVerdict]) -> Extent:
    extents = (extent_of(each.faults.records, each.faults.rows.values()) for each in verdicts)
    return sum(extents, Extent(0, 0))


def _reader() -> Any:
    from agored.read.scan import NotScannableError, scan
    from agored.validate.files import Reader

    return Reader(scan, NotScannableError)


def _refuse_missing(file: Path) -> None:
    if not file.exists():
        raise SourceError("validate.missing", file=str(file))
    if not file.is_file():
        raise SourceError("validate.not-a-file", file=str(file))
    if not file.stat().st_size:
        raise SourceError("validate.empty", file=str(file))


def _refuse_unusable(declared: Declared) -> None:
    """Raises SourceError where an encoding is none that Python knows, or a delimiter not one character."""
    try:
        codecs.lookup(declared.encoding or "utf-8")
    except LookupError:
        raise SourceError("validate.no-encoding", encoding=str(declared.encoding)) from None
    if declared.delimiter is not None and len(declared.delimiter) != 1:
        raise SourceError("validate.delimiter", delimiter=declared.delimiter)


def _refuse_other_kinds(file: Path) -> None:
    """Raises SourceError where the file is a workbook or the like: its bytes are text in some encoding or other,
    and what was found in them would be nonsense. An archive that is named as one is read for the CSV in it."""
    from agored.read.decode import kind_by_bytes

    if file.suffix.lower() in (".zip", ".gz"):
        return
    with file.open("rb") as opened:
        kind = kind_by_bytes(opened.read(1_000))
    if kind not in (None, "HTML"):
        raise SourceError("validate.not-csv", file=str(file), kind=kind)


def _refuse_endless_lines(file: Path) -> None:
    """Raises SourceError where one of the first lines, which are looked at closely, is longer than any table's."""
    with file.open("rb") as lines:
        for number in range(1, _LOOKED_AT + 1):
            if len(lines.readline(_LONGEST_LINE + 1)) > _LONGEST_LINE:
                raise SourceError("validate.endless-line", file=str(file), row=str(number))


def _refuse_undecodable(file: Path, declared: Declared) -> None:
    """Say which byte is no text, and on which line. Raises SourceError."""
    from agored.read.decode import decode

    decode(file.read_bytes(), declared.encoding or "utf-8", str(file))


def _resource(file: Path, descriptor: Mapping[str, Any], declared: Declared, frictionless: Any) -> Any:
    """frictionless's resource for the file, with what was declared."""
    dialect = frictionless.Dialect()
    if declared.header is not None:
        dialect.header_rows = [declared.header]
    if declared.delimiter is not None:
        dialect.add_control(frictionless.formats.CsvControl(delimiter=declared.delimiter))
    try:
        schema = frictionless.Schema.from_descriptor(dict(descriptor))
    except frictionless.FrictionlessException as error:
        reasons = [reason.note for reason in error.reasons] or [error.error.note]
        faults = tuple(RecipeError("validation.schema-part", reason=reason) for reason in reasons)
        raise RecipeError("validation.schema", faults, schema="") from None
    inside = not file.is_absolute() and ".." not in file.parts
    return frictionless.resources.TableResource(
        path=file.as_posix() if inside else file.name,
        basepath=None if inside else str(file.parent),
        format="tsv" if file.suffix.lower() == ".tsv" else "csv",
        schema=schema,
        dialect=dialect,
        **({} if declared.encoding is None else {"encoding": declared.encoding}),
    )


def _descriptor(file: Path) -> dict[str, Any]:
    _refuse_missing(file)
    try:
        descriptor = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        raise SourceError("validate.not-json", file=str(file)) from None
    if not isinstance(descriptor, dict) or "resources" not in descriptor:
        raise SourceError("validate.no-package", file=str(file))
    return descriptor
