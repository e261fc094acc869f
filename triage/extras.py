"""Extras: what is installed only where it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needs_extra(name: str) -> Iterator[None]:
    """Have a package that is not installed say which command installs it.

    Raises:
        ModuleNotFoundError: with that command.

    >>> with needs_extra("service"):
    ...     import nowhere
    Traceback (most recent call last):
    ModuleNotFoundError: this needs nowhere, which is not installed: pip install "ticket-triage[service]"
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "triage").startswith("triage"):
            raise
        told = f'this needs {error.name}, which is not installed: pip install "ticket-triage[{name}]"'
        raise ModuleNotFoundError(told, name="triage") from None
