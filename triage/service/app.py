"""The application: its parts put together."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from triage import TriageError
from triage.history import History
from triage.portal.join import join_portal, show_problems
from triage.service import asking, looking, tickets
from triage.service.desk import Desk
from triage.service.documents import CASE
from triage.service.gate import Gate, Keys
from triage.service.in_use import InUse
from triage.service.log import start_log
from triage.service.memory import Memory
from triage.service.metrics import Metrics
from triage.service.openapi import document
from triage.service.origins import Origins
from triage.service.problems import Problem, of_library, of_status
from triage.service.routing import include
from triage.service.settings import Settings
from triage.service.watch import Watch

_log = structlog.get_logger()

_ABOUT = (
    "Tells what priority a support ticket deserves, and why. A suggestion changes nothing: a person confirms."
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the service as an ASGI application; without settings those of the environment count.

    Raises:
        RuleFileError: the rule file has faults.
        HistoryError: the memory cannot be opened.
        ServiceError: the file of keys cannot be read.
    """
    settings = settings or Settings()
    start_log(settings.log_level)
    metrics, keys = Metrics(), Keys(settings.keys)
    memory = (
        Memory(History(settings.history, wait=settings.time_limit), metrics) if settings.history else None
    )
    desk = Desk(settings, InUse(settings), metrics, memory)
    app = FastAPI(
        title="triage",
        description=_ABOUT,
        version=version("ticket-triage"),
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.desk, app.state.keys = desk, keys
    include(app, asking.router)  # first: an address is looked for in order, and nothing is asked as often
    join_portal(app)  # before tickets: its /v1/tickets/desktop is no case
    for part in (tickets, looking):
        include(app, part.router)
    _tell_problems(app)
    document(app)
    # The last one added is the outermost.
    app.add_middleware(Gate, settings=settings, keys=keys)
    if settings.cors_origins:
        app.add_middleware(Origins, **_cors(settings))
    app.add_middleware(Watch, metrics=metrics)
    show_problems(app)
    gc.freeze()  # what stays for good need not be looked through for garbage while requests wait
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Look after rules and keys while the service runs; at the end write what waits for the memory."""
    desk: Desk = app.state.desk
    looking_after = asyncio.create_task(_look_after(app))
    try:
        yield
    finally:
        looking_after.cancel()
        await asyncio.gather(looking_after, return_exceptions=True)
        if desk.memory is not None:
            await desk.memory.close()


async def _look_after(app: FastAPI) -> None:
    desk: Desk = app.state.desk
    while True:
        await asyncio.sleep(desk.settings.reload_every)
        await asyncio.to_thread(_reload, app)


def _reload(app: FastAPI) -> None:
    """Look for changed keys and rules. Whatever cannot be read is told, and looked at again next time."""
    desk: Desk = app.state.desk
    for what, look in (("keys", app.state.keys.reread_if_changed), ("rules", desk.in_use.reload_if_changed)):
        try:
            look()
        except (TriageError, OSError) as error:
            _log.warning("cannot be read, the old ones go on", what=what, why=str(error))
    desk.metrics.rules(reloads=desk.in_use.reloads, faults=len(desk.in_use.faults))


def _cors(settings: Settings) -> dict[str, Any]:
    return {
        "allow_origins": settings.cors_origins,
        "allow_methods": ("GET", "POST", "PATCH"),
        "allow_headers": ("authorization", "content-type"),
        "expose_headers": (CASE, "X-Request-Id", "Retry-After"),
        "max_age": 600,
    }


def _tell_problems(app: FastAPI) -> None:
    """Have every error answered by problem details."""

    async def of_problem(_: Request, error: Problem) -> Response:
        return error.response()

    async def of_error(_: Request, error: TriageError) -> Response:
        return of_library(error).response()

    async def of_http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if "Allow" in headers:  # of the first route of this address alone
            headers["Allow"] = ", ".join(sorted(_methods_of(app, request)))
        return of_status(error.status_code, str(error.detail), headers)

    app.add_exception_handler(Problem, of_problem)  # type: ignore[arg-type]
    app.add_exception_handler(TriageError, of_error)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, of_http)  # type: ignore[arg-type]


def _methods_of(app: FastAPI, request: Request) -> set[str]:
    """Return the methods of all routes of an address."""
    here = (route for route in app.routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in here for method in getattr(route, "methods", None) or ()}
