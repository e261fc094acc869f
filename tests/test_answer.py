"""An answered question is counted as a fact, by the same policy that decides a ticket."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from strategies import documented, rule, rules_that_hold, tickets, triage_with

from triage import ChoiceError, Suggestion, Ticket

SCOPE = "Is it only you, or are others affected too?"
OTHER = "Can you still work on another computer?"


def printer() -> Suggestion:
    """Return the suggestion of a ticket that does not say who is hit."""
    return documented().suggest("The printer is jammed")


@pytest.mark.parametrize(
    ("answer", "expected"), [("one person", "low"), ("several", "standard"), ("everyone", "standard")]
)
def test_who_is_hit_decides(answer: str, expected: str) -> None:
    """The answer settles the level, and is the scope of the new suggestion."""
    then = documented().answer(printer(), SCOPE, answer)
    assert (expected, answer) == (then.priority.id, then.scope)


def test_an_answer_is_read_in_any_case() -> None:
    assert "several" == documented().answer(printer(), SCOPE, " Several ").scope


def test_an_answer_is_evidence() -> None:
    """A rule that holds by an answer shows the answer as its evidence."""
    then = documented().answer(printer(), SCOPE, "several")
    assert ("answer", "several") == (then.reasons[0].evidence[0].field, then.reasons[0].evidence[0].text)


def test_a_rule_that_an_answer_forbids_no_longer_holds(tmp_path: Path) -> None:
    """`unless` is asked again, and where nothing holds the default stands."""
    vetoed = rule("down", '[{any of: ["down"]}]', unless="[{scope: one person}]")
    open_rule = rule("all", '[{any of: ["down"]}, {scope: everyone}]')
    triage = triage_with(
        tmp_path,
        vetoed,
        open_rule,
        lists={"me": "{words: [only me]}"},
        scope="[{who: one person, any of: me}]",
        question_of_scope="Only you?",
    )
    then = triage.answer(triage.suggest("It is down"), "Only you?", "one person")
    assert (set(), "default", True) == (rules_that_hold(then), then.decided_by, then.unsure)


def test_where_nothing_decides_what_stood_still_stands(tmp_path: Path) -> None:
    """A priority that a person chose is not turned into the default by an answer that settles nothing."""
    able = rule("able", '[{any of: ["broken"]}, {any of: another}]')
    triage = triage_with(tmp_path, able, lists={"another": f'{{words: [spare], question: "{OTHER}"}}'})
    before = triage.suggest(Ticket(body="It is broken", chosen="slight", chosen_by="person"))
    assert ("slight", "slight") == (before.priority.id, triage.answer(before, OTHER, "no").priority.id)


def another_computer(folder: Path) -> tuple[Suggestion, Suggestion, Suggestion]:
    """Return a suggestion that asks about another computer, and those after "yes" and "no"."""
    broken = rule("broken", '[{any of: ["broken"]}]', general="yes")
    able = rule("able", '[{any of: ["broken"]}, {any of: another}]', priority="slight")
    triage = triage_with(
        folder, broken, able, lists={"another": f'{{words: [other computer], question: "{OTHER}"}}'}
    )
    suggestion = triage.suggest("My computer is broken")
    yes, no = (triage.answer(suggestion, OTHER, answer) for answer in ("yes", "no"))
    return suggestion, yes, no


def test_yes_is_the_missing_line(tmp_path: Path) -> None:
    """A specific rule holds by the answer, and the general one yields as always."""
    before, yes, _ = another_computer(tmp_path)
    assert ("urgent", "slight") == (before.priority.id, yes.priority.id)
    assert ["it is general, and able is specific"] == [loser.why for loser in yes.losers]


def test_no_changes_nothing_and_is_not_asked_again(tmp_path: Path) -> None:
    before, _, no = another_computer(tmp_path)
    assert replace(before, open=(), near_misses=()) == no


@pytest.mark.parametrize(("question", "answer"), [(OTHER, "yes"), (SCOPE, "perhaps"), ("", "yes")])
def test_what_was_not_asked_is_refused(question: str, answer: str) -> None:
    """With the questions or the answers that there are."""
    with pytest.raises(ChoiceError, match=r"does not ask .*it asks 'Is it only|the answers are one"):
        documented().answer(printer(), question, answer)


def test_a_suggestion_of_other_rules_is_refused() -> None:
    """What another version of the rules said may hold no more."""
    with pytest.raises(ChoiceError, match="made by rules of version old, not by these"):
        documented().answer(replace(printer(), rules_version="old"), SCOPE, "several")


@given(tickets())
def test_an_answer_agrees_with_the_outcome_that_was_shown(ticket: Ticket) -> None:
    """What a question says of its answers is what the answers do, and none is asked twice."""
    choice = documented().check(ticket, chosen="critical")
    for outcome in choice.question.outcomes if choice.question else ():
        then = documented().answer(choice.suggestion, choice.question.text, outcome.answer)
        assert outcome.priority == then.priority.id
        assert choice.question.text not in {miss.question for miss in then.open}
        assert then == Suggestion.from_dict(then.to_dict())


def test_an_answer_is_text() -> None:
    """Anything else is told as an error of ours."""
    suggestion = documented().suggest("The printer is jammed")
    with pytest.raises(ChoiceError, match="a suggestion is answered with text, not int"):
        documented().answer(suggestion, suggestion.near_misses[0].question, 3)  # type: ignore[arg-type]
