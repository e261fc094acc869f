"""What benchmarks/speed.py times beside this library, each looking for the same phrases in the same texts.

Each function returns one pass over the texts, and raises ImportError where its tool is not installed. What a
peer can do once for all tickets it does before the pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

Pass = Callable[[], object]
Phrases = Sequence[Sequence[str]]  # by rule


def one_at_a_time(answer: Callable[[Any], object], tickets: Iterable[Any]) -> Pass:
    """Return a pass that answers each ticket by itself, as a help desk does when it comes in."""

    def one_pass() -> None:
        for ticket in tickets:
            answer(ticket)

    return one_pass


def spacy_tokenizer(texts: Sequence[str]) -> Pass:
    import spacy

    return one_at_a_time(spacy.blank("en").tokenizer, texts)


def spacy_span_ruler(texts: Sequence[str], rules: Phrases) -> Pass:
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("span_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(
        [{"label": str(rule), "pattern": phrase} for rule, phrases in enumerate(rules) for phrase in phrases]
    )
    return one_at_a_time(nlp, texts)


def flashtext(texts: Sequence[str], rules: Phrases) -> Pass:
    from flashtext import KeywordProcessor

    processor = KeywordProcessor()
    processor.add_keywords_from_dict({str(rule): list(phrases) for rule, phrases in enumerate(rules)})
    return one_at_a_time(lambda text: processor.extract_keywords(text, span_info=True), texts)


def snorkel(texts: Sequence[str], rules: Phrases) -> Pass:
    from snorkel.labeling import LFApplier

    applier = LFApplier(_labelling_functions(rules))
    points = [SimpleNamespace(text=text.lower()) for text in texts]
    return lambda: applier.apply(points, progress_bar=False)


def snorkel_pandas(texts: Sequence[str], rules: Phrases) -> Pass:
    import pandas
    from snorkel.labeling import PandasLFApplier

    applier = PandasLFApplier(_labelling_functions(rules))
    frame = pandas.DataFrame({"text": [text.lower() for text in texts]})
    return lambda: applier.apply(frame, progress_bar=False)


def _labelling_functions(rules: Phrases) -> list[Any]:
    from snorkel.labeling import LabelingFunction

    def of_rule(phrases: Sequence[str]) -> Callable[[Any], int]:
        def vote(ticket: Any) -> int:
            text = ticket.text
            return 0 if any(phrase in text for phrase in phrases) else -1

        return vote

    return [LabelingFunction(f"rule {rule}", of_rule(phrases)) for rule, phrases in enumerate(rules)]


def scikit_learn(texts: Sequence[str], labels: Sequence[str]) -> Pass:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=1000))
    model.fit(texts, labels)
    return one_at_a_time(lambda text: model.predict_proba([text]), texts)
