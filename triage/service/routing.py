"""A route that is documented like any other and calls its endpoint straight."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
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
    """Add the routes of a router, without a router in between; HEAD is answered wherever GET is."""
    app.router.routes.extend([*router.routes, *_heads(router)])


def _heads(router: APIRouter) -> Iterator[DirectRoute]:
    """Yield the twins of what GET gets: the server leaves the body out, and OpenAPI need not tell of them."""
    for route in router.routes:
        if isinstance(route, DirectRoute) and "GET" in (route.methods or ()):
            yield DirectRoute(route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)


def _straight(endpoint: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    return answer
