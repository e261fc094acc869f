"""Pages: templates filled in, with the headers that keep a browser safe."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from triage.history.decision import now
from triage.portal.accounts import Account
from triage.portal.sessions import COOKIE, form_token
from triage.portal.tickets import STATUSES
from triage.service.desk import Desk
from triage.targets import calendar_of

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {"content-security-policy": _POLICY, "cache-control": "no-store"}


class Refused(Exception):  # noqa: N818  it is an answer
    """A page that says why there is nothing else to see: a status, and a sentence."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


class Moment(NamedTuple):
    """A time as a page shows it: exact for machines, short for people."""

    exact: str
    said: str


def page(
    request: Request,
    template: str,
    *,
    account: Account | None,
    status: int = 200,
    **shown: Any,
) -> Response:
    """Return a page."""
    rules = Desk.of(request).triage.rules
    known = {
        "account": account,
        "rules": rules,
        "channels": {channel.id: channel for channel in rules.channels},
        "levels": {level.id: level for level in rules.priorities},
        "statuses": STATUSES,
        "moment": lambda at: moment(at, rules),
        "token": form_token(request.cookies.get(COOKIE, "")),
        "static": static,
    }
    html = _templates().get_template(template).render(known | shown)
    return HTMLResponse(html, status, _HEADERS)


def moment(at: datetime, rules: Any) -> Moment:
    """Return a time on the clock of the firm: the hour today, the weekday this week, else the date."""
    zone = calendar_of(rules.hours).zone if rules.hours else at.tzinfo
    local, today = at.astimezone(zone), now().astimezone(zone)
    days = (local.date() - today.date()).days
    day = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    if day is None:
        day = (
            f"{local:%A}"
            if 0 < days < 7
            else f"{local:%-d %b}" + (f" {local.year}" if local.year != today.year else "")
        )
    return Moment(local.isoformat(), f"{day} {local:%H:%M}")


def static(name: str) -> str:
    """Return the address of a file of scripts or styles: it changes with the file."""
    return f"/static/{name}?{_version(name)}"


@cache
def _version(name: str) -> str:
    return sha256((files("triage.portal") / "static" / name).read_bytes()).hexdigest()[:12]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("triage.portal", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
