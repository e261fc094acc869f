"""The address that is listened on: whether it is free, found before any process starts, and who listens."""

from __future__ import annotations

import socket

from triage.errors import ServiceError


def check_address(host: str, port: int, *, remedy: str) -> None:
    """Return when this address is free.

    Raises:
        ServiceError: it cannot be listened on; ``remedy`` is what to do.

    >>> check_address("127.0.0.1", 0, remedy="Name another port")
    """
    try:
        socket.create_server(_bare(host, port), family=_family(host)).close()
    except OSError as error:
        at = shown(host, port)
        raise ServiceError(f"{at} cannot be listened on: {error.strerror}. {remedy}") from None


def shown(host: str, port: int) -> str:
    """Return an address as it stands in a URL.

    >>> shown("127.0.0.1", 8000), shown("::1", 8000)
    ('127.0.0.1:8000', '[::1]:8000')
    """
    bare, _ = _bare(host, port)
    return f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"


class OneForEach(socket.socket):
    """An address that is held by this process and listened on by each process that it is sent to.

    The system then shares new connections out among them. From one socket for all, whichever process wakes
    first takes whatever waits: of 32 connections one had 28, and the other stood idle.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(_family(host))
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.bind(_bare(host, port))
        self._address = host, self.getsockname()[1]

    def __reduce__(self) -> tuple[type[OneForEach], tuple[str, int]]:
        return OneForEach, self._address


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _bare(host: str, port: int) -> tuple[str, int]:
    return host.strip("[]"), port
