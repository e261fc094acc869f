"""A service asked from Python: the same questions and the same values as from the library itself.

Needs the extra "client". :class:`Client` waits for each answer, :class:`AsyncClient` is its twin for asyncio.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Literal, Self, TypedDict, TypeVar, Unpack

from triage.case import new_case
from triage.choice import Choice
from triage.errors import ServiceError
from triage.extras import needs_extra
from triage.suggestion import Suggestion
from triage.ticket import Ticket

with needs_extra("client"):
    import httpx

__all__ = ["AsyncClient", "Client", "KeptTicket", "new_case"]
_TIMEOUT = 10.0
_A_BATCH = 100
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTicket:
    """A ticket that the service keeps: the level it carries, who put it there, and if that is final.

    ``choice`` is what the guideline says of the level; the service tells it when the ticket comes in.

    >>> KeptTicket(case="0a1b", priority="standard", set_by="default", final=False).priority
    'standard'
    """

    case: str
    priority: str
    set_by: str
    final: bool
    person: str | None = None
    choice: Choice | None = None


class Story(TypedDict, total=False):
    """What the memory of the service is told beside a ticket that is kept; ``person`` is whose it is."""

    case: str
    person: str


class About(Story, total=False):
    """What it is told beside a ticket that is asked about; ``keep`` is False for what is not to be kept."""

    keep: bool


class Change(TypedDict, total=False):
    """What the memory is told of a changed level: ``by`` whom, ``set_by`` a person or a default, and why."""

    by: str
    set_by: Literal["person", "default"]
    reason: str


@dataclass(frozen=True, slots=True)
class _Call(Generic[Answer]):
    """A request to make, and how its answer is read."""

    method: str
    path: str
    read: Callable[[Any], Answer]
    body: dict[str, Any] | None = None


class Client:
    """A service at a URL. Threads share it; close it, or use it in a ``with``.

    Every method raises :class:`~triage.ServiceError` when the service cannot be reached or refuses. Give
    the same ``case`` to all that is about one ticket, and the memory of the service ties it together.

    >>> with Client("http://127.0.0.1:9", timeout=0.5) as service:
    ...     service.suggest("The printer is jammed")
    Traceback (most recent call last):
    triage.errors.ServiceError: http://127.0.0.1:9/v1/suggest cannot be reached: Connection refused
    """

    def __init__(self, url: str, *, key: str | None = None, timeout: float = _TIMEOUT) -> None:
        self._http = httpx.Client(**_options(url, key, timeout))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def suggest(self, ticket: Ticket | str, **about: Unpack[About]) -> Suggestion:
        """Return the suggested priority; ``about`` is as :class:`About` says."""
        return self._ask(_suggest(ticket, about))

    def suggest_many(self, tickets: Iterable[Ticket | str]) -> Iterator[Suggestion]:
        """Yield the suggestion of each ticket, in order; they travel in batches."""
        for batch in _batches(tickets):
            yield from self._ask(_suggest_batch(batch))

    def check(self, ticket: Ticket | str, *, chosen: str | None = None, **about: Unpack[About]) -> Choice:
        """Return what the guideline says of a chosen priority; without ``chosen`` it is the ticket's own."""
        return self._ask(_check(ticket, chosen, about))

    def answer(
        self, suggestion: Suggestion, question: str, answer: str, **about: Unpack[About]
    ) -> Suggestion:
        """Return the suggestion with the answer to one of its questions counted."""
        return self._ask(_answer(suggestion, question, answer, about))

    def take(self, ticket: Ticket | str, **about: Unpack[Story]) -> KeptTicket:
        """Have the service keep a ticket that came in, by default with its channel's level."""
        return self._ask(_take(ticket, about))

    def change(self, case: str, priority: str, *, final: bool = False, **about: Unpack[Change]) -> KeptTicket:
        """Give a kept ticket another level; ``about`` is as :class:`Change` says."""
        return self._ask(_change(case, priority, final, about))

    def ticket(self, case: str) -> KeptTicket:
        """Return what a kept ticket carries now."""
        return self._ask(_Call("GET", f"/v1/tickets/{case}", _kept))

    def rules(self) -> dict[str, Any]:
        """Return the levels, channels and rules in use."""
        return self._ask(_Call("GET", "/v1/rules", dict))

    def models(self) -> list[dict[str, Any]]:
        """Return the trained models in use."""
        return self._ask(_Call("GET", "/v1/models", _models))

    def _ask(self, call: _Call[Answer]) -> Answer:
        try:
            return _read(self._http.request(call.method, call.path, json=call.body), call)
        except httpx.HTTPError as error:
            raise _unreachable(self._http.base_url, call.path, error) from None


class AsyncClient:
    """The twin of :class:`Client` for asyncio: the same methods, awaited.

    >>> import asyncio
    >>> asyncio.run(AsyncClient("http://127.0.0.1:9").close())
    """

    def __init__(self, url: str, *, key: str | None = None, timeout: float = _TIMEOUT) -> None:
        self._http = httpx.AsyncClient(**_options(url, key, timeout))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def suggest(self, ticket: Ticket | str, **about: Unpack[About]) -> Suggestion:
        """Return the suggested priority; ``about`` is as :class:`About` says."""
        return await self._ask(_suggest(ticket, about))

    async def suggest_many(self, tickets: Iterable[Ticket | str]) -> list[Suggestion]:
        """Return the suggestion of each ticket, in order; they travel in batches."""
        answers = [await self._ask(_suggest_batch(batch)) for batch in _batches(tickets)]
        return [suggestion for batch in answers for suggestion in batch]

    async def check(
        self, ticket: Ticket | str, *, chosen: str | None = None, **about: Unpack[About]
    ) -> Choice:
        """Return what the guideline says of a chosen priority; without ``chosen`` it is the ticket's own."""
        return await self._ask(_check(ticket, chosen, about))

    async def answer(
        self, suggestion: Suggestion, question: str, answer: str, **about: Unpack[About]
    ) -> Suggestion:
        """Return the suggestion with the answer to one of its questions counted."""
        return await self._ask(_answer(suggestion, question, answer, about))

    async def take(self, ticket: Ticket | str, **about: Unpack[Story]) -> KeptTicket:
        """Have the service keep a ticket that came in, by default with its channel's level."""
        return await self._ask(_take(ticket, about))

    async def change(
        self, case: str, priority: str, *, final: bool = False, **about: Unpack[Change]
    ) -> KeptTicket:
        """Give a kept ticket another level; ``about`` is as :class:`Change` says."""
        return await self._ask(_change(case, priority, final, about))

    async def ticket(self, case: str) -> KeptTicket:
        """Return what a kept ticket carries now."""
        return await self._ask(_Call("GET", f"/v1/tickets/{case}", _kept))

    async def rules(self) -> dict[str, Any]:
        """Return the levels, channels and rules in use."""
        return await self._ask(_Call("GET", "/v1/rules", dict))

    async def models(self) -> list[dict[str, Any]]:
        """Return the trained models in use."""
        return await self._ask(_Call("GET", "/v1/models", _models))

    async def _ask(self, call: _Call[Answer]) -> Answer:
        try:
            return _read(await self._http.request(call.method, call.path, json=call.body), call)
        except httpx.HTTPError as error:
            raise _unreachable(self._http.base_url, call.path, error) from None


# -- the requests, made and read in one way for both -----------------------------------------------------


def _suggest(ticket: Ticket | str, about: About) -> _Call[Suggestion]:
    return _Call("POST", "/v1/suggest", Suggestion.from_dict, _body(ticket) | about)


def _suggest_batch(tickets: list[Ticket | str]) -> _Call[list[Suggestion]]:
    return _Call("POST", "/v1/suggest/batch", _suggestions, {"tickets": [_body(one) for one in tickets]})


def _check(ticket: Ticket | str, chosen: str | None, about: About) -> _Call[Choice]:
    given = {} if chosen is None else {"chosen": chosen}
    return _Call("POST", "/v1/check", Choice.from_dict, _body(ticket) | given | about)


def _answer(suggestion: Suggestion, question: str, answer: str, about: About) -> _Call[Suggestion]:
    body = {"suggestion": suggestion.to_dict(), "question": question, "answer": answer}
    return _Call("POST", "/v1/answer", Suggestion.from_dict, body | about)


def _take(ticket: Ticket | str, about: Story) -> _Call[KeptTicket]:
    return _Call("POST", "/v1/tickets", _kept, _body(ticket) | about)


def _change(case: str, priority: str, final: bool, about: Change) -> _Call[KeptTicket]:
    return _Call("PATCH", f"/v1/tickets/{case}", _kept, {"priority": priority, "final": final} | about)


def _body(ticket: Ticket | str) -> dict[str, Any]:
    told = Ticket.of(ticket).to_dict()
    return {name: value for name, value in told.items() if value is not None}


def _batches(tickets: Iterable[Ticket | str]) -> Iterator[list[Ticket | str]]:
    left = iter(tickets)
    while batch := list(islice(left, _A_BATCH)):
        yield batch


def _suggestions(data: dict[str, Any]) -> list[Suggestion]:
    return [Suggestion.from_dict(one) for one in data["suggestions"]]


def _models(data: dict[str, Any]) -> list[dict[str, Any]]:
    return list(data["models"])


def _kept(data: dict[str, Any]) -> KeptTicket:
    told = {name: data[name] for name in ("case", "priority", "set_by", "final", "person")}
    choice = data.get("choice")
    return KeptTicket(**told, choice=choice and Choice.from_dict(choice))


def _options(url: str, key: str | None, timeout: float) -> dict[str, Any]:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return {"base_url": url, "headers": headers, "timeout": timeout}


def _read(response: httpx.Response, call: _Call[Answer]) -> Answer:
    try:
        data = response.json()
        if response.is_success:
            return call.read(data)
        problem = data if isinstance(data, dict) else {}
    except ValueError:
        problem = {}
    said = problem.get("detail") or response.reason_phrase
    message = f"{response.url} answered {response.status_code}: {said}"
    raise ServiceError(message, status=response.status_code, problem=problem)


def _unreachable(base: httpx.URL, path: str, error: httpx.HTTPError) -> ServiceError:
    said = str(error).rpartition("] ")[2] or type(error).__name__
    return ServiceError(f"{str(base).rstrip('/')}{path} cannot be reached: {said}")
