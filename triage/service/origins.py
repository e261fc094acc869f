"""Which pages of other origins may call."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from triage.service.problems import Problem


class Origins(CORSMiddleware):
    """Answers browsers that ask before a page calls; a refusal is a problem like any other."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Return the answer."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        kept = {name: told for name, told in answer.headers.items() if not name.startswith("content-")}
        return Problem("wrong-origin", bytes(answer.body).decode(), headers=kept).response()
