"""One happening in the story of a ticket, as it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal, Self

from triage.case import new_case
from triage.choice import Choice
from triage.suggestion import Suggestion
from triage.ticket import Ticket

Kind = Literal["suggested", "chosen", "answered", "final"]
SetBy = Literal["person", "default"]


def now() -> datetime:
    """Return the time it is, in UTC."""
    return datetime.now(UTC)


def input_hash(ticket: Ticket) -> str:
    """Return the hash that tells whether two tickets hold the same text, without holding it.

    >>> input_hash(Ticket(body="It jams")) == input_hash(Ticket(body="It jams", channel="email"))
    True
    """
    text = f"{ticket.subject}\0{ticket.body}".encode("utf-8", "surrogatepass")
    return sha256(text).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One happening in the story of a ticket: it is kept as it was and never changed.

    ``case`` ties together what happened to one ticket. ``kind`` says what happened: a level was "suggested",
    "chosen", a question was "answered", or a level became the "final" one. ``priority`` is the level chosen
    or final, and ``set_by`` says whether a "person" or a "default" put it there; only a final level that a
    person set is a label to learn from. ``person`` is whose ticket it is and ``by`` is who acted, both as the
    caller names them. ``warned`` says that the requester was shown a warning. ``rule`` is the deciding one.

    >>> from triage import Triage
    >>> ticket = Ticket(body="The printer is jammed, only mine.", channel="portal")
    >>> told = Decision.of_choice(ticket, Triage().check(ticket, chosen="critical"), person="ann")
    >>> told.kind, told.priority, told.suggested, told.verdict, told.warned, told.body
    ('chosen', 'critical', 'low', 'over', True, None)
    """

    kind: Kind
    case: str = field(default_factory=new_case)
    at: datetime = field(default_factory=now)
    person: str | None = None
    by: str | None = None
    input_hash: str | None = None
    channel: str | None = None
    subject: str | None = None
    body: str | None = None
    suggested: str | None = None
    decided_by: str | None = None
    unsure: bool | None = None
    rule: str | None = None
    rules_version: str | None = None
    model_version: str | None = None
    priority: str | None = None
    set_by: SetBy | None = None
    verdict: str | None = None
    levels: int | None = None
    warned: bool | None = None
    question: str | None = None
    answer: str | None = None
    reason: str | None = None

    @classmethod
    def of_suggestion(
        cls, ticket: Ticket, suggestion: Suggestion, *, keep_text: bool = False, **about: Any
    ) -> Self:
        """Return that a level was suggested for a ticket; its text is left out unless ``keep_text``.

        ``about`` holds further fields by name: ``case``, ``person``, ``by``.

        >>> from triage import Triage
        >>> ticket = Ticket(body="The printer is jammed")
        >>> Decision.of_suggestion(ticket, Triage().suggest(ticket)).suggested
        'low'
        """
        return cls(kind="suggested", **_of_ticket(ticket, keep_text), **_of(suggestion), **about)

    @classmethod
    def of_choice(cls, ticket: Ticket, choice: Choice, *, keep_text: bool = False, **about: Any) -> Self:
        """Return that a level was chosen for a ticket, what was suggested, and whether a warning was shown.

        >>> from triage import Triage
        >>> ticket = Ticket(body="E-mail is down for everyone")
        >>> Decision.of_choice(ticket, Triage().check(ticket, chosen="low"), by="ann").verdict
        'under'
        """
        return cls(
            kind="chosen",
            priority=choice.chosen.id,
            set_by=choice.chosen_by,
            verdict=choice.verdict,
            levels=choice.levels,
            warned=choice.warns and choice.message is not None,
            question=choice.question.text if choice.question else None,
            **_of_ticket(ticket, keep_text),
            **_of(choice.suggestion),
            **about,
        )

    @classmethod
    def of_answer(cls, suggestion: Suggestion, question: str, answer: str, **about: Any) -> Self:
        """Return that a question was answered, and what is suggested since; give it the ``input_hash``.

        >>> from triage import Triage
        >>> s = Triage().suggest("The printer is jammed")
        >>> Decision.of_answer(s, s.near_misses[0].question, "several").answer
        'several'
        """
        return cls(kind="answered", question=question, answer=answer, **_of(suggestion), **about)

    @classmethod
    def of_final(cls, case: str, priority: str, *, set_by: SetBy = "person", **about: Any) -> Self:
        """Return that a level became the final one of a case; give it the :func:`ground` of what was before.

        >>> Decision.of_final("0a1b", "high", by="tom").set_by
        'person'
        """
        return cls(kind="final", case=case, priority=priority, set_by=set_by, **about)


def ground(told: Iterable[Decision]) -> dict[str, Any]:
    """Return what a story rests on so far: the hash of its input and the newest versions of rules and model.

    Whatever happens next in it without a text or a suggestion of its own is kept with these.

    >>> from triage import Triage
    >>> ticket = Ticket(body="The printer is jammed")
    >>> told = Decision.of_suggestion(ticket, Triage().suggest(ticket))
    >>> final = Decision.of_final(told.case, "low", by="tom", **ground([told]))
    >>> final.input_hash == told.input_hash, final.rules_version == told.rules_version
    (True, True)
    """
    newest = list(told)[::-1]
    judged = next((one for one in newest if one.rules_version is not None), None)
    return {
        "input_hash": next((one.input_hash for one in newest if one.input_hash is not None), None),
        "rules_version": judged and judged.rules_version,
        "model_version": judged and judged.model_version,
    }


def _of_ticket(ticket: Ticket, keep_text: bool) -> dict[str, Any]:
    told = {"input_hash": input_hash(ticket), "channel": ticket.channel}
    return told | {"subject": ticket.subject, "body": ticket.body} if keep_text else told


def _of(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "suggested": suggestion.priority.id,
        "decided_by": suggestion.decided_by,
        "unsure": suggestion.unsure,
        "rule": suggestion.reasons[0].rule if suggestion.reasons else None,
        "rules_version": suggestion.rules_version,
        "model_version": suggestion.opinion.version if suggestion.opinion else None,
    }
