"""The policies of protection, which are data (``policies.json``), and what a recipe may change of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from agored.errors import RecipeError
from agored.protect.rule import Rule
from agored.recipe import Disclosure

_LARGEST = 1_000


@dataclass(frozen=True)
class Policy:
    """A policy as it is used. ``rule`` is None for ``none``, which protects nothing. ``changed`` are the
    values that the recipe changes, as text. ``sentences`` are the codes of what a field's description says."""

    name: str
    version: int
    rule: Rule | None
    code: str
    sentences: Mapping[str, str]
    changed: Mapping[str, str]

    @property
    def protects(self) -> bool:
        """Whether anything at all is suppressed or rounded."""
        return self.rule is not None and (self.rule.suppresses or self.rule.rounds)

    @property
    def values(self) -> dict[str, str]:
        """The values as used: public, and part of the content."""
        values = {"policy": f"{self.name}/{self.version}"}
        if self.rule is not None:
            values |= {name: str(getattr(self.rule, name)) for name in ("lowest", "threshold", "rounding")}
            values["code"] = self.code
        return values


@cache
def policies() -> Mapping[str, Policy]:
    """All policies by name, as Agored ships them."""
    data = json.loads(files(__package__).joinpath("policies.json").read_text(encoding="utf-8"))
    return {
        name: Policy(
            name=name,
            version=each["version"],
            rule=Rule(**each["values"]) if each["values"] else None,
            code=each["code"],
            sentences=each["sentences"],
            changed={},
        )
        for name, each in data.items()
    }


def chosen(disclosure: Disclosure, resource: str) -> Policy:
    """The policy that a recipe names, with the values that it changes.

    Raises RecipeError for an unknown policy or value, a value that is no whole number or out of range, and
    ``none`` without a reason.
    """
    policy = policies().get(disclosure.policy)
    if policy is None:
        raise RecipeError(
            "protection.policy-unknown",
            resource=resource,
            policy=disclosure.policy,
            known=", ".join(policies()),
        )
    if policy.rule is None and disclosure.reason is None:
        raise RecipeError("protection.reason-missing", resource=resource, policy=policy.name)
    return _changed(policy, disclosure.values, resource)


def _changed(policy: Policy, values: Mapping[str, str], resource: str) -> Policy:
    known = {} if policy.rule is None else vars(policy.rule)
    faults = [
        _fault(name, text, known)
        for name, text in values.items()
        if name not in known or not _in_range(name, text)
    ]
    if faults:
        raise RecipeError("protection.values", tuple(faults), resource=resource, policy=policy.name)
    numbers = {name: int(text) for name, text in values.items() if int(text) != known[name]}
    if policy.rule is None or not numbers:
        return policy
    changed = {name: f"{number} ({known[name]})" for name, number in sorted(numbers.items())}
    return replace(policy, rule=replace(policy.rule, **numbers), changed=changed)


def _fault(name: str, text: str, known: Mapping[str, int]) -> RecipeError:
    if not known:
        return RecipeError("protection.value-none", name=name)
    if name not in known:
        return RecipeError("protection.value-unknown", name=name, known=", ".join(known))
    return RecipeError("protection.value-range", name=name, low="0", high=str(_high(name)))


def _in_range(name: str, text: str) -> bool:
    return re.fullmatch(r"\d{1,4}", text, re.ASCII) is not None and int(text) <= _high(name)


def _high(name: str) -> int:
    # The smallest counts are the most telling: a rule may begin at 0 or 1 and nowhere above.
    return 1 if name == "lowest" else _LARGEST
