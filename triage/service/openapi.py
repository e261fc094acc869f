"""The OpenAPI document: schemas made from the values themselves, and examples that were really answered."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from triage import Choice, Suggestion, Ticket, Triage
from triage.answer import answers_to
from triage.history import Decision
from triage.model.folder import starter_model
from triage.service import bodies
from triage.service.desk import Desk
from triage.service.documents import CASE, schema
from triage.service.gate import scope_of
from triage.service.in_use import model_told
from triage.service.looking import rules_told
from triage.service.problems import KINDS, invalid
from triage.service.tickets import plain, state_of
from triage.suggestion import FOLLOWS

_OBJECT = {"type": "object", "additionalProperties": True}
_TEXT = {"type": "string"}
_BODIES = (
    bodies.SuggestBody,
    bodies.CheckBody,
    bodies.AnswerBody,
    bodies.SuggestBatch,
    bodies.CheckBatch,
    bodies.NewTicket,
    bodies.TicketChange,
    bodies.DesktopTicket,
)
_HEADERS = {
    CASE: "The case that this is kept under; missing where nothing was kept.",
    "Location": "The address of the ticket.",
    "X-Request-Id": "Finds the request in the log of the service.",
}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of `triage keys new`. A service that only its own machine reaches needs none.",
}
_SAID_IN_PATH = {"case": "The case of a ticket, as Triage-Case tells it.", "slug": "A kind of problem."}
_CASE = "3f2b8c1d5e6f47a8b9c0d1e2f3a4b5c6"
_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def document(app: FastAPI) -> None:
    """Give the application an OpenAPI document with the schemas and with answers that were really given."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            desk: Desk = app.state.desk
            _add_to_operations(told["paths"], keys_needed=desk.settings.keys_needed)
            told["components"] = {
                "schemas": _with_examples(_schemas(), desk),
                "headers": {name: {"description": said, "schema": _TEXT} for name, said in _HEADERS.items()},
                "securitySchemes": {"key": _KEY},
            }
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add_to_operations(paths: dict[str, Any], *, keys_needed: bool) -> None:
    """Tell of each operation the parts of its address, and the scope of the key that opens it."""
    for path, operations in paths.items():
        for operation in operations.values():
            if names := re.findall(r"{(\w+)}", path):
                operation["parameters"] = [_in_path(name) for name in names]
            if scope := scope_of(path):
                operation["security"] = [{"key": [scope]}, *([] if keys_needed else [{}])]


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT, "description": _SAID_IN_PATH[name]}


# -- schemas ---------------------------------------------------------------------------------------------


def _schemas() -> dict[str, Any]:
    values = [(value, "validation", TypeAdapter(value)) for value in (*_BODIES, Suggestion, Choice, Decision)]
    _, told = TypeAdapter.json_schemas(
        values,  # type: ignore[arg-type]
        ref_template=schema("{model}")["$ref"],
    )
    schemas: dict[str, Any] = {**_as_objects(told["$defs"]), **_small_schemas()}
    follows = dict.fromkeys(FOLLOWS, _TEXT) | {"disagreement": {"type": "boolean"}}
    schemas["Suggestion"]["properties"] |= follows
    schemas["AnswerBody"]["properties"]["suggestion"] = schema("Suggestion")
    return schemas


def _as_objects(told: Any) -> Any:
    """Return a schema in which a named tuple is the object that its plain data is."""
    if isinstance(told, list):
        return [_as_objects(part) for part in told]
    if not isinstance(told, dict):
        return told
    items = told.get("prefixItems", [{}])
    if all("title" in item for item in items):  # a plain tuple names no parts
        return _of({item["title"].lower(): item for item in items})
    return {name: _as_objects(part) for name, part in told.items()}


def _small_schemas() -> dict[str, Any]:
    """Return the schemas of answers that are no values of the library."""
    whether, number = {"type": "boolean"}, {"type": "number"}
    or_null = {"type": ["string", "null"]}
    cases = _list(_TEXT)
    state = {"case": _TEXT, "priority": _TEXT, "set_by": _TEXT, "final": whether, "person": or_null}
    opinion = {"priority": _TEXT, "probability": number, "threshold": number, "sure": whether}
    parts = {"probabilities": _OBJECT, "words": _list(_OBJECT), "findings": _list(_OBJECT), "version": _TEXT}
    parts["unlearned"] = _list(_TEXT)
    channel = {"id": _TEXT, "name": _TEXT, "default": _TEXT, "writer_chooses": whether}
    rule: dict[str, Any] = dict.fromkeys(("id", "says", "priority", "quote"), _TEXT)
    rule |= {"line": {"type": ["integer", "null"]}, "general": whether, "draft": whether}
    rules = dict.fromkeys(("name", "version", "default", "since"), _TEXT)
    levels = {"priorities": _list(schema("Priority")), "channels": _list(_of(channel))}
    model = {"name": _TEXT, "version": _TEXT, "levels": _list(_TEXT), "rules_version": or_null}
    kind = {"status": {"type": "integer"}, "title": _TEXT}
    fault = {"pointer": _TEXT, "detail": _TEXT}
    return {
        "Opinion": _of(opinion | parts),
        "Suggestions": _of({"suggestions": _list(schema("Suggestion")), "cases": cases}),
        "Choices": _of({"choices": _list(schema("Choice")), "cases": cases}),
        "TakenTicket": _of({"case": _TEXT}),
        "KeptTicket": _of(
            state | {"choice": schema("Choice"), "decisions": _list(schema("Decision"))},
            optional=("choice", "decisions"),
        ),
        "Rules": _of(rules | levels | {"rules": _list(_of(rule)), "faults": _list(_TEXT)}),
        "Models": _of({"models": _list(_of(model | {"threshold": number, "data": _OBJECT}))}),
        "Health": _of({"status": _TEXT, "rules": _TEXT, "history": whether}, optional=("rules", "history")),
        "Counters": _TEXT,
        "Problem": _of(
            {"type": _TEXT, "detail": _TEXT, "errors": _list(_of(fault))} | kind, optional=("errors",)
        ),
        "Problems": {"type": "object", "additionalProperties": _of(kind | {"remedy": _TEXT})},
    }


def _of(properties: dict[str, Any], *, optional: Collection[str] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


# -- examples --------------------------------------------------------------------------------------------


def _with_examples(schemas: dict[str, Any], desk: Desk) -> dict[str, Any]:
    triage = desk.triage
    ticket = Ticket(body="The printer is jammed.", chosen=triage.rules.priorities[0].id, chosen_by="person")
    choice = triage.check(ticket)
    suggestion = choice.suggestion.to_dict()
    told = Decision.of_choice(ticket, choice, case=_CASE, at=_AT, person="ann@example.com")
    rules = rules_told(desk.in_use)
    examples = {
        "Suggestion": [suggestion],
        "Choice": [choice.to_dict()],
        "AnswerBody": _answers(choice.suggestion, triage),
        "Suggestions": [{"suggestions": [suggestion], "cases": [told.case]}],
        "Choices": [{"choices": [choice.to_dict()], "cases": [told.case]}],
        "TakenTicket": [{"case": told.case}],
        "KeptTicket": [
            state_of([told]) | {"choice": choice.to_dict()},
            state_of([told]) | {"decisions": [plain(told)]},
        ],
        "Rules": [rules | {"rules": rules["rules"][:1]}],
        "Models": [{"models": [model_told(starter_model())]}],
        "Health": [{"status": "ok"}, {"status": "ok", "rules": triage.rules.version, "history": True}],
        "Counters": ['triage_requests_total{route="/v1/check",status="200"} 1.0\n'],
        "Problem": [invalid(("#/bdy", "Extra inputs are not permitted")).to_dict()],
        "Problems": [{"invalid": KINDS["invalid"]._asdict()}],
    }
    as_sent = orjson.loads(orjson.dumps(examples))
    return schemas | {name: schemas[name] | {"examples": shown} for name, shown in as_sent.items()}


def _answers(suggestion: Suggestion, triage: Triage) -> list[dict[str, Any]]:
    """Return how the first question of a suggestion is answered; nothing where it asks none."""
    questions = [miss.question for miss in suggestion.open[:1]]
    return [
        {"suggestion": suggestion.to_dict(), "question": question, "answer": answer}
        for question in questions
        for answer in answers_to(question, triage.rules)[:1]
    ]
