"""A model goes live only through the gates, and what went wrong is told with figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from shutil import copytree, rmtree

import numpy as np
import pytest
from made_models import made_up_rows, small_model
from strategies import documented

from triage import ModelError, TrainingError
from triage.model.folder import load_model, read_file, read_manifest, write_folder
from triage.model.judge import better_by
from triage.model.keep import text_fingerprint
from triage.model.labels import Example, clean
from triage.model.promote import Trial, try_model, write_force
from triage.model.shelf import live_name, make_live, models_in

LEVELS = documented().rules.priorities


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models that holds two copies of the small one."""
    for name in ("first", "second"):
        copytree(small_model().folder, tmp_path / name)
    return tmp_path


def unseen(rows: int = 100) -> tuple[Example, ...]:
    """Return tickets like those that the small model learned from, which it never saw."""
    return clean(made_up_rows(rows, seed=1), LEVELS, suggest=documented().suggest).examples


def attempt(models: Path, name: str = "first", *, floor: float = 0.5, rows: int = 100) -> Trial:
    """Return the trial of a model."""
    return try_model(name, unseen(rows), LEVELS, models=models, suggest=documented().suggest, floor=floor)


def passed(trial: Trial) -> dict[str, bool]:
    return {gate.name: gate.passed for gate in trial.gates}


def test_a_better_model_passes(models: Path) -> None:
    expected = {"better than always the most common", "better than rules alone", "critical recall"}
    assert dict.fromkeys(expected, True) == passed(attempt(models))


def test_a_model_that_is_no_better_than_the_live_one_fails(models: Path) -> None:
    """The live model is a copy of it, so it cannot be better, and the figures say so."""
    make_live("second", models)
    trial = attempt(models)
    assert not passed(trial)["better than the live model"]
    [told] = [gate.told for gate in trial.gates if gate.name == "better than the live model"]
    assert "+0.0% (+0.0% to +0.0%)" in told


def test_a_model_that_misses_emergencies_fails(models: Path) -> None:
    trial = attempt(models, floor=1.01)
    assert not passed(trial)["critical recall"]
    assert trial.gates[-1].told.endswith("the floor is 101%")


def test_tickets_that_a_model_learned_from_are_left_out(models: Path) -> None:
    """Old tickets among the new ones are not judged on."""
    old = clean(made_up_rows(), LEVELS, suggest=documented().suggest).examples
    trial = try_model(
        "first", [*unseen(), *old], LEVELS, models=models, suggest=documented().suggest, floor=0.5
    )
    assert len(small_model().trained.split.trained) == trial.seen


def test_a_ticket_of_the_same_words_is_known_again(models: Path) -> None:
    """Case, punctuation and a signature make no new ticket of one that a model learned from."""
    rows = [
        replace(row, ticket=replace(row.ticket, body=f"{row.ticket.body.upper()} .\n-- \nAnn Lee"))
        for row in made_up_rows()
    ]
    changed = clean(rows, LEVELS, suggest=documented().suggest).examples
    trial = try_model(
        "first", [*unseen(), *changed], LEVELS, models=models, suggest=documented().suggest, floor=0.5
    )
    assert len(small_model().trained.split.trained) == trial.seen


def test_what_a_model_of_an_older_format_learned_from_is_left_out(models: Path) -> None:
    """It knows tickets by their text."""
    old = clean(made_up_rows(), LEVELS, suggest=documented().suggest).examples
    stream = BytesIO()
    np.save(stream, np.array([text_fingerprint(one.ticket) for one in old], dtype=np.uint64))
    manifest = read_manifest(models / "first")
    files = {name: read_file(models / "first", name, manifest) for name in manifest["files"]}
    write_folder(models / "first", files | {"seen.npy": stream.getvalue()}, manifest | {"format": 2})
    trial = try_model(
        "first", [*unseen(), *old], LEVELS, models=models, suggest=documented().suggest, floor=0.5
    )
    assert len(old) == trial.seen
    write_force(models / "first", "it is old", [], "2026-03-02")
    assert 2 == read_manifest(models / "first")["format"]


@pytest.mark.parametrize(
    "harm", [lambda folder: rmtree(folder), lambda folder: (folder / "seen.npy").unlink()]
)
def test_a_live_model_that_cannot_be_used_is_a_failed_gate(
    models: Path, harm: Callable[[Path], None]
) -> None:
    """It is named as the live one, and --force gets past it as past any other gate."""
    make_live("second", models)
    harm(models / "second")
    trial = attempt(models)
    assert not passed(trial)["better than the live model"]
    assert trial.gates[-1].told.startswith("second is live and cannot be used:")


def test_too_few_unseen_tickets_are_told(models: Path) -> None:
    with pytest.raises(TrainingError, match="20 of 20 tickets were not learned from, expected 50 or more"):
        attempt(models, rows=20)


def test_a_forced_model_carries_its_reason(models: Path) -> None:
    """The reason and the gates that failed go into the card, and the model can still be loaded."""
    trial = attempt(models, floor=1.01)
    write_force(models / "first", "the old one\n\n# is worse", trial.gates[-1:], "2026-03-02")
    told = "- 2026-03-02: the old one # is worse (failed: critical recall:"
    assert told in (models / "first" / "card.md").read_text()
    assert told.removeprefix("- ") in read_manifest(models / "first")["forced"][0]
    assert small_model().model.version == load_model(models / "first").version


def test_the_live_model_is_named(models: Path) -> None:
    assert live_name(models) is None
    make_live("second", models)
    assert live_name(models) == "second"


def test_a_folder_that_holds_no_model_is_listed_with_what_is_wrong(models: Path) -> None:
    (models / "empty").mkdir()
    found = dict(models_in(models))
    assert ["empty", "first", "second"] == sorted(found)
    assert isinstance(found["empty"], ModelError)


@pytest.mark.parametrize(
    ("ours", "theirs", "holds"),
    [
        ([True] * 60, [False] * 60, lambda low, high: low > 0),
        ([True, False] * 30, [True, False] * 30, lambda low, high: low == high == 0),
        ([True, False] * 30, [False, True] * 30, lambda low, high: low < 0 < high),
    ],
    ids=["better", "equal", "cannot be told"],
)
def test_the_interval_of_a_difference(
    ours: list[bool], theirs: list[bool], holds: Callable[[float, float], bool]
) -> None:
    """Its sign is sure only where nearly all tickets speak for it."""
    _, low, high = better_by(ours, theirs)
    assert holds(low, high)
