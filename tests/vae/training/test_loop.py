"""Training is seeded, learns, tells how it stands, and says so where it fails."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import vae.training.loop
from tests.models import SMALL, made_dataset, made_images, room
from vae.config import OPTIMIZERS, TrainConfig
from vae.errors import InputError
from vae.kinds.images import IMAGES, binarized
from vae.kinds.kind import Item, Kind
from vae.kinds.kinds import image
from vae.plans.networks import NETWORKS
from vae.runs.records import Change, Step
from vae.training.checkpoints import checkpoint, packed, restore, unpacked
from vae.training.loop import TrainState, _binarized, _order, as_tensor, begin, train
from vae.training.metrics import measure
from vae.training.together import ALONE

PICTURES = made_images(64)


def run(config: TrainConfig, images: np.ndarray = PICTURES, every: int = 50) -> tuple[TrainState, list[Step]]:
    state = begin(config, Item("image", images.shape[1:]))
    return state, [step for step in train(state, images, every) if step]


def weights(state: TrainState) -> np.ndarray:
    return torch.nn.utils.parameters_to_vector(state.model.parameters()).detach().numpy()


def without_speed(steps: list[Step]) -> list[Step]:
    return [replace(step, images_per_second=0) for step in steps]


@pytest.mark.parametrize("likelihood", IMAGES.likelihoods)
@pytest.mark.parametrize("network", NETWORKS)
def test_same_seed_same_weights(network: str, likelihood: str) -> None:
    config = replace(SMALL, network=network, latent_dims=room(network, 3), width=4, likelihood=likelihood)
    (first, records), (again, records_again) = run(config), run(config)
    other, _ = run(replace(config, seed=6))
    assert np.array_equal(weights(first), weights(again))
    assert without_speed(records) == without_speed(records_again)
    assert not np.array_equal(weights(first), weights(other))


def test_each_epoch_has_an_order_of_its_own_that_the_seed_decides() -> None:
    def orders(seed: int) -> list[list[int]]:
        config = replace(SMALL, seed=seed, epochs=3, batch_size=16)
        batches = list(_order(config, np.arange(64), 0))
        return [torch.cat(batches[4 * epoch : 4 * epoch + 4]).tolist() for epoch in range(3)]

    first, second, third = orders(0)
    assert sorted(first) == sorted(second) == sorted(third) == list(range(64))
    assert first != second != third != first
    assert orders(0) == [first, second, third]
    assert not {tuple(order) for order in orders(1)} & {tuple(order) for order in (first, second, third)}


def test_a_seed_gives_the_same_start_whatever_was_drawn_before() -> None:
    torch.manual_seed(1)
    first = begin(SMALL, image((1, 8, 8)))
    drawn = torch.rand(3)
    torch.manual_seed(1)
    torch.testing.assert_close(drawn, torch.rand(3))  # and takes no draw from anybody else's generator
    assert np.array_equal(weights(first), weights(begin(SMALL, image((1, 8, 8)))))


@pytest.mark.parametrize("likelihood", IMAGES.likelihoods)
@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_learns(network: str, likelihood: str) -> None:
    config = replace(SMALL, network=network, latent_dims=room(network, 3), width=8, likelihood=likelihood)
    config = replace(config, epochs=30, learning_rate=0.01)
    before = measure(begin(config, image((1, 8, 8))).model, PICTURES).negative_elbo.mean()
    state, records = run(config)
    after = measure(state.model, PICTURES).negative_elbo.mean()
    assert after < before - 5
    assert records[-1].negative_elbo < records[0].negative_elbo - 3


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 9), (1, 8, 8)], ids=str)
@pytest.mark.parametrize("network", NETWORKS)
def test_images_of_any_size_can_be_learnt(network: str, shape: tuple[int, int, int]) -> None:
    dims = room(network, 3, shape)
    state, _ = run(replace(SMALL, network=network, latent_dims=dims, width=4, epochs=1), made_images(8, shape))
    assert np.isfinite(weights(state)).all()


def test_records_tell_every_interval_and_every_epoch() -> None:
    _, records = run(SMALL, every=3)  # 4 steps an epoch, 3 epochs
    assert [(record.step, record.epoch) for record in records] == [
        (3, 0), (4, 1), (6, 1), (8, 2), (9, 2), (12, 3),
    ]  # fmt: skip
    assert {record.steps for record in records} == {12}
    assert all(len(record.kl) == SMALL.latent_dims and record.images_per_second > 0 for record in records)


def test_a_record_is_the_mean_over_its_images_also_where_the_last_batch_is_smaller() -> None:
    images = made_images(41)
    _, records = run(replace(SMALL, epochs=1, learning_rate=1e-8), images)  # the weights stay where they start
    measured = measure(begin(SMALL, image((1, 8, 8))).model, images, samples=200)
    assert [record.step for record in records] == [3]
    assert records[0].reconstruction == pytest.approx(measured.reconstruction.mean(), rel=0.01)
    np.testing.assert_allclose(records[0].kl, measured.kl.mean(0), rtol=1e-4)


def test_a_batch_larger_than_the_set_is_the_whole_set() -> None:
    _, records = run(replace(SMALL, batch_size=1000))
    assert [record.step for record in records] == [1, 2, 3]


def test_the_learning_rate_falls_to_zero_along_half_a_cosine() -> None:
    _, records = run(SMALL, every=1)
    expected = SMALL.learning_rate * (1 + np.cos(np.pi * np.arange(12) / 12)) / 2
    np.testing.assert_allclose([record.learning_rate for record in records], expected)


def test_a_rate_may_stay_or_rise_first() -> None:
    still, rising = (
        np.array([record.learning_rate for record in run(replace(SMALL, epochs=10, schedule=schedule), every=1)[1]])
        for schedule in ("constant", "warmup")
    )
    np.testing.assert_array_equal(still, SMALL.learning_rate)
    top = int(rising.argmax())
    assert (top, rising[top]) == (2, SMALL.learning_rate)  # a twentieth of 40 steps
    np.testing.assert_allclose(rising[:2], SMALL.learning_rate * np.array([1, 2]) / 3)
    expected = SMALL.learning_rate * (1 + np.cos(np.pi * np.arange(38) / 38)) / 2
    np.testing.assert_allclose(rising[2:], expected)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimiser_moves_the_weights_as_its_paper_says_and_goes_on_from_a_checkpoint(optimizer: str) -> None:
    config = replace(SMALL, optimizer=optimizer, schedule="constant", epochs=2)
    whole, _ = run(config)
    state = begin(config, Item("image", PICTURES.shape[1:]))
    before = weights(state)
    steps = train(state, PICTURES, every=1)
    next(steps)
    gradient = torch.cat([weight.grad.flatten() for weight in state.model.parameters()]).numpy()
    # Of the first step: moments are the gradient itself, and Adam's root of its square makes a sign of it.
    rate = config.learning_rate
    moved = rate * (gradient if optimizer == "sgd" else gradient / (np.abs(gradient) + 1e-8))
    moved += rate * 0.01 * before if optimizer == "adamw" else 0
    np.testing.assert_allclose(weights(state), before - moved, atol=2e-7)

    kept = packed(checkpoint(state))
    steps.close()
    again = begin(config, Item("image", PICTURES.shape[1:]))
    restore(again, unpacked(kept))
    for _ in train(again, PICTURES):
        pass
    np.testing.assert_array_equal(weights(again), weights(whole))


@pytest.mark.parametrize("setting", ["optimizer", "schedule"])
def test_an_unknown_way_to_move_is_told(setting: str) -> None:
    with pytest.raises(InputError, match=f"Unknown {setting} 'best'; choose one of"):
        replace(SMALL, **{setting: "best"})


def test_warm_up_reaches_beta_after_its_epochs() -> None:
    _, records = run(replace(SMALL, beta=2.0, warmup_epochs=1.5), every=1)
    np.testing.assert_allclose([record.weight for record in records[:7]], [1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2, 2])


def test_beta_orders_what_the_code_carries() -> None:
    def nats(beta: float) -> float:
        state, _ = run(replace(SMALL, beta=beta, epochs=30, learning_rate=0.01))
        return float(measure(state.model, PICTURES).kl.sum(1).mean())

    free, plain, strict = nats(0), nats(1), nats(10)
    assert free > plain > strict


def test_a_gaussian_likelihood_learns_the_spread_of_the_data() -> None:
    state, _ = run(replace(SMALL, likelihood="gaussian", epochs=60, learning_rate=0.01))
    assert state.model.log_scale.exp().item() < 0.5  # it starts at 1; the pixels' own standard deviation is 0.25


def test_breaths_come_between_records_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    expected, records = run(SMALL, every=3)
    monkeypatch.setattr(vae.training.loop, "SECONDS_BETWEEN_BREATHS", 0.0)
    state = begin(SMALL, image((1, 8, 8)))
    steps = []
    yielded = [(steps.append(state.step), step)[1] for step in train(state, PICTURES, every=3)]
    assert steps == list(range(1, 13))  # none is due so soon that a step passes without one
    assert [step is None for step in yielded] == [step not in (3, 4, 6, 8, 9, 12) for step in steps]
    assert without_speed([step for step in yielded if step]) == without_speed(records)
    assert np.array_equal(weights(state), weights(expected))


def test_a_state_left_at_a_breath_goes_on_to_the_same_records(monkeypatch: pytest.MonkeyPatch) -> None:
    expected, records = run(SMALL)  # a record an epoch, every fourth step
    monkeypatch.setattr(vae.training.loop, "SECONDS_BETWEEN_BREATHS", 0.0)
    state = begin(SMALL, image((1, 8, 8)))
    found = []
    for stop in (2, 3, 7, 12):
        for step in train(state, PICTURES):
            found += [step] if step else []
            if state.step == stop:
                break
        assert state.step == stop
    assert without_speed(found) == without_speed(records)
    assert np.array_equal(weights(state), weights(expected))


def test_the_callers_time_is_not_the_loops() -> None:
    state = begin(SMALL, image((1, 8, 8)))
    for step in train(state, PICTURES, every=1):
        assert step is not None
        assert step.images_per_second > 16 / 0.2
        time.sleep(0.2)


def test_the_newest_change_at_or_before_a_step_decides() -> None:
    state = begin(replace(SMALL, beta=1.0, learning_rate=1e-3), image((1, 8, 8)))
    state.changes = [Change(2, beta=3.0), Change(5, learning_rate=1e-2), Change(5, beta=0.5), Change(99, beta=7.0)]
    records = [step for step in train(state, PICTURES, every=1) if step]
    assert [record.weight for record in records] == [1.0] * 2 + [3.0] * 3 + [0.5] * 7
    base = np.array([1e-3] * 5 + [1e-2] * 7)
    np.testing.assert_allclose(
        [record.learning_rate for record in records], base * (1 + np.cos(np.pi * np.arange(12) / 12)) / 2
    )


def test_a_change_made_at_a_record_holds_from_the_next_step_and_again_when_resumed() -> None:
    state = begin(SMALL, image((1, 8, 8)))
    for step in train(state, PICTURES):
        if step and step.step == 4:
            state.changes.append(Change(4, beta=5.0))
    again = begin(SMALL, image((1, 8, 8)))
    again.changes.append(Change(4, beta=5.0))
    assert [step.weight for step in train(again, PICTURES) if step] == [1.0, 5.0, 5.0]
    assert np.array_equal(weights(state), weights(again))
    assert not np.array_equal(weights(state), weights(run(SMALL)[0]))


def test_warm_up_rises_to_the_changed_beta() -> None:
    state = begin(replace(SMALL, beta=2.0, warmup_epochs=1.0), image((1, 8, 8)))
    state.changes.append(Change(2, beta=8.0))
    records = [step for step in train(state, PICTURES, every=1) if step]
    np.testing.assert_allclose([record.weight for record in records[:5]], [0.5, 1.0, 6.0, 8.0, 8.0])


def test_a_large_mapped_set_trains_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, records = run(SMALL)
    np.save(tmp_path / "images.npy", PICTURES)
    monkeypatch.setattr(vae.training.loop, "IN_MEMORY", PICTURES.nbytes - 1)
    monkeypatch.setattr(vae.training.loop, "as_tensor", small_only(len(PICTURES) - 1))
    state, found = run(SMALL, np.load(tmp_path / "images.npy", mmap_mode="r", allow_pickle=False))
    assert np.array_equal(weights(state), weights(expected))
    assert without_speed(found) == without_speed(records)


def small_only(most: int) -> Callable[[np.ndarray, Kind], torch.Tensor]:
    """Stand before `as_tensor` and let no more than `most` images pass."""

    def pass_on(images: np.ndarray, kind: Kind) -> torch.Tensor:
        assert len(images) <= most
        return as_tensor(images, kind)

    return pass_on


def test_training_that_diverges_names_the_learning_rate() -> None:
    config = replace(SMALL, likelihood="gaussian", depth=4, learning_rate=1.0)
    with pytest.raises(InputError, match=r"diverged at step .* smaller learning rate"):
        run(config)


def test_training_leaves_the_images_alone() -> None:
    images = made_dataset().train.images.copy()
    images.setflags(write=False)
    run(replace(SMALL, epochs=1), images)
    assert np.array_equal(images, made_dataset().train.images)
    assert as_tensor(images).shape == (64, 1, 8, 8)


def test_the_threads_of_the_caller_do_not_change_the_weights() -> None:
    before = torch.get_num_threads()
    trained = []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            state = begin(SMALL, image((1, 8, 8)))
            for _ in train(state, made_images(64)):
                assert torch.get_num_threads() == threads
            trained.append(state.model.state_dict())
    finally:
        torch.set_num_threads(before)
    for name, weights in trained[0].items():
        assert torch.equal(weights, trained[1][name]), name


def test_binarised_targets_are_drawn_anew_each_time_and_again_by_a_run_that_goes_on() -> None:
    config = replace(SMALL, targets="binarized")
    images = made_images(16)
    whole = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    drawn = [_binarized(whole, 16, step, config, ALONE) for step in range(400)]
    assert set(torch.cat(drawn).unique().tolist()) == {0, 255}
    assert not torch.equal(drawn[0], drawn[1])
    assert torch.equal(drawn[3], _binarized(whole, 16, 3, config, ALONE))
    often = torch.stack(drawn).float().mean(0)
    np.testing.assert_allclose(often, whole, atol=255 * 5 * 0.5 / 20)  # five standard errors of 400 draws


def test_black_and_white_images_stay_so_and_grey_ones_are_refused_another_likelihood() -> None:
    both = np.array([0, 255] * 500, np.uint8)
    assert np.array_equal(binarized(both, 3), both)
    with pytest.raises(InputError, match="set likelihood to bernoulli"):
        replace(SMALL, targets="binarized", likelihood="gaussian")
    with pytest.raises(InputError, match="Unknown targets 'binary'"):
        replace(SMALL, targets="binary")
