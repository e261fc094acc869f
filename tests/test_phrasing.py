"""Which phrase is found wherever another is: what is claimed holds for the code that reads tickets."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import rule, triage_with

from triage import Triage
from triage.check.phrasing import Phrasing
from triage.rules.ruleset import PhraseList, RuleSet

_WORDS = ("server", "crash", "crashed", "not", "the", "is", "log-in", "login", "paper", "stuck", "jams")
_PHRASES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)


@cache
def plain() -> RuleSet:
    """Return a rule set with one rule that asks for the list "asked", and with fillers."""
    lists = {"asked": "{words: [server]}", "filler": "{exactly: [the, is]}"}
    with TemporaryDirectory() as folder:
        tested = rule("tested", "[any of: asked]")
        return triage_with(Path(folder), tested, lists=lists, fillers="[filler]").rules


def with_list(phrases: tuple[str, ...] = (), exact: tuple[str, ...] = (), covers: str = "") -> RuleSet:
    """Return the rule set with these phrases in the list that is asked for."""
    kept = [entry for entry in plain().lists if entry.name != "asked"]
    hiding = [PhraseList("cover", (covers,), covers=True)] if covers else []
    return replace(plain(), lists=(PhraseList("asked", phrases, exact), *kept, *hiding))


def finds(rules: RuleSet, text: str) -> bool:
    return bool(Triage(rules).suggest(text).reasons)


@settings(max_examples=40, deadline=None)
@given(st.lists(_PHRASES, min_size=2, max_size=4, unique=True), st.booleans())
def test_a_needless_phrase_is_needless(phrases: list[str], exact: bool) -> None:
    """Where one phrase is said to find all that another finds, it alone finds the other's own text."""
    first, *others = phrases
    rules = with_list(tuple(others), (first,)) if exact else with_list(tuple(phrases))
    other = Phrasing(rules).finder_of(first, ["asked"], exact=exact)
    if other is not None:
        assert finds(with_list((other,)), first)


@pytest.mark.parametrize(
    ("phrase", "other", "needless"),
    [
        ("file server", "server", True),
        ("servers", "server", True),
        ("paper is stuck", "paper stuck", True),
        ("server", "file server", False),
        ("is up", "up", True),
        ("up", "is up", False),
        ("log-in page", "log-in", True),
        ("log-in page", "log in", False),  # it finds "login page" too
        ("not", "server", False),
    ],
)
def test_one_phrase_makes_another_needless(phrase: str, other: str, needless: bool) -> None:
    """The shorter phrase must be found in each text in which the longer one is."""
    found = Phrasing(with_list((other, phrase))).finder_of(phrase, ["asked"])
    assert needless == (found is not None)


def test_an_exact_phrase_makes_no_other_needless() -> None:
    """ "crash" as it stands does not find "server crashed"."""
    assert Phrasing(with_list(("server crash",), ("crash",))).finder_of("server crash", ["asked"]) is None


def test_a_phrase_that_a_cover_may_hide_is_kept() -> None:
    """Where "server room" hides "server", the longer "server room key" is not needless."""
    hidden = with_list(("server", "server room key"), covers="server room")
    assert Phrasing(hidden).finder_of("server room key", ["asked"]) is None
    assert finds(hidden, "server room key")


def test_lists_imply_each_other() -> None:
    """A list implies another when each of its phrases is found by one of the other's."""
    rules = replace(
        plain(),
        lists=(PhraseList("a", ("file server",)), PhraseList("b", ("server", "x")), *plain().lists[1:]),
    )
    phrasing = Phrasing(rules)
    assert phrasing.implies(["a"], ["b"])
    assert not phrasing.implies(["b"], ["a"])
