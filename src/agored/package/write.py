"""Write a package's folder: data, schemas, code lists, descriptor, records, notes and checksums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored.package.codes import PublishedCodes, linked, published_lists
from agored.package.content import CODES, TABLE, Published, content_hash, content_of
from agored.package.descriptor import ResourceFile, datapackage, resource_title
from agored.package.files import SUMS, files_of, sums, write
from agored.package.notes import notes_page
from agored.package.provenance import provenance
from agored.pages.dataset import Dataset
from agored.recipe import Recipe
from agored.records import canonical, digest, file_digest, readable
from agored.words import LANGUAGES

if TYPE_CHECKING:
    from agored.parts import ResourcePart


@dataclass(frozen=True)
class Packaged:
    """A written package: its content, the content's hash, and the hash of each file by its path."""

    content_hash: str
    content: Mapping[str, Any]
    files: Mapping[str, str]


def write_package(
    folder: Path,
    recipe: Recipe,
    parts: Sequence[ResourcePart],
    *,
    changes: Mapping[str, Any],
    ethics: Mapping[str, Any],
    answers: Mapping[str, Any],
    policies: Mapping[str, Mapping[str, str]],
    reasons: Mapping[str, Any] | Sequence[Any],
    judged: Mapping[str, Any],
) -> Packaged:
    """Write the whole package of ``parts`` into ``folder``, which must be empty or not there.

    ``changes`` is what shape and protect did (``changes.json``), ``ethics`` the public part of the ethics
    record (``ethics.json``). ``answers`` (of ``ethics.yaml``), ``policies`` (the values of the policy of
    protection, by resource) and ``reasons`` (those that people wrote in the recipe) go into the content and
    its hash. ``judged`` is told in ``provenance.provenance``.

    Raises RecipeError where a resource takes the name of a code list's resource, and FileExistsError where
    the folder holds anything.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder.name} is not empty")
    lists = published_lists(parts)
    resources, published = [], []
    for part in parts:
        schema = linked(part.schema.descriptor, part.schema.fields)
        file = _write_table(folder, part, schema, recipe)
        resources.append(file)
        published.append(Published(part.name, TABLE, file.file.digest, digest(canonical(schema))))
    for codes in lists:
        file = _write_codes(folder, codes)
        resources.append(file)
        published.append(Published(codes.name, CODES, file.file.digest, digest(canonical(codes.schema))))
    content = content_of(recipe, published, answers=answers, policies=policies, reasons=reasons)
    for name, data in (
        ("datapackage.json", datapackage(recipe, resources)),
        ("release.json", {"content": content, "hash": content_hash(content)}),
        ("provenance.json", provenance(recipe, resources, judged, _assessor(ethics))),
        ("ethics.json", ethics),
        ("changes.json", changes),
    ):
        write(folder / name, [readable(data)])
    # The notes are made from the files as they were written: they can tell nothing that the files do not hold.
    dataset = Dataset.read(folder)
    for language in LANGUAGES:
        write(folder / f"notes.{language}.html", [notes_page(dataset, language)])
    write(folder / SUMS, [sums(folder)])
    return Packaged(
        content_hash=content_hash(content),
        content=content,
        files={name: file_digest(folder / name) for name in files_of(folder)},
    )


def _assessor(ethics: Mapping[str, Any]) -> str | None:
    assessor = ethics.get("assessor")
    return str(assessor["role"]) if assessor else None


def _write_table(folder: Path, part: ResourcePart, schema: Mapping[str, Any], recipe: Recipe) -> ResourceFile:
    path, schema_path = f"data/{part.name}.csv", f"schemas/{part.name}.json"
    write(folder / schema_path, [readable(schema)])
    return ResourceFile(
        name=part.name,
        kind=TABLE,
        title=resource_title(recipe, part.name, schema),
        path=path,
        schema_path=schema_path,
        rows=len(part.table),
        file=write(folder / path, part.table.csv()),
    )


def _write_codes(folder: Path, codes: PublishedCodes) -> ResourceFile:
    path, schema_path = f"codes/{codes.name}.csv", f"schemas/{codes.name}.json"
    write(folder / schema_path, [readable(codes.schema)])
    return ResourceFile(
        name=codes.name,
        kind=CODES,
        title=codes.title,
        path=path,
        schema_path=schema_path,
        rows=len(codes.codes.codes),
        file=write(folder / path, codes.table.csv()),
    )
