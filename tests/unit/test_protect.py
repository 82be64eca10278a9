"""Protection: small counts of people are left blank, the others rounded, and nothing beside gives them away."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from agored.errors import RecipeError
from agored.findings import Finding, Owner, Severity, Stage
from agored.protect import Change, Protected, protect
from agored.protect.policy import policies
from agored.protect.rule import Rule
from agored.recipe import Disclosure, Total
from agored.schema import Code, CodeList, Schema, schema_of
from agored.table import Table
from agored.validate import validate
from agored.words import LANGUAGES, Bilingual, catalogue

CANARY = "Bara-brith-7c1f"
STANDARD = Disclosure("standard")
NONE = Disclosure("none", reason=Bilingual("Nid pobl yw coed.", "Trees are not people."))
WALES = Total("area", "W")


def a_field(name: str, kind: str = "string", role: str | None = "dimension", **more: Any) -> dict[str, Any]:
    texts = {key: f"{name} {key}" for key in ("title_cy", "title_en", "description_cy", "description_en")}
    data = {"name": name, "type": kind, "title": name, **texts, **more}
    return data | ({"role": role} if role else {})


def a_count(name: str = "count", of: str | None = "people", **more: Any) -> dict[str, Any]:
    return a_field(name, "integer", "measure", measures="count", **({"of": of} if of else {}), **more)


def a_schema(*fields: dict[str, Any], **more: Any) -> Schema:
    return schema_of({"fields": list(fields), **more}, "test/1")


def protected(
    columns: Mapping[str, Sequence[str]],
    *fields: dict[str, Any],
    disclosure: Disclosure = STANDARD,
    totals: tuple[Total, ...] = (),
    **more: Any,
) -> Protected:
    return protect(Table.of(columns), a_schema(*fields, **more), disclosure, "data", totals)


def codes(result: Protected) -> dict[str, Finding]:
    found = {finding.code.removeprefix("protection."): finding for finding in result.findings}
    assert len(found) == len(result.findings)
    assert all(finding.stage is Stage.PROTECT for finding in result.findings)
    assert all(finding.owner is Owner.INFORMATION_GOVERNANCE for finding in result.findings)
    return found


class TestRule:
    RULE = Rule(lowest=1, threshold=5, rounding=5)

    @pytest.mark.parametrize(
        ("count", "published"),
        [
            *((0, 0), (1, None), (2, None), (3, None), (4, None), (5, 5), (6, 5), (7, 5), (8, 10), (10, 10)),
            *((12, 10), (13, 15), (17, 15), (18, 20), (122, 120), (123, 125), (10**17 + 3, 10**17 + 5)),
        ],
    )
    def test_the_standard_rule(self, count: int, published: int | None) -> None:
        assert self.RULE.published(count) == published

    def test_rounding_is_to_the_nearest_and_never_moves_by_half_a_base(self) -> None:
        for count in range(5, 2_000):
            published = self.RULE.published(count)
            assert published is not None
            assert published % 5 == 0
            assert abs(published - count) <= 2

    @pytest.mark.parametrize(("count", "published"), [(14, 10), (15, 20), (25, 30), (24, 20)])
    def test_a_half_is_rounded_upwards(self, count: int, published: int) -> None:
        assert Rule(1, 10, 10).published(count) == published

    @pytest.mark.parametrize("rounding", [0, 1])
    def test_rounding_can_be_off(self, rounding: int) -> None:
        rule = Rule(1, 5, rounding)
        assert [rule.published(count) for count in (0, 4, 5, 7)] == [0, None, 5, 7]
        assert not rule.rounds

    @pytest.mark.parametrize(
        ("rule", "apart"),
        [
            (Rule(1, 5, 5), True),
            (Rule(1, 3, 5), True),
            (Rule(1, 0, 0), True),
            (Rule(1, 2, 5), False),
            (Rule(1, 0, 5), False),
            (Rule(0, 5, 5), False),
        ],
    )
    def test_whether_a_published_zero_means_none(self, rule: Rule, apart: bool) -> None:
        assert rule.keeps_zero_apart is apart
        if apart:
            assert all(rule.published(count) != 0 for count in range(1, 100))
        else:
            assert rule.published(0) is None or 0 in {rule.published(count) for count in range(1, 100)}

    def test_the_policy_as_shipped(self) -> None:
        assert set(policies()) == {"standard", "none"}
        assert policies()["standard"].rule == self.RULE
        assert policies()["standard"].code == "c"


def test_counts_of_people() -> None:
    cells = ["0", "1", "4", "5", "7", "8", "12", "13", "", "007"]
    result = protected({"area": list("abcdefghij"), "count": cells}, a_field("area"), a_count())
    assert result.table.list("count") == ["0", "", "", "5", "5", "10", "10", "15", "", "5"]
    assert result.table.list("count_note") == ["", "c", "c", "", "", "", "", "", "", ""]
    assert result.table.names == result.schema.names == ("area", "count", "count_note")
    assert result.findings == ()
    assert result.changes == (Change("suppressed", "count", 2), Change("rounded", "count", 7))
    assert result.values == {
        "policy": "standard/1",
        "lowest": "1",
        "threshold": "5",
        "rounding": "5",
        "code": "c",
    }


def test_totals_are_rounded_on_their_own() -> None:
    """7 + 7 + 7 = 21: each part becomes 5, and the total 20, not 15."""
    columns = {"area": ["a", "b", "c", "W"], "count": ["7", "7", "7", "21"]}
    result = protected(columns, a_field("area"), a_count(), totals=(WALES,))
    assert result.table.list("count") == ["5", "5", "5", "20"]


def test_what_the_rules_cover_does_not_tell_what_they_altered() -> None:
    """Two tables that publish the same give the same public account, whatever was rounded."""
    exact = protected({"count": ["0", "2", "10", "15"]}, a_count())
    altered = protected({"count": ["0", "3", "8", "17"]}, a_count())
    assert exact.table.digest == altered.table.digest
    assert exact.changes == altered.changes
    assert exact.schema.digest == altered.schema.digest
    assert [change.to_json() for change in exact.changes] == [
        {"rule": "suppressed", "field": "count", "cells": 1},
        {"rule": "rounded", "field": "count", "cells": 3},
    ]


@pytest.mark.parametrize("of", ["events", "things"])
def test_counts_of_other_than_people_stay(of: str) -> None:
    result = protected({"count": ["1", "7"]}, a_count(of=of))
    assert result.table.list("count") == ["1", "7"]
    assert result.schema.names == ("count",)
    assert result.changes == ()
    assert result.findings == ()


def test_counts_of_households_are_protected() -> None:
    assert protected({"count": ["1", "7"]}, a_count(of="households")).table.list("count") == ["", "5"]


def test_two_counts_have_a_note_each() -> None:
    result = protected({"men": ["3", "9"], "women": ["6", "0"]}, a_count("men"), a_count("women"))
    assert result.table.names == result.schema.names == ("men", "men_note", "women", "women_note")
    assert [result.table.list(name) for name in result.table.names] == [
        ["", "10"],
        ["c", ""],
        ["5", "0"],
        ["", ""],
    ]


def test_tables_of_several_pieces() -> None:
    whole = Table.of({"count": ["1", "7", "0"], "count_note": ["r", "", ""]})
    pieces = pa.concat_tables([whole.data.slice(0, 1), whole.data.slice(1)])
    table = Table(whole.columns, pieces, whole.rows)
    schema = a_schema(a_count(), a_field("count_note", role="attribute"))
    result = protect(table, schema, STANDARD, "data", ())
    assert result.table.list("count") == ["", "5", "0"]
    assert result.table.list("count_note") == ["c,r", "", ""]


class TestNotes:
    @pytest.mark.parametrize(
        ("note", "merged"),
        [
            ("", "c"),
            ("r", "c,r"),
            ("a", "a,c"),
            ("c", "c"),
            ("p,r", "c,p,r"),
            ("a,c,r", "a,c,r"),
            ("r, b", "b,c,r"),
        ],
    )
    def test_the_code_is_merged(self, note: str, merged: str) -> None:
        fields = (a_count(), a_field("other"), a_field("count_note", role="attribute"))
        columns = {"count": ["3", "30"], "other": ["x", "y"], "count_note": [note, note]}
        result = protected(columns, *fields)
        assert result.table.list("count_note") == [merged, note]
        # A note column that is there stays where it is.
        assert result.table.names == result.schema.names == ("count", "other", "count_note")

    def test_a_note_field_of_the_schema_allows_the_code(self) -> None:
        note = a_field("count_note", role="attribute", codes="my-notes/1", constraints={"enum": ["", "r"]})
        result = protected({"count": ["3"], "count_note": ["r"]}, a_count(), note)
        data = result.schema.descriptor["fields"][1]
        assert "constraints" not in data
        assert (data["list"], data["codes"]) == (",", "my-notes/1")

    def test_a_note_field_that_was_added(self) -> None:
        data = protected({"count": ["3"]}, a_count()).schema.descriptor["fields"][1]
        assert data == {
            "name": "count_note",
            "type": "string",
            "title": "count title_cy: codau nodiadau / count title_en: note codes",
            "title_cy": "count title_cy: codau nodiadau",
            "title_en": "count title_en: note codes",
            "description_cy": data["description_cy"],
            "description_en": data["description_en"],
            "role": "attribute",
            "codes": "note-codes/1",
            "list": ",",
            "constraints": {"pattern": "[a-z]+(,[a-z]+)*"},
        }

    def test_a_note_field_is_added_whatever_the_counts_are(self) -> None:
        """So that the release schema is the same for every refresh of the data."""
        few, many = (protected({"count": cells}, a_count()) for cells in (["3"], ["300"]))
        assert few.schema.digest == many.schema.digest


class TestReleaseSchema:
    def constraints(self, given: dict[str, Any], disclosure: Disclosure = STANDARD) -> dict[str, Any]:
        result = protected({"count": ["10"]}, a_count(constraints=given), disclosure=disclosure)
        constraints: dict[str, Any] = result.schema.descriptor["fields"][0].get("constraints", {})
        return constraints

    @pytest.mark.parametrize(
        ("given", "released"),
        [
            ({"required": True}, {}),
            ({"required": True, "minimum": 0}, {"minimum": 0}),
            ({"unique": True, "enum": [7, 8]}, {}),
            ({"minimum": 7}, {"minimum": 5}),
            ({"minimum": 8}, {"minimum": 8}),
            ({"minimum": 3}, {"minimum": 3}),
            ({"minimum": "7"}, {"minimum": 5}),
            ({"maximum": 53}, {"maximum": 55}),
            ({"maximum": 52}, {"maximum": 52}),
            ({"exclusiveMinimum": 0}, {"minimum": 0}),
            ({"exclusiveMinimum": 5}, {"minimum": 5}),
            ({"exclusiveMinimum": 7}, {"exclusiveMinimum": 7}),
            ({"exclusiveMaximum": 54}, {"maximum": 55}),
            ({"exclusiveMaximum": 53}, {"exclusiveMaximum": 53}),
        ],
    )
    def test_constraints(self, given: dict[str, Any], released: dict[str, Any]) -> None:
        assert self.constraints(given) == released

    @pytest.mark.parametrize("bound", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])
    @pytest.mark.parametrize("rounding", ["0", "5", "10"])
    def test_what_passed_before_protection_passes_after_it(self, bound: str, rounding: str) -> None:
        disclosure = Disclosure("standard", {"rounding": rounding})
        for limit in range(1, 31):
            field = a_count(constraints={bound: limit})
            counts = [
                count
                for count in range(0, 60)
                if {
                    "minimum": count >= limit,
                    "maximum": count <= limit,
                    "exclusiveMinimum": count > limit,
                    "exclusiveMaximum": count < limit,
                }[bound]
            ]
            columns = {"id": list(map(str, counts)), "count": list(map(str, counts))}
            result = protected(columns, a_field("id"), field, disclosure=disclosure)
            released = result.schema.descriptor["fields"][1].get("constraints", {})
            for text in filter(None, result.table.list("count")):
                assert released.get("minimum", -1) <= int(text) <= released.get("maximum", 10**9)
                assert int(text) > released.get("exclusiveMinimum", -1)
                assert int(text) < released.get("exclusiveMaximum", 10**9)

    def test_the_description_says_what_was_done(self) -> None:
        field = protected({"count": ["3"]}, a_count()).schema.field("count")
        assert field.description.en == (
            "count description_en Counts from 1 to 4 are left blank, with the code c in “count_note”. "
            "A 0 is published as it is, and means none. All other counts, totals included, are rounded to the "
            "nearest 5, each on its own, so totals may differ from the sum of their parts."
        )
        assert "o 1 i 4 yn wag" in field.description.cy

    @pytest.mark.parametrize(
        ("values", "said", "unsaid"),
        [
            ({"rounding": "0"}, ["Counts from 1 to 4", "A 0"], ["rounded"]),
            ({"threshold": "0"}, ["nearest 5"], ["left blank", "A 0"]),
            ({"threshold": "2"}, ["from 1 to 1", "nearest 5"], ["A 0"]),
            ({"lowest": "0", "rounding": "10"}, ["from 0 to 4", "nearest 10"], ["A 0"]),
        ],
    )
    def test_the_description_says_only_what_was_done(
        self, values: dict[str, str], said: list[str], unsaid: list[str]
    ) -> None:
        field = protected({"count": []}, a_count(), disclosure=Disclosure("standard", values)).schema.fields[
            0
        ]
        assert all(text in field.description.en for text in said)
        assert not any(text in field.description.en for text in unsaid)

    def test_a_joined_description_is_kept_in_step(self) -> None:
        data = protected({"count": []}, a_count(description="old")).schema.descriptor["fields"][0]
        assert data["description"] == f"{data['description_cy']} / {data['description_en']}"

    def test_the_schema_given_is_left_as_it_was(self) -> None:
        schema = a_schema(a_count(constraints={"required": True, "minimum": 7}), name="test", primaryKey=[])
        before = json.dumps(schema.descriptor)
        result = protect(Table.of({"count": ["3"]}), schema, STANDARD, "data", ())
        assert json.dumps(schema.descriptor) == before
        assert result.schema.name == schema.name
        assert {key: result.schema.descriptor[key] for key in ("name", "primaryKey")} == {
            "name": "test",
            "primaryKey": [],
        }

    @pytest.mark.parametrize("key", ["count", ["area", "count"]])
    def test_a_count_in_the_key(self, key: object) -> None:
        with pytest.raises(RecipeError) as caught:
            protected({"area": ["a"], "count": ["3"]}, a_field("area"), a_count(), primaryKey=key)
        assert (caught.value.code, caught.value.facts["field"]) == ("protection.key", "count")


class TestMeasuresByField:
    """One column of values whose records measure different things."""

    def fields(self, of: str | None = "people", **more: Any) -> tuple[dict[str, Any], ...]:
        measures = {"by": "measure", "clients": "count", "clients_per_1000": "rate", "age": "mean"}
        value = a_field("value", "number", "measure", measures=measures, **more)
        return a_field("measure"), value | ({"of": of} if of else {})

    def test_only_counts_are_protected(self) -> None:
        columns = {"measure": ["clients", "clients", "age"], "value": ["3", "12", "3"]}
        result = protected(columns, *self.fields())
        assert result.table.list("value") == ["", "10", "3"]
        assert result.table.list("value_note") == ["c", "", ""]
        assert result.changes == (Change("suppressed", "value", 1), Change("rounded", "value", 1))
        assert set(codes(result)) == {"not-covered"}
        assert codes(result)["not-covered"].severity is Severity.ADVISORY
        assert codes(result)["not-covered"].rows == (4,)

    def test_a_rate_of_a_protected_count(self) -> None:
        columns = {"measure": ["clients", "clients_per_1000", "clients_per_1000"], "value": ["3", "1.5", ""]}
        result = protected(columns, *self.fields(rate_of={"clients_per_1000": "clients"}))
        finding = codes(result)["unprotected-rate"]
        assert finding.severity is Severity.BLOCKING
        assert (finding.rows, finding.count, finding.field) == ((3,), 1, "value")
        assert result.table.list("value") == ["", "1.5", ""]

    def test_a_rate_that_names_no_count_is_of_whom_the_field_says(self) -> None:
        columns = {"measure": ["clients_per_1000"], "value": ["1.5"]}
        assert set(codes(protected(columns, *self.fields()))) == {"unprotected-rate"}

    def test_a_rate_of_events_may_stand(self) -> None:
        columns = {"measure": ["clients", "clients_per_1000"], "value": ["3", "1.5"]}
        result = protected(columns, *self.fields("events", rate_of={"clients_per_1000": "clients"}))
        assert result.findings == ()
        assert result.table.list("value") == ["3", "1.5"]

    def test_rates_without_a_value_are_no_rates(self) -> None:
        columns = {"measure": ["clients", "clients_per_1000"], "value": ["30", ""]}
        assert protected(columns, *self.fields()).findings == ()

    def test_a_measure_that_nobody_knows_is_protected_and_told(self) -> None:
        columns = {"measure": ["clients", "visitors", ""], "value": ["3", "3", "3"]}
        result = protected(columns, *self.fields())
        assert result.table.list("value") == ["", "", ""]
        finding = codes(result)["measure-unknown"]
        assert (finding.severity, finding.rows) == (Severity.BLOCKING, (3, 4))
        assert finding.detail == {"by": "measure", "known": "clients, clients_per_1000, age"}

    def test_a_table_without_the_field_that_tells(self) -> None:
        result = protected({"value": ["3", "12"]}, *self.fields())
        assert result.table.list("value") == ["", "10"]

    def test_whom_must_be_said(self) -> None:
        columns = {"measure": ["clients"], "value": ["3"]}
        result = protected(columns, *self.fields(None, rate_of={"clients_per_1000": "clients"}))
        assert set(codes(result)) == {"undeclared"}


class TestRatesInAnotherField:
    def rate(self, kind: str = "rate", **more: Any) -> dict[str, Any]:
        return a_field("rate", "number", "measure", measures=kind, **more)

    @pytest.mark.parametrize("kind", ["rate", "share"])
    @pytest.mark.parametrize(
        "more", [{"of": "people"}, {"rate_of": "count"}, {"of": "events", "rate_of": "count"}]
    )
    def test_of_people(self, kind: str, more: dict[str, Any]) -> None:
        columns = {"count": ["3", "30"], "rate": ["0.3", "3"]}
        found = codes(protected(columns, a_count(), self.rate(kind, **more)))
        assert set(found) == {"unprotected-rate"}
        assert found["unprotected-rate"].count == 2

    def test_a_mean_that_names_a_count_gives_it_away_too(self) -> None:
        found = codes(
            protected({"count": ["3"], "rate": ["1"]}, a_count(), self.rate("mean", rate_of="count"))
        )
        assert set(found) == {"unprotected-rate"}

    @pytest.mark.parametrize("kind", ["mean", "median", "amount", "index"])
    def test_other_figures_about_people_need_a_decision(self, kind: str) -> None:
        found = codes(protected({"rate": ["1", ""]}, self.rate(kind, of="people")))
        assert set(found) == {"not-covered"}
        assert (found["not-covered"].severity, found["not-covered"].count) == (Severity.ADVISORY, 1)

    def test_of_events(self) -> None:
        columns = {"count": ["3"], "rate": ["0.3"]}
        assert not protected(columns, a_count(of="events"), self.rate(rate_of="count")).findings

    def test_of_nothing_that_there_is(self) -> None:
        with pytest.raises(RecipeError) as caught:
            protected({"count": ["3"], "rate": ["0.3"]}, a_count(), self.rate(rate_of="counts"))
        assert (caught.value.code, caught.value.facts["count"]) == ("protection.rate-of", "counts")


class TestUndeclared:
    @pytest.mark.parametrize(
        "field",
        [
            a_field("n", "integer", "measure"),
            a_field("n", "string", "measure"),
            a_field("n", "integer", "measure", measures="count"),
            a_field("n", "number", "measure", measures="rate"),
            a_field("n", "integer", None),
            a_field("n", "number", None, measures="count"),
            a_field("n", "number", "attribute", measures="amount"),
        ],
    )
    @pytest.mark.parametrize("disclosure", [STANDARD, NONE])
    def test_blocks(self, field: dict[str, Any], disclosure: Disclosure) -> None:
        found = codes(protected({"n": ["3"]}, field, disclosure=disclosure))
        assert set(found) == {"undeclared"}
        assert (found["undeclared"].severity, found["undeclared"].field) == (Severity.BLOCKING, "n")

    @pytest.mark.parametrize(
        "field",
        [
            a_field("n", "integer", "attribute"),
            a_field("n", "number", "dimension"),
            a_field("n", "string", None),
            a_field("n", "date", None),
            a_field("n", "number", "measure", measures="amount", of="things"),
            a_field("n", "number", None, measures="count", of="events"),
        ],
    )
    @pytest.mark.parametrize("disclosure", [STANDARD, NONE])
    def test_does_not_block(self, field: dict[str, Any], disclosure: Disclosure) -> None:
        assert not protected({"n": ["3"]}, field, disclosure=disclosure).findings


class TestPolicyNone:
    def test_of_things(self) -> None:
        result = protected({"count": ["3"]}, a_count(of="things"), disclosure=NONE)
        assert result.table.list("count") == ["3"]
        assert (result.changes, result.findings, result.values) == ((), (), {"policy": "none/1"})

    @pytest.mark.parametrize(
        "field",
        [
            a_count(),
            a_count(of="households"),
            a_field("count", "number", "measure", measures="rate", of="people"),
            a_field("count", "number", "measure", measures="mean", of="people"),
        ],
    )
    def test_of_people(self, field: dict[str, Any]) -> None:
        found = codes(protected({"count": ["30"]}, field, disclosure=NONE))
        assert set(found) == {"people-unprotected"}
        assert found["people-unprotected"].severity is Severity.BLOCKING

    def test_a_rate_of_people_in_another_field(self) -> None:
        rate = a_field("rate", "number", "measure", measures="rate", rate_of="count")
        result = protected({"count": ["30"], "rate": ["3"]}, a_count(), rate, disclosure=NONE)
        assert [finding.field for finding in result.findings] == ["count", "rate"]
        assert {finding.code for finding in result.findings} == {"protection.people-unprotected"}

    def test_a_standard_policy_with_everything_off_is_none(self) -> None:
        off = Disclosure("standard", {"threshold": "1", "rounding": "1"})
        found = codes(protected({"count": ["3"]}, a_count(), disclosure=off))
        assert set(found) == {"people-unprotected", "policy-changed"}

    def test_without_a_reason(self) -> None:
        with pytest.raises(RecipeError) as caught:
            protected({"count": ["3"]}, a_count(of="things"), disclosure=Disclosure("none"))
        assert caught.value.code == "protection.reason-missing"


class TestValuesOfTheRecipe:
    def test_a_change_is_an_advisory_and_is_used(self) -> None:
        disclosure = Disclosure("standard", {"threshold": "3", "rounding": "10"})
        result = protected({"count": ["0", "2", "3", "5", "14", "15"]}, a_count(), disclosure=disclosure)
        assert result.table.list("count") == ["0", "", "0", "10", "10", "20"]
        finding = codes(result)["policy-changed"]
        assert finding.severity is Severity.ADVISORY
        assert finding.detail == {"policy": "standard", "values": "rounding: 10 (5), threshold: 3 (5)"}
        assert (result.values["threshold"], result.values["rounding"]) == ("3", "10")

    def test_the_policys_own_value_is_no_change(self) -> None:
        assert not protected(
            {"count": ["3"]}, a_count(), disclosure=Disclosure("standard", {"threshold": "05"})
        ).findings

    @pytest.mark.parametrize(
        ("disclosure", "code"),
        [
            (Disclosure("standard", {"treshold": "3"}), "value-unknown"),
            (Disclosure("standard", {"code": "x"}), "value-unknown"),
            (Disclosure("standard", {"threshold": "three"}), "value-range"),
            (Disclosure("standard", {"threshold": "-1"}), "value-range"),
            (Disclosure("standard", {"threshold": "2.5"}), "value-range"),
            (Disclosure("standard", {"threshold": "٣"}), "value-range"),
            (Disclosure("standard", {"rounding": "1001"}), "value-range"),
            (Disclosure("standard", {"lowest": "2"}), "value-range"),
            (Disclosure("none", {"threshold": "3"}, NONE.reason), "value-none"),
        ],
    )
    def test_values_that_cannot_be_used(self, disclosure: Disclosure, code: str) -> None:
        with pytest.raises(RecipeError) as caught:
            protected({"count": ["3"]}, a_count(of="things"), disclosure=disclosure)
        assert caught.value.code == "protection.values"
        assert [problem.code for problem in caught.value.problems] == [f"protection.{code}"]
        for language in LANGUAGES:
            assert caught.value.message(language)

    def test_an_unknown_policy(self) -> None:
        with pytest.raises(RecipeError) as caught:
            protected({"count": ["3"]}, a_count(), disclosure=Disclosure("strict"))
        assert caught.value.code == "protection.policy-unknown"
        assert "standard, none" in caught.value.message("en")


class TestTotals:
    COLUMNS: Mapping[str, Sequence[str]] = {"area": ["a", "b", "W"], "count": ["3", "20", "23"]}

    @pytest.mark.parametrize("rounding", ["0", "1"])
    def test_unrounded_beside_suppressed_counts(self, rounding: str) -> None:
        disclosure = Disclosure("standard", {"rounding": rounding})
        result = protected(self.COLUMNS, a_field("area"), a_count(), disclosure=disclosure, totals=(WALES,))
        finding = codes(result)["total-unrounded"]
        assert (finding.severity, finding.rows, finding.place) == (Severity.BLOCKING, (4,), 'B4 · "count"')
        assert result.changes == (Change("suppressed", "count", 1),)

    def test_where_no_total_is_declared_any_count_may_be_one(self) -> None:
        off = Disclosure("standard", {"rounding": "0"})
        found = codes(protected(self.COLUMNS, a_field("area"), a_count(), disclosure=off))
        assert found["total-unrounded"].rows == (3, 4)

    def test_nothing_suppressed(self) -> None:
        off = Disclosure("standard", {"rounding": "0"})
        columns = {"area": ["a", "W"], "count": ["20", "20"]}
        result = protected(columns, a_field("area"), a_count(), disclosure=off, totals=(WALES,))
        assert set(codes(result)) == {"policy-changed"}

    def test_a_total_in_another_column(self) -> None:
        off = Disclosure("standard", {"rounding": "0"})
        columns = {"men": ["3"], "people": ["23"]}
        result = protected(columns, a_count("men"), a_count("people"), disclosure=off)
        assert codes(result)["total-unrounded"].field == "people"

    def test_the_standard_policy_rounds_them(self) -> None:
        assert not protected(self.COLUMNS, a_field("area"), a_count(), totals=(WALES,)).findings


class TestCellsThatAreNoCounts:
    CELLS = ("5.0", "-3", "x", "1e3", "+4", " 5", "1,200", "٣", "9" * 30, "20")

    def test_are_left_blank_and_told(self) -> None:
        result = protected({"count": self.CELLS}, a_count())
        assert result.table.list("count") == [""] * 9 + ["20"]
        found = codes(result)
        assert set(found) == {"not-whole", "negative"}
        assert (found["negative"].rows, found["not-whole"].count) == ((3,), 8)
        assert all(finding.severity is Severity.BLOCKING for finding in found.values())
        assert result.changes[1] == Change("rounded", "count", 1)

    def test_a_missing_column_is_no_crash(self) -> None:
        result = protected({"area": ["a"]}, a_field("area"), a_count())
        assert result.table.names == ("area",)

    def test_an_empty_table(self) -> None:
        result = protected({"count": []}, a_count())
        assert len(result.table) == 0
        assert result.changes == (Change("suppressed", "count", 0), Change("rounded", "count", 0))


def all_kinds() -> Iterator[Protected]:
    """Every kind of finding, from tables with the canary in every place that can hold one."""
    rate = a_field("rate", "number", "measure", measures="rate", of="people")
    mean = a_field("mean", "number", "measure", measures="mean", of="people")
    by = a_count() | {"measures": {"by": "kind", "n": "count"}}
    columns = {"count": [CANARY, "-77777", "3", "88888"], "rate": [CANARY] * 4, "mean": [CANARY] * 4}
    columns |= {"kind": ["n", "n", CANARY, "n"]}
    changed = Disclosure("standard", {"rounding": "0"})
    undeclared = a_field("m", "integer", "measure")
    yield protected(
        columns | {"m": ["1"] * 4}, by, rate, mean, a_field("kind"), undeclared, disclosure=changed
    )
    yield protected(columns, by, rate, mean, a_field("kind"), disclosure=NONE)


def test_no_finding_holds_a_value_and_each_can_be_said() -> None:
    said: set[str] = set()
    for result in all_kinds():
        for finding in result.findings:
            text = json.dumps(finding.to_json(), ensure_ascii=False)
            for language in LANGUAGES:
                text += finding.what(language) + finding.why(language) + finding.how(language)
            assert not any(value in text for value in (CANARY, "77777", "88888"))
            said.add(finding.code)
        public = json.dumps([result.values, [change.to_json() for change in result.changes]], default=dict)
        assert CANARY not in public + json.dumps(result.schema.descriptor)
    for language in LANGUAGES:
        known = {code for code in catalogue(language) if code.startswith("finding.protection.")}
        assert {code.rsplit(".", 1)[0].removeprefix("finding.") for code in known} == said


def test_every_error_of_protection_can_be_said() -> None:
    folder = Path(sys.modules["agored.protect"].__file__ or "").parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    errors = set(re.findall(r'RecipeError\(\s*"([\w.-]+)"', sources))
    for language in LANGUAGES:
        assert errors == {
            code.removeprefix("error.")
            for code in catalogue(language)
            if code.startswith("error.protection.")
        }


# Real figures; the files stay where they are.
REAL = os.environ.get("AGORED_REAL_DATA")
with_real_data = pytest.mark.skipif(not REAL, reason="AGORED_REAL_DATA names no folder of real files")


@with_real_data
def test_rough_sleepers_in_wales() -> None:
    """22 councils by month, and Wales: published by hand-counting the real file with the rule in plain words."""
    lines = (
        (Path(REAL or "") / "housing/rough_sleepers_data.csv").read_text(encoding="utf-8-sig").splitlines()
    )
    header, *records = csv.reader(lines[2 : 25 + 1])
    months = [cell.strip() for cell in header[1:]]
    columns: dict[str, list[str]] = {"area": [], "month": [], "count": []}
    for record in records:
        for month, cell in zip(months, record[1:], strict=True):
            columns["area"].append(record[0].strip())
            columns["month"].append(month)
            columns["count"].append(cell)
    fields = (a_field("area"), a_field("month"), a_count(constraints={"required": True, "minimum": 0}))
    schema = a_schema(*fields, primaryKey=["area", "month"])
    table = Table.of(columns)
    assert len(table) == 23 * 15
    assert validate(table, schema, "data", {}).findings == ()
    result = protect(table, schema, STANDARD, "data", (Total("area", "Wales"),))
    assert result.findings == ()
    small = [cell in ("1", "2", "3", "4") for cell in columns["count"]]
    assert 0 < sum(small) < len(small)
    assert result.changes == (
        Change("suppressed", "count", sum(small)),
        Change("rounded", "count", len(small) - sum(small)),
    )
    for cell, is_small, published, note in zip(
        columns["count"], small, result.table.list("count"), result.table.list("count_note"), strict=True
    ):
        assert (published, note) == (("", "c") if is_small else (published, ""))
        assert is_small or (int(published) % 5 == 0 and abs(int(published) - int(cell)) <= 2)
    notes = CodeList("note-codes/1", (Code("c", Bilingual("Cyfrinachol", "Confidential")),))
    assert validate(result.table, result.schema, "data", {"note-codes/1": notes}).findings == ()


@with_real_data
def test_flying_start_contacts() -> None:
    """Contacts are events: the cube's counts and rates stay. Were they people, the rates would block."""
    path = Path(REAL or "") / "statswales/hlth1250/data-orig.csv"
    records = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    names = {"1": "contacts", "2": "contacts_per_child"}
    columns = {
        "year": [record["YearCode"] for record in records],
        "area": [record["AreaCode"] for record in records],
        "staff": [record["RowRef"] for record in records],
        "measure": [names[record["Measure"]] for record in records],
        "value": [record["Data"] for record in records],
    }
    measures = {"by": "measure", "contacts": "count", "contacts_per_child": "rate"}
    more: dict[str, Any] = {"measures": measures, "rate_of": {"contacts_per_child": "contacts"}}
    dimensions = [a_field(name) for name in ("year", "area", "staff", "measure")]
    events = a_field("value", "number", "measure", of="events", **more)
    result = protected(columns, *dimensions, events)
    assert result.findings == ()
    assert result.table.list("value") == columns["value"]
    people = a_field("value", "number", "measure", of="people", **more)
    result = protected(columns, *dimensions, people)
    rates = sum(1 for record in records if record["Measure"] == "2" and record["Data"])
    assert codes(result)["unprotected-rate"].count == rates
