"""Letters that went wrong on the way: ``Å·`` for ``ŷ``, ``ï¿½``, ``D?r``, Welsh read as if it were not.

Findings name what happened and where. What a cell most likely read is a cell's value: ``repairs`` gives it to
whoever shows it to the officer alone, on their own terminal or in the run's private folder.
"""

from agored.read.mojibake.findings import mojibake_findings
from agored.read.mojibake.repairs import Repair, Repairs, repairs

__all__ = ["Repair", "Repairs", "mojibake_findings", "repairs"]
