"""The measures: every expected value was counted by hand, or stands in the documentation of scikit-learn."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.engine import Triage
from triage.errors import SuggestionError
from triage.evaluate import ERROR_COLUMNS, Answer, Score, answers_of, score
from triage.priority import Priority
from triage.table import Row
from triage.ticket import Ticket

LEVELS = ("critical", "high", "standard", "low", "scheduled")


def priorities(*ids: str) -> tuple[Priority, ...]:
    """Return priorities with these ids, the most urgent first."""
    return tuple(
        Priority(id=id, name=id.title(), rank=rank, definition="", target="", impact="low", urgency="low")
        for rank, id in enumerate(ids)
    )


def scored(pairs: str, *ids: str) -> Score:
    """Return the score of pairs such as "a>b a>a": label, then suggested level."""
    answers = (
        Answer(label=label, suggested=suggested) for label, suggested in (p.split(">") for p in pairs.split())
    )
    return score(answers, priorities(*(ids or "abc")))


@pytest.fixture(scope="module")
def triage() -> Triage:
    return Triage()


def test_accuracy_is_the_share_of_answers_that_are_the_label() -> None:
    """Two of four are right."""
    assert scored("a>a b>b c>b a>c").accuracy == 0.5


def test_macro_f1_is_what_scikit_learn_documents() -> None:
    """f1_score([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], average="macro") is 0.267 in its documentation."""
    assert scored("a>a b>c c>b a>a b>a c>b").macro_f1 == pytest.approx(4 / 15)


def test_macro_f1_leaves_out_a_level_that_is_neither_labelled_nor_suggested() -> None:
    """scikit-learn's default as well: 'c' occurs nowhere."""
    assert scored("a>a b>b").macro_f1 == 1.0


def test_macro_f1_counts_a_level_that_is_only_suggested_as_nothing_right() -> None:
    """Levels a, b and c have F1 2/3, 1 and 0."""
    assert scored("a>a a>c b>b").macro_f1 == pytest.approx(5 / 9)


def test_quadratic_kappa_weighs_by_the_square_of_the_distance() -> None:
    """Disagreement 1 + 1 + 4 where 8 is expected by chance."""
    assert scored("a>a a>b b>b b>c c>c c>a").kappa == 0.25


def test_quadratic_kappa_of_uneven_suggestions() -> None:
    """Disagreement 4 where 8 is expected by chance, as suggested levels are 3, 2 and 1."""
    assert scored("a>a b>c c>b a>a b>a c>b").kappa == 0.5


def test_quadratic_kappa_goes_by_rank_and_not_by_the_order_of_the_priorities() -> None:
    """The same answers over priorities in another order have the same kappa."""
    answers = [
        Answer(label="a", suggested="c"),
        Answer(label="b", suggested="b"),
        Answer(label="c", suggested="c"),
    ]
    ordered = priorities("a", "b", "c")
    assert score(answers, ordered).kappa == score(answers, ordered[::-1]).kappa


def test_quadratic_kappa_is_none_where_no_disagreement_can_be_expected() -> None:
    """One label and one answer throughout: 0 / 0."""
    assert scored("a>a a>a").kappa is None


def test_errors_of_two_levels_are_a_share_of_all_tickets() -> None:
    """Of four tickets one is two levels off and one is one level off."""
    assert scored("a>c a>b b>b c>c").two_levels_off == 0.25


def test_precision_and_recall_of_a_level() -> None:
    """Level 'a' is labelled three times, suggested twice and right once."""
    level = scored("a>a a>b a>c b>a").levels[0]
    assert (0.5, 1 / 3, 0.4) == (level.precision, level.recall, level.f1)


def test_support_counts_labels_and_suggested_counts_answers() -> None:
    """Level 'a' is labelled three times and suggested twice."""
    level = scored("a>a a>b a>c b>a").levels[0]
    assert (3, 2) == (level.support, level.suggested)


def test_precision_of_a_level_that_is_never_suggested_is_none() -> None:
    """It is a share of nothing, not a bad precision."""
    assert scored("a>b b>b").levels[0].precision is None


def test_confusion_has_a_line_for_each_label_and_a_column_for_each_answer() -> None:
    """Label a was answered b twice, label b was answered a once."""
    assert scored("a>b a>b b>a", "a", "b").confusion == ((0, 2), (1, 0))


def test_majority_always_answers_the_most_common_label() -> None:
    """'b' is the most common label, and half of the labels."""
    result = scored("a>a b>a b>a c>a")
    assert ("b", 0.5) == (result.majority_label, result.majority.accuracy)


def test_majority_of_labels_that_are_as_common_is_the_more_urgent() -> None:
    """One 'c' and one 'b'."""
    assert scored("c>c b>b").majority_label == "b"


def test_majority_has_no_agreement_beyond_chance() -> None:
    """Quadratic kappa of a constant answer is nought."""
    assert scored("a>a b>b c>c c>c").majority.kappa == 0.0


def test_majority_macro_f1_is_the_share_of_one_level() -> None:
    """37 of 100 labels: (2 * 0.37 / 1.37) over five levels."""
    pairs = [("standard", 37), ("critical", 13), ("high", 20), ("low", 20), ("scheduled", 10)]
    answers = [Answer(label=label, suggested="low") for label, count in pairs for _ in range(count)]
    assert score(answers, priorities(*LEVELS)).majority.macro_f1 == pytest.approx(0.10803, abs=1e-5)


def test_majority_is_wrong_by_two_levels_as_often_as_labels_are_that_far() -> None:
    """'a' is the most common label, one of four labels is two levels away."""
    assert scored("a>c a>c b>c c>c").majority.two_levels_off == 0.25


def test_unsure_is_a_share_of_the_tickets_with_a_level() -> None:
    """One of two; the unclear one has a line of its own."""
    answers = [
        Answer(label="a", suggested="a", unsure=True),
        Answer(label="b", suggested="a"),
        Answer(label="unclear", suggested="a", unsure=True),
    ]
    assert score(answers, priorities("a", "b")).unsure == 0.5


def test_unclear_tickets_are_left_out_of_accuracy() -> None:
    """Only the ticket with a level counts."""
    answers = [Answer(label="a", suggested="a"), Answer(label="unclear", suggested="b")]
    assert score(answers, priorities("a", "b")).accuracy == 1.0


def test_unclear_tickets_are_counted_with_those_that_came_back_unsure() -> None:
    """Two are unclear, of which one is unsure."""
    answers = [Answer(label="Unclear", suggested="a", unsure=unsure) for unsure in (True, False)]
    result = score(answers, priorities("a"))
    assert (2, 1) == (result.unclear, result.unclear_unsure)


def test_unknown_labels_are_counted_by_label_the_most_common_first() -> None:
    """Two labels that are no level, one of them twice."""
    answers = [Answer(label=label, suggested="a") for label in ("P1", "P2", "P2", "a")]
    assert score(answers, priorities("a")).unknown == (("P2", 2), ("P1", 1))


def test_rows_without_a_label_are_counted() -> None:
    """Neither None nor blanks are a label."""
    answers = [Answer(label=None, suggested="a"), Answer(label="  ", suggested="a")]
    assert score(answers, priorities("a")).unlabelled == 2


def test_labels_may_be_names_of_levels_in_any_case() -> None:
    """'A' is the name of level 'a'."""
    assert score([Answer(label=" A ", suggested="a")], priorities("a")).accuracy == 1.0


def test_lenient_accuracy_counts_an_acceptable_level_as_right() -> None:
    """One is right, one is acceptable, one is neither."""
    answers = [
        Answer(label="a", suggested="a", acceptable=frozenset({"b"})),
        Answer(label="a", suggested="b", acceptable=frozenset({"a", "B"})),
        Answer(label="a", suggested="c", acceptable=frozenset({"a", "b"})),
    ]
    assert score(answers, priorities("a", "b", "c")).lenient == pytest.approx(2 / 3)


def test_lenient_accuracy_is_none_where_nothing_is_said_to_be_acceptable() -> None:
    """A table without such a column has no lenient accuracy."""
    assert scored("a>a").lenient is None


def test_pairs_are_right_when_both_tickets_are() -> None:
    """One of two pairs has both right."""
    answers = [
        Answer(label="a", suggested="a", pair="1"),
        Answer(label="b", suggested="b", pair="1"),
        Answer(label="a", suggested="a", pair="2"),
        Answer(label="b", suggested="a", pair="2"),
    ]
    result = score(answers, priorities("a", "b"))
    assert (2, 0.5) == (result.pairs, result.pairs_right)


@pytest.mark.parametrize("labels", [("a",), ("a", "a", "a"), ("a", "unclear"), ("a", "P1")])
def test_pairs_that_are_not_two_tickets_with_a_level_are_counted_apart(labels: tuple[str, ...]) -> None:
    """A single ticket, three tickets, or one whose label is no level are no pair."""
    answers = [Answer(label=label, suggested="a", pair="1") for label in labels]
    result = score(answers, priorities("a"))
    assert (0, None, 1) == (result.pairs, result.pairs_right, result.broken_pairs)


def test_score_of_nothing_has_no_shares() -> None:
    """No answers: None, and no division by zero."""
    result = scored("")
    assert (0, None, None, None) == (result.n, result.accuracy, result.majority_label, result.majority.kappa)


def test_suggested_level_that_is_no_priority_is_refused() -> None:
    """Answers of one rule file cannot be scored by the levels of another."""
    with pytest.raises(SuggestionError, match="the suggested level 'p1' is not one of a, b"):
        scored("a>p1", "a", "b")


def test_score_is_plain_data_that_json_keeps() -> None:
    """What to_dict returns comes back from JSON as it was, with levels and confusion by id."""
    data = scored("a>a b>c").to_dict()
    assert json.loads(json.dumps(data)) == data
    assert (0, 1) == (data["confusion"]["b"]["b"], data["confusion"]["b"]["c"])
    assert data["majority"]["levels"]["a"]["recall"] == 1.0


ANSWERS = st.lists(
    st.builds(
        Answer,
        label=st.sampled_from(("a", "b", "c", "d", "unclear", "P1", "", None)),
        suggested=st.sampled_from("abcd"),
        unsure=st.booleans(),
        acceptable=st.frozensets(st.sampled_from("abcd")),
        pair=st.sampled_from((None, "1", "2", "3")),
    )
)


@given(ANSWERS)
def test_every_row_is_accounted_for(answers: list[Answer]) -> None:
    """Rows are scored, unclear, unlabelled or unknown, and nothing else."""
    result = score(answers, priorities(*"abcd"))
    unknown = sum(count for _, count in result.unknown)
    assert len(answers) == result.rows == result.n + result.unclear + result.unlabelled + unknown


@given(ANSWERS, st.randoms())
def test_score_does_not_depend_on_the_order_of_the_rows(answers: list[Answer], random) -> None:  # type: ignore[no-untyped-def]
    """Shuffled answers have the same score."""
    shuffled = random.sample(answers, len(answers))
    assert score(answers, priorities(*"abcd")) == score(shuffled, priorities(*"abcd"))


@given(ANSWERS)
def test_kappa_is_the_textbook_formula(answers: list[Answer]) -> None:
    """1 - sum(w * O) / sum(w * E) in exact fractions, with E the product of the margins over n."""
    pairs = [("abcd".index(a.label), "abcd".index(a.suggested)) for a in answers if a.label in tuple("abcd")]
    weighted = sum(Fraction((i - j) ** 2) for i, j in pairs)
    chance = sum(Fraction((i - j) ** 2, len(pairs)) for i, _ in pairs for _, j in pairs)
    expected = None if not chance else float(1 - weighted / chance)
    assert expected == pytest.approx(score(answers, priorities(*"abcd")).kappa)


def test_wrong_suggestions_are_handed_out_with_their_reasons(triage: Triage) -> None:
    """The cells say which rule decided, by which line of the guideline, and how far it is off."""
    wrong: list[dict[str, object]] = []
    row = Row(ticket=Ticket(body="Entire computer network is down"), label="Low", id="T7", number=3)
    list(
        answers_of(
            [row], triage, wrong=lambda cells: wrong.append(dict(zip(ERROR_COLUMNS, cells, strict=True)))
        )
    )
    assert {
        "row": 3,
        "id": "T7",
        "label": "Low",
        "suggested": "critical",
        "levels off": 3,
        "line": 2,
    }.items() <= wrong[0].items()


@pytest.mark.parametrize("label", ["critical", "Critical", "unclear", "P1", None])
def test_right_unclear_and_unknown_rows_are_not_handed_out_as_wrong(
    triage: Triage, label: str | None
) -> None:
    """Only a level that is not the suggested one is wrong."""
    wrong: list[object] = []
    row = Row(ticket=Ticket(body="Entire computer network is down"), label=label, number=1)
    list(answers_of([row], triage, wrong=wrong.append))
    assert wrong == []
