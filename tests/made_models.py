"""What the tests of models share: made-up tickets that can be told apart, and a small model of them."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from strategies import documented

from triage.model.keep import Made, Recipe, make_model
from triage.model.train import Settings
from triage.table import Row, read_rows
from triage.ticket import Ticket

STARTER = Path(__file__).resolve().parent.parent / "models" / "starter"
_TOPICS = {
    "critical": ("the whole factory stands still", "nobody in the plant can work", "all lines are dead"),
    "high": ("my account is locked", "I am locked out of payroll", "please reset my password"),
    "standard": ("the scanner gives an error", "my laptop freezes daily", "reports come out wrong"),
    "low": ("please install the viewer", "I need a new mouse", "give me access to the share"),
    "scheduled": ("how do I make a chart", "what is the holiday policy", "could you move some files"),
}
_OPENINGS = ("Hello,", "Hi team,", "Good morning,", "Dear help desk,", "")
_CLOSINGS = ("thanks", "best regards", "see you", "it is about the third floor", "I am in room twelve")
_NAMES = "amber birch cedar delta ember fjord gravel harbor indigo juniper kelp lagoon mesa nectar".split()


def made_up_rows(count: int = 150, *, seed: int = 0) -> list[Row]:
    """Return labelled tickets that a model can tell apart, no two of them copies."""
    draw = Random(seed)
    levels = list(_TOPICS)
    rows = []
    for number in range(count):
        level = levels[number % len(levels)]
        names = " ".join(draw.sample(_NAMES, 8))
        said = f"{draw.choice(_OPENINGS)} {draw.choice(_TOPICS[level])} {names}. {draw.choice(_CLOSINGS)}"
        ticket = Ticket(subject=draw.choice(_NAMES), body=said, channel="phone")
        rows.append(Row(ticket=ticket, label=level, number=number + 1))
    return rows


def quick(**changes: object) -> Settings:
    """Return settings that train quickly."""
    return Settings(**{"folds": 2, **changes})  # type: ignore[arg-type]


def made_up_recipe(**more: object) -> Recipe:
    """Return a recipe by the documented rules that trains quickly."""
    return Recipe.of(documented(), **{"settings": quick(), **more})


@cache
def small_model() -> Made:
    """Return a model of made-up tickets in a folder of its own; what alters the folder alters a copy."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    return make_model(made_up_rows(), made_up_recipe(), Path(folder.name, "small"))


def starter_rows(count: int) -> list[Row]:
    """Return the first tickets of the starter model."""
    return [row for _, row in zip(range(count), read_rows(STARTER / "tickets.csv"), strict=False)]
