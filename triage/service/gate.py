"""Before every request: is this host served, who asks, how often, is the body small and in time."""

from __future__ import annotations

import asyncio
from math import ceil
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from triage.service.keys import KeyFile, KeyRecord, read_keys
from triage.service.limits import RateLimit
from triage.service.problems import Problem
from triage.service.settings import Settings

# What needs no key, and what a key of another scope than "suggest" opens.
_OPEN = ("/healthz", "/readyz", "/problems")
_SCOPES = (("/v1/tickets", "tickets"), ("/metrics", "metrics"), ("/v1/", "suggest"))
_AS_IT_IS = b"identity"  # the one encoding of bodies: what is packed may be far larger than it looks
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Keys:
    """The keys of the service as they are now; the file is read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._look()
        self.file: KeyFile = read_keys(path)

    def reread_if_changed(self) -> None:
        """Read the file again when it changed since the last look."""
        if (seen := self._look()) != self._seen:
            self.file, self._seen = read_keys(self._path), seen

    def _look(self) -> int:
        return self._path.stat().st_mtime_ns if self._path.exists() else 0


class Gate:
    """Lets a request pass, or answers with the problem that keeps it out."""

    def __init__(self, app: ASGIApp, *, settings: Settings, keys: Keys) -> None:
        self._app, self._settings, self._keys = app, settings, keys
        self._keys_needed = settings.keys_needed
        rate = settings.rate_of_caller
        self._limit = RateLimit(rate / settings.workers) if rate else None
        self._hosts = frozenset(settings.allowed_hosts or (_LOOPBACK if settings.on_loopback else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have it answered."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        try:
            self._admit(scope)
        except Problem as problem:
            return await problem.response()(scope, receive, send)
        await self._app(scope, _bounded(receive, self._settings), send)

    def _admit(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        if self._hosts and _host(headers) not in self._hosts:
            raise Problem("wrong-host", "the Host header names a host that is not served here")
        if headers.get(b"content-length", b"0").rjust(20) > b"%20d" % self._settings.max_body:
            raise _too_large(self._settings.max_body)
        if (packed := headers.get(b"content-encoding", _AS_IT_IS).lower()) != _AS_IT_IS:
            detail = f"the body is encoded as {packed.decode('latin-1')!r}; it is read only as it is"
            raise Problem("wrong-type", detail, headers={"Accept-Encoding": "identity"})
        path = scope["path"]
        if path.startswith(_OPEN) or scope["method"] == "OPTIONS":
            return
        caller = scope["client"][0] if scope["client"] else "unknown"
        if self._keys_needed and (wanted := scope_of(path)):
            caller = self._known(headers, wanted).name
        scope["state"]["caller"] = caller
        if self._limit and (seconds := self._limit.wait(caller)):
            raise Problem(
                "too-many",
                f"{self._settings.rate_of_caller:g} requests a second are allowed",
                headers={"Retry-After": str(ceil(seconds))},
            )

    def _known(self, headers: dict[bytes, bytes], wanted: str) -> KeyRecord:
        kind, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        asked = {"WWW-Authenticate": "Bearer"}
        if kind.lower() != "bearer":
            raise Problem("no-key", "the request has no API key", headers=asked)
        record = self._keys.file.find(key.strip())
        if record is None:
            raise Problem("no-key", "the API key is unknown, was revoked, or has ended", headers=asked)
        if wanted not in record.scopes:
            raise Problem(
                "wrong-scope",
                f"this needs the scope {wanted!r}, and the key has: " + ", ".join(record.scopes),
            )
        return record


def scope_of(path: str) -> str | None:
    """Return the scope that an address needs; pages and documents need none.

    >>> scope_of("/v1/check"), scope_of("/healthz")
    ('suggest', None)
    """
    return next((scope for start, scope in _SCOPES if path.startswith(start)), None)


def _host(headers: dict[bytes, bytes]) -> str:
    host = headers.get(b"host", b"").decode("latin-1").lower()
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _bounded(receive: Receive, settings: Settings) -> Receive:
    """Return a receive that takes a body only so large and waits for it only so long."""
    loop = asyncio.get_running_loop()
    ends, size, whole = loop.time() + settings.time_limit, 0, False

    async def received() -> Message:
        nonlocal size, whole
        if whole:  # what comes now is that the caller went away
            return await receive()
        try:
            async with asyncio.timeout_at(ends):
                message = await receive()
        except TimeoutError:
            raise Problem(
                "too-slow", f"the body did not arrive within {settings.time_limit:g} seconds"
            ) from None
        size += len(message.get("body", b""))
        if size > settings.max_body:
            raise _too_large(settings.max_body)
        whole = not message.get("more_body", False)
        return message

    return received


def _too_large(most: int) -> Problem:
    return Problem("too-large", f"the body may have {most} bytes", headers={"Connection": "close"})
