"""Refuses notebooks that are committed with outputs, execution counts or a run's traces in them."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def faults(path: Path) -> list[str]:
    """What is wrong with a notebook, a line each."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None):
            found.append(f"{path}: the cell {cell['id']} has outputs or an execution count")
        if "papermill" in cell["metadata"]:
            found.append(f"{path}: the cell {cell['id']} holds a run's traces")
    if "papermill" in notebook["metadata"] or "widgets" in notebook["metadata"]:
        found.append(f"{path}: the notebook holds a run's traces")
    return found


if __name__ == "__main__":
    problems = [fault for name in sys.argv[1:] for fault in faults(Path(name))]
    print("\n".join(problems) or f"notebooks without outputs: {len(sys.argv) - 1}")
    sys.exit(1 if problems else 0)
