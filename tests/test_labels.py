"""Labels are cleaned before anything learns from them, and every drop is counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from made_models import made_up_rows, quick
from strategies import documented

from triage import Ticket, TrainingError
from triage.model.document import Document
from triage.model.labels import Cleaned, clean, thin_levels
from triage.model.split import groups_of, split
from triage.model.suspects import suspects_of
from triage.table import Row

LEVELS = documented().rules.priorities


def cleaned(*rows: Row, **more: object) -> Cleaned:
    """Return rows cleaned by the documented rules."""
    return clean(rows, LEVELS, suggest=documented().suggest, **more)  # type: ignore[arg-type]


def row(body: str = "It is broken", label: str | None = "low", **more: object) -> Row:
    """Return a labelled row."""
    return Row(ticket=Ticket(body=body), label=label, number=1, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (row(body=" \n"), "no text"),
        (row(body="?!"), "no words in the ticket"),
        (row(label=None), "no label"),
        (row(label="unclear"), "labelled unclear"),
        (row(label="P9"), "unknown label 'P9'"),
    ],
)
def test_what_cannot_be_learned_from_is_dropped_and_counted(given: Row, why: str) -> None:
    assert ((why, 1),) == cleaned(given).drops


@pytest.mark.parametrize("source", ["default", "", None, "email gateway"])
def test_a_label_that_no_person_confirmed_is_no_label(source: str | None) -> None:
    """A default of a channel is unlabelled, not Standard."""
    found = cleaned(row(label="standard", source=source), confirmed={"person"})
    assert ((f"label of the source {source or ''!r}, which no person confirmed", 1),) == found.drops


def test_a_label_that_a_person_confirmed_counts() -> None:
    assert 1 == len(cleaned(row(source="Person"), confirmed={"person"}).examples)


@pytest.mark.parametrize("label", ["Critical", "critical", "P1", "p1"])
def test_a_map_turns_labels_into_levels(label: str) -> None:
    assert ["critical"] == [
        one.level for one in cleaned(row(label=label), mapping={"P1": "Critical"}).examples
    ]


def test_a_map_to_no_level_is_refused() -> None:
    with pytest.raises(
        TrainingError, match=r"the map says 'P1' is 'urgent', which is no level; expected one of"
    ):
        cleaned(row(), mapping={"P1": "urgent"})


def test_no_row_is_lost() -> None:
    """What is left and what was dropped are together all rows, however many labels are unknown."""
    rows = [row(label=f"P{number}") for number in range(30)] + [row()] * 3
    found = cleaned(*rows)
    assert (33, 3) == (found.rows, len(found.examples))


def test_a_level_with_too_few_tickets_gets_a_sentence() -> None:
    told = thin_levels(cleaned(row()).examples, LEVELS)
    assert "low has 1 tickets; a model can hardly learn a level from fewer than 20" in told


# -- copies and splits -----------------------------------------------------------------------------------


def doc(text: str) -> Document:
    """Return the document of plain words."""
    words = text.split()
    return Document(words, ())


LONG = "the label printer at dock seven prints blank labels since the update of last night and jams"


def test_copies_and_near_copies_share_a_group() -> None:
    one, copy, near, other = groups_of([doc(LONG), doc(LONG), doc(f"{LONG} again"), doc("my mouse is dead")])
    assert one == copy == near != other


def test_tickets_of_one_word_are_copies_only_of_themselves() -> None:
    first, second, third = groups_of([doc("printer"), doc("printer"), doc("mouse")])
    assert first == second != third


def examples_with_copies() -> Cleaned:
    rows = made_up_rows(100)
    copies = [Row(ticket=one.ticket, label=one.label, number=one.number + 100) for one in rows[:40]]
    return clean([*rows, *copies], LEVELS, suggest=None)


def test_copies_never_cross_a_split() -> None:
    """No copy of a held-out ticket is trained on, and copies lie in one fold."""
    examples = examples_with_copies().examples
    parts = split(examples, held_out=0.2, folds=2, seed=0, by_time=False)
    texts = [example.ticket.body for example in examples]
    held = {texts[number] for number in parts.held_out}
    assert held.isdisjoint(texts[number] for number in parts.trained)
    folds: dict[str, set[int]] = {}
    for number, fold in zip(parts.trained.tolist(), parts.folds.tolist(), strict=True):
        folds.setdefault(texts[number], set()).add(fold)
    assert {1} == set(map(len, folds.values()))


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5])
def test_the_share_that_is_held_out_is_the_one_asked_for(share: float) -> None:
    examples = clean(made_up_rows(200), LEVELS, suggest=None).examples
    parts = split(examples, held_out=share, folds=2, seed=0, by_time=False)
    assert pytest.approx(share, abs=0.02) == len(parts.held_out) / len(examples)


def test_a_share_that_is_too_small_is_told() -> None:
    examples = clean(made_up_rows(100), LEVELS, suggest=None).examples
    with pytest.raises(
        TrainingError, match=r"a share of 0\.001 cannot be held out; expected 0, or 0\.05 and"
    ):
        split(examples, held_out=0.001, folds=2, seed=0, by_time=False)


def test_by_time_the_latest_tickets_are_held_out() -> None:
    rows = [
        Row(ticket=one.ticket, label=one.label, number=one.number, time=f"2026-01-{one.number % 28 + 1:02}")
        for one in made_up_rows(100)
    ]
    examples = clean(rows, LEVELS, suggest=None).examples
    parts = split(examples, held_out=0.2, folds=2, seed=0, by_time=True)
    assert 20 == len(parts.held_out)
    newest = min(examples[number].time or "" for number in parts.held_out)
    assert all((examples[number].time or "") <= newest for number in parts.trained)


def test_copies_of_the_latest_tickets_are_not_trained_on() -> None:
    """A late ticket that repeats an early one takes the early one out of training, and that is counted."""
    rows = [
        Row(
            ticket=one.ticket,
            label=one.label,
            number=one.number,
            time=f"2026-01-01T{one.number // 60:02}:{one.number % 60:02}",
        )
        for one in made_up_rows(100)
    ]
    late = [Row(ticket=one.ticket, label=one.label, number=200, time="2026-02-01") for one in rows[:5]]
    parts = split(
        clean([*rows, *late], LEVELS, suggest=None).examples, held_out=0.1, folds=2, seed=0, by_time=True
    )
    assert 5 == parts.copies


def test_a_time_that_is_none_is_told() -> None:
    rows = [
        Row(ticket=one.ticket, label=one.label, number=one.number, time="noon") for one in made_up_rows(20)
    ]
    with pytest.raises(
        TrainingError, match=r"row 1: found the time 'noon', expected one as 2026-03-02T09:15:00"
    ):
        split(clean(rows, LEVELS, suggest=None).examples, held_out=0.2, folds=2, seed=0, by_time=True)


def test_the_same_seed_gives_the_same_split() -> None:
    examples = examples_with_copies().examples
    first, second = (split(examples, held_out=0.2, folds=2, seed=3, by_time=False) for _ in range(2))
    assert np.array_equal(first.held_out, second.held_out)


# -- suspects --------------------------------------------------------------------------------------------


def test_wrong_labels_are_suspected_first() -> None:
    """Of labels that were changed on purpose most are found, with what rules and model say instead."""
    rows = made_up_rows(200)
    wrong = {5, 50, 101, 152}
    rows = [
        Row(ticket=one.ticket, label="scheduled" if one.number in wrong else one.label, number=one.number)
        for one in rows
        if one.number not in wrong or one.label != "scheduled"
    ]
    examples = clean(rows, LEVELS, suggest=documented().suggest).examples
    found = suspects_of(examples, LEVELS, quick(), suggest=documented().suggest)
    changed = wrong & {one.number for one in rows}
    assert changed <= {suspect.example.row for suspect in found[: len(changed) + 2]}
    assert all(suspect.likely != suspect.example.level for suspect in found)
    assert Counter(suspect.rules != "" for suspect in found)[True] > 0
