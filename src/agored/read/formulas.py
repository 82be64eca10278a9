"""Text that a spreadsheet would take for a formula when it opens the published CSV: ``=HYPERLINK(…)`` and its kind.

Opened so, a formula works: it sends cells away, or starts a program. Negative numbers, telephone numbers and words
behind a hyphen are no formulas, though a spreadsheet may stumble over some of them.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agored.read.blocks import Numbers, first_bytes

# The wide signs of East Asia count too: spreadsheets take ＝ for =.
_SIGNS = "=+\\-@＝＋－＠"
_FORMULA = re.compile(
    rf"""\s*(
        [=＝][\s=＝]*[^\s=＝]                          # whatever follows an equals sign
      | [{_SIGNS}].*\|.*!                             # a program's name, as in =cmd|' /C calc'!A0
      | [+\-＋－@＠][\s+\-＋－@＠]*[A-Za-z_][\w.]*\(     # a function
      | [+\-＋－][\s+\-＋－]*\$?[A-Z]{{1,3}}\$?[0-9]{{1,7}}\s*($|[-+*/^&=<>:!,])   # a cell
      | [+\-＋－]\s*[0-9][0-9.,]*\s*[+*^&=<>]           # a sum
    )""",
    re.VERBOSE | re.DOTALL,
)
_SUSPICIOUS = np.zeros(256, np.bool_)
_SUSPICIOUS[[ord(sign) for sign in "=+-@\t\r\n\v\f "]] = True
_SUSPICIOUS[0xEF] = True  # the wide signs begin so


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula that does something."""
    return _FORMULA.match(text) is not None


def formulas_in(cells: pa.Array) -> Numbers:
    """Which cells (0 is the first) hold such text."""
    suspicious = np.flatnonzero(_SUSPICIOUS[first_bytes(cells)])
    if not len(suspicious):
        return suspicious
    texts = cells.take(pa.array(suspicious)).dictionary_encode()
    formula = pa.array([is_formula(text) for text in texts.dictionary.to_pylist()], pa.bool_())
    found: Numbers = suspicious[pc.take(formula, texts.indices).to_numpy(zero_copy_only=False)]
    return found
