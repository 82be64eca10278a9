"""Kinds of decisions and of changes: words that the command line needs before anything heavy is imported."""

DECISIONS = ("approval", "refusal", "recall")
CHANGES = ("routine", "correction", "revision")
