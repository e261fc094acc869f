"""The OpenAPI document is valid, tells of every address, and shows what is really asked and answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from made_models import STARTER
from openapi_spec_validator import validate
from running import Running, running
from strategies import rule, write_rules

from triage.service.app import create_app
from triage.service.settings import Settings

ANN = "ann@example.com"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with the documented rules, the starter model and a memory."""
    with running(tmp_path_factory.mktemp("openapi"), history="sqlite:///triage.db", model=STARTER) as started:
        yield started


@pytest.fixture(scope="module")
def http(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def document(http: httpx.Client) -> dict[str, Any]:
    told: dict[str, Any] = http.get("/openapi.json").json()
    return told


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each method and address with what is told of it."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def named(content: dict[str, Any]) -> str:
    """Return the name of the schema of a body or an answer."""
    [one] = content.values()
    return str(one["schema"]["$ref"].rpartition("/")[2])


def fits(document: dict[str, Any], name: str, value: Any) -> None:
    """Hold that a value is as a schema says, and has no part that the schema does not tell of."""
    Draft202012Validator({**document, "$ref": f"#/components/schemas/{name}"}).validate(value)
    schema = document["components"]["schemas"][name]
    if "properties" in schema:
        assert set(value) <= set(schema["properties"]), name


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    """With every part of an address, every reference and every example."""
    validate(document)


def test_every_address_of_the_api_is_told(document: dict[str, Any], tmp_path: Path) -> None:
    """What is left out is HEAD, the pages of the portal, and methods that are only refused."""
    history = f"sqlite:///{tmp_path / 'triage.db'}"
    app = create_app(Settings(history=history, keys=tmp_path / "keys.json", log_level="error"))
    started = ("/v1/", "/metrics", "/problems", "/healthz", "/readyz")
    there = {
        (method, route.path)
        for route in app.routes
        if getattr(route, "path", "").startswith(started)
        for method in getattr(route, "methods", ())
    }
    refused = {(method, "/v1/tickets/{case}") for method in ("DELETE", "POST", "PUT")}
    heads = {(method, path) for method, path in there if method == "HEAD"}
    assert there - refused - heads == {(method, path) for method, path, _ in operations(document)}


def test_every_body_and_answer_has_examples_that_fit(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        contents = [answer["content"] for answer in operation["responses"].values()]
        contents += [operation["requestBody"]["content"]] if "requestBody" in operation else []
        for name in map(named, contents):
            examples = document["components"]["schemas"][name]["examples"]
            assert examples, (path, name)
            for example in examples:
                fits(document, name, example)


def test_what_is_shown_is_what_is_answered(http: httpx.Client, document: dict[str, Any]) -> None:
    """Every example of a body is taken, and every answer is as its schema and its headers say."""
    schemas = document["components"]["schemas"]
    case = http.post("/v1/tickets", json={"body": "The printer is jammed", "person": ANN}).json()["case"]
    for method, path, operation in operations(document):
        [status] = operation["responses"].keys() - {"default"}
        body = operation.get("requestBody")
        for example in schemas[named(body["content"])]["examples"] if body else [None]:
            address = path.format(case=case, slug="invalid")
            answer = http.request(method, address, **({"json": example} if body else {}))
            assert int(status) == answer.status_code, (path, answer.text)
            told = operation["responses"][status]
            [media_type] = told["content"]
            assert media_type == answer.headers["content-type"].partition(";")[0]
            value = answer.json() if media_type == "application/json" else answer.text
            fits(document, named(told["content"]), value)
            assert {name.lower() for name in told["headers"]} - {"triage-case"} <= set(answer.headers)
            assert ("triage-case" in answer.headers) <= ("Triage-Case" in told["headers"]), path


def test_examples_are_answers_that_were_given(http: httpx.Client, document: dict[str, Any]) -> None:
    """The library gave them; what tells of a time, a case or a count has those of its own."""
    schemas = document["components"]["schemas"]

    def shown(name: str) -> Any:
        return schemas[name]["examples"]

    asked = {"body": "The printer is jammed.", "chosen": "critical", "chosen_by": "person", "keep": False}
    suggested, checked = (
        http.post("/v1/suggest", json=asked).json(),
        http.post("/v1/check", json=asked).json(),
    )
    assert ([suggested], [checked]) == (shown("Suggestion"), shown("Choice"))
    assert [{"models": http.get("/v1/models").json()["models"]}] == shown("Models")
    assert [http.get("/healthz").json(), http.get("/readyz").json()] == shown("Health")
    assert [http.get("/problems/invalid").json()] == shown("Problems")
    rules = http.get("/v1/rules").json()
    assert [rules | {"rules": rules["rules"][:1]}] == shown("Rules")
    wrong = http.post("/v1/suggest", json={"bdy": "The printer is jammed"})
    assert [wrong.json()] == shown("Problem")
    assert shown("Counters")[0].partition(" ")[0] in http.get("/metrics").text
    del asked["keep"]
    kept = http.post("/v1/tickets", json=asked | {"person": ANN})
    told = http.get(kept.headers["location"]).json()
    for answer, example in zip((kept.json(), told), shown("KeptTicket"), strict=True):
        own = {"case": example["case"]}
        if "decisions" in answer:
            [decision], [theirs] = answer["decisions"], example["decisions"]
            own["decisions"] = [decision | {"at": theirs["at"], **own}]
        assert example == answer | own


def test_keys_are_told(document: dict[str, Any], tmp_path: Path) -> None:
    """Which scope opens an address; only where keys are needed there is no way without."""
    settings = Settings(history="", require_keys=True, keys=tmp_path / "keys.json", log_level="error")
    guarded = create_app(settings).openapi()
    schemes = guarded["components"]["securitySchemes"]
    assert ("http", "bearer") == (schemes["key"]["type"], schemes["key"]["scheme"])
    for told, anyone in ((document, [{}]), (guarded, [])):
        paths = told["paths"]
        for path, method, scope in (
            ("/v1/check", "post", "suggest"),
            ("/v1/tickets/{case}", "get", "tickets"),
            ("/metrics", "get", "metrics"),
        ):
            assert [{"key": [scope]}, *anyone] == paths[path][method]["security"]
        assert "security" not in paths["/healthz"]["get"]


def test_rules_of_ones_own_have_a_document(tmp_path: Path) -> None:
    """Whatever their levels are called, and whatever they ask."""
    rules = write_rules(tmp_path, rule("server", '[any of: "server"]'))
    settings = Settings(history="", rules=rules, keys=tmp_path / "keys.json", log_level="error")
    told = create_app(settings).openapi()
    validate(told)
    schemas = told["components"]["schemas"]
    assert ("urgent", []) == (
        schemas["Choice"]["examples"][0]["chosen"]["id"],
        schemas["AnswerBody"]["examples"],
    )
