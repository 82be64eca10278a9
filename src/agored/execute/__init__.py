"""Notebooks run and kept: parameters checked, a kernel without secrets, nothing unscrubbed on the disk, reports.

``execute`` runs a notebook and keeps what may be kept of it; ``report`` writes the page for the officer or for
everybody. Papermill and nbconvert are imported here only, and only when one of the two is called.
"""

from agored.execute.execute import execute
from agored.execute.export import report
from agored.execute.failure import failure_from_json, failure_to_json, write_failure
from agored.execute.inside import quiet
from agored.execute.parameters import check_parameters
from agored.execute.progress import Progress, show_progress
from agored.execute.tokens import mask, token_name

__all__ = [
    "Progress",
    "check_parameters",
    "execute",
    "failure_from_json",
    "failure_to_json",
    "mask",
    "quiet",
    "report",
    "show_progress",
    "token_name",
    "write_failure",
]
