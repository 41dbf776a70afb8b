"""How long the page's own decoders take for one code: WebAssembly's vectors, JavaScript, and onnxruntime in the server.

    python benchmarks/decoders.py [--rounds 200] [--layers mnist-16d]

Every bundled model whose decoder the browser may run. The two in the page take turns, code by code, in Node, which has
Chromium's engine (decoders.mjs); onnxruntime decodes as many codes after them, by the graph that the server has,
without the way there and back. Printed: medians in ms, how far the two in the page are apart at most, how many ms it
takes to make a decoder, and one network's layers.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import machine
from vae.explore.explorer import Explorer
from vae.explore.plain import looks_plain, plain_decoder
from vae.home import BUNDLED_MODELS
from vae.library.shelf import Model, find
from web.wire import frames

IN_PAGE = Path(__file__).with_suffix(".mjs")


def main() -> None:
    """Measure all decoders and print a table of them, and one of a network's layers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200, help="codes that each decodes")
    parser.add_argument("--layers", default="mnist-16d", help="the model whose layers are told apart")
    options = parser.parse_args()
    print(machine())
    models = [model for folder in sorted(BUNDLED_MODELS.iterdir()) if looks_plain((model := find(folder.name)).card)]
    with tempfile.TemporaryDirectory() as folder:
        for model in models:
            Path(folder, model.name).write_bytes(frame_of(model))
        in_page = run_in_page(folder, options.rounds, options.layers)
    print(f"{'ms a code':<22}{'vectors':>10}{'JavaScript':>12}{'onnxruntime':>13}{'apart':>10}{'made in':>9}")
    for model in models:
        row = in_page["models"][model.name]
        served = on_server(model, options.rounds)
        print(
            f"{model.name:<22}{row['quick']:10.3f}{row['plain']:12.3f}{served:13.3f}{row['apart']:10.0e}{row['made']:9.1f}"
        )
    print(f"\n{'layers of ' + options.layers:<46}{'vectors':>10}{'JavaScript':>12}")
    for row in in_page["layers"]:
        print(f"{row['said'][:44]:<46}{row['quick']:10.3f}{row['plain']:12.3f}")


def frame_of(model: Model) -> bytes:
    """Return a decoder's layers and tensors as the browser gets them."""
    plain = plain_decoder(model)
    layers = [*plain.layers, {"layer": "Act", "name": "sigmoid"}] if plain.output == "sigmoid" else plain.layers
    header = {"layers": layers, "inputs": model.card.latent.dims + model.card.told}
    return frames.join_arrays(header, {str(number): tensor for number, tensor in enumerate(plain.tensors)})


def run_in_page(folder: str, rounds: int, layers: str) -> dict[str, dict]:
    """Return what decoders.mjs measured of the frames in a folder."""
    done = subprocess.run(
        ["node", str(IN_PAGE), folder, str(rounds), layers], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


def on_server(model: Model, rounds: int) -> float:
    """Return the median ms of `rounds` codes, one after the other."""
    explorer = Explorer(model)
    given = np.zeros(1, int) if model.card.told else None
    times = []
    for z in np.random.default_rng(0).standard_normal((rounds, 1, model.card.latent.dims), np.float32):
        began = time.perf_counter()
        explorer.expect(z, given)
        times.append(time.perf_counter() - began)
    return 1e3 * float(np.median(times))


if __name__ == "__main__":
    main()
