"""What notebooks display: small bilingual tables and sentences, for the officer alone or for everybody.

A ``View`` holds the same thing in Welsh and in English, as HTML and as plain text. As the last expression of
a cell it shows itself in the session's language, and carries both languages along under media types of our
own, so that one executed notebook is exported in either (``execute.export``). Views are made here only, from
codes of ``words`` and from facts; whatever is text is escaped.

A *public* view holds codes and counts, nothing else, and may stand in any cell. A view for the *officer* may
hold places, row numbers and a run's id; it is displayed by cells tagged ``officer``, and the export of a
public account stops where it meets one in another cell. A stage gives both at once::

    view = facts_view("view.stage.read", [("view.rows", 2310), ("view.columns", 17)], language)
    view = together(view, counts_view(findings, language))
    return view.with_officer(findings_view(findings, language))

and the notebook shows the public part in one cell (``reading = run.read()``, then ``reading``) and the
officer's in the next, tagged one (``reading.officer``). ``view.text["cy"]`` is what a command prints.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from agored.findings import Finding, Severity, worst_first
from agored.markup import html_table
from agored.spread import Extent
from agored.telling import Account
from agored.words import LANGUAGES, Bilingual, number_text, say

HTML_TYPES: Mapping[str, str] = {
    language: f"application/vnd.agored.{language}+html" for language in LANGUAGES
}
"""The media type under which a view's HTML stands in a notebook, by language."""

TEXT_TYPES: Mapping[str, str] = {
    language: f"application/vnd.agored.{language}+text" for language in LANGUAGES
}
"""The media type under which a view's plain text stands in a notebook, by language."""

Fact = str | int | Bilingual
"""What a table's cell may be: text as it is, a whole number written as each language does, or both texts."""


class Audience(StrEnum):
    """Who may see a view."""

    PUBLIC = "public"
    OFFICER = "officer"


@dataclass(frozen=True)
class View:
    """One thing to look at, in both languages, that displays itself in ``language``."""

    html: Bilingual
    text: Bilingual
    language: str
    audience: Audience = Audience.PUBLIC
    details: View | None = None

    @property
    def officer(self) -> View:
        """What the officer alone sees beside this view; empty where there is nothing more."""
        nothing = Bilingual("", "")
        return self.details or View(nothing, nothing, self.language, Audience.OFFICER)

    def with_officer(self, details: View) -> View:
        """This view, with ``details`` for the officer beside it, unless they only say the same again."""
        new = any(details.text[language] not in self.text[language] for language in LANGUAGES)
        return dataclasses.replace(self, details=details if new else None)

    def __str__(self) -> str:
        return self.text[self.language]

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        bundle = {"text/html": self.html[self.language], "text/plain": self.text[self.language]}
        bundle |= {HTML_TYPES[language]: self.html[language] for language in LANGUAGES}
        bundle |= {TEXT_TYPES[language]: self.text[language] for language in LANGUAGES}
        return bundle, {"agored": {"audience": str(self.audience)}}


def together(*views: View) -> View:
    """Several views as one, in the first one's language; for the officer alone if any of them is."""
    officer = any(view.audience is Audience.OFFICER for view in views)
    return View(
        html=_bilingual(lambda language: Markup("\n").join(Markup(view.html[language]) for view in views)),
        text=_bilingual(lambda language: "\n\n".join(view.text[language] for view in views)),
        language=views[0].language,
        audience=Audience.OFFICER if officer else Audience.PUBLIC,
    )


def note_view(code: str, language: str, /, audience: Audience = Audience.PUBLIC, **facts: str) -> View:
    """The sentence ``code``, filled with ``facts``."""
    sentence = Bilingual(cy=say(code, "cy", **facts), en=say(code, "en", **facts))
    return View(
        html=_bilingual(lambda spoken: Markup('<p lang="{}">{}</p>').format(spoken, sentence[spoken])),
        text=sentence,
        language=language,
        audience=audience,
    )


def facts_view(
    title: str,
    facts: Iterable[tuple[str | Bilingual, Fact]],
    language: str,
    audience: Audience = Audience.PUBLIC,
) -> View:
    """A table of labels and values. ``title`` is a code; a label is a code, or a text in both languages."""
    facts = list(facts)

    def html(spoken: str) -> str:
        rows = [[_label(label, spoken), _value(value, spoken)] for label, value in facts]
        return html_table(say(title, spoken), [], rows, spoken)

    def text(spoken: str) -> str:
        lines = [f"{_label(label, spoken)}: {_value(value, spoken)}" for label, value in facts]
        return "\n".join([say(title, spoken), *(f"  {line}" for line in lines)])

    return View(_bilingual(html), _bilingual(text), language, audience)


def table_view(
    title: str,
    headings: Sequence[str | Bilingual],
    rows: Iterable[Sequence[Fact]],
    language: str,
    audience: Audience = Audience.PUBLIC,
) -> View:
    """A table under headings (codes, or texts in both languages); the first cell of each row names the row. Says
    so when it is empty."""
    rows = [list(row) for row in rows]

    def html(spoken: str) -> str:
        if not rows:
            return _html_nothing(say(title, spoken), spoken)
        cells = [[_value(fact, spoken) for fact in row] for row in rows]
        return html_table(
            say(title, spoken), [_label(heading, spoken) for heading in headings], cells, spoken
        )

    def text(spoken: str) -> str:
        if not rows:
            return f"{say(title, spoken)}: {say('view.none', spoken)}"
        names = [_label(heading, spoken) for heading in headings]
        lines = [
            "; ".join(f"{name}: {_value(fact, spoken)}" for name, fact in zip(names, row, strict=True))
            for row in rows
        ]
        return "\n".join([say(title, spoken), *(f"  {line}" for line in lines)])

    return View(_bilingual(html), _bilingual(text), language, audience)


def counts_view(findings: Sequence[Finding], language: str) -> View:
    """For everybody: how many findings of each severity, and what each is; never where, and no value: a
    finding's sentence holds facts of the recipe, the schema and the policy, and counts."""
    if not findings:
        return note_view("view.no-problems", language)
    severities: list[tuple[str | Bilingual, Fact]] = [
        (f"view.severity.{severity}", sum(finding.severity is severity for finding in findings))
        for severity in Severity
    ]
    rows = [
        (
            Bilingual(cy=finding.what("cy"), en=finding.what("en")),
            Bilingual(cy=_severity(finding.severity, "cy"), en=_severity(finding.severity, "en")),
            finding.code,
        )
        for finding in worst_first(findings)
    ]
    return together(
        facts_view("view.findings", severities, language),
        table_view(
            "view.findings-by-code", ("view.what", "view.severity-label", "view.code"), rows, language
        ),
    )


def findings_view(
    findings: Sequence[Finding], language: str, *, extent: Extent | None = None, recipe: bool = True
) -> View:
    """For the officer: what is the matter, where, why it matters and how to put it right, the worst first.

    ``extent`` is how many rows were checked and have a fault, where that was counted. Without a ``recipe``, what
    is advised is done in the file or in the schema.
    """
    accounts = {spoken: Account(findings, spoken, extent, recipe) for spoken in LANGUAGES}
    return View(
        html=_bilingual(lambda spoken: accounts[spoken].html()),
        text=_bilingual(lambda spoken: accounts[spoken].text()),
        language=language,
        audience=Audience.OFFICER,
    )


class Action(StrEnum):
    """What a plan does to one thing on a portal."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True)
class PlanStep:
    """What is done to ``subject`` (a file's key, a title), and how it reads before and after."""

    action: Action
    subject: Fact
    before: Fact = ""
    after: Fact = ""


def plan_view(portal: str, steps: Sequence[PlanStep], language: str) -> View:
    """For the officer: what publishing would change on ``portal``; what stays is only counted."""
    changes = [step for action in Action for step in steps if step.action is action is not Action.KEEP]
    kept = sum(step.action is Action.KEEP for step in steps)
    top = facts_view(
        "view.plan",
        [("view.portal", portal), ("view.changes", len(changes)), ("view.unchanged", kept)],
        language,
        Audience.OFFICER,
    )
    if not changes:
        return together(top, note_view("view.nothing-to-change", language, audience=Audience.OFFICER))
    rows: list[tuple[Fact, ...]] = [
        (
            step.subject,
            Bilingual(cy=say(f"view.action.{step.action}", "cy"), en=say(f"view.action.{step.action}", "en")),
            step.before,
            step.after,
        )
        for step in changes
    ]
    headings = ("view.subject", "view.action-label", "view.before", "view.after")
    return together(top, table_view("view.plan-changes", headings, rows, language, Audience.OFFICER))


def _bilingual(make: Callable[[str], str]) -> Bilingual:
    return Bilingual(cy=str(make("cy")), en=str(make("en")))


def _label(label: str | Bilingual, language: str) -> str:
    return label[language] if isinstance(label, Bilingual) else say(label, language)


def _value(fact: Fact, language: str) -> str:
    if isinstance(fact, Bilingual):
        return fact[language]
    return number_text(fact, language) if isinstance(fact, int) else fact


def _severity(severity: Severity, language: str) -> str:
    return say(f"view.severity.{severity}", language)


def _html_nothing(caption: str, language: str) -> Markup:
    return Markup('<p lang="{}">{}: {}</p>').format(language, caption, say("view.none", language))
