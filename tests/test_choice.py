"""A chosen priority is doubted where the ground is strong, in kind words, and else not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_models import small_model
from strategies import documented, tickets

from triage import Choice, ChoiceError, Ticket, Triage

LEVELS = ("critical", "high", "standard", "low", "scheduled")
JAMMED = Ticket(subject="printer", body="The printer on my desk is jammed, only mine.", channel="portal")
DOWN = Ticket(subject="server down", body="The file server is down for everyone.", channel="portal")


def test_a_jammed_printer_is_not_critical() -> None:
    """The verdict, how far, and what the guideline says instead."""
    choice = documented().check(JAMMED, chosen="critical")
    assert ("over", 3, "low") == (choice.verdict, choice.levels, choice.suggested.id)


def test_a_dead_server_is_not_low() -> None:
    """The other direction is seen as well."""
    choice = documented().check(DOWN, chosen="low")
    assert ("under", 3, "critical") == (choice.verdict, choice.levels, choice.suggested.id)


@pytest.mark.parametrize(("ticket", "chosen"), [(JAMMED, "critical"), (DOWN, "low")])
def test_a_message_quotes_the_guideline(ticket: Ticket, chosen: str) -> None:
    """The requester reads the guideline's own sentence and both levels."""
    choice = documented().check(ticket, chosen=chosen)
    assert choice.message
    quote = choice.suggestion.reasons[0].quote.rstrip(".")
    assert all(words in choice.message for words in (quote, choice.chosen.name, choice.suggested.name))


@pytest.mark.parametrize("chosen", LEVELS)
def test_a_message_never_scolds(chosen: str) -> None:
    """No word of blame and none of the trade."""
    message = documented().check(JAMMED, chosen=chosen).message or ""
    blamed = ("wrong", "error", "mistake", "must", "should", "incorrect", "not allowed", "SLA", "incident")
    assert [word for word in blamed if word in message] == []


def test_the_right_choice_is_agreed_with_in_silence() -> None:
    """Nobody is told that they were right."""
    choice = documented().check(JAMMED, chosen="low")
    assert ("agree", 0, None) == (choice.verdict, choice.levels, choice.message)


def test_where_no_rule_decides_it_is_silent() -> None:
    """What is not known is not said."""
    choice = documented().check(Ticket(body="Hello there", channel="portal"), chosen="critical")
    assert ("unsure", None, "none") == (choice.verdict, choice.message, choice.strength.words)


@pytest.mark.parametrize(
    ("body", "chosen", "told"),
    [
        ("could you move some files", "low", "; the model says Scheduled, one level less urgent"),
        ("could you move some files", "scheduled", ", and the model says the same"),
        ("I am locked out of payroll", "low", "; the rules say High, 2 levels more urgent"),
    ],
)
def test_a_note_tells_who_decides(body: str, chosen: str, told: str) -> None:
    """The words of a model are not the rules', which say something else or nothing."""
    choice = Triage(model=small_model().folder).check(body, chosen=chosen)
    assert told in choice.note
    assert ("the model says" in told) == choice.suggestion.disagreement


def test_a_default_of_the_channel_gives_a_note_and_no_message() -> None:
    """An e-mailed outage that stands as Standard: nobody chose that, so only the technician is told."""
    choice = documented().check(Ticket(body=DOWN.body, channel="email"), chosen="standard")
    assert ("under", "default", None) == (choice.verdict, choice.chosen_by, choice.message)
    assert choice.note.startswith("Standard was chosen by the default of the channel; the rules say Critical")


@pytest.mark.parametrize(
    ("ticket", "chosen", "expected"),
    [
        (Ticket(body="x", channel="email"), "standard", "default"),
        (Ticket(body="x", channel="email"), "high", "person"),
        (Ticket(body="x", channel="portal"), "standard", "person"),
        (Ticket(body="x"), "standard", "person"),
        (Ticket(body="x", chosen="low", chosen_by="default"), None, "default"),
        (Ticket(body="x", channel="email", chosen="standard", chosen_by="person"), None, "person"),
        (Ticket(body="x", chosen="standard", chosen_by="default"), "critical", "person"),
    ],
)
def test_who_chose_is_known(ticket: Ticket, chosen: str | None, expected: str) -> None:
    """As the ticket says of its own level; else a level that the channel put there is nobody's choice."""
    assert expected == documented().check(ticket, chosen=chosen).chosen_by


def test_a_level_is_named_by_its_name_too() -> None:
    """As people write it."""
    assert "high" == documented().check("Hello", chosen=" High ").chosen.id


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ("hihg", r"there is no priority 'hihg'; it is one of critical, high.*Did you mean 'high'\?"),
        (None, "no priority was chosen: name one, or give the ticket its 'chosen'"),
        (5, "a chosen priority is the id or name of a level, not int"),
    ],
)
def test_what_is_no_level_is_refused(chosen: Any, message: str) -> None:
    """With what was found and what was expected."""
    with pytest.raises(ChoiceError, match=message):
        documented().check("Hello", chosen=chosen)


@pytest.mark.parametrize("warn_from", [-0.1, 1.1, float("nan"), "often"])
def test_a_number_of_silence_that_is_no_share_is_refused(warn_from: Any) -> None:
    """So that nobody is warned of everything by a slip."""
    with pytest.raises(ChoiceError, match="warn_from is a share from 0 to 1, not"):
        documented().check("Hello", chosen="low", warn_from=warn_from)


def test_the_note_has_evidence_and_losers() -> None:
    """The technician reads why, and what else held."""
    choice = documented().check(DOWN, chosen="low")
    assert choice.suggestion.explain() in choice.note


def test_the_rule_of_silence_is_one_number() -> None:
    """The same ground is enough for a low number and not for a high one."""
    assert "over" == documented().check(JAMMED, chosen="critical", warn_from=0.0).verdict
    assert "unsure" == documented().check(JAMMED, chosen="critical", warn_from=1.0).verdict


@given(tickets(), st.sampled_from(LEVELS), st.floats(0, 1))
def test_a_stricter_silence_never_warns_more(ticket: Ticket, chosen: str, least: float) -> None:
    """Raising the number only ever turns a warning into silence."""
    loose = documented().check(ticket, chosen=chosen, warn_from=least / 2)
    strict = documented().check(ticket, chosen=chosen, warn_from=least)
    assert strict.verdict in (loose.verdict, "unsure")


@given(tickets(), st.sampled_from(LEVELS))
def test_a_choice_survives_json(ticket: Ticket, chosen: str) -> None:
    """What is read back is what was written."""
    choice = documented().check(ticket, chosen=chosen)
    assert choice == Choice.from_dict(json.loads(json.dumps(choice.to_dict())))


@given(tickets(), st.sampled_from(LEVELS))
def test_a_verdict_is_the_side_of_the_suggestion(ticket: Ticket, chosen: str) -> None:
    """Over: the suggestion is less urgent. Under: more. A message is a warning's and a person's alone."""
    choice = documented().check(ticket, chosen=chosen)
    apart = choice.suggested.rank - choice.chosen.rank
    assert abs(apart) == choice.levels
    assert choice.verdict in ("unsure", "over" if apart > 0 else "under" if apart < 0 else "agree")
    assert (choice.message is not None) == (choice.warns and choice.chosen_by == "person")


@pytest.mark.parametrize("data", [{}, [], None, "text", {"verdict": "over"}])
def test_what_is_no_stored_choice_is_refused(data: Any) -> None:
    """Data that is no stored choice is refused as such."""
    with pytest.raises(ChoiceError, match="this is not a stored choice"):
        Choice.from_dict(data)


def test_an_unknown_verdict_is_refused() -> None:
    """A verdict is one of four words."""
    data = documented().check(JAMMED, chosen="low").to_dict()
    with pytest.raises(ChoiceError, match="'verdict' is of the wrong kind"):
        Choice.from_dict(data | {"verdict": "scold"})
