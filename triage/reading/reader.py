"""A ticket, read once: its words as letters with their places, its sentences and its zones."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from triage.reading.alphabet import Alphabet
from triage.reading.folding import fold
from triage.reading.words import CLAUSE, SENTENCE, one_line, word_spans, words_of
from triage.reading.zones import Zone, split_zones
from triage.ticket import Ticket

_BETWEEN = "; "  # subject and body are read as one text, of two sentences
_REPLY = re.compile(r"\s*(?:re|aw|antw|sv|vs)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_ENOUGH_TO_STAND_ALONE = (
    25  # characters of new text below which a reply's subject still tells what it is about
)
SUBJECT, NEW_TEXT, QUOTED, FORWARDED = "subject", "new text", "quoted", "forwarded"
_MARKS = {SENTENCE, CLAUSE}
_MARKED = re.compile(rf"[{SENTENCE}{CLAUSE}]+")


class Reading:
    """A ticket as letters.

    ``letters`` has a letter for the base form of each word, and marks where a sentence or a clause begins;
    ``written``, as long, has those of the forms that are written. A place in a ticket counts these letters.
    ``zones`` cover the text in order, in characters; ``read`` names the kinds of zone that rules read by
    default. What only some rules ask for is made when it is first asked for.
    """

    __slots__ = (
        *("_breaks", "_chunks", "_cuts", "_ends", "_spelled", "_subject_end", "_ticket"),
        *("letters", "read", "written", "zones"),
    )

    def __init__(self, ticket: Ticket, alphabet: Alphabet) -> None:
        self._ticket = ticket
        line = one_line(fold(f"{ticket.subject}{_BETWEEN}{ticket.body}"))
        self._chunks = chunks = line.split(" ")
        self._spelled = spelled = [alphabet[chunk] for chunk in chunks]
        both = "".join(spelled)
        self.letters, self.written = both[::2], both[1::2]
        self.zones, self.read = _zones(ticket.subject, ticket.body)
        self._ends: tuple[list[int], list[int]] | None = None
        self._breaks: tuple[list[int], list[int]] | None = None
        self._subject_end: int | None = None
        self._cuts: dict[tuple[int, int], tuple[str, str, int, int, str]] = {}

    @property
    def body_start(self) -> int:
        """The offset of the body in the text that the zones cover."""
        return len(self._ticket.subject) + len(_BETWEEN)

    # -- sentences -------------------------------------------------------------------------------------

    @property
    def sentences(self) -> list[int]:
        """The places at which a sentence begins, without the first."""
        return self._sentences_and_clauses()[0]

    @property
    def clauses(self) -> list[int]:
        """The places at which a part of a sentence begins."""
        return self._sentences_and_clauses()[1]

    def _sentences_and_clauses(self) -> tuple[list[int], list[int]]:
        if self._breaks is None:
            sentences: list[int] = []
            clauses: list[int] = []
            self._breaks = sentences, clauses
            for found in _MARKED.finditer(self.letters):
                (sentences if SENTENCE in found[0] else clauses).append(found.end())
        return self._breaks

    def words_on(self, place: int, words: int) -> int:
        """Return the place so many words on, the marks in between not counted."""
        end = place
        for letter in self.letters[place:]:
            if words == 0:
                break
            end += 1
            words -= letter not in _MARKS
        return end

    @property
    def subject_end(self) -> int:
        """The place at which the body begins."""
        if self._subject_end is None:
            self._subject_end = self.place_at(self.body_start) if self._ticket.subject else 0
        return self._subject_end

    # -- offsets ---------------------------------------------------------------------------------------

    def cut(self, first: int, last: int) -> tuple[str, str, int, int, str]:
        """Return field, zone, start, end and text of the words from ``first`` up to ``last``."""
        key = (first, last)
        if key not in self._cuts:
            start, end = self._span(first)
            if last > first + 1:
                end = self._span(last - 1)[1]
            self._cuts[key] = self._cut_out(start, end)
        return self._cuts[key]

    def _cut_out(self, start: int, end: int) -> tuple[str, str, int, int, str]:
        shift, zone = self.body_start, self._zone_at(start)
        if start < shift:
            return "subject", zone, start, end, self._ticket.subject[start:end]
        start, end = start - shift, end - shift
        return "body", zone, start, end, self._ticket.body[start:end]

    def _span(self, place: int) -> tuple[int, int]:
        """Return the offsets in the text at which the word at the place begins and ends."""
        ends, letter_ends = self._by_chunk()
        number = bisect_right(letter_ends, 2 * place + 1)
        chunk = self._chunks[number]
        end = ends[number] + number  # a blank stands before each chunk but the first
        start = end - len(chunk)
        if chunk.isalnum():
            return start, end
        before = self.letters[letter_ends[number - 1] // 2 if number else 0 : place]
        begins, ends_at = word_spans(chunk)[len(before) - before.count(SENTENCE) - before.count(CLAUSE)]
        return start + begins, start + ends_at

    def place_at(self, offset: int) -> int:
        """Return the place of the first word that does not begin before the offset in the text."""
        ends, letter_ends = self._by_chunk()
        blanks = range(len(ends) - 1)  # one behind each chunk but the last
        number = bisect_left(blanks, offset, key=lambda number: ends[number] + number)
        chunk = self._chunks[number]
        first = letter_ends[number - 1] // 2 if number else 0
        start = ends[number] + number - len(chunk)
        if start == offset:
            return first
        before = sum(start + begin < offset for begin, _ in word_spans(chunk))
        words = [n for n in range(first, letter_ends[number] // 2) if self.letters[n] not in _MARKS]
        return [*words, letter_ends[number] // 2][before]

    def _by_chunk(self) -> tuple[list[int], list[int]]:
        """Return for each chunk where it ends, in characters without blanks, and in letters of both kinds."""
        if self._ends is None:
            self._ends = list(accumulate(map(len, self._chunks))), list(accumulate(map(len, self._spelled)))
        return self._ends

    def _zone_at(self, offset: int) -> str:
        zones = self.zones
        if len(zones) == 2:  # a subject and a body of new text: nearly every ticket
            return zones[offset >= zones[1].start].kind
        return zones[bisect_right(zones, offset, key=_start) - 1].kind


def read(ticket: Ticket, alphabet: Alphabet) -> Reading:
    """Return the reading of a ticket. Any text is read; the time is linear in its length.

    >>> alphabet = Alphabet({"be", "down"}, written=(), fillers=())
    >>> reading = read(Ticket(subject="Mail", body="It is down."), alphabet)
    >>> place = reading.letters.index(alphabet.bases["down"])
    >>> reading.cut(place - 1, place + 1)
    ('body', 'new text', 3, 10, 'is down')
    """
    return Reading(ticket, alphabet)


def words_read(ticket: Ticket) -> Iterator[str]:
    """Yield the folded words of a ticket that rules read by default.

    >>> list(words_read(Ticket(body="It is Down.\\n> Is it up?")))
    ['it', 'is', 'down']
    """
    text = f"{ticket.subject}{_BETWEEN}{ticket.body}"
    for start, end, _ in _zones_read(ticket):
        yield from words_of(fold(text[start:end]))


def places_of(ticket: Ticket, numbers: Sequence[int]) -> list[tuple[str, str, int, int, str]]:
    """Return field, zone, start, end and text of these of the words that :func:`words_read` yields, from 0.

    >>> places_of(Ticket(subject="Mail", body="is Down"), [2, 0])
    [('body', 'new text', 3, 7, 'Down'), ('subject', 'subject', 0, 4, 'Mail')]
    """
    text = f"{ticket.subject}{_BETWEEN}{ticket.body}"
    body_start = len(ticket.subject) + len(_BETWEEN)
    found = {}
    passed = 0
    for first, last, kind in _zones_read(ticket):
        spans = word_spans(fold(text[first:last]))
        field, shift = ("subject", 0) if first < body_start else ("body", body_start)
        for number in numbers:
            if passed <= number < passed + len(spans):
                begin, end = spans[number - passed]
                start, stop = first + begin, first + end
                found[number] = (field, kind, start - shift, stop - shift, text[start:stop])
        passed += len(spans)
    return [found[number] for number in numbers]


def _zones_read(ticket: Ticket) -> Iterator[Zone]:
    zones, kinds = _zones(ticket.subject, ticket.body)
    return (zone for zone in zones if zone.kind in kinds)


_READ = frozenset({SUBJECT, NEW_TEXT})


def _zones(subject: str, body: str) -> tuple[tuple[Zone, ...], frozenset[str]]:
    body_start = len(subject) + len(_BETWEEN)
    in_body = split_zones(body, subject)
    is_reply = bool(subject) and _REPLY.match(subject) is not None
    if len(in_body) <= 1 and (not in_body or in_body[0].kind == NEW_TEXT):
        kind = QUOTED if is_reply and len(body) >= _ENOUGH_TO_STAND_ALONE else SUBJECT
        return (Zone(0, body_start, kind), Zone(body_start, body_start + len(body), NEW_TEXT)), _READ
    new_text = sum([len(body[start:end].strip()) for start, end, kind in in_body if kind == NEW_TEXT])
    kind = QUOTED if is_reply and new_text >= _ENOUGH_TO_STAND_ALONE else SUBJECT
    moved = [Zone(start + body_start, end + body_start, kind) for start, end, kind in in_body]
    return (Zone(0, body_start, kind), *moved), _kinds_read(in_body, body)


def _kinds_read(zones: tuple[Zone, ...], body: str) -> frozenset[str]:
    """Return the kinds that rules read: without new text what was forwarded, else what was quoted."""
    for kinds in ({NEW_TEXT}, {FORWARDED}, {QUOTED}):
        if any(kind in kinds and any(map(str.isalpha, body[start:end])) for start, end, kind in zones):
            return _READ | kinds
    return _READ


def _start(zone: Zone) -> int:
    return zone.start
