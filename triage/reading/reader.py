"""A ticket, read once: its words with their offsets, its sentences and its zones."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from triage.reading.folding import fold
from triage.reading.words import split_words
from triage.reading.zones import Zone, split_zones
from triage.ticket import Ticket

# Subject and body are read as one text; the blank line between them ends a sentence.
_BETWEEN = "\n\n"
_REPLY = re.compile(r"\s*(?:re|aw|antw|sv|vs)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_ENOUGH_TO_STAND_ALONE = (
    25  # characters of new text below which a reply's subject still tells what it is about
)
SUBJECT, NEW_TEXT, QUOTED, FORWARDED = "subject", "new text", "quoted", "forwarded"


class Reading(NamedTuple):
    """A ticket as words.

    ``starts`` and ``ends`` are offsets in ``text``. ``sentences`` are the numbers of the words that begin a
    sentence, without the first, and ``clauses`` those that begin a part of one. ``subject_words`` is how many
    words stand in the subject. ``zones`` cover the text in order; ``read`` names the kinds of zone that rules
    read by default.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    clauses: list[int]
    body_start: int
    subject_words: int
    zones: tuple[Zone, ...]
    read: frozenset[str]

    def zone_at(self, offset: int) -> str:
        """Return the kind of zone that the character at the offset of the text stands in."""
        zones = self.zones
        if len(zones) == 2:  # a subject and a body of new text: nearly every ticket
            return zones[offset >= self.body_start].kind
        return zones[bisect_right(zones, offset, key=_start) - 1].kind

    def place(self, first: int, last: int) -> tuple[str, str, int, int, str]:
        """Return field, zone, start, end and text of the words from ``first`` up to ``last``."""
        start, end = self.starts[first], self.ends[last - 1]
        text = self.text[start:end]
        shift = self.body_start
        if start < shift:
            return "subject", self.zone_at(start), start, end, text
        return "body", self.zone_at(start), start - shift, end - shift, text


def read(ticket: Ticket) -> Reading:
    """Return the reading of a ticket. Any text is read; the time is linear in its length.

    >>> reading = read(Ticket(subject="Mail", body="It is down."))
    >>> reading.words, reading.place(3, 4)
    (['mail', 'it', 'is', 'down'], ('body', 'new text', 6, 10, 'down'))
    """
    subject, body = ticket.subject, ticket.body
    text = f"{subject}{_BETWEEN}{body}"
    words, starts, ends, sentences, clauses = split_words(fold(text))
    body_start = len(subject) + len(_BETWEEN)
    subject_words = bisect_right(starts, body_start - 1) if subject else 0
    zones, kinds = _zones(subject, body, body_start)
    return Reading(text, words, starts, ends, sentences, clauses, body_start, subject_words, zones, kinds)


_READ = frozenset({SUBJECT, NEW_TEXT})


def _zones(subject: str, body: str, body_start: int) -> tuple[tuple[Zone, ...], frozenset[str]]:
    in_body = split_zones(body, subject)
    if len(in_body) <= 1 and (not in_body or in_body[0].kind == NEW_TEXT):
        kind = QUOTED if _REPLY.match(subject) and len(body) >= _ENOUGH_TO_STAND_ALONE else SUBJECT
        return (Zone(0, body_start, kind), Zone(body_start, body_start + len(body), NEW_TEXT)), _READ
    new_text = sum(len(body[z.start : z.end].strip()) for z in in_body if z.kind == NEW_TEXT)
    kind = QUOTED if _REPLY.match(subject) and new_text >= _ENOUGH_TO_STAND_ALONE else SUBJECT
    moved = (Zone(z.start + body_start, z.end + body_start, z.kind) for z in in_body)
    return (Zone(0, body_start, kind), *moved), _kinds_read(in_body, body)


def _kinds_read(zones: tuple[Zone, ...], body: str) -> frozenset[str]:
    """Return the kinds that rules read: without new text what was forwarded, else what was quoted."""
    for kinds in ({NEW_TEXT}, {FORWARDED}, {QUOTED}):
        if any(z.kind in kinds and any(map(str.isalpha, body[z.start : z.end])) for z in zones):
            return _READ | kinds
    return _READ


def _start(zone: Zone) -> int:
    return zone.start
