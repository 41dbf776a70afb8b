"""What stands out where models are beside each other, in sentences that their figures bear out."""

from collections.abc import Callable, Sequence

from vae.measures.figures import Measured
from vae.measures.words.table import said

SEEDS = 0.01
"""Share of −ELBO or of the reconstruction by which models of two seeds may well differ; 10-NN accuracy, as a number."""
DRAWS = 0.2
"""The same of the Fréchet distance and the recall of a thousand draws."""


def findings(models: Sequence[Measured], same_nats: bool = True) -> list[str]:
    """Say what stands out among models, a sentence or two a finding; none where nothing does.

    models: with the figures that there are, those of the cards or all. same_nats: whether their nats are of one
    likelihood; where not, nothing is said of nats. The best and the worst are named, and those between are not.
    """
    told: list[Callable[[Sequence[Measured]], str]] = [_bound, _closest] if same_nats else []
    told += [_lacking, _classes, _unused, _drawn, _covered]
    return [sentence for tell in told if (sentence := tell(models))]


def _ends(models: Sequence[Measured], name: str, highest: bool = False) -> tuple[Measured, Measured] | None:
    """Return the best and the worst by a figure, of those that have it; None where fewer than two do."""
    having = [model for model in models if model.values.get(name) is not None]
    if len(having) < 2:
        return None
    found = sorted(having, key=lambda model: _of(model, name), reverse=highest)
    return found[0], found[-1]


def _of(model: Measured, name: str) -> float:
    return float(model.values[name] or 0)


def _apart(best: Measured, worst: Measured, name: str, share: float) -> bool:
    """Say whether two differ by more than this share of the better one's figure."""
    return abs(_of(best, name) - _of(worst, name)) > share * abs(_of(best, name))


def _beside(best: Measured, worst: Measured, name: str) -> str:
    return f"{said(name, best.values[name])} against {said(name, worst.values[name])}"


def _bound(models: Sequence[Measured]) -> str:
    """Say which costs least, and which of rate and distortion it is that differs."""
    ends = _ends(models, "negative_elbo")
    if ends is None:
        return ""
    best, worst = ends
    nats = f"−ELBO {_beside(best, worst, 'negative_elbo')} nats"
    if not _apart(best, worst, "negative_elbo", SEEDS):
        return f"{best.name} and {worst.name} cost about the same ({nats}): two seeds may differ as much."
    parts = [name for name in ("kl", "reconstruction") if None not in (best.values.get(name), worst.values.get(name))]
    if len(parts) < 2:
        return f"{best.name} costs less than {worst.name}: {nats}."
    more, further = (_of(best, name) > _of(worst, name) for name in parts)
    rate = f"Its codes say {'more' if more else 'less'} (KL {_beside(best, worst, 'kl')})"
    misses = f"misses {'more' if further else 'less'} (reconstruction {_beside(best, worst, 'reconstruction')})"
    return f"{best.name} costs less than {worst.name}: {nats}. {rate}, and its decoder {misses}."


def _closest(models: Sequence[Measured]) -> str:
    """Say which reconstructs best, where that is another than the one that costs least."""
    ends, cost = _ends(models, "reconstruction"), _ends(models, "negative_elbo")
    if ends is None or not _apart(*ends, "reconstruction", SEEDS) or (cost and cost[0].name == ends[0].name):
        return ""
    nats = _beside(*ends, "reconstruction")
    return f"{ends[0].name} misses least of what it is shown: reconstruction {nats} nats on average over the test set."


def _lacking(models: Sequence[Measured]) -> str:
    """Say which have no bound at all, and why."""
    some = any(model.values.get("negative_elbo") is not None for model in models)
    without = [model for model in models if "negative_elbo" in model.why and model.values.get("negative_elbo") is None]
    return " ".join(f"{model.name} has no −ELBO: {model.why['negative_elbo']}." for model in without) if some else ""


def _classes(models: Sequence[Measured]) -> str:
    ends = _ends(models, "knn_accuracy", highest=True)
    if ends is None or _of(ends[0], "knn_accuracy") - _of(ends[1], "knn_accuracy") <= SEEDS:
        return ""
    best, worst = ends
    return f"Classes lie together best in {best.name}: 10-NN {_beside(best, worst, 'knn_accuracy')} in {worst.name}."


def _unused(models: Sequence[Measured]) -> str:
    """Say of whose code a part says nothing; a book of codes is told of by another figure."""
    partly = [
        (model.name, int(_of(model, "dims")), int(_of(model, "active_units")))
        for model in models
        if model.values.get("active_units") is not None and "codes_used" not in model.values
    ]
    return " ".join(
        f"{dims - used} of {name}'s {dims} dimensions {'says' if dims - used == 1 else 'say'} nothing."
        for name, dims, used in partly
        if used < dims
    )


def _drawn(models: Sequence[Measured]) -> str:
    ends = _ends(models, "frechet")
    if ends is None or not _apart(*ends, "frechet", DRAWS):
        return ""
    best, worst = ends
    distances = f"Fréchet distance {_beside(best, worst, 'frechet')} of {worst.name}"
    return f"{best.name}'s draws lie nearest to the data: {distances}."


def _covered(models: Sequence[Measured]) -> str:
    """Say whose draws leave out most of the data."""
    ends = _ends(models, "recall", highest=True)
    if ends is None or not _apart(*ends, "recall", DRAWS):
        return ""
    best, worst = ends
    return f"{worst.name}'s draws cover least of the data: recall {_beside(worst, best, 'recall')} of {best.name}."
