"""A small classifier of real images, for benchmarks that ask what a model has drawn."""

import numpy as np
import torch
from torch import Tensor, nn

from vae.datasets.dataset import Dataset
from vae.kinds.kinds import kind_of

EPOCHS, BATCH, RATE = 4, 128, 2e-3
ROWS = 1000


class Classifier:
    """Two convolutions and two dense layers, trained on a data set's training images; same seed, same weights."""

    def __init__(self, dataset: Dataset, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.kind = kind_of(dataset.item)
        channels, height, width = self.kind.input(dataset.item.shape)
        self.network = nn.Sequential(
            nn.Conv2d(channels, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(64 * (height // 4) * (width // 4), 128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, len(dataset.classes)),
        )
        self._train(np.asarray(dataset.train.things), np.asarray(dataset.train.labels), seed)
        labels = np.asarray(dataset.test.labels)
        self.sure, said = self.look(np.asarray(dataset.test.things))
        self.accuracy = float((said == labels).mean())

    def _train(self, images: np.ndarray, labels: np.ndarray, seed: int) -> None:
        steps = EPOCHS * -(-len(images) // BATCH)
        optimizer = torch.optim.Adam(self.network.parameters(), RATE)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps)
        order = torch.Generator().manual_seed(seed)
        for _ in range(EPOCHS):
            for rows in torch.randperm(len(images), generator=order).split(BATCH):
                loss = nn.functional.cross_entropy(self._fed(images[rows]), torch.from_numpy(labels[rows]).long())
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
        self.network.eval()

    def _fed(self, images: np.ndarray) -> Tensor:
        out: Tensor = self.network(torch.from_numpy(self.kind.feed(images)))
        return out

    @torch.no_grad()
    def look(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how sure it is of images as they are kept, the largest softmax probability [n], and of which class."""
        parts = [self._fed(images[first : first + ROWS]).softmax(1) for first in range(0, len(images), ROWS)]
        sure, said = torch.cat(parts).max(1)
        return sure.numpy(), said.numpy()
