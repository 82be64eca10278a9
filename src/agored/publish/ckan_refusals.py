"""What went wrong with a CKAN, as an error that says what, where and what to do now.

An error of the libraries below may hold the token (in the headers of its request), a path or what the portal
said; none of it is passed on: a message is made of the portal's name and host, a status, and names of fields.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agored.errors import PortalError

PASSING = (429, 502, 503, 504)
"""The statuses that may be gone a moment later."""
_TOO_LARGE = 413
_FIELD = re.compile(r"[a-z][a-z_]{0,39}")


class Answered(Exception):
    """The portal answered with a status that is no answer of an action; ``target`` is where it sends one on to."""

    def __init__(self, status: int, target: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.target = target


@dataclass(frozen=True)
class Place:
    """What messages call a portal: its name, its host, the variable of its token, and the organization."""

    portal: str
    host: str
    variable: str
    organization: str

    def error(self, code: str, problems: tuple[PortalError, ...] = (), /, **facts: str) -> PortalError:
        """The error ``ckan.<code>``; its sentence may use every name of the place."""
        return PortalError(
            f"ckan.{code}",
            problems,
            portal=self.portal,
            host=self.host,
            variable=self.variable,
            organization=self.organization,
            **facts,
        )


def is_passing(error: Exception) -> bool:
    """Whether asking again a moment later may help: the connection broke, or the portal is busy."""
    import requests

    if isinstance(error, Answered):
        return error.status in PASSING
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.Timeout):
        return False  # waiting three times as long helps nobody
    return isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError)


def problem_of(error: Exception, place: Place) -> PortalError:
    """The problem that a failed call tells of."""
    import ckanapi
    import requests

    if isinstance(error, Answered):
        return _of_status(error, place)
    if isinstance(error, ckanapi.NotAuthorized):
        return place.error("not-allowed")
    if isinstance(error, ckanapi.ValidationError):
        return _of_fields(error.error_dict, place)
    if isinstance(error, ckanapi.SearchError | ckanapi.SearchQueryError | ckanapi.SearchIndexError):
        return place.error("search")
    if isinstance(error, requests.RequestException):
        return place.error(_of_network(error))
    return place.error("not-ckan")


def _of_status(error: Answered, place: Place) -> PortalError:
    if error.target:
        return place.error("redirect", target=error.target)
    if error.status == _TOO_LARGE:
        return place.error("too-large")
    return place.error("server", status=str(error.status))


def _of_fields(told: Any, place: Place) -> PortalError:
    told = told if isinstance(told, Mapping) else {}
    if "match" in told:
        return place.error("changed")
    if "upload" in set(_keys(told)):
        return place.error("too-large")
    fields = sorted(key for key in told if isinstance(key, str) and _FIELD.fullmatch(key))
    return place.error("invalid", fields=", ".join(fields) or "-")


def _keys(told: Any) -> Iterator[str]:
    if isinstance(told, Mapping):
        for key, value in told.items():
            yield str(key)
            yield from _keys(value)
    elif isinstance(told, list):
        for value in told:
            yield from _keys(value)


def _of_network(error: Exception) -> str:
    import requests
    from urllib3.exceptions import NewConnectionError

    causes = list(_causes(error))
    if isinstance(error, requests.exceptions.SSLError):
        return "certificate"
    if isinstance(error, requests.exceptions.Timeout):
        return "timeout"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "no-address"
    if any(isinstance(cause, NewConnectionError) for cause in causes):
        return "no-connection"
    if isinstance(error, requests.exceptions.InvalidURL):
        return "no-address"
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return "cut"
    return "not-ckan"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, what it wraps and what it came of."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
