"""Writes the examples' checksums anew, after a change that is meant to change what is published.

    .venv/bin/python tests/examples/renew.py

Look at the difference before committing it: a package that changes without a reason is what they are there to
show. Where an example's *content* has changed (release.json), it also needs a new decision (agored approve).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from example_packages import CHECKSUMS, EXAMPLES, prepare_package, workspace_copy


def main() -> None:
    """Prepare each example and write what its package's checksums are now."""
    with tempfile.TemporaryDirectory() as temporary:
        workspace = workspace_copy(Path(temporary) / "workspace")
        for name in EXAMPLES:
            sums = prepare_package(workspace, name, Path(temporary) / name)
            file = CHECKSUMS / f"{name}.txt"
            changed = not file.is_file() or file.read_text(encoding="utf-8") != sums
            file.write_text(sums, encoding="utf-8", newline="\n")
            print(f"{name}: {'written anew' if changed else 'the same'}")


if __name__ == "__main__":
    main()
