"""Masks: what is lost of them, how two overlap, and how they are drawn."""

import numpy as np
import pytest
from sklearn.metrics import f1_score  # type: ignore[import-untyped]

from vae.errors import InputError
from vae.experiments.fidelity import dice, labels_right
from vae.kinds.corruptions import corrupt
from vae.kinds.kind import Item, Paper
from vae.kinds.kinds import kind_of
from vae.kinds.masks.drawing import LABELS, draw_masks
from vae.kinds.masks.layout import labelled, labels_of, names_of
from vae.kinds.masks.masks import MASKS


def things(n: int = 5, many: int = 3, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return labelled(random.integers(0, 256, (n, 9, 7)).astype(np.uint8), random.integers(0, many, (n, 9, 7)), many)


def test_labels_are_laid_out_and_read_back() -> None:
    numbers = np.random.default_rng(0).integers(0, 4, (3, 5, 6))
    np.testing.assert_array_equal(labels_of(labelled(np.zeros((3, 5, 6), np.uint8), numbers, 4)), numbers)


@pytest.mark.parametrize("name", [name for name, each in MASKS.corruptions.items() if each.draw])
def test_an_amount_of_0_changes_nothing(name: str) -> None:
    masks = things()
    np.testing.assert_allclose(MASKS.keep(corrupt(name, masks, 0.0, 0, kind=MASKS).images), masks)


@pytest.mark.parametrize("amount", [0.25, 0.7, 1.0])
def test_so_many_labels_are_hidden_and_the_image_stays(amount: float) -> None:
    masks = things()
    spoiled, known = corrupt("hidden", masks, amount, 3, kind=MASKS)
    assert known is not None
    assert ((~known).sum((1, 2)) == round(amount * 63)).all()
    np.testing.assert_array_equal(MASKS.keep(spoiled)[..., 0], masks[..., 0])
    assert (spoiled[..., 1:][~known] == 0).all()


def test_noise_leaves_the_labels_and_wrong_labels_the_image() -> None:
    masks = things()
    noisy = MASKS.keep(corrupt("gaussian", masks, 0.8, 0, kind=MASKS).images)
    np.testing.assert_array_equal(noisy[..., 1:], masks[..., 1:])
    assert (noisy[..., 0] != masks[..., 0]).mean() > 0.9
    wrong = MASKS.keep(corrupt("swapped", masks, 0.5, 0, kind=MASKS).images)
    np.testing.assert_array_equal(wrong[..., 0], masks[..., 0])
    assert ((labels_of(wrong) != labels_of(masks)).sum((1, 2)) == round(0.5 * 63)).all()


def test_dice_is_the_f1_score_of_the_parts() -> None:
    one, other = things(seed=1), things(seed=2)
    for a, b, got in zip(labels_of(one), labels_of(other), dice(one, other), strict=True):
        assert got == pytest.approx(f1_score(a.ravel(), b.ravel(), labels=[1, 2], average="macro"))
    np.testing.assert_array_equal(dice(one, one), 1)
    np.testing.assert_array_equal(labels_right(one, one), 100)


def test_masks_that_mark_nothing_overlap_and_a_part_that_neither_has_does_not_count() -> None:
    none, first = np.zeros((1, 4, 4), int), np.ones((1, 4, 4), int)
    grey = np.zeros((1, 4, 4), np.uint8)
    assert dice(labelled(grey, none, 3), labelled(grey, none, 3)) == [1]
    assert dice(labelled(grey, first, 3), labelled(grey, first, 3)) == [1]
    assert dice(labelled(grey, none, 3), labelled(grey, first, 3)) == [0]


def test_a_sure_label_is_drawn_half_in_its_colour() -> None:
    masks = labelled(np.full((1, 2, 4), 100, np.uint8), np.array([[[0, 1, 1, 2], [0, 0, 0, 0]]]), 3)
    picture = draw_masks(masks, Item("masks", (2, 4, 4)), Paper(8))
    assert picture.shape == (1, 4, 8, 3)
    assert picture[0, 0, 0].tolist() == [100, 100, 100]
    for column, colour in ((2, LABELS[0]), (6, LABELS[1])):
        wanted = [round(0.5 * 100 + 0.5 * level) for level in bytes.fromhex(colour)]
        assert np.abs(picture[0, 0, column].astype(int) - wanted).max() <= 1


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 2), (8, 8, 11), (0, 8, 4), (8, 513, 4)])
def test_a_shape_that_no_mask_has_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"A mask is \[height, width, 1 \+ labels\]"):
        kind_of(Item("masks", shape))


def test_labels_without_names_are_numbered() -> None:
    assert names_of(Item("masks", (4, 4, 4))) == ["background", "1", "2"]
    assert names_of(Item("masks", (4, 4, 3), {"labels": ["none", "some"]})) == ["none", "some"]
