"""The portal as somebody without scripts uses it: pages, forms, who sees what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import httpx
import pytest
from made_models import small_model
from portals import ANN, BEN, EVE, PASSWORD, TIM, TOM, Running, Visitor, running
from typer.testing import CliRunner

from triage import ServiceError, Ticket
from triage.case import new_case
from triage.cli import app as cli
from triage.history import History
from triage.history.decision import input_hash
from triage.portal.accounts import (
    Account,
    account_of,
    add_account,
    change_password,
    find_account,
    remove_account,
)
from triage.portal.forgetting import forget_person, forget_without_story
from triage.portal.settings import PortalSettings

JAMMED = {"subject": "Printer", "body": "The printer is jammed."}
PRINTER = {"subject": "Printer", "body": "The printer at my desk is jammed, only mine."}
OUTAGE = {"subject": "E-mail", "body": "E-mail is down for the whole office."}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a portal that the tests of this module share."""
    with running(tmp_path_factory.mktemp("portal")) as portal:
        yield portal


@pytest.fixture(scope="module")
def ann(portal: Running) -> Visitor:
    return Visitor(portal, ANN)


@pytest.fixture(scope="module")
def tom(portal: Running) -> Visitor:
    return Visitor(portal, TOM)


# -- signing in ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/tickets", "/tickets/new", "/queue", "/queue/rows", "/priorities"])
def test_a_stranger_is_led_to_sign_in(portal: Running, path: str) -> None:
    """No page of the portal but the first is for everyone."""
    assert "/sign-in" == Visitor(portal).get(path).url.path


def test_who_signs_in_goes_on_to_the_page_they_wanted(portal: Running) -> None:
    page = Visitor(portal).send("/sign-in", "/sign-in", email=ANN, password=PASSWORD, next="/priorities")
    assert "/priorities" == page.url.path


def test_nobody_is_led_to_another_site(portal: Running) -> None:
    page = Visitor(portal).send("/sign-in", "/sign-in", email=ANN, password=PASSWORD, next="//evil.example")
    assert portal.url == f"{page.url.scheme}://{page.url.netloc.decode()}"


@pytest.mark.parametrize(("email", "password"), [(ANN, "a wrong password"), ("no@where.example", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_look_the_same(
    portal: Running, email: str, password: str
) -> None:
    page = Visitor(portal).send("/sign-in", "/sign-in", email=email, password=password)
    assert 401 == page.status_code
    assert "The address or the password is wrong." in page.text


def test_guessing_is_slowed_down(portal: Running) -> None:
    """After some tries for one account there is a pause, whatever the password."""
    tried = [
        Visitor(portal).send("/sign-in", "/sign-in", email="guess@acme.example", password="guess").status_code
        for _ in range(9)
    ]
    assert 429 == tried[-1]


def test_signing_out_ends_the_session(portal: Running) -> None:
    """The cookie is worth nothing afterwards."""
    visitor = Visitor(portal, BEN)
    cookie = visitor.http.cookies["triage_session"]
    visitor.send("/tickets", "/sign-out")
    again = httpx.get(f"{portal.url}/tickets", cookies={"triage_session": cookie})
    assert 303 == again.status_code


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(portal: Running) -> None:
    visitor = Visitor(portal)
    visitor.http.follow_redirects = False
    given = visitor.send("/sign-in", "/sign-in", email=BEN, password=PASSWORD).headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=lax" in given


def test_a_form_without_its_token_is_refused(portal: Running, ann: Visitor) -> None:
    """Another site can send a form of its own with Ann's cookie, but knows no token."""
    assert 403 == ann.http.post("/tickets", data=PRINTER).status_code
    assert 403 == ann.http.post("/tickets", data={**PRINTER, "token": "0" * 64}).status_code


def test_a_form_sent_from_another_site_is_refused(ann: Visitor) -> None:
    """Browsers say where a request comes from."""
    ann.http.headers["sec-fetch-site"] = "cross-site"
    try:
        assert 403 == ann.send("/tickets/new", "/tickets", **PRINTER).status_code
    finally:
        del ann.http.headers["sec-fetch-site"]


def test_pages_run_only_the_portals_own_scripts(ann: Visitor) -> None:
    policy = ann.get("/tickets/new").headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'" in policy
    assert "unsafe" not in policy


# -- a requester -----------------------------------------------------------------------------------------


def test_a_ticket_is_created_and_its_status_is_seen(ann: Visitor) -> None:
    case = ann.ticket(**PRINTER, chosen="low")
    page = ann.get("/tickets").text
    assert f'href="/tickets/{case}"' in page
    assert "New" in page


def test_a_choice_stands_whatever_is_suggested(portal: Running, ann: Visitor) -> None:
    """Critical for one printer is kept, with the warning beside it."""
    case = ann.ticket(**PRINTER, chosen="critical")
    told = portal.story(case)
    assert [("chosen", "critical", "person", "over")] == [
        (d.kind, d.priority, d.set_by, d.verdict) for d in told
    ]
    assert "Printing issues for single users" in ann.get(f"/tickets/{case}").text


def test_a_level_nobody_touched_is_nobodys_choice(portal: Running, ann: Visitor) -> None:
    """The level that the form begins with is the channel's, unless the field was touched."""
    untouched = ann.ticket(**OUTAGE, chosen="standard")
    touched = ann.ticket(**OUTAGE, chosen="standard", touched="yes")
    assert ["default", "person"] == [portal.story(case)[0].set_by for case in (untouched, touched)]


def test_the_priority_of_a_ticket_can_be_changed(portal: Running, ann: Visitor) -> None:
    case = ann.ticket(**PRINTER, chosen="critical")
    page = ann.send(f"/tickets/{case}", f"/tickets/{case}/priority", chosen="low")
    assert 200 == page.status_code
    assert ["critical", "low"] == [decision.priority for decision in portal.story(case)]


def test_a_level_that_there_is_not_is_refused(ann: Visitor) -> None:
    case = ann.ticket(**PRINTER)
    page = ann.send(f"/tickets/{case}", f"/tickets/{case}/priority", chosen="hgih")
    assert 422 == page.status_code
    assert "there is no priority" in page.text


def test_a_look_keeps_nothing(portal: Running, ann: Visitor) -> None:
    """Without scripts a button shows suggestion, warning and question, and what was typed stays."""
    before = ann.get("/tickets").text.count("<li>")
    page = ann.send(
        "/tickets/new", "/tickets", do="look", subject="Printer", body="It is jammed", chosen="high"
    )
    assert "and you chose High" in page.text
    assert "Is it only you, or are others affected too?" in page.text
    assert ">It is jammed</textarea>" in page.text
    assert before == ann.get("/tickets").text.count("<li>")


def test_an_answer_counts(portal: Running, ann: Visitor) -> None:
    """What was answered is a fact of the suggestion, and is kept."""
    question = "Is it only you, or are others affected too?"
    case = ann.ticket(body="The printer is jammed", chosen="low", question=question, answer="several")
    assert [("chosen", "low"), ("answered", "standard")] == [
        (d.kind, d.suggested) for d in portal.story(case)
    ]
    assert 1 == len({d.input_hash for d in portal.story(case)})


def test_a_warning_is_judged_again(portal: Running, ann: Visitor) -> None:
    """A browser can claim any; what the rules do not warn of, no level, and the level sent are left out."""
    for ticket, kept in (
        (PRINTER | {"chosen": "low"}, [("critical", True), ("low", False)]),
        (OUTAGE | {"chosen": "scheduled"}, [("low", True), ("scheduled", True)]),
    ):
        case = ann.ticket(**ticket, warned_of="critical low nowhere critical")
        assert kept == [(told.priority, told.warned) for told in portal.story(case)]


def test_what_was_warned_of_before_an_answer_was(portal: Running, ann: Visitor) -> None:
    """By what was suggested then; whoever answered first was not warned of what the answer agrees with."""
    answer = {"question": "Is it only you, or are others affected too?", "answer": "several"}
    for warned_of, chosen, kept in (
        ("standard", "standard", [("standard", "low", True)]),
        ("standard", "high", [("standard", "low", True), ("high", "low", True)]),
        ("", "standard", [("standard", "low", False)]),
    ):
        case = ann.ticket(
            body="The printer is jammed", chosen=chosen, touched="yes", **answer, warned_of=warned_of
        )
        told = [(one.priority, one.suggested, one.warned) for one in portal.story(case)]
        assert [*kept, (None, "standard", None)] == told


def test_a_form_that_is_sent_twice_is_one_ticket(ann: Visitor) -> None:
    """A second click, or going back and sending again."""
    pages = [ann.send("/tickets/new", "/tickets", **PRINTER, once="the same form") for _ in range(2)]
    assert pages[0].url == pages[1].url


def test_an_empty_ticket_is_asked_for_a_line(ann: Visitor) -> None:
    page = ann.send("/tickets/new", "/tickets", subject=" ", body="\n")
    assert 422 == page.status_code
    assert "Write a line" in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"subject": "s" * 301}, "The subject may have 300 characters, and this one has 301."),
        ({"body": "b" * 25_001}, "The text may have 25000 characters, and this one has 25001."),
    ],
)
def test_what_is_too_long_is_said_and_kept_in_the_form(
    ann: Visitor, typed: dict[str, str], said: str
) -> None:
    """A browser that knows no limit loses nothing of what was typed."""
    sent = PRINTER | {"chosen": "high", "touched": "yes"} | typed
    page = ann.send("/tickets/new", "/tickets", **sent)
    assert 422 == page.status_code
    assert said in page.text
    for kept in (f'value="{sent["subject"]}"', f">{sent['body']}</textarea>", 'value="high" selected'):
        assert kept in page.text


def test_a_subject_of_the_longest_kind_is_taken(ann: Visitor) -> None:
    assert 200 == ann.get(f"/tickets/{ann.ticket(subject='s' * 300)}").status_code


def test_what_people_write_is_never_markup(ann: Visitor, tom: Visitor) -> None:
    """A ticket that is a script is shown as it was written."""
    attack = "<script>alert(1)</script> \"' <b> {{ 7*7 }}"
    case = ann.ticket(subject=attack, body=attack)
    for page in (
        ann.get("/tickets"),
        ann.get(f"/tickets/{case}"),
        tom.get("/queue"),
        tom.get(f"/queue/{case}"),
    ):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


def test_characters_that_no_database_takes_lose_no_ticket(ann: Visitor) -> None:
    case = ann.ticket(
        subject="Nul\0and", body="\ud83d\ude00 fine \x01".encode("utf-16", "surrogatepass").decode("utf-16")
    )
    assert 200 == ann.get(f"/tickets/{case}").status_code


# -- problems, as a browser meets them -------------------------------------------------------------------

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("status", "said", "asked"),
    [
        (404, "There is no such page.", {"method": "GET", "url": "/nowhere"}),
        (404, "There is no such page.", {"method": "GET", "url": "/static/nowhere.css"}),
        (405, "This page is not for that.", {"method": "PUT", "url": "/tickets"}),
        (413, "more than a ticket can hold", {"data": {"body": "x" * 300_000}}),
        (400, "cannot be read", {"url": "/sign-in", "files": {"body": b"x"}}),
        (400, "not served under this name", {"headers": {"host": "evil.example"}}),
    ],
)
def test_a_problem_is_a_page_for_a_browser_and_json_for_a_program(
    portal: Running, status: int, said: str, asked: dict[str, object]
) -> None:
    """In the look of the portal, in plain words, and with the headers that keep browsers safe."""
    asked = {"method": "POST", "url": "/tickets", "headers": {}} | asked
    with httpx.Client(base_url=portal.url, headers=BROWSER) as http:
        page = http.request(**asked)  # type: ignore[arg-type]
    with httpx.Client(base_url=portal.url) as http:
        told = http.request(**asked)  # type: ignore[arg-type]
    assert [status, status] == [page.status_code, told.status_code]
    assert ("text/html; charset=utf-8", True) == (page.headers["content-type"], said in page.text)
    assert "Support</title>" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert 16 == len(page.headers["x-request-id"])
    assert "application/problem+json" == told.headers["content-type"]


def test_a_failure_is_a_page_for_a_browser(portal: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells nothing of what failed."""
    monkeypatch.setattr("triage.portal.pages.entry.page", lambda *_, **__: 1 / 0)
    page = httpx.get(f"{portal.url}/hint", headers=BROWSER)
    assert (500, True) == (page.status_code, "This is our fault" in page.text)
    assert "ZeroDivision" not in page.text


def test_the_api_answers_a_browser_as_it_answers_programs(portal: Running) -> None:
    told = httpx.get(f"{portal.url}/v1/nothing", headers=BROWSER)
    assert (404, "/problems/not-found") == (told.status_code, told.json()["type"])


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"no parts"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--\r\n"),
        ("application/x-www-form-urlencoded", b"&".join(b"field%d=1" % number for number in range(99))),
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/tickets"])
def test_a_form_that_cannot_be_read_is_a_problem_of_ours(
    ann: Visitor, path: str, kind: str, body: bytes
) -> None:
    told = ann.http.post(path, content=body, headers={"content-type": kind})
    assert (400, "/problems/bad-form") == (told.status_code, told.json()["type"])


def test_a_form_that_is_sent_as_something_else_is_no_form(portal: Running) -> None:
    """Which is what is wrong with it, and not its age."""
    told = httpx.post(f"{portal.url}/sign-in", json={"email": ANN, "password": PASSWORD})
    assert (415, "/problems/wrong-type") == (told.status_code, told.json()["type"])
    assert "application/json, not application/x-www-form-urlencoded or multipart" in told.json()["detail"]
    shown = httpx.post(f"{portal.url}/sign-in", json={}, headers=BROWSER)
    assert (415, True) == (shown.status_code, "cannot be read" in shown.text)


@pytest.mark.parametrize("path", ["/tickets", "/tickets/new", "/priorities", "/hint", "/sign-in"])
def test_head_is_answered_wherever_get_is(ann: Visitor, path: str) -> None:
    """The same status and headers, without the page."""
    head, get = ann.http.head(path), ann.get(path)
    assert (200, b"", get.headers["content-type"]) == (
        head.status_code,
        head.content,
        head.headers["content-type"],
    )


def test_head_of_the_live_queue_does_not_wait_for_news(tom: Visitor) -> None:
    head = tom.http.head("/queue/events")
    assert (200, "text/event-stream") == (
        head.status_code,
        head.headers["content-type"].partition(";")[0],
    )


# -- who sees what ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [BEN, EVE])
def test_nobody_sees_another_persons_ticket(portal: Running, ann: Visitor, other: str) -> None:
    """Of the same firm or of another: it is as if there were none, to read and to change."""
    case = ann.ticket(**PRINTER)
    visitor = Visitor(portal, other)
    assert 404 == visitor.get(f"/tickets/{case}").status_code
    assert case not in visitor.get("/tickets").text
    changed = visitor.send("/tickets/new", f"/tickets/{case}/priority", chosen="critical")
    assert 404 == changed.status_code
    assert ["standard"] == [decision.priority for decision in portal.story(case)]


def test_a_technician_sees_the_firms_they_serve(portal: Running, ann: Visitor, tom: Visitor) -> None:
    """Tim serves Bolt alone, Tom everyone."""
    acme = ann.ticket(**PRINTER)
    bolt = Visitor(portal, EVE).ticket(**PRINTER)
    tim = Visitor(portal, TIM)
    assert [True, False] == [case in tim.get("/queue").text for case in (bolt, acme)]
    assert [200, 404] == [tim.get(f"/queue/{case}").status_code for case in (bolt, acme)]
    assert 404 == tim.send(f"/queue/{bolt}", f"/queue/{acme}/settle", level="low").status_code
    assert [True, True] == [case in tom.get("/queue").text for case in (bolt, acme)]


@pytest.mark.parametrize("path", ["/queue", "/queue/rows", "/queue/events"])
def test_the_queue_is_for_technicians(ann: Visitor, path: str) -> None:
    assert 403 == ann.get(path).status_code


def test_a_technician_has_no_tickets_of_their_own(tom: Visitor) -> None:
    assert 403 == tom.get("/tickets").status_code


# -- the queue -------------------------------------------------------------------------------------------


def test_the_most_urgent_comes_first(portal: Running, ann: Visitor, tom: Visitor) -> None:
    """By what is suggested, not by what was chosen; then by when help is due."""
    printer = ann.ticket(**PRINTER, chosen="critical")
    outage = ann.ticket(**OUTAGE, chosen="scheduled")
    page = tom.get("/queue").text
    assert page.index(f"t-{outage}") < page.index(f"t-{printer}")


def test_a_doubtful_priority_is_marked_with_its_reason(ann: Visitor, tom: Visitor) -> None:
    case = ann.ticket(**OUTAGE)
    row = _row(tom, case)
    assert "which nobody chose, looks not urgent enough; suggested is <strong>Critical</strong>" in row
    assert "E-mail is down for many people" in row


def test_one_click_accepts(portal: Running, ann: Visitor, tom: Visitor) -> None:
    """The suggested level becomes the final one, by the technician, without a reason."""
    case = ann.ticket(**OUTAGE)
    tom.send("/queue", f"/queue/{case}/settle", level="critical", seen="standard", back="queue")
    last = portal.story(case)[-1]
    assert ("final", "critical", "person", TOM, None) == (
        last.kind,
        last.priority,
        last.set_by,
        last.by,
        last.reason,
    )
    assert "Settled as Critical" in _row(tom, case)


def test_an_override_may_have_a_reason(portal: Running, ann: Visitor, tom: Visitor) -> None:
    case = ann.ticket(**OUTAGE)
    tom.send("/queue", f"/queue/{case}/settle", level="low", seen="standard", reason="A test of theirs")
    assert ("low", "A test of theirs") == (portal.story(case)[-1].priority, portal.story(case)[-1].reason)


def test_nothing_is_settled_that_was_changed_meanwhile(portal: Running, ann: Visitor, tom: Visitor) -> None:
    """The technician decided about Standard; the requester has raised it since."""
    case = ann.ticket(**OUTAGE)
    ann.send(f"/tickets/{case}", f"/tickets/{case}/priority", chosen="critical")
    page = tom.send("/queue", f"/queue/{case}/settle", level="low", seen="standard")
    assert 409 == page.status_code
    assert "critical" == portal.story(case)[-1].priority


def test_work_that_is_done_leaves_the_queue(ann: Visitor, tom: Visitor) -> None:
    """It is a past ticket for its requester, who saw it in work before."""
    case = ann.ticket(**PRINTER)
    tom.send("/queue", f"/queue/{case}/status", status="in work")
    assert "In work" in ann.get(f"/tickets/{case}").text
    tom.send("/queue", f"/queue/{case}/status", status="done")
    past = ann.get("/tickets").text.partition("Past tickets")[2]
    assert case in past
    assert f'id="t-{case}"' not in tom.get("/queue").text


@pytest.mark.parametrize(
    ("settings", "told"),
    [({}, False), ({"webhook": "http://127.0.0.1:9/"}, True), ({"smtp_host": "x"}, True)],
)
def test_nobody_is_said_to_be_told_where_nobody_is(
    tmp_path: Path, settings: dict[str, str], told: bool
) -> None:
    with running(tmp_path, settings) as portal:
        page = Visitor(portal, ANN).send("/tickets/new", "/tickets", **PRINTER).text
    assert (True, told) == ("Your ticket is here" in page, "every member of the team is told" in page)


# -- the hint, the desktop app ---------------------------------------------------------------------------


def test_the_hint_of_the_form_keeps_nothing(portal: Running, ann: Visitor) -> None:
    """It answers as the service does, and only what is not to be kept."""
    token = {"token": _token_of(ann, "/tickets/new")}
    asked = {"body": "The printer is jammed", "chosen": "critical", "channel": "portal"}
    answer = ann.http.post("/hint/check", json={**asked, "keep": False}, headers=token)
    assert "over" == answer.json()["verdict"]
    assert 422 == ann.http.post("/hint/check", json=asked, headers=token).status_code
    assert 403 == ann.http.post("/hint/check", json={**asked, "keep": False}).status_code


def test_the_example_of_the_hint_says_when_it_needs_a_key(portal: Running, tmp_path: Path) -> None:
    with running(tmp_path, require_keys=True) as locked:
        pages = [Visitor(one).get("/hint").text for one in (portal, locked)]
    assert [False, True] == ["This service asks for keys" in page for page in pages]
    assert [True, False] == ["</triage-hint>" in page for page in pages]


def test_the_desktop_app_sends_standard(portal: Running, tom: Visitor, ann: Visitor) -> None:
    """Flagged Standard by its channel, which nobody chose; it belongs to whoever sat at the computer."""
    sent = httpx.post(f"{portal.url}/v1/tickets/desktop", json={"person": ANN, **OUTAGE})
    assert 201 == sent.status_code
    case = sent.json()["case"]
    assert ("standard", "default", "desktop") == (
        portal.story(case)[0].priority,
        portal.story(case)[0].set_by,
        portal.story(case)[0].channel,
    )
    assert "Desktop app" in _row(tom, case)
    assert 200 == ann.get(f"/tickets/{case}").status_code


def test_the_desktop_app_cannot_choose(portal: Running) -> None:
    sent = httpx.post(f"{portal.url}/v1/tickets/desktop", json={"person": ANN, "chosen": "critical"})
    assert 422 == sent.status_code


# -- tickets of other programs -----------------------------------------------------------------------------


def _sent(portal: Running, **told: object) -> str:
    answer = httpx.post(f"{portal.url}/v1/tickets", json=told)
    assert 201 == answer.status_code, answer.text
    return str(answer.json()["case"])


@pytest.mark.parametrize(("channel", "name"), [("desktop", "Desktop app"), ("email", "E-mail")])
def test_a_ticket_of_another_program_stands_in_the_queue(
    portal: Running, ann: Visitor, tom: Visitor, channel: str, name: str
) -> None:
    """Flagged Standard, which nobody chose, with its text: it is a ticket of Ann's, who has an account."""
    case = _sent(portal, **OUTAGE, channel=channel, person="Ann@Acme.example")
    row = _row(tom, case)
    assert "<strong>Standard</strong>, which nobody chose, looks not urgent enough" in row
    assert name in row
    assert [OUTAGE["body"] in page.text for page in (tom.get(f"/queue/{case}"), ann.get(f"/tickets/{case}"))]
    assert [ANN] == [told.person for told in portal.story(case)]


def test_it_is_seen_by_its_person_and_the_technicians_of_their_firm(portal: Running) -> None:
    """Of another firm, or of the same one, it is as if there were none."""
    acme, bolt = (_sent(portal, **PRINTER, person=person) for person in (ANN, EVE))
    tom, tim = Visitor(portal, TOM), Visitor(portal, TIM)
    assert [200, 200, 404, 200] == [
        visitor.get(f"/queue/{case}").status_code for visitor in (tom, tim) for case in (acme, bolt)
    ]
    assert [404, 404] == [Visitor(portal, other).get(f"/tickets/{acme}").status_code for other in (BEN, EVE)]


@pytest.mark.parametrize("person", ["somebody", None])
def test_of_a_stranger_it_is_seen_by_those_who_serve_all_without_its_text(
    portal: Running, tom: Visitor, person: str | None
) -> None:
    """The text of tickets is kept only where the setting of the service asks for it."""
    told = {"subject": "Printer", "body": "The printer is jammed, only mine. Quixotic."}
    case = _sent(portal, **told, person=person, chosen="critical")
    assert 404 == Visitor(portal, TIM).get(f"/queue/{case}").status_code
    page = tom.get(f"/queue/{case}").text
    assert "(no text is kept)" in page
    assert "looks too urgent; suggested is <strong>Low</strong>. One person has trouble" in _row(tom, case)
    assert "jammed" not in page + _row(tom, case)


def test_of_a_stranger_no_word_is_kept(tmp_path: Path) -> None:
    with running(tmp_path) as portal:
        _sent(portal, body="The printer is jammed, only mine. Quixotic.", chosen="critical")
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"One person has trouble" in kept
    assert [False, False] == [word in kept for word in (b"jammed,", b"Quixotic")]


def test_of_a_stranger_the_opinion_of_a_model_is_kept_without_its_words(tmp_path: Path) -> None:
    """Where the model overrules the rules, too: that they differ is still seen."""
    body = "could you move some files, quixotic"
    with running(tmp_path, model=small_model().folder) as portal:
        case = _sent(portal, body=body, chosen="low")
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
        page = Visitor(portal, TOM).get(f"/queue/{case}").text
    assert "Scheduled, of which the model is sure (" in page
    assert "Not low by plain-wish: the model decides" in page
    assert b"quixotic" not in kept


def test_of_a_stranger_the_text_is_kept_where_the_service_keeps_texts(tmp_path: Path) -> None:
    with running(tmp_path, keep_text=True) as portal:
        case = _sent(portal, **PRINTER, person="somebody")
        assert PRINTER["body"] in Visitor(portal, TOM).get(f"/queue/{case}").text


def test_a_changed_level_is_seen_and_judged_anew(portal: Running, tom: Visitor) -> None:
    """With its text or without: what was said of the old level says nothing of the new one."""
    for person in (ANN, None):
        case = _sent(portal, **PRINTER, person=person, chosen="critical")
        assert "looks too urgent" in _row(tom, case)
        httpx.patch(f"{portal.url}/v1/tickets/{case}", json={"priority": "low", "by": TOM})
        assert "looks" not in _row(tom, case)
        httpx.patch(f"{portal.url}/v1/tickets/{case}", json={"priority": "high", "by": TOM})
        assert "<strong>High</strong> looks too urgent" in _row(tom, case)
        httpx.patch(f"{portal.url}/v1/tickets/{case}", json={"priority": "high", "by": TOM, "final": True})
        assert "Settled as High" in _row(tom, case)


@pytest.mark.parametrize("person", [ANN, None])
def test_whatever_happens_to_a_ticket_is_kept_with_what_it_rests_on(
    portal: Running, tom: Visitor, person: str | None
) -> None:
    """Also where the text is not: the hash of what came in, and the versions of rules and model."""
    case = _sent(portal, **PRINTER, person=person, chosen="critical")
    for change in ({"priority": "high"}, {"priority": "standard", "final": True}):
        assert httpx.patch(f"{portal.url}/v1/tickets/{case}", json={**change, "by": TOM}).is_success
    tom.send("/queue", f"/queue/{case}/settle", level="low", seen="standard")
    story = portal.story(case)
    assert ["chosen", "chosen", "final", "final"] == [one.kind for one in story]
    assert {input_hash(Ticket(**PRINTER))} == {one.input_hash for one in story}
    assert {portal.app.state.desk.triage.rules.version} == {one.rules_version for one in story}
    assert ("over", 2, True, TOM) == (story[1].verdict, story[1].levels, story[1].warned, story[1].by)


def test_the_story_of_a_ticket_of_another_program_is_told_in_words(portal: Running, tom: Visitor) -> None:
    """Suggested, sent, answered, changed and settled: by whoever is named, or by somebody."""
    asked = httpx.post(f"{portal.url}/v1/suggest", json=JAMMED)
    case = _sent(portal, **JAMMED, case=asked.headers["Triage-Case"])
    _answered(portal, asked.json(), "several", case=case)
    for change in (
        {"priority": "high", "set_by": "default", "reason": "No answer in time"},
        {"priority": "low", "by": TOM},
        {"priority": "low", "final": True, "set_by": "default"},
        {"priority": "standard", "final": True},
    ):
        assert httpx.patch(f"{portal.url}/v1/tickets/{case}", json=change).is_success
    story = re.sub(r"<[^>]*>", "", tom.get(f"/queue/{case}").text.partition('class="story"')[2])
    story = " ".join(story.partition("Everything the rules say")[0].split())
    for told in (
        "Low was suggested",
        "came in as Standard, which nobody chose",
        "somebody answered “Is it only you, or are others affected too?” with “several”",
        "was changed to High, which nobody chose: No answer in time",
        f"{TOM} chose Low",
        "was settled as Low, which nobody chose",
        "somebody settled it as Standard",
    ):
        assert told in story
    assert "None" not in story


def _answered(portal: Running, suggestion: dict[str, object], answer: str, *, case: str) -> None:
    question = {"question": "Is it only you, or are others affected too?", "answer": answer}
    told = httpx.post(f"{portal.url}/v1/answer", json={"suggestion": suggestion, "case": case, **question})
    assert told.headers["Triage-Case"] == case


@pytest.mark.parametrize("person", [ANN, None])
def test_the_queue_goes_by_the_newest_answer(portal: Running, tom: Visitor, person: str | None) -> None:
    """With the text of the ticket or without; it stands when another level is chosen."""
    asked = httpx.post(f"{portal.url}/v1/suggest", json=JAMMED).json()
    case = _sent(portal, **JAMMED, person=person, chosen="critical")
    assert "suggested is <strong>Low</strong>" in _row(tom, case)
    _answered(portal, asked, "one person", case=case)
    _answered(portal, asked, "several", case=case)
    assert "suggested is <strong>Standard</strong>" in _row(tom, case)
    httpx.patch(f"{portal.url}/v1/tickets/{case}", json={"priority": "scheduled"})
    assert "suggested is <strong>Standard</strong>" in _row(tom, case)
    if person:
        Visitor(portal, ANN).send(f"/tickets/{case}", f"/tickets/{case}/priority", chosen="high")
        assert "suggested is <strong>Standard</strong>" in _row(tom, case)


@pytest.mark.parametrize("person", [ANN, None])
def test_what_was_answered_before_a_ticket_came_counts(
    portal: Running, tom: Visitor, person: str | None
) -> None:
    asked = httpx.post(f"{portal.url}/v1/suggest", json=JAMMED)
    case = asked.headers["Triage-Case"]
    _answered(portal, asked.json(), "several", case=case)
    _sent(portal, **JAMMED, person=person, chosen="critical", case=case)
    assert "suggested is <strong>Standard</strong>" in _row(tom, case)


def test_what_is_no_ticket_does_not_wait_for_others_who_write(portal: Running) -> None:
    """A check that is kept in a case of its own leaves the queue alone."""
    with portal.history.writing():
        portal.app.state.shelf.added_to({new_case()})


def test_a_check_that_is_kept_leaves_no_doubt_about_another_level(portal: Running, tom: Visitor) -> None:
    """A program that may write tickets chooses by a check; the mark is about the level that is carried."""
    case = _sent(portal, **PRINTER, person=ANN, chosen="critical")
    httpx.post(f"{portal.url}/v1/check", json={**PRINTER, "chosen": "low", "case": case})
    assert "looks" not in _row(tom, case)


def test_a_check_that_is_kept_shows_in_an_open_queue(portal: Running, tom: Visitor) -> None:
    """Alone or in a batch, a check in the case of a ticket may change its level, so open pages are told."""
    case = _sent(portal, **PRINTER, person=ANN, chosen="critical")
    asked = {**PRINTER, "chosen": "low", "case": case}
    with tom.http.stream("GET", "/queue/events") as page:
        lines = (line for line in page.iter_lines() if line.startswith(("data:", ": ping")))

        def is_told() -> bool:  # before three pings, of which one comes every twenty seconds
            return any(line.startswith("data:") for line in islice(lines, 3))

        assert [True, True] == [is_told(), is_told()]  # at once, and of the ticket
        for path, body in (("check", asked), ("check/batch", {"tickets": [asked]})):
            assert httpx.post(f"{portal.url}/v1/{path}", json=body).is_success
            assert is_told()


def test_a_person_is_forgotten_however_their_address_is_written(tmp_path: Path) -> None:
    with running(tmp_path) as portal:
        case = _sent(portal, **PRINTER, person="Ann@Acme.example")
        where = f"sqlite:///{tmp_path / 'portal.db'}"
        done = CliRunner().invoke(cli, ["history", "forget", "Ann@Acme.example", "--history", where])
        assert 0 == done.exit_code, done.output
        assert [] == portal.story(case)
        assert 404 == Visitor(portal, TOM).get(f"/queue/{case}").status_code


def test_a_stranger_is_forgotten_in_the_queue_too(tmp_path: Path) -> None:
    with running(tmp_path) as portal:
        _sent(portal, **PRINTER, person="Somebody")
        assert 1 == forget_person(portal.history, "Somebody")


def test_the_office_line_and_the_links_come_from_the_rule_file(ann: Visitor) -> None:
    page = ann.get("/tickets/new").text
    assert (
        "If your internet is down and/or you cannot enter a support ticket, you can call the office." in page
    )
    assert '<a href="/priorities">The five priorities</a>' in page


# -- accounts --------------------------------------------------------------------------------------------


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History(tmp_path / "accounts.db") as history:
        yield history


def _person(**changed: object) -> Account:
    told = {"email": ANN, "name": "Ann", "role": "requester", "firms": ("Acme",)} | changed
    return Account(**told)  # type: ignore[arg-type]


def test_a_password_is_kept_as_an_argon2_hash(history: History, tmp_path: Path) -> None:
    add_account(history, _person(), PASSWORD)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept
    assert account_of(history, " ANN@acme.example", PASSWORD) == _person()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email": "ann"}, "named by an e-mail address"),
        ({"firms": ()}, "a requester belongs to one firm"),
        ({"firms": ("Acme", "Bolt")}, "a requester belongs to one firm"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    history: History, changed: dict[str, object], said: str
) -> None:
    with pytest.raises(ServiceError, match=said):
        add_account(history, _person(**changed), PASSWORD)


def test_a_short_password_is_refused(history: History) -> None:
    with pytest.raises(ServiceError, match="10 to 200 characters, and this has 5"):
        add_account(history, _person(), "short")


def test_an_account_is_made_once(history: History) -> None:
    add_account(history, _person(), PASSWORD)
    with pytest.raises(ServiceError, match=r"there is an account of ann@acme\.example already"):
        add_account(history, _person(), PASSWORD)


def test_a_changed_password_ends_the_old_one(history: History) -> None:
    add_account(history, _person(), PASSWORD)
    change_password(history, ANN, "another long one")
    assert account_of(history, ANN, PASSWORD) is None
    assert account_of(history, ANN, "another long one") == _person()


def test_a_removed_account_is_gone(history: History) -> None:
    add_account(history, _person(), PASSWORD)
    remove_account(history, ANN)
    with history.reading() as connection:
        assert find_account(connection, ANN) is None
    with pytest.raises(ServiceError, match="there is no account of"):
        remove_account(history, ANN)


def test_a_person_is_forgotten_whole(tmp_path: Path) -> None:
    """Tickets, account and session go; those of others stay."""
    with running(tmp_path) as portal:
        ann, ben, tom = Visitor(portal, ANN), Visitor(portal, BEN), Visitor(portal, TOM)
        gone, stays = ann.ticket(**PRINTER), ben.ticket(**PRINTER)
        assert 1 == forget_person(portal.history, ANN)
        portal.history.forget(ANN)
        assert "/sign-in" == ann.get("/tickets").url.path
        assert [False, True] == [case in tom.get("/queue").text for case in (gone, stays)]
        portal.history.forget(BEN)
        assert 1 == forget_without_story(portal.history)


def test_every_setting_is_documented() -> None:
    """In the table of docs/portal.md."""
    told = (Path(__file__).parent.parent / "docs" / "portal.md").read_text("utf-8")
    assert [] == [name for name in PortalSettings.model_fields if f"`{name.upper()}`" not in told]


# -- the database ----------------------------------------------------------------------------------------


def test_the_story_of_a_ticket_on_either_database(tmp_path: Path, history_url: str) -> None:
    """Created, changed, settled, done, forgotten: SQLite and PostgreSQL alike."""
    with running(tmp_path, history=history_url) as portal:
        ann, tom = Visitor(portal, ANN), Visitor(portal, TOM)
        case = ann.ticket(**OUTAGE)
        ann.send(f"/tickets/{case}", f"/tickets/{case}/priority", chosen="high")
        tom.send("/queue", f"/queue/{case}/settle", level="critical", seen="high")
        tom.send("/queue", f"/queue/{case}/status", status="done")
        assert ["standard", "high", "critical"] == [decision.priority for decision in portal.story(case)]
        assert case in ann.get("/tickets").text.partition("Past tickets")[2]
        assert 1 == forget_person(portal.history, ANN)


def test_two_technicians_settle_a_ticket_once(tmp_path: Path, history_url: str) -> None:
    """Of two who decide about the same level at the same moment, one is told that it was changed."""
    with running(tmp_path, history=history_url) as portal, ThreadPoolExecutor(2) as threads:
        case = Visitor(portal, ANN).ticket(**OUTAGE)
        tom = Visitor(portal, TOM)
        token = _token_of(tom, f"/queue/{case}")

        def settle(level: str) -> int:
            fields = {"token": token, "level": level, "seen": "standard"}
            return tom.http.post(f"/queue/{case}/settle", data=fields).status_code

        assert [200, 409] == sorted(threads.map(settle, ("critical", "low")))
        assert 1 == sum(decision.kind == "final" for decision in portal.story(case))


def test_of_two_tickets_of_one_case_one_is_kept(tmp_path: Path, history_url: str) -> None:
    """Also where they come at the same moment; the other ones are told so, as trying again would not help."""
    with running(tmp_path, history=history_url) as portal, ThreadPoolExecutor(4) as threads:

        def send(case: str) -> tuple[int, str]:
            answer = httpx.post(f"{portal.url}/v1/tickets", json={**PRINTER, "case": case}, timeout=60)
            return answer.status_code, answer.json().get("type", "")

        taken = (409, "/problems/case-taken")
        for number in range(5):
            case = f"{number:032}"
            assert [(201, ""), taken, taken, taken] == sorted(threads.map(send, [case] * 4))
            assert 1 == len(portal.story(case))


def _token_of(visitor: Visitor, path: str) -> str:
    return visitor.get(path).text.partition('name="token" value="')[2][:64]


def _row(visitor: Visitor, case: str) -> str:
    return visitor.get("/queue").text.partition(f'id="t-{case}"')[2].partition("</li>")[0]
