"""A data package judged with frictionless's verdict, foreign keys between its resources included."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agored.validate.files import FileVerdict, Reader, SharedKeys, judge_resource
from agored.validate.report import Descriptor


@dataclass
class PackageVerdict:
    """What is wrong with a package: with its descriptor, as frictionless tells it, and with each resource."""

    errors: list[Descriptor] = field(default_factory=list)
    resources: list[FileVerdict] = field(default_factory=list)
    report: Descriptor | None = None


def judge_package(
    descriptor: Mapping[str, Any], folder: Path, reader: Reader, frictionless: Any, *, report: bool
) -> PackageVerdict:
    """The verdict on the package that ``descriptor`` describes, whose paths count from ``folder``.

    Without ``report``, what the descriptor leaves open is read as Agored writes it, and nothing is guessed; with
    it, frictionless guesses as it always does. Raises JudgeFailed where frictionless breaks off.
    """
    started = time.perf_counter()
    library = frictionless
    try:
        package = library.Package.from_descriptor(dict(descriptor), basepath=str(folder))
        package.to_descriptor(validate=True)
    except library.FrictionlessException as error:
        faults = error.to_errors()
        found = library.Report.from_validation(time=0, errors=faults).to_descriptor()
        return PackageVerdict(found["errors"], report=found)
    verdict = PackageVerdict()
    for resource in package.resources:
        if not report and resource.tabular:
            declare(resource, library)
    shared = SharedKeys(_referred_to(package))
    resources = list(package.resources)
    order = sorted(range(len(resources)), key=lambda place: _refers(resources[place]))
    found = {
        place: judge_resource(resources[place], reader, library, report=report, shared=shared)
        for place in order
    }
    verdict.resources = [found[place] for place in range(len(resources))]
    if report:
        verdict.report = _joined(verdict.resources, time.perf_counter() - started)
    return verdict


def _refers(resource: Any) -> bool:
    """Whether a resource refers to others, which are judged before it then."""
    return bool(resource.schema and resource.schema.foreign_keys)


def _referred_to(package: Any) -> dict[str, list[tuple[str, ...]]]:
    """By resource, the fields that others refer to together, each once."""
    wanted: dict[str, list[tuple[str, ...]]] = {}
    for resource in filter(_refers, package.resources):
        for key in resource.schema.foreign_keys:
            target, fields = key["reference"]["resource"], tuple(key["reference"]["fields"])
            if target != resource.name and fields not in wanted.setdefault(target, []):
                wanted[target].append(fields)
    return wanted


def _joined(verdicts: list[FileVerdict], seconds: float) -> Descriptor:
    """One report of each resource's, as frictionless joins them."""
    reports = [verdict.report for verdict in verdicts if verdict.report is not None]
    tasks = [task for report in reports for task in report["tasks"]]
    count = sum(task["stats"]["errors"] for task in tasks)
    return {
        "valid": not count,
        "stats": {"tasks": len(tasks), "errors": count, "warnings": 0, "seconds": round(seconds, 3)},
        "warnings": [],
        "errors": [],
        "tasks": tasks,
    }


# RFC 4180's form with the line ends that Agored writes, for what a descriptor leaves open.
_CSV: Mapping[str, str | bool] = {
    "delimiter": ",",
    "quote_char": '"',
    "double_quote": True,
    "line_terminator": "\n",
    "skip_initial_space": False,
}


def declare(resource: Any, frictionless: Any) -> None:
    """State what a resource leaves open, which would else be guessed from its first hundred lines."""
    resource.detector = frictionless.Detector(encoding_function=lambda start: _encoding(resource, start))
    dialect = resource.dialect
    if not (dialect.has_defined("header") or dialect.has_defined("header_rows")):
        dialect.header_rows = [1]
    if not dialect.has_control("csv"):
        dialect.add_control(frictionless.formats.CsvControl())
    control = dialect.get_control("csv")
    for name, value in _CSV.items():
        if name == "delimiter" and resource.format == "tsv":
            value = "\t"
        if not control.has_defined(name):
            setattr(control, name, value)


def _encoding(resource: Any, start: bytes) -> str:
    declared = str(resource.encoding or "utf-8")
    return "utf-8-sig" if declared == "utf-8" and start.startswith(b"\xef\xbb\xbf") else declared
