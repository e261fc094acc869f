"""What the words of the rule language mean, each shown by a small rule file of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from strategies import rule, rules_that_hold, triage_with, write_rules

from triage import Ticket, Triage

SERVER_DOWN = "[any of: server, any of: down]"
LISTS = {
    "server": "{words: [server]}",
    "down": "{words: [down, offline]}",
    "slow": "{words: [slow]}",
    "everyone": '{words: [everyone], question: "Is everyone affected?"}',
    "several": '{words: ["some of us"]}',
    "only me": '{words: ["only me"]}',
    "i": "{exactly: [i]}",
}
SCOPE = (
    "[{who: one person, any of: only me}, {who: everyone, any of: everyone}, "
    "{who: several, any of: several}, {who: one person, any of: i, sure: no}]"
)


def holds(triage: Triage, ticket: Ticket | str) -> bool:
    """Return whether the rule "tested" holds."""
    return "tested" in rules_that_hold(triage.suggest(ticket))


def finds(folder: Path, text: str, *, lists: dict[str, str], **more: str) -> bool:
    """Return whether the list "wanted" of these lists is found in a text."""
    return holds(triage_with(folder, rule("tested", "[any of: wanted]"), lists=lists, **more), text)


# -- lines of `when` -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "expected"), [("It is down", True), ("It is slow", True), ("Hello", False)])
def test_any_of_wants_one_list(tmp_path: Path, text: str, expected: bool) -> None:
    """`any of` holds when at least one of its lists is found."""
    triage = triage_with(tmp_path, rule("tested", "[any of: [down, slow]]"), lists=LISTS)
    assert expected == holds(triage, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("The server is slow and then down", True), ("The server is slow", False), ("down down down", False)],
)
def test_all_of_wants_every_list(tmp_path: Path, text: str, expected: bool) -> None:
    """`all of` holds when every one of its lists is found."""
    triage = triage_with(tmp_path, rule("tested", "[all of: [down, slow, server]]"), lists=LISTS)
    assert expected == holds(triage, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("The server is slow", True), ("slow, then down", True), ("down down down", False), ("Hello", False)],
)
def test_two_of_wants_two_lists(tmp_path: Path, text: str, expected: bool) -> None:
    """`2 of` holds when two different lists are found, not when one is found twice."""
    triage = triage_with(tmp_path, rule("tested", "[2 of: [down, slow, server]]"), lists=LISTS)
    assert expected == holds(triage, text)


@pytest.mark.parametrize(
    ("text", "expected"), [("The server is down", True), ("The server", False), ("down", False)]
)
def test_every_line_must_be_found(tmp_path: Path, text: str, expected: bool) -> None:
    """`when` holds when all of its lines do."""
    assert expected == holds(triage_with(tmp_path, rule("tested", SERVER_DOWN), lists=LISTS), text)


def test_four_lines_are_all_needed(tmp_path: Path) -> None:
    """A rule of four lines, the most there are, holds only with all four."""
    when = "[any of: server, any of: down, any of: slow, any of: everyone]"
    triage = triage_with(tmp_path, rule("tested", when), lists=LISTS)
    words = ["server", "down", "slow", "everyone"]
    assert holds(triage, " ".join(words))
    assert not any(holds(triage, " ".join(w for w in words if w != left_out)) for left_out in words)


def test_a_phrase_of_its_own_stands_in_quotes(tmp_path: Path) -> None:
    """A phrase in quotes is looked for as it stands, and its evidence names it."""
    triage = triage_with(tmp_path, rule("tested", '[any of: "blue screen"]'))
    evidence = triage.suggest("A blue screen again").reasons[0].evidence
    assert [(item.text, item.list) for item in evidence] == [("blue screen", '"blue screen"')]


# -- within ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("server went suddenly down", True),
        ("down went the server", True),
        ("server went very suddenly down", False),
        ("server. It is down", True),
    ],
)
def test_within_words_counts_words(tmp_path: Path, text: str, expected: bool) -> None:
    """`within: 4 words` holds when all lines are found in some four words, in any order."""
    triage = triage_with(tmp_path, rule("tested", SERVER_DOWN, within="4 words"), lists=LISTS)
    assert expected == holds(triage, text)


def test_within_words_counts_whole_phrases(tmp_path: Path) -> None:
    """A phrase that begins within the distance and ends beyond it is too far away."""
    tested = rule("tested", '[any of: server, any of: "gone away"]', within="4 words")
    triage = triage_with(tmp_path, tested, lists=LISTS)
    assert holds(triage, "server suddenly gone away")
    assert not holds(triage, "server very suddenly gone away")


def test_within_words_takes_the_nearest_pair(tmp_path: Path) -> None:
    """One pair that is near enough suffices, wherever the other occurrences stand, and it is the evidence."""
    triage = triage_with(tmp_path, rule("tested", SERVER_DOWN, within="3 words"), lists=LISTS)
    text = "server of the main office in town and the other server down as of today"
    evidence = triage.suggest(text).reasons[0].evidence
    assert [(item.start, item.end) for item in evidence] == [(48, 54), (55, 59)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our server, which is in the cellar, went down", True),
        ("We have a server. My mood is down.", False),
        ("We have a server\n\nMy mood is down", False),
        ("We have a server. My mood is down. The server is offline!", True),
    ],
)
def test_same_sentence(tmp_path: Path, text: str, expected: bool) -> None:
    """`within: same sentence` holds when one sentence has all lines; an empty line ends a sentence too."""
    triage = triage_with(tmp_path, rule("tested", SERVER_DOWN, within="same sentence"), lists=LISTS)
    assert expected == holds(triage, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Look at the server. It is down.", True),
        ("It is down. I mean the server.", True),
        ("Look at the server. Please. It is down.", False),
    ],
)
def test_two_sentences(tmp_path: Path, text: str, expected: bool) -> None:
    """`within: 2 sentences` holds when all lines are found in two sentences that follow each other."""
    triage = triage_with(tmp_path, rule("tested", SERVER_DOWN, within="2 sentences"), lists=LISTS)
    assert expected == holds(triage, text)


def test_without_within_the_lines_stand_anywhere(tmp_path: Path) -> None:
    """A rule without `within` holds however far apart its lines are found."""
    triage = triage_with(tmp_path, rule("tested", SERVER_DOWN), lists=LISTS)
    assert holds(triage, "The server. " + "Nothing to say. " * 50 + "It is down.")


@pytest.mark.parametrize("within", ["same sentence", "2 sentences"])
def test_the_subject_counts_for_every_sentence(tmp_path: Path, within: str) -> None:
    """What the subject names is what every sentence of the body is about."""
    triage = triage_with(tmp_path, rule("tested", SERVER_DOWN, within=within), lists=LISTS)
    assert holds(triage, Ticket(subject="Server", body="Hello. I am Ann. How are you? It is down."))
    assert not holds(triage, Ticket(body="Server. Hello. I am Ann. How are you? It is down."))


# -- unless ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The server is down", True),
        ("The slow server is down", False),
        ("My laptop is slow. The server is down.", True),
        ("The slow server is down. The other server is down.", True),
    ],
)
def test_unless_speaks_of_its_sentence(tmp_path: Path, text: str, expected: bool) -> None:
    """`unless` takes out the sentences it is found in, when the rule reads sentence by sentence."""
    tested = rule("tested", SERVER_DOWN, within="same sentence", unless="[any of: slow]")
    assert expected == holds(triage_with(tmp_path, tested, lists=LISTS), text)


@pytest.mark.parametrize(
    ("text", "expected"), [("The server is down", True), ("My laptop is slow. The server is down.", False)]
)
def test_unless_anywhere_speaks_of_the_whole_ticket(tmp_path: Path, text: str, expected: bool) -> None:
    """`unless anywhere` takes the rule out wherever it is found."""
    tested = rule("tested", SERVER_DOWN, within="same sentence", unless_anywhere="[any of: slow]")
    assert expected == holds(triage_with(tmp_path, tested, lists=LISTS), text)


def test_unless_in_the_subject_speaks_of_every_sentence(tmp_path: Path) -> None:
    """An `unless` that the subject holds takes every sentence out."""
    tested = rule("tested", SERVER_DOWN, within="same sentence", unless="[any of: slow]")
    triage = triage_with(tmp_path, tested, lists=LISTS)
    assert not holds(triage, Ticket(subject="Slow", body="Hello. The server is down."))


def test_unless_without_within_speaks_of_the_whole_ticket(tmp_path: Path) -> None:
    """Without `within` there is no nearer place, so `unless` takes the rule out wherever it is found."""
    triage = triage_with(tmp_path, rule("tested", SERVER_DOWN, unless="[any of: slow]"), lists=LISTS)
    assert not holds(triage, "My laptop is slow. The server is down.")


@pytest.mark.parametrize(("text", "expected"), [("down, slow", True), ("down, slow, everyone", False)])
def test_a_line_of_unless_can_want_all(tmp_path: Path, text: str, expected: bool) -> None:
    """`all of` under `unless` takes the rule out only when all of its lists are found."""
    tested = rule("tested", "[any of: down]", unless="[all of: [slow, everyone]]")
    assert expected == holds(triage_with(tmp_path, tested, lists=LISTS), text)


# -- scope -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("down for everyone", "everyone"),
        ("down for some of us", "several"),
        ("down, but only me", "one person"),
        ("I am down", "one person"),
        ("down", "unknown"),
        ("everyone is here but only me is down", "one person"),
        ("I say it is down for everyone", "everyone"),
    ],
)
def test_the_first_scope_found_decides_who_is_hit(tmp_path: Path, text: str, expected: str) -> None:
    """Who is hit is told by the first entry of `scope` that is found, in the order of the file."""
    triage = triage_with(tmp_path, rule("tested", "[any of: down]"), lists=LISTS, scope=SCOPE)
    assert expected == triage.suggest(text).scope


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("down for everyone", True),
        ("down for some of us", True),
        ("down, but only me", False),
        ("down", False),
        ("for everyone", False),
    ],
)
def test_a_scope_line_wants_who_is_hit(tmp_path: Path, text: str, expected: bool) -> None:
    """A line `scope` holds when the ticket tells that those are hit."""
    tested = rule("tested", "[any of: down, scope: [everyone, several]]")
    assert expected == holds(triage_with(tmp_path, tested, lists=LISTS, scope=SCOPE), text)


@pytest.mark.parametrize(("text", "expected"), [("It is down, only me", False), ("I say it is down", True)])
def test_an_unsure_scope_does_not_veto(tmp_path: Path, text: str, expected: bool) -> None:
    """`unless: scope` takes a rule out when the text is sure who is hit, and not when somebody says "I"."""
    tested = rule("tested", "[any of: down]", unless="[scope: one person]")
    assert expected == holds(triage_with(tmp_path, tested, lists=LISTS, scope=SCOPE), text)


def test_an_unsure_scope_holds_a_line_of_when(tmp_path: Path) -> None:
    """A scope that is not sure is still who is hit, as far as the ticket tells."""
    tested = rule("tested", "[any of: down, scope: one person]")
    assert holds(triage_with(tmp_path, tested, lists=LISTS, scope=SCOPE), "I say it is down")


def test_scope_is_shown_as_evidence(tmp_path: Path) -> None:
    """The words that tell who is hit are evidence of a rule that asks for it."""
    tested = rule("tested", "[any of: down, scope: everyone]")
    reasons = triage_with(tmp_path, tested, lists=LISTS, scope=SCOPE).suggest("down for everyone").reasons
    assert [item.text for item in reasons[0].evidence] == ["down", "everyone"]


# -- who decides -----------------------------------------------------------------------------------------


def _deciding(triage: Triage, text: str) -> list[str]:
    return [reason.rule for reason in triage.suggest(text).reasons]


def _losing(triage: Triage, text: str) -> list[tuple[str, str]]:
    return [(loser.reason.rule, loser.why) for loser in triage.suggest(text).losers]


def test_the_most_urgent_rule_decides(tmp_path: Path) -> None:
    """Of the rules that hold, the most urgent decides, and the others say so."""
    low, high = rule("low", "[any of: down]", priority="slight"), rule("high", "[any of: down]")
    triage = triage_with(tmp_path, low, high, lists=LISTS)
    assert _deciding(triage, "down") == ["high"]
    assert _losing(triage, "down") == [("low", "high is more urgent")]


def test_rules_that_agree_decide_together(tmp_path: Path) -> None:
    """Rules of one priority are all reasons, the one with the most lines first."""
    one, two = rule("one", "[any of: down]"), rule("two", SERVER_DOWN)
    assert _deciding(triage_with(tmp_path, one, two, lists=LISTS), "server down") == ["two", "one"]


def test_an_override_beats_urgency(tmp_path: Path) -> None:
    """A rule that another one overrides does not decide, however urgent it is."""
    mild = rule("mild", "[any of: slow]", priority="slight", overrides="[grave]")
    triage = triage_with(tmp_path, mild, rule("grave", "[any of: down]"), lists=LISTS)
    assert _deciding(triage, "down and slow") == ["mild"]
    assert _losing(triage, "down and slow") == [("grave", "mild overrides it")]


def test_an_override_needs_a_rule_that_holds(tmp_path: Path) -> None:
    """A rule that does not hold overrides nothing."""
    mild = rule("mild", "[any of: slow]", priority="slight", overrides="[grave]")
    assert _deciding(triage_with(tmp_path, mild, rule("grave", "[any of: down]"), lists=LISTS), "down") == [
        "grave"
    ]


def test_an_override_can_name_many(tmp_path: Path) -> None:
    """A star in `overrides` stands for any end of an id."""
    mild = rule("mild", "[any of: slow]", priority="slight", overrides='["grave-*"]')
    graves = [rule(id, "[any of: down]") for id in ("grave-one", "grave-two", "other")]
    triage = triage_with(tmp_path, mild, *graves, lists=LISTS)
    assert _deciding(triage, "down and slow") == ["other"]
    assert {"grave-one", "grave-two"} <= {
        id for id, why in _losing(triage, "down and slow") if "overrides" in why
    }


def test_what_is_overridden_overrides_nothing(tmp_path: Path) -> None:
    """If a overrides b and b overrides c, then a and c stand."""
    triage = triage_with(
        tmp_path,
        rule("a", "[any of: down]", priority="slight", overrides="[b]"),
        rule("b", "[any of: down]", priority="normal", overrides="[c]"),
        rule("c", "[any of: down]", priority="urgent"),
        lists=LISTS,
    )
    assert _deciding(triage, "down") == ["c"]
    assert _losing(triage, "down") == [("b", "a overrides it"), ("a", "c is more urgent")]


def test_a_general_rule_yields_to_a_specific_one(tmp_path: Path) -> None:
    """A general rule loses to a rule that is not, though it is more urgent."""
    vague = rule("vague", "[any of: down]", general="yes")
    triage = triage_with(tmp_path, vague, rule("exact", "[any of: server]", priority="slight"), lists=LISTS)
    assert _deciding(triage, "server down") == ["exact"]
    assert _losing(triage, "server down") == [("vague", "it is general, and exact is specific")]


def test_a_general_rule_alone_decides(tmp_path: Path) -> None:
    """Without a specific rule that holds, a general rule decides."""
    triage = triage_with(tmp_path, rule("vague", "[any of: down]", general="yes"), lists=LISTS)
    assert _deciding(triage, "server down") == ["vague"]


def test_a_draft_never_decides(tmp_path: Path) -> None:
    """A draft that holds is shown among the losers, and what it overrides stands."""
    draft = rule("new", "[any of: down]", priority="urgent", status="draft", overrides="[old]")
    triage = triage_with(tmp_path, draft, rule("old", "[any of: down]", priority="slight"), lists=LISTS)
    assert _deciding(triage, "down") == ["old"]
    assert _losing(triage, "down") == [("new", "it is a draft, and a draft never decides")]


def test_a_draft_alone_leaves_the_answer_unsure(tmp_path: Path) -> None:
    """Where only a draft holds, nothing decides and the default stands."""
    triage = triage_with(tmp_path, rule("new", "[any of: down]", status="draft"), lists=LISTS)
    suggestion = triage.suggest("down")
    assert suggestion.unsure
    assert suggestion.priority.id == "normal"
    assert [loser.reason.rule for loser in suggestion.losers] == ["new"]


def test_a_draft_needs_no_examples(tmp_path: Path) -> None:
    """A draft may lack `match` and `no_match`."""
    draft = rule("new", "[any of: down]", status="draft", match="[]", no_match="[]")
    assert [rule.draft for rule in triage_with(tmp_path, draft, lists=LISTS).rules.rules] == [True]


def test_nothing_that_holds_leaves_the_default(tmp_path: Path) -> None:
    """Where no rule holds, the default of the channel or of the file stands, and the answer is unsure."""
    triage = triage_with(tmp_path, rule("tested", "[any of: down]"), lists=LISTS)
    assert [
        (suggestion.priority.id, suggestion.unsure)
        for suggestion in triage.suggest_many(Ticket(body="Hi", channel=c) for c in (None, "email", "pigeon"))
    ] == [("normal", True), ("slight", True), ("normal", True)]


# -- what is set aside -----------------------------------------------------------------------------------

SET_ASIDE_LISTS = {
    "down": "{words: [down]}",
    "server": "{words: [server]}",
    "printer": "{words: [printer]}",
    "fine": '{exactly: ["is fine"]}',
    "hypothetical": '{exactly: ["what if"]}',
    "solved": '{exactly: ["works now"]}',
    "turn": "{exactly: [but, however]}",
}
SET_ASIDE = (
    "[{why: solved, any of: solved, extent: everything before}, "
    "{why: ruled out, any of: fine, extent: clause}, {why: hypothetical, any of: hypothetical}]"
)


def _aside(folder: Path, when: str, **more: str) -> Triage:
    tested = rule("tested", when, **more)
    return triage_with(folder, tested, lists=SET_ASIDE_LISTS, set_aside=SET_ASIDE, turns="[turn]")


@pytest.mark.parametrize(("text", "expected"), [("I am in now", True), ("I am in the office", False)])
def test_an_exact_phrase_keeps_its_fillers(tmp_path: Path, text: str, expected: bool) -> None:
    """A filler that an exact phrase was written with must stand in the ticket, however long the phrase is."""
    lists = {"solved": '{exactly: ["i am in now"]}', "filler": "{exactly: [now, the]}"}
    triage = triage_with(tmp_path, rule("tested", "[any of: solved]"), lists=lists, fillers="[filler]")
    assert expected == holds(triage, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What if the server were down?", False),
        ("What if it rains, the server is down?", False),
        ("What if it rains? The server is down.", True),
        ("The server is down. What if it rains?", True),
    ],
)
def test_a_sentence_is_set_aside(tmp_path: Path, text: str, expected: bool) -> None:
    """Without an extent, the whole sentence of the words is set aside and no other."""
    assert expected == holds(_aside(tmp_path, "[any of: server]"), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The server is fine, the printer is not", False),
        ("The printer is fine, the server is not", True),
        ("The server (the printer is fine) is not", True),
    ],
)
def test_a_clause_is_set_aside(tmp_path: Path, text: str, expected: bool) -> None:
    """`extent: clause` sets aside up to the next comma, bracket or dash."""
    assert expected == holds(_aside(tmp_path, "[any of: server]"), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The server was down. It works now.", False),
        ("The server was down. All of Monday! It works now, thanks for all.", False),
        ("The server was down. It works now. The server is loud.", True),
    ],
)
def test_everything_before_is_set_aside(tmp_path: Path, text: str, expected: bool) -> None:
    """`extent: everything before` sets aside its sentence and all that stands before it."""
    assert expected == holds(_aside(tmp_path, "[any of: server]"), text)


def test_everything_is_set_aside(tmp_path: Path) -> None:
    """`extent: everything` sets the whole ticket aside, what stands before and what stands after."""
    triage = triage_with(
        tmp_path,
        rule("tested", "[any of: server]"),
        lists=SET_ASIDE_LISTS,
        set_aside="[{why: exercise, any of: solved, extent: everything}]",
    )
    assert not holds(triage, "The server was down. It works now. The server is down.")


@pytest.mark.parametrize(
    "text",
    [
        "The printer is fine but the server is not",
        "What if the printer fails, however the server is down",
        "The printer works now but the server is down",
        "The server is loud but the printer is fine",
    ],
)
def test_a_turn_ends_what_is_set_aside(tmp_path: Path, text: str) -> None:
    """A word such as "but" parts what is set aside from what is said on its other side."""
    assert holds(_aside(tmp_path, "[any of: server]"), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The server was down. I am not sure it works now.", False),
        ("The server does not works now", True),
        ("The server isn't, er, works now", False),
    ],
)
def test_what_is_denied_sets_nothing_aside(tmp_path: Path, text: str, expected: bool) -> None:
    """Words right behind a "not" set nothing aside: "not working now" solves nothing."""
    assert expected == holds(_aside(tmp_path, "[any of: server]"), text)


def test_what_is_set_aside_is_shown_with_its_why(tmp_path: Path) -> None:
    """A suggestion shows which words set something aside, where, and why."""
    part = _aside(tmp_path, "[any of: server]").suggest("Hi. The server is fine.").set_aside[0]
    assert (
        part.why,
        part.evidence.text,
        part.evidence.field,
        part.evidence.start,
    ) == ("ruled out", "is fine", "body", 15)


def test_a_rule_may_look_for_the_words_that_set_aside(tmp_path: Path) -> None:
    """The words that set a part aside are themselves still found, so a rule can be about them."""
    assert holds(_aside(tmp_path, "[any of: solved]"), "The server was down. It works now.")


def test_a_rule_reads_what_is_set_aside_when_it_says_so(tmp_path: Path) -> None:
    """`reads: [set aside]` lets a rule see the words that others do not."""
    text = "What if the server were down?"
    assert holds(_aside(tmp_path, SERVER_DOWN, reads="[set aside]"), text)
    assert not holds(_aside(tmp_path, SERVER_DOWN), text)


def test_a_reader_is_one_reason(tmp_path: Path) -> None:
    """A rule that reads more, and holds in what all rules read too, is one reason with all its evidence."""
    triage = _aside(tmp_path, "[any of: server]", reads="[set aside]")
    reasons = triage.suggest("The server hums. What if the server were down?").reasons
    assert [["server", "server"]] == [[item.text for item in reason.evidence] for reason in reasons]


def test_only_the_reader_reads_what_is_set_aside(tmp_path: Path) -> None:
    """A rule that reads more does not make another rule read more."""
    reader = rule("reader", "[any of: server]", reads="[set aside]")
    triage = triage_with(
        tmp_path, reader, rule("tested", "[any of: server]"), lists=SET_ASIDE_LISTS, set_aside=SET_ASIDE
    )
    assert {"reader"} == rules_that_hold(triage.suggest("What if the server were down?"))


def test_others_are_fine_still_tells_who_is_hit(tmp_path: Path) -> None:
    """Words that tell that one person is hit do so when they are set aside as an incident."""
    lists = SET_ASIDE_LISTS | {"others": '{exactly: ["everyone else"]}'}
    triage = triage_with(
        tmp_path,
        rule("tested", "[any of: down]"),
        lists=lists,
        set_aside=SET_ASIDE,
        scope="[{who: one person, any of: others}]",
    )
    assert triage.suggest("I am down. Everyone else is fine.").scope == "one person"


# -- lists: covers, exactly, numbers, slots, fillers -----------------------------------------------------


def test_a_covering_phrase_hides_the_words_inside_it(tmp_path: Path) -> None:
    """ "Out of office" is about no office, when its list covers."""
    lists = {"wanted": "{words: [office]}", "hidden": '{covers: yes, exactly: ["out of office"]}'}
    assert not finds(tmp_path, "I am out of office", lists=lists)
    assert finds(tmp_path, "I am out of office, the office is cold", lists=lists)


def test_a_phrase_that_does_not_cover_hides_nothing(tmp_path: Path) -> None:
    """Without `covers`, the words inside a longer phrase are found as well."""
    lists = {"wanted": "{words: [office]}", "other": '{exactly: ["out of office"]}'}
    assert finds(tmp_path, "I am out of office", lists=lists)


def test_a_covering_phrase_is_found_itself(tmp_path: Path) -> None:
    """A list that covers is a list: its phrases are found."""
    assert finds(tmp_path, "Out of office", lists={"wanted": '{covers: yes, words: ["out of office"]}'})


@pytest.mark.parametrize("text", ["crash", "crashes", "crashed", "crashing", "CRASHED"])
def test_words_are_found_in_every_form(tmp_path: Path, text: str) -> None:
    """`words` finds every inflection of a word."""
    assert finds(tmp_path, f"it {text} here", lists={"wanted": "{words: [crash]}"})


@pytest.mark.parametrize("text", ["crash", "crashes", "crashing"])
def test_words_are_found_from_every_form(tmp_path: Path, text: str) -> None:
    """It does not matter in which form the rule file writes a word."""
    assert finds(tmp_path, f"it {text} here", lists={"wanted": "{words: [crashed]}"})


@pytest.mark.parametrize(
    ("text", "expected"), [("it crashed", True), ("it CRASHED", True), ("it crashes", False)]
)
def test_exactly_is_found_as_it_stands(tmp_path: Path, text: str, expected: bool) -> None:
    """`exactly` finds a phrase in any case and in no other form."""
    assert expected == finds(tmp_path, text, lists={"wanted": "{exactly: [crashed]}"})


@pytest.mark.parametrize(
    "text",
    [
        "not open",
        "can't open",
        "cannot open",
        "won't open",
        "doesn't open",
        "didn't open",
        "cant open",
        "unable to open",
    ],
)
def test_not_stands_for_every_negation(tmp_path: Path, text: str) -> None:
    """ "not open" finds every way to say that something does not open."""
    lists = {"wanted": '{words: ["not open"]}', "filler": "{exactly: [to, really]}"}
    assert finds(tmp_path, f"It {text}", lists=lists, fillers="[filler]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 users", True),
        ("25 users", True),
        ("seven users", True),
        ("twelve users", True),
        ("1 user", False),
        ("one user", False),
        ("the users", False),
    ],
)
def test_a_number_sign_is_any_number_above_one(tmp_path: Path, text: str, expected: bool) -> None:
    """ "# users" finds users in any number, written in digits or as a word, and not a single one."""
    assert expected == finds(tmp_path, text, lists={"wanted": '{words: ["# users"]}'})


@pytest.mark.parametrize(
    ("text", "expected"),
    [("reset the vpn password", True), ("reset the mail password", True), ("reset it", False)],
)
def test_a_slot_takes_every_phrase_of_its_list(tmp_path: Path, text: str, expected: bool) -> None:
    """ "reset the <system> password" is written out for every phrase of that list, `words` and `exactly`."""
    lists = {
        "wanted": '{words: ["reset the <system> password"]}',
        "system": "{words: [vpn], exactly: [mail]}",
    }
    assert expected == finds(tmp_path, text, lists=lists)


def test_a_slot_may_stand_in_a_quoted_phrase(tmp_path: Path) -> None:
    """A phrase of its own in a rule may have a slot."""
    tested = rule("tested", '[any of: "<server> is gone"]')
    assert holds(triage_with(tmp_path, tested, lists={"server": "{words: [server, nas]}"}), "The NAS is gone")


def test_a_list_may_take_in_other_lists(tmp_path: Path) -> None:
    """`lists` adds all phrases of other lists, in the way each of them is matched."""
    lists = {"wanted": "{lists: [one, two]}", "one": "{words: [crash]}", "two": "{exactly: [freeze]}"}
    assert finds(tmp_path, "it crashed", lists=lists)
    assert finds(tmp_path, "it will freeze", lists=lists)
    assert not finds(tmp_path, "it freezes", lists=lists)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not open", True),
        ("not really open", True),
        ("not really really open", True),
        ("not wide open", False),
    ],
)
def test_fillers_may_stand_between(tmp_path: Path, text: str, expected: bool) -> None:
    """The words of a filler list may stand between the words of a phrase, and no others."""
    lists = {"wanted": '{words: ["not open"]}', "filler": "{exactly: [really]}"}
    assert expected == finds(tmp_path, text, lists=lists, fillers="[filler]")


def test_a_filler_may_be_a_word_of_a_phrase(tmp_path: Path) -> None:
    """A phrase that has a filler of its own is found as it stands, and not without that word."""
    lists = {"wanted": '{words: ["is up"]}', "filler": "{exactly: [up, is, so]}"}
    assert finds(tmp_path, "the server is up", lists=lists, fillers="[filler]")
    assert not finds(tmp_path, "the server is so", lists=lists, fillers="[filler]")


# -- how a phrase is found -------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["log-in", "e-mail", "wi-fi"])
@pytest.mark.parametrize("gap", ["-", "", " ", "  ", "\n", "\r\n", "_", "\u00a0", "\u2010", "\u2011"])
def test_a_hyphen_a_space_and_nothing_are_the_same(tmp_path: Path, written: str, gap: str) -> None:
    """ "e-mail" in a list finds every way to write it."""
    text = f"No {written.replace('-', gap)} today"
    assert finds(tmp_path, text, lists={"wanted": f"{{words: [{written}]}}"})


@pytest.mark.parametrize(
    "gap", [" ", "-", "  ", "    ", "\n", "\r\n", "\n  ", "  \n", "\t", "\u00a0", "\u2003"]
)
def test_spaces_and_line_breaks_are_the_same(tmp_path: Path, gap: str) -> None:
    """The words of a phrase may stand apart by any run of spaces, by a hyphen or by one line break."""
    assert finds(tmp_path, f"A blue{gap}screen today", lists={"wanted": '{words: ["blue screen"]}'})


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "\u2018", "\u02bc", "\u00b4", "`", ""])
@pytest.mark.parametrize("key", ["words", "exactly"])
def test_every_apostrophe_is_the_same(tmp_path: Path, apostrophe: str, key: str) -> None:
    """A straight, curly or forgotten apostrophe makes no difference, in `words` as in `exactly`."""
    lists = {"wanted": f'{{{key}: ["can\'t print"]}}'}
    assert finds(tmp_path, f"I can{apostrophe}t print", lists=lists)


def test_a_curly_apostrophe_in_the_rule_file_is_the_same(tmp_path: Path) -> None:
    """The rule file may have the curly apostrophes that word processors write."""
    assert finds(tmp_path, "I can't print", lists={"wanted": '{exactly: ["can\u2019t print"]}'})


@pytest.mark.parametrize("text", ["download", "breakdown", "downtown", "sundown"])
def test_only_whole_words_are_found(tmp_path: Path, text: str) -> None:
    """A word inside a longer word is not found."""
    assert not finds(tmp_path, f"the {text} here", lists={"wanted": "{words: [down]}"})


@pytest.mark.parametrize("text", ["pasword", "passsword", "passwrod", "possword", "passwords", "paswords"])
def test_a_typing_error_is_understood(tmp_path: Path, text: str) -> None:
    """A letter left out, doubled, swapped with the next or a wrong vowel does not hide a word."""
    assert finds(tmp_path, f"my {text} please", lists={"wanted": "{words: [password]}"})


@pytest.mark.parametrize(("word", "text"), [("mouse", "moose"), ("server", "sever"), ("house", "horse")])
def test_a_typing_error_is_never_another_word(tmp_path: Path, word: str, text: str) -> None:
    """A word that is itself English is never taken for a typing error of another."""
    assert not finds(tmp_path, f"a {text} here", lists={"wanted": f"{{words: [{word}]}}"})


@pytest.mark.parametrize("text", ["dwon", "donw", "doown"])
def test_a_short_word_is_typed_right(tmp_path: Path, text: str) -> None:
    """A word of fewer than five letters is found only as it is spelt."""
    assert not finds(tmp_path, f"it is {text}", lists={"wanted": "{words: [down]}"})


@pytest.mark.parametrize(
    "text",
    ["a blue. Screen it", "blue! screen", "blue? screen", "blue; screen", "blue\n\nscreen", "blue\n- screen"],
)
def test_a_phrase_never_crosses_the_end_of_a_sentence(tmp_path: Path, text: str) -> None:
    """The words of a phrase stand in one sentence; an empty line or a bullet ends one too."""
    assert not finds(tmp_path, text, lists={"wanted": '{words: ["blue screen"]}'})


def test_a_phrase_never_crosses_from_subject_to_body(tmp_path: Path) -> None:
    """The end of the subject is the end of a sentence."""
    triage = triage_with(tmp_path, rule("tested", '[any of: "blue screen"]'))
    assert not holds(triage, Ticket(subject="It is blue", body="Screen it, please"))


def test_a_longer_phrase_does_not_hide_a_shorter_one(tmp_path: Path) -> None:
    """Phrases that overlap are all found, and one that leads nowhere costs the others nothing."""
    lists = {"long": '{words: ["mail server farm down"]}', "wanted": '{words: ["server farm"]}'}
    assert finds(tmp_path, "the mail server farm is here", lists=lists)


# -- near misses -----------------------------------------------------------------------------------------

ASKED = rule("asked", "[any of: server, any of: everyone]")


def _questions(triage: Triage, text: str) -> list[tuple[str, str, str, str]]:
    misses = triage.suggest(text).near_misses
    return [(miss.rule, miss.priority, miss.missing, miss.question) for miss in misses]


def test_a_near_miss_asks_the_question_of_its_list(tmp_path: Path) -> None:
    """A rule that lacks one line, whose list has a question, is a near miss with that question."""
    triage = triage_with(tmp_path, ASKED, lists=LISTS)
    assert _questions(triage, "The server hums") == [("asked", "urgent", "everyone", "Is everyone affected?")]


def test_a_near_miss_about_scope_asks_who_is_hit(tmp_path: Path) -> None:
    """A rule that lacks only who is hit asks the file's question of scope."""
    tested = rule("asked", "[any of: server, scope: everyone]")
    triage = triage_with(tmp_path, tested, lists=LISTS, scope=SCOPE, question_of_scope='"Is it only you?"')
    assert _questions(triage, "The server hums") == [("asked", "urgent", "everyone", "Is it only you?")]


def test_a_near_miss_about_scope_is_silent_when_the_text_has_answered(tmp_path: Path) -> None:
    """Nobody is asked who is hit when the ticket is sure of it; "I" alone is not sure."""
    tested = rule("asked", "[any of: server, scope: everyone]")
    triage = triage_with(tmp_path, tested, lists=LISTS, scope=SCOPE, question_of_scope='"Is it only you?"')
    assert _questions(triage, "The server hums, only me") == []
    assert len(_questions(triage, "I hear the server hum")) == 1


def test_a_near_miss_is_silent_without_a_question(tmp_path: Path) -> None:
    """A rule that lacks a line whose list has no question is no near miss."""
    assert _questions(triage_with(tmp_path, ASKED, lists=LISTS), "Good day everyone") == []


def test_a_near_miss_is_silent_when_two_lines_lack(tmp_path: Path) -> None:
    """A rule that lacks two lines is no near miss."""
    tested = rule("asked", "[any of: server, any of: down, any of: everyone]")
    assert _questions(triage_with(tmp_path, tested, lists=LISTS), "The server hums") == []


def test_a_near_miss_is_silent_when_unless_holds(tmp_path: Path) -> None:
    """A rule that an `unless` takes out is no near miss: no answer could make it hold."""
    tested = rule("asked", "[any of: server, any of: everyone]", unless="[any of: slow]")
    assert _questions(triage_with(tmp_path, tested, lists=LISTS), "The server is slow") == []


def test_a_near_miss_is_silent_when_it_would_change_nothing(tmp_path: Path) -> None:
    """A rule that is no more urgent than what decides is no near miss."""
    high, low = rule("high", "[any of: server]", priority="normal"), ASKED.replace("urgent", "normal")
    assert _questions(triage_with(tmp_path, high, low, lists=LISTS), "The server hums") == []


def test_a_draft_is_no_near_miss(tmp_path: Path) -> None:
    """A draft asks nobody anything."""
    tested = rule("asked", "[any of: server, any of: everyone]", status="draft")
    assert _questions(triage_with(tmp_path, tested, lists=LISTS), "The server hums") == []


def test_near_misses_come_most_urgent_first(tmp_path: Path) -> None:
    """Of several near misses the most urgent is asked first, and no more than three are."""
    levels = {"a": "slight", "b": "normal", "c": "urgent", "d": "urgent", "e": "normal"}
    rules = [rule(id, f"[any of: server, any of: {id}]", priority=level) for id, level in levels.items()]
    lists = LISTS | {id: f'{{words: [w{id}], question: "Is it {id}?"}}' for id in levels}
    found = _questions(triage_with(tmp_path, *rules, lists=lists), "The server hums")
    assert ["c", "d", "b"] == [id for id, *_ in found]


def test_a_question_is_asked_once(tmp_path: Path) -> None:
    """Of several near misses with the same question the most urgent asks it."""
    rules = [
        rule("mild", "[any of: server, any of: everyone]", priority="slight"),
        rule("grave", "[any of: server, any of: everyone]", priority="urgent"),
    ]
    found = _questions(triage_with(tmp_path, *rules, lists=LISTS), "The server hums")
    assert ["grave"] == [id for id, *_ in found]


# -- the file as data ------------------------------------------------------------------------------------


def test_an_example_may_have_a_subject(tmp_path: Path) -> None:
    """An example is a text, or a mapping with a subject and a body."""
    tested = rule("tested", "[any of: down]", match='["It is down", {subject: Server, body: It is down}]')
    rules = triage_with(tmp_path, tested, lists=LISTS).rules.rules
    assert (Ticket(body="It is down"), Ticket(subject="Server", body="It is down")) == rules[0].match


def test_the_version_changes_with_the_rules(tmp_path: Path) -> None:
    """The version is that of the file: the same for the same text, another one for any other."""
    tested = rule("tested", "[any of: down]")
    version = triage_with(tmp_path, tested, lists=LISTS).rules.version
    assert version == triage_with(tmp_path, tested, lists=LISTS).suggest("down").rules_version
    assert version != triage_with(tmp_path, f"{tested}# a comment\n", lists=LISTS).rules.version


def test_the_version_changes_with_the_guideline(tmp_path: Path) -> None:
    """The version is also that of the guideline's text."""
    file = write_rules(tmp_path, rule("tested", "[any of: down]"), lists=LISTS)
    version, guideline = Triage(file).rules.version, tmp_path / "guideline.md"
    guideline.write_text(f"{guideline.read_text('utf-8')}More.\n", "utf-8")
    assert version != Triage(file).rules.version


def test_another_firm_defines_other_levels(tmp_path: Path) -> None:
    """Levels, targets and channels are those of the file."""
    triage = triage_with(tmp_path, rule("tested", "[any of: down]"), lists=LISTS)
    suggestion = triage.suggest(Ticket(body="It is down", channel="email"))
    assert (
        suggestion.priority.id,
        suggestion.target,
        suggestion.impact,
        suggestion.urgency,
    ) == ("urgent", "1 hour", "high", "high")
    assert [priority.id for priority in triage.rules.priorities] == ["urgent", "normal", "slight"]


# -- words that other words are made of ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "other"),
    [("second try", "thirty seconds"), ("what setting", "my settings"), ("the crew", "two crews")],
)
def test_a_phrase_is_found_beside_another_form_of_its_word(tmp_path: Path, phrase: str, other: str) -> None:
    """A word is found as a phrase writes it, though another phrase holds a form that has it as its base."""
    lists = {"wanted": f'{{words: ["{phrase}"]}}', "other": f'{{words: ["{other}"]}}'}
    triage = triage_with(tmp_path, rule("tested", "[any of: wanted, any of: other]"), lists=lists)
    assert ["tested"] == [reason.rule for reason in triage.suggest(f"{phrase}. {other}").reasons]


@pytest.mark.parametrize("number", [2, 3, 4, 5, 17])
def test_an_ordinal_takes_no_number_away(tmp_path: Path, number: int) -> None:
    """A phrase such as "third floor" leaves "#" to find 3."""
    lists = {
        "floor": "{words: [second floor, third floor, fourth floor, fifth floor]}",
        "many": '{words: ["# pcs"]}',
    }
    triage = triage_with(tmp_path, rule("tested", "[any of: [many, floor]]"), lists=lists)
    assert f"{number} pcs" == triage.suggest(f"{number} pcs").reasons[0].evidence[0].text
