"""Where the portal joins the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from triage.portal.guard import SignInFirst, to_sign_in
from triage.portal.intake import Portal
from triage.portal.live import Live
from triage.portal.mail_in import receiving, watch_folder
from triage.portal.notices import tell
from triage.portal.pages import desk, desktop, entry, own
from triage.portal.problem_pages import ProblemPages
from triage.portal.render import Refused, page
from triage.portal.settings import PortalSettings
from triage.portal.shelf import PortalShelf
from triage.service.desk import Desk
from triage.service.routing import include
from triage.service.settings import usable

_TITLES = {
    403: "Not for you",
    404: "Not found",
    409: "Changed meanwhile",
    422: "That cannot be",
    429: "Too many tries",
}


def join_portal(app: FastAPI, settings: PortalSettings | None = None) -> None:
    """Give a service its portal; a service without a memory has none."""
    service: Desk = app.state.desk
    if service.memory is None:
        return
    portal = Portal(service, service.memory.history, settings or usable(PortalSettings))
    app.state.portal = portal
    app.state.shelf = PortalShelf(portal)
    app.state.live = Live(portal.history, every=portal.settings.every)
    for part in (entry, own, desk, desktop):
        include(app, part.router)
    app.include_router(APIRouter(lifespan=_lifespan))
    app.mount("/static", _Static(directory=str(files("triage.portal") / "static")))
    _tell_refusals(app)


def show_problems(app: FastAPI) -> None:
    """Have browsers see problems as pages; add it last, for it is about what everything else answers."""
    if hasattr(app.state, "portal"):
        app.add_middleware(ProblemPages)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Take mail, tell notices and look for news while the service runs."""
    portal: Portal = app.state.portal
    live: Live = app.state.live
    async with AsyncExitStack() as stack:
        if portal.settings.mail_port is not None:
            app.state.mail_port = await stack.enter_async_context(receiving(portal))
        work = [live.watch(), tell(portal)]
        if portal.settings.mail_folder is not None:
            work.append(watch_folder(portal, portal.settings.mail_folder))
        tasks = [asyncio.create_task(one) for one in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class _Static(StaticFiles):
    """Scripts and styles: a browser keeps them, since their addresses change when they do."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        """Return a file."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "public, max-age=86400"
        return answer


def _tell_refusals(app: FastAPI) -> None:
    async def of_refusal(request: Request, error: Refused) -> Response:
        title = _TITLES.get(error.status, "Sorry")
        return page(request, "refused.html", account=None, status=error.status, title=title, said=error.said)

    async def of_stranger(request: Request, _: SignInFirst) -> Response:
        return to_sign_in(request)

    app.add_exception_handler(Refused, of_refusal)  # type: ignore[arg-type]
    app.add_exception_handler(SignInFirst, of_stranger)  # type: ignore[arg-type]
