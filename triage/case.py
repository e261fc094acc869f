"""The name of the story of one ticket."""

from __future__ import annotations

from secrets import token_hex


def new_case() -> str:
    """Return a name for the story of one ticket that nobody can guess and no other story has.

    >>> len(new_case())
    32
    """
    return token_hex(16)
