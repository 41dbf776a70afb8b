"""Take in mutated files of every kind in a process that watches itself: `python -m tests.attacks.mutated COUNT SEED`.

Needs LATENT_HOME. Prints JSON {"tried": {kind: inputs}, "taken": {kind: inputs}, "wrong": [what should not be],
"peak_mb": memory at most}. Wrong is whatever is raised that is no `InputError`, a process or program that was started,
a socket, and a file opened outside of home, program and temporary folder. ONNX Runtime opens no file by way of Python,
so what it might read is looked at in test_graphs.py.
"""

import json
import os
import re
import sys
import sysconfig
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from vae.errors import InputError
from vae.exchange.pack import FILES
from vae.exchange.unpack import unpack
from vae.home import BUNDLED_MODELS, PROJECT, home
from vae.library.shelf import models_folder
from vae.own import own_sets
from vae.own.images.picture import read_picture
from vae.own.readers import inspect

MODEL = BUNDLED_MODELS / "mnist-2d"
STARTED = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pty.spawn",
    "subprocess.Popen",
}
DANGEROUS = STARTED | {"socket.connect", "socket.bind", "ctypes.dlopen", "pickle.find_class", "marshal.loads"}

wrong: list[str] = []
tried: Counter[str] = Counter()
taken: Counter[str] = Counter()


def watch() -> None:
    """From now on note every file opened elsewhere, and everything started."""
    python = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")} | {sys.base_prefix, sys.prefix}
    ours = {PROJECT, home(), Path(tempfile.gettempdir())}
    roots = tuple(os.path.realpath(root) for root in python | ours | {"/proc", "/sys", "/dev/null", "/etc/localtime"})

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith(roots):
                wrong.append(f"opened {path}")
        elif event in DANGEROUS and not _is_import():
            wrong.append(f"{event} {arguments!r:.100}")

    sys.addaudithook(hook)


def _is_import() -> bool:
    frame = sys._getframe(2)
    while frame is not None:
        if "importlib" in frame.f_code.co_filename:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def changed(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Put pieces in the place of others; positions go round."""
    for at, length, piece in edits:
        at %= len(data) + 1
        data = data[:at] + piece + data[at + length :]
    return data


EDITS = st.lists(
    st.tuples(st.integers(0, 2**20), st.sampled_from([0, 1, 1, 1, 4, 64]), st.binary(max_size=8)),
    min_size=1,
    max_size=6,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)


def take(kind: str, read: Callable[[], object]) -> None:
    """Take one input in; anything but a refusal in words is wrong."""
    tried[kind] += 1
    try:
        read()
        taken[kind] += 1
    except InputError as refused:
        if not str(refused):
            wrong.append(f"{kind}: refused without a word")
    except Exception as error:
        wrong.append(f"{kind}: {type(error).__name__}: {error!s:.200}")


def zipped(files: dict[str, bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return held.getvalue()


def model_files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in MODEL.iterdir() if path.name in FILES}


def pictures() -> list[bytes]:
    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (20, 24, 3), np.uint8))
    made = []
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"):
        held = BytesIO()
        image.save(held, kind)
        made.append(held.getvalue())
    return made


def tables() -> dict[str, bytes]:
    images, held, plain = np.random.default_rng(0).integers(0, 255, (12, 8, 8), np.uint8), BytesIO(), BytesIO()
    np.savez(held, images=images, labels=np.arange(12) % 3)
    np.save(plain, images)
    rows = "\n".join(",".join(map(str, [n % 3, *image.ravel()])) for n, image in enumerate(images))
    folder = zipped({f"{n % 2}/{n}.png": data for n, data in enumerate(pictures() * 2)})
    return {"t.npz": held.getvalue(), "t.npy": plain.getvalue(), "t.csv": rows.encode(), "t.zip": folder}


def main(count: int, number: int) -> None:
    """Take `count` inputs of each kind."""
    scratch = Path(tempfile.mkdtemp())
    files, seen, sets = model_files(), pictures(), tables()
    bad, card = scratch / "bad.zip", json.loads(files["card.json"])
    models_folder().mkdir(parents=True, exist_ok=True)
    watch()

    def fuzzed(*strategies: Any) -> Callable[[Callable[..., None]], Callable[[], None]]:
        def wrap(test: Callable[..., None]) -> Callable[[], None]:
            ready = settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))(
                given(*strategies)(test)
            )
            return seed(number)(ready)  # type: ignore[no-any-return]

        return wrap

    def import_(kind: str, data: bytes) -> None:
        bad.write_bytes(data)
        take(kind, lambda: unpack(bad, "mutated", numbered=True))

    @fuzzed(EDITS)
    def zips(edits: list[tuple[int, int, bytes]]) -> None:
        import_("zip", changed(zipped(files), edits))

    @fuzzed(st.sampled_from(sorted(files.keys() - {"card.json"})), EDITS)
    def members(name: str, edits: list[tuple[int, int, bytes]]) -> None:
        # The checksum is left out, or it would refuse what is to be opened.
        loose = card | {"files": {key: value for key, value in card["files"].items() if key != name}}
        import_(
            Path(name).suffix.strip("."),
            zipped(files | {"card.json": json.dumps(loose).encode(), name: changed(files[name], edits)}),
        )

    @fuzzed(st.sampled_from(sorted(card)), VALUES, EDITS, st.booleans())
    def cards(key: str, value: object, edits: list[tuple[int, int, bytes]], in_bytes: bool) -> None:
        said = changed(files["card.json"], edits) if in_bytes else json.dumps(card | {key: value}).encode()
        import_("card", zipped(files | {"card.json": said}))

    @fuzzed(st.sampled_from(range(len(seen))), EDITS)
    def images(which: int, edits: list[tuple[int, int, bytes]]) -> None:
        take("picture", lambda: read_picture(changed(seen[which], edits), (1, 28, 28)))

    @fuzzed(st.sampled_from(sorted(sets)), EDITS)
    def own(name: str, edits: list[tuple[int, int, bytes]]) -> None:
        path = scratch / name
        path.write_bytes(changed(sets[name], edits))
        take(f"table {Path(name).suffix}", lambda: inspect(path))
        take("data set", lambda: list(own_sets.add(path, f"own-{tried['data set']}")))

    for test in (zips, members, cards, images, own):
        test()
    # Not by `getrusage`: it begins with what the process that started this one had.
    said = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert said
    peak = int(said[1]) // 1024
    print(json.dumps({"tried": tried, "taken": taken, "wrong": wrong[:20], "peak_mb": peak}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
