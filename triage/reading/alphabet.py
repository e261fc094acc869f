"""An alphabet of words: each base form that matters is one letter, so that a text becomes a short string."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import count, product

from triage.reading.english import ANY_NUMBER, base_among, base_form, known_forms, known_words
from triage.reading.slips import Slips
from triage.reading.words import CLAUSE, SENTENCE, words_and_marks

OTHER_WORD = " "
_MARKS = {SENTENCE, CLAUSE}
_FIRST_LETTER = 0x100
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 20_000, 100


class Alphabet(dict[str, str]):
    """A letter for each base form of some words, and one for each form that matters as it is written.

    ``bases`` has the letter of the base form of each of these words, ``negation`` is that of "not", and
    ``fillers`` are those of the written forms of fillers.

    As a mapping it spells: a chunk (what stands between two blanks) gives two letters for each word, that of
    its base form and that of its written form; a mark between words stands twice. What was spelled is
    remembered, up to a bound, so memory does not grow with what is read.

    >>> alphabet = Alphabet({"crash", "not"}, written={"crash"}, fillers={"the"})
    >>> alphabet["crashed."] == alphabet.bases["crash"] + " " + ".."
    True
    """

    def __init__(self, words: Iterable[str], *, written: Iterable[str], fillers: Iterable[str]) -> None:
        forms = {word: base_form(word) for word in frozenset(words)}
        self._bases = dict(zip(sorted(frozenset(forms.values())), _letters(), strict=False))
        self.bases = {word: self._bases[base] for word, base in forms.items()}
        self.negation = self._bases.get("not", "")
        letters = _letters()
        self._fillers = dict(zip(sorted(fillers), letters, strict=False))
        self._written = dict(zip(sorted(frozenset(map(plain, written))), letters, strict=False))
        self.fillers = frozenset(self._fillers.values())
        self._as_written = {
            letter: self.written(word)
            for word, letter in self._fillers.items()
            if plain(word) in self._written
        }
        self._same = {written: letter for letter, written in self._as_written.items()}

    def written(self, word: str) -> str:
        """Return the letter of a word as it is written, apostrophes aside."""
        return ANY_NUMBER if word == ANY_NUMBER else self._written.get(plain(word), OTHER_WORD)

    def spellings(self, letters: str) -> Iterator[str]:
        """Yield each way in which these letters of written forms stand in a text, as fillers or not."""
        choices = (letter + self._same.get(letter, "") for letter in letters)
        return map("".join, product(*choices))

    def as_written(self, letters: str) -> str:
        """Return letters of written forms with those of fillers like those of other words."""
        return "".join([self._as_written.get(letter, letter) for letter in letters])

    def __missing__(self, chunk: str) -> str:
        parts = words_and_marks(chunk)
        spelled = "".join([part * 2 if part in _MARKS else self._spelled(part) for part in parts])
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        if len(chunk) <= _LONGEST_REMEMBERED:
            self[chunk] = spelled
        return spelled

    def _spelled(self, word: str) -> str:
        base = base_among(word, self._bases) or self._meant(word)
        letter = self._bases[base] if base else OTHER_WORD
        return letter + (self._fillers.get(word) or self.written(word))

    def _meant(self, word: str) -> str | None:
        """Return the base form of the word that was meant, if this one is a typing error."""
        if word in known_words():
            return None
        meant = self._slips.meant(word)
        return base_among(meant, self._bases) if meant else None

    @cached_property
    def _slips(self) -> Slips:
        return Slips(known_forms(self._bases))


def plain(word: str) -> str:
    """Return a word without the apostrophe people leave out ("can't"); "user's" is not "users"."""
    return word if word.endswith("'s") else word.replace("'", "")


def _letters() -> Iterable[str]:
    """Yield letters: code points that are no surrogates."""
    return map(chr, (point for point in count(_FIRST_LETTER) if not 0xD800 <= point <= 0xDFFF))
