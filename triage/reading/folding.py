"""Folding: one character in, one character out, so an offset in the folded text is one in the original."""

from __future__ import annotations

_SAME_LENGTH = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'", "_": " "}
_TABLE = str.maketrans(_SAME_LENGTH)


def fold(text: str) -> str:
    """Return the text in lower case with plain apostrophes, exactly as long as it was.

    >>> fold("Can\u2019t OPEN the \u0130nbox")
    "can't open the \u0130nbox"
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # "\u0130" lowers to two characters; such a character is left as it is
        lowered = "".join(map(_fold_character, text))
    if lowered.isascii() and "_" not in lowered and "`" not in lowered:
        return lowered
    return lowered.translate(_TABLE)


def _fold_character(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character
