"""What goes out as graphs that anybody reads comes in by the door of strangers, and draws the same pictures."""

from pathlib import Path

import numpy as np
import pytest

from vae.__main__ import main
from vae.exchange.formats.formats import export
from vae.explore.explorer import open_explorer
from vae.library.shelf import find

PAIRS = {"mnist-2d": "mnist-5k", "mnist-ae-2d": "", "beats-8d": "beats", "tastes-8d": "tastes", "names-32d": "words"}
"""Models, and what their graphs are looked at with: the names themselves are not at hand."""


@pytest.mark.parametrize(("name", "data"), PAIRS.items())
def test_graphs_in_one_file_come_back(
    name: str, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    folder = export(find(name), "onnx", tmp_path / "pair").path
    words = ["import", "--encoder", str(folder / "encoder.onnx"), "--decoder", str(folder / "decoder.onnx")]
    more = ["--dataset", data] if data else []
    assert main([*words, "--name", "back", *more]) == 0, capsys.readouterr()
    before, after = open_explorer(name), open_explorer("back")
    low, high = np.array(before.card.latent.range).T
    z = np.random.default_rng(0).uniform(low, high, (12, len(low))).astype(np.float32)
    assert (after.kind, after.card.item.shape) == (before.kind, before.card.item.shape)
    shown, back = before.decode(z), after.decode(z)
    assert np.abs(shown.astype(float) - back).max() <= (1 if before.kind.levels > 1 else 1e-5)
    np.testing.assert_allclose(after.encode(shown).centre, before.encode(shown).centre, atol=1e-5)
    assert (after.encode(shown).spread is None) == (before.encode(shown).spread is None)


def test_weights_that_went_out_for_pytorch_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    name = "mnist-16d"
    folder, card = export(find(name), "torch", tmp_path / "out").path, find(name).card
    words = ["import", str(folder / "model.safetensors"), "--network", card.network, "--name", "back"]
    sizes = [f"--{size}={card.training[size]}" for size in ("width", "depth")]
    assert main([*words, *sizes, "--dataset", "mnist-5k"]) == 0
    z = np.random.default_rng(0).standard_normal((12, card.latent.dims)).astype(np.float32)
    assert np.abs(open_explorer(name).decode(z).astype(int) - open_explorer("back").decode(z)).max() <= 1
