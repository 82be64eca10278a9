"""Compare many generated tables: ``python -m tests.fuzz --tables 20000 --seed 0``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from agored.validate.library import guarded

from .compare import Outcome, compared
from .tables import case


def main() -> int:
    """Compare, say what came of it, and end 1 where anything differed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--tables", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    chosen = parser.parse_args()
    parts = [
        range(chosen.seed + first, chosen.seed + chosen.tables, chosen.jobs) for first in range(chosen.jobs)
    ]
    if chosen.jobs == 1:
        found = list(map(run, parts))
    else:
        with ProcessPoolExecutor(chosen.jobs) as pool:
            found = list(pool.map(run, parts))
    outcomes = {seed: outcome for part in found for seed, outcome in part.items()}
    return _told(outcomes)


def run(seeds: range) -> dict[int, Outcome]:
    """The outcome of each seed; a difference is told at once."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, guarded() as frictionless:
        for number, seed in enumerate(seeds):
            if number % 1_000 == 999:
                print(f"{number + 1} of {len(seeds)} compared", file=sys.stderr, flush=True)
            found[seed] = outcome = compared(case(seed), Path(folder), frictionless)
            if outcome.kind == "differs":
                print(f"seed {seed}: {outcome.where[:400]}", flush=True)
    return found


def _told(outcomes: dict[int, Outcome]) -> int:
    kinds = Counter(outcome.kind for outcome in outcomes.values())
    ways = Counter(
        (case(seed).ordinary, outcome.fast) for seed, outcome in outcomes.items() if outcome.kind == "same"
    )
    ordinary = ways[True, True] + ways[True, False]
    print(
        f"{len(outcomes)} cases: {kinds['same']} same ({ways[True, True] + ways[False, True]} all by the fast way; "
        f"of the {ordinary} ordinary ones {ways[True, True]}), {kinds['refused']} refused by both, "
        f"{kinds['unloadable']} not loadable, {kinds['differs']} differ"
    )
    for kind in ("differs", "refused"):
        seeds = sorted(seed for seed, outcome in outcomes.items() if outcome.kind == kind)
        if seeds:
            print(f"{kind}: {' '.join(map(str, seeds[:60]))}{' …' if len(seeds) > 60 else ''}")
    return 1 if kinds["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
