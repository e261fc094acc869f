"""Phrases that do nothing: never found, found by another one already, or in a list that nobody uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from triage.check.rulebook import Phrase, Rulebook, is_quoted
from triage.check.values import Check, Found
from triage.reading.english import base_form, known_forms, known_words
from triage.reading.slips import Slips
from triage.rules.phrases import SLOT, phrase_words
from triage.rules.source import Path as Place


def _never_found(book: Rulebook) -> Iterator[Found]:
    for phrase in book.unfound:
        message = f"the phrase {phrase.text!r} of {phrase.owner} is not found as it is written"
        yield Found(phrase.path, f"{message}: {_why(phrase.text)}")


def _numbers_taken(book: Rulebook) -> Iterator[Found]:
    """Find phrases that name a number, where "#" finds it no more."""
    written: dict[str, Phrase] = {}
    for phrase in book.phrases:
        for word in phrase_words(phrase.text):
            if word.isdecimal() and 1 < int(word) < _MOST_COUNTED:
                written.setdefault(word, phrase)
    counting = [phrase for phrase in book.phrases if phrase.text.count("#") == 1]
    if not written or not counting:
        return
    finding = zip(counting, book.found(counting), book.found(counting, _NO_NUMBER), strict=True)
    tried = next((phrase for phrase, any_number, no_number in finding if any_number and not no_number), None)
    for word, phrase in written.items():
        if tried is not None and not all(book.found([tried], word)):
            message = f"the phrase {phrase.text!r} names the number {word}, so '#' finds {word} no more"
            advice = f"(not in {tried.text!r} either); write '#' here too, or another phrase"
            yield Found(phrase.path, f"{message} {advice}")


def _slips_written(book: Rulebook) -> Iterator[Found]:
    """Find the words that would be read as a slip of another word of their list, were they not written.

    A word that two phrases hold is meant, and so is one that is a phrase of its own, as a trade or a name, or
    that stands beside others that no table knows, as in a phrase of another language.
    """
    number = Counter(word for phrase in book.phrases for word in set(_words(phrase.text)))
    known: dict[str, set[str]] = {}
    for phrase in book.phrases:
        known.setdefault(phrase.list, set()).update(filter(_is_known, _words(phrase.text)))
    read_as = Slips(known_forms({base_form(word) for words in known.values() for word in words}))
    for phrase in book.phrases:
        unknown = _unknown_words(phrase.text)
        lone = len(unknown) == 1 and number[unknown[0]] == 1 and [*_words(phrase.text)] != unknown
        word = unknown[0] if lone else ""
        meant = read_as.meant(word)
        if any(meant in known.get(name, ()) for name in phrase.lists):
            message = f"the phrase {phrase.text!r} of {phrase.owner} holds {word!r}, which looks like a slip"
            yield Found(phrase.path, f"{message} of {meant!r}; write that, which finds the slip as well")


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


def _found_already(book: Rulebook) -> Iterator[Found]:
    unfound = {phrase.text for phrase in book.unfound}
    before: set[tuple[Place, str]] = set()
    for phrase in book.phrases:
        if not phrase.either or book.phrasing.covers(phrase.list):
            continue
        other = book.phrasing.finder_of(phrase.text, phrase.lists, exact=phrase.exact)
        if (where := (phrase.beside, phrase.text)) in before:
            why = "it stands here twice"
        elif (holder := _holder(phrase, book)) is not None:
            why = f"it stands in {holder!r} too"
        elif other is not None and other not in unfound:
            why = f"{other!r} finds all that it finds"
        else:
            why = ""
        before.add(where)
        if why:
            yield Found(phrase.path, f"the phrase {phrase.text!r} of {phrase.owner} is needless: {why}")


def _holder(phrase: Phrase, book: Rulebook) -> str | None:
    """Return the name of a list beside a phrase in quotes that holds the same phrase."""
    others = (name for name in phrase.lists if not is_quoted(name) and name != phrase.list)
    return next((name for name in others if (phrase.text, False) in book.phrasing.phrases(name)), None)


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
    Check("TR301", "error", "a phrase is not found as it is written", _never_found),
    Check("TR302", "note", "a phrase is found by another one of its list", _found_already),
    Check("TR303", "warning", "nothing uses a list", _used_by_nobody),
    Check("TR304", "warning", "a phrase takes a number away from #", _numbers_taken),
    Check("TR305", "warning", "a phrase holds a misspelt word", _slips_written),
)
