"""What all commands share: the application, common options, and how faults become lines and exit codes."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EFBIG
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from triage.errors import ModelError, TableError, TicketError, TriageError
from triage.limited import read_limited
from triage.ticket import Ticket

if TYPE_CHECKING:
    from rich.console import Console

    from triage.engine import Triage

EPILOG = (
    "Exit codes: 0 done; 1 a ticket, table, rule file or setting that cannot be used or an output that "
    "cannot be written, every fault on its own line of standard error, or a check that failed; 2 a command "
    "line that cannot be read; 130 stopped by Ctrl-C; "
    "141 whoever read the output has gone."
)
MODELS = Path("models")  # where trained models are kept, unless an option says otherwise
_WRONG_INPUT, _READER_GONE = 1, 141
_LARGEST = 64_000_000  # bytes of a file or of standard input that holds a ticket

app = typer.Typer(
    help="Suggest what priority support tickets deserve, with reasons.",
    epilog=EPILOG,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: importing rich takes longer than all the rest of --help
)

Rules = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Use this rule file, not the documented rules.")
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER", help="Ask this trained model too; live: the one that `triage promote` made live."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@contextmanager
def faults_on_stderr() -> Iterator[None]:
    """Turn what is wrong with the input into lines on standard error and exit code 1."""
    try:
        yield
    except (TriageError, ModuleNotFoundError) as error:
        stop(str(error))
    except BrokenPipeError:
        leave_quietly()
    except OSError as error:
        if error.filename is None:
            print_no_more()
        stop(in_words(error))


def stop(message: str) -> NoReturn:
    """Print each line of a message on standard error and leave with exit code 1."""
    for line in message.splitlines():
        typer.echo(f"triage: {line}", err=True)
    raise typer.Exit(_WRONG_INPUT)


@contextmanager
def stays(written: Path) -> Iterator[None]:
    """Say of an output that cannot be printed that what was written before stays."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        print_no_more()
        stop(f"{in_words(error)}\n{written} is written all the same")


def in_words(error: OSError) -> str:
    """Return which file could not be used and why; what has no name is what the answer was printed to."""
    if error.filename is None:
        return f"standard output cannot be written: {error.strerror or error}"
    return f"{error.filename}: {error.strerror}"


def keep_inputs(out: Path | None, *inputs: Path | None) -> None:
    """Refuse to write over a file that is read, or that stands in a folder that is.

    Raises:
        TableError: the output names one of the inputs.
    """
    if out is None:
        return
    for given in inputs:
        if given is not None and given.exists() and out.resolve() in _parts_of(given.resolve()):
            raise TableError(f"{out}: this file is read; name another one to write to")


def _parts_of(given: Path) -> list[Path]:
    return [path for path in given.iterdir() if path.name != "report.html"] if given.is_dir() else [given]


def leave_quietly() -> NoReturn:
    """Leave when whoever read the output has gone."""
    print_no_more()
    sys.exit(_READER_GONE)


def print_no_more() -> None:
    """Send what is still to be printed nowhere: the interpreter tries once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def package_version() -> str:
    """Return the version of the installed library."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ticket-triage")
    except PackageNotFoundError:
        return "(not installed)"


def make_triage(rules: Path | None, model: str | None = None) -> Triage:
    """Return a Triage for the rule file and the model that options name."""
    from triage.engine import Triage

    return Triage(rules=rules, model=None if model is None else _model_folder(model))


def _model_folder(model: str) -> Path:
    from triage.model.shelf import LIVE, live_name

    if model != LIVE:
        return Path(model)
    name = live_name(MODELS)
    if name is None:
        raise ModelError(f"no model in {MODELS} is live; `triage promote NAME` makes one so")
    return MODELS / name


def console(*, stderr: bool = False) -> Console:
    """Return the screen that answers, or with ``stderr`` progress, are printed on."""
    from triage.show import Screen

    return Screen(stderr=stderr)


def ticket_of(argument: str) -> Ticket:
    """Return the ticket of an argument: standard input, a file, or else the argument's own text."""
    if argument == "-":
        data = sys.stdin.buffer.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise TicketError(f"standard input: it holds more than {_LARGEST:,} bytes, which is no ticket")
        return Ticket(body=_decoded(data))
    suffix = argument[-4:].lower()
    if suffix not in (".eml", ".txt"):
        if _is_there(argument):
            raise TicketError(
                f"{argument}: a ticket is read from an .eml or a .txt file; a table of tickets is for "
                "`triage evaluate` or `triage rules report`"
            )
        return Ticket(body=argument)
    try:
        data = read_limited(argument, _LARGEST)
    except (OSError, ValueError) as error:
        too_large = getattr(error, "errno", None) == EFBIG
        if not too_large and any(map(str.isspace, argument)):  # a sentence that ends in the name of a file
            return Ticket(body=argument)
        raise TicketError(
            f"{argument}: the file cannot be read: {getattr(error, 'strerror', error)}"
        ) from None
    if suffix == ".txt":
        return Ticket(body=_decoded(data))
    from triage.mail import read_message

    return read_message(data, file=argument)


def _is_there(argument: str) -> bool:
    try:
        path = Path(argument)
        return path.exists() and (path.suffix != "" or "/" in argument)
    except (OSError, ValueError):  # too long for a name, or with a NUL character
        return False


def _decoded(data: bytes) -> str:
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")
