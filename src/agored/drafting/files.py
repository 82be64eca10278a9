"""The files of a new dataset, written into a workspace from the shape of a council's file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from agored.drafting.body import find_body
from agored.drafting.contents import look_at_records, look_at_workbook
from agored.drafting.header import find_header
from agored.drafting.kinds import KindSeen, is_text, is_workbook, only_table_in, seen_kind
from agored.drafting.letters import letters_gone_wrong
from agored.drafting.looking import Key, Looked
from agored.drafting.proposal import propose
from agored.drafting.said import said
from agored.drafting.steps import quoted
from agored.drafting.textfile import look_at_text
from agored.drafting.writing import recipe_text, schema_text, settings_text
from agored.errors import RecipeError, SourceError
from agored.read.files import member_of, read_file
from agored.read.mojibake import Repairs
from agored.recipe import Source, format_of
from agored.recipe_yaml import inside
from agored.workspace import SETTINGS, valid_name


def draft(folder: Path, name: str, source: Path, sheet: str | None = None) -> list[str]:
    """Write a dataset called ``name`` into the workspace in ``folder``, which is started where there is none.

    ``sheet`` is the sheet of a workbook that is meant; without it the one with the largest table is proposed.
    Gives the paths written, relative to ``folder``; nothing that exists is touched. Raises RecipeError where
    the name cannot be used or is taken, SourceError where the file cannot be read or holds no table.
    """
    if not valid_name(name):
        raise RecipeError("new.name", name=name)
    if (folder / "datasets" / name).exists():
        raise RecipeError("new.taken", name=name)
    looked = look(source, sheet)
    proposal = propose(looked, source.name)
    file = source.name if inside(source.name) else f"source.{format_of(source.name) or 'csv'}"
    texts = {
        SETTINGS: settings_text(),
        f"datasets/{name}/dataset.yaml": recipe_text(name, file, proposal),
        f"datasets/{name}/ethics.yaml": _ethics(),
        f"schemas/{name}/1.json": schema_text(name, proposal.fields),
    }
    written = []
    for path, text in texts.items():
        place = folder / path
        if place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    copy = folder / "datasets" / name / "source" / file
    copy.parent.mkdir(parents=True)
    shutil.copyfile(source, copy)
    return [*written, copy.relative_to(folder).as_posix()]


def likely_letters(source: Path, sheet: str | None = None) -> Repairs:
    """The cells among those looked at whose letters went wrong, and what they likely read.

    These are values of the file: they may be shown on the terminal of the officer who asked for them by name, and
    written nowhere. Raises SourceError as ``draft`` does.
    """
    looked = look(source, sheet)
    header = find_header(looked) if looked.headings is None else None
    return letters_gone_wrong(looked, header, find_body(looked, header))


def look(source: Path, sheet: str | None = None) -> Looked:
    """What is seen of a council's file. Raises SourceError where it is no file, or cannot be read."""
    if not source.is_file():
        raise SourceError("new.missing", file=source.name)
    file = source.resolve()
    kind = seen_kind(file)
    if kind.format != "zip":
        return _look(file, kind, sheet)
    with _unpacked(file) as (member, inner):
        if not inside(member):
            raise SourceError("read.unsafe-member", file=file.name)
        found = seen_kind(inner)
        told = format_of(member)
        looked = _look(inner, found, sheet)
        keys = [Key("member", quoted(member), (said("member"),)), *looked.keys]
        if told is None and not found.keys:
            keys.insert(1, Key("format", found.format, (said("format", format=found.format.upper()),)))
        return replace(looked, keys=tuple(keys))


@contextmanager
def _unpacked(file: Path) -> Iterator[tuple[str, Path]]:
    """The path in an archive of its only table, and a copy of it that is gone afterwards."""
    member = only_table_in(file)
    data, _ = member_of(read_file(file.parent, file.name), file.name, member)
    with TemporaryDirectory() as folder:
        copy = Path(folder) / (Path(member).name or "source")
        copy.write_bytes(data)
        yield member, copy


def _look(file: Path, kind: KindSeen, sheet: str | None) -> Looked:
    if is_text(kind.format):
        return look_at_text(file)
    source = Source(path=file.name, format=kind.format)
    data = read_file(file.parent, file.name)
    if is_workbook(kind.format):
        looked = look_at_workbook(file, data, source, sheet)
    else:
        looked = look_at_records(file, data, source)
    return replace(looked, keys=(*kind.keys, *looked.keys))


def _ethics() -> str:
    from agored.ethics import draft as draft_ethics

    return draft_ethics("gds-2020")
