"""How many checks a second the service answers, and how long each takes: on loopback, with two workers.

    python benchmarks/load.py [--seconds 600] [--history URL] [--workers 2] [--check]

Starts `triage serve` on a free port in a folder of its own. First it asks as fast as answers come, for the
highest rate. Then it asks at half that rate for --seconds, at times that were fixed before, whether or not
earlier answers have come: so a pause of the service is counted for every request that had to wait for it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep
from urllib.error import URLError
from urllib.request import urlopen

HOST = "127.0.0.1"
SLOWEST, LEAST_RATE, MOST_GROWTH = 15.0, 1_500.0, 8.0  # milliseconds, requests a second, megabytes
TICKETS = (
    ("printer", "The printer at the front desk is jammed. Three of us can't print since this morning."),
    ("", "I forgot my password and I am locked out of my computer."),
    ("Outlook", "Outlook does not open for me. I get an error after the update, restarting did not help."),
    ("Server", "The file server is down, nobody in the office can work."),
    ("question", "How do I copy a folder to the shared drive? No hurry."),
    ("slow", "My laptop is very slow today but I can work. It happens now and then."),
)


@dataclass(slots=True)
class Answers:
    """What came back: milliseconds of each answer, and how many were no answers."""

    milliseconds: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    def within(self, share: float) -> float:
        """Return the milliseconds within which a share of the answers came."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")


class Connection(asyncio.Protocol):
    """One connection that is kept open: a request goes out, its answer comes back, then the next."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._answer: asyncio.Future[bool] | None = None
        self._out: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        assert isinstance(transport, asyncio.Transport)
        self._out = transport

    def data_received(self, data: bytes) -> None:
        """Gather an answer until it is whole."""
        self._got += data
        head = self._got.find(b"\r\n\r\n")
        if head < 0:
            return
        length = int(self._got[:head].lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(self._got) >= head + 4 + length:
            good = self._got.startswith(b"HTTP/1.1 200")
            self._got.clear()
            self._settle(good)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count an answer that never came."""
        self._settle(False)

    def ask(self, request: bytes) -> asyncio.Future[bool]:
        """Send a request and return whether it will have been answered well."""
        self._answer = asyncio.get_running_loop().create_future()
        if self._out is None or self._out.is_closing():
            self._answer.set_result(False)
        else:
            self._out.write(request)
        return self._answer

    def close(self) -> None:
        """Close the connection."""
        if self._out is not None:
            self._out.close()

    def _settle(self, good: bool) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(good)


def requests(*, keep: bool) -> list[bytes]:
    """Return the requests to send, as the bytes that go over the wire."""
    made = []
    for (subject, body), chosen in zip(TICKETS, cycle(("critical", "low", "standard")), strict=False):
        ticket = {"subject": subject, "body": body, "channel": "portal", "chosen": chosen, "keep": keep}
        data = json.dumps(ticket).encode()
        head = f"POST /v1/check HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        made.append(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
    return made


async def connected(port: int, number: int) -> list[Connection]:
    """Open so many connections."""
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Connection, HOST, port))[1] for _ in range(number)]


async def as_fast_as_it_goes(
    port: int, wire: Sequence[bytes], *, seconds: float, connections: int
) -> Answers:
    """Ask on each connection as soon as the answer before has come."""
    answers, ends = Answers(), perf_counter() + seconds
    opened, start = await connected(port, connections), perf_counter()

    async def one(connection: Connection, number: int) -> None:
        while (sent := perf_counter()) < ends:
            if await connection.ask(wire[number % len(wire)]):
                answers.milliseconds.append((perf_counter() - sent) * 1_000)
            else:
                answers.errors += 1
            number += 1

    await asyncio.gather(*(one(connection, number) for number, connection in enumerate(opened)))
    answers.seconds = perf_counter() - start
    for connection in opened:
        connection.close()
    return answers


async def at_rate(
    port: int, wire: Sequence[bytes], rate: float, *, seconds: float, connections: int
) -> Answers:
    """Ask so many times a second, at random times that were fixed before: milliseconds count from there."""
    answers, free = Answers(), asyncio.Queue[Connection]()
    for connection in await connected(port, connections):
        free.put_nowait(connection)
    random, start, due, running = Random(1), perf_counter(), 0.0, set()

    async def one(request: bytes, due: float) -> None:
        connection = await free.get()
        if await connection.ask(request):
            answers.milliseconds.append((perf_counter() - start - due) * 1_000)
        else:
            answers.errors += 1
        free.put_nowait(connection)

    for request in cycle(wire):
        due += random.expovariate(rate)
        if due > seconds:
            break
        if (early := due - (perf_counter() - start)) > 0.0005:
            await asyncio.sleep(early)
        task = asyncio.create_task(one(request, due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    answers.seconds = perf_counter() - start
    while not free.empty():
        free.get_nowait().close()
    return answers


# -- the service -----------------------------------------------------------------------------------------


@contextmanager
def service(workers: int, history: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Start the service on a free port and stop it again."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port = found.getsockname()[1]
    with TemporaryDirectory(prefix="triage-load-") as folder:
        command = [sys.executable, "-m", "triage", "serve", "--port", str(port), "--workers", str(workers)]
        environment = os.environ | {"TRIAGE_LOG_LEVEL": "warning"}
        process = subprocess.Popen([*command, "--history", history], cwd=folder, env=environment)
        try:
            wait_for(port, process)
            yield port, process
        finally:
            process.terminate()
            process.wait(60)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the service answers."""
    for _ in range(600):
        try:
            with urlopen(f"http://{HOST}:{port}/readyz", timeout=5):
                sleep(5)  # the other workers are loading still
                return
        except (URLError, OSError):
            if process.poll() is not None:
                raise SystemExit("the service did not start") from None
            sleep(0.2)
    raise SystemExit("the service did not answer within two minutes")


def resident(parent: int) -> float:
    """Return the resident size of the processes below this one, in megabytes."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if f"\nPPid:\t{parent}\n" in text:
            total += int(text.partition("VmRSS:")[2].split()[0])
    return total / 1024


def busy(parent: int) -> float:
    """Return the seconds of processor time that the processes below this one have used."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[1]) == parent:
            ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


async def sampled(parent: int, sizes: list[float], *, every: float) -> None:
    """Note the resident size again and again."""
    while True:
        sizes.append(resident(parent))
        await asyncio.sleep(every)


async def measure(port: int, process: subprocess.Popen[bytes], options: argparse.Namespace) -> bool:
    """Print what was measured and return whether all aims are met."""
    wire = requests(keep=not options.no_keep)
    await as_fast_as_it_goes(port, wire, seconds=options.warm, connections=options.connections)
    before, own = busy(process.pid), process_time()
    top = await as_fast_as_it_goes(port, wire, seconds=options.top, connections=options.connections)
    show("as fast as it goes", top)
    asked = 1_000 / max(1, len(top.milliseconds))
    service, tool = (busy(process.pid) - before) * asked, (process_time() - own) * asked
    print(f"processor time a request: {service:.2f} ms of the service, {tool:.2f} ms of this tool")
    sizes: list[float] = []
    sampling = asyncio.create_task(sampled(process.pid, sizes, every=max(1.0, options.seconds / 20)))
    rate = options.rate or top.rate / 2
    half = await at_rate(port, wire, rate, seconds=options.seconds, connections=256)
    sampling.cancel()
    show(f"at {rate:,.0f} a second", half)
    settled = sizes[len(sizes) // 4 :]
    growth = settled[-1] - settled[0]
    print(f"resident, all workers: {settled[0]:.0f} MB, then {settled[-1]:.0f} MB ({growth:+.1f})")
    fast = top.rate >= LEAST_RATE and half.within(0.99) < SLOWEST
    return fast and not top.errors and not half.errors and growth <= MOST_GROWTH


def show(name: str, answers: Answers) -> None:
    """Print a line of figures."""
    shares = "  ".join(f"{share:.1%} {answers.within(share):7.2f} ms" for share in (0.5, 0.95, 0.99, 0.999))
    print(f"{name:>22}: {answers.rate:8,.0f} a second  {shares}  errors {answers.errors}", flush=True)


def main() -> int:
    """Measure; return 1 when an aim is missed and --check is given."""
    parser = argparse.ArgumentParser(description="Load on /v1/check of the service, on loopback.")
    parser.add_argument("--seconds", type=float, default=600, help="how long at half the highest rate (600)")
    parser.add_argument("--top", type=float, default=20, help="seconds to find the highest rate (20)")
    parser.add_argument("--warm", type=float, default=5, help="seconds before anything is measured (5)")
    parser.add_argument("--rate", type=float, help="this rate instead of half the highest")
    parser.add_argument("--connections", type=int, default=32, help="connections at the highest rate (32)")
    parser.add_argument("--workers", type=int, default=2, help="processes of the service (2)")
    parser.add_argument("--history", default="sqlite:///triage.db", help='the memory, "" for none')
    parser.add_argument("--no-keep", action="store_true", help="ask as a form does while somebody types")
    parser.add_argument("--check", action="store_true", help="exit with 1 when an aim is missed")
    options = parser.parse_args()
    with service(options.workers, options.history) as (port, process):
        met = asyncio.run(measure(port, process, options))
    return int(options.check and not met)


if __name__ == "__main__":
    raise SystemExit(main())
