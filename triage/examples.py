"""The examples of a rule file, each through the code that answers tickets: what holds, and what decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from triage.explain import distance_in_words
from triage.suggestion import Suggestion
from triage.ticket import Ticket

if TYPE_CHECKING:
    from triage.engine import Triage
    from triage.rules.ruleset import Rule
    from triage.rules.stopped import Stop

Kind = Literal["match", "no_match"]
Verdict = Literal["right", "not found", "beaten", "found"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one example of a rule came out; ``number`` counts the examples of its kind from 0.

    The verdict on a ``match`` is "right", "not found" where its rule does not even hold, or "beaten" where
    the rule holds and ``other`` makes it another level. A ``no_match`` is "right", or "found". ``stop`` is
    the part of the rule that stops one that is not found.
    """

    rule: Rule
    kind: Kind
    number: int
    ticket: Ticket
    verdict: Verdict
    suggestion: Suggestion
    other: str | None = None
    stop: Stop | None = None

    @property
    def right(self) -> bool:
        """Whether the example comes out as the rule file says."""
        return self.verdict == "right"

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        return {
            **{"rule": self.rule.id, "kind": self.kind, "number": self.number, "right": self.right},
            **{"verdict": self.verdict, "other": self.other, "level": self.suggestion.priority.id},
            **{"subject": self.ticket.subject, "body": self.ticket.body, "says": str(self)},
        }

    def __str__(self) -> str:
        """Return what is wrong, in words.

        The text of the example is quoted as the rule file has it.
        """
        text = repr(" ".join(f"{self.ticket.subject} {self.ticket.body}".split()))
        if self.verdict == "not found":
            return f"the match example {text} is not found by its rule{_why_not(self)}"
        if self.verdict == "beaten":
            level = self.suggestion.priority.name
            return f"the match example {text} is found, but {self.other!r} makes it {level}"
        if self.verdict == "found":
            words = ", ".join(dict.fromkeys(repr(words) for words in _words(self)))
            return f"the no_match example {text} is found by its rule, in the words {words}"
        return f"the {self.kind} example {text} comes out right"


def outcomes_of(triage: Triage) -> Iterator[Outcome]:
    """Yield the outcome of every example of every rule; those of drafts are judged as if they were active.

    >>> from triage import Triage
    >>> all(outcome.right for outcome in outcomes_of(Triage()))
    True
    """
    for rule in triage.rules.rules:
        yield from outcomes_of_rule(rule, triage)


def outcomes_of_rule(rule: Rule, triage: Triage) -> Iterator[Outcome]:
    """Yield the outcome of every example of one rule."""
    yield from (outcome_of(rule, "match", number, triage) for number in range(len(rule.match)))
    yield from (outcome_of(rule, "no_match", number, triage) for number in range(len(rule.no_match)))


def outcome_of(rule: Rule, kind: Kind, number: int, triage: Triage) -> Outcome:
    """Return how one example of a rule comes out; ``number`` counts those of its kind from 0.

    >>> from triage import Triage
    >>> triage = Triage()
    >>> outcome_of(triage.rules.rules[0], "match", 0, triage).verdict
    'right'
    """
    from triage.rules.stopped import what_stops

    ticket = (rule.match if kind == "match" else rule.no_match)[number]
    suggestion = triage.suggest(ticket)
    if kind == "match":
        verdict, other = _verdict_on_match(rule, suggestion)
    else:
        verdict, other = "found" if rule.id in rules_holding(suggestion) else "right", None
    stop = what_stops(rule, ticket, triage.rules) if verdict == "not found" else None
    return Outcome(rule, kind, number, ticket, verdict, suggestion, other, stop)


def rules_holding(suggestion: Suggestion) -> dict[str, str]:
    """Return every rule that holds, decider or loser, with its level.

    >>> from triage import Triage
    >>> rules_holding(Triage().suggest("Entire computer network is down"))["network-down"]
    'critical'
    """
    reasons = (*suggestion.reasons, *(loser.reason for loser in suggestion.losers))
    return {reason.rule: reason.priority for reason in reasons}


def _verdict_on_match(rule: Rule, suggestion: Suggestion) -> tuple[Verdict, str | None]:
    if rule.id not in rules_holding(suggestion):
        return "not found", None
    level, deciding = suggestion.priority.id, suggestion.reasons
    if rule.draft and suggestion.shadow is not None:
        level, deciding = suggestion.shadow.priority, suggestion.shadow.reasons
    return ("right", None) if level == rule.priority.id else ("beaten", deciding[0].rule)


def _why_not(outcome: Outcome) -> str:
    """Return why a rule is not found, by the part of it that stops it."""
    match outcome.stop:
        case ("when", line):
            return f": its line '{line}' does not hold"
        case ("within", _) if outcome.rule.within is not None:
            return f": its lines are found, but not {distance_in_words(outcome.rule.within)}"
        case ("set aside", _):
            aside = outcome.suggestion.set_aside
            return "".join(f": {part.evidence.text!r} sets it aside ({part.why})" for part in aside[:1])
        case (part, line):
            return f": its line '{line}' of '{part}' forbids it" if line else f": '{part}' forbids it"
    return ""


def _words(outcome: Outcome) -> Iterator[str]:
    suggestion = outcome.suggestion
    reasons = (*suggestion.reasons, *(loser.reason for loser in suggestion.losers))
    yield from (item.text for reason in reasons if reason.rule == outcome.rule.id for item in reason.evidence)
