"""Defects found in comparable systems, each shown not to be one of ours."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from strategies import all_evidence, documented, examples, rule, rules_that_hold, triage_with

from triage import RuleFileError, Ticket, Triage
from triage.reading.folding import fold

LISTS = {"a": "{words: [apple]}", "b": "{words: [banana]}", "c": "{words: [cherry]}"}
DEGREES = ["high", "medium", "low"]


@pytest.mark.parametrize("text", ["apple", "banana", "apple and banana", "cherry"])
def test_a_or_b_and_c_wants_c(tmp_path: Path, text: str) -> None:
    """UVdesk: `(A or B) and C` fires though C is false."""
    triage = triage_with(tmp_path, rule("tested", "[any of: [a, b], any of: c]"), lists=LISTS)
    assert triage.suggest(text).unsure
    assert not triage.suggest(f"{text}, apple and cherry").unsure


def test_the_last_rule_of_a_file_does_not_win(tmp_path: Path) -> None:
    """UVdesk: of several workflows that fire, the last wins. Zammad, Znuny: the order of names decides."""
    rules = [
        rule(id, "[any of: a]", priority=p) for id, p in (("a", "slight"), ("m", "urgent"), ("z", "normal"))
    ]
    for order in (rules, rules[::-1]):
        assert "urgent" == triage_with(tmp_path, *order, lists=LISTS).suggest("apple").priority.id


@pytest.mark.parametrize("written", ["X-Auto-Response", "x-auto-response", "X-AUTO-RESPONSE"])
@pytest.mark.parametrize("text", ["X-Auto-Response", "x-auto-response", "X-AUTO-RESPONSE"])
@pytest.mark.parametrize("key", ["words", "exactly"])
def test_case_is_folded_on_both_sides(tmp_path: Path, written: str, text: str, key: str) -> None:
    """osTicket: a header is upper-cased and then compared with mixed case, so it never matches."""
    lists = {"wanted": f"{{{key}: [{written}]}}"}
    triage = triage_with(tmp_path, rule("tested", "[any of: wanted]"), lists=lists)
    assert not triage.suggest(f"It says {text} there").unsure


@pytest.mark.parametrize("channel", ["email", "desktop", "portal", "phone"])
def test_an_emailed_ticket_is_read_like_any_other(channel: str) -> None:
    """Peppermint: every e-mailed ticket is "low"."""
    for ticket in examples():
        expected = documented().suggest(ticket)
        assert expected.priority == documented().suggest(replace(ticket, channel=channel)).priority


@pytest.mark.parametrize("channel", ["email", "desktop"])
def test_an_emailed_ticket_is_standard_by_default(channel: str) -> None:
    """Peppermint: every e-mailed ticket is "low"; the guideline flags what nobody judged as Standard."""
    suggestion = documented().suggest(Ticket(body="Good morning.", channel=channel))
    assert ("standard", True, channel) == (suggestion.priority.id, suggestion.unsure, suggestion.channel)


def test_impact_and_urgency_are_monotone() -> None:
    """Atlassian: the sample matrix of impact and urgency is not monotone."""
    levels = documented().rules.priorities
    assert sorted(range(len(levels))) == [level.rank for level in levels]
    for part in ("impact", "urgency"):
        degrees = [DEGREES.index(getattr(level, part)) for level in levels]
        assert sorted(degrees) == degrees
    pairs = {(level.impact, level.urgency) for level in levels}
    assert len(levels) == len(pairs)


@pytest.mark.parametrize(
    "ticket", [Ticket(body="apple"), Ticket(subject="apple"), Ticket(subject="", body="apple")]
)
@pytest.mark.parametrize("key", ["unless", "unless_anywhere"])
def test_what_is_absent_vetoes_nothing(tmp_path: Path, ticket: Ticket, key: str) -> None:
    """Znuny: a negated match on an absent header counts as "not matched", so the rule does not fire."""
    triage = triage_with(tmp_path, rule("tested", "[any of: a]", **{key: "[any of: b]"}), lists=LISTS)
    assert {"tested"} == rules_that_hold(triage.suggest(ticket))


def test_an_absent_scope_vetoes_nothing(tmp_path: Path) -> None:
    """Znuny: a negated match on an absent header counts as "not matched"; so would one on who is hit."""
    scope = "[{who: one person, any of: b}]"
    tested = rule("tested", "[any of: a]", unless="[scope: one person]")
    assert not triage_with(tmp_path, tested, lists=LISTS, scope=scope).suggest("apple").unsure


@pytest.mark.parametrize("text", ["Sie erh\u00e4lt nichts", "erh\u00e4lt.", "ERH\u00c4LT."])
def test_a_letter_beyond_ascii_is_part_of_its_word(tmp_path: Path, text: str) -> None:
    """flashtext: "lt." is found inside "erh\u00e4lt"."""
    triage = triage_with(tmp_path, rule("tested", '[any of: "lt."]'))
    assert triage.suggest(text).unsure
    assert not triage.suggest("lt. Angabe").unsure


@pytest.mark.parametrize(
    "before", ["\u0130", "\u0130\u0130\u0130 stra\u00dfe ", "\ufb01\u0130\u1e9e", "\U0001f600\u0130"]
)
def test_offsets_survive_letters_that_lower_to_two(before: str) -> None:
    """flashtext: offsets are wrong after "\u0130", whose lower case has two characters."""
    text = f"{before} My laptop keeps freezing"
    found = all_evidence(documented().suggest(text))
    assert len(text) == len(fold(text))
    assert "laptop" in [item.text for item in found]
    assert [item.text for item in found] == [text[item.start : item.end] for item in found]


@pytest.mark.parametrize("key", ["anyof", "any_of", "any", "lists", "words", "anny of"])
def test_a_mistyped_line_matches_nothing(tmp_path: Path, key: str) -> None:
    """spaCy: a mistyped key in a pattern matches every token."""
    with pytest.raises(RuleFileError, match=rf":\d+:12: unknown key '{key}' in rule 'tested'"):
        triage_with(tmp_path, rule("tested", f"[{key}: a]"), lists=LISTS)


def test_an_empty_line_matches_nothing(tmp_path: Path) -> None:
    """spaCy: an empty pattern matches every token."""
    with pytest.raises(
        RuleFileError, match=r"a line has exactly one of 'any of', 'all of', '2 of' and 'scope'"
    ):
        triage_with(tmp_path, rule("tested", "[{}]"))


@pytest.mark.parametrize("text", ["all users", "all  users", "All\nusers", "all\r\nusers"])
def test_two_spaces_do_not_hide_a_phrase(tmp_path: Path, text: str) -> None:
    """spaCy: PhraseMatcher misses "all  users" with two spaces."""
    suggestion = triage_with(tmp_path, rule("tested", '[any of: "all users"]')).suggest(f"For {text} here")
    assert [text] == [item.text for item in all_evidence(suggestion)]


@pytest.mark.parametrize("key", ["levle", "Status", "priorty"])
def test_a_mistyped_key_is_no_missing_key(tmp_path: Path, key: str) -> None:
    """pySigma: `levle: high` is accepted, and the rule has no level."""
    with pytest.raises(RuleFileError, match=f"unknown key '{key}' in rule 'tested'"):
        triage_with(tmp_path, rule("tested", '[any of: "down"]', **{key: "high"}))


def test_a_rule_that_holds_alone_holds_with_all_others() -> None:
    """GLPI: the test button of a rule says yes, and the live rule does nothing."""
    rules = documented().rules
    for tested in rules.rules[::5]:
        alone = Triage(replace(rules, rules=(tested,)))
        for ticket in examples():
            expected = tested.id in rules_that_hold(alone.suggest(ticket))
            assert expected == (tested.id in rules_that_hold(documented().suggest(ticket)))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000 + "!",
        "a'" * 100_000 + "!",
        "not " * 50_000 + "open",
        "not the " * 25_000 + "opn",
        " " * 200_000 + "x",
        "\n \t" * 60_000 + "x",
        "(" * 100_000 + ")" * 100_000,
        "> " * 100_000,
        "On Mon 1 Jan " * 15_000 + "wrote",
        "x@y> " * 40_000 + "wrote",
        "-" * 100_000 + " original message",
        "[external" * 20_000,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_no_text_hangs(text: str) -> None:
    """rule-engine: a regular expression hangs on a text made for it."""
    start = time.thread_time()
    assert documented().suggest(Ticket(subject=text, body=text)).priority in documented().rules.priorities
    assert time.thread_time() - start < 30


def test_no_rule_file_hangs(tmp_path: Path) -> None:
    """rule-engine: a regular expression hangs; a phrase is text here, and nothing in it repeats."""
    evil = ["(a+)+$", "(a|a)*b", "^(a*)*$", "[a-z]+x{1,99999}"]
    rules = [rule(f"evil-{number}", f'[any of: "{phrase}"]') for number, phrase in enumerate(evil)]
    start = time.thread_time()
    assert triage_with(tmp_path, *rules).suggest("a" * 100_000 + "!").unsure
    assert time.thread_time() - start < 30


@pytest.mark.parametrize("text", ["We have no internet", "The printer is not working", "I cannot log in"])
def test_a_negated_word_is_the_incident(text: str) -> None:
    """negspacy: its general terms take "no internet", "not working" and "cannot log in" for nothing wrong."""
    suggestion = documented().suggest(text)
    assert "rule" == suggestion.decided_by
    assert suggestion.priority.id in ("critical", "high", "standard", "low")
    assert () == suggestion.set_aside
    assert any(
        re.search("no internet|not working|cannot log in", item.text) for item in all_evidence(suggestion)
    )


def test_a_negation_does_not_reach_into_the_next_words(tmp_path: Path) -> None:
    """negspacy: a negation flips what follows it; here only a list of the rule file sets anything aside."""
    triage = triage_with(tmp_path, rule("tested", "[any of: a, any of: b]"), lists=LISTS)
    assert not triage.suggest("No apple, not any banana, without doubt").unsure


def test_a_deep_rule_file_does_not_exhaust_the_stack(tmp_path: Path) -> None:
    """rule-engine: a rule can hang its host; here one nested beyond the stack is a fault like any other."""
    file = tmp_path / "rules.yaml"
    depth = sys.getrecursionlimit() * 3
    file.write_text("a: " + "[" * depth + "]" * depth, "utf-8")
    with pytest.raises(RuleFileError, match=r"rules\.yaml:1:\d+: this is not YAML"):
        Triage(file)
