"""The portal in a real browser: the whole story, the live hint and queue, and whether everyone can use it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from browsing import NARROW, WIDE, browser_errors, chromium, violations, visit
from playwright.sync_api import Browser, Locator, Page, expect
from portals import ANN, PASSWORD, TOM, Running, Visitor, running, triage_command
from running import until

from triage.history.stats import stats_of

JAMMED = "The printer at the front desk is jammed again."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portal")


@pytest.fixture(scope="module")
def portal(folder: Path) -> Iterator[Running]:
    with running(folder) as portal:
        yield portal


@pytest.fixture(autouse=True)
def _each_begins_anew(browser: Browser, portal: Running) -> Iterator[None]:
    """Each test begins without tickets; no script fails, and nothing loads that the pages' policy forbids."""
    portal.clear()
    browser_errors.clear()
    yield
    complaints = list(browser_errors)
    for context in browser.contexts:
        context.close()
    assert [] == complaints


def write(page: Page, body: str, *, subject: str = "Printer", chosen: str | None = None) -> None:
    """Fill in the form of a new ticket as a person does."""
    page.goto("/tickets/new")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("What happened").press_sequentially(body)
    if chosen:
        page.get_by_label("Priority").select_option(chosen)


def exported(folder: Path) -> list[dict[str, str]]:
    """Return the training rows that the command line writes."""
    file = folder / "rows.csv"
    triage_command("history", "export", file, "--history", f"sqlite:///{folder / 'portal.db'}")
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_from_typing_to_a_trained_model(browser: Browser, portal: Running, folder: Path) -> None:
    """Ann types, is warned, answers, corrects, sends; Tom settles it; a model learns from it."""
    tom, ann = visit(browser, portal, TOM), visit(browser, portal, ANN)
    expect(tom.get_by_text("Nothing waits.")).to_be_visible()
    write(ann, JAMMED, chosen="critical")
    hint = ann.locator("triage-hint")
    expect(hint).to_contain_text("Our guideline lists “Printing issues for single users” as Low")
    expect(hint).to_contain_text("“jammed”")
    hint.get_by_role("button", name="Others too").click()
    expect(hint).to_contain_text("Printing issues for multiple users")
    ann.get_by_label("Priority").select_option("standard")
    ann.get_by_role("button", name="Send ticket").click()
    expect(ann.get_by_role("status")).to_contain_text("Your ticket is here")

    row = tom.get_by_role("listitem").filter(has_text="Printer")
    expect(row).to_contain_text("Standard")
    row.get_by_role("button", name="Accept Standard").click()
    expect(row).to_contain_text("Settled as Standard")
    assert [("Printer", JAMMED, "standard")] == [
        (told["subject"], told["body"], told["label"]) for told in exported(folder)
    ]
    portal.settle_a_hundred()
    assert 101 == len(exported(folder))
    triage_command("train", folder / "rows.csv", "--out", folder / "model")
    told = triage_command("suggest", "--json", "--model", folder / "model", JAMMED).stdout
    assert json.loads(told)["opinion"]


def test_a_doubted_choice_is_marked_and_overridden(browser: Browser, portal: Running, folder: Path) -> None:
    """Ann keeps Critical; Tom sees why that looks wrong, and says otherwise with a reason."""
    tom, ann = visit(browser, portal, TOM), visit(browser, portal, ANN)
    write(ann, JAMMED, chosen="critical")
    ann.get_by_role("button", name="Send ticket").click()
    row = tom.get_by_role("listitem").filter(has_text="Printer")
    expect(row).to_contain_text("Critical looks too urgent; suggested is Low.")
    row.get_by_text("Override").first.click()
    row.get_by_label("Priority").select_option("standard")
    row.get_by_label("Reason").fill("The front desk is shared")
    row.get_by_role("button", name="Override").click()
    expect(row).to_contain_text("Settled as Standard")
    assert ["standard"] == [told["label"] for told in exported(folder)]


def test_the_warning_goes_when_the_suggestion_is_taken(browser: Browser, portal: Running) -> None:
    ann = visit(browser, portal, ANN)
    write(ann, JAMMED, chosen="critical")
    ann.get_by_role("button", name="Take Low").click()
    expect(ann.get_by_label("Priority")).to_have_value("low")
    expect(ann.locator("triage-hint")).not_to_contain_text("you chose")


def test_a_warning_that_was_heeded_is_kept(browser: Browser, portal: Running) -> None:
    """Critical was chosen and warned of before the ticket was sent as Low."""
    ann = visit(browser, portal, ANN)
    write(ann, JAMMED, chosen="critical")
    ann.get_by_role("button", name="Take Low").click()
    assert [
        ("chosen", "critical", "person", "low", "over", True),
        ("chosen", "low", "person", "low", "agree", False),
    ] == [
        (told.kind, told.priority, told.set_by, told.suggested, told.verdict, told.warned)
        for told in portal.story(_sent(ann))
    ]
    stats = stats_of(portal.history)
    assert (1, 1) == (stats.warned, stats.heeded)


@pytest.mark.parametrize("chosen", [None, "critical"])
def test_an_answer_counts_until_the_ticket_is_sent(
    browser: Browser, portal: Running, chosen: str | None
) -> None:
    """Leaving the field, choosing another level and writing on do not undo it; Ann sees what is kept."""
    ann = visit(browser, portal, ANN)
    write(ann, JAMMED, chosen=chosen)
    hint = ann.locator("triage-hint")
    hint.get_by_role("button", name="Others too").click()
    _settled(ann)
    expect(hint).to_contain_text("Printing issues for multiple users")
    ann.get_by_label("Priority").select_option("high")
    expect(hint).to_contain_text("as Standard, and you chose High")
    ann.get_by_label("What happened").press_sequentially(" Please hurry.")
    _settled(ann)
    expect(hint).to_contain_text("as Standard, and you chose High")
    expect(hint.get_by_role("button", name="Others too")).to_have_attribute("aria-pressed", "true")
    assert "standard" == portal.story(_sent(ann))[-1].suggested


def test_an_answer_leaves_the_doubt_that_it_confirms(browser: Browser, portal: Running) -> None:
    """Whoever answers stays at the button; a level that is still too urgent is doubted as before."""
    ann = visit(browser, portal, ANN)
    write(ann, JAMMED, chosen="high")
    hint = ann.locator("triage-hint")
    only_me = hint.get_by_role("button", name="Only me")
    only_me.click()
    _settled(ann)
    expect(hint).to_contain_text("as Low, and you chose High")
    expect(only_me).to_be_focused()
    expect(only_me).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_hint_moves_nothing(browser: Browser, portal: Running, size: dict[str, int]) -> None:
    """Fields and buttons stay where they are while suggestion, warning and question appear."""
    ann = visit(browser, portal, ANN, viewport=size)
    ann.goto("/tickets/new")
    parts = "#subject, #body, #chosen, .actions button"
    where = f"[...document.querySelectorAll('{parts}')].map((one) => one.getBoundingClientRect().toJSON())"
    ann.get_by_label("Priority").select_option("critical")
    before = ann.evaluate(where)
    typed = "field.value = said; field.dispatchEvent(new Event('input', { bubbles: true }));"
    ann.get_by_label("What happened").evaluate(f"(field, said) => {{ {typed} }}", JAMMED)
    expect(ann.get_by_role("button", name="Everyone")).to_be_attached()
    assert before == ann.evaluate(where)
    assert 4 == len(before)


def test_the_page_keeps_no_room_for_a_suggestion_that_is_not_there(browser: Browser, portal: Running) -> None:
    """On a telephone the empty card is as high as its two lines."""
    ann = visit(browser, portal, ANN, viewport=NARROW)
    ann.goto("/tickets/new")
    hint = ann.locator("triage-hint")
    expect(hint).to_contain_text("It appears here while you write.")
    box = hint.bounding_box()
    assert box is not None
    assert box["height"] < 120


def test_a_page_that_is_not_there_is_in_the_look_of_the_portal(browser: Browser, portal: Running) -> None:
    page = visit(browser, portal)
    page.goto("/nowhere/at/all")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    _check(page)
    browser_errors[:] = [said for said in browser_errors if "404" not in said]


def test_a_session_that_ends_costs_nobody_what_they_wrote(browser: Browser, portal: Running) -> None:
    """After signing in again it is there; after sending it is gone."""
    ann = visit(browser, portal, ANN)
    write(ann, JAMMED)
    ann.context.clear_cookies()
    ann.get_by_role("button", name="Send ticket").click()
    ann.get_by_label("E-mail address").fill(ANN)
    ann.get_by_label("Password").fill(PASSWORD)
    ann.get_by_role("button", name="Sign in").click()
    ann.goto("/tickets/new")
    expect(ann.get_by_label("What happened")).to_have_value(JAMMED)
    ann.get_by_role("button", name="Send ticket").click()
    expect(ann.get_by_role("status")).to_contain_text("Your ticket is here")
    ann.goto("/tickets/new")
    expect(ann.get_by_label("What happened")).to_have_value("")


def test_the_form_works_without_scripts(browser: Browser, portal: Running) -> None:
    """A button shows the same suggestion, warning and question; the answer is sent with the ticket."""
    ann = visit(browser, portal, ANN, java_script_enabled=False)
    ann.goto("/tickets/new")
    ann.get_by_label("What happened").fill(JAMMED)
    ann.get_by_label("Priority").select_option("critical")
    ann.get_by_role("button", name="See the suggestion").click()
    expect(ann.get_by_text("and you chose Critical")).to_be_visible()
    ann.get_by_label("Others too").check()
    ann.get_by_label("Priority").select_option("standard")
    case = _sent(ann)
    assert [("chosen", "critical", True), ("chosen", "standard", False), ("answered", None, None)] == [
        (told.kind, told.priority, told.warned) for told in portal.story(case)
    ]


def test_a_ticket_is_sent_by_keyboard_alone(browser: Browser, portal: Running) -> None:
    """From the first field to the last button by Tab, with the suggestion taken on the way."""
    ann = visit(browser, portal, ANN)
    ann.goto("/tickets/new")
    ann.get_by_label("Subject").focus()
    for keys in ("Printer", "Tab", JAMMED, "Tab", "Critical", "Tab"):
        ann.keyboard.press(keys) if keys == "Tab" else ann.keyboard.type(keys)
    take = ann.get_by_role("button", name="Take Low")
    take.wait_for()
    _tab_to(ann, "Take Low")
    ann.keyboard.press("Enter")
    expect(ann.get_by_label("Priority")).to_have_value("low")
    _tab_to(ann, "Send ticket")
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("status")).to_contain_text("Your ticket is here")


def test_whoever_writes_a_reason_is_not_disturbed(browser: Browser, portal: Running) -> None:
    """A ticket that comes meanwhile waits until the form is closed."""
    ann = Visitor(portal, ANN)
    ann.ticket(subject="First", body=JAMMED)
    tom = visit(browser, portal, TOM)
    tom.get_by_text("Override").first.click()
    tom.get_by_label("Reason").fill("half a sen")
    ann.ticket(subject="Second", body=JAMMED)
    expect(tom.locator("#live")).to_contain_text("The queue has changed")
    expect(tom.get_by_label("Reason")).to_have_value("half a sen")
    tom.get_by_text("Override").first.click()
    expect(tom.get_by_role("link", name="Second")).to_be_visible()


def test_a_ticket_of_another_program_appears_by_itself(browser: Browser, portal: Running) -> None:
    """The queue is open; a desktop app sends a ticket; another program gives it another level."""
    tom = visit(browser, portal, TOM)
    told = {"subject": "From the desktop", "body": JAMMED, "channel": "desktop", "person": ANN}
    case = httpx.post(f"{portal.url}/v1/tickets", json=told).json()["case"]
    row = tom.get_by_role("listitem").filter(has_text="From the desktop")
    expect(row).to_contain_text("Standard, which nobody chose, looks too urgent")
    httpx.patch(f"{portal.url}/v1/tickets/{case}", json={"priority": "low", "final": True})
    expect(row).to_contain_text("Settled as Low")


def test_what_falls_due_is_marked_while_the_queue_is_open(browser: Browser, portal: Running) -> None:
    """Nothing happens to the ticket: time passes, and nothing is asked for before it is due."""
    due = datetime.now(UTC) + timedelta(seconds=15)
    told = {"subject": "Soon", "body": "The printer is jammed, only mine.", "person": ANN}
    received = (due - timedelta(hours=48)).isoformat()
    httpx.post(f"{portal.url}/v1/tickets", json=told | {"received": received}).raise_for_status()
    tom = visit(browser, portal, TOM)
    tom.clock.install(time=datetime.now(UTC) - timedelta(minutes=2))
    tom.goto("/queue")
    row = tom.get_by_role("listitem").filter(has_text="Soon")
    expect(tom.locator("#live")).to_have_text("Live")
    asked: list[str] = []
    tom.on("request", lambda request: asked.append(request.url))
    expect(row.locator(".due")).to_have_text(re.compile("^Due "))
    tom.clock.run_for(61_000)
    until(lambda: datetime.now(UTC) > due)
    assert [] == asked
    tom.clock.set_system_time(datetime.now(UTC))
    tom.clock.run_for(61_000)
    expect(row.locator(".due")).to_have_text(re.compile("^Was due "))


def test_the_hint_lives_in_a_form_of_another_page(browser: Browser, portal: Running) -> None:
    """One script and one element; the form itself goes on as ever."""
    page = visit(browser, portal)
    page.goto("/hint")
    page.get_by_label("Text").fill(JAMMED)
    page.get_by_label("Priority").select_option("critical")
    expect(page.locator("triage-hint")).to_contain_text("and you chose Critical")


def _own_form(page: Page, priority: str) -> Locator:
    """Have a page hold a form as another portal has one, and return its hint."""
    page.goto("/hint")
    text = '<label>Text <textarea name="text"></textarea></label>'
    form = f'<form>{text}{priority}<triage-hint body="text" chosen="level"></triage-hint></form>'
    page.evaluate("form => { document.querySelector('main').innerHTML = form }", form)
    return page.locator("triage-hint")


def test_the_hint_lives_beside_radio_buttons(browser: Browser, portal: Running) -> None:
    page = visit(browser, portal)
    radio = '<label><input type="radio" name="level" value="{0}">{0}</label>'
    hint = _own_form(page, "".join(map(radio.format, ("Critical", "Low"))))
    page.get_by_label("Text").fill(JAMMED)
    expect(hint).to_contain_text("Printing issues for single users")
    page.get_by_label("Critical").check()
    expect(hint).to_contain_text("and you chose Critical")
    hint.get_by_role("button", name="Take Low").click()
    expect(page.get_by_label("Low")).to_be_checked()
    expect(hint).not_to_contain_text("and you chose")


def test_a_form_with_levels_of_its_own_gets_the_suggestion(browser: Browser, portal: Running) -> None:
    """A value that names no level cannot be doubted; it is asked about once, not with every key."""
    page = visit(browser, portal)
    hint = _own_form(page, '<select name="level" aria-label="Level"><option>1</option></select>')
    for more in (JAMMED, " It jams."):
        page.get_by_label("Text").press_sequentially(more)
        expect(hint).to_contain_text("Printing issues for single users")
        _settled(page)
    assert ["422" in said for said in browser_errors] == [True]
    browser_errors.clear()


def test_a_hint_goes_with_the_text_that_it_was_about(browser: Browser, portal: Running) -> None:
    """Where the text is cleared, and where the service does not answer about a new one."""
    page = visit(browser, portal)
    page.goto("/hint")
    hint, text = page.locator("triage-hint"), page.get_by_label("Text")
    for new in ("", "The server is down."):
        text.fill(JAMMED)
        expect(hint).to_contain_text("Printing issues for single users")
        page.route("**/v1/check", lambda route: route.abort())
        text.fill(new)
        expect(hint).to_have_text("SuggestionIt appears here while you write.")
        page.unroute("**/v1/check")
    text.blur()  # it answers again
    expect(hint).to_contain_text("Critical")
    assert ["ERR_FAILED" in said for said in browser_errors] == [True]
    browser_errors.clear()


def test_axe_sees_what_is_wrong(browser: Browser, portal: Running) -> None:
    """The check of the next test can fail."""
    page = visit(browser, portal)
    page.set_content("<main><h1>A page</h1><input></main>")
    assert any(said.startswith("label:") for said in violations(page))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_use_every_page(
    browser: Browser, portal: Running, size: dict[str, int], scheme: str
) -> None:
    """Axe finds nothing, and no page is wider than its screen."""
    about = {"viewport": size, "color_scheme": scheme}
    case = Visitor(portal, ANN).ticket(subject="Printer" * 20, body=JAMMED * 9, chosen="critical")
    stranger, ann = visit(browser, portal, **about), visit(browser, portal, ANN, **about)
    tom = visit(browser, portal, TOM, **about)
    write(ann, JAMMED, chosen="critical")
    ann.get_by_role("button", name="Everyone").wait_for()
    _check(ann)
    for page, paths in (
        (stranger, ("/sign-in", "/hint")),
        (ann, ("/tickets", f"/tickets/{case}?sent", "/priorities", "/tickets/nowhere")),
        (tom, ("/queue", f"/queue/{case}")),
    ):
        for path in paths:
            page.goto(path)
            for more in page.locator("summary").all():
                more.click()
            _check(page)
    browser_errors[:] = [
        said for said in browser_errors if "404" not in said
    ]  # of the page that is not there


def _check(page: Page) -> None:
    assert [] == violations(page), page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def _settled(page: Page) -> None:
    """Wait until every look that was put off has been taken."""
    page.wait_for_timeout(800)
    page.wait_for_function("document.querySelector('triage-hint').shadowRoot.querySelector('.busy') === null")


def _sent(page: Page) -> str:
    """Send the form and return the case of the ticket."""
    page.get_by_role("button", name="Send ticket").click()
    expect(page.get_by_role("status")).to_contain_text("Your ticket is here")
    return page.url.rpartition("/")[2].partition("?")[0]


def _tab_to(page: Page, name: str) -> None:
    focused = """() => {
        let at = document.activeElement;
        while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at.textContent;
    }"""
    for _ in range(20):
        if page.evaluate(focused) == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {name!r}")
