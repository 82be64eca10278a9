"""The rule by which a count of people or households is published: small ones not at all, the others rounded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Counts from ``lowest`` to below ``threshold`` are suppressed; all others are rounded to the nearest
    multiple of ``rounding``, a half upwards. A threshold up to ``lowest`` suppresses nothing, and a rounding
    of 0 or 1 rounds nothing."""

    lowest: int
    threshold: int
    rounding: int

    @property
    def suppresses(self) -> bool:
        """Whether there is any count that is left out."""
        return self.threshold > self.lowest

    @property
    def rounds(self) -> bool:
        """Whether counts are rounded."""
        return self.rounding > 1

    def published(self, count: int) -> int | None:
        """What is published for ``count`` (0 or more): a number, or None where it is suppressed."""
        if self.lowest <= count < self.threshold:
            return None
        return self.rounded(count)

    def rounded(self, count: int) -> int:
        """The nearest multiple of ``rounding``, in whole numbers throughout."""
        return (count + self.rounding // 2) // self.rounding * self.rounding if self.rounds else count

    @property
    def keeps_zero_apart(self) -> bool:
        """Whether a published 0 always means none."""
        return self.lowest > 0 and self.published(max(self.threshold, 1)) != 0
