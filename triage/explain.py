"""A rule as a sentence that can be read aloud, with its lists, its line of the guideline and its record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from triage.certainty import Measured
from triage.rules.nearest import did_you_mean
from triage.rules.phrases import slots_of
from triage.rules.ruleset import Condition, PhraseList, Rule, RuleSet, Within
from triage.ticket import Ticket

_MOST_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A rule in words.

    ``lists`` are those it names, written out, with those that fill their slots and those that tell who is
    hit, and its phrases of its own. ``who`` names the lists that tell each answer it asks for, the first that
    counts first. ``overridden_by`` are the rules that win where both hold. ``measured`` is its record, if
    any; of a ``draft`` it is what it would have done.
    """

    rule: str
    says: str
    sentence: str
    note: str | None
    draft: bool
    quote: str
    line: int | None
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    who: tuple[tuple[str, tuple[str, ...]], ...]
    overridden_by: tuple[str, ...]
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    measured: Measured | None

    def to_dict(self) -> dict[str, Any]:
        """Return the rule in words as plain data, ready for JSON."""
        return asdict(self) | {"lists": dict(self.lists), "who": dict(self.who)}


def explain_rule(id: str, rules: RuleSet, *, measured: Measured | None = None) -> Explained:
    """Return a rule in words.

    Raises:
        LookupError: there is no such rule; the message names the nearest.

    >>> from triage import Triage
    >>> print(explain_rule("virus", Triage().rules).sentence)  # doctest: +ELLIPSIS
    Standard ...
    """
    rule = rules.by_id.get(id)
    if rule is None:
        ids = [rule.id for rule in rules.rules]
        raise LookupError(f"there is no rule {id!r}{did_you_mean(id, ids)}")
    who = tuple(_who(rule, rules))
    return Explained(
        rule=rule.id,
        says=rule.says,
        sentence=sentence_of(rule),
        note=rule.note,
        draft=rule.draft,
        quote=rule.quote,
        line=rule.line,
        lists=(
            *_written_out([*_named(rule), *chain(*(lists for _, lists in who))], rules),
            *_own_phrases(rule),
        ),
        who=who,
        overridden_by=tuple(other.id for other in rules.rules if rule.id in other.overrides),
        match=tuple(map(_text, rule.match)),
        no_match=tuple(map(_text, rule.no_match)),
        measured=measured,
    )


def sentence_of(rule: Rule) -> str:
    """Return what a rule says, as sentences to be read aloud.

    >>> from triage import Triage
    >>> rules = Triage().rules.by_id
    >>> print(sentence_of(rules["server-down"]))  # doctest: +ELLIPSIS
    Critical when the ticket names something of “server” and something of “down” in the same sentence...
    """
    said = f"{rule.priority.name} when the ticket {_all(rule.when)}{_near(rule)}"
    if rule.unless:
        where = " there" if rule.within is not None and rule.within.sentences else ""
        said += f", unless it {_either(rule.unless)}{where}"
    if rule.unless_anywhere:
        said += f", {'or' if rule.unless else 'unless'} it anywhere {_either(rule.unless_anywhere)}"
    said += f". It reads {_and(sorted(rule.reads))} as well" if rule.reads else ""
    said += ". It yields to any rule that is not general" if rule.general else ""
    said += f". It overrides {_and(sorted(rule.overrides))}" if rule.overrides else ""
    return f"{said}. {'It is a draft: it never decides.' if rule.draft else ''}".rstrip()


def _all(lines: Sequence[Condition]) -> str:
    names = [_line(line) for line in lines if line.mode != "scope"]
    who = [f"tells that {' or '.join(line.names)} is hit" for line in lines if line.mode == "scope"]
    return _and([*([f"names {_and(names)}"] if names else []), *who])


def _either(lines: Sequence[Condition]) -> str:
    names = [_line(line) for line in lines if line.mode != "scope"]
    who = [f"surely tells that {' or '.join(line.names)} is hit" for line in lines if line.mode == "scope"]
    return " or ".join([*([f"names {' or '.join(names)}"] if names else []), *who])


def _line(line: Condition) -> str:
    lists = [f"\u201c{name}\u201d" for name in line.names if not name.startswith('"')]
    words = [name for name in line.names if name.startswith('"')]
    if len(words) > _MOST_WORDS:
        words = [*words[:_MOST_WORDS], f"{len(words) - _MOST_WORDS} other phrases"]
    if line.mode == "all of":
        return _joined(
            [f"something of {name}" for name in lists] + [f"the words {name}" for name in words], "and"
        )
    if line.mode == "2 of":
        return f"something of at least two of {_joined(lists + words, 'and')}"
    parts = [f"something of {_joined(lists, 'or')}"] if lists else []
    return " or ".join([*parts, f"the words {_joined(words, 'or')}"] if words else parts)


def _near(rule: Rule) -> str:
    within = rule.within
    if within is None or len([line for line in rule.when if line.mode != "scope"]) < 2:
        return ""
    return f" {distance_in_words(within)}"


def distance_in_words(within: Within) -> str:
    """Return how near together the lines of a rule must stand, in words.

    >>> distance_in_words(Within(words=12)), distance_in_words(Within(sentences=1))
    ('within 12 words', 'in the same sentence')
    """
    if within.words is not None:
        return f"within {within.words} words"
    return "in the same sentence" if within.sentences == 1 else f"within {within.sentences} sentences"


def _and(parts: Iterable[str]) -> str:
    return _joined(list(parts), "and")


def _joined(parts: Sequence[str], word: str) -> str:
    """Return "a, b and c"."""
    return f" {word} ".join([*([", ".join(parts[:-1])] if parts[:-1] else []), *parts[-1:]])


def _written_out(names: Sequence[str], rules: RuleSet) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Return the phrases of each of these lists, and of each that fills a slot in them, once."""
    lists = {entry.name: entry for entry in rules.lists}
    slots = (slot for name in names for slot in slots_of(lists[name]))
    every = dict.fromkeys((*names, *slots))
    return ((name, _phrases(lists[name])) for name in every if not name.startswith('"'))


def _who(rule: Rule, rules: RuleSet) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Return who must be hit, or must not be, each with the lists that tell so."""
    lines = (*rule.when, *rule.unless, *rule.unless_anywhere)
    asked = dict.fromkeys(who for line in lines if line.mode == "scope" for who in line.names)
    return ((who, tuple(chain(*(s.lists for s in rules.scopes if s.who == who)))) for who in asked)


def _own_phrases(rule: Rule) -> Iterable[tuple[str, tuple[str, ...]]]:
    phrases = tuple(name.strip('"') for name in _named(rule) if name.startswith('"'))
    return [("of its own", phrases)] if len(phrases) > _MOST_WORDS else []


def _named(rule: Rule) -> Iterable[str]:
    lines = (*rule.when, *rule.unless, *rule.unless_anywhere)
    return dict.fromkeys(name for line in lines if line.mode != "scope" for name in line.names)


def _phrases(entry: PhraseList) -> tuple[str, ...]:
    return (*entry.phrases, *(f"{phrase} (exactly)" for phrase in entry.exact))


def _text(ticket: Ticket) -> str:
    return f"{ticket.subject} / {ticket.body}" if ticket.subject else ticket.body
