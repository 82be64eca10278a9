"""All that a draft proposes for one file: the keys of ``source``, the operations of ``shape``, the fields they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from agored.drafting.body import find_body
from agored.drafting.columns import Kind, cells_of, kind_of, type_of
from agored.drafting.header import Header, find_header
from agored.drafting.letters import letters_gone_wrong
from agored.drafting.looking import Key, Looked
from agored.drafting.names import field_names
from agored.drafting.periods import clock_format
from agored.drafting.said import Said, place, rows_text, said
from agored.drafting.steps import (
    MARK,
    Step,
    drop,
    leave_out,
    leave_out_blank,
    moment,
    of_cells,
    period,
    quoted,
    total,
)
from agored.drafting.unpivot import sideways
from agored.drafting.vocabulary import TOTALS, label
from agored.errors import SourceError
from agored.strict import UNDECIDED
from agored.table import letters
from agored.words import number_text


@dataclass(frozen=True)
class FieldSeen:
    """A field of the table after shape; ``kind`` says its type, ``is_note`` that it holds codes of notes."""

    name: str
    kind: Kind
    is_note: bool = False


@dataclass(frozen=True)
class Proposal:
    """What is proposed, in the order in which it is written; ``because`` is what was looked at in all."""

    keys: tuple[Key, ...]
    steps: tuple[Step, ...]
    fields: tuple[FieldSeen, ...]
    because: tuple[Said, ...]


def propose(looked: Looked, file: str) -> Proposal:
    """The proposals for what was seen of a file. Raises SourceError where no row of it can hold the headings."""
    header = None
    if looked.headings is None:
        header = find_header(looked)
        if header is None:
            raise SourceError("new.no-header", file=file, rows=str(len(looked.lines)))
    return _Proposing(looked, header).proposal()


class _Proposing:
    def __init__(self, looked: Looked, header: Header | None) -> None:
        self.looked = looked
        self.header = header
        self.body = find_body(looked, header)
        self.headings = list(header.headings if header else looked.headings or ())
        full = header.full if header else self.headings
        self.cells = [cells_of(self.body.records, [column]) for column in range(len(self.headings))]
        measured = [column for column, cells in enumerate(self.cells) if kind_of(cells, "").type == "number"]
        self.sideways = sideways(self.headings, measured)
        turned = self.sideways.columns if self.sideways else ()
        self.dropped = [
            column
            for column, heading in enumerate(self.headings)
            if turned and column not in turned and label(heading) in TOTALS
        ]
        needed = {0} if self.body.notes or self.body.again else set()
        named = {
            column + 1: full[column]
            for column, heading in enumerate(self.headings)
            if column not in turned and (heading or self.cells[column].total or column in needed)
        }
        self.names = field_names(named)
        self.kinds = {
            position: kind_of(self.cells[position - 1], full[position - 1]) for position in self.names
        }
        self.pairs = self._pairs()

    def proposal(self) -> Proposal:
        steps = chain(
            [Step(("- trim: all",)), self._name()],
            self._leave_outs(),
            self._drop(),
            self._turned(),
            self._cells(),
            self._totals(),
        )
        return Proposal(self._keys(), tuple(steps), tuple(self._fields()), self._because())

    def _because(self) -> tuple[Said, ...]:
        looked = self.looked
        because = list(looked.because)
        first, last = (number_text(len(lines), "en") for lines in (looked.first, looked.last))
        if looked.rows is None:
            because.append(said("looked-long", first=first, last=last))
        elif not looked.is_whole:
            because.append(said("looked", first=first, last=last, rows=number_text(looked.rows, "en")))
        return (*because, *self._wrong_letters())

    def _wrong_letters(self) -> Iterator[Said]:
        """Letters that went wrong; while the encoding is open, nobody can tell."""
        if any(key.name == "encoding" and key.value == UNDECIDED for key in self.looked.keys):
            return
        wrong = letters_gone_wrong(self.looked, self.header, self.body)
        if wrong.cells:
            places = [each for repair in wrong.shown for each in repair.places]
            yield said("letters", count=wrong.cells, place=next(iter(places), "-"))

    # source

    def _keys(self) -> tuple[Key, ...]:
        keys = list(self.looked.keys)
        if self.header is not None:
            keys += self._header_keys(self.header)
        if self.body.ends:
            keys.append(Key("rows", "{until: blank}", self.body.ends))
        return tuple(keys)

    def _header_keys(self, header: Header) -> Iterator[Key]:
        because = list(header.because)
        if header.titles:
            first = next(line for line in self.looked.first if line.row == header.titles[0])
            column = next(column for column, cell in enumerate(first.cells) if cell.strip())
            because.append(said("titles", rows=rows_text(header.titles), place=place(first.row, column)))
        value = str(header.first) if len(header.rows) == 1 else f"[{', '.join(map(str, header.rows))}]"
        yield Key("header", value, tuple(because))
        if header.units is not None:
            yield Key("units", str(header.units), (said("units", row=header.units),))

    # shape

    def _name(self) -> Step:
        lines = ["- name:"]
        for position, name in self.names.items():
            heading = self.headings[position - 1]
            if heading and UNDECIDED not in heading:
                lines.append(f"    {position}: {{heading: {quoted(heading)}, to: {name}}}")
            else:
                lines.append(f"    {position}: {name}")
        bare = [letters(position) for position in self.names if not self.headings[position - 1]]
        empty = [
            letters(column + 1)
            for column, heading in enumerate(self.headings)
            if not heading and not self.cells[column].total
        ]
        because = []
        if bare:
            because.append(said("no-heading", columns=", ".join(bare)))
        if empty:
            because.append(said("no-column", columns=", ".join(empty)))
        because += self.body.because
        for position, kind in self.kinds.items():
            because += [Said(each.code, {"column": letters(position), **each.facts}) for each in kind.because]
        return Step(tuple(lines), tuple(because))

    def _leave_outs(self) -> Iterator[Step]:
        first = next(iter(self.names.values()), UNDECIDED)
        if self.body.blanks:
            yield leave_out_blank(self.body.blanks)
        if self.body.again:
            yield leave_out(first, "is", [self.headings[0]], self.body.again)
        if self.body.notes:
            starts = [start or UNDECIDED for start in self.body.notes]
            yield leave_out(first, "starts", starts, self.body.notes_because)
        for totals in self.body.totals:
            if totals.at_end and totals.column + 1 in self.names:
                yield leave_out(self.names[totals.column + 1], "is", totals.labels, totals.because)

    def _drop(self) -> Iterator[Step]:
        for column in self.dropped:
            yield drop(self.names[column + 1], (said("total-column", column=letters(column + 1)),))

    def _turned(self) -> Iterator[Step]:
        if self.sideways is None:
            return
        keep = ", ".join(self._kept())
        name, value = self._turned_names()
        shown = MARK if name == UNDECIDED else name
        yield Step((f"- unpivot: {{keep: [{keep}], name: {shown}, value: {value}}}",), self.sideways.because)
        yield from of_cells(value, self._value())
        if self.sideways.readings:
            yield from period(name, self.sideways.readings)

    def _kept(self) -> list[str]:
        return [name for position, name in self.names.items() if position - 1 not in self.dropped]

    def _turned_names(self) -> tuple[str, str]:
        """The field of the headings, and the field of the cells under them."""
        assert self.sideways is not None
        taken = frozenset(self.names.values())
        (value,) = field_names({0: "value"}, taken).values()
        if not self.sideways.name:
            return UNDECIDED, value
        (name,) = field_names({0: self.sideways.name}, taken).values()
        return name, value

    def _value(self) -> Kind:
        assert self.sideways is not None
        return kind_of(cells_of(self.body.records, self.sideways.columns), "")

    def _cells(self) -> Iterator[Step]:
        for position, name in self.names.items():
            if position in self.pairs:
                yield self._moment(position)
            elif position - 1 in self.pairs:
                continue
            elif position - 1 not in self.dropped:
                yield from of_cells(name, self.kinds[position])

    def _pairs(self) -> dict[int, str]:
        """The columns of days beside one of times of day, and the format of the two together."""
        pairs: dict[int, str] = {}
        for position, kind in self.kinds.items():
            is_day = len(kind.readings) == 1 and kind.readings[0].kind == "day"
            clock = (
                clock_format(self.cells[position].counts) if is_day and position + 1 in self.names else None
            )
            if clock is not None:
                pairs[position] = f"{kind.readings[0].format} {clock}"
        return pairs

    def _moment(self, position: int) -> Step:
        fields = (self.names[position], self.names[position + 1])
        together = said("period-pair", first=letters(position), last=letters(position + 1))
        return moment(fields, self.pairs[position], (*self.kinds[position].period_because, together))

    def _totals(self) -> Iterator[Step]:
        for totals in self.body.totals:
            if not totals.at_end and totals.column + 1 in self.names:
                for code in totals.labels:
                    yield total(self.names[totals.column + 1], code, totals.because)

    # The fields

    def _fields(self) -> Iterator[FieldSeen]:
        for position, name in self.names.items():
            if position in self.pairs:
                yield FieldSeen(name, Kind("datetime"))
            elif position - 1 not in self.dropped and position - 1 not in self.pairs:
                yield from _with_note(name, self.kinds[position])
        if self.sideways is not None:
            name, value = self._turned_names()
            yield FieldSeen(name, Kind(type_of(self.sideways.readings), self.sideways.readings))
            yield from _with_note(value, self._value())


def _with_note(name: str, kind: Kind) -> Iterator[FieldSeen]:
    yield FieldSeen(name, kind)
    if kind.markers:
        yield FieldSeen(f"{name}_note", Kind(), is_note=True)
