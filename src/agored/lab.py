"""JupyterLab on a workspace: Agored's notebooks beside the datasets, served on loopback only.

No portal's token reaches JupyterLab: any notebook could show it. Publishing to a CKAN is a command's work.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from agored.errors import NotebookError
from agored.execute.kernel import kernel_environment
from agored.workspace import Workspace, library

NOTEBOOKS = ("prepare", "publish")
CONFIG = Path(__file__).parent / "lab_config"
"""Jupyter's own settings for an officer's session: no questions about news."""


def open_lab(workspace: Workspace, language: str, arguments: Sequence[str]) -> NoReturn:
    """Become JupyterLab, with the workspace as its folder.

    The notebooks are put into the workspace's ``notebooks`` folder where they are not there yet; an officer's
    own copy is never overwritten. Raises NotebookError where JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise NotebookError("lab.missing")
    put_notebooks(workspace)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={workspace.folder}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.default_url=/lab/tree/notebooks/prepare.ipynb",
        *arguments,
    ]
    os.execve(sys.executable, command, lab_environment(workspace, language))  # so that ending one ends both


def lab_environment(workspace: Workspace, language: str) -> Mapping[str, str]:
    """The environment of JupyterLab and its kernels: without secrets, with the workspace and the language."""
    environment = kernel_environment()
    paths = [str(CONFIG), *filter(None, [environment.get("JUPYTER_CONFIG_PATH")])]
    return environment | {
        "AGORED_WORKSPACE": str(workspace.folder),
        "AGORED_LANGUAGE": language,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(paths),
    }


def put_notebooks(workspace: Workspace) -> None:
    """Copies of Agored's notebooks in the workspace, for the officer to open."""
    folder = workspace.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    for name in NOTEBOOKS:
        if not (folder / f"{name}.ipynb").exists():
            shutil.copyfile(library() / "notebooks" / f"{name}.ipynb", folder / f"{name}.ipynb")
