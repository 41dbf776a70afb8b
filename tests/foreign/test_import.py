"""Strangers' models come in by command, and draw what they drew before."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from scipy.stats import multivariate_normal

from tests.foreign.strangers import DIMS, PIXELS, decoder, digits, encoder, stranger, write
from vae.__main__ import main
from vae.explore.explorer import Explorer
from vae.foreign.foreign import look
from vae.library.cards import Card
from vae.library.shelf import find

Z = np.random.default_rng(0).standard_normal((64, DIMS)).astype(np.float32)


@pytest.fixture(scope="module", autouse=True)
def home(own_home: Path) -> Path:
    digits()  # prepared once
    return own_home


def bring(folder: Path, halves: dict[str, onnx.ModelProto], *flags: str, data: str = "digits") -> Explorer:
    """Write the halves of a model down, take them in by command, and open what has come of them."""
    name = folder.name[:40].replace("_", "-").strip("-")
    words = [f"--{does}={write(graph, folder / f'{does}.onnx')}" for does, graph in halves.items()]
    words += [f"--dataset={data}"] if data else []
    assert main(["import", *words, "--name", name, *flags]) == 0
    return Explorer(find(name))


def found(card: Card) -> dict[str, str]:
    assert card.origin is not None
    return {each.what: each.value for each in card.origin.findings}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, str]]] = {
    "as torch has it": ({}, {}, {"range of the input": "0 to 1", "range of the output": "0 to 1"}),
    "channels last": ({"layout": "NHWC"}, {"layout": "NHWC"}, {"layout of the input": "NHWC [n, 8, 8, 1]"}),
    "without channels": ({"layout": "HW"}, {"layout": "HW"}, {"layout of the input": "NHW [n, 8, 8]"}),
    "flat": ({"layout": "flat"}, {"layout": "flat"}, {"layout of the output": "flat [n, 64]"}),
    "one layout in, another out": ({"layout": "NHWC"}, {"layout": "flat"}, {"layout of the output": "flat [n, 64]"}),
    "-1 to 1": (
        {"span": (-1, 1)},
        {"span": (-1, 1)},
        {"range of the input": "-1 to 1", "range of the output": "-1 to 1"},
    ),
    "-1 to 1 by a tanh": ({"span": (-1, 1)}, {"tanh": True}, {"range of the output": "-1 to 1"}),
    "grey levels": ({"span": (0, 255)}, {"span": (0, 255)}, {"range of the input": "0 to 255"}),
    "logits": ({}, {"logits": True}, {"range of the output": "logits"}),
    "logits, -1 to 1 in": ({"span": (-1, 1)}, {"logits": True}, {"range of the output": "logits"}),
    "a standard deviation": ({"form": "sigma"}, {}, {"spread": "sigma (out_b)"}),
    "a variance": ({"form": "variance"}, {}, {"spread": "variance (out_b)"}),
    "a log standard deviation": ({"form": "log-sigma"}, {}, {"spread": "log-sigma (out_b)"}),
    "by its names": ({"names": ("z_mean", "z_logvar")}, {}, {"mean": "z_mean", "spread": "log-variance (z_logvar)"}),
    "a name that misleads": ({"names": ("z_mean", "z_var")}, {}, {"spread": "log-variance (z_var)"}),
    "the spread first": ({"first": "spread"}, {}, {"mean": "out_a"}),
    "both in one output": ({"form": "halves"}, {}, {"mean": "first half of moments"}),
    "codes of [c, h, w]": ({"code": (1, 2, 2)}, {"code": (1, 2, 2)}, {"code": "4 numbers, in the decoder [1, 2, 2]"}),
    "made for one row": ({"rows": 1}, {"rows": 1}, {}),
    "float16": ({"kind": np.float16}, {"kind": np.float16}, {}),
    "float64": ({"kind": np.float64}, {"kind": np.float64}, {}),
    "a draw among its outputs": ({"sampled": True, "features": True}, {}, {"mean": "out_a"}),
    "a draw alone": ({"sampled": "alone"}, {}, {"mean": "drawn"}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_model_draws_and_encodes_what_it_did_before(case: str, tmp_path: Path) -> None:
    into, out, values = CASES[case]
    opened = bring(tmp_path, {"encoder": encoder(**into), "decoder": decoder(**out)})
    close = 1 if np.float16 in (into.get("kind"), out.get("kind")) else 0
    away = opened.decode(Z).astype(int) - stranger().expected(Z)
    assert np.abs(away).max() <= 1
    assert (away != 0).mean() <= (1.0 if close else 0.01)  # but for what lies on the border between two levels
    things = digits().test.images
    belief = opened.encode(things)
    x = things.reshape(-1, PIXELS) / 255
    np.testing.assert_allclose(belief.centre, stranger().mean(x), atol=2e-2 if close else 2e-5)
    assert belief.spread is not None and belief.nats is not None
    np.testing.assert_allclose(belief.spread, np.tile(np.sqrt(stranger().variances), (len(x), 1)), rtol=5e-3)
    mean, variance = belief.centre.astype(np.float64), stranger().variances
    np.testing.assert_allclose(belief.nats, (mean**2 + variance - np.log(variance) - 1) / 2, rtol=1e-2, atol=1e-2)
    said = found(opened.card)
    assert values == {what: said[what] for what in values}
    assert opened.card.family == "gaussian" and opened.card.likelihood == "none"
    assert set(opened.card.can) == {"encode", "draw", "spread"}


def test_a_decoder_alone_draws(tmp_path: Path) -> None:
    opened = bring(tmp_path, {"decoder": decoder(span=(-1, 1), layout="NHWC")})
    assert (opened.card.can, opened.card.family) == (["draw"], "decoder")
    assert np.abs(opened.decode(Z).astype(int) - stranger().expected(Z)).max() <= 1
    assert opened.codes() is None


def test_a_code_may_be_a_point(tmp_path: Path) -> None:
    opened = bring(tmp_path, {"encoder": encoder(form=""), "decoder": decoder()})
    assert (opened.card.can, opened.card.family, opened.card.latent.prior) == (["encode"], "autoencoder", "none")
    codes = opened.codes()
    assert codes is not None and codes.spread is None and codes.nats is None


def test_without_data_it_explores_all_the_same(tmp_path: Path) -> None:
    opened = bring(tmp_path, {"encoder": encoder(names=("mu", "logvar")), "decoder": decoder()}, data="")
    assert opened.card.item.shape == (8, 8, 1)
    assert np.abs(opened.decode(Z).astype(int) - stranger().expected(Z)).max() <= 1
    assert opened.codes() is None and set(opened.card.can) == {"encode", "draw", "spread"}
    things = digits().test.images[:8]
    np.testing.assert_allclose(opened.encode(things).centre, stranger().mean(things.reshape(8, -1) / 255), atol=2e-5)


def test_what_is_said_is_believed(tmp_path: Path) -> None:
    flags = ("--range", "-1", "1", "--layout", "NHWC", "--spread", "sigma", "--likelihood", "gaussian")
    halves = {"encoder": encoder("NHWC", (-1, 1), "sigma"), "decoder": decoder("NHWC", (-1, 1))}
    opened = bring(tmp_path, halves, *flags)
    assert opened.card.origin is not None
    how = {each.what: each.how for each in opened.card.origin.findings}
    said = ("layout of the input", "range of the input", "layout of the output", "range of the output", "spread")
    assert {what: how[what] for what in said} == dict.fromkeys(said, "said")
    assert np.abs(opened.decode(Z).astype(int) - stranger().expected(Z)).max() <= 1
    command = opened.card.training["command"]
    assert all(flag in command for flag in flags if flag.startswith("--"))


def test_the_bound_of_an_exact_model_is_its_likelihood(tmp_path: Path) -> None:
    """Its posterior is exact, so that −ELBO is −log p(x), which SciPy knows in closed form."""
    halves = {"encoder": encoder(), "decoder": decoder()}
    opened = bring(tmp_path, halves, "--likelihood", "gaussian")
    one, scale = stranger(), opened.card.scale
    assert scale is not None and abs(scale / one.scale - 1) < 0.02  # read off the training images
    x = digits().test.images.reshape(-1, PIXELS) / 255.0
    exact = multivariate_normal(one.middle, one.w.T @ one.w + one.scale**2 * np.eye(PIXELS)).logpdf(x)
    figures = opened.card.metrics
    assert abs(figures["negative_elbo"] + exact.mean()) < 1.5  # its pictures are cut at 0.02 and 0.98
    assert figures["negative_elbo"] == pytest.approx(figures["reconstruction"] + figures["kl"], abs=1e-3)
    assert {"bound", "density"} <= set(opened.card.can)


def test_without_a_likelihood_the_error_is_told_without_nats(tmp_path: Path) -> None:
    opened = bring(tmp_path, {"encoder": encoder(), "decoder": decoder()})
    x = digits().test.images.reshape(-1, PIXELS) / 255.0
    missed = x - stranger().picture(stranger().mean(x))
    figures = opened.card.metrics
    assert figures["rmse"] == pytest.approx(np.sqrt(np.square(missed).mean()), rel=1e-4)
    assert figures["negative_elbo"] is None and figures["reconstruction"] is None
    codes = opened.codes()
    assert codes is not None
    np.testing.assert_allclose(codes.cost, np.square(missed).mean(1), rtol=1e-3)


def test_weights_in_a_file_of_their_own_are_taken_along(tmp_path: Path) -> None:
    names = {}
    for does, graph in (("encoder", encoder()), ("decoder", decoder())):
        names[does] = tmp_path / "theirs" / f"{does}.onnx"
        names[does].parent.mkdir(exist_ok=True)
        onnx.save(graph, names[does], save_as_external_data=True, location=f"{does}.onnx.data", size_threshold=64)
    words = [f"--{does}={path}" for does, path in names.items()]
    assert main(["import", *words, "--dataset", "digits", "--name", "beside"]) == 0
    opened = Explorer(find("beside"))
    assert np.abs(opened.decode(Z).astype(int) - stranger().expected(Z)).max() <= 1
    assert opened.card.origin is not None
    assert list(opened.card.origin.graphs["encoder"].weights) == ["encoder.onnx.data"]
    assert sorted(path.name for path in opened.folder.iterdir()) == [
        "card.json", "codes.npz", "decoder.onnx", "encoder.onnx"
    ]  # fmt: skip


def test_a_name_that_is_left_out_is_the_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(decoder(), tmp_path / "My GAN" / "g.onnx")
    assert main(["import", "--decoder", str(path)]) == 0
    assert find("my-gan").card.item.shape == (8, 8, 1)
    assert "range of the output: 0 to 1" in capsys.readouterr().out


def test_what_looks_alike_is_said_to(tmp_path: Path) -> None:
    """An encoder that gives the same whatever its range leaves that open; the flag that settles it is named."""
    halves = encoder(span=(-1, 1)), decoder(span=(-1, 1))
    findings = look(halves[0].SerializeToString(), halves[1].SerializeToString(), digits())
    doubt = next(finding for finding in findings.doubts if finding.what == "range of the input")
    assert doubt.value == "-1 to 1" and "--range LOW HIGH would settle it" in doubt.line
    tried = [option.figure for option in doubt.options if option.figure is not None]
    assert len(tried) > 1 and min(tried[1:]) < 1.05 * tried[0]
    assert len(findings.originals) == len(findings.pictures) > 0
