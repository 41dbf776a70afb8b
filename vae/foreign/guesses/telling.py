"""What was settled of two graphs, written down: each thing with what settled it, and what else it might have been."""

from collections.abc import Callable

from vae.foreign.findings import Finding, How, Option
from vae.foreign.guesses import guesses
from vae.foreign.guesses.opening import Opened
from vae.foreign.guesses.ways import CLEAR, Way
from vae.foreign.ports import port_name

RANGE, LAYOUT, LOGITS = "--range LOW HIGH", "--layout NCHW|NHWC|flat", "--logits"
ERROR = "root mean square error"

Name = Callable[[Way], str]


def tell(of: Opened, every: list[Way]) -> list[Finding]:
    """Return the findings of the best of all alternatives, which come in their order."""
    best = every[0]
    found = [
        Finding(raw.does, f"{raw.name}, written by {raw.producer}, opset {raw.opset}", "by shape")
        for raw in of.raws
        if raw is not None
    ]
    row = "" if len(of.decoder.row) == 1 else f", in the decoder {list(of.decoder.row)}"
    found += [*of.findings, Finding("code", f"{of.dims} numbers{row}", "by shape")]
    for what, name, flag in _open(of, best):
        found.append(_one(of, what, name, every, flag))
    if best.error is not None:
        found.append(Finding("reconstruction", f"{ERROR} {best.error:.4f}", "by running"))
    return found


def warn(of: Opened, best: Way) -> list[str]:
    """Say what looks wrong about the best of all alternatives."""
    said = []
    if best.error is not None and of.x is not None:
        mean = of.missed(of.of_the_mean)
        if best.error > mean:
            said.append(
                f"What comes back is no nearer to the things than their mean is ({best.error:.3f} to {mean:.3f}): is "
                "this the data that the model was trained on?"
            )
    left = [name for trial in (*(trial for _, trial in of.encoders[:1]), of.decoder) for name in trial.left_out]
    if left:
        said.append(f"Left out, and not needed: {', '.join(left)}, made by operators that are not run here.")
    return said


def _open(of: Opened, best: Way) -> list[tuple[str, Name, str]]:
    """Return what is told of an alternative: what it is, how it reads off one, and the flag that says it."""
    asked: list[tuple[str, Name, str]] = []
    if best.layout is not None:
        asked += [
            ("layout of the input", lambda way: guesses.named(way.layout, of.kind) if way.layout else "", LAYOUT),
            ("range of the input", lambda way: way.scale.name if way.scale else "", RANGE),
            ("mean", lambda way: port_name(way.mean), ""),
        ]
    return [
        *asked,
        ("output", lambda way: way.out.name, ""),
        ("layout of the output", lambda way: guesses.named(way.out_layout, of.kind), LAYOUT),
        ("range of the output", lambda way: way.out_scale.name, f"{RANGE} or {LOGITS}"),
    ]


def _one(of: Opened, what: str, name: Name, every: list[Way], flag: str) -> Finding:
    """Return one thing that was settled, with the best figure of each that it might have been."""
    best, others = every[0], dict[str, float | None]()
    value = name(best)
    for way in every:
        others.setdefault(name(way), way.error)
    if _is_said(of, what):
        return Finding(what, value, "said", (Option(value),))
    if len(others) == 1:
        return Finding(what, value, _how(of, what, best), (Option(value),), flag=flag)
    if best.error is None:
        by_values = what == "range of the output"
        options = tuple(Option(each) for each in others)
        return Finding(
            what, value, "by running" if by_values else "taken for granted", options, flag=flag, sure=by_values
        )
    order = sorted(others.items(), key=lambda item: item[0] != value)
    tried = [error for _, error in order if error is not None]
    options = tuple(Option(*each) for each in order)
    return Finding(what, value, "by running", options, ERROR, flag, sure=tried[1] >= CLEAR * tried[0])


def _is_said(of: Opened, what: str) -> bool:
    if what.startswith("layout"):
        return of.said.layout is not None
    return what.startswith("range") and (of.said.range is not None or (of.said.logits and what.endswith("output")))


def _how(of: Opened, what: str, best: Way) -> How:
    """Say what settled a thing of which there is but one."""
    if what == "range of the output" and guesses.bounded_by(of.decoder.proto, best.out.name):
        return "by its operators"
    if what == "mean" and guesses.hint(port_name(best.mean)) == "mean":
        return "by name"
    if what == "mean" and best.layout is not None and of.trial(best.layout).noisy:
        return "by running"
    return "by shape"
