"""How long a suggestion takes, beside other tools on the same tickets in the same run.

    python benchmarks/speed.py [--tickets FILE.csv] [--repeats N] [--rules N] [--check]

All contestants take turns, and medians are told, so that what else the machine does hits all alike. The peers
come with `pip install 'ticket-triage[bench]'`, snorkel with `[bench-snorkel]`; who is not installed sits out.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import peers
from made_rules import phrases, write_rules
from peers import Pass

from triage import Ticket, Triage
from triage.table import read_rows

REAL = Path(__file__).resolve().parents[2] / "shared" / "gold" / "real_dev.csv"
SMALL, LARGE = 50, 10_000
SUGGEST, TOKENIZER = "triage.suggest, documented rules", "spaCy's tokenizer alone"
MOST_OF_TOKENIZER, MOST_GROWTH = 0.6, 1.5
MADE_UP_TICKETS = 1_000


def suggest(triage: Triage, ticket: Ticket) -> object:
    """Suggest, and read everything that is said: nothing may be put off to when somebody looks."""
    s = triage.suggest(ticket)
    evidence = [reason.evidence for reason in s.reasons], [loser.reason.evidence for loser in s.losers]
    return s.priority, s.scope, evidence, s.near_misses, s.set_aside


def contestants(
    tickets: Sequence[Ticket], rules: int, folder: Path
) -> Iterator[tuple[str, Callable[[], Pass]]]:
    """Yield the name of each contestant and what makes its pass, which raises ImportError if it cannot."""
    texts = [f"{ticket.subject}\n\n{ticket.body}" for ticket in tickets]
    documented = Triage()
    yield SUGGEST, lambda: peers.one_at_a_time(partial(suggest, documented), tickets)
    yield TOKENIZER, lambda: peers.spacy_tokenizer(texts)
    for number in sorted({SMALL, rules, LARGE}):
        made = Triage(write_rules(folder, number))
        yield made_up(number), partial(peers.one_at_a_time, partial(suggest, made), tickets)
    same = phrases(rules)
    yield f"spaCy's span ruler, {rules:,} rules", lambda: peers.spacy_span_ruler(texts, same)
    yield f"flashtext, {rules:,} rules", lambda: peers.flashtext(texts, same)
    yield f"snorkel's applier, {rules:,} functions", lambda: peers.snorkel(texts, same)
    yield f"snorkel's pandas applier, {rules:,}", lambda: peers.snorkel_pandas(texts, same)
    labels = [documented.suggest(ticket).priority.id for ticket in tickets]
    yield "scikit-learn, TF-IDF and regression", lambda: peers.scikit_learn(texts, labels)


def made_up(number: int) -> str:
    return f"triage.suggest, {number:,} made-up rules"


def passes(contestants: Iterator[tuple[str, Callable[[], Pass]]]) -> dict[str, Pass | None]:
    """Return the pass of each contestant, after it went once; None where it is not installed."""
    ready: dict[str, Pass | None] = {}
    for name, make in contestants:
        try:
            ready[name] = make()
        except ImportError:
            ready[name] = None
    for once in filter(None, ready.values()):
        once()
    return ready


def measure(ready: Mapping[str, Pass | None], repeats: int) -> dict[str, list[float]]:
    """Return the seconds of each pass by contestant; each goes once in every repeat."""
    seconds: dict[str, list[float]] = {name: [] for name, once in ready.items() if once}
    for _ in range(repeats):
        for name, once in ready.items():
            if once:
                gc.collect()  # so that nobody pays for another's garbage
                start = perf_counter()
                once()
                seconds[name].append(perf_counter() - start)
    return seconds


def ratio(seconds: Mapping[str, list[float]], name: str, to: str) -> float | None:
    """Return the median of how many times longer one takes than the other in the same repeat."""
    if name not in seconds or to not in seconds:
        return None
    return median(one / other for one, other in zip(seconds[name], seconds[to], strict=True))


def report(ready: Mapping[str, Pass | None], seconds: Mapping[str, list[float]], tickets: int) -> bool:
    """Print a line for each contestant and each target; return whether no target is missed."""
    print(f"{'':42}{'us a ticket':>12}{'x tokenizer':>13}{'x suggest':>11}")
    for name in ready:
        if name in seconds:
            times = (ratio(seconds, name, to) for to in (TOKENIZER, SUGGEST))
            shown = [f"{share:.2f}" if share is not None else "-" for share in times]
            print(f"{name:42}{median(seconds[name]) / tickets * 1e6:>12.1f}{shown[0]:>13}{shown[1]:>11}")
        else:
            print(f"{name:42}{'not installed':>14}")
    targets = [(SUGGEST, TOKENIZER, MOST_OF_TOKENIZER), (made_up(LARGE), made_up(SMALL), MOST_GROWTH)]
    reached = [within(ratio(seconds, name, to), f"{name} : {to}", most) for name, to, most in targets]
    return all(reached)


def within(share: float | None, what: str, most: float) -> bool:
    verdict = "not measured" if share is None else f"{share:.2f}, {'reached' if share <= most else 'MISSED'}"
    print(f"{what}: at most {most}: {verdict}")
    return share is None or share <= most


def read_tickets(path: Path) -> list[Ticket]:
    """Return the tickets of a table; where it is absent, some put together from the rules' own examples."""
    if path.exists():
        return [row.ticket for row in read_rows(path)]
    print(f"There is no {path}; these are the examples of the documented rules, put together by chance.")
    rules = Triage().rules.rules
    examples = [example.body for rule in rules for example in (*rule.match, *rule.no_match)]
    chance = Random(0)
    drawn = (chance.sample(examples, 4) for _ in range(MADE_UP_TICKETS))
    return [Ticket(subject=subject, body="\n".join(body)) for subject, *body in drawn]


def main() -> int:
    """Time everything that is installed; return 1 when a target is missed and --check is given."""
    parser = argparse.ArgumentParser(description="How long a suggestion takes, beside other tools.")
    parser.add_argument("--tickets", type=Path, default=REAL, help="a CSV file of tickets")
    parser.add_argument("--repeats", type=int, default=5, help="how often each contestant goes (5)")
    parser.add_argument("--rules", type=int, default=500, help="how many rules the peers look for (500)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    options = parser.parse_args()
    tickets = read_tickets(options.tickets)
    length = median(len(ticket.subject) + len(ticket.body) for ticket in tickets)
    print(f"{len(tickets):,} tickets of {length:.0f} characters, {options.repeats} repeats; loading ...")
    with TemporaryDirectory() as folder:
        ready = passes(contestants(tickets, options.rules, Path(folder)))
    reached = report(ready, measure(ready, options.repeats), len(tickets))
    return int(options.check and not reached)


if __name__ == "__main__":
    raise SystemExit(main())
