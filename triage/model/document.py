"""A ticket as the model sees it: its words, and what the rules found. Training and scoring share this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from triage.reading.folding import fold
from triage.reading.reader import words_read
from triage.reading.words import words_of
from triage.suggestion import Suggestion
from triage.ticket import Ticket

MOST_WORDS = 5_000  # of a ticket; what comes later has no say, so that no text is slow or large
_LONGEST = 40  # characters of a word that are cut into parts
_PARTS = (3, 4, 5)  # their lengths
RUNS = (2, 3)  # words of a term beside the single ones
_SUBJECT = "subject: "  # no word holds it


class Document(NamedTuple):
    """The words that count, the findings of the rules, and how many words, the first, are the subject's."""

    words: list[str]
    findings: tuple[str, ...]
    in_subject: int = 0


def document(ticket: Ticket, findings: tuple[str, ...]) -> Document:
    """Return the document of a ticket: words of signatures, forms and quoted mails are left out.

    >>> from triage import Ticket
    >>> document(Ticket(body="It is down."), ()).words
    ['it', 'is', 'down']
    """
    words, subject = list(islice(words_read(ticket), MOST_WORDS)), words_of(fold(ticket.subject))
    is_read = words[: len(subject)] == subject  # that of a reply is not
    return Document(words, findings, len(subject) if is_read else 0)


def findings_of(suggestion: Suggestion) -> tuple[str, ...]:
    """Return what the rules found, as names: rules and lists that hold, near misses, who is hit, the level.

    >>> from triage import Triage
    >>> found = findings_of(Triage().suggest("E-mail is down for everyone"))
    >>> "level critical" in found, "scope everyone" in found
    (True, True)
    """
    return tuple(sorted(set(_findings(suggestion))))


def _findings(suggestion: Suggestion) -> Iterator[str]:
    yield f"scope {suggestion.scope}"
    yield f"level {suggestion.priority.id if suggestion.reasons else 'none'}"
    yield from (f"decides {reason.rule}" for reason in suggestion.reasons)
    lost = [loser.reason for loser in suggestion.losers]
    yield from (f"level lost {reason.priority}" for reason in lost)
    for reason in (*suggestion.reasons, *lost):
        yield f"holds {reason.rule}"
        yield from (f"list {item.list}" for item in reason.evidence)
    yield from (f"nearly {miss.rule}" for miss in suggestion.open)
    yield from (f"level nearly {miss.priority}" for miss in suggestion.open)
    yield from (f"aside {part.why}" for part in suggestion.set_aside)


def word_terms(document: Document) -> list[str]:
    """Return the words, those of the subject once more as such, and the runs of two and three words.

    >>> word_terms(Document(["mail", "is", "down"], (), in_subject=1))
    ['mail', 'is', 'down', 'subject: mail', 'mail is', 'is down', 'mail is down']
    """
    runs = (run for size in RUNS for run in runs_of(document.words, size))
    return [*document.words, *subject_terms(document), *runs]


def subject_terms(document: Document) -> list[str]:
    """Return the words of the subject as terms of their own: what stands there tells more.

    >>> subject_terms(Document(["mail", "is", "down"], (), in_subject=1))
    ['subject: mail']
    """
    return [_SUBJECT + word for word in document.words[: document.in_subject]]


def runs_of(words: list[str], size: int) -> Iterator[str]:
    """Yield each run of so many words.

    >>> list(runs_of(["it", "is", "down"], 2))
    ['it is', 'is down']
    """
    return map(" ".join, zip(*(words[first:] for first in range(size)), strict=False))


def character_terms(document: Document) -> list[str]:
    """Return the parts of all words, so that a word with a typing error still shares most of them.

    >>> character_terms(Document(["vpn"], ()))
    [' vp', 'vpn', 'pn ', ' vpn', 'vpn ', ' vpn ']
    """
    return [part for word in document.words for part in parts_of(word)]


@lru_cache(maxsize=20_000)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the parts of three to five characters of a word; a blank stands for its beginning and its end.

    >>> parts_of("on")
    (' on', 'on ', ' on ')
    """
    padded = f" {word[:_LONGEST]} "
    return tuple(padded[at : at + size] for size in _PARTS for at in range(len(padded) - size + 1))


def finding_terms(document: Document) -> Iterable[str]:
    """Return the findings.

    >>> finding_terms(Document([], ("scope everyone",)))
    ('scope everyone',)
    """
    return document.findings
