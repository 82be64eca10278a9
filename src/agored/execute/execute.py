"""Running a notebook with Papermill: nothing reaches the disk before it is scrubbed."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agored.errors import AgoredError, NotebookError
from agored.execute.failure import read_failure
from agored.execute.inside import PLACE
from agored.execute.kernel import NAME, kernel_class, kernel_environment
from agored.execute.parameters import check_parameters, needed, quiet_papermill, read_notebook
from agored.execute.progress import Progress, watched
from agored.execute.scrub import machine_folders, scrubbed
from agored.words import known

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill import PapermillExecutionError


def execute(
    notebook: Path,
    parameters: Mapping[str, object],
    output: Path,
    *,
    workspace: Path,
    portal: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    error_file: Callable[[], Path | None] = lambda: None,
    log: Path | None = None,
) -> None:
    """Run ``notebook`` with ``parameters`` and keep what may be kept of it as ``output``, in one step at the end.

    The kernel works in ``workspace``, so a notebook's ``workspace`` is ``"."`` and no path becomes a parameter.
    Its environment holds no secret but the token of ``portal``, where one is named. ``progress`` is told which
    cell runs and what the stages report, from a thread of its own for the latter. ``error_file`` says, once the
    notebook has stopped, where a stage would have recorded why; ``log`` is written anew, one line a cell.

    Raises NotebookError for wrong parameters, before a kernel starts. When a cell fails, raises the error that
    a stage or the kernel recorded, else NotebookError with the cell and the places it passed, never a message.
    """
    check_parameters(notebook, parameters)
    before = _state(error_file())
    journal = _Journal(notebook, log, progress)
    with tempfile.TemporaryDirectory(prefix="agored-") as temporary:
        folder = Path(temporary)
        try:
            executed = _run(notebook, parameters, folder, workspace, kernel_environment(portal), journal)
        except _Stopped as stopped:
            recorded = error_file()
            new = recorded is not None and _state(recorded) != before
            failure = read_failure(recorded) if recorded is not None and new else None
            error = failure or read_failure(folder / "error.json") or stopped.error
            journal.write(f"{stopped.cell}: {type(error).__name__} {error.code}")
            raise error from None
        content = scrubbed(executed, machine_folders(**{".": workspace, "<temporary>": folder}))
    journal.write("done")
    beside = output.with_name(output.name + ".new")
    beside.write_bytes(content)
    beside.replace(output)


class _Stopped(Exception):
    """The notebook stopped in ``cell``; ``error`` says so where nothing else recorded why."""

    def __init__(self, cell: str, error: AgoredError) -> None:
        super().__init__(cell)
        self.cell = cell
        self.error = error


class _Journal:
    """Tells of each cell when it starts: to whoever watches, and in the log."""

    def __init__(self, notebook: Path, log: Path | None, progress: Callable[[Progress], None] | None) -> None:
        self.name = notebook.name
        self.log = log
        self.progress = progress
        self.cell = ""
        self.done = 0
        self.total = 0
        if log is not None:
            log.write_text("", encoding="utf-8")

    def count(self, notebook: NotebookNode) -> None:
        """How many code cells there will be, the injected one among them."""
        self.total = sum(cell.cell_type == "code" for cell in notebook.cells) + 1

    def start(self, cell: NotebookNode, cell_index: int) -> None:
        """``cell`` starts; called by nbclient for cells of every kind."""
        if cell.cell_type != "code":
            return
        injected = "injected-parameters" in cell.metadata.get("tags", [])
        self.cell = "injected-parameters" if injected else cell.id
        self.write(self.cell)
        if self.progress:
            code = f"view.stage.{self.cell}"
            facts = {} if known(code) else {"notebook": self.name}
            self.progress(Progress(code if known(code) else "notebook.running", self.done, self.total, facts))
        self.done += 1

    def write(self, line: str) -> None:
        """Add a line to the log."""
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"{self.name}: {line}\n")


def _run(
    notebook: Path,
    parameters: Mapping[str, object],
    folder: Path,
    workspace: Path,
    environment: Mapping[str, str],
    journal: _Journal,
) -> NotebookNode:
    """The executed notebook, in memory only. Raises _Stopped."""
    source = read_notebook(notebook)
    journal.count(source)
    with needed(), _calm():
        import ipykernel  # noqa: F401  # the kernel needs it: better said now than by a kernel that dies
        from nbclient.exceptions import DeadKernelError
        from papermill import PapermillExecutionError, execute_notebook

    with _calm(), watched(folder / "progress.json", journal.progress):
        try:
            executed: NotebookNode = execute_notebook(
                source,
                None,  # no file: papermill would save what is not scrubbed yet
                parameters=dict(parameters),
                kernel_name=NAME,
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                record_timing=False,
                kernel_manager_class=kernel_class(environment, folder, workspace),
                shutdown_kernel="immediate",
                on_cell_start=journal.start,
            )
            return executed
        except PapermillExecutionError as broken:
            raise _Stopped(journal.cell, _broken(broken, journal)) from None
        except DeadKernelError:
            error = NotebookError("notebook.kernel-died", notebook=journal.name, cell=journal.cell)
            raise _Stopped(journal.cell, error) from None
        except (OSError, RuntimeError):
            # Python could not be started, or ended before it answered; after that, these are bugs of ours.
            if journal.cell:
                raise
            raise _Stopped("", NotebookError("notebook.no-kernel")) from None


def _broken(broken: PapermillExecutionError, journal: _Journal) -> NotebookError:
    """What to say where a cell failed and nobody recorded why.

    ``inside`` put the places into the traceback; a line that is no place may quote a value.
    """
    places = [line for line in broken.traceback if PLACE.fullmatch(line)]
    return NotebookError(
        "notebook.broke",
        notebook=journal.name,
        cell=journal.cell,
        error=broken.ename,
        places=" → ".join(places) or "–",
    )


@contextmanager
def _calm() -> Iterator[None]:
    """Keep libraries' own chatter still, each kind by its name; warnings of others are shown as ever."""
    with warnings.catch_warnings(), quiet_papermill():
        # papermill calls a method of datetime, and jupyter_client a folder, whose replacements they know of.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"(papermill|jupyter_client)\b")
        yield


def _state(file: Path | None) -> tuple[int, int, int] | None:
    """What changes when a file is written anew: an error recorded by an earlier run is not this one's."""
    if file is None:
        return None
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
