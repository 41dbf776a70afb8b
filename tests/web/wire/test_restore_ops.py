"""Spoiled and restored pictures over the live socket, and what it answers to requests that make no sense."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from websockets.sync.client import ClientConnection, connect

from tests.running import Server
from tests.tiny_model import expected_decode, expected_encode, write_tiny_model
from tests.web.wire.test_live import assert_usable
from vae.experiments.restoration import DRAWS, SWEEPS, impute, methods_of
from vae.explore.explorer import Explorer, Told, open_explorer
from vae.home import BUNDLED_MODELS
from vae.kinds.corruptions import CORRUPTIONS, corrupt
from vae.kinds.images import IMAGES
from vae.kinds.kind import Item
from vae.library.shelf import find
from web.wire import frames
from web.wire.frames import FrameError
from web.wire.ops import restoring

METHODS = methods_of(Item("image", (28, 28, 1)))
as_bytes = IMAGES.keep
NOISE = {"name": "gaussian", "amount": 0.5, "seed": 7}
HOLE = {"name": "block", "amount": 0.5, "seed": 7}
FILTERS = ["median", "gaussian", "total-variation", "non-local-means"]
FILLERS = ["impute", "median", "biharmonic"]


@pytest.fixture
def live(server: Server) -> Iterator[ClientConnection]:
    with connect(server.live, max_size=None) as socket:
        yield socket


@pytest.fixture(scope="module")
def mnist() -> Explorer:
    return open_explorer(str(BUNDLED_MODELS / "mnist-16d"))


@pytest.fixture(scope="module")
def digit(mnist: Explorer) -> np.ndarray:
    codes = mnist.codes()
    assert codes is not None
    return mnist.decode(codes.centre[:1])


def ask(live: ClientConnection, op: str, model: str, array: np.ndarray, **more: object) -> tuple[dict, np.ndarray]:
    """Return the header and the array of an answer that must be a good one."""
    live.send(frames.request(1, op, model, array, **more))
    header, answer = frames.read_answer(live.recv(60))  # type: ignore[arg-type]
    assert answer is not None, header
    return header, answer


@pytest.mark.parametrize("name", [name for name in CORRUPTIONS if name != "brush"])
@pytest.mark.parametrize("amount", [0, 0.3, 1])
def test_reconstruct_answers_the_spoiled_images_and_what_the_model_makes_of_them(
    live: ClientConnection, name: str, amount: float
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), np.uint8)
    _, (spoiled, restored) = ask(
        live, "reconstruct", "tiny-16d", images, corruption={"name": name, "amount": amount, "seed": 5}
    )
    np.testing.assert_array_equal(spoiled, as_bytes(corrupt(name, images, amount, 5).images))
    if amount == 0:
        np.testing.assert_array_equal(spoiled, images)
    mean, _ = expected_encode(spoiled, 16)
    assert np.abs(restored.astype(int) - expected_decode(mean)).max() <= 1  # half a level may fall either way


@pytest.mark.parametrize(
    ("corruption", "methods"), [(NOISE, ["vae", *FILTERS]), (HOLE, ["vae", *FILLERS]), (NOISE, []), (None, ["vae"])]
)
def test_restore_answers_the_spoiled_picture_each_methods_and_their_figures(
    live: ClientConnection, mnist: Explorer, digit: np.ndarray, corruption: dict | None, methods: list[str]
) -> None:
    header, pictures = ask(live, "restore", "mnist-16d", digit, corruption=corruption, methods=methods)
    assert header["dtype"] == "uint8"
    assert pictures.shape == (1 + len(methods), 28, 28, 1)
    assert len(header["psnr"]) == len(header["ssim"]) == len(pictures)
    if corruption:
        expected = as_bytes(corrupt(corruption["name"], digit, corruption["amount"], corruption["seed"]).images)
        np.testing.assert_array_equal(pictures[:1], expected)
    else:
        np.testing.assert_array_equal(pictures[:1], digit)
    if "vae" in methods:
        np.testing.assert_array_equal(pictures[1:2], mnist.reconstruct(pictures[:1]))
    for picture, decibels, similarity in zip(pictures, header["psnr"], header["ssim"], strict=True):
        equal = (picture == digit[0]).all()
        assert (decibels is None) == equal
        if not equal:
            assert decibels == pytest.approx(peak_signal_noise_ratio(digit[0], picture), abs=1e-6)
        assert similarity == pytest.approx(structural_similarity(digit[0], picture, channel_axis=-1), abs=1e-6)


def test_restore_asks_the_model_where_no_method_is_named(live: ClientConnection, digit: np.ndarray) -> None:
    unnamed, named = (ask(live, "restore", "mnist-16d", digit, corruption=NOISE, **more)[1] for more in NAMED)
    np.testing.assert_array_equal(unnamed, named)


NAMED: list[dict[str, list[str]]] = [{}, {"methods": ["vae"]}]


def test_a_method_named_twice_is_answered_once(live: ClientConnection, digit: np.ndarray) -> None:
    header, pictures = ask(live, "restore", "mnist-16d", digit, corruption=HOLE, methods=["impute", "vae"] * 8)
    once, same = ask(live, "restore", "mnist-16d", digit, corruption=HOLE, methods=["impute", "vae"])
    assert (header["psnr"], header["ssim"]) == (once["psnr"], once["ssim"])
    np.testing.assert_array_equal(pictures, same)


class Slow(Explorer):
    """A model that takes 50 ms to decode."""

    def expect(self, z: np.ndarray, given: Told = None) -> np.ndarray:
        time.sleep(0.05)
        return super().expect(z, given)


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Explorer:
    write_tiny_model(tmp_path / "slow", 2)
    monkeypatch.setattr(restoring, "LONGEST", 0.2)
    return Slow(find(str(tmp_path / "slow")))


def test_a_slow_model_imputes_in_what_time_is_left_and_last(slow: Explorer, digit: np.ndarray) -> None:
    started = time.perf_counter()
    pictures, _ = restoring.restore(slow, *read(digit, HOLE, ["impute", "vae", "median"]))
    assert time.perf_counter() - started < 1
    spoiled, known = corrupt("block", digit, 0.5, 7)
    assert known is not None
    steps = [as_bytes(step.mean)[0] for step in impute(slow, as_bytes(spoiled), known, 6)]
    assert any((pictures[1] == step).all() for step in steps[1:])
    np.testing.assert_array_equal(pictures[2], slow.reconstruct(as_bytes(spoiled))[0])


def test_methods_that_take_too_long_together_are_refused(
    slow: Explorer, digit: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "LONGEST", 0.04)
    with pytest.raises(FrameError, match="not all methods were done; ask for fewer") as refused:
        restoring.restore(slow, *read(digit, HOLE, ["vae", "median", "impute"]))
    assert refused.value.refusal.error.code == "too-slow"


def read(picture: np.ndarray, corruption: dict, methods: list[str]) -> tuple[frames.Request, memoryview]:
    return frames.read_request(frames.request(1, "restore", "m", picture, corruption=corruption, methods=methods))


def test_the_same_seed_spoils_the_same_way(live: ClientConnection, digit: np.ndarray) -> None:
    a, b, c = (ask(live, "restore", "mnist-16d", digit, corruption=NOISE | {"seed": seed})[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert (a[0] != c[0]).any()


def test_the_brush_hides_where_its_picture_is_bright(live: ClientConnection, digit: np.ndarray) -> None:
    mask = np.zeros_like(digit)
    mask[:, 10:18, 10:18], mask[:, 2:5] = 128, 127
    header, pictures = ask(
        live, "restore", "mnist-16d", np.concatenate([digit, mask]), corruption={"name": "brush"}, methods=FILLERS
    )
    assert (pictures[0][mask[0] > 127] == 0).all()
    np.testing.assert_array_equal(pictures[0][mask[0] <= 127], digit[0][mask[0] <= 127])
    for method, picture in zip(FILLERS, pictures[1:], strict=True):
        if method != "median":
            np.testing.assert_array_equal(picture[mask[0] <= 127], digit[0][mask[0] <= 127])
    assert header["psnr"][1] > header["psnr"][0]


@pytest.mark.parametrize("more", [{}, {"sweeps": 5, "draws": 3}, {"sweeps": 64, "draws": 16}])
def test_impute_answers_every_sweep_and_the_spread(
    live: ClientConnection, mnist: Explorer, digit: np.ndarray, more: dict[str, int]
) -> None:
    _, pictures = ask(live, "impute", "mnist-16d", digit, corruption=HOLE, **more)
    images, known = corrupt("block", digit, 0.5, 7)
    assert known is not None
    steps = list(impute(mnist, as_bytes(images), known, more.get("sweeps", SWEEPS), more.get("draws", DRAWS)))
    assert len(pictures) == len(steps) + 1
    for picture, step in zip(pictures, steps, strict=False):
        np.testing.assert_array_equal(picture, as_bytes(step.mean)[0])
    np.testing.assert_array_equal(pictures[-1], as_bytes(2 * steps[-1].spread)[0])


WHOLE = {"a block over all": HOLE | {"amount": 1}, "no block": HOLE | {"amount": 0}, "all rows": {"name": "rows"}}


@pytest.mark.parametrize("case", WHOLE)
@pytest.mark.parametrize("value", [None, 0, 255])
def test_holes_of_everything_and_of_nothing_are_answered(
    live: ClientConnection, digit: np.ndarray, case: str, value: int | None
) -> None:
    picture = digit if value is None else np.full_like(digit, value)
    corruption = {"amount": 1} | WHOLE[case]
    header, pictures = ask(live, "restore", "mnist-16d", picture, corruption=corruption, methods=["vae", *FILLERS])
    assert pictures.shape[0] == 5
    assert all(figure is None or np.isfinite(figure) for figure in (*header["psnr"], *header["ssim"]))
    _, steps = ask(live, "impute", "mnist-16d", picture, corruption=corruption, sweeps=2, draws=2)
    if case == "no block":
        np.testing.assert_array_equal(steps[:-1], np.repeat(picture, 3, axis=0))
        assert not steps[-1].any()


@pytest.mark.parametrize("value", [None, 0, 255])
@pytest.mark.parametrize("amount", [0, 1])
def test_noise_of_any_amount_on_any_picture_is_answered(
    live: ClientConnection, digit: np.ndarray, value: int | None, amount: float
) -> None:
    picture = digit if value is None else np.full_like(digit, value)
    for name in (name for name, corruption in CORRUPTIONS.items() if not corruption.hides):
        corruption = {"name": name, "amount": amount, "seed": 1}
        header, _ = ask(live, "restore", "mnist-16d", picture, corruption=corruption, methods=["vae", *FILTERS])
        if amount == 0:
            assert (header["psnr"][0], header["ssim"][0]) == (None, pytest.approx(1))


@pytest.mark.parametrize("shape", [(3, 64, 64), (1, 8, 8), (3, 5, 9), (1, 1, 1)], ids=str)
def test_models_of_other_shapes_restore_too(live: ClientConnection, home: Path, shape: tuple[int, int, int]) -> None:
    name = "restore-{}-{}-{}".format(*shape)
    write_tiny_model(home / "models" / name, 2, shape)
    picture = np.random.default_rng(0).integers(0, 256, (1, *shape[1:], shape[0]), np.uint8)
    for corruption, methods in ((NOISE, ["vae", *FILTERS]), (HOLE, ["vae", *FILLERS])):
        _, pictures = ask(live, "restore", name, picture, corruption=corruption, methods=methods)
        assert pictures.shape == (1 + len(methods), *picture.shape[1:])
    _, steps = ask(live, "impute", name, picture, corruption=HOLE, sweeps=3)
    assert steps.shape == (5, *picture.shape[1:])


ONE, TWO = np.zeros((1, 28, 28, 1), np.uint8), np.zeros((2, 28, 28, 1), np.uint8)
BAD = {
    "two pictures": ("restore", TWO, {"corruption": NOISE}, "bad-shape"),
    "two pictures to impute": ("impute", TWO, {"corruption": HOLE}, "bad-shape"),
    "a brush without its picture": ("restore", ONE, {"corruption": {"name": "brush"}}, "bad-shape"),
    "no picture": ("restore", ONE[:0], {"corruption": NOISE}, "bad-shape"),
    "codes": ("restore", np.zeros((1, 16), np.float32), {"corruption": NOISE}, "bad-shape"),
    "half a picture": ("restore", ONE[:, :14], {"corruption": NOISE}, "bad-shape"),
    "unknown corruption": ("restore", ONE, {"corruption": {"name": "fog"}}, "bad-corruption"),
    "amount below 0": ("restore", ONE, {"corruption": NOISE | {"amount": -0.1}}, "bad-corruption"),
    "amount above 1": ("impute", ONE, {"corruption": HOLE | {"amount": 1.01}}, "bad-corruption"),
    "a brush to reconstruct": ("reconstruct", ONE, {"corruption": {"name": "brush"}}, "bad-corruption"),
    "amount a word": ("restore", ONE, {"corruption": NOISE | {"amount": "much"}}, "bad-header"),
    "seed below 0": ("restore", ONE, {"corruption": NOISE | {"seed": -1}}, "bad-header"),
    "corruption a word": ("restore", ONE, {"corruption": "gaussian"}, "bad-header"),
    "unknown method": ("restore", ONE, {"methods": ["magic"]}, "unknown-method"),
    "a method of a long name": ("restore", ONE, {"methods": ["x" * 5000]}, "unknown-method"),
    "a corruption of a long name": ("restore", ONE, {"corruption": {"name": "x" * 5000}}, "bad-corruption"),
    "methods a word": ("restore", ONE, {"methods": "vae"}, "bad-header"),
    "seventeen methods": ("restore", ONE, {"methods": ["vae"] * 17}, "bad-header"),
    "filling where no hole is": ("restore", ONE, {"corruption": NOISE, "methods": ["biharmonic"]}, "unsuited"),
    "imputing where no hole is": ("impute", ONE, {"corruption": NOISE}, "unsuited"),
    "imputing what is not spoiled": ("impute", ONE, {}, "unsuited"),
    "a filter for noise on a hole": ("restore", ONE, {"corruption": HOLE, "methods": ["gaussian"]}, "unsuited"),
    "no sweeps": ("impute", ONE, {"corruption": HOLE, "sweeps": 0}, "bad-header"),
    "65 sweeps": ("impute", ONE, {"corruption": HOLE, "sweeps": 65}, "bad-header"),
    "17 draws": ("impute", ONE, {"corruption": HOLE, "draws": 17}, "bad-header"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_request_that_makes_no_sense_is_refused_in_a_sentence(live: ClientConnection, case: str) -> None:
    op, array, more, code = BAD[case]
    live.send(frames.request(9, op, "tiny-16d", array, **more))
    header, nothing = frames.read_answer(live.recv(60))  # type: ignore[arg-type]
    assert nothing is None
    assert (header["id"], header["error"]["code"]) == (9, code)
    assert header["error"]["message"].endswith(".")
    assert len(header["error"]["message"]) < 500
    assert "Traceback" not in header["error"]["message"]
    assert_usable(live)


def test_a_picture_too_large_for_filters_is_refused_and_restored_by_the_model(
    live: ClientConnection, home: Path
) -> None:
    write_tiny_model(home / "models" / "restore-large", 2, (1, 300, 300))
    picture = np.zeros((1, 300, 300, 1), np.uint8)
    for name in (name for name, method in METHODS.items() if method.holes != "only" and name != "vae"):
        live.send(frames.request(9, "restore", "restore-large", picture, corruption=NOISE, methods=[name]))
        header, _ = frames.read_answer(live.recv(60))  # type: ignore[arg-type]
        assert "at most 65,536 pixels; got 300 x 300" in header["error"]["message"]
    assert ask(live, "restore", "restore-large", picture, corruption=NOISE)[1].shape == (2, 300, 300, 1)
