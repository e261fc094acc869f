"""The estimator is one of scikit-learn's kind, and its probabilities are calibrated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from triage.model.calibration import calibration_error
from triage.model.estimator import CalibratedRidge

_FOLDS = "folds are drawn by row, so a row of weight two is not two rows, as in CalibratedClassifierCV"
EXEMPTED = {
    "check_sample_weight_equivalence_on_dense_data": _FOLDS,
    "check_sample_weight_equivalence_on_sparse_data": _FOLDS,
    "check_class_weight_classifiers": "class weights shape the fit, and calibration moves the scores back",
}


@parametrize_with_checks([CalibratedRidge(cv=3)], expected_failed_checks=lambda _: EXEMPTED)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_it_is_a_scikit_learn_estimator(estimator: Any, check: Any) -> None:
    """It passes the checks of scikit-learn but those exempted, each with its reason."""
    check(estimator)


def blobs(count: int, *, seed: int) -> tuple[Any, Any]:
    """Return points of three classes that overlap."""
    draw = np.random.default_rng(seed)
    classes = draw.integers(0, 3, count)
    return draw.normal(size=(count, 5)) + np.eye(3, 5)[classes], classes


def test_probabilities_are_calibrated_though_classes_are_weighed() -> None:
    """Weights of classes move scores; the calibration moves them back."""
    X, y = blobs(900, seed=0)  # noqa: N806
    new_X, new_y = blobs(2_000, seed=1)  # noqa: N806
    model = CalibratedRidge(class_weight={0: 20.0, 1: 1.0, 2: 1.0}).fit(X, y)
    shares = model.predict_proba(new_X)
    said = shares.argmax(axis=1)
    assert calibration_error(shares.max(axis=1), said == new_y) < 0.05


def test_a_row_that_is_never_held_out_has_no_out_of_fold_probability() -> None:
    X, y = blobs(90, seed=0)  # noqa: N806
    folds = np.arange(90) % 3
    folds[:30] = -1
    model = CalibratedRidge().fit(X, y, folds=folds)
    assert np.isnan(model.out_of_fold_[:30]).all()
    assert not np.isnan(model.out_of_fold_[30:]).any()


def test_out_of_fold_probabilities_never_saw_their_row() -> None:
    """Changing the labels of a fold leaves its own out-of-fold scores as they were, but for calibration."""
    X, y = blobs(300, seed=0)  # noqa: N806
    folds = np.arange(300) % 3
    other = y.copy()
    other[folds == 0] = (y[folds == 0] + 1) % 3
    first, second = (
        CalibratedRidge(calibration_C=1e6).fit(X, labels, folds=folds).out_of_fold_[folds == 0]
        for labels in (y, other)
    )
    assert (first.argmax(axis=1) == y[folds == 0]).mean() > 0.5
    assert (second.argmax(axis=1) == other[folds == 0]).mean() < 0.5
