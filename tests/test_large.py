"""Texts of a megabyte are answered, in time that grows no faster than their length."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from strategies import all_evidence, documented

from triage import Ticket

MEGABYTE = 1_000_000
# Seconds of this thread's own processor time for a megabyte. It takes one to three; what grows with the
# square of the length takes minutes, even inside a regular expression, whose work cannot be counted.
FAR_TOO_LONG = 60


def _repeated(part: str) -> Callable[[int], str]:
    return lambda size: (part * (size // len(part) + 1))[:size]


TEXTS: dict[str, Callable[[int], str]] = {
    "one phrase": _repeated("the server is down "),
    "spaces": _repeated(" "),
    "marked lines": _repeated("> the server is down\n"),
    "one giant word": _repeated("a"),
    "words set aside": _repeated("is fine "),
    "sentences with faults": _repeated("My laptop will not start. "),
    "mail headers": _repeated("From: a\nSent: b\nTo: c\nSubject: d\n\n"),
    "mail headers without a blank line": _repeated("From: a\nSent: b\nTo: c\nSubject: d\n"),
    "other writing": _repeated("\u0130\u00df\u3000\u670d\u52a1\u5668 \U0001f600 \ud800 "),
}
MORE: dict[str, Callable[[int], str]] = {
    "one phrase with commas": _repeated("the server is down, "),
    "line breaks": _repeated("\n"),
    "lines of spaces": _repeated("\n    "),
    "marks": _repeated("> "),
    "one giant word with apostrophes": _repeated("a'"),
    "sentences set aside": _repeated("The server is down. It is fine. "),
    "everything before set aside": _repeated("The server is down. It works now. "),
    "turns": _repeated("it is fine but not down, however "),
    "faults and people in one sentence": _repeated("error everyone slow printer "),
    "fillers": _repeated("not the get my "),
    "numbers": _repeated("7 of us "),
    "one person and everyone": _repeated("only me and everyone else "),
    "signatures": _repeated("-- \nRegards\nJane\n\n"),
    "attributions": _repeated("On Mon 1 Jan, Jane <a@b.example> wrote:\n> down\n"),
    "dashes": _repeated("-"),
    "dots": _repeated("."),
}


def _work(text: str) -> int:
    """Return how many lines of Python an answer runs: a count, so a busy machine does not change it."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    usual = sys.gettrace()
    sys.settrace(trace)
    try:
        documented().suggest(text)
    finally:
        sys.settrace(usual)
    return count


@pytest.mark.parametrize("name", TEXTS)
def test_a_megabyte_is_answered(name: str) -> None:
    """A text of a megabyte gets an answer with true evidence, and not minutes later."""
    text = TEXTS[name](MEGABYTE)
    start = time.thread_time()
    suggestion = documented().suggest(text)
    assert time.thread_time() - start < FAR_TOO_LONG
    assert suggestion.priority in documented().rules.priorities
    assert all(text[item.start : item.end] == item.text for item in all_evidence(suggestion))


def test_a_megabyte_of_subject_is_answered() -> None:
    """A long subject is read like a long body."""
    ticket = Ticket(subject=TEXTS["one phrase"](MEGABYTE // 2), body=TEXTS["mail headers"](MEGABYTE // 2))
    start = time.thread_time()
    suggestion = documented().suggest(ticket)
    assert time.thread_time() - start < FAR_TOO_LONG
    assert suggestion.reasons[0].evidence[0].field == "subject"


@pytest.mark.parametrize("write", (TEXTS | MORE).values(), ids=TEXTS | MORE)
def test_twice_the_text_is_about_twice_the_work(write: Callable[[int], str]) -> None:
    """A text of an eighth of a megabyte runs at most three times the lines of Python that half of it does."""
    whole, half = _work(write(MEGABYTE // 8)), _work(write(MEGABYTE // 16))
    assert half > 0
    assert whole < 3 * half + 1_000


def test_a_long_answer_stays_short() -> None:
    """However often something is said, a suggestion shows a handful of places where it is."""
    suggestion = documented().suggest(TEXTS["sentences with faults"](MEGABYTE // 10))
    assert len(all_evidence(suggestion)) < 500
    assert len(suggestion.explain()) < 5_000
