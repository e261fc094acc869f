"""Rule files of any size for benchmarks/speed.py, about products that nobody has, in words made up here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path

SYLLABLES = "ba dor fe gli ku lam mo ner pi ros su tev vi wan xo zul".split()
# The first rules are about these, so that a set of any size has rules that hold.
USUAL = "printer password email laptop server network vpn phone monitor access".split()
# Phrases that begin with words of every ticket are the harder ones: it takes a second word to rule them out.
PHRASES = ("{}", "{} server", "open {}", "the {} account", "new {}")
TROUBLE = "down,broken,not working,does not open,error,problem,issue,cannot use,request,need".split(",")
QUOTE = "Something that people use does not work."
GUIDELINE = f'1. "{QUOTE}"\n'


def names() -> Iterator[str]:
    """Yield names of products: the usual ones, then made-up ones, all different."""
    yield from USUAL
    for length in (3, 4):
        yield from map("".join, product(SYLLABLES, repeat=length))


def phrases(number: int) -> list[list[str]]:
    """Return what each of so many rules looks for; a large set begins with those of a small one."""
    return [[phrase.format(name) for phrase in PHRASES] for name in islice(names(), number)]


def write_rules(folder: Path, number: int) -> Path:
    """Write a rule file with so many rules, and the guideline that it quotes; return its path."""
    (folder / "guideline.md").write_text(GUIDELINE, "utf-8")
    path = folder / f"{number}-rules.yaml"
    path.write_text(json.dumps(_file(number), indent=1), "utf-8")  # JSON is YAML, and quick to write
    return path


def _file(number: int) -> dict[str, object]:
    looked_for = phrases(number)
    return {
        "format": "1",
        "name": f"{number} rules about made-up products",
        "guideline": "guideline.md",
        "priorities": [_priority("high"), _priority("standard")],
        "default": "standard",
        "channels": {"email": {"name": "E-mail", "default": "standard", "writer chooses": "no"}},
        "lists": {"trouble": {"words": TROUBLE}}
        | {f"product-{place}": {"words": words} for place, words in enumerate(looked_for)},
        "rules": [_rule(place, words[0]) for place, words in enumerate(looked_for)],
    }


def _priority(id: str) -> dict[str, object]:
    words = {"definition": QUOTE, "target": "soon", "impact": "medium", "urgency": "medium"}
    return {"id": id, "name": id.title(), **words}


def _rule(place: int, name: str) -> dict[str, object]:
    return {
        "id": f"rule-{place}",
        "says": f"There is trouble with {name}",
        "priority": ("high", "standard")[place % 2],
        "quote": QUOTE,
        "when": [{"any of": f"product-{place}"}, {"any of": "trouble"}],
        "within": "same sentence",
        "match": [f"The {name} is down"],
        "no_match": [f"I like the {name}"],
    }
