"""Where torchvision says its data sets are to be had, and their checksums: the one place that imports torchvision.

Call these only in a process that may import torch; the web server may not. They answer from torchvision's tables
and open nothing.
"""

from types import ModuleType

from vae.datasets.downloads import Download

EMNIST_LETTERS = tuple(
    f"emnist-letters-{part}-ubyte"
    for part in ("train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1")
)
CIFAR10_BATCHES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")


def idx_files(name: str) -> list[Download]:
    """Return the four files of `name`, one of MNIST, FashionMNIST and KMNIST."""
    kind = getattr(_datasets(), name)
    return [Download(file, tuple(mirror + file for mirror in kind.mirrors), md5) for file, md5 in kind.resources]


def emnist_letters() -> list[Download]:
    """Return EMNIST's archive and the four of its files that are the letters."""
    kind = _datasets().EMNIST
    return [Download("gzip.zip", (kind.url,), kind.md5, tuple(f"gzip/{file}.gz" for file in EMNIST_LETTERS))]


def cifar10() -> list[Download]:
    """Return CIFAR-10's binary version: torchvision's own is pickled, and nothing here opens a pickle."""
    url = _datasets().CIFAR10.url.replace("-python", "-binary")
    members = tuple(f"cifar-10-batches-bin/{file}" for file in CIFAR10_BATCHES)
    return [Download("cifar-10-binary.tar.gz", (url,), "c32a1d4ab5d03f1284b67883e8d87530", members)]


def svhn() -> list[Download]:
    """Return SVHN's cropped digits, without the `extra` half a million."""
    return [
        Download(file, (url,), md5) for url, file, md5 in (_datasets().SVHN.split_list[s] for s in ("train", "test"))
    ]


def _datasets() -> ModuleType:
    """Import torchvision.datasets, also beside a torch that was built for another device than torchvision."""
    try:
        import torchvision.datasets
    except RuntimeError as error:
        # The wheel on PyPI is built for CUDA; beside a CPU-only torch its operators cannot be loaded, and the import
        # fails on the first that it describes. Declared by hand they exist, and data sets and transforms need neither.
        if "torchvision::nms" not in str(error):
            raise
        import torch

        for operator in ("nms", "qnms"):
            torch.library.define(
                f"torchvision::{operator}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            )
        import torchvision.datasets
    datasets: ModuleType = torchvision.datasets
    return datasets
