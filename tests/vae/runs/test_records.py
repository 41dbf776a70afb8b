"""Records of training: what is put together is what a longer wait would have written."""

import json
import shutil
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.home import PROJECT
from vae.runs.records import SHORT, Step, evened


def recorded(spans: list[int], losses: list[float]) -> list[Step]:
    steps, at = [], 0
    for span, loss in zip(spans, losses, strict=False):
        at += span
        steps.append(Step(at, 10_000, 0, loss, (loss / 10, 1.0), 1.0, 1e-3, 1e4))
    return steps


RECORDS = st.lists(st.tuples(st.integers(1, 60), st.floats(-100, 600)), max_size=12).map(
    lambda pairs: recorded([span for span, _ in pairs], [loss for _, loss in pairs])
)


@given(RECORDS)
def test_the_mean_over_all_steps_stays_and_so_do_the_ends(steps: list[Step]) -> None:
    def whole(records: list[Step]) -> float:
        spans = [record.step - before for record, before in zip(records, [0, *(r.step for r in records)], strict=False)]
        return sum(span * record.negative_elbo for span, record in zip(spans, records, strict=True))

    even = evened(steps)
    assert whole(even) == pytest.approx(whole(steps), rel=1e-9, abs=1e-6)
    assert [record.step for record in even][-1:] == [record.step for record in steps][-1:]
    assert {record.step for record in even} <= {record.step for record in steps}


def test_a_record_over_two_steps_joins_the_next_ones() -> None:
    even = evened(recorded([50, 50, 2, 48, 50], [200, 190, 100, 180, 170]))
    assert [record.step for record in even] == [50, 100, 150, 200]
    assert even[2].reconstruction == pytest.approx((2 * 100 + 48 * 180) / 50)
    assert evened([]) == []
    assert SHORT < 1


def test_what_images_say_weighs_and_not_the_steps() -> None:
    steps = [
        replace(step, images=n) for step, n in zip(recorded([50, 50, 1], [200, 190, 90]), (3200, 3200, 12), strict=True)
    ]
    even = evened(steps)
    assert [record.step for record in even] == [50, 101]
    assert even[1].reconstruction == pytest.approx((3200 * 190 + 12 * 90) / 3212)
    assert even[1].images == 3212


def test_what_else_is_in_the_loss_is_weighed_as_the_reconstruction_is() -> None:
    """An autoencoder's records have no KL, and its sparsity beside."""
    steps = [
        replace(step, kl=(), others={"sparsity": value}, images=n)
        for step, value, n in zip(recorded([50, 50, 1], [200, 190, 90]), (4.0, 3.0, 1.0), (3200, 3200, 12), strict=True)
    ]
    even = evened(steps)
    assert [record.others for record in even] == [
        {"sparsity": 4.0},
        {"sparsity": pytest.approx((3200 * 3 + 12) / 3212)},
    ]
    assert [record.kl for record in even] == [(), ()]
    assert [record.negative_elbo for record in even] == [record.reconstruction for record in even]


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
def test_the_browser_evens_in_the_same_way(told: bool) -> None:
    spans = [5, 45, 13, 37, 50, 2, 48, 50, 15]
    steps = recorded(spans, [300, 240, 220, 205, 200, 150, 190, 188, 186])
    if told:  # the last batch of each is a small one
        steps = [
            replace(step, images=64 * (n - 1) + 7)
            for step, n in zip(steps, [5, 45, 13, 37, 50, 2, 48, 50, 15], strict=True)
        ]
    script = f"""
        import {{ evened, withTotals }} from "{(PROJECT / "assets" / "live" / "train" / "curvedata.js").as_uri()}";
        const steps = {json.dumps([asdict(step) for step in steps])};
        console.log(JSON.stringify(evened(steps.map(withTotals)).map((entry) => [entry.step, entry.negativeElbo])));
    """
    command = ["node", "--input-type=module", "--eval", script]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=Path(PROJECT)).stdout
    theirs = json.loads(said)
    assert [step for step, _ in theirs] == [record.step for record in evened(steps)]
    assert [loss for _, loss in theirs] == pytest.approx([record.negative_elbo for record in evened(steps)])
