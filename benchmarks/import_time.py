"""How long Python waits for the package: `import vae`, a model opened, a picture decoded, each in a fresh process.

python benchmarks/import_time.py [--rounds 9]
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.report import in_turns, machine, row

ROOT = Path(__file__).resolve().parent.parent
IMPORT = 0.3  # s

STEPS = {
    "import vae": "import vae",
    "vae.open('mnist-16d'), one picture decoded": "import vae; vae.open('mnist-16d').draw(1)",
    "import torch, for comparison": "import torch",
}


def main() -> None:
    """Time each step, interleaved, and say which has loaded torch."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    print(f"{machine()}; median of {rounds} processes each, in turns, the start of Python not counted")
    seconds = in_turns({name: lambda code=code: _run(code)[0] for name, code in STEPS.items()}, rounds)
    for name, taken in seconds.items():
        own = float(np.median(taken))
        loads = "torch is loaded" if _run(STEPS[name])[1] else "no torch"
        is_import = name == "import vae"
        row(name, f"{own:.3f} s, {loads}", f"<= {IMPORT} s" * is_import, own <= IMPORT if is_import else None)


def _run(code: str) -> tuple[float, bool]:
    """Run code in a process of its own; return the seconds that it took, and whether torch is loaded then."""
    whole = f"import time; t = time.time()\n{code}\nimport sys; print(time.time() - t, 'torch' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", whole], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    taken, torch = said.split()
    return float(taken), torch == "True"


if __name__ == "__main__":
    main()
