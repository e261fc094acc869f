"""Training: what is searched, what is told, and any joblib backend, a Dask cluster too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from joblib import parallel_config
from made_models import made_up_rows, quick, small_model
from strategies import documented

from triage import TrainingError, Triage
from triage.model.folder import files_of
from triage.model.labels import Example, clean
from triage.model.score import Model
from triage.model.train import train

LEVELS = documented().rules.priorities


def examples(count: int = 100, *, seed: int = 0) -> tuple[Example, ...]:
    """Return made-up tickets without what the rules find, so that training is quickest."""
    return clean(made_up_rows(count, seed=seed), LEVELS, suggest=None).examples


def _turned(examples: Iterable[Example]) -> list[Example]:
    """Return the examples with the most urgent labelled as the least, and so on."""
    order = [level.id for level in LEVELS]
    return [replace(one, level=order[-1 - order.index(one.level)]) for one in examples]


def test_a_model_learns_what_can_be_learned() -> None:
    """Tickets that can be told apart are, on tickets it did not see."""
    assert small_model().measures["model alone"].accuracy == 1.0


# joblib drops what it sent to the cluster, and now and then is told once more that it is gone: an error that
# nobody but this warning hears of (joblib/_dask.py, on_destroy).
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function _WeakKeyDictionary:pytest.PytestUnraisableExceptionWarning"
)
def test_a_cluster_trains_the_same_model() -> None:
    """A real Dask cluster on this machine makes the model that one process makes."""
    from dask.distributed import Client, LocalCluster

    alone = train(examples(), LEVELS, quick(held_out=0.0))
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None)
    with cluster, Client(cluster), parallel_config(backend="dask"):
        spread = train(examples(), LEVELS, quick(held_out=0.0))
    assert files_of(alone.weights) == files_of(spread.weights)


def test_too_few_tickets_are_told() -> None:
    with pytest.raises(TrainingError, match="found 40 tickets to train on, expected 50 or more"):
        train(examples(40), LEVELS, quick(held_out=0.0))


def test_a_level_that_cannot_be_split_is_told() -> None:
    lonely = [*(one for one in examples() if one.level != "high"), *examples(10, seed=5)[1:2]]
    with pytest.raises(TrainingError, match="high has 1 tickets to train on, and 2 or more are needed"):
        train(lonely, LEVELS, quick(held_out=0.0))


def test_added_tickets_count_only_if_they_help() -> None:
    """Tickets with labels turned round are tried, and then weigh nothing."""
    trained = train(examples(), LEVELS, quick(held_out=0.0), added=_turned(examples(100, seed=1)))
    assert 0.0 == trained.best.added


def test_a_model_has_no_say_against_a_level_that_it_never_learned() -> None:
    """No ticket is Critical, so no word can speak for it; a rule that says so stands."""
    trained = train([one for one in examples() if one.level != "critical"], LEVELS, quick())
    assert ("critical",) == trained.weights.unlearned
    said = Triage(model=Model(trained.weights, version="")).suggest("The whole network is down, see chart")
    assert said.opinion is not None
    assert ("critical", True, "rule") == (said.priority.id, said.opinion.sure, said.decided_by)


def test_added_tickets_that_do_not_count_teach_no_level() -> None:
    """The only Critical tickets are added ones with labels turned round, which weigh nothing."""
    own = [one for one in examples() if one.level != "critical"]
    trained = train(own, LEVELS, quick(held_out=0.0), added=_turned(examples(100, seed=1)))
    assert (0.0, ("critical",)) == (trained.best.added, trained.weights.unlearned)


def test_an_added_copy_of_a_ticket_tells_no_answer() -> None:
    """Of the same tickets once more none is learned from: they would tell those that are held out."""
    trained = train(examples(), LEVELS, quick(), added=[*examples(), *examples(10, seed=1)])
    assert len(trained.split.held_out) > 0
    assert {one.ticket for one in examples(10, seed=1)} == {one.ticket for one in trained.added}


def test_progress_is_told() -> None:
    steps: list[tuple[str, int, int]] = []
    train(examples(), LEVELS, quick(held_out=0.0), progress=lambda *step: steps.append(step))
    assert {"terms", "search", "fit"} == {step for step, _, _ in steps}
    assert ("search", 4, 4) in steps
