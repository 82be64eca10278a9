"""What holds of every schema from elsewhere, sound or broken: read, refused or repaired, never a breakdown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agored.errors import RecipeError
from agored.foreign import load_foreign_schema, upgraded
from agored.foreign.fields import KEYS as FIELD_KEYS
from agored.foreign.lenient import read_json
from agored.foreign.limits import KEYS as CONSTRAINTS
from agored.foreign.schemas import EDITION
from agored.foreign.schemas import KEYS as SCHEMA_KEYS
from agored.foreign.types import TYPES
from agored.records import readable
from agored.words import LANGUAGES

_ONE_FILE = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "schema.json"


# Schemas that anything may be wrong with: right keys and wrong, each with what belongs there or with anything.

NAMES = ("area", "count", "Area", "date of visit", "Nifer")
ODD_KEYS = (
    "primary_key",
    "required",
    "Type",
    "contraints",
    "id",
    "label",
    "min",
    "datePattern",
    "missingValue",
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ("", "true", "no", "5", "2020-01-31", "31/01/2020", "%d/%m/%Y", "dd/mm/yyyy", "fmt:%Y", "any")
    ),
    st.sampled_from(
        ("text", "xsd:nonNegativeInteger", "currency", "geometry", "varchar(9)", "date-time", "URL")
    ),
    st.sampled_from(("a,b", "[A-Z]+", "(", "a|b", "self", *NAMES, *TYPES)),
    st.text(max_size=4),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(
            st.one_of(
                st.sampled_from((*FIELD_KEYS, *CONSTRAINTS, *ODD_KEYS, "en", "cy", "value")),
                st.text(max_size=3),
            ),
            below,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


def sections(
    keys: tuple[str, ...], known: dict[str, st.SearchStrategy[Any]], most: int
) -> st.SearchStrategy[Any]:
    """Sections with some of ``keys``, each with a value of the right kind or with anything."""
    pairs = st.sampled_from(keys).flatmap(
        lambda key: st.tuples(st.just(key), st.one_of(known.get(key, ANYTHING), ANYTHING))
    )
    return st.lists(pairs, max_size=most).map(dict)


LIMITS = st.one_of(
    sections(
        (*CONSTRAINTS, *ODD_KEYS, "type", "regex"),
        {"type": st.sampled_from(TYPES), "enum": st.lists(SCALARS, max_size=3)},
        5,
    ),
    ANYTHING,
)
FIELD = sections(
    (*FIELD_KEYS, *CONSTRAINTS, *ODD_KEYS),
    {"type": st.sampled_from(TYPES), "constraints": LIMITS, "name": st.sampled_from(NAMES)},
    6,
)
NAMED = st.tuples(st.sampled_from(NAMES), FIELD).map(lambda pair: {"name": pair[0], **pair[1]})
FIELDS = st.one_of(st.lists(NAMED, min_size=1, max_size=3), st.lists(FIELD, max_size=3), ANYTHING)
LINK = sections(
    ("fields", "reference", "field"),
    {"reference": sections(("fields", "resource", "datapackage"), {"fields": st.sampled_from(NAMES)}, 3)},
    3,
)
SCHEMA = st.tuples(
    FIELDS,
    sections((*SCHEMA_KEYS, *ODD_KEYS, "profile", "type"), {"foreignKeys": st.lists(LINK, max_size=2)}, 4),
).map(lambda pair: {**pair[1], "fields": pair[0]})
DOCUMENT = st.one_of(
    SCHEMA,
    SCHEMA.map(lambda schema: {"schema": schema}),
    SCHEMA.map(lambda schema: {"resources": [{"schema": schema}]}),
    FIELDS,
    ANYTHING,
)


@_ONE_FILE
@given(DOCUMENT)
def test_what_is_repaired_loads_and_repairing_it_again_changes_nothing(file: Path, document: Any) -> None:
    file.write_bytes(readable(document))
    before = refusal(load_foreign_schema, file)
    after = refusal(upgraded, file)
    if after is not None:
        assert (after.code, bool(after.problems)) == ("foreign.by-hand", True)
        return
    found = upgraded(file)
    for change in (*found.changes, *found.open):
        for language in LANGUAGES:
            assert all((change.what(language), change.outcome(language), change.why(language)))
        json.dumps(change.to_json())
    if before is not None:
        assert before.code == "foreign.faults"
        assert found.changes
    file.write_bytes(readable(found.schema))
    assert load_foreign_schema(file) == found.schema
    again = upgraded(file)
    assert [change.what("en") for change in again.changes] == []
    assert readable(again.schema) == readable(found.schema)


def refusal(ask: Callable[[Path], Any], file: Path) -> RecipeError | None:
    """Why a file is refused, once both languages have told it; None where it is not."""
    try:
        ask(file)
    except RecipeError as error:
        found = error
    else:
        return None
    for language in LANGUAGES:
        assert len(found.message(language).splitlines()) == 1 + len(found.problems)
    return found


# Sound schemas

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=6).filter(
    str.strip
)


@st.composite
def sound_fields(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from((*TYPES, None)))
    field: dict[str, Any] = {} if kind is None else {"type": kind}
    field |= draw(
        st.fixed_dictionaries({}, optional={"title": WORDS, "description": WORDS, "x-own": ANYTHING})
    )
    limits: dict[str, Any] = {}
    if kind in ("integer", "number"):
        limits |= draw(
            st.fixed_dictionaries({}, optional={"minimum": st.integers(), "exclusiveMaximum": st.integers()})
        )
    if kind in (None, "string"):
        limits |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "minLength": st.integers(0, 9),
                    "pattern": st.sampled_from(("[A-Z]+", "W0\\d{7}")),
                    "enum": st.lists(WORDS, min_size=1, max_size=3),
                },
            )
        )
    if kind in ("date", "datetime", "time"):
        field |= draw(
            st.sampled_from(({}, {"format": "%d/%m/%Y"}, {"format": "%H:%M"}, {"format": "default"}))
        )
    if draw(st.booleans()):
        limits["required"] = draw(st.booleans())
    if limits or draw(st.booleans()):
        field["constraints"] = limits
    return field


@st.composite
def sound_schemas(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    fields = [{"name": name, **draw(sound_fields())} for name in names]
    schema: dict[str, Any] = {"$schema": EDITION, "fields": fields}
    plain = [
        field["name"]
        for field in fields
        if field.get("type", "string") not in ("list", "array", "object", "geojson")
    ]
    if plain and draw(st.booleans()):
        schema["primaryKey"] = plain[:1]
    return schema | draw(
        st.fixed_dictionaries(
            {},
            optional={
                "title": WORDS,
                "missingValues": st.sampled_from((["", "-"], [{"value": ".."}], [])),
                "fieldsMatch": st.just("subset"),
                "x-own": ANYTHING,
            },
        )
    )


@_ONE_FILE
@given(sound_schemas())
def test_a_sound_schema_is_loaded_as_it_is_and_nothing_in_it_is_changed(
    file: Path, schema: dict[str, Any]
) -> None:
    file.write_bytes(readable(schema))
    assert load_foreign_schema(file) == schema
    found = upgraded(file)
    assert ([change.what("en") for change in found.changes], found.schema) == ([], schema)


# Reading

PLAIN = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    ),
    lambda below: st.one_of(
        st.lists(below, max_size=4),
        st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=5), below, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip
TEXTS = st.one_of(PLAIN.map(lambda data: {"a": data}), st.lists(PLAIN, max_size=3))


@given(TEXTS, st.booleans(), st.sampled_from((None, 1, 3)))
def test_strict_json_is_read_as_it_is(data: Any, plain: bool, indent: int | None) -> None:
    read = read_json(json.dumps(data, ensure_ascii=plain, indent=indent))
    assert (read.stop, read.slips) == (None, ())
    assert json.dumps(read.data) == json.dumps(data)  # 1 and 1.0 and true are equal in Python


@given(st.text(alphabet="{}[]\":,\\/*#ab1.-+etrufalsn“”'\n\t ", max_size=30).map(lambda text: "{" + text))
def test_any_text_is_read_stopped_at_or_read_as_every_program_reads_it(text: str) -> None:
    read = read_json(text)
    assert (read.stop is None) or read.data is None
    try:
        strictly = json.loads(text, object_pairs_hook=once)
    except ValueError:
        assert read.stop is not None or read.slips
        return
    assert (read.stop, read.slips, read.data) == (None, (), strictly)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keys that are given twice are told by us alone."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError
    return dict(pairs)


@given(TEXTS, st.data())
def test_comments_and_commas_too_many_change_nothing_in_what_is_read(
    data: Any, choice: st.DataObject
) -> None:
    """Each slip is put into the text between two of its parts, where no text stands."""
    written = json.dumps(data, indent=1).splitlines()
    number = choice.draw(st.integers(0, len(written) - 1))
    slip = choice.draw(st.sampled_from((" // note", " /* a\nnote */", " # note", "\u00a0")))
    written[number] += slip
    read = read_json("\n".join(written))
    assert read.stop is None
    assert [each.lines for each in read.slips] == [(number + 1,)]
    assert json.dumps(read.data) == json.dumps(data)


@given(st.lists(PLAIN, min_size=1, max_size=3))
def test_a_comma_after_the_last_is_told(data: list[Any]) -> None:
    read = read_json(json.dumps(data)[:-1] + ",]")
    assert ([slip.code for slip in read.slips], read.stop) == (["foreign.comma-extra"], None)
    assert json.dumps(read.data) == json.dumps(data)


@_ONE_FILE
@given(sound_schemas(), st.sampled_from(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le")))
def test_a_schema_in_another_unicode_encoding_is_the_same_schema(
    file: Path, schema: dict[str, Any], encoding: str
) -> None:
    file.write_bytes(readable(schema).decode().encode(encoding))
    found = upgraded(file)
    assert found.schema == schema
    assert [change.code for change in found.changes] == ["foreign.encoding"]
