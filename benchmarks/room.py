"""Thirty phones vote in a room at once: how long until each has heard that its answer counts.

    python benchmarks/room.py [--phones 30] [--rounds 20]

Each phone is a WebSocket of its own to the real server; all of them send their answer in the same moment, and an answer
counts once it is in the room's file. The last of them is what a class waits for. The board, which is told how many have
voted, is asked in the same way.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import figure, machine
from tests.running import Server, running_server

MOST_SECONDS = 1.0
"""In which thirty phones have voted."""


def main() -> None:
    """Let them vote, round after round; print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    print(f"{machine()}; {options.phones} phones, {options.rounds} votes")
    with tempfile.TemporaryDirectory() as home, running_server(Path(home)) as server:
        answered, seen = asyncio.run(_class(server, options.phones, options.rounds))
    slowest = np.max(answered)
    figure("the last answer counts, median", f"{np.median(answered) * 1e3:.0f} ms")
    figure("slowest", f"{slowest * 1e3:.0f} ms", f"below {MOST_SECONDS:g} s", bool(slowest < MOST_SECONDS))
    figure("the board shows all, median", f"{np.median(seen) * 1e3:.0f} ms")
    figure("slowest", f"{np.max(seen) * 1e3:.0f} ms")


async def _class(server: Server, phones: int, rounds: int) -> tuple[list[float], list[float]]:
    request = urllib.request.Request(f"{server.url}/api/rooms?lesson=gap", method="POST")
    with urllib.request.urlopen(request) as answer:
        room = json.load(answer)
    address = f"{server.url.replace('http', 'ws', 1)}/api/room?room={room['code']}&who="
    sockets = [await connect(f"{address}phone-{n:04}") for n in range(phones)]
    board = await connect(f"{address}the-board")
    await board.send(json.dumps({"do": "watch", "key": room["key"]}))
    state = await _told(board, part="leads", phones=phones)
    answered, seen = [], []
    for number in range(rounds):
        for socket in sockets:
            await _told(socket, turn=state["turn"])
        began = time.perf_counter()
        watching = asyncio.create_task(_told(board, voted=phones))
        await asyncio.gather(*(_vote(socket, state["turn"], n % 3) for n, socket in enumerate(sockets)))
        answered.append(time.perf_counter() - began)
        await watching
        seen.append(time.perf_counter() - began)
        await board.send('{"do": "close"}')
        await board.send(json.dumps({"do": "ask", "lesson": "gap", "question": number % 2}))
        state = await _told(board, turn=state["turn"] + 1)
        await asyncio.sleep(0.5)  # the board's own messages are counted, too
    return answered, seen


async def _vote(socket: ClientConnection, turn: int, option: int) -> None:
    await socket.send(json.dumps({"do": "vote", "turn": turn, "option": option}))
    await _told(socket, turn=turn, mine=option)


async def _told(socket: ClientConnection, **wanted: object) -> dict:
    """Return the first state that is as wanted."""
    while True:
        state: dict = json.loads(await socket.recv()).get("room", {})
        if state and all(state[name] == value for name, value in wanted.items()):
            return state


if __name__ == "__main__":
    main()
