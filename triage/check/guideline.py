"""Rules and guideline held against each other: what one says and the other does not."""

from __future__ import annotations

from collections.abc import Iterator

from triage.check.rulebook import Rulebook, listed
from triage.check.values import Check, Found


def _lines_without_a_rule(book: Rulebook) -> Iterator[Found]:
    quoted = {rule.line for rule in book.active}
    for number, text in book.guideline.examples:
        if number not in quoted:
            message = f"no active rule quotes line {number} of the guideline, {text!r}; write a rule for it"
            yield Found(("guideline",), message)


def _rules_without_a_line(book: Rulebook) -> Iterator[Found]:
    for rule in book.active:
        if rule.line is None:
            message = (
                f"rule {rule.id!r} quotes no numbered line of the guideline, so its reason cannot name one; "
                "quote a line, or leave it where only a definition says this"
            )
            yield Found(book.at(rule.id, "quote"), message)


def _contradictions_left_open(book: Rulebook) -> Iterator[Found]:
    quoted = {_plain(rule.quote) for rule in book.active}
    for number, entry in enumerate(book.file.contradictions):
        lines = listed(entry.lines)
        if entry.resolved is None:
            do = "contradicts itself" if len(entry.lines) == 1 else "contradict each other"
            message = f"{lines} {do}, and 'resolved' does not say what the rules do about it"
            yield Found(("contradictions", number), message)
        unquoted = [line for line in entry.lines if _plain(line) not in quoted]
        if len(unquoted) == len(entry.lines):
            message = f"no active rule quotes any of {lines}, so no rule resolves their contradiction"
            yield Found(("contradictions", number, "lines"), message)


def _plain(quote: str) -> str:
    return " ".join(quote.split()).rstrip(".")


CHECKS = (
    Check("TR101", "warning", "a line of the guideline has no rule", _lines_without_a_rule),
    Check("TR102", "note", "a rule quotes no line of the guideline", _rules_without_a_line),
    Check("TR103", "error", "a documented contradiction is not resolved", _contradictions_left_open),
)
