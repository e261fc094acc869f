"""``triage history``: what the memory of decisions knows, and what it is to forget."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from triage.cli.common import EPILOG, AsJson, app, faults_on_stderr
from triage.errors import TableError
from triage.extras import needs_extra
from triage.service import defaults

if TYPE_CHECKING:
    from triage.history import History
    from triage.history.stats import Stats

group = typer.Typer(
    help="Export, count and forget what the memory of decisions holds.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(
    group, name="history", short_help="Export, count and forget what the memory of decisions holds."
)

Url = Annotated[
    str,
    typer.Option(
        "--history",
        metavar="URL",
        envvar="TRIAGE_HISTORY",
        help="The memory: sqlite:///FILE, a file, or postgresql://USER:PASSWORD@HOST/DATABASE.",
    ),
]
URL = defaults.HISTORY
_SCREEN = Path("-")


@contextmanager
def _opened(url: str) -> Iterator[History]:
    """Open a memory that is there; what goes wrong is told in a line."""
    with faults_on_stderr(), needs_extra("history"):
        from triage.history import History

        with History(url, make=False) as history:
            yield history


@group.command(epilog=EPILOG, short_help="Write training rows: tickets and the priority a person settled on.")
def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write: .csv, .jsonl, or - for CSV on the screen.")
    ] = _SCREEN,
    history: Url = URL,
) -> None:
    """Write training rows: the tickets whose final priority a person set, with that as their label.

    What a default put there is no label and is left out, and so are tickets whose text was not kept; the
    portal keeps those of its own.
    """
    with _opened(history) as opened:
        from triage.history.export import training_rows, without_text, write_csv, write_json_lines
        from triage.portal.texts import texts
        from triage.show import count_tickets

        if file != _SCREEN and file.suffix not in (".csv", ".jsonl"):
            raise TableError(f"{file}: training rows are written to a file that ends in .csv or .jsonl")
        write = write_json_lines if file.suffix == ".jsonl" else write_csv
        with _writing(file) as out:
            number = write(training_rows(opened, also=texts()), out)
        typer.echo(f"{count_tickets(number)} labelled", err=True)
        if lacking := without_text(opened, also=texts()):
            told = "labelled too, but without text: texts are kept with TRIAGE_KEEP_TEXT=1"
            typer.echo(f"{count_tickets(lacking)} {told}", err=True)


@group.command(epilog=EPILOG, short_help="Count wrong choices, warnings heeded, and overrides by rule.")
def stats(
    page: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write them as a page with plots.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="Only tickets of so many days.")] = None,
    history: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Tell how often people choose too urgent or not urgent enough, heed warnings, and override rules."""
    with _opened(history) as opened:
        from triage.history.stats import stats_of

        counted = stats_of(opened, days=days)
        if page is not None:
            from triage.history.page import page_of
            from triage.writing import open_whole

            with open_whole(page, what="page") as out:
                out.write(page_of(counted))
            typer.echo(f"{page} is written", err=True)
        elif as_json:
            typer.echo(json.dumps(counted.to_dict()))
        else:
            typer.echo("\n".join(_lines(counted)))


@group.command(epilog=EPILOG, short_help="Delete all tickets of a person.")
def forget(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="As your service names people.")],
    history: Url = URL,
) -> None:
    """Delete every ticket of a person, and the name from what they did in others' tickets."""
    with _opened(history) as opened:
        from triage.portal.forgetting import forget_person

        names = {person, person.strip().lower()}  # the portal writes addresses small
        gone = forget_person(opened, person) + sum(map(opened.forget, names))
        typer.echo(f"{gone} records of this person are gone")


@group.command(epilog=EPILOG, short_help="Delete tickets that are older than your policy allows.")
def expire(
    days: Annotated[int, typer.Argument(metavar="DAYS", min=1, max=36_500, help="How long to remember.")],
    history: Url = URL,
) -> None:
    """Delete the tickets in which nothing happened for so many days; run it every night."""
    with _opened(history) as opened:
        from triage.portal.forgetting import forget_without_story

        gone = opened.forget_older_than(days)
        gone += forget_without_story(opened)
        typer.echo(f"{gone} records older than {days} days are gone")


@contextmanager
def _writing(file: Path) -> Iterator[TextIO]:
    if file == _SCREEN:
        yield sys.stdout
        return
    from triage.writing import open_whole

    with open_whole(file, what="table") as out:
        yield out


def _lines(stats: Stats) -> Iterator[str]:
    from triage.show import count_tickets

    yield f"{count_tickets(stats.cases)}, {stats.verdicts.total()} with a level that a person chose"
    for verdict, said in (("over", "too urgent"), ("under", "not urgent enough"), ("agree", "as suggested")):
        yield f"{said:>20}  {stats.verdicts[verdict]:6}  {_percent(stats.share(verdict))}"
    yield f"{'warnings heeded':>20}  {stats.heeded:6}  {_percent(stats.share_heeded)} of {stats.warned}"
    settled = stats.accepted + stats.overridden
    share = stats.overridden / settled if settled else None
    yield f"{'overridden':>20}  {stats.overridden:6}  {_percent(share)} of {settled} final levels"
    for rule in stats.rules[:20]:
        if rule.overridden:
            yield f"{rule.rule:>30}  {rule.overridden} of {rule.settled}"


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{share:.0%}"
