"""A route that is documented like any other and calls its endpoint straight."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class DirectRoute(APIRoute):
    """An endpoint that takes the request and gives the response: what FastAPI does in between costs too much.

    Bodies are read by :func:`triage.service.desk.read`; triage.service.documents tells OpenAPI of them.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.app = _straight(endpoint)


def include(app: FastAPI, router: APIRouter) -> None:
    """Add the routes of a router as they are, without a router in between."""
    app.router.routes.extend(router.routes)


def _straight(endpoint: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    return answer
