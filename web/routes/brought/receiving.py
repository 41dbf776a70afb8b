"""A file of an upload as it comes in: written whole beside the others, or not at all, and never more than there is room
for."""

import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path

from starlette.requests import Request

from web.door.answers import Refused, refusing
from web.door.bodies import Bounds, declared_bytes, disk_full, received
from web.work import uploads

AT_ONCE = 4
"""Files that are received at the same time, of each route."""

WITHIN = 1800.0
"""Seconds that a file may take to come: 512 MB at 0.3 MB a second."""


async def receive(request: Request, token: str, path: Path, bounds: Bounds) -> None:
    """Write the body to `path`, a place in the upload of this token; `Refused`, with nothing left of it."""
    part = path.with_name(f".{secrets.token_hex(4)}.part")
    others = uploads.size_of(path.parent)
    try:
        with part.open("wb") as file:
            room = partial(_room, token, others, declared_bytes(request) or bounds.most)
            await received(request, file, replace(bounds, disk=path.parent, room=room))
        part.replace(path)
    except OSError:
        raise disk_full() from None
    finally:
        part.unlink(missing_ok=True)
        uploads.arrived(token)


def _room(token: str, others: int, most: int, size: int) -> None:
    with refusing(507, "disk-full"):
        uploads.make_room(token, others + size, others + most)


def too_large(got: str, limit: int, cure: str) -> Refused:
    """Return the refusal of a file of which so much is known, as in "12 MB"."""
    return Refused(413, "too-large", f"A file has at most {limit >> 20:,} MB here; this one has {got}. {cure}")
