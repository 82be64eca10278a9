"""Shows the built-in catalogue on this machine only: any web server could do the same."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agored.errors import PortalError
from agored.workspace import Workspace

_TYPES = {".jsonld": "application/ld+json", ".csv": "text/csv; charset=utf-8"}


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | _TYPES

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet: who looks at what is nobody's business."""

    def list_directory(self, path: Any) -> None:
        """No listings: what is published has a page."""
        self.send_error(404)


def catalogue_server(workspace: Workspace, name: str | None, port: int) -> ThreadingHTTPServer:
    """A server on loopback for the folder portal called ``name``, else the first one; port 0 is any free one.

    Raises PortalError where there is no such portal, nothing was published to it yet, or the port is taken.
    """
    folders = [portal for portal in workspace.portals.values() if portal.kind == "folder"]
    portal = workspace.portal(name) if name else next(iter(folders), None)
    if portal is None or portal.path is None:
        raise PortalError("serve.no-catalogue")
    if not (portal.path / "index.html").is_file():
        raise PortalError("serve.empty", portal=portal.name)
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(portal.path)))
    except OSError as error:
        raise PortalError("serve.port", port=str(port)) from error
