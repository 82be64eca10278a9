"""Calls to a CKAN: the one place that knows ckanapi and the token.

Every call has a timeout. Redirections are refused: a redirected write loses its body, and a redirected token
leaves the portal. Reads are tried again a few times when the connection breaks or the portal is busy; writes
never are, since nobody can tell whether the first one arrived. Files are streamed both ways.

ckanapi puts a file's whole request together in memory, so uploads go out through requests-toolbelt, and ckanapi
reads the answer. ckanapi is not given the token: the session adds it, to requests for the portal's own address.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, NoReturn, Self, TypeVar
from urllib.parse import urlsplit

from agored.errors import PortalError
from agored.publish.ckan_refusals import Answered, Place, is_passing, problem_of
from agored.workspace import Portal

if TYPE_CHECKING:
    import requests

Result = TypeVar("Result")
_PIECE = 1 << 18
_TOKEN = re.compile(r"[\x21-\x7e]+")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: to connect, for an answer to a read and to a write, and before each further
    attempt at a read."""

    connect: float = 10
    read: float = 60
    write: float = 300
    pauses: tuple[float, ...] = (0.5, 2.0)


class Token:
    """A portal's token. It shows itself to the portal's own address only: neither printed nor pickled."""

    __slots__ = ("_origin", "_value")

    def __init__(self, value: str, url: str) -> None:
        self._value = value
        self._origin = _origin(url)

    @classmethod
    def from_environment(cls, portal: Portal) -> Token:
        """The token of a portal. Raises PortalError where there is none, or where it cannot be one."""
        given = os.environ.get(portal.token_variable, "").strip()
        code = "token-missing" if not given else "token-form" if not _TOKEN.fullmatch(given) else ""
        if code:
            # A frame of a traceback must not hold it.
            del given
            raise PortalError(f"ckan.{code}", portal=portal.name, variable=portal.token_variable)
        return cls(given, portal.url)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token to a request; requests calls this for each request of a session."""
        if _origin(str(request.url)) == self._origin:
            request.headers["Authorization"] = self._value
        return request

    def __repr__(self) -> str:
        return "Token(•••)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not pickled")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request: the name of its part, the file, and what it is."""

    part: str
    path: Path
    mimetype: str


class Connection:
    """An open connection to a CKAN, for one organization's datasets; a context manager.

    Every method raises PortalError where the portal cannot be reached, refuses, or answers as no CKAN does.
    """

    def __init__(
        self, portal: Portal, token: Token, organization: str, patience: Patience | None = None
    ) -> None:
        """Raises PortalError where a library is missing, or where the token would travel in the clear."""
        host = urlsplit(portal.url).netloc
        self.place = Place(portal.name, host, portal.token_variable, organization)
        try:
            import ckanapi
            import requests
            import requests_toolbelt  # noqa: F401  (needed later: say so before anything is touched)
        except ImportError:
            missing = True
        else:
            missing = False
        if missing:
            raise self.place.error("part-missing")
        if urlsplit(portal.url).scheme != "https" and urlsplit(portal.url).hostname not in _LOOPBACK:
            raise self.place.error("not-https")
        self._url = portal.url.rstrip("/") + "/"
        self._patience = patience or Patience()
        self._session = requests.Session()
        self._session.auth = token
        self._session.hooks["response"] = [_refuse]
        self._public = requests.Session()
        self._public.auth = _anonymous
        self._public.hooks["response"] = [_refuse]
        self._ckan = ckanapi.RemoteCKAN(portal.url, user_agent="agored", session=self._session)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        self._public.close()

    def __repr__(self) -> str:
        return f"Connection({self.place.portal})"

    def ask(self, action: str, **facts: Any) -> Any:
        """The result of an action that changes nothing, or None where there is no such thing."""
        return self._attempt(lambda: self._call(action, facts, self._patience.read), again=True)

    def tell(self, action: str, **facts: Any) -> Any:
        """The result of an action that changes something, or None where what it is to change is not there."""
        return self._attempt(lambda: self._call(action, facts, self._patience.write), again=False)

    def send(self, action: str, texts: Mapping[str, str], uploads: Iterable[Upload]) -> Any:
        """Call an action with files, as one multipart request that is streamed from the disk."""
        return self._attempt(lambda: self._send(action, texts, tuple(uploads)), again=False)

    def download(self, path: str, public: bool, copy: IO[bytes] | None = None) -> str | None:
        """The hash of the bytes at ``path`` of the portal, written to ``copy`` too; None where there are none.

        With ``public`` they are asked for as any citizen would, without the token. Caches on the way are
        told to ask the portal, and the address is a new one each time.
        """
        return self._attempt(lambda: self._download(path, public, copy), again=True)

    def _call(self, action: str, facts: Mapping[str, Any], wait: float) -> Any:
        timeout = {"timeout": (self._patience.connect, wait)}
        return self._ckan.call_action(action, dict(facts), requests_kwargs=timeout)

    def _send(self, action: str, texts: Mapping[str, str], uploads: tuple[Upload, ...]) -> Any:
        from ckanapi.common import reverse_apicontroller_action
        from requests_toolbelt import MultipartEncoder

        address = f"{self._url}api/action/{action}"
        with ExitStack() as files:
            parts: list[tuple[str, Any]] = list(texts.items())
            for upload in uploads:
                file = files.enter_context(upload.path.open("rb"))
                parts.append((upload.part, (upload.path.name, file, upload.mimetype)))
            body = MultipartEncoder(parts)
            answer = self._session.post(
                address,
                data=body,
                headers={"Content-Type": body.content_type, "User-Agent": "agored"},
                allow_redirects=False,
                timeout=(self._patience.connect, self._patience.write),
            )
        return reverse_apicontroller_action(address, answer.status_code, answer.text)

    def _download(self, path: str, public: bool, copy: IO[bytes] | None) -> str | None:
        if copy is not None:
            copy.seek(0)
            copy.truncate()
        hasher = hashlib.sha256()
        with (self._public if public else self._session).get(
            self._url + path,
            params={"agored": secrets.token_hex(8)},
            headers={"Cache-Control": "no-cache", "Pragma": "no-cache", "Accept-Encoding": "identity"},
            allow_redirects=False,
            stream=True,
            timeout=(self._patience.connect, self._patience.read),
        ) as answer:
            if answer.status_code != 200:
                return None
            for piece in answer.iter_content(_PIECE):
                hasher.update(piece)
                if copy is not None:
                    copy.write(piece)
        return "sha256:" + hasher.hexdigest()

    def _attempt(self, call: Callable[[], Result], again: bool) -> Result | None:
        """What ``call`` gives. Its errors stay here: they hold requests, and requests hold the token."""
        problem: PortalError | None = None
        for pause in (*(self._patience.pauses if again else ()), None):
            try:
                return call()
            except _failures() as error:
                if _is_absent(error):
                    return None
                problem = problem_of(error, self.place)
                if pause is None or not is_passing(error):
                    break
            time.sleep(pause)
        assert problem is not None
        raise problem


def _failures() -> tuple[type[Exception], ...]:
    """The exceptions that tell of the portal or the network; any other one is a bug of ours."""
    import ckanapi
    import requests

    return (
        Answered,
        requests.RequestException,
        ckanapi.CKANAPIError,
        ckanapi.ServerIncompatibleError,
        ckanapi.NotAuthorized,
        ckanapi.NotFound,
        ckanapi.ValidationError,
        ckanapi.SearchError,
        ckanapi.SearchQueryError,
        ckanapi.SearchIndexError,
    )


def _is_absent(error: Exception) -> bool:
    import ckanapi

    return isinstance(error, ckanapi.NotFound)


def _anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No credentials, those of a .netrc file included."""
    return request


def _refuse(answer: requests.Response, *_: Any, **__: Any) -> None:
    """Stop at answers that ckanapi would not understand, before anything of them is read."""
    status = answer.status_code
    answer.encoding = "utf-8"  # as JSON is; requests would guess where a portal does not say so
    if 300 <= status < 400:
        target = urlsplit(answer.headers.get("Location", ""))
        answer.close()
        raise Answered(status, f"{target.scheme}://{target.netloc}/" if target.netloc else "/")
    if status >= 500 or status in (413, 429):
        answer.close()
        raise Answered(status)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
