"""The tickets of ``POST /v1/tickets`` in the queue: whose they are, and what is kept of their text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from triage import Choice, Reason, Suggestion, Ticket
from triage.history import Decision
from triage.portal.accounts import tidy
from triage.portal.entering import enter, new_row, sender_of
from triage.portal.intake import Portal, counted
from triage.portal.tables import TicketRow
from triage.portal.tickets import PortalTicket, change_ticket, tickets, written
from triage.service.shelf import case_taken
from triage.verdict import beside

_ABOUT = ("case", "at", "person", "by", "reason")  # what whoever changes a level tells of it


@dataclass(frozen=True, slots=True)
class PortalShelf:
    """Where the tickets of the service stand: the queue."""

    portal: Portal

    def take(self, ticket: Ticket, choice: Choice, told: Decision) -> Decision:
        """Keep a ticket that came in, all or nothing, and return what is kept of how it did.

        It belongs to the firm of whoever has an account with the person's address. The portal keeps the text
        of its own people's tickets; of others the setting of the service counts.
        """
        story = self.portal.history.of(told.case)
        choice = counted(self.portal.desk.triage, ticket, choice, story)
        with self.portal.history.writing() as connection:
            sender = sender_of(connection, tidy(told.person or ""))
            if sender.known:
                told = replace(told, person=sender.email)
            elif not self.portal.desk.settings.keep_text:
                ticket, choice = replace(ticket, subject="", body=""), without_words(choice)
            try:
                enter(connection, new_row(ticket, sender, choice, case=told.case), self.portal.settings)
            except IntegrityError:
                raise case_taken() from None
            self.portal.history.keep(told, within=connection)
        return told

    def change(self, told: Decision) -> Decision:
        """Keep that a ticket got another level, and what is said of it; open queues show it."""
        this, news = TicketRow.case == told.case, {}
        with self.portal.history.reading() as connection:
            kept = next(iter(tickets(connection, this, most=1)), None)
        if kept and told.priority and told.kind == "chosen":
            now_carrying = replace(kept, level=told.priority, set_by=told.set_by)
            ticket, choice = self._anew(now_carrying)
            news["choice"] = written(choice)
            about = {name: getattr(told, name) for name in _ABOUT}
            # The text may be left out of the queue: the hash is that of the ticket as it came in.
            told = replace(Decision.of_choice(ticket, choice, **about), input_hash=told.input_hash)
        with self.portal.history.writing() as connection:
            self.portal.history.keep(told, within=connection)
            change_ticket(connection, told.case, **news)
        return told

    def holds(self, cases: Collection[str]) -> bool:
        """Return whether any of these cases is a ticket."""
        asked = select(TicketRow.id).where(TicketRow.case.in_(cases)).limit(1)
        with self.portal.history.reading() as connection:
            return connection.execute(asked).first() is not None

    def added_to(self, cases: Collection[str], answered: Suggestion | None = None) -> None:
        """Have open queues look again at those of these cases that are tickets, and at what is said of them.

        Of a ticket without its text nothing can be read anew: there ``answered`` stands as it was given.
        """
        with self.portal.history.reading() as connection:
            kept = tickets(connection, TicketRow.case.in_(cases), most=len(cases))
        if not kept:
            return
        anew = [(ticket.case, written(self._anew(ticket, answered)[1])) for ticket in kept]
        with self.portal.history.writing() as connection:
            for case, choice in anew:
                change_ticket(connection, case, choice=choice)

    def _anew(self, kept: PortalTicket, answered: Suggestion | None = None) -> tuple[Ticket, Choice]:
        """Return a ticket and what is said of the level that it carries now."""
        triage = self.portal.desk.triage
        ticket = replace(kept.ticket(), chosen=kept.level, chosen_by=kept.set_by)
        if kept.subject or kept.body:
            choice = triage.check(ticket)
            return ticket, counted(triage, ticket, choice, self.portal.history.of(kept.case))
        suggestion = answered or kept.choice.suggestion
        return ticket, without_words(beside(triage, ticket, suggestion, warn_from=triage.rules.warn_from))


def without_words(choice: Choice) -> Choice:
    """Return a choice that holds no word of the ticket.

    >>> from triage import Triage
    >>> choice = Triage().check("The printer is jammed, only mine.", chosen="critical")
    >>> "jammed" in str(choice.to_dict()), "jammed" in str(without_words(choice).to_dict())
    (True, False)
    """
    said = choice.suggestion
    bare = replace(
        said,
        reasons=tuple(map(_without_evidence, said.reasons)),
        losers=tuple(replace(loser, reason=_without_evidence(loser.reason)) for loser in said.losers),
        near_misses=(),
        open=(),
        set_aside=(),
        shadow=None,
        opinion=said.opinion and replace(said.opinion, words=(), findings=()),
    )
    note = f"{choice.note.partition(chr(10))[0]}\n{bare.explain()}"
    return replace(choice, suggestion=bare, note=note, question=None)


def _without_evidence(reason: Reason) -> Reason:
    return replace(reason, evidence=())
