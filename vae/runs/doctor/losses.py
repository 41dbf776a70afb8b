"""What the curves of the loss say: whether it rises, leaps, and where training and held out part ways."""

import math
from statistics import fmean, median

from vae.runs.doctor.case import Case, Finding, around, at, by_loss, figure, jitter_of

RISE_SHARE, RISE_NOISE = 0.01, 4.0
"""Over-fitting is a rise of the held-out curve by this share of all it fell, and this many times its jitter."""
RISE_FEW = 0.2
"""Of three or four measurements no jitter can be told: they must rise by this share of what training fell meanwhile."""
LATE_SHARE = 0.0275
"""A run ended too early where its second half still won this share of its loss. The step size falls to zero, so every
curve is flat in the end. Six epochs of 5,000 digits win 3.0 % in the second half, and are 17 nats above what 30 reach;
30 win 2.1 to 2.5 %, 100 win 1.6 %. 120 epochs of 120 small colour images win 3.0 % and draw grey blobs; 400 win 1.9 %
and draw the images. The loss contains its floor here, and has to: of small colour images that is nine tenths, it is
known of held-out images alone, and it differs between 15 of these and 135 by more than what lies above it."""
LATE_GAUSSIAN = 0.1
"""The same as a share of all that a Gaussian run has won, as its loss may be any number. Five epochs of digits
win 13 %."""
LATE_RECORDS, LATE_NOISE = 3, 2.0
"""Measurements without which that is not judged, and how many times their jitter such a gain must be."""
DRIFT_PASSED, DRIFT_SCALE = 1 / 3, 0.02
"""Training and held out drift apart where no more than this share of what the second half won in training is won on
held-out images too, and the gap widened by that share of the loss. 5,000 digits in 2-D pass on 43 % in 30 epochs, and
26 % in 100, while the gap grows by 4 of 150 nats."""
DRIFT_RECORDS = 5
"""Held-out measurements without which that is not judged."""


def diverged(case: Case) -> Finding | None:
    if not case.last.sound:
        said = f"At step {case.last.step:,} the loss is no longer a number."
        return Finding("diverged", "warning", "The training diverged", said, _calmer(case))
    if len(case.curve) < 4:
        return None
    best = min(case.curve, key=by_loss)
    now = median(loss for _, loss in case.curve[-3:])
    if now <= best[1] + case.jump(best[1]):
        return None
    said = (
        f"The training loss was {figure(best[1])} nats at step {best[0]:,} and is {figure(now)} now: "
        "the steps are so large that they leap out of the valley."
    )
    return Finding("diverged", "warning", "The loss is rising", said, _calmer(case))


def unstable(case: Case) -> Finding | None:
    """Find the largest jump that the run has recovered from."""
    best, jumps = math.inf, []
    for i, (step, loss) in enumerate(case.curve):
        if i >= 3 and loss > best + case.jump(best):
            jumps.append((loss - best, step, best, loss))
        best = min(best, loss)
    if not jumps or diverged(case):
        return None
    _, step, best, loss = max(jumps)
    said = f"At step {step:,} the training loss jumped from {figure(best)} to {figure(loss)} nats, and came back."
    return Finding("unstable", "warning", "The training is unstable", said, _calmer(case))


def _calmer(case: Case) -> str:
    rate = case.setting("learning_rate")
    lower = 1e-3 if rate >= 3e-3 else rate / 3
    changed = [change for change in case.changes if change.learning_rate is not None]
    when = f", as it has been since step {changed[-1].step:,}" if changed else ""
    change = f"Lower the learning rate to {lower:.2g} (now {rate:.2g}{when})."
    if case.config.likelihood == "gaussian" and case.config.precision == "bfloat16":
        return f"{change} With a gaussian likelihood, set the precision to float32, too."
    return change


def overfitting(case: Case) -> Finding | None:
    curve = case.held_out_curve
    if case.early or len(curve) < 3:
        return None
    few = len(curve) < 5
    # Smoothed, or the luckiest of many measurements would make all others look like a rise.
    smooth = [(curve[i][0], fmean(loss for _, loss in curve[i - 1 : i + 2])) for i in range(1, len(curve) - 1)]
    seen = curve if few else smooth
    best = min(seen, key=by_loss)
    rise = seen[-1][1] - best[1]
    then, late = around(case.curve, best[0]), around(case.curve, case.last.step)
    if late >= then:  # both rise: that is no over-fitting
        return None
    noise = RISE_NOISE * jitter_of(curve[len(curve) // 2 :])
    if rise <= (RISE_FEW * (then - late) if few else max(RISE_SHARE * (curve[0][1] - best[1]), noise)):
        return None
    said = (
        f"On held-out images the {case.loss_name} was best at step {best[0]:,} ({figure(best[1])} nats) and has risen "
        f"by {rise:.1f}, while on training images it fell by {then - late:.1f} more: it does better on these only."
    )
    if case.config.validation:
        change = "The weights of the best moment are kept; a smaller network or more images would make a better one."
        return Finding("overfitting", "warning", "Over-fitting", said, change)
    epochs = max(1, round(best[0] / case.last.steps * case.config.epochs))
    change = f"Train for about {epochs} {'epoch' if epochs == 1 else 'epochs'}, take a smaller network, or more images."
    return Finding("overfitting", "warning", "Over-fitting", said, change)


def improving(case: Case) -> Finding | None:
    measured, middle = case.held_out_curve, case.last.step / 2
    # In training a loss falls by over-fitting, too: there it must fall by more.
    tells = len(measured) >= LATE_RECORDS and any(abs(step - middle) <= middle / 4 for step, _ in measured)
    curve, times = (measured, 1) if tells else (case.curve, 2)
    if case.early or not case.ended or case.lost_patience or len(curve) < LATE_RECORDS or middle <= case.since:
        return None
    # None beyond the middle: the held-out loss of a slow network is measured seldom, and a run may come from elsewhere.
    late = at(curve, middle) - min((loss for step, loss in curve if step >= middle), default=math.inf)
    worth = times * (LATE_GAUSSIAN if case.is_gaussian else LATE_SHARE) * case.scale
    if not late >= max(worth, LATE_NOISE * jitter_of([point for point in curve if point[0] >= middle])):  # nor NaN
        return None
    said = f"The second half of the run still took {late:.1f} nats off the {case.loss_name}."
    if case.last.step >= 0.95 * case.last.steps:
        said += " It is flat at the end only because the step size falls to zero."
        change = f"Train longer: {_round(3 * case.config.epochs)} epochs."
    else:
        change = f"Train longer: it was kept before the end of its {case.config.epochs} epochs."
    return Finding("improving", "note", "It was still improving", said, change)


def _round(epochs: int) -> int:
    """Round to one digit, as a person would."""
    size = 10 ** (len(str(epochs)) - 1)
    return min(10_000, max(1, round(epochs / size) * size))


def drift(case: Case) -> Finding | None:
    curve = case.held_out_curve
    middle = round(case.last.step / 2)
    if case.early or len(curve) < DRIFT_RECORDS or middle <= max(case.since, curve[0][0]) or overfitting(case):
        return None
    then, now = around(case.curve, middle), around(case.curve, case.last.step)
    held_then, held_now = at(curve, middle), curve[-1][1]
    learnt, passed = then - now, held_then - held_now
    if not (learnt > 0 and passed <= DRIFT_PASSED * learnt and learnt - passed >= DRIFT_SCALE * case.scale):
        return None
    moved = f"by only {passed:.1f} on held-out ones" if passed >= 0.05 else "not at all on held-out ones"
    said = (
        f"Since step {middle:,} the {case.loss_name} fell by {learnt:.1f} nats on training images and {moved}; "
        f"they are {held_now - now:.1f} apart now. That is how over-fitting begins."
    )
    change = "More images or a smaller network help more now than longer training."
    return Finding("drift", "note", "Training and held out drift apart", said, change)
