"""Telling an officer what was found: first how much in all, then kind by kind, the worst first, what is the matter,
how far it goes, where, why it matters, how to put it right and who can.

The same is told as text for a terminal and as HTML for notebooks and reports. Row numbers and places are told, so
this is for the officer alone; no cell's value is.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from agored.findings import EXAMPLES, Finding, Severity, Stage
from agored.groups import Kind, Problem, is_whole_column, kinds, of_total, reach, rows_text
from agored.markup import LAST, LEFT, cells, html_table, row_heading, table_of
from agored.spread import Extent
from agored.words import number_text, say

WIDTH = 80
"""How many characters a line of text has."""

LISTED = 50
"""How many problems of one kind are listed at most; how many there are is always said."""


@dataclass(frozen=True)
class Account:
    """What is to be told in ``language``. ``extent`` is how many rows were checked and have a fault, where that
    was counted; ``recipe`` says whether there is one, in which things can be put right."""

    findings: Sequence[Finding]
    language: str
    extent: Extent | None = None
    recipe: bool = True

    def text(self) -> str:
        """All of it for a terminal."""
        if not self.findings:
            return "\n".join([self._say("view.no-problems"), *(": ".join(fact) for fact in self._checked())])
        facts = [f"  {label}: {value}" for label, value in self._summary()]
        lines = [self._say("view.findings"), *facts, *(_wrapped(each, "  ") for each in self._terms())]
        number = 0
        for severity, alike in self._by_severity:
            lines += ["", self._say(f"view.severity.{severity}")]
            for kind in alike:
                number += 1
                lines += ["", *self._text_kind(kind, f"{number}. ")]
        return "\n".join(lines)

    def html(self) -> str:
        """All of it for a page; its tables are read in the order of what, how far, where, why, how and who."""
        paragraph = Markup('<p lang="{}">{}</p>')
        if not self.findings:
            told = [self._say("view.no-problems"), *(": ".join(fact) for fact in self._checked())]
            return str(Markup("\n").join(paragraph.format(self.language, each) for each in told))
        summary = html_table(self._say("view.findings"), [], self._summary(), self.language)
        terms = [paragraph.format(self.language, each) for each in self._terms()]
        tables = []
        number = 0
        for severity, alike in self._by_severity:
            bodies = []
            for kind in alike:
                number += 1
                bodies.append(self._html_kind(kind, number))
            headings = [self._say(f"view.{name}") for name in ("what", "count", "where")]
            caption = self._say(f"view.severity.{severity}")
            tables.append(table_of(caption, headings, Markup().join(bodies), self.language))
        return str(Markup("\n").join([summary, *terms, *tables]))

    @cached_property
    def _by_severity(self) -> list[tuple[Severity, list[Kind]]]:
        """The kinds of each severity that there is, the worst first."""
        told = kinds(self.findings, recipe=self.recipe)
        alike = {severity: [kind for kind in told if kind.head.severity is severity] for severity in Severity}
        return [(severity, some) for severity, some in alike.items() if some]

    @cached_property
    def _resources(self) -> list[str]:
        return list(dict.fromkeys(each.resource for each in self.findings if each.resource))

    def _say(self, code: str, /, **facts: str) -> str:
        return say(code, self.language, **facts)

    # How much in all

    def _summary(self) -> list[tuple[str, str]]:
        facts = []
        if len(self._resources) == 1:
            facts.append((self._say("view.resource"), self._resources[0]))
        for severity, alike in self._by_severity:
            facts.append((self._say(f"view.kinds.{severity}"), number_text(len(alike), self.language)))
        faults = sum(
            problem.head.count
            for _, alike in self._by_severity
            for kind in alike
            for problem in kind.problems
            if problem.head.stage in (Stage.SHAPE, Stage.VALIDATE) and problem.head.rows
        )
        if faults:
            facts.append((self._say("view.faults"), number_text(faults, self.language)))
        if self.extent is not None and self.extent.rows:
            share = of_total(self.extent.faulty, self.extent.rows, self.language)
            facts.append((self._say("view.faulty-rows"), share))
        return facts

    def _checked(self) -> list[tuple[str, str]]:
        if self.extent is None:
            return []
        return [(self._say("view.rows-checked"), number_text(self.extent.rows, self.language))]

    def _terms(self) -> Iterator[str]:
        """What a word means that the sentences below cannot do without."""
        if self.extent is not None or any(finding.stage is Stage.VALIDATE for finding in self.findings):
            yield self._say("view.term-schema")

    # Kind by kind

    def _text_kind(self, kind: Kind, number: str) -> list[str]:
        indent = " " * len(number)
        advice = [_wrapped(f"{label}: {text}", indent) for label, text in self._advice(kind)]
        if len(kind.problems) == 1:
            return [*self._text_problem(kind.problems[0], number, indent), *advice]
        several = self._say("view.same-kind", count=number_text(len(kind.problems), self.language))
        lines = [_wrapped(several, indent, number)]
        for problem in kind.problems[:LISTED]:
            lines += self._text_problem(problem, f"{indent}- ", f"{indent}  ")
        return [*lines, *(_wrapped(each, indent) for each in self._not_listed(kind)), *advice]

    def _text_problem(self, problem: Problem, first: str, indent: str) -> list[str]:
        head, many = problem.head, self._how_many(problem.head)
        what = head.what(self.language, many)
        told = [*self._where(head, what), *self._also(problem)]
        if many is not None and many not in what:
            told.insert(0, f"{self._say('view.count')}: {many}")
        return [_wrapped(what, indent, first), *(_wrapped(each, indent) for each in told)]

    def _html_kind(self, kind: Kind, number: int) -> Markup:
        several = len(kind.problems) > 1
        rows = []
        if several:
            told = self._say("view.same-kind", count=number_text(len(kind.problems), self.language))
            rows.append(_across(f"{number}. {told}", "th"))
        for problem in kind.problems[:LISTED]:
            what = problem.head.what(self.language)
            lines = [what if several else f"{number}. {what}"]
            lines += [
                Markup('<span style="font-weight: normal">{}</span>').format(each)
                for each in self._also(problem)
            ]
            where = self._where(problem.head) or [self._say("view.whole")]
            told_cells = cells((self._how_many(problem.head) or "–", _lines(where)))
            rows.append(Markup("<tr>{}{}</tr>").format(row_heading(_lines(lines)), told_cells))
        rows += [_across(each) for each in self._not_listed(kind)]
        advice = (Markup("<strong>{}:</strong> {}").format(label, text) for label, text in self._advice(kind))
        rows.append(_across(_lines(list(advice)), style=LAST))
        return Markup("<tbody>{}</tbody>").format(Markup().join(rows))

    def _not_listed(self, kind: Kind) -> Iterator[str]:
        left_out = len(kind.problems) - LISTED
        if left_out > 0:
            yield self._say("view.not-listed", count=number_text(left_out, self.language))

    def _how_many(self, finding: Finding) -> str | None:
        """How many, what share and how far; None where the finding is about one thing that nothing counts."""
        if finding.total is None and finding.count == 1:
            return None
        share, far = of_total(finding.count, finding.total, self.language), reach(finding)
        if far is None:
            return share
        of = "column" if finding.field is not None else "rows"
        return self._say(f"view.reach.{of}.{far}", share=share)

    def _where(self, finding: Finding, said: str = "") -> list[str]:
        """Where the finding is, one line each, as far as it is known and not ``said`` yet."""
        lines = []
        if finding.resource and len(self._resources) > 1:
            lines.append(f"{self._say('view.resource')}: {finding.resource}")
        only_row = bool(finding.rows) and finding.place == str(finding.rows[0])
        if finding.place and not only_row:
            label = "view.place" if finding.count > 1 and finding.rows else "view.where"
            lines.append(f"{self._say(label)}: {finding.place}")
        elif finding.field and finding.field not in said:
            lines.append(f"{self._say('view.field')}: {finding.field}")
        if finding.rows and (only_row or finding.count > 1 or not finding.place):
            lines.append(f"{self._which_rows(finding)}: {rows_text(finding.rows)}")
        return lines

    def _which_rows(self, finding: Finding) -> str:
        """Whether the rows known are all, or only the first ones."""
        if finding.count <= len(finding.rows):
            return self._say("view.rows-all")
        count = number_text(finding.count, self.language)
        if len(finding.rows) < EXAMPLES:
            return self._say("view.rows-some", count=count)
        return self._say("view.rows-first", shown=number_text(EXAMPLES, self.language), count=count)

    def _also(self, problem: Problem) -> list[str]:
        return [self._say("view.also", what=finding.what(self.language)) for finding in problem.also]

    def _advice(self, kind: Kind) -> Iterator[tuple[str, str]]:
        head = kind.head
        yield self._say("view.why"), head.why(self.language)
        how = head.how(self.language, recipe=self.recipe)
        if is_whole_column(head):
            how = f"{self._say('view.one-cause')} {how}"
        yield self._say("view.how"), how
        yield self._say("view.owner-label"), self._say(f"view.owner.{head.owner}")
        if head.severity is Severity.ADVISORY:
            names = dict.fromkeys(_name(problem.head) for problem in kind.problems[:LISTED])
            yield self._say("view.accept-label"), ", ".join(names)


def _name(finding: Finding) -> str:
    """The name by which a decision accepts a finding."""
    if finding.resource is None:
        return finding.code
    place = f"{finding.resource}/{finding.field}" if finding.field else finding.resource
    return f"{finding.code}:{place}"


def _wrapped(text: str, indent: str, first: str | None = None) -> str:
    """A paragraph; its lines begin with ``indent``, the first one with ``first`` where it is given and the others
    else with a little more. Signs that would steer a terminal are shown as �."""
    plain = "".join("\ufffd" if _steers(sign) else sign for sign in text)
    return textwrap.fill(
        plain,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent if first is not None else f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf") and sign not in "\t\n\r"


def _lines(lines: Sequence[str]) -> Markup:
    return Markup("<br>").join(lines)


def _across(content: str | Markup, cell: str = "td", style: Markup = LEFT) -> Markup:
    """A row of one cell as wide as the table; a ``th`` is the heading of the rows below."""
    scope = Markup(' scope="rowgroup"') if cell == "th" else Markup()
    row = Markup('<tr><{cell}{scope} colspan="3"{style}>{content}</{cell}></tr>')
    return row.format(cell=cell, scope=scope, style=style, content=content)
