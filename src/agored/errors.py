"""What stops a command: mistakes that people can put right, each with an exit code of its own.

Bad data is never an exception (see ``findings``). An ``AgoredError`` is shown without a traceback, in the
reader's language: its ``code`` names a sentence in ``words`` and its ``facts`` fill the sentence. Facts are
text, and never a cell's value.
"""

from __future__ import annotations

from collections.abc import Mapping

from agored.words import say


class AgoredError(Exception):
    """A problem with a name, facts and an exit code; ``problems`` holds further ones found at the same time."""

    exit_code = 1

    def __init__(self, code: str, problems: tuple[AgoredError, ...] = (), /, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, str] = facts
        self.problems = problems

    def message(self, language: str) -> str:
        """The whole message in ``language``: one sentence group, then each further problem on its own line."""
        lines = [say(f"error.{self.code}", language, **self.facts)]
        lines += [f"- {problem.message(language)}" for problem in self.problems]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.message("en")

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.problems, dict(self.facts)))


def _rebuild(
    kind: type[AgoredError], code: str, problems: tuple[AgoredError, ...], facts: dict[str, str]
) -> AgoredError:
    return kind(code, problems, **facts)


class RecipeError(AgoredError):
    """The recipe, the workspace, a schema, a code list, a suite or ethics.yaml is wrong."""

    exit_code = 10


class SourceError(AgoredError):
    """A source file is missing, empty, cannot be decoded or lacks its header row."""

    exit_code = 11


class GateClosed(AgoredError):
    """Nothing may be published: something blocks, or no person has decided."""

    exit_code = 12


class PortalError(AgoredError):
    """A portal refused, did not answer, or holds something else than it should."""

    exit_code = 13


class NotebookError(AgoredError):
    """A notebook cannot be run: wrong parameters, a missing part, or it broke with no record of why."""

    exit_code = 14


class BatchIncomplete(AgoredError):
    """A batch ended, and at least one of its datasets failed."""

    exit_code = 15


class VerificationFailed(AgoredError):
    """A package or a published page does not hold what its checksums and its record say."""

    exit_code = 16


ERRORS: Mapping[str, type[AgoredError]] = {
    kind.__name__: kind
    for kind in (
        RecipeError,
        SourceError,
        GateClosed,
        PortalError,
        NotebookError,
        BatchIncomplete,
        VerificationFailed,
    )
}
