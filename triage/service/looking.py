"""The endpoints that tell of the service itself: its rules, its models, its health, its counters."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from triage.rules.ruleset import Rule
from triage.service.desk import Desk, answered
from triage.service.documents import documented
from triage.service.in_use import InUse
from triage.service.metrics import CONTENT_TYPE
from triage.service.problems import KINDS, Problem
from triage.service.routing import DirectRoute

router = APIRouter(route_class=DirectRoute, tags=["looking"])


@router.get("/v1/rules", **documented("Rules"))
async def rules(request: Request) -> Response:
    """Tell the levels, the channels and the rules in use, and the faults of a file that was not taken."""
    return answered(rules_told(Desk.of(request).in_use))


@router.get("/v1/models", **documented("Models"))
async def models(request: Request) -> Response:
    """Tell the trained models in use; none means that rules alone answer."""
    return answered({"models": Desk.of(request).in_use.models})


@router.get("/healthz", **documented("Health"))
async def alive(request: Request) -> Response:
    """Say that the process answers."""
    return answered({"status": "ok"})


@router.get("/readyz", **documented("Health"))
async def ready(request: Request) -> Response:
    """Say that rules are loaded and the memory takes what is kept; of a faulty new rule file, old rules."""
    desk = Desk.of(request)
    if desk.memory is not None:
        await desk.memory.look()
    state = "ok" if not desk.in_use.faults else "old rules"
    return answered({"status": state, "rules": desk.triage.rules.version, "history": desk.memory is not None})


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    **documented("Counters", media_type=PlainTextResponse.media_type),
)
async def metrics(request: Request) -> Response:
    """Tell the counters to Prometheus."""
    desk = Desk.of(request)
    return Response(desk.metrics.text(), headers={"content-type": CONTENT_TYPE})


@router.get("/problems", **documented("Problems"))
async def problems(request: Request) -> Response:
    """Explain the kinds of problems."""
    return answered({slug: kind._asdict() for slug, kind in KINDS.items()})


@router.get("/problems/{slug}", **documented("Problems"))
async def problem(request: Request) -> Response:
    """Explain one kind of problem."""
    slug = request.path_params["slug"]
    if slug not in KINDS:
        raise Problem("not-found", "there is no such kind of problem; /problems lists them")
    return answered({slug: KINDS[slug]._asdict()})


def rules_told(in_use: InUse) -> dict[str, Any]:
    """Return what is told of the rules in use."""
    rules = in_use.triage.rules
    return {
        "name": rules.name,
        "version": rules.version,
        "default": rules.default.id,
        "priorities": rules.priorities,
        "channels": [
            {"id": c.id, "name": c.name, "default": c.default.id, "writer_chooses": c.writer_chooses}
            for c in rules.channels
        ],
        "rules": [_rule(rule) for rule in rules.rules],
        "since": in_use.since.isoformat(),
        "faults": in_use.faults,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    told = {"id": rule.id, "says": rule.says, "priority": rule.priority.id, "quote": rule.quote}
    return told | {"line": rule.line, "general": rule.general, "draft": rule.draft}
