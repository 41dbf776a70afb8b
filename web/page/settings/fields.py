"""The fields of the form of a training run: what each is called, what it offers, and under which key it is kept."""

import os
from collections.abc import Callable, Sequence
from dataclasses import fields

import streamlit as st

from vae.config import BOUNDS, OPTIMIZERS, PRECISIONS, SCHEDULES, TARGETS, TrainConfig
from vae.families import Ability
from vae.kinds.corruptions import trainable
from vae.kinds.kind import Kind
from vae.plans.networks import suited

LABELS = {
    "dataset": "Data",
    "family": "Family",
    "objective": "Objective",
    "network": "Network",
    "latent_dims": "Latent size",
    "beta": "β",
    "likelihood": "Likelihood",
    "epochs": "Epochs",
    "seed": "Seed",
    "width": "Width",
    "depth": "Depth",
    "batch_size": "Batch size",
    "learning_rate": "Learning rate",
    "optimizer": "Optimiser",
    "schedule": "Schedule",
    "targets": "Learnt as",
    "warmup_epochs": "Warm-up epochs",
    "precision": "Precision",
    "device": "Device",
    "threads": "Processor cores",
    "corruption": "Spoiled by",
    "corruption_amount": "Amount, up to",
    "without": "Without class",
    "validation": "For validation",
    "patience": "Patience, epochs",
    "predict": "Head tells",
    "predict_weight": "Weight of the head",
}

MAIN = ("family", "latent_dims", "beta", "epochs", "network", "likelihood")
"""What stands first, beside the data."""

FOLDED = tuple(each.name for each in fields(TrainConfig) if each.name not in ("dataset", "options", *MAIN))
"""All other settings, below them."""

FILLED = "train.filled"
"""Session key: how many times the form was filled in."""

AUTOMATIC = "automatic"
CHOICES: dict[str, Callable[[Kind], Sequence[str]]] = {
    "network": lambda kind: suited(kind.lies),
    "likelihood": lambda kind: kind.likelihoods,
    "targets": lambda kind: tuple(TARGETS) if kind.pixels else ("kept",),
    "optimizer": lambda _: tuple(OPTIMIZERS),
    "schedule": lambda _: tuple(SCHEDULES),
    "precision": lambda _: (AUTOMATIC, *PRECISIONS),
    "corruption": trainable,
}
"""What there is to choose from, for data of a kind."""

STEPS = {
    "beta": 0.5,
    "warmup_epochs": 1.0,
    "learning_rate": 0.0005,
    "corruption_amount": 0.1,
    "validation": 0.05,
    "predict_weight": 1.0,
}
"""What a press on + or − adds to a setting that is no whole number."""

NEEDED: dict[str, Ability] = {
    "beta": "bound",
    "warmup_epochs": "bound",
    "corruption": "encode",
    "patience": "encode",
    "predict": "encode",
    "predict_weight": "encode",
}
"""What a family must be able to do for a setting to mean anything."""

AT_HAND = ("ready", "offline", "on disk")
"""Where data are that a run can begin with; see `vae.data.describe`."""


def key_of(name: str) -> str:
    """Return the session key of a setting.

    Those below the first row get new ones each time the form is filled in: a browser that has not drawn them anew would
    send its old values.
    """
    return f"train.{st.session_state.get(FILLED, 0)}.{name}" if name in FOLDED else f"train.{name}"


def own_key(name: str) -> str:
    """Return the session key of a setting that a family has of its own."""
    return f"train.{st.session_state.get(FILLED, 0)}.own.{name}"


def most_threads() -> int:
    """Return how many processor cores a run can have here."""
    return min(int(BOUNDS["threads"][1]), os.cpu_count() or 1)
