"""A person's own networks become models: torch modules as they are written, graphs, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import vae
from tests.foreign.strangers import DIMS, PIXELS, Stranger, decoder, digits, encoder, stranger
from tests.models import listing


class Linear(nn.Module):
    """The stranger as somebody would write it: a module with the methods encode and decode."""

    def __init__(self, known: Stranger) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(PIXELS, 2 * DIMS), nn.Linear(DIMS, PIXELS)
        into = np.hstack([known.into(), np.zeros_like(known.into())])
        bias = np.concatenate([-known.middle @ known.into(), np.log(known.variances)])
        with torch.no_grad():
            for layer, weights, add in ((self.into, into.T, bias), (self.out, known.w.T, known.middle)):
                layer.weight.copy_(torch.from_numpy(weights))
                layer.bias.copy_(torch.from_numpy(add))
        self.dropout = nn.Dropout(0.5)

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean, log_variance = self.dropout(self.into(x)).chunk(2, dim=1)
        return mean, log_variance

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return self.out(z).clamp(0.02, 0.98)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(home))


@pytest.mark.slow
def test_a_module_of_ones_own_decodes_as_it_does_and_is_measured(home: Path) -> None:
    known, images = stranger(), digits().test.images
    model = Linear(known)
    saved = vae.save("mine", model.encode, model.decode, dataset="digits")
    assert "mine" in vae.list_models() and saved.folder == home / "models" / "mine"
    x = images.reshape(len(images), -1) / 255
    np.testing.assert_allclose(saved.encode(images).centre, known.mean(x), atol=1e-3)
    np.testing.assert_allclose(saved.encode(images[:9]).spread, np.sqrt(known.variances)[None].repeat(9, 0), rtol=1e-3)
    off = saved.reconstruct(images).astype(int) - known.expected(known.mean(x))
    assert np.abs(off).max() <= 1
    assert saved.codes is not None and len(saved.codes.centre) == len(images)
    assert "draw" in saved.card.can and saved.card.data.name == "digits"
    assert model.training
    assert any(line.startswith("layout") and "flat" in line for line in saved.findings), saved.findings
    assert vae.open("mnist-2d").findings == []


def test_two_graphs_are_taken_as_bytes_and_as_files(home: Path, tmp_path: Path) -> None:
    graphs = [each.SerializeToString() for each in (encoder(), decoder())]
    of_bytes = vae.save("of-bytes", *graphs, dataset="digits")
    for name, raw in zip(("e.onnx", "d.onnx"), graphs, strict=True):
        (tmp_path / name).write_bytes(raw)
    of_files = vae.save("of-files", str(tmp_path / "e.onnx"), tmp_path / "d.onnx", dataset="digits")
    z = np.random.default_rng(0).standard_normal((5, DIMS)).astype(np.float32)
    np.testing.assert_array_equal(of_bytes.decode(z), of_files.decode(z))
    assert np.abs(of_bytes.decode(z).astype(int) - stranger().expected(z)).max() <= 1


WRONG = {
    "a bad name": (("No Name", None, nn.Linear(4, 64)), {}, "A model's name is 1 to 64"),
    "a taken name": (("mnist-2d", encoder, decoder), {"dataset": "digits"}, "mnist-2d"),
    "no data set": (("fine", None, nn.Linear(4, 64)), {"dataset": "no-such"}, "no-such"),
    "a module and a graph": (("fine", b"graph", nn.Linear(4, 64)), {}, "both ONNX graphs; got bytes and Linear"),
    "neither": (("fine", 3, nn.Linear(4, 64)), {}, "both ONNX graphs; got int and Linear"),
    "no size of a code": (("fine", None, nn.Linear(4, 64)), {}, "give latent=N"),
    "a strange layout": (("fine", None, nn.Linear(4, 64)), {"layout": "CHWN"}, "Unknown layout 'CHWN'"),
    "one half": (("fine", nn.Linear(64, 4)), {}, "give both.*and Linear has not"),
    "nothing": (("fine", None), {}, "give both.*and nothing has not"),
    "another size": (("fine", nn.Linear(7, 4), nn.Linear(4, 7)), {"dataset": "digits"}, "takes no things of shape"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_one_sentence_and_leaves_nothing(home: Path, case: str) -> None:
    given, more, sentence = WRONG[case]
    if case == "a taken name":
        given = (given[0], *(each().SerializeToString() for each in given[1:]))
    vae.data.load("digits")
    before = listing(home)
    with pytest.raises(vae.InputError, match=sentence):
        vae.save(*given, **more)
    assert listing(home) == before
