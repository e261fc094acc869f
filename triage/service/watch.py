"""Around every request: its id, its time, its line in the log, and the headers that keep browsers safe."""

from __future__ import annotations

from secrets import token_hex
from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from triage.service.metrics import Metrics
from triage.service.problems import Problem

_log = structlog.get_logger()
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_API = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)


class Watch:
    """Answers every request, counts it, and turns what nobody foresaw into a problem that tells nothing."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        start, status, id = perf_counter(), 0, token_hex(8)
        scope.setdefault("state", {})["request_id"] = id

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _headers(message["headers"], id)
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception as error:
            _log.error("failed", request=id, path=_route(scope), **_where(error))
            if not status:
                problem = Problem("internal", f"something went wrong; it is logged under request {id}")
                await problem.response()(scope, receive, told)
        finally:
            self._done(scope, id, status, perf_counter() - start)

    def _done(self, scope: Scope, id: str, status: int, seconds: float) -> None:
        route = _route(scope)
        self._metrics.request(route, status, seconds)
        caller = scope["state"].get("caller")
        _log.info(
            "request",
            request=id,
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            caller=caller,
        )


def _headers(given: list[tuple[bytes, bytes]], id: str) -> list[tuple[bytes, bytes]]:
    """Return the headers with those that every answer has; a page sets a policy of its own."""
    names = {name.lower() for name, _ in given}
    added = [header for header in (*_SAFE, *_API) if header[0] not in names]
    return [*given, *added, (b"x-request-id", id.encode())]


def _route(scope: Scope) -> str:
    """Return the address as it is written in the documentation; an unknown one has no name of its own."""
    route = scope.get("route")
    return getattr(route, "path", None) or "other"


def _where(error: BaseException) -> dict[str, str]:
    """Return the kind and the place of an error; its message may hold the text of a ticket."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    code = place.tb_frame.f_code if place else None
    at = f"{code.co_filename}:{place.tb_lineno} in {code.co_name}" if code and place else "unknown"
    return {"error": type(error).__name__, "at": at}
