"""How a ticket gets into the queue, however it came in: its row, and the notices of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from triage import Choice, Ticket
from triage.history.decision import now
from triage.portal.accounts import accounts, find_account
from triage.portal.settings import PortalSettings
from triage.portal.tables import NoticeRow, TicketRow
from triage.portal.tickets import written

UNKNOWN = "unknown sender"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a ticket is from; ``firm`` is None of a technician, and where the address is not ``known``."""

    email: str
    firm: str | None
    known: bool = True


def sender_of(connection: Connection, email: str) -> Sender:
    """Return the sender behind an address."""
    account = find_account(connection, email)
    return Sender(account.email, account.firm) if account else Sender(email or UNKNOWN, None, known=False)


def new_row(ticket: Ticket, sender: Sender, choice: Choice, *, case: str) -> dict[str, Any]:
    """Return what is kept of a ticket that comes in."""
    return {
        "case": case,
        "firm": sender.firm,
        "person": sender.email,
        "subject": _clean(ticket.subject),
        "body": _clean(ticket.body),
        "channel": ticket.channel or "",
        "received": _received(ticket),
        "status": "new",
        "changed": now(),
        "choice": written(choice),
    }


def enter(connection: Connection, row: Mapping[str, Any], settings: PortalSettings) -> None:
    """Put a ticket into the queue, and what is to be told of it beside it."""
    connection.execute(insert(TicketRow).values(**row))
    if notices := list(_notices(connection, row["firm"], settings)):
        at = {"case": row["case"], "tries": 0, "next": now()}
        connection.execute(insert(NoticeRow), [notice | at for notice in notices])


def _notices(connection: Connection, firm: str | None, settings: PortalSettings) -> Iterator[dict[str, str]]:
    """Yield whom to tell of a new ticket, and how: every technician of the firm, and the webhook."""
    if settings.webhook:
        yield {"way": "webhook", "to": settings.webhook}
    if settings.smtp_host:
        yield from ({"way": "mail", "to": a.email} for a in accounts(connection) if a.serves(firm))


def _received(ticket: Ticket) -> datetime:
    """Return when a ticket came in; one that claims to come from the future, or from no time, came now."""
    at = stated = now()
    with suppress(ValueError):
        stated = datetime.fromisoformat(ticket.received) if ticket.received else at
    return min(stated if stated.tzinfo else stated.replace(tzinfo=UTC), at)


def _clean(text: str) -> str:
    """Return the text as databases take it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
