"""Which client speaks to which kind of portal."""

from __future__ import annotations

from agored.publish.portal import PortalClient
from agored.workspace import Portal


def client_for(portal: Portal) -> PortalClient:
    """The client for a portal of the settings. Raises PortalError where a CKAN's token or part is missing."""
    if portal.kind == "ckan":
        from agored.publish.ckan import CkanPortal

        return CkanPortal.from_environment(portal)
    from agored.publish.folder import FolderPortal

    return FolderPortal(portal)
