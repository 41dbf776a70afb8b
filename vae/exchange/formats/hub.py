"""A folder ready for the Hugging Face Hub: a model as it is kept, with the model card that the Hub reads.

https://huggingface.co/docs/hub/model-cards has the format; `huggingface_hub` writes it.
"""

import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from vae.errors import InputError
from vae.exchange.formats.modules import WEIGHTS, module
from vae.exchange.formats.words import about, files, lines, plain
from vae.explore.draws import draw_codes
from vae.explore.explorer import Explorer
from vae.kinds.kind import Paper
from vae.library.cards import Card
from vae.library.shelf import Model

COMMONS = {
    f"cc-{terms}-{version}" for terms in ("by", "by-sa", "by-nc", "by-nc-sa") for version in ("2.0", "3.0", "4.0")
}
LICENCES = COMMONS | {
    "mit",
    "apache-2.0",
    "bsd",
    "bsd-2-clause",
    "bsd-3-clause",
    "cc0-1.0",
    "odbl",
    "odc-by",
    "unlicense",
}
"""Those of the Hub's names for licences that data have; others are called "other" there."""

DATASETS = {
    "mnist": "ylecun/mnist",
    "mnist-5k": "ylecun/mnist",
    "fashion-mnist": "zalando-datasets/fashion_mnist",
    "cifar10": "uoft-cs/cifar10",
    "svhn": "ufldl-stanford/svhn",
}
"""What the Hub calls data sets that are known here."""

METRICS = {
    "negative_elbo": "−ELBO, nats",
    "reconstruction": "Reconstruction error, nats",
    "kl": "KL, nats",
    "active_units": "Active units",
    "codes_used": "Codes used",
    "code_perplexity": "Perplexity of the codes",
    "knn_accuracy": "10-NN accuracy of the codes",
}
"""Which figures of a card go into the model card, and what they are called there."""

ACROSS, DOWN = 8, 4
SIDE = 112
"""Draws in the example picture, and pixels of each that has none of its own."""


def write_folder(model: Model, folder: Path) -> list[str]:
    """Write a model's files, `model.py` where its networks are plans, a picture and the model card into `folder`.

    The folder is one that `python -m vae import` takes. Returns what is to be said of it, a line each.
    """
    front = front_matter(model.card)
    folder.mkdir()
    for name in [*model.card.files, "config.json"]:
        if (model.folder / name).is_file():
            shutil.copyfile(model.folder / name, folder / name)
    # With the name that it has in the library: a renamed model's card on disk still says the old one.
    (folder / "card.json").write_bytes(msgspec.json.format(msgspec.json.encode(model.card), indent=2) + b"\n")
    try:
        (folder / "model.py").write_text(module(model, WEIGHTS), encoding="utf-8")
        torch = True
    except InputError:
        torch = False
    example(model).save(folder / "example.png")
    (folder / "README.md").write_text(_readme(model.card, front, torch), encoding="utf-8")
    sizes = [each.stat().st_size for each in folder.iterdir()]
    return [f"{len(sizes)} files, {sum(sizes) / 1e6:.1f} MB"]


def front_matter(card: Card) -> str:
    """Return the YAML at the head of a model card, between its two lines of dashes, as the Hub reads it.

    `InputError` where `huggingface_hub` is not installed.
    """
    try:
        from huggingface_hub import EvalResult, ModelCardData
    except ImportError:
        raise missing() from None
    known, usual = DATASETS.get(card.data.name), "unconditional-image-generation"
    licence = plain(card.data.licence).lower().replace(" ", "-")
    measured = [
        EvalResult(
            task_type=usual if card.kind.pixels else "other",
            dataset_type=known or plain(card.data.name),
            dataset_name=plain(card.data.title),
            dataset_split="test",
            metric_type=name,
            metric_name=title,
            metric_value=_short(card.metrics[name]),
        )
        for name, title in METRICS.items()
        if card.metrics.get(name) is not None
    ]
    said: dict[str, Any] = {"license": licence if licence in LICENCES else "other"}
    if said["license"] == "other":
        said["license_name"] = re.sub(r"[^a-z0-9.]+", "-", licence)[:60].strip("-") or "unknown"
        said["license_link"] = "README.md"
    if known:
        said["datasets"] = [known]
    if card.kind.pixels and "draw" in card.can:
        said["pipeline_tag"] = usual
    if measured:
        said |= {"model_name": card.name, "eval_results": measured, "metrics": [each.metric_type for each in measured]}
    tags = ["latent-explorer", "variational-autoencoder" if "bound" in card.can else "autoencoder", card.kind.noun]
    return ModelCardData(library_name="onnx", tags=tags, **said).to_yaml()


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def missing() -> InputError:
    """Say that the package which knows the Hub is not there."""
    return InputError("The package huggingface_hub is not installed; `pip install huggingface_hub` brings it.")


def example(model: Model) -> Image.Image:
    """Return draws of a model as one picture; of one that has no prior, things decoded where the test data lie."""
    opened, random = Explorer(model), np.random.default_rng(0)
    card, count = model.card, ACROSS * DOWN
    low, high = np.array(card.latent.range, np.float32).T
    if "draw" in card.can:
        z = draw_codes(opened, count)
    else:
        codes = opened.codes()
        z = low + (high - low) * random.random((count, card.latent.dims), np.float32)
        if codes is not None and len(codes.centre) >= count:
            z = random.permutation(codes.centre)
    things = opened.decode(z[:count], np.arange(count) % card.told if card.told else None)
    pictures = card.kind.draw(things, card.item, Paper(SIDE))
    times = max(1, round(SIDE / max(pictures.shape[1:3])))
    pictures = pictures[: len(pictures) // ACROSS * ACROSS].repeat(times, 1).repeat(times, 2)
    return _tiled(pictures.reshape(-1, ACROSS, *pictures.shape[1:]))


def _tiled(rows: np.ndarray) -> Image.Image:
    """Lay pictures, uint8 [down, across, H, W, C], beside and below each other."""
    down, across, height, width, channels = rows.shape
    sheet = rows.transpose(0, 2, 1, 3, 4).reshape(down * height, across * width, channels)
    return Image.fromarray(sheet[..., 0] if channels == 1 else sheet)


def _readme(card: Card, front: str, torch: bool) -> str:
    how = "draws from the prior" if "draw" in card.can else "decoded where the test data lie"
    given = f", torch.eye({card.told})[:1]" if card.told else ""
    in_torch = f"""
## In PyTorch

`pip install torch safetensors`, then in this folder:

```python
import torch
from model import load

thing = load().decode(torch.randn(1, {card.latent.dims}){given})  # {[1, *card.image_shape]}; {card.kind.fed}
```
"""
    return f"""---
{front.strip()}
---

# {card.name}

![{card.kind.nouns.capitalize()}, {how}](example.png)

{about(card)}

Take it into the latent-space explorer: `hf download REPO --local-dir {card.name}`, then `python -m vae import \
./{card.name}`.

{lines(card)}
{in_torch if torch else ""}
## Files

{files(card)}

Trained with `{plain(card.training.get("command") or "other software")}`.
"""
