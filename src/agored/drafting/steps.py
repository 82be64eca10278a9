"""Operations as a draft writes them, each with what it rests on; what the cells leave open is a mark."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agored.drafting.columns import Kind
from agored.drafting.periods import Reading
from agored.drafting.said import Said, said
from agored.strict import UNDECIDED

MARK = json.dumps(UNDECIDED)
REASON = f"{{cy: {MARK}, en: {MARK}}}"
_YEARS_OF_TWO = "financial-year"


@dataclass(frozen=True)
class Step:
    """One operation as it is written, on one line or several, and what it rests on."""

    lines: tuple[str, ...]
    because: tuple[Said, ...] = ()


def quoted(text: str) -> str:
    """Text as YAML in quotes, with nothing in it that a person cannot see."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in written)


def listed(texts: Sequence[str]) -> str:
    """Texts as a list in YAML."""
    return f"[{', '.join(map(quoted, texts))}]"


def leave_out(field: str, how: str, texts: Sequence[str], because: tuple[Said, ...]) -> Step:
    """Records left out where ``field`` reads so (``how`` is ``is`` or ``starts``)."""
    return Step((f"- leave_out: {{field: {field}, {how}: {listed(texts)}, reason: {REASON}}}",), because)


def leave_out_blank(because: tuple[Said, ...]) -> Step:
    """Blank rows left out."""
    return Step((f"- leave_out: {{blank: true, reason: {REASON}}}",), because)


def drop(field: str, because: tuple[Said, ...]) -> Step:
    """A column dropped."""
    return Step((f"- drop: {{fields: [{field}], reason: {REASON}}}",), because)


def total(field: str, code: str, because: tuple[Said, ...]) -> Step:
    """Records that are totals."""
    return Step((f"- total: {{field: {field}, code: {quoted(code)}}}",), because)


def of_cells(field: str, kind: Kind) -> Iterator[Step]:
    """What the cells of a field need: markers taken out, numbers and periods read."""
    if kind.markers:
        markers = ", ".join(f"{quoted(marker)}: {MARK}" for marker in kind.markers)
        yield Step((f"- notes: {{field: {field}, markers: {{{markers}}}}}",), kind.markers_because)
    if kind.group or kind.prefix:
        group = f", group: {quoted(kind.group)}" if kind.group else ""
        prefix = f", prefix: {quoted(kind.prefix)}" if kind.prefix else ""
        yield Step((f"- number: {{field: {field}{group}{prefix}}}",), kind.number_because)
    if kind.readings:
        yield from period(field, kind.readings, kind.period_because)


def period(field: str, readings: Sequence[Reading], because: tuple[Said, ...] = ()) -> Iterator[Step]:
    """The period as it is read; none where the cells are ISO text already."""
    best = readings[0]
    if len(readings) == 1 and best.is_iso:
        return
    is_one_kind = len({reading.kind for reading in readings}) == 1
    kind = best.kind if is_one_kind and best.kind != _YEARS_OF_TWO else MARK
    form = quoted(best.format) if len(readings) == 1 else MARK
    language = f", language: {best.language}" if "MMM" in best.format else ""
    zone = f", zone: {MARK}" if best.kind == "time" else ""
    if best.kind == _YEARS_OF_TWO:
        because = (*because, said("period-years-of-two"))
    if zone:
        because = (*because, said("period-zone"))
    yield Step((f"- period: {{field: {field}, kind: {kind}, format: {form}{language}{zone}}}",), because)


def moment(fields: Sequence[str], form: str, because: tuple[Said, ...]) -> Step:
    """A day and a time of day as one moment, in the place and with the name of the day."""
    made = f"fields: [{', '.join(fields)}], kind: time, format: {quoted(form)}, zone: {MARK}, to: {fields[0]}"
    return Step((f"- period: {{{made}}}",), (*because, said("period-zone")))
