"""One case judged by both, and where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.read import scan as scan_module
from agored.read.scan import NotScannableError, scan
from agored.validate import column as column_module
from agored.validate.files import FileVerdict, JudgeFailed, Reader, judge_resource
from agored.validate.judging import OURS
from agored.validate.packages import declare, judge_package

from .tables import Case

READER = Reader(scan, NotScannableError)


@dataclass(frozen=True)
class Outcome:
    """``kind`` is ``same``, ``refused`` (frictionless breaks off, and so do we), ``unloadable`` (frictionless
    does not take the descriptor) or ``differs``; ``fast`` says whether all of it went the fast way, and ``where``
    what the first difference is."""

    kind: str
    fast: bool = False
    where: str = ""


def compared(case: Case, folder: Path, frictionless: Any) -> Outcome:
    """The outcome for a case whose files are written to ``folder``."""
    for name, data in case.files.items():
        (folder / name).write_bytes(data)
    kind = frictionless.Package if case.is_package else frictionless.Resource

    def load() -> Any:
        return kind.from_descriptor(deepcopy(case.descriptor), basepath=str(folder))

    try:
        load()
    except frictionless.FrictionlessException:
        return Outcome("unloadable")
    with sizes(case):
        if case.is_package:
            return compared_package(case.descriptor, folder, load, frictionless)
        return compared_resource(load, frictionless)


def compared_resource(load: Callable[[], Any], frictionless: Any) -> Outcome:
    """The outcome for the resource that ``load`` gives, a new one at each call."""
    expected = _expected(load)
    told = _ours(lambda: judge_resource(load(), READER, frictionless, report=True))
    brief = _ours(lambda: judge_resource(load(), READER, frictionless, report=False))
    where = _broken_off(expected, told, []) or _broken_off(expected, brief, [brief])
    if where or expected is None:
        return Outcome("differs" if where else "refused", where=where)
    task = expected["tasks"][0]
    where = difference(_timeless(told.report), expected)
    for found in (told, brief):
        where = where or _faults(found, task["errors"], task["stats"], load())
    return Outcome("differs" if where else "same", told.fast, where)


def compared_package(
    descriptor: Mapping[str, Any], folder: Path, load: Callable[[], Any], frictionless: Any
) -> Outcome:
    """The outcome for the package in ``folder``; without a report nothing about its files is guessed."""

    def declared() -> Any:
        package = load()
        for resource in package.resources:
            if resource.tabular:
                declare(resource, frictionless)
        return package

    expected, expected_briefly = _expected(load), _expected(declared)
    told = _ours(lambda: judge_package(deepcopy(descriptor), folder, READER, frictionless, report=True))
    brief = _ours(lambda: judge_package(deepcopy(descriptor), folder, READER, frictionless, report=False))
    where = _broken_off(expected, told, []) or _broken_off(
        expected_briefly, brief, [] if isinstance(brief, str) else brief.resources
    )
    if where or expected is None:
        return Outcome("differs" if where else "refused", where=where)
    where = difference(_timeless(told.report), expected)
    for found, wanted in ((told, expected), (brief, expected_briefly)):
        if wanted is None:
            continue
        for verdict, task, resource in zip(found.resources, wanted["tasks"], load().resources, strict=False):
            where = where or _faults(verdict, task["errors"], task["stats"], resource)
    fast = all(verdict.fast for verdict in told.resources)
    return Outcome("differs" if where else "same", fast, where)


def _expected(load: Callable[[], Any]) -> dict[str, Any] | None:
    """frictionless's report; None where it breaks off, in whatever way."""
    try:
        return _timeless(load().validate(limit_errors=0).to_descriptor())
    except Exception:
        return None


def _ours(judge: Callable[[], Any]) -> Any:
    """Our verdict; ``refused`` where we break off in the way we say, or how we break off otherwise."""
    try:
        return judge()
    except JudgeFailed:
        return "refused"
    except Exception as error:
        return f"we raise {type(error).__name__}: {error}"


def _broken_off(expected: Any, found: Any, verdicts: Sequence[Any]) -> str:
    """What is wrong where we or frictionless break off; ``verdicts`` may tell of a crash in place of that."""
    if isinstance(found, str) and found != "refused":
        return found
    refused = found == "refused" or any(kind == "crash" for each in verdicts for kind, _ in each.faults.rows)
    if refused == (expected is None):
        return ""
    return "we break off, frictionless does not" if refused else "frictionless breaks off, we do not"


@contextmanager
def sizes(case: Case) -> Iterator[None]:
    """The fast way with a case's own sizes, where it has any."""
    usual = scan_module.BLOCK, column_module._TRIED
    scan_module.BLOCK = case.block or usual[0]
    column_module._TRIED = case.tried or usual[1]
    try:
        yield
    finally:
        scan_module.BLOCK, column_module._TRIED = usual


def _timeless(report: dict[str, Any] | None) -> dict[str, Any]:
    assert report is not None
    for part in (report, *report["tasks"]):
        part["stats"].pop("seconds")
    return report


def difference(ours: Any, theirs: Any, path: str = "") -> str:
    """Where two plain values first differ, and how; nothing where they are equal."""
    if type(ours) is not type(theirs):
        return f"{path}: {ours!r} is not {theirs!r}"
    if isinstance(ours, Mapping):
        for key in [*theirs, *(key for key in ours if key not in theirs)]:
            if (key in ours) != (key in theirs):
                return f"{path}/{key}: {'only ours' if key in ours else 'only theirs'}"
            if found := difference(ours[key], theirs[key], f"{path}/{key}"):
                return found
        return ""
    if isinstance(ours, list):
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
            if found := difference(mine, other, f"{path}/{number}"):
                return found
        if len(ours) != len(theirs):
            longer = (ours if len(ours) > len(theirs) else theirs)[min(len(ours), len(theirs))]
            return f"{path}: {len(ours)} entries, not {len(theirs)}; first of the others {longer!r}"
        return ""
    return "" if ours == theirs else f"{path}: {ours!r} is not {theirs!r}"


def _faults(
    verdict: FileVerdict, errors: Sequence[Mapping[str, Any]], stats: Mapping[str, Any], resource: Any
) -> str:
    """Where the faults found differ from ``errors``, those of a report."""
    wanted = rows_by_fault(errors, resource)
    told = {
        fault: sorted(rows.tolist()) for fault, rows in verdict.faults.rows.items() if fault[0] not in OURS
    }
    if told != wanted:
        fault = next(fault for fault in {**wanted, **told} if told.get(fault) != wanted.get(fault))
        return f"faults {fault}: {told.get(fault)} is not {wanted.get(fault)}"
    if verdict.faults.records != stats.get("rows", 0):
        return f"{verdict.faults.records} records, not {stats.get('rows', 0)}"
    whole = [error for error in errors if "rowNumber" not in error]
    return difference(verdict.errors, whole, "errors of the file")


def rows_by_fault(
    errors: Sequence[Mapping[str, Any]], resource: Any
) -> dict[tuple[str, int | None], list[int]]:
    """The rows of each fault, from frictionless's errors."""
    rows: dict[tuple[str, int | None], set[int]] = {}
    keys = resource.schema.foreign_keys if resource.schema else []
    for error in errors:
        kind = error["type"]
        if "rowNumber" not in error:
            continue
        if kind == "constraint-error":
            kind = error["note"].split('"')[1]
        if kind == "primary-key" and "all" in error["note"]:
            kind = "primary-key-empty"
        column = error["fieldNumber"] - 1 if "fieldNumber" in error else None
        if kind in ("missing-cell", "extra-cell"):
            column = None
        if kind == "foreign-key":
            reference = {"resource": error["referenceName"], "fields": error["referenceFieldNames"]}
            column = [(key["fields"], key["reference"]) for key in keys].index(
                (error["fieldNames"], reference)
            )
        rows.setdefault((kind, column), set()).add(error["rowNumber"])
    return {fault: sorted(found) for fault, found in rows.items()}
