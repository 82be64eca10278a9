"""The officer's findings: what changed since the last release, and what is unusual about it.

Whatever may break a program that reads the data, a code that is no longer used and a number far outside its
history are advisories: the decision must accept each by name. Plain counts are notes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.parts import ResourcePart
from agored.places import finding_at
from agored.since.history import Unusual
from agored.since.record import Codes, FieldChange, ListedCode, ResourceChange
from agored.since.series import period_of
from agored.words import LANGUAGES, known, number_text, say

ROWS_WITHIN = 0.25
"""By which share the number of records, in each period where there are periods, may differ from the last release
without being told. A recipe may say instead how many there may be: ``rows_min`` and ``rows_max`` of the
expectations ``coverage``."""
FEW = 2
"""So many records more or fewer say nothing."""


def changes_told(change: ResourceChange, release: str) -> Iterator[Finding]:
    """What changed in a resource since ``release``."""
    if change.status != "both":
        severity = Severity.ADVISORY if change.breaking else Severity.NOTE
        yield _found(f"table-{change.status}", severity, change, release=release)
        return
    for field in change.fields:
        if field.change != "words":
            yield _field_told(change, field, release)
    for codes in change.codes:
        yield from _codes_told(change, codes, release)
    given = sum(cells.given for cells in change.cells)
    if given:
        yield _found("given", Severity.NOTE, change, count=given, release=release)
    rows = change.rows
    if rows is not None and (rows.added or rows.gone or rows.changed):
        facts = {
            "release": release,
            "added": number_text(rows.added, "en"),
            "gone": number_text(rows.gone, "en"),
        }
        count = rows.added + rows.gone + (rows.changed or 0)
        if rows.changed is None:
            yield _found("records", Severity.NOTE, change, count=count, **facts)
        else:
            changed = number_text(rows.changed, "en")
            yield _found("rows-by-key", Severity.NOTE, change, count=count, changed=changed, **facts)


def _field_told(change: ResourceChange, field: FieldChange, release: str) -> Finding:
    severity = Severity.ADVISORY if field.breaking else Severity.NOTE
    detail = {"release": release}
    for key, text in (("before", field.before), ("now", field.now)):
        for language in LANGUAGES:
            shown = text or say("since.nothing", language)
            if field.change == "type" and known(f"page.type.{text}"):
                shown = say(f"page.type.{text}", language)
            detail[f"{key}_{language}"] = shown
    if field.evidence is not None:
        for language in LANGUAGES:
            detail[f"evidence_{language}"] = say(f"since.evidence.{field.evidence}", language)
    name = f"field-{field.change}" if field.field else field.change
    return Finding(
        f"since.{name}",
        severity,
        Stage.ETHICS,
        change.name,
        field.field,
        detail=detail,
    )


def _codes_told(change: ResourceChange, codes: Codes, release: str) -> Iterator[Finding]:
    for what, count, first in (("gone", codes.gone, codes.first_gone), ("new", codes.new, codes.first_new)):
        if count:
            name, breaks = f"codes-{what}", what == "gone" and codes.breaking
            yield Finding(
                f"since.{name}",
                Severity.ADVISORY if breaks else Severity.NOTE,
                Stage.ETHICS,
                change.name,
                codes.field,
                count=count,
                detail={"release": release, "codes": _listed(first, count)},
            )


def _listed(codes: Iterable[ListedCode], count: int) -> str:
    """The first codes, and a mark where there are more; they stand in a published list."""
    shown = [code.code for code in codes][:EXAMPLES]
    return ", ".join(shown) + (" …" if count > len(shown) else "")


def rows_told(
    before: ResourcePart, now: ResourcePart, release: str, earlier: Sequence[int] = ()
) -> Iterator[Finding]:
    """Whether the number of records is outside the expected range; ``earlier`` are the numbers of records of the
    releases before the last one.

    Where there are periods, each new one should have as many records as the earlier ones, and the whole not much
    fewer; else the whole should have as many as the releases before.
    """
    period = period_of(before.schema, before.table)
    usual, found = [len(before.table), *earlier], len(now.table)
    if period is not None and period in now.table.names:
        was, is_now = _per_period(before, period), _per_period(now, period)
        least, most = _range(was.values())
        odd = [
            count for name, count in is_now.items() if was.get(name) != count and not least <= count <= most
        ]
        if odd:
            yield _rows_found("rows-in-period", now, release, usual[0], found, len(odd), len(is_now))
        is_odd = found < _range(usual[:1])[0]
    else:
        least, most = _range(usual)
        is_odd = not least <= found <= most
    if is_odd:
        yield _rows_found("rows", now, release, usual[0], found, 1, None)


def _per_period(part: ResourcePart, period: str) -> dict[str, int]:
    counted = part.table.values(period).value_counts()
    return dict(zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True))


def _range(counts: Iterable[int]) -> tuple[float, float]:
    """From the fewest to the most, and what may be between two releases beside."""
    held = list(counts) or [0]
    least, most = min(held), max(held)
    return least - max(ROWS_WITHIN * least, FEW), most + max(ROWS_WITHIN * most, FEW)


def _rows_found(
    code: str, now: ResourcePart, release: str, before: int, found: int, count: int, total: int | None
) -> Finding:
    detail = {"release": release, "before": number_text(before, "en"), "now": number_text(found, "en")}
    return Finding(
        f"since.{code}",
        Severity.ADVISORY,
        Stage.ETHICS,
        now.name,
        count=count,
        total=total,
        detail={**detail, "share": f"{ROWS_WITHIN:.0%}"},
    )


def unusual_told(now: ResourcePart, found: Iterable[Unusual], release: str) -> Iterator[Finding]:
    """The numbers far outside their history, with their rows in the original, and fields whose level is another."""
    for each in found:
        detail = {"release": release}
        if each.places:
            told = finding_at(
                now.table,
                each.places,
                "since.far-outside",
                Severity.ADVISORY,
                Stage.ETHICS,
                now.name,
                each.field,
                detail,
            )
            yield dataclasses.replace(told, total=each.looked_at)
        else:
            yield Finding(
                "since.other-level",
                Severity.ADVISORY,
                Stage.ETHICS,
                now.name,
                each.field,
                count=each.looked_at,
                detail=detail,
            )


def _found(code: str, severity: Severity, change: ResourceChange, count: int = 1, **detail: str) -> Finding:
    return Finding(f"since.{code}", severity, Stage.ETHICS, change.name, count=count, detail=detail)
