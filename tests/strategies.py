"""What the tests share: Hypothesis strategies, and rule files and rule sets made for one test."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from triage import Evidence, Suggestion, Ticket, Triage
from triage.rules.compiled import Evidence as Where
from triage.rules.compiled import Hit
from triage.rules.guideline import read_guideline
from triage.rules.load import documented_rules
from triage.rules.ruleset import Condition, Rule

# -- the documented rules --------------------------------------------------------------------------------


@cache
def documented() -> Triage:
    """Return the documented rules, made once for all tests."""
    return Triage()


def rules_that_hold(suggestion: Suggestion) -> set[str]:
    """Return the ids of all rules that hold, whether they decide or lose."""
    return {reason.rule for reason in (*suggestion.reasons, *(loser.reason for loser in suggestion.losers))}


def decision(suggestion: Suggestion) -> tuple[str, str, frozenset[str]]:
    """Return what a suggestion decides: the priority, who decided, and by which rules."""
    deciding = frozenset(reason.rule for reason in suggestion.reasons)
    return suggestion.priority.id, suggestion.decided_by, deciding


def all_evidence(suggestion: Suggestion) -> list[Evidence]:
    """Return every piece of evidence that a suggestion shows."""
    reasons = (*suggestion.reasons, *(loser.reason for loser in suggestion.losers))
    found = [evidence for reason in reasons for evidence in reason.evidence]
    return found + [part.evidence for part in suggestion.set_aside]


@cache
def examples() -> list[Ticket]:
    """Return the documented examples and the match examples of the shipped rules."""
    guideline = read_guideline((documented_rules().parent / "docs" / "guideline.md").read_text("utf-8"))
    stated = [Ticket(body=text) for _, text in guideline.examples]
    return stated + [ticket for rule in documented().rules.rules if not rule.draft for ticket in rule.match]


# -- rule files made for one test ------------------------------------------------------------------------

_GUIDELINE = 'Urgent: "All stands still."\nNormal: "Somebody is hit."\nSlight: "It can wait."\n'
_TOP = """\
format: 1
name: A firm of one test
guideline: guideline.md
priorities:
  - {id: urgent, name: Urgent, definition: "All stands still.", target: 1 hour, impact: high, urgency: high}
  - {id: normal, name: Normal, definition: "Somebody is hit.", target: 1 day, impact: low, urgency: high}
  - {id: slight, name: Slight, definition: "It can wait.", target: 1 week, impact: low, urgency: low}
default: normal
channels:
  email: {name: E-mail, default: slight, writer chooses: no}
"""


def rule(id: str, when: str, **more: str) -> str:
    """Return a rule as it stands in a rule file; ``when`` and the other keys hold YAML in flow style.

    What is not given is filled in: it is urgent and has examples.
    """
    keys = {"says": f'"It is {id}"', "priority": "urgent", "quote": '"It can wait."', "when": when} | more
    keys = {"match": '["an example"]', "no_match": '["another"]'} | keys
    lines = [f"    {key if key == 'no_match' else key.replace('_', ' ')}: {keys[key]}" for key in keys]
    return "\n".join([f"  - id: {id}", *lines, ""])


def write_rules(folder: Path, *rules: str, lists: dict[str, str] | None = None, **more: str) -> Path:
    """Write a small valid rule file around these rules and lists, with its guideline; return its path.

    ``lists`` holds each list in YAML flow style; ``more`` holds further keys of the file ("set_aside").
    """
    (folder / "guideline.md").write_text(_GUIDELINE, "utf-8")
    parts = [_TOP, *(f"{key.replace('_', ' ')}: {value}\n" for key, value in more.items())]
    if lists:
        parts += ["lists:\n", *(f"  {name}: {value}\n" for name, value in lists.items())]
    file = folder / "rules.yaml"
    file.write_text("".join([*parts, "rules:\n", *rules]), "utf-8")
    return file


def triage_with(folder: Path, *rules: str, lists: dict[str, str] | None = None, **more: str) -> Triage:
    """Return a Triage of a small rule file; the parameters are those of :func:`write_rules`."""
    return Triage(write_rules(folder, *rules, lists=lists, **more))


# -- strategies ------------------------------------------------------------------------------------------

# What a help desk reads, and what has broken programs that read text.
_WORDS = (
    "the server is down, everyone nobody can't cannot not working e-mail mailbox printer jammed password "
    "forgot locked out laptop freezes since 9 on 100 # 404 but it works now solved how do I what if slowly "
    "now and then - -- > | <b> From: Re: Sent: regards \u0130stanbul stra\u00dfe erh\u00e4lt \u200b \ufeff "
    "\U0001f600 \ud800 \udc00 can\u2019t \u2018quoted\u2019 \u00b4 ` _ \x00 \x1f \u0301 \ufb01 \u03a3 \u00ad"
).split(" ")
_GAPS = " |  |   |\t|\n|\r\n|\n\n|\n> |. |! |? |, |; |: | - |\u00a0".split("|")


def any_text() -> st.SearchStrategy[str]:
    """Texts of any Unicode, lone surrogates among them, and texts of words that rules look for."""
    anything = st.text(st.characters())
    words = st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(_GAPS)), max_size=40)
    written = st.sampled_from([ticket.body for ticket in examples()])
    spoken = words.map(lambda pairs: "".join(word + gap for word, gap in pairs))
    mixed = st.lists(st.one_of(anything, spoken, written), max_size=5).map(" ".join)
    return st.one_of(anything, spoken, mixed)


def tickets() -> st.SearchStrategy[Ticket]:
    """Tickets of any text, from any channel, with and without a chosen priority."""
    return st.builds(
        Ticket,
        subject=any_text(),
        body=any_text(),
        channel=st.sampled_from([None, "email", "desktop", "portal", "phone", "pigeon"]),
        chosen=st.sampled_from([None, "critical", "low", "no such level"]),
        chosen_by=st.sampled_from([None, "person", "default"]),
        received=st.sampled_from([None, "2024-03-01T09:00:00-05:00"]),
    )


def rule_ids() -> st.SearchStrategy[str]:
    """Ids as a rule file may give them."""
    return st.text("abcxyz019-/&'_ ", min_size=1, max_size=6).filter(lambda id: id[0].isalnum())


@st.composite
def hits(draw: st.DrawFn) -> list[Hit]:
    """Hits of rules that differ in priority, kind and evidence; overrides never go in a circle."""
    ids = draw(st.lists(rule_ids(), unique=True, max_size=8))
    found = []
    for number, id in enumerate(ids):
        later = ids[number + 1 :]
        overrides = draw(st.frozensets(st.sampled_from(later))) if later else frozenset()
        found.append(Hit(_rule_of(draw, id, overrides), (Where("a list", 0, 1),) * draw(st.integers(0, 3))))
    return draw(st.permutations(found))


def _rule_of(draw: st.DrawFn, id: str, overrides: frozenset[str]) -> Rule:
    return Rule(
        id=id,
        says=id,
        priority=draw(st.sampled_from(documented().rules.priorities)),
        quote="It can wait.",
        line=None,
        when=(Condition("any of", ("a list",)),) * draw(st.integers(1, 4)),
        within=None,
        unless=(),
        unless_anywhere=(),
        reads=frozenset(),
        overrides=overrides,
        general=draw(st.booleans()),
        draft=draw(st.booleans()),
        match=(),
        no_match=(),
    )
