"""``dataset.yaml`` to a frozen ``Recipe``: strict, versioned, every mistake told at once (design: opensafely)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from agored.periods import period_reader
from agored.recipe import (
    FORMATS,
    FREQUENCIES,
    PERIOD_KINDS,
    TEXT_FORMATS,
    WORKBOOK_FORMATS,
    Constant,
    Contributor,
    Disclosure,
    Drop,
    LeaveOut,
    License,
    Lookup,
    Mailbox,
    Name,
    Notes,
    Number,
    Operation,
    PackageFacts,
    Period,
    PublicSource,
    Recipe,
    Rename,
    ResourceRecipe,
    Source,
    SuiteChoice,
    Total,
    Trim,
    Unpivot,
    format_of,
)
from agored.strict import Section, Value, load
from agored.words import LANGUAGES, Bilingual

RECIPE_FORMAT = 1
NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
FIELD = r"[a-z][a-z0-9_]*"
VERSIONED = rf"{NAME}/\d+"
_MAILBOX = r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+"
_CELL = r"[A-Z]{1,3}[1-9]\d{0,6}"
_PLAIN = b"xn--Aa1,+AGE-\\x41"

LICENSES: Mapping[str, License] = {
    license.name: license
    for license in (
        License(
            "OGL-UK-3.0",
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            Bilingual("Trwydded Llywodraeth Agored 3.0", "Open Government Licence 3.0"),
        ),
        License(
            "CC-BY-4.0",
            "https://creativecommons.org/licenses/by/4.0/",
            Bilingual("Creative Commons Priodoli 4.0", "Creative Commons Attribution 4.0"),
        ),
        License(
            "CC0-1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            Bilingual("Creative Commons CC0 1.0", "Creative Commons CC0 1.0"),
        ),
    )
}


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file. Raises RecipeError naming every mistake in it, with its line."""
    top = load(path)
    if top.integer("recipe", 1, 999) > RECIPE_FORMAT:
        top.fault("recipe.newer", "recipe", known=str(RECIPE_FORMAT))
    resources = tuple(_resource(section) for section in top.sections("resources"))
    _refuse_twins(top, "resources", [resource.name for resource in resources])
    publish = top.section("publish")
    recipe = Recipe(
        organization=top.matching("organization", NAME, "llywodraeth-cymru"),
        name=top.matching("name", NAME, "rough-sleepers"),
        title=top.bilingual("title"),
        description=top.bilingual("description"),
        notes=top.bilingual("notes"),
        keywords=top.bilingual_texts("keywords"),
        contact=mailbox(top.section("contact")),
        resources=resources,
        expectations=tuple(_suite(top, value) for value in top.items("expectations", required=False)),
        package=_package(top.section("package")),
        portals=publish.texts("portals"),
    )
    _refuse_none(top, "resources", resources)
    _refuse_none(publish, "portals", recipe.portals)
    _refuse_twins(publish, "portals", list(recipe.portals))
    top.close()
    return recipe


def mailbox(section: Section) -> Mailbox:
    """A role and its mailbox."""
    return Mailbox(
        section.text("role"), section.matching("mailbox", _MAILBOX, "data.agored@cyngor.example.wales")
    )


def _refuse_twins(section: Section, key: str, names: list[str]) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        section.fault("recipe.twin", key, name=name)


def _refuse_none(section: Section, key: str, members: Sequence[object]) -> None:
    """Note an empty list; one that is not there at all was told."""
    if key in section.keys() and not members:
        section.fault("strict.empty", key)


def _suite(top: Section, value: Value) -> SuiteChoice:
    if not value.is_section:
        return SuiteChoice(value.text())
    section = top.keep(value)
    return SuiteChoice(section.text("suite"), section.mapping("with", required=False))


def _package(section: Section) -> PackageFacts:
    licenses = []
    for entry in section.sections("licenses"):
        name = entry.choice("name", tuple(LICENSES))
        licenses.append(LICENSES[name])
    contributors = [
        Contributor(entry.text("title"), entry.texts("roles")) for entry in section.sections("contributors")
    ]
    if contributors and not any("publisher" in contributor.roles for contributor in contributors):
        section.fault("recipe.no-publisher", "contributors")
    _refuse_none(section, "contributors", contributors)
    _refuse_none(section, "licenses", licenses)
    sources = [
        PublicSource(
            entry.text("title"),
            entry.optional_text("path"),
            entry.optional_text("period"),
            entry.optional_text("publisher"),
        )
        for entry in section.sections("sources")
    ]
    return PackageFacts(
        tuple(licenses), tuple(contributors), tuple(sources), section.choice("frequency", FREQUENCIES)
    )


def _resource(section: Section) -> ResourceRecipe:
    return ResourceRecipe(
        name=section.matching("name", NAME, "rough-sleepers"),
        source=_source(section.section("source")),
        shape=tuple(
            operation
            for value in section.items("shape", required=False)
            if (operation := _operation(section, value)) is not None
        ),
        schema=section.matching("schema", VERSIONED, "rough-sleepers/1"),
        disclosure=_disclosure(section.section("disclosure")),
    )


def _source(section: Section) -> Source:
    path = section.text("path")
    if path and not inside(path):
        section.fault("recipe.path", "path")
    member = section.optional_text("member")
    form = section.optional_text("format")
    if form and form not in FORMATS:
        section.fault("strict.not-one-of", "format", allowed=", ".join(FORMATS))
        form = None
    source = Source(path=path, member=member, format=form)
    if member is not None and not (source.is_archive and inside(member)):
        section.fault("recipe.member", "member")
    if source.is_archive and form is None and not (member and format_of(member)):
        section.fault("recipe.archive-format", "path", formats=", ".join(FORMATS))
    _refuse_other_formats(section, source.kind)
    header, depth = _header(section)
    source = replace(
        source,
        encoding=_encoding(section),
        delimiter=_delimiter(section, "\t" if source.kind == "tsv" else ","),
        sheet=_sheet(section),
        records=_pointer(section),
        header=header,
        header_depth=depth,
        until_blank=_until_blank(section),
        expect=_expect(section),
    )
    if section.get("units") is not None:
        below = source.header_rows[-1] + 1
        return replace(source, units=section.integer("units", below, below))
    return source


_KEYS_OF_FORMATS: Mapping[str, tuple[str, ...]] = {
    "encoding": TEXT_FORMATS,
    "delimiter": TEXT_FORMATS,
    "sheet": WORKBOOK_FORMATS,
    "records": ("json",),
    "header": TEXT_FORMATS + WORKBOOK_FORMATS,
    "units": TEXT_FORMATS + WORKBOOK_FORMATS,
    "rows": TEXT_FORMATS + WORKBOOK_FORMATS,
    "expect": TEXT_FORMATS + WORKBOOK_FORMATS,
}
"""The keys of ``source`` that mean something for some formats only."""


def _refuse_other_formats(section: Section, form: str) -> None:
    for key, forms in _KEYS_OF_FORMATS.items():
        if form not in forms and key in section.keys():
            section.fault("recipe.not-for-format", key, format=form)


def _header(section: Section) -> tuple[int, int]:
    """The first row of the headings, and how many rows they take."""
    value = section.get("header")
    if value is None or not value.is_list:
        return section.integer("header", 1, 10_000, default=1), 1
    texts = value.texts()
    rows = [int(text) for text in texts if re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII)]
    if not rows or len(rows) < len(texts) or rows != list(range(rows[0], rows[0] + len(rows))):
        section.fault("recipe.header-rows", "header")
        return 1, 1
    return rows[0], len(rows)


def _sheet(section: Section) -> str | None:
    """A sheet's name as it stands, for some end with a blank."""
    value = section.get("sheet")
    if value is None or not section.text("sheet"):
        return None
    return value.raw_text()


def _until_blank(section: Section) -> bool:
    rows = section.optional_section("rows")
    return rows is not None and rows.choice("until", ("blank",)) == "blank"


def _expect(section: Section) -> Mapping[str, str]:
    expect = section.mapping("expect", required=False)
    for cell in expect:
        if not re.fullmatch(_CELL, cell):
            section.fault("recipe.cell", "expect", cell=cell)
    return expect


def _pointer(section: Section) -> str:
    """Where the list of records is in JSON, as RFC 6901 writes it."""
    pointer = section.text("records", "")
    if not re.fullmatch(r"(/([^~/]|~[01])*)*", pointer):
        section.fault("recipe.pointer", "records")
    return pointer


def _encoding(section: Section) -> str:
    encoding = section.text("encoding", "utf-8")
    if encoding and not _is_encoding(encoding):
        section.fault("recipe.encoding", "encoding")
    return encoding


def _delimiter(section: Section, default: str) -> str:
    value = section.get("delimiter")
    if value is None:
        return default
    names = {"tab": "\t", "\\t": "\t"}
    text = value.raw_text()
    delimiter = names.get(text, text)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n':
        section.fault("recipe.delimiter", "delimiter")
        return default
    return delimiter


def inside(path: str) -> bool:
    """Whether a path, written with ``/``, stays inside the folder that it is relative to, hidden parts apart."""
    parts = PurePosixPath(path).parts
    return (
        bool(parts)
        and not path.startswith("/")
        and "\\" not in path
        and ":" not in parts[0]
        and not any(part.startswith(".") for part in parts)
    )


def _is_encoding(name: str) -> bool:
    """Whether files are written in it. Python's codecs hold other things too: base64, idna, unicode_escape."""
    try:
        codec = codecs.lookup(name)
        if codec.name.startswith(("utf-16", "utf-32")):
            return True
        return bool(codec._is_text_encoding) and _PLAIN.decode(name) == _PLAIN.decode("ascii")
    except (LookupError, ValueError):
        return False


def _disclosure(section: Section) -> Disclosure:
    disclosure = Disclosure(
        policy=section.text("policy"),
        values=section.mapping("with", required=False),
        reason=section.optional_bilingual("reason"),
    )
    if disclosure.policy == "none" and disclosure.reason is None:
        section.fault("recipe.no-protection-reason", "policy")
    return disclosure


def _operation(resource: Section, value: Value) -> Operation | None:
    section = resource.keep(value) if value.is_section else None
    names = section.keys() if section is not None else ()
    if section is None or len(names) != 1 or names[0] not in _OPERATIONS:
        value.fault("recipe.operation", known=", ".join(_OPERATIONS))
        if section is not None:
            section.pass_over()
        return None
    return _OPERATIONS[names[0]](section, names[0])


def _trim(section: Section, key: str) -> Operation:
    section.choice(key, ("all",))
    return Trim()


def _name(section: Section, key: str) -> Operation:
    entries = section.section(key)
    renames = []
    for old in entries.keys():
        value = entries.get(old)
        assert value is not None
        position = int(old) if re.fullmatch(r"[1-9]\d{0,4}", old, re.ASCII) else None
        if value.is_section:
            stated = entries.keep(value)
            heading: str | None = stated.text("heading")
            to = stated.matching("to", FIELD, "nitric_oxide")
        else:
            heading = old if position is None else None
            to = entries.matching(old, FIELD, "area_code")
        renames.append(Rename(to=to, position=position, heading=heading))
    _refuse_twins(section, key, [rename.to for rename in renames])
    return Name(tuple(renames))


def _leave_out(section: Section, key: str) -> Operation:
    entry = section.section(key)
    blank = entry.optional_text("blank")
    equals, starts = entry.texts("is", required=False), entry.texts("starts", required=False)
    field = entry.optional_text("field")
    reason = entry.bilingual("reason")
    if blank is not None:
        if blank != "true" or field or equals or starts:
            entry.fault("recipe.leave-out", "blank")
        return LeaveOut(reason, blank=True)
    if not field or not (equals or starts):
        section.fault("recipe.leave-out", key)
    return LeaveOut(reason, field=field, equals=equals, starts=starts)


def _drop(section: Section, key: str) -> Operation:
    entry = section.section(key)
    return Drop(entry.texts("fields"), entry.bilingual("reason"))


def _constant(section: Section, key: str) -> Operation:
    entry = section.section(key)
    return Constant(
        entry.matching("field", FIELD, "area_code"), entry.text("value"), entry.bilingual("reason")
    )


def _unpivot(section: Section, key: str) -> Operation:
    entry = section.section(key)
    unpivot = Unpivot(
        entry.texts("keep"), entry.matching("name", FIELD, "month"), entry.matching("value", FIELD, "count")
    )
    _refuse_twins(section, key, [*unpivot.keep, unpivot.name, unpivot.value])
    return unpivot


def _period(section: Section, key: str) -> Operation:
    entry = section.section(key)
    given = entry.get("fields")
    fields = given.texts() if given is not None else (entry.text("field"),)
    if given is not None and (not fields or entry.get("field") is not None):
        entry.fault("recipe.field-or-fields", "fields")
    to = entry.text("to", fields[0] if len(fields) == 1 else None)
    kind = entry.choice("kind", PERIOD_KINDS)
    is_known = entry.optional_text("kind") == kind  # what depends on another one cannot be told
    zone = entry.optional_text("zone")
    if is_known and (kind == "time") != (zone is not None):
        entry.fault("recipe.zone", "kind")
    elif zone is not None and not _is_zone(zone):
        entry.fault("strict.form", "zone", example="Europe/London")
    form, language = entry.text("format"), entry.choice("language", LANGUAGES, "en")
    try:
        period_reader(kind, form, language)
    except ValueError:
        if is_known and form:
            entry.fault("recipe.period-format", "format", kind=kind)
    return Period(fields=fields, kind=kind, format=form, to=to, language=language, zone=zone)


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _number(section: Section, key: str) -> Operation:
    entry = section.section(key)
    group = entry.get("group")
    prefix = entry.text("prefix", "")
    mark = group.raw_text() if group is not None else ""
    if len(mark) > 1:
        entry.fault("recipe.group", "group")
    return Number(entry.text("field"), group=mark, prefix=prefix)


# Markers alone, or a column with its codes.
_NOTES = ([True, False, False], [False, True, True])


def _notes(section: Section, key: str) -> Operation:
    entry = section.section(key)
    notes = Notes(
        field=entry.text("field"),
        markers=entry.mapping("markers", required=False),
        column=entry.optional_text("column"),
        codes=entry.mapping("codes", required=False),
    )
    if [bool(notes.markers), bool(notes.column), bool(notes.codes)] not in _NOTES:
        section.fault("recipe.notes", key)
    return notes


def _lookup(section: Section, key: str) -> Operation:
    entry = section.section(key)
    field = entry.text("field")
    return Lookup(
        field, entry.matching("list", VERSIONED, "areas/1"), entry.matching("to", FIELD, "area_code", field)
    )


def _total(section: Section, key: str) -> Operation:
    entry = section.section(key)
    return Total(entry.text("field"), entry.text("code"))


_OPERATIONS: Mapping[str, Callable[[Section, str], Operation]] = {
    "trim": _trim,
    "name": _name,
    "leave_out": _leave_out,
    "drop": _drop,
    "constant": _constant,
    "unpivot": _unpivot,
    "period": _period,
    "number": _number,
    "notes": _notes,
    "lookup": _lookup,
    "total": _total,
}
