"""What can be chosen before training: the settings and the names they may take. No torch, so that pages read it too."""

from dataclasses import dataclass, field, replace

from vae.errors import InputError, unknown
from vae.families import FAMILIES, family
from vae.kinds.corruptions import trainable_of_any
from vae.library.cards import MAX_LATENT_DIMS
from vae.likelihoods import LIKELIHOODS, likelihood
from vae.objectives import OBJECTIVES, objective
from vae.options import Entry, Options, sentences, settings_of, settled
from vae.plans.networks import network
from vae.python_files import Address, address_of

DEVICES = ("auto", "cpu", "mps", "cuda")
"""Where a run trains; of those that are there, "auto" is the last one."""

OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD with momentum"}

SCHEDULES = {"cosine": "Cosine", "constant": "Constant", "warmup": "Warm-up, then cosine"}

TARGETS = {"kept": "As they are", "binarized": "Black or white, anew each time"}
"""What is learnt of each thing: as it is kept, or each time turned black and white at random."""

PRECISIONS = ("bfloat16", "float32")

BOUNDS: dict[str, tuple[float, float]] = {
    "latent_dims": (1, MAX_LATENT_DIMS),
    "width": (1, 4096),
    "depth": (1, 16),
    "beta": (0, 1000),
    "warmup_epochs": (0, 10_000),
    "epochs": (1, 10_000),
    "batch_size": (1, 65_536),
    "learning_rate": (1e-8, 1),
    "seed": (0, 2**31 - 1),
    "threads": (1, 1024),
    "corruption_amount": (0, 1),
    "validation": (0, 0.5),
    "patience": (0, 10_000),
    "predict_weight": (0, 10_000),
}
"""The least and the most that each number may be."""


@dataclass(frozen=True)
class TrainConfig:
    """Say what is trained and how. The defaults give a useful model of 5,000 digits in some fifteen seconds."""

    dataset: str = "mnist-5k"
    """Name of the data set; `python -m vae datasets` lists them."""
    family: str = "gaussian"
    """Family of models: what a code is, and what holds the codes together."""
    objective: str | None = None
    """What training minimises; left out: what the family is usually trained for."""
    network: str = "dense"
    """Kind of encoder and decoder."""
    latent_dims: int = 2
    """Size of the latent space. Two can be drawn as a map; sixteen reconstruct better."""
    width: int | None = None
    """Units of a dense layer, or channels of the first convolution; left out: what the network works well with."""
    depth: int | None = None
    """Number of layers, or of halvings of the image; left out: what the network works well with."""
    likelihood: str = "bernoulli"
    """What a pixel is given the code: bernoulli (ink or no ink), gaussian (a grey level, with a learnt spread),
    continuous-bernoulli (a grey level), logistic-mixture (one of 256 levels) or categorical (one of a few levels)."""
    targets: str = "kept"
    """What is learnt of an image: kept, or binarized, each pixel black or white at random by its grey level, anew
    each time it is seen; the test images are then turned so, once."""
    beta: float = 1.0
    """Weight on the KL. Above 1: fewer nats a code, blurrier; below 1: sharper, with holes; 0: reconstruction alone."""
    warmup_epochs: float = 0.0
    """Epochs over which the weight on the KL rises from 0 to beta; helps against collapsed dimensions."""
    epochs: int = 30
    """Passes over the training images."""
    batch_size: int = 64
    """Images a step."""
    learning_rate: float = 1e-3
    """The optimiser's step size, where its schedule starts."""
    optimizer: str = "adam"
    """What moves the weights along the gradients: adam, adamw (whose weights decay) or sgd (with momentum 0.9)."""
    schedule: str = "cosine"
    """How the learning rate goes on: cosine (to zero along half a wave), constant, or warmup (it rises over the first
    twentieth of the run, then falls along the wave)."""
    seed: int = 0
    """Same seed and threads, same weights on the same kind of processor."""
    precision: str | None = None
    """What matrix products in training take in: bfloat16 (where the processor multiplies it: 1.5 times as fast) or
    float32; left out: what suits the likelihood. Weights, sums and everything measured are float32."""
    device: str = "auto"
    """What it trains on: auto (a GPU that is there, else the processor), cpu, cuda (NVIDIA, AMD) or mps (Apple)."""
    threads: int = 1
    """Processor cores to train on. More pay off for large networks only; the others stay free for the app."""
    corruption: str | None = None
    """What spoils the training images before the encoder sees them, so that the model learns to undo it; left out:
    nothing. The held-out curve is measured on clean images."""
    corruption_amount: float = 0.5
    """Each training image is spoiled by an amount drawn evenly from 0 to this one, which is at most 1."""
    without: str | None = None
    """A class that is left out of the training images, to see what the model makes of what it never saw; left out:
    none. The test images keep all classes."""
    validation: float = 0.0
    """Share of the training images that is not learnt from, to choose the best moment's weights by, after each epoch:
    of a small set the best moment comes early. 0, or a family without an encoder: the last weights are kept. The test
    images have no part in it."""
    patience: int = 0
    """Epochs without a better moment on the validation images after which training stops; 0: never."""
    predict: str | None = None
    """A numeric attribute of each thing that a small head learns to tell by the middle of its code, so that codes lie
    in its order: logP of molecules, the height of a beat; left out: none."""
    predict_weight: float = 10.0
    """Weight of what that head misses beside the objective, in nats a half squared standard deviation: higher tells the
    attribute better, and leaves less of the code to the rest."""
    options: Options = field(default_factory=dict)
    """The family's, the objective's and the likelihood's own settings, by name; those left out are at their default."""

    def __post_init__(self) -> None:
        if network(self.network).lay_out is None and (self.width or self.depth):
            raise InputError("A network from a file has its own width and depth; leave width and depth out.")
        chosen = family(self.family)
        if self.objective not in (None, *chosen.objectives) and not address_of(self.objective):
            raise unknown(f"objective for the family {self.family!r}", str(self.objective), chosen.objectives)
        if chosen.sure and address_of(self.objective):
            raise InputError(
                f"{chosen.title} is trained by its own objective, which tells the encoder of the chosen codes; "
                "leave objective out, or choose another family."
            )
        if network(self.network).cells and {"condition", "complete"} & chosen.can:
            raise InputError(
                f"{chosen.title} tells the decoder more than the code, and the cells of the network "
                f"{self.network!r} have no place for it; choose another network."
            )
        options = settled(entries(self.family, self.objective, self.likelihood), self.options)
        chosen.fits(self.latent_dims, options)
        if "bound" not in chosen.can and (self.beta != 1 or self.warmup_epochs):
            raise InputError(f"{chosen.title} has no KL that beta could weigh; leave beta at 1 and warmup_epochs at 0.")
        if "encode" not in chosen.can and not likelihood(self.likelihood).told:
            raise InputError(
                f"{chosen.title} has no likelihood: it only draws what is expected; choose bernoulli or gaussian, "
                "or a family that has an encoder."
            )
        if "encode" not in chosen.can and self.corruption:
            raise InputError(f"{chosen.title} has no encoder that could see a spoiled thing; leave corruption out.")
        if "encode" not in chosen.can and self.patience:
            raise InputError(f"{chosen.title} has no loss on validation images to wait for; leave patience at 0.")
        if "encode" not in chosen.can and self.predict is not None:
            raise InputError(f"{chosen.title} has no encoder, and so no code of a thing to tell by; leave predict out.")
        if self.optimizer not in OPTIMIZERS:
            raise unknown("optimizer", self.optimizer, OPTIMIZERS)
        if self.schedule not in SCHEDULES:
            raise unknown("schedule", self.schedule, SCHEDULES)
        if self.targets not in TARGETS:
            raise unknown("targets", self.targets, TARGETS)
        if self.targets == "binarized" and self.likelihood != "bernoulli":
            raise InputError("Black and white pixels go with a bernoulli likelihood; set likelihood to bernoulli.")
        if self.precision not in (None, *PRECISIONS):
            raise unknown("precision", self.precision, PRECISIONS)
        if self.device not in DEVICES:
            raise unknown("device", self.device, DEVICES)
        if self.corruption not in (None, *trainable_of_any()):
            raise unknown("corruption to train with", self.corruption, trainable_of_any())
        if self.patience and not self.validation:
            raise InputError(
                "patience counts from the best moment on the validation images; set validation to 0.1, too."
            )
        for name, (low, high) in BOUNDS.items():
            if (value := getattr(self, name)) is not None:
                _within(name, value, low, high)

    @property
    def files(self) -> tuple[Address, ...]:
        """Return the files of a person's own that a network or an objective comes from."""
        return tuple(filter(None, map(address_of, (self.network, self.objective))))

    @property
    def chosen(self) -> Options:
        """Return those of the settings in `options` that are not at their default."""
        defaults = settled(entries(self.family, self.objective, self.likelihood), {})
        return {name: value for name, value in self.options.items() if value != defaults[name]}

    def settled(self) -> "TrainConfig":
        """Return these settings with what was left out written down, so that they outlive the defaults."""
        defaults = network(self.network)
        return replace(
            self,
            width=self.width or defaults.width,
            depth=self.depth or defaults.depth,
            precision=self.precision or likelihood(self.likelihood).precision,
            objective=self.objective or family(self.family).objectives[0],
            options=settled(entries(self.family, self.objective, self.likelihood), self.options),
        )


def entries(chosen: str, aim: str | None = None, likely: str = "bernoulli") -> list[Entry]:
    """Return what has settings of its own: a family, its objective, or the one that it usually has, a likelihood."""
    return [family(chosen), objective(aim or family(chosen).objectives[0]), likelihood(likely)]


def own_settings() -> dict[str, tuple[float, str]]:
    """Return what families, objectives and likelihoods are told: by name the default and the sentence."""
    return settings_of([*FAMILIES.values(), *OBJECTIVES.values(), *LIKELIHOODS.values()])


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # false for NaN too
        raise InputError(f"{name} must be from {low:g} to {high:g}; got {value:g}.")


def explained() -> dict[str, str]:
    """Return the sentence under each setting, by its name: what a form says beside it."""
    return sentences(TrainConfig)
