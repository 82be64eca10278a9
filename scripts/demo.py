"""`make demo`: prepare and publish the example datasets into the built-in catalogue, then verify them.

The last line is in English whatever the locale, so that a script can read it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from agored.batch import digest_text, run_batch
from agored.errors import AgoredError
from agored.package.verify import verify_folder
from agored.words import chosen_language, say
from agored.workspace import open_workspace


def main() -> int:
    """Run the demo; 0 when every example was published (or has not changed) and verified."""
    workspace = open_workspace(Path(__file__).resolve().parents[1])
    language = chosen_language(None, workspace.language)

    def talk(code: str, **facts: str) -> None:
        print(say(code, language, **facts), flush=True)

    results = run_batch(workspace, workspace.datasets(), language, talk=talk)
    print(digest_text(results, language))
    done = [result for result in results if result.outcome in ("published", "unchanged")]
    if len(done) < len(results):
        return 15
    files = 0
    portal = workspace.portal("catalogue").path
    assert portal is not None
    for result in done:
        folder = portal / "data" / workspace.recipe(result.dataset).identity / "latest"
        try:
            files += verify_folder(folder).files
        except AgoredError as error:
            print(error.message(language))
            return error.exit_code
    if all(result.outcome == "unchanged" for result in done):
        print(say("demo.unchanged", language))
    print(say("demo.look", language, page="portal/index.html", command=".venv/bin/agored serve"))
    print(f"verified: {len(done)} datasets, {files} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
