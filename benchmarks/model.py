"""How good and how quick models are: every figure beside its target and its rivals, all in one run.

    python benchmarks/model.py [--gold FOLDER] [--history FILE] [--repeats N] [--most N] [--jobs N] [--check]

Trained on one half of the corporate tickets and tested on the other, both ways; on a large history with
levels of its own; the starter model on tickets of firms it never saw; and the time and loading of one
suggestion. What is not there is skipped, and told. ``--most`` looks at fewer tickets, for a try.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from triage import Opinion, Priority, Suggestion, Ticket, Triage
from triage.evaluate import Answer, Score, score
from triage.model.calibration import calibration_error
from triage.model.document import document, findings_of
from triage.model.folder import load_model
from triage.model.judge import Judged, better_by, judge, said_and_right
from triage.model.keep import Recipe, make_model
from triage.model.labels import Example, clean
from triage.model.score import Model
from triage.model.train import Settings, Trained, train
from triage.policy import join
from triage.table import read_rows

HERE = Path(__file__).resolve().parents[1]
SHARED = HERE.parent / "shared"
STARTER = HERE / "models" / "starter"
LAYOUT = "{:44}{:>10}{:>10}{:>10}{:>10}   {}"
HISTORY_LEVELS = ("Critical", "High", "Medium", "Low", "Trivial")

Levels = Sequence[Priority]
Joined = Callable[[Suggestion, Opinion, dict[str, Priority]], Suggestion]


# -- candidate policies ----------------------------------------------------------------------------------


def rules_first(suggestion: Suggestion, opinion: Opinion, levels: dict[str, Priority]) -> Suggestion:
    """Rules decide wherever one holds; a sure model where none does."""
    return join(suggestion, opinion, levels) if suggestion.unsure else suggestion


def model_when_sure(suggestion: Suggestion, opinion: Opinion, levels: dict[str, Priority]) -> Suggestion:
    """A sure model decides, whatever the rules say."""
    return said(suggestion, opinion, levels) if opinion.sure else suggestion


def model_always(suggestion: Suggestion, opinion: Opinion, levels: dict[str, Priority]) -> Suggestion:
    """The model decides, to whom rules are but features."""
    return said(suggestion, opinion, levels)


def emergencies_stand(suggestion: Suggestion, opinion: Opinion, levels: dict[str, Priority]) -> Suggestion:
    """A sure model decides, but never against an emergency of the rules."""
    stands = not suggestion.unsure and suggestion.priority.rank == 0
    return suggestion if stands else model_when_sure(suggestion, opinion, levels)


def product(suggestion: Suggestion, opinion: Opinion, levels: dict[str, Priority]) -> Suggestion:
    """The most probable level, the rules' own weighed half as much again."""
    shares = dict(opinion.probabilities)
    if not suggestion.unsure:
        shares[suggestion.priority.id] *= 1.5
    best = max(shares, key=lambda level: shares[level])
    return replace_level(suggestion, levels[best])


def said(suggestion: Suggestion, opinion: Opinion, levels: dict[str, Priority]) -> Suggestion:
    return replace_level(suggestion, levels[opinion.priority])


def replace_level(suggestion: Suggestion, level: Priority) -> Suggestion:
    from dataclasses import replace

    return replace(suggestion, priority=level)


POLICIES: dict[str, Joined] = {
    "rules first, a sure model where they are silent": rules_first,
    "a sure model decides": model_when_sure,
    "the model always decides": model_always,
    "a sure model, emergencies of rules stand": emergencies_stand,
    "most probable, rules weighed 1.5": product,
    "triage.policy (the one in use)": join,
}


# -- one half against the other --------------------------------------------------------------------------


def halves(examples: Sequence[Example], repeats: int) -> Iterator[tuple[list[Example], list[Example]]]:
    """Yield a half to train on and one to test, each repeat both ways."""
    labels = [example.level for example in examples]
    for seed in range(repeats):
        divided = StratifiedKFold(2, shuffle=True, random_state=seed).split(labels, labels)
        for trained, tested in divided:
            yield [examples[n] for n in trained], [examples[n] for n in tested]


def report_halves(file: Path, options: argparse.Namespace) -> bool:
    """Print what rules, rules and model, and TF-IDF with a linear SVM reach; return whether targets are."""
    triage = Triage()
    levels = triage.rules.priorities
    examples = clean(read_rows(file), levels, suggest=triage.suggest).examples[: options.most]
    added = clean(read_rows(STARTER / "tickets.csv"), levels, suggest=triage.suggest).examples[: options.most]
    answers: dict[str, list[tuple[Example, str]]] = {}
    by_half: dict[str, list[Score]] = {}
    for number, (own, tested) in enumerate(halves(examples, options.repeats), 1):
        print(f"  half {number} of {2 * options.repeats}", file=sys.stderr)
        model = fitted(own, levels, added, jobs=options.jobs)
        answered = {name: joined_by(policy, tested, model, triage) for name, policy in POLICIES.items()}
        answered["rules alone"] = [one.rules for one in judge(tested, model, levels, suggest=triage.suggest)]
        answered["TF-IDF + linear SVM"] = by_svm(own, tested)
        for name, suggested in answered.items():
            answers.setdefault(name, []).extend(zip(tested, suggested, strict=True))
            pairs = [(one.level, level) for one, level in zip(tested, suggested, strict=True)]
            by_half.setdefault(name, []).append(scored(pairs, levels))
    print(f"\n{file.stem}, {options.repeats} times one half for the other, {len(examples):,} tickets")
    print_scores(by_half)
    counts = {name: by_ticket(said, levels) for name, said in answers.items()}
    ours = counts["triage.policy (the one in use)"]
    ahead = {
        f"{rival} in {name}": ahead_by(ours, counts[rival], measure)
        for rival in ("rules alone", "TF-IDF + linear SVM")
        for name, measure in MEASURES.items()
    }
    for name, (by, low, high) in ahead.items():
        print(f"ahead of {name}: {by:+.3f} ({low:+.3f} to {high:+.3f})")
    best = by_half["triage.policy (the one in use)"]
    reached = {
        "accuracy 0.88": mean(one.accuracy or 0 for one in best) >= 0.88,
        "quadratic kappa 0.88": mean(one.kappa or 0 for one in best) >= 0.88,
        "critical recall 0.95": mean(one.levels[0].recall or 0 for one in best) >= 0.95,
        **{f"ahead of {name}": low > 0 for name, (_, low, _) in ahead.items()},
    }
    return told(reached)


def by_ticket(said: Sequence[tuple[Example, str]], levels: Levels) -> Any:
    """Return for each ticket how often, over the repeats, it has which level and was said to have which."""
    place = {level.id: number for number, level in enumerate(levels)}
    ticket = {row: number for number, row in enumerate(sorted({one.row for one, _ in said}))}
    counts = np.zeros((len(ticket), len(levels), len(levels)))
    for one, level in said:
        counts[ticket[one.row], place[one.level], place[level]] += 1
    return counts


def accuracy_of(confusion: Any) -> Any:
    return np.trace(confusion, axis1=-2, axis2=-1) / confusion.sum(axis=(-2, -1))


def kappa_of(confusion: Any) -> Any:
    """Return the quadratic kappa of each confusion matrix."""
    places = np.arange(confusion.shape[-1])
    far = (places[:, None] - places) ** 2
    labels, said = confusion.sum(axis=-1), confusion.sum(axis=-2)
    by_chance = np.einsum("...i,...j,ij->...", labels, said, far) / labels.sum(axis=-1)
    return 1 - (confusion * far).sum(axis=(-2, -1)) / by_chance


MEASURES: dict[str, Callable[[Any], Any]] = {"accuracy": accuracy_of, "kappa": kappa_of}


def ahead_by(ours: Any, theirs: Any, measure: Callable[[Any], Any]) -> tuple[float, float, float]:
    """Return how far ours is ahead, with the 95% interval of a paired bootstrap.

    Tickets are drawn anew, each with the answers of both in all repeats: repeats are no further tickets.
    """
    tickets = len(ours)
    draws = np.random.default_rng(0).multinomial(tickets, np.full(tickets, 1 / tickets), 2_000)
    drawn = [measure(np.tensordot(draws, counts, 1)) for counts in (ours, theirs)]
    low, high = np.quantile(drawn[0] - drawn[1], [0.025, 0.975])
    return float(measure(ours.sum(axis=0)) - measure(theirs.sum(axis=0))), float(low), float(high)


def fitted(own: Sequence[Example], levels: Levels, added: Sequence[Example], *, jobs: int) -> Model:
    trained = train(own, levels, Settings(held_out=0.0, jobs=jobs), added=added)
    return Model(trained.weights, version="")


def joined_by(policy: Joined, tested: Sequence[Example], model: Model, triage: Triage) -> list[str]:
    levels = triage.rules.priorities
    return [one.joined for one in judge(tested, model, levels, suggest=triage.suggest, join=policy)]


def by_svm(own: Sequence[Example], tested: Sequence[Example]) -> list[str]:
    svm = make_pipeline(TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)), LinearSVC())
    svm.fit([text_of(one.ticket) for one in own], [one.level for one in own])
    return list(svm.predict([text_of(one.ticket) for one in tested]))


def text_of(ticket: Ticket) -> str:
    return f"{ticket.subject}\n{ticket.body}"


def scored(pairs: Sequence[tuple[str, str]], levels: Levels) -> Score:
    return score((Answer(label=label, suggested=suggested) for label, suggested in pairs), levels)


def print_scores(by_name: dict[str, list[Score]]) -> None:
    print(LAYOUT.format("", "accuracy", "macro-F1", "kappa", "crit. rec.", "crit. precision"))
    for name, scores in by_name.items():
        figures = [[one.accuracy, one.macro_f1, one.kappa, one.levels[0].recall] for one in scores]
        means = [f"{mean(value or 0 for value in column):.3f}" for column in zip(*figures, strict=True)]
        precision = mean(one.levels[0].precision or 0 for one in scores)
        print(LAYOUT.format(name, *means, f"{precision:.3f}"))


# -- the starter model, and a large history --------------------------------------------------------------


def report_starter(folder: Path, options: argparse.Namespace) -> bool:
    """Print what the starter model adds to the rules on each gold file; return whether it adds to all."""
    triage = Triage()
    levels, model = triage.rules.priorities, load_model(STARTER)
    better = {}
    for file in sorted(folder.glob("*.csv")):
        examples = clean(read_rows(file), levels, suggest=triage.suggest).examples[: options.most]
        judged = judge(examples, model, levels, suggest=triage.suggest)
        print(f"\nstarter model on {file.stem}, {len(judged):,} tickets of firms it never saw")
        print_scores(
            {
                "rules alone": [scored([(one.label, one.rules) for one in judged], levels)],
                "rules + starter": [scored([(one.label, one.joined) for one in judged], levels)],
            }
        )
        by, low, high = better_by(
            [one.joined == one.label for one in judged], [one.rules == one.label for one in judged]
        )
        print(f"ahead of rules alone: {by:+.3f} ({low:+.3f} to {high:+.3f})")
        better[f"starter better than rules on {file.stem}"] = by > 0
    return told(better)


def history_levels() -> list[Priority]:
    names = enumerate(HISTORY_LEVELS)
    blank = {"definition": "", "target": "", "impact": "low", "urgency": "low"}
    return [Priority(id=name.lower(), name=name, rank=rank, **blank) for rank, name in names]


def report_history(file: Path, options: argparse.Namespace) -> bool:
    """Print what a model of a large history reaches without any rule for it; return whether targets are."""
    levels = history_levels()
    examples = clean(read_rows(file), levels, suggest=None).examples[: options.most]
    labels = [example.level for example in examples]
    own, tested = train_test_split(examples, test_size=0.2, stratify=labels, random_state=0)
    begun = perf_counter()
    trained: Trained = train(own, levels, Settings(held_out=0.0, jobs=options.jobs, costs="balanced"))
    seconds = perf_counter() - begun
    memory = peak_memory()
    judged = judge(tested, Model(trained.weights, version=""), levels, suggest=None)
    result = scored([(one.label, one.model) for one in judged], levels)
    error = calibration_error(*said_and_right(judged, levels))
    print(f"\n{file.name}, {len(own):,} to train on and {len(tested):,} to test, without rules")
    print_scores({"model": [result], **most_probable(judged, levels)})
    print(f"calibration error {error:.3f}, {trained.best}")
    print(f"trained in {seconds:.0f} s, with at most {memory:,.0f} MB, {len(trained.weights.words):,} words")
    return told(
        {
            "macro-F1 0.45": (result.macro_f1 or 0) >= 0.45,
            "quadratic kappa 0.48": (result.kappa or 0) >= 0.48,
            "calibration error at most 0.04": error <= 0.04,
            "training in five minutes": seconds < 300,
            "training in 2 GB": memory < 2_000,
        }
    )


def most_probable(judged: Sequence[Judged], levels: Levels) -> dict[str, list[Score]]:
    """Return the score of saying the most probable level instead of the one of the least cost."""
    ids = [level.id for level in levels]
    pairs = [(one.label, ids[int(np.argmax(one.probabilities))]) for one in judged]
    return {"the most probable level": [scored(pairs, levels)]}


def peak_memory() -> float:
    """Return the most megabytes that this process and those it started have held."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(one).ru_maxrss for one in whose) / 1024


# -- time ------------------------------------------------------------------------------------------------

LOADING = """
import sys
import numpy
from time import perf_counter
from triage.model.folder import load_model
import triage.model.score
begun = perf_counter()
load_model(sys.argv[1])
print(perf_counter() - begun, "sklearn" in sys.modules)
"""


def report_time(folder: Path, tickets: Sequence[Ticket], pipeline: Any) -> bool:
    """Print how long one suggestion takes beside the same pipeline of scikit-learn, and how long loading."""
    triage, rules = Triage(model=folder), Triage()
    contestants: dict[str, Callable[[Ticket], object]] = {
        "suggest, rules + model": triage.suggest,
        "suggest, rules alone": rules.suggest,
        "scikit-learn's predict_proba": lambda ticket: pipeline.predict_proba([prepared[ticket]]),
    }
    prepared = {ticket: document(ticket, findings_of(rules.suggest(ticket))) for ticket in tickets}
    seconds = {name: median(times(call, tickets)) for name, call in contestants.items()}
    print(f"\none ticket, the median of {len(tickets):,}")
    for name, taken in seconds.items():
        print(f"{name:44}{1e6 * taken:10.0f} us")
    ratio = seconds["suggest, rules + model"] / seconds["scikit-learn's predict_proba"]
    loaded = [load_once(folder) for _ in range(5)]
    print(f"ratio {ratio:.2f}; loading {1e3 * median(loaded):.0f} ms")
    return told({"ratio at most 0.2": ratio <= 0.2, "loading at most 50 ms": median(loaded) <= 0.05})


def times(call: Callable[[Ticket], object], tickets: Sequence[Ticket]) -> list[float]:
    call(tickets[0])
    found = []
    for ticket in tickets:
        begun = perf_counter()
        call(ticket)
        found.append(perf_counter() - begun)
    return found


def load_once(folder: Path) -> float:
    command = [sys.executable, "-c", LOADING, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, with_sklearn = done.stdout.split()
    assert with_sklearn == "False"
    return float(seconds)


def told(reached: dict[str, bool]) -> bool:
    for name, well in reached.items():
        print(f"  {name}: {'reached' if well else 'MISSED'}")
    return all(reached.values())


def main() -> int:
    """Report everything; return 1 when a target is missed and --check is given."""
    parser = argparse.ArgumentParser(description="How good and how quick models are.")
    parser.add_argument("--gold", type=Path, default=SHARED / "gold")
    parser.add_argument("--history", type=Path, default=SHARED / "history" / "titanium_issues.csv.gz")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--most", type=int, default=None, help="look at so many tickets of each file only")
    parser.add_argument("--jobs", type=int, default=1, help="fits at once")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)
    real = options.gold / "real_dev.csv"
    reached = []
    if real.exists():
        reached += [report_halves(real, options), report_starter(options.gold, options)]
    else:
        print(f"Skipped: there is no {real}. Name the folder with --gold.")
    if options.history.exists():
        reached.append(report_history(options.history, options))
    else:
        print(f"Skipped: there is no {options.history}. Name it with --history.")
    rows = list(read_rows(STARTER / "tickets.csv"))[: options.most]
    with TemporaryDirectory() as folder:
        recipe = Recipe.of(Triage(), settings=Settings(jobs=options.jobs))
        made = make_model(rows, recipe, Path(folder, "timed"))
        tickets = list(dict.fromkeys(row.ticket for row in rows))[:500]
        reached.append(report_time(made.folder, tickets, made.trained.pipeline))
    return int(options.check and not all(reached))


if __name__ == "__main__":
    raise SystemExit(main())
