"""What a workbook holds that nobody sees: hidden parts of its sheets, kept copies of data, names of people.

Councils have been fined for it: a workbook of totals was sent out, and its pivot tables kept every person they
were made from. What is found here blocks, although the published file is always written anew from the declared
table: the workbook itself is kept and passed on, and what is hidden in it may be why the table is wrong.

Each kind of hidden thing is one finding for the whole workbook. A finding's sentences hold counts; ``place``,
which only officers see, says on which sheets, rows and cells. No cell's value, comment or person's name is
ever in either. What cannot be looked into is a finding too: silence would read as "nothing there".
"""

from __future__ import annotations

from collections.abc import Callable

from agored.findings import Finding
from agored.read.hidden.found import Found

KINDS = ("xlsx", "xlsm", "ods", "xls")
"""The kinds of workbook that can be looked into."""


def hidden_content(data: bytes, kind: str, sheet: str | None, resource: str, file: str) -> list[Finding]:
    """The findings on what the workbook ``data`` hides, in the order of their codes.

    ``kind`` is one of ``KINDS``; ``sheet`` is the sheet that is read, None where nobody has said which: then it
    is taken to be the first that holds cells, sheets in sight before hidden ones. Raises ValueError for another
    kind; damaged and hostile workbooks raise nothing: what cannot be looked into is told by the code
    ``read.hidden-not-looked-at``, of which ``file`` is the place where it is the whole workbook.
    """
    if kind not in KINDS:
        raise ValueError(kind)
    found = Found(resource, file)
    _looker(kind)(data, sheet, found)
    return found.findings()


def _looker(kind: str) -> Callable[[bytes, str | None, Found], None]:
    """Each format's reader, imported only where a workbook of that kind is met."""
    if kind == "ods":
        from agored.read.hidden.ods import look_into_ods

        return look_into_ods
    if kind == "xls":
        from agored.read.hidden.xls import look_into_xls

        return look_into_xls
    from agored.read.hidden.xlsx import look_into_xlsx

    return look_into_xlsx
