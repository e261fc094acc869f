"""The nearest right word for a wrong one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the nearest of the known words, or None where none is near.

    >>> nearest("qoute", ["quote", "when"]), nearest("x", ["quote", "when"])
    ('quote', None)
    """
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ". Did you mean 'x'?" for the nearest of the known words, or nothing.

    >>> did_you_mean("qoute", ["quote", "when"])
    ". Did you mean 'quote'?"
    """
    near = nearest(word, known)
    return f". Did you mean {near!r}?" if near else ""
