"""Scoring with numpy: equal to the trained pipeline, every weight accounted for, and safe on any text."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from made_models import small_model
from strategies import any_text, documented, tickets

from triage import Suggestion, Ticket, Triage
from triage.model.document import MOST_WORDS, Document, document, findings_of
from triage.model.folder import load_model, load_pipeline
from triage.model.score import Model
from triage.opinion import Opinion

CLOSE = 1e-9


@cache
def loaded() -> Model:
    """Return the small model as a service loads it."""
    return load_model(small_model().folder)


@cache
def pipeline() -> Any:
    """Return its trained scikit-learn pipeline."""
    return load_pipeline(small_model().folder)


@cache
def joined() -> Triage:
    """Return the documented rules with that model."""
    return Triage(model=loaded())


def seen(ticket: Ticket) -> Document:
    """Return the document of a ticket."""
    return document(ticket, findings_of(documented().suggest(ticket)))


@given(tickets())
@settings(max_examples=150, deadline=None)
def test_numpy_and_scikit_learn_say_the_same(ticket: Ticket) -> None:
    """On any ticket the probabilities are those of the trained pipeline, to a billionth."""
    its = seen(ticket)
    assert np.abs(loaded().probabilities(its) - pipeline().predict_proba([its])[0]).max() <= CLOSE


@given(tickets())
@settings(max_examples=60, deadline=None)
def test_every_weight_is_accounted_for(ticket: Ticket) -> None:
    """The weights of all words, of the findings and of the level itself add up to the score."""
    model, its = loaded(), seen(ticket)
    terms, weights = model._terms(its), loaded().weights
    found = [weights.findings.index(name) for name in its.findings if name in weights.findings]
    rows = weights.scales[2] * weights.coefficients[-len(weights.findings) :][found]
    for level in range(len(weights.levels)):
        of_words = model._word_weights(terms, level, len(its.words)).sum()
        moved = of_words + rows[:, level].sum() - rows.mean(axis=1).sum()
        score = model._score(terms, model._found(its)) - weights.intercept
        assert score[level] - score.mean() == pytest.approx(moved, abs=CLOSE)


@given(any_text(), any_text())
@settings(max_examples=60, deadline=None)
def test_words_of_an_opinion_are_slices_of_the_ticket(subject: str, body: str) -> None:
    """Each word that moved the model is exactly what stands there in the original."""
    ticket = Ticket(subject=subject, body=body)
    opinion = joined().suggest(ticket).opinion
    assert opinion is not None
    for word in opinion.words:
        assert word.text == getattr(ticket, word.field)[word.start : word.end]


@given(tickets())
@settings(max_examples=60, deadline=None)
def test_probabilities_are_probabilities(ticket: Ticket) -> None:
    """They are none below nothing, and add up to one."""
    opinion = joined().suggest(ticket).opinion
    assert opinion is not None
    shares = [share for _, share in opinion.probabilities]
    assert min(shares) >= 0
    assert sum(shares) == pytest.approx(1.0)


@given(tickets())
@settings(max_examples=60, deadline=None)
def test_a_suggestion_with_an_opinion_survives_json(ticket: Ticket) -> None:
    """What is written to JSON comes back equal."""
    suggestion = joined().suggest(ticket)
    assert suggestion == Suggestion.from_dict(json.loads(json.dumps(suggestion.to_dict())))


def test_signatures_have_no_say() -> None:
    """Words of a signature and of quoted mail move nothing."""
    plain = Ticket(body="my laptop freezes daily")
    signed = Ticket(body="my laptop freezes daily\n\n-- \nAnn Password\nplant manager, all lines\n")
    assert seen(plain).words == seen(signed).words


def test_a_ticket_without_words_has_an_opinion() -> None:
    """Nothing is known of an empty ticket but how common each level is."""
    opinion = joined().suggest("").opinion
    assert opinion is not None
    assert () == opinion.words


def test_a_very_long_ticket_is_cut() -> None:
    """What comes after many thousand words has no say, so no ticket is slow."""
    its = seen(Ticket(body="word " * (MOST_WORDS + 10)))
    assert MOST_WORDS == len(its.words)


def test_threads_share_a_model() -> None:
    """Threads that share a model say what one alone says."""
    texts = [f"my account is locked {number}" for number in range(40)]
    alone = [joined().suggest(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert alone == list(pool.map(Triage(model=load_model(small_model().folder)).suggest, texts))


def test_known_words_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that reads ever new words keeps a bounded number of them."""
    monkeypatch.setattr("triage.model.score._MOST_KNOWN", 10)
    model = load_model(small_model().folder)
    for number in range(50):
        model.opinion(Ticket(body=f"w{number}a w{number}b"), ())
    assert len(model._known) <= 10


def test_an_opinion_is_sure_from_its_threshold_on() -> None:
    """The threshold itself is enough."""
    said = (("high", 0.4), ("low", 0.6))
    at = Opinion(priority="low", probabilities=said, threshold=0.6, words=(), findings=(), version="")
    assert at.sure
