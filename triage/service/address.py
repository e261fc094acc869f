"""Whether an address can be listened on, found before any process starts."""

from __future__ import annotations

import socket

from triage.errors import ServiceError


def check_address(host: str, port: int, *, remedy: str) -> None:
    """Return when this address is free.

    Raises:
        ServiceError: it cannot be listened on; ``remedy`` is what to do.

    >>> check_address("127.0.0.1", 0, remedy="Name another port")
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), port), family=family).close()
    except OSError as error:
        raise ServiceError(f"{host}:{port} cannot be listened on: {error.strerror}. {remedy}") from None
