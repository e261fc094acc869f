"""Examples that come out otherwise than their rule says, by the code that answers tickets."""

from __future__ import annotations

from collections.abc import Iterator

from triage.check.rulebook import Rulebook
from triage.check.values import Check, Found
from triage.examples import Outcome, Verdict

_ADVICE = {  # by the verdict, or by the part of the rule that stops it
    "when": "Add the missing words to a list of that line, or mend the example",
    "within": "Let the lines stand farther apart in 'within', or mend the example",
    "unless": "Narrow that line, or mend the example",
    "unless anywhere": "Narrow that line, or mend the example",
    "set aside": "Let the rule read 'set aside' too, or mend the example",
    "beaten": "Let the rule override the other one, make one of them general, or mend the example",
    "found": "Add an 'unless' line or narrow a list, or make it a match example",
}


def _coming_out(book: Rulebook, verdict: Verdict) -> Iterator[Found]:
    for outcome in book.outcomes:
        if outcome.verdict == verdict:
            advice = _ADVICE[outcome.stop.part if outcome.stop else verdict]
            yield Found(_place(book, outcome), f"rule {outcome.rule.id!r}: {outcome}. {advice}")


def _place(book: Rulebook, outcome: Outcome) -> tuple[str | int, ...]:
    return book.at(outcome.rule.id, outcome.kind, outcome.number)


def _match_fails_alone(book: Rulebook) -> Iterator[Found]:
    return _coming_out(book, "not found")


def _match_fails_among_all(book: Rulebook) -> Iterator[Found]:
    return _coming_out(book, "beaten")


def _no_match_is_found(book: Rulebook) -> Iterator[Found]:
    return _coming_out(book, "found")


CHECKS = (
    Check("TR201", "error", "a match example is not found by its rule", _match_fails_alone),
    Check("TR202", "error", "another rule beats the rule of a match example", _match_fails_among_all),
    Check("TR203", "error", "a no_match example is found by its rule", _no_match_is_found),
)
