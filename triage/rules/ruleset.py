"""A rule file that was taken: frozen values, every name resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from triage.messages import Messages
from triage.priority import Priority
from triage.suggestion import Who
from triage.ticket import Ticket

Extent = Literal["clause", "sentence", "everything before", "everything"]
Unit = Literal["minutes", "hours", "days"]
Clock = Literal["business", "calendar"]
Window = tuple[int, int]
Mode = Literal["any of", "all of", "2 of", "scope"]
Key = Literal["when", "unless", "unless anywhere"]


@dataclass(frozen=True, slots=True)
class PhraseList:
    """Phrases that mean the same; those of ``exact`` are matched as they stand, without other word forms.

    The words inside a phrase of a list that ``covers`` are hidden from the other lists ("out of office" is
    about no office). ``question`` asks a person whether the list applies.
    """

    name: str
    phrases: tuple[str, ...]
    exact: tuple[str, ...] = ()
    covers: bool = False
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a rule: names of lists or, for ``scope``, who is hit."""

    mode: Mode
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """How near to each other the lines of a rule are found: a number of words or of sentences."""

    words: int | None = None
    sentences: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``line`` is the number of the guideline's example it quotes, if it quotes one.

    ``note`` is what its author wrote down for whoever reads it next.
    """

    id: str
    says: str
    priority: Priority
    quote: str
    line: int | None
    when: tuple[Condition, ...]
    within: Within | None
    unless: tuple[Condition, ...]
    unless_anywhere: tuple[Condition, ...]
    reads: frozenset[str]
    overrides: frozenset[str]
    general: bool
    draft: bool
    match: tuple[Ticket, ...]
    no_match: tuple[Ticket, ...]
    note: str | None = None


def lines_of(rule: Rule) -> Iterator[tuple[Key, int, Condition]]:
    """Yield every line of a rule with the key and the number it stands under."""
    groups: tuple[tuple[Key, tuple[Condition, ...]], ...] = (
        ("when", rule.when),
        ("unless", rule.unless),
        ("unless anywhere", rule.unless_anywhere),
    )
    for key, lines in groups:
        for number, line in enumerate(lines):
            yield key, number, line


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in, the priority it gives by default, and whether the writer can choose another."""

    id: str
    name: str
    default: Priority
    writer_chooses: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Lists that tell who is hit; one that is not ``sure`` leaves the question open."""

    who: Who
    lists: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class SetAside:
    """Lists that set aside their clause, their sentence, everything before its end, or the whole ticket."""

    why: str
    lists: tuple[str, ...]
    extent: Extent


@dataclass(frozen=True, slots=True)
class Hours:
    """Business hours: windows in minutes after midnight by weekday (0 is Monday), in a time zone.

    ``holidays`` are the firm's own; those of a country and a part of it come on top.
    """

    time_zone: str
    open: tuple[tuple[int, tuple[Window, ...]], ...]
    holidays: tuple[date, ...] = ()
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """When the response to a level is due: from ``least`` to ``most`` units by a clock; 0 is at once."""

    priority: str
    least: int
    most: int
    unit: Unit
    clock: Clock


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Sentences of the guideline that disagree, and how the rules resolve it; None: not decided yet."""

    lines: tuple[str, ...]
    says: str
    resolved: str | None


@dataclass(frozen=True, slots=True)
class Portal:
    """What the Client Portal shows beside its form: the ``office`` line, its ``phone``, links by name."""

    office: str | None = None
    phone: str | None = None
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything a rule file says; ``version`` is a hash of the file and of its guideline text.

    ``warn_from`` is the rule of silence: a chosen priority is doubted when the doubt is right at least so
    often, a share from 0 to 1.
    """

    name: str
    version: str
    priorities: tuple[Priority, ...]
    default: Priority
    channels: tuple[Channel, ...]
    hours: Hours | None
    targets: tuple[Target, ...]
    warn_from: float
    messages: Messages
    portal: Portal
    scopes: tuple[Scope, ...]
    question_of_scope: str | None
    set_aside: tuple[SetAside, ...]
    turns: tuple[str, ...]
    fillers: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    lists: tuple[PhraseList, ...]
    rules: tuple[Rule, ...]
    by_id: Mapping[str, Rule] = field(init=False, repr=False, compare=False)
    lists_asked: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the rules by their id, too, and the names of the lists by the question that asks for them."""
        object.__setattr__(self, "by_id", {rule.id: rule for rule in self.rules})
        asked: dict[str, set[str]] = {}
        for phrases in self.lists:
            if phrases.question:
                asked.setdefault(phrases.question, set()).add(phrases.name)
        object.__setattr__(self, "lists_asked", {text: frozenset(names) for text, names in asked.items()})
