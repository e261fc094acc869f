"""What a caller may rely on: the public names, what their values hold, and that these are frozen."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args

import pytest
from strategies import documented

import triage
from triage import (
    Choice,
    Evidence,
    Loser,
    Mail,
    Measured,
    NearMiss,
    Opinion,
    Outcome,
    Priority,
    Question,
    Reason,
    SetAside,
    Shadow,
    Strength,
    Suggestion,
    Ticket,
    TriageError,
    Weight,
)
from triage.suggestion import DecidedBy, Who

PUBLIC = [
    "CalendarError",
    "Choice",
    "ChoiceError",
    "Evidence",
    "Fault",
    "HistoryError",
    "Loser",
    "Mail",
    "Measured",
    "ModelError",
    "NearMiss",
    "Opinion",
    "Outcome",
    "Priority",
    "Question",
    "Reason",
    "RuleFileError",
    "ServiceError",
    "SetAside",
    "Shadow",
    "Strength",
    "Suggestion",
    "SuggestionError",
    "TableError",
    "Ticket",
    "TicketError",
    "TrainingError",
    "Triage",
    "TriageError",
    "Weight",
]
HOLDS: dict[type[Any], list[str]] = {
    Ticket: [
        *("body", "channel", "chosen", "chosen_by", "from_dict", "mail", "of", "received", "subject"),
        "to_dict",
    ],
    Mail: ["attachments", "automatic", "importance"],
    Priority: ["definition", "id", "impact", "name", "rank", "target", "urgency"],
    Evidence: ["end", "field", "list", "start", "text", "to_dict", "zone"],
    Reason: ["evidence", "line", "priority", "quote", "rule", "says", "to_dict"],
    Loser: ["reason", "to_dict", "why"],
    NearMiss: ["missing", "priority", "question", "rule", "to_dict"],
    Measured: ["date", "high", "low", "n", "of", "precision", "to_dict"],
    Shadow: ["changes", "priority", "reasons", "to_dict"],
    SetAside: ["evidence", "to_dict", "why"],
    Suggestion: [
        "certainty",
        "channel",
        "decided_by",
        "disagreement",
        "explain",
        "from_dict",
        "impact",
        "losers",
        "measured",
        "near_misses",
        "open",
        "opinion",
        "priority",
        "reasons",
        "rules_version",
        "scope",
        "set_aside",
        "shadow",
        "target",
        "to_dict",
        "unsure",
        "urgency",
    ],
    Opinion: [
        "findings",
        "from_dict",
        "in_words",
        "priority",
        "probabilities",
        "probability",
        "sure",
        "threshold",
        "to_dict",
        "unlearned",
        "version",
        "words",
    ],
    Weight: ["end", "field", "start", "text", "to_dict", "weight", "zone"],
    Choice: [
        "changes",
        "chosen",
        "chosen_by",
        "from_dict",
        "levels",
        "message",
        "note",
        "question",
        "strength",
        "suggested",
        "suggestion",
        "to_dict",
        "verdict",
        "warns",
    ],
    Strength: ["estimate", "share", "words"],
    Question: ["outcomes", "text"],
    Outcome: ["answer", "label", "priority", "verdict"],
    triage.Triage: ["answer", "check", "rules", "suggest", "suggest_many"],
}


def _names(value: type[Any]) -> list[str]:
    inherited = set(dir(tuple)) if issubclass(value, tuple) else set()
    return sorted(name for name in set(dir(value)) - inherited if not name.startswith("_"))


def _methods() -> Iterator[Any]:
    for value, names in HOLDS.items():
        for name in names:
            if inspect.isroutine(method := getattr(value, name)):
                yield pytest.param(method, id=f"{value.__name__}.{name}")


def test_the_public_names_are_these() -> None:
    """The package offers exactly these names, sorted."""
    assert triage.__all__ == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    """Every public name leads to a class of this package that says what it is."""
    value = getattr(triage, name)
    assert value.__module__.startswith("triage.")
    assert inspect.getdoc(value)


@pytest.mark.parametrize("value", HOLDS, ids=lambda value: value.__name__)
def test_a_public_value_holds_these(value: type[Any]) -> None:
    """Each public value has exactly these attributes and methods."""
    assert HOLDS[value] == _names(value)


@pytest.mark.parametrize("method", list(_methods()))
def test_a_public_method_is_typed_and_documented(method: Any) -> None:
    """Each public method has a docstring with an example, and every parameter and the result have a type."""
    signature = inspect.signature(method)
    assert ">>>" in (inspect.getdoc(method) or "")
    assert signature.return_annotation is not signature.empty
    assert all(p.annotation is not p.empty for name, p in signature.parameters.items() if name != "self")


@pytest.mark.parametrize("name", [name for name in PUBLIC if name.endswith("Error")])
def test_every_error_is_a_triage_error(name: str) -> None:
    """One `except TriageError` catches every error that the package raises for its callers."""
    assert issubclass(getattr(triage, name), TriageError)


def _values() -> Iterator[Any]:
    suggestion = documented().suggest("The file server is down. My mouse is fine.")
    reason = suggestion.reasons[0]
    yield from (
        Ticket(body="It is down"),
        Mail(),
        suggestion,
        suggestion.priority,
        reason,
        reason.evidence[0],
    )
    yield from (Loser(reason, "why"), NearMiss("a", "b", "c", "d"), SetAside("why", reason.evidence[0]))
    yield from (Measured.of(3, 4, date="2026-03-02"), Shadow("low", True, (reason,)))
    choice = documented().check("The printer is jammed", chosen="critical")
    assert choice.question
    yield from (choice, choice.strength, choice.question, choice.question.outcomes[0])
    yield from (triage.Fault("rules.yaml", 1, 1, "wrong"), documented().rules, documented().rules.rules[0])


@pytest.mark.parametrize("value", list(_values()), ids=lambda value: type(value).__name__)
def test_values_are_frozen(value: Any) -> None:
    """No part of a value can be changed, nor can one be added."""
    first = fields(value)[0].name if is_dataclass(value) else value._fields[0]
    with pytest.raises((AttributeError, TypeError), match=r"cannot assign|can't set|has no attribute|super"):
        setattr(value, first, "changed")
    with pytest.raises((AttributeError, TypeError), match=r"cannot assign|can't set|has no attribute|super"):
        value.something_else = "added"


@pytest.mark.parametrize("value", list(_values()), ids=lambda value: type(value).__name__)
def test_values_can_be_kept_in_sets(value: Any) -> None:
    """Equal values are one in a set, and no part of a value can be changed behind its back."""
    assert len({value, value}) == 1


def test_decided_by_is_one_of_three() -> None:
    """A rule, a model or the default decides."""
    assert get_args(DecidedBy) == ("rule", "model", "default")


def test_scope_is_one_of_four() -> None:
    """Who is hit is one person, several, everyone or unknown."""
    assert get_args(Who) == ("one person", "several", "everyone", "unknown")


def test_a_suggestion_as_data_has_these_keys() -> None:
    """The keys of the plain data are those of the value, with what follows from them beside."""
    data = documented().suggest("The file server is down").to_dict()
    assert {
        *(field.name for field in fields(Suggestion)),
        "impact",
        "urgency",
        "target",
        "disagreement",
    } == set(data)
    assert {"rule", "priority", "says", "quote", "line", "evidence"} == set(data["reasons"][0])
    assert {"field", "zone", "start", "end", "text", "list"} == set(data["reasons"][0]["evidence"][0])


@pytest.mark.parametrize("value", [None, 5, b"bytes", ["a list"], {"body": "x"}])
def test_what_is_no_ticket_is_refused(value: Any) -> None:
    """Anything but a ticket or a text is refused with what was found."""
    with pytest.raises(
        triage.TicketError, match=f"a ticket is a Ticket or a text, not {type(value).__name__}"
    ):
        documented().suggest(value)


@pytest.mark.parametrize("field", ["subject", "body", "channel", "chosen", "received"])
def test_a_part_of_a_ticket_is_text(field: str) -> None:
    """A part of a ticket that is no text is refused by its name."""
    wrong: dict[str, Any] = {field: 5}
    with pytest.raises(triage.TicketError, match=f"the {field} of a ticket is text.*, not int"):
        Ticket(**wrong)


def test_chosen_by_is_a_person_or_the_default() -> None:
    """Who chose a priority is one of two words."""
    with pytest.raises(triage.TicketError, match="chosen_by is 'person' or 'default', not 'boss'"):
        Ticket(chosen_by="boss")


def test_an_unknown_key_of_a_stored_ticket_is_refused() -> None:
    """Stored data with an unknown key is refused, with the keys there are."""
    with pytest.raises(triage.TicketError, match=r"unknown key 'sbject' in a ticket; it has body, channel"):
        Ticket.from_dict({"sbject": "x"})


@pytest.mark.parametrize("data", [{}, [], None, "text", {"priority": {}}, {"priority": {"id": "high"}}])
def test_what_is_no_stored_suggestion_is_refused(data: Any) -> None:
    """Data that is no stored suggestion is refused as such."""
    with pytest.raises(triage.SuggestionError, match="this is not a stored suggestion"):
        Suggestion.from_dict(data)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reasons": {}}, "'reasons' is no list"),
        ({"near_misses": "none"}, "'near_misses' is no list"),
        ({"unsure": 1}, "'unsure' is of the wrong kind"),
        ({"scope": "nobody"}, "'scope'"),
        ({"channel": 3}, "'channel'"),
        ({"rules_version": None}, "'rules_version'"),
        (
            {"measured": {"precision": "1", "low": 0, "high": 1, "n": 2, "date": ""}},
            "'measured/precision'",
        ),
        ({"losers": [{"reason": {"rule": "a"}, "why": ""}]}, "'losers/0/reason/priority' is missing"),
    ],
)
def test_a_part_of_the_wrong_kind_is_refused(change: dict[str, Any], said: str) -> None:
    """At any depth, and by name: it would come out as an error of Python somewhere later."""
    data = documented().suggest("The file server is down").to_dict()
    with pytest.raises(triage.SuggestionError, match=said):
        Suggestion.from_dict(data | change)


@pytest.mark.parametrize("at", ["rule", "line", "evidence"])
def test_a_part_deep_inside_of_the_wrong_kind_is_refused(at: str) -> None:
    data = documented().suggest("The file server is down").to_dict()
    data["reasons"][0][at] = [3] if at == "evidence" else ["3"]
    with pytest.raises(triage.SuggestionError, match="this is not a stored suggestion"):
        Suggestion.from_dict(data)


@pytest.mark.parametrize("rules", [3, 1.5, b"rules.yaml", [], object()])
def test_rules_that_are_no_path_are_refused(rules: Any) -> None:
    with pytest.raises(triage.RuleFileError, match=f"named by its path, not by {type(rules).__name__}"):
        triage.Triage(rules=rules)


def test_a_stored_suggestion_with_a_part_too_many_is_refused() -> None:
    """An unknown key of a stored suggestion is refused, and so is one that is missing."""
    data = documented().suggest("The file server is down").to_dict()
    with pytest.raises(triage.SuggestionError, match="surprise"):
        Suggestion.from_dict(data | {"surprise": 1})
    del data["scope"]
    with pytest.raises(triage.SuggestionError, match="scope"):
        Suggestion.from_dict(data)
