"""Loaded by every Python that a test starts with this folder on PYTHONPATH, kernels and workers included.

What each part does, the environment says: see ``guarded`` in endtoend_made.py.
"""

import os
import sys
import warnings

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "")


def note(name: str, line: str) -> None:
    """Add a line to the file that the environment variable names; one write, so that processes do not mix."""
    file = os.open(os.environ[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(file, f"{line}\n".encode())
    os.close(file)


def only_loopback(event: str, arguments: tuple) -> None:  # type: ignore[type-arg]
    """Refuse, and write down, what would leave this machine."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # others are sockets of this machine's own
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host is not None and host not in LOOPBACK:
        note("GUARD_ATTEMPTS", f"{event} {host}")
        raise OSError("the network is out of reach in this test")


def die_reading(event: str, arguments: tuple) -> None:  # type: ignore[type-arg]
    """End a worker suddenly when it opens the file that the environment names, as a lack of memory would."""
    if event == "open" and str(arguments[0]).endswith(os.environ["GUARD_DIE_READING"]):
        import multiprocessing
        import signal

        if multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)


if "GUARD_ATTEMPTS" in os.environ:
    sys.addaudithook(only_loopback)
if "GUARD_DIE_READING" in os.environ:
    sys.addaudithook(die_reading)
if "GUARD_STARTED" in os.environ:
    note("GUARD_STARTED", " ".join(sys.orig_argv))
if "GUARD_WARNINGS" in os.environ:
    warnings.filterwarnings("error", module=r"agored(\.|$)")
