"""Many datasets: each checked and, where its gate is open, published, in processes of their own.

A job is ``(workspace, dataset, language)``, which can be pickled, and gives a ``Result``; one that fails, or
whose process dies, never stops the rest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from agored.errors import AgoredError, GateClosed
from agored.words import say
from agored.workspace import Workspace

OUTCOMES = ("published", "unchanged", "waiting", "failed")
"""In the order in which the digest tells them."""


@dataclass(frozen=True)
class Result:
    """What came of one dataset; ``reasons`` say why it waits or failed, in the batch's language."""

    dataset: str
    outcome: str
    release: str | None = None
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "dataset": self.dataset,
            "outcome": self.outcome,
            "release": self.release,
            "reasons": list(self.reasons),
        }


def run_batch(
    workspace: Workspace,
    datasets: Sequence[str],
    language: str,
    jobs: int | None = None,
    talk: Callable[..., None] = lambda code, **facts: None,
) -> list[Result]:
    """Run each dataset once, ``jobs`` at a time (one a core); results in the order of ``datasets``.

    ``talk`` is told of each that ends. A process that dies takes only its own dataset with it: those that
    were waiting are run in new processes.
    """
    names = list(dict.fromkeys(datasets))
    workers = min(jobs or os.cpu_count() or 1, len(names) or 1)
    results: dict[str, Result] = {}
    alone = False  # after a crash one dataset at a time, so that it is certain whose process died
    while waiting := [name for name in names if name not in results]:
        for result in _round(workspace.folder, waiting[:1] if alone else waiting, language, workers):
            results[result.dataset] = result
            talk("batch.ended", dataset=result.dataset, outcome=say(f"batch.{result.outcome}", language))
        alone = True
    return [results[name] for name in names]


def _round(folder: Path, names: Sequence[str], language: str, workers: int) -> Iterator[Result]:
    """Results of those that ended; where a process died and more than one was running, some give none."""
    # Fresh interpreters: a fork would copy the parent's threads and libraries half-way.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures: dict[Future[Result], str] = {
            pool.submit(run_one, folder, name, language): name for name in names
        }
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                if len(names) == 1:
                    yield Result(names[0], "failed", reasons=(say("batch.died", language),))


def run_one(folder: Path, dataset: str, language: str) -> Result:
    """One job: check, then publish to all the recipe's portals if the gate is open."""
    from agored.checking import check
    from agored.publishing import publish_everywhere, require_open
    from agored.workspace import open_workspace

    try:
        checked = check(open_workspace(folder), dataset, language)
        try:
            require_open(checked)
        except GateClosed as closed:
            reasons = tuple(problem.message(language) for problem in closed.problems)
            return Result(dataset, "waiting", reasons=reasons)
        done = publish_everywhere(checked, checked.inputs.recipe.portals, language, apply=True)
        if done.error is not None:
            raise done.error
    except AgoredError as error:
        return Result(dataset, "failed", reasons=(error.message(language),))
    except Exception as error:
        return Result(dataset, "failed", reasons=(say("batch.bug", language, error=type(error).__name__),))
    changed = any(outcome.outcome == "published" for outcome in done.outcomes)
    return Result(dataset, "published" if changed else "unchanged", release=done.outcomes[0].release)


def digest_text(results: Sequence[Result], language: str) -> str:
    """What a person needs to know, and to do, after a batch."""
    lines = []
    for outcome in OUTCOMES:
        found = [result for result in results if result.outcome == outcome]
        lines.append(f"{say(f'batch.{outcome}', language)}: {len(found)}")
        for result in found:
            lines.append(f"  {result.dataset}" + (f" ({result.release})" if result.release else ""))
            lines += [f"    - {line}" for reason in result.reasons for line in reason.splitlines()]
    return "\n".join(lines)
