"""What holds for every text, every ticket and every set of hits."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    all_evidence,
    any_text,
    decision,
    documented,
    examples,
    hits,
    rule,
    tickets,
    triage_with,
)

from triage import Suggestion, Ticket, Triage
from triage.engine import decide
from triage.reading.folding import fold
from triage.rules.compiled import Hit

EXAMPLES = examples()
IRRELEVANT = (
    "The weather was lovely on Tuesday.",
    "The aunt of the baker likes lemon cake.",
    "It rained a little in Paris.",
    "The cat slept under the old oak tree.",
)


@cache
def decided(ticket: Ticket) -> tuple[str, str, frozenset[str]]:
    """Return the decision of the documented rules on an example as it stands."""
    return decision(documented().suggest(ticket))


def rewritten(ticket: Ticket, write: Callable[[str], str]) -> tuple[str, str, frozenset[str]]:
    """Return the decision on an example whose subject and body are written in another way."""
    return decision(documented().suggest(Ticket(subject=write(ticket.subject), body=write(ticket.body))))


def through_json(data: Mapping[str, object]) -> dict[str, object]:
    """Return plain data as it comes back from a JSON text."""
    back: dict[str, object] = json.loads(json.dumps(data))
    return back


# -- offsets ---------------------------------------------------------------------------------------------


@given(tickets())
def test_evidence_is_cut_out_of_the_original(ticket: Ticket) -> None:
    """The offsets of every piece of evidence cut exactly its text out of the field it names."""
    for evidence in all_evidence(documented().suggest(ticket)):
        assert evidence.text == getattr(ticket, evidence.field)[evidence.start : evidence.end]


@given(tickets(), st.sampled_from(EXAMPLES))
def test_evidence_survives_what_stands_around_it(around: Ticket, example: Ticket) -> None:
    """Evidence of an example is cut out exactly when any text stands before and after it."""
    ticket = Ticket(subject=around.subject, body=f"{around.body}\n\n{example.body}\n\n{around.subject}")
    for evidence in all_evidence(documented().suggest(ticket)):
        assert evidence.text == getattr(ticket, evidence.field)[evidence.start : evidence.end]
        assert evidence.text.strip() == evidence.text != ""


@given(any_text())
def test_folding_keeps_length(text: str) -> None:
    """Folding gives one character for one character, so an offset means the same before and after."""
    assert len(text) == len(fold(text))


@pytest.mark.parametrize("plane", range(17))
def test_folding_keeps_the_length_of_every_character(plane: int) -> None:
    """Every single code point of Unicode folds to exactly one character, alone and among others."""
    characters = [chr(code) for code in range(plane * 0x10000, (plane + 1) * 0x10000)]
    assert {1} == {len(fold(character)) for character in characters}
    assert len(characters) == len(fold("".join(characters)))


@given(any_text())
def test_folding_twice_is_folding_once(text: str) -> None:
    """What is folded stays as it is."""
    assert fold(text) == fold(fold(text))


# -- any text answers ------------------------------------------------------------------------------------


@given(tickets())
def test_any_ticket_is_answered(ticket: Ticket) -> None:
    """Any ticket gets one of the documented levels, and unsure means that a default stands."""
    suggestion = documented().suggest(ticket)
    assert suggestion.priority in documented().rules.priorities
    assert suggestion.unsure == (not suggestion.reasons) == (suggestion.decided_by == "default")
    assert suggestion.priority.name in suggestion.explain()


@given(any_text())
def test_any_text_is_the_body_of_a_ticket(text: str) -> None:
    """A text is answered exactly as the ticket whose body it is."""
    assert documented().suggest(Ticket(body=text)) == documented().suggest(text)


@given(tickets())
def test_asking_again_gives_the_same_answer(ticket: Ticket) -> None:
    """The same ticket always gets the same suggestion."""
    assert documented().suggest(ticket) == documented().suggest(ticket)


@given(st.lists(tickets(), max_size=4))
def test_many_are_answered_as_one_by_one(several: list[Ticket]) -> None:
    """An iterator of tickets gives an iterator of the suggestions that each gets alone, in order."""
    assert [documented().suggest(t) for t in several] == list(documented().suggest_many(iter(several)))


# -- what never changes a decision -----------------------------------------------------------------------


@given(st.sampled_from(EXAMPLES), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_case_never_changes_the_decision(ticket: Ticket, write: Callable[[str], str]) -> None:
    """An example in capitals, in small letters or in any mixture of the usual kinds is decided alike."""
    assert decided(ticket) == rewritten(ticket, write)


@given(st.sampled_from(EXAMPLES), st.randoms(use_true_random=False))
def test_case_of_single_letters_never_changes_the_decision(ticket: Ticket, chance: random.Random) -> None:
    """An example whose letters are capital or small at random is decided alike."""
    assert decided(ticket) == rewritten(
        ticket, lambda text: "".join(chance.choice((c.upper(), c.lower())) for c in text)
    )


@given(st.sampled_from(EXAMPLES), st.data())
def test_runs_of_spaces_never_change_the_decision(ticket: Ticket, data: st.DataObject) -> None:
    """An example with more than one space between its words is decided alike."""

    def write(text: str) -> str:
        return re.sub(" ", lambda _: " " * data.draw(st.integers(1, 5)), text)

    assert decided(ticket) == rewritten(ticket, write)


@given(st.sampled_from(EXAMPLES), st.data())
def test_line_breaks_never_change_the_decision(ticket: Ticket, data: st.DataObject) -> None:
    """An example whose lines a mail program has broken between two words is decided alike."""

    def write(text: str) -> str:
        return re.sub(r"(?<=\w) (?=\w)", lambda _: data.draw(st.sampled_from((" ", "\n", "\r\n"))), text)

    assert decided(ticket) == decision(documented().suggest(replace(ticket, body=write(ticket.body))))


@pytest.mark.parametrize("spelling", ["email", "e-mail", "e mail", "E-Mail", "e\u2011mail"])
def test_the_spelling_of_e_mail_never_changes_the_decision(spelling: str) -> None:
    """An example about e-mail is decided alike however the word is spelt."""
    about_mail = [ticket for ticket in EXAMPLES if re.search("(?i)e-?mail", ticket.body)]
    assert about_mail
    for ticket in about_mail:
        assert decided(ticket) == rewritten(ticket, lambda text: re.sub("(?i)e-?mail", spelling, text))


@pytest.mark.parametrize("sentence", IRRELEVANT)
def test_an_irrelevant_sentence_is_irrelevant(sentence: str) -> None:
    """The sentences that the next test appends are found in no list, so no rule decides on them."""
    suggestion = documented().suggest(sentence)
    assert suggestion.unsure
    assert all_evidence(suggestion) == []


@given(st.sampled_from(EXAMPLES), st.sampled_from(IRRELEVANT), st.sampled_from((" ", "\n", "\n\n")))
def test_an_irrelevant_sentence_never_changes_the_decision(ticket: Ticket, sentence: str, gap: str) -> None:
    """An example with a sentence about nothing after it is decided alike."""
    stop = "" if ticket.body.rstrip().endswith((".", "!", "?")) else "."
    longer = replace(ticket, body=f"{ticket.body}{stop}{gap}{sentence}")
    assert decided(ticket) == decision(documented().suggest(longer))


# -- order of rules --------------------------------------------------------------------------------------


@cache
def shuffled(seed: int) -> Triage:
    """Return a Triage of the documented rules in another order."""
    rules = list(documented().rules.rules)
    random.Random(seed).shuffle(rules)
    return Triage(replace(documented().rules, rules=tuple(rules)))


@given(tickets(), st.integers(0, 1))
def test_the_order_of_rules_never_changes_the_decision(ticket: Ticket, seed: int) -> None:
    """The documented rules in any order decide alike, by the same rules, with the same evidence."""
    expected, found = documented().suggest(ticket), shuffled(seed).suggest(ticket)
    assert expected.priority == found.priority
    assert expected.reasons == found.reasons
    assert expected.scope == found.scope
    assert {loser.reason for loser in expected.losers} == {loser.reason for loser in found.losers}


def test_the_order_of_the_file_never_changes_the_answer(tmp_path: Path) -> None:
    """The same rules in the opposite order of a file give the same suggestion but for the version."""
    rules = [
        rule("red", '[any of: "down"]', priority="normal"),
        rule("green", '[any of: "server"]', priority="urgent", overrides="[red]"),
        rule("blue", '[any of: "server"]', general="yes"),
        rule("grey", '[any of: "down", any of: "server"]', priority="urgent"),
        rule("pink", '[any of: "down"]', status="draft"),
    ]
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    first = triage_with(one, *rules).suggest("The server is down")
    second = triage_with(other, *reversed(rules)).suggest("The server is down")
    assert first == replace(second, rules_version=first.rules_version)
    assert [reason.rule for reason in first.reasons] == ["grey", "green"]


# -- the policy ------------------------------------------------------------------------------------------


@given(hits())
def test_the_policy_is_total(found: list[Hit]) -> None:
    """Every hit either decides or loses, never both, and every loser says why."""
    winners, lost = decide(found)
    ids = [hit.rule.id for hit in (*winners, *(hit for hit, _ in lost))]
    assert sorted(hit.rule.id for hit in found) == sorted(ids)
    assert all(why for _, why in lost)


@given(hits())
def test_a_hit_that_is_no_draft_means_a_winner(found: list[Hit]) -> None:
    """Something decides exactly when a rule that is not a draft holds."""
    winners, _ = decide(found)
    assert any(not hit.rule.draft for hit in found) == bool(winners)


@given(hits(), st.randoms(use_true_random=False))
def test_the_policy_does_not_depend_on_order(found: list[Hit], chance: random.Random) -> None:
    """Hits in any order give the same winners in the same order, and the same losers."""
    winners, lost = decide(found)
    again_winners, again_lost = decide(chance.sample(found, len(found)))
    assert winners == again_winners
    assert {hit for hit, _ in lost} == {hit for hit, _ in again_lost}


@given(hits())
def test_winners_agree(found: list[Hit]) -> None:
    """All rules that decide have one priority, are no drafts, and none is overridden by another."""
    winners, _ = decide(found)
    assert len({hit.rule.priority for hit in winners}) <= 1
    assert not any(hit.rule.draft for hit in winners)
    overridden = frozenset[str]().union(*(hit.rule.overrides for hit in winners))
    assert not overridden & {hit.rule.id for hit in winners}


@given(hits())
def test_no_loser_is_missed(found: list[Hit]) -> None:
    """A loser is a draft, overridden, general beside something specific, or less urgent than the winner."""
    winners, lost = decide(found)
    overridden = frozenset[str]().union(*(hit.rule.overrides for hit in found if not hit.rule.draft))
    for hit, _ in lost:
        assert (
            hit.rule.draft
            or hit.rule.id in overridden
            or (hit.rule.general and not winners[0].rule.general)
            or hit.rule.priority.rank > winners[0].rule.priority.rank
        )


# -- round trips -----------------------------------------------------------------------------------------


def _without_pairs(ticket: Ticket) -> Ticket:
    """Return the ticket without surrogates in pairs: JSON itself makes one character of two."""
    pair = re.compile("[\ud800-\udbff](?=[\udc00-\udfff])")
    return replace(ticket, subject=pair.sub("", ticket.subject), body=pair.sub("", ticket.body))


@given(tickets().map(_without_pairs))
def test_a_ticket_comes_back_from_json(ticket: Ticket) -> None:
    """A ticket written as JSON and read again is the same ticket."""
    assert ticket == Ticket.from_dict(through_json(ticket.to_dict()))


@given(tickets().map(_without_pairs))
def test_a_suggestion_comes_back_from_json(ticket: Ticket) -> None:
    """A suggestion written as JSON and read again is the same suggestion, and is written alike."""
    suggestion = documented().suggest(ticket)
    data = through_json(suggestion.to_dict())
    assert suggestion == Suggestion.from_dict(data)
    assert data == through_json(Suggestion.from_dict(data).to_dict())


@given(st.sampled_from(EXAMPLES))
def test_a_suggestion_with_reasons_comes_back_from_json(ticket: Ticket) -> None:
    """A suggestion with reasons and evidence survives JSON too, to its types."""
    suggestion = documented().suggest(ticket)
    back = Suggestion.from_dict(through_json(suggestion.to_dict()))
    assert suggestion == back
    assert type(suggestion.reasons[0].evidence[0]) is type(back.reasons[0].evidence[0])
    assert suggestion.explain() == back.explain()
