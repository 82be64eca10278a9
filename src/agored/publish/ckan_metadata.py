"""How a release is described on a CKAN: the dataset, its resources, and what of them is compared.

CKAN knows one language. So its own fields hold both, Welsh first, as descriptors do, and ``title_cy``,
``title_en``, ``notes_cy``, ``notes_en`` stand beside them as extras; a resource has ``name_cy``, ``name_en``
and so on as fields of its own.

Not every file of a release becomes a resource: the tables and code lists do, which people look at and use, the
notes and the account in both languages, what changed since the release before, the archive with everything, the
decision and the checksums. The records in the archive (descriptor, schemas, provenance, ethics, changes) name
each other by paths that lead nowhere on a CKAN. These few files are enough to put the whole release together
again (``REBUILT_FROM``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agored.errors import PortalError
from agored.package.files import SUMS
from agored.records import canonical, digest, file_digest
from agored.store import ACCOUNTS, DECISION_FILE, SINCE_FILE, Release
from agored.words import LANGUAGES, Bilingual, both

KEY = "agored_key"
"""The field of a resource that holds its stable key."""
LATEST = "latest/"
"""What the keys of the newest release's files begin with."""
ARCHIVE = "package.zip"
REBUILT_FROM = (ARCHIVE, DECISION_FILE, *ACCOUNTS, SINCE_FILE, SUMS)
"""The files of a release from which all of it is put together again."""
NOT_IN_ALL = (SINCE_FILE,)
"""Those of them that releases made long ago do not have; if one is missing, the checksums tell."""
IDENTITY, RELEASE, CONTENT = "agored_identity", "agored_release", "agored_content"
MARKERS = (RELEASE, CONTENT)
"""The extras that name the release held; written last."""
EXTRAS = (
    IDENTITY,
    *(f"{key}_{language}" for key in ("title", "notes", "keywords") for language in LANGUAGES),
    "frequency",
    "issued",
    "language",
    *MARKERS,
)
"""The extras that are Agored's own; others on the dataset are left alone."""
CORE = ("title", "notes", "license_id", "author", "maintainer", "maintainer_email")
"""The fields of CKAN's own that Agored fills, beside the tags."""
FIELDS = (
    *(f"{key}{end}" for key in ("name", "description") for end in ("", "_cy", "_en")),
    "format",
    "mimetype",
    "hash",
    "hash_algorithm",
)
"""The fields of a resource that Agored fills, beside its key."""
VISIBLE = "state/visible"
PUBLIC = "public"

_LICENSES = {"OGL-UK-3.0": "uk-ogl", "CC-BY-4.0": "cc-by", "CC0-1.0": "cc-zero"}
_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_KINDS = {
    ".csv": ("CSV", "text/csv"),
    ".html": ("HTML", "text/html"),
    ".json": ("JSON", "application/json"),
    ".zip": ("ZIP", "application/zip"),
    "": ("TXT", "text/plain"),
}
# The longest text that Solr takes as one term, in bytes: CKAN cannot index a longer extra.
_LONGEST_EXTRA = 32_766
_LONGEST_NAME = 100
_TAG_LENGTHS = range(2, 101)
_NOT_IN_TAGS = re.compile(r"[^\w \-.]+")
_APOSTROPHES = re.compile("['’‘ʼ`]")


@dataclass(frozen=True)
class Piece:
    """A file of the release that becomes a resource: its stable key, where it is, its hash, the resource's
    fields, and the schema where it is a table."""

    key: str
    path: Path
    digest: str
    fields: Mapping[str, str]
    schema: Mapping[str, Any] | None = None

    @property
    def mimetype(self) -> str:
        """What the file is."""
        return self.fields["mimetype"]


@dataclass(frozen=True)
class Described:
    """A release as a dataset of a CKAN."""

    identity: str
    organization: str
    publisher: str
    core: Mapping[str, str]
    tags: tuple[str, ...]
    extras: Mapping[str, str]
    pieces: tuple[Piece, ...]

    @property
    def state(self) -> dict[str, str]:
        """What a CKAN holds that holds this, its tables aside."""
        state = {f"metadata/{key}": value for key, value in {**self.core, **self.extras}.items()}
        state["metadata/organization"] = self.organization
        state[VISIBLE] = PUBLIC
        if self.tags:
            state["metadata/tags"] = ", ".join(self.tags)
        for piece in self.pieces:
            state[f"file/{piece.key}"] = piece.digest
            state[f"resource/{piece.key}"] = summary(piece.fields)
        return state


def describe(release: Release, organization: str | None) -> Described:
    """How ``release`` is described, in ``organization`` or that of its identity.

    Raises PortalError where a text is longer than a CKAN can hold.
    """
    package = release.folder / "package"
    descriptor = json.loads((package / "datapackage.json").read_bytes())
    identity = str(release.decision["dataset"])
    title, notes = bilingual(descriptor, "title"), _notes(descriptor)
    keywords = {language: descriptor.get(f"keywords_{language}", []) for language in LANGUAGES}
    publisher = _publisher(descriptor)
    core = {
        "title": title.joined(),
        "notes": notes.cy if notes.cy == notes.en else f"{notes.cy}\n\n---\n\n{notes.en}",
        "license_id": _license(descriptor),
        "author": publisher,
        "maintainer": str(descriptor["contact"]["role"]),
        "maintainer_email": str(descriptor["contact"]["mailbox"]),
    }
    extras = {
        IDENTITY: identity,
        **{f"title_{language}": title[language] for language in LANGUAGES},
        **{f"notes_{language}": notes[language] for language in LANGUAGES},
        **{f"keywords_{language}": _listed(keywords[language]) for language in LANGUAGES},
        "frequency": str(descriptor.get("frequency") or ""),
        "issued": str(release.decision["issued"]),
        "language": _listed(LANGUAGES),
        RELEASE: release.name,
        CONTENT: release.content,
    }
    for key, value in extras.items():
        if len(value.encode()) > _LONGEST_EXTRA:
            raise PortalError("ckan.text-too-long", dataset=identity, text=key)
    return Described(
        identity=identity,
        organization=organization or identity.partition("/")[0],
        publisher=publisher,
        core={key: value.strip() for key, value in core.items() if value.strip()},
        tags=tags_of([word for language in LANGUAGES for word in keywords[language]]),
        extras={key: value for key, value in extras.items() if value.strip()},
        pieces=tuple(_pieces(release, descriptor)),
    )


def dataset_name(identity: str) -> str:
    """The name that a dataset gets: ``<organization>-<name>``, cut with a hash where CKAN takes no longer one."""
    name = identity.replace("/", "-")
    if len(name) <= _LONGEST_NAME:
        return name
    ending = digest(identity.encode()).removeprefix("sha256:")[:8]
    return f"{name[: _LONGEST_NAME - len(ending) - 1].rstrip('-')}-{ending}"


def tags_of(keywords: list[str]) -> tuple[str, ...]:
    """Keywords as tags, in order, each once.

    CKAN allows letters, digits, blanks, hyphens, underscores and full stops, and 2 to 100 of them: apostrophes
    are left out and anything else becomes a blank. The keywords as they are written are in the extras.
    """
    tags = (
        " ".join(_NOT_IN_TAGS.sub(" ", _APOSTROPHES.sub("", unicodedata.normalize("NFC", word))).split())
        for word in keywords
    )
    return tuple(sorted({tag for tag in tags if len(tag) in _TAG_LENGTHS}))


def extras_of(package: Mapping[str, Any]) -> dict[str, str]:
    """A CKAN dataset's extras by key."""
    return {str(extra["key"]): str(extra["value"]) for extra in package.get("extras", [])}


def resources_of(package: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Agored's own resources of a CKAN dataset by key; a second one of the same key counts as ``<key>#2``."""
    found: dict[str, Mapping[str, Any]] = {}
    for resource in package.get("resources", []):
        key = str(resource.get(KEY) or "")
        if key:
            copies = sum(other == key or other.startswith(f"{key}#") for other in found)
            found[f"{key}#{copies + 1}" if copies else key] = resource
    return found


def metadata_state(package: Mapping[str, Any]) -> dict[str, str]:
    """The state of a CKAN dataset's own facts; its resources aside."""
    extras = extras_of(package)
    facts = {
        **{key: str(package.get(key) or "") for key in CORE},
        **{key: extras.get(key, "") for key in EXTRAS},
        "organization": str((package.get("organization") or {}).get("name", "")),
        "tags": ", ".join(sorted(str(tag["name"]) for tag in package.get("tags", []))),
    }
    state = {f"metadata/{key}": value for key, value in facts.items() if value}
    hidden = "private" if package.get("private") else PUBLIC
    state[VISIBLE] = hidden if package.get("state") == "active" else str(package.get("state"))
    return state


def summary(fields: Mapping[str, Any]) -> str:
    """What of a resource's fields is compared: its name, for people, and a short hash of all of them."""
    told = {key: str(fields.get(key) or "") for key in FIELDS}
    return f"{told['name']} ({digest(canonical(told)).removeprefix('sha256:')[:8]})"


def bilingual(data: Mapping[str, Any], key: str) -> Bilingual:
    """The text under ``<key>_cy`` and ``<key>_en``, white space at its ends left out."""
    return Bilingual(*(str(data.get(f"{key}_{language}") or "").strip() for language in LANGUAGES))


def resource_name(key: str) -> str:
    """What a table's resource is called in a state: ``areas-1`` for ``latest/package/codes/areas-1.csv``."""
    return key.rpartition("/")[2].replace(".csv", "")


def _pieces(release: Release, descriptor: Mapping[str, Any]) -> Iterator[Piece]:
    for resource in descriptor["resources"]:
        path = f"package/{resource['path']}"
        schema = json.loads((release.folder / "package" / resource["schema"]).read_bytes())
        yield _piece(release, path, bilingual(resource, "title"), str(resource["kind"]), schema)
    notes = ("package/notes.cy.html", "package/notes.en.html")
    for path in (*notes, *ACCOUNTS, SINCE_FILE, ARCHIVE, DECISION_FILE, SUMS):
        if path in NOT_IN_ALL and not (release.folder / path).is_file():
            continue
        word = path.rpartition("/")[2].replace(".", "-").lower()
        yield _piece(release, path, both(f"ckan.name.{word}"), word)


def _piece(
    release: Release, path: str, name: Bilingual, word: str, schema: Mapping[str, Any] | None = None
) -> Piece:
    description = both(f"ckan.description.{word}")
    found = file_digest(release.folder / path)
    kind, mimetype = _KINDS[Path(path).suffix]
    fields = {
        "name": name.joined(),
        "description": _paragraphs(description),
        **{f"name_{language}": name[language] for language in LANGUAGES},
        **{f"description_{language}": description[language] for language in LANGUAGES},
        "format": kind,
        "mimetype": mimetype,
        "hash": found.removeprefix("sha256:"),
        "hash_algorithm": _SHA256,
    }
    return Piece(LATEST + path, release.folder / path, found, fields, schema)


def _paragraphs(text: Bilingual) -> str:
    return text.cy if text.cy == text.en else f"{text.cy}\n\n{text.en}"


def _notes(descriptor: Mapping[str, Any]) -> Bilingual:
    description, notes = bilingual(descriptor, "description"), bilingual(descriptor, "notes")
    return Bilingual(*("\n\n".join(filter(None, (description[each], notes[each]))) for each in LANGUAGES))


def _publisher(descriptor: Mapping[str, Any]) -> str:
    titles = [each["title"] for each in descriptor["contributors"] if "publisher" in each["roles"]]
    return str(titles[0]) if titles else ""


def _license(descriptor: Mapping[str, Any]) -> str:
    names = [each["name"] for each in descriptor["licenses"]]
    return next((_LICENSES[name] for name in names if name in _LICENSES), "other-open")


def _listed(words: Any) -> str:
    """A list as the text of an extra; nothing for an empty one."""
    return json.dumps(list(words), ensure_ascii=False) if words else ""
