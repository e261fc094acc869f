"""Files of strangers, read up to a limit: a device or a file that never ends fills no memory."""

from __future__ import annotations

from errno import EFBIG
from pathlib import Path


def read_limited(path: str | Path, most: int) -> bytes:
    """Return what a file holds, if that is at most so many bytes.

    Raises:
        OSError: it cannot be read, or holds more; ``strerror`` says so in words.
        ValueError: the path is none.

    >>> read_limited("/dev/zero", 10)
    Traceback (most recent call last):
    OSError: [Errno 27] it holds more than 10 bytes: '/dev/zero'
    """
    with open(path, "rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(EFBIG, f"it holds more than {most:,} bytes", str(path))
    return data
