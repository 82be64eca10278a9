"""Schemas from elsewhere: read as they are, refused with every fault named, or put right.

A schema that the library judges by is taken as it is. What is wrong with another is told place by place, and
``upgraded`` puts right what has one plain meaning, leaves out what has none, and says both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.errors import RecipeError
from agored.foreign.book import Book, Change, Done, Reason
from agored.foreign.finding import schema_in
from agored.foreign.judge import Judge
from agored.foreign.lenient import Document
from agored.foreign.reading import read_document
from agored.foreign.schemas import mended
from agored.validate.library import guarded

__all__ = ["Change", "Done", "Reason", "Upgraded", "load_foreign_schema", "upgraded"]


@dataclass(frozen=True)
class Upgraded:
    """A schema put right. ``changes`` are what was done, ``open`` what is left for a person besides them."""

    schema: dict[str, Any]
    changes: tuple[Change, ...]
    open: tuple[Change, ...]


def load_foreign_schema(path: Path) -> dict[str, Any]:
    """The schema in a file, as it stands there, for data to be judged by.

    Raises RecipeError where it cannot be: with each fault, its line, field and key, and whether ``agored
    schema upgrade`` can put them right.
    """
    document = _whole(path)
    with guarded() as frictionless:
        judge = Judge(frictionless)
        if not document.slips and not judge.complaints(document.data):
            schema: dict[str, Any] = document.data
            return schema
        faults, by_hand = _faults(document, judge, path)
    code = "foreign.by-hand" if by_hand else "foreign.faults"
    raise RecipeError(code, tuple(faults), file=path.name)


def upgraded(path: Path, table: str | None = None) -> Upgraded:
    """The schema in a file put right; ``table`` names the table where the file describes several.

    Raises RecipeError where only a person can say what is meant, with everything that stands in the way.
    """
    document = _whole(path)
    with guarded() as frictionless:
        judge = Judge(frictionless)
        book = _book(document, table, path)
        schema = mended(book, judge)
        stops = tuple(book.stops) if schema is None else tuple(judge.complaints(schema))
    if stops or schema is None:
        raise RecipeError("foreign.by-hand", stops, file=path.name)
    done = tuple(change for change in book.changes if change.done is not Done.NOTHING)
    left = tuple(change for change in book.changes if change.done is Done.NOTHING)
    return Upgraded(schema, done, left)


def _whole(path: Path) -> Document:
    """The document in a file. Raises RecipeError where it cannot be read to its end."""
    document = read_document(path)
    if document.stop is not None:
        slips = Book(document)
        slips.slips()
        stop = RecipeError(document.stop.code, line=str(document.stop.lines[0]), was=document.stop.was)
        faults = (*(change.error for change in slips.changes), stop)
        raise RecipeError("foreign.by-hand", faults, file=path.name)
    return document


def _book(document: Document, table: str | None, path: Path) -> Book:
    try:
        return schema_in(document, table)
    except RecipeError as error:
        raise RecipeError("foreign.by-hand", (error,), file=path.name) from None


def _faults(document: Document, judge: Judge, path: Path) -> tuple[list[RecipeError], bool]:
    """What is wrong with a schema, by line, and whether a person must put some of it right.

    What an older edition wrote otherwise is no fault, unless nothing else is to be found.
    """
    book = _book(document, None, path)
    schema = mended(book, judge)
    done = [change for change in book.changes if change.done is not Done.NOTHING]
    wrong = [change for change in done if change.reason is not Reason.OLD] or done
    stops = list(book.stops) if schema is None else judge.complaints(schema)
    found = [change.error for change in sorted(wrong, key=lambda change: change.lines[0])]
    return found + stops, bool(stops)
