"""Tickets of the portal: what is kept of them, who may see them, and how one is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, func, select, true, update
from sqlalchemy.orm import aliased

from triage import Choice, Ticket
from triage.history.decision import now
from triage.history.tables import DecisionRow
from triage.portal.accounts import Account
from triage.portal.tables import TicketRow

Status = Literal["new", "in work", "done"]
STATUSES: tuple[Status, ...] = get_args(Status)
_TEXTS = (TicketRow.case, TicketRow.firm, TicketRow.person, TicketRow.subject, TicketRow.body)
_MARKS = (TicketRow.channel, TicketRow.received, TicketRow.status, TicketRow.choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalTicket:
    """A ticket as it stands now.

    ``level`` is the id of the level it carries, ``set_by`` whether a "person" or a "default" put it there and
    ``by`` who that was. It is ``settled`` when a technician had the last word. ``choice`` is what was said of
    the level when the requester chose it.
    """

    case: str
    firm: str | None
    person: str
    subject: str
    body: str
    channel: str | None
    received: datetime
    status: Status
    choice: Choice
    level: str
    set_by: str | None
    by: str | None
    settled: bool

    @property
    def open(self) -> bool:
        """Whether there is still work to do."""
        return self.status != "done"

    def ticket(self) -> Ticket:
        """Return what was written, as it came in, without a level."""
        return Ticket(
            subject=self.subject,
            body=self.body,
            channel=self.channel,
            received=self.received.isoformat(),
        )

    @property
    def title(self) -> str:
        """Its subject, or how its text begins."""
        first = next(iter(self.body.split("\n", 1)), "")
        return self.subject or (first[:80] + "…" if len(first) > 80 else first) or "No subject"


def visible(account: Account) -> ColumnElement[bool]:
    """Return what every query for tickets is narrowed by: nobody sees another firm's or person's."""
    if account.role == "technician":
        return TicketRow.firm.in_(account.firms) if account.firms else true()
    return (TicketRow.person == account.email) & (TicketRow.firm == account.firm)


def tickets(connection: Connection, *where: ColumnElement[bool], most: int = 1_000) -> list[PortalTicket]:
    """Return tickets, the newest first, each with the level that the history says it carries."""
    last, newer = aliased(DecisionRow), aliased(DecisionRow)
    newest = (
        select(func.max(newer.id))
        .where(newer.case == TicketRow.case, newer.priority.is_not(None))
        .correlate(TicketRow)
        .scalar_subquery()
    )
    asked = (
        select(*_TEXTS, *_MARKS, last.priority, last.set_by, last.by, last.kind)
        .join(last, last.id == newest)
        .where(*where)
        .order_by(TicketRow.id.desc())
        .limit(most)
    )
    return [_ticket(tuple(row)) for row in connection.execute(asked)]


def find_ticket(connection: Connection, account: Account, case: str) -> PortalTicket | None:
    """Return a ticket that somebody may see."""
    return next(iter(tickets(connection, TicketRow.case == case, visible(account), most=1)), None)


def change_ticket(connection: Connection, case: str, **values: Any) -> None:
    """Change what is kept of a ticket, and tell the queues that it changed."""
    connection.execute(update(TicketRow).where(TicketRow.case == case).values(changed=now(), **values))


def stamp(connection: Connection) -> tuple[int, datetime | None]:
    """Return what changes when any ticket does."""
    count, changed = connection.execute(select(func.count(), func.max(TicketRow.changed))).one()
    return count, changed


def written(choice: Choice) -> str:
    """Return a choice as it is kept."""
    return json.dumps(choice.to_dict())


@lru_cache(maxsize=5_000)  # a queue reads the same ones again with every change
def _read(choice: str) -> Choice:
    return Choice.from_dict(json.loads(choice))


def _ticket(row: tuple[Any, ...]) -> PortalTicket:
    case, firm, person, subject, body, channel, received, status, choice, level, set_by, by, kind = row
    return PortalTicket(
        case=case,
        firm=firm,
        person=person,
        subject=subject,
        body=body,
        channel=channel or None,
        received=received,
        status=status,
        choice=_read(choice),
        level=level,
        set_by=set_by,
        by=by,
        settled=kind == "final",
    )
