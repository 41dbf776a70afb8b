"""How a set without two halves of its own is split."""

import numpy as np

SPLIT_SEED = 0


def split_stratified(labels: np.ndarray, tests: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return shuffled indices of training and of `tests` test rows, every class in both as in the whole.

    labels: int [N]. Each class gives its share rounded down, and those with the largest remainders one more.
    """
    generator = np.random.default_rng(seed)
    classes, counts = np.unique(labels, return_counts=True)
    share = counts * tests / len(labels)
    take = np.floor(share).astype(int)
    take[np.argsort(take - share, kind="stable")[: tests - take.sum()]] += 1
    members = [generator.permutation(np.flatnonzero(labels == label)) for label in classes]
    test = np.concatenate([rows[:n] for rows, n in zip(members, take, strict=True)])
    train = np.concatenate([rows[n:] for rows, n in zip(members, take, strict=True)])
    return generator.permutation(train), generator.permutation(test)


def in_two(name: str, things: np.ndarray, labels: np.ndarray, tests: int) -> dict[str, np.ndarray]:
    """Return a set's arrays by their paths, with `tests` test rows that hold every class as the whole does.

    name: "images" or "things", as their kind is kept; things: [N, ...]; labels: int [N].
    """
    train, test = split_stratified(labels, tests, SPLIT_SEED)
    return {
        f"{part}/{array}": values[rows]
        for part, rows in (("train", train), ("test", test))
        for array, values in ((name, things), ("labels", labels))
    }
