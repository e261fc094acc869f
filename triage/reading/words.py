"""Words and sentences of a folded text, each with its place in the original."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

_WORD = re.compile(r"([^\W_]+(?:'[^\W_]+)*)")
# A line break alone ends no sentence, since mail programs wrap lines; an empty line or a new bullet does.
_BREAKS = re.compile(r"[.!?;\u2022\u3002]|\n[ \t]*\r?\n|[\n\r\u2028\u2029][ \t]*[-*\u2013\u2014(#>]|\u2029")
_CLAUSE = re.compile(r"[,()\[\]{}]|\s[-\u2013\u2014]\s|\u2014")
_JOINS = frozenset({" ", "-", "'", '"', "/", ".", ' "', '" ', "\n", "\r\n", " & ", ": "})  # what is seen most


class Words(NamedTuple):
    """The words of a folded text: word ``i`` stands at ``starts[i]:ends[i]``.

    ``sentences`` are the numbers of the words that begin a sentence, the first one (0) left out; ``clauses``
    are those that follow a comma, a bracket or a dash inside a sentence.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    clauses: list[int]


def split_words(folded: str) -> Words:
    """Return the words of a folded text with their offsets and the places where sentences begin.

    A dot inside a number or a file name ("3.5", "report.pdf") ends no sentence.

    >>> split_words("e-mail is down, help. please")  # doctest: +NORMALIZE_WHITESPACE
    Words(words=['e', 'mail', 'is', 'down', 'help', 'please'], starts=[0, 2, 7, 10, 16, 22],
          ends=[1, 6, 9, 14, 20, 28], sentences=[5], clauses=[4])
    """
    parts = _WORD.split(folded)
    edges = list(accumulate(map(len, parts)))
    words = parts[1::2]
    sentences: list[int] = []
    clauses: list[int] = []
    for number, gap in enumerate(parts[2:-1:2], 1):
        if gap not in _JOINS:
            if gap != "." and _BREAKS.search(gap):
                sentences.append(number)
            elif _CLAUSE.search(gap):
                clauses.append(number)
    return Words(words, edges[0:-1:2], edges[1::2], sentences, clauses)
