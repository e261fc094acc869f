"""The tables of the portal, in the database of the history; their steps are in its migrations.

What level a ticket carries stands in the history alone, as a decision: here is what a ticket says.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from triage.history.tables import Base, Utc


class AccountRow(Base):
    """Who can sign in; ``firms`` are those a requester belongs to or a technician serves."""

    __tablename__ = "portal_accounts"

    email: Mapped[str] = mapped_column(String(320), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    firms: Mapped[list[str]] = mapped_column(JSON)
    password: Mapped[str] = mapped_column(String(200))
    made: Mapped[datetime] = mapped_column(Utc)


class SessionRow(Base):
    """Who is signed in, by the hash of the cookie."""

    __tablename__ = "portal_sessions"
    __table_args__ = (Index(None, "email"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    until: Mapped[datetime] = mapped_column(Utc)


class TicketRow(Base):
    """One row for each ticket; ``choice`` is, as JSON, what was said of the level that was chosen."""

    __tablename__ = "portal_tickets"
    __table_args__ = (
        Index(None, "case", unique=True),
        Index(None, "message", unique=True),
        Index(None, "person"),
        Index(None, "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(String(64))
    firm: Mapped[str | None] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(320))
    message: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(64))
    received: Mapped[datetime] = mapped_column(Utc)
    status: Mapped[str] = mapped_column(String(16))
    changed: Mapped[datetime] = mapped_column(Utc)
    choice: Mapped[str] = mapped_column(Text)


class NoticeRow(Base):
    """What is yet to be told of a new ticket, to whom: written with it, gone when it was told."""

    __tablename__ = "portal_notices"
    __table_args__ = (Index(None, "next"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(16))
    to: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    next: Mapped[datetime] = mapped_column(Utc)
