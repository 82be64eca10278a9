"""Since last time: what changed between the last published release and the one about to be made.

Both sides are published data, or are about to be: the release tables after protection, with the schemas derived
for them. ``compared`` gives the officer's findings, ``since_view`` shows them; ``record_of`` is the public record
that stands beside the package of every release, made from the two packages alone.
"""

from agored.since.compare import Compared, changes_between, compared, record_of
from agored.since.record import ResourceChange
from agored.since.shown import since_view

__all__ = ["Compared", "ResourceChange", "changes_between", "compared", "record_of", "since_view"]
