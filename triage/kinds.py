"""Values read back from the plain data that they gave, with every part looked at, all the way down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Reader = Callable[[Any], Any]
_WRONG = "is of the wrong kind"


class PartError(ValueError):
    """A part of plain data that is missing, unknown or of the wrong kind; ``part`` is where ("losers/0/why").

    >>> str(PartError("is missing", "why").below(0).below("losers"))
    "'losers/0/why' is missing"
    """

    def __init__(self, wrong: str, *places: str | int) -> None:
        self.part = "/".join(map(str, places))
        self._wrong, self._places = wrong, places
        super().__init__(f"{self.part!r} {wrong}" if places else f"it {wrong}")

    def below(self, place: str | int) -> PartError:
        """Return the error of what this is a part of."""
        return PartError(self._wrong, place, *self._places)


def read(kind: Any, data: Any) -> Any:
    """Return the value of a kind that plain data tells.

    A class whose plain data is not simply its fields has a ``_fields_of`` that makes them of it.

    Raises:
        PartError: a part is missing, unknown or of the wrong kind.

    >>> from triage.certainty import Measured
    >>> read(Measured, {"precision": "1", "low": 0.5, "high": 1.0, "n": 3, "date": "2026-03-02"})
    Traceback (most recent call last):
    ...
    triage.kinds.PartError: 'precision' is of the wrong kind
    """
    return _reader(kind)(data)


@cache
def _reader(kind: Any) -> Reader:
    """Return what reads a kind."""
    if get_origin(kind) in (Union, UnionType):
        [known] = (one for one in get_args(kind) if one is not NoneType)
        return partial(_read_if_told, _reader(known))
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        if kinds[1:] == (...,):
            return partial(_read_all, _reader(kinds[0]))
        return partial(_read_each, tuple(map(_reader, kinds)))
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return partial(_read_value, kind)
    if get_origin(kind) is Literal:
        return partial(_read_word, get_args(kind))
    return partial(_read_plain, (int, float) if kind is float else (kind,))


def _read_if_told(reader: Reader, data: Any) -> Any:
    return None if data is None else reader(data)


def _read_all(reader: Reader, data: Any) -> tuple[Any, ...]:
    if type(data) not in (list, tuple):  # a mapping or a text would be gone through as well
        raise PartError("is no list")
    return tuple(_read_at(place, reader, one) for place, one in enumerate(data))


def _read_each(readers: tuple[Reader, ...], data: Any) -> tuple[Any, ...]:
    if type(data) not in (list, tuple) or len(data) != len(readers):
        raise PartError(_WRONG)
    return tuple(_read_at(place, *one) for place, one in enumerate(zip(readers, data, strict=True)))


def _read_value(kind: Any, data: Any) -> Any:
    if not isinstance(data, dict):
        raise PartError(_WRONG)
    told = kind._fields_of(data) if hasattr(kind, "_fields_of") else data
    known = _fields(kind)
    if unknown := sorted(map(str, told.keys() - known)):
        raise PartError("is not known", unknown[0])
    for name, (_, needed) in known.items():
        if needed and name not in told:
            raise PartError("is missing", name)
    return kind(**{name: _read_at(name, known[name][0], part) for name, part in told.items()})


def _read_word(words: tuple[object, ...], data: Any) -> Any:
    if not any(data == word and type(data) is type(word) for word in words):
        raise PartError(_WRONG)
    return data


def _read_plain(kinds: tuple[type, ...], data: Any) -> Any:
    if type(data) not in kinds:  # a bool is an int, and no number here
        raise PartError(_WRONG)
    return data


def _read_at(place: str | int, reader: Reader, data: Any) -> Any:
    try:
        return reader(data)
    except PartError as error:
        raise error.below(place) from None


@cache
def _fields(kind: Any) -> dict[str, tuple[Reader, bool]]:
    """Return what reads each field of a class, and whether the field has to be told."""
    hints = get_type_hints(kind)
    if is_dataclass(kind):
        needed = {f.name: f.default is MISSING and f.default_factory is MISSING for f in fields(kind)}
    else:
        needed = {name: name not in kind._field_defaults for name in kind._fields}
    return {name: (_reader(hints[name]), told) for name, told in needed.items()}
