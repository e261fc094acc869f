"""Words and sentences of a folded text, each with its place in the original."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

_WORD = re.compile(r"([^\W_]+(?:'[^\W_]+)*)")
_BREAKS = re.compile(r"[.!?;\n\r\u2028\u2029\u2022\u3002]")
_NEVER_BREAKS = frozenset({" ", ", ", "-", "'", '"', "/", ",", " (", ") ", ': "', ":", ": ", " - "})


class Words(NamedTuple):
    """The words of a folded text: word ``i`` stands at ``starts[i]:ends[i]``.

    ``sentence_starts`` are the numbers of the words that begin a sentence, the first one (0) left out.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    sentence_starts: list[int]


def split_words(folded: str) -> Words:
    """Return the words of a folded text with their offsets and the places where sentences begin.

    A dot inside a number or a file name ("3.5", "report.pdf") ends no sentence.

    >>> split_words("e-mail is down. help")
    Words(words=['e', 'mail', 'is', 'down', 'help'], starts=[0, 2, 7, 10, 16], ends=[1, 6, 9, 14, 20], \
sentence_starts=[4])
    """
    parts = _WORD.split(folded)
    edges = list(accumulate(map(len, parts)))
    words = parts[1::2]
    between = parts[2::2]
    sentences = [
        number
        for number, gap in enumerate(between, 1)
        if gap not in _NEVER_BREAKS and _ends_sentence(gap)
    ]
    if sentences and sentences[-1] == len(words):
        sentences.pop()
    return Words(words, edges[0:-1:2], edges[1::2], sentences)


def _ends_sentence(gap: str) -> bool:
    return gap != "." and _BREAKS.search(gap) is not None
