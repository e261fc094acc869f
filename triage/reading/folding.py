"""Folding: one character in, one character out, so an offset in the folded text is one in the original."""

from __future__ import annotations

_ASCII_ALIKE = {"`": "'", "_": " "}
_ALIKE = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", **_ASCII_ALIKE}


def fold(text: str) -> str:
    """Return the text in lower case with plain apostrophes, exactly as long as it was.

    >>> fold("Can\u2019t OPEN the \u0130nbox")
    "can't open the \u0130nbox"
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # "\u0130" lowers to two characters; such a character is left as it is
        lowered = "".join(map(_fold_character, text))
    for character, alike in (_ASCII_ALIKE if lowered.isascii() else _ALIKE).items():
        lowered = lowered.replace(character, alike)
    return lowered


def _fold_character(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character
