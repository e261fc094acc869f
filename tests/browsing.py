"""Debian's Chromium for tests: missing, it fails in CI and skips elsewhere, saying so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from portals import Running

from triage.portal.sessions import COOKIE

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser."""
    path = shutil.which("chromium")
    if path is None:
        missing = "there is no Chromium: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        browser_errors.clear()
        try:
            yield browser
        finally:
            browser.close()


browser_errors: list[str] = []  # what pages complained of, in scripts or by their policy


def visit(browser: Browser, portal: Running, email: str | None = None, **about: Any) -> Page:
    """Return a page of somebody's own browser, signed in."""
    context = browser.new_context(**{"viewport": WIDE, "base_url": portal.url, **about})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda error: browser_errors.append(str(error)))
    page.on("console", lambda said: browser_errors.append(said.text) if said.type == "error" else None)
    if email:
        context.add_cookies([{"name": COOKIE, "value": portal.cookie(email), "url": portal.url}])
        page.goto("/")
    return page


def violations(page: Page) -> list[str]:
    """Return what axe has against a page, best practices included."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]
