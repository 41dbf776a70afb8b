"""A class of thirty moves its sliders: how long each picture takes, with and without a run that trains.

    python benchmarks/class_of_thirty.py [--clients 30] [--rate 20] [--seconds 30] [--model mnist-16d] [--no-training]

Each client is a process of its own with a socket of its own; all of them ask `rate` times a second, at moments of
their own, one request after the other. A bare asyncio server that sends the same number of bytes back is asked by the
same clients in the same way before, so that what the machine and the clients themselves take is seen.
"""

import argparse
import asyncio
import multiprocessing as processes
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import figure, latency, latency_heading, machine

START_SECONDS = 40.0
"""Until all clients are there: thirty interpreters begin at once."""

REQUEST_BYTES, ANSWER_BYTES = 160, 860
"""About those of a decode of one code of 16 dimensions, and of its picture of 28 x 28."""

P95, P95_TRAINING, FAIR = 10, 30, 2


class Told(NamedTuple):
    """What a client has seen: the seconds of each answer, and how many were none."""

    seconds: list[float]
    errors: int


class Load(NamedTuple):
    """What each client does."""

    rate: float
    seconds: float
    model: str


def main() -> None:
    """Measure the echo, the server, and the server beside a run; print one table."""
    options = _options()
    load = Load(options.rate, options.seconds, options.model)
    print(f"{machine()}; {options.clients} clients in processes of their own, {load.rate:g} a second each")
    latency_heading()
    with _echoing() as port:
        _report("a bare asyncio echo", _asked(options.clients, _echo_client, str(port), load), load, None)

    from tests.running import running_server

    with tempfile.TemporaryDirectory() as home, running_server(Path(home)) as server:
        address = server.live.replace("localhost", "127.0.0.1")
        _report("decode 1 row", _asked(options.clients, _live_client, address, load), load, P95)
        if options.training:
            os.environ["LATENT_HOME"] = home
            with _training():
                told = _asked(options.clients, _live_client, address, load)
            _report("decode 1 row while a run trains", told, load, P95_TRAINING)
    with _echoing() as port:
        _report("the echo once more", _asked(options.clients, _echo_client, str(port), load), load, None)


def _report(what: str, told: list[Told], load: Load, p95: float | None) -> None:
    every = [seconds for one in told for seconds in one.seconds]
    latency(f"{what} ({len(every):,} answers)", every, p95=p95)
    errors, shares = sum(one.errors for one in told), [len(one.seconds) for one in told]
    fair = max(shares) / max(1, min(shares))
    goal = (lambda target, met: (target, met)) if p95 else (lambda *_: ())
    if every:
        figure("  p99, largest", f"{np.percentile(every, 99) * 1e3:.1f}, {max(every) * 1e3:.0f} ms")
        worst = max(float(np.percentile(one.seconds, 95)) for one in told if one.seconds)
        figure("  p95 of the client that waited longest", f"{worst * 1e3:.1f} ms")
    figure("  errors", str(errors), *goal("0", errors == 0))
    figure("  largest share by smallest", f"{fair:.2f}", *goal(f"<= {FAIR}", fair <= FAIR))
    figure("  answers a second, of those meant", f"{len(every) / load.seconds:.0f} of {len(told) * load.rate:.0f}")


# Clients


def _asked(clients: int, client: Callable[..., None], address: str, load: Load) -> list[Told]:
    """Run so many clients at once, each a process, and return what each has seen."""
    context = processes.get_context("spawn")
    answers: processes.Queue[tuple[int, Told]] = context.Queue()
    together = context.Barrier(clients)
    running = [context.Process(target=client, args=(i, address, load, together, answers)) for i in range(clients)]
    for one in running:
        one.start()
    told = dict(answers.get(timeout=START_SECONDS + load.seconds + 60) for _ in running)
    for one in running:
        one.join()
    return [told[number] for number in range(clients)]


def _paced(number: int, load: Load, ask: Callable[[int], bool]) -> Told:
    """Ask `rate` times a second at moments of one's own; one that is late asks at once, and does not catch up."""
    random_ = random.Random(number)
    seconds: list[float] = []
    errors, count = 0, 0
    due = time.perf_counter() + random_.random() / load.rate
    end = time.perf_counter() + load.seconds
    while (now := time.perf_counter()) < end:
        if now < due:
            time.sleep(due - now)
        due = max(due, time.perf_counter() - 1 / load.rate) + random_.uniform(0.8, 1.2) / load.rate
        began = time.perf_counter()
        good = ask(count)
        count += 1
        if good:
            seconds.append(time.perf_counter() - began)
        else:
            errors += 1
    return Told(seconds, errors)


def _live_client(number: int, address: str, load: Load, together: object, answers: object) -> None:
    from websockets.sync.client import connect

    from vae.library.shelf import find
    from web.wire import frames

    codes = np.random.default_rng(number).standard_normal((64, 1, find(load.model).card.latent.dims)).astype("f")
    with connect(address, compression=None) as live:

        def ask(count: int) -> bool:
            live.send(frames.request(count, "decode", load.model, codes[count % len(codes)]))
            header, picture = frames.read_answer(bytes(live.recv(60)))
            return header.get("id") == count and picture is not None

        for count in range(5):
            ask(count)
        together.wait(START_SECONDS)  # type: ignore[attr-defined]
        answers.put((number, _paced(number, load, ask)))  # type: ignore[attr-defined]


def _echo_client(number: int, port: str, load: Load, together: object, answers: object) -> None:
    request = bytes(REQUEST_BYTES)
    with socket.create_connection(("127.0.0.1", int(port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def ask(_: int) -> bool:
            connection.sendall(request)
            left = ANSWER_BYTES
            while left and (piece := connection.recv(left)):
                left -= len(piece)
            return not left

        together.wait(START_SECONDS)  # type: ignore[attr-defined]
        answers.put((number, _paced(number, load, ask)))  # type: ignore[attr-defined]


# What they ask


def _serve_echo(port: int) -> None:
    answer = bytes(ANSWER_BYTES)

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await reader.readexactly(REQUEST_BYTES)
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def serve() -> None:
        async with await asyncio.start_server(echo, "127.0.0.1", port) as server:
            await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def _echoing() -> Iterator[int]:
    """Serve the echo in a process of its own until the block ends; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = processes.get_context("spawn").Process(target=_serve_echo, args=(port,), daemon=True)
    process.start()
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield port
    process.terminate()
    process.join()


@contextmanager
def _training() -> Iterator[None]:
    """Train, as the app does, until the block ends."""
    from vae.config import TrainConfig
    from vae.runs import launch, shelf

    run = launch.launch(TrainConfig(dataset="mnist-5k", epochs=10_000))
    try:
        until = time.monotonic() + 120
        while (state := shelf.status(run.folder).state) != "training":
            assert time.monotonic() < until, f"the run did not begin: {state}"
            time.sleep(0.2)
        before = shelf.status(run.folder).step
        yield
        after = shelf.status(run.folder)
        figure("  the run meanwhile: steps", f"{after.step - before:,}" + (" (it ended)" * (after.state != "training")))
    finally:
        launch.ask(run.name, wish="discard")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="mnist-16d")
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--rate", type=float, default=20, help="requests a second of each client")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--no-training", dest="training", action="store_false")
    return parser.parse_args()


if __name__ == "__main__":
    main()
