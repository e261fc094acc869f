"""Keeping a trained model: its folder with everything that it was trained on told, and its card."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from triage.evaluate import Measures, level_names
from triage.model.calibration import calibration_error
from triage.model.card import card_of
from triage.model.document import Document
from triage.model.folder import (
    CARD,
    FORMAT,
    MEASURED,
    NUMBERS,
    PIPELINE,
    SEEN,
    TERMS,
    check_writable,
    files_of,
    write_folder,
)
from triage.model.judge import Judged, judge, measures_of, said_and_right
from triage.model.labels import Cleaned, Suggest, clean, thin_levels, with_times
from triage.model.score import Model
from triage.model.shelf import check_free
from triage.model.split import span_of
from triage.model.train import Progress, Settings, Trained, check_enough, train
from triage.priority import Priority
from triage.table import Row
from triage.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a model is made by: levels, what the rules suggest, how labels are read, and how to train.

    ``suggest`` is the ``suggest`` of a Triage without a model; without it the model learns from words alone.
    ``mapping`` turns labels into levels, ``confirmed`` names the sources of labels that count, ``added`` are
    further tickets to learn from. ``columns`` (how the table names its own) and ``told`` (the file, the
    command) are written into the manifest, beside the date and the seed.
    """

    levels: Sequence[Priority]
    suggest: Suggest | None = None
    rules_version: str = ""
    settings: Settings = field(default_factory=Settings)
    mapping: Mapping[str, str] = field(default_factory=dict)
    confirmed: frozenset[str] | None = None
    added: Sequence[Row] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, triage: Any, **more: Any) -> Recipe:
        """Return the recipe of a Triage without a model: its levels, its rules, and what else is named.

        >>> from triage import Triage
        >>> Recipe.of(Triage(), mapping={"P1": "critical"}).levels[0].id
        'critical'
        """
        rules = triage.rules
        return cls(levels=rules.priorities, suggest=triage.suggest, rules_version=rules.version, **more)


@dataclass(frozen=True, slots=True)
class Made:
    """A model that was made and kept: its folder, what was cleaned away, and what it was measured to be.

    ``added`` are the added tickets that it learned from, with how many were dropped, by why.
    """

    folder: Path
    model: Model
    cleaned: Cleaned
    trained: Trained
    judged: tuple[Judged, ...]
    measures: Mapping[str, Measures]
    notes: tuple[str, ...]
    added: Cleaned


def make_model(
    rows: Iterable[Row],
    recipe: Recipe,
    folder: str | Path,
    *,
    replace: bool = False,
    progress: Progress = lambda step, done, of: None,
) -> Made:
    """Return the model of labelled rows, judged on the rows held out, and written into its folder.

    The folder is new or empty, or with ``replace`` that of a model which is not live.

    Raises:
        TrainingError: no model can be trained on these rows; the message says why.
        ModelError: the folder cannot be written, is not empty, or holds the live model.
    """
    check_writable(folder)
    check_free(folder, replace=replace)
    cleaned = clean(
        rows, recipe.levels, suggest=recipe.suggest, mapping=recipe.mapping, confirmed=recipe.confirmed
    )
    cleaned = with_times(cleaned) if recipe.settings.by_time else cleaned
    check_enough(cleaned)
    added = _cleaned_added(recipe)
    trained = train(cleaned.examples, recipe.levels, recipe.settings, added=added.examples, progress=progress)
    weights = files_of(trained.weights)
    version = sha256(weights[TERMS] + weights[NUMBERS]).hexdigest()[:16]
    model = Model(trained.weights, version=version)
    progress("judge", 0, 1)
    held_out = [cleaned.examples[number] for number in trained.split.held_out]
    judged = tuple(judge(held_out, model, recipe.levels, suggest=recipe.suggest))
    made = Made(
        folder=Path(folder),
        model=model,
        cleaned=cleaned,
        trained=trained,
        judged=judged,
        measures=measures_of(judged, recipe.levels) if judged else {},
        notes=tuple(thin_levels(cleaned.examples, recipe.levels)),
        added=_without_copies(added, trained),
    )
    _write(made, recipe, weights)
    return made


def _cleaned_added(recipe: Recipe) -> Cleaned:
    """Return the added rows, cleaned; with tickets from elsewhere a level by its own name means just that."""
    names = level_names(recipe.levels)
    mapping = {label: level for label, level in recipe.mapping.items() if label.casefold() not in names}
    confirmed = recipe.confirmed if any(row.source for row in recipe.added) else None
    return clean(recipe.added, recipe.levels, suggest=recipe.suggest, mapping=mapping, confirmed=confirmed)


def _without_copies(added: Cleaned, trained: Trained) -> Cleaned:
    copies = len(added.examples) - len(trained.added)
    told = [("copies of a ticket of your own", copies)] if copies else []
    return Cleaned(trained.added, (*added.drops, *told))


def fingerprint(document: Document) -> int:
    """Return a number that tickets of equal words share, and hardly any others: it tells what a model saw.

    >>> fingerprint(Document(["it", "is", "down"], ())) == fingerprint(Document(["it", "is"], ()))
    False
    """
    return _number(" ".join(document.words))


def text_fingerprint(ticket: Ticket) -> int:
    """Return the number that models of formats before the third keep of a ticket: that of its text.

    >>> text_fingerprint(Ticket(subject="a", body="b")) == text_fingerprint(Ticket(subject="A", body=" b"))
    True
    """
    return _number(" ".join(f"{ticket.subject}\n{ticket.body}".casefold().split()))


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _write(made: Made, recipe: Recipe, weights: Mapping[str, bytes]) -> None:
    manifest = _manifest(made, recipe)
    trained = (made.cleaned.examples[number] for number in made.trained.split.trained)
    learned = chain(trained, made.added.examples)
    files = {
        **weights,
        PIPELINE: _bytes(joblib.dump, made.trained.pipeline),
        MEASURED: _json([one.to_dict() for one in made.judged]),
        SEEN: _bytes(_save, sorted(fingerprint(example.document) for example in learned)),
        CARD: card_of(manifest).encode(),
    }
    write_folder(made.folder, files, manifest)


def _manifest(made: Made, recipe: Recipe) -> dict[str, Any]:
    trained, settings = made.trained, recipe.settings
    versions = {name: version(name) for name in ("ticket-triage", "numpy", "scikit-learn")}
    return {
        "format": FORMAT,
        "version": made.model.version,
        "name": made.folder.name,
        "versions": versions,
        "levels": [level.id for level in recipe.levels],
        "rules_version": recipe.rules_version,
        "columns": dict(recipe.columns),
        "told": {"date": date.today().isoformat(), "seed": str(settings.seed), **recipe.told},
        "data": {
            "rows": made.cleaned.rows,
            **dict(zip(("from", "to"), span_of(made.cleaned.examples) or (), strict=False)),
            "drops": dict(made.cleaned.drops),
            "labels": dict(Counter(example.level for example in made.cleaned.examples)),
            "trained": len(trained.split.trained),
            "held_out": len(trained.split.held_out),
            "copies": trained.split.copies,
            "added": len(made.added.examples),
            "added_drops": dict(made.added.drops),
        },
        "settings": {
            name: value
            for name, value in asdict(settings).items()
            if name != "jobs" and not (name == "costs" and isinstance(value, tuple))
        },
        "costs": [list(line) for line in trained.weights.costs],
        "mapping": dict(recipe.mapping),
        "confirmed": None if recipe.confirmed is None else sorted(recipe.confirmed),
        "threshold": trained.weights.threshold,
        "best": asdict(trained.best),
        "tried": [{**asdict(one.candidate), "loss": one.loss} for one in trained.tried],
        "calibration_error": {"out of fold": trained.error, **_error_held_out(made, recipe.levels)},
        "measures": {name: measures.to_dict() for name, measures in made.measures.items()},
        "notes": list(made.notes),
        "forced": [],
    }


def _error_held_out(made: Made, levels: Sequence[Priority]) -> dict[str, float]:
    if not made.judged:
        return {}
    return {"held out": calibration_error(*said_and_right(made.judged, levels))}


def _json(value: Any) -> bytes:
    return (json.dumps(value, separators=(",", ":")) + "\n").encode()


def _bytes(write: Any, value: Any) -> bytes:
    stream = BytesIO()
    write(value, stream)
    return stream.getvalue()


def _save(numbers: list[int], stream: BytesIO) -> None:
    np.save(stream, np.array(numbers, dtype=np.uint64), allow_pickle=False)
