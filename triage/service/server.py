"""The server: one or several processes that answer, started and stopped together."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from triage import HistoryError, ModelError, RuleFileError, ServiceError, TriageError
from triage.history import History
from triage.service.address import OneForEach, check_address, shown
from triage.service.in_use import InUse
from triage.service.keys import read_keys
from triage.service.metrics import FOLDER
from triage.service.settings import Settings, usable

_APP = "triage.service.app:create_app"
_NAMED_BY: dict[type[TriageError], str] = {
    RuleFileError: "the rule file is named by --rules or TRIAGE_RULES",
    ModelError: "the model is named by --model or TRIAGE_MODEL",
    HistoryError: "the memory is named by --history or TRIAGE_HISTORY",
}
_LISTENS_TOGETHER = sys.platform == "linux"  # elsewhere a shared address shares nothing out


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Answer until told to stop, and ``say`` where; running requests are answered first.

    Raises:
        ServiceError: rules, model, memory, keys or address cannot be used; the message names the setting.
    """
    _check(settings)
    with TemporaryDirectory(prefix="triage-metrics-") as folder:
        os.environ.update(settings.to_environment())
        if settings.workers > 1:  # each process counts in files of this folder, and tells those of all
            os.environ[FOLDER] = folder
        app = _app(settings)
        say(f"starting triage at http://{shown(settings.host, settings.port)} (stop with Ctrl-C)")
        signal.signal(signal.SIGTERM, _stopped)
        options: dict[str, Any] = {
            "factory": app is _APP,
            "host": settings.host,
            "port": settings.port,
            "workers": settings.workers,
            "access_log": False,
            "log_config": None,
            "server_header": False,
            "proxy_headers": bool(settings.proxies),  # else any caller could say to be another
            "forwarded_allow_ips": settings.proxies or None,
            "timeout_graceful_shutdown": settings.grace,
            "timeout_keep_alive": 30,
            "backlog": 2048,
        }
        if settings.workers > 1 and _LISTENS_TOGETHER:
            each = OneForEach(settings.host, settings.port)
            Multiprocess(uvicorn.Config(app, **options), sockets=[each]).run()
        else:
            uvicorn.run(app, **options)


def _stopped(*_: object) -> None:
    """Take the signal that uvicorn passes on when it has stopped for it: the work is done, all is well."""


def _check(settings: Settings) -> None:
    """Find here, before any process starts, what would stop each of them."""
    try:
        keys = read_keys(settings.keys).keys
    except ServiceError as error:
        raise ServiceError(f"{error}\nthe file of keys is named by TRIAGE_KEYS") from None
    if settings.keys_needed and not keys:
        off = f"{settings.host} can be reached from other machines, so callers need API keys"
        why = "TRIAGE_REQUIRE_KEYS asks for API keys" if settings.on_loopback else off
        raise ServiceError(f"{why}, and {settings.keys} has none. Make one with: triage keys new NAME")
    check_address(settings.host, settings.port, remedy="Name another port with --port, or set TRIAGE_PORT")


def _app(settings: Settings) -> Any:
    """Return the application, or its name where several processes each make it: that they can is found here.

    Raises:
        ServiceError: it cannot be made.
    """
    try:
        if settings.workers == 1:
            from triage.service.app import create_app  # of several, this process does not need it

            return create_app(settings)
        InUse(settings)
        if settings.history:
            History(settings.history).close()
    except (RuleFileError, ModelError, HistoryError) as error:
        named = next(said for kind, said in _NAMED_BY.items() if isinstance(error, kind))
        raise ServiceError(f"{error}\n{named}") from None
    return _APP


def settings_of(**given: Any) -> Settings:
    """Return the settings of these options and, for the others, of the environment.

    Raises:
        ServiceError: a setting cannot be used; the message names the variable.
    """
    return usable(Settings, **given)
