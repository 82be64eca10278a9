"""``agored new``: drafts of a dataset's files, from the shape of a council's file, for a person to complete.

A draft holds the mark ``???`` wherever a person must decide, and no value of the file: headings alone are
taken, as names. A file with a mark left in it cannot be used (``strict``).
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from agored.errors import RecipeError, SourceError
from agored.read.csvfile import DELIMITERS, rows_of
from agored.read.decode import decode
from agored.recipe_yaml import inside
from agored.strict import UNDECIDED
from agored.workspace import SETTINGS, valid_name

_SEARCHED_ROWS = 30


@dataclass(frozen=True)
class _Seen:
    """What the file seems to be; ``encoding`` is None where its bytes are not Unicode."""

    encoding: str | None
    delimiter: str
    header: int
    headings: tuple[str, ...]
    numeric: frozenset[int]


def draft(folder: Path, name: str, source: Path) -> list[str]:
    """Write a dataset called ``name`` into the workspace in ``folder``, which is started where there is none.

    Gives the paths written, relative to ``folder``; nothing that exists is touched. Raises RecipeError where
    the name cannot be used or is taken, SourceError where the file cannot be opened or holds no table.
    """
    if not valid_name(name):
        raise RecipeError("new.name", name=name)
    if (folder / "datasets" / name).exists():
        raise RecipeError("new.taken", name=name)
    if not source.is_file():
        raise SourceError("new.missing", file=source.name)
    file_name = source.name if inside(source.name) else "source.csv"
    seen = _look(source.read_bytes(), source.name)
    fields = _field_names(seen.headings)
    texts = {
        SETTINGS: _settings(),
        f"datasets/{name}/dataset.yaml": _recipe(name, file_name, seen, fields),
        f"datasets/{name}/ethics.yaml": _ethics(),
        f"schemas/{name}/1.json": _schema(name, fields, seen.numeric),
    }
    written = []
    for path, text in texts.items():
        place = folder / path
        if place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    copy = folder / "datasets" / name / "source" / file_name
    copy.parent.mkdir(parents=True)
    shutil.copyfile(source, copy)
    return [*written, copy.relative_to(folder).as_posix()]


def _look(data: bytes, file: str) -> _Seen:
    """The encoding, the delimiter and the header row that the file plainly has. Nothing of it is guessed:
    bytes that are not Unicode leave the encoding to a person, and are looked at as Latin-1 for their marks."""
    try:
        text, encoding = decode(data, "utf-8", file)
        found: str | None = encoding
    except SourceError as error:
        if error.code != "read.not-text":
            raise
        text, found = data.decode("latin-1"), None
    lines = text.splitlines()[:_SEARCHED_ROWS]
    delimiter = max(DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
    looked_at = islice(rows_of(text, delimiter, file), _SEARCHED_ROWS)
    rows = [[cell.strip() for cell in row] for row in looked_at]
    header = _header(rows)
    if header is None:
        raise SourceError("new.no-header", file=file, rows=str(len(rows)))
    body = [row for row in rows[header:] if any(row)]
    columns = [[row[number] for row in body if row[number:]] for number in range(len(rows[header - 1]))]
    numeric = {
        number
        for number, cells in enumerate(columns)
        if any(cells) and all(_is_number(cell) for cell in cells if cell)
    }
    return _Seen(found, delimiter, header, tuple(rows[header - 1]), frozenset(numeric))


def _header(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row with the most cells, if all that it holds can be headings.

    No later row is tried: it would be a record, whose values would stand in the draft as names.
    """
    width = max((sum(map(bool, row)) for row in rows), default=0)
    for number, row in enumerate(rows, start=1):
        filled = [cell for cell in row if cell]
        if len(filled) >= width - 1 and len(filled) > width // 2:  # one heading may be missing
            return number if _are_headings(filled) else None
    return None


def _are_headings(cells: Sequence[str]) -> bool:
    """Whether none of ``cells`` is a number, save beside others years in their order, or a run of ages or the
    like."""
    numbers = [cell for cell in cells if _is_number(cell)]
    if not numbers:
        return True
    if len(numbers) == len(cells) or not all(re.fullmatch(r"\d{1,4}", cell, re.ASCII) for cell in numbers):
        return False
    order = [int(cell) for cell in numbers]
    rises = all(before < after for before, after in pairwise(order))
    falls = all(before > after for before, after in pairwise(order))
    return (rises or falls) and (len(order) > 2 or all(1900 <= year <= 2100 for year in order))


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[-£]?\d[\d,]*(\.\d+)?%?", cell, re.ASCII) is not None


def _field_names(headings: Sequence[str]) -> tuple[str, ...]:
    """Machine names for headings: plain letters, once each."""
    names: list[str] = []
    for number, heading in enumerate(headings, start=1):
        plain = unicodedata.normalize("NFD", heading.casefold()).encode("ascii", "ignore").decode()
        name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
        if not name or not name[0].isalpha():
            name = f"column_{number}"
        if name in names:
            name = f"{name}_{number}"
        while name in names:
            name += "_"
        names.append(name)
    return tuple(names)


def _settings() -> str:
    return """# Y gweithle. / The workspace.
agored = 1
language = "cy"
title = { cy = "Data agored", en = "Open data" }

[portals.catalogue]
kind = "folder"
path = "portal"
# Y cyfeiriad lle bydd pobl yn gweld y catalog. / The address at which people will see the catalogue.
url = "https://data.example.wales/"
"""


def _recipe(name: str, file: str, seen: _Seen, fields: Sequence[str]) -> str:
    marks = {"\t": "tab"}
    encoding = (
        seen.encoding or f"{UNDECIDED}  # nid UTF-8: gofynnwch i’r cyflenwr / not UTF-8: ask the supplier"
    )
    names = "\n".join(f"          {number}: {field}" for number, field in enumerate(fields, start=1))
    both = f'{{cy: "{UNDECIDED}", en: "{UNDECIDED}"}}'
    return f"""# Drafft. Penderfynwch lle bynnag y mae {UNDECIDED}, yn y ddwy iaith.
# Caiff yr hyn a ysgrifennir yma ei gyhoeddi.
# A draft. Decide wherever there is {UNDECIDED}, in both languages. What is written here is published.
recipe: 1
organization: "{UNDECIDED}"  # megis / such as cyngor-gwynedd
name: {name}
title: {both}
description: {both}
notes: {both}
keywords: {{cy: ["{UNDECIDED}"], en: ["{UNDECIDED}"]}}
contact: {{role: "{UNDECIDED}", mailbox: "{UNDECIDED}"}}  # rôl, nid person / a role, not a person
resources:
  - name: {name}
    source:
      path: {json.dumps(f"source/{file}", ensure_ascii=False)}
      encoding: {encoding}
      delimiter: "{marks.get(seen.delimiter, seen.delimiter)}"
      header: {seen.header}
    shape:
      - trim: all
      - name:
{names}
    schema: {name}/1
    # Mae “standard” yn diogelu cyfrifon o bobl; mae angen rheswm yn y ddwy iaith ar “none”.
    # “standard” protects counts of people; “none” needs a reason in both languages.
    disclosure: {{policy: "{UNDECIDED}"}}
expectations: [plausibility, coverage]
package:
  licenses: [{{name: OGL-UK-3.0}}]
  contributors: [{{title: "{UNDECIDED}", roles: [publisher]}}]
  sources: [{{title: "{UNDECIDED}"}}]
  frequency: "{UNDECIDED}"  # daily weekly monthly quarterly annual biennial irregular continuous once
publish: {{portals: [catalogue]}}
"""


def _ethics() -> str:
    from agored.ethics import draft as draft_ethics

    return draft_ethics("gds-2020")


def _schema(name: str, fields: Sequence[str], numeric: frozenset[int]) -> str:
    described = [
        {
            "name": field,
            "type": "number" if number in numeric else "string",
            "title": UNDECIDED,
            "title_cy": UNDECIDED,
            "title_en": UNDECIDED,
            "description_cy": UNDECIDED,
            "description_en": UNDECIDED,
            "role": UNDECIDED,
            **({"measures": UNDECIDED, "of": UNDECIDED} if number in numeric else {}),
        }
        for number, field in enumerate(fields)
    ]
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": UNDECIDED,
        "title_cy": UNDECIDED,
        "title_en": UNDECIDED,
        "fields": described,
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
