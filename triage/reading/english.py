"""English words: base forms, contractions and what is a word at all, from tables, nothing from statistics.

The tables are those of spacy-lookups-data.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Container, Iterator
from functools import cache
from importlib.resources import files
from itertools import chain

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
_MOST_DIGITS = 4
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


@cache
def _table(name: str) -> dict[str, str]:
    packed = files("spacy_lookups_data").joinpath("data", f"en_{name}.json.gz").read_bytes()
    table: dict[str, str] = json.loads(gzip.decompress(packed))
    return table


@cache
def known_words() -> frozenset[str]:
    """Return the English words that are never taken for a typing error of another word."""
    lemmas = _table("lemma_lookup")
    index = _table("lemma_index")
    return frozenset(lemmas) | frozenset(lemmas.values()) | frozenset().union(*index.values()) | {"email"}


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
    base: str = _CORRECTIONS.get(normal) or _table("lemma_lookup").get(normal, normal)
    return normal if base.isdigit() else base  # the table makes 3 of "third"


def base_among(word: str, bases: Container[str]) -> str | None:
    """Return the one of these base forms that a folded word is a form of, or None.

    A number from two up is a form of "#"; possessives, and plurals that no table knows, are forms too.

    >>> [base_among(word, {"crash", "vpn", "#"}) for word in ("crashing", "vpns", "crash's", "40", "car")]
    ['crash', 'vpn', 'crash', '#', None]
    """
    for base in chain(_bases(word), _bases(word[:-2]) if word.endswith("'s") else ()):
        if base in bases:
            return base
    return None


def _bases(word: str) -> Iterator[str]:
    yield base_form(word)  # first: "settings" makes "setting" a base, yet that is a form of "set"
    if word not in NEGATIONS:
        yield word
    if len(word) <= _MOST_DIGITS and word.isascii() and word.isdecimal() and word[0] != "0" and word != "1":
        yield ANY_NUMBER
    if word[-1:] == "s" and len(word) > 2 and word.isalpha() and word not in known_words():
        yield word[:-1]


def known_forms(bases: Container[str]) -> set[str]:
    """Return the English words that have one of these base forms.

    >>> sorted(known_forms({"crash"}))
    ['crash', 'crashed', 'crashes', 'crashing']
    """
    lemmas, known = _table("lemma_lookup"), known_words()
    others = (*_CORRECTIONS, *_NUMBERS, *NEGATIONS, *map(str.lower, _table("lexeme_norm")))
    forms = {word for word, base in lemmas.items() if base in bases or word in bases}
    forms.update(word for word in others if base_form(word) in bases)
    forms.update(word for word in known if word in bases)
    return {form for form in forms if form in known and base_among(form, bases)}
