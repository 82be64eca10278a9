"""The swift way of reading an XLSX sheet agrees with the XML parser, or leaves the rows to it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from read_made import a_workbook

from agored.errors import SourceError
from agored.read import xlsx
from agored.read.xlsx_swift import plain_cells, without_plain_stretches
from agored.table import letters

PLAIN_ROW = '<row r="1" spans="1:2"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c></row>'
STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
)
Told = dict[str, object] | str


def read_both(data: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Told, Told]:
    swift = what_is_read(data)
    with monkeypatch.context() as patched:
        patched.setattr(xlsx, "plain_cells", lambda stretch: None)
        return swift, what_is_read(data)


def what_is_read(data: bytes) -> Told:
    """All cells and marks by their place, or the error."""
    try:
        contents = xlsx.read_xlsx(data, "book.xlsx", "Data")
    except SourceError as error:
        return error.code
    cells: dict[str, object] = {}
    for block in contents.blocks:
        for index, row in enumerate(block.rows.tolist()):
            for column, text in enumerate(block.cells(index), start=1):
                if text:
                    cells[f"{letters(column)}{row}"] = text
        for code, places in block.marks.items():
            for row, column in places.tolist():
                cells[f"{code} {letters(column)}{row}"] = True
    cells["last"] = max((int(block.rows[-1]) for block in contents.blocks), default=0)
    return cells


_NUMBER = st.one_of(
    st.integers(-10, 60_000).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.just("x"),
)
_TEXT = st.text(alphabet="ab ŵ<&>\"'_x0041\n\t", max_size=8)


@st.composite
def a_cell(draw: st.DrawFn, reference: str) -> str:
    """A cell, mostly in the plain form."""
    style = draw(st.sampled_from(["", ' s="1"', ' s="2"', ' s="77"']))
    formula = draw(st.sampled_from(["", "", "", "<f>A1+1</f>", '<f t="shared" si="0"/>']))
    kind = draw(st.sampled_from(["", "n", "s", "b", "e", "str", "inlineStr", "d", "odd", "empty", "pretty"]))
    head = f'<c r="{reference}"{style}'
    match kind:
        case "empty":
            return f"{head}/>" if not formula else f"{head}>{formula}</c>"
        case "" | "n":
            own = f' t="{kind}"' if kind else ""
            return f"{head}{own}>{formula}<v>{draw(_NUMBER)}</v></c>"
        case "s":
            return f'{head} t="s"><v>{draw(st.integers(0, 3))}</v></c>'
        case "b":
            return f'{head} t="b"><v>{draw(st.integers(0, 1))}</v></c>'
        case "e":
            return f'{head} t="e">{formula}<v>#N/A</v></c>'
        case "d":
            return f'{head} t="d"><v>2026-01-31T00:00:00</v></c>'
        case "str":
            return f'{head} t="str">{formula}<v>{escape(draw(_TEXT))}</v></c>'
        case "inlineStr":
            keep = draw(st.sampled_from(["", ' xml:space="preserve"']))
            return f'{head} t="inlineStr"><is><t{keep}>{escape(draw(_TEXT))}</t></is></c>'
        case "pretty":
            return f"{head}>\n  <v>1</v>\n</c>"
        case _:
            return f'{head} cm="1"><v>1</v><extLst><ext/></extLst></c>'


@st.composite
def some_rows(draw: st.DrawFn) -> str:
    """Rows with gaps between them and between their cells."""
    row, text = 0, ""
    for _ in range(draw(st.integers(0, 6))):
        row += draw(st.sampled_from([1, 1, 1, 3]))
        column, cells = 0, ""
        for _ in range(draw(st.integers(0, 5))):
            column += draw(st.sampled_from([1, 1, 1, 30]))
            cells += draw(a_cell(f"{letters(column)}{row}"))
        text += f'<row r="{row}">{cells}</row>' if cells else f'<row r="{row}"/>'
    return text


@given(some_rows())
def test_the_two_ways_agree(rows: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        swift, slow = read_both(a_workbook(rows, texts=("a", "b", "_x0041_"), styles=STYLES), patched)
    assert swift == slow


@given(st.integers(0, len(PLAIN_ROW) - 1), st.sampled_from('<>/"= &x0A\n\x01é'), st.booleans())
@example(0, "<", False)
def test_a_row_with_one_sign_changed_is_read_alike(place: int, sign: str, instead: bool) -> None:
    row = PLAIN_ROW[:place] + sign + PLAIN_ROW[place + instead :]
    with pytest.MonkeyPatch.context() as patched:
        swift, slow = read_both(a_workbook(row, texts=("a",), styles=STYLES), patched)
    assert swift == slow


def test_the_plain_form_is_taken_the_swift_way() -> None:
    taken = plain_cells(PLAIN_ROW.encode() + b'<row r="3"/>')
    assert taken is not None
    cells, first, last = taken
    assert (first, last) == (1, 3)
    assert (cells.rows.tolist(), cells.columns.tolist()) == ([1, 1], [1, 2])
    assert (cells.styles.tolist(), cells.values.to_pylist()) == ([1, 0], ["0", "1.5"])


@pytest.mark.parametrize(
    "stretch",
    [
        PLAIN_ROW.replace("1.5", "1&#46;5"),
        PLAIN_ROW.replace("1.5", "1.5\r"),
        PLAIN_ROW.replace("<c ", "\n<c ", 1),
        PLAIN_ROW.replace("B1", "B2"),
        PLAIN_ROW.replace("B1", "A1"),
        PLAIN_ROW.replace("B1", "b1"),
        PLAIN_ROW.replace("B1", "ABCD1"),
        PLAIN_ROW.replace('r="B1"', "r='B1'"),
        PLAIN_ROW.replace('spans="1:2"', 'spans="1:2" spans="1:2"'),
        PLAIN_ROW.replace('spans="1:2"', "spans=1:2"),
        PLAIN_ROW.replace('t="s"', 't="odd"'),
        PLAIN_ROW.replace('t="s"', 't="s" cm="1"'),
        PLAIN_ROW.replace('<v>1.5</v>', "<v>1.5</v><v>2</v>"),
        PLAIN_ROW.replace('<v>1.5</v>', "<is><t>1.5</t></is>"),
        PLAIN_ROW.replace('<v>1.5</v>', "<v>\ud7ff</v><!-- -->"),
        PLAIN_ROW.replace("</row>", "</rows>"),
        PLAIN_ROW.replace('<row r="1"', '<row r="0"'),
        PLAIN_ROW * 2,
        PLAIN_ROW + "x",
        "x" + PLAIN_ROW,
        PLAIN_ROW[:-6],
        "",
    ],
)  # fmt: skip
def test_everything_else_is_left_to_the_parser(stretch: str) -> None:
    assert plain_cells(stretch.encode()) is None


def test_text_that_is_no_utf_8_is_left_to_the_parser() -> None:
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xff</t></is></c></row>'
    assert plain_cells(row) is None


def split(part: bytes, is_open: bool = True, takes: bool = True) -> tuple[bytes, list[bytes]]:
    taken: list[bytes] = []

    def take(stretch: bytes) -> bool:
        taken.append(stretch)
        return takes

    pieces = [part[place : place + 7] for place in range(0, len(part), 7)]
    left = without_plain_stretches(pieces, re.compile(rb"<sheetData>"), b"</row>", lambda: is_open, take)
    return b"".join(left), taken


def test_only_what_was_taken_is_missing_for_the_parser() -> None:
    part = b"<a><sheetData><row>1</row><row>2</row></sheetData></a>"
    assert split(part) == (b"<a><sheetData></sheetData></a>", [b"<row>1</row><row>2</row>"])
    assert split(part, takes=False) == (part, [b"<row>1</row><row>2</row>"])
    assert split(part, is_open=False) == (part, [])
    assert split(b"<a><b/></a>") == (b"<a><b/></a>", [])
    assert split(b"") == (b"", [])
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + part
    assert split(latin) == (latin, [])


def test_rows_in_a_comment_are_no_rows() -> None:
    filler = "".join(
        f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in range(1, 40_000)
    )
    hidden = (
        f'<!-- <row r="40000"><c r="A40000"><v>1</v></c></row> {"x" * 2_000_000} <row r="40001"/></row> -->'
    )
    data = a_workbook(filler + hidden + '<row r="50000"><c r="A50000"><v>5</v></c></row>')
    told = what_is_read(data)
    assert isinstance(told, dict)
    assert "A40000" not in told
    assert (told["A39999"], told["A50000"], told["last"]) == ("39999", "5", 50_000)
