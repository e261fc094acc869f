"""What the commands about models share: their options, how labelled tickets are read, and progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from triage.cli.common import console
from triage.errors import TableError, TrainingError
from triage.limited import read_limited

if TYPE_CHECKING:
    from triage.model.costs import Costs
    from triage.priority import Priority
    from triage.table import Columns, Row, Table

_STEPS = {
    "terms": "Counting words",
    "search": "Trying settings",
    "fit": "Fitting",
    "judge": "Judging on held-out tickets",
}

History = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="Past tickets with priorities: .csv or .jsonl, both also .gz, or .parquet."
    ),
]
Text = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMNS", help="Columns of subject and body, as subject,body; one alone is the body."
    ),
]
Label = Annotated[str | None, typer.Option(metavar="COLUMN", help="[default: label or priority]")]
LabelSource = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Who put the label there; those of --confirmed count. [default: label_source or chosen_by]",
    ),
]
Confirmed = Annotated[
    str | None,
    typer.Option(metavar="SOURCES", help="The sources of labels that a person stands for. [default: person]"),
]
Map = Annotated[
    str | None, typer.Option("--map", metavar="MAP", help='Labels that mean a level: "P1=critical,P2=high".')
]


CostTable = Annotated[
    str,
    typer.Option(
        metavar="documented|balanced|FILE",
        help="What a wrong level costs: the documented table, in which a missed emergency costs most; "
        "balanced, a table chosen by cross-validation so that each level counts the same, however rare; or "
        "your own, a YAML file with a line for each level, as in `critical: {high: 3, standard: 6, low: 8, "
        "scheduled: 9}`: say high of a critical ticket, and it costs 3.",
    ),
]


def _some(jobs: int) -> int:
    if jobs == 0:
        raise typer.BadParameter("0 fits at once never end; say 1 or more, or -1")
    return jobs


Jobs = Annotated[
    int,
    typer.Option(
        min=-1, callback=_some, help="How many fits run at once; -1: as many as there are processors."
    ),
]
Seed = Annotated[
    int,
    typer.Option(min=0, max=2**32 - 1, help="The seed of everything random; the same seed, the same model."),
]
_TEXT = ("subject", "body")
_NAMED = ("label", "source")  # columns that options name; others are looked for by their usual names
_NAMED_COSTS: dict[str, Literal["documented", "balanced"]] = {
    "documented": "documented",
    "balanced": "balanced",
}
Models = Annotated[Path, typer.Option("--models", metavar="FOLDER", help="The folder that holds the models.")]


@contextmanager
def training_extra() -> Iterator[None]:
    """Tell which extra to install where a library of training is missing."""
    try:
        yield
    except ImportError as error:
        if not error.name or error.name.startswith("triage"):
            raise
        raise TrainingError(
            f"this needs {error.name}; install it with: pip install 'ticket-triage[train]'"
        ) from None


def columns_of(
    text: str | None,
    label: str | None,
    source: str | None,
    *,
    time: str | None = None,
    usual: Mapping[str, str] | None = None,
) -> Columns:
    """Return the columns that options name, and where these are silent the ``usual`` ones of a model."""
    from triage.table import Columns

    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    if len(names) > 2:
        raise TableError(f"--text names {len(names)} columns, expected a subject and a body: subject,body")
    texts = dict(zip(("subject", "body") if len(names) == 2 else ("body",), names, strict=False))
    others = {"label": label, "source": source, "time": time}
    told = texts | {part: name for part, name in others.items() if name is not None}
    ours = {*_NAMED, *(() if texts else _TEXT)}  # a body alone that is named has no subject beside it
    return Columns(**{part: name for part, name in (usual or {}).items() if part in ours} | told)


def mapping_of(text: str | None) -> dict[str, str]:
    """Return the map of labels to levels that an option writes as "P1=critical,P2=high"."""
    pairs = [part.partition("=") for part in (text or "").split(",") if part.strip()]
    wrong = next(
        (label for label, equals, level in pairs if not (equals and label.strip() and level.strip())), None
    )
    if wrong is not None:
        raise TrainingError(f'--map: found {wrong!r}, expected pairs as in "P1=critical,P2=high"')
    return {label.strip(): level.strip() for label, _, level in pairs}


def costs_of(told: str, levels: Sequence[Priority]) -> Costs | Literal["documented", "balanced"]:
    """Return the costs that an option names: the stated ones, balanced ones, or the table of a file."""
    from triage.model.costs import costs_told
    from triage.rules.source import LARGEST_FILE, read_source

    if told in _NAMED_COSTS:
        return _NAMED_COSTS[told]
    try:
        data = read_limited(told, LARGEST_FILE)
    except OSError as error:
        raise TrainingError(
            f"--costs: found {told!r}, expected documented, balanced or a file that can be read "
            f"({error.strerror})"
        ) from None
    if not data.strip():
        raise TrainingError(f"{told}: the file is empty; expected a table of costs, a line for each level")
    source = read_source(data, told)
    if source.faults:
        raise TrainingError("\n".join(map(str, source.faults)))
    try:
        return costs_told(source.tree, [level.id for level in levels])
    except TrainingError as error:
        raise TrainingError(f"{told}: {error}") from None


def confirmed_of(
    table: Table, confirmed: str | None, usual: Iterable[str] | None = None
) -> frozenset[str] | None:
    """Return the sources of labels that count, else the ``usual``; None where the table tells no sources."""
    from triage.model.labels import PERSON

    if table.columns.source is None:
        if confirmed is not None:
            raise TableError(
                f"{table.file}: --confirmed names sources, and no column 'label_source' or 'chosen_by' tells "
                f"them; name it with --label-source"
            )
        return None
    if confirmed is None:
        return frozenset(usual or {PERSON})
    return frozenset(filter(None, map(str.strip, confirmed.split(","))))


@contextmanager
def labelled(file: Path, columns: Columns) -> Iterator[Table]:
    """Open a table that has labels."""
    from triage.table import open_table

    with open_table(file, columns) as table:
        if table.columns.label is None:
            raise TableError(f"{file}: found no column 'label' or 'priority'; name it with --label")
        yield table


def rows_with_progress(table: Table) -> Iterator[Row]:
    """Yield the rows, with a bar on a terminal when it takes long."""
    from triage.show_progress import with_progress

    return with_progress(table, console(stderr=True))


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """Give what shows the steps of training: a bar on a terminal, a line for each step elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    screen = console(stderr=True)
    if not screen.is_terminal:
        told: set[str] = set()

        def tell(step: str, done: int, of: int) -> None:
            if step not in told:
                told.add(step)
                typer.echo(f"{_STEPS.get(step, step)} ...", err=True)

        yield tell
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=screen, transient=True)
    task = progress.add_task("")

    def draw(step: str, done: int, of: int) -> None:
        progress.start()  # not before the first step: until then rows are read, with a bar of their own
        progress.update(task, description=_STEPS.get(step, step), completed=done, total=of)

    try:
        yield draw
    finally:
        progress.stop()
