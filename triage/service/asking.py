"""The endpoints that answer about tickets: suggest, check, answer, and the first two for many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from triage import Choice, ChoiceError, Suggestion, SuggestionError, Triage, TriageError
from triage.case import new_case
from triage.history import Decision, ground
from triage.service.bodies import AnswerBody, CheckBatch, CheckBody, SuggestBatch, SuggestBody
from triage.service.desk import Desk, answered, in_case, on_known_channel, read
from triage.service.documents import CASE, documented
from triage.service.problems import Problem, invalid, of_library
from triage.service.routing import DirectRoute
from triage.service.shelf import tell_added
from triage.verdict import with_answer

router = APIRouter(prefix="/v1", route_class=DirectRoute, tags=["asking"])
_SUGGESTION = "#/suggestion"
Told = tuple[dict[str, Any], tuple[Decision, ...]]  # an answer, and what is to be kept of it
Body = TypeVar("Body", bound=SuggestBody)
Ask = Callable[[Desk, Triage, Body], Told]


@router.post("/suggest", **documented("Suggestion", asked=SuggestBody, headers=(CASE,)))
async def suggest(request: Request) -> Response:
    """Suggest the priority of a ticket, with every reason."""
    return await _one(request, await read(request, SuggestBody), _suggested)


@router.post("/check", **documented("Choice", asked=CheckBody, headers=(CASE,)))
async def check(request: Request) -> Response:
    """Say what the guideline says of the priority that was chosen for a ticket."""
    return await _one(request, await read(request, CheckBody), _checked)


@router.post("/answer", **documented("Suggestion", asked=AnswerBody, headers=(CASE,)))
async def answer(request: Request) -> Response:
    """Count the answer to a question of a suggestion, and suggest anew."""
    desk, asked = Desk.of(request), await read(request, AnswerBody)
    try:
        given = Suggestion.from_dict(asked.suggestion)
        suggestion = desk.triage.answer(given, asked.question, asked.answer)
        data = suggestion.to_dict()
    except SuggestionError as error:
        raise of_library(error, at=_SUGGESTION) from None
    except (AttributeError, KeyError, TypeError, ValueError):  # parts that do not go together, deep inside
        raise invalid((_SUGGESTION, "this is no suggestion as it was given")) from None
    desk.metrics.suggestion(suggestion)
    case = asked.case or new_case()
    about = {"case": case, "person": asked.person, "input_hash": await _input_of(desk, asked)}
    told = Decision.of_answer(suggestion, asked.question, asked.answer, **about)
    kept = asked.keep and await _keep(request, asked, told, answered=suggestion)
    return answered(data, headers=in_case(case if kept else None))


@router.post("/suggest/batch", **documented("Suggestions", asked=SuggestBatch))
async def suggest_batch(request: Request) -> Response:
    """Suggest the priorities of many tickets; the answers are in the order of the tickets."""
    asked = await read(request, SuggestBatch)
    return await _many(request, asked, _suggested, name="suggestions")


@router.post("/check/batch", **documented("Choices", asked=CheckBatch))
async def check_batch(request: Request) -> Response:
    """Check the priorities that were chosen for many tickets; the answers are in the order of the tickets."""
    asked = await read(request, CheckBatch)
    return await _many(request, asked, _checked, name="choices")


def _suggested(desk: Desk, triage: Triage, asked: Body) -> Told:
    ticket = on_known_channel(asked.ticket(), triage)
    suggestion = triage.suggest(ticket)
    desk.metrics.suggestion(suggestion)
    about = _about(desk, asked)
    told = () if about is None else (Decision.of_suggestion(ticket, suggestion, **about),)
    return suggestion.to_dict(), told


def _checked(desk: Desk, triage: Triage, asked: CheckBody) -> Told:
    ticket = on_known_channel(asked.ticket(), triage)
    choice = first = triage.check(ticket, warn_from=asked.warn_from)
    if asked.answered:
        try:
            choice = with_answer(triage, ticket, first, asked.answered.both, warn_from=asked.warn_from)
        except ChoiceError as error:
            raise ChoiceError(str(error), part=f"answered/{error.part}") from None
    desk.metrics.choice(choice)
    return choice.to_dict(), _told(desk, asked, first=first, choice=choice)


def _told(desk: Desk, asked: CheckBody, *, first: Choice, choice: Choice) -> tuple[Decision, ...]:
    """Return what is to be kept of a choice as it was first judged, and of the answer counted since."""
    about = _about(desk, asked)
    if about is None:
        return ()
    told = Decision.of_choice(asked.ticket(), first, **about)
    if asked.answered is None:
        return (told,)
    since: dict[str, Any] = {"case": told.case, "person": told.person, "input_hash": told.input_hash}
    return told, Decision.of_answer(choice.suggestion, *asked.answered.both, **since)


def _about(desk: Desk, asked: SuggestBody) -> dict[str, Any] | None:
    """Return what the memory is told beside a ticket, or None where nothing is kept."""
    if not asked.keep or desk.memory is None:
        return None
    return {
        "case": asked.case or new_case(),
        "person": asked.person,
        "keep_text": desk.settings.keep_text,
    }


async def _input_of(desk: Desk, asked: AnswerBody) -> str | None:
    """Return the hash of the ticket that an answer is about, which its case alone knows."""
    if not asked.keep or asked.case is None or desk.memory is None:
        return None
    input_hash: str | None = ground(await desk.memory.told(asked.case))["input_hash"]
    return input_hash


async def _keep(
    request: Request, asked: BaseModel, *told: Decision, answered: Suggestion | None = None
) -> bool:
    """Keep what is told of a request and return whether it is kept; open queues then show it."""
    kept = await Desk.of(request).keep(*told)
    if kept:
        await tell_added(request, asked, answered=answered)
    return kept


async def _one(request: Request, asked: Body, ask: Ask[Body]) -> Response:
    desk = Desk.of(request)
    data, told = await desk.work(asked, partial(ask, desk, desk.triage, asked))
    kept = await _keep(request, asked, *told)
    return answered(data, headers=in_case(told[0].case if kept else None))


async def _many(request: Request, asked: SuggestBatch | CheckBatch, ask: Ask[Any], *, name: str) -> Response:
    """Answer about tickets one by one by the same rules; between them other requests have their turn."""
    desk, bodies = Desk.of(request), asked.tickets
    most, loop, triage = desk.settings.max_batch, asyncio.get_running_loop(), desk.triage
    if len(bodies) > most:
        raise invalid(("#/tickets", f"a batch has at most {most} tickets, and this has {len(bodies)}"))
    ends, answers = loop.time() + desk.settings.time_limit, []
    kept: list[tuple[Decision, ...]] = []
    for number, body in enumerate(bodies):
        if loop.time() > ends:
            raise Problem("out-of-time", f"{number} of {len(bodies)} tickets were answered in time")
        try:
            data, told = await desk.work(body, partial(ask, desk, triage, body))
        except TriageError as error:
            raise of_library(error, at=f"#/tickets/{number}") from None
        answers.append(data)
        kept += [told] if told else []
        await asyncio.sleep(0)
    done = await _keep(request, asked, *chain.from_iterable(kept))
    cases = [told[0].case for told in kept] if done else []
    return answered({name: answers, "cases": cases})
