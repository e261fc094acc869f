"""Whether a value that was read back is of the kinds that its class names, all the way down."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def check_kinds(value: Any) -> None:
    """Return when every part of a frozen value is of the kind that its field names.

    Raises:
        ValueError: one is not; the message names the field.

    >>> from triage.certainty import Measured
    >>> check_kinds(Measured(precision="1", low=0.5, high=1.0, n=3, date="2026-03-02"))
    Traceback (most recent call last):
    ...
    ValueError: precision of Measured is of the wrong kind
    """
    for name, kind in _fields(value.__class__).items():
        part = getattr(value, name)
        if not _fits(part, kind):
            raise ValueError(f"{name} of {type(value).__name__} is of the wrong kind")


def as_list(value: Any) -> Any:
    """Return the list that it is: a mapping or a text would be gone through as well.

    >>> as_list([1, 2])
    [1, 2]

    Raises:
        TypeError: it is none.
    """
    if type(value) not in (list, tuple):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


def _fits(value: object, kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return any(value == known and type(value) is type(known) for known in get_args(kind))
    if get_origin(kind) in (Union, UnionType):
        return any(_fits(value, one) for one in get_args(kind))
    if get_origin(kind) is tuple:
        return type(value) is tuple and _fit(value, get_args(kind))
    if kind is float:
        return type(value) in (int, float)
    if type(value) is not (type(None) if kind is None else kind):
        return False
    check_kinds(value)
    return True


def _fit(values: tuple[object, ...], kinds: tuple[Any, ...]) -> bool:
    if kinds[1:] == (...,):
        return all(_fits(value, kinds[0]) for value in values)
    return len(values) == len(kinds) and all(map(_fits, values, kinds))


@cache
def _fields(kind: type) -> dict[str, Any]:
    """Return what the fields of a class hold; nothing of one that is no value of ours."""
    ours = is_dataclass(kind) or hasattr(kind, "_fields")
    return get_type_hints(kind) if ours else {}
