"""The service answers over HTTP what the library answers, and every error as problem details."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import Running, running, until
from strategies import documented, examples

from triage import Choice, Suggestion, Ticket

PRINTER = {"subject": "printer", "body": "It is jammed, only mine. Zanzibar.", "channel": "portal"}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with the documented rules and a memory, and small limits."""
    more = {"history": "sqlite:///triage.db", "max_body": 20_000, "max_batch": 5}
    origins = {"cors_origins": "https://portal.example"}
    with running(tmp_path_factory.mktemp("service"), **more, **origins) as started:
        yield started


@pytest.fixture(scope="module")
def http(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=60) as client:
        yield client


# -- answers ---------------------------------------------------------------------------------------------


def test_a_suggestion_is_the_librarys_own(http: httpx.Client) -> None:
    """For each documented example the answer is what to_dict gives, character for character."""
    for ticket in examples()[:60]:
        body = {name: value for name, value in ticket.to_dict().items() if value is not None}
        assert documented().suggest(ticket).to_dict() == http.post("/v1/suggest", json=body).json()


@given(subject=TEXT, body=TEXT, chosen=st.sampled_from(["critical", "High", "low"]))
@settings(max_examples=40, deadline=None)
def test_a_check_is_the_librarys_own(http: httpx.Client, subject: str, body: str, chosen: str) -> None:
    """Whatever the text, the service says what Triage.check says, and it reads back as the same value."""
    asked = {"subject": subject, "body": body, "channel": "portal", "chosen": chosen, "keep": False}
    ticket = Ticket(subject=subject, body=body, channel="portal", chosen=chosen)
    assert documented().check(ticket) == Choice.from_dict(http.post("/v1/check", json=asked).json())


def test_an_answer_is_the_librarys_own(http: httpx.Client) -> None:
    """A suggestion that went over the wire takes an answer as one that did not."""
    given = http.post("/v1/suggest", json={"body": "The printer is jammed"}).json()
    question = given["near_misses"][0]["question"]
    asked = {"suggestion": given, "question": question, "answer": "several"}
    answered = http.post("/v1/answer", json=asked)
    expected = documented().answer(Suggestion.from_dict(given), question, "several")
    assert expected.to_dict() == answered.json()
    assert "standard" == answered.json()["priority"]["id"]


def test_a_check_counts_an_answer(http: httpx.Client) -> None:
    """The warning is about what is suggested with it, and both are kept: the choice and the answer."""
    asked = {"body": "The printer is jammed", "channel": "portal", "chosen": "high"}
    first = http.post("/v1/check", json=asked)
    both = {"question": first.json()["question"]["text"], "answer": "several"}
    counted = http.post("/v1/check", json=asked | {"answered": both})
    assert ["Low", "Standard"] == [told.json()["suggested"]["name"] for told in (first, counted)]
    assert "as Standard, and you chose High" in counted.json()["message"]
    suggestion = documented().answer(Suggestion.from_dict(first.json()["suggestion"]), *both.values())
    assert suggestion.to_dict() == counted.json()["suggestion"]
    told = http.get(f"/v1/tickets/{counted.headers['triage-case']}").json()["decisions"]
    assert [("chosen", "low"), ("answered", "standard")] == [(one["kind"], one["suggested"]) for one in told]
    batch = http.post("/v1/check/batch", json={"tickets": [asked | {"answered": both}, asked]}).json()
    assert [counted.json(), first.json()] == batch["choices"]
    assert 2 == len(set(batch["cases"]))


def test_batches_answer_in_order(http: httpx.Client) -> None:
    """A batch holds the answers that single requests get, in the order of the tickets."""
    texts = ("The server is down", "", "I forgot my password")
    tickets = [{"body": text, "chosen": "low", "chosen_by": "person"} for text in texts]
    singly = [http.post("/v1/check", json=ticket).json() for ticket in tickets]
    assert singly == http.post("/v1/check/batch", json={"tickets": tickets}).json()["choices"]
    suggested = http.post("/v1/suggest/batch", json={"tickets": tickets}).json()["suggestions"]
    assert [choice["suggestion"] for choice in singly] == suggested


def test_a_long_ticket_is_answered(http: httpx.Client) -> None:
    """A ticket that is read beside the others gets the answer that the library gives."""
    body = "The printer is jammed. " * 600
    assert documented().suggest(body).to_dict() == http.post("/v1/suggest", json={"body": body}).json()


def test_rules_and_models_are_told(http: httpx.Client) -> None:
    """Who embeds the service learns the levels, the channels, the rules and the models in use."""
    told = http.get("/v1/rules").json()
    rules = documented().rules
    assert (rules.version, [level.id for level in rules.priorities], len(rules.rules), []) == (
        told["version"],
        [level["id"] for level in told["priorities"]],
        len(told["rules"]),
        told["faults"],
    )
    assert {"models": []} == http.get("/v1/models").json()


def test_health_is_told(http: httpx.Client) -> None:
    assert {"status": "ok"} == http.get("/healthz").json()
    ready = {"status": "ok", "rules": documented().rules.version, "history": True}
    assert ready == http.get("/readyz").json()


# -- tickets ---------------------------------------------------------------------------------------------


def test_a_ticket_by_the_desktop_app_is_flagged_standard(http: httpx.Client) -> None:
    """A channel whose writer cannot choose gives its default, and no warning is shown for it."""
    asked = {"body": "The printer is jammed, only mine.", "channel": "desktop", "person": "ann"}
    answer = http.post("/v1/tickets", json=asked)
    kept = answer.json()
    assert (201, "standard", "default", False) == (
        answer.status_code,
        kept["priority"],
        kept["set_by"],
        kept["final"],
    )
    assert ("low", None) == (kept["choice"]["suggested"]["id"], kept["choice"]["message"])


def test_the_persons_choice_stands(http: httpx.Client) -> None:
    """A chosen level is kept as it is, with the warning that it got; the final level has the last word."""
    new = http.post("/v1/tickets", json=PRINTER | {"chosen": "Critical", "person": "ann"})
    case = new.json()["case"]
    assert ("critical", "person") == (new.json()["priority"], new.json()["set_by"])
    change = {"priority": "low", "by": "tom", "final": True, "reason": "one printer"}
    assert http.patch(f"/v1/tickets/{case}", json=change).json()["final"]
    told = http.get(new.headers["location"]).json()
    assert ("low", True, "ann") == (told["priority"], told["final"], told["person"])
    assert [("chosen", True), ("final", None)] == [
        (one["kind"], one.get("warned")) for one in told["decisions"]
    ]


def test_a_case_ties_what_belongs_together(http: httpx.Client) -> None:
    """Requests that name a case are kept under it; one that says so is not kept."""
    case = http.post("/v1/suggest", json=PRINTER).headers["triage-case"]
    chosen = PRINTER | {"case": case, "chosen": "low"}
    assert case == http.post("/v1/check", json=chosen).headers["triage-case"]
    assert "triage-case" not in http.post("/v1/check", json=chosen | {"keep": False}).headers
    told = http.get(f"/v1/tickets/{case}").json()["decisions"]
    assert ["suggested", "chosen"] == [one["kind"] for one in told]


def test_an_answer_is_kept_with_the_ticket_that_it_is_about(http: httpx.Client) -> None:
    """Its text is not sent again: the case tells it."""
    suggested = http.post("/v1/suggest", json={"body": "The printer is jammed"})
    given, case = suggested.json(), suggested.headers["triage-case"]
    asked = {"suggestion": given, "question": given["open"][0]["question"], "answer": "several"}
    assert case == http.post("/v1/answer", json=asked | {"case": case}).headers["triage-case"]
    http.post("/v1/check", json={"body": "The printer is jammed", "chosen": "low", "case": case})
    told = http.get(f"/v1/tickets/{case}").json()["decisions"]
    assert ["suggested", "answered", "chosen"] == [one["kind"] for one in told]
    assert 1 == len({(one["input_hash"], one["rules_version"]) for one in told})


# -- problems --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "slug", "said", "request_"),
    [
        (400, "not-json", "EOF", {"url": "/v1/suggest", "content": "{", "headers": {}}),
        (415, "wrong-type", "text/plain", {"headers": {"content-type": "text/plain"}, "content": "{}"}),
        (415, "wrong-type", "in 'iso-8859-1'", {"content": "{}", "headers": {
            "content-type": "application/json; charset=iso-8859-1"}}),
        (415, "wrong-type", "'gzip'", {"headers": {"content-encoding": "gzip"}, "content": b"x"}),
        (404, "not-found", "Not Found", {"url": "/v1/nothing", "json": {}}),
        (404, "not-found", "no ticket", {"url": "/v1/tickets/nosuch", "json": {}}),
        (404, "not-found", "no ticket", {"method": "GET", "url": f"/v1/tickets/{'0' * 32}"}),
        (405, "wrong-method", "Method", {"method": "DELETE"}),
        (413, "too-large", "20000 bytes", {"json": {"body": "x" * 30_000}}),
        (422, "invalid", "#/bdy: Extra inputs", {"json": {"bdy": "x"}}),
        (422, "invalid", "#/body: Input should be a valid string", {"json": {"body": 5}}),
        (422, "invalid", "#/case: this is no case; a case is 32 of the characters", {"json": {"case": "A"}}),
        (422, "invalid", "no channel 'porta'.*Did you mean 'portal'", {"json": {"channel": "porta"}}),
        (422, "invalid", "#/chosen: Field required", {"url": "/v1/check", "json": {"body": "x"}}),
        (422, "invalid", "no priority 'urgent'", {"url": "/v1/check", "json": {"chosen": "urgent"}}),
        (422, "invalid", "#/answered/question: .* not ask 'Why.'; it asks 'Is", {"url": "/v1/check", "json": {
            "body": "The printer jams", "chosen": "low", "answered": {"question": "Why?", "answer": "yes"}}}),
        (422, "invalid", "#/answered/answer: Field required", {"url": "/v1/check", "json": {
            "chosen": "low", "answered": {"question": "Why?"}}}),
        (422, "invalid", "#/suggestion/priority: .* 'priority' is missing", {"url": "/v1/answer", "json": {
            "suggestion": {}, "question": "?", "answer": "yes"}}),
        (422, "invalid", "at most 5 tickets", {"url": "/v1/suggest/batch", "json": {"tickets": [{}] * 6}}),
        (422, "invalid", "#/tickets/1/channel: there is no channel", {"url": "/v1/suggest/batch", "json": {
            "tickets": [{}, {"channel": "pigeon"}]}}),
        (400, "wrong-host", "not served", {"headers": {"host": "evil.example"}, "json": {}}),
    ],
)  # fmt: skip
def test_an_error_is_a_problem(
    http: httpx.Client, status: int, slug: str, said: str, request_: dict[str, Any]
) -> None:
    """Every error has its status, its kind and a detail that says what is wrong."""
    asked = {"method": "POST", "url": "/v1/suggest"} | request_
    if "content" in asked:
        asked["headers"] = {"content-type": "application/json"} | asked["headers"]
    answer = http.request(**asked)
    problem = answer.json()
    assert (status, status, f"/problems/{slug}") == (answer.status_code, problem["status"], problem["type"])
    assert "application/problem+json" == answer.headers["content-type"]
    assert re.search(said, problem["detail"])
    assert slug in http.get(problem["type"]).json()


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/json; charset=UTF-8"},
        {"content-type": 'Application/JSON;charset="utf-8"', "content-encoding": "identity"},
    ],
)
def test_what_says_that_it_is_plain_utf_8_is_taken(http: httpx.Client, headers: dict[str, str]) -> None:
    """However it is written."""
    assert 200 == http.post("/v1/suggest", content='{"body": "ä"}', headers=headers).status_code


def test_a_ticket_tells_which_methods_it_takes(http: httpx.Client) -> None:
    """Where there is one; of a case without a ticket there is nothing, whatever the method."""
    case = http.post("/v1/tickets", json=PRINTER).json()["case"]
    for method in ("POST", "PUT", "DELETE"):
        answer = http.request(method, f"/v1/tickets/{case}")
        assert (405, "GET, HEAD, PATCH") == (answer.status_code, answer.headers["allow"])
        assert 404 == http.request(method, f"/v1/tickets/{'0' * 32}").status_code


@pytest.mark.parametrize("asked", ["suggest", "check"])
def test_a_case_is_of_one_ticket(http: httpx.Client, asked: str) -> None:
    """The ticket of a case that was asked about comes in under it; a second one there is a conflict."""
    case = http.post(f"/v1/{asked}", json=PRINTER | {"chosen": "high"}).headers["triage-case"]
    assert [201, 409] == [
        http.post("/v1/tickets", json=PRINTER | {"case": case}).status_code for _ in range(2)
    ]
    told = http.get(f"/v1/tickets/{case}").json()["decisions"]
    assert ["suggested" if asked == "suggest" else "chosen", "chosen"] == [one["kind"] for one in told]


def test_there_is_no_page_of_a_problem_that_there_is_not(http: httpx.Client) -> None:
    told = http.get("/problems/nope")
    assert (404, "/problems/not-found") == (told.status_code, told.json()["type"])


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/rules", "/v1/models", "/metrics", "/problems"])
def test_head_is_answered_wherever_get_is(http: httpx.Client, path: str) -> None:
    """Programs that look after services ask so."""
    head = http.head(path)
    assert (200, b"") == (head.status_code, head.content)
    assert "0" != head.headers["content-length"]


@pytest.mark.parametrize(
    ("pointer", "path", "asked"),
    [
        ("#/channel", "suggest", {"channel": "porta"}),
        ("#/channel", "tickets", {"body": "x", "channel": "porta"}),
        ("#/keep", "tickets", {"body": "x", "keep": False}),
        ("#/chosen", "check", {"chosen": "urgent"}),
        ("#/received", "check", {"chosen": "low", "received": "yesterday"}),
        ("#/tickets", "check/batch", {"tickets": [{"chosen": "low"}] * 6}),
        ("#/tickets/1/chosen", "check/batch", {"tickets": [{"chosen": "low"}, {"chosen": "urgent"}]}),
        ("#/answer", "answer", {"answer": "perhaps"}),
        ("#/question", "answer", {"question": "Why?"}),
        ("#/suggestion", "answer", {"suggestion": {"rules_version": "old"}}),
        ("#/suggestion/reasons/0/line", "answer", {"suggestion": {"reasons": [{"line": "9"}]}}),
        ("#/suggestion/scope", "answer", {"suggestion": {"scope": "nobody"}}),
    ],
)
def test_what_the_library_does_not_take_has_a_pointer(
    http: httpx.Client, pointer: str, path: str, asked: dict[str, Any]
) -> None:
    """Down to the part of the body that is wrong, as where a body does not fit."""
    if path == "answer":
        given = documented().suggest("The printer is jammed").to_dict()
        wrong = asked.get("suggestion", {})
        if "reasons" in wrong:
            wrong = {"reasons": [given["reasons"][0] | wrong["reasons"][0]]}
        question = given["open"][0]["question"]
        asked = {"question": question, "answer": "several"} | asked | {"suggestion": given | wrong}
    answer = http.post(f"/v1/{path}", json=asked)
    [fault] = answer.json()["errors"]
    assert (422, pointer) == (answer.status_code, fault["pointer"])
    assert f"{pointer}: {fault['detail']}" == answer.json()["detail"]


@pytest.mark.parametrize("more", [{}, {"subject": " ", "body": "\n"}])
def test_a_ticket_says_something(http: httpx.Client, more: dict[str, str]) -> None:
    """However it comes in: the form asks for a line in the same words."""
    for path, asked in (("/v1/tickets", {}), ("/v1/tickets/desktop", {"person": "ann@example.com"})):
        answer = http.post(path, json=asked | more)
        expected = [{"pointer": "#", "detail": "Write a line about what happened."}]
        assert (422, expected) == (answer.status_code, answer.json()["errors"])


def test_a_level_that_there_is_not_has_a_pointer(http: httpx.Client) -> None:
    case = http.post("/v1/tickets", json=PRINTER).json()["case"]
    errors = http.patch(f"/v1/tickets/{case}", json={"priority": "urgent"}).json()["errors"]
    assert ["#/priority"] == [error["pointer"] for error in errors]


@pytest.mark.parametrize(("path", "methods"), [("/healthz", "GET, HEAD"), ("/tickets", "GET, HEAD, POST")])
def test_allow_names_all_methods_of_an_address(http: httpx.Client, path: str, methods: str) -> None:
    answer = http.request("DELETE", path)
    assert (405, methods) == (answer.status_code, answer.headers["allow"])


def test_each_fault_of_a_body_has_a_pointer(http: httpx.Client) -> None:
    """The faults of a body are told all at once, each with a JSON pointer to its place."""
    tickets = {"tickets": [{"body": "x"}, {"body": 1, "subject": 2}]}
    errors = http.post("/v1/suggest/batch", json=tickets).json()["errors"]
    assert ["#/tickets/1/subject", "#/tickets/1/body"] == [error["pointer"] for error in errors]


def test_a_body_that_tells_no_length_is_bounded(http: httpx.Client) -> None:
    """A body that comes in pieces is refused as soon as it is too large."""
    pieces = (b" " * 1_000 for _ in range(30))
    answer = http.post("/v1/suggest", content=pieces, headers={"content-type": "application/json"})
    assert 413 == answer.status_code


@settings(max_examples=30, deadline=None)
@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | TEXT,
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["body", "chosen", "suggestion", "case"]), x),
    )
)
def test_no_body_breaks_the_service(http: httpx.Client, data: Any) -> None:
    """Whatever JSON is sent, the answer is an answer or a problem of the caller's, never of the service's."""
    for path in ("/v1/suggest", "/v1/check", "/v1/answer", "/v1/tickets", "/v1/suggest/batch"):
        assert http.post(path, json=data).status_code < 500


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_no_made_up_suggestion_breaks_the_service(http: httpx.Client, data: st.DataObject) -> None:
    """A suggestion that somebody tampered with, at any depth, is answered or refused."""
    given = documented().suggest("The printer is jammed").to_dict()
    part: Any = given
    while isinstance(part, dict | list) and part:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        if not part[key] or data.draw(st.booleans()):
            break
        if isinstance(part[key], str | int | float):
            break
        part = part[key]
    part[key] = data.draw(st.none() | st.integers() | TEXT | st.sampled_from([[], [{}], {}, ["x"]]))
    question = "Is it only you, or are others affected too?"
    asked = {"suggestion": given, "question": question, "answer": "several"}
    assert http.post("/v1/answer", json=asked).status_code < 500


def test_a_made_up_rule_is_refused(http: httpx.Client) -> None:
    """A suggestion that names a rule which is not there is the caller's fault."""
    given = http.post("/v1/suggest", json={"body": "The printer is jammed"}).json()
    given["reasons"][0]["rule"] = "made-up"
    asked = {"suggestion": given, "question": given["open"][0]["question"], "answer": "several"}
    assert 422 == http.post("/v1/answer", json=asked).status_code


# -- headers, counters, log -------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/healthz", "/v1/nothing", "/openapi.json"])
def test_every_answer_has_the_headers_that_keep_browsers_safe(http: httpx.Client, path: str) -> None:
    headers = http.get(path).headers
    assert ("nosniff", "DENY", "no-referrer", "no-store") == tuple(
        headers[name]
        for name in ("x-content-type-options", "x-frame-options", "referrer-policy", "cache-control")
    )
    assert "default-src 'none'" in headers["content-security-policy"]
    assert 16 == len(headers["x-request-id"])


def test_only_listed_origins_may_call(http: httpx.Client) -> None:
    """A page of a listed origin may call, and a page of any other may not."""
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    listed = http.options("/v1/check", headers=asks | {"origin": "https://portal.example"})
    other = http.options("/v1/check", headers=asks | {"origin": "https://evil.example"})
    assert "https://portal.example" == listed.headers["access-control-allow-origin"]
    assert "access-control-allow-origin" not in other.headers
    assert (400, "/problems/wrong-origin") == (other.status_code, other.json()["type"])
    asks["access-control-request-method"] = "DELETE"
    listed = http.options("/v1/check", headers=asks | {"origin": "https://portal.example"})
    assert "Disallowed CORS method" == listed.json()["detail"]
    assert "https://portal.example" == listed.headers["access-control-allow-origin"]


def test_requests_and_verdicts_are_counted(http: httpx.Client) -> None:
    """Prometheus finds requests by address and status, suggestions by level, checks by verdict."""
    before = _counted(http)
    http.post("/v1/check", json={"body": "E-mail is down for everyone", "chosen": "low"})
    http.post("/v1/suggest", json={"body": "E-mail is down for everyone"})
    after = _counted(http)
    for name in (
        'triage_checks_total{verdict="under"}',
        'triage_suggestions_total{decided_by="rule",priority="critical"}',
        'triage_requests_total{route="/v1/check",status="200"}',
        'triage_kept_total{outcome="kept"}',
    ):
        assert before.get(name, 0) < after[name], name


def _counted(http: httpx.Client) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in http.get("/metrics").text.splitlines() if line[0] != "#"]
    return {name: float(value) for name, _, value in lines}


def test_the_log_has_no_text_of_tickets(service: Running, http: httpx.Client) -> None:
    """A request is one line of JSON with address, status, time and id, without a word of the ticket."""
    id = http.post("/v1/check", json=PRINTER | {"chosen": "high"}).headers["x-request-id"]
    line = until(lambda: [line for line in service.logged() if line.get("request") == id])[0]
    assert ("/v1/check", "POST", 200) == (line["route"], line["method"], line["status"])
    assert "zanzibar" not in service.log.read_text("utf-8").lower()


def test_the_memory_has_no_text_of_tickets(service: Running, http: httpx.Client) -> None:
    """Unless it is asked for, only a hash of the text is kept."""
    case = http.post("/v1/tickets", json=PRINTER).json()["case"]
    told = http.get(f"/v1/tickets/{case}").json()["decisions"][0]
    assert {"subject", "body"}.isdisjoint(told)
    assert 64 == len(told["input_hash"])
    kept = b"".join(file.read_bytes() for file in service.log.parent.glob("triage.db*"))
    assert b"Zanzibar" not in kept
