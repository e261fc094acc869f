"""Phrases compared: which one is found wherever another is, by base forms and with fillers left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView
from dataclasses import dataclass
from itertools import chain, repeat

from triage.reading.english import base_form
from triage.reading.folding import fold
from triage.rules.phrases import SLOT, phrase_words
from triage.rules.ruleset import RuleSet

Units = tuple[str, ...]  # base forms of words, and slots as they are written
Key = tuple[Units, bool, bool]
_ENOUGH_CONTENT = 3  # a phrase of so many words beside its fillers means the same without them
_LONGEST_PART = 12  # words; that a longer phrase lies in another one is not looked for, to bound the time
_ONLY_NEGATION = {"not"}  # such a word alone is found only as it stands


@dataclass(frozen=True, slots=True)
class Wording:
    """One reading of a phrase: "log-in" has two, "log in" and "login".

    ``units`` are what must stand together; fillers may stand between them unless it is ``literal``. One that
    is ``exact`` holds words instead of base forms.
    """

    units: Units
    literal: bool
    exact: bool
    content: Units  # the units without fillers

    @property
    def key(self) -> Key:
        """What two wordings have in common that find the same."""
        return self.units, self.literal, self.exact


class Phrasing:
    """The phrases of all lists of a rule set, and which of them make others needless."""

    def __init__(self, rules: RuleSet) -> None:
        self._lists = {entry.name: entry for entry in rules.lists}
        self._fillers = {
            fold(word)
            for name in rules.fillers
            for word in chain(self._lists[name].phrases, self._lists[name].exact)
        }
        self._phrases = {
            name: dict.fromkeys(chain(zip(entry.phrases, repeat(False)), zip(entry.exact, repeat(True))))
            for name, entry in self._lists.items()
        }
        self._known: dict[str, dict[Key, str]] = {}
        covers = (name for name, entry in self._lists.items() if entry.covers)
        self._hiders: dict[Units, set[Units]] = {}
        for units in {units for name in covers for units, _, _ in self._of(name)}:
            for part in _parts(units) - {units}:
                self._hiders.setdefault(part, set()).add(units)

    def phrases(self, name: str) -> KeysView[tuple[str, bool]]:
        """Return the phrases of a list with whether each is found exactly as it stands."""
        return self._phrases[name].keys()

    def covers(self, name: str) -> bool:
        """Return whether a list hides the words inside its phrases from the others."""
        return self._lists[name].covers

    def finder_of(self, phrase: str, names: Iterable[str], *, exact: bool = False) -> str | None:
        """Return a phrase of these lists, another one, that is found wherever this one is."""
        names = list(names)
        finders: list[str | None] = []
        for written in _spellings_of(phrase):  # each of its spellings must find one
            readings = dict.fromkeys(
                (self._wording(written, exact=exact), self._wording(written, exact=False))
            )
            found = (self._finder(reading, phrase, names) for reading in readings)
            finders.append(next(filter(None, found), None))
        return finders[0] if all(finders) else None

    def implies(self, names: Iterable[str], others: Iterable[str]) -> bool:
        """Return whether, wherever a phrase of ``names`` is found, one of ``others`` is too."""
        others = list(others)
        return all(
            self._holds(phrase, others, exact=exact) or self.finder_of(phrase, others, exact=exact)
            for name in names
            if name not in others
            for phrase, exact in self.phrases(name)
        )

    def _holds(self, phrase: str, names: Iterable[str], *, exact: bool) -> bool:
        return any((phrase, exact) in self.phrases(name) for name in names)

    def _finder(self, reading: Wording, phrase: str, names: Iterable[str]) -> str | None:
        free = sorted(_parts(reading.content), key=len)
        literal = sorted(_parts(reading.units), key=len) if reading.literal else []
        known = [self._of(name) for name in names]
        for part, kind in chain(zip(free, repeat(False)), zip(literal, repeat(True))):
            key = (part, kind, reading.exact)
            found = next((phrases[key] for phrases in known if key in phrases), None)  # as in one list
            if found not in (None, phrase) and not self._may_be_covered(part, reading.units):
                return found
        return None

    def _may_be_covered(self, part: Units, units: Units) -> bool:
        """Return whether a covering phrase could hide the shorter phrase and not the longer one."""
        hiders = self._hiders.get(part)
        return hiders is not None and not hiders <= self._hiders.get(units, set())

    def _of(self, name: str) -> dict[Key, str]:
        if name not in self._known:
            known: dict[Key, str] = {}
            for phrase, exact in self.phrases(name):
                for wording in self._wordings(phrase, exact=exact):
                    known.setdefault(wording.key, phrase)
            self._known[name] = known
        return self._known[name]

    def _wordings(self, phrase: str, *, exact: bool) -> Iterator[Wording]:
        return (self._wording(written, exact=exact) for written in _spellings_of(phrase))

    def _wording(self, phrase: str, *, exact: bool) -> Wording:
        words = tuple(_words(phrase))
        content = tuple(word for word in words if word not in self._fillers)
        free = content == words or len(content) >= _ENOUGH_CONTENT
        exact = exact or set(map(_base, content)) == _ONLY_NEGATION
        units, content = (part if exact else tuple(map(_base, part)) for part in (words, content))
        return Wording(content if free else units, not free, exact, content)


def _spellings_of(phrase: str) -> Iterable[str]:
    return dict.fromkeys((phrase, phrase.replace("-", "")))


def _words(phrase: str) -> Iterator[str]:
    for place, piece in enumerate(SLOT.split(phrase)):
        if place % 2:
            yield f"<{piece}>"
        else:
            yield from phrase_words(piece)


def _base(word: str) -> str:
    return word if word.startswith("<") else base_form(word)


def _parts(units: Units) -> set[Units]:
    ends = range(1, _LONGEST_PART + 1)
    return {units[a : a + length] for a in range(len(units)) for length in ends if a + length <= len(units)}
