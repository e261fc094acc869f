"""What a route tells OpenAPI of itself: what it reads, what it answers, and that errors are problems."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

JSON = "application/json"
CASE = "Triage-Case"  # the header that tells under which case an answer is kept


def documented(
    answer: str,
    *,
    asked: type[BaseModel] | None = None,
    status: int = 200,
    headers: tuple[str, ...] = (),
    media_type: str = JSON,
) -> dict[str, Any]:
    """Return what a route tells of itself; triage.service.openapi has the schemas and headers it names."""
    always = {name: {"$ref": f"#/components/headers/{name}"} for name in (*headers, "X-Request-Id")}
    told = {"description": "The answer.", "headers": always, "content": _content(media_type, answer)}
    failed = {"description": "A problem.", "content": _content("application/problem+json", "Problem")}
    extra: dict[str, Any] = {}
    if asked is not None:
        extra["requestBody"] = {"required": True, "content": _content(JSON, asked.__name__)}
    return {"status_code": status, "responses": {status: told, "default": failed}, "openapi_extra": extra}


def schema(name: str) -> dict[str, str]:
    """Return the reference to a schema of the document.

    >>> schema("Choice")
    {'$ref': '#/components/schemas/Choice'}
    """
    return {"$ref": f"#/components/schemas/{name}"}


def _content(media_type: str, name: str) -> dict[str, Any]:
    return {media_type: {"schema": schema(name)}}
