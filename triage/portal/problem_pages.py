"""Problems as pages: what a program reads as JSON, whoever sits at a browser reads in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from triage.portal.render import page
from triage.service.problems import MEDIA_TYPE

_API = "/v1/"  # for programs, whoever asks
_REPLACED = (b"content-type", b"content-length", b"content-security-policy", b"cache-control")
_KEPT = "Go back: what you wrote is still in the form."
_UNREAD = ("That cannot be read", f"What your browser sent cannot be read. {_KEPT}")
_SAID = {
    "bad-form": _UNREAD,
    "wrong-type": _UNREAD,
    "wrong-host": (
        "Not here",
        "The portal is not served under this name. Ask whoever runs it for its address.",
    ),
    "not-found": ("Not found", "There is no such page."),
    "wrong-method": ("Not here", "This page is not for that. Begin at the start."),
    "too-slow": ("Too slow", f"It took too long to arrive. {_KEPT} Send it once more."),
    "too-large": ("Too long", f"This is more than a ticket can hold. {_KEPT} Shorten it and send it again."),
    "invalid": ("That cannot be", f"This cannot be used as it is. {_KEPT}"),
    "too-many": ("Too many requests", "Wait a few seconds, then try again."),
    "no-history": ("Not just now", f"Nothing can be kept just now. {_KEPT} Try again in a minute."),
}
_ELSE = ("Something went wrong", "This is our fault, and it is noted down. Try again in a minute.")


class ProblemPages:
    """Answers a browser with a page where a program would be told a problem; the API stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"].startswith(_API) or not _wants_page(scope):
            return await self._app(scope, receive, send)
        start: Message | None = None
        body = b""

        async def told(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await _page_of(Request(scope), start, orjson.loads(body))(scope, receive, send)

        await self._app(scope, receive, told)


def _wants_page(scope: Scope) -> bool:
    """Return whether a page is asked for, as browsers do; whoever takes anything is a program."""
    accept = Headers(scope=scope).get("accept", "")
    return "text/html" in accept and "json" not in accept


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type") == MEDIA_TYPE


def _page_of(request: Request, start: Message, problem: Mapping[str, Any]) -> Response:
    """Return the page in place of a problem, with those of its headers that are not about its body."""
    title, said = _SAID.get(problem["type"].rpartition("/")[2], _ELSE)
    shown = page(request, "refused.html", account=None, status=start["status"], title=title, said=said)
    shown.raw_headers += [header for header in start["headers"] if header[0].lower() not in _REPLACED]
    return shown
