"""The first sheet: every problem on a line, the worst first, with links to its cells and what is not marked."""

from __future__ import annotations

from collections.abc import Iterator

from agored.annotate.book import Book, Cell, Lines, target
from agored.annotate.marks import AROUND, COLUMNS, ROWS
from agored.annotate.problems import LINKS, Contents, Problem, Sheet
from agored.findings import Finding, Severity
from agored.table import letters
from agored.words import other, say

_COLUMNS = {
    "number": 10,
    "severity": 20,
    "table": 20,
    "where": 22,
    **{f"link-{number}": 13 for number in range(1, LINKS + 1)},
    "what": 48,
    "count": 18,
    "share": 11,
    "why": 40,
    "how": 44,
    "owner": 22,
    "marks": 24,
}


def write_summary(book: Book, lines: Lines, contents: Contents) -> None:
    """Write the summary of all problems to ``lines``, once the tables are written and their marks counted."""
    lines.page.fit_to_pages(2, 0)
    lines.page.set_tab_color("#9C0006")
    lines.text(book.say("annotate.title"), book.title)
    for language in (book.language, other(book.language)):
        private = Cell(say("annotate.private", language), book.private)
        lines.add(private, *[Cell("", book.private)] * (len(_COLUMNS) - 1))
    lines.add()
    if not contents.problems:
        lines.text(book.say("annotate.no-problems"), book.bold)
        return
    lines.text(book.say("annotate.introduction", links=str(LINKS)))
    lines.text(book.say("annotate.addresses"))
    for sheet in contents.sheets:
        if sheet.source.further:
            lines.text(book.say("annotate.of-records", table=sheet.name))
    _, cells, values, *letters_sheets = contents.own_names
    lines.text(book.say("annotate.lists", cells=cells, values=values))
    for name in letters_sheets:
        lines.text(book.say("annotate.lists-letters", letters=name))
    lines.add()
    lines.headings(f"annotate.{name}" for name in _COLUMNS)
    for problem in contents.problems:
        lines.add(*_line(book, problem, contents.sheet_of[problem.number]))
    _write_legend(book, lines)
    _write_limits(book, lines, contents)


def widths() -> tuple[int, ...]:
    """How wide the summary's columns are, in characters."""
    return tuple(_COLUMNS.values())


def _line(book: Book, problem: Problem, sheet: Sheet) -> list[Cell]:
    finding, language = problem.finding, book.language
    addresses = [f"{letters(column)}{row}" for row, column in problem.first]
    links = [Cell(address, book.link, target(sheet.name, address)) for address in addresses]
    texts = [
        finding.what(language),
        _count(book, finding),
        _share(book, finding),
        finding.why(language),
        book.how(finding),
        book.say(f"annotate.owners.{finding.owner}"),
        _marks(book, problem),
    ]
    return [
        Cell(str(problem.number), book.wrapped),
        Cell(book.severity(finding.severity), book.marked[finding.severity]),
        Cell(sheet.name, book.link, target(sheet.name, "A1")),
        Cell(_where(book, finding), book.wrapped),
        *links,
        *[Cell("", book.plain)] * (LINKS - len(links)),
        *(Cell(text, book.wrapped) for text in texts),
    ]


def _where(book: Book, finding: Finding) -> str:
    if finding.place:
        return finding.place
    return f'"{finding.field}"' if finding.field else book.say("annotate.whole")


def _count(book: Book, finding: Finding) -> str:
    count = book.number(finding.count)
    if not finding.total:
        return count
    return book.say("annotate.count-of-total", count=count, total=book.number(finding.total))


def _share(book: Book, finding: Finding) -> str:
    if not finding.total or finding.count > finding.total:
        return ""
    share = finding.count / finding.total
    if 0 < share < 0.001:
        return book.say("annotate.share-under")
    if 0.999 < share < 1:
        return book.say("annotate.share-over")
    return f"{share:.1%}"


def _marks(book: Book, problem: Problem) -> str:
    if not problem.marked:
        return book.say("annotate.marked-none")
    return book.say(
        "annotate.marked", marked=book.number(problem.marked), comments=book.number(problem.commented)
    )


def _write_legend(book: Book, lines: Lines) -> None:
    lines.add()
    lines.text(book.say("annotate.legend"), book.bold)
    for severity in Severity:
        lines.add(Cell("", book.plain), Cell(book.severity(severity), book.marked[severity]))


def _write_limits(book: Book, lines: Lines, contents: Contents) -> None:
    """What is not marked or not shown, if anything."""
    limits = list(_limits(book, contents))
    if limits:
        lines.add()
        lines.text(book.say("annotate.limits"), book.bold)
    for limit in limits:
        lines.text(limit)


def _limits(book: Book, contents: Contents) -> Iterator[str]:
    if any(problem.commented < problem.marked for problem in contents.problems):
        cells, listed = book.number(contents.comments), contents.own_names[1]
        yield book.say("annotate.comments-cap", cells=cells, sheet=listed)
    if any(_is_partly_known(problem, contents) for problem in contents.problems):
        yield book.say("annotate.examples-only")
    for sheet in contents.sheets:
        table = sheet.source.read
        if sheet.is_excerpt:
            rows, shown = book.number(len(table)), book.number(len(sheet.shown))
            facts = {"table": sheet.name, "rows": rows, "shown": shown, "around": str(AROUND)}
            yield book.say("annotate.excerpt", **facts)
        too_long = len(table) and table.row(len(table) - 1) > ROWS
        if too_long or any((column.source or 0) > COLUMNS for column in table.columns):
            yield book.say("annotate.beyond", table=sheet.name)


def _is_partly_known(problem: Problem, contents: Contents) -> bool:
    finding = problem.finding
    known = contents.sheet_of[problem.number].source.places_of(finding) is not None
    return not known and 0 < len(finding.rows) < finding.count
