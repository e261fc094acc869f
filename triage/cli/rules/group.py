"""What the commands of ``triage rules`` share: their group and its options."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.common import EPILOG, app, console
from triage.errors import TableError

if TYPE_CHECKING:
    from triage.calibrate import Tally
    from triage.table import Row

group = typer.Typer(
    help="Check, test, explain, measure and compare a rule file.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(group, name="rules", short_help="Check, test, explain, measure and compare a rule file.")

RuleFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="A rule file; without it the documented rules.")
]
Tickets = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.csv", help="Past tickets: CSV or JSON Lines, either may be compressed (.gz)."
    ),
]
LabelColumn = Annotated[str | None, typer.Option(help="[default: label or priority]")]
SubjectColumn = Annotated[str | None, typer.Option(help="[default: subject, title or summary]")]
BodyColumn = Annotated[str | None, typer.Option(help="[default: body, description or text]")]


def rule_file(rules: Path | None) -> Path:
    """Return the path of the rule file that an option names, or of the documented rules."""
    from triage.rules.load import documented_rules

    return rules or documented_rules()


@contextmanager
def working(on: str) -> Iterator[None]:
    """Show what is worked on while it lasts, where standard error is a terminal."""
    from rich.text import Text

    screen = console(stderr=True)
    if screen.is_terminal:
        with screen.status(Text(f"{on} ...")):
            yield
    else:
        yield


def some_tickets(number: int, file: Path) -> None:
    """Refuse a table of which there is nothing to tell.

    Raises:
        TableError: there was no ticket in it.
    """
    if not number:
        raise TableError(f"{file}: the table has no ticket, only the names of its columns")


def tell_left_out(tally: Tally) -> None:
    """Tell on standard error how many rows have no level as their label, and which labels are wrong."""
    from triage.evaluate import most_first
    from triage.show import show_unknown

    screen = console(stderr=True)
    if tally.left_out:
        rows = f"{tally.left_out} of {tally.tickets + tally.left_out} rows left out: their label is no level"
        screen.print(rows, soft_wrap=True, highlight=False)
    if tally.unknown:
        screen.print(show_unknown(most_first(tally.unknown)), soft_wrap=True)


@contextmanager
def past_rows(
    file: Path,
    *,
    labelled: bool = False,
    **columns: str | None,
) -> Iterator[Iterator[Row]]:
    """Open a table of past tickets and give its rows, with a progress bar on a terminal.

    ``columns`` are names of columns by what they hold ("label").

    Raises:
        TableError: the table cannot be read, or must be ``labelled`` and has no labels.
    """
    from triage.show_progress import with_progress
    from triage.table import Columns, open_table

    with open_table(file, Columns(**columns)) as table:
        if labelled and table.columns.label is None:
            raise TableError(
                f"{file}: found no column 'label' or 'priority'; name the one that holds the labels"
            )
        yield with_progress(table, console(stderr=True))
