"""Every error of the service as problem details (RFC 9457): one table of kinds, one shape of answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError
from starlette.responses import Response

from triage import HistoryError, TriageError

MEDIA_TYPE = "application/problem+json"
_ROOT = "#"  # the JSON pointer of a whole body


class Kind(NamedTuple):
    """A kind of problem: its status, its title, and what a caller can do about it."""

    status: int
    title: str
    remedy: str


KINDS = {
    "not-json": Kind(400, "The body is not JSON", "Send UTF-8 JSON with Content-Type: application/json."),
    "bad-form": Kind(400, "The form cannot be read", "Send the fields of the page as a browser sends them."),
    "wrong-host": Kind(400, "The host is not served here", "Add the name to TRIAGE_ALLOWED_HOSTS."),
    "wrong-origin": Kind(
        400,
        "Pages of this origin may not call so",
        "Add the origin to TRIAGE_CORS_ORIGINS; pages send GET, POST and PATCH, and a key and JSON alone.",
    ),
    "no-key": Kind(
        401, "An API key is needed", "Send Authorization: Bearer KEY; make one with triage keys new."
    ),
    "wrong-scope": Kind(403, "The key may not do this", "Use a key with the scope; see triage keys list."),
    "not-found": Kind(404, "There is nothing here", "The addresses are listed in /openapi.json."),
    "wrong-method": Kind(405, "The method is not allowed here", "The header Allow names those that are."),
    "too-slow": Kind(408, "The request took too long to arrive", "Send the whole body without a pause."),
    "case-taken": Kind(
        409, "There is a ticket of this case already", "Leave 'case' out, or change that ticket with PATCH."
    ),
    "too-large": Kind(413, "The body is too large", "Send less, or raise TRIAGE_MAX_BODY."),
    "wrong-type": Kind(
        415,
        "The body is of another type",
        "Send UTF-8 JSON with Content-Type: application/json, or a form as browsers do; nothing compressed.",
    ),
    "invalid": Kind(422, "The request cannot be used", "Each entry of errors points to what is wrong."),
    "too-many": Kind(429, "Too many requests", "Wait for the seconds that Retry-After says."),
    "internal": Kind(500, "The service failed", "Give the request id to whoever runs the service."),
    "no-history": Kind(503, "The memory of decisions is not available", "Try again; nothing was kept."),
    "out-of-time": Kind(503, "The batch took too long", "Send fewer tickets, or raise TRIAGE_TIME_LIMIT."),
}
_BY_STATUS = {404: "not-found", 405: "wrong-method", 413: "too-large"}


class Problem(Exception):  # noqa: N818  the word of RFC 9457
    """An error for the caller: its kind, what is wrong this time, and where.

    >>> Problem("too-large", "the body may have 1024 bytes").kind.status
    413
    """

    def __init__(
        self,
        slug: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.slug, self.kind, self.detail = slug, KINDS[slug], detail
        self.errors, self.headers = errors, headers

    def to_dict(self) -> dict[str, Any]:
        """Return the problem details."""
        told = {"type": f"/problems/{self.slug}", "title": self.kind.title, "status": self.kind.status}
        return told | {"detail": self.detail} | ({"errors": list(self.errors)} if self.errors else {})

    def response(self) -> Response:
        """Return the answer that tells it."""
        body = orjson.dumps(self.to_dict())
        return Response(body, self.kind.status, self.headers, MEDIA_TYPE)


def invalid(*faults: tuple[str, str]) -> Problem:
    """Return the problem of what does not fit: the place of each fault as a JSON pointer, and what is wrong.

    >>> invalid(("#/bdy", "there is no such part")).detail
    '#/bdy: there is no such part'
    """
    (pointer, first), *_ = faults
    told = [{"pointer": pointer, "detail": detail} for pointer, detail in faults]
    return Problem("invalid", first if pointer == _ROOT else f"{pointer}: {first}", errors=told)


def of_library(error: TriageError, *, at: str = _ROOT) -> Problem:
    """Return the problem of what the library does not take, given by what stands in the body at a place.

    >>> of_library(TriageError("there is no such level", part="chosen"), at="#/tickets/1").detail
    '#/tickets/1/chosen: there is no such level'
    """
    if isinstance(error, HistoryError):
        return Problem("no-history", str(error))
    return invalid((f"{at}/{error.part}" if error.part else at, str(error)))


def of_validation(error: ValidationError) -> Problem:
    """Return the problem of a body that does not fit: each fault with a JSON pointer to its place."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return Problem("not-json", faults[0]["msg"])
    return invalid(*((_pointer(fault["loc"]), fault["msg"]) for fault in faults))


def of_status(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer of a plain HTTP status as a problem."""
    if slug := _BY_STATUS.get(status):
        return Problem(slug, detail, headers=headers).response()
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def _pointer(place: Sequence[int | str]) -> str:
    """Return the place as a JSON pointer (RFC 6901) in the form of a URI fragment."""
    return _ROOT + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
