"""The examples of every active rule of the shipped file, with the whole set and with the rule alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from strategies import documented, rules_that_hold

from triage import Ticket, Triage
from triage.rules.ruleset import Rule

ACTIVE = {rule.id: rule for rule in documented().rules.rules if not rule.draft}


MATCH = [(rule.id, ticket) for rule in ACTIVE.values() for ticket in rule.match]
NO_MATCH = [(rule.id, ticket) for rule in ACTIVE.values() for ticket in rule.no_match]


def _names(examples: list[tuple[str, Ticket]]) -> list[str]:
    return [f"{id}: {ticket.subject} {ticket.body}"[:100] for id, ticket in examples]


@cache
def alone(rule: Rule) -> Triage:
    """Return a Triage of the documented rules without any rule but this one."""
    return Triage(replace(documented().rules, rules=(rule,)))


@pytest.mark.parametrize(("id", "ticket"), MATCH, ids=_names(MATCH))
def test_a_match_gets_the_priority_of_its_rule(id: str, ticket: Ticket) -> None:
    """With the whole set, a match example is hit by its rule and gets its rule's priority."""
    suggestion = documented().suggest(ticket)
    assert id in rules_that_hold(suggestion)
    assert ACTIVE[id].priority == suggestion.priority


@pytest.mark.parametrize(("id", "ticket"), MATCH, ids=_names(MATCH))
def test_a_match_is_decided_by_its_rule_alone(id: str, ticket: Ticket) -> None:
    """Without any other rule, a match example is decided by its rule."""
    suggestion = alone(ACTIVE[id]).suggest(ticket)
    assert [id] == [reason.rule for reason in suggestion.reasons]
    assert ACTIVE[id].priority == suggestion.priority


@pytest.mark.parametrize(("id", "ticket"), NO_MATCH, ids=_names(NO_MATCH))
def test_a_no_match_is_not_hit(id: str, ticket: Ticket) -> None:
    """With the whole set, a no_match example is not hit by its rule."""
    assert id not in rules_that_hold(documented().suggest(ticket))


@pytest.mark.parametrize(("id", "ticket"), NO_MATCH, ids=_names(NO_MATCH))
def test_a_no_match_is_not_hit_alone(id: str, ticket: Ticket) -> None:
    """Without any other rule, a no_match example is not hit, so nothing decides."""
    suggestion = alone(ACTIVE[id]).suggest(ticket)
    assert set() == rules_that_hold(suggestion)
    assert suggestion.unsure


def test_every_active_rule_has_examples() -> None:
    """Every active rule of the shipped file has at least one example of each kind."""
    assert set(ACTIVE) == {id for id, _ in MATCH} == {id for id, _ in NO_MATCH}
