"""Why a rule does not hold for a ticket: the part of it without which it would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from triage.rules.findings import ASIDE
from triage.rules.match import Matcher
from triage.rules.ruleset import Condition, Rule, RuleSet, lines_of
from triage.ticket import Ticket

_MOST_NAMES = 3
_BARE, _FAR, _ASIDE = "without unless", "without within", "with what is set aside"


class Stop(NamedTuple):
    """The part of a rule that stops it, and its line as the rule file has it where it is one line."""

    part: Literal["when", "within", "unless", "unless anywhere", "set aside"]
    line: str = ""


def what_stops(rule: Rule, ticket: Ticket, rules: RuleSet) -> Stop:
    """Return what stops a rule that does not hold for a ticket.

    The rule with less and less of its parts is put before the code that answers tickets.

    >>> from triage.rules.load import load_rules
    >>> rules = load_rules()
    >>> what_stops(rules.by_id["password"], Ticket(body="The server is down"), rules).part
    'when'
    """
    tried = Matcher(replace(rules, rules=tuple(_variants(rule))))
    holding = {hit.rule.id for hit in tried.match(ticket).hits}
    stopping = ((key, line) for key, number, line in lines_of(rule) if f"{key} {number}" not in holding)
    if _BARE in holding:  # several lines of `unless` may do together what none does alone
        forbidding = (Stop(key, _written(line)) for key, line in stopping if key != "when")
        return next(forbidding, Stop("unless"))
    if _FAR in holding:
        return Stop("within")
    if _ASIDE in holding:
        return Stop("set aside")
    return next(Stop(key, _written(line)) for key, line in stopping if key == "when")


def _variants(rule: Rule) -> Iterator[Rule]:
    bare = replace(rule, id=_BARE, unless=(), unless_anywhere=(), draft=False)
    far = replace(bare, id=_FAR, within=None)
    yield from (bare, far, replace(far, id=_ASIDE, reads=rule.reads | {ASIDE}))
    for key, number, line in lines_of(rule):
        id = f"{key} {number}"
        if key == "when":
            yield replace(far, id=id, when=(line,))
        elif key == "unless":
            yield replace(bare, id=id, unless=(line,))
        else:
            yield replace(bare, id=id, unless_anywhere=(line,))


def _written(line: Condition) -> str:
    more = f" and {len(line.names) - _MOST_NAMES} more" if len(line.names) > _MOST_NAMES else ""
    return f"{line.mode}: {', '.join(line.names[:_MOST_NAMES])}{more}"
