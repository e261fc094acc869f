"""Phrases that do nothing: never found, found by another one already, or in a list that nobody uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from triage.check.rulebook import Rulebook
from triage.check.values import Check, Found
from triage.reading.english import base_form, known_forms, known_words
from triage.reading.slips import Slips
from triage.rules.match import Matcher
from triage.rules.phrases import SLOT, phrase_words
from triage.rules.ruleset import Condition, RuleSet
from triage.rules.schema import ListEntry
from triage.rules.source import Path as Place
from triage.ticket import Ticket


def _never_found(book: Rulebook) -> Iterator[Found]:
    """Put each phrase before the production path as a ticket of its own."""
    found = _prober(book)
    unused = _unused_number(book)
    for name, key, number, phrase in _written(book):
        if not found(name, phrase, unused):
            message = f"the phrase {phrase!r} of list {name!r} is never found: {_why(phrase)}"
            yield Found(("lists", name, key, number), message)


def _prober(book: Rulebook) -> Callable[[str, str, str], bool]:
    """Return what tells whether a list is found in one of its phrases, with this word for its "#"."""
    if not book.rules.rules:  # nobody looks for a list, so no phrase is looked for in vain
        return lambda name, phrase, number: True
    probe = Matcher(_probing(book.rules))
    filling = {entry.name: next(iter((*entry.exact, *entry.phrases)), "") for entry in book.rules.lists}

    def found(name: str, phrase: str, number: str) -> bool:
        text = _filled(phrase, filling, f" {number} ")
        return any(hit.rule.id == name for hit in probe.match(Ticket(subject=text)).hits)

    return found


def _numbers_taken(book: Rulebook) -> Iterator[Found]:
    """Find phrases that name a number, where "#" finds it no more."""
    written: dict[str, tuple[Place, str]] = {}
    for name, key, number, phrase in _written(book):
        for word in phrase_words(phrase):
            if word.isdecimal() and 1 < int(word) < _MOST_COUNTED:
                written.setdefault(word, (("lists", name, key, number), phrase))
    counting = [(name, phrase) for name, _, _, phrase in _written(book) if phrase.count("#") == 1]
    if not written or not counting:
        return
    found, unused = _prober(book), _unused_number(book)
    tried = next((c for c in counting if found(*c, unused) and not found(*c, _NO_NUMBER)), None)
    for word, (where, phrase) in written.items():
        if tried is not None and not found(*tried, word):
            message = f"the phrase {phrase!r} names the number {word}, so '#' finds {word} no more"
            yield Found(
                where, f"{message} (not in {tried[1]!r} either); write '#' here too, or another phrase"
            )


def _slips_written(book: Rulebook) -> Iterator[Found]:
    """Find the words that would be read as a slip of another word of their list, were they not written.

    A word that two phrases hold is meant, and so is one that is a phrase of its own, as a trade or a name, or
    that stands beside others that no table knows, as in a phrase of another language.
    """
    number = Counter(word for _, _, _, phrase in _written(book) for word in set(_words(phrase)))
    beside = {name: _known_words(entry) for name, entry in book.file.lists.items()}
    read_as = Slips(known_forms({base_form(word) for words in beside.values() for word in words}))
    for name, key, at, phrase in _written(book):
        unknown = _unknown_words(phrase)
        lone = len(unknown) == 1 and number[unknown[0]] == 1 and [*_words(phrase)] != unknown
        word = unknown[0] if lone else ""
        meant = read_as.meant(word)
        if meant in beside[name]:
            message = f"the phrase {phrase!r} of list {name!r} holds {word!r}, which looks like a slip"
            advice = f"of {meant!r}; write that, which finds the slip as well"
            yield Found(("lists", name, key, at), f"{message} {advice}")


def _known_words(entry: ListEntry) -> set[str]:
    """Return the English words of a list."""
    return {word for phrase in (*entry.words, *entry.exactly) for word in _words(phrase) if _is_known(word)}


def _unknown_words(phrase: str) -> list[str]:
    return [word for word in _words(phrase) if word.isalpha() and not _is_known(word)]


def _is_known(word: str) -> bool:
    return word in known_words() or base_form(word) != word


def _words(phrase: str) -> Iterator[str]:
    """Yield the words of a phrase without its slots."""
    return (word for piece in SLOT.split(phrase)[::2] for word in phrase_words(piece))


def _why(phrase: str) -> str:
    if any(mark in phrase for mark in ",;:.!?()[]"):
        return "no phrase reaches over a comma, a bracket or the end of a sentence; make it two phrases"
    return (
        "another list covers its words, or its spelling cannot occur; write it as people do, or take it out"
    )


def _probing(rules: RuleSet) -> RuleSet:
    """Return the rules with one for each list in their place, which holds wherever the list is found."""
    like = rules.rules[0]
    probes = [
        replace(
            like,
            id=entry.name,
            when=(Condition("any of", (entry.name,)),),
            within=None,
            unless=(),
            unless_anywhere=(),
            reads=frozenset({"set aside"}),
        )
        for entry in rules.lists
    ]
    return replace(rules, rules=tuple(probes))


def _written(book: Rulebook) -> Iterator[tuple[str, str, int, str]]:
    """Yield list, key, number and text of each phrase, where it is written."""
    for name, entry in book.file.lists.items():
        for key, phrases in (("words", entry.words), ("exactly", entry.exactly)):
            for number, phrase in enumerate(phrases):
                yield name, key, number, phrase


def _filled(phrase: str, filling: Mapping[str, str], number: str) -> str:
    """Return a phrase with its slots filled and a number for its "#"."""
    pieces = SLOT.split(phrase)
    for place in range(1, len(pieces), 2):
        pieces[place] = filling[pieces[place]]
    return "".join(pieces).replace("#", number)


def _unused_number(book: Rulebook) -> str:
    """Return a number that no phrase names itself."""
    written = " ".join(phrase for _, _, _, phrase in _written(book))
    return next(str(number) for number in range(17, 9_999) if str(number) not in written)


def _found_already(book: Rulebook) -> Iterator[Found]:
    for name, key, number, phrase in _written(book):
        if book.phrasing.covers(name):
            continue
        other = book.phrasing.finder_of(phrase, [name], exact=key == "exactly")
        if other is not None:
            message = f"the phrase {phrase!r} of list {name!r} is needless: {other!r} finds all that it finds"
            yield Found(("lists", name, key, number), message)


def _used_by_nobody(book: Rulebook) -> Iterator[Found]:
    for name in book.file.lists.keys() - _reached(book, _asked_for(book)):
        message = f"nothing uses the list {name!r}; name it in a rule, or take it out"
        yield Found(("lists", name), message)


def _asked_for(book: Rulebook) -> Iterator[str]:
    rules = book.rules
    yield from (name for name, entry in book.file.lists.items() if entry.covers == "yes")
    yield from (*rules.turns, *rules.fillers)
    for lists in (*(scope.lists for scope in rules.scopes), *(aside.lists for aside in rules.set_aside)):
        yield from lists
    for rule in rules.rules:
        for line in (*rule.when, *rule.unless, *rule.unless_anywhere):
            yield from line.names


def _reached(book: Rulebook, names: Iterable[str]) -> set[str]:
    """Return the names with those of the lists that they take in or that fill their slots."""
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        entry = book.file.lists.get(name)
        waiting += SLOT.findall(name) if entry is None else entry.lists
        for phrase in (*entry.words, *entry.exactly) if entry else ():
            waiting += SLOT.findall(phrase)
    return reached


_MOST_COUNTED = 100  # people and machines are counted so far; 365 and 404 are names
_NO_NUMBER = "xyzzy"

CHECKS = (
    Check("TR301", "error", "a phrase can never be found", _never_found),
    Check("TR302", "note", "a phrase is found by another one of its list", _found_already),
    Check("TR303", "warning", "nothing uses a list", _used_by_nobody),
    Check("TR304", "warning", "a phrase takes a number away from #", _numbers_taken),
    Check("TR305", "warning", "a phrase holds a misspelt word", _slips_written),
)
