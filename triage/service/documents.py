"""What OpenAPI tells of bodies and answers: schemas made from the values themselves, and examples."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, TypeAdapter

from triage import Choice, Suggestion, Triage
from triage.service import bodies

_REFS = "#/components/schemas/{model}"
_FOLLOWS = ("impact", "urgency", "target")  # what the plain data of a suggestion tells beside its fields
_OBJECT = {"type": "object", "additionalProperties": True}
_BODIES = (
    bodies.SuggestBody,
    bodies.CheckBody,
    bodies.AnswerBody,
    bodies.SuggestBatch,
    bodies.CheckBatch,
    bodies.NewTicket,
    bodies.TicketChange,
)


def documented(answer: str, *, asked: type[BaseModel] | None = None, status: int = 200) -> dict[str, Any]:
    """Return what a route tells of itself: the body it reads, its answer, and that errors are problems."""
    told = {"content": {"application/json": {"schema": _ref(answer)}}, "description": "The answer."}
    problem = {"content": {"application/problem+json": {"schema": _ref("Problem")}}}
    extra: dict[str, Any] = {}
    if asked is not None:
        body = {"schema": _ref(asked.__name__)}
        extra["requestBody"] = {"required": True, "content": {"application/json": body}}
    failed = {"default": {"description": "A problem.", **problem}}
    return {"status_code": status, "responses": {status: told, **failed}, "openapi_extra": extra}


def document(app: FastAPI) -> None:
    """Give the application an OpenAPI document with the schemas and with answers that were really given."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            told.setdefault("components", {})["schemas"] = _schemas(app.state.desk.triage)
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REFS.format(model=name)}


def _schemas(triage: Triage) -> dict[str, Any]:
    asked = [(body, "validation", TypeAdapter(body)) for body in _BODIES]
    given = [(value, "validation", TypeAdapter(value)) for value in (Suggestion, Choice)]
    _, told = TypeAdapter.json_schemas(
        [*asked, *given],  # type: ignore[list-item]
        ref_template=_REFS,
    )
    schemas: dict[str, Any] = {**_as_objects(told["$defs"]), **_small_schemas()}
    schemas["Suggestion"]["properties"] |= {name: {"type": "string"} for name in _FOLLOWS}
    schemas["AnswerBody"]["properties"]["suggestion"] = _ref("Suggestion")
    ticket = bodies.CheckBody(body="The printer is jammed, only mine.", chosen="critical").ticket()
    choice = triage.check(ticket)
    schemas["Suggestion"]["examples"] = [choice.suggestion.to_dict()]
    schemas["Choice"]["examples"] = [choice.to_dict()]
    return schemas


def _as_objects(schema: Any) -> Any:
    """Return a schema in which a named tuple is the object that its plain data is."""
    if isinstance(schema, list):
        return [_as_objects(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    items = schema.get("prefixItems", [{}])
    if all("title" in item for item in items):  # a plain tuple names no parts
        properties = {item["title"].lower(): item for item in items}
        return _of(properties) | {"required": list(properties)}
    return {name: _as_objects(part) for name, part in schema.items()}


def _small_schemas() -> dict[str, Any]:
    """Return the schemas of answers that are no values of the library."""
    text, whether = {"type": "string"}, {"type": "boolean"}
    state = {"case": text, "priority": text, "set_by": text, "final": whether, "choice": _ref("Choice")}
    fault = {"type": "object", "properties": {"pointer": text, "detail": text}}
    opinion = {"priority": text, "probability": {"type": "number"}, "threshold": {"type": "number"}}
    parts = {"probabilities": _OBJECT, "words": _list(_OBJECT), "findings": _list(_OBJECT)}
    problem = {"type": text, "title": text, "status": {"type": "integer"}, "detail": text}
    return {
        "Opinion": _of(opinion | {"sure": whether, "version": text} | parts),
        "Suggestions": _of({"suggestions": _list(_ref("Suggestion")), "cases": _list(text)}),
        "Choices": _of({"choices": _list(_ref("Choice")), "cases": _list(text)}),
        "KeptTicket": _of(state | {"person": {"type": ["string", "null"]}, "decisions": _list(_OBJECT)}),
        "Rules": _of({"name": text, "version": text, "rules": _list(_OBJECT), "faults": _list(text)}),
        "Models": _of({"models": _list(_OBJECT)}),
        "Health": _of({"status": text}),
        "Problem": _of(problem | {"errors": _list(fault)}),
    }


def _of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}
