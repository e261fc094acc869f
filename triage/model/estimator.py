"""What is trained, as scikit-learn knows it: a pipeline of terms and a calibrated linear classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from triage.model.document import character_terms, finding_terms, word_terms

if TYPE_CHECKING:
    from triage.model.weights import Array

WORDS, PARTS, FINDINGS = "words", "parts of words", "findings"
MOST_WORDS, MOST_PARTS = 120_000, 30_000  # what is read at each start of a service stays small
_NEVER_SEEN = 5.0  # how far under the others the score of a level lies that a fold holds no ticket of


class CalibratedRidge(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A ridge regression on the classes, with probabilities calibrated on out-of-fold scores.

    The calibration is a logistic regression of the classes on the scores. So the whole stays linear:
    ``coef_`` and ``intercept_`` give calibrated scores, and softmax makes probabilities of them.

    Parameters: ``alpha`` is the strength of regularisation, ``class_weight`` as in RidgeClassifier,
    ``calibration_C`` the C of the calibration, ``cv`` the number of folds where fit() is given none.

    Attributes: ``classes_``, ``coef_`` (classes x features), ``intercept_``, and ``out_of_fold_``, the
    calibrated probabilities of each row by what was fitted without its fold (NaN where it has none).
    """

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        class_weight: Any = None,
        calibration_C: float = 100.0,  # noqa: N803 - the name that scikit-learn gives it
        cv: int = 5,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.alpha = alpha
        self.class_weight = class_weight
        self.calibration_C = calibration_C
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None, folds: Any = None) -> Self:  # noqa: N803
        """Fit to rows; ``folds`` numbers the fold of each row, and a row of fold -1 is always trained on."""
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)  # noqa: N806
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"found one class only, {self.classes_[0]!r}; expected two or more")
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        folds = self._folds(codes) if folds is None else np.asarray(folds)
        numbers = [number for number in np.unique(folds) if number >= 0]
        trained = [folds != number for number in numbers] + [np.ones(len(codes), dtype=bool)]
        fitted = Parallel(n_jobs=self.n_jobs)(
            delayed(_fit)(self._linear(), X[rows], codes[rows], weights[rows]) for rows in trained
        )
        *by_fold, whole = [_spread(model, len(self.classes_)) for model in fitted]
        scores = np.full((len(codes), len(self.classes_)), np.nan)
        for number, (coefficients, intercept) in zip(numbers, by_fold, strict=True):
            scores[folds == number] = X[folds == number] @ coefficients.T + intercept
        self.out_of_fold_ = self._calibrated_across(scores, codes, weights, folds)
        self.coef_, self.intercept_ = self._calibrated(whole, scores, codes, weights)
        return self

    def decision_function(self, X: Any) -> Array:  # noqa: N803
        """Return the calibrated scores of the classes; of two classes, how far the second is ahead."""
        scores = self._scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict_proba(self, X: Any) -> Array:  # noqa: N803
        """Return the calibrated probability of each class."""
        return softmax(self._scores(X))

    def predict(self, X: Any) -> Any:  # noqa: N803
        """Return the most probable class of each row."""
        scores = self._scores(X)
        return self.classes_[scores.argmax(axis=1)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _linear(self) -> RidgeClassifier:
        weights = self.class_weight
        if isinstance(weights, dict):  # inside, classes go by their number
            weights = {n: weights[c] for n, c in enumerate(self.classes_.tolist()) if c in weights}
        return RidgeClassifier(alpha=self.alpha, class_weight=weights, solver="sparse_cg", tol=1e-3)

    def _folds(self, codes: Any) -> Any:
        folds = np.full(len(codes), -1)
        splits = min(self.cv, int(np.bincount(codes).min()))
        if splits >= 2:
            divided = StratifiedKFold(splits, shuffle=True, random_state=self.random_state)
            for number, (_, held) in enumerate(divided.split(codes, codes)):
                folds[held] = number
        return folds

    def _scores(self, X: Any) -> Array:  # noqa: N803
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)  # noqa: N806
        scores: Array = np.asarray(X @ self.coef_.T) + self.intercept_
        return scores

    def _calibrated(self, whole: Any, scores: Array, codes: Any, weights: Array) -> tuple[Array, Array]:
        """Return the coefficients and intercept that give calibrated scores."""
        mixing, shift = self._calibration(scores, codes, weights)
        coefficients, intercept = whole
        return mixing @ coefficients, mixing @ intercept + shift

    def _calibration(self, scores: Array, codes: Any, weights: Array) -> tuple[Array, Array]:
        held = ~np.isnan(scores).any(axis=1) & (weights > 0)
        k = scores.shape[1]
        if len(np.unique(codes[held])) < k:  # a class that no fold could hold out: nothing to calibrate by
            return np.eye(k), np.zeros(k)
        calibration = LogisticRegression(C=self.calibration_C, max_iter=1_000)
        return _spread(calibration.fit(scores[held], codes[held], sample_weight=weights[held]), k)

    def _calibrated_across(self, scores: Array, codes: Any, weights: Array, folds: Any) -> Array:
        shares = np.full(scores.shape, np.nan)
        for number in np.unique(folds[folds >= 0]):
            held = folds == number
            mixing, shift = self._calibration(scores[~held], codes[~held], weights[~held])
            shares[held] = softmax(scores[held] @ mixing.T + shift)
        return shares


def softmax(scores: Array) -> Array:
    """Return the probabilities of rows of scores."""
    raised: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _fit(model: RidgeClassifier, X: Any, codes: Any, weights: Array) -> RidgeClassifier:  # noqa: N803
    return model.fit(X, codes, sample_weight=weights)


def _spread(model: LogisticRegression | RidgeClassifier, classes: int) -> tuple[Array, Array]:
    """Return one line of coefficients and one intercept for each class, of two classes too."""
    if len(model.classes_) == 2 == classes:
        return np.vstack([-model.coef_, model.coef_]) / 2, np.hstack(
            [-model.intercept_, model.intercept_]
        ) / 2
    coefficients = np.zeros((classes, model.coef_.shape[1]))
    intercept = np.full(classes, model.intercept_.min() - _NEVER_SEEN)
    if len(model.classes_) == 2:
        coefficients[model.classes_], intercept[model.classes_] = _spread(model, 2)
    else:
        coefficients[model.classes_], intercept[model.classes_] = model.coef_, model.intercept_
    return coefficients, intercept


def make_terms(scales: tuple[float, float, float]) -> FeatureUnion:
    """Return what turns documents into terms that two or more of them have; a kind of scale 0 is left out."""
    kinds = (
        (
            WORDS,
            TfidfVectorizer(analyzer=word_terms, binary=True, min_df=2, max_features=MOST_WORDS),
        ),
        (
            PARTS,
            TfidfVectorizer(analyzer=character_terms, binary=True, min_df=2, max_features=MOST_PARTS),
        ),
        (FINDINGS, CountVectorizer(analyzer=finding_terms, binary=True, min_df=2)),
    )
    return FeatureUnion(
        [(name, kind if scale else "drop") for (name, kind), scale in zip(kinds, scales, strict=True)],
        transformer_weights=dict(zip((WORDS, PARTS, FINDINGS), scales, strict=True)),
    )


def make_pipeline(terms: FeatureUnion, classifier: CalibratedRidge) -> Pipeline:
    """Return the pipeline of fitted terms and a fitted classifier, for documents."""
    return Pipeline([("terms", terms), ("classifier", classifier)])
