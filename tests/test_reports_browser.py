"""The pages that commands write, in a real browser: whether everyone can read them, in light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import NARROW, WIDE, chromium, violations
from made_models import STARTER, made_up_rows
from playwright.sync_api import Browser
from strategies import documented

from triage import Ticket
from triage.history import Decision, History
from triage.history.page import page_of
from triage.history.stats import stats_of
from triage.model.report import write_report
from triage.report.gather import report_on
from triage.report.page import page
from triage.rules.load import documented_rules


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def of_history(folder: Path) -> str:
    """Return the statistics of a ticket that came in too urgent and was settled as suggested."""
    ticket = Ticket(body="The printer is jammed, only mine.")
    told = Decision.of_choice(ticket, documented().check(ticket, chosen="critical"))
    with History("sqlite://") as history:
        history.keep(told, Decision.of_final(told.case, "low"))
        return page_of(stats_of(history))


def of_rules(folder: Path) -> str:
    """Return the report of the documented rules on made-up tickets."""
    return page(
        report_on(made_up_rows(), documented_rules(), table="past.csv", date="2026-03-02", processes=1)
    )


def of_model(folder: Path) -> str:
    """Return the report of the starter."""
    return write_report(STARTER, folder / "report.html")[0].read_text("utf-8")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("made", [of_history, of_rules, of_model])
def test_everyone_can_read_every_report(
    browser: Browser, tmp_path: Path, made: Callable[[Path], str], scheme: str, size: dict[str, int]
) -> None:
    """Axe finds nothing, and no page is wider than its screen."""
    about: dict[str, Any] = {"viewport": size, "color_scheme": scheme}
    shown = browser.new_page(**about)
    shown.set_content(made(tmp_path))
    assert [] == violations(shown)
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.close()
