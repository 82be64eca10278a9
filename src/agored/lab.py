"""JupyterLab on a workspace: Agored's notebooks beside the datasets, served on loopback only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from agored.errors import NotebookError
from agored.workspace import Workspace, library

NOTEBOOKS = ("prepare", "publish")


def open_lab(workspace: Workspace, language: str, arguments: Sequence[str]) -> int:
    """Start JupyterLab with the workspace as its folder and wait for its end; gives its exit code.

    The notebooks are put into the workspace's ``notebooks`` folder where they are not there yet; an officer's
    own copy is never overwritten. Raises NotebookError where JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise NotebookError("lab.missing")
    put_notebooks(workspace)
    environment = os.environ | {"AGORED_WORKSPACE": str(workspace.folder), "AGORED_LANGUAGE": language}
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={workspace.folder}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.default_url=/lab/tree/notebooks/prepare.ipynb",
        *arguments,
    ]
    return subprocess.run(command, env=environment, check=False).returncode


def put_notebooks(workspace: Workspace) -> None:
    """Copies of Agored's notebooks in the workspace, for the officer to open."""
    folder = workspace.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    for name in NOTEBOOKS:
        if not (folder / f"{name}.ipynb").exists():
            shutil.copyfile(library() / "notebooks" / f"{name}.ipynb", folder / f"{name}.ipynb")
