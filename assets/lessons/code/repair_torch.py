import torch
from torch.nn.functional import binary_cross_entropy

x = torch.tensor([0.0, 0.2, 0.9, 1.0])  # the original
noise = torch.tensor([0.5, -1.0, 0.3, -0.4])
weight = torch.arange(8.0).reshape(2, 4) / 10  # encoder and decoder

for amount in (0.05, 0.5):
    spoiled = x + amount * noise
    z = weight @ spoiled  # sees the noisy picture
    restored = torch.sigmoid(weight.T @ z)
    loss = binary_cross_entropy(restored, x, reduction="sum")  # judged on the clean one
told = restored, [loss]
