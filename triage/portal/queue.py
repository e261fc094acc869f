"""The technicians' queue as it is shown: what comes first, what is marked, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from triage import Priority
from triage.portal.tickets import PortalTicket
from triage.rules.ruleset import RuleSet
from triage.targets import Due, due


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket of the queue: ``goes_by`` is the level that decides its place, ``due`` when help is due by it.

    ``doubt`` says in a sentence why the level it carries looks wrong; None where it does not, or where a
    technician had the last word.
    """

    ticket: PortalTicket
    carries: Priority
    goes_by: Priority
    due: Due
    overdue: bool
    doubt: str | None


def rows(tickets: Iterable[PortalTicket], rules: RuleSet, *, at: datetime) -> list[Row]:
    """Return the queue: by the urgency that is suggested, or final, then by when help is due."""
    return sorted((row_of(ticket, rules, at=at) for ticket in tickets), key=_place)


def row_of(ticket: PortalTicket, rules: RuleSet, *, at: datetime) -> Row:
    """Return a ticket as the queue shows it."""
    levels = {level.id: level for level in rules.priorities}
    carries = levels.get(ticket.level, rules.default)
    suggested = levels.get(ticket.choice.suggested.id, rules.default)
    goes_by = carries if ticket.settled else suggested
    window = due(goes_by.id, ticket.received, rules)
    overdue = ticket.open and window.latest is not None and window.latest < at and not window.at_once
    return Row(ticket, carries, goes_by, window, overdue, _doubt(ticket))


def _place(row: Row) -> tuple[bool, int, float, float]:
    latest = row.due.latest.timestamp() if row.due.latest else float("inf")
    received = row.ticket.received.timestamp()
    return (not row.ticket.open, row.goes_by.rank, latest, received)


def _doubt(ticket: PortalTicket) -> str | None:
    choice = ticket.choice
    if ticket.settled or not choice.warns or choice.chosen.id != ticket.level:
        return None
    reasons = choice.suggestion.reasons
    if not reasons:
        return f"Such tickets are usually {choice.suggested.name}."
    texts = {item.text.lower(): item.text for item in reversed(reasons[0].evidence)}
    found = ", ".join(f"“{text}”" for text in list(reversed(texts.values()))[:4])
    return f"{reasons[0].says}: {found}" if found else reasons[0].says
