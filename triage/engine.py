"""Triage: where rules and, when there is one, a model meet. Among rules the policy is :func:`decide`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.certainty import NOT_MEASURED
from triage.errors import ModelError
from triage.garbage import uncollected
from triage.policy import join
from triage.priority import Priority
from triage.suggestion import Evidence, Loser, NearMiss, Reason, SetAside, Shadow, Suggestion
from triage.ticket import Ticket

if TYPE_CHECKING:  # the rooms that read and match are loaded by the first Triage, so that importing is quick
    from triage.choice import Choice
    from triage.model.score import Model
    from triage.reading.reader import Reading
    from triage.rules.compiled import Evidence as Where
    from triage.rules.compiled import Hit
    from triage.rules.load import Opened
    from triage.rules.match import Matches
    from triage.rules.ruleset import RuleSet

    Decision = tuple[list[Hit], list[tuple[Hit, str]]]  # what decides, and what lost and why

_MOST_NEAR_MISSES = 3
_MOST_SET_ASIDE = 20


def decide(hits: Sequence[Hit], *, drafts: bool = False) -> Decision:
    """Return the rules that decide, the strongest first, and the others with why each lost.

    With ``drafts`` the answer is what it would be had the drafts been active.

    The policy, to be recited: a draft never decides. A rule that another matching rule overrides is out. A
    general rule yields to any specific one. Of the rest the most urgent decides. The order of the file never
    matters.
    """
    lost: list[tuple[Hit, str]] = []
    left = sorted(hits, key=_id)
    left = left if drafts else _without_drafts(left, lost)
    left = _without_overridden(left, lost)
    left = _without_general(left, lost)
    if not left:
        return [], sorted(lost, key=_nearest_first)
    rank = min(hit.rule.priority.rank for hit in left)
    winners = sorted((hit for hit in left if hit.rule.priority.rank == rank), key=_strength)
    more_urgent = f"{winners[0].rule.id} is more urgent"
    lost += [(hit, more_urgent) for hit in left if hit.rule.priority.rank != rank]
    lost.sort(key=_nearest_first)
    return winners, lost


def _id(hit: Hit) -> str:
    return hit.rule.id


def _strength(hit: Hit) -> tuple[bool, int, int, str]:
    """Put rules that quote a documented example before those that quote a definition."""
    return (hit.rule.line is None, -len(hit.rule.when), -len(hit.evidence), hit.rule.id)


def _nearest_first(lost: tuple[Hit, str]) -> tuple[bool, int, str]:
    rule = lost[0].rule
    return (rule.draft, rule.priority.rank, rule.id)


def _without_drafts(hits: Sequence[Hit], lost: list[tuple[Hit, str]]) -> list[Hit]:
    lost += [(hit, "it is a draft, and a draft never decides") for hit in hits if hit.rule.draft]
    return [hit for hit in hits if not hit.rule.draft]


def _without_overridden(hits: list[Hit], lost: list[tuple[Hit, str]]) -> list[Hit]:
    """Return the hits that no other standing hit overrides; what is overridden overrides nothing itself."""
    if not any(hit.rule.overrides for hit in hits):
        return hits
    standing = {hit.rule.id: hit for hit in hits}
    waiting = {id for id, hit in standing.items() if hit.rule.overrides & standing.keys()}
    while waiting:  # overrides have no circle, so some waiting rule is overridden by no other waiting one
        top = min(id for id in waiting if not any(id in standing[other].rule.overrides for other in waiting))
        waiting.discard(top)
        for id in sorted(standing[top].rule.overrides & standing.keys()):
            lost.append((standing.pop(id), f"{top} overrides it"))
            waiting.discard(id)
    return list(standing.values())


def _without_general(hits: list[Hit], lost: list[tuple[Hit, str]]) -> list[Hit]:
    specific = [hit for hit in hits if not hit.rule.general]
    if not specific or len(specific) == len(hits):
        return hits
    why = f"it is general, and {specific[0].rule.id} is specific"
    lost += [(hit, why) for hit in hits if hit.rule.general]
    return specific


class Triage:
    """Suggests priorities by a rule file. Immutable once made, so threads share it.

    ``rules`` is the path of a rule file, or one that is opened or loaded already; without it the documented
    rules are used. Where `triage rules calibrate` has measured the rules of a file, suggestions say how
    certain they are.

    ``model`` is the folder of a trained model, or a model that is loaded already; :func:`triage.policy.join`
    tells when it decides. Without one, rules alone do.

    Raises:
        RuleFileError: the rule file has faults; all of them are in ``faults``.
        ModelError: the folder holds no model that can be used, or one of other levels than the rule file's.

    >>> triage = Triage()
    >>> triage.suggest("Critical network server is down.").priority.id
    'critical'
    """

    def __init__(
        self, rules: str | Path | Opened | RuleSet | None = None, *, model: str | Path | Model | None = None
    ) -> None:
        from triage.rules.certainty_file import certainty_of
        from triage.rules.load import Opened, open_rules
        from triage.rules.match import Matcher
        from triage.rules.ruleset import RuleSet

        with uncollected():
            opened = rules if isinstance(rules, Opened | RuleSet) else open_rules(rules)
            self._rules = opened if isinstance(opened, RuleSet) else opened.taken()
            self._matcher = Matcher(self._rules)
        on_file = None if isinstance(opened, RuleSet) else opened.path
        self._measured = certainty_of(on_file, self._rules.version) if on_file else {}
        self._channels = {channel.id: channel for channel in self._rules.channels}
        self._priorities = {priority.id: priority for priority in self._rules.priorities}
        self._model = None if model is None else _fitting_model(model, tuple(self._priorities))

    @property
    def rules(self) -> RuleSet:
        """The rules in use, as frozen values."""
        return self._rules

    def suggest(self, ticket: Ticket | str) -> Suggestion:
        """Return the suggested priority of a ticket, or of a text, with its reasoning.

        Raises:
            TicketError: the value is neither a ticket nor text.

        >>> s = Triage().suggest("I forgot my password")
        >>> s.priority.id, s.reasons[0].line, s.reasons[0].quote
        ('high', 5, 'A password needs to be reset')
        """
        ticket = Ticket.of(ticket)
        suggestion = self._by_rules(ticket)
        if self._model is None:
            return suggestion
        from triage.model.document import findings_of

        return join(suggestion, self._model.opinion(ticket, findings_of(suggestion)), self._priorities)

    def _by_rules(self, ticket: Ticket) -> Suggestion:
        matches = self._matcher.match(ticket)
        reading = matches.reading
        decision = decide(matches.hits)
        return self._decided(
            decision,
            {hit.rule.id: _reason(hit, reading) for hit in matches.hits},
            _open_rules(matches),
            stands=self._default(ticket),
            set_aside=_set_aside(matches, reading),
            scope=matches.scope.who,
            channel=ticket.channel,
            shadow=_shadow(matches.hits, decision[0], reading),
        )

    def _decided(
        self,
        decision: Decision,
        reasons: Mapping[str, Reason],
        open_rules: tuple[NearMiss, ...],
        *,
        stands: Priority,
        **about: Any,
    ) -> Suggestion:
        """Return the suggestion of what was decided; ``stands`` is the level where nothing was.

        ``reasons`` has that of each rule by its id, and ``about`` the fields on which nothing here depends.
        """
        winners, lost = decision
        priority = winners[0].rule.priority if winners else stands
        measured = self._measured.get(winners[0].rule.id) if winners else None
        return Suggestion(
            priority=priority,
            decided_by="rule" if winners else "default",
            unsure=not winners,
            reasons=tuple([reasons[hit.rule.id] for hit in winners]),
            losers=tuple([Loser(reasons[hit.rule.id], why) for hit, why in lost]),
            near_misses=_near_misses(open_rules, self._priorities, priority, certain=bool(winners)),
            certainty=NOT_MEASURED if measured is None else str(measured),
            rules_version=self._rules.version,
            measured=measured,
            open=open_rules,
            **about,
        )

    def suggest_many(self, tickets: Iterable[Ticket | str]) -> Iterator[Suggestion]:
        """Yield the suggestion of each ticket, in order; memory does not grow with their number.

        >>> [s.priority.id for s in Triage().suggest_many(["E-mail is down", "Computer not booting up"])]
        ['critical', 'standard']
        """
        return map(self.suggest, tickets)

    def check(
        self, ticket: Ticket | str, *, chosen: str | None = None, warn_from: float | None = None
    ) -> Choice:
        """Return what the guideline says of the priority that was chosen for a ticket: a level's id or name.

        Without ``chosen`` it is the ticket's own. ``warn_from`` is the rule of silence: a warning needs at
        least this estimate of being right, from 0 to 1; without it that of the rule file counts.

        Raises:
            TicketError: the value is neither a ticket nor text.
            ChoiceError: there is no such level, none is chosen, or ``warn_from`` is no share.
            CalendarError: the firm is never open for as long as a target takes.

        >>> choice = Triage().check("The printer is jammed, only mine.", chosen="critical")
        >>> choice.verdict, choice.levels, choice.suggested.id
        ('over', 3, 'low')
        """
        from triage.verdict import check

        return check(self, Ticket.of(ticket), chosen=chosen, warn_from=warn_from)

    def answer(self, suggestion: Suggestion, question: str, answer: str) -> Suggestion:
        """Return the suggestion with the answer to one of its questions counted as a fact.

        The question of scope is answered by "one person", "several" or "everyone", any other by "yes" or
        "no".

        Raises:
            ChoiceError: the suggestion does not ask this question, or the answer is none of these.

        >>> triage = Triage()
        >>> suggestion = triage.suggest("The printer is jammed")
        >>> triage.answer(suggestion, suggestion.near_misses[0].question, "several").priority.id
        'standard'
        """
        from triage.answer import count

        counted = count(suggestion, self._rules, question=question, answer=answer)
        answered = self._decided(
            decide(list(counted.hits.values())),
            counted.reasons,
            counted.open,
            stands=suggestion.priority if suggestion.unsure else self._default_of(suggestion.channel),
            set_aside=suggestion.set_aside,
            scope=counted.scope,
            channel=suggestion.channel,
            opinion=suggestion.opinion,
        )
        if not answered.unsure or suggestion.opinion is None:
            return answered  # a fact that a person told comes before what a model makes of the text
        return join(answered, suggestion.opinion, self._priorities)

    def _default(self, ticket: Ticket) -> Priority:
        """Return what stands when nothing decides: a person's choice, else the channel's default."""
        if ticket.chosen in self._priorities and ticket.chosen_by == "person":
            return self._priorities[ticket.chosen]
        return self._default_of(ticket.channel)

    def _default_of(self, name: str | None) -> Priority:
        channel = self._channels.get(name or "")
        return channel.default if channel else self._rules.default


def _fitting_model(model: str | Path | Model, levels: tuple[str, ...]) -> Model:
    """Return the model; its levels must be those of the rules, or nobody could join them."""
    from triage.model.folder import load_model

    loaded = load_model(model) if isinstance(model, str | Path) else model
    if loaded.weights.levels != levels:
        found, expected = (", ".join(ids) for ids in (loaded.weights.levels, levels))
        name = model if isinstance(model, str | Path) else "the model"
        raise ModelError(f"{name}: found a model of the levels {found}; the rules have {expected}")
    return loaded


def _shadow(hits: Sequence[Hit], winners: Sequence[Hit], reading: Reading) -> Shadow | None:
    """Return what would be suggested were the drafts active; None where no draft holds."""
    if not any(hit.rule.draft for hit in hits):
        return None
    would, _ = decide(hits, drafts=True)
    priority = would[0].rule.priority
    changes = not winners or winners[0].rule.priority != priority
    return Shadow(priority.id, changes, tuple([_reason(hit, reading) for hit in would]))


def _reason(hit: Hit, reading: Reading) -> Reason:
    rule = hit.rule
    evidence = tuple([_evidence(item, reading) for item in hit.evidence])
    return Reason(rule.id, rule.priority.id, rule.says, rule.quote, rule.line, evidence)


def _evidence(item: Where, reading: Reading) -> Evidence:
    return Evidence(*reading.cut(item.first, item.last), item.list)


def _open_rules(matches: Matches) -> tuple[NearMiss, ...]:
    """Return the rules that lack one line which a question could settle, the most urgent first."""
    return tuple(
        NearMiss(miss.rule.id, miss.rule.priority.id, " or ".join(miss.missing.names), miss.question)
        for miss in sorted(matches.misses, key=lambda miss: (miss.rule.priority.rank, miss.rule.id))
        if not miss.rule.draft
    )


def _near_misses(
    open_rules: Sequence[NearMiss], levels: Mapping[str, Priority], priority: Priority, *, certain: bool
) -> tuple[NearMiss, ...]:
    """Return those of the open rules that would change the answer; of one question the most urgent."""
    telling = [miss for miss in open_rules if not certain or levels[miss.priority].rank < priority.rank]
    by_question = {miss.question: miss for miss in reversed(telling)}
    return tuple([miss for miss in telling if by_question[miss.question] is miss][:_MOST_NEAR_MISSES])


def _set_aside(matches: Matches, reading: Reading) -> tuple[SetAside, ...]:
    return tuple(
        SetAside(aside.why, Evidence(*reading.cut(*aside.marker), aside.why))
        for aside in matches.asides[:_MOST_SET_ASIDE]
    )
