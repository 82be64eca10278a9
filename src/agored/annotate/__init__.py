"""The officer's file back: a private workbook with the table as it was sent, and every problem marked in it."""

from agored.annotate.marks import AnnotatedTable
from agored.annotate.workbook import write_annotated

__all__ = ["AnnotatedTable", "write_annotated"]
