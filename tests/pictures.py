"""Makes the pictures of the portal in docs/: ``python tests/pictures.py``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from browsing import NARROW, chromium, visit
from playwright.sync_api import Page
from portals import ANN, EVE, TOM, Visitor, running

DOCS = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = {"width": 1120, "height": 720}
JAMMED = "The printer at the front desk is jammed again."


def main() -> None:
    """Take each picture."""
    DOCS.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, running(Path(folder)) as portal, chromium() as browser:
        ann, eve = Visitor(portal, ANN), Visitor(portal, EVE)
        ann.ticket(
            subject="Copying files", body="How do I copy my old files to the new folder?", chosen="high"
        )
        ann.ticket(body="The projector in the meeting room flickers now and then, we can work around it.")
        eve.ticket(subject="E-mail", body="E-mail is down for the whole office, nothing comes in.")
        eve.ticket(subject="Password", body="I forgot my password and can't log in.", chosen="high")
        page = visit(browser, portal, ANN, viewport=SIZE)
        _write(page)
        page.screenshot(path=DOCS / "new-ticket.png")
        page = visit(browser, portal, ANN, viewport=NARROW, color_scheme="dark")
        _write(page)
        page.screenshot(path=DOCS / "new-ticket-narrow-dark.png", full_page=True)
        case = ann.ticket(subject="Printer", body=JAMMED, chosen="critical")
        page.goto("/tickets")
        page.screenshot(path=DOCS / "tickets-narrow-dark.png")
        for scheme in ("light", "dark"):
            page = visit(browser, portal, TOM, viewport=SIZE, color_scheme=scheme)
            page.get_by_text("Live").wait_for()
            page.screenshot(path=DOCS / f"queue-{scheme}.png")
        page.goto(f"/queue/{case}")
        page.screenshot(path=DOCS / "ticket-dark.png")


def _write(page: Page) -> None:
    page.goto("/tickets/new")
    page.get_by_label("Subject").fill("Printer")
    page.get_by_label("What happened").fill(JAMMED)
    page.get_by_label("Priority").select_option("critical")
    page.get_by_role("button", name="Everyone").wait_for()


if __name__ == "__main__":
    main()
