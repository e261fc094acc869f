"""Words, sentences and clauses of a folded text.

A text is taken apart at its blanks. A chunk between two blanks ("e-mail", "down.") holds words and the marks
between them, and means the same wherever it stands, so each is read once and remembered.
"""

from __future__ import annotations

import re

SENTENCE, CLAUSE = ".", ","  # marks: what follows begins a sentence, or another part of this one
_WORD = re.compile(r"([^\W_]+(?:'[^\W_]+)*)")
_SENTENCE = re.compile(r"[.!?;\u2022\u3002]")
_CLAUSE = re.compile(r"[,()\[\]{}\u2014]|\s[-\u2013]\s")
# A line break alone ends no sentence, since mail programs wrap lines; an empty line or a new bullet does.
_BREAK = re.compile(r"\n(?:(?=[ \t]*\n)|[ \t]*[-*\u2013\u2014(#>])")
_OTHER_BREAK, _OTHER_BLANK = re.compile(r"\r\n?|\u2028"), re.compile(r"[^\S ]")


def one_line(folded: str) -> str:
    """Return a folded text as one line, as long as it was; a ";" stands where a line break ends a sentence.

    >>> one_line("it is\\ndown\\n\\n- help\\n- us")
    'it is down; ; help ; us'
    """
    if folded.isprintable():
        return folded
    if "\r" in folded or "\u2028" in folded:
        folded = _OTHER_BREAK.sub(_line_break, folded)
    line = _BREAK.sub(_stop, folded).replace("\n", " ")
    if line.isprintable():
        return line
    return _OTHER_BLANK.sub(" ", line.replace("\u2029", ";"))


def _line_break(found: re.Match[str]) -> str:
    return " " * (len(found[0]) - 1) + "\n"


def _stop(found: re.Match[str]) -> str:
    return " " * (len(found[0]) - 1) + ";"


def words_and_marks(chunk: str) -> list[str]:
    """Return the words of what stands between two blanks, and the marks between and around them.

    A dot inside a number or a file name ends no sentence.

    >>> words_and_marks("e-mail"), words_and_marks("(report.pdf)."), words_and_marks("-")
    (['e', 'mail'], [',', 'report', 'pdf', '.'], [','])
    """
    parts = _WORD.split(chunk)
    parts[0] = " " + parts[0]
    parts[-1] += " "
    found = (part if place % 2 else _mark(part) for place, part in enumerate(parts))
    return [part for part in found if part]


def _mark(gap: str) -> str:
    if gap != "." and _SENTENCE.search(gap):
        return SENTENCE
    return CLAUSE if _CLAUSE.search(gap) else ""


def word_spans(chunk: str) -> list[tuple[int, int]]:
    """Return where each word of the chunk begins and ends.

    >>> word_spans("(e-mail)")
    [(1, 2), (3, 7)]
    """
    return [found.span() for found in _WORD.finditer(chunk)]


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text.

    >>> words_of("e-mail can't open")
    ['e', 'mail', "can't", 'open']
    """
    return _WORD.findall(folded)
