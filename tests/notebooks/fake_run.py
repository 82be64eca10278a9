"""A run of the same shape as the library's, for the two notebooks: it refuses what is out of order."""

from __future__ import annotations

from agored.findings import Finding, Severity, Stage
from agored.views import (
    Action,
    Audience,
    PlanStep,
    View,
    counts_view,
    facts_view,
    findings_view,
    note_view,
    plan_view,
    together,
)

FINDING = Finding("read.short-rows", Severity.ADVISORY, Stage.READ, "areas", rows=(90210,), count=2310)


class _Ordered:
    def __init__(self, language: str, *order: str) -> None:
        self.language = language or "en"
        self.order = list(order)

    def step(self, name: str) -> None:
        assert self.order.pop(0) == name


class _Run(_Ordered):
    def _stage(self, name: str) -> View:
        self.step(name)
        findings = [FINDING] if name == "read" else []
        facts = facts_view(f"view.stage.{name}", [("view.rows", 41)], self.language)
        public = together(facts, counts_view(findings, self.language))
        return public.with_officer(findings_view(findings, self.language))

    def read(self) -> View:
        return self._stage("read")

    def shape(self) -> View:
        return self._stage("shape")

    def validate(self) -> View:
        return self._stage("validate")

    def protect(self) -> View:
        return self._stage("protect")

    def ethics(self) -> View:
        return self._stage("ethics")

    def package(self) -> View:
        return self._stage("package")

    def summary(self) -> View:
        assert self.order == []
        return findings_view([FINDING], self.language)


class _Publication(_Ordered):
    def plan(self) -> View:
        self.step("plan")
        return plan_view("main", [PlanStep(Action.ADD, "data/a.csv", after="12 kB")], self.language)

    def apply(self) -> View:
        self.step("apply")
        return note_view("view.nothing-to-change", self.language, audience=Audience.OFFICER)

    def receipt(self) -> View:
        self.step("receipt")
        return facts_view("view.plan", [("view.portal", "RECEIPT")], self.language, Audience.OFFICER)


def prepare(dataset: str, workspace: str, language: str) -> _Run:
    assert (dataset, workspace) == ("a/b", ".")
    return _Run(language, *Stage)


def publication(dataset: str, workspace: str, language: str, portal: str) -> _Publication:
    assert (dataset, workspace, portal) == ("a/b", ".", "main")
    return _Publication(language, "plan", "apply", "receipt")
