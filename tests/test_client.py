"""The client gives what the library gives, and tells what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from inspect import signature

import pytest
from running import Running, running
from strategies import rule, triage_with, write_rules

from triage import ServiceError, Ticket, Triage
from triage.client import AsyncClient, Client, new_case

RULES = (rule("server", '[any of: "server"]'), rule("mouse", '[any of: "mouse"]', priority="slight"))
TICKET = Ticket(subject="Help", body="The mouse is broken", channel="email")


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Triage]]:
    """A service, and the library with the same rules."""
    folder = tmp_path_factory.mktemp("firm")
    with running(folder, rules=write_rules(folder, *RULES), history="sqlite:///triage.db") as service:
        yield service, triage_with(folder, *RULES)


def test_the_client_gives_the_librarys_values(firm: tuple[Running, Triage]) -> None:
    """A suggestion, a choice, many suggestions: equal to what the library returns."""
    service, library = firm
    with Client(service.url) as client:
        assert library.suggest(TICKET) == client.suggest(TICKET)
        assert library.check(TICKET, chosen="urgent") == client.check(TICKET, chosen="urgent")
        texts = [f"server {number}" for number in range(250)]
        assert list(library.suggest_many(texts)) == list(client.suggest_many(texts))
        assert library.rules.version == client.rules()["version"]
        assert [] == client.models()


def test_the_async_client_gives_the_librarys_values(firm: tuple[Running, Triage]) -> None:
    service, library = firm

    async def ask() -> list[object]:
        async with AsyncClient(service.url) as client:
            many = await client.suggest_many(["server", "mouse"])
            kept = await client.take(TICKET)
            await client.change(kept.case, "slight", final=True)
            there = await client.ticket(kept.case)
            return [
                await client.suggest(TICKET),
                await client.check(TICKET, chosen="urgent"),
                many,
                there.final,
            ]

    many = list(library.suggest_many(["server", "mouse"]))
    expected = [library.suggest(TICKET), library.check(TICKET, chosen="urgent"), many, True]
    assert expected == asyncio.run(ask())


def test_a_ticket_is_kept_and_settled(firm: tuple[Running, Triage]) -> None:
    """A ticket gets its channel's default, another level, and its final one; the case ties it together."""
    case = new_case()
    with Client(firm[0].url) as client:
        new = client.take(TICKET, case=case, person="ann")
        assert (case, "slight", "default") == (new.case, new.priority, new.set_by)
        assert new.choice is not None
        assert "slight" == new.choice.suggested.id
        client.change(case, "normal", by="ann")
        settled = client.change(case, "slight", by="tom", final=True, reason="only one")
        assert (settled, True) == (client.ticket(case), settled.final)


def test_both_clients_ask_the_same() -> None:
    """The two clients have the same methods with the same parameters."""
    for name in ("suggest", "suggest_many", "check", "answer", "take", "change", "ticket", "rules", "models"):
        parameters = [list(signature(getattr(kind, name)).parameters) for kind in (Client, AsyncClient)]
        assert parameters[0] == parameters[1]


def test_a_refusal_carries_the_problem(firm: tuple[Running, Triage]) -> None:
    """What the service refuses is an error with its status and the whole problem."""
    with Client(firm[0].url) as client, pytest.raises(ServiceError, match="no priority 'nonsense'") as raised:
        client.check(TICKET, chosen="nonsense")
    assert (422, "/problems/invalid") == (raised.value.status, raised.value.problem["type"])


def test_a_service_that_is_not_there_is_told() -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(ServiceError, match="cannot be reached"):
        client.rules()
