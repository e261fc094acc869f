"""The ticket: what somebody wrote, and how it came in."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self, get_args

from triage.errors import TicketError

Importance = Literal["high", "low"]
Automatic = Literal["auto-reply", "bounce", "delivery report", "generated"]
_NOTHING_TOLD = (None,) * 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What an e-mail message tells beside its text; nothing of it decides a priority.

    ``importance`` is what the sender's program says, ``automatic`` what kind of program wrote the message,
    None for a person; ``attachments`` are names. A "generated" one may well be a ticket: an alarm is.

    Raises:
        TicketError: a part is none of these.

    >>> Mail(importance="high").automatic is None
    True
    """

    importance: Importance | None = None
    automatic: Automatic | None = None
    attachments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, known in (("importance", get_args(Importance)), ("automatic", get_args(Automatic))):
            if getattr(self, name) not in (None, *known):
                raise TicketError(f"{name} of a mail is None or one of {known}, not {getattr(self, name)!r}")
        if type(self.attachments) is not tuple or not all(type(name) is str for name in self.attachments):
            raise TicketError(f"attachments of a mail are a tuple of names, not {self.attachments!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A support ticket as it came in; every part but the text is optional.

    ``channel`` is the id of a channel of the rule file ("email", "desktop", "portal", "phone"). ``chosen`` is
    the id of the priority the ticket carries now, and ``chosen_by`` says whether a "person" chose it or the
    "default" of the channel put it there: a default is nobody's judgement. ``received`` is an ISO 8601 time.
    ``mail`` is what an e-mail message tells beside its text.

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
    mail: Mail | None = None

    def __post_init__(self) -> None:
        if type(self.subject) is not str or type(self.body) is not str:
            wrong = "subject" if type(self.subject) is not str else "body"
            raise TicketError(f"the {wrong} of a ticket is text, not {type(getattr(self, wrong)).__name__}")
        told = (self.channel, self.chosen, self.chosen_by, self.received, self.mail)
        if told == _NOTHING_TOLD:
            return
        self._check_optional_parts()

    def _check_optional_parts(self) -> None:
        for name in ("channel", "chosen", "chosen_by", "received"):
            value = getattr(self, name)
            if value is not None and type(value) is not str:
                raise TicketError(f"the {name} of a ticket is text or None, not {type(value).__name__}")
        if self.chosen_by not in (None, "person", "default"):
            raise TicketError(f"chosen_by is 'person' or 'default', not {self.chosen_by!r}")
        if not isinstance(self.mail, Mail | None):
            raise TicketError(f"the mail of a ticket is a Mail or None, not {type(self.mail).__name__}")

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

    def to_dict(self) -> dict[str, Any]:
        """Return the ticket as plain data, ready for JSON.

        >>> Ticket(body="Hello").to_dict()["body"]
        'Hello'
        """
        data = asdict(self)
        if self.mail:
            data["mail"] |= {"attachments": list(self.mail.attachments)}
        return data

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
        return cls(**data | {"mail": _read_mail(data.get("mail"))})


def _read_mail(data: Any) -> Mail | None:
    if data is None or isinstance(data, Mail):
        return data
    try:
        return Mail(**data | {"attachments": tuple(data["attachments"])})
    except (TypeError, KeyError) as error:
        raise TicketError(f"this is no stored mail: {error}") from None
