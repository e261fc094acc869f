"""Files that are written whole or not at all: whoever stops half way keeps the file that was there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EINVAL
from pathlib import Path
from typing import TextIO

from triage.errors import TableError


@contextmanager
def open_whole(path: str | Path, *, what: str = "file") -> Iterator[TextIO]:
    """Open a text file to write; it is put in its place when it is whole. Devices are written at once.

    Raises:
        TableError: it cannot be written; the message names it and ``what`` it would have been.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with open_whole(Path(folder.name, "page.html")) as out:
    ...     print("A page", file=out, end="")
    >>> Path(folder.name, "page.html").read_text()
    'A page'
    >>> folder.cleanup()
    """
    path = Path(path)
    device = path.exists() and not path.is_file()
    beside = path if device else path.with_name(f".{path.name}.part")
    try:
        with _told(path, beside, what), _opened(beside) as stream:
            yield stream
        if not device:
            beside.replace(path)
    except BaseException:
        if not device:
            with suppress(OSError):
                beside.unlink()
        raise


def _opened(path: Path) -> TextIO:
    try:
        # Not every str is UTF-8: a lone surrogate is written as its escape.
        return open(path, "w", encoding="utf-8", errors="backslashreplace", newline="")
    except ValueError as error:  # a path with a NUL character
        raise OSError(EINVAL, str(error)) from None


@contextmanager
def _told(path: Path, beside: Path, what: str) -> Iterator[None]:
    """Tell which file a fault is about: a full disk names none, and of any other file it is not for us."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename not in (None, str(beside), beside):
            raise
        raise TableError(f"{path}: the {what} cannot be written: {error.strerror or error}") from None
