"""Which rule decides: rules that never can, and pairs whose order only the urgency settles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from triage.check.conditions import implied
from triage.check.rulebook import Rulebook
from triage.check.values import Check, Found
from triage.rules.ruleset import Condition, Rule, Within

_FEW_ENOUGH = 1_000  # rules of which each is compared with each


def _never_decides(book: Rulebook) -> Iterator[Found]:
    overridden = {id for rule in book.active for id in rule.overrides}
    candidates = _candidates(list(book.active))
    for rule in book.active:
        for other in candidates(rule):
            why = _always_beats(other, rule)
            if why and other.id not in overridden and _holds_wherever(other, rule, book):
                message = (
                    f"rule {rule.id!r} can never decide: wherever it holds, {other.id!r} does too, and {why}"
                )
                yield Found(book.at(rule.id), f"{message}. Narrow that rule, or let this one override it")
                break


def _candidates(rules: Sequence[Rule]) -> Callable[[Rule], Iterable[Rule]]:
    """Return what gives the rules to compare one with: all, or of very many those that share a list."""
    if len(rules) <= _FEW_ENOUGH:
        return lambda rule: rules
    by_name: dict[str, list[Rule]] = {}
    for rule in rules:
        for name in {name for line in rule.when for name in line.names}:
            by_name.setdefault(name, []).append(rule)
    return lambda rule: {
        other.id: other for line in rule.when for name in line.names for other in by_name[name]
    }.values()


def _always_beats(other: Rule, rule: Rule) -> str | None:
    """Return why the other rule wins where both hold, if it always does."""
    if other.id == rule.id or other.id in rule.overrides:
        return None
    if rule.id in other.overrides:
        return "overrides it"
    if rule.general != other.general:
        return "it is specific while this one is general" if rule.general else None
    return "it is more urgent" if other.priority.rank < rule.priority.rank else None


def _holds_wherever(other: Rule, rule: Rule, book: Rulebook) -> bool:
    """Return whether the other rule is sure to hold wherever this one does."""
    if other.reads != rule.reads or not _as_wide(other, rule):
        return False
    if not all(any(implied(line, by, book) for by in rule.when) for line in other.when):
        return False
    forbidding = {*rule.unless, *rule.unless_anywhere} if rule.within is None else {*rule.unless_anywhere}
    forbidding |= set(rule.unless) if other.within == rule.within else set()
    return all(_barred_too(line, forbidding, book) for line in (*other.unless, *other.unless_anywhere))


def _as_wide(other: Rule, rule: Rule) -> bool:
    return other.within in (None, rule.within) or (
        len(other.when) == 1 and other.within == Within(sentences=1)
    )


def _barred_too(line: Condition, forbidding: set[Condition], book: Rulebook) -> bool:
    return any(implied(by, line, book) for by in forbidding)


def _without_order(book: Rulebook) -> Iterator[Found]:
    """Find pairs that hold together in an example, where the more urgent wins and no rule says so."""
    told: set[tuple[str, str]] = set()
    for outcome in book.outcomes:
        for loser in outcome.suggestion.losers:
            winner = next((reason.rule for reason in outcome.suggestion.reasons), "")
            pair = (loser.reason.rule, winner)
            if pair in told or loser.why != f"{winner} is more urgent":
                continue
            told.add(pair)
            text = " ".join(f"{outcome.ticket.subject} {outcome.ticket.body}".split())
            message = (
                f"rules {pair[0]!r} and {winner!r} hold together in {text!r}, with different priorities and "
                f"no stated order, so the more urgent wins. If that is right, let {winner!r} override "
                f"{pair[0]!r}"
            )
            yield Found(book.at(winner), message)


CHECKS = (
    Check("TR402", "error", "a rule can never decide", _never_decides),
    Check("TR403", "warning", "two rules hold together without a stated order", _without_order),
)
