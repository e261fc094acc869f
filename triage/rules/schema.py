"""The rule language: which keys a rule file has and what each holds.

These definitions are the only ones: the loader checks a file against them, and whatever describes the
language (messages, an editor schema) is made from them. Every scalar of a rule file is text.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
NAME = re.compile(r"^[a-z0-9][a-z0-9 /&'_-]*$")
_FINDING = r"^TR\d{3}$"
WITHIN = r"^([1-9]\d{0,2} words?|same sentence|[1-9]\d? sentences?)$"
_WINDOW = r"^([01]?\d|2[0-3]):[0-5]\d-(([01]?\d|2[0-3]):[0-5]\d|24:00)$"
_DATE = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_SHARE = r"^(0?\.\d{1,4}|0|1|1\.0+)$"
_ADDRESS = r"^(/|https?://|mailto:|tel:)\S*$"
_PHONE = r"^\+?[0-9 ().-]{3,30}$"
SPELLED = {  # what each of these patterns is called in a message
    NAME.pattern: "a name such as printer-jammed: small letters, digits, blanks and hyphens, no hyphen first",
    _FINDING: "the number of a finding, such as TR302",
    WITHIN: "'12 words', 'same sentence' or '2 sentences'",
    _WINDOW: "hours from and to, such as 08:30-17:00",
    _DATE: "a date such as 2026-12-24",
    _SHARE: "a share from 0 to 1 with at most four decimals, such as 0.8",
    _ADDRESS: "an address without blanks that begins with /, https://, http://, mailto: or tel:",
    _PHONE: "a telephone number, such as +1 (555) 010-0100",
}
Name = Annotated[str, StringConstraints(pattern=NAME.pattern, max_length=80)]
Allowed = dict[Annotated[str, StringConstraints(pattern=_FINDING)], Text]
YesNo = Literal["yes", "no"]
Degree = Literal["high", "medium", "low"]
Who = Literal["one person", "several", "everyone"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Window = Annotated[str, StringConstraints(pattern=_WINDOW)]
Date = Annotated[str, StringConstraints(pattern=_DATE)]
Share = Annotated[str, StringConstraints(pattern=_SHARE)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


OneOrMore = Annotated[
    list[Text], BeforeValidator(_as_list, json_schema_input_type=Text | list[Text]), Field(min_length=1)
]
Examples = list["ExampleEntry | Text"]


class Entry(BaseModel):
    """A mapping of the rule file: no key beyond those it names."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class DueEntry(Entry):
    """When a level's response is due: `within` an amount of time that a clock counts."""

    within: Text
    clock: Literal["business", "calendar"] = "business"


class PriorityEntry(Entry):
    """One level; the order of the file is the order of urgency, most urgent first."""

    id: Name
    name: Text
    definition: Text
    target: Text
    due: DueEntry | None = None
    impact: Degree
    urgency: Degree


class ChannelEntry(Entry):
    """A way in: the priority its tickets carry by default, and whether the writer can choose another."""

    name: Text
    default: Text
    writer_chooses: YesNo = Field(alias="writer chooses")


class PublicHolidaysEntry(Entry):
    """Whose public holidays are kept: a country and, where they differ, a part of it."""

    country: Text
    region: Text | None = None


class HoursEntry(Entry):
    """The regular business hours."""

    time_zone: Text = Field(alias="time zone")
    open: dict[Day, list[Window]]
    holidays: list[Date] = []
    public_holidays: PublicHolidaysEntry | None = Field(None, alias="public holidays")


class ListEntry(Entry):
    """Phrases that mean the same to a rule: `words` in every word form, `exactly` as they stand."""

    words: list[Text] = []
    exactly: list[Text] = []
    lists: list[Name] = []
    covers: YesNo = "no"
    question: Text | None = None
    allow: Allowed = {}

    @model_validator(mode="after")
    def _says_something(self) -> ListEntry:
        if not self.words and not self.exactly and not self.lists:
            raise ValueError("a list holds at least one of 'words', 'exactly' and 'lists'")
        return self


class ScopeEntry(Entry):
    """Words that tell who is hit; the first entry found in a ticket decides."""

    who: Who
    any_of: OneOrMore = Field(alias="any of")
    sure: YesNo = "yes"


class SetAsideEntry(Entry):
    """Words that take their clause, their sentence or all that went before out of what counts."""

    why: Text
    any_of: OneOrMore = Field(alias="any of")
    extent: Literal["clause", "sentence", "everything before", "everything"] = "sentence"


class Line(Entry):
    """One condition: exactly one of its keys."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    any_of: OneOrMore | None = Field(None, alias="any of")
    all_of: OneOrMore | None = Field(None, alias="all of")
    two_of: OneOrMore | None = Field(None, alias="2 of")
    scope: (
        Annotated[
            list[Who], BeforeValidator(_as_list, json_schema_input_type=Who | list[Who]), Field(min_length=1)
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _one_key(self) -> Line:
        if len(self.model_fields_set) != 1:
            raise ValueError("a line has exactly one of 'any of', 'all of', '2 of' and 'scope'")
        return self


class ExampleEntry(Entry):
    """An example ticket with a subject of its own."""

    subject: str = ""
    body: str = ""


class RuleEntry(Entry):
    """A rule: when every line of `when` is found and no line of `unless` is, it suggests its priority."""

    id: Name
    says: Text
    priority: Text
    quote: Text
    when: Annotated[list[Line], Field(min_length=1, max_length=4)]
    within: Annotated[Text, Field(json_schema_extra={"pattern": WITHIN})] | None = None
    unless: list[Line] = []
    unless_anywhere: list[Line] = Field([], alias="unless anywhere")
    reads: list[Text] = []
    overrides: list[Text] = []
    general: YesNo = "no"
    status: Literal["active", "draft"] = "active"
    note: Text | None = None
    allow: Allowed = {}
    match: Examples = []
    no_match: Examples = []


class ContradictionEntry(Entry):
    """Two sentences of the guideline that disagree, and how the rules resolve it, once that is decided."""

    lines: OneOrMore
    says: Text
    resolved: Text | None = None


class ChoiceEntry(Entry):
    """When a chosen priority is doubted, and in which words."""

    warn_from: Share = Field("0.88", alias="warn from")
    messages: Text | None = None


class LinkEntry(Entry):
    """A quick link: what it is called, and the address it leads to."""

    name: Text
    to: Annotated[str, StringConstraints(pattern=_ADDRESS, max_length=2_000)]


class PortalEntry(Entry):
    """What the Client Portal shows beside its form."""

    office: Text | None = None
    phone: Annotated[str, StringConstraints(pattern=_PHONE)] | None = None
    links: list[LinkEntry] = []


class RuleFile(Entry):
    """A whole rule file."""

    format: Literal["1"]
    name: Text
    guideline: Text
    priorities: Annotated[list[PriorityEntry], Field(min_length=2)]
    default: Text
    channels: dict[Name, ChannelEntry]
    hours: HoursEntry | None = None
    choice: ChoiceEntry = Field(default_factory=lambda: ChoiceEntry.model_validate({}))
    portal: PortalEntry = Field(default_factory=lambda: PortalEntry.model_validate({}))
    question_of_scope: Text | None = Field(None, alias="question of scope")
    scope: list[ScopeEntry] = []
    set_aside: list[SetAsideEntry] = Field([], alias="set aside")
    turns: list[Text] = []
    fillers: list[Text] = []
    contradictions: list[ContradictionEntry] = []
    allow: Allowed = {}
    lists: dict[Name, ListEntry] = {}
    rules: list[RuleEntry]
