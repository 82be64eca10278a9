"""The ethics frameworks that a record can follow; what each asks is data, in ``profiles.json``.

``gds-2020`` is the Government Digital Service's Data Ethics Framework of 2020: three principles and five
actions, each scored 0 to 5, with a mitigation wherever the score is 3 or less. A later framework is another
entry there and another group of sentences under ``ethics.profile`` in ``words``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from agored.words import Bilingual, both

SECTIONS = ("principles", "actions")


@dataclass(frozen=True)
class Profile:
    """What a framework asks: items by section, each with the kinds of evidence that Agored puts beside it,
    and the range of scores; a score of ``mitigate_at`` or less needs a mitigation.
    """

    name: str
    lowest: int
    highest: int
    mitigate_at: int
    items: Mapping[str, Mapping[str, tuple[str, ...]]]

    def text(self, item: str, part: str) -> Bilingual:
        """A text of an item: ``title``, ``question``, or an end of its scale, ``low`` or ``high``."""
        return both(f"ethics.profile.{self.name}.{item}.{part}")

    @property
    def title(self) -> Bilingual:
        """The framework's name."""
        return both(f"ethics.profile.{self.name}.title")


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by name."""
    data = json.loads(files(__package__).joinpath("profiles.json").read_text(encoding="utf-8"))
    return {
        name: Profile(
            name=name,
            lowest=profile["lowest"],
            highest=profile["highest"],
            mitigate_at=profile["mitigate_at"],
            items={
                section: {item: tuple(kinds) for item, kinds in profile[section].items()}
                for section in SECTIONS
            },
        )
        for name, profile in data.items()
    }
