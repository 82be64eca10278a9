"""Letters that went wrong are found and named, and the likely ones shown; ordinary text is let be."""

from __future__ import annotations

import pytest

from agored.findings import Severity
from agored.read.mojibake import mojibake_findings, repairs
from agored.table import Table


def written_and_read(text: str, written: str, read: str) -> str:
    return text.encode(written).decode(read)


@pytest.mark.parametrize(
    ("cell", "likely"),
    [
        (written_and_read("Tŷ a gardd", "utf-8", "cp1252"), "Tŷ a gardd"),
        (written_and_read("Dŵr", "utf-8", "cp1252"), "Dŵr"),
        (written_and_read("Ynys Môn", "utf-8", "cp1252"), "Ynys Môn"),
        (written_and_read("Dŵr a thŷ", "iso8859-14", "cp1252"), "Dŵr a thŷ"),
    ],
)
def test_what_was_written_is_shown_to_the_officer(cell: str, likely: str) -> None:
    table = Table.of({"enw": ["Powys", cell], "nifer": ["1", "2"]})
    (finding,) = mojibake_findings(table, "data")
    assert finding.code.startswith("read.mojibake-")
    assert (finding.severity, finding.count, finding.rows) == (Severity.ADVISORY, 1, (3,))
    assert cell not in str(finding.to_json())
    assert likely not in str(finding.to_json())
    found = repairs(table)
    assert any(repair.likely == likely and repair.seen == cell for repair in found.shown)


@pytest.mark.parametrize("cell", ["D?r", "D\ufffdr", "T? a gardd"])
def test_letters_that_are_lost_are_named(cell: str) -> None:
    (finding,) = mojibake_findings(Table.of({"enw": ["Powys", cell]}), "data")
    assert finding.code == "read.mojibake-lost"
    assert finding.rows == (3,)


@pytest.mark.parametrize(
    "cell",
    [
        "Dŵr a thŷ",
        "Ynys Môn",
        "£1,000",
        "Pwy sy'n gyfrifol?",
        "café",
        "Is it? Yes",
        "https://a.example/?x=y",
        "Þór",
        "",
    ],
)
def test_ordinary_text_is_let_be(cell: str) -> None:
    assert mojibake_findings(Table.of({"enw": ["Powys", cell]}), "data") == []
