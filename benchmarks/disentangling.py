"""MIG, SAP and DCI of models, on all things of a data set whose factors are known, and their mean and spread.

    LATENT_DATA_DIR=… python benchmarks/disentangling.py MODEL … --dataset dsprites-grid

Chen et al. 2018, arXiv 1802.04942, measure MIG on the whole grid of dSprites, without the shape, and so does this, on a
grid of 46,080 of its images. Models that differ by their seed alone say how much is chance:

    LATENT_DATA_DIR=… python -m vae sweep --dataset dsprites-grid --objective beta-tc --beta 6 --seeds 5
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import tyro

from benchmarks.report import machine
from vae.data import load
from vae.explore.explorer import open_explorer
from vae.kinds.kinds import kind_of
from vae.measures.figures import FIGURES, OF_FACTORS
from vae.measures.known import known_of
from vae.measures.measuring import of_factors
from vae.measures.words.table import aligned, said


def main(models: tyro.conf.Positional[tuple[str, ...]], dataset: str = "shapes", things: int = 50_000) -> None:
    """Print a line a model, and of several their mean and standard deviation.

    Args:
        models: Names in the library, or folders.
        dataset: Data set whose things are encoded, of the models' kind and shape.
        things: Most of them, of both parts; fewer are drawn at random.
    """
    data = load(dataset)
    known = known_of(data, kind_of(data.item).nouns, things)
    if known is None:
        sys.exit(f"Nothing says which factors the things of {dataset} were drawn from.")
    print(f"{machine()}\n{known.told}; factors: {', '.join(known.names)}", flush=True)
    rows = []
    for model in models:
        found = of_factors(open_explorer(model), known)
        rows.append([found.values[name] for name in OF_FACTORS])
    titles = list(models)
    if len(rows) > 1:
        numbers = np.array(rows, float)
        rows += [numbers.mean(0).tolist(), numbers.std(0, ddof=1).tolist()]
        titles += ["mean", "standard deviation"]
    head = ["", *(FIGURES[name].title.partition(",")[0] for name in OF_FACTORS)]
    cells = [[title, *map(said, OF_FACTORS, row)] for title, row in zip(titles, rows, strict=True)]
    print("\n".join(aligned([head, *cells])))


if __name__ == "__main__":
    tyro.cli(main)
