"""Ethics: judges the release table by expectations and for personal data, and reads people's answers."""

from __future__ import annotations

from agored.ethics.checks import apply_accepted, check
from agored.ethics.drafts import draft
from agored.ethics.expectations import Judged, judge
from agored.ethics.personal_data import screen
from agored.ethics.profiles import Profile, profiles
from agored.ethics.record import Accepted, Answer, EthicsRecord, answers, read_record
from agored.ethics.statement import evidence, public
from agored.ethics.suites import Suite, check_limits, read_suite

__all__ = [
    "Accepted",
    "Answer",
    "EthicsRecord",
    "Judged",
    "Profile",
    "Suite",
    "answers",
    "apply_accepted",
    "check",
    "check_limits",
    "draft",
    "evidence",
    "judge",
    "profiles",
    "public",
    "read_record",
    "read_suite",
    "screen",
]
