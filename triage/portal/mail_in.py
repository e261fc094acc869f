"""Tickets by e-mail: from a folder of messages, and from mail servers that deliver by SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from email.utils import parseaddr
from errno import EADDRINUSE
from hashlib import sha256
from pathlib import Path
from typing import Literal

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from triage import HistoryError, Ticket, TicketError
from triage.history.decision import input_hash
from triage.mail import read_message
from triage.mail.parsing import LARGEST, headers_of, parse
from triage.portal.accounts import tidy
from triage.portal.entering import sender_of
from triage.portal.intake import Portal, take

_NO_TICKETS = ("auto-reply", "bounce", "delivery report")  # answering programs with tickets never ends
_log = structlog.get_logger()
Outcome = Literal["taken", "automatic", "refused"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a message, and its ticket's case where it became one."""

    outcome: Outcome
    case: str | None = None


def deliver(portal: Portal, data: bytes, *, name: str = "the message") -> Delivered:
    """Make a ticket of a message: it carries the level of its channel, which nobody chose.

    A message that was written by a program that answers is no ticket; one that cannot be read is refused.

    Raises:
        HistoryError: the ticket could not be kept; try again.
    """
    try:
        ticket = read_message(data, file=name)
        headers = headers_of(parse(data, name))
    except TicketError as error:
        _log.warning("mail refused", why=str(error))
        return Delivered("refused")
    if ticket.mail and ticket.mail.automatic in _NO_TICKETS:
        _log.info("mail is no ticket", automatic=ticket.mail.automatic)
        return Delivered("automatic")
    email = tidy(parseaddr(headers.get("from", [""])[0])[1])
    with portal.history.reading() as connection:
        sender = sender_of(connection, email)
    message = sha256(_identity(headers, email, ticket) or data).hexdigest()
    case = take(portal, _plain(ticket), sender, message=message)
    return Delivered("taken", case)


def _identity(headers: Mapping[str, Sequence[str]], email: str, ticket: Ticket) -> bytes | None:
    """Return what two deliveries of a message share; None where it has no Message-ID.

    That alone is not enough: some programs give the same one to all of theirs.
    """
    id, date = (headers.get(name, [""])[0].strip() for name in ("message-id", "date"))
    shared = "\0".join((id, date, email, input_hash(ticket)))
    return shared.encode("utf-8", "replace") if id else None


def _plain(ticket: Ticket) -> Ticket:
    """Return the ticket without a level: a mail cannot choose one."""
    return replace(ticket, channel="email", chosen=None, chosen_by=None)


# -- a folder --------------------------------------------------------------------------------------------


def empty_folder(portal: Portal, folder: Path) -> int:
    """Make tickets of the messages (.eml) of a folder, and return how many were looked at.

    Each goes to a folder beside it, named after what became of it: nothing is deleted. One that cannot be
    kept just now stays for the next look.

    Raises:
        OSError: the folder cannot be read.
        HistoryError: a ticket could not be kept.
    """
    looked = 0
    for path in sorted(path for path in folder.iterdir() if path.suffix == ".eml"):
        with suppress(OSError):  # another process was quicker, or it is still being written
            with path.open("rb") as stream:
                data = stream.read(LARGEST + 1)  # one more is refused as too large
            outcome = deliver(portal, data, name=path.name).outcome
            beside = folder / outcome
            beside.mkdir(exist_ok=True)
            path.replace(beside / path.name)
            looked += 1
    return looked


async def watch_folder(portal: Portal, folder: Path) -> None:
    """Look into a folder for messages until stopped; one that goes, and comes back, is told once each."""
    gone = False
    while True:
        try:
            await asyncio.to_thread(empty_folder, portal, folder)
        except HistoryError as error:
            _log.error("mail waits", why=str(error))
        except OSError as error:
            if not gone:
                _log.warning("the mail folder cannot be read", folder=str(folder), why=error.strerror)
            gone = True
        else:
            if gone:
                _log.warning("the mail folder is back", folder=str(folder))
            gone = False
        await asyncio.sleep(portal.settings.every)


# -- SMTP ------------------------------------------------------------------------------------------------


class _Handler:
    """Answers a mail server: a message is taken once its ticket is kept."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    async def handle_DATA(  # noqa: N802  the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Return the answer to a message."""
        data = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            outcome = (await asyncio.to_thread(deliver, self._portal, data)).outcome
        except HistoryError as error:
            _log.error("mail waits", why=str(error))
            return "451 The ticket could not be kept just now; try again"
        if outcome == "refused":
            return "554 This message cannot be read"
        return "250 It is a ticket" if outcome == "taken" else "250 Taken; an automatic answer is no ticket"


@asynccontextmanager
async def receiving(portal: Portal) -> AsyncIterator[int | None]:
    """Take mail by SMTP while the context lasts; yields the port, None where another process has it."""
    settings = portal.settings

    def smtp() -> SMTP:
        return SMTP(
            _Handler(portal),
            data_size_limit=settings.mail_most,
            enable_SMTPUTF8=True,
            hostname="triage",
            ident="triage",
            timeout=60,
            loop=asyncio.get_running_loop(),
        )

    try:
        server = await asyncio.get_running_loop().create_server(smtp, settings.mail_host, settings.mail_port)
    except OSError as error:
        shared = error.errno == EADDRINUSE and portal.desk.settings.workers > 1
        tell = _log.debug if shared else _log.warning  # of several processes one takes mail
        tell("no mail is taken here", port=settings.mail_port, why=error.strerror)
        yield None
        return
    async with server:
        yield server.sockets[0].getsockname()[1]
