"""English words: base forms, contractions and common typing errors, all from tables and none from statistics.

The tables of base forms and spellings are those of spacy-lookups-data. They are read when a rule file is
compiled, never while a ticket is read.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

# "doesn't work", "isn't working" and "cannot work" are all "not work": what follows is what fails.
NEGATIONS = frozenset(
    "not cannot n't ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mustn't "
    "shouldn't wasn't weren't won't wouldn't aint arent cant couldnt didnt doesnt dont hadnt hasnt "
    "havent isnt "
    "shouldnt wasnt werent wont wouldnt does'nt did'nt is'nt was'nt have'nt has'nt cannt canot cannnot "
    "can'not unable".split()
)
_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred dozen".split()
)
ANY_NUMBER = "#"
# Where the table is wrong for a help desk: "does" is not a female deer, "dying" dyes nothing.
_CORRECTIONS = {
    "e-mail": "email", "e-mails": "email", "e-mailed": "email", "emails": "email", "email": "email",
    "wi-fi": "wifi",
    "does": "do", "doing": "do", "dying": "die", "dies": "die", "died": "die", "better": "better",
    "less": "less", "more": "more", "most": "most", "worse": "worse", "data": "data", "media": "media",
    "left": "left", "found": "found", "slower": "slow", "number": "number", "please": "please",
    "as": "as", "us": "us", "saw": "saw", "felt": "felt", "lives": "live", "thanks": "thanks",
    "people": "people", "ours": "ours", "colleagues": "colleague", "others": "others", "meeting": "meeting",
    "building": "building", "training": "training", "pls": "please", "plz": "please", "whos": "who",
}  # fmt: skip
_SHORTEST_TYPED_WRONG = 5
_MISTAKEN = {"a": "eo", "e": "ai", "i": "e", "o": "au", "u": "o"}


@cache
def _table(name: str) -> dict[str, str]:
    packed = files("spacy_lookups_data").joinpath("data", f"en_{name}.json.gz").read_bytes()
    table: dict[str, str] = json.loads(gzip.decompress(packed))
    return table


@cache
def _known_words() -> frozenset[str]:
    """Return the English words that are never taken for a typing error of another word."""
    lemmas = _table("lemma_lookup")
    index = _table("lemma_index")
    return frozenset(lemmas) | frozenset(lemmas.values()) | frozenset().union(*index.values()) | {"email"}


@cache
def base_form(word: str) -> str:
    """Return the base form of a folded word: what all its inflections share.

    >>> base_form("crashed"), base_form("doesn't"), base_form("seven"), base_form("pls")
    ('crash', 'not', '#', 'please')
    """
    if word in _CORRECTIONS:
        return _CORRECTIONS[word]
    if word in NEGATIONS:
        return "not"
    if word in _NUMBERS:
        return ANY_NUMBER
    normal = _table("lexeme_norm").get(word, word)
    if not normal.isalpha():
        normal = word
    base = _CORRECTIONS.get(normal) or _table("lemma_lookup").get(normal, normal)
    return normal if base.isdigit() else base  # the table makes 3 of "third"


def spellings(bases: Iterable[str]) -> dict[str, str]:
    """Return every spelling of these base forms that a reader should understand, with its base form.

    Inflections come first, then possessives and forms without an apostrophe, then single typing errors: a
    letter left out, doubled or swapped with the next, or a wrong vowel, in an English word (so that the names
    of products are found as they are written). A typing error is never another word.

    >>> table = spellings({"password", "crash"})
    >>> table["crashing"], table["pasword"], table["password's"], table["passwrod"]
    ('crash', 'password', 'password', 'password')
    """
    wanted = frozenset(bases)
    table = {base: base for base in wanted}
    table.update(_plurals(wanted))
    table.update(_inflections(wanted))  # "settings" makes "setting" a base, yet that is a form of "set"
    if "not" in wanted:
        table.update(dict.fromkeys(NEGATIONS, "not"))
    if ANY_NUMBER in wanted:
        table.update({str(number): ANY_NUMBER for number in range(2, 10_000) if str(number) not in wanted})
    for form, base in list(table.items()):
        table.setdefault(f"{form}'s", base)
    known = _known_words()
    errors = {
        error: base
        for form, base in list(table.items())
        if len(form) >= _SHORTEST_TYPED_WRONG and form in known
        for error in _typing_errors(form)
        if error not in known
    }
    return errors | table


def _inflections(wanted: frozenset[str]) -> Iterator[tuple[str, str]]:
    for form in _table("lemma_lookup"):
        base = base_form(form)
        if base in wanted:
            yield form, base
    for form in (*_CORRECTIONS, *_NUMBERS, *_table("lexeme_norm")):
        base = base_form(form.lower())
        if base in wanted:
            yield form.lower(), base


def _plurals(wanted: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield plurals of words that the table does not know ("pcs", "vpns")."""
    known = _known_words()
    for base in wanted:
        if len(base) > 1 and base.isalpha() and f"{base}s" not in known and f"{base}s" not in wanted:
            yield f"{base}s", base


def _typing_errors(word: str) -> Iterator[str]:
    for place, letter in enumerate(word):
        if place > 0:  # people rarely miss the first letter
            yield word[:place] + word[place + 1 :]
        yield word[:place] + letter + word[place:]
        if place + 1 < len(word):
            yield word[:place] + word[place + 1] + letter + word[place + 2 :]
        if place > 0 and letter in _MISTAKEN:
            yield from (word[:place] + vowel + word[place + 1 :] for vowel in _MISTAKEN[letter])
