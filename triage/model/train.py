"""Training: cleaned examples in, a calibrated model out, with what was measured on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from joblib import Parallel, delayed
from scipy import sparse
from sklearn.pipeline import FeatureUnion, Pipeline
from threadpoolctl import threadpool_limits

from triage.errors import TrainingError
from triage.model.calibration import calibration_error, threshold_for
from triage.model.costs import Costs, balanced_costs, distance_costs, documented_costs, level_weights
from triage.model.estimator import FINDINGS, PARTS, WORDS, CalibratedRidge, make_pipeline, make_terms
from triage.model.labels import Cleaned, Example
from triage.model.split import TRAINED_ALWAYS, Split, split, without_copies
from triage.model.weights import Weights
from triage.priority import Priority

if TYPE_CHECKING:
    from triage.model.weights import Array

Progress = Callable[[str, int, int], None]
_SEARCHED_ON = 20_000  # tickets; more do not change which candidate is best, only how long the search takes
_LEAST_SHARE = 1e-15  # a probability of nothing costs much, not without end
FEWEST = 50  # tickets, below which no model is trained


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to train: ``precision`` is what the model must reach to speak.

    ``costs`` are what a wrong level costs: a table, "documented" for the stated one, or "balanced" for the
    one that does best out of fold where every level counts the same, however rare.
    ``jobs`` is how many fits run at once, for joblib: -1 is as many as there are processors; without it the
    joblib backend that is in use decides.
    """

    precision: float = 0.75
    held_out: float = 0.2
    folds: int = 5
    seed: int = 0
    by_time: bool = False
    costs: Costs | Literal["documented", "balanced"] = "documented"
    jobs: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is searched: ``alpha`` of the regression, factors of kinds of terms, what added tickets weigh."""

    alpha: float
    parts: float
    findings: float
    added: float

    @property
    def scales(self) -> tuple[float, float, float]:
        """The factors of words, parts of words and findings."""
        return 1.0, self.parts, self.findings


@dataclass(frozen=True, slots=True)
class Tried:
    """A candidate and how it did in cross-validation: the log loss, lower is better."""

    candidate: Candidate
    loss: float


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A trained model: weights and pipeline, what was tried, how tickets were split, what calibration tells.

    ``error`` is the expected calibration error out of fold, ``out_of_fold`` the probabilities of the examples
    of ``split.trained``. ``added`` are the added tickets that were learned from.
    """

    weights: Weights
    pipeline: Pipeline
    best: Candidate
    tried: tuple[Tried, ...]
    split: Split
    error: float
    out_of_fold: Array
    added: tuple[Example, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The terms of the examples as columns, their levels as numbers, and the fold and kind of each."""

    terms: FeatureUnion
    columns: tuple[Any, Any, Any]
    codes: Any
    folds: Any
    own: Any

    def scaled(self, candidate: Candidate) -> Any:
        kinds = zip(self.columns, candidate.scales, strict=True)
        return sparse.hstack([columns * scale for columns, scale in kinds if scale], format="csr")


def train(
    examples: Sequence[Example],
    levels: Sequence[Priority],
    settings: Settings | None = None,
    *,
    added: Sequence[Example] = (),
    progress: Progress = lambda step, done, of: None,
) -> Trained:
    """Return a model of the examples; equal examples, settings and versions give an equal model.

    ``added`` are further tickets to learn from, such as those of the starter model; how much they count, if
    at all, is chosen by cross-validation on the examples; copies of these are left out. ``progress`` is told
    of each step.

    Raises:
        TrainingError: there are too few tickets, or a time cannot be read.
    """
    settings = settings or Settings()
    if len(examples) < FEWEST:
        raise TrainingError(f"found {len(examples)} tickets to train on, expected {FEWEST} or more")
    chosen = split(
        examples,
        held_out=settings.held_out,
        folds=settings.folds,
        seed=settings.seed,
        by_time=settings.by_time,
    )
    ids = [level.id for level in levels]
    costs = _costs_to_train_by(settings, len(ids))
    with threadpool_limits(1):  # many threads on one small product wait for each other
        progress("terms", 0, 1)
        added = without_copies(added, examples)
        table = _table([examples[number] for number in chosen.trained], added, chosen.folds, ids)
        weights = level_weights(costs, Counter(table.codes[table.own].tolist()))
        tried = tuple(_search(_sample(table, settings.seed), weights, settings, progress))
        best = min(tried, key=lambda one: one.loss).candidate
        progress("fit", 0, 1)
        fitted = _fit(table, best, weights, settings.jobs)
    out_of_fold = fitted.out_of_fold_[table.own]
    spread = np.zeros((len(out_of_fold), len(ids)))
    spread[:, fitted.classes_] = out_of_fold
    codes = table.codes[table.own]
    if settings.costs == "balanced":
        costs = balanced_costs(spread, codes)
    shares, right = _said(spread, codes, costs)
    table.terms.set_params(transformer_weights=dict(zip((WORDS, PARTS, FINDINGS), best.scales, strict=True)))
    fitted.set_params(n_jobs=None)  # how many fits ran at once makes no other model
    pipeline = make_pipeline(_without_unused(table.terms, best), fitted)
    threshold = threshold_for(settings.precision, shares, right)
    unlearned = _unlearned(table, best, ids)
    made = weights_of(pipeline, ids, costs=costs, threshold=threshold, unlearned=unlearned)
    error = calibration_error(shares, right)
    return Trained(made, pipeline, best, tried, chosen, error, out_of_fold, added)


def check_enough(cleaned: Cleaned) -> None:
    """Look whether a model can be trained on what is left of the rows.

    Raises:
        TrainingError: too few are left; the message tells why the others were dropped.
    """
    if len(cleaned.examples) < FEWEST:
        raise TrainingError(
            f"{len(cleaned.examples)} of {cleaned.rows} rows can be learned from, expected {FEWEST} or more; "
            f"dropped: {cleaned.dropped}"
        )


def _costs_to_train_by(settings: Settings, levels: int) -> Costs:
    if settings.costs == "documented":
        return documented_costs(levels)
    return distance_costs(levels) if settings.costs == "balanced" else settings.costs


def _said(spread: Array, codes: Any, costs: Costs) -> tuple[Array, Any]:
    """Return the probability of the level that is said out of fold, and whether it is right."""
    said = (spread @ np.array(costs)).argmin(axis=1)
    return spread[np.arange(len(said)), said], said == codes


def _unlearned(table: _Table, best: Candidate, ids: Sequence[str]) -> tuple[str, ...]:
    """Return the levels that no ticket has which counts."""
    learned = set(table.codes[table.own | (best.added > 0)].tolist())
    return tuple(level for code, level in enumerate(ids) if code not in learned)


def weights_of(
    pipeline: Pipeline, levels: Sequence[str], *, costs: Costs, threshold: float, unlearned: tuple[str, ...]
) -> Weights:
    """Return the trained pipeline as plain data, level by level even where no ticket has one."""
    terms, classifier = pipeline.named_steps["terms"], pipeline.named_steps["classifier"]
    kinds = {name: kind for name, kind in terms.transformer_list if kind != "drop"}
    scales = terms.transformer_weights
    coefficients = np.zeros((classifier.coef_.shape[1], len(levels)))
    intercept = np.full(len(levels), -50.0)  # no ticket has such a level: its probability is nothing
    coefficients[:, classifier.classes_] = classifier.coef_.T
    intercept[classifier.classes_] = classifier.intercept_
    return Weights(
        levels=tuple(levels),
        words=_names(kinds.get(WORDS)),
        parts=_names(kinds.get(PARTS)),
        findings=_names(kinds.get(FINDINGS)),
        scales=(scales[WORDS], scales[PARTS], scales[FINDINGS]),
        costs=costs,
        threshold=float(threshold),
        idf=np.concatenate([kinds[name].idf_ for name in (WORDS, PARTS) if name in kinds]),
        coefficients=coefficients,
        intercept=intercept,
        once=True,
        unlearned=unlearned,
    )


def _names(kind: Any) -> tuple[str, ...]:
    return () if kind is None else tuple(kind.get_feature_names_out().tolist())


def _table(own: Sequence[Example], added: Sequence[Example], folds: Any, ids: list[str]) -> _Table:
    everything = [*own, *added]
    documents = [example.document for example in everything]
    with_findings = any(document.findings for document in documents)
    terms = make_terms((1.0, 1.0, 1.0 if with_findings else 0.0))
    matrix = terms.fit_transform(documents).tocsc()
    edges = np.cumsum([0, *(len(kind.vocabulary_) for _, kind in terms.transformer_list if kind != "drop")])
    columns = [matrix[:, first:last].tocsr() for first, last in pairwise(edges.tolist())]
    none = sparse.csr_matrix((len(documents), 0))
    words, parts, findings = (columns + [none] * 3)[:3]
    return _Table(
        terms=terms,
        columns=(words, parts, findings),
        codes=np.array([ids.index(example.level) for example in everything]),
        folds=np.concatenate([folds, np.full(len(added), TRAINED_ALWAYS)]),
        own=np.arange(len(everything)) < len(own),
    )


def _sample(table: _Table, seed: int) -> _Table:
    """Return as many tickets as the search needs, drawn at random."""
    if len(table.codes) <= _SEARCHED_ON:
        return table
    drawn = np.sort(np.random.default_rng(seed).choice(len(table.codes), _SEARCHED_ON, replace=False))
    words, parts, findings = (columns[drawn] for columns in table.columns)
    return replace(
        table,
        columns=(words, parts, findings),
        codes=table.codes[drawn],
        folds=table.folds[drawn],
        own=table.own[drawn],
    )


def _search(
    table: _Table, weights: dict[int, float], settings: Settings, progress: Progress
) -> Iterator[Tried]:
    """Yield what was tried: first regularisation, then parts of words, then findings, then added tickets."""
    has_findings, has_added = bool(table.columns[2].shape[1]), not table.own.all()
    best = Candidate(alpha=1.0, parts=0.0, findings=0.3 * has_findings, added=0.3 * has_added)
    stages: list[list[dict[str, float]]] = [
        [{"alpha": alpha} for alpha in (0.3, 1.0, 3.0)],
        [{"parts": 1.0}],
        [{"findings": factor} for factor in (0.15, 0.6) if has_findings],
        [{"added": weight} for weight in (0.0, 1.0) if has_added],
    ]
    of = sum(map(len, stages))
    loss, done = np.inf, 0
    for stage in stages:
        candidates = [replace(best, **change) for change in stage]
        for candidate, its in zip(
            candidates, _losses(table, candidates, weights, settings.jobs), strict=True
        ):
            done += 1
            progress("search", done, of)
            yield Tried(candidate, its)
            if its < loss:
                best, loss = candidate, its


def _losses(
    table: _Table, candidates: list[Candidate], weights: dict[int, float], jobs: int | None
) -> list[float]:
    done = Parallel(n_jobs=jobs)(delayed(_loss)(table, candidate, weights) for candidate in candidates)
    return list(done)


def _loss(table: _Table, candidate: Candidate, weights: dict[int, float]) -> float:
    with threadpool_limits(1):
        shares = _fit(table, candidate, weights, None).out_of_fold_
    held = table.folds >= 0
    places = np.searchsorted(np.unique(table.codes), table.codes)
    return float(-np.log(np.maximum(shares[held, places[held]], _LEAST_SHARE)).mean())


def _fit(table: _Table, candidate: Candidate, weights: dict[int, float], jobs: int | None) -> CalibratedRidge:
    classifier = CalibratedRidge(alpha=candidate.alpha, class_weight=weights, n_jobs=jobs)
    sample_weight = np.where(table.own, 1.0, candidate.added)
    return classifier.fit(
        table.scaled(candidate), table.codes, sample_weight=sample_weight, folds=table.folds
    )


def _without_unused(terms: FeatureUnion, best: Candidate) -> FeatureUnion:
    kinds = zip(terms.transformer_list, best.scales, strict=True)
    terms.transformer_list = [(name, kind if scale else "drop") for (name, kind), scale in kinds]
    return terms
