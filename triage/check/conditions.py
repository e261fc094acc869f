"""Lines of rules that are always or never true, or that no ticket gets past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triage.check.rulebook import Rulebook, listed
from triage.check.values import Check, Found
from triage.engine import Triage
from triage.examples import outcomes_of_rule
from triage.rules.ruleset import Condition, Rule, lines_of


def implied(line: Condition, by: Condition, book: Rulebook) -> bool:
    """Return whether a line holds wherever the other one does."""
    if line.mode == "scope" or by.mode == "scope":
        return line.mode == by.mode and set(by.names) <= set(line.names)
    if line.mode != "any of":
        return by.mode == "all of" and set(line.names) <= set(by.names)
    if by.mode == "any of":
        return book.phrasing.implies(by.names, line.names)
    lacking = sum(not book.phrasing.implies([name], line.names) for name in by.names)
    return lacking < (2 if by.mode == "2 of" else len(by.names))


def _never_true(book: Rulebook) -> Iterator[Found]:
    said = {scope.who for scope in book.rules.scopes}
    for rule in book.rules.rules:
        for key, number, line in lines_of(rule):
            where = book.at(rule.id, key, number)
            if line.mode == "scope" and said.isdisjoint(line.names):
                message = (
                    f"no entry of 'scope' ever says {' or '.join(line.names)}; add one, or take the line out"
                )
                yield Found(where, f"a line of rule {rule.id!r} is never true: {message}")
            if line.mode == "2 of" and len(set(line.names)) < 2:
                message = "it asks for two lists and names one; name more, or write 'any of'"
                yield Found(where, f"a line of rule {rule.id!r} is never true: {message}")


def _always_true(book: Rulebook) -> Iterator[Found]:
    """Find lines that hold whenever another line of their rule does."""
    for rule in book.rules.rules:
        for number, line in enumerate(rule.when):
            others = [*rule.when[:number], *(other for other in rule.when[number + 1 :] if other != line)]
            by = next((other for other in others if implied(line, other, book)), None)
            if by is not None:
                message = f"it holds wherever {listed(by.names)} does; take it out, or name other lists"
                where = book.at(rule.id, "when", number)
                yield Found(where, f"a line of rule {rule.id!r} adds nothing: {message}")


def _swallowed(book: Rulebook) -> Iterator[Found]:
    """Find rules whose `unless` holds whenever their `when` does, by their lists or on all their examples."""
    proved = {rule.id: found for rule in book.rules.rules if (found := _by_lists(rule, book))}
    yield from proved.values()
    failing = _with_no_match_found(book)
    suspects = [rule for rule in failing if rule.id not in proved and (rule.unless or rule.unless_anywhere)]
    if not suspects:
        return
    bare = [replace(rule, unless=(), unless_anywhere=(), draft=False) for rule in suspects]
    freed = Triage(replace(book.rules, rules=tuple(bare)))
    for rule in bare:
        outcomes = [outcome for outcome in outcomes_of_rule(rule, freed) if outcome.kind == "match"]
        if all(outcome.verdict != "not found" for outcome in outcomes):
            message = (
                f"'unless' of rule {rule.id!r} forbids every one of its match examples; narrow its lines"
            )
            yield Found(book.at(rule.id, _first_key(rule.id, book)), message)


def _by_lists(rule: Rule, book: Rulebook) -> Found | None:
    for key, number, line in lines_of(rule):
        if key == "when" or line.mode == "scope":
            continue
        by = next((other for other in rule.when if implied(line, other, book)), None)
        if by is not None:
            message = f"it holds wherever {listed(by.names)} of 'when' does, so the rule never holds"
            where = book.at(rule.id, key, number)
            return Found(where, f"a line of {key!r} of rule {rule.id!r} swallows it: {message}; narrow it")
    return None


def _with_no_match_found(book: Rulebook) -> Sequence[Rule]:
    """Return the rules of which not one match example is found."""
    found: dict[str, bool] = {}
    for outcome in book.outcomes:
        if outcome.kind == "match":
            found[outcome.rule.id] = found.get(outcome.rule.id, False) or outcome.verdict != "not found"
    return [rule for rule in book.rules.rules if found.get(rule.id) is False]


def _first_key(rule: str, book: Rulebook) -> str:
    entry = next(entry for entry in book.rules.rules if entry.id == rule)
    return "unless" if entry.unless else "unless anywhere"


CHECKS = (
    Check("TR401", "error", "an `unless` swallows every match", _swallowed),
    Check("TR404", "warning", "a condition is always true", _always_true),
    Check("TR405", "error", "a condition is never true", _never_true),
)
