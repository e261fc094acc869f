"""Folding: one character in, one character out, so an offset in the folded text is one in the original."""

from __future__ import annotations

_APOSTROPHES = "\u2019\u2018\u02bc\u00b4"


def fold(text: str) -> str:
    """Return the text in lower case with plain apostrophes, exactly as long as it was.

    >>> fold("Can\u2019t OPEN the \u0130nbox")
    "can't open the \u0130nbox"
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # "\u0130" lowers to two characters; such a character is left as it is
        lowered = "".join(map(_fold_character, text))
    lowered = lowered.replace("`", "'").replace("_", " ")
    if not lowered.isascii():
        for apostrophe in _APOSTROPHES:
            lowered = lowered.replace(apostrophe, "'")
    return lowered


def _fold_character(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character
