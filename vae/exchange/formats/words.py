"""What is said of a model in words that travel with it: the lines that decode, what it is, and what it is worth.

Titles and sources on a card are a stranger's text: here they become plain words on one line.
"""

import html
from typing import Any

from vae.library.cards import Card
from vae.library.learnt import FILE as LEARNT
from vae.library.shelf import Model
from vae.runs.shelf import Run

WEIGHTS = "weights.safetensors"

HARMLESS = str.maketrans({"`": "'", '"': "'", "\\": "/", "|": "/", "[": "(", "]": ")"})
"""What would be more than a letter in Markdown or in a docstring, and what stands for it."""


def readme(source: Model | Run) -> str:
    """Return the README.md of a zip: how to open it here, and of a model how to decode with it anywhere."""
    if isinstance(source, Run):
        return f"""# {source.name}

A training run of the latent-space explorer that has not become a model yet. Take it in, and go on with it:

    python -m vae import {source.name}.zip
    python -m vae train --resume {source.name}

`config.json` holds its settings, `metrics.jsonl` and `held_out.jsonl` its curves, `snapshots/` its time machine.
"""
    card = source.card
    return f"""# {card.name}

{about(card)}

Take it in: `python -m vae import {card.name}.zip`; it then stands in the app beside the others.

{lines(card)}

{files(card)}
"""


def about(card: Card) -> str:
    """Say in a paragraph what a model is, what it learnt from, and what it is worth."""
    axes = "one dimension" if card.latent.dims == 1 else f"{card.latent.dims} dimensions"
    told = f", told the {plain(card.latent.given[0].name)}" if card.told else ""
    said = [
        f"A model of the family `{plain(card.family)}` with a latent space of {axes}{told}. "
        f"It learnt {card.kind.nouns} ({card.kind.sized(card.item.shape)}) of {plain(card.data.title)}.",
        f"Source of the data: {plain(card.data.source)}. Licence of the data: {plain(card.data.licence)}.",
    ]
    if (elbo := card.metrics.get("negative_elbo")) is not None:
        said.append(f"Its −ELBO is {elbo:.2f} nats ({plain(card.metrics.get('conditions') or 'test set')}).")
    return " ".join(said)


def files(card: Card) -> str:
    """Say what lies in a model's folder."""
    said = {"card.json": "what the model is, as data"}
    said |= {name: f"the graph that {does}s" for does, name in card.graphs.items()}
    if WEIGHTS in card.files:
        said[WEIGHTS] = "the weights, which the graphs read in place"
    if "codes.npz" in card.files:
        said["codes.npz"] = "where the test data lie in the latent space"
    if LEARNT in card.files:
        said[LEARNT] = "what it learnt beside its weights, as things to start from"
    return "\n".join(f"- `{name}`: {what}" for name, what in said.items())


def lines(card: Card, beside: bool = True) -> str:
    """Return the lines of Python and of JavaScript that decode, each in a block of its own.

    beside: whether the weights lie beside the graphs, where the card has such a file.
    """
    more = f', {{ externalData: ["{WEIGHTS}"] }}' if beside and WEIGHTS in card.files else ""
    return f"""## Decode, in Python

`pip install onnxruntime numpy`, then in this folder:

```python
{python(card)}
```

## Decode, in JavaScript

`npm install onnxruntime-node`, then in this folder, as a module (`decode.mjs`):

```js
{javascript(card)}
```

In a page it is `onnxruntime-web`, and `create` is given addresses: `create("{card.graphs["decode"]}"{more})`."""


def python(card: Card) -> str:
    """Return six lines of Python that decode one code, with ONNX Runtime and numpy alone; run beside the graphs."""
    told, noun = card.told, card.kind.noun
    given = f', "given": np.eye({told}, dtype=np.float32)[[0]]' if told else ""
    prior, numbers = _prior(card)
    noise = (
        f"np.random.default_rng(0).standard_normal((1, {numbers}))" if numbers else f"np.zeros((1, {card.latent.dims}))"
    )
    z = f"z = {noise}.astype(np.float32)"
    if prior:
        run = f'(z,) = onnxruntime.InferenceSession("{prior}").run(None, {{"noise": z}})'
        z = f"{z}\n{run}"
    return f"""import numpy as np
import onnxruntime

decoder = onnxruntime.InferenceSession("{card.graphs["decode"]}")
{z}{_drawn(card, "  # ")}
({noun},) = decoder.run(None, {{"z": z{given}}}){_told(card, "  # ")}
print({noun}.shape, {noun}.min(), {noun}.max())  # {_shape(card)}"""


def javascript(card: Card) -> str:
    """Return six lines of JavaScript that decode one code with onnxruntime-node; run beside the graphs."""
    told, noun = card.told, card.kind.noun
    prior, numbers = _prior(card)
    normal = "Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())"
    size = numbers or card.latent.dims
    made = f'new ort.Tensor("float32", Array.from({{ length: {size} }}, number), [1, {size}])'
    z = f"const z = {made};"
    if prior:
        session = f'const prior = await ort.InferenceSession.create("{prior}");'
        z = f"{session}\nconst {{ z }} = await prior.run({{ noise: {made} }});"
    classes = f"Array.from({{ length: {told} }}, (_, i) => Number(i === 0))"
    line = f'const given = new ort.Tensor("float32", {classes}, [1, {told}]);{_told(card, " // ")}\n' if told else ""
    return f"""import * as ort from "onnxruntime-node";

{_drawn(card, "// ")}
const number = () => {normal if numbers else "0"};
const decoder = await ort.InferenceSession.create("{card.graphs["decode"]}");
{z}
{line}const {noun} = (await decoder.run({{ z{", given" if told else ""} }}))[decoder.outputNames[0]];
console.log({noun}.dims, Math.min(...{noun}.data), Math.max(...{noun}.data)); // {_shape(card)}"""


def _prior(card: Card) -> tuple[str, int]:
    """Return the graph that draws, "" where none does, and how many standard normal numbers a draw takes, if any."""
    if card.latent.prior == "graph":
        return card.graphs["draw"], card.latent.dice
    return "", card.latent.dims if "draw" in card.can else 0


def _drawn(card: Card, sign: str) -> str:
    return f"{sign}a draw from the prior" if "draw" in card.can else f"{sign}any code: this model has no prior"


def _told(card: Card, sign: str) -> str:
    if not card.told:
        return ""
    given = card.latent.given[0]
    return f"{sign}told the {plain(given.name)} {plain(given.choices[0])}"


def _shape(card: Card) -> str:
    return f"{[1, *card.image_shape]}; {card.kind.fed}"


def plain(text: Any) -> str:
    """Return text that came from anywhere as words on one line, which Markdown, comments and docstrings leave words."""
    words = " ".join(str(text).split())[:500]
    return html.escape(words, quote=False).translate(HARMLESS)
