"""Classes can be told apart by everybody, on every ground."""

from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, xyz2lab

from vae.colours import CLASSES, NO_CLASS, THEMES, rgb

SIGHTS = {
    "full colour vision": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
"""What people see who lack one of the three cones, in linear light. Machado et al. 2009, severity 1."""

XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])


def light(colours: np.ndarray) -> np.ndarray:
    """Turn sRGB in [0, 255] into linear light, IEC 61966-2-1."""
    share = np.asarray(colours) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def seen(colours: np.ndarray, sight: str) -> np.ndarray:
    """Return how such eyes see colours, in CIE L*a*b*."""
    return xyz2lab(np.clip(light(colours) @ np.asarray(SIGHTS[sight]).T, 0, 1) @ XYZ.T)


def contrast(a: np.ndarray, b: np.ndarray) -> float:
    low, high = sorted(float(XYZ[1] @ light(np.array(colour))) for colour in (a, b))
    return (high + 0.05) / (low + 0.05)


TEN = np.array([rgb(text) for text in CLASSES])


@pytest.mark.parametrize(
    ("sight", "least"), [(sight, 19 if sight == "full colour vision" else 11.5) for sight in SIGHTS]
)
def test_no_two_classes_look_alike(sight: str, least: float) -> None:
    # 1 is what an eye just tells apart side by side; ten hues of plotting programs have 1.3 (tab10, protanopia).
    points = seen(TEN, sight)
    pairs = {
        (CLASSES[i], CLASSES[j]): float(deltaE_ciede2000(points[i], points[j])) for i, j in combinations(range(10), 2)
    }
    assert min(pairs.values()) >= least, min(pairs, key=lambda pair: pairs[pair])


@pytest.mark.parametrize("sight", SIGHTS)
def test_no_class_looks_like_none(sight: str) -> None:
    grey = seen(np.array([NO_CLASS]), sight)
    assert deltaE_ciede2000(seen(TEN, sight), grey).min() >= 7


@pytest.mark.parametrize("ground", ["ffffff", "000000", *(bytes(theme.paper).hex() for theme in THEMES.values())])
def test_classes_stand_out_from_every_ground(ground: str) -> None:
    assert min(contrast(colour, np.array(rgb(ground))) for colour in TEN) >= 3


def test_a_class_has_the_same_colour_in_light_and_in_dark() -> None:
    one, other = THEMES.values()
    for classes in (3, 10, 30):
        colours = [one.of_class(label, classes) for label in range(classes)]
        assert colours == [other.of_class(label, classes) for label in range(classes)]
        assert len(set(colours)) == classes and NO_CLASS not in colours
