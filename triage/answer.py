"""What an answered question changes: which rules hold now, and which no longer do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, cast, get_args

from triage.errors import ChoiceError
from triage.rules.compiled import Hit
from triage.rules.ruleset import Condition, Rule, RuleSet
from triage.suggestion import Evidence, NearMiss, Reason, Suggestion, Who

if TYPE_CHECKING:
    from triage.rules.compiled import Evidence as Where

YES, NO = "yes", "no"
SCOPES = tuple(who for who in get_args(Who) if who != "unknown")


class Counted(NamedTuple):
    """What holds once an answer is counted: hits and reasons by rule, rules still open, and who is hit."""

    hits: dict[str, Hit]
    reasons: dict[str, Reason]
    open: tuple[NearMiss, ...]
    scope: Who


class _Fact(NamedTuple):
    """What a person said: who is hit, or that lists apply; ``told`` is the answer, the evidence of it."""

    told: str
    who: str | None
    lists: frozenset[str]

    def settles(self, condition: Condition) -> bool:
        """Return whether the condition holds by this fact alone."""
        if condition.mode == "scope":
            return self.who in condition.names
        return not self.lists.isdisjoint(condition.names)


def count(suggestion: Suggestion, rules: RuleSet, *, question: str, answer: str) -> Counted:
    """Return what holds of a suggestion with the answer to one of its questions counted.

    Raises:
        ChoiceError: the suggestion does not ask this question or was made by other rules, or the answer is
            none of those that the question has.
    """
    if type(suggestion) is not Suggestion or type(answer) is not str:
        wrong = answer if type(suggestion) is Suggestion else suggestion
        raise ChoiceError(f"a suggestion is answered with text, not {type(wrong).__name__}")
    if suggestion.rules_version != rules.version:
        raise ChoiceError(
            f"this suggestion was made by rules of version {suggestion.rules_version}, "
            f"not by these of version {rules.version}; suggest again",
            part="suggestion",
        )
    asked = [miss for miss in suggestion.open if miss.question == question]
    if not asked:
        known = " or ".join(dict.fromkeys(repr(miss.question) for miss in suggestion.open)) or "nothing"
        raise ChoiceError(f"this suggestion does not ask {question!r}; it asks {known}", part="question")
    fact = _fact(question, answer, rules)
    held, by_id = [*suggestion.reasons, *(loser.reason for loser in suggestion.losers)], rules.by_id
    named = (*[told.rule for told in held], *[miss.rule for miss in asked])
    if unknown := [rule for rule in named if rule not in by_id]:
        said = f"this suggestion names a rule that there is not: {min(unknown)!r}"
        raise ChoiceError(said, part="suggestion")
    reasons = {held_by.rule: held_by for held_by in held if _stands(by_id[held_by.rule], fact)}
    for miss in asked:
        rule = by_id[miss.rule]
        if _completes(miss, rule, fact):
            reasons[rule.id] = _reason(rule, miss, fact)
    return Counted(
        hits={id: _hit(by_id[id], reason) for id, reason in reasons.items()},
        reasons=reasons,
        open=tuple(miss for miss in suggestion.open if miss.question != question),
        scope=cast(Who, fact.who) if fact.who else suggestion.scope,
    )


def answers_to(question: str, rules: RuleSet) -> tuple[str, ...]:
    """Return the answers that a question has: who is hit, or yes and no."""
    return SCOPES if question == rules.question_of_scope else (YES, NO)


def _fact(question: str, answer: str, rules: RuleSet) -> _Fact:
    said = " ".join(answer.lower().split())
    known = answers_to(question, rules)
    if said not in known:
        answers = ", ".join(known)
        raise ChoiceError(
            f"{answer!r} is no answer to {question!r}; the answers are {answers}", part="answer"
        )
    if said in SCOPES:
        return _Fact(said, said, frozenset(_lists_of(said, rules)))
    return _Fact(said, None, rules.lists_asked.get(question, frozenset()) if said == YES else frozenset())


def _lists_of(who: str, rules: RuleSet) -> Iterable[str]:
    """Return the lists that tell this; what holds when several are hit holds when everyone is."""
    told = {who, "several"} if who == "everyone" else {who}
    return (name for scope in rules.scopes if scope.sure and scope.who in told for name in scope.lists)


def _stands(rule: Rule, fact: _Fact) -> bool:
    """Return whether a rule that held still does: nothing forbids it, and it is about those who are hit."""
    if any(map(fact.settles, (*rule.unless, *rule.unless_anywhere))):
        return False
    return fact.who is None or all(fact.settles(line) for line in rule.when if line.mode == "scope")


def _completes(miss: NearMiss, rule: Rule, fact: _Fact) -> bool:
    """Return whether the fact is the one line that the rule lacked."""
    missing = [line for line in rule.when if " or ".join(line.names) == miss.missing]
    return bool(missing) and all(map(fact.settles, missing)) and _stands(rule, fact)


def _reason(rule: Rule, miss: NearMiss, fact: _Fact) -> Reason:
    said = Evidence("answer", "answer", 0, len(fact.told), fact.told, miss.missing)
    return Reason(rule.id, rule.priority.id, rule.says, rule.quote, rule.line, (said,))


def _hit(rule: Rule, reason: Reason) -> Hit:
    """Return the hit that the policy reads; of its evidence it reads only how much there is."""
    return Hit(rule, cast("tuple[Where, ...]", reason.evidence))
