"""The command ``triage``, a module for each group of commands. Only ``python -m triage`` imports it.

Whatever is slow to import is imported by the command that needs it.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO, TextIOWrapper
from typing import Annotated

import typer

from triage.cli.accounts import group as accounts
from triage.cli.choice import check, due
from triage.cli.common import app, in_words, leave_quietly, package_version, print_no_more
from triage.cli.evaluate import evaluate
from triage.cli.history import group as history
from triage.cli.model import models, promote, report, suspect, train
from triage.cli.rules import group
from triage.cli.service import keys, serve
from triage.cli.suggest import suggest

__all__ = [
    "accounts",
    "app",
    "check",
    "due",
    "evaluate",
    "group",
    "history",
    "keys",
    "main",
    "models",
    "promote",
    "report",
    "serve",
    "suggest",
    "suspect",
    "train",
]
_FAILED, _STOPPED = 1, 130


def main() -> None:
    """Run the command line and leave with a documented exit code, without a traceback."""
    if sys.stdin is None:  # closed by whoever called: there is nothing to read
        sys.stdin = TextIOWrapper(BytesIO())
    if sys.stdout is None:  # closed too: what is printed there fails, as on a full disk
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    try:
        # What standard output cannot encode is written as an escape: a ticket may hold any character.
        for stream in filter(None, (sys.stdout, sys.stderr)):  # a closed stream is None
            stream.reconfigure(errors="backslashreplace")
        app(prog_name="triage")
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # Typer has an exit code of its own for that
            leave_quietly()
        raise
    except BrokenPipeError:
        leave_quietly()
    except OSError as error:  # of --help and the like
        print_no_more()
        typer.echo(f"triage: {in_words(error)}", err=True)
        sys.exit(_FAILED)
    except KeyboardInterrupt:
        sys.exit(_STOPPED)
    finally:
        _end_processes()


def _end_processes() -> None:
    """End the processes that a stopped command has left: nobody would tell them that their work is over."""
    if "multiprocessing" in sys.modules:
        from multiprocessing import active_children

        for process in active_children():
            process.terminate()


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        typer.echo(f"triage {package_version()}")
        raise typer.Exit
