"""``triage serve`` and ``triage keys``: the service and who may call it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage.cli.common import EPILOG, Rules, app, faults_on_stderr
from triage.extras import needs_extra
from triage.service import defaults

if TYPE_CHECKING:
    from triage.service.keys import KeyFile

keys = typer.Typer(
    help="Make, rotate and revoke the API keys of the service.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(keys, name="keys", short_help="Make, rotate and revoke the API keys of the service.")

KeyFilePath = Annotated[
    Path,
    typer.Option("--keys", metavar="FILE", envvar="TRIAGE_KEYS", help="The file of hashed API keys."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the key: who calls with it.")]
_KEYS = Path(defaults.KEYS)


@app.command(epilog=EPILOG, short_help="Answer over HTTP.")
def serve(
    host: Annotated[
        str | None,
        typer.Option(help=f"The address to listen on.  [env var: TRIAGE_HOST; default: {defaults.HOST}]"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help=f"The port to listen on.  [env var: TRIAGE_PORT; default: {defaults.PORT}]"),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="How many processes answer; one for each core.  "
            f"[env var: TRIAGE_WORKERS; default: {defaults.WORKERS}]"
        ),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help='The memory: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/DATABASE, or "" for none.  '
            f"[env var: TRIAGE_HISTORY; default: {defaults.HISTORY}]",
        ),
    ] = None,
    rules: Rules = None,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="A trained model, starter, or a folder of models whose live one counts."
        ),
    ] = None,
) -> None:
    """Answer over HTTP, on this machine alone unless told otherwise; stop with Ctrl-C.

    Every further setting is an environment variable: docs/for-operators.md lists them. On an address that
    other machines can reach, callers need an API key: make one with `triage keys new`.
    """
    with faults_on_stderr(), needs_extra("service"):
        from triage.portal.settings import PortalSettings, check_portal
        from triage.service.server import serve, settings_of
        from triage.service.settings import Settings, check_names, together, usable

        given: dict[str, Any] = {"host": host, "port": port, "workers": workers, "history": history}
        given |= {"rules": rules, "model": model}
        given = {name: value for name, value in given.items() if value is not None}
        _, _, settings = together(
            partial(check_names, Settings, PortalSettings),
            partial(usable, PortalSettings),
            partial(settings_of, **given),
        )
        check_portal(settings)
        serve(settings, say=partial(typer.echo, err=True))


@keys.command(epilog=EPILOG)
def new(
    name: Name,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="suggest, tickets or metrics; may be repeated. [default: suggest]"),
    ] = None,
    file: KeyFilePath = _KEYS,
) -> None:
    """Make a key and print it: it is shown this once, and only its hash is kept."""
    with faults_on_stderr(), needs_extra("service"):
        from triage.service.keys import changing, known_scopes, read_keys

        with changing(file):
            changed, key = read_keys(file).add(name, known_scopes(scope or ["suggest"]))
            _show_and_keep(key, file, changed)


@keys.command("list", epilog=EPILOG)
def list_keys(file: KeyFilePath = _KEYS) -> None:
    """List the keys: their names, scopes and ages, never the keys."""
    with faults_on_stderr(), needs_extra("service"):
        from triage.service.keys import read_keys

        for key in read_keys(file).keys:
            until = f"  until {key.until:%Y-%m-%d %H:%M} UTC" if key.until else ""
            typer.echo(f"{key.name}  {', '.join(key.scopes)}  made {key.made:%Y-%m-%d}{until}")


@keys.command(epilog=EPILOG)
def rotate(
    name: Name,
    overlap: Annotated[
        float, typer.Option(min=0, max=87_600, help="Hours for which the old key works on.")
    ] = 24.0,
    file: KeyFilePath = _KEYS,
) -> None:
    """Make a new key for a name and print it; the old one works on for a while."""
    with faults_on_stderr(), needs_extra("service"):
        from triage.service.keys import changing, read_keys

        with changing(file):
            changed, key = read_keys(file).rotate(name, overlap=timedelta(hours=overlap))
            _show_and_keep(key, file, changed)


@keys.command(epilog=EPILOG)
def revoke(name: Name, file: KeyFilePath = _KEYS) -> None:
    """End a key at once; a running service notices within seconds."""
    with faults_on_stderr(), needs_extra("service"):
        from triage.service.keys import changing, read_keys

        with changing(file):
            _write(file, read_keys(file).revoke(name))
        typer.echo(f"{name} is revoked", err=True)


def _show_and_keep(key: str, file: Path, changed: KeyFile) -> None:
    """Print a key before it is kept: one that is kept and was not seen would be of no use."""
    from triage.errors import ServiceError

    typer.echo(key)
    try:
        _write(file, changed)
    except ServiceError as error:
        raise ServiceError(f"{error}; the key that was printed opens nothing") from None


def _write(file: Path, changed: KeyFile) -> None:
    from triage.service.keys import write_keys

    write_keys(file, changed)
