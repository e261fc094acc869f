"""For the tests of services that use ``triage``, and for rule files of their own.

``assert_suggests`` fails with the whole reasoning. The pytest plug-in beside it runs the examples of a rule
file as tests: ``pytest --triage-rules rules.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

if TYPE_CHECKING:
    from triage.engine import Triage
    from triage.suggestion import Suggestion
    from triage.ticket import Ticket

__all__ = ["assert_suggests"]


def assert_suggests(
    triage: Triage,
    ticket: Ticket | str,
    priority: str,
    *,
    rule: str | None = None,
    scope: str | None = None,
    unsure: bool | None = None,
) -> Suggestion:
    """Return the suggestion for a ticket, after asserting what it says; ``rule`` is one that must decide.

    Raises:
        AssertionError: something else is suggested; the message holds the reasoning.
        ValueError: there is no such priority, rule or scope, so the test itself is wrong.

    >>> from triage import Triage
    >>> assert_suggests(Triage(), "I forgot my password", "high", scope="one person").reasons[0].line
    5
    """
    _check_names(triage, priority, rule, scope)
    suggestion = triage.suggest(ticket)
    deciding = [reason.rule for reason in suggestion.reasons]
    wrong = [
        *([f"priority {priority!r}"] if suggestion.priority.id != priority else []),
        *([f"rule {rule!r}"] if rule is not None and rule not in deciding else []),
        *([f"scope {scope!r}"] if scope is not None and scope != suggestion.scope else []),
        *([f"unsure {unsure}"] if unsure is not None and unsure != suggestion.unsure else []),
    ]
    if wrong:
        found = f"{suggestion.priority.id} by {', '.join(deciding) or 'no rule'}, scope {suggestion.scope}"
        raise AssertionError(f"expected {', '.join(wrong)}; found {found}\n{suggestion.explain()}")
    return suggestion


def _check_names(triage: Triage, priority: str, rule: str | None, scope: str | None) -> None:
    from triage.rules.nearest import did_you_mean
    from triage.suggestion import Who

    levels = [level.id for level in triage.rules.priorities]
    if priority not in levels:
        raise ValueError(f"the rules have no priority {priority!r}{did_you_mean(priority, levels)}")
    rules = [known.id for known in triage.rules.rules]
    if rule is not None and rule not in rules:
        raise ValueError(f"the rules have no rule {rule!r}{did_you_mean(rule, rules)}")
    scopes = get_args(Who)
    if scope is not None and scope not in scopes:
        raise ValueError(f"there is no scope {scope!r}{did_you_mean(scope, scopes)}")
