"""What the phrases of lists are made of: words, and slots that phrases of another list fill."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from triage.reading.english import ANY_NUMBER
from triage.reading.folding import fold
from triage.reading.words import words_of
from triage.rules.ruleset import PhraseList

SLOT = re.compile(r"<([^<>]*)>")
_NUMBER_WORD = "xnumberx"

Part = tuple[str, ...] | int  # words, or the number of the list that fills a slot


def phrase_words(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase as the rule file writes it; ``#`` stands for any number.

    >>> phrase_words("All # of us")
    ('all', '#', 'of', 'us')
    """
    if phrase.isascii() and phrase.replace(" ", "").isalnum():  # nearly all
        return tuple(phrase.lower().split())
    if ANY_NUMBER not in phrase:
        return tuple(words_of(fold(phrase)))
    words = words_of(fold(phrase.replace(ANY_NUMBER, f" {_NUMBER_WORD} ")))
    return tuple(ANY_NUMBER if word == _NUMBER_WORD else word for word in words)


def phrase_parts(phrase: str, numbers: Mapping[str, int]) -> Iterator[tuple[Part, ...]]:
    """Yield the parts of a phrase, and for "log-in" those of "login" too; ``numbers`` are those of lists.

    >>> list(phrase_parts("no <thing> log-in", {"thing": 7}))
    [(('no',), 7, ('log', 'in')), (('no',), 7, ('login',))]
    """
    if "<" not in phrase and "-" not in phrase:  # nearly all
        if words := phrase_words(phrase):
            yield (words,)
        return
    for hyphen in ("-", "") if "-" in phrase else ("-",):
        parts = (
            numbers[piece] if place % 2 else phrase_words(piece.replace("-", hyphen))
            for place, piece in enumerate(SLOT.split(phrase))
        )
        yield tuple(part for part in parts if part != ())


def slots_of(entry: PhraseList) -> Iterator[str]:
    """Yield the names of the lists that fill slots in the phrases of a list."""
    for phrase in (*entry.phrases, *entry.exact):
        if "<" in phrase:
            yield from SLOT.findall(phrase)
