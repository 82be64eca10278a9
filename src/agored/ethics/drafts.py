"""The ethics record of a new dataset: every question in both languages, and no answer."""

from __future__ import annotations

import textwrap

from agored.ethics.profiles import SECTIONS, Profile, profiles
from agored.words import LANGUAGES, Bilingual, both

_WIDTH = 110
_BLANK = '{cy: "", en: ""}'


def draft(profile: str = "gds-2020") -> str:
    """The text of an ``ethics.yaml`` that asks everything, in both languages, and answers nothing: it blocks.

    What a person must fill in stands empty. Raises KeyError where there is no such profile.
    """
    asked = profiles()[profile]
    lines = [*_comment(both("ethics.draft.top")), "ethics: 1", f"profile: {profile}", ""]
    lines += [*_comment(both("ethics.draft.assessor")), 'assessor: {role: "", mailbox: ""}', ""]
    lines += _comment(
        both(
            "ethics.draft.mitigation",
            **{
                "lowest": str(asked.lowest),
                "highest": str(asked.highest),
                "mitigate_at": str(asked.mitigate_at),
            },
        )
    )
    for section in SECTIONS:
        if asked.items[section]:
            lines += [f"{section}:"]
        for item in asked.items[section]:
            lines += [*_item(asked, item), ""]
    lines += [*_comment(both("ethics.draft.personal-data")), "personal_data:"]
    lines += ["  in_source:", "  in_release:", *_comment(both("ethics.draft.dpia"), "  "), "  dpia:"]
    lines += ["    required:", '    reference: ""', f"    reason: {_BLANK}", ""]
    lines += [*_comment(both("ethics.draft.accepted")), "accepted: []", ""]
    lines += [*_comment(both("ethics.draft.next-review")), "next_review:"]
    return "\n".join(lines) + "\n"


def _item(profile: Profile, item: str) -> list[str]:
    """An item: its title, its question and its scale as comments, and what to fill in."""
    title, question, low, high = (profile.text(item, part) for part in ("title", "question", "low", "high"))
    asked = {
        language: f"{title[language]}: {question[language]} "
        f"({profile.lowest}: {low[language]} … {profile.highest}: {high[language]})"
        for language in LANGUAGES
    }
    fields = ["    score:", f"    answer: {_BLANK}", f"    mitigation: {_BLANK}"]
    return [*_comment(Bilingual(**asked), "  "), f"  {item}:", *fields]


def _comment(text: Bilingual, indent: str = "") -> list[str]:
    """A text in both languages, as comments."""
    mark = f"{indent}# "
    return [
        line
        for language in LANGUAGES
        for line in textwrap.wrap(
            text[language],
            _WIDTH,
            initial_indent=mark,
            subsequent_indent=mark,
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]
