"""A route that is documented like any other and calls its endpoint straight."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response


class DirectRoute(APIRoute):
    """An endpoint that takes the request and gives the response: what FastAPI does in between costs too much.

    Bodies are read by :func:`triage.service.desk.read`; triage.service.documents tells OpenAPI of them.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the endpoint itself."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint
