"""Notices of new tickets: they wait in the database until the webhook or the mail server took them."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from hashlib import sha256
from hmac import new as hmac
from typing import Any, NamedTuple

import httpx
import orjson
import structlog
from sqlalchemy import Connection, delete, select, update

from triage import HistoryError
from triage.history.decision import now
from triage.portal.intake import Portal
from triage.portal.queue import Row, row_of
from triage.portal.tables import NoticeRow, TicketRow
from triage.portal.tickets import tickets
from triage.targets import Due

_AT_ONCE = 20
_MOST_TRIES = 10
_SECONDS = 10
_LEASE = timedelta(minutes=2)  # so long a notice is left to the process that took it up
_QUOTED = 1_000  # characters of a ticket that a mail quotes
_log = structlog.get_logger()


class Notice(NamedTuple):
    """What is to be told: of which case, by "mail" or "webhook", to whom, and how often it was tried."""

    id: int
    case: str
    way: str
    to: str
    tries: int


async def tell(portal: Portal) -> None:
    """Tell what waits to be told, until stopped."""
    while True:
        try:
            told = await asyncio.to_thread(tell_once, portal)
        except HistoryError as error:
            _log.error("notices wait", why=str(error))
            told = 0
        await asyncio.sleep(0 if told == _AT_ONCE else portal.settings.every)


def tell_once(portal: Portal) -> int:
    """Tell what is due to be told now, and return how much of it was tried."""
    with portal.history.reading() as connection:
        if not connection.execute(select(NoticeRow.id).where(NoticeRow.next <= now()).limit(1)).first():
            return 0
    with portal.history.writing() as connection:
        taken = _taken(connection)
    for notice in taken:
        _tell(portal, notice)
    return len(taken)


def _taken(connection: Connection) -> list[Notice]:
    """Return notices that are due and put off others from trying them meanwhile."""
    columns = (NoticeRow.id, NoticeRow.case, NoticeRow.way, NoticeRow.to, NoticeRow.tries)
    asked = select(*columns).where(NoticeRow.next <= now()).order_by(NoticeRow.next).limit(_AT_ONCE)
    taken = [Notice(*row) for row in connection.execute(asked.with_for_update(skip_locked=True))]
    ids = [notice.id for notice in taken]
    connection.execute(update(NoticeRow).where(NoticeRow.id.in_(ids)).values(next=now() + _LEASE))
    return taken


def _tell(portal: Portal, notice: Notice) -> None:
    with portal.history.reading() as connection:
        found = tickets(connection, TicketRow.case == notice.case, most=1)
    failed = None
    if found:  # else it was forgotten meanwhile
        row = row_of(found[0], portal.desk.triage.rules, at=now())
        try:
            (_by_mail if notice.way == "mail" else _by_webhook)(portal, notice, row)
        except (OSError, smtplib.SMTPException, httpx.HTTPError, httpx.InvalidURL) as error:
            failed = type(error).__name__
    with portal.history.writing() as connection:
        _done(connection, notice, failed)


def _done(connection: Connection, notice: Notice, failed: str | None) -> None:
    """Strike a notice off, or put it off for longer and longer."""
    mine = NoticeRow.id == notice.id
    tries = notice.tries + 1
    if failed and tries < _MOST_TRIES:
        later = now() + timedelta(seconds=5 * 2**tries)
        connection.execute(update(NoticeRow).where(mine).values(tries=tries, next=later))
    else:
        connection.execute(delete(NoticeRow).where(mine))
    if failed:
        given_up = tries >= _MOST_TRIES
        _log.warning("not told", case=notice.case, way=notice.way, why=failed, given_up=given_up)


# -- in which form ---------------------------------------------------------------------------------------


def _by_webhook(portal: Portal, notice: Notice, row: Row) -> None:
    body = orjson.dumps(_told(portal, row))
    headers = {"content-type": "application/json"}
    if secret := portal.settings.webhook_secret:
        signed = hmac(secret.get_secret_value().encode(), body, sha256).hexdigest()
        headers["x-triage-signature"] = f"sha256={signed}"
    httpx.post(notice.to, content=body, headers=headers, timeout=_SECONDS).raise_for_status()


def _told(portal: Portal, row: Row) -> Mapping[str, Any]:
    """Return what a webhook is told: no text of the ticket beyond its subject."""
    ticket = row.ticket
    return {
        "event": "ticket.new",
        "case": ticket.case,
        "firm": ticket.firm,
        "person": ticket.person,
        "channel": ticket.channel,
        "subject": ticket.title,
        "received": ticket.received.isoformat(),
        "priority": row.carries.id,
        "suggested": ticket.choice.suggested.id,
        "verdict": ticket.choice.verdict,
        "doubt": row.doubt,
        "due": row.due.to_dict(),
        "url": link(portal, ticket.case),
    }


def link(portal: Portal, case: str) -> str | None:
    """Return the address of a ticket in the queue, where the portal knows its own."""
    url = portal.settings.url
    return f"{url.rstrip('/')}/queue/{case}" if url else None


def _by_mail(portal: Portal, notice: Notice, row: Row) -> None:
    with _mail_server(portal) as server:
        server.send_message(_mail(portal, notice.to, row))


def _mail(portal: Portal, to: str, row: Row) -> EmailMessage:
    ticket, message = row.ticket, EmailMessage()
    message["From"], message["To"] = portal.settings.smtp_from, to
    message["Subject"] = " ".join(f"[{row.goes_by.name}] {ticket.title}".split())[:200]
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="triage")
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's absence answers it
    lines = [
        f"From: {ticket.person}" + (f" ({ticket.firm})" if ticket.firm else ""),
        f"Priority: {row.carries.name}" + ("" if ticket.set_by == "person" else ", which nobody chose"),
        f"Suggested: {ticket.choice.suggested.name}",
        *([f"Why: {row.doubt}"] if row.doubt else []),
        *([f"Due: {due}"] if (due := _due(row.due)) else []),
        *([link(portal, ticket.case) or ""] if portal.settings.url else []),
        "",
        ticket.body[:_QUOTED] + (" [...]" if len(ticket.body) > _QUOTED else ""),
    ]
    message.set_content("\n".join(lines))
    return message


def _due(window: Due) -> str | None:
    """Return when help is due, as the queue says it."""
    if window.at_once:
        return "at once"
    return f"{window.latest:%A %Y-%m-%d %H:%M %Z}" if window.latest else None


@contextmanager
def _mail_server(portal: Portal) -> Iterator[smtplib.SMTP]:
    settings = portal.settings
    with smtplib.SMTP(settings.smtp_host or "", settings.smtp_port, timeout=_SECONDS) as server:
        if settings.smtp_tls:
            server.starttls()
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        yield server
