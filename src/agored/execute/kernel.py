"""A kernel on this very interpreter, reached through private files, that is given no secret it does not need."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agored.execute.inside import ERROR_FILE
from agored.execute.progress import PROGRESS_FILE
from agored.execute.tokens import TOKEN_PREFIX, is_secret_name, token_name

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

NAME = "agored"

_START = "from agored.execute.inside import quiet; quiet()"

# What would let a person's own set-up change a run.
_NOT_PASSED_ON = ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONWARNINGS", "IPYTHONDIR", "JUPYTER_PATH")

# A Unix socket's path may have 104 characters on macOS and 108 on Linux.
_LONGEST_SOCKET = 100


def kernel_environment(
    portal: str | None = None, environment: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The environment without secrets; of the portals' tokens only that of ``portal`` is left.

    Without a portal every variable goes whose name says that it is a secret: preparing needs none.
    """
    kept = token_name(portal) if portal else None
    passed = dict(os.environ if environment is None else environment)
    for name in list(passed):
        token = name.upper().startswith(TOKEN_PREFIX)
        secret = token or (portal is None and is_secret_name(name))
        if (secret and name != kept) or name in _NOT_PASSED_ON:
            del passed[name]
    if passed.get("PYTHONPATH"):
        # The kernel works in another folder: what is relative to this one would not be found.
        parts = [part for part in passed["PYTHONPATH"].split(os.pathsep) if part]
        passed["PYTHONPATH"] = os.pathsep.join(str(Path(part).absolute()) for part in parts)
    return passed


def kernel_class(environment: Mapping[str, str], folder: Path, cwd: Path) -> type[AsyncKernelManager]:
    """A class of managers whose kernel is given ``environment``, works in ``cwd``, and keeps its files in
    ``folder``, which must be private to this user. What it writes to its own streams is thrown away."""
    import subprocess

    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    _write_spec(folder / "kernels" / NAME)
    specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    # What cells show passes through the kernel's sockets. Nobody else on the machine can open files in the
    # folder, while every user could connect to a port.
    private = os.name == "posix" and len(str(folder / "kernel-ipc-5")) <= _LONGEST_SOCKET

    class Manager(AsyncKernelManager):
        def __init__(self, **settings: Any) -> None:
            settings |= {"kernel_name": NAME, "kernel_spec_manager": specs}
            super().__init__(**settings, connection_file=str(folder / "kernel.json"))
            self.transport = "ipc" if private else "tcp"

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            options |= {"env": _with_own_folders(environment, folder), "cwd": str(cwd), **nowhere}
            await super().start_kernel(**options)

    return Manager


def _write_spec(folder: Path) -> None:
    """The kernel's description, so that none needs to be installed on the machine."""
    folder.mkdir(parents=True)
    options = [
        "--InteractiveShellApp.ignore_cwd=True",  # a file of the workspace must not stand in for a library
        "--HistoryManager.enabled=False",
        f"--IPKernelApp.exec_lines={_START}",
    ]
    spec = {
        "argv": [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}", *options],
        "display_name": NAME,
        "language": "python",
    }
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _with_own_folders(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment with IPython's and Jupyter's folders moved into ``folder``: a person's set-up stays out."""
    return dict(environment) | {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        ERROR_FILE: str(folder / "error.json"),
        PROGRESS_FILE: str(folder / "progress.json"),
    }
