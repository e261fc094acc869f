"""The ticket: what somebody wrote, and how it came in."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from triage.errors import TicketError


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A support ticket as it came in; every part but the text is optional.

    ``channel`` is the id of a channel of the rule file ("email", "desktop", "portal", "phone"). ``chosen`` is
    the id of the priority the ticket carries now, and ``chosen_by`` says whether a "person" chose it or the
    "default" of the channel put it there: a default is nobody's judgement. ``received`` is an ISO 8601 time.

    Raises:
        TicketError: a part is not text, or ``chosen_by`` is neither "person" nor "default".

    >>> Ticket(subject="Printer", body="It jams.", channel="email").subject
    'Printer'
    """

    subject: str = ""
    body: str = ""
    channel: str | None = None
    chosen: str | None = None
    chosen_by: str | None = None
    received: str | None = None

    def __post_init__(self) -> None:
        if type(self.subject) is not str or type(self.body) is not str:
            wrong = "subject" if type(self.subject) is not str else "body"
            raise TicketError(f"the {wrong} of a ticket is text, not {type(getattr(self, wrong)).__name__}")
        if self.channel is None and self.chosen is None and self.received is None and self.chosen_by is None:
            return
        self._check_optional_parts()

    def _check_optional_parts(self) -> None:
        for name in ("channel", "chosen", "chosen_by", "received"):
            value = getattr(self, name)
            if value is not None and type(value) is not str:
                raise TicketError(f"the {name} of a ticket is text or None, not {type(value).__name__}")
        if self.chosen_by not in (None, "person", "default"):
            raise TicketError(f"chosen_by is 'person' or 'default', not {self.chosen_by!r}")

    @classmethod
    def of(cls, value: Ticket | str) -> Ticket:
        """Return the ticket that the value is, or the ticket whose body the text is.

        Raises:
            TicketError: the value is neither a ticket nor text.

        >>> Ticket.of("The server is down.").body
        'The server is down.'
        """
        if isinstance(value, Ticket):
            return value
        if isinstance(value, str):
            return cls(body=str(value))
        raise TicketError(f"a ticket is a Ticket or a text, not {type(value).__name__}")

    def to_dict(self) -> dict[str, str | None]:
        """Return the ticket as plain data, ready for JSON.

        >>> Ticket(body="Hello").to_dict()["body"]
        'Hello'
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the ticket that :meth:`to_dict` wrote.

        Raises:
            TicketError: an unknown key, or a part that is not text.

        >>> Ticket.from_dict({"subject": "Mouse", "body": ""}).subject
        'Mouse'
        """
        if not isinstance(data, dict):
            raise TicketError(f"a stored ticket is a mapping, not {type(data).__name__}")
        known = {field.name for field in fields(cls)}
        unknown = sorted(map(str, set(data) - known))
        if unknown:
            raise TicketError(f"unknown key {unknown[0]!r} in a ticket; it has {', '.join(sorted(known))}")
        return cls(**data)
