"""What a caller sends: the bodies of requests, with the examples that the documentation shows."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from triage import Ticket

Level = Annotated[str, Field(max_length=100)]
Short = Annotated[str, Field(max_length=320)]
EMPTY = "Write a line about what happened."
_CASE = r"^[0-9a-f]{32}$"


def _case(value: str) -> str:
    """Return a case; what cannot be one is refused in words, not by the pattern."""
    if not re.fullmatch(_CASE, value):
        said = "this is no case; a case is 32 of the characters 0 to 9 and a to f, as Triage-Case tells it"
        raise PydanticCustomError("case", said)
    return value


Case = Annotated[
    str,
    AfterValidator(_case),
    Field(
        json_schema_extra={"pattern": _CASE},
        description="The case that this belongs to; that of a ticket needs the scope tickets.",
    ),
]
_PRINTER = {
    "subject": "printer",
    "body": "The printer at the front desk is jammed. Three of us can't print.",
    "channel": "portal",
}


def _example(**more: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [more]})


class TicketBody(BaseModel):
    """A ticket: every part may be left out."""

    model_config = _example(**_PRINTER)

    subject: str = Field("", description="The subject line.")
    body: str = Field("", description="The whole text, quoted replies and signature included.")
    channel: str | None = Field(None, description="How it came in, as the rule file names it.")
    chosen: Level | None = Field(None, description="The level that it carries: an id or a name.")
    chosen_by: Literal["person", "default"] | None = Field(None, description="Who chose that level.")
    received: Short | None = Field(None, description="When it came in, ISO 8601.")

    def ticket(self) -> Ticket:
        """Return the ticket that it is."""
        return Ticket(
            subject=self.subject,
            body=self.body,
            channel=self.channel,
            chosen=self.chosen,
            chosen_by=self.chosen_by,
            received=self.received,
        )


class Story(BaseModel):
    """What the memory is told beside a ticket that is kept."""

    case: Case | None = None
    person: Short | None = Field(None, description="Whose ticket it is, as you name people.")


class Told(Story):
    """What the memory is told beside a ticket that is asked about."""

    keep: bool = Field(True, description="Keep the answer in the memory; false while somebody types.")


class SuggestBody(TicketBody, Told):
    """A ticket to suggest a priority for."""


class Answered(BaseModel):
    """A question that was asked, and its answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str
    answer: str = Field(description="one person, several or everyone; to any other question yes or no.")

    @property
    def both(self) -> tuple[str, str]:
        """The question and the answer."""
        return self.question, self.answer


class CheckBody(SuggestBody):
    """A ticket and the priority that was chosen for it."""

    model_config = _example(**_PRINTER, chosen="critical")

    chosen: Level = Field(description="The level that was chosen: its id or its name.")
    warn_from: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Warn where a warning is right at least so often; else as the rules say.",
    )
    answered: Answered | None = Field(
        None, description="A question that the ticket asks, and its answer: it is counted."
    )


class AnswerBody(Answered):
    """A suggestion as it was given, and the answer to one of its questions."""

    suggestion: dict[str, Any] = Field(description="The suggestion as it was given, unchanged.")
    case: Case | None = None
    person: Short | None = None
    keep: bool = True


class SuggestBatch(BaseModel):
    """Tickets to suggest priorities for, in one request."""

    model_config = _example(tickets=[_PRINTER, {"body": "I forgot my password."}])

    tickets: list[SuggestBody]


class CheckBatch(BaseModel):
    """Chosen priorities to check, in one request."""

    model_config = _example(tickets=[{**_PRINTER, "chosen": "critical"}])

    tickets: list[CheckBody]


class Written(BaseModel):
    """What was written, in the subject, in the body, or in both."""

    subject: str = ""
    body: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.subject.strip() or self.body.strip()):
            raise PydanticCustomError("empty", EMPTY)
        return self


class NewTicket(TicketBody, Story, Written):
    """A ticket that came in, always kept; without ``chosen`` it carries the default of its channel."""

    model_config = _example(**_PRINTER, person="ann@example.com")


class DesktopTicket(Written):
    """A ticket of the desktop app: it cannot choose a level."""

    model_config = _example(person="ann@example.com", subject="printer", body=_PRINTER["body"])

    person: Short = Field(description="The e-mail address of whoever is signed in at the computer.")


class TicketChange(BaseModel):
    """The level that a ticket gets: ``final`` when it is the last word of whoever works on it."""

    model_config = _example(priority="standard", by="tom@example.com", final=True)

    priority: Level = Field(description="The id or the name of a level.")
    by: Short | None = Field(None, description="Who sets it.")
    set_by: Literal["person", "default"] = "person"
    final: bool = False
    reason: Annotated[str, Field(max_length=2_000)] | None = None
